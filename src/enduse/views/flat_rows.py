"""Answers as flat rows for analysts: one struct a table, one field a column, amounts exact and in the unit beside them.

Columns are stable: a table or a column is added, never renamed, and its meaning stands in its struct's docstring, from which the
reference page is made.
"""

from datetime import datetime
from decimal import Decimal
from typing import Final

import msgspec

from enduse.views import flat_works_rows as built
from enduse.views.flat_columns import Entries, Name, Names, Word


class MoneyByDonor(msgspec.Struct, frozen=True, kw_only=True):
    """What each donor promised and paid in one currency, and what became of its money.

    Attributes:
        donor: who.
        currency: ISO 4217 code of all sums of the row.
        pledged: promised in all.
        paid: placed at recipients' disposal, without what they gave back.
        committed: firmly committed and not yet paid; negative where more was paid than committed.
        uncommitted: pledged and not committed; negative where more was given than pledged.
        unlinked: of what was paid, what is linked to no promise: it takes nothing out of what is committed or uncommitted.
        got: of its money, by exchange of other currencies, by mass balance.
        given: of its money, in exchange for other currencies, by mass balance.
        spent: of its money, by mass balance.
        fees: of its money, of exchanges and payments, by mass balance.
        held: of its money, by others.
        in_kind: stated value of goods that it gave, in no other sum.
        entries: statements that the first sums rest on, the first few.
    """

    donor: Name
    currency: str
    pledged: Decimal
    paid: Decimal
    committed: Decimal
    uncommitted: Decimal
    unlinked: Decimal
    got: Decimal
    given: Decimal
    spent: Decimal
    fees: Decimal
    held: Decimal
    in_kind: Decimal
    entries: Entries


class MoneyByParty(msgspec.Struct, frozen=True, kw_only=True):
    """What each party received in one currency, and what it did with it.

    Attributes:
        party: who.
        currency: ISO 4217 code of all sums of the row.
        received: paid to it, without what it gave back.
        got: by exchange of other currencies.
        outside: what it gave beyond what the record shows it received.
        handed_on: paid by it to other parties, without what came back.
        given: in exchange for other currencies.
        spent: paid by it to suppliers and contractors.
        fees: of exchanges and payments.
        held: received and neither paid on nor spent.
    """

    party: Name
    currency: str
    received: Decimal
    got: Decimal
    outside: Decimal
    handed_on: Decimal
    given: Decimal
    spent: Decimal
    fees: Decimal
    held: Decimal


class MoneyByProject(msgspec.Struct, frozen=True, kw_only=True):
    """What each project may cost and did cost in one currency.

    Attributes:
        project: which; empty for what was spent with no project named.
        place: where it is, as last stated.
        currency: ISO 4217 code of all sums of the row.
        planned: what it may cost, as last stated; empty where that is not stated.
        spent: paid for it.
        remaining: planned and not spent; negative: spent beyond it.
        entries: statements that the sum rests on, the first few.
    """

    project: Name
    place: Name
    currency: str
    planned: Decimal | None
    spent: Decimal
    remaining: Decimal | None
    entries: Entries


class GoodsByMaterial(msgspec.Struct, frozen=True, kw_only=True):
    """What became of each material: all but ``unlinked``, ``surplus`` taken off, add up to ``came_in``.

    Attributes:
        material: which.
        unit: UN/ECE Recommendation 20 code of all quantities of the row.
        came_in: brought into the record.
        unlinked: what of it arrived without a recorded dispatch.
        stored: lies somewhere.
        under_way: sent and not yet received.
        used: built in or handed out, as declared.
        missing: missing beyond what the instruments' errors explain.
        surplus: too much beyond what they explain.
        not_comparable: sent, less come, where the other end told it in another unit: nobody can say how much of it that is.
        within_error: differences that they do explain, missing less too much.
        off_purpose: used for something else, as found.
        other: spoiled, lost, stolen or written off.
        entries: statements that the first quantity rests on, the first few.
    """

    material: Name
    unit: Word
    came_in: Decimal
    unlinked: Decimal
    stored: Decimal
    under_way: Decimal
    used: Decimal
    missing: Decimal
    surplus: Decimal
    not_comparable: Decimal
    within_error: Decimal
    off_purpose: Decimal
    other: Decimal
    entries: Entries


class GoodsByWhom(msgspec.Struct, frozen=True, kw_only=True):
    """Where the goods of each donor, at each place and for each project are; each of the three adds up to all of the material.

    Attributes:
        by: donor, place or project.
        of: which; empty for what none is known of.
        material: which.
        unit: of all quantities of the row.
        held: in stores and of use, those below zero left out.
        spoiled: in stores and of no use: damaged, expired, recalled.
        on_way: sent and not yet due.
        used: built in, given out or used up, as declared.
        not_arrived: overdue, or closed short, beyond what the scales can tell.
        not_comparable: overdue, or closed short, beside goods of it that came in another unit.
        missing_in_store: from a store, beyond what the scales can tell, and not found.
        off_purpose: used for something else, as found.
        lost: as found: lost, stolen or damaged.
        destroyed: or sampled.
        within_error: what the scales explain.
        made: into another material.
        planned: what a project's bill of quantities calls for; empty where there is none.
        below_zero: of a place, how much more went out of its stores than the record shows came in.
    """

    by: Word
    of: Name
    material: Name
    unit: Word
    held: Decimal
    spoiled: Decimal
    on_way: Decimal
    used: Decimal
    not_arrived: Decimal
    not_comparable: Decimal
    missing_in_store: Decimal
    off_purpose: Decimal
    lost: Decimal
    destroyed: Decimal
    within_error: Decimal
    made: Decimal
    planned: Decimal | None
    below_zero: Decimal | None


class StockByPlace(msgspec.Struct, frozen=True, kw_only=True):
    """What lies at each place by the books.

    Attributes:
        place: where.
        place_type: what it is.
        area: the broad area it is in.
        material: what lies there.
        quantity: how much.
        unit: of the quantity.
    """

    place: Name
    place_type: Word
    area: Name
    material: Name
    quantity: Decimal
    unit: Word


class UseByProject(msgspec.Struct, frozen=True, kw_only=True):
    """Declared, measured and billed use of each material in each project.

    Attributes:
        project: where it was used.
        material: what.
        unit: of all quantities of the row.
        billed: what the bill of quantities asks for; empty where there is none.
        declared: as the builder says.
        measured: as a monitor read; empty where nobody measured.
        low: lower end of the 95 % interval of what was measured.
        high: its upper end.
        judgement: how declared and measured go together.
    """

    project: Name
    material: Name
    unit: Word
    billed: Decimal | None
    declared: Decimal
    measured: Decimal | None
    low: Decimal | None
    high: Decimal | None
    judgement: Word


class LateGoods(msgspec.Struct, frozen=True, kw_only=True):
    """Parts of consignments that have not arrived.

    Attributes:
        consignment: its number.
        sender: who sent it.
        material: what has not arrived.
        quantity: how much.
        unit: of the quantity.
        state: overdue, or closed short by its receiver.
        sent_at: when it was sent, as claimed.
        due: end of the last day on which it might have come.
        days: whole days since it counts as not arrived.
        holders: who may have it; one alone where that is sure.
        from_place: from where.
        to_place: to where, as far as known.
        contested: of all that lacks in the consignment, how much would not, were what stands beside it true: ``holders`` are asked for the
            rest alone.
    """

    consignment: Name
    sender: Name
    material: Name
    quantity: Decimal
    unit: Word
    state: Word
    sent_at: datetime
    due: datetime
    days: int
    holders: Names
    from_place: Name
    to_place: Name
    contested: Decimal | None


class Advances(msgspec.Struct, frozen=True, kw_only=True):
    """Payments that are to be accounted for.

    Attributes:
        advance: the payer's number of it.
        payer: who gave it.
        recipient: who is to account for it.
        currency: of all sums of the row.
        paid: what reached the recipient.
        spent: of it, as the recipient says.
        accepted: of that, by its payer.
        rejected: of that, by its payer.
        refunded: given back.
        open: still to be accounted for, or given back.
        account_by: by when.
        days: whole days after that, where anything is open.
        asked: who can close it; empty where nothing is open.
        entries: statements it rests on.
    """

    advance: Name
    payer: Name
    recipient: Name
    currency: Word
    paid: Decimal
    spent: Decimal
    accepted: Decimal
    rejected: Decimal
    refunded: Decimal
    open: Decimal
    account_by: datetime
    days: int
    asked: Name
    entries: Entries


class Loans(msgspec.Struct, frozen=True, kw_only=True):
    """What one store lent another of one material.

    Attributes:
        lender: who lent it.
        borrower: who received it.
        material: what.
        unit: of all quantities of the row.
        lent: received as lent.
        repaid: given back.
        open: still to be given back; negative where more was given back than was lent.
        told_by: who of the two calls it that.
        entries: statements it rests on.
    """

    lender: Name
    borrower: Name
    material: Name
    unit: Word
    lent: Decimal
    repaid: Decimal
    open: Decimal
    told_by: Names
    entries: Entries


class OpenDifferences(msgspec.Struct, frozen=True, kw_only=True):
    """What does not come out even and is not explained yet.

    Attributes:
        item: consignment or place.
        owner: who answers for it; empty where that is open.
        material: what.
        quantity: how much is missing; negative is a surplus.
        unit: of all quantities of the row.
        low: lower end of the 95 % interval.
        high: its upper end.
        judgement: whether it is beyond the instruments' errors.
        state: why it is a difference.
        since: when it opened, as claimed.
        days: whole days since then.
        sent: how much was sent, for a consignment.
        received: how much arrived.
        from_place: from where.
        to_place: to where.
        entries: statements it rests on, the first few.
    """

    item: Name
    owner: Name
    material: Name
    quantity: Decimal
    unit: Word
    low: Decimal
    high: Decimal
    judgement: Word
    state: Word
    since: datetime
    days: int
    sent: Decimal | None
    received: Decimal | None
    from_place: Name
    to_place: Name
    entries: Entries


class TrancheRows(msgspec.Struct, frozen=True, kw_only=True):
    """How every tranche stands.

    Attributes:
        tranche: which.
        project: what it pays for.
        amount: how much.
        paid: how much of it was paid.
        currency: of both.
        mark: how its condition stands: met, not_met or not_known.
        status: where it is on its way.
        decision: log index of the decision in effect.
    """

    tranche: Name
    project: Name
    amount: Decimal
    paid: Decimal
    currency: str
    mark: Word
    status: Word
    decision: int | None


class MustAct(msgspec.Struct, frozen=True, kw_only=True):
    """Who must act now, goods first.

    Attributes:
        owner: who; empty where nobody holds the function.
        task: what to do.
        about: consignment, project, place, advance, tranche, mandate or need.
        material: of what; empty where it is money or nothing.
        amount: about how much.
        unit: of the amount, or its currency.
        days: for how long it has been overdue.
        entries: statements it rests on, the first few.
    """

    owner: Name
    task: Word
    about: Name
    material: Name
    amount: Decimal | None
    unit: Word
    days: int | None
    entries: Entries


class ChangesSince(msgspec.Struct, frozen=True, kw_only=True):
    """What is new since an earlier issue.

    Attributes:
        what: said, late, missing, settled; pledged, paid or spent; tranche_met, tranche_not_met or tranche_not_known.
        about: kind of statement (of goods and keys with its step), consignment, place or tranche; empty for money.
        before: how much was open then.
        now: how much is open now; of money, by how much its sum grew.
        material: of what.
        unit: of both amounts.
        count: how many statements.
    """

    what: Word
    about: Name
    before: Decimal | None = None
    now: Decimal | None = None
    material: Name = ""
    unit: Word = ""
    count: int | None = None


class SaidStatements(msgspec.Struct, frozen=True, kw_only=True):
    """Every statement of the record, one row for each amount that it says, or one.

    Attributes:
        entry: its log index.
        statement: SHA-256 of what was signed, hexadecimal.
        kind: of statement.
        step: of goods the business step, of a key what happened to it.
        party: who said it.
        place: where, as claimed.
        happened_at: when, as claimed.
        recorded_at: when the record took it; empty before the first clock.
        about: what it speaks of.
        material: of what the amount is; empty for money.
        amount: how much it says.
        unit: of the amount, or its currency.
        effect: whether it has any.
        reason: code of why it has none.
    """

    entry: int
    statement: str
    kind: Word
    step: str
    party: Name
    place: Name
    happened_at: datetime
    recorded_at: datetime | None
    about: Name
    material: Name
    amount: Decimal | None
    unit: Word
    effect: bool
    reason: str


TABLES: Final[dict[str, type[msgspec.Struct]]] = {
    "money_by_donor": MoneyByDonor,
    "money_by_project": MoneyByProject,
    "money_by_party": MoneyByParty,
    "goods": GoodsByMaterial,
    "goods_by": GoodsByWhom,
    "stock": StockByPlace,
    "use": UseByProject,
    "late": LateGoods,
    "advances": Advances,
    "loans": Loans,
    "differences": OpenDifferences,
    "tranches": TrancheRows,
    "needs": built.NeedRows,
    "projects": built.ProjectRows,
    "bills": built.BillRows,
    "indicators": built.IndicatorRows,
    "movements": built.MovementRows,
    "closures": built.ClosureRows,
    "service_points": built.PointRows,
    "delays": built.DelayRows,
    "incidents": built.IncidentRows,
    "visits": built.VisitRows,
    "changes": ChangesSince,
    "must_act": MustAct,
    "statements": SaidStatements,
}
"""Every table by its name, in the order in which people read them."""
