"""Names that people read: whether one can be seen at all, and which names look alike (UTS 39).

Two names look alike when they share a *skeleton*: characters that nobody sees are left out, every other is brought to the
one it looks like (``confusables.txt``), and large and small letters are one. So are Arabic words with vowel marks or drawn
out and without, dashes and blanks, and a name with a full stop behind it and without. A skeleton is for comparing only.
"""

import hashlib
import re
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from typing import Final
from urllib.parse import unquote

_TURNS_DIRECTION: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Bidirectional embeddings, overrides and isolates: with them a name is not what it looks like."""
_MARKS: Final = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""Characters that nobody sees: soft hyphens, zero-width spaces and joiners, marks of direction."""
_UNSEEN: Final = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2065\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]"
)
"""Characters that show nothing and are neither blanks nor formats."""
_OPTIONAL: Final = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7-\u06ed]")
"""Arabic marks and the stroke that draws a word out: most writers leave them away, so readers read over them."""
_DASHES: Final = re.compile("[\\-_\u2010-\u2015\u2212]")
_GAPS: Final = re.compile(r"[\W_]+")
_SIGNS: Final = re.compile(r"(?<=[0-9])[^\w\s\u2010-\u2015-]+(?=[0-9])")
"""Signs between two digits, hyphens aside: they tell 1/12 from 11-2."""
_TATWEEL: Final = "\u0640"
"""What lengthens a word of Arabic on the line and is no letter of it."""
_IDENTIFIER_MAX: Final = 120
_DIGEST: Final = 12
_EDGES: Final = ".,;:!\"'()[]«»،؛ "


def marks_in(text: str) -> list[str]:
    """Return the characters of ``text`` that nobody sees, as ``U+200F``, each once."""
    return [f"U+{ord(mark):04X}" for mark in dict.fromkeys(_MARKS.findall(text))] if not text.isascii() else []


def without_marks(text: str) -> str:
    """Return ``text`` without characters that nobody sees."""
    return text if text.isascii() else _MARKS.sub("", text)


def turns_direction(text: str) -> bool:
    """Say whether a text holds characters that turn the direction in which it is read."""
    return _TURNS_DIRECTION.search(text) is not None


def is_visible(text: str) -> bool:
    """Say whether anything of a text can be seen."""
    return any(unicodedata.category(character)[0] not in "CMZ" for character in _UNSEEN.sub("", text))


def as_written(identifier: str) -> str:
    """Return an identifier that was made of Arabic words as these words, for people; any other as it is.

    Only letters and digits of Arabic and ASCII are shown, so that none of another script passes for one of them.
    """
    if not identifier.startswith("xn--"):
        return identifier
    try:
        words = identifier[4:].encode("ascii").decode("punycode")
        made_so = words.encode("punycode").decode("ascii") == identifier[4:]
    except UnicodeError:
        return identifier
    readable = all(
        sign.isalnum() and (sign.isascii() or unicodedata.name(sign, "").startswith(("ARABIC", "EXTENDED ARABIC")))
        for sign in words.replace("-", "")
    )
    if words.isascii() or not (made_so and readable and unicodedata.is_normalized("NFKC", words)):
        return identifier
    return words.replace("-", " ")


@lru_cache(maxsize=65_536)
def skeletons(text: str) -> frozenset[str]:
    """Return the skeletons of a name: names that a reader cannot tell apart share one.

    Several, because a capital I looks like a small l, and a small i does not: letters are made small before and after. The same
    again with the plain form of letters that are only drawn otherwise, as wide as a Chinese one or in a circle.
    """
    ways = {
        way
        for drawn in {text, unicodedata.normalize("NFKC", text)}
        for way in (_prototypes(drawn).casefold(), drawn.casefold())
    }
    return frozenset(_plain(_prototypes(way)) for way in ways)


def _plain(text: str) -> str:
    """Return a text without what readers read over, but never as nothing."""
    words = " ".join(_DASHES.sub(" ", text).split())
    return words.strip(_EDGES) or " ".join(text.split())


def _prototypes(text: str) -> str:
    alike = _confusables()
    seen = (
        character
        for character in _OPTIONAL.sub("", unicodedata.normalize("NFD", _UNSEEN.sub("", text)))
        if unicodedata.category(character) not in {"Cf", "Cc"} or character.isspace()
    )
    return unicodedata.normalize("NFD", "".join(alike.get(character, character) for character in seen))


@cache
def _confusables() -> dict[str, str]:
    """Return what each confusable character looks like."""
    alike: dict[str, str] = {}
    text = (resources.files("enduse.terms") / "confusables.txt").read_text(encoding="ascii")
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        prototype, _, characters = line.partition(";")
        shown = "".join(chr(int(code, 16)) for code in prototype.split())
        alike.update({chr(int(code, 16)): shown for code in characters.split()})
    return alike


@lru_cache(maxsize=65_536)
def number_form(number: str, prefix: str) -> str:
    """Return the number of a paper so that all ways to write it compare equal, in a table, an event or a statement.

    The prefix that tables put before it does not matter, nor do large and small letters, accents, and what stands between letters
    and digits; a sign between two digits does: 1/12 is not 112, nor 1-12.

    Args:
        number: as it is written, or as an event holds it, percent-encoded.
        prefix: of such numbers, such as ``invoice:``.
    """
    form = identifier_form(unquote(number).removeprefix(prefix)) or number
    return re.sub("[-%]+", "-", form)


def identifier_form(text: str) -> str:
    """Return a name in small ASCII letters and digits, with hyphens for anything else; empty where nothing is left.

    Letters of another script are encoded as in the names of internet hosts (RFC 3492). Signs between two digits stay, so that 1/12
    and 1-12 are two; what is too long for an identifier is cut, with a digest of all of it behind.
    """
    plain = spelling(text.replace(_TATWEEL, ""))
    kept = [sign[0] for sign in _SIGNS.finditer(plain)]
    parts = [_GAPS.sub("-", part) for part in _SIGNS.split(plain)]
    identifier = "".join(part + sign for part, sign in zip(parts, [*kept, ""], strict=True)).strip("-")
    if not any(map(str.isalnum, identifier)):
        return ""
    if not identifier.isascii():
        identifier = "xn--" + identifier.encode("punycode").decode("ascii")
    return shortened(identifier, _IDENTIFIER_MAX)


def shortened(identifier: str, longest: int) -> str:
    """Return an identifier, cut where it is too long, with a digest of all of it behind."""
    if len(identifier) <= longest:
        return identifier
    digest = hashlib.sha256(identifier.encode()).hexdigest()[:_DIGEST]
    return f"{identifier[: longest - _DIGEST - 1].rstrip('-')}-{digest}"


def spelling(text: str) -> str:
    """Return a name so that two ways to write it compare equal: lower case, no accents, hyphens for blanks."""
    plain = "".join(part for part in unicodedata.normalize("NFKD", text) if not unicodedata.combining(part))
    return re.sub(r"[\s_\u2010-\u2015-]+", "-", plain.casefold()).strip("-")
