"""What a site keeps of a statement until its signature comes back: its bytes and its key; and what it asks of the record about them."""

import msgspec

from enduse.api.remote_signing import RemoteSigning
from enduse.errors import ConflictError, Problem, UnknownError
from enduse.statements.codec import AnyStatement, decode, statement_id
from enduse.statements.envelope import key_id, unwrap, wrap
from enduse.statements.key import SigningPage
from enduse.terms.proquints import proquints


class Unsigned(msgspec.Struct, frozen=True, kw_only=True):
    """A statement that waits for its signature.

    Attributes:
        payload: the bytes that are signed, to the last one.
        key: short name of the key that is to sign them.
    """

    payload: bytes
    key: str

    @property
    def id(self) -> str:
        """Its identifier, whoever signs it."""
        return statement_id(self.payload)

    @property
    def spoken(self) -> str:
        """Its identifier's first half as words, to compare what one screen shows with what another does."""
        return proquints(bytes.fromhex(self.id[:32]))

    @property
    def statement(self) -> AnyStatement:
        """What it says."""
        return decode(self.payload)

    @property
    def raw(self) -> bytes:
        """Its envelope, the signature left empty: what a signing page or a command is given."""
        return wrap(self.payload, self.key, b"")


class SigningSite(RemoteSigning):
    """A programme as a site serves it on which people sign."""

    def is_next(self, unsigned: Unsigned) -> bool:
        """Say whether a statement still has the number that its key uses next: of two with one number both would stand accused.

        Example:
            >>> claim = {"claim": "claim:gate-2", "about": "place:gate", "words": {"en": "The gate was shut."}}
            >>> with enduse.open("demo") as programme:
            ...     (key,) = programme.keys("party:monitor").keys
            ...     said = programme.prepare("claim", claim, key=key.key, occurred_at="2026-08-29T12:00:00Z")
            ...     kept = enduse.Unsigned(payload=said.payload, key=key.key)
            ...     programme.is_next(kept)
            True
        """
        known = self._book.keyring.keys.get(unsigned.key)
        return known is not None and unsigned.statement.seq == known.seq + 1

    def would_fail(self, unsigned: Unsigned) -> Problem | None:
        """Return why a statement would be refused or have no effect, signed and recorded now; ``None`` where it would have effect.

        Example:
            >>> claim = {"claim": "claim:gate-2", "about": "place:gate", "words": {"en": "The gate was shut."}}
            >>> with enduse.open("demo") as programme:
            ...     (key,) = programme.keys("party:monitor").keys
            ...     said = programme.prepare("claim", claim, key=key.key, occurred_at="2026-08-29T12:00:00Z")
            ...     kept = enduse.Unsigned(payload=said.payload, key=key.key)
            ...     print(programme.would_fail(kept))
            None
        """
        return self.would_refuse([unsigned.payload], unsigned.key)

    @property
    def founder(self) -> str:
        """Public key with which the record was founded, in hexadecimal."""
        return self._book.keyring.founder

    def signing_page(self, origin: str) -> SigningPage | None:
        """Return what the founding says of passkeys that sign on a page; ``None`` where it does not name that page.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     print(programme.signing_page("https://sign.example"))
            None
        """
        return next((page for page in self._book.keyring.pages if origin in page.origins), None)

    def public_key(self, key: str) -> bytes:
        """Return an enrolled key by its short name.

        Raises:
            UnknownError: there is none.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     (key,) = programme.keys("party:monitor").keys
            ...     len(programme.public_key(key.key))
            32
        """
        found = self._book.keyring.public_key(key)
        if found is None:
            raise UnknownError("key.name_unknown", name=key)
        return found

    def has_key(self, key: str) -> bool:
        """Say whether a key of this short name is in the record, in whatever state.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.has_key("a key nobody has")
            False
        """
        return self._book.keyring.public_key(key) is not None

    def knows_key(self, public_key: bytes) -> bool:
        """Say whether a key is in the record, in whatever state: whose point signs statements, or ever did.

        Example:
            >>> with enduse.open("demo") as programme:
            ...     programme.knows_key(bytes.fromhex(programme.founder)), programme.knows_key(bytes(32))
            (True, False)
        """
        return key_id(public_key) in self._book.keyring.keys

    def entry_of(self, unsigned: Unsigned) -> int | None:
        """Return the entry under which a statement is recorded; ``None`` where it is not.

        Example:
            >>> claim = {"claim": "claim:gate-2", "about": "place:gate", "words": {"en": "The gate was shut."}}
            >>> with enduse.open("demo") as programme:
            ...     (key,) = programme.keys("party:monitor").keys
            ...     said = programme.prepare("claim", claim, key=key.key, occurred_at="2026-08-29T12:00:00Z")
            ...     kept = enduse.Unsigned(payload=said.payload, key=key.key)
            ...     print(programme.entry_of(kept))
            None
        """
        return self._book.log.store.has(bytes.fromhex(unsigned.id))


def check_answers(unsigned: Unsigned, raw: bytes) -> None:
    """Refuse an envelope that does not carry exactly what was to be signed, by the key that was to sign it.

    Args:
        unsigned: what was to be signed.
        raw: what came back.

    Raises:
        MalformedError, LimitError: it is no envelope.
        ConflictError: it carries other bytes, or names another key.
    """
    envelope = unwrap(raw)
    if envelope.payload != unsigned.payload:
        raise ConflictError("desk.other_bytes")
    if envelope.key_id != unsigned.key:
        raise ConflictError("desk.other_key", key=unsigned.key)
