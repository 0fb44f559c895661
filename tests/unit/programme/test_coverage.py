from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.programme.coverage import coverage
from enduse.programme.places import chain
from enduse.programme.spans import complement, union, without
from enduse.terms.times import Period
from support.arrangement import World, day, function
from support.examples import examples

DAYS = 12
WHOLE = Period(start=day(0), end=day(DAYS))


def world():
    made = World(functions=("police", function("funding", shared=True), function("gate", needed_at=("crossing",))))
    for name in ("one", "two"):
        made.party(name)
    made.place("land", type="country")
    for name in ("north", "south"):
        made.place(name, "land", population=100)
    made.place("gate-1", "south", type="crossing")
    return made


def shown(found):
    return [(gap.function, gap.places, (gap.start - day(0)).days, gap.last_holder) for gap in found.gaps]


def test_a_party_that_leaves_leaves_a_gap_with_its_first_day_and_people():
    made = world()
    made.give("m1", "one", ["police", "funding"], ["land"])
    made.give("m2", "two", ["gate"], ["gate-1"])
    assert coverage(made.programme, period=WHOLE).gaps == ()
    found = coverage(made.programme, period=WHOLE, leaving={"one": day(4)})
    assert shown(found) == [("police", ("land",), 4, "one"), ("funding", ("land",), 4, "one")]
    assert found.gaps[0].people == 200
    assert made.step("m1", "end", "one", on=4) == ""
    assert coverage(made.programme, period=WHOLE) == found


def test_a_gap_is_reported_where_it_is_and_nowhere_else():
    made = world()
    made.give("m1", "one", ["police"], ["north"], start=3)
    found = [gap for gap in coverage(made.programme, period=WHOLE).gaps if gap.function == "police"]
    assert [(gap.places, gap.start, gap.end) for gap in found] == [
        (("land",), day(0), day(3)),
        (("south",), day(3), day(12)),
    ]


def test_overlaps_name_both_mandates_and_spare_shared_functions():
    made = world()
    made.give("m1", "one", ["police", "funding"], ["land"], end=8)
    made.give("m2", "two", ["police", "funding"], ["north"], start=5)
    overlaps = coverage(made.programme, period=WHOLE).overlaps
    assert [(item.place, item.start, item.end, item.mandates) for item in overlaps] == [
        ("north", day(5), day(8), ("m1", "m2"))
    ]


stretches = st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20)), max_size=6)


@given(stretches, stretches)
def test_interval_algebra_is_set_algebra(one, other):
    def points(items):
        return {number for start, end in items for number in range(start, end)}

    left, right = union(one), union(other)
    assert points(left) == points(one)
    assert points(complement(left, 0, 20)) == set(range(20)) - points(one)
    assert points(without(left, right)) == points(one) - points(other)
    for items in (left, complement(left, 0, 20), without(left, right)):
        assert all(start < end for start, end in items)
        assert all(end < later for (_, end), (later, _) in pairwise(items))


@st.composite
def programmes(draw):
    made = World(functions=("police", function("gate", needed_at=("crossing",))))
    parties = ("one", "two", "three")
    for name in parties:
        made.party(name)
    names = [f"p{number}" for number in range(draw(st.integers(1, 9)))]
    for number, name in enumerate(names):
        within = draw(st.sampled_from([None, *names[:number]])) if number else None
        made.place(name, within, type=draw(st.sampled_from(["area", "area", "country", "crossing", "site"])))
    for number in range(draw(st.integers(0, 8))):
        start = draw(st.integers(0, DAYS - 1))
        end = draw(st.one_of(st.none(), st.integers(start + 1, DAYS + 2)))
        places = draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True))
        functions = draw(st.lists(st.sampled_from(["police", "gate"]), min_size=1, max_size=2, unique=True))
        holder = draw(st.sampled_from(parties))
        assert made.give(f"m{number}", holder, functions, places, start, end) == ""
        if draw(st.booleans()):
            made.step(f"m{number}", "suspend", "keeper", on=draw(st.integers(start, DAYS)))
            if draw(st.booleans()):
                made.step(f"m{number}", "resume", "keeper", on=draw(st.integers(start, DAYS)))
    leaving = draw(st.one_of(st.none(), st.tuples(st.sampled_from(parties), st.integers(0, DAYS))))
    return made.programme, None if leaving is None else {leaving[0]: day(leaving[1])}


def oracle(state, leaving, name, at):
    """By the definition, one ground, one function, one day: who holds it."""
    return {
        mandate.mandate
        for mandate in state.mandates.values()
        if name[0] in mandate.functions
        and mandate.in_force(at)
        and any(place in mandate.places for place in chain(state.places, name[1]))
        and not (leaving and mandate.holder in leaving and at >= leaving[mandate.holder])
    }


@settings(max_examples=examples(150), deadline=None)
@given(programmes())
def test_gaps_and_overlaps_equal_a_day_by_day_oracle(drawn):
    state, leaving = drawn
    found = coverage(state, period=WHOLE, leaving=leaving)
    for item in state.founded.functions:
        typed = {name for name, body in state.places.items() if body.type in item.needed_at}
        grounds = {a for a in typed if not any(a != b and a in chain(state.places, b) for b in typed)}
        told = [
            (ground, number)
            for gap in found.gaps
            if gap.function == item.function
            for ground in grounds
            if any(place in chain(state.places, ground) for place in gap.places)
            for number in range(DAYS)
            if gap.start <= day(number) < gap.end
        ]
        true = {
            (ground, number)
            for ground in grounds
            for number in range(DAYS)
            if not oracle(state, leaving, (item.function, ground), day(number))
        }
        assert len(told) == len(set(told)), "each ground and day once"
        assert set(told) == true
        doubled = {
            (place, number)
            for over in found.overlaps
            if over.function == item.function
            for place in state.places
            if over.place in chain(state.places, place)
            for number in range(DAYS)
            if over.start <= day(number) < over.end
        }
        twice = {
            (place, number)
            for place in state.places
            for number in range(DAYS)
            if len({state.mandates[m].holder for m in oracle(state, leaving, (item.function, place), day(number))}) > 1
        }
        assert doubled == twice


def large(functions=100, places=5000, mandates=2_500):
    made = World(functions=tuple(f"f{number}" for number in range(functions)))
    state = made.programme
    for number in range(50):
        made.party(f"party-{number}")
    made.place("land", type="country")
    for number in range(places - 1):
        made.place(
            f"p{number}", "land" if number < 50 else f"p{number % 50}" if number < 500 else f"p{50 + number % 450}"
        )
    for number in range(mandates):
        spread = [f"p{(number * 37 + step * 101) % (places - 1)}" for step in range(5)]
        names = [f"f{(number + step * 7) % functions}" for step in range(2)]
        start = (number * 13) % 3000
        assert made.give(f"m{number}", f"party-{number % 50}", names, spread, start, start + 400) == ""
    return state


def test_100_functions_in_5000_places_over_10_years_are_covered_at_once():
    state = large()
    whole = Period(start=day(0), end=day(0) + timedelta(days=3653))
    found = coverage(state, period=whole)
    assert len(found.gaps) > 10_000
