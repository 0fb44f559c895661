"""The stock counts that stand, one row each: of one stock by claimed time, and at one time by their entries."""

from collections.abc import Iterable, Iterator, Sequence
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


def resources_of(state: State, account: str) -> list[str]:
    """Return what was ever counted in a stock and still stands."""
    return [key.partition("\t")[2] for key, _ in state.last_counts.between(f"{account}\t", f"{account}\n")]


def of_one_time(counts: Sequence[Count]) -> tuple[int, ...]:
    """Return by how much each of the last counts of a stock, if they are of one time and differ, counted more than the last of them.

    Args:
        counts: of one resource, in the order of their claimed times.
    """
    same = [one for one in counts if one.effective == counts[-1].effective]
    more, found = 0, [0]
    for one in reversed(same[1:]):
        more += one.absorbed
        found.append(more)
    return tuple(reversed(found)) if any(found) else ()


def rivals_of(standing: Iterable[tuple[str, Count]]) -> Iterator[str]:
    """Give the spots of which the last counts are of one time and differ, from the rows of all counts."""
    found: dict[str, list[tuple[str, Count]]] = {}
    for key, count in standing:
        account, resource, *_ = key.split("\t")
        found.setdefault(spot_of(account, resource), []).append((key, count))
    yield from (spot for spot, rows in found.items() if of_one_time([count for _, count in sorted(rows, key=_by_key)]))


def _by_key(row: tuple[str, Count]) -> str:
    return row[0]


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
    if not of_one_time(counts):
        state.rivals.pop(spot, None)
    elif spot not in state.rivals:
        state.rivals[spot] = True


def standing(state: State) -> Iterator[tuple[str, str, Count]]:
    """Give all counts that stand: stock account, resource, count."""
    for key, count in state.counts.each():
        account, resource, _, _ = key.split("\t")
        yield account, resource, count
