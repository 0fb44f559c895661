"""Aim: the book is rebuilt from its record in no more than twice the time that hledger takes for the same postings.

A programme of :mod:`size` is recorded; then, each in a process of its own and alternating:

- *enduse*: every statement is opened, judged, posted and stored: the book folded from nothing, as it is after an upgrade
  that changed what the book means.
- *hledger*: the same postings as a journal, read, and ``hledger balance`` of it (Haskell; parses text, checks that every
  entry is even, and sums; judges, links and stores nothing).
- *floor*: every statement opened in this language, and its postings, which are at hand, added to a dictionary.

    python benchmarks/rebuild.py [--statements 100000] [--runs 3] [--folder PROGRAMME]
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import groupby
from pathlib import Path

import msgspec

from enduse.book.book import Book
from enduse.terms.times import instant_of
from machine import describe

FOLD = """
from pathlib import Path
import msgspec

from enduse.book.book import Book
with Book.open(Path({folder!r})) as book:
    assert book.size
"""
FLOOR = """
import msgspec
from pathlib import Path
from enduse.record.shared import open_log
from enduse.statements.codec import decode_again
from enduse.statements.envelope import unwrap
log, held = open_log(Path({folder!r}), read_only=True), {{}}
postings = iter(msgspec.msgpack.decode(Path({kept!r}).read_bytes(), type=list[tuple[str, str, int]]))
for entry in log.store.entries():
    decode_again(unwrap(entry.entry).payload)
for account, resource, amount in postings:
    key = account, resource
    held[key] = held.get(key, 0) + amount
"""


def journal(book: Book, path: Path) -> int:
    """Write every posting as a journal of hledger, entry by entry; return how many there are."""
    count = 0
    with path.open("w", encoding="utf-8") as out:
        for entry, postings in groupby(book.postings(), key=lambda posting: posting.entry):
            every = list(postings)
            out.write(f"{instant_of(every[0].effective).date().isoformat()} {entry}\n")
            for one in every:
                account = one.account.replace(":", "/").replace(" ", ":")
                out.write(f'  {account}  {one.amount} "{one.resource}"\n')
                count += 1
            out.write("\n")
    return count


def took(words: list[str]) -> tuple[float, float]:
    """Run a program; return wall and processor seconds."""
    before, clock = os.times(), time.perf_counter()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return time.perf_counter() - clock, used


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--statements", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path)
    given = parser.parse_args()
    print(describe())
    with tempfile.TemporaryDirectory(prefix="rebuild-") as name:
        scratch = Path(name)
        folder = scratch / "programme"
        if given.folder is not None:
            shutil.copytree(given.folder, folder)
        else:
            import size  # noqa: PLC0415 - its generator, where no programme is at hand

            size.record(folder, given.statements)
        text, kept = scratch / "postings.journal", scratch / "postings"
        with Book.open(folder) as book:
            entries, count = book.size, journal(book, text)
            rows = [(one.account, one.resource, one.amount) for one in book.postings()]
        kept.write_bytes(msgspec.msgpack.encode(rows))
        print(f"{entries:,} statements, {count:,} postings, journal of {text.stat().st_size / 1e6:,.0f} MB")
        ways = {
            "enduse": [sys.executable, "-c", FOLD.format(folder=str(folder))],
            "floor": [sys.executable, "-c", FLOOR.format(folder=str(folder), kept=str(kept))],
        }
        if hledger := shutil.which("hledger"):
            ways["hledger"] = [hledger, "-f", str(text), "balance", "--flat"]
        else:
            print("hledger is not installed: not measured")
        found: dict[str, list[tuple[float, float]]] = {way: [] for way in ways}
        for _ in range(given.runs):
            for way, words in ways.items():
                if way == "enduse":
                    for stored in folder.glob("book.db*"):
                        stored.unlink()
                found[way].append(took(words))
        for way, runs in found.items():
            wall, processor = (statistics.median(run[at] for run in runs) for at in (0, 1))
            print(
                f"{way:<8} {wall:8.2f} s wall {processor:8.2f} s processor, {processor / entries * 1e6:6.0f} us a statement"
            )
        if "hledger" in found:
            ours, theirs = (statistics.median(run[1] for run in found[way]) for way in ("enduse", "hledger"))
            print(f"enduse takes {ours / theirs:.1f} times the processor seconds of hledger")


if __name__ == "__main__":
    main()
