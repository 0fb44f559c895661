"""How much of a declared use is shown to have arrived: what nobody is shown to have had, no reading makes good by itself.

Where a contractor is named, a use is declared by those who build, and by whoever had a mandate to use goods at the project's
place. What anybody else says that it used there stands beside, by name: it counts for nothing and against nobody.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from typing import Final

from enduse.book.states import States
from enduse.ledger.accounts import class_of, item_of, owner_of, stock, use
from enduse.ledger.packs import held_in_contents
from enduse.ledger.timeline import DAY, accounts_of, window

_LIES = frozenset(("stock", "unusable", "difference"))
"""Where what a party has at a place lies; a surplus that a count found there has not been shown to have come."""
_EVER: Final = (-(10**6) * DAY, 4 * 10**6 * DAY)
"""From before to after every time that a statement may claim, microseconds."""


_USES: Final = ("goods:installing", "goods:consuming", "goods:dispensing")


def declares(states: States, party: str, project: str) -> bool:
    """Say whether what ``party`` says that it used in a project counts as declared."""
    known = states.works.projects.get(project)
    if known is None or known.now.body.contractor is None or party in known.builders:
        return True
    return states.programme.ever_may(party, _USES, known.place)


def use_accounts(states: States, project: str, *, beside: bool = False) -> list[str]:
    """Return the accounts in which a project's use is declared; or, ``beside``, said by others."""
    accounts = (account for account in accounts_of(states.ledger, "use") if item_of(account) == project)
    return [account for account in accounts if declares(states, owner_of(account), project) != beside]


def declared_use(states: States, project: str, resource: str, *, beside: bool = False) -> dict[str, int]:
    """Return what is declared as used in a project (or said by others, ``beside``), smallest units, by party."""
    accounts = use_accounts(states, project, beside=beside)
    held = {owner_of(account): states.ledger.balance(account, resource) for account in accounts}
    return {party: amount for party, amount in held.items() if amount}


def beyond_arrival(states: States, project: str, resource: str) -> int:
    """Return how much of a declared use is more than its parties are shown to have had, smallest units.

    That is what stands below zero of the stocks it was taken from, place by place: what they have elsewhere makes up for
    none of it, and a count that brings a stock to zero does not either. Only papers that were not recorded do, or a finding.
    What another project took beyond its stock is not held against this one.
    """
    declared = declared_use(states, project, resource)
    lying = _lying(states.ledger.balances, declared, resource)
    lacking = {spot: -amount for spot, amount in lying.items() if amount < 0}
    beyond = sum(min(amount, _drawn(states, *spot, project, resource)) for spot, amount in lacking.items())
    return min(beyond, max(sum(declared.values()), 0))


def shown_to_have_come(states: States, project: str, resource: str, parties: Collection[str]) -> int | None:
    """Return the most of a use that is shown to have come, smallest units: no reading is met by more.

    What is declared as used and backed, and what its parties still hold where the project is: they may have used that and
    not said so yet. ``None`` where nobody books the item in this unit, so that only readings tell.

    Args:
        states: of the book.
        project: which.
        resource: ledger name.
        parties: who build or declare the use.
    """
    balances = held_in_contents(states.ledger, states.ledger.balances)
    if not any(resource in held for held in balances.values()):
        return None
    uses = [balances[account].get(resource, 0) for account in use_accounts(states, project)]
    if beyond := beyond_arrival(states, project, resource):
        return sum(uses) - beyond
    known = states.works.projects.get(project)
    place = None if known is None else known.place
    lying = _lying(balances, parties, resource)
    return sum(uses) + sum(held for (_, spot), held in lying.items() if place in {None, spot} and held > 0)


def _lying(
    balances: Mapping[str, Mapping[str, int]], parties: Collection[str], resource: str
) -> dict[tuple[str, str], int]:
    """Return what lies of an item with each party at each place, without what only a count found."""
    lying: dict[tuple[str, str], int] = {}
    for account, held in balances.items():
        if class_of(account) in _LIES and owner_of(account) in parties and resource in held:
            spot = (owner_of(account), item_of(account))
            lying[spot] = lying.get(spot, 0) + held[resource]
    return lying


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
