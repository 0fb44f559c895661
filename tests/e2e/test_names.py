"""Names are accepted wherever an identifier is, in either language; what is no name is told with what may be meant."""

import json
from shutil import copytree

import pytest
from typer.testing import CliRunner

import enduse
from enduse.cli.main import app
from support.town import written


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """The town, founded for practice from its workbook."""
    folder = tmp_path_factory.mktemp("named")
    enduse.create(folder / "town", written(folder / "town.xlsx"), play_all_parties=True)
    return folder / "town"


def told(*words):
    """Run a command; return its exit code and all that it said."""
    result = CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "200"})
    return result.exit_code, result.stdout + result.stderr


def test_a_name_an_identifier_and_a_number_on_paper_trace_the_same(town):
    answers = {
        told("trace", town, name)
        for name in ("place:central-store", "Central store", "central-store", "المخزن المركزي")
    }
    ((code, said),) = answers
    assert code == 0
    assert "Central store" in said
    assert told("trace", town, "W-17")[0] == told("trace", town, "waybill:w-17")[0] == 0
    assert told("trace", town, "P-1") == told("trace", town, "pledge:p-1")


def test_a_party_and_a_place_are_named_as_people_name_them(town):
    both = told("list", town, "--party", "Harbour Fund", "--all")
    assert both == told("list", town, "--party", "party:harbour-fund", "--all")
    assert both == told("list", town, "--party", "صندوق الميناء", "--all")
    assert "No statement" not in both[1]
    there = told("list", town, "--place", "School site")
    assert there == told("list", town, "--place", "place:school-site")
    assert told("key", "list", town, "Checkers") == told("key", "list", town, "party:checkers")
    gone = told("mandates", town, "--leaving", "Poplar Works=2026-06-01")
    assert gone == told("mandates", town, "--leaving", "party:poplar-works=2026-06-01")


@pytest.mark.parametrize(
    "line",
    [
        ("trace", "{town}", "Central"),
        ("list", "{town}", "--place", "Central stor"),
        ("list", "{town}", "--place", "store"),
    ],
)
def test_candidates_are_listed_when_it_is_not_one(town, line):
    code, said = told(*(word.format(town=town) for word in line))
    assert code == 2
    assert "Central store (place:central-store)" in said


def test_who_signs_is_never_guessed(town, tmp_path):
    made = tmp_path / "new.key"
    code, said = told("key", "new", town, "Poplar", "--to", made)
    assert (code, made.exists()) == (2, False)
    assert "Poplar Works (party:poplar-works)" in said
    assert told("key", "new", town, "poplar works", "--to", made)[0] == 0
    with enduse.open(town) as programme:
        assert programme.find("party:nobody", "party") == "party:nobody", "an identifier stands for itself"


PROFILE = """profile = "list"
title = "List"
party = "party:poplar-works"
[[tells]]
what = "receipt"
date = "Day"
place = "Where"
item = "What"
quantity = "Load"
unit = { always = "t" }
from = "From"
"""


def listed(folder, *rows):
    """Write a list and how it is read; return what is added to the command."""
    (folder / "list.toml").write_text(PROFILE, encoding="utf-8")
    lines = [f"2026-05-0{day},{row}" for day, row in enumerate(rows, 1)]
    (folder / "list.csv").write_text("\n".join(["Day,Where,What,Load,From", *lines]) + "\n", encoding="utf-8")
    return folder / "list.csv", "--profile", folder / "list.toml", "--dry-run"


def test_a_name_that_is_new_is_told_and_where_it_is_said_which_may_be_any_other_is_refused(town, tmp_path):
    given = listed(
        tmp_path, "School site,Cement,3,Harbour Fund", "Hill depot,Cement,4,Harbour Fund", "school site,Sand,5,Mill"
    )
    code, said = told("add", town, *given)
    assert code == 0
    assert "no “Hill depot” (Where)" in said
    assert "no “Mill” (From)" in said
    code, said = told("add", town, *given, "--new", "Hill depot", "--new", "sand")
    assert code == 1
    assert "refused          1" in said
    assert "list.csv:E4 From" in said
    assert "--new 'Mill'" in said
    code, said = told("add", town, *given, "--new", "-", "--json")
    assert (code, json.loads(said)["refused"]) == (1, 2)
    code, said = told("add", town, *given, "--new", "Hill depot", "--new", "Mill", "--new", "Sand")
    assert (code, "refused          0" in said) == (0, True)


def test_a_name_nearly_like_one_is_refused_with_the_one_that_may_be_meant(town, tmp_path):
    given = listed(tmp_path, "Scool site,Cement,3,Harbour Fund")
    code, said = told("add", town, *given, "--new", "Mill")
    assert code == 1
    assert "School site (place:school-site)" in said


def test_a_correction_takes_names_and_tells_which_may_be_meant(town, tmp_path):
    copied = copytree(town, tmp_path / "town")
    (entry,) = (
        each["entry"]
        for each in json.loads(told("list", town, "--kind", "goods", "--json")[1])["statements"]
        if each["step"].endswith("receiving")
    )
    code, said = told("correct", copied, entry, "--set", "place=Central stor")
    assert (code, "Central store (place:central-store)" in said) == (2, True)
    code, said = told("correct", copied, entry, "--set", "place=Central store", "--as", "Checkers")
    assert (code, "only that party takes it back" in said) == (2, True)
    code, said = told("correct", copied, entry, "--set", "material=cemnt")
    assert (code, "Cement" in said) == (2, True)
    code, said = told(
        "correct", copied, entry, "--set", "place=المخزن المركزي", "--as", "Poplar Works", "--set", "quantity=49"
    )
    assert "place:central-store" in said
