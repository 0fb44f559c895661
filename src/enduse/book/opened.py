"""Open difference accounts, from the states in memory: for conditions in the middle of a fold, and for reports."""

from collections.abc import Callable, Iterator

from enduse.assurance.differences import Difference, OpenDifference, judge
from enduse.assurance.measurements import Measurements
from enduse.ledger.accounts import class_of, item_of, owner_of, stock
from enduse.ledger.ledger import Ledger
from enduse.ledger.state import Leg
from enduse.messages import Message

Related = Callable[[str, str], tuple[Message, ...]]
"""Path by which two parties are related, or nothing."""


def opened(ledger: Ledger, readings: Measurements, related: Related) -> Iterator[OpenDifference]:
    """Give every difference account that is not even, with the entries it rests on.

    Readings of whoever answers for the difference, or is related to it, do not count, but at an end it holds itself.
    """
    for account, held in ledger.balances.items():
        if class_of(account) != "difference":
            continue
        owner, item = owner_of(account), item_of(account)
        consignment = ledger.consignments.get(item)
        legs = [leg for leg in (consignment.dispatch, consignment.receipt) if leg] if consignment else []
        without = tuple(
            _barred(readings.parties(of, item), owner, leg, related)
            for of, leg in zip(("shipped", "received"), legs or (None, None), strict=False)
        )
        for resource, amount in held.items():
            counts = [] if legs else ledger.counts.get(stock(owner, item), {}).get(resource, [])
            rests = [(leg.effective, leg.entry) for leg in legs] or [(c.effective, c.entry) for c in counts]
            since = max((effective for effective, _ in rests), default=0)
            entries = tuple(entry for _, entry in rests)
            yield OpenDifference(owner, item, resource, amount, since, entries, (without[0], without[-1]))


def _barred(parties: frozenset[str], owner: str, leg: Leg | None, related: Related) -> frozenset[str]:
    holder = leg.holder if leg is not None else ""
    return frozenset(party for party in parties if party != holder and (party == owner or related(party, owner)))


def partial_readers(readings: Measurements, project: str, involved: set[str], related: Related) -> frozenset[str]:
    """Return who has read a project's use and is one of those involved in it, or related to one."""
    return frozenset(
        reader
        for reader in readings.parties("use", project)
        if any(reader == party or related(reader, party) for party in involved)
    )


def judged(ledger: Ledger, readings: Measurements, related: Related, *, level: float | None = None) -> list[Difference]:
    """Judge them against the instruments; all consignments that came full circle share the false-alarm budget."""
    items = list(opened(ledger, readings, related))
    received = sum(bool(item.dispatch and item.receipt) for item in ledger.consignments.values())
    return judge(items, readings, max(len(items), received), level=level)
