"""One material as residuals that are signed sums of independent cells, each with a variance of its own.

The residuals are the balance of every node and the shipper-receiver difference of every link, period by period. What
they are made of when nothing is missing stands in columns: the error of every reading, its bias and its drift, goods
under way at the end of a period, a flow or a use that nobody stated, a stock that nobody counted. The covariance of
the residuals is ``C diag(v) C'``; no reading is ever taken out, only its variance grows.
"""

from collections.abc import Iterator
from enum import IntEnum

import msgspec
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from enduse.assurance.fitting.panel import CellKind, Panel
from enduse.assurance.settings import Settings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

ROUND_UNITS = (50.0, 25.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5, 0.25, 0.2, 0.1, 0.05, 0.02, 0.01)
WHOLE = 1e-6  # of a unit: figures that near to a multiple are one


class CellGroup(IntEnum):
    """What a cell is: cells of one group share a factor and a tail."""

    FLOW = 0
    STOCK = 1
    USE = 2
    UNKNOWN = 3
    BIAS = 4
    SILENT = 5
    DRIFT = 6
    UNDER_WAY = 7
    LATENESS = 8


READING_GROUPS = (CellGroup.FLOW, CellGroup.STOCK, CellGroup.USE)
LATE_GROUPS = (CellGroup.UNDER_WAY, CellGroup.LATENESS)


class CellModel(msgspec.Struct, frozen=True):
    """Residuals and cells of one material; M residuals, Q cells.

    Attributes:
        residual: balances by node and period, then differences by link and period, shape (M,).
        columns: what one unit of each cell does to the residuals, sparse (M, Q).
        group: :class:`CellGroup` of each cell, shape (Q,).
        base: its variance at factor 1 and weight 1, unit of the readings squared. extra: that of rounding, added.
        weight: where its weight starts.
        kind, place, period: of a reading, the cell of the panel it stands in; -1 else.
        node: rows of the residuals of each node, shape (N, T). link: of each link, shape (L, T).
        shipped: what was shipped on each link, shape (L, T).
    """

    residual: Floats
    columns: sparse.csc_array
    group: Ints
    base: Floats
    extra: Floats
    weight: Floats
    kind: Ints
    place: Ints
    period: Ints
    node: Ints
    link: Ints
    shipped: Floats

    def drawn(self, residual: Floats, settings: Settings) -> "CellModel":
        """Return the same cells for another campaign of the same shape.

        Args:
            residual: its balances and differences, shape (M,).
            settings: constants.
        """
        weight = self.weight.copy()
        late = self.group == CellGroup.UNDER_WAY
        if late.any():
            guess = under_way(self.shipped, residual[self.link])
            weight[late] = _late_weight(guess, self.base[late].reshape(guess.shape[0], -1), settings).ravel()
        return msgspec.structs.replace(self, residual=residual, weight=weight)

    def without(self, groups: frozenset[CellGroup]) -> "CellModel":
        """Return the same model without the cells of some groups."""
        if not groups:
            return self
        keep = np.flatnonzero(~np.isin(self.group, [int(group) for group in groups]))
        names = ("group", "base", "extra", "weight", "kind", "place", "period")
        parts = {name: getattr(self, name)[keep] for name in names}
        return msgspec.structs.replace(self, columns=sparse.csc_array(self.columns[:, keep]), **parts)


class _Builder:
    """Collects cells as triples of residual, cell and value."""

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.count = 0
        self._row: list[Ints] = []
        self._cell: list[Ints] = []
        self._value: list[Floats] = []
        self._columns: list[tuple[Floats, ...]] = []

    def add(self, group: CellGroup, base: Floats, *, weight: Floats | None = None, extra: float = 0.0) -> Ints:
        """Add cells that do nothing yet; return their numbers."""
        n = base.size
        one = np.ones(n) if weight is None else weight
        self._columns.append((np.full(n, float(group)), base, np.full(n, extra), one, *np.full((3, n), -1.0)))
        self.count += n
        return np.arange(self.count - n, self.count)

    def named(self, kind: CellKind, place: Ints, period: Ints) -> None:
        """Say which cells of the panel the cells added last stand for."""
        last = self._columns[-1]
        self._columns[-1] = (*last[:4], np.full(place.size, float(kind)), place.astype(float), period.astype(float))

    def touch(self, cell: Ints, row: Ints, value: Floats | float) -> None:
        """Let cells do something to residuals; rows below zero are outside the network."""
        inside = row >= 0
        self._row.append(row[inside])
        self._cell.append(cell[inside])
        self._value.append(np.broadcast_to(np.asarray(value, dtype=np.float64), row.shape)[inside])

    def model(self, residual: Floats, node: Ints, link: Ints, shipped: Floats) -> CellModel:
        """Return the model of everything added."""
        entries = np.concatenate(self._value), (np.concatenate(self._row), np.concatenate(self._cell))
        columns = sparse.csc_array(sparse.coo_array(entries, shape=(self.rows, self.count)))
        group, base, extra, weight, kind, place, period = (
            np.concatenate(part) for part in zip(*self._columns, strict=True)
        )
        whole = (part.astype(np.int64) for part in (group, kind, place, period))
        group, kind, place, period = whole
        return CellModel(residual, columns, group, base, extra, weight, kind, place, period, node, link, shipped)


def rounding_unit(values: Floats) -> float:
    """Return the largest usual unit of which all figures are multiples, 0 where there is none."""
    values = values[values > 0]
    if not values.size:
        return 0.0
    for unit in ROUND_UNITS:
        part = values / unit
        if np.all(np.abs(part - np.round(part)) <= WHOLE * np.maximum(1.0, part)):
            return unit
    return 0.0


def _touched(panel: Panel, kind: CellKind, node: Ints, link: Ints) -> Iterator[tuple[Ints, float]]:
    """Yield for every cell of a kind the residual it enters, or -1, and its sign; shapes of the cells."""
    out, into = panel.ends[:, 0], panel.ends[:, 1]
    match kind:
        case CellKind.SHIPPED:
            yield link, 1.0
            yield np.where((out >= 0)[:, None], node[np.maximum(out, 0)], -1), -1.0
        case CellKind.RECEIVED:
            yield link, -1.0
            yield np.where((into >= 0)[:, None], node[np.maximum(into, 0)], -1), 1.0
        case CellKind.STOCK:
            edge = np.full((node.shape[0], 1), -1)
            yield np.concatenate([node, edge], axis=1), 1.0
            yield np.concatenate([edge, node], axis=1), -1.0
        case CellKind.USED:
            yield node, -1.0


def _filled(panel: Panel) -> tuple[Floats, Floats, Floats, Floats]:
    """Return the readings, with the other end for a flow read at one, nothing for one read at none, else what is usual."""
    sent, came = panel.shipped, panel.received
    shipped = np.where(sent.present, sent.value, np.where(came.present, came.value, 0.0))
    received = np.where(came.present, came.value, np.where(sent.present, sent.value, 0.0))
    stock = np.where(panel.stock.present, panel.stock.value, panel.stock.usual)
    used = np.where(panel.used.present | panel.used.exact, panel.used.value, 0.0)
    used = np.where(panel.used.exact & ~panel.used.present, 0.0, used)
    return shipped, received, stock, used


def largest_stock(panel: Panel, filled: tuple[Floats, Floats, Floats, Floats]) -> Floats:
    """Return the largest stock a place may plausibly have held, shape (N,).

    No smaller than any count, than what came or went in any period, and than all that came and did not go.
    """
    shipped, received, _, used = filled
    came, went = np.zeros_like(used), used.copy()
    for side, flow, total in ((1, received, came), (0, shipped, went)):
        there = panel.ends[:, side] >= 0
        np.add.at(total, panel.ends[there, side], flow[there])
    counted = np.where(panel.stock.present, panel.stock.value, panel.stock.usual).max(axis=1)
    heap = np.abs(np.cumsum(came - went, axis=1)).max(axis=1)
    return np.asarray(np.maximum.reduce([counted, came.max(axis=1), went.max(axis=1), heap]), dtype=np.float64)


def build_cells(
    panel: Panel, amounts: tuple[Floats, ...], systematic: Floats, settings: Settings, *, declared: Bools
) -> CellModel:
    """Lay out residuals and cells of one material.

    Args:
        panel: its readings by place and period.
        amounts: what their errors scale with: shipped, received, stock, used, shapes of the cells.
        systematic: stated relative systematic sd of every bias of the panel, shape (K,).
        settings: constants.
        declared: nodes that hold no stock because somebody said so, shape (N,).
    """
    n, t, count = panel.nodes.size, panel.periods, panel.links.size
    node = np.arange(n * t).reshape(n, t)
    link = n * t + np.arange(count * t).reshape(count, t)
    build = _Builder((n + count) * t)
    filled = _filled(panel)
    residual = np.zeros(build.rows)
    for kind, value in zip(CellKind, filled, strict=True):
        for rows, sign in _touched(panel, kind, node, link):
            np.add.at(residual, rows[rows >= 0], sign * value[rows >= 0])
    units = [rounding_unit(cells.value[cells.present]) for cells in panel.cells()]
    _add_readings(build, panel, amounts, units, settings, (node, link))
    _add_unknown(build, panel, filled, settings, (node, link), declared)
    _add_biases(build, panel, amounts, systematic, settings, (node, link))
    _add_late(build, filled[0], residual[link], link, settings)
    return build.model(residual, node, link, filled[0])


def _add_readings(
    build: _Builder,
    panel: Panel,
    amounts: tuple[Floats, ...],
    units: list[float],
    settings: Settings,
    rows: tuple[Ints, Ints],
) -> None:
    """Add the error of every reading."""
    for kind, cells, amount, unit in zip(CellKind, panel.cells(), amounts, units, strict=True):
        place, period = np.nonzero(cells.present)
        usual = np.maximum(np.maximum(cells.usual, cells.amount), 1e-9)[place, period]
        base = (cells.sd * amount)[place, period] ** 2 + (settings.floor * usual) ** 2
        at = build.add(CellGroup(cells.role), base, extra=unit**2 / 12)
        build.named(kind, place, period)
        for touched, sign in _touched(panel, kind, *rows):
            build.touch(at, touched[place, period], sign)


def _add_unknown(
    build: _Builder,
    panel: Panel,
    filled: tuple[Floats, Floats, Floats, Floats],
    settings: Settings,
    rows: tuple[Ints, Ints],
    declared: Bools,
) -> None:
    """Add what nobody stated: one end of a flow, stocks, uses, and flows silent at both ends."""
    sent, came = panel.shipped.present, panel.received.present
    usual = np.maximum(panel.shipped.usual, panel.received.usual)
    for kind, silent in ((CellKind.SHIPPED, came & ~sent), (CellKind.RECEIVED, sent & ~came)):
        place, period = np.nonzero(silent)
        size = np.maximum(usual[place, 0], filled[0][place, period])
        at = build.add(CellGroup.UNKNOWN, (settings.silent * np.maximum(size, 1e-9)) ** 2)
        for touched, sign in _touched(panel, kind, *rows):
            build.touch(at, touched[place, period], sign)
    place, period = np.nonzero(~panel.stock.present & ~declared[:, None])
    room = np.maximum(largest_stock(panel, filled), 1e-9)
    at = build.add(CellGroup.UNKNOWN, (settings.stock * room[place]) ** 2)
    for touched, sign in _touched(panel, CellKind.STOCK, *rows):
        build.touch(at, touched[place, period], sign)
    _add_silent(build, panel, usual, settings, rows)


def _add_silent(build: _Builder, panel: Panel, usual: Floats, settings: Settings, rows: tuple[Ints, Ints]) -> None:
    """Add flows that nobody stated and uses that were not stated: nothing, or anything up to twice what is usual."""
    weight = (settings.nothing / settings.silent) ** 2
    place, period = np.nonzero(~panel.shipped.present & ~panel.received.present)
    base = (settings.nothing * np.maximum(usual[place, 0], 1e-9)) ** 2
    at = build.add(CellGroup.SILENT, base, weight=np.full(place.size, weight))
    for kind in (CellKind.SHIPPED, CellKind.RECEIVED):
        for touched, sign in _touched(panel, kind, *rows):
            if touched is not rows[1]:  # in the difference the two ends cancel
                build.touch(at, touched[place, period], sign)
    place, period = np.nonzero(~panel.used.present & ~panel.used.exact)
    base = (settings.nothing * np.maximum(panel.used.usual[place, 0], 1e-9)) ** 2
    at = build.add(CellGroup.SILENT, base, weight=np.full(place.size, weight))
    build.touch(at, rows[0][place, period], -1.0)


def _add_biases(
    build: _Builder,
    panel: Panel,
    amounts: tuple[Floats, ...],
    systematic: Floats,
    settings: Settings,
    rows: tuple[Ints, Ints],
) -> None:
    """Add for every instrument and calibration a constant bias, and a drift as innovations of an AR(1) process."""
    biases, t = panel.instrument.size, panel.periods
    size = np.ones(biases)  # columns carry the stated sd: a bias of an instrument without one does nothing
    constant = build.add(CellGroup.BIAS, size)
    drift = build.add(CellGroup.DRIFT, np.full(biases * t, settings.drift)).reshape(biases, t)
    fresh = np.sqrt(1 - settings.correlation**2)
    for kind, cells, amount in zip(CellKind, panel.cells(), amounts, strict=True):
        for slot in (0, 1):
            place, period = np.nonzero((cells.bias[slot] >= 0) & cells.present)
            bias = cells.bias[slot][place, period]
            effect = (amount * cells.share[slot])[place, period] * systematic[bias]
            when = np.maximum(period - 1, 0) if kind is CellKind.STOCK else period
            for touched, sign in _touched(panel, kind, *rows):
                row = touched[place, period]
                build.touch(constant[bias], row, sign * effect)
                for start in range(t):
                    later = when >= start
                    decay = settings.correlation ** (when[later] - start) * (1.0 if start == 0 else fresh)
                    build.touch(drift[bias[later], start], row[later], sign * effect[later] * decay)


def _add_late(build: _Builder, shipped: Floats, difference: Floats, link: Ints, settings: Settings) -> None:
    """Add what is under way at the end of every period on every link, and how late each link, and all, usually are."""
    count, t = shipped.shape
    if not count or t < 2:  # noqa: PLR2004
        return
    sent = np.concatenate([shipped[:, :1], shipped], axis=1)  # what may have been under way before the first period
    base = (settings.late * np.maximum(sent, 1e-3 * np.maximum(sent.max(axis=1, keepdims=True), 1e-9))) ** 2
    weight = _late_weight(under_way(shipped, difference), base, settings)
    at = build.add(CellGroup.UNDER_WAY, base.ravel(), weight=weight.ravel()).reshape(base.shape)
    build.touch(at[:, 1:].ravel(), link.ravel(), 1.0)
    build.touch(at[:, :-1].ravel(), link.ravel(), -1.0)
    change = np.diff(np.concatenate([np.zeros((count, 1)), shipped], axis=1), axis=1)
    each = build.add(CellGroup.LATENESS, np.full(count, settings.late**2))
    build.touch(np.repeat(each, t), link.ravel(), change.ravel())
    every = build.add(CellGroup.LATENESS, np.full(1, settings.late**2))
    build.touch(np.repeat(every, count * t), link.ravel(), change.ravel())


def _late_weight(guess: Floats, base: Floats, settings: Settings) -> Floats:
    """Return where the weights of what is under way start, shape (L, T + 1)."""
    late = np.concatenate([np.zeros((guess.shape[0], 1)), guess], axis=1)
    return np.asarray((settings.late_tail + 1) / (settings.late_tail + late**2 / base), dtype=np.float64)


def under_way(shipped: Floats, difference: Floats) -> Floats:
    """Return what was plausibly under way at the end of every period: shipped, not received, and received later.

    Args:
        shipped: shape (L, T).
        difference: shipped less received, same shape.
    """
    forwards, backwards = np.zeros_like(shipped), np.zeros_like(shipped)
    for at in range(shipped.shape[1]):
        before = forwards[:, at - 1] if at else 0.0
        forwards[:, at] = np.minimum(shipped[:, at], np.maximum(0.0, before + difference[:, at]))
    for at in range(shipped.shape[1] - 2, -1, -1):
        backwards[:, at] = np.maximum(0.0, backwards[:, at + 1] - difference[:, at + 1])
    return np.minimum(forwards, backwards)
