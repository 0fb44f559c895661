"""Kind ``key``: a signing key is enrolled, replaced or revoked.

A key counts from the log position of its statement to that of its revocation. ``possession`` is the new key's own
signature over :func:`possession_message`, so that nobody can enrol a key that is not theirs.
"""

from typing import Annotated, Literal

from msgspec import Meta

from enduse.errors import InvalidValueError
from enduse.statements.base import Body, Statement
from enduse.terms.forms import form
from enduse.terms.identifiers import Id, PublicKey

Signature = Annotated[str, form("form.signature", pattern=r"^[0-9a-f]{128}$(?!\n)")]
"""An Ed25519 signature (RFC 8032), 64 bytes in lower-case hexadecimal."""


class KeyBody(Body, frozen=True, kw_only=True):
    """What happens to which key.

    Attributes:
        action: ``enrol`` (by the keeper or by the party's own older key) or ``revoke``.
        party: whose key it is.
        public_key: the key.
        possession: for ``enrol``, the new key's signature over :func:`possession_message`.
        reason: for ``revoke``.
    """

    action: Literal["enrol", "revoke"]
    party: Id
    public_key: PublicKey
    possession: Signature | None = None
    reason: Annotated[str, Meta(max_length=500)] = ""

    def __post_init__(self) -> None:
        if (self.possession is None) == (self.action == "enrol"):
            raise InvalidValueError("key.possession_misplaced")


class Key(Statement, frozen=True, kw_only=True, tag="key"):
    """A key is enrolled or revoked."""

    body: KeyBody


def possession_message(programme: str, founder: str, party: str, public_key: str) -> bytes:
    """Return the bytes a new key signs to show that its holder asked for the enrolment.

    Args:
        programme: origin of the record.
        founder: the key the record was founded with, so that the proof is worth nothing in another of the same name.
        party: whose key it is.
        public_key: the key.
    """
    return f"enduse key possession v1\n{programme}\n{founder}\n{party}\n{public_key}\n".encode()
