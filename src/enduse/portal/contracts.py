"""Pages about contracts. Of a load that may still be on its way they tell nothing: a contract names whose it is and its project."""

import msgspec

from enduse.portal.answers import SiteAnswers
from enduse.views.contract_shapes import ContractView
from enduse.views.shapes import Figure
from enduse.views.trace import BuiltProject, TraceSum


class ContractMoney(msgspec.Struct, frozen=True, kw_only=True):
    """Money of a contract in one currency."""

    contracted: Figure
    invoiced: Figure
    paid: Figure


class ContractPage(msgspec.Struct, frozen=True, kw_only=True):
    """What was paid, delivered and built under a contract?

    Attributes:
        contract: with all that names it.
        money: by currency; one line where no sum is known.
        sources: whose money paid for it, and whose goods came under it.
        built: projects that its goods and money reached.
    """

    contract: ContractView
    money: tuple[ContractMoney, ...]
    sources: tuple[TraceSum, ...]
    built: tuple[BuiltProject, ...]


def contracts(answers: SiteAnswers) -> tuple[ContractView, ...]:
    """Return all contracts, without loads that may still be on their way."""
    return answers.kept("contracts", lambda now: now.programme.contracts(public=True))


def names(answers: SiteAnswers) -> tuple[str, ...]:
    """Return all contracts, by buyer and number."""
    return tuple(one.key for one in contracts(answers))


def contract(answers: SiteAnswers, about: str) -> ContractPage:
    """Answer what was paid, delivered and built under a contract."""
    traced = answers.programme.contract(about, public=True)
    view = next(one for one in traced.contracts if one.key == about)
    return ContractPage(contract=view, money=tuple(_money(view)), sources=traced.sources, built=traced.built)


def _money(view: ContractView) -> list[ContractMoney]:
    given = [() if view.amount is None else (view.amount,), view.invoiced, view.paid]
    resources = dict.fromkeys(one.resource for figures in given for one in figures)
    lines = []
    for resource in resources:
        one, two, three = (
            next((each for each in figures if each.resource == resource), Figure(0, resource)) for figures in given
        )
        lines.append(ContractMoney(contracted=one, invoiced=two, paid=three))
    return lines
