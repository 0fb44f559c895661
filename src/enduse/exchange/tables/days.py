"""Days as people write them: year first, or day and month in an order that a whole column shows; months by name in two languages."""

import re
from datetime import date, datetime, time, timedelta, timezone
from typing import Final

ORDERS: Final = ("day-month-year", "month-day-year", "year-month-day")
"""Which number of a day comes first. What begins with a year, or names its month, is read in any order."""

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january يناير كانون_الثاني",
            "feb february فبراير شباط",
            "mar march مارس آذار",
            "apr april أبريل نيسان",
            "may مايو أيار",
            "jun june يونيو حزيران",
            "jul july يوليو تموز",
            "aug august أغسطس آب",
            "sep sept september سبتمبر أيلول",
            "oct october أكتوبر تشرين_الأول",
            "nov november نوفمبر تشرين_الثاني",
            "dec december ديسمبر كانون_الأول",
        ),
        start=1,
    )
    for name in names.replace("_", "\u00a0").split(" ")
}
"""Months by name; a blank within a name is one that does not break."""

_CLOCK: Final = (
    r"(?:(?:T|,? )(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]{1,6}))?)?"
    r"(?: ?(?P<half>[ap])\.?m\.?)?)? ?(?P<offset>z|[+-][0-9]{2}:?[0-9]{2})?"
)
_YEAR_FIRST: Final = re.compile(
    r"(?P<y>[0-9]{4})(?P<sign>[-/.])(?P<a>[0-9]{1,2})(?P=sign)(?P<b>[0-9]{1,2})" + _CLOCK, re.IGNORECASE
)
_YEAR_LAST: Final = re.compile(
    r"(?P<a>[0-9]{1,2})(?P<sign>[-/.])(?P<b>[0-9]{1,2})(?P=sign)(?P<y>[0-9]{4})" + _CLOCK, re.IGNORECASE
)
_DAY_NAMED: Final = re.compile(
    r"(?P<b>[0-9]{1,2})[ -](?P<name>[^\W\d_]+(?: [^\W\d_]+)?)\.?,?[ -](?P<y>[0-9]{4})" + _CLOCK, re.IGNORECASE
)
_NAMED_DAY: Final = re.compile(r"(?P<name>[^\W\d_]+)\.? (?P<b>[0-9]{1,2}),? (?P<y>[0-9]{4})" + _CLOCK, re.IGNORECASE)
_NOON: Final = 12
_DIGITS_OF_A_SECOND: Final = 6


def moment_of(text: str, order: str) -> tuple[datetime, bool] | None:
    """Return the moment that a text stands for, with its zone where it gives one, and whether it says a time of day.

    Args:
        text: folded, with digits 0 to 9.
        order: one of :data:`ORDERS`: which of two numbers is the day, where a year comes last.
    """
    if found := _YEAR_FIRST.fullmatch(text):
        month, day = int(found["a"]), int(found["b"])
    elif found := _YEAR_LAST.fullmatch(text):
        if order == "year-month-day":
            return None
        month, day = int(found["a"]), int(found["b"])
        if order == "day-month-year":
            month, day = day, month
    elif found := _DAY_NAMED.fullmatch(text) or _NAMED_DAY.fullmatch(text):
        month, day = MONTHS.get(found["name"].casefold().replace(" ", "\u00a0"), 0), int(found["b"])
    else:
        return None
    if month == 0:
        return None
    try:
        return datetime.combine(date(int(found["y"]), month, day), _clock(found)), found["hour"] is not None
    except ValueError:
        return None


def _clock(found: re.Match[str]) -> time:
    zone = None
    if offset := found["offset"]:
        digits = offset[1:].replace(":", "") or "0000"
        size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        zone = timezone(-size if offset[0] == "-" else size)
    hour = int(found["hour"] or 0)
    if half := found["half"]:
        if not 1 <= hour <= _NOON:
            raise ValueError("no such hour of half a day")
        hour = hour % _NOON + (_NOON if half in "pP" else 0)
    part = (found["part"] or "").ljust(_DIGITS_OF_A_SECOND, "0")
    return time(hour, int(found["minute"] or 0), int(found["second"] or 0), int(part), zone)
