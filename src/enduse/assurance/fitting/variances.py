"""How large the errors really are, from the readings themselves.

Stated standard deviations are often wrong. Restricted maximum likelihood in its fixed-point form (Harville, J. Am.
Stat. Assoc. 72, 1977) compares the scores of single readings with what the errors in use predict; scores are capped
(Huber's proposal 2) so that a loss or a wild reading does not pass for a bad scale. Instruments of one role and one
statement are pooled; single instruments that differ from their group are moved towards their own figure as far as
their readings support it (empirical Bayes, Smyth, Stat. Appl. Genet. Mol. Biol. 3, 2004). The uncertainty left is
carried on as degrees of freedom of every test.
"""

from math import exp, log

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import special

from enduse.assurance.fitting.deletion import Lone
from enduse.assurance.fitting.panel import Panel
from enduse.assurance.fitting.system import Spread, reading_scores

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CAP = 2.5
CAP_MEAN = float(special.gammainc(1.5, CAP**2 / 2) + CAP**2 * special.gammaincc(0.5, CAP**2 / 2))
DOUBT = float(np.log(2))  # a stated sd may be wrong by a factor of two either way (sd of its logarithm)
STATED_FREEDOM = 4.0  # degrees of freedom with the tail of such a doubt
WIDEST, MANY = 4.5, 20.0  # no factor beyond this unless that many instruments or readings show more
FEW, WIDEST_OF_FEW = 10.0, 2.0  # where fewer scales than this speak, a lasting loss is the rival of a worse scale
ROLES = 3
CERTAIN = 1e6
LEAST = 1e-6  # leverage below this is rounding
ROUNDS = 6


class ErrorEvidence(msgspec.Struct, frozen=True):
    """What the readings say about the errors in use.

    Attributes:
        random: summed leverage and capped squares by role and instrument, shape (2, 3, I).
        systematic: information and capped squares by bias, shape (2, K).
        instrument: of every bias, shape (K,).
    """

    random: Floats
    systematic: Floats
    instrument: Ints


class Learned(msgspec.Struct, frozen=True):
    """Sizes of the errors by instrument, with what is known about them.

    Attributes:
        random: factor on the stated random sd by role and instrument, shape (3, I).
        systematic: factor on the stated systematic sd by instrument, shape (I,).
        freedom: degrees of freedom behind the factors, random by role (rows 0 to 2) and systematic (row 3), shape (4, I).
    """

    random: Floats
    systematic: Floats
    freedom: Floats


def evidence(
    panel: Panel,
    apart: Lone,
    variance: tuple[Floats, ...],
    removed: tuple[NDArray[np.bool_], ...],
    instruments: int,
) -> ErrorEvidence:
    """Collect leverages and capped squared scores of one material, one campaign, without its largest discrepancies."""
    random = np.zeros((2, ROLES, instruments))
    readings, own = np.zeros((2, panel.instrument.size))
    for k, (cells, v, j, var, out) in enumerate(
        zip(panel.cells(), reading_scores(panel, apart.solution), apart.cells, variance, removed, strict=True)
    ):
        chosen = cells.present & ~out & (cells.bias[0] >= 0)
        np.add.at(readings, cells.bias[0][chosen], 1)
        if k <= 1:  # a figure copied from the other end says nothing about the scale
            chosen &= ~panel.copied
        np.add.at(own, cells.bias[0][chosen], 1)
        chosen &= (cells.sd > 0) & (var * j > LEAST)
        which = panel.instrument[cells.bias[0][chosen]]
        leverage = np.clip(var[chosen] * j[chosen], 0.0, 1.0)
        square = np.minimum(v[chosen, 0] ** 2 / j[chosen], CAP**2) / CAP_MEAN
        np.add.at(random[0, cells.role], which, leverage)
        np.add.at(random[1, cells.role], which, leverage * square)
    strength = np.clip(apart.bias, 0.0, 1.0) * own / np.maximum(readings, 1)
    square = np.minimum(apart.solution.bias[:, 0] ** 2 / np.maximum(apart.bias, 1e-12), CAP**2) / CAP_MEAN
    return ErrorEvidence(random, np.stack([strength, strength * square]), panel.instrument)


def start(instruments: int) -> Learned:
    """Return the stated errors, taken as certain."""
    return Learned(np.ones((ROLES, instruments)), np.ones(instruments), np.full((ROLES + 1, instruments), CERTAIN))


def spread_of(
    panel: Panel,
    learned: Learned,
    systematic: Floats,
    removed: tuple[NDArray[np.bool_], ...],
    amounts: tuple[Floats, ...],
) -> Spread:
    """Return the errors of one panel; ``systematic`` holds the stated sds, shape (I,)."""
    return Spread(
        learned.random[:, panel.instrument],
        (systematic * learned.systematic)[panel.instrument],
        removed,  # type: ignore[arg-type]
        amounts,  # type: ignore[arg-type]
    )


def groups_of(stated: Floats, roles: Ints) -> Ints:
    """Group instruments by role and statement; shape (2, I) and (I,) to (I,)."""
    keys = np.stack([roles.astype(np.float64), *stated])
    return np.unique(keys, axis=1, return_inverse=True)[1].astype(np.int64).ravel()


def improve(learned: Learned, parts: list[ErrorEvidence], groups: Ints, *, single: bool) -> tuple[Learned, float]:
    """Take one step; return the new factors and the largest relative change.

    Args:
        learned: factors in use.
        parts: evidence of every material.
        groups: group of each instrument, shape (I,).
        single: let single instruments differ from their group.
    """
    random = np.sum([part.random for part in parts], axis=0)
    new = learned.random.copy()
    freedom = np.full((ROLES + 1, groups.size), CERTAIN)
    for role in range(ROLES):
        for group in np.unique(groups[random[0, role] > 0]):
            inside = (groups == group) & (random[0, role] > 0)
            total = float(random[0, role, inside].sum())
            typical = float(np.sqrt(np.mean(learned.random[role, inside] ** 2)))
            ratio = step(total, float(random[1, role, inside].sum()), typical)
            steps, own = np.full(inside.sum(), ratio), total
            if single:
                steps, own = _shrink(random[:, role, inside], ratio)
            freedom[role, groups == group] = own + STATED_FREEDOM
            new[role, inside] *= np.sqrt(steps)
            if not single:
                new[role, groups == group] = new[role, inside][0]
    systematic = _improve_systematic(learned, parts, groups, freedom)
    change = max(
        float(np.max(np.abs(np.log(new / learned.random)), initial=0.0)),
        float(np.max(np.abs(np.log(systematic / learned.systematic)), initial=0.0)),
    )
    return Learned(new, systematic, freedom), change


def step(total: float, square: float, factor: float, widest: float = WIDEST) -> float:
    """Return by how much to change a variance: the most likely value, with the stated one as log-normal prior.

    Args:
        total: leverage or information behind it, as a number of readings or instruments.
        square: their capped squares in units of what is in use.
        factor: in use, on the stated standard deviation.
        widest: no factor beyond this unless :data:`MANY` instruments or readings show more.
    """
    log_factor, move = log(factor), 0.0
    for _ in range(30):
        rest = square * exp(-2 * move)
        slope = 2 * rest + 1 / DOUBT**2
        move -= min(max((total - rest + (log_factor + move) / DOUBT**2) / slope, -0.5), 0.5)
    limit = log(widest) * max(1.0, total / MANY)
    return exp(2 * (min(max(log_factor + move, -limit), limit) - log_factor))


def _improve_systematic(learned: Learned, parts: list[ErrorEvidence], groups: Ints, freedom: Floats) -> Floats:
    """Take one step for the systematic errors, group by group; note the degrees of freedom."""
    strength, square = np.zeros(groups.size), np.zeros(groups.size)
    for part in parts:
        np.add.at(strength, part.instrument, part.systematic[0])
        np.add.at(square, part.instrument, part.systematic[1])
    systematic = learned.systematic.copy()
    for group in np.unique(groups[strength > 0]):
        inside = groups == group
        factor, total = float(systematic[inside][0]), float(strength[inside].sum())
        widest = WIDEST_OF_FEW if total < FEW else WIDEST
        systematic[inside] = factor * np.sqrt(step(total, float(square[inside].sum()), factor, widest))
        freedom[ROLES, inside] = total + STATED_FREEDOM
    return systematic


def _shrink(random: Floats, ratio: float) -> tuple[Floats, float]:
    """Move the instruments of one group towards their own figures; return the steps and the degrees of freedom."""
    leverage, square = random
    enough = leverage >= 2  # noqa: PLR2004
    if enough.sum() < ROLES:
        return np.full(leverage.size, ratio), float(leverage.sum())
    own = np.maximum(square / np.maximum(leverage, 1e-12) / ratio, 1e-3)
    half = leverage[enough] / 2
    log_own = np.log(own[enough]) - special.digamma(half) + np.log(half)
    excess = float(
        np.average((log_own - np.average(log_own, weights=half)) ** 2 - special.polygamma(1, half), weights=half)
    )
    noise = float(np.sqrt(2 / enough.sum()) * np.average(special.polygamma(1, half), weights=half))
    if excess <= 2 * noise:  # no sign that the instruments differ
        return np.full(leverage.size, ratio), float(leverage.sum())
    prior = 2 * _inverse_trigamma(excess) + STATED_FREEDOM  # a loss at its place must not pass for a bad instrument
    steps = ratio * (prior + leverage * own) / (prior + leverage)
    return steps, float(prior + np.median(leverage))


def _inverse_trigamma(value: float) -> float:
    """Solve trigamma(x) = value by Newton steps (Smyth 2004, appendix)."""
    x = 0.5 + 1 / value
    for _ in range(20):
        tri = float(special.polygamma(1, x))
        x += tri * (1 - tri / value) / float(special.polygamma(2, x))
    return x
