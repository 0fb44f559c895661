"""Languages and their gettext catalogues: English is the source, every other language a ``.po`` file beside this module.

A language is added by adding its file; what a catalogue does not translate is said in English, message by message. The
head of a file says what the language calls itself and how far it goes: whether it holds the words of public pages alone, whether people sign in it, and
whether a native speaker has read it.
"""

import gettext
import io
import os
import re
from collections.abc import Iterable
from copy import copy
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Final

from babel import Locale, UnknownLocaleError
from babel.messages.pofile import read_po

from enduse.errors import UnknownError

ENGLISH: Final = "en"
_ENVIRONMENT: Final = ("LC_ALL", "LC_MESSAGES", "LANG")
_CLASSES: Final = ("zero", "one", "two", "few", "many", "other")
"""Classes of numbers of Unicode CLDR, in the order in which catalogues hold their forms."""
_OWN_FIELDS: Final = re.compile(r'^"(X-[A-Za-z]+): *(.*?)\\n"$', re.MULTILINE)

_HEAD: Final = 2_000
"""Characters at the start of a catalogue in which its head stands."""

OPENS: Final = "\ue000"
CLOSES: Final = "\ue001"
"""Stand round what a marking catalogue says in English, until a page is written out: see :mod:`enduse.pages.foreign`."""


def _folder() -> Traversable:
    return resources.files("enduse.pages") / "locale"


def _home(language: str) -> Traversable:
    return _folder() / language / "LC_MESSAGES" / "messages.po"


@cache
def languages() -> tuple[str, ...]:
    """Return the languages there are: English, then those with a catalogue."""
    return (ENGLISH, *sorted(entry.name for entry in _folder().iterdir() if _home(entry.name).is_file()))


@cache
def _head(language: str) -> dict[str, str]:
    """Return what the head of a catalogue says of itself, without reading the rest of it."""
    with _home(language).open(encoding="utf-8") as file:
        return dict(_OWN_FIELDS.findall(file.read(_HEAD)))


@cache
def signing_languages() -> tuple[str, ...]:
    """Return the languages in which people sign, and in which forms and workbooks are given: those wholly translated."""
    return tuple(each for each in languages() if each == ENGLISH or _head(each).get("X-Signing") == "yes")


def own_name(language: str) -> str:
    """Return what a language of ours calls itself."""
    return "English" if language == ENGLISH else _head(language).get("X-Name") or language


def public_alone(language: str) -> bool:
    """Say whether a catalogue holds the words of public pages alone."""
    return language != ENGLISH and _head(language).get("X-Holds") == "public"


def unread(language: str) -> bool:
    """Say whether no native speaker has read a translation yet."""
    return language != ENGLISH and _head(language).get("X-Reviewed") == "no"


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

    Where none is wanted these are those in which people sign, and where there is a catalogue for none of them, English.
    """
    asked = tuple(wanted) or signing_languages()
    return tuple(language for language in asked if language in languages()) or (ENGLISH,)


def preferred() -> str:
    """Return the language that the environment asks for, else English.

    A language of public pages alone must be asked for by name: unasked, no command speaks half in one and half in another.
    """
    wanted = next((value for name in _ENVIRONMENT if (value := os.environ.get(name))), ENGLISH)
    try:
        language = known(wanted)
    except UnknownError:
        return ENGLISH
    return ENGLISH if public_alone(language) else language


class _Translations(gettext.NullTranslations):
    """Messages of one language; a form of the plural is chosen as CLDR says, for what is no whole number too."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._rule = locale_of(language).plural_form
        self._classes: list[str] = [each for each in _CLASSES if each in self._rule.tags or each == "other"]
        self._texts: dict[str, tuple[str, ...]] = {}
        # Compiled first, as is usual, a catalogue takes twice as long to read.
        for message in read_po(io.StringIO(_home(language).read_text(encoding="utf-8")), locale=language):
            said = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
            if message.id and not message.fuzzy and any(said):
                self._texts[message.id if isinstance(message.id, str) else message.id[0]] = said

    def gettext(self, message: str) -> str:
        forms = self._texts.get(message)
        return super().gettext(message) if forms is None else forms[0]

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        forms = self._texts.get(msgid1)
        return super().ngettext(msgid1, msgid2, n) if forms is None else forms[self._classes.index(self._rule(n))]


class _Marking(gettext.NullTranslations):
    """English between marks, for what a catalogue does not say."""

    def gettext(self, message: str) -> str:
        return f"{OPENS}{message}{CLOSES}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"{OPENS}{msgid1 if n == 1 else msgid2}{CLOSES}"


@cache
def catalogue(language: str) -> gettext.NullTranslations:
    """Return the messages of a language; for English those of the source.

    Raises:
        UnknownError: there is no catalogue for it.
    """
    return gettext.NullTranslations() if known(language) == ENGLISH else _Translations(known(language))


def marking(messages: gettext.NullTranslations) -> gettext.NullTranslations:
    """Return messages of which those that are said in English stand between :data:`OPENS` and :data:`CLOSES`."""
    if not isinstance(messages, _Translations):
        return messages
    marked = copy(messages)
    marked.add_fallback(_Marking())  # the copy shares the messages; none of ours has a fallback of its own
    return marked


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
