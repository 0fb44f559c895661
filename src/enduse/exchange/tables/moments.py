"""From a cell's text to a moment with its zone, in one of the forms that a profile names."""

import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo

from enduse.errors import MalformedError
from enduse.exchange.tables.cells import MomentCell, with_western_digits
from enduse.exchange.tables.days import OF_A_MONTH, ORDERS, moment_of, month_of
from enduse.terms.names import without_marks

_OFFSET: Final = re.compile(r"^([+-])([0-9]{2}):([0-5][0-9])$")
_CLOCK: Final = re.compile("%[HIcsTX]")

_YEARS: Final = (1900, 2200)
_OTHER_CALENDAR: Final = re.compile(r"(?<![0-9])(?:1[34][0-9]{2}|15[0-4][0-9]|2[45][0-9]{2}|57[0-9]{2})(?![0-9])")
"""Years of today in the Hijri, the Solar Hijri, the Buddhist and the Hebrew calendar."""
_DAY_NUMBER: Final = re.compile(r"[0-9]{5}(?:[.][0-9]+)?")
_DAY_ZERO: Final = datetime(1899, 12, 30, tzinfo=UTC)
_DAYS_UNTIL: Final = 2100


def moment_step(
    forms: Sequence[str], day_time: str, zone_name: str, path: str, *, offset: bool = False
) -> Callable[[Any], Any]:
    """Return the step that reads a moment.

    Args:
        forms: of a date or time, as for ``strptime``, or one of :data:`enduse.exchange.tables.days.ORDERS` and
            :data:`~enduse.exchange.tables.days.OF_A_MONTH`.
        day_time: at what time a day alone is taken.
        zone_name: where the form has none.
        path: where the profile says so, for messages.
        offset: give the moment's distance from UTC instead.

    Raises:
        MalformedError: there is no such zone or time of day, or a form reads a zone and forgets it.
    """
    zone = zone_of(zone_name, path)
    try:
        clock = datetime.strptime(day_time, "%H:%M").time()  # noqa: DTZ007 - a time of day
    except ValueError as error:
        raise MalformedError("profile.time_of_day", path=path, read=day_time) from error
    for form in forms:
        if "%Z" in form:
            # strptime takes a zone's name and forgets it: 01:30 UTC would be 01:30 somewhere else.
            raise MalformedError("profile.zone_name", path=path, form=form)
        if "%" not in form and form not in (*ORDERS, *OF_A_MONTH):
            raise MalformedError("profile.date_form", path=path, form=form, orders=(*ORDERS, *OF_A_MONTH))

    def read(text: str) -> object:
        plain = with_western_digits(without_marks(text.strip()))
        found = _as_cell_says(plain, clock) if isinstance(text, MomentCell) else _fitting(plain, forms, clock)
        readings = dict.fromkeys(found)
        if not readings:
            _look_for_the_cause(plain)
            raise MalformedError("cell.not_a_date", read=text, forms=forms)
        first, *others = readings
        if not _YEARS[0] <= first.year < _YEARS[1]:
            _look_for_the_cause(plain)
        if others:
            raise MalformedError("cell.date_two_ways", read=text, first=first.date(), second=others[0].date())
        moment = first if first.tzinfo else _in_zone(first, zone, text)
        return _offset_of(moment) if offset else moment

    return read


def _look_for_the_cause(plain: str) -> None:
    """Refuse a day of another calendar, and the number by which a spreadsheet keeps a day, as what they are.

    Neither is turned into a day: a month of the Hijri calendar begins when it is seen, and a number may be anything.
    """
    if found := _OTHER_CALENDAR.search(plain):
        raise MalformedError("cell.other_calendar", read=plain, year=found[0])
    if _DAY_NUMBER.fullmatch(plain):
        day = (_DAY_ZERO + timedelta(days=int(plain.partition(".")[0]))).date()
        if _YEARS[0] <= day.year < _DAYS_UNTIL:
            raise MalformedError("cell.day_number", read=plain, day=day)


def _fitting(plain: str, forms: Sequence[str], clock: time) -> Iterator[datetime]:
    for form in forms:
        if form in OF_A_MONTH:
            if (day := month_of(" ".join(plain.split()), form)) is not None:
                yield datetime.combine(day, clock)
            continue
        if form in ORDERS:
            known = moment_of(" ".join(plain.split()), form)
            if known is not None:
                yield known[0] if known[1] else datetime.combine(known[0].date(), clock, known[0].tzinfo)
            continue
        try:
            moment = datetime.strptime(plain, form)  # noqa: DTZ007 - its zone follows
        except ValueError:
            continue
        yield moment if _CLOCK.search(form) else datetime.combine(moment.date(), clock)


def _as_cell_says(text: str, clock: time) -> Iterator[datetime]:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return  # a time of day alone is no date
    yield moment if "T" in text else datetime.combine(moment.date(), clock)


def _in_zone(moment: datetime, zone: tzinfo, text: str) -> datetime:
    """Return a local time with its zone.

    Raises:
        MalformedError: clocks were put forward over that hour.
    """
    zoned = moment.replace(tzinfo=zone)
    if zoned.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != moment:
        raise MalformedError("cell.hour_skipped", read=text, zone=str(zone))
    return zoned


def _offset_of(moment: datetime) -> str:
    minutes = int((moment.utcoffset() or timedelta()).total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}:{abs(minutes) % 60:02}"


def zone_of(text: str, path: str) -> tzinfo:
    """Return the zone that a profile names.

    Raises:
        MalformedError: no such zone is known.
    """
    if text == "UTC":
        return UTC
    try:
        if offset := _OFFSET.match(text):
            size = timedelta(hours=int(offset.group(2)), minutes=int(offset.group(3)))
            return timezone(size if offset.group(1) == "+" else -size)
        return ZoneInfo(text)
    except (LookupError, ValueError, OSError) as error:
        raise MalformedError("profile.zone_unknown", path=path, read=text) from error
