"""The answers of a programme, laid out as the rows of :mod:`enduse.views.flat_rows`."""

from collections.abc import Iterable, Iterator
from decimal import Decimal

import msgspec

from enduse.terms.amounts import in_unit, is_money, material_of
from enduse.views.advances import AdvanceMoney
from enduse.views.answers import Status
from enduse.views.cash import MoneyView
from enduse.views.changes import Changes
from enduse.views.flat_rows import (
    TABLES,
    Advances,
    ChangesSince,
    GoodsByMaterial,
    GoodsByWhom,
    LateGoods,
    Loans,
    MoneyByDonor,
    MoneyByParty,
    MoneyByProject,
    MustAct,
    OpenDifferences,
    SaidStatements,
    StockByPlace,
    TrancheRows,
    UseByProject,
)
from enduse.views.flat_works import FlatWorks, works_tables
from enduse.views.goods_lines import GoodsLines
from enduse.views.loans import LoanView
from enduse.views.missing import LateView
from enduse.views.shapes import Figure, Holding
from enduse.views.statements import RecordedStatement
from enduse.views.verified import Verified


class FlatAnswers(msgspec.Struct, frozen=True, kw_only=True):
    """All answers at one state of the record, each told apart by its table.

    Attributes:
        status: the same as one screen: title, names, checkpoint, practice.
        size: statements in the record.
        root: their Merkle root, hexadecimal: what every row rests on.
        languages: in which the programme publishes.
        verified: the checkpoint that all of it was held against; ``None`` before the first.
        tables: rows by the name of their table; without ``changes`` where no earlier issue was named.
    """

    status: Status
    size: int
    root: str
    languages: tuple[str, ...]
    verified: Verified | None
    tables: dict[str, list[msgspec.Struct]]


def flat_tables(
    status: Status,
    money: MoneyView,
    lines: GoodsLines,
    late: Iterable[LateView],
    holdings: Iterable[Holding],
    said: Iterable[RecordedStatement],
    built: FlatWorks,
    changes: Changes | None = None,
) -> dict[str, list[msgspec.Struct]]:
    """Return the answers as rows by table."""
    made: dict[str, list[msgspec.Struct]] = {
        "money_by_donor": list(_donors(money)),
        "money_by_project": list(_projects(money)),
        "money_by_party": list(_parties(money)),
        "goods": list(_goods(status)),
        "goods_by": list(_goods_by(lines)),
        "stock": list(_stock(holdings)),
        "use": list(_use(status)),
        "late": [_late(one) for one in late],
        "advances": [_advance(one) for one in money.advances],
        "loans": [_loan(one) for one in lines.loans],
        "differences": list(_differences(status)),
        "tranches": list(_tranches(status)),
        **works_tables(built),
        "must_act": list(_tasks(status)),
        "statements": list(said_rows(said)),
    }
    if changes is not None:
        made["changes"] = list(change_rows(changes))
    return {name: made[name] for name in TABLES if name in made}


def _value(amount: int, like: Figure) -> Decimal:
    """Return smallest units in the unit in which ``like`` is shown."""
    return Decimal(in_unit(amount, like.resource))


def _material(figure: Figure) -> str:
    return "" if is_money(figure.resource) else material_of(figure.resource)


def _donors(money: MoneyView) -> Iterator[MoneyByDonor]:
    for currency in money.currencies:
        for donor in currency.donors:
            totals = donor.totals
            yield MoneyByDonor(
                donor=totals.party,
                currency=currency.totals.currency,
                pledged=totals.pledged.value,
                paid=totals.paid.value,
                committed=totals.committed.value,
                uncommitted=totals.uncommitted.value,
                unlinked=totals.unlinked.value,
                got=donor.got.value,
                given=donor.given.value,
                spent=donor.spent.value,
                fees=donor.fees.value,
                held=donor.held.value,
                in_kind=donor.in_kind.value,
                entries=totals.pledged.entries or totals.paid.entries,
            )


def _projects(money: MoneyView) -> Iterator[MoneyByProject]:
    for currency in money.currencies:
        for one in currency.projects:
            yield MoneyByProject(
                project=one.project,
                place=one.place,
                currency=currency.totals.currency,
                planned=None if one.planned is None else one.planned.value,
                spent=one.spent.value,
                remaining=None if one.remaining is None else one.remaining.value,
                entries=one.spent.entries,
            )


def _parties(money: MoneyView) -> Iterator[MoneyByParty]:
    for currency in money.currencies:
        for one in currency.parties:
            yield MoneyByParty(
                party=one.party,
                currency=currency.totals.currency,
                received=one.received.value,
                got=one.got.value,
                outside=one.outside.value,
                handed_on=one.handed_on.value,
                given=one.given.value,
                spent=one.spent.value,
                fees=one.fees.value,
                held=one.held.value,
            )


def _goods(status: Status) -> Iterator[GoodsByMaterial]:
    for one in status.goods:
        amounts = {
            name: getattr(one, name).value
            for name in GoodsByMaterial.__struct_fields__
            if name not in {"material", "unit", "entries"}
        }
        yield GoodsByMaterial(
            material=material_of(one.resource), unit=one.came_in.unit, entries=one.came_in.entries, **amounts
        )


def _goods_by(lines: GoodsLines) -> Iterator[GoodsByWhom]:
    for one in lines.materials:
        for by, of in (("donor", one.donors), ("place", one.places), ("project", one.projects)):
            for line in of:
                sums = {name: getattr(line.sums, name).value for name in line.sums.__struct_fields__}
                yield GoodsByWhom(
                    by=by,
                    of=line.name,
                    material=material_of(one.resource),
                    unit=one.total.held.unit,
                    planned=None if line.planned is None else line.planned.value,
                    below_zero=None if line.below_zero is None else line.below_zero.value,
                    **sums,
                )


def _stock(holdings: Iterable[Holding]) -> Iterator[StockByPlace]:
    for one in holdings:
        for figure in one.stock:
            yield StockByPlace(
                place=one.place,
                place_type=one.type,
                area=one.area,
                material=_material(figure),
                quantity=figure.value,
                unit=figure.unit,
            )


def _use(status: Status) -> Iterator[UseByProject]:
    for one in status.used:
        bounds = [None if each is None else _value(each, one.declared) for each in (one.billed, one.lower, one.upper)]
        yield UseByProject(
            project=one.project,
            material=material_of(one.resource),
            unit=one.declared.unit,
            billed=bounds[0],
            declared=one.declared.value,
            measured=None if one.measured is None else one.measured.value,
            low=bounds[1],
            high=bounds[2],
            judgement=one.judgement,
        )


def _late(one: LateView) -> LateGoods:
    return LateGoods(
        consignment=one.item,
        sender=one.sender,
        material=_material(one.figure),
        quantity=one.figure.value,
        unit=one.figure.unit,
        state=one.state,
        sent_at=one.sent_at,
        due=one.due,
        days=one.days,
        holders=one.holders,
        from_place=one.start,
        to_place=one.end,
        contested=None if one.contested is None else one.contested.value,
    )


def _advance(one: AdvanceMoney) -> Advances:
    return Advances(
        advance=one.number,
        payer=one.payer,
        recipient=one.recipient,
        currency=one.paid.unit,
        paid=one.paid.value,
        spent=one.spent.value,
        accepted=one.accepted.value,
        rejected=one.rejected.value,
        refunded=one.refunded.value,
        open=one.open.value,
        account_by=one.due,
        days=one.days,
        asked=one.asked,
        entries=one.open.entries or one.paid.entries,
    )


def _loan(one: LoanView) -> Loans:
    return Loans(
        lender=one.lender,
        borrower=one.borrower,
        material=_material(one.lent),
        unit=one.lent.unit,
        lent=one.lent.value,
        repaid=one.repaid.value,
        open=one.open.value,
        told_by=one.told_by,
        entries=one.lent.entries,
    )


def _differences(status: Status) -> Iterator[OpenDifferences]:
    for one in status.missing:
        yield OpenDifferences(
            item=one.item,
            owner=one.owner,
            material=_material(one.figure),
            quantity=one.figure.value,
            unit=one.figure.unit,
            low=_value(one.lower, one.figure),
            high=_value(one.upper, one.figure),
            judgement=one.judgement,
            state=one.state,
            since=one.since,
            days=one.days,
            sent=None if one.sent is None else one.sent.value,
            received=None if one.received is None else one.received.value,
            from_place=one.start,
            to_place=one.end,
            entries=one.figure.entries,
        )


def _tranches(status: Status) -> Iterator[TrancheRows]:
    for one in status.tranches:
        yield TrancheRows(
            tranche=one.tranche,
            project=one.project,
            amount=one.amount.value,
            paid=one.paid.value,
            currency=one.amount.unit,
            mark=one.mark,
            status=one.status,
            decision=one.decision,
        )


def _tasks(status: Status) -> Iterator[MustAct]:
    for one in status.tasks:
        yield MustAct(
            owner=one.owner,
            task=one.code,
            about=one.about,
            material="" if one.figure is None else _material(one.figure),
            amount=None if one.figure is None else one.figure.value,
            unit="" if one.figure is None else one.figure.unit,
            days=one.days,
            entries=one.entries,
        )


def change_rows(changes: Changes) -> Iterator[ChangesSince]:
    """Give what is new as rows."""
    for said in changes.said:
        yield ChangesSince(what="said", about=f"{said.kind}:{said.step}" if said.step else said.kind, count=said.count)
    for what, items in (("late", changes.late), ("missing", changes.missing), ("settled", changes.settled)):
        for one in items:
            yield ChangesSince(
                what=what,
                about=one.lost.item,
                before=one.before.value,
                now=one.now.value,
                material=_material(one.now),
                unit=one.now.unit,
            )
    for sums in changes.money:
        for name in ("pledged", "paid", "spent"):
            grown: Figure = getattr(sums, name)
            if grown.amount:
                yield ChangesSince(what=name, about="", now=grown.value, unit=sums.currency)
    for tranche in changes.tranches:
        yield ChangesSince(what=f"tranche_{tranche.mark}", about=tranche.tranche)


def said_rows(said: Iterable[RecordedStatement]) -> Iterator[SaidStatements]:
    """Give statements as rows, one for each amount."""
    for one in said:
        for figure in one.amounts or (None,):
            yield SaidStatements(
                entry=one.entry,
                statement=one.id,
                kind=one.kind,
                step=one.step or "",
                party=one.statement.party,
                place=one.statement.place or "",
                happened_at=one.happened_at,
                recorded_at=one.recorded_at,
                about=one.about or "",
                material="" if figure is None else _material(figure),
                amount=None if figure is None else figure.value,
                unit="" if figure is None else figure.unit,
                effect=one.refusal is None,
                reason="" if one.refusal is None else one.refusal.code,
            )
