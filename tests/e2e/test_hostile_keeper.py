"""The second play of seven folders: the keeper is hostile. What he tries with what he holds, and who sees it by which command."""

import base64
import json
import shutil
from pathlib import Path

import pytest

from support.seven_folders import private, run, send

CLAIM = ("say", "monitor", "claim", "--set", "about=project:clinic", "--set", "words=The roof is not built.")


@pytest.fixture(scope="module")
def founded(seven, tmp_path_factory):
    root = tmp_path_factory.mktemp("founded") / "seven"
    shutil.copytree(seven, root)
    with pytest.MonkeyPatch.context() as patched:
        patched.chdir(root)
        run("say", "ministry", "claim", "--set", "about=project:clinic", "--set", "words=It has begun.")
        send("ministry")
    return root


@pytest.fixture(autouse=True)
def folders(founded, tmp_path, monkeypatch):
    shutil.copytree(founded, tmp_path / "play")
    monkeypatch.chdir(tmp_path / "play")


def copy_of_record(name):
    """Give a party a copy of the record as the keeper shows it to that party, without the keeper's keys."""
    shutil.copytree("keeper", name, ignore=shutil.ignore_patterns("keys"))


@pytest.mark.threat(
    who="keeper",
    tries="takes in one statement of the two that a party sent, and says nothing of the other",
    alone="the party's own folder counts what was never acknowledged, and the gap in its running numbers stands in the record"
    " as soon as anything later of that key does",
    needs="the party's silence; or to take nothing of that party any more, which its folder tells as well",
    seen_by="the party, by `enduse sent`; everybody with a copy, by `enduse record verify`, which names the missing number",
)
def test_a_statement_that_is_kept_back_is_missed_by_its_party_and_by_everybody():
    run(*CLAIM)
    run(*CLAIM)
    run("send", "monitor", "--to", "both.dsse")
    Path("one.dsse").write_bytes(Path("both.dsse").read_bytes().splitlines(keepends=True)[1])
    run("add", "keeper", "one.dsse", "--receipts", "back.jsonl")
    told = json.loads(run("sent", "monitor", "back.jsonl", "--json"))
    assert [each["number"] for each in told["statements"] if each["entry"] is None] == [2]
    copy_of_record("north-copy")
    (gap,) = json.loads(run("record", "verify", "north-copy", "--json"))["incomplete"]
    assert (gap["code"], gap["values"]["first"], gap["values"]["last"]) == ("record.numbers_missing", 2, 2)
    # It is sent again, by whatever way, and the record is whole.
    run("add", "keeper", "both.dsse")
    assert json.loads(run("record", "verify", "keeper", "--json"))["incomplete"] == []


@pytest.mark.threat(
    who="keeper",
    tries="changes the words of a statement that came as a file, or says them anew in the party's name",
    alone="nothing is recorded: the signature does not fit the changed bytes, and the keeper's key is not the party's",
    needs="the party's private key, which is in the party's folder only",
    seen_by="the keeper is refused by `enduse add` and `enduse say`; written past them, everybody sees it by"
    " `enduse record verify`",
)
def test_the_words_of_another_are_not_changed_on_the_way():
    run(*CLAIM, "--to", "one.dsse")
    envelope = json.loads(Path("one.dsse").read_bytes())
    changed = base64.b64decode(envelope["payload"]).replace(b"not built", b"all built")
    envelope["payload"] = base64.b64encode(changed).decode()
    Path("changed.dsse").write_text(json.dumps(envelope, separators=(",", ":")) + "\n", encoding="utf-8")
    refused = json.loads(run("add", "keeper", "changed.dsse", "--json", code=1))
    assert (refused["accepted"], refused["refused"]) == (0, 1)
    said = ("say", "keeper", "claim", "--as", "party:monitor", "--set", "about=project:clinic", "--set", "words=Built.")
    assert "not on this machine" in run(*said, code=2)
    assert "belongs to keeper, not to monitor" in run(*said, "--key", private("keeper"), code=1)


@pytest.mark.threat(
    who="keeper",
    tries="acknowledges what a party said, puts an older copy of the record back, and shows another party one without it",
    alone="two records of one size that the log has signed contradict each other, and so does the receipt that the party"
    " holds: either is evidence that anybody checks with the log's key alone",
    needs="that no two of those who hold something ever compare it: no receipt, no copy, no 40 digits over the telephone",
    seen_by="the party, by `enduse record receipt`; any two holders of copies, by `enduse record compare` and"
    " `enduse record fingerprint`; whoever is shown the evidence, by `enduse record evidence`",
)
def test_two_records_for_two_parties_convict_the_keeper():
    run(*CLAIM, "--to", "one.dsse")
    shutil.copytree("keeper", "before")
    run("add", "keeper", "one.dsse", "--receipts", "back.jsonl")
    run("sent", "monitor", "back.jsonl")
    copy_of_record("monitor-copy")
    shutil.rmtree("keeper")
    Path("before").rename("keeper")
    run(
        "say", "keeper", "claim", "--as", "party:keeper", "--set", "about=project:clinic", "--set", "words=All is well."
    )
    copy_of_record("north-copy")
    for of in ("monitor-copy", "north-copy"):
        assert json.loads(run("record", "verify", of, "--json"))["ok"], "alone, each of the two looks right"
    digits = {run("record", "fingerprint", of).splitlines()[0] for of in ("monitor-copy", "north-copy")}
    assert len(digits) == 2
    assert "two different roots" in run("record", "compare", "north-copy", "--with", "monitor-copy", code=1)
    assert "proved" in run("record", "evidence", "evidence.json", "--key", "monitor-copy/log.vkey")
    told = run("record", "receipt", "back.jsonl", "--against", "north-copy", "--to", "broken.json", code=1)
    assert "The promise is broken" in told
    assert "proved" in run("record", "evidence", "broken.json", "--key", "monitor-copy/log.vkey")


@pytest.mark.threat(
    who="keeper",
    tries="says that the monitor has lost its key, brings one of his own, and attests with it so that a tranche is met",
    alone="the attestation has no effect, the key waits in public, and the monitor's old key objects to it",
    needs="two of the bodies that the founding names; or the monitor's silence for the whole waiting time, and then a mark for"
    " ever on what rests on that key",
    seen_by="everybody, by `enduse key list`, `enduse status` and `enduse release`; the monitor objects by `enduse key say`",
)
def test_a_key_that_the_keeper_brings_for_the_monitor_attests_nothing():
    run("key", "new", "keeper", "party:monitor", "--to", "false.key")
    assert "nobody enrols another" in run("key", "enrol", "keeper", "false.request", "--as", "party:keeper", code=1)
    run("key", "say", "keeper", "recover", "false.request", "--as", "party:keeper")
    attest = ("--set", "subject=project:clinic", "--place", "place:rafah")
    told = run("say", "keeper", "attest", "--as", "party:monitor", "--key", "false.key", *attest, code=1)
    assert "not in force yet" in told
    copy_of_record("south-copy")
    (tranche,) = json.loads(run("release", "south-copy", "--json"))["tranches"]
    assert tranche["mark"] == "not_known"
    assert "may come into force" in run("status", "south-copy")
    run("copy", "south-copy", "--to", "monitor")
    run("key", "say", "monitor", "object", "false.request", "--as", "party:monitor")
    send("monitor")
    assert "monitor has objected to the new key that keeper asked for" in run("key", "list", "keeper", "party:monitor")
    # Its own key was never out of force: what the monitor itself attests counts.
    run("say", "monitor", "attest", *attest)
    send("monitor")
    (tranche,) = json.loads(run("release", "keeper", "--json"))["tranches"]
    assert tranche["mark"] == "met"


@pytest.mark.threat(
    who="keeper",
    tries="ends the monitor's mandate, and releases a tranche by a decision of his own",
    alone="without the monitor the condition is not known, the function stands open, and a decision without a mandate has no"
    " effect and is listed with its reason",
    needs="the monitor for the condition, and two of the three who decide",
    seen_by="everybody, by `enduse mandates` (the gap and its first day), `enduse status` and `enduse release`",
)
def test_the_keeper_decides_nothing_and_a_mandate_he_ends_leaves_a_gap_that_all_see():
    ended = ("--set", "mandate=mandate:monitor", "--set", "action=end")
    run("say", "keeper", "mandate", "--as", "party:keeper", *ended)
    copy_of_record("north-copy")
    (gap,) = json.loads(run("mandates", "north-copy", "--json", code=1))["gaps"]
    assert gap["function"] == "checking"
    checked = json.loads(run("record", "verify", "keeper", "--json"))
    decided = run(
        "say", "keeper", "decide", "--as", "party:keeper", "--place", "place:rafah", "--set", "tranche=tranche:clinic",
        "--set", "action=release", "--set", "reason=Met.", "--set", f"record_size={checked['size']}",
        "--set", f"record_root={checked['root']}", code=1,
    )  # fmt: skip
    assert "held no mandate for Deciding" in decided
    (tranche,) = json.loads(run("release", "keeper", "--json"))["tranches"]
    assert (tranche["mark"], tranche["decision"], tranche["paid"]["amount"]) == ("not_known", None, 0)
    assert "1 without effect" in run("status", "keeper")
