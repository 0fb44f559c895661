"""Assurance over the book: what lies open, and what was measured against what was declared."""

from collections import defaultdict
from decimal import Decimal

from enduse.assurance.differences import Difference, Open, Use, judge, judge_use
from enduse.book.book import Book
from enduse.ledger.accounts import OUTCOMES, class_of, item_of, owner_of
from enduse.ledger.posting import Posting
from enduse.terms.amounts import goods_resource


def differences(book: Book) -> list[Difference]:
    """Judge every open difference account, the oldest first.

    The false-alarm budget is shared over all consignments that were received, even or not.
    """
    opened: dict[tuple[str, str], list[Posting]] = defaultdict(list)
    for posting in book.postings_of("difference"):
        opened[posting.account, posting.resource].append(posting)
    items = []
    for (account, resource), postings in opened.items():
        amount = book.ledger.balance(account, resource)
        if amount:
            entries = tuple(dict.fromkeys(posting.entry for posting in postings))
            items.append(
                Open(owner_of(account), item_of(account), resource, amount, min(p.effective for p in postings), entries)
            )
    received = sum(consignment.receipt is not None for consignment in book.ledger.consignments.values())
    judged = judge(items, book.readings, max(len(items), received))
    return sorted(judged, key=lambda found: (found.since, found.item, found.resource))


def uses(book: Book) -> list[Use]:
    """Compare declared use with measured use and bill of quantities, project by project."""
    declared: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for account, held in book.ledger.balances.items():
        if class_of(account) == "use":
            for resource, amount in held.items():
                declared[item_of(account), resource][owner_of(account)] = amount
    resolved: dict[tuple[str, str], int] = defaultdict(int)
    for outcome in OUTCOMES:
        for posting in book.postings_of(outcome):
            project = item_of(posting.account)
            if project in book.works.projects:
                resolved[project, posting.resource] += posting.amount
    return [
        judge_use(
            project,
            resource,
            declared=by_party,
            resolved=resolved[project, resource],
            bill=_bill(book, project, resource),
            readings=book.readings,
            judged=len(declared),
        )
        for (project, resource), by_party in sorted(declared.items())
    ]


def _bill(book: Book, project: str, resource: str) -> tuple[int, int] | None:
    """Return billed quantity and allowance in base units, where the bill names this material in this dimension."""
    known = book.works.projects.get(project)
    if known is None:
        return None
    for item in known.now.body.bill:
        billed, base = item.quantity.base()
        if goods_resource(item.material, base) == resource:
            return billed, int(billed * Decimal(item.tolerance))
    return None
