"""A full disk, a folder one may not write to, a database another process holds: each is named for what it is."""

import ctypes
import errno
import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner

from enduse.cli.main import app
from enduse.errors import RecordError
from enduse.record import sqlite as record_sqlite
from enduse.record.log import Log
from enduse.record.store import NewEntry
from enduse.record.verify import verify
from enduse.system import database_error
from enduse.terms.ed25519 import SigningKey
from support.commands import forked_commands

CAIRO = Path(__file__).parents[2] / "examples" / "cairo-2014" / "programme.yaml"
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2


def rows(start, stop):
    bodies = [b"statement %d" % number for number in range(start, stop)]
    return [NewEntry(body, sha256(body).digest(), bytes(32), start + n + 1) for n, body in enumerate(bodies)]


@pytest.fixture
def folder(tmp_path):
    with Log.create(tmp_path / "programme", "record.example/c", SigningKey.generate()) as log:
        log.append(rows(0, 300))
        log.publish()
    return tmp_path / "programme"


def as_anybody():
    """Give up the right of root to pass over the rights of files; somebody else has none to give up."""
    if os.geteuid() == 0:
        libc = ctypes.CDLL(None, use_errno=True)
        for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
            assert libc.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) == 0


@pytest.fixture(scope="module")
def command():
    """Run a command in a process of its own, as somebody for whom the rights of files count."""
    with forked_commands(os.environ, before=as_anybody) as folder:

        def run(*words, at):
            done = subprocess.run(
                [f"{folder}/enduse", *map(str, words)],
                cwd=at,
                capture_output=True,
                text=True,
                check=False,
                timeout=120,
            )
            assert "Traceback" not in done.stderr, done.stderr
            return done

        yield run


@pytest.fixture
def read_only(tmp_path):
    """The folder of a programme as somebody has it who may read and not write, on a disk or a disc."""
    at = tmp_path
    made = CliRunner().invoke(app, ["new", str(at / "programme"), "--from", str(CAIRO)])
    assert made.exit_code == 0, made.output
    for path in sorted(at.rglob("*"), reverse=True):
        path.chmod(0o555 if path.is_dir() else 0o444)
    at.chmod(0o555)
    yield at
    at.chmod(0o755)
    for path in sorted(at.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)


def test_a_record_one_may_only_read_is_checked_all_the_same(read_only, command):
    done = command("record", "verify", "programme", at=read_only)
    assert (done.returncode, "holds" in done.stdout) == (0, True), done.stderr[:500]
    elsewhere = read_only.parent / "proof"
    assert command("record", "prove", "programme", "3", "--to", elsewhere, at=read_only).returncode == 0
    elsewhere.unlink()


def test_a_programme_one_may_only_read_answers_also_with_a_damaged_book(read_only, command):
    whole = command("status", "programme", "--json", at=read_only)
    assert (whole.returncode, whole.stderr) == (0, "")
    book = read_only / "programme" / "book.db"
    book.chmod(0o644)
    book.write_bytes(b"no database" * 1_000)
    book.chmod(0o444)
    for words in (["status", "programme", "--json"], ["release", "programme"], ["list", "programme"]):
        done = command(*words, at=read_only)
        assert done.returncode == 0, done.stderr
        assert "you may not write here: this answer was worked out from the record alone" in " ".join(
            done.stderr.split()
        )
        if words[0] == "status":
            assert done.stdout == whole.stdout
    assert book.read_bytes() == b"no database" * 1_000


@pytest.mark.parametrize(
    ("words", "where"),
    [
        (["record", "publish", "programme"], "record.db"),
        (["record", "card", "programme", "--to", "card.html"], "card.html"),
        (["record", "prove", "programme", "3", "--to", "proof"], "proof"),
        (["record", "mirror", "m", "--of", "programme/tiles", "--key", "programme/log.vkey", "--name", "m.x"], "m"),
        (["record", "witness", "w", "--log", "programme/log.vkey", "--name", "w.x", "--listen", "127.0.0.1:0"], "w"),
        (["add", "programme", "programme/log.vkey"], ".lock"),
    ],
    ids=lambda value: "-".join(value[:2]) if isinstance(value, list) else value,
)
def test_a_folder_one_may_not_write_to_is_named(read_only, command, words, where):
    done = command(*words, at=read_only)
    assert done.returncode == 2
    said = " ".join(done.stderr.split())
    assert "you may not write here" in said
    assert f"{where}:" in said
    assert "mirror" not in said.partition("you may not")[2], "nothing is wrong with the record"


def test_a_witness_that_could_remember_nothing_does_not_start(tmp_path, command):
    at = tmp_path
    made = CliRunner().invoke(app, ["new", str(at / "programme"), "--from", str(CAIRO)])
    assert made.exit_code == 0, made.output
    words = ["record", "witness", "w", "--log", "programme/log.vkey"]
    follow = [*words, "--follow", "programme", "--to", "cosigned"]
    assert command(*follow, "--name", "w.x", at=at).returncode == 0
    (at / "w" / "witness.db").chmod(0o444)
    # It would not come back if it served: whoever started it would find out when a log first asks it.
    done = command(*words, "--listen", "127.0.0.1:0", at=at)
    assert (done.returncode, "you may not write here" in " ".join(done.stderr.split())) == (2, True)
    assert "witness.db" in done.stderr


def test_a_full_disk_is_named_where_sqlite_says_so(folder):
    with Log.open(folder) as log:
        log.store._db.execute("PRAGMA max_page_count = 1")  # type: ignore[attr-defined]
        with pytest.raises(RecordError, match="the disk is full"):
            log.append(rows(300, 9_000))
        assert log.size == 300
    assert verify(folder).ok


def test_a_full_disk_is_named_where_sqlite_says_something_else(folder, monkeypatch):
    """Only to read a database SQLite writes a file beside it; on a full disk it calls that an I/O error."""
    error = sqlite3.OperationalError("disk I/O error")
    error.sqlite_errorname = "SQLITE_IOERR_SHMSIZE"
    assert "I/O" in str(database_error(error, folder / "record.db"))
    real = os.statvfs(folder)
    full = os.statvfs_result((*real[:3], 0, 0, *real[5:10]))
    monkeypatch.setattr(os, "statvfs", lambda _path: full)
    assert database_error(error, folder / "record.db").problem.code == "system.disk_full"
    assert verify(folder).ok, "a record can be read where nothing can be written any more"


def test_a_full_disk_is_named_where_files_are_written(folder, monkeypatch):
    def full(_handle, _data):
        raise OSError(errno.ENOSPC, "No space left on device")

    with Log.open(folder) as log:
        log.append(rows(300, 310))
    monkeypatch.setattr(os, "write", full)
    done = CliRunner().invoke(app, ["record", "publish", str(folder)])
    monkeypatch.undo()
    assert done.exit_code == 2
    assert "the disk is full" in done.stderr
    assert "tile/entries/001.p/54" in "".join(done.stderr.split())
    assert verify(folder).ok
    with Log.open(folder) as log:
        assert log.publish().size == 310


def test_a_database_that_another_process_holds_is_named(folder, monkeypatch):
    monkeypatch.setattr(record_sqlite, "BUSY_S", 0.05)
    with closing(sqlite3.connect(folder / "record.db", isolation_level=None)) as other, Log.open(folder) as log:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(RecordError, match="another process holds the database"):
            log.append(rows(300, 301))
        assert verify(folder).ok, "whoever reads need not wait"
        other.execute("ROLLBACK")
        log.append(rows(300, 301))


def test_a_damaged_database_is_named_and_what_to_do(folder):
    path = folder / "record.db"
    path.write_bytes(b"not a database" * 300)
    (problem, *_) = verify(folder).problems
    assert problem.code == "system.database_damaged"
    assert "restore" in problem.remedy


def test_verify_while_somebody_adds_accuses_nobody(folder):
    """Two of seven runs said "keep this copy as evidence" of an honest record that was being written."""
    grown = shutil.copytree(folder, folder.parent / "grown")
    with Log.open(grown) as log:

        def add(_done: int, _total: int) -> None:
            log.append(rows(log.size, log.size + 37))
            log.publish()

        for _ in range(5):
            report = verify(grown, progress=add)
            assert report.ok, report.problems
        assert log.size == 300 + 5 * 37
    assert Path(grown).exists()
