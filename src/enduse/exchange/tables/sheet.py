"""A table from outside, opened: what it is called, its digest, its header, and its rows as text.

The form is told from the content, not from the name: CSV, CSV in gzip, or a workbook (XLSX). What is wrong with one
row is a value beside the other rows; what is wrong with the whole file is raised before the first row.
"""

import gzip
import hashlib
import io
import lzma
import os
import time
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final, Protocol

from enduse.closing import Closing
from enduse.errors import ConflictError, LimitError, MalformedError, Problem, UnknownError, legacy_problem
from enduse.exchange.tables.delimited import Delimited
from enduse.exchange.tables.limits import DEFAULT, EXPANSION_FROM, Limits
from enduse.exchange.tables.workbook import Workbook

_GZIP: Final = b"\x1f\x8b"
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_CHUNK: Final = 1 << 18
_DAMAGE: Final = (EOFError, OSError, zlib.error, zipfile.BadZipFile, UnicodeError, LookupError, lzma.LZMAError)
"""What the standard library raises for bytes that cannot be unpacked or decoded."""


class Reader(Protocol):
    """What reads one form of table."""

    columns: tuple[str, ...]

    def rows(self) -> Iterator[tuple[int, list[str] | Problem]]:
        """Yield each row below the header with its number from 1, or what is wrong with it."""
        ...

    def lost(self) -> tuple[str, ...]:
        """Say what of the source is not in the rows; complete once the rows are read."""
        ...


class Metered(io.RawIOBase):
    """A stream that stops once more has been unpacked than the limits allow."""

    def __init__(self, inner: IO[bytes] | gzip.GzipFile, limits: Limits, packed: int) -> None:
        super().__init__()
        self._inner = inner
        self._most = limits.unpacked_bytes
        self._ratio = max(limits.expansion * packed, EXPANSION_FROM)
        self._seen = 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        """Fill ``buffer``; count what came.

        Raises:
            LimitError: too much came out of too little.
        """
        data = self._inner.read(len(buffer))
        buffer[: len(data)] = data
        self._seen += len(data)
        if self._seen > self._most:
            raise LimitError(f"unpacks to more than {self._most:,} bytes", remedy="split it")
        if self._seen > self._ratio:
            raise LimitError(f"unpacks to more than {self._ratio:,} bytes, too much for its size on disk")
        return len(data)


class Sheet(Closing):
    """One open table; use it as a context manager.

    Attributes:
        name: file name, without its folder.
        sha256: digest of the file as it lies on disk.
        columns: the header, as written but for surrounding blanks.
        blank: empty rows passed over so far.
        complete: every row was read; false while reading, and when a fault ended it early.
    """

    def __init__(
        self,
        path: Path,
        *,
        limits: Limits = DEFAULT,
        sheet: str | None = None,
        delimiter: str | None = None,
        encoding: str | None = None,
    ) -> None:
        """Open and hash ``path``, and read its header.

        Raises:
            UnknownError: there is no such file.
            LimitError: it is over a limit before the first row.
            MalformedError: it is no table that we read.
        """
        self.name = path.name.encode(errors="replace").decode()
        self.blank = 0
        self.complete = False
        self._limits = limits
        # Looked at before it is opened, because opening a pipe waits for its writer.
        if path.exists() and not path.is_file():
            raise MalformedError("is not a regular file", source=str(path), remedy="save it to a file first")
        try:
            self._file = path.open("rb")
        except OSError as error:
            raise UnknownError(f"cannot be opened: {error.strerror}", source=str(path)) from error
        try:
            self._before = os.fstat(self._file.fileno())
            _at_most(self._before.st_size, limits.file_bytes, "bytes")
            self.sha256 = _digest(self._file)
            self._reader = self._open(sheet, delimiter, encoding)
            self.columns = _header(self._reader.columns, limits)
        except (LimitError, MalformedError) as error:
            self._file.close()
            error.problem = error.at(self.name)
            raise
        except _DAMAGE as error:
            self._file.close()
            raise MalformedError(f"is damaged: {error}", source=self.name) from error

    def _open(self, sheet: str | None, delimiter: str | None, encoding: str | None) -> Reader:
        head = self._file.read(8)
        self._file.seek(0)
        if head.startswith(_OLE):
            raise MalformedError(
                "is an old or an encrypted workbook", remedy="save it as XLSX without a password, or as CSV"
            )
        if head.startswith(_ZIP):
            return Workbook(self._file, self._limits, sheet, self._metered)
        if head.startswith(_GZIP):
            inner = self._metered(gzip.GzipFile(fileobj=self._file), self._before.st_size)
            return Delimited(inner, self._limits, delimiter, encoding)
        return Delimited(io.BufferedReader(_Plain(self._file), _CHUNK), self._limits, delimiter, encoding)

    def _metered(self, inner: IO[bytes] | gzip.GzipFile, packed: int) -> io.BufferedReader:
        return io.BufferedReader(Metered(inner, self._limits, packed), _CHUNK)

    def rows(self) -> Iterator[tuple[int, list[str] | Problem]]:
        """Yield ``(row number from 1, cells)`` once; a row at fault comes as its problem.

        A fault after which nothing more can be read comes last, as the problem of the row where it lies.
        """
        number = 0
        start = time.monotonic()
        try:
            for at, cells in self._reader.rows():
                _at_most(at, self._limits.rows, "rows")
                _at_most(time.monotonic() - start, self._limits.seconds, "seconds")
                number = at
                if isinstance(cells, Problem) or any(cells):
                    yield number, self._fit(number, cells)
                else:
                    self.blank += 1
            self._unchanged()
            self.complete = True
        except (LimitError, MalformedError, ConflictError) as error:
            yield number + 1, self._ended(error.problem.message, number, error.problem.remedy)
        except _DAMAGE as error:
            yield number + 1, self._ended(f"the file is damaged: {error}", number, "")

    def lost(self) -> tuple[str, ...]:
        """Say what of the source is not in the rows (formulas, other sheets); complete once the rows are read."""
        return self._reader.lost()

    def _ended(self, message: str, number: int, remedy: str) -> Problem:
        return legacy_problem(
            message=f"{message}; reading ended after row {number:,}, nothing beyond it was taken",
            source=self.name,
            line=number + 1,
            remedy=remedy,
        )

    def _fit(self, number: int, cells: list[str] | Problem) -> list[str] | Problem:
        if isinstance(cells, Problem):
            return legacy_problem(
                message=cells.message, source=self.name, line=number, path=cells.path, remedy=cells.remedy
            )
        message = remedy = path = ""
        if len(cells) != len(self.columns):
            message = f"has {len(cells)} cells, the header has {len(self.columns)}"
            remedy = "a cell with the delimiter in it needs quotes"
        elif max(map(len, cells)) > self._limits.cell_chars:
            position = max(range(len(cells)), key=lambda at: len(cells[at]))
            message = f"a cell has {len(cells[position]):,} characters, the limit is {self._limits.cell_chars:,}"
            path = self.columns[position]
        if message:
            return legacy_problem(message=message, source=self.name, line=number, path=path, remedy=remedy)
        return cells

    def _unchanged(self) -> None:
        after = os.fstat(self._file.fileno())
        if (after.st_size, after.st_mtime_ns) != (self._before.st_size, self._before.st_mtime_ns):
            raise ConflictError("the file was changed while it was read", remedy="read it again")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class _Plain(io.RawIOBase):
    """A file whose wrappers may be closed without closing it."""

    def __init__(self, inner: IO[bytes]) -> None:
        super().__init__()
        self._inner = inner

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "bytearray | memoryview") -> int:  # type: ignore[override]
        data = self._inner.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _at_most(value: float, limit: float, what: str) -> None:
    if value > limit:
        raise LimitError(f"more than {limit:,} {what}", remedy="split the file")


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _header(columns: tuple[str, ...], limits: Limits) -> tuple[str, ...]:
    if len(columns) > limits.columns:
        raise LimitError(f"has {len(columns):,} columns, the limit is {limits.columns:,}")
    if not any(columns):
        raise MalformedError("has no header row", remedy="put the names of the columns in the first row")
    seen: set[str] = set()
    for name in columns:
        if name and name in seen:
            raise MalformedError(f"two columns are called {name!r}", remedy="rename one of them")
        seen.add(name)
    return columns
