"""Invented campaigns with known truth, for stating power, for drills and for benchmarks.

The truth follows the measurement model: every reading is the true amount times one plus a new random error plus the
systematic error of its instrument in its calibration epoch.
"""

from collections.abc import Iterable, Mapping

import msgspec
import numpy as np
from numpy.typing import NDArray

from enduse.assurance.model import ErrorModel, Network
from enduse.assurance.columns import CLOSING, OPENING, RECEIVED, SHIPPED, USED, Readings

Floats = NDArray[np.float64]


class Loss(msgspec.Struct, frozen=True):
    """Something that goes missing.

    Attributes:
        where: a node or a link.
        first: first period. last: last period.
        share: of the throughput of the place in each period.
    """

    where: str
    first: int
    last: int
    share: float


class Plan(msgspec.Struct, frozen=True):
    """True amounts and who measures them, for one material.

    Attributes:
        flow: what leaves on every link, shape (L, T).
        stock: at the start of every period and after the last, shape (N, T + 1); zero where a node keeps none.
        scales: instrument index for shipped and received on each link, shape (2, L).
        counts: instrument index of the stock count at each node, or -1, shape (N,).
        surveys: instrument index of measured use at each node, or -1, shape (N,).
    """

    flow: Floats
    stock: Floats
    scales: NDArray[np.int64]
    counts: NDArray[np.int64]
    surveys: NDArray[np.int64]


def rehearse(
    network: Network,
    errors: ErrorModel,
    plan: Plan,
    seed: int,
    *,
    losses: Iterable[Loss] = (),
    epochs: Mapping[int, int] | None = None,
    factor: tuple[float, float] | None = None,
) -> Readings:
    """Return the readings of one campaign.

    Use at each node is what the plan leaves over. A lost amount is taken out of the stock or the load, and what
    follows downstream carries on as planned (the thief takes from what is left over), so the loss shows only there.

    Args:
        network: the places.
        errors: the instruments.
        plan: true amounts.
        seed: of the random numbers.
        losses: what goes missing.
        epochs: instrument index to the period from which a second calibration epoch holds.
        factor: multiply the true random and systematic sds by these, to test wrong statements.
    """
    rng = np.random.default_rng(seed)
    flow, stock = plan.flow, plan.stock.copy()
    periods = flow.shape[1]
    ends = np.array([network.ends(at) for at in range(len(network.links))], dtype=np.int64).reshape(-1, 2)
    inflow, outflow = np.zeros((len(network.nodes), periods)), np.zeros((len(network.nodes), periods))
    np.add.at(inflow, ends[:, 1], flow)
    np.add.at(outflow, ends[:, 0], flow)
    used = stock[:, :-1] + inflow - outflow - stock[:, 1:]
    arrived = flow.copy()
    for loss in losses:
        window = slice(loss.first - 1, loss.last)
        link, node = network.link_index(loss.where), network.node_index(loss.where)
        if link is not None:
            arrived[link, window] -= loss.share * flow[link, window]
            _draw_down(stock, used, int(ends[link, 1]), loss.share * flow[link, window], loss.first, plan)
        elif node is not None:
            amount = loss.share * np.maximum(inflow[node], outflow[node])[window]
            _draw_down(stock, used, node, amount, loss.first, plan)
    parts = [(SHIPPED, plan.scales[0], flow, 1), (RECEIVED, plan.scales[1], arrived, 1)]
    parts += [(OPENING, plan.counts, stock[:, :1], 1), (CLOSING, plan.counts, stock[:, 1:], 1), (USED, plan.surveys, used, 1)]
    columns: list[list[NDArray[np.int64]]] = []
    truth: list[Floats] = []
    for kind, instrument, amount, start in parts:
        place, period = np.nonzero(np.broadcast_to((instrument >= 0)[:, None], amount.shape))
        columns.append([np.full(place.size, kind), place, period + start, instrument[place]])
        truth.append(amount[place, period])
    kinds, places, at, which = (np.concatenate([column[k] for column in columns]) for k in range(4))
    epoch = np.zeros(kinds.size, dtype=np.int64)
    for instrument_at, begin in (epochs or {}).items():
        epoch[(which == instrument_at) & (at >= begin)] = 1
    random = np.array([one.random_sd for one in errors.instruments]) * (factor or (1.0, 1.0))[0]
    systematic = np.array([one.systematic_sd for one in errors.instruments]) * (factor or (1.0, 1.0))[1]
    shared = rng.standard_normal((len(errors.instruments), 2)) * systematic[:, None]
    amounts = np.concatenate(truth)
    read = amounts * (1 + random[which] * rng.standard_normal(amounts.size) + shared[which, epoch])
    return Readings(
        period=at, material=np.zeros(at.size, dtype=np.int64), kind=kinds, place=places, quantity=np.maximum(read, 0.0),
        instrument=which, epoch=epoch, periods=periods,
    )


def _draw_down(stock: Floats, used: Floats, node: int, amount: Floats, first: int, plan: Plan) -> None:
    """Let a loss reduce what is used up at a node, or its stock where nothing is used."""
    if plan.surveys[node] >= 0:
        used[node, first - 1 : first - 1 + amount.size] -= amount
        return
    gone = np.cumsum(amount)
    stock[node, first : first + amount.size] -= gone
    stock[node, first + amount.size :] -= gone[-1]
