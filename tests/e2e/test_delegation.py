"""A store lets its devices speak, each with its own key; one is stolen, and what it says from then on has no effect."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

import enduse
from conftest import Small
from enduse.book import keys
from enduse.cli.main import app
from enduse.statements.envelope import unwrap
from enduse.statements.programme import Place, PlaceBody


def run(*words, code=0):
    result = CliRunner().invoke(app, [*map(str, words)], env={"COLUMNS": "300"})
    assert result.exit_code == code, (words, result.output)
    return result.stdout if "--json" in words else result.stdout + result.stderr


@pytest.fixture
def store(tmp_path, monkeypatch):
    """Three folders: the keeper's, the donor's office with its key, and a device with a key that the office delegated to."""
    monkeypatch.chdir(tmp_path)
    small = Small(Path("town"))
    for place, within in (("place:rafah", None), ("place:shed", "place:rafah"), ("place:gaza", None)):
        small.say("keeper", Place, PlaceBody(place=place, name={"en": place}, type="area", within=within))
    small.intake.book.log.publish()
    small.intake.close()
    for desk in ("office", "device"):
        run("copy", "town", "--to", desk)
    keys.path_of(Path("office"), "donor").parent.mkdir(parents=True)
    keys.path_of(Path("town"), "donor").rename(keys.path_of(Path("office"), "donor"))
    run("key", "new", "device", "donor", "--to", "device/device.key")
    until = (datetime.now(UTC) + timedelta(days=30)).date()
    delegated = ("key", "delegate", "office", "device/device.request", "--as", "donor", "--label", "device 3")
    run(
        *delegated, "--says", "claim", "--says", "reading", "--place", "place:rafah", "--until", until, "--to", "d.dsse"
    )
    run("add", "town", "d.dsse")
    return (
        "say",
        "device",
        "claim",
        "--as",
        "donor",
        "--key",
        "device/device.key",
        "--set",
        "about=x",
        "--set",
        "words=y",
    )


def added(file):
    return json.loads(run("add", "town", file, "--json"))


def test_a_device_speaks_within_what_was_delegated_and_both_are_shown(store):
    run(*store, "--place", "place:shed", "--to", "a.dsse")
    assert added("a.dsse")["accepted"] == 1
    assert "donor, by its device 3: a claim" in run("list", "town", "--kind", "claim")
    shown = run("key", "list", "town", "donor")
    assert "device 3: delegated with key" in shown
    assert "says a claim, a reading at place:rafah, until" in shown
    said = json.loads(run("list", "town", "--kind", "claim", "--json"))["statements"][0]
    assert (said["statement"]["party"], said["by"]) == ("donor", "device 3")


@pytest.mark.threat(
    who="storekeeper",
    tries="says with a device's key what was not delegated to it: elsewhere, of another kind, or of keys",
    alone="it is recorded, has no effect, and says why; of keys it can say nothing at all, so it delegates nothing further",
    needs="the party's own key",
    seen_by="everybody who reads the record, by `enduse list` and `enduse status`",
)
def test_what_was_not_delegated_has_no_effect_and_says_why(store):
    pledge = ("say", "device", "pledge", "--as", "donor", "--key", "device/device.key", "--place", "place:shed")
    run(*store, "--place", "place:gaza", "--to", "a.dsse")
    run(*store, "--to", "b.dsse")
    run(*pledge, "--set", "amount.value=5", "--set", "amount.currency=USD", "--to", "c.dsse")
    codes = [added(file)["problems"][0]["code"] for file in ("a.dsse", "b.dsse", "c.dsse")]
    assert codes == ["delegation.place", "delegation.no_place", "delegation.kind"]
    run("key", "new", "device", "donor", "--to", "device/further.key")
    mine = ("key", "say", "device", "enrol", "device/further.request", "--as", "donor", "--key", "device/device.key")
    run(*mine, "--to", "k.dsse")
    refused = json.loads(run("add", "town", "k.dsse", "--json", code=1))
    assert refused["problems"][0]["code"] == "key.delegate_says_nothing"


@pytest.mark.threat(
    who="stranger",
    tries="steals a device and goes on speaking with its key",
    alone="only what was delegated to that device, until the party revokes its key; from that entry on nothing it says has"
    " effect, and what it said before stands",
    needs="nobody; the party ends it alone and at once",
    seen_by="the party, by `enduse list`: each statement names the device",
)
def test_a_stolen_device_is_revoked_at_once_and_what_it_said_before_stands(store):
    run(*store, "--place", "place:shed", "--to", "a.dsse")
    run(*store, "--place", "place:shed", "--to", "late.dsse")
    run("add", "town", "a.dsse")
    run("copy", "town", "--to", "office")
    name = enduse.describe_key("device/device.request").key
    run("key", "say", "office", "revoke", name, "--as", "donor", "--to", "r.dsse")
    run("add", "town", "r.dsse")
    late = json.loads(run("add", "town", "late.dsse", "--json", code=1))
    assert late["problems"][0]["code"] == "key.revoked"
    with enduse.open("town") as programme:
        claims = list(programme.statements(kind="claim"))
        states = {life.key: life.state for life in programme.keys("donor").keys}
        assert programme.verify().ok
    assert [claim.refusal for claim in claims] == [None]
    assert states[name] == "revoked"


def thief():
    """Somebody has the telephone's files, without the hand-ons in its own log that keep its commands from signing."""
    shutil.copytree("device", "thief", dirs_exist_ok=True)
    lines = Path("device/said.dsse").read_bytes().splitlines(keepends=True)
    kept = [line for line in lines if b'"hand_on"' not in unwrap(line.strip()).payload]
    Path("thief/said.dsse").write_bytes(b"".join(kept))
    return "thief"


def speaks(which, to, desk="device"):
    """A shift says something with its key; returns the file."""
    words = ("say", desk, "claim", "--as", "donor", "--key", f"device/{which}.key", "--place", "place:shed")
    run(*words, "--set", "about=x", "--set", "words=y", "--to", to)
    return to


def handed_on(new, old, to, desk="device"):
    run("key", "new", "device", "donor", "--to", f"device/{new}.key")
    run("key", "hand-on", desk, f"device/{new}.request", "--as", "donor", "--key", f"device/{old}.key", "--to", to)
    return to


@pytest.fixture
def shifts(store):
    """A shared telephone whose morning shift has handed on to the evening's."""
    run("copy", "town", "--to", "office")
    run("key", "new", "device", "donor", "--to", "device/morning.key")
    until = (datetime.now(UTC) + timedelta(days=30)).date()
    asked = ("key", "delegate", "office", "device/morning.request", "--as", "donor", "--label", "device 4")
    run(*asked, "--says", "claim", "--place", "place:rafah", "--until", until, "--may-hand-on", "--to", "m.dsse")
    assert added("m.dsse")["accepted"] == 1
    assert added(speaks("morning", "1.dsse"))["accepted"] == 1
    assert added(handed_on("evening", "morning", "h.dsse"))["accepted"] == 1


def test_a_shift_hands_a_shared_telephone_on_by_a_statement_that_both_sign(shifts):
    """From then on the evening's key says what the morning's did, and that says nothing any more; the book shows both."""
    assert added(speaks("evening", "2.dsse"))["accepted"] == 1
    late = added(speaks("morning", "3.dsse", thief()))
    assert (late["no_effect"], late["problems"][0]["code"]) == (1, "key.handed_on")
    assert run("list", "town", "--kind", "claim").count("donor, by its device 4: a claim") >= 2
    shown = run("key", "list", "town", "donor")
    assert "device 4: handed on by key" in shown
    assert "may be handed on to the next shift's key" in shown
    again = json.loads(run("add", "town", handed_on("other", "morning", "n.dsse", thief()), "--json", code=1))
    assert again["problems"][0]["code"] == "key.handed_on", "a shift hands on once"
    assert added(handed_on("night", "evening", "o.dsse"))["accepted"] == 1
    assert added(speaks("night", "4.dsse"))["accepted"] == 1
    assert json.loads(run("record", "verify", "town", "--json"))["ok"]


def test_what_a_key_signed_before_it_ends_goes_to_the_keeper_before_its_end(shifts):
    """A shift that said something and sent nothing loses nothing by handing on, nor does who changes a key."""
    speaks("evening", "not-sent.dsse")
    handed = added(handed_on("night", "evening", "o.dsse"))
    assert (handed["accepted"], handed["problems"]) == (2, []), "the claim, and the hand-on"
    run("copy", "town", "--to", "office")
    claim = ("say", "office", "claim", "--as", "donor", "--set", "about=place:shed", "--set", "words=y")
    run(*claim)
    changed = run("key", "change", "office", "--as", "donor", "--new", "office/new.key", "--to", "change.dsse")
    assert "statements are in change.dsse: send it to the keeper" in changed
    told = added("change.dsse")
    assert (told["accepted"], told["problems"]) == (3, []), "the claim, the new key and the end of the old"
    assert "place:shed" in run("list", "town", "--json", "--kind", "claim")


def separately():
    """The evening says something, hands on, and the night says something: three files, none of which holds another's content."""
    speaks("evening", "said.dsse")
    handed_on("night", "evening", "on.dsse")
    speaks("night", "next.dsse")
    alone = Path("on.dsse").read_bytes().splitlines(keepends=True)[-1:]
    Path("on.dsse").write_bytes(b"".join(alone))
    return ("said.dsse", "on.dsse", "next.dsse")


def test_files_of_a_drop_folder_come_in_whatever_order(shifts):
    Path("drop").mkdir()
    for name, file in zip("cba", separately(), strict=True):
        shutil.copy(file, f"drop/{name}.dsse")
    told = added("drop")
    assert (told["accepted"], told["problems"]) == (3, [])


@pytest.mark.threat(
    who="storekeeper",
    tries="says something with the key of a shift after handing it on, or has another say what the revoked one left open",
    alone="under a number below that of the hand-on it counts, as that shift's word, until the delegation ends; above it has no effect,"
    " and after a revocation neither has",
    needs="a number that the shift left out",
    seen_by="everybody, by `enduse list`: whose key it is and when it was recorded",
)
def test_what_a_shift_signed_before_it_handed_on_counts_whenever_it_comes(shifts):
    said, on, following = separately()
    assert json.loads(run("add", "town", following, "--json", code=1))["problems"][0]["code"] == "key.not_enrolled"
    for file in (on, said, following):
        told = added(file)
        assert (told["accepted"], told["problems"]) == (1, []), file
    assert added(speaks("evening", "after.dsse", thief()))["problems"][0]["code"] == "key.handed_on"
    assert json.loads(run("record", "verify", "town", "--json"))["ok"]


def claims_with(which, *more, code=0):
    words = ("say", "device", "claim", "--as", "donor", "--key", f"device/{which}.key", "--place", "place:shed")
    return run(*words, "--set", "about=x", "--set", "words=y", *more, code=code)


def test_a_key_that_was_handed_on_or_is_over_signs_nothing_and_one_that_rests_says_so(shifts, monkeypatch):
    """By one's own log, before any newer light copy comes; nothing is added to that log by what is refused."""
    assert "does not know the key" in claims_with("evening")
    handed_on("night", "evening", "on.dsse")
    said = Path("device/said.dsse").read_bytes()
    assert "was handed on to that of the next shift" in claims_with("evening", code=2)
    added("on.dsse")
    run("copy", "town", "--to", "device")
    assert "was revoked" in claims_with("evening", code=2)
    assert Path("device/said.dsse").read_bytes() == said
    shown = claims_with("night")
    assert "does not know" not in shown
    assert "no effect" not in shown
    reading = ("say", "device", "pledge", "--as", "donor", "--key", "device/night.key", "--place", "place:shed")
    assert "device 4 may say claim, and this is a pledge" in run(
        *reading, "--set", "amount.value=5", "--set", "amount.currency=USD"
    )
    with_device = ("--as", "donor", "--key", "device/device.key")
    before = Path("device/said.dsse").read_bytes()
    further = ("key", "say", "device", "enrol", "device/night.request", *with_device)
    assert "says nothing of keys" in run(*further, code=2)
    run("key", "new", "device", "donor", "--to", "device/odd.key")
    assert "hands on to another" in run("key", "hand-on", "device", "device/odd.request", *with_device, code=2)
    assert Path("device/said.dsse").read_bytes() == before
    run("key", "say", "town", "suspend", "donor", "--as", "keeper")
    run("copy", "town", "--to", "device")
    assert "was suspended when" in claims_with("night")
    monkeypatch.setattr("enduse.api.light_signing.datetime", Later)
    assert "is over since" in claims_with("night", code=2)


def test_a_key_is_not_handed_on_to_itself_and_goes_on_signing(shifts):
    """The next shift's key in the place of the one before is an easy slip; neither key is lost by it."""
    run("copy", "town", "--to", "device")
    run("key", "new", "device", "donor", "--to", "device/night.key")
    said = Path("device/said.dsse").read_bytes()
    asked = ("key", "hand-on", "device", "device/night.request", "--as", "donor", "--to", "n.dsse", "--key")
    assert "the very key that is to sign it" in run(*asked, "device/night.key", code=2)
    assert Path("device/said.dsse").read_bytes() == said
    run(*asked, "device/evening.key")
    assert added("n.dsse")["accepted"] == 1
    assert added(speaks("night", "5.dsse"))["accepted"] == 1


class Later(datetime):
    @classmethod
    def now(cls, tz=None):
        return super().now(tz) + timedelta(days=40)


def test_who_changes_a_key_signs_nothing_more_with_the_old_one(store):
    claim = ("say", "office", "claim", "--as", "donor", "--set", "about=x", "--set", "words=y")
    run("key", "change", "office", "--as", "donor", "--new", "office/new.key")
    assert "was revoked" in run(*claim, code=2)
    run(*claim, "--key", "office/new.key")


def test_a_key_made_in_a_light_copy_needs_no_further_words(store):
    """It lies where it is found, so neither whose it is nor its file is asked for again; the keeper's folder takes no party's key unasked."""
    run(
        "say",
        "town",
        "party",
        "--as",
        "keeper",
        "--set",
        "party=party:mill",
        "--set",
        "name.en=Mill",
        "--set",
        "type=agency",
    )
    run("copy", "town", "--to", "mill")
    assert "much like it: Mill" in run("key", "new", "mill", "mil", code=2)
    assert "did you mean party:mill" in run("key", "new", "mill", "party:mil", "--to", "slip.key", code=2)
    made = json.loads(run("key", "new", "mill", "Mill", "--json"))
    assert keys.path_of(Path("mill"), "party:mill").stat().st_mode & 0o077 == 0
    assert json.loads(run("key", "show", "mill/mill.request", "--json"))["key"] == made["key"]
    assert "there already" in run("key", "new", "mill", "party:mill", code=2)
    assert "made where it is used" in run("key", "new", "town", "party:mill", code=2)
    run("key", "enrol", "town", "mill/mill.request", "--as", "keeper")
    run("say", "mill", "claim", "--set", "about=place:shed", "--set", "words=y", "--to", "m.dsse")
    assert added("m.dsse")["accepted"] == 1


def test_a_key_for_a_party_that_nobody_described_is_told(store):
    run(
        "say",
        "town",
        "party",
        "--as",
        "keeper",
        "--set",
        "party=party:harbour",
        "--set",
        "name.en=H",
        "--set",
        "type=agency",
    )
    for party, told in (
        ("party:harbuor", "did you mean party:harbour"),
        ("party:mill", "party:mill is described nowhere"),
    ):
        assert "no party is called" in run("key", "new", "town", party, "--to", f"{party[6:]}.key", code=2)
        run("key", "new", "town", party, "--to", f"{party[6:]}.key", "--undescribed")
        assert told in run("key", "enrol", "town", f"{party[6:]}.request", "--as", "keeper")
    run("key", "new", "town", "party:harbour", "--to", "right.key")
    assert "described" not in run("key", "enrol", "town", "right.request", "--as", "keeper")


def test_what_a_shift_signed_before_has_no_effect_once_the_party_revoked_its_key(shifts):
    said, on, _ = separately()
    assert added(on)["accepted"] == 1
    run("copy", "town", "--to", "office")
    name = enduse.describe_key("device/evening.request").key
    run("key", "revoke", "office", name, "--as", "donor", "--to", "r.dsse")
    assert added("r.dsse")["accepted"] == 1
    assert json.loads(run("add", "town", said, "--json", code=1))["problems"][0]["code"] == "key.revoked"


@pytest.mark.threat(
    who="storekeeper",
    tries="hands on a device's key that was not let be handed on, or one of which the party has been told that it was stolen",
    alone="the first is refused; the second ends with the key that handed it on, at whichever shift the party revokes",
    needs="the party's own key",
    seen_by="the party, by `enduse key list`: each key names the one that handed on to it",
)
def test_what_is_handed_on_is_no_more_than_was_delegated_and_ends_with_it(shifts):
    refused = json.loads(run("add", "town", handed_on("further", "device", "f.dsse"), "--json", code=1))
    assert refused["problems"][0]["code"] == "key.hands_on_nothing"
    elsewhere = ("say", "device", "claim", "--as", "donor", "--key", "device/evening.key", "--place", "place:gaza")
    run(*elsewhere, "--set", "about=x", "--set", "words=y", "--to", "g.dsse")
    assert added("g.dsse")["problems"][0]["code"] == "delegation.place"
    run("copy", "town", "--to", "office")
    name = enduse.describe_key("device/morning.request").key
    run("key", "revoke", "office", name, "--as", "donor", "--to", "r.dsse")
    assert added("r.dsse")["accepted"] == 1
    gone = json.loads(run("add", "town", speaks("evening", "5.dsse"), "--json", code=1))
    assert gone["problems"][0]["code"] == "key.revoked"
    with enduse.open("town") as programme:
        states = {life.key: life.state for life in programme.keys("donor").keys}
    assert states[enduse.describe_key("device/evening.request").key] == "revoked"


def test_what_is_not_delegated_at_the_door_is_refused(store):
    base = (
        "key",
        "delegate",
        "office",
        "device/device.request",
        "--as",
        "donor",
        "--label",
        "x",
        "--place",
        "place:rafah",
    )
    assert "not a kind of statement" in run(*base, "--says", "mandate", "--until", "2027-01-01", code=2)
    assert "did you mean" in run(*base, "--says", "clam", "--until", "2027-01-01", code=2)
    run(*base, "--says", "claim", "--until", "soon", code=2)
    run("key", "delegate", "town", "device/device.request", "--as", "fund", "--label", "x", "--place", "place:rafah",
        "--says", "claim", "--until", "2027-01-01", "--to", "x.dsse", code=2)  # fmt: skip
    other = json.loads(
        run("key", "delegate", "town", "device/device.request", "--as", "keeper", "--label", "x", "--place", "place:rafah",
            "--says", "claim", "--until", "2027-01-01", "--json", code=1)
    )  # fmt: skip
    assert other["problem"]["code"] in {"key.delegates_for_another", "key.enrolled_already"}
