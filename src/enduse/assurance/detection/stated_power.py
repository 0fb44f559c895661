"""What losses would be seen in one campaign: the smallest that is, place by place, and how surely a given one is.

Where few scales tell how much scales err, a loss that lasts makes them look worse, and hides behind that in part. There
the campaign is judged again with the loss in it, and what is stated is the loss that is seen all the same.
"""

from collections.abc import Iterator, Mapping

import msgspec
import numpy as np
from numpy.typing import NDArray

from enduse.assurance.detection import advice, explain
from enduse.assurance.detection.engine import Engine
from enduse.assurance.detection.explanations import PanelNames, names_of
from enduse.assurance.detection.fit import Fit
from enduse.assurance.detection.power import DRAWS, SURE_DRAWS, PowerCurve, places, spans
from enduse.assurance.detection.with_loss import more_sent, with_loss
from enduse.assurance.fitting.variances import FEW, STATED_FREEDOM, WIDEST_OF_FEW, Learned
from enduse.assurance.readings import Readings
from enduse.assurance.result import LINK, NODE, LossChance, Measurement, PlaceKind, Power
from enduse.errors import UnknownError

Floats = NDArray[np.float64]

SEEN = 0.9
MOST_PLACES = 600  # over all materials, the busiest of each
MOST_ADVICE = 40  # places for which the most useful extra measurement is sought
MOST_AGAIN, AGAIN_CELLS = 60, 60_000  # campaigns judged again with a loss in them: so many, of so many cells in all
WORSE_RANDOM = 1.35  # what a loss makes of the random errors of a place, where it could not be judged again
TURNS, CLOSE = 8, 0.03  # of looking for the loss that is seen with the errors it leaves, to within 3 %


class StatedPower:
    """What losses would be seen in one campaign.

    Args:
        engine: of the network and its errors.
        readings: of the campaign.
        learned: sizes of the errors as estimated.
        fitted: every material fitted, by its position.
        level: threshold of the score.
        false_alarm: chance of an alarm without a loss, for alarms elsewhere.
    """

    def __init__(
        self,
        engine: Engine,
        readings: Readings,
        learned: Learned,
        fitted: Mapping[int, Fit],
        level: float,
        false_alarm: float,
    ) -> None:
        self.engine, self.readings, self.learned, self.fitted = engine, readings, learned, fitted
        self.level, self.false_alarm = level, false_alarm
        self._few = learned.freedom[-1] < FEW + STATED_FREEDOM
        cells = sum(int(part.value.size) for one in fitted.values() for part in one.panel.cells())
        self._left = min(MOST_AGAIN, AGAIN_CELLS // max(cells, 1))
        self._worst_fits: dict[tuple[int, float], Fit] = {}
        self._loads: dict[int, Floats] = {}

    def table(self) -> tuple[Power, ...]:
        """Return the smallest losses seen with :data:`SEEN`, place by place."""
        out: list[Power] = []
        whole, advised = (0, self.readings.periods - 1), 0
        for material, kind, at in self._places():
            one, names = self.fitted[material], self._names(material)
            calm = self._curve(material, kind, at)
            for first, last in spans(one.panel.periods):
                passed = float(calm.scale[first : last + 1].sum())
                if passed <= 0:
                    continue  # nothing that could be lost
                smallest = self._smallest(material, kind, at, calm, (first, last))
                measurement: Measurement | None = None
                then: float | None = None
                if smallest is not None and (first, last) == whole and advised < MOST_ADVICE:
                    advised += 1
                    measurement, gain = advice.sharpen(one, explain.Cause(kind, at, first, last), names)
                    then = smallest / gain if measurement else None
                out.append(
                    Power(
                        where=names.of(kind)[at],
                        kind=kind,
                        material=self.readings.materials[material],
                        first_period=first + 1,
                        last_period=last + 1,
                        smallest_loss=smallest,
                        share=None if smallest is None else smallest / passed,
                        probability=SEEN,
                        next_measurement=measurement,
                        then_smallest=then,
                    )
                )
        return tuple(out)

    def chance_of(self, where: str, material: str, first: int, last: int, loss: float) -> float:
        """Return the probability that a loss would have been noticed.

        Args:
            where: node or link.
            material: its name.
            first: first period (from 1) of the loss, which is in proportion to throughput.
            last: last period of the loss.
            loss: total amount.

        Raises:
            UnknownError: no such place or material in the campaign.
        """
        at, kind, row = self._found(where, material)
        calm = self._curve(at, kind, row, SURE_DRAWS)
        lost = np.zeros(calm.scale.size)
        lost[first - 1 : last] = calm.scale[first - 1 : last]
        if not lost.any():
            return self.false_alarm  # nothing passed that could be lost
        lost *= loss / lost.sum()
        return self._with(at, kind, row, lost, calm, SURE_DRAWS).chance(lost)

    def smallest_at(self, where: str, material: str, first: int, last: int) -> float | None:
        """Return the smallest loss seen with :data:`SEEN` at one place, as :meth:`chance_of` takes it, or none.

        Raises:
            UnknownError: no such place or material in the campaign.
        """
        at, kind, row = self._found(where, material)
        return self._smallest(at, kind, row, self._curve(at, kind, row), (first - 1, last - 1))

    def _found(self, where: str, material: str) -> tuple[int, PlaceKind, int]:
        """Return material, kind and row of a place."""
        for at in self.fitted:
            names = self._names(at)
            for kind in (NODE, LINK):
                if self.readings.materials[at] == material and where in names.of(kind):
                    return at, kind, names.of(kind).index(where)
        raise UnknownError("assurance.place_unknown", place=where, material=material)

    def everywhere(self, share: float) -> tuple[LossChance, ...]:
        """Return for each place and material how surely a loss would have been seen.

        The chance is ``None`` where nothing is balanced, so that no loss is ever seen.

        Args:
            share: the loss, as a part of what passed there in the whole campaign, 0 to 1.
        """
        out: list[LossChance] = []
        for material, kind, at in self._places():
            calm = self._curve(material, kind, at)
            if calm.scale.sum() <= 0:
                continue
            lost = calm.scale * share
            chance = self._with(material, kind, at, lost, calm).seen(lost) if calm.balanced else None
            where, name = self._names(material).of(kind)[at], self.readings.materials[material]
            out.append(LossChance(where, kind, name, float(lost.sum()), chance))
        return tuple(out)

    def _places(self) -> Iterator[tuple[int, PlaceKind, int]]:
        """Give material, kind and row of the places looked at."""
        most = max(MOST_PLACES // max(len(self.fitted), 1), 1)
        for material, one in self.fitted.items():
            yield from ((material, kind, at) for kind, at in places(one)[:most])

    def _names(self, material: int) -> PanelNames:
        return names_of(self.engine.network, self.engine.errors, self.fitted[material].panel)

    def _curve(self, material: int, kind: PlaceKind, at: int, draws: int = DRAWS) -> PowerCurve:
        """Return the power of one place by the errors as they were estimated."""
        return PowerCurve(self.fitted[material], kind, at, self.level, self.false_alarm, draws)

    def _with(
        self, material: int, kind: PlaceKind, at: int, lost: Floats, calm: PowerCurve, draws: int = DRAWS
    ) -> PowerCurve:
        """Return the power of one place by the errors as they would be estimated with a loss there."""
        if not self._few_in(material):
            return calm
        return self._by(self._fit_with(material, kind, at, lost), self.fitted[material], kind, at, draws)

    def _few_in(self, material: int) -> bool:
        """Tell whether few scales speak of how much those of a material err."""
        return bool(self._few[self.fitted[material].panel.instrument].any())

    def _by(self, judged: Fit, calm: Fit, kind: PlaceKind, at: int, draws: int = DRAWS) -> PowerCurve:
        """Return the power of one place, drawn with the errors of one fit and judged by those of another."""
        return PowerCurve(judged, kind, at, self.level, self.false_alarm, draws, calm=calm)

    def _smallest(
        self, material: int, kind: PlaceKind, at: int, calm: PowerCurve, span: tuple[int, int]
    ) -> float | None:
        """Return the smallest loss seen by the errors that it leaves, or none where not even all of it would be."""
        first, last = span
        few = self._few_in(material)
        # near what it comes to, so that few campaigns are judged again
        start = self._by(self._worst(material), self.fitted[material], kind, at) if few else calm
        least = start.smallest(first, last, SEEN)
        lost = np.zeros(calm.scale.size)
        lost[first : last + 1] = calm.scale[first : last + 1]
        passed = float(lost.sum())
        if least is None or least > passed:
            least = calm.smallest(first, last, SEEN)
        for _ in range(TURNS if few else 0):
            if least is None or least > passed:
                break
            found = self._with(material, kind, at, lost * least / passed, calm).smallest(first, last, SEEN)
            settled = found is not None and abs(found / least - 1) < CLOSE
            least = found
            if settled:
                break
        return None if least is None or least > passed else least

    def _fit_with(self, material: int, kind: PlaceKind, at: int, lost: Floats) -> Fit:
        """Fit a material again with a loss in it; with the worst errors the few scales may have, when time is up."""
        one = self.fitted[material]
        if self._left <= 0:
            return self._worst(material, WORSE_RANDOM)
        self._left -= 1
        network = self.engine.network
        if material not in self._loads:
            self._loads[material] = np.zeros((len(network.links), self.readings.periods))
            self._loads[material][one.panel.links] = one.panel.loads()
        loads = self._loads[material]
        place = int((one.panel.nodes if kind == NODE else one.panel.links)[at])
        readings = with_loss(self.readings, material, loads, more_sent(network, loads, kind, place, lost))
        learned = self.engine.learn(self.engine.to_learn_from(self.engine.materials(readings)))
        return self._finished(readings, material, learned)

    def _worst(self, material: int, random: float = 1.0) -> Fit:
        """Fit a material with the worst errors the few scales may have, and other errors by so much larger."""
        if (material, random) not in self._worst_fits:
            systematic = np.where(
                self._few, np.maximum(self.learned.systematic, WIDEST_OF_FEW), self.learned.systematic
            )
            worst = msgspec.structs.replace(self.learned, systematic=systematic, random=self.learned.random * random)
            self._worst_fits[material, random] = self._finished(self.readings, material, worst)
        return self._worst_fits[material, random]

    def _finished(self, readings: Readings, material: int, learned: Learned) -> Fit:
        """Fit one material with errors learned."""
        rows = np.flatnonzero(readings.material == material)
        _, panel = next(iter(self.engine.materials(readings.take(rows))))
        calm = self.fitted[material]
        return self.engine.as_it_stands(panel, learned, calm.grid, calm.solver.spread.removed)
