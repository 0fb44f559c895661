"""What was recorded long after it is said to have happened: wherever such a statement counts, that is said."""

from collections.abc import Iterable, Iterator
from typing import Any, Final

import msgspec

from enduse.book.book import Book
from enduse.messages import Message
from enduse.statements.acts import happened_at

LONG_DAYS: Final = 30
"""From more days than these a delay is told: a month, in which monthly tables come in as they should."""

_NOT_COUNTED: Final = frozenset(("without_effect", "key_marks", "late", "assessment"))
"""Parts of an answer whose entries no figure rests on, or that name none."""


def delay(book: Book, entry: int) -> int:
    """Return how many days after it is said to have happened a statement was recorded; 0 for not long."""
    days = (book.clocks.at(entry) - happened_at(book.statement(entry).statement)).days
    return days if days > LONG_DAYS else 0


def delays(book: Book, entries: Iterable[int]) -> dict[int, int]:
    """Return the delays in days of those entries that were recorded long after, in the order of the record."""
    found = {entry: delay(book, entry) for entry in sorted(set(entries))}
    return {entry: days for entry, days in found.items() if days}


def delays_in(book: Book, answer: msgspec.Struct) -> dict[int, int]:
    """Return the delays of all statements that an answer names as what its figures rest on."""
    parts = (getattr(answer, name) for name in answer.__struct_fields__ if name not in _NOT_COUNTED)
    return delays(book, _named(msgspec.to_builtins(list(parts))))


def told(late: dict[int, int]) -> tuple[Message, ...]:
    """Say each delay."""
    return tuple(Message.of("record.recorded_late", entry=entry, n=days) for entry, days in late.items())


def _named(part: Any) -> Iterator[int]:  # noqa: ANN401 - an answer as plain data
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "entries":  # of a figure; the words of a message name entries too, as texts
                yield from (entry for entry in value if isinstance(entry, int))
            elif name in {"entry", "decision"} and isinstance(value, int):
                yield value
            elif name not in _NOT_COUNTED:
                yield from _named(value)
    elif isinstance(part, list | tuple):
        for item in part:
            yield from _named(item)
