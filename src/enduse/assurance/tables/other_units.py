"""Ways on which one end writes another unit than the other: tonnes here, kilogrammes there."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from enduse.assurance.model import Network
from enduse.assurance.readings import RECEIVED, SHIPPED, Readings
from enduse.assurance.tables.unused_rows import UnusedRows
from enduse.errors import Problem

THOUSAND: Final = 1000.0
NEAR: Final = 1.2
"""Within this factor of a thousand two usual amounts differ by their unit."""


def other_units(readings: Readings, network: Network, unused: UnusedRows) -> tuple[list[Problem], NDArray[np.bool_]]:
    """Return a problem for each way and material whose ends differ a thousandfold, and which readings can be used.

    Nothing there is called missing. The end further from what is usual of the material is not used, nor what is read in
    the same unit at its place: in the unit of all others it would look like goods from nowhere, or a loss of all.
    """
    out = []
    keep = np.ones(len(readings), dtype=np.bool_)
    for at, link in enumerate(network.links):
        for material, name in enumerate(readings.materials):
            some = (readings.material == material) & (readings.quantity > 0)
            mine = some & (readings.place == at)
            sent, got = (readings.quantity[mine & (readings.kind == kind)] for kind in (SHIPPED, RECEIVED))
            if not (sent.size and got.size):
                continue
            ends = np.log([np.median(sent), np.median(got)])
            ratio = float(np.exp(abs(ends[1] - ends[0])))
            if ratio / THOUSAND <= NEAR and ratio * NEAR >= THOUSAND:
                unused.note("shipped", (link.link,))
                unused.note("used", (link.from_node, link.to_node))
                out.append(Problem.of("assurance.other_unit", source="readings", link=link.link, material=name))
                odd = int(np.argmax(np.abs(ends - np.median(np.log(readings.quantity[some])))))
                node = network.ends(at)[odd]
                beside = some & (readings.kind > RECEIVED) & (readings.place == node)
                beside[beside] = (np.log(readings.quantity[beside]) > ends.mean()) == (ends[odd] > ends.mean())
                keep &= ~(beside | (mine & (readings.kind == (SHIPPED, RECEIVED)[odd])))
    return out, keep
