"""What the largest score means: the probability that any hypothesis of the network scores as high by chance.

The probability of a union of strongly overlapping events is estimated without bias by drawing one of the events in
proportion to its probability, then a campaign given that it happened, and averaging one over the number of events that
happened with it (Naiman & Priebe, J. Comput. Graph. Stat. 10, 2001; Adler, Blanchet & Liu, Ann. Appl. Probab. 22,
2012). Its relative accuracy does not depend on how small the probability is. Events at different places are counted
as separate, which errs to the safe side. The seed is fixed, so that everybody computes the same figure.
"""

from copy import copy

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import special

from enduse.assurance.scan import Grid, root, window_sums

Floats = NDArray[np.float64]
SEED = 20231027
DRAWS, LEAST_DRAWS = 500, 30
DRAWN_ELEMENTS = 2_000_000  # windows looked at in all draws together
GRID = 7
TAIL_POWER = 0.8  # overlap is less in the tail than where it can be measured
CENSORED = 1.5  # times all shares in play: rates above this say nothing about the tail
LEAST_OVERLAP, MOST_OVERLAP = 0.3, 1.2


class Family(msgspec.Struct, frozen=True):
    """Loss hypotheses of one kind at many places.

    Attributes:
        blocks: covariance of the scores, shape (S, T, T).
        scale: throughput, shape (S, T).
        information: of every window, shape (S, W).
        usable: windows that are tested, shape (S, W).
        share: of the budget, by place, shape (S,).
        grid: the windows.
    """

    blocks: Floats
    scale: Floats
    information: Floats
    usable: NDArray[np.bool_]
    share: Floats
    grid: Grid

    @property
    def by_place(self) -> Floats:
        """Budget of what is tested at each place, shape (S,)."""
        return np.asarray(self.share * (self.usable @ self.grid.share), dtype=np.float64)


class Calibration:
    """Chances of the largest score of a network.

    Args:
        families: loss hypotheses.
        single: budget shares of hypotheses that stand alone (instrument biases), summed.
    """

    def __init__(self, families: list[Family], single: float) -> None:
        rng = np.random.default_rng(SEED)
        self._single = single
        self.factor = 1.0  # on the rate
        self._sets: list[tuple[float, Floats, Floats, Floats, tuple[Floats, NDArray[np.int64]], Floats]] = []
        mass = [float(one.by_place.sum()) for one in families]
        self.idle = sum(mass) + single <= 0  # nothing can be tested
        self.total = max(sum(mass) + single, 1e-300)
        for family, part in zip(families, mass, strict=True):
            if part <= 0:
                continue
            room = DRAWN_ELEMENTS // family.grid.first.size
            count = max(round(min(DRAWS, room) * part / max(sum(mass), 1e-300)), LEAST_DRAWS)
            self._sets.append((part, *_draw(family, count, rng)))

    def times(self, factor: float) -> "Calibration":
        """Return the same draws with another rate.

        Args:
            factor: on the rate: materials each of the families stands for, events at different places that are one and
                the same (see :func:`overlap`), allowances.
        """
        out = copy(self)
        out.factor, out.total = self.factor * factor, self.total * factor
        return out

    def chance(self, level: float) -> float:
        """Return the probability that the largest score reaches ``level`` by chance."""
        if self.idle:
            return 1.0
        rate = self._single
        for part, field, slope, information_z, (kinds, which), uniform in self._sets:
            # the tail value of the drawn window, then the field given that value
            at = np.minimum(information_z[:, 1] - level, -1e-9)
            tail = -special.ndtri_exp(at + np.log(uniform))
            shifted = slope * (tail - information_z[:, 0])[:, None]
            shifted += field
            limit = -special.ndtri_exp(np.minimum(kinds - level, -1e-9)) - 1e-12
            hits = np.count_nonzero(shifted >= limit[which], axis=1)
            rate += part * float(np.mean(1 / np.maximum(hits, 1)))
        return float(-np.expm1(-self.factor * rate * np.exp(-level)))

    def level(self, chance: float) -> float:
        """Return the score that the largest reaches with a given probability."""
        if self.idle:
            return float("inf")
        want = -np.log1p(-chance)
        level = float(np.log(self.total / want))
        for _ in range(4):
            now = -np.log1p(-self.chance(level))
            level += float(np.log(max(now, 1e-300) / want))
        return level


def _draw(
    family: Family, count: int, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats, tuple[Floats, NDArray[np.int64]], Floats]:
    """Draw windows by their share, and a null campaign at the place of each.

    Returns:
        Standardised field (n, W) with -inf where not tested; its covariance with the drawn window (n, W); drawn window's
        own value and log share (n, 2); log shares of all windows, as values and positions (n, W); uniforms (n,).
    """
    grid, t = family.grid, family.grid.periods
    chance = family.by_place
    places = np.sort(rng.choice(chance.size, size=count, p=chance / chance.sum()))
    usable = family.usable[places]
    running = np.cumsum(usable * grid.share, axis=1)
    pick = (running > (rng.random(count) * running[:, -1])[:, None]).argmax(axis=1)
    at = np.arange(t)
    inside = ((at >= grid.first[pick][:, None]) & (at <= grid.last[pick][:, None])).astype(np.float64)
    normal, noise, along = rng.standard_normal((count, t)), np.empty((count, t)), np.empty((count, t))
    used, begins = np.unique(places, return_index=True)
    for place, rows in zip(used.tolist(), np.split(np.arange(count), begins[1:]), strict=True):
        covariance = family.blocks[place] * family.scale[place][:, None] * family.scale[place]
        noise[rows], along[rows] = normal[rows] @ root(covariance).T, inside[rows] @ covariance
    size = np.sqrt(np.where(usable, family.information[places], 1.0))
    own = np.arange(count), pick
    field = np.where(usable, window_sums(noise, grid.first, grid.last) / size, -np.inf)
    slope = np.where(usable, window_sums(along, grid.first, grid.last) / size / size[own][:, None], 0.0)
    # few different shares occur: thresholds are looked up, not worked out for every window
    sizes, size_at = np.unique(grid.share, return_inverse=True)
    parts, part_at = np.unique(family.share[places], return_inverse=True)
    kinds = np.log(np.maximum(parts[:, None] * sizes, 1e-300)).ravel()
    which = part_at[:, None] * sizes.size + size_at
    single = np.stack([field[own], kinds[which[own]]], axis=1)
    return field, slope, single, (kinds, which.astype(np.int64)), rng.random(count)


def overlap(levels: Floats, calibration: Calibration) -> float:
    """Return how much the rate of alarms falls short of the sum over places.

    Without missing readings events at different places are all but separate. With them a loss on a link and one at the
    node behind it become the same event. If ``-log(1 - chance)`` is the rate and the truth is a fixed multiple of it,
    the multiple follows from the largest scores of whole campaigns drawn from the model (censored exponential).

    Args:
        levels: largest score of each drawn campaign.
        calibration: with ``overlap`` 1.
    """
    if calibration.idle:
        return 1.0
    # the rate is a smooth function of the level: a few points and lines between them do
    grid = np.linspace(float(levels.min()), float(levels.max()) + 1e-9, GRID)
    chances = [min(max(calibration.chance(float(level)), 1e-300), 1 - 1e-12) for level in grid]  # far out there is none
    on_grid = [np.log(-np.log1p(-chance)) for chance in chances]
    rates = np.exp(np.interp(levels, grid, on_grid))
    most = CENSORED * min(calibration.total, 1.0)
    seen = rates < most
    if not seen.any():
        return LEAST_OVERLAP
    measured = float(np.clip(seen.sum() / np.minimum(rates, most).sum(), LEAST_OVERLAP, MOST_OVERLAP))
    return float(measured**TAIL_POWER)
