"""The record's time: what its clocks say, how far one may jump, and what the council corrected.

Every batch opens with the keeper's clock, and what depends on time depends on it: whether a tranche has lapsed, a
mandate is in force, a word came late. So a clock that is wrong must neither come in easily nor stay for ever.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

import msgspec

from enduse.errors import MalformedError
from enduse.messages import Message, Refusal
from enduse.rows import Rows, rows
from enduse.statements.acts import happened_at
from enduse.statements.base import Statement
from enduse.terms.times import instant_of, micros

DAY: Final = 86_400_000_000
"""Microseconds; by less than a day clocks of several machines may differ, and nothing is said of it."""

SLEEP_DAYS_MAX: Final = 7_305
"""Twenty years: after a longer sleep the machine's own clock is not believed, for a dead battery is likelier."""


LONG_DAYS: Final = 30
"""From more days than these a delay is told: a month, in which monthly tables come in as they should."""

_REACH: Final = 64
"""Entries among which the clock of an entry is looked for first; then among so many times more."""


class CorrectedClock(msgspec.Struct, frozen=True):
    """A clock that the council corrected.

    Attributes:
        clock: log index of the clock.
        stated: what it says, microseconds since 1970.
        reads: what it should have said.
    """

    clock: int
    stated: int
    reads: int

    def told(self, by: int) -> Message:
        """Say it, with the entry by which it was corrected."""
        stated, reads = instant_of(self.stated), instant_of(self.reads)
        return Message.of("clock.corrected", entry=self.clock, stated=stated, reads=reads, by=by)


class Clocks(msgspec.Struct):
    """The record's time from each entry on.

    Attributes:
        times: time, microseconds since 1970, by the log index from which on it holds; of twelve digits, so that they sort.
        first: log index of the first clock; -1 before it.
        now: the latest time; 0 before the first clock.
        corrections: by the log index of the statement that completed each.
    """

    times: Rows[int] = rows(int)
    first: int = -1
    now: int = 0
    corrections: dict[int, CorrectedClock] = msgspec.field(default_factory=dict)

    def at(self, index: int) -> datetime:
        """Return when an entry was recorded."""
        reach = _REACH
        while self.first >= 0:
            found = [time for _, time in self.times.between(_key(max(0, index + 1 - reach)), _key(index + 1))]
            if found:
                return instant_of(found[-1])
            if reach > index:
                break
            reach *= _REACH
        return instant_of(0)

    def through(self, first: int, after: int) -> Iterator[int]:
        """Give when each entry from ``first`` on and before ``after`` was recorded, microseconds since 1970; 0 before the first clock."""
        later = iter(self.times.between(_key(first + 1), _key(after)))
        now, coming = micros(self.at(first)), next(later, None)
        for index in range(first, after):
            if coming is not None and int(coming[0]) == index:
                now, coming = coming[1], next(later, None)
            yield now

    def size_at(self, when: int, size: int) -> int:
        """Return how many of so many entries had been recorded by a time, microseconds since 1970."""
        return next((int(index) for index, time in self.times.each() if time > when), size)

    def correction(self, clock: int, by: int) -> CorrectedClock | None:
        """Return how a clock stands corrected by an entry and those before it; the council may think again."""
        said = [wrong for entry, wrong in self.corrections.items() if wrong.clock == clock and entry <= by]
        return said[-1] if said else None

    def take(self, index: int, stated: int) -> tuple[Refusal | None, tuple[Message, ...]]:
        """Let the time go on to what a clock says; one that runs back by more than a day has no effect.

        Args:
            index: log index of the clock.
            stated: what it says, microseconds since 1970.
        """
        reads, notes = self._corrected(index, stated)
        if reads < self.now - DAY:
            return Refusal.of("clock.runs_back", stated=instant_of(reads), last=instant_of(self.now)), notes
        if reads > self.now:
            self.times[_key(index)], self.now = reads, reads
            self.first = index if self.first < 0 else self.first
        return None, notes

    def _corrected(self, index: int, stated: int) -> tuple[int, tuple[Message, ...]]:
        """Return what a clock reads, and its correction in words.

        A clock that ran ahead drags those after it along, as long as it stands: what is not behind it reads alike.
        """
        reads = stated
        notes: tuple[Message, ...] = ()
        for by, wrong in self.corrections.items():
            dragged = wrong.clock < index < by and wrong.reads < wrong.stated <= stated
            if index == wrong.clock or dragged:
                reads, notes = wrong.reads, (wrong.told(by),)
        return reads, notes


def delay(recorded_at: datetime, statement: Statement) -> int:
    """Return how many days after it is said to have happened a statement was recorded; 0 for not long."""
    days = (recorded_at - happened_at(statement)).days
    return days if days > LONG_DAYS else 0


def _key(index: int) -> str:
    return f"{index:012d}"


def check_jump(stated: datetime, last: int, machine: int, days: int) -> None:
    """Refuse a clock that jumps ahead of the record's time and of this machine's, or beyond belief.

    Args:
        stated: what the clock says.
        last: the record's time, microseconds since 1970; 0 where it has none yet.
        machine: this machine's time.
        days: the longest jump.

    Raises:
        MalformedError: names the clock's time, and how far a clock may jump.
    """
    at = micros(stated)
    # Beyond its own time it goes by this machine's alone: else many small jumps would make a large one.
    if at > max(last, machine + days * DAY):
        raise MalformedError("clock.jumps_ahead", stated=stated, last=instant_of(machine), n=days)
    if last and at > last + SLEEP_DAYS_MAX * DAY:
        raise MalformedError("clock.beyond_belief", stated=stated, last=instant_of(last))
