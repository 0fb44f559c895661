"""Whose money or goods they are: which part of what a party holds, spent or used came from which giver, to the last unit.

By mass balance, as the trace tells it (:mod:`enduse.ledger.mixing`): what lies together is mixed, and every payment
takes of each giver's part in proportion, by largest remainder; an exchange carries the parts across. A giver is the
donor whose promise or cash it was, else the party from which it came with no receipt in the record. Goods are those of
whoever's money bought them, else of the party that brought them in; of nobody where their dispatch is not recorded.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from enduse.ledger.accounts import class_of, owner_of
from enduse.ledger.batch import Batch
from enduse.ledger.mixing import Mixing, apportion
from enduse.ledger.posting import Posting, PurchaseLink
from enduse.terms.amounts import is_money

FINE: Final = 10**30
"""So finely parts of things that cannot be added are weighed against one another."""

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
    found: dict[tuple[str, str], Parts] = defaultdict(lambda: defaultdict(int))
    rest: list[Parts] = []
    for batch, taken, _ in _shared_out(batches, rest):
        if "exchange" in kinds and batch.code == "exchanged":
            for (at, _), given in zip(batch.parents, taken, strict=True):
                _add(found[f"exchange {owner_of(batch.account)}", batches[at].resource], given)
    for batch, parts in zip(batches, rest, strict=True):
        if class_of(batch.account) in kinds and batch.left:
            _add(found[batch.account, batch.resource], split(batch.left, parts))
    return {spot: dict(parts) for spot, parts in found.items()}


class Followed(msgspec.Struct):
    """What became of what one party gave, batch by batch; the same to the last unit as what is told of each giver.

    Attributes:
        onward: of each batch, how much of the giver's each of what was made of it took, and how much it became.
        left: how much of the giver's is left of each batch, where it lies or where it made up for what went out before.
    """

    onward: list[list[tuple[int, int]]]
    left: list[int]


def followed(batches: list[Batch], giver: str, begun: Mapping[int, int]) -> Followed | None:
    """Return what became of what a party gave; nothing where it gave more, or less, than what is traced.

    Args:
        batches: each after its parents.
        giver: whose.
        begun: what is traced: batches with how much of them.
    """
    rest: list[Parts] = []
    onward: list[list[tuple[int, int]]] = [[] for _ in batches]
    gave: dict[int, int] = {}
    for at, (batch, taken, parts) in enumerate(_shared_out(batches, rest)):
        if not batch.parents and giver in parts:
            gave[at] = parts[giver]
        mine = [given.get(giver, 0) for given in taken]
        becomes = mine
        if batch.converts:
            whole = [FINE] * len(mine) if _alike(batch, batches) else [part for _, part in batch.parents]
            weights = [share * FINE // part for share, part in zip(mine, whole, strict=True)]
            becomes = apportion(parts.get(giver, 0), weights)
        for (parent, _), share, made in zip(batch.parents, mine, becomes, strict=True):
            onward[parent].append((share, made))
    if gave != dict(begun):
        return None
    left = [split(batch.left, parts).get(giver, 0) for batch, parts in zip(batches, rest, strict=True)]
    return Followed(onward, left)


def _shared_out(batches: list[Batch], rest: list[Parts]) -> Iterator[tuple[Batch, list[Parts], Parts]]:
    """Give each batch with what its parents gave of each giver's, and whose it is; ``rest`` becomes what is left of each.

    What is taken of a batch is taken of what is left of each giver's in it, so that all that is ever taken, and what is
    left, are together what came in of each: nothing drifts however often it is divided.
    """
    for batch in batches:
        taken = [_take(rest, at, amount) for at, amount in batch.parents]
        parts = _parts(batch, taken, batches)
        rest.append(dict(parts))
        yield batch, taken, parts


def _take(rest: list[Parts], at: int, amount: int) -> Parts:
    """Take so much of what is left of a batch, of each giver's in proportion."""
    left = rest[at]
    taken = split(amount, left)
    rest[at] = {giver: whole - taken.get(giver, 0) for giver, whole in left.items() if whole > taken.get(giver, 0)}
    return taken


def _parts(batch: Batch, taken: list[Parts], batches: list[Batch]) -> Parts:
    if not batch.parents:
        told = is_money(batch.resource) or class_of(batch.account) == "origin"
        return {owner_of(batch.account) if told else "": batch.amount}
    parts: Parts = defaultdict(int)
    if not _alike(batch, batches):
        # Made of things that cannot be added: each counts alike.
        shares = apportion(batch.amount, [1] * len(batch.parents))
        for given, share in zip(taken, shares, strict=True):
            _add(parts, split(share, given))
        return parts
    for given in taken:
        _add(parts, given)
    return split(batch.amount, parts) if batch.converts else parts


def _alike(batch: Batch, batches: list[Batch]) -> bool:
    """Say whether what a batch was made of can be added."""
    return not batch.converts or len({batches[at].resource for at, _ in batch.parents}) == 1


def _add(parts: Parts, more: Parts) -> None:
    for giver, share in more.items():
        parts[giver] = parts.get(giver, 0) + share


def split(amount: int, parts: Parts) -> Parts:
    """Divide an amount among givers in proportion to their parts, by largest remainder."""
    shares = apportion(amount, list(parts.values()))
    return {giver: share for giver, share in zip(parts, shares, strict=True) if share}
