"""How many items to look at, and how often to look."""

import itertools
from fractions import Fraction

import pytest

from enduse.errors import EnduseError, LimitError, MalformedError
from enduse.inspection import detection, first_visit, game_value, lot_rule, size_corrected, size_exact, size_iaea


def counted(population, defective, sample):
    """Count the samples that hold a wrong item, one by one."""
    drawn = list(itertools.combinations(range(population), sample))
    return Fraction(sum(any(item < defective for item in items) for items in drawn), len(drawn))


@pytest.mark.parametrize(("population", "defective"), [(7, 1), (7, 3), (8, 2), (8, 8), (1, 1)])
def test_the_exact_size_is_the_smallest_that_is_enough(population, defective):
    for miss in (0.05, 0.2, Fraction(1, 2)):
        size = size_exact(population, defective, miss)
        assert counted(population, defective, size) >= 1 - Fraction(str(miss))
        assert size == 1 or counted(population, defective, size - 1) < 1 - Fraction(str(miss))


def test_the_chance_to_find_is_the_counted_one():
    for defective, sample in itertools.product(range(9), range(9)):
        assert detection(8, defective, sample) == pytest.approx(float(counted(8, defective, sample)))
    # Two wrong of three, two looked at, each wrong one seen half the time: both wrong 1/3 -> 3/4; one wrong 2/3 -> 1/2.
    assert detection(3, 2, 2, seen=0.5) == pytest.approx(1 / 3 * 3 / 4 + 2 / 3 * 1 / 2)
    assert detection(3, 2, 2, seen=0) == 0


def test_the_approximations_err_to_the_safe_side_and_by_little():
    for population in range(1, 60):
        for defective in range(1, population + 1):
            exact = size_exact(population, defective, 0.1)
            assert size_corrected(population, defective, 0.1) - exact in {0, 1}
            assert size_iaea(population, defective, 0.1) - exact in {0, 1, 2, 3}


def test_a_size_on_the_edge_is_not_rounded_up():
    # 0.3 as a float is a little less than 3/10; 1000 items, one wrong, 700 looked at miss it with just 3/10.
    assert size_iaea(1000, 1, 0.3) == size_corrected(1000, 1, 0.3) == size_exact(1000, 1, 0.3) == 700


def test_a_huge_store_is_no_trouble():
    # One in twenty is wrong: 0.95^58 > 0.05 > 0.95^59.
    assert size_exact(10**9, 10**9 // 20, 0.05) == size_corrected(10**9, 10**9 // 20, 0.05) == 59
    assert size_iaea(10**9, 10**9 // 20, 0.05) == 60


@pytest.mark.parametrize("size", [size_exact, size_iaea, size_corrected])
@pytest.mark.parametrize("case", [(10, 0, 0.1), (10, 11, 0.1), (10, 1, 0.0), (10, 1, 1.0)])
def test_what_no_sample_answers_is_refused(size, case):
    with pytest.raises(MalformedError, match="no sample"):
        size(*case)


@pytest.mark.parametrize("case", [(10, 11, 1), (10, 1, 11), (10, -1, 1)])
def test_a_sample_that_cannot_be_is_refused(case):
    with pytest.raises(MalformedError, match="cannot be"):
        detection(*case)


def test_a_lot_is_judged_by_the_strictest_rule_within_the_risk():
    # One coin, two throws: a lot at its target of 1/2 shows no right item with 1/4, fewer than two with 3/4.
    assert lot_rule(2, 0.5, 0.1, risk=0.25).accept_from == 1
    assert lot_rule(2, 0.5, 0.1, risk=0.24).accept_from == 0
    assert lot_rule(2, 0.5, 0.1, risk=0.25).accepts_bad == pytest.approx(1 - 0.81)
    with pytest.raises(MalformedError, match="judged"):
        lot_rule(19, 0.5, 0.5)


def solved(periods, visits):
    """Solve the game backwards from its rules: make the one inspected indifferent between now and later."""
    if visits >= periods:
        return Fraction(0)
    if visits == 0:
        return Fraction(-1)
    with_visit, without = solved(periods - 1, visits - 1), solved(periods - 1, visits)
    # p - (1 - p) = p * with_visit + (1 - p) * without
    chance = (1 + without) / (2 - with_visit + without)
    return 2 * chance - 1


@pytest.mark.parametrize(("periods", "visits"), [(n, m) for n in range(1, 10) for m in range(n + 2)])
def test_the_value_of_the_game_follows_from_its_rules(periods, visits):
    assert game_value(periods, visits) == solved(periods, visits)
    assert first_visit(periods, visits) == (1 + solved(periods, visits)) / 2


def test_no_game_is_refused():
    with pytest.raises(MalformedError, match="no such game"):
        game_value(0, 0)
    with pytest.raises(MalformedError, match="no such game"):
        first_visit(3, -1)


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ({"tolerable": 0.05, "expected": 0.05}, MalformedError),
        ({"tolerable": 0.05, "errors": 1, "expected": 0.01}, MalformedError),
        ({"tolerable": 1.0}, MalformedError),
        ({"tolerable": 0.00001}, LimitError),
        ({"tolerable": 0.05, "errors": 5, "population": 4}, LimitError),
    ],
)
def test_an_audit_that_cannot_be_is_refused(words, error):
    pytest.importorskip("scipy")
    from enduse.inspection import audit_size

    with pytest.raises(error):
        audit_size(**words)


def test_the_rest_of_the_room_works_without_the_analytics_extra():
    import subprocess
    import sys

    program = (
        "import sys\n"
        "for name in ('numpy', 'scipy'): sys.modules[name] = None\n"
        "import enduse.inspection as room\n"
        "from enduse.errors import MissingExtraError\n"
        "for name in room.__all__:\n"
        "    try:\n"
        "        getattr(room, name)\n"
        "    except MissingExtraError as error:\n"
        "        print(name, error.diagnostics())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert not done.stderr
    assert done.stdout == "audit_size audit sampling needs the 'analytics' extra (pip install 'enduse[analytics]')\n"
    assert issubclass(LimitError, EnduseError)
