"""Whoever has the mandate for a task is named, whatever the programme calls its functions."""

from pathlib import Path
from typing import get_args

import pytest

import enduse
from enduse.portal.inbox import way_of
from enduse.terms.amounts import goods_resource
from enduse.views.inbox import InboxItem
from enduse.views.shapes import TaskCode
from enduse.views.sums import resting

ROOT = Path(__file__).parents[3]
OPEN_ENDS = """
  - kind: need
    party: party:registry
    occurred_at: 2018-04-02
    place: place:mosul
    body: {need: "need:sewer", title: {en: A sewer}}
  - kind: goods
    party: party:poplar
    occurred_at: 2018-05-01T07:00:00Z
    place: place:pumping-station
    body:
      event:
        type: ObjectEvent
        eventTime: "2018-05-01T07:00:00Z"
        eventTimeZoneOffset: "+03:00"
        action: OBSERVE
        bizStep: installing
        readPoint: {id: "place:pumping-station"}
        quantityList: [{epcClass: "urn:enduse:class:pipe:lot-7", quantity: 1000, uom: MTR}]
        "enduse:project": project:pumping-station
  - kind: condition
    party: party:registry
    occurred_at: 2018-05-02
    body:
      tranche: tranche:one
      title: {en: First half}
      project: project:pumping-station
      amount: {value: "1000", currency: EUR}
      requires: {is: within, period: {start: 2018-01-01}}
  - kind: condition
    party: party:registry
    occurred_at: 2018-05-03
    body:
      tranche: tranche:two
      title: {en: Second half}
      project: project:pumping-station
      amount: {value: "1000", currency: EUR}
      requires: {is: attested, subject: "project:pumping-station", function: checking}
"""


def started(folder, text):
    plan = folder / "programme.yaml"
    plan.write_text(text, encoding="utf-8")
    result = enduse.create(folder / "programme", plan, play_all_parties=True)
    assert (result.said.refused, result.said.no_effect) == (0, 0), result.said.problems
    with enduse.open(folder / "programme") as programme:
        return {(task.code, task.about): task.owner for task in programme.tasks()}


@pytest.fixture
def plan():
    text = (ROOT / "examples" / "second" / "programme.yaml").read_text(encoding="utf-8")
    return text.replace("end: 2019-03-01", "end: 2190-03-01") + OPEN_ENDS


def test_whoever_holds_the_function_that_the_rules_name_is_told(tmp_path, plan):
    owners = started(tmp_path, plan)
    assert owners["measure", "project:pumping-station"] == "party:checkers"
    assert owners["attest", "project:pumping-station"] == "party:checkers"
    assert owners["plan", "need:sewer"] == "party:city"  # who administers the place may plan projects
    assert owners["decide", "tranche:one"] == "umbrella:stabilisation"  # no rule: its members decide


def test_a_rule_for_decisions_comes_before_the_umbrella(tmp_path, plan):
    rule = "    - {act: finding, function: checking}\n"
    owners = started(tmp_path, plan.replace(rule, rule + "    - {act: decision, function: water}\n"))
    assert owners["decide", "tranche:one"] == "party:city"


def test_a_project_with_no_place_asks_whoever_holds_the_function_anywhere(tmp_path, plan):
    placed = "    place: place:pumping-station\n    body:\n      project: project:pumping-station\n"
    assert placed in plan
    owners = started(tmp_path, plan.replace(placed, placed.replace("    place: place:pumping-station\n", "")))
    assert owners["attest", "project:pumping-station"] == "party:checkers"


def test_nobody_is_named_where_nobody_holds_the_function(tmp_path, plan):
    part = plan[plan.index("  - mandate: mandate:checkers") : plan.index("statements:\n")]
    owners = started(tmp_path, plan.replace(part, "\n"))
    assert owners["attest", "project:pumping-station"] == ""
    assert owners["measure", "project:pumping-station"] == ""


def test_who_is_related_to_the_builder_is_not_asked_to_measure(tmp_path, plan):
    owned = """  - kind: party
    party: party:registry
    occurred_at: 2018-06-01
    body: {party: "party:checkers", name: {en: Checkers}, type: monitor, owned_by: ["party:poplar"]}
"""
    assert started(tmp_path, plan + owned)["measure", "project:pumping-station"] == ""


def test_whatever_waits_has_a_form_that_answers_it():
    """Whoever was asked to weigh again, or which of two counts holds, was shown an error in place of the desk."""
    figure = resting(5, goods_resource("cement", "kg"), [])
    for code in get_args(TaskCode):
        assert way_of(InboxItem(code=code, about="place:depot", figure=figure, place="place:site")).startswith("desk/")
    counted = InboxItem(code="say_which_count", about="place:depot", figure=figure)
    assert way_of(counted) == "desk/say/count/?material=cement&place=place%3Adepot"
    weighed = InboxItem(code="weigh_again", about="place:depot", figure=figure)
    assert way_of(weighed) == "desk/say/measure/?of=stock&material=cement&place=place%3Adepot"
