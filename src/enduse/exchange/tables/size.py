"""Whether a table from a stranger is small enough to be read at all: every sheet of it once, under limits, before anything else."""

from pathlib import Path

from enduse.errors import LimitError, MalformedError, Problem
from enduse.exchange.tables.limits import Limits
from enduse.exchange.tables.sheet import Sheet

SHEETS_MAX = 20
"""Sheets of a workbook that a stranger brings."""

_TOO_LARGE = frozenset(("table.too_many_rows", "table.too_slow", "file.unpacks_too_large", "file.unpacks_suspiciously"))


def check_size(path: Path, limits: Limits) -> None:
    """Read a table once, to its end, and refuse one that is over a limit.

    Args:
        path: of the table.
        limits: of each of its sheets.

    Raises:
        LimitError: it is larger, has more rows or sheets, or takes longer.
        MalformedError: it is no table.
    """
    with Sheet(path, limits=limits, verbatim=True) as first:
        sheets = first.sheets
    if len(sheets) > SHEETS_MAX:
        raise LimitError("table.too_many_sheets", source=path.name, n=len(sheets), most=SHEETS_MAX)
    for title in sheets or (None,):
        with Sheet(path, limits=limits, verbatim=True, sheet=title) as sheet:
            last: Problem | None = None
            for _, cells in sheet.rows():
                last = cells if isinstance(cells, Problem) else None
            if sheet.complete or last is None:
                continue
        reason = last.values.get("reason")
        if getattr(reason, "code", "") in _TOO_LARGE:
            raise LimitError.about(last.told, source=path.name, line=last.line)
        raise MalformedError.about(last.told, source=path.name, line=last.line)
