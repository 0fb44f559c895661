"""Rows of readings that stand in a table twice under other names: a file that was entered or pasted a second time.

Two trucks of one load a week are not that. Whether equal rows are copies is told by how often the figures of one place
are equal by themselves, from one period to another.
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import Final

import msgspec

RUN: Final = 6
"""So many rows that stand twice, and whose figures come nowhere else, are no chance."""
OFTEN: Final = 2.0
"""Times by which more rows must stand twice than would by themselves."""
BESIDE: Final = 2
"""So many rows more or less may stand between a row and its later issue than between those around them."""


class ReadingContent(msgspec.Struct, frozen=True):
    """What a row says but for its name.

    Attributes:
        series: what it is one of: its kind, place and material.
        when: its period or days.
        quantity: as read.
        rest: its consignment, instrument and calibration.
    """

    series: Hashable
    when: Hashable
    quantity: float
    rest: Hashable


class Repeated(msgspec.Struct, frozen=True):
    """Rows that repeat others, by their positions, each with the position of the row it repeats.

    Attributes:
        certain: no chance makes so many.
        possible: a few, which may as well be two of one size.
        revised: say another quantity of the same, among rows that repeat others: a table that was issued again.
    """

    certain: dict[int, int]
    possible: dict[int, int]
    revised: dict[int, int] = {}


def repeated(rows: Sequence[ReadingContent]) -> Repeated:
    """Return which rows repeat others."""
    at: dict[ReadingContent, list[int]] = defaultdict(list)
    for position, row in enumerate(rows):
        at[row].append(position)
    twice = {one: of[0] for of in at.values() for one in of[1:]}
    expected = _by_themselves(rows)
    if len(twice) <= OFTEN * expected:
        return Repeated({}, {})
    if len(twice) >= RUN and all(len(of) % 2 == 0 for of in at.values()):
        certain = {later: first for of in at.values() for first, later in zip(of[::2], of[1::2], strict=True)}
        return Repeated(certain, {})
    alone = Counter((row.series, row.quantity) for row in rows)
    of_series = Counter(row.series for row in rows)
    telling = {
        one
        for one in twice
        if alone[rows[one].series, rows[one].quantity] == len(at[rows[one]])
        and of_series[rows[one].series] >= RUN + len(at[rows[one]])
    }
    certain = _pasted(rows, at, telling)
    left = {one: twice[one] for one in telling - set(certain)}
    if len(left) >= max(RUN, OFTEN * expected):
        certain, left = certain | left, {}
    issued = _issued_again(rows, certain)
    certain |= {one: first for one, first in issued.items() if rows[one] == rows[first]}
    revised = {one: first for one, first in issued.items() if one not in certain}
    return Repeated(certain, {one: first for one, first in left.items() if one not in issued}, revised)


def _issued_again(rows: Sequence[ReadingContent], certain: dict[int, int]) -> dict[int, int]:
    """Return further rows of a later issue, of any quantity; only the two may be of that place, time and consignment."""
    same: dict[Hashable, list[int]] = defaultdict(list)
    for at in sorted(set(range(len(rows))).difference(certain, certain.values())):
        row = rows[at]
        same[row.series, row.when, row.rest].append(at)
    again = sorted(certain)
    found = {}
    for pair in same.values():
        if len(pair) == 2 and again:  # noqa: PLR2004
            first, later = pair
            near = again[min(bisect_left(again, later), len(again) - 1)]
            apart = near - certain[near]
            if apart > BESIDE and abs(later - first - apart) <= BESIDE:
                found[later] = first
    return found


def _by_themselves(rows: Sequence[ReadingContent]) -> float:
    """Return how many rows would be equal to one of their own period as often as to one of another."""
    equal = _pairs((row.series, row.quantity) for row in rows)
    equal_within = _pairs((row.series, row.when, row.quantity) for row in rows)
    within = _pairs((row.series, row.when) for row in rows)
    across = _pairs(row.series for row in rows) - within
    return within * (equal - equal_within) / across if across else 0.0


def _pairs(of: Iterable[Hashable]) -> int:
    return sum(count * (count - 1) // 2 for count in Counter(of).values())


def _pasted(rows: Sequence[ReadingContent], at: dict[ReadingContent, list[int]], telling: set[int]) -> dict[int, int]:
    """Return rows of blocks that come a second time in the same order."""
    found: dict[int, int] = {}
    block: list[int] = []
    back = 0

    def close() -> None:
        if sum(one in telling for one in block) >= RUN:
            found.update((one, one - back) for one in block)
        block.clear()

    for one, row in enumerate(rows):
        if block and rows[one - back] == row:
            block.append(one)
            continue
        close()
        earlier = next((other for other in at[row] if other not in found), one)
        if earlier < one:
            back = one - earlier
            block.append(one)
    close()
    return found
