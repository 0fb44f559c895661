"""Edges of mandates, authority and coverage that a changed operator would move."""

from datetime import timedelta

from enduse.programme.coverage import coverage, horizon
from enduse.programme.mandates import MandateState, overlap
from enduse.statements.condition import Decision, DecisionBody
from enduse.statements.programme import Material, Place, PlaceBody
from enduse.statements.umbrella import Member, QuorumRule, Umbrella, UmbrellaBody
from enduse.terms.times import Period
from support.arrangement import KEEPER, World, day


def world(**more):
    made = World(functions=("police", "mapping", "release"), **more)
    for name in ("one", "two"):
        made.party(name)
    made.place("land", type="country")
    made.place("north", "land")
    made.place("south", "land")
    return made


def mandate(begin=0, end=10, accepted=0, ended=None, suspended=()):
    return MandateState(
        mandate="m",
        holder="one",
        functions=("police",),
        places=("land",),
        period=Period(start=day(begin), end=day(end)),
        offered_by=KEEPER,
        offer="o",
        given=True,
        acceptance="a",
        accepted_at=day(accepted),
        ended_at=None if ended is None else day(ended),
        suspended=[(day(start), None if stop is None else day(stop)) for start, stop in suspended],
    )


def spans(made):
    return [((start - day(0)).days, (end - day(0)).days) for start, end in made.spans()]


def test_spans_at_their_edges():
    assert spans(mandate()) == [(0, 10)]
    assert spans(mandate(accepted=4)) == [(4, 10)]
    assert spans(mandate(ended=0)) == spans(mandate(accepted=10)) == []
    assert spans(mandate(suspended=[(0, 10)])) == []
    assert spans(mandate(suspended=[(3, 10)])) == [(0, 3)]
    assert spans(mandate(suspended=[(10, 12)])) == [(0, 10)]
    assert spans(mandate(suspended=[(2, 3), (3, 5), (7, None)])) == [(0, 2), (5, 7)]
    assert spans(mandate(ended=4, suspended=[(2, 8)])) == [(0, 2)]
    for made in (
        mandate(),
        mandate(accepted=4),
        mandate(suspended=[(2, 3), (7, None)]),
        mandate(ended=4, suspended=[(2, 8)]),
    ):
        for number in range(-1, 12):
            inside = any(start <= number < end for start, end in spans(made))
            assert made.in_force(day(number)) == inside
    assert overlap(mandate(end=5).spans(), mandate(begin=5).spans()) is None
    assert overlap(mandate(end=5).spans(), mandate(begin=4).spans()) == (day(4), day(5))


def test_offers_are_withdrawn_by_their_side_and_ended_once():
    made = world()
    made.offer("m", "one", ["police"], ["land"])
    assert made.step("m", "end", "one") == f"only {KEEPER} withdraws its offer"
    assert made.step("m", "decline", "two") == "two is not a side of mandate m"
    assert made.step("m", "end", KEEPER) == ""
    assert "was declined or withdrawn" in made.step("m", "accept", "one")
    made.give("n", "one", ["police"], ["land"])
    assert "was already accepted" in made.step("n", "decline", "one")
    assert made.step("n", "end", "one", effective=day(5)) == ""
    assert made.step("n", "end", "one", effective=day(5)) == "mandate n has already ended"
    assert made.step("n", "end", "one", effective=day(4)) == ""
    assert made.programme.mandates["n"].ends == day(4)


def test_time_runs_one_way():
    made = world()
    made.offer("m", "one", ["police"], ["land"], on=3)
    assert made.step("m", "accept", "one", on=2) == "mandate m cannot be accepted before it was offered"
    assert made.step("m", "accept", "one", on=3) == ""
    made.step("m", "end", "one", on=5)
    after = {"holder": "two", "succeeds": "m", "period": Period(start=day(9))}
    assert "has already ended" in made.step("n", "hand_over", "one", on=5, **after)
    assert "n" not in made.programme.mandates


def test_a_rule_may_give_the_structure_to_a_function_and_the_keeper_keeps_it():
    made = world(rules=(("place", "mapping"),))
    made.give("m", "one", ["mapping"], ["land"])
    body = PlaceBody(place="east", name={"en": "e"}, type="area", within="land")
    assert "held no mandate for mapping" in made.say(Place, "two", body, place="land")
    assert made.say(Place, "one", body, place="land") == ""
    assert made.place("west", "land") == "", "the keeper"


def test_members_of_the_umbrella_sign_decisions_and_nothing_else_without_a_mandate():
    made = world(rules=(("decision", "release"), ("place", "mapping")))
    umbrella = UmbrellaBody(
        umbrella="u",
        name={"en": "u"},
        members=(Member(party="one"), Member(party="two")),
        quorum=QuorumRule(need="all", of=("one", "two")),
        standing="in_force",
    )
    decision = DecisionBody(decision="d", tranche="t", action="withhold", record_size=1, record_root="0" * 64)
    assert "held no mandate for release" in made.say(Decision, "one", decision)
    assert made.say(Umbrella, KEEPER, umbrella) == ""
    assert made.say(Decision, "one", decision) == "no tranche is called t", "authority is there; the tranche is not"
    assert "held no mandate" in made.say(Decision, "stranger", decision)
    assert "held no mandate" in made.say(Place, "one", PlaceBody(place="x", name={}, type="area"))
    assert str(made.programme.quorum_missing(("one", "stranger"))) == (
        "1 of 2 needed among one, two; stranger is not a member and does not count"
    )


def test_names_for_people_and_their_absence():
    made = world(materials=(Material(material="cement", name={"ar": "أسمنت", "en": "Cement"}),))
    assert made.programme.name("cement", "ar") == "أسمنت"
    assert made.programme.name("cement", "fa") == "Cement"
    assert made.programme.name("police") == "police"
    assert made.programme.name("one") == "one"
    assert made.programme.name("unheard") == "unheard"


def test_the_horizon_is_asked_for_or_the_programmes_own_or_ten_years():
    bare, dated = world(), world(period=Period(start=day(0), end=day(30)))
    bare.give("m", "one", ["police"], ["land"], start=7)
    assert horizon(bare.programme) == Period(start=day(7), end=day(7) + timedelta(days=3653))
    assert horizon(dated.programme) == Period(start=day(0), end=day(30))
    assert horizon(dated.programme, Period(start=day(5))) == Period(start=day(5), end=day(30))
    assert horizon(dated.programme, Period(start=day(30))).end == day(30) + timedelta(days=3653)
    assert horizon(dated.programme, Period(start=day(1), end=day(2))) == Period(start=day(1), end=day(2))


def test_the_last_holder_is_named_even_where_only_a_part_was_held():
    made = world()
    made.place("village", "north")
    made.give("m", "one", ["police"], ["village"], 0, 5)
    made.give("n", "two", ["police"], ["south"], 0, 5)
    found = [
        gap
        for gap in coverage(made.programme, period=Period(start=day(0), end=day(9))).gaps
        if gap.function == "police"
    ]
    assert [(gap.places, gap.last_holder) for gap in found] == [(("land",), "one")]
    made.give("o", "two", ["police"], ["north"], 7, 9)
    found = [
        gap
        for gap in coverage(made.programme, period=Period(start=day(0), end=day(9))).gaps
        if gap.function == "police"
    ]
    assert [(gap.places, (gap.start - day(0)).days, (gap.end - day(0)).days, gap.last_holder) for gap in found] == [
        (("land",), 5, 7, "one"),
        (("south",), 7, 9, ""),
    ]
