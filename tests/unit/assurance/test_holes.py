"""What nobody read is not known: neither a silent period nor a stock that nobody counted is nothing."""

import pytest

np = pytest.importorskip("numpy")
pytest.importorskip("scipy")

from enduse.assurance import Assessor, ErrorModel, Link, MeasuringInstrument, Network, Node, Readings  # noqa: E402
from enduse.assurance.detection.engine import Engine  # noqa: E402
from enduse.assurance.tables.plain_tables import read_tables  # noqa: E402
from enduse.book.assessment import Assessed  # noqa: E402
from enduse.views.assessment_context import ViewContext  # noqa: E402
from enduse.views.assessment_view import assessment_view  # noqa: E402

SHIPPED, RECEIVED = 0, 1
SCALES = ErrorModel([MeasuringInstrument(f"s{at}", 0.005, 0.002) for at in range(4)], known=True)
LINKS = [Link("dw", "d", "w"), Link("wa", "w", "a"), Link("wb", "w", "b")]


def network(*, holds_stock=True):
    kinds = {"d": "donor", "w": "warehouse", "a": "site", "b": "site"}
    return Network([Node(name, kind, holds_stock=holds_stock or name != "w") for name, kind in kinds.items()], LINKS)


def campaign(silent=(), kept=None, *, complete=False):
    """Read twelve periods of flows through a store; of those in ``silent`` one link says nothing at either end."""
    dice, rows = np.random.default_rng(5), []
    for period in range(1, 13):
        for link, amount in enumerate((100.0, 60.0, 40.0)):
            if (link, period) in silent:
                continue
            moved = amount - (kept or {}).get((link, period), 0.0)
            for kind in (SHIPPED, RECEIVED):
                scale = (0, 1, 1)[link] if kind == SHIPPED else (1, 2, 3)[link]
                rows.append((period, kind, link, moved * (1 + 0.005 * dice.standard_normal()), scale))
    columns = zip(("period", "kind", "place", "quantity", "instrument"), zip(*rows, strict=True), strict=True)
    return Readings(**dict(columns), material=[0] * len(rows), periods=12, complete=complete)


HELD = campaign(kept={(1, 4): 30.0, (1, 9): -30.0})
"""Thirty were kept in the store for five periods, and sent on then."""


def test_a_link_that_says_nothing_for_two_periods_lost_nothing():
    silent = [(1, 6), (1, 7)]
    assert Assessor(network(), SCALES).assess(campaign(silent)).p_value > 0.05
    ((_, panel),) = Engine(network(), SCALES).materials(campaign(silent))
    assert not panel.shipped.exact.any()


def test_of_a_complete_record_what_is_not_there_did_not_move():
    ((_, panel),) = Engine(network(), SCALES).materials(campaign([(1, 6)], complete=True))
    assert np.argwhere(panel.shipped.exact).tolist() == [[1, 5]]


def test_goods_kept_for_a_while_where_nobody_counts_are_no_loss_unless_no_stock_is_declared():
    assert Assessor(network(), SCALES).assess(HELD).p_value > 0.05
    declared = Assessor(network(holds_stock=False), SCALES).assess(HELD)
    assert [(one.where, one.first_period) for one in declared.alarms][:1] == [("w", 4)]


def test_a_declaration_that_no_stock_is_held_is_told():
    nodes = [{"node": "w", "kind": "warehouse", "stock": "None"}, {"node": "a", "kind": "site", "stock": "soon"}]
    tables = {"nodes": nodes, "links": [], "instruments": [], "readings": []}
    read = read_tables({name: enumerate(rows, 2) for name, rows in tables.items()})
    assert [(one.line, one.path) for one in read.problems] == [(3, "stock")]
    assert [node.holds_stock for node in read.network.nodes] == [False]
    places = network(holds_stock=False)
    found = Assessor(places, SCALES).assess(HELD)
    view = assessment_view(Assessed(assessment=found, power=(), network=places, materials=("material",)), ViewContext())
    assert [one.values["places"] for one in view.caveats if one.code == "assurance.stock_declared_none"] == [["w"]]
