"""Cells of one row of the workbook, each read as its column asks; every fault is kept with its cell."""

import re
from collections.abc import Container, Mapping
from datetime import UTC, datetime, time, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any, Final

import msgspec

from enduse.errors import EnduseError, MalformedError, Problem
from enduse.exchange.tables.cells import MomentCell, NumberCell, as_identifier, sound, with_western_digits
from enduse.exchange.tables.leaf import PAPER, slug
from enduse.exchange.tables.moments import zone_of
from enduse.exchange.tables.values import ColumnStyle
from enduse.exchange.template.layout import FormColumn
from enduse.exchange.template.reading import FormRow
from enduse.exchange.template.words import choice_words, choices, folded
from enduse.messages import Message
from enduse.terms.amounts import exact_decimal
from enduse.terms.currencies import is_currency
from enduse.terms.lookup import Lookup
from enduse.terms.names import without_marks
from enduse.terms.units import UNITS, WRITTEN

_NUMBER: Final = re.compile(
    r"[+-]?(?:(?:[0-9]+|[0-9]{1,3}(?:[, \u00a0\u2009\u202f\u066c'\u2019][0-9]{3})+|[0-9]{1,2}(?:,[0-9]{2})+,[0-9]{3})(?:[.\u066b][0-9]+)?"
    r"|[.\u066b][0-9]+)"
)
_TWO_NUMBERS: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}\.[0-9]{3}")
"""A thousand times as much where a point parts thousands, and nothing in the cell tells which is meant."""
_GROUPS: Final = re.compile("[, \u00a0\u2009\u202f\u066c'\u2019]")
_ZONE: Final = re.compile(r"(?:(?:UTC|GMT)\s*)?([+-])([01]?[0-9])(?::?([0-5][0-9]))?", re.IGNORECASE)
_NOON: Final = time(12)
_FROM_MORNING: Final = frozenset(("start", "end", "due"))
"""Columns whose day counts from its beginning; whatever happened on a day is taken at noon."""
_LEAST: Final = Decimal("0.1")
"""Less than this per cent is taken for a share: spreadsheets keep 3 % as 0.03."""
_HUNDRED: Final = Decimal(100)


class Grounds(msgspec.Struct, frozen=True):
    """What cells are read against.

    Attributes:
        lookups: how names are found, by the sheet that describes them.
        zone: time zone of days.
        numbers: of consignments, as the record has them.
    """

    lookups: Mapping[str, Lookup]
    zone: tzinfo = UTC
    numbers: tuple[Container[str], ...] = ()


class RowCells:
    """The cells of one row.

    Attributes:
        problems: what is wrong with those read so far.
    """

    def __init__(self, row: FormRow, context: Grounds, *, needed: bool = True) -> None:
        """Read ``row``; where it goes on with what the row above began, cells that are ``needed`` there may be empty."""
        self.row = row
        self.problems: list[Problem] = []
        self._context = context
        self._needed = needed

    def consignment(self, number: str | None) -> str | None:
        """Return the identifier of a consignment by its number on paper: as the record has it, where another table said it first."""
        if number is None:
            return None
        made, numbers = PAPER + slug(number), self._context.numbers
        known = any(number in some for some in numbers) and not any(made in some for some in numbers)
        return number if known else made

    def take(self, code: str, *, needed: bool = False) -> Any:  # noqa: ANN401 - what the column holds
        """Return a cell as its column asks; ``None`` where it is empty, or at fault, which is noted.

        Args:
            code: of the column.
            needed: here it must not be empty, whatever the column says.
        """
        column, text = self.row.form.column(code), self.row.cells.get(code)
        if text is None:
            if needed or (column.needed and self._needed):
                self.fault(code, Message.of("template.cell_needed"))
            return None
        try:
            return self._read(column, sound(text, code))
        except EnduseError as error:
            self.fault(code, error.problem.told)
            return None

    def fault(self, code: str, message: Message) -> None:
        """Note what is wrong with a cell."""
        self.problems.append(self.row.fault(message, code))

    def _read(self, column: FormColumn, text: str) -> object:
        match column.holds:
            case "id":
                return as_identifier(text, [], column.code)
            case "number":
                return _amount(text, zero=column.zero)
            case "per_cent":
                return per_cent(text)
            case "currency":
                return _currency(text)
            case "unit":
                return unit(text)
            case "day":
                return self._day(text, time() if column.code in _FROM_MORNING else _NOON)
            case "choice":
                return choice(column.of, text)
            case "name":
                return self._name(column.of, text)
        return " ".join(without_marks(text).split())

    def _name(self, of: str, text: str) -> str:
        plain = " ".join(without_marks(text).split())
        try:
            return self._context.lookups[of].find(plain)
        except EnduseError as error:
            told = Message.of("template.named_nowhere", why=error.problem.told, sheet=f"sheet:{of}")
            raise MalformedError.about(told) from error

    def _day(self, text: str, clock: time) -> datetime:
        plain = text if isinstance(text, MomentCell) else ColumnStyle().read(with_western_digits(without_marks(text)))
        try:
            moment = datetime.fromisoformat(plain)
        except ValueError as error:
            raise MalformedError("template.day_unclear", read=text) from error
        if len(plain) == len("2026-01-31"):
            moment = datetime.combine(moment.date(), clock)
        return moment if moment.tzinfo else moment.replace(tzinfo=self._context.zone)


def number(text: str) -> str:
    """Return a number as exact text.

    Raises:
        MalformedError: it is none.
    """
    plain = str(text)
    if not isinstance(text, NumberCell):
        plain = with_western_digits(without_marks(text.strip())).replace("\u2212", "-")
        if not _NUMBER.fullmatch(plain):
            raise MalformedError("template.not_a_number", read=text)
        plain = _GROUPS.sub("", plain).replace("\u066b", ".")
        plain = f"0{plain}" if plain.startswith(".") else plain
    return exact_decimal(plain)


def _amount(text: str, *, zero: bool) -> str:
    value = number(text)
    if not isinstance(text, NumberCell) and _TWO_NUMBERS.fullmatch(with_western_digits(without_marks(text.strip()))):
        raise MalformedError("template.number_unclear", read=text)
    if Decimal(value) < 0 or (not Decimal(value) and not zero):
        raise MalformedError("template.number_too_small", read=text)
    return value


def per_cent(text: str) -> str:
    """Return a number of per cent as a share, such as ``0.03`` for ``3``.

    Raises:
        MalformedError: it is no number, or a share of one.
    """
    value = Decimal(number(text if isinstance(text, NumberCell) else text.replace("%", "").replace("\u066a", "")))
    if value and not _LEAST <= value <= _HUNDRED:
        raise MalformedError("template.per_cent", read=text)
    return exact_decimal(format(value.scaleb(-2), "f"))


def unit(text: str) -> str:
    """Return the code of a unit, written in any way that we know.

    Raises:
        MalformedError: nobody knows it.
    """
    plain = folded(text)
    if known := choice_words("unit").get(plain) or _WRITTEN.get(plain):
        return known
    raise MalformedError(
        "template.choice_unknown", read=text, known=[f"choice:unit:{code}" for code in choices("unit")]
    )


_WRITTEN: Final = {folded(written): code for written, code in reversed(WRITTEN.items())} | {
    folded(code): code for code in UNITS
}


def choice(of: str, text: str) -> str:
    """Return the code of what was chosen from a list.

    Raises:
        MalformedError: it is not in the list.
    """
    if (known := choice_words(of).get(_TRUTH.get(text, folded(text)))) is not None:
        return known
    raise MalformedError("template.choice_unknown", read=text, known=[f"choice:{of}:{code}" for code in choices(of)])


_TRUTH: Final = {"TRUE": "yes", "FALSE": "no"}
"""How a workbook keeps a cell that is true or false."""


def _currency(text: str) -> str:
    code = without_marks(text).strip().upper()
    if not is_currency(code):
        raise MalformedError("template.currency_unknown", read=text)
    return code


def zone(text: str) -> tzinfo:
    """Return a time zone written as ``+03:00``, or called as in the tz database, such as ``Asia/Gaza``.

    Raises:
        MalformedError: it is none.
    """
    plain = without_marks(with_western_digits(text)).replace("\u2212", "-").strip()
    if found := _ZONE.fullmatch(plain):
        size = timedelta(hours=int(found[2]), minutes=int(found[3] or 0))
        return timezone(size if found[1] == "+" else -size)
    if plain.upper() in {"", "Z", "UTC", "GMT"}:
        return UTC
    try:
        return zone_of(plain, "")
    except MalformedError as error:
        raise MalformedError("template.zone_unclear", read=text) from error
