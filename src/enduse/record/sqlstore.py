"""What SQLite and PostgreSQL have in common as stores of the record: the statements, the checks, the paging.

A subclass brings a connection: how to run a query, how to hold a transaction in which nobody else appends, and how to
write many rows fast.
"""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from itertools import islice

from enduse.closing import Closing
from enduse.errors import ConflictError, RecordError, UnknownError
from enduse.record.checkpoint import SIZE_MAX
from enduse.record.store import LogEntry, NewEntry, check_batch
from enduse.record.tree import CompactRange

_PAGE_ROWS = 256
_COLUMNS = "idx, entry, leaf, statement_id, key, seq"
_TYPES = (int, bytes, bytes, bytes, bytes, int)
_LOOKUP_IDS = 500

Row = tuple[object, ...]


class DuplicateRowError(Exception):
    """A unique column has the value already; raised by :meth:`SQLStore._insert` and never leaves the store."""


class SQLStore(Closing):
    """A record in a SQL database; implements :class:`enduse.record.store.Store`."""

    source: str
    """File or address, for messages."""

    @abstractmethod
    def _query(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        """Run one statement with ``?`` for each value and return all rows."""

    @abstractmethod
    def _transaction(self) -> AbstractContextManager[None]:
        """Hold a durable transaction in which nobody else appends; an exception undoes it."""

    @abstractmethod
    def _insert(self, rows: Iterable[Row]) -> None:
        """Write rows of the table ``entry``.

        Raises:
            DuplicateRowError: a statement is there already.
        """

    def _typed(self, rows: list[Row], *types: type) -> list[Row]:
        # Whole pages at once: row by row costs as much as hashing the entry.
        if {tuple(map(type, row)) for row in rows} - {types}:
            raise self._damaged("database_row")
        return rows

    def _damaged(self, what: str) -> RecordError:
        # Only a damaged database gives other types than its columns took.
        return RecordError("record.database_damaged", source=self.source, what=what)

    @property
    def size(self) -> int:
        """Number of entries."""
        match self._query("SELECT max(size) FROM head"):
            case [(int(size),)]:
                return size
        raise self._damaged("database_head")

    def tree(self, size: int | None = None) -> CompactRange:
        """Return the right edge of the tree over all entries, or over the first ``size``."""
        until = SIZE_MAX if size is None else size
        match self._query("SELECT size, edge FROM head WHERE size <= ? ORDER BY size DESC LIMIT 1", (until,)):
            case [(int(at), bytes(edge))]:
                found = CompactRange.decode(at, edge)
            case _:
                raise self._damaged("database_head")
        if size is not None:
            found.extend(self.leaves(at, size))
            if found.size != size:
                raise RecordError("record.size_differs", source=self.source, size=found.size, asked=size)
        return found

    def append(self, batch: Sequence[NewEntry], expected_size: int) -> int:
        """Add a batch in one durable transaction and return the index of its first entry."""
        check_batch(batch)
        try:
            return self._append(batch, expected_size)
        except DuplicateRowError as error:
            # The transaction is undone by now, so that what is found was there before.
            raise self._name_duplicate(batch) from error

    def _append(self, batch: Sequence[NewEntry], expected_size: int) -> int:
        with self._transaction():
            tree = self.tree()
            if tree.size != expected_size:
                raise ConflictError("record.written_meanwhile", size=tree.size, expected=expected_size)
            first = tree.size
            tree.extend(new.leaf for new in batch)
            rows = (
                (index, new.entry, new.leaf, new.statement_id, new.key, new.seq)
                for index, new in enumerate(batch, first)
            )
            self._insert(rows)
            self._query("INSERT INTO head VALUES (?, ?)", (tree.size, tree.encode()))
        return first

    def _name_duplicate(self, batch: Sequence[NewEntry]) -> ConflictError:
        known = self.has_many(new.statement_id for new in batch)
        for number, new in enumerate(batch):
            if new.statement_id in known:
                index = known[new.statement_id]
                return ConflictError(
                    "record.recorded_already", line=number, statement=new.statement_id.hex(), index=index
                )
        return ConflictError("record.batch_repeats")

    def has(self, statement_id: bytes) -> int | None:
        """Return the index of the statement, ``None`` where the record does not hold it."""
        return self.has_many((statement_id,)).get(statement_id)

    def has_many(self, statement_ids: Iterable[bytes]) -> dict[bytes, int]:
        """Return the indexes of those statements that the record holds."""
        wanted = list(statement_ids)
        found: dict[bytes, int] = {}
        for at in range(0, len(wanted), _LOOKUP_IDS):
            some = wanted[at : at + _LOOKUP_IDS]
            marks = ",".join("?" * len(some))
            for row in self._query(f"SELECT statement_id, idx FROM entry WHERE statement_id IN ({marks})", some):  # noqa: S608 - marks only
                match row:
                    case (bytes(statement_id), int(index)):
                        found[statement_id] = index
        return found

    def last_seq(self, key: bytes) -> int | None:
        """Return the largest running number of a key, ``None`` for a key that never wrote."""
        match self._query("SELECT max(seq) FROM entry WHERE key = ?", (key,)):
            case [(int(last),)]:
                return last
        return None

    def at_seq(self, key: bytes, seq: int) -> list[int]:
        """Return the indexes of the statements of a key under a running number."""
        rows = self._query("SELECT idx FROM entry WHERE key = ? AND seq = ? ORDER BY idx", (key, seq))
        return [index for (index,) in rows if isinstance(index, int)]

    def entry(self, index: int) -> LogEntry:
        """Return one entry."""
        # Not by way of all entries: that asks for the size each time.
        if 0 <= index < SIZE_MAX:
            for rows in self._pages(_COLUMNS, index, index + 1):
                for row in self._typed(rows, *_TYPES):
                    return LogEntry(*row)  # type: ignore[arg-type]
        raise UnknownError("record.no_entry", source=self.source, index=index)

    def several(self, indexes: Iterable[int]) -> Iterator[LogEntry]:
        """Give the entries at these indexes, in that order, a page of them at a time."""
        asked = iter(indexes)
        while some := list(islice(asked, _PAGE_ROWS)):
            known = sorted({index for index in some if 0 <= index < SIZE_MAX})
            marks = ",".join("?" * len(known))
            rows = self._query(f"SELECT {_COLUMNS} FROM entry WHERE idx IN ({marks})", known) if known else []  # noqa: S608 - marks only
            found = {row[0]: row for row in self._typed(rows, *_TYPES)}
            for index in some:
                if index not in found:
                    raise UnknownError("record.no_entry", source=self.source, index=index)
                yield LogEntry(*found[index])  # type: ignore[arg-type]

    def _pages(self, columns: str, start: int, stop: int) -> Iterator[list[Row]]:
        # A page at a time: memory stays flat and no transaction stays open between pages.
        query = f"SELECT {columns} FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx"  # noqa: S608 - constant columns
        for at in range(start, stop, _PAGE_ROWS):
            yield self._query(query, (at, min(stop, at + _PAGE_ROWS)))

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[LogEntry]:
        """Give entries in order, in constant memory; ``stop`` is excluded, ``None`` is the size."""
        end = self.size if stop is None else min(stop, self.size)
        for rows in self._pages(_COLUMNS, start, end):
            for row in self._typed(rows, *_TYPES):
                yield LogEntry(*row)  # type: ignore[arg-type]

    def leaves(self, start: int, stop: int) -> Iterator[bytes]:
        """Give the leaf hashes in order."""
        for rows in self._pages("leaf", start, min(stop, self.size)):
            for (leaf,) in self._typed(rows, bytes):
                yield leaf  # type: ignore[misc]

    def by_key(self) -> Iterator[tuple[bytes, int, int]]:
        """Give ``(key, seq, index)`` of every entry, sorted, in constant memory."""
        last: Row = (b"", -1, -1)
        query = "SELECT key, seq, idx FROM entry WHERE (key, seq, idx) > (?, ?, ?) ORDER BY key, seq, idx LIMIT 4096"
        while rows := self._query(query, last):
            yield from self._typed(rows, bytes, int, int)  # type: ignore[misc]
            last = rows[-1]

    def keep_checkpoint(self, size: int, root: bytes, note: bytes) -> bytes:
        """Remember a checkpoint before anybody sees it, and return the one remembered first for that size."""
        with self._transaction():
            rows = self._query("SELECT root, note FROM signed WHERE size = ?", (size,))
            if not rows:
                self._query("INSERT INTO signed VALUES (?, ?, ?)", (size, root, note))
                return note
        match rows:
            case [(bytes(kept_root), bytes(kept_note))] if kept_root == root:
                return kept_note
        raise ConflictError("record.signed_another_root", source=self.source, size=size)

    def checkpoints(self) -> Iterator[tuple[int, bytes, bytes]]:
        """Give every checkpoint signed so far: size, root, note."""
        last: object = -1
        while rows := self._query(
            "SELECT size, root, note FROM signed WHERE size > ? ORDER BY size LIMIT 256", (last,)
        ):
            yield from self._typed(rows, int, bytes, bytes)  # type: ignore[misc]
            last = rows[-1][0]
