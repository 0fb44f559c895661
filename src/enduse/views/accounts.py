"""What every account of the ledger holds."""

import msgspec

from enduse.book.book import Book
from enduse.views.shapes import Figure


class Balance(msgspec.Struct, frozen=True):
    """What one account holds of one resource; its name says class, owner and what it is about."""

    account: str
    figure: Figure


def balances(book: Book) -> tuple[Balance, ...]:
    """Return what every account holds, sorted; those that are even are left out."""
    return tuple(
        Balance(account, Figure(amount, resource))
        for account, amounts in sorted(book.ledger.balances.items())
        for resource, amount in sorted(amounts.items())
    )
