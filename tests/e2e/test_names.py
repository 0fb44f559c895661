"""Names are accepted wherever an identifier is, in either language; what is no name is told with what may be meant."""

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
