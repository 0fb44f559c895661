"""The answers as a workbook for a board: one sheet a question, numbers as numbers, in one language.

Nothing in it is a formula: what begins like one is kept as text, in a cell that says so itself.
"""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Final

import msgspec

from enduse.exchange.tables.writing import sheet_title, whole
from enduse.pages.access_terms import POINTS, REASONS, STATES
from enduse.pages.bill_words import sector_words
from enduse.pages.catalogue import mark
from enduse.pages.flat_files import FlatColumn, flat_columns
from enduse.pages.localizer import Localizer
from enduse.pages.sheets import (
    BODY,
    Alignment,
    Font,
    PageSetupProperties,
    Workbook,
    Worksheet,
    get_column_letter,
    head_cell,
)
from enduse.pages.tasks import task_words
from enduse.pages.visits_words import OUTCOMES, STATES_OF_VISITS
from enduse.pages.works_words import STAGES
from enduse.terms.currencies import PLACES, is_currency
from enduse.views.flat import FlatAnswers
from enduse.views.flat_rows import ChangesSince
from enduse.views.verified import checkpoint_messages

SHEETS: Final = (
    "money_by_donor",
    "money_by_project",
    "money_by_party",
    "goods",
    "goods_by",
    "stock",
    "use",
    "late",
    "advances",
    "loans",
    "differences",
    "tranches",
    "needs",
    "projects",
    "bills",
    "indicators",
    "movements",
    "closures",
    "service_points",
    "delays",
    "incidents",
    "visits",
    "changes",
    "must_act",
)
"""Tables that people read; every statement of the record is for analysts (:mod:`enduse.pages.flat_files`)."""

_DIGITS: Final = 15
"""So many digits a spreadsheet keeps; a longer number stands as text, so that none is lost."""
_CHARS: Final = 32_767
_WIDTHS: Final = {"name": 30, "names": 30, "word": 18, "amount": 16, "count": 10, "moment": 12, "entries": 14}
_LONG: Final = 60
_WORDS: Final[dict[str, dict[str, str]]] = {
    "word:stage": STAGES,
    "word:reason": REASONS,
    "word:point": POINTS,
    "word:state": STATES,
    "word:standing": STATES_OF_VISITS,
    "word:outcome": OUTCOMES,
}
"""Words that are told apart by what they are of."""
_ABOUT: Final = (
    mark("Record"),
    mark("Statements"),
    mark("Recorded until"),
    mark("Root"),
)
_HOW: Final = mark(
    "Every figure of this workbook rests on the record named above, at that size and root. Whoever holds a copy of it "
    "works out the same figures: enduse export DIR --to FILE.xlsx."
)
_NONE: Final = mark("Nothing is to be told here.")


def write_answers(answers: FlatAnswers, path: Path, words: Localizer) -> None:
    """Write the workbook.

    Args:
        answers: of a programme.
        path: the file, replaced when the new one is whole.
        words: in whose language it is.

    Raises:
        MissingExtraError: the extra ``reports`` is not installed.
    """
    book = Workbook()
    first = book.active
    assert isinstance(first, Worksheet)  # noqa: S101 - a new workbook has one
    _about(first, answers, words)
    for table in SHEETS:
        if table in answers.tables:
            _sheet(book.create_sheet(sheet_title(words.term(f"table:{table}"))), answers, table, words)
    for sheet in book.worksheets:
        sheet.sheet_view.rightToLeft = words.direction == "rtl"
        if (footer := sheet.oddFooter) is not None:
            footer.left.text, footer.right.text = f"{answers.status.origin}  {answers.size}", answers.root[:32]
        sheet.page_setup.orientation = "landscape"
        sheet.page_setup.fitToHeight = 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    with whole(path) as part:
        book.save(part)


def _about(sheet: Worksheet, answers: FlatAnswers, words: Localizer) -> None:
    """Say what the workbook is of, what it rests on, and what each sheet holds."""
    status = answers.status
    sheet.title = sheet_title(words.term("table:about"))
    sheet.sheet_view.showGridLines = False
    sheet.column_dimensions["A"].width, sheet.column_dimensions["B"].width = 28, 80
    lines: list[tuple[str, str]] = [(words.text(status.title, status.origin), "")]
    if status.practice:
        lines.append((words.practice(), ""))
    values = (status.origin, words.number(answers.size), words.day(status.as_of), answers.root)
    lines += zip(map(words.translated, _ABOUT), values, strict=True)
    checked = checkpoint_messages(answers.verified)
    lines += [("", words.message(message)) for message in checked]
    lines += [("", words.translated(_HOW)), ("", "")]
    for table in SHEETS:
        if table in answers.tables:
            count = words.count("{n} row", "{n} rows", len(answers.tables[table]))
            lines.append((words.term(f"table:{table}"), count))
    for at, (left, right) in enumerate(lines, start=1):
        _text(sheet, at, 1, left, Font(name=BODY, bold=True, size=14 if at == 1 else 11))
        _text(sheet, at, 2, right, Font(name=BODY))
        sheet.cell(at, 2).alignment = Alignment(wrap_text=True, vertical="top")


def _sheet(sheet: Worksheet, answers: FlatAnswers, table: str, words: Localizer) -> None:
    columns = [column for column in flat_columns(table) if column.holds not in {"called", "record"}]
    sheet.freeze_panes = "B2"
    for at, column in enumerate(columns, start=1):
        head_cell(sheet, at, words.term(f"field:{column.name}"), needed=True)
        wide = _LONG if (table, column.name) == ("must_act", "task") else _WIDTHS.get(column.holds, 18)
        sheet.column_dimensions[get_column_letter(at)].width = wide
    rows = answers.tables[table]
    for line, row in enumerate(rows, start=2):
        for at, column in enumerate(columns, start=1):
            if (table, column.name) == ("must_act", "task"):
                _text(sheet, line, at, task_words(answers.status.tasks[line - 2], words))
            elif isinstance(row, ChangesSince) and (column.name, row.what) == ("about", "said"):
                _text(sheet, line, at, words.term(row.about, "act"))
            else:
                _put(sheet, line, at, column, row, words)
    if rows:
        sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
    else:
        _text(sheet, 2, 1, words.translated(_NONE), Font(name=BODY, italic=True))


def _put(sheet: Worksheet, line: int, at: int, column: FlatColumn, row: msgspec.Struct, words: Localizer) -> None:
    cell, value = sheet.cell(line, at), getattr(row, column.name)
    cell.font = Font(name=BODY)
    match value:
        case None | "":
            return
        case bool():
            _text(sheet, line, at, words.term("choice:yes:yes" if value else "choice:yes:no"))
        case Decimal():
            _number(sheet, line, at, value, str(getattr(row, "currency", "") or getattr(row, "unit", "")))
        case int():
            cell.value, cell.number_format = value, "0" if column.name == "decision" else "#,##0"
        case datetime():
            # What is due by the end of a day is due on it, though the calendar calls that moment the next one.
            day = _day(value - timedelta(microseconds=1)) if column.name == "due" else _day(value)
            cell.value, cell.number_format = day, "yyyy-mm-dd"
        case tuple():
            shown = words.named(value) if column.holds == "names" else words.listed(map(str, value))
            _text(sheet, line, at, shown)
        case str() if column.holds == "name":
            _text(sheet, line, at, words.name(value))
        case str() if column.name == "unit":
            _text(sheet, line, at, words.unit(value))
        case str() if column.holds.startswith("word"):
            _text(sheet, line, at, _word(column.holds, value, words))
        case _:
            _text(sheet, line, at, str(value))


def _word(holds: str, value: str, words: Localizer) -> str:
    """Return a word in the reader's language."""
    if holds == "word:sector":
        return sector_words(value, words)
    known = _WORDS.get(holds)
    return words.term(value) if known is None else words.translated(known[value])


def _number(sheet: Worksheet, line: int, at: int, value: Decimal, unit: str) -> None:
    """Write an amount as a number, with as many places as its currency has; what has too many digits as text."""
    cell = sheet.cell(line, at)
    if len(value.normalize().as_tuple().digits) > _DIGITS:
        _text(sheet, line, at, format(value, "f"))
        return
    places = PLACES.get(unit) if is_currency(unit) else None
    if is_currency(unit):
        shown = "#,##0" + (f".{'0' * places}" if places else "")
    else:
        shown = "#,##0" if value == value.to_integral_value() else "#,##0.###"
    cell.value, cell.number_format = value, shown


def _text(sheet: Worksheet, line: int, at: int, text: str, font: Font | None = None) -> None:
    """Write a text as a text, whatever it begins with."""
    if not text:
        return
    cell = sheet.cell(line, at)
    cell.value = _clean(text)[:_CHARS]
    cell.data_type = "s"
    cell.font = font or Font(name=BODY)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if text[0] in "=+-@":
        cell.quotePrefix = True  # a spreadsheet keeps it a text, also when somebody edits the cell


def _clean(text: str) -> str:
    return "".join("\ufffd" if letter < " " and letter not in "\t\n" else letter for letter in text)


def _day(moment: datetime) -> date:
    return moment.astimezone(UTC).date()
