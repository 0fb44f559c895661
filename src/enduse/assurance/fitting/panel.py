"""The readings of one material laid out by place and period, with the amounts their errors scale with.

Errors are relative, so their size depends on true amounts nobody knows. The amount of each reading is taken as the
median of what several witnesses say (the other end of the link, the balance forwards and backwards, the usual amount
of the place), so that one wild reading cannot set its own error.
"""

from enum import IntEnum

import msgspec
import numpy as np
from numpy.typing import NDArray

from enduse.assurance.model import ErrorModel, Network, Node
from enduse.assurance.readings import CLOSING, EXPECTED, OPENING, RECEIVED, SHIPPED, USED, Readings
from enduse.assurance.result import Hypothesis

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

UNKNOWN_SPREAD = 30.0  # a missing reading is a reading with an sd of 30 times the usual amount: no information
FLOOR_SHARE = 0.02  # errors never scale with less than 2 % of the usual amount
FLOOR_SD = 1e-4  # counted items: rounding and miscounts, relative to the usual amount
COINCIDENCE, MOST_DECIMALS, WHOLE = 0.05, 10, 1e-6


class CellKind(IntEnum):
    """What a cell holds: its position in :meth:`Panel.cells`."""

    SHIPPED = 0
    RECEIVED = 1
    STOCK = 2
    USED = 3

    @property
    def on_link(self) -> bool:
        """Whether its rows are links; else they are nodes."""
        return self in {CellKind.SHIPPED, CellKind.RECEIVED}

    @property
    def reading_kind(self) -> str:
        """The kind of reading that fills it."""
        return "closing_stock" if self is CellKind.STOCK else self.name.lower()

    @property
    def misread(self) -> Hypothesis:
        """That it was read wrongly."""
        return _MISREAD[self]

    def period(self, column: int) -> int:
        """Return the period of a column, from 1; a stock has one column more, before the first period: 0."""
        return column + (0 if self is CellKind.STOCK else 1)


_MISREAD = {
    CellKind.SHIPPED: Hypothesis.MISREAD_SHIPPED,
    CellKind.RECEIVED: Hypothesis.MISREAD_RECEIVED,
    CellKind.STOCK: Hypothesis.MISREAD_STOCK,
    CellKind.USED: Hypothesis.MISREAD_USE,
}


class Cells(msgspec.Struct, frozen=True):
    """One reading per place and period, shape (places, periods) each.

    Attributes:
        value: what was read (missing: a plausible amount; structural zero: 0).
        present: somebody read it.
        exact: not read because there is nothing to read (no use at a warehouse): zero without error.
        amount: what the errors scale with.
        usual: usual amount of the place, shape (places, 1).
        bias: bias number of the reading and of a second reading of the same thing, shape (2, places, periods), or -1.
        share: weight of the two, same shape; they sum to 1 where present.
        sd: relative random standard deviation of what was read.
        role: 0 flows, 1 stock, 2 use.
        row: row in the readings, -1 where missing.
    """

    value: Floats
    present: Bools
    exact: Bools
    amount: Floats
    usual: Floats
    bias: NDArray[np.int64]
    share: Floats
    sd: Floats
    role: int
    row: Ints


class Panel(msgspec.Struct, frozen=True):
    """One material.

    Attributes:
        material: its position.
        periods: T.
        nodes: positions in the network of the nodes that keep a balance of it, shape (N,).
        links: positions in the network of the links that carry it, shape (L,).
        ends: rows of ``nodes`` at the two ends, shape (L, 2) as (from, to), -1 for a donor.
        parties: positions in the network of the two ends, donors included, same shape.
        shipped, received: shape (L, T). stock: (N, T + 1), column 0 is before the first period. used: (N, T).
        throughput: usual scale of each balance and period, shape (N, T).
        copied: both ends state the same to the last digit, though two scales hardly would, shape (L, T).
        declared: nodes that hold no stock because somebody says so, and nobody counted one, shape (N,).
        instrument, epoch: of every bias, shape (K,).
    """

    material: int
    periods: int
    nodes: Ints
    links: Ints
    ends: Ints
    parties: Ints
    shipped: Cells
    received: Cells
    stock: Cells
    used: Cells
    throughput: Floats
    copied: Bools
    declared: Bools
    instrument: Ints
    epoch: Ints

    def cells(self) -> tuple[Cells, Cells, Cells, Cells]:
        """Return shipped, received, stock and used."""
        return self.shipped, self.received, self.stock, self.used

    def loads(self) -> Floats:
        """Return what usually goes over each link, shape (L, T); zero where nothing went, so that nothing can be lost."""
        amount, usual = self.shipped.amount, self.shipped.usual
        idle = self.shipped.exact & self.received.exact
        return np.where(idle, 0.0, np.maximum(amount, np.maximum(0.25 * usual, 1e-9)))


class _Slot(msgspec.Struct):
    """Sums of the rows that fall into one cell."""

    value: Floats
    count: Ints
    relative: Floats
    bias: Ints
    row: Ints


def _gather(
    rows: Ints, readings: Readings, at: Ints, column: Ints, shape: tuple[int, int], sd: Floats, bias: Ints
) -> _Slot:
    """Add up rows that fall into one cell; the first row lends its instrument and name."""
    flat = at * shape[1] + column
    total = shape[0] * shape[1]
    quantity = readings.quantity[rows]
    value = np.bincount(flat, weights=quantity, minlength=total).astype(np.float64, copy=False)
    count = np.bincount(flat, minlength=total)
    square = np.bincount(flat, weights=(sd * quantity) ** 2, minlength=total)
    first_bias = np.full(total, -1, dtype=np.int64)
    first_row = np.full(total, -1, dtype=np.int64)
    first_bias[flat[::-1]] = bias[::-1]
    first_row[flat[::-1]] = rows[::-1]
    mean_sd = np.bincount(flat, weights=sd, minlength=total) / np.maximum(count, 1)
    relative = np.where(value > 0, np.sqrt(square) / np.where(value > 0, value, 1.0), mean_sd)
    return _Slot(
        value.reshape(shape),
        count.reshape(shape),
        relative.reshape(shape),
        first_bias.reshape(shape),
        first_row.reshape(shape),
    )


def _median(*witnesses: Floats) -> Floats:
    """Median of what the witnesses say, ignoring the silent ones (NaN); NaN where all are silent."""
    stack = np.stack(witnesses)
    stack.sort(axis=0)  # NaN goes last
    spoke = np.sum(~np.isnan(stack), axis=0)
    low = np.take_along_axis(stack, np.maximum((spoke - 1) // 2, 0)[None], axis=0)[0]
    high = np.take_along_axis(stack, (spoke // 2).clip(max=len(witnesses) - 1)[None], axis=0)[0]
    return np.where(spoke > 0, 0.5 * (low + np.where(spoke % 2 == 1, low, high)), np.nan)


def _usual(value: Floats) -> Floats:
    """Median of each place over its periods, leaving out silence and zeros, shape (places, 1); 0 where never read."""
    return np.nan_to_num(_median(*np.where(value > 0, value, np.nan).T))[:, None] if value.size else value[:, :1]


def _mean_of_two(
    first: _Slot, second: _Slot, *, parts: bool = False
) -> tuple[Floats, Floats, NDArray[np.int64], Floats]:
    """Combine two readings of one thing by their random errors; an equal copy of a reading counts once.

    Rows of one cell of the first are counts of the same, or ``parts`` that sum.
    """
    has = [first.count > 0, second.count > 0]
    rows = [1 if parts else np.maximum(first.count, 1), np.maximum(second.count, 1)]
    mean = [slot.value / each for slot, each in zip((first, second), rows, strict=True)]  # no rows: 0
    same = has[0] & has[1] & (np.abs(mean[0] - mean[1]) <= 1e-9 * np.abs(mean[0]))
    precision = [
        np.where(has[0], 1 / np.maximum(first.relative, FLOOR_SD) ** 2, 0.0),
        np.where(has[1] & ~same, 1 / np.maximum(second.relative, FLOOR_SD) ** 2, 0.0),
    ]
    total = np.maximum(precision[0] + precision[1], 1e-300)
    share = np.stack(precision) / total
    value = np.where(has[0] | has[1], share[0] * mean[0] + share[1] * mean[1], np.nan)
    sd = np.where(has[0] | has[1], 1 / np.sqrt(total), 0.0)
    bias = np.stack([np.where(share[0] > 0, first.bias, -1), np.where(share[1] > 0, second.bias, -1)])
    return value, sd, bias, share


def build_panel(network: Network, errors: ErrorModel, readings: Readings, rows: Ints, material: int) -> Panel | None:
    """Lay out the rows of one material; None when no node or no link has a reading of it."""
    if not rows.size:
        return None
    kind, place = readings.kind[rows].astype(np.int64), readings.place[rows].astype(np.int64)
    flow = kind <= RECEIVED
    links = np.unique(place[flow])
    ends_all = np.array([network.ends(at) for at in range(len(network.links))], dtype=np.int64).reshape(-1, 2)
    nodes = np.unique(np.concatenate([ends_all[links].ravel(), place[~flow]]))
    nodes = nodes[[network.nodes[at].kind != "donor" for at in nodes]]
    if not nodes.size:
        return None
    node_row = np.full(len(network.nodes), -1, dtype=np.int64)
    node_row[nodes] = np.arange(nodes.size)
    link_row = np.full(len(network.links), -1, dtype=np.int64)
    link_row[links] = np.arange(links.size)
    ends = node_row[ends_all[links]].reshape(-1, 2)
    width = 1 + int(readings.epoch[rows].max())
    code = readings.instrument[rows].astype(np.int64) * width + readings.epoch[rows]
    unique, bias = np.unique(code, return_inverse=True)
    sds = np.array([one.random_sd for one in errors.instruments], dtype=np.float64)
    sd = sds[readings.instrument[rows]]
    period = readings.period[rows].astype(np.int64)
    t = readings.periods

    def slot(wanted: int, at: Ints, shape: tuple[int, int], shift: int) -> _Slot:
        chosen = np.flatnonzero((kind == wanted) & (at[place] >= 0))
        return _gather(
            rows[chosen], readings, at[place[chosen]], period[chosen] + shift, shape, sd[chosen], bias[chosen]
        )

    # Places of flows are links and of the rest nodes; pad so that indexing one with the other stays in range.
    longest = max(len(node_row), len(link_row))
    node_at = np.pad(node_row, (0, longest - len(node_row)), constant_values=-1)
    link_at = np.pad(link_row, (0, longest - len(link_row)), constant_values=-1)
    shape = (links.size, t)
    slots = [slot(SHIPPED, link_at, shape, -1), slot(RECEIVED, link_at, shape, -1)]
    stock = [slot(CLOSING, node_at, (nodes.size, t + 1), 0), slot(OPENING, node_at, (nodes.size, t + 1), -1)]
    use = [slot(USED, node_at, (nodes.size, t), -1), slot(EXPECTED, node_at, (nodes.size, t), -1)]
    places = [network.nodes[at] for at in nodes]
    bias_of = unique // width, unique % width
    both = ends, ends_all[links]
    return _finish(material, readings, nodes, links, both, slots, stock, use, places, bias_of)


def _flow_amounts(
    flows: list[_Slot], shape: tuple[int, int], *, complete: bool
) -> tuple[list[Floats], Bools, Floats, Floats]:
    """Return what was read at both ends, which cells mean that nothing went, the usual amounts and the amounts."""
    flow_value = [np.where(one.count > 0, one.value, np.nan) for one in flows]
    zero = np.isnan(flow_value[0]) & np.isnan(flow_value[1]) & complete
    usual_flow = _usual(_median(*flow_value))
    amount = _median(*flow_value, np.broadcast_to(usual_flow, shape))
    lone = np.isnan(flow_value[0]) ^ np.isnan(flow_value[1])
    amount = np.where(lone, np.clip(np.fmax(*flow_value), 0.2 * usual_flow, 5 * usual_flow), amount)
    amount = np.where(zero, 0.0, amount)
    return flow_value, zero, usual_flow, amount


def _stock_amounts(stock_value: Floats, change: Floats, usual_stock: Floats) -> Floats:
    """Return the amounts in stock that the count, the balance forwards and the balance backwards agree on best."""
    edge = np.full((stock_value.shape[0], 1), np.nan)
    forward = np.concatenate([edge, stock_value[:, :-1] + change], axis=1)
    backward = np.concatenate([stock_value[:, 1:] - change, edge], axis=1)
    witnesses = [stock_value, forward, backward]
    silent = np.any([np.isnan(witness) for witness in witnesses], axis=0)  # two witnesses have no majority
    stock_amount = _median(*witnesses, np.where(silent, usual_stock, np.nan))
    return np.where(np.isnan(stock_amount), usual_stock, np.maximum(stock_amount, 0.0))


def _finish(
    material: int,
    readings: Readings,
    nodes: Ints,
    links: Ints,
    both: tuple[Ints, Ints],
    flows: list[_Slot],
    stocks: list[_Slot],
    uses: list[_Slot],
    places: list[Node],
    bias_of: tuple[Ints, Ints],
) -> Panel:
    """Work out amounts, structural zeros and missing values."""
    t, ends = readings.periods, both[0]
    flow_value, zero, usual_flow, amount = _flow_amounts(flows, (links.size, t), complete=readings.complete)
    stock_value, stock_sd, stock_bias, stock_share = _mean_of_two(*stocks)
    use_value, use_sd, use_bias, use_share = _mean_of_two(*uses, parts=True)
    inflow, outflow = np.zeros((nodes.size, t)), np.zeros((nodes.size, t))
    for side, total in ((1, inflow), (0, outflow)):
        np.add.at(total, ends[ends[:, side] >= 0, side], amount[ends[:, side] >= 0])
    ever_used = np.any(~np.isnan(use_value), axis=1)
    ships = np.isin(np.arange(nodes.size), ends[:, 0])
    # A site, or the end of every chain, uses material up even if nobody measures it; other places only if they say so.
    no_use = ~ever_used & ~np.array([place.kind == "site" for place in places]) & ships
    use_exact = np.repeat(no_use[:, None], t, axis=1)
    usual_use = np.where(ever_used[:, None], _usual(use_value), inflow.mean(axis=1, keepdims=True))
    usual_use = np.where(no_use[:, None], 0.0, usual_use)
    ever_stock = np.any(~np.isnan(stock_value), axis=1)
    drawn = np.where(use_exact, 0.0, np.where(np.isnan(use_value), usual_use, use_value))
    change = inflow - outflow - drawn
    declared = ~ever_stock & np.array([not place.holds_stock for place in places], dtype=np.bool_)
    holds_none = declared & (ever_used | no_use)
    stock_exact = np.repeat(holds_none[:, None], t + 1, axis=1)
    # a stock nobody counted may be as large as anything that ever came or went, and as all that came and did not go
    room = np.maximum(np.maximum(inflow, outflow), np.abs(np.cumsum(change, axis=1))).max(axis=1, keepdims=True)
    usual_stock = np.where(ever_stock[:, None], _usual(stock_value), room)
    stock_amount = _stock_amounts(stock_value, change, usual_stock)
    expected = stock_amount[:, :-1] + inflow - outflow - stock_amount[:, 1:]
    expected = np.where(np.isnan(expected), usual_use, np.maximum(expected, 0.0))
    use_amount = _median(use_value, expected, np.broadcast_to(usual_use, (nodes.size, t)))
    throughput = np.maximum(inflow, np.maximum(outflow, use_amount * ~use_exact))
    typical = _usual(throughput)
    scale = np.maximum(typical, 1e-3 * max(float(typical.max(initial=0.0)), 1e-9))
    idle = (holds_none & no_use)[:, None] & (throughput == 0)  # nothing there that could be lost
    throughput = np.where(idle, 0.0, np.maximum(throughput, 0.25 * scale))
    one_share = np.stack([np.ones((links.size, t)), np.zeros((links.size, t))])

    def flow_cells(k: int) -> Cells:
        bias = np.stack([flows[k].bias, np.full((links.size, t), -1)])
        return _cells(flow_value[k], zero, amount, usual_flow, bias, one_share, flows[k].relative, 0, flows[k].row)

    stock_row = np.where(stocks[0].row >= 0, stocks[0].row, stocks[1].row)
    use_row = np.where(uses[0].row >= 0, uses[0].row, uses[1].row)
    held = np.maximum(usual_stock, scale)
    taken = np.where(ever_used[:, None] | no_use[:, None], usual_use, np.maximum(usual_use, room))
    return Panel(
        material,
        t,
        nodes,
        links,
        *both,
        flow_cells(0),
        flow_cells(1),
        _cells(stock_value, stock_exact, stock_amount, held, stock_bias, stock_share, stock_sd, 1, stock_row),
        _cells(use_value, use_exact, use_amount, np.maximum(taken, scale), use_bias, use_share, use_sd, 2, use_row),
        throughput,
        _copied(*flows),
        declared,
        *bias_of,
    )


def _copied(shipped: _Slot, received: _Slot) -> Bools:
    """Tell where one end of a link seems to have copied the figure of the other.

    Two readings with errors agree to the last digit with a chance of about one digit over the spread of their difference.
    """
    both = (shipped.count > 0) & (received.count > 0)
    spread = np.hypot(shipped.relative, received.relative) * shipped.value
    values = np.concatenate([shipped.value[both], received.value[both]])
    digit = next(
        (10.0**-k for k in range(MOST_DECIMALS) if np.all(np.isclose(values * 10**k % 1 % 1, 0.0, atol=1e-6))), 0
    )
    likely = digit / np.sqrt(2 * np.pi)
    return np.asarray(both & (shipped.value == received.value) & (likely < COINCIDENCE * spread), dtype=np.bool_)


def _cells(
    value: Floats,
    exact: Bools,
    amount: Floats,
    usual: Floats,
    bias: Ints,
    share: Floats,
    sd: Floats,
    role: int,
    row: Ints,
) -> Cells:
    present = ~np.isnan(value)
    filled = np.where(exact, 0.0, np.where(present, value, amount))
    floor = FLOOR_SHARE * usual
    scaled = np.where(exact, 0.0, np.maximum(amount, floor))
    return Cells(
        np.nan_to_num(filled), present, exact & ~present, np.nan_to_num(scaled), usual, bias, share, sd, role, row
    )
