"""Which single extra measurement would help most.

Every candidate is tried out in the model: the reading is imagined to be taken again by an independent, freshly
calibrated instrument (0.2 %), or the instrument is imagined to be calibrated, the system is solved again, and the
distance between the explanations (or the sd of a loss) is compared.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

from enduse.assurance.explain import Cause, Court, shifts
from enduse.assurance.fit import Fit
from enduse.assurance.panel import Panel
from enduse.assurance.system import Solver, reading_scores

Floats = NDArray[np.float64]


class Measure(msgspec.Struct, frozen=True):
    """A measurement that could be taken: again on cells (kind, place, first, last), or a calibration of a bias."""

    words: str
    cells: tuple[tuple[int, int, int, int], ...] = ()
    bias: int = -1


def candidates(panel: Panel, cause: Cause, names: "Names") -> list[Measure]:
    """Return measurements at the place of a cause."""
    first, last = cause.first, cause.last
    when = f"in period {first + 1}" if first == last else f"in periods {first + 1} to {last + 1}"
    out: list[Measure] = []
    if cause.kind == "node":
        node = names.node(cause.at)
        ends = ((2, cause.at, first, first), (2, cause.at, last + 1, last + 1))
        out.append(
            Measure(f"an independent stock count at {node} before period {first + 1} and after period {last + 1}", ends)
        )
        if panel.used.present[cause.at].any():
            out.append(Measure(f"an independent survey of use at {node} {when}", ((3, cause.at, first, last),)))
        flows = [(1, int(k), first, last) for k in np.flatnonzero(panel.ends[:, 1] == cause.at)]
        flows += [(0, int(k), first, last) for k in np.flatnonzero(panel.ends[:, 0] == cause.at)]
        out.append(Measure(f"independent weighing of all that enters and leaves {node} {when}", tuple(flows)))
    elif cause.kind == "link":
        link = names.link(cause.at)
        out.append(
            Measure(
                f"independent weighing at departure and arrival on {link} {when}",
                ((0, cause.at, first, last), (1, cause.at, first, last)),
            )
        )
        out += [
            Measure(f"independent weighing at {where} on {link} {when}", ((side, cause.at, first, last),))
            for side, where in ((0, "departure"), (1, "arrival"))
        ]
        near = {
            int(k) for cells in (panel.shipped, panel.received) for k in np.unique(cells.bias[0][cause.at]) if k >= 0
        }
        out += [
            Measure(f"a calibration of {names.instrument(k)} against a reference weight", bias=k) for k in sorted(near)
        ]
    elif cause.kind == "bias":
        out.append(Measure(f"a calibration of {names.instrument(cause.at)} against a reference weight", bias=cause.at))
    return out


class Names(msgspec.Struct, frozen=True):
    """Names of the nodes, links and instruments of one panel."""

    nodes: tuple[str, ...]
    links: tuple[str, ...]
    instruments: tuple[str, ...]

    def node(self, at: int) -> str:
        """Return the name of a node."""
        return self.nodes[at]

    def link(self, at: int) -> str:
        """Return the name of a link."""
        return self.links[at]

    def instrument(self, at: int) -> str:
        """Return the name of the instrument of a bias."""
        return self.instruments[at]


def imagined(one: Fit, measure: Measure) -> Solver:
    """Return the solver as it would be with one more measurement."""
    spread = one.solver.spread
    if measure.bias >= 0:
        systematic = spread.systematic.copy()
        systematic[measure.bias] *= 0.1
        return one.solver.system.solver(msgspec.structs.replace(spread, systematic=systematic), inverse=False)
    again = [np.zeros_like(cells.present) for cells in one.panel.cells()]
    for kind, place, first, last in measure.cells:
        again[kind][place, first : last + 1] = True
    referee = (again[0], again[1], again[2], again[3])
    return one.solver.system.solver(msgspec.structs.replace(spread, referee=referee), inverse=False)


def _gram(one: Fit, solver: Solver, causes: list[Cause]) -> Floats:
    moved = shifts(one, causes)
    scores = reading_scores(one.panel, solver.solve(*moved))
    return np.asarray(sum(np.einsum("ptr,pts->rs", a, b) for a, b in zip(moved, scores, strict=True)))


def separate(court: Court, cause: Cause, rival: Cause, names: Names) -> str:
    """Return the measurement that would tell two explanations apart best, in words; empty when none does."""
    one = court.one
    size = float(court.weigh([cause])[1][0])
    best, words = _apart(_gram(one, one.solver, [cause, rival])) * size**2, ""
    tried = candidates(one.panel, cause, names) + candidates(one.panel, rival, names)
    for measure in tried:
        gained = _apart(_gram(one, imagined(one, measure), [cause, rival])) * size**2
        if gained > 1.1 * best + 1e-6:
            best, words = gained, measure.words
    return words


def sharpen(one: Fit, cause: Cause, names: Names) -> tuple[str, float]:
    """Return the measurement that would lower the smallest visible loss at one place most, and by what factor."""
    now = float(_gram(one, one.solver, [cause])[0, 0])
    best, words = now, ""
    for measure in candidates(one.panel, cause, names):
        then = float(_gram(one, imagined(one, measure), [cause])[0, 0])
        if then > best:
            best, words = then, measure.words
    return words, float(np.sqrt(best / max(now, 1e-300)))


def _apart(gram: Floats) -> float:
    """Squared distance of the first direction from the second, per squared size."""
    return float(gram[0, 0] - gram[0, 1] ** 2 / max(float(gram[1, 1]), 1e-12))
