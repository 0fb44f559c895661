"""Readings set aside, as people would name them."""

import numpy as np
from numpy.typing import NDArray

from enduse.assurance import gross, rules, words
from enduse.assurance.advice import Names
from enduse.assurance.columns import Readings
from enduse.assurance.panel import Panel
from enduse.assurance.result import GrossError

Floats = NDArray[np.float64]

ALIKE_LOG = 0.1  # two amounts within 10 %


def named(
    suspects: list[gross.Suspect], panel: Panel, believed: tuple[Floats, ...], names: Names, readings: Readings
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
    material = readings.materials[panel.material]
    pairs = _swapped(suspects, panel, believed)
    for at, suspect in enumerate(suspects):
        cells = panel.cells()[suspect.kind]
        value = float(cells.value[suspect.place, suspect.column])
        expected = max(float(believed[suspect.kind][suspect.place, suspect.column]), 0.0)
        kind, text = rules.explain(value, expected)
        if at in pairs:
            kind, text = "swapped", "exchanged with another reading of the period"
        place = names.links[suspect.place] if suspect.kind <= 1 else names.nodes[suspect.place]
        period = suspect.column + (0 if suspect.kind == 2 else 1)  # noqa: PLR2004
        name = readings.name(int(cells.row[suspect.place, suspect.column]))
        what = words.CELL_WORDS[suspect.kind]
        sentence = (
            f"The reading {name} ({what}, {place}, {material}, period {period}) says {words.amount(value)}; "
            f"all other readings say {words.amount(expected)}"
            + (f": {text}." if text else ".")
            + " It was set aside, not corrected."
            + (" A loss of that size in that place would look the same." if suspect.tied else "")
        )
        out.append(
            GrossError(
                reading=name,
                kind=kind,
                reading_kind=what,
                where=place,
                material=material,
                period=period,
                value=value,
                expected=expected,
                sentence=sentence,
            )
        )
    return out


def _swapped(suspects: list[gross.Suspect], panel: Panel, believed: tuple[Floats, ...]) -> set[int]:
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
