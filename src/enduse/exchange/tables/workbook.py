"""XLSX (ISO/IEC 29500) as rows of text, streamed, with every digit as the file has it.

Read here and not through openpyxl, because that turns each number into a float before anybody can see its digits, and
because parts from outside are unpacked under a meter. A workbook keeps binary doubles, written with up to 17 digits;
spreadsheets show and keep 15, so a fraction with more is rounded to 15 in decimal, and that is counted and said.
"""

import re
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Context, Decimal, InvalidOperation
from io import BufferedReader
from typing import Final

from enduse.errors import EnduseError, LimitError, MalformedError, Problem
from enduse.exchange.tables.amount_text import currencies_of
from enduse.exchange.tables.cells import AmountCell, FaultyCell, MomentCell, NumberCell
from enduse.exchange.tables.grid import Grid, hidden_rows
from enduse.exchange.tables.header import IsHeader
from enduse.exchange.tables.limits import Limits
from enduse.exchange.tables.merged import MergedCells, column_of, merged_in
from enduse.exchange.tables.package import Package, feed, xml_parser
from enduse.messages import Message
from enduse.terms.forms import unknown_word

_CHUNK: Final = 1 << 16
_STYLES_MAX: Final = 70_000
_DIGITS: Final = 15
_ROUND: Final = Context(prec=_DIGITS)
_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LITERAL: Final = re.compile(r'"[^"]*"|[\\_*].|\[[^\]]*\]')
"""What a number format shows as it is, pads with (``_x``) or repeats (``*x``), and its conditions and colours."""
_ELAPSED: Final = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
"""What a format has that shows how long something took: a number of days, and no day."""
_NOUGHTS: Final = re.compile("0{2,30}")
"""A format that shows a whole number with noughts in front."""
_PADDED: Final = re.compile(r"[_*].")
"""What a format only leaves room for, or fills with."""
_SIGNS: Final = re.compile(r'(?<=\[\$)[^-\]]+|(?<=")[^"]+(?=")|(?<!\[)[$€£¥₪₴₺₽₹]')
"""Where a format may show a currency: in brackets, in quotes, or by its sign alone."""
_ROW: Final = re.compile(r"[1-9][0-9]{0,9}")
_CELL: Final = re.compile(r"([A-Z]{1,3})[0-9]*")
_DATE_FORMATS: Final = frozenset(map(str, (*range(14, 23), *range(27, 37), *range(50, 59))))
"""Formats that every workbook has and that show a day or a clock; 45 to 47 show how long something took."""
_DAY_MS: Final = 86_400_000
_LEAP_BUG: Final = 60
_REFERENCE: Final = "/relationships id"
"""How the attribute ends by which a sheet names its part, in both namespaces that are in use."""
_TRUE: Final = ("1", "true")
_NO_TABLES: Final = frozenset(("chartsheet", "dialogsheet"))
"""Sheets of a workbook that have no cells."""
_OVERHEAD: Final = 50
"""What one shared text costs beside its characters."""


class Workbook:
    """Rows of one sheet of a workbook.

    Attributes:
        columns: the header.
        header_row: which row of the sheet the header is.
        sheet: name of the sheet that is read: the one asked for, else the first that is not hidden.
        sheets: names of all sheets that are not hidden.
    """

    def __init__(
        self,
        package: Package,
        limits: Limits,
        sheet: str | None,
        is_header: IsHeader | None = None,
        header_rows: int = 1,
    ) -> None:
        """Find the sheet and read as far as its header: the first row that ``is_header``, else the first row.

        Raises:
            MalformedError: it is no workbook that we read.
            LimitError: it unpacks to too much.
        """
        self._limits = limits
        self._formulas = self._rounded = 0
        self._cells = _Cells(limits, self._value)
        self._package = package
        self.sheet, target, self._others, self._since_1904 = self._find(sheet)
        self._shared = self._shared_texts()
        styles = self._styles()
        self._dates, self._widths, self._signs, self._cells.bold_styles = (
            frozenset(styles.dates),
            styles.widths,
            styles.signs,
            frozenset(styles.bold),
        )
        merged = MergedCells(merged_in(target, lambda: self._sheet_part(target)))
        self._grid = Grid(self._sheet_rows(target), merged, is_header, header_rows)
        self.header_row, self.columns = self._grid.header_row, self._grid.columns

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
            Message.of("workbook.formula_value"): self._formulas,
            Message.of("workbook.rounded", digits=_DIGITS): self._rounded,
            Message.of("workbook.faulty_cell"): self._cells.faulty,
            **hidden_rows(self._cells.hidden),
            **self._grid.hidden_columns(self._cells.hidden_columns),
        }
        return {note: count for note, count in lost.items() if count}

    def _find(self, wanted: str | None) -> tuple[str, str, list[str], bool]:
        """Return name and part of the sheet to read, the other sheets, and whether dates count from 1904."""
        sheets: list[tuple[str, str, bool]] = []
        since_1904 = False

        def book(tag: str, attributes: dict[str, str]) -> None:
            nonlocal since_1904
            if tag == "sheet":
                hidden = attributes.get("state", "visible") != "visible"
                reference = next((value for name, value in attributes.items() if name.endswith(_REFERENCE)), "")
                sheets.append((attributes.get("name", ""), reference, hidden))
            elif tag == "workbookPr":
                since_1904 = attributes.get("date1904") in {"1", "true"}

        root = self._package.relationships().values()
        main = next((points.part for points in root if points.kind == "officeDocument"), "xl/workbook.xml")
        self._package.walk(main, book)
        targets = self._package.relationships(main)
        self._parts = {points.kind: points.part for points in targets.values()}
        sheets = [each for each in sheets if each[1] not in targets or targets[each[1]].kind not in _NO_TABLES]
        if not sheets:
            raise MalformedError("workbook.no_sheet")
        names = [name for name, _, _ in sheets]
        self.sheets = tuple(name for name, _, hidden in sheets if not hidden)
        if wanted is not None and wanted not in names:
            raise MalformedError.about(unknown_word(wanted, Message.of("form.sheet"), {name: name for name in names}))
        chosen = next(
            (sheet for sheet in sheets if sheet[0] == wanted or (wanted is None and not sheet[2])),
            sheets[0],
        )
        target = targets[chosen[1]].part if chosen[1] in targets else ""
        return chosen[0], target, [name for name in names if name != chosen[0]], since_1904

    def _styles(self) -> "_Styles":
        styles = _Styles()
        self._package.walk(self._parts.get("styles", "xl/styles.xml"), styles.start)
        return styles

    @property
    def bold(self) -> set[int]:
        """Rows whose first cell with a letter is bold, as far as they have been read."""
        return self._cells.bold

    def _shared_texts(self) -> list[str]:
        name = self._parts.get("sharedStrings", "xl/sharedStrings.xml")
        stream = self._package.open(name)
        if stream is None:
            return []
        shared = _Shared()
        parser = xml_parser(name)
        parser.StartElementHandler = shared.start
        parser.EndElementHandler = shared.end
        parser.CharacterDataHandler = shared.data
        while chunk := stream.read(_CHUNK):
            feed(parser, chunk, name)
            if shared.size > self._limits.shared_chars:
                raise LimitError("workbook.too_much_text", most=self._limits.shared_chars)
        feed(parser, b"", name, last=True)
        return shared.texts

    def _sheet_part(self, target: str) -> BufferedReader:
        stream = self._package.open(target)
        if stream is None:
            raise MalformedError("workbook.part_missing", part=target)
        return stream

    def _sheet_rows(self, target: str) -> Iterator[tuple[int, list[str]]]:
        stream = self._sheet_part(target)
        cells = self._cells
        parser = xml_parser(target)
        parser.StartElementHandler = cells.start
        parser.EndElementHandler = cells.end
        parser.CharacterDataHandler = cells.data
        ended = False
        while not ended:
            chunk = stream.read(_CHUNK)
            ended = not chunk
            try:
                feed(parser, chunk, target, last=ended)
            except EnduseError:
                # What stood before the fault was read all the same.
                yield from cells.done
                raise
            yield from cells.done
            cells.done.clear()

    def _value(self, kind: str, style: str, text: str, *, formula: bool) -> str:
        """Return a cell as text.

        Raises:
            MalformedError: it is an error value, or a formula without a saved value.
        """
        if formula:
            self._formulas += 1
            if not text and kind != "str":
                raise MalformedError("cell.formula_unsaved")
        match kind:
            case "s":
                try:
                    return self._shared[int(text)]
                except (ValueError, IndexError) as error:
                    raise MalformedError("cell.text_missing", read=text) from error
            case "str" | "inlineStr":
                return _unescaped(text)
            case "b":
                return "TRUE" if text in _TRUE else "FALSE"
            case "e":
                raise MalformedError("cell.error", read=text)
            case "d":
                return MomentCell(text)
            case _:
                return self._number(text, style)

    def _number(self, text: str, style: str) -> str:
        if not text:
            return ""
        try:
            number = Decimal(text)
        except InvalidOperation as error:
            raise MalformedError("cell.number_damaged", read=text) from error
        if not number.is_finite() or abs(number.adjusted()) > 300:  # noqa: PLR2004 - the range of a double
            raise MalformedError("cell.number_damaged", read=text)
        if style in self._dates:
            return MomentCell(_moment(number, since_1904=self._since_1904))
        if len(number.as_tuple().digits) > _DIGITS and number != number.to_integral_value():
            self._rounded += 1
            number = _ROUND.plus(number)
        plain = format(number, "f")
        plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
        if plain.isdecimal() and len(plain) < (width := self._widths.get(style, 0)):
            return plain.zfill(width)  # the number of a paper, as everybody sees it: no amount is shown so
        return NumberCell(plain) if style not in self._signs else AmountCell(plain, self._signs[style])


class _Styles:
    """Gathers cell styles: which show a number as a date, with a currency, or with noughts up to how many digits, and which are bold."""

    def __init__(self) -> None:
        self.dates: list[str] = []
        self.bold: list[str] = []
        self.widths: dict[str, int] = {}
        self.signs: dict[str, str] = {}
        self._shown: dict[str, str] = {}
        self._formats: set[str] = set()
        self._noughts: dict[str, int] = {}
        self._fonts: list[bool] = []
        self._inside = ""
        self._count = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag in {"fonts", "cellXfs", "cellStyleXfs", "cellStyles", "dxfs", "fills", "borders"}:
            self._inside = tag
        elif tag == "numFmt":
            self._format(attributes.get("numFmtId", ""), attributes.get("formatCode", ""))
        elif tag == "font" and self._inside == "fonts":
            self._fonts.append(False)
        elif tag == "b" and self._inside == "fonts" and self._fonts:
            self._fonts[-1] = attributes.get("val", "1") in _TRUE
        elif tag == "xf" and self._inside == "cellXfs":
            number, font = attributes.get("numFmtId", "0"), attributes.get("fontId", "")
            self._shows(number, str(self._count))
            if font.isdigit() and int(font) < len(self._fonts) and self._fonts[int(font)]:
                self.bold.append(str(self._count))
            self._count += 1
            if self._count > _STYLES_MAX:
                raise LimitError("workbook.too_many_styles", most=_STYLES_MAX)

    def _shows(self, number: str, style: str) -> None:
        """Take note of what a style shows by the number of its format."""
        if number in self._formats or number in _DATE_FORMATS:
            self.dates.append(style)
        if number in self._noughts:
            self.widths[style] = self._noughts[number]
        if number in self._shown:
            self.signs[style] = self._shown[number]

    def _format(self, number: str, code: str) -> None:
        if _shows_date(code):
            self._formats.add(number)
        elif _NOUGHTS.fullmatch(code):
            self._noughts[number] = len(code)
        elif sign := next(
            (found for found in map(str.strip, _SIGNS.findall(_PADDED.sub("", code))) if currencies_of(found)), ""
        ):
            self._shown[number] = sign


class _Shared:
    """Gathers the table of shared texts; phonetic guides beside a text are not part of it."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.size = 0
        self._parts: list[str] = []
        self._reading = self._phonetic = False

    def start(self, tag: str, _: dict[str, str]) -> None:
        tag = _local(tag)
        if tag == "si":
            self._parts.clear()
            self.size += _OVERHEAD
        elif tag == "rPh":
            self._phonetic = True
        elif tag == "t":
            self._reading = not self._phonetic

    def data(self, text: str) -> None:
        if self._reading:
            self.size += len(text)
            self._parts.append(text)

    def end(self, tag: str) -> None:
        tag = _local(tag)
        if tag == "si":
            self.texts.append(_unescaped("".join(self._parts)))
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "t":
            self._reading = False


class _Cells:
    """Gathers cells into rows while the parser walks a sheet."""

    def __init__(self, limits: Limits, value: Callable[..., str]) -> None:
        self.done: list[tuple[int, list[str]]] = []
        self.faulty = 0
        self.bold: set[int] = set()
        self.bold_styles: frozenset[str] = frozenset()
        self.hidden: list[int] = []
        self.hidden_columns: list[tuple[int, int]] = []
        self._limits = limits
        self._value = value
        self._row: list[str] = []
        self._number = 0
        self._at = -1
        self._unnamed = True
        self._kind = self._style = self._name = ""
        self._text: list[str] = []
        self._size = 0
        self._reading = self._formula = self._phonetic = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        tag = _local(tag)
        if tag == "c":
            self._name = attributes.get("r", "")
            self._at = _column(self._name) if self._name else self._at + 1
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")
            self._text.clear()
            self._formula = False
        elif tag == "v" or (tag == "t" and self._kind == "inlineStr" and not self._phonetic):
            self._reading = True
        elif tag == "rPh":
            self._phonetic = True
        elif tag == "f":
            self._formula = True
        elif tag == "row":
            number = attributes.get("r", "")
            self._number = int(number) if _ROW.fullmatch(number) else self._number + 1
            self._row, self._at, self._size, self._unnamed = [], -1, 0, True
            if attributes.get("hidden") in _TRUE:
                self.hidden.append(self._number)
        elif tag == "col" and attributes.get("hidden") in _TRUE:
            first, last = attributes.get("min", ""), attributes.get("max", "")
            if _ROW.fullmatch(first) and _ROW.fullmatch(last):
                self.hidden_columns.append((int(first) - 1, int(last) - 1))

    def data(self, text: str) -> None:
        if self._reading:
            self._size += len(text)
            if self._size > self._limits.line_chars:
                raise LimitError("table.line_too_long", most=self._limits.line_chars)
            self._text.append(text)

    def end(self, tag: str) -> None:
        tag = _local(tag)
        if tag in {"v", "t"}:
            self._reading = False
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "c":
            self._put()
        elif tag == "row":
            self.done.append((self._number, self._row))

    def _put(self) -> None:
        if not self._text and not self._formula:
            return
        if self._at >= self._limits.columns:
            raise LimitError("workbook.cell_beyond", cell=self._name, most=self._limits.columns)
        try:
            text = self._value(self._kind, self._style, "".join(self._text), formula=self._formula)
        except MalformedError as error:
            text = FaultyCell("".join(self._text), error.problem)
            self.faulty += 1
        if self._unnamed and text.upper() != text.lower():  # the first cell with a letter names the row
            self._unnamed = False
            if self._style in self.bold_styles:
                self.bold.add(self._number)
        self._row += [""] * (self._at + 1 - len(self._row))
        self._row[self._at] = text


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def _column(name: str) -> int:
    address = _CELL.match(name)
    if address is None:
        raise MalformedError("workbook.cell_name", cell=name)
    return column_of(address.group(1))


def _unescaped(text: str) -> str:
    return _ESCAPE.sub(_character, text) if "_x" in text else text


def _character(escape: re.Match[str]) -> str:
    # Half a character, or one that no text needs, stays the escape it was written as.
    character = chr(int(escape.group(1), 16))
    return character if character.isprintable() or character in "\t\n\r" else escape.group(0)


def _shows_date(code: str) -> bool:
    # A month alone is shown by m, without hours, seconds or the signs for digits.
    if _ELAPSED.search(code):
        return False
    plain = _LITERAL.sub("", code).lower()
    if any(letter in plain for letter in "dy") or ("h" in plain and "m" in plain):
        return True
    return "m" in plain and not any(sign in plain for sign in "hs0#?")


def _moment(serial: Decimal, *, since_1904: bool) -> str:
    """Return a date or a local time as ISO 8601 text, to the millisecond a spreadsheet keeps."""
    days = int(serial)
    milliseconds = int(((serial - days) * _DAY_MS).to_integral_value())
    if serial < 0 or (days == _LEAP_BUG and not since_1904):
        raise MalformedError("cell.no_such_date", read=serial)
    if days == 0 and milliseconds:
        return (datetime.min + timedelta(milliseconds=milliseconds)).time().isoformat()  # noqa: DTZ901 - a clock face
    start = date(1904, 1, 1) if since_1904 else date(1899, 12, 31 if days < _LEAP_BUG else 30)
    try:
        day = start + timedelta(days=days)
    except OverflowError as error:
        raise MalformedError("cell.no_such_date", read=serial) from error
    if not milliseconds:
        return day.isoformat()
    moment = datetime(day.year, day.month, day.day) + timedelta(milliseconds=milliseconds)  # noqa: DTZ001 - as written
    return moment.isoformat(timespec="milliseconds" if milliseconds % 1000 else "seconds")
