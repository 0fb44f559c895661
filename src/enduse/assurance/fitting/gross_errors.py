"""Readings that cannot be right: found and named before they poison the rest.

A reading is set aside when an error in it alone explains the data better than any loss through which the same goods
passed (serial elimination with the measurement test of data reconciliation, Serth & Heenan, AIChE J. 32, 1986). Where
one reading and one loss explain the data equally well (the last stock count, measured use), the reading is set aside
only if it is off by a large factor, or if the loss would be a surplus; otherwise the loss stands and the reading is named beside it.
"""

from collections.abc import Callable

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import special

from enduse.assurance import scan
from enduse.assurance.fitting import entry_errors
from enduse.assurance.fitting.deletion import Lone
from enduse.assurance.fitting.panel import CellKind, Cells, Panel
from enduse.assurance.fitting.system import Leverage, Solution, Solver, reading_scores
from enduse.assurance.result import SlipKind

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Removed = tuple[Bools, Bools, Bools, Bools]

FALSE_SETTING_ASIDE = 0.01  # chance per campaign and material that any sound reading is set aside
ADVANTAGE = 6.0  # twice the log likelihood by which the reading must explain more than any loss
ODD_PART = 0.1
TIED, TIED_PART, SLIPPERY_SLACK = 1.0, 0.01, 6.0
SLIPPERY_LIMIT = 3.8  # below the z at which a loss in one period raises an alarm
SLIPPERY, SLIPPERY_LEAST = 0.0008, 3  # part and number of readings that only they themselves explain
CLEARED_PART = 0.8  # of the limit: a reading set aside that is nearer than that comes back
GROSS_FACTOR, GROSS_FACTOR_USE, GROSS_PART = 1.8, 1.4, 0.35
IMPOSSIBLE_FACTOR = 20.0
EVERY_LENGTH = 6  # of windows a wrong reading is weighed against; longer ones by halves
SPREADING = 0.3  # errors smaller than this part of the largest may be its echo: next round
OWN_PART = 0.3  # a reading of which less is left when a discrepancy is unknown is part of it
VISIBLE = 2e-4  # least part of the variance of a reading that the others check


class Suspect(msgspec.Struct, frozen=True):
    """One reading set aside.

    Attributes:
        kind: of its cell.
        place, column: its cell.
        z: standardised error when found.
        tied: a loss would explain the data as well.
        odd: distance from the usual amount, as a logarithm: tells which of two readings of one balance is the wild one.
    """

    kind: CellKind
    place: int
    column: int
    z: float
    tied: bool = False
    odd: float = 0.0


def impossible(panel: Panel) -> list[Suspect]:
    """Return readings off by such a factor that every other witness contradicts them."""
    out = []
    for kind, cells in zip(CellKind, panel.cells(), strict=True):
        with np.errstate(divide="ignore", invalid="ignore"):
            wild = (
                cells.present
                & (cells.amount > 0)
                & (cells.value > IMPOSSIBLE_FACTOR * np.maximum(cells.amount, 0.05 * cells.usual))
            )
        out += [Suspect(kind, int(p), int(c), np.inf) for p, c in zip(*np.nonzero(wild), strict=True)]
    return out


def is_slippery(panel: Panel, suspects: list[Suspect]) -> bool:
    """Tell whether readings that only a slip explains are so frequent that slips must be expected everywhere."""
    sure = sum(not one.tied for one in suspects)
    return sure > max(SLIPPERY_LEAST, SLIPPERY * sum(int(np.sum(cells.present)) for cells in panel.cells()))


def covering(w: Floats, block: Floats, scale: Floats, periods: Ints) -> Floats:
    """Return how much of the discrepancy of single periods a loss explains, as a squared z, shape (P,).

    It is what a window that covers the period explains beyond its parts before and after it: a window that another
    discrepancy lifts is no rival here.

    Args:
        w: scores of one place, shape (T,).
        block: their covariance, shape (T, T).
        scale: template of the loss, shape (T,).
        periods: to look at, from 0, shape (P,).
    """
    t = w.size
    lengths = sorted({*range(1, min(t, EVERY_LENGTH) + 1), *(t >> k for k in range(t.bit_length() - 1))})
    firsts = [
        np.arange(max(0, at - length + 1), min(at, t - length) + 1) for at in periods.tolist() for length in lengths
    ]
    sizes = np.array([part.size for part in firsts]).reshape(periods.size, -1)
    first, at = np.concatenate(firsts), np.repeat(periods, sizes.sum(axis=1))
    last = first + np.repeat(np.tile(lengths, periods.size), sizes.ravel()) - 1
    begin, end = np.concatenate([first, first, at + 1]), np.concatenate([last, at - 1, last])
    sums = scan.window_sums(w * scale, begin, end)
    z, usable = scan.standardised(sums, scan.window_information(block[None], scale[None], begin, end)[0])
    whole, before, after = np.where(usable, z**2, 0.0).reshape(3, -1)
    starts = np.concatenate([[0], np.cumsum(sizes.sum(axis=1))[:-1]])
    return np.maximum(np.maximum.reduceat(whole - before - after, starts), 0.0)


def find(
    panel: Panel,
    solution: Solution,
    info: Leverage,
    solver: Solver,
    caution: float,
    *,
    slippery: bool,
) -> list[Suspect]:
    """Return the readings to set aside in this round, most striking first.

    Args:
        panel: the material.
        solution: as solved in this round.
        info: information of its scores.
        solver: the errors in use, and the readings set aside already.
        caution: factor by which the true errors may still exceed those in use.
        slippery: wild readings are so frequent here that one more is likelier than a loss it would explain.
    """
    scores = [score[:, :, 0] for score in reading_scores(panel, solution)]
    count = sum(int(np.sum(cells.present)) for cells in panel.cells())
    limit = caution * float(-special.ndtri(FALSE_SETTING_ASIDE / 2 / max(count, 1)))
    enough = SLIPPERY_LIMIT if slippery else limit + 1
    safe, z = [], []
    for kind, cells in enumerate(panel.cells()):
        j = info.cells[kind]
        seen = cells.present & ~solver.spread.removed[kind] & (j * solver.variance[kind] > VISIBLE)
        safe.append(np.where(seen, j, 1.0))
        z.append(np.where(seen, scores[kind] / np.sqrt(safe[kind]), 0.0))
    rival = _rivals(solver, solution, [np.abs(part) > min(limit, enough) for part in z])
    found: list[Suspect] = []
    for kind, cells in zip(CellKind, panel.cells(), strict=True):
        believed = cells.value - scores[kind] / safe[kind]
        with np.errstate(divide="ignore", invalid="ignore"):
            factor = cells.value / believed
        tied = _tied(kind, scores[kind], factor, believed <= 0, cells.value - believed, panel)
        sure = tied
        tied = tied | slippery
        slack = SLIPPERY_SLACK if slippery else TIED
        size, square = np.abs(z[kind]), z[kind] ** 2
        ahead = square - rival[kind]
        alone = (size > limit) & (ahead > ADVANTAGE * caution**2)
        chosen = alone | ((size > enough) & (ahead > -slack - TIED_PART * square) & tied)
        usual = np.maximum(cells.amount, 0.05 * cells.usual)
        odd = np.abs(np.log(np.maximum(cells.value, 1e-3 * usual + 1e-12) / np.maximum(usual, 1e-12)))
        found += [
            Suspect(kind, int(p), int(c), float(z[kind][p, c]), bool(ahead[p, c] <= ADVANTAGE), float(odd[p, c]))
            for p, c in zip(*np.nonzero(chosen), strict=True)
            if alone[p, c] or sure[p, c] or _by_rule(cells, believed, solver.variance[kind], int(p), int(c))
        ]
    found.sort(key=lambda one: -abs(one.z) * (1 + ODD_PART * min(one.odd, 5.0)))
    return _apart(panel, found)


def _by_rule(cells: Cells, believed: Floats, variance: Floats, place: int, column: int) -> bool:
    """Tell whether a slip that people make turns what is believed into what was read."""
    expected = float(believed[place, column])
    spread = 2 * float(np.sqrt(variance[place, column])) / max(float(cells.amount[place, column]), 1e-12)
    return entry_errors.slip(float(cells.value[place, column]), expected, spread) is not SlipKind.UNEXPLAINED


def no_echo(panel: Panel, found: list[Suspect], info: Leverage, apart: Lone, caution: float) -> list[Suspect]:
    """Leave out readings that only a larger discrepancy elsewhere makes look wrong.

    Args:
        panel: the material.
        found: suspects.
        info: information of the scores.
        apart: the same with the largest discrepancies unknown.
        caution: factor by which the true errors may still exceed those in use.
    """
    scores = reading_scores(panel, apart.solution)
    count = sum(int(np.sum(cells.present)) for cells in panel.cells())
    limit = caution * float(-special.ndtri(FALSE_SETTING_ASIDE / 2 / max(count, 1)))
    out = []
    for one in found:
        at = one.place, one.column
        before, left = float(info.cells[one.kind][at]), float(apart.cells[one.kind][at])
        small = float(scores[one.kind][at][0]) ** 2 < limit**2 * left
        if not (abs(one.z) < apart.z and left > OWN_PART * before and small):
            out.append(one)
    return out


def cleared(
    panel: Panel,
    suspects: list[Suspect],
    solution: Solution,
    info: Leverage,
    variance: tuple[Floats, ...],
    sound: tuple[Floats, ...],
    stand_in: tuple[Floats, ...],
) -> list[Suspect]:
    """Return the readings set aside that fit after all, now that their wild neighbours are gone.

    Args:
        panel: the material.
        suspects: readings set aside.
        solution: as solved with all of them set aside.
        info: information of its scores.
        variance: random variances in use, by kind.
        sound: random and systematic variance each reading would have if it were sound.
        stand_in: the amounts put in their place.
    """
    scores = reading_scores(panel, solution)
    count = sum(int(np.sum(cells.present)) for cells in panel.cells())
    limit = CLEARED_PART * float(-special.ndtri(FALSE_SETTING_ASIDE / 2 / max(count, 1)))
    out = []
    for one in suspects:
        at = one.place, one.column
        j, wide = float(info.cells[one.kind][at]), float(variance[one.kind][at])
        if not 0 < j * wide <= 1:
            continue
        guess = float(stand_in[one.kind][at]) - float(scores[one.kind][at][0]) * wide
        spread = max(1 / j - wide, 0.0) + float(sound[one.kind][at])
        if abs(float(panel.cells()[one.kind].value[at]) - guess) < limit * np.sqrt(spread):
            out.append(one)
    return out


def _tied(kind: CellKind, score: Floats, factor: Floats, absurd: Bools, error: Floats, panel: Panel) -> Bools:
    """Tell which readings are set aside although a loss explains the data as well.

    A surplus that one wrong reading explains is no loss. A loss that one wrong reading explains stands, unless the
    reading would have to be off by so much that a slip is the likelier story.
    """
    wild = absurd | (factor > GROSS_FACTOR) | (factor < 1 / GROSS_FACTOR)
    if kind.on_link:
        return np.asarray(wild | ((kind is CellKind.RECEIVED) & (score > 0) & panel.shipped.present), dtype=np.bool_)
    off = absurd | (factor > GROSS_FACTOR_USE) | (factor < 1 / GROSS_FACTOR_USE)
    if kind is CellKind.USED:
        return np.asarray((off & (np.abs(error) > GROSS_PART * panel.throughput)) | (score > 0), dtype=np.bool_)
    through = np.concatenate([panel.throughput[:, :1], panel.throughput], axis=1)
    surplus = score > 0
    surplus[:, 0] = score[:, 0] < 0
    return np.asarray((off & (np.abs(error) > GROSS_PART * through)) | surplus, dtype=np.bool_)


def _rivals(solver: Solver, solution: Solution, loud: list[Bools]) -> tuple[Floats, Floats, Floats, Floats]:
    """Best loss explanation around each reading that is loud; not worked out around the others."""
    panel = solver.system.panel
    frm, to = panel.ends[:, 0], panel.ends[:, 1]
    flow, stock = loud[0] | loud[1], loud[2][:, :-1] | loud[2][:, 1:]
    at_node = stock | loud[3]
    for end in (frm, to):
        np.logical_or.at(at_node, end[end >= 0], flow[end >= 0])
    node = _around(solution.node, solver.node_block, panel.throughput, at_node)
    link = _around(solution.link, solver.link_block, panel.loads(), flow)
    at_from = np.where((frm >= 0)[:, None], node[np.maximum(frm, 0)], 0.0)
    at_to = np.where((to >= 0)[:, None], node[np.maximum(to, 0)], 0.0)
    flows = np.maximum(link, np.maximum(at_from, at_to))
    edge = np.zeros((node.shape[0], 1))
    stocks = np.maximum(np.concatenate([edge, node], axis=1), np.concatenate([node, edge], axis=1))
    return flows, flows, stocks, node


def _around(scores: Floats, block: Callable[[int], Floats], scale: Floats, wanted: Bools) -> Floats:
    """Best loss explanation at some periods of some places, 0 elsewhere, shape (S, T)."""
    out = np.zeros(wanted.shape)
    for at in np.flatnonzero(wanted.any(axis=1)).tolist():
        periods = np.flatnonzero(wanted[at])
        out[at, periods] = covering(scores[at, :, 0], block(at), scale[at], periods)
    return out


def _apart(panel: Panel, found: list[Suspect]) -> list[Suspect]:
    """Keep suspects that share no balance with a more striking one and are no echo of the largest."""
    blocked: set[tuple[str, int, int]] = set()
    out: list[Suspect] = []
    for one in found:
        if abs(one.z) < SPREADING * abs(found[0].z):
            break
        touched: set[tuple[str, int, int]] = set()
        if one.kind.on_link:
            frm, to = panel.ends[one.place].tolist()
            touched = {("link", one.place, one.column), ("node", frm, one.column), ("node", to, one.column)}
        else:
            touched = {("node", one.place, one.column)}
            if one.kind is CellKind.STOCK:
                touched.add(("node", one.place, one.column - 1))
        if not touched & blocked:
            out.append(one)
        blocked |= {item for item in touched if item[1] >= 0}
    return out
