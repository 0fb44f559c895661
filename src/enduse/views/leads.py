"""Leads in the money: what somebody should look at. Nothing is merged, moved or refused because of one."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from fractions import Fraction
from itertools import islice
from typing import Final

from enduse.ledger.accounts import class_of, fee, item_of, owner_of
from enduse.ledger.rates import differ, told_of_one_day
from enduse.ledger.state import RateLine, Said, State
from enduse.ledger.voices import disputed, donor_of, other_form, told_about, voice_key
from enduse.messages import Amount, Message
from enduse.statements.programme import ProgrammeBody
from enduse.terms.amounts import base_of, is_money
from enduse.terms.times import instant_of

_DAY: Final = 86_400_000_000
_PAYMENT: Final = "disbursement "
_GIVEN: Final = (_PAYMENT, "gift ")

NEAR_DAYS: Final = 10
NEAR_ONE_IN: Final = 50
"""Two payments so many days apart, and with sums that differ by one in so many, may be one that two parties list."""


LONG_DAYS: Final = 3 * 365
"""A payment so long before a programme began is dated a wrong year, perhaps."""
KEPT: Final = 20
"""So many payments of years before are told."""


def begun(founded: ProgrammeBody, said: datetime) -> datetime:
    """Return when a programme began: the first day for which it wants holders of its functions, or when it was founded."""
    return min(founded.period.start, said) if founded.period is not None else said


def money_leads(ledger: State, start: int = 0, first: Mapping[str, int] | None = None) -> tuple[Message, ...]:
    """Return what to look at: payments told twice, apart or of years before, exchanges that are missing, rates that differ.

    Args:
        ledger: state of it.
        start: when the programme began, microseconds since 1970.
        first: claimed time of the first payment of each payer that is summed, where that is known.
    """
    rates = rate_leads(ledger.rates.values())
    early = islice(_long_before(ledger, start, first), KEPT)
    twice = (*_told_twice(ledger), *_told_in_kind(ledger), *_told_apart(ledger), *_spent_and_paid(ledger))
    return (*twice, *_not_exchanged(ledger), *early, *rates)


def _long_before(ledger: State, start: int, first: Mapping[str, int] | None) -> Iterator[Message]:
    """Give payments that are dated years before the programme began."""
    limit = start - LONG_DAYS * _DAY
    payers = {donor_of(relation) for relation in ledger.voices}
    if first is not None:
        payers = {payer for payer in payers if first.get(payer, limit) < limit} | disputed(ledger)
    for one in _payments(ledger, payers):
        cash = one.halves[-1]
        if cash.effective < limit:
            _, payer, _, recipient = one.relation.split(" ")
            yield Message.of(
                "lead.paid_long_before",
                amount=Amount(cash.amount, cash.resource),
                payer=payer,
                recipient=recipient,
                day=instant_of(cash.effective),
                begun=instant_of(start),
                entry=one.index,
            )


def rate_leads(lines: Iterable[RateLine]) -> Iterator[Message]:
    """Give the rates of one source, pair and day that contradict each other, which nobody uses, and who took its own rates over."""
    lines = tuple(lines)
    yield from _taken_over(lines)
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


def _taken_over(lines: Iterable[RateLine]) -> Iterator[Message]:
    """Give sources that began to state their own rates after others had stated them: what these said is used no more.

    Who describes a party could else call it like a source, and set all rates of days past unseen.
    """
    order = sorted(lines, key=lambda line: line.entry)
    own = {line.source: line for line in reversed(order) if line.party == line.source}
    before: dict[str, list[RateLine]] = defaultdict(list)
    for line in order:
        if line.source in own and line.party != line.source and line.entry < own[line.source].entry:
            before[line.source].append(line)
    for source, told in before.items():
        yield Message.of(
            "lead.rates_taken_over",
            publisher=source,
            entry=own[source].entry,
            parties=sorted({line.party for line in told}),
            first=told[0].entry,
        )


def confirmed(ledger: State) -> Iterator[tuple[Said, Said]]:
    """Give payments that their recipient tells under a number of its own, each with the payer's that it confirms."""
    numbers: dict[tuple[str, str], Said] = {}
    confirming: list[Said] = []
    for one in _given(ledger):
        if one.party == one.relation.split(" ")[1]:
            numbers[voice_key(one.relation), one.halves[-1].item or ""] = one
        elif one.confirms:
            confirming.append(one)
    for one in confirming:
        relation = voice_key(one.relation)
        payers = numbers.get((relation, one.confirms)) or numbers.get((other_form(relation), one.confirms))
        if payers is not None:
            yield one, payers


def one_payment(ledger: State) -> Iterator[tuple[Said, Said]]:
    """Give what a recipient told of payments under numbers of its own, each with the payer's that it confirms or is most like."""
    joined = list(confirmed(ledger))
    yield from joined
    settled = {one.index for pair in joined for one in pair}
    for said in _by_relation(ledger, settled).values():
        for counts, beside in _pairs(said):
            if beside.party == owner_of(beside.halves[-1].account):
                yield beside, counts


def _by_relation(ledger: State, settled: Collection[int]) -> dict[str, list[Said]]:
    found: dict[str, list[Said]] = defaultdict(list)
    for one in _payments(ledger, disputed(ledger)):
        if one.index not in settled:
            found[one.relation].append(one)
    return found


def _given(ledger: State) -> list[Said]:
    """Return payments and gifts in kind of which a word may stand beside."""
    return [one for one in told_about(ledger, disputed(ledger)) if one.relation.startswith(_GIVEN)]


def _told_in_kind(ledger: State) -> Iterator[Message]:
    """Give what one party tells as a gift in kind and another, as nearly as that, as a payment: both count."""
    settled = {one.index for pair in confirmed(ledger) for one in pair}
    gifts: dict[str, list[Said]] = defaultdict(list)
    paid: dict[str, list[Said]] = defaultdict(list)
    for one in _given(ledger):
        if one.index not in settled and one.told != "beside":
            (paid if one.relation.startswith(_PAYMENT) else gifts)[one.relation].append(one)
    for relation, given in gifts.items():
        said = [(one, other) for one in given for other in paid[other_form(relation)] if one.party != other.party]
        for gift, payment in _nearest(said):
            _, payer, _, recipient = relation.split(" ")
            yield Message.of(
                "lead.told_in_kind",
                amount=Amount(gift.halves[-1].amount, gift.halves[-1].resource),
                payer=payer,
                recipient=recipient,
                number=gift.halves[-1].item or "",
                party=gift.party,
                told=Amount(payment.halves[-1].amount, payment.halves[-1].resource),
                other=payment.halves[-1].item or "",
                teller=payment.party,
            )


def _nearest(pairs: Iterable[tuple[Said, Said]]) -> Iterator[tuple[Said, Said]]:
    """Give of pairs that are near enough those that are nearest, each word once."""
    near = [(gap, one.index, other.index, one, other) for one, other in pairs if (gap := apart(one, other))]
    used: set[int] = set()
    for _, first, second, one, other in sorted(near, key=lambda pair: pair[:3]):
        if first not in used and second not in used:
            used |= {first, second}
            yield one, other


def _payments(ledger: State, payers: Iterable[str]) -> Iterator[Said]:
    return (said for said in told_about(ledger, payers) if said.relation.startswith(_PAYMENT))


def _told_twice(ledger: State) -> Iterator[Message]:
    """Give payments that two parties tell alike or nearly, and nobody says to be one.

    Of one payer, recipient and currency; alike on one day with one sum, else nearly: up to ten days apart and two in a
    hundred of the larger sum. Each word is paired once, the nearest first.
    """
    settled = {one.index for pair in confirmed(ledger) for one in pair}
    for said in _by_relation(ledger, settled).values():
        yield from (_lead(one, other) for one, other in _pairs(said))


def near_payments(ledger: State) -> Iterator[tuple[Said, Said]]:
    """Give all pairs of a payment that counts and a word beside it that nobody says to be one and that may be, the nearest first."""
    settled = {one.index for pair in confirmed(ledger) for one in pair}
    for said in _by_relation(ledger, settled).values():
        yield from _near(said)


def _pairs(said: list[Said]) -> Iterator[tuple[Said, Said]]:
    """Give words that count, each with the nearest that stands beside it."""
    used: set[int] = set()
    found = []
    for one, other in _near(said):
        if one.index not in used and other.index not in used:
            used |= {one.index, other.index}
            found.append((one, other))
    yield from sorted(found, key=lambda pair: pair[0].index)


def _near(said: list[Said]) -> list[tuple[Said, Said]]:
    """Return words that count with all beside them that are near enough, the nearest first."""
    others = sorted((one.halves[-1].effective // _DAY, one.index, one) for one in said if one.told == "beside")
    days = [day for day, _, _ in others]
    near = []
    for one in said if others else ():
        day = one.halves[-1].effective // _DAY
        window = slice(bisect_left(days, day - NEAR_DAYS), bisect_right(days, day + NEAR_DAYS))
        for _, index, other in others[window] if one.told != "beside" else ():
            if (gap := apart(one, other)) is not None:
                near.append((gap, one.index, index, one, other))
    near.sort(key=lambda pair: pair[:3])
    return [(one, other) for *_, one, other in near]


def apart(one: Said, other: Said) -> tuple[int, int] | None:
    """Return how many days two payments lie apart, and by how much the sums differ; ``None`` where that is too much."""
    mine, theirs = one.halves[-1], other.halves[-1]
    days = abs(mine.effective // _DAY - theirs.effective // _DAY)
    gap = min(abs(mine.amount - theirs.amount), abs(_reached(one) - _reached(other)))
    near = days <= NEAR_DAYS and NEAR_ONE_IN * gap <= max(mine.amount, theirs.amount)
    return (days, gap) if near else None


def _reached(one: Said) -> int:
    """Return how much of a payment reached its recipient: what a bank kept on its way did not."""
    cash = one.halves[-1]
    away = fee(owner_of(cash.account))
    return cash.amount - sum(half.amount for half in one.halves if half.account == away)


def _lead(one: Said, other: Said) -> Message:
    _, payer, _, recipient = one.relation.split(" ")
    cash, theirs = one.halves[-1], other.halves[-1]
    parts = {
        "payer": payer,
        "recipient": recipient,
        "number": cash.item or "",
        "other": theirs.item or "",
        "first": one.index,
        "second": other.index,
    }
    if apart(one, other) == (0, 0):
        return Message.of("lead.told_twice", amount=Amount(cash.amount, cash.resource), **parts)
    return Message.of(
        "lead.told_nearly",
        amount=Amount(cash.amount, cash.resource),
        day=instant_of(cash.effective),
        told=Amount(theirs.amount, theirs.resource),
        on=instant_of(theirs.effective),
        **parts,
    )


def _told_apart(ledger: State) -> Iterator[Message]:
    """Give payments that payer and recipient tell with different sums: a fee, or a gap. What came in parts is one sum.

    Told in another currency it is of the same money, and no sum to be compared.
    """
    parts: dict[int, list[Said]] = defaultdict(list)
    whole: dict[int, Said] = {}
    for one, payers in confirmed(ledger):
        parts[payers.index].append(one)
        whole[payers.index] = payers
    for index, told in parts.items():
        payers, got = whole[index], sum(_reached(one) for one in told)
        alike = all(one.halves[-1].resource == payers.halves[-1].resource for one in told)
        if alike and got != _reached(payers):
            _, payer, _, recipient = payers.relation.split(" ")
            theirs = payers.halves[-1]
            yield Message.of(
                "lead.sums_differ",
                number=theirs.item or "",
                payer=payer,
                recipient=recipient,
                paid=Amount(theirs.amount, theirs.resource),
                received=Amount(got, theirs.resource),
                first=index,
                second=told[-1].index,
            )


def _spent_and_paid(ledger: State) -> Iterator[Message]:
    """Give what a party spent on somebody where as much is told as a payment by it to them: both count."""
    for account, line in sorted(ledger.balances.items()):
        if class_of(account) != "spent":
            continue
        party, payee = owner_of(account), item_of(account)
        paid = [f"{_PAYMENT}{party} {base_of(resource)} {payee}" for resource in line]
        if not any(voice_key(relation) in ledger.voices for relation in paid):
            continue
        for one in _payments(ledger, {party}):
            cash = one.halves[-1]
            spent = line.get(cash.resource, 0)
            if (
                one.relation in paid
                and one.told != "beside"
                and cash.code == "disbursed"
                and NEAR_ONE_IN * abs(spent - cash.amount) <= spent
            ):
                yield Message.of(
                    "lead.spent_and_paid",
                    party=party,
                    payee=payee,
                    spent=Amount(spent, cash.resource),
                    paid=Amount(cash.amount, cash.resource),
                    number=cash.item or "",
                )


def _not_exchanged(ledger: State) -> Iterator[Message]:
    """Give parties that hold one currency and paid out another which they never received: an exchange may be missing.

    What the fees of recorded exchanges took alone is no sign of one that is missing, nor is what was given back in another
    currency than it was paid in.
    """
    promised = {owner_of(account) for account in ledger.balances if class_of(account) == "promised"}
    for account, line in sorted(ledger.balances.items()):
        if class_of(account) != "held" or owner_of(account) in promised:
            continue
        back = _given_back(ledger, owner_of(account)) if len(line) > 1 else {}
        more = [
            Amount(amount, resource)
            for resource, amount in sorted(line.items())
            if amount > back.get(resource, 0) and is_money(resource)
        ]
        fees = ledger.balances.get(fee(owner_of(account)), {})
        less = [
            Amount(-amount, resource) for resource, amount in sorted(line.items()) if -amount > fees.get(resource, 0)
        ]
        if more and less:
            yield Message.of("lead.not_exchanged", party=owner_of(account), held=more[0], lacking=less[0])


def _given_back(ledger: State, party: str) -> dict[str, int]:
    """Return what others say that they gave back to a party, by resource."""
    found: dict[str, int] = defaultdict(int)
    for one in told_about(ledger, {party}):
        if one.relation.startswith("refund ") and one.told != "beside":
            found[one.halves[-1].resource] += one.halves[-1].amount
    return found
