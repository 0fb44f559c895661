"""A history holds every row of the book, grows by new files alone, and survives a kill at any moment."""

import os
import shutil
import sys
from pathlib import Path

import duckdb
import msgspec
import pytest

import enduse
from e2e.test_any_statement import Played
from enduse.errors import ConflictError, EnduseError, MissingExtraError, RecordError, UnknownError
from enduse.history import files, writing
from enduse.history.files import LIST, whole_list
from enduse.history.tables import HISTORY_TABLES, history_columns
from enduse.ledger.posting import Posting
from enduse.record.sqlite import SQLiteStore
from enduse.record.trust import Trust
from enduse.terms.times import instant_of

SEED = 9
STEPS = (100, 80, 260)


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """A programme of random statements at three sizes, each with its checkpoint."""
    folder = tmp_path_factory.mktemp("grown")
    played = Played(folder / "programme", SEED)
    copies = []
    for number in STEPS:
        played.play(number)
        played.intake.close()
        copies.append(folder / f"at-{number}")
        shutil.copytree(folder / "programme", copies[-1])
        played.intake = played.intake.open(folder / "programme")
    played.intake.close()
    return copies


@pytest.fixture(autouse=True)
def _small_ranges(monkeypatch):
    monkeypatch.setattr(writing, "MOST", 128)


def write(programme, to):
    with enduse.open(programme) as opened:
        return opened.history(to)


def rows(folder, table):
    found = whole_list(folder)
    with duckdb.connect() as engine:
        return engine.read_parquet([str(path) for path in found.paths(folder, table)]).fetchall()


def bytes_of(folder):
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.parquet")}


def test_every_row_of_the_book_is_there_digit_for_digit(grown, tmp_path):
    write(grown[-1], tmp_path / "out")
    with enduse.open(grown[-1]) as programme:
        postings = list(programme._book.postings())
        links = list(programme._book.links())
        said = list(programme.statements())
        back = {one.entry: one.of for one in programme._book.taken_back().values()}
    names = list(history_columns("postings"))
    read = [dict(zip(names, row, strict=True)) for row in rows(tmp_path / "out", "postings")]
    assert len(read) > 30
    for row, posting in zip(read, postings, strict=True):
        kept = msgspec.structs.asdict(posting)
        assert {**kept, "cause": posting.of} == {name: row[name] for name in kept}
        assert [row["class"], row["owner"], row["about"]] == [*posting.account.split(" ", 2), ""][:3]
    assert rows(tmp_path / "out", "purchases") == [msgspec.structs.astuple(link) for link in links]
    columns = history_columns("statements")
    told = [dict(zip(columns, row, strict=True)) for row in rows(tmp_path / "out", "statements")]
    assert [(row["entry"], row["statement"], row["kind"], row["party"], row["place"]) for row in told] == [
        (one.entry, one.id, one.kind, one.statement.party, one.statement.place) for one in said
    ]
    assert [row["refused"] for row in told] == [one.refusal and one.refusal.code for one in said]
    assert {row["entry"]: row["corrects"] for row in told if row["corrects"] is not None} == back
    assert [row["day"] for row in told] == [one.happened_at.date() for one in said]
    recorded = [None if row["recorded"] is None else instant_of(row["recorded"]) for row in told]
    assert recorded == [one.recorded_at for one in said]
    assert [(row["about"], row["step"]) for row in told] == [(one.about, one.step) for one in said]


def test_the_record_is_read_a_page_at_a_time_and_no_statement_is_looked_up(grown, tmp_path, monkeypatch):
    asked: list[str] = []
    query = SQLiteStore._query

    def counted(self, statement, values=()):
        asked.append(statement)
        return query(self, statement, values)

    monkeypatch.setattr(SQLiteStore, "_query", counted)
    written = write(grown[-1], tmp_path / "out")
    assert written.rows["statements"] > 300
    assert sum("entry, leaf" in one for one in asked) < 20


def test_no_digit_and_no_character_is_lost_on_the_way(tmp_path):
    texts = ("", '"it\'s"', "a,b\nc\\", "كلمة", "\u202ex", "NULL", " x ")
    given = [
        Posting(
            at, 2**53 + 1, -(10**15) - at, 2**62 - 1, "money/USD", "stock a b c", sign * (2**62 - 1 - at), "x", lot=text
        )
        for at, text in enumerate(texts)
        for sign in (1, -1)
    ]
    (tmp_path / "postings").mkdir()
    file = files.write_rows(tmp_path, "postings", (0, 9), given, record="it's")
    with duckdb.connect() as engine:
        read = engine.read_parquet(str(tmp_path / file.file)).fetchall()
    names = list(history_columns("postings"))
    back = [{name: value for name, value in zip(names, row, strict=True) if value is not None} for row in read]
    assert [one["about"] for one in back] == ["b c"] * len(given)
    assert [one["day"] for one in back] == [instant_of(one.effective).date() for one in given]
    kept = [{name: value for name, value in one.items() if hasattr(Posting, name)} for one in back]
    assert kept == [{**msgspec.to_builtins(one), "cause": one.entry} for one in given]


def test_what_is_new_is_in_new_files_and_no_old_one_changes(grown, tmp_path):
    before, kept = 0, {}
    for copy in grown:
        written = write(copy, tmp_path / "out")
        assert written.first == before
        assert written.after > before
        now = bytes_of(tmp_path / "out")
        assert kept.items() <= now.items(), "an old file is as it was"
        assert set(written.files) == now.keys() - kept.keys()
        before, kept = written.after, now
    assert write(grown[-1], tmp_path / "out").files == ()
    assert bytes_of(tmp_path / "out") == kept
    write(grown[-1], tmp_path / "at once")
    for table in HISTORY_TABLES:
        assert rows(tmp_path / "out", table) == rows(tmp_path / "at once", table)


def test_each_file_is_bound_to_its_range_and_to_the_checkpoint(grown, tmp_path):
    write(grown[0], tmp_path / "out")
    write(grown[-1], tmp_path / "out")
    found = whole_list(tmp_path / "out")
    with enduse.open(grown[-1]) as programme:
        log = programme._book.log
        signed = Trust(log.verifier, log.policy).open(found.checkpoint.encode()).checkpoint
        assert (signed.size, signed.root.hex()) == (found.size, found.ranges[-1].root)
        for one in found.ranges:
            assert one.root == log.store.tree(one.after).root().hex()
            for table, file in one.files.items():
                with duckdb.connect() as engine:
                    told = engine.execute(
                        "SELECT key, value FROM parquet_kv_metadata(?)", [str(tmp_path / "out" / file.file)]
                    ).fetchall()
                    assert dict(told) == {
                        b"record": log.origin.encode(),
                        b"first": str(one.first).encode(),
                        b"after": str(one.after).encode(),
                        b"root": one.root.encode(),
                        b"meaning": str(found.meaning).encode(),
                    }
                    read = engine.read_parquet(str(tmp_path / "out" / file.file)).select("entry").fetchall()
                    assert {entry for (entry,) in read} <= set(range(one.first, one.after)), table


class Killed(BaseException):
    """What no code of ours catches, as if the process had ended here."""


def test_killed_at_any_call_a_history_is_whole_and_the_next_run_completes_it(grown, tmp_path, monkeypatch):
    write(grown[0], tmp_path / "start")
    write(grown[1], tmp_path / "right")
    wanted = {table: rows(tmp_path / "right", table) for table in HISTORY_TABLES}
    calls = {"left": 0}

    def dying(real):
        def call(*given, **more):
            if calls["left"] == 0:
                raise Killed
            calls["left"] -= 1
            return real(*given, **more)

        return call

    number, died = 0, True
    with enduse.open(grown[1]) as programme:
        while died:
            out = tmp_path / f"out-{number}"
            shutil.copytree(tmp_path / "start", out)
            calls["left"] = number
            with monkeypatch.context() as patch:
                for module, name in ((os, "fsync"), (os, "replace"), (files, "sync_folder"), (files, "_convert")):
                    patch.setattr(module, name, dying(getattr(module, name)))
                # A process that is killed takes nothing away.
                patch.setattr(Path, "unlink", lambda *_, **__: None)
                died = killed_in(programme, out)
            whole_list(out)  # what the list names is whole, whatever lies beside it
            programme.history(out)
            assert {table: rows(out, table) for table in HISTORY_TABLES} == wanted
            named = {file.file for each in whole_list(out).ranges for file in each.files.values()}
            assert set(bytes_of(out)) == named
            assert not [*out.rglob("*.tmp")], "nothing is left beside"
            number += 1
    assert number > 12


def killed_in(programme, out):
    """Write; say whether the process was killed."""
    try:
        programme.history(out)
    except Killed:
        return True
    return False


@pytest.mark.parametrize("harm", ["byte", "cut", "gone", "list", "gap"])
def test_damage_is_noticed(grown, tmp_path, harm):
    out = tmp_path / "out"
    write(grown[0], out)
    victim = min((out / "postings").iterdir())
    data = victim.read_bytes()
    match harm:
        case "byte":
            victim.write_bytes(data[:100] + bytes([data[100] ^ 1]) + data[101:])
        case "cut":
            victim.write_bytes(data[:-1])
        case "gone":
            victim.unlink()
        case "list":
            (out / LIST).write_bytes((out / LIST).read_bytes()[:-40])
        case "gap":
            found = whole_list(out)
            files.write_list(out, msgspec.structs.replace(found, ranges=found.ranges[1:]))
    with pytest.raises(RecordError, match=r"history\.(damaged|file_gone)|not what was written|missing"):
        whole_list(out)
    with pytest.raises(RecordError):
        write(grown[-1], out)


def refused(programme, out):
    with pytest.raises(EnduseError) as raised:
        write(programme, out)
    return raised.value.problem.code


def test_what_does_not_go_on_with_this_record_is_left_alone(grown, tmp_path, monkeypatch):
    out = tmp_path / "out"
    write(grown[1], out)
    kept = bytes_of(out)
    assert refused(grown[0], out) == "history.longer"
    found = whole_list(out)
    for change, code in (
        ({"record": "example.org/other"}, "history.other_record"),
        ({"meaning": found.meaning - 1}, "history.other_meaning"),
        ({"clocks": (17,)}, "history.clock_corrected"),
        ({"format": 0}, "history.other_format"),
    ):
        files.write_list(out, msgspec.structs.replace(found, **change))
        assert refused(grown[-1], out) == code
    last = msgspec.structs.replace(found.ranges[-1], root="00" * 32)
    files.write_list(out, msgspec.structs.replace(found, ranges=(*found.ranges[:-1], last)))
    assert refused(grown[-1], out) == "history.other_record"
    assert bytes_of(out) == kept
    files.write_list(out, found)
    with files.writing(out), pytest.raises(ConflictError, match="another process"):
        write(grown[-1], out)
    monkeypatch.setitem(sys.modules, "duckdb", None)
    with pytest.raises(MissingExtraError, match="analytics"):
        write(grown[-1], out)


def test_into_the_folder_of_a_programme_or_of_its_tiles_nothing_is_written(grown, tmp_path):
    programme, other = grown[0], tmp_path / "other"
    shutil.copytree(grown[1], other)
    (tmp_path / "link").symlink_to(other)
    for folder in (other, other / "tiles", programme, tmp_path / "link"):
        before = bytes_of(folder)
        with pytest.raises(ConflictError, match="something in this folder"):
            write(programme, folder)
        assert bytes_of(folder) == before


def test_without_a_checkpoint_and_without_a_history_it_is_said(small, tmp_path):
    with pytest.raises(RecordError, match="no checkpoint yet"):
        writing.write_history(small.book, tmp_path / "out")
    assert not (tmp_path / "out").exists()
    with pytest.raises(UnknownError, match="no history"):
        whole_list(tmp_path)
