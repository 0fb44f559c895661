"""Every currency stands in every view, whichever is the larger."""

import io
import re

import pytest
from rich.console import Console

from enduse.messages import Message
from enduse.pages.html import render
from enduse.pages.localizer import Localizer
from enduse.pages.terminal import print_report
from enduse.statements.money import (
    Commitment,
    CommitmentBody,
    Disbursement,
    DisbursementBody,
    Expenditure,
    ExpenditureBody,
    Pledge,
    PledgeBody,
)
from enduse.terms.amounts import Money
from enduse.views.money import currencies
from enduse.views.report import build_report
from enduse.views.status import status
from enduse.views.sums import Sums
from support.ledger_hand import Hand, usd

DOLLAR = 10_000


@pytest.fixture
def two_currencies(small):
    """Return the report of a donor in euros and one in yen, whose money was spent."""
    for donor, currency, value in (("donor", "EUR", "900"), ("monitor", "JPY", "150000")):
        money = Money(value, currency)
        small.say(donor, Pledge, PledgeBody(pledge=f"p-{currency}", amount=money))
        body = DisbursementBody(disbursement=currency, amount=money, recipient="fund", pledge=f"p-{currency}")
        small.say(donor, Disbursement, body)
        small.say("fund", Expenditure, ExpenditureBody(expenditure=currency, amount=money, payee="carrier"))
    return build_report(small.book)


def test_figures_and_flows_hold_both(two_currencies):
    assert [totals.currency for totals in two_currencies.currencies] == ["EUR", "JPY"]
    assert [flow.resource for flow in two_currencies.flows] == ["money/EUR", "money/JPY"]


def test_the_terminal_names_both_donors_and_both_sums_in_its_headline(two_currencies):
    screen = io.StringIO()
    print_report(two_currencies, Console(file=screen, width=80), Localizer("en", two_currencies.names))
    told = " ".join(screen.getvalue().split())
    assert "EUR 900 was pledged and EUR 900 paid." in told
    assert "JPY 150,000 was pledged and JPY 150,000 paid." in told
    assert "EUR 900 of EUR 900 paid" in told
    assert "JPY 150,000 of JPY 150,000 paid" in told


def test_the_page_has_cards_flow_and_bars_of_both(two_currencies):
    page = render(two_currencies, ("en",)).replace("\N{NO-BREAK SPACE}", " ")
    for currency in ("EUR", "JPY"):
        assert f"<figcaption>Flow of {currency}, from donors to what it was spent on</figcaption>" in page
        assert page.count(f"<dd><bdi>{currency} ") == 3, "pledged, paid and spent are a card each"
    assert page.count('<ul class="donors">') == 2
    names = [part.split('"')[0] for part in page.split(' id="')[1:]]
    assert len(names) == len(set(names))


def test_a_lead_and_money_of_unknown_origin_stand_in_the_report(small):
    euros, dollars = Money("90", "EUR"), Money("98", "USD")
    small.say("donor", Pledge, PledgeBody(pledge="p", amount=euros))
    small.say("donor", Disbursement, DisbursementBody(disbursement="a", amount=euros, recipient="fund", pledge="p"))
    small.say("fund", Disbursement, DisbursementBody(disbursement="b", amount=dollars, recipient="carrier"))
    report = build_report(small.book)
    screen = io.StringIO()
    print_report(report, Console(file=screen, width=80), Localizer("en", report.names))
    page = render(report, ("en",)).replace("<bdi>", "").replace("</bdi>", "")
    for told in (" ".join(screen.getvalue().split()), " ".join(page.split())):
        assert "USD 98 is own money, or was received and not recorded." in told
        assert "fund holds EUR 90 and paid out USD 98 that it is not recorded to have received" in told


def test_without_a_pledge_what_was_paid_is_of_no_pledge_and_not_of_nothing(small):
    body = DisbursementBody(disbursement="d-1", amount=Money("90", "EUR"), recipient="fund")
    small.say("donor", Disbursement, body)
    report, screen = build_report(small.book), io.StringIO()
    print_report(report, Console(file=screen, width=80), Localizer("en", report.names))
    terminal = " ".join(screen.getvalue().replace("\N{NO-BREAK SPACE}", " ").split())
    page = " ".join(re.sub("<[^>]*>", " ", render(report, ("en",))).replace("\N{NO-BREAK SPACE}", " ").split())
    assert "EUR 90 was paid; no pledge is recorded." in terminal
    assert "EUR 90 paid; no pledge recorded" in terminal
    assert re.search("EUR 90 was paid; no pledge is recorded", page)
    assert "Paid EUR 90 no pledge recorded" in page
    for told in (terminal, page):
        assert "EUR 0" not in told
        assert "Pledged EUR" not in told


@pytest.mark.threat(
    who="stranger",
    tries="reports a trifle of a silent donor's money before others do, in some other currency, so that theirs is in no sum",
    alone="nothing: to report takes a mandate; with one, its trifle is the sum, named as its word, and what the others report"
    " stands beside by name and amount",
    needs="that the donor keeps silent: with its own first word, in whatever currency, both reporters stand beside",
    seen_by="everybody, by `enduse money` and `enduse status`: whose word counts, and what stands beside it",
)
def test_a_trifle_told_first_in_another_currency_silences_nobody_unnamed():
    hand = Hand()
    for party, amount in (("rival", Money("0.01", "KES")), ("desk", usd(88_888))):
        paid = {"disbursement": f"d:{party}", "amount": amount, "recipient": "fund"}
        hand.pay("disbursement", party, donor="sweden", **paid)
    assert Message.of("money.beside", donor="sweden") in hand.outcomes[1].notes
    shown = {one.currency: one for one in currencies(Sums(hand.postings), hand.ledger)}
    assert [(one.party, one.paid) for one in shown["KES"].reported] == [("rival", 100)]
    (beside,) = shown["USD"].beside
    assert (beside.party, beside.voice, beside.figure.amount) == ("desk", "rival", 88_888 * DOLLAR)
    hand.pay("disbursement", "sweden", disbursement="own", amount=Money("80000", "EUR"), recipient="fund")
    shown = {one.currency: one for one in currencies(Sums(hand.postings), hand.ledger)}
    assert shown["EUR"].paid.amount == 80_000 * DOLLAR
    assert [(one.party, one.voice) for name in ("KES", "USD") for one in shown[name].beside] == [
        ("rival", "sweden"),
        ("desk", "sweden"),
    ]


def test_a_reported_commitment_that_names_the_donors_own_pledge_stands_beside_and_is_shown():
    """Every answer about money ended in a traceback: whose word counts instead was looked for under no name."""
    for currency in ("USD", "EUR"):
        hand = Hand()
        hand.pay("pledge", "sweden", pledge="p", amount=usd(10))
        bound = {"commitment": "c", "amount": Money("9", currency), "pledge": "p", "recipient": "fund"}
        hand.pay("commitment", "desk", donor="sweden", **bound)
        shown = {one.currency: one for one in currencies(Sums(hand.postings), hand.ledger)}
        (beside,) = shown[currency].beside
        assert (beside.party, beside.voice, beside.figure.amount) == ("desk", "sweden", 9 * DOLLAR)


def test_nobody_is_asked_to_pay_what_others_alone_say_that_it_committed(small):
    """A donor that had pledged was asked to pay whatever somebody reported of it as committed, in any currency."""
    small.say("donor", Pledge, PledgeBody(pledge="p", amount=Money("100", "USD")))
    told = CommitmentBody(commitment="c", amount=Money("5000000000", "EUR"), recipient="fund", donor="donor")
    assert small.say("carrier", Commitment, told).outcome == "accepted"
    assert [(one.owner, one.code) for one in status(small.book).tasks] == [("donor", "commit")]
    own = CommitmentBody(commitment="own", amount=Money("40", "USD"), recipient="fund", pledge="p")
    small.say("donor", Commitment, own)
    asked = {(one.owner, one.code, one.figure.amount) for one in status(small.book).tasks}
    assert asked == {("donor", "commit", 60 * DOLLAR), ("donor", "pay", 40 * DOLLAR)}
