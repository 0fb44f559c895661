"""What changed in each account of stock or use, by day and claimed time: for what lay there at a moment.

One row holds one day of one resource in one account, so what happened on other days is neither read nor written.
"""

from collections.abc import Iterator
from itertools import chain
from typing import Final

from enduse.ledger.state import GAP, Change, Half, State, spot_of

DAY: Final = 86_400_000_000
FACT: Final = -1
"""Order of a fact among things of one effective time: before every count."""
_OFFSET: Final = 10**6
"""Days before 1970 sort before those after."""


def _key(spot: str, effective: int) -> str:
    return f"{spot}\t{effective // DAY + _OFFSET:07d}"


def put(state: State, half: Half) -> None:
    """Note what a half changes; what it takes back goes out of what stands.

    A day grows in place, so that a thousand changes of one take no longer each than ten.
    """
    key = f"{half.account}\t{half.resource}\t{half.effective // DAY + _OFFSET:07d}"
    day = state.timeline.growing(key)
    if day is None:
        day = []
        alter(day, half)
        state.timeline[key] = day
        return
    alter(day, half)
    if day:
        state.timeline.grown(key)
    else:
        del state.timeline[key]


def alter(changes: list[Change], half: Half) -> None:
    """Put what a half changes into the changes of its stock that stand; what it takes back goes out of them."""
    into_day, effective = half.into_day if half.order == FACT else GAP, half.effective
    if half.reverses is not None:
        gone = Change(effective, -half.amount, into_day)
        if gone in changes:
            changes.remove(gone)
            return
    at = len(changes)
    while at and changes[at - 1].effective > effective:
        at -= 1
    changes.insert(at, Change(effective, half.amount, into_day))


def window(state: State, account: str, resource: str, since: int, until: int) -> list[Change]:
    """Return what changed from one time to before another, in the order of claimed times."""
    spot = spot_of(account, resource)
    days = state.timeline.between(_key(spot, since), f"{_key(spot, until)}\t")
    return [one for one in chain.from_iterable(day for _, day in days) if since <= one.effective < until]


def lay(state: State, account: str, resource: str, when: int) -> int:
    """Return what the book says lay in an account at a moment: everything effective up to then."""
    spot = spot_of(account, resource)
    days = state.timeline.between(_key(spot, when), f"{spot}\n")
    later = sum(one.amount for _, day in days for one in day if one.effective > when)
    return state.balance(account, resource) - later


def accounts_of(state: State, kind: str) -> Iterator[str]:
    """Give the accounts of one class in which anything stands changed, sorted."""
    start = f"{kind} "
    while (key := next((key for key, _ in state.timeline.between(start, f"{kind}!")), None)) is not None:
        account = key.partition("\t")[0]
        yield account
        start = f"{account}\n"
