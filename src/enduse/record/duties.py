"""What the commands ``record prove, witness, mirror, erase`` do, as plain functions: one call, one duty.

A proof file is a tlog-proof whose ``extra`` line carries the entry itself, so that one file is all a stranger needs
besides the keys. A witness's folder holds ``keys/witness.key`` and ``witness.db``.
"""

from collections.abc import Iterable
from datetime import datetime
from os import PathLike
from pathlib import Path

import msgspec

from enduse.errors import MalformedError, UnknownError
from enduse.record import files, note, proof
from enduse.record.card import card
from enduse.record.checkpoint import SignedCheckpoint
from enduse.record.log import KEYS, Log
from enduse.record.mirror import Mirror
from enduse.record.policy import Policy
from enduse.record.tiles import open_source
from enduse.record.vault import Held, Vault
from enduse.record.witness import Witness, WitnessServer, open_signer

WITNESS_KEY = "witness.key"
WITNESS_DATABASE = "witness.db"
VAULT = "vault.db"


class Proved(msgspec.Struct, frozen=True):
    """What a proof file proved: the entry, its index, and the checkpoint with its cosigners."""

    index: int
    entry: bytes
    signed: SignedCheckpoint


def prove(folder: Path, which: int | bytes) -> bytes:
    """Return the offline proof of one entry as a file that needs nothing but the keys to be checked.

    Args:
        folder: programme.
        which: index of the entry, or the 32-byte id of the statement.

    Raises:
        UnknownError: no record, or no such entry.
        RecordError: it is not under a published checkpoint yet.
    """
    with Log.open(folder) as log:
        index = which if isinstance(which, int) else log.store.has(which)
        if index is None:
            raise UnknownError("the record does not hold this statement", source=str(folder))
        return log.prove(index, log.store.entry(index).entry).encode()


def check_proof(data: bytes, trust: Policy | note.Verifier, entry: bytes | None = None) -> Proved:
    """Check a proof file with no network.

    Args:
        data: the file.
        trust: a policy, or the log's key alone.
        entry: the entry's bytes, where the file does not carry them.

    Raises:
        MalformedError: it is no proof, or the entry is neither given nor carried.
        SignatureError, RecordError: it proves nothing.
    """
    read = proof.parse(data)
    proved = read.extra if entry is None else entry
    if proved is None:
        raise MalformedError("this proof does not carry its entry", remedy="give the entry's file too")
    return Proved(read.index, proved, proof.verify(read, proved, trust))


def witness_server(
    folder: Path, logs: Iterable[note.Verifier], *, name: str | None = None, host: str = "127.0.0.1", port: int = 0
) -> WitnessServer:
    """Return a witness that is ready to serve; call ``serve_forever()`` on it.

    Args:
        folder: of the witness; made if missing.
        logs: keys of the logs it knows, such as ``policy.logs``.
        name: name of its key, needed the first time.
        host: address to listen on.
        port: 0 takes a free one.

    Raises:
        MalformedError: no key is there and no name was given.
        RecordError: its database is damaged.
    """
    files.make_folder(folder)
    signer = open_signer(folder / KEYS / WITNESS_KEY, name)
    return WitnessServer(Witness(folder / WITNESS_DATABASE, signer, {log.name: log for log in logs}), host, port)


def open_mirror(folder: Path, where: str | PathLike[str], log: note.Verifier, *, name: str | None = None) -> Mirror:
    """Return a mirror of the tiles at a folder or URL; ``follow()`` copies and cosigns once.

    Raises:
        ConflictError: the folder mirrors another log.
        MalformedError: no key is there and no name was given.
    """
    return Mirror(folder, open_source(where), log, name=name)


def mirror_server(mirror: Mirror, host: str = "127.0.0.1", port: int = 0) -> WitnessServer:
    """Return a server that answers a log's requests as the mirror does: copy first, then cosign."""
    return WitnessServer(mirror.witness, host, port, cosigner=mirror)


def printed_card(folder: Path, policy: Policy | None = None) -> str:
    """Return the HTML page that carries the published checkpoint of a programme.

    Raises:
        UnknownError: no record, or nothing published.
        MissingExtraError: segno is not installed.
    """
    with Log.open(folder) as log:
        published = log.checkpoint
        if published is None:
            raise UnknownError("nothing is published yet", source=str(folder), remedy="publish first")
        return card(published.data, log.verifier, policy.verifiers if policy else ())


def erase(folder: Path, committed: bytes, *, by: str, basis: str, now: datetime) -> Held:
    """Erase the opening of a commitment from a programme's vault; the caller records the erasure as a statement.

    Raises:
        UnknownError: there is no vault, or it does not hold the commitment.
        ConflictError: it was erased before.
        MalformedError: no name or no basis is given.
    """
    if not (folder / VAULT).is_file():
        raise UnknownError("there is no vault here", source=str(folder))
    with Vault(folder / VAULT) as vault:
        return vault.erase(committed, by=by, basis=basis, now=now)
