"""How likely the best loss of a campaign is where nothing is missing, by Monte Carlo through the whole estimation.

Campaigns are drawn from the model as fitted without a loss: readings with the tails chosen, rounding as it is, goods
under way that are late and never early, drifting scales. Each is estimated anew, its conditions, tails and error sizes
included, and searched as the campaign itself. Drawing stops after a few that score higher (Besag & Clifford, Biometrika
78, 1991), which is soon where nothing is missing.
"""

from collections.abc import Sequence
from math import ceil

import msgspec
import numpy as np
from numpy.typing import NDArray

from enduse.assurance import field
from enduse.assurance.detection.scan import Discovery, Scanner, SuspectedLoss, hypotheses
from enduse.assurance.explain import CLOSE_CALL
from enduse.assurance.fitting.cells import LATE_GROUPS, CellGroup, CellModel, build_cells
from enduse.assurance.fitting.estimation import Estimate, Estimator
from enduse.assurance.model import ErrorModel
from enduse.assurance.panel import FLOOR_SHARE, CellKind, Panel
from enduse.assurance.result import OrdinaryFault
from enduse.assurance.settings import Settings

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class LossJudged(msgspec.Struct, frozen=True):
    """A loss as the fitted model sees it.

    Attributes:
        ordinary: what is ordinary in the field and explains it as well; nothing where it stands.
        parties: parties whose figures, all too high or all too low alike, explain it as well, best first.
    """

    ordinary: tuple[OrdinaryFault, ...] = ()
    parties: tuple[Discovery, ...] = ()


class CampaignVerdict(msgspec.Struct, frozen=True):
    """One material judged.

    Attributes:
        p_value: chance that a campaign without losses scores as high; 1 where no loss would tell anything.
        draws: campaigns drawn for it. exceedances: those that score as high.
        best: the loss that explains it best; None where no loss would tell anything.
        late, drifting: whether goods under way, or scales that drift, were estimated.
        tails: degrees of freedom of flows, stocks and uses. factors: on their standard deviations.
        seed: of the draws.
    """

    p_value: float
    draws: int
    exceedances: int
    best: Discovery | None
    late: bool
    drifting: bool
    tails: tuple[float, float, float]
    factors: tuple[float, float, float]
    seed: int


def fitted(panel: Panel, errors: ErrorModel, settings: Settings) -> tuple[CellModel, Estimate]:
    """Estimate one material: twice, the second time with errors that scale with the reconciled amounts.

    Args:
        panel: its readings.
        errors: the instruments.
        settings: constants.

    Returns:
        All cells, and the estimate with those in use.
    """
    stated = np.array([errors.instruments[int(at)].systematic_sd for at in panel.instrument], dtype=np.float64)
    amounts: list[Floats] = [cells.amount for cells in panel.cells()]
    estimator = Estimator(settings, known=errors.known)
    model = build_cells(panel, tuple(amounts), stated, settings, declared=panel.declared)
    first = estimator.fit(model)
    own, _ = first.variances()
    error = own * first.cell_scores()
    for kind, cells in zip(CellKind, panel.cells(), strict=True):
        mine = first.model.kind == kind
        place, period = first.model.place[mine], first.model.period[mine]
        truth = cells.value.copy()
        truth[place, period] -= error[mine]
        floor = FLOOR_SHARE * cells.usual
        better = np.maximum(np.clip(truth, 0.5 * cells.amount, 2 * cells.amount), floor)
        amounts[kind] = np.where(cells.present, better, cells.amount)
    model = build_cells(panel, tuple(amounts), stated, settings, declared=panel.declared)
    return model, estimator.fit(model)


def ordinary(
    panel: Panel,
    errors: ErrorModel,
    losses: Sequence[SuspectedLoss],
    budget: float,
    *,
    seed: int,
    settings: Settings | None = None,
) -> list[LossJudged]:
    """Return for each loss what explains it as well; nothing where the material is too large to be fitted.

    A loss stands where it scores higher, fitted together with all that is ordinary, than the best of as many campaigns
    without losses as the budget asks for.

    Args:
        panel: readings of one material.
        errors: the instruments.
        losses: as they were found, or surpluses.
        budget: chance of an alarm where nothing is missing.
        seed: of the campaigns drawn.
        settings: constants.
    """
    use = settings or Settings()
    if not losses or (panel.nodes.size + panel.links.size) * panel.periods > use.most_residuals:
        return [LossJudged()] * len(losses)
    model, one = fitted(panel, errors, use)
    estimator = Estimator(use, known=errors.known)
    scanner = Scanner(estimator, hypotheses(panel, model, use.party_share), field.grid(panel.periods))
    found = [scanner.refitted(one, *scanner.nearest(*loss[:4]), sign=loss[4]) for loss in losses]
    scores = np.array([-np.inf if each is None else each.score for each in found])
    stands = scores > -np.inf
    rng = np.random.default_rng(seed)
    for _ in range(ceil(1 / budget) - 1):
        open_still = scores[stands & (scores < use.sure)]
        if not open_still.size:
            break
        best = scanner.best(estimator.fit(model.drawn(drawn(one, rng), use), one), float(open_still.max()))
        if best is not None:
            stands &= scores > best.score
    faults, parties = _ordinary(panel, one), scanner.parties(one)
    return [
        LossJudged(() if here else faults, _as_well(each, parties) if loss[4] > 0 else ())
        for here, each, loss in zip(stands, found, losses, strict=True)
    ]


def _as_well(loss: Discovery | None, parties: list[Discovery]) -> tuple[Discovery, ...]:
    """Return the parties whose figures explain a loss as well, or better, best first."""
    least = 0.0 if loss is None else loss.z**2 - CLOSE_CALL
    return tuple(sorted((one for one in parties if one.z**2 > max(least, CLOSE_CALL)), key=lambda one: -one.z))


def _ordinary(panel: Panel, one: Estimate) -> tuple[OrdinaryFault, ...]:
    """Return what ordinary faults a campaign shows, as estimated."""
    used = set(one.model.group.tolist())
    seen = {
        OrdinaryFault.UNDER_WAY: int(CellGroup.UNDER_WAY) in used,
        OrdinaryFault.DRIFT: int(CellGroup.DRIFT) in used,
        OrdinaryFault.WILD_READINGS: bool(np.any(np.isfinite(one.tail[:3]))),
        OrdinaryFault.NOT_STATED: any(
            bool(np.any(~cells.present)) for cells in (panel.shipped, panel.received, panel.stock)
        ),
    }
    return tuple(fault for fault, there in seen.items() if there) or (OrdinaryFault.ERRORS,)


def drawn(one: Estimate, rng: np.random.Generator) -> Floats:
    """Return the residuals of a campaign without losses, drawn from the model as fitted, shape (M,)."""
    model = one.model
    group = model.group
    size = np.sqrt(one.factor[group] * model.base)
    error = rng.standard_normal(size.size)
    for nu in np.unique(one.tail[np.isfinite(one.tail)]):
        mine = one.tail[group] == nu
        error[mine] = rng.standard_t(nu, int(mine.sum()))
    for late in LATE_GROUPS:
        mine = np.flatnonzero(group == late)
        shuffled = one.weight[mine]
        if late == CellGroup.UNDER_WAY and mine.size:  # within each link
            shuffled = rng.permuted(shuffled.reshape(model.link.shape[0], -1), axis=1).ravel()
        error[mine] = np.abs(rng.standard_normal(mine.size)) / np.sqrt(shuffled)
    silent = np.isin(group, [int(CellGroup.SILENT), int(CellGroup.UNKNOWN)])
    error[silent] = rng.standard_normal(int(silent.sum())) / np.sqrt(one.weight[silent])
    rounding = np.sqrt(12 * model.extra) * (rng.random(size.size) - 0.5)
    return np.asarray(model.columns @ (size * error + rounding), dtype=np.float64)


def judged(
    panel: Panel,
    errors: ErrorModel,
    settings: Settings | None = None,
    *,
    seed: int = 1,
) -> CampaignVerdict:
    """Judge one material.

    Args:
        panel: its readings by place and period.
        errors: the instruments.
        settings: constants.
        seed: of the campaigns drawn.
    """
    use = settings or Settings()
    model, one = fitted(panel, errors, use)
    estimator = Estimator(use, known=errors.known)
    scanner = Scanner(estimator, hypotheses(panel, model, use.party_share), field.grid(panel.periods))
    best = scanner.best(one)
    draws = exceedances = 0
    if best is not None:
        rng = np.random.default_rng(seed)
        for _ in range(use.draws):
            draws += 1
            again = estimator.fit(model.drawn(drawn(one, rng), use), one)
            other = scanner.best(again, best.score)
            exceedances += other is not None and other.score >= best.score
            if exceedances >= use.exceedances:
                break
    stopped = exceedances >= use.exceedances
    p_value = 1.0 if best is None else exceedances / draws if stopped else (1 + exceedances) / (1 + draws)
    used = set(one.model.group.tolist())
    return CampaignVerdict(
        p_value,
        draws,
        exceedances,
        best,
        int(CellGroup.UNDER_WAY) in used,
        int(CellGroup.DRIFT) in used,
        (float(one.tail[0]), float(one.tail[1]), float(one.tail[2])),
        (float(one.factor[0]) ** 0.5, float(one.factor[1]) ** 0.5, float(one.factor[2]) ** 0.5),
        seed,
    )
