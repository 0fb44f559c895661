"""Own money that came back to who paid it, over whatever hands: it was never given, and nobody holds it."""

from collections import deque
from collections.abc import Mapping
from itertools import pairwise

_START = ""


def came_back(party: str, own: Mapping[str, int], paid: Mapping[tuple[str, str], int]) -> int:
    """Return how much of what a party paid of its own money can have come back to it: a largest flow.

    Args:
        party: who.
        own: what it paid of its own money, by recipient, smallest units of one currency.
        paid: all that was paid in that currency, by payer and recipient.
    """
    room: dict[str, dict[str, int]] = {_START: dict(own)}
    for (payer, recipient), amount in paid.items():
        if payer != party:
            onward = room.setdefault(payer, {})
            onward[recipient] = onward.get(recipient, 0) + amount
    back = 0
    while way := _way(room, party):
        steps = list(pairwise(way))
        least = min(room[one][other] for one, other in steps)
        for one, other in steps:
            room[one][other] -= least
            again = room.setdefault(other, {})
            again[one] = again.get(one, 0) + least
        back += least
    return back


def _way(room: Mapping[str, Mapping[str, int]], party: str) -> list[str]:
    """Return the shortest way on which money can still come back, or nothing."""
    before: dict[str, str] = {}
    reached = deque((_START,))
    while reached and party not in before:
        one = reached.popleft()
        for other, left in room.get(one, {}).items():
            if left > 0 and other != _START and other not in before:
                before[other] = one
                reached.append(other)
    if party not in before:
        return []
    way = [party]
    while way[-1] != _START:
        way.append(before[way[-1]])
    return way[::-1]
