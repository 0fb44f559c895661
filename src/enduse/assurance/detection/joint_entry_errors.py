"""Slips of the pen that only show together: two wrong readings of one balance pass for a loss.

A wrong unit or decimal place, or two digits exchanged, turns the true amount into the one written by an exact rule.
Undoing it leaves nothing free to fit, so that two or three readings that are all put right by such rules, and then
agree with everybody else, can be weighed against one loss of any size: by likelihood, with the frequency of slips in
the campaign as their prior and an equal share of one loss in twenty campaigns as the prior of each loss (Occam factor for its
size: MacKay, Neural Comput. 4, 1992).
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

from enduse.assurance.detection.explain import SHORT, Cause, ExplanationComparer, alarming, shifts
from enduse.assurance.detection.fit import Fit
from enduse.assurance.fitting.entry_errors import put_right
from enduse.assurance.fitting.panel import Panel
from enduse.assurance.fitting.system import reading_scores

Floats = NDArray[np.float64]

FAR = 3  # periods around an alarm in which a reading may have been set aside for another's fault
WHOLE, HARDLY = 1.5, 30.0  # goods without papers are hardly more than what usually passes: twice the log odds
PLAUSIBLE = 5.0  # what is put right must be within this factor of the usual
MOST_CELLS, MOST_TOGETHER, BEST_PAIRS = 24, 3, 12
PRIOR_READINGS = 1000.0  # half a slip in so many readings is expected before any is seen
LOSSES = 0.05  # short losses expected in a campaign before it is looked at
COPIED = 0.1  # both ends of a link are wrong alike to this part
LEAST_SLIP = 0.02  # as a part of the reading; anything smaller is measurement error


class Option(msgspec.Struct, frozen=True):
    """A reading put right by one rule: how much it was off, and the price of believing that.

    Both readings of a link are one option too: they are often copied from one waybill.
    """

    causes: tuple[Cause, ...]
    error: float
    price: float


def rate(panel: Panel, sure: int) -> float:
    """Return how often readings are slips, from those that nothing else explains."""
    count = sum(int(np.sum(cells.present)) for cells in panel.cells())
    return (sure + 0.5) / (count + PRIOR_READINGS)


def near(panel: Panel, cause: Cause, *, far: bool = False) -> list[Cause]:
    """Return the readings of all balances that a short loss touches, one period more on either side.

    Args:
        panel: the material.
        cause: the loss.
        far: the balances of the neighbours too, and three periods.
    """
    if cause.kind not in {"node", "link"} or cause.last - cause.first >= SHORT:
        return []
    nodes = {cause.at} if cause.kind == "node" else {int(k) for k in panel.ends[cause.at] if k >= 0}
    links = set(np.flatnonzero(np.isin(panel.ends, sorted(nodes)).any(axis=1)).tolist())
    if cause.kind == "link":
        links.add(cause.at)
    wide = FAR if far else 1
    if far:
        nodes |= {int(k) for link in links for k in panel.ends[link] if k >= 0}
    first, last = max(cause.first - wide, 0), min(cause.last + wide, panel.periods - 1)
    places = [(0, links, last), (1, links, last), (2, nodes, last + 1), (3, nodes, last)]
    return [
        Cause("reading", kind, int(place), column)
        for kind, rows, end in places
        for place in sorted(rows)
        for column in range(first, end + 1)
        if panel.cells()[kind].present[place, column]
    ]


def surroundings(one: Fit, threshold: float) -> set[tuple[int, int, int]]:
    """Return the readings (kind, place, column) around all short alarms."""
    comparer = ExplanationComparer(one)
    out: set[tuple[int, int, int]] = set()
    for cause in alarming(comparer, threshold):
        out |= {(cell.at, cell.first, cell.last) for cell in near(one.panel, cause, far=True)}
        comparer.accept(cause)
    return out


def recognised(one: Fit, threshold: float, frequency: float) -> list[Cause]:
    """Return readings that a few exact slips put right better than a loss explains them.

    Args:
        one: fitted material.
        threshold: score of an alarm.
        frequency: of slips among readings.
    """
    comparer = ExplanationComparer(one)
    out: list[Cause] = []
    for cause in alarming(comparer, threshold):
        chosen = _weigh(comparer, cause, frequency)
        for slip in chosen:
            comparer.accept(slip)
        out += chosen
        if not chosen:
            comparer.accept(cause)
    return out


def _weigh(comparer: ExplanationComparer, cause: Cause, frequency: float) -> list[Cause]:
    """Return the slips that explain a discrepancy better than the loss; empty when the loss stands."""
    panel = comparer.one.panel
    cells = _oddest(comparer, near(panel, cause))
    options = [option for cell in cells for option in _options(panel, cell, frequency)]
    options += _copied(options)
    if not options:
        return []
    z, size, information, _ = comparer.weigh([cause])
    places = 2.0 * (panel.nodes.size + panel.links.size) * panel.periods
    loss = 2 * float(np.log(LOSSES))
    if cause.sign < 0 and float(size[0]) > WHOLE:
        loss -= HARDLY
    loss += float(z[0]) ** 2 - 2 * np.log(places) - max(0.0, float(np.log(information[0] / (2 * np.pi))))
    gain, chosen = _together(comparer, cells, options)
    return chosen if gain > loss else []


def _oddest(comparer: ExplanationComparer, cells: list[Cause]) -> list[Cause]:
    """Return the readings that stand out most, against the others and against what is usual."""
    panel = comparer.one.panel
    scores = reading_scores(panel, comparer.now)
    loud, odd = np.zeros(len(cells)), np.zeros(len(cells))
    for k, cell in enumerate(cells):
        at = cell.first, cell.last
        information = max(float(comparer.one.info.cells[cell.at][at]), 1e-12)
        loud[k] = abs(float(scores[cell.at][at][0])) / np.sqrt(information)
        value, usual = _value(panel, cell)
        odd[k] = abs(np.log(value / usual)) if value > 0 and usual > 0 else 0.0
    picked = {*np.argsort(-loud, kind="stable")[:MOST_CELLS], *np.argsort(-odd, kind="stable")[:MOST_CELLS]}
    return [cells[int(k)] for k in sorted(picked)]


def _value(panel: Panel, cell: Cause) -> tuple[float, float]:
    """Return what was read and what is usual there."""
    cells = panel.cells()[cell.at]
    return float(cells.value[cell.first, cell.last]), float(cells.usual[cell.first, 0])


def _options(panel: Panel, cell: Cause, frequency: float) -> list[Option]:
    """Return the rules that put a reading right to something usual.

    A reading that is a thousandth of the truth to the last per cent says more than its distance from the truth does:
    what a loss leaves would hardly come so near. Half of that (twice the logarithm of the factor) is believed.
    """
    value, usual = _value(panel, cell)
    return [
        Option((cell,), value - truth, -2 * float(np.log(frequency * prior)) - max(0.0, float(np.log(truth / value))))
        for truth, prior in put_right(value)
        if value > 0
        and usual / PLAUSIBLE < truth < usual * PLAUSIBLE
        and abs(value - truth) > LEAST_SLIP * max(value, truth)
    ]


def _copied(options: list[Option]) -> list[Option]:
    """Return the rules that put both readings of a link right alike, at the price of one."""
    out = []
    for one in options:
        cell = one.causes[0]
        if cell.at != 0:
            continue
        for other in options:
            same = other.causes[0].at == 1 and other.causes[0].first == cell.first and other.causes[0].last == cell.last
            if same and abs(one.error - other.error) < COPIED * abs(one.error):
                error = 0.5 * (one.error + other.error)
                out.append(Option((*one.causes, *other.causes), error, max(one.price, other.price)))
    return out


def _together(comparer: ExplanationComparer, cells: list[Cause], options: list[Option]) -> tuple[float, list[Cause]]:
    """Return the best few options together: twice their log likelihood less their price, and their readings."""
    panel = comparer.one.panel
    moved = shifts(comparer.one, cells)
    effect = comparer.weigh(cells)[3]
    gram = np.asarray(
        sum(np.einsum("ptr,pts->rs", a, b) for a, b in zip(moved, reading_scores(panel, effect), strict=True))
    )
    push = np.asarray(
        sum(
            np.einsum("ptr,pt->r", a, b[:, :, 0])
            for a, b in zip(moved, reading_scores(panel, comparer.now), strict=True)
        )
    )
    row = {cell: k for k, cell in enumerate(cells)}
    touched = np.zeros((len(options), len(cells)))
    for k, option in enumerate(options):
        touched[k, [row[cause] for cause in option.causes]] = option.error
    squares = touched @ gram @ touched.T
    across = np.where((touched != 0) @ (touched != 0).T, np.inf, 2 * squares)  # one rule a reading
    alone = 2 * touched @ push - np.diag(squares) - np.array([option.price for option in options])
    best, chosen = -np.inf, [0]
    pairs = alone[:, None] + alone - across
    starts = [[int(alone.argmax())]]
    starts += [list(divmod(int(flat), len(options))) for flat in np.argsort(-pairs, axis=None)[: 2 * BEST_PAIRS]]
    for group in starts:
        value = float(alone[group].sum() - across[group[0], group[1:]].sum())
        while value > -np.inf:
            if value > best:
                best, chosen = value, list(group)
            more = value + alone - across[group].sum(axis=0)
            step = int(more.argmax())
            if more[step] <= value or len(group) == MOST_TOGETHER:
                break
            group.append(step)
            value = float(more[step])
    return best, [cause for k in chosen for cause in options[k].causes]
