"""The real truck register, two issues of it, compared: the figures that its README measured by other means."""

import datetime as dt
import json
import os
import sys
from pathlib import Path

import pytest

import enduse

pytestmark = pytest.mark.heavy

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
    found = enduse.compare_issues(*register, ignore=["last_edited"], until=dt.date(2024, 8, 31))
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


def test_it_takes_less_than_30_seconds_and_500_megabytes(register, tmp_path):
    command = [
        str(Path(sys.executable).parent / "enduse"),
        "compare",
        *map(str, register),
        "--json",
        "--ignore",
        "last_edited",
    ]
    out = tmp_path / "out.json"
    begun = dt.datetime.now(dt.UTC)
    child = os.fork()
    if not child:
        os.dup2(os.open(out, os.O_WRONLY | os.O_CREAT), 1)
        os.execv(command[0], command)
    _, status, used = os.wait4(child, 0)
    assert status == 0
    assert used.ru_maxrss < 500 * 1024
    assert (dt.datetime.now(dt.UTC) - begun).total_seconds() < 30
    assert json.loads(out.read_text(encoding="utf-8"))["late"] == 5_721
