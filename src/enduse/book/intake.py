"""The way into the record: check the batch at the door, append it durably, fold it into the book.

A batch is all or nothing for the disk: it is acknowledged when the record has it, and the book can always be
followed from there. One bad envelope is refused on its own and never hides the others.
"""

import hashlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from copy import deepcopy
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from typing import Final, Literal, NamedTuple, Self

import msgspec

from enduse.book import keys
from enduse.book.access import told_too_early
from enduse.book.beside import SecondProcess
from enduse.book.book import Book
from enduse.book.clocks import DAY, check_jump
from enduse.book.fault import FaultError
from enduse.book.key_file import AskPassphrase
from enduse.book.offered import Opened, is_of_keys, may_rule, number_twice, open_all, reused
from enduse.book.store import Effect
from enduse.book.trials import trials
from enduse.closing import Closing
from enduse.errors import EnduseError, Problem, RecordError, SignatureError
from enduse.messages import Message, Refusal
from enduse.record.log import Log, Publication
from enduse.record.postgres_session import Address
from enduse.record.shared import SharedLog
from enduse.record.store import NewEntry
from enduse.statements.base import Statement
from enduse.statements.codec import decode
from enduse.statements.entry import Entry
from enduse.statements.envelope import Envelope, key_id
from enduse.statements.keyring import JUMP_MAX, Keyring, Signed, enveloped, sign
from enduse.statements.passed import Ahead
from enduse.statements.programme import CLOCK_JUMP_DAYS, Clock, Founding
from enduse.system import uncollected
from enduse.terms.ed25519 import PrivateKey, SigningKey
from enduse.terms.signatures import signer
from enduse.terms.times import instant_of, micros

LOCK_PATIENCE_S: Final = 60


class SigningRequest(NamedTuple):
    """A statement to be numbered and signed here.

    Attributes:
        party: who says it.
        key: of that party.
        make: the statement, from programme, party and running number.
    """

    party: str
    key: PrivateKey
    make: Callable[[str, str, int], Statement]


class Taken(msgspec.Struct, frozen=True):
    """What became of one envelope.

    Attributes:
        outcome: ``accepted`` (recorded, has effect), ``no_effect`` (recorded, with the reason), ``already``
            (recorded before) or ``refused`` (not recorded).
        index: log index, unless refused.
        problem: why it was refused or has no effect.
        notes: remarks on one that has effect.
    """

    outcome: Literal["accepted", "no_effect", "already", "refused"]
    index: int | None = None
    problem: Problem | None = None
    notes: tuple[Message, ...] = ()


def create_programme(
    folder: Path,
    programme: Founding,
    keeper: SigningKey,
    log_key: SigningKey | None = None,
    address: Address | None = None,
) -> "Intake":
    """Start a programme in an empty folder: its log, its keeper's key, its founding statement.

    Args:
        folder: to make.
        programme: its founding.
        keeper: key of its keeper.
        log_key: key of its record; a new one where it is not given.
        address: of the database that keeps record and book; the folder keeps them where it is not given.

    Raises:
        ConflictError: a programme is there already.
    """
    signer = log_key or SigningKey.generate()
    if address is None:
        log = Log.create(folder, programme.programme, signer)
    else:
        log = SharedLog.start(folder, programme.programme, signer, address)
    keys.save(folder, programme.party, keeper)
    intake = Intake(Book.open(folder, log=log))
    intake.record([sign(programme, keeper).raw])
    return intake


class Intake(Closing):
    """Takes envelopes into one programme's record and book.

    Attributes:
        book: the book that follows.
        publication: what came of publishing last; ``None`` before.
        recorded: indexes of what was recorded since, or was offered again and stood there, without the clocks that the keeper puts before each batch.
    """

    def __init__(self, book: Book, ask: AskPassphrase | None = None, *, trial: bool = False) -> None:
        """Take the lock of the book's folder.

        Args:
            book: that follows.
            ask: for the passphrase of a key's file.
            trial: the book is a copy in memory, which nobody else writes to and nobody publishes.
        """
        self.book = book
        self._ask = ask
        self.recorded = array("q")
        self.publication: Publication | None = None
        self._opened: dict[str, PrivateKey] = {}
        self._held: ExitStack | None = None
        if trial:
            return
        with ExitStack() as held:
            held.enter_context(book.log.writing(LOCK_PATIENCE_S))
            book.follow()  # somebody may have written while we waited for the lock
            book.log.ask_standing()
            self._held = held.pop_all()

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open the programme in ``folder``.

        Raises:
            UnknownError: no programme is there.
        """
        return cls(Book.open(folder))

    @property
    def keyring(self) -> Keyring:
        """Keys in force at the end of the record."""
        return self.book.keyring

    def _clock(self, now: datetime | None) -> list[bytes]:
        """Return the keeper's signed word on the time; it runs backwards only where the record's time must be wrong.

        Then each clock says what it has, and counts once the council has corrected the one that ran ahead. Where the keeper's key is not, there is nobody to give it: a copy takes the clocks that come with the statements.
        """
        keyring, keeper = self.keyring, self._keeper
        if keeper is None:
            return []
        name = key_id(keeper.public)
        if name in self.book.key_register.keys and not self.book.key_register.keeps_time(name):
            ended = self.book.key_register.bars(name, instant_of(self.book.head.clock))
            raise SignatureError.about(ended or Refusal.of("key.not_in_force", key=name))
        machine = micros(datetime.now(UTC))
        here = machine if now is None else micros(now)
        check_jump(instant_of(here), self._last, machine, self._longest_jump)
        wrong = self._last > max(here, machine) + self._longest_jump * DAY
        moment = instant_of(here if wrong else max(here, self._last))
        seq = keyring.next_seq(keeper.public)
        said = Clock(programme=keyring.origin, party=keyring.keeper, seq=seq, occurred_at=moment)
        return [sign(said, keeper).raw]

    @property
    def _last(self) -> int:
        """The record's time: its last clock's, in microseconds since 1970; 0 before the first."""
        return self.book.head.clock

    @property
    def _longest_jump(self) -> int:
        """How far a clock may run ahead, in days."""
        return self.book.programme.body.clock_jump_days if self.book.programme.body else CLOCK_JUMP_DAYS

    @property
    def _keeper(self) -> PrivateKey | None:
        """The keeper's key, where it is here."""
        keeper = self.keyring.keeper
        return self.key_of(keeper) if keeper in self._opened or keeper in keys.held(self.book.folder) else None

    def key_of(self, party: str) -> PrivateKey:
        """Return a party's key that lies in the folder, opened once.

        Raises:
            UnknownError: it has none here.
            MalformedError: the file is not a key, or its passphrase is another.
        """
        if party not in self._opened:
            self._opened[party] = keys.load(self.book.folder, party, self._ask)
        return self._opened[party]

    def say(self, requests: Sequence[SigningRequest], now: datetime | None = None) -> list[Taken]:
        """Sign statements with keys of this node, number them, and take them as one batch.

        Args:
            requests: who says what, with which key.
            now: as for :meth:`record`.

        Returns:
            What became of each, in order.
        """
        following: dict[bytes, int] = {}
        own: dict[bytes, Ahead] = {}
        opened: list[Opened] = []
        for party, key, make in requests:
            seq = following.get(key.public) or self.next_number(key)
            made = enveloped(make(self.keyring.origin, party, seq), key)
            opened.append(made)
            following[key.public] = seq + 1
            if type(key) is SigningKey and self.keyring.public_key(made.key_id) == key.public:
                own[made.raw] = Ahead(valid=True)  # made by this very process: verifying would repeat the work
        return self._record(opened, own, now)

    def next_number(self, key: PrivateKey) -> int:
        """Return the running number of what is said next with a key; the clock before it takes the keeper's next one."""
        keeper = self._keeper
        return self.keyring.next_seq(key.public) + (keeper is not None and key.public == keeper.public)

    def take_signed(self, signed: Iterable[tuple[bytes, bytes]], now: datetime | None = None) -> list[Taken]:
        """Take statements that this run has signed in another process, with a key that is enrolled, as one batch.

        Args:
            signed: each envelope, with what it says (:func:`enduse.statements.passed.pass_on`).
            now: as for :meth:`record`.
        """
        ahead = {raw: Ahead(valid=True, passed=passed) for raw, passed in signed}
        return self._record(open_all(list(ahead), ahead), ahead, now)

    def refusal(self, *requests: SigningRequest, now: datetime | None = None) -> Problem | None:
        """Say why the first of these statements that would be refused or have no effect, said now, is; nothing is recorded.

        Args:
            requests: as for :meth:`say`, all of them with one key.
            now: as for :meth:`record`.
        """
        try:
            tried = trials(self.book, self.signed(requests), micros(now or datetime.now(UTC)), to_first=True)
        except EnduseError as error:
            return error.problem
        refusal = next(filter(None, tried), None)
        return None if refusal is None else Problem.about(refusal)

    def signed(self, requests: Sequence[SigningRequest]) -> list[bytes]:
        """Return statements as they would be signed next, all of them with one key; nothing is recorded."""
        ring = self.keyring
        return [
            sign(make(ring.origin, party, ring.next_seq(key.public) + number), key).raw
            for number, (party, key, make) in enumerate(requests)
        ]

    def record(self, raws: Sequence[bytes], now: datetime | None = None) -> list[Taken]:
        """Take one batch, durable when this returns.

        The founding statement, and a batch that opens with a clock of its own, are taken as they are; any other batch
        is opened with the keeper's clock.

        Args:
            raws: envelopes as received.
            now: time of recording, for simulations; by default the machine's.

        Raises:
            ConflictError: another process wrote; nothing of the batch is recorded.
        """
        return self._record(open_all(raws), {}, now)

    def record_many(self, batches: Iterable[Sequence[bytes]], now: datetime | None = None) -> Iterator[list[Taken]]:
        """Take batch after batch; while one is posted, another process verifies and reads the next.

        Args:
            batches: envelopes as received, each batch durable when its outcome is given.
            now: as for :meth:`record`.
        """
        coming = iter(batches)
        if (first := next(coming, None)) is None:
            return
        if (second := next(coming, None)) is None:
            yield self.record(first, now)  # a process of its own would take longer than the work
            return
        with SecondProcess() as beside, uncollected():
            waiting: tuple[Sequence[bytes], Callable[[], dict[bytes, Ahead]]] | None = None
            for raws in chain((first, second), coming, (None,)):
                found = None if raws is None else beside.look(raws, self.keyring.public_keys())
                if waiting is not None:
                    ahead = waiting[1]()
                    yield self._record(open_all(waiting[0], ahead), ahead, now)
                waiting = None if raws is None or found is None else (raws, found)

    def _record(self, opened: list[Opened], ahead: dict[bytes, Ahead], now: datetime | None) -> list[Taken]:
        """Take a batch; a line that says what an earlier one says is taken after it: of two signatures one may not hold."""
        results: dict[int, Taken] = {}
        waiting = dict(enumerate(opened))
        while waiting:
            turn = sorted({getattr(item, "payload", at): at for at, item in reversed(waiting.items())}.values())
            with uncollected():
                taken = self._take([waiting.pop(at) for at in turn], ahead, now)
            results.update(zip(turn, taken, strict=True))
            told = {getattr(opened[at], "raw", b""): results[at] for at in turn} if waiting else {}
            for at in [at for at, item in waiting.items() if getattr(item, "raw", None) in told]:
                first = told[getattr(waiting.pop(at), "raw", b"")]
                results[at] = first if first.index is None else Taken("already", first.index)
        return [results[at] for at in range(len(opened))]

    def _take(self, opened: list[Opened], ahead: dict[bytes, Ahead], now: datetime | None) -> list[Taken]:
        results, fresh = self._sift(opened)
        self.recorded.extend([each.index for each in results if each.outcome == "already" and each.index is not None])
        first = not self.keyring.keys
        ruling = {position: item for position, item in fresh.items() if first or may_rule(item.payload)}
        for position, problem in self._jumping(ruling).items():
            results[position] = Taken("refused", problem=problem)
            del fresh[position]
        if not fresh:
            return results
        away = self._turned_away(fresh, ruling, ahead, now)
        for position in away:
            results[position] = Taken("refused", problem=away[position])
            del fresh[position]
        offered = list(fresh.values())
        if not offered:
            return results
        clock = [] if first or (ruling and self._opens_with_clock(offered, ahead)) else self._clock(now)
        admitted = self.keyring.admit_all([*clock, *offered], ahead, longest_jump=JUMP_MAX)
        head: list[Signed] = []
        for item in admitted[: len(clock)]:
            if isinstance(item, EnduseError):
                raise item  # the keeper's own key is not in force: nothing can be recorded
            head.append(item)
        admitted = admitted[len(clock) :]
        signed = [item for item in admitted if isinstance(item, Signed)]
        appended = self._append([*head, *signed] if signed else [])[len(head) :]
        self.recorded.extend([each.index for each in appended if each.index is not None])
        folded = iter(appended)
        if head and not signed:
            self.keyring.keys[head[0].key_id].seq -= 1  # the clock was not needed, and leaves no gap
        for position, item in zip(fresh, admitted, strict=True):
            results[position] = (
                Taken("refused", problem=item.problem) if isinstance(item, EnduseError) else next(folded)
            )
        return results

    def _turned_away(
        self,
        fresh: dict[int, Envelope],
        ruling: dict[int, Envelope],
        ahead: dict[bytes, Ahead],
        now: datetime | None,
    ) -> dict[int, Problem]:
        """Return, by position, what is turned away: movements told too early, revoked keys, and changes that nobody may make.

        A record may hold either, without effect; here it is told before it is recorded. Decided on copies, so that
        neither keyring nor register runs ahead of the record.
        """
        register = self.book.key_register
        moment = instant_of(max(micros(now or datetime.now(UTC)), self.book.head.clock))
        early = {position: told_too_early(self.book, item.payload, moment) for position, item in fresh.items()}
        away = {position: problem for position, problem in early.items() if problem is not None}
        away |= {
            position: Problem.of("key.revoked", key=item.key_id)
            for position, item in fresh.items()
            if register.ended(item.key_id)
        }
        if not any(is_of_keys(item.payload) for item in ruling.values()):
            return away
        keyring, register = deepcopy(self.keyring), deepcopy(register)
        at = moment
        for offset, (position, item) in enumerate(fresh.items()):
            if position in away:
                continue
            (admitted,) = keyring.admit_all([item], ahead, longest_jump=JUMP_MAX)
            if isinstance(admitted, Signed) and isinstance(admitted.statement, Clock):
                at = max(instant_of(self.book.head.clock), admitted.statement.occurred_at)
            elif isinstance(admitted, Signed):
                entry = Entry(self.book.size + offset, admitted.id, admitted.key_id, at, admitted.statement)
                if refusal := register.apply(entry, self.book.seen, self.book.programme.related, door=True):
                    away[position] = Problem.about(refusal)
        return away

    def _opens_with_clock(self, offered: list[Envelope], ahead: dict[bytes, Ahead]) -> bool:
        """Say whether the first statement that will be admitted is the keeper's own clock.

        What merely looks like one says nothing: anybody can write it, and it would leave the batch without its time.
        So this is decided by what a copy of the keyring admits, before the keeper's clock takes its number.
        """
        trial = deepcopy(self.keyring)
        for item in offered:
            (admitted,) = trial.admit_all([item], ahead, longest_jump=JUMP_MAX)
            if isinstance(admitted, Signed):
                return isinstance(admitted.statement, Clock)
        return False

    def _jumping(self, ruling: dict[int, Envelope]) -> dict[int, Problem]:
        """Return which of these are clocks that jump ahead, each with why it is refused."""
        found: dict[int, Problem] = {}
        days, last = self._longest_jump, self._last
        for position, item in ruling.items():
            try:
                said = decode(item.payload)
                if isinstance(said, Founding) and not self.keyring.keys:  # a second one founds nothing
                    days, last = said.body.clock_jump_days, max(last, micros(said.occurred_at))
                elif isinstance(said, Clock):
                    check_jump(said.occurred_at, last, micros(datetime.now(UTC)), days)
            except EnduseError as error:
                found[position] = error.problem
        return found

    def _sift(self, offered: list[Opened]) -> tuple[list[Taken], dict[int, Envelope]]:
        """Set aside what is malformed or recorded already; return the rest."""
        results = [Taken("refused", problem=getattr(item, "problem", None)) for item in offered]
        opened = {position: item for position, item in enumerate(offered) if isinstance(item, Envelope)}
        names = {position: hashlib.sha256(envelope.payload).digest() for position, envelope in opened.items()}
        recorded = self.book.log.store.has_many(names.values())
        for position, name in names.items():
            if name in recorded:
                results[position] = Taken("already", recorded[name])
                del opened[position]
        return results, opened

    def _append(self, signed: list[Signed]) -> list[Taken]:
        if not signed:
            return []
        entries = [
            NewEntry(item.raw, bytes.fromhex(item.id), signer(item.public_key), item.statement.seq) for item in signed
        ]
        twice = reused(self.book.log.store, entries)
        try:
            first = self.book.log.store.append(entries, self.book.size)
        except BaseException:
            # The keyring has run ahead of the record: start again from what is stored.
            with suppress(RecordError):  # of a server that is gone, what is raised says more
                self.book.reload()
            raise
        try:
            return self._outcomes(signed, entries, first, twice)
        except RecordError as error:
            told = error.problem
            raise RecordError("book.not_worked_out", source=told.source, n=len(signed), reason=told.told) from error

    def _outcomes(self, signed: list[Signed], entries: Sequence[NewEntry], first: int, again: set[int]) -> list[Taken]:
        """Fold what was recorded from an index on, and return what came of each."""
        results = []
        for offset, item in enumerate(signed):
            index = first + offset
            remark = self._fold(index, item, entries[offset].leaf)
            twice = number_twice(self.book.log.store, entries[offset]) if offset in again else ()
            if remark is not None and remark.refusal is not None:
                results.append(Taken("no_effect", index, Problem.about(remark.refusal), notes=twice))
            else:
                results.append(Taken("accepted", index, notes=(*(remark.notes if remark else ()), *twice)))
        self.book.flush_full()
        return results

    def _fold(self, index: int, item: Signed, leaf: bytes) -> Effect | None:
        """Fold one entry that is in the record; it may have been followed already, when the book had to start again."""
        if index < self.book.size:
            return self.book.effect(index)
        try:
            return self.book.fold(index, item, leaf)
        except FaultError:
            self.book.reload()
            return self.book.effect(index)

    def publish(self) -> None:
        """Flush the book, write the tiles and the signed checkpoint, once the kept policy's cosigners have signed it."""
        self.book.flush()
        self.publication = self.book.log.publish()

    def leave(self, *, publish: bool = True) -> None:
        """Publish what is recorded and let go of the lock, not of the book."""
        try:
            if publish and self._held is not None and self.book.log.size:
                self.publish()
        finally:
            if self._held is not None:
                self._held.close()

    def close(self, *, publish: bool = True) -> None:
        """Publish what is recorded and let go."""
        try:
            self.leave(publish=publish)
        finally:
            self.book.close()

    def abandon(self) -> None:
        """Let go after an error: what is recorded stays recorded, and is not published."""
        with suppress(RecordError):  # storing the book now only spares the next one a fold; the first error says more
            self.close(publish=False)
