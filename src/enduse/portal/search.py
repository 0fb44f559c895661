"""What a reader looks for by name or number, in whatever digits and letters it was written."""

import re
import unicodedata
from typing import Final

from enduse.errors import ConflictError, UnknownError
from enduse.portal.answers import SiteAnswers
from enduse.portal.pages import HOME, PAGES, homes, known

LONGEST: Final = 200
"""Characters of what is looked for that are read."""
SHOWN: Final = 20
JOINING: Final = 3
"""Characters of words that may join others, as *of* and *the* do."""
ORDER: Final = ("project", "place", "goods", "party", "tranche", "finding", "contract")
"""Pages by what a reader rather looks for, where as many words are in two names."""
_THE: Final = "\u0627\u0644"
"""What Arabic writes before a word for *the*."""
_WORD: Final = re.compile(r"\w+")
_IDENTIFIER: Final = re.compile(r"\(?(\S+?)\)?$")
"""What is meant by a name, behind it or in its place."""


def western(text: str) -> str:
    """Return a text with the digits of every script as western ones, without what surrounds it."""
    written = "".join(str(unicodedata.digit(each)) if each.isdecimal() else each for each in text[:LONGEST])
    return " ".join(written.split())


def exactly(answers: SiteAnswers, asked: str) -> str | None:
    """Return the one thing that a reader can only mean: by identifier, number on a box, or name; ``None`` where that is not sure.

    Args:
        answers: of the programme.
        asked: a name in any language, an identifier, or the number on a paper, box or truck.
    """
    wanted = western(asked)
    for candidate in (wanted, f"consignment:{wanted}"):
        if wanted and _page(answers, candidate):
            return candidate
    whole = [each for each in _named(answers) if wanted.casefold() in _names(answers, each)]
    if len(whole) == 1:
        return whole[0]
    try:
        found = answers.programme.find(wanted)
    except (ConflictError, UnknownError):
        holding = _holding(answers, wanted)
        ends = [each for each, words in holding.items() if words == len(_words(wanted))]
        return ends[0] if len(holding) == len(ends) == 1 else None
    return found if _page(answers, found) else None


def nearly(answers: SiteAnswers, asked: str) -> tuple[str, ...]:
    """Return what a reader may mean: what bears most of the words that were asked for, then what is spelt nearly so.

    Args:
        answers: of the programme.
        asked: as for :func:`exactly`.
    """
    wanted = western(asked)
    if not wanted:
        return ()
    try:
        told: list[object] = [answers.programme.find(wanted)]
    except (ConflictError, UnknownError) as error:
        lists = (value for value in error.problem.values.values() if isinstance(value, list | tuple))
        told = [each for value in lists for each in value]
    spelt = [match[1] for each in told if (match := _IDENTIFIER.search(str(each)))]
    holding, pages = _holding(answers, wanted), _named(answers)
    best = sorted(holding, key=lambda each: (-holding[each], ORDER.index(pages[each])))
    return tuple(each for each in dict.fromkeys((*best, *spelt)) if _page(answers, each))[:SHOWN]


def page_of(answers: SiteAnswers, thing: str) -> str:
    """Return which page tells of a thing that was found."""
    return _page(answers, thing) or HOME


def _page(answers: SiteAnswers, thing: str) -> str | None:
    """Return which page tells of a thing, materials among it."""
    return "goods" if thing in known(answers, PAGES["goods"]) else homes(answers).get(thing)


def _named(answers: SiteAnswers) -> dict[str, str]:
    """Return the page of everything that may have a name; loads have numbers."""
    return answers.kept(
        "named", lambda now: {each: page for page in reversed(ORDER) for each in known(now, PAGES[page])}
    )


def _holding(answers: SiteAnswers, wanted: str) -> dict[str, int]:
    """Return what has words in one of its names that are looked for, each with how many."""
    words = _words(wanted)
    found = {}
    for each in _named(answers):
        held = max((sum(w in name for w in words) for name in _names(answers, each)), default=0)
        if held:
            found[each] = held
    return found


def _words(wanted: str) -> frozenset[str]:
    """Return the words of what is looked for; short ones join others, unless there are no longer ones."""
    words = frozenset(each.removeprefix(_THE) for each in _WORD.findall(wanted.casefold()))
    return frozenset(each for each in words if len(each) > JOINING) or words


def _names(answers: SiteAnswers, identifier: str) -> frozenset[str]:
    """Return the names of a thing in every language."""
    named = identifier.rpartition("/")[0] or identifier
    return frozenset(name.casefold() for name in answers.names.get(named, {}).values())
