"""The statements of a record as they were said, each with what came of it."""

from collections.abc import Iterator

import msgspec

from enduse.book.book import Book
from enduse.messages import Message, Refusal
from enduse.statements.codec import AnyStatement, kind_of

__all__ = ["RecordedStatement", "statements"]


class RecordedStatement(msgspec.Struct, frozen=True, kw_only=True):
    """A statement in the record.

    Attributes:
        entry: its log index.
        id: SHA-256 of what was signed, in hexadecimal.
        kind: such as ``pledge``.
        statement: what was said, by whom, when and where.
        refusal: why it has no effect; ``None`` where it has.
        notes: remarks on one that has effect.
    """

    entry: int
    id: str
    kind: str
    statement: AnyStatement
    refusal: Refusal | None = None
    notes: tuple[Message, ...] = ()


def statements(book: Book, kind: str | None = None, party: str | None = None) -> Iterator[RecordedStatement]:
    """Give the statements of a record in the order in which they were recorded.

    Args:
        book: of the programme.
        kind: only of this kind, such as ``pledge``.
        party: only what this party said.
    """
    for index in range(book.size):
        signed = book.statement(index)
        statement = signed.statement
        if (kind is not None and kind_of(statement) != kind) or (party is not None and statement.party != party):
            continue
        remark = book.effect(index)
        yield RecordedStatement(
            entry=index,
            id=signed.id,
            kind=kind_of(statement),
            statement=statement,
            refusal=remark.refusal if remark else None,
            notes=remark.notes if remark else (),
        )
