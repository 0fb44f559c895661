"""The truck register of the field data: regime change, unit errors, and injected diversions.

python benchmarks/detection/register.py FILE.csv.gz   # examples/truck-register/README.md says where to get it

Diversions are injected into weekly counts by crossing, resampled from the register week by week in blocks of four
(so that its scatter and its runs stay), as trucks that arrive but are not in the count of one crossing. Every method's
threshold is set on resampled registers without diversion: 5 % false alarms a register.
"""

import csv
import datetime as dt
import gzip
import sys

import numpy as np
from numpy.typing import NDArray

from enduse.assurance import Assessor, ErrorModel, Instrument, Link, Network, Node, Readings, register

SEED = 20231027
FIRST = dt.date(2023, 10, 21)
Floats = NDArray[np.float64]


def read(path: str) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def table(rows: list[dict[str, str]], key: str, days: NDArray[np.int64]) -> tuple[list[str], Floats]:
    """Counts by key and day."""
    names = sorted({row[key] for row in rows})
    counts = np.zeros((len(names), int(days.max()) + 1))
    np.add.at(counts, ([names.index(row[key]) for row in rows], days), 1)
    return names, counts


def shewhart(counts: Floats) -> float:
    """Largest fall below each series' own mean in its own sds, one week at a time."""
    spread = counts.std(axis=1, ddof=1, keepdims=True)
    return float(np.max((counts.mean(axis=1, keepdims=True) - counts) / np.maximum(spread, 1e-9)))


def plain_z(counts: Floats) -> float:
    """Largest Poisson z of a week's count against the mean of the series."""
    mean = counts.mean(axis=1, keepdims=True)
    return float(np.max((mean - counts) / np.sqrt(np.maximum(mean, 1e-9))))


def ours(counts: Floats) -> float:
    """Largest score of the shortfall scan."""
    found = register.shortfalls(counts, false_alarm=2.0)
    return max((one.statistic for one in found), default=0.0)


def resample(counts: Floats, rng: np.random.Generator) -> Floats:
    """Keep each week's expected counts and draw its relative departures in blocks of four weeks."""
    want = np.maximum(register.expected(counts), 0.1)
    ratio = np.clip((counts + 0.1) / (want + 0.1), 0.2, 5.0)
    weeks = counts.shape[1]
    out = np.zeros_like(counts)
    for row in range(counts.shape[0]):
        starts = rng.integers(0, weeks - 4, size=weeks // 4 + 1)
        picked = np.concatenate([ratio[row, start : start + 4] for start in starts])[:weeks]
        out[row] = rng.poisson(want[row] * picked / np.median(ratio[row]))
    return out


def main(path: str, runs: int = 100) -> None:
    rows = read(path)
    days = np.array([(dt.date.fromisoformat(row["received_date"][:10]) - FIRST).days for row in rows])
    for key in ("crossing", "data_source", "donation_type"):
        change = register.regime_change(table(rows, key, days)[1])
        date, low, high = (FIRST + dt.timedelta(at) for at in (change.at, change.first, change.last))
        print(
            f"regime change by {key}: {date} (95 % {low} to {high}), z {change.statistic:.1f}, p {change.p_value:.1e}"
        )
    pallets = np.array(
        [float(row["quantity"]) if row["units"] == "Pallets" and row["quantity"] else np.nan for row in rows]
    )
    found, limit = register.unit_errors(pallets)
    known = set(np.flatnonzero(pallets > 60).tolist())
    print(
        f"unit errors: {len(known & set(found.tolist()))} of {len(known)} found, {len(set(found.tolist()) - known)} more between {limit:.0f} and 60 pallets"
    )
    names, daily = table(rows, "crossing", days)
    start = (dt.date(2024, 6, 3) - FIRST).days
    weeks = (daily.shape[1] - start) // 7
    weekly = daily[:, start : start + 7 * weeks].reshape(len(names), weeks, 7).sum(axis=2)
    keep = np.median(weekly, axis=1) >= 10
    weekly, names = weekly[keep], [name for name, good in zip(names, keep, strict=True) if good]
    print(f"weekly counts from 2024-06-03, {weeks} weeks, crossings {names}; seed {SEED}")
    rng = np.random.default_rng(SEED)
    methods = {"ours": ours, "Shewhart chart": shewhart, "plain z-test": plain_z}
    null = [resample(weekly, rng) for _ in range(runs)]
    limits = {name: float(np.quantile([method(one) for one in null], 0.95)) for name, method in methods.items()}
    nominal = np.mean([bool(register.shortfalls(one)) for one in null])
    textbook = np.mean([shewhart(one) > 3 for one in null]), np.mean([plain_z(one) > 3 for one in null])
    print(
        f"false alarms at textbook limits: ours {nominal:.2f}, Shewhart 3 sigma {textbook[0]:.2f}, z-test 3 sigma {textbook[1]:.2f}"
    )
    for share in (0.3, 0.5, 0.7):
        for length in (1, 4, 8):
            seen = dict.fromkeys(methods, 0)
            for _ in range(runs):
                one = resample(weekly, rng)
                row, at = rng.integers(len(names)), rng.integers(0, weeks - length)
                one[row, at : at + length] = rng.binomial(one[row, at : at + length].astype(int), 1 - share)
                for name, method in methods.items():
                    seen[name] += method(one) > limits[name]
            print(
                f"{share:.0%} of one crossing for {length} weeks: "
                + ", ".join(f"{name} {count / runs:.2f}" for name, count in seen.items()),
                flush=True,
            )


def with_counter_count(path: str, runs: int = 60) -> None:
    """The same weekly counts with a second count at the recipients: what a single extra measurement is worth.

    Both counts err by 1 % at random and 0.5 % throughout; the diversion leaves the crossing and does not arrive.
    """
    rows = read(path)
    days = np.array([(dt.date.fromisoformat(row["received_date"][:10]) - FIRST).days for row in rows])
    names, daily = table(rows, "crossing", days)
    start = (dt.date(2024, 6, 3) - FIRST).days
    weeks = (daily.shape[1] - start) // 7
    weekly = daily[:, start : start + 7 * weeks].reshape(len(names), weeks, 7).sum(axis=2)
    keep = np.median(weekly, axis=1) >= 10
    weekly, names = weekly[keep], [name for name, good in zip(names, keep, strict=True) if good]
    nodes = [Node("outside", "donor")] + [Node(f"behind {name}", "site") for name in names]
    network = Network(nodes, [Link(name, "outside", f"behind {name}") for name in names])
    errors = ErrorModel(
        [Instrument(f"{end} {name}", 0.01, 0.005) for end in ("gate", "recipients") for name in names], known=True
    )
    assessor, rng = Assessor(network, errors), np.random.default_rng(SEED)

    def campaign(share: float, length: int) -> Readings:
        arrived = weekly.copy()
        row, at = int(rng.integers(len(names))), int(rng.integers(0, weeks - length))
        arrived[row, at : at + length] *= 1 - share
        where, when = np.nonzero(weekly > 0)
        both = np.concatenate([weekly[where, when], arrived[where, when]])
        scale = np.concatenate([where, where + len(names)])
        bias = 0.005 * rng.standard_normal(2 * len(names))
        read = both * (1 + 0.01 * rng.standard_normal(both.size) + bias[scale])
        return Readings(
            period=np.tile(when + 1, 2),
            material=np.zeros(both.size, int),
            kind=np.repeat([0, 1], where.size),
            place=np.tile(where, 2),
            quantity=read,
            instrument=scale,
            periods=weeks,
        )

    print("with a second count at the recipients:")
    for share, length in ((0.0, 1), (0.05, 1), (0.05, 4), (0.1, 1), (0.1, 4), (0.3, 1)):
        seen = np.mean([assessor.assess(campaign(share, length)).p_value <= 0.05 for _ in range(runs)])
        print(f"{share:.0%} of one crossing for {length} weeks: alarm in {seen:.2f} of {runs}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
    with_counter_count(sys.argv[1])
