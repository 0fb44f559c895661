"""Receipts: what the log promises at once, and what convicts it where it does not keep the promise."""

import hashlib
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import msgspec
import pytest

from enduse.errors import EnduseError, MalformedError, RecordError, SignatureError
from enduse.record import evidence, note, policy, receipt
from enduse.record import proof as proofs
from enduse.record.evidence import Shown
from enduse.record.log import KEYS, RECEIPT_KEY, Log
from enduse.record.promises import check_receipts
from enduse.record.receipt import PAYLOAD_TYPE, WITHIN, Promised
from enduse.record.store import NewEntry
from enduse.record.trust import Trust
from enduse.record.witness import Witness
from enduse.statements.envelope import key_id, pae, unwrap, wrap
from enduse.terms.ed25519 import SigningKey

ORIGIN = "record.example/receipts"
LOG_KEY = SigningKey.from_seed(b"r" * 32)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def row(text):
    return NewEntry(text.encode(), hashlib.sha256(text.encode()).digest(), bytes(32), 1)


def made_of(folder, texts):
    log = Log.create(folder, ORIGIN, LOG_KEY)
    log.append([row(text) for text in texts])
    return log


@pytest.fixture
def world(tmp_path):
    """A log with three entries, the receipt for the last, and a witness whose clock the test turns."""
    made = SimpleNamespace(now=NOW.timestamp(), folder=tmp_path / "honest")
    with made_of(made.folder, ["one", "two", "three"]) as log:
        signer = note.Signer("witness.example", SigningKey.from_seed(b"w" * 32), note.COSIGNATURE_V1)
        made.verifier = log.verifier
        made.witness = Witness(tmp_path / "w.db", signer, {ORIGIN: log.verifier}, lambda: made.now)
        made.policy = policy.parse(f"log {log.verifier.vkey}\nwitness w {signer.verifier.vkey}\nquorum w")
        (made.receipt,) = log.receipts([2], NOW, WITHIN)
        made.log = log
        yield made
        made.witness.close()


def publish(world, folder):
    with Log.open(folder) as log:
        log.clock = lambda: world.now
        assert log.publish(world.policy, {"w": world.witness}).published


def answers(world, against, *, hours=0, data=None, trust=True):
    known = Trust(world.verifier, world.policy if trust else None)
    clock = (NOW + timedelta(hours=hours)).timestamp
    return check_receipts(world.receipt if data is None else data, against, known, clock)


def test_a_receipt_names_what_is_recorded_and_needs_nothing_but_the_logs_key(world):
    said = receipt.read(world.receipt, world.verifier)
    leaf = hashlib.sha256(b"\x00three").hexdigest()
    assert said.entries == (Promised(2, hashlib.sha256(b"three").hexdigest(), leaf),)
    assert (said.received, said.by) == (NOW, NOW + timedelta(hours=24))
    key = note.Signer.parse((world.folder / KEYS / RECEIPT_KEY).read_text()).verifier
    assert key.public_key != world.verifier.public_key, "the log's key signs notes only"
    with pytest.raises(MalformedError, match="of another log"):
        receipt.read(world.receipt, note.Signer(ORIGIN, SigningKey.generate()).verifier)


def test_many_entries_make_several_receipts_of_at_most_an_envelope_each(tmp_path):
    with made_of(tmp_path / "many", [str(number) for number in range(450)]) as log:
        given = list(log.receipts(range(450), NOW, WITHIN))
        assert [len(receipt.read(raw, log.verifier).entries) for raw in given] == [200, 200, 50]
        assert len(list(log.receipts([], NOW, WITHIN))) == 0


def test_who_cannot_publish_promises_nothing(world):
    with Log.open(world.folder, read_only=True) as log, pytest.raises(RecordError, match="private key"):
        list(log.receipts([0], NOW, WITHIN))


@pytest.mark.threat(
    who="stranger",
    tries="makes up a receipt, so that an honest log seems to have broken a promise",
    alone="is no word of the log: only a key that the log has named signs its receipts",
    needs="nobody, without the log's or its receipts' private key",
    seen_by="whoever checks it: `enduse record receipt`",
)
def test_nobody_else_makes_a_receipt(world):
    other = receipt.new_key(ORIGIN)
    said = receipt.read(world.receipt, world.verifier)

    def signed(said, key):
        payload = msgspec.json.encode(said)
        return wrap(payload, key_id(key.public), key.sign(pae(payload, PAYLOAD_TYPE)), PAYLOAD_TYPE)

    stolen = signed(said, other.key)
    foreign = note.Signer(ORIGIN, SigningKey.generate())
    text = f"enduse receipts v1\n{ORIGIN}\n{other.verifier.vkey}\n"
    named = signed(
        msgspec.structs.replace(said, authority=note.Note(text, (foreign.sign(text),)).encode().decode()), other.key
    )
    head = world.log.publish().checkpoint.decode()
    checkpoint_for_authority = signed(msgspec.structs.replace(said, authority=head), LOG_KEY)
    for raw in (stolen, named, checkpoint_for_authority):
        with pytest.raises(SignatureError):
            receipt.read(raw, world.verifier)
    for at in range(0, len(world.receipt), 7):
        changed = world.receipt[:at] + bytes([world.receipt[at] ^ 1]) + world.receipt[at + 1 :]
        with pytest.raises(EnduseError):
            receipt.read(changed, world.verifier)
    with pytest.raises(MalformedError):
        unwrap(world.receipt)  # nor is a receipt ever taken for a statement
    with pytest.raises(MalformedError):
        receipt.read(signed(said, other.key).replace(b"receipt", b"statement"), world.verifier)
    with pytest.raises(MalformedError, match="no receipt"):
        receipt.split(b"\n\r\n")


def test_a_kept_promise_comes_with_the_proof(world):
    publish(world, world.folder)
    (kept,) = answers(world, world.folder)
    assert (kept.answer, kept.index) == ("kept", 2)
    proof = proofs.parse(kept.proof)
    assert proofs.verify(proof, b"three", Trust(policy=world.policy)).checkpoint.size == 3
    note_file = world.folder.parent / "note"
    note_file.write_bytes(proof.checkpoint)
    assert answers(world, note_file)[0].answer == "not_checked", "a checkpoint alone does not tell what it covers"
    proof_file = world.folder.parent / "proof"
    proof_file.write_bytes(kept.proof)
    assert answers(world, proof_file)[0].answer == "kept"


@pytest.mark.threat(
    who="keeper",
    tries="takes a party's last statement, gives a receipt, and never records it",
    alone="the receipt, and a checkpoint that others signed after the promised time, convict the log",
    needs="all who cosign, if they sign nothing any more; or a party that asked for no receipt",
    seen_by="the party: `enduse record receipt`; anybody it shows the evidence to: `enduse record evidence --policy`",
)
def test_a_withheld_last_statement_convicts_once_others_have_signed_after_its_time(world, tmp_path):
    with made_of(tmp_path / "withheld", ["one", "two"]):
        pass
    publish(world, tmp_path / "withheld")
    assert answers(world, tmp_path / "withheld", hours=1)[0].answer == "not_yet_due"
    late = answers(world, tmp_path / "withheld", hours=25)[0]
    assert (late.answer, late.evidence) == ("overdue", None), "it may be an old copy: nobody is accused"
    world.now += 25 * 3_600
    publish(world, tmp_path / "withheld")  # the witness is asked again, and signs what it is shown
    (broken,) = answers(world, tmp_path / "withheld", hours=26)
    assert broken.answer == "broken"
    said = evidence.check(broken.evidence, world.verifier, world.policy)
    assert said.code == "record.promise_late"
    assert str(said).startswith(f"{ORIGIN} promised entry 2 by")
    with pytest.raises(RecordError):
        evidence.check(broken.evidence, world.verifier)  # whose word the time is, the reader must say
    other = note.Signer("witness.example", SigningKey.generate(), note.COSIGNATURE_V1).verifier
    with pytest.raises(RecordError):
        evidence.check(
            broken.evidence,
            world.verifier,
            policy.parse(f"log {world.verifier.vkey}\nwitness w {other.vkey}\nquorum w"),
        )
    (early,) = world.log.receipts([1], NOW, WITHIN)
    assert answers(world, tmp_path / "withheld", hours=26, data=early)[0].answer == "kept"


@pytest.mark.threat(
    who="keeper",
    tries="gives a receipt for a statement and records another one in its place",
    alone="the receipt and the record contradict each other: evidence, with nothing but the log's key",
    needs="a party that asked for no receipt",
    seen_by="the party, at once: `enduse record receipt`; anybody: `enduse record evidence`",
)
def test_another_entry_in_the_promised_place_convicts_at_once(world, tmp_path):
    with made_of(tmp_path / "other", ["one", "two", "instead", "four"]) as log:
        log.publish()
    (broken,) = answers(world, tmp_path / "other", hours=1)
    said = evidence.check(broken.evidence, world.verifier)
    assert (broken.answer, said.code) == ("broken", "record.promise_other_entry")
    with pytest.raises(MalformedError):
        evidence.check(broken.evidence, note.Signer(ORIGIN, SigningKey.generate()).verifier)
    for changed in (
        broken.evidence.replace(b'"index": 2', b'"index": 1'),
        broken.evidence.replace(b'"receipt": "{', b'"receipt": " {'),
        broken.evidence.replace(b'"hashes"', b'"nothing"'),
    ):
        assert changed != broken.evidence
        with pytest.raises(EnduseError):
            evidence.check(changed, world.verifier)


@pytest.mark.threat(
    who="operator",
    tries="gives a receipt that names a party's statement beside the place and hash of another one that is recorded",
    alone="the promise is broken as soon as the place is looked at, and the receipt is evidence",
    needs="nobody",
    seen_by="the party: `enduse record receipt`, which writes what convicts",
)
def test_a_receipt_for_one_statement_is_not_kept_by_another(world):
    publish(world, world.folder)
    other = Promised(1, hashlib.sha256(b"mine").hexdigest(), hashlib.sha256(b"\x00two").hexdigest())
    key = note.Signer.parse((world.folder / KEYS / RECEIPT_KEY).read_text())
    signer = note.Signer(ORIGIN, LOG_KEY, note.ED25519)
    (forged,) = receipt.issue(signer, key, [other], NOW)
    (judged,) = answers(world, world.folder, data=forged)
    assert (judged.answer, judged.said.code) == ("broken", "record.promise_other_entry")
    assert evidence.check(judged.evidence, world.verifier).code == "record.promise_other_entry"


def test_what_breaks_no_promise_is_no_evidence(world):
    world.log.publish()
    shown = Shown.from_proof(world.log.prove(2), b"three")
    for what in (shown, Shown(shown.checkpoint), Shown.from_proof(world.log.prove(1), b"two")):
        with pytest.raises(RecordError, match="breaks no promise"):
            evidence.write_broken_promise(world.receipt, what, world.verifier, world.policy)


def test_tiles_that_lie_are_not_held_against_the_log(world, tmp_path):
    publish(world, world.folder)
    bundle = world.folder / "tiles" / "tile" / "entries" / "000.p" / "3"
    bundle.write_bytes(bundle.read_bytes().replace(b"three", b"other"))
    (found,) = answers(world, world.folder)
    assert (found.answer, found.evidence) == ("not_checked", None)


def test_every_receipt_and_every_entry_in_it_is_looked_for(world):
    publish(world, world.folder)
    (three,) = world.log.receipts([0, 1, 2], NOW, WITHIN)
    judged = answers(world, world.folder, data=three + b"\n" + world.receipt + b"\n")
    assert [(each.index, each.answer) for each in judged] == [(0, "kept"), (1, "kept"), (2, "kept"), (2, "kept")]


def test_what_was_promised_is_the_entry_and_not_its_words_alone():
    said = hashlib.sha256(b"three").hexdigest()
    assert not Promised(2, said, "0" * 64).kept_by(b"three"), "the same words in another envelope are another entry"


def test_a_note_of_the_log_that_is_no_word_on_receipts_names_no_key_for_them(world):
    log, key = note.Signer(ORIGIN, LOG_KEY), receipt.new_key(ORIGIN)
    said = msgspec.json.decode(unwrap(world.receipt, PAYLOAD_TYPE).payload, type=receipt.Receipt)
    another_kind = note.Signer(key.name, key.key, note.COSIGNATURE_V1).verifier.vkey
    for text in (
        f"{ORIGIN}\n3\n{key.verifier.vkey}\n",
        f"enduse receipts v1\nother.example\n{key.verifier.vkey}\n",
        f"enduse receipts v1\n{key.verifier.vkey}\n",
        f"enduse receipts v1\n{ORIGIN}\n{another_kind}\n",
    ):
        named = note.Note(text, (log.sign(text),)).encode().decode()
        payload = msgspec.json.encode(msgspec.structs.replace(said, authority=named))
        made = wrap(payload, key_id(key.key.public), key.key.sign(pae(payload, PAYLOAD_TYPE)), PAYLOAD_TYPE)
        with pytest.raises(SignatureError):
            receipt.read(made, world.verifier)


def test_a_checkpoint_in_a_file_is_held_against_receipts_only_with_the_logs_key_and_under_its_signature(
    world, tmp_path
):
    publish(world, world.folder)
    kept = tmp_path / "kept"
    kept.write_bytes((world.folder / "tiles" / "checkpoint").read_bytes())
    with pytest.raises(MalformedError):
        check_receipts(world.receipt, kept)
    kept.write_bytes(kept.read_bytes().replace(b"\n3\n", b"\n2\n", 1))
    with pytest.raises(EnduseError):
        answers(world, kept)


def test_a_checkpoint_on_which_a_known_cosigners_signature_does_not_hold_is_held_against_nobody(world, tmp_path):
    publish(world, world.folder)
    head = (world.folder / "tiles" / "checkpoint").read_bytes()
    *lines, last = head.decode().splitlines()
    name, coded = last.rsplit(" ", 1)
    kept = tmp_path / "kept"
    kept.write_text("\n".join([*lines, f"{name} {coded[:-6]}AAAAA="]) + "\n")
    with pytest.raises(SignatureError):
        answers(world, kept)


def test_a_proof_of_another_entry_or_without_the_entry_tells_only_what_the_checkpoint_covers(world, tmp_path):
    publish(world, world.folder)
    kept = tmp_path / "proof"
    with Log.open(world.folder, read_only=True) as log:
        for proof in (msgspec.structs.replace(log.prove(1), extra=b"two"), log.prove(2)):
            kept.write_bytes(msgspec.structs.replace(proof, extra=proof.extra if proof.index == 1 else None).encode())
            (judged,) = answers(world, kept)
            assert (judged.answer, judged.said.code, judged.proof) == ("not_checked", "record.promise_covered", None)


def test_an_entry_served_beside_a_tree_that_holds_another_is_no_kept_promise(world, tmp_path):
    with made_of(tmp_path / "other", ["one", "two", "xxxxx"]):
        pass
    publish(world, tmp_path / "other")
    bundle = tmp_path / "other" / "tiles" / "tile" / "entries" / "000.p" / "3"
    bundle.write_bytes(bundle.read_bytes().replace(b"xxxxx", b"three"))
    (judged,) = answers(world, tmp_path / "other")
    assert (judged.answer, judged.proof) == ("not_checked", None)


def test_in_a_folder_the_policy_kept_with_it_says_whose_time_counts_and_until_the_promised_moment_nothing_is_late(
    world, tmp_path
):
    with made_of(tmp_path / "withheld", ["one", "two"]):
        pass
    world.now += 24 * 3_600
    publish(world, tmp_path / "withheld")
    (last,) = answers(world, tmp_path / "withheld", hours=24)
    assert (last.answer, last.said.code) == ("not_yet_due", "record.promise_not_yet_due")
    shown = Shown((tmp_path / "withheld" / "tiles" / "checkpoint").read_bytes())
    with pytest.raises(RecordError, match="breaks no promise"):
        evidence.write_broken_promise(world.receipt, shown, world.verifier, world.policy)
    world.now += 25 * 3_600
    publish(world, tmp_path / "withheld")
    (judged,) = answers(world, tmp_path / "withheld", hours=50, trust=False)
    assert judged.answer == "broken"


def test_what_was_covered_in_time_is_not_late_and_an_entry_in_its_place_breaks_nothing(world, tmp_path):
    world.now += 25 * 3_600
    with made_of(tmp_path / "withheld", ["one", "two"]):
        pass
    publish(world, tmp_path / "withheld")
    publish(world, world.folder)
    covered = Shown((world.folder / "tiles" / "checkpoint").read_bytes())
    (two,) = world.log.receipts([1, 2], NOW, WITHIN)
    with Log.open(tmp_path / "withheld", read_only=True) as log:
        in_place = Shown.from_proof(log.prove(1), b"two")
    for raw, shown in ((world.receipt, covered), (two, in_place)):
        with pytest.raises(RecordError, match="breaks no promise"):
            evidence.write_broken_promise(raw, shown, world.verifier, world.policy)


def test_a_promise_is_late_only_where_the_whole_quorum_signed_after_its_time(world, tmp_path):
    keys = [note.Signer(f"w{number}.example", SigningKey.generate(), note.COSIGNATURE_V1) for number in range(2)]
    names = "".join(f"witness w{number} {key.verifier.vkey}\n" for number, key in enumerate(keys))
    both = policy.parse(f"log {world.verifier.vkey}\n{names}group both all w0 w1\nquorum both")
    with made_of(tmp_path / "withheld", ["one", "two"]) as log:
        head = note.parse(log.publish().checkpoint)
    times = [int(NOW.timestamp()) + hours * 3_600 for hours in (25, 1, 30)]
    alone = head.adding([keys[0].sign(head.text, times[0])])
    for shown in (alone, alone.adding([keys[1].sign(head.text, times[1])])):
        with pytest.raises(RecordError, match="breaks no promise"):
            evidence.write_broken_promise(world.receipt, Shown(shown.encode()), world.verifier, both)
    late = Shown(alone.adding([keys[1].sign(head.text, times[2])]).encode())
    assert evidence.broken_promise(world.receipt, late, world.verifier, both).code == "record.promise_late"
    since = evidence.cosigned_since(late.checkpoint, world.verifier, both)
    assert since == NOW + timedelta(hours=25)


@pytest.mark.threat(
    who="stranger",
    tries="writes evidence against an honest log with a receipt that the log never gave, or under another log's key",
    alone="convicts nobody: the receipt in evidence is checked like any other, and the file is about one log",
    needs="nobody, without the log's or its receipts' private key",
    seen_by="whoever checks it: `enduse record evidence`",
)
def test_evidence_of_a_broken_promise_rests_on_the_logs_own_receipt_and_on_one_thing_shown(world, tmp_path):
    with made_of(tmp_path / "other", ["one", "two", "instead"]):
        pass
    publish(world, tmp_path / "other")
    (broken,) = answers(world, tmp_path / "other", hours=1)
    file = msgspec.json.decode(broken.evidence)
    mine = receipt.new_key(ORIGIN).key
    payload = unwrap(file["receipt"].encode(), PAYLOAD_TYPE).payload
    forged = wrap(payload, key_id(mine.public), mine.sign(pae(payload, PAYLOAD_TYPE)), PAYLOAD_TYPE).decode()
    foreign = note.Signer(ORIGIN, SigningKey.generate()).verifier
    for changed, error in (
        ({"receipt": forged}, SignatureError),
        ({"log": foreign.vkey}, MalformedError),
        ({"shown": file["shown"] * 2}, MalformedError),
        ({"shown": []}, MalformedError),
    ):
        with pytest.raises(error):
            evidence.check(msgspec.json.encode(file | changed), world.verifier)
    assert evidence.check(msgspec.json.encode(file), world.verifier).code == "record.promise_other_entry"
