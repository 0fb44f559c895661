"""What residents see and what was delivered, drawn as SVG on one line of months; a gap stays a gap, and sources stay apart.

A value is drawn over the months it is of. Two values are joined only where one source asked both in the same words and leaves no time
between them. Marks differ by form as well as colour, and every figure of the drawing stands in the table below it.
"""

from datetime import UTC, date, datetime
from decimal import Decimal
from html import escape
from textwrap import wrap
from typing import Final

from enduse.pages.indicators import (
    delivered_by_month,
    figure_words,
    months,
    series_columns,
    title_of,
)
from enduse.pages.localizer import Localizer
from enduse.terms.times import Period, next_month
from enduse.views.indicators import IndicatorsView, SeriesValue, SeriesView

WIDTH: Final = 336
"""Little more than a phone is wide, so that its letters are read there."""
EDGE: Final = 24
LETTERS: Final = 36
"""How many stand in a line of the drawing."""
ROW: Final = 88
LINE: Final = 18
MONTHS_MAX: Final = 120
"""Longer series are told by their table alone."""
COLOURS: Final = ("#1f6f8b", "#a1582e", "#5b4b8a", "#4b6b2f")


class _Axis:
    """Where an instant stands: from the first month to the end of the last, mirrored where text runs from right to left."""

    def __init__(self, told: list[date], *, mirrored: bool) -> None:
        last = next_month(told[-1])
        self._start = datetime(told[0].year, told[0].month, 1, tzinfo=UTC)
        self._whole = (datetime(last.year, last.month, 1, tzinfo=UTC) - self._start).total_seconds()
        self._mirrored = mirrored

    def at(self, instant: datetime) -> float:
        """Return where an instant stands from the left."""
        share = (instant - self._start).total_seconds() / self._whole
        x = EDGE + max(0.0, min(1.0, share)) * (WIDTH - 2 * EDGE)
        return WIDTH - x if self._mirrored else x

    def middle(self, period: Period) -> float:
        """Return where the middle of a period stands; of one without an end, its beginning."""
        start = self.at(period.start)
        return start if period.end is None else (start + self.at(period.end)) / 2


def indicator_lines(answer: IndicatorsView, words: Localizer) -> str:
    """Return the drawing, one row a series with every source of it, then one row a material; empty where nothing can be drawn."""
    told = months(answer)
    groups: dict[tuple[str, str, str], list[SeriesView]] = {}
    for one in answer.series:
        if one.measure != "other":
            groups.setdefault((one.series, one.place, one.unit), []).append(one)
    if not groups or len(told) > MONTHS_MAX:
        return ""
    mirrored = words.direction == "rtl"
    axis, y = _Axis(told, mirrored=mirrored), 4
    parts: list[str] = []
    for lines in groups.values():
        y = _row(lines, y, axis, words, parts)
    for resource, sums in delivered_by_month(answer).items():
        y = _bars(
            words.say("came: {material}", material=words.material(resource)), resource, sums, y, axis, words, parts
        )
    for month in (told[0], told[-1]):
        first = datetime(month.year, month.month, 1, tzinfo=UTC)
        after = next_month(month)
        period = Period(start=first, end=datetime(after.year, after.month, 1, tzinfo=UTC))
        parts.append(_text(axis.middle(period), y + 14, f"{month:%Y-%m}", "middle"))
    title = words.say("What residents see, and what was delivered, by month")
    description = words.listed((name for name, _ in series_columns(answer, words)), sentences=True)
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" class="indicators" viewBox="0 0 {WIDTH} {y + 24}" role="img"',
            f'width="100%" direction="{words.direction}">',
            f"<title>{escape(title)}</title><desc>{escape(description)}</desc>",
            '<g font-family="sans-serif" font-size="14" fill="currentColor">',
            *parts,
            "</g></svg>",
        )
    )


def _row(lines: list[SeriesView], y: int, axis: _Axis, words: Localizer, parts: list[str]) -> int:
    """Draw every source of a series of one place, with their names below; return where the next row begins."""
    values = [Decimal(value.body.value) for one in lines for value in one.values]
    low, high = min([Decimal(0), *values]), max([Decimal(0), *values])
    span = high - low or Decimal(1)
    top = _written(title_of(lines[0], words), _lead(axis), y, parts) + 4

    def height(value: SeriesValue) -> float:
        return top + 16 + float((high - Decimal(value.body.value)) / span) * (ROW - 40)

    for number, one in enumerate(lines):
        colour = COLOURS[number % len(COLOURS)]
        for before, after in zip(one.values, one.values[1:], strict=False):
            if after.comparable and not _between(before, after):
                x1, x2 = axis.middle(before.body.period), axis.middle(after.body.period)
                parts.append(
                    f'<line x1="{x1:.1f}" y1="{height(before):.1f}" x2="{x2:.1f}" y2="{height(after):.1f}" '
                    f'stroke="{colour}" stroke-width="2"/>'
                )
        for value in one.values:
            x, at = axis.middle(value.body.period), height(value)
            mark = _mark(number, x, at, colour, f"{one.source}: {figure_words(value, words)}")
            parts.append(mark)
            others = [height(each) for line in lines for each in line.values if each.body.period == value.body.period]
            below = at > min(others)  # so that two figures of one time do not lie on each other
            parts.append(_text(x, at + (18 if below else -7), words.number(Decimal(value.body.value)), "middle"))
        for gap in one.gaps:
            told = escape(f"{one.source}: {words.say('not published')}")
            parts.append(
                f"<g><title>{told}</title>{_text(axis.middle(gap), top + ROW - 8 * (number + 1), '?', 'middle')}</g>"
            )
    y = top + ROW + 6
    for number, one in enumerate(lines):
        key = _lead(axis)
        inward = 14 if key < WIDTH / 2 else -14
        parts.append(_mark(number, key + inward / 2, y + 9, COLOURS[number % len(COLOURS)], one.source))
        y = _written(one.source, key + inward * 1.4, y, parts) + 2
    return y + 8


def _between(before: SeriesValue, after: SeriesValue) -> bool:
    """Say whether there is time between two values, or nobody knows how long the first holds."""
    end = before.body.period.end
    return end is None or after.body.period.start > end


def _bars(
    title: str, resource: str, sums: dict[date, int], y: int, axis: _Axis, words: Localizer, parts: list[str]
) -> int:
    """Draw what came of a material, one bar a month; return where the next row begins."""
    most = max(1, *sums.values())
    floor = _written(title, _lead(axis), y, parts) + 44
    for month, amount in sums.items():
        after = next_month(month)
        ends = [axis.at(datetime(one.year, one.month, 1, tzinfo=UTC)) for one in (month, after)]
        left, wide, high = min(ends) + 3, abs(ends[1] - ends[0]) - 6, max(0.0, 38 * amount / most)
        told = escape(f"{words.isolate(f'{month:%Y-%m}')}: {words.amount(amount, resource)}")
        parts.append(
            f'<rect x="{left:.1f}" y="{floor - high:.1f}" width="{max(1.0, wide):.1f}" height="{high:.1f}" fill="#8a8f98">'
            f"<title>{told}</title></rect>"
        )
    return floor + 12


def _lead(axis: _Axis) -> float:
    """Return the side on which text begins."""
    return axis.at(datetime.min.replace(tzinfo=UTC))


def _mark(number: int, x: float, y: float, colour: str, title: str) -> str:
    """Return the mark of a source: disc, square, diamond or ring."""
    told = f"<title>{escape(title)}</title>"
    match number % len(COLOURS):
        case 1:
            return f'<rect x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8" fill="{colour}">{told}</rect>'
        case 2:
            return f'<path d="M{x:.1f} {y - 6:.1f}l6 6l-6 6l-6 -6z" fill="{colour}">{told}</path>'
        case 3:
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="none" stroke="{colour}" stroke-width="2">{told}</circle>'
        case _:
            return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" fill="{colour}">{told}</circle>'


def _written(text: str, x: float, y: int, parts: list[str]) -> int:
    """Write a text from the side on which it begins, in as many lines as it needs; return where the next one begins."""
    for line in wrap(text, LETTERS):
        parts.append(_text(x, y + 14, line, "start"))
        y += LINE
    return y


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
