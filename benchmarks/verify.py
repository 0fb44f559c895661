"""Aim: ``enduse record verify`` of 100,000 statements with the book compared takes no longer than the audit alone did.

On two cores, against the audit on one core, as it was before the book was folded anew and compared at all. One process
follows the entries in their order, which cannot be divided; others check hashes, tiles and signatures ahead of it.

Half of the statements are dispatches and half the receipts that resolve them. In the same run and alternating with it: the
signatures alone, and with ``--before`` the audit of another version.

    python benchmarks/verify.py [--statements 100000] [--runs 3] [--before SOURCE]

SOURCE is the ``src`` folder of another version of Enduse, whose ``record verify`` is run beside ours on its own record of
the same statements.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from machine import describe

HERE = Path(__file__).resolve().parent
MAKE = "import sys; sys.path.insert(0, {here!r}); import verify; verify.make(verify.Path({folder!r}), {count})"
RUN = (
    "import atexit, resource, sys; "
    "used = lambda who: sum(resource.getrusage(who)[:2]); "
    "atexit.register(lambda: print(used(resource.RUSAGE_SELF), used(resource.RUSAGE_CHILDREN), file=sys.stderr)); "
    "from enduse.cli.main import main; main()"
)
ALONE = "import sys; sys.path.insert(0, {here!r}); import verify; verify.signatures_alone(verify.Path({folder!r}))"


def make(folder: Path, count: int, batch: int = 4096) -> None:
    """Record and publish statements; a function of this module, so that another version can be asked for it."""
    from intake import envelopes, programme  # noqa: PLC0415 - of whichever version is asked

    with programme(folder) as taken:
        raws = envelopes(count)
        for results in taken.record_many(raws[at : at + batch] for at in range(0, count, batch)):
            if any(item.outcome != "accepted" for item in results):
                raise SystemExit(f"not accepted: {results[0]}")


def signatures_alone(folder: Path) -> None:
    """Verify the signatures of a record, on two threads, and nothing else."""
    from enduse.record.sqlite import SQLiteStore  # noqa: PLC0415 - of whichever version is asked
    from enduse.statements.envelope import pae, unwrap  # noqa: PLC0415
    from enduse.terms.signatures import verify_batch  # noqa: PLC0415

    with SQLiteStore(folder / "record.db", read_only=True) as store:
        rows = [(row.key, unwrap(row.entry)) for row in store.entries()]
    if not all(verify_batch([(key, pae(envelope.payload), envelope.signature) for key, envelope in rows])):
        raise SystemExit("a signature does not hold")


def run(source: Path | None, code: str, *words: str) -> tuple[float, float, float]:
    """Run Python with a version of Enduse; return wall and processor seconds of it and its children, and of it alone."""
    paths = {} if source is None else {"PYTHONPATH": str(source)}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *words], env=os.environ | paths, capture_output=True, text=True, check=False
    )
    took = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{words}: {done.stdout[-2000:]}{done.stderr[-2000:]}")
    if words and not json.loads(done.stdout)["ok"]:
        raise SystemExit(done.stdout)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return took, cpu, float(done.stderr.split()[-2]) if code == RUN else cpu


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--before", type=Path, default=None)
    asked = parser.parse_args()
    print(describe())
    with tempfile.TemporaryDirectory() as scratch:
        ours, theirs = Path(scratch) / "ours", Path(scratch) / "theirs"
        print(f"inputs: {asked.statements:,} goods statements, {asked.runs} runs, alternating")
        run(None, MAKE.format(here=str(HERE), folder=str(ours), count=asked.statements))
        verify = ("record", "verify", str(ours), "--json")
        claims: dict[str, Callable[[], tuple[float, float, float]]] = {
            "record verify, book compared, all cores": lambda: run(None, RUN, *verify),
            "limit: signatures alone, two threads": lambda: run(None, ALONE.format(here=str(HERE), folder=str(ours))),
        }
        if asked.before is not None:
            run(asked.before, MAKE.format(here=str(HERE), folder=str(theirs), count=asked.statements))
            claims["before: record verify"] = lambda: run(asked.before, RUN, "record", "verify", str(theirs), "--json")
        taken: dict[str, list[tuple[float, float, float]]] = {name: [] for name in claims}
        for _ in range(asked.runs):
            for name, one in claims.items():
                taken[name].append(one())
    for name, figures in taken.items():
        wall, cpu, first = (statistics.median(each) for each in zip(*figures, strict=True))
        least, most = min(figures)[0], max(figures)[0]
        print(
            f"{name:<45} {wall:>7.1f} s wall ({least:.1f} to {most:.1f}), {cpu:>6.1f} s of processor, {first:.1f} of them in the first process"
        )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory of a process {peak:,.0f} MB; load {os.getloadavg()[0]:.1f} after the run")


if __name__ == "__main__":
    main()
