"""A PostgreSQL server that goes away, refuses, is full or was laid out otherwise: what is said is so, and nothing is half done."""

import json
import shutil
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from typer.testing import CliRunner

import enduse
from conftest import START, Small, seed_of
from enduse.book.intake import Intake, SigningRequest
from enduse.cli.main import app
from enduse.errors import RecordError
from enduse.record.postgres_session import Address, PostgresSession
from enduse.record.vault import FILE as VAULT
from enduse.record.vault import Vault
from enduse.statements.envelope import unwrap
from enduse.statements.money import Pledge, PledgeBody
from enduse.terms.amounts import Money
from support.postgres_proxy import Proxy

pytestmark = pytest.mark.postgres


def run(*words, code=0):
    done = CliRunner().invoke(app, [*map(str, words), "--json"])
    assert "Traceback" not in done.output
    assert done.exit_code == code, done.output
    return json.loads(done.stdout) if code == 0 else " ".join(done.stderr.split())


def pledge(number):
    def make(programme, speaker, seq):
        body = PledgeBody(pledge=f"pledge:{number}", recipient="fund", amount=Money("1", "EUR"))
        return Pledge(programme=programme, party=speaker, seq=seq, occurred_at=START, body=body)

    return SigningRequest("donor", seed_of("donor"), make)


@pytest.fixture
def proxied(address, tmp_path):
    """A programme whose server is reached through a line that can be cut."""
    proxy = Proxy(address.dsn, tmp_path)
    small = Small(tmp_path / "town", Address.parse(f"{proxy.url}&programme={address.programme}"))
    small.intake.close()
    yield small, proxy
    proxy.close()


def recorded(folder):
    """Identifier of every pledge in the record, in order."""
    with Intake.open(folder) as intake:
        texts = [unwrap(row.entry).payload.decode() for row in intake.book.log.store.entries()]
    return [json.loads(text)["body"]["pledge"] for text in texts if '"kind":"pledge"' in text]


def say(folder, number, proxy=None, cut=None):
    """Say a pledge while the line is cut somewhere; returns whether it was accepted, and the error, if any."""
    accepted = False
    try:
        with Intake.open(folder) as intake:
            if proxy is not None:
                proxy.arm(cut)
            (taken,) = intake.say([pledge(number)])
            accepted = taken.outcome == "accepted"
    except RecordError as error:
        return accepted, error
    return accepted, None


def test_a_commit_whose_answer_was_lost_is_looked_up_and_goes_on(proxied):
    small, proxy = proxied
    assert say(small.folder, 1, proxy, lambda _n, data: "after" if b"COMMIT" in data else None) == (True, None)
    assert recorded(small.folder) == ["pledge:1"]
    assert run("record", "verify", small.folder)["unpublished"] == 0


def test_a_commit_that_never_came_is_told_as_nothing_recorded(proxied):
    small, proxy = proxied
    accepted, error = say(small.folder, 1, proxy, lambda _n, data: "before" if b"COMMIT" in data else None)
    assert (accepted, error.problem.code) == (False, "store.unreachable")
    assert recorded(small.folder) == []
    assert say(small.folder, 1) == (True, None)


def test_a_commit_of_which_nobody_can_hear_is_told_as_not_known(proxied, monkeypatch):
    small, proxy = proxied
    monkeypatch.setattr("enduse.record.postgres._PATIENCE_S", 0.3)

    def cut(_number, data):
        if b"COMMIT" not in data:
            return None
        proxy.refuse()
        return "after"

    accepted, error = say(small.folder, 1, proxy, cut)
    assert (accepted, error.problem.code) == (False, "store.outcome_unknown")


def positions(small, proxy):
    """How many messages a pledge takes."""
    say(small.folder, "whole", proxy, lambda _n, _data: None)
    return len(proxy.passed)


def cut_at(small, proxy, number, where):
    before = recorded(small.folder)
    accepted, error = say(small.folder, number, proxy, lambda n, _data: where if n == number else None)
    after = recorded(small.folder)
    assert after[: len(before)] == before
    recorded_now = after[len(before) :] == [f"pledge:{number}"]
    told = "" if error is None else error.problem.code
    assert told in {"", "store.unreachable", "book.not_worked_out"}
    assert recorded_now == (accepted or told == "book.not_worked_out"), "what is said of it is so"
    assert accepted or told
    again, error = say(small.folder, number)
    assert (again, error) == (not recorded_now, None)
    assert run("record", "verify", small.folder)["ok"]


@pytest.mark.parametrize("where", ["before", "after"])
def test_a_line_that_is_cut_anywhere_leaves_all_of_it_or_nothing(proxied, where):
    small, proxy = proxied
    for number in range(3, positions(small, proxy), 17):
        cut_at(small, proxy, number, where)


@pytest.mark.soak
@pytest.mark.parametrize("where", ["before", "after"])
def test_a_line_that_is_cut_at_any_message_leaves_all_of_it_or_nothing(proxied, where):
    small, proxy = proxied
    for number in range(1, positions(small, proxy) + 1):
        cut_at(small, proxy, number, where)


def test_a_server_that_ends_our_sessions_lets_the_next_writer_on(address, tmp_path):
    small = Small(tmp_path / "town", address)
    with PostgresSession(address, "record") as session:
        session.query(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'enduse' AND pid <> pg_backend_pid()"
        )
    with pytest.raises(RecordError) as caught:
        small.intake.say([pledge(1)])
    assert caught.value.problem.code == "store.unreachable"
    small.intake.abandon()
    assert recorded(small.folder) == []
    assert say(small.folder, 1) == (True, None)


def test_a_start_whose_last_commit_was_cut_leaves_all_or_nothing(address, tmp_path):
    file = Path(__file__).parents[2] / "examples" / "second" / "programme.yaml"
    proxy = Proxy(address.dsn, tmp_path)
    for where, code in (("before", 2), ("after", 0)):
        store = f"{proxy.url}&programme={address.programme}"
        renames = []

        def cut(_number, data, where=where, renames=renames):
            renames.extend(["rename"] * (b"RENAME TO" in data))
            return where if renames and b"COMMIT" in data else None

        proxy.arm(cut)
        run("new", tmp_path / "town", "--from", file, "--play-all-parties", "--store", store, code=code)
        assert (tmp_path / "town").exists() == (code == 0)
    assert run("record", "verify", tmp_path / "town")["ok"]
    assert sorted(path.name for path in tmp_path.iterdir()) == [".s.PGSQL.5432", "town"]
    proxy.close()


def files_of(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_server_that_is_gone_is_told_and_changes_nothing(proxied):
    small, proxy = proxied
    proxy.close()
    before = files_of(small.folder)
    for words in (("status",), ("list",), ("release",), ("record", "publish")):
        assert "cannot reach the database" in run(*words, small.folder, code=2)
    assert files_of(small.folder) == before


@pytest.fixture
def reader(address, tmp_path):
    """A programme in a database, and a joined folder whose user may only read it there."""
    small = Small(tmp_path / "town", address)
    small.intake.close()
    name = f"{address.programme}_reader"
    with PostgresSession(address, "record") as session:
        session.query(f"CREATE ROLE {name} LOGIN PASSWORD 'right'")
        for part in ("record", "book"):
            session.query(f"GRANT USAGE ON SCHEMA {address.schema(part)} TO {name}")
            session.query(f"GRANT SELECT ON ALL TABLES IN SCHEMA {address.schema(part)} TO {name}")
    store = address.url.replace("postgres:@", f"{name}@")
    run("join", tmp_path / "reading", "--store", store, "--key", small.folder / "log.vkey")
    return small, tmp_path / "reading", name


def test_who_may_only_read_is_answered_and_records_nothing(reader, address):
    small, reading, _ = reader
    assert say(small.folder, 1) == (True, None)  # the stored book lags behind what the reader has to work out
    with PostgresSession(address, "book") as session:
        kept = session.query("SELECT * FROM meta ORDER BY name")
        assert run("money", reading)["currencies"] == run("money", small.folder)["currencies"]
        assert run("record", "verify", reading)["ok"]
        session.query("DELETE FROM meta")
        session.query("DELETE FROM node")
        assert run("money", reading)["currencies"] == run("money", small.folder)["currencies"]
        session.query("DELETE FROM node")
        assert run("money", reading)["currencies"], "a damaged book is worked out in memory"
        assert session.query("SELECT count(*) FROM node") == [(0,)]
    assert kept
    accepted, error = say(reading, 2)
    assert (accepted, error.problem.code) == (False, "store.not_allowed")
    assert recorded(small.folder) == ["pledge:1"]


def test_who_may_only_read_keeps_nothing_that_was_refused_and_destroys_nothing(reader, tmp_path):
    small, reading, _ = reader
    with enduse.open(small.folder) as programme:
        sealed = programme.seal("the north road", field="route", party="keeper", about="place:x")
    shutil.copytree(small.folder / "keys", reading / "keys", dirs_exist_ok=True)
    picture = Path(__file__).parents[2] / "examples" / "photos" / "roof.png"
    with enduse.open(reading) as programme:
        for act in (
            lambda: programme.attach(picture, party="keeper", about="place:x"),
            lambda: programme.attach(picture, private=True, party="keeper", about="place:x"),
            lambda: programme.seal("the south road", field="route", party="keeper", about="place:x"),
        ):
            with pytest.raises(RecordError) as error:
                act()
            assert error.value.problem.code == "store.not_allowed"
    assert not (reading / "documents").exists()
    assert not (reading / VAULT).exists()
    shutil.copy(small.folder / VAULT, reading / VAULT)
    with enduse.open(reading) as programme, pytest.raises(RecordError):
        programme.erase(sealed.commitment, party="keeper", basis="a request")
    with Vault(reading / VAULT) as vault:
        assert vault.open(bytes.fromhex(sealed.commitment)).value == b"the north road"


def wait_until_refused(address, *, refused):
    """Wait until the server goes by the rules that it was told to read again."""
    for _ in range(100):
        try:
            PostgresSession(address, "record").close()
        except RecordError:
            if refused:
                return
        else:
            if not refused:
                return
        time.sleep(0.05)


def test_a_wrong_password_is_told_without_any_password(reader, server, address, tmp_path):
    _, reading, name = reader
    data = Path(parse_qs(urlsplit(server).query)["host"][0])
    rules = data / "pg_hba.conf"
    trusting = rules.read_text()
    with PostgresSession(address, "record") as session:
        rules.write_text(f"local all {name} scram-sha-256\n{trusting}")
        session.query("SELECT pg_reload_conf()")
        try:
            for password, code in (("wrong-one", 2), ("right", 0)):
                store = Address.parse(address.url.replace("postgres:@", f"{name}:{password}@"))
                store.point(reading)
                wait_until_refused(store, refused=code == 2)
                told = run("list", reading, code=code)
                assert code == 0 or ("does not let you in" in told and "see user and password" in told)
                assert password not in str(told)
        finally:
            rules.write_text(trusting)
            session.query("SELECT pg_reload_conf()")
    assert (reading / "store.url").stat().st_mode & 0o777 == 0o600


@contextmanager
def changed(address, *statements):
    with PostgresSession(address, "record") as session:
        for statement in statements:
            session.query(statement)
        yield


def test_a_database_of_another_layout_is_refused_and_left_as_it_is(address, tmp_path):
    small = Small(tmp_path / "town", address)
    small.intake.close()
    with changed(address, "UPDATE layout SET version = 99"):
        for words in (("status",), ("record", "publish")):
            assert "another version" in run(*words, small.folder, code=2)
        assert "another version" in str(CliRunner().invoke(app, ["record", "verify", str(small.folder)]).output)
    with changed(address, "UPDATE layout SET version = 1"):
        assert run("record", "verify", small.folder)["ok"]


def test_a_full_disk_on_the_server_is_named_and_nothing_is_recorded(address, tmp_path):
    small = Small(tmp_path / "town", address)
    small.intake.close()
    full = "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no space' USING ERRCODE = 'disk_full'; END $$"
    trigger = "CREATE TRIGGER full_disk BEFORE INSERT ON entry FOR EACH STATEMENT EXECUTE FUNCTION full_disk()"
    with changed(address, full, trigger):
        accepted, error = say(small.folder, 1)
        assert (accepted, error.problem.code) == (False, "system.disk_full")
    with changed(address, "DROP TRIGGER full_disk ON entry"):
        assert say(small.folder, 1) == (True, None)
    assert recorded(small.folder) == ["pledge:1"]
