"""Money: who promised what, what was paid, what it was spent on."""

from collections import defaultdict
from typing import Final

from enduse.ledger.accounts import class_of, item_of, owner_of
from enduse.terms.amounts import base_of, is_money
from enduse.views.shapes import CurrencyTotals, DonorTotals, Figure, Flow, FlowLink, FlowNode
from enduse.views.sums import DONOR_CLASSES, AccountSum, Sums, figure

NAMED: Final = 8
"""Donors that stand in a flow by name; the rest are added up."""

PURPOSES: Final = 6
"""Purposes that do."""


def currencies(sums: Sums) -> tuple[CurrencyTotals, ...]:
    """Return the money of every currency, first the one of which most is said: amounts of two cannot be compared."""
    totals = [_totals(sums, name) for name in sums.resources() if is_money(name)]
    return tuple(sorted(totals, key=lambda each: (-each.pledged.resting - each.paid.resting, each.currency)))


def _totals(sums: Sums, resource: str) -> CurrencyTotals:
    donors = [_donor(sums, resource, party) for party in _donors(sums, resource)]
    steps = [line for _, line in sums.of(resource, "pledged", "committed")]
    unpledged = [line for _, line in sums.of(resource, "unpledged")]
    return CurrencyTotals(
        currency=base_of(resource),
        pledged=sums.sum_of(resource, "promised", sign=-1),
        open=figure(resource, (line for line in steps if line.amount > 0)),
        beyond=figure(resource, [*(line for line in steps if line.amount < 0), *unpledged], sign=-1),
        paid=figure(resource, (line for key, line in sums.paid.items() if key[2] == resource)),
        spent=sums.sum_of(resource, "spent"),
        held=sums.sum_of(resource, "held"),
        donors=tuple(sorted(donors, key=lambda donor: (-donor.pledged.amount, -donor.paid.amount, donor.party))),
    )


def _donors(sums: Sums, resource: str) -> set[str]:
    return {owner_of(account) for account in sums.lines[resource] if class_of(account) in DONOR_CLASSES}


def _donor(sums: Sums, resource: str, party: str) -> DonorTotals:
    def of(kind: str, sign: int = 1) -> Figure:
        return sums.total(
            resource, lambda account: account.startswith(f"{kind} {party}") and owner_of(account) == party, sign
        )

    paid = [line for (donor, _, name), line in sums.paid.items() if donor == party and name == resource]
    return DonorTotals(
        party=party,
        pledged=of("promised", -1),
        paid=figure(resource, paid),
        committed=of("committed"),
        uncommitted=of("pledged"),
    )


def flow(sums: Sums, totals: CurrencyTotals) -> Flow | None:
    """Return the flow from donors over recipients to what the money was spent on."""
    resource = f"money/{totals.currency}"
    nodes: dict[str, FlowNode] = {}
    sums_of: dict[tuple[str, str], list[AccountSum]] = defaultdict(list)
    named = {donor.party for donor in totals.donors[:NAMED]}

    def donor_node(party: str) -> str:
        if party in named:
            return _node(nodes, FlowNode(node=f"donor {party}", column=0, name=party))
        return _node(nodes, FlowNode(node="donors", column=0, code="other_donors", tone="idle"))

    for donor in totals.donors:
        donor_node(donor.party)
    for (donor_name, recipient, name), line in sums.paid.items():
        if name == resource and line.amount > 0:
            sums_of[
                donor_node(donor_name), _node(nodes, FlowNode(node=f"held {recipient}", column=1, name=recipient))
            ].append(line)
    for kind, code, tone in (("committed", "committed", "idle"), ("pledged", "uncommitted", "warn")):
        for account, line in sums.of(resource, kind):
            if line.amount > 0:
                end = _node(nodes, FlowNode(node=code, column=1, code=code, tone="warn" if tone == "warn" else "idle"))
                sums_of[donor_node(owner_of(account)), end].append(line)
    _spending(sums, resource, nodes, sums_of)
    if not sums_of:
        return None
    links = tuple(
        FlowLink(source=source, target=target, figure=figure(resource, lines), tone=nodes[target].tone)
        for (source, target), lines in sums_of.items()
    )
    return Flow(resource=resource, nodes=tuple(nodes.values()), links=links)


def _spending(
    sums: Sums, resource: str, nodes: dict[str, FlowNode], sums_of: dict[tuple[str, str], list[AccountSum]]
) -> None:
    """Add what each recipient spent and what it still holds."""
    spent = sorted((line.amount, account) for account, line in sums.of(resource, "spent"))
    large = {item_of(account) for _, account in spent[-PURPOSES:]}
    for account, line in sorted(sums.of(resource, "spent"), key=lambda item: -item[1].amount):
        if line.amount <= 0:
            continue
        source = _node(nodes, FlowNode(node=f"held {owner_of(account)}", column=1, name=owner_of(account)))
        purpose = item_of(account)
        if purpose in large:
            end = _node(nodes, FlowNode(node=f"spent {purpose}", column=2, name=purpose, tone="good"))
        else:
            end = _node(nodes, FlowNode(node="spent", column=2, code="other_spending", tone="good"))
        sums_of[source, end].append(line)
    for account, line in sums.of(resource, "held"):
        if line.amount > 0:
            source = _node(nodes, FlowNode(node=f"held {owner_of(account)}", column=1, name=owner_of(account)))
            end = _node(nodes, FlowNode(node="in_hand", column=2, code="in_hand", tone="idle"))
            sums_of[source, end].append(line)


def _node(nodes: dict[str, FlowNode], node: FlowNode) -> str:
    nodes.setdefault(node.node, node)
    return node.node
