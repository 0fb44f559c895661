"""Scores of loss hypotheses: every place, and windows of periods of every length.

For a loss in proportion to throughput m over the window [a, b] at one place, the generalised likelihood ratio is z^2/2
with ``z = m'w / sqrt(m' S^-1 m)`` over the window (Willsky & Jones, IEEE Trans. Autom. Control 21, 1976), one-sided.
Windows and places compete under one false-alarm budget. Each hypothesis gets a share of it in advance: short windows
are many and long ones few, so with equal thresholds the short ones would use up nearly all of it (Duembgen & Spokoiny,
Ann. Stat. 29, 2001). The score of a hypothesis is ``-log(p / share)``.

Long windows that differ by a small part of their length tell the same. Their ends therefore lie on a grid whose step
grows with their length, which makes the number of windows linear in the number of periods instead of quadratic, at
hardly any loss (Walther, Ann. Stat. 38, 2010; Rivera & Walther, Scand. J. Stat. 40, 2013).
"""

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

WHOLE_SHARE, OPEN_SHARE = 0.12, 0.06  # of each place's budget: the whole campaign; from some period to now
SHORTER = 0.9  # share of a group of lengths as part of that of the next shorter one
USELESS_SE = 3.0  # windows whose loss has an sd above three times all throughput say nothing
FINE = 16  # places for each end of a window within the shortest length of its group
JITTER = 1e-9  # of a variance: what rounding may take from a covariance
AT_ONCE = 131_072  # elements of covariance blocks summed up together


class Grid(msgspec.Struct, frozen=True):
    """The windows of a campaign of T periods, by first and then by last period.

    Attributes:
        periods: T.
        first, last: of every window, from 0, shape (W,).
        share: of a place's budget, shape (W,), summing to 1; 0 for windows that are no hypothesis at this look.
    """

    periods: int
    first: Ints
    last: Ints
    share: Floats

    @property
    def log_share(self) -> Floats:
        """Logarithm of the shares, shape (W,); -inf where there is none."""
        return np.where(self.share > 0, np.log(np.maximum(self.share, 1e-300)), -np.inf)


class Windows(msgspec.Struct, frozen=True):
    """Loss hypotheses of many places.

    Attributes:
        z: standardised score by place and window of the grid, shape (S, W); -inf where there is no test.
        information: of a loss of one throughput per period, same shape.
        usable: windows that are tested.
    """

    z: Floats
    information: Floats
    usable: Bools


def step(length: int) -> int:
    """Return the distance between the ends of windows of a length: 1 for less than twice :data:`FINE` periods."""
    return max(1, (1 << (length.bit_length() - 1)) // FINE)


def grid(periods: int, *, sequential: bool = False) -> Grid:
    """Return the windows of a campaign and their shares.

    Lengths are grouped by doubling. All windows of up to 32 periods are there, so all of a campaign of up to 32. Longer
    ones begin and end on every k-th period, counted back from the end of the campaign, with k the :func:`step` of their
    group: those that last up to now, up to one period before, or from the first period are always among them. Every
    window overlaps one of the grid by at least 15/16 of the longer of the two.

    Windows of similar length share equally; longer groups, whose windows overlap more, get a little less.

    Args:
        periods: T.
        sequential: only windows that end with one of the last two periods (a stock count is only confirmed by the next)
            are hypotheses; the others have no share.
    """
    keys, groups = [], []
    for group in reversed(range(periods.bit_length())):
        least = 1 << group
        bounds = np.unique([0, periods - 1, *range(periods, -1, -step(least))])
        length = bounds - bounds[:, None]
        # with those twice as long as the shortest, which need not be on the coarser grid of the next group
        begin, end = np.nonzero((length >= least) & (length <= 2 * least))
        keys.append(bounds[begin] * periods + bounds[end] - 1)
        groups.append(np.full(begin.size, group))
    key, at = np.unique(np.concatenate(keys), return_index=True)
    first, last = key // periods, key % periods
    share = _shares(periods, first, last, np.concatenate(groups)[at], sequential=sequential)
    return Grid(periods, first.astype(np.int64), last.astype(np.int64), share)


def _shares(periods: int, first: Ints, last: Ints, group: Ints, *, sequential: bool) -> Floats:
    """Divide the budget of a place among its windows, first by group."""
    group = np.where(last >= periods - 2, group, -1) if sequential else group
    present, sizes = np.unique(group[group >= 0], return_counts=True)
    total = sum(SHORTER ** int(k) for k in present)
    share = np.zeros(first.size)
    for k, size in zip(present.tolist(), sizes.tolist(), strict=True):
        share[group == k] = SHORTER**k / (total * size)
    if sequential:
        return share
    open_ended = last == periods - 1
    out = (1 - WHOLE_SHARE - OPEN_SHARE) * share + OPEN_SHARE * open_ended / open_ended.sum()
    out[open_ended & (first == 0)] += WHOLE_SHARE
    return np.asarray(out, dtype=np.float64)


def around(on: Grid, window: int) -> tuple[Ints, Ints]:
    """Return first and last period of a window of the grid, and of all those the grid leaves out within one step."""
    first, last = int(on.first[window]), int(on.last[window])
    reach = np.arange(1 - step(last - first + 1), step(last - first + 1))
    begin, end = (part.ravel() for part in np.meshgrid(first + reach, last + reach, indexing="ij"))
    key = begin * on.periods + end
    out = (begin >= 0) & (end < on.periods) & ~np.isin(key, on.first * on.periods + on.last)
    return np.append(first, begin[out]).astype(np.int64), np.append(last, end[out]).astype(np.int64)


def window_sums(w: Floats, first: Ints, last: Ints) -> Floats:
    """Return sums over windows: shape (..., T) to (..., W)."""
    total = np.concatenate([np.zeros((*w.shape[:-1], 1)), np.cumsum(w, axis=-1)], axis=-1)
    return np.asarray(np.take(total, last + 1, axis=-1) - np.take(total, first, axis=-1))


def window_information(blocks: Floats, scale: Floats, first: Ints, last: Ints) -> Floats:
    """Return the information of a loss of one ``scale`` per period over windows: (S, T, T) and (S, T) to (S, W)."""
    s, t, _ = blocks.shape
    out = np.empty((s, first.size))
    room = max(1, AT_ONCE // (t + 1) ** 2)
    for at in range(0, s, room):  # few places at a time: what is summed stays near the processor
        m = scale[at : at + room]
        part = blocks[at : at + room] * m[:, :, None] * m[:, None, :]
        total = np.zeros((m.shape[0], t + 1, t + 1))
        np.cumsum(np.cumsum(part, axis=1), axis=2, out=total[:, 1:, 1:])
        flat = total.reshape(m.shape[0], -1)
        # sum over [a, b] x [a, b] by inclusion and exclusion; total is symmetric
        whole, before = flat.take((last + 1) * (t + 2), axis=1), flat.take(first * (t + 2), axis=1)
        out[at : at + room] = whole + before - 2 * flat.take(first * (t + 1) + last + 1, axis=1)
    return np.maximum(out, 0.0)


def scan(w: Floats, blocks: Floats, throughput: Floats, on: Grid) -> Windows:
    """Standardise the windows of S places.

    Args:
        w: scores, shape (S, T).
        blocks: their covariance, shape (S, T, T).
        throughput: the template m, shape (S, T).
        on: the windows.
    """
    total = window_information(blocks, throughput, on.first, on.last)
    z, usable = standardised(window_sums(w * throughput, on.first, on.last), total)
    return Windows(z, total, usable)


def root(covariance: Floats) -> Floats:
    """Return a square root R of a covariance, R R' = C, also of one that rounding leaves without a Cholesky factor.

    Balances that hang together over a stock nobody counted are all but one and the same: what tells them apart is less
    than the rounding of what they share.

    Args:
        covariance: shape (T, T).
    """
    sd = np.sqrt(np.maximum(np.diag(covariance), 1e-300))
    relative = covariance / sd[:, None] / sd
    try:
        out = np.linalg.cholesky(relative + JITTER * np.eye(sd.size))
    except np.linalg.LinAlgError:
        value, vector = np.linalg.eigh(relative)
        out = vector * np.sqrt(np.maximum(value, 0.0))
    return np.asarray(out * sd[:, None], dtype=np.float64)


def standardised(sums: Floats, information: Floats) -> tuple[Floats, Bools]:
    """Return z, -inf where a window says nothing, and which windows say something."""
    usable = information > 1 / USELESS_SE**2
    return np.where(usable, sums / np.sqrt(np.where(usable, information, 1.0)), -np.inf), usable


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


def highest(z: Floats, log_share: Floats) -> tuple[float, int]:
    """Return the largest score and its flat position; -inf and 0 where nothing is tested.

    The logarithm of a tail is between z^2/2 and z^2/2 + log(sqrt(2 pi) (z + 1)) (Mills' ratio, Birnbaum, Ann. Math.
    Stat. 13, 1942): it is worked out only for those that may be the largest.

    Args:
        z: statistics, any shape; infinite where not tested.
        log_share: as in :func:`score`; -inf where not tested.
    """
    shares = np.broadcast_to(log_share, z.shape)
    tested = np.isfinite(z)
    above = np.where(tested, np.maximum(z, 0.0), 0.0)
    rank = np.where(tested, 0.5 * above**2 + shares, -np.inf).ravel()
    top = float(rank.max(initial=-np.inf))
    if top == -np.inf:
        return top, 0
    near = np.flatnonzero(rank >= top - np.log(np.sqrt(2 * np.pi) * (above.max() + 1)))
    value = score(z.ravel()[near], shares.reshape(-1)[near])
    at = int(value.argmax())
    return float(value[at]), int(near[at])
