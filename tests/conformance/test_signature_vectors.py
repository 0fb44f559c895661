"""Published vectors for the kinds of signature: Wycheproof for P-256, W3C and py_webauthn for passkeys, DSSE's example.

They are no part of this repository. Where they are not at hand the tests skip, loudly; `tests/unit/terms/test_signatures.py`
stands on vectors written there.
"""

import json
import os
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from enduse.statements.envelope import pae
from enduse.terms import ed25519, p256, signatures, webauthn
from support.signing import Authenticator

DATA = Path(os.environ.get("ENDUSE_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "keys"
pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason=f"LOUD: no published vectors for signatures at {DATA}; set ENDUSE_TEST_DATA"
)


def read(name):
    return json.loads((DATA / name).read_text(encoding="utf-8"))


def base64url(text):
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def compressed(key):
    return key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)


def p256_cases(name):
    for group in read(name)["testGroups"]:
        point = bytes.fromhex(group["publicKey"]["uncompressed"])
        key = compressed(EllipticCurvePublicKey.from_encoded_point(SECP256R1(), point))
        for case in group["tests"]:
            yield key, bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"]), case


def other_s(signature):
    return signature[:32] + (p256.ORDER - int.from_bytes(signature[32:])).to_bytes(32)


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


def spki(data):
    """Return algorithm and point of a SubjectPublicKeyInfo; ``None`` for RSA."""
    key = load_der_public_key(data)
    if isinstance(key, EllipticCurvePublicKey):
        return webauthn.ES256, compressed(key)
    if isinstance(key, Ed25519PublicKey):
        return webauthn.EDDSA, key.public_bytes(Encoding.Raw, PublicFormat.Raw)
    return None


def inner_of(algorithm, signature):
    return p256.canonical(*decode_dss_signature(signature)) if algorithm == webauthn.ES256 else signature


def test_what_a_browser_signed():
    """Assertions and WebCrypto signatures of a headless Chromium, over one message; RSA among them is none of ours."""
    given = read("own/chromium_156.json")
    message, taken, refused = b64decode(given["pae"]), 0, set()
    for made in given["webauthn"]:
        found = spki(b64decode(made["public_key_spki"]))
        for each in made["assertions"]:
            data, client = b64decode(each["authenticator_data"]), b64decode(each["client_data"])
            if found is None or len(data) != webauthn.AUTHENTICATOR_DATA_BYTES:
                refused.add(made["name"])
                continue
            key = webauthn.WebAuthnKey(
                found[0], found[1], made["rp_id"], made["origin"], bool(data[32] & 4), bool(data[32] & 8)
            )
            signature = webauthn.assertion(data, client, inner_of(found[0], b64decode(each["signature"])))
            assert signatures.is_valid(key.encode(), message, signature), made["name"]
            assert not signatures.is_valid(key.encode(), message + b" ", signature)
            taken += 1
    assert taken == 33
    assert refused == {"rs256-localhost"}
    made = given["webcrypto"]
    for kind, names in (("Ed25519", ("signatures",)), ("P-256", ("low_s", "high_s"))):
        raw = b64decode(made[kind]["public_raw"])
        public = raw if len(raw) == 32 else bytes([2 + raw[-1] % 2]) + raw[1:33]
        for name in names:
            for each in map(b64decode, made[kind][name]):
                assert signatures.is_valid(public, message, each) is (name != "high_s")
                assert name == "signatures" or signatures.is_valid(public, message, other_s(each)) is (name == "high_s")


def cose(data):
    cbor2 = pytest.importorskip("cbor2", reason="LOUD: no cbor2, so vectors in CBOR were not read")
    return cbor2.loads(data)


def keys_of_cose(fields):
    if fields.get(3) == -7:
        return webauthn.ES256, bytes([2 + fields[-3][-1] % 2]) + fields[-2]
    if fields.get(3) == -8:
        return webauthn.EDDSA, fields[-2]
    return None


def judged(algorithm_and_point, where, challenge, client, data, signature):
    """Verdict on an assertion over a challenge that is not the SHA-256 of anything: as ours, but for that."""
    if algorithm_and_point is None:
        return False
    algorithm, point = algorithm_and_point
    key = webauthn.WebAuthnKey(algorithm, point, where[0], where[1], user_verified=True, synced=True)
    if not webauthn.is_authenticator_data(data, key) or not webauthn.is_client_data(client, challenge, where[1]):
        return False
    inner = inner_of(algorithm, signature)
    room = p256 if algorithm == webauthn.ES256 else ed25519
    return room.is_valid(point, data + sha256(client).digest(), inner)


def test_vectors_of_the_w3c():
    """All are valid to the standard; ours are those with ES256 or EdDSA, a verified user, and no other page above."""
    given = read("webauthn_w3c/webauthn3_test_vectors.json")
    taken = []
    for vector in given["vectors"]:
        attested = cose(bytes.fromhex(vector["registration"]["attestationObject"]))["authData"]
        length = int.from_bytes(attested[53:55])
        found = keys_of_cose(cose(attested[55 + length :]))
        said = vector["authentication"]
        parts = [
            bytes.fromhex(said[name]) for name in ("challenge", "clientDataJSON", "authenticatorData", "signature")
        ]
        if judged(found, (given["rp_id"], given["origin"]), *parts):
            taken.append(vector["name"])
    names = {vector["name"] for vector in given["vectors"]}
    assert set(taken) < names
    assert not any("rs256" in name or "es384" in name for name in taken)
    assert taken, "none of the published assertions is taken"


def test_vectors_of_py_webauthn():
    """What its tests refuse we refuse; RSA, ML-DSA and an old Firefox's order too."""
    for vector in read("webauthn_py/authentication_responses.json")["vectors"]:
        response = vector["credential"]["response"]
        names = ("clientDataJSON", "authenticatorData", "signature")
        found = keys_of_cose(cose(base64url(vector["credential_public_key"])))
        where = vector["rp_id"], vector["origin"]
        parts = [base64url(response[name]) for name in names]
        verdict = judged(found, where, base64url(vector["challenge"]), *parts)
        if vector["name"].startswith("test_raises") or found is None:
            assert not verdict, vector["name"]


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
