"""What can go wrong, as one small tree, and problems as values.

A single operation raises; bulk work returns :class:`Problem` values and goes on
(the way of beancount's loaders). Every error says what, where and what to do; each carries a code with typed values
(:mod:`enduse.messages`), and is worded in the reader's language at the edge::

    EnduseError
    |-- MalformedError      bytes from outside are not what they claim to be (refused, never repaired)
    |-- SignatureError      a signature, or the key it was made with, does not hold
    |-- LimitError          something from outside is larger, deeper or longer than we read
    |-- RecordError         the record contradicts itself, or what was asked of it cannot be proved
    |-- ConflictError       somebody else wrote first, or the same thing was said twice in two ways
    |-- UnknownError        a party, place, statement or folder that nobody has told us about
    `-- MissingExtraError   an optional part of the installation is not there
"""

from typing import Self

import msgspec

from enduse.messages import Message, Value, english_of, english_remedy_of


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong with one input, as a value.

    Attributes:
        code: what is wrong; its text is in :mod:`enduse.messages.english`.
        values: what the text names.
        source: file name, URL or ``record`` it was found in.
        sheet: sheet of a workbook, where it was found in one.
        line: row or line (from 1) or log index, where there is one.
        cell: the cell as a spreadsheet names it, such as ``C4``, where it is one.
        path: path of the fault inside the item, such as ``$.body.amount``.
    """

    code: str
    values: dict[str, Value] = msgspec.field(default_factory=dict)
    source: str = ""
    sheet: str = ""
    line: int | None = None
    cell: str = ""
    path: str = ""

    @classmethod
    def of(cls, code: str, /, *, source: str = "", line: int | None = None, path: str = "", **values: object) -> Self:
        """Return the problem ``code`` at a place, with the values its text names."""
        return cls.about(Message.of(code, **values), source=source, line=line, path=path)

    @classmethod
    def about(cls, message: Message, *, source: str = "", line: int | None = None, path: str = "") -> Self:
        """Return ``message`` as the problem at a place."""
        return cls(code=message.code, values=message.values, source=source, line=line, path=path)

    @property
    def told(self) -> Message:
        """What is wrong, without its place."""
        return Message(self.code, self.values)

    @property
    def message(self) -> str:
        """What is wrong, in English."""
        return english_of(self.told)

    @property
    def remedy(self) -> str:
        """What a person can do about it, in English; may be empty."""
        return english_remedy_of(self.told)

    @property
    def place(self) -> str:
        """Where it is, as ``source[sheet]:line path`` or ``source[sheet]:cell column``, as far as that is known."""
        where = self.source + (f"[{self.sheet}]" if self.sheet else "")
        where += f":{self.cell}" if self.cell else f":{self.line}" if self.line is not None else ""
        return " ".join(part for part in (where, self.path) if part)

    def __str__(self) -> str:
        """Render in English as ``source[sheet]:line path: message (remedy)``."""
        head = self.place
        tail = f" ({self.remedy})" if self.remedy else ""
        return f"{head}: {self.message}{tail}" if head else f"{self.message}{tail}"


class EnduseError(Exception):
    """Base of every error this package raises on purpose.

    Args:
        code: what is wrong, such as ``folder.unknown``.
        source: file name or URL.
        line: row or line, from 1.
        path: path of the fault inside the item.
        values: what the text of the code names.
    """

    def __init__(
        self, code: str, /, *, source: str = "", line: int | None = None, path: str = "", **values: object
    ) -> None:
        self.problem = Problem.of(code, source=source, line=line, path=path, **values)
        super().__init__(code)

    @classmethod
    def about(cls, message: Message, *, source: str = "", line: int | None = None, path: str = "") -> Self:
        """Return the error that says ``message`` of a place."""
        return cls(message.code, source=source, line=line, path=path, **message.values)

    def __str__(self) -> str:
        """Return what is wrong, in English."""
        return self.problem.message

    def diagnostics(self) -> str:
        """Return English text that a person can act on: what, where, what to do."""
        return str(self.problem)

    def at(self, source: str, line: int | None = None) -> Problem:
        """Return the problem with its place in a larger input filled in."""
        return msgspec.structs.replace(self.problem, source=source, line=line)


class MalformedError(EnduseError):
    """Bytes from outside are not what they claim to be."""


class FaultsError(MalformedError):
    """Several things are wrong with one input, and nothing of it was taken.

    Attributes:
        problems: each of them, with its place.
    """

    def __init__(self, code: str, problems: tuple[Problem, ...], /, *, n: int, source: str = "") -> None:
        super().__init__(code, source=source, n=n)
        self.problems = problems


class SignatureError(EnduseError):
    """A signature, or the key it was made with, does not hold."""


class LimitError(EnduseError):
    """Something from outside is larger, deeper or longer than we read."""


class RecordError(EnduseError):
    """The record contradicts itself, or what was asked of it cannot be proved."""


class ConflictError(EnduseError):
    """Somebody else wrote first, or the same thing was said in two ways."""


class UnknownError(EnduseError):
    """A party, place, statement or folder that nobody has told us about."""


class MissingExtraError(EnduseError):
    """An optional part of the installation is not there."""

    def __init__(self, extra: str, purpose: str) -> None:
        super().__init__("extra.missing", extra=extra, purpose=purpose)


def told_by(error: BaseException) -> Message | str:
    """Return what an error says, to stand inside another message: ours as a message, others as their own text."""
    return error.problem.told if isinstance(error, EnduseError) else str(error)


class InvalidValueError(ValueError):
    """A field of a statement breaks a rule that its type alone does not tell; the codec adds the path.

    A :class:`ValueError`, because that is what msgspec passes on while it decodes.

    Args:
        code: what is wrong.
        path: where in the struct that refuses, such as ``.event.quantityList[0]``; empty for all of it.
        values: what the text of the code names.
    """

    def __init__(self, code: str, /, *, path: str = "", **values: object) -> None:
        super().__init__(code)
        self.message = Message.of(code, **values)
        self.path = path

    @classmethod
    def about(cls, message: Message, *, path: str = "") -> Self:
        """Return the error that says ``message``."""
        return cls(message.code, path=path, **message.values)

    def __str__(self) -> str:
        """Return what is wrong, in English."""
        return english_of(self.message)
