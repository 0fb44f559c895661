"""Ed25519: Wycheproof, the CCTV edge points, and that two libraries agree on everything we accept."""

import json
import os
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from enduse.terms import ed25519

DATA = Path(os.environ.get("ENDUSE_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "tlog" / "ed25519"
needs_data = pytest.mark.skipif(not DATA.is_dir(), reason=f"LOUD: no tlog vectors at {DATA}; set ENDUSE_TEST_DATA")


def openssl_accepts(key, message, signature):
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


@needs_data
def test_wycheproof():
    suite = json.loads((DATA / "wycheproof_ed25519_test.json").read_text())
    seen = 0
    for group in suite["testGroups"]:
        key = bytes.fromhex(group["publicKey"]["pk"])
        for case in group["tests"]:
            verdict = ed25519.is_valid(key, bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]))
            assert verdict is (case["result"] == "valid"), (case["tcId"], case["comment"])
            seen += 1
    assert seen == 101


@needs_data
def test_cctv_edge_points():
    """We refuse every vector with a low-order or non-canonical part, and whatever is left both libraries judge alike."""
    cases = json.loads((DATA / "cctv_ed25519vectors.json").read_text())
    assert len(cases) == 609
    accepted = 0
    for case in cases:
        key, message, signature = bytes.fromhex(case["key"]), case["msg"].encode(), bytes.fromhex(case["sig"])
        verdict = ed25519.is_valid(key, message, signature)
        if verdict:
            accepted += 1
            assert openssl_accepts(key, message, signature)
            assert not case["flags"], case
    assert accepted == 1


@given(seed=st.binary(min_size=32, max_size=32), message=st.binary(max_size=300), flip=st.integers(0, 64 * 8 - 1))
def test_both_libraries_agree_on_what_honest_parties_sign(seed, message, flip):
    key = ed25519.SigningKey.from_seed(seed)
    signature = key.sign(message)
    assert Ed25519PrivateKey.from_private_bytes(seed).sign(message) == signature
    assert ed25519.is_valid(key.public, message, signature)
    assert openssl_accepts(key.public, message, signature)
    wrong = bytearray(signature)
    wrong[flip // 8] ^= 1 << flip % 8
    assert not ed25519.is_valid(key.public, message, bytes(wrong))


def test_json_canonicalization():
    """RFC 8785 is used where a payload is rebuilt; the library we test against gives the published bytes."""
    rfc8785 = pytest.importorskip("rfc8785")
    folder = DATA.parent / "jcs"
    if not folder.is_dir():
        pytest.skip(f"LOUD: no tlog vectors at {DATA.parent}")
    names = sorted(path.name for path in (folder / "input").iterdir())
    assert len(names) == 4
    for name in names:
        value = json.loads((folder / "input" / name).read_text())
        assert rfc8785.dumps(value) == (folder / "output" / name).read_bytes()
