"""What a door yields: unsigned statements, row by row, each with the source it was read from.

An unsigned statement says everything but who speaks in which programme under which running number; whoever takes it
in adds that and signs. A row is the unit that is counted: it becomes one or more statements, or it is refused with the reasons.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from os import PathLike
from typing import Any, Final

import msgspec

from enduse.errors import MalformedError, Problem
from enduse.messages import Message
from enduse.statements.base import Body, Source, Statement
from enduse.statements.codec import type_of
from enduse.statements.document import Content
from enduse.statements.faults import fault_of
from enduse.terms.amounts import Money
from enduse.terms.currencies import PLACES, WITHDRAWN
from enduse.terms.times import check_instant

_ANYBODY: Final = "-"
Renamed = Callable[[Mapping[str, Any], str], Mapping[str, Any]]
"""Gives the fields of a statement with an identifier that was made up for it."""


class UnsignedStatement(msgspec.Struct, frozen=True, kw_only=True):
    """An unsigned statement.

    Attributes:
        kind: type of statement, one of :data:`enduse.statements.codec.KINDS`.
        occurred_at: when, as claimed.
        body: what is said, validated; ``None`` for a kind without a body.
        place: where, as claimed.
        refs: identifiers of statements it answers.
        source: where it was read.
        party: who says it, where the source names the speaker itself (a programme file does); else whoever adds it.
    """

    kind: type[Statement]
    occurred_at: datetime
    body: Body | None = None
    place: str | None = None
    refs: tuple[str, ...] = ()
    source: Source | None = None
    party: str | None = None

    @property
    def name(self) -> str:
        """The kind's name, such as ``pledge``."""
        return str(self.kind.__struct_config__.tag)

    def statement(self, programme: str, party: str, seq: int) -> Statement:
        """Return the statement as ``party`` would sign it.

        Args:
            programme: origin of the record.
            party: who says it.
            seq: the party's running number, from 1.
        """
        fields: dict[str, Any] = {} if self.body is None else {"body": self.body}
        return self.kind(
            programme=programme,
            party=party,
            seq=seq,
            occurred_at=self.occurred_at,
            place=self.place,
            refs=self.refs,
            source=self.source,
            **fields,
        )


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One row of a source, accounted for.

    Attributes:
        source: file, its digest, and the row.
        sheet: sheet of a workbook, where there is one.
        line: the row as a spreadsheet counts it, titles and header included; ``None`` where it is no row of a sheet.
        statements: the statements it makes; all of them or, when one is at fault, none.
        problems: why there are none.
        notes: what a reader should know about a row that was taken.
    """

    source: Source
    sheet: str = ""
    line: int | None = None
    statements: tuple[UnsignedStatement, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Message, ...] = ()


def unsigned_statement(
    kind: str,
    fields: dict[str, Any],
    *,
    source: Source | None = None,
    party: str | None = None,
    is_number: Callable[[str], bool] = lambda _path: False,
    note: Callable[[Message], None] = lambda _note: None,
) -> UnsignedStatement:
    """Validate and return an unsigned statement.

    Args:
        kind: such as ``pledge``.
        fields: ``occurred_at`` (RFC 3339 text or an aware datetime), ``body``, and where known ``place`` and ``refs``,
            as they would stand in the statement.
        source: where it was read.
        party: who says it, where the source says so.
        is_number: says whether the source itself holds what stands at a path as a number. A text with part of a smallest coin
            may have its point between thousands, and is refused; a number is that number.
        note: takes what a reader should know.

    Raises:
        UnknownError: there is no such kind.
        MalformedError: the fields do not make such a statement; its problem names the path of the fault.
    """
    known = type_of(kind)
    if isinstance(when := fields.get("occurred_at"), datetime):
        check_instant(when, "$.occurred_at")  # before the body, whose times were often read from the same cell
    raw = {"programme": _ANYBODY, "party": party or _ANYBODY, "seq": 1, **fields}
    try:
        statement = msgspec.convert(raw, known)
    except msgspec.ValidationError as error:
        raise fault_of(error, raw, known) from error
    check_instant(statement.occurred_at, "$.occurred_at")
    for path, told in _unfit(getattr(statement, "body", None), "$.body", statement.occurred_at.year):
        if told.code == "money.too_fine" and is_number(path):
            continue
        if told.code == "money.withdrawn":
            note(told)
            continue
        raise MalformedError.about(told, path=path)
    return UnsignedStatement(
        kind=known,
        occurred_at=statement.occurred_at,
        body=getattr(statement, "body", None),
        place=statement.place,
        refs=statement.refs,
        source=source,
        party=party,
    )


def _unfit(value: object, path: str, year: int) -> Iterator[tuple[str, Message]]:
    """Give every sum that nobody can have paid: what a record may hold but no door should let in anew.

    One in a currency that was withdrawn before that year is given as well: it may be an old claim, or a code of another currency.
    """
    if isinstance(value, Money):
        if unfit := value.unfit():
            field, told = unfit
            yield f"{path}.{field}", told
        elif value.is_too_fine():
            values = {"value": value.value, "currency": value.currency, "places": PLACES[value.currency]}
            yield f"{path}.value", Message.of("money.too_fine", **values)
        elif (last := WITHDRAWN.get(value.currency, year)) < year:
            yield f"{path}.currency", Message.of("money.withdrawn", currency=value.currency, year=str(last))
    elif isinstance(value, tuple):
        for position, item in enumerate(value):
            yield from _unfit(item, f"{path}[{position}]", year)
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from _unfit(getattr(value, name), f"{path}.{name}", year)


def paper_source(content: Content) -> Source:
    """Return as what a statement cites the paper that it was read from."""
    return Source(name=f"document:{content.sha256[:16]}", sha256=content.sha256)


class SignedPaper(msgspec.Struct, frozen=True):
    """A signed paper that says what a statement tells.

    Attributes:
        file: photo or PDF of it.
        signer: whose signature it bears.
        about: consignment, project, place or party of which it tells.
    """

    file: str | PathLike[str]
    signer: str
    about: str


def unsigned_document(
    content: Content, *, about: str, says: str, signer: str | None, at: datetime, place: str | None
) -> UnsignedStatement:
    """Return the statement that puts a file beside the record, named by the file's own digest."""
    body = {"document": f"document:{content.sha256[:16]}", "about": about, **msgspec.structs.asdict(content)}
    more = {"says": says, "signer": signer}
    fields = {"occurred_at": at, "place": place, "body": body | {name: told for name, told in more.items() if told}}
    return unsigned_statement("document", fields)
