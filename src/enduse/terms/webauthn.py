r"""WebAuthn assertions (W3C Level 3) as signatures of statements, judged offline by closed rules.

A passkey or security key signs no bytes of ours: it signs its own data and the hash of what the browser writes down (*client
data*), in which our SHA-256 stands as the challenge. What an assertion is good for depends on where and how it was made, so that
is part of the public key, and the founding says which of it a key may be enrolled with::

    public key = 0x07 (ES256) | compressed point 33  or  0x08 (EdDSA) | Ed25519 key 32,
                 rules 1 (0x01 the user was verified, 0x02 the passkey may be synced), relying party, blank, origin
    signature  = 0x01 | authenticator data 37 | length 2, big-endian | client data | 64 bytes, as of the inner kind

Level 3 lets browsers add members to client data, and lets a verifier read only a few. Among parties who do not trust each other
all must be read alike, so what may follow is closed too: no blanks, no escapes, no name twice. Chromium, Firefox and Safari are
taken as they are; an old Firefox with its members in another order is not. The running number (*signCount*) decides nothing:
synced passkeys have none, and batches come in any order.
"""

import re
from base64 import urlsafe_b64encode
from functools import lru_cache
from hashlib import sha256
from typing import Final, NamedTuple

from enduse.errors import SignatureError
from enduse.terms import ed25519, p256

KEY_BYTES_MAX: Final = 640
CLIENT_DATA_MAX: Final = 1_024
AUTHENTICATOR_DATA_BYTES: Final = 37
ES256: Final = 7
EDDSA: Final = 8
"""Kinds of inner signature, by COSE's numbers -7 and -8."""

_POINT_BYTES: Final = {ES256: p256.PUBLIC_KEY_BYTES, EDDSA: ed25519.PUBLIC_KEY_BYTES}
_VERIFIED: Final = 0x01
_SYNCED: Final = 0x02
_HEAD: Final = 1 + AUTHENTICATOR_DATA_BYTES + 2
_INNER_BYTES: Final = 64

_USER_PRESENT: Final = 0x01
_USER_VERIFIED: Final = 0x04
_MAY_SYNC: Final = 0x08
_IS_SYNCED: Final = 0x10

_RELYING_PARTY: Final = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")
_ORIGIN: Final = re.compile(
    r"(?P<scheme>https?)://(?P<host>[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)(?::[1-9][0-9]{0,4})?"
)
_REST: Final = re.compile(
    rb'(?:,"crossOrigin":false)?(?P<more>(?:,"[A-Za-z0-9_]{1,64}":(?:"[ !#-\[\]-~]{0,256}"|true|false))*)\}'
)
_NAME: Final = re.compile(rb',"([A-Za-z0-9_]{1,64})":(?:"[ !#-\[\]-~]{0,256}"|true|false)')
_TAKEN: Final = frozenset((b"type", b"challenge", b"origin", b"crossOrigin", b"topOrigin"))


class WebAuthnKey(NamedTuple):
    """A public key with where and how it must have been used.

    Attributes:
        algorithm: :data:`ES256` or :data:`EDDSA`.
        point: 33 bytes compressed, or an Ed25519 key.
        relying_party: domain for which the key was made.
        origin: the one page from which it signs.
        user_verified: whether a finger, face or number must have been checked.
        synced: whether it may lie on several devices.
    """

    algorithm: int
    point: bytes
    relying_party: str
    origin: str
    user_verified: bool
    synced: bool

    def encode(self) -> bytes:
        """Return the key as it is enrolled."""
        rules = _VERIFIED * self.user_verified | _SYNCED * self.synced
        where = f"{self.relying_party} {self.origin}".encode("ascii")
        return bytes([self.algorithm]) + self.point + bytes([rules]) + where


def is_site(relying_party: str, origin: str) -> bool:
    """Say whether a page of this origin may use keys of this relying party: its own domain, over a line nobody listens to."""
    found = _ORIGIN.fullmatch(origin)
    if found is None or _RELYING_PARTY.fullmatch(relying_party) is None:
        return False
    host = found["host"]
    own = host == relying_party or host.endswith("." + relying_party)
    return own and (found["scheme"] == "https" or host == "localhost")


@lru_cache(maxsize=65_536)
def read_key(public_key: bytes) -> WebAuthnKey | None:
    """Return what a public key says; ``None`` where it is none of this kind, in its one form."""
    size = _POINT_BYTES.get(public_key[0]) if public_key else None
    if size is None or len(public_key) > KEY_BYTES_MAX:
        return None
    point, rest = public_key[1 : 1 + size], public_key[1 + size :]
    try:
        relying_party, origin = rest[1:].decode("ascii").split(" ")
        (p256 if public_key[0] == ES256 else ed25519).check_public_key(point)
    except (ValueError, SignatureError):
        return None
    if rest[0] > _VERIFIED | _SYNCED or not is_site(relying_party, origin):
        return None
    return WebAuthnKey(public_key[0], point, relying_party, origin, bool(rest[0] & _VERIFIED), bool(rest[0] & _SYNCED))


def check_public_key(public_key: bytes) -> None:
    """Refuse a public key that is not in the one form.

    Raises:
        SignatureError: it is not.
    """
    if read_key(public_key) is None:
        raise SignatureError("key.webauthn")


def is_client_data(data: bytes, challenge: bytes, origin: str) -> bool:
    """Say whether this is what a browser wrote down when it asked for a signature of exactly this challenge on this page.

    Args:
        data: ``clientDataJSON``, as received.
        challenge: its bytes.
        origin: of the page.
    """
    wanted = urlsafe_b64encode(challenge).rstrip(b"=")
    start = b'{"type":"webauthn.get","challenge":"%s","origin":"%s"' % (wanted, origin.encode("ascii"))
    if len(data) > CLIENT_DATA_MAX or not data.startswith(start):
        return False
    rest = _REST.fullmatch(data, len(start))
    if rest is None:
        return False
    names = _NAME.findall(rest["more"])
    return len(set(names)) == len(names) and _TAKEN.isdisjoint(names)


def is_authenticator_data(data: bytes, key: WebAuthnKey) -> bool:
    """Say whether an authenticator says that it was used as the key demands; ``data`` has no extensions."""
    if len(data) != AUTHENTICATOR_DATA_BYTES or data[:32] != sha256(key.relying_party.encode()).digest():
        return False
    flags = data[32]
    if flags & ~(_USER_PRESENT | _USER_VERIFIED | _MAY_SYNC | _IS_SYNCED) or not flags & _USER_PRESENT:
        return False
    if key.user_verified and not flags & _USER_VERIFIED:
        return False
    if flags & _IS_SYNCED and not flags & _MAY_SYNC:
        return False
    return key.synced or not flags & _MAY_SYNC


def is_valid(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether an assertion signs the message, whose SHA-256 is its challenge, as its key demands; never raises."""
    return is_assertion(public_key, sha256(message).digest(), signature)


def is_assertion(public_key: bytes, challenge: bytes, signature: bytes) -> bool:
    """Say whether an assertion answers a challenge as its key demands; never raises for any bytes.

    Args:
        public_key: as enrolled, with its rules.
        challenge: its bytes, as many as there are.
        signature: as laid out above.
    """
    key = read_key(public_key)
    if key is None or len(signature) < _HEAD + _INNER_BYTES or signature[0] != 1:
        return False
    data, length = signature[1 : _HEAD - 2], int.from_bytes(signature[_HEAD - 2 : _HEAD])
    client, inner = signature[_HEAD : _HEAD + length], signature[_HEAD + length :]
    if len(inner) != _INNER_BYTES or len(client) != length:
        return False
    if not is_authenticator_data(data, key) or not is_client_data(client, challenge, key.origin):
        return False
    signed = data + sha256(client).digest()
    if key.algorithm == ES256:
        return p256.is_valid(key.point, signed, inner)
    return ed25519.is_valid(key.point, signed, inner)


def assertion(authenticator_data: bytes, client_data: bytes, inner: bytes) -> bytes:
    """Return an assertion as the signature of a statement; ``inner`` in the 64 bytes of its kind."""
    return b"\x01" + authenticator_data + len(client_data).to_bytes(2) + client_data + inner
