"""Registers of counts: units, regimes, shortfalls."""

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("scipy")

from enduse.assurance import register  # noqa: E402 - needs the extra


def pallets(seed=1, rows=5000):
    return np.random.default_rng(seed).normal(22, 4, rows).clip(1).round()


def test_quantities_in_another_unit_stand_out_and_ordinary_ones_do_not():
    quantity = pallets()
    quantity[[5, 50, 500]] = 22_000, 812, 260
    quantity[7] = np.nan
    found, limit = register.unit_errors(quantity)
    assert found.tolist() == [5, 50, 500]
    assert 40 < limit < 260
    assert register.unit_errors(quantity, ceiling=500)[0].tolist() == [5, 50]


def test_a_change_of_regime_is_dated():
    rng = np.random.default_rng(2)
    counts = np.stack([rng.poisson(np.where(np.arange(200) < 120, 60, level)) for level in (30, 60)])
    change = register.regime_change(counts)
    assert abs(change.at - 120) <= 2
    assert change.first <= 120 <= change.last
    assert change.p_value < 0.01
    assert (change.before, change.after) == (pytest.approx(120, rel=0.05), pytest.approx(90, rel=0.05))


def test_a_steady_register_shows_no_change():
    rng = np.random.default_rng(3)
    alarms = sum(register.regime_change(rng.poisson(50, (2, 200))).p_value < 0.05 for _ in range(20))
    assert alarms <= 4  # 1 expected


def test_a_shortfall_of_one_series_is_found_and_sized():
    rng = np.random.default_rng(4)
    counts = rng.poisson(200, (4, 40)).astype(float)
    counts[2, 20:24] *= 0.6
    found = register.shortfalls(counts)
    assert [(one.series, one.first) for one in found[:1]] == [(2, 20)]
    assert found[0].missing == pytest.approx(4 * 80, rel=0.3)


def test_shortfalls_keep_their_budget():
    rng = np.random.default_rng(5)
    alarms = sum(bool(register.shortfalls(rng.poisson(100, (4, 40)).astype(float))) for _ in range(40))
    assert alarms <= 6  # 2 expected
