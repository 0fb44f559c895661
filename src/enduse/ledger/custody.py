"""Two-phase custody: a dispatch is pending until one receipt, or the sender's own word that it never left, resolves it.

A shortfall never flows back by itself: it goes to a difference account that the carrier owns until a finding
resolves it. The two sides may be recorded in either order; the balances come out the same.
"""

from typing import Final

from enduse.ledger.accounts import difference, stock, transit, unlinked
from enduse.ledger.draft import Draft
from enduse.ledger.posting import NoEffectError, Outcome
from enduse.ledger.state import Consignment, Half, Leg, Line

_CARRIER: Final = "{} carried it and cannot sign the receipt for {}: it stays unlinked"


def dispatch(draft: Draft, identifier: str, leg: Leg) -> Outcome:
    """Phase one: goods leave the sender's stock and are under way; an earlier recorded receipt resolves it at once.

    Raises:
        NoEffectError: the consignment was dispatched before.
    """
    consignment = draft.state.consignments.get(identifier) or Consignment()
    if consignment.dispatch is not None:
        raise NoEffectError(
            f"consignment {identifier} was already dispatched by entry {consignment.dispatch.entry}; "
            "give each leg its own identifier, or correct that one first"
        )
    away = transit(leg.carrier, identifier)
    for line in leg.lines:
        home = stock(leg.holder, leg.place)
        draft.move(line.resource, home, away, line.amount, "dispatched", leg.effective, line.lot, identifier)
    own = len(draft.halves)
    linked = link(draft, identifier, leg, consignment.receipt)
    end = len(draft.halves)
    postings = draft.commit()
    consignment.dispatch = leg
    if not linked:
        consignment.receipt = None
    draft.state.consignments[identifier] = consignment
    settle(draft, consignment, tuple(draft.halves[own:end]), linked=linked)
    draft.keep(draft.halves[:own], "dispatch", identifier)
    return draft.outcome(postings)


def receive(draft: Draft, identifier: str | None, leg: Leg) -> Outcome:
    """Phase two: what arrived enters the receiver's stock; what is short of the dispatch is the carrier's difference.

    Raises:
        NoEffectError: the consignment was received before.
    """
    consignment = None
    if identifier is None:
        draft.notes.append("no consignment is named: this receipt cannot carry custody back to a sender")
    else:
        consignment = draft.state.consignments.get(identifier) or Consignment()
        if consignment.receipt is not None:
            raise NoEffectError(
                f"consignment {identifier} was already received by entry {consignment.receipt.entry}; "
                "a dispatch is resolved once"
            )
    here = stock(leg.holder, leg.place)
    sent = consignment.dispatch if consignment and not consignment.resolution else None
    if sent is not None and _by_carrier(sent, leg):
        draft.notes.append(_CARRIER.format(leg.speaker, leg.holder))
        consignment = sent = None
    if sent is not None and identifier is not None:
        _resolve(draft, identifier, sent, leg, here)
    else:
        if consignment is not None:
            draft.notes.append(_why_unlinked(identifier, consignment))
        for line in leg.lines:
            draft.move(
                line.resource, unlinked(leg.place), here, line.amount, "received", leg.effective, line.lot, identifier
            )
    own = len(draft.halves)
    postings = draft.commit()
    if consignment is not None and identifier is not None:
        consignment.receipt = leg
        draft.state.consignments[identifier] = consignment
        settle(draft, consignment, (), linked=sent is not None)
    draft.keep(draft.halves[:own], "receipt", identifier or "")
    return draft.outcome(postings)


def void(draft: Draft, identifier: str, speaker: str, effective: int) -> Outcome:
    """The sender says that a consignment under way never left: it is back in the sender's stock.

    Raises:
        NoEffectError: nothing is under way, or it was resolved, or somebody else dispatched it.
    """
    consignment = draft.state.consignments.get(identifier)
    if consignment is None or consignment.dispatch is None:
        raise NoEffectError(f"consignment {identifier} was never dispatched in this record")
    if consignment.resolution:
        raise NoEffectError(
            f"consignment {identifier} was already {consignment.resolution} by entry {consignment.resolved_by}"
        )
    leg = consignment.dispatch
    if speaker != leg.speaker:
        raise NoEffectError(f"only {leg.speaker}, who dispatched consignment {identifier}, can say it never left")
    for line in leg.lines:
        draft.move(
            line.resource,
            transit(leg.carrier, identifier),
            stock(leg.holder, leg.place),
            line.amount,
            "voided",
            effective,
            line.lot,
            identifier,
        )
    own = len(draft.halves)
    postings = draft.commit()
    consignment.resolution, consignment.resolved_by = "voided", draft.index
    draft.keep(draft.halves[:own], "void", identifier)
    return draft.outcome(postings)


def link(draft: Draft, identifier: str, sent: Leg, got: Leg | None) -> bool:
    """Let a receipt that was recorded first resolve a dispatch that is known now; say whether it does."""
    if got is None:
        return False
    if _by_carrier(sent, got):
        draft.notes.append(f"entry {got.entry}: " + _CARRIER.format(got.speaker, got.holder))
        return False
    _resolve(draft, identifier, sent, got, unlinked(got.place))
    draft.notes.append(f"the receipt recorded earlier in entry {got.entry} resolves this dispatch")
    return True


def settle(draft: Draft, consignment: Consignment, halves: tuple[Half, ...], *, linked: bool) -> None:
    """Write down that the consignment is resolved, with what a late link moved."""
    if linked:
        consignment.resolution, consignment.resolved_by, consignment.link = "received", draft.index, halves


def _by_carrier(sent: Leg, got: Leg) -> bool:
    """Say whether the carrier signs in another's name, which would let it settle its own account."""
    return got.speaker == sent.carrier and got.speaker != got.holder


def _why_unlinked(identifier: str | None, consignment: Consignment) -> str:
    if consignment.resolution == "voided":
        return (
            f"consignment {identifier} was declared never sent in entry {consignment.resolved_by}; "
            "the receipt stays unlinked until the sender corrects that"
        )
    return f"consignment {identifier} was never dispatched in this record: link unresolved"


def _resolve(draft: Draft, identifier: str, sent: Leg, got: Leg, target: str) -> None:
    """Empty the transit account: what was received to ``target``, the rest to the carrier's difference."""
    when = got.effective
    if when < sent.effective:
        draft.notes.append("received before it was dispatched, by the claimed times")
    away, missing = transit(sent.carrier, identifier), difference(sent.carrier, identifier)
    for line in sent.lines:
        draft.half(line.resource, away, -line.amount, "received", when, line.lot, identifier)
    for line in got.lines:
        draft.half(line.resource, target, line.amount, "received", when, line.lot, identifier)
    for resource in dict.fromkeys(line.resource for line in (*sent.lines, *got.lines)):
        if all(line.resource != resource for line in sent.lines):
            draft.notes.append(f"{resource} was received and never dispatched in this consignment")
        for lot, amount in _open(resource, sent.lines, got.lines):
            if amount:
                code = "short" if amount > 0 else "surplus"
                draft.half(resource, missing, amount, code, when, lot, identifier)


def _open(resource: str, sent: tuple[Line, ...], got: tuple[Line, ...]) -> list[tuple[str | None, int]]:
    """Return what is missing per lot; as one sum where the receipt names other lots than the dispatch."""
    by_lot: dict[str | None, int] = {}
    for line in sent:
        if line.resource == resource:
            by_lot[line.lot] = by_lot.get(line.lot, 0) + line.amount
    lots = {line.lot for line in got if line.resource == resource}
    received = sum(line.amount for line in got if line.resource == resource)
    if not lots <= by_lot.keys():
        only = next(iter(by_lot)) if len(by_lot) == 1 else None
        return [(only, sum(by_lot.values()) - received)]
    for line in got:
        if line.resource == resource:
            by_lot[line.lot] -= line.amount
    return list(by_lot.items())
