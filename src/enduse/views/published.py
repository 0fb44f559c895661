"""What of a programme's money is published: project by project, every payment that stands, without what a policy leaves out.

Only what stands is published: what was taken back is gone, and so is what took it back.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final, Literal

import msgspec

from enduse.book.book import Book
from enduse.ledger.accounts import class_of, item_of, owner_of
from enduse.ledger.movements import standing
from enduse.ledger.posting import Posting
from enduse.statements.contract import ContractItem, ContractStatus
from enduse.statements.money import Commitment, Disbursement, Expenditure, Pledge, Purchase, Refund
from enduse.statements.works import BillItem
from enduse.terms.amounts import is_money, money_resource
from enduse.terms.lookup import Lookup
from enduse.terms.texts import Text
from enduse.terms.times import Period, instant_of
from enduse.views.contracts import contract_keys, joined, project_under
from enduse.views.names import names
from enduse.views.shapes import Figure
from enduse.views.sums import MOVES, Sums

PaymentKind = Literal["pledge", "commitment", "incoming", "disbursement", "refund", "expenditure"]
_CASH: Final = ("held", "own")


class Exclusion(msgspec.Struct, frozen=True):
    """A rule by which something is not published.

    Attributes:
        what: identifier of a project, a place or a party.
        reason: why, for readers.
    """

    what: str
    reason: str


class LeftOutMoney(msgspec.Struct, frozen=True, kw_only=True):
    """What one rule left out, so that all can see how much that is.

    Attributes:
        rule: which.
        projects: how many projects with all their money.
        budgets: their budgets, by currency.
        spent: what was spent on them, by currency.
        names: in how many payments the name of a party was withheld; their amounts are published.
    """

    rule: Exclusion
    projects: int
    budgets: tuple[Figure, ...]
    spent: tuple[Figure, ...]
    names: int


class PublishedPayment(msgspec.Struct, frozen=True, kw_only=True):
    """One step of money that stands.

    Attributes:
        name: of the pledge, commitment, disbursement, refund or expenditure.
        kind: which of these; ``incoming`` is a disbursement by who gave the money.
        at: when, as claimed.
        amount: how much; negative takes away from what was said before.
        provider: who gives; empty where that is withheld.
        receiver: who gets it; empty where nobody is named or that is withheld.
        entry: log index of the statement.
        buys: goods it pays for.
        contract: buyer and number of the contract that it names and is joined to; empty where there is none.
        valued: at whose rate its worth is told in another currency, where that is another day.
    """

    name: str
    kind: PaymentKind
    at: datetime
    amount: Figure
    provider: str
    receiver: str
    entry: int
    buys: tuple[Purchase, ...] = ()
    contract: str = ""
    valued: datetime | None = None


class PublishedContract(msgspec.Struct, frozen=True, kw_only=True):
    """A contract that is published.

    Attributes:
        key: its buyer and number.
        contract: its number.
        buyer: whose it is; empty where that is withheld.
        supplier: who delivers or builds; empty where that is withheld.
        title: for people.
        project: what it is for; empty where none is named.
        ocid: identifier of its contracting process, as its buyer states it.
        amount: what it comes to.
        period: from when, until when.
        state: how it stands, by OCDS.
        items: what is bought.
        at: when it was stated, as claimed.
    """

    key: str
    contract: str
    buyer: str
    supplier: str
    title: Text
    project: str
    ocid: str
    amount: Figure | None
    period: Period | None
    state: ContractStatus
    items: tuple[ContractItem, ...]
    at: datetime


class PublishedProgress(msgspec.Struct, frozen=True, kw_only=True):
    """How far the works have come, as somebody said: share of them done, from 0 to 1."""

    milestone: str
    title: Text
    share: str
    at: datetime


class PublishedProject(msgspec.Struct, frozen=True, kw_only=True):
    """A project and its money.

    Attributes:
        project: its identifier; empty for money that no project is named for.
        title: for people.
        purpose: ``reconstruction`` or ``humanitarian``.
        owner: whose project it is.
        contractor: who builds it.
        place: where.
        need: what it answers.
        planned_at: when its plan was first stated.
        budget: what it may cost, as last stated.
        bill: its bill of quantities.
        progress: as stated, in the order of time.
        payments: that name it, and what was spent on it.
        contracts: that are for it, or under which something was spent on it.
    """

    project: str
    title: Text
    purpose: str
    owner: str
    contractor: str
    place: str
    need: str
    planned_at: datetime
    budget: Figure | None
    bill: tuple[BillItem, ...]
    progress: tuple[PublishedProgress, ...]
    payments: tuple[PublishedPayment, ...]
    contracts: tuple[PublishedContract, ...] = ()

    def spent(self) -> tuple[Figure, ...]:
        """Return what was spent on it, by currency."""
        return added(one.amount for one in self.payments if one.kind == "expenditure")


class PublishedMoney(msgspec.Struct, frozen=True, kw_only=True):
    """All of a programme's money that is published.

    Attributes:
        origin: of the record.
        size: statements it rests on.
        at: the day on which the last of them was recorded, at its beginning; the minute could tell when a load left.
        title: of the programme.
        keeper: who keeps the record, and so reports what the parties said.
        parties: type of each, by identifier.
        names: for people, of all that is named.
        projects: each with its money.
        other: money that no project is named for.
        excluded: what each rule of the policy left out.
    """

    origin: str
    size: int
    at: datetime
    title: Text
    keeper: str
    parties: dict[str, str]
    names: dict[str, Text]
    projects: tuple[PublishedProject, ...]
    other: PublishedProject
    excluded: tuple[LeftOutMoney, ...]


def published(book: Book, exclusions: Sequence[Exclusion] = ()) -> PublishedMoney:
    """Return what is published of a programme's money.

    Args:
        book: of the programme.
        exclusions: rules of what is not.
    """
    paid = defaultdict[str, list[PublishedPayment]](list)
    for project, payment in standing_money(book):
        paid[project].append(payment)
    projects = [_project(book, name, paid.get(name, [])) for name in sorted(book.works.projects)]
    founded = book.programme.founded
    other = PublishedProject(
        project="",
        title={} if founded is None else founded.title,
        purpose="",
        owner="",
        contractor="",
        place="",
        need="",
        planned_at=min((one.planned_at for one in projects), default=instant_of(book.head.clock)),
        budget=None,
        bill=(),
        progress=(),
        payments=tuple(one for name in sorted(paid) if name not in book.works.projects for one in paid[name]),
    )
    out = _Exclusions(exclusions)
    kept = [one for one in projects if not out.leaves_out(one)]
    gone = {one.project for one in projects} - {one.project for one in kept}
    contracts = {key: _contract(book, key) for key in contract_keys(book)}
    contracts = {key: one for key, one in contracts.items() if one.project not in gone}
    kept = [_with_contracts(one, contracts) for one in kept]
    other = _with_contracts(other, contracts)
    return PublishedMoney(
        origin=book.log.origin,
        size=book.size,
        at=instant_of(book.head.clock).replace(hour=0, minute=0, second=0, microsecond=0),
        title=other.title,
        keeper="" if founded is None else founded.keeper,
        parties={party: body.type for party, body in book.programme.parties.items()},
        names={name: text for name, text in names(book).items() if name not in out.what},
        projects=tuple(out.withheld(one) for one in kept),
        other=out.withheld(other),
        excluded=out.told(),
    )


def excludable(book: Book) -> Lookup:
    """Return what finds all that a policy may leave out: projects, places, and parties, also those that only a payment or contract names."""
    called = names(book)
    ends = [end for _, one in standing_money(book) for end in (one.provider, one.receiver)]
    ends += [end for key in contract_keys(book) for end in (_contract(book, key).buyer, _contract(book, key).supplier)]
    ends += [state.now.body.contractor or "" for state in book.works.projects.values()]
    keyed = (life.party for life in book.key_register.keys.values())
    every = dict.fromkeys((*book.works.projects, *book.programme.places, *book.programme.parties, *keyed, *ends))
    return Lookup({each: called.get(each, {}) for each in every if each}, called.former)


class _Exclusions:
    """Rules, and what each of them has left out so far."""

    def __init__(self, rules: Sequence[Exclusion]) -> None:
        self.what = {rule.what: rule for rule in rules}
        self._projects: dict[str, list[PublishedProject]] = defaultdict(list)
        self._names: dict[str, int] = defaultdict(int)

    def leaves_out(self, one: PublishedProject) -> bool:
        rule = next((name for name in (one.project, one.place) if name in self.what), None)
        if rule is not None:
            self._projects[rule].append(one)
        return rule is not None

    def withheld(self, one: PublishedProject) -> PublishedProject:
        def shown(party: str) -> str:
            return "" if party in self.what else party

        payments = []
        for each in one.payments:
            for party in {each.provider, each.receiver} & self.what.keys():
                self._names[party] += 1
            ends = {"provider": shown(each.provider), "receiver": shown(each.receiver)}
            payments.append(msgspec.structs.replace(each, **ends))
        contracts = tuple(
            msgspec.structs.replace(each, buyer=shown(each.buyer), supplier=shown(each.supplier))
            for each in one.contracts
        )
        return msgspec.structs.replace(
            one,
            owner=shown(one.owner),
            contractor=shown(one.contractor),
            payments=tuple(payments),
            contracts=contracts,
        )

    def told(self) -> tuple[LeftOutMoney, ...]:
        return tuple(
            LeftOutMoney(
                rule=rule,
                projects=len(self._projects[name]),
                budgets=added(one.budget for one in self._projects[name] if one.budget is not None),
                spent=added(figure for one in self._projects[name] for figure in one.spent()),
                names=self._names[name],
            )
            for name, rule in self.what.items()
        )


def _project(book: Book, name: str, payments: list[PublishedPayment]) -> PublishedProject:
    state = book.works.projects[name]
    body, budget = state.now.body, state.now.body.budget
    figure = None
    if budget is not None and budget.unfit() is None:
        figure = Figure(budget.minor(), money_resource(budget.currency))
    said = sorted(book.works.milestones.get(name, ()), key=lambda one: one.at)
    return PublishedProject(
        project=name,
        title=body.title,
        purpose=body.purpose,
        owner=state.owner,
        contractor=body.contractor or "",
        place=state.place or "",
        need=body.need or "",
        planned_at=state.versions[0].at,
        budget=figure,
        bill=body.bill,
        progress=tuple(
            PublishedProgress(milestone=one.body.milestone, title=one.body.title, share=one.body.progress, at=one.at)
            for one in said
        ),
        payments=tuple(payments),
    )


def _contract(book: Book, key: str) -> PublishedContract:
    said = book.contracts.stands(key)
    if said is None:
        raise KeyError(key)
    body, money = said.body, said.body.amount
    fit = money is not None and money.unfit() is None
    return PublishedContract(
        key=key,
        contract=body.contract,
        buyer=key.partition(" ")[0],
        supplier=body.supplier,
        title=body.title,
        project=body.project or "",
        ocid=body.ocid or "",
        amount=Figure(money.minor(), money_resource(money.currency)) if fit and money is not None else None,
        period=body.period,
        state=body.state,
        items=body.items,
        at=said.at,
    )


def _with_contracts(one: PublishedProject, contracts: Mapping[str, PublishedContract]) -> PublishedProject:
    """Return a project with the contracts that are for it, and those under which something was spent on it."""
    named = [each.contract for each in one.payments if each.kind == "expenditure" and each.contract in contracts]
    own = [key for key, each in contracts.items() if each.project == one.project]
    payments = tuple(
        each if each.contract in contracts else msgspec.structs.replace(each, contract="") for each in one.payments
    )
    found = tuple(contracts[key] for key in dict.fromkeys((*own, *named)))
    return msgspec.structs.replace(one, payments=payments, contracts=found)


def _under(book: Book, entry: int) -> str:
    """Return the contract that a payment names and is joined to."""
    naming = book.contracts.naming.get(str(entry))
    return "" if naming is None else joined(book, naming)


def standing_money(book: Book) -> Iterator[tuple[str, PublishedPayment]]:
    """Give every step of money that stands, with the project it names; empty where it names none."""
    postings = [one for block in book.summed() for one in block.money]
    stand = [one for one in standing(postings) if is_money(one.resource)]
    for one in stand:
        yield from _said(book, one)
    givers = Sums(postings).givers
    for source, target in pairwise(stand):
        if source.entry != target.entry or source.amount != -target.amount or source.amount > 0:
            continue
        if target.code not in MOVES or {class_of(source.account), class_of(target.account)} - set(_CASH):
            continue
        payer, taker = owner_of(source.account), owner_of(target.account)
        if target.code == "refunded":
            yield _named(book, target), _step(book, target, "refund", taker, payer)
        else:
            kind: PaymentKind = "incoming" if givers.gives(payer, target.resource) else "disbursement"
            yield _named(book, target), _step(book, target, kind, payer, taker)


def _said(book: Book, one: Posting) -> Iterator[tuple[str, PublishedPayment]]:
    """Give the pledge, commitment or expenditure that a posting is of."""
    kind, owner = class_of(one.account), owner_of(one.account)
    if (kind, one.code) not in {("promised", "pledged"), ("committed", "committed")} and kind != "spent":
        return
    match book.statement(one.of).statement:
        case Pledge(body=body):
            yield _named(book, one), _step(book, one, "pledge", owner, body.recipient or "")
        case Commitment(body=body):
            yield _named(book, one), _step(book, one, "commitment", owner, body.recipient)
        case Expenditure(body=body):
            yield _spent(book, one, _step(book, one, "expenditure", owner, body.payee, body.buys))
        case Disbursement(body=body):
            yield _spent(book, one, _step(book, one, "expenditure", owner, body.recipient))
        case Refund(body=body) as statement:  # what had been spent and came back: so much less was spent
            yield _spent(book, one, _step(book, one, "expenditure", owner, body.by or statement.party))
        case _:
            pass


def _spent(book: Book, one: Posting, step: PublishedPayment) -> tuple[str, PublishedPayment]:
    """Return what was spent with its project and its contract; where it names no project, that which the contract is for."""
    project = item_of(one.account)
    known = project if project in book.works.projects else _named(book, one) or project_under(book, one.of)
    return known, msgspec.structs.replace(step, contract=_under(book, one.of))


def _named(book: Book, one: Posting) -> str:
    """Return the project that a posting's statement names."""
    project: str = book.works.funds.get(str(one.of), ("", ""))[0]
    return project


def _step(
    book: Book, one: Posting, kind: PaymentKind, provider: str, receiver: str, buys: tuple[Purchase, ...] = ()
) -> PublishedPayment:
    return PublishedPayment(
        name=one.item or "",
        kind=kind,
        at=instant_of(one.effective),
        amount=Figure(-one.amount if kind in {"pledge", "refund"} else one.amount, one.resource),
        provider=provider,
        receiver=receiver,
        entry=one.of,
        buys=buys,
        valued=None if (day := book.ledger.valued.get(str(one.of))) is None else instant_of(day),
    )


def added(figures: Iterable[Figure]) -> tuple[Figure, ...]:
    """Return the sums of figures, by resource."""
    sums: dict[str, int] = defaultdict(int)
    for figure in figures:
        sums[figure.resource] += figure.amount
    return tuple(Figure(amount, resource) for resource, amount in sorted(sums.items()))
