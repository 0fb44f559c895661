"""Advances: given, spent, accepted and given back, in any order; who is asked for what is open, and since when."""

from datetime import timedelta
from itertools import permutations
from typing import Any

import msgspec
import pytest

import enduse
from conftest import START, Small
from enduse.pages.localizer import Localizer
from enduse.pages.tasks import task_words
from enduse.statements.base import Source
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.money import (
    Acceptance,
    AcceptanceBody,
    Disbursement,
    DisbursementBody,
    Expenditure,
    ExpenditureBody,
    Refund,
    RefundBody,
)
from enduse.terms.amounts import Money
from enduse.views.advances import advances
from enduse.views.cash import money
from enduse.views.status import status

DOLLAR = 10_000
PAPER = Source(name="receipts.csv", sha256="00" * 32)
DUE = START + timedelta(days=30)


def usd(value):
    return Money(str(value), "USD")


@pytest.fixture
def fund(tmp_path):
    acts = ("disbursement", "expenditure", "refund", "acceptance", "report")
    small = Small(tmp_path / "fund", open_acts=acts)
    small.now = START + timedelta(days=40)
    yield small
    small.intake.close()


def given(small, number="ADV-1", payer="donor", day=1, value=100, **more):
    body = DisbursementBody(disbursement=number, amount=usd(value), recipient="fund", account_by=DUE, **more)
    return small.say(payer, Disbursement, body, occurred_at=START + timedelta(days=day))


def spent(small, value=70, number="ADV-1", name="E-1"):
    body = ExpenditureBody(expenditure=name, amount=usd(value), payee="carrier", advance=number)
    return small.say("fund", Expenditure, body, occurred_at=START + timedelta(days=5))


def answered(small, accepted=60, rejected=10, by="donor", number="ADV-1", name="A-1"):
    body = AcceptanceBody(acceptance=name, advance=number, accepted=usd(accepted), rejected=usd(rejected))
    return small.say(by, Acceptance, body, occurred_at=START + timedelta(days=20))


def back(small, value=20, of="ADV-1", name="R-1"):
    body = RefundBody(refund=name, amount=usd(value), to="donor", of=of)
    return small.say("fund", Refund, body, occurred_at=START + timedelta(days=25))


def told(one):
    names = ("paid", "spent", "accepted", "rejected", "refunded", "open", "owed", "unanswered")
    return {name: getattr(one, name).amount // DOLLAR for name in names if getattr(one, name).amount}


WHOLE = {"paid": 100, "spent": 70, "accepted": 60, "rejected": 10, "refunded": 20, "open": 20, "owed": 10}


def test_10_an_advance_of_which_a_part_was_accepted_a_part_rejected_and_a_part_given_back_in_any_order(fund):
    steps: dict[Any, str] = {given: "donor", spent: "fund", answered: "donor", back: "fund"}
    for order in list(permutations(steps))[::5]:
        saids = [step(fund) for step in order]
        assert [said.outcome for said in saids] == ["accepted"] * len(steps)
        (one,) = advances(fund.book)
        assert (told(one), one.asked) == (WHOLE, "fund")
        held = fund.book.ledger.balance("held fund", "money/USD")
        assert held == 10 * DOLLAR, "what the donor does not accept is spent all the same"
        for step, said in zip(order, saids, strict=True):
            body = CorrectionBody(corrects=fund.book.statement(said.index).id, reason="incorrect_data")
            assert fund.say(steps[step], Correction, body).outcome == "accepted"
        assert advances(fund.book) == ()
        assert not fund.book.ledger.balances


def test_who_gave_is_asked_where_all_that_is_open_was_spent_and_not_answered(fund):
    given(fund)
    assert (advances(fund.book)[0].asked, told(advances(fund.book)[0])) == ("fund", {"paid": 100, "open": 100})
    spent(fund, 100)
    (one,) = advances(fund.book)
    assert (told(one), one.asked) == ({"paid": 100, "spent": 100, "open": 100, "unanswered": 100}, "donor")
    answered(fund, 100, 0)
    (one,) = advances(fund.book)
    assert (told(one), one.asked, one.days) == ({"paid": 100, "spent": 100, "accepted": 100}, "", 0)


@pytest.mark.threat(
    who="stranger",
    tries="accepts what was spent of another's advance, or says that it spent of one that it never had",
    alone="changes nothing: only its giver's own answer counts, and only what its recipient says that it spent",
    needs="the giver",
    seen_by="anybody: `enduse money` tells what is open of each advance",
)
def test_only_the_giver_answers_and_only_the_recipient_spends(fund):
    given(fund)
    spent(fund)
    before = told(advances(fund.book)[0])
    answered(fund, 70, 0, by="fund", name="A-2")
    answered(fund, 70, 0, by="monitor", name="A-3")
    body = ExpenditureBody(expenditure="E-9", amount=usd(30), payee="carrier", advance="ADV-1")
    fund.say("monitor", Expenditure, body)
    assert told(advances(fund.book)[0]) == before


def test_what_a_bank_kept_is_not_to_be_accounted_for_and_a_refund_of_no_number_serves_the_earliest(fund):
    given(fund, "ADV-2", day=3, value=50)
    given(fund, received=usd(98))
    back(fund, 110, of=None)
    first, second = sorted(advances(fund.book), key=lambda one: one.number)
    assert told(first) == {"paid": 98, "refunded": 98}
    assert told(second) == {"paid": 50, "refunded": 12, "open": 38}


def test_a_payment_that_is_said_anew_and_is_no_advance_any_more_is_none(fund):
    said = given(fund)
    body = CorrectionBody(corrects=fund.book.statement(said.index).id, reason="incorrect_data")
    fund.say("donor", Correction, body)
    fund.say("donor", Disbursement, DisbursementBody(disbursement="ADV-1", amount=usd(100), recipient="fund"))
    assert advances(fund.book) == ()
    assert fund.book.ledger.balance("held fund", "money/USD") == 100 * DOLLAR


def test_money_and_late_tell_of_advances_and_cash_does_not_move_by_an_answer(fund):
    given(fund)
    spent(fund)
    before = money(fund.book).currencies
    answered(fund)
    view = money(fund.book)
    assert (view.currencies, [one.number for one in view.advances]) == (before, ["ADV-1"])
    with fund.closed() as folder, enduse.open(folder) as programme:
        assert programme.advances(as_at=START + timedelta(days=22))[0].days == 0
        (late,) = programme.advances()
        assert (late.days, late.asked, late.due) == (10, "fund", DUE)
        (row,) = map(msgspec.structs.asdict, programme.flat().tables["advances"])
        names = ("advance", "paid", "open", "days", "asked")
        assert [row[name] for name in names] == ["ADV-1", 100, 40, 10, "fund"]
        assert programme.trace("donor").unresolved == ()


def test_who_must_act_tells_each_its_own_part_of_an_advance_from_the_day_after_and_nobody_before(fund):
    given(fund)
    spent(fund)
    answered(fund, 30, 10)
    asked = [
        (task.owner, task.code, task.figure.amount // DOLLAR, task.about, task.days)
        for task in status(fund.book).tasks
        if task.figure and "advance" in task.code
    ]
    assert asked == [
        ("fund", "account_for_advance", 40, "ADV-1", 10),
        ("donor", "answer_advance", 30, "ADV-1", 10),
    ]
    with fund.closed() as folder, enduse.open(folder) as programme:
        assert not [task for task in programme.status(as_at=DUE).tasks if "advance" in task.code]
        words = Localizer("en", {})
        said = [
            task_words(task, words).replace("\N{NO-BREAK SPACE}", " ")
            for task in programme.status().tasks
            if "advance" in task.code
        ]
    assert said == [
        "Account for USD 40 of advance ADV-1, or give it back.",
        "Say what you accept of USD 30 spent of advance ADV-1.",
    ]


def test_what_a_bank_took_for_spending_an_advance_is_spent_of_it(fund):
    given(fund)
    body = ExpenditureBody(expenditure="E-1", amount=usd(70), payee="carrier", advance="ADV-1", fee=usd(2))
    fund.say("fund", Expenditure, body, occurred_at=START + timedelta(days=5))
    spent(fund, 5, None, "E-2")
    answered(fund, 72, 0)
    (one,) = advances(fund.book)
    assert told(one) == {"paid": 100, "spent": 72, "accepted": 72, "open": 28}


@pytest.mark.parametrize(("joined", "day"), [("ADV-1", 9), (None, 2)])
def test_what_is_spent_or_given_back_of_an_advance_by_its_recipients_own_number_is_of_it_in_any_order(
    fund, joined, day
):
    """The recipient was asked for the whole."""

    def received(small):
        body = DisbursementBody(disbursement="R-7", donor="donor", amount=usd(100), recipient="fund", confirms=joined)
        return small.say("fund", Disbursement, body, occurred_at=START + timedelta(days=day), source=PAPER)

    steps: dict[Any, str] = {
        given: "donor",
        received: "fund",
        lambda small: spent(small, number="R-7"): "fund",
        lambda small: back(small, of="R-7"): "fund",
    }
    for order in list(permutations(steps))[::7]:
        saids = [step(fund) for step in order]
        assert [said.outcome for said in saids] == ["accepted"] * len(steps)
        (one,) = advances(fund.book)
        assert told(one) == {"paid": 100, "spent": 70, "refunded": 20, "open": 80, "unanswered": 70}
        for step, said in zip(order, saids, strict=True):
            body = CorrectionBody(corrects=fund.book.statement(said.index).id, reason="incorrect_data")
            assert fund.say(steps[step], Correction, body).outcome == "accepted"


def test_two_givers_with_one_number_have_each_what_is_said_to_be_theirs_in_any_order(fund):
    def of_the_later(small):
        body = ExpenditureBody(
            expenditure="E-1", amount=usd(30), payee="carrier", advance="ADV-1", advance_from="monitor"
        )
        return small.say("fund", Expenditure, body, occurred_at=START + timedelta(days=5))

    steps: dict[Any, str] = {
        given: "donor",
        lambda small: given(small, payer="monitor", day=2, value=40): "monitor",
        of_the_later: "fund",
        lambda small: spent(small, 50, name="E-2"): "fund",
    }
    for order in list(permutations(steps))[::7]:
        saids = [step(fund) for step in order]
        found = {one.payer: told(one) for one in advances(fund.book)}
        assert found == {
            "donor": {"paid": 100, "spent": 50, "open": 100, "unanswered": 50},
            "monitor": {"paid": 40, "spent": 30, "open": 40, "unanswered": 30},
        }
        for step, said in zip(order, saids, strict=True):
            body = CorrectionBody(corrects=fund.book.statement(said.index).id, reason="incorrect_data")
            fund.say(steps[step], Correction, body)


def test_of_two_givers_with_one_number_what_each_answered_was_its_own_and_the_rest_is_of_the_earlier(fund):
    given(fund, value=60)
    given(fund, payer="monitor", day=2, value=50)
    spent(fund, 90)
    assert [told(one)["spent"] for one in advances(fund.book)] == [60, 30]
    answered(fund, 50, 0, by="monitor")
    assert {one.payer: told(one)["spent"] for one in advances(fund.book)} == {"donor": 40, "monitor": 50}
    assert [one.payer for one in advances(fund.book) if one.open.amount] == ["donor"]
