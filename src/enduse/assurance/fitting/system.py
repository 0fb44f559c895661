"""The joint error model of one material as a sparse system, and its solution.

Let r be all balances (MUF) and shipper-receiver differences (SRD) of a material, S their covariance: random errors
couple neighbours in time (a closing stock is the next opening stock) and along links (a weight counts at both ends),
systematic errors couple everything one instrument has weighed. Every test needs ``w = S^-1 r`` and the diagonal blocks
of ``S^-1``. Written with the systematic errors as unknowns the system is sparse and quasi-definite::

    [ G   B ] [ w ]   [ r ]
    [ B' -I ] [ b ] = [ 0 ]

with G the covariance from random errors alone and B what one sd of each systematic error does to r.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

from enduse.assurance.fitting.factor import Factor
from enduse.assurance.fitting.layout import BlockLayout, Pattern
from enduse.assurance.fitting.panel import FLOOR_SD, UNKNOWN_SPREAD, Cells, Panel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

REFEREE_SD = 0.002  # an independent, freshly calibrated reading


class Spread(msgspec.Struct, frozen=True):
    """The sizes of the errors in use.

    Attributes:
        random: factor on the stated random sd by role (flow, stock, use) and bias number, shape (3, K).
        systematic: relative systematic sd of every bias, shape (K,).
        removed: readings set aside as gross errors: shipped, received, stock, used, shapes of the cells.
        amounts: what the errors scale with, same shapes.
        referee: readings imagined to be taken again by an independent instrument ten times as sharp, or None.
    """

    random: Floats
    systematic: Floats
    removed: tuple[Bools, Bools, Bools, Bools]
    amounts: tuple[Floats, Floats, Floats, Floats]
    referee: tuple[Bools, Bools, Bools, Bools] | None = None


class Solution(msgspec.Struct, frozen=True):
    """Weighted residuals and their information, r campaigns at a time.

    Attributes:
        node: ``w`` of the balances, shape (N, T, r).
        link: ``w`` of the shipper-receiver differences, shape (L, T, r).
        bias: score of each systematic error in units of its sd, shape (K, r).
    """

    node: Floats
    link: Floats
    bias: Floats


class Leverage(msgspec.Struct, frozen=True):
    """Variances of the scores of single things: the diagonal of ``S^-1`` when nothing is missing.

    Attributes:
        node: of each balance, shape (N, T). link: of each shipper-receiver difference, shape (L, T).
        bias: of each systematic error, shape (K,).
        cells: of each single reading: shipped, received, stock, used.
    """

    node: Floats
    link: Floats
    bias: Floats
    cells: tuple[Floats, Floats, Floats, Floats]


class Information(msgspec.Struct, frozen=True):
    """Blocks of ``S^-1`` (the covariance of the scores when nothing is missing).

    Attributes:
        node: shape (N, T, T). link: shape (L, T, T).
        bias, cells: as in :class:`Leverage`.
    """

    node: Floats
    link: Floats
    bias: Floats
    cells: tuple[Floats, Floats, Floats, Floats]


class _Meeting(msgspec.Struct, frozen=True):
    """How the difference of one link hangs on the balances at its ends and on the biases of its scales.

    Attributes:
        blocks: balances at its ends, receiver first.
        weights: of each in the score of the link, shape (T,).
        loads: of the biases, shape (T, k).
        across: covariance of each balance with the biases, shape (T, k).
        among: covariance of the biases, shape (k, k).
    """

    blocks: list[int]
    weights: list[Floats]
    loads: Floats
    across: list[Floats]
    among: Floats


class System:
    """The sparse system of one panel; its pattern serves every set of variances.

    Args:
        panel: one material.
    """

    def __init__(self, panel: Panel) -> None:
        self.panel = panel
        n, t = panel.nodes.size, panel.periods
        ends = panel.ends
        weighed = np.concatenate([panel.shipped.bias[0], panel.received.bias[0]], axis=1)
        self.scales = [np.unique(row[row >= 0]) for row in weighed]  # biases that weigh what goes over each link
        touches, couples = self._touched()
        self.layout = BlockLayout(
            Pattern(periods=t, balances=n, links=ends, touches=touches, couples=couples, biases=panel.instrument.size)
        )
        layout = self.layout
        self.muf = layout.first[:n, None] + np.arange(t)  # scalar positions of the balances
        everything = np.arange(layout.unknowns)
        self._is_muf = np.zeros(layout.unknowns, dtype=np.bool_)
        self._is_muf[self.muf.ravel()] = True
        diagonal = layout.place(everything, everything)
        one, other = self.muf[:, :-1].ravel(), self.muf[:, 1:].ravel()
        inner = np.flatnonzero((ends >= 0).all(axis=1))
        self.inner = inner
        to, frm = self.muf[ends[inner, 1]].ravel(), self.muf[ends[inner, 0]].ravel()
        self._rows: list[Ints] = [everything, one, other, to]
        self._cols: list[Ints] = [everything, other, one, frm]
        flat = [diagonal, layout.place(one, other), layout.place(other, one), layout.place(to, frm)]
        self.picks: list[tuple[str, Ints, float]] = []
        self._bias_terms(flat)
        self.flat = np.concatenate(flat)
        self.left, self.right = np.concatenate(self._rows), np.concatenate(self._cols)

    def like(self, panel: Panel) -> "System":
        """Return the system of another panel of the same pattern; nothing is worked out again."""
        other = object.__new__(System)
        other.__dict__.update(self.__dict__)
        other.panel = panel
        return other

    def _touched(self) -> tuple[Ints, Ints]:
        """Return which balances each bias touches, and which pairs of biases weigh what goes over each link."""
        panel, ends = self.panel, self.panel.ends
        found: list[Ints] = [np.zeros((0, 2), dtype=np.int64)]
        for cells in (panel.shipped, panel.received):
            for side in (0, 1):
                block = np.broadcast_to(ends[:, side][:, None], cells.bias[0].shape)
                found.append(np.stack([cells.bias[0].ravel(), block.ravel()], axis=1))
        for cells in (panel.stock, panel.used):
            block = np.broadcast_to(np.arange(panel.nodes.size)[:, None], cells.bias[0].shape)
            found += [np.stack([cells.bias[k].ravel(), block.ravel()], axis=1) for k in (0, 1)]
        both = np.concatenate(found)
        both = both[(both >= 0).all(axis=1)]
        # also those of different periods, as before and after a recalibration: a loss over both is tested against both
        pairs = [(link, one, other) for link, scales in enumerate(self.scales) for one in scales for other in scales]
        return np.unique(both, axis=0), np.array(pairs, dtype=np.int64).reshape(-1, 3)

    def _add(self, flat: list[Ints], source: str, cells: Ints, sign: float, one: Ints, other: Ints) -> None:
        """Note that value ``sign * source[cells]`` goes to the entries (one, other) and, within a block, (other, one)."""
        layout = self.layout
        same = (layout.block_of[one] == layout.block_of[other]) & (one != other)
        for a, b, c in ((one, other, cells), (other[same], one[same], cells[same])):
            flat.append(layout.place(a, b))
            self._rows.append(a)
            self._cols.append(b)
            self.picks.append((source, c, sign))

    def _bias_terms(self, flat: list[Ints]) -> None:
        panel, layout, ends = self.panel, self.layout, self.panel.ends
        t = panel.periods
        at = layout.bias_at
        for name, cells, signs in (("ship", panel.shipped, (-1.0, 1.0)), ("receive", panel.received, (-1.0, 1.0))):
            bias = cells.bias[0].ravel()
            for side in (0, 1):
                block = np.repeat(ends[:, side], t)
                chosen = np.flatnonzero((bias >= 0) & (block >= 0))
                rows = self.muf[block[chosen], chosen % t]
                self._add(flat, name, chosen, signs[side], rows, at[bias[chosen]])
            chosen = np.flatnonzero(bias >= 0)
            self._add(flat, f"{name}_own", chosen, -1.0, at[bias[chosen]], at[bias[chosen]])
        one, other = panel.shipped.bias[0].ravel(), panel.received.bias[0].ravel()
        chosen = np.flatnonzero((one >= 0) & (other >= 0))
        same = one[chosen] == other[chosen]
        self._add(flat, "cross", chosen[~same], 1.0, at[one[chosen[~same]]], at[other[chosen[~same]]])
        self._add(flat, "cross", chosen[same], 2.0, at[one[chosen[same]]], at[other[chosen[same]]])
        for k in (0, 1):
            bias = panel.stock.bias[k]
            for shift, sign in ((0, 1.0), (1, -1.0)):
                part = bias[:, shift : shift + t]
                row, col = np.nonzero(part >= 0)
                cells_at = row * (t + 1) + col + shift
                self._add(flat, f"stock{k}", cells_at, sign, self.muf[row, col], at[part[row, col]])
            row, col = np.nonzero(panel.used.bias[k] >= 0)
            bias_at = at[panel.used.bias[k][row, col]]
            self._add(flat, f"used{k}", row * t + col, -1.0, self.muf[row, col], bias_at)

    def variances(self, spread: Spread) -> tuple[Floats, Floats, Floats, Floats]:
        """Return the random variance of every reading; missing and removed ones are all but unknown."""
        out = [
            _variance(cells, spread, removed, amount)
            for cells, removed, amount in zip(self.panel.cells(), spread.removed, spread.amounts, strict=True)
        ]
        if spread.referee is not None:
            for k, (cells, again) in enumerate(zip(self.panel.cells(), spread.referee, strict=True)):
                sharp = (REFEREE_SD * np.maximum(spread.amounts[k], FLOOR_SD * np.maximum(cells.usual, 1e-9))) ** 2
                out[k] = np.where(again & ~cells.exact, np.minimum(sharp, out[k]), out[k])
        return out[0], out[1], out[2], out[3]

    def effects(self, spread: Spread) -> list[Floats]:
        """Return what one sd of its systematic error does to each reading: shape (2, places, periods) per kind."""
        out: list[Floats] = []
        for cells, removed, amount in zip(self.panel.cells(), spread.removed, spread.amounts, strict=True):
            sd = np.where(cells.bias >= 0, spread.systematic[np.maximum(cells.bias, 0)], 0.0)
            live = cells.present & ~removed
            if spread.referee is not None:
                live = live & ~spread.referee[len(out)]
            out.append(np.where(live, amount * sd * cells.share, 0.0))
        return out

    def solver(self, spread: Spread, *, inverse: bool = True) -> "Solver":
        """Factor the system for one set of variances."""
        return Solver(self, spread, inverse=inverse)


class Solver:
    """A factored system.

    Args:
        system: the pattern.
        spread: the sizes of the errors.
        inverse: whether the information blocks are wanted too.
    """

    def __init__(self, system: System, spread: Spread, *, inverse: bool = True) -> None:
        self.system = system
        self.spread = spread
        panel, layout = system.panel, system.layout
        ship, receive, stock, used = system.variances(spread)
        self.effect = [effect.sum(axis=0) if k < 2 else effect for k, effect in enumerate(system.effects(spread))]  # noqa: PLR2004
        self.variance = (ship, receive, stock, used)
        self.total = ship + receive
        self.alpha, self.beta = ship / self.total, receive / self.total
        pooled = ship * self.beta
        own = stock[:, :-1] + stock[:, 1:] + used
        for side in (0, 1):
            there = panel.ends[:, side] >= 0
            np.add.at(own, panel.ends[there, side], pooled[there])
        diagonal = np.full(layout.unknowns, -1.0)
        diagonal[system.muf.ravel()] = own.ravel()
        a1, a2 = self.effect[0], self.effect[1]
        sources = {
            "ship": self.beta * a1,
            "receive": self.alpha * a2,
            "ship_own": a1**2 / self.total,
            "receive_own": a2**2 / self.total,
            "cross": a1 * a2 / self.total,
        }
        for k in (0, 1):
            sources[f"stock{k}"], sources[f"used{k}"] = self.effect[2][k], self.effect[3][k]
        neighbours = -stock[:, 1:-1].ravel()
        values = [diagonal, neighbours, neighbours, -pooled[system.inner].ravel()]
        values += [sign * sources[name].ravel()[cells] for name, cells, sign in system.picks]
        self.scale = np.ones(layout.unknowns)
        self.scale[system.muf.ravel()] = 1 / np.sqrt(own.ravel())
        weights = np.concatenate(values) * self.scale[system.left] * self.scale[system.right]
        store = np.bincount(system.flat, weights=weights, minlength=layout.storage).astype(np.float64, copy=False)
        self.factor = Factor(layout, store, inverse=inverse)

    def solve(self, shipped: Floats, received: Floats, stock: Floats, used: Floats) -> Solution:
        """Return the scores of r campaigns.

        Args:
            shipped: shape (L, T, r).
            received: shape (L, T, r).
            stock: shape (N, T + 1, r).
            used: shape (N, T, r).
        """
        panel, layout, system = self.system.panel, self.system.layout, self.system
        n, t = panel.nodes.size, panel.periods
        srd = shipped - received
        muf = stock[:, :-1] - stock[:, 1:] - used
        to, frm = panel.ends[:, 1] >= 0, panel.ends[:, 0] >= 0
        np.add.at(muf, panel.ends[to, 1], received[to] + self.beta[to, :, None] * srd[to])
        np.add.at(muf, panel.ends[frm, 0], -shipped[frm] + self.alpha[frm, :, None] * srd[frm])
        right = np.zeros((layout.unknowns, srd.shape[2]))
        right[system.muf.ravel()] = muf.reshape(n * t, -1)
        for k, (cells, sign) in enumerate(((panel.shipped, -1.0), (panel.received, 1.0))):
            bias = cells.bias[0]
            there = bias >= 0
            np.add.at(
                right, layout.bias_at[bias[there]], sign * (self.effect[k] / self.total)[there][:, None] * srd[there]
            )
        x = self.factor.solve(right * self.scale[:, None]) * self.scale[:, None]
        node = x[system.muf]
        bias_score = x[layout.bias_at] if layout.bias_at.size else np.zeros((0, srd.shape[2]))
        link = srd / self.total[:, :, None]
        link[to] += self.beta[to, :, None] * node[panel.ends[to, 1]]
        link[frm] += self.alpha[frm, :, None] * node[panel.ends[frm, 0]]
        for k, (cells, sign) in enumerate(((panel.shipped, -1.0), (panel.received, 1.0))):
            bias = cells.bias[0]
            part = bias_score[np.maximum(bias, 0)] * (self.effect[k] / self.total)[:, :, None]
            link += sign * np.where((bias >= 0)[:, :, None], part, 0.0)
        return Solution(node, link, bias_score)

    def reconciled(self, solution: Solution, values: tuple[Floats, ...]) -> tuple[Floats, Floats, Floats, Floats]:
        """Return the best estimate of every true amount, given all readings and no loss (first campaign)."""
        out = []
        scores = reading_scores(self.system.panel, solution)
        bias = solution.bias[:, 0]
        for k, (cells, score) in enumerate(zip(self.system.panel.cells(), scores, strict=True)):
            error = self.variance[k] * score[:, :, 0]
            effect = self.effect[k] if k > 1 else np.stack([self.effect[k], np.zeros_like(error)])
            for slot in (0, 1):
                if bias.size:
                    error = error + np.where(
                        cells.bias[slot] >= 0, effect[slot] * bias[np.maximum(cells.bias[slot], 0)], 0.0
                    )
            out.append(values[k] - error)
        return out[0], out[1], out[2], out[3]

    def leverage(self) -> Leverage:
        """Return the variances of the scores of single balances, differences, readings and biases."""
        panel, layout = self.system.panel, self.system.layout
        n, t = panel.nodes.size, panel.periods
        node, beside = np.empty((n, t)), np.empty((n, t - 1))  # and the covariance of neighbours in time
        for at in range(n):
            block, sc = self.factor.inverse(at, at), self.scale[self.system.muf[at]]
            node[at] = np.diagonal(block)[:t] * sc**2
            beside[at] = np.diagonal(block, 1)[: t - 1] * sc[:-1] * sc[1:]
        bias = np.zeros(panel.instrument.size)
        for k, home in enumerate(layout.home.tolist()):
            col = int(layout.bias_at[k] - layout.first[home])
            bias[k] = 1 + self.factor.inverse(home, home)[col, col]
        link, ship, receive = np.empty((3, panel.links.size, t))
        for at in range(panel.links.size):
            link[at], ship[at], receive[at] = self._link_leverage(at, node)
        stock = np.zeros((n, t + 1))
        stock[:, :-1] += node
        stock[:, 1:] += node
        stock[:, 1:-1] -= 2 * beside
        return Leverage(node, link, bias, (ship, receive, stock, node))

    def information(self) -> Information:
        """Return the blocks of the inverse covariance that the tests need."""
        panel, t = self.system.panel, self.system.panel.periods
        node, link = np.empty((panel.nodes.size, t, t)), np.empty((panel.links.size, t, t))
        for at in range(node.shape[0]):
            node[at] = self.node_block(at)
        for at in range(link.shape[0]):
            link[at] = self.link_block(at)
        single = self.leverage()
        return Information(node, link, single.bias, single.cells)

    def node_block(self, at: int) -> Floats:
        """Return the information block of one balance, shape (T, T)."""
        sc = self.scale[self.system.muf[at]]
        return self._weighted(at, at, sc, sc)

    def link_block(self, at: int) -> Floats:
        """Return the information block of one link, shape (T, T)."""
        met = self._met(at)
        own = [
            weight * self.scale[self.system.muf[block]] for block, weight in zip(met.blocks, met.weights, strict=True)
        ]
        half = 0.5 * met.loads @ met.among
        for across, weight in zip(met.across, met.weights, strict=True):
            half += weight[:, None] * across
        z = half @ met.loads.T
        if len(own) > 1:
            z += self._weighted(met.blocks[0], met.blocks[1], own[0], own[1])
        z += z.T.copy()
        for block, weight in zip(met.blocks, own, strict=True):
            z += self._weighted(block, block, weight, weight)
        z[np.diag_indices_from(z)] += 1 / self.total[at]
        return z

    def _link_leverage(self, at: int, node: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the variance of the score of one link and of its two readings; ``node``: of the balances."""
        met, muf = self._met(at), self.system.muf
        own = [(met.loads * across).sum(axis=1) for across in met.across]  # cov(w_link, w_end)
        for i, (block, weight) in enumerate(zip(met.blocks, met.weights, strict=True)):
            own[i] += weight * node[block]
        if len(own) > 1:
            one, other = met.blocks
            both = np.diagonal(self.factor.inverse(one, other))[: node.shape[1]]
            both = both * self.scale[muf[one]] * self.scale[muf[other]]
            own = [own[0] + met.weights[1] * both, own[1] + met.weights[0] * both]
        z = 1 / self.total[at] + ((met.loads @ met.among) * met.loads).sum(axis=1)
        for across, weight, cov in zip(met.across, met.weights, own, strict=True):
            z = z + weight * ((met.loads * across).sum(axis=1) + cov)
        single = [z, z]
        for block, cov in zip(met.blocks, own, strict=True):
            side = 1 if block == self.system.panel.ends[at, 1] else 0
            single[side] = single[side] + node[block] - 2 * cov
        return z, single[0], single[1]

    def _met(self, at: int) -> _Meeting:
        panel, layout, factor, t = self.system.panel, self.system.layout, self.factor, self.system.panel.periods
        frm, to = panel.ends[at].tolist()
        one, other = panel.shipped.bias[0][at], panel.received.bias[0][at]
        biases = self.system.scales[at]
        loads = np.where(other[:, None] == biases, self.effect[1][at][:, None], 0.0)
        loads -= np.where(one[:, None] == biases, self.effect[0][at][:, None], 0.0)
        homes = layout.home[biases]
        cols = layout.bias_at[biases] - layout.first[homes]
        ends = [(block, weight) for block, weight in ((to, self.beta[at]), (frm, self.alpha[at])) if block >= 0]
        across = [np.empty((t, biases.size)) for _ in ends]
        among = np.empty((biases.size, biases.size))
        for j, (home, col) in enumerate(zip(homes.tolist(), cols.tolist(), strict=True)):
            for part, (block, _) in zip(across, ends, strict=True):
                part[:, j] = factor.inverse(block, home)[:t, col] * self.scale[self.system.muf[block]]
            for i, (home2, col2) in enumerate(zip(homes.tolist(), cols.tolist(), strict=True)):
                among[j, i] = factor.inverse(home, home2)[col, col2]
        weights = [weight for _, weight in ends]
        return _Meeting([block for block, _ in ends], weights, loads / self.total[at][:, None], across, among)

    def _weighted(self, one: int, other: int, left: Floats, right: Floats) -> Floats:
        """Return a block of the inverse between two balances, rows and columns weighted."""
        t = self.system.panel.periods
        out = self.factor.inverse(one, other)[:t, :t] * left[:, None]
        out *= right
        return np.asarray(out, dtype=np.float64)


def reading_scores(panel: Panel, solution: Solution) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the score of an error in each single reading: shipped, received, stock, used; shapes (places, times, r)."""
    node, link = solution.node, solution.link
    to, frm = panel.ends[:, 1], panel.ends[:, 0]
    ship = link - np.where((frm >= 0)[:, None, None], node[np.maximum(frm, 0)], 0.0)
    receive = np.where((to >= 0)[:, None, None], node[np.maximum(to, 0)], 0.0) - link
    stock = np.zeros((node.shape[0], node.shape[1] + 1, node.shape[2]))
    stock[:, :-1] += node
    stock[:, 1:] -= node
    return ship, receive, stock, -node


def _variance(cells: Cells, spread: Spread, removed: Bools, amount: Floats) -> Floats:
    """Random variance of the readings of one kind."""
    total = np.zeros_like(cells.value)
    for k in (0, 1):
        bias = cells.bias[k]
        factor = np.where(bias >= 0, spread.random[cells.role][np.maximum(bias, 0)], 0.0)
        total += cells.share[k] * factor
    known = (cells.sd * total * amount) ** 2
    usual = np.maximum(np.maximum(cells.usual, cells.amount), 1e-9)
    floor = (FLOOR_SD * usual) ** 2
    return np.where(
        cells.exact, floor, np.where(cells.present & ~removed, known + floor, (UNKNOWN_SPREAD * usual) ** 2)
    )
