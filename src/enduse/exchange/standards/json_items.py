"""Items of a large JSON file, one after the other: those of a list in it, of a list that is it, or of JSON lines.

The file is cut where its brackets say so; only then is each piece parsed by whoever takes it. Memory holds one item at a
time, and what nests too deep for a parser, or is too long, never reaches one. The bytes of an item are those of the file.

Source: RFC 8259; JSON Lines (jsonlines.org).
"""

import mmap
import re
from collections.abc import Collection, Generator, Iterator
from typing import Any, Final, NamedTuple

from enduse.errors import MalformedError

LONGEST: Final = 16 << 20
"""Bytes of one item, and of all that stands beside the list; releases seen in published files have less than one million."""
DEEPEST: Final = 64
"""Levels of brackets in one item; the standards themselves need about ten."""
_HOPELESS: Final = 1_000_000
"""Levels at which nobody looks for the end of them any more: the file is made to keep a reader busy."""
_KEPT: Final = 8 << 20
"""Bytes of the file that may lie in memory before those that are done with are let go."""
_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_NESTED: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|[{}\[\]"]', re.DOTALL)
_SCALAR: Final = re.compile(rb"[^\s,\[\]{}]+")
_BLANK: Final = re.compile(rb"\s*")
_NAMED: Final = "ocid"
"""What an object that is an item itself has, and no package: a record's own ``releases`` are no list of a package."""
_OPENS: Final = {ord("{"): ord("}"), ord("["): ord("]")}
_QUOTE: Final = ord('"')


class Piece(NamedTuple):
    """An item of the file, as it stands there.

    Attributes:
        list: name of the list it is of; empty where it is of none.
        data: its bytes; empty where there is a fault.
        start: where in the file it begins.
        line: the line it begins in, from 1.
        fault: why it cannot be taken: ``long`` or ``deep``.
    """

    list: str
    data: bytes
    start: int
    line: int
    fault: str = ""


class Pieces:
    """Cut of a file into its items.

    Args:
        data: the file, mapped into memory.
        lists: names of the lists whose items are wanted; an object without one of them is an item itself.

    Attributes:
        head: what stands beside the list in the first object that has one, as JSON texts by name; whole once all was read.
        heads: in how many objects something else stands beside the list than in that one.
        met: names of the lists that were met, in their order, whether anything is in them or not.
    """

    def __init__(self, data: mmap.mmap, lists: Collection[str]) -> None:
        self.head: dict[str, bytes] = {}
        self.heads = 0
        self.met: dict[str, None] = {}
        self._data = data
        self._lists = {name.encode(): name for name in lists}
        self._line = 1
        self._counted = 0
        self._let_go = 0

    def __iter__(self) -> Iterator[Piece]:
        """Yield the items in the order of the file.

        Raises:
            MalformedError: brackets, quotes or commas are not as JSON has them, so that what follows cannot be told apart.
        """
        at = self._blank(3 if self._data[:3] == b"\xef\xbb\xbf" else 0)
        while at < len(self._data):
            if self._data[at] == ord("["):
                at = yield from self._items(at, "")
            elif self._data[at] == ord("{"):
                at = yield from self._object(at)
            else:
                raise self._broken(at)
            at = self._blank(at)

    def _object(self, start: int) -> Generator[Piece, None, int]:
        """Yield the items of the lists in an object, or the object; return where it ends."""
        at, found, deepest = self._blank(start + 1), False, 0
        head: dict[str, tuple[int, int]] = {}
        while self._byte(at) != ord("}"):
            key = _STRING.match(self._data, at)
            if key is None or self._byte(colon := self._blank(key.end())) != ord(":"):
                raise self._broken(at)
            at = self._blank(colon + 1)
            name = self._lists.get(key[0][1:-1])
            if name is not None and self._byte(at) == ord("[") and _NAMED not in head:
                found = True
                self.met[name] = None
                at = yield from self._items(at, name)
            else:
                end, levels = self._end(at)
                head[key[0][1:-1].decode(errors="replace")] = (at, end)
                deepest, at = max(deepest, levels), end
            at = self._blank(at)
            if self._byte(at) == ord(","):
                at = self._blank(at + 1)
                if self._byte(at) == ord("}"):
                    raise self._broken(at)
            elif self._byte(at) != ord("}"):
                raise self._broken(at)
        if not found:
            yield self._piece("", start, at + 1, deepest + 1)
        elif sum(end - begin for begin, end in head.values()) <= LONGEST:
            told = {name: self._data[begin:end] for name, (begin, end) in head.items()}
            self.head = self.head or told
            self.heads += told != self.head
        return at + 1

    def _items(self, start: int, name: str) -> Generator[Piece, None, int]:
        """Yield the items of a list; return where it ends."""
        at = self._blank(start + 1)
        while self._byte(at) != ord("]"):
            if not name and self._byte(at) == ord("{"):  # a package, perhaps
                end = yield from self._object(at)
            else:
                end, levels = self._end(at)
                yield self._piece(name, at, end, levels)
            at = self._blank(end)
            if self._byte(at) == ord(","):
                at = self._blank(at + 1)
                if self._byte(at) == ord("]"):
                    raise self._broken(at)
            elif self._byte(at) != ord("]"):
                raise self._broken(at)
        return at + 1

    def _piece(self, name: str, start: int, end: int, levels: int) -> Piece:
        line = self._line_at(start)
        fault = "long" if end - start > LONGEST else "deep" if levels > DEEPEST else ""
        data = b"" if fault else self._data[start:end]
        if start - self._let_go > _KEPT:
            until = start - start % mmap.PAGESIZE
            if hasattr(self._data, "madvise"):
                self._data.madvise(mmap.MADV_DONTNEED, self._let_go, until - self._let_go)
            self._let_go = until
        return Piece(name, data, start, line, fault)

    def _end(self, at: int) -> tuple[int, int]:
        """Return where the value that begins somewhere ends, and how many levels of brackets it has."""
        first = self._byte(at)
        if first == _QUOTE or first not in _OPENS:
            match = (_STRING if first == _QUOTE else _SCALAR).match(self._data, at)
            if match is None:
                raise self._broken(at)
            return match.end(), 0
        closing, deepest = bytearray(), 0
        for match in _NESTED.finditer(self._data, at):
            byte = self._data[match.start()]
            if byte == _QUOTE:
                if match.end() - match.start() == 1:
                    raise self._broken(match.start())
            elif byte in _OPENS:
                closing.append(_OPENS[byte])
                if len(closing) > _HOPELESS:
                    raise self._broken(match.start())
                deepest = max(deepest, len(closing))
            elif closing.pop() != byte:
                raise self._broken(match.start())
            elif not closing:
                return match.end(), deepest
        raise self._broken(len(self._data))

    def _blank(self, at: int) -> int:
        match = _BLANK.match(self._data, at)
        return match.end() if match else at

    def _byte(self, at: int) -> int:
        if at >= len(self._data):
            raise self._broken(at)
        return self._data[at]

    def _line_at(self, at: int) -> int:
        while self._counted < at:
            until = min(at, self._counted + LONGEST)
            self._line += self._data[self._counted : until].count(b"\n")
            self._counted = until
        return self._line

    def _broken(self, at: int) -> MalformedError:
        end = at >= len(self._data)
        return MalformedError("standards.json_ends" if end else "standards.json_broken", line=self._line_at(at))


def listed(holder: object, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of a list in an object, counted from 1; of what is none, nothing."""
    found = holder.get(name) if isinstance(holder, dict) else None
    for number, one in enumerate(found if isinstance(found, list) else (), 1):
        if isinstance(one, dict):
            yield number, one
