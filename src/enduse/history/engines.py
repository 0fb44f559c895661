"""Engines that are asked the same questions of a history: DuckDB, PostgreSQL and Spark.

DuckDB and Spark read the Parquet files where they lie. PostgreSQL is given the postings in a temporary table of one
connection, so nothing stays in the database.
"""

import os
import shutil
from abc import abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from enduse.closing import Closing
from enduse.errors import MissingExtraError, RecordError, UnknownError
from enduse.history.files import HistoryList, duckdb
from enduse.history.tables import history_columns
from enduse.record.postgres_session import SCHEMES, Address, PostgresSession

TABLE: Final = "postings"
ROWS: Final = 10_000
"""Rows that are handed over at once."""
_POSTGRES: Final = {"BIGINT": "int8", "VARCHAR": "text", "DATE": "date"}
_SPARK: Final = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.sql.shuffle.partitions": "1",
    "spark.sql.ansi.enabled": "true",  # a sum that does not fit is an error, not an empty cell
}


class Engine(Closing):
    """One engine, with the postings of a history as its table ``postings``.

    Attributes:
        name: as it may be shown.
    """

    name: str

    @abstractmethod
    def rows(self, sql: str) -> Sequence[Sequence[object]]:
        """Return what a question gives.

        Raises:
            RecordError: the engine fails.
        """


class DuckDBEngine(Engine):
    """DuckDB, reading the files.

    Args:
        paths: of the postings.
    """

    name = "duckdb"

    def __init__(self, paths: Sequence[Path]) -> None:
        self._engine = duckdb().connect()
        self._engine.read_parquet([str(path) for path in paths]).create_view(TABLE)

    def rows(self, sql: str) -> Sequence[Sequence[object]]:
        """Return what a question gives."""
        found: list[tuple[object, ...]] = self._engine.execute(sql).fetchall()
        return found

    def close(self) -> None:
        """Let go of it."""
        self._engine.close()


class PostgresEngine(Engine):
    """PostgreSQL, given the postings for as long as one connection lasts.

    Args:
        address: of a database in which this user may make temporary tables.
        paths: of the postings.

    Raises:
        MalformedError, MissingExtraError, RecordError: see :class:`enduse.record.postgres_session.PostgresSession`.
    """

    def __init__(self, address: str, paths: Sequence[Path]) -> None:
        self._session = PostgresSession(Address.parse(address), "pg_temp")
        self.name = self._session.source
        try:
            self._load(paths)
        except BaseException:
            self._session.close()
            raise

    def _load(self, paths: Sequence[Path]) -> None:
        columns = {name: _POSTGRES[kind] for name, kind in history_columns(TABLE).items()}
        made = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        self._session.query(f"CREATE TEMPORARY TABLE {TABLE} ({made})")
        with duckdb().connect() as source, self._session.guarded(), self._session.db.cursor() as cursor:
            read = source.execute("FROM read_parquet(?)", [[str(path) for path in paths]])
            with cursor.copy(f"COPY {TABLE} FROM STDIN (FORMAT BINARY)".encode()) as copy:
                copy.set_types(list(columns.values()))
                while some := read.fetchmany(ROWS):
                    for row in some:
                        copy.write_row(row)

    def rows(self, sql: str) -> Sequence[Sequence[object]]:
        """Return what a question gives."""
        with self._session.guarded():
            return self._session.db.execute(sql.encode()).fetchall()

    def close(self) -> None:
        """Let go of the connection; its temporary table goes with it."""
        self._session.close()


class SparkEngine(Engine):
    """Spark in this process (``local`` mode), or in the session that is open already.

    Args:
        paths: of the postings.

    Raises:
        MissingExtraError: the extra ``spark`` is not installed.
        RecordError: there is no Java for it.
    """

    name = "spark"

    def __init__(self, paths: Sequence[Path]) -> None:
        try:
            from pyspark.sql import SparkSession as Session  # noqa: PLC0415 - an extra
        except ModuleNotFoundError as error:
            raise MissingExtraError("spark", "spark") from error
        active = Session.getActiveSession()
        if active is None and "JAVA_HOME" not in os.environ and shutil.which("java") is None:
            raise RecordError("history.no_java", source=self.name)
        self._own = None if active is not None else _local(Session.builder)
        session: Any = self._own if active is None else active
        self._session = session.newSession()
        self._session.read.parquet(*map(str, paths)).createTempView(TABLE)

    def rows(self, sql: str) -> Sequence[Sequence[object]]:
        """Return what a question gives."""
        found: Sequence[Sequence[object]] = self._session.sql(sql).collect()
        return found

    def close(self) -> None:
        """Stop it where it was started here."""
        if self._own is not None:
            self._own.stop()


def _local(builder: Any) -> Any:  # noqa: ANN401 - of an extra
    """Return a session of Spark in a process of this machine, reached by nobody else."""
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    for key, value in _SPARK.items():
        builder = builder.config(key, value)
    return builder.appName("enduse").master("local[1]").getOrCreate()


def engine_of(name: str, folder: Path, found: HistoryList) -> Engine:
    """Return an engine with a history in it.

    Args:
        name: ``duckdb``, ``spark``, or the address of a PostgreSQL database.
        folder: of the history.
        found: its list.

    Raises:
        UnknownError: no engine is called so.
        MissingExtraError, MalformedError, RecordError: it cannot be had.
    """
    paths = found.paths(folder, TABLE)
    if name == DuckDBEngine.name:
        return DuckDBEngine(paths)
    if name == SparkEngine.name:
        return SparkEngine(paths)
    if name.partition("://")[0] in SCHEMES:
        return PostgresEngine(name, paths)
    raise UnknownError("history.no_engine", engine=name)
