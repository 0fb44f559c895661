"""What keeps the book between two runs: ``book.db``, rebuildable from the record at any time (SQLite, STRICT tables).

In PostgreSQL the same two tables are kept by :mod:`enduse.book.postgres_store`, which changes only how they are reached.

What is small in a state stands as one value; what grows with the record stands in rows, in a tree of small hashed nodes
(:mod:`enduse.book.row_tree`): one more statement reads and writes the nodes it touches, however large the book. One seal,
a SHA-256, covers the states and the root of the tree, and so everything. Nothing is read that is not what was written;
each flush is one transaction, and whoever reads keeps seeing the book at one size, whatever others write.

The seal protects against accidents and careless hands. Who edits the file on purpose can seal it again: he is found by
``enduse record verify``, which folds the record anew and compares.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any, Final, Self

import msgspec

from enduse.book.row_tree import DamagedBookError, Edits, Root, RowTree
from enduse.closing import Closing
from enduse.errors import ConflictError, RecordError
from enduse.ledger.posting import Posting, PurchaseLink
from enduse.ledger.sums import BlockSums
from enduse.messages import Message, Refusal
from enduse.record.sqlite import connect
from enduse.statements.base import Statement
from enduse.system import database_error, no_room, not_writable

DATABASE: Final = "book.db"
_LAYOUT: Final = 4
"""Of the tables and nodes."""
_PAGE: Final = 2_048
"""Bytes that SQLite writes at least: most nodes are smaller, and each page is written to the log and to the file."""
FORMAT: Final = 111
"""What the book means, raised with every change of it: a book of another meaning is folded again from the record.

A version of the software that changes nothing in it keeps the book that lies there (tests/unit/book/test_meaning.py).
"""
_TABLES: Final = (
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT",
    "CREATE TABLE node (number INTEGER PRIMARY KEY, data BLOB NOT NULL) STRICT",
)
_ROWS: Final = "rows"
SEAL: Final = "seal"
"""Name of the value that covers all others."""
SURROUNDINGS: Final = frozenset(
    {
        "system.disk_full",
        "system.database_locked",
        "system.not_writable",
        "store.unreachable",
        "store.fails",
        "store.not_allowed",
        "store.not_let_in",
        "store.no_password",
        "store.no_database",
    }
)
"""What surrounds a database, and says nothing about what is in it."""
_PACK: Final = msgspec.msgpack.Encoder()


class OtherVersionError(DamagedBookError):
    """It was laid out by another version of this software."""


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
    """Which source row an entry was imported from (:class:`enduse.statements.base.Source`)."""

    sha256: str
    party: str
    row: int
    path: str
    entry: int
    name: str
    table: str
    profile: str
    sheet: str
    identity: str

    @classmethod
    def of(cls, statement: Statement, entry: int) -> tuple[Self, ...]:
        """Return the row that was read for an entry, if any was."""
        if (source := statement.source) is None:
            return ()
        row = cls(
            sha256=source.sha256,
            party=statement.party,
            row=source.row or 0,
            path=source.path,
            entry=entry,
            name=source.name,
            table=source.table,
            profile=source.profile,
            sheet=source.sheet,
            identity=source.identity,
        )
        return (row,)


class CorrectedEntry(msgspec.Struct, frozen=True):
    """Which entry takes back which, and the reason it gives."""

    entry: int
    of: int
    reason: str


class LateEntry(msgspec.Struct, frozen=True):
    """How many days after it is said to have happened an entry was recorded, where that is long."""

    entry: int
    days: int


class DocumentEntry(msgspec.Struct, frozen=True):
    """Which entry puts a photo or paper beside the record, by the name of its file.

    Attributes:
        entry: which.
        name: SHA-256 of a public one, commitment of a private one.
        party: whose word it is.
        signer: of a paper, whose signature it bears; else empty.
    """

    entry: int
    name: str
    party: str
    signer: str = ""


class AnswerEntry(msgspec.Struct, frozen=True):
    """Which entry answers which statement, by that one's identifier."""

    entry: int
    of: str


class LoweredEntry(msgspec.Struct, frozen=True):
    """An entry that may make what is missing of a consignment smaller: what stood of it then, smallest units.

    Attributes:
        entry: which.
        party: who said it.
        key: of the consignment.
        resource: ledger name.
        missing: how much had not arrived.
        since: from when on it counted so, microseconds since 1970.
        sent: how much had been sent.
        content: whether it says anew, or takes back, what a pack holds; else what was sent.
    """

    entry: int
    party: str
    key: str
    resource: str
    missing: int
    since: int
    sent: int
    content: bool = False


Row = (
    Posting
    | PurchaseLink
    | Effect
    | SourceRow
    | CorrectedEntry
    | LateEntry
    | LoweredEntry
    | DocumentEntry
    | AnswerEntry
)
OUTCOME: Final = "outcome"
"""Kind of the rows that hold what findings moved once more, by class of account."""
SUMS: Final = "sums"
"""Kind of the rows that hold the sums of the postings of a block of entries."""
INDEX: Final = "index"
"""Kind of the rows without content by which postings are found (:mod:`enduse.ledger.posted`)."""
THEN: Final = "then"
"""Kind of the rows that hold the states as they were when a block of entries began."""
BEFORE: Final = "before"
"""Kind of the rows that hold what rows were when a block of entries began, of those that it changed."""
ROWS: Final[dict[str, Any]] = {
    "posting": Posting,
    "link": PurchaseLink,
    "effect": Effect,
    "refused": Effect,
    OUTCOME: Posting,
    "source": SourceRow,
    "taken_back": CorrectedEntry,
    "late": LateEntry,
    "lowered": LoweredEntry,
    "document": DocumentEntry,
    "answer": AnswerEntry,
    SUMS: BlockSums,
}
"""Every kind of row that is kept; each but sums, which lie in pieces, names the entry it came from."""
DECODERS: Final = {kind: msgspec.msgpack.Decoder(list[row]) for kind, row in ROWS.items()}  # type: ignore[valid-type]
NUMBER_MAX: Final = 2**63 - 1
"""What SQLite keeps as a whole number."""
CHANGED_AT_ONCE: Final = 1_024
"""Rows that go into the tree at once."""
_ROOT: Final = msgspec.msgpack.Decoder(Root)

Put = Callable[[set[int], Mapping[int, bytes], Mapping[str, bytes]], None]
"""Deletes nodes by their numbers, and writes others and named values."""


class BookStore(Closing):
    """``book.db`` of one programme; without a path, or where nothing may be written, a book in memory.

    Args:
        path: of the file; made with the first flush.
        read_only: only look at what is there.
        kept: write what is worked out to the file; else it goes to a copy in memory.
    """

    _ahead: Callable[[list[int]], None] | None = None
    """Reads many nodes at once where that costs less than one after the other; in a file it does not."""

    def __init__(self, path: Path | None = None, *, read_only: bool = False, kept: bool = True) -> None:
        self.path = path
        self._kept = kept
        self.source = str(path)
        self._read_only = read_only
        self._open: sqlite3.Connection | None = None
        self._seal: bytes | None = None
        self._digest = sealed({})
        self._begin_with()

    # -- the file --------------------------------------------------------------------------------------------------

    @property
    def in_memory(self) -> bool:
        """Whether nothing that is worked out is kept: there is no file, or it may not be written."""
        return self.path is None or not self._kept or not_writable(self.path) or no_room(self.path)

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
            database = connect(path, page=_PAGE)
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
        self._begin_with()
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

    def fill(self, named: Mapping[str, bytes], nodes: Iterable[tuple[int, bytes]]) -> None:
        """Put into an empty store what another one holds: its named values, the seal among them, and its nodes."""
        with self._guarded():
            self._db.execute("BEGIN IMMEDIATE")
            self._db.executemany("INSERT INTO node VALUES (?, ?)", nodes)
            self._db.executemany("INSERT INTO meta VALUES (?, ?)", named.items())
            self._db.execute("COMMIT")

    # -- states ----------------------------------------------------------------------------------------------------

    def _begin_with(self, states: Mapping[str, bytes] | None = None, seal: bytes | None = None) -> None:
        self.tree = RowTree(self._node, None if states is None else _ROOT.decode(states[_ROWS]), self._ahead)
        self._seal = seal
        self._written: dict[str, bytes] = {}
        self._digest = sealed({} if states is None else {**states, _ROWS: self.tree.root.sha256})

    def load(self) -> dict[str, bytes]:
        """Return the stored states by name, all of one flush; empty before the first.

        From here on rows are read as of that flush, whatever others write.

        Raises:
            DamagedBookError: they are not what was written.
        """
        meta, lost = self._named()
        seal = meta.pop(SEAL, None)
        if not meta and seal is None and not lost:
            self._begin_with()
            return {}
        # A damaged page can give a name that is no text, also where the table allows no other.
        told = all(type(name) is str and type(value) is bytes for name, value in meta.items())
        if seal is None or not told or sealed(meta) != seal:
            raise DamagedBookError(SEAL)
        self._begin_with(meta, seal)
        self._written = dict(meta)
        del meta[_ROWS]
        return meta

    def _named(self) -> tuple[dict[str, bytes], bool]:
        """Return the named values as they are now, and whether there are nodes without any."""
        with self._guarded():
            self._look()
            meta = dict(self._db.execute("SELECT name, value FROM meta"))
            return meta, not meta and self._db.execute("SELECT 1 FROM node LIMIT 1").fetchone() is not None

    def _look(self) -> None:
        """Go on seeing the book as it is now."""
        if self._db.in_transaction:
            self._db.execute("COMMIT")
        self._db.execute("BEGIN")

    def flush(self, states: Mapping[str, bytes], edits: Edits) -> None:
        """Write what has come since the last flush, with the states that follow from it, in one transaction.

        Args:
            states: by name, encoded.
            edits: new and changed rows by key, encoded; ``None`` for those that are gone.

        Raises:
            ConflictError: another process has moved the book on; nothing is written.
            DamagedBookError: what is stored is not what was written, or cannot be written as what it is.
        """
        try:
            with self._writing() as put:
                tree, keys = self.tree, iter(sorted(edits))
                # Not all at once: each change of a large tree takes a node, of some 24 rows, along.
                while some := list(islice(keys, CHANGED_AT_ONCE)):
                    tree, written, freed = tree.changed({key: edits[key] for key in some})
                    put(freed, written, {})
                meta = {**states, _ROWS: _PACK.encode(tree.root)}
                seal = sealed(meta)
                put(set(), {}, {**dict(meta.items() - self._written.items()), SEAL: seal})
            self._go_on(seal)
        except BaseException:
            self.tree = RowTree(self._node, self.tree.root, self._ahead)  # nodes that were not written are held no more
            raise
        self.tree, self._seal, self._written = tree, seal, meta
        self._digest = sealed({**meta, _ROWS: tree.root.sha256})

    def digest(self) -> str:
        """Return SHA-256 over states and all rows as last stored: two books that agree in it agree in every row."""
        return self._digest.hex()

    @contextmanager
    def _writing(self) -> Iterator[Put]:
        """Give what writes nodes and named values, all of it in one transaction, where nobody has written since."""
        with self._guarded():
            if self._db.in_transaction:
                self._db.execute("COMMIT")
            self._db.execute("BEGIN IMMEDIATE")
            try:
                self._expect(self._seal)
                yield self._put
                self._db.execute("COMMIT")
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise

    def _put(self, freed: set[int], written: Mapping[int, bytes], named: Mapping[str, bytes]) -> None:
        self._db.executemany("DELETE FROM node WHERE number = ?", [(number,) for number in freed])
        self._db.executemany("INSERT OR REPLACE INTO node VALUES (?, ?)", written.items())
        self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", named.items())

    def _go_on(self, seal: bytes) -> None:
        """Go on seeing the book as it is now, which is as it was sealed."""
        with self._guarded():
            self._look()
            self._expect(seal)

    def _expect(self, seal: bytes | None) -> None:
        stored = self._db.execute("SELECT value FROM meta WHERE name = ?", (SEAL,)).fetchone()
        if (stored[0] if stored else None) != seal:
            raise ConflictError("book.moved_on", source=self.source)

    # -- rows ------------------------------------------------------------------------------------------------------

    def _node(self, number: int) -> bytes | None:
        if number > NUMBER_MAX:
            return None
        try:
            found = self._db.execute("SELECT data FROM node WHERE number = ?", (number,)).fetchone()
        except (sqlite3.Error, UnicodeDecodeError, RecordError):
            with self._guarded():  # only here: a trace reads some thousand nodes
                raise
        return None if found is None else found[0]

    def get(self, key: str) -> bytes | None:
        """Return a row, encoded; ``None`` where there is none.

        Raises:
            DamagedBookError: what is stored there is not what was written.
        """
        return self.tree.get(key)

    def several(self, keys: Iterable[str]) -> list[bytes | None]:
        """Return the rows of keys, which are given in order.

        Raises:
            DamagedBookError: what is stored there is not what was written.
        """
        asked = list(keys)
        self.tree.expect(asked)
        return list(self.tree.several(asked))

    def some(self, start: str, stop: str, most: int) -> list[tuple[str, bytes]]:
        """Return the first rows from ``start`` on and before ``stop``, by key.

        Raises:
            DamagedBookError: what is stored there is not what was written.
        """
        return list(islice(self.tree.scan(start, stop), most))


def sealed(meta: Mapping[str, bytes]) -> bytes:
    """Return the 32-byte seal over named values."""
    total = sha256()
    for name, value in sorted(meta.items()):
        total.update(b"%d %d " % (len(name.encode()), len(value)))
        total.update(name.encode())
        total.update(value)
    return total.digest()
