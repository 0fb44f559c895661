"""The vault: what a statement must not say yet, or ever, in the open; ``vault.db``, erasable.

A sensitive field travels as a commitment, SHA-256 over a label, 32 random bytes, the field's name and its value. The
opening (random bytes and value) stays here: disclosed on its date, or erased with a reason. Without the random bytes
nobody can confirm a guess, however small the field's domain; the commitment and every proof over it stay valid.
"""

import hmac
import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

import msgspec

from enduse.closing import Closing
from enduse.errors import ConflictError, MalformedError, RecordError, UnknownError
from enduse.record.sqlite import connect
from enduse.system import database_error
from enduse.terms.commitment import SALT_BYTES, commitment

FILE = "vault.db"
"""Where a programme's folder keeps it."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS opening (
  commitment BLOB PRIMARY KEY CHECK (length(commitment) = 32),
  field TEXT NOT NULL, class TEXT NOT NULL, due TEXT,
  salt BLOB CHECK (length(salt) = 32), value BLOB,
  disclosed TEXT, erased TEXT, erased_by TEXT, basis TEXT,
  CHECK ((salt IS NULL) = (value IS NULL)), CHECK ((salt IS NULL) = (erased IS NOT NULL))
) STRICT;
CREATE INDEX IF NOT EXISTS opening_due ON opening (due) WHERE disclosed IS NULL AND erased IS NULL;
"""
_COLUMNS = "commitment, field, class, due, disclosed, erased, erased_by, basis"


class Opening(msgspec.Struct, frozen=True):
    """What opens a commitment; whoever holds it can check it against the record.

    Attributes:
        field: name of the field, such as ``body.contact``.
        value: the value's bytes.
        salt: 32 random bytes, used for nothing else.
    """

    field: str
    value: bytes
    salt: bytes

    @classmethod
    def fresh(cls, field: str, value: bytes) -> Self:
        """Return the opening of a new commitment, with random bytes of its own."""
        return cls(field, value, os.urandom(SALT_BYTES))

    @property
    def commitment(self) -> bytes:
        """The 32 bytes that stand in the statement."""
        return commitment(self.field, self.value, self.salt)


class Held(msgspec.Struct, frozen=True):
    """What the vault knows of a commitment without opening it.

    Attributes:
        commitment: 32 bytes, as in the statement.
        field: name of the field.
        sensitivity: class of the data, in the words of the programme.
        due: when it is to be disclosed (RFC 3339, UTC), ``None`` for never.
        disclosed: when it was.
        erased: when salt and value were destroyed, by whom and on what basis.
    """

    commitment: bytes
    field: str
    sensitivity: str
    due: str | None
    disclosed: str | None
    erased: str | None
    erased_by: str | None
    basis: str | None


def check_opening(opening: Opening, committed: bytes, source: str = "") -> None:
    """Check a disclosed opening against the commitment in the record.

    Raises:
        RecordError: it does not open it.
    """
    if not hmac.compare_digest(opening.commitment, committed):
        raise RecordError("record.disclosed_value_wrong", source=source, field=opening.field)


def _stamp(moment: datetime) -> str:
    if moment.tzinfo is None:
        raise MalformedError("record.time_without_zone")
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Vault(Closing):
    """The openings one party holds, in one SQLite file of mode 600."""

    def __init__(self, path: Path) -> None:
        """Open or start a vault.

        Raises:
            RecordError: the file is no vault, or is damaged.
        """
        path.touch(mode=0o600, exist_ok=True)
        with suppress(OSError):  # of another's file, or where there are no modes
            path.chmod(0o600)  # a copy that was brought back may be readable by all
        self.path = path
        self._lock = threading.RLock()
        self._db = connect(path)
        with self._guarded():
            # What is deleted is overwritten with zeros in the file, not only unlinked.
            self._db.execute("PRAGMA secure_delete = ON")
            self._db.executescript(_SCHEMA)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except (sqlite3.Error, UnicodeDecodeError) as error:
                raise database_error(error, self.path) from error

    def commit(self, field: str, value: bytes, *, sensitivity: str, due: datetime | None = None) -> bytes:
        """Keep a value with fresh random bytes and return the commitment that goes into the statement.

        Args:
            field: name of the field.
            value: the bytes to hide.
            sensitivity: class of the data.
            due: when it is to be disclosed; ``None`` for never.

        Raises:
            LimitError, MalformedError: see :func:`commitment`.
        """
        opening = Opening.fresh(field, value)
        self.keep(opening, sensitivity=sensitivity, due=due)
        return opening.commitment

    def keep(self, opening: Opening, *, sensitivity: str, due: datetime | None = None) -> None:
        """Keep an opening; see :meth:`commit`."""
        row = (
            opening.commitment,
            opening.field,
            sensitivity,
            None if due is None else _stamp(due),
            opening.salt,
            opening.value,
        )
        with self._guarded():
            self._db.execute(
                "INSERT INTO opening (commitment, field, class, due, salt, value) VALUES (?, ?, ?, ?, ?, ?)", row
            )

    def held(self, committed: bytes) -> Held:
        """Return what is known of a commitment.

        Raises:
            UnknownError: this vault does not hold it.
        """
        with self._guarded():
            row = self._db.execute(f"SELECT {_COLUMNS} FROM opening WHERE commitment = ?", (committed,)).fetchone()  # noqa: S608 - constant columns
        if row is None:
            raise UnknownError("record.not_in_vault", source=str(self.path), commitment=committed.hex())
        return Held(*row)

    def open(self, committed: bytes) -> Opening:
        """Return the opening, for those who may see it; says nothing to anybody.

        Raises:
            UnknownError: this vault does not hold it, or it was erased.
        """
        held = self.held(committed)
        with self._guarded():
            salt, value = self._db.execute(
                "SELECT salt, value FROM opening WHERE commitment = ?", (committed,)
            ).fetchone()
        if salt is None:
            raise UnknownError("record.value_erased", field=held.field, at=held.erased, basis=held.basis)
        return Opening(held.field, value, salt)

    def disclose(self, committed: bytes, now: datetime) -> Opening:
        """Return the opening for publication and note the time.

        Raises:
            UnknownError: this vault does not hold it, or it was erased.
        """
        opening = self.open(committed)
        check_opening(opening, committed)
        with self._guarded():
            self._db.execute(
                "UPDATE opening SET disclosed = ? WHERE commitment = ? AND disclosed IS NULL", (_stamp(now), committed)
            )
        return opening

    def pending(self) -> list[Held]:
        """Return what is still to be disclosed, the earliest first: countable by anybody who is told these rows."""
        return self._undisclosed("due IS NOT NULL", ())

    def due(self, now: datetime) -> list[Held]:
        """Return what should be disclosed by now and is not: overdue, the earliest first."""
        return self._undisclosed("due <= ?", (_stamp(now),))

    def _undisclosed(self, which: str, values: tuple[str, ...]) -> list[Held]:
        query = (
            f"SELECT {_COLUMNS} FROM opening WHERE disclosed IS NULL AND erased IS NULL AND {which} "  # noqa: S608 - constants
            "ORDER BY due, commitment"
        )
        with self._guarded():
            return [Held(*row) for row in self._db.execute(query, values)]

    def erase(self, committed: bytes, *, by: str, basis: str, now: datetime) -> Held:
        """Destroy value and random bytes of a commitment for good, also in the file's free space and its journal.

        Copies made before (backups, mirrors of the vault, what was disclosed) are not in our hands; the caller records
        the erasure as a statement, so that their holders know.

        Args:
            committed: the commitment.
            by: who erases.
            basis: on what ground, such as a request of the person or the end of a retention period.
            now: when.

        Raises:
            UnknownError: this vault does not hold it.
            ConflictError: it was erased before.
            MalformedError: no name or no basis is given.
        """
        if not by or not basis:
            raise MalformedError("record.erasure_unexplained")
        if self.held(committed).erased is not None:
            raise ConflictError("record.erased_before", source=str(self.path))
        with self._guarded():
            self._db.execute(
                "UPDATE opening SET salt = NULL, value = NULL, erased = ?, erased_by = ?, basis = ? WHERE commitment = ?",
                (_stamp(now), by, basis, committed),
            )
            # The old page still stands in the write-ahead log until that is written back and cut to nothing.
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            self._db.execute("VACUUM")
            self._db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return self.held(committed)

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            self._db.close()
