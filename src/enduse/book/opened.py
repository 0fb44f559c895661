"""Open difference accounts, from the states in memory: for conditions in the middle of a fold, and for reports.

One voice a relation: what either end of a consignment says is said by its holder, with the instrument that the holder
first named for it. What others read there stands beside: it may say that more or less is missing, and changes nothing.
"""

from collections.abc import Callable, Iterable, Iterator

import msgspec

from enduse.assurance.differences import Account, Difference, OpenDifference, disputes, judge
from enduse.assurance.measurements import Measured, Measurements
from enduse.book.states import States
from enduse.ledger.accounts import class_of, item_of, owner_of, stock
from enduse.ledger.state import Consignment, Leg
from enduse.messages import Message, Refusal
from enduse.programme.jurisdiction import EVERYWHERE
from enduse.programme.places import chain
from enduse.statements.claim import Finding

Related = Callable[[str, str], tuple[Message, ...]]
"""Path by which two parties are related, or nothing."""

_ENDS = ("shipped", "received")


def opened(states: States) -> Iterator[OpenDifference]:
    """Give every difference account that is not even, with the entries it rests on, and even ones that are disputed."""
    ledger = states.ledger
    for account, held in ledger.balances.items():
        if class_of(account) != "difference":
            continue
        owner, item = owner_of(account), item_of(account)
        consignment = ledger.consignments.get(item)
        for resource, amount in held.items():
            if consignment is None:
                yield _of_stock(states, owner, item, resource, amount)
            else:
                yield _of_consignment(states, owner, item, resource, amount)
    for item, resource in _read(states):
        sent = ledger.consignments[item].dispatch
        owner = sent.carrier if sent is not None else ""
        if not ledger.balance(f"difference {owner} {item}", resource):
            even = _of_consignment(states, owner, item, resource, 0)
            if even.disputes:
                yield even


def _read(states: States) -> Iterable[tuple[str, str]]:
    """Return consignment and resource of every reading by another party than the one that holds that end."""
    found: dict[tuple[str, str], None] = {}
    for name, said in states.readings.by_item.items():
        of, _, item = name.partition(" ")
        consignment = states.ledger.consignments.get(item) if of in _ENDS else None
        leg = None if consignment is None else _end(consignment, of)
        if leg is not None:
            found.update(((item, one.resource), None) for one in said if one.party != leg.holder)
    return found


def _end(consignment: Consignment, of: str) -> Leg | None:
    return consignment.dispatch if of == "shipped" else consignment.receipt


def _of_stock(states: States, owner: str, place: str, resource: str, amount: int) -> OpenDifference:
    counts = states.ledger.counts.get(stock(owner, place), {}).get(resource, [])
    since = max((count.effective for count in counts), default=0)
    entries = tuple(count.entry for count in counts)
    return OpenDifference(owner, place, resource, amount, since, entries)


def _of_consignment(states: States, owner: str, item: str, resource: str, amount: int) -> OpenDifference:
    consignment = states.ledger.consignments[item]
    legs = [leg for leg in (consignment.dispatch, consignment.receipt) if leg is not None]
    shipped, received = (
        None if leg is None else _account(states, owner, item, resource, of, leg)
        for of, leg in zip(_ENDS, (consignment.dispatch, consignment.receipt), strict=True)
    )
    found = disputes(amount, "shipped", shipped) if shipped is not None else ()
    found += disputes(amount, "received", received) if received is not None else ()
    settled = settled_at(states, item, {owner})
    return OpenDifference(
        owner,
        item,
        resource,
        amount,
        max((leg.effective for leg in legs), default=0),
        tuple(leg.entry for leg in legs),
        None if shipped is None else shipped.weighed,
        None if received is None else received.weighed,
        tuple(one for one in found if one.entry > settled),
    )


def _account(states: States, owner: str, item: str, resource: str, of: str, leg: Leg) -> Account:
    """Return what the holder of one end says, and what others read there.

    Where somebody else reported it, that party's instrument counts until the holder names one, unless it is the party
    that answers for the difference, or related to it. No reading of more than was booked makes the error larger.
    """
    booked = sum(line.amount for line in leg.lines if line.resource == resource)
    said = states.readings.usable(of, item, resource)
    own = [one for one in said if one.party == leg.holder]
    if not own and not states.programme.related(leg.speaker, owner):
        own = [one for one in said if one.party == leg.speaker]
    first = own[0] if own else None
    where = {*chain(states.programme.places, leg.place), EVERYWHERE}
    others = [one for one in said if one is not first and (one.party == leg.holder or one.place in where)]
    weighed = None if first is None else msgspec.structs.replace(first, amount=min(first.amount, booked))
    return Account(leg.holder, booked, weighed, latest(others))


def settled_at(states: States, about: str, involved: set[str]) -> int:
    """Return the log index of the last finding that settles a matter, by a party unrelated to those involved, or -1."""
    found = states.releases.settling(about)
    related = states.programme.related
    return max((one.index for one in found if not any(related(one.party, party) for party in involved)), default=-1)


def latest(readings: Iterable[Measured]) -> tuple[Measured, ...]:
    """Return the latest reading of each party."""
    by_party: dict[str, Measured] = {}
    for one in readings:
        before = by_party.get(one.party)
        if before is None or (before.effective, before.entry) < (one.effective, one.entry):
            by_party[one.party] = one
    return tuple(by_party.values())


def instrument_of(states: States, item: str, resource: str, of: str, leg: Leg) -> Measured | None:
    """Return the reading that says with what the holder of one end weighed it."""
    owner = states.ledger.consignments[item].dispatch
    return _account(states, "" if owner is None else owner.carrier, item, resource, of, leg).weighed


def partial_readers(readings: Measurements, project: str, involved: set[str], related: Related) -> frozenset[str]:
    """Return who has read a project's use and is one of those involved in it, or related to one."""
    return frozenset(
        reader
        for reader in readings.parties("use", project)
        if any(reader == party or related(reader, party) for party in involved)
    )


def judged(states: States, *, level: float | None = None) -> list[Difference]:
    """Judge them against the instruments; all consignments that came full circle share the false-alarm budget."""
    items = list(opened(states))
    received = sum(bool(item.dispatch and item.receipt) for item in states.ledger.consignments.values())
    return judge(items, max(len(items), received), level=level)


def partial_finder(accounts: Iterable[str], finding: Finding, related: Related) -> Refusal | None:
    """Say why a finder may not resolve what it names: nobody judges an account it, or a relation, answers for."""
    if finding.body.result != "supported":
        return None
    for resolution in finding.body.resolves:
        for account in accounts:
            if class_of(account) != resolution.of or item_of(account) != resolution.item:
                continue
            owner = owner_of(account)
            if path := related(finding.party, owner):
                return Refusal.of("finding.not_independent", party=finding.party, owner=owner, ties=path)
    return None
