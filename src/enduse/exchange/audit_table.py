"""Tables that auditors bring: opened below their titles, with numbers and days read as the whole table writes them."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from enduse.errors import MalformedError, Problem
from enduse.exchange.tables.cells import MomentCell, NumberCell
from enduse.exchange.tables.column_look import Column, style_of_numbers
from enduse.exchange.tables.days import ORDERS, moment_of
from enduse.exchange.tables.encodings import encoding_of
from enduse.exchange.tables.leaf import read_number
from enduse.exchange.tables.limits import Limits
from enduse.exchange.tables.sheet import Sheet
from enduse.exchange.tables.values import day_of, folded

LIMITS: Final = Limits(rows=200_000)
NUMBERS: Final = ("1,234.5", "1.234,5")
_OPEN: Final = "open"
_BLANK_IN_NUMBER: Final = re.compile("(?<=[0-9]) (?=[0-9]{3}(?![0-9]))")


class Written:
    """How a table writes its numbers and its days: told by all of its cells together, or by whoever brings it.

    What neither tells is not guessed: *7.400* may be seven thousand, and *03/04* of April or of March.
    """

    def __init__(self, numbers: str = "", dates: str = "") -> None:
        for said, forms in ((numbers, NUMBERS), (dates, ORDERS)):
            if said and said not in forms:
                raise MalformedError("account.bad_style", value=said[:40])
        self._numbers, self._dates = Column(), Column()
        self._said_numbers, self._said_dates = numbers, dates

    def look(self, amounts: Iterable[str], days: Iterable[str] = ()) -> None:
        """Look at further cells."""
        for text in amounts:
            self._numbers.add(_without_blanks(text))
        for text in days:
            self._dates.add(text)

    def number(self, text: str) -> Decimal | None:
        """Return the number of a cell; nothing, where it is none.

        Raises:
            MalformedError: it may be either of two.
        """
        text = _without_blanks(text)
        style = self._said_numbers or style_of_numbers(self._numbers.evidence)
        if style == _OPEN and not isinstance(text, NumberCell):
            alone = Column()
            alone.add(text)
            style = style_of_numbers(alone.evidence)
            if style == _OPEN:
                read = [read_number(text, each) for each in NUMBERS]
                raise MalformedError(
                    "account.unclear_amount",
                    value=text.strip()[:40],
                    read=[f"{one:f}" for one in read if one is not None],
                )
        found = read_number(text, "1234.5" if style == _OPEN else style)
        return found if found is not None and found.is_finite() else None

    def day(self, text: str) -> date | None:
        """Return the day of a cell; nothing, where it is none.

        Raises:
            MalformedError: it may be either of two.
        """
        if isinstance(text, MomentCell):
            return day_of(str(text))
        order = self._said_dates or self._dates.order()
        plain = folded(text)
        meant = [moment_of(plain, each) for each in (ORDERS if order in {_OPEN, "both"} else (order,))]
        days = sorted({found[0].date() for found in meant if found is not None})
        if len(days) > 1:
            raise MalformedError("account.unclear_day", value=plain[:40], read=[day.isoformat() for day in days])
        return next(iter(days), None)


def _without_blanks(text: str) -> str:
    """Return an amount without the blanks that part its thousands: *1 234,50*; a cell that is a number as it is."""
    return text if isinstance(text, NumberCell) else _BLANK_IN_NUMBER.sub("", text)


def opened(path: Path, all_of: Sequence[Sequence[str]], any_of: Sequence[Sequence[str]] = ()) -> Sheet:
    """Open a table below its titles: at the first row that has all of some columns and one of others; else at its first row."""

    def heads(names: tuple[str, ...]) -> bool:
        whole = all(column_of(names, one) is not None for one in all_of)
        return whole and (not any_of or any(column_of(names, one) is not None for one in any_of))

    encoding = encoding_of(path) if path.is_file() else ""
    return Sheet(path, limits=LIMITS, encoding=encoding or None, is_header=heads)


def rows_of(table: Sheet) -> tuple[list[tuple[int, list[str]]], list[Problem]]:
    """Return the rows of a table as a spreadsheet counts them, and what is wrong with those that cannot be read."""
    rows: list[tuple[int, list[str]]] = []
    faults: list[Problem] = []
    for number, cells in table.rows():
        if isinstance(cells, Problem):
            faults.append(cells)
        else:
            rows.append((table.row_of(number), cells))
    return rows, faults


def column_of(columns: Sequence[str], names: Sequence[str]) -> int | None:
    """Return where the column of one of some names stands, the first name first."""
    plain = [folded(column).casefold() for column in columns]
    return next((plain.index(name) for name in names if name in plain), None)
