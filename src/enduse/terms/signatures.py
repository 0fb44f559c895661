"""The kinds of signature that a statement may have: a closed list, told by the public key alone.

A key is enrolled as bytes that say their kind: 32 for Ed25519, 33 for ECDSA P-256, more for WebAuthn. The envelope names no kind, so
nobody can have a signature judged by other rules than those of the key. One point is one signer, whatever its kind: its name
(:func:`signer`) leaves the kind out, so that the record never knows one point under two.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from typing import Final, Literal

from enduse.terms import ed25519, p256, webauthn

KeyKind = Literal["ed25519", "p256", "webauthn-es256", "webauthn-eddsa"]
"""Kinds of signature."""

SIGNER_BYTES: Final = 32

# Measured on 2 cores: libsodium and OpenSSL run without the interpreter lock, so two threads verify 31,000 Ed25519 signatures a
# second, one thread 16,900, two processes 31,700; slices of 64 to 256 are best (benchmarks/record).
_SLICE = 128


def kind(public_key: bytes) -> KeyKind:
    """Return which kind of signature a public key checks."""
    if len(public_key) == ed25519.PUBLIC_KEY_BYTES:
        return "ed25519"
    if len(public_key) == p256.PUBLIC_KEY_BYTES:
        return "p256"
    return "webauthn-es256" if public_key[:1] == bytes([webauthn.ES256]) else "webauthn-eddsa"


def check_public_key(public_key: bytes) -> None:
    """Refuse a public key that is not in the one form of its kind.

    Raises:
        SignatureError: it is not.
    """
    match kind(public_key):
        case "ed25519":
            ed25519.check_public_key(public_key)
        case "p256":
            p256.check_public_key(public_key)
        case _:
            webauthn.check_public_key(public_key)


def signer(public_key: bytes) -> bytes:
    """Return the 32 bytes by which the record knows who signed: an Ed25519 point itself, of another its SHA-256.

    Args:
        public_key: as enrolled; or what this function gave, which stays as it is.
    """
    if len(public_key) == SIGNER_BYTES:
        return public_key
    key = webauthn.read_key(public_key)
    point = public_key if key is None else key.point
    return point if len(point) == SIGNER_BYTES else sha256(point).digest()


def is_valid(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether a signature holds by the rules of its key's kind; never raises for any bytes."""
    if len(public_key) == ed25519.PUBLIC_KEY_BYTES:
        return ed25519.is_valid(public_key, message, signature)
    if len(public_key) == p256.PUBLIC_KEY_BYTES:
        return p256.is_valid(public_key, message, signature)
    return webauthn.is_valid(public_key, message, signature)


def _are_valid(items: Sequence[tuple[bytes, bytes, bytes]]) -> list[bool]:
    return [is_valid(*item) for item in items]


def verify_batch(items: Sequence[tuple[bytes, bytes, bytes]], threads: int = 2) -> list[bool]:
    """Check many signatures at once, on several cores.

    Args:
        items: ``(public_key, message, signature)`` each.
        threads: how many cores to use; 1 stays in this thread.

    Returns:
        For each item, in order, what :func:`is_valid` says of it.
    """
    if threads <= 1 or len(items) <= _SLICE:
        return _are_valid(items)
    slices = [items[at : at + _SLICE] for at in range(0, len(items), _SLICE)]
    with ThreadPoolExecutor(threads) as pool:
        return [verdict for part in pool.map(_are_valid, slices) for verdict in part]
