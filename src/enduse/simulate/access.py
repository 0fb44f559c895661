"""How aid gets in, in the invented programme: a crossing that closes, what waits there, and a clinic whose supplies run out.

Movements are those of June, which lies back far enough to be told. They are sent and answered by invented parties, and who denies or
impedes is as invented as who asks.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final, Literal

from enduse.simulate.parties import COAST, CROSSING, KEEPER, text
from enduse.simulate.writer import Writer
from enduse.statements.access import (
    AccessIncident,
    Clearance,
    ClearanceBody,
    Closure,
    ClosureBody,
    Crossing,
    CrossingBody,
    IncidentBody,
    MovementBody,
    MovementStatement,
    OpeningWindow,
    ServicePoint,
    ServicePointBody,
)
from enduse.statements.programme import Place, PlaceBody
from enduse.terms.times import Period

NORTH: Final = "place:north"
RELIEF: Final = "party:relief"
GATE_KEEPER: Final = "party:administration"
ROAD: Final = "place:coast-road"
GATE_LOADS: Final = 12
ROAD_LOADS: Final = 8
CLOSED: Final = Period(start=datetime(2026, 8, 24, tzinfo=UTC), end=datetime(2026, 9, 1, tzinfo=UTC))
"""From when until when the crossing is closed, as announced."""

REQUESTS: Final = (
    ("request:medicine", "medicine", 4, "9", 20),
    ("request:flour", "flour", 20, "5", 21),
    ("request:tiles", "tiles", 16, "1", 19),
)
"""Goods that wait: item, what it is, lorry loads, how needed each is, day of August on which it was asked for."""

ANSWERS: Final[tuple[Literal["approve", "deny"], ...]] = ("approve",) * 6 + ("deny",) * 5
"""How the movements of June were answered; what was approved went through, by the word of who notified it."""
DISPUTED: Final = 5
"""The one of which somebody else says that it was held up."""


INCIDENTS: Final[tuple[tuple[Literal["builders", "monitors"], str, str, tuple[int, ...]], ...]] = (
    ("builders", "party:tessera", "place:middle", (4, 9, 11, 16, 22, 25)),
    ("monitors", "party:monitor", NORTH, (13, 20)),
)
"""Incidents of June: against whom, who reports them, in which broad area, on which days; two are too few to be told in public."""


def plan_access(writer: Writer, last: datetime, loads: Sequence[tuple[datetime, str]]) -> None:
    """Put it on the calendar, behind everything else of the play's last day.

    Args:
        writer: of the play.
        last: the evening of the play's last day.
        loads: food that was sent by then, and when: one is what a movement carried.
    """
    writer.at(last, lambda: _say(writer, loads))


def _say(writer: Writer, loads: Sequence[tuple[datetime, str]]) -> None:
    opened = datetime(2026, 3, 1, tzinfo=UTC)
    road = PlaceBody(place=ROAD, name=text("Coast road", "طريق الساحل"), type="corridor", within=COAST)
    writer.say(Place, KEEPER, road)
    gate = CrossingBody(crossing=CROSSING, trucks=GATE_LOADS, leads_to=(ROAD,))
    writer.say(Crossing, GATE_KEEPER, gate, when=opened)
    daily = OpeningWindow(days=("mon", "tue", "wed", "thu", "fri", "sat", "sun"), opens="07:00", closes="15:00")
    corridor = CrossingBody(crossing=ROAD, windows=(daily,), trucks=ROAD_LOADS, leads_to=(NORTH,))
    writer.say(Crossing, GATE_KEEPER, corridor, when=opened)
    closed = ClosureBody(closure="closure:east-gate", crossing=CROSSING, period=CLOSED, reason="damaged_road")
    writer.say(Closure, GATE_KEEPER, closed, when=CLOSED.start)
    _requests(writer)
    _points(writer)
    _movements(writer, loads)
    _incidents(writer)


def _requests(writer: Writer) -> None:
    """Say what is asked for, and since when it stands at the closed crossing."""
    for item, goods, loads, need, day in REQUESTS:
        asked = datetime(2026, 8, day, 9, tzinfo=UTC)
        body = ClearanceBody(item=item, action="request", goods=goods, trucks=loads, need=need, to=NORTH)
        writer.say(Clearance, RELIEF, body, when=asked)
        arrived = ClearanceBody(item=item, action="arrive", holder=GATE_KEEPER, reason="closed_crossing")
        writer.say(Clearance, RELIEF, arrived, CROSSING, when=CLOSED.start + timedelta(hours=7 + loads))


def _points(writer: Writer) -> None:
    """Say how the clinic of the North and a field hospital work: of one the supplies ran out, of the other they last."""
    clinic = ServicePointBody(
        point="point:clinic-north",
        title=text("Clinic, North", "عيادة الشمال"),
        type="clinic",
        services=("consultations", "maternity"),
        capacity=120,
        unit="patients",
        status="working",
        supply_days="24",
    )
    writer.say(ServicePoint, "party:health", clinic, NORTH, when=datetime(2026, 7, 30, 8, tzinfo=UTC))
    hospital = ServicePointBody(
        point="point:field-hospital",
        title=text("Field hospital, Middle", "المستشفى الميداني، الوسط"),
        type="field_hospital",
        services=("surgery",),
        capacity=60,
        unit="beds",
        status="working",
        supply_days="30",
    )
    writer.say(ServicePoint, "party:health", hospital, "place:middle", when=datetime(2026, 8, 27, 8, tzinfo=UTC))


def _movements(writer: Writer, loads: Sequence[tuple[datetime, str]]) -> None:
    """Say what became of the movements of June; of one that went through, by its own word, another says that it was held up."""
    for number, answer in enumerate(ANSWERS):
        name = f"movement:{number:02d}"
        departs = datetime(2026, 6, 4 + 2 * number, 7, tzinfo=UTC)
        carried = next(load for sent, load in loads if sent >= departs.replace(hour=0)) if number == DISPUTED else None
        notified = MovementBody(
            movement=name, action="submit", to=GATE_KEEPER, planned=departs, carries=(carried,) if carried else ()
        )
        writer.say(MovementStatement, RELIEF, notified, NORTH, when=departs - timedelta(hours=48))
        answered = MovementBody(movement=name, action=answer)
        if answer == "deny":
            answered = MovementBody(movement=name, action=answer, reason="documents")
        writer.say(MovementStatement, GATE_KEEPER, answered, NORTH, when=departs - timedelta(hours=30 - number))
        if answer == "approve":
            through = MovementBody(movement=name, action="complete")
            writer.say(MovementStatement, RELIEF, through, NORTH, when=departs + timedelta(hours=3 + number))
        if number == DISPUTED:
            held = MovementBody(movement=name, action="impede", reason="inspection", minutes=300)
            writer.say(MovementStatement, "party:watch", held, NORTH, when=departs + timedelta(hours=5))


def _incidents(writer: Writer) -> None:
    """Say what befell those who build and those who monitor, as each reports it of itself."""
    for against, reporter, area, days in INCIDENTS:
        for number, day in enumerate(days):
            body = IncidentBody(incident=f"incident:{against}-{number}", type="interference", against=against)
            writer.say(AccessIncident, reporter, body, area, when=datetime(2026, 6, day, 12, tzinfo=UTC))
