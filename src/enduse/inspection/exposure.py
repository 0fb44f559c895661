"""What lies in each place that somebody could take unseen: what a visit would be for.

Four things count, each read from the book alone. What is *held* and could be gone since the last count. What is
*missing* and unresolved: it counts where it arrived, for there it can be recounted. What is *under way* and has not
arrived: it counts where it left. What is said to be *used* and nobody independent has measured, or measured short:
no balance ever shows that, so only a visit finds it.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, Literal

import msgspec

from enduse.assurance.differences import Use
from enduse.ledger.accounts import class_of, item_of
from enduse.ledger.arrival import Arrival
from enduse.ledger.ledger import Ledger
from enduse.works.works import Works

WHOLE: Final = 1_000_000_000
"""All that ever came in of one material."""

What = Literal["held", "missing", "under_way", "unmeasured_use", "short_use"]


class Stake(msgspec.Struct, frozen=True):
    """One thing that could be taken: what, of which resource, how much in base units."""

    what: What
    resource: str
    amount: int


class Exposure(msgspec.Struct, frozen=True):
    """How much could be taken unseen in one place.

    Attributes:
        place: a place, or a project that has none.
        value: in billionths; each material counts by its share of all that came in of it, so that tonnes and parcels
            can stand beside each other.
        reasons: what makes it up, the largest share first.
    """

    place: str
    value: int
    reasons: tuple[Stake, ...]


def exposures(ledger: Ledger, works: Works, uses: Sequence[Use], standings: Sequence[Arrival] = ()) -> list[Exposure]:
    """Return the exposure of every place where goods arrived, lie or are built in.

    Where goods only leave (a donor's yard) nothing has been entrusted to anybody yet.

    Args:
        ledger: what lies where.
        works: projects and their places.
        uses: declared against measured.
        standings: how the consignments stand that do not come out even.
    """
    came: dict[str, int] = defaultdict(int)
    for account, held in ledger.balances.items():
        if class_of(account) in {"origin", "unlinked"}:
            for resource, amount in held.items():
                came[resource] -= amount
    at_place: dict[str, dict[tuple[What, str], int]] = {
        place: defaultdict(int) for place in sorted(_places(ledger, works))
    }
    for place, reason in (*_of_accounts(ledger), *_of_consignments(standings), *_of_uses(works, uses)):
        if reason.amount > 0:
            at_place.setdefault(place, defaultdict(int))[reason.what, reason.resource] += reason.amount

    def value(reason: Stake) -> int:
        # More than all that came in is a fault of the books, and no more than everything is at stake.
        return min(WHOLE, reason.amount * WHOLE // max(came[reason.resource], 1))

    result = []
    for place, amounts in at_place.items():
        reasons = [Stake(what, resource, amount) for (what, resource), amount in amounts.items()]
        reasons.sort(key=lambda reason: (-value(reason), reason.what, reason.resource))
        result.append(Exposure(place, sum(value(reason) for reason in reasons), tuple(reasons)))
    return sorted(result, key=lambda exposure: (-exposure.value, exposure.place))


def _places(ledger: Ledger, works: Works) -> set[str]:
    arrived = {leg.place for _, one in ledger.consignments.each() for leg in one.of("receipt")}
    loose = {leg.place for legs in ledger.loose.values() for leg in legs}
    built = {project.place for project in works.projects.values() if project.place is not None}
    return arrived | loose | built


def _of_accounts(ledger: Ledger) -> Iterator[tuple[str, Stake]]:
    for account, held in ledger.balances.items():
        match class_of(account):
            case "stock":
                what: What = "held"
            case "difference":
                what = "missing"
            case _:
                continue
        yield from ((item_of(account), Stake(what, resource, amount)) for resource, amount in held.items())


def _of_consignments(standings: Sequence[Arrival]) -> Iterator[tuple[str, Stake]]:
    """Give what has not arrived where the rest of it did, else where it left; what is on its way where it left."""
    for arrival in standings:
        left, arrived = arrival.consignment.of("dispatch")[-1:], arrival.consignment.of("receipt")[-1:]
        for leg in (*arrived, *left)[:1]:
            yield leg.place, Stake("missing", arrival.resource, arrival.missing)
        for leg in left:
            yield leg.place, Stake("under_way", arrival.resource, arrival.on_way)


def _of_uses(works: Works, uses: Sequence[Use]) -> Iterator[tuple[str, Stake]]:
    for use in uses:
        known = works.projects.get(use.project)
        place = (known.place if known is not None else None) or use.project
        if use.measured is None:
            yield place, Stake("unmeasured_use", use.resource, use.declared - use.resolved)
        elif use.short is not None and use.judgement != "within_error":
            yield place, Stake("short_use", use.resource, use.short)
