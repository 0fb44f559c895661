"""A programme as a workbook: filled in, founded from, added again; every fault with its sheet and cell, before anything is recorded."""

from collections import Counter
from copy import deepcopy
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from shutil import copytree

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

import enduse
from enduse.cli import new, output
from enduse.cli.main import app
from enduse.errors import ConflictError, EnduseError, FaultsError, MalformedError, UnknownError
from enduse.exchange.tables.limits import Limits
from enduse.exchange.template import reading
from enduse.exchange.template.cells import choice, zone
from enduse.exchange.template.layout import FORMS
from enduse.exchange.template.reading import heads, is_template
from enduse.exchange.template.words import choice_words, choices, column_words, in_all_languages, sheet_words
from enduse.messages.english import TERMS
from enduse.pages.catalogue import catalogue, signing_languages
from enduse.terms.lookup import Lookup
from support.town import TOWN, written

EXAMPLES = Path(__file__).parents[3] / "examples"


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The town, founded for practice from its workbook."""
    folder = tmp_path_factory.mktemp("town")
    file = written(folder / "town.xlsx")
    enduse.create(folder / "town", file, play_all_parties=True)
    return folder / "town"


def changed(sheet, *rows):
    """Return the town with further rows in one sheet."""
    rows_of = deepcopy(TOWN)
    rows_of[sheet] += rows
    return rows_of


def faults(tmp_path, rows):
    """Return what is wrong with a workbook: place and code of each fault; nothing may be left behind."""
    with pytest.raises(FaultsError) as caught:
        enduse.create(tmp_path / "made", written(tmp_path / "b.xlsx", rows), play_all_parties=True)
    assert not (tmp_path / "made").exists()
    return [(problem.sheet, problem.cell or problem.line, problem.code) for problem in caught.value.problems]


def test_a_filled_workbook_becomes_the_programme_it_describes(town):
    with enduse.open(town) as programme:
        (money,) = programme.money()
        (cement,) = programme.goods()
        (tranche,) = programme.tranches()
        assert programme.status().title == {"en": "Rebuilding Harbour Town", "ar": "إعادة إعمار مدينة الميناء"}
        assert not programme.status().without_effect
        said = Counter(each.kind for each in programme.statements())
    assert (money.currency, money.pledged.value, money.paid.value) == ("USD", Decimal(300_000), Decimal("250000.5"))
    assert (cement.came_in.value, cement.used.value) == (Decimal(60), Decimal(45))
    assert (tranche.tranche, tranche.mark) == ("tranche:school-1", "met")
    assert said["mandate"] == 4, "two offers, two acceptances"
    assert said["goods"] == 4


@pytest.mark.parametrize("language", signing_languages())
def test_whatever_its_language_it_says_the_same(town, tmp_path, language):
    file = written(tmp_path / "t.xlsx", language=language)
    enduse.create(tmp_path / "other", file, play_all_parties=True)
    with enduse.open(tmp_path / "other") as other, enduse.open(town) as first:
        for ours, theirs in zip(other.statements(), first.statements(), strict=True):
            assert ours.kind == theirs.kind
            if ours.kind not in {"clock", "programme", "key"}:
                assert ours.statement.body == theirs.statement.body
    with enduse.open(town) as programme:
        again = programme.add(file)
    assert (again.accepted, again.no_effect, again.refused, again.statements) == (0, 24, 0, 0)


def test_what_is_new_in_it_is_added_wherever_it_stands_and_nothing_twice(town, tmp_path):
    rows = changed("pledges", {**TOWN["pledges"][0], "number": "P-2", "amount": "1,000.25"})
    rows["pledges"].reverse()
    rows["parties"].append({"name_en": "Southland", "party_type": "state"})
    rows["places"].append({"name_en": "Quay", "place_type": "site", "within": "Harbour Town"})
    file = written(tmp_path / "t.xlsx", rows)
    with enduse.open(town) as programme:
        first, again = programme.add(file), programme.add(file)
        (money,) = programme.money()
    assert (first.accepted, first.already_recorded, first.refused) == (3, 24, 0)
    assert (again.accepted, again.already_recorded, again.refused) == (0, 27, 0)
    assert money.pledged.value == Decimal("301000.25")


def test_what_would_be_added_is_shown_first_and_nothing_is_recorded(town, tmp_path):
    file = written(tmp_path / "t.xlsx", changed("pledges", {**TOWN["pledges"][0], "number": "P-33"}))
    with enduse.open(town) as programme:
        size = programme.size
        shown = programme.add(file, dry_run=True)
        assert programme.size == size
        added = programme.add(file)
    assert (shown.accepted, shown.already_recorded) == (added.accepted, added.already_recorded) == (1, 24)


def test_a_sheet_without_end_is_refused_with_the_row_where_reading_ended(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "LIMITS", Limits(rows=4))
    with pytest.raises(FaultsError) as caught:
        enduse.create(tmp_path / "made", written(tmp_path / "t.xlsx"), play_all_parties=True)
    assert {problem.code for problem in caught.value.problems} >= {"table.reading_ended"}
    assert not (tmp_path / "made").exists()


def test_two_rows_alike_are_two_and_a_third_is_one_more(tmp_path):
    came = TOWN["goods_in"][0]
    rows = changed("goods_in", came)
    enduse.create(tmp_path / "t", written(tmp_path / "t.xlsx", rows), play_all_parties=True)
    with enduse.open(tmp_path / "t") as programme:
        assert programme.goods()[0].came_in.value == 120
        result = programme.add(written(tmp_path / "u.xlsx", changed("goods_in", came, came)))
        assert (result.accepted, result.already_recorded) == (1, 25)
        assert programme.goods()[0].came_in.value == 180


@pytest.mark.threat(
    who="keeper",
    tries="founds a programme from a workbook in which other parties' rows stand",
    alone="only what the keeper itself says is recorded; each other row is named with the party that must say it",
    needs="each party's own key",
    seen_by="whoever starts it, by `enduse new` and `enduse add`",
)
def test_nobody_signs_for_another(tmp_path):
    file = written(tmp_path / "t.xlsx")
    started = enduse.create(tmp_path / "t", file)
    assert (started.said.accepted, started.said.refused, started.parties) == (13, 11, ("party:registry",))
    waiting = Counter(problem.values["party"] for problem in started.said.problems)
    assert waiting == {
        "party:poplar-works": 3,
        "party:harbour-fund": 3,
        "party:checkers": 3,
        "party:northland": 2,
    }
    with enduse.open(tmp_path / "t") as programme:
        assert {each.statement.party for each in programme.statements()} == {"party:registry"}
        again = programme.add(file)
        assert (again.accepted, again.already_recorded, again.refused) == (0, 13, 11)
        assert programme.add(file, party="party:registry").refused == 0


def test_every_fault_is_told_with_its_sheet_and_cell_before_anything_is_recorded(tmp_path):
    rows = changed(
        "mandates",
        {"holder": "Popular Works", "function": "Police", "place": "Nowhere", "start": "1/2/2026", "accepted": "soon"},
    )
    rows["payments"].append(
        {
            "number": "PAY-3",
            "from": "Northland",
            "receiver": "Harbour Fund",
            "amount": "1.234,5",
            "currency": "XXQ",
            "day": "2026-13-01",
            "paid_for": "maybe",
            "pledge": "P-9",
        }
    )
    rows["bills"].append({"project": "School", "material": "Cement", "unit": "stone", "allowance": 0.03})
    rows["parties"].append({"name_en": "Registry", "party_type": "agency"})
    rows["tranches"].append({"number": "S2", "project": "Clinic", "condition": "attested"})
    assert faults(tmp_path, rows) == [
        ("Parties", 9, "template.name_twice"),
        ("Who holds them", "A5", "template.named_nowhere"),
        ("Who holds them", "B5", "template.named_nowhere"),
        ("Who holds them", "C5", "template.named_nowhere"),
        ("Who holds them", "D5", "template.day_unclear"),
        ("Who holds them", "F5", "template.day_unclear"),
        ("Bills of quantities", "C4", "template.cell_needed"),
        ("Bills of quantities", "D4", "template.choice_unknown"),
        ("Bills of quantities", "E4", "template.per_cent"),
        ("Tranches", "B5", "template.named_nowhere"),
        ("Tranches", "C5", "template.cell_needed"),
        ("Tranches", "D5", "template.cell_needed"),
        ("Tranches", "I5", "template.cell_needed"),
        ("Payments", "H5", "template.pledge_unknown"),
        ("Payments", "D5", "template.not_a_number"),
        ("Payments", "E5", "template.currency_unknown"),
        ("Payments", "F5", "template.day_unclear"),
        ("Payments", "G5", "template.choice_unknown"),
    ]


def test_a_fault_in_what_is_added_records_nothing_either(town, tmp_path):
    rows = changed("pledges", {**TOWN["pledges"][0], "number": "P-7"}, {"number": "P-8", "donor": "Nobody"})
    with enduse.open(town) as programme:
        size = programme.size
        with pytest.raises(FaultsError):
            programme.add(written(tmp_path / "t.xlsx", rows))
        assert programme.size == size


@pytest.mark.parametrize(
    ("sheet", "row", "cell", "code"),
    [
        ("counts", {"checked": "use", "project": None}, "F4", "template.cell_needed"),
        ("counts", {"checked": "shipped"}, "G4", "template.cell_needed"),
        ("payments", {"number": "---"}, 5, "cell.no_identifier"),
        ("payments", {"paid_for": "supplier", "pledge": None, "material": "Cement"}, "J5", "template.goods_incomplete"),
        ("payments", {"amount": "0.123456"}, "D5", "amount.too_fine"),
        ("payments", {"number": 12345678901234567890}, "A5", "cell.identifier_rounded"),
        ("receipts", {"quantity": "many"}, "G4", "template.not_a_number"),
        ("bills", {"project": None}, "A4", "template.cell_needed"),
        ("receipts", {"quantity": -5}, "G4", "template.number_too_small"),
        ("dispatches", {"quantity": 0}, "H4", "template.number_too_small"),
        ("payments", {"amount": 0}, "D5", "template.number_too_small"),
        ("counts", {"quantity": -1}, "I4", "template.number_too_small"),
        ("payments", {"amount": "900.000"}, "D5", "template.number_unclear"),
        ("receipts", {"quantity": "\u0661\u0662.\u0665\u0660\u0660"}, "G4", "template.number_unclear"),
        ("tranches", {"number": "School 1", "amount": 5}, "C5", "template.other_words"),
        ("programme", {}, "", "template.no_founding"),
        ("places", {"name_en": None, "name_ar": None}, 6, "template.name_missing"),
    ],
)
def test_a_row_at_fault_is_named(tmp_path, sheet, row, cell, code):
    found = faults(tmp_path, changed(sheet, {**TOWN[sheet][0], **row}))
    assert (cell, code) in [(where or "", what) for _, where, what in found], found


def test_a_count_that_nobody_may_take_is_a_fault_before_anything_is_founded(tmp_path):
    """Functions are set when a programme is founded: what was measured without one had no effect, for good."""
    without = deepcopy(TOWN)
    without["functions"] = [row for row in TOWN["functions"] if row["acts"] != "reading"]
    assert {(sheet, code) for sheet, _, code in faults(tmp_path, without)} == {
        ("Tranches", "template.nobody_measures"),
        ("Counts", "template.nobody_counts"),
    }


def test_who_keeps_the_record_measures_nothing_and_who_holds_no_function_neither(tmp_path):
    keeper = TOWN["programme"][0]["keeper"]
    rows = changed("counts", {**TOWN["counts"][0], "counted_by": "Poplar Works"})
    rows["mandates"] += [{**row, "holder": keeper} for row in TOWN["mandates"] if row["function"] == "Checking"]
    assert [(sheet, code) for sheet, _, code in faults(tmp_path, rows)] == [
        ("Who holds them", "template.keeper_measures"),
        ("Counts", "template.count_without"),
    ]


def test_without_a_function_that_measures_each_counts_what_it_holds_itself(tmp_path):
    rows = deepcopy(TOWN)
    rows["functions"] = [row for row in TOWN["functions"] if row["acts"] != "reading"]
    rows["tranches"] = []
    holder = TOWN["goods_in"][0]["holder"]
    rows["counts"] = [{**TOWN["counts"][0], "checked": "stock", "project": None, "counted_by": holder}]
    enduse.create(tmp_path / "made", written(tmp_path / "b.xlsx", rows), play_all_parties=True)
    with enduse.open(tmp_path / "made") as programme:
        assert not programme.status().without_effect


@pytest.mark.parametrize(
    "quantity",
    [
        "1,250",
        "1 250",
        "1'250",
        "12,34,567",
        ".5",
        "0.125",
        "1250.500",
        "12.50",
        12.125,
        "\u0661\u0662\u066b\u0665\u0660\u0660",
    ],
)
def test_a_number_that_cannot_be_two_is_read(tmp_path, quantity):
    rows = changed("goods_in", {**TOWN["goods_in"][0], "quantity": quantity})
    enduse.create(tmp_path / "made", written(tmp_path / "b.xlsx", rows), play_all_parties=True)


def test_a_total_below_the_rows_is_passed_over_and_told_and_who_is_called_so_is_not(tmp_path):
    rows = {**TOWN, "parties": [*TOWN["parties"], {"name_en": "Total", "party_type": "company"}]}
    rows["payments"] = [*TOWN["payments"], {"number": "Total March", "amount": 259_000.5}]
    rows["goods_in"] = [*TOWN["goods_in"], {"holder": "المجموع", "quantity": 60}]
    enduse.create(tmp_path / "made", file := written(tmp_path / "b.xlsx", rows), play_all_parties=True)
    with enduse.open(tmp_path / "made") as programme:
        assert [programme.money()[0].paid.value, programme.goods()[0].came_in.value] == [Decimal("250000.5"), 60]
        assert "Total" in {name.get("en") for name in programme.status().names.values()}
        notes = {counted.note.code: counted.note.values for counted in programme.add(file).notes}
    assert (notes["template.total_passed_over"]["sheet"], notes["template.total_passed_over"]["row"]) == ("Goods in", 4)


BAGS = {"name_en": "Cement", "name_ar": "إسمنت", "pack": "bag", "pack_holds": 50, "pack_unit": "kg"}


def test_bags_and_tonnes_of_a_material_are_one_where_its_sheet_says_what_a_bag_holds(tmp_path):
    rows = {**TOWN, "materials": [BAGS], "dispatches": [{**TOWN["dispatches"][0], "quantity": 400, "unit": "bag"}]}
    rows["receipts"] = [{**TOWN["receipts"][0], "quantity": 20, "unit": "t"}]
    file = written(tmp_path / "b.xlsx", rows)
    enduse.create(tmp_path / "made", file, play_all_parties=True)
    with enduse.open(tmp_path / "made") as programme:
        (cement,) = programme.goods()
        assert cement.came_in.value == 60
        assert programme.status().missing == ()
        again = programme.add(written(tmp_path / "april.xlsx", rows))
        assert (again.accepted, again.refused, again.no_effect) == (0, 0, again.already_recorded)
        (pack,) = (each for each in programme.statements() if each.kind == "pack")
        assert pack.statement.party == "party:registry", "its keeper says so, by a mandate of its own"


def test_what_a_pack_holds_is_said_whole_and_where_a_programme_was_founded_for_it(town, tmp_path):
    assert ("D3", "template.cell_needed") in [
        (cell, code) for _, cell, code in faults(tmp_path, {**TOWN, "materials": [{**BAGS, "pack_holds": None}]})
    ]
    with enduse.open(town) as programme, pytest.raises(FaultsError) as caught:
        programme.add(written(tmp_path / "t.xlsx", {**TOWN, "materials": [BAGS]}))
    assert [problem.code for problem in caught.value.problems] == ["template.pack_late"]


def test_nothing_was_counted_is_a_count(tmp_path):
    rows = changed("counts", {**TOWN["counts"][0], "quantity": 0})
    enduse.create(tmp_path / "made", written(tmp_path / "b.xlsx", rows), play_all_parties=True)


def test_a_record_cannot_bear_a_name_with_blanks(tmp_path):
    rows = deepcopy(TOWN)
    rows["programme"][0]["record"] = "My Town"
    assert faults(tmp_path, rows) == [("Programme", "C3", "template.record_name")]


def test_a_formula_without_a_saved_value_is_told_and_not_passed_over(tmp_path):
    file = written(tmp_path / "t.xlsx")
    book = load_workbook(file)
    book["Pledges"]["C3"] = "=100000+200000"
    book["Parties"]["B4"] = '="Northland"'
    book.save(file)
    with pytest.raises(FaultsError) as caught:
        enduse.create(tmp_path / "made", file, play_all_parties=True)
    assert [(problem.sheet, problem.cell, problem.code) for problem in caught.value.problems] == [
        ("Parties", "B4", "cell.formula_unsaved"),
        ("Pledges", "C3", "cell.formula_unsaved"),
    ]


def test_a_workbook_of_another_record_is_refused(town, tmp_path):
    rows = deepcopy(TOWN)
    rows["programme"][0]["record"] = "example.org/elsewhere"
    with enduse.open(town) as programme, pytest.raises(FaultsError) as caught:
        programme.add(written(tmp_path / "t.xlsx", rows))
    assert [problem.code for problem in caught.value.problems] == ["template.other_record"]


def test_a_day_long_before_the_programme_began_is_told_at_its_row_and_accuses_nobody(town, tmp_path):
    """A load of 1926 was recorded without a word, overdue by 36,512 days, and its carrier asked where it is."""
    folder = copytree(town, tmp_path / "town")
    load = {**TOWN["dispatches"][0], "waybill": "W-1926", "day": datetime(1926, 4, 1)}
    with enduse.open(folder) as programme:
        added = programme.add(written(tmp_path / "t.xlsx", changed("dispatches", load)))
        late = programme.late()
    assert (added.accepted, added.refused) == (0, 1)
    (problem,) = added.problems
    assert (problem.code, problem.sheet, problem.line) == ("row.long_before", "Dispatches", 4)
    assert not [one for one in late if "1926" in str(one)]


def test_functions_are_set_when_a_programme_is_founded(town, tmp_path):
    with enduse.open(town) as programme, pytest.raises(FaultsError) as caught:
        programme.add(written(tmp_path / "t.xlsx", changed("functions", {"name_en": "Police"})))
    assert [problem.code for problem in caught.value.problems] == ["template.function_new"]


def test_sheets_are_known_by_their_heads_where_their_titles_are_not(town, tmp_path):
    file = written(tmp_path / "t.xlsx")
    book = load_workbook(file)
    for at, sheet in enumerate(book.worksheets[2:]):
        sheet.title = f"Blatt {at}"
    book.create_sheet("My notes").append(["call the depot", "on Monday"])
    book["Blatt 5"].insert_rows(1)
    book["Blatt 5"]["A1"] = "What we build"
    book.save(file)
    with enduse.open(town) as programme:
        again = programme.add(file)
    assert (again.already_recorded, again.accepted, again.refused) == (24, 0, 0)
    assert {note.note.code: note.note.values["n"] for note in again.notes} == {
        "template.examples_passed_over": 23,
        "template.sheets_not_read": 1,
    }


def test_a_sheet_may_come_twice_and_a_misspelt_head_is_told(town, tmp_path):
    file = written(tmp_path / "t.xlsx")
    book = load_workbook(file)
    more = book.copy_worksheet(book["Pledges"])
    more.title = "Pledges (2)"
    more["A3"] = "P-22"
    book.save(file)
    with enduse.open(town) as programme:
        assert programme.add(file).accepted == 1
    book["Pledges"]["A1"] = "Numbr"
    book.save(file)
    with enduse.open(town) as programme, pytest.raises(FaultsError) as caught:
        programme.add(file)
    told = {problem.code: problem.cell for problem in caught.value.problems}
    assert told["template.head_misspelt"] == "A1"
    assert "template.columns_missing" in told


def test_an_example_is_passed_over_and_an_overwritten_one_counts(tmp_path):
    file = written(tmp_path / "t.xlsx", {"programme": TOWN["programme"]})
    book = load_workbook(file)
    book["Parties"]["A2"] = "Registry"
    book.save(file)
    started = enduse.create(tmp_path / "t", file)
    assert (started.said.accepted, started.said.refused) == (1, 0)


def test_times_zones_and_digits_are_read_as_they_are_written(tmp_path):
    rows = deepcopy(TOWN)
    rows["dispatches"][0] |= {"quantity": "\u0665\u0660", "unit": "طن", "day": datetime(2026, 4, 1, 9, 30)}
    rows["receipts"][0] |= {"complete": "نعم", "unit": "KGM", "quantity": "49,500"}
    enduse.create(tmp_path / "t", written(tmp_path / "t.xlsx", rows), play_all_parties=True)
    with enduse.open(tmp_path / "t") as programme:
        sent = next(each for each in programme.statements() if each.step == "shipping")
        assert sent.statement.occurred_at.isoformat() == "2026-04-01T06:30:00+00:00"
        paid = next(each for each in programme.statements() if each.kind == "disbursement")
        assert paid.statement.occurred_at.isoformat() == "2026-03-20T09:00:00+00:00"
        assert programme.goods()[0].missing.value == Decimal("0.5")


@pytest.mark.parametrize(
    ("text", "hours"),
    [("+03:00", 3), ("+3", 3), ("UTC+3", 3), ("gmt +03", 3), ("+0300", 3), ("\u2212\u0663:\u0660\u0660", -3), ("UTC", 0), ("Z", 0),
     ("Asia/Baghdad", 3), ("America/Bogota", -5)],
)  # fmt: skip
def test_a_time_zone_is_read_as_people_write_it(text, hours):
    assert zone(text).utcoffset(datetime(2026, 4, 1)) == timedelta(hours=hours)


@pytest.mark.parametrize("text", ["Gaza", "+25:00", "3", "+03:75", "EST5EDT4", "../etc/passwd"])
def test_what_is_no_time_zone_is_told(text):
    with pytest.raises(MalformedError) as caught:
        zone(text)
    assert caught.value.problem.code == "template.zone_unclear"


@pytest.mark.parametrize("text", ["البتّ في الدفعات", "البت في الدفعات", "البـتّ في الدفعات", "ألبت في الدفعات"])
def test_a_choice_is_known_with_or_without_vowel_signs(text):
    assert choice("acts", text) == "decision"


def test_heads_choices_and_titles_are_told_apart_in_every_language():
    for language in signing_languages():
        say = catalogue(language).gettext
        titles = [say(TERMS[f"sheet:{form.code}"]) for form in FORMS]
        assert len(set(titles)) == len(titles)
        assert all(0 < len(title) <= 31 for title in titles), "a spreadsheet cuts longer ones"
        for form in FORMS:
            written_heads = [say(TERMS[f"column:{column.code}"]) for column in form.columns]
            assert len(set(written_heads)) == len(written_heads), (language, form.code)
    for form in FORMS:
        assert set(heads(form).values()) == {column.code for column in form.columns}
        assert sheet_words(form.code)
        for column in form.columns:
            assert column_words(column.code)
            if column.holds == "choice":
                assert set(choice_words(column.of).values()) == set(choices(column.of)) != set()


def test_every_word_of_the_workbook_is_used():
    used = {f"sheet:{form.code}" for form in FORMS} | {
        f"column:{column.code}" for form in FORMS for column in form.columns
    }
    assert {term for term in TERMS if term.startswith(("sheet:", "column:"))} == used | {"sheet:readme"}
    assert {term.partition(":")[2] for term in TERMS if term.startswith("note:")} <= {
        column.code for form in FORMS for column in form.columns
    }
    examples = {column.example for form in FORMS for column in form.columns}
    assert {term.partition(":")[2] for term in TERMS if term.startswith("example:")} <= examples


@pytest.mark.parametrize("language", signing_languages())
def test_the_empty_workbook_is_made_for_filling_in(tmp_path, language):
    enduse.template(tmp_path / "t.xlsx", language)
    book = load_workbook(tmp_path / "t.xlsx")
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    assert len(shown) == len(FORMS) + 1
    for sheet in shown:
        assert sheet.sheet_view.rightToLeft == (language == "ar")
        if sheet is not shown[0]:
            assert sheet.freeze_panes == "A2"
            assert str(sheet["A2"].value).startswith(tuple(in_all_languages("Example:")))
    lists = [each for sheet in shown for each in sheet.data_validations.dataValidation]
    assert len(lists) == sum(column.holds in {"choice", "unit", "name"} for form in FORMS for column in form.columns)


@pytest.mark.parametrize("name", ["town.pdf", "town.xls", "town.ods"])
def test_a_workbook_is_written_under_no_other_name(tmp_path, name):
    with pytest.raises(MalformedError) as caught:
        enduse.template(tmp_path / name)
    assert (caught.value.problem.code, list(tmp_path.iterdir())) == ("pages.wrong_suffix", [])


def test_a_table_is_no_workbook_of_a_programme(tmp_path):
    (tmp_path / "a.csv").write_text("Number,Donor\n1,2\n", encoding="utf-8")
    (tmp_path / "b.xlsx").write_bytes(b"PK\x03\x04 damaged")
    assert not is_template(tmp_path / "a.csv")
    assert not is_template(tmp_path / "b.xlsx")
    assert not is_template(tmp_path / "none.xlsx")
    with pytest.raises(EnduseError):
        enduse.create(tmp_path / "made", tmp_path / "b.xlsx")


def test_without_a_file_a_few_questions_found_a_programme(tmp_path, monkeypatch):
    asked = []
    answers = iter(["Cedar Valley: a clinic", "", "Ministry of Health", "Cedar Valley"])
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    output.speak("en")  # another test may have spoken Arabic in this process

    def prompt(question, default=None):
        asked.append(question)
        return next(answers) or default

    monkeypatch.setattr("typer.prompt", prompt)
    new.new(tmp_path / "clinic", as_json=True)
    assert len(asked) == 4
    with enduse.open(tmp_path / "clinic") as programme:
        assert programme.origin == "example.org/clinic"
        assert programme.status().title == {"en": "Cedar Valley: a clinic"}
        assert programme.find("Cedar Valley") == "place:all"
        taken = programme.sign(
            "pledge",
            {"pledge": "pledge:1", "amount": {"value": "5", "currency": "USD"}},
            party="party:keeper",
            occurred_at="2026-01-01",
        )
    assert taken.outcome == "accepted"


def test_nobody_is_asked_where_nobody_sits(tmp_path):
    told = CliRunner().invoke(app, ["new", str(tmp_path / "clinic"), "--lang", "en"])
    assert told.exit_code == 2
    assert "enduse template" in told.stderr
    assert not list(tmp_path.iterdir())


NAMES = {
    "party:fund": {"en": "Harbour Fund", "ar": "صندوق الميناء"},
    "place:store": {"en": "Central store"},
    "place:store-2": {"en": "Central Store North"},
    "party:store": {"en": "Store"},
    "project:store": {"en": "A new store"},
}


def test_a_name_in_any_language_or_spelling_is_looked_up():
    names = Lookup(NAMES, {"party:fund": [{"en": "Old Fund"}]})
    for written_as in (
        "party:fund",
        "Harbour Fund",
        "harbour-fund",
        "HARBOUR  FUND",
        "صندوق الميناء",
        "fund",
        "old fund",
    ):
        assert names.find(written_as) == "party:fund"
    assert names.find("central store") == "place:store"
    assert names.find("store") == "party:store", "a name goes before a part of an identifier"


def test_what_is_no_name_is_told_with_what_may_be_meant():
    names = Lookup(NAMES)
    with pytest.raises(UnknownError) as caught:
        names.find("central")
    assert caught.value.problem.values["candidates"] == [
        "Central store (place:store)",
        "Central Store North (place:store-2)",
    ]
    with pytest.raises(UnknownError) as caught:
        names.find("Harbor Fund")
    assert caught.value.problem.values["candidates"] == ["Harbour Fund (party:fund)"]
    with pytest.raises(UnknownError) as caught:
        names.find("xyzzy")
    assert caught.value.problem.code == "name.unknown"
    with pytest.raises(ConflictError) as several:
        Lookup({"a:1": {"en": "Store"}, "b:1": {"ar": "Store"}}).find("store")
    assert several.value.problem.values["candidates"] == ["Store (a:1)", "Store (b:1)"]


def test_the_example_workbook_says_what_the_town_says(town, tmp_path):
    with enduse.open(town) as programme:
        added = programme.add(EXAMPLES / "harbour-town" / "town.xlsx")
    assert (added.already_recorded, added.accepted, added.refused) == (24, 0, 0)


NAMED = """
profile = "arabic-list"
title = "What came to the store"
party = "party:harbour-fund"

[[tells]]
what = "entry"
date = "اليوم"
place = "المكان"
item = "المادة"
quantity = "الكمية"
unit = "الوحدة"
"""


def test_names_in_a_table_are_those_of_the_programme_in_any_language(town, tmp_path):
    folder = Path(copytree(town, tmp_path / "town"))
    (tmp_path / "list.toml").write_text(NAMED, encoding="utf-8")
    table = tmp_path / "list.csv"
    with enduse.open(folder) as programme:
        (before,) = programme.goods()
        cement, store = programme.find("Cement"), programme.find("Central store")
        words = [programme.words("ar").name(name) for name in (store, cement)]
        written_so = ((1, words[1]), (2, "CEMENT"), (3, "جبس"))
        rows = [f"2026-04-0{day},{words[0]},{material},{day},t" for day, material in written_so]
        table.write_text("\n".join(["اليوم,المكان,المادة,الكمية,الوحدة", *rows]) + "\n", encoding="utf-8")
        assert not any(word.isascii() for word in words)
        assert programme.add(table, profile=tmp_path / "list.toml").accepted == 3
        after, other = sorted(programme.goods(), key=lambda line: -line.came_in.value)
        said = [each.statement for each in programme.statements() if each.kind == "goods"][-3:]
    assert after.came_in.value - before.came_in.value == 3, "in Arabic and in capital letters: cement"
    assert other.came_in.value == 3, "what nobody has named stays what it is called"
    assert {statement.place for statement in said} == {store}


def test_a_name_that_is_spelt_much_like_one_of_the_programme_is_told(town, tmp_path):
    folder, table = Path(copytree(town, tmp_path / "town")), tmp_path / "list.csv"
    (tmp_path / "list.toml").write_text(NAMED, encoding="utf-8")
    rows = ["2026-04-01,Centrl store,Cement,1,t", "2026-04-02,Central store,Cemnt,1,t", "2026-04-03,Quay,Gypsum,1,t"]
    table.write_text("\n".join(["اليوم,المكان,المادة,الكمية,الوحدة", *rows]) + "\n", encoding="utf-8")
    with enduse.open(folder) as programme:
        shown = programme.add(table, profile=tmp_path / "list.toml", dry_run=True)
        store, cement = programme.find("Central store"), programme.find("Cement")
    told = [note.note.values for note in shown.notes if note.note.code == "table.name_like"]
    assert [(each["read"], each["column"]) for each in told] == [("Centrl store", "المكان"), ("Cemnt", "المادة")]
    meant = [str(each["candidates"]) for each in told]
    assert (store in meant[0], cement.rpartition(":")[2] in meant[1]) == (True, True)


ALWAYS = """
profile = "weights"
title = "What came, by weight"
party = "party:harbour-fund"

[[tells]]
what = "entry"
date = "Date"
place = { always = "المخزن المركزي" }
item = { always = "إسمنت" }
quantity = "Weight"
unit = { always = "UNIT" }
"""


def test_what_holds_for_every_row_is_read_as_a_cell_would_be(town, tmp_path):
    folder, profile, table = Path(copytree(town, tmp_path / "town")), tmp_path / "w.toml", tmp_path / "w.csv"
    table.write_text("Date,Weight\n2026-04-01,1500\n", encoding="utf-8")
    with enduse.open(folder) as programme:
        (before,) = programme.goods()
        profile.write_text(ALWAYS.replace("UNIT", "heaps"), encoding="utf-8")
        with pytest.raises(MalformedError) as caught:
            programme.add(table, profile=profile)
        assert caught.value.problem.code == "cell.not_listed", "said at once, and no row is recorded without effect"
        profile.write_text(ALWAYS.replace("UNIT", "kg"), encoding="utf-8")
        result = programme.add(table, profile=profile)
        (after,) = programme.goods()
        place = [each.statement for each in programme.statements()][-1].place
    assert (result.accepted, result.no_effect) == (1, 0)
    assert (place, after.came_in.value - before.came_in.value) == ("place:central-store", Decimal("1.5"))
