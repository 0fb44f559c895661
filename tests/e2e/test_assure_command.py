"""``enduse assure`` on a programme and on plain tables."""

import csv
import json
import random

import pytest
from typer.testing import CliRunner

pytest.importorskip("numpy")
pytest.importorskip("scipy")

from enduse.cli.main import app


def answer(*words, code):
    result = CliRunner().invoke(app, ["assure", *[str(word) for word in words], "--json"])
    assert result.exit_code == code, result.output + str(result.exception)
    return json.loads(result.stdout)


def write(folder, name, rows):
    with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def network(folder, lost=0.0, seed=3):
    dice = random.Random(seed)
    folder.mkdir()
    kinds = {"d": "donor", "w": "warehouse", "a": "site", "b": "site"}
    write(folder, "nodes", [{"node": node, "kind": kind} for node, kind in kinds.items()])
    ways = (("dw", "d", "w"), ("wa", "w", "a"), ("wb", "w", "b"))
    write(folder, "links", [{"link": link, "from_node": one, "to_node": two} for link, one, two in ways])
    scales = ("sd", "sw", "sa", "sb")
    write(folder, "instruments", [{"instrument": s, "random_sd": "0.005", "systematic_sd": "0.003"} for s in scales])
    rows = []
    for period in range(1, 13):
        for link, one, two in ways:
            amount = 200.0 if link == "dw" else 100.0
            arrived = amount - (lost if (link, period) == ("wa", 7) else 0)
            for kind, quantity, scale in (("shipped", amount, f"s{one}"), ("received", arrived, f"s{two}")):
                rows.append(
                    {
                        "reading": f"r{len(rows)}",
                        "period": period,
                        "material": "cement",
                        "kind": kind,
                        "link": link,
                        "quantity": f"{quantity * (1 + dice.gauss(0, 0.005)):.3f}",
                        "instrument": scale,
                    }
                )
    write(folder, "readings", rows)
    return folder


def test_a_programme_shows_where_the_cement_went(tmp_path):
    built = CliRunner().invoke(app, ["demo", "--into", str(tmp_path / "demo"), "--json"])
    assert built.exit_code == 0, built.output
    told = answer(tmp_path / "demo", "--no-power", code=1)
    alarm = next(item for item in told["alarms"] if item["material"] == "cement TNE")
    assert alarm["hypothesis"] == "transit loss"
    assert alarm["where"] == "place:central-store > place:clinic-site"
    assert alarm["interval"][0] < 20 < alarm["interval"][1]
    assert any("scale:clinic-site" in other for other in alarm["indistinguishable_from"])
    assert told["drafts"][0]["body"]["result"] == "unresolved", "an alarm is a draft, never a finding"


def test_nothing_missing_is_no_alarm(tmp_path):
    told = answer(network(tmp_path / "n"), code=0)
    assert told["alarms"] == []
    assert told["p_value"] > 0.05
    assert told["power"]


def test_a_loss_in_transit_is_found_where_it_was(tmp_path):
    told = answer(network(tmp_path / "n", lost=15), code=1)
    assert (told["alarms"][0]["where"], told["alarms"][0]["first_period"]) == ("wa", 7)
    assert set(told["alarms"][0]) >= {"hypothesis", "material", "last_period", "estimate", "interval", "statistic"}


def test_a_bad_row_is_told_and_hides_nothing(tmp_path):
    folder = network(tmp_path / "n", lost=15)
    with (folder / "readings.csv").open("a", encoding="utf-8") as file:
        file.write("bad,0,cement,shipped,wa,ten,sw\n")
    told = answer(folder, "--no-power", code=1)
    assert [problem["source"] for problem in told["problems"]] == ["readings"]
    assert told["alarms"][0]["where"] == "wa"


@pytest.mark.parametrize("missing", ["nodes", "links", "instruments"])
def test_a_missing_table_is_named(tmp_path, missing):
    folder = network(tmp_path / "n")
    (folder / f"{missing}.csv").unlink()
    result = CliRunner().invoke(app, ["assure", str(folder)])
    assert result.exit_code == 2
    assert missing in result.stderr
