"""What is offered to the record, before any signature is verified: which envelopes it is, and what may be in them."""

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from types import MappingProxyType
from typing import Final

from enduse.errors import EnduseError
from enduse.messages import Message
from enduse.record.store import NewEntry, Store
from enduse.statements.codec import decode
from enduse.statements.envelope import Envelope, key_id, unwrap
from enduse.statements.key import Key
from enduse.statements.passed import Ahead, reopened

EMPTY: Final[Mapping[bytes, Ahead]] = MappingProxyType({})
Opened = Envelope | EnduseError
"""An envelope, or why it is none."""


def may_rule(payload: bytes) -> bool:
    """Say whether a payload may be of keys or of the time, however its JSON is spelt; nearly all are certainly not."""
    return b'"key"' in payload or b'"clock"' in payload or b"\\u" in payload


def is_of_keys(payload: bytes) -> bool:
    """Say whether a payload changes a key."""
    with suppress(EnduseError):
        return isinstance(decode(payload), Key)
    return False


def open_all(raws: Sequence[bytes], ahead: Mapping[bytes, Ahead] = EMPTY) -> list[Opened]:
    """Return every envelope, or why it is none, in order.

    Args:
        raws: as received.
        ahead: what was found of them in another process.
    """
    opened: list[Opened] = []
    for raw in raws:
        found = ahead.get(raw)
        if found is not None and found.passed:
            opened.append(reopened(raw, found.passed))
            continue
        try:
            opened.append(unwrap(raw))
        except EnduseError as error:
            opened.append(error)
    return opened


def reused(store: Store, entries: Iterable[NewEntry]) -> set[int]:
    """Return which of these, by position, may bear a running number that its key has used before."""
    last: dict[bytes, int] = {}
    found = set()
    for position, entry in enumerate(entries):
        known = last[entry.key] if entry.key in last else store.last_seq(entry.key) or 0
        if entry.seq <= known:
            found.add(position)
        last[entry.key] = max(known, entry.seq)
    return found


def number_twice(store: Store, entry: NewEntry) -> tuple[Message, ...]:
    """Return the remark that a key used one running number for several statements, where it did."""
    indexes = store.at_seq(entry.key, entry.seq)
    if len(indexes) < 2:  # noqa: PLR2004 - it is late, and alone
        return ()
    return (Message.of("record.number_twice", key=key_id(entry.key), number=entry.seq, entries=indexes),)
