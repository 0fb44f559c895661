"""Asking for cosignatures: the client side of C2SP tlog-witness.

A cosigner says: this checkpoint is consistent with every one I have cosigned for this log. The log asks all of a
policy's witnesses at once and goes on as soon as they are a quorum.
"""

import base64
import http.client
import queue
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Collection, Sequence
from typing import Protocol

import msgspec

from enduse.errors import (
    ConflictError,
    EnduseError,
    MalformedError,
    Problem,
    RecordError,
    SignatureError,
    told_by,
)
from enduse.record import checkpoint as checkpoints
from enduse.record import note as notes
from enduse.record import timed
from enduse.record.proof import HASHES_MAX
from enduse.system import aside

SIZE_TYPE = "text/x.tlog.size"
ANSWER_BYTES_MAX = 100_000
_OK = 200
_CONFLICT = 409
_ITS_OWN_FAULT = 500
_TRIES = 3
GRACE_S = 0.5
"""Seconds to wait for further cosigners once there are enough: who answers a little later is on the checkpoint too."""

ProveFrom = Callable[[int], list[bytes]]
"""Gives the consistency proof from an older size to the checkpoint's."""


class Answer(msgspec.Struct, frozen=True):
    """What a witness answers: HTTP status, body, media type."""

    status: int
    body: bytes
    media_type: str = "text/plain; charset=utf-8"


class Cosigner(Protocol):
    """Somebody who can be asked for a cosignature."""

    def add_checkpoint(self, request: bytes) -> Answer:
        """Answer the body of an ``add-checkpoint`` request.

        Raises:
            RecordError: it cannot be reached.
        """
        ...


class HTTPCosigner:
    """A witness at a URL; requests go to ``<url>/add-checkpoint``."""

    def __init__(self, url: str, timeout_s: float = 10.0) -> None:
        if not url.startswith(("http://", "https://")):
            raise MalformedError("record.witness_address", address=url)
        self.url = url.rstrip("/") + "/add-checkpoint"
        self.timeout_s = timeout_s

    def add_checkpoint(self, request: bytes) -> Answer:
        """Send one request."""
        try:
            asked = urllib.request.Request(self.url, request, method="POST")  # noqa: S310 - scheme checked above
            until = time.monotonic() + self.timeout_s
            with timed.within(until):
                try:
                    with timed.shared().open(asked, timeout=self.timeout_s) as reply:
                        return Answer(reply.status, reply.read(ANSWER_BYTES_MAX), reply.headers.get("Content-Type", ""))
                except urllib.error.HTTPError as error:
                    with error:
                        return Answer(error.code, error.read(ANSWER_BYTES_MAX), error.headers.get("Content-Type", ""))
        except (OSError, http.client.HTTPException) as error:
            raise RecordError("record.witness_unreachable", source=self.url, reason=told_by(error)) from error


class CosignRequest(msgspec.Struct, frozen=True):
    """An ``add-checkpoint`` request: the size the witness is believed to know, a proof from there, the checkpoint."""

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    def encode(self) -> bytes:
        """Return the body of the request."""
        lines = [f"old {self.old_size}", *(base64.b64encode(value).decode() for value in self.proof)]
        return ("\n".join(lines) + "\n\n").encode() + self.checkpoint


def parse_request(data: bytes) -> CosignRequest:
    """Read the body of a request; nothing in it is checked yet.

    Raises:
        MalformedError: it is none.
    """
    head, separator, checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise MalformedError("record.request_not_ascii") from error
    if not separator or not lines[0].startswith("old ") or len(lines) > 1 + HASHES_MAX:
        raise MalformedError("record.request_malformed")
    old_size = checkpoints.parse_size(lines[0].removeprefix("old "), "old_size")
    proof = tuple(notes.decode_base64(line, "proof_hash") for line in lines[1:])
    return CosignRequest(old_size, proof, checkpoint)


def ask(
    cosigner: Cosigner, verifier: notes.Verifier, checkpoint: bytes, prove_from: ProveFrom, old_size: int
) -> notes.Signature:
    """Get one cosignature, starting from the size one believes the cosigner to know.

    Raises:
        ConflictError: the cosigner has seen a larger tree of this log: it was rolled back or forked.
        SignatureError: it refuses, or what it sends is no cosignature of its.
        RecordError: it cannot be reached, or cannot answer now.
    """
    note = notes.parse(checkpoint)
    size = checkpoints.parse(note.text).size
    for _ in range(_TRIES):
        proof = prove_from(old_size) if 0 < old_size < size else []
        answer = cosigner.add_checkpoint(CosignRequest(old_size, tuple(proof), checkpoint).encode())
        text = answer.body.decode(errors="replace")
        if answer.status == _OK:
            return _own_signature(note.text, text, verifier)
        if answer.status != _CONFLICT or not answer.media_type.startswith(SIZE_TYPE):
            told = text.strip()[:200]
            if answer.status >= _ITS_OWN_FAULT:
                raise RecordError("record.cosigner_fails", cosigner=verifier.name, status=answer.status, answer=told)
            raise SignatureError("record.cosigner_refuses", cosigner=verifier.name, status=answer.status, answer=told)
        known = checkpoints.parse_size(text.strip(), "witness_size")
        if known > size:
            raise ConflictError("record.cosigner_knows_more", cosigner=verifier.name, known=known, size=size)
        old_size = known
    raise SignatureError("record.cosigner_wavers", cosigner=verifier.name)


def _own_signature(text: str, answer: str, verifier: notes.Verifier) -> notes.Signature:
    for line in answer.removesuffix("\n").split("\n"):
        signature = notes.parse_signature(line)
        if (signature.name, signature.key_id) == (verifier.name, verifier.key_id):
            verifier.verify(text, signature)
            return signature
    raise SignatureError("record.cosignature_missing", cosigner=verifier.name)


class Asked(msgspec.Struct, frozen=True):
    """Somebody to ask: name in the policy, key, and the way to it."""

    name: str
    verifier: notes.Verifier
    cosigner: Cosigner


class Collected(msgspec.Struct, frozen=True):
    """The cosignatures that came, by the key that gave them, and what went wrong with the others."""

    got: dict[notes.Verifier, notes.Signature]
    problems: tuple[Problem, ...]


def collect(
    checkpoint: bytes,
    asked: Sequence[Asked],
    prove_from: ProveFrom,
    enough: Callable[[Collection[notes.Verifier]], bool],
    *,
    old_size: int = 0,
    timeout_s: float = 10.0,
    grace_s: float = GRACE_S,
) -> Collected:
    """Ask all cosigners at once and return when all have answered, time is up, or a little after they are enough.

    Args:
        checkpoint: signed by the log.
        asked: whom to ask.
        prove_from: gives consistency proofs; called from several threads.
        enough: whether those that have cosigned are a quorum.
        old_size: size the cosigners probably know.
        timeout_s: seconds to wait at most.
        grace_s: seconds to wait for the others once they are enough.
    """
    answers: queue.SimpleQueue[tuple[Asked, notes.Signature | EnduseError]] = queue.SimpleQueue()

    def one(each: Asked) -> None:
        aside(
            lambda: ask(each.cosigner, each.verifier, checkpoint, prove_from, old_size),
            lambda answer: answers.put((each, answer)),
        )

    for each in asked:
        one(each)
    got: dict[notes.Verifier, notes.Signature] = {}
    problems: list[Problem] = []
    waiting = {each.name for each in asked}
    until = time.monotonic() + timeout_s
    complete = False
    while waiting:
        if not complete and enough(got):
            complete, until = True, min(until, time.monotonic() + grace_s)
        try:
            each, answer = answers.get(timeout=max(0.0, until - time.monotonic()))
        except queue.Empty:
            problems += [Problem.of("record.no_answer_in_time", source=name) for name in sorted(waiting)]
            break
        waiting.discard(each.name)
        if isinstance(answer, EnduseError):
            problems.append(answer.at(each.name))
        else:
            got[each.verifier] = answer
    return Collected(got, tuple(problems))
