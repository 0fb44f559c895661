"""Kinds ``sealed``, ``disclosure``, ``erasure``: what must not be said yet, or ever, in the open.

A party commits to a value now, so that its time and order are fixed, and says when it will be disclosed. The opening
(value and 32 random bytes) stays in the party's vault. A disclosure carries it and is checked against the commitment;
an erasure says that it was destroyed, by whom and on what basis.
"""

from typing import Annotated, Final

from msgspec import Meta

from enduse.statements.base import Body, Statement
from enduse.terms.identifiers import Id, Label, Salt, Sha256
from enduse.terms.times import Instant

DOCUMENT_FIELD: Final = "document"
"""Field of a sealed value that is what a private document is."""


class SealedBody(Body, frozen=True, kw_only=True):
    """A commitment to a value that is not told.

    Attributes:
        commitment: SHA-256 over a label, the salt, the field's name and its value: ``docs/reference/record-format.md``.
        about: movement, site, statement or party it belongs to.
        field: what the value is, such as ``route``.
        sensitivity: class of the data, in the words of the programme.
        due: when it is to be disclosed; without it, never.
    """

    commitment: Sha256
    about: Id
    field: Annotated[str, Meta(min_length=1, max_length=60)]
    sensitivity: Label
    due: Instant | None = None


class Sealed(Statement, frozen=True, kw_only=True, tag="sealed"):
    """A party commits to a value."""

    body: SealedBody


class DisclosureBody(Body, frozen=True, kw_only=True):
    """The opening of a commitment.

    Attributes:
        commitment: which.
        field: as sealed.
        value: the value, as text.
        salt: the 32 random bytes, in lower-case hexadecimal.
    """

    commitment: Sha256
    field: Annotated[str, Meta(min_length=1, max_length=60)]
    value: Annotated[str, Meta(max_length=30_000)]
    salt: Salt


class Disclosure(Statement, frozen=True, kw_only=True, tag="disclosure"):
    """A party discloses what it sealed."""

    body: DisclosureBody


class ErasureBody(Body, frozen=True, kw_only=True):
    """The opening was destroyed: nobody can confirm the value any more, and every proof still holds.

    Attributes:
        commitment: which.
        basis: why it was erased.
    """

    commitment: Sha256
    basis: Label


class Erasure(Statement, frozen=True, kw_only=True, tag="erasure"):
    """A party has erased what it sealed."""

    body: ErasureBody
