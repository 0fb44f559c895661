"""Merkle tree of RFC 6962 (section 2.1): hashes, roots, compact ranges, inclusion and consistency proofs.

Subtree proofs follow the Merkle Tree Certificates draft (draft-ietf-plants-merkle-tree-certs, section 4). A tree of
``size`` leaves is addressed by perfect nodes ``(level, index)``: the node covers leaves ``index << level`` up to
``(index + 1) << level``. All hashes are 32 bytes.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from enduse.errors import RecordError

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()

NodeReader = Callable[[int, int], bytes]
"""Gives the hash of the perfect node ``(level, index)``."""


def leaf_hash(entry: bytes) -> bytes:
    """Return the 32-byte leaf hash of an entry: SHA-256(0x00 || entry)."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte hash of an inner node: SHA-256(0x01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


class CompactRange:
    """The right edge of a growing tree: enough to append leaves and to compute roots, O(log size) memory."""

    __slots__ = ("hashes", "size")

    def __init__(self, size: int = 0, hashes: Iterable[bytes] = ()) -> None:
        """Resume from ``size`` leaves and the hashes of the perfect subtrees that cover them, largest first.

        Raises:
            RecordError: the number or the length of the hashes does not fit the size.
        """
        self.size = size
        self.hashes = list(hashes)
        if size < 0 or len(self.hashes) != size.bit_count() or any(len(h) != HASH_BYTES for h in self.hashes):
            raise RecordError("record.edge_uncovered", size=size, hashes=len(self.hashes))

    def append(self, node: bytes, level: int = 0) -> None:
        """Add one leaf hash at the right, or the root of ``2 ** level`` leaves where the size is a multiple of that."""
        size, hashes = self.size >> level, self.hashes
        while size & 1:
            node = sha256(b"\x01" + hashes.pop() + node).digest()
            size >>= 1
        hashes.append(node)
        self.size += 1 << level

    def extend(self, leaves: Iterable[bytes]) -> None:
        """Add leaf hashes in order."""
        for leaf in leaves:
            self.append(leaf)

    def root(self) -> bytes:
        """Return the 32-byte root; the root of no leaves is SHA-256 of nothing."""
        if not self.hashes:
            return EMPTY_ROOT
        node = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            node = node_hash(left, node)
        return node

    def encode(self) -> bytes:
        """Return the hashes one after the other, largest subtree first."""
        return b"".join(self.hashes)

    @classmethod
    def decode(cls, size: int, data: bytes) -> "CompactRange":
        """Read what :meth:`encode` wrote.

        Raises:
            RecordError: the data do not fit the size.
        """
        return cls(size, (data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)))


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes."""
    tree = CompactRange()
    tree.extend(leaves)
    return tree.root()


def node_reader(leaves: Sequence[bytes]) -> NodeReader:
    """Return a reader over leaf hashes held in memory, for tests and small trees."""

    def node(level: int, index: int) -> bytes:
        return root(leaves[index << level : (index + 1) << level])

    return node


def perfect_nodes(start: int, stop: int) -> list[tuple[int, int]]:
    """Return the perfect nodes that cover leaves ``start`` up to ``stop`` of one RFC 6962 subtree, left to right."""
    nodes: list[tuple[int, int]] = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        nodes.append((level, start >> level))
        start += 1 << level
    return nodes


def range_hash(start: int, stop: int, node: NodeReader) -> bytes:
    """Return the hash of the RFC 6962 subtree over leaves ``start`` up to ``stop``."""
    if start == stop:
        return EMPTY_ROOT
    hashes = [node(level, index) for level, index in perfect_nodes(start, stop)]
    right = hashes.pop()
    while hashes:
        right = node_hash(hashes.pop(), right)
    return right


def _split(count: int) -> int:
    # RFC 6962: the largest power of two smaller than the number of leaves.
    return 1 << ((count - 1).bit_length() - 1)


def inclusion_proof(index: int, size: int, node: NodeReader) -> list[bytes]:
    """Return the audit path of leaf ``index`` in the tree of ``size`` leaves, nearest sibling first.

    Raises:
        RecordError: there is no such leaf in that tree.
    """
    if not 0 <= index < size:
        raise RecordError("record.entry_not_in_tree", index=index, size=size)
    path: list[bytes] = []
    start, stop = 0, size
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            path.append(range_hash(middle, stop, node))
            stop = middle
        else:
            path.append(range_hash(start, middle, node))
            start = middle
    return path[::-1]


def consistency_proof(old_size: int, size: int, node: NodeReader) -> list[bytes]:
    """Return the proof that the tree of ``size`` leaves begins with the tree of ``old_size`` leaves.

    Raises:
        RecordError: the sizes are not ``1 <= old_size <= size``.
    """
    if not 1 <= old_size <= size:
        raise RecordError("record.no_consistency_between", old=old_size, size=size)
    path: list[bytes] = []
    start, stop, whole = 0, size, True
    while old_size != stop:
        middle = start + _split(stop - start)
        if old_size <= middle:
            path.append(range_hash(middle, stop, node))
            stop = middle
        else:
            path.append(range_hash(start, middle, node))
            start, whole = middle, False
    if not whole:
        path.append(range_hash(start, stop, node))
    return path[::-1]


def consistency_path(old_size: int, size: int, node: NodeReader) -> list[bytes]:
    """Return a consistency proof that names both roots by itself: it begins with a hash of the older tree always.

    Where the older tree is a perfect one, :func:`consistency_proof` leaves its root out, because who checks knows it.

    Raises:
        RecordError: the sizes are not ``1 <= old_size <= size``.
    """
    proof = consistency_proof(old_size, size, node)
    return [range_hash(0, old_size, node), *proof] if _perfect(old_size) or old_size == size else proof


def roots_from_consistency(old_size: int, size: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    """Return the roots of the older and of the newer tree that such a path leads to.

    Raises:
        RecordError: the sizes are not ``1 <= old_size <= size``, or the path is malformed.
    """
    if not 1 <= old_size <= size or not path:
        raise RecordError("record.no_consistency_between", old=old_size, size=size)
    _check_lengths(path)
    last, top = old_size - 1, size - 1
    while last and (last == top or last & 1):
        last, top = last >> 1, top >> 1
    return _climb(0, last, top, path)


def _perfect(size: int) -> bool:
    return size & (size - 1) == 0


def root_from_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes]) -> bytes:
    """Return the root that an inclusion proof leads to (RFC 9162, section 2.1.3.2).

    Raises:
        RecordError: index, size and number of hashes do not fit together, or a hash has the wrong length.
    """
    if not 0 <= index < size:
        raise RecordError("record.entry_not_in_tree", index=index, size=size)
    _check_lengths((leaf, *proof))
    at, last, node = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise RecordError("record.inclusion_too_long")
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            while not at & 1 and at:
                at >>= 1
                last >>= 1
        else:
            node = node_hash(node, sibling)
        at >>= 1
        last >>= 1
    if last:
        raise RecordError("record.inclusion_too_short")
    return node


def verify_inclusion(index: int, size: int, leaf: bytes, proof: Sequence[bytes], root: bytes) -> None:
    """Check that the leaf hash is at ``index`` in the tree of ``size`` leaves with this root.

    Raises:
        RecordError: it is not, or the proof is malformed.
    """
    _check_lengths((root,))
    if root_from_inclusion(index, size, leaf, proof) != root:
        raise RecordError("record.inclusion_wrong", index=index, size=size)


def verify_consistency(old_size: int, size: int, proof: Sequence[bytes], old_root: bytes, root: bytes) -> None:
    """Check that the tree of ``size`` leaves begins with the tree of ``old_size`` leaves.

    Raises:
        RecordError: it does not, or the proof is malformed; also for ``old_size`` 0, where nothing can be proved.
    """
    verify_subtree_consistency(0, old_size, size, proof, old_root, root)


def _check_subtree(start: int, end: int) -> None:
    if not 0 <= start < end or start % (1 << (end - start - 1).bit_length()):
        raise RecordError("record.no_subtree", start=start, end=end)


def _check_lengths(hashes: Iterable[bytes]) -> None:
    if any(len(value) != HASH_BYTES for value in hashes):
        raise RecordError("record.hash_length", wanted=HASH_BYTES)


def verify_subtree_inclusion(
    index: int, start: int, end: int, leaf: bytes, proof: Sequence[bytes], root: bytes
) -> None:
    """Check that the leaf hash is at ``index`` of the log, under the subtree over ``start`` up to ``end``.

    Raises:
        RecordError: it is not, the range is not a subtree, or the proof is malformed.
    """
    _check_subtree(start, end)
    verify_inclusion(index - start, end - start, leaf, proof, root)


def verify_subtree_consistency(
    start: int, end: int, size: int, proof: Sequence[bytes], subtree_root: bytes, root: bytes
) -> None:
    """Check that the tree of ``size`` leaves contains the subtree over ``start`` up to ``end`` (draft section 4.4.3).

    Raises:
        RecordError: it does not, the range is not a subtree, or the proof is malformed.
    """
    _check_subtree(start, end)
    if end > size:
        raise RecordError("record.subtree_outside", size=size, end=end)
    _check_lengths((*proof, subtree_root, root))
    first, last, top = start, end - 1, size - 1
    while first != last and (last == top or last & 1):
        first, last, top = first >> 1, last >> 1, top >> 1
    path = [subtree_root, *proof] if first == last else list(proof)
    if not path:
        raise RecordError("record.consistency_empty")
    inner, outer = _climb(first, last, top, path)
    if inner != subtree_root or outer != root:
        raise RecordError("record.consistency_wrong", start=start, end=end, size=size)


def _climb(first: int, last: int, top: int, path: Sequence[bytes]) -> tuple[bytes, bytes]:
    # The hashes of the subtree (inner) and of the whole tree (outer) that a consistency proof leads to.
    inner = outer = path[0]
    for value in path[1:]:
        if top == 0:
            raise RecordError("record.consistency_too_long")
        if last & 1 or last == top:
            if first < last:
                inner = node_hash(value, inner)
            outer = node_hash(value, outer)
            while not last & 1:
                first, last, top = first >> 1, last >> 1, top >> 1
        else:
            outer = node_hash(outer, value)
        first, last, top = first >> 1, last >> 1, top >> 1
    if top:
        raise RecordError("record.consistency_too_short")
    return inner, outer
