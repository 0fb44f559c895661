"""What is read of the stored book, each value checked; whatever is damaged is worked out anew, here and nowhere else."""

from abc import abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import merge
from itertools import groupby, islice
from operator import attrgetter
from typing import Any, Final, TypeVar

import msgspec

from enduse.book.clocks import delay
from enduse.book.row_tree import DamagedBookError, Edits
from enduse.book.states import STATES, States
from enduse.book.store import (
    BEFORE,
    DECODERS,
    INDEX,
    OUTCOME,
    SUMS,
    THEN,
    AnswerEntry,
    BookStore,
    CorrectedEntry,
    DocumentEntry,
    Effect,
    LateEntry,
    LoweredEntry,
    OtherVersionError,
    Row,
    SourceRow,
)
from enduse.closing import Closing
from enduse.errors import EnduseError, RecordError, UnknownError
from enduse.ledger.accounts import OUTCOMES, class_of
from enduse.ledger.posted import PostedIndex, index_rows
from enduse.ledger.posting import Outcome, Posting, PurchaseLink
from enduse.ledger.sums import BLOCK, BlockSums
from enduse.messages import Message, Refusal
from enduse.record.log import Log
from enduse.record.store import LogEntry
from enduse.record.tree import CompactRange
from enduse.record.verify import Progress
from enduse.rows import AFTER, Rows, packed, rows_of
from enduse.statements.document import DocumentStatement
from enduse.statements.entry import Entry
from enduse.statements.keyring import Keyring, Signed, read
from enduse.statements.passed import Said
from enduse.statements.recorded import opened
from enduse.statements.sealed import DOCUMENT_FIELD, Sealed

Given = TypeVar("Given")
_FIRST_STEP: Final = 8
_STEP: Final = 256
"""Rows read at once: few at first, since many ask for no more."""
READ_TOGETHER: Final = 125
"""Entries read one after the other before they are folded: by turns neither finds its code and data near the processor."""
_TOLD_EVERY: Final = 1_000
"""Entries folded between two words on how far that is."""
_INDEXED: Final = f"{INDEX}\0"
_OUTCOMES: Final = tuple(f"{name} " for name in OUTCOMES)
_PIECE: Final = 2_000
"""Bytes of sums, or of states of an earlier time, in one row."""


class BookRows:
    """The rows of a book's states, as they lie in its store."""

    def __init__(self, book: "KeptRows") -> None:
        self._book = book

    def get(self, key: str) -> bytes | None:
        """Return a row, encoded; ``None`` where there is none."""
        return self._book.whole(lambda store: store.get(key))

    def scan(self, start: str, stop: str) -> Iterator[tuple[str, bytes]]:
        """Give the rows from ``start`` on and before ``stop``, by key."""
        step = _FIRST_STEP
        while True:
            some = self._book.whole(lambda store, start=start, step=step: store.some(start, stop, step))  # type: ignore[misc]
            yield from some
            if len(some) < step:
                return
            start, step = f"{some[-1][0]}\0", min(2 * step, _STEP)

    def several(self, keys: Iterable[str]) -> Iterator[bytes | None]:
        """Give the rows of keys, which are given in order."""
        every = iter(keys)
        while some := list(islice(every, _STEP)):
            yield from self._book.whole(lambda store, some=some: store.several(some))  # type: ignore[misc]

    def unreadable(self, key: str) -> RecordError:
        """Return what is said of a row that is sealed, and yet not what any software writes."""
        return self._book.unreadable(key)


class KeptRows(States, Closing):
    """The rows that a book keeps, in the order of the record.

    Attributes:
        told: what a reader should know of how the book was had: that it was damaged, say, and was worked out anew.
        log: the record it follows.
        progress: told how many entries are folded, of how many, where they are many.
    """

    log: Log
    _record: str
    progress: Progress | None = None

    def __init__(self, store: BookStore) -> None:
        self.told: list[Message] = []
        self._store = store
        self._mending = False
        self._stored_rows = BookRows(self)
        self._new_rows: dict[str, list[Row]] = {}
        self._new_keys: dict[str, bytes] = {}
        self._unindexed: list[tuple[Posting, ...]] = []
        self._as_before: dict[str, bytes] = {}
        self._grown: list[Rows[Any]] = []
        self._tree = CompactRange()
        self._stored = 0

    def _tell(self, code: str) -> None:
        message = Message.of(code)
        if message not in self.told:
            self.told.append(message)

    def _bind(self) -> None:
        """Let the rows of every state lie in the store; of what is kept beside them there is nothing new."""
        self._new_rows, self._new_keys, self._as_before, self._grown, self._unindexed = {}, {}, {}, [], []
        for state in STATES:
            for way, rows in rows_of(getattr(self, state), state):
                rows.bind(self._stored_rows, f"{way}\0")
                self._grown.append(rows)

    def encoded(self) -> tuple[dict[str, bytes], Edits]:
        """Return every state by its name, as it is stored, and the rows that have changed since they were."""
        # Rows keep the order in which the record filled them: a book taken up again then goes on as one that was never
        # put down, also where a rule takes the first of several.
        self.head.edge = self._tree.encode()
        encode = msgspec.msgpack.Encoder().encode
        self._index_moved()
        edits: Edits = {key: encode(rows) for key, rows in self._new_rows.items()}
        edits.update(self._new_keys)
        for rows in self._grown:
            edits.update(rows.changes())
        self._keep_before(self.head.size // BLOCK)
        edits.update(self._unstored())
        for block in range(self._stored // BLOCK, self.head.size // BLOCK):
            edits.update(_in_pieces(SUMS, block, encode([BlockSums.of(self._postings_of_block(block))])))
        return {name: packed(getattr(self, name)) for name in STATES}, edits

    def _between_blocks(self) -> bool:
        """Say whether as many entries are folded as fill blocks."""
        return not self.head.size % BLOCK

    def _end_block(self, keyring: Keyring) -> None:
        """Keep what the block that is full has changed, and the states as they are behind it.

        Args:
            keyring: as it is there.
        """
        block = self.head.size // BLOCK
        self._keep_before(block - 1)
        for rows in self._grown:
            rows.begin()
        self.head.edge = self._tree.encode()
        states = {name: packed(keyring if name == "keyring" else getattr(self, name)) for name in STATES}
        self._new_keys.update(_in_pieces(THEN, block, msgspec.msgpack.encode(states)))

    def _keep_before(self, block: int) -> None:
        """Keep what rows were when a block began, of those that it has changed; of what it only adds the numbers tell."""
        begins = f"{BEFORE}\0{block:08d}\0"
        self._as_before.update((f"{begins}{key}", raw) for rows in self._grown for key, raw in rows.before())

    def _unstored(self) -> dict[str, bytes]:
        """Return what rows were when blocks began, without what is stored: of a block a first part may be."""
        before = self._as_before
        if not self._stored % BLOCK:
            return before
        begins = f"{BEFORE}\0{self._stored // BLOCK:08d}\0"
        keys = sorted(key for key in before if key.startswith(begins))
        stored = zip(keys, self._stored_rows.several(keys), strict=True)
        known = {key for key, raw in stored if raw is not None}
        return {key: raw for key, raw in before.items() if key not in known}

    def _postings_of_block(self, block: int) -> Iterator[Posting]:
        """Give the postings of a block of entries that is complete: those that are stored, then those that are not yet."""
        first, after = block * BLOCK, (block + 1) * BLOCK
        new = max(first, self._stored)
        if first < new:
            for _, raw in self._stored_rows.scan(f"posting\0{first:012d}", f"posting\0{new:012d}"):
                yield from self._decoded("posting", raw)
        for entry in range(new, after):
            yield from self._new_rows.get(f"posting\0{entry:012d}", ())  # type: ignore[misc]

    def _settle(self) -> None:
        """Take note that everything is stored."""
        self._new_rows, self._new_keys, self._as_before = {}, {}, {}
        for rows in self._grown:
            rows.stored()

    def whole(self, step: Callable[[BookStore], Given]) -> Given:
        """Take a step on what is stored; where that is damaged, say so once, work it out anew, and take it again.

        What was folded since the last flush stays as it is in memory: the store is brought to where it stood.

        Args:
            step: reads or writes.

        Raises:
            RecordError: what was just stored is damaged too: the disk fails.
        """
        try:
            return step(self._store)
        except DamagedBookError as error:
            if self._mending:
                raise RecordError("book.damaged", source=self._store.source, reason=str(error)) from error
            if not isinstance(error, OtherVersionError):
                self._tell("book.damaged_unkept" if self._store.in_memory else "book.damaged_rebuilt")
            self._store.renew()
            self._mend()
        try:
            return step(self._store)
        except DamagedBookError as error:
            raise RecordError("book.damaged", source=self._store.source, reason=str(error)) from error

    @abstractmethod
    def _mend(self) -> None:
        """Fold the record from nothing up to where the store stood, and store that."""

    @abstractmethod
    def flush(self) -> None:
        """Store what was folded."""

    @property
    def root(self) -> bytes:
        """32-byte root of the tree over the entries that were folded, as hashed from their bytes."""
        return self._tree.root()

    def leave(self) -> None:
        """Flush and let go of the book, not of the record."""
        try:
            self.flush()
        finally:
            self._store.close()

    def digest(self) -> str:
        """Return SHA-256 over the whole book; equal for everybody who follows the same record."""
        self.flush()
        return self._store.digest()

    def _keep(self, kind: str, *rows: Row) -> None:
        """Keep rows of one entry."""
        for row in rows:
            self._new_rows.setdefault(_key(kind, row), []).append(row)

    def _keep_moved(self, outcome: Outcome) -> None:
        """Keep what one entry moved."""
        if outcome.postings:
            self._unindexed.append(outcome.postings)
            if len(self._unindexed) >= READ_TOGETHER:
                self._index_moved()
        self._keep("link", *outcome.links)

    def _index_moved(self) -> None:
        """Put what was moved into rows, and the keys by which it is found."""
        for postings in self._unindexed:
            index_rows(postings, self._new_keys, _INDEXED)
            self._new_rows.setdefault(f"posting\0{postings[0].entry:012d}", []).extend(postings)
            for row in postings:
                if row.account.startswith(_OUTCOMES):
                    # What findings move is asked for by itself, and is little: nobody reads all postings for it.
                    self._new_rows.setdefault(f"{OUTCOME}\0{class_of(row.account)}\t{row.entry:012d}", []).append(row)
        self._unindexed = []

    def _read_on(self, entries: Iterator[LogEntry]) -> Iterator[tuple[LogEntry, Said | EnduseError]]:
        """Give entries that are folded with what they say, and tell from time to time how far that is."""
        done = 0
        while rows := list(islice(entries, READ_TOGETHER)):
            yield from [(row, opened(row.entry)) for row in rows]
            done += len(rows)
            if self.progress is not None and not done % _TOLD_EVERY:
                self.progress(rows[-1].index + 1, self.log.size)

    def _note(
        self, index: int, kind: str, party: str, refusal: Refusal | None, notes: tuple[Message, ...]
    ) -> Effect | None:
        """Count what became of one entry; keep and return the remark on it, if any."""
        total, without = self.head.counts.get(kind, (0, 0))
        self.head.counts[kind] = (total + 1, without + (refusal is not None))
        if refusal is None and not notes:
            return None
        remark = Effect(index, kind, party, refusal, notes)
        self._keep("effect" if refusal is None else "refused", remark)
        return remark

    def _keep_origin(self, entry: Entry) -> None:
        """Keep from where an entry was read, how late it came, and which photo or paper it puts beside the record."""
        if entry.statement.source is not None:
            self._keep("source", *SourceRow.of(entry.statement, entry.index))
        if days := delay(entry.recorded_at, entry.statement):
            self._keep("late", LateEntry(entry.index, days))
        said = entry.statement
        if said.refs:
            self._keep("answer", *(AnswerEntry(entry.index, of) for of in dict.fromkeys(said.refs)))
        if isinstance(said, DocumentStatement):
            self._keep("document", DocumentEntry(entry.index, said.body.sha256, said.party, said.body.signer or ""))
        elif isinstance(said, Sealed) and said.body.field == DOCUMENT_FIELD:
            self._keep("document", DocumentEntry(entry.index, said.body.commitment, said.party))

    def _kept(self, kind: str, of: str = "") -> Iterator[Any]:
        """Give the rows of one kind, in log order, each checked against what was written."""
        self.flush()
        for _, raw in self._stored_rows.scan(f"{kind}\0{of}", f"{kind}\0{of}{AFTER}"):
            yield from self._decoded(kind, raw)

    def kept_between(self, kind: str, first: int, after: int) -> Iterator[Any]:
        """Give the rows of one kind that the entries from ``first`` on and before ``after`` brought about, in log order."""
        self.flush()
        for _, raw in self._stored_rows.scan(f"{kind}\0{first:012d}", f"{kind}\0{after:012d}"):
            yield from self._decoded(kind, raw)

    def _decoded(self, kind: str, raw: bytes) -> Any:  # noqa: ANN401 - rows of the kind
        try:
            return DECODERS[kind].decode(raw)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self.unreadable(kind) from error

    def unreadable(self, key: str) -> RecordError:
        """Return what is said of a row that is sealed, and yet not what any software writes."""
        return RecordError("book.damaged_here", source=self._store.source, path=key.partition("\0")[0])

    def postings(self) -> Iterator[Posting]:
        """Give every posting in log order."""
        return self._kept("posting")

    def posted(self) -> PostedIndex:
        """Return where postings are found by account and by name."""
        self.flush()
        cut = len(INDEX) + 1
        rows = self._stored_rows

        def found(start: str, stop: str) -> Iterator[tuple[str, bytes]]:
            return ((key[cut:], stands) for key, stands in rows.scan(f"{INDEX}\0{start}", f"{INDEX}\0{stop}"))

        return PostedIndex(found, self.postings_by, self.ledger)

    def postings_by(self, entries: Iterable[int]) -> Iterator[Posting]:
        """Give the postings of entries, which are given in order, in log order."""
        for raw in self._stored_rows.several(f"posting\0{entry:012d}" for entry in entries):
            if raw is not None:
                yield from self._decoded("posting", raw)

    def summed(self) -> Iterator[BlockSums]:
        """Give the sums of all postings, block by block: what is kept, and those of the entries since."""
        self.flush()
        pieces = self._stored_rows.scan(f"{SUMS}\0", f"{SUMS}\0{AFTER}")
        for _, block in groupby(pieces, key=lambda piece: piece[0][:-4]):
            yield from self._decoded(SUMS, b"".join(raw for _, raw in block))
        since = self.head.size // BLOCK * BLOCK
        yield BlockSums.of(self.kept_between("posting", since, self.head.size))

    def postings_of(self, account_class: str) -> Iterator[Posting]:
        """Give the postings on accounts of one class, such as ``difference``, in log order."""
        if account_class in OUTCOMES:
            return self._kept(OUTCOME, f"{account_class}\t")
        begins = f"{account_class} "
        return (posting for posting in self.postings() if posting.account.startswith(begins))

    def links(self) -> Iterator[PurchaseLink]:
        """Give every purchase in log order."""
        return self._kept("link")

    def effects(self, *, without_effect_only: bool = True) -> Iterator[Effect]:
        """Give the statements that have no effect, with the refusal; or also those with remarks."""
        if without_effect_only:
            return self._kept("refused")
        return merge(self._kept("refused"), self._kept("effect"), key=attrgetter("entry"))

    def lowered(self) -> Iterator[LoweredEntry]:
        """Give what stood of consignments that were short, where an entry may have taken from what was sent."""
        return self._kept("lowered")

    def effect(self, index: int) -> Effect | None:
        """Return the remark on one entry."""
        self.flush()
        for kind in ("effect", "refused"):
            raw = self._stored_rows.get(f"{kind}\0{index:012d}")
            if raw is not None:
                found: list[Effect] = self._decoded(kind, raw)
                return found[0]
        return None

    @property
    def size(self) -> int:
        """Entries folded."""
        return self.head.size

    def statement(self, index: int) -> Signed:
        """Return a recorded statement by its log index.

        Raises:
            UnknownError: the record has no such entry.
            RecordError: its bytes are not those that were recorded.
        """
        return read(self.log.store.entry(index).checked(self._record).entry, self.keyring)

    def statements(self, indexes: Iterable[int]) -> Iterator[Signed]:
        """Give recorded statements, each as :meth:`statement` does, many read at once."""
        for row in self.log.store.several(indexes):
            yield read(row.checked(self._record).entry, self.keyring)

    def index_of(self, name: str) -> int:
        """Return the log index of a statement by index or identifier.

        Raises:
            UnknownError: the record has no such statement.
        """
        if name.isdecimal() and len(name) <= len(str(self.size)) and int(name) < self.size:
            return int(name)
        try:
            index = self.log.store.has(bytes.fromhex(name))
        except ValueError:
            index = None
        if index is None:
            raise UnknownError("statement.not_recorded", statement=name)
        return index

    def indexes_of(self, statements: Sequence[str]) -> list[int]:
        """Return the log indexes of statements by their identifiers, many looked up at once.

        Raises:
            UnknownError: the record has no such statement.
        """
        known = self.log.store.has_many(map(bytes.fromhex, statements))
        for name in statements:
            if bytes.fromhex(name) not in known:
                raise UnknownError("statement.not_recorded", statement=name)
        return [known[bytes.fromhex(name)] for name in statements]

    def table_rows(self, party: str, profile: str | None = None) -> list[SourceRow]:
        """Return each entry that ``party`` read from a table, in log order: by any profile, or by one; also where none was named."""
        rows: list[SourceRow] = []
        for known in ("",) if profile is None else ("\t", f"{profile}\t"):
            rows += (row for row in self._kept("source", f"{party}\t{known}") if row.row)
        return sorted(rows, key=attrgetter("entry"))

    def taken_back(self) -> dict[int, CorrectedEntry]:
        """Return what was taken back, by entry."""
        corrections: Iterator[CorrectedEntry] = self._kept("taken_back")
        return {correction.of: correction for correction in corrections}

    def late(self, among: Iterable[int]) -> dict[int, int]:
        """Return how many days after it is said to have happened each of these entries was recorded, where that is long."""
        self.flush()
        named = sorted(set(among))
        # In order: of rows that lie between none of them no node is read twice.
        found = zip(named, self._stored_rows.several(f"late\0{entry:012d}" for entry in named), strict=True)
        return {entry: self._decoded("late", raw)[0].days for entry, raw in found if raw is not None}

    def documents(self, name: str = "") -> list[DocumentEntry]:
        """Return what puts a photo or paper beside the record, in log order; also what has no effect.

        Args:
            name: only that whose file is called so; by default all.
        """
        found: Iterator[DocumentEntry] = self._kept("document", f"{name}\t" if name else "")
        return sorted(found, key=attrgetter("entry"))

    def answers(self, statement: str) -> list[int]:
        """Return the entries that answer a statement, in log order; also what has no effect."""
        found: Iterator[AnswerEntry] = self._kept("answer", f"{statement}\t")
        return [row.entry for row in found]

    def rows_of(self, sha256: str, party: str) -> set[tuple[int, str]]:
        """Return the rows of a source file that ``party`` has already brought in, by no profile."""
        sources: Iterator[SourceRow] = self._kept("source", f"{party}\t\t{sha256}\t")
        return {(row.row, row.path) for row in sources}


def _in_pieces(kind: str, block: int, raw: bytes) -> Iterator[tuple[str, bytes]]:
    """Give what is kept of a block in pieces: a row that lies in one node with others is written again with each of them."""
    for n, at in enumerate(range(0, len(raw), _PIECE)):
        yield f"{kind}\0{block:08d}{n:04d}", raw[at : at + _PIECE]


def _key(kind: str, row: Row) -> str:
    """Return where a row lies: with the others of its entry, of its source (party, profile, file), of its document, or of what it answers."""
    within = ""
    if isinstance(row, SourceRow):
        within = f"{row.party}\t{row.profile}\t{row.sha256}\t"
    elif isinstance(row, DocumentEntry):
        within = f"{row.name}\t"
    elif isinstance(row, AnswerEntry):
        within = f"{row.of}\t"
    return f"{kind}\0{within}{row.entry:012d}"
