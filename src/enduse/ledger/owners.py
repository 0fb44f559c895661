"""Whose money or goods they are: which part of what a party holds, spent or used came from which giver, to the last unit.

By mass balance, as the trace tells it (:mod:`enduse.ledger.mixing`): what lies together is mixed, and every payment
takes of each giver's part in proportion, by largest remainder; an exchange carries the parts across. A giver is the
donor whose promise or cash it was, else the party from which it came with no receipt in the record. Goods are those of
whoever's money bought them, else of the party that brought them in; of nobody where their dispatch is not recorded.
"""

from collections import defaultdict
from collections.abc import Iterable

from enduse.ledger.accounts import class_of, owner_of
from enduse.ledger.batch import Batch
from enduse.ledger.mixing import Mixing, apportion
from enduse.ledger.posting import Posting, PurchaseLink
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
    return _lying(Mixing(one for one in postings if is_money(one.resource)).batches, kinds)


def parts_of_goods(
    postings: Iterable[Posting], links: Iterable[PurchaseLink], *kinds: str
) -> dict[tuple[str, str], Parts]:
    """Return by account and resource whose goods lie there; the name of the giver is empty where nobody can tell.

    Args:
        postings: that count, in log order, of money too.
        links: what was bought.
        kinds: classes of accounts, such as ``stock`` and ``use``.
    """
    return _lying(Mixing(postings, links).batches, kinds)


def _lying(batches: list[Batch], kinds: tuple[str, ...]) -> dict[tuple[str, str], Parts]:
    known: list[Parts] = []
    found: dict[tuple[str, str], Parts] = defaultdict(lambda: defaultdict(int))
    for batch in batches:
        known.append(_parts(batch, known, batches))
        if class_of(batch.account) in kinds and batch.left:
            shares = split(batch.left, known[-1])
            for giver, amount in shares.items():
                found[batch.account, batch.resource][giver] += amount
        if "exchange" in kinds and batch.code == "exchanged":
            for at, given in batch.parents:
                for giver, amount in split(given, known[at]).items():
                    found[f"exchange {owner_of(batch.account)}", batches[at].resource][giver] += amount
    return {spot: dict(parts) for spot, parts in found.items()}


def _parts(batch: Batch, known: list[Parts], batches: list[Batch]) -> Parts:
    if not batch.parents:
        told = is_money(batch.resource) or class_of(batch.account) == "origin"
        return {owner_of(batch.account) if told else "": batch.amount}
    parts: Parts = defaultdict(int)
    if batch.converts and len({batches[at].resource for at, _ in batch.parents}) > 1:
        # Made of things that cannot be added: each counts alike.
        shares = apportion(batch.amount, [1] * len(batch.parents))
        for (at, _), share in zip(batch.parents, shares, strict=True):
            _add(parts, split(share, known[at]))
        return parts
    for at, amount in batch.parents:
        _add(parts, split(amount, known[at]))
    return split(batch.amount, parts) if batch.converts else parts


def _add(parts: Parts, more: Parts) -> None:
    for giver, share in more.items():
        parts[giver] += share


def split(amount: int, parts: Parts) -> Parts:
    """Divide an amount among givers in proportion to their parts, by largest remainder."""
    shares = apportion(amount, list(parts.values()))
    return {giver: share for giver, share in zip(parts, shares, strict=True) if share}
