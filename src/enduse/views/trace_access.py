"""What of access belongs to a trace: the movements whose notifications name its consignments, and where these waited.

Not for the public: a movement that is told here may not be told to everybody yet.
"""

from collections.abc import Iterable

from enduse.access.access import carries
from enduse.book.book import Book
from enduse.ledger.accounts import transit
from enduse.ledger.trace_seeds import TracePart
from enduse.terms.times import instant_of
from enduse.views.access import ItemOnTheWay, MovementView, movement_view, on_the_way_of

__all__ = ["movements_of", "parts_carried", "waits_of"]


def parts_carried(book: Book, movement: str) -> list[TracePart]:
    """Return what of the ledger a movement carries, by its notifications."""
    names = carries(book.access.movements.get(movement, ()))
    keys = [key for name in names for key in book.ledger.numbers.get(name, ())]
    return [TracePart("account", transit(key)) for key in keys]


def movements_of(book: Book, names: Iterable[str]) -> tuple[MovementView, ...]:
    """Return the movements of these names, and those whose notifications name these consignments, by planned departure."""
    now = instant_of(book.head.clock)
    found: dict[str, None] = {}
    for name in names:
        own = [name] if name in book.access.movements else []
        found |= dict.fromkeys((*own, *book.access.carrying(name)))
    views = [movement_view(name, book.access.movements[name], "notifier", now) for name in found]
    return tuple(sorted(views, key=lambda one: (one.planned or now, one.movement)))


def waits_of(book: Book, names: Iterable[str]) -> tuple[ItemOnTheWay, ...]:
    """Return where the consignments of these names stand between the request to bring them in and their delivery."""
    now = instant_of(book.head.clock)
    return tuple(one for name in names if (one := on_the_way_of(book, name, now)) is not None)
