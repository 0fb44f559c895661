"""The tools of those who keep, watch and check a record: one call, one duty. Public; the command line calls it.

A proof file is a tlog-proof whose ``extra`` line carries the entry itself, so that one file is all a stranger needs
besides the keys. A witness's folder holds ``keys/witness.key`` and ``witness.db``.
"""

import time
from collections.abc import Iterable
from datetime import timedelta
from os import PathLike
from pathlib import Path

import msgspec

from enduse.book.check import follower_of
from enduse.book.keys import practice
from enduse.book.rebuilding import rebuild_book
from enduse.errors import ConflictError, MalformedError, SignatureError, UnknownError, told_by
from enduse.messages import Message
from enduse.record import checkpoint as checkpoints
from enduse.record import files, proof, verify
from enduse.record import note as notes
from enduse.record import policy as policies
from enduse.record.cabinet import Cabinet, Tell
from enduse.record.carried_documents import DocumentFollower
from enduse.record.checkpoint import SignedCheckpoint
from enduse.record.compare import Compared, Comparison, compare
from enduse.record.evidence import ContradictionError
from enduse.record.evidence import check as check_evidence
from enduse.record.fingerprint import BITS as FINGERPRINT_BITS
from enduse.record.fingerprint import Fingerprint, check_card, read_fingerprint
from enduse.record.following import cosign_once, read_cosigned, tiles_of
from enduse.record.given import Asked, no_folder, read_given
from enduse.record.log import CHECKPOINT, KEYS, Publication
from enduse.record.mirror import Mirror, MirrorLimits
from enduse.record.note import Verifier
from enduse.record.policy import Policy
from enduse.record.postgres_session import Address
from enduse.record.promises import Judged, check_receipts
from enduse.record.restore import Restored
from enduse.record.restore import restore as bring_back
from enduse.record.server import WitnessServer
from enduse.record.shared import open_log
from enduse.record.standing import Standing
from enduse.record.store import NewEntry
from enduse.record.trust import Trust
from enduse.record.verify import AuditReport, Progress
from enduse.record.watch import Watch, too_old, watched
from enduse.record.witness import WITNESS_DATABASE, WITNESS_KEY, Witness, open_signer
from enduse.statements.codec import AnyStatement, decode, kind_of
from enduse.statements.envelope import unwrap
from enduse.statements.keyring import Keyring
from enduse.statements.passed import look
from enduse.system import check_writable, uncollected
from enduse.terms.signatures import signer
from enduse.terms.times import parse_span

__all__ = [
    "FINGERPRINT_BITS",
    "AuditReport",
    "Compared",
    "Comparison",
    "ContradictionError",
    "DocumentFollower",
    "Fingerprint",
    "Judged",
    "Kept",
    "Mirror",
    "MirrorLimits",
    "Policy",
    "Proved",
    "Publication",
    "Restored",
    "SignedCheckpoint",
    "Standing",
    "Trust",
    "Verifier",
    "Watch",
    "WitnessServer",
    "check_card",
    "check_evidence",
    "check_proof",
    "check_receipts",
    "check_writable",
    "compare",
    "cosign_once",
    "kept_evidence",
    "mirror_server",
    "open_mirror",
    "parse_span",
    "printed_card",
    "prove",
    "publish",
    "read_cosigned",
    "read_fingerprint",
    "read_given",
    "read_key",
    "read_policy",
    "read_trust",
    "rebuild",
    "rebuild_book",
    "restore",
    "verify_record",
    "witness_server",
]


def read_trust(key: Path | None = None, policy: Path | None = None) -> Trust:
    """Read the files of a key (such as ``log.vkey``) and of a policy, where they are given.

    Raises:
        UnknownError: a file cannot be read.
        MalformedError, SignatureError: it is no key or no policy, or they contradict each other.
    """
    return Trust(None if key is None else read_key(key), None if policy is None else read_policy(policy))


def read_key(path: Path) -> Verifier:
    """Read the public key of a log or cosigner, such as ``log.vkey``.

    Raises:
        UnknownError: the file cannot be read.
        MalformedError: it is no key.
    """
    return Verifier.parse(_text(path, "vkey").strip())


def read_policy(path: Path) -> Policy:
    """Read a policy: whose cosignatures are asked for.

    Raises:
        UnknownError: the file cannot be read.
        MalformedError: it is no policy.
    """
    return policies.parse(_text(path, "policy"))


def publish(folder: Path, policy: Policy | None = None, cosignatures: Iterable[Path] = ()) -> Publication:
    """Publish everything recorded: tiles, then the checkpoint, once the policy's cosigners have signed.

    Args:
        folder: of the programme.
        policy: the policy to go by from now on; the one kept with the record where it is not given.
        cosignatures: files that cosigners have sent, as :func:`cosign_once` makes them.

    Raises:
        ConflictError: another process publishes, or the published checkpoint is cosigned and no policy here asks for those.
        RecordError: no private key here, or tiles, database and checkpoint contradict each other.
    """
    with open_log(folder) as log:
        return log.publish(policy, cosignatures=[_note(path) for path in cosignatures])


def restore(folder: Path, where: str | PathLike[str], trust: Trust | None = None, store: str | None = None) -> Restored:
    """Bring a record back, or forward, to what a mirror's tiles, or its own, hold.

    Args:
        folder: of the programme; its ``record.db`` is missing, or an older copy such as a backup.
        where: folder of a mirror, folder of tiles, or URL of either.
        trust: the log's key, and perhaps a policy whose quorum must have cosigned; the key in ``folder`` where it is
            not given.
        store: PostgreSQL database that keeps the record from now on, as for :func:`enduse.create`; where it is not given,
            the one that the folder names, or else the folder.

    Raises:
        UnknownError: there is no checkpoint, or no key to check it with.
        SignatureError, MalformedError: it is not a sound copy of the log.
        RecordError: its entries do not give the signed root; nothing was changed.
        ConflictError: the folder is of another log, or what it holds is not the beginning of what comes.
    """
    keys = Keyring()

    def read(entry: bytes) -> NewEntry:
        signed = keys.admit(entry)
        return NewEntry(entry, bytes.fromhex(signed.id), signer(signed.public_key), signed.statement.seq)

    address = None if store is None else Address.parse(store)
    return bring_back(folder, tiles_of(where), trust or Trust(), read, address)


def rebuild(folder: Path) -> int:
    """Write the tiles of the published checkpoint anew from the database; returns its size.

    Raises:
        UnknownError: there is no record.
        RecordError: nothing is published, or the database does not give the published root.
    """
    with open_log(folder) as log:
        log.rebuild_tiles()
        published = log.checkpoint
        return 0 if published is None else published.checkpoint.size


def _note(path: Path) -> bytes:
    data = read_given(path, "cosignature")
    try:
        notes.parse(data)
    except MalformedError as error:
        raise MalformedError("record.no_cosignature", source=str(path)) from error
    return data


def _text(path: Path, asked: Asked) -> str:
    try:
        return read_given(path, asked).decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnknownError("record.file_unreadable", source=str(path), reason=told_by(error)) from error


def verify_record(
    where: str | PathLike[str],
    trust: Trust | None = None,
    *,
    max_age: timedelta | str | None = None,
    progress: Progress | None = None,
    workers: int = 1,
) -> AuditReport:
    """Recompute every hash, signature and running number of a record, and compare with its signed checkpoint.

    Where a book lies beside the record, the record is folded anew and the book compared with it.

    Args:
        where: folder of a programme or mirror, or URL of its tiles; for a URL ``trust`` is required.
        trust: keys to check with, had from elsewhere. Without it the key in the folder is taken, which protects
            against everybody but whoever wrote the folder.
        max_age: how old the cosignatures of the quorum may be; also as text, such as ``36h`` or ``7d``.
        progress: told how many entries are done, of how many.
        workers: processes to use; above 1 only from a program that :mod:`multiprocessing` may import again.

    Raises:
        UnknownError: there is no such folder, or a URL came without trust.
        MalformedError: the age is none.
    """
    if isinstance(max_age, str):
        max_age = parse_span(max_age)
    if not verify.is_url(where) and not Path(where).is_dir():
        raise no_folder(Path(where))
    follower, keys = follower_of(None if verify.is_url(where) else Path(where))
    with uncollected():
        report = verify.verify(
            where,
            trust=trust,
            ahead=look,
            follower=follower,
            progress=progress,
            workers=workers,
            max_age_s=None if max_age is None else int(max_age.total_seconds()),
        )
    return msgspec.structs.replace(
        report, clock=report.watch.behind(keys.clock), keys=(*keys.pending(), *keys.unwatched(report.checkpoint))
    )


class Proved(msgspec.Struct, frozen=True):
    """What a proof file proved: the entry, its index, the checkpoint with its cosigners, and who watched it."""

    index: int
    entry: bytes
    signed: SignedCheckpoint
    watch: Watch

    @property
    def payload(self) -> str:
        """What was signed, as text."""
        return unwrap(self.entry).payload.decode()

    @property
    def statement(self) -> AnyStatement:
        """What was said, by whom and when."""
        return decode(unwrap(self.entry).payload)

    @property
    def kind(self) -> str:
        """Its kind, such as ``pledge``."""
        return kind_of(self.statement)


def prove(folder: Path, which: int | bytes) -> bytes:
    """Return the offline proof of one entry as a file that needs nothing but the keys to be checked.

    Args:
        folder: programme.
        which: index of the entry, or the 32-byte id of the statement.

    Raises:
        UnknownError: no record, or no such entry.
        RecordError: it is not under a published checkpoint yet.
    """
    with open_log(folder, read_only=True) as log:
        index = which if isinstance(which, int) else log.store.has(which)
        if index is None:
            raise UnknownError("record.no_statement", source=str(folder))
        return log.prove(index, log.store.entry(index).entry).encode()


def check_proof(
    data: bytes, trust: Trust, entry: bytes | None = None, *, max_age: timedelta | str | None = None
) -> Proved:
    """Check a proof file with no network.

    Args:
        data: the file.
        trust: the log's key, a policy, or both.
        entry: the entry's bytes, where the file does not carry them.
        max_age: how old the cosignatures of the quorum may be; also as text, such as ``36h`` or ``7d``.

    Raises:
        UnknownError: there is nothing to check it with.
        MalformedError: it is no proof, the entry is neither given nor carried, or the age is none.
        SignatureError, RecordError: it proves nothing, or nobody has cosigned it lately enough.
    """
    if not trust.given:
        raise UnknownError("record.proof_needs_key")
    read = proof.parse(data.replace(b"\r\n", b"\n"))  # as mail programs leave it
    proved = read.extra if entry is None else entry
    if proved is None:
        raise MalformedError("record.proof_without_entry")
    signed, now = proof.verify(read, proved, trust), int(time.time())
    watch = watched(signed, trust.key(signed.data), trust.policy, by_reader=True, now=now)
    most = parse_span(max_age) if isinstance(max_age, str) else max_age
    for problem in too_old(watch, now, None if most is None else int(most.total_seconds()), ""):
        raise SignatureError.about(problem.told)
    return Proved(read.index, proved, signed, watch)


def witness_server(
    folder: Path,
    logs: Iterable[Verifier],
    *,
    name: str | None = None,
    host: str = "127.0.0.1",
    port: int = 0,
    tell: Tell | None = None,
) -> WitnessServer:
    """Return a witness that is ready to serve; call ``serve_forever()`` on it.

    Args:
        folder: of the witness; made if missing.
        logs: keys of the logs it knows, such as ``policy.logs``.
        name: name of its key, needed the first time.
        host: address to listen on.
        port: 0 takes a free one.
        tell: told of evidence against a log when it is kept.

    Raises:
        MalformedError: no key is there and no name was given.
        ConflictError: two keys are of one log, or the key that is there has another name.
        RecordError: its database is damaged, or cannot be written.
    """
    known: dict[str, Verifier] = {}
    for log in logs:
        if known.setdefault(log.name, log) != log:
            raise ConflictError("record.witness_log_twice", log=log.name)
    with files.undone(folder):
        files.make_folder(folder)
        signer = open_signer(folder / KEYS / WITNESS_KEY, name)
        return WitnessServer(Witness(folder / WITNESS_DATABASE, signer, known, tell=tell), host, port)


def open_mirror(
    folder: Path,
    where: str | PathLike[str],
    log: Verifier,
    *,
    name: str | None = None,
    waits: bool = False,
    tell: Tell | None = None,
    limits: MirrorLimits | None = None,
) -> Mirror:
    """Return a mirror of the tiles at a folder or URL; ``follow()`` copies and cosigns once.

    Args:
        folder: of the mirror; made if missing.
        where: tiles of the log.
        log: the log's key, had from elsewhere.
        name: name of the mirror's key, needed the first time.
        waits: start it also where the log has published nothing yet, because its policy waits for this mirror.
        tell: told of evidence against the log when it is kept.
        limits: what the log may cost.

    Raises:
        ConflictError: the folder mirrors another log.
        MalformedError: no key is there and no name was given.
        UnknownError, SignatureError: there is no checkpoint of this log to start from.
    """
    source = tiles_of(where)
    if not waits and not folder.exists():
        checkpoints.open_checkpoint(source.read(CHECKPOINT), log)
    with files.undone(folder):
        return Mirror(folder, source, log, name=name, tell=tell, limits=limits)


def mirror_server(mirror: Mirror, host: str = "127.0.0.1", port: int = 0) -> WitnessServer:
    """Return a server that answers a log's requests as the mirror does: copy first, then cosign."""
    return WitnessServer(mirror.witness, host, port, cosigner=mirror)


class Kept(msgspec.Struct, frozen=True):
    """A file that convicts a log: where it is, and what it proves."""

    path: Path
    said: Message


def kept_evidence(folder: Path) -> list[Kept]:
    """Return the evidence that a witness or a mirror has kept, oldest first.

    Raises:
        UnknownError: there is no such folder.
    """
    if not folder.is_dir():
        raise no_folder(folder)
    return [Kept(path, said) for path, said in Cabinet(folder).read()]


def printed_card(folder: Path, trust: Trust | None = None) -> str:
    """Return the HTML page that carries the published checkpoint of a programme.

    Args:
        folder: of the programme.
        trust: whose signature it must bear, where that is known from elsewhere, and whose cosignatures are named.

    Raises:
        UnknownError: no record, or nothing published.
        SignatureError: another key than that of ``trust`` has signed it.
        MissingExtraError: segno is not installed.
    """
    from enduse.pages.card import card  # noqa: PLC0415 - needs the reports extra

    with open_log(folder, read_only=True) as log:
        published = log.checkpoint
        if published is None:
            raise UnknownError("record.nothing_published", source=str(folder))
        asked = Trust((trust and trust.log) or log.verifier, trust.policy if trust else None)
        asked.open(published.data)
        cosigners = asked.policy.verifiers if asked.policy else ()
        return card(published.data, log.verifier, cosigners, practice=practice(folder))
