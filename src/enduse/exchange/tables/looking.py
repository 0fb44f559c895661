"""A table looked at before anybody says how it is read: where its header is, what each column holds, how it is written.

Whatever is decided is decided for a whole column, and what a column does not tell stays open.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import time
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Final, Literal

import msgspec

from enduse.errors import EnduseError, MalformedError, Problem
from enduse.exchange.tables.amount_text import parted
from enduse.exchange.tables.cells import FaultyCell, MomentCell, NumberCell
from enduse.exchange.tables.days import ORDERS, moment_of
from enduse.exchange.tables.delimited import DELIMITERS
from enduse.exchange.tables.encodings import encoding_of
from enduse.exchange.tables.header import is_tag_row, joined
from enduse.exchange.tables.leaf import read_number
from enduse.exchange.tables.merged import cell_name
from enduse.exchange.tables.passed_over import BoldRows, calls_itself_total
from enduse.exchange.tables.sheet import Sheet, no_header, open_table
from enduse.exchange.tables.values import folded
from enduse.messages import Message

HEAD: Final = 80
"""So many rows are looked at to find the header."""

NOTHING: Final = ("-", "--", "\u2013", "\u2014", "_", "n/a", "na", "nd", "s/d", "null", "...", "\u2026", ".")
"""What people write where there is nothing."""

_NUMBER: Final = re.compile(r"[+-]?[0-9](?:[0-9]|[., \u00a0\u2009\u202f\u066c](?=[0-9]))*(?:[.,])?")
_YEAR_LAST: Final = re.compile(
    r"([0-9]{1,2})([/-]|\.(?=[0-9]{1,2}\.[0-9]{4}|(?<=[0-9]{2}\.)[0-9]{2}\.[0-9]{2}))([0-9]{1,2})\2([0-9]{4}|[0-9]{2})(?:[ T].*)?"
)
"""A day with its year last; 1.1.10 is a number of an item, and 01.01.10 may be a day."""
_LEADING_ZERO: Final = re.compile(r"[+-]?0[0-9]+")
_COUNTS: Final = frozenset("123456789")
_MIDNIGHT: Final = "T00:00:00"
_MONTHS: Final = 12
_SHORT_YEAR: Final = 2
_TYPED: Final = 0.6
_VALUES_IN_HEADER: Final = 0.2
_BELOW: Final = 30
_SPAN: Final = 4
_FIRST: Final = 3
_PROBLEMS: Final = 10
_REMEMBERED: Final = 4096
_DIGITS_OF_GROUP: Final = 3
_COMPARED: Final = 100_000
"""Of so many rows at most it is looked for what tells them apart."""
_TOLD_BY: Final = 4
"""By so many columns at most."""

Evidence = Literal["comma_group", "comma_point", "dot_group", "dot_point", "comma_open", "dot_open"]
_POINT_DECIMAL: Final = frozenset[str](("comma_group", "dot_point"))
_COMMA_DECIMAL: Final = frozenset[str](("dot_group", "comma_point"))


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

    def at(self, name: str) -> "Column":
        """Return what a column holds."""
        return self.looks[self.columns.index(name)]

    def names(self) -> list[str]:
        """Return the columns that have a name."""
        return [name for name in self.columns if name]


class Column:
    """What one column holds, gathered cell by cell.

    Attributes:
        signs: how many of its numbers bear which currency, as written; those without one under an empty text.
        unclear: the first number that could be read in two ways, the first day of which the year stands last.
    """

    def __init__(self) -> None:
        self.kinds: Counter[str] = Counter()
        self.evidence: set[Evidence] = set()
        self.orders: set[str] = set()
        self.clock = self.zoned = self.named_days = self.above = self.below = False
        self.nothing: set[str] = set()
        self.first: list[str] = []
        self.distinct: set[str] = set()
        self.signs: Counter[str] = Counter()
        self.bracketed = 0
        self.unclear: dict[str, str] = {}
        self._known: set[str] = set()
        self._ends: tuple[set[str], set[str]] = (set(), set())
        """First and last numbers of days whose year has two digits."""
        self.kept = 0
        self._kept: set[bool] = set()
        """Whether cells that are dates lie behind the twelfth of a month."""

    @property
    def filled(self) -> int:
        """Cells in which something stands."""
        return sum(self.kinds.values())

    @property
    def kind(self) -> Literal["number", "day", "text", "blank"]:
        """What nearly all filled cells are; what people write where there is nothing counts for none."""
        said = self.said
        if not said:
            return "blank"
        for kind in ("number", "day"):
            if self.kinds[kind] * 10 >= said * 9 and (kind == "day" or self.bracketed < self.kinds[kind]):
                return kind  # (1), (2), (3) are no amounts
        return "text"

    def add(self, text: str) -> None:
        """Look at one cell."""
        plain = folded(text)
        if not plain:
            return
        if len(self.first) < _FIRST and text not in self.first:
            self.first.append(plain)
        kind = self._kind_of(text, plain)
        self.kinds[kind] += 1
        if kind == "number" and not (self.above and self.below):
            counts, below = any(map(_COUNTS.__contains__, plain)), parted(plain)[0].startswith("-")
            self.below |= below and counts
            self.above |= not below and counts
        if len(self.distinct) < _REMEMBERED:
            self.distinct.add(plain)

    def _kind_of(self, text: str, plain: str) -> str:
        if isinstance(text, FaultyCell):
            return "fault"
        if isinstance(text, NumberCell):
            return "number"
        if isinstance(text, MomentCell):
            self._kept.add(int(text[8:10]) > _MONTHS if text[4:5] == "-" else False)
            self.kept += 1
            self.clock |= "T" in text and not text.endswith(_MIDNIGHT)
            return "day" if "-" in text else "text"
        if plain.casefold() in NOTHING:
            self.nothing.add(text.strip())
            return "nothing"
        return self._look(plain)

    def _look(self, plain: str) -> str:
        number, sign = parted(plain)
        last = _YEAR_LAST.fullmatch(plain)
        if not last and _NUMBER.fullmatch(number) and (sign or not _LEADING_ZERO.fullmatch(number)):
            self.signs[sign] += 1
            self.bracketed += plain.startswith("(")
            if number not in self._known:
                if len(self._known) < _REMEMBERED:
                    self._known.add(number)
                told = _evidence(number)
                self.evidence |= told
                if not told.isdisjoint(("comma_open", "dot_open")):
                    self.unclear.setdefault("number", plain)
            return "number"
        known = moment_of(plain, ORDERS[0]) or moment_of(plain, ORDERS[1])
        if known is None:
            return "text"
        self.clock |= known[1] and known[0].time() != time()
        self.zoned |= known[0].tzinfo is not None
        if last:
            self.orders |= {ORDERS[0]} if int(last[1]) > _MONTHS else set()
            self.orders |= {ORDERS[1]} if int(last[3]) > _MONTHS else set()
            self.orders |= {"open"} if int(last[1]) <= _MONTHS >= int(last[3]) else set()
            self.unclear.setdefault("day", plain)
            if len(last[4]) == _SHORT_YEAR:
                self._ends[0].add(last[1])
                self._ends[1].add(last[4])
        return "day"

    @property
    def said(self) -> int:
        """Cells in which something is said; what people write where there is nothing is not."""
        return self.filled - self.kinds["nothing"]

    @property
    def unique(self) -> bool:
        """Whether no two of its filled cells are alike, as far as that is remembered."""
        return len(self.distinct) == min(self.filled, _REMEMBERED)

    @property
    def has_groups(self) -> bool:
        """Whether a number in it shows how thousands are grouped, which no row number and no point on a map does."""
        return not self.evidence.isdisjoint(("comma_group", "dot_group"))

    @property
    def may_be_turned(self) -> bool:
        """Whether days that could be read both ways became dates, and the others stayed texts: a spreadsheet reads so with one order."""
        return self._kept == {False} and bool(self.orders) and "open" not in self.orders

    def order(self) -> str:
        """Return how its days are written: an order, ``open`` where cells do not tell, ``both`` where they contradict."""
        told = self.orders - {"open"}
        firsts, lasts = map(len, self._ends)
        if len(told) > 1 or (lasts and lasts >= firsts):
            return "both"  # 24/03/25 has its year last only where more goes on in front than behind
        return next(iter(told), "open" if "open" in self.orders else ORDERS[2])


def _evidence(plain: str) -> set[Evidence]:
    """Return what a number tells of how commas and points are used."""
    commas, dots = plain.count(","), plain.count(".")
    if commas and dots:
        return {"comma_group", "dot_point"} if plain.rfind(".") > plain.rfind(",") else {"dot_group", "comma_point"}
    for sign, count, name in ((",", commas, "comma"), (".", dots, "dot")):
        if count > 1:
            return {f"{name}_group"}  # type: ignore[arg-type] # one of the evidences
        if count == 1:
            before, _, after = plain.lstrip("+-").partition(sign)
            grouped = len(after) == _DIGITS_OF_GROUP and len(before) <= _DIGITS_OF_GROUP and not before.startswith("0")
            return {f"{name}_open" if grouped else f"{name}_point"}  # type: ignore[arg-type] # as above
    return set()


def style_of_numbers(evidence: Iterable[str]) -> str:
    """Return how numbers are written, or ``open`` where commas or points could mean either."""
    told = set(evidence)
    if told & {"comma_open", "dot_open"} and told & _POINT_DECIMAL and told & _COMMA_DECIMAL:
        return "open"  # two habits in one table: a cell that fits both must not be taken for either
    if "comma_group" in told or {"dot_point", "comma_open"} <= told:
        return "1,234.5"
    if "dot_group" in told or {"comma_point", "dot_open"} <= told:
        return "1.234,5"
    if "comma_point" in told:
        return "1234,5"
    return "open" if told & {"comma_open", "dot_open"} and "dot_point" not in told else "1234.5"


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
        if _could_head(cells, at, at + 1 if tags is None else tags + 1):
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
    while last + 1 < min(len(cells), found + _SPAN) and _could_head(cells, last + 1, last + 2):
        last += 1
    return found, last


def _names(row: Sequence[str]) -> int:
    return sum(bool(cell.strip()) for cell in row)


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
    # What stands below once more is a name in merged cells, and tells nothing of its column.
    under = [
        [cell if [cell] != row[at : at + 1] else "" for at, cell in enumerate(each)]
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
        values += look.kinds["number"] + look.kinds["day"]
        texts += look.kinds["text"]
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
        )
        bold = BoldRows(len(opened.columns))
        for number, cells in opened.rows():
            if isinstance(cells, Problem):
                found.problems += [cells] if len(found.problems) < _PROBLEMS else []
                continue
            bold.add(cells, bold=opened.row_of(number) in opened.bold)
            if tuple(cells) == found.columns or _is_total(found, cells):
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
        is_header=lambda names: names == found.columns,
        header_rows=found.last - found.first + 1,
        **reading,  # type: ignore[arg-type] # by their names
    ) as opened:
        for number, cells in opened.rows():
            if found.bold_totals and opened.row_of(number) in opened.bold:
                continue
            if not isinstance(cells, Problem) and not calls_itself_total(cells):
                yield cells


def sums_of(found: TableLook, style: str, blank: Sequence[str]) -> list[str]:
    """Return the sum of each column of numbers, exactly; empty for other columns."""
    sums: list[Decimal | None] = [Decimal() if column.kind == "number" else None for column in found.looks]
    leave = set(blank)
    for cells in _data_rows(found):
        for at, sum_ in enumerate(sums):
            if sum_ is not None and cells[at].strip() and cells[at].strip() not in leave:
                sums[at] = sum_ + (read_number(cells[at], style) or 0)
    return ["" if total is None else format(total, "f") for total in sums]


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


def name_cell(found: TableLook, at: int) -> str:
    """Return where the name of a column stands."""
    return cell_name(at, found.last)
