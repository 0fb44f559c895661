"""A mirror outlives the log's operator, costs what its owner allows, and serves nothing it has not checked."""

import hashlib
import os
from contextlib import closing
from pathlib import Path

import pytest

from enduse.errors import LimitError, RecordError, UnknownError
from enduse.record import note, policy
from enduse.record.log import Log
from enduse.record.mirror import Mirror, MirrorLimits
from enduse.record.store import NewEntry
from enduse.record.tiles import FolderSource, encode_bundle
from enduse.record.trust import Trust
from enduse.record.verify import verify
from enduse.record.witness import Witness
from enduse.terms.ed25519 import SigningKey

ORIGIN = "record.example/m"
HANDS = {
    name: note.Signer(f"{name}.example", SigningKey.from_seed(name.encode() * 16), note.COSIGNATURE_V1)
    for name in ("w1", "w2")
}


def rows(start, stop):
    bodies = [b"statement %d" % number for number in range(start, stop)]
    return [NewEntry(body, hashlib.sha256(body).digest(), bytes(32), start + n + 1) for n, body in enumerate(bodies)]


@pytest.fixture
def log(tmp_path):
    with Log.create(tmp_path / "log", ORIGIN, SigningKey.from_seed(b"l" * 32)) as log:
        log.append(rows(0, 10))
        yield log


@pytest.fixture
def quorum(log, tmp_path):
    """Two witnesses that must both sign."""
    made = {name: Witness(tmp_path / f"{name}.db", hand, {ORIGIN: log.verifier}) for name, hand in HANDS.items()}
    lines = [f"log {log.verifier.vkey}", *(f"witness {name} {hand.verifier.vkey}" for name, hand in HANDS.items())]
    yield policy.parse("\n".join([*lines, "group both all w1 w2", "quorum both"])), made
    for witness in made.values():
        witness.close()


@pytest.fixture
def mirror(log, tmp_path):
    with closing(
        Mirror(tmp_path / "mirror", FolderSource(log.folder / "tiles"), log.verifier, name="m.example")
    ) as made:
        yield made


def files_of(folder: Path):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


@pytest.mark.threat(
    who="operator",
    tries="vanishes, with server and key",
    alone="mirrors serve the record and everybody's cosignatures",
    needs="every mirror",
    seen_by="anybody: `enduse record verify` of a mirror; `enduse record restore`",
)
def test_the_quorum_outlives_the_operator(log, quorum, mirror):
    """A mirror served the log's line and its own: with the operator gone nobody could check the quorum any more."""
    rules, witnesses = quorum
    trust = Trust(policy=rules)
    log.publish(rules, witnesses)
    mirror.follow()
    assert verify(mirror.folder, trust=trust).ok
    served = (mirror.folder / "tiles" / "checkpoint").read_bytes()
    assert {line.name for line in note.parse(served).signatures} == {ORIGIN, "w1.example", "w2.example", "m.example"}
    # A checkpoint that waits for its quorum takes the place of none that has it; it is cosigned, and stands beside it.
    log.append(rows(10, 300))
    assert not log.publish(cosigners={}).published
    assert mirror.follow().checkpoint.size == 300
    report = verify(mirror.folder, trust=trust)
    assert (report.ok, report.size) == (True, 10)
    # Nor does one that nobody else has signed any more.
    with Log.open(log.folder) as again:
        (log.folder / "witnesses.policy").unlink()
        (log.folder / "tiles" / "checkpoint").unlink()
        again.publish()
    mirror.follow()
    assert verify(mirror.folder, trust=trust).ok
    log.publish(rules, witnesses)
    mirror.follow()
    report = verify(mirror.folder, trust=trust)
    assert (report.ok, report.size) == (True, 300)
    assert not (mirror.folder / "tiles" / "pending").exists()


def test_a_mirror_that_begins_while_something_waits_serves_what_has_its_quorum(log, quorum, mirror):
    """It served what waited alone, and the cosignatures of what was published died with the operator."""
    rules, witnesses = quorum
    trust = Trust(policy=rules)
    log.publish(rules, witnesses)
    log.append(rows(10, 17))
    assert not log.publish(cosigners={}).published
    assert mirror.follow().checkpoint.size == 17
    assert (verify(mirror.folder, trust=trust).ok, verify(mirror.folder, trust=trust).size) == (True, 10)
    # And what is published next, while yet more waits, takes its place: all of these end within one tile.
    log.publish(rules, witnesses)
    log.append(rows(17, 23))
    assert not log.publish(cosigners={}).published
    assert mirror.follow().checkpoint.size == 23
    assert (verify(mirror.folder, trust=trust).ok, verify(mirror.folder, trust=trust).size) == (True, 17)


class Counting:
    """Tiles that can only be read so often."""

    def __init__(self, source, most=10**9):
        self.source, self.most, self.paths = source, most, []

    def read(self, path):
        self.paths.append(path)
        if len(self.paths) > self.most:
            raise UnknownError("record.connection_broke", file=path)
        return self.source.read(path)

    def __str__(self):
        return "counting"


def test_an_interrupted_copy_goes_on_where_it_stopped(log, mirror):
    log.append(rows(10, 5_000))
    log.publish()
    whole = mirror.source
    mirror.source = Counting(whole, 12)
    with pytest.raises(UnknownError, match="broke off"):
        mirror.follow()
    assert not files_of(mirror.folder / "tiles"), "nothing is served before it is checked"
    mirror.source = Counting(whole)
    assert mirror.follow().checkpoint.size == 5_000
    bundles = [path for path in mirror.source.paths if path.startswith("tile/entries/")]
    assert len(bundles) < 20 - 8
    assert not (mirror.folder / "incoming").exists()
    assert verify(mirror.folder).ok
    # What an interrupted round left and does not fit is received again.
    log.append(rows(5_000, 6_000))
    log.publish()
    left = mirror.folder / "incoming" / "tile" / "entries" / "019"
    left.parent.mkdir(parents=True)
    for junk in (encode_bundle([b"junk"] * 256), b"cut"):
        left.parent.mkdir(parents=True, exist_ok=True)
        left.write_bytes(junk)
        mirror.follow()
    assert verify(mirror.folder).ok


def test_partial_tiles_are_removed_once_the_full_one_is_there(log, mirror):
    """26.9 MB where the log itself held 2.1."""
    for stop in range(20, 700, 20):
        log.append(rows(log.size, stop))
        log.publish()
        mirror.follow()
    served = files_of(mirror.folder / "tiles")
    partials = {name for name in served if name.startswith(("tile/0/000.p", "tile/0/001.p", "tile/entries/000.p"))}
    assert not partials
    assert len(served) <= len(files_of(log.folder / "tiles"))
    assert verify(mirror.folder).ok


@pytest.mark.threat(
    who="operator",
    tries="feeds a mirror entries that do not give the signed root",
    alone="they stay aside and are never served",
    needs="nobody",
    seen_by="the mirror: `enduse record mirror` says so",
)
def test_nothing_unchecked_is_ever_served(log, mirror):
    log.publish()
    mirror.follow()
    before = files_of(mirror.folder / "tiles")
    log.append(rows(10, 600))
    log.publish()
    bundle = log.folder / "tiles" / "tile" / "entries" / "001"
    right = bundle.read_bytes()
    bundle.write_bytes(right[:-1] + b"X")
    with pytest.raises(RecordError, match="do not give the root"):
        mirror.follow()
    assert files_of(mirror.folder / "tiles") == before
    assert not (mirror.folder / "incoming").exists()
    bundle.write_bytes(right)
    assert mirror.follow().checkpoint.size == 600


@pytest.mark.threat(
    who="operator",
    tries="sends a mirror without end",
    alone="stops at the limits of bytes and time that its owner has set",
    needs="nobody",
    seen_by="the mirror: `enduse record mirror` says so",
)
@pytest.mark.parametrize(
    ("limits", "says"), [(MirrorLimits(bytes=20_000), "more than"), (MirrorLimits(seconds=0), "longer than")]
)
def test_a_hostile_log_costs_what_its_owner_allows(log, mirror, limits, says):
    """433 MB were written in six seconds for a log that had signed whatever it liked."""
    log.publish()
    mirror.follow()
    log.append([NewEntry(b"%d" % n * 9_000, hashlib.sha256(b"%d" % n).digest(), bytes(32), n) for n in range(600)])
    log.publish()
    mirror.limits = limits
    with pytest.raises(LimitError, match=says):
        mirror.follow()
    held = sum(path.stat().st_size for path in mirror.folder.rglob("*") if path.is_file() and path.suffix != ".db")
    assert held < 20_000 + 256 * 65_537
    assert verify(mirror.folder).ok
    mirror.limits = MirrorLimits()
    assert mirror.follow().checkpoint.size == 610


def test_what_an_interrupted_round_left_at_another_size_is_not_kept_beside_the_limit(log, mirror):
    """Each such round could leave a bundle of up to 16 MB that nothing counted."""
    log.publish()
    mirror.limits = MirrorLimits(seconds=0)
    for size in (11, 20, 30):
        log.append(rows(log.size, size))
        log.publish()
        with pytest.raises(LimitError, match="longer than"):
            mirror.follow()
    assert list(files_of(mirror.folder / "incoming")) == ["tile/entries/000.p/30"]
    mirror.limits = MirrorLimits()
    assert mirror.follow().checkpoint.size == 30


@pytest.mark.threat(
    who="operator",
    tries="hands over a folder with a pipe, or a link to a device without end, in the place of a tile",
    alone="is told as unreadable at once; no memory is filled and nobody waits",
    needs="nobody",
    seen_by="whoever reads that folder: `enduse record mirror`, `enduse record verify`",
)
def test_a_folder_that_never_ends_is_left(log, mirror):
    log.publish()
    checkpoint = log.folder / "tiles" / "checkpoint"
    checkpoint.unlink()
    os.mkfifo(checkpoint)
    with pytest.raises(UnknownError):
        mirror.follow()
    checkpoint.unlink()
    checkpoint.symlink_to("/dev/zero")
    with pytest.raises(UnknownError):
        mirror.follow()
    checkpoint.unlink()
    checkpoint.write_bytes(bytes(100_001))
    mirror.source = FolderSource(checkpoint.parent, most=100_000)
    with pytest.raises(LimitError, match="longer than any tile"):
        mirror.follow()
