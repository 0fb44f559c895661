"""What a table shows in two ways: a name over two columns, a currency in a format, a row that may be header or data, a total."""

import openpyxl
import pytest

from enduse.api.comparing import propose_profile
from enduse.errors import MalformedError
from enduse.exchange.tables import read_table
from enduse.exchange.tables.looking import find_header
from enduse.exchange.tables.profile import parse_profile

PROFILE = """
profile = "payments"
title = "Payments"
party = "party:fund"
[[tells]]
what = "payment"
id = "Ref"
date = "Date"
donor = "Donor"
recipient = {{ always = "party:mill" }}
amount = "{amount}"
currency = "Currency"
"""


@pytest.fixture
def read(tmp_path):
    """Read rows with the profile of payments: what each says is paid, its remarks, and what was passed over."""

    def run(content, amount="Amount"):
        path = tmp_path / ("t.csv" if isinstance(content, str) else "t.xlsx")
        content.save(path) if path.suffix == ".xlsx" else path.write_text(content)
        with read_table(path, parse_profile(PROFILE.format(amount=amount), "p.toml")) as table:
            rows = list(table)
            lost = {note.code for note in table.summary().lost}
        paid = [(said.body.amount.value, said.body.amount.currency) for row in rows for said in row.statements]
        notes = [[note.code for note in row.notes if note.code != "row.no_custody"] for row in rows]
        return paid, notes, lost, [problem for row in rows for problem in row.problems]

    return run


def test_columns_of_one_name_turn_away_only_who_reads_them(read):
    text = "Ref,Date,Donor,Amount,Currency,Notes,Notes\nA1,2026-02-13,party:fund,5.00,EUR,x,y\n"
    assert read(text)[::2] == ([("5.00", "EUR")], {"table.columns_alike"})
    twice = text.replace("Notes,Notes", "Amount,Notes").replace("x,y", "7.00,y")
    with pytest.raises(MalformedError) as caught:
        read(twice)
    assert caught.value.problem.values["names"] == ["Amount (1)", "Amount (2)"]
    assert read(twice, "Amount (2)")[0] == [("7.00", "EUR")]


def test_of_columns_of_one_name_it_is_asked_which_is_meant(tmp_path):
    (path := tmp_path / "t.csv").write_text("Day,Ref,Amount,Currency,Amount\n2026-02-13,A1,1.00,EUR,2.00\n")
    known = {"what": "payment", "party": "party:fund", "recipient": "party:mill"}
    assert [each.key for each in propose_profile(path, known).questions] == ["amount"]


def test_a_sum_in_a_currency_that_was_withdrawn_before_its_day_is_told(read):
    rows = [
        "A1,2026-02-13,party:fund,5.00,HRK",
        "A2,2020-02-13,party:fund,5.00,HRK",
        "A3,2026-02-13,party:fund,5.00,EUR",
    ]
    assert read("\n".join(["Ref,Date,Donor,Amount,Currency", *rows]))[1] == [["money.withdrawn"], [], []]


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ('#,##0.00 "€"', ["cell.format_differs"]),
        ("[$€-407] #,##0.00", ["cell.format_differs"]),
        ("€#,##0.00", ["cell.format_differs"]),
        ("[$$-409]#,##0.00", []),
        ('[$USD] #,##0.00;[Red]"-"#,##0.00', []),
        ("_-* #,##0.00 _€_-", []),
    ],
)
def test_a_currency_in_a_format_beside_another_is_told(read, form, told):
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["Ref", "Date", "Donor", "Amount", "Currency"])
    for number in (1, 2):  # the second is remembered from the first, but for its format
        sheet.append([f"A{number}", "2026-02-13", "party:fund", 200, "USD"])
    sheet["D3"].number_format = form
    paid, notes, _, _ = read(book)
    assert (paid, notes) == ([("200", "USD")] * 2, [[], told])


def test_a_total_beside_a_day_names_no_donor(read):
    rows = ["A1,2026-02-13,party:fund,5.00,EUR", "A2,2026-02-14,party:north,6.00,EUR"]
    head = "Ref,Date,Donor,Amount,Currency"
    paid, _, lost, _ = read("\n".join([head, *rows, "A3,2026-02-15,TOTAL GENERAL,11.00,EUR"]))
    assert (len(paid), lost) == (2, {"table.total_row"})
    assert len(read("\n".join([head, *rows, "A3,2026-02-15,Total Energies,12.00,EUR"]))[0]) == 3


@pytest.mark.parametrize(
    ("rows", "end"),
    [
        (["Date,Ref,Amount", "2026-02-13,4.51E+15,100", "2026-02-13,4512345678901231,100"], 0),
        (["Date,Ref,Amount", ",A1,pending", "2026-02-13,A2,100"], 0),
        (["Date,Ref,Qty", "dd/mm,,tonnes", *["2026-02-13,A2,100"] * 3], 1),
        (["Date,Ref,Qty", "day of receipt,waybill,how much", *["2026-02-13,A2,100"] * 3], 1),
        (["Date,Affected,", ",Total,Children", "2026-02-13,7,3"], 1),
    ],
)
def test_a_row_of_data_is_no_part_of_the_header(rows, end):
    assert find_header([(at, row.split(",")) for at, row in enumerate(rows, 1)]) == (0, end)
