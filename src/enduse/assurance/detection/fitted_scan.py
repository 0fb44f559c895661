"""Loss hypotheses of one material: balances, links and parties, over windows of periods, with the loss fitted.

A score test finds where a loss may be: with the weights as fitted, and with every reading at its full weight, since a
theft of nearly everything makes the readings around it look wild. The best places of both are then fitted with the loss
as a free amount, readings regaining their weights, and twice the gain in log likelihood is the squared statistic. It
grows with the loss, so that a theft of everything scores highest.
"""

from typing import Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from enduse.assurance import scan
from enduse.assurance.detection.fit import place_shares
from enduse.assurance.fitting.cells import READING_GROUPS, CellGroup, CellModel
from enduse.assurance.fitting.estimation import Estimate, Estimator
from enduse.assurance.fitting.panel import Panel

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

SHORTEST_PARTY = 3  # periods

HypothesisKind = Literal["node", "link", "sends", "receives"]


class PlaceHypothesis(msgspec.Struct, frozen=True):
    """One place where losses of every window are tested.

    Attributes:
        kind: a node's balance, a link, or all that a node says it sends, or receives.
        at: row of the node or link in the panel; of a party, its position in the network.
        rows: residuals it shifts, shape (R, T). scale: by how much for a loss of one throughput, same shape.
        log_share: logarithm of its part of the budget.
    """

    kind: HypothesisKind
    at: int
    rows: Ints
    scale: Floats
    log_share: float


class Discovery(msgspec.Struct, frozen=True):
    """A loss that explains a campaign better than none.

    Attributes:
        kind, at: as in :class:`PlaceHypothesis`. first, last: periods from 0.
        estimate: amount in all. z: square root of twice the gain in log likelihood. score: ``-log(p / share)``.
    """

    kind: HypothesisKind
    at: int
    first: int
    last: int
    estimate: float
    z: float
    score: float


def hypotheses(panel: Panel, model: CellModel, party_share: float) -> list[PlaceHypothesis]:
    """Return every place of a material, with shares that sum to one.

    A party is tested where it has two or more links of a kind; one link alone is the same as that link.
    """
    n, loads = panel.nodes.size, panel.loads()
    out: list[tuple[HypothesisKind, int, Ints, Floats]] = []
    out += [("node", at, model.node[at][None], panel.throughput[at][None]) for at in range(n)]
    out += [("link", at, model.link[at][None], loads[at][None]) for at in range(panel.links.size)]
    kinds: tuple[HypothesisKind, HypothesisKind] = ("sends", "receives")
    for side, kind in enumerate(kinds):
        for at in np.unique(panel.parties[:, side]).tolist():
            mine = np.flatnonzero(panel.parties[:, side] == at)
            if mine.size > 1:
                out.append((kind, at, model.link[mine], loads[mine]))
    groups = ["node" if one[0] == "node" else "link" if one[0] == "link" else "party" for one in out]
    parts = {"party": party_share if "party" in groups else 0.0}
    rest = 1 - parts["party"]
    parts |= {"node": rest / 2, "link": rest / 2} if "link" in groups else {"node": rest}
    shares: dict[str, list[float]] = {
        group: place_shares(
            [kind for kind, one in zip((o[0] for o in out), groups, strict=True) if one == group]
        ).tolist()
        for group in set(groups)
    }
    return [
        PlaceHypothesis(*one, log_share=float(np.log(parts[group] * shares[group].pop(0))))
        for one, group in zip(out, groups, strict=True)
    ]


class Searched(msgspec.Struct, frozen=True):
    """A campaign estimated and searched.

    Attributes:
        best: the loss that explains it best; None where no loss anywhere would tell anything.
        one: the estimate without a loss, with the tails that the readings have once the best loss is taken out.
        clear: the same with that loss taken out: what campaigns without losses are drawn from.
        odds: log odds that the tails are heavy.
    """

    best: Discovery | None
    one: Estimate
    clear: Estimate
    odds: float


SuspectedLoss = tuple[HypothesisKind, int, int, int, float]
"""Kind of place, its row in the panel, first and last period from 0, and 1, or -1 of a surplus."""


class Scanner:
    """Scores losses of one material.

    Args:
        estimator: with which losses are fitted.
        places: hypotheses.
        grid: windows.
    """

    def __init__(self, estimator: Estimator, places: list[PlaceHypothesis], grid: scan.Grid) -> None:
        self.estimator = estimator
        self.places = places
        self.grid = grid

    def column(self, place: PlaceHypothesis, window: int, size: int) -> Floats:
        """Return what a loss of one throughput over a window does to the residuals, shape (M,)."""
        out = np.zeros(size)
        inside = slice(int(self.grid.first[window]), int(self.grid.last[window]) + 1)
        out[place.rows[:, inside]] = place.scale[:, inside]
        return out

    def nearest(self, kind: HypothesisKind, at: int, first: int, last: int) -> tuple[int, int]:
        """Return the positions of a place, and of the window nearest to one, which is itself one of up to 32 periods."""
        place = next(k for k, each in enumerate(self.places) if (each.kind, each.at) == (kind, at))
        return place, int((np.abs(self.grid.first - first) + np.abs(self.grid.last - last)).argmin())

    def scored(self, one: Estimate) -> tuple[Floats, Floats]:
        """Return score and z of all places and windows, shapes (H, W); -inf where a loss would tell nothing."""
        t = self.grid.periods
        sums, blocks = np.empty((len(self.places), t)), np.empty((len(self.places), t, t))
        for at, place in enumerate(self.places):
            rows, scale = place.rows, place.scale
            sums[at] = (one.scores[rows] * scale).sum(axis=0)
            part = one.inverse[rows.ravel()[:, None], rows.ravel()] * scale.ravel()[:, None] * scale.ravel()
            blocks[at] = part.reshape(rows.shape[0], t, rows.shape[0], t).sum(axis=(0, 2))
        unit = np.ones_like(sums)
        information = scan.window_information(blocks, unit, self.grid.first, self.grid.last)
        tells = information >= self.estimator.settings.least_information
        total = scan.window_sums(sums, self.grid.first, self.grid.last)
        z = np.where(tells, total / np.sqrt(np.where(tells, information, 1.0)), -np.inf)
        share = np.array([place.log_share for place in self.places])[:, None] + self.grid.log_share
        return np.where(np.isfinite(z), scan.score(np.where(np.isfinite(z), z, 0.0), share), -np.inf), z

    def search(self, model: CellModel, like: Estimate | None = None, enough: float = np.inf) -> Searched:
        """Estimate a campaign and find the loss that explains it best.

        Whether goods are late, scales drift and tails are heavy is told with the best loss of the plain fit taken out: one
        theft among some hundred readings looks like each of them, and would hide in it.

        Args:
            model: the campaign.
            like: of the campaign it was drawn from.
            enough: a score at which to stop looking; a drawn campaign whose scan is far from it is not looked into.
        """
        estimator = self.estimator
        settings = estimator.settings
        one = estimator.plain(model, like)
        if like is not None and self.scored(one)[0].max(initial=-np.inf) < settings.far * enough - 1:
            return Searched(None, one, one, 0.0)
        best = self.best(one)
        clear = self.cleared(one, best)
        signs = estimator.signs(clear, model) | estimator.signs(one, model)
        striking = best is not None and best.score > settings.unremarkable
        chosen: frozenset[CellGroup] = frozenset()
        for condition in estimator.conditions:
            if not striking and not condition & signs:
                continue
            other = estimator.beside(model, chosen | condition, like or one, like)
            instead = other.level - one.level - max(0.0 if best is None else best.score, 0.0)
            beside = self.cleared(other, best).level - clear.level
            if max(instead, beside) > settings.late_gain:
                chosen, one, best = chosen | condition, other, self.best(other)
                clear = self.cleared(one, best)
        odds = estimator.heavy_odds(clear)
        if odds > 0:
            one = estimator.again(estimator.with_tails(one, heavy=True), settings.heavy_rounds)
            found = [self.best(one, enough)]
            if best is not None:
                found.append(self.refitted(one, *self.nearest(best.kind, best.at, best.first, best.last)))
            best = max((each for each in found if each is not None), key=lambda each: each.score, default=None)
            clear = self.cleared(one, best)
        return Searched(best, one, clear, odds)

    def cleared(self, one: Estimate, best: Discovery | None) -> Estimate:
        """Return an estimate with a loss taken out."""
        if best is None:
            return one
        place, window = self.nearest(best.kind, best.at, best.first, best.last)
        loss = self.column(self.places[place], window, one.model.residual.size)
        one = self.estimator.solved(one.model, one.factor, one.tail, one.weight, loss)
        for _ in range(self.estimator.settings.refit_rounds):
            one = self.estimator.improved(one, loss, hold=True)
        return one

    def best(self, one: Estimate, enough: float = np.inf) -> Discovery | None:
        """Return the loss that scores highest; None where no loss anywhere would tell anything.

        Args:
            one: the campaign fitted without a loss.
            enough: a score at which to stop looking.
        """
        scores, z = self.scored(one)
        found = [self._found(one, scores, z, at) for at in _tops(scores, 1)]
        top = max(found, key=lambda each: each.score, default=None)
        if top is not None and top.score >= enough:
            return top
        mine = np.isin(one.model.group, [int(group) for group in READING_GROUPS])
        full = np.where(mine, 1.0, one.weight)
        sharp = self.estimator.solved(one.model, one.factor, one.tail, full) if np.any(one.weight[mine] < 1) else one
        candidates = dict.fromkeys(_tops(scores, self.estimator.settings.refits))
        if sharp is not one:
            candidates |= dict.fromkeys(_tops(self.scored(sharp)[0], self.estimator.settings.refits))
        for at in candidates:
            fitted = self.refitted(one, *divmod(at, self.grid.first.size))
            if fitted is not None and (top is None or fitted.score > top.score):
                top = fitted
            if top is not None and top.score >= enough:
                break
        return top

    def parties(self, one: Estimate) -> list[Discovery]:
        """Return for every party that all it sends is overstated, or all it receives understated, at its best.

        Over less than :data:`SHORTEST_PARTY` periods that is a wrong reading or two, and not looked at.
        """
        _, z = self.scored(one)
        long = self.grid.last - self.grid.first + 1 >= SHORTEST_PARTY
        out = []
        for at, place in enumerate(self.places):
            told = np.where(long, z[at], -np.inf)
            if place.kind in {"sends", "receives"} and np.isfinite(told.max(initial=-np.inf)):
                out.append(self.refitted(one, at, int(told.argmax())))
        return [found for found in out if found is not None]

    def refitted(self, one: Estimate, place: int, window: int, sign: float = 1.0) -> Discovery | None:
        """Return a loss, or a surplus, fitted together with the errors; None where the best fit is of the other sign."""
        where = self.places[place]
        loss = self.column(where, window, one.model.residual.size)
        fitted = self.estimator.solved(one.model, one.factor, one.tail, one.weight, loss)
        level = fitted.level
        for _ in range(self.estimator.settings.refit_rounds):
            fitted = self.estimator.improved(fitted, loss, hold=True)
            level = max(level, fitted.level)
        amount = fitted.amount
        if sign * amount <= 0:
            return None
        z = float(np.sqrt(max(2 * (level - one.level), 0.0)))
        share = where.log_share + float(self.grid.log_share[window])
        inside = slice(int(self.grid.first[window]), int(self.grid.last[window]) + 1)
        total = amount * float(where.scale[:, inside].sum())
        first, last = int(self.grid.first[window]), int(self.grid.last[window])
        return Discovery(where.kind, where.at, first, last, total, z, float(scan.score(np.array(z), np.array(share))))

    def _found(self, one: Estimate, scores: Floats, z: Floats, at: int) -> Discovery:
        place, window = divmod(at, self.grid.first.size)
        where = self.places[place]
        loss = self.column(where, window, one.model.residual.size)
        size = float(loss @ one.scores) / float(loss @ (one.inverse @ loss))
        first, last = int(self.grid.first[window]), int(self.grid.last[window])
        total = size * float(where.scale[:, first : last + 1].sum())
        return Discovery(
            where.kind, where.at, first, last, total, float(z[place, window]), float(scores[place, window])
        )


def _tops(scores: Floats, count: int) -> list[int]:
    """Return the flat positions of the best windows of the best places."""
    best = scores.max(axis=1)
    order = np.argsort(-best)[:count]
    return [int(at) * scores.shape[1] + int(scores[at].argmax()) for at in order if np.isfinite(best[at])]
