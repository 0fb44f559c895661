"""One folder with every party's key is practice, and says so; else a programme's folder holds its keeper's key alone."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from enduse.book import keys
from enduse.cli.main import app

EXAMPLES = Path(__file__).parents[2] / "examples"
PRACTICE = "Practice: one folder holds every party's key, so whoever has it can speak for all of them."
ARABIC = "تدريب: مجلد واحد يضم مفاتيح جميع الأطراف، فمن يملكه يستطيع أن يتكلم باسمهم جميعًا."
OWN = """
origin: example.org/own
at: 2026-03-01
founding:
  title: {en: Own}
  keeper: party:registry
  languages: [en, ar]
parties:
  - {party: "party:registry", name: {en: Registry}, type: agency}
  - {party: "party:poplar", name: {en: Poplar Works}, type: company}
"""
OTHERS = """statements:
  - {kind: need, party: "party:poplar", body: {need: "need:school", title: {en: A school}}}
"""


def run(*words, code=0):
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == code, result.output + str(result.exception)
    return " ".join(result.output.replace("│", " ").split())


@pytest.fixture(scope="module")
def practice(tmp_path_factory):
    folder = tmp_path_factory.mktemp("practice") / "town"
    assert PRACTICE in run("new", folder, "--from", EXAMPLES / "second" / "programme.yaml", "--play-all-parties")
    return folder


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    at = tmp_path_factory.mktemp("own")
    (at / "own.yaml").write_text(OWN, encoding="utf-8")
    assert PRACTICE not in run("new", at / "own", "--from", at / "own.yaml")
    return at / "own"


@pytest.mark.threat(
    who="keeper",
    tries="signs for the parties of its programme with keys that were made when it was started",
    alone="nothing: a new programme's folder holds the keeper's key alone, and a file that speaks for others is refused",
    needs="nobody; with --play-all-parties it can, and the programme calls itself practice",
    seen_by="whoever opens that folder: every status, report and page of it says so",
)
def test_a_new_programme_has_its_keepers_key_alone(own):
    """All parties' keys were made in one folder, and nothing said so."""
    assert keys.held(own) == ["party:registry"]
    assert PRACTICE not in run("status", own)
    assert json.loads(CliRunner().invoke(app, ["status", str(own), "--json"]).stdout)["practice"] is False


def test_a_file_that_speaks_for_others_is_refused_and_nothing_is_made(tmp_path):
    (tmp_path / "own.yaml").write_text(OWN + OTHERS, encoding="utf-8")
    told = run("new", tmp_path / "own", "--from", tmp_path / "own.yaml", code=2)
    assert "1 entry or table is said by another party (party:poplar), and nobody signs for another" in told
    assert "--play-all-parties" in told
    assert not (tmp_path / "own").exists()


def test_adding_for_a_party_whose_key_is_not_here_says_what_to_do(own):
    told = run("add", own, EXAMPLES / "cairo-2014" / "donors.csv", "--as", "party:poplar", code=2)
    assert "the private key of Poplar Works is not on this machine" in told or "party:poplar" in told
    assert "sign on its own machine and send the signed file, which enduse add takes as it is" in told


def test_every_party_that_the_file_describes_has_a_key_and_can_speak(tmp_path):
    """Only those that speak in the file had one, so whoever practised could not speak for the others."""
    (tmp_path / "own.yaml").write_text(OWN, encoding="utf-8")
    told = run("new", tmp_path / "own", "--from", tmp_path / "own.yaml", "--play-all-parties")
    assert PRACTICE in told
    assert "The keys of 2 parties were made" in told
    assert keys.held(tmp_path / "own") == ["party:poplar", "party:registry"]
    assert "Poplar Works in force" in run("key", "list", tmp_path / "own", "party:poplar")
    drill = EXAMPLES / "drill"
    told = run(
        *(
            "add",
            tmp_path / "own",
            drill / "sent-before.csv",
            "--as",
            "party:poplar",
            "--profile",
            drill / "waybills.toml",
        )
    )
    assert "refused 0" in told


def test_practice_is_said_on_every_page(practice, tmp_path):
    assert PRACTICE in run("status", practice)
    assert ARABIC.partition("،")[0] in run("status", practice, "--lang", "ar")
    run("status", practice, "--report", tmp_path / "report.html")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert page.count('class="invented"><strong>Practice:') == 1
    assert page.count(ARABIC) == 1


def test_the_demo_is_practice_and_says_so(tmp_path):
    assert PRACTICE in run("demo", "--into", tmp_path / "demo")
    assert PRACTICE in run("assure", tmp_path / "demo", "--html", tmp_path / "assurance.html", code=1)
    assert "<strong>Practice:" in (tmp_path / "assurance.html").read_text(encoding="utf-8")


def test_a_name_is_traced_however_it_is_written(practice):
    """A waybill that a table wrote in capitals became an identifier in small letters, which trace did not find."""
    assert run("trace", practice, "Pledge:NORTHLAND") == run("trace", practice, "pledge:northland").replace(
        "pledge:northland ", "Pledge:NORTHLAND ", 1
    )
    run("trace", practice, "Pledge:NOBODY", code=2)


def test_verify_names_parties_as_status_does(practice, tmp_path):
    shutil.copytree(practice, tmp_path / "town")
    run("key", "say", tmp_path / "town", "suspend", "party:poplar", "--as", "party:registry")
    told = run("record", "verify", tmp_path / "town")
    assert "Poplar Works (invented)" in told
    assert "party:poplar" not in told


def test_a_copy_without_the_keys_is_not_practice(practice, tmp_path):
    shutil.copytree(practice, tmp_path / "copy", ignore=shutil.ignore_patterns("keys"))
    assert PRACTICE not in run("status", tmp_path / "copy")
