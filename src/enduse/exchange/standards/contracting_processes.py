"""Contracting processes of files of OCDS: the releases of one process, wherever they stand, merged into one.

Memory holds where each release stands; the releases themselves are read again process by process.

Source: Open Contracting Data Standard 1.1, "Merging"; merged by the standard's own library, ``ocdsmerge``.
"""

import warnings
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any, Final, NamedTuple

import msgspec

from enduse.errors import Problem
from enduse.exchange.standards.contracting import PROJECTS, RECORDS, RELEASES, ContractingFile, ContractingItem
from enduse.exchange.standards.json_imports import OCDSMergeError, ocdsmerge
from enduse.exchange.standards.standard import Standard

_RULES: Final = {(name,): "omitWhenMerged" for name in ("id", "date", "tag")}
"""What of a release is its own and none of its process's; a schema says more, of lists that are replaced as a whole."""


class _Spot(NamedTuple):
    file: int
    start: int
    length: int
    kind: str
    line: int


class ContractingProcess(msgspec.Struct, frozen=True, kw_only=True):
    """One contracting process.

    Attributes:
        ocid: its identifier.
        releases: those of it that are in the files, as they stand there.
        compiled: what they say together; of a record that brings it, as it stands there.
    """

    ocid: str
    releases: tuple[dict[str, Any], ...]
    compiled: dict[str, Any]


class ContractingProcesses:
    """The processes of some files, each with all that the files say of it.

    Args:
        files: of releases, records or projects; projects are passed on one by one.
        standard: with the schema of releases: merged by it.

    Attributes:
        faults: what could not be read or merged, filled while reading.
        read: how many releases, records and projects were.
        repeated: of those, how many stood there before, to the letter.
        projects: the projects, by file; each identifier once.
    """

    def __init__(self, files: Iterable[ContractingFile], standard: Standard | None = None) -> None:
        self.files = tuple(files)
        self.faults: list[Problem] = []
        self.read = self.repeated = 0
        self._spots: dict[str, list[_Spot]] = {}
        self._seen: dict[tuple[str, str, str], bytes] = {}
        self._torn: set[str] = set()
        schema = standard.contracting(RELEASES) if standard else None
        rules = ocdsmerge.rules.get_merge_rules(schema.document) if schema else _RULES
        self._merger = ocdsmerge.Merger(merge_rules=rules)

    def projects(self) -> Iterator[ContractingItem]:
        """Read the files, yield each project once, and remember where the releases and records stand.

        Raises:
            OSError: a file cannot be read.
        """
        for number, file in enumerate(self.files):
            for item in file.items():
                self.read += 1
                own = item.value.get("id")
                name = own if item.kind == RELEASES and isinstance(own, str) else ""
                key = (item.kind, item.identifier, name)
                if not item.identifier:
                    lacking = "id" if item.kind == PROJECTS else "ocid"
                    self._told("standards.json_unnamed", number, item.line, name=lacking)
                    continue
                if item.kind != RELEASES or name:
                    before, now = self._seen.get(key), sha256(item.data).digest()
                    if before == now:
                        self.repeated += 1
                        continue
                    if before is not None:
                        identifier = name or item.identifier
                        self._told("standards.same_identifier", number, item.line, identifier=identifier)
                        self._torn.add(item.identifier)
                        continue
                    self._seen[key] = now
                if item.kind == PROJECTS:
                    yield item
                else:
                    spot = _Spot(number, item.start, len(item.data), item.kind, item.line)
                    self._spots.setdefault(item.identifier, []).append(spot)
            self.faults += file.faults

    def processes(self) -> Iterator[ContractingProcess]:
        """Yield the processes of the files, once they were read (:meth:`projects`).

        One of which two different releases or records bear one identifier is told and left out.

        Raises:
            OSError: a file cannot be read.
        """
        for ocid, spots in self._spots.items():
            if ocid in self._torn:
                continue
            records = [spot for spot in spots if spot.kind == RECORDS]
            found = [self.files[spot.file].one(spot.start, spot.length) for spot in records or spots]
            first = spots[0]
            if records:
                compiled = found[0].get("compiledRelease") or _last_of(found[0].get("versionedRelease"), ocid)
                inside = found[0].get("releases")
                found = [one for one in inside if isinstance(one, dict)] if isinstance(inside, list) else []
                if isinstance(compiled, dict):
                    yield ContractingProcess(ocid=ocid, releases=tuple(found), compiled=compiled)
                    continue
                if not found or any("url" in one and "id" not in one for one in found):
                    self._told("standards.linked_record", first.file, first.line, ocid=ocid)
                    continue
            if len(found) == 1:
                yield ContractingProcess(ocid=ocid, releases=tuple(found), compiled=found[0])
                continue
            try:
                with warnings.catch_warnings(action="error"):
                    compiled = self._merger.create_compiled_release(found)
            except (OCDSMergeError, Warning, TypeError, AttributeError, ValueError, RecursionError) as error:
                self._told("standards.not_merged", first.file, first.line, ocid=ocid, reason=str(error)[:200])
                continue
            yield ContractingProcess(ocid=ocid, releases=tuple(found), compiled=compiled)

    def _told(self, code: str, file: int, line: int, **values: str) -> None:
        self.faults.append(Problem.of(code, source=str(self.files[file].path), line=line, **values))


def _last_of(versioned: object, ocid: str) -> dict[str, Any] | None:
    """Return what a versioned release says at last, as a compiled release; nothing where there is none."""
    if not isinstance(versioned, dict):
        return None
    days: list[str] = []
    last = _last(versioned, days)
    return {**last, "ocid": ocid, "tag": ["compiled"], **({"date": max(days)} if days else {})}


def _last(value: Any, days: list[str]) -> Any:  # noqa: ANN401 - JSON
    """Return the last version of each value, and add the days of all of them."""
    if isinstance(value, dict):
        parts = {name: _last(part, days) for name, part in value.items()}
        return {name: part for name, part in parts.items() if part is not None}
    if not isinstance(value, list):
        return value
    if value and all(isinstance(one, dict) and {"releaseDate", "value"} <= one.keys() for one in value):
        days += [str(one["releaseDate"]) for one in value]
        return max(value, key=lambda one: str(one["releaseDate"]))["value"]
    return [_last(one, days) for one in value]
