"""Kind ``reading``: a measurement by somebody with some instrument: a scale, a count, a survey."""

from decimal import Decimal
from typing import Annotated, Literal

from msgspec import Meta

from enduse.errors import InvalidValueError
from enduse.statements.base import Body, Statement
from enduse.terms.amounts import Instrument, Quantity
from enduse.terms.identifiers import Id


class ReadingBody(Body, frozen=True, kw_only=True):
    """What was measured.

    Attributes:
        reading: its identifier.
        of: ``stock`` (what lies at the statement's place), ``use`` (what is built in or consumed for ``project``),
            ``shipped`` or ``received`` (of ``consignment``).
        material: what.
        quantity: how much was read.
        method: how.
        instrument: with what; without one the reading is taken as an exact count.
        custodian: for ``stock``, whose stock was counted.
        project: for ``use``.
        consignment: for ``shipped`` and ``received``.
        within: that no more than the day of the reading is claimed, by its own zone.
        note: what the reader should know.
    """

    reading: Id
    of: Literal["stock", "use", "shipped", "received"]
    material: Id
    quantity: Quantity
    method: Literal["scale", "count", "survey", "meter", "document"]
    instrument: Instrument | None = None
    custodian: Id | None = None
    project: Id | None = None
    consignment: Id | None = None
    within: Literal["", "P1D"] = ""
    note: Annotated[str, Meta(max_length=1000)] = ""

    def __post_init__(self) -> None:
        if Decimal(self.quantity.value) < 0:
            raise InvalidValueError("reading.negative", quantity=self.quantity.value)
        needed = {"stock": "custodian", "use": "project"}.get(self.of, "consignment")
        if getattr(self, needed) is None:
            raise InvalidValueError("reading.incomplete", of=self.of, needed=needed)


class Reading(Statement, frozen=True, kw_only=True, tag="reading"):
    """Somebody measured something."""

    body: ReadingBody
