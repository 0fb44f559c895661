"""``enduse add --fix`` writes a table back with what is wrong with its rows."""

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner

from enduse.cli.main import app

ROOT = Path(__file__).parents[2]
PROFILE = """
profile = "counts"
title = "Counts"
party = "party:importer"
[read]
header_rows = 2
[[tells]]
what = "count"
date = "Seen / Day"
place = { always = "place:central-store" }
item = "Goods"
quantity = "Load"
unit = "Unit"
"""
ROWS: list[list[Any]] = [
    ["Store of the harbour"],
    [],
    ["Seen"],
    ["Day", "Goods", "Load", "Unit"],
    ["2026-03-01", "Flour", 4, "t"],
    ["31 March", "Flour", "four", "t"],
    ["2026-03-02", "=cmd()", 4, "t"],
]


def run(*words):
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, result.output


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("new", "mine", "--from", ROOT / "examples" / "truck-register" / "programme.yaml")[0] == 0
    Path("counts.toml").write_text(PROFILE, encoding="utf-8")
    book = openpyxl.Workbook()
    for row in ROWS:
        book.worksheets[0].append(row)
    book.worksheets[0]["B7"] = "'=cmd()"
    book.save("counts.xlsx")
    with Path("counts.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(ROWS)
    return tmp_path


@pytest.mark.parametrize("table", ["counts.xlsx", "counts.csv"])
@pytest.mark.parametrize("out", ["back.xlsx", "back.csv"])
def test_remarks_stand_in_the_row_they_are_about(place, table, out):
    code, output = run("add", "mine", table, "--profile", "counts.toml", "--fix", out)
    assert (code, out in output) == (1, True), output
    if out.endswith("xlsx"):
        sheet = openpyxl.load_workbook(out).worksheets[0]
        rows = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
    else:
        with Path(out).open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.reader(file))
    assert rows[0][0] == "Store of the harbour"
    assert rows[3][:5] == ["Day", "Goods", "Load", "Unit", "Remarks"]
    assert rows[4][4] == ""
    assert rows[5][4].startswith("A6 Seen / Day: “31 March” is not a date")
    assert "C6 Load: “four” is not a number" in rows[5][4]
    assert not any(cell.startswith("=") for row in rows for cell in row)


def test_a_table_without_faults_is_not_written(place):
    Path("good.csv").write_text("Seen,,,\nDay,Goods,Load,Unit\n2026-03-01,Flour,4,t\n", encoding="utf-8")
    code, _ = run("add", "mine", "good.csv", "--profile", "counts.toml", "--fix", "back.csv", "--dry-run")
    assert (code, Path("back.csv").exists()) == (0, False)


def test_what_cannot_be_written_is_said_before_anything_is_recorded(place):
    code, output = run("add", "mine", "counts.csv", "--profile", "counts.toml", "--fix", "back.ods")
    assert (code, "end the name in .csv or .xlsx" in output) == (2, True)
    code, output = run("add", "mine", "counts.csv", "counts.xlsx", "--profile", "counts.toml", "--fix", "b.csv")
    assert (code, "this names 2 files" in output) == (2, True)
    assert "counts.csv" not in run("list", "mine", "--json")[1]


def test_what_is_wrong_with_a_number_of_a_workbook_is_told_to_programs_too(place):
    """A day that a workbook holds as a number ended `add --json` with a traceback."""
    book = openpyxl.load_workbook("counts.xlsx")
    book.worksheets[0]["A5"] = 46054
    book.save("counts.xlsx")
    code, output = run("add", "mine", "counts.xlsx", "--profile", "counts.toml", "--json")
    assert (code, '"read": "46054"' in output) == (1, True), output
