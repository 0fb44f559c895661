"""Tables of figures: a terminal too narrow for one shows several below each other, so that no figure is ever cut."""

from collections.abc import Iterator, Sequence

from rich.table import Table
from rich.text import Text

from enduse.cli.screen import console

_GAP = 2


def print_figures(head: Text, names: Sequence[Text], columns: Sequence[tuple[Text, Sequence[Text]]]) -> None:
    """Print a table.

    Args:
        head: over the names.
        names: of the rows.
        columns: the title of each, and one figure for each name.
    """
    longest = max(each.cell_len for each in (head, *names))
    wide = min(longest, max(16, console.width // 3))
    for number, some in enumerate(_side_by_side(columns, console.width - wide - _GAP)):
        if number:
            console.print()
        table = Table(box=None, padding=(0, _GAP, 0, 0))
        table.add_column(head, width=wide, overflow="fold")
        whole = sum(_whole(one) for one in some) <= console.width - wide - _GAP
        for one in some:
            table.add_column(one[0], justify="right", width=(_whole(one) if whole else _least(one)) - _GAP)
        for row, name in enumerate(names):
            table.add_row(name, *(figures[row] for _, figures in some))
        console.print(table)


def _side_by_side(
    columns: Sequence[tuple[Text, Sequence[Text]]], room: int
) -> Iterator[list[tuple[Text, Sequence[Text]]]]:
    """Give as many columns as fit beside each other, and then the next of them; at least one."""
    some: list[tuple[Text, Sequence[Text]]] = []
    for one in columns:
        if some and sum(map(_least, some)) + _least(one) > room:
            yield some
            some = []
        some.append(one)
    if some:
        yield some


def _least(column: tuple[Text, Sequence[Text]]) -> int:
    """Return the cells that a column takes where its title stands on several lines."""
    title, figures = column
    return max(*(Text(word).cell_len for word in title.plain.split()), *(figure.cell_len for figure in figures)) + _GAP


def _whole(column: tuple[Text, Sequence[Text]]) -> int:
    title, figures = column
    return max(title.cell_len, *(figure.cell_len for figure in figures)) + _GAP
