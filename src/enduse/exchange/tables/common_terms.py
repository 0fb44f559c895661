"""Two parties' tables brought to common terms by a small mapping, and a draft of that mapping made by looking at both.

The mapping is TOML: for each party the column of the date, of what names a consignment, of the quantity, and of each term
(place, item, or any other name), with the values as written and what they are called in common. A person confirms it by
giving it back.
"""

import json
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from enduse.errors import EnduseError, MalformedError, UnknownError
from enduse.exchange.tables.cells import as_identifier
from enduse.exchange.tables.comparable import RawTable, holds_days, read_raw
from enduse.exchange.tables.values import day_of, folded
from enduse.messages import Message
from enduse.statements.faults import fault_of
from enduse.system import read_file
from enduse.terms.names import spelling
from enduse.views.registers import TIMES, Register, RegisterRow, Remark

MAPPING_MAX: Final = 256 * 1024
"""Largest mapping in bytes."""

_NUMBER: Final = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_VALUES_MAX: Final = 12
_NAMES: Final = {
    "date": "date|^day|when|تاريخ|يوم",
    "id": "waybill|consignment|voucher|tracking|بوليصة",
    "place": "place|location|crossing|route|site|warehouse|store|district|governorate|port|gate|مكان|موقع|معبر|مستودع|محافظة",
    "item": "item|commodit|material|goods|cargo|categor|class|product|descri|صنف|ماده|مادة|بضاعة",
    "quantity": "quantit|qty|amount|tons|tonnes|weight|كميه|كمية|وزن",
    "unit": "unit|uom|وحده|وحدة",
}
_PACKED: Final = re.compile(
    "bags?|sacks?|cartons?|boxes|bales|drums|pallets|pieces|pcs|parcels|kits|litres|liters|kgs?|أكياس|اكياس|كيس|كراتين|طرود"
)
"""What a column of amounts is called where it is called after their unit."""
_NOT_OWN: Final = re.compile("edit|modif|updat|creat|enter|entry|upload|submi|last|export|print")
_TONNES: Final = {"t": "1", "mt": "1", "ton": "1", "tons": "1", "tonne": "1", "tonnes": "1", "طن": "1", "kg": "0.001"}


class _Part(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Base of every part of a mapping."""


class TermSource(_Part, frozen=True, kw_only=True):
    """Where a term comes from.

    Attributes:
        column: which column.
        values: what a value as written is called in common.
        others: what every other value is called; empty: as written.
    """

    column: str
    values: dict[str, str] = {}
    others: str = ""


class QuantitySource(_Part, frozen=True, kw_only=True):
    """Where a quantity comes from.

    Attributes:
        column: which column.
        unit: the unit of all of it.
        unit_column: or the column that says the unit of each row.
        factors: how much one of a unit is in the common unit; the common unit itself needs none.
    """

    column: str
    unit: str = ""
    unit_column: str = ""
    factors: dict[str, Decimal] = {}


class PartyTerms(_Part, frozen=True, kw_only=True):
    """How one party's table is read.

    Attributes:
        party: what to call the party.
        sheet: of a workbook; else the first that is not hidden.
        encoding: of a CSV that is not UTF-8.
        date: the column of each row's own date.
        date_order: whether ``day`` or ``month`` comes first in it, where no day is above twelve.
        id: the column that names the consignment.
        quantity: where amounts come from.
        terms: where each term comes from.
        only: terms, and the values (as they are called in common) of the rows that are looked at; others are left out.
    """

    party: str
    sheet: str = ""
    encoding: str = ""
    date: str = ""
    date_order: Literal["", "day", "month"] = ""
    id: str = ""
    quantity: QuantitySource | None = None
    terms: dict[str, TermSource] = {}
    only: dict[str, tuple[str, ...]] = {}

    def columns(self) -> list[str]:
        """Return the columns that are needed."""
        named = [self.date, self.id, *(term.column for term in self.terms.values())]
        if self.quantity is not None:
            named += [self.quantity.column, self.quantity.unit_column]
        return [name for name in named if name]


class CommonTerms(_Part, frozen=True, kw_only=True):
    """A mapping of two tables.

    Attributes:
        ours, theirs: how each table is read.
        unit: in which amounts are compared; empty: rows are counted.
        periods: first and last day of each period, for ``--by period``.
        remarks: what the parties have said of some of their rows.
        earlier_of: whose earlier issue is given, where the columns do not tell.
    """

    ours: PartyTerms
    theirs: PartyTerms
    unit: str = ""
    periods: dict[str, tuple[date, date]] = {}
    remarks: tuple[Remark, ...] = ()
    earlier_of: Literal["", "ours", "theirs"] = ""

    def terms(self) -> tuple[str, ...]:
        """Return the terms that both tables have."""
        return tuple(name for name in self.ours.terms if name in self.theirs.terms)


def load_terms(path: Path, by: Sequence[str]) -> CommonTerms:
    """Read a mapping, and see that it has the terms that are asked for.

    Raises:
        UnknownError: there is no such file.
        MalformedError: it is not TOML, not a mapping, or lacks a term.
        LimitError: it is too large.
    """
    try:
        data = tomllib.loads(read_file(path, MAPPING_MAX).decode())
    except OSError as error:
        raise UnknownError("file.unreadable", source=str(path), reason=str(error.strerror)) from error
    except UnicodeDecodeError as error:
        raise MalformedError("file.not_utf8", source=path.name) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise MalformedError("compare.mapping_not_toml", source=path.name, reason=str(error)) from error
    try:
        terms = msgspec.convert(data, CommonTerms)
    except msgspec.ValidationError as error:
        fault = fault_of(error, data, CommonTerms).problem
        raise MalformedError.about(fault.told, source=path.name, path=fault.path) from error
    _check_terms(terms, by, path.name)
    return terms


def _check_terms(terms: CommonTerms, by: Sequence[str], source: str) -> None:
    for side, party in (("ours", terms.ours), ("theirs", terms.theirs)):
        wanted = [("terms", name) for name in by if (not party.date if name in TIMES else name not in party.terms)]
        wanted += [("only", name) for name in party.only if name not in party.terms]
        for part, name in wanted:
            raise MalformedError("compare.term_missing", source=source, path=f"$.{side}.{part}", term=name)
        if terms.unit and party.quantity is None:
            raise MalformedError("compare.quantity_missing", source=source, path=f"$.{side}.quantity", unit=terms.unit)
    for name in (name for remark in terms.remarks for name in remark.where if name not in terms.terms()):
        raise MalformedError("compare.term_missing", source=source, path="$.remarks", term=name)
    if "period" in by and not terms.periods:
        raise MalformedError("compare.periods_missing", source=source)


def read_register(path: Path, party: PartyTerms, terms: CommonTerms) -> Register:
    """Return a party's table in common terms.

    Raises:
        EnduseError: it cannot be read, or lacks a column that the mapping names.
    """
    table = read_raw(path, party.columns(), party.sheet, party.encoding)
    names = terms.terms()
    days = _days(table, party)
    items = _items(table, party.id)
    values = [_values(table, party.terms[name]) for name in names]
    amounts = _amounts(table, party.quantity, terms.unit)
    wanted = [(_values(table, party.terms[name]), frozenset(kept)) for name, kept in party.only.items()]
    rows = []
    left_out = 0
    for at, number in enumerate(table.numbers):
        found = tuple([column[at] for column in values])
        if any(column[at] not in kept for column, kept in wanted):
            left_out += 1
            continue
        amount, unit = amounts[at]
        rows.append(RegisterRow(number, days[at], found, amount, unit, items[at]))
    return Register(
        party=party.party,
        name=table.name,
        sha256=table.sha256,
        terms=names,
        rows=rows,
        left_out=left_out,
        unread=table.problems,
        passed_over=table.left_out,
    )


def _days(table: RawTable, party: PartyTerms) -> list[date | None]:
    if not party.date:
        return [None] * len(table.rows)
    at = table.at(party.date)
    days = [day_of(value) for value in table.comparable(at, party.date_order)]
    if table.rows and not any(days):
        raise table.fault(Message.of("compare.no_day_of_party", read=table.rows[0][at]), table.numbers[0], at)
    return days


def _items(table: RawTable, column: str) -> list[str]:
    if not column:
        return [""] * len(table.rows)
    at = table.at(column)
    items = []
    for number, row in zip(table.numbers, table.rows, strict=True):
        try:
            items.append(as_identifier(row[at], [], column))
        except MalformedError as error:
            raise table.fault(error.problem.told, number, at) from error
    return items


def _values(table: RawTable, term: TermSource) -> list[str]:
    at = table.at(term.column)
    called = {folded(written).casefold(): common for written, common in term.values.items()}
    known: dict[str, str] = {}
    for text in table.values(at):
        plain = folded(text)
        known[text] = called.get(plain.casefold()) or term.others or plain
    return [known[row[at]] for row in table.rows]


def _amounts(table: RawTable, quantity: QuantitySource | None, unit: str) -> list[tuple[Decimal | None, str]]:
    """Return the amount of each row in the common unit; where there is none, the unit it is in."""
    if quantity is None or not unit:
        return [(None, "")] * len(table.rows)
    factors = {folded(name).casefold(): factor for name, factor in quantity.factors.items()}
    factors.setdefault(unit.casefold(), Decimal(1))
    numbers = table.comparable(table.at(quantity.column))
    _check_unit(table, quantity, factors)
    units = [quantity.unit] * len(numbers)
    if quantity.unit_column:
        at = table.at(quantity.unit_column)
        units = [folded(row[at]) for row in table.rows]
    amounts: list[tuple[Decimal | None, str]] = []
    for number, named in zip(numbers, units, strict=True):
        factor = factors.get((named or unit).casefold()) if named or not quantity.unit_column else None
        if not _NUMBER.fullmatch(number):
            amounts.append((None, ""))
        elif factor is None:
            amounts.append((None, named or "?"))
        else:
            amounts.append((Decimal(number) * factor, ""))
    return amounts


def _check_unit(table: RawTable, quantity: QuantitySource, factors: Mapping[str, Decimal]) -> None:
    """Refuse the name of a column as the unit of all rows: each row says its own."""
    if quantity.unit and not quantity.unit_column and folded(quantity.unit).casefold() not in factors:
        for column in table.columns:
            if column and spelling(column) == spelling(quantity.unit) and column != quantity.column:
                raise MalformedError("compare.unit_is_column", source=table.name, path="quantity.unit", column=column)


def side_of(path: Path, terms: CommonTerms) -> Literal["ours", "theirs"]:
    """Return whose table an earlier issue is, by its columns.

    Raises:
        MalformedError: it is neither's, or could be both's.
    """
    if terms.earlier_of:
        return "ours" if terms.earlier_of == "ours" else "theirs"
    fits: list[Literal["ours", "theirs"]] = []
    for side in ("ours", "theirs"):
        party = terms.ours if side == "ours" else terms.theirs
        table = read_raw(path, party.columns(), party.sheet, party.encoding)
        try:
            for name in party.columns():
                table.at(name)
        except EnduseError:
            continue
        fits.append("ours" if side == "ours" else "theirs")
    if len(fits) != 1:
        code = "compare.earlier_of_both" if fits else "compare.earlier_of_neither"
        raise MalformedError(code, source=path.name, ours=terms.ours.party, theirs=terms.theirs.party)
    return fits[0]


def propose_terms(ours: Path, theirs: Path, by: Sequence[str]) -> str:
    """Return a draft of the mapping of two tables, as TOML of few lines, for a person to check.

    Raises:
        EnduseError: a table cannot be read.
    """
    tables = (read_raw(ours), read_raw(theirs))
    drafts = [_Draft(table, by) for table in tables]
    measured = all(draft.measured for draft in drafts)
    lines = ['unit = "t"'] if measured else []
    if not measured and all(draft.quantity for draft in drafts):
        lines = ['# unit = "t"']
    for side, draft, other in zip(("ours", "theirs"), drafts, reversed(drafts), strict=True):
        lines += ["", *draft.lines(side, other, measured=measured)]
    return "\n".join(lines) + "\n"


class _Draft:
    """What can be recognised of one table."""

    def __init__(self, table: RawTable, by: Sequence[str]) -> None:
        self.table = table
        self.terms = {name: self._column(name, short=True) for name in by if name not in TIMES}
        self.date = self._date()
        self.id = self._column("id")
        self.quantity = self._column("quantity") or self._packed()
        self.unit = self._column("unit")
        self.measured = bool(self.quantity) and self._mostly_known()

    def _column(self, name: str, unless: re.Pattern[str] | None = None, *, short: bool = False) -> str:
        """Return the first column that is called so; ``short``: rather one of few different values."""
        found: list[str] = []
        wanted = re.compile(_NAMES.get(name, re.escape(spelling(name))))
        for column in self.table.columns:
            plain = spelling(column)
            if plain and wanted.search(plain) and not (unless and unless.search(plain)):
                found.append(column)
        listed = (column for column in found if len(self.table.values(self.table.at(column))) <= _VALUES_MAX)
        return next(listed, found[0] if found else "") if short else next(iter(found), "")

    def _date(self) -> str:
        """Return the column of each row's own date: one that is called so, else one that holds days."""
        named = self._column("date", unless=_NOT_OWN)
        days = (
            column
            for at, column in enumerate(self.table.columns)
            if column and not _NOT_OWN.search(spelling(column)) and holds_days(self.table.comparable(at))
        )
        return named or next(days, "")

    def _packed(self) -> str:
        """Return the first column that is called after a unit."""
        return next((name for name in self.table.columns if name and _PACKED.fullmatch(spelling(name))), "")

    def _mostly_known(self) -> bool:
        """Say whether at least half of the rows are in units that are known in tonnes."""
        known = self._factors()
        if not self.unit:
            return bool(known)
        at = self.table.at(self.unit)
        return sum(row[at] in known for row in self.table.rows) * 2 >= len(self.table.rows) > 0

    def _factors(self) -> dict[str, str]:
        """Return units of the table that are known in tonnes."""
        if self.unit:
            units = self.table.values(self.table.at(self.unit))
            return {
                unit: _TONNES[folded(unit).casefold()] for unit in sorted(units) if folded(unit).casefold() in _TONNES
            }
        words = re.findall(r"\w+", self.quantity.casefold())
        return {word: _TONNES[word] for word in words if word in _TONNES}

    def common(self, name: str) -> list[str]:
        """Return the different values of a term, the most frequent first; none where they are too many to list."""
        column = self.terms.get(name, "")
        if not column:
            return []
        at = self.table.at(column)
        counts = Counter(filter(None, (folded(row[at]) for row in self.table.rows)))
        return [value for value, _ in counts.most_common()] if len(counts) <= _VALUES_MAX else []

    def _amounts(self, side: str) -> Iterator[str]:
        """Give the lines on amounts; how much one of a unit is that is not known in tonnes is left to be filled in."""
        known = self._factors()
        named = {folded(row[self.table.at(self.unit)]) for row in self.table.rows} if self.unit else set()
        only = next(iter(known), self.quantity)
        asked = sorted(unit for unit in (named or {only}) - {folded(unit) for unit in known} if unit)
        yield f"[{side}.quantity]"
        yield f"column = {_toml(self.quantity)}"
        yield f"unit_column = {_toml(self.unit)}" if self.unit else f"unit = {_toml(only)}"
        if known:
            rest = ", ".join(f'{_toml(unit)} = "…"' for unit in asked[:_VALUES_MAX])
            yield f"factors = {_inline(known.items())}" + (f" # {rest}" if rest else "")
        else:
            yield f"factors = {_inline((unit, '…') for unit in asked[:_VALUES_MAX])}"

    def lines(self, side: str, other: "_Draft", *, measured: bool) -> Iterator[str]:
        """Give the part of the mapping for this table."""
        yield f"[{side}]"
        yield f"party = {_toml(Path(self.table.name).name.partition('.')[0])}"
        yield f"date = {_toml(self.date)}" if self.date else '# date = "…"'
        if self.id and other.id:
            yield f"id = {_toml(self.id)}"
        if self.quantity and other.quantity:
            yield from (line if measured else f"# {line}" for line in self._amounts(side))
        for name, column in self.terms.items():
            yield f"[{side}.terms.{name}]"
            if not column:
                yield '# column = "…"'
                continue
            yield f"column = {_toml(column)}"
            values = self.common(name)
            if values and side == "ours":
                yield f"values = {_inline((value, value) for value in values)}"
            elif values:
                theirs = {spelling(value): value for value in other.common(name)}
                yield f"values = {_inline((value, theirs.get(spelling(value), value)) for value in values)}"


def _toml(value: Any) -> str:  # noqa: ANN401 - a text
    return json.dumps(str(value), ensure_ascii=False)


def _inline(pairs: Iterable[tuple[str, str]]) -> str:
    return "{ " + ", ".join(f"{_toml(name)} = {_toml(value)}" for name, value in pairs) + " }"
