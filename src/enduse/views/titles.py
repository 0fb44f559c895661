"""Who owns what lies where, where title passed and the goods stayed: by the word of who gave it away."""

from collections import defaultdict

import msgspec

from enduse.book.book import Book
from enduse.ledger.accounts import class_of, item_of, owner_of
from enduse.views import booked
from enduse.views.shapes import Figure
from enduse.views.sums import resting


class TitleView(msgspec.Struct, frozen=True, kw_only=True):
    """What a party owns at a place by title.

    Attributes:
        owner: to whom title passed.
        place: where the goods lay.
        figure: how much.
        lies: how much of it can still lie there: no more than what all hold there together.
        holders: who hold such goods there, by their own stocks; custody does not follow title.
        givers: who gave title away there.
    """

    owner: str
    place: str
    figure: Figure
    lies: Figure
    holders: tuple[str, ...]
    givers: tuple[str, ...]


def titles(book: Book) -> tuple[TitleView, ...]:
    """Return what parties own by title where it lies, by place, owner and material."""
    owned: dict[tuple[str, str, str], int] = {}
    given: dict[tuple[str, str], set[str]] = defaultdict(set)
    held: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for account, line in booked.balances(book).items():
        kind, spot = class_of(account), item_of(account)
        for resource, amount in line.items() if kind in {"title", "stock"} else ():
            if kind == "stock" and amount > 0:
                held[spot, resource][owner_of(account)] = amount
            elif kind == "title" and amount > 0:
                owned[spot, owner_of(account), resource] = amount
            elif kind == "title":
                given[spot, resource].add(owner_of(account))
    return tuple(
        TitleView(
            owner=owner,
            place=place,
            figure=resting(amount, resource, []),
            lies=resting(min(amount, sum(held[place, resource].values())), resource, []),
            holders=tuple(sorted(held[place, resource])),
            givers=tuple(sorted(given[place, resource])),
        )
        for (place, owner, resource), amount in sorted(owned.items())
    )
