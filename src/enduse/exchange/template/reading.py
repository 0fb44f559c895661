"""The workbook of a programme, read: which sheet is which, and each row by the codes of its columns."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Final

import msgspec

from enduse.errors import EnduseError, Problem
from enduse.exchange.tables.cells import FaultyCell
from enduse.exchange.tables.limits import Limits
from enduse.exchange.tables.passed_over import is_total_beside
from enduse.exchange.tables.sheet import Sheet
from enduse.exchange.template.layout import FORM_OF, FORMS, SheetForm
from enduse.exchange.template.words import EXAMPLE, column_words, folded, in_all_languages, sheet_words
from enduse.messages import Message
from enduse.system import open_file
from enduse.terms.forms import nearest

LIMITS: Final = Limits(file_bytes=64 * 1024**2, unpacked_bytes=1024**3, rows=200_000)
"""A workbook is held in memory whole, so that every fault is known before anything is recorded."""

_ALONE: Final = 2
"""So many heads in common make a sheet ours where its title does not."""


class FormRow(msgspec.Struct, frozen=True, kw_only=True):
    """One row.

    Attributes:
        form: of its sheet.
        source: name of the file.
        sheet: title of the sheet, as written.
        line: as the spreadsheet counts it.
        cells: text of every cell that is not blank, by the code of its column; numbers and dates as their kinds of text.
        names: of the cells, such as ``C4``, by the code of the column.
        heads: as written, by the code of the column.
    """

    form: SheetForm
    source: str
    sheet: str
    line: int
    cells: dict[str, str]
    names: dict[str, str]
    heads: dict[str, str]

    def fault(self, message: Message, code: str = "") -> Problem:
        """Return what is wrong with a cell, or with all of the row."""
        return msgspec.structs.replace(
            Problem.about(message, source=self.source, line=self.line, path=self.heads.get(code, "")),
            sheet=self.sheet,
            cell=self.names.get(code, ""),
        )


class ReadWorkbook(msgspec.Struct, frozen=True, kw_only=True):
    """A workbook as it was read.

    Attributes:
        name: of the file.
        sha256: its digest.
        rows: of each sheet, by its code, in the order they stand; example rows left out.
        problems: what cannot be read.
        notes: what was passed over.
    """

    name: str
    sha256: str
    rows: dict[str, list[FormRow]]
    problems: tuple[Problem, ...]
    notes: tuple[Message, ...]


def is_template(path: Path) -> bool:
    """Say whether a file is a workbook of which some sheet has the title of one of ours."""
    if not path.is_file():
        return False  # a pipe is not waited for: others could not write meanwhile
    try:
        with open_file(path) as file:
            if file.read(2) != b"PK":
                return False
        with Sheet(path, limits=LIMITS) as first:
            titles = first.sheets
        return any(_titled(title) for title in titles)
    except (EnduseError, OSError):
        return False  # whoever reads it as a table says what is wrong with it


def programme_sheets(path: Path) -> tuple[str, ...]:
    """Return the sheets of ours in a workbook of a programme; none of a workbook that only has a sheet called as ours are.

    What tells it is the sheet that says how it is filled in, or two sheets with our titles and all the heads they need.
    """
    if not is_template(path):
        return ()
    with Sheet(path, limits=LIMITS) as first:
        titles = first.sheets
    ours = [(title, form) for title in titles if (form := _titled(title)) is not None]
    if not any(folded(title) in map(folded, sheet_words("readme")) for title in titles):
        ours = [
            (title, form)
            for title, form in ours
            if {column.code for column in form.columns if column.needed}
            <= {heads(form).get(folded(name)) for name in _columns(path, title)}
        ]
        if len(ours) < _ALONE:
            return ()
    return tuple(title for title, _ in ours)


def read_workbook(path: Path) -> ReadWorkbook:
    """Read all sheets of ours.

    Raises:
        EnduseError: it is no workbook that we read.
    """
    with Sheet(path, limits=LIMITS) as first:
        name, sha256, titles = first.name, first.sha256, first.sheets
    rows: dict[str, list[FormRow]] = {form.code: [] for form in FORMS}
    problems: list[Problem] = []
    examples, others = 0, []
    totals: list[Message] = []
    for title in titles:
        form = _titled(title) or _fitting(_columns(path, title))
        if form is None:
            if folded(title) not in map(folded, sheet_words("readme")):
                others.append(title)
            continue
        with Sheet(path, limits=LIMITS, sheet=title, is_header=partial(_is_header, form), alone=True) as sheet:
            read = _Rows(sheet, form)
            for item in read:
                if isinstance(item, Problem):
                    problems.append(item)
                else:
                    rows[form.code].append(item)
            examples += read.examples
            totals += [Message.of("template.total_passed_over", sheet=sheet.sheet, row=row) for row in read.totals]
            problems += read.head_faults()
    notes = [Message.of("template.examples_passed_over", n=examples)] if examples else []
    notes += totals
    if others:
        notes.append(Message.of("template.sheets_not_read", n=len(others), sheets=others))
    return ReadWorkbook(name=name, sha256=sha256, rows=rows, problems=tuple(problems), notes=tuple(notes))


class _Rows:
    """The rows of one sheet, and what is wrong with it."""

    def __init__(self, sheet: Sheet, form: SheetForm) -> None:
        self._sheet = sheet
        self._form = form
        self._codes = [heads(form).get(folded(column)) for column in sheet.columns]
        self._written = {code: column for code, column in zip(self._codes, sheet.columns, strict=True) if code}
        self.examples = self.count = 0
        self.totals: list[int] = []

    def _is_total(self, cells: Sequence[str]) -> bool:
        """Say whether a row calls itself a total, and lacks what every row of the sheet needs; who is called Total lacks nothing."""
        written = {code: cell for code, cell in zip(self._codes, cells, strict=True) if code}
        return is_total_beside(cells, [written.get(column.code, "") for column in self._form.columns if column.needed])

    def __iter__(self) -> Iterator[FormRow | Problem]:
        for number, cells in self._sheet.rows():
            if isinstance(cells, Problem):
                yield cells
                continue
            first = next((folded(cell) for cell in cells if _filled(cell)), None)
            if first is None:
                continue
            if any(first.startswith(mark) for mark in _examples()):
                self.examples += 1
                continue
            if self._is_total(cells):
                self.totals.append(self._sheet.row_of(number))
                continue
            self.count += 1
            filled = {code: cell for code, cell in zip(self._codes, cells, strict=True) if code and _filled(cell)}
            yield FormRow(
                form=self._form,
                source=self._sheet.name,
                sheet=self._sheet.sheet,
                line=self._sheet.row_of(number),
                cells=filled,
                names={code: self._sheet.cell(column, number) for code, column in self._written.items()},
                heads=self._written,
            )

    def head_faults(self) -> Iterator[Problem]:
        """Give columns that are missing although there are rows, and heads that are misspelt."""
        line = self._sheet.row_of(0)
        place = {"source": self._sheet.name, "line": line}
        missing = [code.code for code in self._form.columns if code.needed and code.code not in self._written]
        if missing and self.count:
            told = Message.of("template.columns_missing", columns=[f"column:{code}" for code in missing])
            yield msgspec.structs.replace(Problem.about(told, **place), sheet=self._sheet.sheet)  # type: ignore[arg-type]
        for code, column in zip(self._codes, self._sheet.columns, strict=True):
            if code is None and column and (meant := nearest(folded(column), heads(self._form))) is not None:
                told = Message.of("template.head_misspelt", head=column, nearest=f"column:{heads(self._form)[meant]}")
                fault = Problem.about(told, **place)  # type: ignore[arg-type]
                yield msgspec.structs.replace(fault, sheet=self._sheet.sheet, cell=self._sheet.cell(column, 0))


def _filled(cell: str) -> bool:
    """Say whether something stands in a cell; a formula without a value does, and is told where it is read."""
    return isinstance(cell, FaultyCell) or bool(cell.strip())


@cache
def heads(form: SheetForm) -> Mapping[str, str]:
    """Return the codes of a sheet's columns by every way their heads may be written."""
    return {
        folded(written): column.code for column in form.columns for written in (column.code, *column_words(column.code))
    }


@cache
def _titles() -> Mapping[str, str]:
    return {folded(written): form.code for form in FORMS for written in (form.code, *sheet_words(form.code))}


@cache
def _examples() -> frozenset[str]:
    return frozenset(map(folded, in_all_languages(EXAMPLE)))


def _titled(title: str) -> SheetForm | None:
    """Return the sheet of ours that is called so, a number behind the title left out."""
    plain = re.sub(r"[ (]*[0-9]+\)?$", "", folded(title))
    code = _titles().get(folded(title)) or _titles().get(plain)
    return FORM_OF.get(code or "")


def _fitting(columns: tuple[str, ...]) -> SheetForm | None:
    """Return which sheet of ours has these heads, where they are those of one sheet alone."""
    fitting: list[tuple[float, int, SheetForm]] = []
    for at, form in enumerate(FORMS):
        known = [code for column in columns if (code := heads(form).get(folded(column)))]
        needed = {column.code for column in form.columns if column.needed}
        strange = sum(1 for column in columns if column) - len(known)
        if len(known) >= _ALONE and needed <= set(known) and strange < len(known):
            fitting.append((len(known) / len(form.columns) - strange, -at, form))
    return max(fitting)[2] if fitting else None


def _columns(path: Path, title: str) -> tuple[str, ...]:
    """Return the heads of a sheet: its first row that holds two of any sheet of ours, else its first row."""

    def like_ours(names: tuple[str, ...]) -> bool:
        return any(_is_header(form, names) for form in FORMS)

    try:
        with Sheet(path, limits=LIMITS, sheet=title, is_header=like_ours, alone=True) as sheet:
            return sheet.columns
    except EnduseError:
        return ()


def _is_header(form: SheetForm, names: tuple[str, ...]) -> bool:
    return sum(folded(name) in heads(form) for name in names if name) >= _ALONE
