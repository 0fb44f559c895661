"""XLS, XLSB and ODS are read like any table; what such a file does not tell is said."""

import zipfile
from datetime import date
from decimal import Decimal

import pytest

from enduse.errors import LimitError, MalformedError
from enduse.exchange.tables import read_table
from enduse.exchange.tables.limits import Limits
from enduse.exchange.tables.profile import parse_profile

pytest.importorskip("python_calamine", reason="LOUD: python-calamine is not installed (extra 'workbooks')")
pytest.importorskip("xlwt", reason="LOUD: xlwt is not installed")

from support.workbooks import moment, ods, xls, xlsb

PROFILE = """
profile = "pay"
title = "Payments"
[read]
dates = "day-month-year"
{read}
[[tells]]
what = "payment"
date = "Day"
amount = "Sum"
currency = {{ always = "CLF" }}
recipient = "To"
"""
HEADER = ["Day", "Sum", "To", "Seen"]
ROWS = [
    ["A list of payments"],
    HEADER,
    [date(2026, 1, 31), 1.1 + 2.2, "Fund", True],
    [moment("2026-02-01T14:30:00"), 20, "Fund", None],
    ["28/02/2026", 7.5, "Fund", None],
]


def read(path, more="", limits=None):
    with read_table(path, parse_profile(PROFILE.format(read=more), "pay.toml"), limits=limits or Limits()) as table:
        rows = list(table)
        return rows, {note.code: count for note, count in table.summary().lost.items()}


def sums(rows):
    assert [row.problems for row in rows if row.problems] == []
    return [row.statements[0].body.amount.value for row in rows]


def days(rows):
    return [row.statements[0].occurred_at.isoformat() for row in rows]


@pytest.mark.parametrize("write", [ods, xls])
def test_numbers_dates_and_texts_mean_what_they_are(tmp_path, write):
    rows, lost = read(write(tmp_path / "pay", {"List": ROWS, "Notes": [["nothing here"]]}))
    assert sums(rows) == ["3.3", "20", "7.5"]
    assert days(rows) == ["2026-01-31T12:00:00+00:00", "2026-02-01T14:30:00+00:00", "2026-02-28T12:00:00+00:00"]
    assert [row.line for row in rows] == [3, 4, 5]
    unseen = {"workbook.errors_unseen": 1} if write is xls else {}
    assert lost == {"workbook.other_sheets": 1, "table.above_header": 1, "workbook.rounded": 1, **unseen}


def test_a_binary_workbook_is_read(tmp_path):
    rows, lost = read(xlsb(tmp_path / "pay.xlsb", [HEADER, ["31/01/2026", 0.1 + 0.2, "Fund"], ["1/2/2026", 5, "Fund"]]))
    assert sums(rows) == ["0.3", "5"]
    assert lost == {"workbook.rounded": 1, "workbook.errors_unseen": 1}


@pytest.mark.parametrize("write", [ods, xls])
def test_what_is_merged_holds_for_each_row_and_is_told(tmp_path, write):
    rows = [HEADER, ["1/1/2026", 1, "North", None], ["2/1/2026", 2, None, None], ["3/1/2026", 3, "South", None]]
    read_rows, lost = read(write(tmp_path / "pay", {"List": rows}, merged=[((2, 2), (3, 2))]))
    assert [row.statements[0].body.recipient for row in read_rows] == ["party:north", "party:north", "party:south"]
    assert lost["workbook.merged_cell"] == 1


def test_the_first_sheet_that_is_not_hidden_is_read(tmp_path):
    sheets = {"Old": [HEADER, ["1/1/2026", 1, "A"]], "New": [HEADER, ["1/1/2026", 2, "A"]]}
    path = xls(tmp_path / "pay.xls", sheets, hidden_sheets=["Old"])
    assert sums(read(path)[0]) == ["2"]
    assert sums(read(path, 'sheet = "Old"')[0]) == ["1"]
    with pytest.raises(MalformedError, match="Neww"):
        read(path, 'sheet = "Neww"')


def test_an_error_or_a_hidden_row_of_an_ods_is_seen(tmp_path):
    rows = [HEADER, ["1/1/2026", 1, "A", None], ["2/1/2026", None, "B", None], ["3/1/2026", 3, "C", None]]
    path = ods(tmp_path / "pay.ods", {"List": rows}, errors=[(3, 1)], hidden=[4], formulas=[(2, 1)])
    found, lost = read(path)
    assert [(row.problems[0].code, row.problems[0].cell) for row in found if row.problems] == [("cell.error", "B3")]
    assert lost == {"workbook.hidden_rows": 1, "workbook.formula_value": 1}


def test_an_empty_or_broken_workbook_is_refused(tmp_path):
    path = ods(tmp_path / "pay.ods", {"List": ROWS})
    with zipfile.ZipFile(tmp_path / "broken.ods", "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("content.xml", "<office:document-content")
    with pytest.raises(MalformedError) as caught:
        read(tmp_path / "broken.ods")
    assert caught.value.problem.code == "workbook.unreadable"
    with pytest.raises(LimitError) as refused:
        read(path, limits=Limits(unpacked_bytes=100))
    assert refused.value.problem.code == "file.unpacks_too_large"
    with pytest.raises(LimitError) as refused:
        read(path, limits=Limits(columns=3))
    assert refused.value.problem.code == "table.too_many_columns"


def test_a_number_is_rounded_to_the_digits_a_spreadsheet_vouches_for(tmp_path):
    rows = [HEADER, *(["1/1/2026", value, "A"] for value in (0.1 + 0.2, 1234567.1))]
    found, _ = read(ods(tmp_path / "pay.ods", {"List": rows}))
    assert [Decimal(text) for text in sums(found)] == [Decimal("0.3"), Decimal("1234567.1")]
