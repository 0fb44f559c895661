"""A statement at its place in the record: what every room above is folded over."""

from datetime import datetime

import msgspec

from enduse.statements.codec import AnyStatement


class Entry(msgspec.Struct, frozen=True):
    """One recorded statement.

    Attributes:
        index: log index, from 0.
        id: identifier of the statement (SHA-256 of its payload, hexadecimal).
        key_id: key it was signed with.
        recorded_at: when the record took it, by the keeper's last ``clock`` before it, UTC.
        statement: what was said.
    """

    index: int
    id: str
    key_id: str
    recorded_at: datetime
    statement: AnyStatement
