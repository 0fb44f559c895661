"""The stored book of a programme thrown away and worked out anew, wherever it is kept."""

from pathlib import Path

from enduse.book.book import Book
from enduse.book.intake import LOCK_PATIENCE_S
from enduse.book.postgres_store import stored_book
from enduse.record.shared import open_log


def rebuild_book(folder: Path) -> int:
    """Throw the stored book away, whatever state it is in, and work it out anew from the record; returns its size.

    Raises:
        UnknownError: there is no record.
        ConflictError: another process is writing, and goes on doing so.
        RecordError: the record is damaged, or you may not write here.
    """
    with open_log(folder) as log, log.writing(LOCK_PATIENCE_S), stored_book(folder, log) as store:
        store.renew()
        with Book.open(folder, log=log, store=store) as book:
            return book.size
