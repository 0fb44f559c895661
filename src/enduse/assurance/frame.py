"""What readings are of: the tables of nodes, links, instruments and materials."""

import math
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

import msgspec

from enduse.assurance.model import NODE_KINDS, ErrorModel, Link, MeasuringInstrument, Network, Node
from enduse.assurance.table_rows import Names, Row, Rows, folded, number, text
from enduse.errors import Problem
from enduse.messages import Message

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
    """

    network: Network
    errors: ErrorModel
    nodes: Names
    links: Names
    instruments: Names
    pools: dict[str, tuple[str, float]]


def read_frame(tables: Mapping[str, Rows], problems: list[Problem]) -> Frame:
    """Return all that readings are of; a row that cannot be used goes to ``problems``."""
    places, ways, scales = Names("node"), Names("link"), Names("instrument")
    known = _listed("nodes", tables["nodes"], places, problems, _node)
    joined = _listed("links", tables["links"], ways, problems, lambda name, row: _link(name, row, places))
    stated = _listed("instruments", tables["instruments"], scales, problems, _instrument)
    pools = _listed("materials", tables.get("materials", ()), Names("material"), problems, _pool)
    return Frame(Network(known, joined), ErrorModel(stated), places, ways, scales, dict(pools))


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
        if not 0 <= number(row, path) < 1:
            raise _Fault(path, Message.of("assurance.error_size", instrument=name, read=text(row, path)))
    return MeasuringInstrument(name, number(row, "random_sd"), number(row, "systematic_sd"))


def _pool(name: str, row: Row) -> tuple[str, tuple[str, float]]:
    counted_as, factor = text(row, "counted_as") or name, number(row, "factor") if text(row, "factor") else 1.0
    if not (math.isfinite(factor) and factor > 0):
        raise _Fault("factor", Message.of("assurance.pool_factor", material=name))
    return folded(name), (counted_as, factor)
