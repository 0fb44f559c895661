"""Readings set aside, as people would name them."""

import numpy as np
from numpy.typing import NDArray

from enduse.assurance.detection.explanations import PanelNames
from enduse.assurance.fitting import entry_errors, gross_errors
from enduse.assurance.fitting.panel import CellKind, Panel
from enduse.assurance.readings import Readings
from enduse.assurance.result import GrossError, SlipKind

Floats = NDArray[np.float64]

ALIKE_LOG = 0.1  # two amounts within 10 %


def named(
    suspects: list[gross_errors.Suspect],
    panel: Panel,
    believed: tuple[Floats, ...],
    names: PanelNames,
    readings: Readings,
) -> list[GrossError]:
    """Name readings set aside.

    Args:
        suspects: which.
        panel: the material.
        believed: what all other readings say: shipped, received, stock, used, shapes of the cells.
        names: of places.
        readings: the campaign they come from.
    """
    out = []
    pairs = _swapped(suspects, panel, believed)
    for at, suspect in enumerate(suspects):
        cells = panel.cells()[suspect.kind]
        value = float(cells.value[suspect.place, suspect.column])
        expected = max(float(believed[suspect.kind][suspect.place, suspect.column]), 0.0)
        lacking = value > expected if suspect.kind is CellKind.SHIPPED else value < expected
        out.append(
            GrossError(
                reading=readings.name(int(cells.row[suspect.place, suspect.column])),
                kind=SlipKind.SWAPPED if at in pairs else entry_errors.slip(value, expected),
                reading_kind=suspect.kind.reading_kind,
                where=names.cell(suspect.kind, suspect.place),
                material=readings.materials[panel.material],
                period=suspect.kind.period(suspect.column),
                value=value,
                expected=expected,
                tied=suspect.tied,
                undecided=suspect.tied and lacking and not (at in pairs or entry_errors.exact(value, expected)),
            )
        )
    return out


def _swapped(suspects: list[gross_errors.Suspect], panel: Panel, believed: tuple[Floats, ...]) -> set[int]:
    """Return the suspects whose readings were exchanged with one another."""
    out: set[int] = set()
    for i, one in enumerate(suspects):
        for j in range(i + 1, len(suspects)):
            two = suspects[j]
            a, b = (float(panel.cells()[s.kind].value[s.place, s.column]) for s in (one, two))
            x, y = (float(believed[s.kind][s.place, s.column]) for s in (one, two))
            crossed = min(a, b, x, y) > 0 and max(abs(np.log(a / y)), abs(np.log(b / x))) < ALIKE_LOG
            if crossed and abs(one.column - two.column) <= 1 and abs(np.log(a / b)) > 2 * ALIKE_LOG:
                out |= {i, j}
    return out
