"""Where a trace ends on a way or in a store: what of it may still come, has not arrived, or lies within error."""

from collections import Counter
from collections.abc import Iterator

import msgspec

from enduse.book.assure import differences
from enduse.book.book import Book
from enduse.ledger.accounts import transit
from enduse.ledger.arrival import Arrival
from enduse.ledger.mixing import apportion
from enduse.ledger.trace import Trace, TraceEnd, summed
from enduse.views.goods import explained


def set_apart(traced: Trace, book: Book) -> Trace:
    """Return a trace whose ends say of what was sent and of what a count found as much as `enduse goods` does."""
    if not any(end.why in {"transit", "difference"} for end in traced.forward.ends):
        return traced
    standing = {(transit(one.consignment.key), one.resource): one for one in book.facts.standings()}
    small = explained(differences(book))
    items = {node.id: node.item for node in traced.forward.nodes}
    ends: list[TraceEnd] = []
    for end in traced.forward.ends:
        one = standing.get((end.node.partition(" | ")[0], end.resource))
        if end.why == "difference" and (items[end.node], end.resource) in small:
            ends.append(msgspec.structs.replace(end, why="within_error"))
        elif end.why == "transit" and one is not None:
            ends += _parted(end, one, within=(one.consignment.key, one.resource) in small)
        else:
            ends.append(end)
    forward = msgspec.structs.replace(traced.forward, ends=tuple(ends))
    return msgspec.structs.replace(traced, forward=forward, uses=summed(forward, by_owner=False))


def _parted(end: TraceEnd, one: Arrival, *, within: bool) -> Iterator[TraceEnd]:
    """Give so much of a consignment by what became of it."""
    late = "within_error" if within else "not_comparable" if one.other_units else "not_arrived"
    parts = Counter({"on_way": one.on_way})
    parts[late] += one.missing
    parts["within_error"] += max(one.rounding, 0)
    amounts = apportion(end.amount, list(parts.values()))
    shares = apportion(end.share_ppm, amounts)
    if sum(amounts) != end.amount:
        yield end
        return
    for why, amount, share in zip(parts, amounts, shares, strict=True):
        if amount:
            yield msgspec.structs.replace(end, why=why, amount=amount, share_ppm=share)
