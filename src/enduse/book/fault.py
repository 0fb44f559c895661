"""Faults of ours: what stops a fold at one statement, and what is said of it."""

from typing import Final

import msgspec

from enduse.book.store import SURROUNDINGS
from enduse.errors import ConflictError, RecordError
from enduse.messages import Refusal

UNSTORABLE: Final = (OverflowError, UnicodeError, TypeError, msgspec.MsgspecError)
"""What encoding and SQLite raise where a value cannot be kept; nothing of it says anything about this machine."""


class FaultError(Exception):
    """A fold cannot go on from an entry and starts again; for the book and who feeds it, never seen outside this room."""


def fault_of(error: Exception) -> Refusal:
    """Return what is said of a statement that a room failed on."""
    return Refusal.of("book.fault", fault=type(error).__name__)


def of_this_machine(error: Exception) -> bool:
    """Say whether an error tells of this machine, its disk or another process: nothing of it is a statement's fault."""
    return isinstance(error, MemoryError | ConflictError) or (
        isinstance(error, RecordError) and error.problem.code in {*SURROUNDINGS, "book.damaged"}
    )
