"""What every account of the ledger holds."""

import msgspec

from enduse.book.book import Book
from enduse.ledger.balances import NOW, Moment
from enduse.ledger.balances import balances as sum_up


class Balance(msgspec.Struct, frozen=True):
    """What one account holds of one resource, in smallest units; its name says class, owner and what it is about."""

    account: str
    resource: str
    amount: int


def balances(book: Book, moment: Moment = NOW) -> tuple[Balance, ...]:
    """Return what every account holds, sorted; those that are even are left out."""
    held = book.ledger.balances if moment == NOW else sum_up(book.postings(), moment)
    return tuple(
        Balance(account, resource, amount)
        for account, amounts in sorted(held.items())
        for resource, amount in sorted(amounts.items())
    )
