"""Maps of broad areas as SVG: a share of each, shaded, and said in words; no script, and where there is a page of an area a link.

The earth is not mirrored where one reads from right to left; words beside a map are. Colour is never the only sign: each area bears its
share, and what is not known has a pattern of its own where the page has one.
"""

from collections.abc import Callable, Iterable, Sequence
from html import escape
from math import cos, radians
from typing import Final

import msgspec

from enduse.pages.localizer import Localizer
from enduse.pages.visits_words import share_words
from enduse.pages.wait_words import Part
from enduse.views.areas import AreaMeasure, AreaMovements, AreasView
from enduse.views.outlines import Outline, Ring

WIDTH: Final = 360
HEIGHT_MAX: Final = 480
LETTER: Final = 8
"""Units that a letter takes."""
LEVELS: Final = ("#f3efe0", "#cfe3d6", "#8cc3a5", "#4f9c78", "#1f5f43")
"""From none to all, a fifth each."""
UNTOLD: Final = "#ffffff"
MAPS: Final = 6
"""Maps drawn on one page; the tables hold the rest."""
DRAWN: Final = 120
"""Areas drawn on all maps of a page together, so that it stays small; one map is drawn whatever it holds."""


class AreaShare(msgspec.Struct, frozen=True):
    """What a map says of an area: a share between 0 and 1, and words for who cannot see it; ``None``: not known or not told."""

    share: float | None
    words: str


class AreaMap(msgspec.Struct, frozen=True):
    """One map: what it is of, and what it says of each area."""

    title: str
    shares: dict[str, AreaShare]


def maps(answer: AreasView, words: Localizer) -> list[AreaMap]:
    """Return the maps of an answer: how much of what was promised came, by resource, and how many movements were facilitated."""
    found = [
        AreaMap(words.say("{thing}: came, of what was promised", thing=_thing(one, words)), _came(one, words))
        for one in answer.measures
        if any(line.area and line.promised.amount for line in one.lines)
    ]
    most = max(1, min(MAPS, DRAWN // max(1, len(answer.outlines))))
    if answer.movements:
        shares = {one.area: went(one, words) for one in answer.movements}
        found.insert(most - 1, AreaMap(words.say("Movements that were facilitated"), shares))
    return found[:most]


def tables(answer: AreasView, words: Localizer) -> list[Part]:
    """Return the same as tables, and what no map shows."""
    heads = (
        words.say("area"),
        words.say("promised"),
        words.say("came to its sites"),
        words.say("in stores there, or sent on and not arrived"),
        words.say("still waited for"),
    )
    found: list[Part] = [
        (
            _thing(one, words),
            heads,
            [
                (
                    _area(answer, line.area, words),
                    *(words.of(figure) for figure in (line.promised, line.came, line.stored, line.waits)),
                )
                for line in one.lines
            ],
        )
        for one in answer.measures
    ]
    if answer.movements:
        counted = (words.say("area"), words.say("movements told"), words.say("facilitated"))
        rows = [
            (_area(answer, one.area, words), *(_count(count, words) for count in (one.planned, one.facilitated)))
            for one in answer.movements
        ]
        found.append((words.say("Movements"), counted, rows))
    return found


def _thing(one: AreaMeasure, words: Localizer) -> str:
    kind, _, currency = one.resource.partition("/")
    return words.currency(currency) if kind == "money" else words.material(one.resource)


def _area(answer: AreasView, area: str, words: Localizer) -> str:
    """Return the name of an area with its number on the maps."""
    if not area:
        return words.say("no broad area is stated")
    number = _numbers(answer.outlines).get(area)
    return words.name(area) if number is None else f"{words.number(number)} · {words.name(area)}"


def _numbers(outlines: Sequence[Outline]) -> dict[str, int]:
    return {one.area: number for number, one in enumerate(outlines, 1)}


def _count(count: int | None, words: Localizer) -> str:
    return words.say("not told") if count is None else words.number(count)


def _came(one: AreaMeasure, words: Localizer) -> dict[str, AreaShare]:
    return {
        line.area: AreaShare(
            line.came.amount / line.promised.amount if line.promised.amount else None,
            words.say("{part} of {whole}", part=words.of(line.came), whole=words.of(line.promised))
            if line.promised.amount
            else words.say("nothing was promised"),
        )
        for line in one.lines
        if line.area
    }


def went(one: AreaMovements, words: Localizer) -> AreaShare:
    """Return what a map says of the movements of an area."""
    if not one.planned or one.facilitated is None:
        return AreaShare(None, words.say("not told"))
    told = words.say("{part} of {whole}", part=words.number(one.facilitated), whole=words.number(one.planned))
    return AreaShare(one.facilitated / one.planned, told)


def draw_map(
    outlines: Sequence[Outline],
    told: AreaMap,
    words: Localizer,
    name: str,
    link: Callable[[str], str] | None = None,
    pattern: str = "",
) -> str:
    """Return a map.

    Args:
        outlines: of the areas.
        told: what it says of them.
        words: of the reader's language.
        name: no other map of the same document is called so.
        link: gives the address of an area's page; else areas are not linked.
        pattern: fills what is not known; by default white.
    """
    frame = Frame.around(point for one in outlines for ring in one.rings for point in ring)
    numbers, parts, labels = _numbers(outlines), [], []
    for one in outlines:
        share = told.shares.get(one.area, AreaShare(None, words.say("not told")))
        called = words.name(one.area)
        fill = shade(share.share) if share.share is not None or not pattern else f"url(#{pattern})"
        path = " ".join(frame.path(ring) for ring in one.rings)
        title = escape(f"{called}: {share.words}")
        area = f'<path d="{path}" fill="{fill}" stroke="#444" stroke-width="1.5" fill-rule="evenodd"><title>{title}</title></path>'
        if link is not None:
            area = f'<a href="{escape(link(one.area))}" aria-label="{title}">{area}</a>'
        parts.append(area)
        x, y, room = frame.middle(max(one.rings, key=len))
        short = called if len(called) * LETTER <= room else words.number(numbers[one.area])
        below = "?" if share.share is None else share_words(share.share, words)
        ink = ("#fff", fill) if fill == LEVELS[-1] else ("#111", fill)
        if fill.startswith("url"):  # dots on whatever the page is drawn on
            ink = ("currentColor", "var(--paper,#fff)")
        labels += [_label(x, y - 2, short, ink), _label(x, y + 15, below, ink)]
    role = "img" if link is None else "group"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" class="map" viewBox="0 0 {WIDTH} {frame.height}" role="{role}"'
    return "\n".join(
        (
            f'{head} width="100%" aria-labelledby="{name}">',
            f'<title id="{name}">{escape(told.title)}</title>',
            '<g font-family="sans-serif" font-size="15" text-anchor="middle">',
            *parts,
            '<g aria-hidden="true" pointer-events="none" stroke-width="3" paint-order="stroke">',
            *labels,
            "</g></g></svg>\n",
        )
    )


def levels(words: Localizer) -> list[tuple[str, str]]:
    """Return what the shades mean: each with its colour."""
    step = 1 / len(LEVELS)
    return [
        (
            fill,
            words.say(
                "{low} to {high}",
                low=share_words(at * step, words),
                high=share_words((at + 1) * step, words),
            ),
        )
        for at, fill in enumerate(LEVELS)
    ]


def shade(share: float | None) -> str:
    """Return the colour of a share."""
    return UNTOLD if share is None else LEVELS[min(len(LEVELS) - 1, int(max(0.0, share) * len(LEVELS)))]


class Frame(msgspec.Struct, frozen=True):
    """Where a point of the earth stands on a drawing: degrees of longitude are drawn shorter, as at the middle latitude."""

    left: float
    top: float
    scale: float
    squeeze: float
    height: int

    @classmethod
    def around(cls, points: Iterable[tuple[float, float]]) -> "Frame":
        """Return the frame that holds some points."""
        every = list(points)
        west, east = min(x for x, _ in every), max(x for x, _ in every)
        south, north = min(y for _, y in every), max(y for _, y in every)
        squeeze = cos(radians((south + north) / 2))
        wide, high = max(1e-9, (east - west) * squeeze), max(1e-9, north - south)
        scale = min((WIDTH - 8) / wide, HEIGHT_MAX / high)
        spare = (WIDTH - 8 - wide * scale) / 2
        return cls(west - spare / scale / squeeze if squeeze else west, north, scale, squeeze, int(high * scale) + 8)

    def on(self, point: tuple[float, float]) -> tuple[float, float]:
        """Return where a point stands."""
        return 4 + (point[0] - self.left) * self.squeeze * self.scale, 4 + (self.top - point[1]) * self.scale

    def path(self, ring: Ring) -> str:
        """Return a ring as a closed path."""
        return "M" + " ".join(f"{x:.0f},{y:.0f}" for x, y in map(self.on, ring[:-1])) + "Z"

    def middle(self, ring: Ring) -> tuple[float, float, float]:
        """Return the middle of a ring, and how much room there is beside it."""
        xs, ys = zip(*map(self.on, ring), strict=True)
        return (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2, max(xs) - min(xs)


def _label(x: float, y: float, text: str, ink: tuple[str, str]) -> str:
    """Write what can be read on the shade: over a line it keeps that away by a rim of the shade's own."""
    fill, rim = ink
    return f'<text x="{x:.0f}" y="{y:.0f}" fill="{fill}" stroke="{rim}">{escape(text)}</text>'
