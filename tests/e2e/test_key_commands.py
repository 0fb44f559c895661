"""What a party, the keeper and everybody else do about a lost key, on the command line."""

import json
import shutil
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

import enduse
from conftest import Small, seed_of
from enduse.book import keys
from enduse.cli.main import app
from enduse.portal.answers import SiteAnswers
from enduse.statements.key import KeyRules
from enduse.statements.money import Pledge, PledgeBody
from enduse.terms.amounts import Money

RULES = KeyRules(bodies=("fund", "monitor", "carrier"), quorum=2)


def run(*words, code=0):
    result = CliRunner().invoke(app, [*map(str, words)], env={"COLUMNS": "200"})
    assert result.exit_code == code, (words, result.output)
    return result.stdout + result.stderr


@pytest.fixture
def town(tmp_path):
    """A programme whose donor has lost its key, and a new one with the request for it."""
    small = Small(tmp_path / "town", keys=RULES)
    small.intake.close()
    keys.path_of(small.folder, "donor").rename(tmp_path / "old.key")
    run("key", "new", small.folder, "donor", "--to", tmp_path / "new.key")
    return small.folder


def named(town, party="donor", at=-1):
    return json.loads(run("key", "list", town, party, "--json"))["keys"][at]


def test_a_recovery_by_a_quorum_as_everybody_sees_it(town, tmp_path):
    """What was signed under a recovered key says so, in status, list and in the answers for programs."""
    assert "no key" not in run("key", "say", town, "recover", tmp_path / "new.request", "--as", "fund")
    assert named(town)["state"] == "waits"
    assert named(town)["recovery"]["object_until"] is not None
    for line in (run("status", town), run("record", "verify", town), run("key", "list", town)):
        assert "unless donor objects with its old one" in line
    assert json.loads(run("record", "verify", town, "--json"))["keys"][0]["code"] == "key.notice_waits"
    run("key", "say", town, "approve", named(town)["key"][:8], "--as", "monitor")
    assert named(town)["recovery"]["how"] == "quorum"
    assert [key["state"] for key in json.loads(run("key", "list", town, "donor", "--json"))["keys"]] == [
        "replaced",
        "in_force",
    ]
    (tmp_path / "new.key").rename(keys.path_of(town, "donor"))
    with enduse.open(town) as programme:
        body = {"pledge": "pledge:1", "amount": {"value": "5", "currency": "USD"}}
        taken = programme.sign("pledge", body, party="donor", occurred_at=datetime.now(UTC))
        (mark,) = programme.status().key_marks
    assert taken.outcome == "accepted"
    assert (mark.told.code, mark.told.values["by"], mark.entries) == (
        "key.mark_quorum",
        ["fund", "monitor"],
        (taken.index,),
    )
    assert "1 statement signed under a key of donor recovered on" in run("status", town)
    assert "signed under a key of donor recovered on" in run("list", town, "--kind", "pledge")
    for figures in (("money",), ("goods",), ("late",), ("trace", "pledge:1"), ("works",)):
        beside = run(figures[0], town, *figures[1:])
        assert "Of this record's statements 1 are signed under a key of donor recovered on" in " ".join(beside.split())
    run("report", town, "--html", tmp_path / "report.html")
    assert "are signed under a key of" in (tmp_path / "report.html").read_text()
    with enduse.open(town) as programme:
        assert [told.code for told in SiteAnswers(programme).standing.clock] == ["key.marked"], (
            "on every page of the portal"
        )


def states(town, party):
    return [key["state"] for key in json.loads(run("key", "list", town, party, "--json"))["keys"]]


def recovered(town, kept, party, *bodies):
    """Let bodies bring a party that lost its key a new one; ``kept`` holds what it lost. Returns the new key's request."""
    path = keys.path_of(town, party)
    if path.exists():
        path.rename(kept / f"lost-{party}-{len(states(town, party))}.key")
    new = kept / f"{party}-{len(states(town, party))}.key"
    run("key", "new", town, party, "--to", new)
    run("key", "say", town, "recover", new.with_suffix(".request"), "--as", bodies[0])
    run("key", "say", town, "approve", new.with_suffix(".request"), "--as", bodies[1])
    new.rename(path)
    return new.with_suffix(".request")


def pledged(town, name):
    body = {"pledge": name, "amount": {"value": "5", "currency": "USD"}}
    with enduse.open(town) as programme:
        return programme.sign("pledge", body, party="donor", occurred_at=datetime.now(UTC)).outcome


def test_a_key_that_is_lost_twice_is_recovered_twice_and_neither_lost_one_says_or_stops_anything(town, tmp_path):
    recovered(town, tmp_path, "donor", "fund", "monitor")
    assert pledged(town, "pledge:1") == "accepted"
    recovered(town, tmp_path, "donor", "monitor", "carrier")
    assert pledged(town, "pledge:2") == "accepted"
    assert states(town, "donor") == ["replaced", "replaced", "in_force"]
    for lost in (tmp_path / "old.key", tmp_path / "lost-donor-2.key"):
        refused = run("key", "say", town, "revoke", named(town)["key"], "--as", "donor", "--key", lost, code=1)
        assert "a recovered key has taken the place of this key of donor" in refused
        run("key", "say", town, "object", "donor", "--as", "donor", "--key", lost, code=2)
        shutil.copy(lost, keys.path_of(town, "donor"))
        assert pledged(town, "pledge:3") == "no_effect"
    assert states(town, "donor") == ["replaced", "replaced", "in_force"]
    marks = json.loads(run("status", town, "--json"))["key_marks"]
    assert [mark["told"]["values"]["by"] for mark in marks] == [["fund", "monitor"], ["monitor", "carrier"]]


def test_a_body_whose_key_was_replaced_decides_with_its_new_key_alone(town, tmp_path):
    """One of the quorum loses its own key; the other two bring it a new one, and it decides on others again."""
    recovered(town, tmp_path, "fund", "monitor", "carrier")
    run("key", "say", town, "recover", tmp_path / "new.request", "--as", "monitor")
    lost = ("--as", "fund", "--key", tmp_path / "lost-fund-1.key")
    run("key", "say", town, "approve", tmp_path / "new.request", *lost, code=1)
    assert states(town, "donor") == ["in_force", "waits"], "a key that was replaced has no voice"
    run("key", "say", town, "approve", tmp_path / "new.request", "--as", "fund")
    assert states(town, "donor") == ["replaced", "in_force"]
    assert named(town)["recovery"]["how"] == "quorum"
    for line in (run("key", "list", town, "fund"), run("record", "verify", town)):
        assert "replaced" in line or "holds" in line


def test_what_a_word_on_a_key_means_is_said_with_its_reason(town, tmp_path):
    """Only the number of the entry was said, and the reason was shown nowhere."""
    asked = run("key", "say", town, "recover", tmp_path / "new.request", "--as", "fund", "--reason", "They rang us.")
    with enduse.open(town) as programme:
        until = programme.words().day(datetime.fromisoformat(named(town)["recovery"]["until"]))
    assert f"the key waits until {until}; donor may object until then" in asked
    assert "fund gave as the reason on" in run("key", "list", town, "donor")
    assert ": They rang us." in run("key", "list", town, "donor")
    given = named(town)["reasons"][0]
    assert (given["by"], given["action"], given["reason"]) == ("fund", "recover", "They rang us.")
    approved = run("key", "say", town, "approve", named(town)["key"], "--as", "monitor")
    assert "the key is in force now" in approved
    assert "may object" not in approved


def test_who_decides_on_a_key_is_never_its_own_party(town):
    assert "2 of these decide at once: fund, carrier." in run("key", "list", town, "monitor")
    assert "fund, monitor, carrier. None of them decides on its own key." in run("key", "list", town)


def test_a_thief_and_a_keeper_are_told_why_not(town, tmp_path):
    old = tmp_path / "old.key"
    refused = run("key", "say", town, "enrol", tmp_path / "new.request", "--as", "keeper", code=1)
    assert "nobody enrols another for it at once" in refused
    run("key", "say", town, "recover", tmp_path / "new.request", "--as", "keeper")
    size = named(town)["entry"]
    early = run("key", "say", town, "complete", named(town)["key"], "--as", "keeper", code=1)
    assert "waits in public until" in early
    run("key", "say", town, "object", "donor", "--as", "donor", "--key", old)
    assert named(town)["recovery"]["objections"][0]["entry"] > size
    assert "comes into force only when 2 of these agree: fund, monitor, carrier" in run("key", "list", town)
    assert "is not in force, so there is nothing" not in run(
        "key", "say", town, "suspend", named(town, at=0)["key"], "--as", "keeper"
    )
    assert named(town, at=0)["suspended_by"] == "keeper"


def test_who_knows_no_key_is_told(town, tmp_path):
    assert "names no such key" in run("key", "say", town, "revoke", "none", "--as", "fund", code=2)
    assert "names no such key" in run("key", "say", town, "object", "donor", "--as", "donor", code=2), "nothing waits"
    run("key", "new", town, "fund", "--to", tmp_path / "second.key")
    run("key", "say", town, "enrol", tmp_path / "second.request", "--as", "fund")
    assert "names 2 keys" in run("key", "say", town, "revoke", "fund", "--as", "fund", code=2)
    run("key", "say", town, "revoke", tmp_path / "second.request", "--as", "fund")
    assert "recorded" in run("key", "say", town, "suspend", "fund", "--as", "keeper"), "the one that is left"
    assert "is there already" in run("key", "new", town, "donor", "--to", tmp_path / "new.key", code=2)
    assert "no request for a key" in run("key", "say", town, "enrol", tmp_path / "old.key", "--as", "fund", code=2)
    assert "has no key" in run("key", "list", town, "stranger", code=2)


def test_the_record_says_when_a_suspension_is_over(tmp_path):
    small = Small(tmp_path / "town")
    with enduse.open(small.folder) as programme:
        (key,) = programme.keys("donor").keys
    small.intake.close()
    later = datetime.now(UTC)
    with enduse.open(small.folder) as programme:
        programme.change_key("suspend", key.key, party="keeper", now=later)
        assert [told.code for told in programme.keys().pending] == ["key.notice_suspended"]
        body = PledgeBody(pledge="pledge:1", amount=Money("5", "USD"))
        with programme.writing() as intake:
            request = small.says("donor", Pledge, body)
            assert intake.say([request], later + timedelta(days=13))[0].problem.told.code == "key.suspended"
            assert intake.say([request], later + timedelta(days=15))[0].outcome == "accepted"
        assert programme.keys().pending == ()
        assert programme.status().pending_keys == ()
    assert seed_of("donor").public.hex() == key.public_key
