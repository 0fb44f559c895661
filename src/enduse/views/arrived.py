"""What arrived where in which month, added up once and brought up to date with what was posted since."""

from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

import msgspec

from enduse.book.book import Book
from enduse.book.clocks import DAY
from enduse.ledger.accounts import item_of
from enduse.ledger.packs import contents
from enduse.ledger.posting import Posting
from enduse.terms.amounts import is_money
from enduse.terms.times import instant_of
from enduse.views.shapes import Figure
from enduse.views.sums import resting

_CAME: Final = frozenset(("received", "entered"))
_Spot = tuple[int, str, str]
"""Entry whose effect it is, account and resource."""


class Delivered(msgspec.Struct, frozen=True, kw_only=True):
    """What arrived at a place in one month (of UTC), of one material, without what was taken back."""

    month: str
    place: str
    figure: Figure


class _Line:
    """What arrived in one month at one place of one resource, and the entries that say so."""

    def __init__(self) -> None:
        self.amount = 0
        self.entries: list[int] = []


class Arrived:
    """Arrivals by month, place and resource. Postings are only ever added, so that each is read once as a book grows."""

    def __init__(self) -> None:
        self._size = 0
        self._lines: dict[tuple[str, str, str], _Line] = defaultdict(_Line)
        self._caused: set[_Spot] = set()

    @property
    def size(self) -> int:
        """Entries of the book that were taken in."""
        return self._size

    def follow(self, book: Book) -> None:
        """Take in what was posted since; all of it the first time."""
        if self._size < book.size:
            self.take(book, book.kept_between("posting", self._size, book.size) if self._size else book.postings())
            self._size = book.size

    def take(self, book: Book, postings: Iterable[Posting]) -> None:
        """Take postings in, in log order."""
        for one in postings:
            if not one.account.startswith("stock ") or is_money(one.resource):
                continue
            if one.code in _CAME:
                if one.cause is not None:
                    self._caused.add((one.cause, one.account, one.resource))
            elif one.code != "reversed" or one.amount > 0 or not self._had_come(book, one):
                continue
            line = self._lines[_month(one.effective // DAY), item_of(one.account), one.resource]
            line.amount += one.amount
            line.entries.append(one.entry)

    def _had_come(self, book: Book, one: Posting) -> bool:
        """Say whether what a posting takes back is an arrival; it stands in the entry that is named, or was told in a later one."""
        if one.reverses is None:
            return False
        if (one.reverses, one.account, one.resource) in self._caused:
            return True
        return any(
            (other.account, other.resource) == (one.account, one.resource) and other.code in _CAME
            for other in book.postings_by([one.reverses])
        )

    def at(self, book: Book, places: set[str]) -> tuple[Delivered, ...]:
        """Return what arrived at some places, by month, place and material, in what packs hold."""
        content = contents(book.ledger)
        arrived: dict[tuple[str, str, str], list[tuple[int, _Line]]] = defaultdict(list)
        for (month, place, resource), line in self._lines.items():
            if place in places and line.amount:
                holds = content(resource)
                arrived[month, place, holds.resource].append((line.amount * holds.amount, line))
        return tuple(
            Delivered(
                month=month,
                place=place,
                figure=resting(
                    sum(amount for amount, _ in parts), resource, (at for _, line in parts for at in line.entries)
                ),
            )
            for (month, place, resource), parts in sorted(arrived.items(), key=lambda one: one[0])
        )


@lru_cache(maxsize=10_000)
def _month(day: int) -> str:
    return instant_of(day * DAY).strftime("%Y-%m")
