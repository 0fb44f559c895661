"""How much a bag or another pack of a material holds, as the sheet of materials says it.

Whoever states that can make a shortage look like none. So where the sheet says it, the programme is founded with a function
for it, which its keeper holds and nobody else.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from enduse.exchange.template.cells import RowCells
from enduse.exchange.template.entries import Fields, RowStatement
from enduse.exchange.template.reading import FormRow
from enduse.messages import Message
from enduse.messages.english import TERMS
from enduse.pages.catalogue import catalogue, signing_languages
from enduse.terms.times import format_instant

FUNCTION: Final = "what-packs-hold"
_MANDATE: Final = f"mandate:{FUNCTION}"
_CODES: Final = ("pack", "pack_holds", "pack_unit")


def any_packs(rows: Iterable[FormRow]) -> bool:
    """Say whether any row of materials says what a pack holds."""
    return any(code in row.cells for row in rows for code in _CODES)


def function() -> Fields:
    """Return the function whose holder may say what packs hold."""
    name = {language: catalogue(language).gettext(TERMS["function:packs"]) for language in signing_languages()}
    return {"function": FUNCTION, "name": name, "needed_at": [], "shared": True}


def mandate(keeper: str, start: datetime, places: list[str]) -> Iterator[RowStatement]:
    """Give the offer of that function to the keeper, everywhere, and its acceptance."""
    offer = {
        "mandate": _MANDATE,
        "action": "offer",
        "holder": keeper,
        "functions": [FUNCTION],
        "places": places,
        "period": {"start": format_instant(start)},
    }
    yield RowStatement("mandate", keeper, start, offer)
    yield RowStatement("mandate", keeper, start, {"mandate": _MANDATE, "action": "accept"}, part="accepted")


def pack(cells: RowCells, material: str, keeper: str, start: datetime, *, ruled: bool) -> list[RowStatement]:
    """Return what one row of materials says of its packs; nothing, where it says nothing of them or is at fault.

    Args:
        cells: of the row.
        material: it describes.
        keeper: of the record.
        start: of the programme.
        ruled: somebody may say so; in a programme that was founded without it, nobody.
    """
    if not any_packs((cells.row,)):
        return []
    unit, holds, of = (cells.take(code, needed=True) for code in _CODES)
    if not ruled:
        cells.fault("pack", Message.of("template.pack_late"))
    if cells.problems:
        return []
    body = {
        "pack": f"pack:{material}-{unit}-{holds}-{of}".lower(),
        "item": material,
        "unit": unit,
        "holds": {"value": holds, "unit": of},
        "source": {
            "source": TERMS["sheet:materials"]
        },  # of whatever file: it is the same when the workbook comes again
    }
    return [RowStatement("pack", keeper, start, body)]
