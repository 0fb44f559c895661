"""The record in PostgreSQL (extra ``postgres``: psycopg 3), for an installation that has a server anyway.

Same interface and same tests as SQLite. Appending locks the table of heads, so that writers queue; the size each
expects decides who may write. A commit is durable (``synchronous_commit``), and triggers refuse every change.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from enduse.errors import ConflictError, MissingExtraError, RecordError, UnknownError, told_by
from enduse.record.sqlstore import DuplicateRowError, Row, SQLStore

if TYPE_CHECKING:
    import psycopg

DEFAULT_SCHEMA = "record"
_FORMAT = 1
_EXTRA = "postgres"

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


def _driver() -> Any:  # noqa: ANN401 - a module
    try:
        import psycopg  # noqa: PLC0415 - optional
    except ImportError as error:
        raise MissingExtraError(_EXTRA, "postgresql") from error
    return psycopg


class PostgresStore(SQLStore):
    """A record in one schema of a PostgreSQL database; implements :class:`enduse.record.store.Store`.

    One connection, guarded by a lock, so threads may share it; processes each open their own.
    """

    def __init__(self, dsn: str, schema: str = DEFAULT_SCHEMA) -> None:
        """Open an existing record.

        Args:
            dsn: connection string or URI; never shown in messages, it may hold a password.
            schema: schema that holds the record.

        Raises:
            MissingExtraError: psycopg is not installed.
            UnknownError: there is no record in that schema.
            RecordError: the server cannot be reached.
        """
        self._psycopg = _driver()
        self.source = f"postgres schema {schema}"
        self._lock = threading.RLock()
        self._db = self._connect(dsn, schema)
        tables = self._query("SELECT table_name FROM information_schema.tables WHERE table_schema = ?", (schema,))
        if {"entry", "head", "signed"} - {name for (name,) in tables}:
            self._db.close()
            raise UnknownError("record.missing", source=self.source)

    def _connect(self, dsn: str, schema: str) -> "psycopg.Connection[Row]":
        try:
            connection: psycopg.Connection[Row] = self._psycopg.connect(dsn, autocommit=True)
            path = self._psycopg.sql.SQL("SET search_path TO {}").format(self._psycopg.sql.Identifier(schema))
            connection.execute(path)
            connection.execute("SET synchronous_commit TO on")
        except self._psycopg.Error as error:
            raise RecordError("record.database_unreachable", source=self.source, reason=type(error).__name__) from error
        return connection

    @classmethod
    def create(cls, dsn: str, schema: str = DEFAULT_SCHEMA) -> Self:
        """Start an empty record in a new schema.

        Raises:
            ConflictError: the schema exists.
            MissingExtraError, RecordError: as for opening.
        """
        driver = _driver()
        name = driver.sql.Identifier(schema)
        try:
            with driver.connect(dsn) as connection:
                connection.execute(driver.sql.SQL("CREATE SCHEMA {}").format(name))
                connection.execute(driver.sql.SQL("SET LOCAL search_path TO {}").format(name))
                connection.execute(_TABLES + _TRIGGERS)
        except driver.errors.DuplicateSchema as error:
            raise ConflictError("record.exists", source=f"postgres schema {schema}") from error
        except driver.Error as error:
            raise RecordError(
                "record.cannot_start", source=f"postgres schema {schema}", reason=told_by(error)
            ) from error
        return cls(dsn, schema)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except self._psycopg.Error as error:
                raise RecordError("record.database_fails", source=self.source, reason=told_by(error)) from error

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        with self._guarded(), self._db.transaction():
            # Readers go on; a second writer waits here until the first has committed.
            self._db.execute("LOCK TABLE head IN EXCLUSIVE MODE")
            yield

    def _query(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        with self._guarded():
            cursor = self._db.execute(statement.replace("?", "%s").encode(), values, binary=True)
            return cursor.fetchall() if cursor.description else []

    def _insert(self, rows: Iterable[Row]) -> None:
        try:
            with self._db.cursor() as cursor, cursor.copy(_COPY) as copy:
                copy.set_types(["int8", "bytea", "bytea", "bytea", "bytea", "int8"])
                for row in rows:
                    copy.write_row(row)
        except self._psycopg.errors.UniqueViolation as error:
            raise DuplicateRowError from error

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            self._db.close()
