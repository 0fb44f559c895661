"""Days and the numbers of the periods they fall in."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

APART: Final = 366
"""Days, or periods, without any reading after which what follows is held to be mistyped."""
AGREED: Final = 0.9
"""Part of the rows with both a number and a day that must agree, or the days say nothing about the numbers."""


class Calendar(msgspec.Struct, frozen=True):
    """Periods of equal length.

    Attributes:
        start: first day of period 1.
        length: days in a period.
    """

    start: date
    length: int

    def period(self, day: date) -> int:
        """Return the period that a day falls in; below 1 before the first."""
        return (day - self.start).days // self.length + 1


def main_run(values: Iterable[int], latest_start: int | None = None) -> set[int]:
    """Return the values that lie together, without those that come after, or before, a long silence: the most of them.

    Args:
        values: days or periods, each as often as it is read.
        latest_start: what begins later is mistyped, however often; None where anything may be the first.
    """
    runs: list[list[int]] = []
    for value in sorted(values):
        if not runs or value - runs[-1][-1] > APART:
            runs.append([])
        runs[-1].append(value)
    largest: list[int] = []
    for run in runs:
        if len(run) > len(largest) and (latest_start is None or run[0] <= latest_start):
            largest = run
    return set(largest)


def calendar_of(
    numbered: Sequence[tuple[int, date]], days: Sequence[date], length: int, start: date | None = None
) -> Calendar | None:
    """Return the calendar of a campaign, or None where nothing dates it.

    Args:
        numbered: numbers of periods, each with a day that lies in it.
        days: those of rows without a number.
        length: days in a period.
        start: first day of period 1, where it is known; else the first that most of ``numbered`` agree with, or the
            earliest of ``days`` if no row has a number.
    """
    if start is not None:
        return Calendar(start, length)
    if numbered:
        firsts = sorted((day - timedelta((period - 1) * length)).toordinal() for period, day in numbered)
        agree = [bisect_left(firsts, first + length) - at for at, first in enumerate(firsts)]
        best = max(range(len(firsts)), key=lambda at: (agree[at], -at))
        return Calendar(date.fromordinal(firsts[best]), length) if agree[best] >= AGREED * len(firsts) else None
    together = main_run(day.toordinal() for day in days)
    return Calendar(date.fromordinal(min(together)), length) if together else None
