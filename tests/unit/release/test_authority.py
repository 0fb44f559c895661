"""What may not release: another day, a word taken back, a stranger's payment, more than the tranche holds."""

import msgspec
import pytest

from enduse.messages import Message, Refusal
from enduse.statements import condition as kinds
from enduse.statements.claim import Finding, FindingBody
from enduse.statements.condition import (
    Attestation,
    AttestationBody,
    ConditionBody,
    ConditionStatement,
    Decision,
    DecisionBody,
)
from enduse.statements.correction import Correction, CorrectionBody
from enduse.statements.formula import Formula, FundingSource, PerUnit
from enduse.statements.money import Disbursement, DisbursementBody
from enduse.statements.programme import Place, PlaceBody
from enduse.statements.result import Result, ResultBody
from enduse.statements.umbrella import Member, QuorumRule, UmbrellaBody
from enduse.statements.works import Project, ProjectBody
from enduse.terms.amounts import Money
from enduse.terms.times import Period
from support.arrangement import KEEPER, World, day

ALWAYS = kinds.Within(period=Period(start=day(-100)))
VOUCHED = kinds.Attested(subject="quiet", function="verify")
FOUND = kinds.FindingPresent(about="quiet", result="supported")
COUNTED = kinds.CountVerified(indicator="homes", at_least="10", function="verify")


def world() -> World:
    made = World(
        functions=("verify", "release", "plan"),
        rules=(
            *((act, "verify") for act in ("finding", "attestation", "result")),
            ("decision", "release"),
            ("project", "plan"),
        ),
    )
    for name in ("owner", "builder", "other", "sister", "one", "two", "fund", "evil"):
        made.party(name)
    made.party("sister", owned_by=("builder",))
    made.place("land", type="country")
    for name in ("one", "two", "sister"):
        made.give(f"v-{name}", name, ["verify"], ["land"])
    made.give("r", "fund", ["release"], ["land"])
    made.give("p", "owner", ["plan"], ["land"])
    assert project(made) == ""
    return made


def project(made, name="homes", contractor="builder", purpose="reconstruction", by="owner", on=0):
    body = ProjectBody(project=name, title={"en": name}, purpose=purpose, contractor=contractor)
    return made.say(Project, by, body, on, place="land")


def condition(made, requires=ALWAYS, name="t", about="homes", on=0, **more):
    amount = more.pop("amount", Money("100", "USD"))
    body = ConditionBody(tranche=name, title={"en": name}, amount=amount, project=about, requires=requires, **more)
    return made.say(ConditionStatement, KEEPER, body, on)


def decide(made, name="d", action="release", on=3, by="fund", recorded=None, tranche="t"):
    body = DecisionBody(
        decision=name, tranche=tranche, action=action, record_size=len(made.entries), record_root="0" * 64
    )
    return made.say(Decision, by, body, on, "land", recorded=recorded)


def attest(made, by="one", holds=True, on=1, name="a"):
    body = AttestationBody(attestation=name, subject="quiet", holds=holds)
    return made.say(Attestation, by, body, on, "land")


def find(made, by="one", result="supported", name="f", about="quiet", on=1, supersedes=None):
    body = FindingBody(
        finding=name,
        about=about,
        result=result,
        method="m",
        standard_of_proof="grounds_to_believe",
        reliability="A",
        credibility="1",
        right_of_reply="asked",
        supersedes=supersedes,
    )
    return made.say(Finding, by, body, on, "land")


def count(made, by="one", value="10", on=1, reported=None, year=1):
    body = ResultBody(result=f"r-{by}", indicator="homes", entity="e", value=value, reported=reported, year=year)
    return made.say(Result, by, body, on, "land")


def pay(made, answers, by="fund", on=4, to="builder", amount="100", currency="USD", **more):
    body = DisbursementBody(disbursement=f"x{len(made.entries)}", amount=Money(amount, currency), recipient=to, **more)
    return made.say(Disbursement, by, body, on, refs=(answers,))


def take_back(made, entry, by, on=5):
    return made.say(Correction, by, CorrectionBody(corrects=entry, reason="incorrect_data"), on)


def status(made, name="t", on=6):
    return made.releases.status(name, day(on), made)


def on_the_map(made):
    """A project at a site on land, for which whoever verifies has vouched there."""
    made.place("site", within="land")
    made.place("sea", type="country")
    plan = ProjectBody(project="pier", title={"en": "p"}, purpose="reconstruction", contractor="builder")
    assert made.say(Project, "owner", plan, 0, place="site") == ""
    condition(made, kinds.Attested(subject="pier", function="verify"), about="pier")
    vouched = AttestationBody(attestation="a", subject="pier", holds=True)
    assert made.say(Attestation, "one", vouched, 1, "site") == ""
    assert status(made).verdict.value == "met"
    return plan, made.last


@pytest.mark.threat(
    who="keeper",
    tries="describes a site anew as lying elsewhere, so that the monitor had no mandate there on the day on which it attested",
    alone="what was said under a mandate stays; only from then on the site is another's to check",
    needs="nobody could",
    seen_by="everybody, by `enduse list --kind place`, and by `enduse mandates`, which shows what nobody holds since",
)
def test_whoever_draws_the_map_anew_takes_back_no_word_given_under_a_mandate():
    made = world()
    on_the_map(made)
    moved = PlaceBody(place="site", name={"en": "site"}, type="area", within="sea")
    assert made.say(Place, KEEPER, moved, 4) == ""
    assert status(made).verdict.value == "met"
    assert made.programme.holds("one", "verify", "site", day(3))
    assert not made.programme.holds("one", "verify", "site", day(5)), "it is another's from then on"
    back = msgspec.structs.replace(moved, within="land")
    assert made.say(Place, KEEPER, back, 5) == ""
    assert made.programme.holds("one", "verify", "site", day(6))


@pytest.mark.threat(
    who="donor",
    tries="moves a project that it owns to another place in its plan, so that no word of the monitor counts any more",
    alone="a word counts where the project was to be built when it was recorded",
    needs="nobody could",
    seen_by="everybody, by `enduse list --kind project`",
)
def test_a_plan_that_moves_its_project_takes_back_no_word_given_where_it_was():
    made = world()
    plan, word = on_the_map(made)
    made.give("p2", "owner", ["plan"], ["sea"])
    assert made.say(Project, "owner", plan, 4, place="sea") == ""
    assert status(made).verdict.value == "met"
    again = AttestationBody(attestation="b", subject="pier", holds=True)
    assert made.say(Attestation, "two", again, 5, "land") == ""
    assert take_back(made, word, "one") == ""
    assert status(made).verdict.value == "not_known", "who vouches from then on needs its mandate where the plan has it"


# -- judged when the record takes it ------------------------------------------------------------------------------


@pytest.mark.threat(
    who="council minority",
    tries="releases a lapsed tranche by dating the decision back",
    alone="is refused",
    needs="the keeper, by its clock",
    seen_by="anybody with a copy: `enduse status` counts it, and with `--json` lists it with the reason",
)
def test_a_lapsed_tranche_is_not_released_by_claiming_an_earlier_day():
    made = world()
    condition(made, lapses=day(5))
    assert decide(made, on=3, recorded=7) == "tranche t lapsed on 2025-01-06"
    assert decide(made, on=3, recorded=4) == ""


def test_a_day_that_has_not_come_is_not_claimed():
    made = world()
    condition(made, kinds.Within(period=Period(start=day(5))))
    condition(made, name="due", due=day(5))
    assert "not met: the day must not lie before 2025-01-06" in decide(made, on=5, recorded=4)
    assert decide(made, "e", on=4, tranche="due") == "tranche due is looked at from 2025-01-06 on"
    assert "more than a day after it was recorded" in decide(made, on=500, recorded=4)
    assert decide(made, "e", on=5, tranche="due") == ""
    assert made.releases.decisions["e"].judged_at == day(5)


# -- independence -------------------------------------------------------------------------------------------------


@pytest.mark.threat(
    who="builder",
    tries="has a relative find in its favour",
    alone="does not count; the tranche stays *not known*",
    needs="a verifier whose ties nobody has stated",
    seen_by="anybody: `enduse release` names the ties",
)
def test_a_finding_by_a_relative_of_the_builder_releases_nothing():
    made = world()
    condition(made, FOUND)
    assert find(made, "sister") == ""
    assert status(made).verdict.value == "not_known"
    (why,) = status(made).verdict.why
    owned = Message.of("relation.owned_by", party="sister", other="builder")
    assert why == Message.of("verdict.not_independent", party="sister", ties=[owned])
    assert find(made, "one", name="g") == ""
    assert status(made).verdict.value == "met"


@pytest.mark.threat(
    who="builder",
    tries="is rid of whoever finds, attests or counts against it, by a tie to it that the keeper tells",
    alone="what speaks against it counts from its relations too, also within a condition that says *not*",
    needs="nobody",
    seen_by="anybody: `enduse release`",
)
def test_what_speaks_against_a_builder_counts_from_its_relations_too():
    made = world()
    condition(made, FOUND)
    condition(made, kinds.Not(of=FOUND), "clear")
    condition(made, VOUCHED, "vouched")
    condition(made, COUNTED, "counted", formula=Formula(indicator="homes", by=PerUnit(amount="1")))
    assert find(made, "one") == ""
    assert attest(made, "one") == attest(made, "two", name="b") == ""
    assert count(made, "one") == count(made, "sister", "11") == ""
    assert [status(made, name).verdict.value for name in ("t", "vouched", "counted")] == ["met"] * 3
    assert find(made, "sister", "not_supported", name="g") == ""
    assert status(made).verdict.value == "not_known"
    made.party("two", owned_by=("builder",))
    assert status(made, "vouched").verdict.value == "met"
    assert attest(made, "two", holds=False, name="b", on=2) == ""
    assert status(made, "vouched").verdict.value == "not_known"
    assert count(made, "sister", "9") == ""
    assert (status(made, "counted").verdict.value, status(made, "counted").dues) == ("not_known", ())
    # Within *not*, it is the other word that favours the builder.
    assert find(made, "one", "not_supported", name="f2", supersedes="f") == ""
    assert status(made, "clear").verdict.value == "met"
    assert find(made, "sister", name="g2", supersedes="g") == ""
    assert status(made, "clear").verdict.value == "not_known"


@pytest.mark.threat(
    who="builder",
    tries="is replaced as contractor on paper, so that its relative may attest",
    alone="stays related for what it built",
    needs="nobody",
    seen_by="anybody: `enduse release`",
)
def test_a_contractor_that_was_dropped_still_built_it():
    made = world()
    condition(made, VOUCHED)
    assert project(made, contractor="other", on=1) == ""
    assert made.works.projects["homes"].builders == ("builder", "other", "owner")
    assert attest(made, "sister", on=2) == ""
    assert status(made).verdict.value == "not_known"


def test_a_finding_is_superseded_by_its_own_party_alone():
    made = world()
    condition(made, FOUND)
    find(made, "one", "not_supported")
    assert "only one supersedes it" in find(made, "two", name="g", supersedes="f")
    assert "is not known" in find(made, "two", name="g", about="elsewhere", supersedes="f")
    assert status(made).verdict.value == "not_met"
    assert find(made, "one", name="h", supersedes="f") == ""
    assert status(made).verdict.value == "met"


@pytest.mark.threat(
    who="monitor",
    tries="calls its finding as another body calls the one that replaces its first, and takes it back, so that the first stands again",
    alone="nothing: what was replaced is bound to the statement that replaced it, not to its name",
    needs="nobody could",
    seen_by="anybody: `enduse release`",
)
def test_what_replaces_a_finding_is_its_own_partys_statement_whatever_others_call_theirs():
    made = world()
    condition(made, FOUND)
    assert find(made, "one") == ""
    assert find(made, "two", "unresolved", name="f") == "", "a name is its own party's"
    assert find(made, "two", "unresolved", name="g", on=2) == ""
    namesake = made.last
    assert find(made, "one", "not_supported", name="g", on=2, supersedes="f") == ""
    assert status(made).verdict.value == "not_met"
    take_back(made, namesake, "two")
    assert status(made).verdict.value == "not_met"


@pytest.mark.threat(
    who="monitor",
    tries="reports a better result than another monitor",
    alone="*not known*: nothing is paid",
    needs="the other monitor",
    seen_by="anybody: `enduse release`",
)
def test_results_that_contradict_each_other_are_not_known_and_pay_nothing():
    made = world()
    condition(made, COUNTED, formula=Formula(indicator="homes", by=PerUnit(amount="1")))
    assert count(made, "one", "2") == ""
    assert status(made).verdict.value == "not_met"
    assert count(made, "two", "999") == ""
    told = status(made)
    assert (told.verdict.value, told.dues) == ("not_known", ())
    assert told.verdict.why == (Message.of("verdict.results_contradict"),)
    assert count(made, "two", "2.0") == ""
    assert (status(made).verdict.value, [row.due for row in status(made).dues]) == ("not_met", [20_000])


@pytest.mark.threat(
    who="monitor",
    tries="reports a result where it holds no mandate, by a mandate elsewhere",
    alone="does not count",
    needs="whoever gives mandates at the project's place",
    seen_by="anybody: `enduse release`",
)
def test_results_count_by_a_mandate_where_the_project_is():
    made = world()
    made.place("island", type="country")
    made.give("v-evil", "evil", ["verify"], ["island"])
    condition(made, COUNTED)
    body = ResultBody(result="r", indicator="homes", entity="e", value="99")
    assert made.say(Result, "evil", body, 1, "island") == ""
    assert status(made).verdict.value == "not_known"
    assert count(made) == ""
    assert status(made).verdict.value == "met"


def test_of_results_that_agree_the_most_that_was_reported_counts():
    made = world()
    condition(made, kinds.CountVerified(indicator="homes", at_least="1", min_share="0.9", function="verify"))
    count(made, "one", "10", reported="10")
    assert status(made).verdict.value == "met"
    count(made, "two", "10", reported="20")
    assert status(made).verdict.value == "not_met"


# -- words taken back ---------------------------------------------------------------------------------------------


def test_a_word_is_taken_back_without_a_mandate_and_counts_as_taken_back():
    made = world()
    condition(made, VOUCHED)
    assert attest(made) == ""
    made.step("v-one", "end", KEEPER, 2)
    assert "held no mandate" in attest(made, on=3)
    assert "never made attestation" in attest(made, "evil", holds=False, on=3)
    assert attest(made, holds=False, on=3) == ""
    assert status(made).verdict.value == "not_met"
    assert attest(made, holds=False, on=4) == "", "said once more, it is still taken back"
    assert status(made).verdict.value == "not_met"


@pytest.mark.parametrize(
    ("requires", "say"), [(VOUCHED, attest), (FOUND, find), (COUNTED, count)], ids=["attestation", "finding", "result"]
)
def test_what_was_corrected_no_longer_counts(requires, say):
    made = world()
    condition(made, requires)
    condition(made, requires, name="later")
    assert say(made) == ""
    entry = made.last
    assert status(made).verdict.value == "met"
    assert decide(made) == ""
    assert take_back(made, entry, "two")
    assert made.refusal == Refusal.of("correction.of_another", party="one")
    assert status(made, "later").verdict.value == "met"
    assert take_back(made, entry, "one") == ""
    assert status(made, "later").verdict.value == "not_known"
    assert status(made).status == "decided", "a decision in effect stays"
    assert "not known" in decide(made, "e", on=6, tranche="later")


def test_a_corrected_finding_lets_the_one_before_it_stand_again():
    made = world()
    condition(made, FOUND)
    find(made, result="not_supported")
    find(made, name="g", supersedes="f")
    assert status(made).verdict.value == "met"
    assert take_back(made, made.last, "one") == ""
    assert status(made).verdict.value == "not_met"


def test_a_corrected_payment_was_not_paid():
    made = world()
    condition(made)
    decide(made)
    pay(made, made.last)
    entry = made.last
    assert (status(made).status, status(made).paid) == ("released", 1_000_000)
    assert take_back(made, entry, "evil")
    assert made.refusal == Refusal.of("correction.of_another", party="fund")
    assert take_back(made, entry, "fund") == ""
    assert (status(made).status, status(made).paid) == ("decided", 0)


def test_a_signature_is_taken_back_until_the_quorum_is_complete():
    made = world()
    body = UmbrellaBody(
        umbrella="u",
        name={"en": "u"},
        members=(Member(party="one"), Member(party="two")),
        quorum=QuorumRule(need="all", of=("one", "two")),
        standing="in_force",
    )
    made.council(body)
    condition(made)
    size = len(made.entries)

    def sign(party):
        decision = DecisionBody(decision="d", tranche="t", action="release", record_size=size, record_root="0" * 64)
        return made.say(Decision, party, decision, 3)

    assert sign("one") == ""
    assert take_back(made, made.last, "one", 3) == ""
    assert sign("two") == ""
    lacking = Message.of("quorum.votes", agree=1, needed=2, among=["one", "two"])
    assert status(made).pending == {"d": Message.of("quorum.lacking", parts=[lacking])}
    assert sign("one") == ""
    assert status(made).status == "decided"
    assert take_back(made, made.last, "one") == ""
    assert status(made).status == "decided"


# -- what no condition may do -------------------------------------------------------------------------------------


def test_a_finding_about_a_humanitarian_project_holds_nothing_up():
    made = world()
    assert project(made, "food", None, "humanitarian") == ""
    refused = condition(made, kinds.FindingPresent(about="food", result="supported"))
    assert refused == "food is humanitarian; no condition may name it"
    requires = kinds.Not(of=kinds.FindingPresent(about="later", result="supported"))
    assert condition(made, kinds.AnyOf(of=(ALWAYS, requires))) == "", "nobody knows of such a project yet"
    assert project(made, "later", None, "humanitarian") == ""
    assert decide(made) == "later is humanitarian; no condition may name it"


def test_a_condition_names_projects_that_are_known():
    made = world()
    assert condition(made, about="later")
    assert made.refusal == Refusal.of("project.unknown", project="later")
    wanted = kinds.UseVerified(project="later", material="cement", share="1")
    assert condition(made, kinds.AllOf(of=(ALWAYS, wanted)))
    assert made.refusal == Refusal.of("project.unknown", project="later")
    assert made.releases.tranches == {}


def test_a_long_chain_and_a_dense_web_of_tranches_are_walked_once():
    made = world()
    for number in range(1_200):
        before = kinds.Released(tranche=f"t{number - 1}") if number else ALWAYS
        assert condition(made, before, f"t{number}") == ""
    assert condition(made, kinds.Released(tranche="t1199"), "t0")
    assert made.refusal == Refusal.of("condition.circle", tranches=["t0", *(f"t{n}" for n in range(1199, -1, -1))])
    for number in range(40):
        waits = tuple(kinds.Released(tranche=f"w{before}") for before in range(number)) or (ALWAYS,)
        assert condition(made, kinds.AllOf(of=waits), f"w{number}") == ""
    assert condition(made, kinds.Released(tranche="self"), "self")
    assert made.refusal == Refusal.of("condition.circle", tranches=["self", "self"])


# -- money --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("amount", ["0", "-1000"])
def test_a_tranche_releases_more_than_nothing(amount):
    with pytest.raises(ValueError, match="more than nothing"):
        condition(world(), amount=Money(amount, "USD"))


@pytest.mark.parametrize(
    ("how", "note"),
    [
        ({"to": "evil"}, Message.of("payment.to_a_stranger", recipient="evil", project="homes")),
        ({"currency": "EUR"}, Message.of("payment.other_currency", currency="EUR", released_in="USD")),
        ({"by": "evil", "donor": "fund"}, Message.of("money.reported", party="evil", donor="fund")),
        ({"by": "evil"}, Message.of("payment.no_source_of_it", party="evil", sources=["fund"])),
    ],
)
def test_what_does_not_pay_a_tranche_is_kept_aside(how, note):
    made = world()
    condition(
        made,
        formula=Formula(indicator="homes", by=PerUnit(amount="1"), sources=(FundingSource(source="fund", parts="1"),)),
    )
    decide(made)
    assert pay(made, made.last, **how) == ""
    assert (status(made).status, status(made).paid) == ("decided", 0)
    (kept,) = made.releases.tranches["t"].payments
    assert (kept.amount, kept.aside, kept.note) == (0, 1_000_000, note)


def test_more_than_the_tranche_is_kept_aside():
    made = world()
    condition(made)
    decide(made)
    decision = made.last
    for amount in ("70", "999"):
        assert pay(made, decision, amount=amount, to="sister") == ""
    assert status(made).paid == 1_000_000
    assert [(paid.amount, paid.aside) for paid in made.releases.tranches["t"].payments] == [
        (700_000, 0),
        (300_000, 9_690_000),
    ]


def test_what_is_withheld_after_a_release_is_paid_no_more():
    made = world()
    condition(made)
    condition(made, kinds.Released(tranche="t"), "next")
    decide(made)
    release = made.last
    pay(made, release, amount="60")
    assert decide(made, "stop", "withhold") == ""
    assert made.releases.released == {}
    pay(made, release, amount="40")
    assert (status(made).status, status(made).paid) == ("withheld", 600_000)
    assert status(made, "next").verdict.value == "not_met"
    assert decide(made, "back", "recover") == "", "what was paid can still be asked back"
    assert "was not released" in decide(made, "again", "recover")
    assert decide(made, "anew") == ""


def test_a_formula_makes_no_more_due_than_the_tranche_holds():
    made = world()
    by = PerUnit(amount="5")
    condition(made, name="open", formula=Formula(indicator="homes", by=by))
    condition(made, name="lower", formula=Formula(indicator="homes", by=by, cap="40"))
    condition(made, name="higher", formula=Formula(indicator="homes", by=by, cap="4000"))
    count(made, value="10000")
    count(made, value="10000", year=2)
    dues = {name: [row.due for row in status(made, name).dues] for name in ("open", "lower", "higher")}
    assert dues == {"open": [1_000_000, 0], "lower": [400_000, 0], "higher": [1_000_000, 0]}
