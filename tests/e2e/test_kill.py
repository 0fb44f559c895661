"""Kill it at any moment: nothing acknowledged is lost, nothing is half applied, and running it again finishes the work.

A child process brings a table in (two statements a row) and prints how many rows are acknowledged; it is killed with
SIGKILL at a random moment. Seeds are printed with a failure.
"""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from enduse import operators
from enduse.book.book import Book
from enduse.book.intake import Intake
from enduse.book.store import BookStore
from enduse.record.shared import open_log

ROWS = 3_000
ROUNDS = 50
HEADER = "donor,pledged_support_to_gaza_usd_m,disbursed_usd_m,disbursement_ratio,as_of,footnote_marker_in_source"
ISSUE = 400
ISSUE_ROUNDS = 12
CHILD = """
import sys
from pathlib import Path
from enduse.book.intake import Intake
from enduse.exchange import importing
importing.BATCH_ROWS = 64
with Intake.open(Path(sys.argv[1])) as intake:
    print("open", flush=True)
    result = importing.import_file(intake, Path(sys.argv[2]), party="monitor", step=lambda n: print(n, flush=True))
print("done", result.accepted, result.no_effect, result.refused, flush=True)
"""


AGAIN = """
import sys
from pathlib import Path
from enduse.book.intake import Intake
from enduse.exchange import importing
from enduse.exchange.matching import Answers
importing.BATCH_ROWS = 16
with Intake.open(Path(sys.argv[1])) as intake:
    print("open", flush=True)
    answers = Answers(table="list", gone=True, newest=True, changed=True)
    importing.import_file(intake, Path(sys.argv[2]), party="warehouse", profile=sys.argv[3], answers=answers)
print("done", flush=True)
"""
PROFILE = """
profile = "list"
title = "A list"
identity = ["id"]

[[tells]]
what = "entry"
date = "day"
place = { always = "place:store" }
item = "item"
quantity = "kg"
unit = { always = "KGM" }
"""


@pytest.fixture
def table(tmp_path):
    path = tmp_path / "donors.csv"
    rows = "\n".join(f"Invented donor {n},{n % 97 + 1},{n % 13},0,2016-07-15," for n in range(ROWS))
    path.write_text(f"{HEADER}\n{rows}\n", encoding="utf-8")
    return path


def run_and_kill(folder, table, after, program=CHILD, *more):
    """Run the child; kill it ``after`` seconds from its first line; return rows acknowledged and whether it ended."""
    child = subprocess.Popen(
        [sys.executable, "-c", program, str(folder), str(table), *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == "open\n", child.stderr.read()
    time.sleep(after)
    os.kill(child.pid, signal.SIGKILL)
    lines = child.stdout.read().split("\n")
    child.wait()
    child.stdout.close()
    child.stderr.close()
    whole = [line for line in lines[:-1] if line]  # the last piece may be cut off
    done = [line for line in whole if line.startswith("done")]
    return max((int(line) for line in whole if line.isdecimal()), default=0), bool(done)


def run_to_the_end(folder, path, profile):
    command = [sys.executable, "-c", AGAIN, str(folder), str(path), str(profile)]
    return "done" in subprocess.run(command, capture_output=True, text=True, check=True).stdout


def rows_in(folder):
    """Return rows by how many of their statements are in the record."""
    with Book.open(folder) as book:
        found = {}
        for index in range(book.size):
            source = book.statement(index).statement.source
            if source is not None:
                found[source.row] = found.get(source.row, 0) + 1
        assert book.told == [], "what was stored before the kill is whole"
        return found, book.digest()


def folded_anew(folder):
    """Return the digest of a book that rests on nothing stored."""
    with open_log(folder, read_only=True) as log:
        fresh = Book(folder, log, BookStore())
        fresh.follow()
        return fresh.digest()


def test_kill_at_any_moment(small, table, tmp_path):
    seed = random.SystemRandom().randrange(10**6)
    dice = random.Random(seed)
    small.intake.close()
    killed = 0
    acknowledged = 0
    for at in range(ROUNDS):
        rows, ended = run_and_kill(small.folder, table, dice.uniform(0, 0.12))
        killed += not ended
        acknowledged = max(acknowledged, rows)
        found, digest = rows_in(small.folder)
        assert set(found.values()) <= {2}, f"seed {seed}: a row is half in the record"
        assert len(found) >= rows, f"seed {seed}: {rows} rows acknowledged, {len(found)} kept"
        if at % 10 == 0:
            assert digest == folded_anew(small.folder), f"seed {seed}: the book differs from the record"
    assert killed > ROUNDS / 2, f"seed {seed}: the child was seldom caught at work"
    small.intake = Intake.open(small.folder)
    small.intake.publish()
    report = operators.verify_record(small.folder)
    assert report.ok, f"seed {seed}: {report.problems[:3]}"
    assert not report.incomplete, f"seed {seed}: {report.incomplete[:3]}"
    assert (report.compared, report.unpublished) == (report.size, 0), f"seed {seed}"
    followed = small.book.digest()
    small.book.rebuild()
    assert small.book.digest() == followed, f"seed {seed}: the book differs from the record"


def test_a_further_issue_that_was_killed_is_completed_by_running_it_again(small, tmp_path):
    seed = random.SystemRandom().randrange(10**6)
    dice = random.Random(seed)
    profile = tmp_path / "list.toml"
    profile.write_text(PROFILE)
    small.intake.close()
    issues = []
    for number in range(2):
        rows = {
            n: (n % 28 + 1, dice.choice(["flour", "rice"]), dice.choice([10, 20]))
            for n in range(ISSUE)
            if n % 7 != number
        }
        lines = (f"{n},2025-10-{day:02},{item},{kg}\n" for n, (day, item, kg) in rows.items())
        issues.append((tmp_path / f"list-{number}.csv", rows))
        issues[-1][0].write_text("id,day,item,kg\n" + "".join(lines))
    killed = 0
    for path, rows in issues:
        ended, before, tried = False, -1, 0
        while not ended:
            if tried < ISSUE_ROUNDS:
                _, ended = run_and_kill(small.folder, path, dice.uniform(0, 0.25), AGAIN, str(profile))
            else:
                ended = run_to_the_end(small.folder, path, profile)
            killed += not ended
            tried += 1
            with Book.open(small.folder) as book:
                said = [row for row in book.table_rows("warehouse", "list") if row.entry not in book.taken_back()]
                assert len({row.identity for row in said}) == len(said), f"seed {seed}: a row is said twice"
                assert book.size >= before
                before = book.size
        with Book.open(small.folder) as book:
            wanted: dict[str, int] = {}
            for _, item, kg in rows.values():
                wanted[f"{item}/g"] = wanted.get(f"{item}/g", 0) + 1000 * kg
            assert book.ledger.balances["stock warehouse place:store"] == wanted, f"seed {seed}"
            assert book.digest() == folded_anew(small.folder), f"seed {seed}"
            size = book.size
        assert run_to_the_end(small.folder, path, profile)
        with Book.open(small.folder) as book:
            assert book.size == size, f"seed {seed}: it was complete, and nothing was new"
    assert killed > ISSUE_ROUNDS / 2, f"seed {seed}: the child was seldom caught at work"
    small.intake = Intake.open(small.folder)
