"""Two tables brought to where their cells can be compared: columns by name, values by what they mean.

Programs that save a table again change how it looks: another order of columns, ``22.0`` for ``22``, a date with
``00:00:00`` behind it, Arabic digits, a blank more. None of that is a change. What cannot be told for certain, such as the
order of day and month in a column where no day is above twelve, is compared as it is written.
"""

import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Final, Literal

import msgspec

from enduse.errors import ConflictError, EnduseError, MalformedError, Problem
from enduse.exchange.tables.cells import as_identifier
from enduse.exchange.tables.column_names import WAYBILL
from enduse.exchange.tables.encodings import encoding_of
from enduse.exchange.tables.leaf import no_column
from enduse.exchange.tables.limits import Limits
from enduse.exchange.tables.merged import cell_name
from enduse.exchange.tables.passed_over import begins_as_total, is_bare_total, is_total_beside
from enduse.exchange.tables.sheet import Sheet
from enduse.exchange.tables.values import ColumnStyle, day_of, is_value, joint_styles, style_of
from enduse.messages import Message
from enduse.terms.names import spelling
from enduse.views.issues import ComparedTable, LeftOut

ROWS_MAX: Final = 1_000_000
"""So many rows of each table are held in memory."""

_LIMITS: Final = Limits(rows=ROWS_MAX)
_IDENTITY: Final = re.compile(
    r"(?:(?:row|record|entry|line|submission|item)-)?(?:id|uuid|guid|identifier)|-?-?(?:id|uuid)|instanceid|"
    rf"(?:.*-)?(?:{WAYBILL})\w*(?:-(?:no|nr|number|id|ref|reference|nummer|numero|номер|رقم))?\.?|المعرف|الرقم-المرجعي|رقم-البوليصة"
)
"""What a column is called that names each row. Not a running number: it moves when a row is put in above."""
_SHOWN: Final = 8
_DATE_NAME: Final = re.compile("date|datum|fecha|data|jour|day|when|дата|tarih|תאריך|تاريخ|التاريخ|يوم")
_EDITED: Final = re.compile("edited|modified|updated|last-edit|last-modif|last-updat|تعديل|تحديث")
_NOT_OWN: Final = re.compile("edit|modif|updat|creat|enter|entry|upload|submi|last|export|print|تعديل|إدخال")
_DECIMAL: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_WHOLE: Final = re.compile(r"([0-9]+)\.0+")


class RawTable(msgspec.Struct, kw_only=True):
    """A table as read: its rows by number, cells folded but for what a workbook says of them."""

    name: str
    sheet: str
    sha256: str
    columns: tuple[str, ...]
    numbers: list[int]
    rows: list[list[str]]
    problems: tuple[Problem, ...]
    left_out: tuple[LeftOut, ...]

    def at(self, wanted: str) -> int:
        """Return where a column stands, however its name is spelt.

        Raises:
            MalformedError: there is no such column.
        """
        if wanted in self.columns:
            return self.columns.index(wanted)
        alike = [at for at, name in enumerate(self.columns) if name and spelling(name) == spelling(wanted)]
        if len(alike) != 1:
            raise MalformedError.about(no_column(wanted, filter(None, self.columns)), source=self.name)
        return alike[0]

    def fault(self, told: Message, number: int, at: int) -> MalformedError:
        """Return the error that says what is wrong with a cell, at its place."""
        error = MalformedError.about(told, source=self.name, line=number, path=self.columns[at])
        error.problem = msgspec.structs.replace(error.problem, sheet=self.sheet, cell=cell_name(at, number))
        return error

    def beside(self, places: set[int]) -> tuple[str, ...]:
        """Return the columns that stand elsewhere."""
        return tuple(name for at, name in enumerate(self.columns) if name and at not in places)

    def read(self, places: Sequence[int], styles: "Sequence[ColumnStyle]") -> list[tuple[str, ...]]:
        """Return some columns of each row, values made comparable."""
        readers = [(at, style.remembered()) for at, style in zip(places, styles, strict=True)]
        return [tuple([read(row[at]) for at, read in readers]) for row in self.rows]

    def comparable(self, at: int, otherwise: Literal["", "day", "month"] = "") -> list[str]:
        """Return a column with its values made comparable, by what it shows alone.

        Args:
            at: which column.
            otherwise: whether day or month comes first in its dates, where it does not show that.
        """
        order, comma = style_of(self.values(at))
        if order == "unknown" and otherwise:
            order = otherwise
        read = ColumnStyle(order, comma=bool(comma)).remembered()
        return [read(row[at]) for row in self.rows]

    def values(self, at: int) -> set[str]:
        """Return the different texts of a column."""
        return {row[at] for row in self.rows}


def read_raw(path: Path, wanted: Iterable[str] = (), sheet: str = "", encoding: str = "") -> RawTable:
    """Read a table whole; totals of the rows above them are none of its rows, and told.

    Args:
        path: CSV, CSV in gzip, or XLSX.
        wanted: columns that its header must have.
        sheet: of a workbook; else the first that is not hidden.
        encoding: of a CSV that is not UTF-8; else found by its letters, and told.

    Raises:
        EnduseError: it cannot be read, or reading ended early.
    """
    try:
        table = _read(path, wanted, sheet)
    except MalformedError as error:
        if error.problem.code != "table.header_unreadable" or not (found := encoding or encoding_of(path)):
            raise
    else:
        if all(problem.code != "table.not_encoded_so" for problem in table.problems):
            return _without_totals(table)
        if not (found := encoding or encoding_of(path)):
            return _without_totals(table)
    table = _read(path, wanted, sheet, found)
    if not encoding:
        note = Message.of("table.encoding_found", encoding=found)
        table.left_out = (*table.left_out, LeftOut(note, len(table.rows)))
    return _without_totals(table)


def _without_totals(table: RawTable) -> RawTable:
    """Take out rows that call themselves a total and are the sum of the rows above, all of them or those since the last.

    So are those that lack what every other row has, whatever they state: tonnes and bags in one column have no sum.
    """
    called = [at for at, row in enumerate(table.rows) if begins_as_total(next(filter(str.strip, row), ""))]
    if not called:
        return table
    columns = [list(map(_amount, table.comparable(at))) for at in range(len(table.columns))]
    others = [row for at, row in enumerate(table.rows) if at not in set(called)]
    needed = [at for at in range(len(table.columns)) if others and all(row[at].strip() for row in others)]
    totals: dict[int, str] = {}
    last = -1
    for at in called:
        stated = [(column[at], column) for column in columns if column[at] is not None]
        ranges = (range(at), range(last + 1, at))
        sums = [[sum(column[row] or 0 for row in rows if row not in totals) for _, column in stated] for rows in ranges]
        row = table.rows[at]
        if (at and stated and [amount for amount, _ in stated] in sums) or is_bare_total(row):
            totals[at] = "table.total_row"
        elif is_total_beside(row, [row[column] for column in needed]):
            totals[at] = "account.total_row"
        last = at if at in totals else last
    told = tuple(LeftOut(Message.of(code, row=table.numbers[at]), 1) for at, code in totals.items())
    kept = [at for at in range(len(table.rows)) if at not in totals]
    numbers, rows = [table.numbers[at] for at in kept], [table.rows[at] for at in kept]
    return msgspec.structs.replace(table, numbers=numbers, rows=rows, left_out=(*table.left_out, *told))


def _amount(value: str) -> Decimal | None:
    return Decimal(value) if _DECIMAL.fullmatch(value) else None


def _read(path: Path, wanted: Iterable[str], sheet: str, encoding: str = "") -> RawTable:
    needed = {spelling(name) for name in wanted}

    def is_header(names: tuple[str, ...]) -> bool:
        return needed <= set(map(spelling, names)) if needed else _looks_like_header(names)

    with Sheet(path, limits=_LIMITS, is_header=is_header, sheet=sheet or None, encoding=encoding or None) as table:
        known: dict[str, str] = {}
        numbers: list[int] = []
        rows: list[list[str]] = []
        problems: list[Problem] = []
        for number, cells in table.rows():
            if isinstance(cells, Problem):
                problems.append(cells)
                continue
            numbers.append(number)
            rows.append([text if type(text) is not str else known.setdefault(text, text) for text in cells])
        if not table.complete:
            raise MalformedError.about(problems[-1].told, source=table.name, line=problems[-1].line)
        return RawTable(
            name=table.name,
            sheet=table.sheet,
            sha256=table.sha256,
            columns=table.columns,
            numbers=[table.row_of(number) for number in numbers],
            rows=rows,
            problems=tuple(problems),
            left_out=tuple(LeftOut(note, count) for note, count in table.lost().items()),
        )


def _looks_like_header(names: Sequence[str]) -> bool:
    """Say whether a row could be a header: two names or more, no two alike, none a number or a day."""
    filled = [name for name in names if name]
    if len(filled) < 2 or len(set(filled)) < len(filled):  # noqa: PLR2004 - a title stands alone in its row
        return False
    return not any(is_value(name) for name in filled)


def read_two_issues(
    old: Path,
    new: Path,
    *,
    identity: Sequence[str] = (),
    by_content: bool = False,
    wanted: Iterable[str] = (),
    ignored: Iterable[str] = (),
    sheet: str = "",
    encoding: str = "",
) -> tuple[ComparedTable, ComparedTable]:
    """Return two issues of one table with the columns they share, in the order of the newer, values made comparable.

    Args:
        old: the earlier issue.
        new: the later issue.
        identity: columns that name a row; else one that is called so and names each row once, if there is one.
        by_content: look for no identity.
        wanted: further columns that both must have.
        ignored: columns that are not compared, beside those that only say when a row was edited.
        sheet: of workbooks; else the first that is not hidden.
        encoding: of CSVs that are not UTF-8.

    Raises:
        ConflictError: both are the same file.
        MalformedError: a table cannot be read, lacks a column that is named, shares none with the other, or names two
            rows alike.
    """
    wanted, ignored = tuple(wanted), tuple(ignored)
    first, second = (read_raw(path, (*identity, *wanted), sheet, encoding) for path in (old, new))
    if first.sha256 == second.sha256:
        raise ConflictError("compare.same_file", source=second.name, other=first.name)
    pairs = _shared(first, second, (*identity, *wanted))
    left_out = {_ignored(first, second, name) for name in ignored} | (
        _edited(first, second, pairs) - {second.at(name) for name in wanted}
    )
    keys = [(first.at(name), second.at(name)) for name in identity]
    if keys:
        ids = [_identities(table, [pair[side] for pair in keys]) for side, table in enumerate((first, second))]
        for table, found in zip((first, second), ids, strict=True):
            _check_unique(table, found, identity)
    else:
        keys, ids = ([], [[], []]) if by_content else _recognised(first, second, pairs)
    compared = [pair for pair in pairs if pair not in keys and pair[1] not in left_out]
    if not compared:
        raise MalformedError(
            "compare.nothing_left", source=second.name, columns=[second.columns[at] for _, at in pairs]
        )
    styles = [joint_styles(first.values(before), second.values(after)) for before, after in compared]
    names = tuple(second.columns[after] for _, after in compared)
    compared_tables = (
        ComparedTable(
            name=table.name,
            sheet=table.sheet,
            sha256=table.sha256,
            columns=names,
            identity=tuple(second.columns[after] for _, after in keys),
            only_here=table.beside({pair[side] for pair in pairs}),
            ignored=tuple(second.columns[at] for at in sorted(left_out) if at >= 0),
            numbers=table.numbers,
            ids=ids[side],
            rows=table.read([pair[side] for pair in compared], [style[side] for style in styles]),
            problems=table.problems,
            left_out=table.left_out,
        )
        for side, table in enumerate((first, second))
    )
    return next(compared_tables), next(compared_tables)


def _ignored(old: RawTable, new: RawTable, name: str) -> int:
    """Return where a column that is not compared stands in the newer; one of the older alone is not compared anyway."""
    try:
        return new.at(name)
    except MalformedError:
        old.at(name)
        return -1


def _edited(old: RawTable, new: RawTable, pairs: list[tuple[int, int]]) -> set[int]:
    """Return where in the newer stand columns that only say when a row was edited."""
    return {
        after
        for before, after in pairs
        if _EDITED.search(spelling(new.columns[after]))
        and holds_days(old.comparable(before))
        and holds_days(new.comparable(after))
    }


def _shared(old: RawTable, new: RawTable, wanted: Sequence[str]) -> list[tuple[int, int]]:
    """Return where the columns that both have stand in each; those that are wanted must be among them."""
    for name in wanted:
        old.at(name)
        new.at(name)
    pairs = []
    for after, name in enumerate(new.columns):
        if name:
            with suppress(EnduseError):
                pairs.append((old.at(name), after))
    if not pairs:
        raise MalformedError(
            "compare.no_common_column",
            source=new.name,
            other=old.name,
            columns=[name for name in new.columns if name][:_SHOWN],
            others=[name for name in old.columns if name][:_SHOWN],
        )
    return pairs


def _recognised(
    old: RawTable, new: RawTable, pairs: list[tuple[int, int]]
) -> tuple[list[tuple[int, int]], list[list[tuple[str, ...]]]]:
    """Return the column by which rows of both can be told apart, with the identities: called so, filled, each once."""
    for before, after in pairs:
        if not _IDENTITY.fullmatch(spelling(new.columns[after])):
            continue
        try:
            ids = [_identities(old, [before]), _identities(new, [after])]
        except MalformedError:
            continue
        if all(("",) not in found and len(set(found)) == len(found) for found in ids):
            return [(before, after)], ids
    return [], [[], []]


def _identities(table: RawTable, places: Sequence[int]) -> list[tuple[str, ...]]:
    """Return the identity of each row; of a row in which it is blank, blanks.

    Raises:
        MalformedError: a spreadsheet has turned an identifier into a number and lost its last digits.
    """
    found = []
    known: dict[str, str] = {}
    for number, row in zip(table.numbers, table.rows, strict=True):
        parts = []
        for at in places:
            text = row[at]
            part = known.get(text) if type(text) is str else None
            if part is None:
                try:
                    part = " ".join(as_identifier(text, [], table.columns[at]).split())
                except MalformedError as error:
                    raise table.fault(error.problem.told, number, at) from error
                part = known[text] = part.partition(".")[0] if _WHOLE.fullmatch(part) else part
            parts.append(part)
        found.append(tuple(parts))
    return found


def _check_unique(table: RawTable, ids: list[tuple[str, ...]], columns: Sequence[str]) -> None:
    seen: dict[tuple[str, ...], int] = {}
    twice: dict[tuple[str, ...], list[int]] = {}
    for number, found in zip(table.numbers, ids, strict=True):
        if any(found) and seen.setdefault(found, number) != number:
            twice.setdefault(found, [seen[found]]).append(number)
    if twice:
        found, rows = next(iter(twice.items()))
        error = MalformedError(
            "compare.identity_twice",
            n=len(twice),
            read=" · ".join(found),
            rows=list(map(str, rows[:_SHOWN])),
            columns=list(columns),
        )
        error.problem = msgspec.structs.replace(
            error.problem, source=table.name, sheet=table.sheet, line=rows[1], path=", ".join(columns)
        )
        raise error


def own_date(tables: Sequence[ComparedTable], wanted: str = "") -> str:
    """Return the column of each row's own date: the one that is wanted, else one that holds days and is called so.

    When a row was entered or edited is not its own date. Empty where there is none.

    Raises:
        MalformedError: a wanted column holds no day.
    """
    columns = tables[0].columns
    if wanted:
        name = next((name for name in columns if spelling(name) == spelling(wanted)), wanted)
        if name not in columns:
            raise MalformedError.about(no_column(wanted, columns), source=tables[0].name)
        for table in tables:
            at = columns.index(name)
            if table.rows and not any(day_of(row[at]) for row in table.rows):
                raise MalformedError("compare.no_day", source=table.name, path=name, read=table.rows[0][at])
        return name
    likely = [name for name in columns if not _NOT_OWN.search(spelling(name))]
    likely.sort(key=lambda name: not _DATE_NAME.search(spelling(name)))
    for name in likely:
        at = columns.index(name)
        if all(holds_days([row[at] for row in table.rows]) for table in tables):
            return name
    return ""


def holds_days(values: Sequence[str]) -> bool:
    """Say whether nearly all of a column that is filled are days."""
    filled = [value for value in values if value]
    return bool(filled) and sum(day_of(value) is not None for value in filled) * 10 >= len(filled) * 9
