"""The assessor: one network, many campaigns.

One false-alarm budget holds for the whole network, all materials and all explanations together. A retrospective
assessment spends it on one look; a sequential one divides it among the looks planned, so that the chance of any false
alarm in the whole campaign stays within it whenever one stops (union bound over looks).
"""

import zlib
from decimal import Decimal

import msgspec
import numpy as np
from numpy.typing import NDArray

from enduse.assurance import excluded, scan
from enduse.assurance.detection import advice, explain, explanations, joint_entry_errors
from enduse.assurance.detection.calibrate import SEED, Calibration, overlap
from enduse.assurance.detection.chance import ordinary
from enduse.assurance.detection.engine import Engine, MaterialState
from enduse.assurance.detection.explanations import PanelNames, names_of
from enduse.assurance.detection.fit import BIAS_SHARE, Fit, best_scores, drawn_levels, families
from enduse.assurance.detection.stated_power import StatedPower
from enduse.assurance.fitting import gross_errors
from enduse.assurance.fitting.panel import CellKind, Panel
from enduse.assurance.fitting.variances import Learned
from enduse.assurance.model import ErrorModel, Network
from enduse.assurance.readings import RECEIVED, Readings
from enduse.assurance.result import (
    LOSSES,
    Alarm,
    GrossError,
    Hypothesis,
    LossChance,
    Measurement,
    MeasurementKind,
    NetworkAssessment,
)
from enduse.errors import MalformedError, UnknownError
from enduse.messages import Message

Floats = NDArray[np.float64]

KEPT_ELEMENTS = 12_000_000  # of covariance blocks kept between the two passes (some 1 GB)
SECOND_LOOKS = 3
ESTIMATED = 1.15  # more alarms than known error sizes give, on campaigns without losses
OVERLAP_CAMPAIGNS, OVERLAP_MOST = 160, 1000
OVERLAP_CHEAP, OVERLAP_ELEMENTS = 8_000_000, 60_000_000
MANY_GROSS = 0.03
WRONG_SD = 1.4
FEW_SCALES = 10.0  # degrees of freedom
EXAMPLES = 3  # of places where use was not measured
ROLE_NAMES = ("flow", "stock", "use")


class Assessor:
    """Says whether anything is missing in a campaign.

    Args:
        network: the places.
        errors: the instruments.
        false_alarm: chance of any alarm in a campaign without losses, over the whole network and all materials.

    Raises:
        MalformedError: a false-alarm budget that is not between 0 and 1.
    """

    def __init__(self, network: Network, errors: ErrorModel, false_alarm: float = 0.05) -> None:
        if not 0 < false_alarm < 1:
            raise MalformedError("assurance.budget", budget=Decimal(str(false_alarm)))
        self.network = network
        self.errors = errors
        self.false_alarm = false_alarm
        self.engine = Engine(network, errors)

    def assess(self, readings: Readings) -> NetworkAssessment:
        """Judge one campaign with all its readings at hand.

        Raises:
            UnknownError: no reading bears on any balance.
        """
        run = _Run(self, readings, scan.grid(max(readings.periods, 1)))
        return run.settled(run.assessment(self.false_alarm))

    def watch(
        self, readings: Readings, *, looks: int | None = None, start: int = 2
    ) -> tuple[NetworkAssessment, list[float]]:
        """Judge a campaign as its readings came in, period by period, and stop at the first alarm.

        Args:
            readings: the campaign so far.
            looks: looks planned in all (the periods of a year); the periods of the campaign when left out.
            start: first period to look after.

        Returns:
            The assessment at the first alarm, or at the end; and the chance found at every look.

        Raises:
            UnknownError: no reading bears on any balance.
        """
        planned = max((readings.periods if looks is None else looks) - start + 1, 1)
        budget = -float(np.expm1(np.log1p(-self.false_alarm) / planned))
        chances: list[float] = []
        learned: Learned | None = None
        result: NetworkAssessment | None = None
        for period in range(min(start, readings.periods), readings.periods + 1):
            run = _Run(self, readings.until(period), scan.grid(period, sequential=True), learned)
            learned = run.learned
            chances.append(run.chance)
            if run.chance <= budget or period == readings.periods:
                result = run.assessment(budget, looks=planned)
                looked = (
                    Message.of("assurance.stopped_at_first_alarm", period=period)
                    if run.chance <= budget
                    else Message.of("assurance.no_alarm_at_any_look")
                )
                result = msgspec.structs.replace(result, caveats=(*result.caveats, looked))
                break
        if result is None:
            raise UnknownError("assurance.no_period")
        return result, chances

    def power_of(self, readings: Readings, where: str, material: str, first: int, last: int, loss: float) -> float:
        """Return the probability that a loss would have been noticed: by an alarm, or by a reading there left open.

        Args:
            readings: the campaign whose amounts and instruments are taken.
            where: node or link.
            material: its name.
            first: first period (from 1) of the loss, which is in proportion to throughput.
            last: last period of the loss.
            loss: total amount.

        Raises:
            MalformedError: periods that the campaign does not have, or an amount that is negative or not finite.
            UnknownError: no such place or material in the campaign.
        """
        _check_span(readings, first, last)
        if not 0 <= loss < np.inf:
            raise MalformedError("assurance.loss_asked", read=str(loss))
        return self._stated(readings).chance_of(where, material, first, last, loss)

    def smallest_loss(self, readings: Readings, where: str, material: str, first: int, last: int) -> float | None:
        """Return the smallest loss at a place that would be noticed with 0.9, as :meth:`power_of` takes it.

        None where not even the loss of all that passed would.

        Raises:
            MalformedError: periods that the campaign does not have.
            UnknownError: no such place or material in the campaign.
        """
        _check_span(readings, first, last)
        return self._stated(readings).smallest_at(where, material, first, last)

    def chances(self, readings: Readings, share: float) -> tuple[LossChance, ...]:
        """Return for each node, link and material how surely a loss would have been seen.

        Args:
            readings: of the campaign.
            share: the loss, as a part of what passed there in the whole campaign, 0 to 1.

        Raises:
            MalformedError: a share that is not from 0 to 1.
        """
        if not 0 <= share <= 1:
            raise MalformedError("assurance.loss_asked", read=str(share))
        return self._stated(readings).everywhere(share)

    def _stated(self, readings: Readings) -> StatedPower:
        """Return what losses would have been seen in a campaign with all its readings at hand."""
        run = _Run(self, readings, scan.grid(max(readings.periods, 1)))
        return run.stated(run.calibration.level(self.false_alarm), self.false_alarm)


class _Run:
    """One look at one campaign."""

    def __init__(self, owner: Assessor, readings: Readings, grid: scan.Grid, learned: Learned | None = None) -> None:
        self.owner, self.readings, self.grid = owner, readings, grid
        _check(owner, readings)
        engine = owner.engine
        self.engine = engine
        # from the readings themselves: everybody gets the same figure, and no draw is wrong for all campaigns alike
        self.seed = SEED + zlib.crc32(readings.quantity.tobytes())
        stream = engine.materials(readings)
        first = engine.to_learn_from(stream)
        if not first:
            raise UnknownError("assurance.nothing_to_compare")
        self.learned = engine.learn(first, learned)
        self.best: dict[int, tuple[float, float, float]] = {}
        self.kept: dict[int, Fit] = {}
        self.states: dict[int, MaterialState] = {}
        self.wild: list[GrossError] = []
        self.blind: list[Message] = []
        self.missing = self.cells = self.copied = self.shipments = 0
        size = 0
        for material in first:
            size += self._judge(material, size, 0)
        first.clear()
        for _, panel in stream:
            size += self._judge(engine.begin(panel), size, 3)
        self.calibration = self._calibrate()
        self._second_look()
        for at, state in self.states.items():
            self._wild(state, self.kept[at])
        self.top = max(max(scores) for scores in self.best.values())
        self.chance = self.calibration.chance(self.top)

    def _second_look(self) -> None:
        """Set aside readings that pass for a loss only together, and score what remains again."""
        for _ in range(SECOND_LOOKS):
            threshold = self.calibration.level(self.owner.false_alarm)
            changed = False
            for at, scores in list(self.best.items()):
                if max(scores) < threshold or at not in self.states:
                    continue
                state = self.states[at]
                if self._recognise(at, threshold) or self._misread(at, threshold):
                    changed = True
                    one = self.engine.finish(state, self.learned, self.grid, rounds=3)
                    self.kept[at], self.best[at] = one, best_scores(one)
            if not changed:
                break
            self.calibration = self._calibrate()

    def _recognise(self, at: int, threshold: float) -> bool:
        """Set aside what exact slips put right, once more with all readings around the alarms that may be sound."""
        state, one = self.states[at], self.kept[at]
        around = joint_entry_errors.surroundings(one, threshold)
        before = list(state.suspects)
        back = [each for each in before if each.tied and (each.kind, each.place, each.column) in around]
        state.let_back(back)
        trial = self.engine.finish(state, self.learned, self.grid, rounds=0) if back else one
        frequency = joint_entry_errors.rate(one.panel, sum(not each.tied for each in state.suspects))
        found = joint_entry_errors.recognised(trial, threshold, frequency)
        if found:
            state.set_aside(
                gross_errors.Suspect(CellKind(one.at), one.first, one.last, 0.0, tied=True) for one in found
            )
        else:
            state.set_aside(back)
            state.suspects = before
        return bool(found)

    def _misread(self, at: int, threshold: float) -> bool:
        """Set aside readings that are wrong by no rule, where a few of them explain more than a loss."""
        found = explain.misread(self.kept[at], threshold)
        self.states[at].set_aside(gross_errors.Suspect(CellKind(one.at), one.first, one.last, 0.0) for one in found)
        return bool(found)

    def _judge(self, material: MaterialState, kept: int, rounds: int) -> int:
        """Score one material; keep it while there is room; return the room it takes."""
        like = next(iter(self.kept.values()), None) if rounds else None
        one = self.engine.finish(material, self.learned, self.grid, rounds=rounds, like=like)
        panel = one.panel
        self.best[panel.material] = best_scores(one)
        for cells in panel.cells():
            self.missing += int(np.sum(~cells.present & ~cells.exact))
            self.cells += int(np.sum(~cells.exact))
        self.copied += int(np.sum(panel.copied))
        self.shipments += int(np.sum(panel.shipped.present & panel.received.present))
        self._note_blind(panel)
        size = int(one.info.node.size + one.info.link.size)
        if not self.kept or kept + size <= KEPT_ELEMENTS:
            self.kept[panel.material], self.states[panel.material] = one, material
            return size
        self._wild(material, one)
        return 0

    def _note_blind(self, panel: Panel) -> None:
        name = self.readings.materials[panel.material]
        for at, node in enumerate(panel.nodes):
            if not panel.used.present[at].any() and not panel.used.exact[at].any():
                place = self.owner.network.nodes[int(node)].node
                self.blind.append(Message.of("assurance.material_at_place", place=place, material=name))

    def _calibrate(self) -> Calibration:
        sets = [family for one in self.kept.values() for family in families(one)]
        single = BIAS_SHARE * sum(bool(np.any(one.bias_z != 0)) for one in self.kept.values())
        copies = len(self.best) / len(self.kept) * (1.0 if self.owner.errors.known else ESTIMATED)
        calibration = Calibration(sets, single)
        # Overlap is measured on one material at a time, the first: they share network and instruments.
        one = next(iter(self.kept.values()))
        elements = one.info.node.size + one.info.link.size
        affordable = min(max(OVERLAP_CAMPAIGNS, OVERLAP_CHEAP // max(elements, 1)), OVERLAP_MOST)
        campaigns = int(min(affordable, OVERLAP_ELEMENTS // max(elements, 1)))
        if campaigns < OVERLAP_CAMPAIGNS // 4:
            return calibration.times(copies)
        alone = calibration
        if len(self.kept) > 1:
            alone = Calibration(families(one), BIAS_SHARE * bool(np.any(one.bias_z != 0)))
        return calibration.times(copies * overlap(drawn_levels(one, campaigns, self.seed), alone))

    def fitted(self, material: int) -> Fit:
        """Return one material fitted, again if it was not kept."""
        if material not in self.kept:
            rows = np.flatnonzero(self.readings.material == material)
            for _, panel in self.engine.materials(self.readings.take(rows)):
                return self.engine.finish(self.engine.begin(panel), self.learned, self.grid, rounds=3)
        return self.kept[material]

    def names(self, panel: Panel) -> PanelNames:
        """Return the names of the places and instruments of a panel."""
        return names_of(self.owner.network, self.owner.errors, panel)

    def _wild(self, material: MaterialState, one: Fit) -> None:
        """Name the readings set aside."""
        if not material.suspects:
            return
        believed = one.solver.reconciled(one.solution, material.values())
        self.wild += excluded.named(material.suspects, one.panel, believed, self.names(one.panel), self.readings)

    def assessment(self, budget: float, looks: int = 1) -> NetworkAssessment:
        """Return the result at a budget for this look."""
        threshold = self.calibration.level(budget)
        alarms: list[tuple[float, Alarm]] = []
        for material, scores in self.best.items():
            if max(scores) >= threshold:
                alarms += self._alarms(self.fitted(material), threshold)
        alarms.sort(key=lambda item: -item[0])
        owner, readings, grid, learned = self.owner, self.readings, self.grid, self.learned
        return NetworkAssessment(
            p_value=min(1.0, -float(np.expm1(looks * np.log1p(-min(self.chance, 1 - 1e-15))))),
            false_alarm=owner.false_alarm,
            alarms=tuple(item[1] for item in alarms),
            gross_errors=tuple(self.wild),
            caveats=tuple(self._caveats()),
            periods=readings.periods,
            seed=self.seed,
            mode="retrospective" if looks == 1 else "sequential",
            error_factors={" ".join(which): factor for which, factor in self._factors().items()},
            _power=lambda: _Run(owner, readings, grid, learned).stated(threshold, budget).table(),
        )

    def settled(self, result: NetworkAssessment) -> NetworkAssessment:
        """Note at every loss and surplus what is ordinary in the field and explains it as well."""
        out: dict[Alarm, Alarm] = {}
        for material in self.best:
            name = self.readings.materials[material]
            judged = {*LOSSES, Hypothesis.SURPLUS}
            mine = [alarm for alarm in result.alarms if alarm.material == name and alarm.hypothesis in judged]
            if mine:
                panel = self.fitted(material).panel
                names = self.names(panel)
                losses = [explanations.suspected(alarm, names) for alarm in mine]
                told = ordinary(panel, self.owner.errors, losses, self.owner.false_alarm, seed=self.seed)
                for alarm, one in zip(mine, told, strict=True):
                    parties = tuple(explanations.party(each, self.owner.network) for each in one.parties)
                    others = (*parties, *alarm.indistinguishable_from)
                    out[alarm] = msgspec.structs.replace(alarm, ordinary=one.ordinary, indistinguishable_from=others)
        return msgspec.structs.replace(result, alarms=tuple(out.get(alarm, alarm) for alarm in result.alarms))

    def _alarms(self, one: Fit, threshold: float) -> list[tuple[float, Alarm]]:
        panel, names = one.panel, self.names(one.panel)
        material = self.readings.materials[panel.material]
        out: list[tuple[float, Alarm]] = []
        comparer = explain.ExplanationComparer(one)
        seen: set[tuple[Hypothesis, str]] = set()
        for candidate in explain.alarm_candidates(one, threshold):
            cause = candidate.cause
            best, others = explanations.explanation(cause, names), explanations.rivals(candidate, panel, names)
            measurement = None
            if others and others[0].hypothesis is Hypothesis.FALSIFIED_USE:
                measurement = Measurement(MeasurementKind.USE_COUNT, best.where, best.first_period, best.last_period)
            elif candidate.rivals:
                measurement = advice.separate(comparer, cause, candidate.rivals[0], names)
            comparer.accept(cause)
            if (best.hypothesis, best.where) in seen:
                continue  # the rest of a loss that was not constant
            seen.add((best.hypothesis, best.where))
            out.append(
                (
                    candidate.level,
                    Alarm(
                        hypothesis=best.hypothesis,
                        where=best.where,
                        material=material,
                        first_period=best.first_period,
                        last_period=best.last_period,
                        estimate=candidate.estimate,
                        interval=(candidate.low, candidate.high),
                        statistic=candidate.z,
                        p_value=self.calibration.chance(candidate.level),
                        indistinguishable_from=others,
                        next_measurement=measurement,
                        open_ended=cause.last == panel.periods - 1,
                    ),
                )
            )
        return out

    def _factors(self) -> dict[tuple[str, str], float]:
        """Return the typical estimated factors on the stated errors, by role and part."""
        out: dict[tuple[str, str], float] = {}
        panel = next(iter(self.kept.values())).panel
        roles = self.engine.roles(panel)
        roles[np.setdiff1d(np.arange(roles.size), panel.instrument)] = -1  # not used here
        for role, name in enumerate(ROLE_NAMES):
            mine = roles == role
            if mine.any():
                out[name, "random"] = float(np.median(self.learned.random[role, mine]))
                out[name, "systematic"] = float(np.median(self.learned.systematic[mine]))
        return out

    def stated(self, level: float, budget: float) -> StatedPower:
        """Return what losses would be seen, at a threshold of the score and the budget it was set for."""
        return StatedPower(
            self.engine, self.readings, self.learned, {at: self.fitted(at) for at in sorted(self.best)}, level, budget
        )

    def _few_scales(self) -> bool:
        """Tell whether the systematic errors of the scales are hardly seen."""
        mine = self.engine.roles(next(iter(self.kept.values())).panel) == 0
        return bool(mine.any()) and float(self.learned.freedom[-1, mine].min()) < FEW_SCALES

    def _caveats(self) -> list[Message]:
        out = []
        if self.calibration.idle:
            out.append(Message.of("assurance.nothing_tested"))
        if self.blind:
            examples = self.blind[:EXAMPLES]
            out.append(Message.of("assurance.use_not_measured", n=len(self.blind), examples=examples))
        if self.missing:
            out.append(Message.of("assurance.readings_missing", missing=self.missing, possible=self.cells))
        if self.copied:
            out.append(Message.of("assurance.amounts_copied", copied=self.copied, received=self.shipments))
        if any(gross_errors.is_slippery(self.kept[at].panel, state.suspects) for at, state in self.states.items()):
            out.append(Message.of("assurance.slips_frequent"))
        if self.wild and len(self.wild) > MANY_GROSS * self.cells:
            out.append(Message.of("assurance.many_set_aside"))
        for (role, part), factor in self._factors().items():
            if factor > WRONG_SD or factor < 1 / WRONG_SD:
                times = Decimal(f"{factor:.1f}")
                out.append(
                    Message.of("assurance.errors_differ", role=f"{role}_errors", part=f"{part}_part", factor=times)
                )
        if not self.owner.errors.known and self._few_scales():
            out.append(Message.of("assurance.scales_on_trust"))
        return out


def _check_span(readings: Readings, first: int, last: int) -> None:
    """Refuse periods that a campaign does not have."""
    if not 1 <= first <= last <= readings.periods:
        raise MalformedError("assurance.span", first=str(first), last=str(last), periods=readings.periods)


def _check(owner: Assessor, readings: Readings) -> None:
    """Refuse readings of places or instruments that the network does not have."""
    flow = readings.kind <= RECEIVED
    for what, at, most in (
        ("link", readings.place[flow], len(owner.network.links)),
        ("node", readings.place[~flow], len(owner.network.nodes)),
        ("instrument", readings.instrument, len(owner.errors.instruments)),
    ):
        if at.size and not (int(at.min()) >= 0 and int(at.max()) < most):
            raise UnknownError("assurance.reading_of_unknown", what=what, number=int(at.max()), count=most)
