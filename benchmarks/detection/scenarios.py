"""Detection on a 74-node network: every scenario, and honesty under stress.

    python benchmarks/detection/scenarios.py power 100          # detection by scenario, stock of half a week
    python benchmarks/detection/scenarios.py stress 250         # false alarms under stress
    python benchmarks/detection/scenarios.py stated 100         # stated against realised detection

The columns "note" are the detection probabilities of an early prototype and of MAPIT as measured once for this project
(400 campaigns each at 5 % false alarms); MAPIT is not installable here and is quoted, not run. Amounts differ a
little from the prototype's, whose stock levels are not known: both a half and a whole week are shown.
"""

import sys
import time
from collections.abc import Sequence

import numpy as np
from networks import tree

from enduse.assurance import Assessor, ErrorModel, Instrument, Link, Network, Node, Readings
from enduse.assurance.rehearse import Loss, Plan, rehearse

SEED = 20231027
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
    readings = rehearse(network, errors, plan, seed, losses=losses, factor=factor, epochs=again)
    rng = np.random.default_rng([seed, 1])
    quantity = readings.quantity.copy()
    for at in np.flatnonzero(rng.random(quantity.size) < gross):
        how = rng.choice([10.0, 0.1, 1000.0, 0.001, 0.0])
        quantity[at] = quantity[at] * how if how else exchanged(quantity[at])
    readings = Readings(
        period=readings.period,
        material=readings.material,
        kind=readings.kind,
        place=readings.place,
        quantity=quantity,
        instrument=readings.instrument,
        epoch=readings.epoch,
        periods=readings.periods,
    )
    return readings.take(rng.random(quantity.size) >= missing) if missing else readings


def power(campaigns: int, stock_weeks: float, jitter: float, only: str = "") -> None:
    """Detection and first attribution by scenario."""
    network, errors, plan = tree(stock_weeks=stock_weeks, jitter=jitter)
    assessor = Assessor(network, errors)
    print(f"stock {stock_weeks} weeks, flows vary by {jitter:.0%}, {campaigns} campaigns each, seed {SEED}")
    for name, (losses, note, mapit) in SCENARIOS.items():
        if only not in name:
            continue
        seen = first = 0
        began = time.time()
        for at in range(campaigns):
            result = assessor.assess(campaign(network, errors, plan, SEED + at, losses))
            if result.alarms:
                seen += 1
                first += result.alarms[0].where in {loss.where for loss in losses}
        print(
            f"{name:44s} seen {seen / campaigns:.2f} (note {note:.2f}, MAPIT {mapit:.2f})  first alarm at the place "
            f"{first / max(seen, 1):.2f}  {(time.time() - began) / campaigns:.2f} s a campaign",
            flush=True,
        )


def stress(campaigns: int, only: str) -> None:
    """False alarms by stress."""
    for turn, (name, how) in enumerate(STRESSES.items(), 2):  # every stress has campaigns of its own
        if only and only not in name:
            continue
        network, errors, plan = tree(jitter=0.3)
        assessor = Assessor(network, errors)
        began = time.time()
        chances, aside = [], 0
        for at in range(campaigns):
            result = assessor.assess(campaign(network, errors, plan, turn * SEED + at, **how))
            chances.append(result.p_value)
            aside += len(result.gross_errors)
        chances = np.array(chances)
        rates = "  ".join(f"{level:.2f}: {np.mean(chances <= level):.3f}" for level in (0.05, 0.1, 0.2, 0.5))
        print(
            f"{name:60s} false alarms at {rates}  set aside {aside / campaigns:.1f}  "
            f"{(time.time() - began) / campaigns:.2f} s a campaign ({campaigns} campaigns, seed {turn * SEED})",
            flush=True,
        )


def stated(campaigns: int) -> None:
    """Stated against realised detection, at losses around what is seen with 50 to 95 %."""
    network, errors, plan = tree()
    assessor = Assessor(network, errors)
    total = {"vendor3": 60.0, "warehouse0>vendor3": 60.0, "site7": 10.0}
    for where, first, last, share in (
        ("vendor3", 13, 13, 0.055),
        ("vendor3", 1, 26, 0.008),
        ("vendor3", 9, 18, 0.015),
        ("warehouse0>vendor3", 1, 26, 0.02),
        ("site7", 9, 16, 0.10),
        ("site7", 26, 26, 0.25),
    ):
        loss = share * total[where] * (last - first + 1)
        said = np.mean(
            [
                assessor.power_of(campaign(network, errors, plan, SEED + k), where, "material", first, last, loss)
                for k in range(3)
            ]
        )
        seen = np.mean(
            [
                assessor.assess(
                    campaign(network, errors, plan, 15 * SEED + at, [Loss(where, first, last, share)])
                ).p_value
                <= 0.05
                for at in range(campaigns)
            ]
        )
        print(
            f"{where:22s} periods {first}-{last} loss {loss:6.1f}: stated {said:.3f}, realised {seen:.3f}", flush=True
        )


def area(campaigns: int) -> None:
    """One balance area of 13 periods, in and out 100, stock 50, against MAPIT with a simulated threshold."""
    nodes = [Node("source", "donor"), Node("area", "warehouse"), Node("away", "site")]
    network = Network(nodes, [Link("in", "source", "area"), Link("out", "area", "away")])
    mapit = {0.0025: (0.638, 0.051, 0.238, 0.493), 0.01: (0.773, 0.050, 0.144, 0.368)}
    for shared, theirs in mapit.items():
        errors = ErrorModel([Instrument(name, 0.01, shared) for name in ("in", "out", "stock")], known=True)
        plan = Plan(
            flow=np.full((2, 13), 100.0),
            stock=np.array([[0.0], [50.0], [0.0]]) * np.ones((1, 14)),
            scales=np.array([[-1, 1], [0, -1]]),
            counts=np.array([-1, 2, -1]),
            surveys=np.array([-1, -1, -1]),
        )
        sd = np.sqrt(2 + 0.5 + 2 * (100 * shared) ** 2)  # of one balance, with the stock's common error cancelled
        assessor = Assessor(network, errors)
        for (name, first, last, size), other in zip(
            (
                ("abrupt, middle, 3 sd", 7, 7, 3.0),
                ("abrupt, last, 3 sd", 13, 13, 3.0),
                ("0.5 sd, all periods", 1, 13, 0.5),
                ("1 sd, 6 periods", 4, 9, 1.0),
            ),
            theirs,
            strict=True,
        ):
            seen = 0
            for at in range(campaigns):
                readings = rehearse(network, errors, plan, 31 * SEED + at)
                taken = np.flatnonzero((readings.kind == 0) & (readings.period >= first) & (readings.period <= last))
                readings.quantity[taken] -= size * sd
                seen += assessor.assess(readings).p_value <= 0.05
            print(f"systematic {shared:.2%}: {name:22s} seen {seen / campaigns:.3f} (MAPIT {other:.3f})", flush=True)


if __name__ == "__main__":
    count = int(sys.argv[2]) if len(sys.argv) > 2 else 100
    if sys.argv[1] == "power":
        given = [float(value) for value in sys.argv[3:5]] + [0.5, 0.0][len(sys.argv[3:5]) :]
        power(count, given[0], given[1], sys.argv[5] if len(sys.argv) > 5 else "")
    elif sys.argv[1] == "stress":
        stress(count, sys.argv[3] if len(sys.argv) > 3 else "")
    elif sys.argv[1] == "area":
        area(count)
    else:
        stated(count)
