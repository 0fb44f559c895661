"""When crossings and corridors are open, and how many lorry loads they let through on a day."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta, timezone
from typing import Final

import msgspec

from enduse.access.access import ClosureSaid, CrossingRule
from enduse.statements.access import OpeningWindow
from enduse.terms.times import Period

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_DAY: Final = timedelta(days=1)


class OpenDay(msgspec.Struct, frozen=True, kw_only=True):
    """How a passage works on one day.

    Attributes:
        day: on the clock of the place.
        trucks: lorry loads that it lets through.
        minutes: for which it is open.
        usual: for which it would be open without closures.
        closures: that shorten it.
        inspection: whether it is the inspection that limits it.
    """

    day: date
    trucks: int
    minutes: int
    usual: int
    closures: tuple[str, ...] = ()
    inspection: bool = False


def rule_on(rules: Sequence[CrossingRule], day: date) -> CrossingRule | None:
    """Return how a passage works on a day: as stated last of what holds by then, of two for one time what was recorded later."""
    held = [rule for rule in rules if (rule.at + timedelta(minutes=rule.clock)).date() <= day]
    return max(held, key=lambda rule: (rule.at, rule.index), default=None)


def open_day(rules: Sequence[CrossingRule], closures: Iterable[ClosureSaid], day: date) -> OpenDay:
    """Return how a passage works on a day; where nothing is stated for it, it lets nothing through.

    Of a day on which it is closed for some of its time it lets through so much less.
    """
    rule = rule_on(rules, day)
    if rule is None:
        return OpenDay(day=day, trucks=0, minutes=0, usual=0)
    zone = timezone(timedelta(minutes=rule.clock))
    spans = _spans(rule.body.windows, day, zone)
    shut = [one for one in closures if any(_common(one.body.period, span) for span in spans)]
    usual = sum(_minutes(span) for span in spans)
    minutes = sum(_minutes(part) for span in spans for part in _without(span, [one.body.period for one in shut]))
    inspected = rule.body.inspected
    limit = rule.body.trucks if inspected is None else min(rule.body.trucks, inspected)
    return OpenDay(
        day=day,
        trucks=limit * minutes // usual if usual else 0,
        minutes=minutes,
        usual=usual,
        closures=tuple(one.body.closure for one in shut),
        inspection=inspected is not None and inspected < rule.body.trucks,
    )


def _spans(windows: tuple[OpeningWindow, ...], day: date, zone: timezone) -> list[Period]:
    """Return when it is open on a day; windows that overlap are one."""
    if not windows:
        start = datetime.combine(day, time(), zone)
        return [Period(start=start, end=start + _DAY)]
    found: list[Period] = []
    today = [window for window in windows if DAYS[day.weekday()] in window.days]
    for window in sorted(today, key=lambda one: (one.opens, one.closes)):
        start, end = (datetime.combine(day, time.fromisoformat(clock), zone) for clock in (window.opens, window.closes))
        if found and found[-1].end is not None and start <= found[-1].end:
            found[-1] = Period(start=found[-1].start, end=max(found[-1].end, end))
        else:
            found.append(Period(start=start, end=end))
    return found


def _common(one: Period, other: Period) -> bool:
    return (one.end is None or other.start < one.end) and (other.end is None or one.start < other.end)


def _minutes(span: Period) -> int:
    return 0 if span.end is None else int((span.end - span.start).total_seconds()) // 60


def _without(span: Period, shut: Iterable[Period]) -> list[Period]:
    """Return what is left of a span between closures."""
    left = [span]
    for closed in shut:
        cut: list[Period] = []
        for part in left:
            if not _common(part, closed):
                cut.append(part)
                continue
            if part.start < closed.start:
                cut.append(Period(start=part.start, end=closed.start))
            if closed.end is not None and part.end is not None and closed.end < part.end:
                cut.append(Period(start=closed.end, end=part.end))
        left = cut
    return left
