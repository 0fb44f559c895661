"""A comparison of two tables, worded: what terminal, page and workbook show alike, and how a terminal and a workbook show it."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Final

import msgspec
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from enduse.pages.localizer import Localizer

Shown = str | int | Decimal
"""What stands in a cell: words or data, or a number."""

ON_TERMINAL: Final = 8
"""Rows of one table that a terminal shows."""


class WordedFigure(msgspec.Struct, frozen=True):
    """One figure: what it is, how much, and a remark."""

    label: str
    number: int | Decimal
    note: str = ""


class WordedTable(msgspec.Struct, frozen=True, kw_only=True):
    """One table of a comparison.

    Attributes:
        title: of the table, and of its sheet.
        about: what it shows.
        columns: header.
        rows: cells.
        narrow: so many columns are shown where there is little room.
        brief: so many rows are shown on a terminal.
    """

    title: str
    about: tuple[str, ...] = ()
    columns: tuple[str, ...]
    rows: Sequence[tuple[Shown, ...]]
    narrow: int = 0
    brief: int = ON_TERMINAL


class WordedComparison(msgspec.Struct, frozen=True, kw_only=True):
    """A comparison in one language.

    Attributes:
        title: what it is.
        lead: what was compared, and how.
        figures: the answer in a few numbers.
        tables: the answer row by row.
        closing: what this does not say.
    """

    title: str
    lead: tuple[str, ...]
    figures: tuple[WordedFigure, ...]
    tables: tuple[WordedTable, ...]
    closing: tuple[str, ...]


def print_comparison(worded: WordedComparison, console: Console, words: Localizer) -> None:
    """Print a comparison on a terminal, with the first rows of each table."""
    console.print(Text(worded.title, style="bold"))
    for sentence in worded.lead:
        console.print(Text(sentence))
    figures = Table.grid(padding=(0, 2))
    figures.add_column(overflow="fold")
    figures.add_column(justify="right")
    figures.add_column(overflow="fold")
    for figure in worded.figures:
        figures.add_row(Text(figure.label), Text(words.number(figure.number), style="bold"), Text(figure.note))
    console.print(Padding(figures, (1, 0, 0, 2)))
    for table in worded.tables:
        if table.rows:
            _print_table(table, console, words)
    console.print()
    for sentence in worded.closing:
        console.print(Text(sentence, style="italic"))


def _print_table(table: WordedTable, console: Console, words: Localizer) -> None:
    console.print()
    console.print(Text(table.title, style="bold"))
    for sentence in table.about:
        console.print(Text(sentence))
    width = table.narrow or len(table.columns)
    grid = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for at, name in enumerate(table.columns[:width]):
        whole = all(isinstance(row[at], int | Decimal) for row in table.rows)
        least = max(map(len, name.split()), default=0) if whole else None
        grid.add_column(Text(name), justify="right" if whole else "default", overflow="fold", min_width=least)
    for row in table.rows[: table.brief]:
        grid.add_row(*(Text(_shown(cell, words)) for cell in row[:width]))
    console.print(Padding(grid, (0, 0, 0, 2)))
    if (more := len(table.rows) - table.brief) > 0:
        console.print(Text("  " + words.count("… and one more row", "… and {n} more rows", more), style="dim"))


def _shown(cell: Shown, words: Localizer) -> str:
    return words.number(cell) if isinstance(cell, int | Decimal) else words.isolate(cell)


def write_comparison(worded: WordedComparison, path: Path, words: Localizer) -> Path:
    """Write a comparison as a workbook: one sheet of figures, and one for each table with all its rows.

    Raises:
        MissingExtraError: the extra ``reports`` is not installed.
        LimitError: a table has more rows than a sheet can hold.
    """
    from enduse.exchange.tables.writing import write_workbook  # noqa: PLC0415 - needs an extra

    figures = [(figure.label, figure.number, figure.note) for figure in worded.figures]
    notes = [(sentence, None, "") for sentence in (*worded.lead, *worded.closing)]
    summary = (worded.title, (words.say("What"), words.say("Rows"), words.say("Remark")), [*figures, *notes])
    tables = [(table.title, table.columns, table.rows) for table in worded.tables if table.rows]
    write_workbook(path, [summary, *tables], right_to_left=words.direction == "rtl")
    return path
