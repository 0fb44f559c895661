"""What became of something, and where it came from."""

from enduse.book.book import Book
from enduse.ledger.needed import needed
from enduse.ledger.trace import Graph, Trace, TraceEdge, TraceEnd, TraceNode, Tracer, TraceSum
from enduse.views import booked
from enduse.views.trace_ends import set_apart

__all__ = ["Graph", "Trace", "TraceEdge", "TraceEnd", "TraceNode", "TraceSum", "trace"]


def trace(book: Book, identifier: str) -> Trace:
    """Trace whatever ``identifier`` names, to its uses and back to its donors.

    Args:
        book: of the programme.
        identifier: of a pledge, payment, finding, lot, consignment, project, place or party.

    Raises:
        UnknownError: nothing in the ledger is called so.
    """
    postings, links = list(booked.postings(book)), list(booked.links(book))
    return set_apart(Tracer(needed(postings, links, identifier), links).trace(identifier), book)
