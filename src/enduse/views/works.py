"""From need to built and back: needs, projects, bills, funds, goods, what is built in and verified, and who paid for it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Literal

import msgspec

from enduse.assurance.differences import Use
from enduse.book.assure import uses
from enduse.book.book import Book
from enduse.book.quotas import came_to, site_quota
from enduse.errors import UnknownError
from enduse.messages import Message
from enduse.statements.works import NeedBody, ProjectBody, WorkItem
from enduse.terms.amounts import goods_resource
from enduse.terms.texts import Text
from enduse.terms.trade_items import one_form
from enduse.views import cash
from enduse.views.cash import ProjectMoney
from enduse.views.indicators import IndicatorsView, indicators
from enduse.views.norms import EstimatedAmount, NormRange, estimated, flags, money_figure, norm_ranges
from enduse.views.shapes import Figure
from enduse.views.trace import TraceSum, ledger_trace
from enduse.works.visits import VisitState
from enduse.works.works import NeedState, ProjectState

Stage = Literal["planned", "funded", "building", "built", "handed_over"]


class NeedLine(msgspec.Struct, frozen=True, kw_only=True):
    """A need, and how far it is answered.

    Attributes:
        need: which.
        place: where; empty where that is not stated.
        party: who stated it.
        body: as last stated: damage, loss and cost with their ranges, structures, dwellings, rubble, people.
        entry: log index of that.
        priority: its score by the published weights, 0 to 1; ``None`` where no weights are published, or it is not scored.
        unscored: criteria of the weights of which the need says nothing; they count as 0.
        projects: that answer it.
        funds: committed, paid and spent for them, by currency; empty: it is not funded.
    """

    need: str
    place: str
    party: str
    body: NeedBody
    entry: int
    priority: Decimal | None
    unscored: tuple[str, ...]
    projects: tuple[str, ...]
    funds: tuple[Figure, ...]

    @property
    def unfunded(self) -> bool:
        """Whether no money at all was committed, paid or spent for it."""
        return not self.funds


class BillLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a bill of quantities, from paper to what is built in.

    Attributes:
        material: which.
        billed: what the bill asks for.
        estimates: what others estimate.
        norm: what is usual by norms; ``None`` where no norm is stated for the project's works.
        came: what the builders had of it: at the site, built in, or found elsewhere.
        declared: what was declared as built in.
        measured: least and most that is there, measured by an independent party, at 95 %; ``None``: nobody measured.
        elsewhere: what findings moved out of the declared use: off purpose, lost, stolen or damaged.
        quota: what the site may have of it, where it is controlled.
        control: its entry on the list of controlled goods; empty where it is on none.
        control_source: that list.
        cost: what all of it is to cost, as the bill states it; ``None`` where it states none.
    """

    material: str
    billed: Figure
    estimates: tuple[EstimatedAmount, ...]
    norm: NormRange | None
    came: Figure
    declared: Figure
    measured: tuple[Figure, Figure] | None
    elsewhere: Figure
    quota: Figure | None
    control: str = ""
    control_source: str = ""
    cost: Figure | None = None


class VisitLine(msgspec.Struct, frozen=True, kw_only=True):
    """A visit to a project, as its monitor told it."""

    visit: str
    monitor: str
    due: datetime | None
    made: datetime | None
    outcome: str
    defects: tuple[str, ...]
    photos: tuple[str, ...]


class MilestoneLine(msgspec.Struct, frozen=True, kw_only=True):
    """A milestone as somebody told it.

    Attributes:
        milestone: which.
        title: for people.
        party: who says so.
        at: when it was reached, as said.
        progress: share of the works done.
        done: how much of which work is done.
        photos: that show it, by the SHA-256 of their file.
    """

    milestone: str
    title: Text
    party: str
    at: datetime
    progress: str
    done: tuple[WorkItem, ...]
    photos: tuple[str, ...]


class ProjectLine(msgspec.Struct, frozen=True, kw_only=True):
    """A project from the need it answers to what is verified of it.

    Attributes:
        project: which.
        place: where it is built; empty: that is not stated.
        owner: who stated it.
        body: the plan as last stated.
        entry: log index of that.
        stage: how far it is: ``planned``, ``funded``, ``building``, ``built`` (all is said to be done) or ``handed_over``.
        progress: share of the works done, as last stated; empty where nobody said.
        milestones: as last told of each, oldest first.
        photos: of milestones and visits, by the SHA-256 of their file.
        bill: line by line.
        cost: what norms say of the cost.
        estimates: what others estimate of cost and works.
        money: what was planned, committed, paid and spent, and whose it was, by currency.
        donors: who gave the goods and money that came into it, by mass balance; empty where nothing came yet.
        visits: to it, oldest first.
        receiver: who took it over, or is asked to.
        warranty_until: until when the builder answers for defects, once it is handed over.
        notes: what a careful reader should ask.
    """

    project: str
    place: str
    owner: str
    body: ProjectBody
    entry: int
    stage: Stage
    progress: str
    milestones: tuple[MilestoneLine, ...]
    photos: tuple[str, ...]
    bill: tuple[BillLine, ...]
    cost: NormRange | None
    estimates: tuple[EstimatedAmount, ...]
    money: tuple[ProjectMoney, ...]
    donors: tuple[TraceSum, ...]
    visits: tuple[VisitLine, ...]
    receiver: str
    warranty_until: datetime | None
    notes: tuple[Message, ...]


class WeightShown(msgspec.Struct, frozen=True, kw_only=True):
    """A criterion of the published weights."""

    criterion: str
    title: Text
    weight: str


class WorksView(msgspec.Struct, frozen=True, kw_only=True):
    """Needs and projects, whole or as far as one identifier reaches.

    Attributes:
        of: what was asked for: ``programme``, ``need``, ``project``, ``place`` or ``donor``.
        name: which; empty for the programme.
        needs: by priority where weights are published, else by name.
        projects: by name.
        weights: as last published.
        unanswered: needs that no project answers.
        unfunded: needs for which no money was committed, paid or spent.
        unplaced: projects without a place.
        life: of a place, what residents see beside what was delivered.
    """

    of: Literal["programme", "need", "project", "place", "donor"]
    name: str
    needs: tuple[NeedLine, ...]
    projects: tuple[ProjectLine, ...]
    weights: tuple[WeightShown, ...]
    unanswered: tuple[str, ...]
    unfunded: tuple[str, ...]
    unplaced: tuple[str, ...]
    life: IndicatorsView | None = None


def works_view(book: Book, name: str = "") -> WorksView:
    """Return needs and projects: all of them, or those that a need, project, place or donor reaches.

    Raises:
        UnknownError: nothing here is called so.
    """
    money = _money(book)
    every = sorted(book.works.projects)
    of, projects, needs = _reached(book, name, money)
    answering = _answering(book)
    said: dict[str, list[Use]] = defaultdict(list)
    for use in uses(book):
        said[use.project].append(use)
    visits: dict[str, list[tuple[str, VisitState]]] = defaultdict(list)
    for visit, state in sorted(book.visits.visits.items()):
        visits[state.project].append((visit, state))
    lines = tuple(_need(book, need, answering[need], money) for need in needs)
    if book.estimates.weights:
        lines = tuple(sorted(lines, key=lambda line: (line.priority is None, -(line.priority or 0), line.need)))
    weights = book.estimates.weights[-1].body.weights if book.estimates.weights else ()
    deep = of != "programme"
    return WorksView(
        of=of,
        name=name,
        needs=lines,
        projects=tuple(
            _project(book, one, money.get(one, ()), said[one], visits[one], deep=deep)
            for one in every
            if one in projects
        ),
        weights=tuple(WeightShown(criterion=one.criterion, title=one.title, weight=one.weight) for one in weights),
        unanswered=tuple(line.need for line in lines if not line.projects),
        unfunded=tuple(line.need for line in lines if line.unfunded),
        unplaced=tuple(one for one in every if one in projects and not book.works.projects[one].place),
        life=indicators(book, name) if of == "place" else None,
    )


def works_gaps(book: Book) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Return needs that no project answers, needs without any money, and projects without a place."""
    works, answering = book.works, _answering(book)
    money = _money(book) if works.needs else {}
    lines = [_need(book, need, answering[need], money) for need in sorted(works.needs)]
    return (
        tuple(line.need for line in lines if not line.projects),
        tuple(line.need for line in lines if line.unfunded),
        tuple(name for name in sorted(works.projects) if not works.projects[name].place),
    )


def _answering(book: Book) -> dict[str, list[str]]:
    """Return the projects that answer each need, by name."""
    found: dict[str, list[str]] = defaultdict(list)
    for name in sorted(book.works.projects):
        found[book.works.projects[name].now.body.need or ""].append(name)
    return found


def _money(book: Book) -> dict[str, tuple[ProjectMoney, ...]]:
    """Return what was planned, committed, paid and spent by project, currency by currency."""
    found: dict[str, tuple[ProjectMoney, ...]] = {}
    for currency in cash.money(book).currencies:
        for line in currency.projects:
            found[line.project] = (*found.get(line.project, ()), line)
    return found


def _reached(
    book: Book, name: str, money: Mapping[str, tuple[ProjectMoney, ...]]
) -> tuple[Literal["programme", "need", "project", "place", "donor"], set[str], list[str]]:
    """Return what a name is of, and the projects and needs that it reaches."""
    works = book.works
    if not name:
        return "programme", set(works.projects), sorted(works.needs)
    if name in works.needs:
        return "need", {one for one, state in works.projects.items() if state.now.body.need == name}, [name]
    if name in works.projects:
        return "project", {name}, _needs_of(book, {name})
    if name in book.programme.places:
        around = book.programme.around
        here = {one for one, state in works.projects.items() if state.place and name in around(state.place)}
        stated = {one for one, state in works.needs.items() if state.place and name in around(state.place)}
        return "place", here, sorted(stated | set(_needs_of(book, here)))
    if name in book.programme.parties:
        gave = {project for project, lines in money.items() if any(name in (*line.of, *line.payers) for line in lines)}
        given = {one for one in works.projects if any(end.owner == name for end in _sources(book, one))}
        found = (gave | given) & set(works.projects)
        return "donor", found, _needs_of(book, found)
    raise UnknownError("works.unknown", name=name)


def _needs_of(book: Book, projects: Iterable[str]) -> list[str]:
    return sorted({need for one in projects if (need := book.works.projects[one].now.body.need) is not None})


def _need(book: Book, name: str, projects: Sequence[str], money: Mapping[str, tuple[ProjectMoney, ...]]) -> NeedLine:
    state = book.works.needs[name]
    priority, unscored = _priority(book, state)
    return NeedLine(
        need=name,
        place=state.place or "",
        party=state.party,
        body=state.body,
        entry=book.index_of(state.entry),
        priority=priority,
        unscored=unscored,
        projects=tuple(projects),
        funds=_funds([line for one in projects for line in money.get(one, ())]),
    )


def _funds(lines: Iterable[ProjectMoney]) -> tuple[Figure, ...]:
    """Return what stands behind projects, by currency: what is still committed and the larger of paid and spent."""
    sums: dict[str, int] = {}
    entries: dict[str, tuple[int, ...]] = {}
    for line in lines:
        amount = max(line.committed.amount, 0) + max(line.paid.amount, line.spent.amount)
        if amount > 0:
            resource = line.spent.resource
            sums[resource] = sums.get(resource, 0) + amount
            own = (*line.committed.entries, *line.paid.entries, *line.spent.entries)
            entries[resource] = tuple(sorted({*entries.get(resource, ()), *own}))
    return tuple(Figure(sums[one], one, entries[one], len(entries[one])) for one in sorted(sums))


def _priority(book: Book, state: NeedState) -> tuple[Decimal | None, tuple[str, ...]]:
    """Return a need's score by the weights that were published last, to six digits, and what it says nothing of."""
    if not book.estimates.weights or not state.body.scores:
        return None, ()
    weights = {one.criterion: Decimal(one.weight) for one in book.estimates.weights[-1].body.weights}
    shares = {one.criterion: Decimal(one.share) for one in state.body.scores}
    score = sum((weight * shares.get(name, Decimal(0)) for name, weight in weights.items()), Decimal(0))
    unscored = tuple(name for name in weights if name not in shares)
    return (score / sum(weights.values())).quantize(Decimal("0.000001")), unscored


def _project(
    book: Book,
    name: str,
    money: tuple[ProjectMoney, ...],
    said: Sequence[Use],
    visits: Sequence[tuple[str, VisitState]],
    *,
    deep: bool,
) -> ProjectLine:
    state = book.works.projects[name]
    now = state.now
    last = book.works.progress(name)
    progress = "" if last is None else last.body.progress
    ranges = norm_ranges(book, now.body, now.index)
    others = estimated(book, name)
    handed = book.estimates.handings.get(name, [])
    told = [one.body.photos for one in book.works.milestones.get(name, ())]
    told += [one.made.body.photos for _, one in visits if one.made is not None]
    offer = handed[-1].offer.body if handed else None
    return ProjectLine(
        project=name,
        place=state.place or "",
        owner=state.owner,
        body=now.body,
        entry=now.index,
        stage=_stage(progress, money, begun=bool(said), taken=bool(handed) and handed[-1].accepted),
        progress=progress,
        milestones=_milestones(book, name),
        photos=tuple(dict.fromkeys(photo for photos in told for photo in photos)),
        bill=_bill(book, state, ranges, others, said),
        cost=next((one for one in ranges if not one.material), None),
        estimates=tuple(one for one in others if one.what != "material"),
        money=money,
        donors=_sources(book, name) if deep else (),
        visits=tuple(_visit(visit, one) for visit, one in visits),
        receiver=offer.to or "" if offer is not None else "",
        warranty_until=offer.warranty_until if offer is not None and handed[-1].accepted else None,
        notes=(*flags(now.body, ranges, others), *_asks(state, money, [one for _, one in visits])),
    )


def _stage(progress: str, money: Iterable[ProjectMoney], *, begun: bool, taken: bool) -> Stage:
    """Return how far a project is, by what was said last."""
    if taken:
        return "handed_over"
    done = Decimal(progress or 0)
    if done == 1:
        return "built"
    if begun or done > 0:
        return "building"
    return "funded" if _funds(money) else "planned"


def _bill(
    book: Book,
    state: ProjectState,
    ranges: Iterable[NormRange],
    others: Iterable[EstimatedAmount],
    declared: Iterable[Use],
) -> tuple[BillLine, ...]:
    """Return every line of a project's bill with what became of it."""
    body, index = state.now.body, state.now.index
    usual = {one_form(one.material): one for one in ranges if one.material}
    said = {use.resource: use for use in declared}
    lines = []
    for item in body.bill:
        amount, base = item.quantity.base()
        material = one_form(item.material)
        resource = goods_resource(material, base)
        use = said.get(resource)
        site = site_quota(book, state.place, resource) if state.place else None
        quota = None if site is None else Figure(site.allowed, resource)
        listed = book.controls.listed.get(material)
        measured = None if use is None or use.interval is None else use.interval
        lines.append(
            BillLine(
                material=material,
                billed=Figure(amount, resource, (index,), 1),
                estimates=tuple(one for one in others if one.what == "material" and one.figure.resource == resource),
                norm=usual.get(material),
                came=Figure(came_to(book, state.place or "", ((body.project, state),), resource), resource),
                declared=Figure(0 if use is None else use.declared, resource),
                measured=None
                if measured is None
                else (Figure(int(measured.lower), resource), Figure(int(measured.upper), resource)),
                elsewhere=Figure(0 if use is None else use.resolved, resource),
                quota=quota,
                control="" if listed is None else listed.body.reference,
                control_source="" if listed is None else listed.body.citation.source,
                cost=None if item.cost is None else money_figure(item.cost, index),
            )
        )
    return tuple(lines)


def _milestones(book: Book, project: str) -> tuple[MilestoneLine, ...]:
    """Return each milestone of a project as its party told it last."""
    told = {(one.party, one.body.milestone): one for one in book.works.milestones.get(project, ())}
    return tuple(
        MilestoneLine(
            milestone=one.body.milestone,
            title=one.body.title,
            party=one.party,
            at=one.at,
            progress=one.body.progress,
            done=one.body.done,
            photos=one.body.photos,
        )
        for one in sorted(told.values(), key=lambda one: one.at)
    )


def _visit(name: str, state: VisitState) -> VisitLine:
    made = state.made
    return VisitLine(
        visit=name,
        monitor=state.monitor,
        due=None if state.planned is None else state.planned.body.due,
        made=None if made is None else made.at,
        outcome="" if made is None else made.body.outcome,
        defects=() if made is None else tuple(one.defect for one in made.body.defects),
        photos=() if made is None else made.body.photos,
    )


def _asks(state: ProjectState, money: Iterable[ProjectMoney], visits: Iterable[VisitState]) -> tuple[Message, ...]:
    """Return what is not stated of a project, and defects that nobody found remedied."""
    body = state.now.body
    found = []
    if state.place is None:
        found.append(Message.of("works.no_place"))
    if body.need is None:
        found.append(Message.of("works.no_need"))
    if not _funds(money):
        found.append(Message.of("works.no_funds"))
    open_defects: dict[str, datetime] = {}
    titles: dict[str, Text] = {}
    made = sorted((one.made for one in visits if one.made is not None), key=lambda one: (one.at, one.index))
    for visit in made:
        for defect in visit.body.defects:
            titles.setdefault(defect.defect, defect.title)
            if defect.state == "found":
                open_defects.setdefault(defect.defect, visit.at)
            else:
                open_defects.pop(defect.defect, None)
    found += [
        Message.of("works.defect_open", defect=titles[name] or name, day=day) for name, day in open_defects.items()
    ]
    return tuple(found)


def _sources(book: Book, project: str) -> tuple[TraceSum, ...]:
    """Return who gave what came into a project; nothing where nothing came yet."""
    try:
        return ledger_trace(book, project).sources
    except UnknownError:
        return ()
