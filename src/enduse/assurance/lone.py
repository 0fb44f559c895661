"""The largest discrepancies of single links and balances in single periods, taken as unknown.

One shipment that lost a fifth must not pass for bad scales, and what a large discrepancy does to the readings around it
must not pass for errors of their own. Error sizes and gross errors are therefore judged with the few largest
discrepancies of one period left out (deletion residuals, one step; Cook & Weisberg, Residuals and Influence, 1982).
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

from enduse.assurance.panel import Panel
from enduse.assurance.system import Leverage, Solution, Solver, reading_scores

Floats = NDArray[np.float64]

LARGE = 3.0  # standard deviations in use; smaller discrepancies tell about the errors
MOST, EACH = 3, 200  # one discrepancy for each so many readings, three at most
NOTHING = 1e-9


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


def set_apart(panel: Panel, solver: Solver, info: Leverage, solution: Solution) -> Lone:
    """Take the largest discrepancies of one place and period as unknown, one after the other."""
    now, bias, cells = solution, info.bias, info.cells
    node, link = info.node, info.link
    largest = 0.0
    count = sum(int(np.sum(part.present)) for part in panel.cells())
    for _ in range(min(MOST, 1 + count // EACH)):
        found = _largest(now, node, link)
        if found is None:
            break
        is_link, place, period, z = found
        largest = max(largest, abs(z))
        effect = solver.solve(*_shift(panel, place, period, is_link=is_link))
        own = float((effect.link if is_link else effect.node)[place, period, 0])
        if own <= NOTHING:
            break
        size = float((now.link if is_link else now.node)[place, period, 0]) / own
        now = Solution(now.node - effect.node * size, now.link - effect.link * size, now.bias - effect.bias * size)
        bias = np.maximum(bias - effect.bias[:, 0] ** 2 / own, 0.0)
        node = np.maximum(node - effect.node[:, :, 0] ** 2 / own, 0.0)
        link = np.maximum(link - effect.link[:, :, 0] ** 2 / own, 0.0)
        less = [
            np.maximum(part - moved[:, :, 0] ** 2 / own, 0.0)
            for part, moved in zip(cells, reading_scores(panel, effect), strict=True)
        ]
        cells = less[0], less[1], less[2], less[3]
    return Lone(now, bias, cells, largest)


def _largest(now: Solution, node: Floats, link: Floats) -> tuple[bool, int, int, float] | None:
    """Return the largest discrepancy beyond :data:`LARGE`: whether a link, place, period and size."""
    best = None
    for is_link, score, information in ((False, now.node, node), (True, now.link, link)):
        if not information.size:
            continue
        seen = information > NOTHING
        z = np.where(seen, score[:, :, 0] / np.sqrt(np.where(seen, information, 1.0)), 0.0)
        place, period = (int(k) for k in np.unravel_index(int(np.abs(z).argmax()), z.shape))
        if abs(z[place, period]) > max(LARGE, abs(best[3]) if best else 0.0):
            best = is_link, place, period, float(z[place, period])
    return best


def _shift(panel: Panel, place: int, period: int, *, is_link: bool) -> tuple[Floats, Floats, Floats, Floats]:
    """Return what one unit lost does to the readings."""
    out = [np.zeros((*part.value.shape, 1)) for part in panel.cells()]
    node = place
    if is_link:
        out[1][place, period] = -1.0
        node = int(panel.ends[place, 1])
    if node >= 0:  # what never arrived is not used either
        out[3][node, period] = -1.0
    return out[0], out[1], out[2], out[3]
