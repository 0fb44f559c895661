"""Keys that the software itself never holds: P-256 as a token has it, and an authenticator with its browser."""

import json
from base64 import urlsafe_b64encode
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from enduse.terms import p256, webauthn
from enduse.terms.ed25519 import SigningKey

DOMAIN, PAGE = "enduse.example", "https://sign.enduse.example"


class P256Key:
    """A private P-256 key."""

    def __init__(self, name="token"):
        self._key = ec.derive_private_key(int.from_bytes(sha256(name.encode()).digest()), ec.SECP256R1())

    @property
    def public(self):
        return self._key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)

    def numbers(self, message):
        """Return r and s as a token gives them: s may be the higher one."""
        return decode_dss_signature(self._key.sign(message, ec.ECDSA(SHA256(), deterministic_signing=True)))

    def sign(self, message):
        return p256.canonical(*self.numbers(message))


class Authenticator:
    """A passkey with its browser; each of what it says can be made wrong."""

    def __init__(self, inner=None, *, domain=DOMAIN, page=PAGE, user_verified=True, synced=False):
        self.inner = inner or P256Key("passkey")
        algorithm = webauthn.EDDSA if isinstance(self.inner, SigningKey) else webauthn.ES256
        self.key = webauthn.WebAuthnKey(algorithm, self.inner.public, domain, page, user_verified, synced)
        self.domain, self.page = domain, page
        self.flags, self.count = 0x05, 0

    @property
    def public(self):
        return self.key.encode()

    def client_data(self, message, **changed):
        """Return what the browser writes down, as Level 3 serialises it."""
        challenge = urlsafe_b64encode(sha256(message).digest()).rstrip(b"=").decode()
        fields = {"type": "webauthn.get", "challenge": challenge, "origin": self.page, "crossOrigin": False}
        return json.dumps({**fields, **changed}, separators=(",", ":")).encode()

    def authenticator_data(self):
        self.count += 1
        return sha256(self.domain.encode()).digest() + bytes([self.flags]) + self.count.to_bytes(4)

    def sign(self, message, client=None, data=None):
        client = self.client_data(message) if client is None else client
        data = self.authenticator_data() if data is None else data
        return webauthn.assertion(data, client, self.inner.sign(data + sha256(client).digest()))
