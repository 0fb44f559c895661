"""Rows of plain tables: their cells, and the names they go by."""

import math
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from enduse.messages import Message

Row = Mapping[str, object]
Rows = Iterable[tuple[int, Row]]
"""Rows of a table, each with the line it stands on, from 1."""

TABLES: Final = ("nodes", "links", "instruments", "readings")
OPTIONAL_TABLES: Final = ("materials", "checks")
NEEDED: Final = {
    "nodes": frozenset(("node", "kind")),
    "links": frozenset(("link", "from_node", "to_node")),
    "instruments": frozenset(("instrument", "random_sd", "systematic_sd")),
    "materials": frozenset(("material",)),
    "checks": frozenset(("check", "kind", "place", "material", "from", "to")),
    "readings": frozenset(("reading", "period", "material", "kind", "quantity", "instrument")),
}
"""Columns that every table has."""
PLACES: Final = ("place", "where", "node_or_link", "location")
WHEN: Final = ("period", "dispatched_on", "received_on", "from", "to")
"""Columns of days: when something was read, when a shipment left, when it arrived, and from when to when a check is."""
CHECKED: Final = (
    "asked",
    "confirmed",
    "false_no",
    "design_effect",
    "households",
    "mean",
    "sd",
    "relative_sd",
    "counted",
    "per_unit",
    "counted_sd",
    "per_unit_sd",
    "price_before",
    "price",
    "price_sd",
    "volume",
    "volume_sd",
    "elasticity",
    "elasticity_sd",
)
"""Columns of the figures of independent checks; which of them a row needs depends on its kind."""
NUMBERS: Final = ("quantity", "random_sd", "systematic_sd", "factor", *CHECKED)
OPTIONAL: Final = {
    "nodes": frozenset(("stock",)),
    "links": frozenset[str](),
    "instruments": frozenset[str](),
    "checks": frozenset(CHECKED),
    "materials": frozenset(("unit", "price", "currency", "counted_as", "factor")),
    "readings": frozenset(("link", "node", *PLACES, "consignment", *WHEN[1:3], "calibration")),
}
"""Columns that tables may have."""
FAULT: Final = "fault"
"""Name under which a row carries what is wrong with it already, a :class:`RowFault`: no column has it."""


class RowFault(msgspec.Struct, frozen=True):
    """The column at fault in a row, and what is wrong with it."""

    path: str
    message: Message


class Names:
    """Names of one kind of thing, as a table lists them.

    Two that differ only in large and small letters, blanks or characters that nobody sees are one: the first spelling
    stands. A name whose own row was refused is noted, so that whoever uses it is told which row to mend.

    Args:
        what: the kind of thing: ``node``, ``link``, ``instrument``, ``material`` or ``reading``.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        self.spelt: list[str] = []
        self.refused: set[str] = set()
        self._position: dict[str, int] = {}
        self._read: dict[str, int | None] = {}

    def add(self, name: str) -> int:
        """Take in a name, if it is new; return its position."""
        at = self._position.setdefault(folded(name), len(self.spelt))
        if at == len(self.spelt):
            self.spelt.append(name)
            self._read.clear()
        return at

    def at(self, name: str) -> int | None:
        """Return the position of a name, or None."""
        if name not in self._read:
            self._read[name] = self._position.get(folded(name))
        return self._read[name]

    def refuse(self, name: str) -> None:
        """Note a name whose row cannot be used."""
        self.refused.add(folded(name))

    def was_refused(self, name: str) -> bool:
        """Return whether the row of a name cannot be used."""
        return folded(name) in self.refused

    def fresh(self, name: str) -> Message | None:
        """Return what is wrong with the name that a row gives to a new thing, or None."""
        if not name:
            return Message.of("assurance.unnamed", what=self.what)
        known = self.at(name) is not None
        return Message.of("assurance.listed_twice", what=self.what, name=name) if known else None

    def lacks(self, name: str) -> Message:
        """Say that there is no such thing, or that its own row was refused."""
        code = "assurance.row_refused" if self.was_refused(name) else "assurance.no_such"
        return Message.of(code, what=self.what, name=name, table=f"{self.what}s")


def folded(name: str) -> str:
    """Return a name so that spellings a reader takes for one compare equal."""
    plain = unicodedata.normalize("NFKC", name)
    return " ".join("".join(one for one in plain if unicodedata.category(one) != "Cf").split()).casefold()


def text(row: Row, *names: str) -> str:
    """Return the first cell of these columns that is not blank, without blanks around it."""
    for name in names:
        value = row.get(name)
        cell = "" if value is None else str(value).strip()
        if cell and (cell.isascii() or folded(cell)):
            return cell
    return ""


def fault_of(row: Row) -> RowFault | None:
    """Return what was found to be wrong with a row when it was read, if anything was."""
    found = row.get(FAULT)
    return found if isinstance(found, RowFault) else None


def number(row: Row, name: str, *, part: bool = False) -> float:
    """Return a number, or NaN where there is none; of what is a part of one, 0.5% is 0.005."""
    said = text(row, name)
    try:
        return float(said[:-1]) / 100 if part and said.endswith("%") else float(said)
    except ValueError:
        return math.nan
