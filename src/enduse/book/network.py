"""The record's measurements as the plain tables that network assurance reads: nodes, links, instruments, readings.

A consignment counts in the period in which it was received, at both ends: until then it is held to be with its
sender, and a count of the sender's stock has what was under way added back. Amounts are those of the ledger, in the
units people are shown; the instruments are those stated with readings of the consignment, else the goods were counted.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import msgspec

from enduse.assurance.measurements import Measured
from enduse.book.book import Book
from enduse.book.opened import instrument_of
from enduse.errors import Problem
from enduse.ledger.accounts import class_of, item_of
from enduse.ledger.state import Consignment, Leg
from enduse.terms.amounts import in_unit, material_of, unit_of
from enduse.terms.times import instant_of

DAY: Final = 86_400_000_000
APART: Final = 366 * DAY
"""A consignment that lies longer than this before the next one is left out of an assessment."""

COUNTED: Final = "counted"
KINDS: Final = {"crossing": "crossing", "warehouse": "warehouse", "vendor": "vendor", "corridor": "crossing"}

Row = dict[str, object]


class Tables(msgspec.Struct, frozen=True, kw_only=True):
    """Rows as :func:`enduse.assurance.tables.read_tables` takes them.

    Attributes:
        nodes, links, instruments, readings: one mapping a row.
        start: beginning of period 1, microseconds since 1970.
        period_days: length of a period.
        resources: the ledger's name of each material in ``readings``.
        carried: the consignments received, by period (from 1), link and material.
        problems: what could not be laid out.
    """

    nodes: list[Row]
    links: list[Row]
    instruments: list[Row]
    readings: list[Row]
    start: int
    period_days: int
    resources: dict[str, str]
    carried: dict[tuple[int, str, str], tuple[str, ...]]
    problems: tuple[Problem, ...] = ()

    @property
    def rows(self) -> dict[str, list[Row]]:
        """The four tables by their names."""
        return {"nodes": self.nodes, "links": self.links, "instruments": self.instruments, "readings": self.readings}


def tables(book: Book, period_days: int = 7) -> Tables:
    """Lay out all that was sent, received and counted, by place and period.

    What custodians declare as used is left out: it is their word, not a measurement, and would hide a loss as well as
    show it. Independent measurements of use are compared with it project by project (:mod:`enduse.book.assure`).
    """
    done = [(name, item) for name, item in book.ledger.consignments.items() if item.dispatch and item.receipt]
    start = _start([leg.effective for _, item in done for leg in _legs(item)])
    apart = [name for name, item in done if any(leg.effective < start for leg in _legs(item))]
    done = [(name, item) for name, item in done if name not in apart]
    layout = _Layout(book, start, period_days * DAY)
    for name, consignment in done:
        layout.consignment(name, consignment)
    layout.counts(done)
    return Tables(
        nodes=[{"node": place, "kind": layout.kind(place)} for place in layout.places],
        links=list(layout.links.values()),
        instruments=list(layout.instruments.values()),
        readings=list(layout.rows()),
        start=start,
        period_days=period_days,
        resources={material_in_unit(resource): resource for _, _, _, resource in layout.sums},
        carried={cell: tuple(names) for cell, names in layout.carried.items()},
        problems=(Problem.of("assessment.long_before", n=len(apart), day=instant_of(start)),) if apart else (),
    )


def _start(moments: list[int]) -> int:
    """Return the first moment that lies no year apart from what followed: one wrong date makes no network of a century."""
    start = max(moments, default=0)
    for moment in sorted(moments, reverse=True):
        if start - moment > APART:
            break
        start = moment
    return start


def _legs(consignment: Consignment) -> list[Leg]:
    return [leg for leg in (consignment.dispatch, consignment.receipt) if leg is not None]


class _Layout:
    def __init__(self, book: Book, start: int, period: int) -> None:
        self.book, self.start, self.length = book, start, period
        self.places: dict[str, None] = {}
        self.senders: set[str] = set()
        self.receivers: set[str] = set()
        self.links: dict[tuple[str, str], Row] = {}
        self.instruments: dict[str, Row] = {COUNTED: {"instrument": COUNTED, "random_sd": "0", "systematic_sd": "0"}}
        self.sums: dict[tuple[int, str, str, str], int] = defaultdict(int)
        self.scales: dict[tuple[int, str, str, str], str] = {}
        self.carried: dict[tuple[int, str, str], dict[str, None]] = defaultdict(dict)

    def period(self, moment: int) -> int:
        return (moment - self.start) // self.length + 1

    def kind(self, place: str) -> str:
        """Return a node's kind; where goods only leave, they enter the network."""
        if place in self.senders and place not in self.receivers:
            return "donor"
        known = self.book.programme.places.get(place)
        return KINDS.get(known.type, "site") if known else "site"

    def scale(self, reading: Measured | None) -> str:
        if reading is None or not reading.instrument:
            return COUNTED
        self.instruments[reading.instrument] = {
            "instrument": reading.instrument,
            "random_sd": str(reading.random_sd),
            "systematic_sd": str(reading.systematic_sd),
        }
        return reading.instrument

    def add(self, period: int, kind: str, where: str, resource: str, amount: int, instrument: str) -> None:
        cell = (period, kind, where, resource)
        self.sums[cell] += amount
        self.scales.setdefault(cell, instrument)

    def consignment(self, name: str, consignment: Consignment) -> None:
        dispatch, receipt = _legs(consignment)
        if dispatch.place == receipt.place:
            return
        link = (dispatch.place, receipt.place)
        self.links.setdefault(link, {"link": " > ".join(link), "from_node": link[0], "to_node": link[1]})
        self.places.update(dict.fromkeys(link))
        self.senders.add(link[0])
        self.receivers.add(link[1])
        period = self.period(receipt.effective)
        for kind, leg in (("shipped", dispatch), ("received", receipt)):
            for line in leg.lines:
                reading = instrument_of(self.book, name, line.resource, kind, leg)
                self.add(period, kind, " > ".join(link), line.resource, line.amount, self.scale(reading))
                self.carried[period, " > ".join(link), material_in_unit(line.resource)][name] = None

    def counts(self, done: list[tuple[str, Consignment]]) -> None:
        """Add stock counts, with what the counted place had under way at that moment."""
        for account, by_resource in self.book.ledger.counts.items():
            place = item_of(account)
            if place not in self.places or class_of(account) != "stock":
                continue
            for resource, counts in by_resource.items():
                for count in counts:
                    if count.effective < self.start:
                        continue
                    amount = self.asserted(account, resource, count.effective)
                    for _, consignment in done:
                        dispatch, receipt = _legs(consignment)
                        if dispatch.place == place and dispatch.effective <= count.effective < receipt.effective:
                            amount += sum(line.amount for line in dispatch.lines if line.resource == resource)
                    cell = (self.period(count.effective), "closing_stock", place, resource)
                    self.sums[cell], self.scales[cell] = amount, COUNTED

    def asserted(self, account: str, resource: str, moment: int) -> int:
        """Return what lay in a stock account right after the count of that moment."""
        line = self.book.ledger.timeline.get(account, {}).get(resource, [])
        return sum(amount for effective, amount in line if effective <= moment)

    def rows(self) -> Iterator[Row]:
        for number, ((period, kind, where, resource), amount) in enumerate(sorted(self.sums.items()), 1):
            yield {
                "reading": f"r{number}",
                "period": str(period),
                "kind": kind,
                "material": material_in_unit(resource),
                "place": where,
                "quantity": in_unit(max(amount, 0), resource),
                "instrument": self.scales[period, kind, where, resource],
            }


def material_in_unit(resource: str) -> str:
    """Return a material with the unit its amounts are stated in, such as ``cement TNE``."""
    return f"{material_of(resource)} {unit_of(resource)}"
