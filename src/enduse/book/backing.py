"""How much of a declared use is shown to have arrived: what nobody is shown to have had, no reading makes good by itself."""

from collections import Counter
from typing import Final

from enduse.book.states import States
from enduse.ledger.accounts import class_of, item_of, owner_of, stock, use
from enduse.ledger.timeline import DAY, accounts_of, window

_LIES = frozenset(("stock", "unusable", "difference"))
"""Where what a party has at a place lies; a surplus that a count found there has not been shown to have come."""
_EVER: Final = (-(10**6) * DAY, 4 * 10**6 * DAY)
"""From before to after every time that a statement may claim, microseconds."""


def declared_use(states: States, project: str, resource: str) -> dict[str, int]:
    """Return what is declared as used in a project, smallest units, by the party that declared it."""
    accounts = (account for account in accounts_of(states.ledger, "use") if item_of(account) == project)
    held = {owner_of(account): states.ledger.balance(account, resource) for account in accounts}
    return {party: amount for party, amount in held.items() if amount}


def beyond_arrival(states: States, project: str, resource: str) -> int:
    """Return how much of a declared use is more than its parties are shown to have had, smallest units.

    That is what stands below zero of the stocks it was taken from, place by place: what they have elsewhere makes up for
    none of it, and a count that brings a stock to zero does not either. Only papers that were not recorded do, or a finding.
    What another project took beyond its stock is not held against this one.
    """
    declared = declared_use(states, project, resource)
    lying: dict[tuple[str, str], int] = {}
    for account, held in states.ledger.balances.items():
        if class_of(account) in _LIES and owner_of(account) in declared and resource in held:
            spot = (owner_of(account), item_of(account))
            lying[spot] = lying.get(spot, 0) + held[resource]
    lacking = {spot: -amount for spot, amount in lying.items() if amount < 0}
    beyond = sum(min(amount, _drawn(states, *spot, project, resource)) for spot, amount in lacking.items())
    return min(beyond, max(sum(declared.values()), 0))


def _drawn(states: States, party: str, place: str, project: str, resource: str) -> int:
    """Return how much of what a party declared in a project went out of its stock at a place, by moment and amount."""
    out = Counter(
        (one.effective, -one.amount)
        for one in window(states.ledger, stock(party, place), resource, *_EVER)
        if one.amount < 0
    )
    drawn = 0
    for one in window(states.ledger, use(party, project), resource, *_EVER):
        if out[one.effective, one.amount] > 0:
            out[one.effective, one.amount] -= 1
            drawn += one.amount
    return drawn
