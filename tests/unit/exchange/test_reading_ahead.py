"""A table that a second process reads and signs: the record says the same as where one process does all of it."""

import os
import shutil
import subprocess
import sys
from itertools import islice

import pytest

from enduse.book.intake import Intake
from enduse.exchange import importing
from enduse.exchange.answers import Answers
from enduse.exchange.importing import import_file
from enduse.exchange.reading_ahead import signed_ahead
from enduse.statements.money import Pledge
from enduse.statements.programme import Clock
from unit.book.test_book import pledge
from unit.exchange.test_further_issue import profile, row, table

ROWS = 8
YES = Answers(newest=True, changed=True, gone=True)


def issues():
    """Return two issues of one table: rows that cannot be read, that change, and that go."""
    first = [row(n, 1 + n % 28, "flour", "no number" if n % 11 == 5 else str(n + 1)) for n in range(43)]
    later = [{**each, "Qty": "77"} if n % 7 == 3 else each for n, each in enumerate(first) if n % 13]
    return first, [*later, row(99, 3, "rice", "5"), row(98, 3, "rice", "5")]


@pytest.fixture
def added(small, tmp_path, monkeypatch):
    """Add issues to a copy of the small programme; returns what was told, what is recorded, and how many batches came signed."""
    monkeypatch.setattr(importing, "BATCH_ROWS", ROWS)
    monkeypatch.setattr(importing, "MANY_ROWS", 5)
    small.intake.publish()
    batches = []
    right = Intake.take_signed

    def counted(*given):
        batches.append(given)
        return right(*given)

    monkeypatch.setattr(Intake, "take_signed", counted)

    def run(name, rows, *, ahead):
        monkeypatch.setattr(importing, "is_worth", lambda _path: ahead)
        batches.clear()
        folder, known = tmp_path / name, profile(tmp_path, identity=True)
        shutil.copytree(small.folder, folder)
        told = []
        with Intake.open(folder) as intake:
            for at, each in enumerate(rows):
                path, steps = table(tmp_path, f"issue-{at}.csv", each), []
                result = import_file(intake, path, party="warehouse", profile=known, answers=YES, step=steps.append)
                told.append((result, steps))
            found = [intake.book.statement(index).statement for index in range(small.book.size, intake.book.size)]
        recorded = [each for each in found if not isinstance(each, Clock)]
        return told, [(each.party, each.seq, each.source) for each in recorded], len(batches)

    return run


@pytest.mark.in_folder
@pytest.mark.parametrize("what", ["whole", "lost at once", "lost half-way"])
def test_a_table_read_ahead_says_what_one_process_would_say(added, monkeypatch, what):
    told, recorded, batches = added("alone", issues(), ahead=False)
    assert (told[0][0].refused, told[0][0].accepted, batches) == (4, 39, 0)
    assert told[1][0].issues[0].changed
    if what == "lost at once":
        monkeypatch.setattr("enduse.book.beside._leave_with_parent", os.abort)
    elif what == "lost half-way":

        def lost(order):
            yield from islice(signed_ahead(order), 1)

        monkeypatch.setattr(importing, "signed_ahead", lost)
    again = added("ahead", issues(), ahead=True)
    assert again == (told, recorded, {"whole": 8, "lost at once": 0, "lost half-way": 2}[what])


@pytest.mark.in_folder
def test_an_issue_of_which_nearly_all_is_recorded_needs_no_second_process(added):
    first, _ = issues()
    told, _, batches = added("one", [first, [*first, row(99)]], ahead=True)
    assert (told[1][0].accepted, batches) == (1, 6)


@pytest.mark.in_folder
def test_what_is_said_in_between_takes_no_number_twice_and_leaves_none_out(small, tmp_path, monkeypatch):
    monkeypatch.setattr(importing, "BATCH_ROWS", ROWS)
    monkeypatch.setattr(importing, "is_worth", lambda _path: True)
    between = []

    def step(done):
        if done == ROWS:
            between.extend(small.intake.say([small.says("warehouse", Pledge, pledge("p1"))]))

    path = table(tmp_path, "list.csv", issues()[0])
    known = profile(tmp_path, identity=True)
    result = import_file(small.intake, path, party="warehouse", profile=known, step=step)
    assert (result.accepted, result.refused, len(between)) == (39, 4, 1)
    said = [small.book.statement(index).statement for index in range(small.book.size)]
    numbers = [each.seq for each in said if each.party == "warehouse"]
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_second_process_does_not_run_the_script_again(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from enduse.book.beside import SecondProcess\n"
        "print('begun')\n"
        "with SecondProcess() as beside:\n"
        "    print(beside.begin(abs, -3)())\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["begun", "3"]
