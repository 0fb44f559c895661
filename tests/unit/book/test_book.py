"""The book is a function of the record: rebuilt, followed, reopened or raced, it is the same to the byte."""

import json
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from conftest import ORIGIN, Small, seed_of
from enduse.book import keys
from enduse.book.book import Book
from enduse.book.intake import Intake, SigningRequest, create_programme
from enduse.book.opened import partial_finder
from enduse.book.store import BookStore
from enduse.errors import ConflictError, UnknownError
from enduse.exchange.importing import import_file
from enduse.messages import Message
from enduse.record.log import Log
from enduse.record.store import NewEntry
from enduse.record.verify import verify
from enduse.simulate.demo import build
from enduse.statements.acts import act_of
from enduse.statements.claim import Finding, FindingBody, Resolution
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.envelope import key_id, pae, wrap
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.keyring import JUMP_MAX, Keyring, sign
from enduse.statements.mandate import Mandate, MandateBody
from enduse.statements.money import Disbursement, DisbursementBody, Pledge, PledgeBody
from enduse.statements.party import Party, PartyBody
from enduse.statements.programme import Clock, Founding, Function, Place, PlaceBody, ProgrammeBody, Rule
from enduse.statements.reading import Reading, ReadingBody
from enduse.terms.amounts import Instrument, Money, Quantity
from enduse.terms.ed25519 import SigningKey
from enduse.terms.times import Period, micros
from enduse.works.works import Works


def pledge(name="p1", value="100"):
    return PledgeBody(pledge=name, amount=Money(value, "USD"))


def test_a_rebuilt_book_equals_the_followed_one_byte_for_byte(tmp_path):
    play = build(3)
    folder = tmp_path / "play"
    log = Log.create(folder, play.origin, SigningKey.from_seed(play.log_seed))
    keys.save(folder, "nobody", SigningKey.from_seed(bytes(32)))
    with Intake(Book.open(folder, log=log)) as intake:
        for position, batch in enumerate(play.batches):
            intake.record(batch.envelopes, batch.recorded_at)
            if position % 40 == 0:
                intake.book.flush()  # stored in many steps, as a long-lived programme would be
        followed = intake.book.digest()
        intake.book.rebuild()
        assert intake.book.digest() == followed
    with Book.open(folder) as reopened:
        assert reopened.digest() == followed


def test_a_deleted_book_comes_back(small):
    small.say("donor", Pledge, pledge())
    before = small.book.digest()
    small.intake.close()
    for path in small.folder.glob("book.db*"):
        path.unlink()
    small.intake = Intake.open(small.folder)
    assert small.book.digest() == before


@pytest.mark.in_folder
def test_a_book_of_another_record_is_thrown_away(small, tmp_path):
    small.say("donor", Pledge, pledge())
    shutil.copytree(small.folder, tmp_path / "other")
    small.say("donor", Pledge, pledge("p2"))
    small.intake.close()
    other = Intake.open(tmp_path / "other")
    other.say([small.says("donor", Pledge, pledge("p3"))], small.now)
    other.close()
    for name in ("book.db", "book.db-wal", "book.db-shm"):
        (tmp_path / "other" / name).unlink(missing_ok=True)
    shutil.copy(small.folder / "book.db", tmp_path / "other" / "book.db")
    with Book.open(tmp_path / "other") as book:
        assert book.ledger.balance("pledged donor p2", "money/USD") == 0
        assert book.ledger.balance("pledged donor p3", "money/USD") == 1_000_000
    small.intake = Intake.open(small.folder)


def test_two_readers_of_one_book_do_not_double_it(small):
    small.say("donor", Pledge, pledge())
    small.book.flush()
    other = Book.open(small.folder)
    small.say("donor", Pledge, pledge("p2"))
    other.follow()
    assert other.digest() == small.book.digest()
    other.close()


@pytest.mark.threat(
    who="donor",
    tries="signs two different pledges under one number",
    alone="both are recorded, and it is told at once",
    needs="nobody",
    seen_by="whoever adds the second; anybody: `enduse record verify`",
)
def test_a_running_number_used_twice_is_told_when_it_is_added(small, tmp_path):
    """Both statements are the key's own word, and both are recorded; whoever adds the second is told at once."""
    key = seed_of("donor")
    number = next_of(small, key)

    def signed(name, seq):
        body = PledgeBody(pledge=name, amount=Money("5", "USD"))
        return sign(Pledge(programme=ORIGIN, party="donor", seq=seq, occurred_at=small.now, body=body), key).raw

    (first,) = small.intake.record([signed("p1", number)], small.now)
    skipped, late, second = small.intake.record(
        [signed("p2", number + 2), signed("p3", number + 1), signed("p4", number)], small.now
    )
    assert [item.outcome for item in (first, skipped, late, second)] == ["accepted"] * 4
    assert not [item for item in (first, skipped, late) if "number_twice" in str(item.notes)], "a late one is no double"
    (note,) = [note for note in second.notes if note.code == "record.number_twice"]
    assert note.values == {
        "key": key_id(key.public),
        "number": number,
        "entries": [str(first.index), str(second.index)],
    }
    (tmp_path / "more.jsonl").write_bytes(signed("p5", number) + b"\n" + signed("p5", number + 9) + b"\n")
    told = import_file(small.intake, tmp_path / "more.jsonl")
    assert [(item.note.code, item.count) for item in told.notes] == [("record.number_twice", 1)]
    in_one_batch = small.intake.record([signed("p6", number + 20), signed("p7", number + 20)], small.now)
    assert "record.number_twice" in {note.code for item in in_one_batch for note in item.notes}


@pytest.mark.threat(
    who="stranger",
    tries="uses up the running numbers of a stolen key with one statement under the largest number there is",
    alone="the statement is refused at the door, and the key's owner numbers on as before",
    needs="nobody",
    seen_by="whoever adds the statement: `enduse add` refuses it and says how far numbers may run ahead",
)
def test_a_running_number_does_not_jump_to_its_end(small):
    """Numbers may run ahead of what is recorded, since batches signed offline come in any order; not to their end."""
    key = seed_of("donor")
    last = next_of(small, key) - 1

    def signed(name, seq):
        body = PledgeBody(pledge=name, amount=Money("5", "USD"))
        return sign(Pledge(programme=ORIGIN, party="donor", seq=seq, occurred_at=small.now, body=body), key).raw

    (jump,) = small.intake.record([signed("p1", 2**53 - 1)], small.now)
    assert jump.outcome == "refused"
    assert jump.problem.told.code == "key.number_jumps"
    assert next_of(small, key) == last + 1, "the number is not taken"
    outcomes = [item.outcome for item in small.intake.record([signed("p2", last + JUMP_MAX)], small.now)]
    assert outcomes == ["accepted"]
    for early in (last + JUMP_MAX - 1, last + 1):
        assert small.intake.record([signed(f"p{early}", early)], small.now)[0].outcome == "accepted", "late, not lost"


def test_a_record_that_holds_a_jump_already_opens_and_is_followed(small):
    key = seed_of("donor")
    body = PledgeBody(pledge="p1", amount=Money("5", "USD"))
    jump = sign(Pledge(programme=ORIGIN, party="donor", seq=2**53 - 1, occurred_at=small.now, body=body), key)
    entry = NewEntry(jump.raw, bytes.fromhex(jump.id), key.public, jump.statement.seq)
    small.book.log.store.append([entry], small.book.size)
    assert small.book.follow() == 1
    assert [posting.entry for posting in small.book.postings()][-1] == small.book.size - 1
    small.intake.publish()
    keyring = Keyring()
    assert verify(small.folder, examine=keyring.examine, describe=keyring.describe).ok


def test_only_one_process_writes(small, monkeypatch):
    monkeypatch.setattr("enduse.book.intake.LOCK_PATIENCE_S", 0)
    with pytest.raises(ConflictError, match="somebody else is writing"):
        Intake.open(small.folder)


def test_every_batch_opens_with_the_clock_and_no_number_is_lost(small):
    small.say("donor", Pledge, pledge())
    small.intake.record([b"junk"], small.now + timedelta(hours=1))
    small.say("donor", Pledge, pledge("p2"))
    small.intake.publish()
    report = verify(small.folder, examine=Keyring().examine)
    assert report.ok
    assert not report.incomplete


def test_the_clock_never_runs_backwards(small):
    small.say("donor", Pledge, pledge())
    before = small.book.head.clock
    small.now -= timedelta(days=9)
    small.say("donor", Pledge, pledge("p2"))
    assert small.book.head.clock == before


def test_the_same_envelope_twice_is_recorded_once(small):
    party, key, make = small.says("donor", Pledge, pledge())
    raw = sign(make("example.org/test", party, 1), key).raw
    first, second = small.intake.record([raw, raw], small.now)
    assert (first.outcome, second.outcome) == ("accepted", "already")
    assert second.index == first.index
    again = small.intake.record([raw], small.now)[0]
    assert (again.outcome, again.index) == ("already", first.index)


def test_a_batch_of_refusals_writes_nothing(small):
    size = small.book.size
    assert small.intake.record([b"junk", b"{}"], small.now)[0].outcome == "refused"
    assert small.book.size == size == small.book.log.size


def test_what_the_record_refuses_leaves_the_keys_as_they_were(small, monkeypatch):
    def full(*_args):
        raise OSError("disk full")

    digest = small.book.digest()
    with monkeypatch.context() as broken:
        broken.setattr(small.book.log.store, "append", full)
        with pytest.raises(OSError, match="disk full"):
            small.say("donor", Pledge, pledge())
    assert small.book.digest() == digest
    assert small.say("donor", Pledge, pledge()).outcome == "accepted"
    small.intake.publish()
    assert not verify(small.folder, examine=Keyring().examine).incomplete


def test_over_disbursement_is_kept_and_shown(small):
    small.say("donor", Pledge, pledge(value="10"))
    body = DisbursementBody(disbursement="d1", amount=Money("11.4", "USD"), recipient="fund", pledge="p1")
    assert small.say("donor", Disbursement, body).outcome == "accepted"
    assert small.book.ledger.balance("pledged donor p1", "money/USD") == -14_000


def test_a_folder_without_a_programme_says_so(tmp_path):
    with pytest.raises(UnknownError):
        Book.open(tmp_path)


@pytest.mark.in_folder
def test_a_book_stored_by_another_version_is_folded_again(small):
    small.say("donor", Pledge, pledge())
    digest = small.book.digest()
    small.intake.close()
    database = sqlite3.connect(small.folder / "book.db")
    database.execute("UPDATE meta SET value = ? WHERE name = 'ledger'", (b"\x01",))
    database.commit()
    database.close()
    small.intake = Intake.open(small.folder)
    assert small.book.digest() == digest


def weigh(name, kind, amount, **more):
    return ReadingBody(
        reading=name,
        of=kind,
        material="cement",
        quantity=Quantity(amount, "TNE"),
        method="scale",
        instrument=Instrument(instrument=name, random_sd="0.001"),
        **more,
    )


@pytest.mark.threat(
    who="carrier",
    tries="takes back a monitor's measurement",
    alone="has no effect",
    needs="the monitor itself",
    seen_by="anybody with a copy: `enduse status` counts it, and with `--json` lists it with the reason",
)
def test_nobody_takes_back_another_partys_measurement(small):
    first = small.say("monitor", Reading, weigh("r1", "use", "70", project="clinic"))
    assert first.outcome == "accepted"
    statement = small.book.statement(first.index)
    correction = CorrectionBody(corrects=statement.id, reason="did_not_occur")
    refused = small.say("carrier", Correction, correction)
    assert refused.outcome == "no_effect"
    assert refused.problem.told == Message.of("correction.of_another", party="monitor")
    assert small.book.readings.find(statement.id) is not None
    assert small.say("monitor", Correction, correction).outcome == "accepted"
    assert small.book.readings.find(statement.id) is None


def event(step, consignment, tonnes, place):
    body = {
        "type": "ObjectEvent",
        "eventTime": "2026-01-01T00:00:00Z",
        "action": "OBSERVE",
        "bizStep": step,
        "readPoint": {"id": place},
        "quantityList": [{"epcClass": "urn:enduse:class:cement", "quantity": tonnes, "uom": "TNE"}],
        "bizTransactionList": [{"type": "desadv", "bizTransaction": consignment}],
        "enduse:carrier": "carrier",
        "enduse:complete": step == "receiving",
    }
    return GoodsBody(event=json.dumps(body))


@pytest.mark.threat(
    who="storekeeper",
    tries="sets a surplus of one consignment against the shortage of another",
    alone="both stay open, and the condition sees the shortage, or holds it for not known where one is as large as the other",
    needs="nobody",
    seen_by="anybody: `enduse status`, `enduse release`",
)
def test_a_surplus_never_hides_a_shortage_from_a_condition(small):
    for consignment, sent, came in (("c1", 100, 80), ("c2", 100, 150)):
        small.say("warehouse", Goods, event("shipping", consignment, sent, "depot"))
        small.say("donor", Goods, event("receiving", consignment, came, "site"))
    found = small.book.facts.open_difference("cement", None)
    assert (found.estimate, found.lower, found.base) == (20_000_000, 20_000_000, "g")
    assert len(found.evidence) == 2
    assert small.book.facts.open_difference("cement", "elsewhere").estimate == 0
    assert small.book.facts.open_difference("steel", None) is None
    for step, pieces, place in (("shipping", 990, "depot"), ("receiving", 0.5, "site")):
        bags = json.loads(event(step, "c3", pieces, place).event)
        bags["quantityList"][0]["uom"] = "XBG"
        if step == "receiving":
            bags["quantityList"][0]["quantity"] = 1
        small.say("warehouse" if step == "shipping" else "donor", Goods, GoodsBody(event=json.dumps(bags)))
    assert small.book.facts.open_difference("cement", None) is None, "tonnes and bags are missing: no sum is known"


def test_a_surplus_as_large_as_a_shortage_leaves_it_not_known_and_never_makes_it_up(small):
    for consignment, came, known in (("c1", 80, 20_000_000), ("c2", 120, None)):
        small.say("warehouse", Goods, event("shipping", consignment, 100, "depot"))
        small.say("donor", Goods, event("receiving", consignment, came, "site"))
        found = small.book.facts.open_difference("cement", None)
        assert (found and found.estimate) == known, "the papers of the two may have been swapped"


@pytest.mark.in_folder
def test_many_batches_are_recorded_as_one_by_one(small, tmp_path):
    makes = [small.says("donor", Pledge, pledge(f"p{n}")) for n in range(200)]
    raws = [sign(make("example.org/test", party, n + 1), key).raw for n, (party, key, make) in enumerate(makes)]
    raws[50] = raws[50].replace(b"A", b"B", 1)
    small.intake.publish()
    shutil.copytree(small.folder, tmp_path / "other")
    one_by_one = [small.intake.record(raws[at : at + 40], small.now) for at in range(0, 200, 40)]
    other = Intake.open(tmp_path / "other")
    batches = (raws[at : at + 40] for at in range(0, 200, 40))
    assert list(other.record_many(batches, small.now)) == one_by_one
    assert other.book.digest() == small.book.digest()
    assert sum(item.outcome == "refused" for batch in one_by_one for item in batch) == 1
    other.close()


@pytest.mark.in_folder
def test_a_second_process_that_is_lost_costs_nothing_and_one_batch_needs_none(small, tmp_path, monkeypatch):
    makes = [small.says("donor", Pledge, pledge(f"p{n}")) for n in range(30)]
    raws = [sign(make("example.org/test", party, n + 1), key).raw for n, (party, key, make) in enumerate(makes)]
    raws[20] = raws[20].replace(b"A", b"B", 1)
    small.intake.publish()
    for name in ("lost", "alone"):
        shutil.copytree(small.folder, tmp_path / name)
    monkeypatch.setattr("enduse.book.beside._leave_with_parent", os.abort)
    with Intake.open(tmp_path / "lost") as intake:
        taken = list(intake.record_many((raws[at : at + 10] for at in range(0, 30, 10)), small.now))
    assert [sum(item.index is not None for item in batch) for batch in taken] == [10, 10, 9]
    monkeypatch.setattr("enduse.book.intake.SecondProcess", None)
    with Intake.open(tmp_path / "alone") as intake:
        (batch,) = intake.record_many([raws], small.now)
        assert sum(item.index is not None for item in batch) == 29


def test_a_fault_of_ours_costs_one_statement_not_the_book(small, monkeypatch):
    right = Works.apply

    def wrong(self, entry):
        if getattr(entry.statement.body, "pledge", "") == "p2":
            self.needs["half"] = "done"  # what it changed before it failed must not stay
            raise KeyError("a fault of ours")
        return right(self, entry)

    monkeypatch.setattr(Works, "apply", wrong)
    says = [small.says("donor", Pledge, pledge(f"p{n}")) for n in range(5)]
    taken = small.intake.say(says, small.now)
    assert [item.outcome for item in taken] == ["accepted", "accepted", "no_effect", "accepted", "accepted"]
    assert taken[2].problem.told == Message.of("book.fault", fault="KeyError")
    assert not small.book.works.needs
    followed = small.book.digest()
    small.book.rebuild()
    assert small.book.digest() == followed
    small.intake.close()
    small.intake = Intake.open(small.folder)
    assert small.book.digest() == followed
    assert small.book.ledger.balance("pledged donor p2", "money/USD") == 0
    assert small.book.ledger.balance("pledged donor p4", "money/USD") == 1_000_000


def test_a_reader_in_the_middle_of_a_batch_stops_nobody(small, monkeypatch):
    monkeypatch.setattr("enduse.book.book.FLUSH_EVERY", 10)
    right = small.book._store.flush
    raced = []

    def racing(*args, **kwargs):
        if not raced:
            raced.append(True)
            Book.open(small.folder).close()  # somebody asks for the status at this very moment
        return right(*args, **kwargs)

    monkeypatch.setattr(small.book._store, "flush", racing)
    taken = small.intake.say([small.says("donor", Pledge, pledge(f"p{n}")) for n in range(30)], small.now)
    assert {item.outcome for item in taken} == {"accepted"}
    followed = small.book.digest()
    small.book.rebuild()
    assert small.book.digest() == followed


@pytest.mark.parametrize("every", [1, 2, 3, 5])
def test_a_book_taken_up_from_any_flush_is_the_book_never_put_down(tmp_path, monkeypatch, every):
    # A batch that enrols a key is admitted whole before it is folded: what is stored half-way must not know the key yet.
    monkeypatch.setattr("enduse.book.book.FLUSH_EVERY", every)
    kept = []
    right = BookStore.flush

    def keeping(store, *args):
        right(store, *args)
        if store.path is not None and len(kept) < 60:
            kept.append(tmp_path / f"kept{len(kept)}.db")
            with closing(sqlite3.connect(store.path)) as database, closing(sqlite3.connect(kept[-1])) as copy:
                database.backup(copy)

    monkeypatch.setattr(BookStore, "flush", keeping)
    small = Small(tmp_path / "programme")
    small.intake.say([small.says("donor", Pledge, pledge(f"p{n}")) for n in range(5)], small.now)
    followed = small.book.digest()
    stored = tuple(kept)
    assert len(stored) >= 4
    for path in stored:
        with closing(BookStore(path)) as store:
            book = Book(small.folder, small.book.log, store)
            book._load()
            book.follow()
            assert book.digest() == followed
    small.intake.close()


def test_a_book_put_down_after_every_batch_is_the_book_never_put_down(tmp_path):
    play = build(2)
    folder = tmp_path / "play"
    log = Log.create(folder, play.origin, SigningKey.from_seed(play.log_seed))
    with Intake(Book.open(folder, log=log)) as intake:
        for batch in play.batches:
            intake.record(batch.envelopes, batch.recorded_at)
            intake.book.flush()
            intake.book.reload()
        put_down = intake.book.digest()
        intake.book.rebuild()
        assert intake.book.digest() == put_down


@pytest.mark.threat(
    who="carrier",
    tries="signs the finding that what is missing on its lorry was a measurement error",
    alone="has no effect",
    needs="a body with the mandate, and no tie to it",
    seen_by="anybody with a copy: `enduse status` counts it, and with `--json` lists it with the reason",
)
def test_nobody_judges_an_account_it_answers_for(small):
    small.say("warehouse", Goods, event("shipping", "c1", 100, "depot"))
    small.say("donor", Goods, event("receiving", "c1", 80, "site"))
    body = found("measurement_error")
    own, other = (
        Finding(programme="example.org/test", party=party, seq=1, occurred_at=small.now, body=body)
        for party in ("carrier", "monitor")
    )
    assert partial_finder(small.book.ledger, own, small.book.programme.related).code == "finding.not_independent"
    assert partial_finder(small.book.ledger, own, small.book.programme.related).values["owner"] == "carrier"
    assert partial_finder(small.book.ledger, other, small.book.programme.related) is None


def found(outcome, name="f1", tonnes="20", **more):
    resolution = Resolution(
        of="difference", item="c1", material="cement", quantity=Quantity(tonnes, "TNE"), outcome=outcome, **more
    )
    return FindingBody(
        finding=name,
        about="c1",
        result="supported",
        method="looked",
        standard_of_proof="grounds_to_believe",
        reliability="A",
        credibility="1",
        right_of_reply="none",
        resolves=(resolution,),
    )


@pytest.fixture
def judged(tmp_path):
    """A programme in which monitor and carrier hold the mandate to find, and 20 t of 100 t did not arrive."""
    functions = tuple(Function(function=name, name={"en": name}) for name in ("judge", "administration"))
    made = Small(tmp_path / "judged", functions=functions, rules=(Rule(act="finding", function="judge"),))
    for place in ("depot", "site"):
        made.say("keeper", Place, PlaceBody(place=place, name={"en": place}, type="warehouse"))
    for holder in ("monitor", "carrier"):
        body = MandateBody(mandate=holder, action="offer", holder=holder, functions=("judge",), places=("depot", "site"), period=Period(start=made.now))  # fmt: skip
        made.say("keeper", Mandate, body)
        made.say(holder, Mandate, MandateBody(mandate=holder, action="accept"))
    made.say("warehouse", Goods, event("shipping", "c1", 100, "depot"))
    made.say("donor", Goods, event("receiving", "c1", 80, "site"))
    yield made
    made.intake.close()


@pytest.mark.threat(
    who="keeper",
    tries="says that the monitor belongs to a firm, and a carrier says the same of itself, so that the monitor may not judge it",
    alone="what the monitor finds against the carrier counts; what excuses it has no effect, and closes nothing for a condition",
    needs="nobody: a tie takes from a judge only what favours its relations",
    seen_by="everybody, by `enduse mandates`, which names who said of whom that it belongs to whom",
)
def test_a_tie_voids_no_finding_against_ones_relation(judged):
    for by, party in (("keeper", "monitor"), ("carrier", "carrier")):
        judged.say(by, Party, PartyBody(party=party, name={"en": party}, type="agency", owned_by=("fund",)))
    for excuse in ("measurement_error", "lost", "damaged"):
        refused = judged.say("monitor", Finding, found(excuse, f"f-{excuse}"), place="site")
        assert refused.problem.told.code == "finding.not_independent"
    shifted = judged.say("monitor", Finding, found("off_purpose", "f-shifted", owner="warehouse"), place="site")
    assert shifted.problem.told.code == "finding.not_independent", "no stranger pays for a relation"
    own = judged.say("carrier", Finding, found("stolen", "f-own"), place="site")
    assert own.problem.told.code == "finding.not_independent", "nobody judges itself"
    assert judged.say("monitor", Finding, found("off_purpose", "f2", "15"), place="site").outcome == "accepted"
    assert judged.book.ledger.balance("off_purpose carrier c1", "cement/g") == 15_000_000
    still = judged.book.facts.open_difference("cement", "site")
    assert (still.lower, still.upper) == (20_000_000, 20_000_000), "but it releases nothing"
    assert [(note.code, note.values["party"]) for note in still.notes] == [("verdict.closed_by_relation", "monitor")]


@pytest.mark.threat(
    who="builder",
    tries="has a relation of its own close by a finding what its tranche waits for; the carrier that answers is a stranger to both",
    alone="the condition of that tranche counts it as missing still, and says who found it, and by which tie",
    needs="a body with the mandate, and no tie to those who build",
    seen_by="anybody: `enduse release`",
)
def test_a_builders_relation_closes_nothing_that_its_tranche_waits_for(judged):
    judged.say("keeper", Party, PartyBody(party="monitor", name={"en": "M"}, type="agency", owned_by=("fund",)))
    assert judged.say("monitor", Finding, found("measurement_error"), place="site").outcome == "accepted"
    assert judged.book.facts.open_difference("cement", None).upper == 0
    assert judged.book.facts.open_difference("cement", None, ("donor",)).upper == 0
    assert judged.book.facts.open_difference("cement", None, ("fund",)).lower == 20_000_000
    assert judged.book.facts.open_difference("cement", "elsewhere", ("fund",)).upper == 0


KEEPER = SigningKey.from_seed(b"keeper".ljust(32, b"."))


def clock_of(small, seq, key=None, when=None, party="keeper"):
    said = Clock(programme="example.org/test", party=party, seq=seq, occurred_at=when or small.now)
    return sign(said, key or KEEPER)


def next_of(small, key):
    return small.intake.keyring.next_seq(key.public)


@pytest.mark.threat(
    who="stranger",
    tries="sends what looks like the keeper's clock, to set the time of recording",
    alone="is refused, or is none: the batch has the keeper's time",
    needs="the keeper",
    seen_by="whoever adds it",
)
@pytest.mark.parametrize("kind", ["unsigned", "of another party", "junk after it", "escaped"])
def test_what_merely_looks_like_a_clock_takes_no_batch_its_time(small, kind):
    donor = small.says("donor", Pledge, pledge())[1]
    stranger = SigningKey.from_seed(bytes([7] * 32))
    false = {
        "unsigned": lambda: clock_of(small, 9, stranger).raw,
        "of another party": lambda: clock_of(small, next_of(small, donor), donor, party="donor").raw,
        "junk after it": lambda: wrap(b'{"kind":"clock",junk', key_id(donor.public), bytes(64)),
        "escaped": lambda: wrap(b'{"kind":"\\u0063lock"}', key_id(donor.public), bytes(64)),
    }[kind]()
    small.now += timedelta(days=1)
    _, _, make = small.says("donor", Pledge, pledge())
    good = sign(make("example.org/test", "donor", next_of(small, donor)), donor).raw
    size = small.book.size
    refused, taken = small.intake.record([false, good], small.now)
    assert (refused.outcome, taken.outcome, taken.index) == ("refused", "accepted", size + 1)
    assert isinstance(small.book.statement(size).statement, Clock)
    assert small.book.head.clock == micros(small.now)
    small.intake.publish()
    assert not verify(small.folder, examine=Keyring().examine).incomplete


def test_a_batch_that_opens_with_the_keepers_own_clock_gets_no_second_one(small):
    donor = small.says("donor", Pledge, pledge())[1]
    small.now += timedelta(days=1)
    _, _, make = small.says("donor", Pledge, pledge())
    batch = [
        wrap(b'{"kind":"clock",junk', key_id(donor.public), bytes(64)),
        clock_of(small, next_of(small, KEEPER)).raw,
        sign(make("example.org/test", "donor", next_of(small, donor)), donor).raw,
    ]
    size = small.book.size
    assert [item.index for item in small.intake.record(batch, small.now)] == [None, size, size + 1]
    small.intake.publish()
    assert not verify(small.folder, examine=Keyring().examine).incomplete


def test_a_rule_for_a_business_step_holds_however_the_step_is_written(tmp_path):
    rules = (Rule(act="goods:departing", function="custody"), Rule(act="goods:commissioning", function="custody"))
    functions = (Function(function="custody", name={"en": "Custody"}),)
    key = SigningKey.from_seed(b"k" * 32)
    body = ProgrammeBody(
        title={"en": "T"}, keeper="keeper", public_key=key.public.hex(), functions=functions, rules=rules
    )
    start = datetime(2026, 1, 1, tzinfo=UTC)
    founding = Founding(programme="example.org/test", party="keeper", seq=1, occurred_at=start, body=body)
    with create_programme(tmp_path / "ruled", founding, key) as intake:
        for step in ("shipping", "urn:evil:shipping", "x/departing", "commissioning", "x#creating_class_instance"):
            action = "ADD" if "c" in step else "OBSERVE"
            goods = GoodsBody(event=event(step, "c1", 5, "depot").event.replace("OBSERVE", action))

            def make(programme, party, seq, goods=goods):
                return Goods(programme=programme, party=party, seq=seq, occurred_at=start, body=goods)

            taken = intake.say([SigningRequest("keeper", key, make)], start)[0]
            assert taken.outcome == "no_effect"
            assert "custody" in taken.problem.message
        assert not intake.book.ledger.balances
        transform = event("urn:x:x", "c1", 5, "depot").event.replace("ObjectEvent", "TransformationEvent")
        made = Goods(
            programme="example.org/test", party="keeper", seq=99, occurred_at=start, body=GoodsBody(event=transform)
        )
        assert act_of(made) == "goods:commissioning"


def test_an_event_with_half_a_surrogate_never_reaches_the_book(small):
    raw = event("shipping", "c1", 5, "depot").event.replace('"carrier"', '"x\\ud800"')
    key = small.says("carrier", Goods, None)[1]
    text = json.dumps(
        {
            "kind": "goods",
            "programme": "example.org/test",
            "party": "carrier",
            "seq": 1,
            "occurred_at": "2026-01-01T00:00:00Z",
            "body": {"event": raw},
        }
    ).encode()
    taken = small.intake.record([wrap(text, key_id(key.public), key.sign(pae(text)))], small.now)[0]
    assert taken.outcome == "refused"
    assert "half a surrogate" in taken.problem.message
    small.book.flush()
