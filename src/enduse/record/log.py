"""One log: entries go in, signed checkpoints come out, and every checkpoint is one its tiles bear out.

Order of a publication, each step durable before the next: entry bundles and tiles, a check that the tiles give the
root of the entries, the signed checkpoint in ``record.db``, cosignatures, ``tiles/checkpoint``. A crash between any two
leaves an older checkpoint in place, and publishing again goes on. A checkpoint that waits for cosignatures stands in
``tiles/pending`` meanwhile, for those who cosign by following; it counts for nobody else.

Folder: ``record.db`` (in PostgreSQL another: :mod:`enduse.record.shared`), ``tiles/``, ``keys/log.key`` and ``keys/receipts.key`` (mode 600), ``log.vkey`` and ``witnesses.policy`` (public).
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

import msgspec

from enduse.closing import Closing
from enduse.errors import ConflictError, MalformedError, Problem, RecordError, SignatureError, UnknownError, told_by
from enduse.messages import Message
from enduse.record import checkpoint as checkpoints
from enduse.record import files, tree
from enduse.record import note as notes
from enduse.record import policy as policies
from enduse.record import receipt as receipts
from enduse.record.checkpoint import Checkpoint, SignedCheckpoint
from enduse.record.cosign import Cosigner, collect
from enduse.record.given import no_folder
from enduse.record.policy import Policy
from enduse.record.proof import Proof
from enduse.record.publish import TileWriter
from enduse.record.quorum import Quorum, merged
from enduse.record.receipt import Promised
from enduse.record.sqlite import SQLiteStore
from enduse.record.standing import Standing, ask, sources_of
from enduse.record.store import NewEntry, Store
from enduse.record.tiles import FolderSource, TileReader
from enduse.system import read_file
from enduse.terms.ed25519 import SigningKey

DATABASE = "record.db"
TILES = "tiles"
CHECKPOINT = "checkpoint"
PENDING = "pending"
POLICY = "witnesses.policy"
VKEY = "log.vkey"
KEYS = "keys"
LOG_KEY = "log.key"
RECEIPT_KEY = "receipts.key"
LOCK = ".publish.lock"
WRITE_LOCK = ".lock"
RENEW_S = 3_600
"""Seconds after which a cosigner is asked again for a checkpoint it has cosigned."""


class Publication(msgspec.Struct, frozen=True):
    """What came of publishing.

    Attributes:
        published: whether the checkpoint is out; if not, the one before it still stands.
        size: entries it covers.
        root: 32-byte root.
        checkpoint: the note with the cosignatures that came.
        cosigned: names of the cosigners.
        waits_for: what the policy still lacks; empty where published.
        problems: why cosigners refused or did not answer.
        standing: what others said, before anything was signed, of where the log stands.
    """

    published: bool
    size: int
    root: bytes
    checkpoint: bytes
    cosigned: tuple[str, ...] = ()
    waits_for: tuple[Message, ...] = ()
    problems: tuple[Problem, ...] = ()
    standing: Standing = Standing()


class Log(Closing):
    """The record of one programme, as its operator holds it. Threads may share it; one process publishes at a time."""

    def __init__(self, folder: Path, store: Store, verifier: notes.Verifier, signer: notes.Signer | None) -> None:
        """See :meth:`create` and :meth:`open`."""
        self.folder = folder
        self.store = store
        self.verifier = verifier
        self.clock: Callable[[], float] = time.time
        self.standing: Standing | None = None
        self._signer = signer
        self._source = FolderSource(folder / TILES)

    @classmethod
    def create(cls, folder: Path, origin: str, signer: SigningKey, store: Store | None = None) -> Self:
        """Start a log in a folder.

        Args:
            folder: made if missing.
            origin: name of the log and of its key: unique, no white space, no plus sign; a URL without scheme by custom.
            signer: the log's private key; goes to ``keys/log.key``.
            store: an empty store; a new ``record.db`` where it is not given.

        Raises:
            ConflictError: a log is in the folder already.
            MalformedError: the origin is no name.
        """
        key = notes.Signer(origin, signer)
        if (folder / VKEY).exists():
            raise ConflictError("record.exists", source=str(folder))
        if store is None and (folder / DATABASE).exists():
            with SQLiteStore(folder / DATABASE, read_only=True) as there:
                code = "record.key_gone" if there.size else "record.half_started"
            raise ConflictError(code, source=str(folder), database=DATABASE, key=VKEY)
        files.make_folder(folder)
        files.make_folder(folder / TILES)
        files.make_folder(folder / KEYS, 0o700)
        files.write(folder / KEYS / LOG_KEY, key.encode().encode() + b"\n", files.PRIVATE)
        opened = SQLiteStore.create(folder / DATABASE) if store is None else store
        files.write(folder / VKEY, key.verifier.vkey.encode() + b"\n")
        return cls(folder, opened, key.verifier, key)

    @classmethod
    def open(cls, folder: Path, store: Store | None = None, *, read_only: bool = False) -> Self:
        """Open the log in a folder; without ``keys/log.key`` it can be read and appended to, not published.

        Args:
            folder: of the log.
            store: its store; ``record.db`` where it is not given.
            read_only: write nothing, so that it can be read where one may not write.

        Raises:
            UnknownError: no log is there.
            MalformedError, SignatureError: its key files are damaged or do not belong together.
            RecordError: its database is damaged.
        """
        verifier = read_vkey(folder)
        signer = None
        key_file = folder / KEYS / LOG_KEY
        if key_file.exists() and not read_only:
            signer = notes.Signer.load(key_file)
            if signer.verifier != verifier:
                raise RecordError("record.key_files_differ", source=str(folder))
        opened = SQLiteStore(folder / DATABASE, read_only=read_only) if store is None else store
        return cls(folder, opened, verifier, signer)

    @property
    def origin(self) -> str:
        """The log's name: the first line of its checkpoints and the name of its key."""
        return self.verifier.name

    @property
    def size(self) -> int:
        """Entries appended, published or not."""
        return self.store.size

    @property
    def checkpoint(self) -> SignedCheckpoint | None:
        """The published checkpoint, its signature checked; ``None`` before the first.

        Raises:
            MalformedError, SignatureError: the file is damaged or not this log's.
        """
        path = self.folder / TILES / CHECKPOINT
        if not path.exists():
            return None
        try:
            return checkpoints.open_checkpoint(read_file(path), self.verifier)
        except (MalformedError, SignatureError) as error:
            told = Message.of("record.checkpoint_damaged", why=error.problem.told)
            raise type(error).about(told, source=str(path)) from error

    @property
    def policy(self) -> Policy | None:
        """The policy kept with the record, which every publication obeys; ``None`` where nobody else need cosign.

        Raises:
            MalformedError: the file is none.
        """
        path = self.folder / POLICY
        return policies.load(path) if path.exists() else None

    def ask_standing(self) -> Standing:
        """Ask those who cosign, once after every start, where they know this log to stand, before it goes on.

        Raises:
            RecordError: this is an older copy, or another one, than they have cosigned: it was restored from a backup,
                say, and going on would sign a second root for a size, and drop what was acknowledged since.
        """
        if self.standing is None:
            published = self.checkpoint
            if published is not None and published.checkpoint.size > self.size:
                size = published.checkpoint.size
                raise RecordError("record.rolled_back", source=str(self.folder), stored=self.size, published=size)
            policy = self.policy
            found = ask(self.store, self.verifier, policy, sources_of(policy), self.folder)
            self.standing = msgspec.structs.replace(found, unasked=self._unasked(published, policy))
        return self.standing

    def _unasked(self, published: SignedCheckpoint | None, policy: Policy | None) -> tuple[str, ...]:
        """Return who of a policy cosigned the published checkpoint and has no address."""
        if published is None or policy is None:
            return ()
        witnesses = policy.witnesses
        known = [witness.verifier for witness in witnesses.values() if not witness.url]
        cosigned = checkpoints.open_checkpoint(published.data, self.verifier, known).cosigned
        return tuple(sorted(name for name, witness in witnesses.items() if witness.verifier in cosigned))

    def append(self, entries: Sequence[NewEntry]) -> int:
        """Add entries in one durable transaction and return the index of the first.

        Raises:
            ConflictError: another writer came first (append again), or a statement is recorded already.
            LimitError, MalformedError: an entry the record does not take.
        """
        return self.store.append(entries, self.store.size)

    def writing(self, patience_s: float) -> AbstractContextManager[None]:
        """Hold what keeps every other process from writing to this record; let go of when the process ends, however it ends.

        Raises:
            ConflictError: another one is writing, and goes on for longer than our patience.
        """
        return files.locked(self.folder / WRITE_LOCK, patience_s, "book.being_written")

    def publish(
        self,
        policy: Policy | None = None,
        cosigners: Mapping[str, Cosigner] | None = None,
        timeout_s: float = 10.0,
        cosignatures: Sequence[bytes] = (),
    ) -> Publication:
        """Publish everything appended: tiles, then the checkpoint, once the quorum of the policy has cosigned it.

        A checkpoint that others cosigned is never replaced by one that lacks the quorum kept with the record; where the
        policy changes, the first checkpoint under the new one satisfies the old one too.

        Args:
            policy: the policy to go by from now on; the one kept with the record where it is not given.
            cosigners: whom to ask, by name in the policy; the policy's URLs where it is not given.
            timeout_s: seconds to wait for cosigners.
            cosignatures: copies of this very checkpoint that others have cosigned and sent.

        Returns:
            What came of it; ``published`` is false where the quorum is not complete, with what it waits for.

        Raises:
            ConflictError: another process publishes, a different root was signed for this size before, or the
                published checkpoint is cosigned and no policy here asks for those.
            RecordError: no private key here, or tiles, database and checkpoint contradict each other.
        """
        signer = self._signer
        if signer is None:
            raise RecordError("record.no_private_key", source=str(self.folder / KEYS / LOG_KEY))
        with self._publishing():
            quorum = Quorum(self.policy, policy)
            previous = self.checkpoint
            if previous is not None and self.size > previous.checkpoint.size:
                quorum.check_replacing(previous, self.verifier, str(self.folder))
            old_size = previous.checkpoint.size if previous else 0
            standing = self.ask_standing() if cosigners is None else Standing()
            head = self._write_tiles(previous)
            note = self.store.keep_checkpoint(head.size, head.root, checkpoints.sign(head, signer))
            if previous is not None and head.size == old_size:
                note = previous.data
            if any(notes.parse(sent).text != notes.parse(note).text for sent in cosignatures):
                raise ConflictError("record.cosignature_of_another", source=str(self.folder), size=head.size)
            pending = self.pending
            note = merged(note, [*([] if pending is None else [pending]), *cosignatures], quorum.verifiers)
            note, problems = self._collect(note, head, old_size, quorum, cosigners, timeout_s)
            cosigned = checkpoints.open_checkpoint(note, self.verifier, quorum.verifiers).cosigned
            waits_for = quorum.waits_for(cosigned)
            if waits_for:
                self._share(previous, {PENDING: note})
                files.write(self.folder / TILES / PENDING, note)
            else:
                self._put_out(note, previous, policy)
                TileWriter(self.folder / TILES).remove_partials(old_size, head.size)
        names = quorum.names(cosigned)
        return Publication(not waits_for, head.size, head.root, note, names, waits_for, problems, standing)

    def _publishing(self) -> AbstractContextManager[None]:
        """Let nobody else publish meanwhile."""
        return files.locked(self.folder / LOCK)

    def _share(self, previous: SignedCheckpoint | None, changes: Mapping[str, bytes | None]) -> None:
        """Say what is published, by name of its file, to those who have other folders, where there are such."""

    @property
    def pending(self) -> bytes | None:
        """The checkpoint that waits for cosignatures, with those that came; ``None`` where none waits."""
        path = self.folder / TILES / PENDING
        return read_file(path) if path.exists() else None

    def _put_out(self, note: bytes, previous: SignedCheckpoint | None, policy: Policy | None) -> None:
        kept = self.policy if policy is None else policy
        text = None if kept is None else kept.text.encode()
        self._share(previous, {CHECKPOINT: note, POLICY: text, PENDING: None})
        # The policy last: after a crash in between the checkpoint satisfies more than is asked, never less.
        if previous is None or note != previous.data:
            files.write(self.folder / TILES / CHECKPOINT, note)
        if policy is not None and policy != self.policy:
            files.write(self.folder / POLICY, policy.text.encode())
        if self.pending is not None:
            (self.folder / TILES / PENDING).unlink()
            files.sync_folder(self.folder / TILES)

    def _write_tiles(self, previous: SignedCheckpoint | None) -> Checkpoint:
        # Writes the tiles of everything appended and returns the checkpoint they bear out.
        edge = self.store.tree()
        old = previous.checkpoint if previous else Checkpoint(self.origin, 0, tree.EMPTY_ROOT)
        if edge.size < old.size:
            raise RecordError("record.rolled_back", source=str(self.folder), stored=edge.size, published=old.size)
        if edge.size > old.size:
            try:
                self._extend_tiles(old.size, edge.size)
            except (MalformedError, UnknownError) as error:
                raise RecordError(
                    "record.tiles_damaged", source=str(self.folder / TILES), reason=told_by(error)
                ) from error
        # Read back what was written: bundles and tiles must be what the database holds, and give the root of the
        # entries and, as they stand, the root published before. A checkpoint that fails here is never signed.
        reader = self._reader(edge.size)
        for size, root in ((edge.size, edge.root()), (old.size, old.root)):
            if reader.root(size) != root:
                raise RecordError("record.roots_differ", source=str(self.folder), size=size)
        self._read_back(old.size, edge.size)
        return Checkpoint(self.origin, edge.size, edge.root())

    def _read_back(self, old_size: int, size: int) -> None:
        try:
            TileWriter(self.folder / TILES).read_back(old_size, size, self.store.leaves)
        except (MalformedError, UnknownError) as error:
            raise RecordError("record.tiles_damaged", source=str(self.folder / TILES), reason=told_by(error)) from error

    def _extend_tiles(self, old_size: int, size: int) -> None:
        def entries(start: int, stop: int) -> Iterator[bytes]:
            return (row.entry for row in self.store.entries(start, stop))

        TileWriter(self.folder / TILES).extend(entries, old_size, size)

    def _collect(
        self,
        note: bytes,
        head: Checkpoint,
        old_size: int,
        quorum: Quorum,
        cosigners: Mapping[str, Cosigner] | None,
        timeout_s: float,
    ) -> tuple[bytes, tuple[Problem, ...]]:
        # Asks whoever has not cosigned yet; returns the note with what came, and what went wrong.
        # Also those whose cosignature has aged: where nothing is added, it says that somebody still watches.
        have = checkpoints.open_checkpoint(note, self.verifier, quorum.verifiers).cosigned
        lately = [key for key, at in have.items() if at >= self.clock() - RENEW_S]
        collected = collect(
            note,
            quorum.asked(lately, cosigners, timeout_s),
            lambda old: self.prove_consistency(old, head.size),
            lambda got: not quorum.waits_for((*have, *got)),
            old_size=old_size,
            timeout_s=timeout_s,
        )
        return notes.parse(note).adding(collected.got.values()).encode(), collected.problems

    def rebuild_tiles(self) -> None:
        """Write all tiles of the published checkpoint anew from the database.

        Raises:
            RecordError: nothing is published, or the database does not give the published root.
            UnknownError: the tiles are gone with the checkpoint that told how far they go.
        """
        if not (self.folder / TILES).is_dir():
            raise no_folder(self.folder / TILES)
        published = self._published()
        with files.locked(self.folder / LOCK):
            if self.size < published.size or self.store.tree(published.size).root() != published.root:
                raise RecordError("record.database_unlike_published", source=str(self.folder))
            self._extend_tiles(0, published.size)
            if self._reader(published.size).root() != published.root:
                raise RecordError("record.database_unlike_published", source=str(self.folder))

    def receipts(self, indexes: Iterable[int], received: datetime, within: timedelta) -> Iterator[bytes]:
        """Give receipts for recorded entries: the log's promise to have them under a cosigned checkpoint in time.

        Args:
            indexes: of the entries.
            received: when they were recorded.
            within: in what time they will be published.

        Raises:
            RecordError: no private key here.
        """
        if self._signer is None:
            raise RecordError("record.no_private_key", source=str(self.folder / KEYS / LOG_KEY))
        rows = [self.store.entry(index) for index in indexes]
        if not rows:
            return
        path = self.folder / KEYS / RECEIPT_KEY
        if not path.exists():
            files.write(path, receipts.new_key(self.origin).encode().encode() + b"\n", files.PRIVATE)
        key = notes.Signer.load(path)
        promised = [Promised(row.index, row.statement_id.hex(), tree.leaf_hash(row.entry).hex()) for row in rows]
        yield from receipts.issue(self._signer, key, promised, received, within)

    def _reader(self, size: int) -> TileReader:
        return TileReader(self._source, size)

    def _published(self) -> Checkpoint:
        published = self.checkpoint
        if published is None:
            raise RecordError("record.nothing_published", source=str(self.folder))
        return published.checkpoint

    def prove_inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """Return the audit path of an entry in the tree of ``size`` entries, by default the published one.

        Raises:
            RecordError: nothing is published, or no such entry is in that tree.
        """
        size = self._published().size if size is None else size
        return tree.inclusion_proof(index, size, self._reader(size).node)

    def prove_consistency(self, old_size: int, size: int | None = None) -> list[bytes]:
        """Return the proof that the tree of ``size`` entries (by default the published one) extends the older one.

        Raises:
            RecordError: nothing is published, or the sizes are not ``1 <= old_size <= size``.
        """
        size = self._published().size if size is None else size
        return tree.consistency_proof(old_size, size, self._reader(size).node)

    def prove(self, index: int, extra: bytes | None = None) -> Proof:
        """Return the offline proof that an entry is under the published checkpoint.

        Raises:
            RecordError: nothing is published, or the entry is not yet under it.
        """
        published = self.checkpoint
        if published is None:
            raise RecordError("record.nothing_published", source=str(self.folder))
        hashes = self.prove_inclusion(index, published.checkpoint.size)
        return Proof(index, tuple(hashes), published.data, extra)

    def close(self) -> None:
        """Let go of the database."""
        self.store.close()


def read_vkey(folder: Path) -> notes.Verifier:
    """Return the log's public key from ``log.vkey`` at the top of its folder.

    Raises:
        UnknownError: no log is there.
        MalformedError, SignatureError: the file is no verifier key.
    """
    try:
        text = read_file(folder / VKEY).decode()
    except (OSError, UnicodeDecodeError) as error:
        if not folder.is_dir():
            raise no_folder(folder) from error
        raise UnknownError("record.no_key_file", source=str(folder), file=VKEY) from error
    return notes.Verifier.parse(text.strip())
