"""Checkpoints: C2SP tlog-checkpoint v1.0.0, a signed note with origin, size and root of the tree.

We write no extension lines (the standard advises against them: nobody can audit them) and read them where others did.
"""

import base64
from collections.abc import Iterable

import msgspec

from enduse.errors import MalformedError, SignatureError
from enduse.record import note as notes
from enduse.record.tree import EMPTY_ROOT, HASH_BYTES

SIZE_MAX = 2**63 - 1


class Checkpoint(msgspec.Struct, frozen=True):
    """What a log says of itself: this origin had this root at this size.

    Attributes:
        origin: unique name of the log, a URL without scheme by custom.
        size: number of entries.
        root: 32-byte RFC 6962 root.
        extensions: further lines, verbatim, newline included.
    """

    origin: str
    size: int
    root: bytes
    extensions: str = ""

    def text(self) -> str:
        """Return the note text."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n{self.extensions}"


class SignedCheckpoint(msgspec.Struct, frozen=True):
    """A checkpoint whose log signature holds.

    Attributes:
        checkpoint: what is said.
        data: the note as bytes, as served.
        cosigned: posix seconds by known cosigner whose signature holds.
    """

    checkpoint: Checkpoint
    data: bytes
    cosigned: dict[notes.Verifier, int]


def parse_size(text: str, what: str = "size") -> int:
    """Read a decimal number without sign, leading zeros or other digits than 0 to 9.

    Raises:
        MalformedError: it is none, or it does not fit 63 bits; ``what``, a word of the vocabulary, names the field.
    """
    digits = len(str(SIZE_MAX))
    if not text.isascii() or not text.isdigit() or len(text) > digits or (text[0] == "0" and text != "0"):
        raise MalformedError("record.number_malformed", what=what)
    value = int(text)
    if value > SIZE_MAX:
        raise MalformedError("record.number_too_large", what=what)
    return value


def parse(text: str) -> Checkpoint:
    """Read the text of a checkpoint note.

    Raises:
        MalformedError: a missing line, an empty origin or extension, a malformed size or root.
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] or not all(lines[:-1]):  # noqa: PLR2004 - origin, size, root, final newline
        raise MalformedError("record.checkpoint_malformed")
    size = parse_size(lines[1])
    root = notes.decode_base64(lines[2], "checkpoint_root")
    if len(root) != HASH_BYTES:
        raise MalformedError("record.root_length", wanted=HASH_BYTES, bytes=len(root))
    if size == 0 and root != EMPTY_ROOT:
        raise MalformedError("record.empty_root_wrong")
    return Checkpoint(lines[0], size, root, "".join(line + "\n" for line in lines[3:-1]))


def sign(checkpoint: Checkpoint, signer: notes.Signer) -> bytes:
    """Return the checkpoint as a note signed by the log."""
    text = checkpoint.text()
    return notes.Note(text, (signer.sign(text),)).encode()


def open_checkpoint(
    data: bytes, log: notes.Verifier, cosigners: Iterable[notes.Verifier] = (), *, origin: str | None = None
) -> SignedCheckpoint:
    """Read a checkpoint and check the log's signature and those of known cosigners.

    Args:
        data: the note as served.
        log: the log's key.
        cosigners: keys of witnesses and mirrors one knows.
        origin: what the first line must be; the name of the log's key where it is not given.

    Raises:
        MalformedError: it is no checkpoint.
        SignatureError: the log's signature is missing or does not hold, a known cosigner's does not hold, or the
            checkpoint is that of another log.
    """
    cosigners = tuple(cosigners)
    opened = notes.open_note(data, (log, *cosigners))
    if log not in opened.verified:
        raise SignatureError("record.checkpoint_unsigned", log=log.name)
    checkpoint = parse(opened.note.text)
    wanted = log.name if origin is None else origin
    if checkpoint.origin != wanted:
        raise SignatureError("record.checkpoint_of_another_log", found=checkpoint.origin, wanted=wanted)
    cosigned = {verifier: time for verifier, time in opened.verified.items() if time is not None}
    return SignedCheckpoint(checkpoint, data, cosigned)
