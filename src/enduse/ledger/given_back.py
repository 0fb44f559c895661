"""Money that was given back is of whoever it went back to, and what a bank kept of a payment is of that payment.

In a mixed purse a refund or such a fee would take of every giver's money. What will be given back or was kept is therefore set
apart when it comes in, as goods of a named lot would be, and nothing else is paid of it.
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
    """Return movements with each payment divided into what was given back of it later, or kept of it, and what was not.

    Args:
        ordered: in the order of flow.
    """
    parts = _parts_of_payments(ordered)
    found: list[Movement] = []
    for at, one in enumerate(ordered):
        if one.targets[0].code in {"refunded", "fee"} and at in parts:
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


def _parts_of_payments(ordered: Sequence[Movement]) -> dict[int, list[tuple[int, int]]]:
    """Return, by the place of a payment, where what was given back or kept of it stands, and how much; of these, that they have one."""
    paid: dict[Way, list[list[int]]] = {}
    by_entry: dict[tuple[int, str], list[list[int]]] = {}
    parts: dict[int, list[tuple[int, int]]] = {}
    for at, one in enumerate(ordered):
        source, target = one.sources[0], one.targets[0]
        of: Sequence[list[int]] = ()
        if target.code == "disbursed":
            payment = [at, target.amount]
            paid.setdefault((target.account, owner_of(source.account), one.resource), []).append(payment)
            by_entry[one.entry, target.account] = [payment]
        elif target.code == "refunded":
            of = paid.get((source.account, owner_of(target.account), one.resource), ())
        elif target.code == "fee":
            of = by_entry.get((one.entry, source.account), ())
        left = target.amount
        for payment in of:
            share = min(left, payment[1])
            if share:
                payment[1] -= share
                left -= share
                parts.setdefault(payment[0], []).append((at, share))
                parts.setdefault(at, [])
    return parts


def _part(one: Movement, amount: int, lot: str | None) -> Movement:
    source = msgspec.structs.replace(one.sources[0], amount=amount)
    target = msgspec.structs.replace(one.targets[0], amount=amount, lot=lot)
    return msgspec.structs.replace(one, sources=(source,), targets=(target,))
