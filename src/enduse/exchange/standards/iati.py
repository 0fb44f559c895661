"""Reader of IATI files, one activity or organisation after the other, whatever their size.

Memory holds one activity at a time. An activity that is no XML is told and left out, and what follows it is read. Nothing
is fetched from anywhere, no entity is put in, and each activity has a limit of size.

Source: IATI Standard 2.03, ``iati-activities-schema.xsd`` and ``iati-organisations-schema.xsd``.
"""

import codecs
import re
from collections.abc import Iterator
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import IO, Any, Final, cast

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
_PACKED: Final = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf")
"""How ZIP, gzip, bzip2, xz and 7z begin."""
_ENCODING: Final = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"'>]*)""")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
"""A number as the schema has it (``xsd:decimal``): no exponent, no other digits."""
_COMMENT, _CDATA = b"<!--", b"<![CDATA["
_ASIDE: Final = rb"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?(?:\]\]>|\Z)"
_BEGINS: Final = re.compile(_ASIDE + rb"|(<iati-(?:activity|organisation)[\s>/])", re.DOTALL)
_GOES_ON: Final = re.compile(
    rb"(?P<aside><!--|<!\[CDATA\[)|<iati-(?:activity|organisation)[\s>/]|</iati-(?:activities|organisations)[\s>]"
)
_TAG: Final = 64
"""Bytes in which the beginning of any tag looked for has room."""
_END: Final = re.compile(rb"</iati-(?:activity|organisation)\s*>")
_ENDS: Final = re.compile(_ASIDE + rb"|(</iati-(?:activity|organisation)\s*>)", re.DOTALL)
_UNFINISHED: Final = frozenset({etree.ErrorTypes.ERR_DOCUMENT_END, etree.ErrorTypes.ERR_TAG_NOT_FINISHED})
"""What a parser says of XML that merely has not ended yet."""


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
            self._encoding = "utf-8" if isinstance(stream, codecs.StreamRecoder) else None
            self._opening, _ = self._begun(stream)
        parser = self._parser()
        root = next((element for _, element in parser.read_events()), None)
        if root is None and (said := _ENCODING.match(self._opening)) is not None:
            raise MalformedError("standards.encoding", source=str(path), value=said[1].decode("latin-1")[:40])
        if root is None:
            raise MalformedError("standards.not_iati", source=str(path))
        self.root = etree.Element(root.tag, root.attrib, nsmap=root.nsmap)

    @property
    def kind(self) -> str:
        """Name of its root: ``iati-activities`` or ``iati-organisations``."""
        return str(self.root.tag)

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
            left = bytearray()
            ended = False
            while chunk:
                left += chunk
                if len(left) > LONGEST:
                    raise LimitError(
                        "standards.long_activity", source=str(self.path), number=self._number + 1, limit=LONGEST
                    )
                error = _fed(parser, chunk)
                taken = 0
                for taken, item in enumerate(self._taken(parser), 1):  # noqa: B007 - how many there were
                    yield item
                del left[: _end_of(left, taken)]
                came = left[-len(chunk) - _TAG :]  # nothing new ends but in what came, and an activity may be long
                if not error and b"</iati-" in came:
                    error = self._stopped(left)
                ended = ended or b"</" + self.root.tag.encode() in came
                chunk = b""
                if error:
                    chunk = self._skipped(left, error) or _from_the_next(stream)
                    parser, left = self._parser(), bytearray()
                chunk = chunk or stream.read(_CHUNK)
            if not ended:
                self.faults.append(Problem.of("standards.cut_short", source=str(self.path), number=self._number))

    def _stopped(self, left: bytearray) -> str:
        """Say why a parser gave no activity of a text in which one ends.

        After some faults it stops without a word; only when it is closed it tells what it was.
        """
        if not _end_of(left, 1):
            return ""
        parser = self._parser()
        try:
            parser.feed(bytes(left))
            parser.close()
        except etree.XMLSyntaxError as error:
            return "" if error.code in _UNFINISHED else str(error)
        return ""

    def _opened(self) -> IO[bytes]:
        stream = self.path.open("rb")
        wide = _WIDE.get(stream.peek(2)[:2])
        if wide:
            to, wide_from = codecs.lookup("utf-8"), codecs.lookup(wide)
            return cast(
                "IO[bytes]",
                codecs.StreamRecoder(
                    stream, to.encode, to.decode, wide_from.streamreader, wide_from.streamwriter, errors="replace"
                ),
            )
        return stream

    def _begun(self, stream: IO[bytes]) -> tuple[bytes, bytes]:
        """Return the file to the end of its root's opening tag, and what was read beyond it."""
        head = stream.read(_CHUNK)
        opening = _OPENING.search(head)
        if not head.removeprefix(codecs.BOM_UTF8).strip():
            raise MalformedError("standards.empty", source=str(self.path))
        if head.startswith(_PACKED):
            raise MalformedError("standards.packed", source=str(self.path))
        if opening is None:
            raise MalformedError("standards.not_iati", source=str(self.path))
        if b"<!ENTITY" in head[: opening.start()]:
            raise MalformedError("standards.entities", source=str(self.path))
        return head[: opening.end()], head[opening.end() :]

    def _parser(self) -> Any:  # noqa: ANN401 - the library has no types
        """Return a parser that has read the opening of the file."""
        parser = etree.XMLPullParser(
            events=("start", "end"),
            tag=[*ITEMS, *ITEMS.values()],
            encoding=self._encoding,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        _fed(parser, self._opening)
        return parser

    def _taken(self, parser: Any) -> Iterator[Item]:  # noqa: ANN401 - the library has no types
        wanted, named = ITEMS[self.root.tag], IDENTIFIERS[self.root.tag]
        for event, element in parser.read_events():
            if event != "end" or element.tag != wanted:
                continue
            self._number += 1
            self.root.append(element)  # which takes it out of the tree that is being read
            element.tail = None
            own = child_of(element, named)
            yield Item(element, self._number, "" if own is None else (own.text or "").strip())
            self.root.remove(element)

    def _skipped(self, left: bytearray, error: str) -> bytes:
        """Tell an activity that is no XML, and return what follows it: from where the next one begins."""
        self._number += 1
        self.faults.append(
            Problem.of("standards.broken_activity", source=str(self.path), number=self._number, reason=error)
        )
        starts = [match for match in _BEGINS.finditer(left) if match[1]]  # not those in comments
        return bytes(left[starts[1].start() :]) if len(starts) > 1 else b""


def child_of(element: Any, tag: str) -> Any:  # noqa: ANN401 - the library has no types
    """Return the first child of a name; nothing, where there is none. Half the time of the library's own ``find``."""
    return next(element.iterchildren(tag), None)


def number_of(text: str) -> Decimal | None:
    """Return the number that a text is in this standard; nothing, where it is none."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _from_the_next(stream: IO[bytes]) -> bytes:
    """Read on, and return what was read from where an activity begins or the root ends; nothing where neither does."""
    held, ends_aside = b"", b""
    while chunk := stream.read(_CHUNK):
        held, at = held + chunk, 0
        while True:
            if ends_aside:  # in a comment or quoted text, where tags are none
                over = held.find(ends_aside, at)
                if over < 0:
                    break
                at, ends_aside = over + len(ends_aside), b""
            found = _GOES_ON.search(held, at)
            if found is None:
                break
            if not found["aside"]:
                return held[found.start() :]
            at, ends_aside = found.end(), b"-->" if found["aside"] == _COMMENT else b"]]>"
        held = held[max(at, len(held) - _TAG) :]
    return b""


def _end_of(data: bytearray, number: int) -> int:
    """Return where so many activities that end in ``data`` are over; 0 where fewer end."""
    if not number:
        return 0
    aside = _COMMENT in data or _CDATA in data
    ends = (match.end() for match in (_ENDS if aside else _END).finditer(data) if not aside or match[1])
    return next(islice(ends, number - 1, None), 0)


def _fed(parser: Any, data: bytes) -> str:  # noqa: ANN401 - the library has no types
    """Feed a parser; return what it cannot read, if it says so."""
    try:
        parser.feed(data)
    except etree.XMLSyntaxError as error:
        return str(error)
    return ""
