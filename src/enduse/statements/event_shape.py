"""The shape that nearly all EPCIS events have, by the names of the standard: read by a compiled reader, at once.

Whatever has another shape, or a field that few have, is read with care (:mod:`enduse.statements.epcis`), which also says
what is amiss.
"""

from typing import Annotated, Final

import msgspec

LIST_MAX: Final = 500
RARE: Final = frozenset(("errorDeclaration", "persistentDisposition", "epcList", "childEPCs", "childQuantityList")) | {
    "inputQuantityList",
    "inputEPCList",
    "outputQuantityList",
    "outputEPCList",
    "enduse:complete",
    "enduse:reason",
    "enduse:within",
}
"""Fields that few events have, and :class:`Plain` has not."""

_Words = Annotated[str, msgspec.Meta(min_length=1)] | None


class At(msgspec.Struct):
    """Where."""

    id: _Words = None


class Line(msgspec.Struct, rename={"epc_class": "epcClass", "instead_of": "enduse:instead_of"}):
    """A quantity of a class."""

    epc_class: Annotated[str, msgspec.Meta(min_length=1)]
    quantity: int | float | str | None = None
    uom: _Words = None
    instead_of: _Words = None


class Paper(msgspec.Struct, rename={"value": "bizTransaction"}):
    """A business transaction."""

    type: _Words = None
    value: _Words = None


class From(msgspec.Struct, rename={"value": "source"}):
    """A source."""

    type: _Words = None
    value: _Words = None


class To(msgspec.Struct, rename={"value": "destination"}):
    """A destination."""

    type: _Words = None
    value: _Words = None


class Plain(
    msgspec.Struct,
    rename={
        "when": "eventTime",
        "step": "bizStep",
        "read_point": "readPoint",
        "place": "bizLocation",
        "parent": "parentID",
        "lines": "quantityList",
        "papers": "bizTransactionList",
        "sources": "sourceList",
        "destinations": "destinationList",
        "id": "eventID",
        "carrier": "enduse:carrier",
        "project": "enduse:project",
        "witness": "enduse:witness",
    },
):
    """An event as nearly all are, by the names of the standard."""

    type: str
    when: Annotated[str, msgspec.Meta(min_length=len("2026-02-03") + 1)]
    action: str | None = None
    step: _Words = None
    disposition: _Words = None
    read_point: At | str | None = None
    place: At | str | None = None
    parent: _Words = None
    lines: Annotated[list[Line], msgspec.Meta(max_length=LIST_MAX)] | None = None
    papers: Annotated[list[Paper], msgspec.Meta(max_length=LIST_MAX)] | None = None
    sources: Annotated[list[From], msgspec.Meta(max_length=LIST_MAX)] | None = None
    destinations: Annotated[list[To], msgspec.Meta(max_length=LIST_MAX)] | None = None
    id: _Words = None
    carrier: _Words = None
    project: _Words = None
    witness: _Words = None
