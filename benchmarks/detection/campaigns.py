"""Invented campaigns with known truth, for stating power, for drills and for benchmarks.

The truth follows the measurement model: every reading is the true amount times one plus a new random error plus the
systematic error of its instrument in its calibration epoch.
"""

from collections.abc import Iterable, Mapping

import msgspec
import numpy as np
from numpy.typing import NDArray

from enduse.assurance.model import ErrorModel, Network
from enduse.assurance.readings import CLOSING, OPENING, RECEIVED, SHIPPED, USED, Readings

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


def simulate(
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

    Use at each node is what the plan leaves over. What is lost is passed on as less to everybody downstream, so all
    balances but the one with the loss still close.

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
    flow, arrived, stock, used = _truth(network, plan, list(losses))
    periods = flow.shape[1]
    parts = [(SHIPPED, plan.scales[0], flow, 1), (RECEIVED, plan.scales[1], arrived, 1)]
    parts += [
        (OPENING, plan.counts, stock[:, :1], 1),
        (CLOSING, plan.counts, stock[:, 1:], 1),
        (USED, plan.surveys, used, 1),
    ]
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
        period=at,
        material=np.zeros(at.size, dtype=np.int64),
        kind=kinds,
        place=places,
        quantity=np.maximum(read, 0.0),
        instrument=which,
        epoch=epoch,
        periods=periods,
    )


def _truth(network: Network, plan: Plan, losses: list[Loss]) -> tuple[Floats, Floats, Floats, Floats]:
    """Return true amounts shipped and arrived on links, in stock and used at nodes."""
    flow, stock = plan.flow.copy(), plan.stock
    periods = flow.shape[1]
    ends = [network.ends(at) for at in range(len(network.links))]
    arrived = flow.copy()
    used = np.zeros((len(network.nodes), periods))
    waiting = {node: sum(to == node for _, to in ends) for node in range(len(network.nodes))}
    ready = [node for node, count in waiting.items() if count == 0]
    while ready:
        node = ready.pop()
        inflow = sum((arrived[at] for at, (_, to) in enumerate(ends) if to == node), np.zeros(periods))
        before = sum((plan.flow[at] for at, (_, to) in enumerate(ends) if to == node), np.zeros(periods))
        out = [at for at, (frm, _) in enumerate(ends) if frm == node]
        planned = sum((plan.flow[at] for at in out), np.zeros(periods))
        lost = before - inflow  # already gone before it came here
        for loss in losses:
            if loss.where == network.nodes[node].node:
                window = slice(loss.first - 1, loss.last)
                lost[window] += loss.share * np.maximum(before, planned)[window]
        ratio = np.clip(1 - lost / np.where(planned > 0, planned, 1.0), 0.0, None) if out else np.ones(periods)
        used[node] = stock[node, :-1] + before - planned - stock[node, 1:] - (0.0 if out else lost)
        for at in out:
            flow[at] = plan.flow[at] * ratio
            arrived[at] = flow[at]
            for loss in losses:
                if loss.where == network.links[at].link:
                    arrived[at, loss.first - 1 : loss.last] *= 1 - loss.share
            to = ends[at][1]
            waiting[to] -= 1
            if waiting[to] == 0:
                ready.append(to)
    return flow, arrived, stock, used
