"""Documents that the code keeps true."""

import importlib.util
import json
import re
from pathlib import Path

import jsonschema
import typer.main

from enduse.cli.main import app
from enduse.statements.codec import KINDS

ROOT = Path(__file__).parents[2]


def generator():
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


GENERATE = generator()


def test_a_generated_page_is_current():
    made = GENERATE.pages()
    assert len(made) > 60
    lagging = [path for path, text in made.items() if not path.is_file() or path.read_text(encoding="utf-8") != text]
    assert [path.name for path in lagging] == [], "run `make docs`"


def test_every_command_is_documented_and_shows_an_example():
    page = (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8")
    for path, command in GENERATE._walk(typer.main.get_command(app), "enduse"):
        assert f"\n## {path}\n" in page
        assert f"Example: {path}" in command.help, path


def test_links_lead_somewhere():
    pages = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md"))
    assert len(pages) > 90
    lost = [
        f"{page.name} links to {target}"
        for page in pages
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8"))
        if not re.match(r"[a-z]+:", target) and not (page.parent / target).exists()
    ]
    assert lost == []


def test_what_a_page_takes_in_from_elsewhere_links_to_no_file():
    """It stands in two folders, and a link would lead somewhere from one of them."""
    taken = [
        page.parent / name
        for page in sorted((ROOT / "docs").rglob("*.md"))
        for name in re.findall(r"^```{include} (\S+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert [path.name for path in taken] == ["CHANGELOG.md"]
    links = [link for path in taken for link in re.findall(r"\]\(([^)]*)\)", path.read_text(encoding="utf-8"))]
    assert [link for link in links if not link.startswith("https://")] == []


def headings(page):
    """Give the names under which the headings of a page are linked to."""
    text = re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#{1,3} (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def test_links_to_a_heading_lead_to_one():
    lost = [
        f"{page.name} links to {target}#{heading}"
        for page in sorted((ROOT / "docs").rglob("*.md"))
        for target, heading in re.findall(r"\]\(([\w./-]*\.md)?#([^)\s]+)\)", page.read_text(encoding="utf-8"))
        if heading not in headings(page.parent / target if target else page)
    ]
    assert lost == []


def test_the_schemas_accept_what_the_code_encodes():
    from enduse.simulate.demo import build
    from enduse.statements.envelope import unwrap

    seen = set()
    for batch in build(1).batches:
        for raw in batch.envelopes:
            payload = json.loads(unwrap(raw).payload)
            if payload["kind"] not in seen:
                seen.add(payload["kind"])
                schema = json.loads((ROOT / f"docs/reference/schemas/{payload['kind']}.json").read_text())
                jsonschema.validate(payload, schema)
    assert len(seen) > 15
    assert seen <= set(KINDS)


def test_the_glossary_knows_every_verdict_and_judgement():
    from typing import get_args

    from enduse.assurance.differences import Judgement
    from enduse.ledger.accounts import OUTCOMES
    from enduse.release.verdict import Value

    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").lower()
    terms = {line.split("|")[1].strip() for line in page.splitlines() if line.startswith("| ")}
    for word in (*get_args(Value), *get_args(Judgement), *OUTCOMES):
        assert word.replace("_", " ") in terms, word


def test_every_guarantee_names_tests_that_exist():
    page = (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8")
    found = re.findall(r"`(tests/[\w/*.]+\.py)?(?:::(\w+))?`", page)
    assert len(found) > 20
    last = ""
    for file, name in found:
        last = file or last
        paths = list(ROOT.glob(last))
        assert paths, last
        if name:
            assert any(f"def {name}(" in path.read_text(encoding="utf-8") for path in paths), f"{last}::{name}"


def test_every_decision_has_a_number_of_its_own_and_stands_in_the_list():
    folder = ROOT / "docs" / "decisions"
    notes = sorted(folder.glob("0*.md"))
    assert [int(note.name[:4]) for note in notes] == list(range(1, len(notes) + 1))
    listed = re.findall(r"^(\d+)\. \[.*\]\((.*)\)$", (folder / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert [name for _, name in listed] == [note.name for note in notes]
    for number, name in listed:
        assert int(name[:4]) == int(number)
        assert (folder / name).read_text(encoding="utf-8").startswith(f"# {number}. ")
