"""From positions in one panel to what is said of them: which hypothesis, at which place or instrument, when."""

import msgspec

from enduse.assurance.detection.explain import AlarmCandidate, Cause
from enduse.assurance.detection.fitted_scan import Discovery, SuspectedLoss
from enduse.assurance.fitting.panel import CellKind, Panel
from enduse.assurance.model import ErrorModel, Network
from enduse.assurance.result import NODE, Alarm, Explanation, Hypothesis, PlaceKind


class PanelNames(msgspec.Struct, frozen=True):
    """Names of the nodes, links and instruments of one panel, by their rows."""

    nodes: tuple[str, ...]
    links: tuple[str, ...]
    instruments: tuple[str, ...]

    def of(self, kind: PlaceKind) -> tuple[str, ...]:
        """Return the names of the places of a kind."""
        return self.nodes if kind == NODE else self.links

    def cell(self, kind: CellKind, row: int) -> str:
        """Return the place a cell belongs to."""
        return self.links[row] if kind.on_link else self.nodes[row]


def names_of(network: Network, errors: ErrorModel, panel: Panel) -> PanelNames:
    """Return the names of the places and instruments of a panel."""
    return PanelNames(
        tuple(network.nodes[int(at)].node for at in panel.nodes),
        tuple(network.links[int(at)].link for at in panel.links),
        tuple(errors.instruments[int(at)].instrument for at in panel.instrument),
    )


def explanation(cause: Cause, names: PanelNames) -> Explanation:
    """Return a cause with the names of the network and its periods from 1."""
    first, last = cause.first + 1, cause.last + 1
    match cause.kind:
        case "bias":
            return Explanation(Hypothesis.INSTRUMENT_BIAS, names.instruments[cause.at], first, last)
        case "reading":
            kind = CellKind(cause.at)
            period = kind.period(cause.last)
            return Explanation(kind.misread, names.cell(kind, cause.first), period, period)
        case "node":
            hypothesis, where = Hypothesis.NODE_LOSS, names.nodes[cause.at]
        case "link":
            hypothesis, where = Hypothesis.TRANSIT_LOSS, names.links[cause.at]
    return Explanation(Hypothesis.SURPLUS if cause.sign < 0 else hypothesis, where, first, last)


def rivals(candidate: AlarmCandidate, panel: Panel, names: PanelNames) -> tuple[Explanation, ...]:
    """Return everything an alarm cannot be told from, best first."""
    out = [explanation(cause, names) for cause in candidate.rivals]
    cause = candidate.cause
    if cause.kind == "node" and panel.used.present[cause.at].any():
        place = names.nodes[cause.at]
        out.insert(0, Explanation(Hypothesis.FALSIFIED_USE, place, cause.first + 1, cause.last + 1))
    return tuple(out)


def suspected(alarm: Alarm, names: PanelNames) -> SuspectedLoss:
    """Return a loss or a surplus that raised an alarm, in the terms of its panel."""
    first, last = alarm.first_period - 1, alarm.last_period - 1
    sign = -1.0 if alarm.hypothesis is Hypothesis.SURPLUS else 1.0
    if alarm.hypothesis is Hypothesis.TRANSIT_LOSS or alarm.where not in names.nodes:
        return "link", names.links.index(alarm.where), first, last, sign
    return "node", names.nodes.index(alarm.where), first, last, sign


def party(found: Discovery, network: Network) -> Explanation:
    """Return that all one party's figures of what it sent are too high, or of what it received too low."""
    hypothesis = Hypothesis.OVERSTATED_DISPATCH if found.kind == "sends" else Hypothesis.UNDERSTATED_RECEIPT
    return Explanation(hypothesis, network.nodes[found.at].node, found.first + 1, found.last + 1)
