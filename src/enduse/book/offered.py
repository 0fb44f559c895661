"""What is offered to the record, before any signature is verified: which envelopes it is, and what may be in them."""

from collections.abc import Sequence
from contextlib import suppress

from enduse.errors import EnduseError
from enduse.statements.codec import decode
from enduse.statements.envelope import Envelope, unwrap
from enduse.statements.key import Key

Opened = Envelope | EnduseError
"""An envelope, or why it is none."""


def may_be(kind: bytes, payload: bytes) -> bool:
    """Say whether a payload may be of a kind, however its JSON is spelt."""
    return kind in payload or b"\\u" in payload


def is_of_keys(payload: bytes) -> bool:
    """Say whether a payload may change a key."""
    with suppress(EnduseError):
        return may_be(b'"key"', payload) and isinstance(decode(payload), Key)
    return False


def open_all(raws: Sequence[bytes]) -> list[Opened]:
    """Return every envelope, or why it is none, in order."""
    opened: list[Opened] = []
    for raw in raws:
        try:
            opened.append(unwrap(raw))
        except EnduseError as error:
            opened.append(error)
    return opened
