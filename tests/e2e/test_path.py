"""The walk of ``docs/explanation/path.md`` is walked: each function it names exists, is called, and in that order."""

import csv
import importlib
import re
import sys
from pathlib import Path

from typer.testing import CliRunner

import enduse
from enduse.cli.main import app

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "path.md"
NAME = re.compile(r"^\d+\. `(enduse[\w.]+):([\w.]+)`", re.MULTILINE)
FLOORS = ["exchange", "statements", "record", "programme", "ledger", "book", "assurance", "release", "views", "pages"]


def named():
    found = NAME.findall(PAGE.read_text(encoding="utf-8"))
    assert len(found) > 15
    return found


def code_of(module, path):
    target = importlib.import_module(module)
    for part in path.split("."):
        target = getattr(target, part)
    target = getattr(target, "__func__", target)
    return getattr(target, "__wrapped__", target).__code__


def table(folder):
    row = {
        "id": "1",
        "trucks": "1",
        "received_date": "2024-11-02",
        "data_source": "UNRWA",
        "manifest_of": "",
        "cargo_description": "Flour",
        "cargo_category": "Food Items",
        "status": "Received",
        "quantity": "22",
        "units": "Pallets",
        "donor": "Invented donor",
        "donation_type": "Humanitarian - UN",
        "crossing": "Kerem Shalom",
        "recipient": "Invented recipient",
        "data_period": "",
        "data_entry_type": "",
        "last_edited": "2024-11-03 10:00:00",
    }
    path = folder / "list.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, row)
        writer.writeheader()
        writer.writerow(row)
    return path


def test_one_receipt_passes_each_floor_in_order(tmp_path):
    folder = tmp_path / "programme"
    example = ROOT / "examples" / "truck-register" / "programme.yaml"
    started = CliRunner().invoke(app, ["new", str(folder), "--from", str(example)])
    assert started.exit_code == 0, started.output
    file = table(tmp_path)
    names = named()
    codes = {code_of(module, path): f"{module}:{path}" for module, path in names}
    assert len(codes) == len(names), "two steps name the same function"
    walked = []

    def watch(frame, event, _argument):
        name = codes.get(frame.f_code) if event == "call" else None
        if name is not None and name not in walked:
            walked.append(name)

    from enduse.pages.html import write_report

    sys.setprofile(watch)
    try:
        added = CliRunner().invoke(app, ["add", str(folder), str(file), "--as", "party:importer"])
        with enduse.open(folder) as programme:
            write_report(programme.report(), tmp_path / "report.html")
    finally:
        sys.setprofile(None)
    assert added.exit_code == 0, added.output
    assert walked == [f"{module}:{path}" for module, path in names]
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "22" in page
    assert 'lang="ar"' in page
    assert {module.split(".")[1] for module, _ in names} >= {*FLOORS, "cli"}
