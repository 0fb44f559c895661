"""Goods by donor, place and project: of each material what is held, spoiled, on its way, used, not there and destroyed.

Every account is counted once and its amount divided among givers by mass balance, so that the lines by donor, by place and
by project each add up to the material's own line, to the last unit. A stock below zero is set off against nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from enduse.assurance.differences import Difference
from enduse.book.book import Book
from enduse.ledger.accounts import OUTCOMES, class_of, item_of, transit
from enduse.ledger.arrival import Arrival
from enduse.ledger.owners import Parts, parts_of_goods, split
from enduse.ledger.state import Consignment
from enduse.ledger.sums import AccountSum
from enduse.system import uncollected
from enduse.terms.amounts import goods_resource, is_money
from enduse.views import booked
from enduse.views.goods import explained
from enduse.views.loans import LoanView, loans
from enduse.views.shapes import Figure
from enduse.views.sums import Sums, resting
from enduse.views.titles import TitleView, titles

_COLUMNS = {
    "stock": "held",
    "unusable": "spoiled",
    "use": "used",
    "consumed": "used",
    "written_off": "destroyed",
    "off_purpose": "off_purpose",
    "lost": "lost",
    "stolen": "lost",
    "damaged": "lost",
    "measurement_error": "within_error",
    "conversion": "made",
    "difference": "missing_in_store",
}
"""Class of account by the column it counts in."""
_BROUGHT: Final = frozenset(("origin", "conversion"))
"""Classes of account from which it is known whose goods are: who brought them in, or what they were made of."""


class GoodsSums(msgspec.Struct, frozen=True, kw_only=True):
    """Where goods of one material are.

    Attributes:
        held: in stores and of use, those below zero left out.
        spoiled: in stores and of no use: damaged, expired, recalled.
        on_way: sent and not yet due.
        used: built in, given out or used up, as declared.
        not_arrived: overdue, or closed short, beyond what the scales can tell.
        not_comparable: overdue, or closed short, beside goods of it that came in another unit.
        missing_in_store: from a store, beyond what the scales can tell, and not found.
        off_purpose: used for something else, as found.
        lost: as found: lost, stolen or damaged.
        destroyed: or sampled.
        within_error: what the scales explain.
        made: into another material.
    """

    held: Figure
    spoiled: Figure
    on_way: Figure
    used: Figure
    not_arrived: Figure
    not_comparable: Figure
    missing_in_store: Figure
    off_purpose: Figure
    lost: Figure
    destroyed: Figure
    within_error: Figure
    made: Figure


class GoodsLine(msgspec.Struct, frozen=True, kw_only=True):
    """Goods of one giver, at one place or for one project; the name is empty for what none is known of.

    Attributes:
        name: of the party, place or project.
        sums: where they are.
        planned: what a project's bill of quantities calls for.
        below_zero: of a place, how much more went out of its stores than the record shows came in.
    """

    name: str
    sums: GoodsSums
    planned: Figure | None = None
    below_zero: Figure | None = None


class MaterialLines(msgspec.Struct, frozen=True, kw_only=True):
    """All goods of one material.

    Attributes:
        resource: ledger name.
        total: where they are; the lines by donor, place and project each add up to it.
        below_zero: how much more went out of stores than the record shows came in.
        donors: whose money bought them, or who brought them in.
        places: where they are, or were to arrive.
        projects: for which they were used; one with a bill and nothing done yet stands with its zero.
    """

    resource: str
    total: GoodsSums
    below_zero: Figure
    donors: tuple[GoodsLine, ...]
    places: tuple[GoodsLine, ...]
    projects: tuple[GoodsLine, ...]


class GoodsLines(msgspec.Struct, frozen=True, kw_only=True):
    """Goods by material, donor, place and project.

    Attributes:
        materials: each by itself, the one of which most is not where it should be first.
        loans: between stores.
        titles: who owns what lies where, where title passed without the goods.
    """

    materials: tuple[MaterialLines, ...]
    loans: tuple[LoanView, ...] = ()
    titles: tuple[TitleView, ...] = ()


class _Spot(msgspec.Struct):
    """So much of one material in one column, of whom, where and for what."""

    column: str
    amount: int
    entries: list[int]
    of: Parts
    place: str = ""
    project: str = ""


@uncollected()
def goods_lines(book: Book, differences: list[Difference]) -> GoodsLines:
    """Return goods by material, donor, place and project.

    Args:
        book: of the programme.
        differences: as judged.
    """
    sums = Sums(blocks=booked.summed(book))
    parts = _parts(book, sums)
    arrivals: dict[str, list[Arrival]] = defaultdict(list)
    for arrival in book.facts.standings():
        arrivals[arrival.resource].append(arrival)
    small = explained(differences)
    known = [name for name in sums.resources() if not is_money(name)]
    planned = sorted({resource for resource, _ in _bills(book)} - set(known))
    lines = []
    for resource in (*known, *planned):
        spots = [*_accounts(book, sums, parts, resource, small), *_on_way(parts, arrivals[resource], small)]
        below = [
            (item_of(account), line) for account, line in sums.of(resource, "stock", "unusable") if line.amount < 0
        ]
        lines.append(_material(book, resource, spots, below))
    materials = tuple(sorted(lines, key=lambda line: (-_gravity(line.total), line.resource)))
    return GoodsLines(materials=materials, loans=loans(book), titles=titles(book))


def _parts(book: Book, sums: Sums) -> dict[tuple[str, str], Parts]:
    """Return whose goods lie where: of what nobody brought in nobody is asked, and nothing of it is replayed."""
    told = {name for name, lines in sums.lines.items() if any(class_of(account) in _BROUGHT for account in lines)}
    if not told:
        return {}
    links = list(booked.links(book))
    counting = (one for one in booked.postings(book) if one.resource in told or (links and is_money(one.resource)))
    return parts_of_goods(counting, links, "transit", *_COLUMNS)


def _gravity(sums: GoodsSums) -> int:
    """Return the share of a material that is not where it should be, in millionths."""
    bad = sums.not_arrived.amount + sums.missing_in_store.amount + sums.off_purpose.amount + sums.lost.amount
    return 1_000_000 * bad // max(1, _all(sums))


def _all(sums: GoodsSums) -> int:
    return sum(getattr(sums, name).amount for name in sums.__struct_fields__)


def _accounts(
    book: Book, sums: Sums, parts: dict[tuple[str, str], Parts], resource: str, small: set[tuple[str, str]]
) -> Iterator[_Spot]:
    """Give what lies in accounts; consignments are read."""
    used_at: dict[str, str] = {}
    for place, project, name in sums.uses:
        if name == resource:
            used_at.setdefault(project, place)
    for account, line in sums.of(resource, *_COLUMNS):
        if line.amount <= 0:
            continue
        kind, item = class_of(account), item_of(account)
        column = "within_error" if kind == "difference" and (item, resource) in small else _COLUMNS[kind]
        known = book.works.projects.get(item)
        place = item
        if known is not None or kind == "use":
            place = (known.place if known is not None else None) or used_at.get(item, "")
        elif kind in OUTCOMES and item not in book.programme.places:
            place = next((_end(book.ledger.consignments[key]) for key in book.ledger.numbers.get(item, ())), "")
        project = item if known is not None or kind == "use" else ""
        of = split(line.amount, parts.get((account, resource)) or {"": 1})
        yield _Spot(column, line.amount, line.entries, of, place, project)


def _on_way(
    parts: dict[tuple[str, str], Parts], arrivals: list[Arrival], small: set[tuple[str, str]]
) -> Iterator[_Spot]:
    """Give what of each consignment is on its way, or has not arrived, at the place where it was to arrive."""
    for arrival in arrivals:
        one = arrival.consignment
        whole = arrival.on_way + arrival.missing + max(arrival.rounding, 0)
        if whole <= 0:
            continue
        place = _end(one)
        of = split(whole, parts.get((transit(one.key), arrival.resource)) or {"": 1})
        there = split(arrival.on_way, of) if arrival.on_way else {}
        gone = {giver: amount - there.get(giver, 0) for giver, amount in of.items()}
        late = "within_error" if (one.key, arrival.resource) in small else "not_arrived"
        if arrival.other_units and late == "not_arrived":
            late = "not_comparable"
        entries = list(arrival.entries)
        if arrival.rounding:
            late = "within_error"
        for column, amount, share in (("on_way", arrival.on_way, there), (late, whole - arrival.on_way, gone)):
            if amount:
                yield _Spot(column, amount, entries, share, place)


def _end(consignment: Consignment) -> str:
    """Return where a consignment arrived, or was to arrive, as far as that is known."""
    got = consignment.of("receipt")
    return got[-1].place if got else next((leg.towards for leg in consignment.of("dispatch") if leg.towards), "")


def _bills(book: Book) -> dict[tuple[str, str], Figure]:
    """Return what each project's bill of quantities calls for, by resource and project."""
    found: dict[tuple[str, str], Figure] = {}
    for name, state in book.works.projects.items():
        for item in state.now.body.bill:
            amount, base = item.quantity.base()
            resource = goods_resource(item.material, base)
            found[resource, name] = resting(amount, resource, [state.now.index])
    return found


def _material(book: Book, resource: str, spots: list[_Spot], below: list[tuple[str, AccountSum]]) -> MaterialLines:
    by_donor: dict[str, list[_Spot]] = defaultdict(list)
    by_place: dict[str, list[_Spot]] = defaultdict(list)
    by_project: dict[str, list[_Spot]] = defaultdict(list)
    for spot in spots:
        by_place[spot.place].append(spot)
        if spot.project or spot.column == "used":
            by_project[spot.project].append(spot)
        for giver, amount in spot.of.items():
            if amount:
                by_donor[giver].append(msgspec.structs.replace(spot, amount=amount))
    planned = {project: figure for (name, project), figure in _bills(book).items() if name == resource}
    lacking: dict[str, list[AccountSum]] = defaultdict(list)
    for place, line in below:
        lacking[place].append(line)
    return MaterialLines(
        resource=resource,
        total=_sums(resource, spots),
        below_zero=_below(resource, [line for _, line in below]),
        donors=_sorted(GoodsLine(name=giver, sums=_sums(resource, of)) for giver, of in by_donor.items()),
        places=_sorted(
            GoodsLine(
                name=place,
                sums=_sums(resource, by_place.get(place, [])),
                below_zero=_below(resource, lacking[place]) if place in lacking else None,
            )
            for place in dict.fromkeys((*by_place, *lacking))
        ),
        projects=_sorted(
            GoodsLine(name=name, sums=_sums(resource, by_project.get(name, [])), planned=planned.get(name))
            for name in dict.fromkeys((*by_project, *planned))
        ),
    )


def _below(resource: str, lines: list[AccountSum]) -> Figure:
    return resting(-sum(line.amount for line in lines), resource, (entry for line in lines for entry in line.entries))


def _sums(resource: str, spots: list[_Spot]) -> GoodsSums:
    kept: dict[str, list[_Spot]] = defaultdict(list)
    for spot in spots:
        kept[spot.column].append(spot)
    return GoodsSums(
        **{
            name: resting(
                sum(spot.amount for spot in kept[name]),
                resource,
                (entry for spot in kept[name] for entry in spot.entries),
            )
            for name in GoodsSums.__struct_fields__
        }
    )


def _sorted(lines: Iterable[GoodsLine]) -> tuple[GoodsLine, ...]:
    return tuple(sorted(lines, key=lambda line: (-_all(line.sums), line.name)))
