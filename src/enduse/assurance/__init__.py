"""Is it all there, where is it not, and how sure are we.

The room does no input or output. It takes the readings of a supply network (shipped, received, counted, used), each
with the instrument it was made with, and says whether anything is missing beyond measurement error, where, since
when, how much with an interval, which explanations cannot be told apart, and what loss it *would* have seen.

Names are resolved on first use, so that importing this package does not need the ``analytics`` extra.
"""

import os
from typing import TYPE_CHECKING

from enduse.lazy import resolver

if TYPE_CHECKING:
    from enduse.assurance.assessor import Assessor
    from enduse.assurance.independent_checks import part_of_budget, with_checks
    from enduse.assurance.model import ErrorModel, Link, MeasuringInstrument, Network, Node
    from enduse.assurance.readings import Readings
    from enduse.assurance.result import Alarm, GrossError, NetworkAssessment, Power
    from enduse.assurance.tables.frame import read_materials
    from enduse.assurance.tables.plain_tables import read_tables

# Matrices here have some hundred rows: what several threads save in them is less than they spend waiting for one another,
# up to a hundredfold where others are at work on the same cores. Whoever has set a number, or loaded NumPy, keeps that.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

_HOMES = {
    "Alarm": "result",
    "NetworkAssessment": "result",
    "Assessor": "assessor",
    "ErrorModel": "model",
    "GrossError": "result",
    "MeasuringInstrument": "model",
    "Link": "model",
    "Network": "model",
    "Node": "model",
    "Power": "result",
    "Readings": "readings",
    "part_of_budget": "independent_checks",
    "read_materials": "tables.frame",
    "read_tables": "tables.plain_tables",
    "with_checks": "independent_checks",
}

__all__ = [
    "Alarm",
    "Assessor",
    "ErrorModel",
    "GrossError",
    "Link",
    "MeasuringInstrument",
    "Network",
    "NetworkAssessment",
    "Node",
    "Power",
    "Readings",
    "part_of_budget",
    "read_materials",
    "read_tables",
    "with_checks",
]


__getattr__ = resolver(__name__, _HOMES, "assurance")
