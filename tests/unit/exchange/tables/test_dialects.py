"""However a table is written (dialect, order of rows and columns, split over files or sheets), it tells the same."""

import csv
import io
import json
from datetime import date
from decimal import Decimal

import msgspec
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from enduse.api.comparing import propose_profile
from enduse.exchange.tables import read_table
from enduse.exchange.tables.profile import parse_profile

ITEMS = ("Flour", "Cement", "Pipes, 4in", "Öl; rein", "إسمنت")
COLUMNS = ("Day", "Paper", "Goods", "Load", "Unit", "To")
ARABIC = {ord(str(digit)): chr(0x660 + digit) for digit in range(10)} | {ord(","): "\u066c", ord("."): "\u066b"}

rows = st.lists(
    st.tuples(
        st.dates(date(2024, 1, 1), date(2026, 12, 31)),
        st.integers(1, 10**6).map(lambda number: f"W-{number}"),
        st.sampled_from(ITEMS),
        st.decimals(Decimal("0.001"), Decimal(999_999), places=3),
        st.sampled_from(("t", "kg", "bags")),
        st.sampled_from(("Red Hill", "party:blue")),
    ),
    min_size=1,
    max_size=8,
)
SEPARATORS = {"1234.5": ("", "."), "1,234.5": (",", "."), "1.234,5": (".", ","), "1234,5": ("", ",")}
DATES = {
    "day-month-year": "%d/%m/%Y",
    "month-day-year": "%m-%d-%Y",
    "year-month-day": "%Y-%m-%d",
    "%d %b %Y": "%d %b %Y",
}


def number_as(value, style):
    group, point = SEPARATORS[style]
    text = f"{value:,.3f}"
    return text.replace(",", "\x00").replace(".", point).replace("\x00", group)


@st.composite
def dialects(draw):
    return {
        "delimiter": draw(st.sampled_from(",;\t|")),
        "encoding": draw(st.sampled_from(("utf-8", "utf-8-sig", "utf-16"))),
        "ending": draw(st.sampled_from(("\r\n", "\n"))),
        "hint": draw(st.booleans()),
        "titles": draw(st.integers(0, 3)),
        "tags": draw(st.booleans()),
        "numbers": draw(st.sampled_from(list(SEPARATORS))),
        "dates": draw(st.sampled_from(list(DATES))),
        "arabic": draw(st.booleans()),
        "order": draw(st.permutations(range(len(COLUMNS)))),
        "quoting": draw(st.sampled_from((csv.QUOTE_ALL, csv.QUOTE_MINIMAL))),
    }


def written(part, dialect):
    """Return rows of texts as somebody writes them in a dialect."""
    texts = []
    for day, paper, item, load, unit, to in part:
        cells = [day.strftime(DATES[dialect["dates"]]), paper, item, number_as(load, dialect["numbers"]), unit, to]
        if dialect["arabic"]:
            cells[0], cells[3] = (
                cells[0].translate({**ARABIC, 44: ",", 46: "."}),
                cells[3].translate({code: sign for code, sign in ARABIC.items() if chr(code).isdigit()}),
            )
        texts.append([cells[at] for at in dialect["order"]])
    return texts


def as_csv(part, dialect):
    out = io.StringIO()
    writer = csv.writer(
        out, delimiter=dialect["delimiter"], lineterminator=dialect["ending"], quoting=dialect["quoting"]
    )
    for at in range(dialect["titles"]):
        writer.writerow([f"Title {at}", *[""] * (len(COLUMNS) - 1)])
    writer.writerow([COLUMNS[at] for at in dialect["order"]])
    if dialect["tags"]:
        writer.writerow([f"#tag{at}" for at in dialect["order"]])
    writer.writerows(written(part, dialect))
    hint = f"sep={dialect['delimiter']}{dialect['ending']}" if dialect["hint"] else ""
    return (hint + out.getvalue()).encode(dialect["encoding"])


def as_workbook(part, dialect):
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Other"
    sheet = book.create_sheet("Data")
    for at in range(dialect["titles"]):
        sheet.append([f"Title {at}"])
    sheet.append([COLUMNS[at] for at in dialect["order"]])
    for row in part:
        sheet.append([row[at] for at in dialect["order"]])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


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


PLAIN = {
    "delimiter": ",",
    "encoding": "utf-8",
    "ending": "\n",
    "hint": False,
    "titles": 0,
    "tags": False,
    "numbers": "1234.5",
    "dates": "year-month-day",
    "arabic": False,
    "order": list(range(len(COLUMNS))),
    "quoting": csv.QUOTE_MINIMAL,
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("dialects")


@settings(max_examples=60)
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


@settings(max_examples=25)
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


@settings(max_examples=30)
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
