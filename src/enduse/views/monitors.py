"""Visits and who watches the monitors: what each promised, made, told late, and what others did about it or say otherwise.

Nothing here accuses: each rule tells what is so by its own name, with the visits it rests on. A visit is *told late* by the
record's clock, for a day that a monitor claims is its own word.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, Literal

import msgspec

from enduse.book.assure import uses
from enduse.book.book import Book
from enduse.errors import UnknownError
from enduse.inspection.exposure import exposures
from enduse.ledger.accounts import class_of, item_of, owner_of
from enduse.messages import Message
from enduse.statements.visit import Defect, VisitRules
from enduse.terms.amounts import money_resource
from enduse.terms.times import instant_of
from enduse.views.contradictions import Contradiction, contradictions
from enduse.views.draws import DrawState, RoundCheck, of_visit, rounds
from enduse.views.shapes import Figure
from enduse.views.sums import resting
from enduse.works.visits import VisitState

VisitStanding = Literal["due", "overdue", "made", "no_access", "cancelled"]
"""How a visit stands: its day is to come; it has passed and nothing was told; it was made; nobody was let in; it was not made."""

_DRAWS: Final[Mapping[DrawState, str]] = {
    "chosen": "visits.place_chosen",
    "outside": "visits.place_outside_draw",
    "not_told": "visits.seed_not_told",
    "other_seed": "visits.other_seed",
    "ahead": "visits.draw_ahead",
    "no_plan": "visits.draw_impossible",
}
"""What is told of a place that is not known to be drawn."""


class Acted(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody did about what a visit found."""

    party: str
    at: datetime
    words: str
    entry: int


class VisitView(msgspec.Struct, frozen=True, kw_only=True):
    """One visit, from its promise to what was done about it.

    Attributes:
        visit: its name.
        monitor: who visits.
        place: where; a project's name where it has no place.
        project: which, where it is one.
        state: how it stands.
        due: the day it was promised for; ``None`` where nobody promised it.
        made: when it was made, or said not to be, as claimed.
        told: when the record first had that.
        late: whole days after ``due`` that it was told, or has not been told; 0 where it is not late.
        team: that went, as a code.
        outcome: what was seen.
        reason: why it was not made.
        checked, false: statements held against what is there, and those found false, by log index.
        readings: taken on it, such as of measured use.
        defects: found or found remedied.
        photos: by the SHA-256 of their file.
        cost: as stated.
        acted: what others did about it.
        draw: how its place was come by.
        facts: what the rules tell of it.
        entries: statements it rests on.
    """

    visit: str
    monitor: str
    place: str
    project: str
    state: VisitStanding
    due: datetime | None
    made: datetime | None
    told: datetime | None
    late: int
    team: str
    outcome: str
    reason: str
    checked: int
    false: tuple[int, ...]
    readings: tuple[str, ...]
    defects: tuple[Defect, ...]
    photos: tuple[str, ...]
    cost: Figure | None
    acted: tuple[Acted, ...]
    draw: DrawState
    facts: tuple[Message, ...]
    entries: tuple[int, ...]

    @property
    def found(self) -> bool:
        """Whether it found something to act on."""
        return self.outcome == "differs" or bool(self.false) or any(one.state == "found" for one in self.defects)


class VisitCost(msgspec.Struct, frozen=True, kw_only=True):
    """What visits cost in one currency, where that is stated: in all, and for how many visits."""

    total: Figure
    visits: int

    @property
    def each(self) -> Figure:
        """What one visit cost on average, rounded down to the smallest unit."""
        return Figure(self.total.amount // self.visits, self.total.resource)


class CoveredPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A place where something is at stake, and how often a monitor has been there.

    Attributes:
        place: or a project that has none.
        stake: its part of all that could be taken unseen, 0 to 1, as ``enduse plan`` has it.
        visits: made there.
        last: the last of them; ``None`` where nobody was there.
    """

    place: str
    stake: float
    visits: int
    last: datetime | None


class MonitorView(msgspec.Struct, frozen=True, kw_only=True):
    """A monitor: what it promised, made and told late, and what became of what it found.

    Attributes:
        monitor: who.
        promised: visits it planned.
        made: visits it made and got in, planned or not.
        unplanned: of those, without a plan.
        no_access: visits at which nobody was let in.
        cancelled: not made, with a reason.
        overdue: promised, their day over, and nothing told.
        due: promised, and their day to come.
        told_late: made or not, told after their day.
        found: visits that found something to act on.
        acted: of those, acted on by somebody else.
        checked, false: statements held against what is there, and how many of them were found false.
        drawn, chosen, outside: places of planned visits that are drawn, without a draw, and outside the draw named.
        covered: part of all that could be taken unseen that lies where it has been, 0 to 1.
        places: everywhere that something is at stake.
        costs: by currency.
        contradicted: by whom, and how.
        facts: what the rules tell of it beside its visits.
    """

    monitor: str
    promised: int
    made: int
    unplanned: int
    no_access: int
    cancelled: int
    overdue: int
    due: int
    told_late: int
    found: int
    acted: int
    checked: int
    false: int
    drawn: int
    chosen: int
    outside: int
    covered: float
    places: tuple[CoveredPlace, ...]
    costs: tuple[VisitCost, ...]
    contradicted: tuple[Contradiction, ...]
    facts: tuple[Message, ...]


class VisitsView(msgspec.Struct, frozen=True, kw_only=True):
    """Visits, and the monitors that make them.

    Attributes:
        as_of: the record's clock.
        running: how many visits running to one site one monitor may make, by the founding; more is told.
        monitors: everybody who planned or made a visit.
        visits: the newest first.
        rounds: draws that visits name, drawn again.
    """

    as_of: datetime
    running: int
    monitors: tuple[MonitorView, ...]
    visits: tuple[VisitView, ...]
    rounds: tuple[RoundCheck, ...]


def visits_view(book: Book, monitor: str = "") -> VisitsView:
    """Return visits and monitors: all of them, or those of one monitor.

    Args:
        book: of the programme.
        monitor: only this party's.

    Raises:
        UnknownError: that party has planned and made none.
    """
    every = dict(book.visits.visits)
    if monitor and all(state.monitor != monitor for state in every.values()):
        raise UnknownError("visits.no_monitor", party=monitor)
    checks = rounds(book, every)
    drawn = {name: one for one in checks for name in one.visits}
    rule = running_most(book)
    repeated = _running(book, every, rule)
    holders = _holders(book)
    views = {name: _view(book, name, state, drawn.get(name), repeated, holders) for name, state in every.items()}
    against = contradictions(book, every)
    stakes = _stakes(book)
    names = [monitor] if monitor else sorted({state.monitor for state in every.values()})
    shown = [one for one in views.values() if one.monitor in names]
    shown.sort(key=lambda one: (-(one.entries[-1] if one.entries else 0), one.visit))
    kept = tuple(one for one in checks if one.monitor in names)
    return VisitsView(
        as_of=instant_of(book.head.clock),
        running=rule,
        monitors=tuple(
            _monitor(
                name,
                [one for one in shown if one.monitor == name],
                [one for one in kept if one.monitor == name],
                against[name],
                stakes,
            )
            for name in names
        ),
        visits=tuple(shown),
        rounds=kept,
    )


def running_most(book: Book) -> int:
    """Return how many visits running to one site one monitor may make."""
    body = book.programme.body
    return (VisitRules() if body is None or body.visits is None else body.visits).running


def standing(state: VisitState, now: datetime) -> VisitStanding:
    """Return how a visit stands."""
    if state.made is not None:
        return "no_access" if state.made.body.outcome == "no_access" else "made"
    if state.cancelled is not None:
        return "cancelled"
    due = state.planned.body.due if state.planned is not None else None
    return "overdue" if due is not None and due < now else "due"


def _view(
    book: Book,
    name: str,
    state: VisitState,
    round_: RoundCheck | None,
    repeated: Mapping[str, Message],
    holders: Mapping[str, set[str]],
) -> VisitView:
    now = instant_of(book.head.clock)
    ends = state.made or state.cancelled
    body = state.made.body if state.made is not None else None
    due = state.planned.body.due if state.planned is not None else None
    told = None if ends is None else book.clocks.at(ends.index)
    late = 0 if due is None else max(0, ((told or now) - due).days)
    draw: DrawState = of_visit(round_, state)
    said = [one.index for one in (state.planned, ends, *state.acted) if one is not None]
    view = VisitView(
        visit=name,
        monitor=state.monitor,
        place=state.place or state.project,
        project=state.project,
        state=standing(state, now),
        due=due,
        made=None if ends is None else ends.at,
        told=told,
        late=late,
        team=(body.team or "") if body is not None else "",
        outcome=body.outcome if body is not None else "",
        reason=state.cancelled.body.words if state.cancelled is not None else "",
        checked=body.checked if body is not None else 0,
        false=_indexes(book, body.false) if body is not None else (),
        readings=body.readings if body is not None else (),
        defects=body.defects if body is not None else (),
        photos=body.photos if body is not None else (),
        cost=None
        if state.made is None or body is None or body.cost is None
        else resting(body.cost.minor(), money_resource(body.cost.currency), [state.made.index]),
        acted=tuple(Acted(party=one.party, at=one.at, words=one.body.words, entry=one.index) for one in state.acted),
        draw=draw,
        facts=(),
        entries=tuple(said),
    )
    facts = (*_of_draw(view, round_), *_of_time(view), *_of_ties(book, state, view, holders))
    return msgspec.structs.replace(view, facts=(*facts, *([repeated[name]] if name in repeated else [])))


def _indexes(book: Book, statements: Iterable[str]) -> tuple[int, ...]:
    found = (book.facts.index_of(one) for one in statements)
    return tuple(sorted(index for index in found if index is not None))


# -- rules ---------------------------------------------------------------------------------------------------------


def _of_draw(view: VisitView, round_: RoundCheck | None) -> Iterator[Message]:
    """Give what is told of how the place was come by; of an unplanned visit that it was not promised."""
    if view.due is None:
        yield Message.of("visits.not_planned")
    elif view.draw in _DRAWS:
        size = round_.size if round_ is not None else 0
        places = [] if round_ is None else list(round_.places)
        yield Message.of(_DRAWS[view.draw], place=view.place, size=size, places=places)
    if round_ is not None and round_.state == "drawn" and round_.by == "seed" and round_.sealed is None:
        yield Message.of("visits.seed_not_sealed", size=round_.size)
    if round_ is not None and round_.state == "drawn" and round_.announced is None:
        yield Message.of("visits.draw_not_announced", size=round_.size)


def _of_time(view: VisitView) -> Iterator[Message]:
    if view.due is None:
        return
    if view.state == "overdue":
        yield Message.of("visits.overdue", due=view.due, n=view.late)
    elif view.told is not None and view.told > view.due:
        yield Message.of("visits.told_late", due=view.due, told=view.told)


def _of_ties(book: Book, state: VisitState, view: VisitView, holders: Mapping[str, set[str]]) -> Iterator[Message]:
    """Give ties of the monitor to those who build or hold goods there, as they were when it went."""
    relations = msgspec.structs.replace(book.programme.relations, at=view.made or instant_of(book.head.clock))
    for party in _visited(book, state, holders):
        if party == state.monitor:
            yield Message.of("visits.of_its_own", party=party, place=view.place)
        elif path := relations.related(state.monitor, party):
            yield Message.of("visits.tied", monitor=state.monitor, party=party, through=list(path))


def _holders(book: Book) -> Mapping[str, set[str]]:
    """Return by place who holds goods there."""
    found: dict[str, set[str]] = defaultdict(set)
    for account, amounts in book.ledger.balances.items():
        if class_of(account) == "stock" and any(amounts.values()):
            found[item_of(account)].add(owner_of(account))
    return found


def _visited(book: Book, state: VisitState, holders: Mapping[str, set[str]]) -> list[str]:
    """Return who builds, or holds goods, where a visit goes."""
    known = book.works.projects
    here = [state.project] if state.project else [name for name, one in known.items() if one.place == state.place]
    built = {party for name in here if name in known for party in known[name].builders}
    return sorted(built | holders.get(state.place, set()))


def _running(book: Book, visits: Mapping[str, VisitState], most: int) -> dict[str, Message]:
    """Return for the last visit of each series at one site that is longer than the rule, what is so.

    A series is of one monitor, or of monitors that were related when they went: who takes turns with its own owner rotates nothing.
    """
    sites: dict[str, list[tuple[datetime, int, str, str]]] = defaultdict(list)
    for name, state in visits.items():
        if state.made is not None and state.made.body.outcome != "no_access":
            made = state.made
            sites[state.place or state.project].append((made.at, made.index, name, state.monitor))
    told: dict[str, Message] = {}
    for site, made_there in sites.items():
        series: list[tuple[str, str]] = []
        for at, _, name, monitor in sorted(made_there):
            if series and not _tied(book, at, series[-1][1], monitor):
                told |= _too_long(series, site, most)
                series = []
            series.append((name, monitor))
        told |= _too_long(series, site, most)
    return told


def _tied(book: Book, at: datetime, one: str, other: str) -> bool:
    """Say whether two monitors are one, or were related at a moment."""
    return one == other or bool(msgspec.structs.replace(book.programme.relations, at=at).related(one, other))


def _too_long(series: Sequence[tuple[str, str]], site: str, most: int) -> dict[str, Message]:
    """Return for the last visit of a series that it is longer than the rule, where it is."""
    if len(series) <= most:
        return {}
    name, by = series[-1]
    code = "visits.same_monitor" if {monitor for _, monitor in series} == {by} else "visits.related_monitors"
    return {name: Message.of(code, party=by, place=site, n=len(series), most=most)}


# -- monitors ------------------------------------------------------------------------------------------------------


def _stakes(book: Book) -> dict[str, float]:
    """Return the part of all that could be taken unseen that lies at each place, the largest first."""
    exposed = exposures(book.ledger, book.works, uses(book), book.facts.standings())
    everything = sum(one.value for one in exposed)
    return {one.place: one.value / everything if everything else 0.0 for one in exposed}


def _monitor(
    name: str,
    mine: Sequence[VisitView],
    checks: Sequence[RoundCheck],
    against: Iterable[Contradiction],
    stakes: Mapping[str, float],
) -> MonitorView:
    states = [one.state for one in mine]
    there: dict[str, list[VisitView]] = defaultdict(list)
    for one in mine:
        if one.state == "made":
            there[one.place].append(one)
    promised = [one for one in mine if one.due is not None]
    found = [one for one in mine if one.found]
    return MonitorView(
        monitor=name,
        promised=len(promised),
        made=states.count("made"),
        unplanned=len(mine) - len(promised),
        no_access=states.count("no_access"),
        cancelled=states.count("cancelled"),
        overdue=states.count("overdue"),
        due=states.count("due"),
        told_late=sum(one.told is not None and one.told > one.due for one in promised if one.due is not None),
        found=len(found),
        acted=sum(bool(one.acted) for one in found),
        checked=sum(one.checked for one in mine),
        false=sum(len(one.false) for one in mine),
        drawn=sum(one.draw == "drawn" for one in promised),
        chosen=sum(one.draw == "chosen" for one in promised),
        outside=sum(one.draw == "outside" for one in promised),
        covered=sum(stake for place, stake in stakes.items() if place in there),
        places=tuple(
            CoveredPlace(
                place=place,
                stake=stakes.get(place, 0.0),
                visits=len(there[place]) if place in there else 0,
                last=max((one.made for one in there.get(place, ()) if one.made is not None), default=None),
            )
            for place in (*stakes, *(place for place in there if place not in stakes))
        ),
        costs=_costs(mine),
        contradicted=tuple(sorted(against, key=lambda one: (one.entry, one.of))),
        facts=tuple(
            Message.of("visits.drawn_left_out", places=list(one.left_out), size=one.size)
            for one in checks
            if one.left_out
        ),
    )


def _costs(mine: Iterable[VisitView]) -> tuple[VisitCost, ...]:
    stated: dict[str, list[Figure]] = defaultdict(list)
    for one in mine:
        if one.cost is not None:
            stated[one.cost.resource].append(one.cost)
    return tuple(
        VisitCost(
            total=resting(
                sum(one.amount for one in of_it), resource, [entry for one in of_it for entry in one.entries]
            ),
            visits=len(of_it),
        )
        for resource, of_it in sorted(stated.items())
    )
