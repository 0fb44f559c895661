"""Gifts in kind: at a stated value, counted once, beside money and never in it."""

from datetime import timedelta
from itertools import permutations

import pytest

from conftest import START, Small
from enduse.errors import InvalidValueError
from enduse.statements.base import Source
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.money import Disbursement, DisbursementBody, InKind, Pledge, PledgeBody, Refund, RefundBody
from enduse.terms.amounts import Money
from enduse.views.cash import money
from enduse.views.leads import money_leads

DOLLAR = 10_000
VALUE = InKind(basis="market", source="Market Bulletin, March")
PAPER = Source(name="gifts.csv", sha256="00" * 32)


def usd(value):
    return Money(str(value), "USD")


@pytest.fixture
def fund(tmp_path):
    small = Small(tmp_path / "fund", open_acts=("pledge", "disbursement", "refund", "report"))
    small.now = START + timedelta(days=9)
    yield small
    small.intake.close()


def give(small, by="donor", value=90, number="G-1", **more):
    body = DisbursementBody(disbursement=number, amount=usd(value), recipient="fund", in_kind=VALUE, **more)
    return small.say(by, Disbursement, body, occurred_at=START + timedelta(days=1), source=PAPER)


def pay(small, value=100):
    body = DisbursementBody(disbursement="P-1", amount=usd(value), recipient="fund")
    return small.say("donor", Disbursement, body, occurred_at=START + timedelta(days=2))


def told(small):
    """Return paid, from outside, held and in kind, in dollars."""
    (one,) = money(small.book).currencies
    totals = one.totals
    return tuple(figure.amount // DOLLAR for figure in (totals.paid, totals.own, totals.held, totals.in_kind))


def test_what_is_given_in_kind_stands_beside_money_in_any_order_and_a_correction_takes_it_back(fund):
    steps = (
        give,
        pay,
        lambda small: small.say("fund", Refund, RefundBody(refund="R-1", amount=usd(10), to="donor")),
    )
    for order in permutations(range(3)):
        saids = {at: steps[at](fund) for at in order}
        assert [said.outcome for said in saids.values()] == ["accepted"] * 3
        assert told(fund) == (90, 0, 90, 90), "a refund gives money back, and no goods"
        view = money(fund.book).currencies[0]
        assert [(one.totals.party, one.in_kind.amount // DOLLAR) for one in view.donors] == [("donor", 90)]
        assert {one.party: one.in_kind.amount // DOLLAR for one in view.parties}["fund"] == 90
        for at, said in saids.items():
            back = CorrectionBody(corrects=fund.book.statement(said.index).id, reason="incorrect_data")
            assert fund.say("fund" if at == 2 else "donor", Correction, back).outcome == "accepted"
        assert not fund.book.ledger.balances


@pytest.mark.parametrize("first", ["donor", "fund"])
def test_a_gift_that_giver_and_recipient_tell_counts_once(fund, first):
    for by in sorted(("donor", "fund"), key=lambda name: name != first):
        give(fund, by, 90 if by == "donor" else 80, f"G-{by}", donor="donor")
    assert told(fund) == (0, 0, 0, 90)
    assert not money_leads(fund.book.ledger)


def receipt(small, confirms=None, day=3, in_kind=None, number="RCPT-1"):
    """Let the fund tell what it was given as money, or in kind, under a number of its own."""
    body = DisbursementBody(
        disbursement=number, donor="donor", amount=usd(90), recipient="fund", confirms=confirms, in_kind=in_kind
    )
    return small.say("fund", Disbursement, body, occurred_at=START + timedelta(days=day), source=PAPER)


def paid(small):
    body = DisbursementBody(disbursement="G-1", amount=usd(90), recipient="fund")
    return small.say("donor", Disbursement, body, occurred_at=START + timedelta(days=2))


@pytest.mark.parametrize(
    ("giver", "in_kind", "apart", "joined"),
    [(give, None, (90, 90, 90, 90), (0, 0, 0, 90)), (paid, VALUE, (90, 90, 90, 90), (90, 90, 90, 0))],
)
def test_a_gift_that_one_tells_in_kind_and_the_other_as_a_payment_is_a_lead_until_the_recipient_joins_them(
    fund, giver, in_kind, apart, joined
):
    """Both counted, and nobody was told."""
    for order in permutations(range(2)):
        steps = (giver, lambda small: receipt(small, in_kind=in_kind))
        saids = {at: steps[at](fund) for at in order}
        assert [said.outcome for said in saids.values()] == ["accepted"] * 2
        paid_, _, held, kind = told(fund)
        assert (paid_, held, kind) == (apart[0], apart[2], apart[3])
        (lead,) = money_leads(fund.book.ledger)
        assert lead.code == "lead.told_in_kind"
        assert {lead.values["number"], lead.values["other"]} == {"G-1", "RCPT-1"}
        for at, said in saids.items():
            back = CorrectionBody(corrects=fund.book.statement(said.index).id, reason="incorrect_data")
            assert fund.say("fund" if at == 1 else "donor", Correction, back).outcome == "accepted"
        assert not fund.book.ledger.balances
    for order in permutations(range(2)):
        steps = (giver, lambda small: receipt(small, "G-1", in_kind=in_kind))
        saids = {at: steps[at](fund) for at in order}
        paid_, _, held, kind = told(fund)
        assert (paid_, held, kind) == (joined[0], joined[2], joined[3])
        assert money_leads(fund.book.ledger) == ()
        for at, said in saids.items():
            back = CorrectionBody(corrects=fund.book.statement(said.index).id, reason="incorrect_data")
            assert fund.say("fund" if at == 1 else "donor", Correction, back).outcome == "accepted"
            if at != order[-1]:
                assert sum(told(fund)[2:]) == 90, "what stood beside counts again"
        assert not fund.book.ledger.balances


def test_two_that_are_told_far_apart_or_by_one_party_are_no_lead(fund):
    give(fund)
    receipt(fund, day=13)
    pay(fund, 90)
    assert money_leads(fund.book.ledger) == ()


def test_it_keeps_the_promise_that_it_names_and_a_giver_of_goods_alone_has_a_line(fund):
    fund.say("donor", Pledge, PledgeBody(pledge="PL-1", amount=usd(100)))
    give(fund, pledge="PL-1")
    give(fund, "monitor", 5, "G-2")
    (one,) = money(fund.book).currencies
    assert (one.totals.open.amount, one.totals.beyond.amount) == (10 * DOLLAR, 0)
    assert {line.totals.party: line.in_kind.amount // DOLLAR for line in one.donors} == {"donor": 90, "monitor": 5}
    assert [line.totals.party for line in one.donors] == ["donor", "monitor"]


@pytest.mark.parametrize("more", [{"fee": usd(1)}, {"received": usd(5)}, {"funds": "own"}, {"account_by": START}])
def test_goods_that_were_given_move_no_money(more):
    with pytest.raises(InvalidValueError) as refused:
        DisbursementBody(disbursement="G", amount=usd(9), recipient="fund", in_kind=VALUE, **more)
    assert refused.value.message.code == "money.in_kind_moves_none"


def test_what_the_recipient_joins_counts_once_also_in_another_currency(fund):
    """What was told in kind in euros and as a payment in dollars counted twice, though its recipient called them the same."""

    def give_in_euros(small):
        body = DisbursementBody(disbursement="G-1", amount=Money("80", "EUR"), recipient="fund", in_kind=VALUE)
        return small.say("donor", Disbursement, body, occurred_at=START + timedelta(days=1), source=PAPER)

    for order in permutations(range(2)):
        steps = (give_in_euros, lambda small: receipt(small, "G-1"))
        saids = {at: steps[at](fund) for at in order}
        shown = {one.totals.currency: one.totals for one in money(fund.book).currencies}
        assert shown["EUR"].in_kind.amount // DOLLAR == 80
        dollars = [] if "USD" not in shown else [shown["USD"].paid.amount, shown["USD"].held.amount]
        assert not any(dollars), order
        for at, said in saids.items():
            back = CorrectionBody(corrects=fund.book.statement(said.index).id, reason="incorrect_data")
            assert fund.say("fund" if at == 1 else "donor", Correction, back).outcome == "accepted"
        assert not fund.book.ledger.balances
