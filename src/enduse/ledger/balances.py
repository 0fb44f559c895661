"""What the postings add up to at any moment: *as at* a claimed time, *as known on* a recorded time.

Balances are never stored apart from the postings they sum; everything here is a sum over an iterable of postings.
"""

from collections.abc import Iterable, Mapping

import msgspec

from enduse.errors import Problem
from enduse.ledger.accounts import class_of, item_of, owner_of, stock
from enduse.ledger.posting import Posting
from enduse.messages import Amount
from enduse.terms.amounts import material_of


class Moment(msgspec.Struct, frozen=True, kw_only=True):
    """Which postings count. Without limits, all do.

    Attributes:
        as_at: last claimed time that counts, microseconds since 1970.
        as_known: last recorded time that counts, microseconds since 1970.
        size: log size: only entries below it count.
    """

    as_at: int | None = None
    as_known: int | None = None
    size: int | None = None

    def holds(self, posting: Posting) -> bool:
        """Say whether ``posting`` counts."""
        return (
            (self.as_at is None or posting.effective <= self.as_at)
            and (self.as_known is None or posting.recorded <= self.as_known)
            and (self.size is None or posting.entry < self.size)
        )


NOW = Moment()
"""Everything that is known, at whatever claimed time."""


class OpenAccount(msgspec.Struct, frozen=True, kw_only=True):
    """What lies open in one account in one resource.

    Attributes:
        account: its name.
        owner: who answers for it.
        item: consignment, place, project, pledge or commitment.
        resource: what.
        amount: smallest units; for a difference positive is missing, negative is surplus.
        since: claimed time from which it has been open without a break, microseconds since 1970.
        entries: log indexes that made it what it is, in order.
    """

    account: str
    owner: str
    item: str
    resource: str
    amount: int
    since: int
    entries: tuple[int, ...]


def balances(postings: Iterable[Posting], moment: Moment = NOW) -> dict[str, dict[str, int]]:
    """Return the balance of every account by resource, in smallest units; zero balances are left out."""
    sums: dict[str, dict[str, int]] = {}
    for one in postings:
        if moment.holds(one):
            account = sums.setdefault(one.account, {})
            account[one.resource] = account.get(one.resource, 0) + one.amount
    kept = {account: {name: amount for name, amount in held.items() if amount} for account, held in sums.items()}
    return {account: held for account, held in sorted(kept.items()) if held}


def open_accounts(postings: Iterable[Posting], kind: str, moment: Moment = NOW) -> tuple[OpenAccount, ...]:
    """Return what lies open in accounts of class ``kind``, such as ``difference`` or ``transit``, sorted by account."""
    lines: dict[tuple[str, str], list[Posting]] = {}
    for one in postings:
        if class_of(one.account) == kind and moment.holds(one):
            lines.setdefault((one.account, one.resource), []).append(one)
    found = []
    for (account, resource), line in sorted(lines.items()):
        amount = sum(one.amount for one in line)
        if amount:
            found.append(
                OpenAccount(
                    account=account,
                    owner=owner_of(account),
                    item=item_of(account),
                    resource=resource,
                    amount=amount,
                    since=_since(line),
                    entries=tuple(dict.fromkeys(one.entry for one in line)),
                )
            )
    return tuple(found)


def differences(postings: Iterable[Posting], moment: Moment = NOW) -> tuple[OpenAccount, ...]:
    """Return everything that is missing (or, negative, too much) and not yet resolved by a finding."""
    return open_accounts(postings, "difference", moment)


def stock_by_place(postings: Iterable[Posting], moment: Moment = NOW) -> dict[str, dict[str, Mapping[str, int]]]:
    """Return what lies where: place, then holder, then resource, in smallest units."""
    return by_place(balances((one for one in postings if one.account.startswith("stock ")), moment))


def by_place(held: Mapping[str, Mapping[str, int]]) -> dict[str, dict[str, Mapping[str, int]]]:
    """Return the balances of stock accounts by place, then holder, then resource."""
    places: dict[str, dict[str, Mapping[str, int]]] = {}
    for account, line in sorted(held.items()):
        if class_of(account) == "stock":
            places.setdefault(item_of(account), {})[owner_of(account)] = line
    return dict(sorted(places.items()))


def negative_stock(postings: Iterable[Posting], moment: Moment = NOW) -> tuple[Problem, ...]:
    """Return stocks below zero: a fact is never refused, so a missing one shows here."""
    return below_zero(stock_by_place(postings, moment))


def below_zero(places: Mapping[str, Mapping[str, Mapping[str, int]]]) -> tuple[Problem, ...]:
    """Return stocks below zero, of what lies where: place, then holder, then resource, in smallest units."""
    return tuple(
        Problem.of(
            "stock.below_zero",
            source="record",
            path=stock(owner, place),
            owner=owner,
            amount=Amount(amount, resource),
            material=material_of(resource),
            place=place,
        )
        for place, holders in places.items()
        for owner, held in holders.items()
        for resource, amount in held.items()
        if amount < 0
    )


def _since(line: list[Posting]) -> int:
    """Return when the running balance last left zero, in claimed time."""
    by_time: dict[int, int] = {}
    for one in line:
        by_time[one.effective] = by_time.get(one.effective, 0) + one.amount
    total = since = 0
    for effective, amount in sorted(by_time.items()):
        if total == 0:
            since = effective
        total += amount
    return since
