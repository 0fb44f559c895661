"""What became of a file, in words.

What is alike is told once: a list of three thousand receipts of which no dispatch is recorded yet is a few lines, and no three thousand.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from enduse.errors import Problem
from enduse.exchange.import_result import CountedNote
from enduse.exchange.tables.figures import SourceFigure
from enduse.messages import Message
from enduse.messages.english import TERMS
from enduse.pages.localizer import Localizer


def figure_words(figure: SourceFigure, localizer: Localizer) -> str:
    """Return what a figure counts: what its profile calls it, translated where the profile is one of ours."""
    title = localizer.term(figure.name) if figure.name in TERMS else localizer.translated(figure.title)
    return localizer.say("{title} (at least so many)", title=title) if figure.lower_bound else title


ALIKE_MAX: Final = 10
"""So many remarks or refusals that differ only in a name or a number are told one by one."""
FIRST_SHOWN: Final = 3
"""Of more, so many are."""
PLACES_SHOWN: Final = 3
"""So many rows are named of each."""


class ToldOfRows(NamedTuple):
    """What is told of so many rows: what, what to do, and where the first of them are; 0 where it says itself how many."""

    rows: int
    told: str
    remedy: str = ""
    places: tuple[str, ...] = ()


class _Kind(NamedTuple):
    """Messages of one kind, in order: of how many rows each tells, where the first of them are, and of how many more rows such are told."""

    counts: dict[Message, int]
    places: dict[Message, list[str]]
    alike: list[int]


def remarks(notes: Iterable[CountedNote], words: Localizer) -> list[ToldOfRows]:
    """Return what there is to say of rows that were taken or passed over."""
    kinds: dict[tuple[str, ...], _Kind] = {}
    for item in notes:
        kind = kinds.setdefault((item.note.code,), _Kind({}, {}, []))
        kind.counts[item.note] = kind.counts.get(item.note, 0) + item.count
        kind.alike.append(item.alike)
    return [line for kind in kinds.values() for line in _lines(kind, words)]


def refusals(problems: Iterable[Problem], words: Localizer, places: int = PLACES_SHOWN) -> list[ToldOfRows]:
    """Return what is wrong with rows, the kind of which there is most first, with so many places of each."""
    kinds: dict[tuple[str, ...], _Kind] = {}
    for problem in problems:
        told = problem.told
        kind = kinds.setdefault((told.code, problem.path), _Kind({}, {}, []))
        kind.counts[told] = kind.counts.get(told, 0) + 1
        if len(known := kind.places.setdefault(told, [])) < places:
            known.append(words.isolate(problem.place))
    most_first = sorted(kinds.values(), key=lambda kind: -sum(kind.counts.values()))
    return [line for kind in most_first for line in _lines(kind, words)]


def _lines(kind: _Kind, words: Localizer) -> Iterator[ToldOfRows]:
    shown = sorted(kind.counts.items(), key=lambda item: -item[1])
    shown = shown if len(shown) <= ALIKE_MAX else shown[:FIRST_SHOWN]
    remedies = [words.remedy(message) for message, _ in shown]
    alike = len(set(remedies)) == 1
    for at, (message, count) in enumerate(shown, start=1):
        remedy = "" if alike and at < len(shown) else remedies[at - 1]  # what is to be done with all of them, once
        yield ToldOfRows(count, words.message(message), remedy, tuple(kind.places.get(message, ())))
    if left := sum(kind.counts.values()) + sum(kind.alike) - sum(count for _, count in shown):
        yield ToldOfRows(0, words.count("and one more of this kind", "and {n} more of this kind", left))
