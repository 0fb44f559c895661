"""Payments that wait for an inspection alone, how many inspectors would clear them, and what would be paid if."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

import enduse
from enduse.errors import MalformedError, UnknownError
from enduse.statements import condition as kinds
from enduse.statements.condition import ConditionBody, ConditionStatement
from enduse.statements.formula import Formula, PerUnit
from enduse.statements.works import Project, ProjectBody
from enduse.terms.amounts import Money
from enduse.terms.times import Period

VOUCHED = kinds.Attested(subject="project:homes", function="checking")
SOUND = kinds.Attested(subject="project:homes", function="structures")
NEVER = kinds.Not(of=kinds.Within(period=Period(start=datetime(2020, 1, 1, tzinfo=UTC))))
ALWAYS = kinds.Within(period=Period(start=datetime(2020, 1, 1, tzinfo=UTC)))


def condition(small, name, requires, **more):
    project = more.pop("project", "project:homes")
    body = ConditionBody(
        tranche=f"tranche:{name}",
        title={"en": name},
        amount=Money("100", "USD"),
        project=project,
        requires=requires,
        **more,
    )
    taken = small.say("keeper", ConditionStatement, body)
    assert taken.outcome == "accepted", taken


@pytest.fixture
def waiting(small):
    for project in ("homes", "clinic", "school"):
        small.say(
            "keeper",
            Project,
            ProjectBody(project=f"project:{project}", title={"en": project}, purpose="reconstruction"),
        )
    soon = small.now + timedelta(days=3)
    condition(small, "both", kinds.AllOf(of=(VOUCHED, SOUND, ALWAYS)))
    condition(small, "either", kinds.AnyOf(of=(VOUCHED, kinds.AllOf(of=(VOUCHED, SOUND)))), project="project:clinic")
    condition(small, "soon", VOUCHED, project="project:school", lapses=soon)
    condition(small, "barred", kinds.AllOf(of=(VOUCHED, NEVER)))
    condition(small, "promise", kinds.AllOf(of=(VOUCHED, kinds.UndertakingMet(undertaking="undertaking:x"))))
    condition(small, "met", ALWAYS)
    condition(small, "planned", VOUCHED, due=small.now + timedelta(days=400))
    with small.closed() as folder, enduse.open(folder) as programme:
        yield programme


def test_only_what_an_inspection_alone_settles_waits_for_one(waiting):
    found = waiting.backlog()
    assert [one.tranche for one in found.tranches] == ["tranche:soon", "tranche:both", "tranche:either"]
    assert found.others == 2
    assert [len(one.demands) for one in found.tranches] == [1, 2, 1], "of several ways the shortest"
    assert [str(each.value) for each in found.amounts] == ["300"]


def test_inspectors_needed_and_what_lapses_before_its_turn(waiting):
    now = waiting.status().as_of
    found = waiting.backlog(a_day="0.25", by=(now + timedelta(days=6)).isoformat())
    assert [one.project for one in found.inspections] == ["project:school", "project:homes", "project:clinic"]
    # Each inspection takes one inspector four days, however many there are; what lapses within three days is too late.
    assert [(one.inspectors, one.days, one.too_late) for one in found.clearing] == [(1, 12, 1), (2, 8, 1), (3, 4, 1)]
    assert found.needed == 3
    assert waiting.backlog(a_day="0.25", by=now.isoformat()).needed is None
    fast = waiting.backlog(by=(now + timedelta(days=2)).isoformat())
    assert ([(one.days, one.too_late) for one in fast.clearing], fast.needed) == ([(3, 0), (2, 0), (1, 0)], 2)


@pytest.mark.parametrize("pace", ["0", "-1", "x", "NaN", "101", ""])
def test_a_pace_that_is_none_is_refused(waiting, pace):
    with pytest.raises(MalformedError):
        waiting.backlog(a_day=pace)


def test_what_would_be_paid_if(waiting):
    as_it_stands = waiting.what_if("tranche:both")
    assert (as_it_stands.would, as_it_stands.payable.amount, as_it_stands.lacking) == ("not_known", 0, ("1", "2"))
    half = waiting.what_if("tranche:both", {"1": "met"})
    assert (half.would, half.lacking) == ("not_known", ("2",))
    whole = waiting.what_if("tranche:both", {"1": "met", "2": "met"})
    assert (whole.would, whole.payable.value) == ("met", Decimal(100))
    against = waiting.what_if("tranche:both", {"1": "met", "2": "not_met"})
    assert (against.would, against.payable.amount) == ("not_met", 0)
    assert waiting.what_if("tranche:either", {"1": "met"}).payable.value == Decimal(100)
    assert waiting.what_if("tranche:either", {"2.1": "met", "2.2": "met"}).payable.value == Decimal(100)
    nested = waiting.what_if("tranche:barred", {"1": "met", "2.1": "not_met"})
    assert [(part.number, part.would) for part in nested.parts] == [("1", "met"), ("2", "met"), ("2.1", "not_met")]
    assert nested.payable.value == Decimal(100)


def test_a_day_in_the_way_is_told_whatever_is_supposed(waiting):
    planned = waiting.what_if("tranche:planned", {"1": "met"})
    assert (planned.would, planned.payable.amount, [stop.code for stop in planned.stops]) == (
        "met",
        0,
        ["what_if.not_yet_due"],
    )
    later = (waiting.status().as_of + timedelta(days=500)).isoformat()
    assert waiting.what_if("tranche:planned", {"1": "met"}, on=later).payable.value == Decimal(100)
    lapsed = waiting.what_if("tranche:soon", {"1": "met"}, on=later)
    assert (lapsed.payable.amount, [stop.code for stop in lapsed.stops]) == (0, ["what_if.lapsed"])


def test_what_cannot_be_supposed_is_refused(waiting):
    for tranche, supposed, results, kind in (
        ("tranche:none", {}, {}, UnknownError),
        ("project:homes", {}, {}, UnknownError),
        ("tranche:both", {"9": "met"}, {}, UnknownError),
        ("tranche:both", {"1": "perhaps"}, {}, MalformedError),
        ("tranche:both", {}, {"1": "2"}, UnknownError),
    ):
        with pytest.raises(kind):
            waiting.what_if(tranche, supposed, results=results)


def test_results_are_supposed_where_results_are_paid(small):
    small.say("keeper", Project, ProjectBody(project="project:homes", title={"en": "Homes"}, purpose="reconstruction"))
    pays = Formula(indicator="indicator:homes", by=PerUnit(amount="7"))
    condition(small, "results", kinds.CountVerified(indicator="indicator:homes", at_least="10"), formula=pays)
    with small.closed() as folder, enduse.open(folder) as programme:
        few = programme.what_if("tranche:results", results={"1": "9"})
        assert (few.would, few.payable.amount) == ("not_met", 0)
        enough = programme.what_if("tranche:results", results={"1/village:a": "6", "1/village:b": "6"})
        assert (enough.would, enough.payable.value) == ("met", Decimal(84))
        most = programme.what_if("tranche:results", results={"1": "50"})
        assert most.payable.value == Decimal(100), "never more than the tranche"
        assert programme.what_if("tranche:results").payable.amount == 0
        for wrong in ({"one": "9"}, {"1": "-9"}, {"1": "x"}, {"0": "9"}, {"1": "9@never"}):
            with pytest.raises(MalformedError):
                programme.what_if("tranche:results", results=wrong)
