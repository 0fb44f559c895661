"""``enduse profile`` at the command line."""

import json

from typer.testing import CliRunner

from enduse.cli.main import app


def test_what_is_not_in_the_rows_is_told_to_programs_too(tmp_path):
    table = tmp_path / "store.csv"
    table.write_text("Store of the harbour\nDay,Item,Load\n2026-03-13,Cement,5\n2026-03-14,Cement,6\nTotal,,11\n")
    result = CliRunner().invoke(app, ["profile", str(table), "--out", str(tmp_path / "store.toml"), "--json"])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    notes = json.loads(result.stdout)["proposal"]["notes"]
    assert [(each["note"]["code"], each["count"]) for each in notes] == [("table.above_header", 1)]
    assert "above the names" in notes[0]["note"]["message"]
