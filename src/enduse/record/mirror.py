"""A mirror: a full copy of a record that cosigns only what it durably holds (after C2SP tlog-mirror).

Each donor state, ministry or agency can run one. Its folder has the shape of a record without the database: ``tiles/``,
``log.vkey``, its own key in ``keys/mirror.key`` and its memory in ``witness.db``; ``enduse record verify`` audits it
like the original, and any static file server can serve it. What is copied lies in ``incoming/`` until it is known to give
the root that the log signed; an interrupted copy goes on from there. ``tiles/checkpoint`` carries the cosignatures of
everybody, so that a quorum outlives the log's operator.
"""

import shutil
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import msgspec

from enduse.errors import (
    ConflictError,
    EnduseError,
    LimitError,
    MalformedError,
    RecordError,
    SignatureError,
    UnknownError,
)
from enduse.record import checkpoint as checkpoints
from enduse.record import evidence, files, tree
from enduse.record import note as notes
from enduse.record.cabinet import Tell
from enduse.record.cosign import SIZE_TYPE, Answer, CosignRequest, parse_request
from enduse.record.evidence import ContradictionError
from enduse.record.log import CHECKPOINT, KEYS, PENDING, TILES, VKEY
from enduse.record.publish import TileWriter
from enduse.record.tiles import (
    TILE_WIDTH,
    FolderSource,
    TileReader,
    TileSource,
    encode_bundle,
    tile_path,
    tile_width,
)
from enduse.record.witness import Witness, open_signer
from enduse.system import read_file

MIRROR_KEY = "mirror.key"
INCOMING = "incoming"
_MEMORY = "witness.db"
_LOCK = ".publish.lock"
_OK, _CONFLICT, _UNAVAILABLE = 200, 409, 503


class MirrorLimits(msgspec.Struct, frozen=True):
    """What a log may cost a mirror: a hostile one would fill its disk, or keep it busy for ever.

    Attributes:
        bytes: of tiles and bundles that the mirror holds altogether.
        seconds: of one round of copying; the next goes on where it stopped.
    """

    bytes: int = 4 * 2**30
    seconds: float = 3_600.0


class Mirror:
    """Follows one log; implements :class:`enduse.record.cosign.Cosigner`, so that a log can ask it like a witness."""

    def __init__(
        self,
        folder: Path,
        source: TileSource,
        log: notes.Verifier,
        signer: notes.Signer | None = None,
        *,
        name: str | None = None,
        clock: Callable[[], float] = time.time,
        tell: Tell | None = None,
        limits: MirrorLimits | None = None,
    ) -> None:
        """Open or start a mirror.

        Args:
            folder: made if missing.
            source: tiles of the log.
            log: the log's key, from somewhere else than the source.
            signer: the mirror's key of kind 0x04; read from or made in ``keys/mirror.key`` where it is not given.
            name: name of a key that is to be made.
            clock: gives posix seconds.
            tell: told of evidence when it is kept.
            limits: what the log may cost.

        Raises:
            ConflictError: the folder mirrors another log.
        """
        self.folder = folder
        self.source = source
        self.log = log
        self.limits = limits or MirrorLimits()
        files.make_folder(folder / TILES)
        vkey = folder / VKEY
        if not vkey.exists():
            files.write(vkey, log.vkey.encode() + b"\n")
        elif read_file(vkey).strip() != log.vkey.encode():
            raise ConflictError("record.mirror_of_another_log", source=str(folder))
        self.signer = signer or open_signer(folder / KEYS / MIRROR_KEY, name)
        self._own = FolderSource(folder / TILES)
        self._witness = Witness(folder / _MEMORY, self.signer, {log.name: log}, clock, tell)

    @property
    def checkpoint(self) -> checkpoints.SignedCheckpoint | None:
        """The checkpoint this mirror holds everything of and has cosigned; ``None`` at the beginning."""
        data = self._witness.checkpoint(self.log.name)
        return None if data is None else checkpoints.open_checkpoint(data, self.log, [self.signer.verifier])

    @property
    def witness(self) -> Witness:
        """The memory of what was cosigned, with the evidence of every contradiction shown."""
        return self._witness

    def follow(self) -> checkpoints.SignedCheckpoint:
        """Copy what the source has beyond this copy, check it, and cosign it.

        Returns:
            The checkpoint this mirror holds now: the published one, or the one that waits for cosignatures.

        Raises:
            UnknownError: the source cannot be read.
            LimitError: it would cost more than the limits allow.
            SignatureError: its checkpoint is not signed by the log.
            RecordError: its entries do not give the root that the log signed.
            ContradictionError: it shows something else than this mirror has cosigned; the evidence is kept.
            ConflictError: it shows less than this mirror has cosigned.
        """
        published, data = shown_by(self.source, self.log)
        shown = checkpoints.open_checkpoint(data, self.log).checkpoint
        held = self.checkpoint
        old_size = held.checkpoint.size if held else 0
        if held is not None:
            self._convict(data, shown, held)
        if shown.size < old_size:
            raise ConflictError("record.log_rolled_back", source=str(self.source), shown=shown.size, held=old_size)
        with files.locked(self.folder / _LOCK):
            self._copy(shown, old_size)
            proof: list[bytes] = []
            if 0 < old_size < shown.size:
                proof = tree.consistency_proof(old_size, shown.size, TileReader(self._own, shown.size).node)
            answer = self._witness.add_checkpoint(CosignRequest(old_size, tuple(proof), data).encode())
            if answer.status != _OK:
                reason = answer.body.decode(errors="replace").strip()
                raise ConflictError("record.mirror_cannot_cosign", source=str(self.source), reason=reason)
            self._put_out(data, published)
        signed = self.checkpoint
        if signed is None:
            raise RecordError("record.mirror_forgot", source=str(self.folder))
        return signed

    def _put_out(self, cosigned: bytes, published: bytes | None) -> None:
        # What is served: the published checkpoint with everybody's cosignatures, and one that waits for them beside it.
        own = self._witness.checkpoint(self.log.name)
        if own is None:
            raise RecordError("record.mirror_forgot", source=str(self.folder))
        folder = self.folder / TILES
        shown = notes.parse(cosigned).adding(notes.parse(own).signatures)
        served = folder / CHECKPOINT
        before = notes.parse(read_file(served)) if served.exists() else None
        if before is not None and before.text == shown.text:
            shown = notes.parse(read_file(served)).adding(shown.signatures)
        waits = published is None or notes.parse(published).text != shown.text
        if waits and published is not None and self._serve_older(published, before):
            before = notes.parse(read_file(served))
        if before is not None and self._others(before) and (waits or not self._others(shown)):
            # Never in the place of one that more than the log and this mirror have signed.
            files.write(folder / PENDING, shown.encode())
            return
        files.write(served, shown.encode())
        (folder / PENDING).unlink(missing_ok=True)

    def _serve_older(self, published: bytes, before: notes.Note | None) -> bool:
        # The log has published more than is served here, if anything is, and shows still more that waits.
        note = notes.parse(published)
        head, served = checkpoints.parse(note.text), 0 if before is None else checkpoints.parse(before.text).size
        own = self.checkpoint
        if own is None or not served < head.size <= own.checkpoint.size or not self._others(note):
            return False

        def entries(start: int, stop: int) -> Iterator[bytes]:
            return islice(TileReader(self._own, own.checkpoint.size).entries(start), stop - start)

        TileWriter(self.folder / TILES).extend(entries, 0, head.size)  # its partial tiles, which were never copied
        if TileReader(self._own, head.size).root() != head.root:
            return False
        files.write(self.folder / TILES / CHECKPOINT, note.encode())
        return True

    def _others(self, note: notes.Note) -> bool:
        # Whether somebody else than the log and this mirror has signed.
        ours = {(key.name, key.key_id) for key in (self.log, self.signer.verifier)}
        return any((line.name, line.key_id) not in ours for line in note.signatures)

    def _convict(self, data: bytes, shown: checkpoints.Checkpoint, held: checkpoints.SignedCheckpoint) -> None:
        # Compares what is shown with what is held, by the tiles of the larger of the two; raises with the evidence.
        source = self._own if shown.size < held.checkpoint.size else self.source
        node = TileReader(source, max(shown.size, held.checkpoint.size)).node
        try:
            found = evidence.from_tiles(held.data, data, self.log, node)
        except (RecordError, UnknownError, MalformedError, LimitError):
            return  # tiles that lead nowhere show nothing; copying will say what is wrong with them
        if found is not None:
            self.witness.cabinet.keep(found)
            raise ContradictionError(evidence.check(found, self.log), found, str(self.source))

    def add_checkpoint(self, request: bytes) -> Answer:
        """Answer a log's request: copy first, then judge and cosign as a witness does."""
        try:
            asked = parse_request(request)
            shown = checkpoints.open_checkpoint(asked.checkpoint, self.log).checkpoint
        except EnduseError:
            # The witness gives each refusal its proper status.
            return self._witness.add_checkpoint(request)
        held = self.checkpoint
        old_size = held.checkpoint.size if held else 0
        if held is not None:
            try:
                self._convict(asked.checkpoint, shown, held)
            except ContradictionError as error:
                return Answer(_CONFLICT, f"{error}\n".encode())
        if asked.old_size != old_size:
            return Answer(_CONFLICT, f"{old_size}\n".encode(), SIZE_TYPE)
        try:
            with files.locked(self.folder / _LOCK):
                self._copy(shown, old_size)
                answer = self._witness.add_checkpoint(request)
                if answer.status == _OK:
                    self._put_out(asked.checkpoint, None)
                return answer
        except (EnduseError, OSError) as error:
            return Answer(_UNAVAILABLE, f"{error}\n".encode())

    def _copy(self, shown: checkpoints.Checkpoint, old_size: int) -> None:
        # Everything beyond the old size, into tiles/ only once it is known to give the root that was signed.
        if shown.size <= old_size:
            return
        incoming = self.folder / INCOMING
        if incoming.exists() and not self._gives(shown, old_size):
            shutil.rmtree(incoming)  # what an interrupted round had received is at fault: once more from the start
        if not self._gives(shown, old_size):
            shutil.rmtree(incoming)
            raise RecordError("record.served_root_wrong", source=str(self.source), size=shown.size)
        received = TileReader(FolderSource(incoming), shown.size)

        def entries(start: int, stop: int) -> Iterator[bytes]:
            del stop
            # Below the old size this copy is the authority: what the source says of them is not even read.
            if start < old_size:
                yield from TileReader(self._own, old_size).entries(start)
            yield from received.entries(old_size)

        writer = TileWriter(self.folder / TILES)
        writer.extend(entries, old_size, shown.size)
        if TileReader(self._own, shown.size).root() != shown.root:
            raise RecordError("record.own_tiles_wrong", source=str(self.folder), size=old_size)
        writer.remove_partials(old_size, shown.size)
        shutil.rmtree(incoming)

    def _gives(self, shown: checkpoints.Checkpoint, old_size: int) -> bool:
        # Whether what is received gives the root that was signed.
        try:
            return self._receive(shown, old_size) == shown.root
        except MalformedError:
            return False

    def _receive(self, shown: checkpoints.Checkpoint, old_size: int) -> bytes:
        # Brings the bundles beyond the old size to incoming/, those that are not there yet; returns the root they give.
        until = time.monotonic() + self.limits.seconds
        self._drop_strays(shown)
        room = self.limits.bytes - bytes_in(self.folder / TILES)
        own = TileReader(self._own, old_size)
        edge = tree.CompactRange(old_size, [own.node(*at) for at in tree.perfect_nodes(0, old_size)])
        theirs = TileReader(self.source, shown.size)
        for number in range(old_size // TILE_WIDTH, -(-shown.size // TILE_WIDTH)):
            path = self.folder / INCOMING / tile_path("entries", number, tile_width(0, number, shown.size))
            if not path.exists():
                files.make_folder(path.parent)
                files.write(path, encode_bundle(theirs.bundle(number)), sync_name=False)
            room -= path.stat().st_size
            if room < 0:
                raise LimitError("record.mirror_full", source=str(self.source), most=self.limits.bytes)
            if time.monotonic() > until:
                raise LimitError("record.mirror_too_long", source=str(self.source), seconds=int(self.limits.seconds))
            received = TileReader(FolderSource(self.folder / INCOMING), shown.size).bundle(number)
            skip = max(0, old_size - number * TILE_WIDTH)
            edge.extend(map(tree.leaf_hash, received[skip:]))
        return edge.root()

    def _drop_strays(self, shown: checkpoints.Checkpoint) -> None:
        # The last bundle of an interrupted round at another size is of no use, and nothing would ever count or remove it.
        last, width = divmod(shown.size, TILE_WIDTH)
        wanted = self.folder / INCOMING / tile_path("entries", last, width or TILE_WIDTH)
        for path in (self.folder / INCOMING).rglob("*.p/*"):
            if path != wanted:
                path.unlink()

    def close(self) -> None:
        """Let go of the database."""
        self._witness.close()


def is_mirror(folder: Path) -> bool:
    """Say whether a folder is a mirror's, which holds tiles and no database of the record."""
    return (folder / KEYS / MIRROR_KEY).is_file()


def bytes_in(folder: Path) -> int:
    """Return how many bytes the files below a folder have."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def shown_by(source: TileSource, log: notes.Verifier) -> tuple[bytes | None, bytes]:
    """Return the checkpoint a log has published, if it has, and the newest it shows: perhaps one that waits.

    Raises:
        UnknownError: there is none.
        MalformedError, SignatureError: the published one is not this log's.
    """
    pending = _pending(source, log)
    try:
        published = source.read(CHECKPOINT)
    except UnknownError:
        if pending is None:
            raise
        return None, pending
    size = checkpoints.open_checkpoint(published, log).checkpoint.size
    if pending is None or checkpoints.open_checkpoint(pending, log).checkpoint.size <= size:
        return published, published
    return published, pending


def _pending(source: TileSource, log: notes.Verifier) -> bytes | None:
    try:
        pending = source.read(PENDING)
        checkpoints.open_checkpoint(pending, log)
    except (UnknownError, MalformedError, SignatureError, LimitError):
        return None
    return pending
