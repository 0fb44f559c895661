"""A party whose keys are in telephones delegates and changes its key by the travelling of files alone."""

import base64
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

import enduse
from conftest import Small
from enduse.api.keys import request_for
from enduse.book import keys
from enduse.cli.main import app
from enduse.statements.envelope import pae
from enduse.statements.programme import Place, PlaceBody
from support.signing import P256Key

DONOR = ("--as", "donor")
PHONE, SECOND, DEVICE = P256Key("phone"), P256Key("second"), P256Key("device")
CLAIM = ("claim", *DONOR, "--set", "about=x", "--set", "words=y")


def run(*words, code=0):
    result = CliRunner().invoke(app, [*map(str, words)], env={"COLUMNS": "300"})
    assert code in {result.exit_code, None}, (words, result.output)
    return result.stdout if "--json" in words else result.stdout + result.stderr


def signs(key, file, name):
    """Sign what waits in a file, as the page in a telephone does, and carry it back."""
    lines = [json.loads(line) for line in Path(file).read_text(encoding="utf-8").splitlines()]
    for line in lines:
        payload = base64.b64decode(line["payload"])
        line["signatures"][0]["sig"] = base64.b64encode(key.sign(pae(payload))).decode()
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    Path("back.dsse").write_text(text, encoding="utf-8")
    run("signed", "office", "back.dsse", "--key", f"{name}.request")


def states():
    with enduse.open("town") as programme:
        return {key.key: key.state for key in programme.keys("donor").keys}


def id_of(name):
    return enduse.describe_key(f"{name}.request").key


@pytest.fixture
def office(tmp_path, monkeypatch):
    """The keeper's folder, and the donor's with a light copy; its first key lies in a file, a second one, enrolled, in a telephone."""
    monkeypatch.chdir(tmp_path)
    small = Small(Path("town"))
    small.say("keeper", Place, PlaceBody(place="place:rafah", name={"en": "Rafah"}, type="area"))
    ring = small.intake.book.keyring
    for name, key in (("phone", PHONE), ("second", SECOND), ("device", DEVICE)):
        asked = request_for(key, "donor", ring.origin, ring.founder)
        Path(f"{name}.request").write_bytes(msgspec.json.encode(asked))
    small.intake.book.log.publish()
    small.intake.close()
    run("copy", "town", "--to", "office")
    held = keys.path_of(Path("office"), "donor")
    held.parent.mkdir(parents=True)
    keys.path_of(Path("town"), "donor").rename(held)
    run("key", "enrol", "office", "phone.request", *DONOR, "--to", "enrol.dsse")
    run("add", "town", "enrol.dsse", "--receipts", "receipts.jsonl")
    run("sent", "office", "receipts.jsonl")
    run("copy", "town", "--to", "office")


def sent():
    Path("sent.dsse").unlink(missing_ok=True)
    run("send", "office", "--to", "sent.dsse")
    told = json.loads(run("add", "town", "sent.dsse", "--receipts", "receipts.jsonl", "--json"))
    run("sent", "office", "receipts.jsonl")
    return told["accepted"], told["no_effect"], told["refused"]


@pytest.mark.usefixtures("office")
def test_a_key_in_a_telephone_delegates_to_a_device_whose_key_is_in_another():
    until = (datetime.now(UTC) + timedelta(days=30)).date()
    told = run("key", "delegate", "office", "device.request", *DONOR, "--key", "phone.request", "--label", "device 3",
        "--says", "claim", "--place", "place:rafah", "--until", until, "--to", "delegate.unsigned")  # fmt: skip
    assert ("waits for its signature" in told, "enduse signed office" in told) == (True, True)
    signs(PHONE, "delegate.unsigned", "phone")
    run("say", "office", *CLAIM, "--place", "place:rafah", "--key", "device.request", "--to", "claim.unsigned")
    signs(DEVICE, "claim.unsigned", "device")
    assert sent() == (2, 0, 0)
    with enduse.open("town") as programme:
        (life,) = [key for key in programme.keys("donor").keys if key.key == id_of("device")]
    assert (life.state, life.delegates.label) == ("in_force", "device 3")


@pytest.mark.usefixtures("office")
def test_a_key_in_a_telephone_is_changed_for_one_in_a_file():
    told = run(
        "key", "change", "office", *DONOR, "--key", "phone.request", "--new", "new.key", "--to", "change.unsigned"
    )
    assert ("waits for its signature" in told, "has a new key" in told) == (True, False)
    signs(PHONE, "change.unsigned", "phone")
    assert sent() == (2, 0, 0)
    found = states()
    assert (found[id_of("phone")], found[enduse.describe_key("new.key").key]) == ("revoked", "in_force")
    assert "was revoked" in run("say", "office", *CLAIM, "--key", "phone.request", code=2)


@pytest.mark.usefixtures("office")
def test_a_key_in_a_file_is_changed_for_one_in_a_telephone():
    run("key", "change", "office", *DONOR, "--new", "second.request", "--to", "change.unsigned")
    signs(SECOND, "change.unsigned", "second")
    assert sent() == (2, 0, 0)
    found = states()
    old = enduse.describe_key(keys.path_of(Path("office"), "donor")).key
    assert (found[old], found[id_of("second")]) == ("revoked", "in_force")


@pytest.mark.usefixtures("office")
def test_a_key_in_a_telephone_is_changed_for_one_in_another():
    asked = (
        "key",
        "change",
        "office",
        *DONOR,
        "--key",
        "phone.request",
        "--new",
        "second.request",
        "--to",
        "both.unsigned",
    )
    assert json.loads(run(*asked, "--json"))["waiting"] == 2
    lines = Path("both.unsigned").read_bytes().splitlines(keepends=True)
    for key, name, line in ((SECOND, "second", lines[1]), (PHONE, "phone", lines[0])):
        Path("one.unsigned").write_bytes(line)
        signs(key, "one.unsigned", name)
    assert sent() == (2, 0, 0)
    found = states()
    assert (found[id_of("phone")], found[id_of("second")]) == ("revoked", "in_force")


@pytest.mark.usefixtures("office")
def test_a_change_that_cannot_be_leaves_nothing_behind():
    """The record at hand has nothing wait; a key that is known already is not brought again; a passphrase is for a file."""
    before = Path("office/said.dsse").read_bytes()
    for words, told in (
        (("town", "--key", "phone.request", "--new", "new.key"), "written from a light copy"),
        (
            ("town", "--new", "second.request", "--key", keys.path_of(Path("office"), "donor")),
            "written from a light copy",
        ),
        (("office", "--new", "phone.request"), "already enrolled"),
        (("office", "--key", "phone.request", "--new", "phone.request"), "already enrolled"),
        (("office", "--new", "second.request", "--passphrase"), "there already"),
    ):
        assert told in run("key", "change", words[0], *DONOR, *words[1:], code=2), words
    assert (Path("office/said.dsse").read_bytes(), Path("new.key").exists()) == (before, False)
    assert not Path("office/unsigned.dsse").exists() or not Path("office/unsigned.dsse").read_bytes()


@pytest.mark.usefixtures("office")
def test_each_step_on_two_machines_says_what_comes_next():
    assert "FOLDER PARTY makes the key" in run("copy", "town", "--to", "office")
    assert "light.json" in run("key", "new", "nowhere", "party:harbour", code=2)
    assert "this is a folder" in run("key", "show", "office", code=2)
    run("say", "office", *CLAIM)
    assert "enduse sent office RECEIPTS" in run("sent", "office")
    run("send", "office", "--to", "one.dsse")
    for said in ("one.dsse", "one.dsse"):  # the second time it is recorded already
        Path("receipts.jsonl").unlink()
        told = run("add", "town", said, "--receipts", "receipts.jsonl")
        assert "the 1 statement will be published: keep it, and send a copy to whoever signed" in told
        assert "RECEIPTS" not in run("sent", "office", "receipts.jsonl")


@pytest.mark.usefixtures("office")
def test_a_number_that_is_missing_accuses_nobody():
    """The record cannot know that the party laid it aside; it says what it can mean, and whom to ask."""
    for _ in range(2):
        run("say", "office", *CLAIM)
    (first, _) = (each["number"] for each in json.loads(run("sent", "office", "--json"))["statements"][-2:])
    run("sent", "office", "--aside", first)
    assert sent() == (1, 0, 0)
    told = " ".join(run("record", "verify", "town", code=None).split())
    assert f"running number {first} is missing" in told
    assert "accuses nobody: it may be on its way or lost, laid aside by the party, or not taken in" in told
