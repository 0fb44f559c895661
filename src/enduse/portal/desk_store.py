"""What the portal keeps beside the record: who signs in with what, open sessions, links, drafts, unsigned tables, residents' questions.

Nothing of it is in the record and nothing in the record rests on it: with this store gone everybody signs in anew by a link, and
every statement, key and mandate is where it was. Of whatever opens a door (a session, a link, a code) only a keyed digest is kept,
so that a copy of the store opens none.

It is a file in the programme's folder, or a schema of a PostgreSQL database (:mod:`enduse.portal.desk_postgres`), which several
processes and machines share. Statements are in the words that both know, with ``?`` for each value.
"""

import hmac
import os
import sqlite3
import time
from abc import abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from hashlib import sha256
from pathlib import Path
from secrets import token_bytes
from typing import Any, Final

from enduse.closing import Closing

FILE: Final = "portal.sqlite"
"""Name of the file, in the programme's folder."""

Clock = Callable[[], int]
"""Gives seconds since 1970."""

COUNTED_MAX: Final = 2_000
"""So many who try one thing are told apart within one span of time."""

TABLES: Final = """
CREATE TABLE IF NOT EXISTS secret (one INTEGER PRIMARY KEY CHECK (one = 1), bytes BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS person (
    id {number}, party TEXT NOT NULL, label TEXT NOT NULL, invited_by TEXT NOT NULL, made BIGINT NOT NULL, ended BIGINT);
CREATE TABLE IF NOT EXISTS passkey (
    credential TEXT PRIMARY KEY, person INTEGER NOT NULL REFERENCES person, public_key BLOB NOT NULL UNIQUE, made BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS signing_key (
    key TEXT PRIMARY KEY, person INTEGER NOT NULL REFERENCES person, credential TEXT NOT NULL, public_key BLOB NOT NULL,
    request TEXT NOT NULL, made BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS session (
    token BLOB PRIMARY KEY, person INTEGER NOT NULL REFERENCES person, made BIGINT NOT NULL, seen BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS answered (nonce TEXT PRIMARY KEY, ends BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS link (
    code BLOB PRIMARY KEY, party TEXT NOT NULL, label TEXT NOT NULL, invited_by TEXT NOT NULL, ends BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS seen (
    id {number}, at BIGINT NOT NULL, person INTEGER, party TEXT NOT NULL, label TEXT NOT NULL, what TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS attempt (
    what TEXT NOT NULL, who BLOB NOT NULL, span BIGINT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (what, who));
CREATE TABLE IF NOT EXISTS draft (
    number {number}, id TEXT NOT NULL UNIQUE, person INTEGER NOT NULL REFERENCES person, kind TEXT NOT NULL, given TEXT NOT NULL,
    answers TEXT NOT NULL, key TEXT NOT NULL, payload BLOB, made BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS upload (
    number {number}, id TEXT NOT NULL UNIQUE, person INTEGER NOT NULL REFERENCES person, about BLOB NOT NULL, file BLOB NOT NULL,
    made BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS question (
    code BLOB PRIMARY KEY, id INTEGER NOT NULL UNIQUE, topic TEXT NOT NULL, place TEXT NOT NULL, words TEXT NOT NULL,
    language TEXT NOT NULL, owner TEXT NOT NULL, door TEXT NOT NULL, contact TEXT NOT NULL, came_by TEXT NOT NULL,
    asked BIGINT NOT NULL, due BIGINT NOT NULL, answer TEXT NOT NULL, answered BIGINT, answered_by TEXT NOT NULL);
"""


def machine_clock() -> int:
    """Return the machine's time in seconds since 1970."""
    return int(time.time())


class DeskStore(Closing):
    """Tables of the desk, asked by one thread at a time; what one process changes the others see with their next question.

    Attributes:
        now: gives the time in seconds since 1970.
    """

    now: Clock
    _secret: bytes

    @abstractmethod
    def changing(self) -> AbstractContextManager[None]:
        """Keep all of what is changed meanwhile, or none of it; one process at a time."""

    @abstractmethod
    def run(self, statement: str, *values: object) -> int:
        """Change rows; returns how many were."""

    @abstractmethod
    def erase(self, statement: str, *values: object) -> None:
        """Change rows so that what stood in them is gone, as far as the store can promise that; in no transaction."""

    @abstractmethod
    def all(self, question: str, *values: object) -> Sequence[Any]:
        """Return the rows that answer a question, each by the names of its columns."""

    def find(self, question: str, *values: object) -> Any:  # noqa: ANN401 - a row, by the names of its columns
        """Return the first row that answers a question; ``None`` where none does."""
        return next(iter(self.all(question, *values)), None)

    def _take_secret(self) -> bytes:
        """Return the key of digests, made where there is none yet."""
        self.run("INSERT INTO secret VALUES (1, ?) ON CONFLICT DO NOTHING", token_bytes(32))
        return bytes(self.find("SELECT bytes FROM secret")["bytes"])

    def digest(self, purpose: str, value: str) -> bytes:
        """Return a keyed digest: what is kept of a secret of this purpose, so that only who has it finds it again."""
        return hmac.digest(self._secret, f"{purpose}\n{value}".encode(), sha256)

    def allows(self, what: str, who: str, most: int, seconds: int) -> bool:
        """Count an attempt, and say whether it is within so many in a span of so many seconds.

        What is kept is bounded: once very many have tried something within a span, those who come new share one count.

        Args:
            what: is tried.
            who: tries it, such as an address.
            most: how often, within one span.
            seconds: of a span.
        """
        span, name = self.now() // seconds, self.digest("attempt", who)
        with self.changing():
            self.run("DELETE FROM attempt WHERE what = ? AND span < ?", what, span)
            known = self.find("SELECT count FROM attempt WHERE what = ? AND who = ?", what, name)
            if (
                known is None
                and self.find("SELECT count(*) AS n FROM attempt WHERE what = ?", what)["n"] >= COUNTED_MAX
            ):
                name = self.digest("attempt", "everybody else")
            self.run(
                "INSERT INTO attempt VALUES (?, ?, ?, 1) ON CONFLICT (what, who) DO UPDATE"
                " SET count = CASE WHEN attempt.count <= ? THEN attempt.count + 1 ELSE attempt.count END",
                *(what, name, span, most),
            )
            count: int = self.find("SELECT count FROM attempt WHERE what = ? AND who = ?", what, name)["count"]
            return count <= most


class DeskFile(DeskStore):
    """One SQLite file, readable by its owner alone."""

    def __init__(self, path: Path, now: Clock = machine_clock) -> None:
        """Open the file, or make it.

        Args:
            path: of the file.
            now: gives the time.
        """
        self.now = now
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        self._database.row_factory = sqlite3.Row
        self._database.execute("PRAGMA secure_delete = ON")  # a contact that was erased is not found in the file
        self._database.execute("PRAGMA foreign_keys = ON")
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute(
            "PRAGMA synchronous = NORMAL"
        )  # after a power cut a session may be gone, never a statement
        self._renew()
        self._database.executescript(TABLES.format(number="INTEGER PRIMARY KEY"))
        self._secret = self._take_secret()

    def _renew(self) -> None:
        """Let go of drafts and unsigned tables that an earlier version kept in another form; nothing of them is signed."""
        for table in ("draft", "upload"):
            known = {row["name"] for row in self.all(f"PRAGMA table_info({table})")}
            if known and "number" not in known:
                self._database.execute(f"DROP TABLE {table}")

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Keep all of what is changed meanwhile, or none of it; one process at a time."""
        if self._database.in_transaction:
            yield
            return
        self._database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._database.execute("ROLLBACK")
            raise
        self._database.execute("COMMIT")

    def run(self, statement: str, *values: object) -> int:
        """Change rows; returns how many were."""
        return self._database.execute(statement, values).rowcount

    def erase(self, statement: str, *values: object) -> None:
        """Change rows so that what stood in them is in no file, be it a page or the journal; in no transaction."""
        if self.run(statement, *values):
            self._database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def all(self, question: str, *values: object) -> Sequence[Any]:
        """Return the rows that answer a question, each by the names of its columns."""
        return self._database.execute(question, values).fetchall()
