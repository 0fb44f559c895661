"""What a party has said so far by reading a table: the rows of its earlier issues, as the record has them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from enduse.book.book import Book
from enduse.book.clocks import DAY
from enduse.book.store import SourceRow
from enduse.exchange.row_content import RowContent, Said
from enduse.terms.times import micros

SUFFIXES: Final = (".gz", ".csv", ".tsv", ".txt", ".xlsx", ".xlsm")


class EarlierRow(msgspec.Struct, kw_only=True):
    """One row of an earlier issue.

    Attributes:
        name, sheet, sha256: of the file it was read from.
        table: name of the table.
        key: what names it in every issue; empty where nothing does.
        entries: its statements that have effect, by log index.
        whole: whether none of its statements is taken back.
        content: what it says (:meth:`enduse.exchange.row_content.RowContent.of`).
        mark: tells it from rows that say the same (:meth:`enduse.exchange.row_content.RowContent.mark`).
        day: its own date, as a number of days since 1970.
        first: log index of its first statement.
        statements: how many it made.
        id: identifier of that statement.
    """

    name: str
    sheet: str
    sha256: str
    table: str
    key: str
    entries: tuple[int, ...]
    whole: bool
    content: bytes
    day: int
    first: int
    statements: int
    id: str
    mark: int = 0


def table_name(file: str, sheet: str) -> str:
    """Return the name of a table after the file and sheet of its first issue."""
    stem = file
    while stem.lower().endswith(SUFFIXES):
        stem = stem.rpartition(".")[0]
    return f"{stem or file} [{sheet}]" if sheet else stem or file


def earlier_rows(book: Book, party: str, profile: str, content: RowContent) -> dict[str, list[EarlierRow]]:
    """Return what ``party`` has read by one profile, by table, in the order of the record.

    Args:
        book: of the programme.
        party: who says what the tables say.
        profile: name of the profile.
        content: reads what a row says.
    """
    taken_back = book.taken_back()
    tables: dict[str, list[EarlierRow]] = defaultdict(list)
    without_effect = {effect.entry for effect in book.effects()}
    for rows in _grouped(book.table_rows(party, profile)):
        source = rows[0]
        signed = [book.statement(row.entry) for row in rows]
        said = [each.statement for each in signed]
        standing = tuple(row.entry for row in rows if row.entry not in taken_back and row.entry not in without_effect)
        table = source.table or table_name(source.name, source.sheet)
        tables[table].append(
            EarlierRow(
                name=source.name,
                sheet=source.sheet,
                sha256=source.sha256,
                table=table,
                key=source.identity,
                entries=standing,
                whole=all(row.entry not in taken_back for row in rows),
                content=content.of(said),
                day=day_of(said),
                first=source.entry,
                statements=len(rows),
                id=signed[0].id,
                mark=content.mark(said),
            )
        )
    return tables


def day_of(said: Sequence[Said]) -> int:
    """Return the day of a row's first statement, as a number of days since 1970."""
    return micros(said[0].occurred_at) // DAY


def _grouped(rows: Iterable[SourceRow]) -> Iterator[list[SourceRow]]:
    """Give the entries of each row together: they were recorded one behind the other, in one batch."""
    group: list[SourceRow] = []
    for row in rows:
        if group and not (row.entry == group[-1].entry + 1 and _place(row) == _place(group[-1])):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _place(row: SourceRow) -> tuple[str, str, int]:
    return row.sha256, row.sheet, row.row
