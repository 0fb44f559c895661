"""What somebody should look at in the money: nothing is merged unless somebody says so."""

import pytest

from enduse.messages import Amount, Message
from enduse.statements.money import Disbursement, DisbursementBody
from enduse.terms.amounts import Money
from enduse.views.leads import money_leads
from enduse.views.money import currencies
from enduse.views.report import build_report
from enduse.views.status import status
from enduse.views.sums import Sums
from support.ledger_hand import Hand, usd

DOLLAR = 10_000


def told(hand):
    return [lead.code for lead in money_leads(hand.ledger)]


def totals(hand):
    (one,) = currencies(Sums(hand.postings), hand.ledger)
    return one


def both_ends(receipt=1000, on=3, **more):
    """Return what came of one payment that north tells as PAY-7 and the fund as RCPT-113."""
    hand = Hand()
    hand.pay("disbursement", "north", on=3, disbursement="PAY-7", amount=usd(1000), recipient="fund")
    body = {"disbursement": "RCPT-113", "donor": "north", "amount": usd(receipt), "recipient": "fund", **more}
    hand.pay("disbursement", "fund", on=on, **body)
    return hand


def test_one_payment_told_from_both_ends_counts_once_and_is_a_lead():
    hand = both_ends()
    assert totals(hand).paid.amount == 1000 * DOLLAR
    (lead,) = money_leads(hand.ledger)
    assert lead == Message.of(
        "lead.told_twice",
        amount=Amount(1000 * DOLLAR, "money/USD"),
        payer="north",
        recipient="fund",
        number="PAY-7",
        other="RCPT-113",
        first=0,
        second=1,
    )


def test_another_day_or_a_sum_that_differs_a_little_may_be_the_same_payment_and_is_merged_with_nothing():
    for hand in (both_ends(on=13), both_ends(receipt=980), both_ends(receipt=1020, on=1)):
        (lead,) = money_leads(hand.ledger)
        assert (lead.code, lead.values["number"], lead.values["other"]) == ("lead.told_nearly", "PAY-7", "RCPT-113")
        assert totals(hand).paid.amount == 1000 * DOLLAR, "only the payer's word is in the sums"
        assert [one.figure.amount > 0 for one in totals(hand).beside] == [True]


def test_a_day_too_far_or_a_sum_too_different_is_another_payment():
    assert told(both_ends(on=14)) == []
    assert told(both_ends(receipt=979)) == []
    assert told(both_ends(receipt=1021)) == []


def test_each_word_is_paired_once_and_with_the_nearest():
    hand = Hand()
    for number, day in ((1, 3), (2, 9)):
        hand.pay("disbursement", "north", on=day, disbursement=f"PAY-{number}", amount=usd(1000), recipient="fund")
    for number, day in ((1, 4), (2, 10), (3, 11)):
        body = {"disbursement": f"RCPT-{number}", "donor": "north", "amount": usd(1000), "recipient": "fund"}
        hand.pay("disbursement", "fund", on=day, **body)
    pairs = [(lead.values["number"], lead.values["other"]) for lead in money_leads(hand.ledger)]
    assert pairs == [("PAY-1", "RCPT-1"), ("PAY-2", "RCPT-2")]


@pytest.mark.threat(
    who="stranger",
    tries="says that a payment somebody lists is the same as another, so that one of the two is forgotten",
    alone="joins nothing: only the recipient's own word names the payer's number; both numbers stay in view",
    needs="the recipient, who signs that it received no second payment",
    seen_by="anybody: `enduse status`, `enduse list`",
)
def test_only_the_recipients_own_word_joins_the_two_numbers():
    assert len(totals(both_ends()).beside) == 1
    hand = both_ends(confirms="PAY-7")
    assert told(hand) == []
    assert totals(hand).paid.amount == 1000 * DOLLAR
    assert totals(hand).beside == ()
    stranger = Hand()
    stranger.pay("disbursement", "north", on=3, disbursement="PAY-7", amount=usd(1000), recipient="fund")
    body = {"disbursement": "X", "donor": "north", "amount": usd(1000), "recipient": "fund", "confirms": "PAY-7"}
    stranger.pay("disbursement", "importer", on=3, **body)
    assert told(stranger) == ["lead.told_twice"]


def test_a_smaller_sum_at_the_other_end_is_a_fee_or_a_gap():
    hand = both_ends(receipt=998, on=5, confirms="PAY-7")
    (lead,) = money_leads(hand.ledger)
    assert lead.code == "lead.sums_differ"
    assert (lead.values["paid"], lead.values["received"]) == (
        Amount(1000 * DOLLAR, "money/USD"),
        Amount(998 * DOLLAR, "money/USD"),
    )


@pytest.mark.parametrize(("second", "leads"), [(400, []), (390, ["lead.sums_differ"])])
def test_one_payment_that_its_recipient_tells_in_two_parts_is_no_gap(second, leads):
    """Each part was told as a gap."""
    hand = both_ends(receipt=600, confirms="PAY-7")
    body = {"disbursement": "RCPT-114", "donor": "north", "amount": usd(second), "recipient": "fund"}
    hand.pay("disbursement", "fund", on=4, confirms="PAY-7", **body)
    assert told(hand) == leads
    assert totals(hand).paid.amount == 1000 * DOLLAR


@pytest.mark.parametrize("teller", ["fund", "carrier"])
def test_what_is_told_as_spent_and_as_paid_is_a_lead(teller):
    """Both counted, and nobody was told."""
    hand = Hand()
    hand.pay("disbursement", "north", on=1, disbursement="PAY-7", amount=usd(1000), recipient="fund")
    hand.pay("expenditure", "fund", on=2, expenditure="E-1", amount=usd(70), payee="carrier")
    assert told(hand) == []
    hand.pay("disbursement", teller, on=3, disbursement="P-1", donor="fund", amount=usd(70), recipient="carrier")
    (lead,) = money_leads(hand.ledger)
    assert (lead.code, lead.values["party"], lead.values["payee"]) == ("lead.spent_and_paid", "fund", "carrier")
    assert not hand.correct(teller, hand.last).refusal
    hand.pay("disbursement", teller, on=3, disbursement="P-2", donor="fund", amount=usd(50), recipient="carrier")
    assert told(hand) == []


@pytest.mark.parametrize(
    ("own", "leads"), [({"amount": usd(998)}, []), ({"received": usd(998)}, []), ({}, ["lead.sums_differ"])]
)
def test_a_fee_that_the_payer_states_is_no_gap_and_one_payment_is_still_known_as_one(own, leads):
    hand = Hand()
    stated = {"amount": usd(1000), "recipient": "fund", "received": usd(998)}
    hand.pay("disbursement", "north", on=3, disbursement="PAY-7", **stated)
    body = {"donor": "north", "recipient": "fund", "amount": usd(1000), **own}
    hand.pay("disbursement", "fund", on=3, disbursement="RCPT-113", **body)
    assert told(hand) == ["lead.told_twice"]
    assert not hand.correct("fund", hand.last).refusal
    hand.pay("disbursement", "fund", on=3, disbursement="RCPT-114", confirms="PAY-7", **body)
    assert told(hand) == leads


def test_a_correction_takes_the_lead_away():
    hand = both_ends()
    assert not hand.correct("fund", hand.last).refusal
    assert told(hand) == []


def test_a_currency_held_beside_one_that_lacks_is_a_lead_until_the_exchange_is_recorded():
    hand = Hand()
    hand.pay("disbursement", "south", on=1, disbursement="a", amount=Money("90", "EUR"), recipient="fund")
    hand.pay("disbursement", "fund", on=4, disbursement="b", amount=usd(98), recipient="builder")
    held, lacking = Amount(90 * DOLLAR, "money/EUR"), Amount(98 * DOLLAR, "money/USD")
    assert money_leads(hand.ledger) == (Message.of("lead.not_exchanged", party="fund", held=held, lacking=lacking),)
    hand.pay("exchange", "fund", on=2, exchange="x", gives=Money("90", "EUR"), gets=usd(98))
    assert told(hand) == []


@pytest.mark.parametrize("first", ["refund", "disbursement"])
def test_what_is_given_back_in_another_currency_is_no_exchange_that_is_missing(first):
    steps = {
        "disbursement": lambda hand: hand.pay(
            "disbursement", "north", on=1, disbursement="a", amount=usd(100), recipient="fund"
        ),
        "refund": lambda hand: hand.pay("refund", "fund", on=4, refund="b", amount=Money("9", "EUR"), to="north"),
    }
    hand = Hand()
    for name in sorted(steps, key=lambda each: each != first):
        steps[name](hand)
    assert [lead.values["party"] for lead in money_leads(hand.ledger)] == ["fund"], "it may have changed the money"
    hand.pay("exchange", "fund", on=2, exchange="x", gives=usd(10), gets=Money("9", "EUR"))
    assert told(hand) == []


@pytest.mark.parametrize("changed", ["89", "90"])
def test_the_fee_of_a_recorded_exchange_is_no_exchange_that_is_missing(changed):
    hand = Hand()
    hand.pay("disbursement", "south", on=1, disbursement="a", amount=Money("90", "EUR"), recipient="fund")
    fee, gives = Money("1", "EUR"), Money(changed, "EUR")
    hand.pay("exchange", "fund", on=2, exchange="x", gives=gives, gets=usd(98), fee=fee)
    assert told(hand) == []
    hand.pay("disbursement", "fund", on=3, disbursement="b", amount=Money("5", "EUR"), recipient="builder")
    assert told(hand) == ["lead.not_exchanged"], "what was paid beyond the fee still is one"


def test_status_and_report_carry_a_lead(small):
    amount = usd(1000)
    small.say("donor", Disbursement, DisbursementBody(disbursement="pay:7", amount=amount, recipient="fund"))
    body = DisbursementBody(disbursement="receipt:113", amount=amount, recipient="fund", donor="donor")
    small.say("fund", Disbursement, body)
    for answer in (status(small.book), build_report(small.book)):
        assert [lead.code for lead in answer.money_leads] == ["lead.told_twice"]
