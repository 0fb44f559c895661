"""Offline proofs: C2SP tlog-proof, one text file that shows an entry stands in a log, checked with no network."""

import base64

import msgspec

from enduse.errors import LimitError, MalformedError
from enduse.record import checkpoint as checkpoints
from enduse.record import note as notes
from enduse.record import tree
from enduse.record.trust import Trust

HEADER = "c2sp.org/tlog-proof@v1"
PROOF_BYTES_MAX = 1_000_000
HASHES_MAX = 63


class Proof(msgspec.Struct, frozen=True):
    """An inclusion proof with the checkpoint it leads to.

    Attributes:
        index: position of the entry.
        hashes: audit path, nearest sibling first.
        checkpoint: signed and cosigned note, verbatim.
        extra: whatever a log's own verifier needs besides, not covered by the proof.
    """

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    extra: bytes | None = None

    def encode(self) -> bytes:
        """Return the proof as a file."""
        lines = [HEADER]
        if self.extra is not None:
            lines.append(f"extra {base64.b64encode(self.extra).decode()}")
        lines.append(f"index {self.index}")
        lines += [base64.b64encode(value).decode() for value in self.hashes]
        return ("\n".join(lines) + "\n\n").encode() + self.checkpoint


def parse(data: bytes) -> Proof:
    """Read a proof; nothing in it is checked yet.

    Raises:
        MalformedError: it is none.
        LimitError: longer than any proof.
    """
    if len(data) > PROOF_BYTES_MAX:
        raise LimitError("record.proof_too_long", most=PROOF_BYTES_MAX, bytes=len(data))
    head, separator, checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise MalformedError("record.proof_not_ascii") from error
    if lines.pop(0) != HEADER or not separator or not checkpoint:
        raise MalformedError("record.proof_malformed", header=HEADER)
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = notes.decode_base64(lines.pop(0).removeprefix("extra "), "proof_extra")
    if not lines or not lines[0].startswith("index "):
        raise MalformedError("record.proof_without_index")
    index = checkpoints.parse_size(lines.pop(0).removeprefix("index "), "entry_index")
    if len(lines) > HASHES_MAX:
        raise LimitError("record.proof_hashes", most=HASHES_MAX)
    hashes = tuple(notes.decode_base64(line, "proof_hash") for line in lines)
    if any(len(value) != tree.HASH_BYTES for value in hashes):
        raise MalformedError("record.proof_hash_length", wanted=tree.HASH_BYTES)
    return Proof(index, hashes, checkpoint, extra)


def verify(proof: Proof, entry: bytes, trust: Trust) -> checkpoints.SignedCheckpoint:
    """Check that the entry stands in the log, with nothing but the proof and one's own keys.

    Args:
        proof: what :func:`parse` read.
        entry: the entry's bytes, exactly.
        trust: the log's key, a policy, or both; with a policy its cosignatures are asked for.

    Returns:
        The checkpoint that the entry is under, with its cosigners and their times.

    Raises:
        MalformedError, SignatureError: the checkpoint is none, not signed by the log, or not by enough cosigners.
        RecordError: the entry is not at that index of that log.
    """
    signed = trust.open(proof.checkpoint)
    trust.check_quorum(signed)
    head = signed.checkpoint
    tree.verify_inclusion(proof.index, head.size, tree.leaf_hash(entry), proof.hashes, head.root)
    return signed
