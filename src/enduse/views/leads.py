"""Leads in the money: what somebody should look at. Nothing is merged, moved or refused because of one."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Final

from enduse.ledger.accounts import class_of, fee, owner_of
from enduse.ledger.rates import differ, told_of_one_day
from enduse.ledger.state import RateLine, Said, State
from enduse.messages import Amount, Message
from enduse.terms.amounts import is_money
from enduse.terms.times import instant_of

_DAY: Final = 86_400_000_000
_PAYMENT: Final = "disbursement "


def money_leads(ledger: State) -> tuple[Message, ...]:
    """Return what to look at: payments told twice or apart, exchanges that seem to be missing, rates that differ."""
    rates = rate_leads(ledger.rates.values())
    return (*_told_twice(ledger), *_told_apart(ledger), *_not_exchanged(ledger), *rates)


def rate_leads(lines: Iterable[RateLine]) -> Iterator[Message]:
    """Give the rates of one source, pair and day that contradict each other: none of them is used."""
    for (source, base, quote, _), told in told_of_one_day(lines).items():
        if differ(told):
            first = told[0]
            other = next(one for one in told if Fraction(one.value) != Fraction(first.value))
            yield Message.of(
                "lead.rates_differ",
                publisher=source,
                base=base,
                quote=quote,
                day=instant_of(first.effective),
                value=first.value,
                party=first.party,
                other=other.value,
                by=other.party,
                first=first.entry,
                second=other.entry,
            )


def confirmed(ledger: State) -> Iterator[tuple[Said, Said]]:
    """Give payments that their recipient tells under a number of its own, each with the payer's that it confirms."""
    numbers: dict[tuple[str, str], Said] = {}
    confirming: list[Said] = []
    for one in _payments(ledger):
        if one.party == one.relation.split(" ")[1]:
            numbers[one.relation, one.halves[-1].item or ""] = one
        elif one.confirms:
            confirming.append(one)
    for one in confirming:
        payers = numbers.get((one.relation, one.confirms))
        if payers is not None:
            yield one, payers


def _payments(ledger: State) -> Iterator[Said]:
    every = (ledger.said[name] for name in ledger.told.values())
    return (said for said in every if said.relation.startswith(_PAYMENT))


def _told_twice(ledger: State) -> Iterator[Message]:
    """Give payments of one day, payer, recipient and sum that two parties tell and nobody says to be one."""
    settled = {one.index for pair in confirmed(ledger) for one in pair}
    alike: dict[tuple[str, int, int], list[Said]] = defaultdict(list)
    for one in _payments(ledger):
        cash = one.halves[-1]
        if one.index not in settled:
            alike[one.relation, cash.effective // _DAY, cash.amount].append(one)
    for group in alike.values():
        counted = [one for one in group if one.told != "beside"]
        others = [one for one in group if one.told == "beside"]
        for one, other in zip(counted, others, strict=False):
            _, payer, _, recipient = one.relation.split(" ")
            cash = one.halves[-1]
            yield Message.of(
                "lead.told_twice",
                amount=Amount(cash.amount, cash.resource),
                payer=payer,
                recipient=recipient,
                number=cash.item or "",
                other=other.halves[-1].item or "",
                first=one.index,
                second=other.index,
            )


def _told_apart(ledger: State) -> Iterator[Message]:
    """Give payments that payer and recipient tell with different sums: a fee, or a gap."""
    for one, payers in confirmed(ledger):
        mine, theirs = one.halves[-1], payers.halves[-1]
        if mine.amount != theirs.amount:
            _, payer, _, recipient = one.relation.split(" ")
            yield Message.of(
                "lead.sums_differ",
                number=theirs.item or "",
                payer=payer,
                recipient=recipient,
                paid=Amount(theirs.amount, theirs.resource),
                received=Amount(mine.amount, mine.resource),
                first=payers.index,
                second=one.index,
            )


def _not_exchanged(ledger: State) -> Iterator[Message]:
    """Give parties that hold one currency and paid out another which they never received: an exchange may be missing.

    What the fees of recorded exchanges took alone is no sign of one that is missing.
    """
    promised = {owner_of(account) for account in ledger.balances if class_of(account) == "promised"}
    for account, line in sorted(ledger.balances.items()):
        if class_of(account) != "held" or owner_of(account) in promised:
            continue
        more = [
            Amount(amount, resource) for resource, amount in sorted(line.items()) if amount > 0 and is_money(resource)
        ]
        fees = ledger.balances.get(fee(owner_of(account)), {})
        less = [
            Amount(-amount, resource) for resource, amount in sorted(line.items()) if -amount > fees.get(resource, 0)
        ]
        if more and less:
            yield Message.of("lead.not_exchanged", party=owner_of(account), held=more[0], lacking=less[0])
