"""The tables of a history: one struct a table, one field a column, and how the rows of a range of entries are had.

A row names in ``entry`` the statement that brought it about and is never changed: what a late paper or a correction
changes stands in further rows. So what was known when the record held ``n`` statements is every row with ``entry < n``, and what
held at a time as claimed is every posting with ``effective`` up to it. Columns are added, never renamed.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

import msgspec
from msgspec import inspect

from enduse.book.book import Book
from enduse.book.store import CorrectedEntry, Effect
from enduse.errors import EnduseError
from enduse.record.store import LogEntry
from enduse.statements.acts import happened_at
from enduse.statements.codec import kind_of
from enduse.statements.keyring import read
from enduse.terms.times import micros
from enduse.views.statements import about_of, event_of


class LedgerPosting(msgspec.Struct, frozen=True, kw_only=True):
    """One half of a movement of goods, money or a promise. Those of one entry sum to zero per resource.

    Attributes:
        entry: log index of the statement that made it known.
        n: running number within that entry, from 0.
        cause: log index of the statement whose effect it is; another than ``entry`` where a later one made it known.
        effective: when it holds from, as claimed: microseconds since 1970-01-01T00:00Z.
        day: the UTC day of that.
        recorded: when the record took the statement ``entry``: microseconds since 1970-01-01T00:00Z.
        resource: ``money/CURRENCY`` or ``MATERIAL/BASE UNIT``.
        account: whose and of what: ``class``, ``owner`` and ``about``, parted by blanks (docs/explanation/ledger.md).
        class_: first word of the account, such as ``stock``, ``transit``, ``difference`` or ``held``.
        owner: its second word: who answers for it.
        about: the rest of it: place, project, purpose, promise, or number of the consignment.
        amount: smallest units (gram, millilitre, piece, 1/10,000 of a currency unit); negative goes out.
        code: why.
        lot: lot of the goods, where one was named.
        item: consignment, project, pledge, commitment, disbursement, expenditure or finding.
        reverses: entry whose posting this one takes back.
        speaker: who says so, of another party's money or goods; empty where the party itself does.
    """

    entry: int
    n: int
    cause: int
    effective: int
    day: date
    recorded: int
    resource: str
    account: str
    class_: str = msgspec.field(name="class")
    owner: str
    about: str
    amount: int
    code: str
    lot: str | None = None
    item: str | None = None
    reverses: int | None = None
    speaker: str | None = None


class LedgerStatement(msgspec.Struct, frozen=True, kw_only=True):
    """One statement of the record, with what came of it when it was recorded.

    Attributes:
        entry: its log index.
        statement: its identifier: SHA-256 of what was signed, hexadecimal.
        kind: such as ``goods`` or ``pledge``; ``unreadable`` for what is none.
        step: of goods the business step, of a key what happens to it.
        party: who said it.
        place: where it is said to have happened.
        happened: when it is said to have happened: microseconds since 1970-01-01T00:00Z.
        day: the UTC day of that.
        recorded: when the record took it; empty before the record's first clock.
        about: what it names first: pledge, reading, consignment, party.
        refused: code of the reason why it has no effect; empty where it has.
        corrects: entry that it takes back.
    """

    entry: int
    statement: str
    kind: str
    step: str | None = None
    party: str | None = None
    place: str | None = None
    happened: int | None = None
    day: date | None = None
    recorded: int | None = None
    about: str | None = None
    refused: str | None = None
    corrects: int | None = None


class LedgerPurchase(msgspec.Struct, frozen=True, kw_only=True):
    """An expenditure that paid for goods which enter the record under a lot.

    Attributes:
        entry: log index of the statement.
        party: who paid.
        expenditure: its identifier.
        lot: lot that was bought.
        resource: of the goods.
        amount: smallest units bought; negative takes an earlier purchase back.
        reverses: entry whose purchase this one takes back.
    """

    entry: int
    party: str
    expenditure: str
    lot: str
    resource: str
    amount: int
    reverses: int | None = None


HISTORY_TABLES: Final[dict[str, Any]] = {
    "postings": LedgerPosting,
    "statements": LedgerStatement,
    "purchases": LedgerPurchase,
}

_TYPES: Final = {inspect.IntType: "BIGINT", inspect.StrType: "VARCHAR", inspect.DateType: "DATE"}
_DAY: Final = "CAST(make_timestamp({}) AS DATE)"
DERIVED: Final[dict[str, dict[str, str]]] = {
    "postings": {
        "cause": "coalesce(cause, entry)",
        "day": _DAY.format("effective"),
        "class": "split_part(account, ' ', 1)",
        "owner": "split_part(account, ' ', 2)",
        "about": "array_to_string(string_split(account, ' ')[3:], ' ')",
    },
    "statements": {"day": _DAY.format("happened")},
    "purchases": {},
}
"""Columns that follow from others, as DuckDB works them out while it writes."""


def history_columns(table: str) -> dict[str, str]:
    """Return the columns of a table in their order, with their types in Parquet."""
    return {
        field.encode_name: _type(inspect.type_info(field.type))
        for field in msgspec.structs.fields(HISTORY_TABLES[table])
    }


def _type(info: inspect.Type) -> str:
    if isinstance(info, inspect.UnionType):
        info = next(each for each in info.types if not isinstance(each, inspect.NoneType))
    return _TYPES[type(info)]


def rows_between(book: Book, table: str, first: int, after: int) -> Iterator[msgspec.Struct]:
    """Give the rows of a table that the entries from ``first`` on and before ``after`` brought about, in log order.

    They are without the columns of :data:`DERIVED`.
    """
    match table:
        case "postings":
            yield from book.kept_between("posting", first, after)
        case "purchases":
            yield from book.kept_between("link", first, after)
        case "statements":
            refused: dict[int, Effect] = {one.entry: one for one in book.kept_between("refused", first, after)}
            back: dict[int, CorrectedEntry] = {one.entry: one for one in book.kept_between("taken_back", first, after)}
            known = zip(book.log.store.entries(first, after), book.clocks.through(first, after), strict=True)
            for row, recorded in known:
                of = back.get(row.index)
                yield _statement(book, row, recorded, refused.get(row.index), None if of is None else of.of)


class _Told(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A statement without what follows from its other columns."""

    entry: int
    statement: str
    kind: str
    step: str | None = None
    party: str | None = None
    place: str | None = None
    happened: int | None = None
    recorded: int | None = None
    about: str | None = None
    refused: str | None = None
    corrects: int | None = None


def _statement(book: Book, row: LogEntry, recorded: int, refused: Effect | None, corrects: int | None) -> _Told:
    code = None if refused is None or refused.refusal is None else refused.refusal.code
    try:
        one = read(row.checked(str(book.folder)).entry, book.keyring)
        about, step = about_of(one.statement, event_of(one.statement))
    except EnduseError as error:
        return _Told(
            entry=row.index,
            statement=row.statement_id.hex(),
            kind="unreadable",
            refused=code or error.problem.code,
        )
    return _Told(
        entry=row.index,
        statement=one.id,
        kind=kind_of(one.statement),
        step=step,
        party=one.statement.party,
        place=one.statement.place,
        happened=micros(happened_at(one.statement)),
        recorded=recorded if 0 <= book.clocks.first <= row.index else None,
        about=about,
        refused=code,
        corrects=corrects,
    )
