"""Time and memory: growth over periods and sites, and 1,000 sites x 100 materials x 52 weeks.

python benchmarks/detection/scale.py growth
python benchmarks/detection/scale.py full 100
"""

import resource
import sys
import time

import numpy as np
from campaigns import Plan, simulate
from networks import tree

from enduse.assurance import Assessor, ErrorModel, Network, Readings

MAPIT = {12: 0.0027, 52: 0.072, 365: 3.06}  # seconds for the covariance of one area, as measured once for this project


def copies(network: Network, errors: ErrorModel, plan: Plan, materials: int, seed: int) -> Readings:
    """Readings of many materials on one network."""
    parts = [simulate(network, errors, plan, seed + at) for at in range(materials)]
    which = np.repeat(np.arange(materials, dtype=np.int32), [len(part) for part in parts])
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("period", "kind", "place", "quantity", "instrument", "epoch")
    }
    names = [f"material {at}" for at in range(materials)]
    return Readings(**joined, material=which, materials=names, periods=parts[0].periods)


def growth() -> None:
    """One material, one campaign: everything from readings to alarms."""
    for vendors, sites, periods in (
        (1, 1, 12),
        (1, 1, 52),
        (1, 1, 365),
        (10, 60, 26),
        (10, 60, 52),
        (10, 60, 104),
        (10, 60, 365),
        (20, 250, 52),
        (40, 1000, 52),
    ):
        network, errors, plan = tree(min(3, vendors), vendors, sites, periods=periods)
        readings = simulate(network, errors, plan, 1)
        began = time.time()
        Assessor(network, errors).assess(readings)
        took = time.time() - began
        series = len(network.nodes) - 1 + len(network.links)
        mapit = f", MAPIT's covariance alone {MAPIT[periods]:.4f} s a balance" if periods in MAPIT else ""
        print(
            f"{sites:5d} sites {periods:4d} periods {len(readings):7d} readings: {took:6.2f} s, "
            f"{1000 * took / series:7.2f} ms a series of {periods}{mapit}",
            flush=True,
        )


def full(materials: int) -> None:
    """Measure the whole of 1,000 sites, 52 weeks and many materials."""
    network, errors, plan = tree(8, 40, 1000, periods=52)
    readings = copies(network, errors, plan, materials, 1)
    print(
        f"{len(readings):,d} readings, {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB so far",
        flush=True,
    )
    began = time.time()
    result = Assessor(network, errors).assess(readings)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{materials} materials: {time.time() - began:.0f} s, peak {peak:.2f} GB, p = {result.p_value:.3f}, {len(result.alarms)} alarms"
    )


if __name__ == "__main__":
    if sys.argv[1] == "growth":
        growth()
    else:
        full(int(sys.argv[2]))
