"""Check of a file of open contracting: what its releases, records or projects do not keep of the schema and the code lists."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, Final

import msgspec

from enduse.errors import Problem
from enduse.exchange.standards.checking import SEVERITIES, ItemFinding, RuleCount, Severity
from enduse.exchange.standards.contracting import PROJECTS, RECORDS, ContractingFile, ContractingItem
from enduse.exchange.standards.standard import Standard

_SHOWN: Final = 60
"""Letters of a value that are shown."""
_LISTED: Final = 10
"""Codes that might stand there instead that are."""


class ContractingCheck:
    """Check of one file of releases, records or projects.

    Args:
        file: it.
        standard: what it is held against; without, only whether it can be read, and whether an identifier stands twice.

    Attributes:
        parts: of the standard it was held against: ``schemas``, ``codes``.
        items: how many were read.
        flagged: of those, how many are not valid by the schema.
        worst: how many have at worst a finding of each severity.
        rules: none; these standards have no ruleset.
        unjudged: empty; no version is without a verdict.
    """

    rules: tuple[RuleCount, ...] = ()
    unjudged = ""

    def __init__(self, file: ContractingFile, standard: Standard | None) -> None:
        self.file = file
        self.items = 0
        self.flagged = 0
        self.worst: Counter[Severity] = Counter()
        self._standard = standard
        self.parts: tuple[str, ...] = ("schemas", "codes") if standard and standard.contracting(file.kind) else ()
        self._seen: set[tuple[str, str]] = set()

    def findings(self) -> Iterator[ItemFinding]:
        """Read the file and yield what its items do not keep, one after the other.

        Raises:
            OSError: the file cannot be read further.
        """
        told, packaged = 0, False
        for item in self.file.items():
            self.items += 1
            packaged = item.listed
            found = {msgspec.json.encode(one.problem): one for one in self._of(item)}
            if found:
                self.worst[min((one.severity for one in found.values()), key=SEVERITIES.index)] += 1
            yield from self._unread(told)
            told = len(self.file.faults)
            yield from found.values()
        yield from self._unread(told)
        schema = self._standard.contracting(self.file.kind) if self._standard else None
        if schema is not None and packaged:
            for error in schema.package_errors({**self._head(), self.file.kind: []}):
                problem = msgspec.structs.replace(of_schema(error), source=str(self.file.path))
                yield ItemFinding(number=0, identifier="", severity="error", problem=problem)

    def _head(self) -> dict[str, Any]:
        head: dict[str, Any] = {}
        for name, text in self.file.head.items():
            try:
                head[name] = json.loads(text)
            except (ValueError, RecursionError):
                head[name] = None
        return head

    def _unread(self, told: int) -> Iterator[ItemFinding]:
        for fault in self.file.faults[told:]:
            number = int(str(fault.values.get("number", 0)))
            yield ItemFinding(number=number, identifier="", severity="error", problem=fault)

    def _of(self, item: ContractingItem) -> Iterator[ItemFinding]:
        yield from self._named(item)
        schema = self._standard.contracting(item.kind) if self._standard else None
        if schema is None:
            return
        valid = True
        for error in schema.errors(item.value):
            valid = False
            yield _finding(self.file, item, "error", of_schema(error))
        self.flagged += not valid
        for code in schema.codes(item.value):
            problem = Problem.of("standards.code", given=code.given[:_SHOWN], named=code.named, path=path_of(code.path))
            yield _finding(self.file, item, "advisory", problem)

    def _named(self, item: ContractingItem) -> Iterator[ItemFinding]:
        """Tell what has no name, and what has that of another."""
        own = item.value.get("id")
        name = own if isinstance(own, str) and item.kind != RECORDS else ""
        if not item.identifier:
            if self.parts:  # the schema says so
                return
            lacking = "id" if item.kind == PROJECTS else "ocid"
            yield _finding(self.file, item, "error", Problem.of("standards.json_unnamed", name=lacking))
        elif item.kind == PROJECTS or name or item.kind == RECORDS:
            key = (item.identifier, name)
            if key in self._seen:
                identifier = name if item.kind not in {PROJECTS, RECORDS} else item.identifier
                yield _finding(self.file, item, "error", Problem.of("standards.same_identifier", identifier=identifier))
            self._seen.add(key)


def _finding(file: ContractingFile, item: ContractingItem, severity: Severity, problem: Problem) -> ItemFinding:
    problem = msgspec.structs.replace(problem, source=str(file.path), line=item.line)
    return ItemFinding(number=item.number, identifier=item.identifier, severity=severity, problem=problem)


def path_of(parts: Any) -> str:  # noqa: ANN401 - names and numbers
    """Return a place in an item as people write it: ``contracts[2].value``, counted from 1."""
    text = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in parts)
    return text.removeprefix(".")


def of_schema(error: Any) -> Problem:  # noqa: ANN401 - an error of jsonschema
    """Return what the schema says, in words of ours; its own are for programmers."""
    where = path_of(error.absolute_path)
    given = _shown(error.instance)
    match error.validator:
        case "required":
            missing = next((name for name in error.validator_value if name not in error.instance), "")
            lacking = next((name for name in error.validator_value if error.message.startswith(f"'{name}'")), missing)
            return Problem.of("standards.json_missing", name=lacking, path=where)
        case "type":
            kinds = error.validator_value if isinstance(error.validator_value, list) else [error.validator_value]
            return Problem.of("standards.json_type", value=given, kinds=[f"json:{kind}" for kind in kinds], path=where)
        case "enum":
            codes = [str(code) for code in error.validator_value if code is not None]
            return Problem.of("standards.json_enum", value=given, names=codes[:_LISTED], path=where)
        case "format":
            return Problem.of("standards.json_format", value=given, kind=str(error.validator_value), path=where)
        case "pattern":
            return Problem.of("standards.json_pattern", value=given, path=where)
        case "minLength" | "minItems" | "minProperties":
            return Problem.of("standards.json_empty", path=where)
        case "uniqueItems":
            return Problem.of("standards.json_twice", path=where)
        case "additionalProperties":
            return Problem.of("standards.json_unexpected", path=where)
        case _:
            return Problem.of("standards.schema_other", reason=str(error.validator), path=where)


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        return "{…}" if isinstance(value, dict) else "[…]"
    text = value if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def checked_alone(item: ContractingItem, standard: Standard) -> bool:
    """Say whether an item is valid by the schema of its kind; without such a schema everything is.

    Raises:
        MalformedError: the schema is none.
    """
    schema = standard.contracting(item.kind)
    return schema is None or next(schema.errors(item.value), None) is None
