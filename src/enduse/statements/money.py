"""Kinds ``pledge``, ``commitment``, ``disbursement``, ``expenditure``: money on its way (terms of IATI 2.03).

A step is one party's word about its own money, and names the step before it where there is one; without its
predecessor it is kept and shown as an unresolved link. Where ``donor`` is given and is not the statement's party, it is
a report about somebody else's money, such as a table that an importer read: the money is booked to the donor, the word
stays the reporting party's, and nothing is put into the donor's mouth.
"""

from enduse.statements.base import Body, Statement
from enduse.terms.amounts import Money, Quantity
from enduse.terms.identifiers import Id
from enduse.terms.texts import Citation, Text


class PledgeBody(Body, frozen=True, kw_only=True):
    """A public promise of money: non-binding (IATI transaction type 13).

    Attributes:
        pledge: its identifier.
        amount: how much.
        donor: whose money it is; by default the statement's party.
        recipient: for whom.
        purpose: what for.
        citation: where it was read.
    """

    pledge: Id
    amount: Money
    donor: Id | None = None
    recipient: Id | None = None
    purpose: Text | None = None
    citation: Citation | None = None


class Pledge(Statement, frozen=True, kw_only=True, tag="pledge"):
    """A party promises money."""

    body: PledgeBody


class CommitmentBody(Body, frozen=True, kw_only=True):
    """A firm, written obligation to a recipient (IATI transaction type 2).

    Attributes:
        commitment: its identifier.
        amount: how much.
        recipient: for whom.
        donor: whose money it is; by default the statement's party.
        pledge: what it fulfils.
        citation: where it was read.
    """

    commitment: Id
    amount: Money
    recipient: Id
    donor: Id | None = None
    pledge: Id | None = None
    citation: Citation | None = None


class Commitment(Statement, frozen=True, kw_only=True, tag="commitment"):
    """A party binds itself to pay."""

    body: CommitmentBody


class DisbursementBody(Body, frozen=True, kw_only=True):
    """Money placed at a recipient's disposal (IATI transaction type 3).

    Attributes:
        disbursement: its identifier.
        amount: how much.
        recipient: who now holds it.
        donor: whose money it was; by default the statement's party.
        pledge: what it fulfils, where there is no commitment.
        commitment: what it fulfils.
        citation: where it was read.
    """

    disbursement: Id
    amount: Money
    recipient: Id
    donor: Id | None = None
    pledge: Id | None = None
    commitment: Id | None = None
    citation: Citation | None = None


class Disbursement(Statement, frozen=True, kw_only=True, tag="disbursement"):
    """Money reaches its recipient."""

    body: DisbursementBody


class Purchase(Body, frozen=True, kw_only=True):
    """Goods that an expenditure pays for, by the lot identifier under which they enter the record.

    Attributes:
        lot: identifier of the lot.
        material: what.
        quantity: how much.
    """

    lot: Id
    material: Id
    quantity: Quantity


class ExpenditureBody(Body, frozen=True, kw_only=True):
    """Money paid to a supplier or contractor (IATI transaction type 4).

    Attributes:
        expenditure: its identifier.
        amount: how much.
        payee: supplier or contractor.
        project: what it was spent for.
        buys: goods it pays for.
        citation: where it was read.
    """

    expenditure: Id
    amount: Money
    payee: Id
    project: Id | None = None
    buys: tuple[Purchase, ...] = ()
    citation: Citation | None = None


class Expenditure(Statement, frozen=True, kw_only=True, tag="expenditure"):
    """Money is spent."""

    body: ExpenditureBody
