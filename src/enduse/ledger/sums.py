"""Sums of the postings of a run of entries, so that nobody walks all postings to know where a programme stands.

Sums of one run and of the next, put together in order, are the sums of both. Consignments are left out: each has an
account of its own, and what is open of it is read from the consignment.
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Final, Self, TypeVar

import msgspec

from enduse.ledger.accounts import class_of, item_of
from enduse.ledger.posting import Posting
from enduse.terms.amounts import is_money

BLOCK: Final = 4096
"""Entries whose postings a book keeps the sums of, together."""

Key = TypeVar("Key")
Use = tuple[str, str, str]
"""Place, project and resource."""


class AccountSum(msgspec.Struct, array_like=True):
    """Sum of one account in one resource, the entries that moved it, and what of it others than its party say."""

    amount: int = 0
    entries: list[int] = msgspec.field(default_factory=list)
    last: int = 0
    speakers: dict[str, int] = msgspec.field(default_factory=dict)

    def add(self, posting: Posting) -> None:
        """Take a posting in."""
        self.amount += posting.amount
        self.last = max(self.last, posting.effective)
        if posting.speaker is not None:
            self.speakers[posting.speaker] = self.speakers.get(posting.speaker, 0) + posting.amount
        if not self.entries or self.entries[-1] != posting.of:
            self.entries.append(posting.of)

    def join(self, later: "AccountSum") -> None:
        """Take in what later entries add."""
        self.amount += later.amount
        self.last = max(self.last, later.last)
        for party, amount in later.speakers.items():
            self.speakers[party] = self.speakers.get(party, 0) + amount
        self.entries += later.entries


class BlockSums(msgspec.Struct, array_like=True):
    """Sums of a run of whole entries, all in the order in which they were first met.

    Attributes:
        lines: by resource, then account; consignments are left out.
        uses: by place, project and resource: goods a custodian declared as used.
        money: the postings of money: who gave to whom, and what of it stands, is told by all of them together.
    """

    lines: dict[str, dict[str, AccountSum]] = msgspec.field(default_factory=dict)
    uses: dict[Use, AccountSum] = msgspec.field(default_factory=dict)
    money: list[Posting] = msgspec.field(default_factory=list)

    @classmethod
    def of(cls, postings: Iterable[Posting]) -> Self:
        """Return the sums of postings in log order, each entry whole."""
        made = cls()
        for _, entry in groupby(postings, key=lambda posting: posting.entry):
            made._entry(list(entry))
        return made

    def _entry(self, postings: list[Posting]) -> None:
        place = ""
        for posting in postings:
            if posting.account.startswith("stock "):
                place = item_of(posting.account)
                break
        for posting in postings:
            kind = class_of(posting.account)
            if kind == "transit":
                continue
            accounts = self.lines.setdefault(posting.resource, {})
            line = accounts.get(posting.account)
            if line is None:
                line = accounts[posting.account] = AccountSum()
            line.add(posting)
            if is_money(posting.resource):
                self.money.append(posting)
            elif kind == "use" and place:
                use = (place, item_of(posting.account), posting.resource)
                self.uses.setdefault(use, AccountSum()).add(posting)

    def join(self, later: "BlockSums") -> None:
        """Take in the sums of the entries that follow; they are not to be used otherwise any more."""
        for resource, accounts in later.lines.items():
            _joined(self.lines.setdefault(resource, {}), accounts)
        _joined(self.uses, later.uses)
        self.money += later.money


def _joined(into: dict[Key, AccountSum], later: dict[Key, AccountSum]) -> None:
    for key, line in later.items():
        known = into.setdefault(key, line)
        if known is not line:
            known.join(line)
