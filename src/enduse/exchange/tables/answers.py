"""Answers that are given when a profile is proposed: which there are, and where the header is by one of them."""

import re
from collections.abc import Mapping
from typing import Final

from enduse.errors import MalformedError
from enduse.exchange.tables.vocabulary import WORDS
from enduse.messages import Message
from enduse.terms.forms import unknown_word

_ASKED: Final = ("what", "party", "title", "header", "dates", "numbers", "zone", "value", "side", "scale", "month")
"""Keys of answers, beside the fields of what is told."""


def check_keys(answers: Mapping[str, str]) -> None:
    """Refuse an answer to what is never asked: nothing would come of it, and nobody would be told."""
    words = [word.strip() for word in answers.get("what", "").split(",")]
    told = {name: word for name, word in WORDS.items() if name in words} or WORDS
    fields = {field for word in told.values() for field in (*word.needed, *word.further)}
    known = {
        *_ASKED,
        *fields,
        *(f"{name}.{field}" for name, word in told.items() for field in word.needed + word.further),
    }
    for key in answers:
        if key not in known:
            words_known = {name: name for name in sorted({*_ASKED, *fields})}
            raise MalformedError.about(unknown_word(key, Message.of("form.asked"), words_known), path=key)


def header_rows(text: str) -> tuple[int, int] | None:
    """Return the first and the last row of a header as answered, such as ``5-6``; none where it is not.

    Raises:
        MalformedError: it is no such answer.
    """
    if not text:
        return None
    found = re.fullmatch(r"([1-9][0-9]{0,4})(?:-([1-9][0-9]{0,4}))?", text)
    if found is None:
        raise MalformedError("profile.header_answer", read=text)
    first, last = int(found[1]), int(found[2] or found[1])
    if not first <= last < first + 6:
        raise MalformedError("profile.header_answer", read=text)
    return first, last
