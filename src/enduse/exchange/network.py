"""The plain way into assurance: a folder with ``nodes.csv``, ``links.csv``, ``instruments.csv``, ``readings.csv``.

Columns are those of :func:`enduse.assurance.tables.read_tables`. Missing readings are simply not there. A row that
cannot be used is reported with its line and hides nothing else.
"""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from enduse.errors import LimitError, MalformedError, UnknownError

TABLES: Final = ("nodes", "links", "instruments", "readings")
NEEDED: Final = {
    "nodes": {"node", "kind"},
    "links": {"link", "from_node", "to_node"},
    "instruments": {"instrument", "random_sd", "systematic_sd"},
    "readings": {"reading", "period", "material", "kind", "quantity", "instrument"},
}
ROWS_MAX: Final = 20_000_000
CELL_MAX: Final = 10_000


def is_network(folder: Path) -> bool:
    """Say whether a folder holds such tables."""
    return (folder / "readings.csv").is_file()


def rows(folder: Path, table: str) -> Iterator[dict[str, object]]:
    """Give the rows of one table, by column.

    Args:
        folder: where the tables lie.
        table: one of :data:`TABLES`.

    Raises:
        UnknownError: the table is not there.
        MalformedError: a needed column is missing, or it is not CSV in UTF-8.
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
        reader = csv.DictReader(file)
        try:
            lacking = NEEDED[table] - set(reader.fieldnames or ())
            if lacking:
                raise MalformedError("network.columns_missing", source=path.name, line=1, columns=sorted(lacking))
            for number, row in enumerate(reader, 2):
                if number > ROWS_MAX:
                    raise LimitError("table.too_many_rows", source=path.name, most=ROWS_MAX)
                row.pop(None, None)
                yield dict(row)
        except (csv.Error, UnicodeDecodeError) as error:
            raise MalformedError(
                "network.not_csv", source=path.name, line=reader.line_num, reason=str(error)
            ) from error
