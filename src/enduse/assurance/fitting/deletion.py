"""The largest discrepancies of single links and balances, taken as unknown.

One shipment that lost a fifth must not pass for bad scales, a link that loses a little every week must not pass for
scales that all read wrongly, and what a large discrepancy does to the readings around it must not pass for errors of
their own. Error sizes and gross errors are therefore judged with the few largest discrepancies of one place left out,
of one period, of the whole campaign, or of a half or a quarter of it (deletion residuals, one step; Cook & Weisberg,
Residuals and Influence, 1982).
"""

from collections.abc import Callable

import msgspec
import numpy as np
from numpy.typing import NDArray

from enduse.assurance.fitting.panel import Panel
from enduse.assurance.fitting.system import Leverage, Solution, Solver, reading_scores

Floats = NDArray[np.float64]

LARGE = 3.0  # standard deviations in use; smaller discrepancies tell about the errors
MOST, EACH = 3, 200  # one discrepancy for each so many readings, three at most
NOTHING = 1e-9
PARTS = (1, 2, 4)  # of the campaign
MANY = 10  # scales: with fewer a lasting discrepancy and bad scales cannot be told apart


def many_scales(panel: Panel) -> bool:
    """Tell whether so many scales are read that one lasting discrepancy stands out from how much they err."""
    bias = np.concatenate([panel.shipped.bias[0].ravel(), panel.received.bias[0].ravel()])
    return int(np.unique(bias[bias >= 0]).size) >= MANY


class Lone(msgspec.Struct, frozen=True):
    """What is left when the largest discrepancies are unknown.

    Attributes:
        solution: scores given them.
        bias: information of the systematic errors given them, shape (K,).
        cells: information of the single readings given them: shipped, received, stock, used.
        z: size of the largest, 0 when there is none.
    """

    solution: Solution
    bias: Floats
    cells: tuple[Floats, Floats, Floats, Floats]
    z: float


class _Places:
    """Discrepancies of all nodes or all links: what each pattern over time scores, and its information."""

    def __init__(self, scores: Floats, single: Floats, scale: Floats, block: Callable[[int], Floats] | None) -> None:
        """Args: scores and the information of each, shape (S, T); template of a loss; blocks, for longer patterns too."""
        periods = scale.shape[1]
        self.scale = scale
        self.windows = [slice(at, at + 1) for at in range(periods)]
        self.information = single * scale**2
        if block is not None:
            stretches = _stretches(periods)
            self.windows += stretches
            along = np.empty((scale.shape[0], len(stretches)))
            for place in range(scale.shape[0]):
                weighted = block(place) * scale[place][:, None] * scale[place]
                along[place] = [weighted[window, window].sum() for window in stretches]
            self.information = np.concatenate([self.information, along], axis=1)
        self.score = self.along(scores)

    def along(self, scores: Floats) -> Floats:
        """Return what every pattern sees of scores, shape (S, T) to (S, W)."""
        return np.stack([np.sum((scores * self.scale)[:, window], axis=1) for window in self.windows], axis=1)

    def largest(self) -> tuple[float, int, int]:
        """Return z, place and window of the largest."""
        seen = self.information > NOTHING * np.maximum(self.information.max(initial=0.0), NOTHING)
        z = np.where(seen, self.score / np.sqrt(np.where(seen, self.information, 1.0)), 0.0)
        place, window = (int(k) for k in np.unravel_index(int(np.abs(z).argmax()), z.shape))
        return float(z[place, window]), place, window


def _stretches(periods: int) -> list[slice]:
    """Return the whole campaign, its halves and quarters, overlapping by half."""
    out = []
    for part in PARTS:
        length = periods // part
        if length > 1:
            starts = sorted({*range(0, periods - length + 1, max(length // 2, 1)), periods - length})
            out += [slice(start, start + length) for start in starts]
    return out


def set_apart(panel: Panel, solver: Solver, info: Leverage, solution: Solution, *, lasting: bool) -> Lone:
    """Take the largest discrepancies as unknown, one after the other.

    Args:
        panel: the material.
        solver: the errors in use.
        info: information of the scores.
        solution: as solved in this round.
        lasting: look for those that go on as well.
    """
    now, bias, cells = solution, info.bias, info.cells
    kinds = [_Places(now.node[:, :, 0], info.node, panel.throughput, solver.node_block if lasting else None)]
    if info.link.size:
        kinds.append(_Places(now.link[:, :, 0], info.link, panel.loads(), solver.link_block if lasting else None))
    largest = 0.0
    count = sum(int(np.sum(part.present)) for part in panel.cells())
    for _ in range(min(MOST, 1 + count // EACH)):
        tops = [kind.largest() for kind in kinds]
        which = max(range(len(kinds)), key=lambda k: abs(tops[k][0]))
        z, place, window = tops[which]
        if abs(z) <= LARGE:
            break
        largest = max(largest, abs(z))
        kind = kinds[which]
        load = np.zeros(panel.periods)
        load[kind.windows[window]] = kind.scale[place, kind.windows[window]]
        effect = solver.solve(*_shift(panel, place, load, is_link=which == 1))
        own = float(load @ (effect.link if which else effect.node)[place, :, 0])
        if own <= 0:
            break
        size = float(load @ (now.link if which else now.node)[place, :, 0]) / own
        now = Solution(now.node - effect.node * size, now.link - effect.link * size, now.bias - effect.bias * size)
        bias = np.maximum(bias - effect.bias[:, 0] ** 2 / own, 0.0)
        for kind, moved in zip(kinds, (effect.node, effect.link), strict=False):
            seen = kind.along(moved[:, :, 0])
            kind.score = kind.score - seen * size
            kind.information = np.maximum(kind.information - seen**2 / own, 0.0)
        less = [
            np.maximum(part - moved[:, :, 0] ** 2 / own, 0.0)
            for part, moved in zip(cells, reading_scores(panel, effect), strict=True)
        ]
        cells = less[0], less[1], less[2], less[3]
    return Lone(now, bias, cells, largest)


def _shift(panel: Panel, place: int, load: Floats, *, is_link: bool) -> tuple[Floats, Floats, Floats, Floats]:
    """Return what a loss of a load, shape (T,), does to the readings."""
    out = [np.zeros((*part.value.shape, 1)) for part in panel.cells()]
    node = place
    if is_link:
        out[1][place, :, 0] = -load
        node = int(panel.ends[place, 1])
    if node >= 0:  # what never arrived is not used either
        out[3][node, :, 0] = -load
    return out[0], out[1], out[2], out[3]
