"""Advances: what was given to be accounted for, what was spent of it, accepted, given back, and what is open since when."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import pairwise

import msgspec

from enduse.book.book import Book
from enduse.ledger.accounts import accepted, class_of, owner_of, rejected
from enduse.ledger.consignment import DAY
from enduse.ledger.movements import standing
from enduse.ledger.posting import Posting
from enduse.terms.times import instant_of
from enduse.views.leads import one_payment
from enduse.views.shapes import Figure
from enduse.views.sums import resting
from enduse.works.works import advance_key

OwnNumbers = dict[tuple[str, str, str], tuple[str, str]]
"""By recipient, its own number of a payment and resource: who paid, and the number by which the payment counts."""


class AdvanceMoney(msgspec.Struct, frozen=True, kw_only=True):
    """One advance in its currency.

    ``paid`` is together what was accepted, given back and is open, as far as no more was accepted than paid.

    Attributes:
        payer: who gave it.
        recipient: who is to account for it.
        number: the payer's, of that payment.
        paid: what reached the recipient.
        spent: what the recipient says it spent of it.
        accepted: what the payer accepts of that.
        rejected: what the payer does not accept.
        refunded: given back.
        open: still to be accounted for, or given back.
        owed: of what is open, what was rejected.
        unanswered: of what is open, what was spent and the payer has not answered.
        due: by when it is to be accounted for.
        days: after that day, where anything is open.
        asked: who can close it: its payer where all that is open waits for its answer, else its recipient; empty where nothing is open.
    """

    payer: str
    recipient: str
    number: str
    paid: Figure
    spent: Figure
    accepted: Figure
    rejected: Figure
    refunded: Figure
    open: Figure
    owed: Figure
    unanswered: Figure
    due: datetime
    days: int
    asked: str


class _Advance(msgspec.Struct):
    """An advance as it was paid, and what was said of it."""

    payer: str
    recipient: str
    number: str
    resource: str
    amount: int
    due: int
    effective: int
    spent: int = 0
    refunded: int = 0
    entries: dict[str, list[int]] = msgspec.field(default_factory=lambda: defaultdict(list))


def advances(book: Book) -> tuple[AdvanceMoney, ...]:
    """Return all advances, those that are open first, by the day on which they are to be accounted for."""
    if not len(book.works.advances):
        return ()
    postings = [one for block in book.summed() for one in block.money]
    return advances_of(postings, dict(book.works.advances.items()), book.head.clock, _own_numbers(book))


def _own_numbers(book: Book) -> OwnNumbers:
    """Return the numbers under which recipients tell payments of which their payers' words count."""
    found: OwnNumbers = {}
    for told, counts in one_payment(book.ledger):
        _, payer, _, recipient = told.relation.split(" ")
        cash = told.halves[-1]
        found[recipient, cash.item or "", cash.resource] = payer, counts.halves[-1].item or ""
    return found


def overdue(book: Book) -> tuple[AdvanceMoney, ...]:
    """Return the advances whose day has passed and of which something is open; postings are read only where one can be."""
    now = book.head.clock // DAY
    if not any(told.isdecimal() and int(told) // DAY < now for _, told in book.works.advances.items()):
        return ()
    return tuple(one for one in advances(book) if one.days)


def advances_of(
    postings: Iterable[Posting], told: Mapping[str, str], now: int, own: OwnNumbers | None = None
) -> tuple[AdvanceMoney, ...]:
    """Return advances from postings.

    A refund that names an advance is of it; one that names no payment, of the advances between the two that are open, the
    earlier first.

    Args:
        postings: of money, that count.
        told: by when a payment is to be accounted for, or the number that an expenditure or refund names, by what
            :func:`enduse.works.works.advance_key` says.
        now: microseconds since 1970.
        own: numbers that recipients gave to payments of which their payers' words count.
    """
    money = list(standing(postings))
    found = _given(money, told)
    answers: dict[tuple[str, str], list[Posting]] = defaultdict(list)
    for one in money:
        if one.amount > 0 and one.code in {"accepted", "rejected"}:
            answers[one.account, one.resource].append(one)
    _spend(found, money, told, answers, own or {})
    _refund(found, money, told, answers, own or {})
    views = [_view(one, answers, now) for one in found]
    return tuple(sorted(views, key=lambda view: (not view.open.amount, view.due, view.payer, view.number)))


def _given(money: list[Posting], told: Mapping[str, str]) -> list[_Advance]:
    """Return the payments that are advances, the earliest first; what a bank kept on the way nobody has to account for."""
    kept: dict[tuple[int, str], int] = defaultdict(int)
    found: list[tuple[int, _Advance]] = []
    for source, target in _pairs(money):
        payer, recipient = owner_of(source.account), owner_of(target.account)
        if target.code == "fee":
            kept[target.of, payer] += target.amount
        due = _told(told, "disbursed", source) or ""
        if target.code == "disbursed" and due.isdecimal():
            amount = target.amount - kept[target.of, recipient]
            one = _Advance(payer, recipient, target.item or "", target.resource, amount, int(due), target.effective)
            one.entries["paid"].append(target.of)
            found.append((target.of, one))
    return [one for _, one in sorted(found, key=lambda pair: (pair[1].effective, pair[0]))]


def _told(told: Mapping[str, str], code: str, payer: Posting) -> str | None:
    """Return what was said of a payment, by the posting at its payer's."""
    owner = owner_of(payer.account)
    return told.get(advance_key(code, owner, payer.item or "", payer.speaker or owner))


def _pairs(money: list[Posting]) -> Iterator[tuple[Posting, Posting]]:
    """Give what went out of one account and into another."""
    for source, target in pairwise(money):
        if source.entry == target.entry and source.amount == -target.amount < 0:
            yield source, target


def _spend(
    found: list[_Advance],
    money: list[Posting],
    told: Mapping[str, str],
    answers: Mapping[tuple[str, str], list[Posting]],
    own: OwnNumbers,
) -> None:
    """Take in what recipients say that they spent of their advances, with what their banks took for it.

    Two givers may use one number. Where the word does not say whose advance it is, what each of them answered was of its own,
    the rest is of the earlier as far as that reaches.
    """
    named: dict[tuple[str, str, str], list[_Advance]] = defaultdict(list)
    for given in found:
        named[given.recipient, given.number, given.resource].append(given)
    fees: dict[tuple[int, str, str], int] = defaultdict(int)
    for one in money:
        if class_of(one.account) == "fee" and one.code == "fee":
            fees[one.of, owner_of(one.account), one.resource] += one.amount
    open_ones: dict[int, tuple[list[_Advance], list[tuple[int, int]]]] = {}
    for one in money:
        if class_of(one.account) == "spent" and one.amount > 0 and (of := _told(told, "spent", one)):
            number, _, giver = of.partition(" ")
            owner = owner_of(one.account)
            payer, number = _payers_number(named, own, (owner, number, one.resource))
            giver = giver or payer
            theirs = [each for each in named[owner, number, one.resource] if giver in {"", each.payer}]
            amount = one.amount + fees.pop((one.of, owner, one.resource), 0)
            if len(theirs) == 1 or (theirs and giver):
                theirs[0].spent += amount
                theirs[0].entries["spent"].append(one.of)
            elif theirs:
                open_ones.setdefault(id(theirs[0]), (theirs, []))[1].append((amount, one.of))
    for theirs, parts in open_ones.values():
        _divide(theirs, parts, answers)


def _payers_number(
    named: Mapping[tuple[str, str, str], list[_Advance]], own: OwnNumbers, told: tuple[str, str, str]
) -> tuple[str, str]:
    """Return giver and number of an advance of which a recipient speaks; by its own number of it where no advance has that.

    The giver is empty where the number does not say it.
    """
    _, number, _ = told
    return ("", number) if named.get(told) else own.get(told, ("", number))


def _divide(
    theirs: list[_Advance], parts: list[tuple[int, int]], answers: Mapping[tuple[str, str], list[Posting]]
) -> None:
    """Divide what was spent of one of several advances: what was answered first, then the earlier, the rest to the first."""
    left = sum(amount for amount, _ in parts)
    answered = [_said(answers, accepted, one) + _said(answers, rejected, one) for one in theirs]
    ways = (
        *zip(theirs, answered, strict=True),
        *((one, one.amount) for one in theirs),
        (theirs[0], left + theirs[0].spent + left),
    )
    for one, most in ways:
        taken = min(left, max(0, most - one.spent))
        if taken:
            one.spent += taken
            left -= taken
            one.entries["spent"] = sorted({*one.entries["spent"], *(entry for _, entry in parts)})


def _refund(
    found: list[_Advance],
    money: list[Posting],
    told: Mapping[str, str],
    answers: Mapping[tuple[str, str], list[Posting]],
    own: OwnNumbers,
) -> None:
    """Take in what was given back: first what names an advance, then what names no payment."""
    between: dict[tuple[str, str, str], list[_Advance]] = defaultdict(list)
    for one in found:
        between[one.payer, one.recipient, one.resource].append(one)
    named = {(one.recipient, one.number, one.resource): [one] for one in found}
    unnamed: list[tuple[Posting, list[_Advance]]] = []
    for source, target in _pairs(money):
        if target.code != "refunded":
            continue
        theirs = between.get((owner_of(target.account), owner_of(source.account), target.resource), [])
        number = _told(told, "refunded", source)
        if number is None:
            unnamed.append((target, theirs))
        else:
            _, number = _payers_number(named, own, (owner_of(source.account), number, target.resource))
        for one in [one for one in theirs if one.number == number][:1]:
            one.refunded += target.amount
            one.entries["refunded"].append(target.of)
    for target, theirs in unnamed:
        left = target.amount
        for one in theirs:
            taken = min(left, max(0, one.amount - one.refunded - _said(answers, accepted, one)))
            if taken:
                left -= taken
                one.refunded += taken
                one.entries["refunded"].append(target.of)


def _said(answers: Mapping[tuple[str, str], list[Posting]], account: Callable[[str, str], str], one: _Advance) -> int:
    return sum(each.amount for each in answers.get((account(one.payer, one.number), one.resource), ()))


def _view(one: _Advance, answers: Mapping[tuple[str, str], list[Posting]], now: int) -> AdvanceMoney:
    taken, refused = _said(answers, accepted, one), _said(answers, rejected, one)
    left = max(0, one.amount - taken - one.refunded)
    waits = min(left, max(0, one.spent - taken - refused))
    owed = min(left - waits, refused)
    said = [
        each.of
        for account in (accepted, rejected)
        for each in answers.get((account(one.payer, one.number), one.resource), ())
    ]
    every = [*(entry for entries in one.entries.values() for entry in entries), *said]

    def figure(amount: int, entries: Iterable[int] = every) -> Figure:
        return resting(amount, one.resource, entries)

    return AdvanceMoney(
        payer=one.payer,
        recipient=one.recipient,
        number=one.number,
        paid=figure(one.amount, one.entries["paid"]),
        spent=figure(one.spent, one.entries["spent"]),
        accepted=figure(taken, said),
        rejected=figure(refused, said),
        refunded=figure(one.refunded, one.entries["refunded"]),
        open=figure(left),
        owed=figure(owed),
        unanswered=figure(waits),
        due=instant_of(one.due),
        days=max(0, now // DAY - one.due // DAY) if left else 0,
        asked="" if not left else one.payer if waits == left else one.recipient,
    )
