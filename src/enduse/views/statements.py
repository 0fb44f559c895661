"""The statements of a record as they were said, each with what came of it."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final

import msgspec

from enduse.book.book import Book
from enduse.book.clocks import delay
from enduse.book.past import BookAsAt
from enduse.errors import EnduseError, RecordError
from enduse.messages import Message, Refusal
from enduse.record.store import LogEntry
from enduse.statements.acts import happened_at
from enduse.statements.base import Statement
from enduse.statements.codec import AnyStatement, kind_of
from enduse.statements.envelope import unwrap
from enduse.statements.epcis import Event, step_of
from enduse.statements.goods import Goods
from enduse.statements.key import Key
from enduse.statements.mandate import Mandate
from enduse.statements.money import Acceptance, Commitment, Disbursement, Exchange, Expenditure, Pledge, Refund
from enduse.statements.reading import Reading
from enduse.statements.request import Request
from enduse.terms.amounts import goods_resource, money_resource
from enduse.terms.signatures import signer
from enduse.terms.times import micros
from enduse.views.shapes import Figure

__all__ = ["RecordedStatement", "UnreadableStatement", "counted", "statements"]

UNREADABLE: Final = "unreadable"
_PAGE: Final = 256
"""Entries read at once where the newest come first."""


class _Heading(msgspec.Struct, frozen=True):
    """What tells whether a statement is asked for, without reading all of it."""

    kind: str = ""
    place: str | None = None


_HEADING: Final = msgspec.json.Decoder(_Heading).decode


class _Body(msgspec.Struct, frozen=True):
    event: str = ""
    action: str = ""


class _Beginning(msgspec.Struct, frozen=True):
    kind: str = ""
    body: _Body = _Body()


class _EventBeginning(msgspec.Struct, frozen=True):
    type: str = ""
    step: str | None = msgspec.field(default=None, name="bizStep")
    error: msgspec.Raw = msgspec.field(default=msgspec.Raw(b"null"), name="errorDeclaration")


_BEGINNING: Final = msgspec.json.Decoder(_Beginning).decode
_EVENT: Final = msgspec.json.Decoder(_EventBeginning).decode
_ACTING: Final = frozenset(("key", "mandate", "request"))
"""Kinds whose step is what happens to what they are of."""
_TAKING_BACK: Final = frozenset(("correction",))
"""Kinds that take another statement back; events of goods may, each by an error declaration."""


class StatementHeading(msgspec.Struct, frozen=True):
    """What a statement is, read without the rest of it.

    Attributes:
        entry: its log index.
        kind: such as ``pledge``.
        step: as of :class:`RecordedStatement`.
        takes_back: whether it may take another statement back.
    """

    entry: int
    kind: str
    step: str | None
    takes_back: bool


class UnreadableStatement(Statement, frozen=True, kw_only=True, tag="unreadable"):
    """Stands for an entry that the record holds and the door would refuse: it says nothing, and hides nothing else."""


class RecordedStatement(msgspec.Struct, frozen=True, kw_only=True):
    """A statement in the record.

    Attributes:
        entry: its log index.
        id: SHA-256 of what was signed, in hexadecimal.
        kind: such as ``pledge``; ``unreadable`` where it came past the door, or before the door knew what to refuse.
        statement: what was said, by whom, when and where; of one that is unreadable only who signed it.
        happened_at: when what it tells is said to have happened.
        recorded_at: when the record took it, by the keeper's clock; ``None`` for what precedes the first clock, as the
            founding does.
        about: what it speaks of: the pledge, reading, consignment or party it names first.
        amounts: what it says of goods or money, in the order in which it says it.
        step: of goods, the business step; of a key, mandate or request, what happens to it.
        reason: of goods, why, by its code.
        witness: of goods, who is named as having seen it.
        witnessed: entry by which that party says so itself; none where it has not.
        refusal: why it has no effect; ``None`` where it has.
        notes: remarks on one that has effect.
        by: what the device or office is called that signed with a key delegated to it; empty where the party did at large.
        late: how many days after it is said to have happened it was recorded, where that is long; else 0.
    """

    entry: int
    id: str
    kind: str
    statement: AnyStatement | UnreadableStatement
    happened_at: datetime
    recorded_at: datetime | None
    about: str | None = None
    amounts: tuple[Figure, ...] = ()
    step: str | None = None
    reason: str | None = None
    witness: str | None = None
    witnessed: int | None = None
    refusal: Refusal | None = None
    notes: tuple[Message, ...] = ()
    late: int = 0
    by: str = ""


def statements(
    book: Book,
    *,
    kind: str | None = None,
    party: str | None = None,
    place: str | None = None,
    since: datetime | None = None,
    before: int | None = None,
    newest_first: bool = False,
) -> Iterator[RecordedStatement]:
    """Give the statements of a record in the order in which they were recorded; each is read in full only if it is given.

    Args:
        book: of the programme.
        kind: only of this kind, such as ``pledge``; what is unreadable is of none.
        party: only what this party said.
        place: only what is said to have happened there; what is unreadable happened nowhere.
        since: only what was recorded then or later; what precedes the first clock, as it is said to have happened.
        before: only entries below this one.
        newest_first: the other way round.
    """
    parties = {signer(bytes.fromhex(one.public_key)): one.party for one in book.keyring.keys.values()}
    dated = book.clocks.first >= 0
    early = book.clocks.first if dated else book.size  # what precedes the first clock
    start = 0 if since is None or not dated else book.clocks.size_at(micros(since) - 1, book.size)
    end = book.size if before is None else min(before, book.size)
    spans = [(0, min(early, end)), (max(early, start), end)]
    for entry in _entries(book, spans, newest_first=newest_first):
        if party is not None and parties.get(entry.key) != party:
            continue
        asked = kind is not None or place is not None
        if asked and not _is_of(entry, kind, place):
            continue
        found = _recorded(book, entry, parties.get(entry.key, ""))
        if asked and found.kind == UNREADABLE:
            continue
        if since is not None and (found.recorded_at or found.happened_at) < since:
            continue
        if not isinstance(book, BookAsAt) or micros(found.happened_at) <= book.at:
            yield found


def _is_of(entry: LogEntry, kind: str | None, place: str | None) -> bool:
    """Say whether an entry is of a kind and a place, where these are asked for."""
    try:
        said = _HEADING(unwrap(entry.entry).payload)
    except (EnduseError, msgspec.MsgspecError):
        return False
    return (kind is None or said.kind == kind) and (place is None or said.place == place)


def counted(book: Book, kind: str | None = None) -> int | None:
    """Return how many statements there are, of one kind or of all but the keeper's word on the time; as at a day nobody counted."""
    if isinstance(book, BookAsAt):
        return None
    counts = {name: total for name, (total, _) in book.head.counts.items()}
    return counts.get(kind, 0) if kind is not None else sum(counts.values()) - counts.get("clock", 0)


def _entries(book: Book, spans: list[tuple[int, int]], *, newest_first: bool) -> Iterator[LogEntry]:
    for start, end in reversed(spans) if newest_first else spans:
        if not newest_first:
            yield from book.log.store.entries(start, end)
            continue
        for after in range(end, start, -_PAGE):
            yield from reversed([*book.log.store.entries(max(start, after - _PAGE), after)])


def recorded(book: Book, index: int) -> RecordedStatement:
    """Return one statement of a record, by its log index."""
    signed = book.statement(index)
    remark, dated = book.effect(index), 0 <= book.clocks.first <= index
    recorded_at = book.clocks.at(index)
    event = event_of(signed.statement)
    about, step = about_of(signed.statement, event)
    return RecordedStatement(
        entry=index,
        id=signed.id,
        kind=kind_of(signed.statement),
        statement=signed.statement,
        happened_at=happened_at(signed.statement).astimezone(UTC),
        recorded_at=recorded_at if dated else None,
        about=about,
        amounts=_amounts(signed.statement, event),
        step=step,
        reason=None if event is None else event.reason,
        witness=None if event is None else event.witness,
        witnessed=book.ledger.witnessed.get(signed.id),
        refusal=remark.refusal if remark else None,
        notes=remark.notes if remark else (),
        by="" if (scope := book.key_register.scope(signed.key_id)) is None else scope.label,
        late=delay(recorded_at, signed.statement),
    )


def _recorded(book: Book, entry: LogEntry, party: str) -> RecordedStatement:
    """Return one statement of a record; one that cannot be read by its signer alone: it must not hide the others.

    Raises:
        RecordError: its bytes are not those that were recorded.
    """
    try:
        return recorded(book, entry.index)
    except RecordError:
        raise
    except EnduseError:
        remark = book.effect(entry.index)
        at = book.clocks.at(entry.index)
    return RecordedStatement(
        entry=entry.index,
        id=entry.statement_id.hex(),
        kind=UNREADABLE,
        statement=UnreadableStatement(programme=book.keyring.origin, party=party, seq=entry.seq, occurred_at=at),
        happened_at=at,
        recorded_at=at,
        refusal=remark.refusal if remark else None,
    )


def headings(book: Book, start: int) -> Iterator[StatementHeading]:
    """Give what each statement from an entry on is; a hundred times as fast as reading all of it."""
    for entry in book.log.store.entries(start, book.size):
        yield _heading(book, entry)


def _heading(book: Book, entry: LogEntry) -> StatementHeading:
    try:
        said = _BEGINNING(unwrap(entry.entry).payload)
        event = _EVENT(said.body.event) if said.kind == "goods" else _EventBeginning()
    except (EnduseError, msgspec.MsgspecError):  # spelt in a way of its own, or with other fields of these names
        found = _recorded(book, entry, "")
        return StatementHeading(entry.index, found.kind, found.step, found.kind != UNREADABLE)
    if said.kind == "goods":
        step = "commissioning" if event.type == "TransformationEvent" else step_of(event.step or "")
        return StatementHeading(entry.index, said.kind, step, bytes(event.error) != b"null")
    action = said.body.action if said.kind in _ACTING else None
    return StatementHeading(entry.index, said.kind, action, said.kind in _TAKING_BACK)


def event_of(statement: AnyStatement) -> Event | None:
    """Return the event of goods that a statement carries; ``None`` where it is of something else."""
    return statement.body.said if isinstance(statement, Goods) else None


def about_of(statement: AnyStatement, event: Event | None) -> tuple[str | None, str | None]:
    """Return what a statement speaks of, and the business step of goods or what happens to a key, mandate or request."""
    if event is not None:
        return event.transaction("desadv", "bol", "po") or event.parent, event.step
    match statement:
        case Key():
            return statement.body.party, statement.body.action
        case Mandate() | Request():
            return _first_name(statement), statement.body.action
        case Reading():
            return statement.body.consignment or statement.body.project or statement.body.reading, None
    return _first_name(statement), None


def _amounts(statement: AnyStatement, event: Event | None) -> tuple[Figure, ...]:
    """Return how much a statement says."""
    if event is not None:
        amounts = []
        for element in event.elements or event.outputs or event.inputs:
            try:
                amount, base = element.base()
            except EnduseError:
                continue  # without a quantity, or in a unit nobody knows: the ledger says so
            amounts.append(Figure(amount, goods_resource(element.material, base)))
        return tuple(amounts)
    match statement:
        case Reading():
            amount, base = statement.body.quantity.base()
            return (Figure(amount, goods_resource(statement.body.material, base)),)
        case Exchange():
            both = (statement.body.gives, statement.body.gets)
            return tuple(Figure(money.minor(), money_resource(money.currency)) for money in both)
        case Acceptance():
            said = (statement.body.accepted, statement.body.rejected)
            return tuple(Figure(money.minor(), money_resource(money.currency)) for money in said if money is not None)
        case Pledge() | Commitment() | Disbursement() | Expenditure() | Refund():
            money = statement.body.amount
            return (Figure(money.minor(), money_resource(money.currency)),)
    return ()


def _first_name(statement: AnyStatement) -> str | None:
    """Return the identifier that the body of a statement names first: by convention its own, or what it takes back."""
    body = getattr(statement, "body", None)
    for field in getattr(body, "__struct_fields__", ()):
        value = getattr(body, field)
        if isinstance(value, str) and (":" in value or field == "corrects"):
            return value
    return None
