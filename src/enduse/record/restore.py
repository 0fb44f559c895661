"""Bringing a record back: its database, and its tiles, from the tiles of a mirror.

What comes back is checked against the checkpoint that the log signed before a byte of it is put in place. What is here
already is kept where it is the beginning of what comes, and never overwritten where it is not.
"""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import msgspec

from enduse.errors import ConflictError, RecordError, UnknownError
from enduse.record import checkpoint as checkpoints
from enduse.record import files
from enduse.record import policy as policies
from enduse.record.log import CHECKPOINT, DATABASE, KEYS, LOG_KEY, POLICY, TILES, VKEY, read_vkey
from enduse.record.note import Verifier
from enduse.record.postgres import PART, PostgresStore, started
from enduse.record.postgres_session import Address
from enduse.record.publish import TileWriter
from enduse.record.sqlite import SQLiteStore
from enduse.record.store import NewEntry, Store
from enduse.record.tiles import TileReader, TileSource
from enduse.record.tree import CompactRange, leaf_hash
from enduse.record.trust import Trust
from enduse.system import read_file

Read = Callable[[bytes], NewEntry]
"""Makes a row of an entry, given in the order of the log; raises where it is none."""

_BATCH = 4_096
_NEW = ".restored"


class Restored(msgspec.Struct, frozen=True):
    """What came of bringing a record back.

    Attributes:
        size: entries it holds now.
        added: how many of them were missing.
        unpublished: how many stood here beyond what was brought, and were kept.
        signs: whether the log's private key is here, so that it can publish.
    """

    size: int
    added: int
    unpublished: int
    signs: bool


def restore(folder: Path, source: TileSource, trust: Trust, read: Read, address: Address | None = None) -> Restored:
    """Bring a record's database, and tiles, to what the tiles of a mirror (or the record's own) hold.

    Args:
        folder: of the programme; its ``record.db`` is missing, or an older copy.
        source: tiles.
        trust: the log's key, and perhaps a policy whose quorum the checkpoint must have, which is kept where none is;
            the key in the folder where it is not given.
        read: makes rows of entries.
        address: of the PostgreSQL database that keeps the record from now on; where it is not given, the one that the
            folder names, or else the folder.

    Raises:
        UnknownError: there is no checkpoint.
        SignatureError, MalformedError: the source is not a sound copy of the log.
        RecordError: its entries do not give the signed root; nothing was changed.
        ConflictError: the folder is of another log, or what it holds is not the beginning of what comes.
    """
    data = source.read(CHECKPOINT)
    if not trust.given:
        trust = Trust(read_vkey(folder))
    signed = trust.open(data)
    trust.check_quorum(signed)
    log, head = trust.key(data), signed.checkpoint
    if (folder / VKEY).exists() and read_vkey(folder) != log:
        raise ConflictError("record.restore_other_log", source=str(folder))
    place = _place(folder, address)
    theirs = TileReader(source, head.size)
    edge = CompactRange()
    edge.extend(map(leaf_hash, theirs.entries()))
    if edge.root() != head.root:
        raise RecordError("record.served_entries_wrong", source=str(source))
    before = 0
    store = _opened(folder, place)
    if store is None:
        files.make_folder(folder)
        _make(folder, place, theirs, read)
    else:
        with closing(store):
            before = store.size
            _check_beginning(store, theirs, min(before, head.size), folder)
            files.make_folder(folder)
            if before < head.size:
                _append(store, theirs, before, read)
    with closing(_opened(folder, place) or SQLiteStore(folder / DATABASE)) as store:
        stays = _cosigned_here(folder, data, head.size, trust)
        _tiles(folder, store, head.size)
        if not (folder / VKEY).exists():
            files.write(folder / VKEY, log.vkey.encode() + b"\n")
        if trust.policy is not None and not (folder / POLICY).exists():
            files.write(folder / POLICY, trust.policy.text.encode())
        store.keep_checkpoint(head.size, head.root, data)
        _put_out(folder, store, data, trust, stays)
        size = store.size
    signs = (folder / KEYS / LOG_KEY).exists()
    return Restored(size, max(0, head.size - before), max(0, before - head.size), signs)


def _check_beginning(store: SQLiteStore | PostgresStore, theirs: TileReader, shared: int, folder: Path) -> None:
    if shared and store.tree(shared).root() != theirs.root(shared):
        if isinstance(store, PostgresStore):
            raise ConflictError("record.restore_fork_shared", source=store.source)
        raise ConflictError("record.restore_fork", source=str(folder))


def _place(folder: Path, address: Address | None) -> Address | None:
    """Return the address of the database that keeps a folder's record; ``None`` where the folder does."""
    named = Address.of(folder)
    if address is not None and named != address and (named is not None or (folder / DATABASE).exists()):
        raise ConflictError("store.kept_elsewhere", source=str(folder))
    return address or named


def _opened(folder: Path, address: Address | None) -> SQLiteStore | PostgresStore | None:
    """Open the database that is to come back; ``None`` where it is gone."""
    if address is None:
        return SQLiteStore(folder / DATABASE) if (folder / DATABASE).exists() else None
    try:
        return PostgresStore(address)
    except UnknownError:
        return None


def _make(folder: Path, address: Address | None, theirs: TileReader, read: Read) -> None:
    # Whole or not at all: a crash leaves no database that looks like one.
    if address is not None:
        with started(address, (PART,)) as staged, PostgresStore.create(staged) as store:
            _append(store, theirs, 0, read)
        return
    database = folder / DATABASE
    new = database.with_name(database.name + _NEW)
    for leftover in database.parent.glob(new.name + "*"):
        leftover.unlink()
    with SQLiteStore.create(new) as store:
        _append(store, theirs, 0, read)
    new.rename(database)
    files.sync_folder(database.parent)


def _share(store: PostgresStore, data: bytes, log: Verifier, trust: Trust) -> None:
    """Say to those who share the database what is published, where it knows of less."""
    published = store.published()
    before = published.get(CHECKPOINT)
    size = 0 if before is None else checkpoints.open_checkpoint(before, log).checkpoint.size
    if size >= checkpoints.open_checkpoint(data, log).checkpoint.size:
        return
    policy = published.get(POLICY) or (None if trust.policy is None else trust.policy.text.encode())
    store.put_published(CHECKPOINT, before, {CHECKPOINT: data, POLICY: policy})


def _append(store: Store, theirs: TileReader, start: int, read: Read) -> None:
    batch: list[NewEntry] = []
    for index, entry in enumerate(theirs.entries()):
        row = read(entry)  # also those that are here: who may sign what follows from them
        if index >= start:
            batch.append(row)
        if len(batch) == _BATCH:
            store.append(batch, store.size)
            batch = []
    if batch:
        store.append(batch, store.size)


def _tiles(folder: Path, store: Store, size: int) -> None:
    def entries(start: int, stop: int) -> Iterator[bytes]:
        return (row.entry for row in store.entries(start, stop))

    files.make_folder(folder / TILES)
    TileWriter(folder / TILES).extend(entries, 0, size)


def _cosigned_here(folder: Path, data: bytes, size: int, trust: Trust) -> int:
    """Return the size of the checkpoint published here that stays, since it has what the kept policy asks for and a larger one has not.

    What comes beyond it is recorded, and waits for its cosigners as what anybody adds does; 0 where it does not stay.
    """
    path, kept = folder / TILES / CHECKPOINT, folder / POLICY
    if not path.exists() or not kept.exists():
        return 0
    asked = Trust(trust.key(data), policies.load(kept))
    here = asked.open(read_file(path))
    if here.checkpoint.size >= size:
        return 0
    rules = asked.policy
    if rules is None or not rules.satisfied(here.cosigned) or rules.satisfied(asked.open(data).cosigned):
        return 0
    return here.checkpoint.size


def _put_out(folder: Path, store: SQLiteStore | PostgresStore, data: bytes, trust: Trust, stays: int) -> None:
    """Publish the checkpoint that was brought, unless the one that is here stays."""
    log = trust.key(data)
    if isinstance(store, PostgresStore):
        if not stays:
            _share(store, data, log, trust)
        store.address.point(folder)
    if stays:
        _tiles(folder, store, stays)
    else:
        _checkpoint(folder, data, checkpoints.open_checkpoint(data, log).checkpoint.size, trust)


def _checkpoint(folder: Path, data: bytes, size: int, trust: Trust) -> None:
    # The larger of the two; of one size the one that is here: the mirror's carries its own cosignature besides, which
    # this log may never have asked for.
    path = folder / TILES / CHECKPOINT
    if path.exists() and trust.open(read_file(path)).checkpoint.size >= size:
        return
    files.write(path, data)
