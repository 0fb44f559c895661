"""Asking for cosignatures: the client side of C2SP tlog-witness.

A cosigner says: this checkpoint is consistent with every one I have cosigned for this log. The log asks all of a
policy's witnesses at once and goes on as soon as they are a quorum.
"""

import base64
import http.client
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
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
from enduse.record.policy import Policy
from enduse.record.proof import HASHES_MAX

SIZE_TYPE = "text/x.tlog.size"
ANSWER_BYTES_MAX = 100_000
_OK = 200
_CONFLICT = 409
_TRIES = 3

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
            with urllib.request.urlopen(asked, timeout=self.timeout_s) as reply:  # noqa: S310
                return Answer(reply.status, reply.read(ANSWER_BYTES_MAX), reply.headers.get("Content-Type", ""))
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, error.read(ANSWER_BYTES_MAX), error.headers.get("Content-Type", ""))
        except (OSError, http.client.HTTPException) as error:
            raise RecordError("record.witness_unreachable", source=self.url, reason=told_by(error)) from error


class Request(msgspec.Struct, frozen=True):
    """An ``add-checkpoint`` request: the size the witness is believed to know, a proof from there, the checkpoint."""

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: bytes

    def encode(self) -> bytes:
        """Return the body of the request."""
        lines = [f"old {self.old_size}", *(base64.b64encode(value).decode() for value in self.proof)]
        return ("\n".join(lines) + "\n\n").encode() + self.checkpoint


def parse_request(data: bytes) -> Request:
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
    return Request(old_size, proof, checkpoint)


def ask(
    cosigner: Cosigner, verifier: notes.Verifier, checkpoint: bytes, prove_from: ProveFrom, old_size: int
) -> notes.Signature:
    """Get one cosignature, starting from the size one believes the cosigner to know.

    Raises:
        ConflictError: the cosigner has seen a larger tree of this log: it was rolled back or forked.
        SignatureError: it refuses, or what it sends is no cosignature of its.
        RecordError: it cannot be reached.
    """
    note = notes.parse(checkpoint)
    size = checkpoints.parse(note.text).size
    for _ in range(_TRIES):
        proof = prove_from(old_size) if 0 < old_size < size else []
        answer = cosigner.add_checkpoint(Request(old_size, tuple(proof), checkpoint).encode())
        text = answer.body.decode(errors="replace")
        if answer.status == _OK:
            return _own_signature(note.text, text, verifier)
        if answer.status != _CONFLICT or not answer.media_type.startswith(SIZE_TYPE):
            raise SignatureError(
                "record.cosigner_refuses", cosigner=verifier.name, status=answer.status, answer=text.strip()[:200]
            )
        known = checkpoints.parse_size(text.strip(), "witness_size")
        if known > size:
            raise ConflictError("record.cosigner_knows_more", cosigner=verifier.name, known=known, size=size)
        old_size = known
    raise SignatureError("record.cosigner_wavers", cosigner=verifier.name)


def _own_signature(text: str, answer: str, verifier: notes.Verifier) -> notes.Signature:
    for line in answer.splitlines():
        signature = notes.parse_signature(line)
        if (signature.name, signature.key_id) == (verifier.name, verifier.key_id):
            verifier.verify(text, signature)
            return signature
    raise SignatureError("record.cosignature_missing", cosigner=verifier.name)


class Collected(msgspec.Struct, frozen=True):
    """A checkpoint with the cosignatures that came, who gave them, and what went wrong with the others."""

    checkpoint: bytes
    cosigned: tuple[notes.Verifier, ...]
    problems: tuple[Problem, ...]


def collect(
    checkpoint: bytes,
    policy: Policy,
    cosigners: Mapping[str, Cosigner],
    prove_from: ProveFrom,
    *,
    old_size: int = 0,
    timeout_s: float = 10.0,
) -> Collected:
    """Ask all cosigners at once and return when they are a quorum, all have answered, or time is up.

    Args:
        checkpoint: signed by the log.
        policy: whose cosignatures count; cosigners it does not name are not asked.
        cosigners: by name in the policy.
        prove_from: gives consistency proofs; called from several threads.
        old_size: size the cosigners probably know.
        timeout_s: seconds to wait at most.
    """
    note = notes.parse(checkpoint)
    got: dict[notes.Verifier, notes.Signature] = {}
    problems: list[Problem] = []
    asked = {name: cosigner for name, cosigner in cosigners.items() if name in policy.witnesses}
    pool = ThreadPoolExecutor(max(1, len(asked)), thread_name_prefix="cosign")
    until = time.monotonic() + timeout_s
    running: dict[Future[notes.Signature], str] = {}
    for name, cosigner in asked.items():
        running[pool.submit(ask, cosigner, policy.witnesses[name].verifier, checkpoint, prove_from, old_size)] = name
    try:
        while running and not policy.satisfied(got):
            done, _ = wait(running, max(0.0, until - time.monotonic()), FIRST_COMPLETED)
            if not done:
                problems += [Problem.of("record.no_answer_in_time", source=name) for name in running.values()]
                break
            for future in done:
                name = running.pop(future)
                try:
                    got[policy.witnesses[name].verifier] = future.result()
                except EnduseError as error:
                    problems.append(error.at(name))
    finally:
        # Those still running end at their own timeout; nobody waits for them.
        pool.shutdown(wait=False, cancel_futures=True)
    return Collected(note.adding(got.values()).encode(), tuple(got), tuple(problems))
