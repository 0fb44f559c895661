"""The commands as a person and a program see them."""

import csv
import io
import json
import re
import shutil
import sqlite3
from decimal import Decimal
from pathlib import Path

import msgspec
import pytest
from rich.console import Console
from rich.errors import MarkupError
from typer.testing import CliRunner

import enduse
from enduse.book.book import Book
from enduse.book.evidence import check_decision
from enduse.cli.main import app
from enduse.cli.output import localizer
from enduse.pages.terminal import print_report
from enduse.record.log import Log
from enduse.statements.condition import ConditionBody, ConditionStatement, NoOpenDifference
from enduse.statements.epcis import class_uri
from enduse.statements.goods import Goods, GoodsBody
from enduse.statements.money import Pledge, PledgeBody
from enduse.statements.party import Party, PartyBody
from enduse.statements.programme import Place, PlaceBody
from enduse.statements.works import Project, ProjectBody
from enduse.terms.amounts import Money, Quantity
from enduse.terms.ed25519 import SigningKey
from enduse.views.report import build_report

ROOT = Path(__file__).parents[2]
TRUCKS = [
    "id",
    "trucks",
    "received_date",
    "data_source",
    "manifest_of",
    "cargo_description",
    "cargo_category",
    "status",
    "quantity",
    "units",
    "donor",
    "donation_type",
    "crossing",
    "recipient",
    "data_period",
    "data_entry_type",
    "last_edited",
]


def run(*words, code=0):
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code == code, result.output + str(result.exception)
    return result


def answer(*words, code=0):
    return json.loads(run(*words, "--json", code=code).stdout)


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "demo"
    return folder, answer("demo", "--into", folder)


@pytest.fixture
def trucks(tmp_path):
    """A programme with an importer, and a small invented register in the form of the real one."""
    run("new", tmp_path / "programme", "--from", ROOT / "examples" / "truck-register" / "programme.yaml")
    rows = []
    for number in range(1, 41):
        quantity, unit = ("90", "Pallets") if number == 7 else ("0", "Pallets") if number == 8 else ("22", "Pallets")
        rows.append(
            dict.fromkeys(TRUCKS, "")
            | {
                "id": str(number),
                "trucks": "1",
                "received_date": "2024-03-01",
                "data_source": "UNRWA",
                "cargo_description": "Flour",
                "cargo_category": "Food Items",
                "status": "Received",
                "quantity": quantity,
                "units": "" if number == 9 else unit,
                "donor": "Invented donor",
                "donation_type": "Humanitarian - UN",
                "crossing": "Kerem Shalom",
                "recipient": "" if number == 10 else "Invented recipient",
                "data_period": "Historical Data",
                "data_entry_type": "New data",
                "last_edited": "2024-03-02 10:00:00",
            }
        )
    path = tmp_path / "register.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, TRUCKS)
        writer.writeheader()
        writer.writerows(rows)
    return tmp_path / "programme", path


def importer(folder):
    return next(path.stem for path in (folder / "keys" / "parties").iterdir() if "importer" in path.stem).replace(
        "%3A", ":"
    )


def test_the_demo_finds_what_was_planted(demo):
    _, told = demo
    missing = [item for item in told["findings"] if item["what"] == "unaccounted"]
    assert [item["shown"] for item in missing] == ["20\u00a0t"]
    assert missing[0]["owner"] == "party:brindle"
    assert missing[0]["status"] == "open"
    off = [item for item in told["findings"] if item["what"] == "off_purpose"]
    assert [item["shown"] for item in off] == ["10\u00a0t"]
    assert told["record"]["ok"]
    assert told["record"]["changed_byte_detected"]
    states = {item["tranche"]: item["mark"] for item in told["tranches"]}
    assert states == {"tranche:clinic-2": "not_met", "tranche:homes-2": "met", "tranche:school-2": "not_known"}
    known = [part for item in told["tranches"] for part in item["condition"]["parts"] if part["mark"] != "not_known"]
    assert known
    assert all(part["entries"] for part in known)
    assert Path(told["report"]).is_file()


def test_the_same_seed_gives_the_same_record_and_book(demo, tmp_path):
    _, told = demo
    enduse.demo.build(tmp_path / "again", seed=1)
    with enduse.open(tmp_path / "again") as again:
        assert again.verify().root.hex() == told["record"]["root"]
        assert again.digest() == told["book"]


def test_the_demo_replaces_only_a_demo(tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    result = run("demo", "--into", tmp_path, code=2)
    assert "holds something that is no demo" in result.stderr
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_the_record_of_the_demo_holds(demo):
    folder, told = demo
    found = answer("record", "verify", folder)
    assert found["ok"]
    assert found["root"] == told["record"]["root"]
    assert found["problems"] == []


@pytest.mark.parametrize("where", ["database", "bundle", "tile", "checkpoint"])
def test_one_changed_byte_is_found(demo, tmp_path, where):
    folder = tmp_path / "copy"
    shutil.copytree(demo[0], folder)
    if where == "database":
        database = sqlite3.connect(folder / "record.db")
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        raw = bytearray(database.execute("SELECT entry FROM entry WHERE idx = 400").fetchone()[0])
        raw[200] ^= 1
        database.execute("UPDATE entry SET entry = ? WHERE idx = 400", (bytes(raw),))
        database.commit()
        database.close()
    else:
        pattern = {"bundle": "tiles/tile/entries/00*", "tile": "tiles/tile/0/00*", "checkpoint": "tiles/checkpoint"}
        path = min(item for item in folder.glob(pattern[where]) if item.is_file())
        raw = bytearray(path.read_bytes())
        raw[len(raw) // 2] ^= 1
        path.write_bytes(bytes(raw))
    found = answer("record", "verify", folder, code=1)
    assert not found["ok"]
    assert found["problems"]


def test_a_record_that_is_garbage_is_a_finding_not_a_crash(demo, tmp_path):
    folder = tmp_path / "copy"
    shutil.copytree(demo[0], folder)
    (folder / "record.db").write_bytes(b"\x00" * 5000)
    (folder / "record.db-wal").unlink(missing_ok=True)
    assert not answer("record", "verify", folder, code=1)["ok"]


def test_what_has_no_effect_is_listed_with_the_reason(demo):
    told = answer("status", demo[0])
    assert [item["kind"] for item in told["without_effect"]] == ["attestation", "mandate", "umbrella"]
    assert "held no mandate" in told["without_effect"][0]["refusal"]["message"]


def test_the_past_as_at_and_as_known(demo):
    now = answer("status", demo[0])
    assert answer("status", demo[0], "--as-at", "2026-12-31", "--as-known", "2026-12-31") == now
    before = answer("status", demo[0], "--as-known", "2026-04-28")["goods"]
    after = answer("status", demo[0], "--as-known", "2026-04-30")["goods"]
    missing = [{item["resource"]: item["missing"] for item in goods}["cement/g"] for goods in (before, after)]
    assert missing[1]["amount"] - missing[0]["amount"] == 20_000_000
    assert answer("status", demo[0], "--as-at", "2026-02-01")["goods"] == []
    assert now["contradictions"] == []


def test_a_day_that_the_record_does_not_reach_is_told(demo):
    told = run("status", demo[0], "--as-at", "2030-01-01").stdout
    assert "As it stands: the record reaches to 29 August 2026" in told


def test_decisions_rest_on_exactly_what_their_signers_named(demo):
    told = answer("release", demo[0], "--check")
    assert sorted(told["decisions"]) == ["decision:1", "decision:2"]
    assert not any(told["decisions"].values())
    with Book.open(demo[0]) as book:
        known = book.releases.decisions["decision:2"]
        assert known.at is not None
        earlier = (
            next(
                i
                for i in range(book.size)
                if book.statement(i).id in book.releases.verdict("tranche:homes-2", known.at, book.facts).evidence
            )
            - 1
        )
        root = book.log.store.tree(earlier).root().hex()
        known.body = msgspec.structs.replace(known.body, record_size=earlier, record_root=root)
        assert check_decision(book, "decision:2")[0].code == "decision.condition_was"
        known.body = msgspec.structs.replace(known.body, record_root="00" * 32)
        assert "decision.other_root" in {problem.code for problem in check_decision(book, "decision:2")}


def test_status_fits_on_a_screen(demo):
    lines = run("status", demo[0]).stdout.splitlines()
    assert len(lines) <= 60
    assert any("missing" in line and "20\u00a0t of cement" in line for line in lines)


def test_a_use_leads_back_to_its_donors(demo):
    trace = answer("trace", demo[0], "project:clinic")["trace"]
    kinds = {node["kind"] for node in trace["backward"]["nodes"]}
    assert {"use", "promised"} <= kinds
    cement = [end for end in trace["backward"]["ends"] if end["resource"] == "cement/g"]
    assert sum(end["amount"] for end in cement) == trace["amounts"]["cement/g"]


def test_every_row_is_accounted_for_and_nothing_is_said_twice(trucks):
    folder, table = trucks
    party = importer(folder)
    told = answer("add", folder, table, "--as", party)
    assert (told["accepted"], told["no_effect"], told["refused"]) == (38, 2, 0)
    assert {problem["line"] for problem in told["problems"]} == {9, 10}, "as a spreadsheet counts them"
    figures = {figure["name"]: figure["count"] for figure in told["figures"]}
    assert figures["over_60_pallets"] == 1
    assert figures["zero_pallets"] == 1
    assert figures["no_recipient"] == 1
    assert figures["no_unit"] == 1
    assert figures["no_custody_id"] == 40
    before = answer("status", folder)["book"]
    again = answer("add", folder, table, "--as", party)
    assert (again["accepted"], again["no_effect"], again["refused"], again["already_recorded"]) == (0, 40, 0, 40)
    assert answer("status", folder)["book"] == before
    assert any("cannot carry custody" in note["note"]["message"] for note in told["notes"])


def test_the_same_table_in_two_programmes_gives_the_same_balances(trucks, tmp_path):
    folder, table = trucks
    run("new", tmp_path / "other", "--from", ROOT / "examples" / "truck-register" / "programme.yaml")
    for each in (folder, tmp_path / "other"):
        answer("add", each, table, "--as", importer(each))
    first, second = (answer("status", each)["goods"] for each in (folder, tmp_path / "other"))
    assert first == second
    assert first


def test_signed_envelopes_are_taken_as_they_are(demo, tmp_path):
    """A copy of a record, statement by statement, gives the same book to somebody else."""
    with Book.open(demo[0]) as book:
        raws = [row.entry for row in book.log.store.entries()]
        digest = book.digest()
    copy = tmp_path / "copy"
    Log.create(copy, "demo.enduse.example/palm-coast", SigningKey.generate()).close()
    lines = [*raws, b"junk", raws[7]]
    (tmp_path / "said.dsse").write_bytes(b"\n".join(lines) + b"\n")
    idle = {one["entry"] + 1 for one in answer("status", demo[0])["without_effect"]}
    told = answer("add", copy, tmp_path / "said.dsse", code=1)
    assert (told["accepted"], told["no_effect"], told["refused"]) == (len(raws) - len(idle), len(idle) + 1, 1)
    assert told["already_recorded"] == 1
    assert {problem["line"] for problem in told["problems"]} == {*idle, len(raws) + 1}
    assert answer("status", copy)["book"] == digest


def test_printed_money_can_be_added_up_and_is_not_filled_with_zeros(demo, tmp_path):
    told = " ".join(run("money", demo[0]).stdout.split())
    (one,) = answer("money", demo[0])["currencies"]
    assert "million" not in told
    (held,) = (party["held"]["amount"] for party in one["parties"] if party["held"]["amount"])
    assert f"USD {held // 10_000:,} held" in told
    parts = re.findall(r"USD ([\d,.]+) from", told)
    assert len(parts) > 1
    assert sum(Decimal(part.replace(",", "")) for part in parts) == held // 10_000
    cairo = tmp_path / "cairo"
    run("new", cairo, "--from", ROOT / "examples" / "cairo-2014" / "programme.yaml")
    assert "USD 0" not in " ".join(run("money", cairo).stdout.split())


def test_a_trace_says_how_much_stays_where_the_rest_goes_on(demo):
    traced = answer("trace", demo[0], "party:azura")["trace"]["forward"]
    onward = {edge["source"] for edge in traced["edges"]}
    assert any(end["node"] in onward and end["node"].startswith(end["why"]) for end in traced["ends"])
    told = " ".join(run("trace", demo[0], "party:azura").stdout.split())
    assert re.search(r"of which USD [\d,.]+ (million )?stays", told)


def test_cairo_ties_to_the_last_digit(tmp_path):
    folder = tmp_path / "cairo"
    run("new", folder, "--from", ROOT / "examples" / "cairo-2014" / "programme.yaml")
    (money,) = answer("status", folder)["currencies"]
    amounts = {name: figure["amount"] for name, figure in money.items() if isinstance(figure, dict)}
    assert amounts["pledged"] == 3_402_550_000 * 10_000
    assert amounts["paid"] == 1_596_367_000 * 10_000
    assert amounts["beyond"] == 1_400_000 * 10_000
    assert round(amounts["paid"] / amounts["pledged"] * 1000) == 469
    sweden = answer("trace", folder, "party:sweden")["trace"]
    assert sweden["amounts"] == {"money/USD": 11_400_000 * 10_000}
    told = " ".join(run("trace", folder, "party:sweden").stdout.split())
    became = told[told.index("became") :]
    assert "and USD 1.4 million more, traced from here" in became, "10 that came, and 1.4, are the 11.4"


@pytest.mark.parametrize("example", sorted((ROOT / "examples").glob("*/programme.yaml")), ids=lambda p: p.parent.name)
def test_every_example_starts_without_a_line_of_code(example, tmp_path):
    told = answer("new", tmp_path / "programme", "--from", example, "--play-all-parties")
    assert told["refused"] == 0
    assert answer("record", "verify", tmp_path / "programme")["ok"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["status", "nowhere"], "no such folder"),
        (["trace", "{demo}", "project:none"], "nothing in the ledger is called"),
        (["trace", "nowhere", "x"], "no such folder"),
        (["add", "{demo}", "missing.csv", "--as", "party:brindle"], "missing.csv"),
        (
            ["add", "{demo}", "{demo}/INVENTED.txt", "--as", "nobody"],
            "the private key of nobody is not on this machine",
        ),
        (["add", "{demo}", "{demo}/INVENTED.txt"], "--as PARTY"),
        (["new", "{demo}", "--from", "x.yaml"], "something in this folder already"),
        (["new", "fresh", "--from", "missing.yaml"], "missing.yaml"),
        (["record", "verify", "nowhere"], "no such folder"),
        (["record", "verify", "{demo}", "--policy", "missing.policy"], "missing.policy"),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, list) else "",
)
def test_a_request_that_cannot_be_done_says_why(demo, tmp_path, monkeypatch, words, says):
    monkeypatch.chdir(tmp_path)
    result = run(*(word.replace("{demo}", str(demo[0])) for word in words), code=2)
    assert says in " ".join(result.stderr.split())
    assert "Traceback" not in result.output


HOSTILE = "[/red]bad[bold :school: \x1b[2J\x1b]0;owned\x07\x9b31m\u202e\rover"
OBEYED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


@pytest.fixture
def hostile(small):
    """A programme in which every word is an attack on the terminal, as far as the door lets it in."""
    name = "[/red]:school:[bold"  # the door lets in no identifier that is not ASCII
    for party in ("donor", "carrier", "warehouse", "fund"):
        # Nor a party's name that turns the direction of reading, or looks like another party's.
        called = HOSTILE.replace("\u202e", "") + party
        small.say(party, Party, PartyBody(party=party, name={"en": called}, type="agency"))
    small.say("keeper", Place, PlaceBody(place=name, name={"en": HOSTILE}, type="site"))
    small.say("donor", Pledge, PledgeBody(pledge=name, amount=Money("5", "USD"), purpose={"en": HOSTILE}))
    project = ProjectBody(project=f"p{name}", title={"en": HOSTILE}, purpose="reconstruction", contractor="carrier")
    small.say("keeper", Project, project, place=name)
    for step, who, amount in (
        ("commissioning", "warehouse", 9),
        ("shipping", "warehouse", 9),
        ("receiving", "fund", 4),
    ):
        event = {
            "type": "ObjectEvent",
            "eventTime": "2026-01-01T00:00:00Z",
            "action": "ADD" if step == "commissioning" else "OBSERVE",
            "bizStep": step,
            "bizLocation": {"id": name},
            "quantityList": [{"epcClass": class_uri(name, name), "quantity": amount, "uom": "TNE"}],
            "bizTransactionList": [{"type": "desadv", "bizTransaction": name}],
            "enduse:carrier": "carrier",
        }
        small.say(who, Goods, GoodsBody(event=json.dumps(event)))
    waits = NoOpenDifference(material=name, limit=Quantity("0", "TNE"))
    body = ConditionBody(
        tranche=f"t{name}", title={"en": HOSTILE}, amount=Money("5", "USD"), project=f"p{name}", requires=waits
    )
    small.say("keeper", ConditionStatement, body)
    small.intake.publish()
    assert [effect.reason for effect in small.book.effects()] == []
    return small, name


def test_a_relation_that_comes_to_light_after_acceptance_is_shown(tmp_path):
    text = (ROOT / "examples" / "second" / "programme.yaml").read_text(encoding="utf-8")
    owner = """  - kind: party
    party: party:registry
    occurred_at: 2018-06-01
    body: {party: "party:checkers", name: {en: Checkers}, type: monitor, owned_by: ["party:poplar"]}
"""
    for name, plan in (("before", text), ("after", text + owner)):
        path = tmp_path / f"{name}.yaml"
        path.write_text(plan, encoding="utf-8")
        answer("new", tmp_path / name, "--from", path, "--play-all-parties")
    asked = ("--on", "2018-07-01")
    assert answer("mandates", tmp_path / "before", *asked)["clashes"] == []
    (clash,) = answer("mandates", tmp_path / "after", *asked, code=1)["clashes"]
    values = {name: clash["values"][name] for name in ("party", "function", "other", "held")}
    assert values == {"party": "party:checkers", "function": "checking", "other": "party:poplar", "held": "works"}
    said = (
        "Checkers (formerly Checkers (invented)) may not hold Independent checking where Poplar Works (invented) holds"
        " Building: Who builds does not"
    )
    assert clash["message"].startswith(said)
    shown = " ".join(run("mandates", tmp_path / "after", *asked, code=1).output.split())
    assert f"clash {said}" in shown
    assert answer("mandates", tmp_path / "before", *asked)["related"] == []
    (path,) = answer("mandates", tmp_path / "after", *asked, code=1)["related"]
    assert [tie["code"] for tie in path] == ["relation.owned_by"]
    assert "related Checkers (formerly Checkers (invented)) is owned by Poplar Works (invented)" in shown


@pytest.mark.parametrize("command", ["status", "mandates", "release", "trace", "verify", "new"])
def test_no_word_of_a_record_commands_the_terminal(hostile, tmp_path, command):
    small, name = hostile
    words = {
        "trace": ["trace", small.folder, name],
        "verify": ["record", "verify", small.folder],
        "new": ["new", tmp_path / "[/red]new", "--from", tmp_path / f"[red]{name}.yaml"],
    }.get(command, [command, small.folder])
    result = CliRunner().invoke(app, [str(word) for word in words])
    assert result.exit_code in {0, 1, 2}, result.exception
    assert not isinstance(result.exception, MarkupError)
    assert not OBEYED.search(result.stdout + result.stderr)
    if command in {"status", "trace"}:
        assert "[/red]" in result.stdout
        assert ":school:" in "".join(result.stdout.split())
    told = CliRunner().invoke(app, [*(str(word) for word in words), "--json"])
    assert not OBEYED.search(told.stdout)


def test_no_word_of_a_story_commands_the_terminal(hostile):
    small, _ = hostile
    written = io.StringIO()
    report = build_report(small.book)
    print_report(report, Console(file=written, width=80), localizer(report.names))
    text = written.getvalue()
    assert "[/red]bad[bold" in text
    assert not OBEYED.search(text)


def test_what_the_system_refuses_is_said_with_its_place(demo, tmp_path):
    long = "x" * 400
    table = tmp_path / "t.csv"
    table.write_text("a\n1\n", encoding="utf-8")
    programme = tmp_path / "p.yaml"
    programme.write_text(
        "origin: example.org/p\nat: 2024-03-01\nfounding: {keeper: k, title: {en: T}}\n", encoding="utf-8"
    )
    for words, says in (
        (["status", long], "too long"),
        (["new", long, "--from", programme], "too long"),
        (["new", "/proc/x/y", "--from", programme], "/proc/x"),
        (["new", tmp_path / "p", "--from", tmp_path / long], "too long"),
        (["add", demo[0], table, "--as", long], "the private key of"),
        (["add", demo[0], tmp_path / long, "--as", "nobody"], "too long"),
        (["record", "prove", demo[0], "1", "--to", "/proc/x/y"], "/proc/x"),
        (["record", "prove", demo[0], "9" * 5000], "does not hold"),
        (["record", "verify", long], "too long"),
        (["record", "witness", tmp_path / "w", "--log", table, "--listen", "127.0.0.1:99999"], "no address"),
        (["mandates", demo[0], "--on", "9999-12-31"], "out of range"),
        (["mandates", demo[0], "--leaving", "party:arzan=0001-01-01"], "out of range"),
        (["status", demo[0], "--as-at", "9999-12-31"], "out of range"),
        (["release", demo[0], "--on", "2200-01-01"], "out of range"),
    ):
        result = run(*words, code=2)
        assert says in " ".join(result.stderr.split()), words
        assert "Traceback" not in result.output
