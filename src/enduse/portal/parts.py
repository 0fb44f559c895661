"""Long lists in parts: a page and its twin stay small however long the programme grows, and nothing of it is out of reach.

A page shows the first lines of each of its lists; another part of one list has an address of its own, at which the same page
stands with that part. Which lists grow is said of each page (:mod:`enduse.portal.pages`).
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple, TypeVar

import msgspec

LINES: Final = 50
"""Lines of a list on one page."""
FOLDER: Final = "list"
"""First part of the address of another part of a list."""

_Answer = TypeVar("_Answer", bound=msgspec.Struct)


class PagedList(msgspec.Struct, frozen=True):
    """A list that may grow.

    Attributes:
        path: to it from the answer: names of fields, ``*`` for each of several, numbers in a tuple.
        lines: of it on one page.
        rest: page on which the rest stands; where that is about one thing, behind a slash the field that names it. Without
            it the rest stands on further parts of the same page.
    """

    path: str
    lines: int = LINES
    rest: str = ""


class ListPart(msgspec.Struct, frozen=True, kw_only=True):
    """A list of which only a part is here.

    Attributes:
        list: which; names of fields of the answer, and places in lists, counted from 0 in the whole list.
        first, last: the lines that are here, counted from 1.
        total: of the lines that there are.
        part, parts: which part of how many; of one whose rest stands on another page there is one.
        next: where the rest stands as JSON, from the root of the site; empty after the last part.
    """

    list: str
    first: int
    last: int
    total: int
    part: int = 1
    parts: int = 1
    next: str = ""


class Elsewhere(NamedTuple):
    """A page on which the rest of a list stands: its name, and what it is about."""

    page: str
    about: str


class Cut(NamedTuple):
    """A list that was cut, and where its rest stands; ``None``: on further parts of the same page."""

    part: ListPart
    rest: Elsewhere | None


def asked_part(written: str) -> tuple[str, int] | None:
    """Return the list and the part of it that stand in an address; nothing for the first parts of all; ``None`` for no such."""
    path, _, number = written.partition("/")
    return (path, int(number)) if path and number.isascii() and number.isdigit() and number[0] != "0" else None


def cut(answer: _Answer, lists: Sequence[PagedList], asked: tuple[str, int]) -> tuple[_Answer, tuple[Cut, ...]]:
    """Return an answer with no list longer than a page shows, and the lists that were cut.

    Args:
        answer: of a page.
        lists: of it that may grow.
        asked: the list of which a part is asked for, and which; of all others the first is given.
    """
    found: list[Cut] = []
    held: object = answer
    # The innermost first: places in a list are counted in all of it.
    for one in sorted(lists, key=lambda each: -each.path.count(".")):
        held = _cut(held, one.path.split("."), "", one, asked, None, found)
    return held, tuple(each for each in found if _shown(each.part.list, found))  # type: ignore[return-value]  # of its form


def _shown(path: str, found: Sequence[Cut]) -> bool:
    """Say whether a list stands in no part of another that is not here."""
    for other in found:
        inner = path.removeprefix(f"{other.part.list}.")
        if inner != path and not other.part.first <= int(inner.partition(".")[0]) + 1 <= other.part.last:
            return False
    return True


def _cut(
    value: object, way: list[str], here: str, one: PagedList, asked: tuple[str, int], holder: object, found: list[Cut]
) -> object:
    """Return a value with the list at the end of a way cut."""
    if not way:
        return _sliced(value, here, one, asked, holder, found)
    step, rest = way[0], way[1:]

    def inner(each: object, name: str) -> object:
        return _cut(each, rest, f"{here}.{name}" if here else name, one, asked, value, found)

    if isinstance(value, tuple):
        if step == "*":
            made = tuple(inner(each, str(place)) for place, each in enumerate(value))
        else:
            made = tuple(inner(each, step) if place == int(step) else each for place, each in enumerate(value))
        return value if all(map(_same, made, value)) else made
    if isinstance(value, msgspec.Struct):
        before = getattr(value, step)
        after = inner(before, step)
        return value if after is before else msgspec.structs.replace(value, **{step: after})
    return value  # an answer that is not there has no list


def _same(one: object, other: object) -> bool:
    return one is other


def _sliced(
    value: object, path: str, one: PagedList, asked: tuple[str, int], holder: object, found: list[Cut]
) -> object:
    if not isinstance(value, tuple) or len(value) <= one.lines:
        return value
    parts = 1 if one.rest else -(-len(value) // one.lines)
    number = _number(path, asked, one.lines) if parts > 1 else 1
    first = (number - 1) * one.lines
    shown = value[first : first + one.lines]
    told = ListPart(list=path, first=first + 1, last=first + len(shown), total=len(value), part=number, parts=parts)
    found.append(Cut(told, _elsewhere(one.rest, holder) if one.rest else None))
    return shown


def _number(path: str, asked: tuple[str, int], lines: int) -> int:
    """Return which part of a list is to be here: the one asked for, or the one in which that stands."""
    inner = asked[0].removeprefix(f"{path}.")
    if path == asked[0]:
        return asked[1]
    return int(inner.partition(".")[0]) // lines + 1 if inner != asked[0] else 1


def _elsewhere(rest: str, holder: object) -> Elsewhere:
    page, _, field = rest.partition("/")
    if not field:
        return Elsewhere(page, "")
    about = holder[int(field)] if isinstance(holder, tuple) else getattr(holder, field)
    return Elsewhere(page, str(about))


def further(cuts: Sequence[Cut]) -> Iterator[str]:
    """Give every further part of the lists that were cut, as it stands in an address."""
    for each in cuts:
        for number in range(2, each.part.parts + 1):
            yield f"{each.part.list}/{number}"
