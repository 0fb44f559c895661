"""Kind ``goods``: an EPCIS 2.0 event (ISO/IEC 19987), carried verbatim as text and read with exact decimals."""

from functools import cached_property
from typing import Annotated

from msgspec import Meta

from enduse.errors import EnduseError, InvalidValueError
from enduse.statements.base import Body, Statement
from enduse.statements.epcis import Event, read_event

EVENT_MAX = 40_000


class GoodsBody(Body, frozen=True, kw_only=True, dict=True):
    """The event as text, so that no reader can change a digit of what was signed.

    Attributes:
        event: one EPCIS 2.0 event in JSON, as text.
    """

    event: Annotated[str, Meta(min_length=2, max_length=EVENT_MAX)]

    def __post_init__(self) -> None:
        try:
            self.__dict__["said"] = read_event(self.event)
        except EnduseError as error:
            raise InvalidValueError.about(error.problem.told, path=f".event{error.problem.path[1:]}") from error

    @cached_property
    def said(self) -> Event:
        """What the ledger reads of the event."""
        return read_event(self.event)


class Goods(Statement, frozen=True, kw_only=True, tag="goods"):
    """Something happened to goods."""

    body: GoodsBody
