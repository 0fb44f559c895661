"""Which single extra measurement would help most.

Every candidate is tried out in the model: the reading is imagined to be taken again by an independent, freshly
calibrated instrument (0.2 %), or the instrument is imagined to be calibrated, the system is solved again, and the
distance between the explanations (or the sd of a loss) is compared.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

from enduse.assurance.detection.explain import Cause, ExplanationComparer, shifts
from enduse.assurance.detection.explanations import PanelNames
from enduse.assurance.detection.fit import Fit
from enduse.assurance.fitting.panel import CellKind, Panel
from enduse.assurance.fitting.system import Solver, reading_scores
from enduse.assurance.result import Measurement, MeasurementKind

Floats = NDArray[np.float64]


class Trial(msgspec.Struct, frozen=True):
    """A measurement that could be made, tried out in the model.

    Attributes:
        measurement: which.
        cells: what would be read again: kind, row, first and last column.
        bias: which bias a calibration would make known; -1 for none.
    """

    measurement: Measurement
    cells: tuple[tuple[CellKind, int, int, int], ...] = ()
    bias: int = -1


def trials(panel: Panel, cause: Cause, names: PanelNames) -> list[Trial]:
    """Return the measurements that could be made at the place of a cause."""
    first, last = cause.first, cause.last

    def measurement(kind: MeasurementKind, where: str) -> Measurement:
        return Measurement(kind, where, first + 1, last + 1)

    def calibration(bias: int) -> Trial:
        return Trial(measurement(MeasurementKind.CALIBRATION, names.instruments[bias]), bias=bias)

    match cause.kind:
        case "node":
            node = names.nodes[cause.at]
            ends = ((CellKind.STOCK, cause.at, first, first), (CellKind.STOCK, cause.at, last + 1, last + 1))
            out = [Trial(measurement(MeasurementKind.STOCK_COUNT, node), ends)]
            if panel.used.present[cause.at].any():
                survey = measurement(MeasurementKind.USE_SURVEY, node)
                out.append(Trial(survey, ((CellKind.USED, cause.at, first, last),)))
            flows = [(CellKind.RECEIVED, int(k), first, last) for k in np.flatnonzero(panel.ends[:, 1] == cause.at)]
            flows += [(CellKind.SHIPPED, int(k), first, last) for k in np.flatnonzero(panel.ends[:, 0] == cause.at)]
            return [*out, Trial(measurement(MeasurementKind.WEIGHING_OF_ALL, node), tuple(flows))]
        case "link":
            link = names.links[cause.at]
            departure = (CellKind.SHIPPED, cause.at, first, last)
            arrival = (CellKind.RECEIVED, cause.at, first, last)
            biases = (cells.bias[0][cause.at] for cells in (panel.shipped, panel.received))
            near = {int(k) for rows in biases for k in np.unique(rows) if k >= 0}
            return [
                Trial(measurement(MeasurementKind.WEIGHING_AT_BOTH_ENDS, link), (departure, arrival)),
                Trial(measurement(MeasurementKind.WEIGHING_AT_DEPARTURE, link), (departure,)),
                Trial(measurement(MeasurementKind.WEIGHING_AT_ARRIVAL, link), (arrival,)),
                *(calibration(k) for k in sorted(near)),
            ]
        case "bias":
            return [calibration(cause.at)]
        case "reading":
            return []


def imagined(one: Fit, trial: Trial) -> Solver:
    """Return the solver as it would be with one more measurement."""
    spread = one.solver.spread
    if trial.bias >= 0:
        systematic = spread.systematic.copy()
        systematic[trial.bias] *= 0.1
        return one.solver.system.solver(msgspec.structs.replace(spread, systematic=systematic), inverse=False)
    again = [np.zeros_like(cells.present) for cells in one.panel.cells()]
    for kind, place, first, last in trial.cells:
        again[kind][place, first : last + 1] = True
    referee = (again[0], again[1], again[2], again[3])
    return one.solver.system.solver(msgspec.structs.replace(spread, referee=referee), inverse=False)


def _gram(one: Fit, solver: Solver, causes: list[Cause]) -> Floats:
    moved = shifts(one, causes)
    scores = reading_scores(one.panel, solver.solve(*moved))
    return np.asarray(sum(np.einsum("ptr,pts->rs", a, b) for a, b in zip(moved, scores, strict=True)))


def separate(comparer: ExplanationComparer, cause: Cause, rival: Cause, names: PanelNames) -> Measurement | None:
    """Return the measurement that would tell two explanations apart best; None when none does."""
    one = comparer.one
    size = float(comparer.weigh([cause])[1][0])
    best, chosen = _apart(_gram(one, one.solver, [cause, rival])) * size**2, None
    for trial in trials(one.panel, cause, names) + trials(one.panel, rival, names):
        gained = _apart(_gram(one, imagined(one, trial), [cause, rival])) * size**2
        if gained > 1.1 * best + 1e-6:
            best, chosen = gained, trial.measurement
    return chosen


def sharpen(one: Fit, cause: Cause, names: PanelNames) -> tuple[Measurement | None, float]:
    """Return the measurement that would lower the smallest visible loss at one place most, and by what factor."""
    now = float(_gram(one, one.solver, [cause])[0, 0])
    best, chosen = now, None
    for trial in trials(one.panel, cause, names):
        then = float(_gram(one, imagined(one, trial), [cause])[0, 0])
        if then > best:
            best, chosen = then, trial.measurement
    return chosen, float(np.sqrt(best / max(now, 1e-300)))


def _apart(gram: Floats) -> float:
    """Squared distance of the first direction from the second, per squared size."""
    return float(gram[0, 0] - gram[0, 1] ** 2 / max(float(gram[1, 1]), 1e-12))
