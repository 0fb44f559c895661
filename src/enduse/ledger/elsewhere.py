"""What has not arrived under its number and, by its receiver's own word, came under another: asked about, and nobody is named.

Two waybills are easily swapped, or two deliveries written on one. The figure of neither changes: only who wrote the papers knows
which goods they are. No word but that of who was to receive them counts, which could as well say that they arrived: what a
stranger says clears no carrier.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from enduse.ledger.arrival import Arrival
from enduse.ledger.counts import span
from enduse.ledger.state import Leg

NEAR_ONE_IN: Final = 50
"""Amounts that differ by no more than one in so many may be one."""


def about(amount: int, other: int) -> bool:
    """Say whether an amount may be another."""
    return NEAR_ONE_IN * abs(amount - other) <= other


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
        way = one.consignment.sender, one.resource
        under = {id(leg): leg for leg in _under_others(one, waiting)}
        at_other = one.missing > one.contested and (
            _with_others(one, over[way], short[way])
            # one receiver may mistake the papers of two senders too, where it is named for what lacks
            or any(_with_others(one, came[end, one.resource], due[end, one.resource]) for end in _receivers(one) or ())
            or any(about(amount_of(leg, one.resource), one.missing) for leg in under.values())
        )
        yield msgspec.structs.replace(one, contested=one.missing) if at_other else one


def own_receipt(leg: Leg) -> bool:
    """Say whether a leg is a receipt by its holder's own word."""
    return leg.role == "receipt" and leg.speaker == leg.holder


def ends_of(one: Arrival) -> set[str]:
    """Return the parties and places to which a consignment was sent."""
    return {end for leg in one.consignment.of("dispatch") for end in (leg.other or leg.towards,) if end}


def _under_others(one: Arrival, waiting: Mapping[tuple[str, str], Iterable[tuple[str, Leg]]]) -> Iterator[Leg]:
    """Give the receipts by whom a consignment was to reach, under numbers under which nobody sent them that."""
    for end in ends_of(one):
        for number, leg in waiting.get((end, one.resource), ()):
            if number != one.consignment.number and leg.other in {None, one.consignment.sender} and after(one, leg):
                yield leg


def _with_others(one: Arrival, over: Sequence[Arrival], short: Sequence[Arrival]) -> bool:
    """Say whether its receivers received as much too much of others, or of all others together what these and it lack."""
    mine = _receivers(one)
    more = [
        other for other in over if (mine is None or mine & (came_to(other))) and came_to(other) and _after(one, other)
    ]
    if not more:  # as nearly always: what others lack need not be added up
        return False
    lacking = sum(other.missing for other in short if mine is None or (_receivers(other) or mine) & mine)
    return any(about(other.over, one.missing) for other in more) or about(sum(other.over for other in more), lacking)


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
