"""Published vectors for the kinds of signature, read where they are at hand; they are no part of this repository."""

import json
import os
from base64 import b64decode, urlsafe_b64decode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_public_key

from enduse.terms import p256, webauthn

DATA = Path(os.environ.get("ENDUSE_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "keys"
needed = pytest.mark.skipif(
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


def cose(data):
    cbor2 = pytest.importorskip("cbor2", reason="LOUD: no cbor2, so vectors in CBOR were not read")
    return cbor2.loads(data)


def keys_of_cose(fields):
    if fields.get(3) == -7:
        return webauthn.ES256, bytes([2 + fields[-3][-1] % 2]) + fields[-2]
    if fields.get(3) == -8:
        return webauthn.EDDSA, fields[-2]
    return None


def passkey_of(found, where, *, verified=True, synced=True):
    """Return a passkey's public key as we enrol it; of an algorithm that is none of ours, bytes that are no key."""
    if found is None:
        return b"RSA or another"
    return webauthn.WebAuthnKey(found[0], found[1], where[0], where[1], verified, synced).encode()


def browser_assertions():
    """Name, key, message and assertion of each that a headless Chromium made."""
    given = read("own/chromium_156.json")
    for made in given["webauthn"]:
        found = spki(b64decode(made["public_key_spki"]))
        for each in made["assertions"]:
            data, client, inner = (b64decode(each[name]) for name in ("authenticator_data", "client_data", "signature"))
            where = made["rp_id"], made["origin"]
            public = passkey_of(found, where, verified=bool(data[32] & 4), synced=bool(data[32] & 8))
            signature = webauthn.assertion(data, client, inner if found is None else inner_of(found[0], inner))
            yield made["name"], public, b64decode(given["pae"]), signature


def browser_signatures():
    """Kind, key, message and signature of each that WebCrypto made there."""
    given = read("own/chromium_156.json")
    for kind, names in (("Ed25519", ("signatures",)), ("P-256", ("low_s", "high_s"))):
        made = given["webcrypto"][kind]
        raw = b64decode(made["public_raw"])
        public = raw if len(raw) == 32 else bytes([2 + raw[-1] % 2]) + raw[1:33]
        for name in names:
            for signature in map(b64decode, made[name]):
                yield name, public, b64decode(given["pae"]), signature


def w3c_assertions():
    """Name, key, challenge and assertion of each in the standard."""
    given = read("webauthn_w3c/webauthn3_test_vectors.json")
    for vector in given["vectors"]:
        attested = cose(bytes.fromhex(vector["registration"]["attestationObject"]))["authData"]
        found = keys_of_cose(cose(attested[55 + int.from_bytes(attested[53:55]) :]))
        names = ("challenge", "authenticatorData", "clientDataJSON", "signature")
        challenge, data, client, inner = (bytes.fromhex(vector["authentication"][name]) for name in names)
        signature = webauthn.assertion(data, client, inner if found is None else inner_of(found[0], inner))
        yield vector["name"], passkey_of(found, (given["rp_id"], given["origin"])), challenge, signature


def library_assertions():
    """Name, key, challenge and assertion of each in the tests of py_webauthn."""
    for vector in read("webauthn_py/authentication_responses.json")["vectors"]:
        names = ("authenticatorData", "clientDataJSON", "signature")
        data, client, inner = (base64url(vector["credential"]["response"][name]) for name in names)
        found = keys_of_cose(cose(base64url(vector["credential_public_key"])))
        signature = webauthn.assertion(data, client, inner if found is None else inner_of(found[0], inner))
        yield (
            vector["name"],
            passkey_of(found, (vector["rp_id"], vector["origin"])),
            base64url(vector["challenge"]),
            signature,
        )
