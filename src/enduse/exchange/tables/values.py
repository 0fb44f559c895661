"""What a cell means, whatever program wrote it: numbers without idle zeros, days as ISO 8601, text folded.

What is not certain stays as it is written: whether day or month stands first, and whether a comma groups digits or stands
before decimals, is taken from the whole column.
"""

import re
from collections.abc import Iterable
from datetime import date
from typing import Final, Literal

from enduse.exchange.tables.amount_text import signed
from enduse.exchange.tables.cells import FaultyCell, MomentCell, NumberCell, with_western_digits
from enduse.exchange.tables.days import MONTHS, year_of
from enduse.terms.names import without_marks

_PLAIN: Final = re.compile(r"[+-]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_GROUPED: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_GROUPED_COMMA: Final = re.compile(r"[+-]?(?:[1-9][0-9]{0,2}(?:\.[0-9]{3})+|0|[1-9][0-9]*)(?:,[0-9]+)?")
_COMMA_POINT: Final = re.compile(r"[+-]?(?:[0-9]+,(?:[0-9]{1,2}|[0-9]{4,})|0,[0-9]+|[0-9]{1,3}(?:\.[0-9]{3})+,[0-9]+)")
_POINT: Final = re.compile(r"[+-]?(?:[0-9]+\.(?:[0-9]{1,2}|[0-9]{4,})|0\.[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+\.[0-9]+)")
_GAP_IN_NUMBER: Final = re.compile("(?<=[0-9])[\u00a0\u2009\u202f\u066c'\u2019](?=[0-9]{3})")
_SPACED: Final = re.compile(r"[+-]?[0-9]{1,3}(?: [0-9]{3})+(?:[.,][0-9]+)?")
_ISO: Final = re.compile(
    r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})(?:[T ]([0-9]{2}:[0-9]{2}(?::[0-9]{2})?)(?:\.0+)?)?"
)
_MIDNIGHT: Final = ("", "00:00", "00:00:00")
_NUMBERS: Final = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})\2([0-9]{4})")
_DAY_MONTH: Final = re.compile(r"([0-9]{1,2})[ -]([^\W\d_]+(?: [^\W\d_]+)?)\.?,?[ -]([0-9]{4}|[0-9]{2})")
_MONTH_DAY: Final = re.compile(r"([^\W\d_]+)\.? ([0-9]{1,2}),? ([0-9]{4})")
_DECEMBER: Final = 12

DayOrder = Literal["day", "month", "both", "unknown"]
"""Which of two numbers comes first in a column's dates; ``both`` where cells contradict each other."""


class ColumnStyle:
    """How one column writes numbers and days."""

    def __init__(self, order: DayOrder = "unknown", *, comma: bool = False) -> None:
        self.order = order
        self.comma = comma

    def remembered(self) -> "_Remembered":
        """Return a function that reads each different text once."""
        return _Remembered(self)

    def read(self, text: str) -> str:
        """Return what a cell means: a number without grouping or idle zeros, a day as ISO 8601, else its folded text."""
        if isinstance(text, NumberCell):
            return _number(str(text)) or str(text)
        plain = folded(text)
        if not plain or not any(map(str.isdigit, plain)):
            return plain
        if isinstance(text, FaultyCell):
            return plain
        return self._number(signed(plain)) or _day(plain, self.order) or plain

    def _number(self, plain: str) -> str | None:
        if _SPACED.fullmatch(plain):
            plain = plain.replace(" ", "")
        if self.comma:
            if _GROUPED_COMMA.fullmatch(plain):
                return _number(plain.replace(".", "").replace(",", "."))
            return None
        if _PLAIN.fullmatch(plain):
            return _number(plain)
        return _number(plain.replace(",", "")) if _GROUPED.fullmatch(plain) else None


class _Remembered:
    """Reads a column, each different text once."""

    def __init__(self, style: ColumnStyle) -> None:
        self._style = style
        self._texts: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        if type(text) is not str:
            return self._style.read(text)
        value = self._texts.get(text)
        if value is None:
            value = self._texts[text] = self._style.read(text)
        return value


def folded(text: str) -> str:
    """Return a text with runs of white space as one blank, without what nobody sees, with digits 0 to 9."""
    if text.isascii():
        return " ".join((_GAP_IN_NUMBER.sub("", text) if "'" in text else text).split())
    plain = without_marks(_GAP_IN_NUMBER.sub("", with_western_digits(text)))
    return " ".join(plain.replace("\u066b", ".").replace("\u2212", "-").split())


def _number(plain: str) -> str:
    text = plain.removeprefix("+")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def day_of(value: str) -> date | None:
    """Return the day that a value made comparable stands for, if it does."""
    if len(value) < 10 or value[4] != "-":  # noqa: PLR2004 - 2024-10-31
        return None
    try:
        return date.fromisoformat(value[:10])
    except ValueError:
        return None


def _day(plain: str, order: DayOrder) -> str | None:
    if found := _ISO.fullmatch(plain):
        day = _iso(int(found[1]), int(found[2]), int(found[3]))
        clock = found[4] or ""
        return day if day is None or clock in _MIDNIGHT else f"{day} {clock}"
    if found := _NUMBERS.fullmatch(plain):
        first, second = int(found[1]), int(found[3])
        if order == "day":
            return _iso(int(found[4]), second, first)
        return _iso(int(found[4]), first, second) if order == "month" else None
    if found := _DAY_MONTH.fullmatch(plain):
        month = MONTHS.get(found[2].casefold().replace(" ", "\u00a0"))
        return _iso(year_of(found[3]), month, int(found[1])) if month else None
    if found := _MONTH_DAY.fullmatch(plain):
        month = MONTHS.get(found[1].casefold())
        return _iso(int(found[3]), month, int(found[2])) if month else None
    return None


def _iso(year: int, month: int, day: int) -> str | None:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None


def style_of(texts: Iterable[str]) -> tuple[DayOrder, bool | None]:
    """Return how the cells of a column write days, and whether a comma stands before decimals; ``None`` is unknown."""
    orders: set[DayOrder] = set()
    points: set[str] = set()
    for text in texts:
        if isinstance(text, NumberCell | MomentCell):
            continue
        plain = folded(text)
        if found := _NUMBERS.fullmatch(plain):
            orders |= {"day"} if int(found[1]) > _DECEMBER else set()
            orders |= {"month"} if int(found[3]) > _DECEMBER else set()
        elif _COMMA_POINT.fullmatch(plain):
            points.add(",")
        elif _POINT.fullmatch(plain):
            points.add(".")
    order: DayOrder = "both" if len(orders) > 1 else next(iter(orders), "unknown")
    return order, points == {","} if points else None


def joint_styles(old: Iterable[str], new: Iterable[str]) -> tuple[ColumnStyle, ColumnStyle]:
    """Return how two issues write one column; where one does not show it, it writes as the other does."""
    first, second = style_of(old), style_of(new)
    styles = []
    for (order, comma), (other_order, other_comma) in ((first, second), (second, first)):
        decided = other_order if order == "unknown" else order
        styles.append(ColumnStyle(decided, comma=bool(other_comma if comma is None else comma)))
    return styles[0], styles[1]


def is_value(text: str) -> bool:
    """Say whether a text is a number or a day, and no name of a column."""
    return _PLAIN.fullmatch(text) is not None or day_of(ColumnStyle().read(text)) is not None
