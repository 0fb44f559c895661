"""What a store of the record must do; ``sqlite`` and ``postgres`` do it, and one test class holds both to it.

A store keeps entries in order and never changes or removes one. A batch is durable when ``append`` returns, and two
writers can never fork the log: each says which size it believes in, and one of them is refused.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Protocol, Self

import msgspec

from enduse.errors import LimitError, MalformedError, RecordError
from enduse.record.tiles import ENTRY_BYTES_MAX
from enduse.record.tree import CompactRange, leaf_hash

ID_BYTES = 32
KEY_BYTES = 32
SEQ_MAX = 2**63 - 1
BATCH_MAX = 100_000


class NewEntry(msgspec.Struct, frozen=True):
    """An entry on its way in.

    Attributes:
        entry: the signed envelope exactly as received, 1 to 65,535 bytes.
        statement_id: SHA-256 of the signed payload, 32 bytes; the record takes each once.
        key: who signed it, 32 bytes (:func:`enduse.terms.signatures.signer`).
        seq: that key's own running number. Not unique: two statements under one number are evidence of a fork.
        leaf: RFC 6962 leaf hash of ``entry``, worked out here for whoever needs it, 32 bytes.
    """

    entry: bytes
    statement_id: bytes
    key: bytes
    seq: int
    leaf: bytes = b""

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "leaf", leaf_hash(self.entry))


class LogEntry(msgspec.Struct, frozen=True):
    """An entry in the record.

    Attributes:
        index: position in the log, from 0.
        entry: the bytes, as received.
        leaf: RFC 6962 leaf hash as the store keeps it, 32 bytes; ``verify`` recomputes it.
        statement_id: SHA-256 of the signed payload, 32 bytes.
        key: who signed it, 32 bytes.
        seq: running number of that key.
    """

    index: int
    entry: bytes
    leaf: bytes
    statement_id: bytes
    key: bytes
    seq: int

    def checked(self, source: str) -> Self:
        """Return the entry, once its bytes give its leaf hash.

        Raises:
            RecordError: they do not.
        """
        if leaf_hash(self.entry) != self.leaf:
            raise RecordError("record.entry_altered", source=source, line=self.index)
        return self


class Store(AbstractContextManager["Store", None], Protocol):
    """Keeps the entries of one record. All methods raise ``RecordError`` where the store itself is damaged."""

    @property
    def size(self) -> int:
        """Number of entries."""
        ...

    def tree(self, size: int | None = None) -> CompactRange:
        """Return the right edge of the tree over all entries, or over the first ``size``; the caller may change it.

        Reads one row of a batch's end and the leaf hashes after it, never the whole log.

        Raises:
            RecordError: there are not that many entries.
        """
        ...

    def append(self, batch: Sequence[NewEntry], expected_size: int) -> int:
        """Add a batch in one durable transaction and return the index of its first entry.

        Raises:
            ConflictError: the size is another one than expected, or a statement is recorded already.
            LimitError, MalformedError: see :func:`check_batch`.
        """
        ...

    def has(self, statement_id: bytes) -> int | None:
        """Return the index of the statement, ``None`` where the record does not hold it."""
        ...

    def has_many(self, statement_ids: Iterable[bytes]) -> dict[bytes, int]:
        """Return the indexes of those statements that the record holds."""
        ...

    def last_seq(self, key: bytes) -> int | None:
        """Return the largest running number of a key, ``None`` for a key that never wrote."""
        ...

    def at_seq(self, key: bytes, seq: int) -> list[int]:
        """Return the indexes of the statements of a key under a running number."""
        ...

    def entry(self, index: int) -> LogEntry:
        """Return one entry.

        Raises:
            UnknownError: there is none at that index.
        """
        ...

    def several(self, indexes: Iterable[int]) -> Iterator[LogEntry]:
        """Give the entries at these indexes, in that order, many read at once.

        Raises:
            UnknownError: there is none at one of them.
        """
        ...

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[LogEntry]:
        """Give entries in order, in constant memory; ``stop`` is excluded, ``None`` is the size."""
        ...

    def leaves(self, start: int, stop: int) -> Iterator[bytes]:
        """Give the leaf hashes in order."""
        ...

    def by_key(self) -> Iterator[tuple[bytes, int, int]]:
        """Give ``(key, seq, index)`` of every entry, sorted, in constant memory."""
        ...

    def keep_checkpoint(self, size: int, root: bytes, note: bytes) -> bytes:
        """Remember a checkpoint before anybody sees it, and return the one remembered first for that size.

        Raises:
            ConflictError: another root was signed for that size.
        """
        ...

    def checkpoints(self) -> Iterator[tuple[int, bytes, bytes]]:
        """Give every checkpoint signed so far: size, root, note."""
        ...

    def close(self) -> None:
        """Let go of the database."""
        ...


def check_batch(batch: Sequence[NewEntry]) -> None:
    """Refuse a batch that no store may take.

    Raises:
        LimitError: more than 100,000 entries, or an entry over 65,535 bytes, or a number over 63 bits.
        MalformedError: no entry, an empty one, or an id or key that is not 32 bytes.
    """
    if not batch:
        raise MalformedError("record.batch_empty")
    if len(batch) > BATCH_MAX:
        raise LimitError("record.batch_too_long", most=BATCH_MAX, count=len(batch))
    for number, new in enumerate(batch):
        if len(new.entry) > ENTRY_BYTES_MAX:
            raise LimitError("record.entry_too_long", line=number, most=ENTRY_BYTES_MAX, bytes=len(new.entry))
        if not 0 <= new.seq <= SEQ_MAX:
            raise LimitError("record.running_number", line=number, number=new.seq)
        if not new.entry or len(new.statement_id) != ID_BYTES or len(new.key) != KEY_BYTES:
            raise MalformedError("record.entry_malformed", line=number)
