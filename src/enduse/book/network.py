"""The record's measurements as the plain tables that network assurance reads: nodes, links, instruments, readings.

A consignment counts in the period in which the last of it was received, at both ends, once nothing of it is on its way
any more: until then it is held to be with its sender, and a count of the sender's stock has what was under way added
back. Amounts are those of the ledger, in the
units people are shown; the instruments are those stated with readings of the consignment, else the goods were counted.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from enduse.assurance.consignments import EarlyMove, EarlyMoves, OpenConsignment
from enduse.assurance.measurements import Measured
from enduse.book.book import Book
from enduse.book.opened import Which, instrument_of
from enduse.errors import Problem
from enduse.ledger.accounts import class_of, item_of
from enduse.ledger.arrival import Arrival
from enduse.ledger.consignment import counting, voided
from enduse.ledger.count_rows import standing
from enduse.ledger.state import Consignment, Line
from enduse.ledger.timeline import lay
from enduse.terms.amounts import in_unit, material_of, unit_of
from enduse.terms.times import instant_of

DAY: Final = 86_400_000_000
APART: Final = 366 * DAY
"""A consignment that lies longer than this before the next one is left out of an assessment."""
SPAN: Final = 3653 * DAY
"""Longest time that one assessment covers: ten years."""

COUNTED: Final = "counted"
KINDS: Final = {"crossing": "crossing", "warehouse": "warehouse", "vendor": "vendor", "corridor": "crossing"}

Row = dict[str, object]


class Tables(msgspec.Struct, frozen=True, kw_only=True):
    """Rows as :func:`enduse.assurance.tables.plain_tables.read_tables` takes them.

    Attributes:
        nodes, links, instruments, readings: one mapping a row.
        start: beginning of period 1, microseconds since 1970.
        period_days: length of a period.
        resources: the ledger's name of each material in ``readings``.
        carried: the consignments received, by period (from 1), link and material.
        problems: what could not be laid out.
        under_way: consignments that were sent and of which something is still to come.
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
    under_way: tuple[OpenConsignment, ...] = ()

    @property
    def rows(self) -> dict[str, list[tuple[int, Row]]]:
        """The four tables by their names, their rows numbered from 1."""
        return {
            "nodes": list(enumerate(self.nodes, 1)),
            "links": list(enumerate(self.links, 1)),
            "instruments": list(enumerate(self.instruments, 1)),
            "readings": list(enumerate(self.readings, 1)),
        }


def tables(book: Book, period_days: int = 7) -> Tables:
    """Lay out all that was sent, received and counted, by place and period.

    What custodians declare as used is left out: it is their word, not a measurement, and would hide a loss as well as
    show it. Independent measurements of use are compared with it project by project (:mod:`enduse.book.assure`).
    """
    coming = {one.consignment.key for one in book.facts.standings() if one.on_way}
    known = list(book.ledger.consignments.values())
    closed = {one.key: found for one in known if one.key not in coming and (found := _closed(one)) is not None}
    aside = [one for one in known if one.key not in closed]
    several = [one for one in aside if one.key not in coming and one.of("receipt") and not one.of("void")]
    start = _start([moment for one in closed.values() for moment in one.moments])
    apart = [one for one in closed.values() if min(one.moments) < start]
    done = [one for one in closed.values() if min(one.moments) >= start]
    layout = _Layout(book, start, period_days * DAY)
    for one in done:
        layout.consignment(one)
    layout.counts(EarlyMoves([*_moved(done), *_still(aside)]))
    on_way = list(_under_way(book.facts.standings(), layout))
    problems = []
    if apart:
        problems.append(Problem.of("assessment.long_before", n=len(apart), day=instant_of(start)))
    if several:
        problems.append(Problem.of("assessment.several_places", n=len(several)))
    return Tables(
        nodes=[{"node": place, "kind": layout.kind(place)} for place in layout.places],
        links=list(layout.links.values()),
        instruments=list(layout.instruments.values()),
        readings=list(layout.rows()),
        start=start,
        period_days=period_days,
        resources={
            material_in_unit(resource): resource
            for resource in [*(of for _, _, _, of in layout.sums), *(of for of, _ in on_way)]
        },
        carried={cell: tuple(names) for cell, names in layout.carried.items()},
        problems=tuple(problems),
        under_way=tuple(one for _, one in on_way),
    )


def _under_way(arrivals: Iterable[Arrival], layout: "_Layout") -> Iterator[tuple[str, OpenConsignment]]:
    """Give what is on its way and counts nowhere yet, each with the ledger's name of its material."""
    for one in arrivals:
        sent = [leg for leg, line in counting(one.consignment.legs, "dispatch") if line.resource == one.resource]
        if one.on_way <= 0 or not sent:
            continue
        first = min(sent, key=lambda leg: leg.effective)
        yield (
            one.resource,
            OpenConsignment(
                consignment=one.consignment.item,
                link=first.place,
                material=material_in_unit(one.resource),
                amount=float(in_unit(one.on_way, one.resource)),
                period=max(layout.period(first.effective), 1),
                overdue=False,
            ),
        )


def _start(moments: list[int]) -> int:
    """Return the first moment that lies no year apart from what followed, and within :data:`SPAN` of the last.

    So neither one wrong date nor a chain of them makes a network of a century, which would take hours to assess.
    """
    last = start = max(moments, default=0)
    for moment in sorted(moments, reverse=True):
        if start - moment > APART or last - moment > SPAN:
            break
        start = moment
    return start


class Closed(msgspec.Struct, frozen=True):
    """A consignment that went from one place to another and of which nothing is on its way any more.

    Attributes:
        of: all that was said of it.
        start: place it left.
        end: place it arrived at.
        sent: what left, by claimed time.
        received: what arrived, by claimed time.
    """

    of: Consignment
    start: str
    end: str
    sent: tuple[tuple[int, Line], ...]
    received: tuple[tuple[int, Line], ...]

    @property
    def moments(self) -> tuple[int, ...]:
        """When something of it left or arrived."""
        return tuple(moment for moment, _ in (*self.sent, *self.received))

    @property
    def last(self) -> int:
        """When the last of it arrived; no earlier than it left, whatever the clocks of the two ends say."""
        return max(self.moments)


def _closed(consignment: Consignment) -> Closed | None:
    """Return a consignment as one way between two places; one with more places, or without an end, is none."""
    sent = list(counting(consignment.legs, "dispatch"))
    got = list(counting(consignment.legs, "receipt"))
    starts, ends = {leg.place for leg, _ in sent}, {leg.place for leg, _ in got}
    if len(starts) != 1 or len(ends) != 1 or consignment.of("void"):
        return None
    return Closed(
        consignment,
        starts.pop(),
        ends.pop(),
        tuple((leg.effective, line) for leg, line in sent),
        tuple((leg.effective, line) for leg, line in got),
    )


def _moved(done: list[Closed]) -> Iterator[EarlyMove[int]]:
    """Give what counts when the last of its consignment arrived, and moved before."""
    for one in done:
        if one.start != one.end:
            for when, line in one.sent:
                yield EarlyMove((one.start, line.resource), line.amount, when, one.last)
            for when, line in one.received:
                yield EarlyMove((one.end, line.resource), -line.amount, when, one.last)


def _still(aside: list[Consignment]) -> Iterator[EarlyMove[int]]:
    """Give what moved in consignments that do not count (yet)."""
    for one in aside:
        for leg, line in counting(one.legs, "dispatch"):
            yield EarlyMove((leg.place, line.resource), line.amount, leg.effective, None)
        for leg, home, line in voided(one):
            yield EarlyMove((item_of(home), line.resource), -line.amount, leg.effective, None)
        for leg, line in counting(one.legs, "receipt"):
            yield EarlyMove((leg.place, line.resource), -line.amount, leg.effective, None)


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

    def consignment(self, one: Closed) -> None:
        if one.start == one.end:
            return
        link = (one.start, one.end)
        self.links.setdefault(link, {"link": " > ".join(link), "from_node": link[0], "to_node": link[1]})
        self.places.update(dict.fromkeys(link))
        self.senders.add(link[0])
        self.receivers.add(link[1])
        period = self.period(one.last)
        ends: tuple[tuple[Which, tuple[tuple[int, Line], ...]], ...] = (
            ("shipped", one.sent),
            ("received", one.received),
        )
        for kind, lines in ends:
            for _, line in lines:
                reading = instrument_of(self.book, one.of, line.resource, kind)
                self.add(period, kind, " > ".join(link), line.resource, line.amount, self.scale(reading))
                self.carried[period, " > ".join(link), material_in_unit(line.resource)][one.of.item] = None

    def counts(self, moves: EarlyMoves[int]) -> None:
        """Add stock counts, with what had left the counted place at that moment, or come to it, and counts only later."""
        for account, resource, count in standing(self.book.ledger):
            place = item_of(account)
            if place not in self.receivers or class_of(account) != "stock" or count.effective < self.start:
                continue  # where goods only leave, they enter the network: it keeps no balance there
            amount = lay(self.book.ledger, account, resource, count.effective) + count.shift
            amount = moves.held((place, resource), count.effective, amount)
            cell = (self.period(count.effective), "closing_stock", place, resource)
            self.sums[cell], self.scales[cell] = amount, COUNTED

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
