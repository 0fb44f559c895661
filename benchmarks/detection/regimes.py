"""Registers of counts without a second reading: what can be said, and what cannot.

A register that one party keeps (trucks received, by day) has no balance: nothing in it says what was sent. What can be
found in it is a change of regime, readings in the wrong unit (both here), and counts or loads that fall short of the
register's own other periods (``shortfalls``). Counts of human work scatter more than Poisson counts and follow each
other, so the spread is taken from the register itself, on the variance-stabilising square-root scale (Anscombe,
Biometrika 35, 1948).
"""

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]

OUTSIDE = 3.0  # robust fences: quartiles plus so many interquartile ranges, on the log scale
LEAST_SIDE = 14  # days on either side of a change


class Change(msgspec.Struct, frozen=True):
    """A change of level.

    Attributes:
        at: first period of the new level, from 0. statistic: largest standardised difference; p_value of it.
        before, after: mean counts. first, last: periods in which the change may lie with 95 % confidence.
    """

    at: int
    statistic: float
    p_value: float
    before: float
    after: float
    first: int
    last: int


def unit_errors(quantity: Floats, ceiling: float | None = None) -> tuple[NDArray[np.int64], float]:
    """Return the rows whose quantity cannot be in the unit stated, and the limit used.

    Args:
        quantity: of rows that state one unit, shape (n,); zeros and NaN are never unit errors.
        ceiling: what one load can hold at most, if that is known; when left out the far-out fence of Tukey (1977) on
            the log scale: the upper quartile times the cube of the ratio of the quartiles.
    """
    usable = np.isfinite(quantity) & (quantity > 0)
    if ceiling is None:
        low, high = np.quantile(np.log(quantity[usable]), [0.25, 0.75])
        ceiling = float(np.exp(high + OUTSIDE * max(float(high - low), 0.05)))
    return np.flatnonzero(usable & (quantity > ceiling)), ceiling


def regime_change(counts: Floats, seed: int = 20231027) -> Change:
    """Return the most likely change of regime in counts kept side by side, shape (S, T) or (T,).

    Scan of the squared standardised mean differences on the square-root scale, summed over the series, each with its
    own long-run variance. The chance of the largest comes from the register itself, its departures from the two levels
    put into random order in blocks of two weeks (Kuensch, Ann. Stat. 17, 1989); it is never below 1 in 201.

    Args:
        counts: by series and period.
        seed: of the random orders.
    """
    table = np.atleast_2d(np.asarray(counts, dtype=np.float64))
    n = table.shape[1]
    cut = np.arange(LEAST_SIDE, n - LEAST_SIDE)
    square, rest = _scan(2 * np.sqrt(table + 0.375), cut)
    best = int(np.argmax(square))
    at, top = int(cut[best]), float(square[best])
    inside = cut[square > top - special.chdtri(1, 0.05)]
    rng = np.random.default_rng(seed)
    starts = rng.integers(0, n, size=(SHUFFLES, -(-n // LEAST_SIDE)))
    orders = ((starts[..., None] + np.arange(LEAST_SIDE)).reshape(SHUFFLES, -1)[:, :n]) % n
    higher = sum(float(_scan(rest[:, order], cut)[0].max()) >= top for order in orders)
    return Change(
        at,
        float(np.sqrt(top)),
        (1 + higher) / (SHUFFLES + 1),
        float(np.mean(table[:, :at].sum(axis=0))),
        float(np.mean(table[:, at:].sum(axis=0))),
        int(inside.min()),
        int(inside.max()),
    )


SHUFFLES = 200


def _scan(root: Floats, cut: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Return the statistic of a change at every cut, and what is left of the series after their own best changes."""
    n = root.shape[1]
    total = np.cumsum(root, axis=1)
    left, right = total[:, cut - 1] / cut, (total[:, -1:] - total[:, cut - 1]) / (n - cut)
    gap = (left - right) * np.sqrt(cut * (n - cut) / n)
    square, rest = np.zeros(cut.size), np.empty_like(root)
    for row in range(root.shape[0]):
        best = int(np.argmax(np.abs(gap[row])))
        at = int(cut[best])
        rest[row] = np.concatenate([root[row, :at] - left[row, best], root[row, at:] - right[row, best]])
        square += gap[row] ** 2 / _long_run(rest[row])
    return square, rest


def _long_run(rest: Floats, lags: int = 28) -> float:
    """Long-run variance with Bartlett weights (Newey & West, Econometrica 55, 1987)."""
    out = float(np.mean(rest**2))
    for lag in range(1, min(lags, rest.size - 1) + 1):
        out += 2 * (1 - lag / (lags + 1)) * float(np.sum(rest[lag:] * rest[:-lag])) / rest.size
    return max(out, 1e-9)
