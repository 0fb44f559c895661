"""The text of a file that holds a private key: as it is, encrypted with a passphrase, or held by an agent.

The first line is one of
``SEED``,
``encrypted v1 PUBLIC OPERATIONS MEMORY SALT BOX`` (Argon2id, then XSalsa20-Poly1305 around the seed, both of libsodium),
``agent PUBLIC`` (the private half is in an ssh-agent, and stays there); all in hexadecimal but the two numbers.
"""

import re
from collections.abc import Callable
from typing import Final, Literal

import msgspec
from nacl import pwhash
from nacl.exceptions import CryptoError
from nacl.secret import SecretBox
from nacl.utils import random

from enduse.book.agent import AgentKey
from enduse.errors import MalformedError, SignatureError
from enduse.terms.ed25519 import PrivateKey, SigningKey

AskPassphrase = Callable[[str], str]
"""Asked for the passphrase of a file, by its name."""

OPERATIONS: Final = pwhash.argon2id.OPSLIMIT_MODERATE
MEMORY: Final = pwhash.argon2id.MEMLIMIT_MODERATE
MEMORY_MAX: Final = 2**30
"""Most memory that a file may ask for; one from a stranger could else ask for all there is."""
OPERATIONS_MAX: Final = 20

_SEED: Final = re.compile(r"(?P<seed>[0-9a-f]{64})")
_AGENT: Final = re.compile(r"agent (?P<public>(?:0[23])?[0-9a-f]{64})")
_ENCRYPTED: Final = re.compile(
    r"encrypted v1 (?P<public>[0-9a-f]{64}) (?P<operations>\d{1,2}) (?P<memory>\d{4,10}) (?P<salt>[0-9a-f]{32})"
    r" (?P<box>[0-9a-f]{144})"
)


class KeyFile(msgspec.Struct, frozen=True):
    """What a file says of the private key it holds.

    Attributes:
        kept: ``plain`` (whoever has the file has the key), ``encrypted``, or by an ``agent``.
        public: the public half: 32 bytes, or those of a P-256 key that an agent holds.
        line: the first line of the file.
    """

    kept: Literal["plain", "encrypted", "agent"]
    public: bytes
    line: str

    @classmethod
    def parse(cls, line: str, source: str) -> "KeyFile":
        """Read the first line of such a file.

        Raises:
            MalformedError: it holds no key.
        """
        if found := _SEED.fullmatch(line):
            return cls("plain", SigningKey.from_seed(bytes.fromhex(found["seed"])).public, line)
        if found := _AGENT.fullmatch(line):
            return cls("agent", bytes.fromhex(found["public"]), line)
        if found := _ENCRYPTED.fullmatch(line):
            if int(found["memory"]) <= MEMORY_MAX and int(found["operations"]) <= OPERATIONS_MAX:
                return cls("encrypted", bytes.fromhex(found["public"]), line)
            raise MalformedError("key.passphrase_too_dear", source=source)
        raise MalformedError("key.malformed", source=source)

    def open(self, source: str, ask: AskPassphrase | None = None) -> PrivateKey:
        """Return the private key, or the agent that signs with it.

        Args:
            source: name of the file.
            ask: for the passphrase.

        Raises:
            MalformedError: the passphrase is another, or there is nobody to ask.
            UnknownError: no agent has the key.
        """
        if self.kept == "agent":
            return AgentKey.find(self.public.hex())
        if self.kept == "plain":
            return SigningKey.from_seed(bytes.fromhex(self.line))
        if ask is None:
            raise MalformedError("key.passphrase_unasked", source=source)
        found = _ENCRYPTED.fullmatch(self.line)
        if found is None:
            raise MalformedError("key.malformed", source=source)
        box = _box(ask(source), bytes.fromhex(found["salt"]), int(found["operations"]), int(found["memory"]))
        try:
            key = SigningKey.from_seed(box.decrypt(bytes.fromhex(found["box"])))
        except (CryptoError, SignatureError) as error:
            raise MalformedError("key.passphrase_wrong", source=source) from error
        if key.public != self.public:
            raise MalformedError("key.passphrase_wrong", source=source)
        return key


def written(key: PrivateKey, passphrase: str = "") -> str:
    """Return the first line of a file that holds a key.

    Args:
        key: to be kept; of an agent's only the public half is written.
        passphrase: to encrypt it with; without one whoever has the file has the key.
    """
    if not isinstance(key, SigningKey):
        return f"agent {key.public.hex()}"
    if not passphrase:
        return key.seed.hex()
    salt = random(pwhash.argon2id.SALTBYTES)
    box = _box(passphrase, salt, OPERATIONS, MEMORY).encrypt(key.seed)
    return f"encrypted v1 {key.public.hex()} {OPERATIONS} {MEMORY} {salt.hex()} {bytes(box).hex()}"


def _box(passphrase: str, salt: bytes, operations: int, memory: int) -> SecretBox:
    return SecretBox(pwhash.argon2id.kdf(SecretBox.KEY_SIZE, passphrase.encode(), salt, operations, memory))
