"""The quantities auditors know: MUF, sigma-MUF, CUMUF, SITMUF, Page's test, GEMUF.

One balance area with relative random and systematic errors by stream. The covariance of the balance sequence is that
of Speed & Culpin (J. R. Stat. Soc. A 149, 1986) and Picard (J. Inst. Nucl. Mater. Manage. 15, 1987): systematic errors
couple all periods, and the random error of a stock count couples the period it closes with the one it opens.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import linalg, special

Floats = NDArray[np.float64]


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
