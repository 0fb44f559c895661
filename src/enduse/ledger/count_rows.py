"""The stock counts that stand, one row each: of one stock by claimed time, and at one time by their entries."""

from collections.abc import Iterator, Sequence
from typing import Final

from enduse.ledger.state import Count, State, spot_of

_OFFSET: Final = 2**62
"""Times before 1970 sort before those after."""


def _key(spot: str, count: Count) -> str:
    return f"{spot}\t{count.effective + _OFFSET:019d}\t{count.entry:012d}"


def of_stock(state: State, account: str, resource: str) -> list[Count]:
    """Return the counts that stand of one resource in one stock, in the order of their claimed times."""
    spot = spot_of(account, resource)
    if spot not in state.last_counts:
        return []
    return [count for _, count in state.counts.between(f"{spot}\t", f"{spot}\n")]


def last_of(state: State, account: str, resource: str) -> int | None:
    """Return the latest claimed time of a count of one resource in one stock; ``None`` where there is none."""
    found: int | None = state.last_counts.get(spot_of(account, resource))
    return found


def resources_of(state: State, account: str) -> list[str]:
    """Return what was ever counted in a stock and still stands."""
    return [key.partition("\t")[2] for key, _ in state.last_counts.between(f"{account}\t", f"{account}\n")]


def stand(state: State, account: str, resource: str, known: Sequence[Count], counts: Sequence[Count]) -> None:
    """Let these counts stand of one resource in one stock, and no others.

    Args:
        state: of the ledger.
        account: of the stock.
        resource: of the goods.
        known: the counts that stand now, in the order of their claimed times.
        counts: those that are to stand, in the same order.
    """
    spot = spot_of(account, resource)
    same = 0
    for old, new in zip(known, counts, strict=False):
        if old != new:
            break
        same += 1
    before = {_key(spot, one): one for one in known[same:]}
    after = {_key(spot, one): one for one in counts[same:]}
    for key in before.keys() - after.keys():
        del state.counts[key]
    for key, count in after.items():
        if before.get(key) != count:
            state.counts[key] = count
    if counts:
        last = max(one.effective for one in counts)
        if state.last_counts.get(spot) != last:
            state.last_counts[spot] = last
    else:
        state.last_counts.pop(spot, None)


def standing(state: State) -> Iterator[tuple[str, str, Count]]:
    """Give all counts that stand: stock account, resource, count."""
    for key, count in state.counts.each():
        account, resource, _, _ = key.split("\t")
        yield account, resource, count
