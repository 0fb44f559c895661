"""What loss would have been seen, stated before anybody asks.

For each place the scores of all its windows are drawn as they would be without a loss; a loss shifts each of them by a
known amount, so for every draw there is a smallest loss that lifts one of them over the threshold. The quantiles of
that smallest loss over the draws are the stated detection probabilities: no normal approximation of a maximum.
"""

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

    The sizes of the errors are estimates, in the campaign stated for and again in one with a loss: each draw has sizes of
    its own, as uncertain as the degrees of freedom behind them.

    Args:
        one: fitted material, with the errors a campaign with the loss would be judged by.
        kind: ``node`` or ``link``. at: row of the place.
        level: threshold of the score.
        false_alarm: chance of an alarm without a loss, for alarms elsewhere.
        draws: campaigns drawn.
        calm: the material as fitted without the loss, whose errors are drawn; ``one`` when left out.
    """

    def __init__(
        self,
        one: Fit,
        kind: PlaceKind,
        at: int,
        level: float,
        false_alarm: float,
        draws: int = DRAWS,
        *,
        calm: Fit | None = None,
    ) -> None:
        windows, scale, freedom, share = _place(one, kind, at)
        calm = one if calm is None else calm
        calm_windows, calm_scale, _, _ = _place(calm, kind, at)
        self.scale = scale
        self.false_alarm = false_alarm
        self._covariance = _covariance(one, kind, at)
        need = thresholds(share, one.grid, freedom, level)
        used = np.flatnonzero(windows.usable[at] & calm_windows.usable[at] & np.isfinite(need))
        self._first, self._last = one.grid.first[used], one.grid.last[used]
        self._size = np.sqrt(windows.information[at][used])
        rng = np.random.default_rng([SEED, at])
        noise = rng.standard_normal((draws, scale.size)) @ scan.root(_covariance(calm, kind, at)).T
        z = scan.window_sums(noise, self._first, self._last) / np.sqrt(calm_windows.information[at][used])
        # what is drawn with the errors of the calm campaign, in units of those it is judged by
        sharper = self._size / np.sqrt(calm_windows.information[at][used])
        smaller = scan.window_sums(calm_scale, self._first, self._last) / scan.window_sums(
            scale, self._first, self._last
        )
        # what the loss itself made larger is at its bound, and in doubt no more
        doubt = np.clip(2 * sharper - 1, 0.0, 1.0) / np.sqrt(freedom[used])
        size = np.exp(rng.standard_normal((draws, 1)) * doubt)
        self._short = (need[used] - z * sharper * smaller) * size

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


def _place(one: Fit, kind: PlaceKind, at: int) -> tuple[scan.Windows, Floats, Floats, float]:
    """Return the windows of one place's kind, its scale by period, degrees of freedom by window and budget share."""
    if kind == NODE:
        return one.node, one.node_scale[at], one.node_freedom[at], float(one.node_share[at])
    return one.link, one.link_scale[at], one.link_freedom[at], float(one.link_share[at])


def _covariance(one: Fit, kind: PlaceKind, at: int) -> Floats:
    """Return the covariance of the weighted scores of one place, shape (T, T)."""
    scale = _place(one, kind, at)[1]
    info = one.info.node if kind == NODE else one.info.link
    return np.asarray(info[at] * scale[:, None] * scale, dtype=np.float64)


def places(one: Fit) -> list[tuple[PlaceKind, int]]:
    """Return all places of a material, the busiest first."""
    size = {(NODE, at): float(one.node_scale[at].sum()) for at in range(one.panel.nodes.size)}
    size |= {(LINK, at): float(one.link_scale[at].sum()) for at in range(one.panel.links.size)}
    return sorted(size, key=lambda place: -size[place])


def spans(periods: int) -> list[tuple[int, int]]:
    """Return the windows power is stated for: the whole campaign, the last four periods, the last period."""
    last = periods - 1
    return sorted({(0, last), (max(0, last - 3), last), (last, last)})
