"""CSV: RFC 4180 with comma, semicolon, tab or bar, in UTF-8 (with or without mark), UTF-16 with mark, or a Windows code page."""

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from typing import IO, Final, Self

from enduse.errors import LimitError, MalformedError, Problem
from enduse.exchange.tables.header import ABOVE_MAX, IsHeader, find_header, joined
from enduse.exchange.tables.limits import Limits
from enduse.messages import Message
from enduse.terms.forms import unknown_word

DELIMITERS: Final = (",", ";", "\t", "|")
ENCODINGS: Final = ("utf-8", "utf-16", "windows-1251", "windows-1252", "windows-1255", "windows-1256")
"""Encodings that a profile may name; the last four are what Cyrillic, western, Hebrew and Arabic spreadsheets write."""

_UTF8_MARK: Final = b"\xef\xbb\xbf"
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_HEAD: Final = 4096
_NOTHING: Final = " " + "".join(DELIMITERS)
_AS_TEXT: Final = '="'
_HINT: Final = re.compile(r"\"?sep=(?P<delimiter>[^\r\n\"])\"?\r?\n?", re.IGNORECASE)


class Delimited:
    """Rows of one CSV text.

    Attributes:
        columns: the header.
        sheet, sheets: none, a text has no sheets.
        header_row: which row of the file the header is.
        delimiter: what stands between cells, by the header unless the caller says so.
        encoding: how the text is read.
    """

    sheet = ""
    sheets: tuple[str, ...] = ()

    def __init__(
        self,
        stream: io.BufferedReader,
        limits: Limits,
        delimiter: str | None = None,
        encoding: str | None = None,
        is_header: IsHeader | None = None,
        header_rows: int = 1,
    ) -> None:
        """Read as far as the header: the first row that ``is_header``, else the first row.

        Raises:
            MalformedError: it is not text, or its encoding is not one we read.
            LimitError: the header's line is too long.
        """
        self._limits = limits
        self._flaw: Message | None = None
        self._record: list[str] = []
        self._again: deque[str] = deque()
        self.encoding = _encoding(stream, encoding)
        errors = "strict" if self.encoding == "utf-16" else "surrogateescape"
        self._text: IO[str] = io.TextIOWrapper(stream, encoding=self.encoding, errors=errors, newline="")
        first = self._text.readline(limits.line_chars + 1)
        if hint := _HINT.fullmatch(first):
            # What spreadsheets read as the delimiter of what follows; no row of the table.
            delimiter = delimiter or hint["delimiter"]
            first = self._text.readline(limits.line_chars + 1)
        self.delimiter, self._above, self.header_row = self._find_header(first, delimiter, is_header, header_rows)
        self._csv = csv.reader(self, delimiter=self.delimiter, strict=True)
        try:
            self.columns = joined([next(self._csv, []) for _ in range(header_rows)])
        except csv.Error as error:
            self._flaw = self._flaw or Message.of("table.not_csv", reason=str(error))
        if self._flaw is not None:
            raise MalformedError("table.header_unreadable", reason=self._flaw)

    def _find_header(
        self, first: str, delimiter: str | None, is_header: IsHeader | None, span: int
    ) -> tuple[str, int, int]:
        """Return the delimiter, how many filled rows stand above the header, and its row; reading goes on there."""
        lines = [first]

        def ahead() -> Iterator[str]:
            yield from lines
            while len(lines) <= ABOVE_MAX + span and 0 < len(lines[-1]) <= self._limits.line_chars:
                lines.append(self._text.readline(self._limits.line_chars + 1))
                yield lines[-1]

        likely = sorted(DELIMITERS, key=_outside_quotes(first).count, reverse=True)
        chosen, start, above, row = delimiter or likely[0], 0, 0, span
        for mark in (delimiter,) if delimiter else likely:
            place = _place_of_header(ahead(), mark, is_header, span)
            if place is not None:
                chosen, (start, above, row) = mark, place
                break
        self._again.extend(line for line in lines[start:] if line)
        return chosen, above, row

    def _check_line(self, line: str) -> None:
        if len(line) > self._limits.line_chars:
            raise LimitError("table.line_too_long", most=self._limits.line_chars)
        if "\x00" in line:
            self._flaw = Message.of("table.no_text")
        elif not line.isascii():
            try:
                line.encode()
            except UnicodeEncodeError as error:
                self._flaw = Message.of("table.not_encoded_so", encoding=self.encoding.upper(), at=error.start + 1)

    def __next__(self) -> str:
        """Give the csv module one physical line at a time, within the limits.

        Raises:
            LimitError: a line is too long.
            csv.Error: the row spans too many lines.
            StopIteration: the text ends.
        """
        line = self._again.popleft() if self._again else self._text.readline(self._limits.line_chars + 1)
        if not line:
            raise StopIteration
        self._check_line(line)
        self._record.append(line)
        if len(self._record) > self._limits.record_lines:
            raise csv.Error(f"a quote is still open after {self._limits.record_lines:,} lines")
        return line

    def __iter__(self) -> Self:
        return self

    def rows(self) -> Iterator[tuple[int, list[str] | Problem]]:
        """Yield each row below the header with its number from 1, or what is wrong with it."""
        number = 0
        while True:
            number += 1
            self._begin_row()
            try:
                cells = next(self._csv)
            except StopIteration:
                return
            except csv.Error as error:
                # An open quote swallows the rows below it: only the first line is at fault, the rest is read again.
                self._again.extendleft(reversed(self._record[1:]))
                yield number, Problem.of("table.not_csv", reason=str(error))
                continue
            if self._flaw is not None:
                yield number, Problem.about(self._flaw)
            else:
                if any(_AS_TEXT in line for line in self._record):
                    cells = [_as_text(cell) for cell in cells]
                yield number, cells or [""]

    def raw(self) -> Iterator[tuple[int, list[str] | Problem]]:
        """Yield the first row, then each row as it stands, with its number in the file."""
        yield self.header_row, list(self.columns)
        for number, cells in self.rows():
            yield self.header_row + number, cells

    def _begin_row(self) -> None:
        self._record.clear()
        self._flaw = None

    def lost(self) -> dict[Message, int]:
        """Say what of the text is not in the rows: what stands above the header."""
        return {Message.of("table.above_header"): self._above} if self._above else {}


def _place_of_header(
    lines: Iterator[str], delimiter: str, is_header: IsHeader | None, span: int
) -> tuple[int, int, int] | None:
    """Return how many lines, and how many filled rows, stand above the header, and which row is its last."""
    if is_header is None:
        return None
    reader = csv.reader(lines, delimiter=delimiter)
    ends = [0]

    def records() -> Iterator[tuple[int, list[str]]]:
        for row, cells in enumerate(reader, start=1):
            ends.append(reader.line_num)
            yield row, [cell.strip(_NOTHING) for cell in cells]

    try:
        found = find_header(records(), span, is_header)
    except csv.Error:
        return None  # what stands above a header need not be CSV
    return None if found is None else (ends[found[0] - span], found[2], found[0])


def _as_text(cell: str) -> str:
    """Return the text of a cell that is written as a formula, ``="007"``, so that a spreadsheet leaves it a text."""
    return cell[2:-1] if cell.startswith(_AS_TEXT) and cell.endswith('"') and cell.count('"') == 2 else cell  # noqa: PLR2004 - a pair


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def _encoding(stream: io.BufferedReader, wanted: str | None) -> str:
    head = stream.peek(_HEAD)[:_HEAD]
    if wanted is not None:
        wanted = _known(wanted)
    if head.startswith(_UTF16_MARKS):
        return "utf-16"
    if head.startswith(_UTF8_MARK):
        return "utf-8-sig"
    return wanted or "utf-8"


def _known(wanted: str) -> str:
    """Return an encoding by the name under which it is read, such as *windows-1252* for *cp1252*."""
    with suppress(LookupError, ValueError):
        meant = codecs.lookup(wanted).name
        for name in ENCODINGS:
            if codecs.lookup(name).name == meant:
                return name
    raise MalformedError.about(
        unknown_word(wanted, Message.of("form.encoding"), dict(zip(ENCODINGS, ENCODINGS, strict=True)))
    )
