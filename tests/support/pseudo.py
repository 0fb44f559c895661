"""A language made to find what is not translated: every word of a message stands in brackets, data stands bare.

Names of the example are shown in Arabic meanwhile, so that a word in Latin letters outside brackets is either data that
looks like data (an identifier, a file, a command, a number) or a sentence that never went through a catalogue.
"""

import gettext
import re
from collections.abc import Iterable
from html.parser import HTMLParser
from typing import Final

OPEN, CLOSE = "⟦", "⟧"
_FIELD = re.compile(r"(\{\{|\}\}|\{\w*(?::\w+)?\}|`[^`]*`)")
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*")

_BRACKETED = re.compile(rf"{OPEN}[^{OPEN}{CLOSE}\s\u2066-\u2069]*{CLOSE}?|[^{OPEN}\s\u2066-\u2069]*{CLOSE}")
"""A word in brackets, or the half of one that stands before or after a line break in a narrow column."""
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_DIRECTION = re.compile("[\u200e\u200f]")
_ISOLATED_COMMAND = re.compile("\u2068(?:enduse|pip install) [^\u2066-\u2069]*\u2069")
_LATIN = re.compile(r"[A-Za-z]{2,}")

EXCEPTIONS: Final = {
    r"`[^`]*`": "code: a command, an option or a field as it is typed",
    r"(?m)^[ │]*enduse .*$": "a command on a line of its own, to be typed",
    r"\b[\w-]+\.[a-z][\w-]*\b(?:(?:\.[a-z][\w-]*)+(?!\S*[:/@=_|]\S))?": "a file, a host or a field by its name",
    r"(?<![\w-])--?[a-z][\w-]*": "an option of the command line",
    r"\b[A-Z]{2,}[0-9]*\b": "a placeholder of the command line (DIR, FILE), or an abbreviation (UTC, CSV)",
    r"\S*[a-z0-9][:/@=_|][^\s:]\S*": "an identifier, a path, a URL, a pair of name and value",
    r"\b[0-9a-f]{8,}\b": "a hash or a key",
    r"\b(?:[0-9a-f]{4}\s+){7}[0-9a-f]{4}\b|\b(?:[b-z][aiou][b-z][aiou][b-z]\s+){7}[b-z][aiou][b-z][aiou][b-z]\b": "a key, in"
    " groups or words as it is read out",
    r"\S*[0-9]\S*": "what has digits in it: a number, an identifier, a hash",
}
"""What may stand outside brackets, by its form, and why."""


class Pseudo(gettext.NullTranslations):
    """Puts every word of every message in brackets, and remembers what it was asked for.

    Attributes:
        asked: messages, or pairs of a message and its plural.
    """

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str | tuple[str, str]] = set()

    def gettext(self, message: str) -> str:
        """Return ``message`` with its words in brackets; what stands between braces or backticks is left."""
        self.asked.add(message)
        return bracketed(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form for ``n`` as English would choose it."""
        self.asked.add((msgid1, msgid2))
        return bracketed(msgid1 if n == 1 else msgid2)


def bracketed(message: str) -> str:
    """Return a message with each of its words in brackets."""
    parts = _FIELD.split(message)
    return "".join(
        part if at % 2 else _WORD.sub(lambda word: f"{OPEN}{word[0]}{CLOSE}", part) for at, part in enumerate(parts)
    )


def leaks(text: str, data: Iterable[str] = ()) -> list[str]:
    """Return the words of ``text`` in Latin letters that stand outside brackets and are neither data nor an exception.

    Args:
        text: what was shown.
        data: texts of the record or of the call, to be subtracted as they stand.
    """
    text = _DIRECTION.sub("", _ESCAPE.sub("", text))
    text = _BRACKETED.sub(" ", text)
    text = _ISOLATED_COMMAND.sub(" ", text)
    for known in sorted(filter(None, data), key=len, reverse=True):
        if known not in text:
            continue
        text = re.sub(rf"(?<![\w:/=-])(?<!\w\.){re.escape(known)}(?![\w/-]|:\S|\.\w)", " ", text)
    text = re.sub("[\u2066-\u2069]", " ", text)
    for form in EXCEPTIONS:
        text = re.sub(form, " ", text)
    return _LATIN.findall(text)


class _Shown(HTMLParser):
    """Collects what a reader of a page sees or hears."""

    HEARD: Final = ("aria-label", "title", "alt", "placeholder")
    UNSEEN: Final = ("style", "script")

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the element, and the attributes that are read out."""
        if tag not in {"meta", "br", "link", "img", "input", "hr", "path", "rect", "circle"}:
            self._inside.append(tag)
        self.texts += [value for name, value in attrs if name in self.HEARD and value]

    def handle_endtag(self, tag: str) -> None:
        """Leave the element."""
        while self._inside and self._inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Note the text, unless it is a style sheet."""
        if not set(self._inside) & set(self.UNSEEN) and data.strip():
            self.texts.append(data)


def shown(page: str) -> list[str]:
    """Return every text of an HTML page that a reader sees or hears."""
    parser = _Shown()
    parser.feed(page)
    return parser.texts
