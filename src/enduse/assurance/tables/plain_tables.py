"""Plain tables (rows already read by the caller) into a network, errors and readings.

The columns are those of ``TABLES`` in the design, and further ones where they are known; see :func:`read_tables`. A row
that cannot be used becomes a problem with its table and line and hides nothing else.
"""

from collections.abc import Mapping
from datetime import date
from typing import Final

import msgspec

from enduse.assurance.consignments import OpenConsignment
from enduse.assurance.independent_checks import IndependentCheck
from enduse.assurance.model import ErrorModel, Material, Network
from enduse.assurance.readings import Readings
from enduse.assurance.tables.check_rows import read_checks
from enduse.assurance.tables.frame import read_frame
from enduse.assurance.tables.other_units import other_units
from enduse.assurance.tables.reading_rows import read_readings
from enduse.assurance.tables.table_rows import Rows, folded
from enduse.assurance.tables.unused_rows import UnusedRows
from enduse.errors import Problem
from enduse.messages import Message
from enduse.terms.forms import nearest

PERIOD_DAYS = 7
REPEATED_SHOWN: Final = 3
ALIKE: Final = 0.85


class TablesRead(msgspec.Struct, frozen=True, kw_only=True):
    """What plain tables say.

    Attributes:
        network: the places.
        errors: the instruments.
        readings: those that can be used, each in the period in which it counts; with a unit in that people are shown.
        materials: what is stated of those read, by their names.
        problems: one for each row that cannot be used.
        notes: what was read otherwise than it stands.
        start: first day of period 1; None where nothing dates the periods.
        open: consignments sent and not received.
        matched: how many consignments were read at both ends.
        unused: of which places rows of readings could not be used.
        checks: independent checks of what is said to have been used.
    """

    network: Network
    errors: ErrorModel
    readings: Readings
    materials: dict[str, Material]
    problems: tuple[Problem, ...]
    notes: tuple[Problem, ...]
    start: date | None
    open: tuple[OpenConsignment, ...]
    matched: int
    unused: UnusedRows
    checks: tuple[IndependentCheck, ...]


def read_tables(
    tables: Mapping[str, Rows],
    *,
    period_days: int = PERIOD_DAYS,
    start: date | None = None,
    complete: bool = False,
) -> TablesRead:
    """Turn rows (mappings from column name to text or number, each with its line) into what the assessor takes.

    * ``nodes``: node, kind (donor, crossing, warehouse, vendor or site), and where nothing is ever kept there over the
      end of a period, stock (``none``).
    * ``links``: link, from_node, to_node.
    * ``instruments``: instrument, random_sd, systematic_sd, both relative.
    * ``readings``: reading, period (from 1, or a day in it), material, kind, node or link (one column ``place`` also
      does), quantity, instrument, and where they are known calibration (any text: the epoch of the instrument),
      consignment, dispatched_on and received_on (days; with them the period of a flow may be left out).
    * ``materials``, which may be left out: material, unit (a code of UN/ECE Recommendation 20, or a usual word such as
      ``kg``), price of that unit and its currency; and where a material is mixed with or turned into another, counted_as
      (that one) and factor (how many units of that one are counted for a unit of it).
    * ``checks``, which may be left out: check, kind, place, material, from, to (periods or days), and the figures that
      :mod:`enduse.assurance.independent_checks` names for its kind.

    Args:
        tables: rows by the name of their table.
        period_days: days in a period, where periods are told by days.
        start: first day of period 1; else it is taken from the days in the readings.
        complete: everything that moved is among the readings, as in a ledger, so that nothing went where nothing is read.
    """
    problems: list[Problem] = []
    frame = read_frame(tables, problems)
    taken = read_readings(tables["readings"], frame, problems, period_days, start)
    taken.readings.complete = complete
    mixed, keep = other_units(taken.readings, frame.network, taken.unused)
    problems += mixed
    readings = taken.readings.take(keep) if mixed else taken.readings
    checks = read_checks(tables.get("checks", ()), frame, readings, taken.calendar, problems)
    return TablesRead(
        network=frame.network,
        errors=frame.errors,
        readings=readings,
        materials={
            name: frame.materials[folded(name)] for name in readings.materials if folded(name) in frame.materials
        },
        problems=tuple(problems),
        notes=(*_repeated(taken.repeated), *_alike(readings.materials)),
        start=taken.calendar.start if taken.calendar else None,
        open=taken.open,
        matched=taken.matched,
        unused=taken.unused,
        checks=checks,
    )


def _repeated(rows: tuple[tuple[int, int], ...]) -> tuple[Problem, ...]:
    """Return a note of the rows that repeat others, with the first few of them."""
    if not rows:
        return ()
    shown = [Message.of("assurance.row_of_row", row=line, first=first) for line, first in rows[:REPEATED_SHOWN]]
    return (Problem.of("assurance.rows_repeated", source="readings", n=len(rows), rows=shown),)


def _alike(materials: tuple[str, ...]) -> list[Problem]:
    """Return a note of each material that is spelt much like one before it, and taken for another."""
    out = []
    for at, name in enumerate(materials):
        if (other := nearest(name, materials[:at], ALIKE)) is not None:
            out.append(Problem.of("assurance.materials_alike", source="readings", name=name, other=other))
    return out
