"""Rows of independent checks: the table ``checks``."""

import math
from collections.abc import Callable
from typing import Final

from enduse.assurance.independent_checks import NEEDED_FIGURES, TRUSTED, IndependentCheck
from enduse.assurance.readings import USED, Readings
from enduse.assurance.tables.calendar_days import Calendar
from enduse.assurance.tables.frame import Frame
from enduse.assurance.tables.reading_rows import day_or_period
from enduse.assurance.tables.table_rows import Names, Row, RowFault, Rows, fault_of, folded, number, text
from enduse.errors import Problem
from enduse.messages import Message

SHARES: Final = ("false_no", "relative_sd", "counted_sd", "per_unit_sd", "price_sd", "volume_sd", "elasticity_sd")
"""Figures that are parts of one."""
POSITIVE: Final = ("asked", "price", "price_before", "elasticity", "households")


def read_checks(
    rows: Rows, frame: Frame, readings: Readings, calendar: Calendar | None, problems: list[Problem]
) -> tuple[IndependentCheck, ...]:
    """Return the checks that can be used; a row that cannot goes to ``problems``."""
    names, out = Names("check"), []
    for line, row in rows:
        name = text(row, "check")
        told = names.fresh(name)
        found = fault_of(row) or (RowFault("check", told) if told else _check(name, row, frame, readings, calendar))
        if isinstance(found, RowFault):
            problems.append(Problem.about(found.message, source="checks", line=line, path=found.path))
        else:
            names.add(name)
            out.append(found)
    return tuple(out)


def _check(
    name: str, row: Row, frame: Frame, readings: Readings, calendar: Calendar | None
) -> IndependentCheck | RowFault:
    kind = "_".join(folded(text(row, "kind")).replace("-", " ").split())
    if kind not in NEEDED_FIGURES:
        return RowFault(
            "kind", Message.of("assurance.kind_unknown", read=text(row, "kind"), kinds=list(NEEDED_FIGURES))
        )
    node = frame.nodes.at(text(row, "place", "node"))
    if node is None:
        return RowFault("place", frame.nodes.lacks(text(row, "place", "node")))
    material = {folded(one): at for at, one in enumerate(readings.materials)}.get(folded(text(row, "material")))
    if material is None:
        return RowFault(
            "material", Message.of("assurance.no_such", what="material", name=text(row, "material"), table="readings")
        )
    span = [_period(row, path, calendar) for path in ("from", "to")]
    for found in span:
        if isinstance(found, RowFault):
            return found
    first, last = (one for one in span if isinstance(one, int))
    first, last = max(first, 1), min(last, readings.periods)
    figures = _figures(kind, row)
    if isinstance(figures, RowFault):
        return figures
    mine = (readings.kind == USED) & (readings.place == node) & (readings.material == material)
    mine &= (readings.period >= first) & (readings.period <= last)
    declared = float(readings.quantity[mine].sum())
    if not declared > 0:
        return RowFault("place", Message.of("assurance.nothing_declared", place=frame.nodes.spelt[node]))
    return IndependentCheck(
        check=name,
        kind=kind,
        place=frame.nodes.spelt[node],
        material=readings.materials[material],
        first=first,
        last=last,
        figures=figures,
        trusted=tuple(each for each in TRUSTED[kind] if not text(row, each)),
        declared=declared,
    )


def _period(row: Row, path: str, calendar: Calendar | None) -> int | RowFault:
    found = day_or_period(row, path)
    if isinstance(found, RowFault):
        return found
    period, day = found
    if period is None and day is not None and calendar is not None:
        period = calendar.period(day)
    return RowFault(path, Message.of("assurance.days_unnumbered")) if period is None else period


def _figures(kind: str, row: Row) -> dict[str, float] | RowFault:
    """Return the figures of a check; those that must be there, and those that may be."""
    if lacking := [name for name in NEEDED_FIGURES[kind] if not text(row, name)]:
        return RowFault(lacking[0], Message.of("assurance.check_lacks", kind=kind, columns=lacking))
    figures = {name: number(row, name, part=name in SHARES) for name in NEEDED_FIGURES[kind]}
    figures |= {
        name: number(row, name, part=name in SHARES) if text(row, name) else usual
        for name, usual in TRUSTED[kind].items()
    }
    sound: dict[str, Callable[[float], bool]] = {
        **dict.fromkeys(SHARES, lambda value: 0 <= value < 1),
        **dict.fromkeys(POSITIVE, lambda value: value > 0),
        "design_effect": lambda value: value >= 1,
        "confirmed": lambda value: 0 <= value <= figures["asked"],
    }
    for name, value in figures.items():
        is_sound = sound.get(name)
        if not math.isfinite(value) or value < 0 or (is_sound is not None and not is_sound(value)):
            return RowFault(name, Message.of("assurance.check_figure", read=text(row, name)))
    return figures
