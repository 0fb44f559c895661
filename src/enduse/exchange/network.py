"""The plain way into assurance: a folder with ``nodes.csv``, ``links.csv``, ``instruments.csv``, ``readings.csv``.

Columns are those of :func:`enduse.assurance.tables.read_tables`, in any order; others are passed over. ``materials.csv``
may stand beside them. Missing readings are simply not there. A row that cannot be used is reported with its line and
hides nothing else.
"""

import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec

from enduse.assurance.table_rows import BEYOND, OPTIONAL_TABLES, TABLES
from enduse.errors import LimitError, MalformedError, Problem, UnknownError

NEEDED: Final = {
    "nodes": {"node", "kind"},
    "links": {"link", "from_node", "to_node"},
    "instruments": {"instrument", "random_sd", "systematic_sd"},
    "materials": {"material"},
    "readings": {"reading", "period", "material", "kind", "quantity", "instrument"},
}
ROWS_MAX: Final = 20_000_000
CELL_MAX: Final = 10_000


def is_network(folder: Path) -> bool:
    """Say whether a folder holds such tables."""
    return (folder / "readings.csv").is_file()


def tables(folder: Path) -> dict[str, Iterator[tuple[int, dict[str, object]]]]:
    """Give the rows of every table of a folder, by its name; those that may be left out only where they are there."""
    there = [name for name in OPTIONAL_TABLES if (folder / f"{name}.csv").is_file()]
    return {name: rows(folder, name) for name in (*TABLES, *there)}


def in_file(problem: Problem) -> Problem:
    """Return a problem of a table as one of the file it lies in."""
    return msgspec.structs.replace(problem, source=f"{problem.source}.csv")


def rows(folder: Path, table: str) -> Iterator[tuple[int, dict[str, object]]]:
    """Give the rows of one table, each with the line it ends on, by column; a row without any entry is none.

    Args:
        folder: where the tables lie.
        table: one of :data:`TABLES` or :data:`OPTIONAL_TABLES`.

    Raises:
        UnknownError: the table is not there.
        MalformedError: a needed column is missing, two have one name, or it is not CSV in UTF-8.
        LimitError: more than :data:`ROWS_MAX` rows.
    """
    path = folder / f"{table}.csv"
    try:
        file = path.open(newline="", encoding="utf-8-sig")
    except OSError as error:
        raise UnknownError(
            "network.table_missing",
            source=str(path),
            reason=str(error.strerror),
            tables=[f"{name}.csv" for name in TABLES],
        ) from error
    with file:
        csv.field_size_limit(CELL_MAX)
        reader = csv.reader(file)
        try:
            header = [" ".join(name.split()).casefold() for name in next(reader, [])]
            _check_header(header, NEEDED[table], path.name)
            for count, cells in enumerate(reader, 2):
                if count > ROWS_MAX:
                    raise LimitError("table.too_many_rows", source=path.name, most=ROWS_MAX)
                if any(cell.strip() for cell in cells):
                    yield reader.line_num, _row(header, cells)
        except (csv.Error, UnicodeDecodeError) as error:
            raise MalformedError(
                "network.not_csv", source=path.name, line=reader.line_num, reason=str(error)
            ) from error


def _check_header(header: list[str], needed: set[str], source: str) -> None:
    if lacking := needed - set(header):
        raise MalformedError("network.columns_missing", source=source, line=1, columns=sorted(lacking))
    if twice := sorted(name for name, times in Counter(header).items() if name and times > 1):
        raise MalformedError("network.columns_twice", source=source, line=1, columns=twice)


def _row(header: list[str], cells: list[str]) -> dict[str, object]:
    row: dict[str, object] = {name: cell for name, cell in zip(header, cells, strict=False) if name}
    if any(cell.strip() for cell in cells[len(header) :]):
        row[BEYOND] = cells[len(header) :]
    return row
