"""Copy of a file of open contracting without what cannot be read or is not valid; or its processes, merged into records."""

from pathlib import Path
from typing import IO, Any, Final

import msgspec

from enduse.errors import ConflictError, Problem, UnknownError
from enduse.exchange.standards.contracting import RECORDS, RELEASES, ContractingFile
from enduse.exchange.standards.contracting_check import checked_alone
from enduse.exchange.standards.contracting_processes import ContractingProcesses
from enduse.exchange.standards.copying import Copied
from enduse.exchange.standards.standard import Standard
from enduse.exchange.tables.writing import whole

_JSON: Final = msgspec.json.Encoder(decimal_format="number")
_PACKAGE: Final = ("uri", "version", "extensions", "publishedDate", "publisher", "license", "publicationPolicy")


def copy_contracting(source: Path, to: Path, standard: Standard | None = None) -> Copied:
    """Write a copy of a file of releases, records or projects; what is copied keeps its bytes.

    Args:
        source: the file.
        to: the copy; there may be none of this name yet.
        standard: with schemas: only what is valid by them goes into it.

    Raises:
        ConflictError: there is a file of the copy's name.
        MalformedError, OSError: as for :class:`ContractingFile`.
    """
    if to.exists():
        raise ConflictError("standards.copy_there", source=str(to))
    file = ContractingFile(source)
    items = left_out = 0
    others: list[Problem] = []
    with whole(to) as part, part.open("wb") as stream:
        package = False
        for item in file.items():
            if standard is not None and not checked_alone(item, standard):
                left_out += 1
                continue
            if package and item.kind != file.kind:
                told = Problem.of("standards.other_list", number=item.number, kind=item.kind, list=file.kind)
                others.append(msgspec.structs.replace(told, source=str(source), line=item.line))
                continue
            if not items and item.listed:
                package = True
                stream.write(b'{"%s": [\n' % item.kind.encode())
            elif items:
                stream.write(b",\n" if package else b"\n")
            stream.write(item.data)
            items += 1
        if not items and file.head:  # a package with nothing in it, or nothing that may be in the copy
            package = True
            stream.write(b'{"%s": [' % file.kind.encode())
        if package:
            stream.write(b"\n]")
            _members(stream, file.head)
            stream.write(b"}\n")
    if package and file.heads:
        others.append(Problem.of("standards.other_heads", source=str(source), n=file.heads))
    return Copied(items, left_out, (*file.faults, *others), file.kind)


def merge_releases(source: Path, to: Path, standard: Standard) -> Copied:
    """Write the processes of a file of releases as records, each with its releases and what they say together.

    Args:
        source: the file.
        to: the package of records; there may be none of this name yet.
        standard: with the schema of releases, by which they are merged.

    Returns:
        How many records were written; ``left_out`` are releases that stood there twice.

    Raises:
        ConflictError: there is a file of that name.
        UnknownError: the standard has no schema of releases.
        MalformedError, OSError: as for :class:`ContractingFile`.
    """
    if to.exists():
        raise ConflictError("standards.copy_there", source=str(to))
    if standard.contracting(RELEASES) is None:
        raise UnknownError("standards.no_schema", source=str(standard.folder), name="release-schema.json")
    file = ContractingFile(source)
    found = ContractingProcesses([file], standard)
    for _ in found.projects():
        pass
    written = 0
    with whole(to) as part, part.open("wb") as stream:
        stream.write(b'{"records": [\n')
        for one in found.processes():
            record = {"ocid": one.ocid, "releases": one.releases, "compiledRelease": one.compiled}
            stream.write((b",\n" if written else b"") + json_bytes(record))
            written += 1
        stream.write(b"\n]")
        _members(stream, {name: text for name, text in file.head.items() if name in _PACKAGE})
        stream.write(b"}\n")
    return Copied(written, found.repeated, tuple(found.faults), RECORDS)


def json_bytes(value: Any) -> bytes:  # noqa: ANN401 - JSON
    """Return JSON with decimals as the numbers they are."""
    return _JSON.encode(value)


def _members(stream: IO[bytes], head: dict[str, bytes]) -> None:
    for name, text in head.items():
        stream.write(b",\n" + msgspec.json.encode(name) + b": " + text)
