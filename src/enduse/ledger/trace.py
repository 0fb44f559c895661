"""From a promise to its uses and from a use back to its donors, through mixed stock, exactly to the smallest unit.

Model: mass balance by rolling average (:mod:`enduse.ledger.mixing`). Parts sum to the whole at every step; where one
thing becomes another (money buys goods, cement becomes blocks), each side is counted in its own resource. What the
record does not link is shown as such, never guessed.
"""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from enduse.errors import RecordError
from enduse.ledger.accounts import NAMED, class_of, item_of, owner_of
from enduse.ledger.batch import Batch
from enduse.ledger.mixing import GIVEN, Mixing, apportion
from enduse.ledger.owners import Followed, followed
from enduse.ledger.posting import Posting, PurchaseLink
from enduse.ledger.trace_seeds import NOW, seeds_of
from enduse.messages import Amount, Message
from enduse.terms.amounts import is_money

MODEL: Final = "mass_balance"
MILLION: Final = 1_000_000

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


class TraceNode(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One account in one resource, as far as the traced amount went through it.

    Attributes:
        id: for edges and ends.
        kind: class of the account, ``bought`` for a purchase, or ``exchanged`` for what was got in an exchange.
        owner: who answers for it.
        item: place, consignment, project, pledge, expenditure, exchange.
        resource: what.
        amount: how much of what is traced went through, smallest units.
        lot: for goods at the edge of the record.
    """

    id: str
    kind: str
    owner: str
    item: str
    resource: str
    amount: int
    lot: str | None = None

    @property
    def account(self) -> Message:
        """The account, as it is named in a sentence."""
        return Message.of(NAMED[self.kind], owner=self.owner, item=self.item)


class TraceEdge(msgspec.Struct, frozen=True, kw_only=True):
    """A flow of the traced amount between two nodes.

    Attributes:
        source: node it came from.
        target: node it went to.
        code: why.
        amount: in the source's resource.
        becomes: in the target's resource; the same unless one thing became another.
        converts: one thing became another, which may be more or less of the same, as when goods are packed anew.
    """

    source: str
    target: str
    code: str
    amount: int
    becomes: int
    converts: bool


class TraceEnd(msgspec.Struct, frozen=True, kw_only=True):
    """Where the trace ends: the amounts of all ends in the seed's resource sum to the seed.

    Attributes:
        node: where.
        why: what that means, a word of the vocabulary: the class of the account where it simply lies there.
        resource: what.
        amount: smallest units.
        share_ppm: share of all ends in this resource, in millionths that sum to a million.
    """

    node: str
    why: str
    resource: str
    amount: int
    share_ppm: int


class Graph(msgspec.Struct, frozen=True, kw_only=True):
    """One direction of a trace; nodes and edges in the order of flow.

    Attributes:
        nodes: accounts that what is traced went through.
        edges: flows between them; goods that came back make a loop.
        ends: where it goes no further.
        starts: nodes at which the trace begins, with how much of them is traced; what came back went through them too.
    """

    nodes: tuple[TraceNode, ...]
    edges: tuple[TraceEdge, ...]
    ends: tuple[TraceEnd, ...]
    starts: dict[str, int]


class TraceSum(msgspec.Struct, frozen=True, kw_only=True):
    """So much of a trace ends alike.

    Attributes:
        why: what that means, a word of the vocabulary.
        owner: who; empty where several end alike.
        resource: what.
        amount: smallest units.
    """

    why: str
    owner: str
    resource: str
    amount: int


def uneven(graph: Graph, *, backward: bool) -> str | None:
    """Return a node of one direction of a trace at which what comes in is not what goes on and what ends; none where all is even.

    Nodes at which one thing becomes another are left out: each side is counted in its own resource.
    """
    sums = dict(graph.starts)
    left_out = set[str]()
    for edge in graph.edges:
        if edge.converts:
            left_out |= {edge.source, edge.target}
            continue
        here, there = (edge.target, edge.source) if backward else (edge.source, edge.target)
        sums[here] = sums.get(here, 0) - edge.amount
        sums[there] = sums.get(there, 0) + edge.amount
    for end in graph.ends:
        sums[end.node] = sums.get(end.node, 0) - end.amount
    return next((node for node, rest in sums.items() if rest and node not in left_out), None)


class Trace(msgspec.Struct, frozen=True, kw_only=True):
    """What became of something, and where it came from. Ready for JSON with :func:`msgspec.to_builtins`.

    Attributes:
        id: what was asked for.
        what: what it is, a word of the vocabulary: pledge, lot, project and so on.
        amounts: the traced amount by resource.
        forward: to uses, differences, stock, money not yet paid or spent.
        backward: to lots, purchases, payments, promises.
        uses: what became of it in the end, by what that means, the largest first of each resource.
        sources: where it came from in the end, by whom and what that means.
        unresolved: links the record does not have, and what each waits for.
        model: how mixed amounts were attributed, a word of the vocabulary.
    """

    id: str
    what: str
    amounts: dict[str, int]
    forward: Graph
    backward: Graph
    uses: tuple[TraceSum, ...]
    sources: tuple[TraceSum, ...]
    unresolved: tuple[Message, ...]
    model: str = MODEL


class Tracer:
    """Traces over one set of postings; built once, asked often."""

    def __init__(self, postings: Iterable[Posting], links: Iterable[PurchaseLink] = ()) -> None:
        mixing = Mixing(postings, links)
        self._batches, self._gave, self._lacking = mixing.batches, mixing.gave, mixing.lacking
        self._children: dict[int, list[tuple[int, int, int]]] = {}
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
        what, seeds = seeds_of(self._batches, self._gave, identifier)
        here = what in NOW
        amounts: dict[str, int] = {}
        for at, amount in seeds.items():
            resource = self._batches[at].resource
            amounts[resource] = amounts.get(resource, 0) + amount
        given = followed(self._batches, identifier, seeds) if what == "party" else None
        forward, backward = self._forward(seeds, given, here=here), self._backward(seeds)
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
        sketch = _Sketch(self._batches, seeds)
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
        return sketch.graph()

    def _backward(self, seeds: dict[int, int]) -> Graph:
        sketch = _Sketch(self._batches, seeds)
        want = dict(seeds)
        for at in range(len(self._batches) - 1, -1, -1):
            amount, batch = want.get(at, 0), self._batches[at]
            if not amount:
                continue
            sketch.through(at, amount)
            weights = [part for _, part in batch.parents]
            if batch.converts:
                shares = [_scaled(part, amount, batch.amount) for part in weights]
                sketch.end(at, _CONVERTED.get(batch.code, ("", "made_of_another"))[1], amount)
            elif batch.parents:
                shares = apportion(amount, weights)
            else:
                self._end_at_root(sketch, at, amount)
                continue
            for (parent, _), share in zip(batch.parents, shares, strict=True):
                if share:
                    want[parent] = want.get(parent, 0) + share
                    becomes = amount if batch.converts else share
                    sketch.flow(parent, at, batch.code, share, becomes)
        return sketch.graph(backward=True)

    def _end_at_root(self, sketch: "_Sketch", at: int, amount: int) -> None:
        """Note why the record knows no more: of cash whose giver was paid as much again, the payment is recorded."""
        batch, why = self._batches[at], _root(self._batches[at])
        lacking = self._lacking.get(at, 0) if why == "own_or_not_recorded" else batch.amount
        rest, came_back = apportion(amount, (lacking, batch.amount - lacking))
        sketch.end(at, why, rest)
        sketch.end(at, _CAME_BACK, came_back)


class _Sketch:
    """Collects batches into nodes: one per account and resource, per lot at the edge of the record, and per exchange."""

    def __init__(self, batches: list[Batch], seeds: dict[int, int]) -> None:
        self._batches = batches
        self._starts: dict[str, int] = {}
        for at, amount in seeds.items():
            self._starts[self._id(at)] = self._starts.get(self._id(at), 0) + amount
        self._nodes: dict[str, Batch] = {}
        self._amounts: dict[tuple[str, bool], int] = {}
        self._edges: dict[tuple[str, str, str, bool], tuple[int, int]] = {}
        self._ends: dict[tuple[str, str, str], int] = {}

    def _id(self, at: int) -> str:
        batch = self._batches[at]
        if _exchange(batch):
            return f"exchanged {owner_of(batch.account)} {batch.item} | {batch.resource}"
        name = f"{batch.account} | {batch.resource}"
        return f"{name} | {batch.lot}" if _edge_of_record(batch) and batch.lot else name

    def through(self, at: int, amount: int) -> None:
        """Note that ``amount`` of a batch is traced; what merely came to lie together is not counted twice."""
        name, batch = self._id(at), self._batches[at]
        self._nodes.setdefault(name, batch)
        spot = (name, batch.code == "mixed")
        self._amounts[spot] = self._amounts.get(spot, 0) + amount

    def flow(self, source: int, target: int, code: str, amount: int, becomes: int) -> None:
        """Note a flow; inside one node there is none."""
        spot = (self._id(source), self._id(target), code, self._batches[target].converts)
        if _exchange(self._batches[source]) and code == "mixed":
            # What was got comes to lie with the rest: that node counts it too.
            into = (spot[1], False)
            self._amounts[into] = self._amounts.get(into, 0) + amount
        if spot[0] != spot[1]:
            before = self._edges.get(spot, (0, 0))
            self._edges[spot] = (before[0] + amount, before[1] + becomes)

    def end(self, at: int, why: str, amount: int) -> None:
        """Note that ``amount`` goes no further."""
        if amount:
            spot = (self._id(at), why, self._batches[at].resource)
            self._ends[spot] = self._ends.get(spot, 0) + amount

    def graph(self, *, backward: bool = False) -> Graph:
        """Return what was collected, in the order of flow."""
        found = list(self._nodes.items())
        nodes = tuple(
            TraceNode(
                id=name,
                kind="exchanged" if _exchange(batch) else class_of(batch.account),
                owner=owner_of(batch.account),
                item=(batch.item or "") if _exchange(batch) else item_of(batch.account),
                resource=batch.resource,
                amount=self._amounts.get((name, False)) or self._amounts[name, True],
                lot=batch.lot if _edge_of_record(batch) else None,
            )
            for name, batch in (found[::-1] if backward else found)
        )
        edges = tuple(
            TraceEdge(source=source, target=target, code=code, amount=amount, becomes=becomes, converts=converts)
            for (source, target, code, converts), (amount, becomes) in self._edges.items()
        )
        return Graph(nodes=nodes, edges=edges[::-1] if backward else edges, ends=self._shares(), starts=self._starts)

    def _shares(self) -> tuple[TraceEnd, ...]:
        shares: dict[tuple[str, str, str], int] = {}
        for wanted in dict.fromkeys(resource for _, _, resource in self._ends):
            spots = [spot for spot in self._ends if spot[2] == wanted]
            shares.update(zip(spots, apportion(MILLION, [self._ends[spot] for spot in spots]), strict=True))
        return tuple(
            TraceEnd(node=node, why=why, resource=resource, amount=amount, share_ppm=shares[node, why, resource])
            for (node, why, resource), amount in self._ends.items()
        )


def _edge_of_record(batch: Batch) -> bool:
    return batch.code == "bought" or class_of(batch.account) == "origin"


def _exchange(batch: Batch) -> bool:
    return batch.code == "exchanged" and batch.converts


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
