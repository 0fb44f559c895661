"""What residents of the North see, in the invented programme: series by two sources, a month that nobody measured, a price that rises."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final, Literal

import msgspec

from enduse.simulate.parties import text
from enduse.simulate.writer import Writer
from enduse.statements.indicator import Indicator, IndicatorBody
from enduse.terms.texts import Citation, Text
from enduse.terms.times import Period


class PlannedSeries(msgspec.Struct, frozen=True, kw_only=True):
    """A series by one source: its values by month; a month that is left out nobody measured."""

    series: str
    title: Text
    measure: Literal["water", "power_hours", "clinic_days", "market_price"]
    by: str
    source: str
    wording: Text
    unit: str
    values: dict[int, str]
    kind_of_figure: Literal["count", "survey", "price"] = "count"
    sample: int | None = None


POWER: Final = text("Hours with power, North", "ساعات الكهرباء، الشمال")
POWER_ASKED: Final = text("Hours with power on an average day of the month", "ساعات الكهرباء في يوم متوسط من الشهر")

SERIES: Final = (
    PlannedSeries(
        series="series:clinic-days-north",
        title=text("Days on which the clinic of the North was open", "أيام فتحت فيها عيادة الشمال"),
        measure="clinic_days",
        by="party:health",
        source="Monthly bulletin of the Interim Health Service (invented)",
        wording=text("Days of the month with a doctor and medicines", "أيام الشهر التي توفّر فيها طبيب وأدوية"),
        unit="days",
        values={6: "22", 7: "13", 8: "4"},
    ),
    PlannedSeries(
        series="series:power-north",
        title=POWER,
        measure="power_hours",
        by="party:administration",
        source="Sheet of the Interim Administration's power office (invented)",
        wording=POWER_ASKED,
        unit="hours",
        values={5: "6", 6: "7", 8: "9"},
    ),
    PlannedSeries(
        series="series:power-north",
        title=POWER,
        measure="power_hours",
        by="party:watch",
        source="Diaries of 40 households, kept for Harbour Watch (invented)",
        wording=POWER_ASKED,
        unit="hours",
        values={6: "4", 7: "4.5", 8: "5"},
        kind_of_figure="survey",
        sample=40,
    ),
    PlannedSeries(
        series="series:flour-north",
        title=text("A sack of flour of 25 kg, North", "كيس طحين من 25 كغ، الشمال"),
        measure="market_price",
        by="party:relief",
        source="Market visits of Salma Relief (invented)",
        wording=text("Price of a sack in the middle of the month", "سعر الكيس في منتصف الشهر"),
        unit="USD",
        values={6: "31", 7: "38", 8: "52"},
        kind_of_figure="price",
    ),
)


def say_residents(writer: Writer) -> None:
    """Say what was published of the North."""
    for party, value in _values():
        writer.say(Indicator, party, value, "place:north")


def _values() -> Iterator[tuple[str, IndicatorBody]]:
    for one in SERIES:
        for month, value in one.values.items():
            yield (
                one.by,
                IndicatorBody(
                    series=one.series,
                    title=one.title,
                    measure=one.measure,
                    wording=one.wording,
                    value=value,
                    unit=one.unit,
                    period=Period(
                        start=datetime(2026, month, 1, tzinfo=UTC), end=datetime(2026, month + 1, 1, tzinfo=UTC)
                    ),
                    kind_of_figure=one.kind_of_figure,
                    sample=one.sample,
                    citation=Citation(source=one.source, date=f"2026-{month:02d}"),
                ),
            )
