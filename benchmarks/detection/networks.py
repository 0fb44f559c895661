"""Networks for the benchmarks: a 74-node network, single areas and large ones."""

import numpy as np
from campaigns import Plan

from enduse.assurance.model import ErrorModel, Link, MeasuringInstrument, Network, Node


def tree(
    warehouses: int = 3,
    vendors: int = 10,
    sites: int = 60,
    *,
    periods: int = 26,
    stock_weeks: float = 0.5,
    jitter: float = 0.0,
    seed: int = 1,
    known: bool = False,
    flow: float = 10.0,
) -> tuple[Network, ErrorModel, Plan]:
    """Donor -> crossing -> warehouses -> vendors -> sites; one scale a place, stock counts, measured use at sites.

    Scales 1 % random and 1 % systematic, stock counts 2 % and 1 %, use 5 % and 3 %.
    """
    rng = np.random.default_rng(seed)
    nodes = [Node("donor", "donor"), Node("crossing", "crossing")]
    nodes += [Node(f"warehouse{k}", "warehouse") for k in range(warehouses)]
    nodes += [Node(f"vendor{k}", "vendor") for k in range(vendors)]
    nodes += [Node(f"site{k}", "site") for k in range(sites)]
    links = [Link("donor>crossing", "donor", "crossing")]
    links += [Link(f"crossing>warehouse{k}", "crossing", f"warehouse{k}") for k in range(warehouses)]
    links += [
        Link(f"warehouse{k % warehouses}>vendor{k}", f"warehouse{k % warehouses}", f"vendor{k}") for k in range(vendors)
    ]
    links += [Link(f"vendor{k % vendors}>site{k}", f"vendor{k % vendors}", f"site{k}") for k in range(sites)]
    network = Network(nodes, links)
    instruments, count = [], len(nodes)
    instruments += [MeasuringInstrument(f"scale {node.node}", 0.01, 0.01) for node in nodes]
    instruments += [MeasuringInstrument(f"count {node.node}", 0.02, 0.01) for node in nodes]
    instruments += [MeasuringInstrument(f"use {node.node}", 0.05, 0.03) for node in nodes]
    errors = ErrorModel(instruments, known=known)
    flows = np.zeros((len(links), periods))
    total = np.zeros((count, periods))
    for at in range(len(links) - 1, -1, -1):
        frm, to = network.ends(at)
        if nodes[to].kind == "site":
            total[to] = flow * (1 + jitter * rng.uniform(-1, 1, periods))
        flows[at] = total[to]
        total[frm] += total[to]
    stock = np.repeat(stock_weeks * total.mean(axis=1, keepdims=True), periods + 1, axis=1)
    ends = np.array([network.ends(at) for at in range(len(links))])
    kinds = np.array([node.kind for node in nodes])
    at = np.arange(count)
    plan = Plan(
        flow=flows,
        stock=stock,
        scales=np.stack([ends[:, 0], ends[:, 1]]),
        counts=np.where(kinds == "donor", -1, count + at),
        surveys=np.where(kinds == "site", 2 * count + at, -1),
    )
    return network, errors, plan
