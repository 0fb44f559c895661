"""The parts of a workbook file (Open Packaging Conventions, ISO/IEC 29500-2), unpacked under a meter.

Which part is what is said by relationships alone: names of parts and prefixes of namespaces are customs, and not
every program keeps them. Names are compared as the standard has it, without regard to case, and with the backslashes
that some programs write.
"""

import lzma
import posixpath
import zipfile
import zlib
from collections.abc import Callable
from io import BufferedReader
from typing import IO, Final, NamedTuple
from xml.parsers import expat

from enduse.errors import LimitError, MalformedError

_CHUNK: Final = 1 << 16
_PARTS_MAX: Final = 10_000
_SMALL_PART: Final = 16 * 1024**2

ODS_CONTENT: Final = "content.xml"
"""The part of an ODS that holds all its sheets."""

DAMAGE: Final = (EOFError, OSError, zlib.error, zipfile.BadZipFile, UnicodeError, LookupError, lzma.LZMAError)
"""What the standard library raises for bytes that cannot be unpacked or decoded."""

Meter = Callable[[IO[bytes], int], BufferedReader]
"""Wraps an unpacking stream so that it cannot unpack too much."""


class Relationship(NamedTuple):
    """What a part points at: the last word of the relationship's type, such as ``styles``, and the part's name."""

    kind: str
    part: str


class Package:
    """An open workbook file."""

    def __init__(self, file: IO[bytes], meter: Meter) -> None:
        """Read the list of parts.

        Raises:
            MalformedError: it is no such file.
            LimitError: it has too many parts.
        """
        self._meter = meter
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, RuntimeError) as error:
            raise MalformedError("workbook.unreadable", reason=str(error)) from error
        infos = self._zip.infolist()
        if len(infos) > _PARTS_MAX:
            raise LimitError("workbook.too_many_parts", most=_PARTS_MAX)
        self._parts = {_key(info.filename): info for info in infos}
        self._related: dict[str, dict[str, Relationship]] = {}

    def is_other(self) -> bool:
        """Say whether it is a workbook of another form than XLSX: ODS, or XLSB."""
        main = (points.part for points in self.relationships().values() if points.kind == "officeDocument")
        return self.has(ODS_CONTENT) or any(part.endswith(".bin") for part in main)

    def names(self) -> list[str]:
        """Return the names of all parts."""
        return [info.filename for info in self._parts.values()]

    def has(self, name: str) -> bool:
        """Say whether there is a part of that name."""
        return _key(name) in self._parts

    def open(self, name: str) -> BufferedReader | None:
        """Open a part, if there is one of that name."""
        info = self._parts.get(_key(name))
        if info is None:
            return None
        if info.flag_bits & 1:
            raise MalformedError("workbook.encrypted")
        try:
            return self._meter(self._zip.open(info), info.compress_size)
        except (zipfile.BadZipFile, RuntimeError, lzma.LZMAError) as error:
            raise MalformedError("workbook.part_damaged", part=name, reason=str(error)) from error

    def walk(self, name: str, start: Callable[[str, dict[str, str]], None]) -> None:
        """Walk a part that describes others, calling ``start`` with the name and the attributes of each element.

        Attributes of a namespace come with it before their name and a blank between.
        """
        stream = self.open(name)
        if stream is None:
            return
        parser = xml_parser(name, namespaces=True)
        parser.StartElementHandler = lambda tag, attributes: start(tag.rpartition(" ")[2], attributes)
        size = 0
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > _SMALL_PART:
                raise LimitError("file.unpacks_too_large", most=_SMALL_PART)
            feed(parser, chunk, name)
        feed(parser, b"", name, last=True)

    def relationships(self, name: str = "") -> dict[str, Relationship]:
        """Return what a part points at, by the identifiers it uses; of the whole file, where no part is named."""
        if name in self._related:
            return self._related[name]
        folder, file = posixpath.split(name)
        targets: dict[str, Relationship] = {}

        def relationship(tag: str, attributes: dict[str, str]) -> None:
            if tag == "Relationship":
                target = attributes.get("Target", "").replace("\\", "/")
                part = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                kind = attributes.get("Type", "").rpartition("/")[2]
                targets[attributes.get("Id", "")] = Relationship(kind, part)

        self.walk(posixpath.join(folder, "_rels", f"{file}.rels"), relationship)
        self._related[name] = targets
        return targets


def xml_parser(name: str, *, namespaces: bool = False) -> expat.XMLParserType:
    """Return a parser for a part that declares no document type."""
    parser = expat.ParserCreate(namespace_separator=" ") if namespaces else expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise MalformedError("workbook.document_type", part=name)

    parser.StartDoctypeDeclHandler = refuse
    return parser


def feed(parser: expat.XMLParserType, chunk: bytes, name: str, *, last: bool = False) -> None:
    """Give a parser more of a part.

    Raises:
        MalformedError: it is not XML.
    """
    try:
        parser.Parse(chunk, last)
    except (expat.ExpatError, LookupError, UnicodeError) as error:
        raise MalformedError("workbook.part_damaged", part=name, reason=str(error)) from error


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").casefold()
