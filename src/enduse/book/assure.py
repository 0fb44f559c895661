"""Assurance over the book: what lies open, and what was measured against what was declared."""

from collections import defaultdict
from decimal import Decimal

from enduse.assurance.differences import Difference, Use, judge_use
from enduse.book.backing import declares, use_accounts
from enduse.book.book import Book
from enduse.book.opened import in_books, partial_readers
from enduse.ledger.accounts import OUTCOMES, class_of, item_of, owner_of
from enduse.terms.amounts import goods_resource


def differences(book: Book) -> list[Difference]:
    """Judge every open difference account, the oldest first.

    The false-alarm budget is shared over all consignments that were received, even or not.
    """
    open_now = book.facts.differences()
    return sorted(open_now, key=lambda item: (item.since, item.item, item.resource))


def uses(book: Book) -> list[Use]:
    """Compare declared use with measured use and bill of quantities, project by project."""
    declared: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for account, held in book.ledger.balances.items():
        if class_of(account) == "use":
            for resource, amount in held.items():
                by_party = declared[item_of(account), resource]
                if declares(book, owner_of(account), item_of(account)):
                    by_party[owner_of(account)] = amount
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
            without=_related(book, project, by_party),
            judged=len(declared),
            told=in_books(book),
        )
        for (project, resource), by_party in sorted(declared.items())
    ]


def _related(book: Book, project: str, declarers: dict[str, int]) -> frozenset[str]:
    """Return readers of a project's use who are related to its builders or to who declared the use."""
    known = book.facts.project(project)
    involved = {*declarers, *(known.builders if known else ())}
    others = map(owner_of, use_accounts(book, project, beside=True))
    return partial_readers(book.readings, project, involved, book.programme.related) | set(others)


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
