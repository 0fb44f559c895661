"""What keeps the book between two runs: ``book.db``, rebuildable from the record at any time (SQLite, STRICT tables).

States stand as one value each. Rows are only added, in log order: full segments of 1,024 never change, what does not
fill one stands with the states. One seal, a SHA-256, covers everything: the states, the rows that fill no segment yet, and
the SHA-256 of each segment. So nothing is read that is not what was written, at the cost of hashing what is read anyway;
each flush is one transaction, and the stored book always stands at one exact size of the record.

The seal protects against accidents and careless hands. Who edits the file on purpose can seal it again: he is found by
``enduse record verify``, which folds the record anew and compares.
"""

import sqlite3
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import msgspec

from enduse.closing import Closing
from enduse.errors import ConflictError, RecordError
from enduse.ledger.posting import Posting, PurchaseLink
from enduse.messages import Message, Refusal
from enduse.record.sqlite import connect
from enduse.system import database_error, no_room, not_writable
from enduse.version import __version__

_LAYOUT: Final = 2
FORMAT: Final = f"22 {__version__}"
"""A book stored by another version is thrown away and folded again: rules may differ, the record does not."""
SEGMENT_ROWS: Final = 1_024
_TABLES: Final = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT",
    "CREATE TABLE segment (kind TEXT NOT NULL, n INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (kind, n)) STRICT",
)
_ROWS: Final = "rows"
_SEAL: Final = "seal"
SURROUNDINGS: Final = frozenset({"system.disk_full", "system.database_locked", "system.not_writable"})
"""What surrounds a database, and says nothing about what is in it."""
_PACK: Final = msgspec.msgpack.Encoder()


class DamagedBookError(Exception):
    """What is stored is not what was written; for :class:`enduse.book.book.Book`, never seen outside this room."""


class OtherVersionError(DamagedBookError):
    """It was written by another version of this software."""


class Effect(msgspec.Struct, frozen=True):
    """What became of a statement that has no effect, or whose effect needs a remark.

    Attributes:
        entry: log index.
        kind: kind of statement.
        party: who said it.
        refusal: why it has no effect; ``None`` when it has one.
        notes: remarks, such as a receipt that names no consignment.
    """

    entry: int
    kind: str
    party: str
    refusal: Refusal | None
    notes: tuple[Message, ...]


class SourceRow(msgspec.Struct, frozen=True):
    """Which source row an entry was imported from."""

    sha256: str
    party: str
    row: int
    path: str
    entry: int


Row = Posting | PurchaseLink | Effect | SourceRow
ROWS: Final[dict[str, Any]] = {"posting": Posting, "link": PurchaseLink, "effect": Effect, "source": SourceRow}
"""Every kind of row that is kept; each names in ``entry`` the statement it came from."""
_DECODERS: Final = {kind: msgspec.msgpack.Decoder(list[row]) for kind, row in ROWS.items()}  # type: ignore[valid-type]


class Segment(msgspec.Struct, frozen=True, array_like=True):
    """A full segment: the entry of its first row, and the SHA-256 of its bytes."""

    first: int
    sha256: bytes


class StoredRows(msgspec.Struct, frozen=True, array_like=True):
    """The rows of one kind, as stored: full segments, and the rows that fill none yet, encoded."""

    segments: tuple[Segment, ...] = ()
    rest: bytes = _PACK.encode(())


_STORED: Final = msgspec.msgpack.Decoder(dict[str, StoredRows])


class BookStore(Closing):
    """``book.db`` of one programme; without a path, or where nothing may be written, a book in memory.

    Args:
        path: of the file; made with the first flush.
        read_only: only look at what is there.
    """

    def __init__(self, path: Path | None = None, *, read_only: bool = False) -> None:
        self.path = path
        self._read_only = read_only
        self._open: sqlite3.Connection | None = None
        self._seal: bytes | None = None
        self._kept: dict[str, StoredRows] = {}
        self._read: dict[str, tuple[bytes, list[Any]]] = {}

    # -- the file --------------------------------------------------------------------------------------------------

    @property
    def in_memory(self) -> bool:
        """Whether nothing that is worked out is kept: there is no file, or it may not be written."""
        return self.path is None or not_writable(self.path) or no_room(self.path)

    @property
    def _db(self) -> sqlite3.Connection:
        if self._open is None:
            self._open = self._connected()
        return self._open

    def _connected(self) -> sqlite3.Connection:
        path = self.path
        if path is not None and self._read_only:
            database = connect(path, read_only=True)
        elif path is None or self.in_memory:
            database = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
            if path is not None and path.exists():
                with closing(connect(path, read_only=True)) as kept:
                    kept.backup(database)
        else:
            path.touch(mode=0o644)
            database = connect(path)
            database.execute("PRAGMA synchronous = NORMAL")  # losing a flush costs a replay, never a fact
        self._made(database)
        return database

    def _made(self, database: sqlite3.Connection) -> None:
        """Make the tables where there are none.

        Raises:
            DamagedBookError: others are there.
        """
        query = "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name"
        if not self._read_only and not database.execute(query).fetchall():
            database.execute("BEGIN IMMEDIATE")
            for table in _TABLES:
                database.execute(table.replace("TABLE", "TABLE IF NOT EXISTS", 1))
            database.execute(f"PRAGMA user_version = {_LAYOUT}")
            database.execute("COMMIT")
        if [sql for (sql,) in database.execute(query)] != list(_TABLES):
            (layout,) = database.execute("PRAGMA user_version").fetchone()
            raise DamagedBookError("tables") if layout == _LAYOUT else OtherVersionError("tables")

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        """Tell damage from what surrounds the file.

        Raises:
            DamagedBookError: the file cannot be read as what it is.
            RecordError: the disk is full, another process holds the file, or it may not be written.
        """
        try:
            yield
        except (sqlite3.Error, UnicodeDecodeError) as error:
            found = database_error(error, self.path or Path())
            if found.problem.code in SURROUNDINGS:
                raise found from error
            raise DamagedBookError(str(error)) from error
        except RecordError as error:
            if error.problem.code in SURROUNDINGS:
                raise
            raise DamagedBookError(str(error)) from error

    def renew(self) -> None:
        """Throw away what is stored, whatever state it is in, and begin with nothing; the record is the truth."""
        self.close()
        self._seal, self._kept, self._read = None, {}, {}
        if self.path is None:
            return
        if self.in_memory:
            self.path = None
            return
        for name in (self.path.name, f"{self.path.name}-wal", f"{self.path.name}-shm"):
            self.path.with_name(name).unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the database."""
        if self._open is not None:
            self._open.close()
            self._open = None

    # -- states ----------------------------------------------------------------------------------------------------

    def load(self) -> dict[str, bytes]:
        """Return the stored states by name, all of one flush; empty before the first.

        Raises:
            DamagedBookError: they are not what was written.
        """
        with self._guarded():
            meta = dict(self._db.execute("SELECT name, value FROM meta"))
            lost = not meta and self._db.execute("SELECT 1 FROM segment LIMIT 1").fetchone() is not None
        seal = meta.pop(_SEAL, None)
        if not meta and seal is None and not lost:
            self._seal, self._kept = None, {}
            return {}
        if seal is None or not all(type(value) is bytes for value in meta.values()) or sealed(meta) != seal:
            raise DamagedBookError(_SEAL)
        self._seal = seal
        self._kept = _STORED.decode(meta.pop(_ROWS))
        return meta

    def flush(self, states: Mapping[str, bytes], rows: Mapping[str, Sequence[Row]]) -> None:
        """Write what has come since the last flush, with the states that follow from it, in one transaction.

        Args:
            states: by name, encoded.
            rows: new rows of each kind, in log order.

        Raises:
            ConflictError: another process has moved the book on; nothing is written.
            DamagedBookError: the file cannot be written as what it is.
        """
        kept, full = self._grown(rows)
        meta, seal = _sealed_meta(states, kept)
        with self._guarded():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._expect()
                self._db.executemany("INSERT OR REPLACE INTO segment VALUES (?, ?, ?)", full)
                self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", [*meta.items(), (_SEAL, seal)])
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
        self._kept, self._seal = kept, seal

    def digest(self) -> str:
        """Return SHA-256 over states and all rows as last stored: two books that agree in it agree in every byte."""
        return sealed({}).hex() if self._seal is None else self._seal.hex()

    def _expect(self) -> None:
        stored = self._db.execute("SELECT value FROM meta WHERE name = ?", (_SEAL,)).fetchone()
        if (stored[0] if stored else None) != self._seal:
            raise ConflictError("book.moved_on", source=str(self.path))

    def _grown(self, rows: Mapping[str, Sequence[Row]]) -> tuple[dict[str, StoredRows], list[tuple[str, int, bytes]]]:
        """Return the rows of every kind with new ones added, and the segments that they fill."""
        kept: dict[str, StoredRows] = {}
        full: list[tuple[str, int, bytes]] = []
        for kind in ROWS:
            before = self._of(kind)
            new = rows.get(kind, ())
            if not new:
                kept[kind] = before
                continue
            segments, rest = list(before.segments), [*_DECODERS[kind].decode(before.rest), *new]
            while len(rest) >= SEGMENT_ROWS:
                filled, rest = rest[:SEGMENT_ROWS], rest[SEGMENT_ROWS:]
                data = _PACK.encode(filled)
                full.append((kind, len(segments), data))
                segments.append(Segment(filled[0].entry, sha256(data).digest()))
            kept[kind] = StoredRows(tuple(segments), _PACK.encode(rest))
        return kept, full

    # -- rows ------------------------------------------------------------------------------------------------------

    def blocks(self, kind: str) -> int:
        """Return the number of blocks of rows of a kind: the full segments and, last, the rest."""
        return len(self._of(kind).segments) + 1

    def block(self, kind: str, n: int) -> list[Any]:
        """Return the rows of one block.

        Raises:
            DamagedBookError: they are not what was written.
        """
        kept = self._of(kind)
        name = kept.segments[n].sha256 if n < len(kept.segments) else kept.rest
        before = self._read.get(kind)
        if before is not None and before[0] is name:
            return before[1]
        rows = _DECODERS[kind].decode(self.data(kind, n))
        self._read[kind] = (name, rows)
        return rows

    def data(self, kind: str, n: int) -> bytes:
        """Return the rows of one block, encoded.

        Raises:
            DamagedBookError: they are not what was written.
        """
        kept = self._of(kind)
        if n == len(kept.segments):
            return kept.rest
        with self._guarded():
            found = self._db.execute("SELECT data FROM segment WHERE kind = ? AND n = ?", (kind, n)).fetchone()
        match found:
            case (bytes(data),) if sha256(data).digest() == kept.segments[n].sha256:
                return data
        raise DamagedBookError(f"{kind} {n}")

    def block_of(self, kind: str, entry: int) -> list[Any]:
        """Return the block with the last row of an entry, if it has any.

        Raises:
            DamagedBookError: it is not what was written.
        """
        n = bisect_right(self._of(kind).segments, entry, key=lambda segment: segment.first)
        rest = self.block(kind, self.blocks(kind) - 1)
        return rest if n == 0 or (rest and rest[0].entry <= entry) else self.block(kind, n - 1)

    def _of(self, kind: str) -> StoredRows:
        return self._kept.get(kind, StoredRows())


def sealed(meta: Mapping[str, bytes]) -> bytes:
    """Return the 32-byte seal over named values."""
    total = sha256()
    for name, value in sorted(meta.items()):
        total.update(b"%d %d " % (len(name.encode()), len(value)))
        total.update(name.encode())
        total.update(value)
    return total.digest()


def _sealed_meta(states: Mapping[str, bytes], kept: Mapping[str, StoredRows]) -> tuple[dict[str, bytes], bytes]:
    meta = {**states, _ROWS: _PACK.encode({kind: kept.get(kind, StoredRows()) for kind in ROWS})}
    return meta, sealed(meta)
