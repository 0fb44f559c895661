"""Consignments matched before they are summed: what is under way is no loss, and what came late was not lost before.

A consignment counts at both of its ends at one moment: when the last of it arrived. Until then it is held to be with its
sender, so a count of a stock has added to it what had left by then and counts only later, and has taken off what had
come by then and counts only later. What nobody received counts nowhere yet.
"""

from collections import defaultdict
from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

import msgspec

Amount = TypeVar("Amount", int, float)
Spot = tuple[Hashable, Hashable]
"""A place and what is held there."""


class EarlyMove(msgspec.Struct, Generic[Amount], frozen=True):
    """So much left a place (positive) or came to it that counts there only later, or not at all.

    Attributes:
        spot: place and material.
        amount: how much.
        start: when it really moved.
        end: when it counts; None where it does not (yet).
    """

    spot: Spot
    amount: Amount
    start: int
    end: int | None


class EarlyMoves(Generic[Amount]):
    """What moved at each place and counts only later.

    Args:
        moves: all of them.
    """

    def __init__(self, moves: Iterable[EarlyMove[Amount]]) -> None:
        self._by_spot: dict[Spot, list[EarlyMove[Amount]]] = defaultdict(list)
        for one in moves:
            self._by_spot[one.spot].append(one)

    def held(self, spot: Spot, moment: int, counted: Amount) -> Amount:
        """Return a stock ``counted`` at ``moment`` with what had left it by then, and without what had come, and counts later."""
        for one in self._by_spot.get(spot, ()):
            if one.start <= moment and (one.end is None or moment < one.end):
                counted += one.amount
        return counted


class OpenConsignment(msgspec.Struct, frozen=True, kw_only=True):
    """What was sent and has not been received.

    Attributes:
        consignment: its name.
        link: the way it went.
        material: its name.
        amount: as sent, in the unit of its material.
        period: in which it left.
        overdue: no consignment that arrived was under way as long as this one is.
    """

    consignment: str
    link: str
    material: str
    amount: float
    period: int
    overdue: bool
