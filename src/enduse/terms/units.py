"""Units of measure by UN/ECE Recommendation 20 code, each with its exact size in the smallest unit.

A quantity is kept as a whole number of its dimension's smallest unit: gram, millilitre, piece, millimetre,
square millimetre, watt hour. What does not come out whole is refused, never rounded. A few units are *counts of
packages* (Recommendation 21 codes with the prefix X): a pallet is a dimension of its own, because nobody may turn
pallets into tonnes without a measurement.

Pounds, tons of 2,000 or 2,240 of them, gallons, barrels and inches are exact by law (NIST Handbook 44, appendix C; the
Weights and Measures Act 1985), and do not come out in whole base units; a quantity in them is rounded once, half to even.
"""

from decimal import Decimal
from typing import Annotated

import msgspec

from enduse.errors import MalformedError
from enduse.messages import Message
from enduse.terms.forms import form, unknown_word


class Unit(msgspec.Struct, frozen=True):
    """One unit: Rec 20 ``code``, ``base`` unit, and how many base units one is."""

    code: str
    base: str
    factor: Decimal
    name: str

    @property
    def whole(self) -> bool:
        """Whether one is a whole number of base units, so that nothing is ever rounded."""
        return self.factor == int(self.factor)


_TABLE = (
    ("GRM", "g", "1", "gram"),
    ("KGM", "g", "1000", "kilogram"),
    ("DTN", "g", "100000", "decitonne"),
    ("TNE", "g", "1000000", "tonne"),
    ("KTN", "g", "1000000000", "kilotonne"),
    ("LBR", "g", "453.59237", "pound"),
    ("STN", "g", "907184.74", "short ton"),
    ("LTN", "g", "1016046.9088", "long ton"),
    ("MLT", "ml", "1", "millilitre"),
    ("CLT", "ml", "10", "centilitre"),
    ("LTR", "ml", "1000", "litre"),
    ("HLT", "ml", "100000", "hectolitre"),
    ("MTQ", "ml", "1000000", "cubic metre"),
    ("GLL", "ml", "3785.411784", "US gallon"),
    ("GLI", "ml", "4546.09", "imperial gallon"),
    ("BLL", "ml", "158987.294928", "barrel"),
    ("FTQ", "ml", "28316.846592", "cubic foot"),
    ("C62", "piece", "1", "one"),
    ("H87", "piece", "1", "piece"),
    ("EA", "piece", "1", "each"),
    ("PR", "piece", "2", "pair"),
    ("DZN", "piece", "12", "dozen"),
    ("CEN", "piece", "100", "hundred"),
    ("GRO", "piece", "144", "gross"),
    ("MIL", "piece", "1000", "thousand"),
    ("XPX", "pallet", "1", "pallet"),
    ("XVE", "vehicle", "1", "vehicle load"),
    ("XBG", "bag", "1", "bag"),
    ("XBX", "box", "1", "box"),
    ("XCT", "carton", "1", "carton"),
    ("XSA", "sack", "1", "sack"),
    ("XPK", "package", "1", "package"),
    ("XCR", "crate", "1", "crate"),
    ("XDR", "drum", "1", "drum"),
    ("XJC", "jerrycan", "1", "jerrycan"),
    ("XBO", "bottle", "1", "bottle"),
    ("XRO", "roll", "1", "roll"),
    ("XBL", "bale", "1", "bale"),
    ("KT", "kit", "1", "kit"),
    ("SET", "set", "1", "set"),
    ("MMT", "mm", "1", "millimetre"),
    ("CMT", "mm", "10", "centimetre"),
    ("INH", "mm", "25.4", "inch"),
    ("FOT", "mm", "304.8", "foot"),
    ("MTR", "mm", "1000", "metre"),
    ("KMT", "mm", "1000000", "kilometre"),
    ("MMK", "mm2", "1", "square millimetre"),
    ("MTK", "mm2", "1000000", "square metre"),
    ("FTK", "mm2", "92903.04", "square foot"),
    ("HAR", "mm2", "10000000000", "hectare"),
    ("WHR", "Wh", "1", "watt hour"),
    ("KWH", "Wh", "1000", "kilowatt hour"),
    ("MWH", "Wh", "1000000", "megawatt hour"),
)
UNITS: dict[str, Unit] = {code: Unit(code, base, Decimal(factor), name) for code, base, factor, name in _TABLE}
"""Every unit we read, by code."""

WRITTEN: dict[str, str] = {
    **{code: code for code in UNITS},
    **{known.name: known.code for known in reversed(UNITS.values())},
    "t": "TNE",
    "ton": "TNE",
    "metric ton": "TNE",
    "mt": "TNE",
    "kg": "KGM",
    "kgs": "KGM",
    "g": "GRM",
    "lb": "LBR",
    "lbs": "LBR",
    "us ton": "STN",
    "uk ton": "LTN",
    "l": "LTR",
    "ltr": "LTR",
    "bbl": "BLL",
    "m3": "MTQ",
    "cbm": "MTQ",
    "cu m": "MTQ",
    "m³": "MTQ",
    "m": "MTR",
    "km": "KMT",
    "cm": "CMT",
    "ft": "FOT",
    "ha": "HAR",
    "m2": "MTK",
    "sqm": "MTK",
    "m²": "MTK",
    "pcs": "H87",
    "pc": "H87",
    "kwh": "KWH",
    "mwh": "MWH",
}
"""What people write for a unit, and its code."""

UnitCode = Annotated[str, form("form.unit", "TNE", pattern=rf"^({'|'.join(UNITS)})$(?!\n)", words=WRITTEN)]
"""A UN/ECE Rec 20 code (for packages Rec 21) that we read."""

BASES = frozenset(one.base for one in UNITS.values())
"""Every base unit."""

COUNTED = BASES - {"g", "ml", "mm", "mm2", "Wh"}
"""Base units in which things are counted: only somebody's word says how much one of a material holds."""

SHOWN: dict[str, str] = {
    "g": "TNE",
    "ml": "LTR",
    "piece": "C62",
    "pallet": "XPX",
    "vehicle": "XVE",
    "bag": "XBG",
    "box": "XBX",
    "carton": "XCT",
    "sack": "XSA",
    "package": "XPK",
    "crate": "XCR",
    "drum": "XDR",
    "jerrycan": "XJC",
    "bottle": "XBO",
    "roll": "XRO",
    "bale": "XBL",
    "kit": "KT",
    "set": "SET",
    "mm": "MTR",
    "mm2": "MTK",
    "Wh": "KWH",
}
"""The unit in which people are shown a quantity of each base."""


def unit(code: str) -> Unit:
    """Return the unit with ``code``.

    Raises:
        MalformedError: no such unit is known.
    """
    known = UNITS.get(code)
    if known is None:
        raise MalformedError.about(unknown_word(code, Message.of("form.unit", example="TNE"), WRITTEN))
    return known
