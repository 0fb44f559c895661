"""One slice of an audit: the entries of some bundles against their tiles and their rows. Runs in any process.

A slice is a whole number of level-0 tiles, so slices share nothing and can be audited on several cores.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import Protocol

import msgspec

from enduse.errors import EnduseError, Problem
from enduse.messages import Message
from enduse.record.store import LogEntry, Store
from enduse.record.tiles import TILE_WIDTH, TileReader, open_source, tile_path, tile_width
from enduse.record.tree import HASH_BYTES, root

CHUNK = 8 * TILE_WIDTH
PROBLEMS_MAX = 100
DATABASE = "database"
"""What problems name as their source where a row of the store is wrong."""

Examine = Callable[[int, bytes], Iterable[Problem]]
"""Gives what is wrong with the entry at an index."""
Describe = Callable[[bytes], tuple[bytes, bytes, int]]
"""Gives statement id, key and running number of an entry; raises ``EnduseError`` where it has none."""
OpenStore = Callable[[], Store]
"""Opens the store of the record, in whichever process it is called."""


Ahead = Callable[[bytes, bytes | None], tuple[bool | None, bytes]]
"""Says whether an entry is signed by a public key, ``None`` where it cannot tell, and what it says, for who follows it."""


class Job(msgspec.Struct, frozen=True):
    """What to audit: entries ``start`` to ``stop``; those below ``size`` are under the checkpoint and have tiles.

    With ``ahead`` the entries are handed on to whoever follows them, each with the verdict on its signature under the
    key that the database names, and with what it says.
    """

    tiles: str
    open_store: OpenStore | None
    start: int
    stop: int
    size: int
    examine: Examine | None
    describe: Describe | None
    ahead: Ahead | None = None


Columns = tuple[bytes, bytes, int]
"""Statement id, public key and running number of an entry."""


class Followed(msgspec.Struct, frozen=True, array_like=True):
    """An entry that was hashed, to be followed in its order.

    Attributes:
        index: position in the log.
        entry: its bytes.
        columns: statement id, key and running number as the database has them; ``None`` without a database.
        valid: whether it is signed by that key; ``None`` where that is not known.
        passed: what it says, as :data:`Ahead` gave it.
    """

    index: int
    entry: bytes
    columns: Columns | None
    valid: bool | None
    passed: bytes

    @property
    def key(self) -> bytes | None:
        """Public key that the database names."""
        return None if self.columns is None else self.columns[1]


class Follower(Protocol):
    """Takes every entry of a record that is audited, in order and in the process that audits."""

    @property
    def compared(self) -> int | None:
        """At how many entries something that rests on the record was compared with it; ``None`` where nothing was."""
        ...

    def read(self, items: Sequence[Followed]) -> None:
        """Read what the entries say that are taken in next: one after the other that takes less time than by turns."""
        ...

    def follow(self, item: Followed, leaf: bytes) -> tuple[EnduseError | None, Columns | None]:
        """Take in the next entry with its leaf hash; returns what is wrong with it, and what it says of itself."""
        ...

    def end(self) -> Iterable[Problem]:
        """Give what is wrong with what rests on the record, once all of it was followed."""
        ...


class Audited(msgspec.Struct, frozen=True):
    """What a slice gave.

    Attributes:
        start: index of its first entry.
        stop: index after its last.
        hashes: the leaf hashes, 32 bytes each, as recomputed.
        tile_roots: root of each full level-0 tile.
        numbers: ``(key, seq, index)`` of each entry, where ``describe`` tells them.
        entries: what was hashed, where it is to be followed.
        problems: at most 100.
        suppressed: how many more there were.
    """

    start: int
    stop: int
    hashes: bytes
    tile_roots: list[bytes]
    numbers: list[tuple[bytes, int, int]]
    problems: list[Problem]
    suppressed: int
    entries: list[Followed] = []

    def leaves(self, start: int, stop: int) -> list[bytes]:
        """Return the leaf hashes of entries ``start`` up to ``stop``."""
        first, last = (HASH_BYTES * (index - self.start) for index in (start, stop))
        return [self.hashes[at : at + HASH_BYTES] for at in range(first, last, HASH_BYTES)]


class _Auditor:
    def __init__(self, job: Job) -> None:
        self.job = job
        self.reader = TileReader(open_source(job.tiles), job.size, cache_tiles=2)
        self.problems: list[Problem] = []
        self.suppressed = 0
        self.numbers: list[tuple[bytes, int, int]] = []
        self.entries: list[Followed] = []

    def problem(self, code: str, index: int | None = None, source: str | None = None, **values: object) -> None:
        where = source or (self.job.tiles if self.job.open_store is None else DATABASE)
        self.add(Problem.about(Message.of(code, **values), source=where, line=index))

    def add(self, problem: Problem) -> None:
        if len(self.problems) < PROBLEMS_MAX:
            self.problems.append(problem)
        else:
            self.suppressed += 1

    def rows(self, store: Store | None, start: int, stop: int) -> list[LogEntry] | None:
        # The rows of one bundle; None where they cannot be read or are not all there.
        if store is None:
            return None
        try:
            rows = list(store.entries(start, stop))
        except EnduseError as error:
            self.add(error.at(DATABASE, start))
            return None
        if [row.index for row in rows] != list(range(start, stop)):
            self.problem("record.rows_missing", start, start=start, stop=stop)
            return None
        return rows

    def bundle(self, number: int) -> list[bytes] | None:
        try:
            return self.reader.bundle(number)
        except EnduseError as error:
            self.add(error.at(self.job.tiles))
            return None

    def tile(self, number: int, leaves: list[bytes]) -> None:
        width = tile_width(0, number, self.job.size)
        try:
            if self.reader.tile(0, number) != leaves[:width]:
                self.problem("record.tile_wrong", source=self.job.tiles, tile=tile_path(0, number, width))
        except EnduseError as error:
            self.add(error.at(self.job.tiles))

    def entry(self, index: int, entry: bytes, row: LogEntry | None) -> None:
        # The hooks of the floor above; what the database says of the entry is compared with what the entry says.
        job = self.job
        if job.ahead is not None:
            columns = None if row is None else (row.statement_id, row.key, row.seq)
            self.entries.append(Followed(index, entry, columns, *job.ahead(entry, None if row is None else row.key)))
        try:
            if job.examine is not None:
                for problem in job.examine(index, entry):
                    self.add(problem)
            if job.describe is not None:
                statement_id, key, seq = job.describe(entry)
                self.numbers.append((key, seq, index))
                if row is not None and (statement_id, key, seq) != (row.statement_id, row.key, row.seq):
                    self.problem("record.columns_wrong", index)
        except EnduseError as error:
            self.add(error.at(job.tiles if row is None else DATABASE, index))

    def run(self, store: Store | None) -> Audited:
        hashes: list[bytes] = []
        tile_roots: list[bytes] = []
        job = self.job
        for start in range(job.start, job.stop, TILE_WIDTH):
            leaves = self.tile_of_entries(store, start, min(start + TILE_WIDTH, job.stop))
            hashes += leaves
            if len(leaves) == TILE_WIDTH:
                tile_roots.append(root(leaves))
        found = self.numbers, self.problems, self.suppressed, self.entries
        return Audited(job.start, job.stop, b"".join(hashes), tile_roots, *found)

    def tile_of_entries(self, store: Store | None, start: int, stop: int) -> list[bytes]:
        # The leaf hashes of up to 256 entries, all of them compared on the way.
        number = start // TILE_WIDTH
        rows = self.rows(store, start, stop)
        published = min(stop, self.job.size) - start
        bundle = self.bundle(number) if published > 0 else []
        if rows is not None:
            entries = [row.entry for row in rows]
        elif bundle is not None:
            entries = bundle
        else:
            # Told above; a hash that nothing has keeps the tree in step.
            return [bytes(HASH_BYTES)] * (stop - start)
        leaves = [sha256(b"\x00" + entry).digest() for entry in entries]
        if rows is not None and bundle is not None and entries[: len(bundle)] != bundle:
            at = next(n for n, pair in enumerate(zip(entries, bundle, strict=False)) if pair[0] != pair[1])
            self.problem("record.entry_unlike_bundle", start + at)
        if published > 0:
            self.tile(number, leaves)
        for n, entry in enumerate(entries):
            row = None if rows is None else rows[n]
            if row is not None and row.leaf != leaves[n]:
                self.problem("record.leaf_wrong", start + n)
            self.entry(start + n, entry, row)
        return leaves + [bytes(HASH_BYTES)] * (stop - start - len(leaves))


def run(job: Job) -> Audited:
    """Audit one slice."""
    auditor = _Auditor(job)
    if job.open_store is None:
        return auditor.run(None)
    try:
        store = job.open_store()
    except EnduseError as error:
        auditor.add(error.at(DATABASE))
        return auditor.run(None)
    with store:
        return auditor.run(store)
