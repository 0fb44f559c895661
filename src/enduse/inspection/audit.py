"""Sample sizes for vouchers and units of money: how many to look at, to say that errors stay below a limit.

The audit's question turns the inspector's round: not "find one of D wrong items" but "if we see no more than so many
errors, is their share below what we tolerate?" (AICPA Audit Guide: Audit Sampling, 2017).
"""

import math
from collections.abc import Callable
from typing import Final, Literal

from scipy import special

from enduse.errors import LimitError, MalformedError

SIZE_MAX: Final = 100_000
"""No audit looks at more; a plan that needs more has expected and tolerable shares too close together."""


def audit_size(
    tolerable: float,
    *,
    errors: int = 0,
    expected: float = 0.0,
    confidence: float = 0.95,
    model: Literal["poisson", "binomial"] = "poisson",
    population: int | None = None,
) -> int:
    """Return the smallest sample that supports "the share of errors is below ``tolerable``".

    Args:
        tolerable: share of errors that would no longer be accepted.
        errors: how many errors the sample may show.
        expected: share of the sample that may be wrong, instead of ``errors``. Parts of an error count as such with
            Poisson (tainted units of money) and as a whole one otherwise.
        confidence: chance that a share of ``tolerable`` would show more errors than that.
        model: ``poisson`` for units of money, ``binomial`` for items.
        population: number of items, when drawing without replacement from so few matters (hypergeometric; it then
            stands for the model).

    Raises:
        MalformedError: shares that cannot be, or more errors expected than tolerated.
        LimitError: more than :data:`SIZE_MAX`, or than there is.
    """
    if not 0 <= expected < tolerable < 1 or not 0 < confidence < 1 or errors < 0 or (errors and expected):
        raise MalformedError("no sample supports that", remedy="0 <= expected < tolerable < 1; errors or expected")
    chance = _chance(tolerable, model, population)
    for size in range(errors + 1, min(SIZE_MAX, population or SIZE_MAX) + 1):
        allowed = expected * size if expected else float(errors)
        if chance(size, allowed) <= 1 - confidence:
            return size
    raise LimitError("no sample of that size or less is enough", remedy="tolerate more, or expect fewer errors")


def _chance(
    tolerable: float, model: Literal["poisson", "binomial"], population: int | None
) -> Callable[[int, float], float]:
    """Return the chance of so few errors in a sample, when their share is just what is no longer tolerated."""
    if population is not None:
        wrong = math.ceil(tolerable * population)
        return lambda size, allowed: _hypergeometric(population, wrong, size, math.ceil(allowed))
    if model == "binomial":
        return lambda size, allowed: float(special.bdtr(math.ceil(allowed), size, tolerable))
    # The gamma form of the Poisson sum, which goes on between whole numbers of errors.
    return lambda size, allowed: float(special.gammaincc(1 + allowed, size * tolerable))


def _hypergeometric(population: int, wrong: int, size: int, most: int) -> float:
    ways = sum(math.comb(wrong, k) * math.comb(population - wrong, size - k) for k in range(min(most, size) + 1))
    return ways / math.comb(population, size)
