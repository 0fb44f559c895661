"""What a reader looks for by name or number, in whatever digits and letters it was written."""

import re
import unicodedata
from typing import Final

from enduse.errors import ConflictError, UnknownError
from enduse.portal.answers import SiteAnswers
from enduse.portal.pages import homes

LONGEST: Final = 200
"""Characters of what is looked for that are read."""
SHOWN: Final = 20
_IDENTIFIER: Final = re.compile(r"\(?(\S+?)\)?$")
"""What is meant by a name, behind it or in its place."""


def western(text: str) -> str:
    """Return a text with the digits of every script as western ones, without what surrounds it."""
    written = "".join(str(unicodedata.digit(each)) if each.isdecimal() else each for each in text[:LONGEST])
    return " ".join(written.split())


def search(answers: SiteAnswers, asked: str) -> tuple[str, ...]:
    """Return what a reader may mean, the one thing alone where that is sure.

    Args:
        answers: of the programme.
        asked: a name in any language, an identifier, or the number on a paper, box or truck.
    """
    wanted = western(asked)
    if not wanted:
        return ()
    known = homes(answers)
    for candidate in (wanted, f"consignment:{wanted}"):
        if candidate in known:
            return (candidate,)
    try:
        exact = answers.programme.find(wanted)
        if exact in known:
            return (exact,)
        found: tuple[str, ...] = ()
    except (ConflictError, UnknownError) as error:
        told = [value for value in error.problem.values.values() if isinstance(value, list | tuple)]
        found = tuple(match[1] for value in told for each in value if (match := _IDENTIFIER.search(str(each))))
    part = wanted.casefold()
    like = [name for name, home in known.items() if home != "load" and _bears(answers, name, part)]
    return tuple(each for each in dict.fromkeys((*found, *like)) if each in known)[:SHOWN]


def _bears(answers: SiteAnswers, identifier: str, part: str) -> bool:
    """Say whether a name of a thing holds what is looked for."""
    return any(part in name.casefold() for name in answers.names.get(identifier, {}).values())
