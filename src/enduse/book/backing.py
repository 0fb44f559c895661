"""How much of a declared use is shown to have arrived: what nobody is shown to have had, no reading makes good by itself."""

from enduse.book.states import States
from enduse.ledger.accounts import class_of, item_of, owner_of
from enduse.ledger.timeline import accounts_of

_LIES = frozenset(("stock", "unusable", "difference"))
"""Where what a party has at a place lies; a surplus that a count found there has not been shown to have come."""


def declared_use(states: States, project: str, resource: str) -> dict[str, int]:
    """Return what is declared as used in a project, smallest units, by the party that declared it."""
    accounts = (account for account in accounts_of(states.ledger, "use") if item_of(account) == project)
    held = {owner_of(account): states.ledger.balance(account, resource) for account in accounts}
    return {party: amount for party, amount in held.items() if amount}


def beyond_arrival(states: States, project: str, resource: str) -> int:
    """Return how much of a declared use is more than its parties are shown to have had, smallest units.

    That is what stands below zero of their stocks, place by place: what they have elsewhere makes up for none of it, and a
    count that brings a stock to zero does not either. Only papers that were not recorded do, or a finding.
    """
    declared = declared_use(states, project, resource)
    lying: dict[str, int] = {}
    for account, held in states.ledger.balances.items():
        if class_of(account) in _LIES and owner_of(account) in declared and resource in held:
            place = f"{owner_of(account)} {item_of(account)}"
            lying[place] = lying.get(place, 0) + held[resource]
    lacking = sum(-amount for amount in lying.values() if amount < 0)
    return min(lacking, max(sum(declared.values()), 0))
