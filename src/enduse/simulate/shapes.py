"""Invented shapes of the invented areas, as a file of OCHA's COD-AB would give them: somewhere in the open ocean."""

import json
from typing import Final

_COASTLINE: Final = ((0.0, 0.0), (0.07, 0.05), (0.11, 0.12), (0.2, 0.2), (0.24, 0.29), (0.33, 0.38), (0.4, 0.5))
"""West and north of where the land begins, in degrees, from south to north."""
_BREADTH: Final = 0.16
_CORNER: Final = (-21.4, -31.2)
_PARTS: Final = (("south", 0, 2), ("middle", 2, 4), ("north", 4, 6))
"""Each area with the points of the coast at which it begins and ends."""


def shapes() -> bytes:
    """Return GeoJSON of the areas, found by their P-codes."""
    features = [_feature(code, begins, ends) for code, begins, ends in _PARTS]
    return json.dumps({"type": "FeatureCollection", "features": features}, indent=1).encode()


def _feature(code: str, begins: int, ends: int) -> dict[str, object]:
    west = [(_CORNER[0] + x, _CORNER[1] + y) for x, y in _COASTLINE[begins : ends + 1]]
    east = [(x + _BREADTH, y - _BREADTH / 2) for x, y in reversed(west)]
    ring = [[round(x, 4), round(y, 4)] for x, y in (*west, *east, west[0])]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    return {"type": "Feature", "properties": {"adm2_pcode": code}, "geometry": geometry}
