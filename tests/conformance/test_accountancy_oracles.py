"""Published and independently computed values of material accountancy."""

import json
import os
from pathlib import Path

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("scipy")

from enduse import inspection  # noqa: E402
from enduse.assurance import classic, reconcile  # noqa: E402

DATA = Path(os.environ.get("ENDUSE_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "accountancy"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="NOT RUN: reference data is not here (ENDUSE_TEST_DATA)")


def example(periods=13, sd=0.01):
    flow, held = np.full((periods, 1), 100.0), np.full((periods + 1, 1), 50.0)
    both = np.array([[sd, sd]])
    return classic.Area(flow, flow, held, both, both, both)


@needs_data
@pytest.mark.parametrize("at", range(9))
def test_page_thresholds_and_detection(at):
    known = json.loads((DATA / "reference_values.json").read_text())["page_one_sided_N01"][at]
    assert classic.page_detection(known["k"], known["h"], known["n"]) == pytest.approx(known["fap"], abs=2e-5)
    assert classic.page_threshold(known["k"], known["n"], known["fap"]) == pytest.approx(known["h"], abs=6e-4)
    for drift, chance in known["dp_drift"].items():
        assert classic.page_detection(known["k"], known["h"], known["n"], float(drift)) == pytest.approx(
            chance, abs=2e-4
        )


@needs_data
def test_page_run_lengths():
    for known in json.loads((DATA / "reference_values.json").read_text())["page_arl_one_sided"]:
        assert classic.page_run_length(known["k"], known["h"]) == pytest.approx(known["arl0"], rel=1e-4)
        assert classic.page_run_length(known["k"], known["h"], 1.0) == pytest.approx(known["arl_mu1"], rel=1e-4)


@needs_data
def test_covariance_example_is_the_published_one():
    known = json.loads((DATA / "reference_values.json").read_text())["covariance_example"]
    cov = classic.covariance(example())
    assert np.allclose(cov, np.where(np.eye(13) > 0, known["diag"], 0) + off_diagonals(known))


def off_diagonals(known):
    apart = np.abs(np.subtract.outer(np.arange(13), np.arange(13)))
    return np.where(apart == 1, known["off1"], np.where(apart > 1, known["off2plus"], 0.0))


def test_covariance_example():
    cov = classic.covariance(example())
    assert np.allclose(np.diag(cov), 4.5)
    assert np.allclose(np.diag(cov, 1), 1.75)
    assert np.allclose(np.diag(cov, 2), 2.0)
    assert np.allclose(cov[0, 5:], 2.0)


def test_covariance_and_sitmuf_agree_with_simulation():
    area, rng, runs = example(), np.random.default_rng(11), 20_000
    muf = np.zeros((13, runs))
    for amount, sign, rows in ((area.inputs, 1, 13), (area.outputs, -1, 13)):
        read = amount * (1 + 0.01 * rng.standard_normal((rows, runs)) + 0.01 * rng.standard_normal(runs))
        muf += sign * read
    held = area.stocks * (1 + 0.01 * rng.standard_normal((14, runs)) + 0.01 * rng.standard_normal(runs))
    muf -= np.diff(held, axis=0)
    cov = classic.covariance(area)
    assert np.abs(np.cov(muf) - cov).max() < 0.2
    white = np.cov(classic.sitmuf(muf, cov))
    assert np.abs(np.diag(white) - 1).max() < 0.05
    assert np.abs(white - np.diag(np.diag(white))).max() < 0.04


def test_sigma_muf_counts_both_stocks_without_covariance():
    # (0.01^2 + 0.01^2) x (100^2 + 100^2 + 50^2 + 50^2)
    assert np.allclose(classic.sigma_muf(example()), np.sqrt(2e-4 * 25_000))


def test_muf_page_and_gemuf_on_a_worked_case():
    area = example(3)
    lost = classic.Area(
        area.inputs, area.outputs, area.stocks - np.array([[0.0], [0.0], [5.0], [5.0]]), *(area.input_sd,) * 3
    )
    assert np.allclose(classic.muf(lost), [0, 5, 0])
    assert np.allclose(classic.cumuf(lost), [0, 5, 5])
    assert np.allclose(classic.page(np.array([1.0, 0.2, -3.0, 2.0]), 0.5), [0.5, 0.2, 0.0, 1.5])
    assert classic.gemuf(np.array([1.0, 2.0]), np.diag([1.0, 4.0])) == pytest.approx(2.0)


def streams(name, places, sd=0.005):
    from scipy.io import loadmat

    sampled = loadmat(DATA / "mapit" / f"{name}.mat")[name][:, 0, :]
    assert sampled.shape == (6481, places)
    return [classic.Stream(sampled[:, place], sd, sd) for place in range(places)]


@needs_data
def test_muf_and_sigma_muf_of_the_fuel_fabrication_reference_set():
    known = json.loads((DATA / "mapit" / "normal_expected.json").read_text())
    plant = streams("inputs", 2), streams("outputs", 3), streams("inventories", 26)
    area = classic.balances(*plant, known["mbp_h"], rule="pulses")
    # Entry 0 of the reference stands for no balance.
    assert len(known["muf_trapezoid"]) == 1 + len(classic.muf(area)) == 16
    assert classic.muf(area) == pytest.approx(known["muf_trapezoid"][1:], rel=1e-9)
    assert classic.sigma_muf(area) == pytest.approx(known["sigma_muf"][1:], rel=1e-9)
    # The plain trapezoid misses no needles: the same plant then all but closes.
    plain = classic.muf(classic.balances(*plant, known["mbp_h"]))
    assert np.abs(plain).max() < 60


def test_sampled_flows_become_balances():
    # 4 an hour come in all the time, 1 an hour leaves; 12 of each 16 that come in are used up unseen in the second half.
    hours = np.arange(9)
    held = np.where(hours <= 4, 3.0 * hours, 12.0)
    area = classic.balances(
        [classic.Stream(np.full(9, 4.0), 0.01, 0.02)],
        [classic.Stream(np.full(9, 1.0), 0.03, 0.0)],
        [classic.Stream(held, 0.0, 0.1)],
        4,
    )
    assert np.allclose(area.inputs, [[16], [16]])
    assert np.allclose(area.outputs, [[4], [4]])
    assert np.allclose(area.stocks, [[0], [12], [12]])
    assert np.allclose(classic.muf(area), [0, 12])
    first = 16**2 * (0.01**2 + 0.02**2) + 4**2 * 0.03**2 + 12**2 * 0.1**2
    assert classic.sigma_muf(area)[0] == pytest.approx(first**0.5)
    halves = classic.balances([classic.Stream(np.full(9, 4.0), 0.01, 0.02)], [], [], 4, step=0.5)
    assert np.allclose(classic.muf(halves), [8, 8])


@pytest.mark.parametrize(
    ("rates", "amount"),
    [
        ([0, 0, 0, 0], 0),
        ([0, 8, 0, 0, 0], 0),  # one sample has no extent
        ([0, 2, 8, 0, 0], 5),  # two samples: between them
        ([0, 2, 8, 0, 3, 3, 0], 8),
        ([0, 2, 8, 4, 0, 0], 11 + 4),  # sustained: the last rate is held to the zero after it
        ([0, 2, 8, 4, 1e-12, 0], 11 + 2),  # and falls to what is no flow but not zero
        ([0, 2, 8, 4, 0, 6, 0, 0], 15 + 6),  # the pulses after it follow the first
        ([0, 6, 0, 2, 8, 4, 0], 11),
        ([4, 4, 4, 4], 12),  # flowing at both ends: nothing beyond the window
        ([4, 4, 4, 0, 0, 7], 12),
    ],
)
def test_a_flow_in_pulses(rates, amount):
    assert classic.pulses(np.array(rates, dtype=float)) == pytest.approx(amount)


@pytest.mark.parametrize(("lengths", "every"), [((9, 8), 4), ((4, 4), 4), ((9, 9), 0), ((), 4)])
def test_streams_that_give_no_balance_are_refused(lengths, every):
    from enduse.errors import MalformedError

    sampled = [classic.Stream(np.ones(length), 0.01, 0.01) for length in lengths]
    with pytest.raises(MalformedError, match="no balance"):
        classic.balances(sampled[:1], sampled[1:], [], every)


def test_reconciliation_of_dovi_and_solisio():
    readings = np.array([11, 9.9, 21.25, 11.1, 7, 3.8])
    variances = np.array([0.032, 0.026, 0.12, 0.033, 0.052, 0.015])
    balances = np.array([[1, 1, -1, 0, 0, 0], [0, -1, 1, -1, 0, 0], [0, 0, 0, 1, -1, -1]], dtype=float)
    got = reconcile.reconcile(readings, variances, balances)
    assert np.allclose(got.flows, [11.02931, 9.95711, 20.98642, 11.02931, 7.17797, 3.85134], atol=5e-5)
    assert got.statistic == pytest.approx(1.6675, abs=5e-4)
    assert got.freedom == 3
    assert np.allclose(balances @ got.flows, 0)


def test_reconciliation_of_yang_and_others():
    # Yang et al. 1995: stream 1 parts into 2 and 7, 7 into 6 and 8; 2 and 8 join to 3, 3 and 4 to 5. These are all the
    # balances that the published solution closes: they were found by trying every one with signs -1, 0, +1.
    readings = np.array([110.1, 41.1, 79, 30.6, 108.3, 19.8, 55, 39])
    variances = np.array([3.234, 1.803, 1.665, 0.999, 3.129, 0.418, 3.228, 1.623])
    balances = np.array(
        [
            [1, -1, 0, 0, 0, 0, -1, 0],
            [0, 0, 0, 0, 0, -1, 1, -1],
            [0, 1, -1, 0, 0, 0, 0, 1],
            [0, 0, 1, 1, -1, 0, 0, 0],
        ],
        dtype=float,
    )
    got = reconcile.reconcile(readings, variances, balances)
    known = [101.33905, 42.52914, 80.90004, 29.82557, 110.72561, 20.43902, 58.80991, 38.37089]
    assert np.allclose(got.flows, known, atol=2e-5)
    assert (got.statistic, got.freedom) == (pytest.approx(35.23, abs=5e-3), 4)
    assert got.statistic > 9.49  # the 5 % limit of the chi-square with 4 degrees of freedom
    assert int(np.abs(got.tests).argmax()) == 0
    assert abs(got.tests[0]) == pytest.approx(5.67, abs=5e-3)


@needs_data
def test_attribute_sample_sizes():
    known = json.loads((DATA / "reference_values.json").read_text())["attribute_sample_size"]
    assert len(known) == 48
    for row in known:
        case = row["N"], row["D"], row["beta"]
        assert inspection.size_iaea(*case) == row["n_iaea"], case
        assert inspection.size_corrected(*case) == row["n_finite_correction"], case
        assert inspection.size_exact(*case) == row["n_exact"], case


@needs_data
def test_values_of_the_sequential_inspection_game():
    known = json.loads((DATA / "reference_values.json").read_text())["dresher_game_value"]
    assert len(known) == 6
    for row in known:
        assert float(inspection.game_value(row["n"], row["m"])) == pytest.approx(row["value"], abs=1e-12)


@needs_data
@pytest.mark.parametrize("at", range(3))
def test_security_games(at):
    known = json.loads((DATA / "reference_values.json").read_text())["security_game"][at]
    spots = [
        inspection.Spot(*row) for row in zip(*(known[key] for key in ("Uu_a", "Uc_a", "Uu_d", "Uc_d")), strict=True)
    ]
    shares = inspection.cover(spots, known["m"])
    assert sum(shares) == known["m"] * inspection.UNIT
    assert [share / inspection.UNIT for share in shares] == pytest.approx(known["coverage_origami"], abs=1e-8)
    found = inspection.outcome(spots, shares)
    assert float(found.taker) == pytest.approx(known["attacker_value"], abs=2e-7)
    assert float(found.ours) == pytest.approx(known["defender_value"], abs=2e-7)


def test_more_published_sizes_and_game_values():
    cases = {
        (300, 3, 0.05): (190, 189, 189),
        (300, 50, 0.05): (18, 17, 16),
        (1000, 50, 0.1): (46, 44, 44),
        (50, 3, 0.1): (27, 27, 27),
    }
    for case, sizes in cases.items():
        found = inspection.size_iaea(*case), inspection.size_corrected(*case), inspection.size_exact(*case)
        assert found == sizes
    chances = {(2, 1): 1 / 3, (3, 1): 1 / 4, (4, 2): 0.363636, (12, 4): 0.292191}
    for game, chance in chances.items():
        assert float(inspection.first_visit(*game)) == pytest.approx(chance, abs=5e-7)


@pytest.mark.parametrize(
    ("tolerable", "allowed", "poisson", "binomial", "of_a_thousand"),
    [
        (0.01, {}, 300, 299, 258),
        (0.05, {}, 60, 59, 57),
        (0.05, {"expected": 0.025}, 231, 234, 197),
        (0.05, {"errors": 2}, 126, 124, 119),
    ],
)
def test_audit_samples(tolerable, allowed, poisson, binomial, of_a_thousand):
    # Quick values of the audit literature at 95 %, worked out by the definitions of the AICPA guide.
    assert inspection.audit_size(tolerable, **allowed) == poisson
    assert inspection.audit_size(tolerable, model="binomial", **allowed) == binomial
    assert inspection.audit_size(tolerable, population=1000, **allowed) == of_a_thousand


def test_the_smallest_audit_is_of_one_item():
    assert inspection.audit_size(0.96, model="binomial") == 1
    assert inspection.audit_size(0.94, model="binomial") == 2


def test_monetary_unit_samples_of_the_aicpa_table():
    shares = (0.5, 0.3, 0.1, 0.08, 0.06, 0.05, 0.04, 0.03, 0.02, 0.01, 0.005)
    assert [inspection.audit_size(share) for share in shares] == [6, 10, 30, 38, 50, 60, 75, 100, 150, 300, 600]


@pytest.mark.parametrize(("target", "accept_from"), [(0.5, 7), (0.6, 9), (0.7, 11), (0.8, 13), (0.9, 15), (0.95, 17)])
def test_lots_of_nineteen(target, accept_from):
    rule = inspection.lot_rule(19, target, round(target - 0.3, 2))
    assert rule.accept_from == accept_from
    assert rule.refuses_good <= 0.1
    assert rule.accepts_bad <= 0.1
    if target == 0.8:
        assert (rule.refuses_good, rule.accepts_bad) == (pytest.approx(0.068, abs=5e-4), pytest.approx(0.084, abs=6e-4))


def test_reconciliation_refuses_what_does_not_fit():
    from enduse.errors import MalformedError

    with pytest.raises(MalformedError, match="do not fit"):
        reconcile.reconcile(np.ones(2), np.zeros(2), np.ones((1, 2)))
