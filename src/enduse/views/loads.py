"""What became of the loads under one number, as it may be told to everybody.

Of a load that may still be on its way nothing is told but that: no place, no route, no time, not who has it. What the
whole world may read about a truck must not help anybody to find it.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal

import msgspec

from enduse.book.book import Book
from enduse.ledger.arrival import Arrival
from enduse.ledger.state import Consignment, Leg
from enduse.terms.times import instant_of
from enduse.views.shapes import Figure
from enduse.views.sums import resting

LoadState = Literal["on_way", "overdue", "short", "over", "complete"]
"""It may still come; its time has passed; its receiver says that no more comes; more came than was sent; all of it came."""


class LoadStep(msgspec.Struct, frozen=True, kw_only=True):
    """One statement about a load.

    Attributes:
        role: what it says: dispatch, receipt, refusal, void or takeover.
        party: whose stock it touches; of a takeover who took the goods over.
        speaker: who says so.
        place: where.
        carrier: who carried it, where that is named.
        at: when, as claimed.
        goods: how much.
        complete: whether the receiver says that no more comes.
        entry: log index.
    """

    role: str
    party: str
    speaker: str
    place: str
    carrier: str
    at: datetime
    goods: tuple[Figure, ...]
    complete: bool
    entry: int


class LoadLine(msgspec.Struct, frozen=True, kw_only=True):
    """One material of a load.

    Attributes:
        sent: how much was sent.
        came: how much came, or went back to its sender.
        open: how much has not come, or may still come; negative where more came than was sent.
    """

    sent: Figure
    came: Figure
    open: Figure


class LoadView(msgspec.Struct, frozen=True, kw_only=True):
    """A load: what one sender sent under one number.

    Attributes:
        number: what the parties call it.
        state: how it stands.
        lines: by material; of a load that may still come only what was sent of it.
        days: of what is overdue, for how many days; else 0.
        holders: of what has not come, who may have it; empty while it may still come, and nobody for what is contested.
        steps: who said what of it, in the order of the times claimed; empty until nothing more is to come.
    """

    number: str
    state: LoadState
    lines: tuple[LoadLine, ...]
    days: int = 0
    holders: tuple[str, ...] = ()
    steps: tuple[LoadStep, ...] = ()


class MovingGoods(msgspec.Struct, frozen=True, kw_only=True):
    """Goods that may still be on their way: under which number they left, where, and how much of them is not there yet.

    Attributes:
        number: of their papers.
        origin: place that they left.
        figure: how much.
        entries: log indexes of all that was said of them.
    """

    number: str
    origin: str
    figure: Figure
    entries: tuple[int, ...]


def loads(book: Book, number: str) -> tuple[LoadView, ...]:
    """Return the loads under a number, the latest last; none where there is none."""
    open_now = arrivals(book)
    keys = book.ledger.numbers.get(number, ())
    return tuple(_load(book, book.ledger.consignments[key], open_now.get(key, [])) for key in keys)


def unsettled(book: Book) -> tuple[MovingGoods, ...]:
    """Return what may still be on its way, overdue or not: not to be told, but to be held back."""
    return tuple(
        MovingGoods(
            number=arrival.consignment.number,
            origin=next((leg.place for leg in arrival.consignment.of("dispatch")), ""),
            figure=Figure(sum(part.amount for part in arrival.parts if part.state != "short"), arrival.resource),
            entries=tuple(leg.entry for leg in arrival.consignment.legs),
        )
        for arrival in book.facts.standings()
        if moves(arrival)
    )


def load_numbers(book: Book) -> tuple[str, ...]:
    """Return every number under which a load was sent."""
    return tuple(book.ledger.numbers)


def has_load(book: Book, number: str) -> bool:
    """Say whether a load was sent under a number."""
    return number in book.ledger.numbers


def arrivals(book: Book) -> dict[str, list[Arrival]]:
    """Return how each consignment stands that does not come out even, by its key."""
    found: dict[str, list[Arrival]] = {}
    for arrival in book.facts.standings():
        found.setdefault(arrival.consignment.key, []).append(arrival)
    return found


def moves(arrival: Arrival) -> bool:
    """Say whether some of it may still be on its way."""
    return any(part.state != "short" for part in arrival.parts)


def _load(book: Book, one: Consignment, arrivals: list[Arrival]) -> LoadView:
    parts = [part for arrival in arrivals for part in arrival.parts]
    states = {part.state for part in parts}
    moving = bool(states - {"short"})
    overdue = "overdue" in states
    state: LoadState
    if moving:
        state = "overdue" if overdue else "on_way"
    else:
        state = "short" if parts else "over" if any(arrival.over for arrival in arrivals) else "complete"
    standing = {arrival.resource: arrival for arrival in arrivals}
    lacking = [arrival for arrival in arrivals if arrival.missing and not arrival.contested]
    holders = tuple(dict.fromkeys(who for arrival in lacking for who in arrival.carriers))
    return LoadView(
        number=one.number,
        state=state,
        lines=tuple(lines(one, standing)),
        days=max((part.days(book.head.clock) for part in parts if part.state == "overdue"), default=0),
        holders=holders if "on_way" not in states else (),
        steps=() if moving else tuple(_steps(one)),
    )


def lines(one: Consignment, standing: dict[str, Arrival]) -> Iterator[LoadLine]:
    """Give what was sent, came and is open of a consignment, by material; ``standing`` are its arrivals by resource."""
    sent, came = _sums(one.of("dispatch")), _sums(one.of("receipt"))
    for resource in dict.fromkeys((*sent, *came)):
        arrival = standing.get(resource)
        went = sent.get(resource, 0) if arrival is None else arrival.sent
        got = came.get(resource, 0) if arrival is None else arrival.received + arrival.returned
        left = 0 if arrival is None else sum(part.amount for part in arrival.parts) - arrival.over
        entries = [leg.entry for leg in one.legs]
        hidden = arrival is not None and moves(arrival)
        yield LoadLine(
            sent=resting(went, resource, [] if hidden else entries),
            came=resting(got, resource, [] if hidden else entries),
            open=resting(left, resource, [] if hidden else entries),
        )


def _sums(legs: Iterable[Leg]) -> dict[str, int]:
    found: dict[str, int] = {}
    for leg in legs:
        for line in leg.lines:
            found[line.resource] = found.get(line.resource, 0) + line.amount
    return found


def _steps(one: Consignment) -> Iterator[LoadStep]:
    for leg in sorted(one.legs, key=lambda leg: (leg.effective, leg.entry)):
        yield LoadStep(
            role=leg.role,
            party=leg.holder,
            speaker=leg.speaker,
            place=leg.place,
            carrier=leg.carrier,
            at=instant_of(leg.effective),
            goods=tuple(resting(line.amount, line.resource, [leg.entry]) for line in leg.lines),
            complete=bool(leg.complete),
            entry=leg.entry,
        )
