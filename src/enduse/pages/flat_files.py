"""Answers as files: a workbook with one sheet a table, or a folder of CSV or Parquet files with stable columns.

Every row rests on one state of the record, which stands in the last columns of each file, and on the first sheet of the workbook.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, Literal

import msgspec
from msgspec import inspect

from enduse.errors import MalformedError, MissingExtraError
from enduse.exchange.tables.writing import Cell, whole, write_csv
from enduse.pages.localizer import Localizer
from enduse.views.flat import FlatAnswers
from enduse.views.flat_rows import TABLES

Form = Literal["csv", "parquet"]
"""Forms of a folder of tables."""

RECORD: Final = ("record", "record_size", "record_root", "record_practice")
"""Columns that end every row: name of the record, statements in it, their Merkle root, and whether it is practice."""

_DECIMAL: Final = "DECIMAL(38, 9)"
_PLAIN: Final = re.compile(r"[A-Za-z_]+")


class FlatColumn(msgspec.Struct, frozen=True):
    """One column of a file: its name, what it holds, and its type in Parquet."""

    name: str
    holds: str
    type: str


def flat_columns(table: str) -> tuple[FlatColumn, ...]:
    """Return the columns of a table's file: of an identifier its name stands behind it; the record stands last."""
    found: list[FlatColumn] = []
    for field in msgspec.structs.fields(TABLES[table]):
        holds, kind = _holds(inspect.type_info(field.type))
        found.append(FlatColumn(field.name, holds, kind))
        if holds in {"name", "names"}:
            found.append(FlatColumn(f"{field.name}_name", "called", "VARCHAR"))
    kinds = {"record_size": "BIGINT", "record_practice": "BOOLEAN"}
    return (*found, *(FlatColumn(name, "record", kinds.get(name, "VARCHAR")) for name in RECORD))


def _holds(info: inspect.Type) -> tuple[str, str]:
    """Return what a field holds, and its type in Parquet."""
    match info:
        case inspect.Metadata():
            return str((info.extra or {})["holds"]), "VARCHAR"
        case inspect.UnionType():
            return _holds(next(each for each in info.types if not isinstance(each, inspect.NoneType)))
        case inspect.DecimalType():
            return "amount", _DECIMAL
        case inspect.DateTimeType():
            return "moment", "TIMESTAMP"
        case inspect.IntType():
            return "count", "BIGINT"
        case inspect.BoolType():
            return "truth", "BOOLEAN"
    return "text", "VARCHAR"


def write_folder(answers: FlatAnswers, folder: Path, form: Form, words: Localizer) -> list[Path]:
    """Write every table as one file; return the files.

    Args:
        answers: of a programme.
        folder: to write into; made where it is missing.
        form: of the files.
        words: in whose language names stand beside identifiers.

    Raises:
        MissingExtraError: Parquet is asked for, and the extra ``analytics`` is not installed.
    """
    folder.mkdir(parents=True, exist_ok=True)
    tail = (answers.status.origin, answers.size, answers.root, answers.status.practice)
    written = []
    for table, rows in answers.tables.items():
        path = folder / f"{table}.{form}"
        write_table(path, table, rows, tail, form, words)
        written.append(path)
    return written


def write_table(
    path: Path, table: str, rows: Iterable[msgspec.Struct], record: Sequence[Any], form: Form, words: Localizer
) -> None:
    """Write one table as a file.

    Args:
        path: of the file.
        table: its name.
        rows: of it.
        record: what ends every row (:data:`RECORD`).
        form: of the file.
        words: in whose language names stand beside identifiers.

    Raises:
        MissingExtraError: Parquet is asked for, and the extra ``analytics`` is not installed.
    """
    columns, cells = flat_columns(table), _rows(table, rows, record, words)
    if form == "parquet":
        _parquet_writer()(path, columns, cells)
    else:
        write_csv(path, [column.name for column in columns], cells)


def _rows(table: str, rows: Iterable[msgspec.Struct], record: Sequence[Any], words: Localizer) -> Iterator[list[Cell]]:
    tail = [_cell(value) for value in record]
    columns = [column for column in flat_columns(table) if column.holds not in {"called", "record"}]
    for row in rows:
        cells: list[Cell] = []
        for column in columns:
            value = getattr(row, column.name)
            cells.append(_cell(value))
            if column.holds == "name":
                cells.append(words.name(value) if value else "")
            elif column.holds == "names":
                cells.append(words.listed(words.name(each) for each in value))
        yield cells + tail


def _cell(value: Any) -> Cell:  # noqa: ANN401 - any field of a row
    match value:
        case bool():
            return "true" if value else "false"
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
        case tuple():
            return " ".join(map(str, value))
        case str() | int() | Decimal() | None:
            return value
    raise TypeError(f"no column holds a {type(value).__name__}")


def _parquet_writer() -> Any:  # noqa: ANN401 - the library's own types
    try:
        import duckdb  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise MissingExtraError("analytics", "parquet") from error

    def convert(path: Path, columns: tuple[FlatColumn, ...], rows: Iterator[list[Cell]]) -> None:
        """Write rows as CSV and let the engine read it with the types of its columns, so that no digit is guessed."""
        types = ", ".join(f"'{_plain(column.name)}': '{column.type}'" for column in columns)
        with TemporaryDirectory() as folder, whole(path) as part, duckdb.connect() as engine:
            table = Path(folder) / "table.csv"
            write_csv(table, [column.name for column in columns], rows, guarded=False)
            engine.execute(
                f"COPY (SELECT * FROM read_csv({_quoted(table)}, auto_detect = false, header = true, delim = ',', "  # noqa: S608 - names of ours
                f"""quote = '"', escape = '"', nullstr = '', columns = {{{types}}})) TO {_quoted(part)} (FORMAT parquet)"""
            )

    return convert


def _plain(name: str) -> str:
    if not _PLAIN.fullmatch(name):
        raise ValueError(f"{name} is no name of a column")
    return name


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def check_suffix(path: Path, *allowed: str) -> None:
    """Refuse a file name that says another form than the file will have.

    Raises:
        MalformedError: it does.
    """
    if path.suffix.lower() not in allowed:
        raise MalformedError("pages.wrong_suffix", source=str(path), allowed=list(filter(None, allowed)))
