"""The ordinary traffic of the invented programme, week by week: lots in, consignments on, goods built in or given out.

Most of it comes out even. A few receipts are booked by the scale instead of the waybill and so differ by its noise,
a few parcels arrive damaged, and three honest mistakes are made and taken back by those who made them.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final, Literal

import msgspec

from enduse.simulate.freight import STEP_OF, Freight, Trip, later
from enduse.simulate.parties import CENTRAL, CROSSING, FUEL_DEPOT
from enduse.simulate.works import CLINIC, FOOD, FUEL, HOMES, SCHOOL, WATER
from enduse.simulate.writer import Writer
from enduse.statements.correction import Correction, CorrectionBody

TONNE: Final = 1_000_000
LITRE: Final = 1_000
CARRIERS: Final = ("party:lark", "party:anchor", "party:brindle")
STORES: Final = "party:administration"

Fault = Literal["did_not_occur", "incorrect_data"]
"""Why a statement is taken back."""


class Supply(msgspec.Struct, frozen=True, kw_only=True):
    """How a material comes in: lots bought from a supplier, each sent on in equal consignments."""

    material: str
    prefix: str
    supplier: str
    yard: str
    store: str
    lot: int
    load: int
    weeks: tuple[int, ...]
    price: int


SUPPLIES = (
    Supply(
        material="cement",
        prefix="CEM",
        supplier="party:karst",
        yard="place:karst-yard",
        store=CENTRAL,
        lot=150 * TONNE,
        load=25 * TONNE,
        weeks=(2, 3, 5, 7, 9, 11, 14, 17),
        price=17_700,
    ),
    Supply(
        material="steel",
        prefix="STL",
        supplier="party:ferro",
        yard="place:ferro-yard",
        store=CENTRAL,
        lot=40 * TONNE,
        load=10 * TONNE,
        weeks=(2, 4, 8, 14),
        price=31_600,
    ),
    Supply(
        material="food-parcel",
        prefix="FOO",
        supplier="party:granary",
        yard="place:granary-yard",
        store=CENTRAL,
        lot=10_000,
        load=1_000,
        weeks=(2, 4, 6, 9, 12, 15, 18, 21),
        price=345_000,
    ),
    Supply(
        material="diesel",
        prefix="DSL",
        supplier="party:lantern",
        yard="place:lantern-yard",
        store=FUEL_DEPOT,
        lot=200_000 * LITRE,
        load=20_000 * LITRE,
        weeks=(2, 6, 11, 15, 20),
        price=276_000,
    ),
)
"""What is bought. Prices are whole dollars a lot, and invented."""


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """How a material goes on to a project: so many equal consignments spread over some weeks."""

    project: str
    material: str
    site: str
    taker: str
    load: int
    times: int
    weeks: tuple[int, int]


def _site(project: str, taker: str, material: str, load: int, times: int, first: int, last: int) -> Delivery:
    site = f"place:{project.partition(':')[2]}-site"
    return Delivery(
        project=project, material=material, site=site, taker=taker, load=load, times=times, weeks=(first, last)
    )


DELIVERIES = (
    _site(HOMES, "party:tessera", "cement", 30 * TONNE, 20, 4, 17),
    _site(HOMES, "party:tessera", "steel", 9_500_000, 8, 4, 16),
    _site(WATER, "party:tessera", "cement", 21_500_000, 10, 6, 21),
    _site(WATER, "party:tessera", "steel", 7_200_000, 4, 7, 20),
    _site(CLINIC, "party:olivar", "steel", 12 * TONNE, 1, 6, 7),
    _site(SCHOOL, "party:olivar", "cement", 30 * TONNE, 6, 16, 25),
    _site(SCHOOL, "party:olivar", "steel", 10 * TONNE, 2, 17, 21),
    Delivery(
        project=FOOD,
        material="food-parcel",
        site="place:food-north",
        taker="party:relief",
        load=1_600,
        times=23,
        weeks=(4, 27),
    ),
    Delivery(
        project=FOOD,
        material="food-parcel",
        site="place:food-south",
        taker="party:relief",
        load=1_600,
        times=23,
        weeks=(4, 27),
    ),
    Delivery(
        project=FUEL,
        material="diesel",
        site="place:hospital",
        taker="party:health",
        load=20_000 * LITRE,
        times=46,
        weeks=(4, 27),
    ),
)
"""What goes where. The clinic's cement is not here: see :mod:`enduse.simulate.incident`."""

NOISE: Final = {("cement", "in", 7): 90_000, ("steel", "in", 3): 24_000, ("diesel", "out", 11): 70_000}
"""Receipts booked by the scale: (material, in or out, running number) to base units the scale showed less."""

DAMAGED: Final = ("food-parcel", "out", 9, 12)
"""Parcels that arrived spoiled and were not received: material, way, running number, how many."""

MISREAD: Final = ("cement", "in", 12)
"""A receipt written down with a slipped point, corrected the next morning."""


class Trade:
    """Plans the traffic on the calendar of a writer.

    Attributes:
        noise: consignment to base units that only the scale's noise explains.
        damaged: consignment whose parcels were spoiled.
        corrected: statements taken back.
        humanitarian: food consignments sent, in order, with the time they were sent.
    """

    def __init__(self, writer: Writer, freight: Freight, start: datetime) -> None:
        self._writer = writer
        self._freight = freight
        self._start = start
        self._count: dict[tuple[str, str], int] = {}
        self._trips = 0
        self.noise: dict[str, int] = {}
        self.damaged = ""
        self.corrected: list[str] = []
        self.humanitarian: list[tuple[datetime, str]] = []

    def day(self, week: int, day: int = 0, hour: int = 7) -> datetime:
        """Return an hour of a day (0 is Sunday) of a week counted from 1."""
        return self._start + timedelta(weeks=week - 1, days=day, hours=hour)

    def plan(self, buy: Callable[[Supply, str], object]) -> None:
        """Put everything on the calendar; ``buy`` lets the fund pay for a lot."""
        for supply in SUPPLIES:
            for number, week in enumerate(supply.weeks, 1):
                self._plan_lot(supply, f"{supply.prefix}-{number:02d}", week, buy)
        for delivery in DELIVERIES:
            self._plan_delivery(delivery)
        self._writer.at(self.day(12, 2, 6), self._breakdown)
        self._writer.at(self.day(13, 1, 16), self._declare_twice)

    def _plan_lot(self, supply: Supply, lot: str, week: int, buy: Callable[[Supply, str], object]) -> None:
        self._writer.at(self.day(week, 0, 9), lambda: buy(supply, lot))
        self._writer.at(
            self.day(week, 1, 6),
            lambda: self._freight.commission(supply.supplier, supply.yard, supply.material, supply.lot, lot),
        )
        loads = supply.lot // supply.load
        for step in range(loads):
            sent = self.day(week, 1 + (step * 17) // loads, 7 + step % 4)
            self._writer.at(sent, lambda: self._bring_in(supply, lot))

    def _bring_in(self, supply: Supply, lot: str) -> None:
        number = self._running(supply.material, "in")
        self._start_trip(
            Trip(
                consignment=self._freight.next_id(),
                material=supply.material,
                amount=supply.load,
                arrives=supply.load - NOISE.get((supply.material, "in", number), 0),
                lot=lot,
                giver=supply.supplier,
                start=supply.yard,
                carrier=self._carrier(),
                taker=STORES,
                end=supply.store,
                project=None,
            ),
            ("in", number),
        )

    def _plan_delivery(self, delivery: Delivery) -> None:
        first, last = self.day(delivery.weeks[0], 0, 6), self.day(delivery.weeks[1], 0, 6)
        apart = (last - first) // delivery.times
        for step in range(delivery.times):
            sent = first + apart * step
            sent = sent.replace(hour=6 + step % 5, minute=10 * (step % 6), second=0, microsecond=0)
            self._writer.at(sent, lambda: self._bring_on(delivery))

    def _bring_on(self, delivery: Delivery) -> None:
        number = self._running(delivery.material, "out")
        less = NOISE.get((delivery.material, "out", number), 0)
        if DAMAGED[:3] == (delivery.material, "out", number):
            less = DAMAGED[3]
        trip = Trip(
            consignment=self._freight.next_id(),
            material=delivery.material,
            amount=delivery.load,
            arrives=delivery.load - less,
            lot=None,
            giver=STORES,
            start=FUEL_DEPOT if delivery.material == "diesel" else CENTRAL,
            carrier=self._carrier(),
            taker=delivery.taker,
            end=delivery.site,
            project=delivery.project,
        )
        if delivery.material == "food-parcel":
            self.humanitarian.append((self._writer.now, trip.consignment))
        self._start_trip(trip, ("out", number))
        self._writer.at(later(self._writer.now, 24 * 3), lambda: self._use(delivery, trip.arrives))

    def _start_trip(self, trip: Trip, way: tuple[str, int]) -> None:
        freight, now = self._freight, self._writer.now
        weighed = trip.material in STEP_OF
        freight.ship(trip)
        if weighed:
            freight.weigh(trip, "shipped")
        if way[0] == "in":
            self._writer.at(later(now, 25), lambda: freight.inspect(trip, STORES, CROSSING))
        here = (trip.material, *way)
        if here in NOISE:
            self.noise[trip.consignment] = NOISE[here]
        if DAMAGED[:3] == here:
            self.damaged = trip.consignment
        arrival = later(now, 30 if way[0] == "in" else 8)
        self._writer.at(arrival, lambda: self._arrive(trip, mistaken=here == MISREAD, by_scale=here in NOISE))

    def _arrive(self, trip: Trip, *, mistaken: bool, by_scale: bool) -> None:
        if mistaken:
            wrong = self._freight.receive(trip, amount=trip.arrives // 10)
            self._writer.at(later(self._writer.now, 18), lambda: self._receive_again(trip, wrong.id))
        else:
            self._freight.receive(trip)
        if trip.material in STEP_OF:
            self._freight.weigh(trip, "received", shows=trip.arrives if by_scale else None)

    def _receive_again(self, trip: Trip, wrong: str) -> None:
        self.take_back(trip.taker, wrong, "incorrect_data", "The point slipped: 2.5 t written for 25 t.")
        self._freight.receive(trip, refs=(wrong,))

    def take_back(self, party: str, wrong: str, reason: Fault, note: str) -> None:
        """Let ``party`` take back its own statement ``wrong``."""
        self.corrected.append(wrong)
        self._writer.say(Correction, party, CorrectionBody(corrects=wrong, reason=reason, note=note), refs=(wrong,))

    def _breakdown(self) -> None:
        """State the dispatch of a tanker that breaks down at the gate, and take it back."""
        trip = Trip(
            consignment=self._freight.next_id(),
            material="diesel",
            amount=20_000 * LITRE,
            arrives=0,
            lot=None,
            giver=STORES,
            start=FUEL_DEPOT,
            carrier="party:anchor",
            taker="party:health",
            end="place:hospital",
            project=FUEL,
        )
        wrong = self._freight.dispatch(trip)
        note = "The tanker broke down at the gate and was emptied back."
        self._writer.at(later(self._writer.now, 5), lambda: self.take_back(STORES, wrong.id, "did_not_occur", note))

    def _declare_twice(self) -> None:
        """Declare the same work twice, and take the second back."""
        site, party = "place:water-site", "party:tessera"
        event = self._freight.installing(site, WATER, "cement", 5 * TONNE)
        wrong = self._freight.goods(party, site, event)
        note = "Entered twice by two foremen."
        self._writer.at(later(self._writer.now, 20), lambda: self.take_back(party, wrong.id, "did_not_occur", note))

    def _use(self, delivery: Delivery, amount: int) -> None:
        if delivery.project in {FOOD, FUEL}:
            held = self._freight.stock.get((delivery.site, delivery.material), 0)
            given = min(held, delivery.load * 19 // 20)
            self._freight.dispense(delivery.taker, delivery.site, delivery.project, delivery.material, given)
        else:
            self._freight.install(delivery.taker, delivery.site, delivery.project, delivery.material, amount)

    def _running(self, material: str, way: str) -> int:
        self._count[material, way] = self._count.get((material, way), 0) + 1
        return self._count[material, way]

    def _carrier(self) -> str:
        self._trips += 1
        return CARRIERS[self._trips % len(CARRIERS)]
