"""The record in one SQLite file (standard library), append-only: ``record.db``.

Write-ahead log with ``synchronous=FULL``: a batch is on the disk when ``append`` returns. Triggers refuse UPDATE and
DELETE, which stops honest mistakes; dishonest ones are what the signed checkpoints are for.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from enduse.errors import ConflictError, RecordError, UnknownError
from enduse.record.store import Entry, NewEntry, check_batch
from enduse.record.tree import CompactRange, leaf_hash

# "Endu": tells a record from any other SQLite file.
_APPLICATION_ID = 0x456E6475
_FORMAT = 1
_PAGE_ROWS = 256
_LOOKUP_IDS = 500
_BUSY_S = 30.0

_TABLES = """
BEGIN IMMEDIATE;
CREATE TABLE entry (
  idx INTEGER PRIMARY KEY CHECK (idx >= 0),
  entry BLOB NOT NULL CHECK (length(entry) BETWEEN 1 AND 65535),
  leaf BLOB NOT NULL CHECK (length(leaf) = 32),
  statement_id BLOB NOT NULL UNIQUE CHECK (length(statement_id) = 32),
  key BLOB NOT NULL CHECK (length(key) = 32),
  seq INTEGER NOT NULL CHECK (seq >= 0)
) STRICT;
CREATE INDEX entry_key_seq ON entry (key, seq);
-- One row a batch: the size after it and the right edge of the tree (largest subtree first).
CREATE TABLE head (size INTEGER PRIMARY KEY, edge BLOB NOT NULL) STRICT;
INSERT INTO head VALUES (0, x'');
-- What the log signed, written before anybody is shown it.
CREATE TABLE signed (size INTEGER PRIMARY KEY, root BLOB NOT NULL CHECK (length(root) = 32), note BLOB NOT NULL) STRICT;
"""
_TRIGGER = (
    "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
    "BEGIN SELECT RAISE(ABORT, 'the record is append-only'); END;"
)
_TRIGGERS = "".join(_TRIGGER.format(table=t, verb=v) for t in ("entry", "head", "signed") for v in ("UPDATE", "DELETE"))
_SCHEMA = f"{_TABLES}{_TRIGGERS}PRAGMA application_id = {_APPLICATION_ID};PRAGMA user_version = {_FORMAT};COMMIT;"


def connect(path: Path, *, read_only: bool = False) -> sqlite3.Connection:
    """Open a SQLite file with the settings under which a commit is durable.

    Raises:
        RecordError: it cannot be opened.
    """
    mode = "ro" if read_only else "rw"
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            timeout=_BUSY_S,
            check_same_thread=False,
        )
        if not read_only:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA trusted_schema = OFF")
        # Without this INSERT OR REPLACE would delete behind the triggers' back.
        connection.execute("PRAGMA recursive_triggers = ON")
    except sqlite3.Error as error:
        raise RecordError(f"cannot open the database: {error}", source=str(path)) from error
    return connection


def _entry(row: tuple[object, ...], path: Path) -> Entry:
    # Only a damaged file gives other types than the STRICT table took.
    match row:
        case (int(index), bytes(entry), bytes(leaf), bytes(statement_id), bytes(key), int(seq)):
            return Entry(index, entry, leaf, statement_id, key, seq)
    raise RecordError("a row of the database is damaged", source=str(path))


class SQLiteStore:
    """A record in a SQLite file; implements :class:`enduse.record.store.Store`.

    One connection, guarded by a lock, so threads may share it; processes each open their own.
    """

    def __init__(self, path: Path, *, read_only: bool = False) -> None:
        """Open an existing record.

        Raises:
            UnknownError: there is no such file.
            RecordError: it is damaged, or not a record.
        """
        if not path.is_file():
            raise UnknownError("there is no record here", source=str(path), remedy="start one with: enduse new")
        self.path = path
        self._lock = threading.RLock()
        self._db = connect(path, read_only=read_only)
        try:
            with self._guarded():
                self._check_format()
        except BaseException:
            self._db.close()
            raise

    @classmethod
    def create(cls, path: Path) -> Self:
        """Start an empty record.

        Raises:
            ConflictError: the file exists.
        """
        try:
            path.touch(mode=0o644, exist_ok=False)
        except FileExistsError as error:
            raise ConflictError("a record is here already", source=str(path)) from error
        db = connect(path)
        try:
            db.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise RecordError(f"cannot start the record: {error}", source=str(path)) from error
        finally:
            db.close()
        return cls(path)

    def _check_format(self) -> None:
        (application,) = self._db.execute("PRAGMA application_id").fetchone()
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if (application, version) != (_APPLICATION_ID, _FORMAT):
            raise RecordError("this file is not a record of this version", source=str(self.path))

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        # One thread at a time, and the database's own errors in our words.
        with self._lock:
            try:
                yield
            except (sqlite3.Error, UnicodeDecodeError) as error:
                # A damaged file can even make the text of SQLite's own error undecodable.
                raise RecordError(
                    f"the record's database fails: {error}",
                    source=str(self.path),
                    remedy="nothing was half written; free the disk, or take the record from a mirror",
                ) from error

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._guarded():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    @property
    def size(self) -> int:
        """Number of entries."""
        with self._guarded():
            (size,) = self._db.execute("SELECT max(size) FROM head").fetchone()
        if not isinstance(size, int):
            raise RecordError("the head of the database is damaged", source=str(self.path))
        return size

    def tree(self) -> CompactRange:
        """Return the right edge of the tree over all entries."""
        with self._guarded():
            row = self._db.execute("SELECT size, edge FROM head ORDER BY size DESC LIMIT 1").fetchone()
        match row:
            case (int(size), bytes(edge)):
                return CompactRange.decode(size, edge)
        raise RecordError("the head of the database is damaged", source=str(self.path))

    def append(self, batch: Sequence[NewEntry], expected_size: int) -> int:
        """Add a batch in one durable transaction and return the index of its first entry."""
        check_batch(batch)
        leaves = [leaf_hash(new.entry) for new in batch]
        with self._transaction():
            tree = self.tree()
            if tree.size != expected_size:
                raise ConflictError(
                    f"the record has {tree.size} entries, not {expected_size}: somebody else wrote",
                    remedy="read its size again and append again",
                )
            first = tree.size
            tree.extend(leaves)
            rows = (
                (index, new.entry, leaf, new.statement_id, new.key, new.seq)
                for index, (new, leaf) in enumerate(zip(batch, leaves, strict=True), first)
            )
            try:
                self._db.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)", rows)
            except sqlite3.IntegrityError as error:
                raise self._duplicate(batch, first) from error
            self._db.execute("INSERT INTO head VALUES (?, ?)", (tree.size, tree.encode()))
        return first

    def _duplicate(self, batch: Sequence[NewEntry], first: int) -> ConflictError:
        known = {key: at for key, at in self.has_many(new.statement_id for new in batch).items() if at < first}
        for number, new in enumerate(batch):
            if new.statement_id in known:
                where = f"at index {known[new.statement_id]}"
                return ConflictError(f"statement {new.statement_id.hex()} is recorded already, {where}", line=number)
        return ConflictError("a batch holds the same statement twice")

    def has(self, statement_id: bytes) -> int | None:
        """Return the index of the statement, ``None`` where the record does not hold it."""
        return self.has_many((statement_id,)).get(statement_id)

    def has_many(self, statement_ids: Iterable[bytes]) -> dict[bytes, int]:
        """Return the indexes of those statements that the record holds."""
        wanted = list(statement_ids)
        found: dict[bytes, int] = {}
        with self._guarded():
            for at in range(0, len(wanted), _LOOKUP_IDS):
                some = wanted[at : at + _LOOKUP_IDS]
                marks = ",".join("?" * len(some))
                query = f"SELECT statement_id, idx FROM entry WHERE statement_id IN ({marks})"  # noqa: S608 - marks only
                found.update(self._db.execute(query, some).fetchall())
        return found

    def last_seq(self, key: bytes) -> int | None:
        """Return the largest running number of a key, ``None`` for a key that never wrote."""
        with self._guarded():
            last: int | None = self._db.execute("SELECT max(seq) FROM entry WHERE key = ?", (key,)).fetchone()[0]
        return last

    def at_seq(self, key: bytes, seq: int) -> list[int]:
        """Return the indexes of the statements of a key under a running number."""
        with self._guarded():
            query = "SELECT idx FROM entry WHERE key = ? AND seq = ? ORDER BY idx"
            return [index for (index,) in self._db.execute(query, (key, seq))]

    def entry(self, index: int) -> Entry:
        """Return one entry."""
        for found in self.entries(index, index + 1):
            return found
        raise UnknownError(f"the record has no entry {index}", source=str(self.path))

    def _pages(self, columns: str, start: int, stop: int) -> Iterator[list[tuple[object, ...]]]:
        # A page at a time: memory stays flat and the lock is free between pages.
        query = f"SELECT {columns} FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx"  # noqa: S608 - constant columns
        for at in range(start, stop, _PAGE_ROWS):
            with self._guarded():
                rows = self._db.execute(query, (at, min(stop, at + _PAGE_ROWS))).fetchall()
            yield rows

    def entries(self, start: int = 0, stop: int | None = None) -> Iterator[Entry]:
        """Give entries in order, in constant memory; ``stop`` is excluded, ``None`` is the size."""
        end = self.size if stop is None else min(stop, self.size)
        for rows in self._pages("idx, entry, leaf, statement_id, key, seq", start, end):
            for row in rows:
                yield _entry(row, self.path)

    def leaves(self, start: int, stop: int) -> Iterator[bytes]:
        """Give the leaf hashes in order."""
        for rows in self._pages("leaf", start, min(stop, self.size)):
            for (leaf,) in rows:
                if not isinstance(leaf, bytes):
                    raise RecordError("a row of the database is damaged", source=str(self.path))
                yield leaf

    def by_key(self) -> Iterator[tuple[bytes, int, int]]:
        """Give ``(key, seq, index)`` of every entry, sorted, in constant memory."""
        # Resumes after the last row by the index on (key, seq), which ends in the row's own idx.
        last: tuple[bytes, int, int] = (b"", -1, -1)
        query = "SELECT key, seq, idx FROM entry WHERE (key, seq, idx) > (?, ?, ?) ORDER BY key, seq, idx LIMIT 4096"
        while True:
            with self._guarded():
                rows = self._db.execute(query, last).fetchall()
            if not rows:
                return
            for row in rows:
                match row:
                    case (bytes(key), int(seq), int(index)):
                        last = (key, seq, index)
                        yield last
                    case _:
                        raise RecordError("a row of the database is damaged", source=str(self.path))

    def keep_checkpoint(self, size: int, root: bytes, note: bytes) -> bytes:
        """Remember a checkpoint before anybody sees it, and return the one remembered first for that size."""
        with self._transaction():
            row = self._db.execute("SELECT root, note FROM signed WHERE size = ?", (size,)).fetchone()
            if row is None:
                self._db.execute("INSERT INTO signed VALUES (?, ?, ?)", (size, root, note))
                return note
        if row[0] != root:
            raise ConflictError(
                f"another root was signed for {size} entries: this record was changed",
                source=str(self.path),
                remedy="stop, keep both, and compare with the mirrors",
            )
        kept: bytes = row[1]
        return kept

    def checkpoints(self) -> Iterator[tuple[int, bytes, bytes]]:
        """Give every checkpoint signed so far: size, root, note."""
        last = -1
        while True:
            with self._guarded():
                query = "SELECT size, root, note FROM signed WHERE size > ? ORDER BY size LIMIT 256"
                rows = self._db.execute(query, (last,)).fetchall()
            if not rows:
                return
            for row in rows:
                match row:
                    case (int(last), bytes(root), bytes(note)):
                        yield last, root, note
                    case _:
                        raise RecordError("a row of the database is damaged", source=str(self.path))

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            self._db.close()

    def __enter__(self) -> Self:
        """Return the store; leaving the block closes it."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the store."""
        self.close()
