"""One walk over the postings: per account and resource the sum and what it rests on, and who moved what to where."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Final

import msgspec

from enduse.ledger.accounts import class_of, item_of, owner_of
from enduse.ledger.posting import Posting
from enduse.views.shapes import Figure

SHOWN: Final = 6
"""Entries a figure names; it says how many more there are."""

DONOR_CLASSES: Final = ("promised", "unpledged", "pledged", "committed")
"""Accounts of money that no recipient has yet."""


class Line(msgspec.Struct):
    """Sum of one account in one resource, and the entries that moved it."""

    amount: int = 0
    entries: list[int] = msgspec.field(default_factory=list)
    last: int = 0

    def add(self, posting: Posting) -> None:
        """Take a posting in."""
        self.amount += posting.amount
        self.last = max(self.last, posting.effective)
        if not self.entries or self.entries[-1] != posting.entry:
            self.entries.append(posting.entry)


class Sums:
    """Sums of all postings.

    Attributes:
        lines: by account and resource.
        paid: by donor, recipient and resource: money that reached a recipient.
        uses: by place, project and resource: goods a custodian declared as used.
    """

    def __init__(self, postings: Iterable[Posting]) -> None:
        self.lines: dict[tuple[str, str], Line] = defaultdict(Line)
        self.paid: dict[tuple[str, str, str], Line] = defaultdict(Line)
        self.uses: dict[tuple[str, str, str], Line] = defaultdict(Line)
        for _, entry in groupby(postings, key=lambda posting: posting.entry):
            self._entry(list(entry))

    def _entry(self, postings: list[Posting]) -> None:
        donors = [owner_of(one.account) for one in postings if class_of(one.account) in DONOR_CLASSES]
        places = [item_of(one.account) for one in postings if class_of(one.account) == "stock"]
        for one in postings:
            self.lines[one.account, one.resource].add(one)
            kind = class_of(one.account)
            if kind == "held" and donors:
                self.paid[donors[0], owner_of(one.account), one.resource].add(one)
            elif kind == "use" and places:
                self.uses[places[0], item_of(one.account), one.resource].add(one)

    def of(self, *kinds: str) -> Iterator[tuple[str, str, Line]]:
        """Give (account, resource, line) of every account of these classes that is not empty."""
        for (account, resource), line in self.lines.items():
            if line.amount and class_of(account) in kinds:
                yield account, resource, line

    def resources(self) -> list[str]:
        """Return every resource that was ever booked, sorted."""
        return sorted({resource for _, resource in self.lines})

    def total(self, resource: str, wanted: Callable[[str], bool], sign: int = 1) -> Figure:
        """Return the sum over accounts of ``resource`` that are wanted."""
        found = [line for (account, name), line in self.lines.items() if name == resource and wanted(account)]
        return figure(resource, found, sign)

    def sum_of(self, resource: str, *kinds: str, sign: int = 1) -> Figure:
        """Return the sum over the accounts of these classes."""
        return self.total(resource, lambda account: class_of(account) in kinds, sign)


def figure(resource: str, lines: Iterable[Line], sign: int = 1) -> Figure:
    """Return lines as one figure."""
    kept = list(lines)
    entries = sorted({index for line in kept for index in line.entries})
    return Figure(sign * sum(line.amount for line in kept), resource, tuple(entries[:SHOWN]), len(entries))


def resting(amount: int, resource: str, entries: Iterable[int]) -> Figure:
    """Return an amount with the entries it rests on."""
    kept = sorted(set(entries))
    return Figure(amount, resource, tuple(kept[:SHOWN]), len(kept))
