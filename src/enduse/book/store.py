"""What keeps the book between two runs: ``book.db``, rebuildable from the record at any time (SQLite, STRICT tables).

Rows are only added, in log order. Each flush writes rows, room states and position in one transaction, so that the
stored book always stands at one exact size of the record.
"""

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import msgspec

from enduse.closing import Closing
from enduse.errors import ConflictError, RecordError
from enduse.ledger.posting import Posting, PurchaseLink
from enduse.messages import Message, Refusal
from enduse.system import damaged, database_error
from enduse.version import __version__

FORMAT: Final = f"7 {__version__}"
"""A book stored by another version is thrown away and folded again: rules may differ, the record does not."""
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS posting (
  entry INTEGER NOT NULL, n INTEGER NOT NULL, effective INTEGER NOT NULL, recorded INTEGER NOT NULL,
  resource TEXT NOT NULL, account TEXT NOT NULL, amount TEXT NOT NULL, code TEXT NOT NULL, lot TEXT, item TEXT,
  reverses INTEGER, PRIMARY KEY (entry, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS link (
  entry INTEGER NOT NULL, n INTEGER NOT NULL, party TEXT NOT NULL, expenditure TEXT NOT NULL, lot TEXT NOT NULL,
  resource TEXT NOT NULL, amount TEXT NOT NULL, reverses INTEGER, PRIMARY KEY (entry, n)
) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS effect (
  entry INTEGER PRIMARY KEY, kind TEXT NOT NULL, party TEXT NOT NULL, refusal TEXT, notes TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS source (
  sha256 TEXT NOT NULL, party TEXT NOT NULL, row INTEGER NOT NULL, path TEXT NOT NULL, entry INTEGER NOT NULL,
  PRIMARY KEY (sha256, party, row, path, entry)
) STRICT, WITHOUT ROWID;
"""
_DROP: Final = "".join(f"DROP TABLE IF EXISTS {name};" for name in ("meta", "posting", "link", "effect", "source"))
_AMOUNT: Final = Posting.__struct_fields__.index("amount")
_ORDERED: Final = ("posting", "link", "effect", "source")
_JSON: Final = msgspec.json.Encoder()
_REFUSAL: Final = msgspec.json.Decoder(Refusal)
_NOTES: Final = msgspec.json.Decoder(tuple[Message, ...])


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


class BookStore(Closing):
    """``book.db`` of one programme."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=NORMAL")  # losing a flush costs a replay, never a fact
            self._db.executescript(_TABLES)
        except sqlite3.DatabaseError as error:
            found = database_error(error, path)
            if not damaged(found):
                raise found from error
            raise RecordError("book.damaged", source=str(path), reason=str(error)) from error

    def states(self) -> dict[str, bytes]:
        """Return the stored states by name, all of one flush; empty before the first."""
        return dict(self._db.execute("SELECT name, value FROM meta"))

    def flush(
        self,
        states: dict[str, bytes],
        postings: Iterable[Posting],
        links: Iterable[PurchaseLink],
        effects: Iterable[Effect],
        sources: Iterable[SourceRow],
        *,
        expected: bytes | None,
    ) -> None:
        """Write what has come since the last flush, with the states that follow from it, in one transaction.

        Args:
            states: room states by name; ``head`` says where they stand.
            postings: new rows.
            links: new rows.
            effects: new rows.
            sources: new rows.
            expected: the stored head, as far as the caller knows.

        Raises:
            ConflictError: another process has moved the book on; nothing is written.
        """
        self._db.execute("BEGIN IMMEDIATE")
        try:
            self._expect(expected)
            self._db.executemany(
                "INSERT INTO posting VALUES (?,?,?,?,?,?,?,?,?,?,?)", (_row(item) for item in postings)
            )
            self._db.executemany(
                "INSERT INTO link VALUES (?,?,?,?,?,?,?,?)",
                (
                    (k.entry, n, k.party, k.expenditure, k.lot, k.resource, str(k.amount), k.reverses)
                    for _, of_entry in groupby(links, key=lambda link: link.entry)
                    for n, k in enumerate(of_entry)
                ),
            )
            self._db.executemany(
                "INSERT INTO effect VALUES (?,?,?,?,?)",
                map(_effect_row, effects),
            )
            self._db.executemany(
                "INSERT INTO source VALUES (?,?,?,?,?)", ((s.sha256, s.party, s.row, s.path, s.entry) for s in sources)
            )
            self._db.executemany("INSERT OR REPLACE INTO meta VALUES (?,?)", states.items())
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _expect(self, head: bytes | None) -> None:
        stored = self._db.execute("SELECT value FROM meta WHERE name = 'head'").fetchone()
        if (stored[0] if stored else None) != head:
            raise ConflictError("book.moved_on", source=str(self.path))

    def clear(self) -> None:
        """Forget everything; the record is the truth."""
        self._db.executescript(f"BEGIN; {_DROP} {_TABLES} COMMIT;")  # another version's tables may have other columns

    def postings(self) -> Iterator[Posting]:
        """Give postings in log order."""
        return map(_posting, self._db.execute("SELECT * FROM posting ORDER BY entry, n"))

    def postings_of(self, account_class: str) -> Iterator[Posting]:
        """Give the postings on accounts of one class, in log order."""
        query = "SELECT * FROM posting WHERE account >= ? AND account < ? ORDER BY entry, n"
        return map(_posting, self._db.execute(query, (f"{account_class} ", f"{account_class}!")))

    def links(self) -> Iterator[PurchaseLink]:
        """Give purchases in log order."""
        for entry, _n, party, expenditure, lot, resource, amount, reverses in self._db.execute(
            "SELECT * FROM link ORDER BY entry, n"
        ):
            yield PurchaseLink(entry, party, expenditure, lot, resource, int(amount), reverses)

    def effects(self, *, without_effect_only: bool = True) -> Iterator[Effect]:
        """Give statements without effect, or also those with remarks."""
        where = "WHERE refusal IS NOT NULL" if without_effect_only else ""
        return map(_effect, self._db.execute(f"SELECT * FROM effect {where} ORDER BY entry"))  # noqa: S608 - two constants

    def effect(self, entry: int) -> Effect | None:
        """Return the remark on one entry, ``None`` where there is none."""
        row = self._db.execute("SELECT * FROM effect WHERE entry = ?", (entry,)).fetchone()
        return None if row is None else _effect(row)

    def rows_of(self, sha256: str, party: str) -> set[tuple[int, str]]:
        """Return the rows of a source file that a party has already brought in, as (row, path)."""
        query = "SELECT DISTINCT row, path FROM source WHERE sha256 = ? AND party = ?"
        return set(self._db.execute(query, (sha256, party)))

    def digest(self) -> str:
        """Return SHA-256 over every row and state in order: two books that agree in it agree in every byte."""
        total = hashlib.sha256()
        for name, value in self._db.execute("SELECT name, value FROM meta ORDER BY name"):
            total.update(msgspec.msgpack.encode((name, value)))
        for table in _ORDERED:
            total.update(table.encode())
            for row in self._db.execute(f"SELECT * FROM {table} ORDER BY 1, 2, 3, 4"):  # noqa: S608 - our own names
                total.update(msgspec.msgpack.encode(row))
        return total.hexdigest()

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()


def _effect_row(effect: Effect) -> tuple[object, ...]:
    refusal = None if effect.refusal is None else _JSON.encode(effect.refusal).decode()
    return effect.entry, effect.kind, effect.party, refusal, _JSON.encode(effect.notes).decode()


def _effect(row: tuple[Any, ...]) -> Effect:
    entry, kind, party, refusal, notes = row
    return Effect(entry, kind, party, None if refusal is None else _REFUSAL.decode(refusal), _NOTES.decode(notes))


def _row(posting: Posting) -> tuple[object, ...]:
    # Amounts go as text: SQLite's integers end where a large money amount may not.
    fields = msgspec.structs.astuple(posting)
    return (*fields[:_AMOUNT], str(posting.amount), *fields[_AMOUNT + 1 :])


def _posting(row: tuple[Any, ...]) -> Posting:
    fields = list(row)
    fields[_AMOUNT] = int(row[_AMOUNT])
    return Posting(*fields)
