"""Money in one reporting currency: every sum with its rates, what has none left out, own sums untouched."""

import pytest

from enduse.ledger.balances import NOW
from enduse.statements.money import CountsAs
from enduse.statements.programme import Reporting
from enduse.terms.amounts import Money
from enduse.views.money import currencies
from enduse.views.reporting import reported
from enduse.views.sums import Sums
from support.ledger_hand import Hand, at, usd

UNIT = 10_000
RULES = Reporting(currency="USD", sources=("bank",), oldest_days=5)


def rate(hand, base, value, on):
    name = f"rate:{len(hand.entries)}"
    hand.pay("rate", "bank", on=on, rate=name, base=base, quote="USD", value=value, source="bank")


def told(hand, last=9):
    postings = [one for one in hand.postings if NOW.holds(one)]
    return reported(RULES, hand.ledger.rates.values(), postings, currencies(Sums(postings)), at(last))


@pytest.fixture
def hand():
    """South pays the fund EUR 90 on day 1; the fund changes them into USD 98 on day 2; ILS 50 have no rate."""
    hand = Hand()
    rate(hand, "EUR", "1.20", on=1)
    rate(hand, "EUR", "1.10", on=2)
    hand.pay("pledge", "south", on=1, pledge="p", amount=Money("100", "EUR"))
    hand.pay("disbursement", "south", on=1, disbursement="a", amount=Money("90", "EUR"), recipient="fund", pledge="p")
    hand.pay("exchange", "fund", on=2, exchange="x", gives=Money("90", "EUR"), gets=usd(98))
    hand.pay("disbursement", "north", on=2, disbursement="b", amount=Money("50", "ILS"), recipient="fund")
    hand.pay("expenditure", "fund", on=3, expenditure="e", amount=usd(40), payee="shop")
    return hand


def test_what_moved_is_told_at_the_rate_of_its_day_and_what_has_none_is_left_out(hand):
    view = told(hand)
    assert (view.pledged.figure.amount, view.paid.figure.amount) == (120 * UNIT, 108 * UNIT)
    assert [(one.resource, one.amount) for one in view.paid.left_out] == [("money/ILS", 50 * UNIT)]
    assert [(used.base, used.value, used.day, used.entry) for used in view.paid.rates] == [
        ("EUR", "1.20", "2026-01-02", 0)
    ]
    assert (view.spent.figure.amount, view.spent.rates) == (40 * UNIT, ())


def test_a_rate_that_is_too_old_is_named_with_its_day_where_it_leaves_a_sum_out():
    hand = Hand()
    hand.pay("disbursement", "north", on=20, disbursement="b", amount=Money("50", "EUR"), recipient="fund")
    assert told(hand, last=20).held.too_old == (), "there is no rate at all"
    rate(hand, "EUR", "1.20", on=1)
    rate(hand, "EUR", "1.10", on=14)
    rate(hand, "EUR", "1.30", on=21)
    view = told(hand, last=20)
    (old,) = view.held.too_old
    assert (old.base, old.value, old.source, old.day) == ("EUR", "1.10", "bank", "2026-01-15")
    assert [(one.resource, one.amount) for one in view.held.left_out] == [("money/EUR", 50 * UNIT)]
    rate(hand, "EUR", "1.15", on=15)
    assert (told(hand, last=20).held.too_old, told(hand, last=20).held.left_out) == ((), ())
    hand.pay("rate", "bank", on=1, rate="turned", base="USD", quote="ILS", value="4", source="bank")
    hand.pay("disbursement", "north", on=20, disbursement="c", amount=Money("50", "ILS"), recipient="fund")
    assert [(one.base, one.inverse) for one in told(hand, last=20).held.too_old] == [("USD", True)]


def test_rates_that_contradict_each_other_are_named_beside_the_sums_and_the_day_before_counts(hand):
    hand.pay("rate", "evil", on=3, rate="r", value="99", base="ILS", quote="USD", source="bank")
    assert (told(hand).contradictions, len(told(hand).held.left_out)) == ((), 1), "the bank speaks for itself"
    other = Hand()
    other.pay("disbursement", "north", on=2, disbursement="b", amount=Money("50", "ILS"), recipient="fund")
    for party, value, day in (("fund", "0.5", 1), ("evil", "99", 3), ("fund", "2", 3)):
        for name, source in ((f"r{day}", "bank"), (f"s{day}", "somebody")):
            other.pay("rate", party, on=day, rate=name, value=value, base="ILS", quote="USD", source=source)
    view = told(other, last=4)
    assert [one.code for one in view.contradictions] == ["lead.rates_differ"], "of the programme's sources only"
    assert (view.held.figure.amount, view.held.left_out) == (25 * UNIT, ())


@pytest.mark.threat(
    who="donor",
    tries="pays one yen and counts it as all of its pledge in dollars, so that the pledge stands as kept",
    alone="the pledge counts as kept by its word; the yen stands as what was paid, and both sums are shown at the day's rates",
    needs="a programme that names no rates: then only the two sums in their own currencies tell",
    seen_by="anybody: `enduse money`",
)
def test_a_payment_that_counts_as_far_more_than_it_is_worth_is_named():
    def paid(value, counted):
        hand = Hand()
        rate(hand, "EUR", "1.10", on=1)
        hand.pay("pledge", "north", on=1, pledge="p", amount=usd(1000))
        body = {"disbursement": "d", "amount": Money(value, "EUR"), "recipient": "fund", "pledge": "p"}
        hand.pay("disbursement", "north", on=2, counts_as=CountsAs(amount=usd(counted)), **body)
        return hand

    for value, counted in (("1", 1000), ("900", 800)):
        (lead,) = told(paid(value, counted)).contradictions
        assert (lead.code, lead.values["party"], lead.values["entry"]) == ("lead.counts_unlike_rate", "north", 2)
    assert told(paid("900", 1000)).contradictions == ()
    hand = paid("1", 1000)
    hand.correct("north", hand.last)
    assert told(hand).contradictions == ()


def test_an_exchange_that_brought_less_than_the_rate_of_its_day_cost_the_difference(hand):
    assert told(hand).exchange_difference.figure.amount == -1 * UNIT
    assert told(hand).exchange_difference.millionths == -1_000_000


def test_what_is_held_is_told_at_the_rate_of_the_day_that_is_asked_for():
    hand = Hand()
    hand.pay("disbursement", "south", on=1, disbursement="a", amount=Money("90", "EUR"), recipient="fund")
    rate(hand, "EUR", "1.50", on=6)
    assert told(hand, last=7).held.figure.amount == 135 * UNIT
    assert told(hand, last=7).paid.left_out[0].amount == 90 * UNIT, "of the day it was paid there was no rate"
    assert told(hand, last=5).held.left_out[0].amount == 90 * UNIT


def test_sums_in_their_own_currency_are_the_same_with_and_without_rates(hand):
    without = Hand()
    for entry in hand.entries[2:]:
        without.say(entry.statement)
    mine, theirs = currencies(Sums(hand.postings)), currencies(Sums(without.postings))
    for one, other in zip(mine, theirs, strict=True):
        for name in ("pledged", "paid", "spent", "held", "exchanged"):
            assert getattr(one, name).amount == getattr(other, name).amount
