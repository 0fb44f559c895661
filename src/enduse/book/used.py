"""What independent parties measured of a use: which reading counts, and whether they agree.

A reading counts from the day it claims, or from its recording where that is earlier. Of each independent party its latest
counts, and of those the newest is the measurement. Another contradicts it where the two lie further apart than their 95 %
errors and what was declared as built in or removed between them allow: use grows, and only by what is built in. Readings
that contradict each other leave the use *not known*, until one is corrected or measured again, or a finding on the project
by an independent party, later than both, says what was: then the newest counts. What was read in packs counts by a content
that was defined or counted, and never by what is printed on them.
"""

from enduse.assurance.differences import interval
from enduse.assurance.measurements import Measured
from enduse.book.backing import use_accounts
from enduse.book.opened import in_books, latest, settled_at
from enduse.book.states import States
from enduse.ledger.timeline import window
from enduse.release.verdict import Value


def measured_use(
    states: States, project: str, resource: str, without: frozenset[str], involved: set[str], sought: Value = "met"
) -> tuple[Measured | None, tuple[Measured, ...]]:
    """Return the newest reading of a use, and those of other parties that contradict it.

    Args:
        states: of the book.
        project: which.
        resource: ledger name.
        without: parties whose readings do not count.
        involved: whoever built or declared the use; nobody related to them settles a contradiction, and what a relation of
            theirs read contradicts where it speaks against them.
        sought: what they seek: *met* where more favours them.
    """
    every = states.readings.usable("use", project, resource, in_books(states))
    said = latest(one for one in every if one.party not in without and not one.nominal)
    newest = max(said, key=lambda one: (one.effective, one.entry), default=None)
    if newest is None:
        return None, ()
    settled = settled_at(states, project, involved)
    against = latest(one for one in every if one.party in without - involved and not one.nominal)
    others = (*said, *(one for one in against if (one.amount < newest.amount) == (sought == "met")))
    fresh = (one for one in others if one is not newest and max(one.entry, newest.entry) > settled)
    return newest, tuple(one for one in fresh if _contradicts(states, project, one, newest))


def _contradicts(states: States, project: str, one: Measured, other: Measured) -> bool:
    older, newest = sorted((one, other), key=lambda each: (each.effective, each.entry))
    built = _declared(states, project, newest.resource, older.effective, newest.effective)
    half = interval(0, (older.variance + newest.variance).sqrt()).upper
    return not min(built, 0) - half <= newest.amount - older.amount <= max(built, 0) + half


def _declared(states: States, project: str, resource: str, since: int, until: int) -> int:
    """Return what was declared as built in, less what was removed, after one moment and up to another."""
    return sum(
        change.amount
        for account in use_accounts(states, project)
        for change in window(states.ledger, account, resource, since + 1, until + 1)
    )
