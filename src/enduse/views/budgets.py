"""Budgets: what was committed, paid and spent for a project and for each line of its budget, in one currency."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from enduse.ledger.accounts import class_of, owner_of
from enduse.ledger.movements import standing
from enduse.ledger.posting import Posting
from enduse.statements.works import BudgetLine
from enduse.terms.amounts import money_resource
from enduse.terms.texts import Text
from enduse.views.shapes import Figure
from enduse.views.sums import MOVES, resting

Tags = Mapping[int, tuple[str, str]]
"""Project and line that a statement names, by log index; the line is empty where it names none."""

_CASH: Final = ("held", "own")


class LineMoney(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a project's budget, in one currency.

    Attributes:
        line: which; a line that is named and not planned stands here too.
        title: for people.
        planned: what it may cost; nothing where it is not planned in this currency.
        committed: firmly committed for it and not yet paid.
        paid: that came to it from whoever gave; what is handed on for it counts once.
        spent: paid for it to suppliers and contractors.
        remaining: planned and not spent; negative: spent beyond it.
    """

    line: str
    title: Text
    planned: Figure | None
    committed: Figure
    paid: Figure
    spent: Figure
    remaining: Figure | None


class ProjectFunds(msgspec.Struct):
    """What was committed, paid and spent in one currency, by project and line; the line is empty for all of a project.

    Who paid out more for a project than came in for it is among its ``payers``.
    """

    resource: str
    committed: dict[tuple[str, str], Figure]
    paid: dict[tuple[str, str], Figure]
    spent: dict[tuple[str, str], Figure]
    payers: dict[str, tuple[str, ...]]

    def of(self, kind: str, project: str, line: str = "") -> Figure:
        """Return one of the three; zero where there is none."""
        found: Figure | None = getattr(self, kind).get((project, line))
        return Figure(0, self.resource) if found is None else found

    def projects(self) -> tuple[str, ...]:
        """Return every project that money names."""
        return tuple(dict.fromkeys(project for project, _ in (*self.committed, *self.paid, *self.spent)))


def funds(postings: Iterable[Posting], tags: Tags, resource: str) -> ProjectFunds:
    """Return what statements of money that name a project say of it.

    Args:
        postings: of money, that count.
        tags: what the statements name.
        resource: currency, as a ledger name.
    """
    balances: dict[str, int] = defaultdict(int)
    promised: dict[str, list[tuple[tuple[str, str], int]]] = defaultdict(list)
    net: dict[tuple[str, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    spent: dict[tuple[str, str], int] = defaultdict(int)
    entries: dict[tuple[str, tuple[str, str]], list[int]] = defaultdict(list)
    for one in standing(each for each in postings if each.resource == resource):
        kind, tag = class_of(one.account), tags.get(one.of)
        if kind == "committed":
            balances[one.account] += one.amount
        for spot in {tag, (tag[0], "")} if tag is not None else ():
            if kind == "committed" and one.code == "committed" and one.amount > 0:
                promised[one.account].append((spot, one.of))
            elif kind in _CASH and one.code in MOVES:
                net[spot][owner_of(one.account)] += one.amount
                entries["paid", spot].append(one.of)
            elif kind == "spent":
                spent[spot] += one.amount
                entries["spent", spot].append(one.of)
    committed: dict[tuple[str, str], int] = defaultdict(int)
    for account, spots in promised.items():
        for spot, entry in spots:
            committed[spot] += max(0, balances[account])
            entries["committed", spot].append(entry)
    paid = {spot: sum(max(0, amount) for amount in parties.values()) for spot, parties in net.items()}

    def figures(kind: str, sums: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], Figure]:
        return {spot: resting(amount, resource, entries[kind, spot]) for spot, amount in sums.items()}

    payers = {
        name: tuple(sorted(party for party, amount in parties.items() if amount < 0))
        for (name, line), parties in net.items()
        if not line
    }
    return ProjectFunds(
        resource, figures("committed", committed), figures("paid", paid), figures("spent", spent), payers
    )


def lines_of(project: str, plan: Iterable[BudgetLine], plan_entry: int, given: ProjectFunds) -> tuple[LineMoney, ...]:
    """Return the lines of a project's budget, as they are planned, then those that money names besides.

    Args:
        project: which.
        plan: its lines.
        plan_entry: log index of the plan.
        given: what was committed, paid and spent, in one currency.
    """
    planned = {item.line: item for item in plan}
    named = (
        line for spots in (given.committed, given.paid, given.spent) for of, line in spots if of == project and line
    )
    found = []
    for line in dict.fromkeys((*planned, *named)):
        item = planned.get(line)
        here = item is not None and money_resource(item.amount.currency) == given.resource
        figure = resting(item.amount.minor(), given.resource, [plan_entry]) if item is not None and here else None
        spent = given.of("spent", project, line)
        moved = (given.of("committed", project, line), given.of("paid", project, line), spent)
        if figure is None and not any(one.amount for one in moved):
            continue
        found.append(
            LineMoney(
                line=line,
                title=item.title if item is not None else {},
                planned=figure,
                committed=moved[0],
                paid=moved[1],
                spent=spent,
                remaining=None
                if figure is None
                else resting(figure.amount - spent.amount, given.resource, (plan_entry, *spent.entries)),
            )
        )
    return tuple(found)
