"""Kind ``result``: what a verifier established about an indicator: how much was reported, how much holds.

Disbursement-linked programmes pay on such results. A result never comes from the party that is paid for it.
"""

from decimal import Decimal
from typing import Annotated

from msgspec import Meta

from enduse.errors import InvalidValueError
from enduse.statements.base import Body, Statement
from enduse.terms.amounts import DecimalText
from enduse.terms.identifiers import Id, Prose
from enduse.terms.texts import Citation
from enduse.terms.times import Instant


class ResultBody(Body, frozen=True, kw_only=True):
    """One verified result.

    Attributes:
        result: its identifier; the same identifier again restates it.
        indicator: what was counted or measured.
        entity: county, village, scheme: what it is about, where the indicator has such units.
        year: year of the programme, from 1; a later result for the same entity and year replaces the earlier.
        value: what holds, after verification, in the indicator's unit.
        reported: what had been reported, where something was.
        stage: stage reached, for indicators with stages.
        achieved: when it was achieved, where lateness counts.
        basis: how it was established: sample, visits, documents.
        citation: where it was read, where it only reports what another party published.
    """

    result: Id
    indicator: Id
    entity: Id | None = None
    year: Annotated[int, Meta(ge=1, le=100)] = 1
    value: DecimalText
    reported: DecimalText | None = None
    stage: Id | None = None
    achieved: Instant | None = None
    basis: Prose = ""
    citation: Citation | None = None

    def __post_init__(self) -> None:
        if Decimal(self.value) < 0 or (self.reported is not None and Decimal(self.reported) < 0):
            raise InvalidValueError("result.negative")


class Result(Statement, frozen=True, kw_only=True, tag="result"):
    """A verifier states a result."""

    body: ResultBody
