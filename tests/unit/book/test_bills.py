"""A bill of quantities that a condition rests on: restating it moves nothing, until the deciding body accepts it."""

import re

import msgspec
import pytest

from enduse.messages import Amount, Message
from enduse.pages.html import render
from enduse.statements.condition import Attested, ConditionStatement, Decision, DecisionBody
from enduse.statements.party import Party
from enduse.statements.works import Project
from enduse.terms.amounts import Quantity
from enduse.views.report import build_report
from enduse.views.tranches import tranches
from support.played import CLINIC, SITE

TRANCHE = "tranche:clinic-2"
COUNCIL = ("party:azura", "party:administration")


def standing(demo):
    (tranche,) = (one for one in demo.book.tranches() if one.tranche == TRANCHE)
    return tranche


def shown(demo):
    (tranche,) = (one for one in tranches(demo.book, ()) if one.tranche == TRANCHE)
    return tranche


def used(demo):
    return standing(demo).verdict.parts[0]


def restate(demo, tonnes):
    known = demo.book.works.projects[CLINIC]
    bill = tuple(
        msgspec.structs.replace(item, quantity=Quantity(tonnes, "TNE")) if item.material == "cement" else item
        for item in known.now.body.bill
        if tonnes or item.material != "cement"
    )
    body = msgspec.structs.replace(known.now.body, bill=bill)
    assert demo.say(known.owner, Project, body, SITE).outcome == "accepted"


def accept(demo, party, **more):
    body = DecisionBody(
        decision="decision:bill",
        tranche=TRANCHE,
        action="accept_bill",
        **(more or {"record_size": demo.book.size, "record_root": demo.book.log.store.tree().root().hex()}),
    )
    return demo.say(party, Decision, body, "place:coast"), body


@pytest.mark.threat(
    who="builder",
    tries="lets the bill of quantities be restated as 12 t after building, so that what was built is 80 % of it",
    alone="nothing: a condition keeps the bill as it stood when it first rested on it, and shows the restated one beside",
    needs="the quorum that decides the tranche",
    seen_by="everybody, by enduse release and the report, where both bills stand in the verdict",
)
def test_a_bill_restated_after_building_meets_nothing(demo):
    before = used(demo)
    assert before.value == "not_met"
    kept = demo.book.works.billed(CLINIC, "cement")[0]
    restate(demo, "12")
    after = used(demo)
    beside = Message.of("verdict.bill_kept", kept=Amount(kept, "cement/g"), restated=Amount(12_000_000, "cement/g"))
    assert (after.value, after.why) == ("not_met", (*before.why, beside))


def test_a_new_version_of_the_condition_takes_no_restated_bill_with_it(demo):
    restate(demo, "12")
    body = demo.book.releases.tranches[TRANCHE].now.body
    assert demo.say("party:umbrella", ConditionStatement, body, "place:coast").outcome == "accepted"
    assert standing(demo).version == 2
    assert used(demo).value == "not_met"


@pytest.mark.threat(
    who="keeper",
    tries="states a tranche's condition anew, so that it waits for less and is called met",
    alone="the verdict goes by the new condition, and says beside it who stated it anew, when, and where the first one stands;"
    " nothing is released by that",
    needs="the quorum that decides the tranche, which sees it",
    seen_by="everybody, by `enduse release`, the report and `enduse changes`",
)
def test_a_condition_that_was_stated_anew_says_by_whom_and_where_the_first_stands(demo):
    known = demo.book.releases.tranches[TRANCHE].now
    assert not [mark for mark in shown(demo).marks if mark.code == "condition.restated"]
    less = msgspec.structs.replace(
        known.body, requires=Attested(subject="place:clinic-site", function="site-checking"), title={"en": "Less"}
    )
    said = demo.say("party:keeper", ConditionStatement, less, "place:coast")
    assert said.outcome == "accepted"
    (mark,) = [mark for mark in shown(demo).marks if mark.code == "condition.restated"]
    assert (mark.values["party"], mark.values["entry"], mark.values["first"]) == (
        "party:keeper",
        said.index,
        known.index,
    )
    assert standing(demo).status == "withheld"
    page = " ".join(re.sub("<[^>]*>", "", render(build_report(demo.book))).split())
    assert "was stated anew by Record Office on" in page
    assert f"(statement {said.index}); first it stood in statement {known.index}" in page


def test_a_line_that_is_taken_out_or_put_in_changes_nothing_either(demo):
    restate(demo, "")
    assert used(demo).value == "not_met"
    assert used(demo).why[-1].values["restated"] == Amount(0, "cement/g")


def test_the_quorum_that_decides_the_tranche_accepts_a_bill_and_no_member_alone(demo):
    restate(demo, "12")
    said, body = accept(demo, COUNCIL[0])
    assert said.outcome == "accepted"
    assert used(demo).value == "not_met"
    assert standing(demo).pending.keys() == {"decision:bill"}
    restate(demo, "1")
    rest = {"record_size": body.record_size, "record_root": body.record_root}
    assert accept(demo, COUNCIL[1], **rest)[0].outcome == "accepted"
    after = used(demo)
    assert after.value == "met"
    assert after.why[-1].values["kept"] == Amount(12_000_000, "cement/g"), "the bill that they saw, not a later one"
    assert after.why[-1].values["restated"] == Amount(1_000_000, "cement/g")
    assert standing(demo).status == "withheld", "it decides nothing on the tranche itself"


def test_a_party_related_to_the_contractor_accepts_no_bill(demo):
    restate(demo, "12")
    said, _ = accept(demo, "party:olivar")
    assert said.outcome == "no_effect"
    member = demo.book.programme.parties[COUNCIL[0]]
    owned = msgspec.structs.replace(member, owned_by=("party:olivar",))
    assert demo.say("party:keeper", Party, owned).outcome == "accepted"
    said, _ = accept(demo, COUNCIL[0])
    assert said.problem.told.code == "decision.not_independent", "a seat in the council helps nobody there"
