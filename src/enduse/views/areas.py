"""By broad area: what was promised for projects there, what came, what lies in stores there, and what is still waited for.

Everybody may read it: goods are counted as on the page of a place, so that a load that may still be on its way shows neither where it
left nor where it goes, and movements as they are told in public, late and without small counts.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from typing import Final

import msgspec

from enduse.assurance.differences import Difference
from enduse.book.assure import differences
from enduse.book.book import Book
from enduse.errors import EnduseError
from enduse.messages import Message
from enduse.programme.places import chain
from enduse.system import read_file
from enduse.views.access import area_of
from enduse.views.access_public import PublicAccess, PublicCounts, access_public
from enduse.views.cash import MoneyView, money
from enduse.views.goods_lines import GoodsLine, GoodsLines, MaterialLines, goods_lines
from enduse.views.loads import MovingGoods, unsettled
from enduse.views.outlines import BYTES_MAX, FILE, Outline, outlines
from enduse.views.shapes import Figure
from enduse.views.sums import resting, together

CAME: Final = ("held", "spoiled", "used", "off_purpose", "lost", "destroyed", "made", "missing_in_store")
"""Columns that together are what came to a place and did not go on from it; what is on its way is told of no place."""
_STORES: Final = frozenset(("warehouse", "vendor", "crossing", "corridor"))
"""Types of place at which goods wait for being sent on."""


class AreaSum(msgspec.Struct, frozen=True, kw_only=True):
    """What one area was promised of one resource, and what became of it.

    Attributes:
        area: which; empty: in no broad area, or nobody stated where.
        promised: by bills of quantities of projects there; of money what is committed, paid or spent for these.
        came: to sites and service points there, used or not; of money what was paid or spent.
        stored: lies in stores there, or left them and may still be on its way.
        waits: promised and not come.
    """

    area: str
    promised: Figure
    came: Figure
    stored: Figure
    waits: Figure


class AreaMeasure(msgspec.Struct, frozen=True, kw_only=True):
    """One resource, area by area."""

    resource: str
    lines: tuple[AreaSum, ...]


class AreaMovements(msgspec.Struct, frozen=True, kw_only=True):
    """Movements of all months that are told in an area: planned and facilitated; ``None`` where a count is not told."""

    area: str
    planned: int | None
    facilitated: int | None


class AreasView(msgspec.Struct, frozen=True, kw_only=True):
    """What was promised, what came and what waits, by broad area.

    Attributes:
        areas: those in which no other lies, by name.
        measures: money first, then materials, the one of which most is not where it should be first.
        movements: by area, as everybody may know them.
        until: first day of which no movement is told yet.
        least_count: counts below it are not told.
        outlines: of areas whose shape was given.
        unshaped: areas without one.
        wrong: why the shapes that were given cannot be drawn.
        given: whether shapes were given.
    """

    areas: tuple[str, ...]
    measures: tuple[AreaMeasure, ...]
    movements: tuple[AreaMovements, ...]
    until: date
    least_count: int
    outlines: tuple[Outline, ...]
    unshaped: tuple[str, ...]
    wrong: Message | None
    given: bool


def areas(
    book: Book,
    open_now: list[Difference] | None = None,
    cash: MoneyView | None = None,
    lines: GoodsLines | None = None,
    told: PublicAccess | None = None,
) -> AreasView:
    """Return what was promised, what came and what waits, by broad area, with the shapes that lie in the programme's folder.

    Args:
        book: of the programme.
        open_now: differences as judged, where the caller has them.
        cash: money by project, where the caller has it.
        lines: goods by place and project, where the caller has them.
        told: what everybody may know of access, where the caller has it.
    """
    told = access_public(book) if told is None else told
    cash = money(book) if cash is None else cash
    if lines is None:
        lines = goods_lines(book, differences(book) if open_now is None else open_now)
    names = sorted({area for place in book.programme.places if (area := area_of(book, place))})
    around = {above for name in names for above in chain(book.programme.places, name)[1:]}
    innermost = tuple(name for name in names if name not in around)
    drawn, wrong, given = _drawn(book, innermost)
    shaped = {one.area for one in drawn}
    return AreasView(
        areas=innermost,
        measures=tuple(
            measure for measure in (*_money(book, cash, names), *_goods(book, lines, names)) if measure.lines
        ),
        movements=area_movements(told),
        until=told.until,
        least_count=told.least_count,
        outlines=drawn,
        unshaped=tuple(name for name in innermost if name not in shaped),
        wrong=wrong,
        given=given,
    )


def area_movements(told: PublicAccess) -> tuple[AreaMovements, ...]:
    """Return of each area how many movements are told, and how many of them were facilitated."""
    return tuple(_moved(area, [one for one in told.months if one.area == area]) for area in _named(told.months))


def _named(months: Iterable[PublicCounts]) -> list[str]:
    return sorted({one.area for one in months if one.area})


def _moved(area: str, months: Iterable[PublicCounts]) -> AreaMovements:
    planned = facilitated = 0
    for one in months:
        if one.planned is None or one.facilitated is None:
            return AreaMovements(area=area, planned=None, facilitated=None)
        planned, facilitated = planned + one.planned, facilitated + one.facilitated
    return AreaMovements(area=area, planned=planned, facilitated=facilitated)


def came(
    lines: Iterable[GoodsLine], moving: Iterable[MovingGoods], resource: str, inside: Callable[[str], bool]
) -> list[Figure]:
    """Return what came to some places and did not go on from there, as it may be told to everybody, in its parts.

    What left a store and has not arrived is told as though it lay there still: its leaving is nobody's business yet.
    """
    moving = tuple(moving)
    there: list[Figure] = [getattr(one.sums, column) for one in lines if inside(one.name) for column in CAME]
    return [*untold(there, moving), *left(moving, resource, inside)]


def left(moving: Iterable[MovingGoods], resource: str, inside: Callable[[str], bool]) -> list[Figure]:
    """Return what may still be on its way from some places, without what was said of it."""
    return [one.figure for one in moving if one.figure.resource == resource and inside(one.origin)]


def untold(figures: Iterable[Figure], moving: Iterable[MovingGoods]) -> list[Figure]:
    """Return figures that rest on nothing that was said of what may still be on its way."""
    held_back = {entry for one in moving for entry in one.entries}
    return [
        resting(one.amount, one.resource, (entry for entry in one.entries if entry not in held_back)) for one in figures
    ]


def _sum(
    area: str, resource: str, promised: Iterable[Figure], arrived: Iterable[Figure], stored: Iterable[Figure] = ()
) -> AreaSum:
    wanted, there = together(resource, promised), together(resource, arrived)
    waits = max(0, wanted.amount - there.amount)
    return AreaSum(
        area=area,
        promised=wanted,
        came=there,
        stored=together(resource, stored),
        waits=resting(waits, resource, (*wanted.entries, *there.entries)),
    )


def _told(lines: Iterable[AreaSum]) -> tuple[AreaSum, ...]:
    return tuple(one for one in lines if one.promised.amount or one.came.amount or one.stored.amount)


def _money(book: Book, cash: MoneyView, names: Collection[str]) -> Iterable[AreaMeasure]:
    for currency in cash.currencies:
        sums: dict[str, tuple[list[Figure], list[Figure]]] = {area: ([], []) for area in (*names, "")}
        for line in currency.projects:
            reached = max(line.paid, line.spent, key=lambda figure: figure.amount)
            promised, arrived = sums[area_of(book, line.place) if line.place else ""]
            promised += [line.committed, reached] if line.committed.amount > 0 else [reached]
            arrived.append(reached)
        resource = f"money/{currency.totals.currency}"
        yield AreaMeasure(
            resource=resource, lines=_told(_sum(area, resource, *amounts) for area, amounts in sums.items())
        )


def _goods(book: Book, lines: GoodsLines, names: Collection[str]) -> Iterable[AreaMeasure]:
    places, moving = book.programme.places, unsettled(book)
    home = {place: area_of(book, place) for place in places}
    stores = {name for name, place in places.items() if place.type in _STORES}
    for material in lines.materials:
        yield AreaMeasure(
            resource=material.resource,
            lines=_told(_area(book, material, area, moving, home, stores) for area in (*names, "")),
        )


def _area(
    book: Book,
    material: MaterialLines,
    area: str,
    moving: tuple[MovingGoods, ...],
    home: dict[str, str],
    stores: Collection[str],
) -> AreaSum:
    name = material.resource

    def here(place: str) -> bool:
        return home.get(place, "") == area

    promised = [
        one.planned
        for one in material.projects
        if one.planned is not None
        and one.name in book.works.projects
        and here(book.works.projects[one.name].place or "")
    ]
    arrived = came(material.places, moving, name, lambda place: here(place) and place not in stores)
    held = [one.sums.held for one in material.places if one.name in stores and here(one.name)]
    away = left(moving, name, lambda place: here(place) and place in stores)
    return _sum(area, name, promised, arrived, [*untold(held, moving), *away])


def _drawn(book: Book, names: Collection[str]) -> tuple[tuple[Outline, ...], Message | None, bool]:
    """Return the outlines of areas, what is wrong with the shapes that lie in the folder, and whether there are any."""
    file = book.folder / FILE
    if not file.is_file():
        return (), None, False
    try:
        return outlines(read_file(file, BYTES_MAX), names, FILE), None, True
    except EnduseError as error:
        return (), error.problem.told, True
