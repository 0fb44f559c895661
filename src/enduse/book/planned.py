"""What is asked about statements of works that count: figures the wrong way round, days that run backwards, what no longer stands."""

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from enduse.book.states import States
from enduse.messages import Amount, Message
from enduse.statements.codec import AnyStatement
from enduse.statements.control import Permit
from enduse.statements.visit import HandingOver, VisitStatement
from enduse.statements.works import Milestone, MilestoneBody, Need, NeedBody, Project, ProjectBody
from enduse.terms.amounts import goods_resource
from enduse.terms.trade_items import one_form


def told_of_works(states: States, said: AnyStatement) -> Iterator[Message]:
    """Give remarks on a statement of works, with the states as they were before it: none of them stops it."""
    at = said.occurred_at
    match said:
        case Need(body=body):
            yield from _ranges(body)
            known = states.works.needs.get(body.need)
            if known is not None and known.party == said.party and (left := _left_out(known.body, body)):
                yield Message.of("need.left_out", need=body.need, fields=left)
        case Project(body=body):
            plan = states.works.projects.get(body.project)
            if plan is not None and plan.owner == said.party:
                if left := _left_out(plan.now.body, body):
                    yield Message.of("project.left_out", project=body.project, fields=left)
                yield from _permits(states, body)
        case Milestone(body=body):
            yield from _progress(states, said, body)
        case VisitStatement(body=body) if body.due is not None and body.due < at:
            yield Message.of("visit.due_before_plan", visit=body.visit, due=body.due, at=at)
        case HandingOver(body=body) if body.warranty_until is not None and body.warranty_until < at:
            yield Message.of("handing_over.warranty_over", project=body.project, until=body.warranty_until, day=at)
        case Permit(body=body) if body.until is not None and body.until < at:
            yield Message.of("permit.over_already", permit=body.permit, until=body.until, day=at)
        case _:
            pass


def _ranges(body: NeedBody) -> Iterator[Message]:
    ranges = (("cost", body.cost, body.cost_high), ("damage", body.damage, body.damage_high))
    for field, low, high in (*ranges, ("loss", body.loss, body.loss_high)):
        if high is None:
            continue
        if low is None:
            yield Message.of("need.range_without_low", need=body.need, at=f"$.body.{field}_high")
        elif low.currency != high.currency or Decimal(low.value) > Decimal(high.value):
            yield Message.of("need.range_turned", need=body.need, at=f"$.body.{field}_high")


def _left_out(before: NeedBody | ProjectBody, now: NeedBody | ProjectBody) -> list[str]:
    """Return the fields that were stated and are not any more: the new statement takes the place of the whole of the old one."""
    fields = (field.name for field in msgspec.structs.fields(before) if field.name != "citation")
    return [name for name in fields if getattr(before, name) and not getattr(now, name)]


def _permits(states: States, body: ProjectBody) -> Iterator[Message]:
    """Tell of each material of which less is asked for now than was permitted."""
    asked = {one_form(item.material): item.quantity.base() for item in body.bill}
    for material, permitted, base in states.controls.permitted(body.project):
        billed, unit = asked.get(one_form(material), (0, base))
        if billed < permitted or unit != base:
            resource = goods_resource(material, base)
            amounts = {
                "permitted": Amount(permitted, resource),
                "billed": Amount(billed, goods_resource(material, unit)),
            }
            yield Message.of("permit.above_bill", project=body.project, material=material, **amounts)


def _progress(states: States, said: Milestone, body: MilestoneBody) -> Iterator[Message]:
    before = states.works.progress(body.project)
    if before is not None and before.at <= said.occurred_at and Decimal(body.progress) < Decimal(before.body.progress):
        shares = {"before": _percent(before.body), "now": _percent(body)}
        yield Message.of("milestone.less_than_before", project=body.project, day=before.at, **shares)


def _percent(body: MilestoneBody) -> str:
    return f"{(100 * Decimal(body.progress)).normalize():f}"
