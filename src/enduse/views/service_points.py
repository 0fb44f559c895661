"""Service points as the record states them: clinics, field hospitals, water points, with supplies counted down from each report."""

from datetime import datetime
from decimal import Decimal

import msgspec

from enduse.access.access import PointReport
from enduse.book.book import Book
from enduse.terms.texts import Text

__all__ = ["PointView", "points"]


class PointView(msgspec.Struct, frozen=True, kw_only=True):
    """A service point as reported last, and what others said last of it: nobody's word takes the place of another's.

    Attributes:
        point: which.
        title: for people; in no public output.
        type: what it is.
        place: the broad area.
        services: what it offers.
        capacity: on a day, in ``unit``.
        unit: of the capacity.
        status: whether it works.
        reported: when that was said to be so.
        by: who says so.
        others: what other parties said last of it: who, when, whether it works, for how many more days its supplies last.
        supply_days: for how many more days supplies last, to a tenth; 0 or less where they have run out.
        access_until: until when people and goods may go there.
        access_lapsed: whether that is past.
    """

    point: str
    title: Text
    type: str
    place: str
    services: tuple[str, ...]
    capacity: int | None
    unit: str
    status: str
    reported: datetime
    by: str
    others: tuple[tuple[str, datetime, str, Decimal | None], ...]
    supply_days: Decimal | None
    access_until: datetime | None
    access_lapsed: bool


def points(book: Book, now: datetime) -> tuple[PointView, ...]:
    """Return every service point as reported last by its own time (of two, what was recorded later)."""
    told: dict[str, dict[str, PointReport]] = {}
    for _, said in book.access.points.each():
        by_party = told.setdefault(said.body.point, {})
        known = by_party.get(said.party)
        if known is None or (known.at, known.index) <= (said.at, said.index):
            by_party[said.party] = said
    return tuple(_point(tuple(told[name].values()), now) for name in sorted(told))


def _point(told: tuple[PointReport, ...], now: datetime) -> PointView:
    said, *others = sorted(told, key=lambda one: (one.at, one.index), reverse=True)
    body = said.body
    return PointView(
        point=body.point,
        title=body.title or next((one.body.title for one in others if one.body.title), body.title),
        type=body.type,
        place=said.place or "",
        services=body.services,
        capacity=body.capacity,
        unit=body.unit,
        status=body.status,
        reported=said.at,
        by=said.party,
        others=tuple((one.party, one.at, one.body.status, _left(one, now)) for one in others),
        supply_days=_left(said, now),
        access_until=body.access_until,
        access_lapsed=body.access_until is not None and body.access_until <= now,
    )


def _left(said: PointReport, now: datetime) -> Decimal | None:
    """Return for how many more days supplies last by one report."""
    if said.body.supply_days is None:
        return None
    passed = Decimal(int((now - said.at).total_seconds())) / 86_400
    return (Decimal(said.body.supply_days) - passed).quantize(Decimal("0.1"))
