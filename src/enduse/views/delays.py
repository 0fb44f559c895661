"""What was recorded long after it is said to have happened: wherever such a statement counts, that is said."""

from collections.abc import Iterator
from typing import Any, Final

import msgspec

from enduse.book.book import Book
from enduse.messages import Message

_NOT_COUNTED: Final = frozenset(("without_effect", "key_marks", "late", "assessment"))
"""Parts of an answer whose entries no figure rests on, or that name none."""


def delays_in(book: Book, answer: msgspec.Struct) -> dict[int, int]:
    """Return the delays of all statements that an answer names as what its figures rest on."""
    return book.late(_named_in(answer))


def told(late: dict[int, int]) -> tuple[Message, ...]:
    """Say each delay."""
    return tuple(Message.of("record.recorded_late", entry=entry, n=days) for entry, days in late.items())


def _named_in(answer: msgspec.Struct) -> Iterator[int]:
    parts = [getattr(answer, name) for name in answer.__struct_fields__ if name not in _NOT_COUNTED]
    yield from _named(msgspec.to_builtins(parts))


def _named(part: Any) -> Iterator[int]:  # noqa: ANN401 - an answer as plain data
    if isinstance(part, dict):
        for name, value in part.items():
            if name == "entries":  # of a figure; the words of a message name entries too, as texts
                yield from (entry for entry in value if isinstance(entry, int))
            elif isinstance(value, int):
                if name in {"entry", "decision"}:
                    yield value
            elif isinstance(value, dict | list | tuple) and name not in _NOT_COUNTED:
                yield from _named(value)
    else:
        for item in part:
            if isinstance(item, dict | list | tuple):
                yield from _named(item)
