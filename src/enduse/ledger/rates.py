"""Rates of exchange, and what a sum is worth in another currency: exact, by rules the programme states beforehand.

A rate is looked for with the sources in the programme's order, the latest on or before the day that is asked for, and
none older than the programme allows. A rate stated the other way round counts where it is newer than the one stated so;
of one age, the one stated so counts. Of several who state a source's rate of one day, the source itself counts, where it is a
party; else, where they differ, none of them does, and that is shown. Where no source has one, the way over the one pivot is tried, and no other: chains
of rates would find stale prices. Nothing is converted in the books; this is for reading only.
"""

from collections.abc import Iterable
from datetime import timedelta
from fractions import Fraction

import msgspec

from enduse.ledger.draft import Draft
from enduse.ledger.money import Booking
from enduse.ledger.posting import NoEffectError, Outcome
from enduse.ledger.state import RateLine
from enduse.statements.programme import Reporting
from enduse.statements.rates import Rate
from enduse.terms.times import instant_of, micros

MILLIONTHS = 1_000_000
"""A converted sum is kept in millionths of a unit, so that many of them add up without a further rounding."""


def rate(draft: Draft, statement: Rate) -> Outcome:
    """A rate is known from now on; it moves nothing.

    Raises:
        NoEffectError: it is not above zero, is claimed for a time to come, or its identifier was given before.
    """
    body = statement.body
    booking = Booking(draft, statement, "rate", body.rate, draft.party)
    if Fraction(body.value) <= 0:
        raise NoEffectError("rate.not_above_zero", value=body.value)
    line = RateLine(
        base=body.base,
        quote=body.quote,
        value=body.value,
        source=body.source,
        effective=micros(statement.occurred_at),
        recorded=micros(draft.entry.recorded_at),
        entry=draft.index,
        party=draft.party,
    )
    outcome = booking.close()
    draft.state.rates[draft.entry.id] = line
    return outcome


class RateUsed(msgspec.Struct, frozen=True, kw_only=True):
    """A rate that a sum was converted at.

    Attributes:
        base: of one unit of this currency.
        quote: its worth is told in this.
        value: exact, as stated.
        source: who publishes it.
        day: for which it holds, ISO 8601, UTC.
        entry: log index of the statement.
        inverse: whether it was used the other way round.
    """

    base: str
    quote: str
    value: str
    source: str
    day: str
    entry: int
    inverse: bool = False

    @property
    def factor(self) -> Fraction:
        """What one unit of the currency at hand is worth in the other."""
        return 1 / Fraction(self.value) if self.inverse else Fraction(self.value)


Spot = tuple[str, str, str, str]
"""Source, base, quote, day."""


def told_of_one_day(lines: Iterable[RateLine]) -> dict[Spot, list[RateLine]]:
    """Return what counts of the rates of each source, pair and day, in the order they were recorded.

    Of a source that states rates itself that is its own word, on days too on which it says nothing; else all that was
    told. Where they are not of one value they contradict each other, and none is used.
    """
    every = sorted(lines, key=lambda line: line.entry)
    speaking = {line.source for line in every if line.party == line.source}
    found: dict[Spot, list[RateLine]] = {}
    for line in every:
        if line.party == line.source or line.source not in speaking:
            found.setdefault((line.source, line.base, line.quote, _day(line.effective)), []).append(line)
    return found


def differ(told: list[RateLine]) -> bool:
    """Say whether rates of one source, pair and day are of several values."""
    return len({Fraction(one.value) for one in told}) > 1


class Rates:
    """Rates by the rules of a programme; of one source, pair and day only what nobody contradicts.

    Args:
        lines: that stand.
        rules: of the programme.
    """

    def __init__(self, lines: Iterable[RateLine], rules: Reporting) -> None:
        self._rules = rules
        self._known: dict[tuple[str, str, str], dict[str, RateLine]] = {}
        for (source, base, quote, day), told in told_of_one_day(lines).items():
            if not differ(told):
                self._known.setdefault((source, base, quote), {})[day] = told[0]

    def find(self, base: str, quote: str, effective: int) -> tuple[RateUsed, ...] | None:
        """Return the rates by which ``base`` becomes ``quote``, one, or two over the pivot; none where there is no way.

        Args:
            base: currency that is at hand.
            quote: currency that is asked for.
            effective: when, microseconds since 1970.
        """
        if base == quote:
            return ()
        if (direct := self._direct(base, quote, effective)) is not None:
            return (direct,)
        pivot = self._rules.pivot
        if pivot is None or pivot in {base, quote}:
            return None
        first, second = self._direct(base, pivot, effective), self._direct(pivot, quote, effective)
        return None if first is None or second is None else (first, second)

    def newest(self, base: str, quote: str, effective: int) -> RateUsed | None:
        """Return the newest rate on or before a day that is too old to count, straight or on the way over the pivot.

        Args:
            base: currency that is at hand.
            quote: currency that is asked for.
            effective: when, microseconds since 1970.
        """
        pivot = self._rules.pivot
        ways = [(base, quote)] if pivot in {None, base, quote} else [(base, quote), (base, pivot), (pivot, quote)]
        old = [
            _used(found, inverse=inverse)
            for one, other in ways
            if one is not None and other is not None and self._direct(one, other, effective) is None
            for source in self._rules.sources
            for inverse, pair in ((False, (one, other)), (True, (other, one)))
            if (found := self._latest(source, *pair, "", _day(effective))) is not None
        ]
        return max(old, key=lambda used: (used.day, not used.inverse), default=None)

    def _direct(self, base: str, quote: str, effective: int) -> RateUsed | None:
        first = _day(micros(instant_of(effective) - timedelta(days=self._rules.oldest_days)))
        for source in self._rules.sources:
            stated = self._latest(source, base, quote, first, _day(effective))
            turned = self._latest(source, quote, base, first, _day(effective))
            if turned is not None and (stated is None or _day(turned.effective) > _day(stated.effective)):
                return _used(turned, inverse=True)
            if stated is not None:
                return _used(stated, inverse=False)
        return None

    def _latest(self, source: str, base: str, quote: str, first: str, last: str) -> RateLine | None:
        days = self._known.get((source, base, quote), {})
        fitting = [day for day in days if first <= day <= last]
        return days[max(fitting)] if fitting else None


def converted(amount: int, rates: tuple[RateUsed, ...]) -> int:
    """Return an amount in 1/10,000 of a unit as millionths of the other currency, rounded once, half to even."""
    worth = Fraction(amount * 100)
    for used in rates:
        worth *= used.factor
    return round(worth)


def _used(line: RateLine, *, inverse: bool) -> RateUsed:
    return RateUsed(
        base=line.base,
        quote=line.quote,
        value=line.value,
        source=line.source,
        day=_day(line.effective),
        entry=line.entry,
        inverse=inverse,
    )


def _day(effective: int) -> str:
    return instant_of(effective).date().isoformat()
