"""Tables: CSV and XLSX in, through a declarative profile for each source, and out, safe to open in a spreadsheet."""

from enduse.exchange.tables.figures import Figures, SourceFigure, TableSummary
from enduse.exchange.tables.limits import Limits
from enduse.exchange.tables.profile import Profile, load_profile, shipped
from enduse.exchange.tables.table import Table, read_table, recognise

__all__ = [
    "Figures",
    "Limits",
    "Profile",
    "SourceFigure",
    "Table",
    "TableSummary",
    "load_profile",
    "read_table",
    "recognise",
    "shipped",
]
