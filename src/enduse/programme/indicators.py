"""Series of published figures, each with its wording, sample and source; nothing is smoothed or joined up."""

from datetime import datetime

import msgspec

from enduse.messages import Refusal
from enduse.statements.entry import Entry
from enduse.statements.indicator import Indicator, IndicatorBody


class Value(msgspec.Struct, frozen=True):
    """One published value, of which place it is, who entered it and by which statement."""

    body: IndicatorBody
    place: str | None
    party: str
    entry: str


class Series(msgspec.Struct):
    """Values by series, in log order."""

    values: dict[str, list[Value]] = msgspec.field(default_factory=dict)

    def apply(self, entry: Entry, statement: Indicator) -> Refusal | None:
        """Take in one value; the same value of the same place and source twice has no effect."""
        body = statement.body
        known = self.values.get(body.series, [])
        if any(item.body == body and item.place == statement.place for item in known):
            return Refusal.of("indicator.value_twice", series=body.series)
        if known and known[0].body.unit != body.unit:
            return Refusal.of("indicator.other_unit", series=body.series, unit=known[0].body.unit, given=body.unit)
        self.values.setdefault(body.series, []).append(Value(body, statement.place, statement.party, entry.id))
        return None

    def speaker(self, statement: str) -> str:
        """Return who said what a statement left here, or nothing where it left nothing."""
        values = (item for items in self.values.values() for item in items if item.entry == statement)
        return next((item.party for item in values), "")

    def take_back(self, statement: str) -> None:
        """Forget a value."""
        self.values = {
            series: kept
            for series, items in self.values.items()
            if (kept := [item for item in items if item.entry != statement])
        }

    def by(self, at: datetime) -> "Series":
        """Return the values of periods that had begun by a moment."""
        found = {name: [one for one in items if one.body.period.start <= at] for name, items in self.values.items()}
        return Series({name: items for name, items in found.items() if items})

    def ordered(self, series: str) -> list[tuple[Value, bool]]:
        """Return a series by time; each value with whether its wording is that of the one before."""
        values = sorted(self.values.get(series, ()), key=lambda item: item.body.period.start)
        before = [None, *values[:-1]]
        return [
            (value, last is not None and last.body.wording == value.body.wording)
            for last, value in zip(before, values, strict=True)
        ]
