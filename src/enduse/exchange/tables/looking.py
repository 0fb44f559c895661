"""A table looked at before anybody says how it is read: where its header is, what each column holds, how it is written.

Whatever is decided is decided for a whole column, and what a column does not tell stays open.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from enduse.errors import EnduseError, MalformedError, Problem
from enduse.exchange.tables.cells import is_scientific
from enduse.exchange.tables.column_look import Column
from enduse.exchange.tables.delimited import DELIMITERS
from enduse.exchange.tables.encodings import encoding_of
from enduse.exchange.tables.header import is_tag_row, joined, told_apart
from enduse.exchange.tables.leaf import read_number
from enduse.exchange.tables.merged import cell_name
from enduse.exchange.tables.passed_over import BoldRows, calls_itself_total, is_note
from enduse.exchange.tables.sheet import Sheet, no_header, open_table
from enduse.exchange.tables.values import folded
from enduse.messages import Message

HEAD: Final = 80
"""So many rows are looked at to find the header."""

_TYPED: Final = 0.6
_VALUES_IN_HEADER: Final = 0.2
_BELOW: Final = 30
_SPAN: Final = 4
_PROBLEMS: Final = 10
_BESIDE: Final = 40
_SUMS: Final = 4
"""So many sums of one column are shown, one for each of what it is in."""
_SAYS: Final = re.compile(r"[^:]{1,40}:\s*\S.*")
"""A cell that says something of the whole table: what of it, and what that is."""
_COMPARED: Final = 100_000
"""Of so many rows at most it is looked for what tells them apart."""
_TOLD_BY: Final = 4
"""By so many columns at most."""


class TableLook(msgspec.Struct, kw_only=True):
    """A table that was looked at.

    Attributes:
        path: the file.
        name: its name.
        sheet: the sheet.
        encoding: where it has to be said.
        delimiter: where it has to be said.
        first: first row of the header.
        last: last row of the header.
        columns: their names.
        looks: what each holds.
        rows: rows that hold data.
        totals: first text of rows that call themselves a total, with the column they stand in.
        bold_totals: rows in bold sum up the others.
        notes: what is not in the rows.
        problems: rows that cannot be read, the first of them.
        beside: texts above the header and in notes below, the first of them: what they say may hold for the whole table.
    """

    path: Path
    name: str
    sheet: str
    encoding: str
    delimiter: str
    first: int
    last: int
    columns: tuple[str, ...]
    looks: "list[Column]"
    rows: int = 0
    totals: list[tuple[str, str]] = []
    bold_totals: bool = False
    notes: dict[Message, int] = {}
    problems: list[Problem] = []
    beside: list[str] = []

    def at(self, name: str) -> "Column":
        """Return what a column holds."""
        return self.looks[self.columns.index(name)]

    def names(self) -> list[str]:
        """Return the columns that have a name."""
        return [name for name in self.columns if name]


def find_header(rows: Sequence[tuple[int, Sequence[str]]]) -> tuple[int, int]:
    """Return where, among the first rows, the header begins and ends: positions, the second inclusive.

    A header is text above columns of numbers or days; a row of HXL tags ends it. Where no column holds either, it is the first
    row with two names or more.

    Raises:
        MalformedError: there is none.
    """
    cells = [row for _, row in rows]
    tags = next((at for at, row in enumerate(cells) if is_tag_row(row)), None)
    found = None
    for at in range(len(cells) if tags is None else tags):
        if _could_head(cells, at, at + 1 if tags is None else tags + 1) and not _says_of_all(cells, at):
            found = at
            break
    if found is None:
        found = next((at for at, row in enumerate(cells) if _names(row) > 1), None)
        if found is None:
            found = next((at for at, row in enumerate(cells) if _names(row)), None)
        if found is None:
            raise MalformedError("table.no_header")
        return found, found if tags is None else max(found, tags - 1)
    if tags is not None:
        return found, max(tags - 1, found)
    last = found
    while last + 1 < min(len(cells), found + _SPAN) and _goes_on(cells, last + 1):
        last += 1
    return found, last


def _goes_on(cells: Sequence[Sequence[str]], at: int) -> bool:
    """Say whether a row below a header is part of it.

    Where the row above names every column, each otherwise, nothing more is needed: what stands below may be its units or
    explanations, which then stand over every column of numbers or days, or over these alone. Else it is a row of data with a
    word where a number should be.
    """
    if not _could_head(cells, at, at + 1):
        return False
    above, row = cells[at - 1], cells[at]
    names = [cell.strip() for cell in above]
    width = max(map(len, cells[at : at + _BELOW]))
    if len(names) < width or "" in names[:width] or len(set(names)) < len(names):
        return True
    typed = _typed(cells[at + 1 : at + 1 + _BELOW])
    filled = {column for column, cell in enumerate(row) if cell.strip()}
    return typed <= filled or filled <= typed


def _says_of_all(cells: Sequence[Sequence[str]], at: int) -> bool:
    """Say whether a row above a fuller header says something of the whole table, as in *Item: Cement* or *Unit:* beside *bag*."""
    filled = [cell.strip() for cell in cells[at] if cell.strip()]
    alone = all(_SAYS.fullmatch(cell) for cell in filled)
    paired = len(filled) % 2 == 0 and all(cell.endswith(":") for cell in filled[::2])
    below = cells[at + 1] if at + 1 < len(cells) else ()
    return (alone or paired) and _names(below) > len(filled) and _could_head(cells, at + 1, at + 2)


def _names(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


def _is_name(cell: str) -> bool:
    """Say whether a cell holds a text, and no number, such as one that a spreadsheet shortened (*4.5E+15*)."""
    column = Column()
    if cell.strip():
        column.add(cell)
    return bool(column.kinds["text"]) and not is_scientific(cell)


def _typed(cells: Sequence[Sequence[str]]) -> set[int]:
    """Return the columns that hold mostly numbers or days."""
    width = max(map(len, cells), default=0)
    typed = set()
    for at in range(width):
        column = Column()
        for row in cells:
            if at < len(row):
                column.add(row[at])
        if column.said and (column.kinds["number"] + column.kinds["day"]) >= column.said * _TYPED:
            typed.add(at)
    return typed


def _could_head(cells: Sequence[Sequence[str]], at: int, below: int) -> bool:
    row = cells[at]
    if _names(row) < 2:  # noqa: PLR2004 - a title stands alone in its row
        return False
    # A name that stands below once more is in merged cells, and tells nothing of its column.
    merged = [cell if _is_name(cell) else None for cell in row]
    under = [
        [cell if [cell] != merged[at : at + 1] else "" for at, cell in enumerate(each)]
        for each in cells[below : below + _BELOW]
    ]
    typed = _typed(under)
    texts = values = 0
    for column in typed:
        text = row[column].strip() if column < len(row) else ""
        if not text:
            continue
        look = Column()
        look.add(row[column])
        values += look.kinds["number"] + look.kinds["day"] + is_scientific(text)
        texts += _is_name(text)
    return texts > 0 and values <= _VALUES_IN_HEADER * (texts + values)


def look(path: Path, *, sheet: str = "", encoding: str = "", header: tuple[int, int] | None = None) -> TableLook:
    """Look at a table, whole.

    Args:
        path: CSV or workbook.
        sheet: of a workbook.
        encoding: of a text; by default found.
        header: its first and last row; by default found.

    Raises:
        EnduseError: it cannot be read.
    """
    open_table(path).close()  # before anything else, so that a file that is not there is told as it is everywhere
    encoding = encoding or encoding_of(path)
    delimiter = _delimiter(path, encoding)
    reading = {"sheet": sheet or None, "delimiter": delimiter or None, "encoding": encoding or None}
    with Sheet(path, verbatim=True, **reading) as opened:  # type: ignore[arg-type] # by their names
        head = [(number, cells) for number, cells in islice(opened.raw(), HEAD) if not isinstance(cells, Problem)]
    if header is None:
        if not any(_names(cells) for _, cells in head):
            error = no_header(opened.sheet, opened.sheets)
            error.problem = msgspec.structs.replace(error.problem, source=opened.name)
            raise error
        first, last = find_header(head)
        rows = [head[first][0], head[last][0]]
    else:
        rows = list(header)
    names = joined([cells for number, cells in head if rows[0] <= number <= rows[1]] or [[""]])
    span = rows[1] - rows[0] + 1
    with Sheet(
        path,
        is_header=lambda found: found == names,
        header_rows=span,
        **reading,  # type: ignore[arg-type] # as above
    ) as opened:
        found = TableLook(
            path=path,
            name=opened.name,
            sheet=opened.sheet,
            encoding=encoding,
            delimiter=delimiter,
            first=rows[0],
            last=rows[1],
            columns=opened.columns,
            looks=[Column() for _ in opened.columns],
            beside=[cell for number, cells in head if number < rows[0] for cell in cells if cell.strip()][:_BESIDE],
        )
        bold = BoldRows(len(opened.columns))
        for number, cells in opened.rows():
            if isinstance(cells, Problem):
                found.problems += [cells] if len(found.problems) < _PROBLEMS else []
                continue
            bold.add(cells, bold=opened.row_of(number) in opened.bold)
            if tuple(cells) == found.columns or _is_total(found, cells):
                continue
            if is_note(cells):
                found.beside += [cell for cell in cells if cell.strip()] if len(found.beside) < _BESIDE else []
                continue
            found.rows += 1
            for column, text in zip(found.looks, cells, strict=True):
                if text:
                    column.add(text)
        found.notes = opened.lost() | {
            Message.of("table.days_turned", column=name, n=column.kept): 1
            for name, column in zip(found.columns, found.looks, strict=True)
            if column.may_be_turned
        }
        found.bold_totals = bold.sums_up()
        found.rows -= bold.rows if found.bold_totals else 0
    return found


def _is_total(found: TableLook, cells: Sequence[str]) -> bool:
    """Say whether a row calls itself a total, and remember by what."""
    at = next((at for at, cell in enumerate(cells) if cell.strip()), None)
    if at is None or not found.columns[at] or not calls_itself_total(cells):
        return False
    found.totals.append((found.columns[at], cells[at].strip()))
    return True


def _delimiter(path: Path, encoding: str) -> str:
    """Return the delimiter of a CSV under which most of its first rows have the same number of cells, two or more."""
    best = ("", 0, 0)
    for delimiter in DELIMITERS:
        try:
            with Sheet(path, verbatim=True, delimiter=delimiter, encoding=encoding or None) as opened:
                if opened.sheet:
                    return ""
                widths = [len(cells) for _, cells in islice(opened.raw(), HEAD) if not isinstance(cells, Problem)]
        except (EnduseError, csv.Error):
            continue
        common = Counter(width for width in widths if width > 1).most_common(1)
        if common and (common[0][1], common[0][0]) > best[1:]:
            best = (delimiter, common[0][1], common[0][0])
    return best[0]


def _data_rows(found: TableLook) -> Iterator[Sequence[str]]:
    """Yield the cells of each row that holds data: neither a total nor a subtotal in bold, nor one that cannot be read."""
    reading = {"sheet": found.sheet or None, "delimiter": found.delimiter or None, "encoding": found.encoding or None}
    with Sheet(
        found.path,
        is_header=lambda names: told_apart(names) == found.columns,
        header_rows=found.last - found.first + 1,
        **reading,  # type: ignore[arg-type] # by their names
    ) as opened:
        for number, cells in opened.rows():
            if found.bold_totals and opened.row_of(number) in opened.bold:
                continue
            if not isinstance(cells, Problem) and not calls_itself_total(cells) and not is_note(cells):
                yield cells


def sums_of(found: TableLook, style: str, blank: Sequence[str], within: Mapping[str, str]) -> list[str]:
    """Return the sum of each column of numbers, exactly; empty for other columns.

    Args:
        found: the table.
        style: how its numbers are written.
        blank: texts that stand for nothing.
        within: for a column, the one that says what its numbers are in: they are summed up for each of a few, else not at all.
    """
    sums: list[dict[str, Decimal] | None] = [{} if column.kind == "number" else None for column in found.looks]
    beside = [found.columns.index(within[name]) if name in within else None for name in found.columns]
    leave = set(blank)
    for cells in _data_rows(found):
        for at, of in enumerate(sums):
            if of is not None and cells[at].strip() and cells[at].strip() not in leave:
                other = beside[at]
                code = folded(cells[other]).strip() if other is not None else ""
                if code not in of and len(of) > _SUMS:
                    continue
                of[code] = of.get(code, Decimal()) + (read_number(cells[at], style) or 0)
    return ["" if of is None or len(of) > _SUMS else _summed(of) for of in sums]


def _summed(of: Mapping[str, Decimal]) -> str:
    if len(of) == 1:
        (total,) = of.values()
        return f"{total:f}"
    return ", ".join(f"{total:f} {code}".strip() for code, total in of.items()) or "0"


def telling_apart(found: TableLook, told: Sequence[str], others: Sequence[str]) -> list[str]:
    """Return the columns, few of them, that tell rows apart which are alike in others.

    Args:
        found: the table.
        told: columns by which rows are told apart already.
        others: among which to look.
    """
    if not others or found.rows > _COMPARED:
        return []
    names = (*told, *others)
    at = [found.columns.index(name) for name in names]
    rows = [tuple(hash(folded(cells[each])) for each in at) for cells in _data_rows(found)]
    chosen: list[int] = list(range(len(told)))
    best = len({tuple(row[each] for each in chosen) for row in rows})
    while best < len(rows) and len(chosen) < len(told) + _TOLD_BY:
        counts = {
            each: len({(*(row[other] for other in chosen), row[each]) for row in rows})
            for each in range(len(told), len(names))
            if each not in chosen
        }
        further = max(counts, key=lambda each: (counts[each], -len(found.at(names[each]).distinct)), default=None)
        if further is None or counts[further] == best:
            break
        chosen.append(further)
        best = counts[further]
    return [names[each] for each in chosen[len(told) :]]


def tell_each_row(found: TableLook, names: Sequence[str]) -> bool:
    """Say whether every row fills the columns, and no two rows are alike in all of them."""
    at = [found.columns.index(name) for name in names]
    if not at or found.rows > _COMPARED:
        return False
    rows = [tuple(folded(cells[each]) for each in at) for cells in _data_rows(found)]
    return len(set(rows)) == len(rows) and all(map(all, rows))


def name_cell(found: TableLook, at: int) -> str:
    """Return where the name of a column stands."""
    return cell_name(at, found.last)
