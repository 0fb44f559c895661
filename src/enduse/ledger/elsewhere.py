"""What has not arrived under its number and, by its receiver's own word, came under another, or none: asked about, and nobody is named.

Two waybills are easily swapped, or two deliveries written on one. The figure of neither changes: only who wrote the papers knows
which goods they are. No word but that of who was to receive them counts, which could as well say that they arrived: what a
stranger says clears no carrier. So with a unit that is mistaken, and with rows of one paper that are exchanged.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from enduse.ledger.arrival import NEAR_ONE_IN, Arrival
from enduse.ledger.counts import span
from enduse.ledger.state import Leg, State
from enduse.terms.amounts import base_of

THOUSAND: Final = 1000
"""Kilograms for tonnes, litres for cubic metres: by how much the two ends differ where a unit was mistaken."""


def about(amount: int, other: int) -> bool:
    """Say whether an amount may be another."""
    return NEAR_ONE_IN * abs(amount - other) <= other


def part_of(amount: int, lacking: int) -> int:
    """Return how much of what lacks an amount may be: all of it where they are about as much, itself where some lacks besides.

    Less than half of what lacks is no sign of it: else any receipt would do.
    """
    if about(amount, lacking):
        return lacking
    return amount if lacking <= 2 * amount < 2 * lacking else 0


def after(one: Arrival, got: Leg) -> bool:
    """Say whether a receipt may be later than what was sent first of a consignment."""
    sent = (leg.effective for leg in one.consignment.of("dispatch"))
    return min(sent, default=got.effective) <= span(got.effective, got.into_day)[1]


def amount_of(leg: Leg, resource: str) -> int:
    """Return how much of a resource a leg tells."""
    return sum(line.amount for line in leg.lines if line.resource == resource)


def remember(state: State, got: Leg) -> None:
    """Remember a receipt without a number: it may be of something that was sent under one."""
    for end in (got.holder, got.place):
        state.unnumbered[f"{end}\t{got.entry:012d}"] = got


def _unnumbered(state: State, end: str, now: int) -> Iterator[Leg]:
    """Give the receipts without a number at one end, by party or place, that stand."""
    for _, got in state.unnumbered.between(f"{end}\t", f"{end}\n"):
        if got.effective <= now and state.said[got.id].taken_back_by is None:
            yield got


def asked(found: Sequence[Arrival], state: State, now: int) -> Iterator[Arrival]:
    """Give how consignments stand, with what may have come under another number, or none, in another unit or row as contested.

    Args:
        found: consignments that do not come out even.
        state: of the ledger, with receipts that belong to no consignment.
        now: microseconds since 1970.
    """
    late = [one for one in found if one.missing > one.contested]
    if not late:  # as nearly always
        yield from found
        return
    waiting = _waiting(state, {(end, one.resource) for one in late for end in ends_of(one)}, now)
    nearby, rows = _Nearby(found), in_other_rows(found)
    for one in found:
        more = 0
        if one.missing > one.contested:
            amounts = [*_under_others(one, waiting), *nearby.amounts(one)]
            amounts += [other.over for other in rows.get((one.consignment.key, one.resource), ())]
            more = max((part_of(amount, one.missing) for amount in amounts), default=0)
            more = one.missing if thousandfold(one) and came_to(one) else more
        yield msgspec.structs.replace(one, contested=more) if more > one.contested else one


Spot = tuple[str, str]
"""Party or place, and resource."""


def _waiting(state: State, ends: set[Spot], now: int) -> dict[Spot, list[tuple[str, Leg]]]:
    """Return the receipts at these ends that belong to no consignment, each with its number; empty where it has none."""
    waiting = defaultdict[Spot, list[tuple[str, Leg]]](list)
    for number, legs in state.loose.items():
        for leg in legs:
            for resource in {line.resource for line in leg.lines} if own_receipt(leg) else ():
                for spot in {(leg.holder, resource), (leg.place, resource)} & ends:
                    waiting[spot].append((number, leg))
    for end in sorted({end for end, _ in ends}):
        for leg in _unnumbered(state, end, now):
            for spot in {(end, line.resource) for line in leg.lines} & ends:
                waiting[spot].append(("", leg))
    return waiting


class _Nearby:
    """Consignments that do not come out even, by sender and by receiver: what one has too much another may lack."""

    def __init__(self, found: Iterable[Arrival]) -> None:
        self._over = defaultdict[Spot, list[Arrival]](list)
        self._short = defaultdict[Spot, list[Arrival]](list)
        self._came = defaultdict[Spot, list[Arrival]](list)
        self._due = defaultdict[Spot, list[Arrival]](list)
        for one in found:
            (self._over if one.over else self._short)[one.consignment.sender, one.resource].append(one)
            for receiver in came_to(one) if one.over else _receivers(one) or ():
                (self._came if one.over else self._due)[receiver, one.resource].append(one)

    def amounts(self, one: Arrival) -> Iterator[int]:
        """Give how much its receivers received too much of other consignments."""
        way = one.consignment.sender, one.resource
        yield from _of_others(one, self._over[way], self._short[way])
        # one receiver may mistake the papers of two senders too, where it is named for what lacks
        for receiver in _receivers(one) or ():
            end = receiver, one.resource
            yield from _of_others(one, self._came[end], self._due[end])


def in_other_rows(found: Iterable[Arrival]) -> dict[Spot, list[Arrival]]:
    """Return by consignment and resource that lacks what else came too much in it, in the same unit: rows may be exchanged."""
    every = list(found)
    over = defaultdict[Spot, list[Arrival]](list)
    for one in every:
        if one.over and not one.in_place_of and came_to(one):
            over[one.consignment.key, base_of(one.resource)].append(one)
    rows: dict[Spot, list[Arrival]] = {}
    for one in every if over else ():
        others = over.get((one.consignment.key, base_of(one.resource)), ()) if one.balance > 0 else ()
        if same := [each for each in others if part_of(each.over, one.balance)]:
            rows[one.consignment.key, one.resource] = same
    return rows


def thousandfold(one: Arrival) -> bool:
    """Say whether a thousand times as much, or as little, arrived as was sent: a unit may be mistaken."""
    less, more = sorted((one.sent, one.received))
    return less > 0 and NEAR_ONE_IN * abs(THOUSAND * less - more) <= more


def own_receipt(leg: Leg) -> bool:
    """Say whether a leg is a receipt by its holder's own word."""
    return leg.role == "receipt" and leg.speaker == leg.holder


def ends_of(one: Arrival) -> set[str]:
    """Return the parties and places to which a consignment was sent; its sender too, where it was refused at the door."""
    back = {one.consignment.sender} if one.consignment.of("refusal") else set[str]()
    return back | {end for leg in one.consignment.of("dispatch") for end in (leg.other or leg.towards,) if end}


def _under_others(one: Arrival, waiting: Mapping[tuple[str, str], Iterable[tuple[str, Leg]]]) -> Iterator[int]:
    """Give how much came to whom a consignment was to reach, under numbers under which nobody sent them that.

    By each receipt, and by all under one number: it may have come in parts. Without a number only as much is a sign of it.
    """
    came: dict[str, dict[int, Leg]] = defaultdict(dict)
    for end in ends_of(one):
        for number, leg in waiting.get((end, one.resource), ()):
            if number != one.consignment.number and leg.other in {None, one.consignment.sender} and after(one, leg):
                came[number][leg.entry] = leg
    for number, legs in came.items():
        amounts = [amount_of(leg, one.resource) for leg in legs.values()]
        told = (*amounts, sum(amounts))
        yield from told if number else (amount for amount in told if about(amount, one.missing))


def _of_others(one: Arrival, over: Sequence[Arrival], short: Sequence[Arrival]) -> Iterator[int]:
    """Give how much its receivers received too much of others: of each, and of all where all others together lack as much."""
    mine = _receivers(one)
    more = [
        other for other in over if (mine is None or mine & (came_to(other))) and came_to(other) and _after(one, other)
    ]
    if not more:  # as nearly always: what others lack need not be added up
        return
    yield from (other.over for other in more)
    lacking = sum(other.missing for other in short if mine is None or (_receivers(other) or mine) & mine)
    if part_of(every := sum(other.over for other in more), lacking):
        yield min(every, one.missing)


def _receivers(one: Arrival) -> set[str] | None:
    """Return who may receive of a consignment; ``None`` where that is anybody."""
    sent = one.consignment.of("dispatch")
    named = {leg.other for leg in sent if leg.other is not None}
    return named if named and all(leg.other is not None for leg in sent) else None


def came_to(one: Arrival) -> set[str]:
    """Return who says itself that it received of a consignment."""
    return {leg.holder for leg in one.consignment.of("receipt") if own_receipt(leg)}


def _after(one: Arrival, other: Arrival) -> bool:
    return any(after(one, leg) for leg in other.consignment.of("receipt"))
