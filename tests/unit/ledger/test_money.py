"""Money from promise to payment, to the smallest unit, with what is beyond or beside a promise kept and shown."""

from itertools import permutations

import pytest

from enduse.ledger.accounts import named
from enduse.ledger.ledger import Ledger
from enduse.messages import Amount, Message, Refusal
from enduse.statements.money import Purchase
from enduse.terms.amounts import Money
from support.ledger_hand import Hand, tonnes, usd

DOLLAR = 10_000


def usd_of(hand, account):
    return hand.ledger.balance(account, "money/USD")


def test_pledge_commitment_disbursement_expenditure_in_a_row():
    hand = Hand()
    hand.pay("pledge", "sweden", pledge="p", amount=usd("100.01"))
    hand.pay("commitment", "sweden", commitment="c", amount=usd(80), recipient="fund", pledge="p")
    hand.pay("disbursement", "sweden", disbursement="d", amount=usd(50), recipient="fund", commitment="c")
    outcome = hand.pay("expenditure", "fund", expenditure="e", amount=usd(20), payee="acme", project="clinic")
    assert not outcome.notes
    assert {account: held["money/USD"] for account, held in hand.ledger.balances.items()} == {
        "promised sweden": -1_000_100,
        "pledged sweden p": 200_100,
        "committed sweden c": 300_000,
        "fulfilled sweden c": 500_000,
        "held sweden": -500_000,
        "held fund": 300_000,
        "spent fund clinic": 200_000,
    }


def test_more_than_was_promised_is_kept_and_said():
    hand = Hand()
    hand.pay("pledge", "sweden", pledge="p", amount=usd(10))
    outcome = hand.pay("disbursement", "sweden", disbursement="d", amount=usd(13), recipient="fund", pledge="p")
    assert usd_of(hand, "pledged sweden p") == -30_000
    beyond = Message.of("money.overdrawn", account=named("pledged sweden p"), amount=Amount(-3 * DOLLAR, "money/USD"))
    assert outcome.notes == (beyond,)


def test_a_payment_may_be_recorded_before_its_promise():
    hand = Hand()
    outcome = hand.pay("disbursement", "sweden", disbursement="d", amount=usd(13), recipient="fund", pledge="p")
    assert Message.of("money.step_unknown", kind="pledge", identifier="p", donor="sweden") in outcome.notes
    hand.pay("pledge", "sweden", pledge="p", amount=usd(20))
    assert usd_of(hand, "pledged sweden p") == 70_000


def test_a_payment_that_names_no_pledge_is_remarked_on_only_where_one_stays_open():
    hand = Hand()
    outcome = hand.pay("disbursement", "sweden", disbursement="d", amount=usd(13), recipient="fund")
    assert not outcome.notes, "who promised nothing has no pledge to name"
    hand.pay("pledge", "norway", pledge="p", amount=usd(20))
    outcome = hand.pay("disbursement", "norway", disbursement="d", amount=usd(13), recipient="fund")
    assert outcome.notes == (Message.of("money.names_no_pledge", donor="norway"),)
    hand = Hand()
    hand.pay("disbursement", "sweden", disbursement="d", amount=usd(13), recipient="fund")
    assert hand.ledger.balances == {"held sweden": {"money/USD": -130_000}, "held fund": {"money/USD": 130_000}}


def test_the_donors_own_word_takes_the_place_of_a_report_in_either_order():
    for order in (("importer", "sweden"), ("sweden", "importer")):
        hand = Hand()
        for party in order:
            amount = usd(12 if party == "sweden" else 10)
            assert not hand.pay("pledge", party, pledge="p", amount=amount, donor="sweden").refusal
        assert usd_of(hand, "pledged sweden p") == 120_000
        assert {said.party: said.told for said in hand.ledger.said.values()} == {
            "importer": "beside",
            "sweden": "counts",
        }
    assert "money.reported" not in {note.code for note in hand.outcomes[0].notes}
    assert Message.of("money.beside", donor="sweden") in hand.outcomes[1].notes


@pytest.mark.threat(
    who="stranger",
    tries="reports a pledge of five billion, or a payment out of a pledge, as another party's",
    alone="nothing: to report takes a mandate, or the founding's word that reports are open; and even then it is in no sum"
    " once the donor speaks of its money itself, and takes nothing out of what the donor promised",
    needs="that no donor speaks for itself; then the sums say whose report they are",
    seen_by="everybody, by enduse status and the report, where it stands beside by name",
)
def test_what_others_report_of_a_donor_that_speaks_is_in_no_sum_under_whatever_name():
    for order in permutations(("sweden", "desk", "wire")):
        hand = Hand()
        for party in order:
            value = {"sweden": 12, "desk": 5_000_000_000, "wire": 7}[party]
            hand.pay("pledge", party, pledge=f"p:{party}", amount=usd(value), donor="sweden")
        assert usd_of(hand, "promised sweden") == -120_000, order
        assert set(hand.ledger.balances) == {"promised sweden", "pledged sweden p:sweden"}


def test_a_reported_payment_does_not_exhaust_what_the_donor_pledged_itself():
    for order in permutations(("pledge", "payment")):
        hand = Hand()
        for step in order:
            if step == "pledge":
                hand.pay("pledge", "sweden", pledge="p", amount=usd(10))
            else:
                paid = {"disbursement": "d", "amount": usd(5_000_000_000), "recipient": "fund", "pledge": "p"}
                hand.pay("disbursement", "wire", donor="sweden", **paid)
        assert usd_of(hand, "pledged sweden p") == 100_000, order
        assert usd_of(hand, "fulfilled sweden p") == 0
        assert usd_of(hand, "held fund") == 50_000_000_000_000
        # The donor's own word about the same recipient is the whole of it.
        hand.pay("disbursement", "sweden", disbursement="own", amount=usd(4), recipient="fund", pledge="p")
        assert usd_of(hand, "held fund") == 40_000
        assert usd_of(hand, "pledged sweden p") == 60_000
        assert usd_of(hand, "fulfilled sweden p") == 40_000
        # It is taken back: what was reported is all there is, again.
        hand.correct("sweden", hand.last)
        assert usd_of(hand, "held fund") == 50_000_000_000_000


def test_of_two_reporters_the_first_is_summed_until_it_takes_its_word_back():
    hand = Hand()
    hand.pay("pledge", "desk", pledge="p", amount=usd(10), donor="sweden")
    first = hand.last
    hand.pay("pledge", "wire", pledge="p", amount=usd(11), donor="sweden")
    assert usd_of(hand, "promised sweden") == -100_000
    assert [one.speaker for one in hand.postings] == ["desk", "desk"]
    hand.correct("desk", first)
    assert usd_of(hand, "promised sweden") == -110_000
    assert [key.partition("\t")[0] for key in hand.ledger.told] == ["sweden"]
    hand.ledger = Ledger.restore(hand.ledger.snapshot())
    hand.correct("wire", hand.entries[1].id)
    assert hand.ledger.balances == {}
    assert hand.ledger.voices == hand.ledger.told == {}


def test_a_report_in_another_currency_is_of_the_same_money():
    told = {
        "sweden": {"disbursement": "own", "amount": Money("80", "EUR")},
        "desk": {"disbursement": "fts", "amount": Money("88.88", "USD"), "donor": "sweden"},
        "wire": {"disbursement": "iati", "amount": Money("81", "EUR"), "donor": "sweden"},
    }
    for order in permutations(told):
        hand = Hand()
        for party in order:
            hand.pay("disbursement", party, recipient="fund", **told[party])
        assert hand.ledger.balances["held fund"] == {"money/EUR": 800_000}, order
        assert {said.party for said in hand.ledger.said.values() if said.told == "beside"} == {"desk", "wire"}
        hand.correct("sweden", next(one.id for one in hand.entries if one.statement.party == "sweden"))
        first = next(party for party in order if party != "sweden")
        held = {"desk": {"money/USD": 888_800}, "wire": {"money/EUR": 810_000}}[first]
        assert hand.ledger.balances["held fund"] == held, order


def test_a_report_of_an_exchange_from_another_currency_is_another_exchange():
    hand = Hand()
    hand.pay("exchange", "fund", exchange="own", gives=Money("100", "EUR"), gets=usd(110))
    hand.pay("exchange", "desk", exchange="told", gives=Money("10", "GBP"), gets=usd(13), by="fund")
    assert hand.ledger.balances["held fund"] == {"money/EUR": -1_000_000, "money/GBP": -100_000, "money/USD": 1_230_000}
    hand.pay("exchange", "desk", exchange="again", gives=Money("90", "EUR"), gets=usd(99), by="fund")
    assert hand.ledger.balances["held fund"]["money/USD"] == 1_230_000


def test_what_one_party_reports_in_two_currencies_counts_in_both_until_the_payer_speaks():
    hand = Hand()
    for number, amount in enumerate((usd(10), Money("7", "EUR"))):
        hand.pay("pledge", "desk", pledge=f"p{number}", amount=amount, donor="sweden")
    assert hand.ledger.balances["promised sweden"] == {"money/USD": -100_000, "money/EUR": -70_000}
    hand.pay("pledge", "sweden", pledge="own", amount=Money("7", "EUR"))
    assert hand.ledger.balances["promised sweden"] == {"money/EUR": -70_000}


def test_a_reporters_commitment_of_a_pledge_that_the_donor_told_stands_beside():
    hand = Hand()
    hand.pay("pledge", "sweden", pledge="p", amount=usd(10))
    hand.pay("commitment", "wire", commitment="c", amount=usd(8), recipient="fund", pledge="p", donor="sweden")
    assert {account: held["money/USD"] for account, held in hand.ledger.balances.items()} == {
        "promised sweden": -100_000,
        "pledged sweden p": 100_000,
    }


def test_an_identifier_counts_once_and_again_after_a_correction():
    hand = Hand()
    hand.pay("pledge", "sweden", pledge="p", amount=usd(10))
    first = hand.last
    before = Refusal.of("statement.given_before", kind="pledge", identifier="p", entry=0)
    assert hand.pay("pledge", "sweden", pledge="p", amount=usd(11)).refusal == before
    hand.correct("sweden", first)
    assert not hand.pay("pledge", "sweden", pledge="p", amount=usd(11)).refusal
    assert usd_of(hand, "promised sweden") == -110_000


def test_amounts_that_are_none_have_no_effect():
    hand = Hand()
    zero, less = (Refusal.of("money.not_an_amount", amount=Amount(n * DOLLAR, "money/USD")) for n in (0, -5))
    assert hand.pay("pledge", "sweden", pledge="p", amount=usd(0)).refusal == zero
    assert hand.pay("pledge", "sweden", pledge="p", amount=usd(-5)).refusal == less
    buys = (Purchase(lot="L", material="cement", quantity=tonnes(0)),)
    bought = hand.pay("expenditure", "fund", expenditure="e", amount=usd(5), payee="acme", buys=buys)
    assert bought.refusal is not None
    assert bought.refusal.code == "goods.not_an_amount"
    assert hand.ledger.balances == {}


def test_a_payment_of_a_year_to_come_has_no_effect_and_one_of_tomorrow_morning_has():
    hand = Hand()
    for kind, body in {
        "pledge": {"pledge": "p"},
        "commitment": {"commitment": "c", "recipient": "fund"},
        "disbursement": {"disbursement": "d", "recipient": "fund"},
        "expenditure": {"expenditure": "e", "payee": "acme"},
    }.items():
        outcome = hand.pay(kind, "sweden", on=367, amount=usd(5), **body)
        assert outcome.refusal == Refusal.of("statement.of_the_future")
    assert hand.ledger.balances == {}
    assert not hand.pay("disbursement", "sweden", on=365.9, amount=usd(5), disbursement="d", recipient="fund").refusal


def test_what_nobody_can_have_paid_stands_in_the_record_and_moves_nothing():
    hand = Hand()
    unknown = hand.pay("pledge", "japan", pledge="p", amount=Money("100", "ABC"))
    assert unknown.refusal is not None
    assert unknown.refusal.code == "money.currency_unknown"
    assert not hand.pay("pledge", "japan", pledge="p", amount=Money("100", "JPY")).refusal
    assert hand.ledger.balance("pledged japan p", "money/JPY") == 100 * DOLLAR


def test_part_of_a_smallest_coin_moves_as_it_was_stated_and_is_told():
    hand = Hand()
    paid = hand.pay("pledge", "japan", pledge="p", amount=Money("100.5", "JPY"))
    assert (paid.refusal, paid.notes) == (None, (Message.of("money.finer_than_coin", currency="JPY", places=0),))
    assert hand.ledger.balance("pledged japan p", "money/JPY") == 100 * DOLLAR + DOLLAR // 2


def test_a_purchase_is_linked_and_unlinked():
    hand = Hand()
    buys = (Purchase(lot="L", material="cement", quantity=tonnes(2)),)
    hand.pay("expenditure", "fund", expenditure="e", amount=usd(5), payee="acme", buys=buys)
    (link,) = hand.links
    assert (link.party, link.expenditure, link.lot, link.amount) == ("fund", "e", "L", 2_000_000)
    (back,) = hand.correct("fund", hand.last).links
    assert (back.amount, back.reverses) == (-2_000_000, 0)
    assert usd_of(hand, "held fund") == 0
