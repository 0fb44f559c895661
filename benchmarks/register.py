"""Claim: the truck register (50,059 rows) is read, signed, recorded and posted in under 30 s and 500 MB on two cores.

The file is not part of this repository; see examples/truck-register/README.md for where to get it.

    python benchmarks/register.py FILE.csv.gz [--runs 3]
"""

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from machine import describe

PROGRAMME = Path(__file__).parents[1] / "examples" / "truck-register" / "programme.yaml"
PARTY = "party:importer"


def enduse(*words: object) -> dict[str, object]:
    command = [sys.executable, "-c", "from enduse.cli.main import main; main()", *map(str, words), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(done.stderr)
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    asked = parser.parse_args()
    print(describe())
    print(f"inputs: {asked.file.name}, {asked.file.stat().st_size:,} bytes, {asked.runs} runs, each in a new programme")
    taken = []
    for _ in range(asked.runs):
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "register"
            enduse("new", folder, "--from", PROGRAMME)
            started = time.perf_counter()
            told = enduse("add", folder, asked.file, "--as", PARTY)
            taken.append(time.perf_counter() - started)
            counts = {name: told[name] for name in ("accepted", "no_effect", "refused")}
            before = enduse("status", folder)["book"]
            again = enduse("add", folder, asked.file, "--as", PARTY)
            same = enduse("status", folder)["book"] == before
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    rows = sum(int(str(value)) for value in counts.values())
    middle = statistics.median(taken)
    print(f"rows accounted for {rows:,}: {counts}")
    print(
        f"time {middle:.1f} s ({min(taken):.1f} to {max(taken):.1f}), {rows / middle:,.0f} rows/s, peak memory {peak:,.0f} MB"
    )
    print(f"added again: {again['already_recorded']:,} recognised as recorded; book unchanged: {same}")


if __name__ == "__main__":
    main()
