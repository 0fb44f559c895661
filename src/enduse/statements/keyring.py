"""Whose is it? The keys that are known at one position of the record, and the door that checks every envelope.

The keyring is a function of the record: it is fed each statement in log order and changes only on ``programme``
and ``key``. It knows whose a key is and that its holder asked for it, so that every signature can be checked. Whether the
key is in force, so that what it signs has effect, is for the programme's key register to say.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

import msgspec

from enduse.errors import ConflictError, EnduseError, LimitError, MalformedError, Problem, SignatureError
from enduse.statements.base import Statement
from enduse.statements.codec import AnyStatement, decode, encode, statement_id
from enduse.statements.envelope import Envelope, key_id, pae, unwrap, wrap
from enduse.statements.key import NEW_KEY, Key, SigningPage, possession_message
from enduse.statements.passed import Ahead, Said, taken_over
from enduse.statements.programme import Clock, Founding
from enduse.terms import webauthn
from enduse.terms.ed25519 import PrivateKey
from enduse.terms.signatures import check_public_key, is_valid, signer, verify_batch

Given = TypeVar("Given")
Made = TypeVar("Made")

JUMP_MAX = 1_000_000
"""How far a running number may lie above the highest that its key has used.

Batches that were signed offline come in any order, so numbers may run ahead of what is recorded; but a key that once
uses the largest number there is could never speak again.
"""


class Enrolment(msgspec.Struct):
    """A key's place in the record.

    Attributes:
        party: whose it is.
        public_key: hexadecimal.
        seq: highest running number used with it so far.
    """

    party: str
    public_key: str
    seq: int = 0


class Signed(msgspec.Struct, frozen=True):
    """A statement that passed the door: its envelope bytes, identifier, content and signer."""

    raw: bytes
    id: str
    statement: AnyStatement
    key_id: str
    public_key: bytes


class Keyring(msgspec.Struct):
    """Keys enrolled so far.

    Attributes:
        origin: name of the record, from its founding statement.
        keeper: party that keeps it.
        founder: key it was founded with, hexadecimal.
        bodies: parties that may bring another party's key, beside the keeper.
        pages: from which passkeys and security keys sign.
        keys: enrolment by key id.
    """

    origin: str = ""
    keeper: str = ""
    founder: str = ""
    bodies: tuple[str, ...] = ()
    pages: tuple[SigningPage, ...] = ()
    keys: dict[str, Enrolment] = msgspec.field(default_factory=dict)

    def admit(self, raw: bytes, *, valid: bool | None = None) -> Signed:
        """Check one envelope as the next of the record: form, key, signature, origin, and keys it would enrol.

        Args:
            raw: its bytes.
            valid: whether its signature holds, where that is known.

        Raises:
            EnduseError: it is refused; its problem says why and what to do.
        """
        return self._accept((*_opened(unwrap(raw)), valid))

    def admit_all(
        self,
        raws: Sequence[bytes | Envelope],
        ahead: Mapping[bytes, Ahead] | None = None,
        *,
        longest_jump: int | None = None,
    ) -> "list[Signed | EnduseError]":
        """Check a batch in order, each as if those before it had been recorded; feed the accepted ones to the keyring.

        Signatures are verified on several threads.

        Args:
            raws: envelopes as received, or opened already.
            ahead: what was found of them in another process, by envelope.
            longest_jump: how far a running number may lie above the highest of its key; by default as far as it likes,
                since what is recorded is recorded.

        Returns:
            For each envelope the signed statement, or the error it is refused with.
        """
        envelopes = [raw if isinstance(raw, Envelope) else _attempt(unwrap, raw) for raw in raws]
        before = ahead or {}
        valid = {raw: found.valid for raw, found in before.items() if found.valid is not None}
        passed = {raw: found.passed for raw, found in before.items()}
        jobs = self._jobs(item for item in envelopes if isinstance(item, Envelope) and item.raw not in valid)
        with ThreadPoolExecutor(1) as beside:
            verified = beside.submit(verify_batch, list(jobs.values()))
            opened = [_attempt(partial(_opened, passed=passed), item) for item in envelopes]
            valid.update(zip(jobs, verified.result(), strict=True))
        return [
            item
            if isinstance(item, EnduseError)
            else _attempt(partial(self._accept, longest_jump=longest_jump), (*item, valid.get(item[0].raw)))
            for item in opened
        ]

    def _jobs(self, envelopes: Iterable[Envelope]) -> dict[bytes, tuple[bytes, bytes, bytes]]:
        """Return public key, signed bytes and signature of each envelope whose key is enrolled by now.

        Keys that an earlier statement of the same batch enrols are not known yet; those are verified one by one.
        """
        return {
            item.raw: (public, pae(item.payload), item.signature)
            for item in envelopes
            if (public := self.public_key(item.key_id)) is not None
        }

    def public_keys(self) -> dict[str, bytes]:
        """Return every key that is enrolled by now, by its short name."""
        return {name: bytes.fromhex(known.public_key) for name, known in self.keys.items()}

    def public_key(self, name: str) -> bytes | None:
        """Return the enrolled key of a short name; ``None`` where there is none by now."""
        known = self.keys.get(name)
        return None if known is None else bytes.fromhex(known.public_key)

    def _enrolment(self, envelope: Envelope, statement: AnyStatement) -> str | None:
        if isinstance(statement, Founding) and not self.keys:
            return statement.body.public_key
        known = self.keys.get(envelope.key_id)
        return None if known is None else known.public_key

    def _accept(self, item: tuple[Envelope, Said, bool | None], *, longest_jump: int | None = None) -> Signed:
        envelope, said, valid = item
        statement = said.statement
        stated = self._enrolment(envelope, statement)
        if stated is None:
            raise SignatureError("key.not_enrolled", key=envelope.key_id)
        public = bytes.fromhex(stated)
        if valid is None:
            valid = is_valid(public, pae(envelope.payload), envelope.signature)
        if not valid:
            raise SignatureError("signature.of_another")
        known = self.keys.get(envelope.key_id)
        last = 0 if known is None else known.seq
        if longest_jump is not None and statement.seq - last > longest_jump:
            raise LimitError("key.number_jumps", number=statement.seq, last=last, most=longest_jump, path="$.seq")
        signed = Signed(envelope.raw, said.id, statement, envelope.key_id, public)
        self.take(signed)
        return signed

    def take(self, signed: Signed) -> None:
        """Check what depends on the keys enrolled so far, and let the statement change them.

        The signature itself is not verified again: this is how a recorded statement is followed.

        Raises:
            EnduseError: the statement should not have been recorded; nothing changed.
        """
        statement = signed.statement
        if isinstance(statement, Founding):
            self._founding(signed, statement)
            return
        known = self.keys.get(signed.key_id)
        if known is None:
            raise SignatureError("key.not_enrolled", key=signed.key_id)
        if statement.party != known.party:
            raise SignatureError("key.of_another", party=known.party, other=statement.party, path="$.party")
        if statement.programme != self.origin:
            raise MalformedError(
                "statement.other_programme", programme=statement.programme, here=self.origin, path="$.programme"
            )
        if isinstance(statement, Clock) and statement.party != self.keeper:
            raise SignatureError("clock.not_the_keeper", path="$.kind")
        if isinstance(statement, Key):
            self._key(statement)
        known.seq = max(known.seq, statement.seq)

    def count(self, public_key: bytes, seq: int) -> None:
        """Note that a key has used a running number on a recorded entry that says nothing we can read."""
        known = self.keys.get(key_id(public_key))
        if known is not None:
            known.seq = max(known.seq, seq)

    def _founding(self, signed: Signed, statement: Founding) -> None:
        if self.keys:
            raise ConflictError("programme.founded_already", path="$.kind")
        public = bytes.fromhex(statement.body.public_key)
        check_public_key(public)
        if statement.body.keeper != statement.party or key_id(public) != signed.key_id:
            raise SignatureError("programme.founder", path="$.body.keeper")
        self.origin, self.keeper, self.founder = statement.programme, statement.party, statement.body.public_key
        self.bodies = () if statement.body.keys is None else statement.body.keys.bodies
        self.pages = statement.body.signing
        self.keys[signed.key_id] = Enrolment(statement.party, statement.body.public_key, seq=statement.seq)

    def _key(self, statement: Key) -> None:
        body = statement.body
        public = bytes.fromhex(body.public_key)
        name = key_id(public)
        if body.action not in NEW_KEY:
            known = self.keys.get(name)
            if known is None or known.party != body.party:
                raise SignatureError("key.unknown", party=body.party, path="$.body.public_key")
            return
        if statement.party not in {self.keeper, body.party, *self.bodies}:
            raise SignatureError("key.changed_by_another", path="$.body.party")
        check_public_key(public)
        page = webauthn.read_key(public)
        if page is not None and not any(each.lets(page) for each in self.pages):
            raise SignatureError("key.page_unnamed", origin=page.origin, path="$.body.public_key")
        if name in self.keys:
            raise ConflictError("key.enrolled_already", path="$.body.public_key")
        message = possession_message(self.origin, self.founder, body.party, body.public_key)
        if not is_valid(public, message, bytes.fromhex(body.possession or "")):
            raise SignatureError("key.no_possession", path="$.body.possession")
        self.keys[name] = Enrolment(body.party, body.public_key)

    def next_seq(self, public_key: bytes) -> int:
        """Return the next running number for a key; 1 for one that has not spoken."""
        known = self.keys.get(key_id(public_key))
        return 1 if known is None else known.seq + 1

    def describe(self, raw: bytes) -> tuple[bytes, bytes, int]:
        """Return statement id, signer and running number of an entry whose key is enrolled by now.

        Raises:
            EnduseError: it is not a well-formed statement, or its key is not enrolled.
        """
        envelope, said = _opened(unwrap(raw))
        statement = said.statement
        stated = self._enrolment(envelope, statement)
        if stated is None and isinstance(statement, Founding):
            stated = statement.body.public_key
        if stated is None:
            raise SignatureError("key.not_enrolled", key=envelope.key_id)
        return bytes.fromhex(said.id), signer(bytes.fromhex(stated)), statement.seq

    def examine(self, index: int, raw: bytes) -> list[Problem]:
        """Check the entry at ``index`` of a record being audited; feeds the keyring as :meth:`admit` does."""
        try:
            self.admit(raw)
        except EnduseError as error:
            return [error.at("record", index)]
        return []


def _opened(envelope: Envelope | EnduseError, passed: Mapping[bytes, bytes] | None = None) -> tuple[Envelope, Said]:
    if isinstance(envelope, EnduseError):
        raise envelope
    if passed and (found := passed.get(envelope.raw)):
        return envelope, taken_over(found)
    return envelope, _said(envelope)


def _said(envelope: Envelope) -> Said:
    return Said(statement_id(envelope.payload), envelope.key_id, decode(envelope.payload))


def _attempt(step: Callable[[Given], Made], given: Given) -> Made | EnduseError:
    try:
        return step(given)
    except EnduseError as error:
        return error


def read(raw: bytes, keys: Keyring, passed: bytes = b"") -> Signed:
    """Open a recorded envelope without verifying its signature again.

    Args:
        raw: its bytes.
        keys: known there.
        passed: what they say, where another process has read them.

    Raises:
        EnduseError: it is not a well-formed statement.
    """
    return signed_as(raw, said_in(raw, passed), keys)


def said_in(raw: bytes, passed: bytes = b"") -> Said:
    """Return what a recorded envelope says, whoever signed it; arguments and errors as for :func:`read`."""
    if passed:
        return taken_over(passed)
    return _said(unwrap(raw))


def signed_as(raw: bytes, said: Said, keys: Keyring) -> Signed:
    """Return what a recorded envelope says with the key by which it is signed, as far as that is known."""
    known = keys.keys.get(said.key_id)
    public = known.public_key if known else ""
    return Signed(raw, said.id, said.statement, said.key_id, bytes.fromhex(public))


def enveloped(statement: Statement, key: PrivateKey) -> Envelope:
    """Sign ``statement`` and return its envelope, open.

    Raises:
        LimitError: it is too large, or nests too deep.
        MalformedError: it holds what no statement may.
    """
    payload, name = encode(statement), key_id(key.public)
    signature = key.sign(pae(payload))
    return Envelope(wrap(payload, name, signature), payload, name, signature)


def sign(statement: Statement, key: PrivateKey) -> Signed:
    """Sign ``statement`` and return it as one that passed the door."""
    made = enveloped(statement, key)
    return Signed(made.raw, statement_id(made.payload), statement, made.key_id, key.public)  # type: ignore[arg-type]
