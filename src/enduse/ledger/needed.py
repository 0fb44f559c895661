"""Which postings the trace of one thing needs: a trace over them is the trace over all, to the last unit.

A trace needs the whole history of every account that what is traced can have come from or gone to: forward from where
it is named, and back from all of that. Entries that take one another back, or tell one another's effects, go together.
"""

from enduse.ledger.accounts import class_of, item_of, owner_of
from enduse.ledger.posting import Posting, PurchaseLink
from enduse.terms.amounts import is_money

Spot = tuple[str, str]
"""Account and resource; of an account in which one material becomes another, all resources together."""


def needed(postings: list[Posting], links: list[PurchaseLink], identifier: str) -> list[Posting]:
    """Return the postings that a trace of ``identifier`` needs; all of them where money comes in.

    Args:
        postings: all, in log order.
        links: purchases.
        identifier: of what is traced.
    """
    names = {identifier, identifier.lower()}
    ways = _Ways()
    begin: set[Spot] = set()
    for one in postings:
        named = _is_named(one, names)
        if is_money(one.resource):
            if named:
                return postings
            continue
        spot = ways.add(one)
        if named:
            begin.add(spot)
    reached = ways.back(ways.onward(begin))
    resources = {resource for _, resource in reached}
    bought = any(link.resource in resources or names & {link.lot, link.expenditure, link.party} for link in links)
    if not begin or bought or (links and "" in resources):
        return postings
    kept = {group for spot in reached for group in ways.groups_of(spot)}
    return [one for one in postings if not is_money(one.resource) and ways.group(one.entry) in kept]


def _is_named(one: Posting, names: set[str]) -> bool:
    account = one.account
    return (
        one.item in names
        or one.lot in names
        or account in names
        or owner_of(account) in names
        or item_of(account) in names
    )


class _Ways:
    """Ways of goods between accounts, by groups of entries that belong together."""

    def __init__(self) -> None:
        self._joined: dict[int, int] = {}
        self._out: dict[Spot, list[int]] = {}
        self._into: dict[Spot, list[int]] = {}

    def group(self, entry: int) -> int:
        """Return the group of an entry."""
        joined = self._joined
        while (next_one := joined.get(entry, entry)) != entry:
            entry = next_one
        return entry

    def add(self, one: Posting) -> Spot:
        """Take a posting in; returns where it is."""
        for other in (one.cause, one.reverses):
            if other is not None and (first := self.group(other)) != (own := self.group(one.entry)):
                self._joined[max(first, own)] = min(first, own)
        spot = (one.account, "" if class_of(one.account) == "conversion" else one.resource)
        side = self._out if one.amount < 0 else self._into
        side.setdefault(spot, []).append(one.entry)
        return spot

    def groups_of(self, spot: Spot) -> set[int]:
        """Return the groups of entries that moved something there."""
        return {self.group(entry) for side in (self._out, self._into) for entry in side.get(spot, ())}

    def _by_group(self, side: dict[Spot, list[int]]) -> dict[int, list[Spot]]:
        found: dict[int, list[Spot]] = {}
        for spot, entries in side.items():
            for group in dict.fromkeys(map(self.group, entries)):
                found.setdefault(group, []).append(spot)
        return found

    def onward(self, begin: set[Spot]) -> set[Spot]:
        """Return these accounts and all that something of them can have gone to."""
        return self._closed(begin, self._out, self._by_group(self._into))

    def back(self, begin: set[Spot]) -> set[Spot]:
        """Return these accounts and all that something in them can have come from."""
        return self._closed(begin, self._into, self._by_group(self._out))

    def _closed(self, begin: set[Spot], near: dict[Spot, list[int]], far: dict[int, list[Spot]]) -> set[Spot]:
        reached, waiting, seen = set(begin), list(begin), set[tuple[int, str]]()
        while waiting:
            spot = waiting.pop()
            for entry in near.get(spot, ()):
                group = self.group(entry)
                if (group, spot[1]) in seen:
                    continue
                seen.add((group, spot[1]))
                for other in far.get(group, ()):
                    alike = spot[1] == other[1] or "" in {spot[1], other[1]}
                    if alike and other not in reached:
                        reached.add(other)
                        waiting.append(other)
        return reached
