"""Scores of all loss hypotheses: every place, every first and last period.

For a loss in proportion to throughput m over the window [a, b] at one place, the generalised likelihood ratio is z^2/2
with ``z = m'w / sqrt(m' S^-1 m)`` over the window (Willsky & Jones, IEEE Trans. Autom. Control 21, 1976), one-sided.
Windows and places compete under one false-alarm budget. Each hypothesis gets a share of it in advance: short windows
are many and long ones few, so with equal thresholds the short ones would use up nearly all of it (Duembgen & Spokoiny,
Ann. Stat. 29, 2001). The score of a hypothesis is ``-log(p / share)``.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

WHOLE_SHARE, OPEN_SHARE = 0.12, 0.06  # of each place's budget: the whole campaign; from some period to now
SHORTER = 0.9  # share of a group of lengths as part of that of the next shorter one
USELESS_SE = 3.0  # windows whose loss has an sd above three times all throughput say nothing


class Windows(msgspec.Struct, frozen=True):
    """Loss hypotheses of many places.

    Attributes:
        z: standardised score by first and last period (from 0), shape (S, T, T); -inf where there is no test.
        information: of a loss of one throughput per period, same shape.
        usable: windows that are tested.
    """

    z: Floats
    information: Floats
    usable: Bools


def window_sums(w: Floats) -> Floats:
    """Return sums over all windows: shape (..., T) to (..., T, T), zero where last is before first."""
    t = w.shape[-1]
    total = np.concatenate([np.zeros((*w.shape[:-1], 1)), np.cumsum(w, axis=-1)], axis=-1)
    out = total[..., None, 1:] - total[..., :t, None]
    return np.where(np.triu(np.ones((t, t), dtype=np.bool_)), out, 0.0)


def window_information(z: Floats) -> Floats:
    """Return the quadratic forms of the window indicators: shape (S, T, T) to (S, T, T)."""
    s, t, _ = z.shape
    total = np.zeros((s, t + 1, t + 1))
    np.cumsum(np.cumsum(z, axis=1), axis=2, out=total[:, 1:, 1:])
    diagonal = np.einsum("stt->st", total)
    # sum over [a, b] x [a, b] by inclusion and exclusion; total is symmetric
    out = diagonal[:, None, 1:] + diagonal[:, :t, None] - 2 * total[:, :t, 1:]
    return np.where(np.triu(np.ones((t, t), dtype=np.bool_)), np.maximum(out, 0.0), 0.0)


def scan(w: Floats, info: Floats, throughput: Floats) -> Windows:
    """Standardise all windows of S places.

    Args:
        w: scores, shape (S, T).
        info: their covariance, shape (S, T, T).
        throughput: the template m, shape (S, T).
    """
    total = window_information(info * throughput[:, :, None] * throughput[:, None, :])
    sums = window_sums(w * throughput)
    usable = total > 1 / USELESS_SE**2
    z = np.where(usable, sums / np.sqrt(np.where(usable, total, 1.0)), -np.inf)
    return Windows(z, total, usable)


def window_weights(periods: int, *, sequential: bool = False) -> Floats:
    """Share of a place's budget for every window, shape (T, T), summing to 1.

    Windows of similar length share equally; lengths are grouped by doubling, and longer groups, whose windows overlap
    more, get a little less.

    Args:
        periods: T.
        sequential: only windows that end with one of the last two periods (a stock count is only confirmed by the next).
    """
    length = np.arange(1, periods + 1)
    first, last = np.meshgrid(np.arange(periods), np.arange(periods), indexing="ij")
    size = last - first + 1
    ok = (size >= 1) & ((last >= periods - 2) if sequential else True)
    group = np.where(ok, np.floor(np.log2(np.maximum(size, 1))), -1).astype(np.int64)
    groups = int(np.log2(length[-1])) + 1
    weights = np.zeros((periods, periods))
    present = [k for k in range(groups) if np.any(group == k)]
    total = sum(SHORTER**k for k in present)
    for k in present:
        weights[group == k] = SHORTER**k / (total * np.sum(group == k))
    if sequential:
        return weights
    open_ended = ok & (last == periods - 1)
    out = (1 - WHOLE_SHARE - OPEN_SHARE) * weights + OPEN_SHARE * open_ended / open_ended.sum()
    out[0, periods - 1] += WHOLE_SHARE
    return np.asarray(out, dtype=np.float64)


def as_normal(z: Floats, freedom: Floats | float) -> Floats:
    """Turn a t-distributed statistic into a normal one of the same tail (Wallace, Ann. Math. Stat. 30, 1959)."""
    freedom = np.asarray(freedom, dtype=np.float64)
    with np.errstate(invalid="ignore"):
        out = np.sign(z) * np.sqrt(freedom * np.log1p(z**2 / freedom)) * (8 * freedom + 1) / (8 * freedom + 3)
    return np.where(np.isfinite(z), out, z)


def from_normal(z: Floats, freedom: Floats | float) -> Floats:
    """Turn a normal statistic into the t-distributed one of the same tail: the inverse of :func:`as_normal`."""
    freedom = np.asarray(freedom, dtype=np.float64)
    z = z * (8 * freedom + 3) / (8 * freedom + 1)
    with np.errstate(over="ignore", invalid="ignore"):
        out = np.sign(z) * np.sqrt(freedom * np.expm1(np.minimum(z**2 / freedom, 500.0)))
    return np.where(np.isfinite(z), out, z)


def score(z: Floats, log_share: Floats) -> Floats:
    """Return ``-log(p / share)`` of one-sided tests; ``log_share`` must broadcast to ``z``."""
    return np.asarray(log_share - special.log_ndtr(-z), dtype=np.float64)
