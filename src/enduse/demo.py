"""The example programme: half a year of an invented programme with a planted loss, and the test of its record."""

import shutil
import sqlite3
import tempfile
from os import PathLike
from pathlib import Path
from typing import Final

import msgspec

from enduse import operators
from enduse.book import keys
from enduse.book.book import Book
from enduse.book.intake import Intake
from enduse.errors import ConflictError, RecordError
from enduse.record.log import Log
from enduse.record.verify import Progress
from enduse.simulate.demo import build as simulate
from enduse.simulate.shapes import shapes
from enduse.terms.ed25519 import SigningKey
from enduse.views.outlines import FILE as SHAPES

__all__ = ["Tampering", "build", "tamper"]

MARK: Final = "INVENTED.txt"
MARK_TEXT: Final = "Everything in this folder is invented: parties, places, goods, losses. Made by `enduse demo`, which may replace it.\n"


def build(folder: str | PathLike[str], seed: int = 1, progress: Progress | None = None) -> None:
    """Record the example programme as its invented parties said it, batch by batch, and publish it.

    Args:
        folder: empty, missing, or holding an earlier example, which is replaced.
        seed: another one plays another half year; the same gives the same record, byte for byte.
        progress: told how many statements are recorded, of how many.

    Raises:
        ConflictError: the folder holds something else.

    Example:
        >>> import enduse
        >>> enduse.demo.build("demo")
        >>> with enduse.open("demo") as programme:
        ...     programme.verify().ok
        True
    """
    folder = Path(folder)
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).is_file():
            raise ConflictError("simulate.folder_taken", source=str(folder))
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text(MARK_TEXT, encoding="utf-8")
    (folder / SHAPES).write_bytes(shapes())
    simulation = simulate(seed)
    log = Log.create(folder, simulation.origin, SigningKey.from_seed(simulation.log_seed))
    for party, key in simulation.keys.items():
        keys.save(folder, party, key)
    total = sum(len(batch.envelopes) for batch in simulation.batches)
    with Intake(Book.open(folder, log=log)) as intake:
        done = 0
        for batch in simulation.batches:
            for taken in intake.record(batch.envelopes, batch.recorded_at):
                if taken.problem is not None and taken.outcome == "refused":
                    raise RecordError("simulate.refused_itself", source=str(folder), reason=taken.problem.told)
            done += len(batch.envelopes)
            if progress is not None:
                progress(done, total)


class Tampering(msgspec.Struct, frozen=True):
    """What an audit said after one byte of one recorded statement was changed."""

    entry: int
    audit: operators.AuditReport


def tamper(folder: str | PathLike[str]) -> Tampering:
    """Change one byte of one statement in a copy, as somebody with the database could, and audit the copy.

    Args:
        folder: of any programme; it stays as it is.

    Example:
        >>> import enduse
        >>> enduse.demo.tamper("demo").audit.ok
        False
    """
    with tempfile.TemporaryDirectory() as scratch:
        copy = Path(scratch) / "copy"
        shutil.copytree(folder, copy, ignore=shutil.ignore_patterns("keys", "book.db*"))
        database = sqlite3.connect(copy / "record.db")
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f'DROP TRIGGER "{name}"')
        entry = database.execute("SELECT count(*) FROM entry").fetchone()[0] // 2
        raw = bytearray(database.execute("SELECT entry FROM entry WHERE idx = ?", (entry,)).fetchone()[0])
        raw[len(raw) // 2] ^= 1
        database.execute("UPDATE entry SET entry = ? WHERE idx = ?", (bytes(raw), entry))
        database.commit()
        database.close()
        return Tampering(entry, operators.verify_record(copy))
