"""What a stock count moves: the gap between what was counted and the book, where a time may be known only to the day.

A time that is claimed only to the day may be any of that day. A fact lies certainly before a count where its time ends
before that of the count begins; certainly after it the other way round; else the two are unordered, and every order of
them that the rest allows is tried. A count contradicts the book only by what it contradicts in all of them: the smallest
gap is booked, zero where zero is possible. Of orders with the same gap the one with the most facts before the count
stands, and the range of all of them is kept beside. What several counts of one stock found together is what the last of
them leaves open: how much of it the earlier ones found moves from one to the other, and adds nothing.

Facts lie before or after a count by their claimed times first; :attr:`Count.shift` is by how much the order that was
chosen differs from that.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import msgspec

from enduse.ledger.consignment import DAY
from enduse.ledger.state import EXACT, Change, Count

OPEN_MAX: Final = 12
"""Of how many unordered facts every order is tried; of more only the ends of the range are known."""


Facts = Callable[[int, int], list[Change]]


class Chosen(NamedTuple):
    """The order that is booked: the gap, the range of gaps of all orders, and which facts lie before the count."""

    gap: int
    low: int
    high: int
    before: tuple[int, ...]


def span(effective: int, into_day: int) -> tuple[int, int]:
    """Return the first instant at which something may have happened, and from when on it certainly has."""
    return (effective, effective) if into_day == EXACT else (effective - into_day, effective - into_day + DAY)


def choose(base: int, facts: Sequence[Change]) -> Chosen:
    """Choose the order of unordered facts and a count.

    Args:
        base: the gap with none of them before the count, smallest units; positive is missing.
        facts: in the order of their times.
    """
    amounts = [fact.amount for fact in facts]
    if len(facts) > OPEN_MAX:
        low = base + sum(amount for amount in amounts if amount < 0)
        high = base + sum(amount for amount in amounts if amount > 0)
        return Chosen(min(max(0, low), high), low, high, tuple(range(len(facts))))
    spans = [span(fact.effective, fact.into_day) for fact in facts]
    options = [(0, base)]
    for at, (start, _) in enumerate(spans):
        needs = sum(1 << each for each in range(at) if spans[each][1] <= start and spans[each] != spans[at])
        options += [(mask | 1 << at, gap + amounts[at]) for mask, gap in options if mask & needs == needs]
    mask, gap = min(options, key=lambda one: (abs(one[1]), -one[0].bit_count(), one))
    gaps = [one for _, one in options]
    return Chosen(gap, min(gaps), max(gaps), tuple(at for at in range(len(facts)) if mask >> at & 1))


class Counting:
    """The counts of one stock in one resource, in the order of their claimed times, and what they move."""

    def __init__(self, counts: Sequence[Count], facts: Facts) -> None:
        """Take the counts that stand, with what each would absorb by claimed times, and the facts around them.

        Args:
            counts: in the order of their claimed times.
            facts: gives those that stand from one time to before another, in the order of their claimed times.
        """
        self.counts = list(counts)
        self._facts = facts

    def settle(self, first: int, last: int) -> None:
        """Choose the order anew around the counts from ``first`` to ``last``, and as far after them as that bears on."""
        while first and self._shared(first - 1):
            first -= 1
        before: list[Change] = []
        moved, at = 0, first
        while at < len(self.counts) and (at <= last or moved or self._shared(at - 1)):
            old, facts, known = self.counts[at], self._unordered(at), Counter(before)
            straight = old.absorbed - old.shift - moved
            base = straight - sum(fact.amount for fact in facts if fact.effective <= old.effective)
            any_base, free, unsure = base, [], []
            for fact in facts:
                surely = self._surely(fact, first, at)
                if surely:
                    any_base += fact.amount
                else:
                    unsure.append(fact)
                if known[fact] > 0:
                    known[fact] -= 1
                    base += fact.amount
                elif surely:
                    before.append(fact)
                    base += fact.amount
                else:
                    free.append(fact)
            chosen = choose(base, free)
            before += [free[each] for each in chosen.before]
            shift = chosen.gap - straight
            # Of all counts together also what was put before an earlier one is open.
            any_order = chosen if free == unsure else choose(any_base, unsure)
            self.counts[at] = msgspec.structs.replace(
                old, absorbed=chosen.gap, shift=shift, low=any_order.low, high=any_order.high
            )
            moved = shift - old.shift
            at += 1

    def _span(self, at: int) -> tuple[int, int]:
        return span(self.counts[at].effective, self.counts[at].into_day)

    def _unordered(self, at: int) -> list[Change]:
        """Return the facts that may lie before or after a count, in the order of their times."""
        start, end = self._span(at)
        around = self._facts(start - DAY, end + DAY)
        if not around:
            return []
        found = [
            fact for fact in around if span(fact.effective, fact.into_day)[1] > start and not self._after(fact, at, end)
        ]
        return sorted(found, key=lambda fact: (span(fact.effective, fact.into_day), fact))

    def _after(self, fact: Change, at: int, end: int) -> bool:
        """Say whether a fact lies certainly after a count, or after a later one and so after this one."""
        begins, ends = span(fact.effective, fact.into_day)
        while at < len(self.counts) and self.counts[at].effective < max(end, begins):
            start, until = self._span(at)
            if begins >= until and ends > start and fact.effective > self.counts[at].effective:
                return True
            at += 1
        return False

    def _shared(self, at: int) -> bool:
        """Say whether a fact is unordered with a count and may be so with the next."""
        facts = self._unordered(at) if 0 <= at < len(self.counts) - 1 else ()
        return any(span(fact.effective, fact.into_day)[1] > self._span(at + 1)[0] for fact in facts)

    def _surely(self, fact: Change, first: int, at: int) -> bool:
        """Say whether a fact lies certainly before an earlier count, and so before this one."""
        ends = span(fact.effective, fact.into_day)[1]
        return any(ends <= self._span(each)[0] for each in range(first, at))
