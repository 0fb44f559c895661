"""CSV: RFC 4180 with comma, semicolon or tab, in UTF-8 (with or without mark) or UTF-16 with mark."""

import csv
import io
from collections import deque
from collections.abc import Iterator
from typing import IO, Final, Self

from enduse.errors import LimitError, MalformedError, Problem, legacy_problem
from enduse.exchange.tables.limits import Limits

DELIMITERS: Final = (",", ";", "\t")
ENCODINGS: Final = ("utf-8", "utf-16", "windows-1252", "windows-1255", "windows-1256")
"""Encodings that a profile may name; the last three are what Hebrew, Arabic and western spreadsheets write."""

_UTF8_MARK: Final = b"\xef\xbb\xbf"
_UTF16_MARKS: Final = (b"\xff\xfe", b"\xfe\xff")
_HEAD: Final = 4096


class Delimited:
    """Rows of one CSV text.

    Attributes:
        columns: the header.
        delimiter: what stands between cells, by the header unless the caller says so.
        encoding: how the text is read.
    """

    def __init__(
        self, stream: io.BufferedReader, limits: Limits, delimiter: str | None = None, encoding: str | None = None
    ) -> None:
        """Read the header.

        Raises:
            MalformedError: it is not text, or its encoding is not one we read.
            LimitError: the header's line is too long.
        """
        self._limits = limits
        self._flaw = ""
        self._record: list[str] = []
        self._again: deque[str] = deque()
        self.encoding = _encoding(stream, encoding)
        errors = "strict" if self.encoding == "utf-16" else "surrogateescape"
        self._text: IO[str] = io.TextIOWrapper(stream, encoding=self.encoding, errors=errors, newline="")
        first = self._text.readline(limits.line_chars + 1)
        self._check_line(first)
        if self._flaw:
            raise MalformedError(f"the header {self._flaw}", remedy="save the table as CSV in UTF-8")
        self.delimiter = delimiter or max(DELIMITERS, key=_outside_quotes(first).count)
        self._again.append(first)
        self._csv = csv.reader(self, delimiter=self.delimiter, strict=True)
        try:
            self.columns = tuple(name.strip() for name in next(self._csv, []))
        except csv.Error as error:
            raise MalformedError(f"the header is not CSV: {error}") from error

    def _check_line(self, line: str) -> None:
        if len(line) > self._limits.line_chars:
            raise LimitError(f"a line is longer than {self._limits.line_chars:,} characters")
        if "\x00" in line:
            self._flaw = "holds a NUL character: no text, or UTF-16 without its mark"
        elif not line.isascii():
            try:
                line.encode()
            except UnicodeEncodeError as error:
                self._flaw = f"is not {self.encoding.upper()} at character {error.start + 1} of its line"

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
            self._record.clear()
            self._flaw = ""
            try:
                cells = next(self._csv)
            except StopIteration:
                return
            except csv.Error as error:
                # An open quote swallows the rows below it: only the first line is at fault, the rest is read again.
                self._again.extendleft(reversed(self._record[1:]))
                yield number, legacy_problem(message=f"is not CSV: {error}", remedy="double a quote inside quotes")
                continue
            if self._flaw:
                yield number, legacy_problem(message=f"the row {self._flaw}", remedy="save the table as CSV in UTF-8")
            else:
                yield number, cells or [""]

    def lost(self) -> tuple[str, ...]:
        """Nothing of a CSV text is left out of its rows."""
        return ()


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def _encoding(stream: io.BufferedReader, wanted: str | None) -> str:
    head = stream.peek(_HEAD)[:_HEAD]
    if wanted is not None and wanted not in ENCODINGS:
        raise MalformedError(f"encoding {wanted!r} is not one we read", remedy=f"use {', '.join(ENCODINGS)}")
    if head.startswith(_UTF16_MARKS):
        return "utf-16"
    if head.startswith(_UTF8_MARK):
        return "utf-8-sig"
    return wanted or "utf-8"
