"""Transactions of an IATI file as a table: a row a transaction, with what its activity says beside it.

The columns are named after the standard's own elements and attributes, but for the last: which commitment of its activity a
transaction is or keeps, where the activity says so. An activity that is no XML is a row at fault, and what follows it is read.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
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
COMMITMENT: Final = "commitment of the activity"
_WAYS: Final = {
    "2": "receiver-org",
    "3": "receiver-org",
    "4": "receiver-org",
    "11": "provider-org",
    "1": "provider-org",
}
"""The other end of commitments and of what is paid, by the code of their type."""
_COMMITMENTS: Final = ("2", "11")
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
        columns: names of elements and attributes, and :data:`COMMITMENT`.
        header_row: 1, as if the names stood in a row.
        sheet: ``transactions``.
        sheets: that one.
    """

    header_row = 1
    columns: tuple[str, ...] = (*_OF_ACTIVITY, *_OF_TRANSACTION, COMMITMENT)
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
        """Yield each transaction with its number from 1, of an activity commitments first; one at fault comes as its problem."""
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
            rows = [
                {name: _typed(name, self._cell(one, path)) for name, path in _OF_TRANSACTION.items()}
                for one in transactions
            ]
            for row in rows:
                row["currency"] = row["currency"] or default
            told_of = zip(range(number + 1, number + 1 + len(rows)), rows, _commitments(above[0], rows), strict=True)
            for at, row, commitment in sorted(told_of, key=_promised_first):
                yield at, [*above, *row.values(), commitment]
            number += len(rows)
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


def _commitments(activity: str, rows: Sequence[dict[str, str]]) -> list[str]:
    """Return for each transaction the commitment of its activity that it is or keeps; nothing where the activity does not say.

    It says so where it has one commitment with one party in one currency: what it pays to that party in it is paid under that one.
    """
    ends = [_end(row) for row in rows]
    bound = Counter(end for end, row in zip(ends, rows, strict=True) if end and _commits(row))
    names = []
    for end, row in zip(ends, rows, strict=True):
        nothing = row["transaction-type/@code"] in _COMMITMENTS and not _commits(row)
        plain = activity and end and bound[end] == 1 and not nothing
        names.append(" ".join(filter(None, (activity, *end[1:]))) if plain else "")
    return names


def _end(row: dict[str, str]) -> tuple[str, str, str, str] | tuple[()]:
    """Return between whom and in what a commitment or a payment is: which end, its reference, its name, the currency."""
    way = _WAYS.get(row["transaction-type/@code"])
    return (way, row[f"{way}/@ref"], row[way].casefold(), row["currency"]) if way else ()


def _promised_first(told: tuple[int, dict[str, str], str]) -> tuple[bool, int]:
    """Put an activity's commitments before what is paid under them, whatever their order in the file."""
    number, row, _ = told
    return row["transaction-type/@code"] not in _COMMITMENTS, number


def _commits(row: dict[str, str]) -> bool:
    """Say whether a transaction is a commitment of some amount."""
    value = row["value"]
    return row["transaction-type/@code"] in _COMMITMENTS and not (isinstance(value, NumberCell) and not Decimal(value))


def _typed(name: str, text: str) -> str:
    """Return a cell as what the standard says it is; what is not of that form is shown as it stands."""
    if name == "value":
        return text if number_of(text) is None else NumberCell(text)
    return MomentCell(text) if name in _DATES and _DATE.fullmatch(text) else text
