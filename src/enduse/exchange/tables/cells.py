"""Cells that are more than their text: what a workbook says a cell is, however it is shown.

A cell of a CSV is a text, and a profile says how to read it. A workbook says itself that a cell is a number or a
date; such a cell is that number or date, whatever style a profile names for texts.
"""

import re
from typing import Final, Self

from enduse.errors import MalformedError, Problem
from enduse.messages import Message
from enduse.terms.names import marks_in, without_marks

_DIGITS: Final = {zero + digit: str(digit) for zero in (0x0660, 0x06F0) for digit in range(10)} | {
    0xFEE0 + plain: chr(plain) for plain in range(ord("!"), ord("~") + 1)
}
"""Arabic-Indic and Persian digits, and the digits, letters and signs as wide as a Chinese one, by their number in Unicode."""
_DASHES: Final = re.compile("[\u2010-\u2015\u2212\ufe58\ufe63]")
_SCIENTIFIC: Final = re.compile(r"[+-]?[0-9]+(?:[.,][0-9]+)?[eE]\+[0-9]{2,3}|[0-9][.,][0-9]+[eE][0-9]{1,3}")
_TEXT_SIGNS: Final = ("'", "\u2019", "\u2018")
_EXACT_BELOW: Final = 2**53
"""Whole numbers below this are exact in a double; of larger ones the last digits may be lost."""


class NumberCell(str):
    """A cell that holds a number: its digits, with a point, without grouping."""

    __slots__ = ()


class AmountCell(NumberCell):
    """A cell that holds a number and is shown with a currency beside it: the currency as its format writes it."""

    __slots__ = ("sign",)
    sign: str

    def __new__(cls, text: str, sign: str) -> Self:
        """Return the cell of this number, shown with this currency."""
        cell = super().__new__(cls, text)
        cell.sign = sign
        return cell

    def __eq__(self, other: object) -> bool:
        """Say whether it is the same number, shown with the same currency where both are shown with one."""
        return str.__eq__(self, other) is True and getattr(other, "sign", self.sign) == self.sign

    __hash__ = str.__hash__


class MomentCell(str):
    """A cell that holds a date, a local time or both, as ISO 8601 text."""

    __slots__ = ()


class FaultyCell(str):
    """A cell that cannot be read: what it shows. Only who reads it need care, so it takes no row away by itself."""

    __slots__ = ("problem",)
    problem: Problem

    def __new__(cls, text: str, problem: Problem) -> Self:
        """Return the cell that shows ``text`` with what is wrong with it."""
        cell = super().__new__(cls, text)
        cell.problem = problem
        return cell

    def __bool__(self) -> bool:
        """It is not blank, even where it shows nothing."""
        return True


def sound(text: str, column: str) -> str:
    """Return a cell's text.

    Raises:
        MalformedError: the cell cannot be read.
    """
    if isinstance(text, FaultyCell):
        raise MalformedError.about(text.problem.told, path=column)
    return text


def without_text_sign(text: str) -> str:
    """Return a text without the apostrophe by which people tell a spreadsheet that a number is a text, as in *'00712*."""
    return text[1:] if text[:1] in _TEXT_SIGNS and text[1:2].isdecimal() and text[-1] not in _TEXT_SIGNS else text


def with_western_digits(text: str) -> str:
    """Return ``text`` with Arabic-Indic and Persian digits as 0 to 9, and letters, digits and signs of full width as usual ones."""
    return text if text.isascii() else text.translate(_DIGITS)


def is_scientific(text: str) -> bool:
    """Say whether a spreadsheet turned what stood there into a number and shortened it, such as *9.9E+15*."""
    return _SCIENTIFIC.fullmatch(text.strip()) is not None


def as_identifier(text: str, notes: list[Message], column: str, *, dashes: bool = True) -> str:
    """Return a cell as the identifier it was meant to be; what had to be changed is noted.

    Args:
        text: the cell.
        notes: takes what was changed.
        column: its name.
        dashes: read dashes, which word processors write of their own accord, as the hyphens that were typed.

    Raises:
        MalformedError: a spreadsheet turned it into a number and its last digits are lost.
    """
    if isinstance(text, NumberCell):
        if abs(float(text)) >= _EXACT_BELOW:
            raise MalformedError("cell.identifier_rounded", read=text)
        return str(text)
    if isinstance(text, MomentCell):
        notes.append(Message.of("cell.identifier_date", column=column, read=str(text)))
    plain = text.strip()
    if is_scientific(plain):
        raise MalformedError("cell.identifier_scientific", read=plain)
    if plain.isascii():
        return plain
    if marks := marks_in(plain):
        notes.append(Message.of("cell.marks_removed", column=column, marks=marks))
        plain = without_marks(plain).strip()
    western = with_western_digits(plain)
    if western != plain:
        notes.append(Message.of("cell.digits_read", column=column))
    hyphened = _DASHES.sub("-", western) if dashes else western
    if hyphened != western:
        notes.append(Message.of("cell.dashes_read", column=column))
    return hyphened
