"""Money: who promised what, what was paid, what it was spent on."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Final

from enduse.ledger.accounts import class_of, item_of, owner_of
from enduse.ledger.mixing import CASH
from enduse.ledger.state import Said, State
from enduse.ledger.sums import AccountSum
from enduse.ledger.voices import disputed, mirror_of, relation_of, told_about, voice_key
from enduse.messages import Amount, Message
from enduse.terms.amounts import base_of, is_money, money_resource
from enduse.views.leads import confirmed
from enduse.views.shapes import (
    CurrencyTotals,
    DonorTotals,
    Figure,
    Flow,
    FlowLink,
    FlowNode,
    MoneyBeside,
    ReportedMoney,
    Tone,
)
from enduse.views.sums import Sums, figure, resting

NAMED: Final = 8
"""Donors that stand in a flow by name; the rest are added up."""

BESIDE_SHOWN: Final = 5
"""How much of what stands beside is told in words."""

PURPOSES: Final = 6
"""Purposes that do."""

_PROMISED: Final[tuple[tuple[str, str, Tone], ...]] = (
    ("committed", "committed", "idle"),
    ("pledged", "uncommitted", "warn"),
)


_NONE: Final = AccountSum()


def currencies(sums: Sums, ledger: State | None = None) -> tuple[CurrencyTotals, ...]:
    """Return the money of every currency, first the one of which most is said: amounts of two cannot be compared.

    Args:
        sums: of the postings.
        ledger: to tell what stands beside the sums, as of today.
    """
    names = [name for name in sums.resources() if is_money(name)]
    beside = {} if ledger is None else _beside(ledger)
    names += [name for name in beside if name not in names]
    totals = [_totals(sums, name, tuple(beside.get(name, ()))) for name in names]
    return tuple(sorted(totals, key=lambda each: (-each.pledged.resting - each.paid.resting, each.currency)))


def _beside(ledger: State) -> dict[str, list[MoneyBeside]]:
    """Return what is said of donors' money and counts in no sum, by resource."""
    said: dict[tuple[str, str, str, str], list[tuple[int, int]]] = defaultdict(list)
    voices: dict[tuple[str, str, str, str], str] = {}
    both = {one.index for one, _ in confirmed(ledger)}
    for one in told_about(ledger, disputed(ledger)):
        if one.told == "beside" and one.index not in both:
            half = one.halves[-1]  # what keeps a promise comes before the sum itself
            key = (half.resource, one.party, one.relation.split(" ")[1], half.code)
            said[key].append((half.amount, one.index))
            voices[key] = _voice(ledger, one)
    found: dict[str, list[MoneyBeside]] = defaultdict(list)
    for key, parts in sorted(said.items(), key=lambda item: -sum(amount for amount, _ in item[1])):
        resource, party, donor, step = key
        summed = resting(sum(amount for amount, _ in parts), resource, [index for _, index in parts])
        found[resource].append(MoneyBeside(party=party, donor=donor, step=step, figure=summed, voice=voices[key]))
    return found


def _voice(ledger: State, beside: Said) -> str:
    """Return whose word counts instead: a reporter's commitments stand beside also where another tells the pledges."""
    donor, currency = beside.relation.split(" ")[1:3]
    relations = [beside.relation, relation_of("pledge", donor, currency)]
    if beside.relation.startswith("refund "):
        relations.insert(1, mirror_of(beside.relation))
    for relation in relations:
        others = [party for party, _ in ledger.voices.get(voice_key(relation), ()) if party != beside.party]
        if others:
            own = relation.split(" ")[1]
            return own if own in others else others[0]
    return donor


def _reported(sums: Sums, resource: str, givers: set[str]) -> tuple[ReportedMoney, ...]:
    """Return whose words the sums are, where they are not the donors' own."""
    pledged: dict[str, int] = defaultdict(int)
    paid: dict[str, int] = defaultdict(int)
    for account, line in sums.lines[resource].items():
        if class_of(account) == "promised":
            for party, amount in line.speakers.items():
                pledged[party] -= amount
    for account, line in sums.lines[resource].items():
        if class_of(account) in CASH and line.amount < 0 and owner_of(account) in givers:
            for party, amount in line.speakers.items():
                paid[party] -= max(amount, line.amount)  # what went in a circle is not paid
    found = [ReportedMoney(party=party, pledged=pledged[party], paid=paid[party]) for party in {**pledged, **paid}]
    kept = [one for one in found if one.pledged or one.paid]
    return tuple(sorted(kept, key=lambda one: (-one.pledged, -one.paid, one.party)))


def nothing_yet(sums: Sums, currency: str) -> CurrencyTotals:
    """Return the totals of a currency in which something is planned and nothing booked."""
    return _totals(sums, money_resource(currency), ())


def _totals(sums: Sums, resource: str, beside: tuple[MoneyBeside, ...]) -> CurrencyTotals:
    givers = donors(sums, resource)
    loose = _unlinked(sums, resource)
    lines = [_donor(sums, resource, party, loose.get(party, _NONE)) for party in givers]
    cash = list(sums.of(resource, "held", "own"))
    outside = [(owner_of(account), line) for account, line in cash if line.amount < 0]
    promises = list(sums.of(resource, "pledged", "committed"))
    over = [(account, line) for account, line in promises if line.amount < 0]
    pledged = sums.sum_of(resource, "promised", sign=-1)
    paid = figure(resource, (line for party, line in outside if party in givers), -1)
    reported = _reported(sums, resource, givers)
    still = figure(resource, (line for _, line in promises if line.amount > 0))
    unlinked = figure(resource, loose.values())
    return CurrencyTotals(
        currency=base_of(resource),
        pledged=pledged,
        open=still,
        unlinked=unlinked,
        beyond=figure(resource, (line for account, line in over if not _elsewhere(sums, account, resource)), -1),
        uncounted=figure(resource, (line for account, line in over if _elsewhere(sums, account, resource)), -1),
        paid=paid,
        own=figure(resource, (line for party, line in outside if party not in givers), -1),
        handed_on=_handed_on(sums, resource),
        spent=sums.sum_of(resource, "spent"),
        held=figure(resource, (line for _, line in cash if line.amount > 0)),
        exchanged=sums.sum_of(resource, "exchange"),
        fees=sums.sum_of(resource, "fee"),
        in_kind=sums.sum_of(resource, "in_kind"),
        donors=tuple(sorted(lines, key=lambda donor: (-donor.pledged.amount, -donor.paid.amount, donor.party))),
        reported=reported,
        beside=beside,
        whose=(
            *_perhaps_paid(still, unlinked),
            *_whose(resource, (pledged.amount, paid.amount), reported, beside),
        ),
    )


def _perhaps_paid(still: Figure, unlinked: Figure) -> Iterator[Message]:
    """Say that less may be open than it seems, where payments of those who promised are linked to no promise."""
    if still.amount and unlinked.amount:
        yield Message.of("totals.unlinked", amount=Amount(unlinked.amount, unlinked.resource))


def _whose(
    resource: str, sums: tuple[int, int], reported: tuple[ReportedMoney, ...], beside: tuple[MoneyBeside, ...]
) -> Iterator[Message]:
    """Give in words whose report the sums are, and the largest of what stands beside."""
    if [(part.pledged, part.paid) for part in reported] == [sums]:
        yield Message.of("totals.only_reported", party=reported[0].party)
    else:
        for said in reported:
            pledged, paid = Amount(said.pledged, resource), Amount(said.paid, resource)
            yield Message.of("totals.part_reported", party=said.party, pledged=pledged, paid=paid)
    for other in beside[:BESIDE_SHOWN]:
        amount = Amount(other.figure.amount, resource)
        who = {"party": other.party, "donor": other.donor, "voice": other.voice}
        yield Message.of("totals.beside", step=other.step, amount=amount, **who)
    if len(beside) > BESIDE_SHOWN:
        yield Message.of("totals.more_beside", n=len(beside) - BESIDE_SHOWN)


def donors(sums: Sums, resource: str) -> set[str]:
    """Return who gives in this currency (:mod:`enduse.ledger.givers`)."""
    return {party for party in map(owner_of, sums.lines[resource]) if sums.givers.gives(party, resource)}


def _elsewhere(sums: Sums, account: str, resource: str) -> bool:
    """Say whether a promise was made, and only in other currencies: what is paid on it here is beside it, not beyond."""
    return bool(sums.promises.get(account)) and resource not in sums.promises[account]


def _handed_on(sums: Sums, resource: str) -> Figure:
    """Return what parties paid on: for each the smaller of what came in and what went out, less what was given back."""
    into, out = defaultdict[str, int](int), defaultdict[str, int](int)
    entries: dict[str, list[int]] = defaultdict(list)
    for (payer, recipient, name, code), line in sums.moves.items():
        if name == resource and code == "refunded":
            into[payer] -= line.amount
            out[recipient] -= line.amount
        elif name == resource:
            into[recipient] += line.amount
            out[payer] += line.amount
            entries[payer] += line.entries
    for account, line in sums.of(resource, "exchange"):
        into[owner_of(account)] += max(0, -line.amount)
    parts = {party: max(0, min(into[party], amount)) for party, amount in out.items()}
    named = (index for party, part in parts.items() if part for index in entries[party])
    return resting(sum(parts.values()), resource, named)


def _donor(sums: Sums, resource: str, party: str, unlinked: AccountSum) -> DonorTotals:
    def of(kind: str, sign: int = 1) -> Figure:
        return sums.total(
            resource, lambda account: account.startswith(f"{kind} {party}") and owner_of(account) == party, sign
        )

    moves = [(key, line) for key, line in sums.moves.items() if key[2] == resource]
    gone = [line for (payer, _, _, code), line in moves if payer == party and code == "disbursed"]
    back = [line for (_, recipient, _, code), line in moves if recipient == party and code == "refunded"]
    amount = sum(line.amount for line in gone) - sum(line.amount for line in back)
    return DonorTotals(
        party=party,
        pledged=of("promised", -1),
        paid=resting(amount, resource, (index for line in gone + back for index in line.entries)),
        committed=of("committed"),
        uncommitted=of("pledged"),
        unlinked=figure(resource, [unlinked]),
    )


def _unlinked(sums: Sums, resource: str) -> dict[str, AccountSum]:
    """Return by donor what of its payments is linked to no promise, less what each recipient gave back without a link."""
    found: dict[str, AccountSum] = {}
    for (payer, recipient, name, code), line in sums.unlinked.items():
        if (name, code) == (resource, "disbursed"):
            back = sums.unlinked.get((recipient, payer, name, "refunded"), _NONE)
            left = AccountSum(max(0, line.amount - back.amount), [*line.entries, *back.entries], line.last)
            found.setdefault(payer, AccountSum()).join(left)
    return found


def flow(sums: Sums, totals: CurrencyTotals) -> Flow | None:
    """Return the flow from donors over recipients, as often as they hand it on, to what the money was spent on."""
    resource = f"money/{totals.currency}"
    drawing = _Drawing(sums, resource, totals)
    for (payer, recipient, name, _), line in sums.moves.items():
        if name == resource and line.amount > 0 and payer != recipient:
            drawing.link(drawing.party(payer), drawing.party(recipient), line)
    for kind, code, tone in _PROMISED:
        for account, line in sums.of(resource, kind):
            if line.amount > 0:
                end = drawing.node(FlowNode(node=code, column=1, code=code, tone=tone))
                drawing.link(drawing.party(owner_of(account)), end, line)
    _spending(sums, resource, drawing)
    return drawing.flow()


class _Drawing:
    """Collects nodes and links; a party stands one column behind the furthest of those that pay it."""

    def __init__(self, sums: Sums, resource: str, totals: CurrencyTotals) -> None:
        self._resource = resource
        self._nodes: dict[str, FlowNode] = {}
        self._lines: dict[tuple[str, str], list[AccountSum]] = defaultdict(list)
        payers: dict[str, set[str]] = defaultdict(set)
        for (payer, recipient, name, code), line in sums.moves.items():
            if name == resource and code == "disbursed" and line.amount > 0 and payer != recipient:
                payers[recipient].add(payer)
        givers = [donor.party for donor in totals.donors if donor.party not in payers]
        self._columns = _columns(payers, set(givers))
        self.last = max(self._columns.values(), default=1) + 1
        self._named = set(givers[:NAMED])
        for party in givers:
            self.party(party)

    def party(self, party: str) -> str:
        """Return the node of a party; donors beyond the first share one."""
        column = self._columns.get(party, 1)
        if column:
            return self.node(FlowNode(node=f"held {party}", column=column, name=party))
        if party in self._named:
            return self.node(FlowNode(node=f"donor {party}", column=0, name=party))
        return self.node(FlowNode(node="donors", column=0, code="other_donors", tone="idle"))

    def node(self, node: FlowNode) -> str:
        """Return the name of a node that is there from now on."""
        self._nodes.setdefault(node.node, node)
        return node.node

    def link(self, source: str, target: str, line: AccountSum) -> None:
        """Add to what goes from one node to another."""
        self._lines[source, target].append(line)

    def flow(self) -> Flow | None:
        """Return the drawing, where there is anything to draw."""
        if not self._lines:
            return None
        links = tuple(
            FlowLink(source=source, target=target, figure=figure(self._resource, lines), tone=self._nodes[target].tone)
            for (source, target), lines in self._lines.items()
        )
        return Flow(resource=self._resource, nodes=tuple(self._nodes.values()), links=links)


def _columns(payers: Mapping[str, set[str]], givers: set[str]) -> dict[str, int]:
    """Return the column of every party: 0 for who only gives; money that goes in a circle goes back in the drawing."""
    columns = dict.fromkeys(givers, 0)
    left = dict.fromkeys(sorted({*payers, *(payer for each in payers.values() for payer in each)} - givers))
    while left:
        ready = [party for party in left if not payers.get(party, set()) & left.keys()] or [next(iter(left))]
        for party in ready:
            before = [columns[payer] for payer in payers.get(party, set()) if payer in columns]
            columns[party] = max(before, default=0) + 1
            del left[party]
    return columns


def _spending(sums: Sums, resource: str, drawing: _Drawing) -> None:
    """Add what each party spent and what it still holds."""
    spent = sorted((line.amount, account) for account, line in sums.of(resource, "spent"))
    large = {item_of(account) for _, account in spent[-PURPOSES:]}
    for account, line in sorted(sums.of(resource, "spent"), key=lambda item: -item[1].amount):
        if line.amount <= 0:
            continue
        purpose = item_of(account)
        if purpose in large:
            end = FlowNode(node=f"spent {purpose}", column=drawing.last, name=purpose, tone="good")
        else:
            end = FlowNode(node="spent", column=drawing.last, code="other_spending", tone="good")
        drawing.link(drawing.party(owner_of(account)), drawing.node(end), line)
    for kind, code in (("held", "in_hand"), ("exchange", "exchanged"), ("fee", "fees")):
        for account, line in sums.of(resource, kind):
            if line.amount > 0:
                end = FlowNode(node=code, column=drawing.last, code=code, tone="idle")
                drawing.link(drawing.party(owner_of(account)), drawing.node(end), line)
    for account, line in sums.of(resource, "exchange"):
        if line.amount < 0:
            start = FlowNode(node="got", column=0, code="got", tone="idle")
            got = AccountSum(-line.amount, line.entries, line.last)
            drawing.link(drawing.node(start), drawing.party(owner_of(account)), got)
