from typing import get_args

import msgspec
import pytest

from enduse.messages import Message, Refusal
from enduse.programme.programme import ProgrammeState
from enduse.release.demands import demand
from enduse.release.facts import MeasuredQuantity
from enduse.release.release import Releases
from enduse.rows import from_whole, whole
from enduse.statements import condition as kinds
from enduse.statements.condition import (
    Attestation,
    AttestationBody,
    ConditionBody,
    ConditionStatement,
    Decision,
    DecisionBody,
)
from enduse.statements.entry import Entry
from enduse.statements.money import Disbursement, DisbursementBody
from enduse.statements.umbrella import Member, QuorumRule, UmbrellaBody
from enduse.statements.works import BillItem, Project, ProjectBody
from enduse.terms.amounts import Money, Quantity
from enduse.terms.times import Period
from enduse.works.works import Works
from support.arrangement import KEEPER, World, day

USE = kinds.UseVerified(project="school", material="cement", share="0.8")
VOUCHED = kinds.Attested(subject="school", function="monitoring")


def measured(lower, upper):
    return MeasuredQuantity(lower=lower, estimate=(lower + upper) // 2, upper=upper, billed=1000, evidence=("use",))


def world(requires=USE, purpose="reconstruction") -> World:
    return with_first_tranche(requires, purpose)[0]


def with_first_tranche(requires=USE, purpose="reconstruction") -> tuple[World, str]:
    """A world, and why its first tranche has no effect."""
    made = World(
        functions=("monitoring", "release", "planning"),
        rules=(("decision", "release"), ("attestation", "monitoring"), ("project", "planning")),
    )
    for name in ("fund", "builder", "sister", "monitor", "releaser", "one", "two"):
        made.party(name)
    made.party("sister", member_of=("builder",))
    made.place("land", type="country")
    assert made.give("m1", "monitor", ["monitoring"], ["land"]) == ""
    assert made.give("m2", "sister", ["monitoring"], ["land"]) == ""
    for name in ("releaser", "one", "two"):
        assert made.give(f"r-{name}", name, ["release"], ["land"]) == ""
    assert made.give("p", "fund", ["planning"], ["land"]) == ""
    bill = (BillItem(material="cement", quantity=Quantity("1", "KGM")),)
    body = ProjectBody(project="school", title={"en": "School"}, purpose=purpose, contractor="builder", bill=bill)
    assert made.say(Project, "fund", body, place="land") == ""
    return made, tranche(made, requires)


def tranche(made, requires, name="t1", **more):
    body = ConditionBody(
        tranche=name, title={"en": name}, amount=Money("100", "USD"), project="school", requires=requires, **more
    )
    return made.say(ConditionStatement, KEEPER, body)


def decide(made, by="releaser", name="d1", action="release", tranche="t1", size=None, on=1):
    body = DecisionBody(
        decision=name, tranche=tranche, action=action, record_size=size or len(made.entries), record_root="0" * 64
    )
    return made.say(Decision, by, body, on, place="land")


def attest(made, by="monitor", holds=True, on=1):
    return made.say(
        Attestation, by, AttestationBody(attestation=f"a-{by}", subject="school", holds=holds), on, place="land"
    )


def status(made, on=2, name="t1"):
    return made.releases.status(name, day(on), made)


def test_nothing_measured_is_not_known_and_releases_nothing():
    made = world()
    assert status(made).status == "due"
    assert status(made).verdict.value == "not_known"
    assert "not known" in decide(made)


def test_an_interval_across_the_threshold_is_not_known():
    made = world()
    for low, high, value in (
        (700, 799, "not_met"),
        (700, 800, "not_known"),
        (799, 900, "not_known"),
        (800, 900, "met"),
    ):
        made.used["school", "cement"] = measured(low, high)
        assert status(made).verdict.value == value
        assert status(made).verdict.evidence == ("use",)


def test_a_met_condition_is_verified_decided_and_released_by_payment():
    made = world()
    made.used["school", "cement"] = measured(900, 950)
    assert status(made).status == "verified"
    assert decide(made) == ""
    assert status(made).status == "decided"
    assert made.releases.released["t1"] == made.last
    paid = DisbursementBody(disbursement="x", amount=Money("100", "USD"), recipient="builder")
    assert made.say(Disbursement, "fund", paid, 2, refs=(made.last,)) == ""
    assert (status(made).status, status(made).paid) == ("released", 1_000_000)
    assert "already released" in decide(made, name="d2")
    assert decide(made, name="d3", action="recover") == ""
    assert status(made).status == "recovered"


@pytest.mark.threat(
    who="donor",
    tries="releases money without the mandate to decide",
    alone="has no effect",
    needs="whoever gives that mandate",
    seen_by="anybody with a copy: `enduse status` counts it, and with `--json` lists it with the reason",
)
def test_a_decision_needs_a_mandate_and_cannot_rest_on_what_is_not_recorded_yet():
    made = world()
    made.used["school", "cement"] = measured(900, 950)
    assert "held no mandate for release" in decide(made, by="fund")
    assert "only" in decide(made, size=len(made.entries) + 5)
    assert made.releases.decisions == {}


@pytest.mark.threat(
    who="council minority",
    tries="releases a tranche with too few signatures, or with signatures on different contents",
    alone="nothing is released",
    needs="as many members as the quorum asks, on the same evidence",
    seen_by="anybody: `enduse release` shows who has signed and who is lacking",
)
def test_the_umbrella_signs_by_quorum_and_the_same_content():
    made = world()
    made.used["school", "cement"] = measured(900, 950)
    members = tuple(Member(party=name) for name in ("releaser", "one", "two"))
    body = UmbrellaBody(
        umbrella="u",
        name={"en": "U"},
        members=members,
        quorum=QuorumRule(need="2", of=("releaser", "one", "two")),
        standing="in_force",
    )
    made.council(body)
    size = len(made.entries)
    assert decide(made, size=size) == ""
    assert status(made).status == "verified"
    lacking = Message.of("quorum.votes", agree=1, needed=2, among=["releaser", "one", "two"])
    assert status(made).pending == {"d1": Message.of("quorum.lacking", parts=[lacking])}
    assert "other content" in decide(made, by="one", size=size - 1)
    assert decide(made, size=size)
    assert made.refusal == Refusal.of("decision.signed_already", party="releaser", decision="d1")
    assert decide(made, by="two", size=size) == ""
    assert status(made).status == "decided"


@pytest.mark.threat(
    who="builder",
    tries="has a related party attest its work",
    alone="has no effect, with the path of the relation",
    needs="a verifier whose ties nobody has stated",
    seen_by="anybody: `enduse release`, `enduse status`",
)
def test_an_attestation_by_a_party_related_to_the_builder_has_no_effect_and_the_path_is_shown():
    made = world(VOUCHED)
    assert attest(made, by="sister")
    member = Message.of("relation.member_of", party="sister", other="builder")
    assert made.refusal == Refusal.of("attestation.not_independent", party="sister", subject="school", ties=[member])
    assert status(made).verdict.value == "not_known"


@pytest.mark.threat(
    who="monitor",
    tries="withdraws its attestation after the money has moved",
    alone="stops later releases; the decided one stands",
    needs="nobody: what was decided is recovered by a decision only",
    seen_by="anybody: `enduse release`",
)
def test_revoking_an_attestation_stops_later_decisions_only():
    made = world(VOUCHED)
    assert tranche(made, VOUCHED, "t2") == ""
    assert attest(made) == ""
    assert decide(made) == ""
    assert attest(made, holds=False, on=2) == ""
    assert "not met" in decide(made, name="d2", tranche="t2", on=3)
    assert status(made, 4).status == "decided"
    assert status(made, 4, "t2").verdict.value == "not_met"


def test_a_humanitarian_project_is_never_named():
    assert with_first_tranche(purpose="humanitarian")[1] == "school is humanitarian; no condition may name it"


def test_conditions_that_wait_for_each_other_are_refused():
    made, reason = with_first_tranche(kinds.Released(tranche="t2"))
    assert reason == ""
    assert tranche(made, kinds.Released(tranche="t1"), "t2")
    assert made.refusal == Refusal.of("condition.circle", tranches=["t2", "t1", "t2"])
    assert list(made.releases.tranches) == ["t1"]


def test_snapshots_come_back_byte_for_byte():
    made = world(VOUCHED)
    attest(made)
    decide(made)
    for room, kind in ((made.programme, ProgrammeState), (made.works, Works), (made.releases, Releases)):
        raw = msgspec.json.encode(whole(room))
        assert msgspec.json.encode(whole(from_whole(msgspec.json.decode(raw), kind))) == raw


def test_a_condition_is_a_demand_and_its_state_stands_beside_it():
    made = world(kinds.AllOf(of=(USE, VOUCHED)))
    verdict = status(made).verdict
    demanded = "all of these must hold: (at least 80 % of the cement billed for school must be verified as built in)"
    assert str(verdict.demand).startswith(demanded)
    assert str(verdict.told) == f"not known: {verdict.demand}"
    assert [part.value for part in verdict.parts] == ["not_known", "not_known"]
    for amount, value in ((100, "not_met"), (900, "met")):
        made.used["school", "cement"] = measured(amount, amount)
        part = status(made).verdict.parts[0]
        assert (part.value, part.demand) == (value, verdict.parts[0].demand), "whatever its state, it asks the same"


def test_every_form_of_condition_demands_something_in_words():
    instant = day(1)
    small, period = Quantity("1", "TNE"), Period(start=instant, end=day(9))
    forms = [
        kinds.AnyOf(of=(USE,)),
        kinds.AtLeast(k=1, of=(USE, VOUCHED)),
        kinds.Not(of=USE),
        kinds.AmountVerified(project="school", material="cement", quantity=small),
        *(
            form(material="cement", limit=small, place=place)
            for form in (kinds.NoOpenDifference, kinds.NoAlarm)
            for place in (None, "land")
        ),
        kinds.Attested(subject="school", function="verify", max_age_days=9),
        *(kinds.CountVerified(indicator="homes", at_least="3", min_share=share) for share in ("0", "0.8")),
        kinds.FindingPresent(about="school", result="supported"),
        kinds.UndertakingMet(undertaking="u"),
        kinds.Released(tranche="t0"),
        kinds.Within(period=period),
        kinds.Within(period=Period(start=instant)),
    ]
    assert {type(form) for form in forms} | {kinds.AllOf, kinds.UseVerified} == set(get_args(kinds.AnyCondition))
    demands = [str(demand(form)) for form in forms]
    assert len(set(demands)) == len(forms)
    assert all("must" in words or "may" in words for words in demands)


@pytest.mark.threat(
    who="council minority",
    tries="a member owned by the contractor signs the contractor's release",
    alone="has no effect",
    needs="as many unrelated members as the quorum asks",
    seen_by="anybody with a copy: `enduse status` counts it, and with `--json` lists it with the reason",
)
def test_nobody_related_to_the_contractor_signs_its_release():
    made = world()
    made.used["school", "cement"] = measured(900, 950)
    made.party("two", owned_by=("builder",))
    assert decide(made, by="two")
    owned = Message.of("relation.owned_by", party="two", other="builder")
    assert made.refusal == Refusal.of("decision.not_independent", party="two", contractor="builder", ties=[owned])
    assert decide(made, by="one") == ""


def test_claiming_an_earlier_day_does_not_bring_back_an_earlier_condition():
    made = world()
    made.used["school", "cement"] = measured(900, 950)
    stricter = ConditionBody(
        tranche="t1",
        title={"en": "t1"},
        amount=Money("100", "USD"),
        project="school",
        requires=kinds.UseVerified(project="school", material="cement", share="0.99"),
    )
    assert made.say(ConditionStatement, KEEPER, stricter, 5) == ""
    assert decide(made, by="two", name="d0", action="accept_condition", on=5) == ""
    body = DecisionBody(
        decision="d", tranche="t1", action="release", record_size=len(made.entries), record_root="0" * 64
    )
    early = Decision(programme="test", party="one", seq=1, occurred_at=day(3), place="land", body=body)
    entry = Entry(len(made.entries), "f" * 64, "0" * 32, day(6), early)
    assert "at least 99 %" in str(made.releases.apply(entry, made))
    assert made.releases.decisions.keys() == {"d0"}
