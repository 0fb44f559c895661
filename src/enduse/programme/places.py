"""The tree of places: each lies within at most one other."""

from collections.abc import Mapping

from enduse.statements.programme import PlaceBody

DEPTH_MAX = 20


def chain(places: Mapping[str, PlaceBody], place: str) -> list[str]:
    """Return ``place`` and every place it lies in, innermost first.

    A place that is named but not described ends the chain; so does anything deeper than :data:`DEPTH_MAX`.
    """
    found: list[str] = []
    at: str | None = place
    while at is not None and len(found) < DEPTH_MAX:
        found.append(at)
        known = places.get(at)
        at = None if known is None else known.within
    return found


def fault(places: Mapping[str, PlaceBody], body: PlaceBody) -> str:
    """Say why ``body`` cannot join the tree, or return the empty string."""
    if body.within is None:
        return ""
    if body.within not in places:
        return f"place {body.place} lies within {body.within}, which is not known"
    above = chain(places, body.within)
    if body.place in above:
        return "a place cannot lie within itself: " + " < ".join((body.place, *above[: above.index(body.place) + 1]))
    if len(above) >= DEPTH_MAX:
        return f"places nest deeper than {DEPTH_MAX}"
    return ""


def children(places: Mapping[str, PlaceBody]) -> dict[str | None, list[str]]:
    """Return the places directly within each place; those within nothing stand under ``None``."""
    below: dict[str | None, list[str]] = {None: []}
    for name, body in sorted(places.items(), key=lambda item: item[0]):
        below.setdefault(body.within, []).append(name)
    return below
