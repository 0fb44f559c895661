"""From a promise to its uses and from a use back to its donors, through mixed stock, exactly to the smallest unit.

Model: mass balance by rolling average (:mod:`enduse.ledger.mixing`). Parts sum to the whole at every step; where one
thing becomes another (money buys goods, cement becomes blocks), each side is counted in its own resource. What the
record does not link is shown as such, never guessed.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from enduse.errors import RecordError
from enduse.ledger.accounts import NAMED, class_of
from enduse.ledger.batch import Batch
from enduse.ledger.mixing import GIVEN, Mixing, apportion
from enduse.ledger.owners import Followed, followed
from enduse.ledger.posting import Posting, PurchaseLink
from enduse.ledger.trace_graph import Graph, Sketch, Trace, TraceEdge, TraceEnd, TraceNode, TraceSum, uneven
from enduse.ledger.trace_seeds import NOW, TracePart, seeds_of, seeds_together
from enduse.messages import Amount, Message
from enduse.terms.amounts import is_money

__all__ = ["Graph", "Trace", "TraceEdge", "TraceEnd", "TraceNode", "TraceSum", "Tracer", "summed", "uneven"]

_ROOTS: Final = {
    "origin": "brought_in",
    "promised": "promised_by_donor",
    "unpledged": "no_pledge_named",
    "unlinked": "dispatch_not_recorded",
    "difference": "surplus_unexplained",
    "pledged": "beyond_pledge",
    "committed": "beyond_commitment",
    "fulfilled": "reopened",
    "held": "own_or_not_recorded",
    "own": "own",
}
_CONVERTED: Final = {
    "bought": ("bought_goods", "bought"),
    "counted": ("counted_as_another", "counted_as_another"),
    "exchanged": ("exchanged", "exchanged"),
}
"""Code of what is made of another resource: why a trace of the one ends there forward, and of the other backward."""
_UNRECORDED: Final = "more_out_than_in"
_COVERED: Final = "covers_earlier"
_CAME_BACK: Final = "came_back"
_WAITS: Final = {
    "dispatch_not_recorded": "trace.waits_for_dispatch",
    "beyond_pledge": "trace.waits_for_promise",
    "beyond_commitment": "trace.waits_for_promise",
    "own_or_not_recorded": "trace.waits_for_payment",
    _UNRECORDED: "trace.waits_for_entry",
    _COVERED: "trace.waits_for_entry",
}
"""Ends at which the record lacks a link, and what that waits for. That a donor names no pledge is none: it needs none."""
_GOES_ON: Final = frozenset(
    ("bought_goods", "bought", "counted_as_another", "exchanged", "made_into_another", "made_of_another")
)
"""Ends in one resource behind which another goes on."""


class Tracer:
    """Traces over one set of postings; built once, asked often.

    Attributes:
        passed: numbers of the payments, consignments and whatever else the last trace passed, both ways.
    """

    def __init__(self, postings: Iterable[Posting], links: Iterable[PurchaseLink] = ()) -> None:
        mixing = Mixing(postings, links)
        self._batches, self._gave, self._lacking = mixing.batches, mixing.gave, mixing.lacking
        self._children: dict[int, list[tuple[int, int, int]]] = {}
        self.passed: set[str] = set()
        for at, batch in enumerate(self._batches):
            for (parent, part), becomes in zip(batch.parents, self._comes_of(batch), strict=True):
                self._children.setdefault(parent, []).append((at, part, becomes))

    def _comes_of(self, batch: Batch) -> list[int]:
        """Return how much of a batch each of its parents accounts for; of things that cannot be added each alike."""
        parts = [part for _, part in batch.parents]
        alike = not batch.converts or len({self._batches[at].resource for at, _ in batch.parents}) == 1
        return apportion(batch.amount, parts if alike else [1] * len(parts))

    def trace(self, identifier: str) -> Trace:
        """Trace whatever ``identifier`` names, both ways.

        Args:
            identifier: an account name, or the identifier of a pledge, commitment, disbursement, expenditure, finding,
                lot, consignment, project, place or party.

        Raises:
            UnknownError: no posting knows it.
            RecordError: the ways do not add up: that would be a fault of the trace itself, and no such tree is shown.
        """
        self.passed = set()
        what, seeds = seeds_of(self._batches, self._gave, identifier)
        given = followed(self._batches, identifier, seeds) if what == "party" else None
        forward, backward = self._forward(seeds, given, here=what in NOW), self._backward(seeds)
        return self._told(identifier, what, self._amounts(seeds), forward, backward)

    def together(self, identifier: str, what: str, members: Iterable[TracePart]) -> Trace:
        """Trace several things as one, both ways; what of one went into another is counted once.

        Args:
            identifier: what they are together.
            what: what that is, a word of the vocabulary.
            members: of which there may be none in the ledger yet.

        Raises:
            RecordError: the ways do not add up.
        """
        self.passed = set()
        seeds = seeds_together(self._batches, members)
        begun = self._first_of(seeds)
        forward, backward = self._forward(begun, None, here=False), self._backward(self._last_of(seeds))
        return self._told(identifier, what, self._amounts(begun), forward, backward)

    def _amounts(self, seeds: dict[int, int]) -> dict[str, int]:
        amounts: dict[str, int] = {}
        for at, amount in seeds.items():
            resource = self._batches[at].resource
            amounts[resource] = amounts.get(resource, 0) + amount
        return amounts

    def _first_of(self, seeds: dict[int, int]) -> dict[int, int]:
        """Return how much begins at each of some batches that does not come from another of them."""
        have: dict[int, int] = {}
        begun: dict[int, int] = {}
        for at in range(len(self._batches)):
            came = have.pop(at, 0)
            if (fresh := seeds.get(at, 0) - came) > 0:
                begun[at] = fresh
                came += fresh
            if came:
                for child, _, becomes in self._onward(at, came, None)[0]:
                    have[child] = have.get(child, 0) + becomes
        return begun

    def _last_of(self, seeds: dict[int, int]) -> dict[int, int]:
        """Return how much ends at each of some batches that does not go on into another of them."""
        want: dict[int, int] = {}
        ends: dict[int, int] = {}
        for at in range(len(self._batches) - 1, -1, -1):
            asked = want.pop(at, 0)
            if (fresh := seeds.get(at, 0) - asked) > 0:
                ends[at] = fresh
                asked += fresh
            if asked:
                for parent, share in self._shares_of(at, asked):
                    want[parent] = want.get(parent, 0) + share
        return ends

    def _shares_of(self, at: int, amount: int) -> list[tuple[int, int]]:
        """Return of which batches so much of one was made, and how much of each."""
        batch = self._batches[at]
        weights = [part for _, part in batch.parents]
        if batch.converts:
            shares = [_scaled(part, amount, batch.amount) for part in weights]
        else:
            shares = apportion(amount, weights) if weights else []
        return [(parent, share) for (parent, _), share in zip(batch.parents, shares, strict=True) if share]

    def _told(self, identifier: str, what: str, amounts: dict[str, int], forward: Graph, backward: Graph) -> Trace:
        node = uneven(forward, backward=False) or uneven(backward, backward=True)
        if node is not None:
            raise RecordError("trace.uneven", node=node.partition(" | ")[0])
        return Trace(
            id=identifier,
            what=what,
            amounts=amounts,
            forward=forward,
            backward=backward,
            uses=summed(forward, by_owner=False),
            sources=summed(backward, by_owner=True),
            unresolved=tuple(dict.fromkeys((*_unresolved(backward), *_unresolved(forward)))),
        )

    def _onward(self, at: int, amount: int, given: Followed | None) -> tuple[list[tuple[int, int, int]], int, int]:
        """Return what took of so much of a batch, how much, and what it became; what stays; and what makes up for others."""
        batch, children = self._batches[at], self._children.get(at, [])
        if given is not None:
            shares = [(child, *taken) for (child, _, _), taken in zip(children, given.onward[at], strict=True)]
            stays = given.left[at]
            return shares, stays, amount - stays - sum(share for _, share, _ in shares)
        covered = batch.amount - batch.left - sum(part for _, part, _ in children)
        *parts, stays, makes_up = apportion(amount, [*(part for _, part, _ in children), batch.left, covered])
        shares = [
            (child, share, _scaled(share, whole, part) if self._batches[child].converts else share)
            for (child, part, whole), share in zip(children, parts, strict=True)
        ]
        return shares, stays, makes_up

    def _forward(self, seeds: dict[int, int], given: Followed | None, *, here: bool) -> Graph:
        sketch = Sketch(self._batches, seeds)
        have = dict(seeds)
        for at, batch in enumerate(self._batches):
            amount = have.get(at, 0)
            if not amount:
                continue
            sketch.through(at, amount)
            if here:
                sketch.end(at, _stays(batch), amount)
                continue
            shares, stays, makes_up = self._onward(at, amount, given)
            for child, share, becomes in shares:
                if not share:
                    continue
                made = self._batches[child]
                have[child] = have.get(child, 0) + becomes
                if made.converts:
                    sketch.end(at, _CONVERTED.get(made.code, ("made_into_another", ""))[0], share)
                if becomes:  # a trifle may be less than one piece of what was made
                    sketch.flow(at, child, made.code, share, becomes)
            sketch.end(at, _stays(batch), stays)
            sketch.end(at, "given_back" if batch.code == "refunded" else _makes_up_for(batch), makes_up)
        self.passed |= sketch.names
        return sketch.graph()

    def _backward(self, seeds: dict[int, int]) -> Graph:
        sketch = Sketch(self._batches, seeds)
        want = dict(seeds)
        for at in range(len(self._batches) - 1, -1, -1):
            amount, batch = want.get(at, 0), self._batches[at]
            if not amount:
                continue
            sketch.through(at, amount)
            if batch.converts:
                sketch.end(at, _CONVERTED.get(batch.code, ("", "made_of_another"))[1], amount)
            elif not batch.parents:
                self._end_at_root(sketch, at, amount)
                continue
            for parent, share in self._shares_of(at, amount):
                want[parent] = want.get(parent, 0) + share
                sketch.flow(parent, at, batch.code, share, amount if batch.converts else share)
        self.passed |= sketch.names
        return sketch.graph(backward=True)

    def _end_at_root(self, sketch: "Sketch", at: int, amount: int) -> None:
        """Note why the record knows no more: of cash whose giver was paid as much again, the payment is recorded."""
        batch, why = self._batches[at], _root(self._batches[at])
        lacking = self._lacking.get(at, 0) if why == "own_or_not_recorded" else batch.amount
        rest, came_back = apportion(amount, (lacking, batch.amount - lacking))
        sketch.end(at, why, rest)
        sketch.end(at, _CAME_BACK, came_back)


def _scaled(amount: int, numerator: int, denominator: int) -> int:
    """Return ``amount * numerator / denominator``, rounded half up."""
    return (2 * amount * numerator + denominator) // (2 * denominator)


def _root(batch: Batch) -> str:
    """Return why the record knows no more of where something came from."""
    return "no_pledge_named" if batch.item == GIVEN else _ROOTS.get(class_of(batch.account), _UNRECORDED)


def _stays(batch: Batch) -> str:
    if batch.code == "bought":
        return "paid_not_entered"
    return class_of(batch.account)


def _makes_up_for(batch: Batch) -> str:
    """Return what it means that something came where as much had gone out before: of goods, that what came in is not told.

    Money that its recipient had paid out is no riddle: who gave has it again, and a circle is closed.
    """
    return _CAME_BACK if is_money(batch.resource) else _COVERED


def _unresolved(graph: Graph) -> Iterator[Message]:
    """Give what waits for a word."""
    accounts = {node.id: Message.of(NAMED[node.kind], owner=node.owner, item=node.item) for node in graph.nodes}
    for end in graph.ends:
        if end.why in _WAITS:
            amount, account = Amount(end.amount, end.resource), accounts[end.node]
            owner = "" if end.why == "dispatch_not_recorded" else str(account.values["owner"])
            yield Message.of(_WAITS[end.why], amount=amount, account=account, why=end.why, owner=owner)


def summed(graph: Graph, *, by_owner: bool) -> tuple[TraceSum, ...]:
    """Return what ends alike as one sum; what became another thing is told by what that came from, or became."""
    owners = {node.id: node.owner for node in graph.nodes}
    found: dict[tuple[str, str, str], int] = {}
    for end in graph.ends:
        if end.why not in _GOES_ON:
            spot = (end.resource, owners[end.node] if by_owner else "", end.why)
            found[spot] = found.get(spot, 0) + end.amount
    return tuple(
        TraceSum(why=why, owner=owner, resource=resource, amount=amount)
        for (resource, owner, why), amount in sorted(found.items(), key=lambda one: (one[0][0], -one[1], one[0]))
    )
