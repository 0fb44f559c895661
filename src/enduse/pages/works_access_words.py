"""What of works and access somebody has to look at, in words."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from enduse.pages.localizer import Localizer
from enduse.views.works_access import PassageWaiting, PointLapsed, WorksAccess

NAMES_SHOWN: Final = 8


def works_access_words(found: WorksAccess, words: Localizer) -> Iterator[str]:
    """Give what waits, is unfunded, has no place or has run out, a sentence each; for those who work on it."""
    yield from _works(found, words)
    for one in found.waiting:
        yield _waiting(one, words)
    for point in found.points:
        yield words.say(
            "{point}, {place}: {lapsed}",
            point=words.text(point.title, words.isolate(point.point)),
            place=words.name(point.place),
            lapsed=_lapsed(point, words),
        )


def works_access_counts(found: WorksAccess, least: int, words: Localizer) -> Iterator[str]:
    """Give the same as a report tells it: service points in counts by broad area, and no small count of what waits.

    Args:
        found: what there is.
        least: counts below it are not told.
        words: of the reader.
    """
    yield from _works(found, words)
    for one in found.waiting:
        if one.consignments >= least:
            yield _waiting(one, words)
        elif one.closed:
            yield words.say(
                "{place} is closed; fewer than {n} consignments wait.", place=words.name(one.place), n=least
            )
    for place, number in sorted(Counter(point.place for point in found.points).items()):
        yield words.count(
            "{place}: one service point whose supplies have run out or whose access has lapsed.",
            "{place}: {n} service points whose supplies have run out or whose access has lapsed.",
            number,
            place=words.name(place),
        )


def _works(found: WorksAccess, words: Localizer) -> Iterator[str]:
    if found.unanswered:
        yield words.say("No project answers: {names}", names=_names(found.unanswered, words))
    if found.unfunded:
        yield words.say("Not funded: {names}", names=_names(found.unfunded, words))
    if found.unplaced:
        yield words.say("Without a place: {names}", names=_names(found.unplaced, words))


def _names(names: tuple[str, ...], words: Localizer) -> str:
    shown = words.named(names[:NAMES_SHOWN])
    more = len(names) - NAMES_SHOWN
    return shown if more <= 0 else words.count("{names} and one more", "{names} and {n} more", more, names=shown)


def _waiting(one: PassageWaiting, words: Localizer) -> str:
    waits = words.count(
        "{place}: one consignment waits, lorry loads: {trucks}.",
        "{place}: {n} consignments wait, lorry loads: {trucks}.",
        one.consignments,
        place=words.name(one.place),
        trucks=words.number(one.trucks),
    )
    return words.say("{waiting} It is closed now.", waiting=waits) if one.closed else waits


def _lapsed(point: PointLapsed, words: Localizer) -> str:
    told = [
        *([words.say("supplies have run out")] if point.run_out else []),
        *([words.say("access has lapsed")] if point.access_lapsed else []),
    ]
    return words.listed(told)
