"""Tools of those who keep, watch and check a record: what the commands rest on."""

import hashlib
import shutil
import threading
from contextlib import closing

import pytest

from enduse import operators
from enduse.errors import ConflictError, MalformedError, RecordError, SignatureError, UnknownError
from enduse.record import note, policy, proof
from enduse.record.log import Log
from enduse.record.store import NewEntry
from enduse.record.trust import Trust
from enduse.terms.ed25519 import SigningKey


def rows(start, stop):
    bodies = [b"statement %d" % number for number in range(start, stop)]
    return [NewEntry(b, hashlib.sha256(b).digest(), bytes(32), start + n + 1) for n, b in enumerate(bodies)]


@pytest.fixture
def folder(tmp_path):
    with Log.create(tmp_path / "p", "record.example/d", SigningKey.generate()) as log:
        log.append(rows(0, 20))
    return tmp_path / "p"


def publish(folder, *args):
    with Log.open(folder) as log:
        return log.publish(*args)


def test_tiles_that_are_gone_whole_are_named_and_published_anew(folder):
    publish(folder)
    earlier = {path.relative_to(folder): path.read_bytes() for path in (folder / "tiles").rglob("*") if path.is_file()}
    shutil.rmtree(folder / "tiles")
    report = operators.verify_record(folder)
    assert (report.ok, report.problems[0].code) == (False, "record.tiles_gone"), "the invented rows are no statements"
    with pytest.raises(UnknownError) as caught:
        operators.rebuild(folder)
    assert caught.value.problem.code == "record.tiles_gone"
    publish(folder)
    assert {
        path.relative_to(folder): path.read_bytes() for path in (folder / "tiles").rglob("*") if path.is_file()
    } == earlier


def test_a_proof_file_is_all_a_stranger_needs(folder):
    with pytest.raises(RecordError, match="nothing is published"):
        operators.prove(folder, 7)
    publish(folder)
    with Log.open(folder) as log:
        trust = Trust(log.verifier)
    for which in (7, hashlib.sha256(b"statement 7").digest()):
        data = operators.prove(folder, which)
        proved = operators.check_proof(data, trust)
        assert (proved.index, proved.entry, proved.signed.checkpoint.size) == (7, b"statement 7", 20)
        with pytest.raises(RecordError):
            operators.check_proof(data, trust, b"statement 8")
    with pytest.raises(UnknownError):
        operators.prove(folder, bytes(32))
    with pytest.raises(UnknownError):
        operators.prove(folder, 20)
    bare = proof.Proof(0, (), b"x\n").encode()
    with pytest.raises(MalformedError, match="does not carry"):
        operators.check_proof(bare, trust)
    with pytest.raises(SignatureError):
        operators.check_proof(data, Trust(note.Verifier("record.example/d", 1, SigningKey.generate().public)))


def test_a_proof_that_a_mail_program_has_wrapped_is_read(folder):
    publish(folder)
    with Log.open(folder, read_only=True) as log:
        trust = Trust(log.verifier)
    data = operators.prove(folder, 7)
    assert operators.check_proof(data.replace(b"\n", b"\r\n"), trust).index == 7


def test_a_witness_and_a_mirror_over_http(folder, tmp_path):
    with Log.open(folder) as log:
        known = log.verifier
    with pytest.raises(MalformedError, match="no key here"):
        operators.witness_server(tmp_path / "w", [known])
    witness = operators.witness_server(tmp_path / "w", [known], name="w.example")
    mirror = operators.open_mirror(tmp_path / "m", folder / "tiles", known, name="m.example", waits=True)
    servers = [witness, operators.mirror_server(mirror)]
    for server in servers:
        threading.Thread(target=server.serve_forever, daemon=True).start()
    keys = [witness.witness.signer.verifier, mirror.signer.verifier]
    lines = [f"log {known.vkey}"]
    lines += [f"witness {n} {key.vkey} {server.url}" for n, key, server in zip("wm", keys, servers, strict=True)]
    asked = policy.parse("\n".join([*lines, "group both all w m", "quorum both"]))
    done = publish(folder, asked)
    assert done.published, done.problems
    assert done.cosigned == ("m", "w")
    assert "m.example, w.example" in operators.printed_card(folder, Trust(policy=asked))
    for server in servers:
        server.shutdown()
        server.server_close()
    with closing(operators.open_mirror(tmp_path / "m", folder / "tiles", known)) as again:
        assert again.checkpoint.checkpoint.size == 20


def test_a_card_is_printed_only_of_what_the_given_key_has_signed(folder):
    publish(folder)
    other = note.Signer("record.example/town", SigningKey.generate()).verifier
    with Log.open(folder, read_only=True) as log:
        assert "<html" in operators.printed_card(folder, Trust(log.verifier))
        twin = note.Signer(log.verifier.name, SigningKey.generate()).verifier
    for strange in (other, twin):
        with pytest.raises((MalformedError, SignatureError)):
            operators.printed_card(folder, Trust(strange))


def test_nothing_to_print(folder):
    pytest.importorskip("segno")
    with pytest.raises(UnknownError, match="nothing is published"):
        operators.printed_card(folder)


def test_two_keys_of_one_log_are_not_taken_for_one(tmp_path):
    """The later one alone was watched for, without a word."""
    logs = [note.Signer("record.example/two", SigningKey.generate()).verifier for _ in range(2)]
    with pytest.raises(ConflictError, match="two different keys are given"):
        operators.witness_server(tmp_path / "w", logs, name="w.example")
    assert not (tmp_path / "w").exists()
    operators.witness_server(tmp_path / "w", [logs[0], logs[0]], name="w.example").server_close()
