"""A time line and a map of how movements ended, as SVG: counts that everybody may know, no script, mirrored for right-to-left.

The shapes of a map are brought by whoever draws it (GeoJSON of the administrative areas, as OCHA's COD-AB gives them); none comes with
Enduse. Colour is never the only sign: every area and every month says its figures in words too.
"""

from collections.abc import Iterable
from html import escape
from typing import Final

from enduse.pages.access_terms import OUTCOMES
from enduse.pages.area_maps import AreaMap, draw_map, went
from enduse.pages.localizer import Localizer
from enduse.views.access_public import PublicAccess
from enduse.views.areas import area_movements
from enduse.views.outlines import outlines, shaped

WIDTH: Final = 344
"""Units across: on a telephone of 360 points a letter of 15 units is read without a glass."""
BAR: Final = 22
LABEL: Final = 76
FIGURE: Final = 40
LETTER: Final = 8
SHOWN: Final = ("facilitated", "partly", "impeded", "denied", "cancelled", "no_answer", "open")
FILLS: Final = {
    "facilitated": "#2b8f9c",
    "partly": "#7fbac2",
    "impeded": "#d99a2b",
    "denied": "#6f4a8a",
    "cancelled": "#8a8f98",
    "no_answer": "#5b6b8c",
    "open": "#d9dce1",
}
"""None is red or green: no outcome is a fault of somebody, and neighbours differ in grey too; between two stands a gap."""


def time_line(answer: PublicAccess, words: Localizer) -> str:
    """Return how movements of each month ended, one bar a month; of a month with counts that are not told, only what is."""
    months = [one for one in answer.months if not one.area]
    if not months:
        return ""
    most = max(sum(getattr(one, name) or 0 for name in SHOWN) for one in months) or 1
    wide = WIDTH - LABEL - FIGURE
    mirrored = words.direction == "rtl"
    parts = []
    for row, one in enumerate(months):
        y, at = row * (BAR + 8) + 4, 0.0
        parts.append(_text(LABEL - 8, y + BAR - 6, f"{one.month:%Y-%m}", mirrored, anchor="end"))
        for name in SHOWN:
            size = (getattr(one, name) or 0) * wide / most
            if size:
                x = WIDTH - LABEL - at - size if mirrored else LABEL + at
                title = escape(f"{words.translated(OUTCOMES[name])}: {words.number(getattr(one, name))}")
                parts.append(
                    f'<rect x="{x:.1f}" y="{y}" width="{max(size - 2, 1):.1f}" height="{BAR}" fill="{FILLS[name]}"><title>{title}</title></rect>'
                )
            at += size
        told = words.say("few") if one.planned is None else words.number(one.planned)
        parts.append(_text(LABEL + at + 6, y + BAR - 6, told, mirrored))
    high = len(months) * (BAR + 8) + 8
    key, tall = _key([(FILLS[name], words.translated(OUTCOMES[name])) for name in SHOWN], high, mirrored)
    return _svg(words.say("Movements by month and how they ended"), [*parts, *key], tall)


def area_map(answer: PublicAccess, shapes: bytes, words: Localizer, source: str = "") -> str:
    """Return a map of the share of movements that was facilitated in each area, over all months that are told.

    Args:
        answer: what everybody may know.
        shapes: GeoJSON of areas, as :func:`enduse.views.outlines.outlines` reads it.
        words: of the reader's language.
        source: name of the file of shapes, for what is wrong with it.

    Raises:
        MalformedError: it is no GeoJSON of areas.
        UnknownError: it has none of the areas.
        LimitError: it has more areas or points than can be drawn.
    """
    told = area_movements(answer)
    title = words.say(
        "Share of movements that was facilitated, of months told up to {day}",
        day=words.moment(answer.until.isoformat()),
    )
    # where nothing is told of any area yet, the map says so of all
    found = outlines(shapes, [one.area for one in told] or shaped(shapes, source), source)
    return draw_map(found, AreaMap(title, {one.area: went(one, words) for one in told}), words, "access-map")


def _key(entries: Iterable[tuple[str, str]], top: int, mirrored: bool) -> tuple[list[str], int]:  # noqa: FBT001 - as the text runs
    parts, x, y = [], 10, top + 10
    for fill, name in entries:
        if x > 10 and x + 22 + LETTER * len(name) > WIDTH:  # noqa: PLR2004 - it begins a line
            x, y = 10, y + 24
        at = WIDTH - x - 16 if mirrored else x
        parts.append(f'<rect x="{at}" y="{y}" width="16" height="16" fill="{fill}" stroke="#555"/>')
        parts.append(_text(x + 22, y + 13, name, mirrored))
        x += 40 + LETTER * len(name)
    return parts, y + 28


def _text(x: float, y: float, text: str, mirrored: bool, anchor: str = "start") -> str:  # noqa: FBT001 - as the text runs
    at = WIDTH - x if mirrored else x
    return f'<text x="{at:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _svg(title: str, parts: Iterable[str], height: int) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="access" viewBox="0 0 {WIDTH} {height}" role="img" width="100%">'
    return "\n".join(
        (
            head,
            f"<title>{escape(title)}</title>",
            '<g font-family="sans-serif" font-size="15" fill="currentColor">',
            *parts,
            "</g></svg>\n",
        )
    )
