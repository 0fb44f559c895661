"""Open difference accounts, from the ledger's state in memory: for conditions in the middle of a fold, and for reports."""

from collections.abc import Iterator

from enduse.assurance.differences import Difference, Open, judge
from enduse.assurance.measurements import Measurements
from enduse.ledger.accounts import class_of, item_of, owner_of, stock
from enduse.ledger.ledger import Ledger


def opened(ledger: Ledger) -> Iterator[Open]:
    """Give every difference account that is not even, with the entries it rests on."""
    for account, held in ledger.balances.items():
        if class_of(account) != "difference":
            continue
        owner, item = owner_of(account), item_of(account)
        consignment = ledger.consignments.get(item)
        legs = [leg for leg in (consignment.dispatch, consignment.receipt) if leg] if consignment else []
        for resource, amount in held.items():
            counts = [] if legs else ledger.counts.get(stock(owner, item), {}).get(resource, [])
            rests = [(leg.effective, leg.entry) for leg in legs] or [(c.effective, c.entry) for c in counts]
            since = max((effective for effective, _ in rests), default=0)
            yield Open(owner, item, resource, amount, since, tuple(entry for _, entry in rests))


def judged(ledger: Ledger, readings: Measurements) -> list[Difference]:
    """Judge them against the instruments; all consignments that were received share the false-alarm budget."""
    items = list(opened(ledger))
    received = sum(consignment.receipt is not None for consignment in ledger.consignments.values())
    return judge(items, readings, max(len(items), received))
