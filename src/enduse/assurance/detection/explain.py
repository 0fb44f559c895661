"""From scores to alarms: what, where, since when, how much, and what it cannot be told from.

Explanations are shifts of single readings. Two of them are compared by the likelihood each reaches; those within
1.92 of the best (a 95 % profile likelihood) are named as indistinguishable. After an alarm its loss is taken into the
model as unknown and the rest is tested again, so that one loss does not raise the alarm at its neighbours.

The ends of long windows lie on a grid (:func:`enduse.assurance.scan.grid`). What is told about a loss (since when, how
much, what it cannot be told from) is told of the best window near the one tested; its score and its p-value are those
of the window tested, so that looking closer costs no false alarms.
"""

from collections.abc import Iterator
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from enduse.assurance import scan
from enduse.assurance.detection.fit import GAIN_SHARE, LOSS_SHARE, WEAK_BIAS, Fit, bias_as_normal
from enduse.assurance.fitting.panel import CellKind, Panel
from enduse.assurance.fitting.system import Solution, Solver, reading_scores
from enduse.assurance.fitting.variances import WIDEST
from enduse.assurance.result import LINK, NODE, PlaceKind

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

CLOSE_CALL = 3.84  # twice the log likelihood between explanations that 95 % limits cannot tell apart
ALIKE = 0.5
NOTHING = 1e-9  # information below this is rounding
SHORT = 4  # periods over which a few slips may pass for a loss
MOST_MISREAD = 3
SLIP_PRICE = 9.0  # twice the log odds against any given reading being a slip
SLIP = 0.3  # logarithm of the factor
MOST_ALARMS = 12
LIKELY = 12.0  # only explanations this near are looked into
MOST_RIVALS = 40
COARSE = 0.85  # of the squared z of a loss is there at least for the nearest window of the grid


CauseKind = Literal["node", "link", "bias", "reading"]


class Cause(msgspec.Struct, frozen=True):
    """One explanation.

    Attributes:
        kind: ``node``, ``link``, ``bias`` or ``reading``.
        at: row of the node, link or bias in the panel; for a reading its kind of cell.
        first, last: window from 0; for a reading its place and column.
        sign: 1 loss, -1 surplus.
        window: position on the grid of the window it was found by.
    """

    kind: CauseKind
    at: int
    first: int
    last: int
    sign: float = 1.0
    window: int = -1


class Best(msgspec.Struct, frozen=True):
    """The hypothesis that scores highest.

    Attributes:
        level: its score. z: its statistic.
        cause: the same with its ends moved to where they fit best.
    """

    level: float
    z: float
    cause: Cause


class AlarmCandidate(msgspec.Struct, frozen=True):
    """What may become an alarm, in the terms of one panel.

    Attributes:
        cause: best explanation. level: score of the window tested. z: its statistic. estimate, low, high: as in
            :class:`Alarm`.
        rivals: explanations that cannot be told from it, best first.
    """

    cause: Cause
    level: float
    z: float
    estimate: float
    low: float
    high: float
    rivals: tuple[Cause, ...]


def shifts(one: Fit, causes: list[Cause]) -> tuple[Floats, Floats, Floats, Floats]:
    """Return what each cause does to the readings: shipped, received, stock, used; shape (places, times, r)."""
    panel = one.panel
    out = [np.zeros((*cells.value.shape, len(causes))) for cells in panel.cells()]
    for k, cause in enumerate(causes):
        window = slice(cause.first, cause.last + 1)
        if cause.kind == "node":
            out[3][cause.at, window, k] = -cause.sign * one.node_scale[cause.at, window]
        elif cause.kind == "link":
            load = cause.sign * one.link_scale[cause.at, window]
            out[1][cause.at, window, k] = -load
            to = int(panel.ends[cause.at, 1])
            if to >= 0:  # what never arrived is not used either: the balance behind the link still closes
                out[3][to, window, k] = -load
        elif cause.kind == "bias":
            for kind, cells in zip(CellKind, panel.cells(), strict=True):
                for slot in (0, 1):
                    mine = (cells.bias[slot] == cause.at) & cells.present & ~one.solver.spread.removed[kind]
                    start = 1 if kind is CellKind.STOCK else 0
                    mine[:, : cause.first + (start if cause.first else 0)] = False
                    mine[:, cause.last + 1 + start :] = False
                    out[kind][:, :, k] += mine * cells.share[slot] * one.solver.spread.amounts[kind]
        else:
            out[cause.at][cause.first, cause.last, k] = 1.0
    return out[0], out[1], out[2], out[3]


class ExplanationComparer:
    """Compares explanations of one material.

    Args:
        one: the fitted material.
    """

    def __init__(self, one: Fit) -> None:
        self.one = one
        self.now = one.solution
        self._known: list[Solution] = []  # unit directions already explained

    def weigh(self, causes: list[Cause], solver: Solver | None = None) -> tuple[Floats, Floats, Floats, Solution]:
        """Return z, size and information of each cause given what is already explained, and its scores (r = causes)."""
        panel = self.one.panel
        moved = shifts(self.one, causes)
        effect = (solver or self.one.solver).solve(*moved)
        own = reading_scores(panel, effect)
        information = np.asarray(sum(np.einsum("ptr,ptr->r", a, b) for a, b in zip(moved, own, strict=True)))
        push = np.asarray(
            sum(
                np.einsum("ptr,pt->r", a, b[:, :, 0])
                for a, b in zip(moved, reading_scores(panel, self.now), strict=True)
            )
        )
        for known in self._known:
            along = np.asarray(
                sum(
                    np.einsum("ptr,pt->r", a, b[:, :, 0])
                    for a, b in zip(moved, reading_scores(panel, known), strict=True)
                )
            )
            information = information - along**2
            effect = Solution(
                effect.node - known.node * along, effect.link - known.link * along, effect.bias - known.bias * along
            )
        safe = np.maximum(information, 1e-12)
        return np.where(information > NOTHING, push / np.sqrt(safe), 0.0), push / safe, information, effect

    def accept(self, cause: Cause) -> None:
        """Take a cause into the model as unknown."""
        _, size, information, effect = self.weigh([cause])
        norm = float(np.sqrt(max(information[0], 1e-12)))
        self.now = Solution(
            self.now.node - effect.node * size, self.now.link - effect.link * size, self.now.bias - effect.bias * size
        )
        self._known.append(Solution(effect.node / norm, effect.link / norm, effect.bias / norm))

    def copy(self) -> "ExplanationComparer":
        """Return a comparer that starts where this one stands."""
        other = ExplanationComparer(self.one)
        other.now, other._known = self.now, list(self._known)
        return other

    def left(self, kind: PlaceKind, rows: slice, first: Ints, last: Ints, information: Floats) -> scan.Windows:
        """Return loss windows at some places given what is already explained; z not yet corrected for its freedom.

        Args:
            kind: ``node`` or ``link``.
            rows: the places, S of them.
            first: first periods, shape (W,).
            last: last periods, shape (W,).
            information: of these windows before anything is explained, shape (S, W).
        """
        scale = (self.one.node_scale if kind == "node" else self.one.link_scale)[rows]
        usable = scan.standardised(np.zeros_like(information), information)[1]
        left = information.copy()
        for known in self._known:
            left -= scan.window_sums(getattr(known, kind)[rows, :, 0] * scale, first, last) ** 2
        usable &= left > 0.1 * information  # else it is explained
        sums = scan.window_sums(getattr(self.now, kind)[rows, :, 0] * scale, first, last)
        z = np.where(usable, sums / np.sqrt(np.where(usable, left, 1.0)), -np.inf)
        return scan.Windows(z, np.where(usable, left, 0.0), usable)

    def windows(self) -> tuple[scan.Windows, scan.Windows, Floats]:
        """Return loss windows of nodes and links and the biases, given what is already explained."""
        one, grid, all_of = self.one, self.one.grid, slice(None)
        node = self.left("node", all_of, grid.first, grid.last, one.node.information)
        link = self.left("link", all_of, grid.first, grid.last, one.link.information)
        left = one.info.bias - sum((known.bias[:, 0] ** 2 for known in self._known), np.zeros_like(one.info.bias))
        tested = left > WEAK_BIAS
        bias = np.where(tested, self.now.bias[:, 0] / np.sqrt(np.where(tested, left, 1.0)), 0.0)
        return (
            msgspec.structs.replace(node, z=scan.as_normal(node.z, one.node_freedom)),
            msgspec.structs.replace(link, z=scan.as_normal(link.z, one.link_freedom)),
            bias_as_normal(bias, left, one.bias_freedom),
        )

    def near(self, kind: PlaceKind, at: int, window: int) -> tuple[Ints, Ints, scan.Windows]:
        """Return a window of one place and those the grid leaves out around it: first and last periods, and scores."""
        one = self.one
        first, last = scan.around(one.grid, window)
        blocks, scale = (one.info.node, one.node_scale) if kind == "node" else (one.info.link, one.link_scale)
        here = slice(at, at + 1)
        out = self.left(kind, here, first, last, scan.window_information(blocks[here], scale[here], first, last))
        freedom = (one.node_freedom if kind == "node" else one.link_freedom)[at, window]
        return first, last, msgspec.structs.replace(out, z=scan.as_normal(out.z, freedom))

    def refined(self, kind: PlaceKind, at: int, window: int, sign: float) -> tuple[float, Cause]:
        """Return the best of a window and those the grid leaves out around it, with its statistic."""
        first, last, windows = self.near(kind, at, window)
        zs = np.where(windows.usable[0], sign * windows.z[0], -np.inf)
        best = int(zs.argmax())
        return float(zs[best]), Cause(kind, at, int(first[best]), int(last[best]), sign, window)


def misread(one: Fit, threshold: float) -> list[Cause]:
    """Return readings near short alarms that, two or three together, explain them better than a loss does.

    The test of single readings misses them: two wrong readings of one balance look like one loss to each of them.
    """
    comparer = ExplanationComparer(one)
    out: list[Cause] = []
    for cause in alarming(comparer, threshold):
        trial = comparer.copy()
        loss = float(comparer.weigh([cause])[0][0]) ** 2
        taken: list[Cause] = []
        total = 0.0
        near = _readings_near(one.panel, cause, SHORT)
        while near and len(taken) < MOST_MISREAD and total < loss + SLIP_PRICE * (len(taken) + 1):
            z, size, _, _ = trial.weigh(near)
            at = int(np.argmax(np.abs(z)))
            if not _is_slip(one, near[at], float(size[at])):
                break
            total += float(z[at]) ** 2
            taken.append(near[at])
            trial.accept(near.pop(at))
        # one reading that explains as much as the loss, no more, is a rival of it and no reason to set it aside
        if taken and total > loss + (SLIP_PRICE * (len(taken) - 1) or CLOSE_CALL):
            out += taken
        else:
            taken = [cause]
        for each in taken:
            comparer.accept(each)
    return out


def _is_slip(one: Fit, cause: Cause, size: float) -> bool:
    """Tell whether a reading would have to be off by a factor that suggests a slip."""
    value = float(one.panel.cells()[cause.at].value[cause.first, cause.last])
    believed = value - size
    return believed <= 0 or value <= 0 or abs(np.log(value / believed)) > SLIP


def alarm_candidates(one: Fit, threshold: float) -> list[AlarmCandidate]:
    """Return everything that scores above the threshold, one after the other."""
    comparer = ExplanationComparer(one)
    out: list[AlarmCandidate] = []
    for _ in range(MOST_ALARMS):
        node, link, bias = comparer.windows()
        best = _best(comparer, node, link, bias)
        if best is None or best.level < threshold:
            break
        best = _loss_first(comparer, best, node, link)
        out.append(_describe(comparer, best, node, link))
        comparer.accept(best.cause)
    return out


def _loss_first(comparer: ExplanationComparer, best: Best, node: scan.Windows, link: scan.Windows) -> Best:
    """Return the loss that fits as well as a bias, if there is one: whoever reads on must look for the goods first."""
    if best.cause.kind != "bias":
        return best
    rivals = _rivals(comparer, best.cause, float(comparer.weigh([best.cause])[0][0]), node, link)
    cause = next((one for one in rivals if one.kind in {"node", "link"} and one.sign > 0), None)
    if cause is None:
        return best
    z = (node if cause.kind == "node" else link).z[cause.at, cause.window]
    return Best(best.level, float(z), cause)


def best_cause(comparer: ExplanationComparer) -> Best | None:
    """Return the hypothesis that scores highest given what is already explained, without idle periods at its ends."""
    best = _best(comparer, *comparer.windows())
    return None if best is None else msgspec.structs.replace(best, cause=_busy(comparer.one, best.cause))


def alarming(comparer: ExplanationComparer, threshold: float) -> Iterator[Cause]:
    """Give what scores above the threshold; whoever asks explains it to the comparer before asking again."""
    for _ in range(MOST_ALARMS):
        best = best_cause(comparer)
        if best is None or best.level < threshold:
            return
        yield best.cause


def _best(comparer: ExplanationComparer, node: scan.Windows, link: scan.Windows, bias: Floats) -> Best | None:
    one, top = comparer.one, (-np.inf, 0)
    kind: PlaceKind | None = None
    sign, z = 1.0, bias
    for name, windows, share in ((NODE, node, one.node_share), (LINK, link, one.link_share)):
        for way, part in ((1.0, LOSS_SHARE), (-1.0, GAIN_SHARE)):
            now = scan.highest(way * windows.z, np.log(share * part)[:, None] + one.grid.log_share)
            if now[0] > top[0]:
                top, kind, sign, z = now, name, way, windows.z
    now = scan.highest(np.abs(bias), np.log(one.bias_share / 2))
    if now[0] > top[0]:
        at = now[1]
        return Best(now[0], float(bias[at]), Cause("bias", at, 0, one.panel.periods - 1))
    if kind is None:
        return None
    at, window = divmod(top[1], z.shape[1])
    told = _likeliest(one, kind, at, sign * z[at])
    return Best(top[0], sign * float(z[at, window]), comparer.refined(kind, at, told, sign)[1])


def _likeliest(one: Fit, kind: PlaceKind, at: int, z: Floats) -> int:
    """Return the window of one place to tell of: the one that fits best, for the score prefers what is surely known."""
    freedom = (one.node_freedom if kind == "node" else one.link_freedom)[at]
    usable = np.isfinite(z)
    raw = scan.from_normal(np.where(usable, z, 0.0), freedom)
    return scan.highest(np.where(usable, raw, -np.inf), one.grid.log_share)[1]


def _busy(one: Fit, cause: Cause) -> Cause:
    """Return a loss without the idle periods at either end of its window, in which nothing could be lost."""
    if cause.kind not in {"node", "link"}:
        return cause
    scale = (one.node_scale if cause.kind == "node" else one.link_scale)[cause.at, cause.first : cause.last + 1]
    busy = np.flatnonzero(scale > 0)
    if not busy.size:
        return cause
    return msgspec.structs.replace(cause, first=cause.first + int(busy[0]), last=cause.first + int(busy[-1]))


def _describe(comparer: ExplanationComparer, best: Best, node: scan.Windows, link: scan.Windows) -> AlarmCandidate:
    """Work out size, interval and rivals of the best explanation."""
    one, cause = comparer.one, best.cause
    z, size, information, _ = comparer.weigh([cause])
    rivals = _rivals(comparer, cause, float(z[0]), node, link)
    if cause.kind == "bias":
        middle, wide = float(size[0]), 1.96 / float(np.sqrt(max(information[0], 1e-12)))
        return AlarmCandidate(cause, best.level, float(z[0]), middle, middle - wide, middle + wide, rivals)
    at, kind, windows, scale, free = cause.at, NODE, node, one.node_scale, one.node_freedom
    if cause.kind == "link":
        kind, windows, scale, free = LINK, link, one.link_scale, one.link_freedom
    # profile likelihood over first and last period: the hull of the limits each window would give with what is left,
    # over the windows of the grid and all those near the best
    first, last, near = comparer.near(kind, at, cause.window)
    zs = np.append(windows.z[at], near.z[0])
    zs = np.where(np.append(windows.usable[at], near.usable[0]), cause.sign * zs, -np.inf)
    amount = scan.window_sums(scale[at], np.append(one.grid.first, first), np.append(one.grid.last, last))
    freedom = np.append(free[at], np.full(first.size, free[at, cause.window]))
    own = int(np.flatnonzero((first == cause.first) & (last == cause.last))[0]) + one.grid.first.size
    raw = scan.from_normal(np.maximum(zs, 0.0), freedom)
    left = CLOSE_CALL - (raw[own] ** 2 - raw**2)
    ok = (left > 0) & np.isfinite(zs)
    info = np.where(ok, np.maximum(np.append(windows.information[at], near.information[0]), 1e-12), 1.0)
    centre = np.where(ok, raw / np.sqrt(info), 0.0)
    half = scan.from_normal(np.sqrt(np.maximum(left, 0.0)), freedom) / np.sqrt(info)
    low = float(np.min(np.where(ok, (centre - half) * amount, np.inf)))
    high = float(np.max(np.where(ok, (centre + half) * amount, -np.inf)))
    middle = float(size[0]) * float(amount[own])
    read, error = _read_less(one, cause)
    if 0 < read + error < middle:  # a part of the window in which all is lost may lend its share to the whole
        middle, high = read, min(high, read + error)
    low, high = min(low, middle), max(high, middle)
    cause = _busy(one, cause)
    if cause.sign < 0:
        return AlarmCandidate(cause, best.level, -best.z, -middle, -high, -low, rivals)
    return AlarmCandidate(cause, best.level, best.z, middle, low, high, rivals)


def _read_less(one: Fit, cause: Cause) -> tuple[float, float]:
    """Return how much less was read at the end of a way than at its beginning, and 1.96 sd of it; infinite if unknown.

    No scale is believed here to err beyond ``WIDEST`` times what is stated: a theft of all makes scales look as bad as that.
    """
    panel, spread = one.panel, one.solver.spread
    if cause.kind != "link" or cause.sign < 0:
        return np.inf, 0.0
    window = np.flatnonzero(one.link_scale[cause.at, cause.first : cause.last + 1] > 0) + cause.first
    less, variance = 0.0, 0.0
    for way, cells, removed in ((1.0, panel.shipped, spread.removed[0]), (-1.0, panel.received, spread.removed[1])):
        value, bias = cells.value[cause.at, window], cells.bias[0, cause.at, window]
        if (~cells.present | removed | panel.copied)[cause.at, window].any():
            return np.inf, 0.0
        less += way * float(value.sum())
        known = bias >= 0  # others are exact
        factor = np.where(known, np.minimum(spread.random[cells.role, bias], WIDEST), 0.0)
        variance += float(np.sum((factor * cells.sd[cause.at, window] * value) ** 2))
        shared = np.bincount(bias[known], weights=value[known], minlength=spread.systematic.size)
        variance += float(np.sum((spread.systematic * shared) ** 2))
    error = 1.96 * float(np.sqrt(variance))
    return (less, error) if less > error else (np.inf, 0.0)


def _rivals(
    comparer: ExplanationComparer, cause: Cause, z: float, node: scan.Windows, link: scan.Windows
) -> tuple[Cause, ...]:
    """Return the explanations of other kinds or at other places that the data cannot tell from the best."""
    one = comparer.one
    panel = one.panel
    candidates: list[tuple[float, Cause]] = []
    for kind, windows, freedom in ((NODE, node, one.node_freedom), (LINK, link, one.link_freedom)):
        if not windows.z.size:
            continue
        raw = scan.from_normal(np.where(windows.usable, windows.z, 0.0), freedom)  # on the scale of z
        for sign in (1.0, -1.0):
            zs = np.where(windows.usable, sign * raw, -np.inf)
            top = zs.max(axis=1)
            for at in np.flatnonzero(np.isfinite(top) & (top**2 > COARSE * z**2 - LIKELY)).tolist():
                if (kind, at) == (cause.kind, cause.at):
                    continue
                window = int(zs[at].argmax())
                best, rival = comparer.refined(kind, at, window, sign)
                best = float(scan.from_normal(np.array(best), freedom[at, window]))
                if best**2 > z**2 - LIKELY:
                    candidates.append((best, rival))
    candidates.sort(key=lambda item: -item[0])
    others = [item[1] for item in candidates[:MOST_RIVALS]]
    others += _biases_near(panel, cause) + _readings_near(panel, cause)
    if not others:
        return ()
    zs, _, information, _ = comparer.weigh(others)
    _, _, own, effect = comparer.weigh([cause])
    moved = shifts(one, others)
    across = np.asarray(
        sum(np.einsum("ptr,pt->r", a, b[:, :, 0]) for a, b in zip(moved, reading_scores(panel, effect), strict=True))
    )
    alike = across**2 / np.maximum(information * own[0], 1e-12)  # otherwise it is another loss, not another explanation
    order = np.argsort(-(zs**2), kind="stable")
    return tuple(others[k] for k in order if zs[k] ** 2 > z**2 - CLOSE_CALL and alike[k] > ALIKE)


def _near(panel: Panel, cause: Cause) -> list[tuple[CellKind, int]]:
    """Return the cells (kind, place) that bear on the place of a cause."""
    if cause.kind == "link":
        return [(CellKind.SHIPPED, cause.at), (CellKind.RECEIVED, cause.at)]
    if cause.kind == "node":
        links = [(CellKind.SHIPPED, int(k)) for k in np.flatnonzero(panel.ends[:, 0] == cause.at)]
        links += [(CellKind.RECEIVED, int(k)) for k in np.flatnonzero(panel.ends[:, 1] == cause.at)]
        return [*links, (CellKind.STOCK, cause.at), (CellKind.USED, cause.at)]
    return []


def _biases_near(panel: Panel, cause: Cause) -> list[Cause]:
    """Return biases of the instruments used at the place, over the whole epoch or from where the loss begins."""
    found: set[int] = set()
    for kind, place in _near(panel, cause):
        bias = panel.cells()[kind].bias[:, place]
        found |= set(np.unique(bias[bias >= 0]).tolist())
    last = panel.periods - 1
    out = [Cause("bias", k, 0, last) for k in sorted(found)]
    if cause.first > 0 or cause.last < last:
        out += [Cause("bias", k, cause.first, cause.last) for k in sorted(found)]
    return out


def _readings_near(panel: Panel, cause: Cause, most: int = 2) -> list[Cause]:
    """Return single readings that could be wrong, when the loss is that short."""
    out: list[Cause] = []
    if cause.kind == "bias" or cause.last - cause.first >= most:
        return out
    for kind, place in _near(panel, cause):
        columns = range(cause.first, cause.last + (2 if kind is CellKind.STOCK else 1))
        out += [
            Cause("reading", kind, place, column) for column in columns if panel.cells()[kind].present[place, column]
        ]
    return out
