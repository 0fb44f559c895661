"""Statements of account: a bank's or a fund's own ledger, read as the whole table writes it.

What goes out stands with a minus, as a debit, or beside a mark such as *DR*. Debits are written with a minus and without one; the whole
column decides which, and where it holds both, the balances beside the rows, or else whoever brings the table.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from itertools import product
from pathlib import Path
from typing import Final, NamedTuple

from enduse.errors import FaultsError, MalformedError, Problem
from enduse.exchange.audit_table import Written, column_of, opened, rows_of
from enduse.exchange.tables.amount_text import parted
from enduse.exchange.tables.cells import NumberCell
from enduse.exchange.tables.column_names import INWARD, OUTWARD
from enduse.exchange.tables.passed_over import begins_as_total, calls_itself_total, is_total_word
from enduse.exchange.tables.sheet import Sheet
from enduse.exchange.tables.values import folded
from enduse.messages import Message
from enduse.terms.amounts import MINOR_PER_UNIT, money_resource
from enduse.terms.currencies import is_currency
from enduse.views.account_lines import MOVING, BankLine, LineKind, StatementOfAccount, TotalLine, in_minor
from enduse.views.account_sums import account_sums
from enduse.views.shapes import Figure

MINUS: Final = ("taken-back", "usual", "either")
"""What a minus among debits or credits means: taken back; that what has none is taken back; nothing, as the column says which way."""
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
    "balance": (
        "balance",
        "running balance",
        "ledger balance",
        "book balance",
        "account balance",
        "balance after",
        "saldo",
        "kontostand",
        "solde",
        "solde courant",
        "الرصيد",
        "الرصيد الجاري",
    ),
    "side": ("dr/cr", "cr/dr", "d/c", "c/d", "debit/credit", "soll/haben", "s/h", "sens", "مدين/دائن"),
    "account": (
        "account",
        "account number",
        "account no",
        "iban",
        "konto",
        "kontonummer",
        "compte",
        "الحساب",
        "رقم الحساب",
    ),
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
_DATED: Final = r"\W*(?:(?:as (?:of|at|on)|on|at|am|vom|per|au|du|في)\b)?[\W\d]*"
_BALANCES: Final[tuple[tuple[LineKind, re.Pattern[str]], ...]] = (
    (
        "opening",
        re.compile(
            r"(?:(?:opening|starting|initial|previous|beginning) balance|balance (?:brought (?:forward|down)|b/?[fd])|brought forward|b/f"
            r"|anfangssaldo|eröffnungssaldo|saldovortrag|alter (?:konto)?saldo|solde (?:initial|précédent|d'ouverture)|ancien solde"
            rf"|report à nouveau|(?:ال)?رصيد (?:ال)?(?:افتتاحي|سابق)){_DATED}"
        ),
    ),
    (
        "closing",
        re.compile(
            r"(?:(?:closing|ending|final|new) balance|balance (?:carried (?:forward|down)|c/?[fd])|carried forward|c/f"
            r"|endsaldo|schlusssaldo|neuer (?:konto)?saldo|solde (?:final|de clôture)|nouveau solde"
            rf"|(?:ال)?رصيد (?:ال)?(?:ختامي|مدور|نهائي)){_DATED}"
        ),
    ),
)
"""What a row says that states a balance and moves nothing."""
_SIDES: Final = ("amount", "debit", "credit")
_MARKED: Final = re.compile(
    r"(?:(?P<before>dr|cr|db)\.?\s+)?(?P<number>.*[0-9].*?)(?:(?<=[0-9)\s.-])\s*(?P<behind>dr|cr|db|[dcsh]|مدين|دائن)\.?)?",
    re.IGNORECASE,
)
"""*8,000.00 DR*: the mark says which way."""
_OUT: Final = OUTWARD | {"d", "s", "db", "-"}
_IN: Final = INWARD | {"c", "h", "+"}


class _Told(NamedTuple):
    """A row as it was read: on which side what stands, and not yet which way it went."""

    row: int
    kind: LineKind
    day: date | None
    side: str
    value: Decimal
    currency: str
    reference: str
    text: str
    account: str
    balance: Decimal | None


def read_account(
    path: Path, currency: str = "", numbers: str = "", dates: str = "", minus: str = ""
) -> StatementOfAccount:
    """Return a statement of account as a table tells it: a bank's, or a fund's own ledger.

    Columns are found by their names, below whatever titles stand above them: ``day``, ``amount`` (or ``debit`` and ``credit``),
    ``balance``, ``account``, ``currency``, ``kind`` (``movement``, ``fee``, ``opening`` or ``closing``), ``reference``, ``text``. How days,
    numbers and debits are written is told by the whole table; a row that may be read in two ways is in no sum; one without a day that
    calls itself a total is passed over, and that is said.

    Args:
        path: CSV, XLSX, ODS or XLS.
        currency: of rows that name none.
        numbers: how its numbers are written, where they do not tell it.
        dates: how its days are written, likewise.
        minus: what a minus in a column of debits or credits means, likewise: one of :data:`MINUS`.

    Raises:
        MalformedError: it lacks a day or an amount.
        FaultsError: no row of it can be read; names every one.
        LimitError, OSError: it cannot be read.
    """
    if minus and minus not in MINUS:
        raise MalformedError("account.bad_minus", value=minus[:40], known=list(MINUS))
    with opened(path, (_COLUMNS["day"],), (_COLUMNS["amount"], _COLUMNS["debit"])) as table:
        reading = _Reading(table, Written(numbers, dates), currency)
        found = reading.statement(minus)
        if found.problems and not any(line.kind in MOVING for line in found.lines):
            raise FaultsError("account.no_rows", found.problems, n=len(found.problems), source=table.name)
        return found


class _Reading:
    """One table while it is read."""

    def __init__(self, table: Sheet, written: Written, currency: str) -> None:
        """Read its rows.

        Raises:
            MalformedError: it lacks a day or an amount.
        """
        self._table, self._written, self._currency = table, written, currency
        places = {name: column_of(table.columns, names) for name, names in _COLUMNS.items()}
        whole = places["amount"] is not None or (places["debit"] is not None and places["credit"] is not None)
        if places["day"] is None or not whole:
            columns = [name for name in table.columns if name]
            raise MalformedError("account.no_columns", source=table.name, columns=columns)
        rows, self._faults = rows_of(table)
        named = [
            (row, {name: cells[at] if at is not None else "" for name, at in places.items()}, cells)
            for row, cells in rows
        ]
        figures = [_unmarked(told[name])[1] for _, told, _ in named for name in (*_SIDES, "balance")]
        written.look(figures, [told["day"] for _, told, _ in named])
        aside = {places["account"], places["currency"]}
        self._told: list[_Told] = []
        self._notes: list[Message] = []
        self._unread: list[Problem] = []
        self._totals: list[tuple[int, dict[str, str]]] = []
        for row, told, cells in named:
            plain = ["" if at in aside else cell for at, cell in enumerate(cells)]
            if (kind := _balance_kind(told, plain)) is not None:
                told = {**told, "kind": kind}  # noqa: PLW2901 - said by its text
            elif _is_total(told, plain):
                self._notes.append(Message.of("account.total_row", row=row))
                self._totals.append((row, told))
                continue
            try:
                self._told.append(self._row(row, told))
            except MalformedError as error:
                self._faults.append(Problem.about(error.problem.told, source=table.name, line=row))

    def _mark_the_rest(self) -> None:
        """Take amounts without a mark as debits where the others, in one column, bear a credit's; no mark is one too."""
        moving = [one for one in self._told if one.kind in MOVING and one.value]
        bare = [one for one in moving if one.side == "amount"]
        if bare and {one.side for one in moving} == {"amount", "credit"} and all(one.value > 0 for one in bare):
            self._told = [
                one._replace(side="debit") if one.side == "amount" and one.kind in MOVING else one for one in self._told
            ]
            self._notes.append(Message.of("account.unmarked"))

    def statement(self, minus: str) -> StatementOfAccount:
        """Return the statement of account, each row in the way that it went."""
        self._mark_the_rest()
        signs: dict[str, list[_Told]] = defaultdict(list)
        for one in self._told:
            if one.side != "amount" and one.kind in MOVING and one.value:
                signs[one.side].append(one)
        below = {side: [one for one in told if one.value < 0] for side, told in signs.items()}
        open_sides = sorted(side for side, told in below.items() if told and (side == "credit" or told != signs[side]))
        if minus:
            return self._made({side: minus for side, told in below.items() if told})
        if not open_sides:
            return self._made({})
        if any(one.balance is not None for one in self._told):
            tried = [dict(zip(open_sides, each, strict=True)) for each in product(MINUS, repeat=len(open_sides))]
            wrong = sorted((len(account_sums(self._made(each)).wrong), at) for at, each in enumerate(tried))
            if wrong[0][0] < wrong[1][0]:
                self._notes.append(Message.of("account.minus_by_balances"))
                return self._made(tried[wrong[0][1]])
        for side in open_sides:
            above = [one for one in signs[side] if one.value > 0]
            for one in above if len(above) < len(below[side]) and side == "debit" else below[side]:
                self._told.remove(one)
                told = Problem.of("account.mixed_signs", value=f"{one.value:f}", column=side)
                self._faults.append(Problem.about(told.told, source=self._table.name, line=one.row))
        return self._made({})

    def _made(self, meant: dict[str, str]) -> StatementOfAccount:
        lines: list[BankLine] = []
        faults = list(self._faults)
        for one in self._told:
            try:
                lines.append(_line(one, meant.get(one.side, "either")))
            except MalformedError as error:
                faults.append(Problem.about(error.problem.told, source=self._table.name, line=one.row))
        return StatementOfAccount(
            source=self._table.name,
            sha256=self._table.sha256,
            lines=tuple(lines),
            problems=tuple(sorted(faults, key=lambda one: one.line or 0)),
            notes=tuple(self._notes),
            totals=() if faults else tuple(self._total_lines()),
            unread=tuple(self._unread),
            amount_step=_last_decimal([one.value for one in self._told]),
            balance_step=_last_decimal([one.balance for one in self._told if one.balance is not None]),
        )

    def _row(self, row: int, told: dict[str, str]) -> _Told:
        """Return one row.

        Raises:
            MalformedError: it is none.
        """
        said = folded(told["kind"]).casefold()
        marks = [mark for mark in (_side_of(told["side"]), _side_of(said)) if mark]
        kind = _KINDS.get(said) or ("movement" if _side_of(said) else None)
        if kind is None:
            raise MalformedError("account.bad_kind", value=told["kind"][:40])
        balance = self._balance(row, told["balance"])
        if kind not in MOVING and balance is not None:
            side, value, beside = "amount", balance, parted(_unmarked(told["balance"])[1])[1]
        else:
            side, value, beside = self._amount(told, marks)
        named = folded(told["currency"]).upper() or (beside if is_currency(beside) else "") or self._currency
        if not is_currency(named):
            raise MalformedError("account.no_currency", value=named[:40])
        day = self._written.day(told["day"])
        if day is None and kind in MOVING:
            raise MalformedError("account.bad_day", value=told["day"][:40])
        reference, text, account = (told[name].strip() for name in ("reference", "text", "account"))
        return _Told(row, kind, day, side, value, named, reference, text, account, balance)

    def _amount(self, told: dict[str, str], marks: Sequence[str]) -> tuple[str, Decimal, str]:
        """Return on which side what stands, and the currency written beside it.

        Raises:
            MalformedError: no amount stands there, or one on either side.
        """
        cells = [(name, *_unmarked(told[name])) for name in _SIDES if told[name].strip()]
        if len(cells) > 1:  # many banks write 0.00 on the other side
            cells = [one for one in cells if self._written.number(one[2]) != 0] or cells[:1]
        if len(cells) != 1:
            raise MalformedError("account.no_amount")
        ((name, mark, text),) = cells
        value = self._written.number(text)
        sides = {side for side in (*marks, mark, name) if side not in {"", "amount"}}
        if value is None or len(sides) > 1:
            raise MalformedError("account.bad_amount", value=told[name][:40])
        return next(iter(sides), "amount"), value, parted(text)[1]

    def _balance(self, row: int, cell: str) -> Decimal | None:
        """Return the balance beside a row; nothing, where none stands there or it cannot be read, which is told."""
        if not any(map(str.isdigit, cell)):
            return None
        mark, text = _unmarked(cell)
        try:
            value = self._written.number(text)
        except MalformedError:
            value = None
        if value is None:
            told = {"value": cell.strip()[:40]}
            self._unread.append(Problem.of("account.bad_balance", source=self._table.name, line=row, **told))
            return None
        return -abs(value) if mark == "debit" else value

    def _total_lines(self) -> Iterator[TotalLine]:
        """Give the numbers of rows of totals, each with the sums of its column that it may be."""
        since = 0
        for row, cells in self._totals:
            account, currency = cells["account"].strip(), folded(cells["currency"]).upper()
            told = [one for one in self._told if account in {"", one.account} and currency in {"", one.currency}]
            if len({one.currency for one in told}) != 1:
                continue  # what it is the total of is not known
            resource = money_resource(told[0].currency)
            for name in _SIDES:
                said = self._number(cells[name])
                if said is None:
                    continue
                mine = [one for one in told if name in {one.side, "amount"}]
                moved = [one for one in mine if one.kind in MOVING]
                above = [one for one in mine if one.row < row]
                kept = [mine, moved, above, [one for one in above if one.kind in MOVING]]
                kept.append([one for one in moved if since < one.row < row])
                sums = {
                    abs(sum((one.value for one in part if (1 if one.value > 0 else -1) in way), Decimal()))
                    for part in kept
                    for way in _WAYS
                }
                yield TotalLine(row=row, said=Figure(in_minor(said), resource), sums=tuple(map(in_minor, sorted(sums))))
            since = row

    def _number(self, cell: str) -> Decimal | None:
        try:
            value = self._written.number(_unmarked(cell)[1]) if cell.strip() else None
        except MalformedError:
            return None
        return value if value is None or value * MINOR_PER_UNIT % 1 == 0 else None


_WAYS: Final = ((1, -1), (1,), (-1,))
"""All rows, or those of one sign."""


def _line(told: _Told, meant: str) -> BankLine:
    """Return a row in the way that it went.

    Raises:
        MalformedError: its amount is too fine or too large.
    """
    value = told.value
    if told.side != "amount":
        back = (meant == "taken-back" and value < 0) or (meant == "usual" and value > 0)
        value = abs(value) if (told.side == "credit") != back else -abs(value)
    return BankLine.of(
        told.row,
        told.kind,
        told.day,
        format(value, "f"),
        told.currency,
        reference=told.reference,
        text=told.text,
        account=told.account,
        balance=told.balance,
    )


def _balance_kind(told: dict[str, str], cells: Sequence[str]) -> LineKind | None:
    """Return which balance a row states by its text, where its columns do not say what it is."""
    if told["kind"].strip():
        return None
    texts = [told["text"], next((cell for cell in cells if cell.strip()), "")]
    for kind, form in _BALANCES:
        if any(form.fullmatch(folded(text).casefold()) for text in texts):
            figures = [told[name] for name in _SIDES if told[name].strip()]
            return kind if told["balance"].strip() or len(figures) == 1 else None
    return None


def _is_total(told: dict[str, str], cells: Sequence[str]) -> bool:
    """Say whether a row sums up others; one with a day may be a payment to somebody called so, unless both sides are filled in."""
    if told["day"].strip() and not begins_as_total(told["day"]):
        return is_total_word(told["text"]) and bool(told["debit"].strip() and told["credit"].strip())
    return calls_itself_total(cells)


def _unmarked(cell: str) -> tuple[str, str]:
    """Return which side a mark beside a number tells, if one does, and the number without it."""
    if isinstance(cell, NumberCell) or (found := _MARKED.fullmatch(cell.strip())) is None:
        return "", cell
    mark = found["before"] or found["behind"] or ""
    return (_side_of(mark), found["number"].strip()) if mark else ("", cell)


def _side_of(text: str) -> str:
    plain = folded(text).casefold().rstrip(".")
    return "debit" if plain in _OUT else "credit" if plain in _IN else ""


def _last_decimal(values: Sequence[Decimal]) -> int:
    """Return the last decimal to which numbers are written, in smallest units of money."""
    places = max((-int(value.as_tuple().exponent) for value in values), default=0)
    return int(MINOR_PER_UNIT // 10 ** min(max(places, 0), 4))
