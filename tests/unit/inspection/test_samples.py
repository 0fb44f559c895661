"""How many items to look at."""

import itertools
from fractions import Fraction

import pytest

from enduse.errors import MalformedError
from enduse.inspection.samples import size_exact


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


def test_a_size_on_the_edge_is_not_rounded_up():
    # 0.3 as a float is a little less than 3/10; 1000 items, one wrong, 700 looked at miss it with just 3/10.
    assert size_exact(1000, 1, 0.3) == 700


def test_a_huge_store_is_no_trouble():
    # One in twenty is wrong: 0.95^58 > 0.05 > 0.95^59.
    assert size_exact(10**9, 10**9 // 20, 0.05) == 59


@pytest.mark.parametrize("case", [(10, 0, 0.1), (10, 11, 0.1), (10, 1, 0.0), (10, 1, 1.0)])
def test_what_no_sample_answers_is_refused(case):
    with pytest.raises(MalformedError, match="no sample"):
        size_exact(*case)


def test_the_room_works_without_the_analytics_extra():
    import pkgutil
    import subprocess
    import sys

    import enduse.inspection

    names = [module.name for module in pkgutil.iter_modules(enduse.inspection.__path__, "enduse.inspection.")]
    assert len(names) >= 4
    program = f"import sys\nfor name in ('numpy', 'scipy'): sys.modules[name] = None\nimport {', '.join(names)}\n"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
