"""Kinds ``norm``, ``estimate``, ``weights``: what a unit of work takes, a bill estimated again, how needs are ranked.

A bill of quantities that is too high is where goods leave a programme before the first truck: so whoever builds does not
have the only word on it. A norm is data with its source; an estimate is another party's bill of the same project.
"""

from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from enduse.errors import InvalidValueError
from enduse.statements.base import Body, Statement
from enduse.statements.works import BillItem, WorkItem
from enduse.terms.amounts import DecimalText, Money, Quantity
from enduse.terms.identifiers import Id, Prose
from enduse.terms.texts import Citation, Text


class NormBody(Body, frozen=True, kw_only=True):
    """What one unit of a kind of work takes: from so much to so much of a material (or of labour), or of money.

    Attributes:
        norm: its identifier; the same party states it anew.
        title: for people.
        work: kind of work it is for, such as ``work:floor-area``.
        per: how much of that work the range is for, such as one square metre.
        material: what of the bill it is about; without one it is about cost.
        low: least that is usual.
        high: most that is usual.
        cost_low: least that is usual, of money.
        cost_high: most that is usual, of money.
        citation: where it was read.
    """

    norm: Id
    title: Text = msgspec.field(default_factory=dict)
    work: Id
    per: Quantity
    material: Id | None = None
    low: Quantity | None = None
    high: Quantity | None = None
    cost_low: Money | None = None
    cost_high: Money | None = None
    citation: Citation

    def __post_init__(self) -> None:
        if self.per.base()[0] <= 0:
            raise InvalidValueError("work.nothing", path=".per")
        goods, money = (self.low, self.high), (self.cost_low, self.cost_high)
        given, other = (goods, money) if self.material is not None else (money, goods)
        if None in given or other != (None, None):
            raise InvalidValueError("norm.incomplete")
        if not self._ordered():
            raise InvalidValueError("norm.range")

    def _ordered(self) -> bool:
        if self.low is not None and self.high is not None:
            (low, base), (high, same) = self.low.base(), self.high.base()
            return base == same and 0 <= low <= high
        if self.cost_low is not None and self.cost_high is not None:
            same_money = self.cost_low.currency == self.cost_high.currency
            return same_money and 0 <= self.cost_low.minor() <= self.cost_high.minor()
        return False


class Norm(Statement, frozen=True, kw_only=True, tag="norm"):
    """A norm for a unit of work is stated, or stated anew."""

    body: NormBody


class EstimateBody(Body, frozen=True, kw_only=True):
    """A project's bill of quantities as another party estimates it. It counts where that party is related to no builder.

    Attributes:
        estimate: its identifier; the same party states it anew.
        project: which project.
        bill: what the design calls for, by this estimate.
        works: how much of which work it is, as measured.
        cost: what all of it is to cost.
        method: how it was estimated.
        citation: where it was read.
    """

    estimate: Id
    project: Id
    bill: Annotated[tuple[BillItem, ...], Meta(max_length=500)] = ()
    works: Annotated[tuple[WorkItem, ...], Meta(max_length=50)] = ()
    cost: Money | None = None
    method: Prose = ""
    citation: Citation | None = None


class Estimate(Statement, frozen=True, kw_only=True, tag="estimate"):
    """A project's bill is estimated again."""

    body: EstimateBody


class Weight(Body, frozen=True, kw_only=True):
    """How much one criterion counts.

    Attributes:
        criterion: its identifier.
        title: for people.
        weight: how much it counts, beside the others.
    """

    criterion: Id
    title: Text = msgspec.field(default_factory=dict)
    weight: DecimalText

    def __post_init__(self) -> None:
        if Decimal(self.weight) < 0:
            raise InvalidValueError("weights.negative", path=".weight")


class WeightsBody(Body, frozen=True, kw_only=True):
    """By what needs are ranked: the latest statement counts, and earlier ones stay readable.

    Attributes:
        weights: criteria with their weights.
        reason: why these.
        citation: where they were published.
    """

    weights: Annotated[tuple[Weight, ...], Meta(min_length=1, max_length=50)]
    reason: Prose = ""
    citation: Citation | None = None

    def __post_init__(self) -> None:
        names = [item.criterion for item in self.weights]
        if len(set(names)) < len(names):
            raise InvalidValueError("weights.twice", path=".weights")
        if not any(Decimal(item.weight) for item in self.weights):
            raise InvalidValueError("weights.nothing", path=".weights")


class Weights(Statement, frozen=True, kw_only=True, tag="weights"):
    """Weights for priorities are published."""

    body: WeightsBody
