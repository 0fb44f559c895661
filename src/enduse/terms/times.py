"""Instants that always carry a zone (RFC 3339, to the microsecond) and periods of them.

Two times are kept apart everywhere: *claimed* (a party says when it happened) and *recorded*
(when the record took the statement). Neither is ever naive.
"""

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Annotated, TypeVar

import msgspec

from enduse.errors import InvalidValueError, MalformedError
from enduse.terms.forms import form

Instant = Annotated[datetime, form("form.instant", "2026-01-31T09:00:00+02:00", tz=True)]
"""An instant with its zone, from :data:`FIRST` to before :data:`LAST`; a naive time is refused.

msgspec has no bounds for instants: those in statements are checked by :func:`enduse.statements.codec.decode`.
"""

FIRST = datetime(1900, 1, 1, tzinfo=UTC)
"""The first instant we take: brought to any zone, an instant between these two never leaves the calendar."""
LAST = datetime(2200, 1, 1, tzinfo=UTC)
"""The first instant we no longer take."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SPAN = re.compile(r"([1-9][0-9]{0,5})([mhd])")
_SPAN_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_FINE_SECOND = re.compile(r"[.,][0-9]{7,}")


class Period(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A half-open period ``[start, end)``; without ``end`` it goes on.

    Attributes:
        start: first instant in it.
        end: first instant after it; without one it goes on.
    """

    start: Instant
    end: Instant | None = None

    def __post_init__(self) -> None:
        if self.end is not None and self.end <= self.start:
            raise InvalidValueError("period.backwards")

    def holds(self, instant: datetime) -> bool:
        """Say whether ``instant`` lies in the period."""
        return self.start <= instant and (self.end is None or instant < self.end)


Day = TypeVar("Day", bound=date)


def check_instant(instant: datetime, path: str = "") -> None:
    """Refuse an instant that no statement may carry.

    Raises:
        MalformedError: it lies before :data:`FIRST`, or not before :data:`LAST`.
    """
    if FIRST.year < instant.year < LAST.year - 1:
        return  # in any zone; comparing two zones takes ten times as long
    if not FIRST <= instant < LAST:
        raise MalformedError("instant.out_of_range", path=path, instant=instant.isoformat(), first=FIRST, last=LAST)


@lru_cache(maxsize=512)
def micros(instant: datetime) -> int:
    """Return ``instant`` as whole microseconds since 1970-01-01T00:00Z (exact, no floats)."""
    return (instant - _EPOCH) // _MICROSECOND


def into_day(instant: datetime) -> int:
    """Return how many microseconds of the day of ``instant``, by its own zone, have passed."""
    clock = timedelta(hours=instant.hour, minutes=instant.minute, seconds=instant.second)
    return clock // _MICROSECOND + instant.microsecond


def month_of(instant: datetime) -> date:
    """Return the first day of the month of ``instant``, by its own zone."""
    return instant.date().replace(day=1)


def next_month(day: Day) -> Day:
    """Return the first day of the month after that of ``day``; of an instant, its hour on that day."""
    return day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1, day=1)


@lru_cache(maxsize=1024)
def instant_of(microseconds: int) -> datetime:
    """Return the UTC instant ``microseconds`` after 1970-01-01T00:00Z."""
    return _EPOCH + timedelta(microseconds=microseconds)


@lru_cache(maxsize=4096)
def parse_instant(text: str, *, end_of_day: bool = False) -> datetime:
    """Read an RFC 3339 instant, or an ISO 8601 date taken as that whole UTC day.

    Args:
        text: such as ``2016-07-15T09:00:00+03:00`` or ``2016-07-15``.
        end_of_day: for a bare date, return its last microsecond instead of its first.

    Raises:
        MalformedError: it is neither, a time without a zone, finer than a microsecond or out of range.
    """
    try:
        if len(text) == len("2016-07-15"):
            start = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
            check_instant(start)
            return start + timedelta(days=1) - _MICROSECOND if end_of_day else start
        parsed = datetime.fromisoformat(text)
    except ValueError as error:
        raise MalformedError("instant.not_read", text=text) from error
    if parsed.tzinfo is None:
        raise MalformedError("instant.without_zone", text=text)
    if ("." in text or "," in text) and _FINE_SECOND.search(text):
        raise MalformedError("instant.too_fine", text=text)
    check_instant(parsed)
    return parsed


def parse_span(text: str) -> timedelta:
    """Read a span of time in whole minutes, hours or days, such as ``90m``, ``36h`` or ``7d``.

    Raises:
        MalformedError: it is none.
    """
    match = _SPAN.fullmatch(text)
    if match is None:
        raise MalformedError("span.malformed", text=text)
    return int(match[1]) * _SPAN_UNITS[match[2]]


def format_instant(instant: datetime) -> str:
    """Write ``instant`` in UTC, RFC 3339, with as many digits as it needs."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z")
