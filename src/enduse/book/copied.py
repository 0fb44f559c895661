"""A copy of book and record in memory, on which can be tried what would come of statements."""

from itertools import islice
from typing import Final

from enduse.book.book import Book
from enduse.book.postgres_store import PostgresBookStore
from enduse.book.store import DATABASE, BookStore
from enduse.record.log import DATABASE as RECORD
from enduse.record.log import Log
from enduse.record.shared import SharedLog
from enduse.record.sqlite import SQLiteStore
from enduse.record.store import NewEntry

_COPIED: Final = 1024
"""So many entries are copied at a time."""


def copy_in_memory(book: Book) -> Book:
    """Return a copy of a book and its record in memory: whatever is recorded there is forgotten when it is closed.

    It has the book's folder, whose keys sign, and nothing is written to that folder or published.

    Raises:
        RecordError: the record is damaged.
    """
    in_folder = (book.folder / RECORD).exists()
    # Before the record is copied: it may grow meanwhile, and a book may be behind it, never ahead.
    if isinstance(book.log, SharedLog):
        with PostgresBookStore(book.log.shared.address, read_only=True) as kept:
            store = kept.copied()
    else:
        store = BookStore(book.folder / DATABASE if in_folder else None, kept=False)
        store.load()
    record = SQLiteStore(book.folder / RECORD, in_memory=True)
    entries = iter(()) if in_folder else book.log.store.entries()  # a record in PostgreSQL
    while rows := list(islice(entries, _COPIED)):
        record.append([NewEntry(row.entry, row.statement_id, row.key, row.seq) for row in rows], rows[0].index)
    return Book.open(book.folder, log=Log(book.folder, record, book.log.verifier, None), store=store)
