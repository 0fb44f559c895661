"""What one column of a table holds, gathered cell by cell before anybody says how it is read."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import time
from typing import Final, Literal

from enduse.exchange.tables.amount_text import parted
from enduse.exchange.tables.cells import FaultyCell, MomentCell, NumberCell, without_text_sign
from enduse.exchange.tables.days import ORDERS, moment_of, month_of
from enduse.exchange.tables.unit_words import UNIT_WORDS, measured
from enduse.exchange.tables.values import folded

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
_FIRST: Final = 3
_REMEMBERED: Final = 4096
_DIGITS_OF_GROUP: Final = 3
Evidence = Literal["comma_group", "comma_point", "dot_group", "dot_point", "comma_open", "dot_open"]
_POINT_DECIMAL: Final = frozenset[str](("comma_group", "dot_point"))
_COMMA_DECIMAL: Final = frozenset[str](("dot_group", "comma_point"))


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
        self.bracketed = self.months = 0
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
        plain = without_text_sign(folded(text))
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
        ways = [moment_of(plain, order) for order in ORDERS[:2]]
        known = ways[0] or ways[1]
        if known is None:
            if month_of(plain):
                self.months += 1
                self.unclear.setdefault("month", plain)
                return "text"
            return self._measure(plain)
        self.clock |= known[1] and known[0].time() != time()
        self.zoned |= known[0].tzinfo is not None
        if last or ways[0] != ways[1]:
            # Both fit, or one: by a number that is no month, or by the weekday that stands beside it.
            self.orders.add("open" if all(ways) else ORDERS[0] if ways[0] else ORDERS[1])
            self.unclear.setdefault("day", plain)
            if last and len(last[4]) == _SHORT_YEAR:
                self._ends[0].add(last[1])
                self._ends[1].add(last[4])
        return "day"

    def _measure(self, plain: str) -> str:
        """Look at a cell that may be a number with its unit behind it, such as *2000 kg*."""
        number, unit = measured(plain)
        if unit not in UNIT_WORDS or not _NUMBER.fullmatch(number):
            return "text"
        self.evidence |= _evidence(number)
        return "measure"

    @property
    def said(self) -> int:
        """Cells in which something is said; what people write where there is nothing is not."""
        return self.filled - self.kinds["nothing"]

    @property
    def bears_units(self) -> bool:
        """Whether nearly all of its cells are numbers with their units behind them."""
        return self.kinds["measure"] * 10 >= self.said * 9 > 0

    @property
    def holds_months(self) -> bool:
        """Whether nearly all of its cells name a month and no day."""
        return self.months * 10 >= self.said * 9 > 0

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
