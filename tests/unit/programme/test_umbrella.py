from itertools import chain, combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.programme.quorum import faults, missing, reached, voters
from enduse.statements.umbrella import Member, QuorumRule, Umbrella, UmbrellaBody
from support.arrangement import KEEPER, World
from support.examples import examples

PARTIES = ("a", "b", "c", "d", "e")
GROUPS = {"g": ["a", "b"], "h": ["b", "c", "d"]}
names = st.sampled_from([*PARTIES, "group:g", "group:h"])
rules = st.recursive(
    st.builds(
        QuorumRule,
        need=st.sampled_from(["all", "any", "1", "2", "3"]),
        of=st.lists(names, min_size=1, max_size=4).map(tuple),
    ),
    lambda inner: st.builds(
        QuorumRule,
        need=st.sampled_from(["all", "any", "1", "2", "3"]),
        of=st.lists(names, max_size=3).map(tuple),
        also=st.lists(inner, min_size=1, max_size=3).map(tuple),
    ),
    max_leaves=6,
)


def enumerated(rule, signed):
    """By the definition: spell the rule out and look for enough votes."""
    spelled = {party for name in rule.of for party in (GROUPS[name[6:]] if name.startswith("group:") else [name])}
    votes = [party in signed for party in sorted(spelled)] + [enumerated(part, signed) for part in rule.also]
    if rule.need == "all":
        return bool(votes) and all(votes)
    return any(votes) if rule.need == "any" else votes.count(True) >= int(rule.need)


@settings(max_examples=examples(150), deadline=None)
@given(rules)
def test_quorum_equals_enumeration_over_all_32_sets_of_signers(rule):
    everybody = chain.from_iterable(combinations(PARTIES, size) for size in range(6))
    reachable = False
    for signed in everybody:
        answer = reached(rule, GROUPS, signed)
        assert answer == enumerated(rule, set(signed))
        assert (not missing(rule, GROUPS, signed)) == answer
        for more in PARTIES:
            assert not answer or reached(rule, GROUPS, {*signed, more}), "more signatures never hurt"
        reachable = reachable or answer
    members = tuple(Member(party=name, groups=tuple(g for g in GROUPS if name in GROUPS[g])) for name in PARTIES)
    told = faults(UmbrellaBody(umbrella="u", name={}, members=members, quorum=rule))
    if told == []:
        assert reachable
    if not reachable:
        assert told


def test_a_party_in_two_groups_counts_once():
    rule = QuorumRule(need="2", of=("group:g", "group:h"))
    assert voters(rule, GROUPS) == ["a", "b", "c", "d"]
    assert not reached(rule, GROUPS, {"b"})


ONE_OF_EACH = QuorumRule(
    need="all", also=(QuorumRule(need="any", of=("group:g",)), QuorumRule(need="any", of=("group:h",)))
)


def test_parties_held_by_one_holding_have_one_voice_in_two_groups():
    """Each group was a rule of its own, so that one holding with a member in each was both of them."""
    held = {"a", "c"}

    def related(one, other):
        return one in held and other in held

    assert not reached(ONE_OF_EACH, GROUPS, {"a", "c"}, related)
    (told,) = missing(ONE_OF_EACH, GROUPS, {"a", "c"}, related)
    assert (told.code, told.values) == ("quorum.one_voice", {"parties": ["a", "c"]})
    assert reached(ONE_OF_EACH, GROUPS, {"a", "d"}, related)
    assert reached(ONE_OF_EACH, GROUPS, {"a", "c", "d"}, related)
    assert reached(ONE_OF_EACH, GROUPS, {"b"}, related), (
        "a party that the founding counts for both groups is one of each"
    )
    for need in ("2", "all"):
        three = QuorumRule(need=need, also=tuple(QuorumRule(need="any", of=(name,)) for name in ("a", "c", "e")))
        assert not reached(three, GROUPS, {"a", "c"}, related), "somebody else is there to be the second"
        assert reached(three, GROUPS, {"a", "c", "e"}, related)
    mixed = QuorumRule(need="2", of=("e",), also=ONE_OF_EACH.also)
    assert not reached(mixed, {"g": ["a"], "h": ["c"]}, {"a", "c"}, related)
    assert reached(mixed, {"g": ["a"], "h": ["c"]}, {"a", "e"}, related)
    two = {"g": ["a"], "h": ["c"]}
    assert reached(ONE_OF_EACH, two, {"a", "c"}, related), "where nobody else is in them, nothing could ever be decided"


def umbrella(members, required=(), quorum=None, standing="in_force", name="u"):
    return UmbrellaBody(
        umbrella=name,
        name={"en": name},
        members=tuple(Member(party=party, groups=groups) for party, groups in members),
        required_groups=required,
        quorum=quorum or QuorumRule(need="any", of=tuple(party for party, _ in members)),
        standing=standing,
    )


def test_faults_are_all_named_and_nothing_is_half_applied():
    made = World()
    for name in PARTIES:
        made.party(name)
    good = umbrella([("a", ("x",))])
    assert made.say(Umbrella, KEEPER, good) == ""
    bad = umbrella([("a", ()), ("a", ()), ("z", ())], ("arab",), QuorumRule(need="3", of=("a", "left")))
    assert made.say(Umbrella, KEEPER, bad) == (
        "member z is not a known party; a is a member twice; required group arab has no member; "
        "the quorum counts on left, which is not a member (or has left); the quorum needs 3 of 2 and can never be reached"
    )
    assert made.programme.umbrellas == {"u": good}
    other = umbrella([("b", ("x",))], standing="proposed", name="other")
    assert "that is for the keeper" in made.say(Umbrella, "a", other)


@pytest.mark.threat(
    who="keeper",
    tries="sets up a council of itself where somebody decides by a mandate, and decides in its place",
    alone="the council waits: who decides by a mandate today must sign what takes that away",
    needs="everybody who decides by a mandate",
    seen_by="anybody: `enduse status` says who must sign; the decision has no effect, and is listed with its reason",
)
def test_the_keeper_takes_no_decision_away_by_a_council_of_its_own():
    made = World(functions=("release",), rules=(("decision", "release"),))
    for name in (KEEPER, *PARTIES):
        made.party(name)
    made.place("land", type="country")
    assert made.give("m", "a", ["release"], ["land"]) == ""
    own = umbrella([(KEEPER, ())])
    assert made.say(Umbrella, KEEPER, own) == ""
    assert (made.programme.umbrella, made.programme.in_council(KEEPER)) == ("", False)
    assert "that is for the keeper" in made.say(Umbrella, "b", own)
    shared = umbrella([("a", ()), ("b", ())])
    assert [made.say(Umbrella, name, shared) for name in (KEEPER, "a")] == ["", ""]
    assert made.programme.umbrella == "u"


@pytest.mark.threat(
    who="council minority",
    tries="a member who has left signs on",
    alone="does not count",
    needs="as many present members as the quorum asks",
    seen_by="anybody: `enduse release` names it as no member",
)
def test_a_member_who_left_no_longer_counts():
    made = World()
    for name in PARTIES:
        made.party(name)
    rule = QuorumRule(need="2", of=("group:x",))
    assert made.say(Umbrella, KEEPER, umbrella([("a", ("x",)), ("b", ("x",)), ("c", ("x",))], quorum=rule)) == ""
    assert made.programme.quorum_missing(("a", "b")) is None
    smaller = umbrella([("a", ("x",)), ("c", ("x",))], quorum=rule)
    assert [made.say(Umbrella, name, smaller) for name in ("b", "c")] == ["", ""]
    assert (
        str(made.programme.quorum_missing(("a", "b")))
        == "1 of 2 needed among a, c; b is not a member and does not count"
    )
    ended = umbrella([("a", ("x",)), ("c", ("x",))], quorum=rule, standing="proposed")
    assert [made.say(Umbrella, name, ended) for name in ("a", "c")] == ["", ""]
    assert made.programme.umbrella == ""


@pytest.mark.threat(
    who="council minority",
    tries="members held by one holding sign as if they were several",
    alone="count as one voice where some must sign",
    needs="members that are not related to them",
    seen_by="anybody: `enduse release` shows who is lacking",
)
def test_parties_held_by_one_holding_have_one_voice_in_a_quorum():
    made = World()
    for name in ("holding", "a", "b", "c"):
        made.party(name, **({"owned_by": ("holding",)} if name in {"a", "b"} else {}))
    rule = QuorumRule(need="2", of=("a", "b", "c"))
    assert made.say(Umbrella, KEEPER, umbrella([(name, ()) for name in ("a", "b", "c")], quorum=rule)) == ""
    assert str(made.programme.quorum_missing(("a", "b"))) == "1 of 2 needed among a, b, c"
    assert made.programme.quorum_missing(("a", "c")) is None
    every = QuorumRule(need="all", of=("a", "b", "c"))
    everybody = umbrella([(name, ()) for name in ("a", "b", "c")], quorum=every)
    assert [made.say(Umbrella, name, everybody) for name in ("a", "c")] == ["", ""]
    assert made.programme.quorum_missing(("a", "c")) is not None
    assert made.programme.quorum_missing(("a", "b", "c")) is None, "where all must sign, all have signed"


def test_parties_related_through_a_third_have_one_voice_with_it():
    made = World()
    for name, owners in (("h1", ()), ("h2", ()), ("a", ("h1", "h2")), ("b", ("h1",)), ("c", ("h2",))):
        made.party(name, owned_by=owners)
    rule = QuorumRule(need="2", of=("a", "b", "c"))
    assert made.say(Umbrella, KEEPER, umbrella([(name, ()) for name in ("a", "b", "c")], quorum=rule)) == ""
    assert made.programme.quorum_missing(("b", "c")) is None, "nothing ties these two"
    assert str(made.programme.quorum_missing(("a", "b", "c"))) == "1 of 2 needed among a, b, c"


def test_what_a_quorum_of_parts_lacks_is_told_part_by_part():
    left, right = QuorumRule(need="any", of=("a", "b")), QuorumRule(need="any", of=("c",))

    def lacks(rule, signed):
        return [str(told) for told in missing(rule, {}, signed)]

    every = QuorumRule(need="all", also=(left, right))
    assert lacks(every, {"a"}) == ["0 of 1 needed among c"], "no line about nobody"
    assert lacks(every, {"a", "c"}) == []
    third = QuorumRule(need="any", of=("d",))
    two = QuorumRule(need="2", also=(left, right, third))
    assert lacks(two, {"a"}) == [
        "1 of 2 needed of the parts that follow",
        "0 of 1 needed among c",
        "0 of 1 needed among d",
    ]
    mixed = QuorumRule(need="3", of=("x", "y"), also=(left, right))
    assert lacks(mixed, {"x", "a"}) == [
        "2 of 3 needed among x, y and the parts that follow",
        "0 of 1 needed among c",
    ]
    assert lacks(QuorumRule(need="all"), {"a"}) == ["0 of 1 needed among nobody"]
