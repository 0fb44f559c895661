"""A history written as far as the record's signed checkpoint, from where it ended: what is new, and nothing twice."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from enduse.book.book import Book
from enduse.book.store import FORMAT
from enduse.errors import ConflictError, EnduseError, Problem, RecordError
from enduse.history.files import (
    LIST,
    HistoryList,
    HistoryRange,
    duckdb,
    new_list,
    read_list,
    tidy,
    write_list,
    write_rows,
    writing,
)
from enduse.history.tables import HISTORY_TABLES, rows_between
from enduse.record.log import CHECKPOINT, DATABASE, VKEY
from enduse.record.trust import Trust

MOST: Final = 65_536
"""Entries in one file: so many are held in memory, and a kill costs no more."""


class HistoryWritten(msgspec.Struct, frozen=True, kw_only=True):
    """What came of writing a history.

    Attributes:
        folder: where it is.
        first: entries that were in it before.
        after: entries that are in it now.
        root: Merkle root of the record's first ``after`` entries, hexadecimal.
        beyond: entries of the record that are under no checkpoint yet, and wait for one.
        files: that were written, by their paths below the folder.
        rows: in them, by table.
    """

    folder: Path
    first: int
    after: int
    root: str
    beyond: int
    files: tuple[str, ...]
    rows: dict[str, int]


def write_history(book: Book, folder: Path) -> HistoryWritten:
    """Write what a history lacks of a book.

    What it holds already must be, to the byte, what its list says, and the list under a checkpoint of this record. Whether its rows
    are those of the record, only :func:`enduse.history.checking.check_history` tells.

    Args:
        book: of the programme.
        folder: of the history; made where it is missing.

    Raises:
        MissingExtraError: the extra ``analytics`` is not installed.
        RecordError: the record has no checkpoint, or the history is damaged, or of another record or a longer one.
        ConflictError: somebody else writes it, its rows are of another meaning of the book or of another clock, or in the folder lies
            a programme or the tiles of one: theirs stay as they are.
    """
    duckdb()
    if any((folder / name).exists() for name in (CHECKPOINT, DATABASE, VKEY)):
        raise ConflictError("programme_file.folder_taken", source=str(folder))
    signed = book.checked()
    if signed is None:
        raise RecordError("history.no_checkpoint", source=str(book.folder))
    size = signed.checkpoint.size
    with writing(folder):
        found = read_list(folder)
        if found is None:
            found = new_list(book.log.origin, FORMAT, _clocks(book))
        check_goes_on(book, folder, found, size)
        for problem in list_problems(book, folder, found) if found.ranges else ():
            raise RecordError(problem.code, source=problem.source)
        tidy(folder, found)
        before, files = found.size, list[str]()
        rows = dict.fromkeys(HISTORY_TABLES, 0)
        for first, after in _spans(before, size):
            new = _range(book, folder, first, after)
            text = signed.data.decode()
            found = msgspec.structs.replace(found, ranges=(*found.ranges, new), checkpoint=text)
            write_list(folder, found)
            for table, file in new.files.items():
                files.append(file.file)
                rows[table] += file.rows
    root = book.log.store.tree(size).root().hex()
    beyond = book.size - size
    return HistoryWritten(
        folder=folder, first=before, after=size, root=root, beyond=beyond, files=tuple(files), rows=rows
    )


def _spans(first: int, size: int) -> Iterator[tuple[int, int]]:
    """Give ranges that end where a multiple of :data:`MOST` does, and the last where the record does."""
    while first < size:
        after = min(size, (first // MOST + 1) * MOST)
        yield first, after
        first = after


def check_goes_on(book: Book, folder: Path, found: HistoryList, size: int) -> None:
    """Refuse a history that this book, so many entries of it, does not go on from.

    Raises:
        RecordError: it is of another record, or of a longer one.
        ConflictError: its rows are of another meaning of the book, or of another clock.
    """
    clocks = _clocks(book)
    if found.record != book.log.origin:
        raise RecordError("history.other_record", source=str(folder), record=found.record)
    if found.size > size:
        raise RecordError("history.longer", source=str(folder), n=found.size, size=size)
    if found.ranges and book.log.store.tree(found.size).root().hex() != found.ranges[-1].root:
        raise RecordError("history.other_record", source=str(folder), record=found.record)
    if found.meaning != FORMAT:
        raise ConflictError("history.other_meaning", source=str(folder))
    if found.clocks != clocks:
        raise ConflictError("history.clock_corrected", source=str(folder), entries=list(clocks))


def list_problems(book: Book, folder: Path, found: HistoryList) -> Iterator[Problem]:
    """Give what of the list is not what the record signs: its checkpoint, and the root at the end of each range."""
    log, path = book.log, str(folder / LIST)
    try:
        signed = Trust(log.verifier, log.policy).open(found.checkpoint.encode()).checkpoint
        # A run that was killed has written less than it was signed for.
        sound = found.size <= signed.size <= log.size and log.store.tree(signed.size).root() == signed.root
    except EnduseError:
        sound = False
    if not sound or any(log.store.tree(one.after).root().hex() != one.root for one in found.ranges):
        yield Problem.of("history.list_unsigned", source=path)


def _clocks(book: Book) -> tuple[int, ...]:
    return tuple(sorted(book.clocks.corrections))


def _range(book: Book, folder: Path, first: int, after: int) -> HistoryRange:
    root = book.log.store.tree(after).root().hex()
    told = {"record": book.log.origin, "first": str(first), "after": str(after), "root": root, "meaning": str(FORMAT)}
    files = {
        table: write_rows(folder, table, (first, after), rows_between(book, table, first, after), **told)
        for table in HISTORY_TABLES
    }
    return HistoryRange(first=first, after=after, root=root, files=files)
