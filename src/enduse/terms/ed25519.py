"""Ed25519 (RFC 8032) with one verdict for everybody: the strict subset on which all libraries agree.

Among parties who do not trust each other a crafted key or signature must not be valid for one library and invalid for
another (C2SP/CCTV measured that two common ones disagree on 18 % of its edge cases). We therefore refuse, before any
verification: public keys outside the prime-order subgroup (which takes in small-order and mixed-order points),
non-canonical encodings of A, R or S, and small-order R. What is left is accepted by cofactored and by cofactorless
verifiers alike. The arithmetic itself is libsodium's, through PyNaCl.
"""

from functools import lru_cache
from typing import Protocol, Self

from nacl import bindings
from nacl.exceptions import CryptoError

from enduse.errors import SignatureError

PUBLIC_KEY_BYTES = 32
SIGNATURE_BYTES = 64
SEED_BYTES = 32

_P = 2**255 - 19
_L = 2**252 + 27742317777372353535851937790883648493
_SIGN_BIT = 1 << 255
# The y coordinates of the eight points of small order; two points share each y but for 1 and -1 (RFC 7748 section 5,
# "Taming the many EdDSAs", table 1).
_SMALL_ORDER_Y = frozenset(
    {
        0,
        1,
        _P - 1,
        int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"),
        int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"),
    }
)


@lru_cache(maxsize=65_536)
def _is_strict_key(public_key: bytes) -> bool:
    # Costs as much as a verification, and a party has few keys: remembered.
    return bool(bindings.crypto_core_ed25519_is_valid_point(public_key))


def check_public_key(public_key: bytes) -> None:
    """Refuse a public key on which libraries could disagree.

    Args:
        public_key: 32 bytes, RFC 8032 encoding.

    Raises:
        SignatureError: wrong length, not canonical, not on the curve, small order or outside the prime-order subgroup.
    """
    if len(public_key) != PUBLIC_KEY_BYTES:
        raise SignatureError("key.length", wanted=PUBLIC_KEY_BYTES, bytes=len(public_key))
    if not _is_strict_key(public_key):
        raise SignatureError("key.not_strict")


def is_strict_signature(signature: bytes) -> bool:
    """Say whether the 64 bytes are a canonical R, not of small order, and a canonical S."""
    if len(signature) != SIGNATURE_BYTES:
        return False
    r_y = int.from_bytes(signature[:32], "little") & ~_SIGN_BIT
    return r_y < _P and r_y not in _SMALL_ORDER_Y and int.from_bytes(signature[32:], "little") < _L


def check_signature(signature: bytes) -> None:
    """Refuse signature bytes on which libraries could disagree, without looking at key or message.

    Args:
        signature: 64 bytes, R then S.

    Raises:
        SignatureError: wrong length, R not canonical or of small order, or S not below the group order.
    """
    if len(signature) != SIGNATURE_BYTES:
        raise SignatureError("signature.length", wanted=SIGNATURE_BYTES, bytes=len(signature))
    if not is_strict_signature(signature):
        raise SignatureError("signature.not_strict")


def is_valid(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether the signature holds under the strict rules; never raises for any bytes."""
    if len(public_key) != PUBLIC_KEY_BYTES or not _is_strict_key(public_key) or not is_strict_signature(signature):
        return False
    try:
        bindings.crypto_sign_open(signature + message, public_key)
    except CryptoError:
        return False
    return True


def verify(public_key: bytes, message: bytes, signature: bytes) -> None:
    """Check one signature under the strict rules.

    Args:
        public_key: 32 bytes.
        message: the signed bytes, any length.
        signature: 64 bytes.

    Raises:
        SignatureError: the key or the signature is refused, or the signature does not belong to this message.
    """
    check_public_key(public_key)
    check_signature(signature)
    if not is_valid(public_key, message, signature):
        raise SignatureError("signature.of_another")


class PrivateKey(Protocol):
    """Whatever signs for one public key: a key in memory, or one that an agent keeps to itself."""

    @property
    def public(self) -> bytes:
        """The public key, in the bytes that say its kind (:mod:`enduse.terms.signatures`)."""

    def sign(self, message: bytes) -> bytes:
        """Return the signature of the message, in the form of that kind."""


class SigningKey:
    """A private Ed25519 key; its seed never appears in ``repr``."""

    __slots__ = ("_public", "_secret")

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_BYTES:
            raise SignatureError("key.seed_length", wanted=SEED_BYTES, bytes=len(seed))
        self._public, self._secret = bindings.crypto_sign_seed_keypair(seed)

    @classmethod
    def generate(cls) -> Self:
        """Return a fresh key from the operating system's randomness."""
        return cls(bindings.randombytes(SEED_BYTES))

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """Return the key of a 32-byte seed (RFC 8032 private key).

        Raises:
            SignatureError: the seed has another length.
        """
        return cls(seed)

    @property
    def public(self) -> bytes:
        """The 32-byte public key."""
        return self._public

    @property
    def seed(self) -> bytes:
        """The 32-byte private seed, to be written to a file of mode 600 and nowhere else."""
        return self._secret[:SEED_BYTES]

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte signature of the message."""
        return bindings.crypto_sign(message, self._secret)[:SIGNATURE_BYTES]

    def __repr__(self) -> str:
        return f"SigningKey(public={self._public.hex()})"
