"""Faults of ours: what stops a fold at one statement, and what is said of it."""

from typing import Final

import msgspec

from enduse.messages import Refusal

UNSTORABLE: Final = (OverflowError, UnicodeError, TypeError, msgspec.MsgspecError)
"""What encoding and SQLite raise where a value cannot be kept; nothing of it says anything about this machine."""


class FaultError(Exception):
    """A fold cannot go on from an entry and starts again; for the book and who feeds it, never seen outside this room."""


def fault_of(error: Exception) -> Refusal:
    """Return what is said of a statement that a room failed on."""
    return Refusal.of("book.fault", fault=type(error).__name__)
