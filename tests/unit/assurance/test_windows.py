"""The windows of long campaigns: what is tested, what is told, and nothing else than before for short ones."""

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("scipy")

from campaigns import Loss, Plan, simulate  # noqa: E402

from enduse.assurance import (  # noqa: E402 - needs the extra
    Assessor,
    ErrorModel,
    Link,
    MeasuringInstrument,
    Network,
    Node,
    scan,
)
from enduse.assurance.detection import explain  # noqa: E402
from enduse.assurance.detection.fit import best_scores  # noqa: E402
from enduse.assurance.fitting import gross_errors  # noqa: E402

PERIODS = 60


@pytest.fixture(scope="module")
def chain():
    network = Network(
        [Node("donor", "donor"), Node("store", "warehouse"), Node("site", "site")],
        [Link("in", "donor", "store"), Link("out", "store", "site")],
    )
    instruments = [MeasuringInstrument(f"scale {at}", 0.01, 0.002) for at in range(3)]
    instruments += [MeasuringInstrument("count", 0.01, 0.002), MeasuringInstrument("use", 0.02, 0.002)]
    plan = Plan(
        flow=np.full((2, PERIODS), 10.0),
        stock=np.array([[0.0], [8.0], [4.0]]) * np.ones(PERIODS + 1),
        scales=np.array([[0, 1], [1, 2]]),
        counts=np.array([-1, 3, 3]),
        surveys=np.array([-1, -1, 4]),
    )
    return network, ErrorModel(instruments, known=True), plan


def fitted(chain, losses=()):
    network, errors, plan = chain
    engine = Assessor(network, errors).engine
    material = engine.begin(next(iter(engine.materials(simulate(network, errors, plan, 5, losses=losses))))[1])
    return engine.finish(material, engine.learn([material]), scan.grid(PERIODS), rounds=0)


def pairs(grid):
    return list(zip(grid.first.tolist(), grid.last.tolist(), strict=True))


def random_blocks(places, periods):
    rng = np.random.default_rng(3)
    root = rng.standard_normal((places, periods, periods + 3))
    return root @ root.transpose(0, 2, 1), rng.uniform(0.5, 2.0, (places, periods))


@pytest.mark.parametrize("periods", [1, 2, 3, 8, 26, 31, 32])
def test_short_campaigns_are_tested_on_every_window(periods):
    every = [(first, last) for first in range(periods) for last in range(first, periods)]
    assert pairs(scan.grid(periods)) == every
    assert all(scan.around(scan.grid(periods), at)[0].size == 1 for at in range(len(every)))


@pytest.mark.parametrize("periods", [33, 52, 100, 129, 365])
def test_every_window_of_a_long_campaign_overlaps_one_that_is_tested(periods):
    grid = scan.grid(periods)
    first, last = grid.first, grid.last
    assert len(set(pairs(grid))) == first.size <= 50 * periods
    worst = 1.0
    for begin in range(periods):
        for end in range(begin + 31, periods, 1 if periods < 200 else 7):
            common = np.minimum(last, end) - np.maximum(first, begin) + 1
            longer = np.maximum(last - first, end - begin) + 1
            worst = min(worst, float(np.max(common / longer)))
    assert worst >= 15 / 16
    known = set(pairs(grid))
    assert {(at, min(at + more, periods - 1)) for at in range(periods) for more in range(32)} <= known
    assert (0, periods - 1) in known
    assert (0, periods - 2) in known


@pytest.mark.parametrize("periods", [1, 2, 5, 26, 52, 365])
def test_shares_sum_to_one(periods):
    for sequential in (False, True):
        grid = scan.grid(periods, sequential=sequential)
        assert grid.share.sum() == pytest.approx(1)
        assert np.all((grid.share > 0) == ((grid.last >= periods - 2) | (not sequential)))
        assert np.all(np.isfinite(grid.log_share) == (grid.share > 0))


def test_the_windows_left_out_near_one_of_the_grid_are_within_one_step():
    grid = scan.grid(200)
    known = set(pairs(grid))
    for at in range(0, grid.first.size, 37):
        first, last = scan.around(grid, at)
        wide = scan.step(int(grid.last[at] - grid.first[at]) + 1)
        assert (first[0], last[0]) == (grid.first[at], grid.last[at])
        assert not known & set(zip(first[1:].tolist(), last[1:].tolist(), strict=True))
        assert np.abs(first - first[0]).max() < wide
        assert np.abs(last - last[0]).max() < wide


def test_sums_and_information_of_windows_are_those_of_the_definition():
    blocks, scale = random_blocks(4, 40)
    grid = scan.grid(40)
    sums = scan.window_sums(scale, grid.first, grid.last)
    information = scan.window_information(blocks, scale, grid.first, grid.last)
    for at in range(0, grid.first.size, 11):
        window = slice(grid.first[at], grid.last[at] + 1)
        part = scale[:, window]
        assert sums[:, at] == pytest.approx(part.sum(axis=1))
        assert information[:, at] == pytest.approx(np.einsum("st,stu,su->s", part, blocks[:, window, window], part))


def test_the_highest_score_is_found_without_working_out_all():
    rng = np.random.default_rng(1)
    for spread in (0.3, 1.0, 4.0):
        z, share = spread * rng.standard_normal((50, 300)), np.log(rng.uniform(1e-6, 1e-2, (50, 300)))
        z[0, :20] = -np.inf
        every = np.where(np.isfinite(z), scan.score(z, share), -np.inf)
        assert scan.highest(z, share) == (every.max(), every.argmax())
    assert scan.highest(np.full((2, 3), -np.inf), np.zeros(3)) == (-np.inf, 0)
    assert scan.highest(np.zeros(0), np.zeros(0)) == (-np.inf, 0)


def test_what_covers_a_period_is_what_a_window_explains_beyond_its_parts():
    blocks, scale = random_blocks(1, 20)
    w = 9 * np.random.default_rng(2).standard_normal(20)

    def square(first, last):
        part = scale[0, first : last + 1]
        information = part @ blocks[0, first : last + 1, first : last + 1] @ part
        return (w[first : last + 1] @ part) ** 2 / information if first <= last else 0.0

    periods = np.array([0, 7, 19])
    got = gross_errors.covering(w, blocks[0], scale[0], periods)
    for at, value in zip(periods.tolist(), got, strict=True):
        windows = [(a, a + n - 1) for n in (1, 2, 3, 4, 5, 6, 10, 20) for a in range(max(0, at - n + 1), at + 1)]
        windows = [(a, b) for a, b in windows if b < 20]
        assert value == pytest.approx(max(square(a, b) - square(a, at - 1) - square(at + 1, b) for a, b in windows))


def test_the_diagonal_is_that_of_the_blocks(chain):
    one = fitted(chain)
    single = one.solver.system.solver(one.solver.spread).leverage()
    assert np.allclose(single.node, np.einsum("stt->st", one.info.node), rtol=1e-9)
    assert np.allclose(single.link, np.einsum("stt->st", one.info.link), rtol=1e-9)
    neighbours = np.einsum("stt->st", one.info.node[:, :-1, 1:])
    assert np.allclose(single.cells[2][:, 1:-1], single.node[:, 1:] + single.node[:, :-1] - 2 * neighbours)


def test_a_long_loss_is_told_with_its_own_ends_and_the_score_of_the_window_tested(chain):
    loss = Loss("store", 12, 46, 0.2)  # ends off the grid, whose step is 2 for such lengths
    one = fitted(chain, [loss])
    assert (11, 45) not in pairs(one.grid)
    found = explain.alarm_candidates(one, 8.0)[0]
    assert (found.cause.kind, found.cause.first, found.cause.last) == ("node", 11, 45)
    assert found.level == best_scores(one)[0]
    assert found.low < 0.2 * 10 * 35 < found.high
    tested = explain.best_cause(explain.ExplanationComparer(one))
    assert tested is not None
    first, last, near = explain.ExplanationComparer(one).near("node", tested.cause.at, tested.cause.window)
    assert found.z == pytest.approx(near.z[0, 0])
    own = int(np.flatnonzero((first == 11) & (last == 45))[0])
    assert near.z[0, own] > found.z
    assert near.z[0, own] == pytest.approx(near.z[0].max())


def test_a_long_campaign_is_assessed_and_its_power_stated(chain):
    network, errors, plan = chain
    readings = simulate(network, errors, plan, 7, losses=[Loss("site", 20, 60, 0.15)])
    result = Assessor(network, errors).assess(readings)
    assert result.alarms[0].where == "site"
    assert result.alarms[0].open_ended
    assert abs(result.alarms[0].first_period - 20) <= 2
    whole = next(one for one in result.power if one.where == "site" and one.first_period == 1)
    assert whole.smallest_loss is not None
    assert 0 < whole.smallest_loss < 0.15 * 10 * PERIODS
