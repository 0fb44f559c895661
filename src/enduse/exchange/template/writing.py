"""The workbook of a programme, written empty: sheets with heads, notes, lists to choose from, and an example row each."""

from pathlib import Path
from typing import Final

from enduse.exchange.tables.writing import whole
from enduse.exchange.template.layout import FORM_OF, FORMS, FormColumn, SheetForm
from enduse.exchange.template.words import EXAMPLE, choices
from enduse.messages.english import TERMS
from enduse.pages.catalogue import catalogue, locale_of
from enduse.pages.sheets import (
    BODY,
    Alignment,
    Comment,
    DataValidation,
    Font,
    PatternFill,
    Workbook,
    Worksheet,
    get_column_letter,
    head_cell,
)

_LISTS: Final = "lists"
_ROWS: Final = 2_000
"""So many rows get lists to choose from."""
_FORMATS: Final = {"number": "#,##0.##########", "per_cent": "0.0##", "day": "yyyy-mm-dd", "id": "@"}
_WIDTHS: Final = {"number": 12, "per_cent": 12, "currency": 10, "unit": 10, "day": 13}
_WIDE: Final = 24
_GREY: Final = Font(name=BODY, italic=True, color="FF7A7A7A")
_SHADED: Final = PatternFill("solid", fgColor="FFF3F3F0")


def write_template(path: Path, language: str) -> None:
    """Write the workbook, worded in a language; it may be filled in and read in any.

    Args:
        path: of the file, replaced when the new one is whole.
        language: of titles, heads, notes and examples.
    """
    writer = _Writer(language)
    book = writer.book()
    with whole(path) as part:
        book.save(part)


class _Writer:
    def __init__(self, language: str) -> None:
        self._language = language
        self._say = catalogue(language).gettext
        self._right_to_left = locale_of(language).text_direction == "rtl"
        self._ranges: dict[str, str] = {}

    def book(self) -> Workbook:
        book = Workbook()
        first = book.active
        assert isinstance(first, Worksheet)  # noqa: S101 - a new workbook has one
        self._read_me(first)
        lists = book.create_sheet(_LISTS)
        lists.sheet_state = "hidden"
        of = dict.fromkeys(column.of for form in FORMS for column in form.columns if column.holds == "choice")
        for at, name in enumerate([*of, "unit"], start=1):
            words = [self._say(TERMS[f"choice:{name}:{code}"]) for code in choices(name)]
            for line, word in enumerate(words, start=1):
                lists.cell(line, at, word)
            letter = get_column_letter(at)
            self._ranges[name] = f"{_LISTS}!${letter}$1:${letter}${len(words)}"
        for form in FORMS:
            self._sheet(book.create_sheet(self._title(form.code)), form)
        book.move_sheet(lists, len(FORMS))
        return book

    def _read_me(self, sheet: Worksheet) -> None:
        sheet.title = self._say(TERMS["sheet:readme"])
        sheet.sheet_view.rightToLeft = self._right_to_left
        sheet.sheet_view.showGridLines = False
        sheet.column_dimensions["A"].width = 100
        sheet.cell(1, 1, sheet.title).font = Font(name=BODY, bold=True, size=14)
        lines = [term for term in TERMS if term.startswith("readme:")]
        for at, term in enumerate(lines, start=3):
            cell = sheet.cell(at, 1, self._say(TERMS[term]))
            cell.alignment = Alignment(wrap_text=True, vertical="top", readingOrder=2 if self._right_to_left else 1)
            cell.font = Font(name=BODY)

    def _title(self, code: str) -> str:
        return self._say(TERMS[f"sheet:{code}"])

    def _columns(self, form: SheetForm) -> list[FormColumn]:
        """Return the columns, the name in the workbook's own language first."""
        own = f"_{self._language}"
        named = [column for column in form.columns if column.code in {f"name{own}", f"title{own}"}]
        return [*named, *(column for column in form.columns if column not in named)]

    def _sheet(self, sheet: Worksheet, form: SheetForm) -> None:
        sheet.sheet_view.rightToLeft = self._right_to_left
        sheet.freeze_panes = "A2"
        columns = self._columns(form)
        for at, column in enumerate(columns, start=1):
            letter = get_column_letter(at)
            head = head_cell(sheet, at, self._say(TERMS[f"column:{column.code}"]), needed=column.needed)
            if note := TERMS.get(f"note:{column.code}"):
                head.comment = Comment(self._say(note), "enduse", height=90, width=260)
            style = sheet.column_dimensions[letter]
            style.width = _WIDTHS.get(column.holds, _WIDE)
            style.number_format = _FORMATS.get(column.holds, "General")
            self._choosing(sheet, column, letter)
            shown = sheet.cell(2, at, self._example(column, first=at == 1))
            shown.font, shown.fill = _GREY, _SHADED

    def _example(self, column: FormColumn, *, first: bool) -> str:
        text = column.example
        if column.holds in {"choice", "unit"}:
            text = self._say(TERMS[f"choice:{column.of or column.holds}:{text}"]) if text else ""
        elif word := TERMS.get(f"example:{text}"):
            tongue = column.code.rpartition("_")[2]
            text = catalogue(tongue).gettext(word) if tongue in {"en", "ar"} else self._say(word)
        return f"{self._say(EXAMPLE)} {text}" if first else text

    def _choosing(self, sheet: Worksheet, column: FormColumn, letter: str) -> None:
        """Let a cell be chosen from a list; a name may also be written that stands elsewhere."""
        if column.holds == "name":
            names = self._title(column.of).replace("'", "''")
            own = 1 if self._columns(FORM_OF[column.of])[0].code.startswith("name_") else 2
            of = get_column_letter(own)
            formula = f"'{names}'!${of}$3:${of}${_ROWS}"
        elif column.holds in {"choice", "unit"}:
            formula = self._ranges[column.of or column.holds]
        else:
            return
        choosing = DataValidation(type="list", formula1=formula, allow_blank=True)
        choosing.showErrorMessage = column.holds == "choice"
        sheet.add_data_validation(choosing)
        choosing.add(f"{letter}3:{letter}{_ROWS}")
