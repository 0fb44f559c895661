"""Reader of IATI files, one activity or organisation after the other, whatever their size.

Memory holds one activity at a time. An activity that is no XML is told and left out, and what follows it is read. Nothing
is fetched from anywhere, no entity is put in, and each activity has a limit of size.

Source: IATI Standard 2.03, ``iati-activities-schema.xsd`` and ``iati-organisations-schema.xsd``.
"""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

import msgspec

from enduse.errors import LimitError, MalformedError, Problem
from enduse.exchange.standards.imports import etree

ACTIVITIES: Final = "iati-activities"
ORGANISATIONS: Final = "iati-organisations"
ITEMS: Final = {ACTIVITIES: "iati-activity", ORGANISATIONS: "iati-organisation"}
IDENTIFIERS: Final = {ACTIVITIES: "iati-identifier", ORGANISATIONS: "organisation-identifier"}
_CHUNK: Final = 1 << 16
LONGEST: Final = 64 << 20
"""Bytes of one activity; the largest seen in published files has less than one million."""
_WIDE: Final = {codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_OPENING: Final = re.compile(rb"<(iati-(?:activities|organisations))(?:\s[^<>]*)?>")
_BEGINS: Final = re.compile(rb"<iati-(?:activity|organisation)[\s>/]")
_ENDS: Final = re.compile(rb"</iati-(?:activity|organisation)\s*>")


class Item(msgspec.Struct, frozen=True):
    """One activity or organisation of a file.

    Attributes:
        element: it, below a root with the file's own attributes; gone when the next one is asked for.
        number: which one of the file, from 1.
        identifier: its own, without the spaces around it; empty where it has none.
    """

    element: Any
    number: int
    identifier: str


class IatiFile:
    """An IATI file, read from the beginning.

    Args:
        path: of the file.

    Raises:
        MalformedError: it is no IATI file, or declares entities.
        OSError: it is not there, or cannot be read.

    Attributes:
        root: an element with the name and the attributes of the file's own root, and nothing in it.
        faults: what could not be read, filled while reading.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[Problem] = []
        self._number = 0
        with self._opened() as stream:
            self._opening, _ = self._begun(stream)
        parser = self._parser()
        root = next((element for _, element in parser.read_events()), None)
        if root is None:
            raise MalformedError("standards.not_iati", source=str(path))
        self.root = etree.Element(root.tag, root.attrib, nsmap=root.nsmap)

    @property
    def version(self) -> str:
        """Version of the standard, as the file says; empty where it says none."""
        return str(self.root.get("version", ""))

    def items(self) -> Iterator[Item]:
        """Yield the activities or organisations in the order of the file.

        Raises:
            LimitError: one activity is too large to be read.
            OSError: the file cannot be read further.
        """
        self.faults.clear()
        self._number = 0
        with self._opened() as stream:
            _, chunk = self._begun(stream)
            parser = self._parser()
            left = b""
            while chunk:
                left += chunk
                if len(left) > LONGEST:
                    raise LimitError(
                        "standards.long_activity", source=str(self.path), number=self._number + 1, limit=LONGEST
                    )
                error = _fed(parser, chunk)
                for item in self._taken(parser):
                    yield item
                    left = _after_first(left)
                if error is not None:
                    parser, left, chunk = self._parser(), b"", self._skipped(left, error)
                    if chunk:
                        continue
                chunk = stream.read(_CHUNK)
            if b"</" + self.root.tag.encode() not in left:
                self.faults.append(Problem.of("standards.cut_short", source=str(self.path), number=self._number))

    def _opened(self) -> IO[bytes]:
        stream = self.path.open("rb")
        wide = _WIDE.get(stream.peek(2)[:2])
        if wide:
            return codecs.StreamRecoder(  # type: ignore[return-value] # reads as a stream of bytes does
                stream, *codecs.lookup("utf-8")[:2], *codecs.lookup(wide)[2:], errors="replace"
            )
        return stream

    def _begun(self, stream: IO[bytes]) -> tuple[bytes, bytes]:
        """Return the file to the end of its root's opening tag, and what was read beyond it."""
        head = stream.read(_CHUNK)
        opening = _OPENING.search(head)
        if opening is None:
            raise MalformedError("standards.not_iati", source=str(self.path))
        if b"<!ENTITY" in head[: opening.start()]:
            raise MalformedError("standards.entities", source=str(self.path))
        return head[: opening.end()], head[opening.end() :]

    def _parser(self) -> Any:  # noqa: ANN401 - the library has no types
        """Return a parser that has read the opening of the file."""
        name = _OPENING.search(self._opening)
        tags = [name.group(1).decode(), ITEMS[name.group(1).decode()]] if name else []
        with self._opened() as stream:
            wide = isinstance(stream, codecs.StreamRecoder)
        parser = etree.XMLPullParser(
            events=("start", "end"),
            tag=tags,
            encoding="utf-8" if wide else None,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        _fed(parser, self._opening)
        return parser

    def _taken(self, parser: Any) -> Iterator[Item]:  # noqa: ANN401 - the library has no types
        for event, element in parser.read_events():
            if event != "end" or element.tag != ITEMS[self.root.tag]:
                continue
            self._number += 1
            self.root.append(element)  # which takes it out of the tree that is being read
            element.tail = None
            yield Item(element, self._number, (element.findtext(IDENTIFIERS[self.root.tag]) or "").strip())
            self.root.remove(element)

    def _skipped(self, left: bytes, error: Exception) -> bytes:
        """Tell an activity that is no XML, and return what follows it: from where the next one begins."""
        self._number += 1
        self.faults.append(
            Problem.of("standards.broken_activity", source=str(self.path), number=self._number, reason=str(error))
        )
        starts = [match.start() for match in _BEGINS.finditer(left)]
        return left[starts[1] :] if len(starts) > 1 else b""


def _fed(parser: Any, data: bytes) -> Exception | None:  # noqa: ANN401 - the library has no types
    """Feed a parser; return what it cannot read, if anything."""
    try:
        parser.feed(data)
    except etree.XMLSyntaxError as error:
        return error  # type: ignore[no-any-return] # the library has no types
    return None


def _after_first(data: bytes) -> bytes:
    """Return what follows the first activity that ends in ``data``."""
    end = _ENDS.search(data)
    return data[end.end() :] if end else data
