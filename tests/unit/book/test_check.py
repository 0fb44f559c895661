"""A book that somebody edited and sealed again is found by whoever verifies the record."""

import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

import enduse
from enduse import operators
from enduse.book.book import Book
from enduse.book.intake import Intake
from enduse.cli.main import app
from enduse.errors import RecordError
from enduse.ledger.posting import Posting
from enduse.statements.money import Pledge, PledgeBody
from enduse.terms.amounts import Money
from enduse.works.works import Works
from support.book_damage import overwrite, reseal, stored

EXAMPLES = Path(__file__).parents[3] / "examples"
FORGED = 24
"""Entry of a pledge whose posting is forged."""


def pledge(name="p1", value="100"):
    return PledgeBody(pledge=name, amount=Money(value, "USD"))


@pytest.fixture
def folder(small, monkeypatch):
    monkeypatch.setattr("enduse.book.row_tree.NODE_ROWS", 4)
    monkeypatch.setattr("enduse.book.row_tree.LEAF_BYTES", 240)
    for n in range(9):
        small.say("donor", Pledge, pledge(f"p{n}"))
    small.say("carrier", Pledge, pledge("p1", "7"))
    small.intake.publish()
    small.book.flush()
    return small.folder


def remedied(folder):
    """Do what the remedy says, and say what is still wrong."""
    done = CliRunner().invoke(app, ["record", "rebuild", str(folder), "--book", "--json"])
    assert done.exit_code == 0, done.output
    with Book.open(folder) as book:
        assert json.loads(done.stdout)["size"] == book.size
    return problems(folder)


def problems(folder):
    return [(each.code, each.line, each.path) for each in operators.verify_record(folder).problems]


@pytest.mark.both_stores
def test_a_whole_book_is_compared_and_said(folder, small):
    report = operators.verify_record(folder)
    assert (report.ok, report.compared) == (True, small.book.size)
    done = CliRunner().invoke(app, ["record", "verify", str(folder)])
    assert f"the book beside it is what {small.book.size} statements give" in " ".join(done.stdout.split())
    assert json.loads(CliRunner().invoke(app, ["record", "verify", str(folder), "--json"]).stdout)["book_compared_at"]


def forged_posting(raw):
    first, *rest = msgspec.msgpack.decode(raw, type=list[Posting])
    return msgspec.msgpack.encode([msgspec.structs.replace(first, amount=first.amount * 10), *rest])


def forged_balance(raw):
    made, held = msgspec.msgpack.decode(raw)
    return msgspec.msgpack.encode((made, {**held, "money/USD": 9}))


@pytest.mark.threat(
    who="keeper",
    tries="edits the stored book so that another figure is shown, and seals it again; the record is left alone",
    alone="commands in that folder show the forged figure; nobody else's copy does, and no decision can rest on it",
    needs="works alone on readers who take its screen for the record",
    seen_by="anybody with the folder: `enduse record verify`, which folds the record anew and names the first value that differs",
)
@pytest.mark.both_stores
@pytest.mark.parametrize(
    ("part", "change", "line", "path"),
    [
        ("ledger.balances\0pledged donor p3", forged_balance, None, "ledger.balances.pledged donor p3.money/USD"),
        ("head", lambda state: state["counts"].pop("pledge"), None, "head.counts"),
        ("programme", lambda state: state["parties"].pop("monitor"), None, "programme.parties.monitor"),
        (f"posting\0{FORGED:012d}", forged_posting, FORGED, ""),
    ],
    ids=["balance", "counts", "party", "posting"],
)
def test_an_edited_book_that_was_sealed_again_is_named(folder, small, part, change, line, path):
    small.intake.close()
    with enduse.open(folder) as programme:
        right = programme.digest()
    reseal(folder, part, change)
    with enduse.open(folder) as programme:
        assert programme.digest() != right, "a seal is no signature: this much is possible"
        assert programme.notices == ()
    ((code, at, where),) = problems(folder)
    assert (code, at) == ("book.unlike_record", line)
    assert where.startswith(path)
    done = CliRunner().invoke(app, ["record", "verify", str(folder)])
    assert done.exit_code == 1
    assert "enduse record rebuild DIR --book" in " ".join(done.stderr.split())
    assert remedied(folder) == []
    with enduse.open(folder) as programme:
        assert programme.digest() == right
    small.intake = Intake.open(folder)


@pytest.mark.both_stores
def test_a_sealed_state_that_no_software_has_written_is_worked_out_anew_and_named(folder, small):
    small.intake.close()
    with enduse.open(folder) as programme:
        right = programme.digest()
    with stored(folder) as store:
        states = store.load()
        assert b"\xa7monitor" in states["programme"]
        states["programme"] = states["programme"].replace(b"\xa7monitor", b"\xa7\xffonitor")
        store.flush(states, {})
    assert problems(folder) == [("book.unlike_record", None, "programme")]
    with enduse.open(folder) as programme:
        assert programme.digest() == right
    assert problems(folder) == []
    small.intake = Intake.open(folder)


@pytest.mark.both_stores
def test_a_sealed_row_that_no_software_has_written_is_said_and_named(folder, small):
    small.intake.close()
    reseal(folder, f"posting\0{FORGED:012d}", lambda raw: raw[:-1])
    with enduse.open(folder) as programme, pytest.raises(RecordError, match="was edited"):
        programme.status()
    assert [code for code, _, _ in problems(folder)] == ["book.unlike_record"]
    assert remedied(folder) == []
    small.intake = Intake.open(folder)


@pytest.mark.both_stores
def test_a_book_that_is_not_what_was_written_is_named_and_made_anew(folder, small):
    small.intake.close()
    overwrite(folder)
    for _ in range(2):
        assert problems(folder) == [("book.damaged_here", None, "")], "nothing is mended by looking"
    assert remedied(folder) == []
    small.intake = Intake.open(folder)


@pytest.mark.in_folder
def test_a_damaged_book_is_named_by_verify_which_writes_nothing(folder, small):
    small.intake.close()
    overwrite(folder)
    before = (folder / "book.db").read_bytes()
    assert problems(folder) == [("book.damaged_here", None, "")]
    (folder / "book.db").write_bytes(b"no database" * 1_000)
    assert problems(folder) == [("book.damaged_here", None, "")]
    (folder / "book.db").write_bytes(before)
    assert problems(folder) == [("book.damaged_here", None, "")]
    with enduse.open(folder) as programme:
        programme.status()
    assert problems(folder) == []
    small.intake = Intake.open(folder)


@pytest.mark.in_folder
def test_a_book_that_lags_is_compared_where_it_stands(folder, small):
    with stored(folder) as early:
        kept = early.load()
    size = small.book.size
    small.intake.close()
    lagging = (folder / "book.db").read_bytes()
    with Intake.open(folder) as intake:
        intake.say([small.says("donor", Pledge, pledge("late"))], small.now)
    (folder / "book.db").write_bytes(lagging)
    report = operators.verify_record(folder)
    assert (report.ok, report.compared, bool(kept)) == (True, size, True)
    small.intake = Intake.open(folder)


@pytest.mark.in_folder
def test_a_book_beyond_the_record_is_named(folder, small, tmp_path):
    early = tmp_path / "early"
    early.mkdir()
    small.intake.close()
    for name in ("record.db", "log.vkey"):
        (early / name).write_bytes((folder / name).read_bytes())
    for name in ("tiles", "keys"):
        (early / name).mkdir()
    for path in (folder / "tiles").rglob("*"):
        if path.is_file():
            to = early / "tiles" / path.relative_to(folder / "tiles")
            to.parent.mkdir(parents=True, exist_ok=True)
            to.write_bytes(path.read_bytes())
    with Intake.open(folder) as intake:
        intake.say([small.says("donor", Pledge, pledge("late"))], small.now)
    (early / "book.db").write_bytes((folder / "book.db").read_bytes())
    assert [code for code, _, _ in problems(early)] == ["book.beyond_record"]
    small.intake = Intake.open(folder)


def test_a_fault_of_ours_is_the_same_fault_when_it_is_compared(small, monkeypatch):
    right = Works.apply

    def wrong(self, entry):
        if getattr(entry.statement.body, "pledge", "") == "p2":
            raise KeyError("a fault of ours")
        return right(self, entry)

    monkeypatch.setattr(Works, "apply", wrong)
    small.intake.say([small.says("donor", Pledge, pledge(f"p{n}")) for n in range(5)], small.now)
    small.intake.publish()
    report = operators.verify_record(small.folder)
    assert (report.problems, report.compared) == ((), small.book.size)


def test_on_several_processes_the_verdict_is_the_same(folder, small, monkeypatch):
    monkeypatch.setattr("enduse.record.audit.CHUNK", 256)
    small.intake.say([small.says("donor", Pledge, pledge(f"m{n}")) for n in range(600)], small.now)
    small.intake.publish()
    one, two = (operators.verify_record(folder, workers=workers) for workers in (1, 2))
    assert one == two
    assert (two.ok, two.compared) == (True, small.book.size)
    with Book.open(folder) as book:
        assert book.told == []


def test_every_process_works_out_the_same_book_whatever_its_hashes(tmp_path):
    """A set that found its way into a state's order gave every process a book of its own."""
    folder = tmp_path / "cairo"
    enduse.create(folder, EXAMPLES / "cairo-2014" / "programme.yaml")
    found = set()
    for seed in ("1", "2", "3"):
        for path in folder.glob("book.db*"):
            path.unlink()
        code = "import enduse, sys; print(enduse.open(sys.argv[1]).digest())"
        words = [sys.executable, "-c", code, str(folder)]
        done = subprocess.run(words, env=os.environ | {"PYTHONHASHSEED": seed}, capture_output=True, check=True)
        found.add(done.stdout)
    assert len(found) == 1


@pytest.mark.threat(
    who="keeper",
    tries="edits the book, seals it again, and keeps the file locked while others check the record",
    alone="the check says that the book was not compared, and does not hold",
    needs="nobody",
    seen_by="anybody: `enduse record verify`",
)
@pytest.mark.in_folder
def test_a_book_that_cannot_be_read_now_is_said_not_passed_over(folder, small, monkeypatch):
    monkeypatch.setattr("enduse.record.sqlite.BUSY_S", 0.2)  # nobody lets go of it, however long one waits
    with small.closed():
        with closing(sqlite3.connect(folder / "book.db", isolation_level=None)) as held:
            held.execute("PRAGMA locking_mode=EXCLUSIVE")
            held.execute("BEGIN EXCLUSIVE")
            assert [code for code, _, _ in problems(folder)] == ["book.not_compared"]
        assert problems(folder) == []


@pytest.mark.both_stores
def test_a_book_of_a_size_that_cannot_be_is_damaged_and_made_anew(folder, small):
    with small.closed():
        reseal(folder, "head", lambda state: state.update(size=-1))
        assert [code for code, _, _ in problems(folder)] == ["book.damaged_here"]
        with enduse.open(folder) as programme:
            assert programme.status().size == programme.size
        assert problems(folder) == []
