"""What pages are written with: the ``reports`` extra, named where it is missing."""

import re
from typing import Final

from enduse.errors import MissingExtraError

try:
    import segno
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup
except ModuleNotFoundError as error:
    raise MissingExtraError("reports", "html_page") from error

__all__ = ["Environment", "Markup", "environment", "segno"]

_BEGINNING: Final = re.compile(r"((?:<[^>]*>|[\s\u2066-\u2069])*)(\w)")


def environment(package: str) -> Environment:
    """Return what fills the templates of a package in."""
    made = Environment(
        loader=PackageLoader(package, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["begun"] = begun
    return made


def begun(text: str) -> str:
    """Return what begins a sentence or stands for itself with a capital, behind whatever marks it up."""
    plain = str(text)
    found = _BEGINNING.match(plain)
    return text if found is None else type(text)(found[1] + found[2].upper() + plain[found.end() :])
