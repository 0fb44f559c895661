"""What was said, with the statement, by whom, where and when: how registers of this room keep it."""

from datetime import datetime
from typing import Generic, Self, TypeVar

import msgspec

from enduse.statements.entry import Entry

B = TypeVar("B")


class StatedBody(msgspec.Struct, Generic[B], frozen=True):
    """A body as stated, the statement, by whom, where, when as claimed, and its log index."""

    body: B
    entry: str
    party: str
    place: str | None
    at: datetime
    index: int

    @classmethod
    def of(cls, entry: Entry, body: B) -> Self:
        """Return what an entry says."""
        statement = entry.statement
        return cls(body, entry.id, statement.party, statement.place, statement.occurred_at, entry.index)
