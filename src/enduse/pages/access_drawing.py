"""A time line and a map of how movements ended, as SVG: counts that everybody may know, no script, mirrored for right-to-left.

The shapes of a map are brought by whoever draws it (GeoJSON of the administrative areas, as OCHA's COD-AB gives them); none comes with
Enduse. Colour is never the only sign: every area and every month says its figures in words too.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any, Final

import msgspec

from enduse.errors import LimitError, MalformedError, UnknownError
from enduse.pages.access_terms import OUTCOMES
from enduse.pages.localizer import Localizer
from enduse.views.access_public import PublicAccess, PublicCounts

WIDTH: Final = 1000
BAR: Final = 22
LABEL: Final = 110
FIGURE: Final = 90
AREAS_MAX: Final = 2_000
POINTS_MAX: Final = 500_000
HEIGHT_MAX: Final = 1_400
SHOWN: Final = ("facilitated", "partly", "impeded", "denied", "cancelled", "no_answer", "open")
FILLS: Final = {
    "facilitated": "#2f7d5b",
    "partly": "#8cc3a5",
    "impeded": "#d99a2b",
    "denied": "#a63d40",
    "cancelled": "#8a8f98",
    "no_answer": "#5b6b8c",
    "open": "#d9dce1",
}
LEVELS: Final = ("#f3efe0", "#cfe3d6", "#8cc3a5", "#4f9c78", "#1f5f43")
"""From no movement facilitated to all of them."""
UNTOLD: Final = "#ffffff"

Ring = list[tuple[float, float]]


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
                    f'<rect x="{x:.1f}" y="{y}" width="{size:.1f}" height="{BAR}" fill="{FILLS[name]}"><title>{title}</title></rect>'
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
        shapes: GeoJSON of areas whose properties name a P-code (``adm2_pcode``, ``ADM2_PCODE``, ``pcode``) or whose ``id`` does; a
            place is found by it, with or without ``place:`` before.
        words: of the reader's language.
        source: name of the file of shapes, for what is wrong with it.

    Raises:
        MalformedError: it is no GeoJSON of areas.
        UnknownError: it has none of the areas.
        LimitError: it has more areas or points than can be drawn.
    """
    areas = _areas(shapes, source)
    told = _sums(answer.months)
    found = {code: place for place in told for code in areas if code == place.rpartition(":")[2]}
    if not found and told:
        raise UnknownError("access.no_shape", source=source, areas=sorted(told))
    frame = _Frame.around([point for rings in areas.values() for ring in rings for point in ring])
    parts, labels = [], []
    for code, rings in sorted(areas.items()):
        counts = told.get(found.get(code, ""))
        fill, label = _shade(counts, words)
        name = words.name(found[code]) if code in found else code
        path = " ".join("M" + " L".join(f"{x:.1f},{y:.1f}" for x, y in map(frame.on, ring)) + " Z" for ring in rings)
        parts.append(
            f'<path d="{path}" fill="{fill}" stroke="#555" stroke-width="1"><title>{escape(f"{name}: {label}")}</title></path>'
        )
        if code in found:
            x, y = frame.on(_middle(max(rings, key=len)))
            labels.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{escape(name)}</text>')
            labels.append(
                f'<text x="{x:.1f}" y="{y + 15:.1f}" text-anchor="middle" class="small">{escape(label)}</text>'
            )
    shades = [
        (LEVELS[0], words.say("none facilitated")),
        (LEVELS[-1], words.say("all facilitated")),
        (UNTOLD, words.say("not told")),
    ]
    key, tall = _key(shades, frame.height + 12, words.direction == "rtl")
    title = words.say(
        "Share of movements that was facilitated, of months told up to {day}",
        day=words.moment(answer.until.isoformat()),
    )
    return _svg(title, [*parts, *labels, *key], tall)


def _sums(months: Iterable[PublicCounts]) -> dict[str, tuple[int, int] | None]:
    """Return of each area how many movements are told and how many of them were facilitated; ``None`` where a count is left out."""
    sums: dict[str, tuple[int, int] | None] = {}
    for one in months:
        if not one.area:
            continue
        before = sums.get(one.area, (0, 0))
        if one.planned is None or one.facilitated is None or before is None:
            sums[one.area] = None
        else:
            sums[one.area] = (before[0] + one.planned, before[1] + one.facilitated)
    return sums


def _shade(counts: tuple[int, int] | None, words: Localizer) -> tuple[str, str]:
    if counts is None or not counts[0]:
        return UNTOLD, words.say("not told")
    planned, went = counts
    level = LEVELS[min(len(LEVELS) - 1, went * len(LEVELS) // planned)]
    return level, words.say("{part} of {whole}", part=words.number(went), whole=words.number(planned))


class _Frame(msgspec.Struct, frozen=True):
    """Where a point of the earth stands on the drawing: degrees of longitude are drawn shorter, as at the middle latitude."""

    left: float
    top: float
    scale: float
    squeeze: float
    height: int

    @classmethod
    def around(cls, points: Sequence[tuple[float, float]]) -> "_Frame":
        from math import cos, radians  # noqa: PLC0415 - drawn here alone

        west, east = min(x for x, _ in points), max(x for x, _ in points)
        south, north = min(y for _, y in points), max(y for _, y in points)
        squeeze = cos(radians((south + north) / 2))
        wide, high = max(1e-9, (east - west) * squeeze), max(1e-9, north - south)
        scale = min((WIDTH - 20) / wide, HEIGHT_MAX / high)
        return cls(west, north, scale, squeeze, int(high * scale) + 20)

    def on(self, point: tuple[float, float]) -> tuple[float, float]:
        """Return where a point stands."""
        return 10 + (point[0] - self.left) * self.squeeze * self.scale, 10 + (self.top - point[1]) * self.scale


def _middle(ring: Ring) -> tuple[float, float]:
    return (
        (min(x for x, _ in ring) + max(x for x, _ in ring)) / 2,
        (min(y for _, y in ring) + max(y for _, y in ring)) / 2,
    )


def _areas(shapes: bytes, source: str) -> dict[str, list[Ring]]:
    try:
        read: Any = msgspec.json.decode(shapes)
        features = read["features"]
        found: dict[str, list[Ring]] = defaultdict(list)
        if len(features) > AREAS_MAX:
            raise LimitError("access.too_many_shapes", source=source, most=AREAS_MAX)
        for feature in features:
            found[_code(feature)] += _rings(feature["geometry"])
    except (msgspec.MsgspecError, ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        raise MalformedError("access.no_shapes", source=source) from error
    if not found:
        raise MalformedError("access.no_shapes", source=source)
    if sum(len(ring) for rings in found.values() for ring in rings) > POINTS_MAX:
        raise LimitError("access.too_many_shapes", source=source, most=AREAS_MAX)
    return dict(found)


def _code(feature: Mapping[str, Any]) -> str:
    properties = feature.get("properties") or {}
    for name in ("adm2_pcode", "ADM2_PCODE", "adm1_pcode", "ADM1_PCODE", "pcode"):
        if properties.get(name):
            return str(properties[name])
    return str(feature["id"])


def _rings(geometry: Mapping[str, Any]) -> list[Ring]:
    if geometry["type"] not in {"Polygon", "MultiPolygon"}:
        raise ValueError(geometry["type"])
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    return [[(float(x), float(y)) for x, y, *_ in ring] for polygon in polygons for ring in polygon]


def _key(entries: Iterable[tuple[str, str]], top: int, mirrored: bool) -> tuple[list[str], int]:  # noqa: FBT001 - as the text runs
    parts, x, y = [], 10, top + 10
    for fill, name in entries:
        if x > WIDTH - 250:
            x, y = 10, y + 24
        at = WIDTH - x - 16 if mirrored else x
        parts.append(f'<rect x="{at}" y="{y}" width="16" height="16" fill="{fill}" stroke="#555"/>')
        parts.append(_text(x + 22, y + 13, name, mirrored))
        x += 60 + 8 * len(name)
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
            '<g font-family="sans-serif" font-size="14" fill="currentColor">',
            *parts,
            "</g></svg>\n",
        )
    )
