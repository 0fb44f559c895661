"""Money that is handed on, given back or sent in a circle counts once; whose it was can be told to the last unit."""

from collections import Counter, defaultdict
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from enduse.errors import InvalidValueError
from enduse.ledger.accounts import class_of, owner_of
from enduse.ledger.balances import NOW, Moment, balances
from enduse.ledger.mixing import Mixing, givers_of
from enduse.ledger.movements import movements
from enduse.ledger.owners import parts_of
from enduse.ledger.trace import Tracer
from enduse.messages import Amount
from enduse.statements.money import CountsAs, DisbursementBody, ExchangeBody
from enduse.terms.amounts import Money
from enduse.views.money import currencies, donors
from enduse.views.sums import Sums
from support.examples import examples
from support.ledger_hand import Hand, at, unbalanced, usd

DOLLAR = 10_000


class Cash(Hand):
    """A hand that writes payments by short names, and tells the cash in whole units."""

    def __init__(self):
        super().__init__()
        self.number = 0

    def give(self, payer, recipient, value, on=1, **more):
        self.number += 1
        return self.pay(
            "disbursement",
            payer,
            on=on,
            disbursement=f"d{self.number}",
            amount=value if isinstance(value, Money) else usd(value),
            recipient=recipient,
            **more,
        )

    def give_back(self, payer, to, value, on=5, **more):
        self.number += 1
        return self.pay("refund", payer, on=on, refund=f"r{self.number}", amount=usd(value), to=to, **more)

    def spend(self, payer, value, on=6):
        self.number += 1
        return self.pay("expenditure", payer, on=on, expenditure=f"e{self.number}", amount=usd(value), payee="shop")

    def change(self, party, gives, gets, on=3, **more):
        self.number += 1
        return self.pay("exchange", party, on=on, exchange=f"x{self.number}", gives=gives, gets=gets, **more)

    def held(self):
        """Return what each party holds, in whole units of its currency."""
        return {
            (owner_of(account), resource[6:]): amount // DOLLAR
            for account, line in self.ledger.balances.items()
            if class_of(account) == "held"
            for resource, amount in line.items()
        }

    def totals(self, currency="USD", moment=NOW):
        return next(one for one in currencies(Sums(self.postings, moment)) if one.currency == currency)

    def totals_with_beside(self):
        """Return the dollars, and what stands beside them."""
        return next(one for one in currencies(Sums(self.postings), self.ledger) if one.currency == "USD")

    def came_from(self, party):
        """Return whose money a party's is, by the ends of the trace, in whole units."""
        ends = Counter()
        for end in Tracer(self.postings).trace(party).backward.ends:
            ends[owner_of(end.node)] += end.amount // DOLLAR
        return dict(ends)


def figures(totals):
    return {name: getattr(totals, name).amount // DOLLAR for name in ("paid", "own", "handed_on", "spent", "held")}


def test_a_fund_that_passes_40_of_100_on_holds_60_and_100_came_from_outside():
    hand = Cash()
    hand.give("north", "fund", 100)
    hand.give("fund", "builder", 40, on=2)
    assert hand.held() == {("north", "USD"): -100, ("fund", "USD"): 60, ("builder", "USD"): 40}
    assert figures(hand.totals()) == {"paid": 100, "own": 0, "handed_on": 40, "spent": 0, "held": 100}
    assert hand.came_from("builder") == {"north": 40}


def test_what_is_given_back_is_as_if_so_much_less_had_been_paid():
    hand = Cash()
    hand.give("north", "fund", 100)
    hand.give("fund", "builder", 40, on=2)
    hand.give_back("builder", "fund", 5)
    assert hand.held() == {("north", "USD"): -100, ("fund", "USD"): 65, ("builder", "USD"): 35}
    assert figures(hand.totals()) == {"paid": 100, "own": 0, "handed_on": 35, "spent": 0, "held": 100}


def test_a_refund_opens_the_promise_again_in_either_order():
    def told(order):
        hand = Cash()
        hand.pay("pledge", "north", pledge="p", amount=usd(100))
        for step in order:
            step(hand)
        return hand

    pays = [lambda hand: hand.give("north", "fund", 80, pledge="p")]
    back = [lambda hand: hand.give_back("fund", "north", 30, pledge="p", of="d1")]
    less = told([lambda hand: hand.give("north", "fund", 50, pledge="p")])
    for order in (pays + back, back + pays):
        hand = told(order)
        assert hand.ledger.balances == less.ledger.balances
        assert figures(hand.totals()) == figures(less.totals())
        assert (hand.totals().open.amount, hand.totals().donors[0].paid.amount) == (50 * DOLLAR, 50 * DOLLAR)
        assert not any(note.code == "money.overdrawn" for outcome in hand.outcomes for note in outcome.notes)


def kept_pledge():
    hand = Cash()
    hand.pay("pledge", "north", pledge="p", amount=usd(100))
    hand.give("north", "fund", 100, pledge="p")
    return hand


def promises(hand):
    """Return what is open of the promise and what the donor paid, in whole units."""
    totals = hand.totals()
    donor = next(one for one in totals.donors if one.party == "north")
    return totals.open.amount // DOLLAR, donor.paid.amount // DOLLAR


@pytest.mark.threat(
    who="carrier",
    tries="refunds a million that it never got to a donor, so that a kept promise looks broken",
    alone="the promise stays kept and the donor's payment stays paid; the million stands as the carrier's own payment",
    needs="nobody: only who was paid by the donor can open as much again as it was paid",
    seen_by="anybody: `enduse money`, and the remark on the statement in `enduse list`",
)
@pytest.mark.parametrize(
    "sum_told",
    [
        {"amount": usd(1_000_000)},
        {"amount": Money("1", "JPY"), "counts_as": CountsAs(amount=usd(1_000_000))},
    ],
)
def test_a_refund_by_who_was_never_paid_opens_no_promise(sum_told):
    hand = kept_pledge()
    hand.pay("refund", "carrier", on=3, refund="r", to="north", pledge="p", **sum_told)
    assert promises(hand) == (0, 100)
    assert "money.beyond_paid" in [note.code for note in hand.outcomes[-1].notes]
    assert unbalanced(hand.postings) == {}


def test_a_small_refund_opens_no_more_than_the_payments_to_its_giver_kept_of_the_promise():
    hand = kept_pledge()
    hand.give("north", "carrier", Money("1", "JPY"))
    much = CountsAs(amount=usd(1_000_000))
    hand.pay("refund", "carrier", on=3, refund="r", amount=Money("1", "JPY"), to="north", pledge="p", counts_as=much)
    assert promises(hand) == (0, 100)


@pytest.mark.threat(
    who="stranger",
    tries="reports a refund of what a donor says that it paid, to take the payment out of the headline",
    alone="the report stands beside, in no sum",
    needs="the recipient itself, whose own word that it gave back counts",
    seen_by="anybody: `enduse money` names what stands beside",
)
def test_a_reported_refund_takes_nothing_from_what_the_donor_says_until_the_recipient_says_so():
    hand = kept_pledge()
    hand.pay("refund", "carrier", on=3, refund="r", by="fund", amount=usd(100), to="north", pledge="p")
    assert promises(hand) == (0, 100)
    assert [(one.party, one.step, one.voice) for one in hand.totals_with_beside().beside] == [
        ("carrier", "refunded", "north")
    ]
    hand.give_back("fund", "north", 40, pledge="p")
    assert promises(hand) == (40, 60)


@pytest.mark.threat(
    who="builder",
    tries="tells a payment to a friend as a refund, so that it is missing among the payments",
    alone="the friend never gave, so it stands as a payment",
    needs="nobody: the friend would have to have paid first",
    seen_by="anybody: `enduse money`, and the remark on the statement",
)
def test_a_refund_to_who_never_gave_is_a_payment():
    hand = kept_pledge()
    hand.give_back("fund", "friend", 90)
    paid = Cash()
    paid.pay("pledge", "north", pledge="p", amount=usd(100))
    paid.give("north", "fund", 100, pledge="p")
    paid.give("fund", "friend", 90)
    assert figures(hand.totals()) == figures(paid.totals())
    assert hand.totals().handed_on.amount == 90 * DOLLAR


def test_what_a_refund_gives_back_does_not_depend_on_the_order_of_recording():
    steps = [
        lambda hand: hand.pay("pledge", "north", pledge="p", amount=usd(100)),
        lambda hand: hand.pay("disbursement", "north", disbursement="a", amount=usd(50), recipient="fund", pledge="p"),
        lambda hand: hand.pay("disbursement", "north", on=3, disbursement="b", amount=usd(20), recipient="fund"),
        lambda hand: hand.pay("refund", "fund", on=4, refund="c", amount=usd(60), to="north", pledge="p"),
        lambda hand: hand.pay("refund", "fund", on=5, refund="d", amount=usd(30), to="north", pledge="p"),
    ]
    told = []
    for order in permutations(steps):
        hand = Cash()
        for step in order:
            step(hand)
        assert not any(outcome.refusal for outcome in hand.outcomes)
        told.append((hand.ledger.balances, figures(hand.totals()), promises(hand)))
    assert all(one == told[0] for one in told)
    assert told[0][2] == (100, 0)
    assert told[0][1] == {"paid": 0, "own": 20, "handed_on": 0, "spent": 0, "held": 20}


def test_a_refund_taken_back_leaves_the_book_as_it_was():
    hand = kept_pledge()
    before = {account: dict(line) for account, line in hand.ledger.balances.items()}
    hand.give_back("fund", "north", 150, pledge="p")
    assert promises(hand) == (100, 0)
    assert not hand.correct("fund", hand.last).refusal
    assert (hand.ledger.balances, promises(hand)) == (before, (0, 100))


@pytest.mark.threat(
    who="donor",
    tries="pays itself, so that its promise counts as paid",
    alone="a payment to oneself has no effect",
    needs="another party, whose receipt is then its own to explain",
    seen_by="anybody: the statement stands in `enduse list` with the reason",
)
def test_a_payment_to_oneself_has_no_effect():
    hand = Cash()
    hand.pay("pledge", "north", pledge="p", amount=usd(100))
    for outcome in (hand.give("north", "north", 100, pledge="p", funds="own"), hand.give_back("north", "north", 5)):
        assert outcome.refusal.code == "money.to_oneself"
    assert hand.totals().open.amount == 100 * DOLLAR


@pytest.mark.threat(
    who="stranger",
    tries="fills a recipient's account, so that no later payment to it fits",
    alone="one sum is at most 10^16 of the smallest unit; hundreds of them fit",
    needs="hundreds of statements, each in the record under its name",
    seen_by="the stranger, by the refusal; anybody, by `enduse money`",
)
def test_no_single_payment_fills_an_account():
    hand = Cash()
    assert hand.give("carrier", "fund", Money("461168601842738.79", "USD")).refusal.code == "money.too_much"
    assert not hand.give("carrier", "fund", Money("100000000000", "USD")).refusal
    assert not hand.give("north", "fund", 100).refusal


def test_what_goes_out_before_it_came_in_is_own_money_or_a_receipt_not_recorded():
    hand = Cash()
    hand.give("north", "fund", 100)
    hand.give("fund", "builder", 120, on=2)
    assert figures(hand.totals()) == {"paid": 100, "own": 20, "handed_on": 100, "spent": 0, "held": 120}
    assert hand.came_from("builder") == {"north": 100, "fund": 20}
    why = {message.values["why"] for message in Tracer(hand.postings).trace("builder").unresolved}
    assert why == {"own_or_not_recorded"}, "that north names no pledge lacks no link"


def test_who_says_that_it_is_its_own_money_keeps_what_it_was_given():
    hand = Cash()
    hand.give("north", "fund", 100)
    hand.give("fund", "builder", 20, on=2, funds="own")
    assert hand.held()["fund", "USD"] == 100
    assert figures(hand.totals()) == {"paid": 100, "own": 20, "handed_on": 20, "spent": 0, "held": 120}
    assert hand.came_from("builder") == {"fund": 20}


def test_what_a_builder_spends_before_it_is_paid_is_its_own_until_then():
    hand = Cash()
    hand.spend("builder", 50, on=1)
    hand.give("north", "builder", 50, on=30)
    early = figures(hand.totals(moment=Moment(as_at=at(10))))
    assert (early["own"], early["paid"]) == (50, 0)
    late = figures(hand.totals(moment=Moment(as_at=at(31))))
    assert (late["own"], late["paid"]) == (0, 50)


def test_what_was_handed_on_before_it_came_in_is_traced_to_what_made_up_for_it():
    hand = Cash()
    hand.give("fund", "builder", 50, on=1)
    hand.give("builder", "mason", 30, on=2)
    hand.give("north", "fund", 40, on=20)
    assert hand.came_from("builder") == {"north": 40, "fund": 10}
    assert [(one.why, one.owner, one.amount // DOLLAR) for one in traced(hand, "mason").sources] == [
        ("no_pledge_named", "north", 24),
        ("own_or_not_recorded", "fund", 6),
    ]
    hand.give("south", "fund", 60, on=30)
    assert hand.came_from("builder") == {"north": 40, "south": 10}
    forward = traced(hand, "south")
    assert {(owner_of(end.node), end.why, end.amount // DOLLAR) for end in forward.forward.ends} == {
        ("fund", "held", 50),
        ("builder", "held", 4),
        ("mason", "held", 6),
    }
    assert not forward.unresolved
    assert {node.owner: node.amount // DOLLAR for node in forward.forward.nodes} == {
        "south": 60,
        "fund": 60,
        "builder": 10,
        "mason": 6,
    }
    assert parts_of(hand.postings, "held")["held mason", "money/USD"] == {"north": 24 * DOLLAR, "south": 6 * DOLLAR}


def test_what_makes_up_for_an_exchange_is_traced_through_it_and_a_circle_makes_up_for_nothing():
    hand = Cash()
    hand.change("fund", euros(90), usd(98), on=1)
    hand.give("fund", "builder", 98, on=2)
    hand.give("south", "fund", euros(90), on=9)
    assert {
        (owner_of(end.node), end.why, end.resource[6:], end.amount // DOLLAR)
        for end in traced(hand, "builder").backward.ends
    } == {
        ("fund", "exchanged", "USD", 98),
        ("south", "no_pledge_named", "EUR", 90),
    }
    hand.give("builder", "fund", 98, on=10)
    hand.change("fund", usd(98), euros(90), on=11)
    hand.give("fund", "south", euros(90), on=12)
    for name in ("south", "fund", "builder"):
        assert traced(hand, name)


@settings(max_examples=examples(40), deadline=None)
@given(north=st.integers(1, 90), south=st.integers(1, 90), on=st.integers(0, 90), back=st.integers(1, 90))
def test_m5_what_is_given_back_to_one_of_several_givers_is_as_if_that_one_had_paid_less(north, south, on, back):
    def held(paid, refunded):
        hand = Cash()
        hand.give("north", "fund", north, on=1)
        if paid:
            hand.give("south", "fund", paid, on=1)
        if on:
            hand.give("fund", "builder", on, on=2)
        if refunded:
            hand.give_back("fund", "south", refunded, on=5)
            assert traced(hand, f"r{hand.number}").amounts == {"money/USD": refunded * DOLLAR}
        parts = parts_of(hand.postings, "held")
        return {account: found for (account, _), found in parts.items()}

    back, on = min(back, south), min(on, north + south - min(back, south))
    assert held(south, back) == held(south - back, 0)


def test_of_a_payment_in_another_currency_that_went_back_in_part_each_part_keeps_its_share_of_the_promise():
    hand = Cash()
    hand.pay("pledge", "south", pledge="p", amount=euros(100))
    hand.give("south", "fund", 54, pledge="p", counts_as=CountsAs(amount=euros(50)))
    hand.give_back("fund", "south", 10, on=5, pledge="p", counts_as=CountsAs(amount=euros(9)))
    trace = traced(hand, "fund")
    assert {(one.why, one.resource[6:], one.amount // DOLLAR) for one in trace.uses} == {
        ("held", "USD", 44),
        ("given_back", "USD", 10),
    }
    assert [(one.why, one.resource[6:], one.amount) for one in trace.sources] == [
        ("promised_by_donor", "EUR", 50 * DOLLAR)
    ]
    assert parts_of(hand.postings, "held")["held fund", "money/USD"] == {"south": 44 * DOLLAR}
    assert traced(hand, "south").amounts == {"money/EUR": 100 * DOLLAR}


def test_what_is_given_back_to_a_donor_lacks_no_link():
    for promise in ({}, {"pledge": "p"}):
        hand = Cash()
        if promise:
            hand.pay("pledge", "north", pledge="p", amount=usd(100))
        hand.give("north", "fund", 100, **promise)
        hand.give_back("fund", "north", 20, **promise)
        for name in ("north", "fund"):
            trace = traced(hand, name)
            assert trace.unresolved == ()
            assert {(one.why, one.amount // DOLLAR) for one in trace.uses} == {("held", 80), ("given_back", 20)}


@pytest.mark.threat(
    who="donor",
    tries="makes its aid look larger by sending the same money round through friends and back",
    alone="what comes back counts in no sum of what was given; only what was handed on grows",
    needs="nobody: more hands make it no more",
    seen_by="anybody: `enduse money`, `enduse status`",
)
def test_money_that_goes_in_a_circle_came_from_nowhere():
    hand = Cash()
    for payer, recipient in (("a", "b"), ("b", "c"), ("c", "a")):
        hand.give(payer, recipient, 100)
    assert hand.held() == {}
    assert figures(hand.totals()) == {"paid": 0, "own": 0, "handed_on": 300, "spent": 0, "held": 0}
    for party in "abc":
        trace = Tracer(hand.postings).trace(party)
        assert trace.unresolved == (), "every payment is recorded: nothing is waited for"
        assert {one.why for one in trace.sources} == {"came_back"}
        assert {one.why for one in trace.uses} == {"came_back"}, (
            "it lies nowhere, and covers no receipt that is missing"
        )
    hand.give("a", "b", 60)
    (lacking,) = Tracer(hand.postings).trace("b").unresolved
    assert (lacking.code, lacking.values["amount"]) == ("trace.waits_for_payment", Amount(60 * DOLLAR, "money/USD"))


def test_a_correction_leaves_the_fund_short_and_nothing_is_refused():
    hand = Cash()
    hand.give("north", "fund", 100)
    first = hand.last
    hand.give("fund", "builder", 40, on=2)
    assert not hand.correct("north", first).refusal
    assert not hand.give("north", "fund", 30).refusal
    assert hand.held() == {("north", "USD"): -30, ("fund", "USD"): -10, ("builder", "USD"): 40}
    assert figures(hand.totals()) == {"paid": 30, "own": 10, "handed_on": 30, "spent": 0, "held": 40}


def test_payments_of_one_day_are_traced_the_same_in_whatever_order_they_were_recorded():
    steps = [("north", "fund", 100), ("fund", "builder", 40), ("builder", "mason", 30), ("south", "fund", 60)]
    told = []
    for order in permutations(steps):
        hand = Cash()
        for step in order:
            hand.give(*step)
        told.append({party: hand.came_from(party) for party in ("builder", "mason", "fund")})
    assert all(one == told[0] for one in told)
    assert told[0]["builder"] == {"north": 25, "south": 15}


def test_a_payment_in_another_currency_keeps_a_promise_only_as_far_as_is_said():
    hand = Cash()
    hand.pay("pledge", "north", pledge="p", amount=Money("100", "EUR"))
    hand.give("north", "fund", 98, pledge="p")
    euros, dollars = hand.totals("EUR"), hand.totals("USD")
    assert (euros.open.amount, euros.paid.amount) == (100 * DOLLAR, 0)
    assert (dollars.beyond.amount, dollars.uncounted.amount, dollars.paid.amount) == (0, 98 * DOLLAR, 98 * DOLLAR)
    assert [note.code for note in hand.outcomes[-1].notes] == ["money.other_currency"]
    hand.correct("north", hand.last)
    counted = CountsAs(amount=Money("90", "EUR"), rate="0.9184", source="agreed")
    hand.give("north", "fund", 98, pledge="p", counts_as=counted)
    euros, dollars = hand.totals("EUR"), hand.totals("USD")
    assert (euros.open.amount, euros.beyond.amount) == (10 * DOLLAR, 0)
    assert (dollars.beyond.amount, dollars.uncounted.amount, dollars.paid.amount) == (0, 0, 98 * DOLLAR)
    ends = {(end.why, end.resource[6:]): end.amount // DOLLAR for end in traced(hand, "fund").backward.ends}
    assert ends == {("counted_as_another", "USD"): 98, ("promised_by_donor", "EUR"): 90}


def traced(hand, name):
    return Tracer(hand.postings).trace(name)


def euros(value):
    return Money(str(value), "EUR")


def test_an_exchange_sums_to_zero_in_each_currency_and_is_traced_through():
    hand = Cash()
    hand.give("south", "fund", euros(90))
    hand.change("fund", euros(90), usd(98), rate="1.0889", source="the fund's bank")
    hand.give("fund", "builder", 98, on=4)
    assert unbalanced(hand.postings) == {}
    assert hand.held() == {("south", "EUR"): -90, ("builder", "USD"): 98}
    euro, dollar = hand.totals("EUR"), hand.totals("USD")
    assert (figures(euro)["paid"], euro.exchanged.amount) == (90, 90 * DOLLAR)
    assert figures(dollar) == {"paid": 0, "own": 0, "handed_on": 98, "spent": 0, "held": 98}
    assert dollar.exchanged.amount == -98 * DOLLAR
    trace = traced(hand, "builder")
    assert {(owner_of(end.node), end.why, end.resource[6:], end.amount // DOLLAR) for end in trace.backward.ends} == {
        ("fund", "exchanged", "USD", 98),
        ("south", "no_pledge_named", "EUR", 90),
    }
    forward = traced(hand, "south").forward
    assert {(owner_of(end.node), end.why, end.resource[6:], end.amount // DOLLAR) for end in forward.ends} == {
        ("fund", "exchanged", "EUR", 90),
        ("builder", "held", "USD", 98),
    }


def test_without_the_exchange_both_currencies_came_from_outside_and_the_fund_is_no_donor():
    hand = Cash()
    hand.pay("pledge", "south", pledge="p", amount=euros(90))
    hand.give("south", "fund", euros(90), pledge="p")
    hand.give("fund", "builder", 98, on=4)
    assert figures(hand.totals("EUR"))["paid"] == 90
    assert (figures(hand.totals("USD"))["paid"], figures(hand.totals("USD"))["own"]) == (0, 98)


@pytest.mark.threat(
    who="stranger",
    tries="pays a donor a trifle, so that what the donor gave is called its own money, or handed on",
    alone="changes nothing but its own payment: who pays others more than twice what came in to it gives",
    needs="a payment, in its own name and the same currency, of half of what a donor gave that has promised nothing",
    seen_by="anybody: `enduse status` and `enduse money`, where the payment stands with its payer",
)
@pytest.mark.parametrize("trifle", [Money("1", "JPY"), Money("0.01", "USD"), Money("400", "USD"), euros(1_000_000)])
def test_what_a_stranger_pays_a_donor_leaves_it_a_donor(trifle):
    hand = Cash()
    hand.give("north", "fund", 1000)
    alone = hand.came_from("fund")
    hand.give("evil", "north", trifle)
    dollars = hand.totals()
    both = trifle.minor() if trifle.currency == "USD" else 0
    assert (dollars.paid.amount, dollars.own.amount) == (1000 * DOLLAR, 0)
    assert dollars.handed_on.amount == both
    assert next(one.paid.amount for one in dollars.donors if one.party == "north") == 1000 * DOLLAR
    assert set(alone) == {"north"}
    assert {end.why for end in traced(hand, "fund").backward.ends} == {"no_pledge_named"}


def test_a_fund_that_pays_on_a_little_more_than_it_was_paid_is_no_donor():
    hand = Cash()
    hand.give("north", "fund", 100)
    hand.give("fund", "builder", 200)
    assert figures(hand.totals())["own"] == 100
    hand.give("fund", "builder", 1)
    assert figures(hand.totals())["paid"] == 201


@pytest.mark.threat(
    who="donor",
    tries="pays a friend of its own money and lets the friend pay it back as the friend's own, again and again",
    alone="what comes back and lies there is neither given nor held, over however many hands",
    needs="somebody who changes it into another currency on the way: sums of two currencies are never set off",
    seen_by="anybody: both lines in `enduse money`, with the entries",
)
@pytest.mark.parametrize("hands", ["ab", "abc", "abcd"])
def test_own_money_that_goes_in_a_circle_is_not_paid(hands):
    hand = Cash()
    hand.pay("pledge", "a", pledge="p", amount=usd(1_000_000))
    for _ in range(3):
        for payer, recipient in zip(hands, hands[1:] + hands[0], strict=True):
            hand.give(payer, recipient, 100, funds="own")
    assert figures(hand.totals()) == {
        "paid": 0,
        "own": 0,
        "held": 0,
        "spent": 0,
        "handed_on": 300 * len(hands),
    }
    hand.give("a", "builder", 40, funds="own")
    assert (figures(hand.totals())["paid"], figures(hand.totals())["held"]) == (40, 40)


def test_what_came_back_and_was_spent_was_given_once():
    hand = Cash()
    hand.give("a", "b", 100, funds="own")
    hand.give("b", "a", 100, funds="own")
    hand.spend("a", 100)
    assert figures(hand.totals())["own"] + figures(hand.totals())["paid"] == 100
    north = Cash()
    north.give("north", "fund", 100)
    north.give("fund", "builder", 20, funds="own")
    north.give("builder", "north", 1)
    assert figures(north.totals())["held"] == 118, "of the fund's own 20 only what the builder passed on came back"


def test_an_exchange_may_cost_a_fee_and_be_taken_back():
    hand = Cash()
    hand.give("south", "fund", euros(90))
    before = {account: dict(line) for account, line in hand.ledger.balances.items()}
    hand.change("fund", euros(89), usd(98), fee=euros(1))
    assert hand.held() == {("south", "EUR"): -90, ("fund", "USD"): 98}
    assert hand.totals("EUR").fees.amount == DOLLAR
    assert not hand.correct("fund", hand.last).refusal
    assert hand.ledger.balances == before
    assert hand.totals("EUR").fees.amount == 0


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_9_what_a_bank_kept_of_a_payment_is_a_fee_of_that_payment_in_any_order(order):
    hand = Cash()
    hand.pay("pledge", "north", pledge="p", amount=usd(100))
    steps = (
        lambda: hand.give("north", "fund", 100, on=2, pledge="p", received=usd(98)),
        lambda: hand.give("south", "fund", 50, on=1),
        lambda: hand.give("fund", "builder", 148, on=3, fee=usd(3)),
    )
    for at_ in order:
        assert not steps[at_]().refusal
    assert hand.held() == {("north", "USD"): -100, ("south", "USD"): -50, ("fund", "USD"): -3, ("builder", "USD"): 148}
    totals = hand.totals()
    assert (totals.paid.amount, totals.fees.amount, totals.open.amount) == (150 * DOLLAR, 5 * DOLLAR, 0)
    parts = parts_of(hand.postings, "held", "fee")
    assert parts["held builder", "money/USD"] == {"north": 98 * DOLLAR, "south": 50 * DOLLAR}
    assert parts["fee fund", "money/USD"] == {"north": 2 * DOLLAR, "fund": 3 * DOLLAR}
    assert traced(hand, "p").unresolved == ()
    assert hand.came_from("builder") == {"north": 98, "south": 50}


def test_a_fee_that_is_corrected_was_never_taken_and_one_of_nothing_moves_nothing():
    hand = Cash()
    hand.give("north", "fund", 100)
    before = {account: dict(line) for account, line in hand.ledger.balances.items()}
    spent = hand.pay("expenditure", "fund", on=6, expenditure="e", amount=usd(40), payee="shop", fee=usd(2))
    assert (spent.refusal, hand.held()["fund", "USD"], hand.totals().fees.amount) == (None, 58, 2 * DOLLAR)
    assert not hand.correct("fund", hand.last).refusal
    assert hand.ledger.balances == before
    assert not hand.pay("expenditure", "fund", on=6, expenditure="f", amount=usd(40), payee="shop", fee=usd(0)).refusal
    assert (hand.held()["fund", "USD"], hand.totals().fees.amount) == (60, 0)


def test_a_fee_of_a_donor_keeps_no_promise():
    hand = Cash()
    hand.pay("pledge", "north", pledge="p", amount=usd(100))
    hand.give("north", "fund", 100, pledge="p", fee=usd(2))
    assert (hand.totals().open.amount, hand.totals().paid.amount, hand.totals().fees.amount) == (
        0,
        102 * DOLLAR,
        2 * DOLLAR,
    )
    assert parts_of(hand.postings, "held", "fee") == {
        ("held fund", "money/USD"): {"north": 100 * DOLLAR},
        ("fee north", "money/USD"): {"north": 2 * DOLLAR},
    }
    (end,) = traced(hand, "fund").backward.ends
    assert end.why == "promised_by_donor", "all that came is on the promise, and the fee takes nothing of it"


@pytest.mark.parametrize("received", [usd(101), usd(0), usd(-1), Money("98", "EUR")])
def test_no_more_is_received_than_was_paid_and_nothing_in_another_currency(received):
    with pytest.raises(InvalidValueError):
        DisbursementBody(disbursement="d", amount=usd(100), recipient="fund", received=received)


def test_an_exchange_of_a_currency_for_itself_is_refused():
    with pytest.raises(InvalidValueError, match="EUR cannot be exchanged for itself"):
        ExchangeBody(exchange="x", gives=euros(1), gets=euros(1))


PARTIES = "abcd"
STEPS = st.lists(
    st.tuples(
        st.sampled_from(("give", "give", "give", "back", "spend", "own", "change")),
        st.sampled_from(PARTIES),
        st.sampled_from(PARTIES),
        st.integers(1, 50),
        st.integers(0, 3),
        st.sampled_from(("USD", "EUR")),
    ).filter(lambda step: step[1] != step[2]),
    max_size=14,
)


OTHER = {"USD": "EUR", "EUR": "USD"}


class Oracle:
    """Purses in a dictionary: a payment takes from one and adds to another, and that is all."""

    def __init__(self, steps):
        self.purse, self.spent, self.away = Counter(), Counter(), Counter()
        self.edges = defaultdict(Counter)
        for kind, payer, other, value, _, currency in steps:
            self.purse[payer, currency, kind == "own"] -= value
            if kind == "spend":
                self.spent[currency] += value
            elif kind == "change":
                self.purse[payer, OTHER[currency], False] += 2 * value
                self.away[currency] += value
                self.away[OTHER[currency]] -= 2 * value
            else:
                self.purse[other, currency, False] += value
                self.edges[currency][payer, other, kind == "own"] += value

    def outside(self, currency):
        below = -sum(value for (_, name, _), value in self.purse.items() if name == currency and value < 0)
        return below - self.circles(currency)

    def held(self, currency):
        above = sum(value for (_, name, _), value in self.purse.items() if name == currency and value > 0)
        return above - self.circles(currency)

    def circles(self, currency):
        """Return what parties paid of their own, got back and still have, by somebody else's way of finding a flow."""
        return sum(
            max(
                0,
                min(-self.purse[party, currency, True], self.purse[party, currency, False], self.back(party, currency)),
            )
            for party in PARTIES
        )

    def back(self, party, currency):
        room = np.zeros((6, 6), dtype=np.int32)
        for (payer, other, own), value in self.edges[currency].items():
            start = PARTIES.index(payer) if payer != party else 4 if own else 5
            room[start, PARTIES.index(other)] += value
        return int(maximum_flow(csr_array(room), 4, PARTIES.index(party)).flow_value)


def played(steps):
    hand = Cash()
    for number, (kind, payer, other, value, day, currency) in enumerate(steps):
        amount = Money(str(value), currency)
        name = f"{kind}{number}-{payer}{other}{value}{day}"
        if kind == "back":
            hand.pay("refund", payer, on=day, refund=name, amount=amount, to=other)
        elif kind == "change":
            gets = Money(str(2 * value), OTHER[currency])
            hand.pay("exchange", payer, on=day, exchange=name, gives=amount, gets=gets)
        elif kind == "spend":
            hand.pay("expenditure", payer, on=day, expenditure=name, amount=amount, payee="shop")
        else:
            funds = "own" if kind == "own" else None
            hand.pay("disbursement", payer, on=day, disbursement=name, amount=amount, recipient=other, funds=funds)
    assert not any(outcome.refusal for outcome in hand.outcomes)
    return hand


@settings(max_examples=examples(150))
@given(STEPS)
def test_cash_agrees_with_purses_in_a_dictionary(steps):
    hand, oracle = played(steps), Oracle(steps)
    assert unbalanced(hand.postings) == {}
    cash = {
        (owner_of(account), resource[6:], class_of(account) == "own"): amount // DOLLAR
        for account, line in hand.ledger.balances.items()
        if class_of(account) in {"held", "own"}
        for resource, amount in line.items()
    }
    assert cash == {spot: value for spot, value in oracle.purse.items() if value}
    for totals in currencies(Sums(hand.postings)):
        told = figures(totals)
        assert told["paid"] + told["own"] == oracle.outside(totals.currency)
        assert (told["held"], told["spent"]) == (oracle.held(totals.currency), oracle.spent[totals.currency])
        away = totals.exchanged.amount // DOLLAR
        assert away == oracle.away[totals.currency]
        assert told["paid"] + told["own"] == told["held"] + told["spent"] + away


@settings(max_examples=examples(100))
@given(STEPS, st.randoms(use_true_random=False))
def test_cash_and_its_parts_do_not_depend_on_the_order_of_recording(steps, random):
    shuffled = list(steps)
    random.shuffle(shuffled)
    hand, other = played(steps), played(shuffled)
    assert hand.ledger.balances == other.ledger.balances
    for day in range(4):
        moment = Moment(as_at=at(day))
        assert balances(hand.postings, moment) == balances(other.postings, moment)
    assert [figures(one) for one in sorted(currencies(Sums(hand.postings)), key=lambda one: one.currency)] == [
        figures(one) for one in sorted(currencies(Sums(other.postings)), key=lambda one: one.currency)
    ]


@settings(max_examples=examples(150))
@given(STEPS)
def test_totals_and_trace_call_the_same_parties_givers(steps):
    hand = played(steps)
    sums, traced_as = Sums(hand.postings), givers_of(movements(hand.postings))
    for resource in sums.resources():
        assert donors(sums, resource) == {party for party in PARTIES if traced_as.gives(party, resource)}


@settings(max_examples=examples(150))
@given(STEPS)
def test_the_parts_of_what_a_party_holds_are_what_it_holds(steps):
    hand = played(steps)
    mixing = Mixing(hand.postings)
    left = Counter()
    for batch in mixing.batches:
        left[batch.account, batch.resource] += batch.left
        assert batch.converts or not batch.parents or sum(part for _, part in batch.parents) == batch.amount
        assert 0 <= batch.left <= batch.amount
    for spot, debt in mixing.debts.items():
        left[spot] -= debt
    for account, line in hand.ledger.balances.items():
        if class_of(account) not in {"own", "exchange"}:
            for resource, amount in line.items():
                assert left[account, resource] == amount
    tracer = Tracer(hand.postings)
    for party in PARTIES:
        if any(
            account == f"held {party}" and batch.code == "disbursed"
            for batch in mixing.batches
            for account in [batch.account]
        ):
            trace = tracer.trace(party)
            for graph in (trace.forward, trace.backward):
                sums = Counter()
                for end in graph.ends:
                    sums[end.resource] += end.amount
                changed = any(step[0] == "change" for step in steps)  # what is exchanged there and back ends twice
                assert sums == trace.amounts or (
                    changed and all(sums[one] >= much for one, much in trace.amounts.items())
                )


@pytest.mark.parametrize(
    ("payer_has", "recipient_has", "value"), [(0, 0, 5), (3, 0, 5), (9, 0, 5), (3, -2, 5), (9, -9, 5)]
)
def test_a_payment_raises_outside_by_what_the_payer_lacks_and_lowers_it_by_what_the_recipient_lacked(
    payer_has, recipient_has, value
):
    hand = Cash()
    if payer_has:
        hand.give("north", "payer", payer_has)
    if recipient_has:
        hand.spend("recipient", -recipient_has)
    if not hand.postings:
        hand.give("north", "else", 1)
    before = figures(hand.totals())
    hand.give("payer", "recipient", value)
    after = figures(hand.totals())
    change = after["paid"] + after["own"] - before["paid"] - before["own"]
    assert change == max(0, value - max(0, payer_has)) - min(value, max(0, -recipient_has))


def test_promises_move_no_cash():
    hand = Cash()
    hand.give("north", "fund", 10)
    cash = {account: line for account, line in hand.ledger.balances.items() if account.startswith("held ")}
    hand.pay("pledge", "north", pledge="p", amount=usd(100))
    hand.pay("commitment", "north", commitment="c", amount=usd(80), recipient="fund", pledge="p")
    hand.pay("commitment", "south", commitment="c", amount=usd(7), recipient="fund")
    assert {account: line for account, line in hand.ledger.balances.items() if account.startswith("held ")} == cash
    assert donors(Sums(hand.postings), "money/USD") == {"north", "south"}
