"""From scores to alarms: what, where, since when, how much, and what it cannot be told from.

Explanations are shifts of single readings. Two of them are compared by the likelihood each reaches; those within
1.92 of the best (a 95 % profile likelihood) are named as indistinguishable. After an alarm its loss is taken into the
model as unknown and the rest is tested again, so that one loss does not raise the alarm at its neighbours.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

from enduse.assurance import field
from enduse.assurance.fit import GAIN_SHARE, LOSS_SHARE, WEAK_BIAS, Fit, bias_as_normal
from enduse.assurance.panel import Panel
from enduse.assurance.system import Solution, Solver, reading_scores

Floats = NDArray[np.float64]

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


class Cause(msgspec.Struct, frozen=True):
    """One explanation.

    Attributes:
        kind: ``node``, ``link``, ``bias`` or ``reading``.
        at: row of the node, link or bias in the panel; for a reading its kind of cell.
        first, last: window from 0; for a reading its place and column.
        sign: 1 loss, -1 surplus.
    """

    kind: str
    at: int
    first: int
    last: int
    sign: float = 1.0


class Finding(msgspec.Struct, frozen=True):
    """An alarm in the terms of one panel.

    Attributes:
        cause: best explanation. level: its score. z: its statistic. estimate, low, high: as in :class:`Alarm`.
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
            for j, cells in enumerate(panel.cells()):
                for slot in (0, 1):
                    mine = (cells.bias[slot] == cause.at) & cells.present & ~one.solver.spread.removed[j]
                    start = 1 if j == 2 else 0  # noqa: PLR2004
                    mine[:, : cause.first + (start if cause.first else 0)] = False
                    mine[:, cause.last + 1 + start :] = False
                    out[j][:, :, k] += mine * cells.share[slot] * one.solver.spread.amounts[j]
        else:
            out[cause.at][cause.first, cause.last, k] = 1.0
    return out[0], out[1], out[2], out[3]


class Court:
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

    def copy(self) -> "Court":
        """Return a court that starts where this one stands."""
        other = Court(self.one)
        other.now, other._known = self.now, list(self._known)
        return other

    def windows(self) -> tuple[field.Windows, field.Windows, Floats, Floats]:
        """Return loss windows of nodes and links and the biases, given what is already explained."""
        one = self.one
        out = []
        for name, scale, windows, freedom in (
            ("node", one.node_scale, one.node, one.node_freedom),
            ("link", one.link_scale, one.link, one.link_freedom),
        ):
            sums = field.window_sums(getattr(self.now, name)[:, :, 0] * scale)
            information = windows.information.copy()
            for known in self._known:
                information -= field.window_sums(getattr(known, name)[:, :, 0] * scale) ** 2
            usable = windows.usable & (information > 0.1 * windows.information)  # else it is explained
            z = np.where(usable, sums / np.sqrt(np.where(usable, information, 1.0)), -np.inf)
            out.append(field.Windows(field.as_normal(z, freedom), np.where(usable, information, 0.0), usable))
        left = one.info.bias - sum((known.bias[:, 0] ** 2 for known in self._known), np.zeros_like(one.info.bias))
        tested = left > WEAK_BIAS
        bias = np.where(tested, self.now.bias[:, 0] / np.sqrt(np.where(tested, left, 1.0)), 0.0)
        return out[0], out[1], bias_as_normal(bias, left, one.bias_freedom), left


def misread(one: Fit, weights: Floats, threshold: float) -> list[Cause]:
    """Return readings near short alarms that, two or three together, explain them better than a loss does.

    The test of single readings misses them: two wrong readings of one balance look like one loss to each of them.
    """
    court = Court(one)
    out: list[Cause] = []
    log_weights = np.where(weights > 0, np.log(np.maximum(weights, 1e-300)), -np.inf)
    for _ in range(MOST_ALARMS):
        best = best_cause(court, log_weights)
        if best is None or best[0] < threshold:
            break
        cause = best[1]
        trial = court.copy()
        loss = float(court.weigh([cause])[0][0]) ** 2
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
            court = trial
        else:
            court.accept(cause)
    return out


def _is_slip(one: Fit, cause: Cause, size: float) -> bool:
    """Tell whether a reading would have to be off by a factor that suggests a slip."""
    value = float(one.panel.cells()[cause.at].value[cause.first, cause.last])
    believed = value - size
    return believed <= 0 or value <= 0 or abs(np.log(value / believed)) > SLIP


def findings(one: Fit, weights: Floats, threshold: float) -> list[Finding]:
    """Return everything that scores above the threshold, one after the other."""
    court = Court(one)
    out: list[Finding] = []
    log_weights = np.where(weights > 0, np.log(np.maximum(weights, 1e-300)), -np.inf)
    for _ in range(MOST_ALARMS):
        node, link, bias, _ = court.windows()
        best = _best(one, node, link, bias, log_weights)
        if best is None or best[0] < threshold:
            break
        level, cause = best
        cause = _loss_first(court, cause, node, link)
        windows = node if cause.kind == "node" else link
        out.append(_describe(court, cause, level, windows, node, link))
        court.accept(cause)
    return out


def _loss_first(court: Court, cause: Cause, node: field.Windows, link: field.Windows) -> Cause:
    """Return the loss that fits as well as a bias, if there is one: whoever reads on must look for the goods first."""
    if cause.kind != "bias":
        return cause
    rivals = _rivals(court, cause, float(court.weigh([cause])[0][0]), node, link)
    return next((one for one in rivals if one.kind in {"node", "link"} and one.sign > 0), cause)


def best_cause(court: Court, log_weights: Floats) -> tuple[float, Cause] | None:
    """Return the explanation that scores highest given what is already explained, with its score."""
    node, link, bias, _ = court.windows()
    return _best(court.one, node, link, bias, log_weights)


def _best(
    one: Fit, node: field.Windows, link: field.Windows, bias: Floats, log_weights: Floats
) -> tuple[float, Cause] | None:
    top: tuple[float, Cause] | None = None
    for kind, windows, share in (("node", node, one.node_share), ("link", link, one.link_share)):
        for sign, part in ((1.0, LOSS_SHARE), (-1.0, GAIN_SHARE)):
            if not windows.z.size:
                continue
            z = np.where(windows.usable & np.isfinite(log_weights), sign * windows.z, -np.inf)
            level = field.score(z, np.log(share * part)[:, None, None] + log_weights)
            level = np.where(np.isfinite(z), level, -np.inf)
            at, first, last = (int(k) for k in np.unravel_index(int(level.argmax()), level.shape))
            if top is None or level[at, first, last] > top[0]:
                top = float(level[at, first, last]), _busy(one, Cause(kind, at, first, last, sign))
    if bias.size:
        level = field.score(np.abs(bias), np.log(one.bias_share / 2))
        at = int(level.argmax())
        if top is None or level[at] > top[0]:
            top = float(level[at]), Cause("bias", at, 0, one.panel.periods - 1)
    return top


def _busy(one: Fit, cause: Cause) -> Cause:
    """Return a loss without the idle periods at either end of its window, in which nothing could be lost."""
    scale = (one.node_scale if cause.kind == "node" else one.link_scale)[cause.at, cause.first : cause.last + 1]
    busy = np.flatnonzero(scale > 0)
    if not busy.size:
        return cause
    return msgspec.structs.replace(cause, first=cause.first + int(busy[0]), last=cause.first + int(busy[-1]))


def _describe(
    court: Court, cause: Cause, level: float, windows: field.Windows, node: field.Windows, link: field.Windows
) -> Finding:
    """Work out size, interval and rivals of the best explanation."""
    one = court.one
    z, size, information, _ = court.weigh([cause])
    rivals = _rivals(court, cause, float(z[0]), node, link)
    if cause.kind == "bias":
        middle, wide = float(size[0]), 1.96 / float(np.sqrt(max(information[0], 1e-12)))
        return Finding(cause, level, float(z[0]), middle, middle - wide, middle + wide, rivals)
    scale = (one.node_scale if cause.kind == "node" else one.link_scale)[cause.at]
    amount = field.window_sums(scale)
    # profile likelihood over first and last period: the hull of the limits each window would give with what is left
    zs = np.where(windows.usable[cause.at], cause.sign * windows.z[cause.at], -np.inf)
    top = float(zs[cause.first, cause.last])
    left = CLOSE_CALL - (top**2 - np.maximum(zs, 0.0) ** 2)
    ok = (left > 0) & np.isfinite(zs)
    info = np.where(ok, np.maximum(windows.information[cause.at], 1e-12), 1.0)
    freedom = (one.node_freedom if cause.kind == "node" else one.link_freedom)[cause.at]
    centre = np.where(ok, field.from_normal(np.where(ok, zs, 0.0), freedom) / np.sqrt(info), 0.0)
    half = field.from_normal(np.sqrt(np.maximum(left, 0.0)), freedom) / np.sqrt(info)
    low = float(np.min(np.where(ok, (centre - half) * amount, np.inf)))
    high = float(np.max(np.where(ok, (centre + half) * amount, -np.inf)))
    best = float(size[0]) * float(amount[cause.first, cause.last])
    low, high = min(low, best), max(high, best)
    if cause.sign < 0:
        return Finding(cause, level, -top, -best, -high, -low, rivals)
    return Finding(cause, level, top, best, low, high, rivals)


def _rivals(court: Court, cause: Cause, z: float, node: field.Windows, link: field.Windows) -> tuple[Cause, ...]:
    """Return the explanations of other kinds or at other places that the data cannot tell from the best."""
    one = court.one
    panel = one.panel
    candidates: list[tuple[float, Cause]] = []
    for kind, windows, freedom in (("node", node, one.node_freedom), ("link", link, one.link_freedom)):
        if not windows.z.size:
            continue
        raw = field.from_normal(np.where(windows.usable, windows.z, 0.0), freedom)  # on the scale of z
        for sign in (1.0, -1.0):
            zs = np.where(windows.usable, sign * raw, -np.inf).reshape(windows.z.shape[0], -1)
            flat = zs.argmax(axis=1)
            for at in np.flatnonzero(zs.max(axis=1) ** 2 > z**2 - LIKELY):
                first, last = divmod(int(flat[at]), panel.periods)
                if (kind, int(at)) != (cause.kind, cause.at):
                    candidates.append((float(zs[at].max()), Cause(kind, int(at), first, last, sign)))
    candidates.sort(key=lambda item: -item[0])
    others = [item[1] for item in candidates[:MOST_RIVALS]]
    others += _biases_near(panel, cause) + _readings_near(panel, cause)
    if not others:
        return ()
    zs, _, information, _ = court.weigh(others)
    _, _, own, effect = court.weigh([cause])
    moved = shifts(one, others)
    across = np.asarray(
        sum(np.einsum("ptr,pt->r", a, b[:, :, 0]) for a, b in zip(moved, reading_scores(panel, effect), strict=True))
    )
    alike = across**2 / np.maximum(information * own[0], 1e-12)  # otherwise it is another loss, not another explanation
    order = np.argsort(-(zs**2), kind="stable")
    return tuple(others[k] for k in order if zs[k] ** 2 > z**2 - CLOSE_CALL and alike[k] > ALIKE)


def _near(panel: Panel, cause: Cause) -> list[tuple[int, int]]:
    """Return the cells (kind, place) that bear on the place of a cause."""
    if cause.kind == "link":
        return [(0, cause.at), (1, cause.at)]
    if cause.kind == "node":
        links = [(0, int(k)) for k in np.flatnonzero(panel.ends[:, 0] == cause.at)]
        links += [(1, int(k)) for k in np.flatnonzero(panel.ends[:, 1] == cause.at)]
        return [*links, (2, cause.at), (3, cause.at)]
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
        columns = range(cause.first, cause.last + (2 if kind == 2 else 1))  # noqa: PLR2004
        out += [
            Cause("reading", kind, place, column) for column in columns if panel.cells()[kind].present[place, column]
        ]
    return out
