"""Published and independently computed values of material accountancy."""

import json
import os
from pathlib import Path

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("scipy")

from enduse.assurance import classic, reconcile  # noqa: E402

DATA = Path(os.environ.get("ENDUSE_TEST_DATA", Path(__file__).parents[3] / "shared" / "data")) / "accountancy"
needs_data = pytest.mark.skipif(not DATA.exists(), reason="reference data not here")


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


def test_reconciliation_of_dovi_and_solisio():
    readings = np.array([11, 9.9, 21.25, 11.1, 7, 3.8])
    variances = np.array([0.032, 0.026, 0.12, 0.033, 0.052, 0.015])
    balances = np.array([[1, 1, -1, 0, 0, 0], [0, -1, 1, -1, 0, 0], [0, 0, 0, 1, -1, -1]], dtype=float)
    got = reconcile.reconcile(readings, variances, balances)
    assert np.allclose(got.flows, [11.02931, 9.95711, 20.98642, 11.02931, 7.17797, 3.85134], atol=5e-5)
    assert got.statistic == pytest.approx(1.6675, abs=5e-4)
    assert got.freedom == 3
    assert np.allclose(balances @ got.flows, 0)


def test_reconciliation_refuses_what_does_not_fit():
    from enduse.errors import MalformedError

    with pytest.raises(MalformedError, match="do not fit"):
        reconcile.reconcile(np.ones(2), np.zeros(2), np.ones((1, 2)))
