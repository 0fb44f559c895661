"""Postings as movements from accounts to accounts, in the order in which goods and money really flowed.

What was taken back is left out, and what a count found and a fact that was told later explained. Money comes first, promises before payments, because a purchase is known by the
money behind it; goods follow in the order of their claimed times.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

import msgspec

from enduse.ledger.accounts import MEMO, class_of
from enduse.ledger.posting import Posting
from enduse.terms.amounts import is_money

_STAGE = {"promised": 0, "pledged": 1, "unpledged": 1, "committed": 1, "fulfilled": 2}
_KEPT_STAGE = 2
_CASH_STAGE = 3
_GOODS_STAGE = 4
_DAY = 86_400_000_000
_COUNTS = ("counted", "recounted")


class Movement(msgspec.Struct, frozen=True):
    """Sources and targets in one resource, whose amounts have the same sum; all amounts are positive."""

    entry: int
    effective: int
    resource: str
    sources: tuple[Posting, ...]
    targets: tuple[Posting, ...]

    @property
    def stage(self) -> int:
        """Money before goods, promises before payments."""
        if not is_money(self.resource):
            return _GOODS_STAGE
        source, target = class_of(self.sources[0].account), class_of(self.targets[0].account)
        if "fulfilled" in {source, target}:
            return _KEPT_STAGE
        return _STAGE.get(source, _CASH_STAGE)


def movements(postings: Iterable[Posting]) -> list[Movement]:
    """Return movements in the order of flow; of goods of one time, what comes into an account before what goes out.

    Args:
        postings: in log order, each entry whole.
    """
    by_cause: dict[int, list[Posting]] = {}
    for one in standing(postings):
        if class_of(one.account) in MEMO:
            continue  # what is said of money moves none
        by_cause.setdefault(one.of, []).append(one)
    found = list(_explained(movement for every in by_cause.values() for movement in _of_entry(every)))
    found.sort(key=lambda movement: (movement.stage, movement.effective, movement.entry, movement.targets[0].n))
    first = next((at for at, one in enumerate(found) if one.stage >= _CASH_STAGE), len(found))
    last = next((at for at, one in enumerate(found) if one.stage >= _GOODS_STAGE), len(found))
    cash = [
        one for _, day in groupby(found[first:last], key=lambda one: one.effective // _DAY) for one in _in_first(day)
    ]
    goods = [one for _, moves in groupby(found[last:], key=lambda one: one.effective) for one in _in_before_out(moves)]
    return found[:first] + cash + goods


def _explained(moves: Iterable[Movement]) -> Iterator[Movement]:
    """Give the movements without what a count moved into or out of a difference and a fact told later moved back.

    Nothing flowed there: what is told of the time before a count, or of its day, only changes what the count found.
    """
    counts: dict[tuple[object, ...], dict[str, list[Movement]]] = {}
    for one in moves:
        source, target = one.sources[0], one.targets[0]
        if len(one.sources) == len(one.targets) == 1 and target.code in _COUNTS:
            ends = frozenset((source.account, target.account))
            key = (one.effective, one.resource, ends, source.lot, target.lot)
            counts.setdefault(key, {}).setdefault(source.account, []).append(one)
        else:
            yield one
    for ways in counts.values():
        sums = [sum(one.sources[0].amount for one in way) for way in ways.values()]
        back = min(sums) if len(sums) > 1 else 0
        for way in ways.values():
            left = back
            for one in way:
                amount = one.sources[0].amount
                gone = min(left, amount)
                left -= gone
                if amount > gone:
                    yield _less(one, gone)


def _less(one: Movement, gone: int) -> Movement:
    source, target = one.sources[0], one.targets[0]
    return msgspec.structs.replace(
        one,
        sources=(msgspec.structs.replace(source, amount=source.amount - gone),),
        targets=(msgspec.structs.replace(target, amount=target.amount - gone),),
    )


def _in_first(day: Iterable[Movement]) -> list[Movement]:
    """Order the payments of one day: times within a day are rarely known, so what comes in goes before what goes out.

    The order in which they were recorded plays no part. Where money goes in a circle, the first account by name begins.
    """
    moves = list(day)
    feeds: dict[str, set[str]] = {}
    waits: Counter[str] = Counter()
    for one in moves:
        source, target = _purse(one.sources[0]), _purse(one.targets[0])
        feeds.setdefault(source, set())
        if source != target and target not in feeds[source]:
            feeds[source].add(target)
            waits[target] += 1
    rank: dict[str, int] = {}
    left = sorted(feeds)
    while left:
        ready = [account for account in left if not waits[account]] or left[:1]
        for account in ready:
            rank[account] = len(rank)
            for target in feeds[account]:
                waits[target] -= 1
        left = [account for account in left if account not in rank]
    return sorted(moves, key=lambda one: (rank[_purse(one.sources[0])], *_alike(one)))


def _purse(posting: Posting) -> str:
    """Return the account in one currency; an exchange joins two."""
    through = class_of(posting.account) == "exchange"
    return posting.account if through else f"{posting.account} {posting.resource}"


Spot = tuple[str, str]


def _in_before_out(moves: Iterable[Movement]) -> list[Movement]:
    """Order movements of one time by how many steps their sources lie from where goods came in; loops stay as they were."""
    together = list(moves)
    if len(together) == 1:
        return together
    onward: dict[Spot, set[Spot]] = {}
    for movement in together:
        for source in movement.sources:
            onward.setdefault((source.account, source.resource), set()).update(
                (target.account, target.resource) for target in movement.targets
            )
    entering = Counter(target for targets in onward.values() for target in targets)
    steps = dict.fromkeys(onward, 0)
    ready = [spot for spot in onward if not entering[spot]]
    while ready:
        spot = ready.pop()
        for target in onward.get(spot, ()):
            steps[target] = max(steps.get(target, 0), steps[spot] + 1)
            entering[target] -= 1
            if not entering[target]:
                ready.append(target)
    return sorted(
        together, key=lambda movement: max(steps[source.account, source.resource] for source in movement.sources)
    )


def _alike(one: Movement) -> tuple[int, bool, str, int, str, str, int]:
    """Return what orders movements out of one purse: a fee is taken after what it is for."""
    target = one.targets[0]
    fee = target.code == "fee"
    return one.effective, fee, target.account, target.amount, target.code, target.item or "", one.entry


def standing(postings: Iterable[Posting]) -> Iterator[Posting]:
    """Give the postings that were not taken back, without those that took others back."""
    every = list(postings)
    back = Counter(_key(one, one.reverses, -one.amount) for one in every if one.reverses is not None)
    if not back:
        yield from every
        return
    taken = {one.reverses for one in every}
    said = Counter(_key(one, one.of, one.amount) for one in every if one.reverses is None and one.of in taken)
    gone = {False: said & back, True: said & back}
    for one in every:
        taking = one.reverses is not None
        if not taking and one.of not in taken:
            yield one
            continue
        key = _key(one, one.reverses, -one.amount) if taking else _key(one, one.of, one.amount)
        if gone[taking][key]:
            gone[taking][key] -= 1
        else:
            yield one


def _key(one: Posting, entry: int | None, amount: int) -> tuple[int | None, str, str, int, int, str | None]:
    return entry, one.account, one.resource, one.effective, amount, one.lot


def _of_entry(postings: list[Posting]) -> Iterator[Movement]:
    """Pair what stands side by side and cancels out; gather the rest by resource, time and reason."""
    rest: dict[tuple[str, int, str, int | None], list[Posting]] = {}
    at = 0
    while at < len(postings):
        one = postings[at]
        other = postings[at + 1] if at + 1 < len(postings) else None
        if (
            other is not None
            and one.amount == -other.amount
            and (one.resource, one.effective, one.lot, one.code)
            == (other.resource, other.effective, other.lot, other.code)
        ):
            source, target = (one, other) if one.amount < 0 else (other, one)
            yield _movement([source], [target])
            at += 2
            continue
        rest.setdefault((one.resource, one.effective, one.code, one.reverses), []).append(one)
        at += 1
    for group in rest.values():
        sources = [one for one in group if one.amount < 0]
        targets = [one for one in group if one.amount > 0]
        if sources and targets and sum(one.amount for one in group) == 0:
            yield _movement(sources, targets)


def _movement(sources: list[Posting], targets: list[Posting]) -> Movement:
    positive = tuple(msgspec.structs.replace(one, amount=-one.amount) for one in sources)
    first = targets[0]
    return Movement(first.of, first.effective, first.resource, positive, tuple(targets))
