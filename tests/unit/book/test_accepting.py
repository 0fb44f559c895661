"""A condition that is stated anew: it counts for a release once those who decide the tranche have accepted it."""

import re
from datetime import timedelta

import msgspec
import pytest

from enduse.messages import Message
from enduse.pages.html import render
from enduse.statements.claim import Finding, FindingBody
from enduse.statements.condition import (
    Attested,
    ConditionStatement,
    Decision,
    DecisionBody,
    Released,
    UndertakingMet,
    Within,
)
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.party import Party
from enduse.statements.umbrella import Member, QuorumRule, Umbrella
from enduse.statements.undertaking import Undertaking, UndertakingBody
from enduse.statements.works import Project
from enduse.terms.amounts import Money, Quantity
from enduse.terms.times import Period
from enduse.views.report import build_report
from enduse.views.tranches import tranches
from support.played import CLINIC, SITE

TRANCHE = "tranche:clinic-2"
COUNCIL = ("party:azura", "party:administration")
COAST = "place:coast"


def counts(demo):
    return demo.book.releases.tranches[TRANCHE].now.body


def standing(demo, tranche=TRANCHE):
    (found,) = (one for one in demo.book.tranches() if one.tranche == tranche)
    return found


def shown(demo):
    (found,) = (one for one in tranches(demo.book, ()) if one.tranche == TRANCHE)
    return found


def easier(demo, **more):
    always = Within(period=Period(start=demo.now - timedelta(days=9)))
    return msgspec.structs.replace(counts(demo), **{"requires": always, **more})


def state(demo, body, party="party:keeper"):
    said = demo.say(party, ConditionStatement, body, COAST)
    assert said.outcome == "accepted"
    return said


def basis(demo):
    return {"record_size": demo.book.size, "record_root": demo.book.log.store.tree().root().hex()}


def decide(demo, party, action="accept_condition", name=None, tranche=TRANCHE, days=0, **seen):
    body = DecisionBody(decision=name or f"decision:{action}", tranche=tranche, action=action, **(seen or basis(demo)))
    return demo.say(party, Decision, body, COAST, days=days)


def accept(demo, name=None):
    seen = basis(demo)
    for party in COUNCIL:
        assert decide(demo, party, name=name, **seen).outcome == "accepted"


def refused(said):
    assert said.outcome == "no_effect"
    return said.problem.told.code


@pytest.mark.threat(
    who="keeper",
    tries="states a tranche's condition anew, so that it waits for less and is called met",
    alone="nothing: the condition that stood goes on being judged, and beside it stands what was stated anew, by whom, when, and"
    " all that it would change",
    needs="the quorum that decides the tranche, which accepts it as it saw it",
    seen_by="everybody, by `enduse release`, the report and `enduse changes`; the council has it in its list",
)
def test_a_condition_stated_anew_counts_for_nothing_until_it_is_accepted(demo):
    first, before = counts(demo), standing(demo)
    assert before.verdict.value == "not_met"
    said = state(demo, easier(demo))
    after = standing(demo)
    assert (counts(demo), after.verdict, after.version, after.digest) == (first, before.verdict, 1, before.digest)
    told = [one.code for one in shown(demo).marks if one.code.startswith("condition.")]
    assert told == ["condition.waits", "condition.waits_for"]
    waiting = shown(demo).waiting
    assert (waiting.entry, waiting.party, waiting.condition.mark) == (said.index, "party:keeper", "met")
    page = " ".join(re.sub("<[^>]*>", "", render(build_report(demo.book))).split())
    assert "Record Office stated something else for it on" in page
    assert "counts for nothing until those who decide this tranche accept it" in page


def test_each_term_that_would_change_is_told(demo):
    known = counts(demo)
    later = demo.now + timedelta(days=400)
    state(demo, msgspec.structs.replace(known, amount=Money("9000000", "USD"), due=later, lapses=later))
    (mark,) = [one for one in shown(demo).marks if one.code == "condition.waits"]
    assert [one.code for one in mark.values["terms"]] == [
        "condition.would_pay",
        "condition.would_be_due",
        "condition.would_lapse",
    ]
    state(demo, msgspec.structs.replace(known, title={"en": "Another"}))
    (mark,) = [one for one in shown(demo).marks if one.code == "condition.waits"]
    assert [one.code for one in mark.values["terms"]] == ["condition.would_be_called"]


def test_the_quorum_accepts_what_it_saw_and_no_member_alone(demo):
    said = state(demo, easier(demo))
    seen = basis(demo)
    assert decide(demo, COUNCIL[0], **seen).outcome == "accepted"
    assert (standing(demo).version, standing(demo).pending.keys()) == (1, {"decision:accept_condition"})
    later = state(demo, easier(demo, amount=Money("9000000", "USD")))
    done = decide(demo, COUNCIL[1], **seen)
    assert done.outcome == "accepted"
    after = standing(demo)
    assert (after.version, after.verdict.value) == (2, "met")
    assert (after.amount, after.waiting[0].index) == (counts(demo).amount, later.index), (
        "what they saw, not the later one"
    )
    assert counts(demo).amount != Money("9000000", "USD")
    (mark,) = [one for one in shown(demo).marks if one.code == "condition.restated"]
    values = {name: mark.values[name] for name in ("party", "entry", "accepted")}
    assert values == {"party": "party:keeper", "entry": said.index, "accepted": done.index}


def test_a_release_has_seen_that_its_condition_was_accepted(demo):
    state(demo, easier(demo))
    seen = basis(demo)
    accept(demo)
    assert refused(decide(demo, COUNCIL[0], "release", **seen)) == "decision.before_its_condition"
    assert decide(demo, COUNCIL[0], "release").outcome == "accepted"


def test_a_release_that_waits_for_signatures_does_not_survive_another_condition(demo):
    state(demo, easier(demo))
    accept(demo)
    seen = basis(demo)
    assert decide(demo, COUNCIL[0], "release", **seen).outcome == "accepted"
    state(demo, easier(demo, amount=Money("9000000", "USD")))
    accept(demo, "decision:more")
    assert refused(decide(demo, COUNCIL[1], "release", **seen)) == "decision.before_its_condition"


def test_after_it_was_accepted_it_can_be_stated_anew_as_little_as_before(demo):
    state(demo, easier(demo))
    accept(demo)
    now = counts(demo)
    state(demo, easier(demo, amount=Money("9000000", "USD")))
    assert counts(demo) == now
    assert standing(demo).amount == now.amount


@pytest.mark.threat(
    who="council minority",
    tries="completes an old acceptance, of a condition that the council has since replaced, or of one that nobody restated",
    alone="has no effect: only what was stated after the condition that counts can be accepted, and on a record no older than"
    " thirty days",
    needs="the quorum, on the record as it is",
    seen_by="everybody: the statement stands among those without effect",
)
def test_nothing_older_than_what_counts_is_accepted_and_nothing_that_does_not_wait(demo):
    assert refused(decide(demo, COUNCIL[0])) == "condition.nothing_to_accept"
    state(demo, easier(demo))
    old = basis(demo)
    assert decide(demo, COUNCIL[0], name="decision:old", **old).outcome == "accepted"
    state(demo, easier(demo, requires=Attested(subject=SITE, function="site-checking")))
    accept(demo)
    now = counts(demo)
    assert refused(decide(demo, COUNCIL[1], name="decision:old", **old)) == "condition.nothing_to_accept"
    assert counts(demo) == now
    state(demo, easier(demo))
    state(demo, now)
    assert standing(demo).waiting is None, "whoever states again what counts takes back what waited"
    assert refused(decide(demo, COUNCIL[0], name="decision:new")) == "condition.nothing_to_accept"


def test_an_acceptance_rests_on_no_record_older_than_thirty_days(demo):
    state(demo, easier(demo))
    seen = basis(demo)
    assert decide(demo, COUNCIL[0], **seen).outcome == "accepted"
    assert refused(decide(demo, COUNCIL[1], days=31, **seen)) == "decision.too_old"


def test_a_signature_that_was_taken_back_completes_nothing(demo):
    state(demo, easier(demo))
    seen = basis(demo)
    said = decide(demo, COUNCIL[0], **seen)
    back = CorrectionBody(corrects=demo.book.statement(said.index).id, reason="incorrect_data")
    assert demo.say(COUNCIL[0], Correction, back).outcome == "accepted"
    assert decide(demo, COUNCIL[1], **seen).outcome == "accepted"
    assert standing(demo).version == 1


def test_nobody_accepts_alone_what_it_or_its_relation_stated(demo):
    """Where one signature is a quorum, it is not that of whoever stated the condition, nor of who is related to it."""
    council = demo.book.programme.umbrellas[demo.book.programme.umbrella]
    alone = msgspec.structs.replace(
        council,
        members=(*council.members, Member(party="party:keeper")),
        quorum=QuorumRule(need="any", of=("party:keeper", *COUNCIL)),
    )
    for party in COUNCIL:
        assert demo.say(party, Umbrella, alone, COAST).outcome == "accepted"
    state(demo, easier(demo))
    assert decide(demo, "party:keeper", name="decision:own").outcome == "accepted"
    own = Message.of("condition.accepted_by_its_author", party="party:keeper")
    assert (standing(demo).version, standing(demo).pending) == (1, {"decision:own": own})
    owned = msgspec.structs.replace(demo.book.programme.parties[COUNCIL[0]], owned_by=("party:keeper",))
    assert demo.say("party:keeper", Party, owned).outcome == "accepted"
    assert decide(demo, COUNCIL[0], name="decision:kin").outcome == "accepted"
    assert standing(demo).version == 1
    kin = demo.book.releases.decisions["decision:kin"].body
    seen = {"record_size": kin.record_size, "record_root": kin.record_root}
    assert decide(demo, "party:umbrella", name="decision:kin", **seen).outcome == "accepted"
    assert standing(demo).version == 1, "whose signature does not count in the council helps nobody"
    assert decide(demo, COUNCIL[1], name="decision:third").outcome == "accepted"
    assert standing(demo).version == 2


def test_a_condition_that_waits_pins_no_bill(demo):
    """What nobody accepted decides nothing, not even at which size a bill is read."""
    kept = standing(demo).verdict
    known = demo.book.works.projects[CLINIC]
    bill = tuple(
        msgspec.structs.replace(item, quantity=Quantity("12", "TNE")) if item.material == "cement" else item
        for item in known.now.body.bill
    )
    assert (
        demo.say(known.owner, Project, msgspec.structs.replace(known.now.body, bill=bill), SITE).outcome == "accepted"
    )
    state(demo, easier(demo, requires=counts(demo).requires, amount=Money("1", "USD")))
    assert standing(demo).verdict.value == kept.value
    accept(demo)
    assert standing(demo).verdict.value == kept.value, (
        "nor does a version that is accepted take a restated bill with it"
    )


def test_tranches_that_would_wait_for_each_other_once_both_are_accepted_are_not(demo):
    other = "tranche:school-2"
    body = demo.book.releases.tranches[other].now.body
    state(demo, msgspec.structs.replace(body, requires=Released(tranche=TRANCHE)))
    state(demo, easier(demo, requires=Released(tranche=other)))
    accept(demo)
    said = decide(demo, COUNCIL[0], name="decision:circle", tranche=other)
    assert refused(said) == "condition.circle"


def test_what_waited_on_an_earlier_day_is_told_for_that_day(demo):
    day = demo.now + timedelta(days=1)
    demo.now = day
    state(demo, easier(demo))
    demo.now += timedelta(days=3)
    accept(demo)
    (then,) = (one for one in demo.book.tranches(day + timedelta(days=1)) if one.tranche == TRANCHE)
    assert then.version == 1
    assert standing(demo).version == 2


@pytest.mark.threat(
    who="keeper",
    tries="states the condition that was not accepted under another tranche of the same project",
    alone="nothing is released by it, and beside it stands that it was first stated when others had judged already, by whom, and"
    " which tranches the project has",
    needs="the quorum that decides the tranche, which signs that very tranche",
    seen_by="everybody, by `enduse release`, the report and `enduse changes`",
)
def test_a_tranche_that_is_first_stated_after_others_judged_says_so_beside_those_the_project_has(demo):
    assert not [one for one in shown(demo).marks if one.code == "condition.stated_late"]
    said = state(demo, easier(demo, tranche="tranche:clinic-3"))
    (found,) = (one for one in tranches(demo.book, ()) if one.tranche == "tranche:clinic-3")
    (mark,) = [one for one in found.marks if one.code == "condition.stated_late"]
    assert (mark.values["party"], mark.values["entry"]) == ("party:keeper", said.index)
    assert mark.values["tranches"] == [TRANCHE]
    assert mark.values["judged"] < said.index


@pytest.mark.threat(
    who="keeper",
    tries="says of its own that an undertaking is met which a tranche waits for",
    alone="stands in the register with its name; the tranche's condition is not known by that",
    needs="somebody with the mandate to say so, or to find it",
    seen_by="everybody, by `enduse release`, where the keeper is named",
)
def test_an_undertaking_that_the_keeper_alone_calls_met_opens_no_tranche(demo):
    words = UndertakingBody(
        undertaking="undertaking:open", action="state", by="party:health", about="opening", words={"en": "We open."}
    )
    assert demo.say("party:health", Undertaking, words).outcome == "accepted"
    state(demo, easier(demo, tranche="tranche:clinic-3", requires=UndertakingMet(undertaking="undertaking:open")))
    assert standing(demo, "tranche:clinic-3").verdict.value == "not_known"
    met = UndertakingBody(undertaking="undertaking:open", action="met")
    assert demo.say("party:keeper", Undertaking, met).outcome == "accepted"
    verdict = standing(demo, "tranche:clinic-3").verdict
    assert (verdict.value, verdict.why[0].code) == ("not_known", "verdict.undertaking_by_keeper")
    found = FindingBody(
        finding="finding:open",
        about="undertaking:open",
        result="supported",
        method="A visit.",
        standard_of_proof="clear_and_convincing",
        reliability="A",
        credibility="1",
        right_of_reply="Asked; agreed.",
    )
    assert demo.say("party:monitor", Finding, found, COAST).outcome == "accepted"
    assert standing(demo, "tranche:clinic-3").verdict.value == "met", "by the finding of who may find"
