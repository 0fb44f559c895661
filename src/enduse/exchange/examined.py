"""Tables that auditors bring: what examined payments should have been, and statements of account."""

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

from enduse.errors import FaultsError, MalformedError, Problem
from enduse.exchange.tables.amount_text import parted
from enduse.exchange.tables.limits import Limits
from enduse.exchange.tables.sheet import Sheet
from enduse.exchange.tables.values import ColumnStyle, day_of, folded, style_of
from enduse.exchange.tables.writing import write_csv
from enduse.terms.currencies import is_currency
from enduse.views.money_sample import MoneySample
from enduse.views.reconciling import BankLine, LineKind, StatementOfAccount

LIMITS: Final = Limits(rows=200_000)
_ENTRY: Final = ("statement", "entry", "البيان")
_EXAMINED: Final = ("examined", "should be", "found", "بعد الفحص")
_COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "day": ("day", "date", "booking date", "value date", "اليوم", "التاريخ"),
    "amount": ("amount", "المبلغ"),
    "debit": ("debit", "paid out", "withdrawal", "مدين"),
    "credit": ("credit", "paid in", "deposit", "دائن"),
    "currency": ("currency", "العملة"),
    "kind": ("kind", "type", "النوع"),
    "reference": ("reference", "number", "المرجع", "الرقم"),
    "text": ("text", "description", "details", "البيان"),
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


def read_examined(path: Path) -> dict[int, Decimal]:
    """Return what examined payments should have been, by statement: a table with the columns ``statement`` and ``examined``.

    A row of which the second is empty is not examined yet.

    Raises:
        FaultsError: rows are at fault; names every one.
        MalformedError, LimitError, OSError: it is no such table, or cannot be read.
    """
    with Sheet(path, limits=LIMITS) as table:
        entry, amount = _column(table.columns, _ENTRY), _column(table.columns, _EXAMINED)
        if entry is None or amount is None:
            raise MalformedError("sample.no_columns", source=table.name, columns=list(table.columns))
        style = ColumnStyle()
        found: dict[int, Decimal] = {}
        faults: list[Problem] = []
        for number, cells in table.rows():
            if isinstance(cells, Problem):
                faults.append(cells)
                continue
            line = table.row_of(number)
            said, text = folded(cells[entry]), cells[amount].strip()
            value = _decimal(text, style) if text else None
            if not said.isdecimal() or int(said) in found:
                faults.append(Problem.of("sample.bad_entry", source=table.name, line=line, value=said[:40]))
            elif text and (value is None or value < 0):
                faults.append(Problem.of("sample.bad_examined", source=table.name, line=line, value=text[:40]))
            elif value is not None:
                found[int(said)] = value
        if faults:
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


def read_account(path: Path, currency: str = "") -> StatementOfAccount:
    """Return a statement of account as a table tells it: a bank's, or a fund's own ledger.

    Columns are found by their names: ``day``, ``amount`` (or ``debit`` and ``credit``), ``currency``, ``kind`` (``movement``,
    ``fee``, ``opening`` or ``closing``), ``reference``, ``text``. What goes out of the account stands with a minus, or as debit.

    Args:
        path: CSV, XLSX, ODS or XLS.
        currency: of rows that name none.

    Raises:
        MalformedError: it lacks a day or an amount.
        LimitError, OSError: it cannot be read.
    """
    with Sheet(path, limits=LIMITS) as table:
        places = {name: _column(table.columns, names) for name, names in _COLUMNS.items()}
        whole = places["amount"] is not None or (places["debit"] is not None and places["credit"] is not None)
        if places["day"] is None or not whole:
            raise MalformedError("account.no_columns", source=table.name, columns=list(table.columns))
        rows: list[tuple[int, list[str]]] = []
        faults: list[Problem] = []
        for number, cells in table.rows():
            if isinstance(cells, Problem):
                faults.append(cells)
            else:
                rows.append((table.row_of(number), cells))
        styles = {name: _style(rows, place) for name, place in places.items() if place is not None}
        lines: list[BankLine] = []
        for number, cells in rows:
            told = {name: cells[place] if place is not None else "" for name, place in places.items()}
            try:
                lines.append(_line(number, told, styles, currency))
            except MalformedError as error:
                faults.append(Problem.about(error.problem.told, source=table.name, line=number))
        return StatementOfAccount(source=table.name, sha256=table.sha256, lines=tuple(lines), problems=tuple(faults))


def _line(number: int, told: dict[str, str], styles: dict[str, ColumnStyle], currency: str) -> BankLine:
    """Return one row.

    Raises:
        MalformedError: it is none.
    """
    kind = _KINDS.get(folded(told["kind"]).casefold())
    if kind is None:
        raise MalformedError("account.bad_kind", value=told["kind"][:40])
    amount, beside = _amount(told, styles)
    named = folded(told["currency"]).upper() or beside or currency
    if not is_currency(named):
        raise MalformedError("account.no_currency", value=named[:40])
    day = day_of(styles["day"].read(told["day"]))
    if day is None and kind in {"movement", "fee"}:
        raise MalformedError("account.bad_day", value=told["day"][:40])
    return BankLine.of(
        number, kind, day, format(amount, "f"), named, reference=told["reference"].strip(), text=told["text"].strip()
    )


def _amount(told: dict[str, str], styles: dict[str, ColumnStyle]) -> tuple[Decimal, str]:
    """Return what went in, or with a minus out, and the currency written beside it.

    Raises:
        MalformedError: no amount stands there, or one on either side.
    """
    sides = [(name, told[name]) for name in ("amount", "debit", "credit") if name in styles and told[name].strip()]
    if len(sides) != 1:
        raise MalformedError("account.no_amount")
    ((name, text),) = sides
    number, beside = parted(text)
    value = _decimal(number, styles[name])
    if value is None or (name != "amount" and value < 0):
        raise MalformedError("account.bad_amount", value=text[:40])
    return (-value if name == "debit" else value), beside if is_currency(beside) else ""


def _style(rows: Iterable[tuple[int, list[str]]], place: int) -> ColumnStyle:
    order, comma = style_of(cells[place] for _, cells in rows)
    return ColumnStyle(order, comma=bool(comma))


def _decimal(text: str, style: ColumnStyle) -> Decimal | None:
    try:
        found = Decimal(style.read(text))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _column(columns: Sequence[str], names: Sequence[str]) -> int | None:
    """Return where the column of one of some names stands, the first name first."""
    plain = [folded(column).casefold() for column in columns]
    return next((plain.index(name) for name in names if name in plain), None)
