"""What the books moved, in the units in which it is told: packs as what they hold, whenever that was said."""

from collections.abc import Callable, Iterable, Mapping

from enduse.book.book import Book
from enduse.ledger.packs import contents, held_in_contents, in_contents
from enduse.ledger.posting import Posting, PurchaseLink
from enduse.ledger.state import Line
from enduse.ledger.sums import AccountSum, BlockSums


def postings(book: Book) -> Iterable[Posting]:
    """Return all postings, in log order."""
    return in_contents(book.ledger, book.postings())


def summed(book: Book) -> Iterable[BlockSums]:
    """Return the sums of all postings, block by block."""
    if not (book.ledger.packs or book.ledger.same):
        return book.summed()
    content = contents(book.ledger)
    return (_in_contents(block, content) for block in book.summed())


def _in_contents(block: BlockSums, content: Callable[[str], Line]) -> BlockSums:
    made = BlockSums(money=block.money)
    for resource, accounts in block.lines.items():
        holds = content(resource)
        lines = {account: _scaled(line, holds.amount) for account, line in accounts.items()}
        made.join(BlockSums(lines={holds.resource: lines}))
    for (place, project, resource), line in block.uses.items():
        holds = content(resource)
        made.join(BlockSums(uses={(place, project, holds.resource): _scaled(line, holds.amount)}))
    return made


def _scaled(line: AccountSum, holds: int) -> AccountSum:
    speakers = {party: amount * holds for party, amount in line.speakers.items()}
    return AccountSum(line.amount * holds, line.entries, line.last, speakers)


def links(book: Book) -> Iterable[PurchaseLink]:
    """Return all purchases, in log order."""
    return in_contents(book.ledger, book.links())


def balances(book: Book) -> Mapping[str, Mapping[str, int]]:
    """Return what stands in each account by resource."""
    return held_in_contents(book.ledger, book.ledger.balances)
