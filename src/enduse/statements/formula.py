"""How much a tranche pays for verified results: a closed set of formula kinds, as data.

The kinds are those found in disbursement-linked programmes (World Bank database of education indicators: per unit
1,032 of 1,821 formula texts, floor or threshold 413, cap 255, per year 215) and in the EU's Ukraine Facility.
Amounts are in the currency of the tranche.
"""

from decimal import Decimal
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from enduse.errors import InvalidValueError
from enduse.statements.base import WHOLE_MAX, Body
from enduse.terms.amounts import DecimalText
from enduse.terms.identifiers import Id
from enduse.terms.times import Instant

Share = DecimalText
"""A share from 0 to 1."""


class Pays(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True, tag_field="pays"):
    """Base of every formula kind."""


class Once(Pays, frozen=True, kw_only=True, tag="once"):
    """``amount`` for each entity that achieved the result (value 1 or more), once, for at most ``entities``.

    Attributes:
        amount: for each entity.
        entities: for how many entities at most; by default for all.
    """

    amount: DecimalText
    entities: Annotated[int, Meta(ge=1, le=WHOLE_MAX)] | None = None


class PerUnit(Pays, frozen=True, kw_only=True, tag="per_unit"):
    """``amount`` for each whole ``block`` of units above ``baseline``.

    Attributes:
        amount: for each block.
        baseline: units that are not paid for.
        block: units in a block.
        rounding: to whole blocks.
        level: the value is a level reached, paid up to its high-water mark; else every result adds its units.
    """

    amount: DecimalText
    baseline: DecimalText = "0"
    block: DecimalText = "1"
    rounding: Literal["down", "nearest"] = "down"
    level: bool = False

    def __post_init__(self) -> None:
        if Decimal(self.block) <= 0:
            raise InvalidValueError("formula.empty_block")


class PerUnitYear(Pays, frozen=True, kw_only=True, tag="per_unit_year"):
    """``amount`` for each unit and year, for each entity in at most ``max_years`` of them.

    Attributes:
        amount: for each unit and year.
        max_years: in how many years at most.
    """

    amount: DecimalText
    max_years: Annotated[int, Meta(ge=1, le=100)]


class Stage(Body, frozen=True, kw_only=True):
    """A stage of an entity: paid once, or each year from the year after stage ``after`` was verified.

    Attributes:
        stage: its identifier.
        amount: what it pays.
        once: true: paid once; false: paid each year.
        after: with ``once`` false, from the year after this stage was verified.
    """

    stage: Id
    amount: DecimalText
    once: bool = True
    after: Id | None = None


class Staged(Pays, frozen=True, kw_only=True, tag="staged"):
    """What each stage pays for each entity.

    Attributes:
        stages: the stages.
    """

    stages: Annotated[tuple[Stage, ...], Meta(min_length=1, max_length=50)]


class Step(Body, frozen=True, kw_only=True):
    """``amount`` more once the value is at least ``at_least``.

    Attributes:
        at_least: the threshold.
        amount: what it pays, beside the steps below it.
    """

    at_least: DecimalText
    amount: DecimalText


class Steps(Pays, frozen=True, kw_only=True, tag="steps"):
    """Amounts by threshold, on the high-water mark.

    Attributes:
        steps: the thresholds.
    """

    steps: Annotated[tuple[Step, ...], Meta(min_length=1, max_length=50)]


class Linear(Pays, frozen=True, kw_only=True, tag="linear"):
    """``amount`` in proportion to the way from ``baseline`` to ``target``, catching up, nothing beyond either.

    Attributes:
        amount: for the whole way.
        baseline: where the way begins.
        target: where it ends.
    """

    amount: DecimalText
    baseline: DecimalText
    target: DecimalText

    def __post_init__(self) -> None:
        if Decimal(self.baseline) == Decimal(self.target):
            raise InvalidValueError("formula.no_way")


class YearRate(Body, frozen=True, kw_only=True):
    """``amount`` a unit in one year, for at most ``units``.

    Attributes:
        year: year of the programme, from 1.
        amount: for each unit.
        units: for how many units at most.
    """

    year: Annotated[int, Meta(ge=1, le=100)]
    amount: DecimalText
    units: DecimalText


class ByYear(Pays, frozen=True, kw_only=True, tag="by_year"):
    """Another rate and limit each year.

    Attributes:
        years: the years.
    """

    years: Annotated[tuple[YearRate, ...], Meta(min_length=1, max_length=100)]


class Deadline(Body, frozen=True, kw_only=True):
    """By when the result of one year is due.

    Attributes:
        year: year of the programme, from 1.
        by: when its result is due.
    """

    year: Annotated[int, Meta(ge=1, le=100)]
    by: Instant


class TimeDecay(Pays, frozen=True, kw_only=True, tag="time_decay"):
    """``amount`` each year, less ``per_month`` of it for each month begun after the deadline.

    Attributes:
        amount: for each year's result.
        per_month: share of the amount that is lost with each month begun.
        deadlines: when each year's result is due.
    """

    amount: DecimalText
    per_month: Share
    deadlines: Annotated[tuple[Deadline, ...], Meta(min_length=1, max_length=100)]


class Part(Body, frozen=True, kw_only=True):
    """A named step, or a group of steps that stand together, and what it is worth.

    Attributes:
        part: its identifier.
        amount: what it pays.
        steps: how many steps stand together in it.
    """

    part: Id
    amount: DecimalText
    steps: Annotated[int, Meta(ge=1, le=WHOLE_MAX)] = 1


class Parts(Pays, frozen=True, kw_only=True, tag="parts"):
    """Each named step pays its part; one fulfilled after the first assessment still pays up to ``until``.

    Attributes:
        parts: the parts.
        until: how long a part may be fulfilled and still pay; by default for ever.
    """

    parts: Annotated[tuple[Part, ...], Meta(min_length=1, max_length=200)]
    until: Instant | None = None


AnyPays = Once | PerUnit | PerUnitYear | Staged | Steps | Linear | ByYear | TimeDecay | Parts
"""Every formula kind."""


class FundingSource(Body, frozen=True, kw_only=True):
    """Who pays which part; parts are proportions and need not add up to anything.

    Attributes:
        source: party that pays.
        parts: its proportion.
    """

    source: Id
    parts: DecimalText


class Formula(Body, frozen=True, kw_only=True):
    """What is paid for the verified results of one indicator.

    Attributes:
        indicator: which results.
        by: the kind.
        gate: least share of what was reported that must have been verified; below, that result pays nothing and may
            be submitted again.
        floor: nothing is paid before at least this much is due in all.
        cap: no more than this is paid in all.
        clawback: what was paid on a level that is lost again is asked back; else the high-water mark holds.
        sources: how each payment is split.
        advance: paid ahead of any result.
        recovery: share of each payment kept back until the advance is recovered.
    """

    indicator: Id
    by: AnyPays
    gate: Share = "0"
    floor: DecimalText = "0"
    cap: DecimalText | None = None
    clawback: bool = False
    sources: Annotated[tuple[FundingSource, ...], Meta(max_length=50)] = ()
    advance: DecimalText = "0"
    recovery: Share = "1"

    def __post_init__(self) -> None:
        if any(Decimal(item.parts) <= 0 for item in self.sources):
            raise InvalidValueError("formula.source_pays_nothing")
