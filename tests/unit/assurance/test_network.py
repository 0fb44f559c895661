"""The joint model against dense algebra, detection, attribution, gross errors and tables on a small network."""

import os
import subprocess
import sys

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("scipy")

from campaigns import Loss, Plan, simulate  # noqa: E402

from enduse import assurance  # noqa: E402
from enduse.assurance import (  # noqa: E402
    Assessor,
    ErrorModel,
    Link,
    MeasuringInstrument,
    Network,
    Node,
    Readings,
    read_tables,
    scan,
)
from enduse.assurance.detection.engine import Engine  # noqa: E402
from enduse.assurance.fitting import variances  # noqa: E402
from enduse.assurance.result import Hypothesis, Measurement, MeasurementKind  # noqa: E402
from enduse.errors import MalformedError, UnknownError  # noqa: E402

KINDS = ["donor", "crossing", "vendor", "vendor", *["site"] * 6]
WAYS = [(0, 1), (1, 2), (1, 3), *[(2 + k % 2, 4 + k) for k in range(6)]]
PERIODS = 12


def network():
    nodes = [Node(f"{kind}{at}", kind) for at, kind in enumerate(KINDS)]
    return Network(nodes, [Link(f"{a}>{b}", f"{KINDS[a]}{a}", f"{KINDS[b]}{b}") for a, b in WAYS])


def errors(**how):
    sds = {"scale": (0.01, 0.01), "count": (0.02, 0.01), "use": (0.05, 0.03)}
    return ErrorModel(
        [MeasuringInstrument(f"{what} {at}", *sd) for what, sd in sds.items() for at in range(len(KINDS))], **how
    )


def plan(net, periods=PERIODS):
    total = np.zeros((len(KINDS), periods))
    flow = np.zeros((len(WAYS), periods))
    for at in range(len(WAYS) - 1, -1, -1):
        a, b = WAYS[at]
        if KINDS[b] == "site":
            total[b] = 10 + np.arange(periods) % 3
        flow[at] = total[b]
        total[a] += total[b]
    stock = np.repeat(0.5 * total.mean(axis=1, keepdims=True), periods + 1, axis=1)
    ends, count = np.array(WAYS), np.arange(len(KINDS))
    site = np.array(KINDS) == "site"
    return Plan(
        flow, stock, ends.T, np.where(count > 0, len(KINDS) + count, -1), np.where(site, 2 * len(KINDS) + count, -1)
    )


@pytest.fixture(scope="module")
def net():
    return network()


def solved(net, readings, model):
    engine = Engine(net, model)
    material = engine.begin(next(iter(engine.materials(readings)))[1])
    spread = variances.spread_of(
        material.system.panel,
        variances.start(len(model.instruments)),
        engine.stated[1],
        material.removed,
        material.amounts,
    )
    return material.system, spread, material.system.solver(spread)


def dense(system, spread):
    """The same model with nothing sparse about it: readings to residuals, covariance of the residuals."""
    panel = system.panel
    n, links, t = panel.nodes.size, panel.links.size, panel.periods
    cells = panel.cells()
    at = np.cumsum([0] + [one.value.size for one in cells])
    to_residual = np.zeros(((links + n) * t, at[-1]))
    for link in range(links):
        for k in range(t):
            ship, receive = at[0] + link * t + k, at[1] + link * t + k
            to_residual[link * t + k, [ship, receive]] = 1, -1
            frm, to = panel.ends[link]
            if frm >= 0:
                to_residual[(links + frm) * t + k, ship] = -1
            if to >= 0:
                to_residual[(links + to) * t + k, receive] = 1
    for node in range(n):
        for k in range(t):
            row = (links + node) * t + k
            to_residual[row, at[2] + node * (t + 1) + k] = 1
            to_residual[row, at[2] + node * (t + 1) + k + 1] = -1
            to_residual[row, at[3] + node * t + k] = -1
    shared = np.zeros((at[-1], panel.instrument.size))
    for group, (one, effect) in enumerate(zip(cells, system.effects(spread), strict=True)):
        for slot in (0, 1):
            bias = one.bias[slot].ravel()
            for cell in np.flatnonzero(bias >= 0):
                shared[at[group] + cell, bias[cell]] += effect[slot].ravel()[cell]
    random = np.concatenate([one.ravel() for one in system.variances(spread)])
    covariance = to_residual @ (np.diag(random) + shared @ shared.T) @ to_residual.T
    return to_residual, shared, covariance


def drop(readings, share, seed=5):
    return readings.take(np.random.default_rng(seed).random(len(readings)) >= share)


@pytest.mark.parametrize("case", ["complete", "missing", "recalibrated", "one scale for all"])
def test_sparse_system_equals_dense_algebra(net, case):
    the_plan, model = plan(net, 4), errors(known=True)
    if case == "one scale for all":
        the_plan = Plan(
            the_plan.flow, the_plan.stock, np.zeros_like(the_plan.scales), the_plan.counts, the_plan.surveys
        )
    readings = simulate(net, model, the_plan, 3, epochs={2: 3, 12: 2} if case == "recalibrated" else None)
    if case == "missing":
        readings = drop(readings, 0.15)
    system, spread, solver = solved(net, readings, model)
    panel = system.panel
    to_residual, shared, covariance = dense(system, spread)
    inverse = np.linalg.inv(covariance)
    values = np.concatenate([one.value.ravel() for one in panel.cells()])
    want = inverse @ to_residual @ values
    got = solver.solve(*(one.value[:, :, None] for one in panel.cells()))
    info = solver.information()
    split = panel.links.size * panel.periods
    tight = {"rtol": 1e-5, "atol": 1e-7 * np.abs(want).max()}
    assert np.allclose(got.link.ravel(), want[:split], **tight)
    assert np.allclose(got.node.ravel(), want[split:], **tight)
    assert np.allclose(got.bias.ravel(), (to_residual @ shared).T @ want, atol=1e-6)
    t = panel.periods
    for at in range(panel.nodes.size):
        block = slice(split + at * t, split + (at + 1) * t)
        assert np.allclose(info.node[at], inverse[block, block], rtol=1e-4, atol=1e-6 * np.abs(inverse).max())
    for at in range(panel.links.size):
        block = slice(at * t, (at + 1) * t)
        assert np.allclose(info.link[at], inverse[block, block], rtol=1e-4, atol=1e-6 * np.abs(inverse).max())
    single = np.einsum("rc,rs,sc->c", to_residual, inverse, to_residual)
    assert np.allclose(np.concatenate([one.ravel() for one in info.cells]), single, rtol=1e-3, atol=1e-6 * single.max())


def test_whitened_scores_have_unit_variance_and_no_correlation(net):
    model, the_plan = errors(known=True), plan(net)
    system, _, solver = solved(net, simulate(net, model, the_plan, 0), model)
    runs = 400
    panels = []
    for seed in range(runs):
        engine = Engine(net, model)
        panels.append(next(iter(engine.materials(simulate(net, model, the_plan, 100 + seed))))[1])
    values = [np.stack([panel.cells()[k].value for panel in panels], axis=2) for k in range(4)]
    node = solver.solve(*values).node
    info = solver.information().node
    white = np.concatenate([np.linalg.solve(np.linalg.cholesky(info[at]), node[at]) for at in range(len(info))])
    got = np.corrcoef(white[:PERIODS])
    assert abs(np.var(white) - 1) < 0.04
    assert np.abs(got - np.eye(PERIODS)).max() < 0.25  # 66 correlations of 400 draws: sd 0.05 each
    assert system.panel.periods == PERIODS


def test_losses_are_found_where_they_are_with_an_interval_that_covers(net):
    assessor, the_plan = Assessor(net, errors()), plan(net)
    cases = [
        (Loss("vendor2", 6, 6, 0.3), "node loss", 0.3 * the_plan.flow[1, 5]),
        (Loss("vendor2", 12, 12, 0.3), "node loss", 0.3 * the_plan.flow[1, 11]),
        (Loss("1>2", 4, 9, 0.15), "transit loss", 0.15 * the_plan.flow[1, 3:9].sum()),
        (Loss("site5", 5, 10, 0.4), "node loss", 0.4 * the_plan.flow[4, 4:10].sum()),
    ]
    for loss, hypothesis, amount in cases:
        result = assessor.assess(simulate(net, errors(), the_plan, 21, losses=[loss]))
        assert result.p_value < 0.01, loss
        first = result.alarms[0]
        assert (first.hypothesis, first.where) == (hypothesis, loss.where)
        assert first.interval[0] <= amount <= first.interval[1]
        assert abs(first.first_period - loss.first) <= 2


def test_a_loss_at_a_site_cannot_be_told_from_falsified_use_and_says_so(net):
    loss = Loss("site5", 5, 10, 0.3)
    first = Assessor(net, errors()).assess(simulate(net, errors(), plan(net), 21, losses=[loss])).alarms[0]
    assert (Hypothesis.FALSIFIED_USE, "site5") in {(it.hypothesis, it.where) for it in first.indistinguishable_from}
    assert first.next_measurement
    assert (first.next_measurement.kind, first.next_measurement.where) == (MeasurementKind.USE_COUNT, "site5")


@pytest.mark.parametrize(
    ("campaigns", "least", "most"),
    [(20, 0, 10), pytest.param(60, 3, 22, marks=pytest.mark.soak)],  # binomial, 0.2: 99.8 % limits
)
def test_no_alarm_without_a_loss_more_often_than_stated(net, campaigns, least, most):
    assessor, the_plan = Assessor(net, errors(), false_alarm=0.2), plan(net)
    chances = [assessor.assess(simulate(net, errors(), the_plan, 500 + seed)).p_value for seed in range(campaigns)]
    assert least <= np.sum(np.array(chances) < 0.2) <= most
    assert 0.25 < np.mean(chances) < 0.8


def test_wrong_statements_of_the_errors_are_noticed(net):
    the_plan = plan(net, 26)
    result = Assessor(net, errors()).assess(simulate(net, errors(), the_plan, 4, factor=(2.0, 1.0)))
    assert result.error_factors["flow random"] == pytest.approx(2, rel=0.15)
    differ = [caveat.values for caveat in result.caveats if caveat.code == "assurance.errors_differ"]
    (flow,) = [
        values["factor"] for values in differ if (values["role"], values["part"]) == ("flow_errors", "random_part")
    ]
    assert float(str(flow)) == pytest.approx(2, abs=0.3)
    assert not result.alarms


@pytest.mark.parametrize(("factor", "kind"), [(1000.0, "unit"), (0.1, "unit"), (1.7, "unexplained")])
def test_a_wild_reading_is_named_and_raises_no_alarm(net, factor, kind):
    readings = simulate(net, errors(), plan(net), 8)
    row = int(np.flatnonzero((readings.kind == 1) & (readings.place == 1) & (readings.period == 7))[0])
    readings.quantity[row] *= factor
    result = Assessor(net, errors()).assess(readings)
    assert [(one.reading, one.kind) for one in result.gross_errors] == [(str(row), kind)]
    assert result.gross_errors[0].expected == pytest.approx(readings.quantity[row] / factor, rel=0.05)
    assert not result.alarms


def test_two_exchanged_readings_are_recognised(net):
    readings = simulate(net, errors(), plan(net), 8)
    rows = [
        int(np.flatnonzero((readings.kind == 0) & (readings.place == at) & (readings.period == 5))[0]) for at in (0, 5)
    ]
    readings.quantity[rows] = readings.quantity[rows[::-1]]
    result = Assessor(net, errors()).assess(readings)
    assert {one.reading for one in result.gross_errors} == {str(row) for row in rows}
    assert {one.kind for one in result.gross_errors} == {"swapped"}


def test_a_biased_scale_is_called_a_biased_scale(net):
    readings = simulate(net, errors(), plan(net, 26), 8)
    readings.quantity[readings.instrument == 2] *= 1.12  # every weighing at vendor2
    first = Assessor(net, errors()).assess(readings).alarms[0]
    assert (first.hypothesis, first.where) == ("instrument bias", "scale 2")
    assert first.interval[0] < 0.12 < first.interval[1] + 0.02


def test_watching_finds_a_loss_soon_and_keeps_one_budget(net):
    assessor, the_plan = Assessor(net, errors()), plan(net)
    result, chances = assessor.watch(simulate(net, errors(), the_plan, 21, losses=[Loss("vendor2", 6, 6, 0.4)]))
    assert result.mode == "sequential"
    assert 6 <= len(chances) + 1 <= 8
    assert result.alarms[0].where == "vendor2"
    quiet, chances = assessor.watch(simulate(net, errors(), the_plan, 22))
    assert len(chances) == PERIODS - 1
    assert not quiet.alarms


def test_stated_power_is_for_every_place_and_grows_with_the_loss(net):
    assessor, readings = Assessor(net, errors()), simulate(net, errors(), plan(net), 22)
    power = assessor.assess(readings).power
    assert {one.where for one in power} == {node.node for node in net.nodes[1:]} | {link.link for link in net.links}
    one = next(entry for entry in power if entry.where == "vendor2" and entry.first_period == 1)
    assert one.smallest_loss is not None
    stated = assessor.power_of(readings, "vendor2", "material", 1, PERIODS, one.smallest_loss)
    assert stated == pytest.approx(0.9, abs=0.02)  # the loss is found to within 3 %
    assert assessor.power_of(readings, "vendor2", "material", 1, PERIODS, one.smallest_loss / 3) < 0.4
    assert one.probability == 0.9
    with pytest.raises(UnknownError) as nowhere:
        assessor.power_of(readings, "nowhere", "material", 1, 2, 1.0)
    assert nowhere.value.problem.code == "assurance.place_unknown"


def test_chances_of_a_stated_loss_are_those_of_each_place_without_alarms_elsewhere(net):
    assessor, readings = Assessor(net, errors()), simulate(net, errors(), plan(net), 22)
    stated = assessor.chances(readings, 0.02)
    told = {one.where: one.chance or 0.0 for one in stated}
    assert set(told) == {node.node for node in net.nodes[1:]} | {link.link for link in net.links}
    amount = next(one.amount for one in stated if one.where == "vendor2")
    by_itself = assessor.power_of(readings, "vendor2", "material", 1, PERIODS, amount)
    assert 1 - (1 - told["vendor2"]) * 0.95 == pytest.approx(by_itself, abs=0.04)
    larger = {one.where: one.chance or 0.0 for one in assessor.chances(readings, 0.2)}
    assert all(larger[name] >= chance for name, chance in told.items())


def test_the_same_readings_give_the_same_figures(net):
    readings = simulate(net, errors(), plan(net), 30)
    used = Assessor(net, errors())
    used.assess(simulate(net, errors(), plan(net), 31))
    assert used.assess(readings).p_value == Assessor(net, errors()).assess(readings).p_value


def test_unmeasured_use_is_said_to_be_invisible(net):
    readings = simulate(net, errors(), plan(net), 9)
    result = Assessor(net, errors()).assess(readings.take(~((readings.kind == 4) & (readings.place == 7))))
    (blind,) = [caveat.values for caveat in result.caveats if caveat.code == "assurance.use_not_measured"]
    assert blind["n"] == 1
    assert [case.values["place"] for case in blind["examples"]] == ["site7"]


def tables(net, model, readings):
    nodes = [{"node": one.node, "kind": one.kind} for one in net.nodes]
    links = [{"link": one.link, "from_node": one.from_node, "to_node": one.to_node} for one in net.links]
    scales = [
        {"instrument": one.instrument, "random_sd": str(one.random_sd), "systematic_sd": str(one.systematic_sd)}
        for one in model.instruments
    ]
    names = ("shipped", "received", "opening_stock", "closing_stock", "used")
    rows = []
    for at in range(len(readings)):
        kind = names[readings.kind[at]]
        place = (
            {"link": net.links[readings.place[at]].link}
            if at is not None and kind in names[:2]
            else {"node": net.nodes[readings.place[at]].node}
        )
        rows.append(
            {
                "reading": f"r{at}",
                "period": str(readings.period[at]),
                "material": "cement",
                "kind": kind,
                **place,
                "quantity": repr(float(readings.quantity[at])),
                "instrument": model.instruments[readings.instrument[at]].instrument,
                "calibration": "",
            }
        )
    return nodes, links, scales, rows


def lined(*tables):
    names = ("nodes", "links", "instruments", "readings", "materials")
    return {name: enumerate(rows, 2) for name, rows in zip(names, tables, strict=False)}


def test_tables_give_the_same_assessment_as_columns(net):
    readings = simulate(net, errors(), plan(net), 21, losses=[Loss("vendor2", 6, 6, 0.3)])
    read = read_tables(lined(*tables(net, errors(), readings)))
    got_net, got_errors, got = read.network, read.errors, read.readings
    assert read.problems == ()
    one, two = Assessor(got_net, got_errors).assess(got), Assessor(net, errors()).assess(readings)
    assert one.p_value == pytest.approx(two.p_value)
    assert one.alarms[0].material == "cement"
    assert one.alarms[0].where == "vendor2"


def test_a_bad_row_is_a_problem_with_its_line_and_hides_nothing(net):
    nodes, links, scales, rows = tables(net, errors(), simulate(net, errors(), plan(net), 21))
    bad = [
        ("period", "0", "assurance.period"),
        ("period", "1.5", "assurance.period"),
        ("quantity", "-3", "assurance.quantity"),
        ("quantity", "nan", "assurance.quantity"),
        ("kind", "stolen", "assurance.kind_unknown"),
        ("instrument", "?", "assurance.no_such"),
        ("reading", "r0", "assurance.listed_twice"),
        ("material", "", "assurance.no_material"),
        ("link", "?", "assurance.no_such"),
    ]
    for at, (column, value, _) in enumerate(bad, 1):
        rows[at] = {**rows[at], column: value}
    nodes += [{"node": "x", "kind": "palace"}, {"node": "", "kind": "site"}, nodes[0]]
    links += [
        {"link": "y", "from_node": "x", "to_node": "donor0"},
        {"link": "z", "from_node": "donor0", "to_node": "donor0"},
    ]
    scales += [{"instrument": "bad", "random_sd": "2", "systematic_sd": "0"}]
    read = read_tables(lined(nodes, links, scales, rows))
    got_net, got_errors, got, problems = read.network, read.errors, read.readings, read.problems
    assert len(got) == len(rows) - len(bad)
    assert (len(got_net.nodes), len(got_net.links), len(got_errors.instruments)) == (10, 9, 30)
    reading = [(one.line, one.path, one.code) for one in problems if one.source == "readings"]
    assert reading == [(at + 2, column, code) for at, (column, _, code) in enumerate(bad, 1)]
    assert all(value in one.message for one, (_, value, _) in zip(problems[-len(bad) :], bad, strict=True))
    assert [(one.source, one.line, one.path, one.code) for one in problems if one.source != "readings"] == [
        ("nodes", 12, "kind", "assurance.kind_unknown"),
        ("nodes", 13, "node", "assurance.unnamed"),
        ("nodes", 14, "node", "assurance.listed_twice"),
        ("links", 11, "from_node", "assurance.row_refused"),
        ("links", 12, "to_node", "assurance.link_to_itself"),
        ("instruments", 32, "random_sd", "assurance.error_size"),
    ]
    assert all(one.remedy for one in problems)


def test_pooled_materials_are_converted_and_added(net):
    cell = {"period": 1, "kind": "shipped", "link": "0>1", "instrument": "scale 0"}
    rows = [
        {**cell, "reading": "a", "material": "cement", "quantity": 10},
        {**cell, "reading": "b", "material": "sand", "quantity": 8},
    ]
    pools = [
        {"material": "cement", "counted_as": "concrete", "factor": 2},
        {"material": "sand", "counted_as": "concrete", "factor": 0.5},
    ]
    nodes, links, scales, _ = tables(
        net, errors(), Readings(period=[], material=[], kind=[], place=[], quantity=[], instrument=[])
    )
    read = read_tables(lined(nodes, links, scales, rows, pools))
    got_net, got_errors, got = read.network, read.errors, read.readings
    assert read.problems == ()
    assert got.materials == ("concrete",)
    assert got.quantity.tolist() == [20.0, 4.0]
    panel = next(iter(Engine(got_net, got_errors).materials(got)))[1]
    assert panel.shipped.value[0, 0] == 24.0


@pytest.mark.parametrize(
    ("code", "make"),
    [
        ("assurance.budget", lambda net: Assessor(net, errors(), false_alarm=1.0)),
        (
            "assurance.nothing_to_compare",
            lambda net: Assessor(net, errors()).assess(
                Readings(period=[], material=[], kind=[], place=[], quantity=[], instrument=[])
            ),
        ),
        (
            "assurance.period_below_one",
            lambda _: Readings(period=[0], material=[0], kind=[0], place=[0], quantity=[1.0], instrument=[0]),
        ),
        ("assurance.no_such", lambda _: Network([Node("a", "site")], [Link("l", "a", "b")])),
        ("assurance.name_shared", lambda _: Network([Node("a", "site"), Node("a", "site")], [])),
        ("assurance.error_size", lambda _: ErrorModel([MeasuringInstrument("i", -0.1, 0.0)])),
    ],
)
def test_what_cannot_be_assessed_is_refused(net, code, make):
    with pytest.raises((MalformedError, UnknownError)) as refused:
        make(net)
    assert refused.value.problem.code == code
    assert refused.value.problem.remedy


def test_the_package_names_resolve_and_others_do_not():
    assert assurance.Assessor is Assessor
    with pytest.raises(AttributeError, match="no attribute"):
        _ = assurance.Nothing


def test_the_measurement_that_would_help_most_is_named_with_its_gain(net):
    from enduse.assurance.detection.advice import sharpen
    from enduse.assurance.detection.explain import Cause
    from enduse.assurance.detection.explanations import PanelNames

    engine, model = Engine(net, errors()), errors()
    material = engine.begin(next(iter(engine.materials(simulate(net, model, plan(net), 3))))[1])
    one = engine.finish(material, engine.learn([material]), scan.grid(material.system.panel.periods), rounds=0)
    names = PanelNames(
        tuple(net.nodes[int(at)].node for at in one.panel.nodes),
        tuple(link.link for link in net.links),
        tuple(model.instruments[int(at)].instrument for at in one.panel.instrument),
    )
    best, gain = sharpen(one, Cause("node", 0, 0, PERIODS - 1), names)
    assert best == Measurement(MeasurementKind.WEIGHING_OF_ALL, "crossing1", 1, PERIODS)
    assert gain > 1.5


@pytest.mark.soak
def test_false_alarms_keep_the_budget_over_many_campaigns(net):
    assessor, the_plan = Assessor(net, errors()), plan(net)
    alarms = sum(
        assessor.assess(drop(simulate(net, errors(), the_plan, 9000 + seed), 0.1, seed)).p_value < 0.05
        for seed in range(400)
    )
    assert 8 <= alarms <= 34  # binomial 400, 0.05: 20 expected


def test_matrices_are_worked_on_by_one_thread_unless_more_are_asked_for():
    shown = "import enduse.assurance, os, numpy; numpy.linalg.inv(numpy.eye(300)); print(len(os.listdir('/proc/self/task')))"
    given = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    done = subprocess.run([sys.executable, "-c", shown], env=given, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1"
    asked = "import enduse.assurance, os; print(os.environ['OPENBLAS_NUM_THREADS'])"
    more = {**given, "OPENBLAS_NUM_THREADS": "7"}
    assert subprocess.check_output([sys.executable, "-c", asked], env=more, text=True).strip() == "7"
