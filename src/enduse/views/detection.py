"""What accountancy and visits together would detect, place by place, and what one more visit in a round would add.

The chances of visits are those of a plan (:mod:`enduse.views.visits`) on the record as it stands, the promises kept those of the
record, and what accountancy sees is worked out from the instruments and amounts of the record. What is not known of a part stays
open in the number, from its least to its most.
"""

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Final, Literal

import msgspec

from enduse.assurance.differences import use_detected
from enduse.assurance.result import NODE
from enduse.book.assessment import chances_of_loss
from enduse.book.assure import uses
from enduse.book.book import Book
from enduse.book.network import tables
from enduse.errors import MalformedError
from enduse.inspection.detection import NOT_KNOWN, ChanceRange, exactly, gained
from enduse.statements.visit import Draw
from enduse.terms.times import instant_of
from enduse.views.monitors import standing
from enduse.views.visits import PlannedPlace, visit_plan

__all__ = ["DETECTED_LOSS", "AccountancyBasis", "Detection", "PlaceDetection", "detection"]

DETECTED_LOSS: Final = "0.05"
"""Share of what passed a place that is taken to be lost there, where nobody says another."""

AccountancyBasis = Literal[
    "compared",
    "use_measured",
    "use_not_measured",
    "not_balanced",
    "not_compared",
    "no_extra",
    "no_readings",
    "too_many",
]
"""What the chance of accountancy rests on: a balance of figures; measured use, held against what is declared; nobody independent
measured the use, so that it sees nothing; no stock is counted, so that nothing is balanced and it sees nothing; nothing of this
material was compared at the place yet; statistics are not installed; there is nothing to compare; it would take too long here."""


class PlaceDetection(msgspec.Struct, frozen=True, kw_only=True):
    """How surely a loss at one place would be detected.

    Attributes:
        place: a place, or a project that has none.
        stake: its part of all that could be taken unseen, 0 to 1.
        resource: the material that shows worst there, as the ledger names it; empty where none is at stake.
        basis: what the chance of accountancy rests on.
        accountancy: chance that accountancy detects the loss of that material, once it has arrived.
        on_way: the same where as much is lost on the way there, before the receiver has it; visits do not count for that.
        visited: chance of a visit in one round.
        visits: chance that one round of visits does: visited x seen x promises kept.
        together: chance that one or the other does: 1 - (1 - accountancy)(1 - visits).
        more: what one more visit in a round adds to it.
    """

    place: str
    stake: float
    resource: str
    basis: AccountancyBasis
    accountancy: ChanceRange
    on_way: ChanceRange
    visited: ChanceRange
    visits: ChanceRange
    together: ChanceRange
    more: ChanceRange


class Detection(msgspec.Struct, frozen=True, kw_only=True):
    """What accountancy and visits together would detect of a loss at each place.

    Attributes:
        loss: the loss, as a share of what passed a place over the whole time; decimal text.
        visits: places visited in one round; 0 where neither given nor named by a draw in the record.
        seen: chance that a visit finds what is wrong where it goes; empty likewise.
        size: statements of the record that the newest round was drawn on, where the visits are those of that round.
        ended: promised visits whose day is over or which were made or called off.
        made: of those, the ones made, with access.
        kept: chance that a promised visit is made: made / ended.
        places: those at which most is at stake first.
        together: average over places, each by what is at stake there.
        more: what one more visit in a round adds to that average.
    """

    loss: str
    visits: int
    seen: str
    size: int | None
    ended: int
    made: int
    kept: ChanceRange
    places: tuple[PlaceDetection, ...]
    together: ChanceRange
    more: ChanceRange


class _Accountancy(msgspec.Struct, frozen=True):
    """What accountancy sees of the material that shows worst at a place, and of the one that shows worst on the way there."""

    resource: str
    basis: AccountancyBasis
    chance: ChanceRange
    on_way: ChanceRange = NOT_KNOWN


def detection(book: Book, visits: int | None, *, loss: str, floor: str, finds: str) -> Detection:
    """Return what accountancy and visits together would detect of a loss at each place.

    Args:
        book: of the programme.
        visits: places visited in one round; ``None`` for those of the newest round that a planned visit names.
        loss: share of what passed a place; decimal text, above 0, at most 1.
        floor: least chance of a visit, as part of the chance if all places were alike.
        finds: chance that a visit finds what is wrong where it goes.

    Raises:
        MalformedError: the loss is no share.
        UnknownError: nothing has arrived anywhere.
    """
    share = _share(loss)
    newest = _newest(book) if visits is None else None
    known = visits is not None or newest is not None
    if newest is not None:
        visits, floor, finds = newest.visits, newest.floor, newest.seen
    plan = visit_plan(book, visits or 1, floor=floor, finds=finds)
    more = visit_plan(book, (visits or 1) + 1, floor=floor, finds=finds) if known else None
    then = {one.place: one.visited for one in more.places} if more is not None else {}
    ended, made = _promises(book)
    kept = exactly(made / ended) if ended else NOT_KNOWN
    found_on_visit = exactly(float(Fraction(finds))).times(kept)
    accountancy = _accountancy(book, float(share))
    places = tuple(
        _place(one, accountancy(one), exactly(one.visited) if known else NOT_KNOWN, then.get(one.place), found_on_visit)
        for one in plan.places
    )
    return Detection(
        loss=loss,
        visits=(visits or 0) if known else 0,
        seen=finds if known else "",
        size=newest.size if newest is not None else None,
        ended=ended,
        made=made,
        kept=kept,
        places=places,
        together=_average((one.stake, one.together) for one in places),
        more=_average((one.stake, one.more) for one in places),
    )


def _share(text: str) -> Fraction:
    """Return the loss as a number."""
    try:
        share = Fraction(text)
    except (ValueError, ZeroDivisionError) as error:
        raise MalformedError("inspection.no_loss", loss=text) from error
    if not 0 < share <= 1:
        raise MalformedError("inspection.no_loss", loss=text)
    return share


def _newest(book: Book) -> Draw | None:
    """Return the newest draw that a planned visit names."""
    planned = (one.planned for one in book.visits.visits.values() if one.planned is not None)
    draws = [(one.body.drawn.size, one.index, one.body.drawn) for one in planned if one.body.drawn is not None]
    return max(draws, key=lambda one: one[:2])[2] if draws else None


def _promises(book: Book) -> tuple[int, int]:
    """Return how many promised visits are over, one way or another, and how many of those were made, with access."""
    now = instant_of(book.head.clock)
    ended = [standing(one, now) for one in book.visits.visits.values() if one.planned is not None]
    ended = [one for one in ended if one != "due"]
    return len(ended), ended.count("made")


def _place(
    one: PlannedPlace,
    accountancy: _Accountancy,
    visited: ChanceRange,
    then: float | None,
    found_on_visit: ChanceRange,
) -> PlaceDetection:
    visits = visited.times(found_on_visit)
    more = NOT_KNOWN if then is None else gained(accountancy.chance, visits, exactly(then).times(found_on_visit))
    return PlaceDetection(
        place=one.place,
        stake=one.stake,
        resource=accountancy.resource,
        basis=accountancy.basis,
        accountancy=accountancy.chance,
        on_way=accountancy.on_way,
        visited=visited,
        visits=visits,
        together=accountancy.chance.either(visits),
        more=more,
    )


def _average(weighed: Iterable[tuple[float, ChanceRange]]) -> ChanceRange:
    """Return the average of chances by what is at stake."""
    parts = list(weighed)
    whole = sum(stake for stake, _ in parts)
    if not whole:
        return NOT_KNOWN
    # Sums of rounded products may pass 1 by a last digit.
    return ChanceRange(
        min(1.0, sum(stake * one.least for stake, one in parts) / whole),
        min(1.0, sum(stake * one.most for stake, one in parts) / whole),
    )


def _accountancy(book: Book, share: float) -> Callable[[PlannedPlace], _Accountancy]:
    """Return what tells of each place what accountancy sees there."""
    laid, measured = tables(book), _measured(book, share)
    found = chances_of_loss(laid, share)
    ends = {str(link["link"]): str(link["to_node"]) for link in laid.links}
    there: dict[str, dict[str, float | None]] = {}
    coming: dict[str, float] = {}
    for chance in () if isinstance(found, str) else found:
        if chance.kind == NODE:
            there.setdefault(chance.where, {})[laid.resources[chance.material]] = chance.chance
        else:
            end = ends[chance.where]
            coming[end] = min(coming.get(end, 1.0), chance.chance or 0.0)
    otherwise: AccountancyBasis = found if isinstance(found, str) else "not_compared"

    def told(one: PlannedPlace) -> _Accountancy:
        seen = _worst(one, there.get(one.place, {}), measured.get(one.place, {}), otherwise)
        on_way = coming.get(one.place)
        return seen if on_way is None else msgspec.structs.replace(seen, on_way=exactly(on_way))

    return told


def _measured(book: Book, share: float) -> Mapping[str, Mapping[str, float]]:
    """Return by place and material the chance that measured use shows the loss: where it is measured worst."""
    found: dict[str, dict[str, float]] = {}
    every = uses(book)
    for use in every:
        known = book.works.projects.get(use.project)
        place = (known.place if known is not None else None) or use.project
        chance = use_detected(use, share, len(every))
        if chance is not None:
            seen = found.setdefault(place, {})
            seen[use.resource] = min(seen.get(use.resource, 1.0), chance)
    return found


def _worst(
    one: PlannedPlace,
    balanced: Mapping[str, float | None],
    measured: Mapping[str, float],
    otherwise: AccountancyBasis,
) -> _Accountancy:
    """Return what accountancy sees of the material at a place that shows worst."""
    unmeasured = {why.resource for why in one.why if why.what == "unmeasured_use"}
    held = {why.resource for why in one.why if why.what == "held"}
    materials = dict.fromkeys(
        (*(why.resource for why in one.why), *sorted({*measured, *(balanced if not one.why else ())}))
    )

    def of(resource: str) -> _Accountancy:
        chance = balanced.get(resource)
        if resource in unmeasured:  # overstated use covers any loss
            return _Accountancy(resource, "use_not_measured", exactly(0.0))
        if chance is not None:
            return _Accountancy(resource, "compared", exactly(chance))
        if resource in measured and resource not in held:
            return _Accountancy(resource, "use_measured", exactly(measured[resource]))
        if resource in balanced:
            return _Accountancy(resource, "not_balanced", exactly(0.0))
        return _Accountancy(resource, otherwise, NOT_KNOWN)

    every = [of(resource) for resource in materials] or [_Accountancy("", otherwise, NOT_KNOWN)]
    worst = min(every, key=lambda seen: (seen.chance.least, seen.chance.most))
    return msgspec.structs.replace(
        worst, chance=ChanceRange(worst.chance.least, min(seen.chance.most for seen in every))
    )
