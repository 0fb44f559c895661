"""Tables out: CSV and XLSX that a spreadsheet opens without running anything in them.

A text that begins like a formula gets an apostrophe in front (OWASP, "CSV injection"); plain numbers are left alone.
A file appears under its name only when it is whole.
"""

import csv
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Final

from enduse.errors import LimitError, MissingExtraError
from enduse.record.files import replaceable

Cell = str | int | Decimal | None
"""What a cell may hold; never a float."""

_FORMULA: Final = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_NUMBER: Final = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SHEET_ROWS: Final = 1_048_576
_CELL_CHARS: Final = 32_767
_DIGITS: Final = 15
_TITLE: Final = re.compile(r"[\[\]:*?/\\]")
_TITLE_CHARS: Final = 31


def plain(value: Cell) -> str:
    """Return a cell's text as it is."""
    if value is None:
        return ""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def safe(value: Cell) -> str:
    """Return a cell's text so that no spreadsheet takes it for a formula."""
    text = plain(value)
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def sheet_title(text: str) -> str:
    """Return a title as a workbook takes it: cut and cleaned, since a spreadsheet repairs a file that has a longer one."""
    return _TITLE.sub(" ", text)[:_TITLE_CHARS] or "data"


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, guarded: bool = True) -> int:
    """Write a CSV in UTF-8 with mark (spreadsheets need it to read Arabic), lines ended as RFC 4180 has them.

    Args:
        path: the file, replaced when the new one is whole.
        columns: header.
        rows: cells, as many as there are columns; consumed one by one.
        guarded: for a spreadsheet; a program that reads the file back gets texts as they are without it.

    Returns:
        How many rows were written.
    """
    count, shown = 0, safe if guarded else plain
    with whole(path) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([shown(name) for name in columns])
        for row in rows:
            writer.writerow([shown(cell) for cell in row])
            count += 1
    return count


def write_xlsx(path: Path, columns: Sequence[str], rows: Iterable[Sequence[Cell]], *, title: str = "data") -> int:
    """Write a workbook of one sheet; numbers of up to 15 digits as numbers, longer ones as text so that none is lost.

    Args:
        path: the file, replaced when the new one is whole.
        columns: header.
        rows: cells, as many as there are columns; consumed one by one.
        title: name of the sheet, cut and cleaned as a workbook needs.

    Returns:
        How many rows were written.

    Raises:
        LimitError: more rows or a longer text than a sheet can hold.
    """
    return write_workbook(path, [(title, columns, rows)])


def write_workbook(
    path: Path,
    sheets: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]],
    *,
    right_to_left: bool = False,
) -> int:
    """Write a workbook, each sheet with its header frozen; numbers as in :func:`write_xlsx`.

    Args:
        path: the file, replaced when the new one is whole.
        sheets: title, header and rows of each; titles are cut and cleaned as a workbook needs.
        right_to_left: the first column stands on the right.

    Returns:
        How many rows were written.

    Raises:
        LimitError: more rows or a longer text than a sheet can hold.
        MissingExtraError: the extra ``reports`` is not installed.
    """
    try:
        from openpyxl import Workbook  # noqa: PLC0415 - of the extra reports, which a table as CSV does not need
    except ModuleNotFoundError as error:
        raise MissingExtraError("reports", "workbook") from error
    count = 0
    with whole(path) as part:
        book = Workbook(write_only=True)
        for title, columns, rows in sheets:
            sheet = book.create_sheet(sheet_title(title))
            sheet.freeze_panes = "A2"
            sheet.sheet_view.rightToLeft = right_to_left
            sheet.append([_cell(name) for name in columns])
            for number, row in enumerate(rows, start=2):
                if number > _SHEET_ROWS:
                    raise LimitError("sheet.full", source=path.name, most=_SHEET_ROWS)
                sheet.append([_cell(cell) for cell in row])
                count += 1
        book.save(part)
        book.close()
    return count


def _cell(value: Cell) -> str | int | Decimal | None:
    if value is None:
        return None
    text = safe(value)
    if _NUMBER.fullmatch(text) and len(re.sub("[-.]", "", text).strip("0")) <= _DIGITS:
        return Decimal(text)
    if len(text) > _CELL_CHARS:
        raise LimitError("sheet.cell_full", size=len(text), most=_CELL_CHARS)
    return _CONTROL.sub("\ufffd", text)


@contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Give a path beside ``path`` to write to; move it into place at the end, or leave nothing behind.

    Raises:
        MalformedError: a pipe or device is there, which nothing replaces.
    """
    path = replaceable(path)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".part")
    os.close(handle)
    part = Path(name)
    try:
        yield part
        part.chmod(0o644)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
