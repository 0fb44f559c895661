"""The readings of a campaign as they would be had a loss happened in it.

What is lost is ordered again, as in the field: what arrives before the loss, and all that was sent for it from the
first sender on, is more by what is lost, so that every other balance still closes.
"""

import numpy as np
from numpy.typing import NDArray

from enduse.assurance.model import Network
from enduse.assurance.readings import RECEIVED, SHIPPED, Readings
from enduse.assurance.result import LINK, PlaceKind

Floats = NDArray[np.float64]

ROUNDS = 30  # of following what was sent back to its senders; returns are a part, so that what is left falls quickly


def more_sent(network: Network, loads: Floats, kind: PlaceKind, place: int, lost: Floats) -> tuple[Floats, Floats]:
    """Return what is shipped and received more on every link, each of shape (L, T).

    Args:
        network: the places.
        loads: what goes over each link, shape (L, T).
        kind: ``node`` or ``link``.
        place: its position in the network.
        lost: amount by period, shape (T,).
    """
    ends = np.array([network.ends(at) for at in range(len(network.links))]).reshape(-1, 2)
    wanted = np.zeros((len(network.nodes), lost.size))
    shipped, received = np.zeros_like(loads), np.zeros_like(loads)
    if kind == LINK:
        shipped[place] += lost
        wanted[ends[place, 0]] += lost
    else:
        wanted[place] += lost
    came = np.zeros_like(wanted)
    np.add.at(came, ends[:, 1], loads)
    whole = came.sum(axis=1, keepdims=True)
    for _ in range(ROUNDS):
        if not wanted.any():
            break
        # where nothing came in that period, it came when something did
        late = np.where(came > 0, 0.0, wanted).sum(axis=1, keepdims=True)
        wanted = np.where(came > 0, wanted, 0.0) + late * came / np.where(whole > 0, whole, 1.0)
        part = loads / np.where(came > 0, came, 1.0)[ends[:, 1]]
        more = part * wanted[ends[:, 1]]
        shipped += more
        received += more
        wanted = np.zeros_like(wanted)
        np.add.at(wanted, ends[:, 0], more)
    return shipped, received


def with_loss(readings: Readings, material: int, loads: Floats, more: tuple[Floats, Floats]) -> Readings:
    """Return readings in which every figure of what was shipped and received is larger in proportion.

    Args:
        readings: of the campaign.
        material: position of the material.
        loads: what goes over each link, shape (L, T).
        more: shipped and received, as of :func:`more_sent`.
    """
    quantity = readings.quantity.copy()
    for kind, extra in ((SHIPPED, more[0]), (RECEIVED, more[1])):
        mine = np.flatnonzero((readings.kind == kind) & (readings.material == material))
        at = readings.place[mine], readings.period[mine] - 1
        quantity[mine] *= 1 + extra[at] / np.maximum(loads[at], 1e-9)
    return readings.like(quantity)
