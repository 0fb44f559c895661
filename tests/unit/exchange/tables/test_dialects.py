"""However a table is written (dialect, order of rows and columns, split over files or sheets), it tells the same."""

import json
from decimal import Decimal

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.api.comparing import propose_profile
from enduse.exchange.tables import read_table
from enduse.exchange.tables.profile import parse_profile
from support.dialects import PLAIN, as_csv, as_workbook, dialects, rows
from support.examples import examples


def profile(dialect, sheet=""):
    return parse_profile(
        f"""
profile = "loads"
title = "Loads"
[read]
dates = "{dialect["dates"]}"
numbers = "{dialect["numbers"]}"
{f'sheet = "{sheet}"' if sheet else ""}
[[tells]]
what = "dispatch"
date = "Day"
place = {{ always = "place:gate" }}
waybill = "Paper"
item = "Goods"
quantity = "Load"
unit = "Unit"
to = "To"
""",
        "loads.toml",
    )


def told(path, how):
    """What a table tells, whatever the order of its rows."""
    with read_table(path, how) as table:
        found = list(table)
    assert [problem.message for row in found for problem in row.problems] == []
    return sorted(
        json.dumps(json.loads(msgspec.json.encode(made.body))["event"]) + made.occurred_at.isoformat()
        for row in found
        for made in row.statements
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("dialects")


@settings(max_examples=examples(60))
@given(rows, dialects(), st.data())
def test_a_table_tells_the_same_in_any_dialect_order_and_split(folder, table, dialect, data):
    plain, path = folder / "plain.csv", folder / "table.csv"
    plain.write_bytes(as_csv(table, PLAIN))
    expected = told(plain, profile(PLAIN))
    shuffled = data.draw(st.permutations(table))
    cut = data.draw(st.integers(0, len(shuffled)))
    parts = []
    for part in (shuffled[:cut], shuffled[cut:]):
        path.write_bytes(as_csv(part, dialect))
        parts += told(path, profile(dialect))
    assert sorted(parts) == expected


@settings(max_examples=examples(25))
@given(rows, dialects())
def test_a_workbook_tells_what_a_text_tells(folder, table, dialect):
    plain, path = folder / "plain.csv", folder / "table.xlsx"
    plain.write_bytes(as_csv(table, PLAIN))
    path.write_bytes(as_workbook(table, dialect))
    assert sorted(map(plainly, told(path, profile(dialect, "Data")))) == sorted(
        map(plainly, told(plain, profile(PLAIN)))
    )


def plainly(text):
    """A quantity without idle zeros."""
    event = json.loads(json.loads(text[: text.rindex('"') + 1]), parse_float=Decimal, parse_int=Decimal)
    event["quantityList"][0]["quantity"] = str(event["quantityList"][0]["quantity"].normalize())
    return json.dumps(event, sort_keys=True)


@settings(max_examples=examples(30))
@given(rows, dialects())
def test_the_proposed_profile_reads_what_was_written(folder, table, dialect):
    path = folder / "proposed.csv"
    path.write_bytes(as_csv(table, dialect))
    answers = {"what": "dispatch", "party": "party:x", "place": "place:gate", "waybill": "Paper", "item": "Goods"}
    answers |= {"quantity": "Load", "unit": "Unit", "to": "To", "date": "Day"}
    found = propose_profile(path, answers)
    if open_ := {question.key for question in found.questions}:
        assert open_ <= {"dates", "numbers"}  # asked only where the cells do not show it
        order = dialect["dates"] if dialect["dates"] in ("day-month-year", "month-day-year") else "day-month-year"
        found = propose_profile(path, answers | {"dates": order, "numbers": dialect["numbers"]})
    plain = folder / "proposed-plain.csv"
    plain.write_bytes(as_csv(table, PLAIN))
    assert found.refused == 0
    assert told(path, parse_profile(found.profile, "found.toml")) == told(plain, profile(PLAIN))
