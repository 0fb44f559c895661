"""Edges that a changed operator would move: found by changing operators and seeing what nobody noticed."""

from datetime import UTC, datetime, timedelta, timezone

import msgspec
import pytest

from enduse.messages import Message, Refusal
from enduse.release.evaluate import evaluate
from enduse.release.facts import MeasuredQuantity
from enduse.release.formula import months_late, schedule
from enduse.rows import from_whole, whole
from enduse.statements import condition as kinds
from enduse.statements import formula as forms
from enduse.statements.condition import (
    Attestation,
    AttestationBody,
    ConditionBody,
    ConditionStatement,
    Decision,
    DecisionBody,
)
from enduse.statements.result import Result, ResultBody
from enduse.statements.umbrella import Member, QuorumRule, UmbrellaBody
from enduse.statements.works import Project, ProjectBody
from enduse.terms.amounts import Money, Quantity
from enduse.terms.times import Period
from support.arrangement import KEEPER, World, day


def world():
    made = World(functions=("verify",), rules=(("attestation", "verify"), ("result", "verify"), ("decision", "verify")))
    for name in ("builder", "sister", "one", "two"):
        made.party(name)
    made.party("sister", member_of=("builder",))
    made.place("land", type="country")
    made.place("north", "land")
    made.place("south", "land")
    made.give("n", "one", ["verify"], ["north"])
    made.give("s", "two", ["verify"], ["south"])
    made.give("x", "sister", ["verify"], ["land"])
    body = ProjectBody(project="homes", title={"en": "h"}, purpose="reconstruction", contractor="builder")
    made.say(Project, KEEPER, body, place="north")
    return made


def value(made, condition, on=5):
    return evaluate(condition, made.releases.context("homes", day(on), made))


def attest(made, party, subject, place, on=1):
    body = AttestationBody(attestation=f"a-{party}", subject=subject, holds=True)
    return made.say(Attestation, party, body, on, place=place)


def test_an_attestation_counts_only_where_the_project_stands():
    made = world()
    wanted = kinds.Attested(subject="site", function="verify")
    assert attest(made, "two", "site", "south") == ""
    assert value(made, wanted).value == "not_known"
    without = Message.of("verdict.without_mandate", party="two", function="verify", day=day(1))
    assert value(made, wanted).why == (without,)
    assert attest(made, "one", "site", "north") == ""
    assert value(made, wanted).value == "met"
    assert value(made, wanted, on=0).value == "not_known", "not before it was said"


def test_a_related_party_counts_for_nothing_under_another_subject_either():
    made = world()
    assert attest(made, "sister", "site", "land") == ""
    verdict = value(made, kinds.Attested(subject="site", function="verify"))
    assert verdict.value == "not_known"
    member = Message.of("relation.member_of", party="sister", other="builder")
    assert verdict.why == (Message.of("verdict.not_independent", party="sister", ties=[member]),)
    body = ResultBody(result="r", indicator="i", value="9")
    assert made.say(Result, "sister", body, 1, place="land") == ""
    assert value(made, kinds.CountVerified(indicator="i", at_least="1")).value == "not_known"
    assert made.say(Result, "one", body, 2, place="north") == ""
    assert value(made, kinds.CountVerified(indicator="i", at_least="9")).value == "met"
    assert value(made, kinds.CountVerified(indicator="i", at_least="9", function="verify")).value == "met"
    assert value(made, kinds.CountVerified(indicator="i", at_least="9", function="other")).value == "not_known"
    assert value(made, kinds.CountVerified(indicator="i", at_least="9"), on=1).value == "not_known"


def test_evidence_is_that_of_the_parts_that_decided():
    made = world()
    for name, amount in (("a", 0), ("b", 9), ("c", 0)):
        made.alarms[name, None] = MeasuredQuantity(
            lower=amount, estimate=amount, upper=amount, evidence=(f"e-{name}", "shared")
        )
    parts = tuple(kinds.NoAlarm(material=name, limit=Quantity("1", "GRM")) for name in "abc")
    assert value(made, kinds.AnyOf(of=parts)).evidence == ("e-a", "shared", "e-c")
    assert value(made, kinds.AllOf(of=parts)).evidence == ("e-b", "shared")


def test_without_a_line_in_the_bill_or_in_another_unit_nothing_is_known():
    made = world()
    made.used["homes", "cement"] = MeasuredQuantity(lower=5, estimate=5, upper=5, billed=0, evidence=("e",))
    assert value(made, kinds.UseVerified(project="homes", material="cement", share="0")).value == "not_known"
    by_weight = kinds.AmountVerified(project="homes", material="cement", quantity=Quantity("5", "GRM"))
    assert value(made, by_weight).value == "met"
    by_piece = kinds.AmountVerified(project="homes", material="cement", quantity=Quantity("5", "C62"))
    assert value(made, by_piece).value == "not_known"
    made.differences["cement", None] = MeasuredQuantity(lower=0, estimate=0, upper=0)
    assert value(made, kinds.NoOpenDifference(material="cement", limit=Quantity("1", "C62"))).value == "not_known"


@pytest.mark.parametrize(
    ("achieved", "months"),
    [
        (datetime(2018, 3, 1, 12, 0, tzinfo=UTC), 0),
        (datetime(2018, 3, 1, 12, 1, tzinfo=UTC), 1),
        (datetime(2018, 4, 1, 12, 0, tzinfo=UTC), 1),
        (datetime(2018, 4, 1, 12, 1, tzinfo=UTC), 2),
        (datetime(2018, 6, 1, 12, 0, tzinfo=UTC), 3),
        (datetime(2019, 3, 1, 12, 0, tzinfo=UTC), 12),
        (datetime(2018, 2, 1, 0, 0, tzinfo=UTC), 0),
    ],
)
def test_a_month_that_has_begun_is_late(achieved, months):
    assert months_late(datetime(2018, 3, 1, 12, tzinfo=UTC), achieved) == months


def rows(formula, *results):
    made = [ResultBody(result=f"r{number}", indicator="i", **item) for number, item in enumerate(results)]
    return schedule(formula, made)


def test_lateness_needs_a_day_a_deadline_and_an_achievement():
    deadline = datetime(2018, 3, 1, tzinfo=UTC)
    decay = forms.TimeDecay(amount="100", per_month="0.1", deadlines=(forms.Deadline(year=1, by=deadline),))
    formula = forms.Formula(indicator="i", by=decay)
    assert rows(formula, {"value": "1", "achieved": deadline})[0].due == 1_000_000
    assert rows(formula, {"value": "1"})[0].due == 0
    assert rows(formula, {"value": "0", "achieved": deadline})[0].due == 0
    assert rows(formula, {"value": "1", "year": 2, "achieved": deadline})[0].due == 0


def test_a_later_stage_pays_only_in_years_after_the_earlier_was_verified():
    stages = (forms.Stage(stage="built", amount="10"), forms.Stage(stage="kept", amount="1", once=False, after="built"))
    formula = forms.Formula(indicator="i", by=forms.Staged(stages=stages))
    kept = {"entity": "v", "value": "1", "stage": "kept"}
    built = {"entity": "v", "value": "1", "stage": "built", "year": 2}
    assert [row.due for row in rows(formula, kept, kept | {"year": 2}, built, kept | {"year": 3})] == [
        0,
        100_000,
        10_000,
    ]
    assert [row.due for row in rows(formula, kept)] == [0]


def test_what_the_gate_holds_back_is_named_in_its_year():
    formula = forms.Formula(indicator="i", by=forms.PerUnit(amount="1"), gate="0.8")
    found = rows(
        formula,
        {"entity": "a", "value": "8", "reported": "10"},
        {"entity": "b", "value": "7", "reported": "10"},
        {"entity": "b", "value": "9", "reported": "10", "year": 2},
    )
    assert [(row.held_back, row.due) for row in found] == [(("b",), 80_000), ((), 90_000)]


def test_an_advance_is_recovered_from_payments_and_then_no_more():
    formula = forms.Formula(indicator="i", by=forms.PerUnit(amount="1"), advance="10", recovery="0.5")
    found = rows(formula, *({"value": "12", "year": year} for year in (1, 2, 3)))
    assert [(row.due, row.recovered, row.paid) for row in found] == [
        (120_000, 60_000, 60_000),
        (120_000, 40_000, 80_000),
        (120_000, 0, 120_000),
    ]


def condition(made, name="t", on=0, title=""):
    body = ConditionBody(
        tranche=name,
        title={"en": title or name},
        amount=Money("1", "USD"),
        project="homes",
        requires=kinds.Attested(subject="site", function="verify"),
    )
    return made.say(ConditionStatement, KEEPER, body, on)


def decide(made, size, name="d", by="one", tranche="t", action="release"):
    body = DecisionBody(decision=name, tranche=tranche, action=action, record_size=size, record_root="0" * 64)
    return made.say(Decision, by, body, 3, place="north")


def test_a_decision_rests_on_a_record_that_holds_its_condition():
    made = world()
    attest(made, "one", "site", "north")
    before = len(made.entries)
    assert condition(made) == ""
    assert condition(made, title="anew") == "", "a second version of the same day is the later one"
    assert decide(made, before + 2, "accepts", action="accept_condition") == ""
    assert made.releases.status("t", day(3), made).version == 2
    for size in (before, before + 1, before + 2):
        assert decide(made, size)
        assert made.refusal == Refusal.of("decision.before_its_condition", tranche="t", size=size)
    assert decide(made, before + 3) == "", "it has seen that the second one counts"


def test_pending_decisions_stand_with_their_own_tranche_only():
    made = world()
    attest(made, "one", "site", "north")
    condition(made)
    condition(made, "other")
    members = (Member(party="one"), Member(party="two"))
    body = UmbrellaBody(
        umbrella="u",
        name={"en": "u"},
        members=members,
        quorum=QuorumRule(need="all", of=("one", "two")),
        standing="in_force",
    )
    made.council(body)
    size = len(made.entries)
    assert decide(made, size) == ""
    assert made.releases.status("other", day(4), made).pending == {}
    lacking = Message.of("quorum.votes", agree=1, needed=2, among=["one", "two"])
    assert made.releases.status("t", day(4), made).pending == {"d": Message.of("quorum.lacking", parts=[lacking])}
    assert decide(made, size, by="two") == ""
    assert made.releases.status("t", day(4), made).pending == {}
    assert made.releases.status("t", day(4), made).status == "decided"


def test_a_state_put_away_and_taken_up_again_says_the_same_about_days():
    """Snapshots keep the moment and not the zone it was written in."""
    zone = timezone(timedelta(hours=14))
    texts = set()
    for again in (False, True):
        made = world()
        attest(made, "one", "site", "north")
        requires = kinds.AllOf(
            of=(
                kinds.Attested(subject="site", function="verify"),
                kinds.Within(period=Period(start=datetime(2025, 1, 1, 1, tzinfo=zone))),
            )
        )
        body = ConditionBody(
            tranche="t",
            title={"en": "t"},
            amount=Money("1", "USD"),
            project="homes",
            requires=requires,
            lapses=datetime(2025, 1, 4, 1, tzinfo=zone),
        )
        made.say(ConditionStatement, KEEPER, body)
        if again:
            raw = msgspec.msgpack.encode(whole(made.releases))
            made.releases = from_whole(msgspec.msgpack.decode(raw), type(made.releases))
        texts.add((decide(made, len(made.entries)), str(made.releases.status("t", day(2), made).verdict.told)))
    ((reason, sentence),) = texts
    assert reason == "tranche t lapsed on 2025-01-03"
    assert "the day must not lie before 2024-12-31" in sentence
    deadline = datetime(2018, 3, 1, 1, tzinfo=zone)
    assert months_late(deadline, datetime(2018, 3, 28, 12, tzinfo=UTC)) == 2
    assert months_late(deadline.astimezone(UTC), datetime(2018, 3, 28, 12, tzinfo=UTC)) == 2
