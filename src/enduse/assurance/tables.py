"""Plain tables (rows already read by the caller) into a network, errors and readings.

The columns are those of ``TABLES`` in the design: nodes (node, kind), links (link, from_node, to_node), instruments
(instrument, random_sd, systematic_sd), readings (reading, period, material, kind, node or link, quantity, instrument,
calibration). A row that cannot be used becomes a problem with its row number and hides nothing else.
"""

import math
from collections.abc import Container, Iterable, Mapping

import numpy as np

from enduse.assurance.columns import Readings
from enduse.assurance.model import NODE_KINDS, READING_KINDS, ErrorModel, Link, MeasuringInstrument, Network, Node
from enduse.errors import Problem
from enduse.messages import Message

Row = Mapping[str, object]
FIRST_LINE = 2  # line 1 of a table is its header
PLACE_COLUMNS = ("place", "where", "node_or_link", "node or link", "location")
FLOW_KINDS = frozenset({"shipped", "received"})
MOST_PERIODS = 10_000


def read_tables(
    nodes: Iterable[Row],
    links: Iterable[Row],
    instruments: Iterable[Row],
    readings: Iterable[Row],
) -> tuple[Network, ErrorModel, Readings, list[Problem]]:
    """Turn rows (mappings from column name to text or number) into what the assessor takes.

    Args:
        nodes: node, kind (donor, crossing, warehouse, vendor or site).
        links: link, from_node, to_node.
        instruments: instrument, random_sd, systematic_sd, both relative.
        readings: reading, period (from 1), material, kind, node or link (one column ``place`` also does), quantity,
            instrument, calibration (optional, any text: the epoch of the instrument).

    Returns:
        The network, the errors, the readings that can be used, and a problem for each row that cannot.
    """
    problems: list[Problem] = []
    places = _nodes(nodes, problems)
    ways = _links(links, places, problems)
    scales = _instruments(instruments, problems)
    network, errors = Network(places.values(), ways.values()), ErrorModel(scales.values())
    return network, errors, _readings(readings, network, errors, problems), problems


def _text(row: Row, *names: str) -> str:
    for name in names:
        value = row.get(name)
        if value is not None and str(value).strip():
            return str(value).strip()
    return ""


def _number(row: Row, name: str) -> float:
    """Return a number, or NaN where there is none."""
    try:
        return float(_text(row, name))
    except ValueError:
        return math.nan


def _named(what: str, name: str, known: Container[str]) -> Message | None:
    """Return what is wrong with the name a row gives, which is also the name of its column's key."""
    if not name:
        return Message.of("assurance.unnamed", what=what)
    return Message.of("assurance.listed_twice", what=what, name=name) if name in known else None


def _no_such(what: str, name: str) -> Message:
    return Message.of("assurance.no_such", what=what, name=name, table=f"{what}s")


def _nodes(rows: Iterable[Row], problems: list[Problem]) -> dict[str, Node]:
    out: dict[str, Node] = {}
    for line, row in enumerate(rows, FIRST_LINE):
        name, kind = _text(row, "node"), _text(row, "kind").lower()
        if fault := _named("node", name, out):
            problems.append(Problem.about(fault, source="nodes", line=line, path="node"))
        elif kind not in NODE_KINDS:
            fault = Message.of("assurance.kind_unknown", read=kind, kinds=NODE_KINDS)
            problems.append(Problem.about(fault, source="nodes", line=line, path="kind"))
        else:
            out[name] = Node(name, kind)
    return out


def _links(rows: Iterable[Row], places: Mapping[str, Node], problems: list[Problem]) -> dict[str, Link]:
    out: dict[str, Link] = {}
    for line, row in enumerate(rows, FIRST_LINE):
        name, frm, to = _text(row, "link"), _text(row, "from_node"), _text(row, "to_node")
        if fault := _named("link", name, out):
            problems.append(Problem.about(fault, source="links", line=line, path="link"))
        elif frm not in places or to not in places:
            path, missing = ("from_node", frm) if frm not in places else ("to_node", to)
            problems.append(Problem.about(_no_such("node", missing), source="links", line=line, path=path))
        elif frm == to:
            problems.append(Problem.of("assurance.link_to_itself", source="links", line=line, path="to_node", node=to))
        else:
            out[name] = Link(name, frm, to)
    return out


def _instruments(rows: Iterable[Row], problems: list[Problem]) -> dict[str, MeasuringInstrument]:
    out: dict[str, MeasuringInstrument] = {}
    for line, row in enumerate(rows, FIRST_LINE):
        name = _text(row, "instrument")
        random, systematic = _number(row, "random_sd"), _number(row, "systematic_sd")
        if fault := _named("instrument", name, out):
            problems.append(Problem.about(fault, source="instruments", line=line, path="instrument"))
        elif not (0 <= random < 1 and 0 <= systematic < 1):
            path = "systematic_sd" if 0 <= random < 1 else "random_sd"
            fault = Message.of("assurance.error_size", instrument=name, read=_text(row, path))
            problems.append(Problem.about(fault, source="instruments", line=line, path=path))
        else:
            out[name] = MeasuringInstrument(name, random, systematic)
    return out


def _readings(rows: Iterable[Row], network: Network, errors: ErrorModel, problems: list[Problem]) -> Readings:
    materials: dict[str, int] = {}
    epochs: dict[str, int] = {"": 0}
    seen: set[str] = set()
    columns: list[tuple[int, int, int, int, float, int, int]] = []
    names: list[str] = []
    for line, row in enumerate(rows, FIRST_LINE):
        name = _text(row, "reading") or f"row {line}"
        fault = _fault(row, name, seen, network, errors)
        if fault is not None:
            path, message = fault
            problems.append(Problem.about(message, source="readings", line=line, path=path))
            continue
        seen.add(name)
        names.append(name)
        kind = _text(row, "kind").lower()
        if kind in FLOW_KINDS:
            place = network.link_index(_text(row, "link", *PLACE_COLUMNS, "node"))
        else:
            place = network.node_index(_text(row, "node", *PLACE_COLUMNS, "link"))
        pool, factor = network.pools.get(_text(row, "material"), (_text(row, "material"), 1.0))
        columns.append(
            (
                int(_number(row, "period")),
                materials.setdefault(pool, len(materials)),
                READING_KINDS.index(kind),
                place if place is not None else -1,
                _number(row, "quantity") * factor,
                _index(errors, _text(row, "instrument")),
                epochs.setdefault(_text(row, "calibration"), len(epochs)),
            )
        )
    turned = list(zip(*columns, strict=True)) or [()] * 7
    quantities = np.array(turned.pop(4), dtype=np.float64)  # these may be larger than a place or a period ever is
    whole = [np.array(column, dtype=np.int32) for column in turned]
    return Readings(
        period=whole[0],
        material=whole[1],
        kind=whole[2],
        place=whole[3],
        quantity=quantities,
        instrument=whole[4],
        epoch=whole[5],
        materials=materials or ("material",),
        names=tuple(names),
    )


def _index(errors: ErrorModel, name: str) -> int:
    at = errors.index(name)
    return -1 if at is None else at


def _fault(row: Row, name: str, seen: set[str], network: Network, errors: ErrorModel) -> tuple[str, Message] | None:
    """Return the column of the first fault of a reading and what is wrong, or None."""
    kind = _text(row, "kind").lower()
    period, quantity = _number(row, "period"), _number(row, "quantity")
    link, node = _text(row, "link", *PLACE_COLUMNS, "node"), _text(row, "node", *PLACE_COLUMNS, "link")
    if name in seen:
        return "reading", Message.of("assurance.listed_twice", what="reading", name=name)
    if kind not in READING_KINDS:
        return "kind", Message.of("assurance.kind_unknown", read=kind, kinds=READING_KINDS)
    if not (period == period // 1 and 1 <= period <= MOST_PERIODS):
        return "period", Message.of("assurance.period", read=_text(row, "period"), most=MOST_PERIODS)
    if not (math.isfinite(quantity) and quantity >= 0):
        return "quantity", Message.of("assurance.quantity", read=_text(row, "quantity"))
    if kind in FLOW_KINDS:
        if network.link_index(link) is None:
            return "link", _no_such("link", link)
    elif network.node_index(node) is None:
        return "node", _no_such("node", node)
    if errors.index(_text(row, "instrument")) is None:
        return "instrument", _no_such("instrument", _text(row, "instrument"))
    if not _text(row, "material"):
        return "material", Message.of("assurance.no_material")
    return None
