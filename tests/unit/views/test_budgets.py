"""Budgets: planned, committed, paid, spent and remaining of a project and of each line, however it is handed on."""

from typing import Any

import pytest
from typer.testing import CliRunner

from enduse.cli.main import app
from enduse.errors import EnduseError
from enduse.exchange.unsigned import unsigned_statement
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.money import (
    Commitment,
    CommitmentBody,
    Disbursement,
    DisbursementBody,
    Expenditure,
    ExpenditureBody,
    Refund,
    RefundBody,
)
from enduse.statements.works import BudgetLine, Project, ProjectBody
from enduse.terms.amounts import Money
from enduse.views.cash import money

D = 10_000


def usd(value):
    return Money(str(value), "USD")


@pytest.fixture
def clinic(small):
    """A clinic of 100, of it 60 for walls and 30 for roofs, and a school with nothing done yet."""
    lines = (
        BudgetLine(line="walls", title={"en": "Walls"}, amount=usd(60)),
        BudgetLine(line="roofs", amount=usd(30)),
    )
    for name, budget, of in (("project:clinic", 100, lines), ("project:school", 50, ())):
        body = ProjectBody(project=name, title={"en": name}, purpose="humanitarian", budget=usd(budget), lines=of)
        assert small.say("keeper", Project, body, place="hill").problem is None
    return small


def commit(small, value, name, **more):
    body = CommitmentBody(commitment=name, amount=usd(value), recipient="fund", **more)
    assert small.say("donor", Commitment, body).problem is None


def pay(small, payer, recipient, value, name, **more):
    body = DisbursementBody(disbursement=name, amount=usd(value), recipient=recipient, **more)
    assert small.say(payer, Disbursement, body).problem is None
    return small.book.statement(small.book.size - 1).id


def spend(small, value, name, **more):
    body = ExpenditureBody(expenditure=name, amount=usd(value), payee="carrier", project="project:clinic", **more)
    assert small.say("warehouse", Expenditure, body).problem is None


def told(small, project="project:clinic"):
    (dollars,) = money(small.book).currencies
    (one,) = [line for line in dollars.projects if line.project == project]
    return one


def figures(one):
    parts = (one.planned, one.committed, one.paid, one.spent, one.remaining)
    return tuple(None if figure is None else figure.amount // D for figure in parts)


WALLS: dict[str, Any] = {"project": "project:clinic", "line": "walls"}


def test_a_project_and_its_lines_are_told_from_plan_to_what_remains_and_handing_on_counts_once(clinic):
    assert figures(told(clinic)) == (100, 0, 0, 0, 100)
    commit(clinic, 40, "c:1", **WALLS)
    commit(clinic, 9, "c:2", project="project:clinic")
    assert figures(told(clinic)) == (100, 49, 0, 0, 100)
    pay(clinic, "donor", "fund", 30, "d:1", commitment="c:1", **WALLS)
    pay(clinic, "fund", "warehouse", 25, "d:2", **WALLS)
    spend(clinic, 20, "e:1", line="walls")
    spend(clinic, 3, "e:2")
    assert figures(told(clinic)) == (100, 19, 30, 23, 77), "the same 25 went on, and are in the 30"
    walls, roofs = told(clinic).lines
    assert (walls.line, walls.title, figures(walls)) == ("walls", {"en": "Walls"}, (60, 10, 30, 20, 40))
    assert (roofs.line, figures(roofs)) == ("roofs", (30, 0, 0, 0, 30))
    assert figures(told(clinic, "project:school")) == (50, 0, 0, 0, 50)


def test_what_is_given_back_or_taken_back_is_not_paid(clinic):
    first = pay(clinic, "donor", "fund", 30, "d:1", **WALLS)
    pay(clinic, "donor", "fund", 5, "d:2", **WALLS)
    body = RefundBody(refund="r:1", amount=usd(5), to="donor", of="d:2", **WALLS)
    assert clinic.say("fund", Refund, body).problem is None
    assert figures(told(clinic)) == (100, 0, 30, 0, 100)
    clinic.say("donor", Correction, CorrectionBody(corrects=first, reason="incorrect_data"))
    assert figures(told(clinic))[2] == 5 - 5


def test_a_line_that_nobody_planned_stands_with_what_was_said_of_it(clinic):
    pay(clinic, "donor", "fund", 7, "d:1", project="project:clinic", line="doors")
    *_, doors = told(clinic).lines
    assert (doors.line, figures(doors)) == ("doors", (None, 0, 7, 0, None))


def test_a_line_without_a_project_and_a_line_named_twice_are_refused(clinic):
    body = {"disbursement": "d:1", "amount": {"value": "1", "currency": "USD"}, "recipient": "fund", "line": "walls"}
    with pytest.raises(EnduseError) as refused:
        unsigned_statement("disbursement", {"occurred_at": "2026-01-01T00:00:00Z", "body": body})
    assert refused.value.problem.code == "money.line_of_no_project"
    twice = (BudgetLine(line="walls", amount=usd(1)), BudgetLine(line="walls", amount=usd(2)))
    plan = ProjectBody(project="project:quay", title={"en": "Quay"}, purpose="reconstruction", lines=twice)
    said = clinic.say("keeper", Project, plan)
    assert said.problem is not None
    assert said.problem.code == "project.line_twice"


def test_the_command_shows_the_lines_beneath_their_project(clinic):
    commit(clinic, 40, "c:1", **WALLS)
    with clinic.closed() as folder:
        run = CliRunner().invoke(app, ["money", str(folder)], env={"COLUMNS": "160"})
    page = " ".join(run.stdout.replace("\N{NO-BREAK SPACE}", " ").split())
    assert "USD 100 planned, USD 40 committed and open, USD 0 spent, USD 100 remaining" in page
    assert "Walls USD 60 planned, USD 40 committed and open, USD 0 spent, USD 60 remaining" in page
    assert "project:school USD 50 planned, USD 0 spent, USD 50 remaining" in page
