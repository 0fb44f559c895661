"""Two-phase custody: a dispatch is pending until one receipt, or the sender's own word that it never left, resolves it.

A shortfall never flows back by itself: it goes to a difference account that the carrier owns until a finding
resolves it. The two sides may be recorded in either order; the balances come out the same. Which receipt may resolve
which dispatch is told in :mod:`enduse.ledger.desk`.
"""

from enduse.ledger.accounts import stock, transit, unlinked
from enduse.ledger.desk import Desk, already_resolved, resolve
from enduse.ledger.draft import Draft
from enduse.ledger.posting import NoEffectError, Outcome
from enduse.ledger.state import Consignment, Leg


def dispatch(draft: Draft, identifier: str, leg: Leg) -> Outcome:
    """Phase one: goods leave the sender's stock and are under way; an earlier recorded receipt resolves it at once.

    Raises:
        NoEffectError: the same sender's consignment was dispatched before, other than in somebody's report.
    """
    desk = Desk(draft, identifier)
    key = desk.sent_by(leg.holder)
    if key is None:
        key = desk.fresh_key(leg.holder)
        desk.known[key] = Consignment(id=identifier)
    else:
        before = desk.known[key].dispatch
        if before is not None and (leg.speaker != leg.holder or before.speaker == leg.holder):
            raise NoEffectError("consignment.already_dispatched", consignment=identifier, entry=before.entry)
        desk.withdraw_report(key)
    start = len(draft.halves)
    for line in leg.lines:
        home, away = stock(leg.holder, leg.place), transit(leg.carrier, key)
        draft.move(line.resource, home, away, line.amount, "dispatched", leg.effective, line.lot, key)
    own = len(draft.halves)
    desk.known[key].dispatch = leg
    desk.touch(leg)
    if key != identifier:
        draft.note("consignment.same_name", consignment=identifier, key=key)
    desk.link_up()
    desk.tell_why_not(key)
    postings = draft.commit(desk.taking)
    desk.write()
    draft.keep(draft.halves[start:own], "dispatch", key)
    return draft.outcome(postings)


def receive(draft: Draft, identifier: str | None, leg: Leg) -> Outcome:
    """Phase two: what arrived enters the receiver's stock; what is short of the dispatch is the carrier's difference.

    A receipt that resolves nothing is kept beside: its goods come from ``unlinked``.

    Raises:
        NoEffectError: the same receiver's receipt was recorded before, other than in somebody's report.
    """
    if identifier is None:
        draft.note("receipt.names_no_consignment")
        _unlinked(draft, leg, None)
        own = len(draft.halves)
        postings = draft.commit()
        draft.keep(draft.halves[:own], "receipt")
        return draft.outcome(postings)
    desk = Desk(draft, identifier)
    leg = desk.make_way(leg)
    start = len(draft.halves)
    key = desk.match(leg)
    sent = desk.known[key].dispatch if key is not None else None
    if key is not None and sent is not None:
        resolve(draft, key, sent, leg, stock(leg.holder, leg.place))
        desk.settle(key, leg, ())
    else:
        draft.notes += desk.why_unlinked(leg)
        _unlinked(draft, leg, identifier)
        desk.wait(leg)
    own = len(draft.halves)
    desk.link_up()
    postings = draft.commit(desk.taking)
    desk.write()
    draft.keep(draft.halves[start:own], "receipt", identifier)
    return draft.outcome(postings)


def void(draft: Draft, identifier: str, sender: str | None, effective: int) -> Outcome:
    """The sender says that a consignment under way never left: it is back in the sender's stock.

    Against a report about its own goods the sender's word holds even where somebody has received them.

    Args:
        draft: of the statement.
        identifier: what the parties call the consignment.
        sender: whose consignment it is, where that is named.
        effective: claimed time.

    Raises:
        NoEffectError: nothing is under way, or it was resolved, or somebody else dispatched it.
    """
    desk = Desk(draft, identifier)
    key, leg = _voidable(desk, draft.party, sender)
    consignment = desk.known[key]
    against = leg.speaker != leg.holder == draft.party and consignment.resolution == "received"
    if against:
        desk.free(key)
    elif consignment.resolution:
        raise already_resolved(identifier, consignment.resolution, consignment.resolved_by)
    start = len(draft.halves)
    home, away = stock(leg.holder, leg.place), transit(leg.carrier, key)
    for line in leg.lines:
        draft.move(line.resource, away, home, line.amount, "voided", effective, line.lot, key)
    own = len(draft.halves)
    consignment.resolution, consignment.resolved_by = "voided", draft.index
    desk.touch(leg)
    desk.link_up()
    postings = draft.commit(draft.state.said[leg.id] if against else None)
    desk.write()
    draft.keep(draft.halves[start:own], "void", key)
    return draft.outcome(postings)


def _voidable(desk: Desk, party: str, sender: str | None) -> tuple[str, Leg]:
    """Return the dispatch that ``party`` said, or that was said about it."""
    legs = {key: one.dispatch for key, one in desk.known.items() if one.dispatch is not None}
    if not legs:
        raise NoEffectError("consignment.never_dispatched", consignment=desk.identifier)
    theirs = {key: leg for key, leg in legs.items() if party in {leg.speaker, leg.holder}}
    if sender is not None and len(theirs) > 1:
        theirs = {key: leg for key, leg in theirs.items() if leg.holder == sender}
    own = {key: leg for key, leg in theirs.items() if leg.holder == party}
    if sender is None and own:
        theirs = own
    if len(theirs) == 1:
        return next(iter(theirs.items()))
    if theirs:
        senders = [leg.holder for leg in theirs.values()]
        raise NoEffectError("consignment.several_senders", consignment=desk.identifier, parties=senders)
    speakers = [leg.speaker for leg in legs.values()]
    raise NoEffectError("consignment.not_theirs", consignment=desk.identifier, parties=speakers)


def _unlinked(draft: Draft, leg: Leg, identifier: str | None) -> None:
    source, here = unlinked(leg.place), stock(leg.holder, leg.place)
    for line in leg.lines:
        draft.move(line.resource, source, here, line.amount, "received", leg.effective, line.lot, identifier)
