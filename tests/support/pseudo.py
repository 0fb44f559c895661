"""A catalogue in no language: every letter of a message becomes another, so that a word nobody translates stands out."""

import gettext
import re

LETTER = "ж"
_PART = re.compile(r"(\{[^}]*\})")


def changed(message: str) -> str:
    """Return a message without one of its letters; what is put into it keeps its place."""
    parts = _PART.split(message)
    return "".join(part if part.startswith("{") else re.sub("[A-Za-z]", LETTER, part) for part in parts)


class Pseudo(gettext.NullTranslations):
    """Translates everything."""

    def gettext(self, message: str) -> str:
        return changed(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return changed(msgid1 if n == 1 else msgid2)


def untranslated(text: str, data: set[str]) -> set[str]:
    """Return the words of a text that come neither from a catalogue nor from data."""
    return {word for word in re.findall(r"[A-Za-z]{2,}", text) if word not in data}
