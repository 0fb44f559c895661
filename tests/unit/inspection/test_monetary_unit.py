"""A monetary-unit sample: the same to everybody, fair to every unit, its size and limit by their definitions and by drawing it often."""

import math
import random
from collections import Counter
from decimal import ROUND_CEILING, Decimal, localcontext
from fractions import Fraction

import pytest

from enduse.errors import MalformedError
from enduse.inspection.monetary_unit import draw_units, error_limit, names_of, size_for, upper_share

FIVE = Fraction(1, 20)
TEN = Fraction(1, 10)


def payments(count=200, seed=1):
    chance = random.Random(seed)
    return {f"e{number}": chance.randint(1, 10_000) for number in range(count)}


def test_the_draw_is_fixed_by_list_size_and_seed():
    drawn = draw_units(payments(), 12, "a root")
    assert drawn == draw_units(payments(), 12, "a root")
    assert drawn.drawn == ("e26", "e42", "e57", "e73", "e95", "e101", "e114", "e117", "e126", "e172", "e175", "e182")
    assert drawn.seed == "98862d56c0a6d0d67aae1c36ac59179a59e62d8a337960b536ed85cad53abeab"
    assert draw_units(payments(), 12, "another").drawn != drawn.drawn


def test_as_many_as_asked_for_are_drawn_each_once_and_what_is_as_large_as_a_step_is_taken_apart():
    amounts = {**payments(), "large": 500_000, "larger": 900_000}
    for size in (1, 2, 3, 25, 202, 300):
        drawn = draw_units(amounts, size, "seed")
        asked = names_of(drawn)
        assert len(set(asked)) == len(asked) == min(size, len(amounts))
        assert all(amounts[name] >= drawn.interval for name in drawn.certain)
        assert all(
            amount < drawn.interval for name, amount in amounts.items() if drawn.points and name not in drawn.certain
        )
        assert drawn.total == drawn.rest + sum(amounts[name] for name in drawn.certain)
    assert draw_units(amounts, 25, "seed").certain == ("larger", "large")


def test_each_payment_is_drawn_in_proportion_to_its_amount():
    amounts = {"a": 100, "b": 200, "c": 300, "d": 400, "e": 500, "f": 500}
    times = Counter(name for number in range(4_000) for name in draw_units(amounts, 2, str(number)).drawn)
    for name, amount in amounts.items():
        chance = 2 * amount / 2_000
        assert abs(times[name] - 4_000 * chance) < 4.5 * (4_000 * chance * (1 - chance)) ** 0.5, name


def fewer_than(events, mean):
    """The chance of fewer than so many events of a Poisson law, by its definition: exp(-mean) times the sum of mean**k / k!."""
    with localcontext(prec=50):
        return (-mean).exp() * sum((mean**k / math.factorial(k) for k in range(events)), Decimal())


def tail(shape, mean):
    """The same for any number of events: the upper tail of the gamma law of that shape, its density added up by Simpson's rule."""
    steps, width = 4_000, 40 + 2 * mean
    scale = math.lgamma(shape)
    heights = [
        math.exp((shape - 1) * math.log(at) - at - scale) for at in (mean + width * n / steps for n in range(steps + 1))
    ]
    return width / steps / 3 * (heights[0] + heights[-1] + 4 * sum(heights[1::2]) + 2 * sum(heights[2:-1:2]))


@pytest.mark.parametrize("share", [50, 30, 10, 5, 3, 1])
@pytest.mark.parametrize("risk", [FIVE, TEN])
def test_a_size_without_expected_error_is_the_least_of_which_none_is_wrong_with_the_chance_that_is_borne(risk, share):
    """Poisson's law: none of n units is wrong with the chance exp(-n share), so n is -ln(risk)/share, rounded up."""
    with localcontext(prec=50):
        chance = Decimal(risk.numerator) / risk.denominator
        least = int((-chance.ln() * 100 / share).to_integral_value(ROUND_CEILING))
    assert size_for(1_000_000, share * 10_000, risk) == least
    assert fewer_than(1, Decimal(least * share) / 100) <= chance < fewer_than(1, Decimal((least - 1) * share) / 100)


@pytest.mark.parametrize("expected", [20, 50])
@pytest.mark.parametrize("share", [50, 10, 5, 1])
@pytest.mark.parametrize("risk", [FIVE, TEN])
def test_a_size_with_expected_error_is_the_least_that_the_definition_leaves(risk, share, expected):
    """n is the least with P(no more errors than n expected | mean n share) <= risk; between whole errors by the gamma law."""
    found = size_for(1_000_000, share * 10_000, risk, share * 100 * expected)
    for size, enough in ((found, True), (found - 1, False)):
        chance = tail(1 + size * share * expected / 10_000, size * share / 100)
        assert (chance <= float(risk)) is enough, (size, chance)


def test_the_gamma_law_is_poissons_where_errors_are_whole():
    for events in range(1, 8):
        for mean in (0.5, 3, 9.25):
            assert math.isclose(tail(events, mean), fewer_than(events, Decimal(mean)), rel_tol=1e-7), (events, mean)


def test_limits_of_shares_are_the_exact_binomial_ones():
    """Clopper and Pearson for 100 drawn: 2.95, 4.66, 6.16 and 7.57 per cent."""
    assert [f"{float(upper_share(100, wrong, FIVE)):.4f}" for wrong in range(4)] == [
        "0.0295",
        "0.0466",
        "0.0616",
        "0.0757",
    ]
    assert upper_share(1, 1, FIVE) == 1
    assert 0 <= upper_share(1, 0, FIVE) - Fraction(19, 20) < Fraction(1, 10**11)


def test_stringers_limit_by_hand():
    """Two errors, of 50 and of 20 per cent, among 60 drawn of 600,000 units that are all alike."""
    amounts = {f"e{number}": 1_000 for number in range(600)}
    drawn = draw_units(amounts, 60, "seed")
    first, second, *_ = drawn.drawn
    told = {**dict.fromkeys(drawn.drawn, 1_000), first: 800, second: 500}
    none, one, two = (upper_share(60, wrong, FIVE) for wrong in range(3))
    by_hand = 600_000 * (none + Fraction(1, 2) * (one - none) + Fraction(1, 5) * (two - one))
    limit = error_limit(drawn, amounts, told, FIVE)
    assert 0 <= limit.upper - by_hand < 1
    assert (limit.known, limit.likely, limit.understated) == (0, 7_000, 0)


def test_what_is_examined_whole_is_known_and_in_no_limit_twice():
    amounts = {"large": 10_000, **{f"e{number}": 10 for number in range(100)}}
    drawn = draw_units(amounts, 11, "seed")
    told = {name: amounts[name] for name in names_of(drawn)} | {"large": 4_000}
    limit = error_limit(drawn, amounts, told, FIVE)
    assert (limit.known, limit.likely) == (6_000, 6_000)
    assert 6_000 < limit.upper < 7_000


def test_what_is_not_examined_counts_as_wholly_wrong_and_what_is_stated_too_low_takes_nothing_off():
    amounts = payments(50)
    drawn = draw_units(amounts, 10, "seed")
    told = {name: amounts[name] for name in names_of(drawn)}
    sound = error_limit(drawn, amounts, told, FIVE)
    first, second = names_of(drawn)[:2]
    lower = error_limit(drawn, amounts, {**told, first: amounts[first] + 100}, FIVE)
    assert (lower.upper, lower.understated) == (sound.upper, 100)
    missing = error_limit(drawn, amounts, {name: told[name] for name in told if name != second}, FIVE)
    nothing = error_limit(drawn, amounts, {**told, second: 0}, FIVE)
    assert missing == nothing
    assert missing.upper > sound.upper


@pytest.mark.parametrize(
    ("amounts", "size"), [({}, 1), ({"a": 0}, 1), ({"a": -1}, 1), ({"a": 5}, 0), ({"a": 5}, 10_001)]
)
def test_no_sample_is_drawn_of_what_is_none(amounts, size):
    with pytest.raises(MalformedError):
        draw_units(amounts, size, "seed")


@pytest.mark.parametrize(
    ("tolerable", "risk", "expected"),
    [(0, FIVE, 0), (101, FIVE, 0), (10, Fraction(0), 0), (10, Fraction(1), 0), (10, FIVE, 10), (10, FIVE, -1)],
)
def test_no_size_follows_from_terms_that_are_none(tolerable, risk, expected):
    with pytest.raises(MalformedError):
        size_for(100, tolerable, risk, expected)
    with pytest.raises(MalformedError):
        size_for(10**12, 1, FIVE)


@pytest.mark.soak
@pytest.mark.parametrize("share", [0.01, 0.03, 0.08])
@pytest.mark.parametrize("taint", [(1.0, 1.0), (0.05, 0.6), (0.01, 0.1)])
def test_the_limit_covers_as_often_as_it_says(share, taint):
    """Populations with a known error, drawn 400 times each: the limit is below the truth in no more than 5 % of them."""
    chance = random.Random(7)
    amounts = {f"e{number}": int(chance.lognormvariate(7, 1.2)) + 1 for number in range(800)}
    sound = {
        name: amount - int(amount * chance.uniform(*taint)) if chance.random() < share else amount
        for name, amount in amounts.items()
    }
    truth = sum(amounts.values()) - sum(sound.values())
    missed = 0
    for number in range(400):
        drawn = draw_units(amounts, 60, f"{share}{taint}{number}")
        told = {name: sound[name] for name in names_of(drawn)}
        missed += error_limit(drawn, amounts, told, FIVE).upper < truth
    assert missed <= 400 * 0.05 + 2 * (400 * 0.05 * 0.95) ** 0.5
