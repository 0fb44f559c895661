"""Money by donor, party, project and place, in each currency: what was promised, paid, handed on, spent and is held."""

from collections import defaultdict
from collections.abc import Iterator

import msgspec

from enduse.book.book import Book
from enduse.ledger.accounts import class_of, held, item_of, owner_of
from enduse.ledger.accounts import spent as spent_on
from enduse.ledger.owners import parts_of, split
from enduse.ledger.posting import Posting
from enduse.ledger.sums import AccountSum
from enduse.statements.works import BudgetLine
from enduse.system import uncollected
from enduse.terms.amounts import base_of, money_resource
from enduse.views.advances import AdvanceMoney, advances
from enduse.views.budgets import LineMoney, ProjectFunds, Tags, funds, lines_of
from enduse.views.contracts import project_under
from enduse.views.money import currencies, nothing_yet
from enduse.views.reporting import MoneyReported, reported
from enduse.views.shapes import CurrencyTotals, DonorTotals, Figure
from enduse.views.sums import Sums, figure, resting, together


class DonorMoney(msgspec.Struct, frozen=True, kw_only=True):
    """A donor in one currency: what it promised and paid, and what became of its money in whosever hands.

    Attributes:
        totals: promised, committed, paid; zero where its money is in this currency by exchange alone.
        spent: of its money, by mass balance.
        held: of its money, by others.
        fees: of its money, of exchanges and payments.
        given: of its money, in exchange for other currencies.
        got: of its money, by exchange of other currencies: with what it paid it is all of the above.
        in_kind: stated value of goods that it gave, in no other sum.
    """

    totals: DonorTotals
    spent: Figure
    held: Figure
    fees: Figure
    given: Figure
    got: Figure
    in_kind: Figure


class PartyMoney(msgspec.Struct, frozen=True, kw_only=True):
    """A party in one currency: what it received and what it did with it.

    Received, got and from outside are together what was handed on, given, spent, taken as fees and is held.

    Attributes:
        party: who.
        received: paid to it, without what it gave back.
        got: by exchange of other currencies, without what it gave for them.
        handed_on: paid by it to other parties, without what came back.
        given: in exchange for other currencies, without what it got for them.
        spent: paid by it to suppliers and contractors.
        fees: of exchanges and payments.
        held: received and neither paid on nor spent.
        outside: what it gave beyond what the record shows it received.
        donor: whether that was given; else it is own money, or a receipt not recorded.
        of: whose money it holds, by giver, the largest part first.
        in_kind: stated value of goods that it was given, in no other sum.
    """

    party: str
    received: Figure
    got: Figure
    handed_on: Figure
    given: Figure
    spent: Figure
    fees: Figure
    held: Figure
    outside: Figure
    donor: bool
    of: dict[str, int]
    in_kind: Figure


class ProjectMoney(msgspec.Struct, frozen=True, kw_only=True):
    """A project in one currency; the name is empty for what was spent with no project named.

    Attributes:
        project: which.
        place: where it is, as last stated; empty where that is not known.
        planned: what it may cost, as last stated in this currency; nothing where that is not stated.
        committed: firmly committed for it and not yet paid.
        paid: that came to it from whoever gave; what is handed on for it counts once.
        spent: paid for it; zero where nothing is done yet.
        remaining: planned and not spent; negative: spent beyond it.
        of: whose money was spent, by giver, the largest part first.
        lines: of its budget.
        payers: who paid for it out of what is theirs, spent or not; who only handed on is none.
    """

    project: str
    place: str
    planned: Figure | None
    committed: Figure
    paid: Figure
    spent: Figure
    remaining: Figure | None
    of: dict[str, int]
    lines: tuple[LineMoney, ...] = ()
    payers: tuple[str, ...] = ()


class PlaceMoney(msgspec.Struct, frozen=True, kw_only=True):
    """A place in one currency: what was spent for projects there; the name is empty where no place is known."""

    place: str
    spent: Figure


class ProjectPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Where a project is, and what it may cost, as last stated: by currency, with the statement, and by line."""

    place: str = ""
    budget: dict[str, Figure] = msgspec.field(default_factory=dict)
    lines: tuple[BudgetLine, ...] = ()
    entry: int = 0


class CurrencyMoney(msgspec.Struct, frozen=True, kw_only=True):
    """All money of one currency, by whom and for what; the largest sums first.

    Attributes:
        totals: of all of it.
        donors: who promised or gave.
        parties: who received, handed on, spent or holds.
        projects: for what it was spent.
        places: where.
    """

    totals: CurrencyTotals
    donors: tuple[DonorMoney, ...]
    parties: tuple[PartyMoney, ...]
    projects: tuple[ProjectMoney, ...]
    places: tuple[PlaceMoney, ...]


class MoneyView(msgspec.Struct, frozen=True, kw_only=True):
    """Where money came from, where it is and what it was spent on.

    Attributes:
        currencies: first the one of which most is said.
        reported: the same in the programme's reporting currency, where it names one.
        advances: what was given to be accounted for; what is open first.
    """

    currencies: tuple[CurrencyMoney, ...]
    reported: MoneyReported | None = None
    advances: tuple[AdvanceMoney, ...] = ()


@uncollected()
def money(book: Book) -> MoneyView:
    """Return money by donor, party, project and place."""
    postings = [one for block in book.summed() for one in block.money]
    if next(book.contracts.all_keys("contract"), None) is not None:
        postings = [_under_contract(book, one) for one in postings]
    totals = currencies(Sums(postings), book.ledger)
    tags = {int(entry): tag for entry, tag in book.works.funds.items()}
    view = money_of(postings, _plans(book), totals, tags)
    view = msgspec.structs.replace(view, advances=advances(book))
    founded = book.programme.founded
    if founded is None or founded.reporting is None:
        return view
    told = reported(founded.reporting, book.ledger.rates.values(), _valued(book, postings), totals, book.head.clock)
    return msgspec.structs.replace(view, reported=told)


def _under_contract(book: Book, one: Posting) -> Posting:
    """Return what was spent and names no project as spent on that for which the contract is that it names."""
    if class_of(one.account) != "spent" or item_of(one.account) in book.works.projects:
        return one
    project = project_under(book, one.of if one.reverses is None else one.reverses)
    return msgspec.structs.replace(one, account=spent_on(owner_of(one.account), project)) if project else one


def _valued(book: Book, postings: list[Posting]) -> list[Posting]:
    """Return postings at the days whose rates count: of what names a value date that one, and of what takes it back too."""
    days = book.ledger.valued
    if not days:
        return postings

    def at(one: Posting) -> int:
        day: int = days.get(str(one.of if one.reverses is None else one.reverses), one.effective)
        return day

    return [msgspec.structs.replace(one, effective=at(one)) for one in postings]


def _plans(book: Book) -> dict[str, ProjectPlan]:
    """Return the plans of projects, as last stated."""
    found = {}
    for name, state in book.works.projects.items():
        plan, budget = state.now, state.now.body.budget
        figures = {}
        if budget is not None and budget.unfit() is None:
            index = book.index_of(plan.entry)
            figures[budget.currency] = resting(budget.minor(), money_resource(budget.currency), [index])
        fit = tuple(item for item in plan.body.lines if item.amount.unfit() is None)
        found[name] = ProjectPlan(place=plan.place or "", budget=figures, lines=fit, entry=plan.index)
    return found


def money_of(
    postings: list[Posting],
    projects: dict[str, ProjectPlan],
    totals: tuple[CurrencyTotals, ...],
    tags: Tags | None = None,
) -> MoneyView:
    """Return money by donor, party, project and place, from postings.

    Args:
        postings: of money, that count.
        projects: plans by project.
        totals: of every currency in which something was booked.
        tags: projects and lines that statements name.
    """
    sums = Sums(postings)
    parts = parts_of(postings, "held", "spent", "fee", "exchange")
    for party, resource in sums.circles:
        spot = (held(party), resource)
        parts[spot] = split(sums.lines[resource][spot[0]].amount, parts.get(spot, {}))
    givers = {donor.party for each in totals for donor in each.donors}
    booked = {each.currency for each in totals}
    lines = {item.amount.currency for plan in projects.values() for item in plan.lines}
    planned = sorted(({currency for plan in projects.values() for currency in plan.budget} | lines) - booked)
    every = (*totals, *(nothing_yet(sums, currency) for currency in planned))
    given = {each.currency: funds(postings, tags or {}, money_resource(each.currency)) for each in every}
    return MoneyView(
        currencies=tuple(_currency(sums, parts, projects, each, givers, given[each.currency]) for each in every)
    )


def _currency(
    sums: Sums,
    parts: dict[tuple[str, str], dict[str, int]],
    projects: dict[str, ProjectPlan],
    totals: CurrencyTotals,
    givers: set[str],
    given: ProjectFunds,
) -> CurrencyMoney:
    resource = f"money/{totals.currency}"
    here = {account: of for (account, name), of in parts.items() if name == resource}
    spent = list(_projects(sums, resource, here, projects, given))
    by_place: dict[str, list[Figure]] = defaultdict(list)
    for one in spent:
        by_place[one.place].append(one.spent)
    places = [PlaceMoney(place=place, spent=together(resource, figures)) for place, figures in by_place.items()]
    return CurrencyMoney(
        totals=totals,
        donors=tuple(_donors(sums, resource, here, totals, givers)),
        parties=tuple(_parties(sums, resource, here, {donor.party for donor in totals.donors})),
        projects=tuple(sorted(spent, key=lambda one: (-one.spent.amount, one.project))),
        places=tuple(sorted(places, key=lambda one: (-one.spent.amount, one.place))),
    )


def _donors(
    sums: Sums, resource: str, here: dict[str, dict[str, int]], totals: CurrencyTotals, givers: set[str]
) -> Iterator[DonorMoney]:
    """Give who promised or gave, then who gave only goods, or only other currencies that became this one by exchange."""
    named = {donor.party for donor in totals.donors}
    goods = {owner_of(account): line.amount for account, line in sums.of(resource, "given_in_kind") if line.amount}
    by_exchange = sorted(({giver for of in here.values() for giver in of} & givers | goods.keys()) - named)
    none = Figure(0, resource)
    others = (
        DonorTotals(party=giver, pledged=none, paid=none, committed=none, uncommitted=none, unlinked=none)
        for giver in by_exchange
    )
    for donor in (*totals.donors, *others):
        ends = {
            name: _of(resource, here, donor.party, kind)
            for name, kind in (("spent", "spent"), ("held", "held"), ("fees", "fee"), ("given", "exchange"))
        }
        whole = sum(end.amount for end in ends.values())
        got, worth = max(0, whole - donor.paid.amount), -goods.get(donor.party, 0)
        yield DonorMoney(totals=donor, got=Figure(got, resource), in_kind=Figure(worth, resource), **ends)


def _of(resource: str, here: dict[str, dict[str, int]], giver: str, kind: str) -> Figure:
    return Figure(sum(of.get(giver, 0) for account, of in here.items() if class_of(account) == kind), resource)


def _parties(sums: Sums, resource: str, here: dict[str, dict[str, int]], donors: set[str]) -> Iterator[PartyMoney]:
    into, out = (
        defaultdict[str, list[tuple[int, AccountSum]]](list),
        defaultdict[str, list[tuple[int, AccountSum]]](list),
    )
    for (payer, recipient, name, code), line in sums.moves.items():
        if name == resource and line.amount:
            back = code == "refunded"
            (into if back else out)[payer].append((-1 if back else 1, line))
            (out if back else into)[recipient].append((-1 if back else 1, line))
    lines: dict[str, dict[str, list[AccountSum]]] = defaultdict(lambda: defaultdict(list))
    for account, line in sums.of(resource, "held", "own", "spent", "fee", "exchange", "in_kind"):
        lines[owner_of(account)][class_of(account)].append(line)
    for party in sorted({*lines, *into, *out}):
        of = lines[party]
        cash = [*of["held"], *of["own"]]
        received, handed_on = _net(resource, into[party], out[party])
        yield PartyMoney(
            party=party,
            received=received,
            got=figure(resource, [line for line in of["exchange"] if line.amount < 0], -1),
            handed_on=handed_on,
            given=figure(resource, [line for line in of["exchange"] if line.amount > 0]),
            spent=figure(resource, of["spent"]),
            fees=figure(resource, of["fee"]),
            held=figure(resource, [line for line in cash if line.amount > 0]),
            outside=figure(resource, [line for line in cash if line.amount < 0], -1),
            donor=party in donors,
            of=_largest(here.get(f"held {party}", {})),
            in_kind=figure(resource, of["in_kind"]),
        )


def _net(resource: str, into: list[tuple[int, AccountSum]], out: list[tuple[int, AccountSum]]) -> tuple[Figure, Figure]:
    """Return what came in and what went out; what was given back beyond what came stands on the other side."""
    came, went = (sum(sign * line.amount for sign, line in lines) for lines in (into, out))
    came, went = max(came, 0) - min(went, 0), max(went, 0) - min(came, 0)
    first, second = ([index for _, line in lines for index in line.entries] for lines in (into, out))
    return resting(came, resource, first), resting(went, resource, second)


def _projects(
    sums: Sums, resource: str, here: dict[str, dict[str, int]], projects: dict[str, ProjectPlan], given: ProjectFunds
) -> Iterator[ProjectMoney]:
    lines: dict[str, list[AccountSum]] = defaultdict(list)
    of: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for account, line in sums.of(resource, "spent"):
        name = item_of(account) if item_of(account) in projects else ""
        lines[name].append(line)
        for giver, amount in here.get(account, {}).items():
            of[name][giver] += amount
    for name in dict.fromkeys((*lines, *projects, *given.projects())):
        plan, spent = projects.get(name, ProjectPlan()), figure(resource, lines.get(name, []))
        planned = plan.budget.get(base_of(resource))
        remaining = None
        if planned is not None:
            remaining = resting(planned.amount - spent.amount, resource, (*planned.entries, *spent.entries))
        yield ProjectMoney(
            project=name,
            place=plan.place,
            planned=planned,
            committed=given.of("committed", name),
            paid=given.of("paid", name),
            spent=spent,
            remaining=remaining,
            of=_largest(of[name]),
            lines=lines_of(name, plan.lines, plan.entry, given),
            payers=given.payers.get(name, ()),
        )


def _largest(parts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(parts.items(), key=lambda part: (-part[1], part[0])))
