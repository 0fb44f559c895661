"""Where a table begins: titles and blank rows stand above many headers, a row of HXL tags below some."""

import re
from collections.abc import Callable, Sequence
from typing import Final

from enduse.exchange.tables.cells import without_marks

ABOVE_MAX: Final = 30
"""So many rows may stand above a header."""

IsHeader = Callable[[tuple[str, ...]], bool]
"""Says whether a row with these texts is the header that is looked for."""

_TAG: Final = re.compile(r"#[a-z]\w*(\s*[+-]\s*\w+)*", re.IGNORECASE)


def names_of(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the names of columns as they are compared: without what nobody sees around or in them."""
    return tuple(without_marks(cell).strip() for cell in cells)


def is_tag_row(cells: Sequence[str]) -> bool:
    """Say whether a row holds nothing but HXL hashtags (hxlstandard.org), such as ``#org +funder``."""
    filled = [cell.strip() for cell in cells if cell]
    return bool(filled) and all(map(_TAG.fullmatch, filled))
