"""What waits for the signatures of several: a council, a clock that one corrects, a tie that is said to be over."""

from collections.abc import Iterator
from typing import Literal

import msgspec

from enduse.book.book import Book
from enduse.statements.clock_correction import ClockCorrection
from enduse.statements.umbrella import Umbrella
from enduse.terms.times import micros


class WaitingCouncil(msgspec.Struct, frozen=True, kw_only=True):
    """An umbrella that some have signed, and that counts for nothing until enough have.

    Attributes:
        umbrella: its identifier.
        signed: who has signed just this content.
        asked: who is asked: whoever decides by a mandate and has not signed, and the council in force where its quorum lacks.
        entries: the statements that were signed.
    """

    umbrella: str
    signed: tuple[str, ...]
    asked: tuple[str, ...]
    entries: tuple[int, ...]


def waiting_councils(book: Book) -> tuple[WaitingCouncil, ...]:
    """Return the councils that wait for signatures, in the order in which they were first stated."""
    programme = book.programme
    found = []
    for signatures in programme.umbrella_signed.values():
        entries = tuple(sorted(map(book.index_of, signatures.values())))
        said = book.statement(entries[0]).statement
        if not isinstance(said, Umbrella):
            continue
        asked = sorted(programme.deciders(said.body) - signatures.keys())
        if programme.umbrella and programme.quorum_missing(tuple(sorted(signatures))):
            asked.append(programme.umbrella)
        found.append(
            WaitingCouncil(
                umbrella=said.body.umbrella, signed=tuple(sorted(signatures)), asked=tuple(asked), entries=entries
            )
        )
    return tuple(sorted(found, key=lambda one: one.entries))


class WaitingWord(msgspec.Struct, frozen=True, kw_only=True):
    """What some have said, and that counts for nothing until enough have: that a clock was wrong, or that a tie is over.

    Attributes:
        code: which of the two.
        about: identifier of the clock; or the party that was owned, or was a member.
        signed: who has said so.
        asked: who is asked: the umbrella in force, or the end of a tie that has not said so.
        entries: the statements that were signed.
        uncounted: parties whose word, and that of whoever is related to them, the council is not asked for.
    """

    code: Literal["agree_clock", "agree_tie_end"]
    about: str
    signed: tuple[str, ...]
    asked: tuple[str, ...]
    entries: tuple[int, ...]
    uncounted: tuple[str, ...]


def waiting_words(book: Book) -> tuple[WaitingWord, ...]:
    """Return what waits for further words, in the order in which it was first said."""
    return tuple(sorted([*_clocks(book), *_ties(book)], key=lambda one: one.entries))


def _clocks(book: Book) -> Iterator[WaitingWord]:
    """Give corrections of clocks that are not in effect; not those of a clock that was corrected since.

    Also what the council in force has signed enough of, because it became another one since: the next word brings it about.
    """
    programme, corrected = book.programme, dict[int, tuple[int, int]]()
    for by, wrong in book.clocks.corrections.items():
        corrected[wrong.clock] = (by, wrong.reads)
    for words in programme.clock_words.values():
        entries = tuple(sorted(map(book.index_of, words.values())))
        said = book.statement(entries[0]).statement
        if not isinstance(said, ClockCorrection) or not programme.umbrella:
            continue
        by, reads = corrected.get(book.index_of(said.body.clock), (-1, -1))
        if entries[-1] > by and reads != micros(said.body.time):
            yield WaitingWord(
                code="agree_clock",
                about=said.body.clock,
                signed=tuple(sorted(words)),
                asked=(programme.umbrella,),
                entries=entries,
                uncounted=(programme.keeper,),
            )


def _ties(book: Book) -> Iterator[WaitingWord]:
    """Give ties that some say to be over: the other end is asked, and the council where one of it has said so."""
    programme = book.programme
    for party, ties in programme.ties.items():
        for tie in ties.known:
            ends = (party, tie.other)
            asked = [end for end in ends if end not in tie.over and not tie.over.keys().isdisjoint(ends)]
            if any(programme.in_council(name) for name in tie.over if name not in ends):
                asked.append(programme.umbrella)
            if tie.over and tie.until is None and asked:
                yield WaitingWord(
                    code="agree_tie_end",
                    about=party,
                    signed=tuple(sorted(tie.over)),
                    asked=tuple(asked),
                    entries=tuple(sorted(map(book.index_of, tie.over.values()))),
                    uncounted=(programme.keeper, *ends),
                )
