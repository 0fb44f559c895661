"""A book in memory that is folded anew to be compared with a stored one: its rows go into their tree many at once.

Whoever keeps a book stores it every few thousand entries, and writes anew each node that these touch. Of a book that nobody
takes up again only the last tree is asked for, and that is the same whichever way it grew.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from enduse.book.row_tree import Edits
from enduse.book.store import BookStore

GATHERED_MAX: Final = 400_000
"""Rows that wait in memory for the tree."""
_NONE: Final = object()


class FreshStore(BookStore):
    """A book in memory whose rows wait for their tree until they are many, or are asked for in order."""

    def __init__(self) -> None:
        super().__init__()
        self._states: Mapping[str, bytes] = {}
        self._gathered: Edits = {}

    def flush(self, states: Mapping[str, bytes], edits: Edits) -> None:
        """Take in what has come since the last flush, with the states that follow from it."""
        self._states = states
        self._gathered.update(edits)
        if len(self._gathered) > GATHERED_MAX:
            self._settle()

    def _settle(self) -> None:
        if self._states:
            super().flush(self._states, self._gathered)
            self._states, self._gathered = {}, {}

    def renew(self) -> None:
        """Begin with nothing."""
        super().renew()
        self._states, self._gathered = {}, {}

    def load(self) -> dict[str, bytes]:
        """Return the states by name, as of the last flush; from here on the tree is that of all rows."""
        self._settle()
        return super().load()

    def get(self, key: str) -> bytes | None:
        """Return a row, encoded; ``None`` where there is none."""
        found = self._gathered.get(key, _NONE)
        return super().get(key) if found is _NONE else found

    def several(self, keys: Iterable[str]) -> list[bytes | None]:
        """Return the rows of keys, which are given in order."""
        self._settle()
        return super().several(keys)

    def some(self, start: str, stop: str, most: int) -> list[tuple[str, bytes]]:
        """Return the first rows from ``start`` on and before ``stop``, by key."""
        self._settle()
        return super().some(start, stop, most)
