"""The record in PostgreSQL (extra ``postgres``: psycopg 3), for an installation that has a server anyway.

Same interface and same tests as SQLite. Appending locks the table of heads, so that writers queue; the size each
expects decides who may write. A commit is durable (``synchronous_commit``), and triggers refuse every change. Where the
answer to a commit is lost with the connection, what came of it is looked up before anything is said.

What is published (checkpoint, policy) stands beside the record, so that all who share the database publish one after the
other; each folder keeps copies of it, and tiles of its own.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from typing import Final, Self

import msgspec

from enduse.errors import ConflictError, EnduseError, RecordError, UnknownError
from enduse.record.postgres_session import Address, PostgresSession, driver
from enduse.record.sqlstore import DuplicateRowError, Row, SQLStore
from enduse.record.store import NewEntry

PART: Final = "record"
BOOK: Final = "book"
_LAYOUT: Final = 1
"""Of the tables."""
_PATIENCE_S: Final = 60
"""For a server to come back, and to end what it was doing when a connection was lost."""
_START_S: Final = 5
"""For somebody else who starts a programme at the same place."""
_SETTINGS: Final = ("SET synchronous_commit TO on",)
_TABLES = """
CREATE TABLE entry (
  idx bigint PRIMARY KEY CHECK (idx >= 0),
  entry bytea NOT NULL CHECK (octet_length(entry) BETWEEN 1 AND 65535),
  leaf bytea NOT NULL CHECK (octet_length(leaf) = 32),
  statement_id bytea NOT NULL UNIQUE CHECK (octet_length(statement_id) = 32),
  key bytea NOT NULL CHECK (octet_length(key) = 32),
  seq bigint NOT NULL CHECK (seq >= 0)
);
-- Signed JSON does not shrink much, and reading it back must be quick.
ALTER TABLE entry ALTER COLUMN entry SET STORAGE EXTERNAL;
CREATE INDEX entry_key_seq ON entry (key, seq, idx);
CREATE TABLE head (size bigint PRIMARY KEY, edge bytea NOT NULL);
INSERT INTO head VALUES (0, '');
CREATE TABLE signed (size bigint PRIMARY KEY, root bytea NOT NULL CHECK (octet_length(root) = 32), note bytea NOT NULL);
CREATE TABLE published (name text PRIMARY KEY, value bytea NOT NULL);
CREATE TABLE layout (version int NOT NULL);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'the record is append-only'; END $$;
"""
_TRIGGER = (
    "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse();"
)
_TRIGGERS = "".join(_TRIGGER.format(table=table) for table in ("entry", "head", "signed"))
_COPY = "COPY entry (idx, entry, leaf, statement_id, key, seq) FROM STDIN (FORMAT BINARY)"


class PostgresStore(SQLStore):
    """A record in one schema of a PostgreSQL database; implements :class:`enduse.record.store.Store`.

    One connection, guarded by a lock, so threads may share it; processes each open their own.
    """

    def __init__(self, address: Address) -> None:
        """Open an existing record.

        Raises:
            MissingExtraError: psycopg is not installed.
            UnknownError: there is no record in that schema.
            RecordError: the server cannot be reached, or other software laid the record out.
        """
        self.address = address
        self._session = PostgresSession(address, PART, _SETTINGS)
        self._committing = False
        self.source = self._session.source
        try:
            self._check_layout()
        except BaseException:
            self._session.close()
            raise

    def _check_layout(self) -> None:
        tables = self._session.tables()
        if not tables:
            raise UnknownError("store.no_programme", source=self.source)
        found = self._query("SELECT version FROM layout") if "layout" in tables else []
        lacking = {"entry", "head", "signed", "published"} - tables
        if lacking or found != [(_LAYOUT,)]:
            raise RecordError("store.other_layout", source=self.source)

    @classmethod
    def create(cls, address: Address) -> Self:
        """Start an empty record in a new schema.

        Raises:
            ConflictError: the schema exists.
            MissingExtraError, RecordError: as for opening.
        """
        psycopg = driver()
        name = psycopg.sql.Identifier(address.schema(PART))
        with PostgresSession(address, PART) as session:
            try:
                with session.guarded(), session.db.transaction():
                    session.db.execute(psycopg.sql.SQL("CREATE SCHEMA {}").format(name))
                    session.db.execute((_TABLES + _TRIGGERS).encode())
                    session.db.execute("INSERT INTO layout VALUES (%s)", (_LAYOUT,))
            except RecordError as error:
                if isinstance(error.__cause__, psycopg.errors.DuplicateSchema):
                    raise ConflictError("store.programme_there", source=session.source) from error
                raise
        return cls(address)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._committing = False
        with self._session.guarded(), self._session.db.transaction():
            # Readers go on; a second writer waits here until the first has committed.
            self._session.db.execute("LOCK TABLE head IN EXCLUSIVE MODE")
            yield
            self._committing = True

    def hold(self, what: str, patience_s: float) -> AbstractContextManager[None]:
        """Keep everybody else on the database from doing ``what`` in this programme; see :meth:`PostgresSession.hold`."""
        return self._session.hold(what, patience_s)

    def check_may_append(self) -> None:
        """Check that this user of the database may add entries, without adding any.

        Raises:
            RecordError: they may only read.
        """
        self._query("INSERT INTO head SELECT size, edge FROM head WHERE false RETURNING size")

    def append(self, batch: Sequence[NewEntry], expected_size: int) -> int:
        """Add a batch in one durable transaction and return the index of its first entry.

        Raises:
            RecordError: the server is out of reach; nothing was recorded, unless it says that nobody knows.
        """
        try:
            return super().append(batch, expected_size)
        except RecordError as error:
            if not (self._committing and self._session.lost):
                raise
            if self._recorded(batch, error) == expected_size:
                return expected_size
            raise

    def _recorded(self, batch: Sequence[NewEntry], error: RecordError) -> int | None:
        """Look up where a batch stands whose commit was not answered; ``None`` where not all of it was recorded.

        Raises:
            RecordError: nobody knows: the server cannot be asked.
        """
        try:
            self._session.renew(_PATIENCE_S)
            with self._session.guarded(), self._session.db.transaction():
                self._session.db.execute(f"SET LOCAL lock_timeout TO '{_PATIENCE_S}s'".encode())
                # Until the transaction that was cut off has ended, one way or the other, this waits.
                self._session.db.execute("LOCK TABLE head IN EXCLUSIVE MODE")
                known = self.has_many(new.statement_id for new in batch)
        except EnduseError:
            raise RecordError("store.outcome_unknown", source=self.source) from error
        return min(known.values()) if len(known) == len(batch) else None

    def published(self) -> dict[str, bytes]:
        """Return what is published, by name of its file."""
        rows = self._typed(self._query("SELECT name, value FROM published"), str, bytes)
        return dict(rows)  # type: ignore[arg-type]

    def put_published(self, name: str, before: bytes | None, changes: Mapping[str, bytes | None]) -> None:
        """Change what is published, in one transaction.

        Args:
            name: of the file that tells whether anybody else has published meanwhile.
            before: what that file holds.
            changes: new content by name; ``None`` takes the file away.

        Raises:
            ConflictError: somebody else has.
        """
        with self._transaction():
            if self.published().get(name) != before:
                raise ConflictError("record.publishing_elsewhere", source=self.source)
            for one, value in changes.items():
                self._query("DELETE FROM published WHERE name = ?", (one,))
                if value is not None:
                    self._query("INSERT INTO published VALUES (?, ?)", (one, value))

    def _query(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        return self._session.query(statement, values)

    def _insert(self, rows: Iterable[Row]) -> None:
        try:
            with self._session.db.cursor() as cursor, cursor.copy(_COPY) as copy:
                copy.set_types(["int8", "bytea", "bytea", "bytea", "bytea", "int8"])
                for row in rows:
                    copy.write_row(row)
        except self._session.driver.errors.UniqueViolation as error:
            raise DuplicateRowError from error

    def close(self) -> None:
        """Let go of the database."""
        self._session.close()


class _Staging:
    """The schemas of a programme that is being made, and those in whose place they will stand."""

    def __init__(self, session: PostgresSession, address: Address, parts: tuple[str, ...]) -> None:
        self.session = session
        self.parts = parts
        self.address = address
        self.staged = msgspec.structs.replace(address, staged=True)

    def there(self, address: Address) -> list[str]:
        """Return the schemas that stand at an address."""
        names = [address.schema(part) for part in self.parts]
        rows = self.session.query("SELECT nspname::text FROM pg_namespace WHERE nspname::text = ANY(?)", (names,))
        return [str(name) for (name,) in rows]

    def clear(self) -> None:
        """Take away what was made."""
        sql = self.session.driver.sql
        with self.session.guarded():
            for name in self.there(self.staged):
                self.session.db.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))

    def move(self) -> None:
        """Let it stand at its own address."""
        sql = self.session.driver.sql
        with self.session.guarded(), self.session.db.transaction():
            for part in self.parts:
                names = [sql.Identifier(address.schema(part)) for address in (self.staged, self.address)]
                self.session.db.execute(sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(*names))

    def moved(self) -> bool:
        """Say whether it stands at its own address, after a move that was not answered; else take it away.

        Raises:
            RecordError: the server cannot be reached.
        """
        if self.session.lost:
            self.session.renew(_PATIENCE_S)
        if self.there(self.address):
            return True
        self.clear()
        return False


@contextmanager
def started(address: Address, parts: tuple[str, ...] = (PART, BOOK)) -> Iterator[Address]:
    """Give an address at which a programme can be made unseen; it stands at its own when the block ends, or nowhere.

    Whoever is killed meanwhile leaves what the next one to start a programme there clears away.

    Args:
        address: at which it is to stand.
        parts: what is made: record and book, or the record alone.

    Raises:
        ConflictError: a programme is there already, or is being made.
        MissingExtraError, RecordError: as for opening.
    """
    with PostgresSession(address, PART) as session, session.hold("start", _START_S):
        staging = _Staging(session, address, parts)
        if staging.there(address):
            raise ConflictError("store.programme_there", source=session.source)
        staging.clear()
        try:
            yield staging.staged
        except BaseException:
            with suppress(EnduseError):
                if session.lost:
                    session.renew(0)
                staging.clear()
            raise
        try:
            staging.move()
        except RecordError as error:
            try:
                moved = staging.moved()
            except EnduseError:
                raise RecordError("store.outcome_unknown", source=session.source) from error
            if not moved:
                raise
