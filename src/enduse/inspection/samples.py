"""How many of the items in one place to look at, and what a look at so many would find.

Of N items D are wrong; n drawn without replacement are looked at; how likely is it that none of the D is among them?
The three sizes in use differ in how they approximate that chance. They are worked out in whole numbers or in decimals
of sixty digits: a rounding error must not make a sample one item too large or too small.
"""

import math
from collections.abc import Callable
from decimal import Context, Decimal, localcontext
from fractions import Fraction
from typing import Final

import msgspec

from enduse.errors import MalformedError

_WIDE: Final = Context(prec=60)
_SLIP: Final = Decimal("1e-20")
"""Above every rounding error in sixty digits, below every real distance from a whole number of items."""

Chance = float | Fraction
"""Between 0 and 1. A float means the decimal it is written as: 0.05 is 1/20."""


def size_iaea(population: int, defective: int, miss: Chance) -> int:
    """Return the sample size of the IAEA's formula, N (1 - miss^(1/D)), rounded up (IAEA Safeguards Technical Manual).

    It takes items as drawn with replacement, so it is never too small; up to 129 items, at most three too large.

    Args:
        population: items in all, N.
        defective: how many of them are wrong, D.
        miss: highest chance of finding none of them.

    Raises:
        MalformedError: not 1 <= D <= N, or no chance between 0 and 1.
    """
    return _share_of(Decimal(population), population, defective, miss)


def size_corrected(population: int, defective: int, miss: Chance) -> int:
    """Return the size with the correction for a finite population, (1 - miss^(1/D)) (N - (D - 1) / 2) (Jaech 1973).

    For up to 129 items it is what :func:`size_exact` gives or one more. Arguments and errors as there.
    """
    return _share_of(population - Decimal(defective - 1) / 2, population, defective, miss)


def size_exact(population: int, defective: int, miss: Chance) -> int:
    """Return the smallest sample that misses all wrong items with at most the chance ``miss`` (hypergeometric).

    Args:
        population: items in all, N.
        defective: how many of them are wrong, D.
        miss: highest chance of finding none of them.

    Raises:
        MalformedError: not 1 <= D <= N, or no chance between 0 and 1.
    """
    chance = _checked(population, defective, miss)
    top, bottom = chance.numerator, chance.denominator

    def enough(n: int) -> bool:
        # C(N-D, n) / C(N, n) = C(N-n, D) / C(N, D): the smaller of n and D makes the shorter numbers.
        few, many = sorted((n, defective))
        return math.comb(population - many, few) * bottom <= top * math.comb(population, few)

    return _smallest(enough, population)


def detection(population: int, defective: int, sample: int, *, seen: float = 1.0) -> float:
    """Return the chance that a sample finds at least one wrong item.

    Args:
        population: items in all.
        defective: how many of them are wrong.
        sample: how many are looked at.
        seen: chance that a wrong item that is looked at is seen to be wrong.

    Raises:
        MalformedError: more wrong or looked at than there are, or no chance.
    """
    if not (0 <= defective <= population and 0 <= sample <= population and 0 <= seen <= 1):
        raise MalformedError("a sample that cannot be", remedy="wrong items and sample within the population")
    ways = math.comb(population, sample)
    missed = sum(
        float(Fraction(math.comb(defective, k) * math.comb(population - defective, sample - k), ways)) * (1 - seen) ** k
        for k in range(min(defective, sample) + 1)
        if k == 0 or seen < 1
    )
    return 1 - missed


class LotRule(msgspec.Struct, frozen=True):
    """Judging a lot (an area, a store) by a few of its items.

    Attributes:
        accept_from: right items in the sample from which on the lot passes.
        refuses_good: chance that a lot at its target fails.
        accepts_bad: chance that a lot at the lower level passes.
    """

    accept_from: int
    refuses_good: float
    accepts_bad: float


def lot_rule(sample: int, target: Chance, lower: Chance, *, risk: Chance = 0.1) -> LotRule:
    """Return the strictest rule that fails a lot at its target with at most a given risk (Valadez 1991).

    Args:
        sample: items looked at; 19 in much practice.
        target: share of right items that is wanted.
        lower: share at which a lot must not pass, often 0.3 below.
        risk: chance of failing a lot at its target.

    Raises:
        MalformedError: no sample, or not 0 <= lower < target <= 1.
    """
    good, bad, most = (Fraction(str(value)) for value in (target, lower, risk))
    if sample < 1 or not 0 <= bad < good <= 1 or not 0 <= most < 1:
        raise MalformedError("a lot cannot be judged so", remedy="a sample, and 0 <= lower < target <= 1")
    from_here = max(count for count in range(sample + 1) if _below(count, sample, good) <= most)
    return LotRule(from_here, float(_below(from_here, sample, good)), float(1 - _below(from_here, sample, bad)))


def _below(count: int, sample: int, share: Fraction) -> Fraction:
    """Return the chance of fewer than ``count`` right items (binomial)."""
    terms = (math.comb(sample, k) * share**k * (1 - share) ** (sample - k) for k in range(count))
    return sum(terms, Fraction(0))


def _share_of(base: Decimal, population: int, defective: int, miss: Chance) -> int:
    """Return ``base`` times 1 - miss^(1/D), rounded up."""
    chance = _checked(population, defective, miss)
    with localcontext(_WIDE):
        left = (Decimal(chance.numerator) / chance.denominator) ** (Decimal(1) / defective)
        return math.ceil(base * (1 - left) - _SLIP)


def _checked(population: int, defective: int, miss: Chance) -> Fraction:
    chance = Fraction(str(miss))
    if not 1 <= defective <= population or not 0 < chance < 1:
        raise MalformedError("no sample answers that", remedy="1 <= wrong items <= items, and a chance between 0 and 1")
    return chance


def _smallest(enough: Callable[[int], bool], most: int) -> int:
    """Return the smallest number for which ``enough`` holds; it holds at ``most`` and from then on."""
    high = 1
    while high < most and not enough(high):
        high = min(2 * high, most)
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
