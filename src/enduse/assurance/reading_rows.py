"""Rows of readings into the columns that the assessor takes."""

import math
from collections import Counter
from typing import Final

import msgspec

from enduse.assurance.columns import MOST_QUANTITY, Readings
from enduse.assurance.frame import Frame
from enduse.assurance.model import READING_KINDS
from enduse.assurance.table_rows import BEYOND, Names, Row, Rows, folded, number, text
from enduse.errors import Problem
from enduse.messages import Message

PLACE_COLUMNS: Final = ("place", "where", "node_or_link", "node or link", "location")
FLOW_KINDS: Final = frozenset({"shipped", "received"})
MOST_PERIODS: Final = 10_000
APART: Final = 366
"""Periods without any reading after which what follows is held to be a mistyped period: a year of days."""


class Reading(msgspec.Struct, frozen=True):
    """One row that can be used, in positions of the frame; ``quantity`` in units of what it is counted as."""

    line: int
    name: str
    period: int
    material: int
    kind: int
    place: int
    quantity: float
    instrument: int
    epoch: int


def read_readings(rows: Rows, frame: Frame, problems: list[Problem]) -> Readings:
    """Return the readings that can be used; a row that cannot goes to ``problems``."""
    reader = _Reader(frame)
    taken: list[Reading] = []
    for line, row in rows:
        found = reader.reading(line, row)
        if isinstance(found, Reading):
            taken.append(found)
        else:
            path, message = found
            problems.append(Problem.about(message, source="readings", line=line, path=path))
    kept = _together(taken, problems)
    return Readings(
        period=[one.period for one in kept],
        material=[one.material for one in kept],
        kind=[one.kind for one in kept],
        place=[one.place for one in kept],
        quantity=[one.quantity for one in kept],
        instrument=[one.instrument for one in kept],
        epoch=[one.epoch for one in kept],
        materials=tuple(reader.materials.spelt) or ("material",),
        names=tuple(one.name for one in kept),
    )


def _together(readings: list[Reading], problems: list[Problem]) -> list[Reading]:
    """Return the readings of one campaign: one mistyped period does not make it a hundred times as long."""
    count = Counter(one.period for one in readings)
    runs: list[list[int]] = []
    last = 0
    for period in sorted(count):
        if period - last > APART or not runs:
            runs.append([])
        runs[-1].append(period)
        last = period
    main = set(max(runs, key=lambda run: sum(count[period] for period in run), default=()))
    problems += [
        Problem.of("assurance.period_apart", source="readings", line=one.line, path="period", period=one.period)
        for one in readings
        if one.period not in main
    ]
    return [one for one in readings if one.period in main]


class _Reader:
    """Reads rows one by one."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.seen: set[str] = set()
        self.materials = Names("material")
        self.epochs: dict[str, int] = {"": 0}
        self._counted: dict[str, tuple[int, float]] = {}

    def reading(self, line: int, row: Row) -> Reading | tuple[str, Message]:
        """Return a row as a reading, or the column at fault and what is wrong with it."""
        name = text(row, "reading") or f"row {line}"
        kind = "_".join(folded(text(row, "kind")).replace("-", " ").split())
        period, quantity = number(row, "period"), number(row, "quantity")
        if row.get(BEYOND):
            return "", Message.of("assurance.cells_beyond")
        if name in self.seen:
            return "reading", Message.of("assurance.listed_twice", what="reading", name=name)
        if kind not in READING_KINDS:
            return "kind", Message.of("assurance.kind_unknown", read=text(row, "kind"), kinds=READING_KINDS)
        if not (period == period // 1 and 1 <= period <= MOST_PERIODS):
            return "period", Message.of("assurance.period", read=text(row, "period"), most=MOST_PERIODS)
        if not (math.isfinite(quantity) and quantity >= 0):
            return "quantity", Message.of("assurance.quantity", read=text(row, "quantity"))
        place = self._place(row, kind)
        if not isinstance(place, int):
            return place
        scale = self.frame.instruments.at(text(row, "instrument"))
        if scale is None:
            return "instrument", self.frame.instruments.lacks(text(row, "instrument"))
        if not text(row, "material"):
            return "material", Message.of("assurance.no_material")
        material, factor = self._material(text(row, "material"))
        if quantity * factor > MOST_QUANTITY:
            return "quantity", Message.of("assurance.quantity_too_large")
        self.seen.add(name)
        return Reading(
            line,
            name,
            int(period),
            material,
            READING_KINDS.index(kind),
            place,
            quantity * factor,
            scale,
            self.epochs.setdefault(text(row, "calibration"), len(self.epochs)),
        )

    def _place(self, row: Row, kind: str) -> int | tuple[str, Message]:
        """Return the position of the link or node that a row is of, or what is wrong."""
        if kind in FLOW_KINDS:
            said = text(row, "link", *PLACE_COLUMNS, "node")
            link = self.frame.links.at(said)
            return ("link", self.frame.links.lacks(said)) if link is None else link
        said = text(row, "node", *PLACE_COLUMNS, "link")
        node = self.frame.nodes.at(said)
        if node is None:
            return "node", self.frame.nodes.lacks(said)
        if self.frame.network.nodes[node].kind == "donor":
            return "node", Message.of("assurance.donor_keeps_none", place=self.frame.nodes.spelt[node])
        return node

    def _material(self, said: str) -> tuple[int, float]:
        """Return the position of what a material is counted as, and by how much it is multiplied for that."""
        if said not in self._counted:
            counted_as, factor = self.frame.pools.get(folded(said), (said, 1.0))
            self._counted[said] = self.materials.add(counted_as), factor
        return self._counted[said]
