"""Deciding on a tranche at the desk: what it waits for, who has signed, who is awaited; each member signs the same words."""

from datetime import UTC, datetime
from typing import Final

import msgspec

from enduse.errors import ConflictError, MalformedError, UnknownError
from enduse.portal.addresses import identifier
from enduse.portal.desk import PageReply, Reply, Visit, WayReply
from enduse.portal.drafts import Drafts, Given
from enduse.portal.say import credentials, own_keys
from enduse.views.shapes import TrancheView
from enduse.views.statements import RecordedStatement

REASON_MAX: Final = 1_000

ACTIONS: Final = ("release", "withhold", "refuse", "recover", "accept_condition")
"""What can be decided here; that bills of quantities are accepted anew is said as any other statement."""


def _tranche(visit: Visit, about: str) -> tuple[TrancheView, str]:
    """Return the tranche that an address means, by itself or by a decision on it that waits; and that decision.

    Raises:
        UnknownError: it means neither.
    """
    tranches = {one.tranche: one for one in visit.answers.status.tranches}
    waiting = {decision: one for one in tranches.values() for decision in one.pending}
    if (name := identifier("tranche", about, tranches)) is not None:
        one = tranches[name]
        return one, next(iter(one.pending), "")
    if (name := identifier("decision", about, waiting)) is not None:
        return waiting[name], name
    raise UnknownError("desk.no_page")


def said_of(visit: Visit, decision: str) -> tuple[RecordedStatement, ...]:
    """Return what has been signed of a decision that still lacks signatures, in the order it was recorded."""
    return tuple(
        said
        for said in visit.programme.statements(kind="decision")
        if getattr(getattr(said.statement, "body", None), "decision", "") == decision
    )


def actions(tranche: TrancheView) -> tuple[str, ...]:
    """Return what can be decided: a release only of what is met, nothing asked back that was not released, nothing accepted that does not wait."""
    barred = {"release"} if tranche.mark != "met" else set()
    barred |= {"recover"} if tranche.status not in {"released", "decided"} else set()
    barred |= {"accept_condition"} if tranche.waiting is None else set()
    return tuple(action for action in ACTIONS if action not in barred)


def decide_page(visit: Visit, about: str) -> Reply:
    """Show the question, its evidence, who has signed and what is still lacking."""
    tranche, decision = _tranche(visit, about)
    said = said_of(visit, decision) if decision else ()
    signers = tuple(dict.fromkeys(one.statement.party for one in said if one.refusal is None))
    values = {
        "tranche": tranche,
        "about": about,
        "decision": decision,
        "lacking": tranche.pending.get(decision),
        "body": getattr(said[0].statement, "body", None) if said else None,
        "signers": signers,
        "mine": visit.me.party in signers,
        "actions": actions(tranche),
        "keys": own_keys(visit),
        "here": credentials(visit),
    }
    return PageReply(template="desk_decide.html", values=values)


def decide(visit: Visit, about: str) -> Reply:
    """Make the draft of a decision: a new one on the record as it is now, or the very words that others have signed."""
    tranche, decision = _tranche(visit, about)
    key = visit.fields.get("key", "")
    if key not in {one.key for one in own_keys(visit)}:
        raise ConflictError("desk.no_key")
    programme, place = visit.programme, ""
    if decision and "same" in visit.fields:
        first = said_of(visit, decision)[0].statement
        body, place = msgspec.to_builtins(getattr(first, "body", None)), first.place or ""
    else:
        action = visit.fields.get("action", "")
        reason = visit.fields.get("reason", "").strip()
        if action not in actions(tranche):
            raise MalformedError("desk.no_choice")
        if len(reason) > REASON_MAX:
            raise MalformedError("desk.too_many_words", most=REASON_MAX)
        basis = programme.decision_basis(tranche.tranche)
        name = f"decision:{tranche.tranche.rpartition(':')[2]}-{action}-{basis['record_size']}"
        body = {"decision": name, "tranche": tranche.tranche, "action": action, "reason": reason, **basis}
    given = Given(place=place, at=datetime.now(UTC).isoformat(), body=body)
    return WayReply(f"desk/draft/{Drafts(visit.desk.store, visit.me.id).begin('decision', given, key)}/")
