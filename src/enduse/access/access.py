"""Movements, clearances, crossings, closures, service points and incidents, as the record states them.

Each party's words stand beside the others': nobody's account of a movement replaces another's. What follows from them (how
it ended, how long each step took) is worked out from the set of steps, not from the order in which they were recorded.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from enduse.messages import Message, Refusal
from enduse.rows import AFTER, Rows, rows
from enduse.statements.access import (
    AccessIncident,
    AccessRules,
    AnyAccess,
    Clearance,
    ClearanceBody,
    Closure,
    ClosureBody,
    Crossing,
    CrossingBody,
    IncidentBody,
    MovementBody,
    MovementStatement,
    ServicePoint,
    ServicePointBody,
    last_named,
)
from enduse.statements.entry import Entry
from enduse.statements.programme import PlaceBody
from enduse.terms.times import Period, micros

STEPS_MAX: Final = 500
"""Steps that are kept of one movement or consignment."""
BROAD: Final = frozenset(("area", "country"))
"""Types of place that a movement, a service point or an incident may name."""
AHEAD: Final = timedelta(days=1)
"""How far ahead of the record a step may be said to have happened: clocks differ."""
PASSAGES: Final = frozenset(("crossing", "corridor"))

RANK: Final = {
    "draft": 0,
    "submit": 1,
    "request": 1,
    "acknowledge": 2,
    "approve": 3,
    "deny": 3,
    "refuse": 3,
    "no_answer": 3,
    "depart": 4,
    "arrive": 4,
    "hold": 5,
    "impede": 5,
    "release": 5,
    "inspect": 5,
    "clear": 6,
    "collect": 7,
    "turn_back": 8,
    "attack": 8,
    "complete": 8,
    "deliver": 8,
}
"""How far along each step is: of one party's own words a later step is not said to have happened before an earlier one."""
DEPARTED: Final = frozenset(("depart", "impede", "turn_back", "attack", "complete"))
"""Steps after which a movement is no longer called off."""


AccessAnswer = tuple[Refusal | None, tuple[Message, ...]]
"""Why a statement has no effect, if so, and remarks on it."""


class AccessStep(msgspec.Struct, frozen=True, kw_only=True):
    """A step as one party told it.

    Attributes:
        party: who says so.
        at: when it happened, as claimed.
        recorded_at: when the record took it, or the seal on it.
        place: where, as claimed.
        index: log index of the statement, or of the disclosure.
        entry: its identifier.
        sealed: whether it was sealed before it was told.
    """

    party: str
    at: datetime
    recorded_at: datetime
    place: str | None
    index: int
    entry: str
    sealed: bool = False


class MovementStep(AccessStep, frozen=True, kw_only=True):
    """A step of a movement."""

    body: MovementBody


class ClearanceStep(AccessStep, frozen=True, kw_only=True):
    """A step of goods on their way in."""

    body: ClearanceBody


class CrossingRule(AccessStep, frozen=True, kw_only=True):
    """How a crossing works from a day on.

    Attributes:
        clock: minutes by which the clock of the place is ahead of UTC, as its speaker wrote the time.
    """

    body: CrossingBody
    clock: int = 0


class ClosureSaid(AccessStep, frozen=True, kw_only=True):
    """A closure as last said by its party."""

    body: ClosureBody


class PointReport(AccessStep, frozen=True, kw_only=True):
    """How a service point works."""

    body: ServicePointBody


class IncidentSaid(AccessStep, frozen=True, kw_only=True):
    """An incident."""

    body: IncidentBody


class Access(msgspec.Struct):
    """What is said of access up to some entry; its encoding is its snapshot.

    Attributes:
        movements: steps of each, in the order of their recording.
        clearances: likewise of each consignment.
        crossings: how each works, in the order of recording.
        closures: by identifier.
        points: reports by service point and log index.
        incidents: by identifier.
        planned: by notifier, place and planned departure, the movement that was notified so.
        said: by statement, the field and the key under which it is kept; by consignment and movement, likewise, where a notification
            names what it carries.
    """

    movements: Rows[tuple[MovementStep, ...]] = rows(tuple[MovementStep, ...])
    clearances: Rows[tuple[ClearanceStep, ...]] = rows(tuple[ClearanceStep, ...])
    crossings: Rows[tuple[CrossingRule, ...]] = rows(tuple[CrossingRule, ...])
    closures: Rows[ClosureSaid] = rows(ClosureSaid)
    points: Rows[PointReport] = rows(PointReport)
    incidents: Rows[IncidentSaid] = rows(IncidentSaid)
    planned: Rows[str] = rows(str)
    said: Rows[tuple[str, str]] = rows(tuple[str, str])

    def apply(
        self, entry: Entry, places: Mapping[str, PlaceBody], rules: AccessRules, *, sealed: bool = False
    ) -> AccessAnswer:
        """Take in one entry; return why it has no effect, if so, and remarks. Other kinds pass by.

        Args:
            entry: as recorded; of what was sealed, as it would have been when it was sealed.
            places: of the programme.
            rules: of the programme.
            sealed: whether it was sealed before it was told.
        """
        statement = entry.statement
        if not isinstance(statement, AnyAccess):
            return None, ()
        if statement.occurred_at > entry.recorded_at + AHEAD and not isinstance(statement, Crossing | Closure):
            return Refusal.of("access.not_yet", day=statement.occurred_at, recorded=entry.recorded_at), ()
        where = misplaced(statement, places)
        if where is not None:
            return where, ()
        given: dict[str, Any] = {
            "party": statement.party,
            "at": statement.occurred_at.astimezone(UTC),
            "recorded_at": entry.recorded_at,
            "place": statement.place,
            "index": entry.index,
            "entry": entry.id,
            "sealed": sealed,
        }
        match statement:
            case MovementStatement(body=body):
                return self._movement(MovementStep(body=body, **given), rules)
            case Clearance(body=body):
                return self._clearance(ClearanceStep(body=body, **given))
            case Crossing(body=body):
                ahead = statement.occurred_at.utcoffset() or timedelta()
                clock = int(ahead.total_seconds()) // 60
                self._add("crossings", body.crossing, CrossingRule(body=body, clock=clock, **given))
            case Closure(body=body):
                return self._closure(ClosureSaid(body=body, **given))
            case ServicePoint(body=body):
                self._put("points", f"{body.point} {entry.index:012d}", PointReport(body=body, **given))
            case AccessIncident(body=body):
                return self._incident(IncidentSaid(body=body, **given)), ()
        return None, ()

    def _put(self, field: str, key: str, step: AccessStep) -> None:
        getattr(self, field)[key] = step
        self.said[step.entry] = (field, key)

    def _add(self, field: str, key: str, step: AccessStep) -> None:
        kept = getattr(self, field)
        kept[key] = (*kept.get(key, ()), step)
        self.said[step.entry] = (field, key)

    # -- movements ---------------------------------------------------------------------------------------------------

    def _movement(self, step: MovementStep, rules: AccessRules) -> AccessAnswer:
        body = step.body
        known = self.movements.get(body.movement, ())
        told_from = last_named(step.at, body) + timedelta(days=rules.public_after_days)
        if not step.sealed and step.recorded_at < told_from:
            return Refusal.of("movement.too_early", n=rules.public_after_days), ()
        if refusal := _notified(step, known) or _out_of_order(step, step.body.action, known):
            return refusal, ()
        self._add("movements", body.movement, step)
        for consignment in body.carries:
            self.said[_carried(consignment) + body.movement] = ("movements", body.movement)
        if body.planned is None:
            return None, ()
        late = (Message.of("movement.planned_before", planned=body.planned, at=step.at),)
        notes = late if body.planned < step.at else ()
        key = f"{body.notifier or step.party} {step.place or ''} {micros(body.planned)}"
        other = self.planned.get(key, body.movement)
        if other != body.movement:
            return None, (*notes, Message.of("movement.looks_double", movement=body.movement, other=other))
        self.planned[key] = body.movement
        return None, notes

    # -- goods on their way in, crossings, incidents -----------------------------------------------------------------

    def _clearance(self, step: ClearanceStep) -> AccessAnswer:
        body = step.body
        known = self.clearances.get(body.item, ())
        asked = [one for one in known if one.body.action == "request"]
        if body.action == "request" and any(one.party == step.party for one in asked):
            return Refusal.of("clearance.requested_twice", item=body.item), ()
        if body.action != "request" and not asked:
            return Refusal.of("clearance.unknown", item=body.item), ()
        if len(known) >= STEPS_MAX:
            return Refusal.of("access.too_many_steps", item=body.item, most=STEPS_MAX), ()
        if refusal := _out_of_order(step, body.action, known):
            return refusal, ()
        self._add("clearances", body.item, step)
        first = min((one.at for one in asked), default=step.at)
        if body.action == "request" and asked:
            return None, (Message.of("clearance.requested_by_another", item=body.item, party=asked[0].party),)
        if step.at < first:
            return None, (Message.of("clearance.before_request", item=body.item, at=step.at, first=first),)
        return None, ()

    def _closure(self, step: ClosureSaid) -> AccessAnswer:
        body = step.body
        known = self.closures.get(body.closure)
        if known is not None and known.party != step.party:
            return Refusal.of("closure.of_another", closure=body.closure, party=known.party), ()
        if known is not None and known.body.crossing != body.crossing:
            return Refusal.of("closure.elsewhere", closure=body.closure, place=known.body.crossing), ()
        notes: list[Message] = []
        for name, other in self.closures.each():
            if name == body.closure or other.body.crossing != body.crossing:
                continue
            if not overlap(other.body.period, body.period):
                continue
            told = {"closure": name, "place": body.crossing, "start": other.body.period.start}
            if other.party == step.party:
                return Refusal.of("closure.overlaps", **told), ()
            notes.append(Message.of("closure.overlaps_another", party=other.party, **told))
        self._put("closures", body.closure, step)
        return None, tuple(notes)

    def _incident(self, step: IncidentSaid) -> Refusal | None:
        known = self.incidents.get(step.body.incident)
        if known is not None:
            return Refusal.of("incident.twice", incident=step.body.incident, party=known.party)
        self._put("incidents", step.body.incident, step)
        return None

    # -- earlier times ---------------------------------------------------------------------------------------------------

    def requested(self) -> list[tuple[str, tuple[ClearanceStep, ...]]]:
        """Return the steps of each consignment that somebody asks for, by its name.

        Where a request was taken back and none stands, what was said after it waits for one, and tells nothing by itself.
        """
        return sorted(_requested(self.clearances.items()))

    def by(self, at: datetime) -> "Access":
        """Return what is said to have happened by a moment; of a closure that was said to be over later, that it is not over."""

        def steps(kept: Rows[Any]) -> Rows[Any]:
            found = ((name, tuple(step for step in said if step.at <= at)) for name, said in kept.items())
            return kept.like((name, said) for name, said in found if said)

        def said(kept: Rows[Any]) -> Rows[Any]:
            return kept.like((name, one) for name, one in kept.items() if one.at <= at)

        return Access(
            movements=steps(self.movements),
            clearances=self.clearances.like(_requested(steps(self.clearances).items())),
            crossings=steps(self.crossings),
            closures=self.closures.like(
                (name, _closed_by(one, at))
                for name, one in self.closures.items()
                if one.at <= at or one.body.period.start <= at
            ),
            points=said(self.points),
            incidents=said(self.incidents),
            planned=self.planned,
            said=self.said,
        )

    def carrying(self, consignment: str) -> list[str]:
        """Return the movements whose notifications name a consignment."""
        begin = _carried(consignment)
        found = (name for _, (_, name) in self.said.between(begin, begin + AFTER))
        return sorted({name for name in found if consignment in carries(self.movements.get(name, ()))})

    # -- taking back -------------------------------------------------------------------------------------------------

    def speaker(self, statement: str) -> str:
        """Return who said what a statement left here, or nothing where it left nothing."""
        found = self._left(statement)
        return "" if found is None else found.party

    def _left(self, statement: str) -> AccessStep | None:
        where = self.said.get(statement)
        if where is None:
            return None
        kept = getattr(self, where[0]).get(where[1])
        steps: tuple[AccessStep, ...] = kept if isinstance(kept, tuple) else () if kept is None else (kept,)
        return next((step for step in steps if step.entry == statement), None)

    def take_back(self, statement: str) -> None:
        """Forget what a statement left."""
        left = self._left(statement)
        if left is None:
            return
        field, key = self.said.pop(statement)
        kept = getattr(self, field)
        if isinstance(kept[key], tuple) and len(kept[key]) > 1:
            kept[key] = tuple(step for step in kept[key] if step.entry != statement)
        else:
            del kept[key]
        if isinstance(left, MovementStep) and left.body.planned is not None:
            self.planned.pop(f"{left.body.notifier or left.party} {left.place or ''} {micros(left.body.planned)}", None)


def _requested(
    told: Iterable[tuple[str, tuple[ClearanceStep, ...]]],
) -> Iterator[tuple[str, tuple[ClearanceStep, ...]]]:
    return ((name, steps) for name, steps in told if any(step.body.action == "request" for step in steps))


def _closed_by(one: ClosureSaid, at: datetime) -> ClosureSaid:
    """Return a closure as at a moment: an end that was said after it, and lies after it, nobody knew then."""
    period = one.body.period
    if one.at <= at or period.end is None or period.end <= at:
        return one
    return msgspec.structs.replace(one, body=msgspec.structs.replace(one.body, period=Period(start=period.start)))


def _carried(consignment: str) -> str:
    """Return how keys begin under which movements are found by what they carry; no statement is called so."""
    return f"carries {consignment} "


def carries(steps: Iterable[MovementStep]) -> tuple[str, ...]:
    """Return the consignments that the notifications of a movement name, each once."""
    return tuple(dict.fromkeys(name for step in steps for name in step.body.carries))


def overlap(one: Period, other: Period) -> bool:
    """Say whether two periods have an instant in common."""
    return (one.end is None or other.start < one.end) and (other.end is None or one.start < other.end)


def notifier_of(steps: tuple[MovementStep, ...]) -> str:
    """Return who notified a movement."""
    first = next((step for step in steps if step.body.action in {"draft", "submit"}), steps[0])
    return first.body.notifier or first.party


def misplaced(statement: AnyAccess, places: Mapping[str, PlaceBody]) -> Refusal | None:
    """Return that a place is not known, or not of a sort that may be named there."""
    match statement:
        case MovementStatement():
            return _misplaced(statement.place, places, BROAD)
        case Clearance(body=body):
            where = _misplaced(statement.place, places, PASSAGES | BROAD)
            return where or _misplaced(body.to, places, BROAD)
        case Crossing(body=body):
            missing = [place for place in body.leads_to if place not in places]
            if missing:
                return Refusal.of("place.unknown", places=missing, n=len(missing))
            return _misplaced(body.crossing, places, PASSAGES)
        case Closure(body=body):
            return _misplaced(body.crossing, places, PASSAGES)
        case _:
            none = Refusal.of("access.no_area") if statement.place is None else None
            return none or _misplaced(statement.place, places, BROAD)


def _misplaced(place: str | None, places: Mapping[str, PlaceBody], types: frozenset[str]) -> Refusal | None:
    if place is None:
        return None
    known = places.get(place)
    if known is None:
        return Refusal.of("place.unknown", places=[place], n=1)
    if known.type not in types:
        return Refusal.of("access.other_place", place=place)
    return None


def _notified(step: MovementStep, known: tuple[MovementStep, ...]) -> Refusal | None:
    """Return why a step does not fit the notification: there is none, or there is one already."""
    body = step.body
    if len(known) >= STEPS_MAX:
        return Refusal.of("access.too_many_steps", item=body.movement, most=STEPS_MAX)
    if body.action in {"draft", "submit"}:
        if known and notifier_of(known) != (body.notifier or step.party):
            return Refusal.of("movement.of_another", movement=body.movement, party=notifier_of(known))
        if any(one.body.action == body.action and one.party == step.party for one in known):
            return Refusal.of("movement.notified_twice", movement=body.movement)
    elif not known:
        return Refusal.of("movement.unknown", movement=body.movement)
    own = {one.body.action for one in known if one.party == step.party}
    if body.action == "cancel" and own & DEPARTED:
        return Refusal.of("movement.departed_already", movement=body.movement)
    if body.action in DEPARTED and "cancel" in own:
        return Refusal.of("movement.cancelled_already", movement=body.movement)
    return None


def _out_of_order(step: AccessStep, action: str, known: Sequence[MovementStep | ClearanceStep]) -> Refusal | None:
    """Return that of a party's own words a later step happened before an earlier one."""
    rank = RANK.get(action)
    for one in known if rank is not None else ():
        other = RANK.get(one.body.action)
        if one.party != step.party or other is None or rank is None:
            continue
        if (other < rank and one.at > step.at) or (other > rank and one.at < step.at):
            first, second = (one, step) if other < rank else (step, one)
            return Refusal.of(
                "access.backwards",
                earlier=f"step:{one.body.action if other < rank else action}",
                later=f"step:{action if other < rank else one.body.action}",
                start=first.at,
                end=second.at,
            )
    return None
