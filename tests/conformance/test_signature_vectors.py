"""Published vectors for the kinds of signature: Wycheproof for P-256, W3C and py_webauthn for passkeys, DSSE's example.

They are no part of this repository. Where they are not at hand the tests skip, loudly; `tests/unit/terms/test_signatures.py`
stands on vectors written there.
"""

from base64 import b64decode, urlsafe_b64encode
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature

from enduse.statements.envelope import pae
from enduse.terms import p256, signatures, webauthn
from support.published import (
    browser_assertions,
    browser_signatures,
    library_assertions,
    needed,
    other_s,
    p256_cases,
    read,
    w3c_assertions,
)
from support.signing import Authenticator

pytestmark = needed


def test_wycheproof_p256_as_it_is_written_and_with_the_other_s():
    """Of every valid signature exactly one of its two forms is taken; of those that are not, none."""
    higher, seen = set(read("own/p256_high_s.json")["tcIds"]), 0
    for key, message, signature, case in p256_cases("wycheproof/p256_sha256_p1363.json"):
        seen += 1
        verdict = p256.is_valid(key, message, signature)
        if case["result"] != "valid":
            assert not verdict, case
            continue
        assert verdict is (case["tcId"] not in higher), case
        assert p256.is_valid(key, message, other_s(signature)) is not verdict, case
    assert seen == 175
    assert len(higher) == 41


def test_wycheproof_p256_in_der_once_it_is_brought_into_our_form():
    """What WebAuthn gives is DER; its numbers, brought to the lower s, hold where Wycheproof says so and nowhere else."""
    taken = 0
    for key, message, signature, case in p256_cases("wycheproof/p256_sha256_der.json"):
        assert not p256.is_valid(key, message, signature), "DER is not our form"
        try:
            r, s = decode_dss_signature(signature)
        except ValueError:
            assert case["result"] != "valid", case
            continue
        if not (0 < r < p256.ORDER and 0 < s < p256.ORDER):
            assert case["result"] != "valid", case
            continue
        assert p256.is_valid(key, message, p256.canonical(r, s)) is (case["result"] == "valid"), case
        taken += case["result"] == "valid"
    assert taken == 118


def test_the_example_of_dsse():
    example = read("dsse/protocol_example.json")
    signed = pae(example["payload"].encode(), example["payloadType"])
    assert signed == example["pae"].encode()
    signature = b64decode(example["envelope"]["signatures"][0]["sig"])
    x, y = int(example["x"]), int(example["y"])
    key = bytes([2 + y % 2]) + x.to_bytes(32)
    forms = [signature, other_s(signature)]
    assert sorted(p256.is_valid(key, signed, form) for form in forms) == [False, True]


def test_client_data_of_browsers_and_of_those_who_try():
    cases = read("own/client_data_cases.json")
    (origin,) = cases["origins"]
    challenge = sha256(b64decode(cases["pae"])).digest()
    verdicts = [webauthn.is_client_data(b64decode(case["client_data"]), challenge, origin) for case in cases["cases"]]
    assert verdicts == [case["accept"] for case in cases["cases"]]
    assert len(set(verdicts)) == 2


def test_what_a_browser_signed():
    """Assertions and WebCrypto signatures of a headless Chromium, over one message; RSA among them is none of ours."""
    taken, refused = 0, set()
    for name, public, message, signature in browser_assertions():
        if signatures.is_valid(public, message, signature):
            taken += 1
            assert not signatures.is_valid(public, message + b" ", signature)
        else:
            refused.add(name)
    assert taken == 33
    assert refused == {"rs256-localhost"}
    for name, public, message, signature in browser_signatures():
        assert signatures.is_valid(public, message, signature) is (name != "high_s")
        assert name == "signatures" or signatures.is_valid(public, message, other_s(signature)) is (name == "high_s")


def test_vectors_of_the_w3c():
    """All are valid to the standard; ours are those with ES256 or EdDSA, a verified user, and no other page above."""
    verdicts = {name: webauthn.is_assertion(*rest) for name, *rest in w3c_assertions()}
    taken = {name for name, verdict in verdicts.items() if verdict}
    assert taken < set(verdicts)
    assert not any("rs256" in name or "es384" in name for name in taken)
    assert taken, "none of the published assertions is taken"


def test_vectors_of_py_webauthn():
    """What its tests refuse we refuse; RSA, ML-DSA and an old Firefox's order too."""
    for name, public, challenge, signature in library_assertions():
        if name.startswith("test_raises") or webauthn.read_key(public) is None:
            assert not webauthn.is_assertion(public, challenge, signature), name


def test_whatever_we_take_the_library_webauthn_takes_too():
    """A second opinion by another hand: never looser than the standard."""
    library = pytest.importorskip("webauthn", reason="LOUD: no second opinion on passkeys: pip install webauthn")
    cbor2 = pytest.importorskip("cbor2")
    for number in range(12):
        passkey = Authenticator()
        message = b"statement %d" % number
        data, client = passkey.authenticator_data(), passkey.client_data(message)
        signature = passkey.sign(message, client, data)
        assert webauthn.is_valid(passkey.public, message, signature)
        point = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), passkey.inner.public).public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)})
        inner = signature[-64:]
        der = encode_dss_signature(int.from_bytes(inner[:32]), int.from_bytes(inner[32:]))

        def text(value):
            return urlsafe_b64encode(value).rstrip(b"=").decode()

        response = {"authenticatorData": text(data), "clientDataJSON": text(client), "signature": text(der)}
        library.verify_authentication_response(
            credential={"id": "AAAA", "rawId": "AAAA", "response": response, "type": "public-key"},
            expected_challenge=sha256(message).digest(),
            expected_rp_id=passkey.domain,
            expected_origin=passkey.page,
            credential_public_key=public,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
