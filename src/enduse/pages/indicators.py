"""What residents see, in words: a table of months in which sources and deliveries stand side by side, and each value as published."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Final

from enduse.pages.catalogue import mark
from enduse.pages.localizer import Localizer
from enduse.pages.wait_words import Part
from enduse.terms.currencies import PLACES
from enduse.terms.times import Period, month_of, next_month
from enduse.views.indicators import IndicatorsView, SeriesValue, SeriesView

Column = tuple[str, list[str]]
"""A title, and one cell for each month."""
POLL: Final = "other"
"""What is measured by a poll."""
_UNITS: Final = {
    "hours": mark("hours"),
    "days": mark("days"),
    "percent": mark("percent"),
    "patients": mark("patients"),
    "beds": mark("beds"),
    "households": mark("households"),
}
"""What figures of residents' life are commonly counted in; any other unit stays as its source writes it."""
_NUMBERED: Final = {"hours": ("{n} hour", "{n} hours"), "days": ("{n} day", "{n} days")}
"""Of these the noun goes with its number."""


def months(answer: IndicatorsView) -> list[date]:
    """Return the months (of UTC) from the first to the last of which anything is told."""
    told = [date.fromisoformat(f"{one.month}-01") for one in answer.delivered]
    for one in answer.series:
        for period in (*(value.body.period for value in one.values), *one.untold):
            told += [month_of(period.start.astimezone(UTC)), _last(period)]
    found = [min(told)] if told else []
    while found and found[-1] < max(told):
        found.append(next_month(found[-1]))
    return found


def _last(period: Period) -> date:
    """Return the last month a period reaches into; one without an end is told of the month in which it begins."""
    if period.end is None:
        return month_of(period.start.astimezone(UTC))
    last = month_of(period.end.astimezone(UTC))
    if datetime(last.year, last.month, 1, tzinfo=UTC) < period.end:
        return last
    return date(last.year - (last.month == 1), (last.month - 2) % 12 + 1, 1)


def touches(period: Period, month: date) -> bool:
    """Say whether a period has a part in a month."""
    return month_of(period.start.astimezone(UTC)) <= month <= _last(period)


def title_of(one: SeriesView, words: Localizer) -> str:
    """Return what a series is called."""
    return words.text(one.title) or words.term(one.measure)


def counted_in(unit: str, words: Localizer) -> str:
    """Return what a figure is counted in, in the reader's language where that is common."""
    return words.translated(_UNITS[unit]) if unit in _UNITS else unit


def figure_words(one: SeriesValue, words: Localizer) -> str:
    """Return a value with its unit, and its margin of error where one is published."""
    value, unit = Decimal(one.body.value), one.body.unit
    if unit in PLACES:
        told = words.in_currency(words.number(value), unit, value)
    elif unit in _NUMBERED and value == int(value) >= 0:
        told = words.count(*_NUMBERED[unit], int(value))
    else:
        told = words.say("{value} {unit}", value=words.number(value), unit=counted_in(unit, words))
    if one.body.margin is None:
        return told
    return words.say("{value}, give or take {margin}", value=told, margin=words.number(Decimal(one.body.margin)))


def cell_of(one: SeriesView, month: date, words: Localizer) -> str:
    """Return what a source says of a month: its values; that it says nothing; or that the count is too small to be told."""
    here = [value for value in one.values if month_of(value.body.period.start.astimezone(UTC)) == month]
    if here:
        return words.listed(figure_words(value, words) for value in here)
    if any(touches(period, month) for period in one.untold):
        return words.say("few")
    if any(touches(value.body.period, month) for value in one.values):
        return words.say("as in the month before")
    return words.say("not published")


def sources(answer: IndicatorsView) -> list[str]:
    """Return who publishes what residents see, each once, in the order of their series."""
    return list(dict.fromkeys(one.source for one in answer.series))


def series_columns(answer: IndicatorsView, words: Localizer, *, numbered: bool = False) -> list[Column]:
    """Return a column for each series and source.

    Args:
        answer: what residents see.
        words: of the reader.
        numbered: whether a source is called by its number among :func:`sources`, as its name may be longer than its figures, and
            polls, whose answers are sentences, are left out.
    """
    rows, known = months(answer), sources(answer)

    def head(one: SeriesView) -> str:
        title = title_of(one, words)
        if numbered:
            return words.say("{title} ({number})", title=title, number=words.number(known.index(one.source) + 1))
        return words.say("{title}: {source}", title=title, source=words.isolate(one.source))

    told = (one for one in answer.series if not numbered or one.measure != POLL)
    return [(head(one), [cell_of(one, month, words) for month in rows]) for one in told]


def delivered_columns(answer: IndicatorsView, words: Localizer) -> list[Column]:
    """Return a column for each material that was delivered."""
    return [
        (
            words.say("came: {material}", material=words.material(resource)),
            [words.amount(sums[month], resource) if month in sums else "" for month in months(answer)],
        )
        for resource, sums in delivered_by_month(answer).items()
    ]


def delivered_by_month(answer: IndicatorsView) -> dict[str, dict[date, int]]:
    """Return what came of each material in each month, at all places together."""
    found: dict[str, dict[date, int]] = defaultdict(lambda: defaultdict(int))
    for one in answer.delivered:
        found[one.figure.resource][date.fromisoformat(f"{one.month}-01")] += one.figure.amount
    return dict(sorted(found.items()))


def month_words(months_told: Sequence[date], words: Localizer) -> list[str]:
    """Return months as they are written in tables."""
    return [words.isolate(f"{month:%Y-%m}") for month in months_told]


def seen_table(answer: IndicatorsView, words: Localizer) -> Part | None:
    """Return a table of months in which series, by the numbers of their sources, and deliveries stand; polls stand apart."""
    columns = [*series_columns(answer, words, numbered=True), *delivered_columns(answer, words)]
    rows = list(zip(month_words(months(answer), words), *(cells for _, cells in columns), strict=True))
    return ("", (words.say("month"), *(title for title, _ in columns)), rows) if columns else None


def poll_words(answer: IndicatorsView, words: Localizer) -> Iterator[str]:
    """Give what people answered when they were asked, poll by poll, each with the number of its source."""
    known = sources(answer)
    for one in answer.series:
        if one.measure == POLL:
            head = words.say("{title} ({number})", title=title_of(one, words), number=known.index(one.source) + 1)
            yield from (head + " · " + value_words(one, value, words) for value in one.values)


def value_words(one: SeriesView, value: SeriesValue, words: Localizer) -> str:
    """Return a published value: of when, what, in which words, of how many, and whether it can be held beside the one before."""
    body = value.body
    days = words.day(body.period.start) if body.period.end is None else words.days(body.period.start, body.period.end)
    told = words.say("{days}: {value}", days=days, value=figure_words(value, words))
    if body.sample is not None:
        told += " · " + words.count("{n} was asked", "{n} were asked", body.sample)
    if not value.comparable and value is not one.values[0]:
        told += " · " + words.say("not asked in the same words as before")
    return told


def source_words(one: SeriesView, words: Localizer) -> Iterator[str]:
    """Give who publishes a series and who entered it, and in which words it was asked."""
    where = f"{words.name(one.place)} · " if one.place else ""
    yield where + words.say(
        "{source}, entered by {party}", source=words.isolate(one.source), party=words.name(one.party)
    )
    for wording in dict.fromkeys(words.text(value.body.wording) for value in one.values):
        yield words.say("asked: {wording}", wording=wording)
    for gap in one.gaps:
        yield words.say("nothing published for {days}", days=words.days(gap.start, gap.end or gap.start))
