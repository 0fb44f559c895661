"""ECDSA on P-256 with SHA-256 (FIPS 186-5) in one encoding, for tokens, phones and browsers that have no Ed25519.

ECDSA is malleable: with (r, s) also (r, n - s) holds, and DER has many spellings of one number. We take one of each: a public
key as 33 compressed bytes (SEC 1, 2.3.3), a signature as 64 bytes, r then s, with s not above half of n. Half of what browsers
and tokens make has the other s; whoever carries such a signature to us writes n - s (:func:`canonical`). The arithmetic is OpenSSL's,
through ``cryptography``.
"""

from functools import lru_cache
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from enduse.errors import SignatureError

PUBLIC_KEY_BYTES: Final = 33
SIGNATURE_BYTES: Final = 64
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""How many points the group has (n)."""

_HASH: Final = ECDSA(SHA256())


@lru_cache(maxsize=65_536)
def _point(public_key: bytes) -> EllipticCurvePublicKey | None:
    # A third of the cost of a verification, and a party has few keys: remembered.
    if len(public_key) != PUBLIC_KEY_BYTES or public_key[0] not in {2, 3}:
        return None
    try:
        return EllipticCurvePublicKey.from_encoded_point(SECP256R1(), public_key)
    except ValueError:
        return None


def check_public_key(public_key: bytes) -> None:
    """Refuse what is not a compressed point on the curve.

    Args:
        public_key: 33 bytes.

    Raises:
        SignatureError: it is none.
    """
    if _point(public_key) is None:
        raise SignatureError("key.p256")


def is_valid(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether the signature holds, in our one encoding; never raises for any bytes.

    Args:
        public_key: 33 bytes, compressed.
        message: the signed bytes.
        signature: 64 bytes, r then s, s at most half of n.
    """
    point = _point(public_key)
    if point is None or len(signature) != SIGNATURE_BYTES:
        return False
    r, s = int.from_bytes(signature[:32]), int.from_bytes(signature[32:])
    if not (0 < r < ORDER and 0 < s <= ORDER // 2):
        return False
    try:
        point.verify(encode_dss_signature(r, s), message, _HASH)
    except InvalidSignature:
        return False
    return True


def uncompressed(public_key: bytes) -> bytes:
    """Return a public key as 65 bytes, 04, x, y, as others write it; nothing where it is none."""
    point = _point(public_key)
    return b"" if point is None else point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def canonical(r: int, s: int) -> bytes:
    """Return a signature in our one encoding: of the two s that hold, the lower."""
    return r.to_bytes(32) + min(s, ORDER - s).to_bytes(32)
