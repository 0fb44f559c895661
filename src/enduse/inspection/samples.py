"""How many of the items in one place to look at.

Of N items D are wrong; n drawn without replacement are looked at; how likely is it that none of the D is among them?
Worked out in whole numbers: a rounding error must not make a sample one item too large or too small.
"""

import math
from collections.abc import Callable
from fractions import Fraction

from enduse.errors import MalformedError

Chance = float | Fraction
"""Between 0 and 1. A float means the decimal it is written as: 0.05 is 1/20."""


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

    return smallest(enough, population)


def _checked(population: int, defective: int, miss: Chance) -> Fraction:
    chance = Fraction(str(miss))
    if not 1 <= defective <= population or not 0 < chance < 1:
        raise MalformedError("inspection.no_sample", items=population, wrong=defective)
    return chance


def smallest(enough: Callable[[int], bool], most: int) -> int:
    """Return the smallest number for which ``enough`` holds; it holds at ``most`` and from then on."""
    high = 1
    while high < most and not enough(high):
        high = min(2 * high, most)
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high
