"""What others than its holder said came into a stock: by that alone nobody who counted its stock is called short.

A row is written with each such report and stays; whether the report still stands, and counts, is asked when it is read.
"""

from collections.abc import Iterator
from itertools import chain

from enduse.ledger.accounts import class_of, owner_of
from enduse.ledger.consignment import Sorted, counting, counting_loose
from enduse.ledger.counts import span
from enduse.ledger.state import Said, State, spot_of


def keep(state: State, account: str, resource: str, party: str, entry: int, statement: str) -> None:
    """Note that a party's statement tells of goods that came into a stock, if it is another's."""
    if class_of(account) == "stock" and owner_of(account) != party:
        state.reported[f"{spot_of(account, resource)}\t{entry:012d}"] = statement


def came_in(state: State, account: str, resource: str, until: int, enough: int) -> int:
    """Return how much others alone say came into a stock of which its holder keeps account, smallest units.

    Args:
        state: of the ledger.
        account: of the stock.
        resource: what.
        until: claimed time up to which it counts, microseconds since 1970.
        enough: no more than this is sought.
    """
    spot = spot_of(account, resource)
    if spot not in state.own:
        return 0
    rows = state.reported.between(f"{spot}\t", f"{spot}\n")
    found = 0
    for _, name in rows:
        found += sum(_amounts(state, state.said[name], account, resource, until))
        if found >= enough:
            return enough
    return found


def _amounts(state: State, said: Said, account: str, resource: str, until: int) -> Iterator[int]:
    if said.taken_back_by is not None:
        return
    for half in said.halves:
        if (half.account, half.resource) == (account, resource) and span(half.effective, half.into_day)[0] <= until:
            yield half.amount
    if said.role != "leg":
        return
    found = tuple(state.consignments[key] for key in state.numbers.get(said.key, ()))
    loose = counting_loose(Sorted(found, state.loose.get(said.key, ())))
    for leg, line in chain(loose, *(counting(one.legs, "receipt") for one in found)):
        if leg.entry == said.index and line.resource == resource and span(leg.effective, leg.into_day)[0] <= until:
            yield line.amount
