"""Consignments of the invented programme: dispatch, crossing, receipt and what the scales said at both ends.

Goods are booked by waybill; scales differ from it by their noise. Stock is kept here a second time, in a plain
dictionary, as the truth that a test can hold against the ledger.
"""

from datetime import datetime, timedelta
from random import Random
from typing import Any, Final

import msgspec

from enduse.errors import RecordError
from enduse.simulate.works import CLINIC, CONTRACT
from enduse.simulate.writer import Writer
from enduse.statements.epcis import class_uri
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.keyring import Signed
from enduse.statements.reading import Reading, ReadingBody
from enduse.terms.amounts import Instrument, Quantity, plain
from enduse.terms.units import UNITS

UNIT_OF: Final = {"cement": "TNE", "steel": "TNE", "food-parcel": "C62", "diesel": "LTR"}
"""The unit each material is booked in."""

STEP_OF: Final = {"cement": 10_000, "steel": 1_000, "diesel": 1_000}
"""What a scale or meter can tell apart: base units (10 kg, 1 kg, 1 l)."""

_CONTEXT: Final = ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld", {"enduse": "urn:enduse:terms:"}]
_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
_PPM: Final = 1_000_000
_ROLLS: Final = 12
_CUT: Final = 2_000


class Gauge(msgspec.Struct, frozen=True):
    """An instrument and the systematic error it really has, in millionths; nobody in the play knows that number."""

    instrument: Instrument
    bias: int


class Trip(msgspec.Struct, frozen=True, kw_only=True):
    """A consignment as planned.

    Attributes:
        consignment: its identifier.
        material: what.
        amount: base units sent.
        arrives: base units received; less than sent where something is planted.
        lot: lot, where it is not mixed stock.
        giver: custodian who sends.
        start: from where.
        carrier: who carries.
        taker: custodian who receives.
        end: to where.
        project: what it is for, where that is known.
    """

    consignment: str
    material: str
    amount: int
    arrives: int
    lot: str | None
    giver: str
    start: str
    carrier: str
    taker: str
    end: str
    project: str | None


def roll(dice: Random) -> int:
    """Return a nearly normal whole number with standard deviation 1,000, cut at two of them; no floats, so it repeats."""
    total = sum(dice.randrange(1001) for _ in range(_ROLLS)) - _ROLLS * 500
    return max(-_CUT, min(_CUT, total))


def ppm(relative: str) -> int:
    """Return a relative standard deviation in millionths."""
    digits = (relative.partition(".")[2] + "000000")[:6]
    return int(digits)


class Freight:
    """Moves goods and weighs them.

    Attributes:
        stock: base units by (place, material), as truly booked.
        used: base units by (project, material), as declared.
        trips: every consignment sent, by identifier.
    """

    def __init__(self, writer: Writer, dice: Random, survey_dice: Random) -> None:
        self._writer = writer
        self._dice = dice
        self._survey_dice = survey_dice
        self._gauges: dict[str, Gauge] = {}
        self._number = 0
        self.stock: dict[tuple[str, str], int] = {}
        self.used: dict[tuple[str, str], int] = {}
        self.trips: dict[str, Trip] = {}

    def next_id(self) -> str:
        """Return the identifier of the next consignment."""
        self._number += 1
        return f"consignment:{self._number:04d}"

    def event(self, kind: str, step: str, place: str, **more: object) -> str:
        """Return an EPCIS event as text, at the writer's present."""
        when = self._writer.now.isoformat().replace("+00:00", "Z")
        body: dict[str, Any] = {
            "@context": _CONTEXT,
            "type": kind,
            "eventTime": when,
            "eventTimeZoneOffset": "+00:00",
            "bizStep": step,
            "readPoint": {"id": place},
            "bizLocation": {"id": place},
            **more,
        }
        return _ENCODER.encode({name: value for name, value in body.items() if value is not None}).decode()

    def lines(self, material: str, amount: int, lot: str | None = None) -> list[dict[str, object]]:
        """Return a quantityList of one line."""
        code = UNIT_OF[material]
        number = msgspec.Raw(plain(amount, UNITS[code].factor).encode())
        line: dict[str, object] = {"epcClass": class_uri(material, lot), "quantity": number}
        return [line if code == "C62" else {**line, "uom": code}]

    def goods(self, party: str, place: str, event: str, refs: tuple[str, ...] = ()) -> Signed:
        """Let ``party`` state an event."""
        return self._writer.say(Goods, party, GoodsBody(event=event), place, refs)

    def commission(self, party: str, place: str, material: str, amount: int, lot: str) -> Signed:
        """Bring a new lot into the record."""
        self._add(place, material, amount)
        event = self.event(
            "ObjectEvent",
            "commissioning",
            place,
            action="ADD",
            disposition="active",
            quantityList=self.lines(material, amount, lot),
        )
        return self.goods(party, place, event)

    def ship(self, trip: Trip) -> Signed:
        """Send a consignment: what leaves the stock lies in transit with its carrier."""
        self._add(trip.start, trip.material, -trip.amount)
        self.trips[trip.consignment] = trip
        return self.dispatch(trip)

    def dispatch(self, trip: Trip) -> Signed:
        """State the dispatch of a consignment, whether or not it truly left."""
        under = [{"type": "po", "bizTransaction": CONTRACT}] if trip.project == CLINIC else []
        numbers = [{"type": "desadv", "bizTransaction": trip.consignment}, *under]
        event = self._leg(trip, "shipping", trip.start, "in_transit", trip.amount, bizTransactionList=numbers)
        return self.goods(trip.giver, trip.start, event)

    def receive(self, trip: Trip, amount: int | None = None, refs: tuple[str, ...] = ()) -> Signed:
        """Receive a consignment; ``amount`` is what the receiver writes down where it is not what arrived."""
        if amount is None:
            self._add(trip.end, trip.material, trip.arrives)
        # Every storekeeper of the play unloads the truck, counts, and closes the delivery note.
        closed = {"persistentDisposition": {"set": ["completeness_verified"]}}
        event = self._leg(
            trip, "receiving", trip.end, "in_progress", trip.arrives if amount is None else amount, **closed
        )
        return self.goods(trip.taker, trip.end, event, refs)

    def inspect(self, trip: Trip, party: str, place: str) -> Signed:
        """Check a consignment at a crossing; it moves nothing in the ledger."""
        event = self.event(
            "ObjectEvent",
            "inspecting",
            place,
            action="OBSERVE",
            quantityList=self.lines(trip.material, trip.amount, trip.lot),
            bizTransactionList=[{"type": "desadv", "bizTransaction": trip.consignment}],
        )
        return self.goods(party, place, event)

    def install(self, party: str, place: str, project: str, material: str, amount: int) -> Signed:
        """Let a builder declare goods as built into a project."""
        self._add(place, material, -amount)
        self.used[project, material] = self.used.get((project, material), 0) + amount
        return self.goods(party, place, self.installing(place, project, material, amount))

    def installing(self, place: str, project: str, material: str, amount: int) -> str:
        """Return the event of building in."""
        return self.event(
            "AssociationEvent",
            "installing",
            place,
            action="ADD",
            parentID=project,
            childQuantityList=self.lines(material, amount),
            **{"enduse:project": project},
        )

    def dispense(self, party: str, place: str, project: str, material: str, amount: int) -> Signed:
        """Let a distributor declare goods as given out, in totals; nobody who received anything is named."""
        self._add(place, material, -amount)
        self.used[project, material] = self.used.get((project, material), 0) + amount
        event = self.event(
            "ObjectEvent",
            "dispensing",
            place,
            action="OBSERVE",
            disposition="dispensed",
            quantityList=self.lines(material, amount),
            **{"enduse:project": project},
        )
        return self.goods(party, place, event)

    def gauge(self, name: str, random_sd: str, systematic_sd: str) -> Gauge:
        """Return an instrument; its true bias is drawn once."""
        if name not in self._gauges:
            bias = ppm(systematic_sd) * roll(self._dice_of(name)) // 1_000
            made = Instrument(instrument=name, random_sd=random_sd, systematic_sd=systematic_sd)
            self._gauges[name] = Gauge(made, bias)
        return self._gauges[name]

    def _dice_of(self, instrument: str) -> Random:
        """Return the dice of scales or of surveys: more traffic must not change what the surveys measured."""
        return self._survey_dice if instrument.startswith("survey:") else self._dice

    def indication(self, gauge: Gauge, amount: int, step: int) -> int:
        """Return what ``gauge`` shows when ``amount`` is on it, to its ``step``."""
        noise = ppm(gauge.instrument.random_sd) * roll(self._dice_of(gauge.instrument.instrument)) // 1_000 + gauge.bias
        return (amount + amount * noise // _PPM + step // 2) // step * step

    def weigh(self, trip: Trip, of: str, shows: int | None = None) -> Signed:
        """Weigh or meter a consignment at the end where it is."""
        party, place = (trip.giver, trip.start) if of == "shipped" else (trip.taker, trip.end)
        gauge = self.scale_at(place, trip.material)
        true = trip.amount if of == "shipped" else trip.arrives
        shown = self.indication(gauge, true, STEP_OF[trip.material]) if shows is None else shows
        body = ReadingBody(
            reading=f"reading:{of}-{trip.consignment.partition(':')[2]}",
            of="shipped" if of == "shipped" else "received",
            material=trip.material,
            quantity=self.quantity(trip.material, shown),
            method="meter" if trip.material == "diesel" else "scale",
            instrument=gauge.instrument,
            consignment=trip.consignment,
        )
        return self._writer.say(Reading, party, body, place)

    def scale_at(self, place: str, material: str) -> Gauge:
        """Return the scale or flow meter of a place: weighbridges at stores and yards, platform scales at sites."""
        name = place.partition(":")[2]
        if material == "diesel":
            return self.gauge(f"meter:{name}", "0.003", "0.002")
        if name.endswith("-site"):
            return self.gauge(f"scale:{name}", "0.004", "0.002")
        return self.gauge(f"weighbridge:{name}", "0.002", "0.001")

    def quantity(self, material: str, amount: int) -> Quantity:
        """Return base units as a quantity in the material's unit."""
        code = UNIT_OF[material]
        return Quantity(plain(amount, UNITS[code].factor), code)

    def _leg(self, trip: Trip, step: str, place: str, disposition: str, amount: int, **more: object) -> str:
        more.setdefault("bizTransactionList", [{"type": "desadv", "bizTransaction": trip.consignment}])
        return self.event(
            "ObjectEvent",
            step,
            place,
            action="OBSERVE",
            disposition=disposition,
            quantityList=self.lines(trip.material, amount, trip.lot),
            sourceList=[{"type": "possessing_party", "source": trip.giver}, {"type": "location", "source": trip.start}],
            destinationList=[
                {"type": "possessing_party", "destination": trip.taker},
                {"type": "location", "destination": trip.end},
            ],
            **{"enduse:carrier": trip.carrier, "enduse:project": trip.project} | more,
        )

    def _add(self, place: str, material: str, amount: int) -> None:
        held = self.stock.get((place, material), 0) + amount
        if held < 0:
            raise RecordError("simulate.not_held", material=material, place=place)
        self.stock[place, material] = held


def later(when: datetime, hours: int) -> datetime:
    """Return ``hours`` after ``when``."""
    return when + timedelta(hours=hours)
