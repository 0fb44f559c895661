"""What loss would have been seen, stated before anybody asks.

For each place the scores of all its windows are drawn as they would be without a loss; a loss shifts each of them by a
known amount, so for every draw there is a smallest loss that lifts one of them over the threshold. The quantiles of
that smallest loss over the draws are the stated detection probabilities: no normal approximation of a maximum.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy import special

from enduse.assurance import scan
from enduse.assurance.detection.calibrate import SEED
from enduse.assurance.detection.fit import LOSS_SHARE, Fit
from enduse.assurance.result import LINK, NODE, PlaceKind

Floats = NDArray[np.float64]
DRAWS, SURE_DRAWS = 1000, 10_000  # campaigns drawn for the table of all places, and for one probability


def thresholds(share: float, grid: scan.Grid, freedom: Floats, level: float) -> Floats:
    """Return the z each window of a place must reach, shape (W,); inf where it is not tested."""
    tested = grid.share > 0
    log_share = np.log(share * LOSS_SHARE) + grid.log_share
    z = np.asarray(-special.ndtri_exp(np.where(tested, np.minimum(log_share - level, -1e-9), -1.0)), dtype=np.float64)
    return np.where(tested, scan.from_normal(z, freedom), np.inf)


class PowerCurve:
    """Stated power of one place.

    Args:
        one: fitted material. kind: ``node`` or ``link``. at: row of the place.
        level: threshold of the score.
        false_alarm: chance of an alarm without a loss, for alarms elsewhere.
        draws: campaigns drawn.
    """

    def __init__(
        self, one: Fit, kind: PlaceKind, at: int, level: float, false_alarm: float, draws: int = DRAWS
    ) -> None:
        info = one.info.node if kind == "node" else one.info.link
        scale = (one.node_scale if kind == "node" else one.link_scale)[at]
        windows = one.node if kind == "node" else one.link
        freedom = (one.node_freedom if kind == "node" else one.link_freedom)[at]
        share = float((one.node_share if kind == "node" else one.link_share)[at])
        self.scale = scale
        self.false_alarm = false_alarm
        self._covariance = info[at] * scale[:, None] * scale
        need = thresholds(share, one.grid, freedom, level)
        used = np.flatnonzero(windows.usable[at] & np.isfinite(need))
        self._first, self._last = one.grid.first[used], one.grid.last[used]
        self._size = np.sqrt(windows.information[at][used])
        noise = np.random.default_rng([SEED, at]).standard_normal((draws, scale.size)) @ scan.root(self._covariance).T
        self._short = need[used] - scan.window_sums(noise, self._first, self._last) / self._size

    def _least(self, loss: Floats) -> Floats:
        """Smallest multiple of a loss that is seen, one for every draw; inf where none is."""
        part = np.divide(loss, self.scale, out=np.zeros_like(loss), where=self.scale > 0)
        slope = scan.window_sums(self._covariance @ part, self._first, self._last) / self._size
        up = slope > 1e-9  # noqa: PLR2004
        if not up.any():
            return np.full(self._short.shape[0], np.inf)
        return np.asarray(np.maximum(self._short[:, up] / slope[up], 0.0).min(axis=1))

    def chance(self, loss: Floats) -> float:
        """Return the probability that a loss (amount by period, shape (T,)) raises an alarm."""
        return 1 - (1 - self.seen(loss)) * (1 - self.false_alarm)

    @property
    def balanced(self) -> bool:
        """Whether any loss here can ever raise an alarm."""
        return self._first.size > 0

    def seen(self, loss: Floats) -> float:
        """Return the probability that a loss (amount by period, shape (T,)) raises an alarm at its own place."""
        return float(np.mean(self._least(loss) <= 1.0))

    def smallest(self, first: int, last: int, probability: float = 0.9) -> float | None:
        """Return the amount, in proportion to throughput over the window, that is seen with a probability."""
        loss = np.zeros(self.scale.size)
        loss[first : last + 1] = self.scale[first : last + 1]
        here = 1 - (1 - probability) / (1 - self.false_alarm)
        value = float(np.quantile(self._least(loss), here, method="higher"))
        return value * float(loss.sum()) if np.isfinite(value) else None


def seen_everywhere(
    one: Fit, share: float, level: float, false_alarm: float, most: int
) -> Iterator[tuple[PlaceKind, int, float, float | None]]:
    """Give kind and row of each place that something passed, the amount of a loss of a share of that, and how surely it is seen.

    The chance is ``None`` where nothing is balanced, so that no loss is ever seen. The ``most`` busiest places are looked at.
    """
    for kind, at in places(one)[:most]:
        look = PowerCurve(one, kind, at, level, false_alarm)
        if look.scale.sum() > 0:
            loss = look.scale * share
            yield kind, at, float(loss.sum()), look.seen(loss) if look.balanced else None


def places(one: Fit) -> list[tuple[PlaceKind, int]]:
    """Return all places of a material, the busiest first."""
    size = {(NODE, at): float(one.node_scale[at].sum()) for at in range(one.panel.nodes.size)}
    size |= {(LINK, at): float(one.link_scale[at].sum()) for at in range(one.panel.links.size)}
    return sorted(size, key=lambda place: -size[place])


def spans(periods: int) -> list[tuple[int, int]]:
    """Return the windows power is stated for: the whole campaign, the last four periods, the last period."""
    last = periods - 1
    return sorted({(0, last), (max(0, last - 3), last), (last, last)})
