"""Transactions of an IATI file as a table: a row a transaction, with what its activity says beside it.

The columns are named after the standard's own elements and attributes (what is humanitarian, by the transaction or else its activity, with
the codes of all emergencies and appeals that the activity names), but for the last four: which commitment of its activity
a transaction is or keeps, where the activity says so; by which number a payment is known, where its own reference names just
one of its activity; and who gave what went out, who received what came in. That is the
reporting organisation, but where it is a secondary reporter, which tells of the money of others: there it is who is named.
The value of a promise is what is left of it after what its activity takes off it. An activity that is no XML is a row at fault,
and what follows it is read. What stands in the file twice is taken once.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from enduse.errors import MalformedError, Problem
from enduse.exchange.standards.copies import Copies
from enduse.exchange.standards.iati import ACTIVITIES, IatiFile, name_of, number_of, type_of
from enduse.exchange.standards.totals import is_humanitarian, scope_of
from enduse.exchange.tables.cells import MomentCell, NumberCell
from enduse.messages import Message
from enduse.terms.currencies import is_currency
from enduse.terms.forms import unknown_word
from enduse.terms.names import identifier_form

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
_TYPE: Final = _OF_TRANSACTION["transaction-type/@code"]
_REPORTER: Final = tuple(_OF_ACTIVITY).index("reporting-org")
_ORGANISATIONS: Final = frozenset({"reporting-org", "provider-org", "receiver-org"})
_NAMED: Final = (*sorted(_ORGANISATIONS), "participating-org", "accountable-org")
_NAMES_MAX: Final = 100_000
HUMANITARIAN: Final = "humanitarian"
SCOPES: Final = "humanitarian-scope/@code"
COMMITMENT: Final = "commitment of the activity"
NUMBER: Final = "number of the payment"
GIVER: Final = "giver of what went out"
RECEIVER: Final = "receiver of what came in"
_PLACES: Final = 4
"""Decimal places of the smallest part of a sum that a record holds."""
_SECONDARY: Final = ("1", "true")
"""What ``secondary-reporter`` says where who reports is another than whose money it is."""
_WAYS: Final = {
    "2": "receiver-org",
    "3": "receiver-org",
    "4": "receiver-org",
    "11": "provider-org",
    "1": "provider-org",
    "12": "receiver-org",
    "13": "provider-org",
}
"""The other end of promises and of what is paid, by the code of their type."""
_COMMITMENTS: Final = ("2", "11")
_PAYMENTS: Final = ("1", "3", "4")
_PROMISES: Final = (*_COMMITMENTS, "12", "13")
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
        columns: names of elements and attributes, and :data:`COMMITMENT`, :data:`NUMBER`, :data:`GIVER` and :data:`RECEIVER`.
        header_row: 1, as if the names stood in a row.
        sheet: ``transactions``.
        sheets: that one.
    """

    header_row = 1
    columns: tuple[str, ...] = (
        *_OF_ACTIVITY,
        *_OF_TRANSACTION,
        HUMANITARIAN,
        SCOPES,
        COMMITMENT,
        NUMBER,
        GIVER,
        RECEIVER,
    )
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
        self._lost: Counter[Message] = Counter()

    def rows(self) -> Iterator[tuple[int, list[str] | Problem]]:
        """Yield each transaction with its number from 1, of an activity commitments first; one at fault comes as its problem."""
        number = told = 0
        copies, taken = _copies_of(self._path), set[str]()
        self._lost.clear()
        for item in self._file.items():
            for fault in self._file.faults[told:]:
                number += 1
                yield number, fault
            told = len(self._file.faults)
            above = [self._cell(item.element, path) for path in _OF_ACTIVITY.values()]
            default = item.element.get("default-currency", "")
            scopes = ", ".join(scope_of(one)[2] for one in item.element.iterchildren("humanitarian-scope"))
            transactions = item.element.findall("transaction")
            if not copies.is_counted(0, self._file, item):
                self._lost[Message.of("table.activity_again")] += 1
                number += len(transactions)
                continue
            self._lost[Message.of("table.no_transactions")] += not transactions
            rows = [
                {name: _typed(name, self._cell(one, path)) for name, path in _OF_TRANSACTION.items()}
                for one in transactions
            ]
            for row, one in zip(rows, transactions, strict=True):
                row["currency"] = row["currency"] or default
                said = one if one.get("humanitarian") else item.element
                row |= {HUMANITARIAN: "1" if is_humanitarian(said) else "", SCOPES: scopes}
            reporter = item.element.find("reporting-org")
            others = reporter is not None and reporter.get("secondary-reporter", "").strip().lower() in _SECONDARY
            after = _after_corrections(rows)
            self._lost[Message.of("table.corrected")] += after.count(None)
            promised = _commitments(above[0], rows, after)
            numbers = _numbers(above[0], rows, taken)
            told_of = zip(range(number + 1, number + 1 + len(rows)), rows, promised, after, numbers, strict=True)
            for at, row, commitment, left, known in sorted(told_of, key=_promised_first):
                ends = [(others and row[end]) or above[_REPORTER] for end in ("provider-org", "receiver-org")]
                if left is not None:
                    yield at, [*above, *{**row, "value": left}.values(), commitment, known, *ends]
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
        """Say how many activities have no transaction, and so no row, how many stand again, and what corrects a promise."""
        return {note: count for note, count in self._lost.items() if count}


def _cell(element: Any, path: str) -> str:  # noqa: ANN401 - the library has no types
    """Return what an element says at a path: an attribute, or the first text in it; one blank between words."""
    if path == _TYPE:
        return type_of(element)
    way, at, name = path.partition("@")
    found = element.find(way.rstrip("/")) if way.rstrip("/") else element
    if found is None:
        return ""
    return " ".join(found.get(name, "").split()) if at else name_of(found)


def _copies_of(path: Path) -> Copies:
    """Return which of several copies of an activity in a file counts."""
    copies, file = Copies(), IatiFile(path)
    for item in file.items():
        copies.take(0, file, item)
    return copies


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


def _after_corrections(rows: Sequence[dict[str, str]]) -> list[str | None]:
    """Return what is left of each value: a promise with a minus is taken off those of the same parties, the last first.

    Nothing stands for what is a correction, or was wholly taken back; where more is taken off than was promised, all stays.
    """
    after: list[str | None] = [row["value"] for row in rows]
    promises: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, row in enumerate(rows):
        if row["transaction-type/@code"] in _PROMISES and isinstance(row["value"], NumberCell):
            promises[row["transaction-type/@code"], *_end(row)].append(at)
    for places in promises.values():
        values = {at: Decimal(rows[at]["value"]) for at in places}
        taken = [at for at in places if values[at] < 0]
        if not taken or sum(values.values()) < 0:
            continue
        rest = -sum((values[at] for at in taken), Decimal())
        for at in sorted(set(places) - set(taken), key=lambda one: (rows[one]["transaction-date"], one), reverse=True):
            off = min(rest, values[at])
            rest -= off
            if off:
                left = values[at] - off
                after[at] = NumberCell(format(left, "f")) if left else None
        for at in taken:
            after[at] = None
    return after


def _commitments(activity: str, rows: Sequence[dict[str, str]], after: Sequence[str | None]) -> list[str]:
    """Return for each transaction the commitment of its activity that it is or keeps; nothing where the activity does not say.

    It says so where it has one commitment with one party in one currency: what it pays to that party in it is paid under that
    one, provided that it can be recorded.
    """
    ends = [_end(row) for row in rows]
    told = list(zip(ends, rows, after, strict=True))
    bound = Counter(end for end, row, left in told if end and _commits(row, left))
    sound = {end for end, row, left in told if end and _commits(row, left) and _recordable(row, left)}
    names = []
    for end, row, left in told:
        nothing = row["transaction-type/@code"] in _COMMITMENTS and not _commits(row, left)
        plain = activity and end and bound[end] == 1 and end in sound and not nothing
        names.append(" ".join(filter(None, (activity, *end[1:]))) if plain else "")
    return names


def _numbers(activity: str, rows: Sequence[dict[str, str]], taken: set[str]) -> list[str]:
    """Return for each payment the number it is known by: its activity and its reference there; nothing where several have that.

    Publishers put words there too, or one number for all. ``taken`` are the identifiers of earlier activities, and takes these.
    """
    called = [
        f"{activity} {row['transaction/@ref']}" if activity and row["transaction/@ref"] and _pays(row) else ""
        for row in rows
    ]
    forms = [identifier_form(one) for one in called]
    often = Counter(forms)
    numbers = [
        one if form and often[form] == 1 and form not in taken else "" for one, form in zip(called, forms, strict=True)
    ]
    taken.update(forms)
    return numbers


def _pays(row: dict[str, str]) -> bool:
    """Say whether a transaction is a payment and takes nothing back."""
    return row["transaction-type/@code"] in _PAYMENTS and not row["value"].startswith("-")


def _end(row: dict[str, str]) -> tuple[str, str, str, str] | tuple[()]:
    """Return between whom and in what a promise or a payment is: which end, its reference, its name, the currency."""
    way = _WAYS.get(row["transaction-type/@code"])
    return (way, row[f"{way}/@ref"], row[way].casefold(), row["currency"]) if way else ()


def _promised_first(told: tuple[int, dict[str, str], str, str | None, str]) -> tuple[bool, int]:
    """Put an activity's commitments before what is paid under them, whatever their order in the file."""
    number, row, *_ = told
    return row["transaction-type/@code"] not in _COMMITMENTS, number


def _commits(row: dict[str, str], left: str | None) -> bool:
    """Say whether a transaction is a commitment of some amount, be it readable or not."""
    nothing = left is None or (isinstance(left, NumberCell) and not Decimal(left))
    return row["transaction-type/@code"] in _COMMITMENTS and not nothing


def _recordable(row: dict[str, str], left: str | None) -> bool:
    """Say whether a commitment has a sum, a currency and a day that a statement can bear."""
    if not isinstance(left, NumberCell) or not is_currency(row["currency"]):
        return False
    try:
        date.fromisoformat(row["transaction-date"])
    except ValueError:
        return False
    smallest = Decimal(left).scaleb(_PLACES)
    return smallest > 0 and smallest == smallest.to_integral_value()


def _typed(name: str, text: str) -> str:
    """Return a cell as what the standard says it is; what is not of that form is shown as it stands."""
    if name == "value":
        return text if number_of(text) is None else NumberCell(text)
    return MomentCell(text) if name in _DATES and _DATE.fullmatch(text) else text
