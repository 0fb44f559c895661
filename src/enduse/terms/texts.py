"""Text in several languages, keyed by BCP 47 tag, and the source a text is quoted from."""

from collections.abc import Callable, Mapping, Sequence
from typing import Annotated

import msgspec
from msgspec import Meta

from enduse.terms.forms import form
from enduse.terms.identifiers import Label, Prose

Language = Annotated[str, form("form.language", "en", pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$(?!\n)")]
"""A BCP 47 language tag, such as ``en`` or ``ar``."""

Text = dict[Language, Prose]
"""The same text in one or more languages."""


class Names(dict[str, Text]):
    """Names for people, by identifier, and what was called otherwise before.

    Attributes:
        former: earlier names, oldest first, of whatever changed its name.
    """

    def __init__(
        self, names: Mapping[str, Text] | None = None, former: Mapping[str, Sequence[Text]] | None = None
    ) -> None:
        super().__init__(names or {})
        self.former: Mapping[str, Sequence[Text]] = former or {}

    def mapped(self, change: Callable[[str], str]) -> "Names":
        """Return the same names, former ones included, with every text changed."""

        def changed(text: Text) -> Text:
            return {language: change(words) for language, words in text.items()}

        former = {name: [changed(text) for text in texts] for name, texts in self.former.items()}
        return Names({name: changed(text) for name, text in self.items()}, former)


def say(text: Text | None, language: str, default: str = "") -> str:
    """Return ``text`` in ``language``, else in English, else in whatever there is, else ``default``."""
    if not text:
        return default
    return text.get(language) or text.get("en") or next(iter(text.values()))


Date = Annotated[str, form("form.date", "2023-10-27", pattern=r"^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$(?!\n)")]
"""A date of publication, ISO 8601: a year, a month or a day."""


class Citation(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Where something was read: a publication, its date and the words relied on.

    Attributes:
        source: author, title, publisher.
        date: date of publication, ISO 8601.
        quote: the words, verbatim.
        caution: what a careful reader should know about this source.
        status: standing of what is cited, such as ``proposed by the author``.
    """

    source: Label
    date: Date | None = None
    quote: Prose = ""
    caution: Prose = ""
    status: Annotated[str, Meta(max_length=200)] = ""
