"""The tree of places: each lies within at most one other."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec

from enduse.messages import Refusal
from enduse.statements.programme import PlaceBody

DEPTH_MAX = 20


class FormerPlace(msgspec.Struct, frozen=True):
    """What a place lay within before it was described anew, and until when: the recording of that description."""

    within: str | None
    until: datetime


def chain(places: Mapping[str, PlaceBody], place: str) -> list[str]:
    """Return ``place`` and every place it lies in, innermost first.

    A place that is named but not described ends the chain; so does anything deeper than :data:`DEPTH_MAX`.
    """
    upwards: list[str] = []
    at: str | None = place
    while at is not None and len(upwards) < DEPTH_MAX:
        upwards.append(at)
        known = places.get(at)
        at = None if known is None else known.within
    return upwards


def lay_within(
    places: Mapping[str, PlaceBody], moved: Mapping[str, Sequence[FormerPlace]], place: str, at: datetime
) -> list[str]:
    """Return ``place`` and every place it lay in at an instant, by what was recorded until then, innermost first."""
    upwards: list[str] = []
    name: str | None = place
    while name is not None and name not in upwards and len(upwards) < DEPTH_MAX:
        upwards.append(name)
        former = next((lay for lay in moved.get(name, ()) if at < lay.until), None)
        known = places.get(name)
        name = former.within if former is not None else None if known is None else known.within
    return upwards


def misplaced(places: Mapping[str, PlaceBody], body: PlaceBody) -> Refusal | None:
    """Return why ``body`` cannot join the tree."""
    if body.within is None:
        return None
    if body.within not in places:
        return Refusal.of("place.within_unknown", place=body.place, within=body.within)
    above = chain(places, body.within)
    if body.place in above:
        circle = (body.place, *above[: above.index(body.place) + 1])
        return Refusal.of("place.within_itself", chain=circle)
    if len(above) >= DEPTH_MAX:
        return Refusal.of("place.too_deep", limit=DEPTH_MAX)
    return None


def children(places: Mapping[str, PlaceBody]) -> dict[str | None, list[str]]:
    """Return the places directly within each place; those within nothing stand under ``None``."""
    below: dict[str | None, list[str]] = {None: []}
    for name, body in sorted(places.items(), key=lambda item: item[0]):
        below.setdefault(body.within, []).append(name)
    return below
