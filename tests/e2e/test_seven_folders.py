"""The play of seven parties: each has a folder of its own with its own key, and files are all that passes between them."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

import enduse
from enduse.book import keys
from enduse.cli.main import app

PARTIES = ("ministry", "contractor", "store", "monitor", "north", "south")
COUNCIL = ("ministry", "north", "south")
PROGRAMME = """
origin: example.org/seven
at: {day}
founding:
  title: {{en: Seven}}
  keeper: party:keeper
  functions:
    - {{function: storing, name: {{en: Storing}}, shared: true}}
    - {{function: works, name: {{en: Building}}}}
    - {{function: checking, name: {{en: Checking}}, shared: true}}
    - {{function: deciding, name: {{en: Deciding}}, shared: true}}
  rules:
    - {{act: attestation, function: checking}}
    - {{act: decision, function: deciding}}
    - {{act: goods, function: storing}}
  open_acts: [pledge]
  keys: {{bodies: ["party:ministry", "party:monitor", "party:north"], quorum: 2}}
  materials:
    - {{material: cement, name: {{en: Cement}}}}
parties:
{parties}
places:
  - {{place: "place:land", name: {{en: Land}}, type: area}}
  - {{place: "place:port", within: "place:land", name: {{en: Port}}, type: site}}
  - {{place: "place:rafah", within: "place:land", name: {{en: Rafah}}, type: site}}
umbrella:
  umbrella: umbrella:council
  name: {{en: Council}}
  members:
    - {{party: "party:ministry", groups: [council]}}
    - {{party: "party:north", groups: [council]}}
    - {{party: "party:south", groups: [council]}}
  quorum: {{need: "2", of: ["group:council"]}}
  standing: in_force
statements:
  - kind: project
    party: party:keeper
    occurred_at: {day}
    place: place:rafah
    body: {{project: "project:clinic", title: {{en: Clinic}}, purpose: reconstruction, contractor: "party:contractor"}}
  - kind: condition
    party: party:keeper
    occurred_at: {day}
    body:
      tranche: tranche:clinic
      title: {{en: First tranche}}
      amount: {{value: "1000", currency: USD}}
      project: project:clinic
      requires: {{is: attested, subject: "project:clinic", function: checking}}
"""


def run(*words, code=0):
    result = CliRunner().invoke(app, [*map(str, words)], env={"COLUMNS": "250"})
    assert result.exit_code == code, (words, result.output)
    return result.stdout if "--json" in words else result.stdout + result.stderr


def private(party):
    return keys.path_of(Path(party), f"party:{party}")


def send(desk):
    """What a desk has signed travels to the keeper as a file, and its receipts back."""
    run("send", desk, "--to", "post.dsse")
    added = json.loads(run("add", "keeper", "post.dsse", "--receipts", "post.jsonl", "--json"))
    assert not added["problems"], added["problems"]
    run("sent", desk, "post.jsonl")
    return added


@pytest.fixture
def folders(tmp_path, monkeypatch):
    """The keeper founds; each party gets a light copy, makes its key, and sends the request for it."""
    monkeypatch.chdir(tmp_path)
    day = (datetime.now(UTC) - timedelta(days=2)).date().isoformat()
    names = "\n".join(
        f'  - {{party: "party:{party}", name: {{en: {party}}}, type: agency}}' for party in ("keeper", *PARTIES)
    )
    Path("seven.yaml").write_text(PROGRAMME.format(day=day, parties=names), encoding="utf-8")
    run("new", "keeper", "--from", "seven.yaml")
    for party in PARTIES:
        run("copy", "keeper", "--to", party)
        private(party).parent.mkdir(parents=True)
        run("key", "new", party, f"party:{party}", "--to", private(party))
        run("key", "enrol", "keeper", private(party).with_suffix(".request"), "--as", "party:keeper")
    mandates = {"contractor": ["works", "storing"], "store": ["storing"], "monitor": ["checking"]}
    for party, functions in {**mandates, **{member: ["deciding"] for member in COUNCIL}}.items():
        offer = {
            "mandate": f"mandate:{party}",
            "action": "offer",
            "holder": f"party:{party}",
            "functions": functions,
            "places": ["place:land"],
            "period": {"start": f"{day}T00:00:00Z", "end": "2099-01-01T00:00:00Z"},
        }
        Path("offer.yaml").write_text(json.dumps(offer), encoding="utf-8")
        run("say", "keeper", "mandate", "--as", "party:keeper", "--from", "offer.yaml")
        run("say", party, "accept", "--as", f"party:{party}", "--set", f"mandate=mandate:{party}")
        send(party)
    return day


def test_seven_parties_speak_for_themselves_and_the_book_is_right_at_the_end(folders):
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
    for party in ("keeper", *PARTIES):
        assert set(keys.held(Path(party))) <= {f"party:{party}"}, "nobody's key lies in a folder not its own"
