"""The rows of one sheet of a workbook, from its header on, whatever program wrote it and whatever reads it."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Final

from enduse.errors import MalformedError, Problem
from enduse.exchange.tables.cells import FaultyCell
from enduse.exchange.tables.header import IsHeader, find_header, joined
from enduse.exchange.tables.merged import MergedCells
from enduse.messages import Message

Rows = Iterator[tuple[int, list[str]]]
"""Cells by row, rows counted as the spreadsheet counts them."""

_SHOWN: Final = 8


class Grid:
    """One sheet.

    Attributes:
        columns: the header.
        header_row: the (last) row of the header.
    """

    def __init__(self, rows: Rows, merged: MergedCells, is_header: IsHeader | None, span: int) -> None:
        """Read as far as the header.

        Args:
            rows: of the sheet.
            merged: its merged cells.
            is_header: says which row, or how many joined, is the header; else it is the first.
            span: how many rows the header spans.

        Raises:
            MalformedError: a cell of the header cannot be read.
        """
        self._rows = rows
        self._merged = merged
        self._above = self._beside = 0
        self._first: list[tuple[int, list[str]]] = []
        self.header_row, self.columns = self._find(is_header, span)

    def _find(self, is_header: IsHeader | None, span: int) -> tuple[int, tuple[str, ...]]:
        ahead: list[tuple[int, list[str]]] = []

        def looked_at() -> Rows:
            for row in self._rows:
                ahead.append(row)
                yield row

        found = None if is_header is None else find_header(looked_at(), span, is_header)
        if found is not None:
            number, names, self._above = found
            _check(ahead[-1][1])
            return number, names
        ahead.extend(islice(self._rows, max(0, span - len(ahead))))
        if not ahead:
            return 1, ("",)
        self._rows = chain(ahead[span:], self._rows)
        self._first = [(number, list(row)) for number, row in ahead[:span]]
        header = [row for _, row in ahead[:span]]
        _check(header[-1])
        while span == 1 and header[0] and not header[0][-1].strip():
            header[0].pop()
        return ahead[:span][-1][0], joined(header)

    def rows(self) -> Iterator[tuple[int, list[str] | Problem]]:
        """Yield each row below the header with its number from 1."""
        width = len(self.columns)
        for number, cells in self._rows:
            while len(cells) > width:
                if self._merged.begin(number, len(cells) - 1):
                    self._beside += 1  # a note beside the table
                elif cells[-1] and not isinstance(cells[-1], FaultyCell):
                    break
                cells.pop()  # beyond the last column nobody reads
            cells.extend([""] * (width - len(cells)))
            self._merged.fill(number, cells)
            yield number - self.header_row, cells

    def raw(self) -> Iterator[tuple[int, list[str] | Problem]]:
        """Yield the first row, then each row as it stands, merged cells filled, with its number in the sheet."""
        for number, cells in chain(self._first, self._rows):
            self._merged.fill(number, cells)
            yield number, cells

    def lost(self) -> dict[Message, int]:
        """Say what of the sheet is not in the rows, or not as it was written, counted."""
        return {
            Message.of("table.above_header"): self._above,
            Message.of("workbook.merged_cell"): self._merged.filled,
            Message.of("workbook.beside"): self._beside,
        }

    def hidden_columns(self, hidden: Iterable[tuple[int, int]]) -> dict[Message, int]:
        """Say which columns of the table are hidden, from the first and last of each group."""
        names = [
            name for at, name in enumerate(self.columns) if name and any(first <= at <= last for first, last in hidden)
        ]
        return {Message.of("workbook.hidden_columns", columns=names): len(names)}


def hidden_rows(numbers: Sequence[int]) -> dict[Message, int]:
    """Say which rows are hidden."""
    shown = [str(number) for number in numbers[:_SHOWN]] + ["…"] * (len(numbers) > _SHOWN)
    return {Message.of("workbook.hidden_rows", rows=shown): len(numbers)}


def _check(cells: Sequence[str]) -> None:
    for cell in cells:
        if isinstance(cell, FaultyCell):
            raise MalformedError("table.header_unreadable", reason=cell.problem.told)
