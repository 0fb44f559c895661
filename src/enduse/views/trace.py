"""What became of something, and where it came from."""

from collections.abc import Iterable

from enduse.book.book import Book
from enduse.ledger.needed import needed
from enduse.ledger.posting import Posting
from enduse.ledger.trace import Graph, Trace, TraceEdge, TraceEnd, TraceNode, Tracer, TraceSum
from enduse.system import uncollected
from enduse.views import booked
from enduse.views.trace_ends import set_apart

__all__ = ["Graph", "Trace", "TraceEdge", "TraceEnd", "TraceNode", "TraceSum", "trace"]


@uncollected()
def trace(book: Book, identifier: str) -> Trace:
    """Trace whatever ``identifier`` names, to its uses and back to its donors.

    Args:
        book: of the programme.
        identifier: of a pledge, payment, finding, lot, consignment, project, place or party.

    Raises:
        UnknownError: nothing in the ledger is called so.
    """
    links = list(booked.links(book))

    def every() -> Iterable[Posting]:
        return booked.postings(book)

    def money() -> Iterable[Posting]:
        return (one for block in book.summed() for one in block.money)

    some = needed(book.posted(), links, identifier, every, money)
    return set_apart(Tracer(some, links).trace(identifier), book)
