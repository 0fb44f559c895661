"""A log of many sizes: what goes in comes out, tiles and proofs bear every checkpoint out, wrong turns are refused."""

import hashlib
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from enduse.errors import ConflictError, LimitError, MalformedError, RecordError, SignatureError, UnknownError
from enduse.record import proof as proofs
from enduse.record import tree
from enduse.record.log import Log
from enduse.record.store import NewEntry
from enduse.record.tiles import FolderSource, TileReader
from enduse.record.trust import Trust
from enduse.record.verify import verify
from enduse.terms.ed25519 import SigningKey

ORIGIN = "record.example/programme"
KEY = SigningKey.from_seed(bytes(32)).public


def new(number, *, key=KEY, seq=None):
    body = b'{"statement": %d}' % number
    return NewEntry(body, hashlib.sha256(body).digest(), key, number + 1 if seq is None else seq)


def batch(start, stop):
    return [new(number) for number in range(start, stop)]


@pytest.fixture
def log(tmp_path):
    with Log.create(tmp_path / "programme", ORIGIN, SigningKey.generate()) as log:
        yield log


def test_every_checkpoint_is_borne_out_by_tiles_and_proofs(log):
    leaves = [tree.leaf_hash(entry.entry) for entry in batch(0, 700)]
    sizes = [1, 2, 255, 256, 257, 511, 512, 513, 700]
    at = 0
    for size in sizes:
        assert log.append(batch(at, size)) == at
        at = size
        published = log.publish()
        assert (published.published, published.size, published.root) == (True, size, tree.root(leaves[:size]))
        reader = TileReader(FolderSource(log.folder / "tiles"), size)
        assert list(reader.entries()) == [entry.entry for entry in batch(0, size)]
        for index in {0, size // 2, size - 1}:
            found = proofs.parse(log.prove(index).encode())
            proofs.verify(found, new(index).entry, Trust(log.verifier))
        for old in sizes[: sizes.index(size) + 1]:
            path = log.prove_consistency(old)
            tree.verify_consistency(old, size, path, tree.root(leaves[:old]), published.root)
    names = {
        str(path.relative_to(log.folder / "tiles")) for path in (log.folder / "tiles").rglob("*") if path.is_file()
    }
    assert "tile/0/000" in names
    assert "tile/entries/002.p/188" in names
    assert "tile/1/000.p/2" in names
    assert not any(name.startswith("tile/0/000.p/") for name in names), "partial tiles that became full are removed"


def test_an_empty_log_can_be_published_and_published_again(log):
    first = log.publish()
    assert (first.published, first.size, first.root) == (True, 0, tree.EMPTY_ROOT)
    assert log.publish() == first


def test_publishing_again_changes_nothing(log):
    log.append(batch(0, 3))
    first = log.publish()
    assert log.publish() == first


def test_reopening_goes_on_where_it_stopped(log):
    log.append(batch(0, 300))
    log.publish()
    log.append(batch(300, 310))
    log.close()
    with Log.open(log.folder) as again:
        assert again.size == 310
        assert again.checkpoint.checkpoint.size == 300
        assert again.publish().size == 310


def test_the_private_key_is_private(log):
    key = log.folder / "keys" / "log.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    assert (log.folder / "log.vkey").read_text() == log.verifier.vkey + "\n"


@pytest.mark.parametrize("held", [b"", b"\xff\xfe", b"PRIVATE+KEY+a+00000000+secret", b"a receipt\n"])
def test_a_file_that_holds_no_private_key_is_named_and_never_quoted(log, held):
    path = log.folder / "keys" / "log.key"
    path.write_bytes(held)
    with pytest.raises(MalformedError) as caught:
        Log.open(log.folder)
    told = caught.value.diagnostics()
    assert str(path) in told
    assert "secret" not in told
    assert caught.value.problem.remedy


def test_without_the_private_key_nothing_is_published(log):
    log.append(batch(0, 3))
    log.close()
    (log.folder / "keys" / "log.key").unlink()
    with Log.open(log.folder) as reader, pytest.raises(RecordError, match="private key"):
        reader.publish()


def test_a_log_is_not_started_twice_nor_opened_where_there_is_none(log, tmp_path):
    with pytest.raises(ConflictError, match="already"):
        Log.create(log.folder, ORIGIN, SigningKey.generate())
    with pytest.raises(UnknownError, match=r"log\.vkey"):
        Log.open(tmp_path)
    with pytest.raises(MalformedError, match="key name"):
        Log.create(tmp_path / "other", "two words", SigningKey.generate())


def test_a_proof_is_only_for_its_entry_log_and_published_size(log):
    with pytest.raises(RecordError, match="nothing is published"):
        log.prove(0)
    log.append(batch(0, 10))
    log.publish()
    log.append(batch(10, 11))
    with pytest.raises(RecordError, match="not in a tree"):
        log.prove(10)
    found = log.prove(4)
    with pytest.raises(RecordError):
        proofs.verify(found, new(5).entry, Trust(log.verifier))
    stranger = type(log.verifier)(ORIGIN, 1, SigningKey.generate().public)
    with pytest.raises(SignatureError):
        proofs.verify(found, new(4).entry, Trust(stranger))


def test_a_database_that_was_rolled_back_is_not_published(log, tmp_path):
    log.append(batch(0, 5))
    log.close()
    old = (log.folder / "record.db").read_bytes()
    with Log.open(log.folder) as later:
        later.append(batch(5, 9))
        later.publish()
    (log.folder / "record.db").write_bytes(old)
    with Log.open(log.folder) as rolled_back, pytest.raises(RecordError, match="rolled back"):
        rolled_back.publish()


def test_a_rewritten_row_is_not_published_over(log):
    log.append(batch(0, 5))
    log.publish()
    log.append(batch(5, 6))
    with sqlite3.connect(log.folder / "record.db") as db:
        db.execute("DROP TRIGGER head_no_UPDATE")
        db.execute("UPDATE head SET edge = zeroblob(length(edge)) WHERE size = 6")
    with pytest.raises(RecordError, match="different roots"):
        log.publish()


def test_damaged_tiles_are_noticed_before_signing_and_rebuilt(log):
    log.append(batch(0, 600))
    log.publish()
    tile = log.folder / "tiles" / "tile" / "1" / "000.p" / "2"
    tile.write_bytes(bytes(64))
    log.append(batch(600, 1100))
    with pytest.raises(RecordError, match="different roots"):
        log.publish()
    tile.unlink()
    with pytest.raises(RecordError, match="damaged"):
        log.publish()
    log.rebuild_tiles()
    assert log.publish().size == 1100


@pytest.mark.parametrize("name", ["entries/001", "entries/002.p/88", "0/001", "1/000.p/2"])
def test_publishing_reads_back_bundles_and_tiles_also_older_ones(log, name):
    log.append(batch(0, 600))
    log.publish()
    path = log.folder / "tiles" / "tile" / name
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    log.append(batch(600, 601))
    if name != "entries/002.p/88":  # which is written anew
        with pytest.raises(RecordError, match=r"contradict|damaged|different roots"):
            log.publish()
        log.rebuild_tiles()
    assert log.publish().size == 601
    assert verify(log.folder).ok


def test_limits(log):
    big = b"x" * 65_535
    log.append([NewEntry(big, hashlib.sha256(big).digest(), KEY, 1)])
    assert log.publish().published
    too_big = big + b"x"
    with pytest.raises(LimitError, match="65,535"):
        log.append([NewEntry(too_big, hashlib.sha256(too_big).digest(), KEY, 2)])
    with pytest.raises(MalformedError, match="at least one"):
        log.append([])
    assert log.size == 1


def test_several_writers_append_and_publish_at_once(log):
    log.publish()
    seen = []

    def write(writer):
        with Log.open(log.folder) as own:
            done = 0
            while done < 6:
                bodies = [b"%d %d %d" % (writer, done, n) for n in range(40)]
                rows = [NewEntry(body, hashlib.sha256(body).digest(), KEY, n + 1) for n, body in enumerate(bodies)]
                try:
                    own.append(rows)
                    done += 1
                    seen.append(own.publish())
                except ConflictError:
                    continue

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(write, range(3)))
    last = log.publish()
    assert last.size == 720
    assert verify(log.folder).ok
    leaves = [entry.leaf for entry in log.store.entries()]
    for publication in seen:
        assert publication.root == tree.root(leaves[: publication.size]), "every checkpoint is of this one record"
