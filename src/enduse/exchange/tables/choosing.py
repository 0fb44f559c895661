"""Which column of a table holds a field, and where several could, so that it has to be asked.

Of several columns the one is meant that is called after what is told. Where none is, or the column of the currency (or unit) is
called after another amount than the one that is read, nothing is taken: a sum in the wrong currency looks like any other.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Final

from enduse.exchange.tables.column_look import Column
from enduse.exchange.tables.column_names import (
    AGAINST,
    CODE_IN_NAME,
    ENDS,
    MONTHLY,
    NAMES,
    NO_AMOUNT,
    NO_DATE,
    NO_QUANTITY,
    NO_SUM,
    OF_ANOTHER,
    OF_DAY,
    OF_WHAT,
    OTHER_MONEY,
    STARTS,
)
from enduse.exchange.tables.looking import TableLook
from enduse.exchange.tables.unit_words import UNIT_WORDS, unit_called, unit_in
from enduse.exchange.tables.vocabulary import WORDS
from enduse.terms.currencies import is_currency
from enduse.terms.names import spelling

KINDS: Final = {
    **dict.fromkeys(("date", "until", "account_by", "due", "valued"), "day"),
    **dict.fromkeys(("quantity", "amount", "value", "received", "fee", "rejected", "retained", "recovered"), "number"),
}
"""What a field's column holds, where it matters."""

_COLLECTED: Final = frozenset(
    ("_index", "_uuid", "_submission__id", "KEY", "PARENT_KEY", "__version__", "meta/instanceID")
)
"""Columns by which an export of KoboToolbox or ODK Central is known."""
_ONE: Final = ("date", "quantity", "unit", "amount", "currency")
"""Fields for which of several columns none is taken unasked."""
BELONGS_TO: Final = {"currency": "amount", "unit": "quantity"}
"""Fields that say what another one is in."""

COUNTED: Final = tuple(field for field, kind in KINDS.items() if kind == "number")
"""Fields whose column holds numbers."""
_COUNTED: Final = re.compile(rf"{NAMES['amount']}|{NAMES['quantity']}|price|total|balance|سعر")


def is_counted(plain: str) -> bool:
    """Say whether a column is called after amounts, quantities or prices, and not after a row's number or a point on a map."""
    return _COUNTED.search(plain) is not None


def own_names(columns: Sequence[str]) -> dict[str, str]:
    """Return what each column is called in its own group of a form, such as *qty* in *items/qty*; any other as it is.

    A name of several words is taken apart only in what a survey tool wrote: elsewhere *Sector / Cluster* is one name. What is ticked of
    several choices (*Kinds?/Cement* beside *Kinds?*) is no question of its own.
    """
    collected = not _COLLECTED.isdisjoint(columns)
    whole = {name for name in columns if name.rpartition("/")[0] in columns or (" " in name and not collected)}
    return {name: name if name in whole else name.rstrip("/").rpartition("/")[2] for name in columns}


def is_movement(what: str) -> bool:
    """Say whether goods or money are told of."""
    return not {"amount", "quantity"}.isdisjoint(WORDS[what].needed)


def _holds_currencies(column: Column) -> bool:
    """Say whether all that a column holds are codes of currencies, whatever it is called."""
    return column.kind == "text" and bool(column.distinct) and all(map(is_currency, column.distinct))


class Choosing:
    """The columns of one table, by what they are called."""

    def __init__(self, found: TableLook) -> None:
        self._found = found
        self.plain = {name: spelling(own) for name, own in own_names(found.names()).items()}

    def for_field(self, field: str, what: str, taken: Collection[str]) -> list[str]:
        """Return the columns that could hold a field, the likeliest first; of several, those called after what is told.

        Args:
            field: of what is told.
            what: is told; empty for anything.
            taken: columns that hold other fields of it.
        """
        named = "place" if field in ("from_place", "to_place") else field
        found, pattern, kind = self._found, re.compile(NAMES.get(named, rf"^{field}$")), KINDS.get(field)
        fits = [
            name
            for name, plain in self.plain.items()
            if pattern.search(plain)
            and found.at(name).kind != "blank"
            and (kind is None or found.at(name).kind == kind or (field == "quantity" and found.at(name).bears_units))
            and (kind is not None or found.at(name).kind != "day")
        ]
        if field == "quantity" and not fits:
            fits = [name for name in found.names() if found.at(name).kind == "number" and unit_called(name)]
        if field not in ("date", "place", "currency"):
            fits = [name for name in fits if name not in taken] or fits
        if field == "currency" and not fits:
            fits = [name for name in found.names() if _holds_currencies(found.at(name))]
        fits = self._without(field, what, fits)
        told = OF_DAY if field == "date" and what in OF_DAY else OF_WHAT
        of_what = re.compile(told[what]) if what in told else None
        if field == "date" and not fits:
            days = [name for name in found.names() if found.at(name).kind == "day"]
            called = [name for name in days if of_what and of_what.search(self.plain[name])]
            fits = days if len(days) == 1 else called if len(called) == 1 else []  # the only day, or the only one of it
        if field == "date" and not fits:
            fits = [name for name, plain in self.plain.items() if found.at(name).holds_months and MONTHLY.search(plain)]
        if field == "id":
            fits = [name for name in fits if found.at(name).unique]
        if field == "place":  # the district, and not the country; its code, and not its name
            fits.sort(
                key=lambda name: (
                    found.rows - found.at(name).said,
                    -len(found.at(name).distinct),
                    "code" not in self.plain[name],
                )
            )
        return [name for name in fits if of_what and of_what.search(self.plain[name])] or fits

    def _without(self, field: str, what: str, fits: list[str]) -> list[str]:
        """Leave out columns that are called after something else."""
        if field == "amount":
            fits = [name for name in fits if not NO_AMOUNT.search(self.plain[name])]
            if what in OTHER_MONEY:
                own, other = re.compile(OF_WHAT[what]), OTHER_MONEY[what]
                fits = [name for name in fits if own.search(self.plain[name]) or not other.search(self.plain[name])]
        elif field == "currency":
            fits = [name for name in fits if self._found.at(name).kind == "text"]
        elif field == "date" and what and is_movement(what):
            fits = [name for name in fits if not NO_DATE.search(self.plain[name])]
        elif field == "quantity" and what not in ("count", "reading"):
            fits = [name for name in fits if not NO_QUANTITY.search(self.plain[name])]
        elif field in ("from_place", "to_place"):
            end = STARTS if field == "from_place" else ENDS
            fits = [name for name in fits if end.search(self.plain[name])]
        elif field == "place" and what in ("dispatch", "receipt"):
            here, there = (STARTS, ENDS) if what == "dispatch" else (ENDS, STARTS)
            fits = [name for name in fits if not there.search(self.plain[name])]
            fits = [name for name in fits if here.search(self.plain[name])] or fits
        if field in ("date", "quantity") and what in AGAINST:
            fits = [name for name in fits if not AGAINST[what].search(self.plain[name])]
        return fits

    def is_open(self, field: str, what: str, fits: Sequence[str]) -> bool:
        """Say whether several columns could hold a field for which none must be taken unasked."""
        return field in _ONE and is_movement(what) and len(fits) > 1

    def other_end(self, column: str, what: str) -> str:
        """Return the column that names the end of a way where what is told did not happen; ``column`` names the one where it did."""
        there = NAMES["to" if what == "dispatch" else "from"]
        fits = [name for name, plain in self.plain.items() if re.search(there, plain) and name != column]
        return next((name for name in fits if self._found.at(name).kind == "text"), "")

    def of_another(self, field: str, fits: Sequence[str], told: Mapping[str, object]) -> tuple[list[str], str]:
        """Tell a column that holds the currency (or unit) of the amount that is read from one that holds that of another.

        Returns:
            The columns that hold it; where none certainly does, all of them, and the column that is read.
        """
        of = told.get(BELONGS_TO.get(field, ""))
        if not isinstance(of, str) or not fits:
            return list(fits), ""
        named = self.named_in(field, of)
        rivals = any(self._tags(name) != self._tags(of) for name in self._unnamed(field) if name != of)
        own = [name for name in fits if self.plain[name].startswith(self.plain[of])] or list(fits)
        if named:
            belongs = [name for name in fits if self._says_only(field, name, named)]
        elif own != list(fits):
            belongs = [name for name in own if self._tags(name) == self._tags(of)]
        else:
            belongs = [name for name in fits if self._belongs(name, of, rivals=rivals)]
        return (belongs, "") if belongs else (list(fits), of)

    def _belongs(self, column: str, of: str, *, rivals: bool) -> bool:
        own, wanted = self._tags(column), self._tags(of)
        return (own == wanted and bool(own or not rivals)) or (not own and not rivals)

    def named_in(self, field: str, column: str) -> str:
        """Return the code of the currency or unit that the name of a column holds, such as ``USD`` in *Amount (USD)*."""
        if field == "currency":
            found = (each[0] or each[1].upper() for each in CODE_IN_NAME.findall(column))
            return next(filter(is_currency, found), "")
        return unit_in(column)

    def within(self) -> dict[str, str]:
        """Return for each column of amounts or quantities the one that says what each is in, where one alone does."""
        counted = {name for name, plain in self.plain.items() if is_counted(plain)}
        moved = {*self.for_field("quantity", "", ())}
        found: dict[str, str] = {}
        for says, own in (("unit", moved), ("currency", counted - moved)):
            beside = self.for_field(says, "", ())
            if len(beside) == 1:
                found |= {name: beside[0] for name in own if not self.named_in(says, name)}
        return found

    def _says_only(self, field: str, column: str, code: str) -> bool:
        said = {text.strip() for text in self._found.at(column).distinct}
        return {UNIT_WORDS.get(text, text) if field == "unit" else text.upper() for text in said} == {code}

    def _tags(self, column: str) -> frozenset[str]:
        return frozenset(OF_ANOTHER.findall(self.plain[column]))

    def _unnamed(self, field: str) -> list[str]:
        """Return the columns of amounts whose names do not hold their currency or unit."""
        pattern = re.compile(NAMES[BELONGS_TO[field]])
        return [
            name
            for name, plain in self.plain.items()
            if self._found.at(name).kind == "number"
            and pattern.search(plain)
            and not NO_SUM.search(plain)
            and not self.named_in(field, name)
        ]
