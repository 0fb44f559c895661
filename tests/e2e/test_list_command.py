"""``enduse list``: what was said, with entry numbers and identifiers, as it came."""

import json
import re
from datetime import timedelta
from typing import get_args

import pytest
from typer.testing import CliRunner

import enduse
from conftest import START
from enduse.book.book import Book
from enduse.cli.main import app
from enduse.messages.english.terms import TERMS
from enduse.statements.key import Action
from enduse.statements.money import Pledge, PledgeBody
from enduse.terms.amounts import Money


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("list") / "demo"
    enduse.demo.build(folder)
    return folder


def run(*words, code=0):
    result = CliRunner().invoke(app, ["list", *map(str, words)], env={"COLUMNS": "200"})
    assert result.exit_code == code, result.output
    return re.sub(
        r"^Practice: .*\n", "", result.stdout if code == 0 else result.output
    )  # test_practice_everywhere.py holds that line


def test_the_newest_are_shown_and_how_many_more_there_are(demo):
    lines = run(demo).splitlines()
    with enduse.open(demo) as programme:
        said = [each for each in programme.statements() if each.kind != "clock"]
    assert lines[0] == f"{len(said) - 40:,} earlier statements are not shown: --all shows them"
    assert lines[1].split() == ["entry", "identifier", "happened", "recorded", "what"]
    shown = [line.split()[:2] for line in lines[2:] if not line.strip().startswith("no effect: ")]
    assert shown == [[str(each.entry), each.id[:12]] for each in said[-40:]]
    assert len(run(demo, "--all").splitlines()) >= len(said)


def test_a_few_are_read_where_a_few_are_shown_and_the_pages_before_follow(demo, monkeypatch):
    read = []

    def statement(self, index, reads=Book.statement):
        read.append(index)
        return reads(self, index)

    monkeypatch.setattr(Book, "statement", statement)
    run(demo)
    run(demo, "--kind", "finding")
    last = run(demo, "--party", "party:karst").splitlines()
    assert len(read) < 150, "all 1,955 were read twice over"
    first = last[2].split()[0]
    assert last[0] == f"Earlier statements are not shown: --before {first} shows the last of them, --all shows all"
    shown = [line.split()[0] for line in run(demo, "--party", "party:karst", "--before", first).splitlines()[2:]]
    with enduse.open(demo) as programme:
        said = [str(each.entry) for each in programme.statements(party="party:karst") if each.kind != "clock"]
        backwards = [each.entry for each in programme.statements(kind="finding", newest_first=True)]
        assert backwards == [each.entry for each in programme.statements(kind="finding")][::-1]
    assert shown == said[-80:-40]
    assert json.loads(run(demo, "--party", "party:nobody", "--json"))["statements"] == []


def test_each_line_says_who_said_what_of_how_much_where(demo):
    lines = run(demo, "--kind", "reading", "--all").replace("\N{NO-BREAK SPACE}", " ").splitlines()
    line = next(each for each in lines if each.startswith("146 "))
    assert line.rstrip().endswith("Karst Cement: a reading · 24.99 t of cement · consignment:0001 · Karst yard")
    pledges = run(demo, "--kind", "pledge").replace("\N{NO-BREAK SPACE}", " ")
    assert "Republic of Azura: a pledge · USD 8 million · pledge:azura" in pledges


def test_what_has_no_effect_says_why(demo):
    with enduse.open(demo) as programme:
        found = [(said.kind, said.refusal) for said in programme.statements() if said.refusal is not None]
        told = [(kind, programme.words().message(refusal)) for kind, refusal in found]
    assert [kind for kind, _ in told] == ["attestation", "mandate", "umbrella"]
    for kind, words in told:
        assert f"no effect: {words}" in " ".join(run(demo, "--kind", kind, "--all").split())


def test_filters_agree_with_the_record(demo):
    answer = json.loads(run(demo, "--party", "party:monitor", "--place", "place:clinic-site", "--json"))["statements"]
    assert answer
    assert {each["statement"]["party"] for each in answer} == {"party:monitor"}
    assert {each["statement"]["place"] for each in answer} == {"place:clinic-site"}
    late = json.loads(run(demo, "--since", "2026-08-20", "--json"))["statements"]
    assert late
    assert min(each["recorded_at"] for each in late) >= "2026-08-20"
    entries = [each["entry"] for each in late]
    with enduse.open(demo) as programme:
        assert entries == list(range(entries[0], programme.size)), "whatever was recorded since, clocks too"


def test_a_kind_that_there_is_not_is_refused_and_an_empty_answer_is_said(demo):
    assert "did you mean 'finding'" in run(demo, "--kind", "finidng", code=2)
    assert run(demo, "--party", "party:nobody").strip() == "No statement is like that."


def test_the_founding_has_the_day_it_is_said_to_have_happened_and_no_other(demo):
    lines = run(demo, "--all").splitlines()
    with enduse.open(demo) as programme:
        founding = next(iter(programme.statements()))
    line = next(each for each in lines if each.startswith("0 "))
    assert line.split()[2] == founding.statement.occurred_at.date().isoformat()
    assert not any("1970-" in each for each in lines)
    told = json.loads(run(demo, "--kind", "programme", "--json"))["statements"][0]
    assert told["recorded_at"] is None
    assert told["happened_at"] == told["statement"]["occurred_at"]


def test_the_day_of_recording_stands_beside_where_it_is_another(small):
    small.say("donor", Pledge, PledgeBody(pledge="pledge:same", amount=Money("5", "EUR")))
    small.now += timedelta(days=5)
    late = PledgeBody(pledge="pledge:later", amount=Money("7", "EUR"))
    small.say("donor", Pledge, late, occurred_at=START + timedelta(days=1))
    with small.closed() as folder:
        _, same, later = (line.split() for line in run(folder, "--kind", "pledge").splitlines())
    assert same[2:4] == ["2026-01-01", "donor:"]
    assert later[2:5] == ["2026-01-02", "2026-01-06", "donor:"]


def test_of_a_key_it_says_what_happens_to_it(demo):
    assert "enrolling a key · " in run(demo, "--kind", "key")
    assert set(get_args(Action)) == {code.removeprefix("act:key:") for code in TERMS if code.startswith("act:key:")}
