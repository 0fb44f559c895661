"""A table that is added while a system call fails or kills: the work, for ``support/faulty_writer.py``."""

from enduse.book import book
from enduse.book.intake import Intake
from enduse.exchange import importing

HEADER = "donor,pledged_support_to_gaza_usd_m,disbursed_usd_m,disbursement_ratio,as_of,footnote_marker_in_source"


def table(path, rows):
    """Write a table of so many rows, each of two statements."""
    lines = "\n".join(f"Invented donor {n},{n % 97 + 1},{n % 13},0,2016-07-15," for n in range(rows))
    path.write_text(f"{HEADER}\n{lines}\n", encoding="utf-8")


def work(folder, _start, _stop, acknowledged):
    """Bring ``folder/donors.csv`` into ``folder/programme``."""
    importing.BATCH_ROWS = 8  # type: ignore[misc]
    book.FLUSH_EVERY = 8  # type: ignore[misc]
    with Intake.open(folder / "programme") as intake:
        importing.import_file(intake, folder / "donors.csv", party="monitor", step=acknowledged.append)
