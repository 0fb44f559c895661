"""Which postings the trace of one thing needs: a trace over them is the trace over all, to the last unit.

A trace needs the whole history of every account that what is traced can have come from or gone to: forward from where
it is named, and back from all of that. Entries that take one another back, or tell one another's effects, go together.
"""

from collections.abc import Callable, Collection, Iterable, Sequence

from enduse.ledger.movements import standing
from enduse.ledger.posted import PostedIndex, Spot, is_named, spot_of
from enduse.ledger.posting import Posting, PurchaseLink
from enduse.terms.amounts import is_money


def needed(
    index: PostedIndex,
    links: Sequence[PurchaseLink],
    identifier: str,
    every: Callable[[], Iterable[Posting]],
    money: Callable[[], Iterable[Posting]],
    more: Collection[str] = (),
) -> Iterable[Posting]:
    """Return the postings that a trace of ``identifier`` needs, in log order; all of them where money has bought goods.

    Args:
        index: where postings are found.
        links: purchases.
        identifier: of what is traced.
        every: gives all postings, in log order.
        money: gives those of money.
        more: identifiers of what is traced with it.
    """
    names = {identifier, identifier.lower(), *more}
    if identifier.startswith("fulfilled "):
        names.add(identifier.rpartition(" ")[2])  # a promise of which it is told what became
    ways = _Ways(index)
    begin = ways.named(names)
    goods = {spot for spot in begin if not is_money(spot[1])}
    if links and len(goods) < len(begin):
        return every()
    onward = ways.onward(goods)
    reached = ways.back(onward)
    resources = {resource for _, resource in reached}
    bought = any(link.resource in resources or names & {link.lot, link.expenditure, link.party} for link in links)
    if bought or (links and "" in resources):
        return every()
    kept = [one for one in ways.moved_at(reached) if not is_money(one.resource)]
    if len(goods) < len(begin):
        kept = sorted((*kept, *money()), key=lambda one: (one.entry, one.n))
    return kept


class _Ways:
    """Ways of goods between accounts, by groups of entries that belong together; read as far as somebody goes."""

    def __init__(self, index: PostedIndex) -> None:
        self._index = index
        self._moved: dict[int, list[Posting]] = {}
        self._at: dict[Spot, list[int]] = {}
        self._first: dict[int, int] = {}
        self._fills: dict[Spot, bool] = {}
        for other, entry in index.joined():
            if (first := self._group(other)) != (own := self._group(entry)):
                self._first[max(first, own)] = min(first, own)
        self._together: dict[int, list[int]] = {}
        for entry in sorted({*self._first, *self._first.values()}):
            self._together.setdefault(self._group(entry), []).append(entry)

    def _group(self, entry: int) -> int:
        """Return the group of an entry: the first of those that belong together."""
        while (before := self._first.get(entry, entry)) != entry:
            entry = before
        return entry

    def _read(self, entries: Iterable[int]) -> None:
        """Read the postings of entries and of all that belong with them."""
        groups = {self._group(entry) for entry in entries}
        every = {one for group in groups for one in self._together.get(group, (group,))}
        wanted = sorted(one for one in every if one not in self._moved)
        self._moved.update((entry, []) for entry in wanted)
        for one in self._index.of(wanted):
            self._moved[one.entry].append(one)

    def named(self, names: set[str]) -> set[Spot]:
        """Return the accounts that are named, and those of postings that speak of what is."""
        found = {spot for name in names for spot in self._index.belonging_to(name)}
        speaking = {entry for name in names for entry in self._index.speaking_of(name)}
        self._read(speaking)
        return found | {spot_of(one) for entry in speaking for one in self._moved[entry] if is_named(one, names)}

    def _entries(self, spot: Spot) -> list[int]:
        if spot not in self._at:
            self._at[spot] = list(self._index.at(spot))
            self._read(self._at[spot])
        return self._at[spot]

    def moved_at(self, spots: Iterable[Spot]) -> Iterable[Posting]:
        """Give the postings of all groups of entries that moved something there, in log order."""
        groups = {self._group(entry) for spot in spots for entry in self._entries(spot)}
        entries = sorted(one for group in groups for one in self._together.get(group, (group,)))
        return (one for entry in entries for one in self._moved[entry])

    def onward(self, begin: set[Spot]) -> set[Spot]:
        """Return these accounts and all that something of them can have gone to."""
        return self._closed(begin, -1)

    def back(self, begin: set[Spot]) -> set[Spot]:
        """Return these accounts and all that something in them can have come from, unless nothing ever came in there.

        What leaves such an account begins there, whatever else left it: who tells nobody where its goods come from sends to
        everybody, and whoever asks of one of its consignments need not know of the others.
        """
        reached = self._closed(begin, 1)
        return begin | {spot for spot in reached - begin if self._fed(spot)}

    def _fed(self, spot: Spot) -> bool:
        """Say whether anything came in there that was not taken back."""
        if spot not in self._fills:
            groups = (self._whole(self._group(entry)) for entry in self._index.into(spot))
            self._fills[spot] = any(
                one.amount > 0 and spot_of(one) == spot for group in groups for one in standing(group)
            )
        return self._fills[spot]

    def _whole(self, group: int) -> list[Posting]:
        """Return the postings of a group of entries that belong together."""
        self._read((group,))
        return [one for entry in self._together.get(group, (group,)) for one in self._moved[entry]]

    def _closed(self, begin: set[Spot], sign: int) -> set[Spot]:
        """Return these accounts and all on the other side of what was posted there with this sign."""
        reached, waiting, seen = set(begin), list(begin), set[tuple[int, str]]()
        while waiting:
            spot = waiting.pop()
            if sign > 0 and spot not in begin and not self._fed(spot):
                continue
            for entry in self._entries(spot):
                if not any(sign * one.amount > 0 and spot_of(one) == spot for one in self._moved[entry]):
                    continue
                group = self._group(entry)
                if (group, spot[1]) in seen:
                    continue
                seen.add((group, spot[1]))
                for other in self._together.get(group, (group,)):
                    for one in self._moved[other]:
                        there = spot_of(one)
                        alike = spot[1] == there[1] or ("" in {spot[1], there[1]} and not is_money(one.resource))
                        if alike and sign * one.amount <= 0 and there not in reached:
                            reached.add(there)
                            waiting.append(there)
        return reached
