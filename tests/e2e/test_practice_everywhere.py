"""Every command that answers about a programme says whether it is practice: to people, to programs, in files."""

import csv
import json
import shutil
from pathlib import Path

import pytest
import typer.main
from openpyxl import load_workbook
from typer.testing import CliRunner

import enduse
from enduse.book import keys
from enduse.cli.main import app
from support.town import written

PRACTICE = "Practice: one folder holds every party's key"
ARABIC = "تدريب: مجلد واحد يضم مفاتيح جميع الأطراف"
KEEPER = "party:registry"
NOT_HERE = {
    **dict.fromkeys(("demo", "new"), "what they make is tried in test_practice.py"),
    **dict.fromkeys(("join", "compare"), "what they make holds one key at most"),
    **dict.fromkeys(("send", "sign", "signed", "sent"), "take a light copy, which is no programme's folder"),
    **dict.fromkeys(("record witness", "record mirror", "record evidence"), "speak of their own folder"),
    **dict.fromkeys(
        ("key say", "key hand-on", "key delegate", "key revoke", "key remove"),
        "say what became of one statement on a key",
    ),
    "correct": "says what became of one statement on goods or money",
    **dict.fromkeys(
        ("record seal", "record disclose", "record erase", "access seal"), "say what became of one sealed value"
    ),
    "record receipt": "speaks of a file of receipts",
    "serve": "answers with pages, whose first line says it: tests of the portal",
    **dict.fromkeys(("money check", "money copy", "money merge"), "speak of files; the folder is the standard's"),
}
"""Commands with a folder that are not called here, and why."""

LINES = """
status town
status town --report out/report.html
report town --html out/whole.html --xlsx out/report.xlsx
export town --to out/all.xlsx
export town --to out/csv
export town --to out/parquet --format parquet
history town --to out/ledger
money show town
money links town
money reconcile town account.csv --as party:registry
money sample town --size 3 --currency USD
publish town --to out/site
goods town
trace town project:school
late town
changes town --since 1
list town
assure town --no-power
plan town --visits 1
mandates town
access show town
access order town
access map town --shapes areas.geojson --to out/map.svg
access disclose town --as party:registry
indicators town
undertakings town
works town
visits town
release town
backlog town
what-if town tranche:school-1
documents town
attach town out/dot.png --as party:registry --about place:harbour-town --signer party:registry
say town claim --as party:registry --set about=place:harbour-town --set words=shut
propose town tranche:school-1 withhold --to out/school.proposal
agree town out/school.proposal
copy town --to out/desk
add town out/town.xlsx
key new town party:registry --to out/next.key
key list town
key enrol town out/next.request --as party:registry
key change town --as party:registry --new out/changed.key
key lost town party:registry --new out/lost.key
record verify town
record prove town 3 --to out/p.proof
record publish town
record card town --to out/card.html
record fingerprint town
record compare town --kept out/card.html
record restore town --from town/tiles
record rebuild town --book
""".strip().splitlines()


def commands(command=None, path=""):
    command = command or typer.main.get_command(app)
    for name, child in getattr(command, "commands", {}).items():
        yield from commands(child, f"{path} {name}".strip())
    if not hasattr(command, "commands"):
        yield path, command


def programs_folder(command):
    return any("DIR" in (parameter.metavar or "") for parameter in command.params)


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    at = tmp_path_factory.mktemp("everywhere")
    enduse.create(at / "town", written(at / "town.xlsx"), play_all_parties=True)
    return at


def answers(town, at, *more, alone=False):
    """What every line prints in a copy of the town, by its line; with the keeper's key ``alone``, or with all."""
    shutil.copytree(town / "town", at / "town")
    for party in keys.held(at / "town") if alone else ():
        if party != KEEPER:
            (at / "town" / "keys" / "parties" / f"{party.replace(':', '%3A')}.key").unlink()
    (at / "out").mkdir()
    shutil.copyfile(town / "town.xlsx", at / "out" / "town.xlsx")
    shutil.copyfile(Path(__file__).parents[2] / "examples" / "photos" / "roof.png", at / "out" / "dot.png")
    square = {"type": "Polygon", "coordinates": [[[34, 31], [35, 31], [35, 32], [34, 31]]]}
    area = {"type": "Feature", "properties": {"adm2_pcode": "harbour"}, "geometry": square}
    rows = "day,amount,currency\n2026-01-01,5,USD\n"
    (at / "account.csv").write_text(rows, encoding="utf-8")
    (at / "areas.geojson").write_text(json.dumps({"features": [area]}), encoding="utf-8")
    told = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(at)
        for line in LINES:
            result = CliRunner().invoke(app, [*line.split(), *more], env={"COLUMNS": "200"})
            assert result.exit_code in {0, 1}, (line, result.output, result.exception)
            told[line] = result.stdout
    return told


@pytest.fixture(scope="module")
def practice(town, tmp_path_factory):
    at = tmp_path_factory.mktemp("practice")
    return at, answers(town, at)


def test_every_command_with_a_folder_is_tried_here():
    told = {name for name, _ in commands() if any(f"{line} ".startswith(f"{name} ") for line in LINES)}
    assert told | set(NOT_HERE) == {name for name, command in commands() if programs_folder(command)}, (
        "a new command is called here on a folder for practice"
    )


def test_every_answer_for_people_says_that_it_is_practice(practice):
    """`release`, `money`, `goods`, `list` and most others answered as if the parties had spoken."""
    assert [line for line, said in practice[1].items() if said.count(PRACTICE) != 1] == []
    assert [line for line, said in practice[1].items() if not said.startswith(PRACTICE)] == []


def test_every_answer_for_programs_says_that_it_is_practice(town, tmp_path):
    said = answers(town, tmp_path, "--json")
    assert [line for line, text in said.items() if json.loads(text)["practice"] is not True] == []


def test_no_answer_of_an_ordinary_folder_says_so(town, tmp_path):
    assert [
        line for line, text in answers(town, tmp_path, "--json", alone=True).items() if json.loads(text)["practice"]
    ] == []
    told = CliRunner().invoke(app, ["release", str(tmp_path / "town")]).stdout
    assert told
    assert PRACTICE not in told


def test_it_is_said_in_the_language_of_the_answer(practice):
    told = CliRunner().invoke(app, ["release", str(practice[0] / "town"), "--lang", "ar"], env={"COLUMNS": "200"})
    assert ARABIC in told.stdout


def test_every_file_that_a_command_writes_says_that_it_is_practice(practice):
    out = practice[0] / "out"
    for name in ("report.html", "whole.html", "card.html"):
        page = (out / name).read_text(encoding="utf-8")
        assert (page.count(PRACTICE), page.count(ARABIC)) == (1, int("ar" in page.partition("</html>")[0])), name
    for name in ("report.xlsx", "all.xlsx"):
        assert load_workbook(out / name).worksheets[0]["A2"].value.startswith(PRACTICE), name
    tables = [list(csv.DictReader(path.open(encoding="utf-8-sig"))) for path in (out / "csv").glob("*.csv")]
    assert {row["record_practice"] for rows in tables for row in rows} == {"true"}
