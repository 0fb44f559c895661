"""A table written back with what is wrong with its rows, for whoever keeps it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from enduse.errors import MalformedError, Problem
from enduse.exchange.tables.sheet import Sheet
from enduse.exchange.tables.table import read_table
from enduse.pages.localizer import Localizer


def write_remarks(
    table: Path, out: Path, problems: Iterable[Problem], words: Localizer, profile: str | Path | None = None
) -> int:
    """Write a table back with one column more, in which each row at fault says what is wrong and what to do.

    Rows and columns stay where they are: row 4 is row 4.

    Args:
        table: as it was read.
        out: CSV or XLSX, by its suffix.
        problems: of its rows.
        words: in which language.
        profile: how it was read.

    Returns:
        How many rows have a remark.

    Raises:
        MalformedError: the suffix is neither.
        EnduseError: the table cannot be read.
    """
    from enduse.exchange.tables.writing import write_csv, write_workbook  # noqa: PLC0415 - needs an extra

    if out.suffix not in (".csv", ".xlsx"):
        raise MalformedError("remarks.suffix", source=str(out))
    with read_table(table, profile) as opened:
        read, header = opened.profile.read, opened.sheet.row_of(0)
    remarks: dict[int, list[str]] = defaultdict(list)
    for problem in problems:
        if problem.line is not None and problem.source == opened.sheet.name:
            remarks[problem.line].append(_worded(problem, words))

    def raw() -> Iterator[tuple[int, Sequence[str]]]:
        with Sheet(
            table, sheet=opened.sheet.sheet or None, delimiter=read.delimiter, encoding=read.encoding, verbatim=True
        ) as sheet:
            for number, cells in sheet.raw():
                yield number, [] if isinstance(cells, Problem) else cells

    width = max(len(cells) for _, cells in raw())
    rows = _remarked(raw(), width, {header: [words.say("Remarks")], **remarks})
    first = next(rows)
    if out.suffix == ".csv":
        write_csv(out, first, rows)
    else:
        write_workbook(out, [(opened.sheet.sheet or table.stem, first, rows)])
    return len(remarks)


def _remarked(
    rows: Iterable[tuple[int, Sequence[str]]], width: int, remarks: dict[int, list[str]]
) -> Iterator[list[str]]:
    """Give each row with its remark behind it; rows that a workbook leaves out are blank, so that each keeps its number."""
    expected = 1
    for number, cells in rows:
        for _ in range(expected, number):
            yield [""] * width
        expected = number + 1
        yield [*map(str, cells), *[""] * (width - len(cells)), " ".join(dict.fromkeys(remarks.get(number, ())))]


def _worded(problem: Problem, words: Localizer) -> str:
    place = f"{problem.cell} {problem.path}: " if problem.cell else ""
    remedy = words.remedy(problem.told)
    return f"{place}{words.message(problem.told)}{f' ({remedy})' if remedy else ''}."
