"""Sets of time as sorted, disjoint, half-open stretches ``(start, end)`` of whole numbers: exact, no tolerance."""

from collections.abc import Iterable, Sequence

Stretch = tuple[int, int]


def union(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the union; empty and reversed stretches vanish, touching ones join."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if end <= start:
            continue
        if found and start <= found[-1][1]:
            if end > found[-1][1]:
                found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def without(one: Sequence[Stretch], other: Sequence[Stretch]) -> list[Stretch]:
    """Return what the first set has and the second has not."""
    found: list[Stretch] = []
    to = 0
    for start, end in one:
        at = start
        while to < len(other) and other[to][1] <= at:
            to += 1
        scan = to
        while scan < len(other) and other[scan][0] < end:
            if other[scan][0] > at:
                found.append((at, other[scan][0]))
            at = max(at, other[scan][1])
            scan += 1
        if at < end:
            found.append((at, end))
    return found


def complement(cover: Sequence[Stretch], start: int, end: int) -> list[Stretch]:
    """Return ``[start, end)`` without ``cover``, which lies within it."""
    found: list[Stretch] = []
    at = start
    for begin, finish in cover:
        if begin > at:
            found.append((at, begin))
        at = finish
    if at < end:
        found.append((at, end))
    return found
