"""What a field holds, in plain words with an example, hung on its type: schema, reference and refusals tell it alike."""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from typing import Final

from msgspec import Meta

from enduse.messages import Message, english_of

_ALIKE: Final = 0.75
"""From which share of letters in common two spellings count as one word: more, and guesses become silly."""


def form(
    code: str,
    example: str = "",
    *,
    pattern: str | None = None,
    min_length: int | None = None,
    max_length: int | None = None,
    tz: bool | None = None,
    words: Mapping[str, str] | None = None,
) -> Meta:
    """Return the constraints of a field's type together with what it is in plain words.

    Args:
        code: of the words, such as ``form.decimal``; they may name ``example``.
        example: a right value.
        pattern: as for :class:`msgspec.Meta`; so are ``min_length``, ``max_length`` and ``tz``.
        min_length: least characters.
        max_length: most characters.
        tz: whether an instant needs its zone.
        words: for a closed vocabulary, what people write for each right value, the value itself included.
    """
    told = Message.of(code, example=example) if example else Message.of(code)
    return Meta(
        pattern=pattern,
        min_length=min_length,
        max_length=max_length,
        tz=tz,
        description=english_of(told),
        examples=[example] if example else None,
        extra={"form": told, "words": words},
    )


def nearest(word: str, known: Iterable[str], alike: float = _ALIKE) -> str | None:
    """Return the known word that is spelt most like ``word``, if any has at least this share of letters in common."""
    folded = {each.casefold(): each for each in known}
    found = get_close_matches(word.casefold(), folded, n=1, cutoff=alike)
    return folded[found[0]] if found else None


def unknown_field(name: str, known: Sequence[str], missing: Sequence[str] = ()) -> Message:
    """Say that there is no field ``name``, with the one that was probably meant, a missing one before all others."""
    meant = nearest(name, missing) or nearest(name, known)
    if meant is None:
        return Message.of("field.unknown", name=name, known=known)
    return Message.of("field.misspelt", name=name, nearest=meant, known=known)


def unknown_word(word: str, what: Message, words: Mapping[str, str]) -> Message:
    """Say that ``word`` stands in no closed vocabulary, with the word that was probably meant.

    Args:
        word: as it was written.
        what: what it should be, such as the message ``form.unit``.
        words: what people write for each right value, the value itself included.
    """
    known = list(dict.fromkeys(words.values()))
    meant = nearest(word, words)
    if meant is None:
        return Message.of("word.unknown", word=word, form=what, known=known)
    return Message.of("word.misspelt", word=word, form=what, nearest=words[meant], known=known)
