"""How a thing is called in an address: its identifier without its kind, other than plain characters written as ``~`` and hexadecimal."""

import re
from collections.abc import Collection
from typing import Final

_ODD: Final = re.compile(r"[^A-Za-z0-9._-]")
_WRITTEN: Final = re.compile("~([0-9A-F]{2})")


def slug(kind: str, identifier: str) -> str:
    """Return how an identifier of a kind stands in an address: ``north`` for the place ``place:north``."""
    short = _ODD.sub(lambda odd: f"~{ord(odd.group()):02X}", identifier.removeprefix(f"{kind}:"))
    return short if short.strip(".") else short.replace(".", "~2E")


def identifier(kind: str, written: str, among: Collection[str]) -> str | None:
    """Return which of some identifiers of a kind an address means; ``None`` where it is none of them."""
    plain = _WRITTEN.sub(lambda code: chr(int(code.group(1), 16)), written)
    return next((each for each in (f"{kind}:{plain}", plain) if each in among), None)
