"""A log whose record lies in a PostgreSQL database that folders on several machines may share.

What is published (checkpoint, policy, a checkpoint that waits for cosignatures) stands in the database. Each folder has
tiles of its own, and copies of what is published, brought up to it whenever the log is opened and before anything is
published. So every folder remembers what it saw: a database that was rewritten or rolled back is found by any of them.

Folder: ``store.url`` (mode 600), ``tiles/``, ``log.vkey``, and ``keys/log.key`` only where that machine may publish.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Self

from enduse.errors import ConflictError, MalformedError, RecordError, UnknownError
from enduse.messages import Message
from enduse.record import checkpoint as checkpoints
from enduse.record import files
from enduse.record import note as notes
from enduse.record.checkpoint import SignedCheckpoint
from enduse.record.cosign import Cosigner
from enduse.record.log import CHECKPOINT, KEYS, LOCK, PENDING, POLICY, TILES, VKEY, Log, Publication
from enduse.record.policy import Policy
from enduse.record.postgres import PostgresStore
from enduse.record.postgres_session import Address
from enduse.record.publish import TileWriter
from enduse.system import not_writable, read_file
from enduse.terms.ed25519 import SigningKey

_PATIENCE_S: Final = 10
"""For whoever publishes at the same time."""


class SharedLog(Log):
    """A log as one of the folders holds it that share its database.

    Attributes:
        shared: the database.
    """

    def __init__(
        self, folder: Path, store: PostgresStore, verifier: notes.Verifier, signer: notes.Signer | None
    ) -> None:
        super().__init__(folder, store, verifier, signer)
        self.shared = store

    @classmethod
    def start(cls, folder: Path, origin: str, signer: SigningKey, address: Address) -> Self:
        """Start a log in a database; see :meth:`Log.create`."""
        with PostgresStore.create(address):
            pass
        log = cls.create(folder, origin, signer, PostgresStore(address))
        address.point(folder)
        return log

    @classmethod
    def join(cls, folder: Path, address: Address, log: notes.Verifier) -> None:
        """Let a folder share the log that stands in a database.

        Args:
            folder: to make.
            address: of the database.
            log: the log's public key; what is published there must be signed with it.

        Raises:
            UnknownError: no log is there.
            SignatureError, MalformedError: what is published there is not this log's.
            RecordError: nothing is published there, or it is not what is recorded there.
        """
        with PostgresStore(address) as store:
            if CHECKPOINT not in store.published():
                raise RecordError("record.nothing_published", source=store.source)
            files.make_folder(folder)
            files.make_folder(folder / TILES)
            files.make_folder(folder / KEYS, 0o700)
            files.write(folder / VKEY, log.vkey.encode() + b"\n")
            address.point(folder)
            cls(folder, store, log, None).take_up()

    def take_up(self) -> None:
        """Bring tiles, checkpoint and policy in this folder up to what is published in the database.

        Raises:
            RecordError: what is recorded there is not what was published when this folder last looked.
            MalformedError, SignatureError: what is published there is not this log's.
        """
        if not not_writable(self.folder / TILES / CHECKPOINT):
            with suppress(ConflictError), files.locked(self.folder / LOCK):  # else another process brings them up now
                self._take_up()

    def _take_up(self) -> None:
        published = self.shared.published()
        here, note = self.checkpoint, published.get(CHECKPOINT)
        old = 0 if here is None else here.checkpoint.size
        if here is not None:
            size = 0 if note is None else checkpoints.open_checkpoint(note, self.verifier).checkpoint.size
            if min(size, self.size) < old:
                raise RecordError("record.rolled_back", source=self.shared.source, stored=size, published=old)
            if self.store.tree(old).root() != here.checkpoint.root:
                raise RecordError("record.database_unlike_published", source=self.shared.source)
        if note is not None and (here is None or note != here.data):
            self._bring_up(note, old)
        for name, path in ((PENDING, self.folder / TILES / PENDING), (POLICY, self.folder / POLICY)):
            kept, wanted = read_file(path) if path.exists() else None, published.get(name)
            if wanted is None:
                path.unlink(missing_ok=True)
            elif wanted != kept:
                files.write(path, wanted)

    def _bring_up(self, note: bytes, old: int) -> None:
        head = checkpoints.open_checkpoint(note, self.verifier).checkpoint
        try:
            self._extend_tiles(old, head.size)
        except (MalformedError, UnknownError):
            self._extend_tiles(0, head.size)  # the older ones were damaged
        if self._reader(head.size).root() != head.root:
            raise RecordError("record.database_unlike_published", source=self.shared.source)
        files.write(self.folder / TILES / CHECKPOINT, note)
        TileWriter(self.folder / TILES).remove_partials(old, head.size)

    @contextmanager
    def writing(self, patience_s: float) -> Iterator[None]:
        """Hold what keeps every other writer of this record waiting, on every machine; see :meth:`Log.writing`."""
        with self.shared.hold("write", patience_s):
            self.shared.check_may_append()  # before anything is kept in the folder, or erased there
            self.take_up()
            yield

    def publish(
        self,
        policy: Policy | None = None,
        cosigners: Mapping[str, Cosigner] | None = None,
        timeout_s: float = 10.0,
        cosignatures: Sequence[bytes] = (),
    ) -> Publication:
        """Publish everything appended; where the log's private key is not, nothing, and the answer says for whom the rest waits."""
        if self._signer is None:
            edge, here = self.store.tree(), self.checkpoint
            if here is not None and here.checkpoint.size == edge.size:
                return Publication(published=True, size=edge.size, root=edge.root(), checkpoint=here.data)
            waits = (Message.of("record.waits_for_log_key"),)
            return Publication(published=False, size=edge.size, root=edge.root(), checkpoint=b"", waits_for=waits)
        return super().publish(policy, cosigners, timeout_s, cosignatures)

    @contextmanager
    def _publishing(self) -> Iterator[None]:
        with self.shared.hold("publish", _PATIENCE_S), super()._publishing():
            self._take_up()
            yield

    def _share(self, previous: SignedCheckpoint | None, changes: Mapping[str, bytes | None]) -> None:
        # Before any copy in a folder is written: what is published is what the database says.
        self.shared.put_published(CHECKPOINT, None if previous is None else previous.data, changes)


def open_log(folder: Path, *, read_only: bool = False) -> Log:
    """Open the log in a folder, wherever its record lies.

    Args:
        folder: of the programme.
        read_only: as for :meth:`Log.open`; copies of what a database publishes are brought up nevertheless.

    Raises:
        As :meth:`Log.open`, and :meth:`SharedLog.take_up`.
    """
    address = Address.of(folder)
    if address is None:
        return Log.open(folder, read_only=read_only)
    store = PostgresStore(address)
    try:
        log = SharedLog.open(folder, store, read_only=read_only)
        log.take_up()
    except BaseException:
        store.close()
        raise
    return log
