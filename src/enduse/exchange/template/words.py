"""Words of the workbook in every language there is: its reader takes any of them, whoever wrote the workbook."""

import unicodedata
from collections.abc import Mapping
from functools import cache
from typing import Final

from enduse.messages.english import TERMS
from enduse.pages.catalogue import catalogue, signing_languages
from enduse.terms.names import without_marks

_TATWEEL: Final = "\u0640"
EXAMPLE: Final = TERMS["example"]
"""How a row begins that shows how it is done; such rows are passed over."""


def folded(text: str) -> str:
    """Return a text as titles, heads and choices are compared: accents, Arabic vowel signs and the lengthening of a line aside."""
    plain = unicodedata.normalize("NFKD", without_marks(text).replace(_TATWEEL, ""))
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(plain.casefold().replace("_", " ").split())


def in_all_languages(text: str) -> set[str]:
    """Return a text of ours in every language in which workbooks are given."""
    return {catalogue(language).gettext(text) for language in signing_languages()}


def sheet_words(code: str) -> set[str]:
    """Return what a sheet may be called."""
    return in_all_languages(TERMS[f"sheet:{code}"])


def column_words(code: str) -> set[str]:
    """Return what the head of a column may be."""
    return in_all_languages(TERMS[f"column:{code}"])


def choices(of: str) -> list[str]:
    """Return the codes of what may be chosen in a column."""
    prefix = f"choice:{of}:"
    return [term.removeprefix(prefix) for term in TERMS if term.startswith(prefix)]


@cache
def choice_words(of: str) -> Mapping[str, str]:
    """Return the codes of what may be chosen by every way it may be written, folded."""
    return {
        folded(written): code
        for code in choices(of)
        for written in (code, *in_all_languages(TERMS[f"choice:{of}:{code}"]))
    }
