"""The strict Ed25519 rules: what is refused, and that the wrapper signs as RFC 8032 says."""

import pytest

from enduse.errors import SignatureError
from enduse.terms import ed25519

SEED = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
PUBLIC = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
IDENTITY = b"\x01" + bytes(31)


def test_rfc8032_vector_1():
    key = ed25519.SigningKey.from_seed(SEED)
    signature = key.sign(b"")
    assert key.public == PUBLIC
    assert signature.hex().startswith(
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bac"
    )
    ed25519.verify(PUBLIC, b"", signature)
    assert key.seed == SEED


def test_another_message_is_refused():
    key = ed25519.SigningKey.generate()
    signature = key.sign(b"ten pallets")
    with pytest.raises(SignatureError, match="does not belong"):
        ed25519.verify(key.public, b"nine pallets", signature)


@pytest.mark.parametrize(
    "key",
    [
        bytes(31),
        IDENTITY,
        bytes(32),
        (2**255 - 20).to_bytes(32, "little"),
        (2**255 - 19 + 1).to_bytes(32, "little"),
        bytes.fromhex("10eb7c3acfb2bed3e0d6ab89bf5a3d6afddd1176ce4812e38d9fd485058fdb1f"),
        b"\x02" + bytes(31),
    ],
    ids=["short", "identity", "order 4", "order 2", "non-canonical identity", "mixed order", "not on the curve"],
)
def test_keys_on_which_libraries_differ_are_refused(key):
    with pytest.raises(SignatureError):
        ed25519.check_public_key(key)
    assert not ed25519.is_valid(key, b"", bytes(64))


def test_signatures_on_which_libraries_differ_are_refused():
    good = ed25519.SigningKey.from_seed(SEED).sign(b"x")
    order = 2**252 + 27742317777372353535851937790883648493
    larger_s = good[:32] + (int.from_bytes(good[32:], "little") + order).to_bytes(32, "little")
    for bad in (good[:-1], larger_s, IDENTITY + good[32:], b"\xff" * 32 + good[32:]):
        with pytest.raises(SignatureError):
            ed25519.check_signature(bad)
    ed25519.check_signature(good)


def test_repr_keeps_the_secret():
    key = ed25519.SigningKey.from_seed(SEED)
    assert SEED.hex() not in repr(key)
    with pytest.raises(SignatureError, match="seed"):
        ed25519.SigningKey.from_seed(b"short")
