"""The operator battery: he holds the server, the database and the log's key, and each thing he tries convicts him.

Each test names the attack, the party that notices, and the evidence, which is checked with nothing but the log's public
key. The parties: a contractor who keeps the receipts of what it signed, a witness, a mirror, and a stranger with a copy.
"""

import hashlib
import shutil
import sqlite3
from contextlib import closing
from types import SimpleNamespace

import pytest

from enduse.errors import ConflictError, MalformedError, RecordError, SignatureError
from enduse.record import checkpoint as checkpoints
from enduse.record import evidence, note, policy
from enduse.record import proof as proofs
from enduse.record.evidence import ContradictionError, Shown
from enduse.record.log import Log
from enduse.record.mirror import Mirror
from enduse.record.store import NewEntry
from enduse.record.tiles import FolderSource
from enduse.record.trust import Trust
from enduse.record.verify import verify
from enduse.record.witness import Witness
from enduse.statements.envelope import key_id
from enduse.terms.ed25519 import SigningKey

ORIGIN = "record.example/operator"
LOG_KEY = SigningKey.from_seed(b"o" * 32)
PARTIES = {name: SigningKey.from_seed(name.encode() * 4) for name in ("donor-aa", "carrier1", "builder1")}


def said(party, seq, text):
    key = PARTIES[party]
    payload = f"{party} {seq} {text}".encode()
    entry = key.sign(payload) + payload
    return NewEntry(entry, hashlib.sha256(payload).digest(), key.public, seq)


def describe(entry):
    payload = entry[64:]
    party, seq, _ = payload.decode().split(" ", 2)
    return hashlib.sha256(payload).digest(), PARTIES[party].public, int(seq)


HONEST = [
    said("donor-aa", 1, "pledged 100"),
    said("donor-aa", 2, "sent 100 t"),
    said("carrier1", 1, "received 80 t"),
    said("builder1", 1, "built in 70 t"),
    said("carrier1", 2, "difference 20 t"),
    said("builder1", 2, "ordered again"),
]


def record(folder, rows):
    with Log.create(folder, ORIGIN, LOG_KEY) as log:
        log.append(rows)
        log.publish()
    return folder


@pytest.fixture
def world(tmp_path):
    """An honest record, cosigned and mirrored, and the carrier's receipt for entry 2."""

    made = SimpleNamespace(now=1_700_000_000.0, folder=tmp_path / "honest")
    with Log.create(made.folder, ORIGIN, LOG_KEY) as log:
        signer = note.Signer("witness.example", SigningKey.from_seed(b"w" * 32), note.COSIGNATURE_V1)
        made.witness = Witness(tmp_path / "w.db", signer, {ORIGIN: log.verifier}, lambda: made.now)
        made.policy = policy.parse(f"log {log.verifier.vkey}\nwitness w {signer.verifier.vkey}\nquorum w")
        made.mirror = Mirror(
            tmp_path / "mirror", FolderSource(log.folder / "tiles"), log.verifier, name="mirror.example"
        )
        log.append(HONEST)
        assert log.publish(made.policy, {"w": made.witness}).published
        made.mirror.follow()
        made.log = log.verifier
        made.receipt = log.prove(2).encode()
    yield made
    made.witness.close()
    made.mirror.close()


def convicts(world, first, second, says):
    data = evidence.write(first, second, world.log)
    convicted(world, data, says)


def convicted(world, data, says):
    assert says in str(evidence.check(data, world.log))
    # It says nothing about anybody else, and a changed file says nothing at all.
    stranger = note.Signer(ORIGIN, SigningKey.generate()).verifier
    with pytest.raises(MalformedError):
        evidence.check(data, stranger)


def shown_by(folder, index=None):
    with Log.open(folder) as log:
        if index is None:
            return Shown(log.checkpoint.data)
        return Shown.from_proof(log.prove(index), log.store.entry(index).entry)


@pytest.mark.threat(
    who="operator",
    tries="changes one statement, builds every hash anew and signs the result",
    alone="goes through where nobody else has kept or signed anything: by itself the forged record is perfect",
    needs="works alone while nobody watches; once somebody does, with all who cosigned, mirror or kept a proof",
    seen_by="a witness and a mirror, of themselves; whoever kept a proof or a printed card, by `enduse record compare`; each gets a file that convicts",
)
def test_rewriting_a_row_and_re_chaining(world, tmp_path):
    """Noticed by: the carrier (its receipt), the witness, the mirror. Evidence: two roots for one size."""
    rewritten = [*HONEST]
    rewritten[2] = said("carrier1", 1, "received 100 t")
    forged = record(tmp_path / "forged", rewritten)
    assert verify(forged).ok, "by itself the forgery is perfect"
    assert not verify(forged, trust=Trust(policy=world.policy)).ok
    receipt = Shown.from_proof(proofs.parse(world.receipt), HONEST[2].entry)
    convicts(world, receipt, shown_by(forged), "two different roots for 6 entries")
    with Log.open(forged) as log:
        refused = log.publish(world.policy, {"w": world.witness})
    assert "another root was cosigned for 6 entries" in str(refused.problems[0])
    (kept,) = world.witness.cabinet.files()
    convicted(world, kept.read_bytes(), "two different roots")
    world.mirror.source = FolderSource(forged / "tiles")
    with pytest.raises(ContradictionError, match="two different roots"):
        world.mirror.follow()
    (kept,) = world.mirror.witness.cabinet.files()
    convicted(world, kept.read_bytes(), "two different roots")


@pytest.mark.threat(
    who="operator",
    tries="changes one statement in the database and leaves the rest",
    alone="the copy contradicts its own signed checkpoint",
    needs="nobody: it cannot work, the operator would have to sign anew",
    seen_by="anybody with a copy: `enduse record verify`, which names the entry",
)
def test_rewriting_a_row_in_place(world):
    """Noticed by: anybody with a copy. Evidence: the copy, which contradicts its own signed checkpoint."""
    with closing(sqlite3.connect(world.folder / "record.db")) as db:
        db.executescript("DROP TRIGGER entry_no_UPDATE")
        changed = said("carrier1", 1, "received 100 t")
        db.execute("UPDATE entry SET entry = ?, statement_id = ? WHERE idx = 2", (changed.entry, changed.statement_id))
        db.commit()
    report = verify(world.folder, describe=describe)
    assert next(problem.line for problem in report.problems if problem.line is not None) == 2
    assert "the entries do not give the root that was signed for 6 entries" in " ".join(map(str, report.problems))


@pytest.mark.threat(
    who="operator",
    tries="leaves out a statement that was recorded, and signs the rest",
    alone="as rewriting: refused by every witness, and the party that kept its proof holds evidence",
    needs="all who cosigned, mirror or kept a proof",
    seen_by="witnesses, of themselves; the party, by `enduse record compare`; anybody, by the gap in the party's running numbers in `enduse record verify`",
)
@pytest.mark.parametrize("grown", [False, True])
def test_deleting_an_entry(world, tmp_path, grown):
    """Noticed by: the witness and the log's own client; the carrier by its receipt. Evidence: two histories."""
    rows = [row for n, row in enumerate(HONEST) if n != 2]
    if grown:
        rows += [said("builder1", 3, "filler"), said("builder1", 4, "filler")]
    forged = record(tmp_path / "forged", rows)
    with Log.open(forged) as log:
        refused = log.publish(world.policy, {"w": world.witness})
    assert ("does not hold" if grown else "rolled back or forked") in str(refused.problems[0])
    receipt = Shown.from_proof(proofs.parse(world.receipt), HONEST[2].entry)
    convicts(world, receipt, shown_by(forged, 2), "two different entries at index 2")
    report = verify(forged, describe=describe)
    assert "running number 1 is missing of key " + key_id(PARTIES["carrier1"].public) in str(report.incomplete[0])


@pytest.mark.threat(
    who="operator",
    tries="puts statements into another order",
    alone="another root for the same size: as rewriting",
    needs="all who cosigned, mirror or kept a proof",
    seen_by="witnesses and mirrors, of themselves; whoever kept a proof, by `enduse record compare`",
)
def test_reordering(world, tmp_path):
    """Noticed by: the witness, the mirror, any receipt. Evidence: two roots for one size."""
    rows = [HONEST[0], HONEST[1], HONEST[3], HONEST[2], *HONEST[4:]]
    forged = record(tmp_path / "forged", rows)
    convicts(world, Shown(world.mirror.checkpoint.data), shown_by(forged), "two different roots")
    convicts(world, shown_by(world.folder, 2), shown_by(forged, 2), "two different roots")


@pytest.mark.threat(
    who="operator",
    tries="shows two readers two records, each sound by itself",
    alone="lasts until the two compare; their two proofs convict him",
    needs="works alone as long as the two never compare and neither is a witness",
    seen_by="the two readers: `enduse record compare --with`, which writes the evidence",
)
def test_a_fork_for_two_readers(world, tmp_path):
    """Noticed by: two readers who compare checkpoints or proofs. Evidence: their two proofs."""
    rows = [*HONEST[:4], said("carrier1", 2, "nothing is missing"), *HONEST[5:], said("donor-aa", 3, "thanks")]
    other = record(tmp_path / "other", rows)
    convicts(world, shown_by(world.folder, 4), shown_by(other, 4), "two different entries at index 4 (of 6 and of 7)")
    with pytest.raises(RecordError, match="the same entry"):
        evidence.contradiction(shown_by(world.folder, 1), shown_by(other, 1), world.log)
    with pytest.raises(RecordError, match="by themselves"):
        evidence.contradiction(shown_by(world.folder), shown_by(other), world.log)


@pytest.mark.threat(
    who="operator",
    tries="takes a statement and never records it",
    alone="the log is sound, and the gap before the party's next number names what is lacking",
    needs="works alone if it was the party's last statement and the party asked for no receipt",
    seen_by="anybody, once a later statement of the party is recorded: `enduse record verify`",
)
def test_withholding_a_statement(world, tmp_path):
    """Noticed by: anybody's monitor. Evidence: the party's own later number, and the gap before it."""
    forged = record(tmp_path / "withheld", [row for row in HONEST if row is not HONEST[2]])
    report = verify(forged, describe=describe)
    assert report.ok, "the log itself is sound: it was never given the statement"
    (gap,) = report.incomplete
    assert "running number 1 is missing" in gap.message
    assert key_id(PARTIES["carrier1"].public) in gap.message


@pytest.mark.threat(
    who="carrier",
    tries="signs two different statements under one number, for two readers",
    alone="both are recorded, and its own two signatures convict it",
    needs="nobody",
    seen_by="anybody: `enduse record verify`; whoever adds the second, at once",
)
def test_saying_two_things_under_one_number(world, tmp_path):
    """Not the operator but a party: noticed by anybody's monitor. Evidence: its two signatures, both in the record."""
    forged = record(tmp_path / "two", [*HONEST, said("carrier1", 2, "difference 0 t")])
    (fork,) = verify(forged, describe=describe).incomplete
    assert "signed different statements under number 2 (entries 4, 6)" in fork.message


@pytest.mark.threat(
    who="operator",
    tries="founds the record again under a new log key",
    alone="nobody with the old key or a policy takes it",
    needs="every reader, who would have to take the new key",
    seen_by="anybody who checks with a key or a policy of his own: `enduse record verify --policy`",
)
def test_a_new_log_key(world, tmp_path):
    """Noticed by: every reader with a policy, the witness, the mirror. Evidence: none is needed, nobody takes it."""
    with Log.create(tmp_path / "new", ORIGIN, SigningKey.generate()) as log:
        log.append([said("donor-aa", 1, "pledged 10")])
        log.publish()
        assert not verify(log.folder, trust=Trust(policy=world.policy)).ok
        with pytest.raises(SignatureError):
            proofs.verify(log.prove(0), log.store.entry(0).entry, Trust(policy=world.policy))
        answer = world.witness.add_checkpoint(b"old 6\n\n" + log.checkpoint.data)
        assert answer.status == 403
        world.mirror.source = FolderSource(log.folder / "tiles")
        with pytest.raises(SignatureError):
            world.mirror.follow()


def test_a_re_issued_party_key(world, tmp_path):
    """Noticed by: the party, in the record itself: what another key signed stands under that key, for all to see."""
    impostor = SigningKey.generate()
    payload = b"carrier1 3 received 100 t"
    row = NewEntry(impostor.sign(payload) + payload, hashlib.sha256(payload).digest(), impostor.public, 3)
    forged = record(tmp_path / "impostor", [*HONEST, row])
    report = verify(forged, describe=describe)
    assert "key or running number in the database is not that of the entry" in " ".join(map(str, report.problems))


@pytest.mark.threat(
    who="operator",
    tries="records something today as if it had been recorded long ago",
    alone="a checkpoint cosigned in between lacks the entry and bounds its time",
    needs="all who cosigned in between",
    seen_by="whoever has a cosigned checkpoint from between the two days",
)
def test_backdating(world):
    """Noticed by: anybody with cosigned checkpoints. Evidence: a checkpoint cosigned later that lacks the entry."""
    with Log.open(world.folder) as log:
        before = checkpoints.open_checkpoint(log.checkpoint.data, world.log, world.policy.verifiers)
        world.now += 86_400
        log.append([said("carrier1", 3, "on 1 January I received 100 t")])
        assert log.publish(world.policy, {"w": world.witness}).published
        later = checkpoints.open_checkpoint(log.checkpoint.data, world.log, world.policy.verifiers)
    assert evidence.bounds(6, [before, later]) == evidence.Bounds(1_700_000_000, 1_700_086_400)
    assert evidence.bounds(2, [before, later]) == evidence.Bounds(None, 1_700_000_000)


@pytest.mark.threat(
    who="operator",
    tries="goes back to an older copy, and goes on from there",
    alone="no witness cosigns it; with an honest software it stops before it signs",
    needs="all who cosign, and with them every reader",
    seen_by="witnesses and mirrors, of themselves",
)
def test_going_back_to_an_older_record(world, tmp_path):
    """Noticed by: the witness and the mirror, and the operator's own software. Evidence: the newer checkpoint."""
    older = shutil.copytree(world.folder, tmp_path / "older")
    with Log.open(world.folder) as log:
        log.append([said("donor-aa", 3, "sent 5 t")])
        log.publish(world.policy, {"w": world.witness})
        world.mirror.follow()
    world.mirror.source = FolderSource(older / "tiles")
    with pytest.raises(ConflictError, match="rolled back"):
        world.mirror.follow()
    with Log.open(older) as log:
        log.append([said("builder1", 3, "instead")])
        refused = log.publish(world.policy, {"w": world.witness})
        assert not refused.published
        assert refused.problems
    (kept,) = world.witness.cabinet.files()
    convicted(world, kept.read_bytes(), "two different roots for 7 entries")


@pytest.mark.threat(
    who="stranger",
    tries="makes up evidence against an honest operator",
    alone="is neither written nor read as evidence: only what the log itself signed convicts it",
    needs="nobody, without the log's private key",
    seen_by="whoever checks it: `enduse record evidence FILE --key`",
)
def test_evidence_that_convicts_nobody_is_not_written(world, tmp_path):
    same = shown_by(world.folder, 2)
    with pytest.raises(RecordError):
        evidence.write(same, same, world.log)
    for junk in (b"", b"{}", b"[1]", b"\xff", b'{"format":"enduse.evidence@v1"}'):
        with pytest.raises(MalformedError):
            evidence.check(junk, world.log)
    forged = record(tmp_path / "f", [*HONEST[:5], said("builder1", 2, "other")])
    data = evidence.write(same, shown_by(forged, 2), world.log)
    with pytest.raises((SignatureError, MalformedError)):
        evidence.check(data.replace(b'"checkpoint": "', b'"checkpoint": "AAAA', 1), world.log)
