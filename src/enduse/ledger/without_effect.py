"""Statements about a consignment that had no effect: they move nothing, and nothing of it is called exact beside them."""

from typing import Final

from enduse.ledger.consignment import DAY, receivers_named
from enduse.ledger.state import Consignment, State, WithoutEffect
from enduse.statements.entry import Entry
from enduse.statements.goods import Goods
from enduse.terms.times import micros

KEPT: Final = 20
"""So many of one party under one number are kept."""


def keep(state: State, entry: Entry) -> None:
    """Remember an entry that had no effect, where it is of goods of a consignment."""
    if not isinstance(entry.statement, Goods) or entry.id in state.said:
        return
    event = entry.statement.body.said
    number = event.transaction("desadv", "bol")
    if number is None or event.error_reason is not None:
        return
    one = WithoutEffect(party=entry.statement.party, effective=micros(event.event_time), id=entry.id, entry=entry.index)
    before = state.without_effect.get(number, ())
    if sum(other.party == one.party for other in before) < KEPT:
        state.without_effect[number] = (*before, one)
        state.number_of[entry.id] = number


def lift(state: State, party: str, identifier: str) -> bool:
    """Take one back by its own party; says whether there was one."""
    number = state.number_of.get(identifier)
    if number is None:
        return False
    known = state.without_effect[number]
    left = tuple(one for one in known if one.id != identifier or one.party != party)
    if left == known:
        return False
    del state.number_of[identifier]
    if left:
        state.without_effect[number] = left
    else:
        del state.without_effect[number]
    return True


def beside(state: State, one: Consignment) -> tuple[WithoutEffect, ...]:
    """Return the statements without effect that may be of a consignment.

    Those of parties that have or tell of one of its ends; what a stranger says casts no doubt. Where its sender uses the
    number anew after a time, only those that lie less than that from what was said of it.
    """
    told = state.without_effect.get(one.number)
    if not told:
        return ()
    ends = [leg for leg in one.legs if leg.role != "takeover"]
    parties = {who for leg in ends for who in (leg.speaker, leg.holder)} | {one.sender, *receivers_named(ends)}
    times = [leg.effective for leg in one.legs]
    first, last = min(times) - state.reuse_after * DAY, max(times) + state.reuse_after * DAY
    return tuple(each for each in told if each.party in parties and first <= each.effective <= last)
