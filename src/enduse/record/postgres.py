"""The record in PostgreSQL (extra ``postgres``: psycopg 3), for an installation that has a server anyway.

Same interface and same tests as SQLite. Appending locks the table of heads, so that writers queue; the size each
expects decides who may write. A commit is durable (``synchronous_commit``), and triggers refuse every change.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Self

from enduse.errors import ConflictError, RecordError, UnknownError
from enduse.record.postgres_session import Address, PostgresSession, driver
from enduse.record.sqlstore import DuplicateRowError, Row, SQLStore

PART = "record"
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
            RecordError: the server cannot be reached.
        """
        self._session = PostgresSession(address, PART)
        self.source = self._session.source
        self._query("SET synchronous_commit TO on")
        if {"entry", "head", "signed"} - self._session.tables():
            self._session.close()
            raise UnknownError("record.missing", source=self.source)

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
                    session.db.execute(_TABLES + _TRIGGERS)
            except RecordError as error:
                if isinstance(error.__cause__, psycopg.errors.DuplicateSchema):
                    raise ConflictError("record.exists", source=session.source) from error
                raise
        return cls(address)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._session.guarded(), self._session.db.transaction():
            # Readers go on; a second writer waits here until the first has committed.
            self._session.db.execute("LOCK TABLE head IN EXCLUSIVE MODE")
            yield

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
