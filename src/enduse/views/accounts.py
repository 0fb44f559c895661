"""What every account of the ledger holds."""

import msgspec

from enduse.book.book import Book
from enduse.ledger.balances import NOW, Moment
from enduse.ledger.balances import balances as sum_up
from enduse.views.shapes import Figure


class Balance(msgspec.Struct, frozen=True):
    """What one account holds of one resource; its name says class, owner and what it is about."""

    account: str
    figure: Figure


def balances(book: Book, moment: Moment = NOW) -> tuple[Balance, ...]:
    """Return what every account holds, sorted; those that are even are left out."""
    held = book.ledger.balances if moment == NOW else sum_up(book.postings(), moment)
    return tuple(
        Balance(account, Figure(amount, resource))
        for account, amounts in sorted(held.items())
        for resource, amount in sorted(amounts.items())
    )
