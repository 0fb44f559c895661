"""Reader of files of open contracting: releases and records of OCDS, projects of OC4IDS, one after the other.

As packages, as plain lists, as one object, or as JSON lines. An item that cannot be read is told and left out, and what
follows it is read. Numbers are read as exact decimals; of an item in which a key stands twice nothing is taken, since two
readers would take two things from it.

Source: Open Contracting Data Standard 1.1, ``release-schema.json``, ``record-schema.json``; Open Contracting for
Infrastructure Data Standards 0.9, ``project-schema.json``.
"""

import json
import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final, NoReturn, cast

import msgspec

from enduse.errors import EnduseError, MalformedError, Problem
from enduse.exchange.standards.json_items import DEEPEST, LONGEST, Piece, Pieces
from enduse.statements.jsontext import unique_keys
from enduse.system import open_file

RELEASES: Final = "releases"
RECORDS: Final = "records"
PROJECTS: Final = "projects"
LISTS: Final = (RELEASES, RECORDS, PROJECTS)
_RECORD: Final = frozenset({"compiledRelease", "versionedRelease", "releases"})
_START: Final = 1 << 16
_NAMES: Final = (b"ocid", b"contractingProcesses", b"publicAuthority", b"budgetBreakdowns")
"""What stands near the beginning of every file of open contracting, one or the other."""
_FORMS: Final = (b'"planID"', b'"cdu_response"', b'"approaches"')
"""What a plan of Prozorro, or a project of DREAM in its own form, has; one that has many may say so late."""
_REACH: Final = 1 << 20
_WIDE: Final = (b"\xff\xfe", b"\xfe\xff")


class ContractingItem(msgspec.Struct, frozen=True, kw_only=True):
    """One release, record or project of a file.

    Attributes:
        kind: ``releases``, ``records`` or ``projects``.
        number: which one of the file, from 1.
        identifier: of a project its ``id``, else its ``ocid``; empty where it has none.
        value: it, with numbers as decimals.
        data: its bytes, as they stand in the file.
        start: where in the file they begin.
        line: the line it begins in.
        listed: whether it stands in the list of a package.
    """

    kind: str
    number: int
    identifier: str
    value: dict[str, Any]
    data: bytes
    start: int
    line: int
    listed: bool


class ContractingFile:
    """A file of releases, records or projects, read from the beginning.

    Args:
        path: of the file.

    Raises:
        MalformedError: it has no such thing in it.
        OSError: it is not there, or cannot be read.

    Attributes:
        path: of the file.
        kind: ``releases``, ``records`` or ``projects``: what the first item that can be read is.
        faults: what could not be read, filled while reading.
        head: what stands beside the list, such as who publishes it, as JSON texts by name; there when all was read.
        heads: around how many further packages something else stands.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.faults: list[Problem] = []
        self.head: dict[str, bytes] = {}
        self.heads = 0
        self.kind = ""
        self._met: dict[str, None] = {}
        for item in self.items():
            self.kind = item.kind
            break
        self.kind = self.kind or next(iter(self._met), "")
        if not self.kind and not any(fault.code != "standards.json_neither" for fault in self.faults):
            raise MalformedError("standards.not_contracting", source=str(path))
        self.kind = self.kind or RELEASES

    def items(self) -> Iterator[ContractingItem]:
        """Yield the items in the order of the file.

        Raises:
            OSError: the file cannot be read further.
        """
        self.faults.clear()
        number = 0
        with _mapped(self.path) as data:
            if data is None:
                raise MalformedError("standards.not_contracting", source=str(self.path))
            if data[:2] in _WIDE or b"\x00" in data[:2]:
                raise MalformedError("standards.json_wide", source=str(self.path))
            pieces = Pieces(data, LISTS)
            self._met = pieces.met
            try:
                for piece in pieces:
                    number += 1
                    try:
                        yield _item(piece, number)
                    except EnduseError as error:
                        self._fault(error, piece.line)
            except MalformedError as error:
                problem = msgspec.structs.replace(error.problem, values={**error.problem.values, "number": number})
                self.faults.append(msgspec.structs.replace(problem, source=str(self.path)))
            self.head, self.heads = pieces.head, pieces.heads

    def one(self, start: int, length: int) -> dict[str, Any]:
        """Return again the item that begins somewhere in the file, once it was read."""
        with open_file(self.path) as stream:
            stream.seek(start)
            return cast("dict[str, Any]", _parsed(stream.read(length)))

    def _fault(self, error: EnduseError, line: int) -> None:
        self.faults.append(msgspec.structs.replace(error.problem, source=str(self.path), line=line))


def json_objects(path: Path) -> Iterator[tuple[int, dict[str, Any] | Problem]]:
    """Yield the objects of a file of JSON, of a list in it or of JSON lines, with the line each begins in; or why one cannot be read.

    Raises:
        OSError: the file cannot be read.
    """
    number = 0
    with _mapped(path) as data:
        try:
            for piece in Pieces(data, ()) if data is not None else ():
                number += 1
                try:
                    yield piece.line, _object(piece, number)
                except EnduseError as error:
                    yield piece.line, msgspec.structs.replace(error.problem, source=str(path), line=piece.line)
        except MalformedError as error:
            values = {**error.problem.values, "number": number}
            yield number, msgspec.structs.replace(error.problem, values=values, source=str(path))


def is_json(path: Path) -> bool:
    """Say whether a file begins as JSON does.

    Raises:
        OSError: it is not there, or cannot be read.
    """
    with open_file(path) as stream:
        start = stream.read(1 << 12).removeprefix(b"\xef\xbb\xbf").replace(b"\x00", b"")
    return start.removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff").lstrip()[:1] in {b"{", b"["}


def _beginning(path: Path, most: int) -> bytes:
    """Return how a file of JSON begins; nothing where it is none.

    Raises:
        OSError: it cannot be read.
    """
    if not path.is_file() or not is_json(path):
        return b""
    with open_file(path) as stream:
        return stream.read(most)


def is_json_contracts(path: Path) -> bool:
    """Say whether a file holds releases, records or projects of open contracting.

    Raises:
        OSError: it cannot be read.
    """
    start = _beginning(path, _START)
    if not any(b'"%s"' % name in start for name in _NAMES):
        return False
    try:
        ContractingFile(path)
    except EnduseError:
        return False
    return True


def is_json_register(path: Path) -> bool:
    """Say whether a file holds plans of Prozorro, or projects of DREAM in its own form.

    Raises:
        OSError: it cannot be read.
    """
    start = _beginning(path, _REACH)
    return any(name in start for name in _FORMS) and b'"ocid"' not in start


def _item(piece: Piece, number: int) -> ContractingItem:
    """Return an item.

    Raises:
        MalformedError, LimitError: it cannot be read; the problem's ``number`` says which it is.
    """
    value = _object(piece, number)
    kind = piece.list or _kind(value)
    if not kind:
        raise MalformedError("standards.json_neither", number=number)
    identifier = value.get("id" if kind == PROJECTS else "ocid")
    return ContractingItem(
        kind=kind,
        number=number,
        identifier=identifier.strip() if isinstance(identifier, str) else "",
        value=value,
        data=piece.data,
        start=piece.start,
        line=piece.line,
        listed=bool(piece.list),
    )


def _object(piece: Piece, number: int) -> dict[str, Any]:
    """Return an object.

    Raises:
        MalformedError, LimitError: it cannot be read; the problem's ``number`` says which it is.
    """
    if piece.fault:
        limit = LONGEST if piece.fault == "long" else DEEPEST
        code = "standards.json_long" if piece.fault == "long" else "standards.json_deep"
        raise MalformedError(code, number=number, limit=limit)
    try:
        value = _parsed(piece.data)
    except MalformedError as error:  # a key stands twice
        named = {name: str(told) for name, told in error.problem.values.items()}
        raise MalformedError(
            "standards.json_key", line=None, path="", source="", **{**named, "number": number}
        ) from error
    except _NoNumberError as error:
        raise MalformedError("standards.json_number", number=number, value=str(error)) from error
    except UnicodeDecodeError as error:
        raise MalformedError("standards.json_letter", number=number) from error
    except (ValueError, RecursionError) as error:
        raise MalformedError("standards.json_item", number=number, reason=str(error)) from error
    if not isinstance(value, dict):
        raise MalformedError("standards.json_neither", number=number)
    return value


def _kind(value: dict[str, Any]) -> str:
    if "ocid" in value:
        return RECORDS if _RECORD & value.keys() else RELEASES
    projects = {"contractingProcesses", "budget", "publicAuthority", "sector", "locations", "title", "parties"}
    return PROJECTS if "id" in value and projects & value.keys() else ""


def _parsed(data: bytes) -> Any:  # noqa: ANN401 - whatever JSON holds
    return json.loads(
        data.decode("utf-8"), parse_float=_decimal, parse_constant=_constant, object_pairs_hook=unique_keys
    )


class _NoNumberError(Exception):
    """A number is none that JSON has; its text is the exception's."""


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise _NoNumberError(text[:40])
    return number


def _constant(text: str) -> NoReturn:
    raise _NoNumberError(text)


@contextmanager
def _mapped(path: Path) -> Iterator[mmap.mmap | None]:
    """Give the bytes of a file without reading all of them; ``None`` where it has none."""
    with open_file(path) as stream:
        if not stream.seek(0, 2):
            yield None
            return
        with mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data:
            yield data
