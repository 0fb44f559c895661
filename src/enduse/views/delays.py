"""What was recorded long after it is said to have happened: wherever such a statement counts, that is said."""

from collections.abc import Iterable
from typing import Any, Final

import msgspec

from enduse.book.book import Book
from enduse.messages import Message

_NOT_COUNTED: Final = frozenset(("without_effect", "key_marks", "late", "assessment"))
"""Parts of an answer whose entries no figure rests on, or that name none."""
_ENTRY: Final = frozenset(("entry", "decision"))


def delays_in(book: Book, answer: msgspec.Struct) -> dict[int, int]:
    """Return the delays of all statements that an answer names as what its figures rest on."""
    return book.late(_named_in(answer))


def told(late: dict[int, int]) -> tuple[Message, ...]:
    """Say each delay."""
    return tuple(Message.of("record.recorded_late", entry=entry, n=days) for entry, days in late.items())


def _named_in(answer: msgspec.Struct) -> list[int]:
    found: list[int] = []
    for name in answer.__struct_fields__:
        _look(name, getattr(answer, name), found)
    return found


def _look(name: str, value: Any, found: list[int]) -> None:  # noqa: ANN401 - a part of an answer
    """Take in what a part of an answer, by its name, says that it rests on."""
    if isinstance(value, str):  # nearly all there is
        return
    if isinstance(value, int):
        if name in _ENTRY:
            found.append(value)
    elif name == "entries":  # of a figure; the words of a message name entries too, as texts
        found += [entry for entry in value if isinstance(entry, int)]
    elif name not in _NOT_COUNTED:
        for field, part in _parts(value):
            _look(field, part, found)


def _parts(value: Any) -> Iterable[tuple[str, Any]]:  # noqa: ANN401 - a part of an answer
    if isinstance(value, msgspec.Struct):
        return [(field, getattr(value, field)) for field in value.__struct_fields__]
    if isinstance(value, dict):
        return value.items()
    return [("", item) for item in value] if isinstance(value, list | tuple | set | frozenset) else ()
