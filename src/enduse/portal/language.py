"""In which language a page is given: the one its address names, else what the reader's browser asks for."""

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from enduse.errors import UnknownError
from enduse.pages.catalogue import ENGLISH, known

LONGEST = 1000
"""Characters of a header that are read; no browser sends as many."""


def negotiated(accepted: str) -> str:
    """Return the language of ours that an ``Accept-Language`` header wants most; English where it wants none of them."""
    wanted = sorted(_wanted(accepted[:LONGEST]), key=lambda each: -each[0])
    for weight, tag in wanted:
        if not weight:
            continue
        try:
            return known(tag)
        except UnknownError:
            continue
    return ENGLISH


def _wanted(accepted: str) -> Iterator[tuple[Decimal, str]]:
    for part in accepted.split(","):
        tag, _, rest = part.strip().partition(";")
        name, _, value = rest.strip().partition("=")
        try:
            weight = Decimal(value) if name.strip() == "q" else Decimal(1)
        except InvalidOperation:
            continue
        if tag and weight.is_finite():
            yield weight, tag.strip()
