"""The head that every statement has.

A statement is JSON in UTF-8, signed as the exact bytes received (DSSE v1, Ed25519). It carries no truth value:
it says who says what, about when and where, and which earlier statements it answers.
"""

from functools import cache
from typing import Annotated

import msgspec
from msgspec import Meta

from enduse.terms.identifiers import Id, Label, Sha256, StatementId
from enduse.terms.times import Instant

WHOLE_MAX = 2**53 - 1
"""Largest whole number of a statement: every reader of JSON, and every store, keeps it exactly."""

REFS_MAX = 200


class Source(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Where an imported statement was read. The importer says so; nothing is put into another party's mouth.

    Attributes:
        name: file name or address.
        sha256: digest of the whole file.
        row: row in it, from 1 below the header.
        path: path in it, where rows do not apply.
        table: name under which all issues of one table are known.
        profile: by which the row was read.
        sheet: of a workbook.
        identity: what names the row in every issue, where the profile knows it.
        replaces: the statement that stood here for an earlier issue of the table, taken back because the row has changed.
    """

    name: Label
    sha256: Sha256
    row: Annotated[int, Meta(ge=1, le=WHOLE_MAX)] | None = None
    path: Annotated[str, Meta(max_length=500)] = ""
    table: Annotated[str, Meta(max_length=500)] = ""
    profile: Annotated[str, Meta(max_length=100)] = ""
    sheet: Annotated[str, Meta(max_length=500)] = ""
    identity: Annotated[str, Meta(max_length=500)] = ""
    replaces: StatementId | None = None


class Statement(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True, tag_field="kind"
):
    """Head of a statement; each kind adds its ``body``.

    Attributes:
        programme: origin of the record it is meant for, so that it cannot be replayed in another.
        party: who says it.
        seq: that party's running number for the key it signs with, from 1, so that omissions show.
        occurred_at: when, as claimed.
        place: where, as claimed.
        refs: statements it answers.
        source: for imported statements, where it was read.
    """

    programme: Id
    party: Id
    seq: Annotated[int, Meta(ge=1, le=WHOLE_MAX)]
    occurred_at: Instant
    place: Id | None = None
    refs: Annotated[tuple[StatementId, ...], Meta(max_length=REFS_MAX)] = ()
    source: Source | None = None


class Body(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """Base of every kind's body."""


@cache
def named(kind: type[Statement]) -> str:
    """Return the ``kind`` that statements of a type carry."""
    return str(kind.__struct_config__.tag)
