"""What was recorded long after it is said to have happened says so wherever it counts."""

import re
from datetime import timedelta

import msgspec
import pytest
from typer.testing import CliRunner

from conftest import PARTIES, START, Small
from enduse.cli.main import app
from enduse.pages.html import render
from enduse.statements.condition import (
    Attestation,
    AttestationBody,
    Attested,
    ConditionBody,
    ConditionStatement,
)
from enduse.statements.mandate import Mandate, MandateBody
from enduse.statements.money import Disbursement, DisbursementBody, Pledge, PledgeBody
from enduse.statements.programme import Function, Place, PlaceBody
from enduse.statements.works import Project, ProjectBody
from enduse.terms.amounts import Money
from enduse.terms.times import Period
from enduse.views.report import build_report
from enduse.views.status import status

LATER = START + timedelta(days=210)


def pledge(name):
    return PledgeBody(pledge=name, amount=Money("1", "USD"))


@pytest.fixture
def made(tmp_path):
    made = Small(tmp_path / "programme")
    yield made
    made.intake.close()


def run(*words):
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == 0, result.output
    return " ".join(result.output.split())


@pytest.mark.threat(
    who="donor",
    tries="says today that it pledged more than half a year ago",
    alone="it counts, and every place where it counts says how many days after it was recorded",
    needs="nobody; where the founding sets the longest delay, it has no effect after that",
    seen_by="everybody, by `enduse status`, `enduse list` and on every report",
)
def test_what_was_recorded_late_says_so_wherever_it_counts(made):
    """Nothing told a figure that was claimed at once from one that was claimed half a year after."""
    made.say("donor", Pledge, pledge("soon"))
    made.now = LATER
    taken = made.say("donor", Pledge, pledge("late"), occurred_at=START)
    assert taken.outcome == "accepted"
    assert status(made.book).late == {taken.index: 210}
    made.intake.publish()
    page = re.sub("<[^>]*>", "", render(build_report(made.book), ("en",)))
    assert f"2 statements: {taken.index - 2}, {taken.index}, recorded 210 days after" in page
    assert (
        "at least 1 statement that counts here was recorded long after it is said to have happened, 210 days after"
        in run("status", made.folder)
    )
    assert re.search(r"told late\s+at least 1 statement", run("status", made.folder)), "enduse late tells of goods"
    listed = run("list", made.folder, "--kind", "pledge")
    assert listed.count("recorded 210 days after") == 1


def test_a_condition_names_what_it_rests_on_that_came_late(tmp_path):
    made = Small(tmp_path / "programme", functions=(Function(function="watch", name={"en": "watch"}),))
    made.say("keeper", Place, PlaceBody(place="land", name={"en": "land"}, type="country"))
    plan = ProjectBody(project="clinic", title={"en": "c"}, purpose="reconstruction", contractor="carrier")
    made.say("keeper", Project, plan, place="land")
    offer = MandateBody(
        mandate="m",
        action="offer",
        holder="monitor",
        functions=("watch",),
        places=("land",),
        period=Period(start=START),
    )
    made.say("keeper", Mandate, offer)
    made.say("monitor", Mandate, MandateBody(mandate="m", action="accept"))
    condition = ConditionBody(
        tranche="t",
        title={"en": "t"},
        amount=Money("5", "USD"),
        project="clinic",
        requires=Attested(subject="clinic", function="watch"),
    )
    assert made.say("keeper", ConditionStatement, condition).outcome == "accepted"
    made.now = LATER
    body = AttestationBody(attestation="a", subject="clinic", holds=True)
    said = made.say("monitor", Attestation, body, place="land", occurred_at=START + timedelta(days=5))
    (tranche,) = status(made.book).tranches
    assert tranche.mark == "met"
    late = f"statement {said.index} was recorded 205 days after it is said to have happened"
    assert [str(mark) for mark in tranche.marks] == [late]
    made.intake.publish()
    assert late in run("release", made.folder)
    made.intake.close()


def test_a_founding_sets_the_longest_delay(tmp_path):
    """Whoever waited with a statement until it suited had it counted all the same."""
    made = Small(tmp_path / "programme", longest_delay_days=90)
    made.now = LATER
    near = made.say("donor", Pledge, pledge("near"), occurred_at=LATER - timedelta(days=80))
    assert near.outcome == "accepted"
    late = made.say("donor", Pledge, pledge("late"), occurred_at=START)
    assert late.outcome == "no_effect"
    assert (
        "it was recorded 210 days after it is said to have happened; this programme takes it in within 90 days"
        in str(late.problem.told)
    )
    assert made.say("keeper", Place, PlaceBody(place="p", name={"en": "p"}, type="area"), occurred_at=START)
    assert made.book.ledger.balance("pledged donor late", "money/USD") == 0
    made.intake.close()


def test_a_lead_that_names_its_statements_stands_beside_delays(tmp_path):
    made = Small(tmp_path / "programme", open_acts=("disbursement", "report"))
    donor, fund = PARTIES[:2]
    body = DisbursementBody(disbursement="pay-7", amount=Money("1", "USD"), recipient=fund)
    made.say(donor, Disbursement, body)
    made.say(fund, Disbursement, msgspec.structs.replace(body, disbursement="rcpt-1", donor=donor))
    (lead,) = status(made.book).money_leads
    assert lead.code == "lead.told_twice"
    made.intake.close()
