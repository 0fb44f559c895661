"""Postings as movements from accounts to accounts, in the order in which goods and money really flowed.

What was taken back is left out. Money comes first, promises before payments, because a purchase is known by the
money behind it; goods follow in the order of their claimed times.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby

import msgspec

from enduse.ledger.accounts import class_of
from enduse.ledger.posting import Posting
from enduse.terms.amounts import is_money

_FAMILY = {"short": "received", "surplus": "received"}
_STAGE = {"pledged": 0, "committed": 1}
_GOODS_STAGE = 3
_MONEY_STAGE = 2


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
        return _STAGE.get(class_of(self.targets[0].account), _MONEY_STAGE)


def movements(postings: Iterable[Posting]) -> list[Movement]:
    """Return movements in the order of flow.

    Args:
        postings: in log order, each entry whole.
    """
    found = [
        movement
        for _, entry in groupby(standing(postings), key=lambda one: one.entry)
        for movement in _of_entry(list(entry))
    ]

    def order(movement: Movement) -> tuple[int, int, bool, int, int]:
        # A dispatch recorded after its receipt pays back `unlinked` at the receipt's own time: that has to come first.
        late = class_of(movement.targets[0].account) != "unlinked"
        return movement.stage, movement.effective, late, movement.entry, movement.targets[0].n

    return sorted(found, key=order)


def standing(postings: Iterable[Posting]) -> Iterator[Posting]:
    """Give the postings that were not taken back, without those that took others back."""
    every = list(postings)
    said = Counter(_key(one, one.entry, one.amount) for one in every if one.reverses is None)
    back = Counter(_key(one, one.reverses, -one.amount) for one in every if one.reverses is not None)
    gone = {False: said & back, True: said & back}
    for one in every:
        taking = one.reverses is not None
        key = _key(one, one.reverses, -one.amount) if taking else _key(one, one.entry, one.amount)
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
        family = _FAMILY.get(one.code, one.code)
        rest.setdefault((one.resource, one.effective, family, one.reverses), []).append(one)
        at += 1
    for group in rest.values():
        sources = [one for one in group if one.amount < 0]
        targets = [one for one in group if one.amount > 0]
        if sources and targets and sum(one.amount for one in group) == 0:
            yield _movement(sources, targets)


def _movement(sources: list[Posting], targets: list[Posting]) -> Movement:
    positive = tuple(msgspec.structs.replace(one, amount=-one.amount) for one in sources)
    first = targets[0]
    return Movement(first.entry, first.effective, first.resource, positive, tuple(targets))
