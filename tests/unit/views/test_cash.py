"""Money by donor, party, project and place: every line ties to the totals, to the last unit, in every currency."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.cli.status import money_words
from enduse.errors import InvalidValueError
from enduse.ledger.accounts import owner_of
from enduse.ledger.owners import parts_of
from enduse.ledger.trace import Tracer
from enduse.pages.localizer import Localizer
from enduse.statements.money import (
    Disbursement,
    DisbursementBody,
    Exchange,
    ExchangeBody,
    Expenditure,
    ExpenditureBody,
    Pledge,
    PledgeBody,
)
from enduse.statements.works import Project, ProjectBody
from enduse.terms.amounts import Money
from enduse.views.cash import ProjectPlan, money, money_of
from enduse.views.money import currencies
from enduse.views.shapes import Figure
from enduse.views.sums import Sums
from support.examples import examples
from support.ledger_hand import START, Hand, usd

DOLLAR = 10_000


def ils(value):
    return Money(str(value), "ILS")


def test_an_exchange_carries_the_parts_of_the_donors_across():
    hand = Hand()
    hand.pay("disbursement", "north", on=1, disbursement="a", amount=usd(60), recipient="fund")
    hand.pay("disbursement", "south", on=1, disbursement="b", amount=usd(40), recipient="fund")
    hand.pay("exchange", "fund", on=2, exchange="x", gives=usd(100), gets=ils(370))
    hand.pay("disbursement", "fund", on=3, disbursement="c", amount=ils(37), recipient="builder")
    hand.pay("expenditure", "builder", on=4, expenditure="e", amount=ils(7), payee="shop")
    parts = parts_of(hand.postings, "held", "spent")
    assert parts == {
        ("held fund", "money/ILS"): {"north": 1_998_000, "south": 1_332_000},
        ("held builder", "money/ILS"): {"north": 180_000, "south": 120_000},
        ("spent builder shop", "money/ILS"): {"north": 42_000, "south": 28_000},
    }


def test_a_currency_that_came_by_exchange_and_was_exchanged_again_is_not_said_to_be_unrecorded():
    hand = Hand()
    hand.pay("disbursement", "north", on=1, disbursement="n", amount=Money("90", "EUR"), recipient="fund")
    hand.pay("exchange", "fund", on=2, exchange="x", gives=Money("90", "EUR"), gets=usd(98))
    hand.pay("exchange", "fund", on=3, exchange="y", gives=usd(98), gets=ils(370))
    _, _, dollar = money_of(hand.postings, {}, currencies(Sums(hand.postings))).currencies
    told = money_words(dollar.totals, Localizer("en", {}), exact=True)
    assert (dollar.totals.currency, told) == ("USD", "Nothing of it is promised, paid or held.")


def test_the_fund_of_two_currencies_ties_and_its_fee_is_a_fee():
    hand = Hand()
    hand.pay("disbursement", "north", on=1, disbursement="n", amount=usd(100), recipient="fund")
    hand.pay("disbursement", "south", on=1, disbursement="s", amount=Money("90", "EUR"), recipient="fund")
    fee = Money("1", "EUR")
    hand.pay("exchange", "fund", on=2, exchange="x", gives=Money("89", "EUR"), gets=usd(98), fee=fee)
    hand.pay("disbursement", "fund", on=3, disbursement="b1", amount=usd(40), recipient="builder")
    hand.pay("disbursement", "fund", on=4, disbursement="b2", amount=usd(79), recipient="builder")
    euro, dollar = money_of(hand.postings, {}, currencies(Sums(hand.postings))).currencies
    assert (euro.totals.currency, dollar.totals.currency) == ("EUR", "USD")

    def told(one, *names):
        return {name: getattr(one, name).amount // DOLLAR for name in names if getattr(one, name).amount}

    line = ("received", "got", "outside", "handed_on", "given", "spent", "fees", "held")
    funds = {one.totals.currency: told(party, *line) for one in (euro, dollar) for party in one.parties[-2:-1]}
    assert funds == {
        "EUR": {"received": 90, "given": 89, "fees": 1},
        "USD": {"received": 100, "got": 98, "handed_on": 119, "held": 79},
    }
    (south,) = euro.donors
    assert (south.totals.party, told(south, "spent", "fees", "given", "held")) == ("south", {"fees": 1, "given": 89})
    both = {donor.totals.party: (donor.totals.paid.amount, donor.held.amount) for donor in dollar.donors}
    assert both == {"north": (100 * DOLLAR, 100 * DOLLAR), "south": (0, 98 * DOLLAR)}


STEPS = st.lists(
    st.tuples(
        st.sampled_from(("give", "own", "own", "spend", "change", "back")),
        *(st.sampled_from("abc"),) * 2,
        st.integers(1, 99),
    ),
    max_size=12,
)


@settings(max_examples=examples(100))
@given(STEPS)
def test_the_lines_tie_to_the_totals(steps):
    hand = Hand()
    for number, (kind, payer, other, value) in enumerate(steps):
        if kind in {"give", "own"}:
            funds = "own" if kind == "own" else None
            body = {"disbursement": f"d{number}", "amount": usd(value), "recipient": other, "funds": funds}
            hand.pay("disbursement", payer, **body)
        elif kind == "back":
            hand.pay("refund", payer, refund=f"r{number}", amount=usd(value), to=other)
        elif kind == "spend":
            hand.pay("expenditure", payer, expenditure=f"e{number}", amount=usd(value), payee="shop", project=other)
        else:
            gives, gets = (usd(value), ils(3 * value))[:: 1 if value % 3 else -1]
            fee = (None, usd(1), ils(2))[value % 3]
            hand.pay("exchange", payer, exchange=f"x{number}", gives=gives, gets=gets, fee=fee)
    plans = {"a": ProjectPlan(place="place:a", budget={"USD": Figure(50 * DOLLAR, "money/USD")}), "b": ProjectPlan()}
    view = money_of(hand.postings, plans, currencies(Sums(hand.postings)))
    assert "USD" in {one.totals.currency for one in view.currencies}, "planned, whether or not anything is booked"
    for one in view.currencies:
        totals = one.totals
        assert sum(party.held.amount for party in one.parties) == totals.held.amount
        assert sum(party.outside.amount for party in one.parties) == totals.paid.amount + totals.own.amount
        assert sum(party.spent.amount for party in one.parties) == totals.spent.amount
        assert sum(party.fees.amount for party in one.parties) == totals.fees.amount
        exchanged = sum(party.given.amount - party.got.amount for party in one.parties)
        assert exchanged == totals.exchanged.amount
        assert sum(project.spent.amount for project in one.projects) == totals.spent.amount
        assert sum(place.spent.amount for place in one.places) == totals.spent.amount
        assert {"a", "b"} <= {project.project for project in one.projects}, "with their zero"
        for party in one.parties:
            assert sum(party.of.values()) == party.held.amount
            came = (party.received, party.got, party.outside)
            went = (party.handed_on, party.given, party.spent, party.fees, party.held)
            assert min(figure.amount for figure in (*came, *went)) >= 0, "what is below zero would not be printed"
            assert sum(figure.amount for figure in came) == sum(figure.amount for figure in went)
        for project in one.projects:
            if project.planned is not None and project.remaining is not None:
                assert (project.project, totals.currency) == ("a", "USD")
                assert project.planned.amount == project.spent.amount + project.remaining.amount == 50 * DOLLAR
            assert sum(project.of.values()) == project.spent.amount


def test_a_fund_two_donors_an_exchange_and_two_tiers_tie_in_both_currencies(small):
    def pay(payer, name, amount, recipient, **more):
        small.say(payer, Disbursement, DisbursementBody(disbursement=name, amount=amount, recipient=recipient, **more))

    euros = Money("900", "EUR")
    small.say("donor", Pledge, PledgeBody(pledge="p", amount=Money("1000", "EUR")))
    pay("donor", "d:1", euros, "fund", pledge="p")
    pay("monitor", "d:2", usd(500), "fund")
    gets = usd(980)
    small.say("fund", Exchange, ExchangeBody(exchange="x", gives=euros, gets=gets))
    project = ProjectBody(
        project="project:clinic", title={"en": "Clinic"}, purpose="humanitarian", budget=Money("100", "USD")
    )
    school = ProjectBody(
        project="project:school", title={"en": "School"}, purpose="reconstruction", budget=Money("7", "JOD")
    )
    assert small.say("keeper", Project, school, place="place:south").problem is None
    assert small.say("keeper", Project, project, place="place:north").problem is None
    pay("fund", "d:3", usd(740), "warehouse")
    pay("warehouse", "d:4", usd(370), "carrier")
    body = ExpenditureBody(expenditure="e:1", amount=usd(74), payee="shop", project="project:clinic")
    small.say("carrier", Expenditure, body)
    euro, dinar, dollar = sorted(money(small.book).currencies, key=lambda one: one.totals.currency)
    assert (dinar.totals.currency, dinar.totals.paid.amount) == ("JOD", 0)
    planned = {
        project.project: (project.planned and project.planned.amount, project.spent.amount)
        for project in dinar.projects
    }
    assert planned == {"project:school": (7 * DOLLAR, 0), "project:clinic": (None, 0)}
    assert (euro.totals.currency, euro.totals.paid.amount, euro.totals.open.amount) == (
        "EUR",
        900 * DOLLAR,
        100 * DOLLAR,
    )
    assert (dollar.totals.paid.amount, dollar.totals.exchanged.amount) == (500 * DOLLAR, -980 * DOLLAR)
    clinic, nothing_yet = dollar.projects
    assert (clinic.place, clinic.spent.amount) == ("place:north", 74 * DOLLAR)
    assert (clinic.remaining.amount, nothing_yet.project, nothing_yet.spent.amount) == (
        26 * DOLLAR,
        "project:school",
        0,
    )
    ends = {owner_of(end.node) for end in Tracer(small.book.postings()).trace("e:1").backward.ends}
    assert {"donor", "monitor"} <= ends, "a contractor's bill is traced to both donors"
    assert clinic.of == {"donor": 49 * DOLLAR, "monitor": 25 * DOLLAR}
    held = {party.party: party.held.amount // DOLLAR for party in dollar.parties}
    assert held == {"fund": 740, "warehouse": 370, "carrier": 296, "monitor": 0}


def test_what_is_paid_without_a_promise_is_told_beside_what_is_open():
    hand = Hand()
    hand.pay("commitment", "north", on=1, commitment="C-1", amount=usd(1000), recipient="fund")
    hand.pay("commitment", "north", on=1, commitment="C-2", amount=usd(50), recipient="fund")
    hand.pay("disbursement", "north", on=2, disbursement="a", amount=usd(1000), recipient="fund")
    hand.pay("disbursement", "north", on=2, disbursement="b", amount=usd(50), recipient="fund", commitment="C-2")
    hand.pay("disbursement", "south", on=2, disbursement="c", amount=usd(7), recipient="fund")
    hand.pay("refund", "fund", on=3, refund="r", amount=usd(300), to="north")
    (totals,) = currencies(Sums(hand.postings))
    assert (totals.open.amount, totals.unlinked.amount) == (1000 * DOLLAR, 700 * DOLLAR)
    assert {one.party: one.unlinked.amount for one in totals.donors} == {"north": 700 * DOLLAR, "south": 0}
    told = money_words(totals, Localizer("en", {}), exact=True)
    assert "USD\N{NO-BREAK SPACE}700 of what was paid is linked to no promise: less may be open than it says" in told


def test_where_every_payment_names_its_promise_or_none_is_open_nothing_is_said_of_links():
    hand = Hand()
    hand.pay("commitment", "north", on=1, commitment="C-1", amount=usd(10), recipient="fund")
    hand.pay("disbursement", "north", on=2, disbursement="a", amount=usd(10), recipient="fund", commitment="C-1")
    hand.pay("disbursement", "north", on=2, disbursement="b", amount=usd(5), recipient="fund")
    (totals,) = currencies(Sums(hand.postings))
    assert (totals.open.amount, totals.unlinked.amount, totals.whose) == (0, 5 * DOLLAR, ())


def test_what_another_tells_a_payer_spent_is_held_by_nobody_and_keeps_the_commitment():
    hand = Hand()
    told = {"donor": "north", "recipient": "shop", "commitment": "C-1"}
    hand.pay("commitment", "importer", on=1, commitment="C-1", amount=usd(100), donor="north", recipient="shop")
    hand.pay("disbursement", "importer", on=2, disbursement="E-1", amount=usd(80), spent=True, **told)
    back = {"to": "north", "by": "shop", "commitment": "C-1"}
    hand.pay("refund", "importer", on=3, refund="R-1", amount=usd(30), spent=True, **back)
    (one,) = money_of(hand.postings, {}, currencies(Sums(hand.postings))).currencies
    totals = one.totals
    assert (totals.spent.amount, totals.open.amount, totals.unlinked.amount) == (50 * DOLLAR, 50 * DOLLAR, 0)
    assert [(party.party, party.spent.amount, party.held.amount) for party in one.parties] == [
        ("north", 50 * DOLLAR, 0)
    ]
    assert totals.paid.amount + totals.own.amount == totals.spent.amount + totals.held.amount
    assert Tracer(hand.postings, []).trace("E-1").what == "expenditure"


@pytest.mark.parametrize("more", [{"received": usd(1)}, {"account_by": START}])
def test_what_was_spent_is_not_to_be_accounted_for(more):
    with pytest.raises(InvalidValueError, match="paid for goods or services"):
        DisbursementBody(disbursement="E-1", amount=usd(2), recipient="shop", spent=True, **more)
