"""The play of seven parties: each has a folder of its own with its own key, and files are all that passes between them."""

import json
import re
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

import enduse
from enduse.book import keys
from support.seven_folders import COUNCIL, PARTIES, private, run, send


@pytest.fixture
def folders(seven, tmp_path, monkeypatch):
    shutil.copytree(seven, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("folders")
def test_seven_parties_speak_for_themselves_and_the_book_is_right_at_the_end():
    # The store delegates to two devices; the contractor dispatches; one device receives in two parts.
    for number in (1, 2):
        run("copy", "keeper", "--to", f"tablet{number}")
        run("key", "new", f"tablet{number}", "party:store", "--to", f"tablet{number}/device.key")
        run("key", "delegate", "store", f"tablet{number}/device.request", "--as", "party:store", "--label", f"device {number}",
            "--says", "goods", "--function", "storing", "--place", "place:rafah", "--until", "2099-01-01")  # fmt: skip
    send("store")
    now = datetime.now(UTC).isoformat()
    arrived = {"type": "ObjectEvent", "eventTime": now, "eventTimeZoneOffset": "+00:00", "action": "ADD",
               "bizStep": "commissioning", "readPoint": {"id": "place:port"},
               "quantityList": [{"epcClass": "urn:enduse:class:cement:lot-1", "quantity": 50, "uom": "TNE"}]}  # fmt: skip
    run("say", "contractor", "goods", "--as", "party:contractor", "--place", "place:port", "--at", now,
        "--set", f"event={json.dumps(arrived)}")  # fmt: skip
    goods = (
        "--set",
        "consignment=W-17",
        "--set",
        "material=cement",
        "--set",
        "quantity.unit=TNE",
        "--set",
        "lot=lot-1",
    )
    run("say", "contractor", "dispatch", "--as", "party:contractor", "--place", "place:port", *goods,
        "--set", "quantity.value=20", "--set", "recipient=party:store", "--set", "to_place=place:rafah")  # fmt: skip
    send("contractor")
    got = ("receive", "--as", "party:store", "--place", "place:rafah", *goods, "--set", "sender=party:contractor")
    for tablet, amount, complete in ((1, "12", "no"), (2, "8", "yes")):
        run("say", f"tablet{tablet}", *got, "--key", f"tablet{tablet}/device.key", "--set", f"quantity.value={amount}",
            "--set", f"complete={complete}")  # fmt: skip
        send(f"tablet{tablet}")
    # One device is stolen: what it signs after its key is revoked is not taken, what it said before stands.
    run("say", "tablet2", *got, "--key", "tablet2/device.key", "--set", "quantity.value=5", "--set", "complete=no")
    run("copy", "keeper", "--to", "store")
    run("key", "revoke", "store", enduse.describe_key("tablet2/device.request").key, "--as", "party:store")
    send("store")
    run("send", "tablet2", "--to", "late.dsse")
    assert json.loads(run("add", "keeper", "late.dsse", "--json", code=1))["problems"][0]["code"] == "key.revoked"
    # The monitor has lost its key; two bodies bring the new one into force, and it attests.
    private("monitor").unlink()
    run("key", "lost", "monitor", "party:monitor", "--new", "monitor/new.key")
    for body, word in (("ministry", "recover"), ("north", "approve")):
        run("key", "say", body, word, "monitor/new.request", "--as", f"party:{body}")
        send(body)
    attested = ("attest", "--as", "party:monitor", "--key", "monitor/new.key", "--set", "subject=project:clinic")
    run("say", "monitor", *attested, "--place", "place:rafah")
    send("monitor")
    # Two of three decide, each on a copy of the record of its own.
    for member in COUNCIL[1:]:
        shutil.copytree("keeper", f"{member}-copy", ignore=shutil.ignore_patterns("keys"))
    run("propose", "north-copy", "tranche:clinic", "release", "--to", "clinic.proposal", "--place", "place:rafah")
    for member in COUNCIL[1:]:
        run("agree", f"{member}-copy", "clinic.proposal", "--as", f"party:{member}", "--key", private(member), "--yes")
    decided = json.loads(run("add", "keeper", "clinic.proposal", "--json"))
    assert (decided["accepted"], decided["problems"]) == (2, [])
    # The contractor leaves.
    run(
        "say",
        "contractor",
        "mandate",
        "--as",
        "party:contractor",
        "--set",
        "mandate=mandate:contractor",
        "--set",
        "action=end",
    )
    send("contractor")
    with enduse.open("keeper") as programme:
        (tranche,) = programme.tranches()
        states = {life.key: life.state for life in programme.keys().keys}
        assert tranche.status in {"decided", "released"}
        assert not any(programme.check_decisions().values())
        assert not programme.missing()
        assert not programme.late()
        assert programme.trace("W-17").what == "consignment"
        assert programme.verify().ok
        said = {(each.by, each.step) for each in programme.statements(kind="goods", party="party:store")}
    assert said == {("device 1", "receiving"), ("device 2", "receiving")}
    assert sorted(states.values()).count("revoked") == 1
    assert sorted(states.values()).count("replaced") == 1
    # The report says what the book says: where the goods are, who decided, and that nothing is missing.
    run("report", "keeper", "--html", "report.html")
    report = " ".join(re.sub(r"<[^>]+>", " ", Path("report.html").read_text(encoding="utf-8")).split())
    for told in ("Port 30 t of Cement", "Rafah 20 t of Cement", "Release decided, not yet paid", "Nothing is missing"):
        assert told in report
    assert " 0 without effect" in run("status", "keeper")
    assert nobody_holds_anothers_key()


def nobody_holds_anothers_key():
    """Tell whether no private key lies in a folder not its party's; whatever looks like one counts."""
    for party in ("keeper", *PARTIES):
        for file in Path(party).rglob("*"):
            if file.is_file() and b"PRIVATE KEY" in file.read_bytes():
                assert enduse.describe_key(file).party == f"party:{party}", file
        assert set(keys.held(Path(party))) <= {f"party:{party}"}
    return True
