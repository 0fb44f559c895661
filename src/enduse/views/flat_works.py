"""Needs, projects, bills, published figures and access, laid out as the rows of :mod:`enduse.views.flat_works_rows`."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import msgspec

from enduse.terms.amounts import Money, in_unit, material_of
from enduse.views.access_public import PublicAccess
from enduse.views.flat_works_rows import (
    BillRows,
    ClosureRows,
    DelayRows,
    IncidentRows,
    IndicatorRows,
    MovementRows,
    NeedRows,
    PointRows,
    ProjectRows,
    VisitRows,
)
from enduse.views.indicators import IndicatorsView
from enduse.views.monitors import VisitView
from enduse.views.shapes import Figure
from enduse.views.works import BillLine, NeedLine, ProjectLine, WorksView

_HOUR, _TENTH = 3_600, Decimal("0.1")


class FlatWorks(msgspec.Struct, frozen=True, kw_only=True):
    """What is laid out: needs and projects, published figures, what everybody may know of access, and visits."""

    works: WorksView
    indicators: IndicatorsView
    access: PublicAccess
    visits: tuple[VisitView, ...] = ()


def works_tables(told: FlatWorks) -> dict[str, list[msgspec.Struct]]:
    """Return rows by table."""
    return {
        "needs": [_need(one) for one in told.works.needs],
        "projects": [_project(one) for one in told.works.projects],
        "bills": [_bill(one.project, line) for one in told.works.projects for line in one.bill],
        "indicators": list(_indicators(told.indicators)),
        "movements": list(_movements(told.access)),
        "closures": list(_closures(told.access)),
        "service_points": list(_points(told.access)),
        "delays": list(_delays(told.access)),
        "incidents": [
            IncidentRows(month=f"{one.month:%Y-%m}", area=one.area, incidents=one.count)
            for one in told.access.incidents
        ],
        "visits": [_visit(one) for one in told.visits if one.state != "due"],
    }


def _need(one: NeedLine) -> NeedRows:
    body = one.body
    low, high = body.cost, body.cost_high
    return NeedRows(
        need=one.need,
        place=one.place,
        priority=one.priority,
        low=_money(low),
        high=_money(high),
        currency="" if low is None else low.currency,
        people=body.people,
        projects=one.projects,
        funded=not one.unfunded,
        entries=(one.entry,),
        sector=(body.sector or "").removeprefix("sector:"),
        damage_low=_money(body.damage),
        damage_high=_money(body.damage_high),
        damage_currency="" if body.damage is None else body.damage.currency,
        loss_low=_money(body.loss),
        loss_high=_money(body.loss_high),
        loss_currency="" if body.loss is None else body.loss.currency,
    )


def _money(money: Money | None) -> Decimal | None:
    return None if money is None else Decimal(money.value)


def _project(one: ProjectLine) -> ProjectRows:
    return ProjectRows(
        project=one.project,
        place=one.place,
        need=one.body.need or "",
        builder=one.body.contractor or one.owner,
        stage=one.stage,
        progress=Decimal(one.progress) if one.progress else None,
        visited=max((each.made for each in one.visits if each.made is not None), default=None),
        taken_over_by=one.receiver,
        warranty_until=one.warranty_until,
        entries=(one.entry,),
    )


def _bill(project: str, line: BillLine) -> BillRows:
    def shown(figure: Figure | None) -> Decimal | None:
        return None if figure is None else Decimal(in_unit(figure.amount, line.billed.resource))

    estimates = [one.figure for one in line.estimates if one.independent]
    least = min(estimates, key=lambda one: one.amount, default=None)
    most = max(estimates, key=lambda one: one.amount, default=None)
    low, high = line.measured or (None, None)
    return BillRows(
        project=project,
        material=material_of(line.billed.resource),
        unit=line.billed.unit,
        billed=line.billed.value,
        norm_low=shown(line.norm.low if line.norm else None),
        norm_high=shown(line.norm.high if line.norm else None),
        estimate_low=shown(least),
        estimate_high=shown(most),
        quota=shown(line.quota),
        came=line.came.value,
        declared=line.declared.value,
        low=shown(low),
        high=shown(high),
        elsewhere=line.elsewhere.value,
        entries=line.billed.entries,
        cost=None if line.cost is None else line.cost.value,
        currency="" if line.cost is None else line.cost.unit,
    )


def _indicators(told: IndicatorsView) -> Iterator[IndicatorRows]:
    for one in told.series:
        for value in one.values:
            body = value.body
            yield IndicatorRows(
                series=one.series,
                measure=one.measure,
                place=one.place,
                source=one.source,
                party=one.party,
                begins=body.period.start,
                ends=body.period.end,
                value=Decimal(body.value),
                in_what=body.unit,
                margin=None if body.margin is None else Decimal(body.margin),
                sample=body.sample,
                comparable=value.comparable,
                entries=(value.entry,),
            )


def _movements(told: PublicAccess) -> Iterator[MovementRows]:
    for one in told.months:
        yield MovementRows(
            month=f"{one.month:%Y-%m}",
            area=one.area,
            notified=one.planned,
            facilitated=one.facilitated,
            partly=one.partly,
            impeded=one.impeded,
            denied=one.denied,
            cancelled=one.cancelled,
            no_answer=one.no_answer,
            not_said=one.open,
            disputed=one.disputed,
        )


def _closures(told: PublicAccess) -> Iterator[ClosureRows]:
    for one in told.closures:
        yield ClosureRows(
            crossing=one.crossing,
            begins=_midnight(one.start),
            ends=None if one.end is None else _midnight(one.end),
            reason=one.reason,
            told_by=(one.by,),
        )


def _points(told: PublicAccess) -> Iterator[PointRows]:
    for one in told.points:
        yield PointRows(
            area=one.area,
            type=one.type,
            points=one.points,
            working=one.working,
            partly=one.partly,
            stopped=one.stopped,
            not_known=one.not_known,
            run_out=one.run_out,
            supply_days=one.supply_days,
            access_lapsed=one.access_lapsed,
            reported=_midnight(one.reported),
        )


def _delays(told: PublicAccess) -> Iterator[DelayRows]:
    for one in told.waits:
        yield DelayRows(
            state=one.state,
            cases=one.cases,
            lasting=one.open,
            median_hours=_hours(one.median),
            low_hours=_hours(one.low),
            high_hours=_hours(one.high),
            longest_hours=_in_hours(one.worst),
            longest_lasts=one.worst_open,
        )


def _hours(seconds: int | None) -> Decimal | None:
    return None if seconds is None else _in_hours(seconds)


def _in_hours(seconds: int) -> Decimal:
    return (Decimal(seconds) / _HOUR).quantize(_TENTH)


def _visit(one: VisitView) -> VisitRows:
    return VisitRows(
        monitor=one.monitor,
        place=one.place,
        project=one.project,
        state=one.state,
        due=one.due,
        visited=one.made,
        recorded=one.told,
        days=one.late,
        outcome=one.outcome,
        why_not=one.reason,
        checked=one.checked,
        found_false=len(one.false),
        defects=len(one.defects),
        photos=len(one.photos),
        cost=None if one.cost is None else one.cost.value,
        currency="" if one.cost is None else one.cost.unit,
        acted=len(one.acted),
        entries=one.entries,
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
