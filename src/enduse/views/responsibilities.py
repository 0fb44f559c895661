"""Who is responsible for what, where, on which day; where nobody is, and where two are."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import combinations

import msgspec

from enduse.book.book import Book
from enduse.messages import Message, Refusal
from enduse.programme.appointments import clashes
from enduse.programme.coverage import CoverageGap, Overlap, coverage
from enduse.programme.mandates import MandateState
from enduse.terms.times import Period, instant_of

__all__ = ["CoverageGap", "MandateView", "OfferedMandate", "Overlap", "Responsibilities", "responsibilities"]


class MandateView(msgspec.Struct, frozen=True, kw_only=True):
    """A mandate in force.

    Attributes:
        mandate: its identifier.
        holder: party that holds it.
        functions: what for.
        places: where, with all that lies within.
        begins: from when.
        ends: until when; ``None`` when that is open.
        succeeds: mandate it took over from.
        standing: what the offer's citation says of it, such as *proposed by the author*.
        acceptance: log index of the statement that accepted it.
    """

    mandate: str
    holder: str
    functions: tuple[str, ...]
    places: tuple[str, ...]
    begins: datetime | None
    ends: datetime | None
    succeeds: str
    standing: str
    acceptance: int


class OfferedMandate(msgspec.Struct, frozen=True, kw_only=True):
    """A mandate that was offered, is not over and is not answered on record: nobody holds anything by it.

    Attributes:
        mandate: its identifier.
        party: that would hold it.
        itself: whether that party offers itself; else it was offered to it.
        functions: what for.
        places: where, with all that lies within.
        standing: what the offer's citation says of it, such as *adopted*.
        offer: log index of the statement that offered it.
    """

    mandate: str
    party: str
    itself: bool
    functions: tuple[str, ...]
    places: tuple[str, ...]
    standing: str
    offer: int


class Responsibilities(msgspec.Struct, frozen=True, kw_only=True):
    """Who holds what on a day, and what does not fit from that day on.

    Attributes:
        on: the day.
        held: mandates in force then.
        offered: mandates that were offered, and by then neither over nor answered.
        gaps: functions that nobody holds somewhere.
        overlaps: functions that two hold at once and may not share.
        clashes: separations of duties that came to light as broken after acceptance.
        related: for each two holders that are held related, the path of ties between them; of a tie that is over, until
            when it counts.
        posts: by rule on who may fill a body's posts, how they are filled, in counts.
    """

    on: datetime
    held: tuple[MandateView, ...]
    offered: tuple[OfferedMandate, ...]
    gaps: tuple[CoverageGap, ...]
    overlaps: tuple[Overlap, ...]
    clashes: tuple[Refusal, ...]
    related: tuple[tuple[Message, ...], ...]
    posts: tuple[Message, ...]


def responsibilities(
    book: Book, on: datetime | None = None, leaving: Mapping[str, datetime] | None = None
) -> Responsibilities:
    """Return who is responsible.

    Args:
        book: of the programme.
        on: a day; by default when the last statement was recorded.
        leaving: what if these parties left on those days?
    """
    day = on or instant_of(book.head.clock)
    covered = coverage(book.programme, period=Period(start=day), leaving=dict(leaving or {}))
    held = [mandate for mandate in book.programme.mandates.values() if mandate.in_force(day)]
    pairs = combinations(sorted({mandate.holder for mandate in held}), 2)
    return Responsibilities(
        on=day,
        held=tuple(_view(book, mandate) for mandate in held),
        offered=tuple(_offered(book, day)),
        gaps=covered.gaps,
        overlaps=covered.overlaps,
        clashes=tuple(clashes(book.programme)),
        related=tuple(path for pair in pairs if (path := book.programme.related(*pair))),
        posts=tuple(book.programme.posts.share(rule).told() for rule in book.programme.founded.compositions),
    )


def _offered(book: Book, day: datetime) -> Iterator[OfferedMandate]:
    for one in book.programme.mandates.values():
        if one.acceptance or one.declined or one.ending:
            continue
        if one.period.end is None or day < one.period.end:
            yield OfferedMandate(
                mandate=one.mandate,
                party=one.holder,
                itself=not one.given,
                functions=one.functions,
                places=one.places,
                standing=one.standing,
                offer=book.index_of(one.offer),
            )


def _view(book: Book, mandate: MandateState) -> MandateView:
    return MandateView(
        mandate=mandate.mandate,
        holder=mandate.holder,
        functions=mandate.functions,
        places=mandate.places,
        begins=mandate.begins,
        ends=mandate.ends,
        succeeds=mandate.succeeds or "",
        standing=mandate.standing,
        acceptance=book.index_of(mandate.acceptance),
    )
