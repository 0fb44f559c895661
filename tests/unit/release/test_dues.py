"""Conditions that are restructured on the way: each result is paid by the version in force when it was stated."""

from hypothesis import given
from hypothesis import strategies as st

from enduse.messages import Refusal
from enduse.release.formula import schedule, split
from enduse.statements import condition as kinds
from enduse.statements import formula as forms
from enduse.statements.condition import ConditionBody, ConditionStatement, Decision, DecisionBody
from enduse.statements.result import Result, ResultBody
from enduse.statements.works import Project, ProjectBody
from enduse.terms.amounts import Money
from support.arrangement import KEEPER, World, day

USD = 10_000


def world():
    made = World(functions=("verify", "decide"), rules=(("result", "verify"), ("decision", "decide")))
    made.party("verifier")
    made.party("council")
    made.place("land", type="country")
    made.give("v", "verifier", ["verify"], ["land"])
    made.give("c", "council", ["decide"], ["land"])
    body = ProjectBody(project="homes", title={"en": "h"}, purpose="reconstruction", contractor="builder")
    made.say(Project, KEEPER, body, place="land")
    return made


def version(made, rate, on):
    formula = forms.Formula(indicator="count", by=forms.PerUnit(amount=rate), cap="1000")
    body = ConditionBody(
        tranche="t",
        title={"en": "t"},
        amount=Money("1000", "USD"),
        project="homes",
        requires=kinds.CountVerified(indicator="count", at_least="1"),
        formula=formula,
    )
    return made.say(ConditionStatement, KEEPER, body, on)


def accept(made, on):
    size = len(made.entries)
    body = DecisionBody(
        decision=f"d{size}", tranche="t", action="accept_condition", record_size=size, record_root="0" * 64
    )
    return made.say(Decision, "council", body, on, place="land")


def result(made, year, value, on):
    body = ResultBody(result=f"r{year}", indicator="count", year=year, value=value)
    return made.say(Result, "verifier", body, on, place="land")


def test_each_version_pays_from_its_own_day_and_takes_off_what_was_paid_before():
    made = world()
    assert version(made, "10", 1) == ""
    assert result(made, 1, "5", 2) == ""
    assert [row.due // USD for row in made.releases.dues("t", day(9))] == [50]
    assert version(made, "20", 8) == ""
    assert accept(made, 10) == "", "it counts from when it was accepted, not from the day that it claims"
    assert result(made, 2, "5", 11) == ""
    # Year 2 by the new rate: ten units at 20 are 200, of which 50 were paid under the first version.
    assert [(row.year, row.due // USD) for row in made.releases.dues("t", day(20))] == [(1, 50), (2, 150)]
    assert [(row.year, row.due // USD) for row in made.releases.dues("t", day(9))] == [(1, 50)], "as of that date"
    assert made.releases.status("t", day(9), made).version == 1
    assert made.releases.status("t", day(20), made).version == 2
    assert version(made, "30", 5)
    assert made.refusal == Refusal.of("tranche.later_version", tranche="t", day=day(10))


def test_a_related_party_cannot_put_its_result_over_an_independent_one():
    made = world()
    made.party("friend", member_of=("builder",))
    made.give("f", "friend", ["verify"], ["land"])
    version(made, "10", 1)
    assert result(made, 1, "5", 2) == ""
    body = ResultBody(result="r", indicator="count", value="50")
    assert made.say(Result, "friend", body, 3, place="land") == ""
    assert [row.due // USD for row in made.releases.status("t", day(9), made).dues] == [50]
    assert made.releases.status("t", day(9), made).verdict.value == "met"
    again = ResultBody(result="r", indicator="count", value="7")
    assert made.say(Result, "verifier", again, 4, place="land") == ""
    assert [row.due // USD for row in made.releases.status("t", day(9), made).dues] == [70]


def test_without_a_mandate_nobody_states_results():
    made = world()
    body = ResultBody(result="r", indicator="count", value="5")
    assert "held no mandate for verify" in made.say(Result, "builder", body, 2, place="land")
    bare = World()
    assert "no rule of this programme" in bare.say(Result, "builder", body, 2)


values = st.lists(st.tuples(st.integers(1, 6), st.integers(0, 400)), max_size=12)


def results(drawn):
    return [
        ResultBody(result=f"r{number}", indicator="i", entity=f"e{number}", year=year, value=str(value), reported="400")
        for number, (year, value) in enumerate(drawn)
    ]


FORMS = st.sampled_from(
    [
        forms.PerUnit(amount="61.11"),
        forms.PerUnit(amount="475", baseline="40", block="7", rounding="nearest", level=True),
        forms.Linear(amount="1000.01", baseline="30", target="333"),
        forms.Steps(steps=(forms.Step(at_least="100", amount="3.33"), forms.Step(at_least="300", amount="0.01"))),
        forms.Once(amount="7", entities=3),
        forms.PerUnitYear(amount="5", max_years=2),
        forms.ByYear(years=(forms.YearRate(year=2, amount="65.5", units="50"),)),
    ]
)


@given(FORMS, values, st.sampled_from(["0", "0.5"]), st.sampled_from([None, "500"]), st.sampled_from(["0", "77.77"]))
def test_what_is_paid_adds_up_and_never_passes_what_is_earned(form, drawn, gate, cap, advance):
    sources = (forms.FundingSource(source="a", parts="2"), forms.FundingSource(source="b", parts="1"))
    formula = forms.Formula(indicator="i", by=form, gate=gate, cap=cap, advance=advance, sources=sources)
    rows = schedule(formula, results(drawn))
    paid = recovered = 0
    for row in rows:
        assert row.due >= 0
        assert row.paid + row.recovered == row.due
        assert sum(row.by_source.values()) == row.paid
        assert row.due % 100 == 0, "whole cents"
        paid, recovered = paid + row.due, recovered + row.recovered
        assert paid == max(row.entitlement, paid - row.due)
        assert cap is None or paid <= int(cap) * USD
    assert recovered <= 777_700


@given(st.integers(0, 10**9), st.lists(st.integers(1, 1000), min_size=1, max_size=6))
def test_a_split_loses_no_cent_and_is_off_by_less_than_one(cents, parts):
    sources = [forms.FundingSource(source=f"s{number}", parts=str(part)) for number, part in enumerate(parts)]
    found = split(cents * 100, sources)
    assert sum(found.values()) == cents * 100
    for part, got in zip(parts, found.values(), strict=True):
        assert abs(got * sum(parts) - cents * 100 * part) < 100 * sum(parts)
