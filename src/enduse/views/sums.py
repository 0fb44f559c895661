"""Money and goods are summed here and nowhere else, each sum with what it rests on."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Final

from enduse.ledger import accounts
from enduse.ledger.accounts import class_of, owner_of
from enduse.ledger.balances import NOW, Moment
from enduse.ledger.circles import came_back
from enduse.ledger.givers import Givers
from enduse.ledger.mixing import PROMISES
from enduse.ledger.movements import standing
from enduse.ledger.posting import Posting
from enduse.ledger.sums import AccountSum, BlockSums
from enduse.ledger.voices import KEEPS
from enduse.views.shapes import Figure

SHOWN: Final = 6
"""Entries a figure names; it says how many more there are."""

MOVES: Final = ("disbursed", "refunded")
"""Why cash goes from one party to another."""

PROMISED: Final = ("pledged", "committed")
"""Why a promise is there."""


class Sums:
    """Sums of postings.

    Args:
        postings: in log order.
        moment: which of them count.
        blocks: sums of the entries that follow, in order.

    Attributes:
        lines: by resource, then account; consignments are left out.
        moves: by payer, recipient, resource and code (:data:`MOVES`): cash that went from one to the other.
        unlinked: of those that promised in that currency, what of ``moves`` keeps no promise, or opens none again.
        promises: by pledge or commitment account: the currencies in which it was promised.
        givers: who gives in which currency.
        circles: by party and currency, how much of what it paid of its own money came back and lies there: it is neither
            given nor held in ``lines``.
        uses: by place, project and resource: goods a custodian declared as used.
        first: claimed time of each payer's first payment.
    """

    def __init__(
        self, postings: Iterable[Posting] = (), moment: Moment = NOW, *, blocks: Iterable[BlockSums] = ()
    ) -> None:
        total = BlockSums.of(filter(moment.holds, postings))
        for block in blocks:
            total.join(block)
        self.lines: dict[str, dict[str, AccountSum]] = defaultdict(lambda: defaultdict(AccountSum))
        for resource, accounts_in in total.lines.items():
            self.lines[resource].update(accounts_in)
        self.moves: dict[tuple[str, str, str, str], AccountSum] = defaultdict(AccountSum)
        self.unlinked: dict[tuple[str, str, str, str], AccountSum] = {}
        self.promises: dict[str, set[str]] = defaultdict(set)
        self.first: dict[str, int] = {}
        self.circles: dict[tuple[str, str], int] = {}
        self.uses = total.uses
        self.givers = self._cash(list(standing(total.money)))

    def _cash(self, money: list[Posting]) -> Givers:
        """Tell from whom to whom cash went, and in what a promise was made, of the statements that stand."""
        promised: set[str] = set()
        kept = {one.of for one in money if one.code in KEEPS}
        own: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
        got: list[tuple[str, str, int]] = []
        # Of many postings there are few accounts: each is taken apart once.
        ends = {account: (class_of(account), owner_of(account)) for account in {one.account for one in money}}
        for source, target in pairwise(money):
            if source.entry != target.entry or source.amount != -target.amount or source.amount > 0:
                continue
            (kind, giver), (into, taker) = ends[source.account], ends[target.account]
            if kind in PROMISES:
                promised.add(giver)
            if target.code in MOVES and giver != taker:  # what had been spent comes back to whoever spent it
                self.moves[giver, taker, target.resource, target.code].add(target)
                self._unlinked(giver, taker, target, kept)
                self.first[giver] = min(self.first.get(giver, target.effective), target.effective)
                if kind == "own":
                    own[giver, target.resource][taker] += target.amount
            elif target.code in PROMISED:
                self.promises[target.account].add(target.resource)
            elif target.code == "exchanged" and into == "held":
                got.append((taker, target.resource, target.amount))
        self._of_promisers()
        self._come_back(own)
        given = [(*key[:3], line.amount) for key, line in self.moves.items() if key[3] == "disbursed"]
        return Givers(promised, given, got)

    def _unlinked(self, giver: str, taker: str, target: Posting, kept: set[int]) -> None:
        if target.of not in kept:
            key = (giver, taker, target.resource, target.code)
            self.unlinked.setdefault(key, AccountSum()).add(target)

    def _of_promisers(self) -> None:
        """Leave out of what is linked to no promise what they gave or got back who made none in that currency."""
        promisers = {(owner_of(account), name) for account, names in self.promises.items() for name in names}
        self.unlinked = {
            key: line
            for key, line in self.unlinked.items()
            if (key[0] if key[3] == "disbursed" else key[1], key[2]) in promisers
        }

    def _come_back(self, own: dict[tuple[str, str], dict[str, int]]) -> None:
        """Take what a party paid of its own money, got back and still holds out of both: it went in a circle."""
        for (party, resource), recipients in own.items():
            lines = self.lines[resource]
            paid, held = lines[accounts.own(party)], lines[accounts.held(party)]
            if held.amount <= 0 or paid.amount >= 0:
                continue
            moves: dict[tuple[str, str], int] = defaultdict(int)
            for (payer, recipient, name, _), line in self.moves.items():
                if name == resource:
                    moves[payer, recipient] += line.amount
            circle = min(-paid.amount, held.amount, came_back(party, recipients, moves))
            paid.amount += circle
            held.amount -= circle
            if circle:
                self.circles[party, resource] = circle

    def of(self, resource: str, *kinds: str) -> Iterator[tuple[str, AccountSum]]:
        """Give (account, sum) of every account of these classes that is not empty."""
        for account, line in self.lines[resource].items():
            if line.amount and class_of(account) in kinds:
                yield account, line

    def resources(self) -> list[str]:
        """Return every resource that was ever booked, sorted."""
        return sorted(self.lines)

    def total(self, resource: str, wanted: Callable[[str], bool], sign: int = 1) -> Figure:
        """Return the sum over accounts of ``resource`` that are wanted."""
        return figure(resource, (line for account, line in self.lines[resource].items() if wanted(account)), sign)

    def sum_of(self, resource: str, *kinds: str, sign: int = 1) -> Figure:
        """Return the sum over the accounts of these classes."""
        return self.total(resource, lambda account: class_of(account) in kinds, sign)


def figure(resource: str, lines: Iterable[AccountSum], sign: int = 1) -> Figure:
    """Return lines as one figure."""
    kept = list(lines)
    entries = sorted(set[int]().union(*(line.entries for line in kept)))
    return Figure(sign * sum(line.amount for line in kept), resource, tuple(entries[:SHOWN]), len(entries))


def resting(amount: int, resource: str, entries: Iterable[int]) -> Figure:
    """Return an amount with the entries it rests on."""
    kept = sorted(set(entries))
    return Figure(amount, resource, tuple(kept[:SHOWN]), len(kept))


def together(resource: str, figures: Iterable[Figure]) -> Figure:
    """Return figures of one resource as one."""
    kept = list(figures)
    return resting(sum(one.amount for one in kept), resource, (index for one in kept for index in one.entries))
