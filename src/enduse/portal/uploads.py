"""Tables that people bring to the desk: kept from the first question until they are signed, dropped or forgotten, and then erased."""

import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_urlsafe
from tempfile import TemporaryDirectory
from typing import Final

import msgspec

from enduse import Answers, PreparedTable
from enduse.errors import LimitError, MalformedError, Problem, SignatureError
from enduse.portal.desk_store import DeskStore

KEPT_S: Final = 24 * 3600
"""A table that nobody signs is erased after so long."""

UPLOADS_MAX: Final = 5
"""Tables of one person."""

SUFFIXES: Final = (".csv", ".xlsx", ".xls", ".ods")
"""What a table is called; signed envelopes come back to the page that gave them."""

NAME_MAX: Final = 120
_WIDE_NAME_MAX: Final = 60
"""Letters of a name that is in letters of several bytes: a file system takes 255 bytes."""
_NAME_BYTES_MAX: Final = 255
_FOLDER: Final = ".upload-"
_LEFT_S: Final = 3600


class UploadReceipt(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a table that was signed.

    Attributes:
        entries: first and last number in the record.
        accepted, no_effect, refused: statements.
        problems: why some have no effect, or were refused.
    """

    entries: tuple[int, ...]
    accepted: int
    no_effect: int
    refused: int
    problems: tuple[Problem, ...]


class Upload(msgspec.Struct, frozen=True, kw_only=True):
    """A table that somebody brings.

    Attributes:
        id: nobody guesses it, and it opens for nobody else.
        name: of the file.
        key: that is to sign.
        at: when it was brought, RFC 3339: the time of what is taken back by it.
        file: its bytes; empty once it was signed.
        profile: how to read it, as TOML of one's own; empty where that is found or asked.
        proposed: how it is read, as that was found by asking.
        told: answers to what looking at it does not tell.
        answers: what is said of it where it comes again.
        prepared: what was shown to be signed; ``None`` before.
        receipt: what became of it; ``None`` before it was signed.
    """

    id: str
    name: str
    key: str
    at: str
    file: bytes = b""
    profile: str = ""
    proposed: str = ""
    told: dict[str, str] = {}
    answers: Answers = Answers()
    prepared: PreparedTable | None = None
    receipt: UploadReceipt | None = None


class Uploads:
    """The tables of one person."""

    def __init__(self, store: DeskStore, person: int) -> None:
        self._store, self._person = store, person

    def begin(self, name: str, key: str, at: str, file: bytes, profile: str) -> str:
        """Keep a table that may be read; returns its name. The oldest of a person go first."""
        store, number = self._store, token_urlsafe(15)
        store.erase(
            "DELETE FROM upload WHERE id IN"
            " (SELECT id FROM upload WHERE person = ? ORDER BY made DESC, number DESC LIMIT 1000000 OFFSET ?)",
            *(self._person, UPLOADS_MAX - 1),
        )
        about = _written(Upload(id=number, name=name, key=key, at=at, profile=profile))
        store.run(
            "INSERT INTO upload (id, person, about, file, made) VALUES (?, ?, ?, ?, ?)",
            number,
            self._person,
            about,
            file,
            store.now(),
        )
        return number

    def all(self) -> list[Upload]:
        """Return all of this person, the newest first, without their files."""
        rows = self._store.all(
            "SELECT about FROM upload WHERE person = ? ORDER BY made DESC, number DESC", self._person
        )
        return [_read(row["about"], b"") for row in rows]

    def one(self, name: str) -> Upload:
        """Return a table of this person.

        Raises:
            SignatureError: there is none, or it is another's: which of the two is not told.
        """
        row = self._store.find("SELECT * FROM upload WHERE id = ? AND person = ?", name, self._person)
        if row is None:
            raise SignatureError("desk.not_yours")
        return _read(row["about"], row["file"])

    def keep(self, upload: Upload) -> None:
        """Keep what was answered and prepared."""
        self._store.run(
            "UPDATE upload SET about = ? WHERE id = ? AND person = ?", _written(upload), upload.id, self._person
        )

    def end(self, upload: Upload, receipt: UploadReceipt) -> None:
        """Keep only what became of a table, and erase the table."""
        ended = Upload(id=upload.id, name=upload.name, key=upload.key, at=upload.at, receipt=receipt)
        self._store.erase(
            "UPDATE upload SET about = ?, file = ? WHERE id = ? AND person = ?",
            *(_written(ended), b"", upload.id, self._person),
        )

    def drop(self, name: str) -> None:
        """Erase a table."""
        self._store.erase("DELETE FROM upload WHERE id = ? AND person = ?", name, self._person)


def forget(store: DeskStore) -> None:
    """Erase what nobody signed in time, of whomever."""
    store.erase("DELETE FROM upload WHERE made <= ?", store.now() - KEPT_S)


def _read(about: bytes, file: bytes) -> Upload:
    return msgspec.structs.replace(msgspec.json.decode(about, type=Upload), file=file)


def _written(upload: Upload) -> bytes:
    return msgspec.json.encode(msgspec.structs.replace(upload, file=b""))


def file_name(given: str) -> str:
    """Return what a file is called that a browser sends: the last part of its way alone, without signs that steer.

    Raises:
        MalformedError: it is called like no table, or too long.
    """
    name = given.replace("\\", "/").rpartition("/")[2].strip()
    if not name.isprintable() or name.startswith(".") or not name.lower().endswith(SUFFIXES):
        raise MalformedError("upload.suffix", known=list(SUFFIXES))
    most = NAME_MAX if len(name.encode()) <= _NAME_BYTES_MAX else _WIDE_NAME_MAX
    if len(name) > most:
        raise LimitError("upload.name_too_long", most=most)
    return name


@contextmanager
def on_disk(folder: Path, name: str, data: bytes, profile: str = "") -> Iterator[tuple[Path, Path | None]]:
    """Give a table, and how to read it, as files that are gone afterwards, whatever happens.

    Args:
        folder: of the programme, in which nobody else reads.
        name: of the table.
        data: its bytes.
        profile: how to read it, as TOML; empty where that is found.
    """
    with TemporaryDirectory(dir=folder, prefix=_FOLDER) as made:
        table = Path(made) / "table" / name
        table.parent.mkdir()
        table.write_bytes(data)
        how = Path(made) / "profile.toml" if profile else None
        if how is not None:
            how.write_text(profile, encoding="utf-8")
        yield table, how


def sweep(folder: Path) -> None:
    """Remove what a portal left behind that was stopped in the middle."""
    for left in folder.glob(f"{_FOLDER}*"):
        if left.stat().st_mtime < time.time() - _LEFT_S:
            shutil.rmtree(left, ignore_errors=True)
