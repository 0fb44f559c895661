"""A map of a supply network as SVG: places in columns, ways between them, each marked by how well a loss is seen there.

Colour is never the only sign: a place carries its sign and words, ways differ by their dashes, leads are numbered.
Large networks are cut: every column shows those with a lead first, then where least would be seen; one box stands for
the rest. Drawn like :mod:`enduse.pages.flow`: no script, classes for the style sheet, mirrored for right-to-left.
"""

from collections import Counter, defaultdict
from html import escape
from typing import Final

import msgspec

from enduse.pages.assessment_terms import SIGNS
from enduse.pages.assessment_words import Words
from enduse.views.assessment_view import BANDS, AssessmentView, Band, LinkView, PlaceView

WIDTH: Final = 1000
BOX: Final = 42
GAP: Final = 12
TOP: Final = 34
PADDING: Final = 10
COLUMN_MAX: Final = 12
"""Boxes in a column; what does not fit is one box more."""
WIDEST: Final = 210
CHARACTER: Final = 7.4
REST: Final = "\x00rest"


class MapBox(msgspec.Struct):
    """A place, or the rest of a column, as drawn."""

    place: PlaceView
    column: int
    more: tuple[PlaceView, ...] = ()
    x: float = 0.0
    y: float = 0.0


class Drawn(msgspec.Struct):
    """A map laid out.

    Attributes:
        boxes: by place, or by the column whose rest they stand for.
        box_of: the box each place is drawn in.
        width: of a box.
        height: of the drawing.
        cut: places that have no box of their own.
    """

    boxes: dict[str, MapBox]
    box_of: dict[str, str]
    width: float
    height: float
    cut: int


def lay_out(assessment: AssessmentView) -> Drawn:
    """Give every place a box, or a part in the box of the rest of its column."""
    busy = {place.place: at for at, place in enumerate(assessment.places)}
    marked = {name for way in assessment.ways if way.leads for name in (way.start, way.end)}

    def urgency(place: PlaceView) -> tuple[bool, bool, int, int]:
        worst = BANDS.index(place.band) if place.band in BANDS else -1
        return not place.leads, place.place not in marked, -worst, busy[place.place]

    columns: dict[int, list[PlaceView]] = defaultdict(list)
    for place in assessment.places:
        columns[place.column].append(place)
    before: dict[str, list[str]] = defaultdict(list)
    for way in assessment.ways:
        before[way.end].append(way.start)
    boxes: dict[str, MapBox] = {}
    box_of: dict[str, str] = {}
    rank: dict[str, int] = {}
    last = max(columns, default=0)
    width = min(WIDEST, (WIDTH - 60 * last) / (last + 1))
    height = max((min(len(column), COLUMN_MAX + 1) for column in columns.values()), default=0) * (BOX + GAP) - GAP
    for number in sorted(columns):
        ordered = sorted(columns[number], key=urgency)
        kept, rest = ordered[:COLUMN_MAX], ordered[COLUMN_MAX:]
        if len(rest) == 1:
            kept, rest = ordered, []
        kept.sort(key=lambda place: (_middle(before[place.place], rank), busy[place.place]))
        made = [(place.place, MapBox(place, number)) for place in kept]
        if rest:
            worst = max(rest, key=lambda place: BANDS.index(place.band) if place.band in BANDS else -1)
            made.append((f"{REST}{number}", MapBox(worst, number, more=tuple(rest))))
        slot = BOX + GAP
        y = TOP + (max(height, len(made) * slot - GAP) - (len(made) * slot - GAP)) / 2
        for at, (name, box) in enumerate(made):
            box.x = number * (WIDTH - width) / max(last, 1)
            box.y = y + at * slot
            boxes[name] = box
            for place in box.more or (box.place,):
                box_of[place.place] = name
                rank[place.place] = at
    bottom = max((box.y + BOX for box in boxes.values()), default=TOP)
    return Drawn(boxes, box_of, width, bottom + PADDING, sum(len(box.more) for box in boxes.values()))


def _middle(names: list[str], rank: dict[str, int]) -> float:
    """Return the mean position of the places goods come from."""
    known = [rank[name] for name in names if name in rank]
    return sum(known) / len(known) if known else 0.0


def draw(assessment: AssessmentView, words: Words, name: str, title: str, description: str) -> str:
    """Return the SVG of a network.

    Args:
        assessment: what to draw.
        words: in the language of the page.
        name: prefix of the identifiers in it, unique on the page.
        title: short, for people who hear the page.
        description: what the drawing shows, in a sentence or two.
    """
    drawn = lay_out(assessment)
    mirrored = words.localizer.direction == "rtl"
    ways, badges = _ways(assessment, drawn, words, mirrored=mirrored)
    boxes = [_box(box, drawn, words, name, mirrored=mirrored) for box in drawn.boxes.values()]
    hatch = (
        f'<defs><pattern id="{name}-hardly" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
        '<rect class="hatch-ground" width="7" height="7"/><rect class="hatch-line" width="2" height="7"/></pattern>'
        f'<pattern id="{name}-unseen" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)">'
        '<rect class="void-ground" width="6" height="6"/><rect class="void-line" width="1.5" height="6"/></pattern></defs>'
    )
    return (
        f'<svg class="network" viewBox="0 0 {WIDTH} {drawn.height:.0f}" role="img" '
        f'aria-labelledby="{name}-title {name}-desc" direction="{words.localizer.direction}">'
        f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-desc">{escape(description)}</desc>'
        f"{hatch}{''.join(ways)}{''.join(boxes)}{''.join(badges)}</svg>"
    )


def _worst(ways: list[LinkView]) -> Band:
    known = [way.band for way in ways if way.band != "unstated"]
    return max(known, key=BANDS.index) if known else "unstated"


def _ways(assessment: AssessmentView, drawn: Drawn, words: Words, *, mirrored: bool) -> tuple[list[str], list[str]]:
    """Return the lines, those with a lead last and so on top, and the numbers of the leads."""
    joined: dict[tuple[str, str], list[LinkView]] = defaultdict(list)
    for way in assessment.ways:
        joined[drawn.box_of[way.start], drawn.box_of[way.end]].append(way)
    lines, badges = [], []
    for (one, two), ways in sorted(joined.items(), key=lambda item: any(way.leads for way in item[1])):
        start, end = drawn.boxes[one], drawn.boxes[two]
        forward = end.column > start.column
        x1 = start.x + drawn.width
        x2 = end.x if forward else end.x + drawn.width
        y1, y2 = start.y + BOX / 2, end.y + BOX / 2
        bend = max((x2 - x1) / 2, 40) if forward else -40
        c1, c2 = (x1 + bend, x2 - bend) if forward else (x1 + 40, x2 + 40)
        xs = [WIDTH - x if mirrored else x for x in (x1, c1, c2, x2)]
        band = _worst(ways)
        leads = sorted(number for way in ways for number in way.leads)
        told = words.listed((f"{words.place(way.link)}: {words.noticed(way)}" for way in ways[:3]), sentences=True)
        more = f" (+{len(ways) - 3})" if len(ways) > 3 else ""  # noqa: PLR2004
        lines.append(
            f'<path class="way {band}{" lead" if leads else " many" if start.more or end.more else ""}" '
            f'd="M{xs[0]:.0f} {y1:.0f}C{xs[1]:.0f} {y1:.0f} {xs[2]:.0f} {y2:.0f} {xs[3]:.0f} {y2:.0f}">'
            f"<title>{escape(told + more)}</title></path>"
        )
        if leads:
            # three quarters along, where lines from one place have parted
            t = 0.75
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            x = sum(w * at for w, at in zip(weights, xs, strict=True))
            y = sum(w * at for w, at in zip(weights, (y1, y1, y2, y2), strict=True))
            badges.append(_badge(leads, x, y, words))
    return lines, badges


def _badge(leads: list[int], x: float, y: float, words: Words) -> str:
    text = ", ".join(map(str, leads[:2])) + ("…" if len(leads) > 2 else "")  # noqa: PLR2004
    half = 15 + 5 * (len(text) - 1)
    title = words.localizer.count("Lead {list}", "{n} leads: {list}", len(leads), list=", ".join(map(str, leads)))
    return (
        f'<g class="badge"><title>{escape(title)}</title><rect x="{x - half:.0f}" y="{y - 12:.0f}" width="{2 * half}" height="24" rx="12"/>'
        f'<text x="{x:.0f}" y="{y + 5:.0f}" text-anchor="middle" direction="ltr">⚠{text}</text></g>'
    )


def _box(box: MapBox, drawn: Drawn, words: Words, name: str, *, mirrored: bool) -> str:
    place, localizer = box.place, words.localizer
    x = WIDTH - box.x - drawn.width if mirrored else box.x
    room = int((drawn.width - 2 * PADDING - 16) / CHARACTER)
    if box.more:
        counts = Counter(place.band for place in box.more)
        called = localizer.count("{n} more place", "{n} more places", len(box.more))
        parts = [f"{SIGNS[band]} {counts[band]}" for band in (*BANDS, "unstated") if counts[band]]
        below, full = words.listed(parts), called
    else:
        full = words.place(place.place)
        called = full if len(full) <= room else full[: room - 1] + "…"
        below = _short(place, words)
    fill = f' style="fill:url(#{name}-{place.band})"' if place.band in {"hardly", "unseen"} else ""
    ink = x + drawn.width - PADDING if mirrored else x + PADDING
    marked = f' <tspan class="alarm">⚠{",".join(map(str, place.leads))}</tspan>' if place.leads else ""
    classes = f"place {place.band}{' lead' if place.leads else ''}{' rest' if box.more else ''}"
    title = full if box.more else f"{full}: {words.noticed(place)}"
    return (
        f'<g class="{classes}"><title>{escape(title)}</title>'
        f'<rect x="{x:.0f}" y="{box.y:.0f}" width="{drawn.width:.0f}" height="{BOX}" rx="6"{fill}/>'
        f'<text x="{ink:.0f}" y="{box.y + 18:.0f}">{SIGNS[place.band] + " " if not box.more else ""}{escape(called)}{marked}</text>'
        f'<text class="much" x="{ink:.0f}" y="{box.y + 34:.0f}">{escape(below)}</text></g>'
    )


def _short(place: PlaceView, words: Words) -> str:
    """Return in two or three words how well a loss at a place would be seen."""
    return words.localizer.term(place.type) if place.band == "unstated" else words.noticed(place)
