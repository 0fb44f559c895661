"""Days as people write them: year first, or day and month in an order that a whole column shows; months by name in many languages.

The name of a weekday may stand before or behind a day, also in brackets; one that is not that day's makes it none, since one of the
two is a slip.
A year of two digits is one of this century, or of the last from 70 on; it stands last, because nothing else could be told from it.
"""

import re
from datetime import date, datetime, time, timedelta, timezone
from typing import Final

ORDERS: Final = ("day-month-year", "month-day-year", "year-month-day")
"""Which number of a day comes first. What begins with a year, or names its month, is read in any order."""

OF_A_MONTH: Final = ("last-of-month", "first-of-month")
"""Which day stands for what a table tells of a month alone, such as *2026-03* or *March 2026*."""

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january janv janvier januar enero ene январь января січень січня ocak ינואר ژانویه يناير كانون_الثاني",
            "feb february févr février fevrier februar febrero февраль февраля лютий лютого şubat פברואר فوریه فبراير شباط",
            "mar march mars märz maerz marzo март марта березень березня mart מרץ مارس آذار",
            "apr april avr avril abril abr апрель апреля квітень квітня nisan אפריל آوریل أبريل نيسان",
            "may mai mayo май мая травень травня may\u0131s מאי مه مايو أيار",
            "jun june juin juni junio июнь июня червень червня haziran יוני ژوئن يونيو حزيران",
            "jul july juil juillet juli julio июль июля липень липня temmuz יולי ژوئیه يوليو تموز",
            "aug august août aout agosto ago август августа серпень серпня ağustos אוגוסט اوت أغسطس آب",
            "sep sept september septembre septiembre сентябрь сентября вересень вересня eylül ספטמבר سپتامبر سبتمبر أيلول",
            "oct october octobre oktober okt octubre октябрь октября жовтень жовтня ekim אוקטובר اکتبر أكتوبر تشرين_الأول",
            "nov november novembre noviembre ноябрь ноября листопад листопада kas\u0131m נובמבר نوامبر نوفمبر تشرين_الثاني",
            "dec december déc décembre dezember dez diciembre dic декабрь декабря грудень грудня aral\u0131k דצמבר دسامبر ديسمبر كانون_الأول",
        ),
        start=1,
    )
    for name in names.replace("_", "\u00a0").split(" ")
}
"""Months by name, in the languages of tables that were met; a blank within a name is one that does not break."""

_WEEKDAYS: Final = {
    name: number
    for number, names in enumerate(
        (
            "mon monday mo lun lundi lunes montag понедельник пн понеділок pazartesi pzt שני دوشنبه الاثنين الإثنين اثنين",
            "tue tues tuesday di mar mardi martes dienstag вторник вт вівторок salı שלישי سه‌شنبه الثلاثاء ثلاثاء",  # noqa: RUF001 - letters of those languages
            "wed wednesday mi mer mercredi mié miércoles miercoles mittwoch среда ср середа çarşamba רביעי چهارشنبه الأربعاء الاربعاء أربعاء",  # noqa: RUF001 - letters of those languages
            "thu thur thurs thursday do jeu jue jeudi jueves donnerstag четверг чт четвер perşembe חמישי پنجشنبه پنج‌شنبه الخميس خميس",
            "fri friday fr ven vie vendredi viernes freitag пятница пт п’ятниця п'ятниця cuma שישי جمعه الجمعة جمعة",  # noqa: RUF001 - letters of those languages
            "sat saturday sa sam sáb samedi sábado sabado samstag суббота сб субота cumartesi שבת شنبه السبت سبت",  # noqa: RUF001 - letters of those languages
            "sun sunday so dim dom dimanche domingo sonntag воскресенье вс неділя нд pazar ראשון یکشنبه یک‌شنبه الأحد الاحد أحد",
        )
    )
    for name in names.replace("\u200c", "").split()
}
"""Weekdays by name, Monday first, in the languages of tables that were met."""

_NAMED: Final = "|".join(sorted(map(re.escape, _WEEKDAYS), key=len, reverse=True))
_WEEKDAY_FIRST: Final = re.compile(
    rf"(?:יום )?(?:\((?P<open>{_NAMED})\.?\)|(?P<weekday>{_NAMED}))(?:[.,]{{1,2}} ?| )(?P<rest>.*[0-9].*)",
    re.IGNORECASE,
)
_WEEKDAY_LAST: Final = re.compile(
    rf"(?P<rest>.*[0-9].*?),? ?(?:\((?P<open>{_NAMED})\.?\)| (?P<weekday>{_NAMED})\.?)", re.IGNORECASE
)

_CLOCK: Final = (
    r"(?:(?:T|,? )(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,](?P<part>[0-9]{1,6}))?)?"
    r"(?: ?(?P<half>[ap])\.?m\.?)?)? ?(?P<offset>z|utc|gmt|[+-][0-9]{2}:?[0-9]{2})?"
)
_YEAR_FIRST: Final = re.compile(
    r"(?P<y>[0-9]{4})(?P<sign>[-/.])(?P<a>[0-9]{1,2})(?P=sign)(?P<b>[0-9]{1,2})" + _CLOCK, re.IGNORECASE
)
_YEAR_LAST: Final = re.compile(
    r"(?P<a>[0-9]{1,2})(?P<sign>[-/.])(?P<b>[0-9]{1,2})(?P=sign)(?P<y>[0-9]{4}|[0-9]{2})" + _CLOCK, re.IGNORECASE
)
_DAY_NAMED: Final = re.compile(
    r"(?P<b>[0-9]{1,2})(?:er|[.º]|st|nd|rd|th)?(?: de |[ -])(?P<name>[^\W\d_]+(?: (?!de )[^\W\d_]+)?)\.?,?(?: de |[ -])"
    r"(?P<y>[0-9]{4}|[0-9]{2})(?: ?[\u0433\u0440]\.)?" + _CLOCK,
    re.IGNORECASE,
)
_NAMED_DAY: Final = re.compile(r"(?P<name>[^\W\d_]+)\.? (?P<b>[0-9]{1,2}),? (?P<y>[0-9]{4})" + _CLOCK, re.IGNORECASE)
_MONTH: Final = re.compile(
    r"(?P<y>[0-9]{4})[-/](?P<m>0?[1-9]|1[0-2])|(?P<m2>0?[1-9]|1[0-2])[-/](?P<y2>[0-9]{4})"
    r"|(?P<name>[^\W\d_]+(?: (?!de )[^\W\d_]+)?)(?:\.?,? ?(?:de )?(?P<y3>[0-9]{4})|\.?(?:-| ?['\u2019])(?P<y4>[0-9]{2}))|(?P<y5>[0-9]{4})[ -](?P<name2>[^\W\d_]+)"
)
_NOON: Final = 12
_DIGITS_OF_A_SECOND: Final = 6
_LAST_CENTURY: Final = 70


Moment = tuple[datetime, bool]
"""A moment, with its zone where one is given, and whether a time of day is told."""


def moment_of(text: str, order: str) -> Moment | None:
    """Return the moment that a text stands for, with its zone where it gives one, and whether it says a time of day.

    Args:
        text: folded, with digits 0 to 9.
        order: one of :data:`ORDERS`: which of two numbers is the day, where a year comes last.
    """
    if (found := _moment(text, order)) is not None or (text[:1].isdecimal() and text[-1:].isdecimal()):
        return found
    if (named := _WEEKDAY_FIRST.fullmatch(text) or _WEEKDAY_LAST.fullmatch(text)) is None:
        return None
    found = _moment(named["rest"], order)
    weekday = _WEEKDAYS[(named["open"] or named["weekday"]).casefold()]
    return found if found is not None and found[0].weekday() == weekday else None


def _moment(text: str, order: str) -> Moment | None:
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
        return datetime.combine(date(year_of(found["y"]), month, day), _clock(found)), found["hour"] is not None
    except ValueError:
        return None


def month_of(text: str, day: str = OF_A_MONTH[1]) -> date | None:
    """Return a day of the month that a text names with its year and without a day.

    Args:
        text: folded, with digits 0 to 9.
        day: one of :data:`OF_A_MONTH`.
    """
    found = _MONTH.fullmatch(text)
    if found is None:
        return None
    name = (found["name"] or found["name2"] or "").casefold().replace(" ", "\u00a0")
    month = int(found["m"] or found["m2"] or MONTHS.get(name, 0))
    year = year_of(next(filter(None, (found[group] for group in ("y", "y2", "y3", "y4", "y5")))))
    if not month or not 1 <= year < date.max.year:
        return None
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    return last if day == OF_A_MONTH[0] else last.replace(day=1)


def year_of(text: str) -> int:
    """Return the year that is written with four digits or two."""
    year = int(text)
    if len(text) > 2:  # noqa: PLR2004 - 2026, not 26
        return year
    return year + (1900 if year >= _LAST_CENTURY else 2000)


def _clock(found: re.Match[str]) -> time:
    zone = None
    if offset := found["offset"]:
        digits = offset[1:].replace(":", "") if offset[0] in "+-" else "0000"
        size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        zone = timezone(-size if offset[0] == "-" else size)
    hour = int(found["hour"] or 0)
    if half := found["half"]:
        if not 1 <= hour <= _NOON:
            raise ValueError("no such hour of half a day")
        hour = hour % _NOON + (_NOON if half in "pP" else 0)
    part = (found["part"] or "").ljust(_DIGITS_OF_A_SECOND, "0")
    return time(hour, int(found["minute"] or 0), int(found["second"] or 0), int(part), zone)
