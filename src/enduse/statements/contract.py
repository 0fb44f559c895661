"""Kinds ``contract``, ``invoice``: what a buyer has agreed with a supplier, and what a supplier asks for under it (OCDS 1.1).

A contract is the word of its buyer; where ``buyer`` is given and is not the statement's party, it is a report, such as a
release of open contracting that an importer read. Payments name the contract and the invoice; a goods event names them
as the standard does, among its business transactions: ``po`` for the contract, ``inv`` for the invoice.
"""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from enduse.errors import InvalidValueError
from enduse.statements.base import Body, Statement
from enduse.terms.amounts import Money, Quantity
from enduse.terms.identifiers import Id, Label
from enduse.terms.texts import Citation, Text
from enduse.terms.times import Instant, Period

ContractStatus = Literal["", "pending", "active", "cancelled", "terminated"]
"""Code list ``contractStatus`` of OCDS 1.1; empty where nobody says."""


class ContractItem(Body, frozen=True, kw_only=True):
    """What is bought under a contract.

    Attributes:
        material: which.
        quantity: how much of it.
        cost: what all of that costs.
    """

    material: Id
    quantity: Quantity
    cost: Money | None = None


class ContractBody(Body, frozen=True, kw_only=True):
    """A contract as its buyer states it; stated anew it replaces what was said before, which stays readable.

    Attributes:
        contract: its number, among those of its buyer.
        supplier: who delivers or builds.
        buyer: whose contract it is; by default the statement's party.
        title: for people.
        project: what it is for, where that is one project.
        amount: what it comes to.
        period: from when, until when.
        state: how it stands (OCDS ``contractStatus``).
        items: what is bought.
        ocid: identifier of its contracting process.
        citation: where it was read.
    """

    contract: Id
    supplier: Id
    buyer: Id | None = None
    title: Text = msgspec.field(default_factory=dict)
    project: Id | None = None
    amount: Money | None = None
    period: Period | None = None
    state: ContractStatus = ""
    items: Annotated[tuple[ContractItem, ...], Meta(max_length=200)] = ()
    ocid: Label | None = None
    citation: Citation | None = None

    def __post_init__(self) -> None:
        if self.amount is not None and self.amount.minor() < 0:
            raise InvalidValueError("contract.below_nothing", path=".amount")
        if any(item.quantity.base()[0] <= 0 for item in self.items):
            raise InvalidValueError("work.nothing", path=".items")


class Contract(Statement, frozen=True, kw_only=True, tag="contract"):
    """A contract is stated, or stated anew."""

    body: ContractBody


class InvoiceBody(Body, frozen=True, kw_only=True):
    """What a supplier asks to be paid, as the supplier states it, or whoever received it.

    Attributes:
        invoice: its number, among those of its supplier.
        amount: what is asked for; negative for a credit note.
        supplier: who asks for it; by default the statement's party.
        buyer: who is asked.
        contract: under which contract, by its buyer's number.
        due: by when.
        asks: for an advance, or for what was retained of earlier invoices, where it is not for what was delivered or built.
        retained: of its amount, what the buyer keeps back until the end.
        recovered: of its amount, what is set off against an advance.
        citation: where it was read.
    """

    invoice: Id
    amount: Money
    supplier: Id | None = None
    buyer: Id | None = None
    contract: Id | None = None
    due: Instant | None = None
    asks: Literal["advance", "retention"] | None = None
    retained: Money | None = None
    recovered: Money | None = None
    citation: Citation | None = None

    def __post_init__(self) -> None:
        less = [one for one in (self.retained, self.recovered) if one is not None]
        if not less:
            return
        same = all(one.currency == self.amount.currency for one in less)
        if not same or min(one.minor() for one in less) < 0 or sum(one.minor() for one in less) > self.amount.minor():
            raise InvalidValueError("invoice.less_than_nothing")
        if self.asks is not None:
            raise InvalidValueError("invoice.for_works", path=".asks")


class Invoice(Statement, frozen=True, kw_only=True, tag="invoice"):
    """An invoice is stated, or stated anew."""

    body: InvoiceBody
