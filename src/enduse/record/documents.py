"""The content store: photos and papers beside the record, each a file named by its SHA-256; ``documents/``.

No name from outside becomes a path here: files are found by their digest alone. What a file is, its own first bytes say,
never its name. A private one lies apart under its commitment, readable by its owner only, and can be erased.
"""

import os
import stat
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final, Literal

from enduse.errors import LimitError, MalformedError, UnknownError
from enduse.record import files
from enduse.statements.document import LENGTH_MAX, Content, MediaType
from enduse.system import read_file, system_error

FOLDER: Final = "documents"
PRIVATE: Final = "private"
BESIDE: Final = ".documents"
"""Ending of the folder of files that travels beside a batch of statements."""
FILES_MAX: Final = 100_000
"""Files in one store; more must not fill a disk unasked."""

Standing = Literal["here", "missing", "changed"]
"""Of a document's file: as it was, not there, or no longer what was signed."""

_HEX: Final = frozenset("0123456789abcdef")
_DIGEST_DIGITS: Final = 64
_HEIC: Final = frozenset((b"heic", b"heix", b"mif1", b"heim", b"heis"))


def media_type_of(data: bytes) -> MediaType | None:
    """Return what a file is by its first and last bytes; ``None`` where it is nothing that is kept here."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC:
        return "image/heic"
    return "application/pdf" if data.startswith(b"%PDF-") else None


def read(path: Path) -> tuple[bytes, Content]:
    """Read a file that is to become a document.

    Returns:
        Its bytes, and what it is.

    Raises:
        UnknownError: there is no such file.
        LimitError: it is empty, or longer than a document may be.
        MalformedError: it is no photo and no PDF, whatever its name says.
    """
    data = _bytes(path, os.O_RDONLY)
    if data is None:
        raise UnknownError("document.not_there", source=str(path))
    if not 0 < len(data) <= LENGTH_MAX:
        raise LimitError("document.length", source=str(path), most=LENGTH_MAX)
    kind = media_type_of(data)
    if kind is None:
        raise MalformedError("document.no_picture", source=str(path))
    return data, Content(sha256=sha256(data).hexdigest(), length=len(data), media_type=kind)


class DocumentStore:
    """The documents of one folder."""

    def __init__(self, folder: Path) -> None:
        """Keep documents in ``folder/documents``, which is made with the first."""
        self.folder = folder / FOLDER

    def path(self, name: str, *, private: bool = False) -> Path:
        """Return where the file of a digest, or of a private one's commitment, lies or would lie.

        Raises:
            MalformedError: that is no digest.
        """
        if len(name) != _DIGEST_DIGITS or not _HEX.issuperset(name):
            raise MalformedError("document.no_digest", name=name)
        return self.folder / (PRIVATE if private else name[:2]) / name

    def keep(self, data: bytes, name: str, *, private: bool = False) -> Path:
        """Put a file in its place, durably; the same one is kept once.

        Raises:
            LimitError: the store is full.
            MalformedError: a link leads out of the store.
        """
        path = self.own_path(name, private=private)
        if path.is_file() and not path.is_symlink() and read_file(path, LENGTH_MAX) == data:
            return path
        if sum(1 for _ in self._all()) >= FILES_MAX:
            raise LimitError("document.store_full", source=str(self.folder), most=FILES_MAX)
        files.make_folder(self.folder)
        files.make_folder(path.parent, 0o700 if private else 0o755)
        if path.is_symlink():
            path.unlink()  # what it leads to is not ours to replace
        files.write(path, data, files.PRIVATE if private else files.PUBLIC)
        return path

    def standing(self, content: Content, *, private: str = "") -> Standing:
        """Return how the file of a document stands, read and hashed anew.

        Args:
            content: as it was signed.
            private: commitment under which a private one lies.
        """
        data = self._read(private or content.sha256, private=bool(private))
        if data is None:
            return "missing"
        return "here" if sha256(data).hexdigest() == content.sha256 else "changed"

    def load(self, content: Content) -> bytes | None:
        """Return the bytes of a public document; ``None`` where they are missing or not what was signed."""
        data = self._read(content.sha256)
        return data if data is not None and sha256(data).hexdigest() == content.sha256 else None

    def erase(self, commitment: str) -> None:
        """Take a private document away for good; copies made before are not in our hands.

        Raises:
            MalformedError: a link leads out of the store.
        """
        path = self.own_path(commitment, private=True)
        if path.is_file() or path.is_symlink():
            path.unlink()
            files.sync_folder(path.parent)

    def own_path(self, name: str, *, private: bool = False) -> Path:
        """Return what :meth:`path` does, where no link leads out of the store.

        Raises:
            MalformedError: one does, or that is no digest.
        """
        path = self.path(name, private=private)
        if linked := self._linked(path):
            raise MalformedError("document.store_is_link", source=str(linked))
        return path

    def _linked(self, path: Path) -> Path | None:
        return next((folder for folder in (self.folder, path.parent) if folder.is_symlink()), None)

    def _read(self, name: str, *, private: bool = False) -> bytes | None:
        path = self.path(name, private=private)
        # In the store nothing is a link: whoever put one there has changed it.
        return _bytes(path, os.O_RDONLY | os.O_NOFOLLOW) if self._linked(path) is None else b""

    def _all(self) -> Iterator[os.DirEntry[str]]:
        for folder in os.scandir(self.folder) if self.folder.is_dir() else ():
            if folder.is_dir(follow_symlinks=False):
                yield from os.scandir(folder)


def _bytes(path: Path, flags: int) -> bytes | None:
    # One byte more than may be there tells that it is too long; a pipe or device is no document.
    try:
        handle = os.open(path, flags | os.O_NONBLOCK)
    except FileNotFoundError:
        return None
    except OSError as error:
        if path.is_symlink():
            return b""  # in the store nothing is a link: whoever put one there has changed it
        raise system_error(error) from error
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        return b""
    with os.fdopen(handle, "rb") as file:
        return file.read(LENGTH_MAX + 1)
