"""What is exported is what is shown: read back by openpyxl and DuckDB it gives the same figures, in both languages."""

import csv
from datetime import timedelta
from decimal import Decimal

import duckdb
import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

import enduse
from enduse.cli.main import app
from enduse.messages.english import TERMS
from enduse.pages.answers_workbook import SHEETS
from enduse.pages.catalogue import catalogue, signing_languages
from enduse.pages.flat_files import RECORD, flat_columns
from enduse.views.flat_rows import TABLES
from support.town import TOWN, written

HOSTILE = '=cmd|"/C calc"!A0'


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The town, with a party whose name is a formula and sums in currencies of no and three places."""
    folder = tmp_path_factory.mktemp("export")
    parties = [*TOWN["parties"], {"name_en": HOSTILE, "name_ar": "@اسم", "party_type": "state", "id": "party:formula"}]
    pledge = TOWN["pledges"][0]
    pledges = [
        pledge,
        {**pledge, "number": "P-2", "donor": "party:formula", "amount": 5_000_000, "currency": "JPY"},
        {**pledge, "number": "P-3", "donor": "party:formula", "amount": 1.125, "currency": "KWD"},
        {**pledge, "number": "P-4", "donor": "party:formula", "amount": "98765432109.87", "currency": "EUR"},
    ]
    file = written(folder / "town.xlsx", {**TOWN, "parties": parties, "pledges": pledges})
    enduse.create(folder / "town", file, play_all_parties=True)
    return folder / "town"


@pytest.fixture(scope="module")
def flat(town):
    with enduse.open(town) as programme:
        return programme.flat(since=20)


def export(*words, code=0):
    spoken = [] if "--lang" in words else ["--lang", "en"]  # or it speaks as it was last spoken to
    result = CliRunner().invoke(app, ["export", *map(str, words), *spoken])
    assert result.exit_code == code, result.output
    return result.stdout + result.stderr


def amounts(flat, table):
    """Return the amounts of a table, row by row, in the order of its columns."""
    names = [column.name for column in flat_columns(table) if column.holds == "amount"]
    return [[getattr(row, name) for name in names] for row in flat.tables[table]]


@pytest.mark.parametrize("language", signing_languages())
def test_the_workbook_reads_back_to_the_same_figures(town, flat, tmp_path, language):
    export(town, "--to", tmp_path / "a.xlsx", "--since", 20, "--lang", language)
    book, say = load_workbook(tmp_path / "a.xlsx"), catalogue(language).gettext
    assert [sheet.title for sheet in book] == [say(TERMS[f"table:{name}"]) for name in ("about", *SHEETS)]
    for name in SHEETS:
        sheet = book[say(TERMS[f"table:{name}"])]
        assert (sheet.freeze_panes, sheet.sheet_view.rightToLeft) == ("B2", language == "ar")
        assert bool(sheet.auto_filter.ref) == bool(flat.tables[name])
        columns = [column for column in flat_columns(name) if column.holds not in {"called", "record"}]
        heads = [cell.value for cell in sheet[1]]
        assert heads == [say(TERMS[f"field:{column.name}"]) for column in columns]
        assert len(set(heads)) == len(heads)
        at = [number for number, column in enumerate(columns) if column.holds == "amount"]
        read = [[row[number].value for number in at] for row in sheet.iter_rows(min_row=2)][: len(flat.tables[name])]
        shown = [[None if cell is None else Decimal(str(cell)) for cell in row] for row in read]
        assert shown == amounts(flat, name)
        for cell in (cell for row in sheet.iter_rows() for cell in row):
            assert cell.data_type != "f", "no cell is a formula"
    about = " ".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value)
    assert flat.root in about
    assert "example.org/harbour-town" in about


def test_sums_have_the_places_of_their_currency_and_days_are_days(town, tmp_path):
    export(town, "--to", tmp_path / "a.xlsx")
    book = load_workbook(tmp_path / "a.xlsx")
    donors = list(book["Money by donor"].iter_rows(min_row=2))
    shown = {row[1].value: row[2].number_format for row in donors}
    assert shown == {"USD": "#,##0.00", "JPY": "#,##0", "KWD": "#,##0.000", "EUR": "#,##0.00"}
    names = {row[0].value for row in donors}
    assert HOSTILE in names, "as it is called, and a text"
    assert all(row[0].quotePrefix for row in donors if row[0].value == HOSTILE)
    late = book["Differences"]
    since = next(cell.column for cell in late[1] if cell.value == "Since")
    assert (late.cell(2, since).is_date, late.cell(2, since).number_format) == (True, "yyyy-mm-dd")


def test_the_workbook_names_the_same_last_day_as_the_screen(town, flat, tmp_path):
    export(town, "--to", tmp_path / "a.xlsx")
    heads, *rows = load_workbook(tmp_path / "a.xlsx")["Late"].iter_rows(values_only=True)
    shown = [row[heads.index("Due")].date() for row in rows]
    assert shown
    # Sent on a day and due fourteen days later: at the end of that day, which is the first moment of the next.
    assert shown == [one.sent_at.date() + timedelta(days=14) for one in flat.tables["late"]]
    assert [one.due.date() for one in flat.tables["late"]] == [day + timedelta(days=1) for day in shown]


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_tables_read_back_to_the_same_figures_with_the_record_they_rest_on(town, flat, tmp_path, form):
    export(town, "--to", tmp_path / "out", "--format", form, "--since", 20)
    assert {path.stem for path in (tmp_path / "out").iterdir()} == set(TABLES) == set(flat.tables)
    with duckdb.connect() as engine:
        for table, rows in flat.tables.items():
            columns = flat_columns(table)
            types = {column.name: column.type for column in columns}
            given = f", columns = {types}, header = true, auto_detect = false, nullstr = ''" if form == "csv" else ""
            path = tmp_path / "out" / f"{table}.{form}"
            found = engine.sql(f"SELECT * FROM read_{form}('{path}'{given})")
            assert dict(zip(found.columns, map(str, found.types), strict=True)) == {
                name: kind.replace("DECIMAL(38, 9)", "DECIMAL(38,9)") for name, kind in types.items()
            }
            names = ", ".join(column.name for column in columns if column.holds == "amount")
            if names:
                assert [list(row) for row in found.project(names).fetchall()] == amounts(flat, table)
            assert found.project(", ".join(RECORD)).distinct().fetchall() == (
                [("example.org/harbour-town", flat.size, flat.root, True)] if rows else []
            )
        donors = f"read_{form}('{tmp_path / 'out'}/money_by_donor.{form}')"
        called = engine.sql(f"SELECT DISTINCT donor_name FROM {donors} WHERE donor = 'party:formula'").fetchall()
    assert called == [(HOSTILE if form == "parquet" else f"'{HOSTILE}",)]


def test_each_statement_is_exported_once_an_amount(town, tmp_path):
    export(town, "--to", tmp_path / "out")
    with (tmp_path / "out" / "statements.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    with enduse.open(town) as programme:
        assert {int(row["entry"]) for row in rows} == set(range(programme.size))
        said = {str(each.entry): each for each in programme.statements()}
    assert all(row["kind"] == said[row["entry"]].kind for row in rows)


def test_a_name_that_says_another_form_is_refused_and_nothing_is_written(town, tmp_path):
    assert "ends in .xlsx" in export(town, "--to", tmp_path / "a.html", code=2)
    assert "ends in .xlsx" in export(town, "--to", tmp_path / "a.csv", code=2)
    assert not list(tmp_path.iterdir())


def test_what_is_new_since_an_issue_is_told_only_where_one_is_named(town, tmp_path):
    export(town, "--to", tmp_path / "a.xlsx")
    export(town, "--to", tmp_path / "b.xlsx", "--since", 20)
    assert "Changes" not in load_workbook(tmp_path / "a.xlsx").sheetnames
    changes = load_workbook(tmp_path / "b.xlsx")["Changes"]
    assert ("said", "a party") not in {(row[0].value, row[1].value) for row in changes.iter_rows(min_row=2)}
    assert ("said", "shipping goods") in {(row[0].value, row[1].value) for row in changes.iter_rows(min_row=2)}


def test_heads_of_columns_are_used():
    used = {column.name for name in SHEETS for column in flat_columns(name) if column.holds not in {"called", "record"}}
    assert {term.removeprefix("field:") for term in TERMS if term.startswith("field:")} == used
    assert {term.removeprefix("table:") for term in TERMS if term.startswith("table:")} == {*SHEETS, "about"}
