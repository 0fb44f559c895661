"""A key is made and kept where it is used: encrypted with a passphrase, or by an ssh-agent."""

import json
import os
import shutil
import subprocess

import pytest
from typer.testing import CliRunner

import enduse
from conftest import Small
from enduse.book import key_file, keys
from enduse.book.agent import AgentKey
from enduse.cli.main import app
from enduse.errors import EnduseError, UnknownError
from enduse.pages.qr import qr_lines


def run(*words, code=0, **environment):
    result = CliRunner().invoke(app, [*map(str, words)], env={"COLUMNS": "250", **environment})
    assert result.exit_code == code, (words, result.output)
    return result.stdout + result.stderr


@pytest.fixture
def town(tmp_path):
    small = Small(tmp_path / "town")
    small.intake.close()
    return small.folder


@pytest.fixture
def secret(tmp_path):
    (tmp_path / "passphrase").write_text("eight lorries wait at the gate\n", encoding="utf-8")
    return {"ENDUSE_PASSPHRASE_FILE": str(tmp_path / "passphrase")}


@pytest.fixture
def agent(tmp_path, monkeypatch):
    """An ssh-agent of its own with an Ed25519 key, an RSA key and another Ed25519 key of the same comment."""
    if shutil.which("ssh-agent") is None:
        pytest.skip("LOUD: no statement was signed by an ssh-agent: OpenSSH is not installed")
    socket = tmp_path / "a.sock"
    running = subprocess.Popen(["ssh-agent", "-D", "-a", socket], stdout=subprocess.DEVNULL)
    monkeypatch.setenv("SSH_AUTH_SOCK", str(socket))
    while not socket.exists():
        assert running.poll() is None
    for name, kind, comment in (
        ("one", "ed25519", "harbour"),
        ("two", "rsa", "rsa"),
        ("three", "ed25519", "twice"),
        ("five", "ecdsa", "token"),
    ):
        subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", comment, "-f", tmp_path / name], check=True)
        subprocess.run(["ssh-add", "-q", tmp_path / name], check=True)
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "twice", "-f", tmp_path / "four"], check=True)
    subprocess.run(["ssh-add", "-q", tmp_path / "four"], check=True)
    yield tmp_path
    running.terminate()
    running.wait()


@pytest.mark.threat(
    who="stranger",
    tries="copies the file of a party's key from its disk",
    alone="where the key was made with a passphrase the file is of no use without it: each guess costs 256 MB of memory and"
    " half a second; without one whoever has the file speaks for the party, as `enduse key new` says",
    needs="the passphrase",
    seen_by="nobody, until something is signed with it; then everybody who reads the record, and the party in `enduse key list`",
)
def test_a_key_is_encrypted_with_a_passphrase_and_signs_with_it(town, tmp_path, secret):
    made = run("key", "new", town, "donor", "--to", tmp_path / "second.key", "--passphrase", **secret)
    assert "no passphrase guards it" not in made
    line = (tmp_path / "second.key").read_text(encoding="ascii")
    assert line.startswith("encrypted v1 ")
    assert (tmp_path / "second.key").stat().st_mode & 0o777 == 0o600
    assert "encrypted with a passphrase" in run("key", "show", tmp_path / "second.key")
    run("key", "say", town, "enrol", tmp_path / "second.request", "--as", "donor")
    keys.path_of(town, "donor").unlink()
    (tmp_path / "second.key").rename(keys.path_of(town, "donor"))
    unasked = run("key", "say", town, "revoke", "donor", "--as", "donor", code=2)
    assert "there is nobody to ask for its passphrase" not in unasked, "two keys: that is said first"
    name = enduse.describe_key(tmp_path / "second.request").key
    assert "nobody to ask for its passphrase" in run("key", "say", town, "revoke", name, "--as", "donor", code=2)
    (tmp_path / "passphrase").write_text("nine lorries\n", encoding="utf-8")
    assert "not the passphrase" in run("key", "say", town, "revoke", name, "--as", "donor", code=2, **secret)
    (tmp_path / "passphrase").write_text("eight lorries wait at the gate\n", encoding="utf-8")
    assert "revoked, for good" in run("key", "say", town, "revoke", name, "--as", "donor", **secret)


def test_without_a_passphrase_it_is_said_who_can_speak(town, tmp_path):
    assert "no passphrase guards it" in run("key", "new", town, "donor", "--to", tmp_path / "plain.key")
    assert "no passphrase guards this file" in run("key", "show", tmp_path / "plain.key")
    assert "nobody to ask" in run("key", "new", town, "donor", "--to", tmp_path / "x.key", "--passphrase", code=2)
    assert not (tmp_path / "x.key").exists()
    assert not (tmp_path / "x.request").exists()


@pytest.mark.parametrize(
    "line",
    [
        "",
        "00" * 31,
        "encrypted v1",
        f"encrypted v1 {'00' * 32} 3 9999999999 {'00' * 16} {'00' * 72}",
        f"encrypted v1 {'00' * 32} 99 8192 {'00' * 16} {'00' * 72}",
        f"encrypted v2 {'00' * 32} 3 8192 {'00' * 16} {'00' * 72}",
        "agent 00",
    ],
)
def test_a_file_that_holds_no_key_is_refused(tmp_path, line):
    (tmp_path / "a.key").write_text(line + "\n", encoding="ascii")
    with pytest.raises(EnduseError) as refused:
        keys.read(tmp_path / "a.key", lambda _file: "x")
    assert refused.value.problem.code in {"key.malformed", "key.passphrase_too_dear"}


def test_a_file_says_no_other_public_key_than_it_holds(tmp_path, monkeypatch):
    monkeypatch.setattr(key_file, "MEMORY", 8192)
    monkeypatch.setattr(key_file, "OPERATIONS", 1)
    key, other = enduse_key(1), enduse_key(2)
    line = key_file.written(key, "x")
    assert keys_of(tmp_path, line).public == key.public
    with pytest.raises(EnduseError) as refused:
        keys_of(tmp_path, line.replace(key.public.hex(), other.public.hex()))
    assert refused.value.problem.code == "key.passphrase_wrong"


def enduse_key(number):
    from enduse.terms.ed25519 import SigningKey

    return SigningKey.from_seed(bytes([number]) * 32)


def keys_of(folder, line):
    (folder / "b.key").write_text(line + "\n", encoding="ascii")
    return keys.read(folder / "b.key", lambda _file: "x")


@pytest.mark.parametrize(("file", "bits"), [("one", 256), ("five", 264)], ids=["Ed25519", "P-256"])
def test_an_agent_signs_our_bytes_as_they_are(town, agent, file, bits):
    """The private half never leaves the agent: the file names the public one alone."""
    made = json.loads(
        run("key", "new", town, "donor", "--to", agent / "a.key", "--agent", agent / f"{file}.pub", "--json")
    )
    assert len(made["public_key"]) * 4 == bits
    assert (agent / "a.key").read_text(encoding="ascii") == f"agent {made['public_key']}\n"
    assert "your ssh-agent holds the private half" in run("key", "show", agent / "a.key")
    run("key", "say", town, "enrol", agent / "a.request", "--as", "donor")
    keys.path_of(town, "donor").unlink()
    (agent / "a.key").rename(keys.path_of(town, "donor"))
    with enduse.open(town) as programme:
        body = {"pledge": "pledge:1", "amount": {"value": "5", "currency": "USD"}}
        for number in range(8):  # of P-256 half have the higher s, which is turned
            taken = programme.sign(
                "pledge", {**body, "pledge": f"pledge:{number}"}, party="donor", occurred_at="2026-08-01"
            )
            assert taken.outcome == "accepted"
        assert [each.entry for each in programme.statements(kind="pledge")][-1] == taken.index
        assert programme.verify().ok


def test_which_key_of_an_agent_is_meant_is_told(town, agent, monkeypatch):
    assert AgentKey.find("harbour").public.hex() in repr(AgentKey.find("harbour"))
    assert "2 keys of the ssh-agent have the comment" in run(
        "key", "new", town, "donor", "--to", agent / "b.key", "--agent", "twice", code=2
    )
    none = run("key", "new", town, "donor", "--to", agent / "b.key", "--agent", agent / "two.pub", code=2)
    assert "of Ed25519 or P-256" in none
    assert "harbour" in none
    assert not (agent / "b.key").exists()
    held = AgentKey.find("harbour")
    subprocess.run(["ssh-add", "-q", "-d", agent / "one"], check=True)
    with pytest.raises(EnduseError) as refused:
        held.sign(b"x")
    assert refused.value.problem.code == "key.agent_refused"
    monkeypatch.setenv("SSH_AUTH_SOCK", os.devnull)
    assert "no ssh-agent answers" in run(
        "key", "new", town, "donor", "--to", agent / "b.key", "--agent", "harbour", code=2
    )


@pytest.mark.parametrize(
    "answer", [b"\x0c", b"\x0c\0\0", b"\x0c\xff\xff\xff\xff", b"\x0c\0\0\0\1\0\0\0\7x", b"\x05", b""]
)
def test_an_agent_that_answers_something_else_is_told(monkeypatch, answer):
    monkeypatch.setattr("enduse.book.agent._ask", lambda _: answer)
    with pytest.raises(UnknownError) as told:
        AgentKey.find("harbour")
    assert told.value.problem.code == "key.agent_none"


def test_a_request_and_its_key_are_read_out_alike(town, tmp_path):
    run("key", "new", town, "donor", "--to", tmp_path / "new.key")
    shown = run("key", "show", tmp_path / "new.key", "--qr")
    name = enduse.describe_key(tmp_path / "new.request")
    assert name.spoken in shown
    assert len(name.spoken.split()) == 8
    assert name.spoken in run("key", "show", tmp_path / "new.request")
    assert "asked for by donor" in run("key", "show", tmp_path / "new.request")
    code = list(qr_lines(f"enduse key {name.public_key}"))
    assert set("".join(code)) == set("\u2588\u2580\u2584 ")
    assert "\n".join(code) in shown
    assert {len(line) for line in code} == {2 * len(code)} or {len(line) for line in code} == {2 * len(code) - 1}
