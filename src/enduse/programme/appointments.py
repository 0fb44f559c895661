"""The steps of a mandate, each with who may take it and what it must not break."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from enduse.messages import Refusal
from enduse.programme import places as tree
from enduse.programme.arrangement import AHEAD, Arrangement
from enduse.programme.mandates import MandateState, overlap
from enduse.statements.entry import Entry
from enduse.statements.mandate import Mandate, MandateBody


def appoint(state: Arrangement, entry: Entry, statement: Mandate) -> Refusal | None:
    """Take in one step of a mandate; return why it has no effect, if so."""
    body = statement.body
    if body.action in {"offer", "hand_over"}:
        return _offer(state, entry, statement)
    mandate = state.mandates.get(body.mandate)
    if mandate is None:
        return Refusal.of("mandate.never_offered", mandate=body.mandate)
    if mandate.declined:
        return Refusal.of("mandate.declined", mandate=body.mandate)
    step = {"accept": _accept, "decline": _decline, "check": _check, "end": _end}
    refusal = step.get(body.action, _suspend)(state, entry, statement, mandate)
    if refusal is None:
        mandate.history.append(entry.id)
    return refusal


def _offer(state: Arrangement, entry: Entry, statement: Mandate) -> Refusal | None:
    body = statement.body
    if body.mandate in state.mandates:
        return Refusal.of("mandate.offered_already", mandate=body.mandate)
    if body.action == "offer" and (body.succeeds is not None or body.checks):
        return Refusal.of("mandate.succession_without_handover")
    before = None
    if body.action == "hand_over":
        before = state.mandates.get(body.succeeds or "")
        if before is None or not before.acceptance:
            return Refusal.of("mandate.never_accepted", mandate=body.succeeds or "")
        if refusal := _not_whole(entry, body, before):
            return refusal
        body = msgspec.structs.replace(body, functions=before.functions, places=before.places)
    return _unknown(state, body) or _given(state, entry, body, before)


def _given(state: Arrangement, entry: Entry, body: MandateBody, before: MandateState | None) -> Refusal | None:
    """Take in a complete offer by whoever may make it."""
    party = entry.statement.party
    gives = state.is_administrator(entry, body.places)
    # Also where the holder administers these places: nobody makes its own mandate longer through another's hand.
    passes_on = before is not None and party == before.holder and party != state.keeper
    if before is not None and passes_on and (refusal := _overreaches(entry, body, before)):
        return refusal
    if not gives and not passes_on and party != body.holder:
        return Refusal.of("mandate.not_given_by", party=party)
    if gives and not passes_on:
        refusal = _own_hand(state, party, body) or _own_judge(state, party, body.holder or "", body.functions)
        if refusal is not None:
            return refusal
    if refusal := _refused_type(state, body) or _incompatible_within(state, body):
        return refusal
    offered = MandateState.offered(body, party, entry.id, entry.statement.occurred_at, given=gives or passes_on)
    offered.passed_on = passes_on
    state.mandates[body.mandate] = offered
    return None


def _not_whole(entry: Entry, body: MandateBody, before: MandateState) -> Refusal | None:
    """Return why what is offered is no handover of ``before``."""
    if before.ends is not None and before.ends <= entry.statement.occurred_at:
        return Refusal.of("mandate.ended_already", mandate=before.mandate)
    if (body.functions or before.functions, body.places or before.places) != (before.functions, before.places):
        return Refusal.of("mandate.handover_in_part", mandate=before.mandate)
    if body.holder == before.holder:
        return Refusal.of("mandate.held_already", mandate=before.mandate, party=before.holder)
    return None


def _overreaches(entry: Entry, body: MandateBody, before: MandateState) -> Refusal | None:
    """Return what a holder would pass on that it has not itself."""
    if refusal := _lapsed(entry, before):
        return refusal
    end = before.ends
    past = body.period is None or (end is not None and (body.period.end is None or body.period.end > end))
    if past or (body.period is not None and body.period.start < before.period.start):
        return Refusal.of("mandate.beyond_own_period", mandate=before.mandate, party=before.holder)
    return None


def _lapsed(entry: Entry, before: MandateState) -> Refusal | None:
    """Return that a holder no longer had, or has, what it passes on."""
    if before.in_force(entry.statement.occurred_at) and before.in_force(entry.recorded_at):
        return None
    return Refusal.of("mandate.not_in_force", mandate=before.mandate, party=before.holder)


def _own_hand(state: Arrangement, party: str, body: MandateBody) -> Refusal | None:
    """Return why the administration may not go to itself: only the keeper makes its own power longer or wider."""
    if party == state.keeper or state.founded.administration not in body.functions:
        return None
    path = state.related(party, body.holder or "")
    return Refusal.of("mandate.own_administration", party=party, ties=path) if path else None


def _own_judge(state: Arrangement, giver: str, holder: str, functions: Sequence[str]) -> Refusal | None:
    """Return why a mandate to judge may not go to its giver, or to a party related to it: nobody makes itself a judge.

    Else whoever gives mandates, the keeper before all, would measure, attest and decide in its own right, alone.
    """
    judging = [name for name in functions if name in state.judging]
    path = state.related(giver, holder) if judging else ()
    return Refusal.of("mandate.own_judge", party=giver, functions=judging, ties=path) if path else None


def _unknown(state: Arrangement, body: MandateBody) -> Refusal | None:
    if body.holder not in state.parties:
        return Refusal.of("party.unknown", party=body.holder or "")
    functions = [name for name in body.functions if name not in state.functions]
    if functions:
        return Refusal.of("function.unknown", functions=functions, n=len(functions))
    places = [name for name in body.places if name not in state.places]
    return Refusal.of("place.unknown", places=places, n=len(places)) if places else None


def _refused_type(state: Arrangement, body: MandateBody) -> Refusal | None:
    offered = body.type or ""
    for rule in state.founded.offer_rules:
        if rule.function in body.functions and offered not in rule.accepts:
            values = {"offered": offered or "no_type", "function": rule.function, "reason": rule.reason}
            if rule.citation and rule.citation.quote:
                return Refusal.of("mandate.type_refused_as_quoted", **values, quote=rule.citation.quote)
            return Refusal.of("mandate.type_refused", **values)
    return None


def _incompatible_within(state: Arrangement, body: MandateBody) -> Refusal | None:
    for rule in state.founded.incompatible:
        together = [name for name in body.functions if name in rule.functions]
        if len(together) > 1:
            return Refusal.of("mandate.incompatible_within", functions=together, reason=rule.reason)
    return None


def _accept(state: Arrangement, entry: Entry, statement: Mandate, mandate: MandateState) -> Refusal | None:
    if refusal := _not_to_accept(state, entry, mandate) or _handed_over(state, entry, mandate):
        return refusal
    mandate.accepted_at = statement.occurred_at
    if refusal := _conflict(state, mandate):
        mandate.accepted_at = None
        return refusal
    mandate.acceptance = entry.id
    state.held.setdefault(mandate.holder, []).append(mandate.mandate)
    before = state.mandates.get(mandate.succeeds or "")
    if before is not None and mandate.begins is not None:
        # What is succeeded ends when that is recorded, not before, whatever day was set.
        end = max(mandate.begins, entry.recorded_at)
        before.ended_at = min(end, before.ended_at or end)
        before.ending = before.ending or entry.id
    return None


def _not_to_accept(state: Arrangement, entry: Entry, mandate: MandateState) -> Refusal | None:
    """Return why this party may not accept, or not yet."""
    party, name = entry.statement.party, mandate.mandate
    if mandate.acceptance:
        return Refusal.of("mandate.accepted_already", mandate=name)
    if mandate.given and party != mandate.holder:
        return Refusal.of("mandate.for_holder", mandate=name, party=mandate.holder)
    own = party == mandate.holder and party != state.keeper
    if not mandate.given and (own or not state.is_administrator(entry, mandate.places)):
        return Refusal.of("mandate.for_givers", mandate=name)
    if not mandate.given and (refusal := _own_judge(state, party, mandate.holder, mandate.functions)):
        return refusal
    if mandate.offered_at is not None and entry.statement.occurred_at < mandate.offered_at:
        return Refusal.of("mandate.accepted_too_early", mandate=name)
    if checks := mandate.open_checks():
        return Refusal.of("mandate.checks_open", checks=checks)
    return None


def _handed_over(state: Arrangement, entry: Entry, mandate: MandateState) -> Refusal | None:
    """Return why what a mandate succeeds can no longer be handed over."""
    before = state.mandates.get(mandate.succeeds or "")
    if before is None:
        return None
    for name in sorted(state.mandates):
        if state.mandates[name].succeeds == before.mandate and state.mandates[name].acceptance:
            return Refusal.of("mandate.handed_over_already", mandate=before.mandate, successor=name)
    return _lapsed(entry, before) if mandate.passed_on else None


def _conflict(state: Arrangement, mandate: MandateState) -> Refusal | None:
    """Return which separation of duties an acceptance would break, with the path between the parties."""
    if mandate.holder not in state.parties:
        return Refusal.of("party.unknown", party=mandate.holder)
    if not mandate.spans():
        return Refusal.of("mandate.over_before_accepted", mandate=mandate.mandate)
    # By identifier: a state that was stored has another order than the record, and must give the same reason.
    mandates = (state.mandates[name] for name in sorted(state.mandates))
    others = (item for item in mandates if item.acceptance and item.mandate != mandate.succeeds)
    return next((refusal for other in others if (refusal := clash(state, mandate, other))), None)


def clash(state: Arrangement, mandate: MandateState, other: MandateState) -> Refusal | None:
    """Return which separation of duties two mandates break, where and while both are in force."""
    for rule in state.founded.incompatible:
        mine = [name for name in mandate.functions if name in rule.functions]
        theirs = [name for name in other.functions if name in rule.functions and name not in mine]
        if not mine or not theirs or not overlap(mandate.spans(), other.spans()):
            continue
        path = state.related(mandate.holder, other.holder)
        if path and _touch(state, mandate.places, other.places):
            return Refusal.of(
                "mandate.incompatible",
                party=mandate.holder,
                function=mine[0],
                other=other.holder,
                held=theirs[0],
                reason=rule.reason,
                ties=path,
            )
    return None


def clashes(state: Arrangement) -> list[Refusal]:
    """Return every broken separation of duties among accepted mandates.

    Acceptance prevents them; what is returned here came to light later, with an owner or membership not known then.
    """
    accepted = [state.mandates[name] for name in sorted(state.mandates) if state.mandates[name].acceptance]
    pairs = ((mandate, other) for number, mandate in enumerate(accepted) for other in accepted[number + 1 :])
    return [refusal for mandate, other in pairs if (refusal := clash(state, mandate, other))]


def _touch(state: Arrangement, places: tuple[str, ...], others: tuple[str, ...]) -> bool:
    """Say whether a place of one list is, holds or lies in a place of the other."""
    return any(
        place in tree.chain(state.places, other) or other in tree.chain(state.places, place)
        for place in places
        for other in others
    )


def _decline(state: Arrangement, entry: Entry, statement: Mandate, mandate: MandateState) -> Refusal | None:
    if mandate.acceptance:
        return Refusal.of("mandate.accepted_already", mandate=mandate.mandate)
    if statement.party != mandate.holder and not state.is_administrator(entry, mandate.places):
        return Refusal.of("mandate.not_a_side", party=statement.party, mandate=mandate.mandate)
    mandate.declined = entry.id
    return None


def _check(state: Arrangement, entry: Entry, statement: Mandate, mandate: MandateState) -> Refusal | None:
    body, party = statement.body, statement.party
    known = next((item for item in mandate.checks if item.check == body.check), None)
    if known is None:
        return Refusal.of("mandate.check_unknown", mandate=mandate.mandate, check=body.check or "")
    if known.function is None:
        if party != mandate.holder:
            return Refusal.of("mandate.check_for_receiver", check=known.check, party=mandate.holder)
    elif not all(
        state.holds(party, known.function, place, at)
        for place in mandate.places
        for at in state.moments(entry, "mandate")
    ):
        return Refusal.of("mandate.check_for_function", check=known.check, function=known.function, party=party)
    mandate.checked[known.check] = (entry.id, body.holds)
    return None


def _end(state: Arrangement, entry: Entry, statement: Mandate, mandate: MandateState) -> Refusal | None:
    if not mandate.acceptance:
        if statement.party != mandate.offered_by:
            return Refusal.of("mandate.offer_of_another", party=mandate.offered_by)
        mandate.declined = entry.id
        return None
    if statement.party != mandate.holder and not state.is_administrator(entry, mandate.places):
        return Refusal.of("mandate.not_a_side", party=statement.party, mandate=mandate.mandate)
    at = _effective(entry, statement)
    if at is None:
        return Refusal.of("mandate.changed_backwards", day=statement.body.effective)
    if mandate.ended_at is not None and mandate.ended_at <= at:
        return Refusal.of("mandate.ended_already", mandate=mandate.mandate)
    mandate.ended_at, mandate.ending = at, entry.id
    return None


def _effective(entry: Entry, statement: Mandate) -> datetime | None:
    """Return from when an end, a suspension or its lifting counts; nothing where it would count from the past.

    Whatever was done under a mandate stays done: nobody, the keeper included, dates a change before it is recorded, or
    who gives a monitor its mandate would undo the monitor's attestations by ending it backwards.
    """
    stated = statement.body.effective
    if stated is not None and stated < entry.recorded_at - AHEAD:
        return None
    return max(stated or statement.occurred_at, entry.recorded_at)


def _suspend(state: Arrangement, entry: Entry, statement: Mandate, mandate: MandateState) -> Refusal | None:
    body = statement.body
    if not mandate.acceptance:
        return Refusal.of("mandate.never_accepted", mandate=mandate.mandate)
    if not state.is_administrator(entry, mandate.places):
        return Refusal.of("mandate.not_its_giver", party=statement.party, mandate=mandate.mandate)
    at = _effective(entry, statement)
    if at is None:
        return Refusal.of("mandate.changed_backwards", day=body.effective)
    last = mandate.suspended[-1] if mandate.suspended else None
    running = last is not None and last[1] is None
    if body.action == "suspend":
        if running or (last is not None and last[1] is not None and at < last[1]):
            return Refusal.of("mandate.suspended_already", mandate=mandate.mandate)
        mandate.suspended.append((at, None))
        return None
    if last is None or not running or at <= last[0]:
        return Refusal.of("mandate.not_suspended", mandate=mandate.mandate)
    mandate.suspended[-1] = (last[0], at)
    return None
