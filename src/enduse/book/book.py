"""The book: one pure function of the record, followed entry by entry.

``book = fold(record)``. Every statement passes authority first (programme room), then the one room that knows its
kind. Who follows the same record gets the same book, byte for byte, in one run or in many.
"""

from datetime import datetime
from pathlib import Path
from typing import Final, Self

import msgspec

from enduse.book.access import take_access
from enduse.book.clocks import CorrectedClock
from enduse.book.facts import BookFacts
from enduse.book.fault import UNSTORABLE, FaultError, fault_of, of_this_machine
from enduse.book.key_audit import seen
from enduse.book.lowered import short_before
from enduse.book.opened import partial_finder
from enduse.book.planned import told_of_works
from enduse.book.postgres_store import stored_book
from enduse.book.quotas import told_at_intake
from enduse.book.rows import KeptRows
from enduse.book.states import STATES, Head
from enduse.book.store import FORMAT, BookStore, CorrectedEntry, Effect
from enduse.errors import ConflictError, EnduseError, RecordError
from enduse.ledger.posting import Outcome
from enduse.messages import Message, Refusal
from enduse.programme.knowledge import LATE
from enduse.record.checkpoint import SignedCheckpoint
from enduse.record.log import DATABASE as RECORD
from enduse.record.log import Log
from enduse.record.shared import open_log
from enduse.record.store import LogEntry
from enduse.record.tree import CompactRange
from enduse.record.verify import Progress
from enduse.release.standing import TrancheStanding
from enduse.rows import unpacked
from enduse.statements.acts import act_of
from enduse.statements.claim import Finding
from enduse.statements.clock_correction import ClockCorrection, ClockCorrectionBody
from enduse.statements.codec import AnyStatement, kind_of
from enduse.statements.condition import Decision
from enduse.statements.correction import Correction
from enduse.statements.entry import Entry
from enduse.statements.envelope import key_id
from enduse.statements.goods import Goods
from enduse.statements.key import Key, KeyBody, KeyRules
from enduse.statements.keyring import Keyring, Signed, read
from enduse.statements.passed import Said
from enduse.statements.programme import Clock, Founding
from enduse.statements.recorded import take
from enduse.system import not_writable, uncollected
from enduse.terms.times import instant_of, micros

FLUSH_EVERY: Final = 16_384
"""Entries folded between two flushes; a kill costs at most their replay."""

Answer = tuple[Refusal | None, tuple[Message, ...]]
"""Why a statement has no effect, if so, and remarks on it."""

Known = tuple[dict[int, Refusal], dict[int, CorrectedClock]]
"""What a fold has met that is not to be folded as it stands: faults of ours, and clocks that were corrected."""


class Book(KeptRows):
    """The projection of one programme's record; its states are those of :class:`States`.

    Attributes:
        folder: of the programme.
        log: the record it follows.
        facts: what conditions may ask of all this.
    """

    def __init__(self, folder: Path, log: Log, store: BookStore | None = None, known: Known | None = None) -> None:
        self.folder = folder
        self.log = log
        super().__init__(stored_book(folder, log) if store is None else store)
        self.facts = BookFacts(self, log)
        self._record = str(folder / RECORD)
        self._mending = known is not None
        self._faults, self._corrections = known or ({}, {})
        self._empty()

    def _empty(self) -> None:
        self.facts.forget()
        for name, empty in STATES.items():
            setattr(self, name, empty())
        self._tree = CompactRange()
        self._bind()
        self.clocks.corrections = dict(self._corrections)
        self._unflushed = self._stored = 0
        self._numbers: dict[str, int] = {}

    @classmethod
    def open(
        cls, folder: Path, *, log: Log | None = None, store: BookStore | None = None, progress: Progress | None = None
    ) -> Self:
        """Open the book of a programme's folder, follow the record to its end, and hold both against the checkpoint.

        Raises:
            UnknownError: no programme is there.
            RecordError: the record is damaged, or not what its published checkpoint says.
        """
        book = cls(folder, log or open_log(folder, read_only=not_writable(folder / RECORD)), store)
        book.progress = progress
        try:
            with uncollected():
                book._load()
                book.follow()
            book.checked()
        except BaseException:
            book._store.close()
            if log is None:
                book.log.close()
            raise
        return book

    def _load(self) -> None:
        stored = self.whole(lambda store: store.load())
        if not stored:
            return
        try:
            head = msgspec.msgpack.decode(stored["head"], type=Head)
            if head.format == FORMAT and self._fits(head):
                for name, kind in STATES.items():
                    setattr(self, name, unpacked(stored[name], kind))
                self._bind()
                self._stored = head.size
                self._numbers = {name: known.seq for name, known in self.keyring.keys.items()}
                self._tree = CompactRange.decode(head.size, head.edge)
                return
            if head.format == FORMAT:
                self._tell("book.of_another_record")
        except (msgspec.DecodeError, UnicodeDecodeError, KeyError):
            pass  # sealed by another version, whose states have other shapes
        self._store.renew()
        self._empty()

    def _fits(self, head: Head) -> bool:
        """Say whether a stored head belongs to this record: the tree of as many entries is the one that was folded."""
        return head.size <= self.log.size and self.log.store.tree(head.size).encode() == head.edge

    def checked(self) -> SignedCheckpoint | None:
        """Return the published checkpoint once it is certain that the book rests on what it signs; ``None`` before one.

        The root is that of the entries folded: hashed when they were, and never taken over from what is stored.

        Raises:
            RecordError: the record is shorter than its checkpoint says, or another one.
            MalformedError, SignatureError: the checkpoint is damaged, or not this log's.
        """
        signed = self.log.checkpoint
        size = self.size if signed is None else signed.checkpoint.size
        if size > self.size:
            self.follow()  # recorded and published since
        if size > self.size:
            raise RecordError("record.rolled_back", source=self._record, stored=self.size, published=size)
        tree = self.log.store.tree(size)
        if signed is None or tree.root() == signed.checkpoint.root:
            tree.extend(self.log.store.leaves(size, self.size))
            if tree.encode() == self._tree.encode():
                return signed
        raise RecordError("record.database_unlike_published", source=self._record)

    def rebuild(self) -> None:
        """Throw the book away and fold the record again from nothing."""
        self._store.renew()
        self._empty()
        self.follow()

    def _mend(self) -> None:
        if not self._stored:
            return
        mended = Book(self.folder, self.log, self._store, (self._faults, self._corrections))
        mended.progress = self.progress
        mended.follow(self._stored)

    def reload(self, until: int | None = None) -> None:
        """Forget what is in memory, and follow the record again from what is stored, as :meth:`follow`."""
        self._start_again()
        self.follow(until)

    def follow(self, until: int | None = None) -> int:
        """Fold what the record has and the book has not; returns how many entries that were.

        Args:
            until: stop at this size of the record; by default at its end.
        """
        start = self.head.size
        self._fold_to(until)
        self.flush()
        return self.head.size - start

    def _fold_to(self, until: int | None) -> None:
        """Fold to a size of the record; where a room fails on an entry, again from what is stored and without it."""
        while True:
            try:
                for row, said in self._read_on(self.log.store.entries(self.head.size, until)):
                    self._fold_row(row, said)
            except FaultError:
                self._start_again()
            else:
                return

    def _start_again(self) -> None:
        self._empty()
        self._load()

    def _fold_row(self, row: LogEntry, said: Said | EnduseError, *, checked: bool = False) -> Signed | EnduseError:
        taken = take(row.entry if checked else row.checked(self._record).entry, self.keyring, said)
        if isinstance(taken, EnduseError):
            # A record that lets such an entry in is caught by `record verify`; here it has no effect.
            self.keyring.count(row.key, row.seq)
            self._number(key_id(row.key), row.seq)
            self._note(row.index, "unreadable", "", Refusal.about(taken.problem.told), ())
            self._step(row.leaf)
        else:
            self.fold(row.index, taken, row.leaf)
        self.flush_full()
        return taken

    def follow_row(self, row: LogEntry, said: Said | EnduseError) -> Signed | EnduseError:
        """Fold the next entry, had from whoever reads and checks the record; returns what it says, or why it says nothing."""
        try:
            return self._fold_row(row, said, checked=True)
        except FaultError:
            self._start_again()
            self._fold_to(row.index + 1)
            return read(row.entry, self.keyring)

    def fold(self, index: int, signed: Signed, leaf: bytes) -> Effect | None:
        """Fold one recorded statement whose keys the keyring has taken in; returns the remark on it, if any.

        Nothing is stored here: within a batch the keyring has taken in statements that are not folded yet, and a book
        stored with it would refuse them when it is taken up again.
        """
        self.facts.forget()
        statement = signed.statement
        self._number(signed.key_id, statement.seq)
        if isinstance(statement, Key):
            self._number(key_id(bytes.fromhex(statement.body.public_key)), 0)
        if isinstance(statement, Clock):
            if self.key_register.keeps_time(signed.key_id):
                answer: Answer = self.clocks.take(index, micros(statement.occurred_at))
                self.head.clock, self.programme.now = self.clocks.now, instant_of(self.clocks.now)
            else:
                answer = self.key_register.bars(signed.key_id, instant_of(self.head.clock)), ()
        else:
            entry = Entry(index, signed.id, signed.key_id, instant_of(self.head.clock), statement)
            answer = self._applied(entry)
            self.ledger.remember(entry, answer[0])
            self._keep_origin(entry)
            if isinstance(statement, Correction) and answer[0] is None:
                back = self._said(statement.body.corrects, index)[0]
                self._keep("taken_back", CorrectedEntry(index, back, statement.body.reason))
        remark = self._note(index, kind_of(statement), statement.party, *answer)
        self._step(leaf)
        return remark

    def forget_fault(self) -> Refusal | None:
        """Let go of what was noted of the entry that is tried next, if the rooms failed over it; return it."""
        self._corrections.pop(self.size, None)
        return self._faults.pop(self.size, None)

    def _applied(self, entry: Entry) -> Answer:
        """Apply one entry; a fault of ours must not close the book to everybody for ever.

        Raises:
            FaultError: the rooms failed half-way; :meth:`follow` starts again from what is stored and passes the entry over.
        """
        fault = self._faults.get(entry.index)
        if fault is not None:
            return fault, ()
        try:
            return self._marked(entry, self._apply(entry))
        except FaultError:
            raise  # about what comes before, not about the statement
        except Exception as error:
            if of_this_machine(error):
                self._empty()  # what was folded half is never stored
                raise
            self._faults[entry.index] = fault_of(error)
            raise FaultError(entry.index) from error

    def _apply(self, entry: Entry) -> Answer:
        """Take one statement through the rooms; every room but the one that knows the kind lets it pass."""
        statement = entry.statement
        late, act = type(statement) in LATE, act_of(statement)
        # What a delegated key says of keys is for the register to judge.
        scope = None if isinstance(statement, Key) else self.key_register.scope(entry.key_id)
        refusal = self._barred(entry) or self.programme.outside(scope, entry, act, self.facts)
        refusal = refusal or self.programme.authority(entry, act, self.facts)
        if refusal is None and not late:
            refusal = self.programme.apply(entry)
        if refusal is not None:
            return refusal, ()
        if isinstance(statement, ClockCorrection):
            self._correct(entry, statement.body)
        if isinstance(statement, Correction):
            return self._take_back(entry, statement.body.corrects)
        if isinstance(statement, Finding) and (
            refusal := partial_finder(self.ledger, statement, self.programme.related)
        ):
            return refusal, ()
        outcome = self._move(entry)
        if outcome.refusal is not None:
            return outcome.refusal, outcome.notes
        if isinstance(statement, Goods):  # which no room above the ledger takes in
            self.releases.bear(entry.index, statement, self.facts)
            self.contracts.bear(entry, statement)
            return None, (
                *outcome.notes,
                *told_at_intake(self, outcome.postings),
            ) if self.controls.listed else outcome.notes
        self.readings.apply(entry, self.programme.read_at(statement, self.facts))
        asked = tuple(told_of_works(self, statement))
        rooms = (self.works.apply, self._hold_to_account, self.seals.apply, self._release)
        refusal = next((refusal for room in rooms if (refusal := room(entry))), None)
        told: tuple[Message, ...] = ()
        if refusal is None:
            refusal, told = take_access(self, entry)
        if late and refusal is None:
            refusal = self.programme.apply(entry)
        return refusal, (*outcome.notes, *(asked if refusal is None else ()), *told)

    def _hold_to_account(self, entry: Entry) -> Refusal | None:
        """Let estimates, visits, controls and contracts take in what is said of the works."""
        rooms = (self.estimates.apply, self.visits.apply, self.controls.apply, self.contracts.apply)
        return next((refusal for room in rooms if (refusal := room(entry, self.works))), None)

    def _marked(self, entry: Entry, answer: Answer) -> Answer:
        """Return what became of a statement, with the mark of the key it is signed with, where it has one."""
        if isinstance(entry.statement, Key):
            return answer
        self.key_register.count(entry.key_id)
        refusal, notes = answer
        mark = self.key_register.mark(entry.key_id)
        return answer if mark is None or refusal is not None else (None, (*notes, mark))

    def seen(self, body: KeyBody, rules: KeyRules, covers: int) -> bool:
        """Say whether the witnesses that the founding names saw the waiting time pass since an entry of this record."""

        def root_at(size: int) -> bytes | None:
            return self.log.store.tree(size).root() if size <= self.size else None

        return seen(self.keyring.origin, body, rules, covers, root_at)

    def _barred(self, entry: Entry) -> Refusal | None:
        """Say why no room looks at a statement: its key is not in force, or what it would correct is no clock."""
        statement = entry.statement
        if isinstance(statement, (Key, Founding)):
            return self.key_register.apply(entry, self.seen, self.programme.related)
        barred = self.key_register.bars(entry.key_id, entry.recorded_at, statement.seq)
        if barred is not None or not isinstance(statement, ClockCorrection):
            return barred
        clock = isinstance(self._said(statement.body.clock, entry.index)[1], Clock)
        return None if clock else Refusal.of("clock.none_such", statement=statement.body.clock)

    def _said(self, identifier: str, before: int) -> tuple[int, AnyStatement | None]:
        """Return an earlier statement and its log index; nothing where there is none, or none that can be read."""
        try:
            index = self.index_of(identifier)
            return (index, self.statement(index).statement) if index < before else (before, None)
        except EnduseError:
            return before, None

    def _correct(self, entry: Entry, body: ClockCorrectionBody) -> None:
        """Correct a clock once the council has said so: all is folded again, as if it had said so from the start.

        Raises:
            FaultError: this is the statement that completes the correction; :meth:`follow` starts again with it.
        """
        index, said = self._said(body.clock, entry.index)
        if said is None or not self.programme.clock_agreed(body):
            return
        wrong = CorrectedClock(index, micros(said.occurred_at), micros(body.time))
        if self.clocks.correction(index, entry.index) != wrong:
            self._corrections = {**self.clocks.corrections, entry.index: wrong}
            self._store.renew()  # what is stored was folded by the wrong clock
            raise FaultError(entry.index)

    def _take_back(self, entry: Entry, corrects: str) -> Answer:
        """Take back what an earlier statement left in every room, for its own party alone and all of it or nothing."""
        reading = self.readings.find(corrects)
        speaker = self.programme.speaker(corrects) or self.releases.speaker(corrects) or (reading and reading.party)
        speaker = speaker or self.access.speaker(corrects) or self.contracts.speaker(corrects)
        if speaker and speaker != entry.statement.party:
            return Refusal.of("correction.of_another", party=speaker), ()
        index, said = self._said(corrects, entry.index)
        if said and (refusal := self.programme.no_longer_mandated(entry, said, index, act_of(said), self.facts)):
            return refusal, ()
        outcome = self._move(entry)
        if outcome.refusal is not None and (not speaker or corrects in self.ledger.said):
            return outcome.refusal, outcome.notes
        if said is not None:
            self.releases.bear(entry.index, said, self.facts, back=True)
        if reading is not None:
            self.readings.drop(reading)
            return None, (*outcome.notes, Message.of("correction.reading_withdrawn"))
        self.access.take_back(corrects)
        self.contracts.take_back(corrects)
        refusal = self.programme.apply(entry)
        return refusal or self.releases.apply(entry, self.facts), outcome.notes

    def _move(self, entry: Entry) -> Outcome:
        """Let the ledger move what an entry moves, and keep that, with what it may have made of a shortage."""
        short = short_before(self, entry)
        outcome = self.ledger.apply(entry)
        if outcome.refusal is None:
            self._keep("lowered", *short)
        self._keep_moved(outcome)
        return outcome

    def _release(self, entry: Entry) -> Refusal | None:
        """Let the release room judge; a decision must rest on this very record, at the size it names."""
        if isinstance(entry.statement, Decision):
            size, stated = entry.statement.body.record_size, entry.statement.body.record_root
            if size <= entry.index and self.log.store.tree(size).root().hex() != stated:
                return Refusal.of("decision.other_record", decision=entry.statement.body.decision, size=size)
        return self.releases.apply(entry, self.facts)

    def tranches(self, at: datetime | None = None) -> list[TrancheStanding]:
        """Return how every tranche stands, by default at the time of the last entry."""
        return list(self.facts.tranches(at or instant_of(self.head.clock)))

    def _number(self, key: str, seq: int) -> None:
        """Note which running number of a key is folded; the keyring may be ahead by the rest of a batch."""
        if seq > self._numbers.get(key, -1):
            self._numbers[key] = seq

    def _keys_folded(self) -> Keyring:
        """Return the keyring as it was when the last entry was folded, whatever it has taken in since."""
        keys = {
            name: msgspec.structs.replace(known, seq=self._numbers.get(name, 0))
            for name, known in self.keyring.keys.items()
            if name in self._numbers
        }
        return msgspec.structs.replace(self.keyring, keys=keys)

    def _step(self, leaf: bytes) -> None:
        self.head.size += 1
        self._tree.append(leaf)
        self._unflushed += 1
        if self._between_blocks():
            self._end_block(self._keys_folded())

    def flush_full(self) -> None:
        """Store what was folded, where that is much."""
        if self._unflushed >= FLUSH_EVERY:
            self.flush()

    def flush(self) -> None:
        """Store what was folded, in one transaction."""
        while self._unflushed:
            try:
                self.whole(lambda _: self._write())
            except ConflictError:
                self.reload()  # somebody else followed the same record; what he wrote is what we would have
            except UNSTORABLE as error:
                self._pass_over(fault_of(error))

    def _write(self) -> None:
        with uncollected():
            self._store.flush(*self.encoded())
        self._settle()
        self._unflushed, self._stored = 0, self.head.size

    def _pass_over(self, fault: Refusal) -> None:
        """Find the entry since the last flush after which the book cannot be stored, and fold again without it.

        A receipt given before the flush may have called it accepted: rooms are meant to refuse such a statement, and
        this only keeps a fault of theirs from closing the book.
        """
        size = self.head.size
        good, bad = size - self._unflushed, size
        while bad - good > 1:
            middle = (good + bad) // 2
            self._start_again()
            self._fold_to(middle)
            try:
                self._write()
            except UNSTORABLE:
                bad = middle
            except ConflictError:
                good = middle  # somebody else has stored it meanwhile
            else:
                good = middle
        self._faults[bad - 1] = fault
        self._start_again()
        self._fold_to(size)

    def close(self) -> None:
        """Flush and let go of book and record."""
        try:
            self.leave()
        finally:
            self.log.close()
