"""The real truck register, two issues of it, compared: the figures that its README measured by other means."""

import datetime as dt
import json
import os
import sys
from pathlib import Path

import pytest

import enduse

NOVEMBER = "unrwa_gaza_aid_trucks_issue_2024-11-11.csv.gz"
JANUARY = "unrwa_gaza_aid_trucks_2023-10-21_2025-01-16.csv.gz"
BY_COLUMN = {
    "data_source": 851,
    "cargo_description": 564,
    "donation_type": 458,
    "cargo_category": 47,
    "quantity": 37,
    "donor": 32,
    "units": 27,
    "recipient": 23,
}


@pytest.fixture
def register(shared):
    return shared / "field" / NOVEMBER, shared / "field" / JANUARY


def test_rows_that_came_late_and_rows_that_changed_to_the_end_of_august(register):
    found = enduse.compare_issues(*register, until=dt.date(2024, 8, 31))
    assert found.ignored == ("last_edited",)
    assert (found.old.rows, found.new.rows) == (35_384, 39_921)
    assert (found.late, len(found.added), len(found.gone)) == (4_537, 4_537, 0)
    assert (found.changed, found.by_column) == (1_864, BY_COLUMN)
    assert (found.identity, found.date) == (("id",), "received_date")
    assert found.new.only_here == ("trucks", "data_entry_type")


def test_rows_of_september_that_are_gone_and_those_that_came_back(register):
    found = enduse.compare_issues(
        *register, ignore=["last_edited"], since=dt.date(2024, 9, 1), until=dt.date(2024, 9, 30)
    )
    assert found.old.rows == 1_989
    assert (len(found.gone), found.back, found.back_but) == (769, 640, "data_source")


@pytest.mark.soak
def test_it_takes_less_than_500_megabytes(register, tmp_path):
    command = [
        str(Path(sys.executable).parent / "enduse"),
        "compare",
        *map(str, register),
        "--json",
        "--ignore",
        "last_edited",
    ]
    out = tmp_path / "out.json"
    child = os.fork()
    if not child:
        os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT), 1)
        os.execv(command[0], command)
    _, status, used = os.wait4(child, 0)
    assert status == 0
    assert used.ru_maxrss < 500 * 1024
    assert json.loads(out.read_text(encoding="utf-8"))["late"] == 5_721


COGAT = "cogat_gaza_line_list_2024-09-24.csv.gz"
MAPPING = """
[ours]
party = "COGAT"
date = "Date"
only = { place = ["land"] }
[ours.terms.item]
column = "Donor"
values = { "Private sector" = "private" }
others = "not private"
[ours.terms.place]
column = "Route"
values = { "Land Crossings" = "land", "Maritime Route (JLOTS)" = "JLOTS" }

[theirs]
party = "UNRWA"
date = "received_date"
[theirs.terms.item]
column = "donation_type"
values = { "Private Sector" = "private" }
others = "not private"
[theirs.terms.place]
column = "crossing"
values = { "JLOTS" = "JLOTS" }
others = "land"

[periods]
"winter" = [2023-11-01, 2024-04-30]
"summer" = [2024-05-01, 2024-08-31]

[[remarks]]
party = "theirs"
where = { item = "private" }
text = "private cargo cannot be verified after 5 May 2024"
"""


@pytest.fixture
def registers(shared, register, tmp_path):
    path = tmp_path / "mapping.toml"
    path.write_text(MAPPING, encoding="utf-8")
    assert len(MAPPING.splitlines()) <= 40
    return shared / "field" / COGAT, register[1], path, register[0]


@pytest.mark.soak
def test_two_parties_registers_lateness_scope_private_cargo_and_28_rows(registers):
    ours, theirs, mapping, earlier = registers
    view = enduse.compare_registers(ours, theirs, ["period", "item"], mapping, earlier=earlier)
    cells = {cell.key: (cell.ours, cell.earlier, cell.theirs) for cell in (*view.cells, *view.subtotals)}
    assert cells == {
        ("winter", ""): (27_174, 23_702, 23_702),
        ("winter", "not private"): (24_609, 21_385, 21_385),
        ("winter", "private"): (2_565, 2_317, 2_317),
        ("summer", ""): (21_670, 11_428, 15_363),
        ("summer", "not private"): (9_283, 5_320, 9_255),
        ("summer", "private"): (12_387, 6_108, 6_108),
    }
    assert view.total.late == 3_935
    assert [(value.side, value.term, value.value, value.rows) for value in view.scope] == [
        ("theirs", "place", "JLOTS", 638)
    ]
    differences = {cell.key: cell.difference for cell in view.cells}
    assert differences["summer", "private"] == 6_279
    assert differences["summer", "not private"] == 28
    assert {(ask.code, ask.about, ask.much) for ask in view.asks if "summer" in ask.about} == {
        (code, ("summer", item), much)
        for code in ("show", "enter")
        for item, much in (("private", 6_279), ("not private", 28))
    }
    for cell in view.cells:
        said = [remark.text for remark in cell.remarks]
        assert said == (["private cargo cannot be verified after 5 May 2024"] if cell.key[1] == "private" else [])


def test_with_jlots_left_out_of_both_there_is_no_difference_of_scope(registers):
    ours, theirs, mapping, _ = registers
    text = mapping.read_text(encoding="utf-8")
    mapping.write_text(text.replace('date = "received_date"', 'date = "received_date"\nonly = { place = ["land"] }'))
    view = enduse.compare_registers(ours, theirs, ["month", "item"], mapping, until=dt.date(2024, 8, 31))
    assert view.scope == ()
    assert view.theirs.left_out == 638
    assert "loss" not in json.dumps([ask.code for ask in view.asks])
