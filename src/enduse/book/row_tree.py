"""Rows in a tree of small nodes, each hashed by the one above it: the root says all that is in it.

A node ends behind a row when the checksum of its key says so, which it does the sooner the larger the row, or when it is
full, so which rows lie together follows from the rows alone: two trees with the same rows have the same root, whichever
way they grew (a *prolly tree*: Dolt; Auvolat and Taïani, Merkle search trees, 2019). What was not written, also a row
that is gone, is noticed when a node is read. What all keys of a node begin with stands in it once.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from hashlib import sha256
from typing import Any, Final
from zlib import crc32

import msgspec

LEAF_BYTES: Final = 1_536
"""Bytes of the rows of a leaf on average: whoever changes one of them writes all of them again."""
ROW_BYTES: Final = 60
"""What a row counts for beside its content."""
NODE_ROWS: Final = 24
"""Children of a node above the leaves on average."""
NODE_MAX: Final = 96
"""Rows or children of a node at most: whoever chooses keys well makes no node larger."""
HELD_NODES: Final = 1_024
_AHEAD: Final = 32
"""Leaves that are read ahead at once where rows are gone through."""
_PACK: Final = msgspec.msgpack.Encoder().encode
_LEAF: Final = msgspec.msgpack.Decoder(tuple[str, list[str], list[bytes]]).decode
_INNER: Final = msgspec.msgpack.Decoder(tuple[str, list[str], list[bytes], list[int]]).decode

Edits = dict[str, Any]
"""What becomes of keys: the new row, or ``None`` where it is gone; above the leaves the child, as hash and number."""


class DamagedBookError(Exception):
    """What is stored is not what was written; for :class:`enduse.book.book.Book`, never seen outside this room."""


class Root(msgspec.Struct, frozen=True, array_like=True):
    """The top of a tree.

    Attributes:
        sha256: over all that is in it; empty where nothing is.
        number: of the top node.
        height: levels above the leaves.
        next: the next free number.
    """

    sha256: bytes = b""
    number: int = 0
    height: int = 0
    next: int = 0


class _Node(msgspec.Struct, frozen=True, gc=False):
    """A node: keys, and their rows; or the last key of each child, and the child's hash and number."""

    keys: list[str]
    values: list[Any]


class _LevelRows(msgspec.Struct, frozen=True, gc=False):
    """Rows on their way into nodes."""

    keys: list[str]
    values: list[Any]

    def add(self, keys: list[str], values: list[Any]) -> None:
        """Take in rows behind these."""
        self.keys.extend(keys)
        self.values.extend(values)


class RowTree:
    """A tree at one state.

    Args:
        read: gives the bytes of a node by its number; ``None`` where there are none.
        root: its top.
        ahead: is told the numbers of nodes that are about to be read, where reading many at once costs less.
    """

    def __init__(
        self,
        read: Callable[[int], bytes | None],
        root: Root | None = None,
        ahead: Callable[[list[int]], None] | None = None,
    ) -> None:
        self._read = read
        self._ahead = ahead
        self.root = root or Root()
        self._nodes: dict[bytes, _Node] = {}

    # -- reading -----------------------------------------------------------------------------------------------------

    def node(self, digest: bytes, number: int, level: int) -> _Node:
        """Return a node of a level, by its hash and number."""
        node = self._nodes.get(digest)
        if node is None:
            node = self._loaded(digest, number, level)
            self.hold(digest, node)
        return node

    def hold(self, digest: bytes, node: _Node) -> None:
        """Keep a node in memory."""
        if len(self._nodes) >= HELD_NODES:
            for old in list(self._nodes)[: HELD_NODES // 4]:
                del self._nodes[old]
        self._nodes[digest] = node

    def _stored(self, number: int) -> bytes:
        data = self._read(number)
        if type(data) is not bytes:
            raise DamagedBookError(str(number))
        return data

    def _leaf(self, digest: bytes, number: int) -> bytes:
        data = self._stored(number)
        if sha256(data).digest() != digest:
            raise DamagedBookError(str(number))
        return data

    def _loaded(self, digest: bytes, number: int, level: int) -> _Node:
        if level == 0:
            begin, ends, values = _LEAF(self._leaf(digest, number))
            return _Node([begin + end for end in ends], values)
        data = self._stored(number)
        try:
            begin, ends, hashes, numbers = _INNER(data)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise DamagedBookError(str(number)) from error
        if sha256(_PACK((begin, ends, hashes))).digest() != digest or len(numbers) != len(ends):
            raise DamagedBookError(str(number))
        return _Node([begin + end for end in ends], list(zip(hashes, numbers, strict=True)))

    def down(self, key: str, to: int) -> tuple[_Node, bytes, int] | None:
        """Return the node of a level with the first key that is not below ``key``; ``None`` where all are below."""
        top = self.root
        if not top.sha256 or to > top.height:
            return None
        digest, number = top.sha256, top.number
        for level in range(top.height, to, -1):
            node = self.node(digest, number, level)
            at = bisect_left(node.keys, key)
            if at == len(node.keys):
                return None
            digest, number = node.values[at]
        node = self.node(digest, number, to)
        return None if node.keys[-1] < key else (node, digest, number)

    def last_of(self, to: int) -> tuple[_Node, bytes, int] | None:
        """Return the last node of a level."""
        top = self.root
        if not top.sha256 or to > top.height:
            return None
        digest, number = top.sha256, top.number
        for level in range(top.height, to, -1):
            digest, number = self.node(digest, number, level).values[-1]
        return self.node(digest, number, to), digest, number

    def get(self, key: str) -> bytes | None:
        """Return the row of a key; ``None`` where there is none.

        Raises:
            DamagedBookError: a node on the way is not what was written.
        """
        found = self.down(key, 0)
        if found is None:
            return None
        keys = found[0].keys
        at = bisect_left(keys, key)
        row: bytes | None = found[0].values[at] if keys[at] == key else None
        return row

    def expect(self, keys: list[str]) -> None:
        """Read ahead, level by level, what rows of these keys are found by.

        Raises:
            DamagedBookError: a node on the way is not what was written.
        """
        top = self.root
        if self._ahead is None or not top.sha256:
            return
        ways = {(top.sha256, top.number): keys}
        for level in range(top.height, -1, -1):
            self._announce(ways)
            below: dict[tuple[bytes, int], list[str]] = {}
            for (digest, number), asked in ways.items() if level else ():
                node = self.node(digest, number, level)
                for key in asked:
                    at = bisect_left(node.keys, key)
                    if at < len(node.keys):
                        below.setdefault(node.values[at], []).append(key)
            ways = below

    def _announce(self, nodes: Iterable[tuple[bytes, int]]) -> None:
        if self._ahead is not None:
            numbers = [number for digest, number in nodes if digest not in self._nodes]
            if len(numbers) > 1:
                self._ahead(numbers)

    def several(self, keys: Iterable[str]) -> Iterator[bytes | None]:
        """Give the rows of keys, which are given in order; ``None`` where there is none.

        Raises:
            DamagedBookError: a node on the way is not what was written.
        """
        top, way = self.root, list[_Node]()  # from the top down to a leaf: nobody goes down again where keys lie near
        for key in keys:
            while way and way[-1].keys[-1] < key:
                way.pop()
            if not way and top.sha256:
                way.append(self.node(top.sha256, top.number, top.height))
            if not way or way[0].keys[-1] < key:
                yield None
                continue
            while len(way) <= top.height:
                digest, number = way[-1].values[bisect_left(way[-1].keys, key)]
                way.append(self.node(digest, number, top.height - len(way)))
            leaf = way[-1]
            at = bisect_left(leaf.keys, key)
            yield leaf.values[at] if leaf.keys[at] == key else None

    def scan(self, start: str, stop: str) -> Iterator[tuple[str, bytes]]:
        """Give the rows from ``start`` on and before ``stop``, by key.

        Raises:
            DamagedBookError: a node on the way is not what was written.
        """
        for keys, values in self._leaves(start, stop):
            for at in range(bisect_left(keys, start), len(keys)):
                if keys[at] >= stop:
                    return
                yield keys[at], values[at]

    def _leaves(self, start: str, stop: str) -> Iterator[tuple[list[str], list[Any]]]:
        """Give the leaves with rows from ``start`` on and before ``stop``: few are read ahead at first, since many ask for few."""
        if not self.root.height:
            found = self.down(start, 0)
            if found is not None:
                yield found[0].keys, found[0].values
            return
        together = 1
        while (above := self.down(start, 1)) is not None:
            ends, leaves = above[0].keys, above[0].values
            at, after = bisect_left(ends, start), bisect_left(ends, stop) + 1
            while at < min(after, len(leaves)):
                some = leaves[at : min(at + together, after)]
                self._announce(some)
                for digest, number in some:
                    leaf = self.node(digest, number, 0)
                    yield leaf.keys, leaf.values
                at, together = at + len(some), min(2 * together, _AHEAD)
            if after <= len(leaves):
                return
            start = f"{ends[-1]}\0"

    def check(self) -> None:
        """Read every node.

        Raises:
            DamagedBookError: one is not what was written.
        """
        top = self.root
        waiting = [(top.sha256, top.number, top.height)] if top.sha256 else []
        while waiting:
            digest, number, level = waiting.pop()
            if level:
                waiting += [(*child, level - 1) for child in self._loaded(digest, number, level).values]
            else:
                self._leaf(digest, number)

    # -- writing -----------------------------------------------------------------------------------------------------

    def changed(self, edits: Edits) -> "tuple[RowTree, dict[int, bytes], set[int]]":
        """Return the tree with changes, the nodes to write, and the numbers of those to delete; this one stays.

        Args:
            edits: new row by key, ``None`` where it is gone.

        Raises:
            DamagedBookError: a node that changes is not what was written.
        """
        if not edits:
            return self, {}, set()
        change = _Change(self)
        level, height = 0, self.root.height
        while True:
            edits = change.level(level, edits)
            if level >= height and len(change.made) <= 1:
                break
            level += 1
        tree = RowTree(self._read, change.top(level), self._ahead)
        tree._nodes = self._nodes
        return tree, change.written, change.freed


class _Change:
    """What one set of edits does to a tree, level by level.

    Attributes:
        written: new nodes by number.
        freed: numbers of nodes that are gone.
        made: nodes made on the last level, as last key, hash and number.
    """

    def __init__(self, tree: RowTree) -> None:
        self._tree = tree
        self._next = tree.root.next
        self.written: dict[int, bytes] = {}
        self.freed: set[int] = set()
        self.made: list[tuple[str, bytes, int]] = []

    def level(self, level: int, edits: Edits) -> Edits:
        """Change the nodes of one level; returns the edits that follow from it one level up."""
        tree = self._tree
        self.made = []
        above: Edits = {}
        keys = sorted(edits)
        # Of the rows that stand only the last of a node may end one: no other is asked again.
        ends = partial(_ends, level) if level else _leaf_ends
        if level:
            closing = {key for key in keys if edits[key] is not None and _ends(level, key, None)}
        else:  # as _leaf_ends says, of tens of thousands
            closing = {
                key
                for key, row in edits.items()
                if row is not None and crc32(key.encode()) % LEAF_BYTES < len(row) + ROW_BYTES
            }
        last = tree.last_of(level)
        final = "" if last is None else last[0].keys[-1]
        done = 0
        while done < len(keys):
            found = last if last is None or keys[done] > final else tree.down(keys[done], level)
            left = _LevelRows([], [])
            while True:
                if found is None:
                    left.add(*_standing(edits, keys[done:]))
                    done, after = len(keys), False
                else:
                    node, _, number = found
                    end = node.keys[-1]
                    self.freed.add(number)
                    above[end] = None
                    after = end != final
                    taken = bisect_right(keys, end, done) if after else len(keys)
                    left.add(*_merged(node, edits, keys[done:taken]))
                    if end not in edits and ends(end, node.values[-1]):
                        closing.add(end)
                    done = taken
                left = self._cut(left, level, above, closing, last=not after)
                if not left.keys:
                    break
                found = tree.down(f"{end}\0", level)
        return above

    def _cut(self, rows: "_LevelRows", level: int, above: Edits, closing: set[str], *, last: bool) -> "_LevelRows":
        """Make nodes of rows; returns what fills none, unless these are the last of the level."""
        keys, values = rows.keys, rows.values
        begin = 0
        for stop in [at for at, key in enumerate(keys, 1) if key in closing]:
            while begin < stop:
                at = min(begin + NODE_MAX, stop)
                self._make(keys[begin:at], values[begin:at], level, above)
                begin = at
        while len(keys) - begin >= NODE_MAX or (last and begin < len(keys)):
            at = begin + NODE_MAX
            self._make(keys[begin:at], values[begin:at], level, above)
            begin = at
        return _LevelRows(keys[begin:], values[begin:])

    def _make(self, keys: list[str], values: list[Any], level: int, above: Edits) -> None:
        number = self.freed.pop() if self.freed else self._next
        self._next = max(self._next, number + 1)
        begin = _common(keys[0], keys[-1])
        ends = [key[len(begin) :] for key in keys]
        if level == 0:
            data = _PACK((begin, ends, values))
            digest = sha256(data).digest()
        else:
            hashes = [digest for digest, _ in values]
            data = _PACK((begin, ends, hashes, [child for _, child in values]))
            digest = sha256(_PACK((begin, ends, hashes))).digest()
        self.written[number] = data
        above[keys[-1]] = (digest, number)
        self.made.append((keys[-1], digest, number))
        self._tree.hold(digest, _Node(keys, values))

    def top(self, level: int) -> Root:
        """Return the top of the changed tree: the lowest level that is one node."""
        if not self.made:
            return Root(next=self._next)
        _, digest, number = self.made[0]
        while level:
            node = self._tree.node(digest, number, level)
            if len(node.keys) > 1:
                break
            self.written.pop(number, None)
            self.freed.add(number)
            digest, number = node.values[0]
            level -= 1
        return Root(digest, number, level, self._next)


def _common(first: str, last: str) -> str:
    """Return what two keys, and so all between them, begin with."""
    same, other = 0, min(len(first), len(last)) + 1
    while other - same > 1:
        middle = (same + other) // 2
        same, other = (middle, other) if first[:middle] == last[:middle] else (same, middle)
    return first[:same]


def _leaf_ends(key: str, row: bytes) -> bool:
    return crc32(key.encode()) % LEAF_BYTES < len(row) + ROW_BYTES


def _ends(level: int, key: str, _: object) -> bool:
    """Say whether a node above the leaves ends behind a key.

    Not by the checksum of leaves begun with another number: of keys that all end a leaf it ends either none or a third.
    """
    return not int.from_bytes(sha256(b"%d %s" % (level, key.encode())).digest()[:8], "big") % NODE_ROWS


def _standing(edits: Edits, keys: list[str]) -> tuple[list[str], list[Any]]:
    """Return of these keys those that are not gone, with their rows."""
    values = [edits[key] for key in keys]
    if None in values:
        keys = [key for key in keys if edits[key] is not None]
        values = [edits[key] for key in keys]
    return keys, values


def _merged(node: _Node, edits: Edits, keys: list[str]) -> tuple[list[str], list[Any]]:
    """Return the rows of a node with what becomes of some keys."""
    if not keys:
        return node.keys, node.values
    if keys[0] > node.keys[-1]:
        more, rows = _standing(edits, keys)
        return node.keys + more, node.values + rows
    known = dict(zip(node.keys, node.values, strict=True))
    for key in keys:
        known[key] = edits[key]
    return _standing(known, sorted(known))
