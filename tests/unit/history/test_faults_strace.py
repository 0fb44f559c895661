"""Killed at any system call of writing, or told that the disk is full, a history is whole and the next run completes it."""

import shutil
import sys

import pytest

import enduse
from e2e.test_any_statement import Played
from enduse.history import writing
from enduse.history.files import whole_list
from support.strace import WRITING, Writer, attack, needs_strace

pytestmark = needs_strace
FAILING = {**WRITING, **dict.fromkeys(("write", "pwrite64"), ("KILL", "ENOSPC")), "fsync": ("KILL", "EIO")}


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """A programme that has grown since its history was written."""
    base = tmp_path_factory.mktemp("grown") / "base"
    base.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(writing, "MOST", 128)
        played = Played(base / "programme", 7)
        played.play(60)
        played.intake.close()
        with enduse.open(base / "programme") as programme:
            programme.history(base / "history")
        played.intake = played.intake.open(base / "programme")
        played.play(150)
        played.intake.close()
    return base


@pytest.fixture
def battery(grown, tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "MOST", 128)
    before = {path.name: path.read_bytes() for path in (grown / "history").rglob("*.parquet")}
    with enduse.open(grown / "programme") as right:
        right.history(shutil.copytree(grown / "history", tmp_path / "right"))
        size = right.size
    wanted = {
        one.after: {table: file.rows for table, file in one.files.items()}
        for one in whole_list(tmp_path / "right").ranges
    }

    def check(folder, told):
        history = folder / "history"
        assert whole_list(history).size >= told, "what was acknowledged is there"
        with enduse.open(folder / "programme") as programme:
            programme.history(history)
            assert programme.check_history(history, engines=()).problems == (), "and every row is the record's"
        found = whole_list(history)
        assert found.size == size
        assert {one.after: {table: file.rows for table, file in one.files.items()} for one in found.ranges} == wanted
        left = {path for path in history.rglob("*") if path.is_file() and path.suffix != ".parquet"}
        assert {path.name for path in left} == {"history.json", ".lock"}, "nothing is left beside"
        after = {path.name: path.read_bytes() for path in history.rglob("*.parquet")}
        assert before.items() <= after.items(), "an old file is as it was, to the byte"

    writer = Writer(tmp_path, "history_faults")
    yield lambda pick: attack(writer, grown, tmp_path, stop=0, pick=pick, check=check, calls=FAILING)
    writer.close()


@pytest.mark.soak
def test_every_system_call_of_writing_fails_once(battery):
    reached = battery(lambda plan: plan)
    sys.stdout.write(f"{reached} system calls failed or killed who wrote the history\n")
    assert reached >= 100
