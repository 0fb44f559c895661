"""Two issues of one table: which rows are unchanged, changed, new, late, gone, or come back under another name.

Rows are told apart by an identity, where the table has one, else by content alone: then a row that changed is one
that is gone beside one that is new. Nothing here judges: a row that is gone may have been a double entry.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Final

import msgspec

from enduse.errors import MalformedError, Problem
from enduse.messages import Message

Row = tuple[str, ...]

BANDS: Final = (7, 30, 90, 180, 365)
"""Days up to which late rows are counted together."""
_TELLING: Final = 3
"""So many columns must be alike before a row is taken for another that has one cell different."""


class LeftOut(msgspec.Struct, frozen=True):
    """What of a file is not in the rows, or not as it was written, and how often."""

    note: Message
    count: int


class ComparedTable(msgspec.Struct, kw_only=True):
    """One issue, read: what is compared of it.

    Attributes:
        name, sheet, sha256: of the file.
        columns: what is compared, in one order for both issues; identity is not among them.
        identity: columns that name a row; none, where rows are compared by content.
        only_here: columns that the other issue has not.
        ignored: columns that were not to be compared.
        numbers: of each row, as the sheet counts its rows.
        ids: identity of each row; empty where there is no identity.
        rows: cells of each row, made comparable.
        problems: rows that could not be read.
        left_out: what of the file is not in the rows.
    """

    name: str
    sheet: str
    sha256: str
    columns: tuple[str, ...]
    identity: tuple[str, ...]
    only_here: tuple[str, ...]
    ignored: tuple[str, ...]
    numbers: list[int]
    ids: list[tuple[str, ...]]
    rows: list[Row]
    problems: tuple[Problem, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


class IssueSide(msgspec.Struct, frozen=True, kw_only=True):
    """One issue in figures.

    Attributes:
        name, sheet, sha256: of the file.
        rows: compared.
        last_day: the latest day a row of it is dated, which is how far it reaches.
        only_here: columns that the other issue has not.
        unread: rows that could not be read.
        left_out: what of the file is not in the rows.
    """

    name: str
    sheet: str
    sha256: str
    rows: int
    last_day: str
    only_here: tuple[str, ...]
    unread: tuple[Problem, ...]
    left_out: tuple[LeftOut, ...]


class ChangedCell(msgspec.Struct, frozen=True, kw_only=True):
    """One cell of a row that stands in both issues.

    Attributes:
        item: identity of the row.
        old_row, new_row: where it stands in each sheet.
        column: which cell.
        before, after: what it says in each issue, as compared.
    """

    item: str
    old_row: int
    new_row: int
    column: str
    before: str
    after: str


class NewRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the newer issue that the older has not.

    Attributes:
        item: its identity.
        row: where it stands.
        day: its own date; empty where it has none.
        late: days between its own date and the last day of the older issue, in which it should have stood already;
            ``None`` for one dated later, without a date, or that came back.
        before_row: where it stood in the older issue, where it is one that came back; 0 where it is not.
        before_item: the identity under which it stood there.
        cells: what it says, by column.
    """

    item: str
    row: int
    day: str
    late: int | None
    before_row: int
    before_item: str
    cells: Row


class GoneRow(msgspec.Struct, frozen=True, kw_only=True):
    """A row of the older issue that the newer has not.

    Attributes:
        item: its identity.
        row: where it stood.
        day: its own date.
        back_row: where the newer issue has it under another identity; 0 where it has not.
        back_item: that identity.
        but: the one column in which it then differs; empty where it is equal in all that is compared.
        cells: what it said, by column.
    """

    item: str
    row: int
    day: str
    back_row: int
    back_item: str
    but: str
    cells: Row


class Band(msgspec.Struct, frozen=True):
    """Late rows: from how many days late, to how many (0: without end), and how many rows."""

    start: int
    end: int
    rows: int


class IssuesView(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a table from one issue to the next.

    Attributes:
        old, new: the issues.
        identity: columns that name a row; none, where rows were compared by content.
        date: the column of each row's own date; empty where there is none.
        since, until: the days that were looked at; empty without limit.
        columns: what was compared.
        ignored: columns that were not.
        unchanged: rows equal in all that is compared.
        changed: rows of which at least one cell differs.
        by_column: how many rows differ in each column, the most first.
        cells: each difference.
        added: new rows.
        late: how many of them are dated no later than the last day of the older issue.
        latest: days late of the row in the middle, and of the last; 0 where none is late.
        bands: late rows by how late they are.
        late_by_month: late rows by the month of their own date.
        gone: rows that are gone.
        back: how many of those stand in the newer issue under another identity, or with one cell different.
        back_but: the column in which those differ that are not equal in all; empty where there are none.
    """

    old: IssueSide
    new: IssueSide
    identity: tuple[str, ...]
    date: str
    since: str
    until: str
    columns: tuple[str, ...]
    ignored: tuple[str, ...]
    unchanged: int
    changed: int
    by_column: dict[str, int]
    cells: tuple[ChangedCell, ...]
    added: tuple[NewRow, ...]
    late: int
    latest: tuple[int, int]
    bands: tuple[Band, ...]
    late_by_month: dict[str, int]
    gone: tuple[GoneRow, ...]
    back: int
    back_but: str


class _Match(msgspec.Struct):
    """Rows by their place in each list: pairs of both, and what stands in one only."""

    pairs: list[tuple[int, int]]
    gone: list[int]
    added: list[int]


def compare_issues(
    old: ComparedTable,
    new: ComparedTable,
    *,
    day_of: Callable[[str], date | None],
    date_column: str = "",
    since: date | None = None,
    until: date | None = None,
) -> IssuesView:
    """Compare two issues of one table.

    Args:
        old: the earlier issue.
        new: the later issue.
        day_of: gives the day a cell of the date column stands for.
        date_column: the column of each row's own date, if there is one.
        since: look only at rows dated no earlier; a row of both belongs to the day it has in the older issue.
        until: look only at rows dated no later.

    Raises:
        MalformedError: days are asked for, and no column holds them.
    """
    if not date_column and (since or until):
        raise MalformedError("compare.no_days", source=new.name)
    at = new.columns.index(date_column) if date_column else None
    days = [_days(table, at, day_of) for table in (old, new)]

    def within(day: date | None) -> bool:
        if since is None and until is None:
            return True
        return day is not None and (since is None or day >= since) and (until is None or day <= until)

    match = _match(old, new)
    match.pairs = [pair for pair in match.pairs if within(days[0][pair[0]])]
    came_back, but = _came_back(old, new, match)
    match.gone = [place for place in match.gone if within(days[0][place])]
    match.added = [place for place in match.added if within(days[1][place])]
    last = max((day for day in days[0] if day is not None), default=None)
    cells = tuple(_cells(old, new, match.pairs))
    changed = len({cell.old_row for cell in cells})
    before = {added: gone for gone, added in came_back.items()}
    added = tuple(_added(old, new, place, before.get(place), days[1][place], last) for place in match.added)
    gone = tuple(_gone(old, new, place, came_back.get(place), days[0][place], but) for place in match.gone)
    lateness = sorted(row.late for row in added if row.late is not None)
    return IssuesView(
        old=_side(old, days[0], len(match.pairs) + len(gone)),
        new=_side(new, days[1], len(match.pairs) + len(added)),
        identity=new.identity,
        date=date_column,
        since=_text(since),
        until=_text(until),
        columns=new.columns,
        ignored=new.ignored,
        unchanged=len(match.pairs) - changed,
        changed=changed,
        by_column=dict(Counter(cell.column for cell in cells).most_common()),
        cells=cells,
        added=added,
        late=len(lateness),
        latest=(lateness[len(lateness) // 2], lateness[-1]) if lateness else (0, 0),
        bands=_bands(lateness),
        late_by_month=dict(sorted(Counter(row.day[:7] for row in added if row.late is not None).items())),
        gone=gone,
        back=sum(1 for row in gone if row.back_row),
        back_but=but if any(row.but for row in gone) else "",
    )


def _match(old: ComparedTable, new: ComparedTable) -> _Match:
    if not new.identity:
        return _by_content(old, new, range(len(old.rows)), range(len(new.rows)))
    places = {found: place for place, found in enumerate(new.ids) if any(found)}
    pairs, gone, unnamed = [], [], []
    for place, found in enumerate(old.ids):
        if not any(found):
            unnamed.append(place)
        elif (other := places.pop(found, None)) is None:
            gone.append(place)
        else:
            pairs.append((place, other))
    rest = _by_content(old, new, unnamed, [place for place, found in enumerate(new.ids) if not any(found)])
    return _Match(sorted(pairs + rest.pairs), sorted(gone + rest.gone), sorted([*places.values(), *rest.added]))


def _by_content(old: ComparedTable, new: ComparedTable, before: Iterable[int], after: Iterable[int]) -> _Match:
    """Match rows as two bags: each row of one with one of the other that is equal."""
    waiting: dict[Row, list[int]] = defaultdict(list)
    for place in before:
        waiting[old.rows[place]].append(place)
    for places in waiting.values():
        places.reverse()
    pairs, added = [], []
    for place in after:
        same = waiting.get(new.rows[place])
        if same:
            pairs.append((same.pop(), place))
        else:
            added.append(place)
    return _Match(pairs, sorted(place for places in waiting.values() for place in places), added)


def _came_back(old: ComparedTable, new: ComparedTable, match: _Match) -> tuple[dict[int, int], str]:
    """Return which rows that are gone stand in the newer issue as new: equal, or but for one column, the same for all."""
    strict = _by_content(old, new, match.gone, match.added) if new.identity else _Match([], match.gone, match.added)
    found = dict(strict.pairs)
    if len(new.columns) <= _TELLING or not strict.gone or not strict.added:
        return found, ""
    best: list[tuple[int, int]] = []
    but = ""
    for at, name in enumerate(new.columns):
        loose = _pairs_without(old, new, strict, at)
        if len(loose) > len(best):
            best, but = loose, name
    return found | dict(best), but


def _pairs_without(old: ComparedTable, new: ComparedTable, match: _Match, at: int) -> list[tuple[int, int]]:
    """Return rows that are equal in all columns but one."""
    waiting: dict[Row, list[int]] = defaultdict(list)
    for place in reversed(match.gone):
        waiting[_without(old.rows[place], at)].append(place)
    pairs = []
    for place in match.added:
        same = waiting.get(_without(new.rows[place], at))
        if same:
            pairs.append((same.pop(), place))
    return pairs


def _without(row: Row, at: int) -> Row:
    return row[:at] + row[at + 1 :]


def _cells(old: ComparedTable, new: ComparedTable, pairs: Sequence[tuple[int, int]]) -> Iterable[ChangedCell]:
    for before, after in pairs:
        if old.rows[before] == new.rows[after]:
            continue
        for column, was, now in zip(new.columns, old.rows[before], new.rows[after], strict=True):
            if was != now:
                yield ChangedCell(
                    item=_item(new, after),
                    old_row=old.numbers[before],
                    new_row=new.numbers[after],
                    column=column,
                    before=was,
                    after=now,
                )


def _added(
    old: ComparedTable, new: ComparedTable, place: int, before: int | None, day: date | None, last: date | None
) -> NewRow:
    return NewRow(
        item=_item(new, place),
        row=new.numbers[place],
        day=_text(day),
        late=_late(day, last) if before is None else None,
        before_row=0 if before is None else old.numbers[before],
        before_item="" if before is None else _item(old, before),
        cells=new.rows[place],
    )


def _gone(old: ComparedTable, new: ComparedTable, place: int, back: int | None, day: date | None, but: str) -> GoneRow:
    return GoneRow(
        item=_item(old, place),
        row=old.numbers[place],
        day=_text(day),
        back_row=0 if back is None else new.numbers[back],
        back_item="" if back is None else _item(new, back),
        but="" if back is None or old.rows[place] == new.rows[back] else but,
        cells=old.rows[place],
    )


def _item(table: ComparedTable, place: int) -> str:
    return " · ".join(table.ids[place]) if table.ids else ""


def _days(table: ComparedTable, at: int | None, day_of: Callable[[str], date | None]) -> list[date | None]:
    if at is None:
        return [None] * len(table.rows)
    known: dict[str, date | None] = {}
    days = []
    for row in table.rows:
        text = row[at]
        if text not in known:
            known[text] = day_of(text)
        days.append(known[text])
    return days


def _late(day: date | None, last: date | None) -> int | None:
    """Return how many days a row was late at the least: it did not stand in an issue that reaches to ``last``."""
    return (last - day).days if day is not None and last is not None and day <= last else None


def _bands(lateness: Sequence[int]) -> tuple[Band, ...]:
    bands = []
    start = 0
    for end in (*BANDS, 0):
        rows = sum(1 for days in lateness if days >= start and (not end or days <= end))
        if rows:
            bands.append(Band(start, end, rows))
        start = end + 1
    return tuple(bands)


def _side(table: ComparedTable, days: list[date | None], rows: int) -> IssueSide:
    return IssueSide(
        name=table.name,
        sheet=table.sheet,
        sha256=table.sha256,
        rows=rows,
        last_day=_text(max((day for day in days if day is not None), default=None)),
        only_here=table.only_here,
        unread=table.problems,
        left_out=table.left_out,
    )


def _text(day: date | None) -> str:
    return day.isoformat() if day else ""
