"""The shape of a contract with all that names it, and what is told of it: what is not known, more or less, and who is asked."""

from collections.abc import Iterator
from datetime import datetime
from typing import Literal

import msgspec

from enduse.messages import Amount, Message
from enduse.statements.contract import ContractStatus
from enduse.terms.texts import Text
from enduse.terms.times import Period
from enduse.views.loads import LoadState
from enduse.views.shapes import Figure

PaymentKind = Literal["expenditure", "disbursement", "refund"]


class ContractChange(msgspec.Struct, frozen=True, kw_only=True):
    """What a contract said before it was stated anew.

    Attributes:
        at: when it was stated, as claimed.
        party: who stated it.
        entry: log index.
        taken_back: whether its party took it back.
        amount: what it came to; nothing where that was not said.
        changed: fields that say something else in the statement that counts now.
    """

    at: datetime
    party: str
    entry: int
    taken_back: bool
    amount: Figure | None
    changed: tuple[str, ...]


class ContractPayment(msgspec.Struct, frozen=True, kw_only=True):
    """A payment under a contract; a refund takes away from what was paid."""

    payment: str
    kind: PaymentKind
    payer: str
    payee: str
    amount: Figure
    invoice: str
    at: datetime
    entry: int


class ContractInvoice(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice under a contract.

    Attributes:
        invoice: its number.
        amount: what is asked for, by its supplier's word, else by that of whoever received it; before what is retained or set off.
        party: whose word that is; where both mean one sum, that of the one who says what is retained or set off.
        others: what others say that it asks for, where that differs.
        paid: by payments that name it.
        due: by when.
        entry: log index.
        asks: ``advance`` or ``retention`` where it is not for what was delivered or built; else empty.
        retained: of its amount, what the buyer keeps back until the end; nothing where nobody says.
        recovered: of its amount, what is set off against an advance; nothing where nobody says.
    """

    invoice: str
    amount: Figure
    party: str
    others: tuple[tuple[str, Figure], ...]
    paid: tuple[Figure, ...]
    due: datetime | None
    entry: int
    asks: str = ""
    retained: Figure | None = None
    recovered: Figure | None = None

    @property
    def in_the_end(self) -> Figure:
        """What is to be paid for it in the end: its amount less what is set off against an advance."""
        return self._less(self.recovered)

    @property
    def now(self) -> Figure:
        """What is to be paid for it now: less what is retained, too."""
        return self._less(self.recovered, self.retained)

    def _less(self, *figures: Figure | None) -> Figure:
        told = [one for one in figures if one is not None]
        entries = dict.fromkeys((*self.amount.entries, *(entry for one in told for entry in one.entries)))
        amount = self.amount.amount - sum(one.amount for one in told)
        return Figure(amount, self.amount.resource, tuple(entries), len(entries))


class ContractLoad(msgspec.Struct, frozen=True, kw_only=True):
    """One material of a consignment under a contract: what was sent and what came; no place, no route, no time.

    Attributes:
        number: of the consignment.
        sender: whose number that is.
        invoice: that it names; empty where it names none.
        state: how it stands.
        sent: how much was sent, by its sender.
        came: how much its receiver says came.
    """

    number: str
    sender: str
    invoice: str
    state: LoadState
    sent: Figure
    came: Figure


class ContractedGoods(msgspec.Struct, frozen=True, kw_only=True):
    """One material under a contract.

    Attributes:
        material: which.
        contracted: how much is bought; nothing where the contract does not say.
        sent: by consignments that name it.
        delivered: of these, what came to other parties than their sender.
        built: of these, what was declared as used in its project, by mass balance; nothing where nobody declared any, or that is not
            worked out.
        measured: from so much to so much was measured in its whole project, by a party that neither built nor declared it.
    """

    material: str
    contracted: Figure | None
    sent: Figure
    delivered: Figure
    built: Figure | None = None
    measured: tuple[Figure, Figure] | None = None


class ContractView(msgspec.Struct, frozen=True, kw_only=True):
    """A contract, and all that names it.

    Attributes:
        contract: its number.
        buyer: whose contract it is.
        supplier: who delivers or builds.
        title: for people.
        project: what it is for; empty where none is named.
        ocid: identifier of its contracting process.
        period: from when, until when.
        state: how it stands, by OCDS.
        party: whose word this is: the buyer's, or where the buyer said nothing that of whoever reported it.
        at: when that was said, as claimed.
        entry: log index.
        amount: what it comes to; nothing where that is not said.
        invoiced: by currency; an advance that was set off, and what was retained and asked for again, count once.
        paid: by currency, less what was given back.
        goods: by material.
        invoices: in log order.
        payments: in log order.
        loads: consignments, by material.
        progress: share of the works of its project done, as last said, by whom; empty where nobody did.
        before: what was said of it before, the oldest first.
        notes: what is not known, does not tie, or is more or less than contracted, with who is asked.
        traced: whether all of its goods were followed, and not only those that a trace of something else goes through.
    """

    contract: str
    buyer: str
    supplier: str
    title: Text
    project: str
    ocid: str
    period: Period | None
    state: ContractStatus
    party: str
    at: datetime
    entry: int
    amount: Figure | None
    invoiced: tuple[Figure, ...]
    paid: tuple[Figure, ...]
    goods: tuple[ContractedGoods, ...]
    invoices: tuple[ContractInvoice, ...]
    payments: tuple[ContractPayment, ...]
    loads: tuple[ContractLoad, ...]
    progress: tuple[str, str] | None
    before: tuple[ContractChange, ...]
    notes: tuple[Message, ...]
    traced: bool = False

    @property
    def key(self) -> str:
        """Buyer and number: no other contract has both."""
        return f"{self.buyer} {self.contract}"


def contract_notes(view: ContractView) -> Iterator[Message]:
    """Give what of a contract is not known, does not tie, or is more or less than contracted, with who is asked."""
    yield from _not_known(view)
    yield from _of_money(view)
    for one in view.goods:
        if one.contracted is None or not view.loads:
            continue
        told = {"material": one.material, "contracted": Amount(one.contracted.amount, one.contracted.resource)}
        came = Amount(one.delivered.amount, one.delivered.resource)
        if one.delivered.amount < one.contracted.amount:
            senders = tuple(dict.fromkeys(load.sender for load in view.loads))
            yield Message.of("contract.delivered_short", delivered=came, senders=senders, **told)
        elif one.delivered.amount > one.contracted.amount:
            yield Message.of("contract.delivered_beyond", delivered=came, buyer=view.buyer, **told)


def _not_known(view: ContractView) -> Iterator[Message]:
    buyer, supplier, name = view.buyer, view.supplier, view.contract
    if view.party != buyer:
        yield Message.of("contract.reported", contract=name, party=view.party, buyer=buyer)
    lacking = (
        ("contract.no_amount", view.amount is None, {"buyer": buyer}),
        ("contract.no_invoice", not view.invoices, {"supplier": supplier}),
        ("contract.no_payment", not view.payments, {"buyer": buyer}),
        ("contract.no_consignment", not view.loads, {"supplier": supplier}),
        ("contract.no_project", not view.project, {"buyer": buyer}),
    )
    for code, lacks, asked in lacking:
        if lacks:
            yield Message.of(code, contract=name, **asked)


def _of_money(view: ContractView) -> Iterator[Message]:
    if view.amount is not None:
        most = Amount(view.amount.amount, view.amount.resource)
        for code, sums in (("contract.invoiced_beyond", view.invoiced), ("contract.paid_beyond", view.paid)):
            for one in sums:
                told = {"contract": view.contract, "buyer": view.buyer, "amount": Amount(one.amount, one.resource)}
                if one.resource != most.resource:
                    yield Message.of("contract.other_currency", contracted=most, **told)
                elif one.amount > most.amount:
                    yield Message.of(code, contracted=most, **told)
    for invoice in view.invoices:
        asked = Amount(invoice.amount.amount, invoice.amount.resource)
        for party, other in invoice.others:
            said = Amount(other.amount, other.resource)
            told = {"invoice": invoice.invoice, "amount": asked, "party": invoice.party}
            yield Message.of("contract.invoice_differs", other=party, said=said, **told)
        for paid in invoice.paid:
            whole = invoice.in_the_end
            if paid.resource == whole.resource and paid.amount > whole.amount:
                told = {"invoice": invoice.invoice, "amount": Amount(whole.amount, whole.resource), "buyer": view.buyer}
                yield Message.of("contract.invoice_paid_beyond", paid=Amount(paid.amount, paid.resource), **told)
