"""What the public is told of access: late, by month and broad area, small counts left out so that nobody can work them out.

Nothing here tells where or when a convoy is or will be: a month is told only once it has been over for the days that the
programme sets, and then as counts. Of what was sealed the commitments are named, so that everybody can check that what was disclosed
is what was sealed.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Final

import msgspec

from enduse.access.access import MovementStep
from enduse.access.accounts import Stay, stays
from enduse.access.waiting import Wait, waits
from enduse.book.access import access_rules
from enduse.book.book import Book
from enduse.errors import MissingExtraError
from enduse.statements.access import SEALABLE, AccessRules
from enduse.terms.times import instant_of, month_of, next_month
from enduse.views.access import OUTCOMES, area_of, incidents, lead_times, movement_view, planned_on
from enduse.views.service_points import points

COLUMNS: Final = (*OUTCOMES, "no_answer", "open")
_TOTAL: Final = ""
_NOWHERE: Final = "-"
"""Row of what tells no area: it is in the sum, and never told by itself."""
_SUMMED: Final = "planned"
_BESIDE: Final = "disputed"
"""A count that is summed over areas, and is no part of what a row sums up."""


class PublicCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How movements of a month ended that were planned in a broad area; ``None`` is a count that is not told.

    Attributes:
        month: its first day.
        area: the broad area; empty for all of them together.
        planned: all.
        facilitated: arrived without hindrance.
        partly: facilitated in part.
        impeded: delayed, blocked, turned back or attacked.
        denied: not approved.
        cancelled: called off by who notified them.
        no_answer: never answered.
        open: not over, or nobody has said how it ended.
        disputed: of which two parties say otherwise.
    """

    month: date
    area: str
    planned: int | None
    facilitated: int | None
    partly: int | None
    impeded: int | None
    denied: int | None
    cancelled: int | None
    no_answer: int | None
    open: int | None
    disputed: int | None


class DisclosedMovement(msgspec.Struct, frozen=True, kw_only=True):
    """A movement whose month is told: which statements told it, and the commitments by which it was sealed.

    Attributes:
        movement: its identifier.
        month: in which it was planned; ``None`` where it is not told how many were planned in that month.
        entries: log indexes of the statements that tell it.
        commitments: of those that were sealed first.
    """

    movement: str
    month: date | None
    entries: tuple[int, ...]
    commitments: tuple[str, ...]


class PublicIncidents(msgspec.Struct, frozen=True, kw_only=True):
    """Incidents against those who build, monitor or bring aid; ``None`` is a count that is not told."""

    month: date
    area: str
    count: int | None


class PublicPoints(msgspec.Struct, frozen=True, kw_only=True):
    """Service points of one type in a broad area, as reported last.

    Attributes:
        area: the broad area.
        type: what they are.
        points: how many there are.
        working: how many work.
        partly: how many work in part.
        stopped: how many do not.
        not_known: of how many nobody knows.
        run_out: of how many the supplies have run out, as far as reported.
        supply_days: for how many more days the supplies of half of them last; ``None`` where nobody says.
        access_lapsed: to how many nobody may go any more.
        reported: day of the oldest of these reports.
    """

    area: str
    type: str
    points: int
    working: int
    partly: int
    stopped: int
    not_known: int
    run_out: int
    supply_days: Decimal | None
    access_lapsed: int
    reported: date


class PublicClosure(msgspec.Struct, frozen=True, kw_only=True):
    """A closure of a crossing or corridor that has begun, by somebody's word."""

    crossing: str
    start: date
    end: date | None
    reason: str
    by: str


class PublicAccess(msgspec.Struct, frozen=True, kw_only=True):
    """What everybody may know of access.

    Attributes:
        as_of: day of the last entry.
        after_days: how long a month has been over before it is told.
        least_count: counts below it are not told.
        until: first day that is not told yet.
        months: by month and area; of each month the sum of all areas first.
        waits: how long things waited in each state, and lead times (state ``lead``), where there are as many as the least count; how many these are is told as
            a multiple of it, rounded down, so that no month that is not told follows from it.
        disclosed: the movements behind these counts.
        incidents: by month and area.
        points: by area and type.
        closures: that have begun.
        without_area: movements that tell no area; ``None`` where something else would follow from it.
    """

    as_of: date
    after_days: int
    least_count: int
    until: date
    months: tuple[PublicCounts, ...]
    waits: tuple[Wait, ...]
    disclosed: tuple[DisclosedMovement, ...]
    incidents: tuple[PublicIncidents, ...]
    points: tuple[PublicPoints, ...]
    closures: tuple[PublicClosure, ...]
    without_area: int | None


def access_public(book: Book) -> PublicAccess:
    """Return what everybody may know of access."""
    rules, now = access_rules(book), instant_of(book.head.clock)
    until = month_of(now - timedelta(days=rules.public_after_days))
    old = {name: steps for name, steps in sorted(book.access.movements.items()) if out(steps, until)}
    told = _with_enough_others(book, old, rules, now)
    moved = [stay for steps in told.values() for stay in stays(steps, now)]
    moved += lead_times(movement_view(name, steps, "notifier", now) for name, steps in told.items())
    least = rules.least_count
    enough = [wait for wait in _waits(moved) if wait.cases >= least]
    months = _months(book, told, now, least)
    whole = {one.month for one in months if one.area == _TOTAL and one.planned is not None}
    nowhere = sum(not _area(book, steps) for steps in told.values())
    hidden = any(value is None for one in months for value in msgspec.structs.astuple(one))
    return PublicAccess(
        as_of=now.date(),
        after_days=rules.public_after_days,
        least_count=least,
        until=until,
        months=months,
        waits=tuple(
            msgspec.structs.replace(
                wait, worst_item="", cases=wait.cases // least * least, open=wait.open // least * least
            )
            for wait in enough
        ),
        disclosed=_disclosed(book, told, whole),
        incidents=_incidents(book, until, least),
        points=_points(book, now),
        closures=tuple(
            PublicClosure(
                crossing=said.body.crossing,
                start=said.body.period.start.date(),
                end=said.body.period.end.date() if said.body.period.end and said.body.period.end <= now else None,
                reason=said.body.reason,
                by=said.party,
            )
            for _, said in sorted(book.access.closures.items())
            if said.body.period.start <= now
        ),
        without_area=None if hidden else nowhere,
    )


def _waits(moved: Sequence[Stay]) -> tuple[Wait, ...]:
    try:
        return waits(moved, lambda stay: (stay.state, ""))
    except MissingExtraError:
        return ()  # the page says the rest all the same


def out(steps: Sequence[MovementStep], until: date) -> bool:
    """Say whether everything told of a movement lies in months that may be told."""
    last = max((planned_on(steps), *(step.at.astimezone(UTC) for step in steps)))
    return last.date() < until


def first_told(last: datetime, after_days: int) -> datetime:
    """Return when what happened at an instant may be told: the first of a month that is late enough, so that it tells no day."""
    over = next_month(last.astimezone(UTC).date())
    free = datetime(over.year, over.month, 1, tzinfo=UTC) + timedelta(days=after_days)
    again = free.date() if free.day == 1 else next_month(free.date())
    return datetime(again.year, again.month, 1, tzinfo=UTC)


def _area(book: Book, steps: Sequence[MovementStep]) -> str:
    place = next((step.place for step in steps if step.place is not None), None)
    return _TOTAL if place is None else area_of(book, place)


def _with_enough_others(
    book: Book, old: Mapping[str, tuple[MovementStep, ...]], rules: AccessRules, now: datetime
) -> dict[str, tuple[MovementStep, ...]]:
    """Return movements without those that came once their month was told, until enough came in each area and of each outcome.

    Else whoever keeps an earlier page learns of the few that came since.
    """
    waves: dict[date, dict[date, list[str]]] = defaultdict(lambda: defaultdict(list))
    for name, steps in old.items():
        month = month_of(planned_on(steps))
        first = first_told(datetime(month.year, month.month, 1, tzinfo=UTC), rules.public_after_days).date()
        came = month_of(book.clocks.at(max(step.index for step in steps)).astimezone(UTC))
        waves[month][max(first, came)].append(name)
    kept: set[str] = set()
    for coming_in in waves.values():
        known: Counter[tuple[str, str]] = Counter()
        coming: Counter[tuple[str, str]] = Counter()
        names: list[str] = []
        for _, wave in sorted(coming_in.items()):
            names += wave
            coming.update(cell for name in wave for cell in _cells(book, name, old[name], now))
            least = rules.least_count
            if all(count >= least or known[cell] < least for cell, count in coming.items()) or not known:
                kept.update(names)
                known += coming
                coming.clear()
                names = []
    return {name: steps for name, steps in old.items() if name in kept}


def _cells(book: Book, name: str, steps: tuple[MovementStep, ...], now: datetime) -> list[tuple[str, str]]:
    """Return in which counts of its month a movement is, by area and column."""
    seen = movement_view(name, steps, "notifier", now)
    column = seen.outcome or ("no_answer" if seen.state == "no_answer" else "open")
    columns = (column, _SUMMED, *((_BESIDE,) if seen.disputed else ()))
    return [(area, each) for area in (_TOTAL, _area(book, steps) or _NOWHERE) for each in columns]


def _months(
    book: Book, told: Mapping[str, tuple[MovementStep, ...]], now: datetime, least: int
) -> tuple[PublicCounts, ...]:
    tables: dict[date, dict[str, dict[str, int]]] = defaultdict(lambda: defaultdict(lambda: defaultdict(int)))
    for name, steps in told.items():
        month = month_of(planned_on(steps))
        for area, column in _cells(book, name, steps, now):
            tables[month][area][column] += 1
    found = []
    for month in sorted(tables):
        shown = suppressed(
            {
                area: {name: cells.get(name, 0) for name in (_SUMMED, *COLUMNS, _BESIDE)}
                for area, cells in tables[month].items()
            },
            least,
        )
        found += [
            PublicCounts(month=month, area=area, **shown[area])
            for area in sorted(shown)
            # Of a month with few movements no area is named: how many there were can be known from what was disclosed.
            if area == _TOTAL or (area != _NOWHERE and shown[_TOTAL][_SUMMED] is not None)
        ]
    return tuple(found)


def suppressed(table: Mapping[str, Mapping[str, int]], least: int) -> dict[str, dict[str, int | None]]:
    """Return a table of counts without the small ones, and without what would let a reader work these out.

    Nor does a sum follow that is small: where several counts of a line are left out, they are together no fewer than ``least``.

    Args:
        table: by row (the empty one is the sum of the others) and column (``planned`` is the sum of the others, but of
            ``disputed``). A row ``-`` is in the sum, and nothing of it is told.
        least: smallest count that is told.
    """
    shown: dict[str, dict[str, int | None]] = {
        row: {
            name: None if 0 < value < least or (row == _NOWHERE and value) else value for name, value in cells.items()
        }
        for row, cells in table.items()
    }
    # The sum of each line stands first in it.
    parts = sorted(
        {name for cells in table.values() for name in cells if name != _BESIDE}, key=lambda one: one != _SUMMED
    )
    lines = [[(row, name) for name in parts if name in table[row]] for row in sorted(table)]
    lines += [[(row, name) for row in sorted(table)] for name in (*parts, *((_BESIDE,) if _has_beside(table) else ()))]
    while True:
        chosen = next((cell for line in lines if (cell := _also(table, shown, line, least)) is not None), None)
        if chosen is None:
            return shown
        shown[chosen[0]][chosen[1]] = None


def _has_beside(table: Mapping[str, Mapping[str, int]]) -> bool:
    return all(_BESIDE in cells for cells in table.values())


def _also(
    table: Mapping[str, Mapping[str, int]],
    shown: Mapping[str, Mapping[str, int | None]],
    line: Sequence[tuple[str, str]],
    least: int,
) -> tuple[str, str] | None:
    """Return which further count of a line is left out, so that none that is left out follows from the others."""
    hidden = [cell for cell in line if shown[cell[0]][cell[1]] is None]
    if not hidden:
        return None
    together = sum(table[row][name] for row, name in hidden)
    if len(hidden) > 1 and (hidden[0] == line[0] or together >= least):
        return None
    others = [cell for cell in line if shown[cell[0]][cell[1]]]
    # Rather a part than the sum: of a line's sum more is known from elsewhere.
    return min(others, key=lambda cell: (cell == line[0], table[cell[0]][cell[1]], cell), default=None)


def _disclosed(
    book: Book, told: Mapping[str, Sequence[MovementStep]], whole: Collection[date]
) -> tuple[DisclosedMovement, ...]:
    sealed = {step.entry for steps in told.values() for step in steps if step.sealed}
    by_closing: dict[str, list[str]] = defaultdict(list)
    for _, seal in book.seals.seals.items() if sealed else ():
        if seal.body.field in SEALABLE and seal.closed_by in sealed:
            by_closing[seal.closed_by].append(seal.body.commitment)
    return tuple(
        DisclosedMovement(
            movement=name,
            month=month if (month := month_of(planned_on(steps))) in whole else None,
            entries=tuple(sorted(step.index for step in steps)),
            commitments=tuple(sorted(one for step in steps if step.sealed for one in by_closing.get(step.entry, ()))),
        )
        for name, steps in told.items()
    )


def _incidents(book: Book, until: date, least: int) -> tuple[PublicIncidents, ...]:
    limit = datetime(until.year, until.month, 1, tzinfo=UTC)
    counts: dict[tuple[date, str], int] = defaultdict(int)
    for month, place, _, _, count in incidents(book, limit):
        counts[month, area_of(book, place)] += count
    return tuple(
        PublicIncidents(month=month, area=area, count=None if counts[month, area] < least else counts[month, area])
        for month, area in sorted(counts)
    )


def _points(book: Book, now: datetime) -> tuple[PublicPoints, ...]:
    sorts = defaultdict(list)
    for point in points(book, now):
        sorts[area_of(book, point.place), point.type].append(point)
    found = []
    for area, sort in sorted(sorts):
        here = sorts[area, sort]
        days = sorted(point.supply_days for point in here if point.supply_days is not None)
        found.append(
            PublicPoints(
                area=area,
                type=sort,
                points=len(here),
                **{
                    status: sum(point.status == status for point in here)
                    for status in ("working", "partly", "stopped", "not_known")
                },
                run_out=sum(each <= 0 for each in days),
                supply_days=days[(len(days) - 1) // 2] if days else None,
                access_lapsed=sum(point.access_lapsed for point in here),
                reported=min(point.reported for point in here).date(),
            )
        )
    return tuple(found)


__all__ = ["PublicAccess", "access_public", "first_told", "suppressed"]
