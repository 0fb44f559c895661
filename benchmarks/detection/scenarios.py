"""Detection on a 74-node network: every scenario, and honesty under stress.

    python benchmarks/detection/scenarios.py power 100          # detection by scenario, stock of half a week
    python benchmarks/detection/scenarios.py slips 100          # the same with 1 % of the readings wrong
    python benchmarks/detection/scenarios.py stress 400         # false alarms under stress
    python benchmarks/detection/scenarios.py stated 1000        # stated against realised detection
    python benchmarks/detection/scenarios.py area 1000          # one balance area of 13 periods

The columns "note" are the detection probabilities of an early prototype and of MAPIT as measured once for this project
(400 campaigns each at 5 % false alarms); MAPIT is not installable here and is quoted, not run. Amounts differ a
little from the prototype's, whose stock levels are not known: both a half and a whole week are shown. Campaigns are
judged on all cores; every one has a seed of its own, printed as the first of its row.
"""

import os
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import numpy as np
from campaigns import Loss, Plan, simulate
from networks import tree

from enduse.assurance import Assessor, ErrorModel, Link, MeasuringInstrument, Network, Node, Readings

SEED = 20231027
BUDGET = 0.05
SIZES = {True: "known", False: "estimated"}  # of the errors
SCENARIOS = {
    "abrupt, one vendor, 15 % of a week": ([Loss("vendor3", 13, 13, 0.15)], 1.00, 0.91),
    "the same in the last week": ([Loss("vendor3", 26, 26, 0.15)], 0.97, 0.04),
    "protracted 1.5 % at one vendor": ([Loss("vendor3", 1, 26, 0.015)], 1.00, 0.03),
    "3 % for 10 weeks at one vendor": ([Loss("vendor3", 9, 18, 0.03)], 1.00, 0.65),
    "transit 2 % on one warehouse-vendor link": ([Loss("warehouse0>vendor3", 1, 26, 0.02)], 0.53, 0.05),
    "one site, 15 % for 8 weeks": ([Loss("site7", 9, 16, 0.15)], 0.98, 0.76),
    "crossing 0.5 % all weeks": ([Loss("crossing", 1, 26, 0.005)], 0.08, 0.04),
    "five vendors 1 % all weeks": ([Loss(f"vendor{k}", 1, 26, 0.01) for k in range(5)], 0.99, 0.07),
}
STRESSES = {
    "as stated": {},
    "true sds twice the stated": {"factor": (2.0, 2.0)},
    "true sds half the stated": {"factor": (0.5, 0.5)},
    "random twice, systematic half": {"factor": (2.0, 0.5)},
    "recalibration of every scale in week 14": {"epochs": True},
    "20 % of readings missing": {"missing": 0.2},
    "1 % gross errors (10, 1000, 1/10, 1/1000, digits exchanged)": {"gross": 0.01},
    "1 % gross errors, 20 % missing, sds twice the stated": {"gross": 0.01, "missing": 0.2, "factor": (2.0, 2.0)},
}


def exchanged(value: float) -> float:
    """Exchange the first two different neighbouring digits of a number."""
    text = f"{value:.4f}"
    for at in range(len(text) - 1):
        if text[at].isdigit() and text[at + 1].isdigit() and text[at] != text[at + 1]:
            return float(text[:at] + text[at + 1] + text[at] + text[at + 2 :])
    return value


def campaign(
    network: Network,
    errors: ErrorModel,
    plan: Plan,
    seed: int,
    losses: Sequence[Loss] = (),
    *,
    factor: tuple[float, float] | None = None,
    epochs: bool = False,
    missing: float = 0.0,
    gross: float = 0.0,
) -> Readings:
    """One campaign under stress."""
    again = {int(k): 14 for k in range(len(network.nodes))} if epochs else None
    readings = simulate(network, errors, plan, seed, losses=losses, factor=factor, epochs=again)
    rng = np.random.default_rng([seed, 1])
    quantity = readings.quantity.copy()
    for at in np.flatnonzero(rng.random(quantity.size) < gross):
        how = rng.choice([10.0, 0.1, 1000.0, 0.001, 0.0])
        quantity[at] = quantity[at] * how if how else exchanged(quantity[at])
    readings = readings.like(quantity)
    return readings.take(rng.random(quantity.size) >= missing) if missing else readings


def judged(assessor: Assessor, plan: Plan, how: dict[str, object], losses: Sequence[Loss], seed: int) -> tuple:
    """Chance, place of the first alarm, readings set aside, of one campaign."""
    readings = campaign(assessor.network, assessor.errors, plan, seed, losses, **how)
    result = assessor.assess(readings)
    return result.p_value, result.alarms[0].where if result.alarms else "", len(result.gross_errors)


def all_of(
    net: tuple[Network, ErrorModel, Plan], seeds: Iterable[int], losses: Sequence[Loss] = (), **how: object
) -> tuple[np.ndarray, list[str], float, float]:
    """Chances, first alarms, readings set aside and seconds a campaign, of many."""
    network, errors, plan = net
    began = time.time()
    with ProcessPoolExecutor() as pool:
        work = partial(judged, Assessor(network, errors), plan, how, losses)
        chances, places, aside = zip(*pool.map(work, seeds, chunksize=10), strict=True)
    each = (time.time() - began) * (os.cpu_count() or 1) / len(chances)
    return np.array(chances), list(places), float(np.mean(aside)), each


def power(campaigns: int, stock_weeks: float, jitter: float, only: str = "", gross: float = 0.0) -> None:
    """Detection and first attribution by scenario."""
    net = tree(stock_weeks=stock_weeks, jitter=jitter)
    slips = f", {gross:.0%} of readings wrong" if gross else ""
    print(f"stock {stock_weeks} weeks, flows vary by {jitter:.0%}{slips}, {campaigns} campaigns each, seed {SEED}")
    for name, (losses, note, mapit) in SCENARIOS.items():
        if only not in name:
            continue
        chances, places, _, each = all_of(net, range(SEED, SEED + campaigns), losses, gross=gross)
        seen = [place for place, chance in zip(places, chances, strict=True) if chance <= BUDGET]
        right = sum(place in {loss.where for loss in losses} for place in seen)
        print(
            f"{name:44s} seen {len(seen) / campaigns:.3f} (note {note:.2f}, MAPIT {mapit:.2f})  first alarm at the place "
            f"{right / max(len(seen), 1):.2f}  {each:.2f} s a campaign",
            flush=True,
        )


def stress(campaigns: int, only: str) -> None:
    """False alarms by stress."""
    net = tree(jitter=0.3)
    for turn, (name, how) in enumerate(STRESSES.items(), 2):  # every stress has campaigns of its own
        if only and only not in name:
            continue
        first = turn * SEED
        chances, _, aside, each = all_of(net, range(first, first + campaigns), **how)
        rates = "  ".join(f"{level:.2f}: {np.mean(chances <= level):.3f}" for level in (0.01, 0.05, 0.1, 0.2, 0.5))
        print(
            f"{name:60s} false alarms at {rates}  set aside {aside:.1f}  "
            f"{each:.2f} s a campaign ({campaigns} campaigns, seed {first})",
            flush=True,
        )


def stated(campaigns: int, only: str = "") -> None:
    """Stated against realised detection, at losses around what is seen with 50 to 95 %, error sizes known and not.

    Stated is the mean over ten campaigns without a loss.
    """
    total = {"warehouse0": 120.0, "vendor1": 40.0, "warehouse0>vendor1": 40.0, "site7": 10.0}
    gaps = []
    for known in [known for known in (True, False) if only in SIZES[known]]:
        network, errors, plan = tree(1, 3, 12, known=known)
        assessor = Assessor(network, errors)
        for where, first, last, share in (
            ("vendor1", 13, 13, 0.055),
            ("vendor1", 1, 26, 0.008),
            ("vendor1", 9, 18, 0.015),
            ("warehouse0>vendor1", 1, 26, 0.02),
            ("warehouse0", 5, 8, 0.02),
            ("site7", 9, 16, 0.10),
            ("site7", 26, 26, 0.25),
        ):
            loss = share * total[where] * (last - first + 1)
            calm = [campaign(network, errors, plan, SEED + k) for k in range(10)]
            said = np.mean([assessor.power_of(one, where, "material", first, last, loss) for one in calm])
            begin = 15 * SEED
            net = network, errors, plan
            chances = all_of(net, range(begin, begin + campaigns), [Loss(where, first, last, share)])[0]
            seen = np.mean(chances <= BUDGET)
            gaps.append(said - seen)
            print(
                f"sizes {SIZES[known]:9s} {where:20s} periods {first}-{last} loss {loss:5.1f}: "
                f"stated {said:.3f}, realised {seen:.3f}, gap {said - seen:+.3f} "
                f"(standard error {np.sqrt(seen * (1 - seen) / campaigns):.3f})",
                flush=True,
            )
    print(f"mean gap {np.mean(gaps):+.3f}, largest {gaps[int(np.argmax(np.abs(gaps)))]:+.3f}")


def one_area(shared: float) -> tuple[Network, ErrorModel, Plan]:
    """In and out 100, stock 50, random errors 1 %."""
    nodes = [Node("source", "donor"), Node("area", "warehouse"), Node("away", "site")]
    network = Network(nodes, [Link("in", "source", "area"), Link("out", "area", "away")])
    errors = ErrorModel([MeasuringInstrument(name, 0.01, shared) for name in ("in", "out", "stock")], known=True)
    plan = Plan(
        flow=np.full((2, 13), 100.0),
        stock=np.array([[0.0], [50.0], [0.0]]) * np.ones((1, 14)),
        scales=np.array([[-1, 1], [0, -1]]),
        counts=np.array([-1, 2, -1]),
        surveys=np.array([-1, -1, -1]),
    )
    return network, errors, plan


def area(campaigns: int) -> None:
    """One balance area of 13 periods against MAPIT with a simulated threshold, as measured for the project's note.

    Which six of the thirteen periods the note's loss ran over is not stated; the prototype's own figure there (0.481 with
    single periods and open-ended windows only) fits 7 to 12.
    """
    cases = (
        ("no loss", 1, 1, 0.0),
        ("abrupt, middle, 3 sd", 7, 7, 3.0),
        ("abrupt, last, 3 sd", 13, 13, 3.0),
        ("0.5 sd, all periods", 1, 13, 0.5),
        ("1 sd, periods 4-9", 4, 9, 1.0),
        ("1 sd, periods 7-12", 7, 12, 1.0),
    )
    mapit = {0.0025: (0.05, 0.638, 0.051, 0.238, 0.493, 0.493), 0.01: (0.05, 0.773, 0.050, 0.144, 0.368, 0.368)}
    for shared, theirs in mapit.items():
        network, errors, plan = one_area(shared)
        sd = np.sqrt(2 + 0.5 + 2 * (100 * shared) ** 2)  # of one balance, with the stock's common error cancelled
        assessor = Assessor(network, errors)
        for (name, first, last, size), other in zip(cases, theirs, strict=True):
            seen = 0
            for at in range(campaigns):
                readings = simulate(network, errors, plan, 31 * SEED + at)
                taken = np.flatnonzero((readings.kind == 0) & (readings.period >= first) & (readings.period <= last))
                readings.quantity[taken] -= size * sd
                seen += assessor.assess(readings).p_value <= BUDGET
            print(f"systematic {shared:.2%}: {name:22s} seen {seen / campaigns:.3f} (MAPIT {other:.3f})", flush=True)


if __name__ == "__main__":
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    rest = sys.argv[3:]
    if sys.argv[1] in {"power", "slips"}:
        given = [float(value) for value in rest[:2]] + [0.5, 0.0][len(rest[:2]) :]
        power(count, given[0], given[1], rest[2] if len(rest) > 2 else "", 0.01 if sys.argv[1] == "slips" else 0.0)
    elif sys.argv[1] == "stress":
        stress(count, rest[0] if rest else "")
    elif sys.argv[1] == "area":
        area(count)
    else:
        stated(count, rest[0] if rest else "")
