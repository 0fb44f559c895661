"""Claim: a table is read and added at a rate that does not fall with its length, in memory that does not grow with it.

Tables of invented rows in the shape of the truck register are written by a generator, as CSV and XLSX. Each measurement
runs in a process of its own, which says what it took: seconds by the clock, of processor, of the processor of a second
process that helps it, and the peak memory of each. Rows a second are by the processor of the busier of the two: what the
clock shows where both cores are idle. Beside it,
in the same run, stand others that only read the file: Python's csv alone, pandas, DuckDB and python-calamine; one that is
not installed is left out. Tables of one's own (``--data``, in an order of issues) need a profile that comes with the package.

    python benchmarks/tables.py [--rows 5000,20000,40000] [--runs 3] [--only reading,adding] [--data FILE FILE]
    uv run --with pandas --extra analytics --extra workbooks python benchmarks/tables.py
"""

import argparse
import csv
import gzip
import importlib.util
import json
import math
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random

import enduse
from enduse.exchange.tables import read_table
from machine import describe

PROGRAMME = Path(__file__).parents[1] / "examples" / "truck-register" / "programme.yaml"
PARTY = "party:importer"
HEADER = [
    "id", "trucks", "received_date", "data_source", "manifest_of", "cargo_description", "cargo_category", "status",
    "quantity", "units", "donor", "donation_type", "crossing", "recipient", "data_period", "data_entry_type", "last_edited",
]  # fmt: skip
CROSSINGS = ("Kerem Shalom", "Rafah Crossing", "Western Erez", "Gate 96", "Erez")
CARGO = (
    [("Food Items", f"Food, kind {n}") for n in range(400)]
    + [("Non-Food Items", f"Goods, kind {n}") for n in range(150)]
    + [("Medical Supplies", f"Medical, kind {n}") for n in range(50)]
)
FEW = 100
SINCE = date(2024, 1, 1)


def invented(rows: int, *, seed: int = 1, first: int = 1) -> list[list[str]]:
    """Return rows of a register of trucks: 120 a day, from 300 donors to 200 recipients, a unit missing now and then."""
    draw = Random(seed)
    made = []
    for number in range(first, first + rows):
        day = SINCE + timedelta(days=(number - first) // 120)
        category, cargo = draw.choice(CARGO)
        unit = draw.choices(("Pallets", "MT", "Truck", ""), (76, 14, 8, 2))[0]
        quantity = {"Pallets": str(draw.randint(6, 38)), "MT": f"{draw.randint(50, 300) / 10}", "Truck": "1", "": ""}
        made.append(
            [
                str(number), "1", day.isoformat(), "Agency A", f"Non-Manifest ({day})", cargo, category, "Received",
                quantity[unit], unit, f"Donor {draw.randrange(300)}", "Humanitarian", draw.choice(CROSSINGS),
                f"Recipient {draw.randrange(200)}", "Current Data", "New data",
                f"{day + timedelta(days=draw.randint(1, 90))} 12:02:00",
            ]
        )  # fmt: skip
    return made


def later_issue(rows: list[list[str]]) -> list[list[str]]:
    """Return a further issue of a table: of a hundred rows one is changed and one gone, and one is new."""
    kept = [[*row] for at, row in enumerate(rows) if at % 100 != 7]
    for row in kept[::100]:
        row[5] += ", mended"
    return kept + invented(max(1, len(rows) // 100), seed=2, first=len(rows) + 1)


def write(folder: Path, rows: int) -> dict[str, Path]:
    files = {name: folder / f"{name}-{rows}.csv" for name in ("trucks", "later", "few")}
    made = invented(rows)
    for name, table in (
        ("trucks", made),
        ("later", later_issue(made)),
        ("few", invented(FEW, seed=3, first=10_000_000)),
    ):
        with files[name].open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([HEADER, *table])
    if importlib.util.find_spec("openpyxl"):
        from openpyxl import Workbook  # noqa: PLC0415 - only where it is installed

        book = Workbook(write_only=True)
        sheet = book.create_sheet("trucks")
        for cells in [HEADER, *made]:
            sheet.append([float(cell) if at == 8 and cell[:1].isdigit() else cell for at, cell in enumerate(cells)])
        files["xlsx"] = folder / f"trucks-{rows}.xlsx"
        book.save(files["xlsx"])
    return files


def reading(file: Path) -> int:
    with read_table(file) as table:
        for _ in table:
            pass
        return table.summary().rows


def csv_alone(file: Path) -> int:
    with gzip.open(file, "rt", newline="") if file.suffix == ".gz" else file.open(newline="") as text:
        return len(list(csv.reader(text))) - 1


def with_pandas(file: Path) -> int:
    import pandas  # type: ignore[import-not-found,import-untyped,unused-ignore] # noqa: ICN001, PLC0415

    return len(pandas.read_excel(file, engine="calamine") if file.suffix == ".xlsx" else pandas.read_csv(file))


def with_duckdb(file: Path) -> int:
    import duckdb  # noqa: PLC0415 - only where it is installed

    return len(duckdb.read_csv(str(file)).fetchall())


def with_calamine(file: Path) -> int:
    import python_calamine  # noqa: PLC0415 - only where it is installed

    return len(python_calamine.CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()) - 1


def adding(file: Path, folder: Path, table: str | None = None) -> int:
    with enduse.open(folder) as programme:
        told = programme.add(
            file, party=PARTY, answers=enduse.Answers(table=table, newest=True, changed=True, gone=True)
        )
    return told.accepted + told.no_effect + told.refused


def comparing(old: Path, new: Path) -> int:
    found = enduse.compare_issues(old, new)
    return found.unchanged + found.changed + len(found.added) + len(found.gone)


WORK: dict[str, Callable[..., int]] = {
    work.__name__: work for work in (reading, csv_alone, with_pandas, with_duckdb, with_calamine, adding, comparing)
}
NEEDS = {"with_pandas": "pandas", "with_duckdb": "duckdb", "with_calamine": "python_calamine"}


def alone(work: str, words: list[str]) -> None:
    """Do one piece of work in this process and say what it took, its own start and imports left out."""
    given: list[object] = [Path(word) if "/" in word else word for word in words]
    if work in NEEDS:
        importlib.import_module(NEEDS[work])
    started, before = time.perf_counter(), time.process_time()
    rows = WORK[work](*given)
    seconds, processor = time.perf_counter() - started, time.process_time() - before
    helping = os.times()
    helper = helping.children_user + helping.children_system
    second = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024 if helper else 0
    # Not the resource module's figure: it begins with what the process that started this one had.
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
    print(json.dumps([rows, seconds, processor, peak, helper, second]))


def measured(
    title: str, work: str, words: list[object], runs: int, fresh: Callable[[], Path] | None = None
) -> float | None:
    """Print the median of several runs and return its processor seconds; nothing, where a peer is not installed."""
    if work in NEEDS and importlib.util.find_spec(NEEDS[work]) is None:
        print(f"  {title:<52} not installed")
        return None
    took: list[list[float]] = []
    for _ in range(runs):
        scratch = [] if fresh is None else [fresh()]
        command = [sys.executable, __file__, "--alone", work, *map(str, [words[0], *scratch, *words[1:]])]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise SystemExit(done.stderr)
        took.append(json.loads(done.stdout))
        for folder in scratch:
            shutil.rmtree(folder)
    rows = took[0][0]
    seconds, processor, memory, helper, second = (
        statistics.median(values) for values in list(zip(*took, strict=True))[1:]
    )
    busier = max(processor, helper)
    helped = f", beside it {helper:.2f} s, {second:.0f} MB" if helper else ""
    print(
        f"  {title:<52} {seconds:>7.2f} s {processor:>7.2f} s of processor {rows / busier:>10,.0f} rows/s"
        f" {memory:>6.0f} MB{helped}"
    )
    return busier


def tables(files: dict[str, Path], scratch: Path, runs: int, only: list[str]) -> dict[str, float | None]:
    """Measure everything with the tables at hand."""
    trucks, later = files["trucks"], files["later"]
    took: dict[str, float | None] = {}
    if "reading" in only:
        took["reading CSV"] = measured("reading CSV: statements, validated", "reading", [trucks], runs)
        for peer in ("csv_alone", "with_pandas", "with_duckdb"):
            measured(f"beside it: {peer.replace('_', ' ')}, cells alone", peer, [trucks], runs)
        if "xlsx" in files:
            took["reading XLSX"] = measured("reading XLSX: statements, validated", "reading", [files["xlsx"]], runs)
            for peer in ("with_calamine", "with_pandas"):
                measured(f"beside it: {peer.replace('_', ' ')}, cells alone", peer, [files["xlsx"]], runs)
    if "comparing" in only:
        took["comparing"] = measured("comparing two issues", "comparing", [trucks, later], runs)
    if "adding" in only:
        kept = scratch / "kept"
        enduse.create(kept / "empty", PROGRAMME)
        shutil.copytree(kept / "empty", kept / "first")
        adding(trucks, kept / "first")

        def copy(which: str) -> Path:
            return Path(shutil.copytree(kept / which, scratch / "copy"))

        took["adding"] = measured(
            "adding: read, signed, recorded, posted", "adding", [trucks], runs, lambda: copy("empty")
        )
        took["adding a further issue"] = measured(
            "adding a further issue", "adding", [later], runs, lambda: copy("first")
        )
        took["adding it again"] = measured(
            "adding the same file again", "adding", [trucks], runs, lambda: copy("first")
        )
        if "few" in files:
            took["adding few"] = measured(
                f"adding {FEW} rows of another table behind it",
                "adding",
                [files["few"], "few"],
                runs,
                lambda: copy("first"),
            )
        shutil.rmtree(kept)
    return took


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", default="5000,20000,40000")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", default="reading,comparing,adding")
    parser.add_argument("--data", type=Path, nargs=2, metavar="FILE", help="two issues of a table, the earlier first")
    parser.add_argument("--alone", nargs="+", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.alone:
        alone(asked.alone[0], asked.alone[1:])
        return
    print(describe())
    sizes, only = [int(size) for size in asked.rows.split(",")], asked.only.split(",")
    grown: list[dict[str, float | None]] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in [] if asked.data else sizes:
            print(f"{size:,} invented rows, median of {asked.runs} runs")
            grown.append(tables(write(Path(folder), size), Path(folder), asked.runs, only))
        if asked.data:
            earlier, later = (file.resolve() for file in asked.data)
            print(f"{earlier.name}, then {later.name}; median of {asked.runs} runs")
            tables({"trucks": earlier, "later": later}, Path(folder), asked.runs, only)
    for (size, small), (larger, large) in pairwise(zip(sizes, grown, strict=False)):
        for name, seconds in small.items():
            then = large.get(name)
            if seconds and then:
                exponent = math.log(then / seconds) / math.log(larger / size)
                print(f"{name}: from {size:,} to {larger:,} rows grows with exponent {exponent:.2f}")


if __name__ == "__main__":
    main()
