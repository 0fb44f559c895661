"""What can go wrong, as one small tree, and problems as values.

A single operation raises; bulk work returns :class:`Problem` values and goes on
(the way of beancount's loaders). Every error says what, where and what to do.

    EnduseError
    |-- MalformedError      bytes from outside are not what they claim to be (refused, never repaired)
    |-- SignatureError      a signature, or the key it was made with, does not hold
    |-- LimitError          something from outside is larger, deeper or longer than we read
    |-- RecordError         the record contradicts itself, or what was asked of it cannot be proved
    |-- ConflictError       somebody else wrote first, or the same thing was said twice in two ways
    |-- UnknownError        a party, place, statement or folder that nobody has told us about
    `-- MissingExtraError   an optional part of the installation is not there
"""

import msgspec


class Problem(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that is wrong with one input, as a value.

    Attributes:
        message: what is wrong, one sentence.
        source: file name, URL or ``record`` it was found in.
        line: row or line (from 1) or log index, where there is one.
        path: path of the fault inside the item, such as ``$.body.amount``.
        remedy: what a person can do about it.
    """

    message: str
    source: str = ""
    line: int | None = None
    path: str = ""
    remedy: str = ""

    def __str__(self) -> str:
        """Render as ``source:line path: message (remedy)``."""
        where = self.source + (f":{self.line}" if self.line is not None else "")
        head = " ".join(part for part in (where, self.path) if part)
        tail = f" ({self.remedy})" if self.remedy else ""
        return f"{head}: {self.message}{tail}" if head else f"{self.message}{tail}"


class EnduseError(Exception):
    """Base of every error this package raises on purpose."""

    def __init__(
        self, message: str, *, source: str = "", line: int | None = None, path: str = "", remedy: str = ""
    ) -> None:
        super().__init__(message)
        self.problem = Problem(message=message, source=source, line=line, path=path, remedy=remedy)

    def diagnostics(self) -> str:
        """Return text that a person can act on: what, where, what to do."""
        return str(self.problem)

    def at(self, source: str, line: int | None = None) -> Problem:
        """Return the problem with its place in a larger input filled in."""
        return msgspec.structs.replace(self.problem, source=source, line=line)


class MalformedError(EnduseError):
    """Bytes from outside are not what they claim to be."""


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
        super().__init__(f"{purpose} needs the '{extra}' extra", remedy=f"pip install 'enduse[{extra}]'")
