"""One connection to a PostgreSQL database in which a programme is kept (extra ``postgres``: psycopg 3).

A programme has two schemas, ``record`` and ``book``; where several share a database, each address names its own programme
(``?programme=town``: ``town_record`` and ``town_book``). The address may hold a password, so no message shows more of it
than host and database, and what the server says is stripped of it.
"""

import re
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import msgspec

from enduse.closing import Closing
from enduse.errors import ConflictError, MalformedError, MissingExtraError, RecordError
from enduse.record import files
from enduse.system import read_file

if TYPE_CHECKING:
    import psycopg

Row = tuple[object, ...]

SCHEMES: Final = ("postgresql", "postgres")
POINTER: Final = "store.url"
"""File of a programme's folder that says in which database the programme is kept; it may hold a password (mode 600)."""
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
_ALWAYS: Final = "postgres"
"""A database that every server has, unless somebody took it away."""
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
        staged: whether that of a programme that is being made is meant, which nobody sees yet.
    """

    dsn: str
    programme: str = ""
    staged: bool = False

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

    @classmethod
    def of(cls, folder: Path) -> Self | None:
        """Return where the programme of a folder is kept; ``None`` where it is kept in the folder.

        Raises:
            MalformedError: the file that says so is damaged.
        """
        try:
            return cls.parse(read_file(folder / POINTER).decode())
        except (FileNotFoundError, NotADirectoryError):
            return None
        except UnicodeDecodeError as error:
            raise MalformedError("store.address_malformed", source=str(folder / POINTER)) from error

    def point(self, folder: Path) -> None:
        """Let a folder say that its programme is kept here."""
        files.write(folder / POINTER, self.url.encode() + b"\n", files.PRIVATE)

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
        # A blank stands in no name that anybody can give.
        return (f"{self.programme}_{part}" if self.programme else part) + (" staged" if self.staged else "")

    def told(self, error: BaseException) -> str:
        """Return the first line of what the driver says, without any password."""
        lines = str(error).strip().splitlines()
        text = lines[0] if lines else type(error).__name__
        parts = urlsplit(self.dsn)
        secrets = {parts.password, *(v for k, v in parse_qsl(parts.query) if k == "password")}
        for secret in filter(None, {*secrets, unquote(parts.password or "")}):
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
        part: ``record`` or ``book``.
        settings: statements that every connection begins with.

    Raises:
        MissingExtraError: psycopg is not installed.
        RecordError: the server cannot be reached, has no such database, or lets us not in.
    """

    def __init__(self, address: Address, part: str, settings: Sequence[str] = ()) -> None:
        self.driver = driver()
        self.address = address
        self.schema = address.schema(part)
        self.source = address.shown
        self.lock = threading.RLock()
        self._settings = settings
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
            raise self._not_connected(known, error) from error
        with self.guarded():
            path = self.driver.sql.SQL("SET search_path TO {}").format(self.driver.sql.Identifier(self.schema))
            for setting in (path, *_SESSION, *self._settings):
                found.execute(setting)
        return found

    def _not_connected(self, known: dict[str, Any], error: "psycopg.Error") -> RecordError:
        """Return why there is no connection; asked of the server itself, whose sentences come in a language of its own."""
        making, pq = self.driver.conninfo.make_conninfo, self.driver.pq
        given = {**_DEFAULTS, **known}
        code = "store.not_let_in"
        if pq.PGconn.ping(making(**given).encode()) != pq.Ping.OK:
            code = "store.unreachable"
        elif error.pgconn is not None and error.pgconn.needs_password:
            code = "store.no_password"
        else:
            with suppress(self.driver.Error), self.driver.connect(**{**given, "dbname": _ALWAYS}) as other:
                name = known.get("dbname") or other.info.user
                if not other.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
                    code = "store.no_database"
        return RecordError(code, source=self.source, reason=self.address.told(error))

    @property
    def lost(self) -> bool:
        """Whether the connection was lost."""
        return bool(self._db.closed)

    def renew(self, patience_s: float) -> None:
        """Connect again where the connection was lost, and hold again what was held.

        Raises:
            ConflictError: somebody else has come to hold it, and goes on doing so.
            RecordError: the server cannot be reached.
        """
        with self.lock:
            until = time.monotonic() + patience_s
            while True:
                try:
                    self._db = self._connect()
                    break
                except RecordError:
                    if time.monotonic() > until:
                        raise
                time.sleep(0.2)
            for what in self._held:
                self._take(what, patience_s)

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
        lost = isinstance(error, self.driver.OperationalError) and (not state or state[:2] in {"08", "57", "53"})
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
        self._take(what, patience_s)
        self._held.append(what)
        try:
            yield
        finally:
            self._held.remove(what)
            if not self.lost:
                with suppress(RecordError):  # a connection that ends lets go of all it holds
                    self.query("SELECT pg_advisory_unlock(?)", (self._number(what),))

    def _number(self, what: str) -> int:
        return int.from_bytes(sha256(f"enduse {self.schema} {what}".encode()).digest()[:8], "big", signed=True)

    def _take(self, what: str, patience_s: float) -> None:
        try:
            with self.guarded():
                self._db.execute(f"SET lock_timeout TO {max(1, round(patience_s * 1000))}".encode())
                try:
                    self._db.execute("SELECT pg_advisory_lock(%s)", (self._number(what),))
                finally:
                    if not self._db.broken:
                        self._db.execute("SET lock_timeout TO 0")
        except RecordError as error:
            if isinstance(error.__cause__, self.driver.errors.LockNotAvailable):
                raise ConflictError("book.being_written", source=self.source) from error
            raise

    def close(self) -> None:
        """Let go of the connection."""
        with self.lock:
            self._db.close()
