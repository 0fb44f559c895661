"""The two directions of a trace as graphs, and how they are collected from batches."""

from typing import Final

import msgspec

from enduse.ledger.accounts import NAMED, class_of, item_of, owner_of
from enduse.ledger.batch import Batch
from enduse.ledger.mixing import apportion
from enduse.messages import Message

MODEL: Final = "mass_balance"
MILLION: Final = 1_000_000


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


class Sketch:
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
        self.names: set[str] = set()

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
        self.names |= {batch.item or "", item_of(batch.account)}
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
