"""A monetary-unit sample: which payments to examine, so that all can check the draw, and what the errors found say of the rest.

Every unit of money has the same chance, so a payment is drawn in proportion to its amount. What is as large as a step
between two points would be drawn anyway: it is examined whole and taken apart, and the steps of the rest are laid anew.
The rest stands in an order that the seed shuffles, and the first point is the seed's too; both are hashes and whole
numbers, so whoever has the list and the seed draws the same payments.

The limit of error is Stringer's: of the errors found, each as a share of its payment, the largest first, with exact
binomial limits (Clopper & Pearson, Biometrika 26, 1934). It was never seen to cover less than it states where errors are overstatements
of at most the whole payment, and is known to be wide.

Source: K. W. Stringer, "Practical aspects of statistical sampling in auditing", Proc. Business and Economic Statistics
Section, American Statistical Association, 1963; P. J. Bickel, "Inference and auditing: the Stringer bound", International
Statistical Review 60, 1992. Size: the least n of which no more than n times the expected share are found wrong with at most
the chance ``risk``, where the wrong ones follow a Poisson law of mean n times the tolerable share (S. D. Poisson, Recherches
sur la probabilité des jugements, 1837); between whole numbers of errors by the gamma law, of which it is the tail.
"""

import math
from collections.abc import Mapping, Sequence
from decimal import ROUND_CEILING, Context, Decimal, localcontext
from fractions import Fraction
from hashlib import sha256
from itertools import pairwise
from typing import Final

import msgspec

from enduse.errors import MalformedError

SIZE_MOST: Final = 10_000
"""Items of a sample."""
_SEED: Final = b"enduse.sample.seed.v1\x00"
_ORDER: Final = b"enduse.sample.order.v1\x00"
_START: Final = b"enduse.sample.start.v1\x00"
_HASHES: Final = 2**256
_PRECISE: Final = Context(prec=60)
_SHARES: Final = Decimal("1e-12")
"""To this share a limit is worked out, rounded up."""


class UnitDraw(msgspec.Struct, frozen=True, kw_only=True):
    """What was drawn.

    Attributes:
        total: of all payments, smallest units.
        certain: names of those that are as large as a step or larger, the largest first.
        rest: of all others, smallest units.
        points: how many units of the rest were drawn.
        drawn: names of the payments they lie in, in the order of the list; fewer than ``points`` never.
        seed: what the draw followed from, in hexadecimal.
    """

    total: int
    certain: tuple[str, ...]
    rest: int
    points: int
    drawn: tuple[str, ...]
    seed: str

    @property
    def interval(self) -> Fraction:
        """Smallest units from one point to the next; 0 where nothing is drawn of the rest."""
        return Fraction(self.rest, self.points) if self.points else Fraction(0)


class ErrorLimit(msgspec.Struct, frozen=True, kw_only=True):
    """What the errors found say of all payments, smallest units.

    Attributes:
        known: overstated in what was examined whole.
        likely: overstated in all, as the sample has it: ``known``, and what was found in the rest on each step.
        upper: overstated in all at most, by Stringer's limit.
        understated: stated too low in what was examined; in no limit.
    """

    known: int
    likely: int
    upper: int
    understated: int


def draw_units(amounts: Mapping[str, int], size: int, seed: str) -> UnitDraw:
    """Draw payments in proportion to their amounts.

    The seed is SHA-256(``enduse.sample.seed.v1`` 0 text), its text bound to the list by whoever asks. The rest is
    ordered by SHA-256(``enduse.sample.order.v1`` 0 seed name). Points lie at (u + k T)/n for k from 0 to n - 1, where T is the
    sum of the rest, n the points, and u the number SHA-256(``enduse.sample.start.v1`` 0 seed counter, 8 bytes), big-endian,
    modulo T; the counter goes up from 0 while that number is not below the last multiple of T under 2^256.

    Args:
        amounts: of each payment, smallest units above 0, by a name without zero bytes.
        size: payments to examine, those that are certain included.
        seed: text that nobody could choose.

    Raises:
        MalformedError: no payments, or no such size.
    """
    if not amounts or min(amounts.values()) <= 0 or sum(amounts.values()) >= _HASHES:
        raise MalformedError("sample.nothing_to_draw")
    if not 1 <= size <= SIZE_MOST:
        raise MalformedError("sample.bad_size", value=size, most=SIZE_MOST)
    digest = sha256(_SEED + seed.encode()).digest()
    certain, rest = _apart(amounts, size)
    total, points = sum(rest.values()), size - len(certain) if rest else 0
    drawn: set[str] = set()
    if points:
        order = sorted(rest, key=lambda name: (sha256(_ORDER + digest + name.encode()).digest(), name))
        at, reached = _start(digest, total), 0
        for name in order:
            reached += rest[name] * points
            while at < reached:
                drawn.add(name)
                at += total
    return UnitDraw(
        total=sum(amounts.values()),
        certain=tuple(sorted(certain, key=lambda name: (-amounts[name], name))),
        rest=total,
        points=points,
        drawn=tuple(name for name in amounts if name in drawn),
        seed=digest.hex(),
    )


def _apart(amounts: Mapping[str, int], size: int) -> tuple[list[str], dict[str, int]]:
    """Return what is drawn whatever the seed, and the rest; each that is taken apart makes the steps of the rest shorter."""
    ordered = sorted(amounts, key=lambda name: (-amounts[name], name))
    left, certain = sum(amounts.values()), 0
    while certain < min(size, len(ordered)) and amounts[ordered[certain]] * (size - certain) >= left:
        left -= amounts[ordered[certain]]
        certain += 1
    kept = set(ordered[:certain])
    return ordered[:certain], {name: amount for name, amount in amounts.items() if name not in kept}


def _start(digest: bytes, total: int) -> int:
    whole, counter = _HASHES - _HASHES % total, 0
    while True:
        number = int.from_bytes(sha256(_START + digest + counter.to_bytes(8, "big")).digest(), "big")
        if number < whole:
            return number % total
        counter += 1


def size_for(total: int, tolerable: int, risk: Fraction, expected: int = 0) -> int:
    """Return how many payments to examine, so that no more than tolerable error is missed with at most the chance ``risk``.

    Args:
        total: of all payments.
        tolerable: error in all that would still be borne.
        risk: highest chance of accepting more than that.
        expected: error in all that is looked for, below ``tolerable``.

    Raises:
        MalformedError: 0 <= expected < tolerable <= total does not hold, the risk is none, or the sample would be too large.
    """
    if not 0 <= expected < tolerable <= total or not Fraction(1, 1000) <= risk <= Fraction(1, 2):
        raise MalformedError("sample.bad_risk", risk=str(float(risk)))
    share, looked_for = tolerable / total, expected / total

    def enough(size: int) -> bool:
        return _poisson_tail(1 + size * looked_for, size * share) <= float(risk) * (1 + 1e-9)

    low, high = 0, 1
    while high <= SIZE_MOST and not enough(high):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    if high > SIZE_MOST:
        raise MalformedError("sample.too_large", most=SIZE_MOST)
    return high


def _poisson_tail(shape: float, mean: float) -> float:
    """Return the upper tail of a gamma law; for whole shapes the chance of fewer than that many events of a Poisson law."""
    # The series of the lower incomplete gamma function converges for every mean; sizes here keep it short.
    term = total = 1 / shape
    step = shape
    while term > total * 1e-17:
        step += 1
        term *= mean / step
        total += term
    return max(0.0, 1 - total * math.exp(shape * math.log(mean) - mean - math.lgamma(shape)))


def error_limit(draw: UnitDraw, amounts: Mapping[str, int], examined: Mapping[str, int], risk: Fraction) -> ErrorLimit:
    """Return what the errors found say of all payments.

    Args:
        draw: what was drawn.
        amounts: of each payment, as for :func:`draw_units`.
        examined: what each drawn payment should have been; who has no paper for it finds 0. One that is not there
            counts as wholly wrong.
        risk: chance that the error is larger than ``upper``, at most.

    Raises:
        MalformedError: the risk is none, or an amount is below 0.
    """
    if not 0 < risk < 1 or any(amount < 0 for amount in examined.values()):
        raise MalformedError("sample.bad_risk", risk=str(float(risk)))
    over = {name: amounts[name] - examined.get(name, 0) for name in (*draw.certain, *draw.drawn)}
    known = sum(max(0, over[name]) for name in draw.certain)
    shares = sorted((Fraction(over[name], amounts[name]) for name in draw.drawn if over[name] > 0), reverse=True)
    limits = [upper_share(draw.points, number, risk) for number in range(len(shares) + 1)]
    stringer = limits[0] + sum(
        (share * (after - before) for share, (before, after) in zip(shares, pairwise(limits), strict=True)), Fraction(0)
    )
    return ErrorLimit(
        known=known,
        likely=known + math.floor(draw.interval * sum(shares) + Fraction(1, 2)),
        upper=known + min(draw.rest, math.ceil(stringer * draw.rest)),
        understated=sum(max(0, -amount) for amount in over.values()),
    )


def upper_share(size: int, wrong: int, risk: Fraction) -> Fraction:
    """Return the largest share of wrong units in all that ``wrong`` of ``size`` still leave possible, to a billionth, rounded up."""
    if wrong >= size:
        return Fraction(1)
    with localcontext(_PRECISE):
        wanted = Decimal(risk.numerator) / Decimal(risk.denominator)
        low, high = Decimal(wrong) / size, Decimal(1)
        while high - low > _SHARES:
            middle = (low + high) / 2
            low, high = (low, middle) if _at_most(size, wrong, middle) <= wanted else (middle, high)
        return Fraction(high.quantize(_SHARES, rounding=ROUND_CEILING))


def _at_most(size: int, wrong: int, share: Decimal) -> Decimal:
    """Return the chance of at most so many wrong ones, in the precision that is set."""
    term = (1 - share) ** size
    total, odds = term, share / (1 - share)
    for number in range(1, wrong + 1):
        term = term * odds * (size - number + 1) / number
        total += term
    return total


def names_of(draw: UnitDraw) -> Sequence[str]:
    """Return all payments to examine, the certain ones first."""
    return (*draw.certain, *draw.drawn)
