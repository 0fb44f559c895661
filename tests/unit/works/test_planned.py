"""What is asked about statements of works that count: figures the wrong way round, days that run backwards, what no longer stands."""

import shutil
from datetime import timedelta
from typing import Any

import pytest
from typer.testing import CliRunner

from enduse.cli.main import app
from enduse.messages.plain import english_of
from enduse.statements.control import Control, ControlBody, Permit, PermitBody
from enduse.statements.programme import Place, PlaceBody
from enduse.statements.visit import HandingOver, HandingOverBody, VisitBody, VisitStatement
from enduse.statements.works import BillItem, Milestone, MilestoneBody, Need, NeedBody, Project, ProjectBody
from enduse.terms.amounts import Money, Quantity
from enduse.terms.texts import Citation
from enduse.views.works import works_view


def plan(tonnes="112", **more):
    bill = (BillItem(material="cement", quantity=Quantity(tonnes, "TNE")),) if tonnes else ()
    fields: dict[str, Any] = {
        "project": "library",
        "title": {"en": "Library"},
        "purpose": "reconstruction",
        "contractor": "warehouse",
    }
    return ProjectBody(**fields, bill=bill, **more)


@pytest.fixture
def built(small):
    small.say("keeper", Place, PlaceBody(place="site", name={"en": "Site"}, type="site"))
    small.say("keeper", Project, plan(), place="site")
    listed = ControlBody(material="cement", reference="A-1", citation=Citation(source="List", date="2024"))
    small.say("keeper", Control, listed)
    return small


def codes(result):
    assert (result.outcome, result.problem) == ("accepted", None)
    return [note.code for note in result.notes]


def permit(name, tonnes, **more):
    return PermitBody(permit=name, material="cement", project="library", quantity=Quantity(tonnes, "TNE"), **more)


def quota(small):
    (project,) = works_view(small.book).projects
    return project.bill[0].quota.amount // 1_000_000


@pytest.mark.parametrize(
    ("figures", "asked"),
    [
        ({"cost": Money("5", "USD"), "cost_high": Money("9", "USD")}, []),
        ({"cost": Money("9", "USD"), "cost_high": Money("9", "USD")}, []),
        ({"cost": Money("9", "USD"), "cost_high": Money("5", "USD")}, ["need.range_turned"]),
        ({"damage": Money("5", "USD"), "damage_high": Money("9", "EUR")}, ["need.range_turned"]),
        ({"loss_high": Money("9", "USD")}, ["need.range_without_low"]),
    ],
)
def test_a_range_of_a_need_that_is_the_wrong_way_round_is_asked_about_with_its_place(small, figures, asked):
    result = small.say("keeper", Need, NeedBody(need="n", title={"en": "Books"}, **figures))
    assert codes(result) == asked
    field = next(reversed(figures))
    assert all(f"$.body.{field}" in english_of(note) for note in result.notes)


def test_what_a_need_or_plan_that_is_stated_anew_leaves_out_is_told(built):
    need: dict[str, Any] = {"need": "n", "title": {"en": "Books"}, "cost": Money("9", "USD"), "people": 400}
    assert codes(built.say("keeper", Need, NeedBody(**need))) == []
    assert codes(built.say("keeper", Need, NeedBody(**need))) == []
    (note,) = built.say("keeper", Need, NeedBody(need="n", title={"en": "Books for the North"})).notes
    assert (note.code, note.values["fields"]) == ("need.left_out", ["cost", "people"])
    assert built.say("donor", Need, NeedBody(need="n", title={"en": "Books"})).notes == (), (
        "another party's leaves nothing out"
    )
    (note,) = built.say("keeper", Project, plan(""), place="site").notes
    assert (note.code, note.values["fields"]) == ("project.left_out", ["bill"])


def test_permits_add_up_to_no_more_than_the_bill_and_each_is_given_anew_under_its_name(built):
    assert built.say("keeper", Permit, permit("p", "60")).outcome == "accepted"
    assert (quota(built), built.say("keeper", Permit, permit("q", "30")).outcome, quota(built)) == (60, "accepted", 90)
    assert built.say("keeper", Permit, permit("p", "50")).outcome == "accepted"
    assert quota(built) == 80, "given anew, a permit takes its own earlier place"
    more = built.say("keeper", Permit, permit("r", "33"))
    assert (more.outcome, more.problem.told.code) == ("no_effect", "permit.beyond_bill")
    assert codes(built.say("keeper", Permit, permit("r", "32"))) == []
    assert quota(built) == 112


def test_a_quota_is_never_more_than_the_bill_asks_for_now_and_its_owner_is_told(built):
    built.say("keeper", Permit, permit("p", "100"))
    (note,) = built.say("keeper", Project, plan("70"), place="site").notes
    assert note.code == "permit.above_bill"
    assert (note.values["permitted"].amount, note.values["billed"].amount) == (100_000_000, 70_000_000)
    assert quota(built) == 70
    assert codes(built.say("keeper", Project, plan(""), place="site")) == ["project.left_out", "permit.above_bill"]
    assert works_view(built.book).projects[0].bill == ()


def test_days_and_shares_of_works_that_run_backwards_are_asked_about_and_stop_nothing(built):
    now, day = built.now, timedelta(days=1)
    visit = VisitBody(visit="v", action="plan", project="library", due=now - day)
    assert codes(built.say("monitor", VisitStatement, visit, place="site")) == ["visit.due_before_plan"]
    later = VisitBody(visit="w", action="plan", project="library", due=now + 9 * day)
    assert codes(built.say("monitor", VisitStatement, later, place="site")) == []
    over = HandingOverBody(project="library", action="offer", to="donor", warranty_until=now - day)
    assert codes(built.say("keeper", HandingOver, over)) == ["handing_over.warranty_over"]
    assert codes(built.say("keeper", Permit, permit("p", "5", until=now - day))) == ["permit.over_already"]
    done = MilestoneBody(milestone="m1", project="library", progress="0.95")
    assert codes(built.say("warehouse", Milestone, done, place="site")) == []
    (note,) = built.say(
        "warehouse", Milestone, MilestoneBody(milestone="m2", project="library", progress="0.2"), place="site"
    ).notes
    assert english_of(note).startswith("20% of library is less than the 95% that was said to be done on")


def test_whoever_states_it_reads_what_is_asked_and_what_to_do(played_demo, tmp_path):
    shutil.copytree(played_demo[1], tmp_path / "copy")
    words = ["say", str(tmp_path / "copy"), "need", "--as", "party:keeper", "--place", "South"]
    figures = (
        "need=need:n",
        "title.en=Books",
        "cost.value=9",
        "cost.currency=USD",
        "cost_high.value=5",
        "cost_high.currency=USD",
    )
    answer = CliRunner().invoke(app, [*words, *(part for one in figures for part in ("--set", one))])
    assert answer.exit_code == 0, answer.output
    told = " ".join(answer.output.split())
    assert (
        "the figure at $.body.cost_high is below its low figure, or in another currency state Books anew with both figures"
        in told
    )
