"""Who says otherwise than a visit, or than another statement of its monitor: each by name, and nobody is judged."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Literal

import msgspec

from enduse.book.book import Book
from enduse.statements.visit import VisitBody
from enduse.works.stated import StatedBody
from enduse.works.visits import VisitState

Made = tuple[str, VisitState, StatedBody[VisitBody]]


class Contradiction(msgspec.Struct, frozen=True, kw_only=True):
    """That somebody else says otherwise than a visit, or than a statement of its monitor.

    Attributes:
        visit: which visit, where it is one.
        by: who.
        how: ``found_false`` by another visit, ``saw_otherwise`` on the visit to the site before or after, ``finding`` that does
            not support it, or ``claim`` about it.
        entry: the word of the other.
        of: the statement it is about.
    """

    visit: str
    by: str
    how: Literal["found_false", "saw_otherwise", "finding", "claim"]
    entry: int
    of: int


def contradictions(book: Book, visits: Mapping[str, VisitState]) -> Mapping[str, list[Contradiction]]:
    """Return by monitor what others say otherwise.

    Args:
        book: of the programme.
        visits: by their names.
    """
    found: dict[str, list[Contradiction]] = defaultdict(list)
    made: list[Made] = [(name, state, state.made) for name, state in visits.items() if state.made is not None]
    told = {one.index: name for name, _, one in made}
    for _, state, one in made:
        for statement in one.body.false:
            index = book.facts.index_of(statement)
            party = book.statement(index).statement.party if index is not None else state.monitor
            if index is not None and party != state.monitor:
                found[party].append(
                    Contradiction(
                        visit=told.get(index, ""), by=state.monitor, how="found_false", entry=one.index, of=index
                    )
                )
    for first, second in _successive(made):
        for (name, state, one), (_, other, word) in ((first, second), (second, first)):
            found[state.monitor].append(
                Contradiction(visit=name, by=other.monitor, how="saw_otherwise", entry=word.index, of=one.index)
            )
    for name, state in visits.items():
        found[state.monitor] += _said_of(book, name, state)
    return found


def _successive(made: list[Made]) -> Iterator[tuple[Made, Made]]:
    """Give visits of two monitors to one site that followed each other, one of which saw what the other did not."""
    sites: dict[tuple[str, str], list[Made]] = defaultdict(list)
    for one in made:
        if one[2].body.outcome != "no_access":
            sites[one[1].place, one[1].project].append(one)
    for there in sites.values():
        for first, second in pairwise(sorted(there, key=lambda one: (one[2].at, one[2].index))):
            if first[1].monitor != second[1].monitor and first[2].body.outcome != second[2].body.outcome:
                yield first, second


def _said_of(book: Book, name: str, state: VisitState) -> Iterator[Contradiction]:
    """Give claims about a visit by others, and findings that do not support it."""
    step = state.made or state.cancelled or state.planned
    for item in book.programme.knowledge.said.get(name, ()):
        if step is None or item.taken_back_at is not None or item.reported_by == state.monitor:
            continue
        if item.sort == "claim":
            yield Contradiction(visit=name, by=item.by, how="claim", entry=item.index, of=step.index)
        elif item.sort == "finding" and item.result == "not_supported":
            yield Contradiction(visit=name, by=item.by, how="finding", entry=item.index, of=step.index)
