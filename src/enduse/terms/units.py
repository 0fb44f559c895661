"""Units of measure by UN/ECE Recommendation 20 code, each with its exact size in the smallest unit.

A quantity is kept as a whole number of its dimension's smallest unit: gram, millilitre, piece, millimetre,
square millimetre, watt hour. What does not come out whole is refused, never rounded. A few units are *counts of
packages* (Recommendation 21 codes with the prefix X): a pallet is a dimension of its own, because nobody may turn
pallets into tonnes without a measurement.
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


_TABLE = (
    ("GRM", "g", "1", "gram"),
    ("KGM", "g", "1000", "kilogram"),
    ("DTN", "g", "100000", "decitonne"),
    ("TNE", "g", "1000000", "tonne"),
    ("MLT", "ml", "1", "millilitre"),
    ("LTR", "ml", "1000", "litre"),
    ("HLT", "ml", "100000", "hectolitre"),
    ("MTQ", "ml", "1000000", "cubic metre"),
    ("C62", "piece", "1", "one"),
    ("H87", "piece", "1", "piece"),
    ("EA", "piece", "1", "each"),
    ("PR", "piece", "2", "pair"),
    ("DZN", "piece", "12", "dozen"),
    ("XPX", "pallet", "1", "pallet"),
    ("XVE", "vehicle", "1", "vehicle load"),
    ("XBG", "bag", "1", "bag"),
    ("XBX", "box", "1", "box"),
    ("XCT", "carton", "1", "carton"),
    ("MMT", "mm", "1", "millimetre"),
    ("MTR", "mm", "1000", "metre"),
    ("KMT", "mm", "1000000", "kilometre"),
    ("MMK", "mm2", "1", "square millimetre"),
    ("MTK", "mm2", "1000000", "square metre"),
    ("WHR", "Wh", "1", "watt hour"),
    ("KWH", "Wh", "1000", "kilowatt hour"),
)
UNITS: dict[str, Unit] = {code: Unit(code, base, Decimal(factor), name) for code, base, factor, name in _TABLE}
"""Every unit we read, by code."""

WRITTEN: dict[str, str] = {
    **{code: code for code in UNITS},
    **{known.name: known.code for known in reversed(UNITS.values())},
    "t": "TNE",
    "ton": "TNE",
    "mt": "TNE",
    "kg": "KGM",
    "g": "GRM",
    "l": "LTR",
    "m3": "MTQ",
    "m³": "MTQ",
    "m": "MTR",
    "km": "KMT",
    "m2": "MTK",
    "m²": "MTK",
    "pcs": "H87",
    "kwh": "KWH",
}
"""What people write for a unit, and its code."""

UnitCode = Annotated[str, form("form.unit", "TNE", pattern=rf"^({'|'.join(UNITS)})$(?!\n)", words=WRITTEN)]
"""A UN/ECE Rec 20 code (for packages Rec 21) that we read."""

SHOWN: dict[str, str] = {
    "g": "TNE",
    "ml": "LTR",
    "piece": "C62",
    "pallet": "XPX",
    "vehicle": "XVE",
    "bag": "XBG",
    "box": "XBX",
    "carton": "XCT",
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
