"""``enduse add`` of several files: what must be asked of one is asked before anything of another is recorded."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from enduse.cli.main import app

ROOT = Path(__file__).parents[2]
PROFILE = """
profile = "counts"
title = "Counts"
party = "party:importer"
[[tells]]
what = "count"
date = "Day"
place = { always = "place:central-store" }
item = "Goods"
quantity = "Load"
unit = "Unit"
"""
HEADER = "Day,Goods,Load,Unit\n"
SHARED = "2026-03-01,Flour,4,t\n"


def run(*words):
    result = CliRunner().invoke(app, [str(word) for word in words])
    return result.exit_code, result.stdout


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("new", "mine", "--from", ROOT / "examples" / "truck-register" / "programme.yaml")[0] == 0
    Path("counts.toml").write_text(PROFILE, encoding="utf-8")
    Path("north.csv").write_text(HEADER + SHARED + "2026-03-02,Rice,5,t\n2026-03-03,Rice,6,t\n", encoding="utf-8")
    Path("south.csv").write_text(HEADER + SHARED + "2026-03-02,Oil,7,t\n2026-03-04,Oil,8,t\n", encoding="utf-8")
    return tmp_path


def added(*words):
    code, output = run("add", "mine", *words, "--profile", "counts.toml", "--json")
    return code, json.loads(output)


def test_a_question_about_the_second_file_leaves_nothing_of_the_first_in_the_record(place):
    """*north.csv* was recorded, and *south.csv* then asked about: the same command said once more passed it over as known."""
    size = added("north.csv", "--dry-run")[1]["size"]
    code, told = added("north.csv", "south.csv")
    assert (code, told["accepted"], told["size"]) == (2, 0, size)
    (asked,) = told["problems"]
    assert (asked["code"], asked["source"]) == ("table.ask_table", "south.csv")
    assert "--table 'south.csv=south'" in asked["remedy"]
    code, told = added("north.csv", "south.csv", "--table", "south.csv=south")
    assert (code, told["accepted"]) == (0, 6)
    code, told = added("north.csv", "south.csv")
    assert (code, told["already_recorded"]) == (0, 6)


def test_a_file_that_cannot_be_read_hinders_no_other(place):
    Path("torn.xlsx").write_bytes(b"PK\3\4 torn")
    code, told = added("torn.xlsx", "north.csv")
    assert (code, told["accepted"], [each["source"] for each in told["problems"]]) == (2, 3, ["torn.xlsx"])
