"""Kind ``indicator``: one value of a published series (a poll, a price) with its wording, sample and source."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from enduse.statements.base import WHOLE_MAX, Body, Statement
from enduse.terms.amounts import DecimalText
from enduse.terms.identifiers import Id, Prose
from enduse.terms.texts import Citation, Text
from enduse.terms.times import Period


class IndicatorBody(Body, frozen=True, kw_only=True):
    """One value.

    Attributes:
        series: which series it belongs to.
        title: of the series, for people.
        measure: what of residents' life it shows: water, hours of power, days a clinic is open, shelter, school days, the
            price of a staple on the market; ``other`` for polls and the rest.
        wording: the question as it was put, or the definition; values under different wording are not compared.
        value: what was published.
        unit: of the value, such as ``percent``.
        period: when it was asked or measured.
        kind_of_figure: what sort of figure it is.
        sample: how many were asked.
        margin: margin of error as published, in the same unit.
        method: face to face, telephone, market visit and so on.
        citation: where it was read.
    """

    series: Id
    title: Text = msgspec.field(default_factory=dict)
    measure: Literal["other", "water", "power_hours", "clinic_days", "shelter", "school_days", "market_price"] = "other"
    wording: Text
    value: DecimalText
    unit: Annotated[str, Meta(min_length=1, max_length=40)]
    period: Period
    kind_of_figure: Literal["count", "estimate", "survey", "price", "claim"] = "survey"
    sample: Annotated[int, Meta(ge=1, le=WHOLE_MAX)] | None = None
    margin: DecimalText | None = None
    method: Prose = ""
    citation: Citation


class Indicator(Statement, frozen=True, kw_only=True, tag="indicator"):
    """A value of a series."""

    body: IndicatorBody
