"""One material fitted: its system solved with the errors in use, and every hypothesis scored."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from enduse.assurance import scan
from enduse.assurance.detection.calibrate import Family
from enduse.assurance.fitting.panel import FLOOR_SHARE, Panel
from enduse.assurance.fitting.system import Information, Solution, Solver, System
from enduse.assurance.fitting.variances import CAP, CAP_MEAN, CERTAIN
from enduse.assurance.model import NODE_KINDS, Network

Floats = NDArray[np.float64]

LOSS_SHARE, GAIN_SHARE, BIAS_SHARE = 0.96, 0.02, 0.02
NODE_PART = 0.5  # of losses and gains; the rest is for links
WEAK_BIAS = 0.2  # a systematic error the data tell this little about is not tested


class Fit(msgspec.Struct, frozen=True):
    """Scores of one material.

    Attributes:
        panel, solver, info, solution: the data and their weighted residuals.
        grid: the windows tested.
        node, link: loss windows. node_freedom, link_freedom: degrees of freedom of each, same shapes.
        node_share, link_share: budget shares of the places, shapes (N,) and (L,), each summing to its part.
        bias_z: standardised systematic errors, shape (K,); 0 where not tested. bias_share: of each that is tested.
        bias_freedom: degrees of freedom behind the size of each, shape (K,).
    """

    panel: Panel
    solver: Solver
    info: Information
    solution: Solution
    grid: scan.Grid
    node: scan.Windows
    link: scan.Windows
    node_freedom: Floats
    link_freedom: Floats
    node_share: Floats
    link_share: Floats
    bias_z: Floats
    bias_share: float
    bias_freedom: Floats

    @property
    def node_scale(self) -> Floats:
        """Template of a loss of one throughput at each node, shape (N, T)."""
        return self.panel.throughput

    @property
    def link_scale(self) -> Floats:
        """Template of a loss of one load on each link, shape (L, T)."""
        return self.panel.loads()


def place_shares(levels: list[str]) -> Floats:
    """Share a budget among places: half equally, half by level so that the few big ones are not drowned by the many."""
    count = len(levels)
    unique, at, sizes = np.unique(np.array(levels, dtype=np.str_), return_inverse=True, return_counts=True)
    return np.asarray(0.5 / max(count, 1) + 0.5 / max(unique.size, 1) / sizes[at], dtype=np.float64)


def shares(network: Network, panel: Panel) -> tuple[Floats, Floats]:
    """Return the budget shares of nodes and links of one material, summing to one in all."""
    kinds = [network.nodes[at].kind for at in panel.nodes]
    ends = [network.ends(int(at)) for at in panel.links]
    ways = [f"{NODE_KINDS.index(network.nodes[a].kind)}{NODE_KINDS.index(network.nodes[b].kind)}" for a, b in ends]
    part = NODE_PART if ways else 1.0
    return part * place_shares(kinds), (1 - part) * place_shares(ways)


def score_all(
    network: Network,
    system: System,
    solver: Solver,
    info: Information,
    solution: Solution,
    freedom: Floats,
    grid: scan.Grid,
    like: Fit | None = None,
) -> Fit:
    """Score every hypothesis of one material; ``like`` lends the degrees of freedom of another on the same network."""
    panel = system.panel
    node = scan.scan(solution.node[:, :, 0], info.node, panel.throughput, grid)
    link = scan.scan(solution.link[:, :, 0], info.link, panel.loads(), grid)
    node_freedom, link_freedom = np.full(node.z.shape, 1e6), np.full(link.z.shape, 1e6)
    alike = like is not None and like.node.z.shape == node.z.shape and like.link.z.shape == link.z.shape
    if like is not None and alike:
        node_freedom, link_freedom = like.node_freedom, like.link_freedom
    elif freedom.min() < CERTAIN:
        none = np.zeros_like(solver.spread.systematic)
        known = system.solver(msgspec.structs.replace(solver.spread, systematic=none)).information()
        (node_random, link_random), (node_shared, link_shared) = _doubts(solver, freedom)
        node_freedom = _freedom(node, known.node, panel.throughput, grid, (node_random, node_shared))
        link_freedom = _freedom(link, known.link, panel.loads(), grid, (link_random, link_shared))
    tested = info.bias > WEAK_BIAS
    bias_z = np.where(tested, solution.bias[:, 0] / np.sqrt(np.where(tested, info.bias, 1.0)), 0.0)
    node_share, link_share = shares(network, panel)
    return Fit(
        panel,
        solver,
        info,
        solution,
        grid,
        msgspec.structs.replace(node, z=scan.as_normal(node.z, node_freedom)),
        msgspec.structs.replace(link, z=scan.as_normal(link.z, link_freedom)),
        node_freedom,
        link_freedom,
        node_share,
        link_share,
        bias_as_normal(bias_z, info.bias, freedom[-1, panel.instrument]),
        BIAS_SHARE / max(int(tested.sum()), 1),
        freedom[-1, panel.instrument],
    )


def bias_as_normal(z: Floats, information: Floats, freedom: Floats) -> Floats:
    """Turn the bias of each instrument, measured by the sd of the others of its group, into a normal statistic."""
    left = np.maximum(freedom - 1, 1.0)
    own = np.clip(information, 0.0, 1.0) * np.minimum(z**2, CAP**2) / CAP_MEAN
    return scan.as_normal(z * np.sqrt(np.maximum(left / np.maximum(freedom - own, 1.0), 1.0)), left)


def _doubts(solver: Solver, freedom: Floats) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Return the degrees of freedom behind the random and the systematic errors of each node and each link."""
    panel, out = solver.system.panel, []
    effects = solver.system.effects(solver.spread)
    for shared in (False, True):
        least = np.array([[1e-300 / CERTAIN], [1e-300]])  # of doubt and variance
        sums = [np.repeat(least, panel.nodes.size, axis=1), np.repeat(least, panel.links.size, axis=1)]
        for k, (cells, removed) in enumerate(zip(panel.cells(), solver.spread.removed, strict=True)):
            live = cells.present & ~removed & (cells.bias[0] >= 0)
            variance = np.where(live, (effects[k] ** 2).sum(axis=0) if shared else solver.variance[k], 0.0)
            own = freedom[-1 if shared else cells.role, panel.instrument[np.maximum(cells.bias[0], 0)]]
            both = np.stack([(variance / own).sum(axis=1), variance.sum(axis=1)])
            if cells.role:
                sums[0] += both
                continue
            sums[1] += both
            for side in (0, 1):
                there = panel.ends[:, side] >= 0
                for total, more in zip(sums[0], both, strict=True):
                    np.add.at(total, panel.ends[there, side], more[there])
        out.append((np.minimum(sums[0][1] / sums[0][0], CERTAIN), np.minimum(sums[1][1] / sums[1][0], CERTAIN)))
    return out[0], out[1]


def _freedom(
    windows: scan.Windows, known: Floats, scale: Floats, grid: scan.Grid, behind: tuple[Floats, Floats]
) -> Floats:
    """Degrees of freedom of every window (Satterthwaite 1946), from the part of its variance that is systematic."""
    random, systematic = behind
    sharp = scan.window_information(known, scale, grid.first, grid.last)
    part = np.clip(1 - windows.information / np.maximum(sharp, 1e-300), 0.0, 1.0)
    out = 1 / (part**2 / systematic[:, None] + (1 - part) ** 2 / random[:, None])
    return np.asarray(out, dtype=np.float64)


def families(one: Fit) -> list[Family]:
    """Return the loss and gain hypotheses of a material for calibration, with shares that sum to its whole budget."""
    return [
        Family(blocks, scale, windows.information, windows.usable, share * part, one.grid)
        for blocks, scale, windows, share in (
            (one.info.node, one.node_scale, one.node, one.node_share),
            (one.info.link, one.link_scale, one.link, one.link_share),
        )
        for part in (LOSS_SHARE, GAIN_SHARE)
    ]


def best_scores(one: Fit) -> tuple[float, float, float]:
    """Return the largest score of losses, gains and biases."""
    loss = gain = -np.inf
    for windows, share in ((one.node, one.node_share), (one.link, one.link_share)):
        log_share = np.log(share)[:, None] + one.grid.log_share
        loss = max(loss, scan.highest(windows.z, log_share + np.log(LOSS_SHARE))[0])
        gain = max(gain, scan.highest(-windows.z, log_share + np.log(GAIN_SHARE))[0])
    bias = scan.highest(np.abs(one.bias_z), np.log(one.bias_share / 2))[0]
    return loss, gain, bias


def better_amounts(solver: Solver, solution: Solution) -> tuple[Floats, Floats, Floats, Floats]:
    """Return amounts for the errors to scale with, from the reconciled campaign.

    A reading that is low by chance would otherwise also get a small error, and stand out the more for it.
    """
    panel = solver.system.panel
    values = tuple(
        np.where(out, amount, cells.value)
        for cells, out, amount in zip(panel.cells(), solver.spread.removed, solver.spread.amounts, strict=True)
    )
    out = []
    for cells, amount in zip(panel.cells(), solver.reconciled(solution, values), strict=True):
        floor = FLOOR_SHARE * cells.usual
        out.append(np.where(cells.exact, 0.0, np.maximum(np.clip(amount, 0.5 * cells.amount, 2 * cells.amount), floor)))
    return out[0], out[1], out[2], out[3]


def drawn_levels(one: Fit, campaigns: int, seed: int) -> Floats:
    """Return the largest scores of campaigns without losses, drawn with the errors of a fitted material.

    Args:
        one: fitted material.
        campaigns: how many.
        seed: of the numbers.
    """
    rng = np.random.default_rng(seed)
    panel, solver = one.panel, one.solver
    errors = [
        np.sqrt(variance)[:, :, None] * rng.standard_normal((*variance.shape, campaigns))
        for variance in solver.variance
    ]
    shared = rng.standard_normal((max(panel.instrument.size, 1), campaigns))
    for k, (cells, effect) in enumerate(zip(panel.cells(), solver.system.effects(solver.spread), strict=True)):
        for slot in (0, 1):
            if np.any(effect[slot]):
                errors[k] += effect[slot][:, :, None] * shared[np.maximum(cells.bias[slot], 0)]
    solution = solver.solve(*errors)
    tested = one.info.bias > WEAK_BIAS
    bias = np.abs(
        np.where(tested[:, None], solution.bias / np.sqrt(np.where(tested, one.info.bias, 1.0))[:, None], 0.0)
    )
    top = np.max(scan.score(bias, np.log(one.bias_share / 2)), axis=0, initial=-np.inf)
    grid, log_share = one.grid, one.grid.log_share
    parts = (
        (solution.node, one.node_scale, one.node, one.node_share),
        (solution.link, one.link_scale, one.link, one.link_share),
    )
    for scores, scale, windows, share in parts:
        for at in range(scale.shape[0]):
            used = np.flatnonzero(windows.usable[at] & (grid.share > 0))
            if not used.size:
                continue
            z = scan.window_sums((scores[at] * scale[at][:, None]).T, grid.first[used], grid.last[used])
            z /= np.sqrt(windows.information[at][used])
            shares, rank = log_share[used] + np.log(share[at]), np.empty_like(z)
            for sign, clip, part in ((1, np.maximum, LOSS_SHARE), (-1, np.minimum, GAIN_SHARE)):
                # -log tail is z^2/2 plus a slow term: rank by that, then score the best one exactly
                clip(z, 0.0, out=rank)
                np.square(rank, out=rank)
                rank *= 0.5
                rank += shares
                best = rank.argmax(axis=1)
                value = scan.score(sign * z[np.arange(campaigns), best], shares[best] + np.log(part))
                top = np.maximum(top, value)
    return np.asarray(top, dtype=np.float64)
