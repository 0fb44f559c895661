"""The questions of a statement on pages: one a page, each answered once, the same questions that the command line asks."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final

import msgspec

from enduse import Form, Question
from enduse.messages import Message
from enduse.pages.localizer import Localizer

ANSWER_MAX: Final = 4_000
"""Characters of one answer."""

ANSWERS_MAX: Final = 300
"""Answers of one statement."""

_ARABIC, _PERSIAN = 0x0660, 0x06F0
_DIGITS: Final = (
    {_ARABIC + digit: str(digit) for digit in range(10)}
    | {_PERSIAN + digit: str(digit) for digit in range(10)}
    | {0x066B: ".", 0x066C: None}
)
"""Arabic and Persian digits, and the Arabic signs for decimals and thousands."""
_NUMBER: Final = frozenset("0123456789.") | {chr(code) for code in _DIGITS}


class _NextQuestion(Exception):  # noqa: N818 - it is no error: the page asks
    """A question that has no answer yet."""

    def __init__(self, question: Question) -> None:
        super().__init__()
        self.question = question


class PageOfQuestions:
    """Somebody who answers page by page: gives the answers so far again, and stops at the first question that has none.

    Attributes:
        language: in which texts are taken.
        told: what is wrong with the last answer.
        asked: the questions that were answered, with their answers.
    """

    def __init__(self, words: Localizer, answers: Sequence[str]) -> None:
        self.language = words.language
        self.told: list[Message] = []
        self.asked: list[tuple[Question, str]] = []
        self._answers, self._words = answers, words

    def answer(self, question: Question) -> str:
        """Return the next answer."""
        at = len(self.asked)
        if at >= len(self._answers):
            raise _NextQuestion(question)
        self.told.clear()
        said = meant(self._answers[at], question, self._words)
        self.asked.append((question, said))
        return said

    def wrong(self, told: Message) -> None:
        """Be told what is wrong with the last answer."""
        self.told.append(told)


class FormStep(msgspec.Struct, frozen=True, kw_only=True):
    """How far a statement has come.

    Attributes:
        kind: of the statement itself, which a short form stands for.
        question: what is asked next; ``None`` where everything is answered.
        told: what is wrong with the answer before it.
        answers: that are kept, as they are meant.
        asked: the questions answered so far, each with its answer.
        body: the statement's fields, once everything is answered.
        place: where, as answered.
        unknown: what is named that nobody has described.
        form: that asked.
    """

    kind: str
    question: Question | None
    told: tuple[Message, ...]
    answers: tuple[str, ...]
    asked: tuple[tuple[Question, str], ...]
    body: Mapping[str, Any] | None = None
    place: str | None = None
    unknown: tuple[Message, ...] = ()
    form: Form


def step(
    kind: str,
    given: Mapping[str, Any],
    answers: Sequence[str],
    *,
    words: Localizer,
    known: Mapping[str, Sequence[str]],
    own_name: str,
    speaker: str,
    place: str | None,
    at: datetime,
) -> FormStep:
    """Return how far a statement has come by some answers; one that does not fit is not kept.

    Args:
        kind: of statement, or a short form.
        given: fields that need no question.
        answers: so far, in the order of the questions.
        words: of the reader.
        known: identifiers by what they are of.
        own_name: what makes the identifier of the new statement unlike any other.
        speaker: party that says it.
        place: where, where that is given.
        at: when.

    Raises:
        MalformedError, UnknownError: there is no such kind or field, or it is made elsewhere.
    """
    person = PageOfQuestions(words, answers)
    form = Form(kind, person, known, own_name, speaker)
    try:
        body, where = form.fill(given, place, at)
    except _NextQuestion as waits:
        return _waiting(form, waits.question, person)
    said = tuple(answer for _, answer in person.asked)
    return FormStep(
        kind=form.kind,
        question=None,
        told=(),
        answers=said,
        asked=tuple(person.asked),
        body=body,
        place=where,
        unknown=tuple(form.unknown(where)),
        form=form,
    )


def _waiting(form: Form, question: Question, person: PageOfQuestions) -> FormStep:
    asked, told = person.asked, tuple(person.told)
    if told and asked and (asked[-1][0].path, asked[-1][0].what) == (question.path, question.what):
        asked = asked[:-1]  # it did not fit, and is asked again
    return FormStep(
        kind=form.kind,
        question=question,
        told=told,
        answers=tuple(answer for _, answer in asked),
        asked=tuple(asked),
        form=form,
    )


def meant(said: str, question: Question, words: Localizer) -> str:
    """Return what an answer stands for: a name in any language for its identifier, digits of any script for Latin ones."""
    text = said.strip()[:ANSWER_MAX]
    if text and _NUMBER.issuperset(text):
        text = text.translate(_DIGITS)
    if not question.offered:
        return text
    parts = [part.strip() for part in text.split(",")] if question.many else [text]
    return ", ".join(_identifier(part, question.offered, words) for part in parts)


def _identifier(said: str, offered: Sequence[str], words: Localizer) -> str:
    if said in offered or not said:
        return said
    folded = said.casefold()
    found = [name for name in offered if any(text.casefold() == folded for text in words.spellings(name))]
    return found[0] if len(found) == 1 else said
