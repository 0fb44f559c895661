"""Plain tables (rows already read by the caller) into a network, errors and readings.

The columns are those of ``TABLES`` in the design: nodes (node, kind), links (link, from_node, to_node), instruments
(instrument, random_sd, systematic_sd), readings (reading, period, material, kind, node or link, quantity, instrument,
calibration), and where they help, materials (material, counted_as, factor). A row that cannot be used becomes a problem
with its table and line and hides nothing else.
"""

from enduse.assurance.columns import Readings
from enduse.assurance.frame import read_frame
from enduse.assurance.model import ErrorModel, Network
from enduse.assurance.reading_rows import read_readings
from enduse.assurance.table_rows import Rows
from enduse.errors import Problem


def read_tables(
    nodes: Rows, links: Rows, instruments: Rows, readings: Rows, materials: Rows = ()
) -> tuple[Network, ErrorModel, Readings, list[Problem]]:
    """Turn rows (mappings from column name to text or number, each with its line) into what the assessor takes.

    Args:
        nodes: node, kind (donor, crossing, warehouse, vendor or site).
        links: link, from_node, to_node.
        instruments: instrument, random_sd, systematic_sd, both relative.
        readings: reading, period (from 1), material, kind, node or link (one column ``place`` also does), quantity,
            instrument, calibration (optional, any text: the epoch of the instrument).
        materials: material, and where it is mixed with or turned into another, counted_as (that one) and factor (how
            many units of that one are counted for a unit of it).

    Returns:
        The network, the errors, the readings that can be used, and a problem for each row that cannot.
    """
    problems: list[Problem] = []
    frame = read_frame(nodes, links, instruments, materials, problems)
    return frame.network, frame.errors, read_readings(readings, frame, problems), problems
