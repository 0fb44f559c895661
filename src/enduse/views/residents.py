"""What residents of a place see, in one series, beside what was delivered there: counts side by side, and no cause is claimed."""

from collections import defaultdict

import msgspec

from enduse.book.book import Book
from enduse.ledger.accounts import item_of
from enduse.statements.indicator import IndicatorBody
from enduse.terms.amounts import is_money
from enduse.terms.times import instant_of
from enduse.views import booked
from enduse.views.shapes import Figure
from enduse.views.sums import resting


class SeenValue(msgspec.Struct, frozen=True, kw_only=True):
    """One published value of a place.

    Attributes:
        body: value, unit, period, wording, sample, source.
        place: of which it is; it lies in the place that was asked for, or is it.
        party: who entered it.
        entry: log index.
        comparable: whether it was asked in the same words as the one before.
    """

    body: IndicatorBody
    place: str
    party: str
    entry: int
    comparable: bool


class Delivered(msgspec.Struct, frozen=True, kw_only=True):
    """What arrived at a place, or at places within it, in one month (of UTC), of one material."""

    month: str
    figure: Figure


class PlaceLife(msgspec.Struct, frozen=True, kw_only=True):
    """A place: what residents see, and what was delivered there.

    Attributes:
        place: which.
        seen: by what it measures and series, then by time.
        delivered: by month and material.
        unmeasured: what of water, power, clinics, shelter, schools and prices nobody has published for it.
    """

    place: str
    seen: tuple[SeenValue, ...]
    delivered: tuple[Delivered, ...]
    unmeasured: tuple[str, ...]


MEASURES = ("water", "power_hours", "clinic_days", "shelter", "school_days", "market_price")


def place_life(book: Book, place: str) -> PlaceLife:
    """Return what residents of a place see beside what was delivered there."""
    within = {name for name in book.programme.places if place in book.programme.around(name)}
    register = book.programme.series
    seen = [
        SeenValue(
            body=value.body,
            place=value.place or "",
            party=value.party,
            entry=book.index_of(value.entry),
            comparable=same,
        )
        for series in sorted(register.values)
        for value, same in register.ordered(series)
        if value.place in within
    ]
    order = (*MEASURES, "other")
    seen.sort(key=lambda one: (order.index(one.body.measure), one.body.series, one.body.period.start))
    arrived: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for posting in booked.postings(book):
        came = posting.code in {"received", "entered"} and posting.account.startswith("stock ")
        if came and not is_money(posting.resource) and item_of(posting.account) in within:
            month = instant_of(posting.effective).strftime("%Y-%m")
            arrived[month, posting.resource].append((posting.amount, posting.entry))
    measured = {one.body.measure for one in seen}
    return PlaceLife(
        place=place,
        seen=tuple(seen),
        delivered=tuple(
            Delivered(month=month, figure=resting(sum(part for part, _ in parts), resource, (at for _, at in parts)))
            for (month, resource), parts in sorted(arrived.items())
        ),
        unmeasured=tuple(one for one in MEASURES if one not in measured),
    )
