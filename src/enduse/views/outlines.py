"""The shapes of broad areas, as whoever keeps a programme gives them, with few enough points that a telephone draws them.

No shapes come with Enduse and none are in the record: they are GeoJSON of administrative areas with P-codes, as OCHA's COD-AB gives
it, in a file beside the record. A map is drawn from them; nothing is worked out from them.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import cos, hypot, radians
from typing import Any, Final

import msgspec

from enduse.errors import LimitError, MalformedError, UnknownError

FILE: Final = "areas.geojson"
"""File of the shapes in a programme's folder."""
BYTES_MAX: Final = 50_000_000
"""No file of shapes that is drawn is longer."""
AREAS_MAX: Final = 2_000
POINTS_MAX: Final = 500_000
DRAWN: Final = 1_500
"""Points of all areas together that are drawn: some twenty kilobytes."""
FINEST: Final = 500
"""A part so small of the whole is not seen on a telephone: so much finer than the whole are shapes drawn at most."""
CODES: Final = ("adm2_pcode", "ADM2_PCODE", "adm1_pcode", "ADM1_PCODE", "adm0_pcode", "ADM0_PCODE", "pcode")
"""Properties that name an area; the first that is there counts, and where none is the ``id`` of the feature."""

Point = tuple[float, float]
Ring = tuple[Point, ...]


class Outline(msgspec.Struct, frozen=True, kw_only=True):
    """Where a broad area lies: rings of longitude and latitude in degrees, for a drawing."""

    area: str
    rings: tuple[Ring, ...]


def outlines(data: bytes, areas: Iterable[str], source: str) -> tuple[Outline, ...]:
    """Return the outlines of those areas that have a shape, simplified together.

    Args:
        data: GeoJSON; an area is found by its P-code, with or without ``place:`` before.
        areas: identifiers of broad areas.
        source: name of the file, for what is wrong with it.

    Raises:
        MalformedError: it is no GeoJSON of areas in degrees.
        UnknownError: it has none of the areas.
        LimitError: it has more areas or points than can be drawn.
    """
    known, wanted = _shapes(data, source), sorted(set(areas))
    found = {area: known[code] for area in wanted if (code := area.rpartition(":")[2]) in known}
    if not found and wanted:
        raise UnknownError("access.no_shape", source=source, areas=wanted)
    return tuple(Outline(area=area, rings=rings) for area, rings in simplified(found).items() if rings)


def shaped(data: bytes, source: str) -> list[str]:
    """Return the areas that have a shape, as places; errors as of :func:`outlines`."""
    return [code if code.startswith("place:") else f"place:{code}" for code in _shapes(data, source)]


def simplified(shapes: Mapping[str, Sequence[Ring]], most: int = DRAWN) -> dict[str, tuple[Ring, ...]]:
    """Return shapes with at most so many points together as far as each keeps its largest part."""
    every = [point for rings in shapes.values() for ring in rings for point in ring]
    if not every:
        return {}
    squeeze = cos(radians(sum(y for _, y in every) / len(every)))
    wide = (max(x for x, _ in every) - min(x for x, _ in every)) * squeeze
    error = max(wide, max(y for _, y in every) - min(y for _, y in every)) / FINEST
    while True:
        drawn = {area: _coarser(rings, error, squeeze) for area, rings in shapes.items()}
        points = sum(len(ring) for rings in drawn.values() for ring in rings)
        if points <= max(most, 4 * len(drawn)) or error == 0:
            return drawn
        error *= 1.5


def _coarser(rings: Sequence[Ring], error: float, squeeze: float) -> tuple[Ring, ...]:
    """Return the rings of an area that can be seen, each with only the points that are needed for it."""
    kept = [_thin(ring, error, squeeze) for ring in sorted(rings, key=_size, reverse=True)]
    return tuple(ring for position, ring in enumerate(kept) if position == 0 or len(ring) > 4)  # noqa: PLR2004 - a triangle closed


def _size(ring: Ring) -> float:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return (max(xs) - min(xs)) * (max(ys) - min(ys))


def _thin(ring: Ring, error: float, squeeze: float) -> Ring:
    """Return a ring without points that lie nearer than ``error`` to the line that is drawn without them (Douglas and Peucker)."""
    near = [ring[0]]
    for x, y in ring[1:-1]:
        if hypot((x - near[-1][0]) * squeeze, y - near[-1][1]) >= error:
            near.append((x, y))
    near.append(ring[-1])
    # A ring ends where it begins: it is halved at the point furthest from there, so that each half is a line.
    far = max(range(len(near)), key=lambda at: hypot((near[at][0] - near[0][0]) * squeeze, near[at][1] - near[0][1]))
    keep, todo = {0, far, len(near) - 1}, [(0, far), (far, len(near) - 1)]
    while todo:
        start, end = todo.pop()
        ((off, at),) = [
            max(((_off(near[k], near[start], near[end], squeeze), k) for k in range(start + 1, end)), default=(0.0, 0))
        ]
        if off > error:
            keep.add(at)
            todo += [(start, at), (at, end)]
    return tuple((round(near[at][0], 4), round(near[at][1], 4)) for at in sorted(keep))


def _off(point: Point, start: Point, end: Point, squeeze: float) -> float:
    """Return how far a point lies from the line between two others."""
    ax, ay = (end[0] - start[0]) * squeeze, end[1] - start[1]
    bx, by = (point[0] - start[0]) * squeeze, point[1] - start[1]
    along = ax * ax + ay * ay
    part = max(0.0, min(1.0, (ax * bx + ay * by) / along)) if along else 0.0
    return hypot(bx - part * ax, by - part * ay)


def _shapes(data: bytes, source: str) -> dict[str, list[Ring]]:
    try:
        features = msgspec.json.decode(data)["features"]
        found: dict[str, list[Ring]] = defaultdict(list)
        if len(features) > AREAS_MAX:
            raise LimitError("access.too_many_shapes", source=source, most=AREAS_MAX)
        for feature in features:
            found[_code(feature)] += _rings(feature["geometry"])
    except (msgspec.MsgspecError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise MalformedError("access.no_shapes", source=source) from error
    if not found:
        raise MalformedError("access.no_shapes", source=source)
    every = [point for rings in found.values() for ring in rings for point in ring]
    if len(every) > POINTS_MAX:
        raise LimitError("access.too_many_shapes", source=source, most=AREAS_MAX)
    if any(not (-180 <= x <= 180 and -90 <= y <= 90) for x, y in every):  # noqa: PLR2004 - the whole earth
        raise MalformedError("access.shapes_no_degrees", source=source)
    return dict(found)


def _code(feature: Mapping[str, Any]) -> str:
    properties = feature.get("properties") or {}
    return str(next((properties[name] for name in CODES if properties.get(name)), None) or feature["id"])


def _rings(geometry: Mapping[str, Any]) -> list[Ring]:
    if geometry["type"] not in {"Polygon", "MultiPolygon"}:
        raise ValueError(geometry["type"])
    polygons = [geometry["coordinates"]] if geometry["type"] == "Polygon" else geometry["coordinates"]
    rings = [tuple((float(x), float(y)) for x, y, *_ in ring) for polygon in polygons for ring in polygon]
    if any(len(ring) < 4 for ring in rings):  # noqa: PLR2004 - the fewest of GeoJSON: three corners, and the first again
        raise ValueError(len(rings))
    return rings
