"""No number that somebody signs, and no fault of a room, keeps the book from being stored and opened again."""

import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from hashlib import sha256

import msgspec
import pytest
from typer.testing import CliRunner

import enduse
from enduse.assurance.measurements import Measurements
from enduse.book.book import Book
from enduse.book.intake import Intake
from enduse.cli.main import app
from enduse.errors import EnduseError, InvalidValueError, MalformedError
from enduse.messages import Message, Refusal
from enduse.record.store import NewEntry
from enduse.statements.codec import decode, encode
from enduse.statements.envelope import key_id, pae, wrap
from enduse.statements.money import Pledge, PledgeBody
from enduse.statements.reading import Reading, ReadingBody
from enduse.terms.amounts import AMOUNT_MAX, Money, Quantity


def reading(name="r1", value="5", of="shipped"):
    return ReadingBody(
        reading=name, of=of, material="cement", quantity=Quantity(value, "TNE"), method="scale", consignment="c1"
    )


def pledge(name):
    return PledgeBody(pledge=name, amount=Money("100", "USD"))


def huge(small, value="99999999999999", party="monitor"):
    """Sign a reading that no door lets in any more, as one of an earlier version might have."""
    _, key, make = small.says(party, Reading, reading(of="received"))
    seq = small.intake.keyring.next_seq(key.public)
    fields = json.loads(encode(make("example.org/test", party, seq)))
    fields["body"]["quantity"]["value"] = value
    payload = json.dumps(fields, separators=(",", ":")).encode()
    raw = wrap(payload, key_id(key.public), key.sign(pae(payload)))
    return raw, payload, NewEntry(raw, sha256(payload).digest(), key.public, seq)


@pytest.mark.parametrize("value", ["99999999999999", "-99999999999999", "999999999999999999"])
def test_more_than_can_be_kept_is_refused_at_the_door(small, value):
    raw, payload, _ = huge(small, value)
    with pytest.raises(MalformedError) as caught:
        decode(payload)
    assert (caught.value.problem.code, caught.value.problem.path) == ("amount.too_large", "$.body.quantity")
    (taken,) = small.intake.record([raw], small.now)
    assert (taken.outcome, taken.problem.code) == ("refused", "amount.too_large")


@pytest.mark.parametrize("unit", ["TNE", "C62"])
def test_the_largest_amount_that_can_be_kept_is_kept(small, unit):
    factor = 10**6 if unit == "TNE" else 1
    assert Quantity(str(AMOUNT_MAX // factor), unit).base()[0] <= AMOUNT_MAX
    with pytest.raises(InvalidValueError):
        Quantity(str(AMOUNT_MAX // factor + 1), unit)


def test_a_reading_is_not_negative():
    with pytest.raises(InvalidValueError) as caught:
        reading(value="-1")
    assert caught.value.message == Message.of("reading.negative", quantity="-1")


def test_a_whole_number_is_one_that_every_store_keeps():
    fields = {"decision": "d", "tranche": "t", "action": "release", "record_size": 2**63, "record_root": "0" * 64}
    text = {"kind": "decision", "programme": "p", "party": "a", "seq": 1, "occurred_at": "2026-01-01T00:00:00Z"}
    with pytest.raises(EnduseError) as caught:
        decode(json.dumps({**text, "body": fields}).encode())
    assert (caught.value.problem.code, caught.value.problem.path) == ("field.too_large", "$.body.record_size")


def test_a_record_that_holds_such_a_statement_already_opens_and_gives_it_no_effect(small):
    _, _, entry = huge(small)
    index = small.book.log.store.append([entry], small.book.size)
    small.intake.close()
    small.intake = Intake.open(small.folder)
    remark = small.book.effect(index)
    assert (remark.refusal.code, small.book.readings.by_item) == ("amount.too_large", {})
    taken = small.say("monitor", Pledge, pledge("p1"))
    assert taken.outcome == "accepted"
    assert small.book.statement(taken.index).statement.seq == entry.seq + 1, "its running number stays used"
    followed = small.book.digest()
    small.book.rebuild()
    assert small.book.digest() == followed


@pytest.mark.parametrize("kept", ["too large", "no statement", "no envelope"])
def test_an_entry_that_cannot_be_read_hides_no_other(small, tmp_path, kept):
    _, _, entry = huge(small)
    if kept != "too large":
        raw = wrap(b"{}", key_id(entry.key), bytes(64)) if kept == "no statement" else b"{}"
        entry = msgspec.structs.replace(entry, entry=raw, statement_id=sha256(raw).digest())
    earlier = small.book.size
    index = small.book.log.store.append([entry], earlier)
    small.book.follow()
    last = small.say("monitor", Pledge, pledge("p1"))
    with small.closed() as folder, enduse.open(folder) as programme:
        found = {said.entry: said for said in programme.statements()}
        assert (
            [*found]
            == [*range(programme.size)]
            == [said.entry for said in programme.statements(newest_first=True)][::-1]
        )
        alone = found[index]
        assert (alone.kind, alone.statement.party, alone.statement.seq) == ("unreadable", "monitor", entry.seq)
        assert alone.refusal is not None
        assert index in [said.entry for said in programme.statements(party="monitor")]
        assert [said.entry for said in programme.statements(kind="pledge")] == [last.index]
        assert [*programme.statements(kind="reading")] == [*programme.statements(place="place:nowhere")] == []
        assert programme.changes(since=earlier).size == programme.size
        told = {row["entry"]: row for row in map(msgspec.to_builtins, programme.flat().tables["statements"])}
        assert (told[index]["kind"], told[index]["effect"], told[last.index]["kind"]) == ("unreadable", False, "pledge")
    for words in (
        ("list",),
        ("list", "--all"),
        ("list", "--json"),
        ("changes", "--since", str(earlier)),
        ("export", "--to", str(tmp_path / "out")),
    ):
        result = CliRunner().invoke(app, [words[0], str(folder), *words[1:]])
        assert result.exit_code == 0, result.output
        assert words != ("list", "--json") or '"unreadable"' in result.output
    site = tmp_path / "site"
    assert CliRunner().invoke(app, ["publish", str(folder), "--to", str(site)]).exit_code == 0


@pytest.mark.parametrize("faulty", [0, 3, 6])
def test_what_a_room_keeps_and_no_store_takes_costs_one_statement(small, monkeypatch, faulty):
    right = Measurements.apply

    def wrong(self, entry, place):
        right(self, entry, place)
        if getattr(entry.statement.body, "reading", "") == f"r{faulty}":
            (kept,) = [item for items in self.by_item.values() for item in items if item.id == entry.id]
            self.drop(kept)
            self.by_item["shipped c1"] = (
                *self.by_item.get("shipped c1", ()),
                msgspec.structs.replace(kept, amount=2**70),
            )

    monkeypatch.setattr(Measurements, "apply", wrong)
    small.book.flush()
    size = small.book.size
    small.intake.say([small.says("monitor", Reading, reading(f"r{n}")) for n in range(7)], small.now)
    small.book.flush()
    refused = [effect for effect in small.book.effects() if effect.entry > size]
    assert [(effect.entry, effect.refusal) for effect in refused] == [
        (size + 1 + faulty, Refusal.of("book.fault", fault="OverflowError"))
    ]
    assert len(small.book.readings.by_item["shipped c1"]) == 6
    followed = small.book.digest()
    small.now += timedelta(hours=1)
    small.intake.close()
    small.intake = Intake.open(small.folder)
    assert small.book.digest() == followed
    small.book.rebuild()
    assert small.book.digest() == followed
    assert small.say("donor", Pledge, pledge("p9")).outcome == "accepted"


@pytest.mark.in_folder
def test_a_stored_book_of_another_shape_is_made_anew(small):
    small.say("donor", Pledge, pledge("p1"))
    before = small.book.digest()
    small.intake.close()
    for path in small.folder.glob("book.db*"):
        path.unlink()
    with closing(sqlite3.connect(small.folder / "book.db")) as database:
        database.execute("CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID")
        database.execute("CREATE TABLE effect (entry INTEGER PRIMARY KEY, reason TEXT NOT NULL) STRICT")
        database.execute("INSERT INTO meta VALUES ('head', x'00')")
        database.commit()
    small.intake = Intake.open(small.folder)
    assert small.book.digest() == before
    assert small.book.told == [], "another version's book is not a damaged one"
    with Book.open(small.folder) as book:
        assert list(book.effects()) == []
