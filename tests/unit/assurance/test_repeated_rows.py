"""Rows that stand in a table twice under other names, against loads that are equal by themselves."""

import random

import msgspec
import pytest

pytest.importorskip("numpy")

from enduse.assurance.tables.plain_tables import read_tables
from enduse.assurance.tables.repeated_rows import ReadingContent, repeated


def weighed(periods=20, *, unit=0.001, trucks=1, seed=4):
    """Return rows of two links, so many trucks a period, weighed to a unit."""
    dice = random.Random(seed)
    return [
        ReadingContent((kind, link), period, round(dice.gauss(25, 2) / unit) * unit, "")
        for period in range(periods)
        for link in ("dw", "wa")
        for kind in ("shipped", "received")
        for _ in range(trucks)
    ]


def renamed(rows):
    return [(f"copy {at}", row) for at, row in enumerate(rows)]


def test_a_file_entered_twice_is_counted_once_however_it_was_sorted_after_that():
    rows = weighed()
    for doubled in (rows + rows, sorted(rows + rows, key=lambda row: (row.when, str(row.series), row.quantity))):
        found = repeated(doubled)
        assert (len(found.certain), found.possible) == (len(rows), {})
        assert all(doubled[one] == doubled[first] for one, first in found.certain.items())


@pytest.mark.parametrize("unit", [0.001, 1.0], ids=["kilogrammes", "tonnes"])
def test_a_month_that_was_pasted_again_is_found_between_the_others(unit):
    stocks = [ReadingContent(("stock", node), period, 100.0 + 17 * period, "") for period in range(20) for node in "wa"]
    rows = sorted(weighed(unit=unit) + stocks, key=lambda row: row.when)
    month = rows[18:66]
    found = repeated([*rows, *month, rows[70]])
    assert set(found.certain) == set(range(len(rows), len(rows) + len(month)))


def test_a_row_entered_twice_is_told_as_possible():
    rows = weighed()
    found = repeated([*rows, rows[30]])
    assert (found.certain, found.possible) == ({}, {len(rows): 30})


@pytest.mark.parametrize("seed", range(5))
def test_two_trucks_of_one_load_are_two(seed):
    assert repeated(weighed(periods=52, unit=1.0, trucks=2, seed=seed)) == repeated([])
    plan = [ReadingContent(("shipped", "dw"), period, 600.0, "") for period in range(52) for _ in range(2)]
    assert repeated(plan) == repeated([])


def test_what_stands_twice_is_told_once_and_the_rest_is_as_without_it():
    frame = {
        "nodes": [{"node": "d", "kind": "donor"}, {"node": "w", "kind": "warehouse"}],
        "links": [{"link": "dw", "from_node": "d", "to_node": "w"}],
        "instruments": [{"instrument": "s", "random_sd": 0.01, "systematic_sd": 0.005}],
    }
    rows = [
        {
            "reading": f"r{period}",
            "period": period,
            "kind": kind,
            "link": "dw",
            "quantity": 20 + period / 7,
            "material": "cement",
            "instrument": "s",
        }
        for period in range(1, 9)
        for kind in ("shipped", "received")
    ]
    rows = [{**row, "reading": f"r{at}"} for at, row in enumerate(rows)]
    again = [{**row, "reading": f"second {at}"} for at, row in enumerate(rows)]

    def read(of):
        return read_tables({name: enumerate(table, 2) for name, table in {**frame, "readings": of}.items()})

    once, twice = read(rows), read(rows + again)
    assert twice.readings.quantity.tolist() == once.readings.quantity.tolist()
    assert (twice.problems, once.notes) == ((), ())
    assert [(note.code, note.values["n"]) for note in twice.notes] == [("assurance.rows_repeated", len(rows))]
    same_names = read(rows + rows)
    assert [note.values["n"] for note in same_names.notes] == [len(rows)]
    assert same_names.problems == ()


def test_a_table_issued_again_with_a_few_edits_counts_each_of_its_rows_once():
    rows = weighed()
    edited = [
        msgspec.structs.replace(row, quantity=row.quantity + 3) if at in {5, 40} else row for at, row in enumerate(rows)
    ]
    found = repeated(rows + edited)
    assert len(found.certain) == len(rows) - 2
    assert found.revised == {len(rows) + 5: 5, len(rows) + 40: 40}
    two = weighed(trucks=2)
    assert repeated([*two, *two[10:60]]).revised == {}, "two trucks of one period are no two issues of one row"
