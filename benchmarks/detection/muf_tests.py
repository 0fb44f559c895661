"""The quantities auditors know: MUF, sigma-MUF, CUMUF, SITMUF, Page's test, GEMUF.

One balance area with relative random and systematic errors by stream. The covariance of the balance sequence is that
of Speed & Culpin (J. R. Stat. Soc. A 149, 1986) and Picard (J. Inst. Nucl. Mater. Manage. 15, 1987): systematic errors
couple all periods, and the random error of a stock count couples the period it closes with the one it opens. A plant
that samples its flows instead of weighing batches gets its balances by :func:`balances`.
"""

from typing import Final, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import linalg, special

from enduse.errors import MalformedError

Floats = NDArray[np.float64]

NO_FLOW: Final = 1e-10
"""A sampled rate below this is no flow: simulators and meters rarely write an exact zero."""

SUSTAINED: Final = 3
"""Samples from which on a pulse has a shape of its own and is integrated to its end."""


class Area(msgspec.Struct, frozen=True):
    """One balance area.

    Attributes:
        inputs: amounts, shape (T, a). outputs: (T, b). stocks: (T + 1, c), row 0 before the first period.
        input_sd, output_sd, stock_sd: relative random and systematic sds by stream, shapes (a, 2), (b, 2), (c, 2).
    """

    inputs: Floats
    outputs: Floats
    stocks: Floats
    input_sd: Floats
    output_sd: Floats
    stock_sd: Floats


class Stream(msgspec.Struct, frozen=True):
    """What one place of measurement sampled, and how well it measures.

    Attributes:
        values: rates (flows) or amounts (stocks) at equal steps from time 0, shape (n,).
        random_sd, systematic_sd: relative.
    """

    values: Floats
    random_sd: float
    systematic_sd: float


def balances(
    inputs: list[Stream],
    outputs: list[Stream],
    stocks: list[Stream],
    every: int,
    *,
    step: float = 1.0,
    rule: Literal["trapezoid", "pulses"] = "trapezoid",
) -> Area:
    """Turn sampled flows and stocks into one balance area.

    Balance i runs from sample ``(i - 1) * every`` to sample ``i * every``, both counted, so that neighbours meet without
    a gap; what is left at the end and fills no period is not balanced. A stock is read at those samples alone.

    Args:
        inputs: rates, amount per unit of time.
        outputs: rates too.
        stocks: amounts; all streams of one length.
        every: samples in a balance period.
        step: time between two samples.
        rule: ``trapezoid`` over the whole period, or ``pulses``: see :func:`pulses`.

    Raises:
        MalformedError: no streams, streams of several lengths, or too few samples for one period.
    """
    lengths = {stream.values.shape for stream in (*inputs, *outputs, *stocks)}
    (length,) = lengths.pop() if len(lengths) == 1 else (0,)
    periods = (length - 1) // every if every > 0 else 0
    if periods < 1:
        raise MalformedError("the streams give no balance", remedy="equally long, and longer than one balance period")

    def area(rates: Floats) -> float:
        return pulses(rates) if rule == "pulses" else float(np.trapezoid(rates))

    windows = [slice(at * every, (at + 1) * every + 1) for at in range(periods)]

    def flows(streams: list[Stream]) -> Floats:
        amounts = [[area(stream.values[window]) * step for stream in streams] for window in windows]
        return np.array(amounts).reshape(periods, len(streams))

    def sds(streams: list[Stream]) -> Floats:
        return np.array([[stream.random_sd, stream.systematic_sd] for stream in streams]).reshape(len(streams), 2)

    held = np.array([stream.values[: periods * every + 1 : every] for stream in stocks]).reshape(-1, periods + 1).T
    return Area(flows(inputs), flows(outputs), held, sds(inputs), sds(outputs), sds(stocks))


def pulses(rates: Floats) -> float:
    """Integrate a flow that comes in pulses, in steps of one, as safeguards tools do; rates shape (n,).

    The convention of MAPIT 1.5 (Sandia National Laboratories, 2026), told here because its reference
    balances follow from nothing else. A pulse is an unbroken run of samples of at least :data:`NO_FLOW`; it is a
    trapezoid from its first sample to its last, and the flanks outside them count for nothing. Only when the first
    pulse is sustained is every pulse taken on to the sample after it, where there is one: up to an exact zero the last
    rate is held, to anything else the trapezoid goes on.

    So a pulse of one sample is nothing, and one of two is half: a plant that meters needles and samples them
    coarsely looks as if it lost half its input. Take the plain trapezoid unless figures must match.
    """
    flowing = np.concatenate([[False], np.abs(rates) >= NO_FLOW, [False]]).astype(np.int8)
    edges = np.diff(flowing)
    first, last = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1) - 1
    if not first.size:
        return 0.0
    end = rates.size - 1
    total = sum(float(np.trapezoid(rates[a : b + 1])) for a, b in zip(first, last, strict=True))
    if last[0] - first[0] + 1 >= SUSTAINED:
        over = last[last < end]
        after = rates[over + 1]
        total += float(np.where(after == 0, rates[over], 0.5 * (rates[over] + after)).sum())
    return total


def muf(area: Area) -> Floats:
    """Return material unaccounted for by period, shape (T,) (Avenhaus 1977)."""
    held = area.stocks.sum(axis=1)
    return np.asarray(area.inputs.sum(axis=1) - area.outputs.sum(axis=1) - np.diff(held))


def cumuf(area: Area) -> Floats:
    """Return the running sum of MUF, shape (T,)."""
    return np.cumsum(muf(area))


def sigma_muf(area: Area) -> Floats:
    """Return the sd of MUF by period without covariance of opening and closing stock, shape (T,).

    This is the convention of much practice; :func:`covariance` has the covariance.
    """
    flows = (area.inputs**2) @ (area.input_sd**2).sum(axis=1) + (area.outputs**2) @ (area.output_sd**2).sum(axis=1)
    held = (area.stocks**2) @ (area.stock_sd**2).sum(axis=1)
    return np.asarray(np.sqrt(flows + held[:-1] + held[1:]))


def covariance(area: Area) -> Floats:
    """Return the covariance of the MUF sequence, shape (T, T) (Speed & Culpin 1986; Picard 1987)."""
    held = (area.stocks**2) @ (area.stock_sd[:, 0] ** 2)
    random = (area.inputs**2) @ (area.input_sd[:, 0] ** 2) + (area.outputs**2) @ (area.output_sd[:, 0] ** 2)
    out = np.diag(random + held[:-1] + held[1:])
    inner = np.arange(len(random) - 1)
    out[inner, inner + 1] -= held[1:-1]
    out[inner + 1, inner] -= held[1:-1]
    moved = (
        area.inputs * area.input_sd[:, 1],
        area.outputs * area.output_sd[:, 1],
        -np.diff(area.stocks, axis=0) * area.stock_sd[:, 1],
    )
    for part in moved:
        out += part @ part.T
    return np.asarray(out)


def sitmuf(sequence: Floats, cov: Floats) -> Floats:
    """Return the standardised independent transform of a MUF sequence, shape (T,) or (T, r) (Picard 1987).

    Each entry is the part of a balance that the earlier ones do not predict, divided by its sd: L^-1 MUF with L the
    Cholesky factor of the covariance.
    """
    return np.asarray(linalg.solve_triangular(np.linalg.cholesky(cov), sequence, lower=True))


def page(standardised: Floats, k: float = 0.5) -> Floats:
    """Return Page's one-sided cumulative sums, shape as given (Page, Biometrika 41, 1954)."""
    out = np.zeros_like(standardised)
    level = np.zeros(standardised.shape[1:])
    for at in range(standardised.shape[0]):
        level = np.maximum(0.0, level + standardised[at] - k)
        out[at] = level
    return out


def gemuf(sequence: Floats, cov: Floats) -> float:
    """Return MUF' S^-1 MUF: the test against the loss pattern the data look like (Seifert 1986)."""
    return float(sequence @ np.linalg.solve(cov, sequence))


def page_detection(k: float, h: float, periods: int, drift: float = 0.0, states: int = 64) -> float:
    """Return the probability that Page's test on independent N(drift, 1) passes h within a number of periods.

    Markov chain of Brook & Evans (Biometrika 59, 1972) with Gauss-Legendre points for the inner states.
    """
    alive, step = _chain(k, h, drift, states)
    for _ in range(periods - 1):
        alive = alive @ step
    return 1 - float(alive.sum())


def page_run_length(k: float, h: float, drift: float = 0.0, states: int = 64) -> float:
    """Return the mean number of periods until Page's test on independent N(drift, 1) passes h (Brook & Evans 1972)."""
    start, step = _chain(k, h, drift, states)
    expected = np.linalg.solve(np.eye(step.shape[0]) - step, np.ones(step.shape[0]))
    return float(1 + start @ expected)


def page_threshold(k: float, periods: int, false_alarm: float = 0.05) -> float:
    """Return the h at which Page's test gives a false alarm with a given probability within a number of periods."""
    low, high = 0.0, 30.0
    for _ in range(32):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if page_detection(k, middle, periods) > false_alarm else (low, middle)
    return 0.5 * (low + high)


def _chain(k: float, h: float, drift: float, states: int) -> tuple[Floats, Floats]:
    """Return the distribution after one period and the transitions among states 0 and points in (0, h)."""
    nodes, weights = np.polynomial.legendre.leggauss(states)
    points = 0.5 * h * (nodes + 1)
    mass = 0.5 * h * weights
    levels = np.concatenate([[0.0], points])
    density = np.exp(-0.5 * (points[None, :] - levels[:, None] + k - drift) ** 2) / np.sqrt(2 * np.pi) * mass
    step = np.concatenate([special.ndtr(k - drift - levels)[:, None], density], axis=1)
    return step[0], step
