"""Wrong readings that only show together, figures copied from the other end, losses that pass for bad scales."""

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("scipy")

from campaigns import Loss, Plan, simulate  # noqa: E402
from hypothesis import given  # noqa: E402 - needs the extra
from hypothesis import strategies as st  # noqa: E402

from enduse.assurance import Assessor, ErrorModel, Link, MeasuringInstrument, Network, Node, Readings  # noqa: E402
from enduse.assurance.fitting.entry_errors import exchanged  # noqa: E402
from enduse.assurance.readings import CLOSING, RECEIVED, SHIPPED, USED  # noqa: E402

PERIODS, SITES = 26, 8


def town(*, known: bool = True) -> tuple[Network, ErrorModel, Plan]:
    """One crossing, one store and eight sites; every place has one scale."""
    nodes = [Node("abroad", "donor"), Node("gate", "crossing"), Node("store", "warehouse")]
    nodes += [Node(f"site{at}", "site") for at in range(SITES)]
    links = [Link("in", "abroad", "gate"), Link("on", "gate", "store")]
    links += [Link(f"to{at}", "store", f"site{at}") for at in range(SITES)]
    count = len(nodes)
    instruments = [MeasuringInstrument(f"scale {node.node}", 0.01, 0.01) for node in nodes]
    instruments += [MeasuringInstrument(f"count {node.node}", 0.02, 0.01) for node in nodes]
    instruments += [MeasuringInstrument(f"use {node.node}", 0.05, 0.03) for node in nodes]
    network = Network(nodes, links)
    flow = np.full((len(links), PERIODS), 10.0)
    flow[:2] = 10.0 * SITES
    ends = np.array([network.ends(at) for at in range(len(links))])
    at = np.arange(count)
    stock = np.where(at == 0, 0.0, np.where(at < 3, 40.0, 5.0))[:, None] * np.ones(PERIODS + 1)
    surveys = np.where(at >= 3, 2 * count + at, -1)
    counts = np.where(at == 0, -1, count + at)
    return network, ErrorModel(instruments, known=known), Plan(flow, stock, ends.T.copy(), counts, surveys)


def changed(readings: Readings, changes: list[tuple[int, int, int, float]]) -> tuple[Readings, set[str]]:
    """Multiply readings given as kind, place, period and factor; return their names too."""
    names = set()
    for kind, place, period, factor in changes:
        row = np.flatnonzero((readings.kind == kind) & (readings.place == place) & (readings.period == period))[0]
        readings.quantity[row] *= factor
        names.add(readings.name(int(row)))
    return readings, names


PAIRS = {
    "came a tenth, used a thousandth": [(RECEIVED, 5, 9, 0.1), (USED, 6, 9, 0.001)],
    "both ends of one waybill": [(SHIPPED, 5, 9, 0.1), (RECEIVED, 5, 9, 0.1)],
    "ten times as much, twice": [(RECEIVED, 5, 9, 10.0), (USED, 6, 9, 10.0)],
}
ELSEWHERE = [(SHIPPED, at, 3 + at, 0.001) for at in range(2, 10)]  # slips happen here: eight that nothing else explains


@pytest.mark.parametrize("pair", PAIRS.values(), ids=PAIRS.keys())
@pytest.mark.parametrize("seed", range(3))
def test_two_slips_in_one_balance_are_no_loss_where_slips_are_frequent(pair, seed):
    network, errors, plan = town()
    readings, names = changed(simulate(network, errors, plan, seed), pair + ELSEWHERE)
    result = Assessor(network, errors).assess(readings)
    assert not result.alarms
    assert names <= {one.reading for one in result.gross_errors}


@pytest.mark.parametrize("seed", range(3))
def test_two_counts_running_that_are_a_tenth_are_no_loss(seed):
    network, errors, plan = town()
    readings, _ = changed(
        simulate(network, errors, plan, seed), [(CLOSING, 6, 9, 0.1), (CLOSING, 6, 10, 0.1), *ELSEWHERE]
    )
    assert not Assessor(network, errors).assess(readings).alarms


@pytest.mark.parametrize("seed", range(3))
def test_a_loss_of_no_round_part_stays_a_loss_where_slips_are_frequent(seed):
    network, errors, plan = town()
    clean = simulate(network, errors, plan, seed, losses=[Loss("to3", 9, 9, 0.37)])
    readings, _ = changed(clean, ELSEWHERE)
    result = Assessor(network, errors).assess(readings)
    assert [(one.hypothesis, one.where, one.first_period) for one in result.alarms[:1]] == [("transit loss", "to3", 9)]


@pytest.mark.parametrize("seed", range(3))
def test_a_store_that_was_emptied_is_no_slip_however_much_was_in_it(seed):
    network, errors, plan = town()
    stock = plan.stock.copy()
    stock[2, :10], stock[2, 10:] = 400.0, 1.0  # what passes in five weeks
    emptied = Plan(plan.flow, stock, plan.scales, plan.counts, plan.surveys)
    readings, _ = changed(simulate(network, errors, emptied, seed), ELSEWHERE)
    result = Assessor(network, errors).assess(readings)
    assert "store" in result.alarms[0].where  # or its count, read wrongly until then: nothing can tell
    assert {(one.reading_kind, one.where) for one in result.gross_errors} == {
        ("shipped", f"to{at - 2}") for at in range(2, 10)
    }


@given(st.integers(1, 999_999))
def test_exchanging_the_same_digits_again_gives_the_number_back(value):
    for other in exchanged(float(value)):
        assert other != value
        assert sorted(f"{other:.0f}".zfill(7)) == sorted(f"{value}".zfill(7))
        assert (
            str(value).startswith("0")
            or other == 0
            or len(f"{other:.0f}") < len(str(value))
            or value in exchanged(other)
        )


@pytest.mark.parametrize("seed", range(3))
def test_figures_copied_from_the_other_end_say_nothing_about_the_scales(seed):
    network, errors, plan = town(known=False)
    readings = simulate(network, errors, plan, seed)
    shipped, received = (np.flatnonzero(readings.kind == kind) for kind in (SHIPPED, RECEIVED))
    readings.quantity[:] = np.round(readings.quantity, 3)
    copied = readings.place[received] >= 2  # both list the same links and periods in the same order
    readings.quantity[received[copied]] = readings.quantity[shipped[copied]]
    result = Assessor(network, errors).assess(readings)
    assert 0.6 < result.error_factors["flow random"] < 1.6
    (caveat,) = [caveat.values for caveat in result.caveats if caveat.code == "assurance.amounts_copied"]
    assert caveat == {"copied": copied.sum(), "received": copied.size}
    assert result.p_value > 0.01


def test_whole_numbers_that_agree_are_not_called_copied():
    network, errors, plan = town(known=False)
    readings = simulate(network, errors, plan, 1)
    readings.quantity[:] = np.round(readings.quantity)  # counted in whole tonnes of ten: agreement is no wonder
    codes = {caveat.code for caveat in Assessor(network, errors).assess(readings).caveats}
    assert "assurance.amounts_copied" not in codes


@pytest.mark.parametrize("seed", range(3))
def test_a_link_that_loses_a_little_every_week_does_not_pass_for_bad_scales(seed):
    network, errors, plan = town(known=False)
    result = Assessor(network, errors).assess(
        simulate(network, errors, plan, seed, losses=[Loss("to3", 1, PERIODS, 0.06)])
    )
    first = result.alarms[0]
    assert (first.hypothesis, first.where) == ("transit loss", "to3")
    assert first.last_period - first.first_period >= PERIODS - 6
    assert 0.3 < result.error_factors["flow systematic"] < 1.8  # ten scales tell their spread to a third


def test_nothing_is_lost_where_nothing_went():
    network, errors, plan = town()
    rare = plan.flow.copy()
    rare[5] = np.where(np.arange(PERIODS) % 5 == 4, 10.0, 0.0)  # one delivery in five weeks, its site uses less
    rare[:2] += rare[5] - plan.flow[5]
    sparse = Plan(rare, plan.stock, plan.scales, plan.counts, plan.surveys)
    readings = simulate(network, errors, sparse, 3, losses=[Loss("to3", 1, PERIODS, 0.1)])
    readings = readings.take(readings.quantity > 0)
    readings.complete = True  # nothing is read where nothing went
    result = Assessor(network, errors).assess(readings)
    first = result.alarms[0]
    assert (first.hypothesis, first.where) == ("transit loss", "to3")
    assert first.first_period % 5 == 0
    assert first.last_period % 5 == 0
    assert first.estimate == pytest.approx(5.0, abs=1.5)
    for one in result.power:
        if one.where == "to3" and one.then_smallest is not None:
            assert one.smallest_loss is not None
            assert one.then_smallest > 0.05 * one.smallest_loss
