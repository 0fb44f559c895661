"""Tables that auditors bring: what examined payments should have been, and statements of account."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Final

from enduse.errors import FaultsError, MalformedError, Problem
from enduse.exchange.tables.amount_text import parted
from enduse.exchange.tables.cells import MomentCell, NumberCell
from enduse.exchange.tables.days import ORDERS, moment_of
from enduse.exchange.tables.encodings import encoding_of
from enduse.exchange.tables.leaf import read_number
from enduse.exchange.tables.limits import Limits
from enduse.exchange.tables.looking import Column, style_of_numbers
from enduse.exchange.tables.passed_over import begins_as_total, calls_itself_total
from enduse.exchange.tables.sheet import Sheet
from enduse.exchange.tables.values import day_of, folded
from enduse.exchange.tables.writing import write_csv
from enduse.messages import Message
from enduse.terms.currencies import is_currency
from enduse.views.money_sample import MoneySample
from enduse.views.reconciling import BankLine, LineKind, StatementOfAccount

LIMITS: Final = Limits(rows=200_000)
_ENTRY: Final = ("statement", "entry", "البيان")
_EXAMINED: Final = ("examined", "should be", "found", "بعد الفحص")
_LISTED: Final = ("amount", "المبلغ")
_NUMBERS: Final = ("1,234.5", "1.234,5")
_OPEN: Final = "open"
_BLANK_IN_NUMBER: Final = re.compile("(?<=[0-9]) (?=[0-9]{3}(?![0-9]))")
_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "day": (
        "day",
        "date",
        "booking date",
        "posting date",
        "transaction date",
        "value date",
        "buchungstag",
        "datum",
        "date d'opération",
        "date de valeur",
        "اليوم",
        "التاريخ",
        "تاريخ العملية",
        "تاريخ القيد",
    ),
    "amount": ("amount", "transaction amount", "betrag", "montant", "المبلغ"),
    "debit": ("debit", "debits", "paid out", "money out", "withdrawal", "withdrawals", "soll", "débit", "مدين"),
    "credit": ("credit", "credits", "paid in", "money in", "deposit", "deposits", "haben", "crédit", "دائن"),
    "balance": ("balance", "running balance", "saldo", "solde", "الرصيد"),
    "currency": ("currency", "währung", "devise", "العملة"),
    "kind": ("kind", "type", "النوع"),
    "reference": ("reference", "number", "referenz", "référence", "المرجع", "الرقم"),
    "text": (
        "text",
        "description",
        "details",
        "narrative",
        "verwendungszweck",
        "libellé",
        "البيان",
        "التفاصيل",
        "الوصف",
    ),
}
_KINDS: Final[dict[str, LineKind]] = {
    "": "movement",
    "movement": "movement",
    "حركة": "movement",
    "fee": "fee",
    "عمولة": "fee",
    "opening": "opening",
    "opening balance": "opening",
    "رصيد افتتاحي": "opening",
    "closing": "closing",
    "closing balance": "closing",
    "رصيد ختامي": "closing",
}
_MOVING: Final = ("movement", "fee")


class _Written:
    """How a table writes its numbers and its days: told by all of its cells together, or by whoever brings it.

    What neither tells is not guessed: *7.400* may be seven thousand, and *03/04* of April or of March.
    """

    def __init__(self, numbers: str = "", dates: str = "") -> None:
        for said, forms in ((numbers, _NUMBERS), (dates, ORDERS)):
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
                read = [read_number(text, each) for each in _NUMBERS]
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


def read_examined(path: Path, numbers: str = "") -> dict[int, Decimal]:
    """Return what examined payments should have been, by statement: a table with the columns ``statement`` and ``examined``.

    A row of which the second is empty is not examined yet. How numbers are written is told by both columns of amounts, since a
    spreadsheet writes the list's own like those that were filled in.

    Args:
        path: CSV, XLSX, ODS or XLS.
        numbers: how its numbers are written, where they do not tell it.

    Raises:
        FaultsError: rows are at fault; names every one.
        MalformedError, LimitError, OSError: it is no such table, or cannot be read.
    """
    with _opened(path, (_ENTRY, _EXAMINED)) as table:
        entry, amount = _column(table.columns, _ENTRY), _column(table.columns, _EXAMINED)
        if entry is None or amount is None:
            raise MalformedError("sample.no_columns", source=table.name, columns=list(table.columns))
        listed = _column(table.columns, _LISTED)
        rows, faults = _rows_of(table)
        written = _Written(numbers)
        written.look(cells[at] for _, cells in rows for at in (amount, listed) if at is not None)
        found: dict[int, Decimal] = {}
        for line, cells in rows:
            said, text = folded(cells[entry]), cells[amount]
            if not said.isdecimal() or int(said) in found:
                faults.append(Problem.of("sample.bad_entry", source=table.name, line=line, value=said[:40]))
            elif text.strip():
                try:
                    value = written.number(text)
                except MalformedError as error:
                    faults.append(Problem.about(error.problem.told, source=table.name, line=line))
                    continue
                if value is None or value < 0:
                    told = text.strip()[:40]
                    faults.append(Problem.of("sample.bad_examined", source=table.name, line=line, value=told))
                else:
                    found[int(said)] = value
        if faults:
            faults.sort(key=lambda one: one.line or 0)
            raise FaultsError("sample.bad_rows", tuple(faults), n=len(faults), source=table.name)
    return found


def write_sample(sample: MoneySample, path: Path) -> int:
    """Write what is to be examined, with an empty column to fill in; returns how many rows there are.

    Raises:
        OSError: it cannot be written.
    """
    columns = ("statement", "number", "day", "payer", "payee", "project", "amount", "currency", "examined")
    rows = [
        (
            one.entry,
            one.name,
            one.at.date().isoformat(),
            one.payer,
            one.payee,
            one.project,
            one.figure.value,
            one.figure.unit,
            "",
        )
        for one in sample.chosen
    ]
    return write_csv(path, columns, rows)


def read_account(path: Path, currency: str = "", numbers: str = "", dates: str = "") -> StatementOfAccount:
    """Return a statement of account as a table tells it: a bank's, or a fund's own ledger.

    Columns are found by their names, below whatever titles stand above them: ``day``, ``amount`` (or ``debit`` and ``credit``),
    ``currency``, ``kind`` (``movement``, ``fee``, ``opening`` or ``closing``), ``reference``, ``text``. What goes out of the account
    stands with a minus, or as debit. How days and numbers are written is told by the whole table; a row that may be read in two ways is
    in no sum; one without a day that calls itself a total is passed over, and that is said.

    Args:
        path: CSV, XLSX, ODS or XLS.
        currency: of rows that name none.
        numbers: how its numbers are written, where they do not tell it.
        dates: how its days are written, likewise.

    Raises:
        MalformedError: it lacks a day or an amount.
        FaultsError: no row of it can be read; names every one.
        LimitError, OSError: it cannot be read.
    """
    written = _Written(numbers, dates)
    with _opened(path, (_COLUMNS["day"],), (_COLUMNS["amount"], _COLUMNS["debit"])) as table:
        places = {name: _column(table.columns, names) for name, names in _COLUMNS.items()}
        whole = places["amount"] is not None or (places["debit"] is not None and places["credit"] is not None)
        if places["day"] is None or not whole:
            raise MalformedError(
                "account.no_columns", source=table.name, columns=[name for name in table.columns if name]
            )
        rows, faults = _rows_of(table)
        amounts = [at for name in ("amount", "debit", "credit", "balance") if (at := places[name]) is not None]
        written.look((cells[at] for _, cells in rows for at in amounts), [cells[places["day"]] for _, cells in rows])
        lines: list[BankLine] = []
        notes: list[Message] = []
        for number, cells in rows:
            day = cells[places["day"]]
            if (not day.strip() or begins_as_total(day)) and calls_itself_total(cells):
                notes.append(Message.of("account.total_row", row=number))
                continue
            told = {name: cells[place] if place is not None else "" for name, place in places.items()}
            try:
                lines.append(_line(number, told, written, currency))
            except MalformedError as error:
                faults.append(Problem.about(error.problem.told, source=table.name, line=number))
        if faults and not any(line.kind in _MOVING for line in lines):
            raise FaultsError("account.no_rows", tuple(faults), n=len(faults), source=table.name)
        return StatementOfAccount(
            source=table.name, sha256=table.sha256, lines=tuple(lines), problems=tuple(faults), notes=tuple(notes)
        )


def _opened(path: Path, *needed: Sequence[Sequence[str]]) -> Sheet:
    """Open a table below its titles: at the first row with all needed columns, of each further group one; else at its first row."""
    all_of, any_of = needed[0], needed[1] if len(needed) > 1 else ()

    def heads(names: tuple[str, ...]) -> bool:
        whole = all(_column(names, one) is not None for one in all_of)
        return whole and (not any_of or any(_column(names, one) is not None for one in any_of))

    encoding = encoding_of(path) if path.is_file() else ""
    return Sheet(path, limits=LIMITS, encoding=encoding or None, is_header=heads)


def _rows_of(table: Sheet) -> tuple[list[tuple[int, list[str]]], list[Problem]]:
    rows: list[tuple[int, list[str]]] = []
    faults: list[Problem] = []
    for number, cells in table.rows():
        if isinstance(cells, Problem):
            faults.append(cells)
        else:
            rows.append((table.row_of(number), cells))
    return rows, faults


def _line(number: int, told: dict[str, str], written: _Written, currency: str) -> BankLine:
    """Return one row.

    Raises:
        MalformedError: it is none.
    """
    kind = _KINDS.get(folded(told["kind"]).casefold())
    if kind is None:
        raise MalformedError("account.bad_kind", value=told["kind"][:40])
    amount, beside = _amount(told, written)
    named = folded(told["currency"]).upper() or beside or currency
    if not is_currency(named):
        raise MalformedError("account.no_currency", value=named[:40])
    day = written.day(told["day"])
    if day is None and kind in _MOVING:
        raise MalformedError("account.bad_day", value=told["day"][:40])
    return BankLine.of(
        number, kind, day, format(amount, "f"), named, reference=told["reference"].strip(), text=told["text"].strip()
    )


def _amount(told: dict[str, str], written: _Written) -> tuple[Decimal, str]:
    """Return what went in, or with a minus out, and the currency written beside it.

    Raises:
        MalformedError: no amount stands there, or one on either side.
    """
    sides = [(name, told[name]) for name in ("amount", "debit", "credit") if told[name].strip()]
    if len(sides) > 1:  # many banks write 0.00 on the other side
        sides = [(name, text) for name, text in sides if written.number(text) != 0] or sides[:1]
    if len(sides) != 1:
        raise MalformedError("account.no_amount")
    ((name, text),) = sides
    value, beside = written.number(text), parted(text)[1]
    if value is None or (name != "amount" and value < 0):
        raise MalformedError("account.bad_amount", value=text[:40])
    return (-value if name == "debit" else value), beside if is_currency(beside) else ""


def _column(columns: Sequence[str], names: Sequence[str]) -> int | None:
    """Return where the column of one of some names stands, the first name first."""
    plain = [folded(column).casefold() for column in columns]
    return next((plain.index(name) for name in names if name in plain), None)
