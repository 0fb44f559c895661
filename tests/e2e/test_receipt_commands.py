"""``enduse add --receipts`` and ``record receipt``: what a submitter holds in its hand, as a person would use it."""

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

import enduse
from enduse.cli.main import app
from enduse.record.log import Log
from enduse.record.store import NewEntry

ROOT = Path(__file__).parents[2]


def run(*words, code=0):
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == code, result.output + str(result.exception)
    return result


def answer(*words, code=0):
    return json.loads(run(*words, "--json", code=code).stdout)


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A programme with one table added, the receipts for it, and the copy from before."""
    monkeypatch.chdir(tmp_path)
    answer("new", "trucks", "--from", ROOT / "examples" / "truck-register" / "programme.yaml")
    shutil.copytree("trucks", "before")
    page = (ROOT / "docs" / "how-to" / "bring-a-table.md").read_text(encoding="utf-8")
    for name, language in (("warehouse.toml", "toml"), ("deliveries.csv", "csv")):
        block = re.search(rf"```{language}\n([^`]*Zement[^`]*)```", page)
        assert block
        Path(name).write_text(block[1], encoding="utf-8")
    told = add("trucks", "--receipts", "receipts.jsonl")
    assert told["receipts"] == "receipts.jsonl"
    return told


def add(folder, *more, code=1):
    words = ("deliveries.csv", "--as", "party:importer", "--profile", "warehouse.toml")
    return answer("add", folder, *words, *more, code=code)  # the how-to's table has one row that is refused


def test_whoever_brings_a_table_is_promised_that_it_will_be_published(desk):
    found = answer("record", "receipt", "receipts.jsonl", "--against", "trucks", "--proofs", "proofs")
    assert [each["answer"] for each in found["entries"]] == ["kept"] * desk["statements"]
    for proof in Path("proofs").iterdir():
        assert answer("record", "verify", proof, "--key", "trucks/log.vkey")["ok"]
    index = found["entries"][0]["index"]
    proof = Path(f"proofs/{index}.tlog-proof")
    words = ("record", "receipt", "receipts.jsonl", "--key", "trucks/log.vkey", "--against")
    answers = [each["answer"] for each in answer(*words, proof, code=1)["entries"]]
    assert answers == ["kept", *["not_checked"] * (desk["statements"] - 1)]
    assert "promised entries are in the record" in run(*words, "trucks").stdout
    # Not there, and its time has not come; nothing more is written for what is recorded already.
    assert "promised by" in run(*words, "before").stdout
    lines = Path("receipts.jsonl").read_bytes().count(b"\n")
    add("trucks", "--receipts", "receipts.jsonl", code=1)
    assert Path("receipts.jsonl").read_bytes().count(b"\n") == lines
    assert not Path("evidence.json").exists()


def test_a_receipt_convicts_who_records_something_else_in_its_place(desk):
    with Log.open(Path("before")) as log:
        log.append([NewEntry(b"other %d" % number, bytes([number] * 32), bytes(32), number) for number in range(1, 10)])
        log.publish()
    words = ("record", "receipt", "receipts.jsonl", "--against", "before")
    result = run(*words, code=1)
    assert "signed a record that holds another one there" in " ".join(result.stderr.split())
    assert "The promise is broken" in " ".join(result.stderr.split())
    proved = answer("record", "evidence", "evidence.json", "--key", "trucks/log.vkey")
    assert proved["proves"]["code"] == "record.promise_other_entry"
    answer("new", "other", "--from", ROOT / "examples" / "truck-register" / "programme.yaml")
    run("record", "receipt", "receipts.jsonl", "--against", "other", code=2)


def test_overdue_is_not_broken_while_nobody_else_has_signed(desk):
    days_ago = datetime.now(UTC) - timedelta(days=3)
    with enduse.open("trucks") as programme:
        words = {"claim": "claim:1", "about": "place:x", "words": {"en": "It was shut."}}
        assert programme.sign("claim", words, party="party:importer", occurred_at=days_ago).outcome == "accepted"
        Path("old.jsonl").write_bytes(b"".join(programme.receipts(within="2d", now=days_ago)))
    found = answer("record", "receipt", "old.jsonl", "--against", "before", code=1)
    assert [(each["answer"], found["evidence"]) for each in found["entries"]] == [("overdue", None)]
    told = run("record", "receipt", "old.jsonl", "--against", "before", code=1).stderr
    assert "may just be old" in " ".join(told.split())
    assert answer("record", "receipt", "old.jsonl", "--against", "trucks")["ok"]
