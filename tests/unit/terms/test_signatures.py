"""The closed list of signature kinds: what each takes, what it refuses, and that none holds by the rules of another."""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.errors import SignatureError
from enduse.terms import ed25519, p256, signatures, webauthn
from enduse.terms.ed25519 import SigningKey
from support.signing import PAGE, Authenticator, P256Key

SEED = sha256(b"an invented party").digest()
IDENTITY = b"\x01" + bytes(31)
MESSAGE = b"DSSEv1 39 application/vnd.enduse.statement+json 12 ten pallets."

# RFC 6979, A.2.5: P-256 with SHA-256, message "sample". The s given there is the higher of the two.
SAMPLE_KEY = bytes.fromhex("0360fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6")
SAMPLE_R = 0xEFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716
SAMPLE_S = 0xF7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8


def signers():
    return [
        SigningKey.from_seed(SEED),
        P256Key(),
        Authenticator(),
        Authenticator(SigningKey.from_seed(SEED)),
        Authenticator(P256Key("token")),
    ]


def test_p256_takes_the_lower_s_of_the_published_sample_and_not_the_higher():
    low = p256.canonical(SAMPLE_R, SAMPLE_S)
    high = SAMPLE_R.to_bytes(32) + SAMPLE_S.to_bytes(32)
    assert low != high
    assert p256.is_valid(SAMPLE_KEY, b"sample", low)
    assert not p256.is_valid(SAMPLE_KEY, b"sample", high), "one signature would have two forms"
    assert not p256.is_valid(SAMPLE_KEY, b"another", low)


@pytest.mark.parametrize(
    "key",
    [
        b"\x04" + SAMPLE_KEY[1:],
        b"\x02" + b"\xff" * 32,
        b"\x02" + (5).to_bytes(32)[:-1] + b"\x07",
        SAMPLE_KEY[1:],
        SAMPLE_KEY + b"\0",
        bytes(33),
    ],
    ids=["uncompressed tag", "not below p", "not on the curve", "no tag", "too long", "infinity"],
)
def test_a_p256_key_has_one_form(key):
    assert not p256.is_valid(key, b"sample", p256.canonical(SAMPLE_R, SAMPLE_S))
    with pytest.raises(SignatureError):
        p256.check_public_key(key)


@pytest.mark.parametrize(
    ("r", "s"), [(0, 1), (1, 0), (p256.ORDER, 1), (1, p256.ORDER // 2 + 1), (SAMPLE_R, p256.ORDER)]
)
def test_numbers_out_of_range_are_no_signature(r, s):
    assert not p256.is_valid(SAMPLE_KEY, b"sample", r.to_bytes(32) + s.to_bytes(32))


@pytest.mark.parametrize("signer", signers(), ids=lambda each: signatures.kind(each.public))
def test_each_kind_takes_its_own_and_no_changed_bit(signer):
    signature = signer.sign(MESSAGE)
    signatures.check_public_key(signer.public)
    assert signatures.is_valid(signer.public, MESSAGE, signature)
    assert not signatures.is_valid(signer.public, MESSAGE + b" ", signature)
    for bit in range(0, len(signature) * 8, 3):
        flipped = bytearray(signature)
        flipped[bit // 8] ^= 1 << bit % 8
        assert not signatures.is_valid(signer.public, MESSAGE, bytes(flipped)), f"bit {bit}"
    for wrong in (signature[:-1], signature + b"\0", b"", signature + signature):
        assert not signatures.is_valid(signer.public, MESSAGE, wrong)


def test_no_kind_holds_under_another():
    """Also not the inner signature of a passkey, nor a passkey's under the same point enrolled as another kind."""
    made = [(signer, signer.sign(MESSAGE)) for signer in signers()]
    made += [(signer, signature[-64:]) for signer, signature in made if len(signature) > 64]
    for signer, signature in made:
        for other in signers():
            same = other.public == signer.public and len(signature) == len(other.sign(MESSAGE))
            assert signatures.is_valid(other.public, MESSAGE, signature) is same


def test_one_point_is_one_signer_whatever_its_kind():
    token, passkey = P256Key("token"), Authenticator(P256Key("token"))
    device = SigningKey.from_seed(SEED)
    assert signatures.signer(token.public) == signatures.signer(passkey.public)
    assert signatures.signer(device.public) == signatures.signer(Authenticator(device).public) == device.public
    elsewhere = Authenticator(P256Key("token"), page="https://enduse.example", synced=True)
    assert signatures.signer(elsewhere.public) == signatures.signer(token.public)
    assert signatures.signer(signatures.signer(token.public)) == signatures.signer(token.public)


@given(public=st.binary(max_size=120), message=st.binary(max_size=40), signature=st.binary(max_size=240))
def test_no_bytes_raise(public, message, signature):
    assert not signatures.is_valid(public, message, signature)


def test_a_batch_says_what_each_single_check_says():
    every = signers()
    items = [(key.public, b"%d" % n, key.sign(b"%d" % n)) for n in range(300) for key in [every[n % len(every)]]]
    items[7] = (every[0].public, b"another", items[7][2])
    items[299] = (IDENTITY, *items[299][1:])
    for threads in (1, 2):
        verdicts = signatures.verify_batch(items, threads)
        assert [n for n, verdict in enumerate(verdicts) if not verdict] == [7, 299]
    assert signatures.verify_batch([]) == []


# -- passkeys and security keys --------------------------------------------------------------------------------------

CHALLENGE = urlsafe_b64encode(sha256(MESSAGE).digest()).rstrip(b"=").decode()


def text(rest="", *, kind="webauthn.get", challenge=CHALLENGE, origin=PAGE):
    return f'{{"type":"{kind}","challenge":"{challenge}","origin":"{origin}"{rest}}}'.encode()


@pytest.mark.parametrize(
    "client",
    [
        text(),
        text(',"crossOrigin":false'),
        text(',"crossOrigin":false,"other_keys_can_be_added_here":"do not compare clientDataJSON against a template."'),
        text(',"crossOrigin":false,"androidPackageName":"com.android.chrome","more":true'),
    ],
    ids=["as Safari", "as Firefox", "as Chromium", "as Chromium on Android"],
)
def test_what_browsers_write_is_taken(client):
    for passkey in (Authenticator(), Authenticator(SigningKey.from_seed(SEED))):
        assert signatures.is_valid(passkey.public, MESSAGE, passkey.sign(MESSAGE, client))


@pytest.mark.parametrize(
    "client",
    [
        text(',"crossOrigin":true'),
        text(',"crossOrigin":false,"topOrigin":"https://elsewhere.example"'),
        text(',"topOrigin":"https://elsewhere.example"'),
        text(',"crossOrigin":false,"crossOrigin":false'),
        text(f',"challenge":"{CHALLENGE}"'),
        text(',"a":"1","a":"2"'),
        text(',"a":"\\u0041"'),
        text(',"a":1'),
        text(',"a":{}'),
        text(',"a":"' + "x" * 257 + '"'),
        text(',"a":"é"'),
        text(kind="webauthn.create"),
        text(kind="payment.get"),
        text(challenge=CHALLENGE + "="),
        text(challenge=CHALLENGE[:-1]),
        text(challenge=urlsafe_b64encode(sha256(b"sign in").digest()).rstrip(b"=").decode()),
        text(origin="https://enduse.example"),
        text(origin=PAGE.replace("/", "\\/")),
        text(origin="http://sign.enduse.example"),
        text() + b"\n",
        text() + b"}",
        b" " + text(),
        text().replace(b",", b", "),
        b"\xef\xbb\xbf" + text(),
        text().decode().encode("utf-16"),
        json.dumps({"challenge": CHALLENGE, "origin": PAGE, "type": "webauthn.get"}, separators=(",", ":")).encode(),
        text("".join(f',"a{n}":"{"x" * 250}"' for n in range(4))),
        b"",
    ],
)
def test_client_data_that_another_could_read_otherwise_is_refused(client):
    passkey = Authenticator()
    assert not signatures.is_valid(passkey.public, MESSAGE, passkey.sign(MESSAGE, client))


@pytest.mark.parametrize(
    ("flags", "verified", "synced", "taken"),
    [
        (0x05, True, False, True),
        (0x01, True, False, False),
        (0x01, False, False, True),
        (0x04, False, False, False),
        (0x0D, True, False, False),
        (0x0D, True, True, True),
        (0x1D, True, True, True),
        (0x15, True, True, False),
        (0x45, True, True, False),
        (0x85, True, True, False),
        (0x07, True, True, False),
        (0x25, True, True, False),
    ],
)
def test_how_an_authenticator_was_used_is_held_against_its_key(flags, verified, synced, taken):
    passkey = Authenticator(user_verified=verified, synced=synced)
    passkey.flags = flags
    assert signatures.is_valid(passkey.public, MESSAGE, passkey.sign(MESSAGE)) is taken


def test_an_authenticator_that_signs_for_another_domain_is_refused():
    passkey = Authenticator()
    passkey.domain = "elsewhere.example"
    assert not signatures.is_valid(passkey.public, MESSAGE, passkey.sign(MESSAGE))
    longer = Authenticator().authenticator_data() + b"\xa0"
    assert not signatures.is_valid(passkey.public, MESSAGE, passkey.sign(MESSAGE, data=longer))


def test_an_authenticators_own_count_decides_nothing():
    passkey = Authenticator()
    later, earlier = passkey.sign(b"2"), passkey.sign(b"1")
    assert signatures.is_valid(passkey.public, b"1", earlier)
    assert signatures.is_valid(passkey.public, b"2", later)


@pytest.mark.parametrize(
    "change",
    [
        lambda key: b"\x06" + key[1:],
        lambda key: key[:34] + b"\x04" + key[35:],
        lambda key: key.replace(b" ", b"  "),
        lambda key: key.replace(b"https", b"http"),
        lambda key: key.replace(b"sign.enduse", b"sign.other"),
        lambda key: key + b"/",
        lambda key: key + b":",
        lambda key: key + b"\xff",
        lambda key: key[:1] + b"\x05" + key[2:],
        lambda key: key[:34],
    ],
)
def test_a_passkey_has_one_form(change):
    """Domain and page are part of the key, so nothing that it signs elsewhere counts."""
    key = change(Authenticator().public)
    assert webauthn.read_key(key) is None
    with pytest.raises(SignatureError):
        signatures.check_public_key(key)


def test_a_key_reads_back():
    for passkey in (Authenticator(), Authenticator(SigningKey.from_seed(SEED), user_verified=False, synced=True)):
        assert webauthn.read_key(passkey.public) == passkey.key
    local = Authenticator(domain="localhost", page="http://localhost:8000")
    assert webauthn.read_key(local.public) == local.key
    assert ed25519.PUBLIC_KEY_BYTES < p256.PUBLIC_KEY_BYTES < len(local.public)
