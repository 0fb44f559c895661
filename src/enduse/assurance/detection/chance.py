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
from scipy import special

from enduse.assurance import scan
from enduse.assurance.detection.explain import CLOSE_CALL
from enduse.assurance.detection.fitted_scan import Discovery, Scanner, SuspectedLoss, hypotheses
from enduse.assurance.fitting.cells import LATE_GROUPS, READING_GROUPS, CellGroup, CellModel, build_cells
from enduse.assurance.fitting.estimation import Estimate, Estimator
from enduse.assurance.fitting.panel import FLOOR_SHARE, CellKind, Panel
from enduse.assurance.model import ErrorModel
from enduse.assurance.result import OrdinaryFault
from enduse.assurance.settings import Settings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BUDGET = 0.05


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


def fitted(panel: Panel, errors: ErrorModel, settings: Settings) -> CellModel:
    """Return one material in cells whose errors scale with the amounts as a first estimate reconciles them.

    Args:
        panel: its readings.
        errors: the instruments.
        settings: constants.
    """
    stated = np.array([errors.instruments[int(at)].systematic_sd for at in panel.instrument], dtype=np.float64)
    amounts: list[Floats] = [cells.amount for cells in panel.cells()]
    estimator = Estimator(settings, known=errors.known)
    model = build_cells(panel, tuple(amounts), stated, settings, declared=panel.declared)
    first = estimator.plain(model)
    wanted = estimator.signs(first, model)
    if wanted:
        first = estimator.beside(model, wanted, first)
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
    return build_cells(panel, tuple(amounts), stated, settings, declared=panel.declared)


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
    look = Look(panel, errors, use)
    one, scanner = look.found.one, look.scanner
    found = [scanner.refitted(one, *scanner.nearest(*loss[:4]), sign=loss[4]) for loss in losses]
    scores = np.array([-np.inf if each is None else each.score for each in found])
    higher, wild = look.exceeded(scores, budget, seed)
    stands = (scores > -np.inf) & (higher < use.exceedances)
    faults, parties = _ordinary(panel, one, wild=wild), scanner.parties(one)
    return [
        LossJudged(() if here else faults, _as_well(each, parties) if loss[4] > 0 else ())
        for here, each, loss in zip(stands, found, losses, strict=True)
    ]


class Look:
    """One material fitted and searched, and campaigns without losses drawn from it.

    Args:
        panel: its readings by place and period.
        errors: the instruments.
        settings: constants.

    Attributes:
        found: what the search found. scanner: with which it was searched.
        draws: campaigns drawn so far.
    """

    def __init__(self, panel: Panel, errors: ErrorModel, settings: Settings) -> None:
        self.settings = settings
        self.model = fitted(panel, errors, settings)
        estimator = Estimator(settings, known=errors.known)
        places = hypotheses(panel, self.model, settings.party_share)
        self.scanner = Scanner(estimator, places, scan.grid(panel.periods))
        self.found = self.scanner.search(self.model)
        self.draws = 0

    def exceeded(self, scores: Floats, budget: float, seed: int) -> tuple[Ints, bool]:
        """Return how many campaigns without losses score as high, until that is more often than a budget allows.

        Tails are drawn heavy as often as the readings make that likely, whichever the campaign is judged with.

        Args:
            scores: shape (K,).
            budget: chance of an alarm where nothing is missing.
            seed: of the campaigns drawn.

        Returns:
            Counts, shape (K,); and whether one of the campaigns with heavy tails was among them.
        """
        rng = np.random.default_rng(seed)
        most, found = self.settings.exceedances, self.found
        sure = self.settings.sure if found.odds <= 0 else np.inf
        higher, wild = np.zeros(scores.shape, dtype=np.int64), False
        for _ in range(ceil(most / budget) - 1):
            undecided = scores[(scores > self.settings.unremarkable) & (scores < sure) & (higher < most)]
            if not undecided.size:
                break
            self.draws += 1
            heavy = bool(rng.random() < special.expit(found.odds))
            drawn_from = self.scanner.estimator.with_tails(found.clear, heavy=heavy)
            size = self.settings.heavy_scale if heavy else 1.0
            size /= self.settings.heavy_scale if found.odds > 0 else 1.0
            campaign = self.model.drawn(drawn(drawn_from, rng, size), self.settings)
            best = self.scanner.search(campaign, found.clear, float(undecided.max())).best
            if best is not None:
                higher += scores <= best.score
                wild |= heavy and bool(np.any(undecided <= best.score))
        return np.where(scores <= self.settings.unremarkable, most, higher), wild


def _as_well(loss: Discovery | None, parties: list[Discovery]) -> tuple[Discovery, ...]:
    """Return the parties whose figures explain a loss as well, or better, best first."""
    least = 0.0 if loss is None else loss.z**2 - CLOSE_CALL
    return tuple(sorted((one for one in parties if one.z**2 > max(least, CLOSE_CALL)), key=lambda one: -one.z))


def _ordinary(panel: Panel, one: Estimate, *, wild: bool) -> tuple[OrdinaryFault, ...]:
    """Return what ordinary faults a campaign shows, as estimated."""
    used = set(one.model.group.tolist())
    seen = {
        OrdinaryFault.UNDER_WAY: int(CellGroup.UNDER_WAY) in used,
        OrdinaryFault.DRIFT: int(CellGroup.DRIFT) in used,
        OrdinaryFault.WILD_READINGS: wild or bool(np.any(np.isfinite(one.tail[:3]))),
        OrdinaryFault.NOT_STATED: any(
            bool(np.any(~cells.present)) for cells in (panel.shipped, panel.received, panel.stock)
        ),
    }
    return tuple(fault for fault, there in seen.items() if there) or (OrdinaryFault.ERRORS,)


def drawn(one: Estimate, rng: np.random.Generator, reading: float = 1.0) -> Floats:
    """Return the residuals of a campaign without losses, drawn from the model as fitted, shape (M,).

    Args:
        one: the fit.
        rng: the dice.
        reading: factor on the sizes of the errors of readings.
    """
    model = one.model
    group = model.group
    size = np.sqrt(one.factor[group] * model.base)
    size[np.isin(group, [int(each) for each in READING_GROUPS])] *= reading
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
    look = Look(panel, errors, use)
    best, one = look.found.best, look.found.one
    p_value, exceedances = 1.0, 0
    if best is not None:
        (exceedances,), _ = look.exceeded(np.array([best.score]), BUDGET, seed)
        stopped = exceedances >= use.exceedances
        p_value = exceedances / max(look.draws, exceedances) if stopped else (1 + exceedances) / (1 + look.draws)
        p_value = float(np.exp(-best.score)) if not stopped and not look.draws else float(p_value)
    used = set(one.model.group.tolist())
    return CampaignVerdict(
        p_value,
        look.draws,
        int(exceedances),
        best,
        int(CellGroup.UNDER_WAY) in used,
        int(CellGroup.DRIFT) in used,
        (float(one.tail[0]), float(one.tail[1]), float(one.tail[2])),
        (float(one.factor[0]) ** 0.5, float(one.factor[1]) ** 0.5, float(one.factor[2]) ** 0.5),
        seed,
    )
