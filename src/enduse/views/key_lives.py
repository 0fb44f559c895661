"""Every key of a programme and its life: who brought it, who vouches for it, what it waits for."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from enduse.book.book import Book
from enduse.errors import UnknownError
from enduse.messages import Message
from enduse.programme.key_life import KeyLife, KeyReason, KeyState
from enduse.programme.key_register import MARKS, KeyRegister
from enduse.statements.envelope import key_id
from enduse.statements.key import Delegation
from enduse.terms.times import instant_of
from enduse.views.shapes import KeyMark


class ObjectionView(msgspec.Struct, frozen=True, kw_only=True):
    """A party's word against a recovery: with which of its keys, when it was recorded, and at which entry."""

    key: str
    at: datetime
    entry: int


class RecoveryView(msgspec.Struct, frozen=True, kw_only=True):
    """How a key came that was asked for because its party lost its own.

    Attributes:
        asked_by: the keeper, or a body that the founding names.
        asked_at: when that was recorded.
        until: end of the waiting time.
        approved_by: bodies that stand by it.
        objections: of the party, by its other keys.
        contestable: whether the key is in force and the party may still object.
        object_until: until when the party may still object; ``None`` where it may not, or where witnesses tell the time
            and it has not been stated that they saw it pass since the key came into force.
        decided_at: when it came into force; ``None`` while it waits.
        how: ``quorum``, or after waiting by the clock of ``witnesses`` or the keeper's own ``clock``; empty while it waits.
    """

    asked_by: str
    asked_at: datetime
    until: datetime
    approved_by: tuple[str, ...]
    objections: tuple[ObjectionView, ...]
    contestable: bool
    object_until: datetime | None
    decided_at: datetime | None
    how: str


class KeyView(msgspec.Struct, frozen=True, kw_only=True):
    """A key of a party.

    Attributes:
        key: its short name, 32 digits and letters: what is read over the telephone.
        party: whose it is.
        public_key: the whole key.
        state: ``in_force``, ``waits`` for its recovery, ``suspended``, ``replaced`` by a recovered key or the next shift's,
            ``revoked``, or ``expired`` where it was delegated until then.
        enrolled_by: who brought it.
        enrolled_at: when that was recorded.
        entry: log index of the statement that brought it.
        parent: key of the same party that enrolled it, or empty.
        delegates: for the key of a device or clerk: what it may say; ``None`` for one that speaks for its party at large.
        unconfirmed: whether nobody but the keeper says that it is this party's.
        confirmed_by: bodies that the founding names, who say so too.
        suspended_by: who suspended it last, or empty.
        suspended_until: when that ends, or ended, by itself.
        lifted_by: who ended that before, or empty.
        revoked_at: when the party revoked it.
        recovery: for a key that was asked for because another was lost.
        handed_from: for the key of a later shift: the key that handed on to it, or empty.
        replaced_by: key that took its place, a recovered one or that of the next shift; or empty.
        statements: how many it has signed, changes of keys left out.
        mark: what stands beside whatever it signs; ``None`` where nothing does.
        reasons: what was given as a reason for what was said of it.
    """

    key: str
    party: str
    public_key: str
    state: KeyState
    enrolled_by: str
    enrolled_at: datetime
    entry: int
    parent: str
    delegates: Delegation | None
    handed_from: str
    unconfirmed: bool
    confirmed_by: tuple[str, ...]
    suspended_by: str
    suspended_until: datetime | None
    lifted_by: str
    revoked_at: datetime | None
    recovery: RecoveryView | None
    replaced_by: str
    statements: int
    mark: Message | None
    reasons: tuple[KeyReason, ...] = ()


class KeyTie(msgspec.Struct, frozen=True, kw_only=True):
    """Two parties that count as one where keys are decided on: by what ties; a body of the keeper's speaks for nobody."""

    party: str
    other: str
    ties: tuple[Message, ...]


class KeyLives(msgspec.Struct, frozen=True, kw_only=True):
    """The keys of a programme, and who may decide on them.

    Attributes:
        as_of: the record's clock.
        keeper: party that keeps the record.
        waiting_days: how long a recovery waits in public, and a suspension lasts.
        bodies: parties that the founding names to stand by a party that has lost its key.
        quorum: how many of them bring a new key into force at once.
        witnesses: how many cosigners' clocks tell the waiting time; with none it is the keeper's own clock.
        keys: by party, in the order of the record.
        pending: recoveries that wait, or to which their party may still object, and suspensions that last.
        relations: of these parties, and of the bodies, with the keeper and with the bodies.
    """

    as_of: datetime
    keeper: str
    waiting_days: int
    bodies: tuple[str, ...]
    quorum: int
    witnesses: int
    keys: tuple[KeyView, ...]
    pending: tuple[Message, ...]
    relations: tuple[KeyTie, ...] = ()


def key_lives(book: Book, party: str | None = None) -> KeyLives:
    """Return the life of every key, or of those of one party.

    Raises:
        UnknownError: the party never had a key.
    """
    register, at = book.key_register, instant_of(book.head.clock)
    shown = [life for life in register.keys.values() if party in {None, life.party}]
    if party is not None and not shown:
        raise UnknownError("key.party_without", party=party)
    order = list(dict.fromkeys(life.party for life in register.keys.values()))
    return KeyLives(
        as_of=at,
        keeper=register.keeper,
        waiting_days=register.rules.waiting_days,
        bodies=register.rules.bodies,
        quorum=register.rules.quorum,
        witnesses=len(register.rules.witnesses),
        keys=tuple(_key(register, life, at) for life in sorted(shown, key=lambda life: order.index(life.party))),
        pending=tuple(register.notices(at, party)),
        relations=tuple(_relations(book, order if party is None else [party])),
    )


def _relations(book: Book, parties: list[str]) -> Iterator[KeyTie]:
    """Give how parties, and the bodies that may decide on their keys, are related to the keeper and to each other."""
    register = book.key_register
    deciding = list(dict.fromkeys((register.keeper, *register.rules.bodies)))
    told: set[frozenset[str]] = set()
    for party in dict.fromkeys((*parties, *register.rules.bodies)):
        for other in deciding:
            pair = frozenset((party, other))
            if (
                register.keeper != party != other
                and pair not in told
                and (ties := book.programme.related(party, other))
            ):
                told.add(pair)
                yield KeyTie(party=party, other=other, ties=ties)


def _key(register: KeyRegister, life: KeyLife, at: datetime) -> KeyView:
    return KeyView(
        key=life.key,
        party=life.party,
        public_key=life.public_key,
        state=register.state(life, at),
        enrolled_by=life.by,
        enrolled_at=life.at,
        entry=life.entry,
        parent=life.parent,
        delegates=life.delegates,
        handed_from=life.handed_from,
        unconfirmed=register.unconfirmed(life.key),
        confirmed_by=tuple(register.root(life).confirmed),
        suspended_by="" if life.suspended is None else life.suspended.by,
        suspended_until=None if life.suspended is None else life.suspended.until,
        lifted_by=life.lifted,
        revoked_at=life.revoked,
        recovery=_recovery(register, life, at),
        replaced_by=life.replaced,
        statements=life.said,
        mark=register.mark(life.key),
        reasons=tuple(life.reasons),
    )


def _recovery(register: KeyRegister, life: KeyLife, at: datetime) -> RecoveryView | None:
    found = life.recovery
    if found is None:
        return None
    until = None
    if found.completed is None and not found.objections and not life.replaced:
        until = found.until
    elif found.completed is not None and found.how == "clock" and register.contestable(life, at):
        until = found.completed + register.waiting
    return RecoveryView(
        asked_by=found.by,
        asked_at=found.at,
        until=found.until,
        approved_by=tuple(found.approved),
        objections=tuple(ObjectionView(key=said.key, at=said.at, entry=said.entry) for said in found.objections),
        contestable=register.contestable(life, at),
        object_until=until,
        decided_at=found.completed,
        how=found.how,
    )


def key_marks(book: Book, among: Iterable[int] | None = None) -> tuple[KeyMark, ...]:
    """Return what a reader must know of the keys under which statements with effect were signed, key by key.

    Args:
        book: of the programme.
        among: only of these statements, by log index.
    """
    if all(life.recovery is None for life in book.key_register.keys.values()):
        return ()  # as nearly always; the remarks of a large record are many
    wanted = None if among is None else set(among)
    found: dict[Message, list[int]] = {}
    for effect in book.effects(without_effect_only=False):
        if (wanted is None or effect.entry in wanted) and any(note.code in MARKS for note in effect.notes):
            # As the key stands today: its party may have objected since.
            told = book.key_register.mark(book.statement(effect.entry).key_id)
            if told is not None:
                found.setdefault(told, []).append(effect.entry)
    return tuple(KeyMark(told, tuple(entries)) for told, entries in found.items())


def marked(marks: Iterable[KeyMark]) -> tuple[Message, ...]:
    """Return what stands beside figures of statements that were signed under recovered keys, key by key."""
    return tuple(Message.of("key.marked", n=len(one.entries), told=one.told) for one in marks)


def unconfirmed(book: Book, among: Iterable[int]) -> tuple[str, ...]:
    """Return the parties that signed some of these statements with keys that nobody but the keeper says are theirs."""
    keys = {key_id(row.key) for row in book.log.store.several(sorted(set(among)))}
    return tuple(sorted({book.key_register.keys[key].party for key in keys if book.key_register.unconfirmed(key)}))
