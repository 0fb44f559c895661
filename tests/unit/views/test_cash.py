"""Money by donor, party, project and place: every line ties to the totals, to the last unit, in every currency."""

from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.ledger.accounts import owner_of
from enduse.ledger.owners import parts_of
from enduse.ledger.trace import Tracer
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
from support.ledger_hand import Hand, usd

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


STEPS = st.lists(
    st.tuples(st.sampled_from(("give", "give", "spend", "change")), *(st.sampled_from("abc"),) * 2, st.integers(1, 99)),
    max_size=12,
)


@settings(max_examples=100)
@given(STEPS)
def test_the_lines_tie_to_the_totals(steps):
    hand = Hand()
    for number, (kind, payer, other, value) in enumerate(steps):
        if kind == "give":
            hand.pay("disbursement", payer, disbursement=f"d{number}", amount=usd(value), recipient=other)
        elif kind == "spend":
            hand.pay("expenditure", payer, expenditure=f"e{number}", amount=usd(value), payee="shop", project=other)
        else:
            hand.pay("exchange", payer, exchange=f"x{number}", gives=usd(value), gets=ils(3 * value))
    plans = {"a": ProjectPlan(place="place:a", budget={"USD": Figure(50 * DOLLAR, "money/USD")}), "b": ProjectPlan()}
    view = money_of(hand.postings, plans, currencies(Sums(hand.postings)))
    assert "USD" in {one.totals.currency for one in view.currencies}, "planned, whether or not anything is booked"
    for one in view.currencies:
        totals = one.totals
        assert sum(party.held.amount for party in one.parties) == totals.held.amount
        assert sum(party.outside.amount for party in one.parties) == totals.paid.amount + totals.own.amount
        assert sum(party.spent.amount for party in one.parties) == totals.spent.amount + totals.fees.amount
        assert sum(project.spent.amount for project in one.projects) == totals.spent.amount
        assert sum(place.spent.amount for place in one.places) == totals.spent.amount
        assert {"a", "b"} <= {project.project for project in one.projects}, "with their zero"
        for party in one.parties:
            assert sum(party.of.values()) == party.held.amount
            into = party.received.amount + party.outside.amount
            assert into == party.handed_on.amount + party.spent.amount + party.held.amount + party.exchanged.amount
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
