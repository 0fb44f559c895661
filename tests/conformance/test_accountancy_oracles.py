"""Published and independently computed values of material accountancy."""

import json
import os
from pathlib import Path

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("scipy")

import muf_tests  # noqa: E402

from enduse.inspection.coverage import UNIT, Spot, best_response, cover  # noqa: E402
from enduse.inspection.samples import size_exact  # noqa: E402

DATA = Path(os.environ.get("ENDUSE_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "accountancy"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="NOT RUN: reference data is not here (ENDUSE_TEST_DATA)")


def example(periods=13, sd=0.01):
    flow, held = np.full((periods, 1), 100.0), np.full((periods + 1, 1), 50.0)
    both = np.array([[sd, sd]])
    return muf_tests.Area(flow, flow, held, both, both, both)


@needs_data
@pytest.mark.parametrize("at", range(9))
def test_page_thresholds_and_detection(at):
    known = json.loads((DATA / "reference_values.json").read_text())["page_one_sided_N01"][at]
    assert muf_tests.page_detection(known["k"], known["h"], known["n"]) == pytest.approx(known["fap"], abs=2e-5)
    assert muf_tests.page_threshold(known["k"], known["n"], known["fap"]) == pytest.approx(known["h"], abs=6e-4)
    for drift, chance in known["dp_drift"].items():
        assert muf_tests.page_detection(known["k"], known["h"], known["n"], float(drift)) == pytest.approx(
            chance, abs=2e-4
        )


@needs_data
def test_page_run_lengths():
    for known in json.loads((DATA / "reference_values.json").read_text())["page_arl_one_sided"]:
        assert muf_tests.page_run_length(known["k"], known["h"]) == pytest.approx(known["arl0"], rel=1e-4)
        assert muf_tests.page_run_length(known["k"], known["h"], 1.0) == pytest.approx(known["arl_mu1"], rel=1e-4)


@needs_data
def test_covariance_example_is_the_published_one():
    known = json.loads((DATA / "reference_values.json").read_text())["covariance_example"]
    cov = muf_tests.covariance(example())
    assert np.allclose(cov, np.where(np.eye(13) > 0, known["diag"], 0) + off_diagonals(known))


def off_diagonals(known):
    apart = np.abs(np.subtract.outer(np.arange(13), np.arange(13)))
    return np.where(apart == 1, known["off1"], np.where(apart > 1, known["off2plus"], 0.0))


def test_covariance_example():
    cov = muf_tests.covariance(example())
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
    cov = muf_tests.covariance(area)
    assert np.abs(np.cov(muf) - cov).max() < 0.2
    white = np.cov(muf_tests.sitmuf(muf, cov))
    assert np.abs(np.diag(white) - 1).max() < 0.05
    assert np.abs(white - np.diag(np.diag(white))).max() < 0.04


def test_sigma_muf_counts_both_stocks_without_covariance():
    # (0.01^2 + 0.01^2) x (100^2 + 100^2 + 50^2 + 50^2)
    assert np.allclose(muf_tests.sigma_muf(example()), np.sqrt(2e-4 * 25_000))


def test_muf_page_and_gemuf_on_a_worked_case():
    area = example(3)
    lost = muf_tests.Area(
        area.inputs, area.outputs, area.stocks - np.array([[0.0], [0.0], [5.0], [5.0]]), *(area.input_sd,) * 3
    )
    assert np.allclose(muf_tests.muf(lost), [0, 5, 0])
    assert np.allclose(muf_tests.cumuf(lost), [0, 5, 5])
    assert np.allclose(muf_tests.page(np.array([1.0, 0.2, -3.0, 2.0]), 0.5), [0.5, 0.2, 0.0, 1.5])
    assert muf_tests.gemuf(np.array([1.0, 2.0]), np.diag([1.0, 4.0])) == pytest.approx(2.0)


def streams(name, places, sd=0.005):
    from scipy.io import loadmat

    sampled = loadmat(DATA / "mapit" / f"{name}.mat")[name][:, 0, :]
    assert sampled.shape == (6481, places)
    return [muf_tests.Stream(sampled[:, place], sd, sd) for place in range(places)]


@needs_data
def test_muf_and_sigma_muf_of_the_fuel_fabrication_reference_set():
    known = json.loads((DATA / "mapit" / "normal_expected.json").read_text())
    plant = streams("inputs", 2), streams("outputs", 3), streams("inventories", 26)
    area = muf_tests.balances(*plant, known["mbp_h"], rule="pulses")
    # Entry 0 of the reference stands for no balance.
    assert len(known["muf_trapezoid"]) == 1 + len(muf_tests.muf(area)) == 16
    assert muf_tests.muf(area) == pytest.approx(known["muf_trapezoid"][1:], rel=1e-9)
    assert muf_tests.sigma_muf(area) == pytest.approx(known["sigma_muf"][1:], rel=1e-9)
    # The plain trapezoid misses no needles: the same plant then all but closes.
    plain = muf_tests.muf(muf_tests.balances(*plant, known["mbp_h"]))
    assert np.abs(plain).max() < 60


def test_sampled_flows_become_balances():
    # 4 an hour come in all the time, 1 an hour leaves; 12 of each 16 that come in are used up unseen in the second half.
    hours = np.arange(9)
    held = np.where(hours <= 4, 3.0 * hours, 12.0)
    area = muf_tests.balances(
        [muf_tests.Stream(np.full(9, 4.0), 0.01, 0.02)],
        [muf_tests.Stream(np.full(9, 1.0), 0.03, 0.0)],
        [muf_tests.Stream(held, 0.0, 0.1)],
        4,
    )
    assert np.allclose(area.inputs, [[16], [16]])
    assert np.allclose(area.outputs, [[4], [4]])
    assert np.allclose(area.stocks, [[0], [12], [12]])
    assert np.allclose(muf_tests.muf(area), [0, 12])
    first = 16**2 * (0.01**2 + 0.02**2) + 4**2 * 0.03**2 + 12**2 * 0.1**2
    assert muf_tests.sigma_muf(area)[0] == pytest.approx(first**0.5)
    halves = muf_tests.balances([muf_tests.Stream(np.full(9, 4.0), 0.01, 0.02)], [], [], 4, step=0.5)
    assert np.allclose(muf_tests.muf(halves), [8, 8])


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
    assert muf_tests.pulses(np.array(rates, dtype=float)) == pytest.approx(amount)


@pytest.mark.parametrize(("lengths", "every"), [((9, 8), 4), ((4, 4), 4), ((9, 9), 0), ((), 4)])
def test_streams_that_give_no_balance_are_refused(lengths, every):
    from enduse.errors import MalformedError

    sampled = [muf_tests.Stream(np.ones(length), 0.01, 0.01) for length in lengths]
    with pytest.raises(MalformedError, match="no balance"):
        muf_tests.balances(sampled[:1], sampled[1:], [], every)


@needs_data
def test_attribute_sample_sizes():
    known = json.loads((DATA / "reference_values.json").read_text())["attribute_sample_size"]
    assert len(known) == 48
    for row in known:
        case = row["N"], row["D"], row["beta"]
        assert size_exact(*case) == row["n_exact"], case


@needs_data
@pytest.mark.parametrize("at", range(3))
def test_security_games(at):
    known = json.loads((DATA / "reference_values.json").read_text())["security_game"][at]
    spots = [Spot(*row) for row in zip(*(known[key] for key in ("Uu_a", "Uc_a", "Uu_d", "Uc_d")), strict=True)]
    shares = cover(spots, known["m"])
    assert sum(shares) == known["m"] * UNIT
    assert [share / UNIT for share in shares] == pytest.approx(known["coverage_origami"], abs=1e-8)
    found = best_response(spots, shares)
    assert float(found.taker) == pytest.approx(known["attacker_value"], abs=2e-7)
    assert float(found.ours) == pytest.approx(known["defender_value"], abs=2e-7)
