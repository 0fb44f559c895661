"""Pages about goods, loads and projects."""

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime

import msgspec

import enduse
from enduse.messages import Message
from enduse.portal.answers import SiteAnswers
from enduse.portal.contracts import contracts
from enduse.portal.gaps import gaps, small
from enduse.portal.places import moving, tree
from enduse.views.arrangement import ProjectPage
from enduse.views.cash import ProjectMoney
from enduse.views.contract_shapes import ContractView
from enduse.views.loads import LoadView
from enduse.views.missing import MissingView
from enduse.views.shapes import Figure, FindingView, MaterialTotals, TrancheView, Used
from enduse.views.works import BillLine, MilestoneLine, NeedLine, WeightShown


class GoodsPage(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the materials?"""

    materials: tuple[MaterialTotals, ...]


class MaterialPage(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one material?

    Attributes:
        totals: all of it.
        projects: how much was used for which project, and how much its bill of quantities calls for.
        areas: how much lies in which broad area, or left there and may still be on its way.
        donors: whose it was, all of it.
        gaps: what is open of it.
    """

    totals: MaterialTotals
    projects: tuple[tuple[str, Figure, Figure | None], ...]
    areas: tuple[tuple[str, Figure], ...]
    donors: tuple[tuple[str, Figure], ...]
    gaps: tuple[MissingView, ...]


class LoadPage(msgspec.Struct, frozen=True, kw_only=True):
    """What became of this load?

    Attributes:
        number: as it is printed on papers, boxes or the truck.
        loads: those that bear it, the latest last.
        gaps: what is open of them.
        small: differences of them that the scales' errors explain.
        findings: about them.
    """

    number: str
    loads: tuple[LoadView, ...]
    gaps: tuple[MissingView, ...]
    small: tuple[MissingView, ...]
    findings: tuple[FindingView, ...]


class ProjectSite(msgspec.Struct, frozen=True, kw_only=True):
    """What was built, with what?

    Attributes:
        project: as last stated.
        milestones: each as its party told it last: share, how much of which work, photos.
        bill: line by line, beside norms, estimates and quota, with what came and was built in.
        asked: what a careful reader asks: a bill above its norm or above an independent estimate, a defect that stays, what is not stated.
        receiver: who took it over, or is asked to; empty: nobody.
        taken: whether it is taken over.
        warranty_until: until when the builder answers for defects, once it is taken over.
        money: by currency.
        used: declared, measured and billed, by material.
        tranches: payments that wait for its conditions, or were made.
        contracts: that are for it.
        findings: about it.
    """

    project: ProjectPage
    milestones: tuple[MilestoneLine, ...]
    bill: tuple[BillLine, ...]
    asked: tuple[Message, ...]
    receiver: str
    taken: bool
    warranty_until: datetime | None
    money: tuple[ProjectMoney, ...]
    used: tuple[Used, ...]
    tranches: tuple[TrancheView, ...]
    contracts: tuple[ContractView, ...]
    findings: tuple[FindingView, ...]


class ProjectsPage(msgspec.Struct, frozen=True, kw_only=True):
    """What is being built?

    Attributes:
        projects: as last stated.
        needs: by priority where weights are published, else by name: what each costs, what was given, what answers it.
        weights: by which needs are ranked.
        unanswered: needs that no project answers.
        unfunded: needs for which no money was committed, paid or spent.
        unplaced: projects without a place.
    """

    projects: tuple[ProjectPage, ...]
    needs: tuple[NeedLine, ...]
    weights: tuple[WeightShown, ...]
    unanswered: tuple[str, ...]
    unfunded: tuple[str, ...]
    unplaced: tuple[str, ...]


def goods(answers: SiteAnswers, _about: str) -> GoodsPage:
    """Answer what became of the materials."""
    return GoodsPage(materials=answers.status.goods)


def material_names(answers: SiteAnswers) -> tuple[str, ...]:
    """Return the materials there are, by ledger name."""
    return tuple(one.resource for one in answers.status.goods)


def material(answers: SiteAnswers, about: str) -> MaterialPage:
    """Answer what became of one material."""
    totals = next(one for one in answers.status.goods if one.resource == about)
    lines = next((one for one in answers.goods.materials if one.resource == about), None)
    held: dict[str, int] = {}
    for line in lines.places if lines else ():
        area = _area(answers, line.name)
        held[area] = held.get(area, 0) + line.sums.held.amount + moving(answers, (line.name,), about)
    return MaterialPage(
        totals=totals,
        projects=tuple((line.name, line.sums.used, line.planned) for line in lines.projects) if lines else (),
        areas=tuple((area, Figure(amount, about)) for area, amount in held.items() if amount),
        donors=tuple((line.name, _all(line.sums, about)) for line in lines.donors) if lines else (),
        gaps=tuple(gap for gap in gaps(answers) if gap.figure.resource == about),
    )


def _all(sums: msgspec.Struct, resource: str) -> Figure:
    return Figure(sum(getattr(sums, column).amount for column in sums.__struct_fields__), resource)


def _area(answers: SiteAnswers, place: str) -> str:
    """Return the broad area a place lies in; its own name where it lies in none."""
    known = tree(answers)
    return next((each for each in known.above(place) if _broad(known.by_name.get(each))), place)


def _broad(place: object) -> bool:
    return getattr(place, "type", "") in {"area", "country"}


class LoadNumbers(AbstractSet[str]):
    """The numbers under which loads were sent: so many that one is looked up, and all are read only by whoever wants all."""

    def __init__(self, programme: enduse.Questions) -> None:
        self._programme = programme

    def __contains__(self, number: object) -> bool:
        return isinstance(number, str) and self._programme.has_load(number)

    def __iter__(self) -> Iterator[str]:
        return iter(self._programme.load_numbers())

    def __len__(self) -> int:
        return len(self._programme.load_numbers())


def load_names(answers: SiteAnswers) -> LoadNumbers:
    """Return every number under which a load was sent."""
    return LoadNumbers(answers.programme)


def load(answers: SiteAnswers, about: str) -> LoadPage:
    """Answer what became of a load."""
    return LoadPage(
        number=about,
        loads=answers.programme.loads(about),
        gaps=tuple(gap for gap in gaps(answers) if gap.item == about),
        small=tuple(gap for gap in small(answers) if gap.item == about),
        findings=tuple(each for each in answers.status.findings if each.about == about),
    )


def project_names(answers: SiteAnswers) -> tuple[str, ...]:
    """Return all projects."""
    return tuple(each.body.project for each in answers.projects)


def projects(answers: SiteAnswers, _about: str) -> ProjectsPage:
    """Answer what is being built."""
    works = answers.works
    return ProjectsPage(
        projects=answers.projects,
        needs=works.needs,
        weights=works.weights,
        unanswered=works.unanswered,
        unfunded=works.unfunded,
        unplaced=works.unplaced,
    )


def project(answers: SiteAnswers, about: str) -> ProjectSite:
    """Answer what was built and with what."""
    now = answers.status
    found = next(each for each in answers.projects if each.body.project == about)
    built = next(each for each in answers.works.projects if each.project == about)
    return ProjectSite(
        project=found,
        milestones=built.milestones,
        bill=built.bill,
        asked=built.notes,
        receiver=built.receiver,
        taken=built.stage == "handed_over",
        warranty_until=built.warranty_until,
        money=tuple(line for one in answers.cash.currencies for line in one.projects if line.project == about),
        used=tuple(one for one in now.used if one.project == about),
        tranches=tuple(one for one in now.tranches if one.project == about),
        contracts=tuple(one for one in contracts(answers) if one.project == about),
        findings=tuple(each for each in now.findings if each.about == about),
    )
