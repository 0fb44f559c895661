"""The order of sending: instances whose best order is known, and a large one."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any

import pytest

from enduse.access.sending import SendingRequest, Way, plan_sending

START = date(2026, 5, 4)


def ask(item, day, trucks, need="1", to="north"):
    return SendingRequest(item=item, ready=START + timedelta(days=day), trucks=trucks, need=Decimal(need), to=to)


def plan(requests, capacity, ways, days):
    return plan_sending(requests, lambda to: ways[to], capacity, START, days)


def test_the_most_needed_goes_first_and_first_come_is_told_beside_it():
    found = plan([ask("tents", 0, 4), ask("insulin", 0, 2, "9")], {"gate": [2, 2, 2]}, {"north": [Way("gate")]}, 3)
    assert [(one.item, one.day.day, one.trucks) for one in found.best.sent] == [
        ("insulin", 4, 2),
        ("tents", 5, 2),
        ("tents", 6, 2),
    ]
    assert (found.best.delay, found.bound, found.gap) == (2 * 1 + 2 * 2, 6, 0)
    # First come, first served, of one day by identifier.
    late = plan([ask("a-tents", 0, 4), ask("insulin", 0, 2, "9")], {"gate": [2, 2, 2]}, {"north": [Way("gate")]}, 3)
    assert (late.first_come.delay, late.best.delay) == (2 * 1 + 2 * 9 * 2, 6)


def test_a_corridor_that_two_crossings_share_binds():
    ways = {"north": [Way("east", "road"), Way("west", "road")], "south": [Way("west")]}
    capacity = {"east": [5, 5], "west": [5, 5], "road": [4, 4]}
    found = plan([ask("a", 0, 8), ask("b", 0, 8, to="south")], capacity, ways, 2)
    # 4 of a a day through the road; b has all of west where a goes by east: 5 and 3. Late: 4 of a, 3 of b.
    assert (found.best.delay, found.best.left) == (7, 0)
    assert [(one.passage, one.full_days) for one in found.best.binds] == [("road", 1), ("west", 1)]


def brute(requests, capacity, ways, days):
    """The least delay there is, by trying every day and way of every lorry load."""
    loads = [(one, number) for one in requests for number in range(one.trucks)]
    choices = []
    for one, _ in loads:
        ready = (one.ready - START).days
        legs: list[Any] = [(day, way) for day in range(ready, days) for way in ways[one.to]]
        choices.append([*legs, None])
    least = None
    for chosen in product(*choices):
        used, delay = {}, Decimal(0)
        for (one, _), leg in zip(loads, chosen, strict=True):
            ready = (one.ready - START).days
            delay += one.need * ((days if leg is None else leg[0]) - ready)
            for name in () if leg is None else leg[1].passages:
                used[name, leg[0]] = used.get((name, leg[0]), 0) + 1
        if all(count <= capacity[name][day] for (name, day), count in used.items()):
            least = delay if least is None else min(least, delay)
    return least


@pytest.mark.parametrize("seed", range(6))
def test_small_instances_are_solved_to_the_optimum_that_trying_everything_finds(seed):
    random = Random(seed)
    days = 3
    capacity = {name: [random.randrange(3) for _ in range(days)] for name in ("e", "w", "r")}
    ways = {"north": [Way("e", "r"), Way("w", "r")], "south": [Way("w"), Way("e")]}
    told = [
        ask(
            f"q{number}",
            random.randrange(2),
            random.randrange(1, 3),
            random.choice(("1", "2.5", "7")),
            random.choice(("north", "south")),
        )
        for number in range(3)
    ]
    found = plan(told, capacity, ways, days)
    assert found.best.delay == brute(told, capacity, ways, days)
    assert found.gap == 0
    assert found.best.delay <= found.first_come.delay
    for order in (found.best, found.first_come):
        used = {}
        for leg in order.sent:
            for name in leg.way.passages:
                used[name, (leg.day - START).days] = used.get((name, (leg.day - START).days), 0) + leg.trucks
        assert all(count <= capacity[name][day] for (name, day), count in used.items())


def test_the_same_input_gives_the_same_plan_in_whatever_order_it_is_given():
    random = Random(11)
    capacity = {name: [random.choice((0, 4, 9)) for _ in range(10)] for name in ("a", "b", "c", "x", "y")}
    ways = {to: [Way(c, k) for c in "abc" for k in random.sample("xy", 1)] for to in ("n", "s", "m")}
    told = [
        ask(f"q{n}", random.randrange(10), random.randrange(1, 5), str(random.randrange(1, 9)), random.choice("nsm"))
        for n in range(80)
    ]
    first = plan(told, capacity, ways, 10)
    random.shuffle(told)
    assert plan(told, dict(reversed(capacity.items())), ways, 10) == first
    assert first.best.delay < first.first_come.delay


@pytest.mark.soak
def test_twenty_passages_and_two_thousand_requests_over_two_weeks_within_a_hundredth():
    random = Random(7)
    crossings, corridors = [f"c{n}" for n in range(10)], [f"k{n}" for n in range(10)]
    capacity = {name: [random.choice((0, 20, 40, 60, 80)) for _ in range(14)] for name in crossings + corridors}
    areas = [f"a{n}" for n in range(16)]
    ways = {to: [Way(c, k) for c in random.sample(crossings, 3) for k in random.sample(corridors, 2)] for to in areas}
    told = [
        ask(
            f"q{n}",
            random.randrange(14),
            random.randrange(1, 8),
            str(Decimal(random.randrange(50, 600)) / 100),
            random.choice(areas),
        )
        for n in range(2_000)
    ]
    found = plan(told, capacity, ways, 14)
    assert found.gap <= Decimal("0.01")
    assert found.best.delay < found.first_come.delay
