"""Kind ``document``: a photo or paper that lies beside the record, bound to it by its SHA-256.

The file itself is in the content store (:mod:`enduse.record.documents`), or missing there; the statement stands all the
same. A document that must stay private is sealed instead: kind ``sealed``, field ``document``.
"""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

from enduse.statements.base import Body, Statement
from enduse.terms.identifiers import Id, Prose, Sha256

LENGTH_MAX: Final = 20_000_000
"""Bytes of one document: a photo of a telephone, a paper scanned in colour."""

MediaType = Literal["application/pdf", "image/heic", "image/jpeg", "image/png", "image/webp"]
"""What may be a document, as told by the file itself; nothing that a reader would run."""


class Content(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a file is.

    Attributes:
        sha256: digest of its bytes.
        length: of the file, in bytes.
        media_type: what it is (IANA media type), by its own first bytes.
    """

    sha256: Sha256
    length: Annotated[int, Meta(ge=1, le=LENGTH_MAX)]
    media_type: MediaType


class DocumentBody(Body, frozen=True, kw_only=True):
    """A photo or paper.

    Attributes:
        document: its identifier.
        about: consignment, project, place, reading or matter it shows.
        sha256: digest of its bytes.
        length: of the file, in bytes.
        media_type: what it is (IANA media type), by its own first bytes.
        says: what can be seen on it or read in it, in the words of whoever records it.
        signer: of a paper, whose signature it bears; what it says is still the word of whoever records it.
    """

    document: Id
    about: Id
    sha256: Sha256
    length: Annotated[int, Meta(ge=1, le=LENGTH_MAX)]
    media_type: MediaType
    says: Prose = ""
    signer: Id | None = None


class DocumentStatement(Statement, frozen=True, kw_only=True, tag="document"):
    """A party puts a photo or paper beside the record."""

    body: DocumentBody

    @property
    def content(self) -> Content:
        """What the file is."""
        return Content(sha256=self.body.sha256, length=self.body.length, media_type=self.body.media_type)
