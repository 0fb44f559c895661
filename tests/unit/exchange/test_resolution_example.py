"""The adopted arrangement: every fact has its source, nobody real says anything, and conditions are judged by the algebra."""

import json
from datetime import date
from pathlib import Path

import msgspec
import pytest
import yaml
from typer.testing import CliRunner

import enduse
from enduse.book.book import Book
from enduse.cli.main import app
from enduse.exchange.starting import start_programme
from enduse.views.arrangement import matter, undertakings

FILE = Path(__file__).parents[3] / "examples" / "resolution-2803" / "programme.yaml"
STATUS = {"adopted", "announced", "reported", "claimed"}
INVENTED = "party:reader"


def entries(data):
    """Every entry of the file that states something: its name, and what it says."""
    yield "founding", data["founding"]
    for function in data["founding"]["functions"]:
        yield function["function"], function
    for section in ("parties", "places", "umbrella", "mandates"):
        for number, one in enumerate(data[section]):
            yield f"{section}[{number}]", one
    for number, one in enumerate(data["statements"]):
        yield f"statements[{number}]", one["body"]


def unsourced(data):
    """The entries that do not say where they were read, when that was published, or how it stands."""
    faults = []
    for name, one in entries(data):
        if one.get("party") == INVENTED and one.get("invented"):
            continue
        cited = one.get("citation", {})
        if not cited.get("source") or not cited.get("date") or cited.get("status") not in STATUS:
            faults.append(name)
    return faults


@pytest.fixture(scope="module")
def data():
    return yaml.load(FILE.read_text(encoding="utf-8"), yaml.BaseLoader)


def test_every_fact_has_its_source_its_date_and_how_it_stands(data):
    assert unsourced(data) == []
    assert len(list(entries(data))) > 80


def test_an_entry_without_a_source_is_refused(data):
    for section, number in (("mandates", 0), ("parties", 3)):
        without = {**data, section: [dict(one) for one in data[section]]}
        del without[section][number]["citation"]
        assert unsourced(without) == [f"{section}[{number}]"]
    wrong = {**data, "statements": [{**one, "body": dict(one["body"])} for one in data["statements"]]}
    wrong["statements"][5]["body"]["citation"] = {**wrong["statements"][5]["body"]["citation"], "status": "true"}
    assert unsourced(wrong) == ["statements[5]"]


def invented_dates(data):
    """The sources whose date stands neither in their words or address, nor is told as the day on which they were read."""
    faults = []
    for name, one in entries(data):
        if not (cited := one.get("citation")):
            continue
        on = date.fromisoformat(cited["date"])
        shown = (f"{on.day} {on:%B %Y}", f"{on.day:02}{on:%b%y}".lower())
        read = cited["date"] == "2026-11-28" and "Date of reading; the page shows none" in cited.get("caution", "")
        if not read and not any(form in cited["source"] for form in shown):
            faults.append((name, cited["source"], cited["date"]))
    return faults


def test_no_source_has_a_date_that_it_does_not_show(data):
    wrong = {**data["founding"], "citation": {**data["founding"]["citation"], "date": "2025-11-18"}}
    assert [name for name, *_ in invented_dates({**data, "founding": wrong})] == ["founding"]
    assert invented_dates(data) == []


def test_nobody_real_says_anything_and_claims_stand_with_their_replies(data):
    assert {one["party"] for one in data["statements"]} == {INVENTED}
    assert [one["party"] for one in data["parties"] if one.get("invented")] == [INVENTED]
    claims = {one["body"]["claim"] for one in data["statements"] if one["kind"] == "claim"}
    replies = {one["body"]["to"] for one in data["statements"] if one["kind"] == "reply"}
    assert replies <= claims
    assert not [one for one in data["statements"] if one["kind"] in {"finding", "assessment", "decision"}], "no verdict"


def test_rows_1_3_7_11_16_and_18_stand_in_it_without_code(tmp_path):
    start_programme(tmp_path / "adopted", FILE)
    with Book.open(tmp_path / "adopted") as book:
        assert book.programme.umbrellas["umbrella:board"].required_groups == ("board",)
        stated = {one.body.undertaking: one for one in undertakings(book)}
        waiting = stated["undertaking:reconstruction-after"]
        assert (waiting.state, waiting.body.when, waiting.required.value) == ("waiting", "after", "not_known")
        assert stated["undertaking:hand-back"].state == "waiting", (
            "nobody is late whose condition is not known to be met"
        )
        known = matter(book, "matter:fund-balance")
        assert known.standing not in {"supported", "not_supported"}
    with enduse.open(tmp_path / "adopted") as programme:
        answer = programme.mandates("2026-02-01")
        assert {gap.function for gap in answer.gaps} >= {"transitional-administration", "civil-service"}
        offered = {one.party: (one.standing, one.itself) for one in answer.offered}
        assert offered["party:board-of-peace"] == ("adopted", False), "what was read stands beside the gap"
        (dollars,) = programme.money()
        assert (dollars.pledged.value, dollars.paid.value) == (14_200_000_000, 23_000_000)
        assert msgspec.to_builtins(programme.undertakings())
    told = run("undertakings", tmp_path / "adopted", "--party", "Israel")
    assert "waits for its condition" in told
    assert "only after: not known: a finding on matter:demilitarization must stand: supported" in told
    assert "registered by Reader of published sources (invented)" in told


def test_a_promise_whose_condition_holds_and_whose_day_is_over_has_lapsed_on_every_page(tmp_path):
    start_programme(tmp_path / "adopted", FILE)
    said = {
        "undertaking": "undertaking:lists",
        "action": "state",
        "by": INVENTED,
        "about": "topic:lists",
        "words": {"en": "After the resolution, a list every week."},
        "when": "after",
        "requires": {"is": "within", "period": {"start": "2025-11-18T00:00:00Z"}},
        "due": "2026-01-01T00:00:00Z",
    }
    (tmp_path / "lists.json").write_text(json.dumps(said), encoding="utf-8")
    said_so = ("say", tmp_path / "adopted", "undertaking", "--as", INVENTED, "--at", "2025-12-01T00:00:00Z")
    run(*said_so, "--from", tmp_path / "lists.json")
    with enduse.open(tmp_path / "adopted") as programme:
        (shown,) = programme.party(INVENTED).undertakings
        assert shown.state == "lapsed", "the page of the party knows whether what a promise waits for holds"
    assert "lapsed" in run("undertakings", tmp_path / "adopted", "--party", INVENTED)
    assert "not stated. Nobody is in breach" in run("undertakings", tmp_path / "adopted", "--party", "party:world-bank")


def run(*words):
    result = CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "200"})
    assert result.exit_code == 0, result.output
    return result.output
