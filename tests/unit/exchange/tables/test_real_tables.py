"""Tables as people have them are read to their right figures, with the profile that is proposed and at most five answers.

The tables are no part of this repository; the right figures were taken from them by other readers.
"""

import json
from collections import defaultdict
from decimal import Decimal

import pytest

from enduse.api.comparing import propose_profile
from enduse.errors import MalformedError
from enduse.exchange.tables import read_table
from enduse.exchange.tables.profile import parse_profile

pytest.importorskip("python_calamine", reason="LOUD: python-calamine is not installed (extra 'workbooks')")


@pytest.fixture
def tables(shared):
    folder = shared / "tables"
    if not folder.is_dir():
        pytest.skip("NOT RUN: the folder of real tables is not here")
    return folder


def read(path, answers, **options):
    """Read a table with the profile that is proposed; return the proposal and its statements."""
    assert len(answers) <= 5
    found = propose_profile(path, answers, **options)
    assert [question.key for question in found.questions] == []
    with read_table(path, parse_profile(found.profile, "proposed.toml")) as table:
        rows = list(table)
    assert [problem.message for row in rows for problem in row.problems] == []
    return found, [made for row in rows for made in row.statements]


def sums(statements):
    """Sums of figures by the name of their column."""
    totals = defaultdict(Decimal)
    for made in statements:
        totals[made.body.wording["en"]] += Decimal(made.body.value)
    return dict(totals)


def columns(found):
    return {column.name: column for column in found.columns}


def figure(unit, date=None, **more):
    return {"what": "figure", "party": "party:reader", "unit": unit, **({"date": date} if date else {}), **more}


def test_who_does_what_where_in_chad(tables):
    answers = {"what": "activity", "party": "party:ocha", "date": "2025-04-30"}
    found, made = read(tables / "01-chad-3w-2025-04.xlsx", answers)
    assert (found.header, found.rows, len(made)) == ((1, 1), 1556, 1556)
    assert len({each.place for each in made}) == 23
    clusters = [each.body.title["en"] for each in made]
    assert (clusters.count("Securité alimentaire"), clusters.count("Logistique"), len(set(clusters))) == (294, 2, 12)
    assert columns(found)["OperationnelleCount"].sum == "1224240"
    assert columns(found)["ID"].sum == "1289186"
    found, made = read(tables / "01-chad-3w-2025-04.xlsx", answers | {"title": "Organisation"}, sheet="3W Physique")
    assert (found.rows, len({each.place for each in made})) == (760, 22)


def test_people_in_need_in_ukraine(tables):
    path = tables / "02-ukraine-hno-2023-pin.xlsx"
    found, made = read(path, figure("people", "2023-02-15"), sheet="Overall Affected PIN By Oblast")
    assert (found.header, found.rows) == ((4, 5), 27)
    population, affected, need = (round(value, 3) for value in sums(made).values())
    assert (population, affected, need) == (Decimal("35630443.405"), Decimal("21328024.633"), Decimal("17569675.676"))
    found, made = read(path, figure("people", "2023-02-15"), sheet="Cluster PIN By Oblast")
    totals = {name.split(" / ")[-1]: round(value, 3) for name, value in sums(made).items()}
    assert (found.rows, totals["CCCM"], totals["Intersectoral"]) == (27, Decimal(496437), Decimal("17569675.676"))
    found, _ = read(path, figure("people", "2023-02-15"), sheet="Population Group PIN By Cluster")
    assert (found.header[1], found.rows) == (4, 12)


def test_displaced_people_with_notes_beside_the_table(tables):
    found, made = read(tables / "03-ukraine-idp-round14.xlsx", figure("people"))
    assert {name: int(value) for name, value in sums(made).items()} == {
        "Estimated max. de facto IDPs present": 3_674_000,
        "Estimated max. returnee pop. Present": 4_573_000,
    }
    assert {made_.occurred_at.date().isoformat() for made_ in made} == {"2023-09-30"}
    assert {note.code for note in found.notes} >= {"table.tag_row", "workbook.beside", "workbook.other_sheets"}


def test_vessels_of_the_black_sea(tables):
    answers = {"what": "dispatch", "party": "party:jcc", "unit": "t", "zone": "UTC"}
    found, made = read(tables / "04-black-sea-grain-vessels.xlsx", answers, sheet="Data")
    events = [json.loads(each.body.event) for each in made]
    assert (found.rows, len({event["bizTransactionList"][0]["bizTransaction"] for event in events})) == (714, 633)
    tons = defaultdict(Decimal)
    for event in events:
        (line,) = event["quantityList"]
        tons[line["epcClass"].rpartition(":")[2]] += Decimal(str(line["quantity"]))
    assert (sum(tons.values()), tons["corn"], tons["wheat"]) == (16_945_661, Decimal("7790997.99"), 4_762_276)
    days = sorted(each.occurred_at for each in made)
    assert (days[0].isoformat(), days[-1].isoformat()) == ("2022-07-31T23:00:00+00:00", "2023-01-07T22:00:00+00:00")


def test_three_header_rows_of_kenya(tables):
    found, made = read(tables / "05-kenya-drought-reached.csv", figure("people", "2022-01-01"))
    assert (found.header, found.rows, len(found.columns)) == ((1, 2), 23, 30)
    totals = sums(made)
    assert totals["OVERALL Affected / Total Affected"] == 4_229_374
    assert totals["OVERALL Affected / Target"] == 2_003_262
    assert sum(made_.body.wording["en"] == "OVERALL Affected / Target" for made_ in made) == 15  # empty is not zero


def test_a_total_of_somalia_that_is_one_off(tables):
    found, made = read(tables / "06-somalia-ipc-2022.csv", figure("people", "2022-10-01"))
    assert (found.header, found.rows) == ((2, 4), 74)
    assert [int(value) for value in sums(made).values()] == [16_384_728, 3_135_400, 4_200_310, 2_179_900, 300_560]
    assert {note.code for note in found.notes} == {"table.above_header", "table.row_skipped"}


def test_a_misspelt_tag_and_signs_for_nothing_in_the_sahel(tables):
    found, made = read(tables / "07-sahel-nutrition-2017.csv", figure("people", "2017-01-01"))
    assert [int(value) for value in sums(made).values()] == [9_336_579, 8_798_335, 5_591_338]
    assert [len([1 for each in made if each.body.wording["en"] == name]) for name in sums(made)] == [24, 24, 23]
    assert found.rows == 24  # three rows of Gambia say nothing


def test_subtotals_in_bold_of_the_regional_fund(tables):
    answers = figure("thousand UAH", "2022-01-01", place="Код області")
    found, made = read(tables / "08-ukraine-regional-fund-2021.xlsx", answers)
    assert (found.header[0], found.rows) == (5, 306)
    assert list(sums(made).values()) == [
        Decimal(4_500_000),
        Decimal("4480310.172"),
        Decimal("4343624.32231"),
        Decimal("3360.522"),
        Decimal(172),
    ]
    assert {note.code: count for note, count in found.notes.items()}["table.bold_row"] == 34


def test_western_bytes_of_central_africa(tables):
    found, made = read(tables / "09-caf-population-adm3-cp1252.csv", figure("people", "2015-01-01"))
    assert (found.encoding, found.rows, len({each.place for each in made})) == ("windows-1252", 177, 177)
    totals = sums(made)
    assert [int(totals[name]) for name in ("T_TL", "T_TF", "T_TM")] == [4_953_014, 2_525_065, 2_427_950]


def test_a_kobo_export_with_semicolons(tables):
    answers = {"what": "claim", "party": "party:forest", "about": "project:forest"}
    found, made = read(tables / "10-kobo-export-semicolon.csv", answers)
    assert (found.rows, len(found.columns), columns(found)["_id"].sum) == (3, 49, "762409393")
    assert sorted(each.body.claim for each in made) == ["claim:254135872", "claim:254136591", "claim:254136930"]
    assert {each.occurred_at.date().isoformat() for each in made} == {"2023-07-18", "2023-07-19"}


@pytest.mark.parametrize("sheet", ["input-quality-no-hxl", "input-quality-hxl"])
def test_merged_values_in_an_old_workbook(tables, sheet):
    found, made = read(tables / "13-spanish-3w-quality.xls", figure("people"), sheet=sheet)
    assert sorted(int(value) for value in sums(made).values()) == [535, 605]
    assert {each.occurred_at.date().isoformat() for each in made} == {"2015-03-01"}
    assert columns(found)["Registro"].first == ("001", "002", "003")
    organisation = next(column for column in found.columns if column.name.endswith("Organización"))
    assert organisation.filled == 4


def test_two_sheets_of_an_open_document(tables):
    answers = {"what": "payment", "party": "party:reader", "currency": "USD"}
    found, made = read(tables / "14-iati-two-sheets.ods", answers, sheet="transactions")
    assert [each.body.amount.value for each in made] == ["10", "20", "30", "40"]
    days = sorted(each.occurred_at.date().isoformat() for each in made)
    assert (days[0], days[-1], found.rows) == ("2012-01-01", "2013-05-05", 4)
    assert propose_profile(tables / "14-iati-two-sheets.ods").rows == 2


def test_a_workbook_in_which_all_is_text(tables):
    found, made = read(tables / "15-unhcr-iati-budget-2016.xlsx", figure("USD", date="budget_period_start"))
    assert (found.rows, *sums(made).values()) == (101, Decimal("7104015471.466"))
    assert {each.occurred_at.date().isoformat() for each in made} == {"2016-01-01"}
    assert columns(found)["budget_type"].kind == "blank"


def test_a_bank_statement_with_its_sign_in_a_column(tables):
    answers = {"what": "payment,expense", "party": "party:us", "recipient": "party:us"}
    found, made = read(tables / "16-bank-statement-gbp.csv", answers)
    totals = defaultdict(Decimal)
    for each in made:
        totals[each.name] += Decimal(each.body.amount.value)
    assert totals == {"disbursement": Decimal("9475.32"), "expenditure": Decimal("3346.54")}
    assert columns(found)["transaction_date"].written == "day-month-year"
    days = sorted(each.occurred_at.date().isoformat() for each in made)
    assert (found.rows, days[0], days[-1]) == (7, "2025-04-02", "2025-04-28")  # the opening balance is no payment


def test_a_pledge_and_its_payment_in_one_row(tables):
    answers = {"what": "pledge,payment", "party": "party:ocha", "currency": "USD"}
    _, (pledge, payment) = read(tables / "17-cbpf-pledge.csv", answers)
    assert (pledge.body.amount.value, pledge.occurred_at.date().isoformat()) == ("371040.0", "2014-06-03")
    assert (payment.body.amount.value, payment.occurred_at.date().isoformat()) == ("371040.0", "2014-06-10")


def test_dates_counted_from_1904(tables):
    answers = {"what": "claim", "party": "party:reader", "about": "place:x", "words": "Format", "zone": "UTC"}
    found, made = read(tables / "19-date-formats-1904.xlsx", answers, sheet="Tests")
    assert (found.rows, columns(found)["Value"].kind) == (45, "day")
    assert {each.occurred_at.replace(tzinfo=None).isoformat() for each in made} == {
        "1952-10-11T14:35:27",
        "2003-02-01T04:05:06.009000",
        "2025-01-01T12:00:00",  # a day alone
    }


def test_a_hidden_first_sheet_is_not_what_is_read(tables):
    found = propose_profile(tables / "20-hidden-first-sheet.xlsx")
    assert (found.sheet, [column.name for column in found.columns]) == ("Sheet2", ["Sheet2A1"])
    assert [note.code for note in found.notes] == ["workbook.other_sheets"]


def test_arabic_bytes(tables):
    found, made = read(tables / "21-derived-water-answers-cp1256.csv", figure("answers", "2023-01-01"))
    assert (found.encoding, found.rows, sums(made)) == ("windows-1256", 16, {"العدد": 39})


def test_unicode_text_of_a_spreadsheet(tables):
    found, made = read(tables / "22-derived-ukraine-pin-utf16.txt", figure("people", "2023-02-15"))
    assert found.header == (4, 5)
    assert [int(value) for value in sums(made).values()] == [35_630_444, 21_328_027, 17_569_675]


def test_repeat_groups_of_an_answer_of_kobo(tables):
    path = tables / "11-kobo-api-v2-repeats.json"
    found = propose_profile(path)
    assert (found.sheet, found.rows) == ("records", 3)
    sizes = {
        sheet: propose_profile(path, sheet=sheet).rows
        for sheet in ("demo", "education", "demo/hobbies_list", "demo/lang_list")
    }
    assert sizes == {"demo": 7, "education": 7, "demo/hobbies_list": 14, "demo/lang_list": 4}
    found, made = read(path, figure("years", "2022-01-06", value="demo/age"), sheet="demo")
    assert sorted(int(each.body.value) for each in made) == [9, 15, 20, 30, 35, 40, 65]
    languages = columns(propose_profile(path, sheet="demo/lang_list"))["demo/lang_list/langs"]
    assert languages.first[0] == "1 3"


def test_an_answer_of_odk_central_with_an_impossible_point(tables):
    path = tables / "12-odk-central-odata.json"
    answers = {"what": "claim", "party": "party:x", "about": "project:x", "words": "local_ecosystem", "date": "today"}
    found, made = read(path, answers)
    assert sorted(each.occurred_at.date().isoformat() for each in made) == ["2025-02-11", "2025-02-11", "2025-02-12"]
    assert columns(found)["__system/submissionDate"].filled == 3
    assert columns(found)["location/latitude"].filled == 2
    assert {note.code: count for note, count in found.notes.items()}["table.no_such_point"] == 1


def test_a_plan_that_is_no_list_of_records_is_refused(tables):
    with pytest.raises(MalformedError) as caught:
        propose_profile(tables / "18-prozorro-plan-dream.json")
    assert (caught.value.problem.code, caught.value.problem.values) == ("table.json_no_records", {"keys": ["data"]})
