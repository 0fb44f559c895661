"""The closed list of signature kinds: what each takes, what it refuses, and that none holds by the rules of another."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.errors import SignatureError
from enduse.terms import ed25519, p256, signatures, webauthn
from enduse.terms.ed25519 import SigningKey
from support.examples import examples
from support.signature_cases import FILE, MESSAGE, OTHER, cases, text
from support.signing import PAGE, Authenticator, P256Key

SEED = sha256(b"an invented party").digest()
IDENTITY = b"\x01" + bytes(31)

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


CASES = cases()


def test_every_case_of_the_file_that_clients_in_other_languages_read():
    """Each rule of the format page has its case there, taken or refused: small order, the higher s, another page, ..."""
    assert [case[1] for case in CASES if signatures.is_valid(*case[2:5]) is not case[5]] == []
    assert {True, False} == {case[5] for case in CASES}
    assert FILE.read_text(encoding="utf-8") == text(), "write it anew: tests/support/signature_cases.py says how"


@pytest.mark.parametrize("kind", ["ed25519", "p256", "webauthn-es256", "webauthn-eddsa"])
def test_a_key_has_one_form(kind):
    """Domain and page are part of a passkey's key, so nothing that it signs elsewhere counts."""
    wrong = [case for case in CASES if case[0] == kind and case[1].startswith(("a key ", "key: "))]
    assert len(wrong) > 4
    for _, _, public, *_ in wrong:
        with pytest.raises(SignatureError):
            signatures.check_public_key(public)


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


INNERS = {"a": P256Key("a"), "b": P256Key("b"), "c": SigningKey.from_seed(SEED), "d": SigningKey.from_seed(SEED[::-1])}
SITES = [("enduse.example", PAGE), ("enduse.example", "https://enduse.example"), ("sign.enduse.example", PAGE)]


def signer_of(drawn):
    name, bare, (domain, page), verified, synced = drawn
    if bare:
        return INNERS[name]
    return Authenticator(INNERS[name], domain=domain, page=page, user_verified=verified, synced=synced)


drawn_signers = st.tuples(
    st.sampled_from("aabccd"), st.booleans(), st.sampled_from(SITES), st.booleans(), st.booleans()
)


@settings(max_examples=examples(400), deadline=None)
@given(drawn_signers, drawn_signers, st.sampled_from([0x01, 0x05, 0x0D, 0x1D]), st.booleans())
def test_whose_signature_holds_under_which_key_against_an_oracle(one, other, flags, same_message):
    """Of any two keys, of any kinds, points, domains, pages and rules: what a person would say who reads the page of the format."""
    maker, reader = signer_of(one), signer_of(other)
    if not one[1]:
        maker.flags = flags
    signature = maker.sign(MESSAGE)
    expected = same_message and one[:2] == other[:2]
    if expected and not one[1]:
        expected = one[2] == other[2] and (not other[3] or bool(flags & 0x04)) and (other[4] or not flags & 0x08)
    assert signatures.is_valid(reader.public, MESSAGE if same_message else OTHER, signature) is expected
    if len(signature) > 64:
        assert not signatures.is_valid(reader.public, MESSAGE, signature[-64:])


@settings(max_examples=examples(300), deadline=None)
@given(st.sampled_from([case[2:5] for case in CASES if case[5]]), st.data())
def test_no_part_of_what_was_signed_can_be_changed(case, data):
    """A byte changed, left out or put in, of key, message or signature: it holds no more; but a passkey's key may ask for less."""
    which = data.draw(st.integers(0, 2))
    parts = list(case)
    old = parts[which]
    at = data.draw(st.integers(0, len(old) - 1))
    new = data.draw(st.binary(max_size=2))
    parts[which] = old[:at] + new + old[at + 1 :]
    rules = which == 0 and len(old) > 33 and at == (34 if old[0] == webauthn.ES256 else 33) and len(new) == 1
    assert parts[which] == old or rules or not signatures.is_valid(*parts)


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


def test_an_authenticators_own_count_decides_nothing():
    passkey = Authenticator()
    later, earlier = passkey.sign(b"2"), passkey.sign(b"1")
    assert signatures.is_valid(passkey.public, b"1", earlier)
    assert signatures.is_valid(passkey.public, b"2", later)


def test_a_key_reads_back():
    for passkey in (Authenticator(), Authenticator(SigningKey.from_seed(SEED), user_verified=False, synced=True)):
        assert webauthn.read_key(passkey.public) == passkey.key
    local = Authenticator(domain="localhost", page="http://localhost:8000")
    assert webauthn.read_key(local.public) == local.key
    assert ed25519.PUBLIC_KEY_BYTES < p256.PUBLIC_KEY_BYTES < len(local.public)
