"""Kinds ``movement``, ``clearance``, ``crossing``, ``closure``, ``service_point``, ``incident``: how aid gets in, and how fast.

A statement about a movement that has not been over for long would tell where a convoy is: it is sealed first, as text
(:class:`SealedStatement`), and counts from its disclosure on, with the time at which it was sealed.
"""

from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from enduse.errors import InvalidValueError, MalformedError
from enduse.statements.base import WHOLE_MAX, Body, Statement
from enduse.terms.amounts import DecimalText
from enduse.terms.forms import form
from enduse.terms.identifiers import Id
from enduse.terms.texts import Citation, Text
from enduse.terms.times import Instant, Period

Outcome = Literal["facilitated", "partly", "impeded", "denied", "cancelled"]
"""How a movement ended, in the words of OCHA's tables; ``partly`` is partially facilitated."""

MovementAction = Literal[
    "draft",
    "submit",
    "acknowledge",
    "approve",
    "deny",
    "no_answer",
    "depart",
    "complete",
    "impede",
    "turn_back",
    "attack",
    "cancel",
]
"""What becomes of a movement, in the order in which it may happen."""

ClearanceAction = Literal[
    "request",
    "acknowledge",
    "approve",
    "refuse",
    "arrive",
    "hold",
    "release",
    "inspect",
    "clear",
    "collect",
    "deliver",
    "cancel",
]
"""What becomes of goods between the request to bring them in and their delivery."""

AccessReason = Literal[
    "not_stated",
    "security",
    "fighting",
    "closed_crossing",
    "damaged_road",
    "inspection",
    "documents",
    "restricted_item",
    "customs",
    "capacity",
    "fuel",
    "weather",
    "crowd",
    "armed_persons",
    "unexploded_ordnance",
    "postponed",
    "other",
]
"""Why something waits, is refused, closed or called off, as its speaker says."""


class MovementBody(Body, frozen=True, kw_only=True):
    """One step of a movement that was notified, as its speaker tells it; other parties may tell it otherwise.

    Attributes:
        movement: its identifier; one that tells neither day nor place.
        action: what becomes of it.
        notifier: with ``draft`` or ``submit``, who notifies, where the speaker reports what another notified.
        to: with ``submit``, the authority that is asked.
        planned: with ``draft`` or ``submit``, when it is to depart.
        carries: with ``draft`` or ``submit``, the consignments it carries, by their numbers.
        outcome: how it ended, where the action alone does not say, such as ``partly``.
        by: with ``impede``, ``turn_back`` or ``attack``, who did it, as claimed.
        reason: why.
        minutes: with ``impede``, how long it was held.
    """

    movement: Id
    action: MovementAction
    notifier: Id | None = None
    to: Id | None = None
    planned: Instant | None = None
    carries: Annotated[tuple[Id, ...], Meta(max_length=100)] = ()
    outcome: Outcome | None = None
    by: Id | None = None
    reason: AccessReason = "not_stated"
    minutes: Annotated[int, Meta(ge=0, le=WHOLE_MAX)] | None = None

    def __post_init__(self) -> None:
        if self.planned is not None and self.action not in {"draft", "submit"}:
            raise InvalidValueError("movement.planned_misplaced", path=".planned")
        if self.carries and self.action not in {"draft", "submit"}:
            raise InvalidValueError("movement.carries_misplaced", path=".carries")


def last_named(at: datetime, body: MovementBody) -> datetime:
    """Return the latest instant that a step of a movement names: when it happened, or when it plans to depart."""
    return max(at, body.planned or at)


class MovementStatement(Statement, frozen=True, kw_only=True, tag="movement"):
    """A step of a movement; its place is a broad area, never a route or a site."""

    body: MovementBody


class ClearanceBody(Body, frozen=True, kw_only=True):
    """One step of goods on their way in, from request to delivery, and who holds them up to the next.

    Attributes:
        item: the consignment or request.
        action: what becomes of it.
        holder: who has it in hand from this step on, and so must act next.
        goods: with ``request``, what it is, such as ``medicine``.
        trucks: with ``request``, how many lorry loads.
        need: with ``request``, how needed one lorry load is, by the published weights of the programme.
        to: with ``request``, the broad area it is for.
        reason: why it is held, refused or called off.
    """

    item: Id
    action: ClearanceAction
    holder: Id | None = None
    goods: Id | None = None
    trucks: Annotated[int, Meta(ge=1, le=1_000_000)] | None = None
    need: DecimalText | None = None
    to: Id | None = None
    reason: AccessReason = "not_stated"

    def __post_init__(self) -> None:
        if self.action != "request" and (self.trucks is not None or self.need is not None):
            raise InvalidValueError("clearance.trucks_misplaced", path=".trucks" if self.need is None else ".need")
        if self.need is not None and self.need.startswith("-"):
            raise InvalidValueError("clearance.need_negative", path=".need", need=self.need)


class Clearance(Statement, frozen=True, kw_only=True, tag="clearance"):
    """A step of goods on their way in; its place is the crossing, where it is at one."""

    body: ClearanceBody


Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]

TimeOfDay = Annotated[str, form("form.time_of_day", "08:30", pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$(?!\n)")]
"""A time of day on the clock of the place, ``00:00`` to ``23:59``."""


class OpeningWindow(Body, frozen=True, kw_only=True):
    """When a crossing or corridor is open on some days of the week, on the clock of the place.

    Attributes:
        days: of the week.
        opens: from when.
        closes: until when.
    """

    days: Annotated[tuple[Weekday, ...], Meta(min_length=1, max_length=7)]
    opens: TimeOfDay
    closes: TimeOfDay

    def __post_init__(self) -> None:
        if self.closes <= self.opens:
            raise InvalidValueError("crossing.window_backwards", path=".closes", opens=self.opens, closes=self.closes)


class CrossingBody(Body, frozen=True, kw_only=True):
    """How a crossing or corridor works from a day on.

    Attributes:
        crossing: a place of type ``crossing`` or ``corridor``.
        windows: when it is open; none where it is open on every day.
        trucks: lorry loads it lets through on a day on which it is open.
        inspected: lorry loads that are inspected there on such a day, where that is stated.
        leads_to: of a crossing, the corridors behind it; of a corridor, the broad areas it leads to. None: everywhere.
        citation: where it was read.
    """

    crossing: Id
    windows: Annotated[tuple[OpeningWindow, ...], Meta(max_length=50)] = ()
    trucks: Annotated[int, Meta(ge=0, le=1_000_000)]
    inspected: Annotated[int, Meta(ge=0, le=1_000_000)] | None = None
    leads_to: Annotated[tuple[Id, ...], Meta(max_length=200)] = ()
    citation: Citation | None = None


class Crossing(Statement, frozen=True, kw_only=True, tag="crossing"):
    """A crossing or corridor works so from ``occurred_at`` on."""

    body: CrossingBody


class ClosureBody(Body, frozen=True, kw_only=True):
    """A crossing or corridor is closed; said again by the same party under the same identifier, with its end.

    Attributes:
        closure: its identifier.
        crossing: which place.
        period: from when until when; without an end it is still closed.
        reason: why, as its speaker says.
        citation: where it was read.
    """

    closure: Id
    crossing: Id
    period: Period
    reason: AccessReason = "not_stated"
    citation: Citation | None = None


class Closure(Statement, frozen=True, kw_only=True, tag="closure"):
    """A crossing or corridor is closed, or open again."""

    body: ClosureBody


class ServicePointBody(Body, frozen=True, kw_only=True):
    """How a clinic, a field hospital or a water point works; its place is a broad area, never a site.

    Attributes:
        point: its identifier.
        title: for people.
        type: what it is.
        services: what it offers, such as ``surgery``.
        capacity: how much, in ``unit``, on a day.
        unit: of the capacity, such as ``beds``, ``patients`` or ``litres``.
        status: whether it works.
        supply_days: for how many days its supplies last from then on.
        access_until: until when people and goods may go there, where that ends.
        reason: why it works in part or not at all.
        citation: where it was read.
    """

    point: Id
    title: Text = msgspec.field(default_factory=dict)
    type: Literal["clinic", "field_hospital", "hospital", "water_point", "bakery", "shelter", "school", "other"]
    services: Annotated[tuple[Id, ...], Meta(max_length=100)] = ()
    capacity: Annotated[int, Meta(ge=0, le=WHOLE_MAX)] | None = None
    unit: Annotated[str, Meta(max_length=40)] = ""
    status: Literal["working", "partly", "stopped", "not_known"]
    supply_days: DecimalText | None = None
    access_until: Instant | None = None
    reason: AccessReason = "not_stated"
    citation: Citation | None = None


class ServicePoint(Statement, frozen=True, kw_only=True, tag="service_point"):
    """How a service point works on a day."""

    body: ServicePointBody


class IncidentBody(Body, frozen=True, kw_only=True):
    """Something that happened to those who build, monitor or bring aid; told in public in counts alone, and late.

    Attributes:
        incident: its identifier.
        type: in the classes of OCHA's monitoring of access.
        against: whom it befell.
        citation: where it was read.
    """

    incident: Id
    type: Literal[
        "denial_of_needs",
        "movement_within",
        "movement_into",
        "military_operations",
        "violence",
        "interference",
        "explosive_hazards",
        "environment",
        "bureaucracy",
    ]
    against: Literal["builders", "monitors", "aid_workers", "others"]
    citation: Citation | None = None


class AccessIncident(Statement, frozen=True, kw_only=True, tag="incident"):
    """An incident is reported; its place is a broad area."""

    body: IncidentBody


AnyAccess = MovementStatement | Clearance | Crossing | Closure | ServicePoint | AccessIncident

SEALABLE: Final = {
    str(kind.__struct_config__.tag): kind for kind in (MovementStatement, Clearance, ServicePoint, AccessIncident)
}
"""Kinds that may be sealed as text and disclosed later; the name of the kind is the field of the sealed value."""


class SealedStatement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """The text that is sealed in the place of a statement: what it will say once it is disclosed.

    Attributes:
        occurred_at: when, as claimed.
        place: where, as claimed.
        body: of a statement of the kind that the field of the sealed value names.
    """

    occurred_at: Instant
    place: Id | None = None
    body: msgspec.Raw


def sealed_text(statement: Statement) -> str:
    """Return the text that is sealed in the place of a statement."""
    body = msgspec.Raw(msgspec.json.encode(statement.body, order="sorted"))  # type: ignore[attr-defined]
    told = SealedStatement(occurred_at=statement.occurred_at, place=statement.place, body=body)
    return msgspec.json.encode(told).decode()


def sealed_parts(text: str) -> tuple[datetime, str | None, bytes]:
    """Return when, where and with which body a sealed text says something.

    Raises:
        MalformedError: it is no such text.
    """
    try:
        told = msgspec.json.decode(text, type=SealedStatement)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise MalformedError("sealed.no_statement") from error
    return told.occurred_at, told.place, bytes(told.body)


class AccessRules(Body, frozen=True, kw_only=True):
    """What a programme tells the public of access, and when.

    Attributes:
        public_after_days: how long after its last step a movement stays out of all that is public.
        least_count: counts below it are not told for a broad area: they could point at somebody.
    """

    public_after_days: Annotated[int, Meta(ge=1, le=3_650)] = 30
    least_count: Annotated[int, Meta(ge=2, le=1_000)] = 5
