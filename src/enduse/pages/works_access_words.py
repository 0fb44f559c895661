"""What of works and access somebody has to look at, in words."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from enduse.pages.bill_words import range_words
from enduse.pages.localizer import Localizer
from enduse.views.norms import BillBeside
from enduse.views.works_access import PassageWaiting, PointLapsed, WorksAccess

NAMES_SHOWN: Final = 8
BILLS_SHOWN: Final = 30
"""Lines of bills in a report; `enduse works` lists all."""


def works_access_words(found: WorksAccess, words: Localizer) -> Iterator[str]:
    """Give what waits, is unfunded, has no place or has run out, a sentence each; for those who work on it."""
    yield from _works(found, words)
    for bill in found.bills:
        if bill.above:
            yield _bill(bill, words)
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

    Of bills it tells all that stand beside a norm or an estimate, those that ask for more first.

    Args:
        found: what there is.
        least: counts below it are not told.
        words: of the reader.
    """
    yield from _works(found, words)
    bills = sorted(found.bills, key=lambda bill: not bill.above)
    yield from (_bill(bill, words) for bill in bills[:BILLS_SHOWN])
    if more := bills[BILLS_SHOWN:]:
        yield words.count(
            "{n} more line of a bill stands beside a norm or an estimate.",
            "{n} more lines of bills stand beside a norm or an estimate.",
            len(more),
        )
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
        yield words.say("No project answers: {names}", names=some_names(found.unanswered, words))
    if found.unfunded:
        yield words.say("Not funded: {names}", names=some_names(found.unfunded, words))
    if found.unplaced:
        yield words.say("Without a place: {names}", names=some_names(found.unplaced, words))


def _bill(one: BillBeside, words: Localizer) -> str:
    """Return what a bill asks for, what others estimate and what is usual: the facts, beside each other."""
    told = [words.say("the bill asks for {amount}", amount=words.of(one.billed))]
    told += [
        words.say(
            "{party} estimates {amount}",
            party=words.isolate(words.name(each.party)),
            amount=words.amount(each.figure.amount, each.figure.resource),
        )
        for each in one.estimates
    ]
    if one.norm is not None:
        told.append(words.say("usual by norms: {range}", range=range_words(one.norm.low, one.norm.high, words)))
    what = words.listed(told, sentences=True)
    return words.say("{party}: {what}", party=words.isolate(words.name(one.project)), what=what)


def some_names(names: tuple[str, ...], words: Localizer) -> str:
    """Return the first names of a list, and how many more there are."""
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
