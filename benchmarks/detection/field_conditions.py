"""False alarms and detection under the conditions of the field, of the detector in use and of the fitted model.

    python benchmarks/detection/field_conditions.py null 60              # 60 campaigns of each condition and shape
    python benchmarks/detection/field_conditions.py null 60 t3,bags tree # of some conditions, of one shape
    python benchmarks/detection/field_conditions.py loss 40              # losses, on clean and on field-like data

All judge the same campaigns: the detector alone, what the command tells of it as missing, the fitted model alone. Networks of five shapes and 3 to 9 nodes; amounts, instruments and demand are drawn anew
for every campaign, from its printed seed; stock follows an ordering rule, so that a loss is ordered again. Error sizes
are estimated. The share of campaigns with an alarm at 5 % stands with its standard error.
"""

import sys
import time
from collections.abc import Callable

import msgspec
import numpy as np

from enduse.assurance import Assessor, ErrorModel, Link, MeasuringInstrument, Network, Node, Readings
from enduse.assurance.detection.chance import judged
from enduse.assurance.fitting.panel import Panel, build_panel

SEED = 20261129
BUDGET = 0.05
SHIPPED, RECEIVED, OPENING, CLOSING, USED = range(5)
SHAPES = {
    "three": [(0, 1), (1, 2)],
    "chain": [(0, 1), (1, 2), (2, 3), (3, 4)],
    "star": [(0, 1), (1, 2), (1, 3), (1, 4), (1, 5)],
    "tree": [(0, 1), (1, 2), (1, 3), (2, 4), (2, 5), (3, 6), (3, 7)],
    "mesh": [(0, 1), (0, 2), (1, 3), (2, 3), (3, 4), (3, 5), (4, 3)],
}
CONDITIONS: dict[str, dict[str, float]] = {
    "clean": {},
    "late, all shipments by a quarter": {"late": 1.0},
    "late, a quarter of shipments": {"late": 0.25},
    "late, 5 % of shipments": {"late": 0.05},
    "bags, whole": {"bags": 1},
    "t3 errors": {"t3": 1},
    "drift, AR(1) 0.9": {"drift": 1},
    "silent, whole network for one period": {"silent": 1},
    "silent, one link for two periods": {"link": 1},
    "missing 5 %": {"missing": 0.05},
    "uncounted 15 %": {"uncounted": 0.15},
    "uncounted 40 %": {"uncounted": 0.4},
    "mix, light": {"late": 0.1, "bags": 1, "t3": 1, "missing": 0.05, "uncounted": 0.15},
}
LOSSES: dict[str, tuple[str, float, float]] = {
    "node 4 %, all periods": ("node", 1.0, 0.04),
    "link 4 %, all periods": ("link", 1.0, 0.04),
    "node 25 %, one period": ("node", 0.0, 0.25),
    "link 25 %, one period": ("link", 0.0, 0.25),
    "node, all that came in one period": ("node", 0.0, 1.0),
    "link, all that went in one period": ("link", 0.0, 1.0),
    "dispatch notes 5 % too high": ("notes", 1.0, 0.05),
}
FIELD = CONDITIONS["mix, light"]


class Truth(msgspec.Struct):
    """What happened: amounts sent, arrived, in stock and used, by place and period."""

    network: Network
    errors: ErrorModel
    sent: np.ndarray
    arrived: np.ndarray
    stock: np.ndarray
    used: np.ndarray
    counted: np.ndarray
    where: str = ""


def happened(
    rng: np.random.Generator,
    shape: str,
    how: dict[str, float],
    loss: tuple[str, float, float] | None,
    window: tuple[int, int, int] | None = None,
) -> Truth:
    """Run one campaign under an ordering rule: each place orders what it passed on and what its stock lacks.

    A loss happens at a place and time drawn, or in the window given: its row, first and last period from 0.
    """
    pairs = SHAPES[shape]
    count, periods = 1 + max(max(pair) for pair in pairs), int(rng.integers(10, 19))
    senders = {one for one, two in pairs if two > one}  # who only sends goods back is a site
    kinds = ["donor"] + ["warehouse" if at in senders else "site" for at in range(1, count)]
    network = Network(
        [Node(f"n{at}", kind) for at, kind in enumerate(kinds)],
        [Link(f"n{a}>n{b}", f"n{a}", f"n{b}") for a, b in pairs],
    )
    random, shared = rng.choice([0.005, 0.01, 0.02]), rng.choice([0.003, 0.005, 0.01])
    instruments = [MeasuringInstrument(f"scale {at}", random, shared) for at in range(count)]
    instruments += [MeasuringInstrument(f"count {at}", 0.02, 0.01) for at in range(count)]
    instruments += [MeasuringInstrument(f"use {at}", 0.04, 0.02) for at in range(count)]
    size = float(rng.choice([30.0, 40.0])) if how.get("bags") else float(rng.choice([20.0, 200.0]))
    back = [at for at, (a, b) in enumerate(pairs) if b < a]
    used, stock = np.zeros((count, periods)), np.zeros((count, periods + 1))
    sent, arrived = np.zeros((2, len(pairs), periods))
    need = np.array([size * rng.uniform(0.7, 1.3) if kind == "site" else 0.0 for kind in kinds])
    usual = need.copy()
    for at in range(len(pairs) - 1, -1, -1):
        if at not in back:
            a, b = pairs[at]
            usual[a] += usual[b] / max(sum(two == b and k not in back for k, (_, two) in enumerate(pairs)), 1)
    target = usual * rng.uniform(0.5, 2.0, count)
    stock[:, 0] = target
    late = (rng.random(sent.shape) < how.get("late", 0.0)) * 0.25
    place, first, last = window or _window(rng, pairs, kinds, periods, loss)
    for t in range(periods):
        wish = np.where(need > 0, need * rng.uniform(0.6, 1.4, count), 0.0)
        for at in range(len(pairs) - 1, -1, -1):
            a, b = pairs[at]
            if at in back:
                sent[at, t] = 0.1 * usual[a]
                continue
            out = sum(sent[k, t] for k, (one, _) in enumerate(pairs) if one == b)
            ways = max(sum(two == b and k not in back for k, (_, two) in enumerate(pairs)), 1)
            sent[at, t] = max(out + wish[b] + 0.5 * (target[b] - stock[b, t]), 0.3 * usual[b]) / ways
        before = late[:, t - 1] * sent[:, t - 1] if t else 0.0
        arrived[:, t] = sent[:, t] * (1 - late[:, t]) + before
        gone = np.zeros(count)
        if loss is not None and first <= t <= last:
            if loss[0] == "link":
                arrived[place, t] -= loss[2] * sent[place, t]
            elif loss[0] == "node":
                gone[place] = loss[2] * sum(arrived[k, t] for k, (_, two) in enumerate(pairs) if two == place)
        for n in range(1, count):
            came = sum(arrived[k, t] for k, (_, two) in enumerate(pairs) if two == n)
            went = sum(sent[k, t] for k, (one, _) in enumerate(pairs) if one == n)
            held = stock[n, t] + came - went
            used[n, t] = np.clip(wish[n], 0, max(held - gone[n], 0.0))
            stock[n, t + 1] = held - used[n, t] - gone[n]
    low = np.minimum(stock.min(axis=1, keepdims=True), 0.0)
    stock -= low  # what was there before was enough
    counted = rng.random(count) >= how.get("uncounted", 0.0)
    where = "" if loss is None else f"n{place}" if loss[0] != "link" else network.links[place].link
    return Truth(network, ErrorModel(instruments), sent, arrived, stock, used, counted, where)


def _window(
    rng: np.random.Generator,
    pairs: list[tuple[int, int]],
    kinds: list[str],
    periods: int,
    loss: tuple[str, float, float] | None,
) -> tuple[int, int, int]:
    """Draw where and when a loss happens."""
    if loss is None:
        return -1, 0, -1
    senders = [at for at in range(1, len(kinds)) if sum(one == at for one, _ in pairs) > 1] or [1]
    place = int(rng.integers(len(pairs))) if loss[0] == "link" else int(rng.integers(1, len(kinds)))
    place = int(rng.choice(senders)) if loss[0] == "notes" else place
    when = int(rng.integers(2, periods - 2))
    return (place, 0, periods - 1) if loss[1] else (place, when, when)


def _biases(rng: np.random.Generator, size: np.ndarray, periods: int, *, drifts: bool) -> np.ndarray:
    """Biases of every instrument in every period: the same in all, or an AR(1) process with 0.9."""
    bias = size[:, None] * rng.standard_normal((size.size, 1)) * np.ones(periods)
    for t in range(1, periods * drifts):
        bias[:, t] = 0.9 * bias[:, t - 1] + np.sqrt(0.19) * size * rng.standard_normal(size.size)
    return bias


def read(rng: np.random.Generator, truth: Truth, how: dict[str, float], notes: tuple[str, float] | None) -> Readings:
    """Read a campaign with the faults of a condition."""
    count, periods = truth.used.shape
    ends = [truth.network.ends(at) for at in range(len(truth.network.links))]
    sizes = np.array([[one.random_sd, one.systematic_sd] for one in truth.errors.instruments])
    bias = _biases(rng, sizes[:, 1], periods + 1, drifts=bool(how.get("drift")))
    quiet = int(rng.integers(1, periods - 1)) if how.get("silent") else periods + 9
    still = (int(rng.integers(len(ends))), int(rng.integers(1, periods - 2))) if how.get("link") else (-1, 0)
    rows: list[tuple[int, int, int, float, int]] = []

    def note(t: int, kind: int, place: int, amount: float, instrument: int) -> None:
        error = rng.standard_t(3) / np.sqrt(3) if how.get("t3") else rng.standard_normal()
        if rng.random() < how.get("missing", 0.0):
            return
        value = amount * (1 + bias[instrument, min(t, periods)] + sizes[instrument, 0] * error)
        value = round(value) if how.get("bags") else value
        column = t if kind == CLOSING else t + 1
        rows.append(
            (max(column, 1), OPENING if kind == CLOSING and t == 0 else kind, place, max(value, 0.0), instrument)
        )

    for at, t in np.ndindex(len(ends), periods):
        a, b = ends[at]
        if t != quiet and not (at == still[0] and 0 <= t - still[1] <= 1):
            said = 1 + notes[1] if notes and truth.network.nodes[a].node == notes[0] else 1.0
            note(t, SHIPPED, at, float(said * truth.sent[at, t]), a)
            note(t, RECEIVED, at, float(truth.arrived[at, t]), b)
    for n, t in np.ndindex(count, periods + 1):
        if n and truth.counted[n] and t - 1 != quiet:
            note(t, CLOSING, n, float(truth.stock[n, t]), count + n)
        if n and t < periods and truth.network.nodes[n].kind == "site" and t != quiet:
            note(t, USED, n, float(truth.used[n, t]), 2 * count + n)
    period, kind, place, quantity, instrument = (list(column) for column in zip(*rows, strict=True))
    return Readings(
        period=period,
        material=[0] * len(rows),
        kind=kind,
        place=place,
        quantity=quantity,
        instrument=instrument,
        periods=periods,
    )


def campaign(
    seed: int, shape: str, how: dict[str, float], loss: tuple[str, float, float] | None = None
) -> tuple[Truth, Readings]:
    """One campaign, from its seed."""
    rng = np.random.default_rng([SEED, seed])
    truth = happened(rng, shape, how, loss)
    notes = (truth.where, loss[2]) if loss is not None and loss[0] == "notes" else None
    if notes:  # what the notes say was sent and was not is gone from the stock, which the books of the sender show
        at = int(notes[0][1:])
        short = notes[1] * truth.sent[
            [k for k, link in enumerate(truth.network.links) if link.from_node == notes[0]]
        ].sum(axis=0)
        truth.stock[at, 1:] -= np.cumsum(short)
        truth.stock[at] -= min(float(truth.stock[at].min()), 0.0)
    return truth, read(rng, truth, how, notes)


def in_use(truth: Truth, readings: Readings, _: int) -> tuple[float, str]:
    """Chance and place of the first alarm by the detector in use."""
    result = Assessor(truth.network, truth.errors).assess(readings)
    return result.p_value, result.alarms[0].where if result.alarms else ""


def as_told(truth: Truth, readings: Readings, _: int) -> tuple[float, str]:
    """Chance and place of the first alarm that the command tells as missing, others being called not settled."""
    result = Assessor(truth.network, truth.errors).assess(readings)
    left = [alarm for alarm in result.alarms if not alarm.ordinary]
    return (result.p_value, left[0].where) if left else (1.0, "")


def by_model(truth: Truth, readings: Readings, seed: int) -> tuple[float, str]:
    """Chance and place by the fitted model; a party is named by its node."""
    panel: Panel | None = build_panel(truth.network, truth.errors, readings, np.arange(len(readings)), 0)
    if panel is None:
        return 1.0, ""
    verdict = judged(panel, truth.errors, seed=seed)
    best = verdict.best
    if best is None or verdict.p_value > BUDGET:
        return verdict.p_value, ""
    if best.kind == "link":
        return verdict.p_value, truth.network.links[int(panel.links[best.at])].link
    return verdict.p_value, truth.network.nodes[
        best.at if best.kind in {"sends", "receives"} else int(panel.nodes[best.at])
    ].node


DETECTORS: dict[str, Callable[[Truth, Readings, int], tuple[float, str]]] = {
    "in use": in_use,
    "as told": as_told,
    "fitted": by_model,
}


def compare(
    name: str, shape: str, count: int, how: dict[str, float], loss: tuple[str, float, float] | None, only: str = ""
) -> None:
    """Run every detector on the same campaigns and print what they say."""
    told = []
    for label, detector in DETECTORS.items():
        if only and label != only:
            continue
        began, seen, right = time.process_time(), 0, 0
        for seed in range(count):
            truth, readings = campaign(seed, shape, how, loss)
            chance, where = detector(truth, readings, seed)
            seen += chance <= BUDGET
            right += chance <= BUDGET and where == truth.where
        rate = seen / count
        error = np.sqrt(max(rate * (1 - rate), 0.01 * 0.99) / count)
        first = f" right {right / max(seen, 1):.2f}" if loss else ""
        told.append(f"{label} {rate:.3f} ({error:.3f}){first} {(time.process_time() - began) / count:.2f} s")
    print(f"{shape:6s} {name:38s} {count} campaigns, seeds {SEED}/0..{count - 1}: {'; '.join(told)}", flush=True)


def main(what: str, count: int, names: str = "", shapes: str = "", only: str = "") -> None:
    """Print one row for every condition, or loss, and shape."""
    chosen = [shape for shape in SHAPES if not shapes or shape in shapes.split(",")]
    parts = names.split(",")
    for shape in chosen:
        if what == "null":
            for name, how in CONDITIONS.items():
                if any(name.startswith(part) for part in parts):
                    compare(name, shape, count, how, None, only)
        else:
            for name, loss in LOSSES.items():
                if any(name.startswith(part) for part in parts):
                    compare(f"clean: {name}", shape, count, {}, loss, only)
                    compare(f"field: {name}", shape, count, FIELD, loss, only)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *sys.argv[3:6])
