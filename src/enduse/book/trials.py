"""What would come of statements, recorded next: tried on the book, which stays as it is."""

from collections.abc import Sequence

from enduse.book.book import Book
from enduse.book.fault import UNSTORABLE, FaultError, fault_of
from enduse.messages import Refusal
from enduse.record.tree import leaf_hash


def trials(
    book: Book, raws: Sequence[bytes], clock: int, *, to_first: bool = False, signed: bool = True
) -> list[Refusal | None]:
    """Say of one statement after the other why it would have no effect, recorded next.

    Args:
        book: stays as it is.
        raws: their envelopes, in order.
        clock: time of recording, microseconds since 1970.
        to_first: stop at the first that would have none.
        signed: whether their signatures are there to be checked; else they are taken to hold.

    Returns:
        Of each of them, until one that the book cannot take at all.

    Raises:
        EnduseError: the door refuses one.
    """
    found: list[Refusal | None] = []
    taken = None if signed else True
    book.flush()
    try:
        book.head.clock = max(book.head.clock, clock)
        for raw in raws:
            remark = book.fold(book.size, book.keyring.admit(raw, valid=taken), leaf_hash(raw))
            found.append(remark.refusal if remark else None)
            if to_first and found[-1] is not None:
                break
        book.encoded()
    except FaultError:
        found.append(book.forget_fault())
    except UNSTORABLE as error:
        found = [fault_of(error)]
    finally:
        book.reload()
    return found
