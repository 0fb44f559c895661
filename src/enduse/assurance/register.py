"""Registers of counts without a second reading: what can be said, and what cannot.

A register that one party keeps (trucks received, by day) has no balance: nothing in it says what was sent. What can be
found in it is a change of regime, readings in the wrong unit, and a count that falls short of what the other counts
lead one to expect. Counts of human work scatter more than Poisson counts and follow each other, so the spread is taken
from the register itself, on the variance-stabilising square-root scale (Anscombe, Biometrika 35, 1948).
"""

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]

OUTSIDE = 3.0  # robust fences: quartiles plus so many interquartile ranges, on the log scale
NORMAL_MAD = 1.4826
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


class Shortfall(msgspec.Struct, frozen=True):
    """Counts that fall short of what is expected.

    Attributes:
        series: row. first, last: periods from 0. missing: estimated counts. statistic: z. p_value: over all of them.
    """

    series: int
    first: int
    last: int
    missing: float
    statistic: float
    p_value: float


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


def expected(counts: Floats) -> Floats:
    """Return what each count would be if every series kept its share of the period's total, shape (S, T).

    The share is that of the other periods nearby (a running median), so that one short count does not lower what is
    expected of it, and the total leaves the series itself out.
    """
    total = counts.sum(axis=0)
    out = np.zeros_like(counts, dtype=np.float64)
    for row in range(counts.shape[0]):
        others = total - counts[row]
        ratio = np.where(others > 0, counts[row] / np.where(others > 0, others, 1.0), np.nan)
        for period in range(counts.shape[1]):
            near = ratio[max(0, period - HALF_WINDOW) : period + HALF_WINDOW + 1]
            share = np.nanmedian(near) if np.any(np.isfinite(near)) else 0.0
            out[row, period] = share * others[period]
    return out


HALF_WINDOW = 6


def shortfalls(counts: Floats, false_alarm: float = 0.05, seed: int = 20231027) -> list[Shortfall]:
    """Return runs of counts below what the other series lead one to expect.

    The chance of the largest fall anywhere comes from the register itself: its departures from expectation are put
    into random order in blocks (Kuensch, Ann. Stat. 17, 1989), so that runs stay; departures beyond 3.5 robust sds count as
    3.5, so a register that often scatters further alarms more often than stated. What is missing all the time cannot be
    seen: there is nothing to compare it with.

    Args:
        counts: by series and period, shape (S, T).
        false_alarm: chance of any alarm over all series, runs and periods.
        seed: of the random orders.
    """
    rng = np.random.default_rng(seed)
    want = expected(counts)
    gap = 2 * (np.sqrt(want + 0.375) - np.sqrt(counts + 0.375))
    middle = np.median(gap, axis=1, keepdims=True)
    spread = np.maximum(NORMAL_MAD * np.median(np.abs(gap - middle), axis=1, keepdims=True), 1.0)  # at least Poisson
    z = (gap - middle) / spread
    periods = counts.shape[1]
    tops = [max(_runs(line)) for line in z]
    null = np.full(ORDERS, -np.inf)
    for line in z:
        rest = np.clip(line, -WILDEST, WILDEST)  # or what is to be found would be its own yardstick
        starts = rng.integers(0, rest.size, size=(ORDERS, -(-periods // BLOCK)))
        order = ((starts[..., None] + np.arange(BLOCK)).reshape(ORDERS, -1)[:, :periods]) % rest.size
        null = np.maximum(null, _largest(rest[order]))
    out = []
    for row, (top, at, run) in enumerate(tops):
        chance = float((1 + np.sum(null >= top)) / (ORDERS + 1))
        if chance <= false_alarm:
            missing = float(np.sum((want - counts)[row, at : at + run]))
            out.append(Shortfall(row, at, at + run - 1, missing, top, chance))
    return sorted(out, key=lambda one: (one.p_value, -one.statistic))


RUNS = (1, 2, 3, 4, 6, 8)
ORDERS, BLOCK = 400, 4
WILDEST = 3.5


def _runs(z: Floats) -> list[tuple[float, int, int]]:
    """Return the largest sum of every length of run with its start and length."""
    out = []
    for run in RUNS:
        if run <= z.size:
            sums = np.convolve(z, np.ones(run), "valid") / np.sqrt(run)
            out.append((float(sums.max()), int(sums.argmax()), run))
    return out


def _largest(z: Floats) -> Floats:
    """Return the largest standardised sum over all runs, shape (..., T) to (...)."""
    total = np.concatenate([np.zeros((*z.shape[:-1], 1)), np.cumsum(z, axis=-1)], axis=-1)
    parts = [((total[..., run:] - total[..., :-run]) / np.sqrt(run)).max(axis=-1) for run in RUNS if run <= z.shape[-1]]
    return np.asarray(np.max(parts, axis=0))
