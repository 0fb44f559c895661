"""What each party carried for others, as it may be told to everybody: loads of which nothing more is to come, and no other."""

import msgspec

from enduse.book.assure import differences
from enduse.book.book import Book
from enduse.views.goods import explained
from enduse.views.loads import LoadLine, arrivals, lines, moves
from enduse.views.shapes import Figure


class CarriedGoods(msgspec.Struct, frozen=True, kw_only=True):
    """What a party carried of one material.

    Attributes:
        sent: how much was sent with it.
        came: how much of that came, or went back to its sender.
        open: how much of it is not explained, not even by the error of scales; negative where more came than was sent.
    """

    sent: Figure
    came: Figure
    open: Figure


class Carried(msgspec.Struct, frozen=True, kw_only=True):
    """What a party carried for others.

    Attributes:
        party: who carried, by the word of those who sent.
        loads: of which it alone carried all: how many.
        shared: loads that several carried, of which no part is told as one's own.
        goods: by material, of the loads that it alone carried.
    """

    party: str
    loads: int
    shared: int
    goods: tuple[CarriedGoods, ...]


def carried(book: Book) -> tuple[Carried, ...]:
    """Return what each party carried for others, by party."""
    standing, small = arrivals(book), explained(differences(book))
    loads: dict[str, int] = {}
    shared: dict[str, int] = {}
    goods: dict[str, dict[str, list[int]]] = {}
    for key, one in book.ledger.consignments.each():
        carriers = {leg.carrier for leg in one.of("dispatch") if leg.carrier and leg.carrier != leg.holder}
        carriers |= {leg.carrier for leg in one.of("takeover") if leg.carrier}
        mine = standing.get(key, [])
        if not carriers or any(map(moves, mine)):
            continue
        if len(carriers) > 1:
            for party in carriers:
                shared[party] = shared.get(party, 0) + 1
            continue
        (party,) = carriers
        loads[party] = loads.get(party, 0) + 1
        for line in lines(one, {arrival.resource: arrival for arrival in mine}):
            _add(
                goods.setdefault(party, {}).setdefault(line.sent.resource, [0, 0, 0]),
                line,
                within=(key, line.sent.resource) in small,
            )
    return tuple(
        Carried(
            party=party,
            loads=loads.get(party, 0),
            shared=shared.get(party, 0),
            goods=tuple(
                CarriedGoods(sent=Figure(sent, name), came=Figure(came, name), open=Figure(left, name))
                for name, (sent, came, left) in sorted(goods.get(party, {}).items())
            ),
        )
        for party in sorted({*loads, *shared})
    )


def _add(sums: list[int], line: LoadLine, *, within: bool) -> None:
    for at, amount in enumerate((line.sent.amount, line.came.amount, 0 if within else line.open.amount)):
        sums[at] += amount
