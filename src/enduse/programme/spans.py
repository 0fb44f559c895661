"""Sets of time as sorted, disjoint, half-open stretches ``(start, end)`` of whole numbers: exact, no tolerance."""

from collections.abc import Iterable, Sequence

Stretch = tuple[int, int]


def union(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return the union; empty and reversed stretches vanish, touching ones join."""
    joined: list[Stretch] = []
    for start, end in sorted(stretches):
        if end <= start:
            continue
        if joined and start <= joined[-1][1]:
            if end > joined[-1][1]:
                joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def without(cover: Sequence[Stretch], other: Sequence[Stretch]) -> list[Stretch]:
    """Return what the first set has and the second has not."""
    left: list[Stretch] = []
    to = 0
    for start, end in cover:
        at = start
        while to < len(other) and other[to][1] <= at:
            to += 1
        scan = to
        while scan < len(other) and other[scan][0] < end:
            if other[scan][0] > at:
                left.append((at, other[scan][0]))
            at = max(at, other[scan][1])
            scan += 1
        if at < end:
            left.append((at, end))
    return left


def complement(cover: Sequence[Stretch], start: int, end: int) -> list[Stretch]:
    """Return ``[start, end)`` without ``cover``, which lies within it."""
    gaps: list[Stretch] = []
    at = start
    for begin, finish in cover:
        if begin > at:
            gaps.append((at, begin))
        at = finish
    if at < end:
        gaps.append((at, end))
    return gaps
