"""Postings found by account and by name, so that nobody walks all of them for the few that a question needs.

Of every posting some keys are kept, each of which ends in its entry: where it was posted, what it names, and which other
entry it takes back or tells the effect of. Whoever has the keys in order finds the entries, and reads only those.
"""

from collections.abc import Callable, Collection, Container, Iterable, Iterator
from typing import Final

from enduse.ledger.accounts import NAMED, class_of, item_of, owner_of
from enduse.ledger.packs import contents, in_contents
from enduse.ledger.posting import Posting
from enduse.ledger.state import State
from enduse.terms.amounts import is_money

Spot = tuple[str, str]
"""Account and resource; of an account in which one material becomes another, all resources together."""

_PLACED: Final = frozenset(("stock", "unusable", "difference", "consumed", "written_off", "conversion"))
"""Classes of account whose items are places, of which there are few: they are found among the accounts."""
_BEHIND: Final = ":"
"""Sorts behind every digit."""
CAME_IN: Final = b"+"
"""Stands by an account and an entry of which something came in there."""


def spot_of(one: Posting) -> Spot:
    """Return where a posting is."""
    return one.account, "" if class_of(one.account) == "conversion" else one.resource


def is_named(one: Posting, names: set[str]) -> bool:
    """Say whether a trace of one of these begins at a posting: by its account, its lot, or of money and findings its item.

    Of other goods the item is a consignment, a project or a lot too, and the account of that is in the same entry.
    """
    account = one.account
    return (
        (one.item in names and (is_money(one.resource) or one.code.startswith("found_")))
        or one.lot in names
        or account in names
        or owner_of(account) in names
        or item_of(account) in names
    )


def index_rows(postings: Iterable[Posting], rows: dict[str, bytes], begin: str = "") -> None:
    """Put the keys under which postings are found, each behind ``begin``, and what stands by each, into rows."""
    for one in postings:
        account, item, lot, entry = one.account, one.item, one.lot, f"{one.entry:012d}"
        at = f"{begin}at\t{account}\t{one.resource}\t{entry}"
        if one.amount > 0:
            rows[at] = CAME_IN
        else:
            rows.setdefault(at, b"")
        kind, _, rest = account.partition(" ")
        about = "" if kind in _PLACED else rest.partition(" ")[2]
        if about and about != item:
            rows[f"{begin}of\t{about}\t{entry}"] = b""
        if item:
            rows[f"{begin}of\t{item}\t{entry}"] = b""
        if lot:
            rows[f"{begin}of\t{lot}\t{entry}"] = b""
        if one.cause is None and one.reverses is None:
            continue
        for other in (one.cause, one.reverses):
            if other is not None and other != one.entry:
                rows[f"{begin}with\t{other:012d}\t{entry}"] = b""


class PostedIndex:
    """Postings by account and by name, each told in what packs hold.

    Args:
        rows: gives the rows of :func:`index_rows` from one key on and before another, in order.
        moved: gives the postings of entries, which are given in order, in log order.
        state: of the ledger.
    """

    def __init__(
        self,
        rows: Callable[[str, str], Iterator[tuple[str, bytes]]],
        moved: Callable[[Iterable[int]], Iterable[Posting]],
        state: State,
    ) -> None:
        self._rows, self._moved, self._state = rows, moved, state
        self._content = contents(state)

    def of(self, entries: Iterable[int]) -> Iterable[Posting]:
        """Return the postings of entries, which are given in order, in log order."""
        return in_contents(self._state, self._moved(entries))

    def joined(self) -> Iterator[tuple[int, int]]:
        """Give every pair of entries of which the second takes the first back or tells its effect."""
        for key, _ in self._rows("with\t", "with\t\U0010ffff"):
            _, first, second = key.split("\t")
            yield int(first), int(second)

    def _entries(self, before: str, by: Collection[bytes] = (b"", CAME_IN)) -> Iterator[int]:
        rows = self._rows(f"{before}\t", f"{before}\t{_BEHIND}")
        return (int(key[-12:]) for key, stands in rows if stands in by)

    def speaking_of(self, name: str) -> Iterator[int]:
        """Give entries that may speak of a lot or item, in order; all that do are among them."""
        return self._entries(f"of\t{name}")

    def at(self, spot: Spot) -> Iterator[int]:
        """Give the entries that moved something there."""
        return (entry for stored in self._stored(spot) for entry in self._entries(stored))

    def into(self, spot: Spot) -> Iterator[int]:
        """Give the entries of which something came in there."""
        return (entry for stored in self._stored(spot) for entry in self._entries(stored, {CAME_IN}))

    def _stored(self, spot: Spot) -> Iterator[str]:
        """Give what the keys of an account and resource begin with, of each resource in which it is booked."""
        account, resource = spot
        if resource and not (self._state.packs or self._state.same):
            yield f"at\t{account}\t{resource}"
            return
        for _, stored in self._spots(f"at\t{account}\t"):
            if resource in {"", self._content(stored).resource}:
                yield f"at\t{account}\t{stored}"

    def _spots(self, begins: str) -> Iterator[Spot]:
        """Give account and resource, as booked, wherever something was posted under keys that begin so."""
        start, stop = begins, f"{begins}\U0010ffff"
        while (row := next(self._rows(start, stop), None)) is not None:
            _, account, resource, _ = row[0].split("\t")
            yield account, resource
            start = f"at\t{account}\t{resource}\t{_BEHIND}"

    def belonging_to(self, name: str) -> Iterator[Spot]:
        """Give the accounts that are called so, or belong to or lie at who or what is called so."""
        yield from self._told(self._spots(f"at\t{name}\t"))
        for kind in NAMED:
            for end in (" ", "\t"):
                yield from self._told(self._spots(f"at\t{kind} {name}{end}"))
        for kind in _PLACED:
            yield from self._told(spot for spot in self._spots(f"at\t{kind} ") if item_of(spot[0]) == name)

    def stocks(self, places: Container[str]) -> Iterator[Spot]:
        """Give the accounts of stocks that lie at some places."""
        yield from self._told(spot for spot in self._spots("at\tstock ") if item_of(spot[0]) in places)

    def _told(self, spots: Iterable[Spot]) -> Iterator[Spot]:
        for account, stored in spots:
            yield account, "" if class_of(account) == "conversion" else self._content(stored).resource
