"""The stored book as it was between two blocks of entries: the rows of now, without what came and with what changed since."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from heapq import merge
from itertools import islice
from operator import itemgetter
from typing import Final

import msgspec

from enduse.book.row_tree import Edits
from enduse.book.states import STATES
from enduse.book.store import BEFORE, SUMS, THEN, BookStore
from enduse.ledger.sums import BLOCK
from enduse.rows import AFTER, RowSource, rows_of, unpacked

_NUMBER: Final = msgspec.msgpack.Decoder(tuple[int, msgspec.Raw]).decode
"""Opens the row of a state as far as its number."""


class EarlierStore(BookStore):
    """A stored book of an earlier time; what is folded on from there stays in memory.

    Args:
        rows: of the book of now.
        block: how many blocks of entries had been folded, at least one.
    """

    def __init__(self, rows: RowSource, block: int) -> None:
        super().__init__()
        self._rows, self._block = rows, block
        pieces = rows.scan(f"{THEN}\0{block:08d}", f"{THEN}\0{block:08d}{AFTER}")
        self._states: dict[str, bytes] = msgspec.msgpack.decode(b"".join(raw for _, raw in pieces))
        self._numbered = {
            way: one.head[0]
            for name, kind in STATES.items()
            for way, one in rows_of(unpacked(self._states[name], kind), name)
        }
        self._changed: dict[str, bytes | None] = {}
        for name, raw in rows.scan(f"{BEFORE}\0{block:08d}", f"{BEFORE}\0{AFTER}"):
            key = name.split("\0", 2)[2]
            if not self._came_since(key, raw):
                self._changed.setdefault(key, raw)  # the first block that changed it tells what it was
        self._line: list[str] | None = None

    def load(self) -> dict[str, bytes]:
        """Return the states as they were, or as they were last flushed."""
        return dict(self._states)

    def flush(self, states: Mapping[str, bytes], edits: Edits) -> None:
        """Take in what has come since, with the states that follow from it."""
        self._states = dict(states)
        self._changed.update(edits)
        self._line = None

    def get(self, key: str) -> bytes | None:
        """Return a row, encoded; ``None`` where there was none."""
        if key in self._changed:
            return self._changed[key]
        raw = self._rows.get(key)
        return None if raw is None or self._came_since(key, raw) else raw

    def several(self, keys: Iterable[str]) -> list[bytes | None]:
        """Return the rows of keys."""
        return [self.get(key) for key in keys]

    def some(self, start: str, stop: str, most: int) -> list[tuple[str, bytes]]:
        """Return the first rows from ``start`` on and before ``stop``, by key."""
        return list(islice(self._scan(start, stop), most))

    def _scan(self, start: str, stop: str) -> Iterator[tuple[str, bytes]]:
        if self._line is None:
            self._line = sorted(self._changed)
        line = self._line[bisect_left(self._line, start) : bisect_left(self._line, stop)]
        changed = ((key, raw) for key in line if (raw := self._changed[key]) is not None)
        kept = (
            (key, raw)
            for key, raw in self._rows.scan(start, stop)
            if key not in self._changed and not self._came_since(key, raw)
        )
        return merge(kept, changed, key=itemgetter(0))

    def _came_since(self, key: str, raw: bytes) -> bool:
        """Say whether a row came after the last block: rows of states are numbered, others named by entry or block."""
        kind, _, rest = key.partition("\0")
        made = self._numbered.get(kind)
        if made is not None:
            number: int = _NUMBER(raw)[0]
            return number >= made
        if kind in {SUMS, BEFORE, THEN}:
            return int(rest[:8]) >= self._block + (kind == THEN)
        return int(rest[-12:]) >= self._block * BLOCK
