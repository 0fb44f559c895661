"""An amount in an account, with what it was made of: what mixing reckons in (:mod:`enduse.ledger.mixing`)."""

import msgspec

Part = tuple[int, int]
"""Index of a batch, and how much of it."""


class Batch(msgspec.Struct):
    """An amount that came into one account at one time, and what it was made of.

    Attributes:
        account: where it came to.
        resource: what.
        lot: lot, where known.
        amount: smallest units.
        entry: log index that brought it.
        code: why; ``mixed`` for batches that only came to lie together, ``root`` where the record knows no more.
        item: consignment, project, pledge and so on.
        parents: what it was made of; in the same resource the parts sum to the amount.
        converts: one thing became another (made of, or bought with), or more or less of the same.
        left: what still lies there.
    """

    account: str
    resource: str
    lot: str | None
    amount: int
    entry: int
    code: str
    item: str | None
    parents: tuple[Part, ...]
    converts: bool = False
    left: int = 0
