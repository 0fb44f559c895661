"""A bill of quantities that a condition rests on: restating it moves nothing, until the deciding body accepts it."""

import msgspec
import pytest

from enduse.messages import Amount, Message
from enduse.statements.condition import Decision, DecisionBody
from enduse.statements.party import Party
from enduse.statements.works import Project
from enduse.terms.amounts import Quantity
from support.played import CLINIC, SITE

TRANCHE = "tranche:clinic-2"
COUNCIL = ("party:azura", "party:administration")


def standing(demo):
    (tranche,) = (one for one in demo.book.tranches() if one.tranche == TRANCHE)
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
