"""Runs of a register that fall short of the register's own other periods.

A run is compared with the open periods beside it, and the yardstick of every series is its own scatter: the median
absolute deviation, what counting or averaging alone would add, and how strongly one period follows another. How far such a register goes
astray by itself is simulated (Davison & Hinkley, Bootstrap Methods and Their Application, 1997, ch. 4) with the two
tails fitted to it separately, because registers fall further than they rise. The run under suspicion has its part in
that fit: one wild week cannot be told from one diversion, so the test would rather miss than accuse.
"""

import functools
from collections.abc import Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RUNS = (1, 2, 3, 4, 6, 8)
LEAST = 16  # open periods: fewer do not tell scatter from drift
LEAST_LOADS = 10
TAILS = (2.0, 2.5, 3.0, 4.0, 6.0, 10.0, 50.0)  # degrees of freedom of Student's t
SCALES = np.geomspace(0.3, 4.0, 40)
NORMAL_MAD = 1.4826
BESIDE = 6  # open periods on either side that a run is compared with
LAGS = 24
LOST = 1 / (2 * BESIDE)  # of the correlation of neighbours, when each is taken from its own neighbours
CLIP = 2.5  # sds, when memory is estimated
DRAWS = 400
EVEN = 0.5
WOULD = (1, 4, 8)  # lengths of run that a series that can be tested must show at least one of


class Shortfall(msgspec.Struct, frozen=True):
    """A run that falls short of what the series' own other periods lead one to expect.

    Attributes:
        series: row. first, last: periods from 0. missing: estimated share that is missing, 0 to 1.
        p_value: chance of a fall as far as this in any series and run of a register that lacks nothing.
    """

    series: int
    first: int
    last: int
    missing: float
    p_value: float


class Scan(msgspec.Struct, frozen=True):
    """What was looked at and what was found.

    Attributes:
        p_value: of the furthest fall anywhere; NaN when nothing could be tested. found: the furthest run of every
            series whose chance is within the budget. tested: rows looked at.
        too_short: rows with fewer than LEAST open periods, which cannot be tested.
        blind: rows looked at in which nine tenths missing, be it for one, four or eight periods, would be missed more
            often than not: they cannot be tested either, no alarm there says nothing.
    """

    p_value: float
    found: tuple[Shortfall, ...]
    tested: tuple[int, ...]
    too_short: tuple[int, ...]
    blind: tuple[int, ...]


class _Series(msgspec.Struct, frozen=True):
    """One series' open periods: where they are, what counting alone adds, which runs are looked at.

    Attributes:
        row: number. at: periods, (n,). noise: variance of counting, (n,). runs: (R, 2) first and last period.
        contrast: weights that take a run's mean from the mean of its neighbours, (R, n). echo: sums of products of
            those weights at every distance, (R, LAGS). added: variance that counting gives a contrast, (R,).
        near: open periods followed by an open one, (m,). outside: those that do not touch a run, (R, m).
    """

    row: int
    at: Ints
    noise: Floats
    runs: Ints
    contrast: Floats
    echo: Floats
    added: Floats
    near: Ints
    outside: Floats


class _Score(msgspec.Struct, frozen=True):
    """N registers of one series: falls in sds (N, n), memory (N,), spread (N,), best score and its run (N,)."""

    falls: Floats
    memory: Floats
    spread: Floats
    best: Floats
    run: Ints


def _series(row: int, usable: NDArray[np.bool_], noise: Floats) -> _Series:
    at, runs, contrast, echo, near, outside = _geometry(usable.tobytes())
    return _Series(row, at, noise[at], runs, contrast, echo, contrast**2 @ noise[at], near, outside)


@functools.lru_cache(maxsize=256)
def _geometry(mask: bytes) -> tuple[Ints, Ints, Floats, Floats, Ints, Floats]:
    """Return what depends only on which periods are open (booleans as bytes): fields of ``_Series``."""
    usable = np.frombuffer(mask, dtype=np.bool_)
    at = np.flatnonzero(usable)
    runs, covered, weights = [], [], []
    for run in RUNS:
        for start in range(usable.size - run + 1):
            inside = np.flatnonzero((at >= start) & (at < start + run))
            if inside.size < max(1, run / 2):
                continue
            low, high = int(inside[0]), int(inside[-1]) + 1
            beside = np.r_[max(0, low - BESIDE) : low, high : min(at.size, high + BESIDE)]
            weight, cover = np.zeros(at.size), np.zeros(at.size, dtype=np.bool_)
            weight[beside], weight[inside], cover[inside] = 1 / beside.size, -1 / inside.size, True
            runs.append((start, start + run - 1))
            covered.append(cover)
            weights.append(weight)
    contrast, cover_ = np.array(weights), np.array(covered)
    gap = np.abs(at[:, None] - at)
    echo = np.stack([np.sum((contrast @ (gap == lag)) * contrast, axis=1) for lag in range(LAGS)], axis=1)
    near = np.flatnonzero(np.diff(at) == 1)
    outside = np.where(cover_[:, near] | cover_[:, near + 1], 0.0, 1.0)
    return at, np.array(runs), contrast, echo, near, outside


def _score(series: _Series, values: Floats) -> _Score:
    """Score N registers of one series, values (N, n); a run's memory is that of the periods outside it."""
    contrast = values @ series.contrast.T
    single = np.flatnonzero(series.runs[:, 0] == series.runs[:, 1])
    fall = contrast[:, single]
    total = (NORMAL_MAD * np.median(np.abs(fall), axis=1, keepdims=True)) ** 2
    spread = np.maximum(total - np.median(series.added[single]), 0.0) + 1e-12
    falls = fall / np.sqrt(spread + series.added[single])
    tame = np.clip(falls, -CLIP, CLIP)
    together = tame[:, series.near] * tame[:, series.near + 1]
    memory = together @ series.outside.T / np.maximum(tame[:, series.near] ** 2 @ series.outside.T, 1e-9)
    memory = np.minimum(memory + LOST + (1 + 4 * memory) / series.at.size, 0.9)  # Kendall, Biometrika 41, 1954
    kept = np.maximum(memory, 0.0)
    echo = np.zeros_like(contrast)
    for lag in range(LAGS - 1, -1, -1):
        echo = echo * kept + series.echo[:, lag]
    wide = float(np.median(series.echo[single, 0]))
    echo = np.maximum(echo / wide, 0.1)
    scores = contrast / np.sqrt(spread * echo + series.added)
    best, each = scores.argmax(axis=1), np.arange(len(values))
    return _Score(falls, memory[each, best], np.sqrt(spread[:, 0] / wide), scores[each, best], best)


def _tail(size: Floats) -> tuple[float, float]:
    """Return degrees of freedom and scale of the folded Student's t most likely for these sizes, shape (n,)."""
    best = (-np.inf, TAILS[-1], 1.0)
    for freedom in TAILS:
        peak = special.gammaln((freedom + 1) / 2) - special.gammaln(freedom / 2) - np.log(freedom * np.pi) / 2
        share = size[:, None] / SCALES
        value = np.sum(peak - (freedom + 1) / 2 * np.log1p(share**2 / freedom) - np.log(SCALES), axis=0)
        if value.max() > best[0]:
            best = (float(value.max()), freedom, float(SCALES[value.argmax()]))
    return best[1], best[2]


def _innovations(series: _Series, score: _Score) -> Floats:
    """Return what every open period adds to what the one before leads one to expect, in sds, shape (n,)."""
    keep = score.memory[0] ** np.diff(series.at, prepend=series.at[0] - 99)
    before = np.concatenate([[0.0], score.falls[0][:-1]])
    return np.asarray((score.falls[0] - keep * before) * np.sqrt((1 - score.memory[0] ** 2) / (1 - keep**2)))


def _draw(
    series: _Series, score: _Score, tails: tuple[tuple[float, float], tuple[float, float]], rng: np.random.Generator
) -> Floats:
    """Draw values of DRAWS registers that lack nothing and scatter as this series does, shape (DRAWS, n)."""
    periods = int(series.at[-1]) + 1
    (down, far), (up, high) = tails
    fall = far * np.abs(rng.standard_t(down, (DRAWS, periods)))
    rise = high * np.abs(rng.standard_t(up, (DRAWS, periods)))
    step = np.where(rng.random((DRAWS, periods)) < EVEN, fall, -rise)
    memory = float(score.memory[0])
    line = np.empty_like(step)
    line[:, 0] = step[:, 0] / np.sqrt(1 - memory**2)
    for period in range(1, periods):
        line[:, period] = memory * line[:, period - 1] + step[:, period]
    return np.asarray(-line[:, series.at] * np.sqrt(score.spread[0] ** 2 + series.noise))


def _table(values: Floats, noise: Floats | None) -> tuple[list[_Series], list[Floats], tuple[int, ...]]:
    """Return the series that can be tested, their values (1, n), and the rows that are open too seldom."""
    usable = np.isfinite(values)
    added = np.zeros_like(values) if noise is None else noise
    rows = np.flatnonzero(usable.sum(axis=1) >= LEAST)
    short = tuple(np.flatnonzero(usable.sum(axis=1) < LEAST).tolist())
    table = [_series(int(row), usable[row], added[row]) for row in rows]
    return table, [values[one.row, one.at][None] for one in table], short


def furthest(values: Floats, noise: Floats | None = None) -> float:
    """Return the furthest fall of any run in its own sds, NaN when no row can be tested; arguments as in ``scan``."""
    table, lines, _ = _table(values, noise)
    return max((float(_score(one, line).best[0]) for one, line in zip(table, lines, strict=True)), default=np.nan)


def scan(values: Floats, noise: Floats | None = None, false_alarm: float = 0.05, seed: int = 20231027) -> Scan:
    """Scan series on a logarithmic scale for runs below the rest of the same series.

    Args:
        values: by series and period, shape (S, T); NaN where closed.
        noise: variance that counting or averaging alone gives each value, same shape.
        false_alarm: chance of any alarm in a register that lacks nothing.
        seed: of the simulation.
    """
    table, lines, short = _table(values, noise)
    if not table:
        return Scan(np.nan, (), (), short, ())
    scores = [_score(one, line) for one, line in zip(table, lines, strict=True)]
    usual = float(np.mean([score.memory[0] for score in scores]))
    for score in scores:
        score.memory[0] = max(0.0, (score.memory[0] + usual) / 2)
    steps = np.concatenate([_innovations(one, score) for one, score in zip(table, scores, strict=True)])
    tails = _tail(steps[steps > 0]), _tail(-steps[steps < 0])
    rng = np.random.default_rng(seed)
    drawn = [_score(one, _draw(one, score, tails, rng)).best for one, score in zip(table, scores, strict=True)]
    null = np.max(drawn, axis=0)
    chance = [(1 + float(np.sum(null >= score.best[0]))) / (DRAWS + 1) for score in scores]
    found = []
    for one, score, line, p_value in zip(table, scores, lines, chance, strict=True):
        if p_value <= false_alarm:
            at = int(score.run[0])
            drop = max(0.0, float(one.contrast[at] @ line[0]))
            first, last = one.runs[at].tolist()
            found.append(Shortfall(one.row, first, last, 1 - float(np.exp(-drop)), p_value))
    limit = float(np.quantile(null, 1 - false_alarm))
    blind = tuple(one.row for one, line in zip(table, lines, strict=True) if _seen(one, line, limit) < EVEN)
    tested = tuple(one.row for one in table)
    return Scan(min(chance), tuple(sorted(found, key=lambda each: each.p_value)), tested, short, blind)


def _seen(series: _Series, line: Floats, limit: float) -> float:
    """Return how often nine tenths missing would be seen, over the places a run may start, at the best length."""
    length = series.runs[:, 1] - series.runs[:, 0] + 1
    best = 0.0
    for run in WOULD:
        inside = series.contrast[length == run] < 0
        if len(inside):
            best = max(best, float(np.mean(_score(series, line + np.log(0.1) * inside).best > limit)))
    return best


def shortfalls(
    counts: Floats, open_days: Floats | None = None, false_alarm: float = 0.05, seed: int = 20231027
) -> Scan:
    """Scan counts for runs that fall short of the same series' own other periods.

    A period without any is taken as closed, not as short. What is missing all the time cannot be told from ordinary
    life.

    Args:
        counts: by series and period, shape (S, T).
        open_days: days with any count, same shape: then counts a day open are compared, for closing days is ordinary
            life and taking from the trucks of an open day is not.
        false_alarm: chance of any alarm in a register that lacks nothing.
        seed: of the simulation.
    """
    return scan(*rates(counts, open_days), false_alarm, seed)


def rates(counts: Floats, open_days: Floats | None = None) -> tuple[Floats, Floats]:
    """Return log counts a day open and the variance of counting, shape (S, T) each; NaN where there is none."""
    some = np.where(counts > 0, counts, np.nan)
    days = np.ones_like(counts) if open_days is None else np.maximum(open_days, 1)
    return np.log(some / days), 1 / some


def loads(quantity: Floats, kind: Ints, cell: Sequence[Ints], shape: tuple[int, int]) -> tuple[Floats, Floats]:
    """Return how full trucks were beside trucks of their kind: mean log ratio and its variance, for ``scan``.

    The usual load of a kind (cargo and donor, say) is its median over the whole register, so a run at one place does
    not move it much. Kinds and cells with fewer than LEAST_LOADS trucks say nothing (NaN).

    Args:
        quantity: by truck, in one unit, shape (n,); zeros and NaN are left out.
        kind: by truck, from 0.
        cell: series and period by truck.
        shape: series and periods (S, T).
    """
    use = np.flatnonzero(np.isfinite(quantity) & (quantity > 0))
    use = use[np.argsort(kind[use], kind="stable")]
    size = np.log(quantity[use])
    starts = np.flatnonzero(np.diff(kind[use], prepend=-1))
    usual = np.full(use.size, np.nan)
    for start, end in zip(starts, [*starts[1:], use.size], strict=True):
        if end - start >= LEAST_LOADS:
            usual[start:end] = np.median(size[start:end])
    known = np.isfinite(usual)
    ratio = (size - usual)[known]
    total, number = np.zeros(shape), np.zeros(shape)
    where = cell[0][use[known]], cell[1][use[known]]
    np.add.at(total, where, ratio)
    np.add.at(number, where, 1)
    mean = np.where(number >= LEAST_LOADS, total / np.maximum(number, 1), np.nan)
    rest = (ratio - mean[where])[np.isfinite(mean[where])]
    return mean, np.mean(rest**2 if rest.size else [np.nan]) / np.maximum(number, 1)
