"""Is it more than measurement error? One consignment, one project at a time."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enduse.assurance.differences import (
    FALSE_ALARM,
    Account,
    OpenDifference,
    disputes,
    interval,
    judge,
    judge_use,
    pair_sd,
)
from enduse.assurance.measurements import Measured, Measurements
from enduse.rows import Rows

TONNE = 1_000_000


def measured(amount, *, party="monitor", instrument="scale", random_sd="0.005", systematic_sd="0.003", entry=1):
    return Measured(
        entry, f"{entry:064x}", party, entry, "cement/g", amount, instrument, random_sd, systematic_sd, None
    )


def readings(**by_item):
    every = ((key.replace("__", " "), tuple(value)) for key, value in by_item.items())
    return Measurements(by_item=Rows(tuple[Measured, ...], every))


def opened(amount, shipped=None, received=None):
    return OpenDifference("carrier", "c1", "cement/g", amount, 0, (1, 2), shipped, received)


def test_twenty_of_a_hundred_tonnes_is_beyond_error():
    (found,) = judge([opened(20 * TONNE, measured(100 * TONNE), measured(80 * TONNE, instrument="other"))])
    assert found.missing
    assert found.interval.lower < 20 * TONNE < found.interval.upper
    assert found.interval.lower > 18 * TONNE


def test_what_the_scales_explain_is_within_error():
    (found,) = judge([opened(400_000, measured(100 * TONNE), measured(100 * TONNE - 400_000))])
    assert not found.missing
    assert found.interval.lower < 0 < found.interval.upper


def test_counted_goods_have_no_error():
    (found,) = judge([opened(1)])
    assert found.judgement == "exact"
    assert found.missing


def test_the_budget_is_shared_over_all_that_was_judged():
    ends = measured(100 * TONNE), measured(100 * TONNE, instrument="other")
    borderline = opened(int(Decimal("2.5") * pair_sd(*ends)), *ends)
    assert judge([borderline], 1)[0].missing
    assert not judge([borderline], 1000)[0].missing
    assert math.isclose(judge([borderline])[0].p_value, 0.0124, abs_tol=1e-3)
    assert FALSE_ALARM == 0.05


def test_one_scale_at_both_ends_shares_its_systematic_error():
    same = pair_sd(measured(100), measured(100))
    apart = pair_sd(measured(100), measured(100, instrument="other"))
    assert math.isclose(same, 100 * 0.005 * math.sqrt(2))
    assert math.isclose(apart, 100 * math.sqrt(2 * (0.005**2 + 0.003**2)))


@given(st.integers(-(10**15), 10**15), st.decimals(0, 10**12, places=3))
def test_an_interval_holds_its_amount(amount, sd):
    found = interval(amount, sd)
    assert found.lower <= amount <= found.upper


def use(known, *, declared=80 * TONNE, resolved=0, bill=(100 * TONNE, 3 * TONNE)):
    return judge_use("p", "cement/g", declared={"builder": declared}, resolved=resolved, bill=bill, readings=known)


def test_declared_use_that_is_not_there_is_found():
    found = use(readings(use__p=[measured(70 * TONNE, random_sd="0.01")]))
    assert found.judgement == "beyond_error"
    assert found.short == 10 * TONNE
    assert found.short_interval.lower > 0


def test_after_a_finding_the_rest_agrees():
    found = use(readings(use__p=[measured(70 * TONNE, random_sd="0.01")]), declared=70 * TONNE, resolved=10 * TONNE)
    assert found.judgement == "within_error"
    assert found.declared == 80 * TONNE


def test_nobody_verifies_themselves():
    known = readings(use__p=[measured(80 * TONNE, party="builder")])
    assert use(known).judgement == "not_measured"


@pytest.mark.parametrize(("declared", "over"), [(103, 0), (104, 1)])
def test_use_beyond_the_bill_is_reported(declared, over):
    assert use(Measurements(), declared=declared * TONNE).over_bill == over * TONNE


def test_the_latest_reading_counts():
    known = readings(use__p=[measured(60 * TONNE, entry=1), measured(79 * TONNE, entry=2)])
    assert use(known).measured == 79 * TONNE


def test_made_up_consignments_do_not_dilute_the_budget_for_ever():
    ends = measured(100 * TONNE), measured(99 * TONNE, instrument="other")
    sd = pair_sd(*ends)
    assert judge([opened(int(Decimal("4.2") * sd), *ends)], 10**9)[0].missing
    assert judge([opened(int(Decimal("3.4") * sd), *ends)], 10**9, level=0.001)[0].missing


def test_nobody_explains_a_loss_away_by_a_bad_enough_scale():
    good, bad = measured(100 * TONNE), measured(100 * TONNE, random_sd="0.9", entry=9)
    assert readings(shipped__c1=[bad, good]).usable("shipped", "c1", "cement/g") == [good]


def test_others_readings_stand_beside_where_they_contradict_beyond_both_errors():
    account = Account("store", 80 * TONNE, measured(80 * TONNE), (measured(100 * TONNE), measured(81 * TONNE)))
    (less,) = disputes(20 * TONNE, "received", account)
    assert (less.read, less.missing, less.more) == (100 * TONNE, 0, False)
    (more,) = disputes(0, "received", Account("store", 80 * TONNE, None, (measured(60 * TONNE),)))
    assert (more.missing, more.more) == (20 * TONNE, True)
    (more,) = disputes(0, "shipped", Account("store", 80 * TONNE, None, (measured(100 * TONNE),)))
    assert (more.missing, more.more) == (20 * TONNE, True)


def test_a_relation_of_the_builder_verifies_nothing():
    known = readings(use__p=[measured(80 * TONNE, party="subsidiary")])
    found = judge_use(
        "p",
        "cement/g",
        declared={"builder": 80 * TONNE},
        resolved=0,
        bill=None,
        readings=known,
        without=frozenset({"subsidiary"}),
    )
    assert found.judgement == "not_measured"
