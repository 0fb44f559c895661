"""How often each place is visited, when whoever takes goods knows the plan but not the draw.

A Stackelberg security game with one place chosen by the taker: chances of a visit are raised where taking pays best
until it pays alike everywhere that is worth it (ORIGAMI: Kiekintveld, Jain, Tsai, Pita, Ordonez & Tambe, AAMAS 2009).
A floor keeps every place in the plan: what looks worthless in the books may be so because the books are wrong. Chances
are whole billionths and found by bisection on whole numbers, so that every machine computes the same plan.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final

import msgspec

from enduse.errors import MalformedError

UNIT: Final = 1_000_000_000
"""A certain visit."""

_FINE: Final = 1_000_000_000
"""Steps between two whole gains at which levels are looked at."""


class Spot(msgspec.Struct, frozen=True):
    """What is at stake in one place, in whole numbers of any one unit.

    Attributes:
        alone: what the taker gains when nobody comes.
        met: what he gains when somebody comes; not above ``alone``, often below zero.
        ours_alone: what it is to the programme; by default his gain is its loss.
        ours_met: likewise.
    """

    alone: int
    met: int
    ours_alone: int | None = None
    ours_met: int | None = None


class BestResponse(msgspec.Struct, frozen=True):
    """The taker's best response to a plan, and what it means; among equals the one that is best for us.

    Attributes:
        spot: number of the place he chooses. taker: his average gain. ours: the programme's.
    """

    spot: int
    taker: Fraction
    ours: Fraction


def cover(spots: Sequence[Spot], visits: int, floor: int = 0) -> tuple[int, ...]:
    """Return the chance of a visit to each spot, in billionths (:data:`UNIT`), that leaves the taker least.

    What is not needed for that goes where the chance is lowest. The chances sum to ``visits``, or are all certain.

    Args:
        spots: the places.
        visits: places visited in one round.
        floor: smallest chance of each, billionths.

    Raises:
        MalformedError: no places, no visits, a floor that the visits do not reach, or a spot where it pays to be met.
    """
    if not spots or visits < 1 or any(spot.met > spot.alone for spot in spots):
        raise MalformedError("inspection.no_plan", places=len(spots), visits=visits)
    if not 0 <= floor <= UNIT or floor * len(spots) > visits * UNIT:
        raise MalformedError("inspection.floor_out_of_reach", visits=visits, places=len(spots))
    budget = visits * UNIT
    if budget >= len(spots) * UNIT:
        return (UNIT,) * len(spots)

    def against(level: int) -> list[int]:
        """Return the chances at which nobody gains more than ``level``, as far as chances go."""
        return [max(floor, min(UNIT, _needed(spot, level))) for spot in spots]

    lowest = min(spot.met for spot in spots) * _FINE - 1
    level = _smallest(lambda at: sum(against(at)) <= budget, lowest, max(spot.alone for spot in spots) * _FINE)
    shares = against(level)
    # What is left goes to the lowest; the last few billionths, fewer than there are places, to whoever has room.
    raised = _smallest(lambda less: sum(max(share, UNIT - less) for share in shares) <= budget, -1, UNIT)
    shares = [max(share, UNIT - raised) for share in shares]
    spare = budget - sum(shares)
    for at, share in enumerate(shares):
        if spare and share < UNIT:
            shares[at], spare = share + 1, spare - 1
    return tuple(shares)


def best_response(spots: Sequence[Spot], shares: Sequence[int]) -> BestResponse:
    """Return what the taker chooses and what that means for both.

    Places that pay him alike but for the last two billionths of a chance count as equal.
    """
    gains = [_mean(spot.alone, spot.met, share) for spot, share in zip(spots, shares, strict=True)]
    best = max(gains)
    alike = Fraction(2 * max(spot.alone - spot.met for spot in spots), UNIT)
    ours = [
        _mean(
            -spot.alone if spot.ours_alone is None else spot.ours_alone,
            -spot.met if spot.ours_met is None else spot.ours_met,
            share,
        )
        for spot, share in zip(spots, shares, strict=True)
    ]
    chosen = max((at for at, gain in enumerate(gains) if best - gain <= alike), key=lambda at: (ours[at], -at))
    return BestResponse(chosen, gains[chosen], ours[chosen])


def _needed(spot: Spot, level: int) -> int:
    """Return the chance, rounded up, at which the taker gains no more than ``level`` / _FINE here."""
    excess = spot.alone * _FINE - level
    if excess <= 0:
        return 0
    span = (spot.alone - spot.met) * _FINE
    return UNIT if excess >= span else -(-UNIT * excess // span)


def _mean(alone: int, met: int, share: int) -> Fraction:
    return Fraction(alone * (UNIT - share) + met * share, UNIT)


def _smallest(holds: Callable[[int], bool], low: int, high: int) -> int:
    """Return the smallest number above ``low`` for which ``holds``; it holds at ``high`` and from then on."""
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
