"""All that is known under one consignment identifier, while one statement changes it: who sent, who received, what fits.

The desk works on copies; what it worked out is written down after the commit, so that a statement has all of its
effect or none. A link between a dispatch and a receipt, once made, is not undone by what a third party says later.
"""

from collections.abc import Iterator
from itertools import islice
from typing import Final, TypeVar

import msgspec

from enduse.ledger.accounts import difference, stock, transit, unlinked
from enduse.ledger.draft import Draft
from enduse.ledger.posting import NoEffectError
from enduse.ledger.state import Consignment, Half, Leg, Line, Said
from enduse.messages import Message
from enduse.terms.amounts import material_of

T = TypeVar("T")
_KEY_MAX: Final = 200
_TOLD: Final = 5
"""How many reasons of one sort a note lists: whoever quarrels over an identifier shall not fill the book."""


class Desk:
    """One identifier, seen from a draft.

    Attributes:
        known: dispatches by key, in the order they were recorded.
        waiting: receipts that resolve none of them, in the order they were recorded.
        taking: a statement that the draft's own word takes the place of, if there is one.
    """

    def __init__(self, draft: Draft, identifier: str) -> None:
        state = draft.state
        self.draft = draft
        self.identifier = identifier
        keys = state.known_as.get(identifier, ())
        self.known = {key: msgspec.structs.replace(state.consignments[key]) for key in keys}
        self.waiting = list(state.waiting.get(identifier, ()))
        self._touched: list[Leg] = []
        self._replaced: list[Said] = []
        self._reposted: list[tuple[Said, tuple[Half, ...]]] = []

    @property
    def taking(self) -> Said | None:
        """The first statement that is replaced: what rests on it must stand without it."""
        return self._replaced[0] if self._replaced else None

    def sent_by(self, sender: str) -> str | None:
        """Return the key of the dispatch of ``sender``."""
        legs = ((key, one.dispatch) for key, one in self.known.items())
        return next((key for key, leg in legs if leg is not None and leg.holder == sender), None)

    def fresh_key(self, sender: str) -> str:
        """Return a key that nobody has and a finding can name: the identifier, else with its sender behind it."""
        taken, key, number = self.draft.state.consignments, self.identifier, 1
        if key in taken:
            key = f"{key}@{sender}"
        while key in taken or len(key) > _KEY_MAX:
            number += 1
            mark = f"@{number}"
            key = self.identifier[: _KEY_MAX - len(mark)] + mark
        return key

    def match(self, got: Leg) -> str | None:
        """Return the one open dispatch that a receipt resolves; one that names the receiver comes before others."""
        candidates = self._candidates(got)
        return candidates[0] if len(candidates) == 1 else None

    def _candidates(self, got: Leg) -> list[str]:
        fitting = {
            key: one.dispatch
            for key, one in self.known.items()
            if one.dispatch is not None and not one.resolution and not _misfit(one.dispatch, got)
        }
        return [key for key, leg in fitting.items() if leg.other is not None] or list(fitting)

    def make_way(self, leg: Leg) -> Leg:
        """Take back reports of the receipt that its receiver now states itself, and return it in their place.

        Raises:
            NoEffectError: it was stated before, by the receiver itself or in another report.
        """
        sender = self._sender(leg, self.match(leg))
        same = [
            (got, key)
            for got, key in self._receipts()
            if got.holder == leg.holder and (sender is None or self._sender(got, key) in {None, sender})
        ]
        for got, _ in same:
            if leg.speaker != leg.holder or got.speaker == got.holder:
                raise already_resolved(self.identifier, "received", got.entry)
        for got, key in same:
            said = self.draft.state.said[got.id]
            self._note_replaced(leg.holder, said)
            self.withdraw_receipt(said, key)
        return msgspec.structs.replace(leg, rank=min([leg.rank, *(got.rank for got, _ in same)]))

    def wait(self, got: Leg) -> None:
        """Let a receipt wait in its place."""
        self.waiting = sorted((*self.waiting, got), key=lambda leg: leg.rank)

    def _receipts(self) -> Iterator[tuple[Leg, str | None]]:
        for key, one in self.known.items():
            if one.receipt is not None:
                yield one.receipt, key
        for got in self.waiting:
            yield got, None

    def _sender(self, got: Leg, key: str | None) -> str | None:
        """Return who sent what a receipt is about: named by it, or known from the dispatch it resolves."""
        sent = self.known[key].dispatch if key is not None else None
        return got.other or (sent.holder if sent is not None else None)

    def _note_replaced(self, holder: str, said: Said) -> None:
        self.draft.note("report.replaced", owner=holder, party=said.party, entry=said.index)
        self._replaced.append(said)

    def key_of(self, said: Said) -> str | None:
        """Return the dispatch that the receipt ``said`` resolves."""
        found = ((key, one.receipt) for key, one in self.known.items())
        return next((key for key, got in found if got is not None and got.entry == said.index), None)

    def withdraw_receipt(self, said: Said, key: str | None) -> None:
        """Take a receipt back; the dispatch it resolved is pending again."""
        self.draft.take_back(said.halves, said.where)
        if key is None:
            self.waiting = [got for got in self.waiting if got.entry != said.index]
            return
        one = self.known[key]
        self.touch(one.dispatch)
        self.draft.take_back(one.link, -1 if one.resolved_by is None else one.resolved_by)
        one.receipt, one.resolution, one.resolved_by, one.link = None, "", None, ()

    def withdraw_report(self, key: str) -> None:
        """Take back what somebody else said that the speaker sent, and whatever that somebody said of it later."""
        draft, one = self.draft, self.known[key]
        if one.dispatch is None:
            return
        self.touch(one.dispatch)
        if one.resolution == "received":
            self.free(key)
        reported = draft.state.said[one.dispatch.id]
        self._note_replaced(one.dispatch.holder, reported)
        if one.resolution == "voided":
            voids = (said for said in draft.state.said.values() if said.index == one.resolved_by)
            for said in voids:
                self._replaced.append(said)
                draft.take_back(said.halves, said.where)
        draft.take_back(reported.halves, reported.where)
        self.known[key] = Consignment(id=self.identifier)

    def free(self, key: str) -> None:
        """Part a receipt from its dispatch: its goods come from ``unlinked`` again, and it waits."""
        draft, one = self.draft, self.known[key]
        got = one.receipt
        if got is None:
            return
        if one.link:
            draft.take_back(one.link, -1 if one.resolved_by is None else one.resolved_by)
        else:
            said = draft.state.said[got.id]
            draft.take_back(said.halves, said.where)
            own = len(draft.halves)
            source, here = unlinked(got.place), stock(got.holder, got.place)
            for line in got.lines:
                draft.move(
                    line.resource, source, here, line.amount, "received", got.effective, line.lot, self.identifier
                )
            self._reposted.append((said, tuple(draft.halves[own:])))
        self.wait(got)
        one.receipt, one.resolution, one.resolved_by, one.link = None, "", None, ()

    def touch(self, sent: Leg | None) -> None:
        """Note that a dispatch came, went, opened or closed: what fits it must be looked at again, and nothing else."""
        if sent is not None:
            self._touched.append(sent)

    def link_up(self) -> None:
        """Let receipts that wait resolve dispatches that are open now, the receipt recorded first before others."""
        while (found := self._next()) is not None:
            key, sent, got = found
            own = len(self.draft.halves)
            resolve(self.draft, key, sent, got, unlinked(got.place))
            self.settle(key, got, tuple(self.draft.halves[own:]))
            self.waiting.remove(got)
            self.draft.note("dispatch.resolved_by_earlier", entry=got.entry)

    def _next(self) -> tuple[str, Leg, Leg] | None:
        for got in self.waiting:
            if all(_misfit(sent, got) for sent in self._touched):
                continue
            key = self.match(got)
            open_ = self.known[key].dispatch if key is not None else None
            if key is not None and open_ is not None:
                return key, open_, got
        return None

    def settle(self, key: str, got: Leg, link: tuple[Half, ...]) -> None:
        """Write down that the dispatch is resolved, with what a late link moved."""
        one = self.known[key]
        one.receipt, one.resolution, one.resolved_by, one.link = got, "received", self.draft.index, link
        self.touch(one.dispatch)

    def why_unlinked(self, got: Leg) -> list[Message]:
        """Say why a receipt resolves no dispatch."""
        if not self.known:
            return [Message.of("consignment.never_dispatched", consignment=self.identifier)]
        candidates = self._candidates(got)
        if len(candidates) > 1:
            senders = [self._sender(got, key) or key for key in candidates[:_TOLD]]
            return [Message.of("consignment.several_senders", consignment=self.identifier, parties=senders)]
        return list(islice((why for one in self.known.values() if (why := self._why(one, got))), _TOLD))

    def _why(self, one: Consignment, got: Leg) -> Message | None:
        if one.dispatch is None:
            return None
        if misfit := _misfit(one.dispatch, got):
            return Message.of("receipt.misfit", consignment=one.id, sender=one.dispatch.holder, why=misfit)
        if one.resolution == "voided":
            return Message.of("receipt.declared_never_sent", consignment=one.id, entry=one.resolved_by)
        if one.receipt is not None:
            other = one.receipt
            return Message.of("receipt.competing", consignment=one.id, party=other.holder, entry=other.entry)
        return None

    def tell_why_not(self, key: str) -> None:
        """Note why receipts recorded earlier do not resolve the dispatch of this draft."""
        sent = self.known[key].dispatch
        if sent is not None:
            others = ((got, at) for got, at in self._receipts() if at != key)
            whys = (why for got, at in others if (why := _why_not(sent, got, at)))
            self.draft.notes += islice(whys, _TOLD)

    def write(self) -> None:
        """Write everything down, after the commit."""
        state, index = self.draft.state, self.draft.index
        kept = []
        for key, one in self.known.items():
            if one.dispatch is None:
                state.consignments.pop(key, None)
            else:
                state.consignments[key] = one
                kept.append(key)
        _put(state.known_as, self.identifier, kept)
        _put(state.waiting, self.identifier, self.waiting)
        for said, halves in self._reposted:
            said.halves, said.posted = halves, index
        for said in self._replaced:
            said.taken_back_by = index


def _put(table: dict[str, list[T]], key: str, value: list[T]) -> None:
    if value:
        table[key] = value
    else:
        table.pop(key, None)


def already_resolved(consignment: str, resolution: str, entry: int | None) -> NoEffectError:
    """Return the refusal of what would resolve a consignment once more."""
    return NoEffectError("consignment.already_resolved", consignment=consignment, resolution=resolution, entry=entry)


def _why_not(sent: Leg, got: Leg, at: str | None) -> Message | None:
    """Say why a receipt recorded earlier, which resolves ``at`` or nothing, does not resolve a dispatch."""
    if got.other not in {None, sent.holder}:
        return None
    if misfit := _misfit(sent, got):
        return Message.of("dispatch.receipt_misfit", entry=got.entry, why=misfit)
    if at is None:
        return None
    return Message.of("dispatch.receipt_fits_two", entry=got.entry, consignment=at, party=got.holder)


def _misfit(sent: Leg, got: Leg) -> Message | None:
    """Say why a receipt cannot be that of a dispatch; nothing where it can.

    Where no receiver is named anybody may be it but the named carrier, who would settle its own account. A sender may
    receive its own goods at another of its places.
    """
    if got.other is not None and got.other != sent.holder:
        return Message.of("misfit.other_sender", party=got.other)
    if got.speaker == sent.carrier and got.speaker != got.holder:
        return Message.of("misfit.carrier_signs", party=got.speaker, holder=got.holder)
    if sent.other is not None:
        other = Message.of("misfit.other_receiver", party=sent.other, holder=got.holder)
        return None if got.holder == sent.other else other
    if got.holder == sent.carrier and got.holder != sent.holder:
        return Message.of("misfit.carrier_receives", party=got.holder)
    return None


def resolve(draft: Draft, key: str, sent: Leg, got: Leg, target: str) -> None:
    """Empty the transit account: what was received to ``target``, the rest to the carrier's difference."""
    when = got.effective
    if when < sent.effective:
        draft.note("receipt.before_dispatch")
    away, missing = transit(sent.carrier, key), difference(sent.carrier, key)
    for line in sent.lines:
        draft.half(line.resource, away, -line.amount, "received", when, line.lot, key)
    for line in got.lines:
        draft.half(line.resource, target, line.amount, "received", when, line.lot, key)
    for resource in dict.fromkeys(line.resource for line in (*sent.lines, *got.lines)):
        if all(line.resource != resource for line in sent.lines):
            draft.note("receipt.material_never_dispatched", material=material_of(resource))
        for lot, amount in _open(resource, sent.lines, got.lines):
            if amount:
                code = "short" if amount > 0 else "surplus"
                draft.half(resource, missing, amount, code, when, lot, key)


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
