"""Is the stored book what the record gives? Folded anew while the record is audited, and compared value by value.

The seal of a book protects against accidents; whoever holds the folder can edit the book and seal it again. What he
cannot do is make another fold of the same record.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path
from typing import Any, Final

import msgspec

from enduse.book.book import Book
from enduse.book.fresh_store import FreshStore
from enduse.book.key_audit import KeyAudit
from enduse.book.postgres_store import stored_book
from enduse.book.row_tree import DamagedBookError
from enduse.book.states import STATES, Head
from enduse.book.store import (
    BEFORE,
    DATABASE,
    FORMAT,
    INDEX,
    ROWS,
    SUMS,
    SURROUNDINGS,
    THEN,
    OtherVersionError,
)
from enduse.closing import Closing
from enduse.errors import EnduseError, Problem
from enduse.ledger.sums import BLOCK
from enduse.record.audit import Columns, Followed, Follower
from enduse.record.postgres_session import Address
from enduse.record.shared import open_log
from enduse.record.store import LogEntry
from enduse.rows import AFTER
from enduse.statements.recorded import take

UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError)
"""What decoding raises on bytes that no state or row is encoded in: of a text that is no UTF-8, not the first."""
_NOTHING: Final = msgspec.msgpack.encode(None)
_OF_BLOCKS: Final = frozenset((SUMS, BEFORE, THEN))
"""Kinds of rows that are named by a block of entries."""


class BookCheck(Closing):
    """Follows the entries of a record that is audited, and compares the stored book at the size at which it stands.

    Attributes:
        compared: entries that the stored book rests on, once it was compared.
        keys: what the record says of keys and of the time.
    """

    def __init__(self, folder: Path) -> None:
        """Open the record and the book of a programme's folder; nothing is written.

        Raises:
            EnduseError: there is no sound record.
        """
        self.compared: int | None = None
        self._log = open_log(folder, read_only=True)
        self._stored = stored_book(folder, self._log, read_only=True)
        self._fresh = FreshStore()
        self._found: list[Problem] = []
        self._states: dict[str, bytes] = {}
        self._size: int | None = None
        self._book: Book | None = Book(folder, self._log, self._fresh)
        self.keys = KeyAudit()
        self._look()

    def _look(self) -> None:
        """Read the stored states; of another version's nothing is ever shown, so nothing is compared."""
        try:
            self._states = self._stored.load()
            if self._states:
                head = msgspec.msgpack.decode(self._states["head"], type=Head)
                self._size = head.size if head.format == FORMAT else None
        except OtherVersionError:
            pass
        except (DamagedBookError, *UNREADABLE, KeyError):
            self._problem("book.damaged_here")
        except EnduseError as error:
            self._problem("book.not_compared", reason=error.problem.told)
        if self._size == 0:
            self._compare()

    def read(self, items: Sequence[Followed]) -> None:
        """Read what the next entries say; see :class:`enduse.record.audit.Follower`."""
        self.keys.read(items)

    def follow(self, item: Followed, leaf: bytes) -> tuple[EnduseError | None, Columns | None]:
        """Take in the next entry; see :class:`enduse.record.audit.Follower`."""
        book, said = self._book, self.keys.said(item)
        if book is None or item.index != book.size:
            self._book = None  # an entry is lacking: there is nothing to compare the book with
            taken = take(item.entry, self.keys.keyring, said)
        else:
            key, seq = (b"", 0) if item.columns is None else item.columns[1:]
            try:
                taken = book.follow_row(LogEntry(item.index, item.entry, leaf, b"", key, seq), said)
            except EnduseError as error:
                taken, self._book = error, None
            self.keys.keyring = book.keyring
            if self._book is not None and book.size == self._size:
                self._compare()
        return self.keys.judge(item, taken)

    def end(self) -> Iterator[Problem]:
        """Give what is wrong with the stored book."""
        if self._book is not None and self._size is not None and self._size > self._book.size:
            self._problem("book.beyond_record", stored=self._size, recorded=self._book.size)
        if self._book is not None:
            self.keys.clock = self._book.head.clock  # with what the council has corrected
        self.close()
        return iter(self._found)

    def close(self) -> None:
        """Let go of the files."""
        self._stored.close()
        self._fresh.close()
        self._log.close()

    def _problem(self, code: str, path: str = "", line: int | None = None, **values: object) -> None:
        self._found.append(Problem.of(code, source=self._stored.source, line=line, path=path, **values))

    def _compare(self) -> None:
        book = self._book
        if book is None:
            return
        book.flush()
        self.compared = book.size
        self._fresh.load()
        right, _ = book.encoded()
        for name in STATES:
            if right[name] != self._states.get(name):
                where = _where(self._states.get(name, _NOTHING), right[name])
                self._problem("book.unlike_record", path=".".join((name, *where)), part=name)
                return
        self._compare_rows()

    def _compare_rows(self) -> None:
        """Read every node of the stored book, and name the first row that differs."""
        try:
            self._stored.tree.check()
            if self._stored.tree.root.sha256 == self._fresh.tree.root.sha256:
                return
            every = (each.tree.scan("", AFTER) for each in (self._stored, self._fresh))
            one, other = next(pair for pair in zip_longest(*every) if pair[0] != pair[1])
        except DamagedBookError:
            self._problem("book.damaged_here")
            return
        key = min(row[0] for row in (one, other) if row is not None)
        kept, right = (row[1] if row is not None and row[0] == key else _NOTHING for row in (one, other))
        name, _, of = key.partition("\0")
        if name in ROWS or name in {INDEX, *_OF_BLOCKS}:
            line = int(of[:8]) * BLOCK if name in _OF_BLOCKS else int(of[-12:])
            self._problem("book.unlike_record", line=line, part=name)
            return
        where = _where(kept, right)
        self._problem("book.unlike_record", path=".".join((name, of, *where[1:])), part=name.partition(".")[0])


class _NotCompared(KeyAudit):
    """Follows the keys of a record beside which a book lies that cannot be read now, and says so."""

    def __init__(self, why: Problem) -> None:
        super().__init__()
        self._why = why

    def end(self) -> Iterable[Problem]:
        """Give why the book was not compared."""
        return (*super().end(), self._why)


def follower_of(folder: Path | None) -> tuple[Follower, KeyAudit]:
    """Return who follows the entries of a record that is audited, and its keys: with the book where one lies there."""
    if folder is not None and _has_book(folder):
        try:
            check = BookCheck(folder)
        except EnduseError as error:
            if error.problem.code in SURROUNDINGS:
                apart = _NotCompared(Problem.of("book.not_compared", source=str(folder), reason=error.problem.told))
                return apart, apart
            # else of a record that cannot be opened, of which the audit says what is wrong
        else:
            return check, check.keys
    keys = KeyAudit()
    return keys, keys


def _has_book(folder: Path) -> bool:
    return (folder / DATABASE).is_file() or Address.of(folder) is not None


def _where(kept: bytes, right: bytes) -> tuple[str, ...]:
    """Return the way to the first value in which two encoded states or rows differ; no way where one cannot be read."""
    try:
        return _first_difference(msgspec.msgpack.decode(kept), msgspec.msgpack.decode(right))
    except UNREADABLE:
        return ()


def _first_difference(kept: Any, right: Any) -> tuple[str, ...]:  # noqa: ANN401 - whatever a state holds
    """Return the way to the first value in which two decoded states differ."""
    if isinstance(kept, dict) and isinstance(right, dict):
        for name in [*right, *(other for other in kept if other not in right)]:
            if name not in kept or name not in right:
                return (str(name),)
            if kept[name] != right[name]:
                return (str(name), *_first_difference(kept[name], right[name]))
    if isinstance(kept, list) and isinstance(right, list):
        for at, (one, other) in enumerate(zip(kept, right, strict=False)):
            if one != other:
                return (str(at), *_first_difference(one, other))
    return ()
