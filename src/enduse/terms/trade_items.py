"""Trade items by GS1 number: one item has one name here, however it was written.

A Global Trade Item Number has 8, 12, 13 or 14 digits, stands in a GS1 Digital Link of whatever host, in an EPC URN of a
class (LGTIN) or of single items (SGTIN), or by itself as 12 to 14 digits, and is the same item in all of them. Here it is the Digital Link of GS1 with
14 digits, in GS1's canonical form (GS1 Digital Link 1.6, EPC Tag Data Standard 2.1). A wrong check digit is left as it
is: two spellings of one number are one number still; only of eight digits, which may be a date, a right one is asked.
"""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

_LINK: Final = re.compile(
    r"https?://[^?#\s]+?/(?:01|gtin)/([0-9]{8}|[0-9]{12,14})"
    r"(?:/(?:22|cpv)/[^/?#]+)?(?:/(?:10|lot)/([^/?#]+))?(?:/(?:21|ser)/([^/?#]+))?/?(?:[?#].*)?"
)
_BARE: Final = re.compile(r"[0-9]{12,14}")
_URN: Final = re.compile(r"urn:epc:(?:class:lgtin|id(?:pat)?:(?:sgtin|upui)):([0-9]{6,12})\.([0-9]{1,7})(?:\.([^.]*))?")
_OTHER_EPC: Final = re.compile(r"urn:epc:id:([a-z]+):(.+)\.([^.]+)")
"""An EPC of another scheme: scheme, what it is, serial number."""
_CANONICAL: Final = "https://id.gs1.org/01/"
_GTIN: Final = 14
_SHORT: Final = 8
_ANY: Final = "*"


def _check_digit(digits: str) -> str:
    """Return the check digit after ``digits`` (GS1 General Specifications 7.9.1)."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


@lru_cache(maxsize=4096)
def trade_item(name: str) -> tuple[str, str | None]:
    """Return an item by its one name, and its lot or serial number where it has one; anything else as it is.

    Args:
        name: what a party calls it.
    """
    if _BARE.fullmatch(name):
        return _CANONICAL + name.zfill(_GTIN), None
    if found := _URN.fullmatch(name):
        prefix, reference, extension = found.groups()
        digits = reference[0] + prefix + reference[1:]
        if len(digits) == _GTIN - 1:
            lot = None if extension in {None, "", _ANY} else unquote(extension)
            return _CANONICAL + digits + _check_digit(digits), lot
    if found := _LINK.fullmatch(name):
        gtin, lot, serial = found.groups()
        if len(gtin) > _SHORT or gtin[-1] == _check_digit(gtin[:-1]):
            extension = serial or lot
            return _CANONICAL + gtin.zfill(_GTIN), None if extension is None else unquote(extension)
    return name, None


@lru_cache(maxsize=4096)
def right_check_digit(material: str) -> str | None:
    """Return the check digit that the number of a trade item should have, where it has another; else ``None``.

    Args:
        material: the one name of an item.
    """
    digits = material.removeprefix(_CANONICAL)
    if digits == material or len(digits) != _GTIN or not digits.isdecimal():
        return None
    right = _check_digit(digits[:-1])
    return None if right == digits[-1] else right


def one_form(material: str) -> str:
    """Return the one name of a material: trade items by :func:`trade_item`, all others as they are."""
    return trade_item(material)[0]


@lru_cache(maxsize=4096)
def serial_item(epc: str) -> tuple[str, str | None]:
    """Return of a single thing what it is one of, and its serial number.

    Args:
        epc: its EPC URN, GS1 Digital Link, or another URI, which then is a thing of a kind of its own.
    """
    item, serial = trade_item(epc)
    if serial is None and (found := _OTHER_EPC.fullmatch(epc)):
        scheme, what, number = found.groups()
        return f"urn:epc:idpat:{scheme}:{what}.{_ANY}", unquote(number)
    return item, serial
