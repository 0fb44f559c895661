"""Transactions of an IATI file as a table: a row a transaction, with what its activity says beside it.

The columns are named after the standard's own elements and attributes. An activity that is no XML is a row at fault, and
what follows it is read.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from enduse.errors import MalformedError, Problem
from enduse.exchange.standards.iati import ACTIVITIES, IatiFile, number_of
from enduse.exchange.tables.cells import MomentCell, NumberCell
from enduse.messages import Message
from enduse.terms.forms import unknown_word

TRANSACTIONS: Final = "transactions"
"""The one sheet."""

_OF_ACTIVITY: Final = {
    "iati-identifier": "iati-identifier",
    "title": "title",
    "reporting-org": "reporting-org",
    "reporting-org/@ref": "reporting-org/@ref",
    "activity-status/@code": "activity-status/@code",
}
_OF_TRANSACTION: Final = {
    "transaction/@ref": "@ref",
    "transaction-type/@code": "transaction-type/@code",
    "transaction-date": "transaction-date/@iso-date",
    "value": "value",
    "currency": "value/@currency",
    "value-date": "value/@value-date",
    "provider-org": "provider-org",
    "provider-org/@ref": "provider-org/@ref",
    "provider-activity-id": "provider-org/@provider-activity-id",
    "receiver-org": "receiver-org",
    "receiver-org/@ref": "receiver-org/@ref",
    "receiver-activity-id": "receiver-org/@receiver-activity-id",
    "description": "description",
}
_ORGANISATIONS: Final = frozenset({"reporting-org", "provider-org", "receiver-org"})
_NAMED: Final = (*sorted(_ORGANISATIONS), "participating-org", "accountable-org")
_NAMES_MAX: Final = 100_000
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d")
_DATES: Final = frozenset({"transaction-date", "value-date"})


class IatiTable:
    """The transactions of one file, read one activity after the other.

    Args:
        path: of the file.
        sheet: that is asked for; there is one.

    Raises:
        MalformedError: it is no file of activities, or has no such sheet.

    Attributes:
        columns: names of elements and attributes.
        header_row: 1, as if the names stood in a row.
        sheet: ``transactions``.
        sheets: that one.
    """

    header_row = 1
    columns: tuple[str, ...] = (*_OF_ACTIVITY, *_OF_TRANSACTION)
    sheet = TRANSACTIONS
    sheets: tuple[str, ...] = (TRANSACTIONS,)

    def __init__(self, path: Path, sheet: str | None) -> None:
        if sheet not in {None, TRANSACTIONS}:
            known = {name: name for name in self.sheets}
            raise MalformedError.about(unknown_word(sheet or "", Message.of("form.sheet"), known))
        self._file = IatiFile(path)
        if self._file.root.tag != ACTIVITIES:
            raise MalformedError("standards.no_activities", source=str(path))
        self._path = path
        self._names: dict[str, str] | None = None
        self._without: Counter[str] = Counter()

    def rows(self) -> Iterator[tuple[int, list[str] | Problem]]:
        """Yield each transaction with its number from 1; an activity at fault comes as its problem."""
        number = told = 0
        for item in self._file.items():
            for fault in self._file.faults[told:]:
                number += 1
                yield number, fault
            told = len(self._file.faults)
            above = [self._cell(item.element, path) for path in _OF_ACTIVITY.values()]
            default = item.element.get("default-currency", "")
            transactions = item.element.findall("transaction")
            self._without["activities"] += not transactions
            for one in transactions:
                number += 1
                row = {name: _typed(name, self._cell(one, path)) for name, path in _OF_TRANSACTION.items()}
                row["currency"] = row["currency"] or default
                yield number, [*above, *row.values()]
        for fault in self._file.faults[told:]:
            number += 1
            yield number, fault

    def _cell(self, element: Any, path: str) -> str:  # noqa: ANN401 - the library has no types
        """Return what an element says at a path; of an organisation that bears a reference alone, how it is called elsewhere."""
        text = _cell(element, path)
        if text or path not in _ORGANISATIONS:
            return text
        reference = _cell(element, f"{path}/@ref")
        if reference and self._names is None:
            self._names = _names_of(self._path)
        return (self._names or {}).get(reference, reference)

    def raw(self) -> Iterator[tuple[int, list[str] | Problem]]:
        """Yield the names of the columns, then each transaction."""
        yield self.header_row, list(self.columns)
        for number, cells in self.rows():
            yield self.header_row + number, cells

    def lost(self) -> dict[Message, int]:
        """Say how many activities have no transaction, and so no row."""
        return {Message.of("table.no_transactions"): count for count in self._without.values() if count}


def _cell(element: Any, path: str) -> str:  # noqa: ANN401 - the library has no types
    """Return what an element says at a path: an attribute, or the first text in it; one blank between words."""
    way, at, name = path.partition("@")
    found = element.find(way.rstrip("/")) if way.rstrip("/") else element
    if found is None:
        return ""
    text = found.get(name, "") if at else next((part for part in found.itertext() if part.strip()), "")
    return " ".join(text.split())


def _names_of(path: Path) -> dict[str, str]:
    """Return how a file calls its organisations, by their references: as each first calls itself, else as others first call it."""
    names: dict[str, str] = {}
    own: dict[str, str] = {}
    for item in IatiFile(path).items():
        for one in item.element.iter(*_NAMED):
            reference, called = _cell(one, "@ref"), own if one.tag == "reporting-org" else names
            if reference and reference not in called and len(called) < _NAMES_MAX and (text := _cell(one, "")):
                called[reference] = text
    return names | own


def _typed(name: str, text: str) -> str:
    """Return a cell as what the standard says it is; what is not of that form is shown as it stands."""
    if name == "value":
        return text if number_of(text) is None else NumberCell(text)
    return MomentCell(text) if name in _DATES and _DATE.fullmatch(text) else text
