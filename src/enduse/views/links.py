"""Links that payments in a record lack, and what might be meant: for a person to ask about and to sign, never applied.

A payment may lack two: the promise that it keeps, and the word of its other end. That one payment is told by payer and
recipient under two numbers is seen as the leads in the money see it (:mod:`enduse.views.leads`).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, Literal, NamedTuple

import msgspec

from enduse.book.book import Book
from enduse.ledger.accounts import class_of, item_of, owner_of
from enduse.ledger.state import Said, State
from enduse.ledger.voices import told_about
from enduse.messages import Amount, Message
from enduse.terms.times import instant_of
from enduse.views.leads import apart, confirmed, near_payments
from enduse.views.shapes import Figure

RIVALS_SHOWN: Final = 10
_DAY: Final = 86_400_000_000
_PROMISES: Final = {"committed": "commitment", "pledged": "pledge"}

LinkField = Literal["confirms", "commitment", "pledge"]


class LinkRival(msgspec.Struct, frozen=True, kw_only=True):
    """What else might be meant.

    Attributes:
        field: that would name it.
        value: what would stand there.
        entry: statement that would be named, by its number in the record.
        corrects: statement that would name it.
        reasons: what speaks for it, and what not.
    """

    field: LinkField
    value: str
    entry: int
    corrects: int
    reasons: tuple[Message, ...]


class PaymentLinkProposal(msgspec.Struct, frozen=True, kw_only=True):
    """A link that a person may find to be right.

    Attributes:
        number: of the proposal, from 1; the same record gives the same.
        payer: who paid.
        recipient: whom.
        figure: how much.
        corrects: statement that lacks the link: its own party may take it back and say it again with it.
        party: that party; nobody else can.
        field: that it would fill.
        value: with what.
        entry: statement that would be named.
        reasons: what speaks for it, and what not.
        rivals: what else might be meant, the nearest first, ten at most.
        more_rivals: how many there are besides.
        alike: how many of all rivals are as near: what then decides is only their order in the record.
    """

    number: int
    payer: str
    recipient: str
    figure: Figure
    corrects: int
    party: str
    field: LinkField
    value: str
    entry: int
    reasons: tuple[Message, ...]
    rivals: tuple[LinkRival, ...]
    more_rivals: int
    alike: int


class PaymentLinks(msgspec.Struct, frozen=True, kw_only=True):
    """How the payments of a record are linked, and proposals for what is not.

    Attributes:
        payments: that count.
        kept: of those, how many name a promise that is in the record.
        unknown: of those, how many name a promise that is not.
        unnamed: of those, how many name none, of a payer that has promised in that currency.
        confirmed: of those, how many their recipient tells too, and says so.
        unresolved: ``unknown`` and ``unnamed`` together; a proposal changes nothing about it.
        proposals: one payment under two numbers first, then promises.
    """

    payments: int
    kept: int
    unknown: int
    unnamed: int
    confirmed: int
    unresolved: int
    proposals: tuple[PaymentLinkProposal, ...]


class _Candidate(NamedTuple):
    """One possible link; ``near`` says how near it is, the nearest first."""

    near: tuple[int, ...]
    said: Said
    rival: LinkRival
    party: str


class _Promise(NamedTuple):
    """A promise, who told it, and what of it is open."""

    kind: Literal["commitment", "pledge"]
    number: str
    entry: int
    party: str
    open: int
    recipient: str | None
    effective: int


def payment_links(book: Book) -> PaymentLinks:
    """Return how the payments of a record are linked, and what might be meant where a link is lacking."""
    ledger = book.ledger
    payers = {relation.split(" ")[1] for relation in ledger.voices if relation.startswith("disbursement ")}
    told = told_about(ledger, payers)
    promises = _promises(book, told)
    counts = {"payments": 0, "kept": 0, "unknown": 0, "unnamed": 0}
    lacking: list[_Candidate] = []
    for one in told:
        if not one.relation.startswith("disbursement ") or one.told == "beside":
            continue
        counts["payments"] += 1
        kept = next((half for half in one.halves if half.code == "fulfilled"), None)
        if kept is not None:
            counts["kept" if _is_known(ledger, kept.account, one.party) else "unknown"] += 1
        elif (_payer(one), one.halves[-1].resource) in promises:
            counts["unnamed"] += 1
            lacking += _of_promises(one, promises[_payer(one), one.halves[-1].resource])
    twice = _chosen(_of_two_numbers(ledger))
    return PaymentLinks(
        **counts,
        confirmed=len({payers_word.index for _, payers_word in confirmed(ledger)}),
        unresolved=counts["unknown"] + counts["unnamed"],
        proposals=tuple(_numbered([*twice, *_chosen(lacking)])),
    )


def _payer(one: Said) -> str:
    return one.relation.split(" ")[1]


def _recipient(one: Said) -> str:
    return one.relation.split(" ")[3]


def _is_known(ledger: State, account: str, speaker: str) -> bool:
    """Say whether somebody told the promise that a payment keeps."""
    kind, owner, number = _PROMISES.get(class_of(account), ""), owner_of(account), item_of(account)
    return any(f"{kind} {owner} {number}{teller}" in ledger.names for teller in ("", f" {speaker}"))


def _promises(book: Book, told: Iterable[Said]) -> Mapping[tuple[str, str], list[_Promise]]:
    """Return the promises that count among what is told of some payers, by payer and resource: pledges and commitments."""
    found: dict[tuple[str, str], list[_Promise]] = defaultdict(list)
    for said in told:
        kind, payer, *_ = said.relation.split(" ")
        if said.told != "counts" or kind not in _PROMISES.values():
            continue
        promise = said.halves[-1]
        recipient = getattr(getattr(book.statement(said.index).statement, "body", None), "recipient", None)
        found[payer, promise.resource].append(
            _Promise(
                "commitment" if kind == "commitment" else "pledge",
                item_of(promise.account),
                said.index,
                said.party,
                book.ledger.balance(promise.account, promise.resource),
                recipient,
                promise.effective,
            )
        )
    return found


def _of_promises(one: Said, promises: Iterable[_Promise]) -> Iterator[_Candidate]:
    """Give the open promises that a payment may keep: to its recipient or to nobody named, and as much as it or more.

    A report keeps no promise but one of the same report, or of whose money it is.
    """
    cash = one.halves[-1]
    for promise in promises:
        if promise.recipient not in {None, _recipient(one)} or promise.open < cash.amount:
            continue
        if promise.party not in {one.party, _payer(one)}:
            continue
        reasons = [Message.of("link.open_promise", number=promise.number, open=Amount(promise.open, cash.resource))]
        if promise.recipient is None:
            reasons.append(Message.of("link.to_nobody_named"))
        else:
            reasons.append(Message.of("link.to_same_recipient", recipient=promise.recipient))
        if promise.open == cash.amount:
            reasons.append(Message.of("link.whole_of_it"))
        days = (cash.effective - promise.effective) // _DAY
        if days < 0:
            reasons.append(Message.of("link.promised_later", n=-days))
        near = (
            promise.kind != "commitment",
            promise.recipient is None,
            days < 0,
            promise.open != cash.amount,
            abs(days),
        )
        rival = LinkRival(
            field=promise.kind, value=promise.number, entry=promise.entry, corrects=one.index, reasons=tuple(reasons)
        )
        yield _Candidate(tuple(map(int, near)), one, rival, one.party)


def _of_two_numbers(ledger: State) -> Iterator[_Candidate]:
    """Give payments that payer and recipient tell themselves under two numbers, near enough to be one.

    Where either end is told by somebody else nobody can say that the two are one but its own party, when it speaks.
    """
    for payers, told in near_payments(ledger):
        gap = apart(payers, told)
        if gap is None or payers.party != _payer(payers) or told.party != _recipient(told):
            continue
        days, differs = gap
        cash, theirs = payers.halves[-1], told.halves[-1]
        reasons = [Message.of("link.same_ends", payer=_payer(payers), recipient=_recipient(told))]
        if differs:
            amounts = {"paid": Amount(cash.amount, cash.resource), "received": Amount(theirs.amount, theirs.resource)}
            reasons.append(Message.of("link.told_sums_differ", **amounts))
        else:
            reasons.append(Message.of("link.same_sum", amount=Amount(cash.amount, cash.resource)))
        day = instant_of(cash.effective)
        reasons.append(Message.of("link.days_apart", n=days) if days else Message.of("link.same_day", day=day.date()))
        rival = LinkRival(
            field="confirms",
            value=cash.item or "",
            entry=payers.index,
            corrects=told.index,
            reasons=tuple(reasons),
        )
        yield _Candidate((days, differs), told, rival, told.party)


def _chosen(candidates: Iterable[_Candidate]) -> Iterator[tuple[_Candidate, list[_Candidate]]]:
    """Give the nearest candidates with their rivals.

    A payment is linked once; a word of the payer is confirmed once, while one promise may be kept by many payments.
    """
    listed = sorted(candidates, key=lambda one: (one.near, one.rival.corrects, one.rival.entry))
    by_said: dict[int, list[_Candidate]] = defaultdict(list)
    by_entry: dict[int, list[_Candidate]] = defaultdict(list)
    for one in listed:
        by_said[one.rival.corrects].append(one)
        by_entry[one.rival.entry].append(one)
    used: set[int] = set()
    named: set[int] = set()
    for one in listed:
        once = one.rival.field == "confirms"
        if one.rival.corrects in used or (once and one.rival.entry in named):
            continue
        used.add(one.rival.corrects)
        named.add(one.rival.entry)
        others = [*by_said[one.rival.corrects], *(by_entry[one.rival.entry] if once else ())]
        kept = {(each.rival.corrects, each.rival.entry): each for each in others if each is not one}
        yield one, sorted(kept.values(), key=lambda each: (each.near, each.rival.corrects, each.rival.entry))


def _numbered(chosen: Iterable[tuple[_Candidate, list[_Candidate]]]) -> Iterator[PaymentLinkProposal]:
    for number, (one, rivals) in enumerate(chosen, 1):
        cash, rival = one.said.halves[-1], one.rival
        yield PaymentLinkProposal(
            number=number,
            payer=_payer(one.said),
            recipient=_recipient(one.said),
            figure=Figure(cash.amount, cash.resource, (one.said.index,), 1),
            corrects=rival.corrects,
            party=one.party,
            field=rival.field,
            value=rival.value,
            entry=rival.entry,
            reasons=rival.reasons,
            rivals=tuple(each.rival for each in rivals[:RIVALS_SHOWN]),
            more_rivals=max(0, len(rivals) - RIVALS_SHOWN),
            alike=sum(each.near == one.near for each in rivals),
        )
