"""Consignments of plain tables, matched before they are summed; days, and the periods they fall in."""

from datetime import date, timedelta

import pytest

pytest.importorskip("numpy")

from enduse.assurance.tables.calendar_days import calendar_of, main_run
from enduse.assurance.tables.plain_tables import read_tables

FRAME: dict[str, list[dict[str, object]]] = {
    "nodes": [{"node": "d", "kind": "donor"}, {"node": "w", "kind": "warehouse"}, {"node": "a", "kind": "site"}],
    "links": [
        {"link": "dw", "from_node": "d", "to_node": "w"},
        {"link": "wa", "from_node": "w", "to_node": "a"},
    ],
    "instruments": [{"instrument": "s", "random_sd": 0.01, "systematic_sd": 0.005}],
}


def read(rows, **how):
    full = [{"material": "cement", "instrument": "s", **row} for row in rows]
    tables: dict[str, list[dict[str, object]]] = {**FRAME, "readings": full}
    return read_tables({name: enumerate(of, 2) for name, of in tables.items()}, **how)


def flow(kind, consignment, period, quantity, link="wa", **days):
    return {"kind": kind, "consignment": consignment, "period": period, "quantity": quantity, "link": link, **days}


def stock(node, period, quantity, kind="closing_stock"):
    return {"kind": kind, "node": node, "period": period, "quantity": quantity}


def counted(got):
    kinds = ("shipped", "received", "opening", "closing")
    return [
        (kinds[kind], period, quantity)
        for kind, period, quantity in zip(
            got.readings.kind.tolist(), got.readings.period.tolist(), got.readings.quantity.tolist(), strict=True
        )
    ]


def test_what_arrives_a_period_later_counts_at_both_ends_when_it_arrived():
    got = read(
        [
            flow("shipped", "c1", 2, 20),
            flow("received", "C1 ", 3, 20),
            flow("shipped", "c2", 2, 5),
            flow("received", "c2", 2, 5),
        ]
    )
    assert counted(got) == [("shipped", 3, 20.0), ("received", 3, 20.0), ("shipped", 2, 5.0), ("received", 2, 5.0)]
    assert (got.open, got.matched) == ((), 2)


def test_a_count_of_the_senders_stock_has_added_what_counts_only_later():
    rows = [flow("shipped", "c1", 2, 20), flow("received", "c1", 4, 20)]
    got = read([*rows, *[stock("w", period, 100) for period in (1, 2, 3, 4)], stock("w", 3, 100, "opening_stock")])
    assert [quantity for kind, _, quantity in counted(got) if kind == "closing"] == [100.0, 120.0, 120.0, 100.0]
    assert [quantity for kind, _, quantity in counted(got) if kind == "opening"] == [120.0], (
        "of period 3: at the end of 2"
    )


def test_what_came_in_parts_counts_when_the_last_part_came_and_is_taken_off_the_stock_until_then():
    rows = [flow("shipped", "c1", 1, 30), flow("received", "c1", 1, 10), flow("received", "c1", 3, 20)]
    got = read([*rows, *[stock("a", period, 50) for period in (1, 2, 3)]])
    assert [one[1] for one in counted(got)[:3]] == [3, 3, 3]
    assert [quantity for kind, _, quantity in counted(got) if kind == "closing"] == [40.0, 40.0, 50.0]


def test_what_is_under_way_at_the_end_is_shown_and_counts_nowhere():
    pair = [flow("shipped", "c0", 1, 7), flow("received", "c0", 3, 7)]
    got = read([*pair, flow("shipped", "c1", 3, 20), stock("w", 3, 100), stock("w", 2, 100)])
    (open_,) = got.open
    assert (open_.consignment, open_.link, open_.material, open_.amount, open_.period) == (
        "c1",
        "wa",
        "cement",
        20.0,
        3,
    )
    assert not open_.overdue, "what arrived took two periods, and this is under way for none"
    assert [(kind, quantity) for kind, _, quantity in counted(got)][2:] == [("closing", 120.0), ("closing", 107.0)]


def test_a_consignment_in_parts_of_which_some_have_come_is_under_way_with_the_rest():
    pair = [flow("shipped", "c0", 1, 7), flow("received", "c0", 2, 7)]
    got = read([*pair, flow("shipped", "c1", 2, 20), flow("shipped", "c1", 2, 20), flow("received", "c1", 2, 20)])
    assert [(one.amount, one.overdue) for one in got.open] == [(20.0, False)]
    assert len(got.readings) == 2


def test_what_nobody_received_for_longer_than_anything_took_is_overdue_and_its_receipt_unknown():
    pairs = [flow(kind, f"c{period}", period, 7) for period in range(1, 6) for kind in ("shipped", "received")]
    got = read([*pairs, flow("shipped", "gone", 2, 20)])
    assert [(one.consignment, one.overdue) for one in got.open] == [("gone", True)]
    assert counted(got)[-1] == ("shipped", 2, 20.0), "it counts with its sender; what was received is not known"


def test_where_no_receipt_on_a_way_names_a_consignment_nothing_is_held_to_be_under_way():
    got = read(
        [
            flow("shipped", "c1", 1, 20),
            flow("received", "", 1, 20),
            flow("shipped", "c2", 2, 20),
            flow("received", "", 2, 20),
        ]
    )
    assert got.open == ()
    assert [one[1] for one in counted(got)] == [1, 1, 2, 2]


def test_a_row_of_what_was_shipped_that_says_when_it_arrived_needs_no_number():
    row = flow("shipped", "", "", 20, dispatched_on="2026-03-02", received_on="2026-03-10")
    got = read([row, flow("received", "", "", 20, received_on="2026-03-10"), stock("w", "2026-03-08", 100)])
    assert (got.problems, got.start) == ((), date(2026, 3, 2))
    assert counted(got) == [("shipped", 2, 20.0), ("received", 2, 20.0), ("closing", 1, 120.0)]


@pytest.mark.parametrize(
    ("row", "path", "code"),
    [
        (flow("shipped", "c", 1, 5, dispatched_on="31.3.2026"), "dispatched_on", "assurance.day"),
        (flow("shipped", "c", "2026-02-30", 5), "period", "assurance.day"),
        (flow("shipped", "c", "", 5), "period", "assurance.period"),
        (flow("shipped", "c", "1926-03-02", 5), "period", "assurance.period_apart"),
    ],
)
def test_a_row_without_a_usable_day_is_told(row, path, code):
    dated = [flow("received", "", f"2026-03-0{day}", 1) for day in (2, 3, 4)]
    got = read([*dated, row])
    assert [(one.line, one.path, one.code) for one in got.problems] == [(5, path, code)]
    assert len(got.readings) == 3


def test_days_and_numbers_that_agree_date_the_periods_and_one_wrong_day_does_not_move_them():
    start = date(2026, 3, 2)
    rows = [
        flow("shipped", "", period, 1, dispatched_on=start + timedelta(7 * (period - 1) + day))
        for period in range(1, 7)
        for day in (0, 3)
    ]
    rows[3] = {**rows[3], "dispatched_on": "1962-03-02"}
    assert read(rows).start == start
    assert read(rows, start=date(2026, 1, 1)).start == date(2026, 1, 1)
    assert read(rows, period_days=30).start is None, "weeks are no months"


def test_a_calendar_is_of_the_days_that_lie_together():
    days = [date(2026, 3, 2) + timedelta(day) for day in range(20)]
    assert calendar_of([], [date(1970, 1, 1), *days], 7).start == date(2026, 3, 2)
    assert calendar_of([], [], 7) is None
    assert main_run([1, 2, 2, 900]) == {1, 2}
    assert main_run([1, 9000, 9000], latest_start=366) == {1}, "no campaign begins with its nine thousandth period"
