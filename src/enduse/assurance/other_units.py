"""Ways on which one end writes another unit than the other: tonnes here, kilogrammes there."""

from typing import Final

import numpy as np

from enduse.assurance.columns import RECEIVED, SHIPPED, Readings
from enduse.assurance.model import Network
from enduse.assurance.unused_rows import UnusedRows
from enduse.errors import Problem

THOUSAND: Final = 1000.0
NEAR: Final = 1.2
"""Within this factor of a thousand two usual amounts differ by their unit."""


def other_units(readings: Readings, network: Network, unused: UnusedRows) -> list[Problem]:
    """Return a problem for each way and material whose ends differ a thousandfold; nothing there is called missing."""
    out = []
    for at, link in enumerate(network.links):
        for material, name in enumerate(readings.materials):
            mine = (readings.place == at) & (readings.material == material) & (readings.quantity > 0)
            sent, got = (readings.quantity[mine & (readings.kind == kind)] for kind in (SHIPPED, RECEIVED))
            if not (sent.size and got.size):
                continue
            ratio = float(np.median(got) / np.median(sent))
            if max(ratio, 1 / ratio) / THOUSAND <= NEAR and max(ratio, 1 / ratio) * NEAR >= THOUSAND:
                unused.note("shipped", (link.link,))
                unused.note("used", (link.from_node, link.to_node))
                out.append(Problem.of("assurance.other_unit", source="readings", link=link.link, material=name))
    return out
