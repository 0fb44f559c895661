"""The condition algebra beside a brute-force evaluator: every completion of what is not known."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.release.evaluate import evaluate
from enduse.release.facts import MeasuredQuantity
from enduse.release.restrictions import leaves
from enduse.release.verdict import Verdict, negated, threshold
from enduse.statements import condition as kinds
from enduse.statements.claim import Finding, FindingBody
from enduse.statements.condition import Attestation, AttestationBody
from enduse.statements.result import Result, ResultBody
from enduse.statements.undertaking import Undertaking, UndertakingBody
from enduse.terms.amounts import Quantity
from enduse.terms.times import Period
from support.arrangement import World, day
from support.examples import examples

VALUES = ("met", "not_met", "not_known")


def leaf(number):
    """A condition whose value the tests choose: no alarm about material ``m<number>``."""
    return kinds.NoAlarm(material=f"m{number}", limit=Quantity("1", "GRM"))


leafs = st.integers(0, 4).map(leaf)
trees = st.recursive(
    leafs,
    lambda inner: st.one_of(
        st.builds(kinds.Not, of=inner),
        st.builds(kinds.AllOf, of=st.lists(inner, min_size=1, max_size=4).map(tuple)),
        st.builds(kinds.AnyOf, of=st.lists(inner, min_size=1, max_size=4).map(tuple)),
        st.builds(kinds.AtLeast, k=st.integers(1, 5), of=st.lists(inner, min_size=1, max_size=4).map(tuple)),
    ),
    max_leaves=7,
)


class Chosen(World):
    def __init__(self, values):
        super().__init__()
        for number, value in enumerate(values):
            amount = {"met": 0, "not_met": 2}.get(value)
            if amount is not None:
                self.alarms[f"m{number}", None] = MeasuredQuantity(
                    lower=amount, estimate=amount, upper=amount, evidence=(f"e{number}",)
                )


def verdict(tree, values) -> Verdict:
    made = Chosen(values)
    return evaluate(tree, made.releases.context("p", day(0), made))


def brute(tree, values):
    """Kleene by the definition, written as arithmetic: not met 0, not known 1/2, met 1."""
    score = {"not_met": 0, "not_known": 1, "met": 2}

    def number(node):
        match node:
            case kinds.AllOf():
                return min(number(part) for part in node.of)
            case kinds.AnyOf():
                return max(number(part) for part in node.of)
            case kinds.Not():
                return 2 - number(node.of)
            case kinds.AtLeast():
                ranked = sorted((number(part) for part in node.of), reverse=True)
                return ranked[node.k - 1] if node.k <= len(ranked) else 0
            case _:
                return score[values[int(node.material[1:])]]

    return VALUES[{2: 0, 0: 1, 1: 2}[number(tree)]]


def completions(values):
    return product(*[("met", "not_met") if value == "not_known" else (value,) for value in values])


def negates(tree):
    return isinstance(tree, kinds.Not) or any(negates(part) for part in getattr(tree, "of", ()) or ())


@settings(max_examples=examples(300), deadline=None)
@given(trees, st.tuples(*[st.sampled_from(VALUES)] * 5))
def test_evaluation_equals_brute_force_and_not_known_never_decides(tree, values):
    found = verdict(tree, values)
    assert found.value == brute(tree, values)
    if found.value != "not_known":
        # Whatever the unknown turns out to be, the answer stays: nothing not known was taken for granted.
        assert {verdict(tree, chosen).value for chosen in completions(values)} == {found.value}
    known = {f"e{item.material[1:]}" for item in leaves(tree)}
    assert set(found.evidence) <= known
    assert len(set(found.evidence)) == len(found.evidence)
    if found.value == "met" and not negates(tree):
        assert "met" in values


@settings(max_examples=examples(150), deadline=None)
@given(trees.filter(lambda tree: not negates(tree)), st.tuples(*[st.sampled_from(VALUES)] * 5), st.integers(0, 4))
def test_without_negation_better_facts_never_make_it_worse(tree, values, number):
    order = {"not_met": 0, "not_known": 1, "met": 2}
    better = tuple("met" if at == number else value for at, value in enumerate(values))
    assert order[verdict(tree, better).value] >= order[verdict(tree, values).value]


@given(st.lists(st.sampled_from(VALUES), max_size=5), st.integers(1, 6))
def test_de_morgan_for_thresholds(values, k):
    flipped = [negated(value) for value in values]
    assert negated(threshold(values, k)) == threshold(flipped, len(values) - k + 1)


@given(st.integers(0, 100), st.integers(0, 100), st.integers(0, 100))
def test_an_interval_decides_only_as_a_whole(one, other, limit):
    low, high = sorted((one, other))
    made = World()
    made.differences["cement", None] = MeasuredQuantity(lower=low, estimate=low, upper=high)
    made.used["school", "cement"] = MeasuredQuantity(lower=low, estimate=low, upper=high, billed=100)
    context = made.releases.context("p", day(0), made)
    open_now = evaluate(kinds.NoOpenDifference(material="cement", limit=Quantity(str(limit), "GRM")), context)
    assert open_now.value == ("met" if high <= limit else "not_met" if low > limit else "not_known")
    share = str(limit / 100) if limit % 100 else str(limit // 100)
    used = evaluate(kinds.UseVerified(project="school", material="cement", share=share), context)
    assert used.value == ("met" if low >= limit else "not_met" if high < limit else "not_known")


def stated(condition, prepare, on=5):
    made = World(
        functions=("find", "verify"), rules=(("finding", "find"), ("attestation", "verify"), ("result", "verify"))
    )
    for name in ("one", "two"):
        made.party(name)
    made.place("land", type="country")
    made.give("f1", "one", ["find", "verify"], ["land"])
    made.give("f2", "two", ["find", "verify"], ["land"])
    for kind, party, body, on_day in prepare:
        assert made.say(kind, party, body, on_day, place="land") == ""
    return evaluate(condition, made.releases.context("p", day(on), made)).value


def finding(name, result, supersedes=None):
    return FindingBody(
        finding=name,
        about="x",
        result=result,
        method="",
        standard_of_proof="grounds_to_believe",
        reliability="B",
        credibility="2",
        right_of_reply="",
        supersedes=supersedes,
    )


def test_findings():
    wanted = kinds.FindingPresent(about="x", result="supported")
    yes, no = (Finding, "one", finding("a", "supported"), 1), (Finding, "two", finding("b", "not_supported"), 2)
    assert stated(wanted, []) == "not_known"
    assert stated(wanted, [yes]) == "met"
    assert stated(wanted, [no]) == "not_met"
    assert stated(wanted, [yes, no]) == "not_known", "findings that contradict each other decide nothing"
    assert stated(wanted, [(Finding, "one", finding("a", "unresolved"), 1)]) == "not_known"
    assert stated(wanted, [yes, (Finding, "one", finding("b", "not_supported", "a"), 2)]) == "not_met"


def test_attestations_by_age_and_contradiction():
    def word(party, holds, on):
        return Attestation, party, AttestationBody(attestation=f"a-{party}", subject="x", holds=holds), on

    wanted = kinds.Attested(subject="x", function="verify", max_age_days=3)
    assert stated(wanted, [word("one", holds=True, on=2)]) == "met"
    assert stated(wanted, [word("one", holds=True, on=1)]) == "not_known"
    assert stated(wanted, [word("one", holds=True, on=2), word("one", holds=False, on=3)]) == "not_met"
    contradiction = [word("one", holds=True, on=2), word("two", holds=True, on=2), word("two", holds=False, on=3)]
    assert stated(wanted, contradiction) == "not_known"


def test_counts_dates_and_undertakings():
    def result(year, value, reported):
        body = ResultBody(result=f"r{year}", indicator="homes", year=year, value=value, reported=reported)
        return Result, "one", body, year

    wanted = kinds.CountVerified(indicator="homes", at_least="15", min_share="0.8", function="verify")
    assert stated(wanted, []) == "not_known"
    assert stated(wanted, [result(1, "10", "10")]) == "not_met"
    assert stated(wanted, [result(1, "10", "10"), result(2, "5", "8")]) == "met"
    assert stated(wanted, [result(1, "10", "10"), result(2, "5", "9")]) == "not_met"
    assert stated(kinds.Within(period=Period(start=day(5), end=day(6))), []) == "met"
    assert stated(kinds.Within(period=Period(start=day(6))), []) == "not_met"
    said = UndertakingBody(undertaking="u", action="state", by="one", about="t", words={"en": "w"}, due=day(3))
    promised = kinds.UndertakingMet(undertaking="u")
    assert stated(promised, []) == "not_known"
    assert stated(promised, [(Undertaking, "one", said, 1)]) == "not_known"
    late = [
        (Undertaking, "one", said, 1),
        (Attestation, "two", AttestationBody(attestation="z", subject="z", holds=True), 4),
    ]
    assert stated(promised, late) == "not_met"
    kept = (Undertaking, "keeper", UndertakingBody(undertaking="u", action="met"), 2)
    assert stated(promised, [late[0], kept]) == "met"
