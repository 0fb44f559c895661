"""What is said under the number of a consignment: kept, sorted out anew, and what thereby changes is posted.

Nothing here is refused because something else was said first; dispatches and receipts add up in any order
(:mod:`enduse.ledger.consignment`).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, TypeVar

import msgspec

from enduse.ledger import reported
from enduse.ledger.consignment import (
    DAY,
    SENDERS_MAX,
    Numbering,
    Sorted,
    covers,
    effects,
    effects_of,
    loose_effects,
    may_be_of,
    misfit,
    owner_of,
    telling,
    voices,
)
from enduse.ledger.draft import Draft
from enduse.ledger.posting import NoEffectError, Outcome, Posting
from enduse.ledger.sorting import sort_out
from enduse.ledger.state import OWN, Consignment, Half, Leg, Said, State
from enduse.ledger.timeline import FACT
from enduse.messages import Message
from enduse.rows import Rows
from enduse.terms.amounts import material_of

T = TypeVar("T")
_TOLD: Final = 5
"""How many reasons of one sort a note lists: whoever quarrels over a number shall not fill the book."""


def add(draft: Draft, number: str, leg: Leg) -> Outcome:
    """Take in one more statement about a consignment."""
    before = legs_of(draft.state, number)
    plain = _plain(draft.state, number, leg)
    if plain is not None:
        postings = _append(draft, plain, leg)
    elif _sent_by_nobody(draft.state, number, leg):
        postings = _wait(draft, number, leg)
    else:
        postings = _repost(draft, number, [*before, leg], owner_of(leg))
    if leg.speaker == leg.holder:
        home = leg.home
        for line in leg.lines if leg.role != "takeover" else ():
            draft.own_word(home, line.resource)
    elif leg.role == "receipt":
        for line in leg.lines:
            reported.keep(draft.state, leg.home, line.resource, leg.speaker, leg.entry, leg.id)
    if leg.lending and number not in draft.state.lending:
        draft.state.lending[number] = True
    if before or leg.role != "dispatch":  # there is nothing to remark on the first word of a sender
        _remark(draft, number, before, leg)
    draft.keep([], "leg", number)
    return draft.outcome(postings)


def withdraw(draft: Draft, said: Said) -> None:
    """Take a statement about a consignment back: the others come to stand as if it had never been made."""
    legs = legs_of(draft.state, said.key)
    gone = next((leg for leg in legs if leg.entry == said.index), None)
    if gone is not None:
        _repost(draft, said.key, [leg for leg in legs if leg is not gone], owner_of(gone))


def void(draft: Draft, number: str, sender: str | None, leg: Leg) -> Outcome:
    """The sender says that what it dispatched so far, or so much of it, never left: it is back in the sender's stock.

    Args:
        draft: of the statement.
        number: what the parties call the consignment.
        sender: whose consignment it is, where that is named.
        leg: the statement; whose holder it concerns is found here.

    Raises:
        NoEffectError: nothing was dispatched, or by others.
    """
    legs = legs_of(draft.state, number)
    holder = _sender(draft.party, number, sender, [one for one in legs if one.role == "dispatch"])
    leg = msgspec.structs.replace(leg, holder=holder)
    mine = [one for one in legs if one.role == "dispatch" and one.holder == holder]
    gone = {one.entry for said in legs if said.role == "void" and not said.lines for one in covers(said, mine)}
    if all(one.entry in gone for one in covers(leg, mine)):
        raise NoEffectError("consignment.voided_before", consignment=number)
    return add(draft, number, leg)


def _sender(party: str, number: str, sender: str | None, dispatches: list[Leg]) -> str:
    """Return whose dispatch ``party`` means: its own, or the one it reported."""
    if not dispatches:
        raise NoEffectError("consignment.never_dispatched", consignment=number)
    theirs = dict.fromkeys(leg.holder for leg in dispatches if party in {leg.speaker, leg.holder})
    if sender is not None and len(theirs) > 1:
        theirs = {name: None for name in theirs if name == sender}
    if sender is None and party in theirs:
        return party
    if len(theirs) == 1:
        return next(iter(theirs))
    if theirs:
        raise NoEffectError("consignment.several_senders", consignment=number, parties=list(theirs))
    speakers = list(dict.fromkeys(leg.speaker for leg in dispatches))
    raise NoEffectError("consignment.not_theirs", consignment=number, parties=speakers[:_TOLD])


def legs_of(state: State, number: str) -> list[Leg]:
    """Return all that stands under a number, in the order it was recorded."""
    keys, loose = state.numbers.get(number, ()), state.loose.get(number, ())
    if len(keys) == 1 and not loose:
        return list(state.consignments[keys[0]].legs)
    kept = [leg for key in keys for leg in state.consignments[key].legs]
    return sorted((*kept, *loose), key=lambda leg: leg.entry)


def _plain(state: State, number: str, leg: Leg) -> Consignment | None:
    """Return the consignment to which a leg merely adds, by its holder's own word; ``None`` where it bears on others.

    That is the first word under a number, a dispatch, and a further part or a receipt of the only consignment under one:
    nearly all there are. Whatever this returns, sorting all of the number anew (:func:`_repost`) gives the same.
    """
    keys = state.numbers.get(number, ())
    if leg.speaker != leg.holder or len(keys) > 1 or number in state.loose or _packed(leg):
        return None
    if not keys:
        return Consignment(number, leg.holder, "", (leg,)) if leg.role == "dispatch" else None
    one = state.consignments[keys[0]]
    if leg.role not in {"dispatch", "receipt"} or (leg.role == "dispatch" and leg.holder != one.sender):
        return None
    sent = []
    for old in one.legs:
        if old.role == "dispatch" and old.holder == one.sender:
            sent.append(old)
        elif old.role != "receipt":
            return None
        if old.speaker != old.holder:
            return None
    if not sent or (misfit(one.sender, sent, leg) if leg.role == "receipt" else not _further(state, sent, leg)):
        return None
    return Consignment(one.number, one.sender, one.series, (*one.legs, leg))


def _packed(leg: Leg) -> bool:
    """Say whether a leg is of packed units that may be, or were, unpacked: what was found stands for what was declared."""
    return leg.role == "receipt" and bool(leg.opened or any(line.within for line in leg.lines))


def _further(state: State, sent: Sequence[Leg], leg: Leg) -> bool:
    """Say whether a dispatch is another part like those sent before: near them in time, by and for whom they are."""
    return (
        leg.holder not in state.yearly
        and any(old.other == leg.other for old in sent)
        and any(old.carrier == leg.carrier for old in sent)
        and min(abs(leg.effective - old.effective) for old in sent) <= state.reuse_after * DAY
    )


def _append(draft: Draft, one: Consignment, leg: Leg) -> tuple[Posting, ...]:
    """Post what the newest leg of a consignment moves, and write it down."""
    draft.halves += effects_of(one, leg)
    postings = draft.commit()
    state, key = draft.state, one.key
    if leg.role == "receipt" and not any(known.role == "receipt" for known in one.legs[:-1]):
        state.received += 1
    state.consignments[key] = one
    if len(one.legs) == 1:
        state.numbers[one.number] = (key,)
    return postings


def _sent_by_nobody(state: State, number: str, leg: Leg) -> bool:
    """Say whether a leg is one more receipt, by its holder's own word, of what nobody says it has sent."""
    return number not in state.numbers and all(
        one.role == "receipt" and one.speaker == one.holder for one in (leg, *state.loose.get(number, ()))
    )


def _wait(draft: Draft, number: str, leg: Leg) -> tuple[Posting, ...]:
    """Post such a receipt and let it wait for its dispatch, as sorting all of the number anew would."""
    known = draft.state.loose.get(number, ())
    draft.halves += loose_effects(number, Sorted((), (leg,)), OWN)
    postings = draft.commit()
    draft.state.loose[number] = (*known, leg)
    return postings


def _repost(draft: Draft, number: str, legs: Sequence[Leg], owner: str | None) -> tuple[Posting, ...]:
    """Sort anew what a leg of ``owner``'s consignment bears on, post what thereby changes, and write it down.

    Where every leg under the number names its sender, that is only what was said of this sender's consignments.
    """
    state = draft.state
    scope = owner if all(owner_of(leg) is not None for leg in legs) else None
    keys = state.numbers.get(number, ())
    mine = [key for key in keys if scope is None or state.consignments[key].sender == scope]
    loose = state.loose.get(number, ())
    before = Sorted(
        tuple(state.consignments[key] for key in mine),
        tuple(leg for leg in loose if scope is None or leg.other == scope),
    )
    wanted = [leg for leg in legs if scope is None or owner_of(leg) == scope]
    after = sort_out(number, wanted, Numbering(state.reuse_after, state.yearly))
    known = {one.key: one for one in after.consignments}
    same = {one.key for one in before.consignments if known.get(one.key) == one}
    old = [half for one in before.consignments if one.key not in same for half in effects(one)]
    new = [half for one in after.consignments if one.key not in same for half in effects(one)]
    draft.halves += _difference(
        [*old, *loose_effects(number, before)], [*new, *loose_effects(number, after)], draft.index
    )
    postings = draft.commit()
    state.received += _received(after.consignments) - _received(before.consignments)
    for key in mine:
        if key not in known:
            del state.consignments[key]
    state.consignments.update({key: one for key, one in known.items() if key not in same})
    _put(state.numbers, number, tuple(sorted({*keys} - {*mine} | {*known})))
    others = [leg for leg in loose if scope is not None and leg.other != scope]
    _put(state.loose, number, tuple(sorted([*others, *after.loose], key=lambda leg: leg.entry)))
    return postings


def _received(consignments: Iterable[Consignment]) -> int:
    """Return of how many anything was received."""
    return sum(any(leg.role == "receipt" for leg in one.legs) for one in consignments)


def _put(table: Rows[tuple[T, ...]], key: str, value: tuple[T, ...]) -> None:
    if value:
        table[key] = value
    else:
        table.pop(key, None)


def _difference(old: list[Half], new: list[Half], index: int) -> Iterator[Half]:
    """Give what must be taken back of what stood, and what comes anew; what stays is not touched."""
    for half in _without(old, new):
        yield half._replace(amount=-half.amount, code="reversed", reverses=half.cause, order=FACT)
    for half in _without(new, old):
        yield half._replace(cause=OWN) if half.cause == index else half


def _without(halves: list[Half], others: list[Half]) -> list[Half]:
    """Return the halves that are not among others, each as often as it is there more often, in their order."""
    if not others or not halves:
        return halves
    left = Counter(others)
    kept = []
    for half in reversed(halves):
        if left[half] > 0:
            left[half] -= 1
        else:
            kept.append(half)
    return kept[::-1]


def _remark(draft: Draft, number: str, before: Sequence[Leg], leg: Leg) -> None:
    """Note what a careful reader should know about the newest leg of a number."""
    state = draft.state
    found = [state.consignments[key] for key in state.numbers.get(number, ())]
    home = next((one for one in found if leg in one.legs), None)
    together = [one for one in before if one.role == leg.role and one.holder == leg.holder]
    if together:
        _remark_voice(draft, leg, together)
        if leg.lines and any(other.effective == leg.effective and telling(leg) == telling(other) for other in together):
            draft.note("consignment.told_again", consignment=number)
    if leg.role == "dispatch":
        if any(one.sender != leg.holder for one in found):
            draft.note("consignment.same_name", consignment=number)
        _remark_earlier(draft, leg, home, before, found)
    elif home is None and leg.role != "void":
        draft.notes += _why_loose(number, leg, found)
    elif home is not None and leg.role == "receipt":
        _remark_receipt(draft, leg, home)
        if leg.other is None:
            _remark_sender(draft, leg, home, found)


def _remark_voice(draft: Draft, leg: Leg, together: Sequence[Leg]) -> None:
    others = [one for one in together if one.speaker != leg.speaker]
    if leg.speaker == leg.holder:
        for one in others[:_TOLD]:
            draft.note("report.replaced", owner=leg.holder, party=one.speaker, entry=one.entry)
    elif others and leg.role != "void":
        heard = set(voices((*together, leg)).values())
        if leg.speaker not in heard:
            draft.note("report.beside", holder=leg.holder, party=min(heard))


def _remark_earlier(
    draft: Draft, leg: Leg, home: Consignment | None, before: Sequence[Leg], found: Sequence[Consignment]
) -> None:
    """Note what became of receipts that were recorded before the dispatch they may belong to."""
    receipts = [one for one in before if one.role == "receipt" and one.other in {None, leg.holder}]
    own = set() if home is None else {one.entry for one in home.legs}
    for got in islice((one for one in receipts if one.entry in own), _TOLD):
        draft.note("dispatch.receipt_recorded_before", entry=got.entry)
    for got in islice((one for one in receipts if one.entry not in own), _TOLD):
        other = next((one for one in found if got in one.legs), None)
        if other is None and (why := misfit(leg.holder, [leg], got)):
            draft.note("dispatch.receipt_misfit", entry=got.entry, why=why)
        elif other is not None and other.sender != leg.holder:
            draft.note("dispatch.receipt_fits_two", entry=got.entry, sender=other.sender, party=got.holder)


def _remark_receipt(draft: Draft, leg: Leg, home: Consignment) -> None:
    sent = home.of("dispatch")
    if sent and leg.effective < min(one.effective for one in sent):
        draft.note("receipt.before_dispatch")
    known = {line.resource for one in sent for line in one.lines}
    strange = dict.fromkeys([line.resource for line in leg.lines if line.resource not in known])
    materials = {material_of(resource) for resource in known} if strange else set()
    for resource in strange:
        material = material_of(resource)
        other_unit = material in materials
        draft.note(
            "receipt.told_in_another_unit" if other_unit else "receipt.material_never_dispatched", material=material
        )


def _remark_sender(draft: Draft, leg: Leg, home: Consignment, found: Sequence[Consignment]) -> None:
    """Note that others too used the number of a receipt that names no sender, and could have sent to its receiver."""
    others = [one for one in found[: SENDERS_MAX + 1] if one.sender != home.sender and may_be_of(one, leg)]
    if others:
        senders = list(dict.fromkeys(one.sender for one in others))[:_TOLD]
        draft.note("receipt.sender_by_amount", consignment=home.number, sender=home.sender, parties=senders)


def _why_loose(number: str, got: Leg, found: Sequence[Consignment]) -> Iterator[Message]:
    """Say why a receipt belongs to no consignment."""
    asked = [one for one in found if got.other in {None, one.sender}]
    if not asked:
        yield Message.of("consignment.never_dispatched", consignment=number)
        return
    whys = [(one, misfit(one.sender, one.of("dispatch"), got)) for one in asked[: SENDERS_MAX + 1]]
    fitting = list(dict.fromkeys(one.sender for one, why in whys if why is None))
    if len(fitting) > 1:
        yield Message.of("consignment.several_senders", consignment=number, parties=fitting[:_TOLD])
    for one, why in whys[:_TOLD]:
        if why is not None:
            yield Message.of("receipt.misfit", consignment=number, sender=one.sender, why=why)
        elif len(fitting) == 1 and (said := one.of("void")):
            yield Message.of("receipt.declared_never_sent", consignment=number, entry=said[-1].entry)
