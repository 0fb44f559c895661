"""The block pattern of the joint covariance of one material, and the order in which it is eliminated.

The unknowns are, for every node that keeps a balance, its T weighted balances followed by the systematic errors
(biases) of the instruments that belong to it. A bias belongs to a node when every reading made with the instrument
touches that node or a neighbour; the rest (a survey team that visits everybody) gets a block of its own. Shipper-
receiver differences are eliminated beforehand in closed form, because their covariance is diagonal given the biases.
On a tree of suppliers the elimination has no fill: work is linear in the number of nodes.
"""

import heapq
from collections import defaultdict

import msgspec
import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]


class BlockGroup(msgspec.Struct, frozen=True):
    """Blocks of one shape that do not depend on one another and are eliminated together.

    Attributes:
        members: block numbers, in storage order.
        size: unknowns of each block (m).
        front: unknowns of all blocks each is coupled with and that are eliminated later (f).
        start: offset of the first block in the flat storage; each block is a row-major (m, m + f) array.
        rows: scalar positions of the unknowns, shape (b, m).
        front_rows: scalar positions of the front, shape (b, f).
    """

    members: tuple[int, ...]
    size: int
    front: int
    start: int
    rows: Ints
    front_rows: Ints


class Pattern(msgspec.Struct, frozen=True):
    """What touches what.

    Attributes:
        periods: T.
        balances: number of nodes that keep a balance.
        links: block at the far and near end of every link, shape (L, 2) as (from, to), -1 for a donor.
        touches: pairs (bias, block) that occur, shape (P, 2).
        couples: link and each pair of biases that weigh what goes over it, in one period or in different ones, shape (Q, 3).
        biases: number of biases.
    """

    periods: int
    balances: int
    links: Ints
    touches: Ints
    couples: Ints
    biases: int


class BlockLayout:
    """Storage offsets, elimination order and fronts of a pattern.

    Args:
        pattern: what touches what.
    """

    def __init__(self, pattern: Pattern) -> None:
        self.periods = pattern.periods
        self.balances = pattern.balances
        touched: list[set[int]] = [set() for _ in range(pattern.biases)]
        for bias, block in pattern.touches.tolist():
            touched[bias].add(block)
        linked = self._settle(pattern, touched)
        neighbours: list[set[int]] = [set() for _ in range(self.blocks)]

        def join(members: set[int]) -> None:
            for one in members:
                neighbours[one] |= members - {one}

        for n, near in enumerate(linked):
            for m in near:
                join({n, m})
        for bias, places in enumerate(touched):
            for n in places:
                join({int(self.home[bias]), n})
        for link, one, other in pattern.couples.tolist():
            ends = {int(end) for end in pattern.links[link] if end >= 0}
            join(ends | {int(self.home[one]), int(self.home[other])})
        self._order(neighbours)
        self._store()

    def _settle(self, pattern: Pattern, touched: list[set[int]]) -> list[set[int]]:
        """Give every bias a home; return which balances are linked."""
        linked: list[set[int]] = [set() for _ in range(pattern.balances)]
        for a, b in pattern.links.tolist():
            if a >= 0 and b >= 0:
                linked[a].add(b)
                linked[b].add(a)
        self.home = np.zeros(pattern.biases, dtype=np.int64)
        blocks = pattern.balances
        owned: list[list[int]] = [[] for _ in range(pattern.balances)]
        for bias, places in enumerate(touched):
            able = [n for n in places if places <= linked[n] | {n}]
            if able:
                home = min(able, key=lambda n: (len(linked[n]), n))
            else:
                home = blocks
                blocks += 1
                owned.append([])
            owned[home].append(bias)
            self.home[bias] = home
        self.owned, self.blocks = owned, blocks
        return linked

    def _order(self, neighbours: list[set[int]]) -> None:
        """Choose the order by least degree and record the front of every block."""
        heap = [(len(near), at) for at, near in enumerate(neighbours)]
        heapq.heapify(heap)
        level = [0] * self.blocks
        self.front: list[list[int]] = [[] for _ in range(self.blocks)]
        self.rank = np.zeros(self.blocks, dtype=np.int64)
        done = [False] * self.blocks
        turn = 0
        while heap:
            degree, p = heapq.heappop(heap)
            if done[p]:
                continue
            if degree != len(neighbours[p]):
                heapq.heappush(heap, (len(neighbours[p]), p))
                continue
            done[p] = True
            self.rank[p] = turn
            turn += 1
            near = neighbours[p]
            self.front[p] = list(near)
            for q in near:
                neighbours[q].discard(p)
                neighbours[q] |= near - {q}
                level[q] = max(level[q], level[p] + 1)
                heapq.heappush(heap, (len(neighbours[q]), q))
        for p in range(self.blocks):
            self.front[p].sort(key=lambda q: int(self.rank[q]))
        self.level = level

    def _store(self) -> None:
        """Pad the blocks of one level to one size and lay them out."""
        widest: dict[tuple[int, bool], int] = defaultdict(int)
        for p in range(self.blocks):
            key = (self.level[p], p < self.balances)
            widest[key] = max(widest[key], len(self.owned[p]))
        self.size = np.array(
            [
                (self.periods if p < self.balances else 0) + widest[(self.level[p], p < self.balances)]
                for p in range(self.blocks)
            ],
            dtype=np.int64,
        )
        self.first = np.concatenate([[0], np.cumsum(self.size)]).astype(np.int64)
        self.unknowns = int(self.first[-1])
        shapes: dict[tuple[int, int, int], list[int]] = defaultdict(list)
        for p in sorted(range(self.blocks), key=lambda q: int(self.rank[q])):
            width = int(sum(self.size[q] for q in self.front[p]))
            shapes[(self.level[p], int(self.size[p]), width)].append(p)
        self.groups: list[BlockGroup] = []
        self.offset = np.zeros(self.blocks, dtype=np.int64)
        self.width = np.zeros(self.blocks, dtype=np.int64)
        self.column: dict[tuple[int, int], int] = {}
        start = 0
        for (_, m, f), members in sorted(shapes.items()):
            rows = self.first[members][:, None] + np.arange(m)
            fronts = np.zeros((len(members), f), dtype=np.int64)
            for at, p in enumerate(members):
                self.offset[p] = start + at * m * (m + f)
                self.width[p] = m + f
                self.column[(p, p)] = 0
                column = m
                for q in self.front[p]:
                    self.column[(p, q)] = column
                    fronts[at, column - m : column - m + self.size[q]] = self.first[q] + np.arange(self.size[q])
                    column += int(self.size[q])
            self.groups.append(BlockGroup(tuple(members), m, f, start, rows, fronts))
            start += len(members) * m * (m + f)
        self.storage = start
        self.bias_at = np.zeros(len(self.home), dtype=np.int64)
        for p, biases in enumerate(self.owned):
            base = int(self.first[p]) + (self.periods if p < self.balances else 0)
            for at, bias in enumerate(biases):
                self.bias_at[bias] = base + at
        self.block_of = np.repeat(np.arange(self.blocks), self.size)
        self._keys = np.array(sorted(p * self.blocks + q for p, q in self.column), dtype=np.int64)
        self._cols = np.array(
            [self.column[(int(key) // self.blocks, int(key) % self.blocks)] for key in self._keys], dtype=np.int64
        )

    def place(self, one: Ints, other: Ints) -> Ints:
        """Return the flat storage positions of the entries (one, other), given as scalar positions of unknowns."""
        p, q = self.block_of[one], self.block_of[other]
        swap = self.rank[p] > self.rank[q]
        row, col = np.where(swap, other, one), np.where(swap, one, other)
        p, q = np.where(swap, q, p), np.where(swap, p, q)
        base = self._cols[np.searchsorted(self._keys, p * self.blocks + q)]
        return np.asarray(
            self.offset[p] + (row - self.first[p]) * self.width[p] + base + (col - self.first[q]), np.int64
        )
