"""Completeness: each key's running numbers are gapless, and under one number a key says one thing.

A log proves that nothing it holds was changed; it cannot prove that it was given everything. The running numbers do:
they stand inside the signed statements, so whoever withholds one leaves a gap that names itself, and whoever tells two
parties different things under one number leaves two signatures.
"""

from collections.abc import Iterable, Iterator

import msgspec

from enduse.errors import Problem
from enduse.statements.envelope import key_id


class Gap(msgspec.Struct, frozen=True):
    """Running numbers ``first`` to ``last`` of a key that the record lacks, though it holds a later one."""

    key: bytes
    first: int
    last: int

    def problem(self, source: str = "record") -> Problem:
        """Return it as a problem."""
        return Problem.of(
            "record.numbers_missing",
            source=source,
            n=self.last - self.first + 1,
            key=key_id(self.key),
            first=self.first,
            last=self.last,
        )


class Fork(msgspec.Struct, frozen=True):
    """Statements of one key under one running number: two are two too many, and convict the key's owner."""

    key: bytes
    seq: int
    indexes: tuple[int, ...]

    def problem(self, source: str = "record") -> Problem:
        """Return it as a problem."""
        return Problem.of(
            "record.number_twice",
            source=source,
            line=self.indexes[-1],
            key=key_id(self.key),
            number=self.seq,
            entries=self.indexes,
        )


def examine(rows: Iterable[tuple[bytes, int, int]], first: int = 1) -> Iterator[Gap | Fork]:
    """Find every gap and fork.

    Args:
        rows: ``(key, seq, index)`` of every entry, sorted, as ``Store.by_key`` gives them; read once, memory is flat.
        first: the number a key begins with.
    """
    key, last = b"", first - 1
    same: list[int] = []
    for row_key, seq, index in rows:
        if same and row_key == key and seq == last:
            same.append(index)
            continue
        if len(same) > 1:
            yield Fork(key, last, tuple(same))
        if row_key != key:
            key, last = row_key, first - 1
        if seq > last + 1:
            yield Gap(key, last + 1, seq - 1)
        last, same = seq, [index]
    if len(same) > 1:
        yield Fork(key, last, tuple(same))


class Monitor:
    """Follows a log entry by entry, in the order of the log, in memory that grows with keys and gaps only."""

    def __init__(self, first: int = 1) -> None:
        self._first = first
        # By key: the next number expected, and the numbers before it that are still missing (as closed ranges).
        self._next: dict[bytes, int] = {}
        self._missing: dict[bytes, list[tuple[int, int]]] = {}
        self.forks: list[Fork] = []

    def add(self, key: bytes, seq: int, index: int) -> None:
        """Take note of one entry."""
        expected = self._next.get(key, self._first)
        if seq >= expected:
            if seq > expected:
                self._missing.setdefault(key, []).append((expected, seq - 1))
            self._next[key] = seq + 1
        elif not self._fill(key, seq):
            self.forks.append(Fork(key, seq, (index,)))

    def _fill(self, key: bytes, seq: int) -> bool:
        ranges = self._missing.get(key, [])
        for at, (first, last) in enumerate(ranges):
            if first <= seq <= last:
                ranges[at : at + 1] = [part for part in ((first, seq - 1), (seq + 1, last)) if part[0] <= part[1]]
                return True
        return False

    def gaps(self) -> Iterator[Gap]:
        """Give the numbers missing so far."""
        for key in sorted(self._missing):
            for first, last in self._missing[key]:
                yield Gap(key, first, last)
