"""A profile is proposed by looking at a table; what looking does not tell is asked, and never guessed."""

import json
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.styles import Font

from enduse.api.comparing import compare_issues, propose_profile
from enduse.errors import MalformedError
from enduse.exchange.tables import read_table
from enduse.exchange.tables.profile import parse_profile

RECEIPT = {"what": "receipt", "party": "party:store"}


@pytest.fixture
def table(tmp_path):
    def write(content, name="table.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def asked(found):
    return [question.key for question in found.questions]


def facts(found):
    return {column.name: (column.kind, column.sum, column.written) for column in found.columns}


def read(path, found):
    with read_table(path, parse_profile(found.profile, "found.toml")) as opened:
        rows = list(opened)
    assert [problem.message for row in rows for problem in row.problems] == []
    return [made for row in rows for made in row.statements]


STORE = (
    "Store of the harbour;;;;;\n"
    "as of March;;;;;\n"
    ";;;;;\n"
    "When;Paper;;Goods;;From\n"
    "Day;Waybill;Place;Item;Load;Party\n"
    "#date;#waybill;#loc;#item;#value;#org\n"
    "13/03/2026;W-1;Quay;Cement;1.024,5;Nord\n"
    "02/03/2026;W-2;Quay;Flour;3;Süd\n"
    "02/03/2026;W-3;Quay;Flour;n/a;Süd\n"
    "Total;;;;1.027,5;\n"
)


def test_titles_two_header_rows_tags_and_totals_are_seen(table):
    path = table(STORE.encode("windows-1252"), "store.csv")
    found = propose_profile(path)
    assert asked(found) == ["what", "party"]
    assert (found.header, found.rows, found.encoding) == ((4, 5), 3, "windows-1252")
    assert {note.code: count for note, count in found.notes.items()} == {"table.tag_row": 1, "table.above_header": 2}
    assert facts(found)["When / Day"] == ("day", "", "day-month-year")
    assert facts(found)["Load"] == ("number", "1027.5", "")
    assert found.columns[0].cell == "A5"
    answers = RECEIPT | {"unit": "t", "place": "place:quay", "quantity": "Load", "from": "From / Party"}
    found = propose_profile(path, answers)
    assert (asked(found), found.rows, found.refused) == ([], 3, 0)
    first, *_ = found.understood
    assert (first.line, first.what) == (7, "receipt")
    assert first.fields == {
        "date": "2026-03-13T12:00:00+00:00",
        "place": "place:quay",
        "item": "urn:enduse:class:cement",
        "quantity": "1024.5",
        "unit": "TNE",
        "waybill": "W-1",
        "from": "party:nord",
    }
    assert len(read(path, found)) == 3


@pytest.mark.parametrize("written", ["csv", "merged"])
def test_a_head_over_columns_of_units_is_that_of_each(table, tmp_path, written):
    rows: list[list[object]] = [
        ["Day", "Place", "Cement", "", "", "From"],
        ["", "", "bags", "Tonnes", "(kg)", ""],
        ["2026-01-05", "Store", 200, 10, 1, "Agency"],
    ]
    path = tmp_path / "heads.xlsx"
    if written == "csv":
        path = table("".join(";".join(map(str, row)) + "\n" for row in rows).encode(), "heads.csv")
    else:
        book = openpyxl.Workbook()
        for row in rows:
            book.worksheets[0].append([cell or None for cell in row])
        for span in ("A1:A2", "B1:B2", "C1:E1", "F1:F2"):
            book.worksheets[0].merge_cells(span)
        book.save(path)
    names = ["Day", "Place", "Cement / bags", "Cement / Tonnes", "Cement / (kg)", "From"]
    assert [column.name for column in propose_profile(path).columns] == names
    answers = {"what": "receipt", "party": "party:a", "item": "cement", "quantity": "Tonnes"}
    (question,) = propose_profile(path, answers).questions
    assert (question.key, question.suggested) == ("unit", "TNE")
    found = propose_profile(path, {**answers, "unit": "TNE"})
    assert (asked(found), found.understood[0].fields["quantity"], found.understood[0].fields["unit"]) == (
        [],
        "10",
        "TNE",
    )


def test_a_total_that_is_one_off_is_left_out_and_told(table):
    path = table("Place,People\nNorth,10\nSouth,20\nTOTAL,31\n")
    answers = {"what": "figure", "party": "party:x", "date": "2026-01-01", "unit": "people"}
    found = propose_profile(path, answers)
    assert facts(found)["People"] == ("number", "30", "")
    assert [made.body.value for made in read(path, found)] == ["10", "20"]
    assert [note.code for note in found.notes] == ["table.row_skipped"]


@pytest.mark.parametrize(
    ("label", "whole"),
    [
        ("Sub-total March;;;", "Grand total;;;"),
        ("Sous-total mars;;30,5;", "Total général;;35,5;"),
        ("Разом за березень;;30,5;", "Всього;;35,5;"),
        ("المجموع الفرعي لشهر آذار;;30,5;", "المجموع الكلي;;35,5;"),
        (";;;", "Carried forward to page 2;;35,5;"),
    ],
)
def test_subtotals_beside_days_are_no_rows_and_hide_no_days(table, label, whole):
    rows = ["Day;Donor;Amount;Currency", "13/03/2026;Nord;20,25;USD", "14/03/2026;Total Energies;10,25;USD", label]
    path = table("\n".join([*rows, "02/04/2026;Nord;5;USD", whole]) + "\n")
    found = propose_profile(path, {"what": "payment", "party": "party:x", "recipient": "party:x"})
    assert facts(found)["Day"] == ("day", "", "day-month-year")
    assert [made.body.amount.value for made in read(path, found)] == ["20.25", "10.25", "5"]


def test_a_column_that_is_named_for_days_is_read_as_its_days_are_written(table):
    path = table("When;To;Amount;Currency\n13/03/2026;a;5;USD\nsoon;a;5*;USD\n")
    answers = {"what": "payment", "party": "party:x", "date": "When", "amount": "Amount"}
    found = propose_profile(path, answers)
    assert found.questions == ()
    assert found.understood[0].fields["date"] == "2026-03-13T12:00:00+00:00"
    assert sorted(problem.cell for problem in found.problems) == ["A3", "C3"]


@pytest.mark.parametrize(
    ("days", "told"),
    [
        ((date(2026, 2, 1), "13/01/2026", date(2026, 12, 1), "31/01/2026"), True),
        ((date(2026, 2, 1), "13/01/2026", date(2026, 2, 20)), False),
        ((date(2026, 2, 1), "13/01/2026", "02/01/2026"), False),
        ((date(2026, 2, 1), date(2026, 3, 1)), False),
    ],
)
def test_days_that_a_spreadsheet_may_have_turned_round_are_told(tmp_path, days, told):
    path = tmp_path / "t.xlsx"
    book = openpyxl.Workbook()
    for row in (["Day", "About", "Words"], *([day, "x", "y"] for day in days)):
        book.active.append(row)
    book.save(path)
    for answers in ({}, {"what": "claim", "party": "party:x"}):
        found = propose_profile(path, answers)
        assert ("table.days_turned" in {note.code for note in found.notes}) == told


def test_rows_that_cannot_be_read_are_told_beside_what_is_asked(table):
    found = propose_profile(table("Day,To,Amount,Currency\n13/03/2026,a,1,234.50,USD\n"), {"what": "payment"})
    assert found.questions
    assert [(problem.code, problem.line) for problem in found.problems] == [("table.row_length", 2)]


def test_texts_that_are_written_as_formulas_are_their_texts(table):
    path = table('Id,Day,To,Amount,Currency\n="007",="13/03/2026",a,="1234.50",USD\n')
    found = propose_profile(path, {"what": "payment", "party": "party:x"})
    (made,) = read(path, found)
    assert (made.body.disbursement, made.body.amount.value) == ("disbursement:007", "1234.50")


@pytest.mark.parametrize(
    ("days", "order"),
    [
        (("13/02/2026", "02/03/2026"), "day-month-year"),
        (("02/13/2026", "02/03/2026"), "month-day-year"),
        (("2026-02-13", "2026-03-02"), ""),
        (("01/02/2026", "02/03/2026"), "asked"),
        (("13/02/2026", "02/13/2026"), "asked"),
        (("13/02/26", "02/03/26"), "day-month-year"),
        (("13.02.26", "02.03.26"), "day-month-year"),
        (("24/03/25", "24/03/26"), "asked"),
        (("13-Feb-26", "02-Mar-26"), ""),
    ],
)
def test_the_order_of_day_and_month_is_decided_for_the_whole_column_or_asked(table, days, order):
    path = table("Day,About,Words\n" + "".join(f"{day},x,y\n" for day in days))
    answers = {"what": "claim", "party": "party:x"}
    found = propose_profile(path, answers)
    if order == "asked":
        assert asked(found) == ["dates"]
        found = propose_profile(path, answers | {"dates": "month-day-year"})
        assert 'dates = "month-day-year"' in found.profile
    else:
        assert asked(found) == []
        assert (f'dates = "{order}"' in found.profile) is bool(order)


@pytest.mark.parametrize(
    ("texts", "style", "total"),
    [
        (("1,234,567", "12"), "1,234.5", "1234579"),
        (("1,234.5", "2"), "1,234.5", "1236.5"),
        (("1.234,5", "1.000"), "1.234,5", "2234.5"),
        (("1,5", "2,25"), "1234,5", "3.75"),
        (("0.127", "3"), "1234.5", "3.127"),
        (("١٬٢٣٤", "٥٠"), "1234.5", "1284"),  # noqa: RUF001 - Arabic digits
        (("1,234", "5"), "asked", "1239"),
        (("1.234", "5"), "asked", "1239"),
    ],
)
def test_how_numbers_are_written_is_told_by_the_whole_column_or_asked(table, texts, style, total):
    path = table("Place;Stock\n" + "".join(f"p{at};{text}\n" for at, text in enumerate(texts)))
    answers = {"what": "figure", "party": "party:x", "date": "2026-01-01", "unit": "t"}
    found = propose_profile(path, answers)
    if style == "asked":
        assert asked(found) == ["numbers"]
        found = propose_profile(path, answers | {"numbers": "1,234.5" if "," in texts[0] else "1.234,5"})
    else:
        assert asked(found) == []
        assert (f'numbers = "{style}"' in found.profile) is (style != "1234.5")
    assert facts(found)["Stock"][1] == total
    assert len(read(path, found)) == 2


PAID = "Item no;Date;Donor;To;{}Amount;Currency\n"


@pytest.mark.parametrize(
    ("head", "rows", "answers", "style"),
    [
        ("", ("1.1;2026-03-13;N;F;1.500;USD", "1.2;2026-03-14;N;F;2.500;USD"), {}, "asked"),
        ("Lat;", ("1;2026-03-13;N;F;31.52;1.500;USD", "2;2026-03-14;N;F;31.3;2.500;USD"), {}, "asked"),
        ("Unit price;", ("1;2026-03-13;N;F;12.5;1,500;USD", "2;2026-03-14;N;F;2.5;2,500;USD"), {}, "1,234.5"),
        ("Saldo;", ("1;2026-03-13;N;F;12.500,00;1.500;USD", "2;2026-03-14;N;F;9,5;2.500;USD"), {}, "1.234,5"),
        ("", ("1;2026-03-13;N;F;2.500;USD", "2;2026-03-14;N;F;about 3;USD"), {"amount": "Amount"}, "asked"),
        (
            "",
            ("1;2026-03-13;N;F;1.234,50;USD", "2;2026-03-14;N;F;1,234.50;USD", "3;2026-03-15;N;F;2.500;USD"),
            {},
            "asked",
        ),
    ],
    ids=["item numbers", "latitudes", "prices", "balances", "a column of words", "two habits"],
)
def test_what_is_no_amount_does_not_tell_how_amounts_are_written(table, head, rows, answers, style):
    path = table(PAID.format(head) + "\n".join(rows) + "\n")
    found = propose_profile(path, {"what": "payment", "party": "party:fund"} | answers)
    assert asked(found) == (["numbers"] if style == "asked" else [])
    assert (f'numbers = "{style}"' in found.profile) is (style != "asked")


def test_a_column_that_is_called_so_is_offered_whatever_stands_in_it(table):
    path = table("Date,Amount,Currency,To\n2 of May,1'000,USD,fund\n3 of May,12 000.0x,USD,fund\n")
    found = propose_profile(path, {"what": "payment", "party": "party:fund"})
    assert {question.key: question.options for question in found.questions} == {
        "date": ("Date",),
        "amount": ("Amount",),
    }


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("اليوم;الوصف\n2026-01-01;المستودع الشمالي في المدينة\n", "windows-1256"),
        ("Дата;Назва\n2026-01-01;Київська обласна лікарня та школа\n", "windows-1251"),
        ("Date;Région\n2026-01-01;Bossembélé, Ñuñoa à côté\n", "windows-1252"),
        ("Date;Région\n2026-01-01;Bossembélé\n", "utf-8"),
        ("Date;Région\n2026-01-01;Bossembélé\n", "utf-16"),
    ],
)
def test_the_encoding_is_found(table, text, encoding):
    found = propose_profile(table(text.encode(encoding)))
    assert found.encoding == ("" if encoding.startswith("utf") else encoding)
    assert found.columns[1].first == (text.split(";")[-1].strip(),)


def test_bold_subtotals_and_notes_beside_the_table_are_no_rows(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    for row in (["Place", "People"], ["All", 30], ["North", 12], ["N1", 5], ["N2", 7], ["South", 18], ["S1", 18]):
        sheet.append(row)
    for number in (2, 3, 6):
        sheet.cell(number, 1).font = Font(bold=True)
    sheet["D2"] = "A note"
    sheet.merge_cells("D2:E4")
    path = tmp_path / "people.xlsx"
    book.save(path)
    answers = {"what": "figure", "party": "party:x", "date": "2026-01-01", "unit": "people"}
    found = propose_profile(path, answers)
    assert [made.body.value for made in read(path, found)] == ["5", "7", "18"]
    assert {note.code: count for note, count in found.notes.items()} == {"table.bold_row": 3, "workbook.beside": 1}
    sheet["B2"] = 31  # bold, but the rows do not add up to it: then bold means something else
    book.save(path)
    assert "skip_bold" not in propose_profile(path, answers).profile


def test_each_word_has_its_side_where_a_column_says_which(table):
    path = table("Day,Kind,Item,Qty,Unit,Place\n2026-01-01,IN,Flour,5,t,A\n2026-01-02,out,Flour,2,t,A\n")
    found = propose_profile(path, {"what": "receipt,dispatch", "party": "party:x"})
    steps = ["receiving" if "receiving" in made.body.event else "shipping" for made in read(path, found)]
    assert steps == ["receiving", "shipping"]


def test_an_answer_is_a_column_or_what_holds_for_every_row_or_leaves_a_field_out(table):
    path = table("Day,Sum,To,Donor\n2026-01-01,5,Fund,North\n")
    answers = {"what": "payment", "party": "party:north", "currency": "USD", "donor": "-", "recipient": "To"}
    (made,) = read(path, propose_profile(path, answers))
    assert (made.body.amount.currency, made.body.recipient, made.body.donor) == ("USD", "party:fund", None)


def test_what_is_missing_is_asked_with_the_columns_that_could_hold_it(table):
    path = table("Day,Sum\n2026-01-01,5\n")
    found = propose_profile(path, {"what": "payment"})
    assert asked(found) == ["party", "currency", "recipient"]
    assert [question.options for question in found.questions] == [(), ("Day", "Sum"), ("Day", "Sum")]
    assert found.profile == ""
    with pytest.raises(MalformedError) as caught:
        propose_profile(table("A,B\nx,y\n"), {"what": "reading"})
    assert caught.value.problem.code == "profile.too_much_unknown"
    with pytest.raises(MalformedError) as caught:
        propose_profile(path, {"what": "recept"})
    assert caught.value.problem.code == "word.misspelt"


def test_the_header_may_be_said(table):
    path = table("a,b\nDay,Words,About\n2026-01-01,w,x\n")
    answers = {"what": "claim", "party": "party:x", "header": "2"}
    assert propose_profile(path, answers).header == (2, 2)
    for wrong in ("0", "x", "3-2", "1-9"):
        with pytest.raises(MalformedError) as caught:
            propose_profile(path, answers | {"header": wrong})
        assert caught.value.problem.code == "profile.header_answer"


def test_clocks_without_a_zone_are_asked_for_it(table):
    path = table("Day,Words,About\n2026-01-01 14:00,w,x\n")
    answers = {"what": "claim", "party": "party:x"}
    assert asked(propose_profile(path, answers)) == ["zone"]
    (made,) = read(path, propose_profile(path, answers | {"zone": "+03:00"}))
    assert made.occurred_at.isoformat() == "2026-01-01T14:00:00+03:00"
    midnight = table("Day,Words,About\n2026-01-01T00:00:00,w,x\n")
    assert asked(propose_profile(midnight, answers)) == []


def test_rows_that_cannot_be_recorded_are_shown_with_their_reasons(table):
    path = table("Day,Place,Item,Qty,Unit\n2026-01-01,A,Flour,5,cartloads\n")
    found = propose_profile(path, RECEIPT)
    assert (found.refused, found.problems[0].code, found.problems[0].cell) == (1, "cell.not_listed", "E2")


def test_an_empty_sheet_is_told_with_those_that_may_be_meant(tmp_path):
    book = openpyxl.Workbook()
    book.create_sheet("June").append(["Day", "Qty"])
    book.save(tmp_path / "two.xlsx")
    for read in (propose_profile, lambda path: compare_issues(path, path)):
        with pytest.raises(MalformedError) as caught:
            read(tmp_path / "two.xlsx")
        told = caught.value.problem
        assert (told.code, told.source, told.values["others"]) == ("table.sheet_empty", "two.xlsx", ["June"])


def test_an_empty_table_has_no_header(table):
    with pytest.raises(MalformedError) as caught:
        propose_profile(table(",,\n,,\n"))
    assert caught.value.problem.code == "table.no_header"


def test_rows_of_one_place_are_values_of_series_of_their_own(table):
    path = table("Country,Group,Ref,Affected\nMali,MAM,a,10\nMali,GAM,b,10\nNiger,MAM,c,20\nNiger,,d,20\n")
    found = propose_profile(path, {"what": "figure", "party": "party:x", "unit": "people", "date": "2026-01-01"})
    made = read(path, found)
    assert [(each.place, each.body.series, each.body.title["en"]) for each in made] == [
        ("place:mali", "series:table:affected:mam", "Affected \u00b7 MAM"),
        ("place:mali", "series:table:affected:gam", "Affected \u00b7 GAM"),
        ("place:niger", "series:table:affected:mam", "Affected \u00b7 MAM"),
        ("place:niger", "series:table:affected", "Affected"),
    ]
    assert {each.body.wording["en"] for each in made} == {"Affected"}


def test_a_series_is_not_parted_where_the_place_tells_its_rows_apart(table):
    path = table("District,Group,Affected\nA,MAM,10\nB,GAM,20\nC,MAM,20\n")
    found = propose_profile(path, {"what": "figure", "party": "party:x", "unit": "people", "date": "2026-01-01"})
    assert {each.body.series for each in read(path, found)} == {"series:table:affected"}


@pytest.mark.parametrize(
    ("head", "factor"),
    [
        ("Amount (USD thousand)", "1000"),
        ("Amount USD '000", "1000"),
        ("Amount kEUR", "1000"),
        ("Cost, mln USD", "1000000"),
        ("المبلغ (ألف دولار)", "1000"),
        ("Amount (USD bn)", "1000000000"),
    ],
)
def test_numbers_of_a_column_called_after_thousands_are_asked_about(table, head, factor):
    path = table(f"Date;Donor;To;{head}\n2026-02-03;Norway;Fund;1.5\n2026-02-04;Norway;Fund;2\n")
    answers = {"what": "payment", "party": "party:store", "currency": "USD"}
    asked = propose_profile(path, answers).questions
    assert [(each.key, each.suggested) for each in asked] == [("scale", "yes")]
    for answer, scale in (("yes", int(factor)), ("no", 1)):
        with read_table(path, parse_profile(propose_profile(path, {**answers, "scale": answer}).profile, "p")) as read:
            amounts = [Decimal(row.statements[0].body.amount.value) for row in read]
        assert amounts == [Decimal("1.5") * scale, 2 * scale]


@pytest.mark.parametrize(
    ("above", "below", "factor"),
    [
        ("Contributions received;;;\n(in thousands of US dollars);;;\n", "", 1000),
        ("Payments 2026, USD '000;;;\n", "", 1000),
        ("المبالغ بالملايين;;;\n", "", 1_000_000),
        ("", "Note: figures in EUR million;;;\n", 1_000_000),
    ],
)
def test_what_stands_beside_a_table_of_thousands_is_asked_about(table, above, below, factor):
    path = table(f"{above}Date;Donor;To;Amount\n2026-02-03;Norway;Fund;1.5\n2026-02-04;Norway;Fund;2\n{below}")
    answers = {"what": "payment", "party": "party:store", "currency": "USD"}
    assert [(each.key, each.suggested) for each in propose_profile(path, answers).questions] == [("scale", "yes")]
    profile = parse_profile(propose_profile(path, {**answers, "scale": "yes"}).profile, "p")
    with read_table(path, profile) as read:
        amounts = [Decimal(row.statements[0].body.amount.value) for row in read]
    assert amounts == [Decimal("1.5") * factor, 2 * factor]


def test_a_title_that_only_counts_something_in_millions_asks_nothing(table):
    path = table("Fund for one million homes;;;\nDate;Donor;To;Amount\n2026-02-03;Norway;Fund;1.5\n")
    assert not propose_profile(path, {"what": "payment", "party": "party:store", "currency": "USD"}).questions


def test_the_currency_named_beside_a_table_is_suggested(table):
    path = table("Contributions, EUR;;;\nDate;Donor;To;Amount\n2026-02-03;Norway;Fund;1.5\n")
    asked = propose_profile(path, {"what": "payment", "party": "party:store"}).questions
    assert [(each.key, each.suggested) for each in asked] == [("currency", "EUR")]


def test_a_rate_per_thousand_is_no_number_of_thousands(table):
    path = table("Date;Donor;To;Cost per thousand\n2026-02-03;Norway;Fund;1.5\n")
    answers = {"what": "payment", "party": "party:store", "currency": "USD", "amount": "Cost per thousand"}
    assert not propose_profile(path, answers).questions


GOODS = "Date,Waybill,From,To,Item,Quantity,Unit\n"


@pytest.mark.parametrize(
    "rows",
    [
        "* provisional figures,,,,,,\nSource: the store's own register,,,,,,\nPage 1 of 2,,,,,,\n",
        ",,ملاحظة: أرقام أولية,,,,\n",
    ],
)
def test_notes_below_a_table_are_no_rows_and_are_told(table, rows):
    path = table(GOODS + "2026-02-01,W1,Mill,Clinic,Flour,40,bag\n2026-02-02,W2,Mill,Clinic,Flour,30,bag\n" + rows)
    found = propose_profile(path, {"what": "dispatch", "party": "mill", "place": "From"})
    assert (found.rows, found.refused, facts(found)["Date"]) == (2, 0, ("day", "", "year-month-day"))
    assert {note.code: note.values["row"] for note in found.notes} == {"table.note_row": 3 + rows.count("\n")}
    assert len(read(path, found)) == 2


def test_a_row_of_which_only_a_number_is_filled_in_is_no_note(table):
    path = table(GOODS + "2026-02-01,W1,Mill,Clinic,Flour,40,bag\n,W2,,,,,\n")
    found = propose_profile(path, {"what": "dispatch", "party": "mill", "place": "From"})
    assert (found.rows, found.refused) == (2, 1)


def test_a_unit_behind_each_number_is_that_of_the_row(table):
    head = "Date,Waybill,From,To,Item,Quantity\n"
    path = table(
        head
        + 'd,W1,Mill,Clinic,Flour,"2,000 kg"\nd,W2,Mill,Clinic,Flour,2t\nd,W3,Mill,Clinic,Flour,٤٠ كيس\n'.replace(
            "d,", "2026-02-01,"
        )
    )
    found = propose_profile(path, {"what": "dispatch", "party": "mill", "place": "From", "numbers": "1,234.5"})
    lots = [json.loads(made.body.event)["quantityList"][0] for made in read(path, found)]
    assert [(str(lot["quantity"]), lot["uom"]) for lot in lots] == [("2000", "KGM"), ("2", "TNE"), ("40", "XBG")]
    path.write_text(head + "2026-02-01,W4,Mill,Clinic,Flour,2000\n2026-02-01,W5,Mill,Clinic,Flour,3 gulps\n", "utf-8")
    with read_table(path, parse_profile(found.profile, "found.toml")) as opened:
        told = [problem.told.code for row in opened for problem in row.problems]
    assert told == ["cell.no_unit", "cell.not_listed"]


def test_where_goods_left_or_came_is_asked_and_the_end_of_the_way_suggested(table):
    path = table(GOODS + "2026-02-01,W1,Mill,Clinic,Flour,40,bag\n")
    for what, end in (("dispatch", "From"), ("receipt", "To")):
        (question,) = propose_profile(path, {"what": what, "party": "mill"}).questions
        assert (question.key, question.suggested) == ("place", end)


@pytest.mark.parametrize(
    ("days", "order"),
    [("Sun 01/02/2026|Mon 02/02/2026", "day-month-year"), ("02/01/2026 (Sun)|02/02/2026 (Mon)", "month-day-year")],
)
def test_the_weekday_tells_which_number_is_the_month(table, days, order):
    path = table(GOODS + "".join(f"{day},W{day[4:6]},Mill,Clinic,Flour,40,bag\n" for day in days.split("|")))
    found = propose_profile(path, {"what": "dispatch", "party": "mill", "place": "From"})
    assert facts(found)["Date"] == ("day", "", order)
    assert [made.occurred_at.day for made in read(path, found)] == [1, 2]


def test_letters_and_digits_of_full_width_are_the_usual_ones(table):
    wide = {ord(each): chr(ord(each) + 0xFEE0) for each in "0123456789W"}
    path = table(GOODS + "2026-02-01,W1,Mill,Clinic,Flour,40,bag\n".translate(wide))
    (made,) = read(path, propose_profile(path, {"what": "dispatch", "party": "mill", "place": "From"}))
    event = json.loads(made.body.event)
    assert (event["eventTime"][:10], event["quantityList"][0]["quantity"]) == ("2026-02-01", 40)
    assert "W1" in event["bizTransactionList"][0]["bizTransaction"]


def test_the_number_of_a_paper_is_read_as_a_workbook_shows_it(tmp_path):
    book = openpyxl.Workbook()
    sheet = book.create_sheet(index=0)
    for row in (
        GOODS.strip().split(","),
        [date(2026, 2, 1), 7, "Mill", "Clinic", "Flour", 40, "bag"],
        [date(2026, 2, 1), "'0012", "Mill", "Clinic", "Flour", "'30", "bag"],
    ):
        sheet.append(row)
    sheet["B2"].number_format, sheet["F2"].number_format = "00000", "0"
    book.save(tmp_path / "way.xlsx")
    found = propose_profile(tmp_path / "way.xlsx", {"what": "dispatch", "party": "mill", "place": "From"})
    events = [json.loads(made.body.event) for made in read(tmp_path / "way.xlsx", found)]
    assert [each["bizTransactionList"][0]["bizTransaction"].rpartition(":")[2] for each in events] == ["00007", "0012"]
    assert [each["quantityList"][0]["quantity"] for each in events] == [40, 30]


def test_numbers_of_several_currencies_or_units_are_summed_up_apart(table):
    rows = "EUR,1000,600\nUSD,500,500\nEUR,20,0\n"
    found = propose_profile(table("Curr,Pledged,Balance\n" + rows), {"what": "pledge", "party": "fund"})
    assert {name: total for name, (_, total, _) in facts(found).items()} == {
        "Curr": "",
        "Pledged": "1020 EUR, 500 USD",
        "Balance": "600 EUR, 500 USD",
    }
    codes = "".join(f"{code},1\n" for code in ("EUR", "USD", "JPY", "ILS", "EGP"))
    assert facts(propose_profile(table("What,Pledged\n" + codes), {}))["Pledged"][1] == ""


def test_a_column_of_nothing_but_codes_of_currencies_says_the_currency_whatever_it_is_called(table):
    path = table("Date,Donor,Amount,Money of\n2026-01-02,Norland,1000,EUR\n2026-01-03,Sudland,500,USD\n")
    found = propose_profile(path, {"what": "pledge", "party": "fund", "recipient": "fund"})
    assert parse_profile(found.profile, "p").tells[0]["currency"] == "Money of"
