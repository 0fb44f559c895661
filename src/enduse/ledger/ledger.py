"""The ledger: apply statements in the order of the record, get postings. A pure function of what was applied.

It raises for no well-formed statement: one that can have no effect gets the reason. Whether the party had the
mandate to say it was judged before, in the room ``programme``.
"""

from collections.abc import Callable
from typing import Any, Final

import msgspec

from enduse.errors import RecordError
from enduse.ledger import goods, money, packs, rates, without_effect
from enduse.ledger.correction import correction, take_back
from enduse.ledger.draft import Draft
from enduse.ledger.finding import finding
from enduse.ledger.posting import NoEffectError, Outcome
from enduse.ledger.state import State
from enduse.messages import Refusal
from enduse.rows import from_whole, whole
from enduse.statements.claim import Finding
from enduse.statements.correction import Correction
from enduse.statements.entry import Entry
from enduse.statements.goods import Goods
from enduse.statements.money import Acceptance, Commitment, Disbursement, Exchange, Expenditure, Pledge, Refund
from enduse.statements.packs import Pack, Same
from enduse.statements.programme import Founding
from enduse.statements.rates import Rate
from enduse.statements.reading import Reading


class Ledger(State):
    """Mutable state of the ledger.

    Guarantees, each with its test in ``tests/unit/ledger/test_machine.py``: the postings of an entry sum to zero per
    resource; a statement has all of its effect or none; what stands of a consignment follows from the statements that
    stand, whatever their order; two ledgers that applied the same entries have equal snapshots.
    """

    def apply(self, entry: Entry) -> Outcome:
        """Apply one entry.

        Args:
            entry: the next statement of the record that has authority; indexes must increase, gaps are allowed.

        Returns:
            Postings, or the reason why it has no effect; statements that concern no ledger get an empty outcome.

        Raises:
            RecordError: the entry is not after the last one applied.
        """
        if entry.index < self.size:
            raise RecordError("ledger.out_of_order", line=entry.index, entry=entry.index, last=self.size - 1)
        self.size = entry.index + 1
        rule = _RULES.get(type(entry.statement))
        if rule is None:
            self._heard(entry)
            return _NOTHING
        if entry.id in self.said:
            return Outcome(refusal=Refusal.of("statement.applied_before", entry=self.said[entry.id].index))
        draft = Draft(self, entry)
        try:
            outcome = rule(draft, entry.statement)
        except NoEffectError as error:
            return Outcome(refusal=error.refusal)
        self._heard(entry)
        return outcome

    def _heard(self, entry: Entry) -> None:
        party = entry.statement.party
        if party not in self.speakers:
            self.speakers[party] = entry.index

    def remember(self, entry: Entry, refusal: Refusal | None) -> None:
        """Remember of a consignment that something was said of it without effect, in whatever room it was refused."""
        if refusal is not None:
            without_effect.keep(self, entry)

    def snapshot(self) -> bytes:
        """Return the state as JSON bytes; equal states give equal bytes."""
        return msgspec.json.encode(whole(self), order="deterministic")

    @classmethod
    def restore(cls, snapshot: bytes) -> "Ledger":
        """Return the ledger of :meth:`snapshot` bytes.

        Raises:
            msgspec.ValidationError: they are not a snapshot.
        """
        return from_whole(msgspec.json.decode(snapshot), cls)


def _goods(draft: Draft, statement: Goods) -> Outcome:
    """Apply an event, or take one back where it carries an error declaration."""
    event = statement.body.said
    if event.error_reason is None:
        return goods.goods(draft, statement)
    before = draft.state.events.get(f"{draft.party} {event.event_id}") if event.event_id else None
    if before is None:
        raise NoEffectError("goods.declaration_unmatched")
    return take_back(draft, before)


def _founding(draft: Draft, statement: Founding) -> Outcome:
    """Learn how the programme's senders use their numbers, before the first of them is used."""
    if not draft.state.numbers:
        draft.state.reuse_after = statement.body.reuse_after
        draft.state.yearly = statement.body.numbered_yearly
    return _NOTHING


_NOTHING: Final = Outcome()
_RULES: Final[dict[type, Callable[[Draft, Any], Outcome]]] = {
    Acceptance: money.acceptance,
    Commitment: money.commitment,
    Correction: correction,
    Disbursement: money.disbursement,
    Exchange: money.exchange,
    Expenditure: money.expenditure,
    Finding: finding,
    Founding: _founding,
    Goods: _goods,
    Pack: packs.pack,
    Pledge: money.pledge,
    Rate: rates.rate,
    Reading: goods.reading,
    Refund: money.refund,
    Same: packs.same,
}
