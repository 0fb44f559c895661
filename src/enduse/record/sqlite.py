"""The record in one SQLite file (standard library), append-only: ``record.db``.

Write-ahead log with ``synchronous=FULL``: a batch is on the disk when ``append`` returns. Triggers refuse UPDATE and
DELETE, which stops honest mistakes; dishonest ones are what the signed checkpoints are for.
"""

import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self

from enduse.errors import ConflictError, RecordError, UnknownError
from enduse.record.sqlstore import DuplicateRowError, Row, SQLStore
from enduse.system import database_error, no_room, not_writable

# "Endu": tells a record from any other SQLite file.
_APPLICATION_ID = 0x456E6475
_FORMAT = 1
BUSY_S = 30.0
"""Seconds to wait for another process that holds the database."""

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


def connect(path: Path, *, read_only: bool = False, page: int | None = None) -> sqlite3.Connection:
    """Open a SQLite file with the settings under which a commit is durable.

    Args:
        path: of the file.
        read_only: write nothing.
        page: bytes of a page, of a file that is empty yet.

    Raises:
        RecordError: it cannot be opened; says what keeps us from it.
    """
    mode = "ro" if read_only else "rw"
    if read_only and _at_rest(path):
        mode = "ro&immutable=1"
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            isolation_level=None,
            timeout=BUSY_S,
            check_same_thread=False,
        )
        if not read_only:
            if page is not None:
                connection.execute(f"PRAGMA page_size = {page:d}")
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA trusted_schema = OFF")
        # Without this INSERT OR REPLACE would delete behind the triggers' back.
        connection.execute("PRAGMA recursive_triggers = ON")
    except sqlite3.Error as error:
        raise database_error(error, path) from error
    return connection


def _in_memory(path: Path) -> sqlite3.Connection:
    """Return a copy in memory of a record, or an empty record where there is none."""
    copy = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    if path.is_file():
        with closing(connect(path, read_only=True)) as kept:
            kept.backup(copy)
    else:
        copy.executescript(_SCHEMA)
    return copy


def _at_rest(path: Path) -> bool:
    # SQLite writes a file beside a database even to read it. Where it cannot, because the folder is read-only or the disk
    # is full, the database is read as it lies, if no batch of a writer stands beside it.
    journal = path.with_name(f"{path.name}-wal")
    alone = not journal.exists() or journal.stat().st_size == 0
    return alone and (not_writable(path) or no_room(path))


class SQLiteStore(SQLStore):
    """A record in a SQLite file; implements :class:`enduse.record.store.Store`.

    One connection, guarded by a lock, so threads may share it; processes each open their own.
    """

    def __init__(self, path: Path, *, read_only: bool = False, in_memory: bool = False) -> None:
        """Open an existing record.

        Args:
            path: of the file.
            read_only: write nothing.
            in_memory: open a copy of it, or an empty one where there is none: whatever is appended is forgotten when it is
                closed.

        Raises:
            UnknownError: there is no such file.
            RecordError: it is damaged, or not a record.
        """
        if not path.is_file() and not in_memory:
            # A log that has its key had a database: what is lost is brought back, never begun anew.
            gone = (path.parent / "log.vkey").exists()
            raise UnknownError("record.database_gone" if gone else "record.missing", source=str(path))
        self.path = path
        self.source = str(path)
        self._lock = threading.RLock()
        self._db = _in_memory(path) if in_memory else connect(path, read_only=read_only)
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
            raise ConflictError("record.exists", source=str(path)) from error
        db = connect(path)
        try:
            db.executescript(_SCHEMA)
        except sqlite3.Error as error:
            raise database_error(error, path) from error
        finally:
            db.close()
        return cls(path)

    def _check_format(self) -> None:
        (application,) = self._db.execute("PRAGMA application_id").fetchone()
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if (application, version) != (_APPLICATION_ID, _FORMAT):
            raise RecordError("record.foreign_file", source=str(self.path))

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        # One thread at a time, and the database's own errors in our words.
        with self._lock:
            try:
                yield
            except (sqlite3.Error, UnicodeDecodeError) as error:
                raise database_error(error, self.path) from error

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

    def _query(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        with self._guarded():
            return self._db.execute(statement, values).fetchall()

    def _insert(self, rows: Iterable[Row]) -> None:
        try:
            self._db.executemany("INSERT INTO entry VALUES (?, ?, ?, ?, ?, ?)", rows)
        except sqlite3.IntegrityError as error:
            raise DuplicateRowError from error

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            self._db.close()
