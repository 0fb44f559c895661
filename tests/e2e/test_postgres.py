"""A programme that is kept in PostgreSQL: the same commands, the same answers, and nothing left where one is refused."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from enduse.cli.main import app
from enduse.record.postgres_session import POINTER, Address, PostgresSession

EXAMPLES = Path(__file__).parents[2] / "examples"
TOWN = EXAMPLES / "second" / "programme.yaml"
pytestmark = pytest.mark.postgres


def run(*words, code=0):
    """Run a command; returns what it prints for programs, or what it says on standard error."""
    done = CliRunner().invoke(app, [*map(str, words), "--json"])
    assert done.exit_code == code, done.output
    assert "Traceback" not in done.output
    return json.loads(done.stdout) if code == 0 else " ".join(done.stderr.split())


def start(folder, store=None, file=TOWN, code=0):
    where = () if store is None else ("--store", store)
    return run("new", folder, "--from", file, "--play-all-parties", *where, code=code)


def schemas(address):
    with PostgresSession(Address(address.dsn), "record") as session:
        rows = session.query(
            "SELECT nspname::text FROM pg_namespace WHERE nspname::text LIKE ?", (f"{address.programme}%",)
        )
    return sorted(name for (name,) in rows)


@pytest.fixture(scope="module")
def both(server, tmp_path_factory):
    """One programme in a folder, and the same in a database, each with a table of pledges added."""
    at = tmp_path_factory.mktemp("both")
    places = {"sqlite": None, "postgres": f"{Address(server, 'both').url}"}
    for name, store in places.items():
        start(at / name, store, EXAMPLES / "cairo-2014" / "programme.yaml")
    return at


def test_what_is_added_asked_and_verified_is_as_in_a_folder(both):
    files = sorted(path.name for path in (both / "postgres").iterdir() if not path.name.startswith("."))
    assert files == ["keys", "log.vkey", POINTER, "tiles"]
    assert (both / "postgres" / POINTER).stat().st_mode & 0o777 == 0o600
    told = {}
    donors = (EXAMPLES / "cairo-2014" / "donors.csv").read_text()
    pledges = both / "more.csv"
    pledges.write_text(donors.splitlines()[0] + "\n" + donors.splitlines()[1].replace("Algeria", "Elsewhere") + "\n")
    for name in ("sqlite", "postgres"):
        folder = both / name
        status = run("status", folder)
        money = run("money", folder)
        listed = [each["kind"] for each in run("list", folder)["statements"]]
        released = run("release", folder)["tranches"]
        verified = run("record", "verify", folder)
        assert verified["ok"]
        again = run("add", folder, EXAMPLES / "cairo-2014" / "donors.csv", "--as", "party:reader")
        tried = run("add", folder, pledges, "--as", "party:reader", "--table", "more", "--dry-run")
        assert (tried["accepted"], tried["size"]) == (1, verified["size"])
        told[name] = status, money["currencies"], listed, released, verified["size"], again, tried
    one, other = told["postgres"], told["sqlite"]
    differ = [key for key in other[0] if one[0][key] != other[0][key]]
    assert differ == ["as_of", "book"], "keys and clocks are each record's own"
    assert one[1:] == other[1:]


def test_a_refused_start_leaves_neither_folder_nor_schema(address, tmp_path):
    bad = tmp_path / "bad.yaml"
    text = TOWN.read_text(encoding="utf-8")
    start(tmp_path / "first", address.url)
    assert schemas(address) == [address.schema("book"), address.schema("record")]
    assert "a record is here already" in start(tmp_path / "second", address.url, code=2)
    bad.write_text(f"{text}\nimports:\n- {{file: none.csv, party: 'party:city'}}\n", encoding="utf-8")
    other = Address(address.dsn, f"{address.programme}_other")
    start(tmp_path / "third", other.url, bad, code=2)
    (tmp_path / "broken.csv").write_bytes(b"\x00\x01")
    bad.write_text(text.replace("statements:", "imports:\n- {file: broken.csv, party: 'party:city'}\nstatements:", 1))
    start(tmp_path / "third", other.url, bad, code=2)
    assert schemas(other) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.yaml", "broken.csv", "first"]


def test_a_start_that_was_killed_is_cleared_away_by_the_next(address, tmp_path, monkeypatch):
    def killed(*_words):
        raise SystemExit(9)

    with monkeypatch.context() as patch:
        patch.setattr("enduse.exchange.starting._enrol", killed)
        patch.setattr("enduse.record.postgres._Staging.clear", lambda _self: None)
        CliRunner().invoke(
            app, ["new", str(tmp_path / "one"), "--from", str(TOWN), "--play-all-parties", "--store", address.url]
        )
    assert schemas(address) == [f"{address.schema('book')} staged", f"{address.schema('record')} staged"]
    start(tmp_path / "two", address.url)
    assert schemas(address) == [address.schema("book"), address.schema("record")]
    assert run("record", "verify", tmp_path / "two")["ok"]


@pytest.mark.parametrize(
    ("store", "said"),
    [
        ("mysql://host/x", "this is no address of a PostgreSQL database"),
        ("postgresql://127.0.0.1:1/x", "cannot reach the database"),
    ],
)
def test_an_address_that_leads_nowhere_is_told_and_leaves_nothing(store, said, tmp_path):
    assert said in start(tmp_path / "none", store, code=2)
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_one_line_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    told = start(tmp_path / "none", "postgresql://127.0.0.1/x", code=2)
    assert "enduse[postgres]" in told
    assert list(tmp_path.iterdir()) == []
