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
from typing import IO, Any, Final, NamedTuple, cast

import msgspec

from enduse.errors import LimitError, MalformedError, Problem
from enduse.exchange.standards.imports import etree
from enduse.system import open_file

ACTIVITIES: Final = "iati-activities"
ORGANISATIONS: Final = "iati-organisations"
ITEMS: Final = {ACTIVITIES: "iati-activity", ORGANISATIONS: "iati-organisation"}
IDENTIFIERS: Final = {ACTIVITIES: "iati-identifier", ORGANISATIONS: "organisation-identifier"}
_CHUNK: Final = 1 << 16
LONGEST: Final = 64 << 20
"""Bytes of one activity; the largest seen in published files has less than one million."""
_HEAD: Final = 1 << 20
"""Bytes among which the file's own root begins; before it stand comments at most."""
_WIDE: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\0\0\0", "utf-32-le"),
    (b"\0\0\0<", "utf-32-be"),
    (b"<\0", "utf-16-le"),
    (b"\0<", "utf-16-be"),
)
"""How files begin in which a letter takes two bytes or four, the longest mark first."""
_OPENING: Final = re.compile(
    rb"""<!--.*?(?:-->|\Z)|(<iati-(?:activities|organisations)(?=[\s/>])(?:[^<>"']|"[^"]*"|'[^']*')*+>)""", re.DOTALL
)
_PREFIXED: Final = re.compile(rb"<[\w.-]+:iati-(?:activities|organisations)[\s/>]")
_PACKED: Final = (b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf")
"""How ZIP, gzip, bzip2, xz and 7z begin."""
_ENCODING: Final = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"'>]*)""")
_LETTERS: Final = {
    "IF": "1",
    "C": "2",
    "D": "3",
    "E": "4",
    "IP": "5",
    "LR": "6",
    "R": "7",
    "QP": "8",
    "QS": "9",
    "CG": "10",
}
"""Types of transactions as version 1 has them (codelist TransactionType 1.05), by the codes of version 2."""
_LAST_LINE: Final = 65_535
"""What a parser says of elements without text that stand further down."""
_PLACE: Final = re.compile(r", line \d+, column \d+|\s*\(line \d+\)")
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
        above: lines of the file that its reader did not see, because something before it was no XML.
        before: what stands in the root between the one before and it: elements of others, comments, instructions.
    """

    element: Any
    number: int
    identifier: str
    above: int = 0
    before: tuple[Any, ...] = ()

    def line_of(self, element: Any) -> int | None:  # noqa: ANN401 - the library has no types
        """Return the line of the file in which an element of it begins, where that is known."""
        return self.line_from(element.sourceline)

    def line_from(self, line: int | None) -> int | None:
        """Return the line of the file that a parser of it calls ``line``; nothing where it does not say, or counts no further."""
        return line + self.above if line and line != _LAST_LINE else None


class _Fault(NamedTuple):
    """What a parser cannot read: its code, its line as the parser counts, 0 where it does not say, and what it is."""

    code: int
    line: int
    reason: str


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
        rest: what stands in the root after the last one, filled while reading.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[Problem] = []
        self.rest: tuple[Any, ...] = ()
        self._number = self._lines = self._above = 0
        with self._opened() as stream:
            self._encoding = "utf-8" if isinstance(stream, codecs.StreamRecoder) else None
            self._opening, _ = self._begun(stream)
        parser = etree.XMLPullParser(**self._options)
        fault = _fed(parser, self._opening)
        root = next((element for _, element in parser.read_events()), None)
        if root is None and b"xmlns=" in self._opening:
            raise MalformedError("standards.namespace", source=str(path))
        if fault is not None and fault.code != etree.ErrorTypes.ERR_UNSUPPORTED_ENCODING and root is None:
            raise MalformedError("standards.broken_root", source=str(path), line=fault.line, reason=fault.reason)
        if root is None:
            said = _ENCODING.match(self._opening)
            named = said[1].decode("latin-1")[:40] if said else ""
            raise MalformedError("standards.encoding", source=str(path), value=named)
        self.root = etree.Element(root.tag, root.attrib, nsmap=root.nsmap)

    @property
    def kind(self) -> str:
        """Name of its root: ``iati-activities`` or ``iati-organisations``."""
        return str(self.root.tag)

    @property
    def version(self) -> str:
        """Version of the standard, as the file says; empty where it says none."""
        return str(self.root.get("version", ""))

    @property
    def is_version_one(self) -> bool:
        """Whether it is of a version whose elements had other names: neither the schema nor the rules of version 2 judge it."""
        return self.version.startswith("1.")

    def items(self) -> Iterator[Item]:
        """Yield the activities or organisations in the order of the file.

        Raises:
            LimitError: one activity is too large to be read.
            OSError: the file cannot be read further.
        """
        self.faults.clear()
        self.rest = ()
        self._number = self._lines = self._above = 0
        if self._opening.endswith(b"/>"):
            return
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
                fault = _fed(parser, chunk)
                taken = 0
                for taken, item in enumerate(self._taken(parser), 1):  # noqa: B007 - how many there were
                    yield item
                del left[: _end_of(left, taken)]
                came = left[-len(chunk) - _TAG :]  # nothing new ends but in what came, and an activity may be long
                above = self._above
                if fault is None and b"</iati-" in came:
                    fault, above = self._stopped(left), self._lines - left.count(b"\n") - self._opening.count(b"\n")
                ended = ended or b"</" + self.root.tag.encode() in came
                chunk = b""
                if fault is not None:
                    chunk = self._skipped(left, fault, above) or self._from_the_next(stream)
                    self._above = self._lines - chunk.count(b"\n") - self._opening.count(b"\n")
                    parser, left = self._parser(), bytearray()
                chunk = chunk or self._read(stream)
            self.rest = _others_left(parser)
            if not ended:
                self.faults.append(Problem.of("standards.cut_short", source=str(self.path), number=self._number))

    def _read(self, stream: IO[bytes]) -> bytes:
        chunk = stream.read(_CHUNK)
        self._lines += chunk.count(b"\n")
        return chunk

    def _stopped(self, left: bytearray) -> _Fault | None:
        """Return why a parser gave no activity of a text in which one ends.

        After some faults it stops without a word; only when it is closed it tells what it was.
        """
        if not _end_of(left, 1):
            return None
        parser = self._parser()
        try:
            parser.feed(bytes(left))
            parser.close()
        except etree.XMLSyntaxError as error:
            return None if error.code in _UNFINISHED else _fault_of(parser, error)
        return None

    def _opened(self) -> IO[bytes]:
        stream = open_file(self.path)
        wide = next((name for mark, name in _WIDE if stream.peek(4).startswith(mark)), None)
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
        head, opening = b"", None
        while opening is None and len(head) < _HEAD and (more := self._read(stream)):
            head += more
            opening = next((match for match in _OPENING.finditer(head) if match[1]), None)
        if not head.removeprefix(codecs.BOM_UTF8).strip():
            raise MalformedError("standards.empty", source=str(self.path))
        if head.startswith(_PACKED):
            raise MalformedError("standards.packed", source=str(self.path))
        if opening is None and _PREFIXED.search(head):
            raise MalformedError("standards.namespace", source=str(self.path))
        if opening is None:
            raise MalformedError("standards.not_iati", source=str(self.path))
        if b"<!ENTITY" in head[: opening.start()]:
            raise MalformedError("standards.entities", source=str(self.path))
        return head[: opening.end()], head[opening.end() :]

    @property
    def _options(self) -> dict[str, Any]:
        return {
            "events": ("start", "end"),
            "tag": [*ITEMS, *ITEMS.values()],
            "encoding": self._encoding,
            "resolve_entities": False,
            "no_network": True,
            "load_dtd": False,
            "huge_tree": False,
        }

    def _parser(self) -> Any:  # noqa: ANN401 - the library has no types
        """Return a parser that has read the opening of the file."""
        parser = etree.XMLPullParser(**self._options)
        _fed(parser, self._opening)
        return parser

    def _taken(self, parser: Any) -> Iterator[Item]:  # noqa: ANN401 - the library has no types
        wanted, named = ITEMS[self.root.tag], IDENTIFIERS[self.root.tag]
        for event, element in parser.read_events():
            if event != "end" or element.tag != wanted:
                continue
            self._number += 1
            before = _others_before(element)
            self.root.append(element)  # which takes it out of the tree that is being read
            element.tail = None
            own = child_of(element, named)
            yield Item(element, self._number, "" if own is None else text_of(own), self._above, before)
            self.root.remove(element)

    def _skipped(self, left: bytearray, fault: _Fault, above: int) -> bytes:
        """Tell an activity that is no XML, and return what follows it: from where the next one begins."""
        starts = [match for match in _BEGINS.finditer(left) if match[1]]  # not those in comments
        before = bytes(left[: starts[0].start()]) if starts else b""
        if before.strip() and self._is_broken(before):
            told = Problem.of("standards.broken_between", number=self._number + 1, reason=fault.reason)
            line = fault.line + above if fault.line else None
            self.faults.append(msgspec.structs.replace(told, source=str(self.path), line=line))
            return bytes(left[starts[0].start() :])
        self._number += 1
        begins = self._lines - left.count(b"\n", starts[0].start() if starts else 0) + 1
        self.faults.append(
            Problem.of(
                "standards.broken_activity",
                source=str(self.path),
                line=fault.line + above if fault.line else begins,
                number=self._number,
                reason=fault.reason,
            )
        )
        return bytes(left[starts[1].start() :]) if len(starts) > 1 else b""

    def _is_broken(self, between: bytes) -> bool:
        """Say whether what stands between activities is no XML."""
        parser = self._parser()
        try:
            parser.feed(between + b"</" + self.root.tag.encode() + b">")
            parser.close()
        except etree.XMLSyntaxError:
            return True
        return False

    def _from_the_next(self, stream: IO[bytes]) -> bytes:
        """Read on, and return what was read from where an activity begins or the root ends; nothing where neither does."""
        held, ends_aside = b"", b""
        while chunk := self._read(stream):
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


def _others_before(element: Any) -> tuple[Any, ...]:  # noqa: ANN401 - as above
    """Take what stands before an activity out of the tree that is being read, and return it."""
    if element.getprevious() is None:
        return ()
    others = tuple(element.itersiblings(preceding=True))[::-1]
    for one in others:
        element.getparent().remove(one)
        one.tail = None
    return others


def _others_left(parser: Any) -> tuple[Any, ...]:  # noqa: ANN401 - as above
    """Return what stands after the last activity; nothing where the file ends before its root does."""
    try:
        return tuple(parser.close())
    except etree.XMLSyntaxError:
        return ()


def child_of(element: Any, tag: str) -> Any:  # noqa: ANN401 - the library has no types
    """Return the first child of a name; nothing, where there is none. Half the time of the library's own ``find``."""
    return next(element.iterchildren(tag), None)


def text_of(element: Any) -> str:  # noqa: ANN401 - the library has no types
    """Return the text that stands in an element itself, whatever comments part it, without the spaces around it."""
    text = element.text or ""
    return "".join((text, *(part.tail or "" for part in element))).strip() if len(element) else text.strip()


def name_of(element: Any) -> str:  # noqa: ANN401 - the library has no types
    """Return how an organisation or a thing is called, one blank between words; empty where there is none.

    Of texts in several languages the first, and not the one in the activity's own language: where publishers name an organisation
    in one language alone, it is the first of the others, so that it stays one.
    """
    texts = map(text_of, element.iter("*")) if element is not None else ()
    return " ".join(next(filter(None, texts), "").split())


def type_of(transaction: Any) -> str:  # noqa: ANN401 - the library has no types
    """Return the code of a transaction's type; empty where it has none. What version 1 called by letters is that of version 2."""
    kind = child_of(transaction, "transaction-type")
    code = kind.get("code", "").strip() if kind is not None else ""
    return _LETTERS.get(code, code)


def number_of(text: str) -> Decimal | None:
    """Return the number that a text is in this standard; nothing, where it is none."""
    return Decimal(text) if _NUMBER.fullmatch(text) else None


def _end_of(data: bytearray, number: int) -> int:
    """Return where so many activities that end in ``data`` are over; 0 where fewer end."""
    if not number:
        return 0
    aside = _COMMENT in data or _CDATA in data
    ends = (match.end() for match in (_ENDS if aside else _END).finditer(data) if not aside or match[1])
    return next(islice(ends, number - 1, None), 0)


def _fed(parser: Any, data: bytes) -> _Fault | None:  # noqa: ANN401 - the library has no types
    """Feed a parser; return what it cannot read, if it says so."""
    try:
        parser.feed(data)
    except etree.XMLSyntaxError as error:
        return _fault_of(parser, error)
    return None


def _fault_of(parser: Any, error: etree.XMLSyntaxError) -> _Fault:  # noqa: ANN401 - the library has no types
    if error.lineno:
        return _Fault(error.code, error.lineno, _PLACE.sub("", error.msg or ""))
    told = next(((one.line, one.message) for one in parser.feed_error_log), (0, error.msg or ""))
    return _Fault(error.code, *told)
