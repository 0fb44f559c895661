"""When enough records have been looked at: limits on how many are false that hold at every look, not at one only.

Of N records D are false; records are looked at one after the other, drawn at random without replacement, and anybody may
stop whenever he likes. Fixed-size samples do not allow that: whoever looks until the answer suits him is wrong more often
than he says. Here every number D is held to a bet against it: the chance of what was seen under a mixture of all numbers
(one half on *none is false*, one half even on 0 to N), over its chance under D. Under the true D that ratio is a
martingale that begins at 1, so by Ville's inequality it ever reaches 1/alpha with a chance of at most alpha; the numbers
against which it has not are the limits. They hold at all looks at once (prior-posterior-ratio martingale: Waudby-Smith
& Ramdas, Confidence sequences for sampling without replacement, NeurIPS 2020, section 2; betting in general: the same,
Estimating means of bounded random variables by betting, J. R. Stat. Soc. B 86, 2024). The ratio depends on counts alone,
so visits may bring any number of records at a time. Everything is worked out in whole numbers.
"""

import math
from collections.abc import Iterable
from fractions import Fraction
from typing import Final, Literal

import msgspec

from enduse.errors import MalformedError
from enduse.inspection.samples import Chance, smallest

POPULATION_MAX: Final = 100_000
"""Most records that limits are worked out for; the numbers grow with it."""


class RecordsLookedAt(msgspec.Struct, frozen=True):
    """How many records were looked at so far, and how many of them are false; limits on how many of all are.

    Attributes:
        checked: looked at so far.
        false: of them found false.
        least, most: of all records, the fewest and the most that may be false.
    """

    checked: int
    false: int
    least: int
    most: int


class Stopping(msgspec.Struct, frozen=True, kw_only=True):
    """Whether to go on looking at records.

    Attributes:
        population: records in all.
        bearable: most of them that may be false.
        looks: one after each time that records were looked at.
        verdict: ``at_most`` or ``more`` once it is shown that at most, or more than, the bearable number is false; else
            ``go_on``.
        since: at which look that was shown first, from 1; what follows does not take it back.
        further: how many more to look at until ``at_most`` is shown, if none of them is false; ``None`` where it is shown, or
            no number would show it.
    """

    population: int
    bearable: int
    looks: tuple[RecordsLookedAt, ...]
    verdict: Literal["go_on", "at_most", "more"]
    since: int | None
    further: int | None


def limits(population: int, checked: int, false: int, wrong: Chance | str) -> tuple[int, int]:
    """Return the fewest and the most records that may be false, after some were looked at.

    Args:
        population: records in all, N.
        checked: how many were looked at, at random and each once.
        false: how many of those are false.
        wrong: chance, at most, that the true number ever falls outside; above 0, below 1.

    Raises:
        MalformedError: these cannot be counts of one population, or no chance.
    """
    chance = Fraction(str(wrong))
    if not 0 <= false <= checked <= population or not 1 <= population <= POPULATION_MAX or not 0 < chance < 1:
        raise MalformedError("inspection.no_limits", records=population, checked=checked, wrong=false)
    if not checked:
        return 0, population
    # D stays while C(D,k) C(N-D,n-k) / C(N,n) > alpha * ([k = 0] / 2 + 1 / (2n + 2)).
    bet = chance.numerator * (1 + (0 if false else checked + 1)) * math.comb(population, checked)

    def stays(number: int) -> bool:
        ways = math.comb(number, false) * math.comb(population - number, checked - false)
        return ways * 2 * (checked + 1) * chance.denominator > bet

    # The chance of what was seen rises up to the likeliest number and falls behind it.
    least, most = false, population - checked + false
    likeliest = min(max(false * (population + 1) // checked, least), most)
    low = likeliest - smallest(lambda back: not stays(likeliest - back), likeliest - least + 1) + 1
    high = likeliest + smallest(lambda on: not stays(likeliest + on), most - likeliest + 1) - 1
    return max(low, least), min(high, most)


def stopping(
    steps: Iterable[tuple[int, int]], population: int, bearable: Chance | str, wrong: Chance | str
) -> Stopping:
    """Say whether to go on looking at records, after each time that some were looked at.

    Args:
        steps: each time, how many records were looked at for the first time, and how many of them are false.
        population: records in all.
        bearable: largest share of them that may be false.
        wrong: chance, at most, that ``at_most`` or ``more`` is ever shown and does not hold.

    Raises:
        MalformedError: these cannot be counts of one population, or no chance or share.
    """
    share = Fraction(str(bearable))
    if not 0 <= share < 1:
        raise MalformedError("inspection.no_share", share=str(bearable))
    number = math.floor(share * population)
    looks: list[RecordsLookedAt] = []
    verdict: Literal["go_on", "at_most", "more"] = "go_on"
    since, checked, false = None, 0, 0
    for step, (seen, bad) in enumerate(steps, 1):
        checked, false = checked + seen, false + bad
        least, most = limits(population, checked, false, wrong)
        looks.append(RecordsLookedAt(checked, false, least, most))
        if since is None and not least <= number < most:
            verdict, since = ("at_most", step) if most <= number else ("more", step)
    return Stopping(
        population=population,
        bearable=number,
        looks=tuple(looks),
        verdict=verdict,
        since=since,
        further=None if since is not None or false > number else _further(population, checked, false, number, wrong),
    )


def _further(population: int, checked: int, false: int, number: int, wrong: Chance | str) -> int:
    """Return how many more records to look at, none of them false, until at most ``number`` of all may be."""
    return smallest(lambda more: limits(population, checked + more, false, wrong)[1] <= number, population - checked)
