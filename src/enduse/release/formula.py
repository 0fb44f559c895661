"""What verified results pay, year by year, exact to the cent.

Each kind yields a cumulative entitlement; what is due in a year is the entitlement by then less what was paid before.
Arithmetic is in fractions and comes down to whole cents only at the end, so nothing drifts over the years.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from math import floor

import msgspec

from enduse.statements import formula as kinds
from enduse.statements.formula import Formula
from enduse.statements.result import ResultBody
from enduse.terms.amounts import MINOR_PER_UNIT

MINOR_PER_CENT = MINOR_PER_UNIT // 100
_HALF = Fraction(1, 2)
_MONTHS = 12


class Due(msgspec.Struct, frozen=True, kw_only=True):
    """What one year brings, in 1/10,000 of the currency unit.

    Attributes:
        year: of the programme.
        entitlement: earned in all by then, after floor and cap.
        due: to be paid now, before recovery of the advance; negative only where the formula claws back.
        recovered: of that, kept back against the advance.
        paid: what leaves: ``due - recovered``.
        by_source: ``paid``, split; sums to it.
        held_back: entities whose results stayed below the gate and may be submitted again.
    """

    year: int
    entitlement: int
    due: int
    recovered: int
    paid: int
    by_source: dict[str, int]
    held_back: tuple[str, ...]


def schedule(formula: Formula, results: Iterable[ResultBody], already: int = 0, from_year: int = 1) -> list[Due]:
    """Return what is due for each year that has results.

    Args:
        formula: the formula in force.
        results: verified results of its indicator, in any order; one for each entity, year and stage.
        already: paid before ``from_year`` (under an earlier version), in 1/10,000 of the currency unit.
        from_year: first year that is paid by this formula; earlier results count towards what is earned in all.
    """
    usable = sorted((item for item in results if item.indicator == formula.indicator), key=lambda item: item.year)
    rows: list[Due] = []
    paid, open_advance = already, _minor(Fraction(formula.advance))
    for year in dict.fromkeys(item.year for item in usable if item.year >= from_year):
        seen = [item for item in usable if item.year <= year]
        passed = [item for item in seen if _passes(formula, item)]
        held = tuple(item.entity or "" for item in seen if item.year == year and item not in passed)
        entitlement = _bounded(formula, _cumulative(formula, passed))
        due = entitlement - paid
        if due < 0 and not formula.clawback:
            due = 0
        recovered = min(open_advance, _minor(Fraction(max(due, 0), MINOR_PER_UNIT) * Fraction(formula.recovery)))
        open_advance -= recovered
        paid += due
        rows.append(
            Due(
                year=year,
                entitlement=entitlement,
                due=due,
                recovered=recovered,
                paid=due - recovered,
                by_source=split(due - recovered, formula.sources),
                held_back=held,
            )
        )
    return rows


def split(amount: int, sources: Sequence[kinds.FundingSource]) -> dict[str, int]:
    """Split an amount of whole cents over sources in proportion.

    Each gets whole cents; those left over go to the largest remainders, first come first.
    """
    total = sum((Fraction(item.parts) for item in sources), Fraction(0))
    if not total:
        return {}
    cents = amount // MINOR_PER_CENT
    exact = [cents * Fraction(item.parts) / total for item in sources]
    whole = [floor(part) for part in exact]
    order = sorted(range(len(exact)), key=lambda number: (whole[number] - exact[number], number))
    for number in order[: cents - sum(whole)]:
        whole[number] += 1
    return {item.source: part * MINOR_PER_CENT for item, part in zip(sources, whole, strict=True)}


def _minor(units: Fraction) -> int:
    """Return currency units as 1/10,000, rounded down to a whole cent."""
    return floor(units * 100) * MINOR_PER_CENT


def _passes(formula: Formula, result: ResultBody) -> bool:
    return result.reported is None or Fraction(result.value) >= Fraction(formula.gate) * Fraction(result.reported)


def _bounded(formula: Formula, units: Fraction) -> int:
    if units < Fraction(formula.floor):
        return 0
    return _minor(units if formula.cap is None else min(units, Fraction(formula.cap)))


def _level(formula: Formula, results: Sequence[ResultBody]) -> Fraction | None:
    """Return the level that counts: the highest so far, or with clawback the latest year's."""
    if not results:
        return None
    values = [Fraction(item.value) for item in results]
    return values[-1] if formula.clawback else max(values)


def _cumulative(formula: Formula, results: Sequence[ResultBody]) -> Fraction:
    """Return what all these results earn together, in currency units."""
    match formula.by:
        case kinds.Once() as by:
            achieved = {item.entity for item in results if Decimal(item.value) >= 1}
            return Fraction(by.amount) * min(len(achieved), by.entities or len(achieved))
        case kinds.PerUnit() as by:
            return _per_unit(formula, by, results)
        case kinds.PerUnitYear() as by:
            return _per_unit_year(by, results)
        case kinds.Staged() as by:
            return _staged(by, results)
        case kinds.Steps() as by:
            level = _level(formula, results)
            reached = [step for step in by.steps if level is not None and level >= Fraction(step.at_least)]
            return sum((Fraction(step.amount) for step in reached), Fraction(0))
        case kinds.Linear() as by:
            return _linear(formula, by, results)
        case kinds.ByYear() as by:
            rates = {item.year: item for item in by.years}
            return sum((_year(rates[n], results) for n in rates), Fraction(0))
        case kinds.TimeDecay() as by:
            return sum((_decayed(by, item) for item in results), Fraction(0))
        case kinds.Parts() as by:
            return _parts(by, results)


def _blocks(by: kinds.PerUnit, units: Fraction) -> int:
    above = max(units - Fraction(by.baseline), Fraction(0)) / Fraction(by.block)
    return floor(above + _HALF) if by.rounding == "nearest" else floor(above)


def _per_unit(formula: Formula, by: kinds.PerUnit, results: Sequence[ResultBody]) -> Fraction:
    units = sum((Fraction(item.value) for item in results), Fraction(0))
    if by.level:
        units = _level(formula, results) or Fraction(0)
    return Fraction(by.amount) * _blocks(by, units)


def _per_unit_year(by: kinds.PerUnitYear, results: Sequence[ResultBody]) -> Fraction:
    """Pay the first ``max_years`` years in which an entity had any."""
    total = Fraction(0)
    for entity in dict.fromkeys(item.entity for item in results):
        years = [Fraction(item.value) for item in results if item.entity == entity and Decimal(item.value) > 0]
        total += sum(years[: by.max_years], Fraction(0))
    return total * Fraction(by.amount)


def _staged(by: kinds.Staged, results: Sequence[ResultBody]) -> Fraction:
    total = Fraction(0)
    for entity in dict.fromkeys(item.entity for item in results):
        mine = [item for item in results if item.entity == entity and Decimal(item.value) >= 1]
        first = {name: min(item.year for item in mine if item.stage == name) for name in {i.stage for i in mine}}
        for stage in by.stages:
            years = {item.year for item in mine if item.stage == stage.stage}
            if stage.after is not None:
                years = {year for year in years if stage.after in first and year > first[stage.after]}
            total += Fraction(stage.amount) * (min(len(years), 1) if stage.once else len(years))
    return total


def _linear(formula: Formula, by: kinds.Linear, results: Sequence[ResultBody]) -> Fraction:
    span = Fraction(by.target) - Fraction(by.baseline)
    ways = [(Fraction(item.value) - Fraction(by.baseline)) / span for item in results]
    if not ways:
        return Fraction(0)
    way = ways[-1] if formula.clawback else max(ways)
    return Fraction(by.amount) * min(max(way, Fraction(0)), Fraction(1))


def _year(rate: kinds.YearRate, results: Sequence[ResultBody]) -> Fraction:
    units = sum((Fraction(item.value) for item in results if item.year == rate.year), Fraction(0))
    return Fraction(rate.amount) * min(units, Fraction(rate.units))


def months_late(deadline: datetime, achieved: datetime) -> int:
    """Return how many months have begun after the deadline; 0 when it was kept."""
    if achieved <= deadline:
        return 0
    # By the calendar of UTC: a state that was put away and taken up again no longer knows another zone.
    late, due = achieved.astimezone(UTC), deadline.astimezone(UTC)
    months = (late.year - due.year) * _MONTHS + late.month - due.month
    return months + 1 if (late.day, late.time()) > (due.day, due.time()) else months


def _decayed(by: kinds.TimeDecay, result: ResultBody) -> Fraction:
    """Pay a year's amount less the share for lateness; a result without its day pays nothing."""
    deadline = next((item.by for item in by.deadlines if item.year == result.year), None)
    if deadline is None or result.achieved is None or Decimal(result.value) < 1:
        return Fraction(0)
    left = 1 - Fraction(by.per_month) * months_late(deadline, result.achieved)
    return Fraction(by.amount) * max(left, Fraction(0))


def _parts(by: kinds.Parts, results: Sequence[ResultBody]) -> Fraction:
    fulfilled = {
        item.entity
        for item in results
        if Decimal(item.value) >= 1 and (by.until is None or (item.achieved is not None and item.achieved <= by.until))
    }
    return sum((Fraction(item.amount) for item in by.parts if item.part in fulfilled), Fraction(0))
