"""Identifiers as they come: own URIs first, GS1 keys, IATI organisation ids, P-codes.

A place rebuilt after war may have no GS1 prefixes and no register of companies, so an identifier is
any short ASCII text without blanks or control characters; nothing here resolves it.

Every pattern ends in ``$`` and a look ahead for no line feed: Python's ``$`` alone would let a final one through,
JSON Schema's would not.
"""

from typing import Annotated, Final

from msgspec import Meta

from enduse.terms.forms import form

Id = Annotated[
    str,
    form("form.identifier", "party:road-agency", min_length=1, max_length=200, pattern=r"^[!-~]+$(?!\n)"),
]
"""An identifier: 1 to 200 ASCII characters, no blanks or control characters.

Letters of one script only: two identifiers that look alike are the same. Names for people may be in any script.
"""

_HEX_64: Final = r"^[0-9a-f]{64}$(?!\n)"

StatementId = Annotated[str, form("form.statement_id", pattern=_HEX_64)]
"""SHA-256 of a statement's payload bytes, lower-case hexadecimal."""

Ed25519Key = Annotated[str, form("form.ed25519_key", pattern=_HEX_64)]
"""An Ed25519 public key (RFC 8032), 32 bytes in lower-case hexadecimal."""

PublicKey = Annotated[
    str,
    form(
        "form.public_key",
        pattern=r"^(?:[0-9a-f]{64}|0[23][0-9a-f]{64}|0[78](?:[0-9a-f]{2}){40,639})$(?!\n)",
    ),
]
"""A public key in lower-case hexadecimal: Ed25519 (32 bytes), P-256 (33), or WebAuthn (its first byte 7 or 8).

The bytes of each kind are laid out in docs/reference/record-format.md.
"""

Sha256 = Annotated[str, form("form.digest", pattern=_HEX_64)]
"""SHA-256 of some file, lower-case hexadecimal."""

Salt = Annotated[str, form("form.salt", pattern=_HEX_64)]
"""32 random bytes, lower-case hexadecimal."""

Label = Annotated[str, Meta(min_length=1, max_length=500)]
"""A short text for people."""

Prose = Annotated[str, Meta(max_length=8000)]
"""A longer text for people."""
