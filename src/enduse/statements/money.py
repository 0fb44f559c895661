"""Kinds ``pledge``, ``commitment``, ``disbursement``, ``expenditure``, ``acceptance``, ``refund``, ``exchange``: money on its way (IATI 2.03).

A step is one party's word about its own money, and names the promise that it keeps where there is one; a promise that
is not in the record is shown as an unresolved link. A payment is taken from what the payer holds, and adds to what the
recipient holds, whoever gave it first. Where ``donor`` is given and is not the statement's party, it is
a report about somebody else's money, such as a table that an importer read: the money is booked to the donor, the word
stays the reporting party's, and nothing is put into the donor's mouth.
"""

from typing import Literal

from enduse.errors import InvalidValueError
from enduse.statements.base import Body, Statement
from enduse.terms.amounts import DecimalText, Money, Quantity
from enduse.terms.identifiers import Id, Label
from enduse.terms.texts import Citation, Text
from enduse.terms.times import Instant


class PledgeBody(Body, frozen=True, kw_only=True):
    """A public promise of money: non-binding (IATI transaction type 13).

    Attributes:
        pledge: its identifier.
        amount: how much.
        donor: whose money it is; by default the statement's party.
        recipient: for whom.
        purpose: what for.
        valued: day at whose rate its worth is told in another currency, where that is not the day it happened (IATI
            ``value-date``).
        citation: where it was read.
    """

    pledge: Id
    amount: Money
    donor: Id | None = None
    recipient: Id | None = None
    purpose: Text | None = None
    valued: Instant | None = None
    citation: Citation | None = None


class Pledge(Statement, frozen=True, kw_only=True, tag="pledge"):
    """A party promises money."""

    body: PledgeBody


class CountsAs(Body, frozen=True, kw_only=True):
    """What a sum in one currency counts as in the currency of the promise that it keeps, as the payer states it.

    Attributes:
        amount: so much of the promise is kept.
        rate: units of its currency for one unit of what was paid.
        source: who publishes the rate, or what the parties agreed.
    """

    amount: Money
    rate: DecimalText | None = None
    source: Label | None = None


class CommitmentBody(Body, frozen=True, kw_only=True):
    """A firm, written obligation to a recipient (IATI transaction type 2).

    Attributes:
        commitment: its identifier.
        amount: how much.
        recipient: for whom.
        donor: whose money it is; by default the statement's party.
        pledge: what it fulfils.
        project: what it is for, where that is one project.
        line: of that project's budget.
        counts_as: how much of the pledge that is, where the pledge is in another currency.
        valued: day at whose rate its worth is told in another currency, where that is not the day it happened (IATI
            ``value-date``).
        citation: where it was read.
    """

    commitment: Id
    amount: Money
    recipient: Id
    donor: Id | None = None
    pledge: Id | None = None
    counts_as: CountsAs | None = None
    project: Id | None = None
    line: Id | None = None
    valued: Instant | None = None
    citation: Citation | None = None

    def __post_init__(self) -> None:
        _of_a_promise(self.counts_as, self.pledge, None)
        _of_a_project(self.line, self.project)


class Commitment(Statement, frozen=True, kw_only=True, tag="commitment"):
    """A party binds itself to pay."""

    body: CommitmentBody


class InKind(Body, frozen=True, kw_only=True):
    """On what a stated value of goods that were given rests.

    Attributes:
        basis: a price on the market, an invoice, what who gave them says, or an estimate.
        source: where the value is from.
        on: the day for which it holds; by default that of the statement.
        goods: under which identifier the goods stand in the record: their lot or consignment.
    """

    basis: Literal["market", "invoice", "giver", "estimate"]
    source: Label
    on: Instant | None = None
    goods: Id | None = None


class DisbursementBody(Body, frozen=True, kw_only=True):
    """Money placed at a recipient's disposal (IATI transaction type 3).

    Attributes:
        disbursement: its identifier.
        amount: how much.
        recipient: who now holds it.
        donor: whose money it was; by default the statement's party.
        pledge: what it fulfils, where there is no commitment.
        commitment: what it fulfils.
        counts_as: how much of the promise that is, where the promise is in another currency.
        project: what it is for, where that is one project.
        line: of that project's budget.
        funds: ``own`` where it is not taken from what the payer holds of others' money in the record.
        confirms: where the recipient tells it under a number of its own, the payer's number of the same payment.
        received: what of it reached the recipient, where a bank kept the rest on its way.
        fee: what the payment cost the payer on top of its amount.
        account_by: of an advance: by when its recipient is to have accounted for it.
        in_kind: of goods that were given: on what their value rests. It stands beside money and moves none.
        spent: it paid for goods or services (IATI transaction type 4): its recipient does not hold it for anybody. So others tell of
            what a payer spent, which itself states an expenditure.
        contract: under which contract, by its buyer's number.
        invoice: which invoice it pays, by its supplier's number.
        valued: day at whose rate its worth is told in another currency, where that is not the day it happened (IATI
            ``value-date``).
        citation: where it was read.
    """

    disbursement: Id
    amount: Money
    recipient: Id
    received: Money | None = None
    fee: Money | None = None
    account_by: Instant | None = None
    in_kind: InKind | None = None
    spent: bool = False
    donor: Id | None = None
    pledge: Id | None = None
    commitment: Id | None = None
    counts_as: CountsAs | None = None
    funds: Literal["own"] | None = None
    confirms: Id | None = None
    project: Id | None = None
    line: Id | None = None
    contract: Id | None = None
    invoice: Id | None = None
    valued: Instant | None = None
    citation: Citation | None = None

    def __post_init__(self) -> None:
        _of_a_promise(self.counts_as, self.pledge, self.commitment)
        _of_a_project(self.line, self.project)
        _reached(self.received, self.amount)
        moves = (self.received, self.fee, self.account_by, self.funds)
        if self.in_kind is not None and any(told is not None for told in moves):
            raise InvalidValueError("money.in_kind_moves_none", path=".in_kind")
        if self.spent and any(told is not None for told in (self.received, self.account_by, self.in_kind)):
            raise InvalidValueError("money.spent_for_good", path=".spent")


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
        line: of that project's budget.
        buys: goods it pays for.
        funds: ``own`` where it is not taken from what the payer holds of others' money in the record.
        fee: what the payment cost the payer on top of its amount.
        advance: of which advance it was spent, by its giver's number of that payment.
        advance_from: who gave that advance, where several gave one of that number.
        contract: under which contract, by its buyer's number.
        invoice: which invoice it pays, by its supplier's number.
        valued: day at whose rate its worth is told in another currency, where that is not the day it happened (IATI
            ``value-date``).
        citation: where it was read.
    """

    expenditure: Id
    amount: Money
    payee: Id
    fee: Money | None = None
    advance: Id | None = None
    advance_from: Id | None = None
    project: Id | None = None
    line: Id | None = None
    buys: tuple[Purchase, ...] = ()
    funds: Literal["own"] | None = None
    contract: Id | None = None
    invoice: Id | None = None
    valued: Instant | None = None
    citation: Citation | None = None

    def __post_init__(self) -> None:
        _of_a_project(self.line, self.project)


class Expenditure(Statement, frozen=True, kw_only=True, tag="expenditure"):
    """Money is spent."""

    body: ExpenditureBody


class AcceptanceBody(Body, frozen=True, kw_only=True):
    """What the giver of an advance accepts of what was spent of it, and what it does not.

    Attributes:
        acceptance: its identifier.
        advance: the giver's number of the payment that was the advance.
        accepted: so much less is to be accounted for.
        rejected: so much is owed: to be given back, or accounted for anew.
        citation: where it was read.
    """

    acceptance: Id
    advance: Id
    accepted: Money
    rejected: Money | None = None
    citation: Citation | None = None


class Acceptance(Statement, frozen=True, kw_only=True, tag="acceptance"):
    """Who gave an advance accepts what was spent of it."""

    body: AcceptanceBody


class RefundBody(Body, frozen=True, kw_only=True):
    """Money that goes back to who gave it: as if so much less had been paid.

    Attributes:
        refund: its identifier.
        amount: how much.
        to: who gave it and has it again.
        by: who gives it back; by default the statement's party.
        of: the disbursement that it gives back, by its identifier.
        spent: what it gives back had been spent (IATI transaction type 4, below zero): who gives it back did not hold it.
        pledge: what is open again, where there is no commitment.
        commitment: what is open again.
        project: what it is for, where that is one project.
        line: of that project's budget.
        counts_as: how much of the promise that is, where the promise is in another currency.
        contract: under which contract it was paid, by its buyer's number.
        valued: day at whose rate its worth is told in another currency, where that is not the day it happened (IATI
            ``value-date``).
        citation: where it was read.
    """

    refund: Id
    amount: Money
    to: Id
    by: Id | None = None
    of: Id | None = None
    spent: bool = False
    pledge: Id | None = None
    commitment: Id | None = None
    counts_as: CountsAs | None = None
    project: Id | None = None
    line: Id | None = None
    contract: Id | None = None
    valued: Instant | None = None
    citation: Citation | None = None

    def __post_init__(self) -> None:
        _of_a_promise(self.counts_as, self.pledge, self.commitment)
        _of_a_project(self.line, self.project)


class Refund(Statement, frozen=True, kw_only=True, tag="refund"):
    """Money is given back."""

    body: RefundBody


class ExchangeBody(Body, frozen=True, kw_only=True):
    """Money changed into another currency: what was given, what was got for it, and what it cost besides.

    Attributes:
        exchange: its identifier.
        gives: what was changed, without the fee.
        gets: what came in for it, in another currency, after what was taken out of it.
        by: whose money it was; by default the statement's party.
        fee: what the exchange cost on top of what it gives, in whatever currency it was taken from what is held.
        rate: units got for one unit given, as the bank states it.
        source: who changed it, or who publishes the rate.
        citation: where it was read.
    """

    exchange: Id
    gives: Money
    gets: Money
    by: Id | None = None
    fee: Money | None = None
    rate: DecimalText | None = None
    source: Label | None = None
    citation: Citation | None = None

    def __post_init__(self) -> None:
        if self.gives.currency == self.gets.currency:
            raise InvalidValueError("money.exchange_for_itself", path=".gets.currency", currency=self.gets.currency)


class Exchange(Statement, frozen=True, kw_only=True, tag="exchange"):
    """Money is changed into another currency."""

    body: ExchangeBody


def _of_a_promise(counts_as: CountsAs | None, pledge: str | None, commitment: str | None) -> None:
    """Refuse to count towards a promise that is not named."""
    if counts_as is not None and pledge is None and commitment is None:
        raise InvalidValueError("money.counts_as_nothing", path=".pledge")


def _of_a_project(line: str | None, project: str | None) -> None:
    """Refuse a line of a budget that no project is named for."""
    if line is not None and project is None:
        raise InvalidValueError("money.line_of_no_project", path=".project", budget_line=line)


def _reached(received: Money | None, amount: Money) -> None:
    """Refuse that more reached a recipient than was paid, or in another currency: an exchange is told as one."""
    if received is None:
        return
    if received.currency != amount.currency:
        told = {"currency": received.currency, "other": amount.currency}
        raise InvalidValueError("money.received_in_another", **told)
    if not 0 < received.minor() <= amount.minor():
        raise InvalidValueError("money.received_more", value=received.value, most=amount.value)
