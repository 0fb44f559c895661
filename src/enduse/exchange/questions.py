"""What a person is asked, as values, and who answers: one question after the other, or all of a form at once."""

from typing import Protocol

import msgspec

from enduse.messages import Message


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What a person is asked.

    Attributes:
        path: names of the fields that lead to the one that is asked for, outermost first.
        what: ``value``; ``which`` of several forms; ``more`` (which optional field to add, or none); ``another`` item.
        form: what the field holds.
        choices: words that may be answered; empty where anything may that the form takes.
        offered: identifiers that are known.
        default: what an empty answer stands for; ``None`` where one is asked again.
        many: whether several may be answered, with commas between them.
    """

    path: tuple[str, ...]
    what: str = "value"
    form: Message | None = None
    choices: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    default: str | None = None
    many: bool = False


When = tuple[tuple[str, ...], str] | None
"""The path of a field and the answer to it that make another one be asked."""


class FormField(msgspec.Struct, frozen=True, kw_only=True):
    """A field of a form, for a page that shows all of them at once.

    Attributes:
        question: what is asked; the answer is given to :meth:`Form.fill` under the names of its path, a list's items as ``1``,
            ``2`` and so on.
        needed: whether the group of fields in which it stands is not whole without it.
        when: what makes it be asked; ``None`` where it always is.
    """

    question: Question
    needed: bool
    when: When = None


class Person(Protocol):
    """Whoever answers."""

    language: str

    def answer(self, question: Question) -> str:
        """Return the answer.

        Raises:
            EOFError: there is nobody to answer.
        """

    def wrong(self, told: Message) -> None:
        """Be told what is wrong with the last answer."""


class Nobody:
    """Nobody is there to answer, as where a page or file gives all the answers: what is missing or wrong is raised."""

    def __init__(self, language: str = "en") -> None:
        """Take the language of the texts that are given."""
        self.language = language

    def answer(self, question: Question) -> str:
        """Raise that nobody answers."""
        raise EOFError(question.path)

    def wrong(self, told: Message) -> None:
        """Say nothing: nobody answered."""
