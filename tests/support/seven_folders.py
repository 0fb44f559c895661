"""Seven parties, each with a folder and a key of its own: the founding, and what passes between them as files."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from typer.testing import CliRunner

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
    - {{act: report, function: storing}}
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


def found():
    """Make the seven folders here."""
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
