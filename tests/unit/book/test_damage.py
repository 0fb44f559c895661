"""A damaged book is noticed and made anew, a foreign or altered record is noticed, and no figure changes in silence."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from hashlib import sha256
from random import Random, SystemRandom

import pytest
from typer.testing import CliRunner

import enduse
from conftest import Small
from enduse.book.book import Book
from enduse.book.intake import Intake
from enduse.cli.main import app
from enduse.errors import EnduseError, RecordError
from enduse.exchange.importing import import_file
from enduse.record.log import Log
from enduse.record.tree import leaf_hash
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.money import Disbursement, DisbursementBody, Pledge, PledgeBody
from enduse.statements.reading import Reading, ReadingBody
from enduse.terms.amounts import Money, Quantity
from support.book_damage import DAMAGES, reseal, stored

SMALL = 15
LARGE = 400
"""Each round asks everything of a damaged book, and once more where it was made anew: half a second of processor."""
HEADER = "donor,pledged_support_to_gaza_usd_m,disbursed_usd_m,disbursement_ratio,as_of,footnote_marker_in_source"


def moved(step, consignment, tonnes):
    event = {
        "type": "ObjectEvent",
        "eventTime": "2026-01-01T00:00:00Z",
        "action": "OBSERVE",
        "bizStep": step,
        "readPoint": {"id": "place:depot" if step == "shipping" else "place:site"},
        "quantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": tonnes, "uom": "TNE"}],
        "bizTransactionList": [{"type": "desadv", "bizTransaction": consignment}],
    }
    return GoodsBody(event=json.dumps(event))


def fill(small, table):
    """Say something of every kind that leaves rows: postings, remarks, source rows, states."""
    for n in range(8):
        small.say("donor", Pledge, PledgeBody(pledge=f"p{n}", amount=Money(f"{n + 1}000", "USD")))
        paid = DisbursementBody(disbursement=f"d{n}", amount=Money(f"{n}00.5", "USD"), recipient="fund", pledge=f"p{n}")
        small.say("donor", Disbursement, paid)
        small.say("warehouse", Goods, moved("shipping", f"c{n}", 100 + n))
        small.say("fund", Goods, moved("receiving", f"c{n}", 90 + n))
        small.say("carrier", Disbursement, paid)
        weighed = ReadingBody(
            reading=f"r{n}",
            of="received",
            material="cement",
            quantity=Quantity("95", "TNE"),
            method="scale",
            consignment=f"c{n}",
        )
        small.say("monitor", Reading, weighed)
    rows = "\n".join(f"Invented donor {n},{n + 1},{n % 3},0,2016-07-15," for n in range(12))
    table.write_text(f"{HEADER}\n{rows}\n", encoding="utf-8")
    import_file(small.intake, table, party="monitor")
    small.intake.close()
    small.intake = Intake.open(small.folder)


@pytest.fixture
def filled(tmp_path, monkeypatch):
    monkeypatch.setattr("enduse.book.row_tree.NODE_ROWS", 4)
    monkeypatch.setattr("enduse.book.row_tree.LEAF_BYTES", 240)
    small = Small(tmp_path / "programme")
    fill(small, tmp_path / "donors.csv")
    small.intake.close()
    with closing(sqlite3.connect(small.folder / "book.db")) as database:
        ((nodes,),) = database.execute("SELECT count(*) FROM node").fetchall()
    assert nodes > 50
    return small


def answers(folder):
    """Ask what rests on every part of the book; returns the answers as text, and what was told beside them."""
    with enduse.open(folder) as programme:
        said = [
            programme.status(),
            programme.tranches(),
            programme.balances(),
            programme.trace("p3"),
            programme.trace("c3"),
            list(programme.statements()),
            programme.report(),
            programme.digest(),
        ]
        return [repr(one) for one in said], [notice.code for notice in programme.notices]


def batter(folder, rounds, seed):
    """Damage a copy of the book again and again; every answer afterwards is right, and nothing raises."""
    dice = Random(seed)
    right, told = answers(folder)
    assert told == []
    whole = (folder / "book.db").read_bytes()
    noticed, kept = 0, set[bytes]()
    for _ in range(rounds):
        for path in folder.glob("book.db*"):
            path.unlink()
        (folder / "book.db").write_bytes(whole)
        done = dice.choice(DAMAGES)(folder / "book.db", dice)
        said, told = answers(folder)
        assert said == right, f"seed {seed}: {done}"
        assert told in ([], ["book.damaged_rebuilt"]), f"seed {seed}: {done}"
        noticed += bool(told)
        anew = sha256((folder / "book.db").read_bytes()).digest()
        # A file that is as it was, or as one that was read already, would be read the same way again.
        if told and anew not in kept:
            assert answers(folder) == (right, []), f"seed {seed}: {done}: it was made anew and kept"
            kept.add(anew)
    return noticed


def test_no_damage_to_the_book_changes_a_figure_or_stops_a_command(filled):
    seed = SystemRandom().randrange(10**6)
    noticed = batter(filled.folder, SMALL, seed)
    assert noticed > SMALL / 3, f"seed {seed}: most damage lies where something is stored"


@pytest.mark.soak
def test_no_damage_to_the_book_changes_a_figure_or_stops_a_command_at_length(filled):
    seed = SystemRandom().randrange(10**6)
    noticed = batter(filled.folder, LARGE, seed)
    print(f"seed {seed}: {LARGE} damaged books, {noticed} noticed and made anew, every answer right")  # noqa: T201 - quoted


def test_a_damaged_book_is_told_once_and_made_anew(filled):
    path = filled.folder / "book.db"
    with closing(sqlite3.connect(path)) as database:
        database.execute(
            "UPDATE node SET data = CAST(replace(data, 'pledged', 'plodged') AS BLOB) WHERE instr(data, 'pledged') > 0"
        )
        database.commit()
    done = CliRunner().invoke(app, ["status", str(filled.folder), "--json"])
    assert done.exit_code == 0
    assert json.loads(done.stdout)["size"] > 0
    said = " ".join(done.stderr.split())
    assert said.count("was damaged, or was edited: it was worked out again from the record") == 1
    again = CliRunner().invoke(app, ["status", str(filled.folder), "--json"])
    assert (again.stdout, again.stderr) == (done.stdout, "")


def test_a_damaged_book_is_made_anew_while_a_batch_is_taken(filled, monkeypatch):
    monkeypatch.setattr("enduse.book.book.FLUSH_EVERY", 10)
    with Intake.open(filled.folder) as intake:
        (filled.folder / "book.db").write_bytes(b"not a database" * 1_000)
        says = [filled.says("donor", Pledge, PledgeBody(pledge=f"q{n}", amount=Money("1", "USD"))) for n in range(35)]
        taken = intake.say(says, filled.now)
        assert {item.outcome for item in taken} == {"accepted"}
        followed = intake.book.digest()
        intake.book.rebuild()
        assert intake.book.digest() == followed


def test_where_nobody_may_write_a_damaged_book_is_worked_out_for_the_answer_and_said(filled, monkeypatch):
    right, _ = answers(filled.folder)
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: mode != os.W_OK and access(path, mode))
    assert answers(filled.folder) == (right, []), "a whole book is read where nobody may write"
    (filled.folder / "book.db").write_bytes(b"not a database" * 1_000)
    assert answers(filled.folder) == (right, ["book.damaged_unkept"])
    assert (filled.folder / "book.db").read_bytes() == b"not a database" * 1_000
    (filled.folder / "book.db").unlink()
    assert answers(filled.folder) == (right, [])
    assert not (filled.folder / "book.db").exists()


@pytest.mark.parametrize("raw", [b"\xc1", b"\x92\x01\xa1\xff", b"\x92\x01\x02"])
def test_a_row_sealed_though_no_software_writes_it_is_named_with_the_remedy(filled, raw):
    with stored(filled.folder) as store:
        store.load()
        rows = store.some("ledger.balances\0", "ledger.balances\1", 1_000)
    assert rows
    for key, _ in rows:
        reseal(filled.folder, key, lambda _: raw)
    done = CliRunner().invoke(app, ["status", str(filled.folder)])
    assert done.exit_code == 2
    assert "enduse record rebuild DIR --book works it out anew" in " ".join(done.stderr.split())
    assert CliRunner().invoke(app, ["record", "rebuild", str(filled.folder), "--book"]).exit_code == 0
    assert CliRunner().invoke(app, ["status", str(filled.folder)]).exit_code == 0


@pytest.mark.in_folder
def test_a_state_without_a_name_is_damage(small):
    small.say("donor", Pledge, PledgeBody(pledge="p1", amount=Money("1", "USD")))
    small.book.flush()
    small.intake.close()
    # What a damaged page reads as: written past the table's own rule, which is put back.
    for old, new, open_now in ((") STRICT", ")", True), ("NOT NULL)", "NOT NULL) STRICT", False)):
        with closing(sqlite3.connect(small.folder / "book.db", isolation_level=None)) as database:
            database.execute("PRAGMA writable_schema = ON")
            database.execute("UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = 'meta'", (old, new))
        if open_now:
            with closing(sqlite3.connect(small.folder / "book.db", isolation_level=None)) as database:
                database.execute("UPDATE meta SET name = NULL WHERE name = 'head'")
    with enduse.open(small.folder) as programme:
        assert [message.code for message in programme.notices] == ["book.damaged_rebuilt"]
        assert programme.status().size == programme.size
    small.intake = Intake.open(small.folder)


def test_a_book_of_another_record_is_noticed(filled, tmp_path):
    earlier = shutil.copytree(filled.folder, tmp_path / "earlier")
    with Intake.open(filled.folder) as intake:
        says = [filled.says("donor", Pledge, PledgeBody(pledge="later", amount=Money("1", "USD")))]
        intake.say(says, filled.now)
    for name in ("book.db", "log.vkey"):
        shutil.copy(filled.folder / name, earlier / name)
    with Book.open(earlier) as book:
        assert [notice.code for notice in book.told] == ["book.of_another_record"]
        assert "later" not in str(list(book.postings()))
    with Book.open(earlier) as book:
        assert book.told == []


def edit_record(folder, statement, *values):
    with closing(sqlite3.connect(folder / "record.db")) as database:
        for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute(statement, values)
        database.commit()


def test_a_record_whose_statement_was_edited_is_not_folded_quietly(filled):
    with Book.open(filled.folder) as book:
        index, size = book.size - 40, book.size
        (entry,) = (row.entry for row in book.log.store.entries(index, index + 1))
    swapped = entry[:40] + entry[41:42] + entry[40:41] + entry[42:]
    edit_record(filled.folder, "UPDATE entry SET entry = ? WHERE idx = ?", swapped, index)
    with Book.open(filled.folder) as book:
        assert book.size == size, "the book was made before, from what was signed"
        with pytest.raises(RecordError) as caught:
            book.statement(index)
    assert (caught.value.problem.code, caught.value.problem.line) == ("record.entry_altered", index)
    (filled.folder / "book.db").unlink()
    done = CliRunner().invoke(app, ["status", str(filled.folder)])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "its bytes were changed" in " ".join(done.stderr.split())
    edit_record(filled.folder, "UPDATE entry SET leaf = ? WHERE idx = ?", leaf_hash(swapped), index)
    done = CliRunner().invoke(app, ["status", str(filled.folder)])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "does not give the published root" in " ".join(done.stderr.split())
    edit_record(filled.folder, "UPDATE entry SET entry = ?, leaf = ? WHERE idx = ?", entry, leaf_hash(entry), index)
    assert CliRunner().invoke(app, ["status", str(filled.folder)]).exit_code == 0


def test_a_record_shorter_than_its_checkpoint_answers_nothing(filled):
    with Book.open(filled.folder) as book:
        size = book.size
    edit_record(filled.folder, "DELETE FROM head WHERE size > ?", size - 3)
    edit_record(filled.folder, "DELETE FROM entry WHERE idx >= (SELECT max(size) FROM head)")
    with pytest.raises(EnduseError) as caught:
        Book.open(filled.folder)
    assert caught.value.problem.code == "record.rolled_back"


def test_report_and_release_say_up_to_which_checkpoint_they_were_verified(filled):
    with enduse.open(filled.folder) as programme:
        report, checkpoint = programme.report(), programme.verified()
        assert (report.verified, report.root, checkpoint.beyond) == (checkpoint, checkpoint.root, 0)
        size = programme.size
    with Log.open(filled.folder) as log:
        assert checkpoint.root == log.checkpoint.checkpoint.root.hex()
    said = CliRunner().invoke(app, ["release", str(filled.folder)]).stdout
    assert f"checkpoint over {size} statements, root {checkpoint.root[:16]}" in " ".join(said.split())
    assert "could still rewrite all of it unseen" in " ".join(said.split())
    intake = Intake.open(filled.folder)
    intake.say([filled.says("donor", Pledge, PledgeBody(pledge="q", amount=Money("1", "USD")))], filled.now)
    intake.close(publish=False)
    told = json.loads(CliRunner().invoke(app, ["release", str(filled.folder), "--json"]).stdout)["verified"]
    assert (told["size"], told["root"], told["beyond"]) == (size, checkpoint.root, 2)
    page = filled.folder / "report.html"
    assert CliRunner().invoke(app, ["status", str(filled.folder), "--report", str(page)]).exit_code == 0
    assert "verified up to the checkpoint" in page.read_text(encoding="utf-8")
    assert f"{checkpoint.root[:16]}<" in page.read_text(encoding="utf-8")


def test_no_root_is_printed_that_was_not_hashed_here(filled):
    """The record says of itself what it likes: what is printed is the root of what was folded, or nothing."""
    with Log.open(filled.folder) as log:
        size, edge = log.size, log.store.tree()
    edge.hashes[-1] = bytes(32)
    edit_record(filled.folder, "UPDATE head SET edge = ? WHERE size = ?", edge.encode(), size)
    for words in (["release"], ["status"], ["status", "--report", str(filled.folder / "r.html")], ["trace"]):
        name = ["p3"] if words == ["trace"] else []
        done = CliRunner().invoke(app, [words[0], str(filled.folder), *name, *words[1:]])
        assert (done.exit_code, done.stdout) == (2, ""), words
        assert "does not give the published root" in " ".join(done.stderr.split())
    assert not (filled.folder / "r.html").exists()
