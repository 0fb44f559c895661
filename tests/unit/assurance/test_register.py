"""Registers of counts: units, regimes, shortfalls."""

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("scipy")

import regimes  # noqa: E402 - needs the extra
import shortfalls  # noqa: E402


def pallets(seed=1, rows=5000):
    return np.random.default_rng(seed).normal(22, 4, rows).clip(1).round()


def test_quantities_in_another_unit_stand_out_and_ordinary_ones_do_not():
    quantity = pallets()
    quantity[[5, 50, 500]] = 22_000, 812, 260
    quantity[7] = np.nan
    found, limit = regimes.unit_errors(quantity)
    assert found.tolist() == [5, 50, 500]
    assert 40 < limit < 260
    assert regimes.unit_errors(quantity, ceiling=500)[0].tolist() == [5, 50]


def test_a_change_of_regime_is_dated():
    rng = np.random.default_rng(2)
    counts = np.stack([rng.poisson(np.where(np.arange(200) < 120, 60, level)) for level in (30, 60)])
    change = regimes.regime_change(counts)
    assert abs(change.at - 120) <= 2
    assert change.first <= 120 <= change.last
    assert change.p_value < 0.01
    assert (change.before, change.after) == (pytest.approx(120, rel=0.05), pytest.approx(90, rel=0.05))


def test_a_steady_register_shows_no_change():
    rng = np.random.default_rng(3)
    alarms = sum(regimes.regime_change(rng.poisson(50, (2, 200))).p_value < 0.05 for _ in range(20))
    assert alarms <= 4  # 1 expected


def scattered(seed, shape=(4, 40)):
    """Counts that scatter more than Poisson counts do."""
    rng = np.random.default_rng(seed)
    return rng.poisson(200 * rng.gamma(40, 1 / 40, shape)).astype(float)


def test_a_shortfall_of_one_series_is_found_and_sized():
    counts = scattered(4)
    counts[2, 20:24] *= 0.3
    found = shortfalls.shortfalls(counts).found
    assert [(one.series, one.first, one.last) for one in found] == [(2, 20, 23)]
    assert found[0].missing == pytest.approx(0.7, abs=0.1)
    assert found[0].p_value <= 0.05


def test_a_closed_series_is_no_shortfall_and_a_short_one_is_not_tested():
    counts = scattered(6)
    counts[0, 10:16] = 0
    counts[1, 12:] = 0
    scan = shortfalls.shortfalls(counts)
    assert (scan.tested, scan.too_short) == ((0, 2, 3), (1,))
    assert scan.found == ()


def test_days_closed_are_no_shortfall_when_days_are_known():
    counts = scattered(7)
    days = np.full(counts.shape, 7.0)
    days[1, 20:24], counts[1, 20:24] = 1, np.round(counts[1, 20:24] / 7)
    assert [one.series for one in shortfalls.shortfalls(counts).found] == [1]
    assert shortfalls.shortfalls(counts, days).found == ()


def test_what_scatters_wildly_is_called_blind_and_what_is_steady_is_not():
    rng = np.random.default_rng(8)
    counts = scattered(8)
    counts[3] = rng.poisson(200 * np.exp(rng.standard_t(2, 40)))
    assert shortfalls.shortfalls(counts).blind == (3,)


def test_nothing_can_be_tested_in_a_short_register():
    scan = shortfalls.shortfalls(scattered(9, (3, 10)))
    assert np.isnan(scan.p_value)
    assert (scan.found, scan.tested, scan.too_short) == ((), (), (0, 1, 2))


def test_shortfalls_keep_their_budget():
    alarms = sum(shortfalls.shortfalls(scattered(seed)).p_value <= 0.05 for seed in range(60))
    assert alarms <= 8  # 3 expected


def test_light_loads_are_set_beside_loads_of_their_kind():
    rng = np.random.default_rng(10)
    trucks = 3 * 30 * 20
    series, week = np.repeat(np.arange(3), 600), np.tile(np.repeat(np.arange(30), 20), 3)
    kind = rng.integers(0, 2, trucks)
    quantity = np.where(kind == 0, 30, 12) * np.exp(0.1 * rng.standard_normal(trucks))
    light = (series == 1) & (week >= 10) & (week < 14)
    quantity[light] *= 0.8
    quantity[0] = np.nan
    mean, noise = shortfalls.loads(quantity, kind, (series, week), (3, 30))
    assert mean.shape == noise.shape == (3, 30)
    found = shortfalls.scan(mean, noise).found
    assert [(one.series, one.first, one.last) for one in found] == [(1, 10, 13)]
    assert found[0].missing == pytest.approx(0.2, abs=0.04)
    few, _ = shortfalls.loads(quantity[:9], kind[:9], (series[:9], week[:9]), (3, 30))
    assert np.isnan(few).all()
