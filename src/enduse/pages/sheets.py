"""What sheets of a workbook look like, whoever writes them; the one door to the library that writes them."""

from typing import Final

from enduse.errors import MissingExtraError

try:
    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell
    from openpyxl.comments import Comment
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation
    from openpyxl.worksheet.properties import PageSetupProperties
    from openpyxl.worksheet.worksheet import Worksheet
except ModuleNotFoundError as error:
    raise MissingExtraError("reports", "workbook") from error

__all__ = [
    "BODY",
    "Alignment",
    "Cell",
    "Comment",
    "DataValidation",
    "Font",
    "PageSetupProperties",
    "PatternFill",
    "Workbook",
    "Worksheet",
    "get_column_letter",
    "head_cell",
]

BODY: Final = "Arial"
"""A type that is on every desk and has Latin and Arabic letters."""

_HEAD: Final = PatternFill("solid", fgColor="FF1F3A44")
_LINE: Final = Border(bottom=Side(style="thin", color="FF1F3A44"))


def head_cell(sheet: Worksheet, at: int, text: str, *, needed: bool = False) -> Cell:
    """Write the head of a column and return its cell; bold, where it is needed in every row."""
    cell = sheet.cell(1, at, text)
    assert isinstance(cell, Cell)  # noqa: S101 - nothing is merged
    cell.font = Font(name=BODY, bold=needed, color="FFFFFFFF")
    cell.fill, cell.border = _HEAD, _LINE
    cell.alignment = Alignment(wrap_text=True, vertical="center")
    return cell
