"""Languages and their gettext catalogues: English is the source, every other language a ``.po`` file beside this module.

A language is added by adding its file; what a catalogue does not translate is said in English, message by message.
"""

import gettext
import io
import os
from collections.abc import Iterable
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from enduse.errors import UnknownError

ENGLISH: Final = "en"
_ENVIRONMENT: Final = ("LC_ALL", "LC_MESSAGES", "LANG")


def _folder() -> Traversable:
    return resources.files("enduse.pages") / "locale"


def _home(language: str) -> Traversable:
    return _folder() / language / "LC_MESSAGES" / "messages.po"


@cache
def languages() -> tuple[str, ...]:
    """Return the languages there are: English, then those with a catalogue."""
    return (ENGLISH, *sorted(entry.name for entry in _folder().iterdir() if _home(entry.name).is_file()))


def known(language: str) -> str:
    """Return the language of ours for a BCP 47 tag or a POSIX locale, such as ``ar`` for ``ar_EG.UTF-8``.

    Raises:
        UnknownError: there is none.
    """
    tag = language.partition(".")[0].partition("@")[0].replace("_", "-")
    for candidate in (tag, tag.partition("-")[0].lower()):
        if candidate in languages():
            return candidate
    raise UnknownError("language.unknown", language=language, languages=languages())


def published(wanted: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the languages a page is published in: of those wanted, the ones there is a catalogue for.

    Where none is wanted these are all there are, and where there is a catalogue for none of them, English.
    """
    asked = tuple(wanted) or languages()
    return tuple(language for language in asked if language in languages()) or (ENGLISH,)


def preferred() -> str:
    """Return the language that the environment asks for, else English."""
    wanted = next((value for name in _ENVIRONMENT if (value := os.environ.get(name))), ENGLISH)
    try:
        return known(wanted)
    except UnknownError:
        return ENGLISH


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Return the messages of a language; for English those of the source.

    Raises:
        UnknownError: there is no catalogue for it.
    """
    if known(language) == ENGLISH:
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.StringIO(_home(known(language)).read_text(encoding="utf-8")), locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def locale_of(language: str) -> Locale:
    """Return how numbers and dates are written in a language; as in English where nobody has described it."""
    try:
        return Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return Locale.parse(ENGLISH)


def mark_count(one: str, many: str) -> tuple[str, str]:
    """Return a word for one and for many as they are: marks them for the catalogues, as :func:`mark` does."""
    return one, many


def mark(message: str) -> str:
    """Return ``message`` as it is: marks for the catalogues a text that is translated where it is shown."""
    return message
