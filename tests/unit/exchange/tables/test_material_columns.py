"""Columns that are called after a unit, and tables with a column for each material."""

import json
from datetime import date

import openpyxl
import pytest

from enduse.api.comparing import propose_profile
from enduse.errors import MalformedError
from enduse.exchange.tables import read_table
from enduse.exchange.tables.figure_columns import undated
from enduse.exchange.tables.profile import parse_profile
from enduse.exchange.tables.unit_words import material_of, unit_called, unit_in

BY = {"what": "receipt", "party": "party:store", "place": "place:store"}
ROWS = "2026-03-02,W-1,12.5,,0\n2026-03-03,W-2,0,40,\n2026-03-04,W-3,3,20,-1\n"


def write(folder, text):
    path = folder / "stock.csv"
    path.write_text(text, encoding="utf-8")
    return path


def told(path, profile):
    """Return what each statement of each row says of goods: material, quantity, unit; or the problem of the row."""
    with read_table(path, parse_profile(profile, "p.toml")) as opened:
        return [
            [json.loads(statement.body.event)["quantityList"] for statement in row.statements] or list(row.problems)
            for row in opened
        ]


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("Bags", "XBG"),
        ("No. of bags", "XBG"),
        ("Bags (50kg)", "XBG"),
        ("Qty (50 kg bags)", "XBG"),
        ("MT", "TNE"),
        ("Bags received", "XBG"),
        ("عدد الأكياس", "XBG"),
        ("Nombre de sacs", "XBG"),
        ("Trucks", "XVE"),
        ("Truck", ""),  # which one
        ("Truck no.", ""),
        ("Box number", ""),
        ("Price per bag", ""),
        ("Item", ""),
        ("No.", ""),
        ("Cement (t)", ""),  # a material too
    ],
)
def test_the_unit_by_which_a_column_is_called(name, unit):
    assert unit_called(name) == unit


@pytest.mark.parametrize(
    ("name", "material", "unit"),
    [
        ("Cement (t)", "Cement", "TNE"),
        ("Cement 50kg (bags)", "Cement 50kg", "XBG"),
        ("No. of flour bags", "flour", "XBG"),
        ("Water tanks 500 l", "Water tanks 500 l", ""),
        ("إسمنت (طن)", "إسمنت", "TNE"),
        ("Rice", "Rice", ""),
        ("Total bags", "", "XBG"),
        ("Quantity", "", ""),
    ],
)
def test_the_material_and_unit_in_the_name_of_a_column(name, material, unit):
    assert (material_of(name), unit_in(name)) == (material, unit)


@pytest.mark.parametrize("name", ["Bags (50kg)", "عدد الأكياس"])
def test_a_column_called_after_a_unit_holds_the_quantity_and_its_unit_is_suggested(tmp_path, name):
    path = write(tmp_path, f"Date,Waybill,Item,{name}\n2026-03-02,W-1,Cement,40\n2026-03-03,W-2,Cement,35\n")
    asked = propose_profile(path, BY).questions
    assert [(question.key, question.suggested) for question in asked] == [("unit", "XBG")]
    profile = propose_profile(path, BY | {"unit": "XBG"}).profile
    assert told(path, profile)[0] == [[{"epcClass": "urn:enduse:class:cement", "quantity": 40, "uom": "XBG"}]]


def test_a_column_for_each_material_is_asked_about_and_read_with_its_unit(tmp_path):
    path = write(tmp_path, "Date,Waybill,Cement (t),Flour (bags),Oil (ctn)\n" + ROWS)
    (asked,) = propose_profile(path, BY).questions
    assert (asked.key, asked.suggested) == ("quantity", "Cement (t)|Flour (bags)|Oil (ctn)")
    found = propose_profile(path, BY | {"quantity": asked.suggested})
    assert not found.questions
    rows = told(path, found.profile)
    assert [len(row) for row in rows] == [
        1,
        1,
        3,
    ]  # nothing is told of a blank or a zero; what is below zero is not hidden
    assert [line["epcClass"].rpartition(":")[2] for event in rows[2] for line in event] == ["cement", "flour", "oil"]
    assert [line["uom"] for event in rows[2] for line in event] == ["TNE", "XBG", "XCT"]


@pytest.mark.parametrize("first", ["Steel (t)", "Steel"])
def test_one_material_in_two_columns_of_one_name_is_one_material(tmp_path, first):
    path = write(tmp_path, f"Date,Waybill,{first},{first},Oil (ctn)\n2026-03-02,W-1,2,50,1\n2026-03-03,W-2,3,,4\n")
    columns = f"{first} (1)|{first} (2)"
    rows = told(path, propose_profile(path, BY | {"quantity": columns, "unit": "TNE"}).profile)
    lines = [
        [(line["epcClass"].rpartition(":")[2], line["quantity"]) for event in row for line in event] for row in rows
    ]
    assert lines == [[("steel", 2), ("steel", 50)], [("steel", 3)]]


def test_one_material_in_two_units_is_read_once(tmp_path):
    """Both were read, as 2 t and 40 bags beside them; who writes 2 t and 40 bags of cement means the same goods."""
    path = write(
        tmp_path,
        "Date,Waybill,Cement (t),Cement (bags),Flour (bags)\n2026-03-02,W-1,2,40,7\n2026-03-03,W-2,0,60,\n2026-03-04,W-3,,20,1\n",
    )
    answers = BY | {"quantity": "Cement (t)|Cement (bags)|Flour (bags)"}
    proposed = propose_profile(path, answers)
    (note,) = (note for note in proposed.notes if note.code == "table.one_material")
    assert note.values == {"column": "Cement (bags)", "names": ["Cement (t)"]}
    rows = told(path, proposed.profile)
    assert [[(one["quantity"], one["uom"]) for (one,) in row] for row in rows] == [
        [(2, "TNE"), (7, "XBG")],
        [(60, "XBG")],
        [(20, "XBG"), (1, "XBG")],
    ]


def test_each_material_goes_by_the_sign_of_its_own_column(tmp_path):
    path = write(
        tmp_path, "Date,Waybill,Cement (t),Oil (ctn)\n2026-03-02,W-1,2,\n2026-03-03,W-2,3,-4\n2026-03-04,W-3,-1,5\n"
    )
    answers = BY | {"quantity": "Cement (t)|Oil (ctn)"}
    (asked,) = propose_profile(path, answers).questions
    assert (asked.key, asked.asks.values["what"]) == ("side", ["receipt"])
    rows = told(path, propose_profile(path, answers | {"side": "positive"}).profile)
    lines = [
        [(line["epcClass"].rpartition(":")[2], line["quantity"]) for event in row for line in event] for row in rows
    ]
    assert lines == [[("cement", 2)], [("cement", 3)], [("oil", 5)]]


def test_without_units_in_the_names_the_unit_of_all_is_asked(tmp_path):
    path = write(tmp_path, "Date,Waybill,Cement,Flour,Oil\n" + ROWS)
    (asked,) = propose_profile(path, BY).questions
    assert (asked.suggested, asked.options) == ("", ("Cement", "Flour", "Oil"))
    found = propose_profile(path, BY | {"quantity": "Cement|Oil"})
    assert [question.key for question in found.questions] == ["unit"]
    rows = told(path, propose_profile(path, BY | {"quantity": "Cement|Oil", "unit": "t"}).profile)
    assert rows[0] == [[{"epcClass": "urn:enduse:class:cement", "quantity": 12.5, "uom": "TNE"}]]


def test_one_of_the_columns_may_still_hold_all(tmp_path):
    path = write(tmp_path, "Date,Waybill,Cement,Flour,Oil\n" + ROWS)
    found = propose_profile(path, BY | {"quantity": "Cement", "item": "cement", "unit": "t"})
    assert not found.questions


def test_a_column_that_is_not_there_is_refused(tmp_path):
    path = write(tmp_path, "Date,Waybill,Cement (t),Flour (bags),Oil (ctn)\n" + ROWS)
    with pytest.raises(MalformedError) as refused:
        propose_profile(path, BY | {"quantity": "Cement (t)|Flower (bags)"})
    assert "Flour (bags)" in str(refused.value.problem.values)


def test_days_with_an_unknown_among_them_are_suggested_by_the_name_of_their_column(tmp_path):
    path = write(tmp_path, "Date,Waybill,Item,Qty,Unit\n2026-03-02,W-1,Cement,40,t\nunknown,W-2,Cement,35,t\n")
    assert [(each.key, each.suggested) for each in propose_profile(path, BY).questions] == [("date", "Date")]


@pytest.mark.parametrize("signed", ["Prepared by:,Ali,,Date:,2026-03-31", "Checked by: M. Haddad,,,,", "أعده: علي,,,,"])
def test_who_signed_below_a_table_is_none_of_its_rows(tmp_path, signed):
    path = write(
        tmp_path,
        f"Date,Waybill,Item,Qty,Unit\n2026-03-02,W-1,Cement,40,t\n2026-03-03,W-2,Cement,5,t\nTotal,,,45,\n{signed}\n",
    )
    found = propose_profile(path, BY)
    assert not found.questions
    assert (found.rows, found.refused) == (2, 0)
    assert "table.note_row" in {note.code for note in found.notes}


def test_who_received_each_row_is_no_note(tmp_path):
    path = write(
        tmp_path,
        "Seen,Date,Waybill,Item,Qty,Unit\nReceived by: Ali,2026-03-02,W-1,Cement,40,t\nReceived by: Mo,2026-03-03,W-2,Cement,5,t\n",
    )
    assert propose_profile(path, BY).rows == 2


def days_of(path, answers):
    """Return the day and quantity of each line that the proposed profile reads."""
    with read_table(path, parse_profile(propose_profile(path, answers).profile, "p.toml")) as opened:
        events = [json.loads(statement.body.event) for row in opened for statement in row.statements]
    return [(event["eventTime"][:10], line["quantity"]) for event in events for line in event["quantityList"]]


def test_a_column_of_months_is_asked_which_day_stands_for_one(tmp_path):
    path = write(tmp_path, "Month,Waybill,Item,Qty,Unit\n2026-02,W-1,Cement,40,t\nMar 2026,W-2,Cement,5,t\n")
    (asked,) = propose_profile(path, BY).questions
    assert (asked.key, asked.suggested, asked.asks.values) == (
        "month",
        "last-of-month",
        {"column": "Month", "read": "2026-02"},
    )
    assert days_of(path, BY | {"month": "last-of-month"}) == [("2026-02-28", 40), ("2026-03-31", 5)]
    assert days_of(path, BY | {"month": "first-of-month"}) == [("2026-02-01", 40), ("2026-03-01", 5)]


def test_days_among_months_are_the_days_they_are(tmp_path):
    path = write(
        tmp_path, "Month,Waybill,Item,Qty,Unit\n" + "2026-02,W-1,Cement,40,t\n" * 9 + "2026-03-05,W-2,Cement,5,t\n"
    )
    assert days_of(path, BY | {"month": "last-of-month"})[-1] == ("2026-03-05", 5)


def test_months_beside_a_column_of_days_are_no_question(tmp_path):
    path = write(
        tmp_path,
        "Month,Date,Waybill,Item,Qty,Unit\n2026-02,2026-02-03,W-1,Cement,40,t\nMar 2026,2026-03-02,W-2,Cement,5,t\n",
    )
    assert not propose_profile(path, BY).questions
    assert days_of(path, BY) == [("2026-02-03", 40), ("2026-03-02", 5)]


def test_a_column_for_each_month_is_told_of_its_month(tmp_path):
    path = write(tmp_path, "Item,Unit,Jan-26,Feb-26,Total\nCement,t,40,,40\nFlour,bags,0,7,7\n")
    (asked,) = propose_profile(path, BY).questions
    assert (asked.key, asked.asks.values) == ("month", {"what": "receipt", "columns": ["Jan-26", "Feb-26"]})
    assert days_of(path, BY | {"month": "last-of-month"}) == [("2026-01-31", 40), ("2026-02-28", 7)]


@pytest.mark.parametrize(
    ("headers", "days"),
    [
        ((date(2026, 1, 1), date(2026, 2, 1)), ("2026-01-31", "2026-02-28")),
        ((date(2026, 1, 5), date(2026, 1, 6)), ("2026-01-05", "2026-01-06")),
        (("5 Jan 2026", "6 Jan 2026"), ("2026-01-05", "2026-01-06")),
    ],
)
def test_columns_of_a_workbook_may_be_called_after_days(tmp_path, headers, days):
    """A workbook keeps *Jan-26* as the first of January: such columns were offered as quantities without a day."""
    path = tmp_path / "stock.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["Item", "Unit", *headers])
    sheet.append(["Cement", "t", 40, None])
    sheet.append(["Flour", "t", 5, 7])
    book.save(path)
    asked = {"month": "last-of-month"} if days[1] == "2026-02-28" else {}
    assert [question.key for question in propose_profile(path, BY).questions] == list(asked)
    assert days_of(path, BY | asked) == [(days[0], 40), (days[0], 5), (days[1], 7)]


def test_figures_with_a_column_for_each_month_are_one_series_a_row(tmp_path):
    """Each month became a series of its own, and the day of all of them was asked."""
    path = write(
        tmp_path,
        "Area,Indicator,Jan-26,Feb-26\nNorth,Clinics open,5,6\nNorth,Wells,40,45\nSouth,Clinics open,3,\n",
    )
    answers = {"what": "figure", "party": "party:store", "unit": "C62", "month": "first-of-month"}
    found = propose_profile(path, answers)
    assert not found.questions
    with read_table(path, parse_profile(found.profile, "p.toml")) as opened:
        told = [statement.body for row in opened for statement in row.statements]
    assert [(body.series, str(body.period.start)[:10], body.value) for body in told] == [
        ("series:stock:north-clinics-open", "2026-01-01", "5"),
        ("series:stock:north-clinics-open", "2026-02-01", "6"),
        ("series:stock:north-wells", "2026-01-01", "40"),
        ("series:stock:north-wells", "2026-02-01", "45"),
        ("series:stock:south-clinics-open", "2026-01-01", "3"),
    ]
    assert 'identity = ["Area", "Indicator"]' in found.profile, "the next issue has a column more"


def test_rows_of_months_are_known_by_what_they_are_of(tmp_path):
    """The next issue has a column more, so that no row of it says what a recorded one said."""
    path = write(tmp_path, "Item,Unit,Jan-26,Feb-26\nCement,t,40,\nFlour,bags,0,7\n")
    assert 'identity = ["Item", "Unit"]' in propose_profile(path, BY | {"month": "last-of-month"}).profile
    path = write(tmp_path, "Item,Unit,Jan-26,Feb-26\nCement,t,40,\nCement,t,0,7\n")
    assert "identity" not in propose_profile(path, BY | {"month": "last-of-month"}).profile


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("stock", "stock"),
        ("stock-2026-03", "stock"),
        ("Stock_31.03.2026 (2)", "Stock"),
        ("water survey March 2026 final", "water survey final"),
        ("20260331 clinics", "clinics"),
        ("03-idp-round14", "03-idp-round14"),
        ("مسح المياه آذار 2026", "مسح المياه"),
        ("2026-03", "2026-03"),
    ],
)
def test_what_a_file_is_called_without_the_days_of_which_it_tells(name, called):
    assert undated(name) == called


def series_of(path, **more):
    answers = {"what": "figure", "party": "party:store", "unit": "C62", "date": "2026-03-31", **more}
    found = propose_profile(path, answers)
    assert not found.questions
    with read_table(path, parse_profile(found.profile, "p.toml")) as opened:
        return [(made.body.series, made.body.citation.source) for row in opened for made in row.statements]


def test_next_months_file_with_a_profile_of_its_own_goes_on_with_the_series(tmp_path):
    """Each file name began series of its own, and an answer that names the source was passed over."""
    text = "Area,Wells\nNorth,40\n"
    march, april = tmp_path / "wells-2026-03.csv", tmp_path / "wells-2026-04.csv"
    for path in (march, april):
        path.write_text(text, encoding="utf-8")
    assert series_of(march) == series_of(april) == [("series:wells:wells", "wells")]
    named = [series_of(path, source="Survey of the water board") for path in (march, april)]
    assert named[0] == named[1] == [("series:survey-of-the-water-board:wells", "Survey of the water board")]
    assert series_of(march, source="Area") == [("series:wells:wells", "North")], "a column may name it"
