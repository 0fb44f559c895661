"""``enduse add`` asks before it records: of several files at once, and of names that look like one of the programme's."""

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
LOOKS_LIKE = "G\N{CYRILLIC SMALL LETTER A}te 96"
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


def test_questions_about_several_files_are_asked_at_once(place):
    """Each was asked in a run of its own, and a folder of twelve sheets took thirteen."""
    for name, item in (("east", "Soap"), ("west", "Salt")):
        rows = f"2026-03-05,{item},4,t\n2026-03-06,{item},5,t\n"
        Path(f"{name}.csv").write_text(HEADER + SHARED + rows, encoding="utf-8")
    code, told = added("north.csv", "south.csv", "east.csv", "west.csv")
    assert (code, told["accepted"]) == (2, 0)
    assert [each["source"] for each in told["problems"]] == ["south.csv", "east.csv", "west.csv"]
    answers = [word for name in ("south", "east", "west") for word in ("--table", f"{name}.csv={name}")]
    code, told = added("north.csv", "south.csv", "east.csv", "west.csv", *answers)
    assert (code, told["accepted"]) == (0, 12)


def test_a_file_that_cannot_be_read_hinders_no_other(place):
    Path("torn.xlsx").write_bytes(b"PK\3\4 torn")
    code, told = added("torn.xlsx", "north.csv")
    assert (code, told["accepted"], [each["source"] for each in told["problems"]]) == (2, 3, ["torn.xlsx"])


def test_a_name_with_a_letter_of_another_script_is_no_new_place_unasked(place):
    """*Gate 96* with a Cyrillic *a* became a place of its own, which nobody can tell from the gate."""
    Path("counts.toml").write_text(PROFILE.replace('{ always = "place:central-store" }', '"Where"'), encoding="utf-8")
    rows = [f"2026-03-01,{item},4,t,{where}\n" for item, where in (("Flour", "Gate 96"), ("Oil", LOOKS_LIKE))]
    Path("where.csv").write_text(HEADER.replace("\n", ",Where\n") + "".join(rows), encoding="utf-8")
    code, told = added("where.csv")
    assert (code, told["accepted"], told["refused"]) == (1, 1, 1)
    (asked,) = told["problems"]
    assert (asked["code"], asked["values"]["meant"]) == ("cell.name_looks_like", "place:gate-96")
    code, told = added("where.csv", "--new", LOOKS_LIKE, "--new", "Oil")
    assert (code, told["accepted"], told["already_recorded"]) == (0, 1, 1)
