"""Notes, checkpoints and cosignatures against vectors this project did not write (Go x/mod, C2SP, transparency-dev)."""

import base64
import contextlib
import json
import os
from pathlib import Path

import pytest

from enduse.errors import EnduseError, MalformedError, SignatureError
from enduse.record import checkpoint, note

DATA = Path(os.environ.get("ENDUSE_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "tlog"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"LOUD: no tlog vectors at {DATA}; set ENDUSE_TEST_DATA")


def load(name):
    path = DATA / name
    return json.loads(path.read_text()) if path.exists() else {}


NOTES = load("note/signed_note_vectors.json")
CHECKPOINTS = load("checkpoint/checkpoint_vectors.json")
COSIGNATURES = load("cosignature/cosignature_examples.json")

# Upstream takes root hashes of any length (its vectors use words); RFC 6962 roots have 32 bytes and we take no others.
STRICTER_CHECKPOINTS = {
    "valid one": "root is 7 bytes",
    "valid with different origin": "root is 36 bytes",
    "valid with trailing data": "root is 36 bytes",
}


def named(cases):
    return [pytest.param(case, id=case["name"]) for case in cases or ()]


@pytest.mark.parametrize("case", named(NOTES.get("open")))
def test_open_note(case):
    verifiers = [note.Verifier.parse(vkey) for vkey in case["verifiers"]]
    data = case["note"].encode()
    if not case["want_ok"]:
        with pytest.raises((MalformedError, SignatureError)):
            note.open_note(data, verifiers)
        return
    opened = note.open_note(data, verifiers)
    assert [verifier.name for verifier in opened.verified] == case["want_verified"]
    unknown = [s.name for s in opened.note.signatures if s.name not in case["want_verified"]]
    assert unknown == case["want_unverified"]
    assert opened.note.encode() == data


@pytest.mark.parametrize("case", named(NOTES.get("vkeys")))
def test_verifier_key(case):
    if case["want_ok"]:
        assert note.Verifier.parse(case["vkey"]).vkey == case["vkey"]
    else:
        with pytest.raises(MalformedError):
            note.Verifier.parse(case["vkey"])


def test_every_mangling_of_a_verifier_key_is_refused():
    good = NOTES["vkeys"][0]["vkey"]
    mangled = {good[start:stop] for start in range(len(good)) for stop in range(start, len(good) + 1)} - {good}
    raw = good.encode()
    for at in range(len(raw)):
        changed = bytearray(raw)
        changed[at] = (changed[at] + 1) % 256
        with contextlib.suppress(UnicodeDecodeError):
            mangled.add(changed.decode())
    for vkey in mangled:
        with pytest.raises(EnduseError):
            note.Verifier.parse(vkey)


def test_deterministic_signature():
    case = NOTES["sign"]
    signer = note.Signer.parse(case["skey_published_test_key"])
    assert signer.encode() == case["skey_published_test_key"]
    signed = note.Note(case["text"], (signer.sign(case["text"]),)).encode().decode()
    assert signed == case["want_note"]


@pytest.mark.parametrize("case", named(CHECKPOINTS.get("parse")))
def test_checkpoint_body(case):
    if case["want_ok"] and case["name"] not in STRICTER_CHECKPOINTS:
        parsed = checkpoint.parse(case["body"])
        assert (parsed.origin, parsed.size) == (case["origin"], case["size"])
        return
    with pytest.raises(MalformedError):
        checkpoint.parse(case["body"])
    if case["name"] in STRICTER_CHECKPOINTS:
        # With a root of the right length everything else about the vector is read as upstream reads it.
        lines = case["body"].split("\n")
        lines[2] = base64.b64encode(bytes(32)).decode()
        parsed = checkpoint.parse("\n".join(lines))
        assert (parsed.origin, parsed.size, parsed.extensions) == (case["origin"], case["size"], case["extension"])


def test_go_checksum_database():
    case = CHECKPOINTS["real_signed"][0]
    key = note.Verifier.parse(case["vkey"])
    opened = checkpoint.open_checkpoint(case["note"].encode(), key, origin=case["origin"])
    assert opened.checkpoint.size == case["size"]
    with pytest.raises(SignatureError, match="of the log"):
        checkpoint.open_checkpoint(case["note"].encode(), key)


def test_specification_example_of_a_cosignature():
    parsed = note.parse(COSIGNATURES["spec_checkpoint_with_cosignature"].encode())
    log, witness = parsed.signatures
    assert witness.name == "witness.example.com/w1"
    time = int.from_bytes(witness.raw[:8], "big")
    header = note.cosigned_message(time, parsed.text.encode()).decode().split(parsed.text, maxsplit=1)[0]
    assert header == COSIGNATURES["spec_signed_message_header"]
    assert checkpoint.parse(parsed.text).size == 20852163
    assert len(log.raw) == 64


@pytest.mark.parametrize("case", [pytest.param(c, id=str(n)) for n, c in enumerate(COSIGNATURES.get("timestamps", ()))])
def test_cosignature_time(case):
    line = f"\N{EM DASH} witness.example {case['base64']}"
    if case["want_ok"]:
        raw = note.parse_signature(line).raw
        assert (len(raw), int.from_bytes(raw[:8], "big")) == (72, case["want_time"])
        return
    verifier = note.Verifier("witness.example", note.COSIGNATURE_V1, bytes(32))
    with pytest.raises((MalformedError, SignatureError)):
        verifier.verify("text\n", note.parse_signature(line))
