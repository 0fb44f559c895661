"""Plain tables (rows already read by the caller) into a network, errors and readings.

The columns are those of ``TABLES`` in the design: nodes (node, kind), links (link, from_node, to_node), instruments
(instrument, random_sd, systematic_sd), readings (reading, period, material, kind, node or link, quantity, instrument,
calibration). A row that cannot be used becomes a problem with its row number and hides nothing else.
"""

import math
from collections.abc import Iterable, Mapping

import numpy as np

from enduse.assurance.columns import Readings
from enduse.assurance.model import NODE_KINDS, READING_KINDS, ErrorModel, Instrument, Link, Network, Node
from enduse.errors import Problem, legacy_problem

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


def _complain(problems: list[Problem], source: str, line: int, path: str, message: str, remedy: str) -> None:
    problems.append(legacy_problem(message=message, source=source, line=line, path=path, remedy=remedy))


def _nodes(rows: Iterable[Row], problems: list[Problem]) -> dict[str, Node]:
    out: dict[str, Node] = {}
    for line, row in enumerate(rows, FIRST_LINE):
        name, kind = _text(row, "node"), _text(row, "kind").lower()
        if not name or name in out:
            message = f"node {name!r} is stated twice" if name else "the node has no name"
            _complain(problems, "nodes", line, "node", message, "give every node its own name")
        elif kind not in NODE_KINDS:
            _complain(problems, "nodes", line, "kind", f"unknown kind {kind!r}", f"use one of {', '.join(NODE_KINDS)}")
        else:
            out[name] = Node(name, kind)
    return out


def _links(rows: Iterable[Row], places: Mapping[str, Node], problems: list[Problem]) -> dict[str, Link]:
    out: dict[str, Link] = {}
    for line, row in enumerate(rows, FIRST_LINE):
        name, frm, to = _text(row, "link"), _text(row, "from_node"), _text(row, "to_node")
        if not name or name in out:
            message = f"link {name!r} is stated twice" if name else "the link has no name"
            _complain(problems, "links", line, "link", message, "give every link its own name")
        elif frm not in places or to not in places:
            path, missing = ("from_node", frm) if frm not in places else ("to_node", to)
            _complain(problems, "links", line, path, f"no node {missing!r}", "add it to the nodes")
        elif frm == to:
            _complain(problems, "links", line, "to_node", "the link ends where it starts", "drop it")
        else:
            out[name] = Link(name, frm, to)
    return out


def _instruments(rows: Iterable[Row], problems: list[Problem]) -> dict[str, Instrument]:
    out: dict[str, Instrument] = {}
    for line, row in enumerate(rows, FIRST_LINE):
        name = _text(row, "instrument")
        random, systematic = _number(row, "random_sd"), _number(row, "systematic_sd")
        if not name or name in out:
            message = f"instrument {name!r} is stated twice" if name else "the instrument has no name"
            _complain(problems, "instruments", line, "instrument", message, "give every instrument its own name")
        elif not (0 <= random < 1 and 0 <= systematic < 1):
            path = "systematic_sd" if 0 <= random < 1 else "random_sd"
            remedy = "state a relative standard deviation between 0 and 1 (0.01 is 1 %)"
            _complain(problems, "instruments", line, path, f"{_text(row, path)!r} is no relative error", remedy)
        else:
            out[name] = Instrument(name, random, systematic)
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
            _complain(problems, "readings", line, *fault)
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
    whole = [np.array(column, dtype=np.int32) for column in turned]
    return Readings(
        period=whole[0],
        material=whole[1],
        kind=whole[2],
        place=whole[3],
        quantity=np.array(turned[4], dtype=np.float64),
        instrument=whole[5],
        epoch=whole[6],
        materials=materials or ("material",),
        names=tuple(names),
    )


def _index(errors: ErrorModel, name: str) -> int:
    at = errors.index(name)
    return -1 if at is None else at


def _fault(row: Row, name: str, seen: set[str], network: Network, errors: ErrorModel) -> tuple[str, str, str] | None:
    """Return path, message and remedy of the first fault of a reading, or None."""
    kind = _text(row, "kind").lower()
    period, quantity = _number(row, "period"), _number(row, "quantity")
    if name in seen:
        return "reading", f"reading {name!r} is stated twice", "keep one; the second is left out"
    if kind not in READING_KINDS:
        return "kind", f"unknown kind {kind!r}", f"use one of {', '.join(READING_KINDS)}"
    if not (period == period // 1 and 1 <= period <= MOST_PERIODS):
        return "period", f"{_text(row, 'period')!r} is no period", f"use whole numbers from 1 to {MOST_PERIODS}"
    if not (math.isfinite(quantity) and quantity >= 0):
        return "quantity", f"{_text(row, 'quantity')!r} is no quantity", "leave unknown readings out; none is negative"
    if kind in FLOW_KINDS:
        if network.link_index(_text(row, "link", *PLACE_COLUMNS, "node")) is None:
            return "link", f"no link {_text(row, 'link', 'place', 'node')!r}", "add it to the links"
    elif network.node_index(_text(row, "node", *PLACE_COLUMNS, "link")) is None:
        return "node", f"no node {_text(row, 'node', 'place')!r}", "add it to the nodes"
    if errors.index(_text(row, "instrument")) is None:
        return "instrument", f"no instrument {_text(row, 'instrument')!r}", "add it to the instruments"
    if not _text(row, "material"):
        return "material", "the material has no name", "name it"
    return None
