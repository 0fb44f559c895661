"""The fitted model: known answers, invariances, and that each kind of cell is what keeps its condition from an alarm."""

from functools import partial

import msgspec
import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("scipy")

from field_conditions import CONDITIONS, campaign  # noqa: E402 - needs the extra

from enduse.assurance import (  # noqa: E402
    Assessor,
    ErrorModel,
    Link,
    MeasuringInstrument,
    Network,
    Node,
    Readings,
)
from enduse.assurance.detection import chance  # noqa: E402
from enduse.assurance.fitting.cells import LATE_GROUPS, CellGroup, build_cells, rounding_unit, under_way  # noqa: E402
from enduse.assurance.fitting.estimation import Estimator  # noqa: E402
from enduse.assurance.fitting.panel import build_panel  # noqa: E402
from enduse.assurance.model import READING_KINDS  # noqa: E402
from enduse.assurance.result import Hypothesis, OrdinaryFault  # noqa: E402
from enduse.assurance.settings import Settings  # noqa: E402

SETTINGS = Settings()
ORDINARY = (
    ("clean", "star"),
    ("late, all shipments by a quarter", "three"),
    ("late, 5 % of shipments", "chain"),
    ("bags, whole", "chain"),
    ("t3 errors", "chain"),
    ("silent, one link for two periods", "three"),
)


def panel_of(truth, readings):
    return build_panel(truth.network, truth.errors, readings, np.arange(len(readings)), 0)


def best_of(panel, errors):
    found = chance.Look(panel, errors, SETTINGS).found
    return found.best, found.one


def pair(periods, errors):
    """One link from a donor to a store, shipped and received at both ends; what is stored is not counted."""
    network = Network([Node("d", "donor"), Node("w", "warehouse")], [Link("dw", "d", "w")])
    rows = [(t + 1, kind, 100.0 * (1 + errors[kind][t])) for kind in (0, 1) for t in range(periods)]
    period, kind, quantity = (list(column) for column in zip(*rows, strict=True))
    instruments = ErrorModel([MeasuringInstrument("a", 0.01, 0.0), MeasuringInstrument("b", 0.01, 0.0)])
    readings = Readings(
        period=period, kind=kind, place=[0] * len(rows), quantity=quantity, instrument=kind, material=[0] * len(rows)
    )
    return build_panel(network, instruments, readings, np.arange(len(rows)), 0), instruments


@pytest.mark.parametrize(
    ("values", "unit"),
    [
        ([50.0, 100.0], 50.0),
        ([3.0, 7.0], 1.0),
        ([0.25, 1.5], 0.25),
        ([np.pi, 2.0], 0.0),
        ([], 0.0),
        ([0.0, 20.0], 20.0),
    ],
)
def test_the_rounding_unit_is_the_largest_that_divides_every_figure(values, unit):
    assert rounding_unit(np.array(values)) == unit


def test_what_was_short_and_came_later_was_under_way_and_what_never_came_was_not():
    shipped = np.array([[10.0, 10.0, 10.0, 10.0]])
    late = np.array([[4.0, -4.0, 0.0, 3.0]])  # four arrive a period late, three of the last are not there yet
    assert under_way(shipped, late).tolist() == [[4.0, 0.0, 0.0, 0.0]]


def test_the_estimated_size_of_errors_is_the_one_in_the_differences():
    rng = np.random.default_rng(1)
    errors = 0.03 * rng.standard_normal((2, 60))  # three times as large as stated
    panel, instruments = pair(60, errors)
    one = Estimator(SETTINGS).plain(chance.fitted(panel, instruments, SETTINGS))
    found = np.sqrt(one.factor[CellGroup.FLOW]) * 0.01
    assert found == pytest.approx(np.std(errors[0] - errors[1]) / np.sqrt(2), rel=0.1)


def test_the_score_of_a_cell_is_its_column_times_the_whitened_residuals():
    panel, _ = pair(4, np.zeros((2, 4)))
    model = build_cells(
        panel, tuple(c.amount for c in panel.cells()), np.zeros(2), SETTINGS, declared=np.zeros(1, bool)
    )
    one = Estimator(SETTINGS).start(model)
    _, variance = one.variances()
    columns = model.columns.toarray()
    covariance = columns @ np.diag(variance) @ columns.T
    assert one.inverse @ covariance == pytest.approx(np.eye(len(covariance)), abs=1e-5)
    assert one.leverages() == pytest.approx(np.diag(columns.T @ one.inverse @ columns), rel=1e-9)


@pytest.mark.parametrize("factor", [1e-3, 1e4])
def test_the_unit_of_the_readings_changes_nothing(factor):
    truth, readings = campaign(3, "three", {}, ("node", 1.0, 0.04))
    one, _ = best_of(panel_of(truth, readings), truth.errors)
    readings.quantity[:] *= factor
    other, _ = best_of(panel_of(truth, readings), truth.errors)
    assert (other.kind, other.at, other.first, other.last) == (one.kind, one.at, one.first, one.last)
    assert other.z == pytest.approx(one.z, rel=1e-3)
    assert other.estimate == pytest.approx(factor * one.estimate, rel=1e-3)


def test_the_order_of_the_rows_changes_nothing():
    truth, readings = campaign(4, "star", {}, ("link", 0.0, 0.25))
    one, _ = best_of(panel_of(truth, readings), truth.errors)
    turned = readings.take(np.random.default_rng(1).permutation(len(readings)))
    other, _ = best_of(panel_of(truth, turned), truth.errors)
    assert other.score == pytest.approx(one.score, rel=1e-6)


@pytest.mark.parametrize("kind", ["node", "link"])
def test_a_theft_of_everything_scores_no_lower_than_one_of_half(kind):
    scores = []
    for share in (0.1, 0.25, 0.5, 1.0):
        truth, readings = campaign(6, "star", {}, (kind, 0.0, share))
        best, _ = best_of(panel_of(truth, readings), truth.errors)
        scores.append(best.score)
    assert scores == sorted(scores)
    assert scores[3] > 5


def test_what_was_stolen_in_one_week_is_not_put_down_to_wild_readings_where_the_others_are_sound():
    truth, readings = campaign(1, "star", {}, ("node", 0.0, 0.25))
    (alarm,) = Assessor(truth.network, truth.errors).assess(readings).alarms
    assert (alarm.hypothesis, alarm.where, alarm.ordinary) == (Hypothesis.NODE_LOSS, truth.where, ())


def test_overstated_dispatch_notes_are_the_sender_s_and_no_link_s():
    truth, readings = campaign(2, "star", {}, ("notes", 1.0, 0.05))
    verdict = chance.judged(panel_of(truth, readings), truth.errors)
    assert verdict.p_value <= 0.05
    assert (verdict.best.kind, verdict.best.first, verdict.best.last) == ("sends", 0, verdict.best.last)
    assert truth.network.nodes[verdict.best.at].node == truth.where


def test_a_link_on_which_hardly_anything_goes_still_tells_of_the_one_shipment_that_was_short():
    truth, readings = campaign(3, "star", {})
    on_link = (readings.place == 2) & (readings.kind <= 1)
    few = readings.take(np.flatnonzero(~on_link | np.isin(readings.period, [4, 9])))
    few.quantity[(few.place == 2) & (few.kind == 1) & (few.period == 4)] *= 0.7
    panel = panel_of(truth, few)
    look = chance.Look(panel, truth.errors, SETTINGS)
    scanner, one = look.scanner, look.found.one
    full = scanner.estimator.solved(one.model, one.factor, one.tail, np.ones_like(one.weight))
    place, window = scanner.nearest("link", 2, 3, 3)
    assert scanner.scored(full)[1][place, window] > 5


def test_a_surplus_that_a_wild_reading_explains_is_not_settled():
    truth, readings = campaign(0, "chain", CONDITIONS["t3 errors"])
    (alarm,) = Assessor(truth.network, truth.errors).assess(readings).alarms
    assert alarm.hypothesis is Hypothesis.SURPLUS
    assert OrdinaryFault.WILD_READINGS in alarm.ordinary


@pytest.mark.parametrize(
    ("each", "most"),
    [(1, 2), pytest.param(4, 4, marks=pytest.mark.soak)],  # binomial of 6 and 24, 0.05: 99.3 % limits
)
def test_few_campaigns_without_a_loss_are_told_as_missing_whatever_is_ordinary_in_the_field(each, most):
    told = 0
    for condition, shape in ORDINARY:
        for seed in range(100, 100 + each):
            truth, readings = campaign(seed, shape, CONDITIONS[condition])
            alarms = Assessor(truth.network, truth.errors).assess(readings).alarms
            told += any(not alarm.ordinary for alarm in alarms)
    assert told <= most


@pytest.mark.parametrize("seed", [0, 1])
def test_where_overstated_dispatch_notes_look_like_a_loss_the_sender_is_named_first_beside_it(seed):
    truth, readings = campaign(seed, "mesh", {}, ("notes", 1.0, 0.05))
    alarm = Assessor(truth.network, truth.errors).assess(readings).alarms[0]
    other = alarm.indistinguishable_from[0]
    assert (other.hypothesis, other.where) == (Hypothesis.OVERSTATED_DISPATCH, truth.where)
    assert alarm.where != truth.where


def test_a_theft_on_one_way_is_laid_to_no_party_s_notes():
    truth, readings = campaign(4, "star", {}, ("link", 1.0, 0.1))
    alarm = Assessor(truth.network, truth.errors).assess(readings).alarms[0]
    assert alarm.where == truth.where
    parties = {Hypothesis.OVERSTATED_DISPATCH, Hypothesis.UNDERSTATED_RECEIPT}
    assert not parties & {other.hypothesis for other in alarm.indistinguishable_from}


def test_a_campaign_and_its_seed_give_the_same_chance_again():
    truth, readings = campaign(1, "three", {})
    panel = panel_of(truth, readings)
    assert chance.judged(panel, truth.errors, seed=5) == chance.judged(panel, truth.errors, seed=5)


def test_where_no_loss_would_tell_anything_the_chance_is_one():
    truth, readings = campaign(1, "three", {})
    count = chance.judged(panel_of(truth, readings.take(np.array([80]))), truth.errors)
    assert (count.p_value, count.best) == (1.0, None)
    sent = chance.judged(panel_of(truth, readings.take(np.array([0]))), truth.errors)
    assert sent.p_value > 0.1  # what a silent receiver got is not known, so hardly anything could be told


def test_a_stock_that_is_declared_to_be_none_is_not_one_that_nobody_counted():
    truth, readings = campaign(1, "three", {})
    stock = [READING_KINDS.index(kind) for kind in ("opening_stock", "closing_stock")]
    moved = readings.take(np.flatnonzero(~np.isin(readings.kind, stock)))

    def groups(network):
        panel = build_panel(network, truth.errors, moved, np.arange(len(moved)), 0)
        assert panel is not None
        return set(chance.fitted(panel, truth.errors, SETTINGS).group.tolist())

    none = [msgspec.structs.replace(node, holds_stock=False) for node in truth.network.nodes]
    assert CellGroup.UNKNOWN in groups(truth.network)
    assert CellGroup.UNKNOWN not in groups(Network(none, truth.network.links))


def without(groups, build, *args, **how):
    model = build(*args, **how)
    if groups == "rounding":
        return msgspec.structs.replace(model, extra=np.zeros_like(model.extra))
    return model.without(frozenset(groups))


@pytest.mark.parametrize(
    ("condition", "groups", "shape", "seed"),
    [
        ("late, all shipments by a quarter", LATE_GROUPS, "mesh", 0),
        ("bags, whole", "rounding", "mesh", 3),
        ("silent, one link for two periods", [CellGroup.SILENT], "star", 1),
        ("uncounted 40 %", [CellGroup.UNKNOWN], "mesh", 0),
        ("drift, AR(1) 0.9", [CellGroup.DRIFT], "star", 0),
        ("t3 errors", "tails", "mesh", 4),
    ],
)
def test_a_condition_raises_an_alarm_only_where_its_cells_are_left_out(monkeypatch, condition, groups, shape, seed):
    truth, readings = campaign(seed, shape, CONDITIONS[condition])
    panel = panel_of(truth, readings)
    best, _ = best_of(panel, truth.errors)
    if groups == "tails":
        monkeypatch.setattr(Estimator, "heavy_odds", lambda *_: -np.inf)
    else:
        monkeypatch.setattr(chance, "build_cells", partial(without, groups, build_cells))
    blind, _ = best_of(panel, truth.errors)
    assert best.score < 4
    assert blind.score > best.score + 3
