"""The truck register of the field data: regime change, unit errors, and injected diversions.

python benchmarks/detection/register.py FILE.csv.gz [RUNS]   # examples/truck-register/README.md says where to get it
python benchmarks/detection/register.py synthetic            # false alarms on synthetic counts

Diversions are injected into registers resampled from the real one, from June 2024 on: every series (crossing or
recipient) keeps its days open and its own level (median of 13 weeks); its weekly departures from that level, trucks a
day open or load a truck, are drawn in blocks of four weeks from its own, none cut off, so scatter, wild weeks and runs
stay. A diversion takes a share of the trucks, or of the pallets on every truck, of one series for some weeks. Every
method's threshold is set on registers resampled without a diversion: 5 % false alarms a register.
"""

import csv
import datetime as dt
import gzip
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import regimes
import shortfalls
from numpy.typing import NDArray

from enduse.assurance import Assessor, ErrorModel, Link, MeasuringInstrument, Network, Node, Readings

SEED = 20231027
FIRST = dt.date(2023, 10, 21)
START = (dt.date(2024, 6, 3) - FIRST).days
HALF, BLOCK = 6, 4  # weeks
NULLS = 400
SHARES = (0.1, 0.3, 0.5, 0.7)
STATED = 50  # runs of our scan at its stated level, in the last row
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def read(path: str) -> list[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def day_of(rows: list[dict[str, str]]) -> Ints:
    return np.array([(dt.date.fromisoformat(row["received_date"][:10]) - FIRST).days for row in rows])


def table(rows: list[dict[str, str]], key: str, days: Ints) -> tuple[list[str], Floats]:
    """Counts by key and day."""
    names = sorted({row[key] for row in rows})
    place = {name: number for number, name in enumerate(names)}
    counts = np.zeros((len(names), int(days.max()) + 1))
    np.add.at(counts, (np.array([place[row[key]] for row in rows]), days), 1)
    return names, counts


def level(line: Floats) -> Floats:
    """Running median over open weeks."""
    return np.array([np.median(line[max(0, at - HALF) : at + HALF + 1]) for at in range(line.size)])


def shift(values: Floats, rng: np.random.Generator) -> Floats:
    """Draw by how much every open week's logarithm changes in a resampled register, zero where closed."""
    out = np.zeros_like(values)
    for row, line in enumerate(values):
        at = np.flatnonzero(np.isfinite(line))
        if at.size <= BLOCK:
            continue
        rest = line[at] - level(line[at])
        starts = rng.integers(0, at.size - BLOCK + 1, size=at.size // BLOCK + 1)
        out[row, at] = np.concatenate([rest[start : start + BLOCK] for start in starts])[: at.size] - rest
    return out


def lowest(values: Floats, spread: Floats) -> float:
    """Largest fall below the mean of the open weeks, in sds."""
    mean = np.nanmean(values, axis=1, keepdims=True)
    return float(np.nanmax((mean - values) / np.maximum(spread, 1e-9)))


@dataclass
class Trucks:
    """Weekly counts of the series that are open in enough weeks: daily, shape (S, T, 7)."""

    daily: Floats

    @property
    def weeks(self) -> int:
        """Number of weeks."""
        return int(self.daily.shape[1])

    def measures(self) -> tuple[Floats, Floats]:
        """What our scan looks at."""
        return shortfalls.rates(self.daily.sum(axis=2), (self.daily > 0).sum(axis=2))

    def resample(self, rng: np.random.Generator) -> "Trucks":
        """Draw a register that lacks nothing."""
        factor = np.exp(shift(self.measures()[0], rng))[..., None]
        return Trucks(
            np.where(self.daily > 0, np.maximum(np.floor(self.daily * factor + rng.random(self.daily.shape)), 1), 0)
        )

    def divert(self, row: int, weeks: slice, share: float, rng: np.random.Generator) -> "Trucks":
        """Take a share away from one series."""
        daily = self.daily.copy()
        daily[row, weeks] = rng.binomial(daily[row, weeks].astype(int), 1 - share)
        return Trucks(daily)

    def odd(self) -> float:
        """Return how odd our scan finds the oddest run."""
        return shortfalls.furthest(*self.measures())

    def scan(self) -> shortfalls.Scan:
        """Run our scan with its calibration."""
        return shortfalls.shortfalls(self.daily.sum(axis=2), (self.daily > 0).sum(axis=2))

    def shewhart(self) -> float:
        """Return the largest fall in sds of the weeks."""
        counts = self.open()
        return lowest(counts, np.nanstd(counts, axis=1, ddof=1, keepdims=True))

    def plain(self) -> float:
        """Return the largest fall in sds of sampling alone."""
        counts = self.open()
        return lowest(counts, np.sqrt(np.nanmean(counts, axis=1, keepdims=True)))

    def open(self) -> Floats:
        """Weekly counts, NaN where closed."""
        counts = self.daily.sum(axis=2)
        return np.where(counts > 0, counts, np.nan)


@dataclass
class Loads:
    """Pallets by truck with the truck's kind (cargo and donor), series and week."""

    pallets: Floats
    kind: Ints
    row: Ints
    week: Ints
    shape: tuple[int, int]

    @property
    def weeks(self) -> int:
        """Number of weeks."""
        return self.shape[1]

    def measures(self) -> tuple[Floats, Floats]:
        """What our scan looks at."""
        return shortfalls.loads(self.pallets, self.kind, (self.row, self.week), self.shape)

    def changed(self, pallets: Floats) -> "Loads":
        """Return the same trucks with other loads."""
        return Loads(pallets, self.kind, self.row, self.week, self.shape)

    def resample(self, rng: np.random.Generator) -> "Loads":
        """Draw a register that lacks nothing."""
        return self.changed(self.pallets * np.exp(shift(self.measures()[0], rng))[self.row, self.week])

    def divert(self, row: int, weeks: slice, share: float, rng: np.random.Generator) -> "Loads":
        """Take a share away from one series."""
        pallets = self.pallets.copy()
        hit = np.flatnonzero((self.row == row) & (self.week >= weeks.start) & (self.week < weeks.stop))
        pallets[hit] = rng.binomial(np.maximum(np.round(pallets[hit]), 1).astype(int), 1 - share)
        return self.changed(pallets)

    def odd(self) -> float:
        """Return how odd our scan finds the oddest run."""
        return shortfalls.furthest(*self.measures())

    def scan(self) -> shortfalls.Scan:
        """Run our scan with its calibration."""
        return shortfalls.scan(*self.measures())

    def means(self) -> tuple[Floats, Floats]:
        """Mean pallets by series and week, and trucks."""
        total, number = np.zeros(self.shape), np.zeros(self.shape)
        np.add.at(total, (self.row, self.week), self.pallets)
        np.add.at(number, (self.row, self.week), 1)
        return np.where(number >= shortfalls.LEAST_LOADS, total / np.maximum(number, 1), np.nan), np.maximum(number, 1)

    def shewhart(self) -> float:
        """Return the largest fall in sds of the weeks."""
        means = self.means()[0]
        return lowest(means, np.nanstd(means, axis=1, ddof=1, keepdims=True))

    def plain(self) -> float:
        """Return the largest fall in sds of sampling alone."""
        means, number = self.means()
        spread = np.array([[self.pallets[self.row == row].std()] for row in range(self.shape[0])])
        return lowest(means, spread / np.sqrt(number))


Register = Trucks | Loads
METHODS: dict[str, Callable[[Register], float]] = {
    "ours": lambda one: one.odd(),
    "Shewhart": lambda one: one.shewhart(),
    "z-test": lambda one: one.plain(),
}


def split(rows: list[dict[str, str]], days: Ints, key: str) -> tuple[list[str], Trucks, list[str], Loads]:
    """Return the trucks and the loads by crossing or recipient, those with enough open weeks of ten trucks or more."""
    names, daily = table(rows, key, days)
    weeks = (daily.shape[1] - START) // 7
    daily = daily[:, START : START + 7 * weeks].reshape(len(names), weeks, 7)
    total = daily.sum(axis=2)
    usual = np.array([np.median(line[line > 0]) if np.any(line) else 0 for line in total])
    keep = ((total > 0).sum(axis=1) >= shortfalls.LEAST) & (usual >= 10) & (np.array(names) != "")
    pallets = np.array([float(row["quantity"] or 0) if row["units"] == "Pallets" else 0.0 for row in rows])
    use = np.flatnonzero((pallets > 0) & (pallets <= 60) & (days >= START) & (days < START + 7 * weeks))
    kinds: dict[tuple[str, str], int] = {}
    kind = np.array([kinds.setdefault((rows[at]["cargo_description"], rows[at]["donor"]), len(kinds)) for at in use])
    place = {name: number for number, name in enumerate(names)}
    series, week = np.array([place[rows[at][key]] for at in use]), (days[use] - START) // 7
    full = Loads(pallets[use], kind, series, week, (len(names), weeks))
    good = (np.isfinite(full.measures()[0]).sum(axis=1) >= shortfalls.LEAST) & (np.array(names) != "")
    number = np.cumsum(good) - 1
    mine = good[series]
    loads = Loads(pallets[use][mine], kind[mine], number[series[mine]], week[mine], (int(good.sum()), weeks))
    return (
        [name for name, good_ in zip(names, keep, strict=True) if good_],
        Trucks(daily[keep]),
        [name for name, good_ in zip(names, good, strict=True) if good_],
        loads,
    )


def diversions(title: str, names: list[str], real: Register, runs: int) -> None:
    """Print false alarms and detection of every method for one split of the register."""
    begin = time.perf_counter()
    rng = np.random.default_rng(SEED)
    found = real.scan()
    print(f"\n{title}: {real.weeks} weeks from 2024-06-03, {', '.join(names)}; seed {SEED}")
    print(
        f"  the register itself: p {found.p_value:.3f}, "
        + (
            "; ".join(
                f"{names[one.series]} weeks {one.first}-{one.last} ({one.missing:.0%} below)" for one in found.found
            )
            or "no alarm"
        )
        + f"; cannot be tested: {', '.join(names[row] for row in (*found.too_short, *found.blind)) or 'none'}"
    )
    null = [real.resample(rng) for _ in range(NULLS)]
    scores = {name: np.array([method(one) for one in null]) for name, method in METHODS.items()}
    limits = {name: float(np.quantile(score, 0.95)) for name, score in scores.items()}
    ours = np.mean([one.scan().p_value <= 0.05 for one in null])
    print(
        f"  false alarms of {NULLS} registers at stated limits: ours at 5 % {ours:.3f}, "
        f"Shewhart 3 sigma {np.mean(scores['Shewhart'] > 3):.3f}, z-test 3 sigma {np.mean(scores['z-test'] > 3):.3f}",
        flush=True,
    )
    open_weeks = np.isfinite(real.measures()[0])
    for share in SHARES:
        line, stated = [], []
        for length in (1, 4, 8):
            seen = Counter[str]()
            places = [
                (row, at) for row, at in np.argwhere(open_weeks) if open_weeks[row, at : at + length].sum() == length
            ]
            alarms = 0
            for number in range(runs):
                row, at = places[rng.integers(len(places))]
                one = real.resample(rng).divert(int(row), slice(int(at), int(at) + length), share, rng)
                if share == SHARES[-1] and number < STATED:
                    alarms += one.scan().p_value <= 0.05
                seen.update(name for name, method in METHODS.items() if method(one) > limits[name])
            stated.append(f"{length} wk {alarms / min(runs, STATED):.2f}")
            line.append(f"{length} wk " + "/".join(f"{seen[name] / runs:.2f}" for name in METHODS))
        print(f"  {share:.0%} taken, {'/'.join(METHODS)}: " + ", ".join(line), flush=True)
    print(
        f"  {SHARES[-1]:.0%} taken, our scan at its stated 5 %: {', '.join(stated)}; {time.perf_counter() - begin:.0f} s"
    )


KINDS = ("Poisson", "negative binomial", "autocorrelated", "wandering", "heavy-tailed")


def synthetic(kind: str, rng: np.random.Generator, series: int = 4, weeks: int = 40) -> Floats:
    """Draw weekly counts with means of 20 to 300 that lack nothing."""
    mean = rng.uniform(20, 300, (series, 1)) * np.ones((series, weeks))
    if kind == "negative binomial":
        mean *= rng.gamma(5, 0.2, mean.shape)
    if kind == "autocorrelated":
        line = rng.normal(size=mean.shape)
        for week in range(1, weeks):
            line[:, week] = 0.6 * line[:, week - 1] + 0.8 * line[:, week]
        mean *= np.exp(0.3 * line)
    if kind == "wandering":
        mean *= np.exp(np.cumsum(0.1 * rng.normal(size=mean.shape), axis=1) + 0.25 * rng.normal(size=mean.shape))
    if kind == "heavy-tailed":
        mean *= np.exp(0.25 * rng.standard_t(3, size=mean.shape))
    return rng.poisson(np.minimum(mean, 1e6)).astype(float)


def open_and_close(rng: np.random.Generator, shape: tuple[int, int]) -> Floats:
    """Draw which weeks are open: late starts, breaks, early ends."""
    out = np.ones(shape)
    for line in out:
        line[: rng.integers(0, 14) * rng.integers(0, 2)] = 0
        line[shape[1] - rng.integers(0, 10) * rng.integers(0, 2) :] = 0
        start = rng.integers(8, 30)
        line[start : start + rng.integers(0, 8) * rng.integers(0, 2)] = 0
    return out


def false_alarms(runs: int) -> None:
    """Print how often our scan alarms at a stated 5 % on synthetic counts that lack nothing."""
    for kind in KINDS:
        line = []
        for closing in (False, True):
            rng = np.random.default_rng(SEED)
            alarms = 0
            for _ in range(runs):
                counts = synthetic(kind, rng)
                alarms += (
                    shortfalls.shortfalls(counts * (open_and_close(rng, counts.shape) if closing else 1)).p_value
                    <= 0.05
                )
            line.append(f"{alarms / runs:.3f}")
        print(
            f"false alarms at a stated 5 %, {kind} counts, {runs} runs: {line[0]}; series opening and closing {line[1]}",
            flush=True,
        )


def regime_and_units(rows: list[dict[str, str]], days: Ints) -> None:
    for key in ("crossing", "data_source", "donation_type"):
        change = regimes.regime_change(table(rows, key, days)[1])
        date, low, high = (FIRST + dt.timedelta(at) for at in (change.at, change.first, change.last))
        print(
            f"regime change by {key}: {date} (95 % {low} to {high}), z {change.statistic:.1f}, p {change.p_value:.1e}"
        )
    pallets = np.array(
        [float(row["quantity"]) if row["units"] == "Pallets" and row["quantity"] else np.nan for row in rows]
    )
    found, limit = regimes.unit_errors(pallets)
    known = set(np.flatnonzero(pallets > 60).tolist())
    print(
        f"unit errors: {len(known & set(found.tolist()))} of {len(known)} found, {len(set(found.tolist()) - known)} more between {limit:.0f} and 60 pallets"
    )


def main(path: str, runs: int = 200) -> None:
    rows = read(path)
    days = day_of(rows)
    regime_and_units(rows, days)
    for key in ("crossing", "recipient"):
        names, trucks, loaded, loads = split(rows, days, key)
        diversions(f"trucks of one {key}", names, trucks, runs)
        diversions(f"part of the load of one {key}", loaded, loads, runs)
    with_counter_count(rows, days)


def with_counter_count(rows: list[dict[str, str]], days: Ints, runs: int = 60) -> None:
    """The same weekly counts with a second count at the recipients: what a single extra measurement is worth.

    Both counts err by 1 % at random and 0.5 % throughout; the diversion leaves the crossing and does not arrive.
    """
    names, daily = table(rows, "crossing", days)
    weeks = (daily.shape[1] - START) // 7
    weekly = daily[:, START : START + 7 * weeks].reshape(len(names), weeks, 7).sum(axis=2)
    keep = np.median(weekly, axis=1) >= 10
    weekly, names = weekly[keep], [name for name, good in zip(names, keep, strict=True) if good]
    nodes = [Node("outside", "donor")] + [Node(f"behind {name}", "site") for name in names]
    network = Network(nodes, [Link(name, "outside", f"behind {name}") for name in names])
    errors = ErrorModel(
        [MeasuringInstrument(f"{end} {name}", 0.01, 0.005) for end in ("gate", "recipients") for name in names],
        known=True,
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
    if sys.argv[1] == "synthetic":
        false_alarms(NULLS)
    else:
        main(sys.argv[1], *map(int, sys.argv[2:]))
