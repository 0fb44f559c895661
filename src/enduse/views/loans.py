"""Loans between stores: what was lent and not given back, by lender, borrower and material, in whatever lot."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

import msgspec

from enduse.book.book import Book
from enduse.ledger.consignment import counting
from enduse.ledger.packs import contents
from enduse.ledger.state import Consignment, Leg, Lending, Line
from enduse.terms.times import instant_of
from enduse.views.shapes import Figure
from enduse.views.sums import resting


class LoanView(msgspec.Struct, frozen=True, kw_only=True):
    """What one store lent another of one material.

    Attributes:
        lender: who lent it.
        borrower: who received it.
        lent: how much the borrower received as lent.
        repaid: how much of it the lender has back.
        open: still to be given back; negative where more was given back than was lent.
        since: when the first of it was received, as claimed; ``None`` where nothing lent is on record.
        told_by: who calls it lent or given back: where that is one of the two alone, the other has not said so.
    """

    lender: str
    borrower: str
    lent: Figure
    repaid: Figure
    open: Figure
    since: datetime | None
    told_by: tuple[str, ...]


class _Loan(msgspec.Struct):
    """What was lent and given back between two parties of one material."""

    lent: int = 0
    repaid: int = 0
    since: int | None = None
    told_by: set[str] = msgspec.field(default_factory=set)
    entries: list[int] = msgspec.field(default_factory=list)


def loans(book: Book) -> tuple[LoanView, ...]:
    """Return loans, those of which something is open first, the oldest of them first.

    What is lent is what its borrower received; what is still on its way is not lent yet. No word but that of the two counts.
    """
    found: dict[tuple[str, str, str], _Loan] = defaultdict(_Loan)
    content = contents(book.ledger)
    for number in book.ledger.lending:
        for key in book.ledger.numbers.get(number, ()):
            for what, sender, got, line in _lent(book.ledger.consignments[key]):
                pair = (sender, got.holder) if what == "loan" else (got.holder, sender)
                holds = content(line.resource)
                one = found[(*pair, holds.resource)]
                amount = line.amount * holds.amount
                if what == "loan":
                    one.lent += amount
                    one.since = got.effective if one.since is None else min(one.since, got.effective)
                else:
                    one.repaid += amount
                one.told_by |= _tellers(book.ledger.consignments[key], what, {sender, got.holder})
                one.entries.append(got.entry)
    views = [_view(*spot, one) for spot, one in found.items()]
    return tuple(sorted(views, key=lambda view: (not view.open.amount, str(view.since), view.lender, view.borrower)))


def _view(lender: str, borrower: str, resource: str, one: _Loan) -> LoanView:
    return LoanView(
        lender=lender,
        borrower=borrower,
        lent=resting(one.lent, resource, one.entries),
        repaid=resting(one.repaid, resource, one.entries),
        open=resting(one.lent - one.repaid, resource, one.entries),
        since=None if one.since is None else instant_of(one.since),
        told_by=tuple(sorted(one.told_by)),
    )


def _lent(one: Consignment) -> Iterator[tuple[Lending, str, Leg, Line]]:
    """Give what receivers received as lent or given back: by the sender's word, else by their own.

    Where its dispatches are not all for one reason, nobody can tell which of them a receipt is of: it goes by its own word.
    """
    sent = {leg.lending for leg, _ in counting(one.legs, "dispatch")}
    for got, line in counting(one.legs, "receipt"):
        what = got.lending or (next(iter(sent)) if len(sent) == 1 else "")
        if what and got.holder != one.sender:
            yield what, one.sender, got, line


def _tellers(one: Consignment, what: Lending, two: set[str]) -> set[str]:
    return {leg.speaker for leg in one.legs if leg.lending == what and leg.speaker in two}
