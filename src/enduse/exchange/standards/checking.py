"""Check of an IATI file: what each activity does not keep of the schema, of the standard's rules and of its code lists.

Activities that keep not everything are told and read all the same; what is no XML is told and left out.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any, Final, Literal

import msgspec

from enduse.errors import Problem
from enduse.exchange.standards.iati import IatiFile, Item
from enduse.exchange.standards.iati_rules import Ruleset
from enduse.exchange.standards.imports import etree
from enduse.exchange.standards.standard import Standard

Severity = Literal["error", "warning", "advisory"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "advisory")
_ERRORS: Final = etree.ErrorTypes
_QUOTED: Final = re.compile(r"'([^']*)'")
_EXPECTED: Final = re.compile(r"Expected is (?:one of )?\( (.*?) \)")


class ItemFinding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that an activity or organisation does not keep.

    Attributes:
        number: which one of the file, from 1.
        identifier: its own; empty where it has none.
        severity: ``error``, ``warning`` or ``advisory``.
        problem: what, where in the activity, and what to do.
    """

    number: int
    identifier: str
    severity: Severity
    problem: Problem


class RuleCount(msgspec.Struct, frozen=True):
    """How often a case of the ruleset was asked and how often it did not hold.

    Attributes:
        id: number of the rule in the standard.
        rule: its form, such as ``date_order``.
        severity: as the standard gives it.
        message: what has to be so, in the standard's words.
        asked: elements it was asked of; none where the file has nothing it is about.
        broken: of those, how many do not keep it.
    """

    id: str
    rule: str
    severity: str
    message: str
    asked: int
    broken: int


class IatiCheck:
    """Check of one IATI file.

    Args:
        file: it.
        standard: what it is held against; without, only whether it can be read, and whether an identifier stands twice.
        today: the day on which dates are judged.

    Attributes:
        parts: of the standard it was held against: ``schemas``, ``rules``, ``codes``.
        unjudged: the version of a file that they do not judge; empty for any other.
        items: how many activities or organisations were read.
        flagged: of those, how many are not valid by the schema.
        worst: how many have at worst a finding of each severity.
    """

    def __init__(self, file: IatiFile, standard: Standard | None, today: date) -> None:
        self.file = file
        self.items = 0
        self.flagged = 0
        self.worst: Counter[Severity] = Counter()
        judged = not file.is_version_one
        self.unjudged = file.version if standard and not judged else ""
        self.parts = standard.parts if standard and judged else ()
        self._schema = standard.schema(file.root.tag) if standard and judged else None
        self._rules: Ruleset | None = standard.rules(today) if standard and judged else None
        self._codes = standard.code_places if standard and judged else ()
        self._seen: Counter[str] = Counter()

    @property
    def rules(self) -> tuple[RuleCount, ...]:
        """Each case of the ruleset, in its order."""
        tallies = self._rules.tallies if self._rules else ()
        return tuple(
            RuleCount(one.info.id, one.rule, one.info.severity, one.info.message, one.asked, one.broken)
            for one in tallies
        )

    def findings(self) -> Iterator[ItemFinding]:
        """Read the file and yield what its activities do not keep, one after the other.

        Raises:
            LimitError: one activity is too large to be read.
            OSError: the file cannot be read further.
        """
        told = 0
        for item in self.file.items():
            self.items += 1
            found = {msgspec.json.encode(one.problem): one for one in self._of(item)}
            if found:
                self.worst[min((one.severity for one in found.values()), key=SEVERITIES.index)] += 1
            yield from self._unread(told)
            told = len(self.file.faults)
            yield from found.values()
        yield from self._unread(told)

    def _unread(self, told: int) -> Iterator[ItemFinding]:
        for fault in self.file.faults[told:]:
            yield ItemFinding(number=int(str(fault.values["number"])), identifier="", severity="error", problem=fault)

    def _of(self, item: Item) -> Iterator[ItemFinding]:
        self._seen[item.identifier] += 1
        if item.identifier and self._seen[item.identifier] > 1:
            yield self._finding(item, "error", Problem.of("standards.same_identifier", identifier=item.identifier))
        if self._schema is not None and not self._schema.validate(self.file.root):
            self.flagged += 1
            for entry in self._schema.error_log:
                yield self._finding(item, "error", _of_schema(entry, item.line_from(entry.line)))
        for broken in self._rules.broken(item.element) if self._rules else ():
            problem = Problem.of("standards.rule", id=broken.info.id, message=broken.info.message)
            yield self._finding(item, _severity(broken.info.severity), problem, broken.element)
        for place in self._codes:
            for code in place.find(item.element):
                if not place.list.has(str(code)):
                    problem = Problem.of("standards.code", given=str(code), named=place.list.name)
                    severity: Severity = "error" if place.list.complete else "advisory"
                    yield self._finding(item, severity, problem, code.getparent(), place.path.rpartition("/")[2])

    def _finding(
        self,
        item: Item,
        severity: Severity,
        problem: Problem,
        element: Any = None,  # noqa: ANN401 - the library has no types
        leaf: str = "",
    ) -> ItemFinding:
        line = problem.line
        if element is not None:
            path = element.getroottree().getelementpath(element)
            path = "/".join(part for part in ("" if path == "." else path.partition("/")[2], leaf) if part)
            problem = msgspec.structs.replace(problem, path=path)
            line = item.line_of(element)
        problem = msgspec.structs.replace(problem, source=str(self.file.path), line=line)
        return ItemFinding(number=item.number, identifier=item.identifier, severity=severity, problem=problem)


def _severity(text: str) -> Severity:
    return next((one for one in SEVERITIES if one == text), "error")


def _of_schema(entry: Any, line: int | None) -> Problem:  # noqa: ANN401 - the library has no types
    """Return what the schema says, in words of ours; its own are for programmers."""
    named = _QUOTED.findall(entry.message)
    # /iati-activities/iati-activity/transaction[2]/value: what stands within the activity
    path = "/".join(entry.path.split("/")[3:]) if entry.path else ""
    where: dict[str, Any] = {"path": path, "line": line}
    element, value = (*named, "", "")[:2]
    expected = _EXPECTED.search(entry.message)
    names = [name.strip() for name in expected.group(1).split(",")] if expected else []
    if entry.type == _ERRORS.SCHEMAV_ELEMENT_CONTENT:
        if "Missing child" in entry.message:
            return Problem.of("standards.schema_missing", element=element, names=names, **where)
        if names:
            return Problem.of("standards.schema_misplaced", element=element, names=names, **where)
        return Problem.of("standards.schema_unexpected", element=element, **where)
    if entry.type == _ERRORS.SCHEMAV_CVC_COMPLEX_TYPE_3_2_2:
        return Problem.of("standards.schema_attribute", element=element, name=value, **where)
    if entry.type == _ERRORS.SCHEMAV_CVC_COMPLEX_TYPE_4:
        return Problem.of("standards.schema_attribute_missing", element=element, name=value, **where)
    if entry.type == _ERRORS.SCHEMAV_CVC_COMPLEX_TYPE_2_3:
        return Problem.of("standards.schema_text", element=element, **where)
    if entry.type == _ERRORS.SCHEMAV_CVC_DATATYPE_VALID_1_2_1:
        at, text, kind = ("", *named)[-3:]
        return Problem.of("standards.schema_value", element=at or element, value=text, kind=kind, **where)
    return Problem.of("standards.schema_other", reason=entry.message, **where)
