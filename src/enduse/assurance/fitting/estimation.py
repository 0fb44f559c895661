"""Restricted likelihood with weights: factors by group, a weight per cell, conditions chosen by likelihood.

With P the inverse covariance of the residuals y and w = P y, a cell with column a and variance v has the fitted error
v a'w, whose expected square is ``(v a'w)^2 + v - v^2 a'P a`` (Patterson & Thompson, Biometrika 58, 1971). Student
tails are scale mixtures: the weight of a cell is ``(nu + 1) / (nu + E e^2 / v0)`` (Lange et al., JASA 84, 1989).
"""

from math import inf

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import linalg, sparse, special

from enduse.assurance.fitting.cells import LATE_GROUPS, READING_GROUPS, CellGroup, CellModel
from enduse.assurance.settings import Settings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

STEP = 1.5  # most a logarithm of a factor moves in one round
SEEN_SHARE = 0.05  # of a cell that its residuals tell: with less its score says nothing of its tail
UNREAD = 1e3  # times all that was ever shipped: the sd of what nobody read
LIMIT = 12.0  # no factor on a variance is beyond exp(12)
SCALES = np.exp(np.linspace(-1.2, 0.4, 9))  # of a heavy-tailed fit, part of the Gaussian sd
HOLDS = frozenset({CellGroup.UNDER_WAY, CellGroup.LATENESS, CellGroup.SILENT})
OPTIONAL = frozenset({*LATE_GROUPS, CellGroup.DRIFT})  # estimated only where there is a sign of them


class Estimate(msgspec.Struct, frozen=True):
    """A campaign fitted.

    Attributes:
        model: residuals and the cells in use.
        factor: on the variances by :class:`CellGroup`, shape (9,). tail: degrees of freedom, same shape.
        weight: of every cell, shape (Q,).
        inverse: P, shape (M, M). scores: w, shape (M,).
        level: log likelihood of residuals, weights and factors together.
        amount: of the loss taken out, in units of it; 0 where there is none.
    """

    model: CellModel
    factor: Floats
    tail: Floats
    weight: Floats
    inverse: Floats
    scores: Floats
    level: float
    amount: float = 0.0

    def variances(self) -> tuple[Floats, Floats]:
        """Return the variances of the cells without that of rounding, and with it."""
        own = self.factor[self.model.group] * self.model.base / self.weight
        return own, own + self.model.extra

    def cell_scores(self) -> Floats:
        """Return a'w of every cell, shape (Q,)."""
        return np.asarray(self.model.columns.T @ self.scores, dtype=np.float64)

    def leverages(self) -> Floats:
        """Return a'P a of every cell, shape (Q,)."""
        return _leverages(self.model, self.inverse)


def _leverages(model: CellModel, inverse: Floats) -> Floats:
    columns = model.columns
    across = columns.T @ inverse  # (Q, M)
    cell = np.repeat(np.arange(columns.shape[1]), np.diff(columns.indptr))
    part = columns.data * across[cell, columns.indices]
    return np.asarray(np.bincount(cell, weights=part, minlength=columns.shape[1]), dtype=np.float64)


class Estimator:
    """Estimates one campaign.

    Args:
        settings: constants.
        known: the stated error sizes are certain: no factor, no tail and no drift of readings is estimated.
    """

    def __init__(self, settings: Settings, *, known: bool = False) -> None:
        self.settings = settings
        self.known = known
        doubt = np.zeros(len(CellGroup))
        if not known:
            doubt[[int(group) for group in READING_GROUPS]] = settings.reading_doubt
            doubt[CellGroup.BIAS], doubt[CellGroup.DRIFT] = settings.bias_doubt, settings.drift_doubt
        doubt[[int(group) for group in LATE_GROUPS]] = settings.late_doubt
        self._doubt = doubt
        drift: frozenset[CellGroup] = frozenset({CellGroup.DRIFT})
        self.conditions = (frozenset(LATE_GROUPS),) if known else (frozenset(LATE_GROUPS), drift)

    def start(self, model: CellModel) -> Estimate:
        """Return the stated errors, before anything is estimated."""
        tail = np.full(len(CellGroup), inf)
        tail[CellGroup.SILENT] = self.settings.silent_tail
        tail[[int(group) for group in LATE_GROUPS]] = self.settings.late_tail
        return self.solved(model, np.ones(len(CellGroup)), tail, model.weight)

    def solved(
        self, model: CellModel, factor: Floats, tail: Floats, weight: Floats, loss: Floats | None = None
    ) -> Estimate:
        """Return the campaign solved with given error sizes, and with one loss taken out if there is one.

        Args:
            model: residuals and cells.
            factor: by group.
            tail: by group.
            weight: by cell.
            loss: what a loss of one unit does to the residuals, shape (M,).
        """
        own = factor[model.group] * model.base / weight
        columns = model.columns
        size = np.repeat(np.sqrt(own + model.extra), np.diff(columns.indptr))
        scaled = sparse.csc_array((columns.data * size, columns.indices, columns.indptr), shape=columns.shape)
        covariance = (scaled @ scaled.T).toarray()
        # a difference of which neither end was read says nothing: its variance is as good as infinite
        silent = np.where(
            covariance.diagonal() > 0, 0.0, (UNREAD * max(float(model.shipped.max(initial=0.0)), 1.0)) ** 2
        )
        covariance[np.diag_indices_from(covariance)] += 1e-12 * covariance.diagonal() + silent
        root = linalg.cholesky(covariance, lower=True, overwrite_a=True, check_finite=False)
        below = linalg.lapack.dpotri(root, lower=1)[0]
        inverse = below + below.T
        inverse[np.diag_indices_from(inverse)] = below.diagonal()
        scores = inverse @ model.residual
        amount = 0.0
        if loss is not None:
            along = inverse @ loss
            information = max(float(loss @ along), 1e-300)
            amount = float(loss @ scores) / information
            scores = scores - along * amount
            level = -0.5 * float(model.residual @ scores)
            inverse = inverse - np.outer(along, along / information)
        else:
            level = -0.5 * float(model.residual @ scores)
        level -= float(np.log(root.diagonal()).sum())
        nu = tail[model.group]
        heavy = np.isfinite(nu)
        level += float(np.sum(0.5 * nu[heavy] * (np.log(weight[heavy]) - weight[heavy] + 1)))
        free = self._doubt > 0
        level -= float(np.sum(0.5 * (np.log(factor[free]) / self._doubt[free]) ** 2))
        return Estimate(model, factor, tail, weight, inverse, scores, level, amount)

    def improved(self, one: Estimate, loss: Floats | None = None, *, hold: bool = False) -> Estimate:
        """Take one round: new factors and weights, solved.

        Args:
            one: before.
            loss: a loss that is taken out.
            hold: leave the weights of what is late or silent as they are, or a loss is credited with what it explains.
        """
        model, settings = one.model, self.settings
        own, _ = one.variances()
        push, leverage = one.cell_scores(), one.leverages()
        square = own * push**2
        gaussian = ~np.isfinite(one.tail[model.group])
        capped = np.where(gaussian, np.minimum(square, settings.cap * own * leverage), square)
        count = len(CellGroup)
        q = np.bincount(model.group, weights=capped, minlength=count)
        t = np.bincount(model.group, weights=own * leverage, minlength=count)
        factor = one.factor.copy()
        for group in np.flatnonzero((self._doubt > 0) & (t > 0)):
            doubt = 1 / self._doubt[group] ** 2
            log = float(np.log(factor[group]))
            move = (q[group] / 2 - t[group] / 2 - log * doubt) / (max(t[group], q[group]) / 2 + doubt)
            factor[group] = np.exp(np.clip(log + np.clip(move, -STEP, STEP), -LIMIT, LIMIT))
        nu = one.tail[model.group]
        expected = own * (square + 1 - own * leverage)
        prior = one.factor[model.group] * model.base
        with np.errstate(invalid="ignore"):
            weight = np.where(gaussian, 1.0, (nu + 1) / (nu + np.maximum(expected, 0.0) / np.maximum(prior, 1e-300)))
        if hold:
            held = np.isin(model.group, [int(group) for group in HOLDS])
            weight = np.where(held, one.weight, weight)
        return self.solved(model, factor, one.tail, weight, loss)

    def heavy_odds(self, one: Estimate) -> float:
        """Return the log odds that the errors of readings have heavy tails, from their standardised scores.

        One tail for all kinds of readings: who reads one kind carelessly reads the others so. Scores count by how much of
        a cell they tell, each distribution with the scale that suits it best.
        """
        if self.known:
            return -inf
        own, _ = one.variances()
        push, leverage = one.cell_scores(), one.leverages()
        share = np.clip(own * leverage, 0.0, 1.0)
        odds = self.settings.heavy_odds
        for group in READING_GROUPS:
            mine = (one.model.group == group) & (share > SEEN_SHARE)
            if mine.any():
                z, part = push[mine] / np.sqrt(leverage[mine]), share[mine]
                heavy = max(float(part @ (_student(z / s, self.settings.heavy_tail) - np.log(s))) for s in SCALES)
                odds += heavy - max(float(part @ (_gaussian(z / s) - np.log(s))) for s in SCALES)
        return odds

    def with_tails(self, one: Estimate, *, heavy: bool) -> Estimate:
        """Return an estimate with heavy or with Gaussian tails of readings, its error sizes as they were; not solved."""
        tail = one.tail.copy()
        tail[[int(group) for group in READING_GROUPS]] = self.settings.heavy_tail if heavy else inf
        return msgspec.structs.replace(one, tail=tail)

    def plain(self, model: CellModel, like: Estimate | None = None) -> Estimate:
        """Estimate a campaign with Gaussian errors of readings, nothing late and no drift.

        Args:
            model: residuals and all cells.
            like: an estimate whose factors it starts from, as of the campaign this one was drawn from.
        """
        one = self.start(model.without(OPTIONAL))
        if like is not None:
            one = self.solved(one.model, like.factor, one.tail, one.weight)
        return self.again(one, 2 * (self.settings.rounds if like is None else self.settings.again_rounds))

    def beside(
        self, model: CellModel, wanted: frozenset[CellGroup], start: Estimate, like: Estimate | None = None
    ) -> Estimate:
        """Estimate a campaign with some conditions beside the errors.

        Args:
            model: residuals and all cells.
            wanted: the cells of these conditions.
            start: an estimate whose factors it starts from.
            like: as in :meth:`plain`.
        """
        one = self.start(model.without(OPTIONAL - wanted))
        rounds = 2 * (self.settings.rounds if like is None else self.settings.again_rounds)
        return self.again(self.solved(one.model, start.factor, one.tail, one.weight), rounds)

    def again(self, one: Estimate, rounds: int) -> Estimate:
        """Return an estimate after some more rounds."""
        for _ in range(rounds):
            one = self.improved(one)
        return one

    def signs(self, plain: Estimate, model: CellModel) -> frozenset[CellGroup]:
        """Return the conditions there is any sign of, from the scores of their cells."""
        score = model.columns.T @ plain.scores
        leverage = _leverages(model, plain.inverse)
        out: set[CellGroup] = set()
        for groups, least in ((LATE_GROUPS, self.settings.late_sign), ((CellGroup.DRIFT,), self.settings.drift_sign)):
            if self.known and CellGroup.DRIFT in groups:
                continue
            mine = np.isin(model.group, [int(group) for group in groups]) & (leverage > 0)
            size = model.base[mine]
            spread = np.sqrt(2 * np.sum((size * leverage[mine]) ** 2))
            excess = float(np.sum(size * (score[mine] ** 2 - leverage[mine])))
            if spread > 0 and excess > least * float(spread):
                out |= set(groups)
        return frozenset(out)


def _gaussian(z: Floats) -> Floats:
    """Return the log density of the normal distribution, no lower than of a score of a thousand."""
    return np.asarray(-0.5 * np.minimum(z**2, 1e6) - 0.5 * np.log(2 * np.pi), dtype=np.float64)


def _student(z: Floats, nu: float) -> Floats:
    """Return the log density of Student's t."""
    constant = special.gammaln((nu + 1) / 2) - special.gammaln(nu / 2) - 0.5 * np.log(nu * np.pi)
    return np.asarray(constant - (nu + 1) / 2 * np.log1p(z**2 / nu), dtype=np.float64)
