"""Claim: a ledger of a million postings is written as Parquet in a minute or so, and DuckDB adds it up in well under a second.

Takes the programme that `benchmarks/size.py` makes, writes its history anew, one more time when nothing is new, and asks
DuckDB each question over all of it, best of three. Then a million postings: those of the programme again and again. Last, the
whole check against the record.

    python benchmarks/history.py 10000 100000 [--keep FOLDER, as for benchmarks/size.py]
"""

import argparse
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

import enduse
from enduse.history.engines import DuckDBEngine, Engine, engine_of
from enduse.history.files import whole_list, write_rows
from enduse.history.questions import HISTORY_QUESTIONS, HistoryQuestion
from enduse.history.tables import rows_between
from enduse.history.writing import MOST
from enduse.ledger.balances import Moment
from machine import describe
from size import build

Given = TypeVar("Given")
MILLION = 1_000_000


def timed(step: Callable[[], Given]) -> tuple[Given, float, float]:
    """Return what a step gives, and its wall and processor seconds."""
    wall, processor = time.perf_counter(), time.process_time()
    given = step()
    return given, time.perf_counter() - wall, time.process_time() - processor


def again(programme: enduse.Programme, to: Path, table: str) -> None:
    """Write one table as :func:`enduse.history.writing.write_history` does."""
    book = programme._book  # noqa: SLF001 - measured from inside
    for first in range(0, book.size, MOST):
        after = min(book.size, first + MOST)
        write_rows(to, table, (first, after), rows_between(book, table, first, after))


def a_million(programme: enduse.Programme, to: Path) -> list[Path]:
    """Write the postings of the book again and again, each time of later entries, until they are a million."""
    book, paths, rows, time_over = programme._book, list[Path](), 0, 0  # noqa: SLF001 - measured from inside
    while rows < MILLION:
        for first in range(0, book.size, MOST):
            after = min(book.size, first + MOST)
            shift = time_over * book.size
            some = (
                msgspec.structs.replace(one, entry=one.entry + shift)
                for one in rows_between(book, "postings", first, after)
            )
            file = write_rows(to, "postings", (first + shift, after + shift), some)
            paths.append(to / file.file)
            rows += file.rows
        time_over += 1
    return paths


def measure_million(programme: enduse.Programme, to: Path) -> None:
    (to / "postings").mkdir(parents=True)
    paths, wall, processor = timed(lambda: a_million(programme, to))
    size = sum(path.stat().st_size for path in paths) / 1e6
    with DuckDBEngine(paths) as engine:
        ((rows,),) = engine.rows("SELECT count(*) FROM postings")
        print(
            f"  million written      {wall:8.2f} s wall {processor:8.2f} s processor, {rows:,} postings, {size:.1f} MB"
        )
        for question in HISTORY_QUESTIONS:
            asking(engine, question, 2**62, "  million")


def asking(engine: Engine, question: HistoryQuestion, size: int, of: str) -> None:
    sql = f"SELECT count(*) FROM ({question.sql(Moment(size=size))}) AS asked"
    ((rows,),), wall, processor = min((timed(lambda: engine.rows(sql)) for _ in range(3)), key=lambda run: run[1])
    print(f"{of} {question.name:<13}{wall:8.3f} s wall {processor:8.3f} s processor, {rows:,} rows", flush=True)


def measure(folder: Path, to: Path, *, check: bool) -> None:
    with enduse.open(folder) as programme:
        written, wall, processor = timed(lambda: programme.history(to))
        sizes = {
            table: sum(path.stat().st_size for path in (to / table).glob("*.parquet")) / 1e6 for table in written.rows
        }
        print(f"{written.after:>9,} written      {wall:8.2f} s wall {processor:8.2f} s processor, of which", flush=True)
        for table, rows in written.rows.items():
            (to / "again" / table).mkdir(parents=True)
            _, wall, processor = timed(lambda table=table: again(programme, to / "again", table))  # type: ignore[misc]
            print(
                f"{written.after:>9,} {table:<13}{wall:8.2f} s wall {processor:8.2f} s processor,"
                f" {rows:,} rows, {sizes[table]:.1f} MB",
                flush=True,
            )
        shutil.rmtree(to / "again")
        _, wall, processor = timed(lambda: programme.history(to))
        print(f"{written.after:>9,} nothing new  {wall:8.2f} s wall {processor:8.2f} s processor", flush=True)
        found = whole_list(to)
        with engine_of("duckdb", to, found) as engine:
            for question in HISTORY_QUESTIONS:
                asking(engine, question, found.size, f"{written.after:>9,}")
        measure_million(programme, to.with_name("million"))
        if check:
            checked, wall, processor = timed(lambda: programme.check_history(to))
            print(f"{written.after:>9,} checked: {checked.ok} {wall:8.2f} s wall {processor:8.2f} s processor")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", type=int, nargs="+")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--no-check", action="store_true")
    given = parser.parse_args()
    print(describe())
    for count in given.sizes:
        scratch = Path(tempfile.mkdtemp(prefix="history-"))
        folder = (given.keep or scratch) / f"p{count}"
        if not folder.exists():
            build(folder, count)
        measure(folder, scratch / "history", check=not given.no_check)
        shutil.rmtree(scratch)


if __name__ == "__main__":  # who checks signatures in a process of its own reads this file again
    main()
