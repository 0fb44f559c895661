"""A table from outside, opened: what it is called, its digest, its header, and its rows as text.

The form is told from the content, not from the name: CSV, CSV in gzip or zip, a workbook (XLSX, XLS, XLSB, ODS), or answers in
JSON. What is wrong with one
row is a value beside the other rows; what is wrong with the whole file is raised before the first row.
"""

import gzip
import hashlib
import io
import os
import time
from collections.abc import Container, Iterator
from io import BufferedReader
from pathlib import Path
from typing import IO, Final, Protocol

import msgspec

from enduse.closing import Closing
from enduse.errors import ConflictError, LimitError, MalformedError, MissingExtraError, Problem, UnknownError
from enduse.exchange.tables.delimited import Delimited
from enduse.exchange.tables.header import IsHeader, is_tag_row, told_apart
from enduse.exchange.tables.jsontable import JsonTable
from enduse.exchange.tables.limits import DEFAULT, EXPANSION_FROM, Limits
from enduse.exchange.tables.merged import cell_name
from enduse.exchange.tables.package import DAMAGE, Package
from enduse.exchange.tables.workbook import Workbook
from enduse.messages import Message
from enduse.system import open_file
from enduse.terms.forms import unknown_word

_GZIP: Final = b"\x1f\x8b"
_IATI: Final = (b"<iati-activities", b"<iati-organisations")
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = bytes.fromhex("d0cf11e0a1b11ae1")
_OTHERS: Final = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"PK\x05\x06")
"""How files begin that are no table: PDF, pictures, RTF, an empty package."""
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_HEAD_OF_TEXT: Final = 512
_CHUNK: Final = 1 << 18
_HEAD: Final = 64
_VERSION: Final = "__version__"
"""KoboToolbox writes the version of the form once as a question and once beside its own columns."""


class Reader(Protocol):
    """What reads one form of table."""

    columns: tuple[str, ...]
    sheet: str
    sheets: tuple[str, ...]
    header_row: int

    def rows(self) -> Iterator[tuple[int, list[str] | Problem]]:
        """Yield each row below the header with its number from 1, or what is wrong with it."""
        ...

    def raw(self) -> Iterator[tuple[int, list[str] | Problem]]:
        """Yield each row as it stands with its number in the file, where nobody has said which is the header."""
        ...

    def lost(self) -> dict[Message, int]:
        """Say what of the source is not in the rows, counted; complete once the rows are read."""
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
            raise LimitError("file.unpacks_too_large", most=self._most)
        if self._seen > self._ratio:
            raise LimitError("file.unpacks_suspiciously", most=self._ratio)
        return len(data)


class Sheet(Closing):
    """One open table; use it as a context manager.

    Attributes:
        name: file name, without its folder.
        sha256: digest of the file as it lies on disk.
        sheet: the sheet of a workbook that is read; empty where there are none.
        sheets: all its sheets that are not hidden; none of what is no workbook.
        written: the header, as written but for surrounding blanks.
        columns: the same, where several columns are called alike with a number behind each.
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
        is_header: IsHeader | None = None,
        header_rows: int = 1,
        verbatim: bool = False,
        ragged: bool = False,
        alone: bool = False,
    ) -> None:
        """Open and hash ``path``, and read as far as its header: the first row that ``is_header``, else the first row.

        Args:
            path: the file.
            limits: how much to read.
            sheet: of a workbook.
            delimiter: of a CSV.
            encoding: of a CSV.
            is_header: says which row is the header.
            header_rows: how many rows it spans.
            verbatim: take the header as it is, whatever stands in it.
            ragged: give rows that are longer or shorter than the header as they are.
            alone: the sheet is known to be no repeat group, beside whose rows a form above is read.

        Raises:
            UnknownError: there is no such file.
            LimitError: it is over a limit before the first row.
            MalformedError: it is no table that we read.
        """
        self.name = path.name.encode(errors="replace").decode()
        self.sheet = ""
        self.blank = 0
        self.complete = False
        self._begun = self._tagged = False
        self._limits = limits
        self._ragged = ragged
        self._above: _FormAbove | None = None
        self._file = open_table(path)
        try:
            self._before = os.fstat(self._file.fileno())
            if self._before.st_size > limits.file_bytes:
                raise LimitError("file.too_large", size=self._before.st_size, most=limits.file_bytes)  # noqa: TRY301
            self.sha256 = _digest(self._file)
            if sheet and not (verbatim or ragged or alone):
                self._above = _form_above(path, sheet, limits, encoding)
            named = is_header if self._above is None or is_header is None else self._above.told_to(is_header)
            self._reader = self._open(sheet, delimiter, encoding, named, header_rows)
            self.sheet, self.sheets = self._reader.sheet, self._reader.sheets
            self.columns = self._reader.columns if verbatim else _header(self._reader, limits)
            self.written = self._reader.columns
            self._width = len(self.columns)
            self.columns += self._above.beside(self.columns) if self._above is not None else ()
        except (LimitError, MalformedError) as error:
            self._file.close()
            error.problem = msgspec.structs.replace(error.problem, source=self.name, sheet=self.sheet)
            raise
        except MissingExtraError:
            self._file.close()
            raise
        except DAMAGE as error:
            self._file.close()
            raise MalformedError("file.damaged", source=self.name, reason=str(error)) from error

    def _open(
        self,
        sheet: str | None,
        delimiter: str | None,
        encoding: str | None,
        is_header: IsHeader | None,
        header_rows: int,
    ) -> Reader:
        head = self._file.read(8)
        self._file.seek(0)
        if head.startswith(_OLE):
            return self._other(sheet, is_header, header_rows)
        if head.startswith(_ZIP):
            package = Package(self._file, self._metered)
            if tables := [name for name in package.names() if name.endswith(".csv")]:
                return self._zipped(package, tables, sheet, delimiter, encoding, is_header, header_rows)
            if package.is_other():
                self._file.seek(0)
                return self._other(sheet, is_header, header_rows)
            return Workbook(package, self._limits, sheet, is_header, header_rows)
        if head.startswith(_GZIP):
            inner = self._metered(gzip.GzipFile(fileobj=self._file), self._before.st_size)
            return Delimited(inner, self._limits, delimiter, encoding, is_header, header_rows)
        plain: io.BufferedReader = io.BufferedReader(_Plain(self._file), _CHUNK)
        if not _is_table(plain.peek(_HEAD_OF_TEXT)[:_HEAD_OF_TEXT]):
            raise MalformedError("table.no_table")
        if any(root in plain.peek(_HEAD_OF_TEXT)[:_HEAD_OF_TEXT] for root in _IATI):
            from enduse.exchange.tables.iatitable import IatiTable  # noqa: PLC0415 - needs an extra

            return IatiTable(Path(self._file.name), sheet)
        if plain.peek(_HEAD)[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")):
            return JsonTable(plain, self._limits, sheet)
        return Delimited(plain, self._limits, delimiter, encoding, is_header, header_rows)

    def _zipped(
        self,
        package: Package,
        tables: list[str],
        sheet: str | None,
        delimiter: str | None,
        encoding: str | None,
        is_header: IsHeader | None,
        header_rows: int,
    ) -> Reader:
        """Open one of several CSVs in a zip, such as an export of ODK Central: the form itself has the shortest name."""
        chosen = sheet or min(tables, key=len)
        stream = package.open(chosen)
        if stream is None:
            raise MalformedError.about(unknown_word(chosen, Message.of("form.sheet"), {name: name for name in tables}))
        reader = Delimited(stream, self._limits, delimiter, encoding, is_header, header_rows)
        reader.sheet, reader.sheets = chosen, tuple(tables)
        return reader

    def _other(self, sheet: str | None, is_header: IsHeader | None, header_rows: int) -> Reader:
        from enduse.exchange.tables.otherbook import OtherBook  # noqa: PLC0415 - needs an extra

        return OtherBook(self._file, self._limits, sheet, self._metered, is_header, header_rows)

    def _metered(self, inner: IO[bytes] | gzip.GzipFile, packed: int) -> io.BufferedReader:
        return io.BufferedReader(Metered(inner, self._limits, packed), _CHUNK)

    def raw(self) -> Iterator[tuple[int, list[str] | Problem]]:
        """Yield each row as it stands with its number in the file, for those who look for the header."""
        yield from self._reader.raw()

    @property
    def delimiter(self) -> str:
        """What stands between the cells of a text; empty where cells stand by themselves."""
        return getattr(self._reader, "delimiter", "")

    @property
    def bold(self) -> Container[int]:
        """Rows in bold, by their number in the sheet, as far as they have been read."""
        return getattr(self._reader, "bold", ())

    def rows(self) -> Iterator[tuple[int, list[str] | Problem]]:
        """Yield ``(row number from 1, cells)`` once; a row at fault comes as its problem.

        A fault after which nothing more can be read comes last, as the problem of the row where it lies.
        """
        number = 0
        start = time.monotonic()
        try:
            for at, cells in self._reader.rows():
                if at > self._limits.rows:
                    raise LimitError("table.too_many_rows", most=self._limits.rows)  # noqa: TRY301 - ends the rows
                if time.monotonic() - start > self._limits.seconds:
                    raise LimitError("table.too_slow", seconds=int(self._limits.seconds))  # noqa: TRY301 - as above
                number = at
                if not self._begun and not isinstance(cells, Problem) and is_tag_row(cells):
                    self._tagged = True
                elif isinstance(cells, Problem) or any(cells):
                    self._begun = True
                    yield number, self._fit(number, cells)
                else:
                    self.blank += 1
            self._unchanged()
            self.complete = True
        except (LimitError, MalformedError, ConflictError) as error:
            yield number + 1, self._ended(error.problem.told, number)
        except DAMAGE as error:
            yield number + 1, self._ended(Message.of("file.damaged", reason=str(error)), number)

    def row_of(self, number: int) -> int:
        """Return a row's number as a spreadsheet shows it: titles and header above are counted."""
        return self._reader.header_row + number

    def cell(self, column: str, number: int) -> str:
        """Return what a spreadsheet calls the cell of a row in a column; nothing, where there is no such column."""
        own = self.columns[: self._width]
        return cell_name(own.index(column), self.row_of(number)) if column in own else ""

    def lost(self) -> dict[Message, int]:
        """Say what of the source is not in the rows (formulas, other sheets), counted; complete once they are read."""
        lost = self._reader.lost()
        others = [name for name in self.sheets if name != self.sheet]
        if others and isinstance(self._reader, Delimited):
            lost |= {Message.of("workbook.other_sheets", sheet=self.sheet, others=others): len(others)}
        twice = [(old, new) for old, new in zip(self.written, self.columns, strict=False) if new and old != new]
        lost |= {
            Message.of("table.columns_alike", column=old, names=[new for name, new in twice if name == old]): 1
            for old, _ in twice
        }
        return {Message.of("table.tag_row"): 1, **lost} if self._tagged else lost

    def _ended(self, reason: Message, number: int) -> Problem:
        return self._placed(Problem.of("table.reading_ended", reason=reason, row=self.row_of(number)), number + 1)

    def _placed(self, problem: Problem, number: int) -> Problem:
        return msgspec.structs.replace(problem, source=self.name, sheet=self.sheet, line=self.row_of(number))

    def _fit(self, number: int, cells: list[str] | Problem) -> list[str] | Problem:
        if isinstance(cells, Problem):
            return self._placed(cells, number)
        if len(cells) != self._width and not self._ragged:
            return self._placed(Problem.of("table.row_length", n=len(cells), columns=self._width), number)
        size, most = max(map(len, cells)), self._limits.cell_chars
        if size > most:
            at = next(at for at, text in enumerate(cells) if len(text) == size)
            problem = self._placed(Problem.of("cell.too_long", path=self.columns[at], size=size, most=most), number)
            return msgspec.structs.replace(problem, cell=self.cell(self.columns[at], number))
        return cells if self._above is None else cells + self._above.of(cells)

    def _unchanged(self) -> None:
        after = os.fstat(self._file.fileno())
        if (after.st_size, after.st_mtime_ns) != (self._before.st_size, self._before.st_mtime_ns):
            raise ConflictError("file.changed_meanwhile")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


class _FormAbove:
    """The rows of the form above a repeat group: each row of the group is read with what its submission says beside it."""

    def __init__(self, form: Sheet, key: str, names_it: str) -> None:
        """Read the form.

        Args:
            form: its rows.
            key: column that names each of them.
            names_it: column of the group that says to which of them a row belongs.
        """
        self._columns, self._key, self._names_it = form.columns, key, names_it
        at = form.columns.index(key)
        self._rows = {str(cells[at]): cells for _, cells in form.rows() if not isinstance(cells, Problem)}
        self._at: int | None = None
        self._taken: list[int] = []

    def told_to(self, is_header: IsHeader) -> IsHeader:
        """Return what says whether a row is the header of the group, alone or with the columns of the form."""
        return lambda names: is_header(names) or is_header(names + self.beside(names))

    def beside(self, own: tuple[str, ...]) -> tuple[str, ...]:
        """Return the columns of the form that a group with these columns does not have itself."""
        self._at = own.index(self._names_it) if self._names_it in own else None
        self._taken = [at for at, name in enumerate(self._columns) if name and name not in (*own, self._key)]
        return tuple(self._columns[at] for at in self._taken)

    def of(self, cells: list[str]) -> list[str]:
        """Return what the form says of a row of the group; blanks, where it has no such submission."""
        row = None if self._at is None else self._rows.get(str(cells[self._at]))
        return [""] * len(self._taken) if row is None else [row[at] for at in self._taken]


def _form_above(path: Path, sheet: str, limits: Limits, encoding: str | None) -> _FormAbove | None:
    """Return the form above a sheet of a workbook of KoboToolbox, or a CSV in a zip of ODK Central; nothing where it is no repeat group."""
    with open_file(path) as file:
        if not file.read(8).startswith((_ZIP, _OLE)):
            return None
    with Sheet(path, limits=limits, sheet=sheet, encoding=encoding, verbatim=True) as group:
        columns, sheets = group.columns, [name for name in group.sheets if name != sheet]
        first = next((cells for _, cells in group.rows() if not isinstance(cells, Problem)), [""] * len(columns))
    if "_parent_table_name" in columns and "_parent_index" in columns:
        called = first[columns.index("_parent_table_name")]
        forms, key, names_it = (
            [name for name in sheets if called.startswith(name)] or sheets[:1],
            "_index",
            "_parent_index",
        )
    elif "PARENT_KEY" in columns:
        stem = sheet.removesuffix(".csv")
        forms = sorted((name for name in sheets if stem.startswith(f"{name.removesuffix('.csv')}-")), key=len)[-1:]
        key, names_it = "KEY", "PARENT_KEY"
    else:
        return None
    for form in forms:
        with Sheet(path, limits=limits, sheet=form, encoding=encoding) as opened:
            return _FormAbove(opened, key, names_it) if key in opened.columns else None
    return None


def open_table(path: Path) -> BufferedReader:
    """Open a file that is to be a table.

    Raises:
        UnknownError: there is no such file, or it cannot be read.
        MalformedError: it is a folder, a pipe or a device.
    """
    try:
        return open_file(path)
    except IsADirectoryError as error:
        raise MalformedError("file.not_regular", source=str(path)) from error
    except OSError as error:
        raise UnknownError("file.unreadable", source=str(path), reason=str(error.strerror)) from error


def _is_table(head: bytes) -> bool:
    """Say whether a file may be a text table, by how it begins: no picture or PDF, and nothing else full of control characters."""
    if head.startswith(_OTHERS):
        return False
    if b"\x00" in head or head.startswith(_UTF16):
        return True  # letters of UTF-16 hold any byte
    control = sum(byte < 32 and byte not in b"\t\n\v\f\r\x1b" for byte in head)  # noqa: PLR2004 - a blank
    return control * 20 <= len(head)


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


def _digest(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def no_header(sheet: str, sheets: tuple[str, ...]) -> MalformedError:
    """Return the error of a table in which no column has a name; of a workbook with the sheets that may be meant."""
    others = [name for name in sheets if name != sheet]
    return (
        MalformedError("table.sheet_empty", sheet=sheet, others=others) if others else MalformedError("table.no_header")
    )


def _header(reader: Reader, limits: Limits) -> tuple[str, ...]:
    columns = reader.columns
    if len(columns) > limits.columns:
        raise LimitError("table.too_many_columns", columns=len(columns), most=limits.columns)
    if not any(columns):
        raise no_header(reader.sheet, reader.sheets)
    versions = 0
    names: list[str] = []
    for name in columns:
        versions += name == _VERSION
        names.append("" if name == _VERSION and versions > 1 else name)
    return told_apart(names)
