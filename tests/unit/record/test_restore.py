"""Yesterday's backup does not go on as if nothing had been; what is lost comes back, checked, and nothing is overwritten."""

import hashlib
import shutil
from contextlib import closing
from pathlib import Path

import pytest

from enduse.errors import ConflictError, RecordError, SignatureError, UnknownError
from enduse.record import note, policy
from enduse.record.log import Log
from enduse.record.mirror import Mirror
from enduse.record.restore import Restored, restore
from enduse.record.standing import Standing, ask
from enduse.record.store import NewEntry
from enduse.record.tiles import FolderSource
from enduse.record.trust import Trust
from enduse.record.verify import verify
from enduse.record.witness import Witness
from enduse.terms.ed25519 import SigningKey

ORIGIN = "record.example/r"
KEY = SigningKey.from_seed(b"l" * 32)


def new(number, text="statement"):
    body = f"{text} {number}".encode()
    return NewEntry(body, hashlib.sha256(body).digest(), bytes(32), number + 1)


def read(entry):
    return NewEntry(entry, hashlib.sha256(entry).digest(), bytes(32), int(entry.split()[-1]) + 1)


@pytest.fixture
def log(tmp_path):
    with Log.create(tmp_path / "log", ORIGIN, KEY) as log:
        log.append([new(n) for n in range(300)])
        log.publish()
    return tmp_path / "log"


@pytest.fixture
def mirror(log, tmp_path):
    source = FolderSource(log / "tiles")
    with Log.open(log) as opened, closing(Mirror(tmp_path / "m", source, opened.verifier, name="m.x")) as made:
        made.follow()
        yield made


def grow(folder, count, text="statement"):
    with Log.open(folder) as log:
        log.append([new(n, text) for n in range(log.size, log.size + count)])
        return log.publish()


class Told:
    """What a cosigner gives to whoever asks."""

    def __init__(self, witness, silent=False):
        self.witness, self.silent = witness, silent

    def read(self, path):
        data = self.witness.checkpoint(ORIGIN)
        if self.silent or data is None or path != f"{hashlib.sha256(ORIGIN.encode()).hexdigest()}/checkpoint":
            raise UnknownError("record.unreadable", file=path, reason="nobody answers")
        return data


def test_a_restored_backup_is_told_before_it_goes_on(log, tmp_path):
    backup = shutil.copytree(log, tmp_path / "backup")
    signer = note.Signer("w.example", SigningKey.generate(), note.COSIGNATURE_V1)
    with Log.open(log) as opened, closing(Witness(tmp_path / "w.db", signer, {ORIGIN: opened.verifier})) as witness:
        key = opened.verifier
        rules = policy.parse(f"log {key.vkey}\nwitness w {signer.verifier.vkey}\nquorum w")

        def standing(folder, *, silent=False):
            with Log.open(folder) as asking:
                return ask(asking.store, key, rules, {"w": Told(witness, silent)}, folder)

        assert not standing(log).known, "it has cosigned nothing yet"
        opened.append([new(n) for n in range(300, 310)])
        assert opened.publish(rules, {"w": witness}).published
        assert standing(log) == Standing(("w",))
        with pytest.raises(RecordError, match=r"has cosigned 310 entries .* only 300 are here"):
            standing(backup)
        (problem,) = standing(backup, silent=True).silent
        assert problem.source == "w"
        # Added to all the same, while nobody could be asked: another record of the same size.
        with Log.open(backup) as forked:
            forked.append([new(n, "another") for n in range(300, 315)])
        with pytest.raises(RecordError, match="another record of 310 entries"):
            standing(backup)


def test_a_database_older_than_its_tiles_does_not_go_on(log):
    old = (log / "record.db").read_bytes()
    grow(log, 5)
    for name in ("record.db", "record.db-wal", "record.db-shm"):
        (log / name).unlink(missing_ok=True)
    (log / "record.db").write_bytes(old)
    with Log.open(log) as rolled_back, pytest.raises(RecordError, match="300 entries, but 305 are published"):
        rolled_back.ask_standing()


@pytest.mark.parametrize("where", ["mirror", "own tiles"])
def test_a_lost_database_comes_back(log, mirror, where):
    (log / "record.db").unlink()
    with pytest.raises(UnknownError, match=r"record\.db is gone") as lost:
        Log.open(log)
    assert "restore" in lost.value.problem.remedy
    assert "new" not in lost.value.problem.remedy.split()
    source = FolderSource((mirror.folder if where == "mirror" else log) / "tiles")
    assert restore(log, source, Trust(), read) == Restored(300, 300, 0, True)
    assert verify(log).ok
    assert grow(log, 5).size == 305


def test_everything_comes_back_into_an_empty_folder(mirror, tmp_path):
    source = FolderSource(mirror.folder / "tiles")
    with pytest.raises(UnknownError):
        restore(tmp_path / "empty", source, Trust(), read)
    found = restore(tmp_path / "empty", source, Trust(mirror.log), read)
    assert found == Restored(300, 300, 0, False), "the private key is in no mirror"
    report = verify(tmp_path / "empty")
    assert (report.ok, report.size) == (True, 300)


def test_an_older_copy_is_brought_forward_and_a_newer_one_kept(log, mirror, tmp_path):
    backup = shutil.copytree(log, tmp_path / "backup")
    grow(log, 600)
    mirror.follow()
    source = FolderSource(mirror.folder / "tiles")
    assert restore(backup, source, Trust(), read) == Restored(900, 600, 0, True)
    report = verify(backup)
    assert (report.ok, report.size) == (True, 900)
    assert restore(backup, source, Trust(), read).added == 0
    with Log.open(log) as opened:
        opened.append([new(n) for n in range(900, 903)])
    assert restore(log, source, Trust(), read) == Restored(903, 0, 3, True)
    assert verify(log).unpublished == 3


def test_a_restore_takes_no_cosigned_checkpoint_from_the_record_for_one_without_its_quorum(tmp_path):
    """A mirror that held what still waited for the quorum gave it back as published, without the quorum."""
    hand = note.Signer("w.example", SigningKey.from_seed(b"w" * 32), note.COSIGNATURE_V1)
    with (
        Log.create(tmp_path / "log", ORIGIN, KEY) as log,
        closing(Witness(tmp_path / "w.db", hand, {ORIGIN: log.verifier})) as witness,
        closing(Mirror(tmp_path / "m", FolderSource(log.folder / "tiles"), log.verifier, name="m.x")) as mirror,
    ):
        rules = policy.parse(f"log {log.verifier.vkey}\nwitness w {hand.verifier.vkey}\ngroup g all w\nquorum g\n")
        log.append([new(n) for n in range(10)])
        log.publish(rules, {"w": witness})
        log.append([new(n) for n in range(10, 17)])
        assert not log.publish(cosigners={}).published
        mirror.follow()
        # As a mirror served it that began while this waited.
        (mirror.folder / "tiles" / "checkpoint").write_bytes((log.folder / "tiles" / "pending").read_bytes())
    (tmp_path / "log" / "record.db").unlink()
    assert restore(tmp_path / "log", FolderSource(tmp_path / "m" / "tiles"), Trust(), read).size == 17
    report = verify(tmp_path / "log", trust=Trust(policy=rules))
    assert (report.ok, report.size, report.unpublished) == (True, 10, 7)


def test_nothing_is_overwritten_and_nothing_unchecked_taken(log, mirror, tmp_path):
    backup = shutil.copytree(log, tmp_path / "backup")
    grow(log, 5)
    mirror.follow()
    tiles = mirror.folder / "tiles"
    with Log.open(backup) as forked:
        forked.append([new(n, "another") for n in range(300, 303)])
    before = {path: path.read_bytes() for path in backup.rglob("*") if path.is_file()}
    with pytest.raises(ConflictError, match="not the beginning"):
        restore(backup, FolderSource(tiles), Trust(), read)
    other = Log.create(tmp_path / "other", ORIGIN, SigningKey.generate())
    other.close()
    with pytest.raises(SignatureError):
        restore(tmp_path / "other", FolderSource(tiles), Trust(), read)
    with pytest.raises(ConflictError, match="another log"):
        restore(tmp_path / "other", FolderSource(tiles), Trust(mirror.log), read)
    stranger = note.Signer("w.example", SigningKey.generate(), note.COSIGNATURE_V1).verifier
    rules = policy.parse(f"log {mirror.log.vkey}\nwitness w {stranger.vkey}\nquorum w")
    with pytest.raises(SignatureError, match="cosignatures are missing"):
        restore(tmp_path / "new", FolderSource(tiles), Trust(policy=rules), read)
    bundle = next(path for path in (tiles / "tile" / "entries").rglob("*") if path.is_file())
    right = bundle.read_bytes()
    bundle.write_bytes(right[:-1] + b"X")
    with pytest.raises(RecordError, match="do not give the root"):
        restore(tmp_path / "new", FolderSource(tiles), Trust(mirror.log), read)
    assert not (tmp_path / "new").exists()
    assert {path: path.read_bytes() for path in backup.rglob("*") if path.is_file()} == before


def test_tiles_come_back_from_the_database(log):
    whole = {path: path.read_bytes() for path in (log / "tiles").rglob("*") if path.is_file()}
    shutil.rmtree(log / "tiles" / "tile")
    with Log.open(log) as opened:
        opened.rebuild_tiles()
    assert {path: path.read_bytes() for path in (log / "tiles").rglob("*") if path.is_file()} == whole
    other = log.parent / "other"
    with Log.create(other, ORIGIN, KEY) as forked:
        forked.append([new(n, "another") for n in range(300)])
        forked.publish()
    shutil.copy(other / "record.db", log / "record.db")
    with Log.open(log) as opened, pytest.raises(RecordError, match="does not give the published root"):
        opened.rebuild_tiles()
    assert {path: path.read_bytes() for path in (log / "tiles").rglob("*") if path.is_file()} == whole


def test_a_record_whose_key_file_is_lost_is_not_begun_anew(log):
    (log / "log.vkey").unlink()
    with pytest.raises(ConflictError, match=r"holds a record, and its log\.vkey is gone"):
        Log.create(log, ORIGIN, KEY)
    assert Path(log / "record.db").stat().st_size > 0
