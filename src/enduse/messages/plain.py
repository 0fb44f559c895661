"""Messages in plain English, with nothing but the standard library: what ``str(error)`` shows, and the fallback."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from enduse.messages.english import TERMS, TEXTS, Text
from enduse.messages.message import Amount, Message, Value, Wording

_FIELD: Final = re.compile(r"\{\{|\}\}|\{(\w+)(?::(\w+))?\}")
_DATE: Final = 10

Shown = Callable[[Value, str], str]
"""Shows one value, given the format its text asks for."""


def fill(text: str, message: Message, shown: Shown) -> str:
    """Return ``text`` with the values of ``message`` put in; a value it names and does not carry shows as its name."""

    def one(field: re.Match[str]) -> str:
        if field[0] in {"{{", "}}"}:
            return field[0][0]
        value = message.values.get(field[1])
        return f"{{{field[1]}}}" if value is None else shown(value, field[2] or "")

    return _FIELD.sub(one, text)


def fields(text: str) -> dict[str, str]:
    """Return the values a text names, each with its format."""
    return {field[1]: field[2] or "" for field in _FIELD.finditer(text) if field[1]}


def holds_sentences(items: Sequence[str | Message]) -> bool:
    """Say whether a list holds messages, which a semicolon separates; texts are separated by commas."""
    return any(isinstance(item, Message) for item in items)


def text_of(code: str) -> Text:
    """Return the English text of a code; a code nobody knows (from a newer version's record) stands for itself."""
    return TEXTS.get(code) or Text(code)


def word_of(value: str, how: str) -> str | None:
    """Return the English word of a ``term`` or ``act``; ``None`` for one nobody knows, which stands for itself."""
    return TERMS.get(f"act:{value}" if how == "act" else value)


def english_of(message: Message) -> str:
    """Return a message in English."""
    text = text_of(message.code)
    wanted = text.many if text.many and message.values.get("n") != 1 else text.text
    return fill(wanted, message, _shown)


def english_remedy_of(message: Message) -> str:
    """Return in English what can be done about a message; may be empty."""
    return fill(text_of(message.code).remedy, message, _shown)


def _shown(value: Value, how: str) -> str:
    match value:
        case Message():
            return english_of(value)
        case Amount():
            return f"{value.amount} {value.resource}"
        case Wording():
            return value.texts.get("en") or next(iter(value.texts.values()), "")
        case list():
            return ("; " if holds_sentences(value) else ", ").join(_shown(item, "") for item in value)
        case int():
            return f"period {value}" if how == "period" else f"{value:,}" if how == "number" else str(value)
    if how in {"act", "term"}:
        return word_of(value, how) or value.replace("_", " ")
    return value[:_DATE] if how == "day" else value
