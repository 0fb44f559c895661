"""The table in the how-to does what the page says of it, from the files to the book."""

import json
from pathlib import Path

from typer.testing import CliRunner

from enduse.cli.main import app
from support.pages import blocks

ROOT = Path(__file__).parents[2]


def run(*words):
    result = CliRunner().invoke(app, [str(word) for word in (*words, "--json")])
    return result.exit_code, json.loads(result.stdout)


def test_two_rows_have_effect_and_the_third_is_refused_with_its_cell(tmp_path):
    page = (ROOT / "docs" / "how-to" / "bring-a-table.md").read_text(encoding="utf-8")
    for block in blocks(page):
        if block.file:
            (tmp_path / block.file).write_text(block.text, encoding="utf-8")
    run("new", tmp_path / "mine", "--from", ROOT / "examples" / "truck-register" / "programme.yaml")
    profile = tmp_path / "warehouse.toml"
    code, told = run(
        "add", tmp_path / "mine", tmp_path / "deliveries.csv", "--as", "party:importer", "--profile", profile
    )
    assert (code, told["accepted"], told["no_effect"], told["refused"]) == (1, 2, 0, 1)
    (refused,) = told["problems"]
    assert (refused["code"], refused["values"]) == ("cell.not_listed", {"read": "Fuhre", "list": "units"})
    assert [refused[key] for key in ("source", "line", "path")] == ["deliveries.csv", 4, "Unit"]
    assert f"*deliveries.csv:E4 Unit: {refused['message']}*" in page
    assert {noted["note"]["code"]: noted["count"] for noted in told["notes"]}["row.no_custody"] == 1
    profile.write_text(profile.read_text().replace('"to" =', '"Fuhre" = "XVE"\n"to" ='))
    code, told = run(
        "add", tmp_path / "mine", tmp_path / "deliveries.csv", "--as", "party:importer", "--profile", profile
    )
    assert (code, told["accepted"], told["already_recorded"], told["refused"]) == (0, 1, 2, 0)
