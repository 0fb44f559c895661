"""A condition that is stated anew counts once those who decide its tranche have accepted it; until then what stood does.

Whoever may state conditions could else let a tranche wait for less, pay more, or stay open for longer, alone.
"""

from collections.abc import Mapping
from typing import Final

import msgspec

from enduse.messages import Message, Refusal
from enduse.release.facts import Facts
from enduse.release.restrictions import circle, humanitarian, unknown
from enduse.release.state import TrancheState
from enduse.statements.condition import DecisionBody
from enduse.statements.entry import Entry

ACTIONS: Final = ("accept_bill", "accept_condition")
"""Decisions by which what was stated anew counts for a tranche."""


def nothing_to_accept(body: DecisionBody, tranches: Mapping[str, TrancheState], facts: Facts) -> Refusal | None:
    """Say why the condition that its signers saw cannot be accepted, if so: it is looked at again, as when it was stated."""
    if body.action != "accept_condition":
        return None
    version = tranches[body.tranche].waiting(body.record_size)
    if version is None:
        return Refusal.of("condition.nothing_to_accept", tranche=body.tranche, size=body.record_size)
    if path := circle(version.body, tranches):
        return Refusal.of("condition.circle", tranches=path)
    return humanitarian(version.body, facts) or unknown(version.body, facts)


def lacking(body: DecisionBody, tranche: TrancheState, signers: tuple[str, ...], facts: Facts) -> Message | None:
    """Return what a decision's signers lack to take it: the quorum, and that nobody accepts what it stated itself."""
    version = tranche.waiting(body.record_size) if body.action == "accept_condition" else None
    missing = facts.quorum_missing(signers)
    if missing is not None or version is None:
        return missing
    others = [one for one in signers if one != version.party and not facts.related(one, version.party)]
    if any(facts.may_decide(one) for one in others):
        return None
    return Message.of("condition.accepted_by_its_author", party=version.party)


def accept(tranche: TrancheState, body: DecisionBody, entry: Entry) -> None:
    """Let the bills, or the condition, that its signers saw count from ``entry`` on, whatever day these claim for themselves."""
    if body.action == "accept_bill":
        tranche.bills = max(tranche.bills, body.record_size)
        return
    version = tranche.waiting(body.record_size)
    if version is not None:
        since = max(version.at, entry.recorded_at)
        tranche.versions.append(msgspec.structs.replace(version, at=since, accepted=entry.id, since=entry.index))
