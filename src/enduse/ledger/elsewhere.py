"""What has not arrived under its number and, by its receiver's own word, came under another: asked about, and nobody is named.

Two waybills are easily swapped, or two deliveries written on one. The figure of neither changes: only who wrote the papers knows
which goods they are. No word but that of who was to receive them counts, which could as well say that they arrived: what a
stranger says clears no carrier.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from enduse.ledger.arrival import NEAR_ONE_IN, Arrival
from enduse.ledger.counts import span
from enduse.ledger.state import Leg


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


def asked(found: Sequence[Arrival], loose: Mapping[str, tuple[Leg, ...]]) -> Iterator[Arrival]:
    """Give how consignments stand, with what may have come under another number as contested.

    Args:
        found: consignments that do not come out even.
        loose: receipts that belong to no consignment, by number.
    """
    late = [one for one in found if one.missing > one.contested]
    ends = {(end, one.resource) for one in late for end in ends_of(one)}
    over = defaultdict[tuple[str, str], list[Arrival]](list)
    short = defaultdict[tuple[str, str], list[Arrival]](list)
    came = defaultdict[tuple[str, str], list[Arrival]](list)
    due = defaultdict[tuple[str, str], list[Arrival]](list)
    for one in found if late else ():
        (over if one.over else short)[one.consignment.sender, one.resource].append(one)
        for receiver in came_to(one) if one.over else _receivers(one) or ():
            (came if one.over else due)[receiver, one.resource].append(one)
    waiting = defaultdict[tuple[str, str], list[tuple[str, Leg]]](list)
    for number, legs in loose.items() if late else ():
        for leg in legs:
            for resource in {line.resource for line in leg.lines} if own_receipt(leg) else ():
                for end in {(leg.holder, resource), (leg.place, resource)} & ends:
                    waiting[end].append((number, leg))
    for one in found:
        more = 0
        if one.missing > one.contested:
            way = one.consignment.sender, one.resource
            # one receiver may mistake the papers of two senders too, where it is named for what lacks
            ways = [(over[way], short[way])]
            ways += [(came[end, one.resource], due[end, one.resource]) for end in _receivers(one) or ()]
            amounts = [*_under_others(one, waiting), *(each for pair in ways for each in _of_others(one, *pair))]
            more = max((part_of(amount, one.missing) for amount in amounts), default=0)
        yield msgspec.structs.replace(one, contested=more) if more > one.contested else one


def own_receipt(leg: Leg) -> bool:
    """Say whether a leg is a receipt by its holder's own word."""
    return leg.role == "receipt" and leg.speaker == leg.holder


def ends_of(one: Arrival) -> set[str]:
    """Return the parties and places to which a consignment was sent."""
    return {end for leg in one.consignment.of("dispatch") for end in (leg.other or leg.towards,) if end}


def _under_others(one: Arrival, waiting: Mapping[tuple[str, str], Iterable[tuple[str, Leg]]]) -> Iterator[int]:
    """Give how much came to whom a consignment was to reach, under numbers under which nobody sent them that.

    By each receipt, and by all under one number: it may have come in parts.
    """
    came: dict[str, dict[int, Leg]] = defaultdict(dict)
    for end in ends_of(one):
        for number, leg in waiting.get((end, one.resource), ()):
            if number != one.consignment.number and leg.other in {None, one.consignment.sender} and after(one, leg):
                came[number][leg.entry] = leg
    for legs in came.values():
        amounts = [amount_of(leg, one.resource) for leg in legs.values()]
        yield from (*amounts, sum(amounts))


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
