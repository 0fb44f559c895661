"""The steps of a mandate, each with who may take it and what it must not break."""

import msgspec

from enduse.programme import places as tree
from enduse.programme.arrangement import Arrangement
from enduse.programme.mandates import Mandate, overlap
from enduse.statements.entry import Entry
from enduse.statements.mandate import Mandate as MandateStatement
from enduse.statements.mandate import MandateBody
from enduse.terms.texts import say


def appoint(state: Arrangement, entry: Entry, statement: MandateStatement) -> str:
    """Take in one step of a mandate; return the empty string, or why it has no effect."""
    body = statement.body
    if body.action in {"offer", "hand_over"}:
        return _offer(state, entry, statement)
    mandate = state.mandates.get(body.mandate)
    if mandate is None:
        return f"mandate {body.mandate} was never offered"
    if mandate.declined:
        return f"mandate {body.mandate} was declined or withdrawn"
    step = {"accept": _accept, "decline": _decline, "check": _check, "end": _end}
    reason = step.get(body.action, _suspend)(state, entry, statement, mandate)
    if not reason:
        mandate.history.append(entry.id)
    return reason


def _offer(state: Arrangement, entry: Entry, statement: MandateStatement) -> str:
    body = statement.body
    if body.mandate in state.mandates:
        return f"mandate {body.mandate} was already offered; end it and use another identifier"
    if body.action == "offer" and (body.succeeds is not None or body.checks):
        return "only a handover succeeds another mandate and has readiness checks"
    before = None
    if body.action == "hand_over":
        before = state.mandates.get(body.succeeds or "")
        if before is None or not before.acceptance:
            return f"mandate {body.succeeds} was never accepted, so it cannot be handed over"
        if reason := _not_whole(entry, body, before):
            return reason
        body = msgspec.structs.replace(body, functions=before.functions, places=before.places)
    return _unknown(state, body) or _given(state, entry, body, before)


def _given(state: Arrangement, entry: Entry, body: MandateBody, before: Mandate | None) -> str:
    """Take in a complete offer by whoever may make it."""
    party = entry.statement.party
    gives = state.mighty(entry, body.places)
    # Also where the holder administers these places: nobody makes its own mandate longer through another's hand.
    passes_on = before is not None and party == before.holder and party != state.keeper
    if before is not None and passes_on and (reason := _overreaches(entry, body, before)):
        return reason
    if not gives and not passes_on and party != body.holder:
        return f"{party} may neither give a mandate for these places nor offer another party"
    if gives and not passes_on and (reason := _own_hand(state, party, body)):
        return reason
    if reason := _refused_type(state, body) or _incompatible_within(state, body):
        return reason
    offered = Mandate.offered(body, party, entry.id, entry.statement.occurred_at, given=gives or passes_on)
    offered.passed_on = passes_on
    state.mandates[body.mandate] = offered
    return ""


def _not_whole(entry: Entry, body: MandateBody, before: Mandate) -> str:
    """Say why what is offered is no handover of ``before``, or return nothing."""
    if before.ends is not None and before.ends <= entry.statement.occurred_at:
        return f"mandate {before.mandate} has already ended; offer the next holder a mandate of its own"
    if (body.functions or before.functions, body.places or before.places) != (before.functions, before.places):
        return f"a handover passes the whole of mandate {before.mandate}; end it and offer parts anew"
    if body.holder == before.holder:
        return f"{before.holder} holds mandate {before.mandate} already; a handover is to another party"
    return ""


def _overreaches(entry: Entry, body: MandateBody, before: Mandate) -> str:
    """Say what a holder would pass on that it has not itself, or return nothing."""
    if reason := _lapsed(entry, before):
        return reason
    end = before.ends
    past = body.period is None or (end is not None and (body.period.end is None or body.period.end > end))
    if past or (body.period is not None and body.period.start < before.period.start):
        return f"{before.holder} passes on mandate {before.mandate} within its own period only"
    return ""


def _lapsed(entry: Entry, before: Mandate) -> str:
    """Say that a holder no longer had, or has, what it passes on."""
    if before.in_force(entry.statement.occurred_at) and before.in_force(entry.recorded_at):
        return ""
    return f"mandate {before.mandate} is not in force, so {before.holder} cannot hand it over"


def _own_hand(state: Arrangement, party: str, body: MandateBody) -> str:
    """Say why the administration may not go to itself: nobody but the keeper makes its own power longer or wider."""
    if party == state.keeper or state.founded.administration not in body.functions:
        return ""
    path = state.related(party, body.holder or "")
    return f"{party} may not give the administration to itself or its own: {'; '.join(path)}" if path else ""


def _unknown(state: Arrangement, body: MandateBody) -> str:
    if body.holder not in state.parties:
        return f"party {body.holder} is not known"
    strange = [name for name in body.functions if name not in state.functions]
    if strange:
        return f"functions are not known: {', '.join(strange)}"
    strange = [name for name in body.places if name not in state.places]
    return f"places are not known: {', '.join(strange)}" if strange else ""


def _refused_type(state: Arrangement, body: MandateBody) -> str:
    for rule in state.founded.offer_rules:
        if rule.function in body.functions and (body.type or "") not in rule.accepts:
            quote = f' ("{rule.citation.quote}")' if rule.citation and rule.citation.quote else ""
            offered = body.type or "no type"
            return f"{offered} was offered for {rule.function}; the rule: {say(rule.reason, 'en')}{quote}"
    return ""


def _incompatible_within(state: Arrangement, body: MandateBody) -> str:
    for rule in state.founded.incompatible:
        both = [name for name in body.functions if name in rule.functions]
        if len(both) > 1:
            return f"{' and '.join(both)} may not be held together: {say(rule.reason, 'en')}"
    return ""


def _accept(state: Arrangement, entry: Entry, statement: MandateStatement, mandate: Mandate) -> str:
    at = statement.occurred_at
    if reason := _not_to_accept(state, entry, mandate) or _handed_over(state, entry, mandate):
        return reason
    mandate.accepted_at = at
    if reason := _conflict(state, mandate):
        mandate.accepted_at = None
        return reason
    mandate.acceptance = entry.id
    state.held.setdefault(mandate.holder, []).append(mandate.mandate)
    before = state.mandates.get(mandate.succeeds or "")
    if before is not None and mandate.begins is not None:
        before.ended_at = min(mandate.begins, before.ended_at or mandate.begins)
        before.ending = before.ending or entry.id
    return ""


def _not_to_accept(state: Arrangement, entry: Entry, mandate: Mandate) -> str:
    """Say why this party may not accept, or not yet."""
    party = entry.statement.party
    if mandate.acceptance:
        return f"mandate {mandate.mandate} was already accepted"
    if mandate.given and party != mandate.holder:
        return f"mandate {mandate.mandate} is for {mandate.holder} to accept"
    own = party == mandate.holder and party != state.keeper
    if not mandate.given and (own or not state.mighty(entry, mandate.places)):
        return f"mandate {mandate.mandate} was offered by its holder; the keeper or the administration accepts"
    if mandate.offered_at is not None and entry.statement.occurred_at < mandate.offered_at:
        return f"mandate {mandate.mandate} cannot be accepted before it was offered"
    if mandate.open_checks():
        return f"readiness checks are open: {', '.join(mandate.open_checks())}; no acceptance, no handover"
    return ""


def _handed_over(state: Arrangement, entry: Entry, mandate: Mandate) -> str:
    """Say why what a mandate succeeds can no longer be handed over, or return nothing."""
    before = state.mandates.get(mandate.succeeds or "")
    if before is None:
        return ""
    for name in sorted(state.mandates):
        if state.mandates[name].succeeds == before.mandate and state.mandates[name].acceptance:
            return f"mandate {before.mandate} was already handed over as {name}"
    return _lapsed(entry, before) if mandate.passed_on else ""


def _conflict(state: Arrangement, mandate: Mandate) -> str:
    """Say which separation of duties an acceptance would break, with the path between the parties."""
    if mandate.holder not in state.parties:
        return f"party {mandate.holder} is not known"
    if not mandate.spans():
        return f"mandate {mandate.mandate} was over before it was accepted"
    # By identifier: a state that was stored has another order than the record, and must give the same reason.
    mandates = (state.mandates[name] for name in sorted(state.mandates))
    others = (item for item in mandates if item.acceptance and item.mandate != mandate.succeeds)
    return next((found for other in others if (found := clash(state, mandate, other))), "")


def clash(state: Arrangement, mandate: Mandate, other: Mandate) -> str:
    """Say which separation of duties two mandates break, where and while both are in force, or return nothing."""
    for rule in state.founded.incompatible:
        mine = [name for name in mandate.functions if name in rule.functions]
        theirs = [name for name in other.functions if name in rule.functions and name not in mine]
        if not mine or not theirs or not overlap(mandate.spans(), other.spans()):
            continue
        path = state.related(mandate.holder, other.holder)
        if path and _touch(state, mandate.places, other.places):
            return (
                f"{mandate.holder} may not hold {mine[0]} where {other.holder} holds {theirs[0]}: "
                f"{say(rule.reason, 'en')} ({'; '.join(path)})"
            )
    return ""


def clashes(state: Arrangement) -> list[str]:
    """Return every broken separation of duties among accepted mandates.

    Acceptance prevents them; what is found here came to light later, with an owner or membership that was not known.
    """
    accepted = [state.mandates[name] for name in sorted(state.mandates) if state.mandates[name].acceptance]
    pairs = ((one, other) for number, one in enumerate(accepted) for other in accepted[number + 1 :])
    return [found for one, other in pairs if (found := clash(state, one, other))]


def _touch(state: Arrangement, some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Say whether a place of one list is, holds or lies in a place of the other."""
    return any(
        one in tree.chain(state.places, other) or other in tree.chain(state.places, one)
        for one in some
        for other in others
    )


def _decline(state: Arrangement, entry: Entry, statement: MandateStatement, mandate: Mandate) -> str:
    if mandate.acceptance:
        return f"mandate {mandate.mandate} was already accepted; end it"
    gives = state.mighty(entry, mandate.places)
    if statement.party != mandate.holder and not gives:
        return f"{statement.party} is not a side of mandate {mandate.mandate}"
    mandate.declined = entry.id
    return ""


def _check(state: Arrangement, entry: Entry, statement: MandateStatement, mandate: Mandate) -> str:
    body = statement.body
    known = next((item for item in mandate.checks if item.check == body.check), None)
    if known is None:
        return f"mandate {mandate.mandate} has no readiness check {body.check}"
    if known.function is None:
        if statement.party != mandate.holder:
            return f"readiness check {known.check} is for {mandate.holder} to confirm"
    elif not all(
        state.holds(statement.party, known.function, place, at)
        for place in mandate.places
        for at in state.moments(entry, "mandate")
    ):
        return f"readiness check {known.check} is for a holder of {known.function}; {statement.party} is none"
    mandate.checked[known.check] = (entry.id, body.holds)
    return ""


def _end(state: Arrangement, entry: Entry, statement: MandateStatement, mandate: Mandate) -> str:
    if not mandate.acceptance:
        if statement.party != mandate.offered_by:
            return f"only {mandate.offered_by} withdraws its offer; decline it instead"
        mandate.declined = entry.id
        return ""
    gives = state.mighty(entry, mandate.places)
    if statement.party != mandate.holder and not gives:
        return f"{statement.party} is not a side of mandate {mandate.mandate}"
    at = statement.body.effective or statement.occurred_at
    if mandate.ended_at is not None and mandate.ended_at <= at:
        return f"mandate {mandate.mandate} had already ended"
    mandate.ended_at, mandate.ending = at, entry.id
    return ""


def _suspend(state: Arrangement, entry: Entry, statement: MandateStatement, mandate: Mandate) -> str:
    body = statement.body
    if not mandate.acceptance:
        return f"mandate {mandate.mandate} is not accepted"
    if not state.mighty(entry, mandate.places):
        return f"{statement.party} does not give mandate {mandate.mandate}"
    at = body.effective or statement.occurred_at
    last = mandate.suspended[-1] if mandate.suspended else None
    running = last is not None and last[1] is None
    if body.action == "suspend":
        if running or (last is not None and last[1] is not None and at < last[1]):
            return f"mandate {mandate.mandate} is suspended already"
        mandate.suspended.append((at, None))
        return ""
    if last is None or not running or at <= last[0]:
        return f"mandate {mandate.mandate} is not suspended"
    mandate.suspended[-1] = (last[0], at)
    return ""
