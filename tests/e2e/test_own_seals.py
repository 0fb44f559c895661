"""A party seals a person's name on its own machine; it is told or destroyed there, and stands nowhere else."""

import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

import enduse
from conftest import Small, seed_of
from enduse.book import keys
from enduse.cli.main import app
from enduse.errors import UnknownError
from enduse.record.vault import Vault
from enduse.statements.envelope import unwrap

NAME = "Widad Invented"
SEAL = ("record", "seal", "desk", "--as", "donor", "--about", "post:site-manager", "--field", "name", "--value", "name.txt")  # fmt: skip


def run(*words, code=0):
    result = CliRunner().invoke(app, [*map(str, words)], env={"COLUMNS": "300"})
    assert result.exit_code == code, (words, result.output)
    return json.loads(result.stdout) if "--json" in words else result.stdout + result.stderr


@pytest.fixture(scope="module")
def founded(tmp_path_factory):
    where = tmp_path_factory.mktemp("seals")
    small = Small(where / "town")
    small.intake.book.log.publish()
    small.intake.close()
    keys.path_of(where / "town", "donor").unlink()
    with enduse.open(where / "town") as programme:
        programme.write_light(where / "desk")
    keys.save(where / "desk", "donor", seed_of("donor"))
    (where / "name.txt").write_text(NAME + "\n", encoding="utf-8")
    return where


@pytest.fixture(autouse=True)
def there(founded, tmp_path, monkeypatch):
    shutil.copytree(founded, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)


def brought(name):
    run("send", "desk", "--to", name)
    counts = run("add", "town", name, "--receipts", "got.jsonl", "--json")
    assert (counts["no_effect"], counts["refused"]) == (0, 0)
    run("sent", "desk", "got.jsonl")
    return run("record", "verify", "town", "--json")["ok"]


def told_outside():
    """Every byte that left the desk, envelopes opened."""
    files = [file for file in Path().rglob("*") if file.is_file() and file.parts[0] not in {"desk", "name.txt"}]
    data = b"".join(file.read_bytes() for file in files)
    with enduse.open("town") as programme:
        payloads = [unwrap(row.entry).payload for row in programme._book.log.store.entries()]
    return data + b"".join(payloads)


@pytest.mark.threat(
    who="stranger",
    tries="looks for a person's name that a party sealed, in everything that ever left its machine",
    alone="it stands in none of it: not in batch, record, tiles, light copy, mirror, export or page",
    needs="the party, which discloses it, or its machine",
    seen_by="nobody: reading leaves no trace",
)
def test_a_sealed_name_is_in_nothing_that_leaves_the_desk_until_it_is_disclosed():
    sealed = run(*SEAL, "--json")
    assert brought("a.dsse")
    run("copy", "town", "--to", "other")
    run("record", "mirror", "mirror", "--of", "town/tiles", "--key", "town/log.vkey", "--name", "m.example")
    run("report", "town", "--html", "report.html")
    run("list", "town", "--all", "--json")
    assert NAME.encode() not in told_outside()
    assert oct(Path("desk/vault.db").stat().st_mode & 0o777) == "0o600"
    run("record", "disclose", "desk", sealed["commitment"], "--as", "donor")
    assert brought("b.dsse")
    assert NAME.encode() in told_outside()


def test_an_erased_name_is_gone_and_its_proof_left():
    sealed = run(*SEAL, "--json")
    assert brought("a.dsse")
    run("record", "erase", "desk", sealed["commitment"], "--as", "donor", "--basis", "asked")
    assert NAME.encode() not in Path("desk/vault.db").read_bytes()
    assert brought("b.dsse")
    assert "erased" in run("record", "disclose", "desk", sealed["commitment"], "--as", "donor", code=2)


def test_an_erasure_that_broke_off_is_said_when_it_is_asked_for_again(monkeypatch):
    sealed = run(*SEAL, "--json")
    with monkeypatch.context() as broken:
        broken.setattr("enduse.exchange.own_log.OwnLog.add", lambda *_, **__: 1 / 0)
        CliRunner().invoke(app, ["record", "erase", "desk", sealed["commitment"], "--as", "donor", "--basis", "asked"])
    assert NAME.encode() not in Path("desk/vault.db").read_bytes()
    assert (
        run("record", "erase", "desk", sealed["commitment"], "--as", "donor", "--basis", "asked", "--json")["number"]
        == 2
    )
    assert brought("a.dsse")


def test_a_refused_seal_leaves_nothing_behind():
    sealed = run(*SEAL, "--json")
    before = {file: file.read_bytes() for file in Path("desk").rglob("*") if file.is_file()}
    run(*SEAL[:4], "fund", *SEAL[5:], code=2)  # whose key is not here
    run("record", "disclose", "desk", sealed["commitment"], "--as", "fund", code=2)
    run("record", "erase", "desk", "zz", "--as", "donor", "--basis", "asked", code=2)
    Path("name.txt").write_text("x" * 60_000, encoding="utf-8")  # never to be disclosed
    run(*SEAL, code=2)
    assert {file: file.read_bytes() for file in Path("desk").rglob("*") if file.is_file()} == before
    with Vault(Path("desk/vault.db")) as vault, pytest.raises(UnknownError):
        vault.open(bytes(32))
