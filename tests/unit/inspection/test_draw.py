"""Chances of a visit, and a draw that anybody can check."""

import hashlib
from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.errors import MalformedError
from enduse.inspection.coverage import UNIT, Spot, best_response, cover
from enduse.inspection.systematic_draw import commit, systematic_draw

SEED = bytes(range(32))
SHARES = {"a": UNIT, "b": UNIT // 2, "c": UNIT // 4, "d": UNIT // 4, "e": 0}

some_spots = st.lists(
    st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)).map(lambda pair: Spot(max(pair), min(pair))),
    min_size=1,
    max_size=12,
)


@given(some_spots, st.integers(1, 12), st.integers(0, 100))
def test_every_visit_is_planned_and_the_floor_holds(spots, visits, percent):
    floor = UNIT * percent // 100 * min(visits, len(spots)) // len(spots)
    shares = cover(spots, visits, floor)
    assert sum(shares) == min(visits, len(spots)) * UNIT
    assert all(floor <= share <= UNIT for share in shares)


@given(some_spots, st.integers(1, 4), st.integers(0, 50))
def test_no_other_plan_leaves_the_taker_less(spots, visits, percent):
    optimize = pytest.importorskip("scipy.optimize")
    floor = UNIT * percent // 100 * min(visits, len(spots)) // len(spots)
    shares = cover(spots, visits, floor)
    # min v so that alone - (alone - met) c <= v everywhere, floor <= c <= 1, sum c <= visits
    rows = [[float(spot.met - spot.alone) * (at == one) for one in range(len(spots))] for at, spot in enumerate(spots)]
    found = optimize.linprog(
        [0.0] * len(spots) + [1.0],
        A_ub=[[*row, -1.0] for row in rows] + [[1.0] * len(spots) + [0.0]],
        b_ub=[-float(spot.alone) for spot in spots] + [float(visits)],
        bounds=[(floor / UNIT, 1.0)] * len(spots) + [(None, None)],
    )
    assert found.status == 0
    gain = max(
        spot.alone - Fraction((spot.alone - spot.met) * share, UNIT) for spot, share in zip(spots, shares, strict=True)
    )
    assert float(gain) == pytest.approx(found.fun, abs=2e-3, rel=1e-6)


def test_what_is_worth_nothing_keeps_its_floor_and_the_spare_is_spread():
    assert cover([Spot(8, 0), Spot(5, 0), Spot(0, 0)], 1, UNIT // 10)[2] == UNIT // 10
    # One place is all there is to take: it is certain, and the second visit goes to the others alike.
    assert cover([Spot(8, 0), Spot(0, 0), Spot(0, 0)], 2) == (UNIT, UNIT // 2, UNIT // 2)
    assert cover([Spot(8, 0), Spot(0, 0)], 5) == (UNIT, UNIT)


def test_among_equals_the_taker_chooses_what_is_best_for_us():
    found = best_response([Spot(4, 0, -9, 0), Spot(4, 0, -1, 0), Spot(1, 0)], (UNIT // 2, UNIT // 2, 0))
    assert (found.spot, found.taker, found.ours) == (1, 2, Fraction(-1, 2))


@pytest.mark.parametrize(
    ("spots", "visits", "floor", "code"),
    [
        ([], 1, 0, "inspection.no_plan"),
        ([Spot(1, 0)], 0, 0, "inspection.no_plan"),
        ([Spot(1, 2)], 1, 0, "inspection.no_plan"),
        ([Spot(1, 0)] * 3, 1, UNIT // 2, "inspection.floor_out_of_reach"),
        ([Spot(1, 0)], 1, -1, "inspection.floor_out_of_reach"),
    ],
)
def test_what_cannot_be_planned_is_refused(spots, visits, floor, code):
    with pytest.raises(MalformedError) as refused:
        cover(spots, visits, floor)
    assert refused.value.problem.code == code


def test_the_commitment_is_a_plain_hash_under_a_label():
    assert commit(SEED) == hashlib.sha256(b"enduse.inspection.commit.v1\x00" + SEED).hexdigest()
    assert (
        commit(SEED, "visits=3") == hashlib.sha256(b"enduse.inspection.commit.v1\x00" + SEED + b"visits=3").hexdigest()
    )
    for seed in (b"", SEED[1:], SEED + b"x"):
        with pytest.raises(MalformedError, match="32"):
            commit(seed)
        with pytest.raises(MalformedError, match="32"):
            systematic_draw(seed, "root", SHARES)


def by_hand(seed, rests_on, shares):
    """Draw as the documentation says, with nothing but hashes: lay the chances end to end and look under each tooth."""
    bound = seed + hashlib.sha256(rests_on.encode()).digest()

    def digest(label, rest):
        return hashlib.sha256(b"enduse.inspection." + label + b".v1\x00" + bound + rest).digest()

    start = int.from_bytes(digest(b"start", bytes(8)), "big") % 10**9
    order = sorted(shares, key=lambda name: digest(b"order", name.encode()))
    found, left = set(), 0
    for name in order:
        right = left + shares[name]
        if any(left <= start + tooth * 10**9 < right for tooth in range(len(shares) + 1)):
            found.add(name)
        left = right
    return [name for name in shares if name in found]


@given(
    st.binary(min_size=32, max_size=32),
    st.text(max_size=20),
    st.dictionaries(st.text(alphabet="abcdefgh", min_size=1), st.integers(0, UNIT), min_size=1, max_size=20),
)
def test_anybody_draws_the_same(seed, rests_on, shares):
    drawn = systematic_draw(seed, rests_on, shares)
    assert drawn == by_hand(seed, rests_on, shares)
    assert len(drawn) in {sum(shares.values()) // UNIT, -(-sum(shares.values()) // UNIT)}
    assert all(name in drawn for name, share in shares.items() if share == UNIT)
    assert not any(name in drawn for name, share in shares.items() if share == 0)


def test_every_place_is_drawn_with_its_chance():
    rounds = 4000
    drawn = [systematic_draw(SEED, f"round {number}", SHARES) for number in range(rounds)]
    assert {len(places) for places in drawn} == {2}
    times = Counter(place for places in drawn for place in places)
    for place, share in SHARES.items():
        chance = share / UNIT
        # Fixed seeds, so this passes or fails for good; four standard deviations of a fair draw.
        assert abs(times[place] - rounds * chance) <= 4 * (rounds * chance * (1 - chance)) ** 0.5
    pairs = Counter(frozenset(places) for places in drawn)
    assert {frozenset("ab"), frozenset("ac"), frozenset("ad")} == set(pairs)


@given(st.lists(st.one_of(st.integers(0, UNIT), st.sampled_from([0, 1, UNIT // 2, UNIT - 1, UNIT])), max_size=10))
def test_of_all_starts_exactly_its_share_draws_a_place(shares):
    from enduse.inspection.systematic_draw import _selected

    laid = [(str(at), share) for at, share in enumerate(shares)]
    # What is drawn changes only where an end of a share comes under a point: try every such start, weigh it by its width.
    starts = sorted({0} | {sum(shares[:at]) % UNIT for at in range(len(shares) + 1)})
    width = Counter()
    for start, following in zip(starts, [*starts[1:], UNIT], strict=True):
        for name in {*_selected(start, laid)} & {*_selected(following - 1, laid)}:
            width[name] += following - start
    assert [width[name] for name, _ in laid] == shares


def test_places_side_by_side_are_drawn_together_too():
    names = dict.fromkeys("abcdef", UNIT // 2)
    together = Counter(tuple(systematic_draw(SEED, str(number), names)) for number in range(400))
    assert len(together) == 20, "every three of six occur"


def test_another_seed_or_another_record_draws_otherwise():
    names = {f"place:{number}": UNIT // 10 for number in range(100)}
    first = systematic_draw(SEED, "root 1", names)
    assert systematic_draw(SEED, "root 1", names) == first
    assert systematic_draw(SEED, "root 2", names) != first
    assert systematic_draw(bytes(32), "root 1", names) != first


def test_the_draw_of_these_shares_is_this_one_for_ever():
    names = {f"place:{number}": UNIT // 4 for number in range(12)}
    assert systematic_draw(SEED, "example.org/test\n7\n", names) == ["place:0", "place:8", "place:11"]


@pytest.mark.parametrize("share", [-1, UNIT + 1])
def test_a_chance_that_is_none_is_refused(share):
    with pytest.raises(MalformedError, match="chance"):
        systematic_draw(SEED, "root", {"a": share})
