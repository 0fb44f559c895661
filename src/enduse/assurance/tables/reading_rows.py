"""Rows of readings into the columns that the assessor takes, consignments matched."""

import math
import re
from datetime import date
from typing import Final

import msgspec

from enduse.assurance.consignments import OpenConsignment
from enduse.assurance.measurements import SD_MAX
from enduse.assurance.model import READING_KINDS
from enduse.assurance.readings import MOST_QUANTITY, RECEIVED, SHIPPED, Readings
from enduse.assurance.tables.calendar_days import APART, Calendar, calendar_of, main_run
from enduse.assurance.tables.frame import Frame
from enduse.assurance.tables.matching import Placed, match
from enduse.assurance.tables.repeated_rows import ReadingContent, repeated
from enduse.assurance.tables.table_rows import (
    NEEDED,
    OPTIONAL,
    PLACES,
    WHEN,
    Names,
    Row,
    RowFault,
    Rows,
    fault_of,
    folded,
    number,
    text,
)
from enduse.assurance.tables.unused_rows import UnusedRows
from enduse.errors import Problem
from enduse.messages import Message

MOST_PERIODS: Final = 10_000
COMMONLY: Final = {
    **dict.fromkeys(("sent", "dispatched", "dispatch", "shipment", "out"), "shipped"),
    **dict.fromkeys(("delivered", "receipt", "arrived", "in"), "received"),
    **dict.fromkeys(("closing", "closing_balance", "closing_count", "stock_count", "stock"), "closing_stock"),
    **dict.fromkeys(("opening", "opening_balance", "opening_count"), "opening_stock"),
    **dict.fromkeys(("use", "consumed", "distributed", "handed_out"), "used"),
}
"""What people commonly call the kinds of readings."""
_DAY: Final = re.compile(r"(\d{4}-\d{2}-\d{2})([T ].*)?")


class ReadingsTaken(msgspec.Struct, frozen=True):
    """Readings with what their days and consignments say.

    Attributes:
        readings: those that can be used, each in the period in which it counts.
        calendar: of the periods; None where nothing dates them.
        open: consignments sent and not received.
        matched: how many consignments were read at both ends.
        unused: of which places rows could not be used.
        repeated: rows that repeat others and are left out, each with the row it repeats.
    """

    readings: Readings
    calendar: Calendar | None
    open: tuple[OpenConsignment, ...]
    matched: int
    unused: UnusedRows
    repeated: tuple[tuple[int, int], ...]


class _Taken(msgspec.Struct, frozen=True, kw_only=True):
    """One row that can be used, in positions of the frame; not yet in a period."""

    line: int
    name: str
    number: int | None
    day: date | None
    arrival: date | None
    consignment: str
    material: int
    kind: int
    place: int
    quantity: float
    instrument: int
    epoch: int

    @property
    def content(self) -> ReadingContent:
        """All of it but its name."""
        return ReadingContent(
            (self.kind, self.place, self.material),
            (self.number, self.day, self.arrival),
            self.quantity,
            (folded(self.consignment), self.instrument, self.epoch),
        )


def read_readings(
    rows: Rows, frame: Frame, problems: list[Problem], period_days: int, start: date | None
) -> ReadingsTaken:
    """Return the readings that can be used; a row that cannot goes to ``problems``."""
    reader = _Reader(frame)
    taken: list[_Taken] = []
    again: list[tuple[int, int]] = []
    for line, row in rows:
        found = reader.reading(line, row)
        if isinstance(found, _Taken):
            taken.append(found)
        elif isinstance(found, int):
            again.append((line, found))
        else:
            problems.append(Problem.about(found.message, source="readings", line=line, path=found.path))
            reader.note_unused(row)
    taken = _once(taken, again, problems, reader)
    calendar = calendar_of(
        [(one.number, one.day) for one in taken if one.number is not None and one.day is not None],
        [one.day for one in taken if one.number is None and one.day is not None],
        period_days,
        start,
    )
    placed = _together([(one, _placed(one, calendar)) for one in taken], problems)
    reader.note_left_out(taken, {one.line for one in placed})
    matched = match(placed, frame.network, reader.materials.spelt)
    return ReadingsTaken(
        _columns(matched.rows, {one.line: one for one in taken}, reader.materials.spelt),
        calendar,
        matched.open,
        matched.count,
        reader.unused,
        tuple(sorted(again)),
    )


def _once(rows: list[_Taken], again: list[tuple[int, int]], problems: list[Problem], reader: "_Reader") -> list[_Taken]:
    """Return the rows without those that repeat others; where that may be chance, the row is told and may be missed."""
    found = repeated([one.content for one in rows])
    again += [(rows[one].line, rows[first].line) for one, first in found.certain.items()]
    for one, first in sorted(found.possible.items()):
        told = Message.of("assurance.row_repeats", row=rows[first].line)
        problems.append(Problem.about(told, source="readings", line=rows[one].line, path="reading"))
        reader.note_left_out([rows[one]], set())
    for one, first in sorted(found.revised.items()):
        told = Message.of("assurance.row_revised", row=rows[first].line)
        problems.append(Problem.about(told, source="readings", line=rows[one].line, path="quantity"))
        reader.note_left_out([rows[one]], set())
    out = {*found.certain, *found.possible, *found.revised}
    return [row for at, row in enumerate(rows) if at not in out]


def _columns(rows: tuple[Placed, ...], taken: dict[int, _Taken], materials: list[str]) -> Readings:
    of = [taken[row.line] for row in rows]
    return Readings(
        period=[row.period for row in rows],
        material=[row.material for row in rows],
        kind=[row.kind for row in rows],
        place=[row.place for row in rows],
        quantity=[row.quantity for row in rows],
        instrument=[one.instrument for one in of],
        epoch=[one.epoch for one in of],
        materials=tuple(materials) or ("material",),
        names=tuple(one.name for one in of),
    )


def _placed(one: _Taken, calendar: Calendar | None) -> Placed | None:
    """Return a row in its period, or None where its day cannot be counted from any number."""
    period, arrival = one.number, None
    if calendar is not None and one.day is not None:
        of_day = calendar.period(one.day)
        period = of_day if period is None else period
        arrival = None if one.arrival is None else period + calendar.period(one.arrival) - of_day
    if period is None:
        return None
    return Placed(one.line, one.consignment, period, arrival, one.material, one.kind, one.place, one.quantity)


def _together(rows: list[tuple[_Taken, Placed | None]], problems: list[Problem]) -> list[Placed]:
    """Return the readings of one campaign: one mistyped period does not make it a hundred times as long."""
    main = main_run((placed.period for _, placed in rows if placed is not None), latest_start=APART)
    kept = []
    for one, placed in rows:
        if placed is None:
            fault = Message.of("assurance.days_unnumbered")
        elif placed.period not in main or not 1 <= placed.period <= MOST_PERIODS:
            read = str(placed.period) if one.number is not None or one.day is None else one.day.isoformat()
            fault = Message.of("assurance.period_apart", read=read)
        else:
            kept.append(placed)
            continue
        problems.append(Problem.about(fault, source="readings", line=one.line, path="period"))
    return kept


class _Reader:
    """Reads rows one by one."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.seen: dict[str, tuple[int, tuple[object, ...]]] = {}
        self.unused = UnusedRows(frame.nodes, frame.links)
        self.materials = Names("material")
        self.epochs: dict[str, int] = {"": 0}
        self._counted: dict[str, tuple[int, float]] = {}

    def reading(self, line: int, row: Row) -> _Taken | RowFault | int:
        """Return a row as a reading, or the column at fault and what is wrong with it, or the row that it repeats."""
        name = text(row, "reading") or f"row {line}"
        if fault := fault_of(row):
            return fault
        if name in self.seen:
            first, content = self.seen[name]
            twice = RowFault("reading", Message.of("assurance.listed_twice", what="reading", name=name))
            return first if content == _content(row) else twice
        found = self._read(line, name, row)
        if isinstance(found, _Taken):
            self.seen[name] = line, _content(row)
        return found

    def _read(self, line: int, name: str, row: Row) -> _Taken | RowFault:
        said = _kind(row)
        if said not in READING_KINDS:
            return RowFault("kind", Message.of("assurance.kind_unknown", read=text(row, "kind"), kinds=READING_KINDS))
        kind = READING_KINDS.index(said)
        when = _when(row, kind)
        place = self._place(row, kind)
        scale = self.frame.instruments.at(text(row, "instrument"))
        quantity = number(row, "quantity")
        if isinstance(when, RowFault):
            return when
        if not (math.isfinite(quantity) and quantity >= 0):
            return RowFault("quantity", Message.of("assurance.quantity", read=text(row, "quantity")))
        if isinstance(place, RowFault):
            return place
        if scale is None:
            return RowFault("instrument", self.frame.instruments.lacks(text(row, "instrument")))
        stated = self.frame.errors.instruments[scale]
        if kind in {SHIPPED, RECEIVED} and max(stated.random_sd, stated.systematic_sd) > float(SD_MAX):
            return RowFault("instrument", Message.of("assurance.errs_too_much", name=stated.instrument, most=SD_MAX))
        if not text(row, "material"):
            return RowFault("material", Message.of("assurance.no_material"))
        material, factor = self._material(text(row, "material"))
        if quantity * factor > MOST_QUANTITY:
            return RowFault("quantity", Message.of("assurance.quantity_too_large"))
        return _Taken(
            line=line,
            name=name,
            number=when[0],
            day=when[1],
            arrival=when[2],
            consignment=folded(text(row, "consignment")) and text(row, "consignment"),
            material=material,
            kind=kind,
            place=place,
            quantity=quantity * factor,
            instrument=scale,
            epoch=self.epochs.setdefault(text(row, "calibration"), len(self.epochs)),
        )

    def note_unused(self, row: Row) -> None:
        """Note of what a row was that cannot be used."""
        self.unused.note(_kind(row), tuple(text(row, name) for name in ("link", "node", *PLACES)))

    def note_left_out(self, taken: list[_Taken], kept: set[int]) -> None:
        """Note of what the rows were that could be read, and are in no period."""
        for one in taken:
            if one.line not in kept:
                names = self.frame.links if one.kind in {SHIPPED, RECEIVED} else self.frame.nodes
                self.unused.note(READING_KINDS[one.kind], (names.spelt[one.place],))

    def _place(self, row: Row, kind: int) -> int | RowFault:
        """Return the position of the link or node that a row is of, or what is wrong."""
        if kind in {SHIPPED, RECEIVED}:
            said = text(row, "link", *PLACES, "node")
            link = self.frame.links.at(said)
            return RowFault("link", self.frame.links.lacks(said)) if link is None else link
        said = text(row, "node", *PLACES, "link")
        node = self.frame.nodes.at(said)
        if node is None:
            return RowFault("node", self.frame.nodes.lacks(said))
        if self.frame.network.nodes[node].kind == "donor":
            return RowFault("node", Message.of("assurance.donor_keeps_none", place=self.frame.nodes.spelt[node]))
        return node

    def _material(self, said: str) -> tuple[int, float]:
        """Return the position of what a material is counted as, and by how much it is multiplied for that."""
        if said not in self._counted:
            counted_as, factor = self.frame.pools.get(folded(said), (said, 1.0))
            self._counted[said] = self.materials.add(counted_as), factor
        return self._counted[said]


def _kind(row: Row) -> str:
    said = "_".join(folded(text(row, "kind")).replace("-", " ").split())
    return COMMONLY.get(said, said)


def _content(row: Row) -> tuple[object, ...]:
    return tuple(text(row, name) for name in sorted(NEEDED["readings"] | OPTIONAL["readings"]))


def _when(row: Row, kind: int) -> tuple[int | None, date | None, date | None] | RowFault:
    """Return the number of the period of a row, a day in it, and of what was shipped the day on which it arrived."""
    days: dict[str, date | None] = {}
    for path in WHEN[1:3]:
        found = _day(row, path)
        if isinstance(found, RowFault):
            return found
        if text(row, path) and found is None:
            return RowFault(path, Message.of("assurance.day", read=text(row, path)))
        days[path] = found
    own = days[WHEN[1 + kind]] if kind in {SHIPPED, RECEIVED} else None
    arrival = days["received_on"] if kind == SHIPPED else None
    if own is not None and not text(row, "period"):
        return None, own, arrival
    when = day_or_period(row, "period")
    return when if isinstance(when, RowFault) else (when[0], when[1] or own, arrival)


def day_or_period(row: Row, path: str) -> tuple[int | None, date | None] | RowFault:
    """Return the number of a period, or the day, that a column says."""
    day = _day(row, path)
    if isinstance(day, RowFault):
        return day
    if day is not None:
        return None, day
    period = number(row, path)
    if not (period == period // 1 and 1 <= period <= MOST_PERIODS):
        return RowFault(path, Message.of("assurance.period", read=text(row, path), most=MOST_PERIODS))
    return int(period), None


def _day(row: Row, path: str) -> date | RowFault | None:
    """Return the day that a column says; None where it says none."""
    found = _DAY.fullmatch(text(row, path))
    try:
        return date.fromisoformat(found[1]) if found else None
    except ValueError:
        return RowFault(path, Message.of("assurance.day", read=text(row, path)))
