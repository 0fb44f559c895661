"""Proofs, policies, witness exchanges, Tessera's own log and Rekor v2 entries: vectors this project did not write."""

import base64
import json
import os
from pathlib import Path

import pytest

from enduse.errors import EnduseError, MalformedError
from enduse.record import checkpoint, note, policy, proof, tree, witness
from enduse.record.cosign import SIZE_TYPE, CosignRequest
from enduse.record.tiles import FolderSource, TileReader
from enduse.terms.ed25519 import SigningKey

DATA = Path(os.environ.get("ENDUSE_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "tlog"
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"LOUD: no tlog vectors at {DATA}; set ENDUSE_TEST_DATA")


def load(name):
    path = DATA / name
    return json.loads(path.read_text()) if path.exists() else {}


PROOFS = load("tlog_proof/tlog_proof_vectors.json")
POLICIES = load("policy/policy_vectors.json")
WITNESS = load("witness/litewitness_requests.json")
REKOR = load("rekor2/rekor2_tlog_entries.json")

# transparency-dev/formats lets one public key stand under two names; tlog-policy forbids it, and we refuse it.
STRICTER_POLICIES = {"group numerical": "w2 and w3 are one key", "group all": "w2 and w3 are one key"}
TESSERA_KEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"


def named(cases):
    return [pytest.param(case, id=case["name"]) for case in cases or ()]


@pytest.mark.parametrize("case", named(PROOFS.get("marshal")))
def test_proof_is_written_and_read(case):
    extra = None if case["extra"] is None else base64.b64decode(case["extra"])
    hashes = tuple(base64.b64decode(value) for value in case["hashes"])
    made = proof.Proof(case["index"], hashes, case["checkpoint"].encode(), extra)
    assert made.encode().decode() == case["text"]
    assert proof.parse(case["text"].encode()) == made


@pytest.mark.parametrize("case", named(PROOFS.get("refuse")))
def test_proof_is_refused(case):
    with pytest.raises(MalformedError):
        proof.parse(case["text"].encode())


@pytest.mark.parametrize("case", named(POLICIES.get("accept")))
def test_policy_is_accepted(case):
    text = case["policy"]
    if case["name"] in STRICTER_POLICIES:
        with pytest.raises(MalformedError, match="twice"):
            policy.parse(text)
        # With a key of its own for the third witness the vector is read as upstream reads it.
        other = note.Verifier("other.example", note.ED25519, SigningKey.from_seed(bytes(32)).public).vkey
        lines = [f"witness w3 {other}" if line.startswith("witness w3 ") else line for line in text.split("\n")]
        text = "\n".join(lines)
    read = policy.parse(text)
    keys = list(read.verifiers)
    assert read.satisfied(keys)
    assert not read.satisfied(keys[: case["want_n"] - 1])
    assert read.satisfied(keys[: case["want_n"]])
    assert read.waits_for(keys) == ()
    assert read.waits_for([])


@pytest.mark.parametrize("case", named(POLICIES.get("refuse")))
def test_policy_is_refused(case):
    with pytest.raises(MalformedError):
        policy.parse(case["policy"])


def test_witness_exchanges(tmp_path):
    origin = WITNESS["log_origin"]
    log = note.Verifier(origin, note.ED25519, bytes.fromhex(WITNESS["log_ed25519_public_key_hex"]))
    signer = note.Signer(WITNESS["witness_name"], SigningKey.generate(), note.COSIGNATURE_V1)
    ours = witness.Witness(tmp_path / "witness.db", signer, {origin: log})
    for case in WITNESS["requests"]:
        answer = ours.add_checkpoint(case["body"].encode())
        assert answer.status == case.get("want_status_current_spec", case["want_status"])
        body = answer.body.decode()
        for wanted in case["asserts"]:
            assert wanted.removeprefix('body contains "').removesuffix('"') in body
        if answer.status == 200:
            cosigned = ours.checkpoint(origin)
            assert cosigned is not None
            signed = checkpoint.open_checkpoint(cosigned, log, [signer.verifier])
            assert signer.verifier in signed.cosigned
    stale = ours.add_checkpoint(WITNESS["requests"][0]["body"].encode())
    assert (stale.status, stale.media_type, stale.body) == (409, SIZE_TYPE, b"3\n")
    ours.close()


def test_tesseras_own_log():
    key = note.Verifier.parse(TESSERA_KEY)
    heads = {}
    for size in range(11):
        data = (DATA / "tessera_log" / f"checkpoint.{size}").read_bytes()
        heads[size] = checkpoint.open_checkpoint(data, key, origin="example.com/log/testdata").checkpoint
        assert heads[size].size == size
        reader = TileReader(FolderSource(DATA / "tessera_log"), size)
        assert reader.root() == heads[size].root
        leaves = [tree.leaf_hash(entry) for entry in reader.entries()]
        assert tree.root(leaves) == heads[size].root
        for index, leaf in enumerate(leaves):
            path = tree.inclusion_proof(index, size, reader.node)
            tree.verify_inclusion(index, size, leaf, path, heads[size].root)
        for old in range(1, size + 1):
            path = tree.consistency_proof(old, size, reader.node)
            tree.verify_consistency(old, size, path, heads[old].root, heads[size].root)


def test_our_witness_cosigns_tesseras_log(tmp_path):
    key = note.Verifier.parse(TESSERA_KEY)
    signer = note.Signer("witness.example/w", SigningKey.generate(), note.COSIGNATURE_V1)
    ours = witness.Witness(tmp_path / "witness.db", signer, {"example.com/log/testdata": key})
    old = 0
    for size in (1, 3, 4, 8, 10):
        reader = TileReader(FolderSource(DATA / "tessera_log"), size)
        path = tree.consistency_proof(old, size, reader.node) if old else []
        data = (DATA / "tessera_log" / f"checkpoint.{size}").read_bytes()
        answer = ours.add_checkpoint(CosignRequest(old, tuple(path), data).encode())
        assert answer.status == 200, answer.body
        old = size
    ours.close()


def rekor_key(case):
    for log in case["trusted_tlogs"]:
        if log["keyDetails"] == "PKIX_ED25519":
            name = log["baseUrl"].removeprefix("https://").rstrip("/")
            yield note.Verifier(name, note.ED25519, base64.b64decode(log["spki_der_base64"])[-32:])


@pytest.mark.parametrize("case", named(REKOR.get("cases")))
def test_rekor_v2_entry(case):
    entry = case["tlogEntry"]

    def check():
        shown = entry.get("inclusionProof")
        if shown is None:
            raise MalformedError("no inclusion proof")
        data = shown["checkpoint"]["envelope"].encode()
        opened = note.open_note(data, list(rekor_key(case)))
        head = checkpoint.parse(opened.note.text)
        if head.origin not in {verifier.name for verifier in opened.verified}:
            raise MalformedError("signed by another log")
        leaf = tree.leaf_hash(base64.b64decode(entry["canonicalizedBody"]))
        hashes = [base64.b64decode(value) for value in shown["hashes"]]
        tree.verify_inclusion(int(shown["logIndex"]), head.size, leaf, hashes, head.root)

    if case["want_valid"]:
        check()
    else:
        with pytest.raises(EnduseError):
            check()
