"""A mirror: a full copy of a record that cosigns only what it durably holds (after C2SP tlog-mirror).

Each donor state, ministry or agency can run one. Its folder has the shape of a record without the database: ``tiles/``,
``log.vkey``, its own key in ``keys/mirror.key`` and its memory in ``witness.db``; ``enduse record verify`` audits it
like the original, and any static file server can serve it.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

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
from enduse.record.audit import Describe
from enduse.record.cabinet import Tell
from enduse.record.cosign import SIZE_TYPE, Answer, Request, parse_request
from enduse.record.evidence import ContradictionError
from enduse.record.log import CHECKPOINT, DATABASE, KEYS, PENDING, TILES, VKEY
from enduse.record.publish import TileWriter
from enduse.record.sqlite import SQLiteStore
from enduse.record.store import NewEntry
from enduse.record.tiles import FolderSource, Source, TileReader
from enduse.record.witness import Witness, open_signer

MIRROR_KEY = "mirror.key"
_MEMORY = "witness.db"
_LOCK = ".publish.lock"
_OK, _CONFLICT, _UNAVAILABLE = 200, 409, 503
_BATCH = 4_096


class Mirror:
    """Follows one log; implements :class:`enduse.record.cosign.Cosigner`, so that a log can ask it like a witness."""

    def __init__(
        self,
        folder: Path,
        source: Source,
        log: notes.Verifier,
        signer: notes.Signer | None = None,
        *,
        name: str | None = None,
        clock: Callable[[], float] = time.time,
        tell: Tell | None = None,
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

        Raises:
            ConflictError: the folder mirrors another log.
        """
        self.folder = folder
        self.source = source
        self.log = log
        files.make_folder(folder / TILES)
        vkey = folder / VKEY
        if not vkey.exists():
            files.write(vkey, log.vkey.encode() + b"\n")
        elif vkey.read_text(encoding="utf-8").strip() != log.vkey:
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
        """Copy what the source has published beyond this copy, check it, and cosign it.

        Returns:
            The checkpoint this mirror holds now.

        Raises:
            UnknownError: the source cannot be read.
            SignatureError: its checkpoint is not signed by the log.
            RecordError: its entries do not give the root that the log signed.
            ContradictionError: it shows something else than this mirror has cosigned; the evidence is kept.
            ConflictError: it shows less than this mirror has cosigned.
        """
        data = latest(self.source, self.log)
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
            answer = self._cosign(Request(old_size, tuple(proof), data))
        if answer.status != _OK:
            reason = answer.body.decode(errors="replace").strip()
            raise ConflictError("record.mirror_cannot_cosign", source=str(self.source), reason=reason)
        signed = self.checkpoint
        if signed is None:
            raise RecordError("record.mirror_forgot", source=str(self.folder))
        return signed

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
                return self._cosign(asked)
        except (EnduseError, OSError) as error:
            return Answer(_UNAVAILABLE, f"{error}\n".encode())

    def _cosign(self, request: Request) -> Answer:
        answer = self._witness.add_checkpoint(request.encode())
        data = self._witness.checkpoint(self.log.name)
        if answer.status == _OK and data is not None:
            files.write(self.folder / TILES / CHECKPOINT, data)
        return answer

    def _copy(self, shown: checkpoints.Checkpoint, old_size: int) -> None:
        # Copies bundles, then builds every tile from them: what is held is what was hashed.
        if shown.size <= old_size:
            return
        theirs = TileReader(self.source, shown.size)

        def entries(start: int, stop: int) -> Iterator[bytes]:
            del stop
            # Below the old size this copy is the authority: what the source says of them is not even read.
            if start < old_size:
                yield from TileReader(self._own, old_size).entries(start)
            yield from theirs.entries(old_size)

        TileWriter(self.folder / TILES).extend(entries, old_size, shown.size)
        if TileReader(self._own, shown.size).root() != shown.root:
            raise RecordError("record.served_root_wrong", source=str(self.source), size=shown.size)

    def close(self) -> None:
        """Let go of the database."""
        self._witness.close()


def latest(source: Source, log: notes.Verifier) -> bytes:
    """Return the newest checkpoint that a log shows: the one that waits for cosignatures, else the published one.

    Raises:
        UnknownError: there is none.
        MalformedError, SignatureError: the published one is not this log's.
    """
    try:
        pending = source.read(PENDING)
        waiting = checkpoints.open_checkpoint(pending, log).checkpoint
    except (UnknownError, MalformedError, SignatureError):
        return source.read(CHECKPOINT)
    try:
        published = source.read(CHECKPOINT)
    except UnknownError:
        return pending
    return pending if waiting.size >= checkpoints.open_checkpoint(published, log).checkpoint.size else published


def restore(folder: Path, source: Source, log: notes.Verifier, describe: Describe) -> int:
    """Rebuild ``record.db`` in a folder from the published tiles of a record or mirror.

    Args:
        folder: must hold no ``record.db``.
        source: tiles, of a mirror for instance.
        log: the log's key.
        describe: gives statement id, key and running number of an entry.

    Returns:
        How many entries were restored.

    Raises:
        ConflictError: a database is there already.
        SignatureError, MalformedError, UnknownError: the source is not a sound copy of the log.
        RecordError: its entries do not give the signed root; the database is removed again.
    """
    data = source.read(CHECKPOINT)
    head = checkpoints.open_checkpoint(data, log).checkpoint
    files.make_folder(folder)
    with SQLiteStore.create(folder / DATABASE) as store:
        batch: list[NewEntry] = []
        for entry in TileReader(source, head.size).entries():
            statement_id, key, seq = describe(entry)
            batch.append(NewEntry(entry, statement_id, key, seq))
            if len(batch) == _BATCH:
                store.append(batch, store.size)
                batch = []
        if batch:
            store.append(batch, store.size)
        edge = store.tree()
    if (edge.size, edge.root()) != (head.size, head.root):
        (folder / DATABASE).unlink()
        raise RecordError("record.served_entries_wrong", source=str(source))
    return edge.size
