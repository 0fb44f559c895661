"""Whose money it is: which part of what a party holds or spent came from which giver, to the last unit.

By mass balance, as the trace tells it (:mod:`enduse.ledger.mixing`): what lies together is mixed, and every payment
takes of each giver's part in proportion, by largest remainder; an exchange carries the parts across. A giver is the
donor whose promise or cash it was, else the party from which it came with no receipt in the record.
"""

from collections import defaultdict
from collections.abc import Iterable

from enduse.ledger.accounts import class_of, owner_of
from enduse.ledger.mixing import Batch, Mixing, apportion
from enduse.ledger.posting import Posting
from enduse.terms.amounts import is_money

Parts = dict[str, int]
"""Giver to smallest units."""


def parts_of(postings: Iterable[Posting], *kinds: str) -> dict[tuple[str, str], Parts]:
    """Return by account and resource whose money lies there, or for ``spent`` was spent there.

    Args:
        postings: that count, in log order.
        kinds: classes of accounts, such as ``held`` and ``spent``; what a party lacks is nobody's and left out.
            For ``exchange`` whose money was given for another currency, whatever was got in this one.
    """
    batches = Mixing(one for one in postings if is_money(one.resource)).batches
    known: list[Parts] = []
    found: dict[tuple[str, str], Parts] = defaultdict(lambda: defaultdict(int))
    for batch in batches:
        known.append(_parts(batch, known))
        if class_of(batch.account) in kinds and batch.left:
            shares = split(batch.left, known[-1])
            for giver, amount in shares.items():
                found[batch.account, batch.resource][giver] += amount
        if "exchange" in kinds and batch.code == "exchanged":
            for at, given in batch.parents:
                for giver, amount in split(given, known[at]).items():
                    found[f"exchange {owner_of(batch.account)}", batches[at].resource][giver] += amount
    return {spot: dict(parts) for spot, parts in found.items()}


def _parts(batch: Batch, known: list[Parts]) -> Parts:
    if not batch.parents:
        return {owner_of(batch.account): batch.amount}
    parts: Parts = defaultdict(int)
    for at, amount in batch.parents:
        for giver, share in split(amount, known[at]).items():
            parts[giver] += share
    return split(batch.amount, parts) if batch.converts else parts


def split(amount: int, parts: Parts) -> Parts:
    """Divide an amount among givers in proportion to their parts, by largest remainder."""
    shares = apportion(amount, list(parts.values()))
    return {giver: share for giver, share in zip(parts, shares, strict=True) if share}
