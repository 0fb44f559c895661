"""Names, amounts, chances and days of an assessment, as words: what its sentences are made of."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Final

from enduse.assurance.result import Hypothesis
from enduse.pages.localizer import Localizer
from enduse.terms.amounts import MINOR_PER_UNIT, unit_of
from enduse.terms.units import UNITS
from enduse.views.assessment_view import AssessmentView

WEEK: Final = 7
DIGITS: Final = 3
LEAST_SHARE: Final = 0.0005
"""Shares below this round to 0.0 %."""
ROUND_SHARE: Final = 0.1
"""Shares from here up are told in whole per cent."""
LEAST_AMOUNT: Final = 0.0005
LEAST_CHANCE: Final = 1e-6
"""Chances below this convince alike, and the approximation behind them gets coarse."""
SMALL_CHANCE: Final = 0.01
"""Chances below this are told as one in so many."""


class AssessmentTerms:
    """Words what the sentences of an assessment name.

    Args:
        assessment: what is worded.
        localizer: the language.

    Attributes:
        assessment: what is worded.
        localizer: the language.
        say: as that of the localizer.
        listed: as that of the localizer.
        arrow: between the ends of a way.
    """

    def __init__(self, assessment: AssessmentView, localizer: Localizer) -> None:
        self.assessment = assessment
        self.localizer = localizer
        self.say, self.listed = localizer.say, localizer.listed
        self.arrow = " ← " if localizer.direction == "rtl" else " → "
        # A way is named by its ends, as people know it; of several between the same two, only tables have names that tell.
        ends = Counter((way.start, way.end) for way in assessment.ways)
        self._ends = {
            way.link: (way.start, way.end)
            for way in assessment.ways
            if not assessment.tables or ends[way.start, way.end] == 1
        }

    # names

    def place(self, where: str) -> str:
        """Return the name of a node, or of a link."""
        if where in self._ends:
            return self.arrow.join(self._name(end, "place:") for end in self._ends[where])
        return self._name(where, "place:")

    def instrument(self, where: str) -> str:
        """Return the name of an instrument."""
        return self._name(where, "scale:")

    def _name(self, identifier: str, prefix: str) -> str:
        """Return a name; else, in a programme, its identifier without what kind of thing it is of."""
        if identifier in self.assessment.names or self.assessment.tables:
            return self.localizer.name(identifier)
        return identifier.removeprefix(prefix) or identifier

    def where(self, hypothesis: Hypothesis, where: str) -> str:
        """Return the name of what an explanation is about: an instrument, a node or a link."""
        return self.instrument(where) if hypothesis is Hypothesis.INSTRUMENT_BIAS else self.place(where)

    def material(self, material: str) -> str:
        """Return what a material is called."""
        return self.localizer.name(material)

    def amount(self, material: str, value: float) -> str:
        """Return an amount to three figures, with its unit where it is known."""
        resource = self.assessment.resources.get(material)
        if resource is None:
            return self.number(value)
        factor = UNITS[unit_of(resource)].factor
        if 0 < abs(value) < LEAST_AMOUNT:
            return self.say("less than {amount}", amount=self.localizer.amount(round(factor / 1000), resource))
        return self.localizer.amount(round(Decimal(repr(_figures(value))) * factor), resource)

    def number(self, value: float) -> str:
        """Return a number to three figures."""
        rounded = Decimal(repr(_figures(value)))
        return self.localizer.number(rounded, max(0, DIGITS - 1 - rounded.adjusted()) if rounded else 0)

    def of(self, material: str, value: float) -> str:
        """Return an amount of a material, such as ``20 t of cement``."""
        amount, name = self.amount(material, value), self.material(material)
        if self.assessment.resources.get(material, "").endswith("/piece"):
            return self.say("{amount} {things}", amount=amount, things=name)
        return self.say("{amount} of {material}", amount=amount, material=name)

    def worth(self, material: str, value: float) -> str:
        """Return an amount of a material with what it costs, where its price is known."""
        what = self.of(material, value)
        if material not in self.assessment.prices:
            return what
        price, currency = self.assessment.prices[material]
        return self.say(
            "{what} (worth about {money})", what=what, money=self._about(price * Decimal(repr(value)), currency)
        )

    def together(self, amounts: Sequence[tuple[str, float]]) -> str:
        """Return what amounts of several materials cost together, where all have a price in one currency; else nothing."""
        prices = [
            (*self.assessment.prices[material], value)
            for material, value in amounts
            if material in self.assessment.prices
        ]
        currencies = {currency for _, currency, _ in prices}
        if len(prices) != len(amounts) or len(prices) < 2 or len(currencies) != 1:  # noqa: PLR2004 - one is told itself
            return ""
        total = sum((price * Decimal(repr(value)) for price, _, value in prices), Decimal(0))
        return self._about(total, currencies.pop())

    def _about(self, cost: Decimal, currency: str) -> str:
        """Return a sum of money to three figures: an estimate is no more exact than that."""
        rounded = Decimal(f"{cost:.{DIGITS}g}") if abs(cost) >= 1 else cost
        return self.localizer.money(round(rounded * MINOR_PER_UNIT), currency)

    def share(self, share: float) -> str:
        """Return a share in per cent, to two figures or a tenth."""
        if 0 < share < LEAST_SHARE:
            return "<0.1%"
        return f"{self.localizer.number(Decimal(repr(100 * share)), 1 if share < ROUND_SHARE else 0)}%"

    def deviation(self, share: float) -> str:
        """Return by how much a scale is off, in per cent with its sign."""
        return f"{'+' if share >= 0 else '-'}{self.localizer.number(abs(Decimal(repr(100 * share))), 1)}%"

    def chance(self, p: float) -> str:
        """Return a probability."""
        if p < LEAST_CHANCE:
            return self.say("less than 1 in {number}", number=self.localizer.number(round(1 / LEAST_CHANCE)))
        return self.say("1 in {number}", number=self.number(1 / p)) if p < SMALL_CHANCE else self.share(p)

    # time

    def when(self, first: int, last: int) -> str:
        """Return some periods as days, or as their numbers where they have no dates."""
        start, length = self.assessment.start, self.assessment.period_days
        if start is None:
            if first == last:
                return self.say("period {number}", number=str(first))
            return self.say("periods {first} to {last}", first=str(first), last=str(last))
        begin, end = start + timedelta((first - 1) * length), start + timedelta(last * length - 1)
        return self.localizer.day(begin) if begin == end else self.localizer.days(begin, end)

    def window(self, first: int, last: int) -> str:
        """Return what a column of the table is about."""
        if last - first + 1 == self.assessment.periods:
            return self.say("whole time")
        if self.assessment.start is not None and self.assessment.period_days == WEEK:
            return self.localizer.count("last week", "last {n} weeks", last - first + 1)
        return self.localizer.count("last period", "last {n} periods", last - first + 1)


def _figures(value: float) -> float:
    """Return a number rounded to three figures, or to the unit where it has more."""
    return round(value) if abs(value) >= 10**DIGITS else float(f"{value:.{DIGITS}g}")
