"""What examined payments should have been: the list that an auditor fills in."""

from decimal import Decimal
from pathlib import Path
from typing import Final

from enduse.errors import FaultsError, MalformedError, Problem
from enduse.exchange.audit_table import Written, column_of, opened, rows_of
from enduse.exchange.tables.values import folded
from enduse.exchange.tables.writing import write_csv
from enduse.views.money_sample import MoneySample

_ENTRY: Final = ("statement", "entry", "البيان")
_EXAMINED: Final = ("examined", "should be", "found", "بعد الفحص")
_LISTED: Final = ("amount", "المبلغ")


def read_examined(path: Path, numbers: str = "") -> dict[int, Decimal]:
    """Return what examined payments should have been, by statement: a table with the columns ``statement`` and ``examined``.

    A row of which the second is empty is not examined yet. How numbers are written is told by both columns of amounts, since a
    spreadsheet writes the list's own like those that were filled in.

    Args:
        path: CSV, XLSX, ODS or XLS.
        numbers: how its numbers are written, where they do not tell it.

    Raises:
        FaultsError: rows are at fault; names every one.
        MalformedError, LimitError, OSError: it is no such table, or cannot be read.
    """
    with opened(path, (_ENTRY, _EXAMINED)) as table:
        entry, amount = column_of(table.columns, _ENTRY), column_of(table.columns, _EXAMINED)
        if entry is None or amount is None:
            raise MalformedError("sample.no_columns", source=table.name, columns=list(table.columns))
        listed = column_of(table.columns, _LISTED)
        rows, faults = rows_of(table)
        written = Written(numbers)
        written.look(cells[at] for _, cells in rows for at in (amount, listed) if at is not None)
        found: dict[int, Decimal] = {}
        for line, cells in rows:
            said, text = folded(cells[entry]), cells[amount]
            if not said.isdecimal() or int(said) in found:
                faults.append(Problem.of("sample.bad_entry", source=table.name, line=line, value=said[:40]))
            elif text.strip():
                try:
                    value = written.number(text)
                except MalformedError as error:
                    faults.append(Problem.about(error.problem.told, source=table.name, line=line))
                    continue
                if value is None or value < 0:
                    told = text.strip()[:40]
                    faults.append(Problem.of("sample.bad_examined", source=table.name, line=line, value=told))
                else:
                    found[int(said)] = value
        if faults:
            faults.sort(key=lambda one: one.line or 0)
            raise FaultsError("sample.bad_rows", tuple(faults), n=len(faults), source=table.name)
    return found


def write_sample(sample: MoneySample, path: Path) -> int:
    """Write what is to be examined, with an empty column to fill in; returns how many rows there are.

    Raises:
        OSError: it cannot be written.
    """
    columns = ("statement", "number", "day", "payer", "payee", "project", "amount", "currency", "examined")
    rows = [
        (
            one.entry,
            one.name,
            one.at.date().isoformat(),
            one.payer,
            one.payee,
            one.project,
            one.figure.value,
            one.figure.unit,
            "",
        )
        for one in sample.chosen
    ]
    return write_csv(path, columns, rows)
