"""What readings are of: the tables of nodes, links, instruments and materials."""

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Final, TypeVar

import msgspec

from enduse.assurance.model import NODE_KINDS, ErrorModel, Link, Material, MeasuringInstrument, Network, Node
from enduse.assurance.tables.table_rows import Names, Row, Rows, fault_of, folded, number, text
from enduse.errors import Problem
from enduse.messages import Message
from enduse.terms.currencies import is_currency
from enduse.terms.forms import unknown_word
from enduse.terms.units import SHOWN, UNITS, WRITTEN

Made = TypeVar("Made")
STOCKS: Final = ("", "none", "unknown")
"""What a row of a node may say of its stock: what nobody counted is not known unless it is declared to be none."""


class Frame(msgspec.Struct, frozen=True):
    """What readings are of: the network, the instruments, and how materials are counted.

    Attributes:
        network: the places.
        errors: the instruments.
        nodes, links, instruments: their names as tables spell them.
        pools: what a material is counted as, and by how much it is multiplied for that.
        materials: what is stated of each, by its name folded.
    """

    network: Network
    errors: ErrorModel
    nodes: Names
    links: Names
    instruments: Names
    pools: dict[str, tuple[str, float]]
    materials: dict[str, Material]


def read_frame(tables: Mapping[str, Rows], problems: list[Problem]) -> Frame:
    """Return all that readings are of; a row that cannot be used goes to ``problems``."""
    places, ways, scales = Names("node"), Names("link"), Names("instrument")
    known = _listed("nodes", tables["nodes"], places, problems, _node)
    joined = _listed("links", tables["links"], ways, problems, lambda name, row: _link(name, row, places))
    scales_stated = _listed("instruments", tables["instruments"], scales, problems, _instrument)
    stated = _listed("materials", tables.get("materials", ()), Names("material"), problems, _material)
    units = {folded(one.name): one for one in stated}
    pools = {}
    for key, one in units.items():
        whole = units.get(folded(one.counted_as))
        pools[key] = one.counted_as, one.factor * (whole.size if whole else 1.0)
    return Frame(
        Network(known, joined),
        ErrorModel(scales_stated),
        places,
        ways,
        scales,
        pools,
        {key: one.told for key, one in units.items()},
    )


def read_materials(rows: Rows, problems: list[Problem]) -> dict[str, Material]:
    """Return what a table states of materials, by their names folded; a row that cannot be used goes to ``problems``."""
    stated = _listed("materials", rows, Names("material"), problems, _material)
    return {folded(one.name): one.told for one in stated}


class _Fault(Exception):  # noqa: N818 - not an error of the programme: it becomes a problem with its place
    """A row that cannot be used: the column at fault, and what is wrong with it."""

    def __init__(self, path: str, message: Message) -> None:
        super().__init__(message.code)
        self.path, self.message = path, message


def _listed(
    table: str, rows: Rows, names: Names, problems: list[Problem], made: Callable[[str, Row], Made]
) -> list[Made]:
    """Return one thing a row, and note the rows that make none."""
    out: list[Made] = []
    for line, row in rows:
        name = text(row, names.what)
        if found := fault_of(row):
            problems.append(Problem.about(found.message, source=table, line=line, path=found.path))
            names.refuse(name)
            continue
        if told := names.fresh(name):
            problems.append(Problem.about(told, source=table, line=line, path=names.what))
            continue
        try:
            out.append(made(name, row))
        except _Fault as fault:
            problems.append(Problem.about(fault.message, source=table, line=line, path=fault.path))
            names.refuse(name)
        else:
            names.add(name)
    return out


def _node(name: str, row: Row) -> Node:
    kind = folded(text(row, "kind"))
    if kind not in NODE_KINDS:
        raise _Fault("kind", Message.of("assurance.kind_unknown", read=text(row, "kind"), kinds=NODE_KINDS))
    stock = folded(text(row, "stock"))
    if stock not in STOCKS:
        raise _Fault("stock", Message.of("assurance.kind_unknown", read=text(row, "stock"), kinds=STOCKS[1:]))
    return Node(name, kind, holds_stock=stock != "none")


def _link(name: str, row: Row, places: Names) -> Link:
    ends = []
    for path in ("from_node", "to_node"):
        found = places.at(text(row, path))
        if found is None:
            raise _Fault(path, places.lacks(text(row, path)))
        ends.append(places.spelt[found])
    if ends[0] == ends[1]:
        raise _Fault("to_node", Message.of("assurance.link_to_itself", node=ends[1]))
    return Link(name, ends[0], ends[1])


def _instrument(name: str, row: Row) -> MeasuringInstrument:
    for path in ("random_sd", "systematic_sd"):
        if not 0 <= number(row, path, part=True) < 1:
            raise _Fault(path, Message.of("assurance.error_size", instrument=name, read=text(row, path)))
    return MeasuringInstrument(name, *(number(row, path, part=True) for path in ("random_sd", "systematic_sd")))


class _Stated(msgspec.Struct, frozen=True):
    """One row of materials: how it is counted, how many shown units one of its units is, and what is told of it."""

    name: str
    counted_as: str
    factor: float
    size: float
    told: Material


def _material(name: str, row: Row) -> _Stated:
    counted_as, factor = text(row, "counted_as") or name, number(row, "factor") if text(row, "factor") else 1.0
    if not (math.isfinite(factor) and factor > 0):
        raise _Fault("factor", Message.of("assurance.pool_factor", material=name))
    said = text(row, "unit")
    known = UNITS.get(WRITTEN.get(said) or WRITTEN.get(said.casefold(), ""))
    if said and known is None:
        raise _Fault("unit", unknown_word(said, Message.of("form.unit", example="TNE"), WRITTEN))
    size = Decimal(1) if known is None else known.factor / UNITS[SHOWN[known.base]].factor
    price, currency = _price(row, size)
    return _Stated(
        name, counted_as, factor, float(size), Material("" if known is None else known.base, price, currency)
    )


def _price(row: Row, size: Decimal) -> tuple[Decimal | None, str]:
    """Return the price of a shown unit, and its currency."""
    said, currency = text(row, "price"), text(row, "currency").upper()
    if not said:
        return None, ""
    price = number(row, "price")
    if not (math.isfinite(price) and price >= 0):
        raise _Fault("price", Message.of("assurance.quantity", read=said))
    if not is_currency(currency):
        raise _Fault("currency", Message.of("assurance.currency", read=currency))
    return Decimal(said) / size, currency
