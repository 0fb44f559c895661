"""Money in the currency a programme reports in: every sum with its rates and their days; own-currency sums stay as they are.

What moved is told at the rate of its day, posting by posting, each rounded once; what is held, at the rate of the day
that is asked for. What has no rate by the programme's rules is left out of the sum and named.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from enduse.ledger.accounts import class_of, own, owner_of
from enduse.ledger.movements import standing
from enduse.ledger.posting import Posting
from enduse.ledger.rates import Rates, RateUsed, converted
from enduse.ledger.state import RateLine
from enduse.messages import Amount, Message
from enduse.statements.programme import Reporting
from enduse.terms.amounts import base_of, money_resource
from enduse.views.leads import rate_leads
from enduse.views.shapes import CurrencyTotals, Figure
from enduse.views.sums import Sums

APART: Final = 10
"""Rates of banks and days differ by a few in a hundred; from a tenth on two sums are told apart."""
_MILLIONTHS_A_UNIT: Final = 100
"""Millionths in the smallest unit of money that is kept, 1/10,000."""


class ReportedSum(msgspec.Struct, frozen=True, kw_only=True):
    """A sum over all currencies, as far as there are rates.

    Attributes:
        figure: in the reporting currency, rounded once from ``millionths``.
        millionths: exact, in 1/1,000,000 of the reporting currency.
        rates: every rate it was converted at, by currency and day.
        left_out: what had no rate, in its own currency.
        too_old: of what was left out, the newest rate of each currency that the programme's rules call too old.
    """

    figure: Figure
    millionths: int
    rates: tuple[RateUsed, ...]
    left_out: tuple[Figure, ...]
    too_old: tuple[RateUsed, ...] = ()


class MoneyReported(msgspec.Struct, frozen=True, kw_only=True):
    """All money in the reporting currency.

    Attributes:
        rules: of the programme: currency, sources in order, age, pivot.
        pledged: promised, at the rates of the days of the promises.
        paid: given by donors from outside the record, at the rates of the days of payment.
        spent: at the rates of the days it was spent.
        held: at the rate of the last day.
        exchange_difference: what exchanges brought beyond the rates of their days, their fees taken off; negative: cost.
        contradictions: rates of the programme's sources of which several were stated for one day, so that none is used;
            and payments that keep a promise by a sum far from what they are worth at the day's rates.
    """

    rules: Reporting
    pledged: ReportedSum
    paid: ReportedSum
    spent: ReportedSum
    held: ReportedSum
    exchange_difference: ReportedSum
    contradictions: tuple[Message, ...] = ()


def reported(
    rules: Reporting,
    lines: Iterable[RateLine],
    postings: list[Posting],
    totals: tuple[CurrencyTotals, ...],
    last: int,
) -> MoneyReported:
    """Return all money in the reporting currency.

    Args:
        rules: of the programme.
        lines: rates that stand and were known.
        postings: of money, that count.
        totals: of every currency, to tell donors from others.
        last: the day of what is held, microseconds since 1970.
    """
    told = [line for line in lines if line.source in rules.sources]
    rates, circles = Rates(told, rules), Sums(postings).circles
    donors = {one.currency: {donor.party for donor in one.donors} for one in totals}
    balances: dict[tuple[str, str], int] = {}
    paid_last: dict[tuple[str, str], int] = {}
    for one in postings:
        spot = (one.account, one.resource)
        balances[spot] = balances.get(spot, 0) + one.amount
        paid_last[spot] = max(paid_last.get(spot, 0), one.effective)

    def given(one: Posting) -> bool:
        cash = class_of(one.account) in {"held", "own"} and balances[one.account, one.resource] < 0
        return cash and owner_of(one.account) in donors.get(base_of(one.resource), set())

    def moved(sign: int, *kinds: str) -> ReportedSum:
        parts = [(sign * one.amount, one.resource, one.effective) for one in postings if class_of(one.account) in kinds]
        return _sum(rates, rules.currency, parts)

    paid = [(-one.amount, one.resource, one.effective) for one in postings if given(one)]
    paid += [
        (-amount, resource, paid_last[own(party), resource])
        for (party, resource), amount in circles.items()
        if party in donors.get(base_of(resource), set())
    ]
    holding = [
        (amount, resource, last)
        for (account, resource), amount in balances.items()
        if class_of(account) in {"held", "own"} and amount > 0
    ]
    holding += [(-amount, resource, last) for (_, resource), amount in circles.items()]
    return MoneyReported(
        rules=rules,
        pledged=moved(-1, "promised"),
        paid=_sum(rates, rules.currency, paid),
        spent=moved(1, "spent"),
        held=_sum(rates, rules.currency, holding),
        exchange_difference=moved(-1, "exchange", "fee"),
        contradictions=(*rate_leads(told), *_counted_unlike(rates, rules.currency, postings)),
    )


def _counted_unlike(rates: Rates, currency: str, postings: list[Posting]) -> Iterator[Message]:
    """Give payments in another currency that keep a promise by a sum far from what they are worth at the day's rates."""
    kept: dict[int, Posting] = {}
    paid: dict[int, Posting] = {}
    for one in standing(postings):
        if one.amount > 0 and one.code == "fulfilled" and class_of(one.account) == "fulfilled":
            kept[one.of] = one
        elif one.amount > 0 and one.code == "disbursed":
            paid[one.of] = one
    for entry, promise in sorted(kept.items()):
        cash = paid.get(entry)
        if cash is None or cash.resource == promise.resource:
            continue
        ways = [rates.find(base_of(one.resource), currency, cash.effective) for one in (cash, promise)]
        if ways[0] is None or ways[1] is None:
            continue
        worth, counted = converted(cash.amount, ways[0]), converted(promise.amount, ways[1])
        if APART * abs(worth - counted) > max(worth, counted):
            yield Message.of(
                "lead.counts_unlike_rate",
                party=owner_of(promise.account),
                amount=Amount(cash.amount, cash.resource),
                counted=Amount(promise.amount, promise.resource),
                worth=Amount(worth // _MILLIONTHS_A_UNIT, money_resource(currency)),
                counted_worth=Amount(counted // _MILLIONTHS_A_UNIT, money_resource(currency)),
                entry=entry,
            )


def _sum(rates: Rates, currency: str, parts: Iterable[tuple[int, str, int]]) -> ReportedSum:
    total, left, used, old = 0, dict[str, int](), dict[RateUsed, None](), dict[str, RateUsed]()
    for amount, resource, effective in parts:
        way = rates.find(base_of(resource), currency, effective)
        if way is None:
            left[resource] = left.get(resource, 0) + amount
            newest = rates.newest(base_of(resource), currency, effective)
            if newest is not None and (resource not in old or newest.day > old[resource].day):
                old[resource] = newest
            continue
        total += converted(amount, way)
        used.update(dict.fromkeys(way))
    quotient, rest = divmod(total, 100)
    up = rest > 50 or (rest == 50 and quotient % 2)  # noqa: PLR2004 - half, to even
    return ReportedSum(
        figure=Figure(quotient + bool(up), money_resource(currency)),
        millionths=total,
        rates=tuple(sorted(used, key=lambda one: (one.base, one.quote, one.day, one.entry, one.inverse))),
        left_out=tuple(Figure(amount, resource) for resource, amount in sorted(left.items()) if amount),
        too_old=tuple(old[resource] for resource in sorted(old) if left[resource]),
    )
