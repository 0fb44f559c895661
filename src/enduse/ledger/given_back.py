"""Money that was given back is of whoever it went back to: as if so much less had been paid.

In a mixed purse a refund would take of every giver's money. What will be given back is therefore set apart when it comes
in, as goods of a named lot would be, and nothing else is paid of it.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from enduse.ledger.accounts import owner_of
from enduse.ledger.movements import Movement

_MARK: Final = "\x00back "
"""Begins the lot of money that is set apart; no lot that anybody names has that sign."""

Way = tuple[str, str, str]
"""Account that was paid, by whom, and in which currency."""


def is_apart(lot: str | None) -> bool:
    """Say whether a lot is money that is set apart to be given back."""
    return lot is not None and lot.startswith(_MARK)


def set_apart(ordered: Sequence[Movement]) -> list[Movement]:
    """Return movements with each payment divided into what was given back of it later and what was not.

    Args:
        ordered: in the order of flow.
    """
    paid: dict[Way, list[list[int]]] = {}
    parts: dict[int, list[tuple[int, int]]] = {}
    for at, one in enumerate(ordered):
        source, target = one.sources[0], one.targets[0]
        if target.code == "disbursed":
            paid.setdefault((target.account, owner_of(source.account), one.resource), []).append([at, target.amount])
        elif target.code == "refunded":
            left = target.amount
            for payment in paid.get((source.account, owner_of(target.account), one.resource), ()):
                share = min(left, payment[1])
                if share:
                    payment[1] -= share
                    left -= share
                    parts.setdefault(payment[0], []).append((at, share))
                    parts.setdefault(at, [])
    found: list[Movement] = []
    for at, one in enumerate(ordered):
        if one.targets[0].code == "refunded" and at in parts:
            source = msgspec.structs.replace(one.sources[0], lot=f"{_MARK}{at}")
            found.append(msgspec.structs.replace(one, sources=(source,)))
            continue
        rest = one.targets[0].amount
        for refund, share in parts.get(at, ()):
            rest -= share
            found.append(_part(one, share, f"{_MARK}{refund}"))
        if rest:
            found.append(one if at not in parts else _part(one, rest, None))
    return found


def _part(one: Movement, amount: int, lot: str | None) -> Movement:
    source = msgspec.structs.replace(one.sources[0], amount=amount)
    target = msgspec.structs.replace(one.targets[0], amount=amount, lot=lot)
    return msgspec.structs.replace(one, sources=(source,), targets=(target,))
