"""What independent parties measured of a use: which reading counts, and whether they agree.

A reading counts from the day it claims, or from its recording where that is earlier. Of each independent party its latest
counts, and of those the newest is the measurement. Another contradicts it where the two lie further apart than their 95 %
errors and what was declared as built in or removed between them allow: use grows, and only by what is built in. Readings
that contradict each other leave the use *not known*, until one is corrected or measured again, or a finding on the project
by an independent party, later than both, says what was: then the newest counts. What was read in packs counts by a content
that was defined or counted, and never by what is printed on them.
"""

from typing import Final

from enduse.assurance.differences import interval
from enduse.assurance.measurements import Measured
from enduse.book.backing import declared_use, use_accounts
from enduse.book.opened import in_books, latest, partial_readers, settled_at
from enduse.book.states import States
from enduse.ledger.accounts import owner_of
from enduse.ledger.timeline import window
from enduse.release.verdict import Value
from enduse.terms.times import LAST, micros

_EVER: Final = micros(LAST)
"""After all that is claimed."""


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


def unmeasured_use(states: States, project: str, resource: str) -> int:
    """Return how much was declared as used since a party related to nobody who built or declared it measured it last.

    All that is declared, where nobody did. Smallest units; never less than 0.
    """
    declared = sum(declared_use(states, project, resource).values())
    known = states.works.projects.get(project)
    involved = {*map(owner_of, use_accounts(states, project)), *(known.builders if known is not None else ())}
    without = partial_readers(states.readings, project, involved, states.programme.related)
    without |= set(map(owner_of, use_accounts(states, project, beside=True)))  # nobody measures what it used itself
    reading, _ = measured_use(states, project, resource, without, involved)
    if reading is None:
        return max(declared, 0)
    return max(min(declared, _declared(states, project, resource, reading.effective, _EVER)), 0)


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
