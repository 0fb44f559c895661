"""False alarms where shipments arrive late: consignments with their numbers and days, and the same as sums by period.

Networks of several shapes, drawn anew, with goods weighed at both ends and nothing lost; a part of the shipments arrives
in a later period. Run: ``python benchmarks/detection/late_shipments.py --campaigns 200 --late 0.05``.
"""

import argparse
import itertools
import random
from datetime import date, timedelta

from enduse.assurance import Assessor, ErrorModel
from enduse.assurance.tables.plain_tables import read_tables

START, WEEK = date(2026, 3, 2), 7
SHAPES = {
    "three": [("d", "w"), ("w", "a")],
    "chain": [("d", "w"), ("w", "v"), ("v", "a")],
    "star": [("d", "w"), ("w", "a"), ("w", "b"), ("w", "c"), ("w", "e")],
    "tree": [("d", "w"), ("w", "v"), ("w", "x"), ("v", "a"), ("v", "b"), ("x", "c"), ("x", "e")],
    "mesh": [("d", "w"), ("d", "x"), ("w", "a"), ("x", "a"), ("w", "b"), ("x", "b"), ("a", "w")],
}


Rows = list[dict[str, object]]


class Campaign:
    """One campaign without losses.

    Args:
        shape: one of :data:`SHAPES`.
        seed: of everything drawn.
        late: part of the shipments that arrive one to ten days after they left; others arrive the same day.
        periods: weeks.
        named: give every row its consignment and day, else only the week.
    """

    def __init__(self, shape: str, seed: int, late: float, periods: int, *, named: bool) -> None:
        self.dice, self.late, self.periods, self.named = random.Random(seed), late, periods, named
        self.ways = SHAPES[shape]
        self.places = sorted({place for way in self.ways for place in way})
        self.random_sd, self.systematic_sd = self.dice.uniform(0.003, 0.01), self.dice.uniform(0.001, 0.004)
        self.bias = {place: self.dice.gauss(0, self.systematic_sd) for place in self.places}
        self.moved = {place: [0.0] * periods for place in self.places}
        self.rows: Rows = []

    def kind(self, place: str) -> str:
        """Return what a place is."""
        return "donor" if place == "d" else "site" if place in "abce" else "warehouse"

    def read(self, place: str, amount: float, **row: object) -> None:
        """Note a reading of an amount by the scale of a place."""
        quantity = amount * (1 + self.bias[place] + self.dice.gauss(0, self.random_sd))
        self.rows.append({**row, "quantity": f"{quantity:.4f}", "instrument": f"s{place}", "material": "cement"})

    def shipment(self, way: tuple[str, str], number: str, left: date, amount: float) -> None:
        """Send an amount, and receive it unless the campaign is over by then."""
        came = left + timedelta(self.dice.randint(1, 10) if self.dice.random() < self.late else 0)
        for kind, column, day, place, sign in (
            ("shipped", "dispatched_on", left, way[0], -1),
            ("received", "received_on", came, way[1], 1),
        ):
            week = (day - START).days // WEEK
            if week < self.periods:
                self.moved[place][week] += sign * amount
                named = {"consignment": number, column: day} if self.named else {}
                self.read(place, amount, period=week + 1, kind=kind, link=">".join(way), **named)

    def tables(self) -> dict[str, list[tuple[int, dict[str, object]]]]:
        """Return its tables, as they are read."""
        size = {way: self.dice.uniform(10, 40) for way in self.ways}
        for way, week, number in itertools.product(self.ways, range(self.periods), range(3)):
            left = START + timedelta(week * WEEK + self.dice.randrange(WEEK))
            self.shipment(way, f"{way} {week} {number}", left, size[way] * self.dice.uniform(0.7, 1.3))
        for place in self.places:
            stock = 10 * sum(size[way] for way in self.ways if way[0] == place)
            for week in range(self.periods if self.kind(place) == "warehouse" else 0):
                stock += self.moved[place][week]
                self.read(place, stock, period=week + 1, kind="closing_stock", node=place)
        errors = {"random_sd": self.random_sd, "systematic_sd": self.systematic_sd}
        tables: dict[str, Rows] = {
            "nodes": [{"node": place, "kind": self.kind(place)} for place in self.places],
            "links": [{"link": ">".join(way), "from_node": way[0], "to_node": way[1]} for way in self.ways],
            "instruments": [{"instrument": f"s{place}", **errors} for place in self.places],
            "readings": self.rows,
        }
        return {name: list(enumerate(of, 2)) for name, of in tables.items()}


def rate(shape: str, campaigns: int, late: float, periods: int, seed: int, *, named: bool, known: bool) -> float:
    """Return the part of campaigns with an alarm at 5 %."""
    alarms = 0
    for at in range(campaigns):
        read = read_tables(Campaign(shape, seed + at, late, periods, named=named).tables())
        errors = ErrorModel(read.errors.instruments, known=known)
        alarms += Assessor(read.network, errors).assess(read.readings).p_value <= 0.05
    return alarms / campaigns


def main() -> None:
    """Print the rates with their standard errors."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--campaigns", type=int, default=200)
    parser.add_argument("--late", type=float, default=0.05)
    parser.add_argument("--periods", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--known", action="store_true")
    asked = parser.parse_args()
    print(f"late {asked.late}, {asked.periods} weeks, {asked.campaigns} campaigns a cell, seeds from {asked.seed}")
    for shape in SHAPES:
        for named in (True, False):
            share = rate(shape, asked.campaigns, asked.late, asked.periods, asked.seed, named=named, known=asked.known)
            error = (share * (1 - share) / asked.campaigns) ** 0.5
            print(f"{shape:6} {'consignments' if named else 'sums by week':12} {share:.3f} ({error:.3f})", flush=True)


if __name__ == "__main__":
    main()
