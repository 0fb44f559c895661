"""The plain way into assurance: tables of nodes, links, instruments and readings, in one folder or one workbook.

Columns are those of :func:`enduse.assurance.tables.plain_tables.read_tables`, in any order. A table of materials may stand beside
them. Missing readings are simply not there. A row that cannot be used is told with its number and hides nothing else; so
is a column that is not used.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec

from enduse.assurance.tables.table_rows import FAULT, NEEDED, NUMBERS, OPTIONAL, OPTIONAL_TABLES, TABLES, WHEN, RowFault
from enduse.errors import EnduseError, MalformedError, Problem, UnknownError
from enduse.exchange.tables.column_names import NAMES
from enduse.exchange.tables.encodings import encoding_of
from enduse.exchange.tables.limits import Limits
from enduse.exchange.tables.sheet import Sheet
from enduse.exchange.tables.values import ColumnStyle, folded, style_of
from enduse.messages import Message
from enduse.terms.forms import nearest

WORKBOOKS: Final = (".xlsx", ".ods", ".xls")
SUFFIXES: Final = (".csv", ".csv.gz", ".tsv", ".txt", *WORKBOOKS)
LIMITS: Final = Limits(rows=20_000_000, file_bytes=4 * 1024**3)
MISTYPED: Final = 0.85
"""How like a column must be to one that is known to be refused as mistyped: “received by” is no “received_on”."""
_COMMON: Final = {
    "consignment": "waybill",
    "material": "item",
    "quantity": "quantity",
    "place": "place",
    "from_node": "from",
    "to_node": "to",
    "currency": "currency",
    "period": "date",
    "unit": "unit",
}
"""What columns are called that people commonly call otherwise, in :data:`enduse.exchange.tables.column_names.NAMES`."""
_TWO_WAYS: Final = re.compile(r"[+-]?[0-9]{1,3}[.,][0-9]{3}")
_DECIMALS: Final = re.compile(r"[+-]?[0-9]{4,}([.,])[0-9]+")
_DISTINCT: Final = 100_000
SHOWN: Final = 12
"""Files of a folder that are named at most."""


class TableFile(msgspec.Struct, frozen=True):
    """Where a table lies: a file, and of a workbook the sheet."""

    path: Path
    sheet: str | None = None


def is_network(path: Path) -> bool:
    """Say whether such tables lie in a folder or workbook."""
    found = _found(path)
    return "readings" in found or len(found) > 1


def nothing_here(path: Path) -> UnknownError:
    """Return the error that neither a programme nor tables lie in a folder."""
    there = sorted(one.name for one in path.iterdir()) if path.is_dir() else []
    return UnknownError("network.nothing_here", source=str(path), there=there[:SHOWN] or ["-"], tables=TABLES)


class NetworkTables:
    """The tables of a folder, or of one workbook; give their rows once.

    Attributes:
        notes: files called like a table that are not read, and columns that are not used; complete once the rows have been read.

    Args:
        path: of the folder, or of the workbook.
        only: the one table that is the file at ``path``, where that is all.

    Raises:
        UnknownError: a table is not there.
        MalformedError: a table is there twice.
    """

    def __init__(self, path: Path, only: str | None = None) -> None:
        self.notes: list[Problem] = []
        self._usual = "", ""
        if only is not None:
            self._files = {only: TableFile(path)}
            return
        found = _found(path)
        for name in (*TABLES, *OPTIONAL_TABLES):
            files = found.get(name, [])
            if not files and name in TABLES:
                there = [one.name for one in sorted(path.iterdir()) if one.is_file()][:SHOWN] if path.is_dir() else []
                raise UnknownError("network.table_missing", source=str(path), table=name, tables=TABLES, there=there)
            if len(files) > 1:
                twice = [one.path.name for one in files]
                raise MalformedError("network.table_twice", source=str(path), table=name, files=twice)
        self._files = {name: files[0] for name, files in found.items()}
        if unread := _like_a_table(path, {file.path for file in self._files.values()}):
            self.notes.append(Problem.of("network.files_unread", source=path.name, files=unread[:SHOWN]))
        self._usual = self._decimal_mark()

    def rows(self) -> dict[str, Iterator[tuple[int, dict[str, object]]]]:
        """Give the rows of every table by its name; those that may be left out only where they are there.

        Each has the number that a spreadsheet shows for it; a row without any entry is none.

        Raises:
            MalformedError: while they are read: a needed column is missing, two have one name, one is mistyped, or the
                table cannot be read to its end.
            LimitError: while they are read: more rows than :data:`LIMITS` allow.
        """
        return {name: self._rows(name) for name in self._files}

    def placed(self, problem: Problem) -> Problem:
        """Return a problem of a table as one of the file it lies in."""
        file = self._files.get(problem.source)
        if file is None:
            return problem
        return msgspec.structs.replace(problem, source=file.path.name, sheet=file.sheet or "")

    def _rows(self, table: str) -> Iterator[tuple[int, dict[str, object]]]:
        file = self._files[table]
        try:
            encoding = _encoding(file)
            with self._open(file, table, encoding) as sheet:
                names = [_name(column) for column in sheet.columns]
                self._check(names, table)
                mark, delimiter = self._usual
                styles = _styles(sheet, names, mark if sheet.delimiter in {delimiter, "\t"} else "")
            if styles is None:
                return
            with self._open(file, table, encoding) as sheet:
                for number, cells in sheet.rows():
                    if not isinstance(cells, Problem):
                        yield sheet.row_of(number), _row(names, cells, styles)
                    elif cells.code in {"table.reading_ended", "file.changed_meanwhile"}:
                        raise MalformedError.about(cells.told, source=table, line=cells.line)
                    else:
                        yield sheet.row_of(number), {FAULT: RowFault("", cells.told)}
        except EnduseError as error:
            if error.problem.source in {table, file.path.name}:
                error.problem = self.placed(msgspec.structs.replace(error.problem, source=table))
            raise

    def _decimal_mark(self) -> tuple[str, str]:
        """Return what stands before decimals, and between cells, of instruments: of their errors that is sure, being below one."""
        file = self._files["instruments"]
        try:
            with self._open(file, "instruments", _encoding(file)) as sheet:
                at = [at for at, name in enumerate(map(_name, sheet.columns)) if name in {"random_sd", "systematic_sd"}]
                rows = (cells for _, cells in sheet.rows() if not isinstance(cells, Problem))
                comma = style_of(cells[one] for cells in rows for one in at if one < len(cells))[1]
        except EnduseError:
            return "", ""  # told when its rows are read
        return "" if comma is None else "," if comma else ".", sheet.delimiter

    def _open(self, file: TableFile, table: str, encoding: str | None) -> Sheet:
        def is_header(names: tuple[str, ...]) -> bool:
            return NEEDED[table] <= set(map(_name, names))

        return Sheet(
            file.path,
            limits=LIMITS,
            sheet=file.sheet,
            encoding=encoding,
            is_header=is_header,
            verbatim=True,
            ragged=True,
        )

    def _check(self, names: list[str], table: str) -> None:
        """Refuse a header that lacks a column or has one twice or mistyped; note what is not used."""
        there = [name for name in names if name]
        if lacking := sorted(NEEDED[table] - set(there)):
            if not there:
                raise MalformedError("network.table_empty", source=table, line=1, columns=lacking)
            raise MalformedError("network.columns_missing", source=table, line=1, columns=lacking, there=there)
        if twice := sorted(name for name, times in Counter(there).items() if times > 1):
            raise MalformedError("network.columns_twice", source=table, line=1, columns=twice)
        known = NEEDED[table] | OPTIONAL[table]
        passed_over = []
        for name in there:
            if name in known:
                continue
            free = known - set(there)
            if meant := nearest(name, free, MISTYPED):
                raise MalformedError("network.column_mistyped", source=table, line=1, name=name, nearest=meant)
            if meant := nearest(name, free) or _commonly(name, free):
                self.notes.append(
                    self.placed(Problem.of("network.column_like", source=table, name=name, nearest=meant))
                )
            else:
                passed_over.append(name)
        if passed_over:
            self.notes.append(self.placed(Problem.of("network.columns_unused", source=table, columns=passed_over)))


def _found(path: Path) -> dict[str, list[TableFile]]:
    """Return where the tables lie, by their names in any letters: files of their own, else sheets of the one workbook."""
    named: dict[str, list[TableFile]] = {}
    files = sorted(one for one in path.iterdir() if one.is_file()) if path.is_dir() else [path]
    if path.is_dir():
        for file in files:
            stem, dot, suffix = file.name.casefold().partition(".")
            if stem in {*TABLES, *OPTIONAL_TABLES} and dot + suffix in SUFFIXES:
                named.setdefault(stem, []).append(TableFile(file))
    books = [file for file in files if file.suffix.casefold() in WORKBOOKS and not file.name.startswith(("~", "."))]
    if named or len(books) != 1 or not books[0].is_file():
        return named
    try:
        with Sheet(books[0], verbatim=True) as sheet:
            sheets = sheet.sheets
    except EnduseError:
        return {}
    for name in sheets:
        if (table := name.strip().casefold()) in {*TABLES, *OPTIONAL_TABLES}:
            named.setdefault(table, []).append(TableFile(books[0], name))
    return named


def _like_a_table(path: Path, read: set[Path]) -> list[str]:
    """Return the files of a folder that are called like a table, with more to it (``readings (2).csv``), and are not read."""
    names = (*TABLES, *OPTIONAL_TABLES)
    there = sorted(one for one in path.iterdir() if one.is_file() and one not in read) if path.is_dir() else []
    return [
        one.name for one in there if one.name.casefold().startswith(names) and one.name.casefold().endswith(SUFFIXES)
    ]


def _encoding(file: TableFile) -> str | None:
    return None if file.path.suffix.casefold() in WORKBOOKS else encoding_of(file.path) or None


def _name(column: str) -> str:
    """Return the name of a column as it is compared: in small letters, with one underscore between words."""
    return "_".join(folded(column).casefold().replace("-", " ").replace("_", " ").split())


def _commonly(name: str, free: frozenset[str]) -> str | None:
    """Return which column that is not there this one may be by what people commonly call it."""
    plain = name.replace("_", "-")
    return next((each for each, key in _COMMON.items() if each in free and re.search(NAMES[key], plain)), None)


class _Style:
    """How one column writes numbers and days."""

    def __init__(self, texts: set[str], delimiter: str, usual: str) -> None:
        order, comma = style_of(texts)
        if comma is None:
            marks = {found[1] for text in texts if (found := _DECIMALS.fullmatch(folded(text)))}
            comma = marks == {","} if marks else None
        settled = usual or ("." if delimiter in {"", ","} else "")
        self._unsure = () if comma is not None else tuple(mark for mark in ",." if mark != settled)
        self._read = ColumnStyle(order, comma=settled == "," if comma is None else comma).remembered()

    def two_ways(self, text: str) -> bool:
        """Say whether a text may be one number or another, a thousand times as large."""
        return (
            type(text) is str and any(mark in text for mark in self._unsure) and bool(_TWO_WAYS.fullmatch(folded(text)))
        )

    def read(self, text: str) -> str:
        """Return a number or a day as programs write it."""
        return self._read(text)


def _styles(sheet: Sheet, names: Sequence[str], usual: str) -> dict[str, _Style] | None:
    """Return how the columns of numbers and days are written, looking at all of them; None where there is no row."""
    places = [(at, set[str]()) for at, name in enumerate(names) if name in {*NUMBERS, *WHEN}]
    any_row = False
    for _, cells in sheet.rows():
        any_row = True
        if isinstance(cells, Problem):
            continue
        for at, texts in places:
            if at < len(cells) and len(texts) < _DISTINCT and not cells[at].isdecimal():
                texts.add(cells[at])
    return {names[at]: _Style(texts, sheet.delimiter, usual) for at, texts in places} if any_row else None


def _row(names: Sequence[str], cells: Sequence[str], styles: dict[str, _Style]) -> dict[str, object]:
    row: dict[str, object] = {name: cell for name, cell in zip(names, cells, strict=False) if name}
    if any(cell.strip() for cell in cells[len(names) :]):
        row[FAULT] = RowFault("", Message.of("assurance.cells_beyond"))
    for name, style in styles.items():
        cell = row.get(name)
        if isinstance(cell, str) and cell:
            if style.two_ways(cell):
                row[FAULT] = RowFault(name, Message.of("assurance.number_two_ways", read=cell))
            else:
                row[name] = style.read(cell)
    return row
