"""A bill of quantities beside norms and beside the estimates of others: what asks for more than is usual, and by what source.

That a bill is above a norm is a question to whoever stated it, never a finding.
"""

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Literal

import msgspec

from enduse.book.book import Book
from enduse.messages import Amount, Message
from enduse.statements.estimate import EstimateBody, NormBody
from enduse.statements.works import ProjectBody, WorkItem
from enduse.terms.amounts import MINOR_PER_UNIT, Money, goods_resource, money_resource
from enduse.terms.trade_items import one_form
from enduse.views.shapes import Figure
from enduse.works.stated import StatedBody


class NormRange(msgspec.Struct, frozen=True, kw_only=True):
    """What norms say is usual for the works of a project: of one material, or of cost.

    Attributes:
        material: which; empty for cost.
        billed: what the bill asks for.
        low: least that is usual for so much work; the least of all norms.
        high: most that is usual; the most of all norms.
        verdict: whether the bill is ``above`` all of it, ``within``, or ``below``.
        norms: identifiers of the norms.
        sources: where each was read.
        uncovered: works of the project for which no norm says anything of this.
        entries: log indexes of the norms.
    """

    material: str
    billed: Figure
    low: Figure
    high: Figure
    verdict: Literal["above", "within", "below"]
    norms: tuple[str, ...]
    sources: tuple[str, ...]
    uncovered: tuple[str, ...]
    entries: tuple[int, ...]

    @property
    def told(self) -> Message:
        """That the bill is above it, with the norms and their sources."""
        values = {
            "billed": Amount(self.billed.amount, self.billed.resource),
            "low": Amount(self.low.amount, self.low.resource),
            "high": Amount(self.high.amount, self.high.resource),
            "norms": self.norms,
            "sources": self.sources,
        }
        if not self.material:
            return Message.of("works.cost_above_norm", **values)
        return Message.of("works.above_norm", material=self.material, **values)


class EstimatedAmount(msgspec.Struct, frozen=True, kw_only=True):
    """What another party estimates, of one material, one kind of work, or the whole cost.

    Attributes:
        what: ``material``, ``work`` or ``cost``.
        name: of the material or work; empty for cost.
        party: who estimated.
        estimate: its identifier.
        figure: how much.
        independent: whether that party is related to nobody who builds; else it stands here and judges nothing.
    """

    what: Literal["material", "work", "cost"]
    name: str
    party: str
    estimate: str
    figure: Figure
    independent: bool


class BillBeside(msgspec.Struct, frozen=True, kw_only=True):
    """What a plan asks for, beside what is usual by norms and what others estimate; no finding about anybody.

    Attributes:
        project: whose plan it is.
        billed: of a material, of a kind of work, or the whole cost.
        estimates: of parties related to nobody who builds.
        norm: what is usual; ``None`` where no norm covers it.
        above: whether it is more than all that is usual, or exceeds an estimate by more than its tolerance.
    """

    project: str
    billed: Figure
    estimates: tuple[EstimatedAmount, ...]
    norm: NormRange | None
    above: bool


def money_figure(money: Money, index: int) -> Figure:
    """Return money as a figure that rests on one statement."""
    return Figure(money.minor(), money_resource(money.currency), (index,), 1)


def norm_ranges(book: Book, body: ProjectBody, index: int) -> tuple[NormRange, ...]:
    """Return what norms say of a project's bill and cost, in the order of the bill.

    Args:
        book: of the programme.
        body: the plan.
        index: log index of the plan.
    """
    norms = book.estimates.norms_now()
    found = []
    for item in body.bill:
        amount, base = item.quantity.base()
        billed = Figure(amount, goods_resource(item.material, base), (index,), 1)
        about = [one for one in norms if one.body.material and one_form(one.body.material) == one_form(item.material)]
        found.append(_range(body.works, about, billed, item.material))
    cost = cost_of(body)
    if cost is not None:
        about = [one for one in norms if one.body.material is None]
        found.append(_range(body.works, about, money_figure(cost, index), ""))
    return tuple(one for one in found if one is not None)


def cost_of(body: ProjectBody) -> Money | None:
    """Return what a project is to cost: its budget, else the costs of its bill where all are in one currency."""
    if body.budget is not None:
        return body.budget
    costs = [item.cost for item in body.bill if item.cost is not None]
    if not costs or len(costs) < len(body.bill) or len({cost.currency for cost in costs}) > 1:
        return None
    whole, part = divmod(sum(cost.minor() for cost in costs), MINOR_PER_UNIT)
    return Money(f"{whole}.{part:04}", costs[0].currency)


def _range(
    works: Iterable[WorkItem], norms: list[StatedBody[NormBody]], billed: Figure, material: str
) -> NormRange | None:
    """Add up, over a project's works, the least and the most that norms in the bill's unit say is usual."""
    low = high = Fraction(0)
    used: list[StatedBody[NormBody]] = []
    uncovered: list[str] = []
    for item in works:
        amount, base = item.quantity.base()
        found = []
        for norm in norms:
            per, unit = norm.body.per.base()
            ends = _ends(norm.body, billed.resource)
            if norm.body.work == item.work and unit == base and ends is not None:
                found.append((Fraction(amount, per) * ends[0], Fraction(amount, per) * ends[1], norm))
        if not found:
            uncovered.append(item.work)
            continue
        low += min(one[0] for one in found)
        high += max(one[1] for one in found)
        used += [one[2] for one in found]
    if not used:
        return None
    every = list({one.body.norm: one for one in used}.values())
    entries = tuple(sorted(one.index for one in every))
    return NormRange(
        material=material,
        billed=billed,
        low=Figure(round(low), billed.resource, entries, len(entries)),
        high=Figure(round(high), billed.resource, entries, len(entries)),
        verdict="above" if billed.amount > high else "below" if billed.amount < low else "within",
        norms=tuple(one.body.norm for one in every),
        sources=tuple(dict.fromkeys(one.body.citation.source for one in every)),
        uncovered=tuple(uncovered),
        entries=entries,
    )


def _ends(body: NormBody, resource: str) -> tuple[int, int] | None:
    """Return the range of a norm in the smallest units of a resource; ``None`` where it is in other units."""
    if body.low is not None and body.high is not None and body.material is not None:
        (low, base), (high, _) = body.low.base(), body.high.base()
        return (low, high) if goods_resource(body.material, base) == resource else None
    if body.cost_low is not None and body.cost_high is not None:
        low, high = body.cost_low.minor(), body.cost_high.minor()
        return (low, high) if money_resource(body.cost_low.currency) == resource else None
    return None


def estimated(book: Book, project: str) -> tuple[EstimatedAmount, ...]:
    """Return what others estimate of a project, party by party."""
    builders = book.works.projects[project].builders
    found: list[EstimatedAmount] = []
    for said in book.estimates.latest(project):
        alone = said.party not in builders and not any(book.programme.related(said.party, one) for one in builders)
        found += (
            EstimatedAmount(
                what=what,
                name=name,
                party=said.party,
                estimate=said.body.estimate,
                figure=amount,
                independent=alone,
            )
            for what, name, amount in _amounts(said)
        )
    return tuple(found)


def _amounts(said: StatedBody[EstimateBody]) -> Iterator[tuple[Literal["material", "work", "cost"], str, Figure]]:
    """Give every amount of an estimate: what it is of, its name, how much."""
    for item in said.body.bill:
        amount, base = item.quantity.base()
        name = one_form(item.material)
        yield "material", name, Figure(amount, goods_resource(name, base), (said.index,), 1)
    for work in said.body.works:
        amount, base = work.quantity.base()
        yield "work", work.work, Figure(amount, goods_resource(work.work, base), (said.index,), 1)
    if said.body.cost is not None:
        yield "cost", "", money_figure(said.body.cost, said.index)


def flags(body: ProjectBody, ranges: Sequence[NormRange], estimates: Iterable[EstimatedAmount]) -> tuple[Message, ...]:
    """Return what of a bill is above norms, and above what an independent party estimates by more than its tolerance."""
    found = [one.told for one in ranges if one.verdict == "above"]
    asked = _asked(body)
    exceeded = _exceeded(body, ranges, estimates)
    found += [_above_estimate(one, asked[one.what, one.figure.resource]) for one in exceeded]
    return tuple(found)


def bills_beside(book: Book) -> tuple[BillBeside, ...]:
    """Return every line of a bill, and every cost, that stands beside a norm or an independent estimate, project by project."""
    stated = book.estimates
    if not stated.norms and not stated.estimates:
        return ()
    found = []
    for project, state in sorted(book.works.projects.items()):
        now = state.now
        ranges, others = norm_ranges(book, now.body, now.index), estimated(book, project)
        exceeded = {(one.what, one.figure.resource) for one in _exceeded(now.body, ranges, others)}
        usual = {("material" if one.material else "cost", one.billed.resource): one for one in ranges}
        for (what, resource), amount in _asked(now.body).items():
            norm = usual.get((what, resource))
            judged = tuple(
                one for one in others if one.independent and (one.what, one.figure.resource) == (what, resource)
            )
            if norm is None and not judged:
                continue
            above = (what, resource) in exceeded or (norm is not None and norm.verdict == "above")
            billed = Figure(amount, resource, (now.index,), 1)
            found.append(BillBeside(project=project, billed=billed, estimates=judged, norm=norm, above=above))
    return tuple(found)


def _asked(body: ProjectBody) -> dict[tuple[str, str], int]:
    """Return what a plan asks for, by what it is (``material``, ``work`` or ``cost``) and resource."""
    asked = {}
    for item in body.bill:
        amount, base = item.quantity.base()
        asked["material", goods_resource(item.material, base)] = amount
    for work in body.works:
        amount, base = work.quantity.base()
        asked["work", goods_resource(work.work, base)] = amount
    if (cost := cost_of(body)) is not None:
        asked["cost", money_resource(cost.currency)] = cost.minor()
    return asked


def _exceeded(
    body: ProjectBody, ranges: Sequence[NormRange], estimates: Iterable[EstimatedAmount]
) -> Iterator[EstimatedAmount]:
    """Give the independent estimates that a plan exceeds by more than its own tolerance."""
    usual = any(not one.material and one.verdict != "above" for one in ranges)
    tolerances = {one_form(item.material): Fraction(item.tolerance) for item in body.bill}
    asked = _asked(body)
    for one in estimates:
        if one.what == "cost" and usual:
            continue  # two prices of one design differ; norms say that this one is usual
        allowed = one.figure.amount * (1 + tolerances.get(one.name, Fraction(0)))
        if one.independent and asked.get((one.what, one.figure.resource), 0) > allowed:
            yield one


def _above_estimate(one: EstimatedAmount, amount: int) -> Message:
    said, other = Amount(amount, one.figure.resource), Amount(one.figure.amount, one.figure.resource)
    match one.what:
        case "material":
            return Message.of("works.above_estimate", material=one.name, billed=said, estimated=other, party=one.party)
        case "work":
            return Message.of("works.work_above_estimate", work=one.name, planned=said, measured=other, party=one.party)
        case _:
            return Message.of("works.cost_above_estimate", billed=said, estimated=other, party=one.party)
