"""The book on one page: money, goods, what is missing, who is responsible, what waits for whom."""

from collections import defaultdict
from typing import Literal

import msgspec

from enduse.assurance.differences import Difference, Use
from enduse.book.assure import differences, uses
from enduse.book.book import Book
from enduse.errors import Problem
from enduse.ledger.accounts import OUTCOMES, class_of, owner_of
from enduse.ledger.balances import NOW, Moment, balances, negative_stock
from enduse.release.release import Tranche
from enduse.terms.times import instant_of

Balances = dict[str, dict[str, int]]
"""Amount by account, then resource."""

OVERDUE_DAYS = 14
"""A dispatch without receipt for longer than this waits for its carrier."""


class Money(msgspec.Struct, frozen=True, kw_only=True):
    """Money in one currency, in 1/10,000 of its unit.

    Attributes:
        resource: ledger name.
        pledged: promised in all.
        open: promised or committed and not yet disbursed; what was given beyond a pledge is not set off.
        beyond: disbursed beyond what was promised.
        disbursed: placed at a recipient's disposal.
        held: received and not yet spent.
        spent: paid to suppliers and contractors.
    """

    resource: str
    pledged: int
    open: int
    beyond: int
    disbursed: int
    held: int
    spent: int


class Goods(msgspec.Struct, frozen=True, kw_only=True):
    """One material in base units, by where it is; ``difference`` is open, ``found`` was resolved by findings."""

    resource: str
    entered: int
    stock: int
    transit: int
    used: int
    consumed: int
    difference: int
    found: int
    unlinked: int


class Wait(msgspec.Struct, frozen=True):
    """What waits for whom: ``party`` must do something about ``item`` because of ``what``."""

    party: str
    what: Literal[
        "answer_for_difference",
        "receipt_overdue",
        "offer_unanswered",
        "measure_use",
        "explain_use",
        "disclosure_overdue",
    ]
    item: str
    resource: str = ""
    amount: int = 0


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """Everything on one page; see the classes above."""

    title: dict[str, str]
    origin: str
    size: int
    recorded_at: str
    statements: dict[str, tuple[int, int]]
    money: list[Money]
    goods: list[Goods]
    missing: list[Difference]
    explained: int
    uses: list[Use]
    tranches: list[Tranche]
    mandates: int
    unheld: list[str]
    waits: list[Wait]
    contradictions: list[Problem]


def summarise(book: Book, moment: Moment = NOW) -> Summary:
    """Return the book on one page.

    Args:
        book: the programme.
        moment: money and goods as at a claimed time, as known at a recorded one; all else is as of the last entry.
    """
    held_now = book.ledger.balances if moment == NOW else balances(book.postings(), moment)
    now = instant_of(book.head.clock)
    judged = differences(book)
    measured = uses(book)
    in_force = [mandate for mandate in book.programme.mandates.values() if mandate.in_force(now)]
    held = {function for mandate in in_force for function in mandate.functions}
    return Summary(
        title=dict(book.programme.title),
        origin=book.log.origin,
        size=book.size,
        recorded_at=now.isoformat(),
        statements=book.head.counts,
        money=_money(held_now),
        goods=_goods(held_now),
        missing=[item for item in judged if item.missing],
        explained=sum(not item.missing for item in judged),
        uses=measured,
        tranches=book.tranches(),
        mandates=len(in_force),
        unheld=[function for function in book.programme.functions if function not in held],
        waits=_waits(book, judged, measured),
        contradictions=list(negative_stock(book.postings_of("stock"), moment)),
    )


def _sums(held_now: Balances) -> dict[str, dict[str, tuple[int, int]]]:
    """Return per resource and account class the sums of positive and of negative balances."""
    sums: dict[str, dict[str, tuple[int, int]]] = defaultdict(lambda: defaultdict(lambda: (0, 0)))
    for account, held in held_now.items():
        for resource, amount in held.items():
            plus, minus = sums[resource][class_of(account)]
            sums[resource][class_of(account)] = (plus + max(amount, 0), minus + min(amount, 0))
    return sums


def _money(held_now: Balances) -> list[Money]:
    found = []
    for resource, sums in sorted(_sums(held_now).items()):
        if not resource.startswith("money/"):
            continue
        net = {name: sum(pair) for name, pair in sums.items()}
        pledged = -net.get("promised", 0)
        still = [sums[name] for name in ("pledged", "committed") if name in sums]
        held, spent = net.get("held", 0), net.get("spent", 0)
        found.append(
            Money(
                resource=resource,
                pledged=pledged,
                open=sum(plus for plus, _ in still),
                beyond=-sum(minus for _, minus in still) - net.get("unpledged", 0),
                disbursed=held + spent,
                held=held,
                spent=spent,
            )
        )
    return found


def _goods(held_now: Balances) -> list[Goods]:
    found = []
    for resource, sums in sorted(_sums(held_now).items()):
        if resource.startswith("money/"):
            continue
        net = {name: sum(pair) for name, pair in sums.items()}
        found.append(
            Goods(
                resource=resource,
                entered=-net.get("origin", 0),
                stock=net.get("stock", 0),
                transit=net.get("transit", 0),
                used=net.get("use", 0),
                consumed=net.get("consumed", 0) + net.get("written_off", 0),
                difference=net.get("difference", 0),
                found=sum(net.get(name, 0) for name in OUTCOMES),
                unlinked=-net.get("unlinked", 0),
            )
        )
    return found


def _waits(book: Book, judged: list[Difference], measured: list[Use]) -> list[Wait]:
    waits = [
        Wait(item.owner, "answer_for_difference", item.item, item.resource, item.amount)
        for item in judged
        if item.missing
    ]
    limit = book.head.clock - OVERDUE_DAYS * 86_400_000_000
    for name, consignment in book.ledger.consignments.items():
        leg = consignment.dispatch
        if leg is not None and not consignment.resolution and leg.effective < limit:
            waits += [Wait(leg.carrier, "receipt_overdue", name, line.resource, line.amount) for line in leg.lines]
    waits += [
        Wait(mandate.holder, "offer_unanswered", name)
        for name, mandate in book.programme.mandates.items()
        if not mandate.acceptance and not mandate.declined and mandate.ended_at is None
    ]
    waits += [
        Wait(seal.party, "disclosure_overdue", seal.body.about)
        for seal in book.seals.overdue(instant_of(book.head.clock))
    ]
    for use in measured:
        builder = _builder(book, use.project)
        if use.judgement == "not_measured" and use.billed is not None:
            waits.append(Wait(builder, "measure_use", use.project, use.resource, use.declared))
        elif use.judgement in {"beyond_error", "exact"} and use.short:
            waits.append(Wait(builder, "explain_use", use.project, use.resource, use.short))
    return waits


def _builder(book: Book, project: str) -> str:
    """Return who declared the use, else who builds."""
    for account in book.ledger.balances:
        if class_of(account) == "use" and account.endswith(f" {project}"):
            return owner_of(account)
    known = book.works.projects.get(project)
    return (known.now.body.contractor or known.owner) if known else ""
