"""Signed notes and their keys: C2SP signed-note v1.0.0, key types 0x01 (Ed25519) and 0x04 (tlog-cosignature v1).

A note is UTF-8 text ending in a newline, a blank line, and signature lines ``— name base64(key id || signature)``.
Signatures of unknown keys are ignored; a signature of a known key that does not hold rejects the note.
"""

import base64
import binascii
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

import msgspec

from enduse.errors import LimitError, MalformedError, SignatureError, told_by
from enduse.system import read_file
from enduse.terms import ed25519

ED25519 = 0x01
COSIGNATURE_V1 = 0x04
ML_DSA_44 = 0x06
"""Known by name only: such a cosigner can be named in a policy, and counts for nobody who cannot check it."""
TIME_MAX = 2**63 - 1
"""Latest time a cosignature may state (tlog-cosignature)."""
_ML_DSA_BYTES = 1_312

NOTE_BYTES_MAX = 1_000_000
SIGNATURES_MAX = 100
_DASH = "\N{EM DASH} "
_KEY_ID_BYTES = 4
_TIME_BYTES = 8
_NEWLINE = 0x0A
_FIRST_PRINTABLE = 0x20


def decode_base64(text: str, what: str, *, stray_bits: bool = False) -> bytes:
    """Decode standard padded base64 and nothing else.

    Args:
        text: what to decode.
        what: a word of the vocabulary (``messages.english.terms``) that names the field in the error.
        stray_bits: let bits pass that the last character has too many, as Go's decoder does.

    Raises:
        MalformedError: other alphabet, missing padding, stray bits.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise MalformedError("record.base64_malformed", what=what) from error
    if not stray_bits and base64.b64encode(data).decode() != text:
        raise MalformedError("record.base64_not_canonical", what=what)
    return data


def check_name(name: str, *, own: bool = False) -> str:
    """Return the key name if it is one: not empty, no white space of Unicode, no plus sign.

    Args:
        name: the name.
        own: whether it is a new name of ours; then nothing invisible is in it either. Others may have names with, say,
            the zero-width joiners that Persian is written with.

    Raises:
        MalformedError: it is none.
    """
    if not name or any(
        char.isspace() or char == "+" or ord(char) < _FIRST_PRINTABLE or (own and not char.isprintable())
        for char in name
    ):
        raise MalformedError("record.key_name", name=name)
    return name


def key_id(name: str, kind: int, public_key: bytes) -> bytes:
    """Return the 4-byte key id: SHA-256(name || 0x0A || kind || key), truncated."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public_key).digest()[:_KEY_ID_BYTES]


class Signature(msgspec.Struct, frozen=True):
    """One signature line: the name, the 4-byte key id and the raw signature bytes after it."""

    name: str
    key_id: bytes
    raw: bytes

    def line(self) -> str:
        """Return the line as it stands in a note, newline included."""
        return f"{_DASH}{self.name} {base64.b64encode(self.key_id + self.raw).decode()}\n"


class Verifier(msgspec.Struct, frozen=True):
    """A public key that signs notes: its name, its kind (0x01, 0x04 or 0x06) and 32 bytes (1,312 for 0x06)."""

    name: str
    kind: int
    public_key: bytes

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """Read a verifier key ``name+hex(key id)+base64(kind || key)``.

        Raises:
            MalformedError: not a verifier key, an unknown kind, or a key id that does not belong to it.
            SignatureError: a public key on which libraries disagree.
        """
        parts = vkey.split("+", 2)
        if len(parts) != 3:  # noqa: PLR2004 - name, id, key
            raise MalformedError("record.vkey_malformed")
        name, identifier, encoded = parts
        check_name(name)
        data = decode_base64(encoded, "verifier_key")
        if data[:1] == bytes([ML_DSA_44]) and len(data) == 1 + _ML_DSA_BYTES:
            return cls._named(name, data, identifier)
        if len(data) != 1 + ed25519.PUBLIC_KEY_BYTES or data[0] not in {ED25519, COSIGNATURE_V1}:
            raise MalformedError("record.vkey_kind")
        verifier = cls._named(name, data, identifier)
        ed25519.check_public_key(verifier.public_key)
        return verifier

    @classmethod
    def _named(cls, name: str, data: bytes, identifier: str) -> "Verifier":
        verifier = cls(name, data[0], data[1:])
        if identifier != verifier.key_id.hex():
            raise MalformedError("record.vkey_id")
        return verifier

    @property
    def checkable(self) -> bool:
        """Whether this program can check what the key signs."""
        return self.kind != ML_DSA_44

    @property
    def key_id(self) -> bytes:
        """The 4-byte key id."""
        return key_id(self.name, self.kind, self.public_key)

    @property
    def vkey(self) -> str:
        """The text form that :meth:`parse` reads."""
        key = base64.b64encode(bytes([self.kind]) + self.public_key).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"

    def verify(self, text: str, signature: Signature) -> int | None:
        """Check one signature over a note text.

        Returns:
            Posix seconds at which a cosignature was made; ``None`` for a plain signature, which states no time.

        Raises:
            SignatureError: the signature does not hold.
        """
        if signature.name != self.name or signature.key_id != self.key_id:
            raise SignatureError("record.signature_of_another", signer=signature.name, key=self.name)
        raw, message, time = signature.raw, text.encode(), None
        if self.kind == COSIGNATURE_V1:
            if len(raw) != _TIME_BYTES + ed25519.SIGNATURE_BYTES:
                raise SignatureError("record.cosignature_length", cosigner=self.name)
            time = int.from_bytes(raw[:_TIME_BYTES], "big")
            if time > TIME_MAX:
                raise SignatureError("record.cosignature_time", cosigner=self.name)
            raw, message = raw[_TIME_BYTES:], cosigned_message(time, message)
        try:
            ed25519.verify(self.public_key, message, raw)
        except SignatureError as error:
            raise SignatureError(
                "record.signature_invalid", name=self.name, id=self.key_id.hex(), reason=told_by(error)
            ) from error
        return time


def cosigned_message(time: int, text: bytes) -> bytes:
    """Return what a cosigner signs (tlog-cosignature): a header with its time, then the note text."""
    return b"cosignature/v1\ntime %d\n" % time + text


class Signer:
    """A private key that signs notes under a name, as a log (0x01) or as a witness (0x04)."""

    def __init__(self, name: str, key: ed25519.SigningKey, kind: int = ED25519) -> None:
        if kind not in {ED25519, COSIGNATURE_V1}:
            raise MalformedError("record.key_cannot_sign", kind=kind)
        self.key = key
        self.verifier = Verifier(check_name(name, own=True), kind, key.public)

    @property
    def name(self) -> str:
        """The name that stands in the signature line."""
        return self.verifier.name

    def sign(self, text: str, time: int | None = None) -> Signature:
        """Sign a note text.

        Args:
            text: ends in a newline.
            time: posix seconds of a cosignature (kind 0x04), ``None`` for a plain signature.

        Raises:
            MalformedError: a time for a key that states none, or none for a key that does.
        """
        if (self.verifier.kind == COSIGNATURE_V1) != (time is not None):
            raise MalformedError("record.signature_time")
        if time is None:
            raw = self.key.sign(text.encode())
        else:
            raw = time.to_bytes(_TIME_BYTES, "big") + self.key.sign(cosigned_message(time, text.encode()))
        return Signature(self.name, self.verifier.key_id, raw)

    def encode(self) -> str:
        """Return the private key as text, in the form of Go's note package; keep it in a file of mode 600."""
        kind = bytes([self.verifier.kind])
        seed = base64.b64encode(kind + self.key.seed).decode()
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{seed}"

    @classmethod
    def parse(cls, text: str) -> "Signer":
        """Read what :meth:`encode` wrote.

        Raises:
            MalformedError: it is no private key, or its id does not belong to it. The text is never quoted.
        """
        parts = text.strip().split("+", 4)
        if len(parts) != 5 or parts[:2] != ["PRIVATE", "KEY"]:  # noqa: PLR2004 - as encode() writes them
            raise MalformedError("record.private_key_malformed")
        data = decode_base64(parts[4], "private_key")
        if len(data) != 1 + ed25519.SEED_BYTES:
            raise MalformedError("record.private_key_kind")
        signer = cls(parts[2], ed25519.SigningKey.from_seed(data[1:]), data[0])
        if signer.verifier.key_id.hex() != parts[3]:
            raise MalformedError("record.private_key_id")
        return signer

    @classmethod
    def load(cls, path: Path) -> "Signer":
        """Read a private key from its file.

        Raises:
            MalformedError: the file, which is named, holds no private key. What it holds is never quoted.
        """
        try:
            return cls.parse(read_file(path).decode())
        except (UnicodeDecodeError, MalformedError) as error:
            raise MalformedError("record.private_key_malformed", source=str(path)) from error


class Note(msgspec.Struct, frozen=True):
    """A parsed note: its text, newline at the end, and its signatures in order, none of them checked yet."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """Return the note as bytes, as they are served."""
        return (self.text + "\n" + "".join(signature.line() for signature in self.signatures)).encode()

    def adding(self, signatures: Iterable[Signature]) -> "Note":
        """Return the note with further signatures, each in place of an older one of the same key."""
        merged = {(signature.name, signature.key_id): signature for signature in self.signatures}
        merged |= {(signature.name, signature.key_id): signature for signature in signatures}
        return Note(self.text, tuple(merged.values()))


class Opened(msgspec.Struct, frozen=True):
    """A note of which at least one signature holds.

    Attributes:
        note: the note.
        verified: the verifiers whose signatures hold, with the time each states (``None`` for plain signatures).
    """

    note: Note
    verified: dict[Verifier, int | None]


def parse_signature(line: str) -> Signature:
    """Read one signature line, without its newline.

    Raises:
        MalformedError: it is none.
    """
    name, separator, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not separator:
        raise MalformedError("record.note_line_no_signature")
    # The signature is checked in any case, so that stray bits decide nothing.
    data = decode_base64(encoded, "note_signature", stray_bits=True)
    if len(data) <= _KEY_ID_BYTES:
        raise MalformedError("record.note_signature_short")
    return Signature(check_name(name), data[:_KEY_ID_BYTES], data[_KEY_ID_BYTES:])


def parse(data: bytes) -> Note:
    """Read a note without checking its signatures.

    Raises:
        MalformedError: not UTF-8, a control character, no blank line, no signature, or a malformed signature line.
        LimitError: more bytes or signatures than we read.
    """
    if len(data) > NOTE_BYTES_MAX:
        raise LimitError("record.note_too_long", most=NOTE_BYTES_MAX, bytes=len(data))
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise MalformedError("record.note_not_utf8") from error
    if any(ord(char) < _FIRST_PRINTABLE and ord(char) != _NEWLINE for char in text):
        raise MalformedError("record.note_control_character")
    body, separator, tail = text.rpartition("\n\n")
    if not separator or not tail.endswith("\n"):
        raise MalformedError("record.note_malformed")
    lines = tail[:-1].split("\n")
    if len(lines) > SIGNATURES_MAX:
        raise LimitError("record.note_signatures", most=SIGNATURES_MAX, count=len(lines))
    return Note(body + "\n", tuple(parse_signature(line) for line in lines))


def open_note(data: bytes, verifiers: Iterable[Verifier]) -> Opened:
    """Read a note and check the signatures of known keys.

    Args:
        data: the note as served.
        verifiers: the keys one knows.

    Raises:
        MalformedError: it is no note.
        SignatureError: a known key's signature does not hold, or no known key signed.
    """
    note = parse(data)
    known: dict[tuple[str, bytes], Verifier] = {}
    for verifier in verifiers:
        if known.setdefault((verifier.name, verifier.key_id), verifier) != verifier:
            raise SignatureError("record.keys_collide", name=verifier.name, id=verifier.key_id.hex())
    verified: dict[Verifier, int | None] = {}
    for signature in note.signatures:
        signer = known.get((signature.name, signature.key_id))
        if signer is not None:
            time = signer.verify(note.text, signature)
            verified.setdefault(signer, time)
    if not verified:
        raise SignatureError("record.note_unsigned")
    return Opened(note, verified)
