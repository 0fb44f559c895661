"""Evidence against a log's operator: a file that convicts by itself, for anybody who has the log's public key.

Two forms. *Two roots*: two checkpoints of one log, both signed with its key, for one size. *Two histories*: two
signed checkpoints of different sizes, and offline proofs under each that different entries stand at one index. Either
is impossible for an honest operator, and needs nothing but the file to check.
"""

from collections.abc import Iterable

import msgspec

from enduse.errors import MalformedError, RecordError, told_by
from enduse.record import checkpoint as checkpoints
from enduse.record import note as notes
from enduse.record import tree
from enduse.record.proof import Proof

_HEADER = "enduse.evidence@v1"
EVIDENCE_BYTES_MAX = 4_000_000


class Shown(msgspec.Struct, frozen=True):
    """What the log showed to somebody: a signed checkpoint, and perhaps an entry with its proof under it.

    Attributes:
        checkpoint: signed note.
        index: position of the entry.
        entry: its bytes.
        hashes: its audit path.
    """

    checkpoint: bytes
    index: int | None = None
    entry: bytes | None = None
    hashes: tuple[bytes, ...] = ()

    @classmethod
    def from_proof(cls, proof: Proof, entry: bytes) -> "Shown":
        """Return what an offline proof and its entry show."""
        return cls(proof.checkpoint, proof.index, entry, proof.hashes)


class _File(msgspec.Struct, frozen=True):
    format: str
    log: str
    shown: tuple[Shown, Shown]


def contradiction(first: Shown, second: Shown, log: notes.Verifier) -> str:
    """Say how two things a log has shown contradict each other.

    Args:
        first: what was shown to one party.
        second: what was shown to another, or later.
        log: the log's public key.

    Raises:
        SignatureError: a checkpoint is not signed by the log: no evidence against it.
        RecordError: they do not contradict each other, or an entry is not under its checkpoint.
    """
    one, two = (checkpoints.open_checkpoint(shown.checkpoint, log).checkpoint for shown in (first, second))
    if one.size == two.size and one.root != two.root:
        return f"{log.name} signed two different roots for {one.size} entries"
    entries: list[bytes] = []
    for shown, head in ((first, one), (second, two)):
        if shown.entry is None or shown.index is None or shown.index != first.index:
            raise RecordError("record.no_contradiction")
        tree.verify_inclusion(shown.index, head.size, tree.leaf_hash(shown.entry), shown.hashes, head.root)
        entries.append(shown.entry)
    if entries[0] == entries[1]:
        raise RecordError("record.same_entry")
    return f"{log.name} showed two different entries at index {first.index} (of {one.size} and of {two.size})"


def write(first: Shown, second: Shown, log: notes.Verifier) -> bytes:
    """Return the evidence as a file; refuses to write one that convicts nobody.

    Raises:
        SignatureError, RecordError: see :func:`contradiction`.
    """
    contradiction(first, second, log)
    return msgspec.json.format(msgspec.json.encode(_File(_HEADER, log.vkey, (first, second)))) + b"\n"


def check(data: bytes, log: notes.Verifier) -> str:
    """Check an evidence file against the log's key and say what it proves.

    Raises:
        MalformedError: it is no evidence file, or about another log.
        SignatureError, RecordError: it proves nothing.
    """
    if len(data) > EVIDENCE_BYTES_MAX:
        raise MalformedError("record.evidence_too_long")
    try:
        file = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedError("record.evidence_malformed", reason=told_by(error)) from error
    if file.format != _HEADER or file.log != log.vkey:
        raise MalformedError("record.evidence_foreign")
    return contradiction(*file.shown, log)


class Bounds(msgspec.Struct, frozen=True):
    """Between which cosigned times an entry came into the record, in posix seconds; ``None`` where nobody can say."""

    after: int | None
    before: int | None


def bounds(index: int, seen: Iterable[checkpoints.SignedCheckpoint]) -> Bounds:
    """Bound the time an entry was recorded by what independent cosigners signed: an entry cannot be backdated past it.

    Args:
        index: position of the entry.
        seen: checkpoints with the times of the cosigners one trusts.
    """
    after: int | None = None
    before: int | None = None
    for signed in seen:
        for time in signed.cosigned.values():
            if signed.checkpoint.size <= index:
                after = time if after is None else max(after, time)
            else:
                before = time if before is None else min(before, time)
    return Bounds(after, before)
