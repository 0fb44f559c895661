"""The audit finds every change anybody makes to any file of a record, names it, and never stumbles."""

import hashlib
import http.server
import json
import random
import shutil
import sqlite3
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import pytest

from enduse.errors import MalformedError, Problem, RecordError, UnknownError
from enduse.record import checkpoint, monitor, note, policy
from enduse.record.log import Log, read_vkey
from enduse.record.store import NewEntry
from enduse.record.trust import Trust
from enduse.record.verify import verify
from enduse.terms.ed25519 import SigningKey

KEYS = [SigningKey.from_seed(bytes([n]) * 32) for n in range(3)]
SIZE = 600


def new(number):
    key = KEYS[number % 3].public
    body = json.dumps({"key": key.hex(), "seq": number // 3 + 1, "n": number}).encode()
    return NewEntry(body, hashlib.sha256(body).digest(), key, number // 3 + 1)


def describe(entry):
    try:
        told = json.loads(entry)
        return hashlib.sha256(entry).digest(), bytes.fromhex(told["key"]), told["seq"]
    except (ValueError, KeyError, TypeError) as error:
        raise MalformedError("not one of ours") from error


def examine(index, entry):
    if json.loads(entry)["n"] != index:
        yield Problem.of("test.another_entry", line=index)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    folder = tmp_path_factory.mktemp("verify") / "programme"
    with Log.create(folder, "record.example/v", SigningKey.from_seed(b"l" * 32)) as log:
        log.append([new(n) for n in range(300)])
        log.publish()
        log.append([new(n) for n in range(300, SIZE)])
        log.publish()
    return folder


@pytest.fixture
def copy(whole, tmp_path):
    return shutil.copytree(whole, tmp_path / "copy")


def messages(report):
    return " | ".join(str(problem) for problem in report.problems)


def change_database(folder, statement, *values):
    with sqlite3.connect(folder / "record.db") as db:
        for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            db.execute(f"DROP TRIGGER {name}")
        db.execute(statement, values)
    db.close()


def test_a_sound_record(whole):
    seen = []
    report = verify(whole, examine=examine, describe=describe, progress=lambda done, total: seen.append((done, total)))
    assert (report.ok, report.size, report.unpublished, report.incomplete) == (True, SIZE, 0, ()), messages(report)
    assert report.checkpoint.startswith(b"record.example/v\n600\n")
    assert seen == [(SIZE, SIZE)]


def test_several_processes_find_the_same(whole, monkeypatch):
    monkeypatch.setattr("enduse.record.audit.CHUNK", 256)
    assert verify(whole, workers=2) == verify(whole)


def test_entries_not_yet_published_are_audited_too(copy):
    with Log.open(copy) as log:
        log.append([new(SIZE)])
    report = verify(copy)
    assert (report.ok, report.size, report.unpublished) == (True, SIZE, 1)
    change_database(copy, "UPDATE entry SET entry = ? WHERE idx = ?", b"something else", SIZE)
    report = verify(copy)
    assert not report.ok
    assert "leaf hash" in messages(report)


@pytest.mark.parametrize(
    ("statement", "values", "says"),
    [
        ("UPDATE entry SET entry = ? WHERE idx = 5", (b"{}",), "another one in the database"),
        ("UPDATE entry SET leaf = zeroblob(32) WHERE idx = 5", (), "leaf hash in the database"),
        ("UPDATE entry SET seq = 1000 WHERE idx = 5", (), "running number in the database"),
        ("UPDATE entry SET key = zeroblob(32) WHERE idx = 5", (), "running number in the database"),
        ("DELETE FROM entry WHERE idx = 5", (), "rows are missing"),
        ("DELETE FROM head WHERE size = 600", (), "the database has 300 entries"),
        ("UPDATE signed SET root = zeroblob(32) WHERE size = 300", (), "another checkpoint for 300"),
        ("DELETE FROM signed WHERE size = 300", (), None),
    ],
)
def test_a_changed_database(copy, statement, values, says):
    change_database(copy, statement, *values)
    report = verify(copy, describe=describe)
    assert report.ok is (says is None)
    assert (says or "") in messages(report)


def test_every_tile_and_bundle_counts(copy):
    # A partial tile of an older size that is not full yet may stay behind; nobody reads it under this checkpoint.
    (copy / "tiles" / "tile" / "1" / "000.p" / "1").unlink()
    paths = [path for path in (copy / "tiles").rglob("*") if path.is_file()]
    assert len(paths) == 8
    for path in paths:
        right = path.read_bytes()
        for wrong in (right[:-1], right + b"\x00", b"", bytes([right[0] ^ 1]) + right[1:], None):
            if wrong is None:
                path.unlink()
            else:
                path.write_bytes(wrong)
            report = verify(copy)
            assert not report.ok, (path, wrong)
        path.write_bytes(right)
    assert verify(copy).ok


def test_random_damage_never_raises(copy):
    chance = random.Random(7)
    files = [copy / "record.db", copy / "log.vkey", *(p for p in (copy / "tiles").rglob("*") if p.is_file())]
    for _ in range(120):
        path = chance.choice(files + [copy / "record.db"] * 5)
        right = path.read_bytes()
        wrong = bytearray(right)
        for _ in range(chance.choice([1, 1, 3, 50])):
            wrong[chance.randrange(len(wrong))] = chance.randrange(256)
        path.write_bytes(bytes(wrong) if chance.random() < 0.8 else bytes(wrong[: chance.randrange(len(wrong))]))
        report = verify(copy, describe=describe)
        if path.name not in {"record.db", "1"} and path.read_bytes() != right:
            assert not report.ok, path
        path.write_bytes(right)
    assert verify(copy).ok


def test_what_is_not_a_record(tmp_path, copy):
    known = Trust(read_vkey(copy))
    for where in (tmp_path, tmp_path / "nowhere", "http://127.0.0.1:9/", "ftp://example.org"):
        report = verify(where, trust=known)
        assert not report.ok
        assert report.problems
    (copy / "record.db").write_bytes(b"not a database")
    report = verify(copy)
    assert "not a database" in messages(report)
    assert report.size == SIZE


def test_another_logs_checkpoint_is_not_taken(copy, tmp_path):
    with Log.create(tmp_path / "other", "record.example/other", SigningKey.generate()) as other:
        other.append([new(0)])
        other.publish()
    shutil.copy(tmp_path / "other" / "tiles" / "checkpoint", copy / "tiles" / "checkpoint")
    report = verify(copy)
    assert "none of the keys" in messages(report)


def test_over_http_without_the_database(whole):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(whole)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_port}/"
        known = Trust(read_vkey(whole))
        for where in (url, url + "tiles/"):
            report = verify(where, trust=known, examine=examine, describe=describe)
            assert (report.ok, report.size, report.incomplete) == (True, SIZE, ()), messages(report)
        with pytest.raises(UnknownError, match="a key you have from elsewhere"):
            verify(url)
    finally:
        server.shutdown()
        server.server_close()


def test_with_a_key_or_a_policy_nothing_in_the_folder_is_trusted(copy, tmp_path):
    """A forgery under the same name, every file of it consistent, signed with the forger's own key."""
    honest = read_vkey(copy)
    with Log.create(tmp_path / "forged", "record.example/v", SigningKey.generate()) as log:
        log.append([new(n) for n in range(SIZE)])
        log.publish()
        other = log.verifier
    forged = tmp_path / "forged"
    rules = policy.parse(f"log {honest.vkey}\nquorum none")
    assert verify(forged).ok, "by itself the forgery is perfect"
    for trust in (Trust(honest), Trust(policy=rules), Trust(honest, rules)):
        assert not verify(forged, trust=trust).ok
        assert verify(copy, trust=trust).ok
    assert "does not know the log" in messages(verify(copy, trust=Trust(policy=policy.parse("quorum none"))))
    with pytest.raises(MalformedError, match="names other logs"):
        Trust(other, rules)


def test_the_age_of_a_quorum_is_that_of_its_last_needed_member(copy):
    """Two of three cosigned: long ago, a day ago, and an hour ago; two are a quorum, so it stands since yesterday."""
    now = 1_700_000_000
    hands = [note.Signer(f"w{n}.example", SigningKey.from_seed(bytes([n]) * 32), note.COSIGNATURE_V1) for n in range(3)]
    lines = [f"witness w{n} {hand.verifier.vkey}" for n, hand in enumerate(hands)]
    rules = policy.parse("\n".join([f"log {read_vkey(copy).vkey}", *lines, "group two 2 w0 w1 w2", "quorum two"]))
    trust = Trust(policy=rules)
    path = copy / "tiles" / "checkpoint"
    bare = note.parse(path.read_bytes())

    def cosigned(*ages):
        signed = [hand.sign(bare.text, now - age) for hand, age in zip(hands, ages, strict=False)]
        path.write_bytes(bare.adding(signed).encode())

    def aged(most):
        return verify(copy, trust=trust, max_age_s=most, clock=lambda: now)

    cosigned(10_000_000, 86_400, 3_600)
    assert [each.name for each in aged(None).watch.cosigned] == ["w2", "w1", "w0"]
    assert aged(None).watch.since == now - 86_400
    assert aged(86_400).ok
    assert "24 hours old" in messages(aged(80_000))
    cosigned(-900_000, -900_000)
    assert aged(None).ok, "the record itself is sound"
    assert "ahead of this machine's clock" in messages(aged(86_400))
    cosigned(3_600, 7_200, -900_000)
    assert aged(7_200).ok, "the one whose clock runs ahead shows nothing, and takes nothing away"
    assert not aged(3_600).ok
    cosigned(5)
    assert "nobody whose key is known" in messages(aged(86_400))


def test_a_missing_database_is_missed(copy):
    (copy / "record.db").unlink()
    report = verify(copy)
    assert not report.ok
    assert "record.db is gone" in messages(report)
    (copy / "keys" / "log.key").unlink()
    assert verify(copy).ok, "a mirror has none"


def test_a_rotten_row_is_not_published(copy):
    with Log.open(copy) as log:
        log.append([new(SIZE)])
    change_database(copy, "UPDATE entry SET entry = ? WHERE idx = ?", b"rotten", SIZE)
    with Log.open(copy) as log, pytest.raises(RecordError, match="different roots"):
        log.publish()


def test_a_doctored_index_hides_no_gap(copy):
    """The columns and their index may lie; the entries tell their own numbers."""
    with Log.open(copy) as log:
        late = new(SIZE)
        body = late.entry.replace(b'"seq": 201', b'"seq": 209')
        log.append([NewEntry(body, hashlib.sha256(body).digest(), late.key, 209)])
    change_database(copy, "UPDATE entry SET seq = 201 WHERE idx = ?", SIZE)
    assert verify(copy).incomplete == ()
    report = verify(copy, describe=describe)
    assert not report.ok
    assert "numbers 201 to 208 are missing" in str(report.incomplete[0])


@pytest.mark.parametrize("workers", [1, 2])
def test_a_size_that_was_only_claimed_keeps_nobody_busy(copy, workers):
    signer = note.Signer("record.example/v", SigningKey.from_seed(b"l" * 32))
    head = checkpoint.Checkpoint("record.example/v", 2**60, bytes(32))
    (copy / "tiles" / "checkpoint").write_bytes(checkpoint.sign(head, signer))
    report = verify(copy, workers=workers)
    assert not report.ok
    assert "the audit stopped at entry" in report.problems[-1].message
    assert len(report.problems) <= 1002


def test_gaps_and_forks_are_named(tmp_path):
    wanted = [(0, 1), (0, 2), (1, 1), (0, 5), (1, 3), (1, 1), (2, 2)]
    with Log.create(tmp_path / "p", "record.example/g", SigningKey.generate()) as log:
        rows = []
        for n, (who, seq) in enumerate(wanted):
            body = json.dumps({"key": KEYS[who].public.hex(), "seq": seq, "n": n}).encode()
            rows.append(NewEntry(body, hashlib.sha256(body).digest(), KEYS[who].public, seq))
        log.append(rows)
        log.publish()
        found = set(monitor.examine(log.store.by_key()))
        key = [k.public for k in KEYS]
        assert found == {
            monitor.Gap(key[0], 3, 4),
            monitor.Fork(key[1], 1, (2, 5)),
            monitor.Gap(key[1], 2, 2),
            monitor.Gap(key[2], 1, 1),
        }
        follower = monitor.Monitor()
        for row in log.store.entries():
            follower.add(row.key, row.seq, row.index)
        assert set(follower.gaps()) == {finding for finding in found if isinstance(finding, monitor.Gap)}
        assert follower.forks == [monitor.Fork(key[1], 1, (5,))]
        follower.add(key[0], 3, 7)
        assert monitor.Gap(key[0], 4, 4) in set(follower.gaps())
    report = verify(tmp_path / "p", describe=describe)
    assert report.ok
    assert len(report.incomplete) == 4
    assert "numbers 3 to 4 are missing" in " ".join(str(problem) for problem in report.incomplete)


def test_a_record_whose_writer_was_killed_is_audited_as_it_lies(copy):
    """The last batches still stand in the write-ahead log, and nobody has opened the database for writing since."""
    script = (
        "import os, sys; sys.path.insert(0, sys.argv[2]); from pathlib import Path; import test_verify as t\n"
        "log = t.Log.open(Path(sys.argv[1])); log.append([t.new(n) for n in range(600, 900)]); log.publish(); os._exit(9)"
    )
    killed = subprocess.run([sys.executable, "-c", script, str(copy), str(Path(__file__).parent)], check=False)
    assert killed.returncode == 9
    assert (copy / "record.db-wal").stat().st_size > 0
    report = verify(copy, describe=describe)
    assert (report.ok, report.size) == (True, 900), messages(report)
    (copy / "record.db-shm").unlink()
    assert verify(copy).ok
    (copy / "record.db-wal").unlink()
    report = verify(copy)
    assert "the database has 600 entries, but 900 are signed for" in messages(report)


def test_a_database_that_cannot_be_opened_is_told_once_and_the_tiles_are_audited(copy):
    """The same was said three times, and nothing else was looked at."""
    (copy / "record.db").write_bytes(b"no database" * 1_000)
    (only,) = verify(copy).problems
    assert only.told.code == "system.database_damaged"
    tile = next(path for path in (copy / "tiles" / "tile" / "entries").rglob("*") if path.is_file())
    tile.write_bytes(tile.read_bytes()[:-1] + b"!")
    assert len(verify(copy).problems) > 1
