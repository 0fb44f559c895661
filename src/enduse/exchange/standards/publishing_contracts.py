"""Contracts in a publication: each with its own payments and milestones; what names none is told by payee, as one contract.

Source: Open Contracting Data Standard 1.1, ``release-schema.json``, "Contract"; OC4IDS 0.9, ``project-schema.json``, "summary".
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from enduse.exchange.standards.publishing_parts import (
    PublicationIds,
    party_part,
    plain,
    time_text,
    transaction_part,
    value_part,
)
from enduse.statements.contract import ContractItem
from enduse.statements.money import Purchase
from enduse.terms.times import Period
from enduse.views.published import PublishedContract, PublishedMoney, PublishedPayment, PublishedProject


def buyers_of(project: PublishedProject) -> tuple[str, ...]:
    """Return who buys for a project: as its contracts state; where none is stated who pays, and where nobody pays whose it is."""
    if project.contracts:
        found = [one.buyer for one in project.contracts]
    else:
        found = [one.provider for one in project.payments if one.kind == "expenditure"] or [project.owner]
    return tuple(party for party in dict.fromkeys(found) if party)


def contracts_of(
    money: PublishedMoney, ids: PublicationIds, project: PublishedProject, paid: Sequence[PublishedPayment]
) -> dict[str, Any]:
    """Return the awards and contracts of a release: those that are stated, then by payee what was paid without one."""
    awards, contracts = [], []
    numbers = Counter(one.contract for one in project.contracts)
    for one in project.contracts:
        mine = [each for each in paid if each.contract == one.key]
        name = one.contract if numbers[one.contract] == 1 else f"{ids.party(one.buyer)}-{one.contract}"
        awards.append(_award(money, ids, name, one.supplier))
        contracts.append({**_stated(money, ids, project, one, mine), "id": name, "awardID": name})
    by_payee: dict[str, list[PublishedPayment]] = defaultdict(list)
    for each in paid:
        if not each.contract:
            by_payee[each.receiver].append(each)
    for payee, mine in by_payee.items():
        awards.append(_award(money, ids, payee or "withheld", payee))
        contracts.append(_unstated(money, ids, project, payee, mine))
    return {"awards": awards, "contracts": contracts} if contracts else {}


def contract_summary(money: PublishedMoney, ids: PublicationIds, project: PublishedProject) -> dict[str, Any]:
    """Return what a project's contracting process says of who buys, where one alone does, and of its contract, likewise."""
    buyers = buyers_of(project)
    said: dict[str, Any] = {"procuringEntity": party_part(money, ids, buyers[0])} if len(buyers) == 1 else {}
    if len(project.contracts) != 1:
        return said
    (one,) = project.contracts
    said["externalReference"] = one.contract
    if one.amount is not None:
        said["contractValue"] = value_part(one.amount)
    if one.period is not None:
        said["contractPeriod"] = _period(one.period)
    return said


def _award(money: PublishedMoney, ids: PublicationIds, name: str, supplier: str) -> dict[str, Any]:
    award: dict[str, Any] = {"id": name, "status": "active"}
    if supplier:
        award["suppliers"] = [party_part(money, ids, supplier)]
    return award


def _stated(
    money: PublishedMoney,
    ids: PublicationIds,
    project: PublishedProject,
    one: PublishedContract,
    paid: Sequence[PublishedPayment],
) -> dict[str, Any]:
    """Return a contract that its buyer states, with the payments that name it."""
    contract: dict[str, Any] = {
        "id": one.contract,
        "awardID": one.contract,
        "title": plain(one.title, one.contract),
        "status": one.state or "active",
    }
    if one.amount is not None:
        contract["value"] = value_part(one.amount)
    if one.period is not None:
        contract["period"] = _period(one.period)
    if one.items:
        contract["items"] = [_item(money, number, item) for number, item in enumerate(one.items, 1)]
    if one.ocid:
        contract["relatedProcesses"] = [
            {"id": "1", "relationship": ["contract"], "scheme": "ocid", "identifier": one.ocid}
        ]
    done = _implementation(money, ids, paid)
    if one.project == project.project and one.supplier and one.supplier == project.contractor:
        done |= _milestones(project)
    return {**contract, **({"implementation": done} if done else {})}


def _unstated(
    money: PublishedMoney, ids: PublicationIds, project: PublishedProject, payee: str, paid: Sequence[PublishedPayment]
) -> dict[str, Any]:
    """Return all that one payee was paid for one project without a contract that is stated, as one of which no more is known."""
    done = _implementation(money, ids, paid)
    if payee and payee == project.contractor and not any(one.supplier == payee for one in project.contracts):
        done |= _milestones(project)
    bought = [each for one in paid for each in one.buys]
    items = [_item(money, number, each) for number, each in enumerate(bought, 1)]
    contract: dict[str, Any] = {"id": payee or "withheld", "awardID": payee or "withheld", "status": "active"}
    return {**contract, **({"items": items} if items else {}), "implementation": done}


def _implementation(money: PublishedMoney, ids: PublicationIds, paid: Sequence[PublishedPayment]) -> dict[str, Any]:
    return {"transactions": [transaction_part(money, ids, one) for one in paid]} if paid else {}


def _milestones(project: PublishedProject) -> dict[str, Any]:
    if not project.progress:
        return {}
    return {
        "milestones": [
            {
                "id": f"{number}-{said.milestone}",
                "title": plain(said.title, said.milestone),
                "description": f"physical progress {said.share}",
                "dateModified": time_text(said.at),
                "status": "met" if Decimal(said.share) == 1 else "partiallyMet",
            }
            for number, said in enumerate(project.progress, 1)
        ]
    }


def _item(money: PublishedMoney, number: int, bought: Purchase | ContractItem) -> dict[str, Any]:
    named = bought.lot if isinstance(bought, Purchase) else bought.material
    return {
        "id": f"{number}-{named}",
        "description": plain(money.names.get(bought.material, {}), bought.material),
        "quantity": Decimal(bought.quantity.value),
        "unit": {"scheme": "UNCEFACT", "id": bought.quantity.unit},
    }


def _period(period: Period) -> dict[str, Any]:
    ends = {} if period.end is None else {"endDate": time_text(period.end)}
    return {"startDate": time_text(period.start), **ends}
