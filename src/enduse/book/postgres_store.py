"""What keeps the book between two runs in PostgreSQL: the two tables of ``book.db``, in a schema of their own.

All who share the database share it: whoever has followed the record first stores it, and the others take it up. A reader
keeps a snapshot, so it sees the book at one size whatever others write; who may only read keeps what it works out in
memory. Offices whose software means something else by a
book (``FORMAT``) each have their own in the same tables; who begins a new one clears away those of older software.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from enduse.book.store import DATABASE, FORMAT, NUMBER_MAX, SEAL, BookStore, Put
from enduse.errors import ConflictError
from enduse.record.log import Log
from enduse.record.postgres import BOOK
from enduse.record.postgres_session import Address, PostgresSession
from enduse.record.shared import SharedLog

_SETTINGS: Final = (
    "SET synchronous_commit TO off",  # losing a flush costs a replay, never a fact
    "SET default_transaction_isolation TO 'read committed'",
)
_TABLES: Final = (
    "CREATE TABLE IF NOT EXISTS meta (meaning int, name text, value bytea NOT NULL, PRIMARY KEY (meaning, name))",
    "CREATE TABLE IF NOT EXISTS node (meaning int, number bigint, data bytea NOT NULL, PRIMARY KEY (meaning, number))",
    # Nodes are small and packed already.
    "ALTER TABLE node ALTER COLUMN data SET STORAGE EXTERNAL",
)
_COPY: Final = "COPY node (meaning, number, data) FROM STDIN (FORMAT BINARY)"


class PostgresBookStore(BookStore):
    """The stored book of a programme that is kept in PostgreSQL.

    Args:
        address: of the programme.
        read_only: only look at what is there.
    """

    def __init__(self, address: Address, *, read_only: bool = False) -> None:
        self._read_ahead: dict[int, bytes] = {}
        super().__init__(read_only=read_only)
        self._address = address
        self.source = address.shown
        self._meaning = FORMAT
        self._connection: PostgresSession | None = None
        self._writes = not read_only
        self._beside: dict[int, bytes] = {}
        self._forgotten = False

    @property
    def in_memory(self) -> bool:
        """Whether nothing that is worked out is kept: it may not be written."""
        return bool(self._session) and not self._writes

    @property
    def _session(self) -> PostgresSession:
        if self._connection is None:
            self._connection = session = PostgresSession(self._address, BOOK, _SETTINGS)
            lacking = bool({"meta", "node"} - session.tables())
            right = "has_database_privilege(current_database(), 'CREATE')"
            if not lacking:
                right = "has_table_privilege('node', 'INSERT, DELETE') AND has_table_privilege('meta', 'INSERT')"
            query = f"SELECT NOT pg_is_in_recovery() AND current_setting('transaction_read_only') = 'off' AND {right}"
            self._writes = self._writes and session.query(query) == [(True,)]
            if lacking and self._writes:
                self._make(session)
        return self._connection

    def _make(self, session: PostgresSession) -> None:
        name = session.driver.sql.Identifier(session.schema)
        with session.hold("book", 60), session.guarded(), session.db.transaction():
            session.db.execute(session.driver.sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(name))
            for table in _TABLES:
                session.db.execute(table.encode())

    def renew(self) -> None:
        """Throw away what is stored of this meaning, and of older ones, and begin with nothing."""
        self._begin_with()
        self._beside.clear()
        self._leave()
        if self.in_memory:
            self._forgotten = True
            return
        with self._session.guarded(), self._session.db.transaction():
            self._session.query("LOCK TABLE meta IN EXCLUSIVE MODE")
            for table in ("node", "meta"):
                self._session.query(f"DELETE FROM {table} WHERE meaning <= ?", (self._meaning,))  # noqa: S608 - constant

    def copied(self) -> BookStore:
        """Return a copy in memory of what is stored now; this store is loaded anew before it is used again."""
        copy, (named, _) = BookStore(), self._named()
        query = b"SELECT number, data FROM node WHERE meaning = %s"
        if named:
            with self._session.guarded(), self._session.db.cursor() as cursor:
                copy.fill(named, cursor.stream(query, (self._meaning,), binary=True))  # type: ignore[arg-type]
        return copy

    def close(self) -> None:
        """Let go of the database."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _named(self) -> tuple[dict[str, bytes], bool]:
        """Return the named values as they are now, and whether there are nodes without any."""
        self._beside.clear()
        if self._forgotten or (self.in_memory and {"meta", "node"} - self._session.tables()):
            return {}, False
        self._look()
        rows = self._session.query("SELECT name, value FROM meta WHERE meaning = ?", (self._meaning,))
        nodes = [] if rows else self._session.query("SELECT 1 FROM node WHERE meaning = ? LIMIT 1", (self._meaning,))
        return dict(rows), bool(nodes)  # type: ignore[arg-type]

    def _leave(self) -> None:
        if self._session.db.info.transaction_status != self._session.driver.pq.TransactionStatus.IDLE:
            self._session.query("ROLLBACK")

    def _look(self) -> None:
        """Go on seeing the book as it is now."""
        self._leave()
        self._read_ahead = {}
        self._session.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")

    @contextmanager
    def _writing(self) -> Iterator[Put]:
        """Give what writes nodes and named values, all of it in one transaction, where nobody has written since."""
        if self.in_memory:
            yield lambda _freed, written, _named: self._beside.update(written)
            return
        self._leave()
        with self._session.guarded(), self._session.db.transaction():
            self._session.query("LOCK TABLE meta IN EXCLUSIVE MODE")  # readers go on
            self._expect(self._seal)
            yield self._put

    def _put(self, freed: set[int], written: Mapping[int, bytes], named: Mapping[str, bytes]) -> None:
        session, meaning = self._session, self._meaning
        self._read_ahead = {}
        session.query("DELETE FROM node WHERE meaning = ? AND number = ANY(?)", (meaning, [*freed, *written]))
        with session.db.cursor() as cursor, cursor.copy(_COPY) as copy:
            copy.set_types(["int4", "int8", "bytea"])
            for number, data in written.items():
                copy.write_row((meaning, number, data))
        for name, value in named.items():
            session.query(
                "INSERT INTO meta VALUES (?, ?, ?) ON CONFLICT (meaning, name) DO UPDATE SET value = excluded.value",
                (meaning, name, value),
            )

    def _go_on(self, seal: bytes) -> None:
        """Go on seeing the book as it is now, which is as it was sealed."""
        if not self.in_memory:
            self._look()
            self._expect(seal)

    def _expect(self, seal: bytes | None) -> None:
        rows = self._session.query("SELECT value FROM meta WHERE meaning = ? AND name = ?", (self._meaning, SEAL))
        if (rows[0][0] if rows else None) != seal:
            raise ConflictError("book.moved_on", source=self.source)

    def _node(self, number: int) -> bytes | None:
        if number > NUMBER_MAX or number in self._beside:
            return self._beside.get(number)
        if number in self._read_ahead:
            return self._read_ahead.pop(number)
        query = "SELECT data FROM node WHERE meaning = ? AND number = ?"
        rows = self._session.query(query, (self._meaning, number))
        return rows[0][0] if rows else None  # type: ignore[return-value]

    def _ahead(self, numbers: list[int]) -> None:
        """Read nodes that are about to be asked for: each question waits for its answer."""
        wanted = [number for number in numbers if number <= NUMBER_MAX and number not in self._beside]
        query = "SELECT number, data FROM node WHERE meaning = ? AND number = ANY(?)"
        self._read_ahead = dict(self._session.query(query, (self._meaning, wanted)))  # type: ignore[arg-type]


def stored_book(folder: Path, log: Log, *, read_only: bool = False) -> BookStore:
    """Return the stored book of a programme: in the database that keeps its record, or else in its folder.

    Args:
        folder: of the programme.
        log: its record.
        read_only: only look at what is there.
    """
    if isinstance(log, SharedLog):
        return PostgresBookStore(log.shared.address, read_only=read_only)
    return BookStore(folder / DATABASE, read_only=read_only)
