"""A witness: C2SP tlog-witness v1.0.0 and tlog-cosignature v1, a small server another party runs.

It remembers one checkpoint for each log and cosigns only what extends it. The state is on the disk before a
cosignature leaves the house, so a witness that crashes or restarts never signs two inconsistent trees. A log that
shows it a tree which contradicts the remembered one leaves the contradiction, signed by itself, in ``evidence/``.
"""

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from enduse.errors import ConflictError, EnduseError, MalformedError, RecordError, SignatureError, told_by
from enduse.messages import Message
from enduse.record import checkpoint as checkpoints
from enduse.record import evidence, files, tree
from enduse.record import note as notes
from enduse.record.cabinet import Cabinet, Tell
from enduse.record.cosign import SIZE_TYPE, Answer, CosignRequest, parse_request
from enduse.record.sqlite import connect
from enduse.system import database_error
from enduse.terms.ed25519 import SigningKey

WITNESS_KEY = "witness.key"
WITNESS_DATABASE = "witness.db"
_OK, _BAD, _FORBIDDEN, _UNKNOWN, _CONFLICT, _UNPROVED, _BROKEN = 200, 400, 403, 404, 409, 422, 500

# The second changes nothing, and fails where nothing could be changed: a witness that cannot remember does not start.
_SCHEMA = """
CREATE TABLE IF NOT EXISTS head (
  origin TEXT PRIMARY KEY, size INTEGER NOT NULL, root BLOB NOT NULL, time INTEGER NOT NULL, note BLOB NOT NULL
) STRICT;
UPDATE head SET time = time WHERE origin IS NULL;
"""


class _RefusedError(Exception):
    # A refusal with its HTTP status; never leaves this module.

    def __init__(self, status: int, told: Message) -> None:
        super().__init__(told)
        self.answer = Answer(status, f"{told}\n".encode())


class _OtherSizeError(_RefusedError):
    # The size the witness knows, where a request believes another.

    def __init__(self, known: int) -> None:
        super().__init__(_CONFLICT, Message.of("record.other_size", size=known))
        self.answer = Answer(_CONFLICT, b"%d\n" % known, SIZE_TYPE)


class _Head(msgspec.Struct, frozen=True):
    size: int
    root: bytes
    time: int
    note: bytes


_NOTHING = _Head(0, tree.EMPTY_ROOT, 0, b"")


class Witness:
    """The state of a witness and its one operation; implements :class:`enduse.record.cosign.Cosigner`.

    Threads may share it. Two processes on one database are safe too: the check and the write are one transaction.
    """

    def __init__(
        self,
        database: Path,
        signer: notes.Signer,
        logs: Mapping[str, notes.Verifier],
        clock: Callable[[], float] = time.time,
        tell: Tell | None = None,
    ) -> None:
        """Open or start a witness.

        Args:
            database: its own SQLite file, made if missing; evidence is kept in a folder beside it.
            signer: a key of kind 0x04 that signs nothing else.
            logs: key of each log it knows, by origin.
            clock: gives posix seconds.
            tell: told of evidence when it is kept.

        Raises:
            MalformedError: the key is not one for cosignatures.
            RecordError: the database cannot be opened.
        """
        if signer.verifier.kind != notes.COSIGNATURE_V1:
            raise MalformedError("record.witness_key_kind")
        if any(log.public_key == signer.verifier.public_key for log in logs.values()):
            raise SignatureError("record.witness_key_is_log")
        self.signer = signer
        self.logs = dict(logs)
        self._clock = clock
        self._lock = threading.Lock()
        self.cabinet = Cabinet(database.parent, tell)
        database.touch(mode=0o600, exist_ok=True)
        self._path = database
        self._db = connect(database)
        with self._guarded():
            self._db.executescript(_SCHEMA)

    @contextmanager
    def _guarded(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except (sqlite3.Error, UnicodeDecodeError) as error:
                raise database_error(error, self._path) from error

    def add_checkpoint(self, request: bytes) -> Answer:
        """Answer the body of an ``add-checkpoint`` request; never raises for anything a client sends."""
        try:
            line = self._cosign(request)
        except _RefusedError as refused:
            return refused.answer
        except EnduseError as error:
            # Our own disk or clock, not the client's fault; it may ask again.
            return Answer(_BROKEN, f"{error}\n".encode())
        return Answer(_OK, line.encode())

    def _cosign(self, data: bytes) -> str:
        try:
            request = parse_request(data)
            note = notes.parse(request.checkpoint)
            shown = checkpoints.parse(note.text)
        except EnduseError as error:
            raise _RefusedError(_BAD, error.problem.told) from error
        log = self.logs.get(shown.origin)
        if log is None:
            raise _RefusedError(_UNKNOWN, Message.of("record.log_unknown", log=shown.origin))
        try:
            checkpoints.open_checkpoint(request.checkpoint, log, origin=shown.origin)
        except EnduseError as error:
            raise _RefusedError(_FORBIDDEN, error.problem.told) from error
        if request.old_size > shown.size:
            raise _RefusedError(_BAD, Message.of("record.old_size_too_large", old=request.old_size, size=shown.size))
        # Anybody may add lines to a note; what is kept is what the log signed, and nothing a client can make grow.
        own = tuple(line for line in note.signatures if (line.name, line.key_id) == (log.name, log.key_id))
        return self._remember(request, notes.Note(note.text, own[:1]), shown)

    def _remember(self, request: CosignRequest, note: notes.Note, shown: checkpoints.Checkpoint) -> str:
        try:
            return self._judged(request, note, shown)
        except _RefusedError:
            self._convict(request, note, shown)
            raise

    def _convict(self, request: CosignRequest, note: notes.Note, shown: checkpoints.Checkpoint) -> None:
        # Keeps what contradicts the remembered checkpoint by the log's own signatures. A proof that merely fails is
        # anybody's to invent: it counts only where it leads to the root that was signed.
        log = self.logs[shown.origin]
        known = self.checkpoint(shown.origin)
        if known is None:
            return
        first, second = evidence.Shown(known), evidence.Shown(note.encode())
        for path in ((), request.proof):
            try:
                self.cabinet.keep(evidence.write(first, second, log, path))
            except (RecordError, SignatureError):
                continue
            return

    def _judged(self, request: CosignRequest, note: notes.Note, shown: checkpoints.Checkpoint) -> str:
        # The check and the write are one transaction; the signature is made and stored inside it, handed out after.
        with self._guarded():
            self._db.execute("BEGIN IMMEDIATE")
            try:
                known = self._head(shown.origin)
                now = int(self._clock())
                refused = self._judge(request, known, shown)
                if refused is not None:
                    raise refused
                if now < known.time:
                    raise RecordError("record.witness_clock_back", known=known.time, now=now)
                signature = self.signer.sign(note.text, now)
                cosigned = note.adding([signature]).encode()
                row = (shown.origin, shown.size, shown.root, now, cosigned)
                self._db.execute("INSERT OR REPLACE INTO head VALUES (?, ?, ?, ?, ?)", row)
                self._db.execute("COMMIT")
            finally:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
        return signature.line()

    def _judge(self, request: CosignRequest, known: _Head, shown: checkpoints.Checkpoint) -> _RefusedError | None:
        if request.old_size != known.size:
            return _OtherSizeError(known.size)
        if shown.size == known.size:
            if shown.root != known.root:
                return _RefusedError(_CONFLICT, Message.of("record.another_root_cosigned", size=shown.size))
            return _RefusedError(_UNPROVED, Message.of("record.proof_between_equals")) if request.proof else None
        if known.size == 0:
            return _RefusedError(_UNPROVED, Message.of("record.proof_from_nothing")) if request.proof else None
        try:
            tree.verify_consistency(known.size, shown.size, request.proof, known.root, shown.root)
        except RecordError as error:
            return _RefusedError(_UNPROVED, Message.of("record.consistency_refused", reason=told_by(error)))
        return None

    def _head(self, origin: str) -> _Head:
        row = self._db.execute("SELECT size, root, time, note FROM head WHERE origin = ?", (origin,)).fetchone()
        return _Head(*row) if row else _NOTHING

    def checkpoint(self, origin: str) -> bytes | None:
        """Return the latest checkpoint cosigned for a log, ``None`` where there is none."""
        with self._guarded():
            return self._head(origin).note or None

    def forget_time(self, origin: str) -> None:
        """Let the witness cosign again after its clock ran ahead and was set right; size and root stay remembered."""
        with self._guarded():
            self._db.execute("UPDATE head SET time = 0 WHERE origin = ?", (origin,))

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            self._db.close()


def open_signer(path: Path, name: str | None = None) -> notes.Signer:
    """Read a witness's or mirror's private key, or make one where the file is missing and a name is given.

    Args:
        path: file of mode 600.
        name: name of a key to be made, a URL without scheme by custom.

    Raises:
        MalformedError: the file is no private key, or is missing and no name was given.
        ConflictError: the key that is here has another name.
    """
    if path.exists():
        signer = notes.Signer.load(path)
        if name is not None and name != signer.verifier.name:
            raise ConflictError("record.witness_named", source=str(path), found=signer.verifier.name, wanted=name)
        return signer
    if name is None:
        raise MalformedError("record.witness_without_key", source=str(path))
    signer = notes.Signer(name, SigningKey.generate(), notes.COSIGNATURE_V1)
    files.make_folder(path.parent, 0o700)
    files.write(path, signer.encode().encode() + b"\n", files.PRIVATE)
    return signer
