"""A message: a code with typed values."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Self, TypeAlias

import msgspec


class Amount(msgspec.Struct, frozen=True, tag_field="type", tag="amount"):
    """So much of something: whole smallest units, and the ledger's name of what (``money/USD``, ``cement/g``)."""

    amount: int
    resource: str


class Wording(msgspec.Struct, frozen=True, tag_field="type", tag="wording"):
    """A text of the programme's own, such as a rule's reason, in the languages it was given in."""

    texts: dict[str, str]


class Message(msgspec.Struct, frozen=True, tag_field="type", tag="message", omit_defaults=True):
    """Something to be told: a code such as ``mandate.never_offered``, and the values its text names.

    Values are texts, whole numbers, amounts, wordings, further messages, or lists of texts and messages: all that
    JSON and the book keep as they are. Instants travel as RFC 3339 text, decimals as exact text.
    """

    code: str
    values: "dict[str, Value]" = msgspec.field(default_factory=dict)

    @classmethod
    def of(cls, code: str, **values: object) -> Self:
        """Return the message ``code`` with values, each brought to the few types a message carries."""
        return cls(code, {name: carried(value) for name, value in values.items()})

    def __hash__(self) -> int:
        if not self.values:
            return hash(self.code)
        return hash((self.code, msgspec.json.encode(self.values, order="sorted")))

    def __str__(self) -> str:
        """Return the English text."""
        from enduse.messages.plain import english_of  # noqa: PLC0415 - the texts are read where they are asked for

        return english_of(self)


class Refusal(Message, frozen=True):
    """Why something that was said is not taken, or has no effect."""

    @classmethod
    def about(cls, message: Message) -> Self:
        """Return ``message`` as a refusal."""
        return cls(message.code, message.values)


Value: TypeAlias = str | int | Amount | Wording | Message | list[str | Message]
"""What a message carries."""


def carried(value: object) -> Value:
    """Return ``value`` as a message carries it: instants and days as ISO text, decimals as exact text, maps as wordings.

    Raises:
        TypeError: a message cannot carry it (a float, for one).
    """
    match value:
        case str():
            return value if type(value) is str else str(value)  # the text of a cell that is more than its text
        case int() | Amount() | Wording() | Message():
            return value
        case Decimal():
            return format(value, "f")
        case datetime():
            return (
                value.astimezone(UTC).isoformat().replace("+00:00", "Z")
            )  # a state kept and read back has no other zone
        case date():
            return value.isoformat()
        case Mapping():
            return Wording({str(language): str(text) for language, text in value.items()})
        case Iterable():
            return [item if isinstance(item, Message) else str(item) for item in value]
    raise TypeError(f"a message carries no {type(value).__name__}")
