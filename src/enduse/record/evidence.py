"""Evidence against a log's operator: a file that convicts by itself, for anybody who has the log's public key.

Four forms. *Two roots*: two checkpoints of one log, both signed with its key, for one size. *Two histories*: two signed
checkpoints of different sizes, and offline proofs under each that different entries stand at one index. *Two sizes and a
proof*: two signed checkpoints, and a consistency path which leads to the root of the larger one and shows that its first
entries are not those of the smaller. *A broken promise*: a receipt, and a signed checkpoint under which another entry stands
at the promised position, or which a quorum cosigned after the promised time and which ends before it. Each is impossible for
an honest operator, and needs nothing but the file to check; the last also a policy that says whose cosignatures count.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec

from enduse.errors import ConflictError, MalformedError, RecordError, told_by
from enduse.messages import Message
from enduse.record import checkpoint as checkpoints
from enduse.record import note as notes
from enduse.record import receipt as receipts
from enduse.record import tree
from enduse.record.given import EVIDENCE_BYTES_MAX
from enduse.record.policy import Policy
from enduse.record.proof import Proof
from enduse.record.trust import Trust
from enduse.record.watch import complete_since
from enduse.terms.times import LAST

_HEADER = "enduse.evidence@v1"
_LAST_S = int(LAST.timestamp()) - 1


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


class _File(msgspec.Struct, frozen=True, omit_defaults=True):
    format: str
    log: str
    shown: tuple[Shown, ...]
    path: tuple[bytes, ...] = ()
    receipt: str = ""


class ContradictionError(ConflictError):
    """A log has signed two things that contradict each other.

    Attributes:
        evidence: the file that convicts it.
    """

    def __init__(self, reason: Message, evidence: bytes, source: str = "") -> None:
        super().__init__("record.contradiction", source=source, reason=reason)
        self.evidence = evidence


def contradiction(first: Shown, second: Shown, log: notes.Verifier, path: Sequence[bytes] = ()) -> Message:
    """Say how two things a log has shown contradict each other.

    Args:
        first: what was shown to one party.
        second: what was shown to another, or later.
        log: the log's public key.
        path: consistency path from the smaller to the larger size (:func:`enduse.record.tree.consistency_path`).

    Raises:
        SignatureError: a checkpoint is not signed by the log: no evidence against it.
        RecordError: they do not contradict each other, or a proof does not lead to the root that was signed.
    """
    one, two = (checkpoints.open_checkpoint(shown.checkpoint, log).checkpoint for shown in (first, second))
    if one.size == two.size and one.root != two.root:
        return Message.of("record.two_roots", log=log.name, size=one.size)
    if path:
        small, large = sorted((one, two), key=lambda head: head.size)
        return _two_sizes(small, large, log, path)
    entries: list[bytes] = []
    for shown, head in ((first, one), (second, two)):
        if shown.entry is None or shown.index is None or shown.index != first.index:
            raise RecordError("record.no_contradiction")
        tree.verify_inclusion(shown.index, head.size, tree.leaf_hash(shown.entry), shown.hashes, head.root)
        entries.append(shown.entry)
    if entries[0] == entries[1]:
        raise RecordError("record.same_entry")
    return Message.of("record.two_entries", log=log.name, index=first.index, size=one.size, other=two.size)


def _two_sizes(
    small: checkpoints.Checkpoint, large: checkpoints.Checkpoint, log: notes.Verifier, path: Sequence[bytes]
) -> Message:
    inner, outer = tree.roots_from_consistency(small.size, large.size, path)
    # What does not lead to the root that was signed is anybody's invention, and convicts nobody.
    if outer != large.root:
        raise RecordError("record.path_elsewhere", size=large.size)
    if inner == small.root:
        raise RecordError("record.no_contradiction")
    return Message.of("record.two_histories", log=log.name, size=small.size, other=large.size)


def write(first: Shown, second: Shown, log: notes.Verifier, path: Sequence[bytes] = ()) -> bytes:
    """Return the evidence as a file; refuses to write one that convicts nobody.

    Raises:
        SignatureError, RecordError: see :func:`contradiction`.
    """
    contradiction(first, second, log, path)
    file = _File(_HEADER, log.vkey, (_bare(first, log), _bare(second, log)), tuple(path))
    return msgspec.json.format(msgspec.json.encode(file)) + b"\n"


def broken_promise(raw: bytes, shown: Shown, log: notes.Verifier, policy: Policy | None = None) -> Message:
    """Say how what a log has shown breaks a promise that it signed.

    Args:
        raw: a receipt.
        shown: a checkpoint of the log; for another entry in the promised place with that entry and its proof.
        log: the log's public key.
        policy: whose cosignatures count; needed where the checkpoint ends before the promised place.

    Raises:
        MalformedError, SignatureError: the receipt, or the checkpoint, is not the log's word.
        RecordError: it breaks no promise, or a proof does not lead to the root that was signed.
    """
    receipt = receipts.read(raw, log)
    head = checkpoints.open_checkpoint(shown.checkpoint, log).checkpoint
    if shown.index is not None and shown.entry is not None:
        tree.verify_inclusion(shown.index, head.size, tree.leaf_hash(shown.entry), shown.hashes, head.root)
        if any(each.index == shown.index and not each.kept_by(shown.entry) for each in receipt.entries):
            return Message.of("record.promise_other_entry", log=log.name, index=shown.index, at=receipt.received)
        raise RecordError("record.promise_not_broken")
    lacking = [each.index for each in receipt.entries if each.index >= head.size]
    cosigned = None if policy is None else cosigned_since(shown.checkpoint, log, policy)
    if not lacking or cosigned is None or cosigned <= receipt.by:
        raise RecordError("record.promise_not_broken")
    return Message.of("record.promise_late", log=log.name, index=lacking[0], by=receipt.by, at=cosigned, size=head.size)


def cosigned_since(data: bytes, log: notes.Verifier, policy: Policy) -> datetime | None:
    """Return since when the quorum of a policy stands behind a checkpoint; ``None`` where it does not.

    Raises:
        MalformedError, SignatureError: the checkpoint is not the log's.
    """
    signed = Trust(log, policy).open(data)
    since = complete_since(signed.cosigned, policy)
    return None if since is None else datetime.fromtimestamp(min(since, _LAST_S), UTC)


def write_broken_promise(raw: bytes, shown: Shown, log: notes.Verifier, policy: Policy | None = None) -> bytes:
    """Return the evidence of a broken promise as a file; refuses to write one that shows none.

    Raises:
        MalformedError, SignatureError, RecordError: see :func:`broken_promise`.
    """
    broken_promise(raw, shown, log, policy)
    needed = () if shown.entry is not None or policy is None else policy.verifiers
    file = _File(_HEADER, log.vkey, (_bare(shown, log, needed),), receipt=raw.decode())
    return msgspec.json.format(msgspec.json.encode(file)) + b"\n"


def _bare(shown: Shown, log: notes.Verifier, cosigners: Iterable[notes.Verifier] = ()) -> Shown:
    # Without the lines of others that do not matter: one contradiction is one file, whoever cosigned and whenever.
    note = notes.parse(shown.checkpoint)
    kept = []
    for key in (log, *cosigners):
        kept += [line for line in note.signatures if (line.name, line.key_id) == (key.name, key.key_id)][:1]
    return msgspec.structs.replace(shown, checkpoint=notes.Note(note.text, tuple(kept)).encode())


def from_tiles(first: bytes, second: bytes, log: notes.Verifier, node: tree.NodeReader) -> bytes | None:
    """Return the evidence that two signed checkpoints contradict each other, by tiles; ``None`` where they do not.

    Args:
        first: note.
        second: note.
        log: the log's key.
        node: reads the tree of the larger one.

    Raises:
        SignatureError: one is not signed by the log.
        RecordError, UnknownError, MalformedError: the tiles do not give the root of the larger one: they show nothing.
    """
    one, two = (checkpoints.open_checkpoint(data, log).checkpoint for data in (first, second))
    if one.size == two.size:
        return None if one.root == two.root else write(Shown(first), Shown(second), log)
    small, large = sorted((one, two), key=lambda head: head.size)
    if small.size == 0:
        return None
    path = tree.consistency_path(small.size, large.size, node)
    inner, outer = tree.roots_from_consistency(small.size, large.size, path)
    if outer != large.root:
        raise RecordError("record.path_elsewhere", size=large.size)
    return None if inner == small.root else write(Shown(first), Shown(second), log, path)


def check(data: bytes, log: notes.Verifier, policy: Policy | None = None) -> Message:
    """Check an evidence file with nothing but the log's key, and return what it proves.

    Args:
        data: the file.
        log: the log's public key, had from elsewhere.
        policy: whose cosignatures count, where the file shows that a promise was not kept in time.

    Raises:
        MalformedError: it is no evidence file, or about another log.
        SignatureError, RecordError: it proves nothing.
    """
    file = _read(data)
    if file.log != log.vkey:
        raise MalformedError("record.evidence_foreign")
    if file.receipt and len(file.shown) == 1:
        return broken_promise(file.receipt.encode(), file.shown[0], log, policy)
    if file.receipt or len(file.shown) != 2:  # noqa: PLR2004 - what one and what another was shown
        raise MalformedError("record.evidence_foreign")
    return contradiction(*file.shown, log, file.path)


def log_of(data: bytes) -> notes.Verifier:
    """Return the key of the log that an evidence file says it is about.

    Raises:
        MalformedError, SignatureError: it is no evidence file, or the key is none.
    """
    return notes.Verifier.parse(_read(data).log)


def _read(data: bytes) -> _File:
    if len(data) > EVIDENCE_BYTES_MAX:
        raise MalformedError("record.evidence_too_long")
    try:
        file = msgspec.json.decode(data, type=_File)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedError("record.evidence_malformed", reason=told_by(error)) from error
    if file.format != _HEADER:
        raise MalformedError("record.evidence_foreign")
    return file


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
