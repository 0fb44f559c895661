"""Merged cells: what stands in the first of them holds for every row they span.

A workbook keeps the value with the first cell and leaves the others empty. A text or a date is filled in below; a
number is not, because a sum for two rows is no sum of each: a row that needs it there is refused.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from contextlib import suppress
from io import BufferedReader
from typing import Final

from enduse.errors import EnduseError, LimitError, Problem
from enduse.exchange.tables.cells import FaultyCell, NumberCell
from enduse.exchange.tables.package import DAMAGE, feed, xml_parser

_CHUNK: Final = 1 << 16
_MOST: Final = 100_000
_RANGE: Final = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,9}):[A-Z]{1,3}([1-9][0-9]{0,9})")
_WORD: Final = "mergeCell"
_SPELT: Final = tuple(_WORD.encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be"))


Range = tuple[int, int, int]
"""Column (from 0), first and last row (from 1) of merged cells."""


class MergedCells:
    """The merged cells of one sheet, by the row they begin in.

    Attributes:
        filled: cells that were filled so far.
    """

    def __init__(self, ranges: Iterable[Range]) -> None:
        """Keep them.

        Raises:
            LimitError: there are more than are kept in memory.
        """
        self.filled = 0
        self._open: dict[int, tuple[int, str]] = {}
        self._starts: dict[int, list[tuple[int, int]]] = defaultdict(list)
        self._firsts: set[tuple[int, int]] = set()
        for count, (column, first, last) in enumerate(ranges, start=1):
            if count > _MOST:
                raise LimitError("workbook.too_many_merged", most=_MOST)
            self._firsts.add((first, column))
            if last != first:
                self._starts[first].append((column, last))

    def begin(self, row: int, column: int) -> bool:
        """Say whether merged cells begin at a cell."""
        return (row, column) in self._firsts

    def fill(self, number: int, cells: list[str]) -> None:
        """Fill the cells of row ``number``; rows come in order."""
        for column, (last, value) in list(self._open.items()):
            if number > last:
                del self._open[column]
            elif column < len(cells) and not cells[column]:
                problem = Problem.of("cell.merged_number", read=value)
                cells[column] = FaultyCell("", problem) if isinstance(value, NumberCell) else value
                self.filled += 1
        for column, last in self._starts.pop(number, ()):
            if column < len(cells) and cells[column]:
                self._open[column] = (last, cells[column])


def merged_in(name: str, reopen: Callable[[], BufferedReader]) -> list[Range]:
    """Return the merged cells of a sheet of an XLSX: they stand behind all its rows.

    What is wrong with the part is left for whoever reads its rows, who come to it in their turn.

    Args:
        name: of the part that holds the sheet.
        reopen: opens it.
    """
    ranges: list[Range] = []

    def start(tag: str, attributes: dict[str, str]) -> None:
        span = _RANGE.fullmatch(attributes.get("ref", "")) if tag.rpartition(":")[2] == _WORD else None
        if span is not None and len(ranges) <= _MOST:
            ranges.append((column_of(span[1]), int(span[2]), int(span[3])))

    with suppress(EnduseError, *DAMAGE):
        if _mentions(reopen()):
            stream, parser = reopen(), xml_parser(name)
            parser.StartElementHandler = start
            while chunk := stream.read(_CHUNK):
                feed(parser, chunk, name)
            feed(parser, b"", name, last=True)
    return ranges


def cell_name(column: int, row: int) -> str:
    """Return what a spreadsheet calls a cell, such as ``C4`` for column 2 (from 0) of row 4."""
    letters = ""
    column += 1
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(65 + letter) + letters
    return f"{letters}{row}"


def column_of(letters: str) -> int:
    """Return the number of a column, from 0."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _mentions(stream: BufferedReader) -> bool:
    before = b""
    while chunk := stream.read(_CHUNK):
        if any(word in before + chunk for word in _SPELT):
            return True
        before = chunk[-2 * len(_WORD) :]
    return False
