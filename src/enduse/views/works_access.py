"""What of works and access somebody has to look at: needs unfunded, projects without a place, what waits and what has run out.

Only what is open is here; `enduse works` and `enduse access` tell all.
"""

from datetime import datetime
from decimal import Decimal

import msgspec

from enduse.book.book import Book
from enduse.terms.texts import Text
from enduse.terms.times import instant_of
from enduse.views.access import crossings, on_the_way
from enduse.views.norms import BillBeside, bills_beside
from enduse.views.service_points import points
from enduse.views.works import works_gaps

__all__ = ["PassageWaiting", "PointLapsed", "WorksAccess", "works_access"]


class PassageWaiting(msgspec.Struct, frozen=True, kw_only=True):
    """Goods that wait at a crossing or corridor.

    Attributes:
        place: which.
        consignments: that wait there.
        trucks: their lorry loads.
        closed: whether somebody says that it is closed now.
    """

    place: str
    consignments: int
    trucks: int
    closed: bool


class PointLapsed(msgspec.Struct, frozen=True, kw_only=True):
    """A service point whose supplies have run out, as counted down from the last report, or whose access has lapsed.

    Attributes:
        point: which.
        title: for people; in no public output.
        type: what it is.
        place: the broad area.
        supply_days: for how many more days supplies last, 0 or less where they have run out; ``None`` where nobody says.
        access_lapsed: whether the day until which people and goods may go there is past.
    """

    point: str
    title: Text
    type: str
    place: str
    supply_days: Decimal | None
    access_lapsed: bool

    @property
    def run_out(self) -> bool:
        """Whether its supplies have run out."""
        return self.supply_days is not None and self.supply_days <= 0


class WorksAccess(msgspec.Struct, frozen=True, kw_only=True):
    """What of works and access somebody has to look at.

    Attributes:
        unanswered: needs that no project answers.
        unfunded: needs for which no money was committed, paid or spent.
        unplaced: projects without a place.
        bills: what bills ask for, where a norm or an independent estimate stands beside it.
        waiting: goods that wait, the most lorry loads first.
        points: service points whose supplies have run out or whose access has lapsed.
    """

    unanswered: tuple[str, ...] = ()
    unfunded: tuple[str, ...] = ()
    unplaced: tuple[str, ...] = ()
    bills: tuple[BillBeside, ...] = ()
    waiting: tuple[PassageWaiting, ...] = ()
    points: tuple[PointLapsed, ...] = ()


def works_access(book: Book) -> WorksAccess:
    """Return what of works and access somebody has to look at."""
    now = instant_of(book.head.clock)
    unanswered, unfunded, unplaced = works_gaps(book)
    reported = (
        PointLapsed(
            point=one.point,
            title=one.title,
            type=one.type,
            place=one.place,
            supply_days=one.supply_days,
            access_lapsed=one.access_lapsed,
        )
        for one in points(book, now)
    )
    return WorksAccess(
        unanswered=unanswered,
        unfunded=unfunded,
        unplaced=unplaced,
        bills=bills_beside(book),
        waiting=_waiting(book, now),
        points=tuple(one for one in reported if one.run_out or one.access_lapsed),
    )


def _waiting(book: Book, now: datetime) -> tuple[PassageWaiting, ...]:
    """Return what is not over, by the crossing or corridor that its last step with a place names."""
    found = (
        PassageWaiting(
            place=one.place,
            consignments=one.waiting,
            trucks=one.waiting_trucks,
            closed=any(start <= now for _, start, *_ in one.closures),
        )
        for one in crossings(book, on_the_way(book, now), now)
        if one.waiting
    )
    return tuple(sorted(found, key=lambda one: (-one.trucks, one.place)))
