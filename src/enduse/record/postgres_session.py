"""One connection to a PostgreSQL database in which a programme is kept (extra ``postgres``: psycopg 3).

A programme has three schemas: ``record``, ``book`` and ``vault``; where several share a database, each address names its
own programme (``?programme=town``: ``town_record`` and so on). The address may hold a password, so no message shows more of
it than host and database, and what the server says is stripped of it.
"""

import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import parse_qsl, urlencode, urlsplit

import msgspec

from enduse.closing import Closing
from enduse.errors import ConflictError, MalformedError, MissingExtraError, RecordError

if TYPE_CHECKING:
    import psycopg

Row = tuple[object, ...]

SCHEMES: Final = ("postgresql", "postgres")
_EXTRA: Final = "postgres"
_PROGRAMME: Final = "programme"
"""Parameter of an address that names the programme; no other program knows it."""
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
_DEFAULTS: Final = {
    "connect_timeout": "10",
    "application_name": "enduse",
    # A writer whose machine is gone must not hold the others up for the two hours that are usual.
    "keepalives_idle": "20",
    "keepalives_interval": "10",
    "keepalives_count": "3",
}
_SESSION: Final = (
    "SET tcp_keepalives_idle TO 20",
    "SET tcp_keepalives_interval TO 10",
    "SET tcp_keepalives_count TO 3",
    "SET idle_in_transaction_session_timeout TO 0",
)


class Address(msgspec.Struct, frozen=True):
    """Where a programme is kept in PostgreSQL.

    Attributes:
        dsn: connection URI; may hold a password, never shown.
        programme: which of the database's programmes; empty where it has one.
    """

    dsn: str
    programme: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Return the address that a URL gives.

        Raises:
            MalformedError: it is none.
        """
        try:
            parts = urlsplit(text.strip())
            given = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query))
        except ValueError as error:
            raise MalformedError("store.address_malformed") from error
        programme = dict(given).get(_PROGRAMME, "")
        if parts.scheme not in SCHEMES or (programme and not _NAME.fullmatch(programme)):
            raise MalformedError("store.address_malformed")
        query = urlencode([pair for pair in given if pair[0] != _PROGRAMME])
        return cls(f"postgresql://{parts.netloc}{parts.path}" + (f"?{query}" if query else ""), programme)

    @property
    def url(self) -> str:
        """The whole address, password included: for a file that only its owner reads."""
        if not self.programme:
            return self.dsn
        return f"{self.dsn}{'&' if urlsplit(self.dsn).query else '?'}{_PROGRAMME}={self.programme}"

    @property
    def shown(self) -> str:
        """What may be shown of it: host, database, programme; no user, no password, no option."""
        parts = urlsplit(self.dsn)
        where = parts.netloc.rpartition("@")[2]
        return f"postgresql://{where}{parts.path}" + (f"?{_PROGRAMME}={self.programme}" if self.programme else "")

    def schema(self, part: str) -> str:
        """Return the schema of a part: ``record``, ``book`` or ``vault``."""
        return f"{self.programme}_{part}" if self.programme else part

    def told(self, error: BaseException) -> str:
        """Return the first line of what the driver says, without any password."""
        lines = str(error).strip().splitlines()
        text = lines[0] if lines else type(error).__name__
        secrets = {urlsplit(self.dsn).password, *(v for k, v in parse_qsl(urlsplit(self.dsn).query) if k == "password")}
        for secret in filter(None, secrets):
            text = text.replace(secret, "…")
        return text


def driver() -> Any:  # noqa: ANN401 - a module
    """Return psycopg.

    Raises:
        MissingExtraError: it is not installed.
    """
    try:
        import psycopg  # noqa: PLC0415 - optional
    except ImportError as error:
        raise MissingExtraError(_EXTRA, "postgresql") from error
    return psycopg


class PostgresSession(Closing):
    """One connection whose tables are those of one schema; guarded by a lock, so threads may share it.

    Args:
        address: of the programme.
        part: ``record``, ``book`` or ``vault``.

    Raises:
        MissingExtraError: psycopg is not installed.
        RecordError: the server cannot be reached, or lets us not in.
    """

    def __init__(self, address: Address, part: str) -> None:
        self.driver = driver()
        self.address = address
        self.schema = address.schema(part)
        self.source = address.shown
        self.lock = threading.RLock()
        self._held: list[str] = []
        self._db = self._connect()

    def _connect(self) -> "psycopg.Connection[Row]":
        given = self.driver.conninfo.conninfo_to_dict
        try:
            known = given(self.address.dsn)
            found: psycopg.Connection[Row] = self.driver.connect(**{**_DEFAULTS, **known}, autocommit=True)
        except self.driver.ProgrammingError as error:
            raise MalformedError("store.address_malformed") from error
        except self.driver.Error as error:
            raise self.failed(error) from error
        with self.guarded():
            path = self.driver.sql.SQL("SET search_path TO {}").format(self.driver.sql.Identifier(self.schema))
            for setting in (path, *_SESSION):
                found.execute(setting)
        return found

    @property
    def db(self) -> "psycopg.Connection[Row]":
        """The connection, for what :meth:`query` cannot do."""
        return self._db

    def failed(self, error: BaseException) -> RecordError:
        """Return what a driver's error means: out of reach, full, not allowed, or else failing."""
        reason = self.address.told(error)
        errors = self.driver.errors
        if isinstance(error, errors.InsufficientPrivilege | errors.ReadOnlySqlTransaction):
            return RecordError("store.not_allowed", source=self.source, reason=reason)
        if isinstance(error, errors.DiskFull):
            return RecordError("system.disk_full", source=self.source)
        state = getattr(error, "sqlstate", None) or ""
        lost = isinstance(error, self.driver.OperationalError) and (
            not state or state[:2] in {"08", "57", "28", "3D", "53"}
        )
        if lost:
            return RecordError("store.unreachable", source=self.source, reason=reason)
        return RecordError("store.fails", source=self.source, reason=reason)

    @contextmanager
    def guarded(self) -> Iterator[None]:
        """Let one thread at a time do something, and say the driver's errors in our words.

        Raises:
            RecordError: the server is out of reach, full, or refuses.
        """
        with self.lock:
            try:
                yield
            except self.driver.Error as error:
                raise self.failed(error) from error

    def query(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        """Run one statement with ``?`` for each value and return all rows."""
        with self.guarded():
            cursor = self._db.execute(statement.replace("?", "%s").encode(), values, binary=True)
            return cursor.fetchall() if cursor.description else []

    def tables(self) -> set[object]:
        """Return the names of the tables that are there."""
        found = self.query(
            "SELECT table_name::text FROM information_schema.tables WHERE table_schema = ?", (self.schema,)
        )
        return {name for (name,) in found}

    @contextmanager
    def hold(self, what: str, patience_s: float) -> Iterator[None]:
        """Keep everybody else on this database from doing ``what`` in this programme, in the order in which they ask.

        The server lets go of it when the connection ends, however it ends. Who holds it may hold it again.

        Raises:
            ConflictError: somebody else holds it for longer than our patience.
        """
        number = int.from_bytes(sha256(f"enduse {self.schema} {what}".encode()).digest()[:8], "big", signed=True)
        try:
            with self.guarded():
                self._db.execute(f"SET lock_timeout TO {max(1, round(patience_s * 1000))}".encode())
                try:
                    self._db.execute("SELECT pg_advisory_lock(%s)", (number,))
                finally:
                    if not self._db.broken:
                        self._db.execute("SET lock_timeout TO 0")
        except RecordError as error:
            if isinstance(error.__cause__, self.driver.errors.LockNotAvailable):
                raise ConflictError("book.being_written", source=self.source) from error
            raise
        try:
            yield
        finally:
            if not self._db.broken and not self._db.closed:
                self.query("SELECT pg_advisory_unlock(?)", (number,))

    def close(self) -> None:
        """Let go of the connection."""
        with self.lock:
            self._db.close()
