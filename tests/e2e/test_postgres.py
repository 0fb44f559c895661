"""A programme that is kept in PostgreSQL: the same commands, the same answers, and nothing left where one is refused."""

import json
import shutil
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote, urlsplit

import pytest
from typer.testing import CliRunner

import enduse
from conftest import ORIGIN, Small
from enduse.book import keys
from enduse.book.book import Book
from enduse.book.copied import copy_in_memory
from enduse.book.intake import Intake
from enduse.cli.main import app
from enduse.record.note import Signer
from enduse.record.postgres_session import POINTER, Address, PostgresSession
from enduse.record.shared import SharedLog
from enduse.statements.money import Pledge, PledgeBody
from enduse.terms.amounts import Money
from enduse.terms.ed25519 import SigningKey

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
    told = start(tmp_path / "second", address.url, code=2)
    assert "a programme is kept here already" in told
    assert "enduse join DIR" in told
    assert "?programme=NAME" in told
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


@pytest.fixture
def guarded(server, tmp_path):
    """Address of the server for a user who is asked for a password."""
    name, password = f"guarded_{sha256(str(tmp_path).encode()).hexdigest()[:8]}", "p/w %1"
    with PostgresSession(Address(server), "public") as session:
        ((file,),) = session.query("SHOW hba_file")
        session.query(f"CREATE ROLE {name} LOGIN PASSWORD '{password.replace('%', '%%')}'")
        rules = Path(str(file))
        before = rules.read_text()
        rules.write_text(f"local all {name} scram-sha-256\n{before}")
        session.query("SELECT pg_reload_conf()")

        def url(user=name, word="", base="postgres"):
            given = f"{quote(user)}:{quote(word, safe='')}" if word else user
            return f"postgresql://{given}@/{base}?{urlsplit(server).query}"

        yield url, password
        rules.write_text(before)
        session.query("SELECT pg_reload_conf()")
        session.query(f"DROP ROLE {name}")


def test_whoever_is_not_let_in_reads_why_and_what_to_do(guarded, tmp_path, monkeypatch):
    url, password = guarded
    monkeypatch.delenv("PGPASSWORD", raising=False)
    for store, said in (
        (url(), "asks for a password, and none was given put it into ~/.pgpass"),
        (url(word=f"{password}x"), "is there, and does not let you in"),
        (url(user="nobody_of_that_name"), "is there, and does not let you in"),
        (url(word=password, base="aidd"), "has no such database see how its name is spelt"),
        (url(word=password), "does not let you do this"),
        (url(word=password).replace("%20", " "), "are written %20"),
    ):
        told = start(tmp_path / "none", store, code=2)
        assert said in told, told
        assert password not in told
    assert list(tmp_path.iterdir()) == []


def test_without_the_extra_one_line_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "psycopg", None)
    told = start(tmp_path / "none", "postgresql://127.0.0.1/x", code=2)
    assert "enduse[postgres]" in told
    assert list(tmp_path.iterdir()) == []


# -- several machines ----------------------------------------------------------------------------------------------

WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from enduse.book.intake import Intake, SigningRequest
from enduse.book.keys import load
from enduse.statements.money import Pledge, PledgeBody
from enduse.statements.money import Money
folder, party, turns = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
key, now = load(folder, party), datetime(2026, 2, 1, tzinfo=UTC)
print("ready", flush=True)
sys.stdin.readline()
for turn in range(turns):
    def make(programme, speaker, seq):
        body = PledgeBody(pledge=f"pledge:{party}-{turn}", recipient="fund", amount=Money(value="1", currency="EUR"))
        return Pledge(programme=programme, party=speaker, seq=seq, occurred_at=now, body=body)
    with Intake.open(folder) as intake:
        (taken,) = intake.say([SigningRequest(party, key, make)])
        print(taken.index, flush=True)
"""


@pytest.fixture
def shared_programme(address, tmp_path):
    """A programme in a database, and the folder of a second machine that has keys of its own office."""
    small = Small(tmp_path / "first", address)
    small.intake.close()
    vkey = tmp_path / "first" / "log.vkey"
    assert run("join", tmp_path / "second", "--store", address.url, "--key", vkey)["size"] == small.book.size
    return tmp_path / "first", tmp_path / "second"


def copy_keys(first, second):
    """What an office does that writes and publishes from two machines: it brings its keys along, by its own means."""
    shutil.copytree(first / "keys", second / "keys", dirs_exist_ok=True)


def writer(folder, party, turns):
    command = [sys.executable, "-c", WRITER, str(folder), party, str(turns)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_two_writers_on_two_machines_leave_one_order_in_which_nothing_is_lost_or_twice(shared_programme):
    first, second = shared_programme
    copy_keys(first, second)
    before = run("record", "verify", first)["size"]
    turns = 6
    running = [writer(first, "donor", turns), writer(second, "fund", turns)]
    for one in running:
        assert one.stdout.readline() == "ready\n", one.stderr.read()
    said = []
    for one in running:
        one.stdin.write("\n")
        one.stdin.flush()
    for one in running:
        out, err = one.communicate(timeout=120)
        assert one.returncode == 0, err
        said.append([int(index) for index in out.split()])
    # Each statement comes with the keeper's clock before it.
    assert sorted([*said[0], *said[1]]) == list(range(before + 1, before + 4 * turns, 2))
    assert all(len(indexes) == turns for indexes in said)
    found = [run("record", "verify", folder) for folder in (first, second)]
    assert found[0] == found[1]
    assert found[0]["ok"]
    assert (found[0]["size"], found[0]["unpublished"]) == (before + 4 * turns, 0)
    assert found[0]["incomplete"] == []
    tiles = [{path.relative_to(at): path.read_bytes() for path in tile_files(at)} for at in (first, second)]
    assert tiles[0] == tiles[1], "what either machine serves is the same"
    assert len(run("list", second, "--kind", "pledge")["statements"]) == 2 * turns


def tile_files(folder):
    return [path for path in (folder / "tiles").rglob("*") if path.is_file() and ".p" not in path.parent.suffix]


def test_a_machine_without_the_records_key_records_and_says_for_whom_the_rest_waits(shared_programme, tmp_path):
    first, second = shared_programme
    assert not list((second / "keys").iterdir())
    (second / "keys" / "parties").mkdir()
    for party in ("donor", "keeper"):
        shutil.copy(first / "keys" / "parties" / f"{party}.key", second / "keys" / "parties")
    said = tmp_path / "pledge.json"
    said.write_text('{"pledge": "pledge:one", "recipient": "fund", "amount": {"value": "5", "currency": "EUR"}}')
    told = run("say", second, "pledge", "--as", "donor", "--from", said)
    assert not told["published"]
    assert "private key" in str(told["waits_for"])
    assert run("record", "verify", second)["unpublished"] == 2
    refused = CliRunner().invoke(app, ["record", "publish", str(second)])
    assert (refused.exit_code, "keys/log.key" in refused.output, "--cosignature" in refused.output) == (1, True, False)
    assert run("record", "publish", first)["published"]
    assert run("record", "verify", second)["unpublished"] == 0
    told = run("add", second, EXAMPLES / "cairo-2014" / "donors.csv", "--as", "fund", code=2)
    assert "the private key of fund is not" in told
    assert "waits for" not in told, "nothing was recorded, and nothing is left to publish"


def test_joining_with_another_key_or_where_there_is_nothing_makes_nothing(shared_programme, address, tmp_path):
    first, _ = shared_programme
    other = tmp_path / "other.vkey"
    other.write_text(Signer(ORIGIN, SigningKey.generate()).verifier.vkey)
    third = tmp_path / "third"
    assert "none of the keys" in run("join", third, "--store", address.url, "--key", other, code=2)
    nowhere = Address(address.dsn, "nowhere").url
    assert "no such programme" in run("join", third, "--store", nowhere, "--key", first / "log.vkey", code=2)
    assert "something" in run("join", first, "--store", address.url, "--key", first / "log.vkey", code=2)
    assert not third.exists()


@pytest.mark.threat(
    who="operator",
    tries="rewrites or rolls back the record in the shared PostgreSQL database, with all rights on the server",
    alone="every folder that has seen more refuses to go on, with what it remembers; nothing new is taken up",
    needs="the record's private key for a rewrite that a new folder would take for the record",
    seen_by="every machine that joined, by any command; witnesses and mirrors as ever",
)
def test_a_database_that_was_rewritten_or_rolled_back_is_found_by_every_folder(shared_programme, address):
    first, second = shared_programme
    with PostgresSession(address, "record") as session:
        for table in ("entry", "head", "signed"):
            session.query(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        ((kept,),) = session.query("SELECT entry FROM entry WHERE idx = 3")
        assert isinstance(kept, bytes)
        session.query("UPDATE entry SET entry = ? WHERE idx = 3", (kept + b" ",))
        assert not run_verify(second)["ok"]
        session.query("UPDATE entry SET entry = ? WHERE idx = 3", (kept,))
        assert run_verify(second)["ok"]
        session.query("DELETE FROM head WHERE size > 4")
        session.query("DELETE FROM entry WHERE idx >= 4")
        for folder in (first, second):
            assert "rolled back" in run("status", folder, code=2)
            assert not run_verify(folder)["ok"]


def run_verify(folder):
    return json.loads(CliRunner().invoke(app, ["record", "verify", str(folder), "--json"]).stdout)


# -- moved, and brought back -----------------------------------------------------------------------------------------


def test_a_record_is_brought_into_a_database_and_back_from_a_mirror(address, tmp_path):
    small = Small(tmp_path / "town")
    small.intake.close()
    digest = small.book.digest()
    key = tmp_path / "town" / "log.vkey"
    assert run("record", "mirror", tmp_path / "copy", "--of", tmp_path / "town", "--key", key, "--name", "m.example")
    moved = tmp_path / "moved"
    told = run("record", "restore", moved, "--from", tmp_path / "copy", "--key", key, "--store", address.url)
    assert (told["size"], told["added"], told["signs"]) == (small.book.size, small.book.size, False)
    shutil.copytree(tmp_path / "town" / "keys", moved / "keys")
    with enduse.open(moved) as programme:
        assert programme.digest() == digest
    copy_of = tmp_path / "second"
    run("join", copy_of, "--store", address.url, "--key", key)
    # The server is lost, and comes back empty: the folder that knows more brings back all of it.
    with PostgresSession(address, "record") as session:
        for name in schemas(address):
            session.query(f'DROP SCHEMA "{name}" CASCADE')
    assert "no such programme" in run("status", moved, code=2)
    assert run("record", "restore", moved, "--from", moved / "tiles")["added"] == small.book.size
    for folder in (moved, copy_of):
        assert run("record", "verify", folder)["ok"]
    assert run("record", "publish", moved)["published"]
    other = f"{address.url}x"
    told = run("record", "restore", moved, "--from", moved / "tiles", "--store", other, code=2)
    assert "somewhere else" in told
    assert schemas(Address.parse(other)) == []


def test_an_older_backup_of_the_database_is_brought_forward_and_a_fork_is_refused(shared_programme, address, tmp_path):
    first, second = shared_programme
    with PostgresSession(address, "record") as session:
        for table in ("entry", "head", "signed", "published"):
            if table != "published":
                session.query(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        session.query("DELETE FROM entry WHERE idx >= (SELECT size FROM head WHERE size > 4 ORDER BY size LIMIT 1)")
        session.query("DELETE FROM head WHERE size > (SELECT min(size) FROM head WHERE size > 4)")
        session.query("DELETE FROM signed")
        session.query("DELETE FROM published")
    assert "--from DIR/tiles" in run("status", second, code=2)
    assert run_verify(second)["changed"]["code"] == "store.older_than_signed", "no entry is another one"
    assert run("record", "restore", first, "--from", second / "tiles")["added"] > 0
    for folder in (first, second):
        assert run("record", "verify", folder)["ok"]
    with Small(tmp_path / "other", log="other", open_acts=()).closed() as other:
        wanted = ("--from", other / "tiles", "--key", other / "log.vkey", "--store", address.url)
        assert "holds another record" in run("record", "restore", tmp_path / "third", *wanted, code=2)
    assert not (tmp_path / "third").exists()


# -- one behaviour ---------------------------------------------------------------------------------------------------

SHARED_BEHAVIOUR = [
    "tests/unit/views",
    "tests/unit/programme/test_names.py",
    "tests/unit/programme/test_indicators.py",
    "tests/unit/book/test_book.py",
    "tests/unit/book/test_check.py",
    "tests/unit/book/test_clocks.py",
    "tests/unit/book/test_growth.py",
    "tests/unit/book/test_network.py",
    "tests/unit/book/test_storage.py",
    "tests/unit/history/test_writing.py",
    "tests/unit/api/test_programme.py",
    "tests/unit/exchange/test_further_issue.py",
    "tests/unit/pages/test_flow.py",
    "tests/e2e/test_commands.py",
    "tests/e2e/test_list_command.py",
    "tests/e2e/test_kill.py",
]
"""Tests of what a programme answers, and keeps when it is killed or edited, whatever keeps it."""


def test_a_programme_has_the_same_book_and_tiles_wherever_it_is_kept_also_rebuilt(address, tmp_path):
    kept = {}
    for name, place in (("sqlite", None), ("postgres", address)):
        small = Small(tmp_path / name, place)
        small.say("donor", Pledge, PledgeBody(pledge="p:1", recipient="fund", amount=Money(value="7", currency="EUR")))
        small.intake.close()
        with Book.open(small.folder) as book:
            followed = book.digest()
            book.rebuild()
            assert book.digest() == followed
        trace = run("trace", small.folder, "donor")
        kept[name] = followed, trace, {path.name: path.read_bytes() for path in tile_files(small.folder)}
    assert kept["sqlite"] == kept["postgres"]


@pytest.mark.both_stores
def test_what_is_tried_works_out_nothing_that_is_worked_out_already(small, monkeypatch):
    for n in range(3):
        body = PledgeBody(pledge=f"p:{n}", recipient="fund", amount=Money(value="7", currency="EUR"))
        small.say("donor", Pledge, body)
    with small.closed() as folder, enduse.open(folder) as programme:
        size, folded, fold = programme.size, [], Book._fold_row

        def counted(self, entry, *more):
            folded.append(entry)
            return fold(self, entry, *more)

        monkeypatch.setattr(Book, "_fold_row", counted)
        with programme.trying():
            assert (programme.size, folded) == (size, [])
        with copy_in_memory(programme._book) as copy:
            assert (copy.size, copy.digest(), folded) == (size, programme.digest(), [])


@pytest.mark.soak
def test_the_example_has_the_same_book_in_a_database(address, played_demo, tmp_path):
    play, folder = played_demo
    log = SharedLog.start(tmp_path / "demo", play.origin, SigningKey.from_seed(play.log_seed), address)
    keys.save(tmp_path / "demo", "party:keeper", play.keys["party:keeper"])
    with Intake(Book.open(tmp_path / "demo", log=log)) as intake:
        for batch in play.batches:
            intake.record(batch.envelopes, batch.recorded_at)
    with Book.open(tmp_path / "demo") as one, Book.open(folder) as other:
        assert one.digest() == other.digest()
    for words in (("status",), ("goods",), ("release",), ("trace", "project:clinic")):
        told = [run(words[0], at, *words[1:]) for at in (tmp_path / "demo", folder)]
        assert told[0] == told[1]
    assert run_verify(tmp_path / "demo")["ok"]


@pytest.mark.soak
def test_what_a_programme_answers_in_a_folder_it_answers_in_a_database():
    root = Path(__file__).parents[2]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-m",
        "not soak and not in_folder",
        "--store",
        "postgres",
        *SHARED_BEHAVIOUR,
    ]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
