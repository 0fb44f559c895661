"""What residents see, in series by place and source, beside what was delivered there: figures side by side, and no cause is claimed."""

from collections import defaultdict
from decimal import Decimal
from itertools import pairwise
from typing import Final

import msgspec

from enduse.book.access import access_rules
from enduse.book.book import Book
from enduse.errors import UnknownError
from enduse.statements.indicator import IndicatorBody
from enduse.terms.texts import Text
from enduse.terms.times import Period
from enduse.views.arrived import Arrived, Delivered

MEASURES: Final = ("water", "power_hours", "clinic_days", "shelter", "school_days", "market_price")
"""What residents see; ``other`` is polls and the rest."""
_ORDER: Final = (*MEASURES, "other")
_TIMES_AND_PRICES: Final = frozenset(("power_hours", "clinic_days", "school_days", "market_price"))
"""Measures that count nobody."""


class SeriesValue(msgspec.Struct, frozen=True, kw_only=True):
    """One published value.

    Attributes:
        body: value, unit, period, wording, sample, source.
        entry: log index of the statement that gives it.
        comparable: whether the same source asked it in the same words as the one before.
    """

    body: IndicatorBody
    entry: int
    comparable: bool


class SeriesView(msgspec.Struct, frozen=True, kw_only=True):
    """The values of a series by one source, of one place; another source's stand beside it, and are never joined with them.

    Attributes:
        series: its identifier.
        title: for people; the latest that was given.
        measure: what of residents' life it shows.
        unit: of the values.
        place: of which they are; empty where none is named.
        party: who entered them.
        source: where they were read.
        values: by time.
        gaps: periods between two values of which this source tells nothing.
        untold: in public, periods whose value is so small a count that it could point at somebody.
    """

    series: str
    title: Text
    measure: str
    unit: str
    place: str
    party: str
    source: str
    values: tuple[SeriesValue, ...]
    gaps: tuple[Period, ...]
    untold: tuple[Period, ...] = ()


class IndicatorsView(msgspec.Struct, frozen=True, kw_only=True):
    """What residents see, and what was delivered.

    Attributes:
        place: of which place, those within it included; empty for the whole programme.
        series: by what they measure, series, place and source.
        delivered: by month, place and material.
        unmeasured: what of water, power, clinics, shelter, schools and prices nobody has published.
        least_count: the programme's least count: in public, counts below it are not told.
    """

    place: str
    series: tuple[SeriesView, ...]
    delivered: tuple[Delivered, ...]
    unmeasured: tuple[str, ...]
    least_count: int


def indicators(book: Book, place: str = "", arrived: Arrived | None = None) -> IndicatorsView:
    """Return what residents of a place see beside what was delivered there; without a place, in the whole programme.

    Args:
        book: of the programme.
        place: which; empty for all of them.
        arrived: what arrived anywhere in this book, which is brought up to date, where it is kept; else it is read anew.

    Raises:
        UnknownError: there is no such place.
    """
    series = series_of(book, place)
    measured = {one.measure for one in series}
    within = _within(book, place)
    if arrived is None and place:
        arrived = arrived_at(book, within)
    else:
        arrived = Arrived() if arrived is None else arrived
        arrived.follow(book)
    return IndicatorsView(
        place=place,
        series=series,
        delivered=arrived.at(book, within),
        unmeasured=tuple(one for one in MEASURES if one not in measured),
        least_count=access_rules(book).least_count,
    )


def _within(book: Book, place: str) -> set[str]:
    return {name for name in book.programme.places if not place or place in book.programme.around(name)}


def series_of(book: Book, place: str = "") -> tuple[SeriesView, ...]:
    """Return the figures published of a place; without a place, of the whole programme.

    Raises:
        UnknownError: there is no such place.
    """
    if place and place not in book.programme.places:
        raise UnknownError("place.unknown", places=[place], n=1)
    within = _within(book, place)
    lines: dict[tuple[str, str, str, str], list[tuple[IndicatorBody, int]]] = defaultdict(list)
    for name, values in book.programme.series.values.items():
        for value in values:
            if not place or value.place in within:
                key = (name, value.place or "", value.body.citation.source, value.party)
                lines[key].append((value.body, book.index_of(value.entry)))
    series = sorted(
        (_series(*key, sorted(values, key=lambda one: (one[0].period.start, one[1]))) for key, values in lines.items()),
        key=lambda one: (_ORDER.index(one.measure), one.series, one.place, one.source, one.party),
    )
    return tuple(series)


def _series(name: str, place: str, source: str, party: str, values: list[tuple[IndicatorBody, int]]) -> SeriesView:
    bodies = [body for body, _ in values]
    same = [False, *(one.wording == other.wording for one, other in pairwise(bodies))]
    return SeriesView(
        series=name,
        title=next((body.title for body in reversed(bodies) if body.title), {}),
        measure=bodies[-1].measure,
        unit=bodies[-1].unit,
        place=place,
        party=party,
        source=source,
        values=tuple(
            SeriesValue(body=body, entry=entry, comparable=each)
            for (body, entry), each in zip(values, same, strict=True)
        ),
        gaps=_gaps([body.period for body in bodies]),
    )


def _gaps(periods: list[Period]) -> tuple[Period, ...]:
    """Return what lies between periods; of a value without an end nobody knows how long it holds, so nothing follows it."""
    found: list[Period] = []
    until = periods[0].end
    for one in periods[1:]:
        if until is not None and one.start > until:
            found.append(Period(start=until, end=one.start))
        until = one.end if until is None or one.end is None else max(until, one.end)
    return tuple(found)


def arrived_at(book: Book, places: set[str]) -> Arrived:
    """Return what arrived at some places, had from the entries in which something came in there or that takes such a one back."""
    index, found = book.posted(), Arrived()
    came = {entry for spot in index.stocks(places) for entry in index.into(spot)}
    came |= {later for entry, later in index.joined() if entry in came}
    found.take(book, book.postings_by(sorted(came)))
    return found


def few_hidden(series: SeriesView, least: int) -> SeriesView:
    """Return a series without counts below the programme's least, which could point at somebody; it says of when they are."""
    small = [one for one in series.values if _few(one.body, least)]
    return msgspec.structs.replace(
        series,
        values=tuple(one for one in series.values if one not in small),
        untold=tuple(one.body.period for one in small),
    )


def _few(body: IndicatorBody, least: int) -> bool:
    counted = body.kind_of_figure == "count" and body.measure not in _TIMES_AND_PRICES
    return counted and 0 < abs(Decimal(body.value)) < least
