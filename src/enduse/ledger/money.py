"""What money statements do to the ledger. Each is a party's word about its own money, or a report of it.

An identifier counts once per party whose money it is and speaker. Whose word is summed, and whose stands beside, is told
in :mod:`enduse.ledger.voices`.

Two books, each of which sums to zero in every currency. *Cash*: a payment takes from what the payer holds and adds to
what the recipient holds, always. A party below zero gave more than the record shows it received; that is no fault, and
it is what came from outside, so money that is handed on, given back or sent in a circle never counts twice. *Promises*:
a payment that names a pledge or commitment keeps so much of it, recorded or not. So the order of recording does not
matter, and over-delivery is kept.
"""

from collections.abc import Callable
from datetime import UTC
from typing import Final

import msgspec

from enduse.ledger import accounts
from enduse.ledger.accounts import committed, fulfilled, held, named, own, owner_of, pledged, promised, spent, unpledged
from enduse.ledger.draft import Draft
from enduse.ledger.goods import AHEAD
from enduse.ledger.packs import booked
from enduse.ledger.posting import NoEffectError, Outcome, PurchaseLink
from enduse.ledger.state import Said
from enduse.ledger.voices import Voices, relation_of
from enduse.messages import Amount
from enduse.statements.money import (
    Acceptance,
    Commitment,
    CountsAs,
    Disbursement,
    Exchange,
    Expenditure,
    Pledge,
    Refund,
)
from enduse.statements.rates import Rate
from enduse.terms.amounts import AMOUNT_MAX, MINOR_PER_UNIT, Money, money_resource, plain
from enduse.terms.currencies import PLACES
from enduse.terms.times import instant_of, micros

AnyMoney = Acceptance | Pledge | Commitment | Disbursement | Expenditure | Refund | Exchange | Rate
_ACCOUNTS: Final[dict[str, Callable[[str, str], str]]] = {"pledge": pledged, "commitment": committed}


def pledge(draft: Draft, statement: Pledge) -> Outcome:
    """A donor promises: ``promised`` to ``pledged``.

    Raises:
        NoEffectError: why it cannot have an effect.
    """
    body = statement.body
    donor = body.donor or draft.party
    book = Booking(draft, statement, "pledge", body.pledge, donor)
    book.move(body.amount, promised(donor), pledged(donor, body.pledge), "pledged")
    return book.close(relation_of("pledge", donor, body.amount.currency))


def commitment(draft: Draft, statement: Commitment) -> Outcome:
    """A donor binds itself: out of its pledge to ``committed``.

    Raises:
        NoEffectError: why it cannot have an effect.
    """
    body = statement.body
    donor = body.donor or draft.party
    book = Booking(draft, statement, "commitment", body.commitment, donor)
    target = committed(donor, body.commitment)
    if body.pledge is None:
        book.names_none(donor, body.amount)
        book.move(body.amount, unpledged(donor), target, "committed")
    elif body.counts_as is None:
        book.move(body.amount, pledged(donor, body.pledge), target, "committed")
        book.look_at("pledge", body.pledge, body.amount, donor)
    else:
        book.keep(donor, body.pledge, None, body.amount, body.counts_as)
        book.move(body.amount, unpledged(donor), target, "committed")
    return book.close(relation_of("commitment", donor, body.amount.currency))


def disbursement(draft: Draft, statement: Disbursement) -> Outcome:
    """Money reaches its recipient: from ``held`` to ``held``, and keeps the promise it names; what a bank kept is a fee.

    What paid for goods or services goes to ``spent``: its recipient holds it for nobody. Goods that were given move none: their stated value stands in a book of its own, and keeps the promise too.

    Raises:
        NoEffectError: why it cannot have an effect.
    """
    body = statement.body
    payer = body.donor or draft.party
    _other(payer, body.recipient)
    book = Booking(draft, statement, "disbursement", body.disbursement, payer)
    book.keep(payer, body.pledge, body.commitment, body.amount, body.counts_as)
    confirms = (body.confirms or "") if draft.party == body.recipient else ""
    if body.in_kind is not None:
        book.move(body.amount, accounts.given_in_kind(payer), accounts.in_kind(body.recipient), "given_in_kind")
        return book.close(relation_of("gift", payer, body.amount.currency, body.recipient), confirms=confirms)
    source = own(payer) if body.funds == "own" else held(payer)
    book.fee(body.fee, source)
    if body.received is not None and (kept := body.amount.minor() - body.received.minor()):
        lost = Money(plain(kept, MINOR_PER_UNIT), body.amount.currency)
        book.fee(lost, held(body.recipient))
    if body.spent:
        book.move(body.amount, source, spent(payer, body.project or body.recipient), "spent")
    else:
        book.move(body.amount, source, held(body.recipient), "disbursed")
    relation = relation_of("disbursement", payer, body.amount.currency, body.recipient)
    return book.close(relation, confirms=confirms)


def refund(draft: Draft, statement: Refund) -> Outcome:
    """Money goes back to who gave it, and the promise it names is open again: as if so much less had been paid.

    What goes beyond what was paid is a payment (:mod:`enduse.ledger.voices`).

    Raises:
        NoEffectError: why it cannot have an effect.
    """
    body = statement.body
    payer = body.by or draft.party
    _other(payer, body.to)
    book = Booking(draft, statement, "refund", body.refund, payer)
    book.keep(body.to, body.pledge, body.commitment, body.amount, body.counts_as, again=True)
    source = spent(body.to, body.project or payer) if body.spent else held(payer)
    book.move(body.amount, source, held(body.to), "refunded")
    return book.close(relation_of("refund", payer, body.amount.currency, body.to))


def _other(payer: str, recipient: str) -> None:
    """Refuse a payment to oneself: no money moves."""
    if payer == recipient:
        raise NoEffectError("money.to_oneself", party=payer)


def expenditure(draft: Draft, statement: Expenditure) -> Outcome:
    """Money is paid: ``held`` to ``spent``; what it buys is linked by lot.

    Raises:
        NoEffectError: why it cannot have an effect.
    """
    body = statement.body
    book = Booking(draft, statement, "expenditure", body.expenditure, draft.party)
    for bought in body.buys:
        amount, base = bought.quantity.base()
        if not 0 < amount <= AMOUNT_MAX:
            raise NoEffectError("goods.not_an_amount", material=bought.material, quantity=bought.quantity.value)
        when = micros(statement.occurred_at)
        line, _ = booked(draft.state, bought.material, base, amount, when, bought.lot)
        resource, amount = line.resource, line.amount
        draft.links.append(PurchaseLink(draft.index, draft.party, body.expenditure, bought.lot, resource, amount))
    source = own(draft.party) if body.funds == "own" else held(draft.party)
    book.fee(body.fee, source)
    book.move(body.amount, source, spent(draft.party, body.project or body.payee), "spent")
    return book.close()


def acceptance(draft: Draft, statement: Acceptance) -> Outcome:
    """Who gave an advance answers for what was spent of it, in a book of its own: no money moves.

    Raises:
        NoEffectError: why it cannot have an effect.
    """
    body, giver = statement.body, draft.party
    book = Booking(draft, statement, "acceptance", body.acceptance, giver)
    nothing = body.rejected is None or not body.rejected.minor()
    if body.accepted.minor() or nothing:
        book.move(body.accepted, accounts.answered(giver), accounts.accepted(giver, body.advance), "accepted")
    if body.rejected is not None and not nothing:
        book.move(body.rejected, accounts.answered(giver), accounts.rejected(giver, body.advance), "rejected")
    return book.close()


def exchange(draft: Draft, statement: Exchange) -> Outcome:
    """Money becomes another currency: each of the two sums to zero by itself, over the party's account of exchanges.

    Raises:
        NoEffectError: why it cannot have an effect.
    """
    body = statement.body
    party = body.by or draft.party
    book = Booking(draft, statement, "exchange", body.exchange, party)
    through = accounts.exchange(party)
    book.move(body.gives, held(party), through, "exchanged")
    book.move(body.gets, through, held(party), "exchanged")
    book.fee(body.fee, held(party))
    return book.close(relation_of("exchange", party, body.gives.currency, body.gets.currency))


class Booking:
    """What one money statement moves.

    Args:
        draft: of the statement.
        statement: which.
        kind: its kind.
        identifier: that it gives.
        owner: whose money it is.

    Raises:
        NoEffectError: it is claimed for a time to come, or the identifier was given before.
    """

    def __init__(self, draft: Draft, statement: AnyMoney, kind: str, identifier: str, owner: str) -> None:
        self.effective = micros(statement.occurred_at)
        if self.effective > micros(draft.entry.recorded_at) + AHEAD:
            raise NoEffectError("statement.of_the_future")
        self.draft = draft
        self._valued = getattr(statement.body, "valued", None)
        self.identifier = identifier
        self.reported = owner != draft.party
        self.name = self.key(kind, identifier, owner)
        if (before := draft.state.names.get(self.name)) is not None:
            entry = draft.state.said[before].index
            raise NoEffectError("statement.given_before", kind=kind, identifier=identifier, entry=entry)
        self.overdrawn: list[tuple[str, str]] = []

    def key(self, kind: str, identifier: str, owner: str) -> str:
        """Return the key under which the speaker gives an identifier once: its own, or as it reports of another."""
        own = f"{kind} {owner} {identifier}"
        return own if owner == self.draft.party else f"{own} {self.draft.party}"

    def move(self, money: Money, source: str, target: str, code: str) -> None:
        """Move a sum from one account to another.

        Raises:
            NoEffectError: it is no sum that anybody can have paid.
        """
        if unfit := money.unfit():
            _, told = unfit
            raise NoEffectError(told.code, **told.values)
        if money.is_too_fine():
            self.draft.note("money.finer_than_coin", currency=money.currency, places=PLACES[money.currency])
        amount, resource = money.minor(), money_resource(money.currency)
        if amount <= 0:
            raise NoEffectError("money.not_an_amount", amount=Amount(amount, resource))
        self.draft.move(resource, source, target, amount, code, self.effective, None, self.identifier)

    def fee(self, money: Money | None, source: str) -> None:
        """Move what a bank took of an account; where it took nothing, as tables often say, nothing moves.

        Raises:
            NoEffectError: it is no sum that anybody can have paid.
        """
        if money is not None and money.minor():
            self.move(money, source, accounts.fee(owner_of(source)), "fee")

    def keep(
        self,
        donor: str,
        pledge_id: str | None,
        commitment_id: str | None,
        money: Money,
        counts_as: CountsAs | None,
        *,
        again: bool = False,
    ) -> None:
        """Let a sum keep the promise that is named, a commitment before a pledge; ``again``: let it be open again.

        Raises:
            NoEffectError: what it counts as is no sum.
        """
        kind, identifier = ("commitment", commitment_id) if commitment_id else ("pledge", pledge_id)
        if identifier is None:
            if not again:
                self.names_none(donor, money)
            return
        counted = money if counts_as is None else counts_as.amount
        account, kept = _ACCOUNTS[kind](donor, identifier), fulfilled(donor, identifier)
        if again:
            self.move(counted, kept, account, "reopened")
        else:
            self.move(counted, account, kept, "fulfilled")
            self.look_at(kind, identifier, counted, donor)

    def names_none(self, donor: str, money: Money) -> None:
        """Note that no promise is named, where the donor has made any in that currency: else none is to be named."""
        if self.draft.state.balance(promised(donor), money_resource(money.currency)):
            self.draft.note("money.names_no_pledge", donor=donor)

    def look_at(self, kind: str, identifier: str, money: Money, donor: str) -> None:
        """Note that a promise is not in the record, or is in another currency; later look whether it is overdrawn."""
        state, resource = self.draft.state, money_resource(money.currency)
        given = state.names.get(f"{kind} {donor} {identifier}") or state.names.get(self.key(kind, identifier, donor))
        if given is None:
            self.draft.note("money.step_unknown", kind=kind, identifier=identifier, donor=donor)
        elif all(half.resource != resource for half in state.said[given].halves):
            amount = Amount(money.minor(), resource)
            self.draft.note("money.other_currency", kind=kind, identifier=identifier, amount=amount)
            return
        self.overdrawn.append((_ACCOUNTS[kind](donor, identifier), resource))

    def close(self, relation: str = "", *, confirms: str = "") -> Outcome:
        """Commit what was moved as far as this word counts, and note whose it is and what is overdrawn.

        Args:
            relation: of whose money it speaks (:mod:`enduse.ledger.voices`); of its own spending only the spender does.
            confirms: the payer's number of a payment that its recipient tells.

        Raises:
            NoEffectError: a balance would outgrow what can be kept.
        """
        draft = self.draft
        speaker = draft.party if self.reported else None
        halves = tuple(half._replace(speaker=speaker) for half in draft.halves)
        if not relation:
            postings = draft.commit()
            self._value()
            self._overdrawn()
            draft.keep(list(halves), name=self.name)
            return draft.outcome(postings)
        voices, owner = Voices(draft, relation), relation.split(" ")[1]
        before = voices.of(relation)
        draft.halves = []
        voices.hear(draft.party)
        said = Said(draft.index, draft.party, "", "", self.name, halves, id=draft.entry.id, relation=relation)
        said = voices.settle(msgspec.structs.replace(said, confirms=confirms))
        postings = draft.commit()
        self._value()
        if self.reported:
            draft.note("money.reported", party=draft.party, donor=owner)
        elif before not in {"", owner}:
            draft.note("money.own_word", party=before, donor=owner)
        if said.told == "beside":
            draft.note("money.beside", donor=owner)
        elif said.told == "counts":
            self._beyond(said)
            self._overdrawn()
        draft.keep(list(halves), name=self.name)
        kept = msgspec.structs.replace(
            draft.state.said[said.id], relation=relation, told=said.told, confirms=confirms, back=said.back
        )
        draft.state.said[said.id] = kept
        voices.write(kept)
        return draft.outcome(postings)

    def _value(self) -> None:
        """Keep the time at whose rate this is told in another currency, where that is on another day than it happened."""
        if self._valued is not None and self._valued.astimezone(UTC).date() != instant_of(self.effective).date():
            self.draft.state.valued[str(self.draft.index)] = micros(self._valued)

    def _beyond(self, said: Said) -> None:
        """Note that a refund gives more than its payer was recorded as paid by that party."""
        paid = said.halves[-1]
        if paid.code == "refunded" and (beyond := paid.amount - said.back[0]):
            giver, payer = owner_of(paid.account), said.relation.split(" ")[1]
            self.draft.note("money.beyond_paid", amount=Amount(beyond, paid.resource), donor=giver, party=payer)

    def _overdrawn(self) -> None:
        for account, resource in self.overdrawn:
            balance = self.draft.state.balance(account, resource)
            if balance < 0:
                self.draft.note("money.overdrawn", account=named(account), amount=Amount(balance, resource))
