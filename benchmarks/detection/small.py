"""Small random networks: false alarms with right and wrong error sizes, and abrupt losses.

    python benchmarks/detection/small.py 300          # 300 campaigns of each sort
    python benchmarks/detection/small.py 300 null     # false alarms only

Every campaign has a network of its own: 3 to 15 nodes, 2 to 30 periods, one to three materials, shipments that are made
in few or in all periods, places with and without stock and use readings, counted goods, one scale shared by many.
"""

import sys
import time

import msgspec
import numpy as np

from enduse.assurance import Assessor, ErrorModel, Link, MeasuringInstrument, Network, Node, Readings

SEED = 20231027
SIZES = {"as stated": 1.0, "true sds twice the stated": 2.0, "true sds half the stated": 0.5}


class Case(msgspec.Struct, frozen=True):
    """One network, its instruments and true amounts.

    Attributes:
        network, errors: as stated.
        flow: true amounts shipped, shape (M, L, T). stock: (M, N, T + 1). use: (M, N, T).
        scales: instrument at both ends, shape (2, L). counts, surveys: of each node, or -1.
        missing: share of readings lost.
    """

    network: Network
    errors: ErrorModel
    flow: np.ndarray
    stock: np.ndarray
    use: np.ndarray
    scales: np.ndarray
    counts: np.ndarray
    surveys: np.ndarray
    missing: float


def _instruments(
    rng: np.random.Generator, count: int
) -> tuple[list[MeasuringInstrument], np.ndarray, np.ndarray, np.ndarray]:
    """Instruments, and which of them weighs, counts and surveys at each node."""
    random, shared = rng.choice([0.002, 0.005, 0.01, 0.02]), rng.choice([0.0, 0.003, 0.005, 0.01])
    kind = rng.choice(["own", "shared", "counted", "mixed"], p=[0.55, 0.15, 0.1, 0.2])
    instruments = [MeasuringInstrument(f"scale {at}", random, shared) for at in range(count)]
    scales = np.arange(count)
    if kind == "shared":
        scales = np.arange(count) % 2
    if kind in {"counted", "mixed"}:
        part = np.ones(count, dtype=bool) if kind == "counted" else rng.random(count) < 0.3
        instruments = [
            MeasuringInstrument(one.instrument, 0.0, 0.0) if away else one
            for one, away in zip(instruments, part, strict=True)
        ]
    instruments += [MeasuringInstrument(f"count {at}", 0.02 if kind != "counted" else 0.0, 0.01) for at in range(count)]
    instruments += [MeasuringInstrument(f"use {at}", 0.05, 0.03) for at in range(count)]
    counts = np.where(rng.random(count) < rng.choice([0.0, 0.5, 1.0]), count + np.arange(count), -1)
    surveys = np.where(rng.random(count) < rng.choice([0.0, 0.5, 1.0]), 2 * count + np.arange(count), -1)
    return instruments, scales, counts, surveys


def draw(seed: int) -> Case:
    """Draw a case."""
    rng = np.random.default_rng([SEED, seed])
    count, periods, materials = int(rng.integers(3, 16)), int(rng.integers(2, 31)), int(rng.integers(1, 4))
    above = np.array([-1, *[int(rng.integers(max(0, at - 4), at)) for at in range(1, count)]])
    inner = np.isin(np.arange(count), above)
    kinds = ["donor", *["warehouse" if inner[at] else "site" for at in range(1, count)]]
    network = Network(
        [Node(f"n{at}", kind) for at, kind in enumerate(kinds)],
        [Link(f"n{above[at]}>n{at}", f"n{above[at]}", f"n{at}") for at in range(1, count)],
    )
    instruments, scales, counts, surveys = _instruments(rng, count)
    counts[0] = surveys[0] = -1
    surveys[inner] = -1
    often = rng.choice([0.1, 0.3, 0.7, 1.0])
    flow = np.zeros((materials, count - 1, periods))
    for at in range(count - 1):
        amounts = rng.uniform(0.5, 2.0, (materials, periods)) * rng.choice([1.0, 10.0, 100.0])
        flow[:, at] = amounts * (rng.random((materials, periods)) < often)
    stock, use = np.zeros((materials, count, periods + 1)), np.zeros((materials, count, periods))
    for at in range(count - 1, 0, -1):
        out = flow[:, np.flatnonzero(above[1:] == at)].sum(axis=1)
        if inner[at] and rng.random() < 0.5:  # passes everything on at once
            flow[:, at - 1] = out
            continue
        here = flow[:, at - 1] - out
        if not inner[at]:
            use[:, at] = flow[:, at - 1].mean(axis=1, keepdims=True) * rng.uniform(0.5, 1.2, (materials, periods))
        here = np.cumsum(np.concatenate([np.zeros((materials, 1)), here - use[:, at]], axis=1), axis=1)
        stock[:, at] = here - here.min(axis=1, keepdims=True) + 0.2 * flow[:, at - 1].max(axis=1, keepdims=True)
    missing = 0.0
    ends = np.stack([scales[above[1:]], scales[1:]])
    return Case(network, ErrorModel(instruments), flow, stock, use, ends, counts, surveys, missing)


def campaign(
    case: Case, seed: int, factor: float = 1.0, loss: tuple[str, int, int, int, float] | None = None
) -> Readings:
    """Draw the readings of a case; a loss is (link or node, material, place, period from 0, share)."""
    rng = np.random.default_rng([SEED, seed, 1])
    sent, stock = case.flow, case.stock.copy()
    arrived = sent.copy()
    if loss is not None:
        kind, material, place, period, share = loss
        lost = share * sent[material, place, period]
        if kind == "link":
            arrived[material, place, period] -= lost
        node = place + 1
        stock[material, node, period + 1 :] -= lost
        stock[material, node] -= min(float(stock[material, node].min()), 0.0)
    size = np.array([[one.random_sd, one.systematic_sd] for one in case.errors.instruments]).T * factor
    bias = size[1] * rng.standard_normal(size.shape[1])
    rows: list[tuple[int, int, int, int, float, int]] = []
    for kind, amounts, instrument in (
        (0, sent, case.scales[0]),
        (1, arrived, case.scales[1]),
        (3, stock, case.counts),
        (4, case.use, case.surveys),
    ):
        for m, place, at in np.ndindex(amounts.shape):
            which = int(instrument[place])
            if which < 0 or (kind <= 1 and sent[m, place, at] == 0) or rng.random() < case.missing:
                continue
            read = amounts[m, place, at] * (1 + bias[which] + size[0, which] * rng.standard_normal())
            if kind == 3 and at == 0:
                rows.append((1, m, 2, place, max(read, 0.0), which))
            else:
                rows.append((at + (0 if kind == 3 else 1), m, kind, place, max(read, 0.0), which))
    columns = list(zip(*rows, strict=True)) or [()] * 6
    return Readings(
        period=[*columns[0]],
        material=[*columns[1]],
        kind=[*columns[2]],
        place=[*columns[3]],
        quantity=[*columns[4]],
        instrument=[*columns[5]],
        materials=[f"m{k}" for k in range(case.flow.shape[0])],
        periods=case.flow.shape[2],
    )


def a_loss(case: Case, seed: int, kind: str) -> tuple[str, int, int, int, float] | None:
    """Choose 15 to 20 % of one shipment, or of what came to a place that counts all it holds and uses.

    A place that keeps no stock cannot pass on what it did not get, so the last way to it is left out.
    """
    rng = np.random.default_rng([SEED, seed, 2])
    share = float(rng.uniform(0.15, 0.2))
    holds = case.stock[:, 1:].max(axis=2)
    fits = (case.flow > 0) & (holds > 0)[:, :, None]
    if kind == "node":
        site = np.array([node.kind == "site" for node in case.network.nodes[1:]])
        fits &= ((case.counts[1:] >= 0) & (~site | (case.surveys[1:] >= 0)))[None, :, None]
        noise = 0.025 * np.maximum(case.stock[:, 1:, :-1], case.stock[:, 1:, 1:]) + 0.05 * case.use[:, 1:]
        fits &= share * case.flow > 6 * noise
    sent = np.argwhere(fits)
    if not len(sent):
        return None
    m, place, at = (int(k) for k in sent[rng.integers(len(sent))])
    return kind, m, place, at, share


def null(count: int, start: int = 0) -> dict[str, float]:
    """False alarms."""
    out = {}
    for turn, (name, factor) in enumerate(SIZES.items()):
        began = time.time()
        chances = []
        loud = []
        aside = 0
        for at in range(start, start + count):
            case = draw(at)
            readings = campaign(case, 10 * at + turn, factor)
            if not len(readings):
                continue
            result = Assessor(case.network, case.errors).assess(readings)
            chances.append(result.p_value)
            aside += len(result.gross_errors)
            if result.p_value <= 0.05:
                loud.append(at)
        out[name] = float(np.mean(np.array(chances) <= 0.05))
        rates = "  ".join(
            f"{level:.3f}: {np.mean(np.array(chances) <= level):.3f}" for level in (0.001, 0.01, 0.05, 0.2, 0.5)
        )
        print(
            f"{name:30s} {rates}  set aside {aside / count:.2f}  {(time.time() - began) / count:.2f} s a campaign "
            f"({len(chances)} campaigns, seed {SEED})",
            flush=True,
        )
        print("   alarms in cases", loud[:40], flush=True)
    return out


def losses(count: int, start: int = 0) -> dict[str, float]:
    """Detection of one abrupt loss."""
    out = {}
    for kind in ("link", "node"):
        seen = right = done = aside = 0
        blind = []
        for at in range(start, start + count * (1 if kind == "link" else 3)):
            case = draw(at)
            loss = a_loss(case, at, kind)
            if loss is None:
                continue
            result = Assessor(case.network, case.errors).assess(campaign(case, 10 * at, 1.0, loss))
            done += 1
            aside += len(result.gross_errors)
            network = case.network
            where = network.links[loss[2]].link if kind == "link" else network.nodes[loss[2] + 1].node
            if result.p_value <= 0.05:
                seen += 1
                right += result.alarms[0].where == where
            else:
                blind.append(at)
        out[kind] = seen / max(done, 1)
        print(
            f"15-20 % of one period at one {kind}: seen {out[kind]:.3f}, first alarm there {right / max(seen, 1):.3f}, "
            f"set aside {aside / max(done, 1):.2f} ({done} campaigns, seed {SEED})",
            flush=True,
        )
        print("   not seen in cases", blind[:40], flush=True)
    return out


if __name__ == "__main__":
    number = int(sys.argv[1]) if len(sys.argv) > 1 else 300
    only = sys.argv[2] if len(sys.argv) > 2 else ""
    if only in {"", "null"}:
        null(number)
    if only in {"", "loss"}:
        losses(number)
