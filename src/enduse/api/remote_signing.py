"""What a key that is elsewhere is to sign: made here and judged, and recorded when its signature comes back.

Whoever serves a programme to people with keys in their browsers writes each statement, and signs none.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from enduse.api.documents import Documents
from enduse.api.given import When, as_instant
from enduse.api.light_signing import own_name
from enduse.book.intake import Taken
from enduse.book.trials import trials
from enduse.errors import ConflictError, EnduseError, Problem, SignatureError
from enduse.exchange.own_log import KeyElsewhere
from enduse.exchange.unsigned import Renamed, unsigned_statement
from enduse.statements.codec import AnyStatement, decode, encode, statement_id
from enduse.statements.envelope import pae, wrap
from enduse.terms import p256, webauthn
from enduse.terms.proquints import proquints
from enduse.terms.times import micros
from enduse.views.key_rights import KeyRights, key_rights

_STAND_IN = bytes(64)
"""Stands in for a signature that is not there yet, where a statement is tried."""


class PreparedStatement(msgspec.Struct, frozen=True, kw_only=True):
    """A statement as a key elsewhere is to sign it; nothing of it is recorded, and its number is nobody's until it is.

    Attributes:
        raw: its envelope with an empty signature, as the signing page and other signers read it.
        payload: the bytes of the statement.
        signed_bytes: what is signed; a passkey's challenge is their SHA-256.
        id: identifier that it will have.
        key: short name of the key that is to sign it.
        public_key: that key, hexadecimal.
        statement: what it says.
        problem: why it would be refused or have no effect if it were recorded now; ``None`` where it would have effect.
    """

    raw: bytes
    payload: bytes
    signed_bytes: bytes
    id: str
    key: str
    public_key: str
    statement: AnyStatement
    problem: Problem | None

    @property
    def spoken(self) -> str:
        """Its identifier's first half as words, to compare what one screen shows with what another does."""
        return proquints(bytes.fromhex(self.id[:32]))

    def signed(self, signature: bytes) -> bytes:
        """Return its envelope.

        Args:
            signature: in the one form of the key's kind (docs/reference/record-format.md).
        """
        return wrap(self.payload, self.key, signature)

    def asserted(self, authenticator_data: bytes, client_data: bytes, signature: bytes) -> bytes:
        """Return its envelope, from what a browser gives after it asked a passkey.

        Args:
            authenticator_data: ``authenticatorData``.
            client_data: ``clientDataJSON``.
            signature: ``signature``: of ES256 in DER, of which the one form is made that the record takes.

        Raises:
            SignatureError: the key is no passkey, or the signature is none of its kind.
        """
        key = webauthn.read_key(bytes.fromhex(self.public_key))
        try:
            if key is None:
                raise SignatureError("signature.of_another")
            inner = p256.canonical(*decode_dss_signature(signature)) if key.algorithm == webauthn.ES256 else signature
            return self.signed(webauthn.assertion(authenticator_data, client_data, inner))
        except (ValueError, OverflowError) as error:
            raise SignatureError("signature.of_another") from error


class RemoteSigning(Documents):
    """A programme that writes what keys elsewhere are to sign."""

    def key_rights(self, key: str, *, on: When | None = None) -> KeyRights:
        """Return what a key may say here, by its life, what was delegated to it and the mandates of its party.

        Args:
            key: its short name.
            on: on which day; by default when the last statement was recorded.

        Raises:
            UnknownError: there is no such key.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     (key,) = programme.keys("party:monitor").keys
            ...     rights = programme.key_rights(key.key)
            >>> [act.places for act in rights.acts if act.act == "finding"]
            [('place:coast',)]
        """
        return key_rights(self._book, key, None if on is None else as_instant(on))

    def prepare(
        self,
        kind: str,
        body: Mapping[str, Any],
        *,
        key: str,
        occurred_at: When,
        place: str | None = None,
        refs: tuple[str, ...] = (),
        renamed: Renamed | None = None,
        after: Sequence[PreparedStatement] = (),
        now: datetime | None = None,
    ) -> PreparedStatement:
        """Write a statement for a key that is elsewhere, in its party's name, and say what would come of it; nothing is recorded.

        Args:
            kind: of statement, such as ``claim``.
            body: its fields, as they stand in JSON; :class:`Form` makes them of answers.
            key: short name of the key that is to sign, which is enrolled.
            occurred_at: when, as claimed.
            place: where, as claimed.
            refs: identifiers of statements it answers.
            renamed: gives the body with its made-up identifier, as for :meth:`sign`.
            after: what the same key is to sign just before; it is numbered and judged as following them.
            now: time of recording, for simulations; by default the machine's.

        Raises:
            UnknownError: there is no such kind, or no such key.
            MalformedError: the fields make no such statement; its problem names the path of the fault.
            ConflictError: what it is to follow is another key's.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     (key,) = programme.keys("party:monitor").keys
            ...     said = programme.prepare(
            ...         "claim",
            ...         {"claim": "claim:gate-2", "about": "place:gate", "words": {"en": "The gate was shut."}},
            ...         key=key.key,
            ...         occurred_at="2026-08-29T12:00:00Z",
            ...     )
            >>> said.statement.party, said.problem
            ('party:monitor', None)
        """
        known = self.key_rights(key)
        if any(each.key != key for each in after):
            raise ConflictError("key.of_another", party=known.party, other=after[0].statement.party)
        with self.writing(publish=False) as intake:
            ring = self._book.keyring
            public = ring.keys[key].public_key
            number = intake.next_number(KeyElsewhere(bytes.fromhex(public))) + len(after)
            named = body if renamed is None else renamed(body, own_name(key, number))
            fields = {"occurred_at": as_instant(occurred_at), "place": place, "refs": refs, "body": named}
            payload = encode(unsigned_statement(kind, fields).statement(ring.origin, known.party, number))
            tried = [*(each.payload for each in after), payload]
            problem = self.would_refuse(tried, key, now)
        return PreparedStatement(
            raw=wrap(payload, key, b""),
            payload=payload,
            signed_bytes=pae(payload),
            id=statement_id(payload),
            key=key,
            public_key=public,
            statement=decode(payload),
            problem=problem,
        )

    def would_refuse(self, payloads: Sequence[bytes], key: str, now: datetime | None = None) -> Problem | None:
        """Say why the last of some statements would be refused or have no effect, were those before it recorded first.

        Args:
            payloads: bytes of the statements.
            key: short name of the key that is to sign them.
            now: time of recording; by default the machine's.

        Example:
            >>> claim = {"claim": "claim:gate-2", "about": "place:gate", "words": {"en": "The gate was shut."}}
            >>> with enduse.open("demo") as programme:
            ...     (key,) = programme.keys("party:monitor").keys
            ...     said = programme.prepare("claim", claim, key=key.key, occurred_at="2026-08-29T12:00:00Z")
            ...     print(programme.would_refuse([said.payload], key.key))
            None
        """
        raws = [wrap(each, key, _STAND_IN) for each in payloads]
        try:
            tried = trials(self._book, raws, micros(now or datetime.now(UTC)), signed=False)
        except EnduseError as error:
            return error.problem
        return None if tried[-1] is None else Problem.about(tried[-1])

    def record_signed(self, envelopes: Sequence[bytes], *, now: datetime | None = None) -> tuple[Taken, ...]:
        """Record statements whose signatures came back, as one batch, and publish; :meth:`receipts` then gives their receipts.

        Args:
            envelopes: signed, as :meth:`PreparedStatement.asserted`, the signing page or another signer makes them.
            now: time of recording, for simulations; by default the machine's.

        Returns:
            What became of each, in order. One whose number the key has used meanwhile stands beside the other, and is named: prepare
            anew what has waited.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     [taken.outcome for taken in programme.record_signed([b"no envelope"])]
            ['refused']
        """
        with self.writing() as intake:
            return tuple(intake.record(list(envelopes), now))
