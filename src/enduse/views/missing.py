"""What does not come out even, as typed values ready for JSON: open differences, late parts, and readings that dispute them."""

from datetime import datetime
from typing import Literal

import msgspec

from enduse.messages import Message
from enduse.views.shapes import Figure


class DisputeView(msgspec.Struct, frozen=True, kw_only=True):
    """A reading that contradicts what the holder of one end has booked; it changes nothing of it.

    Attributes:
        party: who read.
        holder: whose account it contradicts.
        figure: what was read.
        missing: what would be missing by it, base units.
        more: whether that is more than is booked.
        told: all of it in one message.
    """

    party: str
    holder: str
    figure: Figure
    missing: int
    more: bool
    told: Message


class MissingView(msgspec.Struct, frozen=True, kw_only=True):
    """An open difference: of a stock, or of a consignment that is closed short, overdue, or more than was sent.

    Attributes:
        owner: who answers for it; empty where that is open.
        item: consignment or place.
        figure: how much; negative is a surplus.
        lower: 95 % interval.
        upper: 95 % interval.
        judgement: as assurance judged it.
        since: when it opened, as claimed.
        sent: how much was sent, for a consignment.
        received: how much arrived.
        start: from where.
        end: to where.
        disputes: readings by others that contradict it; a difference of nothing stands here only where there are any.
        state: why it is one.
        days: whole days since then.
        due: end of the last day on which it might have come.
        by: who said that no more comes.
        parties: carriers who may have it, where it is not sure which; nobody where it is contested, and where a part of it is, those
            who may have the rest.
        named_by: on whose word alone the owner is named, where it has never spoken itself, or not of the dispatch that is told as
            its own.
        receiver: who receives it, where known.
        contested: how much of it would not be open, were what stands beside it true, or what others alone say came into a stock
            false: to be asked, and nobody is named.
        other_units: what is open of the material the other way in other units, or lies in a stock beside a surplus in
            another: the two cannot be compared.
        sender: of a consignment.
        instead: what came in its place, by its receiver's word: its sender is asked what it sent, and nobody is named.
        in_place_of: of what came without having been sent, the materials in whose place it came.
        counted: both ends were counted by their holders; never what is overdue, nor where an order of one day is open.
        without_effect: of a consignment, entries by which those who tell of its ends said something without effect.
        error_by: who states the error of the scale by which a store was weighed.
        counts: what the last counts of a store found that are of one time and differ: their holder is asked which holds, nobody named.
        orders: of a stock, the least and the most it would be in any order that the claimed times leave open.
    """

    owner: str
    item: str
    figure: Figure
    lower: int
    upper: int
    judgement: Literal["beyond_error", "within_error", "stated_error", "exact", "told"]
    since: datetime
    sent: Figure | None = None
    received: Figure | None = None
    start: str = ""
    end: str = ""
    disputes: tuple[DisputeView, ...] = ()
    state: Literal["stock", "short", "overdue", "over"] = "stock"
    days: int = 0
    due: datetime | None = None
    by: str = ""
    parties: tuple[str, ...] = ()
    named_by: str = ""
    receiver: str = ""
    contested: Figure | None = None
    other_units: tuple[Figure, ...] = ()
    sender: str = ""
    instead: tuple[Figure, ...] = ()
    in_place_of: tuple[str, ...] = ()
    counted: bool = True
    without_effect: tuple[int, ...] = ()
    orders: tuple[int, int] | None = None
    error_by: str = ""
    counts: tuple[Figure, ...] = ()


class LateView(msgspec.Struct, frozen=True, kw_only=True):
    """A part of a consignment that has not arrived.

    Attributes:
        item: its number.
        sender: who sent it.
        figure: how much.
        state: overdue, or closed short by its receiver.
        since: from when on it counts as not arrived.
        days: whole days since then.
        due: end of the last day on which it might have come.
        by: who said that no more comes; empty where time passed.
        holders: who may have it: one alone where that is sure; nobody where it is contested, and where a part of what lacks is, those
            who may have the rest.
        named_by: on whose word alone that one is named, as in :class:`MissingView`.
        sent_at: when it was sent, as claimed.
        contested: how much of it would have arrived, were what stands beside it true.
        other_units: what came of the material beyond what was sent in units in which nobody can compare it.
        start: from where.
        end: to where, as far as known.
        seen_at: place at which it was last seen on its way; empty where nobody saw it.
        seen_on: when, as claimed.
        seen_by: who says so.
        leads: what to look at before anybody is asked.
    """

    item: str
    sender: str
    figure: Figure
    state: Literal["overdue", "short"]
    since: datetime
    days: int
    due: datetime
    by: str
    holders: tuple[str, ...]
    named_by: str
    sent_at: datetime
    contested: Figure | None
    other_units: tuple[Figure, ...]
    start: str
    end: str
    seen_at: str
    seen_on: datetime | None
    seen_by: str
    leads: tuple[Message, ...] = ()
