"""Workbooks other than XLSX: XLS, XLSB and ODS, read by python-calamine.

That library gives values, sheets and which of them are hidden, and of XLS the merged cells. It gives an error, and a formula
without a saved value, as a blank cell, and tells no hidden rows and no merged cells of ODS; of ODS these are read here beside it. Of XLS and
XLSB they cannot be told, and that is said. It unpacks whole files, so each part is unpacked under the meter before it sees any.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Context, Decimal
from typing import IO, Final

from enduse.errors import LimitError, MalformedError, MissingExtraError, Problem
from enduse.exchange.tables.cells import FaultyCell, MomentCell, NumberCell
from enduse.exchange.tables.grid import Grid, hidden_rows
from enduse.exchange.tables.header import IsHeader
from enduse.exchange.tables.limits import Limits
from enduse.exchange.tables.merged import MergedCells, Range
from enduse.exchange.tables.package import ODS_CONTENT, Meter, Package, feed, xml_parser
from enduse.messages import Message
from enduse.terms.forms import unknown_word

try:
    from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum
except ModuleNotFoundError as error:
    raise MissingExtraError("workbooks", "other_workbook") from error

_CHUNK: Final = 1 << 16
_DIGITS: Final = 15
_ROUND: Final = Context(prec=_DIGITS)
_HEAD: Final = 1 << 20
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
"""Stands in the directory of a file that holds a workbook with a password (MS-OFFCRYPTO)."""

Value = int | float | str | bool | time | date | datetime | timedelta
"""What the library gives for a cell."""


class OtherBook:
    """Rows of one sheet.

    Attributes:
        columns: the header.
        header_row: which row of the sheet the header is.
        sheet: name of the sheet that is read: the one asked for, else the first that is not hidden.
        sheets: all sheets that are not hidden.
    """

    def __init__(
        self,
        file: IO[bytes],
        limits: Limits,
        sheet: str | None,
        meter: Meter,
        is_header: IsHeader | None = None,
        header_rows: int = 1,
    ) -> None:
        """Find the sheet and read as far as its header.

        Raises:
            MalformedError: it is no workbook that is read, or has a password.
            LimitError: it unpacks to too much, or its sheet is too wide.
        """
        self._limits = limits
        self._rounded = 0
        package = None if file.read(2) != b"PK" else Package(file, meter)
        if package is not None:
            _unpack(package)
        file.seek(0)
        try:
            book = CalamineWorkbook.from_filelike(file)
            self.sheet = self._chosen(book, sheet)
            found = book.get_sheet_by_name(self.sheet)
        except PasswordError as error:
            raise MalformedError("workbook.encrypted") from error
        except (CalamineError, OSError, ValueError) as error:
            file.seek(0)
            if _ENCRYPTED in file.read(_HEAD):
                raise MalformedError("workbook.encrypted") from error
            raise MalformedError("workbook.unreadable", reason=str(error)) from error
        facts = _OdsFacts(self.sheet)
        self._sees_errors = package is not None and package.has(ODS_CONTENT)
        if package is not None and self._sees_errors:
            facts.read(package)
        ranges = facts.merged or [
            (at, first + 1, last + 1) for (first, at), (last, _) in found.merged_cell_ranges or ()
        ]
        self._facts = facts
        self._grid = Grid(self._rows(found), MergedCells(ranges), is_header, header_rows)
        self.header_row, self.columns = self._grid.header_row, self._grid.columns

    def _chosen(self, book: CalamineWorkbook, wanted: str | None) -> str:
        names = book.sheet_names
        if not names:
            raise MalformedError("workbook.no_sheet")
        if wanted is not None and wanted not in names:
            raise MalformedError.about(unknown_word(wanted, Message.of("form.sheet"), {name: name for name in names}))
        shown = [sheet.name for sheet in book.sheets_metadata if sheet.visible is SheetVisibleEnum.Visible]
        self.sheets = tuple(shown)
        chosen = wanted or next(iter(shown), names[0])
        self._others = [name for name in names if name != chosen]
        return chosen

    def _rows(self, sheet: CalamineSheet) -> Iterator[tuple[int, list[str]]]:
        if sheet.total_width > self._limits.columns:
            raise LimitError("table.too_many_columns", columns=sheet.total_width, most=self._limits.columns)
        aside = [""] * (sheet.start[1] if sheet.start else 0)
        for number, values in enumerate(sheet.iter_rows(), start=1):
            cells = aside + [self._text(value) for value in values]
            for at in self._facts.errors.get(number, ()):
                if at < len(cells):
                    cells[at] = FaultyCell("", Problem.of("cell.error", read="#ERR"))
            while cells and not cells[-1]:
                cells.pop()
            yield number, cells

    def _text(self, value: Value) -> str:
        match value:
            case str():
                return value
            case bool():
                return "TRUE" if value else "FALSE"
            case int() | float():
                return self._number(value)
            case datetime():
                moment = value.isoformat(timespec="milliseconds" if value.microsecond else "seconds")
                return MomentCell(moment.removesuffix("T00:00:00"))
            case date() | time():
                return MomentCell(value.isoformat())
            case _:
                return str(value)

    def _number(self, value: float) -> str:
        number = Decimal(repr(value))
        if len(number.as_tuple().digits) > _DIGITS and number != number.to_integral_value():
            self._rounded += 1
            number = _ROUND.plus(number)
        plain = format(number, "f")
        return NumberCell(plain.rstrip("0").rstrip(".") if "." in plain else plain)

    def rows(self) -> Iterator[tuple[int, list[str] | Problem]]:
        """Yield each row below the header with its number from 1, or what is wrong with it."""
        yield from self._grid.rows()

    def raw(self) -> Iterator[tuple[int, list[str] | Problem]]:
        """Yield each row as it stands, with its number in the sheet."""
        yield from self._grid.raw()

    def lost(self) -> dict[Message, int]:
        """Say what of the workbook is not in the rows, or not as it was written, counted; complete once they are read."""
        lost = {
            Message.of("workbook.other_sheets", sheet=self.sheet, others=self._others): len(self._others),
            **self._grid.lost(),
            Message.of("workbook.rounded", digits=_DIGITS): self._rounded,
            Message.of("workbook.errors_unseen"): int(not self._sees_errors),
            Message.of("workbook.formula_value"): self._facts.formulas,
            **hidden_rows(self._facts.hidden),
        }
        return {note: count for note, count in lost.items() if count}


class _OdsFacts:
    """What a sheet of an ODS says beside its values."""

    def __init__(self, sheet: str) -> None:
        self.merged: list[Range] = []
        self.hidden: list[int] = []
        self.errors: dict[int, list[int]] = {}
        self.formulas = 0
        self._sheet = sheet
        self._inside = False
        self._row = self._column = 0
        self._rows = 1

    def read(self, package: Package) -> None:
        stream = package.open(ODS_CONTENT)
        if stream is None:
            return
        parser = xml_parser(ODS_CONTENT)
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        while chunk := stream.read(_CHUNK):
            feed(parser, chunk, ODS_CONTENT)
        feed(parser, b"", ODS_CONTENT, last=True)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "table:table":
            self._inside = attributes.get("table:name") == self._sheet
            self._row, self._rows = 0, 1
        elif self._inside and tag == "table:table-row":
            self._row += self._rows
            self._rows = _times(attributes, "table:number-rows-repeated")
            self._column = 0
            if attributes.get("table:visibility", "visible") != "visible":
                self.hidden += range(self._row, self._row + min(self._rows, _CHUNK))
        elif self._inside and tag in {"table:table-cell", "table:covered-table-cell"}:
            self._cell(attributes)

    def _cell(self, attributes: dict[str, str]) -> None:
        rows, columns = (_times(attributes, f"table:number-{which}-spanned") for which in ("rows", "columns"))
        if rows > 1 or columns > 1:
            self.merged.append((self._column, self._row, self._row + rows - 1))
        self.formulas += "table:formula" in attributes
        if attributes.get("calcext:value-type") == "error":
            self.errors.setdefault(self._row, []).append(self._column)
        self._column += _times(attributes, "table:number-columns-repeated")

    def _end(self, tag: str) -> None:
        if tag == "table:table":
            self._inside = False


def _times(attributes: dict[str, str], name: str) -> int:
    text = attributes.get(name, "1")
    return int(text) if text.isdigit() and len(text) < len("1048576000") else 1


def _unpack(package: Package) -> None:
    """Unpack every part once under the meter, so that a file that unpacks to too much is refused before the library sees it."""
    for name in package.names():
        stream = package.open(name)
        while stream is not None and stream.read(_CHUNK):
            pass
