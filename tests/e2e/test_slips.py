"""A slip is taken back: a key for a party that is none, and what was signed and the keeper will not take."""

import json
import shutil

import pytest
from typer.testing import CliRunner

import enduse
from conftest import Small, seed_of
from enduse.book import keys
from enduse.cli.main import app
from enduse.statements.envelope import key_id
from enduse.statements.mandate import Mandate, MandateBody
from enduse.statements.party import Party, PartyBody
from enduse.statements.programme import Function, Place, PlaceBody
from enduse.terms.times import Period

CLAIM = ("claim", "--set", "about=place:port", "--set", "words=shut")


def run(*words, code=0):
    result = CliRunner().invoke(app, [*map(str, words)], env={"COLUMNS": "300"})
    assert result.exit_code == code, (words, result.output)
    return json.loads(result.stdout) if "--json" in words else result.stdout + result.stderr


@pytest.fixture(scope="module")
def founded(tmp_path_factory):
    """A town whose keeper keeps its own key alone, and the desk of a donor that has a light copy and its own."""
    where = tmp_path_factory.mktemp("slips")
    small = Small(where / "town", functions=(Function(function="look", name={"en": "Looking"}),))
    small.say("keeper", Party, PartyBody(party="party:harbour", name={"en": "Harbour"}, type="agency"))
    small.say("keeper", Place, PlaceBody(place="place:port", name={"en": "Port"}, type="area"))
    offer = MandateBody(mandate="m", action="offer", holder="donor", functions=("look",), places=("place:port",), period=Period(start=small.now))  # fmt: skip
    small.say("keeper", Mandate, offer)
    small.intake.book.log.publish()
    small.intake.close()
    for party in ("donor", "fund", "monitor"):
        keys.path_of(where / "town", party).unlink(missing_ok=True)
    with enduse.open(where / "town") as programme:
        programme.write_light(where / "desk")
    keys.save(where / "desk", "donor", seed_of("donor"))
    return where


@pytest.fixture
def there(founded, tmp_path, monkeypatch):
    for each in ("town", "desk"):
        shutil.copytree(founded / each, tmp_path / each)
    monkeypatch.chdir(tmp_path)


def held(folder):
    return {file.relative_to(folder): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("place", [(), ("--to", "new.key")])
@pytest.mark.parametrize("folder", ["desk", "town"])
@pytest.mark.parametrize(
    ("slip", "meant"), [("donr", "like it: donor"), ("party:harbor", "did you mean party:harbour?"), ("party:x", "")]
)
def test_a_mistyped_party_gets_no_key(there, tmp_path, folder, place, slip, meant):
    before = held(tmp_path)
    told = run("key", "new", folder, slip, *(place or (("--to", "new.key") if folder == "town" else ())), code=2)
    assert slip in told
    assert meant in told
    assert {name for name in held(tmp_path) if "book" not in str(name)} == {name for name in before if "book" not in str(name)}  # fmt: skip


def test_a_key_made_by_mistake_is_removed_and_the_first_is_found_again(there, tmp_path):
    before = held(tmp_path / "desk")
    run("key", "new", "desk", "party:x", "--undescribed")
    run("say", "desk", *CLAIM, code=2)  # two keys lie here: whose word is it?
    told = run("key", "remove", "desk", "party:x")
    assert told.count("removed:") == 2
    assert held(tmp_path / "desk") == before
    assert "number 1" in run("say", "desk", *CLAIM)
    run("key", "remove", "desk", "party:x", code=2)


def test_a_key_that_signed_or_is_enrolled_stays(there, tmp_path):
    before = held(tmp_path / "desk")
    assert "in the record" in run("key", "remove", "desk", "donor", code=2)
    run("key", "new", "desk", "donor", "--to", "second.key")
    run("say", "desk", *CLAIM, "--as", "donor", "--key", "second.key")
    assert "1 statement was signed" in run("key", "remove", "desk", "second.key", code=2)
    assert (tmp_path / "second.key").is_file()
    assert {name: before[name] for name in before} == {name: held(tmp_path / "desk")[name] for name in before}


def sent(*more):
    return {each["number"]: each for each in run("sent", "desk", *more, "--json")["statements"]}


def test_what_the_door_refuses_is_laid_aside_and_its_number_stays_used(there):
    run("key", "say", "desk", "suspend", "fund", "--as", "donor")  # not for a donor to say
    run("say", "desk", *CLAIM)
    run("send", "desk", "--to", "first.dsse")
    counts = run("add", "town", "first.dsse", "--receipts", "r.jsonl", "--json", code=1)
    assert (counts["accepted"], counts["refused"]) == (1, 1)
    assert [each["entry"] is None for each in sent("r.jsonl").values()] == [True, False]
    assert run("send", "desk", "--to", "again.dsse", "--json")["statements"] == 1  # it would be sent for ever

    assert [each["aside"] for each in sent("--aside", "1").values()] == [True, False]
    assert "laid aside" in run("sent", "desk")
    assert "Every statement is acknowledged" in run("sent", "desk")
    assert run("send", "desk", "--to", "none.dsse", "--json")["statements"] == 0
    assert "number 3" in run("say", "desk", *CLAIM)  # the number was signed: nothing else is signed under it
    run("sent", "desk", "--aside", "2", code=2)  # it stands in the record
    run("sent", "desk", "--aside", "9", code=2)

    assert [each["aside"] for each in sent("--again", "1").values()] == [False, False, False]
    assert run("send", "desk", "--to", "both.dsse", "--json")["statements"] == 2
    run("sent", "desk", "--aside", "1")
    run("send", "desk", "--to", "last.dsse")
    assert run("add", "town", "last.dsse", "--json")["accepted"] == 1
    assert f"running number 1 is missing of key {key_id(seed_of('donor').public)}" in run("record", "verify", "town")


def test_a_refused_end_of_a_key_that_is_laid_aside_ends_nothing_here(there):
    run("key", "say", "desk", "revoke", "donor", "--as", "donor")
    run("say", "desk", *CLAIM, code=2)
    run("sent", "desk", "--aside", "1")
    assert "number 2" in run("say", "desk", *CLAIM)


def test_several_keys_of_one_number_are_told_apart(there):
    request = run("key", "new", "desk", "donor", "--to", "second.key", "--json")
    run("say", "desk", *CLAIM)
    run("say", "desk", *CLAIM, "--key", "second.key", "--as", "donor")
    assert "--key KEY" in run("sent", "desk", "--aside", "1", code=2)
    assert [each["aside"] for each in run("sent", "desk", "--aside", "1", "--key", request["key"][:6], "--json")["statements"]] == [False, True]  # fmt: skip


def test_what_waits_to_be_acknowledged_is_called_by_what_it_does(there):
    run("say", "desk", "accept", "--set", "mandate=m")
    assert "accepting a mandate" in run("sent", "desk")
    run("send", "desk", "--to", "f.dsse")
    run("add", "town", "f.dsse")
    assert "accepting a mandate" in run("list", "town", "--party", "donor")
