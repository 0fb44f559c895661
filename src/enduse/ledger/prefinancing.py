"""Money handed on before it was received: what its payer is paid later makes up for it, and is where it came from.

A payment that nothing covered began as the payer's own money. What came in to the payer afterwards reimburses it, the
earliest first. Money that goes in a circle reimburses nothing: it cannot come from itself.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import msgspec

from enduse.ledger.batch import Batch, Part


class Reimbursed(NamedTuple):
    """So much of what a payer lent, a batch of code ``root``, was made up for by what came in to it later."""

    later: int
    lent: int
    amount: int


def reimburse(batches: list[Batch], found: Sequence[Reimbursed]) -> list[int]:
    """Let what was lent consist of what made up for it, and put parents before what is made of them again.

    Args:
        batches: each after its parents; put in order in place.
        found: in the order in which it came in.

    Returns:
        Where each batch is now.
    """
    onward: list[list[int]] = [[] for _ in batches]
    for at, batch in enumerate(batches):
        for parent, _ in batch.parents:
            onward[parent].append(at)
    for one in found:
        onward[one.later].append(one.lent)
    groups = list(_circles(onward))[::-1]
    group_of = {at: number for number, group in enumerate(groups) for at in group}
    parts: dict[int, list[Part]] = {}
    for one in found:
        if group_of[one.later] != group_of[one.lent]:
            parts.setdefault(one.lent, []).append((one.later, one.amount))
    order: list[int] = []
    for at in (at for group in groups for at in sorted(group)):
        if at in parts:
            order += _made_of(batches, at, parts[at])
        order.append(at)
    place = [0] * len(order)
    for new, old in enumerate(order):
        place[old] = new
    batches[:] = [
        msgspec.structs.replace(batches[old], parents=tuple((place[at], part) for at, part in batches[old].parents))
        for old in order
    ]
    return place


def _made_of(batches: list[Batch], at: int, parts: list[Part]) -> list[int]:
    """Let a root consist of what made up for it; what nothing made up for stays one, and is returned."""
    root = batches[at]
    rest = root.amount - sum(amount for _, amount in parts)
    left = [len(batches)] if rest else []
    if rest:
        batches.append(msgspec.structs.replace(root, amount=rest))
    more = [(each, rest) for each in left]
    batches[at] = msgspec.structs.replace(root, code="mixed", parents=(*parts, *more))
    return left


def _circles(onward: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Give what leads to itself in groups, most of them of one batch; each group after all that it leads to.

    Source: R. Tarjan, Depth-first search and linear graph algorithms (1972), without recursion.
    """
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    waiting: list[int] = []
    done = set[int]()
    for start in range(len(onward)):
        path = [] if start in number else [(start, iter(onward[start]))]
        while path:
            at, ways = path[-1]
            if at not in number:
                number[at] = low[at] = len(number)
                waiting.append(at)
            fresh = next((each for each in ways if each not in number), None)
            if fresh is not None:
                path.append((fresh, iter(onward[fresh])))
                continue
            path.pop()
            low[at] = min([low[at], *(low[each] for each in onward[at] if each not in done)])
            if low[at] == number[at]:
                group = [waiting.pop()]
                while group[-1] != at:
                    group.append(waiting.pop())
                done.update(group)
                yield group
