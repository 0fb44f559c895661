"""The record's measurements as the plain tables that network assurance reads: nodes, links, instruments, readings.

A consignment counts in the period in which the last of it was received, at both ends, once nothing of it is on its way
any more: until then it is held to be with its sender, and a count of the sender's stock has what was under way added
back. Amounts are those of the ledger, in the
units people are shown; the instruments are those stated with readings of the consignment, else the goods were counted.
"""

from array import array
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping
from operator import itemgetter
from typing import Final, TypeVar

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
    moments, several = array("q"), 0
    for _, one in book.ledger.consignments.numbered():
        if (found := _closed(one, coming)) is not None:
            moments.extend(found.moments)
        elif one.key not in coming and one.of("receipt") and not one.of("void"):
            several += 1
    start, apart = _start(moments), 0
    layout = _Layout(book, start, period_days * DAY)
    # Twice through all of them, which are too many to be held: where the first period begins is known at the end only.
    for number, one in book.ledger.consignments.numbered():
        found = _closed(one, coming)
        if found is None:
            layout.moves(_still(one))
        elif min(found.moments) < start:
            apart += 1
        else:
            layout.consignment(number, found)
            layout.moves(_moved(found))
    layout.end()
    on_way = list(_under_way(book.facts.standings(), layout))
    problems = []
    if apart:
        problems.append(Problem.of("assessment.long_before", n=apart, day=instant_of(start)))
    if several:
        problems.append(Problem.of("assessment.several_places", n=several))
    return Tables(
        nodes=[{"node": place, "kind": layout.kind(place)} for place in _first_met(layout.places)],
        links=[{"link": " > ".join(way), "from_node": way[0], "to_node": way[1]} for way in _first_met(layout.links)],
        instruments=layout.instruments(),
        readings=list(layout.rows()),
        start=start,
        period_days=period_days,
        resources={
            material_in_unit(resource): resource
            for resource in [*(of for _, _, _, of in layout.sums), *(of for of, _ in on_way)]
        },
        carried=layout.carried(),
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


def _start(moments: Iterable[int]) -> int:
    """Return the first moment that lies no year apart from what followed, and within :data:`SPAN` of the last.

    So neither one wrong date nor a chain of them makes a network of a century, which would take hours to assess.
    """
    every = sorted(moments, reverse=True)
    last = start = every[0] if every else 0
    for moment in every:
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


def _closed(consignment: Consignment, coming: Container[str]) -> Closed | None:
    """Return a consignment as one way between two places; one with more places, without an end or still coming is none."""
    if consignment.key in coming:
        return None
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


def _moved(one: Closed) -> Iterator[EarlyMove[int]]:
    """Give what counts when the last of a consignment arrived, and moved before."""
    if one.start == one.end:
        return
    for when, line in one.sent:
        yield EarlyMove((one.start, line.resource), line.amount, when, one.last)
    for when, line in one.received:
        yield EarlyMove((one.end, line.resource), -line.amount, when, one.last)


def _still(one: Consignment) -> Iterator[EarlyMove[int]]:
    """Give what moved in a consignment that does not count (yet)."""
    for leg, line in counting(one.legs, "dispatch"):
        yield EarlyMove((leg.place, line.resource), line.amount, leg.effective, None)
    for leg, home, line in voided(one):
        yield EarlyMove((item_of(home), line.resource), -line.amount, leg.effective, None)
    for leg, line in counting(one.legs, "receipt"):
        yield EarlyMove((leg.place, line.resource), -line.amount, leg.effective, None)


Met = tuple[int, int]
"""When something was first met: number of the consignment, and how many were met of it before."""
Name = TypeVar("Name")


def _first_met(names: Mapping[Name, Met]) -> list[Name]:
    """Return names in the order in which they were first met in the record."""
    return sorted(names, key=lambda name: names[name])


class _Carried(msgspec.Struct):
    """The consignments of one way, period and material, by number."""

    numbers: "array[int]" = msgspec.field(default_factory=lambda: array("q"))
    names: list[str] = msgspec.field(default_factory=list)

    def in_order(self) -> tuple[str, ...]:
        numbered = sorted(zip(self.numbers, self.names, strict=True), key=itemgetter(0))
        return tuple(dict.fromkeys(name for _, name in numbered))


class _Layout:
    """What is summed up of consignments, which come in any order; what is told has the order of the record."""

    def __init__(self, book: Book, start: int, period: int) -> None:
        self.book, self.start, self.length = book, start, period
        self.places: dict[str, Met] = {}
        self.senders: set[str] = set()
        self.receivers: set[str] = set()
        self.links: dict[tuple[str, str], Met] = {}
        self.scales: dict[tuple[int, str, str, str], tuple[Met, str]] = {}
        self.sums: dict[tuple[int, str, str, str], int] = defaultdict(int)
        self._told: dict[str, tuple[Met, Met, Measured]] = {}
        self._carried: dict[tuple[int, str, str], _Carried] = defaultdict(_Carried)
        self._counts = [spot for spot in standing(book.ledger) if class_of(spot[0]) == "stock"]
        self._counted = {(item_of(account), resource) for account, resource, _ in self._counts}
        self._early: list[EarlyMove[int]] = []

    def period(self, moment: int) -> int:
        return (moment - self.start) // self.length + 1

    def kind(self, place: str) -> str:
        """Return a node's kind; where goods only leave, they enter the network."""
        if place in self.senders and place not in self.receivers:
            return "donor"
        known = self.book.programme.places.get(place)
        return KINDS.get(known.type, "site") if known else "site"

    def scale(self, met: Met, reading: Measured | None) -> str:
        if reading is None or not reading.instrument:
            return COUNTED
        name = reading.instrument
        first, last, told = self._told.get(name, (met, met, reading))
        self._told[name] = (min(first, met), max(last, met), reading if met >= last else told)
        return name

    def consignment(self, number: int, one: Closed) -> None:
        """Take in what was sent and received.

        Args:
            number: of the consignment, in the order in which they came.
            one: which.
        """
        if one.start == one.end:
            return
        link = (one.start, one.end)
        self.links[link] = min(self.links.get(link, (number, 0)), (number, 0))
        for at, place in enumerate(link):
            self.places[place] = min(self.places.get(place, (number, at)), (number, at))
        self.senders.add(link[0])
        self.receivers.add(link[1])
        period, where, met = self.period(one.last), " > ".join(link), 0
        ends: tuple[tuple[Which, tuple[tuple[int, Line], ...]], ...] = (
            ("shipped", one.sent),
            ("received", one.received),
        )
        for kind, lines in ends:
            for _, line in lines:
                reading = instrument_of(self.book, one.of, line.resource, kind)
                scale = self.scale((number, met), reading)
                cell = (period, kind, where, line.resource)
                self.sums[cell] += line.amount
                first = (number, met), scale
                self.scales[cell] = min(self.scales.get(cell, first), first)
                carried = self._carried[period, where, material_in_unit(line.resource)]
                if not carried.numbers or carried.numbers[-1] != number:
                    carried.numbers.append(number)
                    carried.names.append(one.of.item)
                met += 1

    def moves(self, early: Iterable[EarlyMove[int]]) -> None:
        """Take in what counts later than it moved, of what was counted somewhere: of most there is none."""
        self._early += (one for one in early if one.spot in self._counted and (one.end is None or one.start < one.end))

    def end(self) -> None:
        """Take note that all consignments were met: stock counts follow."""
        in_order = sorted(self.scales, key=lambda cell: self.scales[cell][0])
        self.sums = defaultdict(int, {cell: self.sums[cell] for cell in in_order})
        self.counts(EarlyMoves(self._early))

    def instruments(self) -> list[Row]:
        """Return the instruments, each as the last reading with it says."""
        rows: dict[str, Row] = {COUNTED: {"instrument": COUNTED, "random_sd": "0", "systematic_sd": "0"}}
        for name in sorted(self._told, key=lambda name: self._told[name][0]):
            told = self._told[name][2]
            rows[name] = {
                "instrument": name,
                "random_sd": str(told.random_sd),
                "systematic_sd": str(told.systematic_sd),
            }
        return list(rows.values())

    def carried(self) -> dict[tuple[int, str, str], tuple[str, ...]]:
        """Return the consignments received, by period, link and material."""
        return {cell: found.in_order() for cell, found in self._carried.items()}

    def counts(self, moves: EarlyMoves[int]) -> None:
        """Add stock counts, with what had left the counted place at that moment, or come to it, and counts only later."""
        for account, resource, count in self._counts:
            place = item_of(account)
            if place not in self.receivers or count.effective < self.start:
                continue  # where goods only leave, they enter the network: it keeps no balance there
            amount = lay(self.book.ledger, account, resource, count.effective) + count.shift
            amount = moves.held((place, resource), count.effective, amount)
            cell = (self.period(count.effective), "closing_stock", place, resource)
            self.sums[cell], self.scales[cell] = amount, ((0, 0), COUNTED)

    def rows(self) -> Iterator[Row]:
        for number, ((period, kind, where, resource), amount) in enumerate(sorted(self.sums.items()), 1):
            yield {
                "reading": f"r{number}",
                "period": str(period),
                "kind": kind,
                "material": material_in_unit(resource),
                "place": where,
                "quantity": in_unit(max(amount, 0), resource),
                "instrument": self.scales[period, kind, where, resource][1],
            }


def material_in_unit(resource: str) -> str:
    """Return a material with the unit its amounts are stated in, such as ``cement TNE``."""
    return f"{material_of(resource)} {unit_of(resource)}"
