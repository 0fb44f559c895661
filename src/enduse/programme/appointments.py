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
    reason = step.get(body.action, _suspend)(state, entry.id, statement, mandate)
    if not reason:
        mandate.history.append(entry.id)
    return reason


def _offer(state: Arrangement, entry: Entry, statement: MandateStatement) -> str:
    body, at = statement.body, statement.occurred_at
    if body.mandate in state.mandates:
        return f"mandate {body.mandate} was already offered; end it and use another identifier"
    before = None
    if body.action == "hand_over":
        before = state.mandates.get(body.succeeds or "")
        if before is None or not before.acceptance:
            return f"mandate {body.succeeds} was never accepted, so it cannot be handed over"
        if before.ends is not None and before.ends <= at:
            return f"mandate {before.mandate} has already ended; offer the next holder a mandate of its own"
        if (body.functions or before.functions, body.places or before.places) != (before.functions, before.places):
            return f"a handover passes the whole of mandate {before.mandate}; end it and offer parts anew"
        body = msgspec.structs.replace(body, functions=before.functions, places=before.places)
    if reason := _unknown(state, body):
        return reason
    gives = state.administers(statement.party, at, body.places)
    if before is not None and statement.party == before.holder:
        gives = True
    if not gives and statement.party != body.holder:
        return f"{statement.party} may neither give a mandate for these places nor offer another party"
    if reason := _refused_type(state, body) or _incompatible_within(state, body):
        return reason
    state.mandates[body.mandate] = Mandate.offered(body, statement.party, entry.id, at, given=gives)
    return ""


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


def _accept(state: Arrangement, entry: str, statement: MandateStatement, mandate: Mandate) -> str:
    party, at = statement.party, statement.occurred_at
    if mandate.acceptance:
        return f"mandate {mandate.mandate} was already accepted"
    if mandate.given and party != mandate.holder:
        return f"mandate {mandate.mandate} is for {mandate.holder} to accept"
    if not mandate.given and not state.administers(party, at, mandate.places):
        return f"mandate {mandate.mandate} was offered by its holder; the keeper or the administration accepts"
    if mandate.offered_at is not None and at < mandate.offered_at:
        return f"mandate {mandate.mandate} cannot be accepted before it was offered"
    if mandate.open_checks():
        return f"readiness checks are open: {', '.join(mandate.open_checks())}; no acceptance, no handover"
    if mandate.succeeds is not None:
        rivals = [
            item.mandate for item in state.mandates.values() if item.succeeds == mandate.succeeds and item.acceptance
        ]
        if rivals:
            return f"mandate {mandate.succeeds} was already handed over as {rivals[0]}"
    mandate.accepted_at = at
    if reason := _conflict(state, mandate):
        mandate.accepted_at = None
        return reason
    mandate.acceptance = entry
    state.held.setdefault(mandate.holder, []).append(mandate.mandate)
    if mandate.succeeds is not None and mandate.begins is not None:
        before = state.mandates[mandate.succeeds]
        before.ended_at = min(mandate.begins, before.ended_at or mandate.begins)
        before.ending = before.ending or entry
    return ""


def _conflict(state: Arrangement, mandate: Mandate) -> str:
    """Say which separation of duties an acceptance would break, with the path between the parties."""
    if mandate.holder not in state.parties:
        return f"party {mandate.holder} is not known"
    if not mandate.spans():
        return f"mandate {mandate.mandate} was over before it was accepted"
    others = (item for item in state.mandates.values() if item.acceptance and item.mandate != mandate.succeeds)
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
    accepted = [mandate for mandate in state.mandates.values() if mandate.acceptance]
    pairs = ((one, other) for number, one in enumerate(accepted) for other in accepted[number + 1 :])
    return [found for one, other in pairs if (found := clash(state, one, other))]


def _touch(state: Arrangement, some: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Say whether a place of one list is, holds or lies in a place of the other."""
    return any(
        one in tree.chain(state.places, other) or other in tree.chain(state.places, one)
        for one in some
        for other in others
    )


def _decline(state: Arrangement, entry: str, statement: MandateStatement, mandate: Mandate) -> str:
    if mandate.acceptance:
        return f"mandate {mandate.mandate} was already accepted; end it"
    gives = state.administers(statement.party, statement.occurred_at, mandate.places)
    if statement.party != mandate.holder and not gives:
        return f"{statement.party} is not a side of mandate {mandate.mandate}"
    mandate.declined = entry
    return ""


def _check(state: Arrangement, entry: str, statement: MandateStatement, mandate: Mandate) -> str:
    body = statement.body
    known = next((item for item in mandate.checks if item.check == body.check), None)
    if known is None:
        return f"mandate {mandate.mandate} has no readiness check {body.check}"
    at = statement.occurred_at
    if known.function is None:
        if statement.party != mandate.holder:
            return f"readiness check {known.check} is for {mandate.holder} to confirm"
    elif not all(state.holds(statement.party, known.function, place, at) for place in mandate.places):
        return f"readiness check {known.check} is for a holder of {known.function}; {statement.party} is none"
    mandate.checked[known.check] = (entry, body.holds)
    return ""


def _end(state: Arrangement, entry: str, statement: MandateStatement, mandate: Mandate) -> str:
    if not mandate.acceptance:
        if statement.party != mandate.offered_by:
            return f"only {mandate.offered_by} withdraws its offer; decline it instead"
        mandate.declined = entry
        return ""
    gives = state.administers(statement.party, statement.occurred_at, mandate.places)
    if statement.party != mandate.holder and not gives:
        return f"{statement.party} is not a side of mandate {mandate.mandate}"
    at = statement.body.effective or statement.occurred_at
    if mandate.ended_at is not None and mandate.ended_at <= at:
        return f"mandate {mandate.mandate} had already ended"
    mandate.ended_at, mandate.ending = at, entry
    return ""


def _suspend(state: Arrangement, _entry: str, statement: MandateStatement, mandate: Mandate) -> str:
    body = statement.body
    if not mandate.acceptance:
        return f"mandate {mandate.mandate} is not accepted"
    if not state.administers(statement.party, statement.occurred_at, mandate.places):
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
