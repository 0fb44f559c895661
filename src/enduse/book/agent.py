"""Keys in an ssh-agent (draft-ietf-sshm-ssh-agent): it signs our bytes as they are, and never gives the private key out.

So a hardware token that an agent can use signs statements too. Ed25519 keys serve, and those on P-256, which is what most tokens
have: RSA is none of our kinds of signature, and ``sk-`` keys sign other bytes than they are given.
"""

import base64
import os
import socket
import struct
from typing import Final, Self

from enduse.errors import ConflictError, UnknownError
from enduse.terms import ed25519, p256
from enduse.terms.signatures import is_valid

SOCKET: Final = "SSH_AUTH_SOCK"
TIMEOUT_S: Final = 120
"""How long an agent may take: it may have to ask its owner, or wait for a touch."""
ANSWER_MAX: Final = 262_144

_LIST: Final = 11
_LISTED: Final = 12
_SIGN: Final = 13
_SIGNED: Final = 14
_ED25519: Final = b"ssh-ed25519"
_P256: Final = b"ecdsa-sha2-nistp256"
_CURVE: Final = b"nistp256"


class AgentKey:
    """A private key that an ssh-agent holds."""

    __slots__ = ("_public",)

    def __init__(self, public: bytes) -> None:
        self._public = public

    @classmethod
    def find(cls, name: str) -> Self:
        """Return the one key of the agent that is meant, Ed25519 or P-256.

        Args:
            name: its public half in hexadecimal, its line in OpenSSH's form, or its comment.

        Raises:
            UnknownError: there is no agent, or it has no such key; says which it has.
            ConflictError: several have that comment.
        """
        listed = list(_listed())
        wanted = _public_of(name)
        found = {public for public, comment in listed if public == wanted or (wanted is None and comment == name)}
        if len(found) > 1:
            raise ConflictError("key.agent_several", name=name, n=len(found))
        if not found:
            raise UnknownError("key.agent_without", name=name, there=[comment for _public, comment in listed])
        return cls(found.pop())

    @property
    def public(self) -> bytes:
        """The public key: 32 bytes of Ed25519, 33 of P-256."""
        return self._public

    def sign(self, message: bytes) -> bytes:
        """Return the agent's signature of the message, 64 bytes.

        Raises:
            UnknownError: there is no agent, or it does not sign: its owner said no, say.
        """
        answer = _ask(bytes([_SIGN]) + _text(_blob(self._public)) + _text(message) + struct.pack(">I", 0))
        try:
            (blob,) = _texts(answer[1:], 1)
            kind, signature = _texts(blob, 2)
            if kind == _P256:
                r, s = (int.from_bytes(number) for number in _texts(signature, 2))
                signature = p256.canonical(r, s)
        except (struct.error, ValueError, OverflowError):
            signature = b""
        if answer[:1] != bytes([_SIGNED]) or not is_valid(self._public, message, signature):
            raise UnknownError("key.agent_refused", key=self._public.hex())
        return signature

    def __repr__(self) -> str:
        return f"AgentKey(public={self._public.hex()})"


def _public_of(name: str) -> bytes | None:
    """Return the public key that a name spells out, if it does."""
    words = name.split()
    try:
        if len(words) == 1 and len(name) in {2 * ed25519.PUBLIC_KEY_BYTES, 2 * p256.PUBLIC_KEY_BYTES}:
            return bytes.fromhex(name)
        if len(words) > 1:
            return _public(base64.b64decode(words[1], validate=True))
    except (ValueError, struct.error):
        return None
    return None


def _listed() -> list[tuple[bytes, str]]:
    """Return the keys of the agent that serve, each with its comment."""
    answer = _ask(bytes([_LIST]))
    if answer[:1] != bytes([_LISTED]):
        raise UnknownError("key.agent_none", name=SOCKET)
    try:
        (count,) = struct.unpack(">I", answer[1:5])
        texts = _texts(answer[5:], 2 * count)
    except (struct.error, ValueError) as error:
        raise UnknownError("key.agent_none", name=SOCKET) from error
    found = []
    for blob, comment in zip(texts[::2], texts[1::2], strict=True):
        if public := _public(blob):
            found.append((public, comment.decode("utf-8", "replace")))
    return found


def _ask(request: bytes) -> bytes:
    """Send one request to the agent and return its answer."""
    path = os.environ.get(SOCKET)
    if not path:
        raise UnknownError("key.agent_none", name=SOCKET)
    try:
        with socket.socket(socket.AF_UNIX) as agent:
            agent.settimeout(TIMEOUT_S)
            agent.connect(path)
            agent.sendall(_text(request))
            (length,) = struct.unpack(">I", _read(agent, 4))
            return _read(agent, min(length, ANSWER_MAX))
    except (OSError, struct.error) as error:
        raise UnknownError("key.agent_none", name=SOCKET) from error


def _read(agent: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length and (more := agent.recv(length - len(data))):
        data += more
    return data


def _public(blob: bytes) -> bytes | None:
    """Return the public key of a blob of OpenSSH's, if it is of a kind that serves."""
    key = blob[-p256.PUBLIC_KEY_BYTES + 1 :]
    if blob == _text(_ED25519) + _text(key):
        return key
    point = blob[-2 * len(key) :]
    compressed = bytes([2 + point[-1] % 2]) + point[: len(key)] if point else b""
    return compressed if compressed and blob == _blob(compressed) else None


def _blob(public: bytes) -> bytes:
    if len(public) == ed25519.PUBLIC_KEY_BYTES:
        return _text(_ED25519) + _text(public)
    return _text(_P256) + _text(_CURVE) + _text(p256.uncompressed(public))


def _text(data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + data


def _texts(data: bytes, count: int) -> list[bytes]:
    """Read so many length-prefixed texts.

    Raises:
        ValueError, struct.error: the data ends before.
    """
    found, at = [], 0
    for _ in range(count):
        (length,) = struct.unpack_from(">I", data, at)
        if at + 4 + length > len(data):
            raise ValueError(length)
        found.append(data[at + 4 : at + 4 + length])
        at += 4 + length
    return found
