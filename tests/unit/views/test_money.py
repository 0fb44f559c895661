"""Every currency stands in every view, whichever is the larger."""

import io
import re

import pytest
from rich.console import Console

from enduse.pages.html import render
from enduse.pages.localizer import Localizer
from enduse.pages.terminal import print_report
from enduse.statements.money import Disbursement, DisbursementBody, Expenditure, ExpenditureBody, Pledge, PledgeBody
from enduse.terms.amounts import Money
from enduse.views.report import build_report


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
