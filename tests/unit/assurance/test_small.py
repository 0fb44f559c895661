"""Small networks: few instruments, few shipments, and campaigns with hardly anything in them."""

import importlib.util
import sys
from pathlib import Path

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("scipy")

from enduse.assurance import Assessor, ErrorModel, Link, MeasuringInstrument, Network, Node, Readings  # noqa: E402
from enduse.assurance.detection.engine import Engine  # noqa: E402
from enduse.assurance.result import Explanation, Hypothesis  # noqa: E402
from enduse.errors import EnduseError, MalformedError, UnknownError  # noqa: E402

SHIPPED, RECEIVED, OPENING, CLOSING, USED, EXPECTED = range(6)
NET = Network(
    [Node("d", "donor"), Node("w", "warehouse"), Node("a", "site"), Node("b", "site")],
    [Link("dw", "d", "w"), Link("wa", "w", "a"), Link("wb", "w", "b")],
)
SCALES = ("sd", "sw", "sa", "sb")


def small(known=False):
    return ErrorModel([MeasuringInstrument(name, 0.005, 0.003) for name in SCALES], known=known)


def readings(rows, **how):
    columns = list(zip(*rows, strict=True)) or [()] * 5
    period, kind, place, quantity, instrument = ([*column] for column in columns)
    return Readings(
        period=period, kind=kind, place=place, quantity=quantity, instrument=instrument, material=[0] * len(rows), **how
    )


def few_shipments(seed, arrived=80.0):
    rng = np.random.default_rng(seed)
    rows = []

    def pair(period, link, sent, got, one, other):
        for kind, amount, scale in ((SHIPPED, sent, one), (RECEIVED, got, other)):
            rows.append((period, kind, link, amount * (1 + 0.005 * rng.standard_normal()), scale))

    for period in range(1, 13):
        pair(period, 0, 200.0, 200.0, 0, 1)
        pair(period, 2, 100.0, 100.0, 1, 3)
        if period == 4:
            pair(period, 1, 100.0, arrived, 1, 2)
        if period == 9:
            pair(period, 1, 30.0, 30.0, 1, 2)
    return readings(rows)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("known", [False, True])
def test_one_shipment_that_lost_a_fifth_does_not_pass_for_bad_scales(seed, known):
    result = Assessor(NET, small(known)).assess(few_shipments(seed))
    first = result.alarms[0]
    assert result.p_value < 1e-3
    assert (first.hypothesis, first.where, first.first_period, first.last_period) == ("transit loss", "wa", 4, 4)
    assert first.interval[0] <= 20 <= first.interval[1]
    others = {(other.hypothesis, other.where) for other in first.indistinguishable_from}
    assert (Hypothesis.INSTRUMENT_BIAS, "sa") in others
    assert Explanation(Hypothesis.MISREAD_RECEIVED, "wa", 4, 4) in first.indistinguishable_from
    assert not result.gross_errors  # the sound second shipment is not set aside either
    assert all(one.p_value > 0.005 for one in result.alarms[1:])  # nothing else but what chance may bring


@pytest.mark.parametrize("seed", range(5))
def test_the_same_few_shipments_without_a_loss_raise_no_alarm(seed):
    result = Assessor(NET, small()).assess(few_shipments(seed, 100.0))
    assert result.p_value > 0.01
    assert not result.gross_errors
    assert max(result.error_factors.values()) < 2


def test_a_bias_that_rests_on_one_link_is_a_loss_first():
    rows = [(p, RECEIVED if k else SHIPPED, 0, 100.0 * (1 - 0.2 * k), k) for p in range(1, 13) for k in (0, 1)]
    first = Assessor(NET, small()).assess(readings(rows)).alarms[0]
    assert (first.hypothesis, first.where) == ("transit loss", "dw")
    assert {(other.hypothesis, other.where) for other in first.indistinguishable_from} >= {
        (Hypothesis.INSTRUMENT_BIAS, "sd"),
        (Hypothesis.INSTRUMENT_BIAS, "sw"),
    }


def family():
    """Load the family of random small networks of the benchmark."""
    path = Path(__file__).parents[3] / "benchmarks" / "detection" / "small.py"
    spec = importlib.util.spec_from_file_location("small_networks", path)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("networks", "most"),
    [(5, 2), pytest.param(12, 3, marks=pytest.mark.soak)],  # binomial, 0.05: 99.7 % limits
)
def test_random_small_networks_keep_the_budget_and_see_a_lost_shipment(networks, most):
    cases = family()
    false = seen = tried = 0
    for at in range(networks):
        case = cases.draw(at)
        assessor = Assessor(case.network, case.errors)
        false += assessor.assess(cases.campaign(case, 10 * at, (1.0, 2.0, 0.5)[at % 3])).p_value <= 0.05
        loss = cases.a_loss(case, at, "link")
        if loss is not None:
            tried += 1
            seen += assessor.assess(cases.campaign(case, 10 * at, 1.0, loss)).p_value <= 0.05
    assert false <= most
    assert tried >= networks - 2
    assert seen >= tried - 1


def both_ends(periods, amount, links=(0, 1)):
    return [(p, k, place, amount(p, k, place), k) for p in periods for k in (0, 1) for place in links]


DEGENERATE = {
    "nothing": [],
    "one reading": [(1, SHIPPED, 0, 100.0, 0)],
    "one link, one period": [(1, SHIPPED, 0, 100.0, 0), (1, RECEIVED, 0, 100.0, 1)],
    "one scale at both ends": [(1, SHIPPED, 0, 100.0, 0), (1, RECEIVED, 0, 100.0, 0)],
    "zeros": both_ends((1, 2, 3), lambda *_: 0.0),
    "constant": both_ends(range(1, 9), lambda *_: 50.0),
    "counted": [(p, k, place, 50.0, 4) for p in range(1, 9) for k in (0, 1) for place in (0, 1)],
    "stock only": [(p, CLOSING, 1, 50.0, 4) for p in range(1, 9)],
    "use only": [(p, USED, 2, 50.0, 1) for p in range(1, 5)],
    "expectation only": [(p, EXPECTED, 2, 50.0, 1) for p in range(1, 5)],
    "stock at a donor": [(1, CLOSING, 0, 50.0, 1)],
    "a place without links": [*both_ends((1, 2, 3), lambda *_: 50.0), (1, CLOSING, 3, 5.0, 0), (3, USED, 3, 5.0, 0)],
    "every row twice": both_ends((1, 2, 3), lambda *_: 50.0) * 2,
    "three rows in a cell": [(1, SHIPPED, 0, 50.0 + k, k % 2) for k in range(3)],
    "tiny": both_ends(range(1, 6), lambda p, k, place: 1e-200 * (1 + 0.003 * ((7 * p + 3 * k + place) % 5))),
    "huge": both_ends(range(1, 6), lambda p, k, place: 1e90 * (1 + 0.003 * ((7 * p + 3 * k + place) % 5))),
    "tiny and huge": both_ends(range(1, 6), lambda p, _k, _place: (1e-9, 1e12)[p % 2]),
    "a long gap": both_ends((1, 30), lambda *_: 50.0),
}


@pytest.mark.parametrize("known", [False, True])
@pytest.mark.parametrize("name", DEGENERATE)
def test_hardly_anything_to_go_by_is_said_and_never_a_crash(name, known):
    errors = ErrorModel(
        [*small().instruments, MeasuringInstrument("counted", 0, 0), MeasuringInstrument("never used", 0.1, 0.1)],
        known=known,
    )
    try:
        result = Assessor(NET, errors).assess(readings(DEGENERATE[name]))
    except UnknownError as error:
        assert error.problem.code == "assurance.nothing_to_compare"  # noqa: PT017
        return
    assert 0.05 < result.p_value <= 1
    assert not result.alarms
    assert result.caveats
    assert isinstance(result.power, tuple)


def test_nothing_testable_is_a_chance_of_one_with_a_caveat():
    result = Assessor(NET, small()).assess(readings([(1, SHIPPED, 0, 100.0, 0)]))
    assert result.p_value == pytest.approx(1)
    assert "assurance.nothing_tested" in {caveat.code for caveat in result.caveats}


@pytest.mark.parametrize("known", [False, True])
def test_balances_that_hang_together_over_stock_nobody_counted_are_judged(known):
    rng = np.random.default_rng(3)
    rows = [(p, k, place, (100.0, 60.0, 40.0)[place], k) for p in range(1, 13) for k in (0, 1) for place in (0, 1, 2)]
    counts = [
        (p, place, float(rng.choice([0.0, 50.0, 1e5, 1e9])))
        for p in range(1, 13)
        for place in (1, 2, 3)
        if rng.random() < 0.3
    ]
    rows += [(p, CLOSING, place, count, 2) for p, place, count in counts]
    errors = [MeasuringInstrument(f"i{k}", *sds) for k, sds in enumerate(((1e-6, 0.0), (0.01, 0.01), (1e-6, 0.0)))]
    result = Assessor(NET, ErrorModel(errors, known=known)).assess(readings(rows))
    assert 0 < result.p_value <= 1
    assert result.power


def test_a_link_weighed_by_scales_that_never_meet_is_judged():
    rows = [(p, SHIPPED, 0, 100.0, 0) for p in (1, 2, 3)] + [(p, RECEIVED, 0, 100.0, 1) for p in (4, 5, 6)]
    rows += [(p, SHIPPED, 1, 60.0, 1) for p in (1, 2)] + [(p, RECEIVED, 2, 40.0, 0) for p in (1, 2)]
    result = Assessor(NET, small()).assess(readings(rows))
    assert 0 < result.p_value <= 1


@pytest.mark.parametrize("row", [(1, SHIPPED, 9, 5.0, 0), (1, CLOSING, 9, 5.0, 0), (1, SHIPPED, 0, 5.0, 9)])
def test_readings_of_what_the_network_does_not_have_are_refused(row):
    with pytest.raises(UnknownError) as refused:
        Assessor(NET, small()).assess(readings([row]))
    assert refused.value.problem.code == "assurance.reading_of_unknown"


def test_quantities_beyond_all_measure_are_refused():
    with pytest.raises(MalformedError) as caught:
        readings([(1, SHIPPED, 0, 1e200, 0)])
    assert isinstance(caught.value, EnduseError)


def test_instruments_nobody_used_do_not_hide_that_the_others_are_worse_than_stated():
    rng = np.random.default_rng(1)
    rows = both_ends(range(1, 31), lambda *_: 50.0 * (1 + 0.02 * rng.standard_normal()))
    spare = [MeasuringInstrument(f"spare {k}", 0.02, 0.01) for k in range(20)]
    result = Assessor(NET, ErrorModel([*small().instruments, *spare])).assess(readings(rows))
    assert result.error_factors["flow random"] > 2


def two_parts_of_a_week(split):
    """Read eight weeks in which all that came to one site was used, in one row or in two parts."""
    rng, rows = np.random.default_rng(11), []

    def read(*row, amount, scale):
        rows.append((*row, amount * (1 + 0.005 * rng.standard_normal()), scale))

    for period in range(1, 9):
        read(period, SHIPPED, 0, amount=100.0, scale=0)
        read(period, RECEIVED, 0, amount=100.0, scale=1)
        read(period, SHIPPED, 1, amount=100.0, scale=1)
        read(period, RECEIVED, 1, amount=100.0, scale=2)
        for part in split:
            read(period, USED, 2, amount=part, scale=2)
        for count in range(2):  # two counts of one store are one stock
            read(period, CLOSING, 2, amount=50.0, scale=2 + count)
    return readings(rows)


def test_what_was_used_in_two_parts_of_one_week_is_their_sum():
    ((_, whole),) = Engine(NET, small()).materials(two_parts_of_a_week([100.0]))
    ((_, parts),) = Engine(NET, small()).materials(two_parts_of_a_week([60.0, 40.0]))
    site = int(np.flatnonzero(whole.nodes == 2)[0])
    assert np.allclose(whole.used.value[site], 100.0, rtol=0.03)
    assert np.allclose(parts.used.value[site], 100.0, rtol=0.03)
    assert np.allclose(parts.stock.value[site, 1:], 50.0, rtol=0.03)
    assert Assessor(NET, small()).assess(two_parts_of_a_week([60.0, 40.0])).alarms == ()
