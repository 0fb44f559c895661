"""Where monitors go next: how often each place should be visited, what that would find, and a draw that all can check."""

from fractions import Fraction
from math import ceil
from typing import Final, Literal

import msgspec

from enduse.book.assure import uses
from enduse.book.book import Book
from enduse.errors import UnknownError
from enduse.inspection.coverage import UNIT, Spot, best_response, cover
from enduse.inspection.exposure import Stake, exposures
from enduse.inspection.samples import size_exact
from enduse.inspection.systematic_draw import (
    SEED_BYTES,
    beacon_seed,
    checkpoint_seed,
    commit,
    systematic_draw,
)
from enduse.statements.visit import Beacon, Draw

__all__ = ["SEED_BYTES", "AtStake", "PlannedPlace", "VisitPlan", "opens", "terms_of", "visit_plan"]

ONE_IN: Final = 20
"""Of goods held by the piece, one in so many missing or spoilt is to show."""


class AtStake(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that could be taken unseen at a place.

    Attributes:
        what: why nobody would see it.
        resource: ledger name.
        amount: smallest units.
        look_at: of goods held by the piece, how many to look at, so that one in twenty missing or spoilt shows.
    """

    what: Literal["held", "missing", "under_way", "unmeasured_use", "short_use"]
    resource: str
    amount: int
    look_at: int | None = None


class PlannedPlace(msgspec.Struct, frozen=True, kw_only=True):
    """A place in a plan of visits.

    Attributes:
        place: a place, or a project that has none.
        stake: its part of all that could be taken unseen, 0 to 1.
        why: what makes it up, the largest first.
        share: chance of a visit in one round, in billionths: what the draw goes by.
        visited: the same, 0 to 1.
        found: chance that what is wrong there is found in one round, 0 to 1.
    """

    place: str
    stake: float
    why: tuple[AtStake, ...]
    share: int
    visited: float
    found: float


class VisitPlan(msgspec.Struct, frozen=True, kw_only=True):
    """How often each place should be visited, on the record as it stood at one size.

    Attributes:
        origin: name of the record.
        size: statements it rests on.
        root: Merkle root of those, in hexadecimal.
        terms: what was asked for, as it goes into a commitment.
        target: where somebody who knows the plan would take goods.
        finds: chance that a visit finds what is wrong where it goes, as asked for.
        places: every place with its chances.
        commitment: SHA-256 over seed and terms, where a seed was given.
        drawn: places drawn with it, or with a public seed.
    """

    origin: str
    size: int
    root: str
    terms: str
    target: str
    finds: float
    places: tuple[PlannedPlace, ...]
    commitment: str | None = None
    drawn: tuple[str, ...] | None = None


def visit_plan(
    book: Book,
    visits: int,
    *,
    floor: str,
    finds: str,
    seed: bytes | None = None,
    public: Literal["checkpoint"] | Beacon | None = None,
) -> VisitPlan:
    """Return how often each place should be visited so that whoever takes goods has the least to gain.

    Args:
        book: at the size of the record to plan on.
        visits: places that can be visited in one round.
        floor: least chance of a visit, as part of the chance if all places were alike; decimal text.
        finds: chance that a visit finds what is wrong where it goes; decimal text.
        seed: 32 random bytes to draw with.
        public: draw with a seed that everybody has at once: the value of a beacon, or the record's root.

    Raises:
        UnknownError: nothing has arrived anywhere.
    """
    exposed = exposures(book.ledger, book.works, uses(book), book.facts.standings())
    if not exposed:
        raise UnknownError("plan.nothing_to_visit")
    chance = Fraction(finds)
    # What a visit finds is lost to the taker; what it overlooks he keeps.
    spots = [Spot(exposure.value, int(exposure.value * (1 - chance))) for exposure in exposed]
    alike = Fraction(min(visits, len(exposed)), len(exposed))
    shares = cover(spots, visits, int(alike * Fraction(floor) * UNIT))
    root = book.root.hex()
    by_place = {exposure.place: share for exposure, share in zip(exposed, shares, strict=True)}
    everything = sum(exposure.value for exposure in exposed)
    # With these in the commitment, whoever knows the seed cannot try others until the draw suits him.
    terms = terms_of(visits, floor, finds)
    rests_on = f"{book.log.origin}\n{book.size}\n{root}\n"
    source = seed if public is None else _public_seed(public, rests_on)
    return VisitPlan(
        origin=book.log.origin,
        size=book.size,
        root=root,
        terms=terms,
        target=exposed[best_response(spots, shares).spot].place,
        finds=float(chance),
        places=tuple(
            PlannedPlace(
                place=exposure.place,
                stake=exposure.value / everything if everything else 0.0,
                why=tuple(_at_stake(reason, chance) for reason in exposure.reasons),
                share=share,
                visited=share / UNIT,
                found=float(chance * share / UNIT),
            )
            for exposure, share in zip(exposed, shares, strict=True)
        ),
        commitment=None if seed is None else commit(seed, terms),
        drawn=None if source is None else tuple(systematic_draw(source, rests_on, by_place)),
    )


def terms_of(visits: int, floor: str, finds: str) -> str:
    """Return what is committed to beside a seed."""
    return f"visits={visits} floor={floor} seen={finds}"


def opens(draw: Draw, seed: str) -> bool:
    """Say whether a seed, in hexadecimal, is the one that a draw was committed to, with its options."""
    return commit(bytes.fromhex(seed), terms_of(draw.visits, draw.floor, draw.seen)) == draw.commitment


def _public_seed(public: Literal["checkpoint"] | Beacon, rests_on: str) -> bytes:
    if isinstance(public, Beacon):
        return beacon_seed(public.beacon, public.round, bytes.fromhex(public.value))
    return checkpoint_seed(rests_on)


def _at_stake(reason: Stake, finds: Fraction) -> AtStake:
    pieces = reason.what == "held" and reason.resource.endswith("/piece") and finds < 1
    look_at = size_exact(reason.amount, ceil(reason.amount / ONE_IN), 1 - finds) if pieces else None
    return AtStake(what=reason.what, resource=reason.resource, amount=reason.amount, look_at=look_at)
