"""The standards' own files: schemas, code lists and IATI's ruleset, from a folder that somebody took them to.

They are not part of this software: whoever checks a file names the folder (a copy of the standard's published schemas,
rulesets and code lists), so that it is plain which edition a verdict rests on.
"""

import json
from collections.abc import Iterator
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from enduse.errors import MalformedError, UnknownError
from enduse.exchange.standards.iati import ACTIVITIES, ORGANISATIONS
from enduse.exchange.standards.iati_rules import Known, Ruleset
from enduse.exchange.standards.imports import etree
from enduse.exchange.standards.json_schemas import ItemSchema, JsonSchemas
from enduse.system import read_file

_SCHEMAS: Final = {ACTIVITIES: "iati-activities-schema.xsd", ORGANISATIONS: "iati-organisations-schema.xsd"}
_RULESET: Final = "standard.json"
_MAPPING: Final = "mapping.xml"
_AGENCIES: Final = "OrganisationRegistrationAgency"
_COMPLETE: Final = "1"
_LARGEST: Final = 1 << 26
"""Bytes of one file of the standard; the largest published has about 600,000."""


class CodeList(msgspec.Struct, frozen=True, dict=True):
    """A code list.

    Attributes:
        name: its name, such as ``TransactionType``.
        codes: those on it, withdrawn ones too.
        complete: whether a code that is not on it is wrong; else it is merely unusual.
    """

    name: str
    codes: frozenset[str]
    complete: bool

    def has(self, code: str) -> bool:
        """Say whether a code is on it; case makes none another (languages and media types have none)."""
        return code.strip().casefold() in self._folded

    @cached_property
    def _folded(self) -> frozenset[str]:
        return frozenset(code.casefold() for code in self.codes)


class CodePlace(NamedTuple):
    """Where codes of a list stand in an activity: paths that find them, as compiled by lxml."""

    list: CodeList
    path: str
    find: Any


class Standard:
    """The standard in a folder; each part is read when it is first asked for.

    Args:
        folder: with the files, at any depth below it.

    Raises:
        UnknownError: there is no such folder, or none of the standard's files in it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not folder.is_dir():
            raise UnknownError("standards.no_folder", source=str(folder))
        self._files: dict[str, Path] = {}
        self._lists: dict[str, CodeList | None] = {}
        self._schemas: dict[str, Any] = {}
        for path in sorted(folder.rglob("*")):
            if path.suffix in {".xsd", ".json", ".xml"} and path.is_file():
                self._files.setdefault(path.name, path)
        self._json = JsonSchemas(folder)
        if not self.parts and not self._json.there:
            raise UnknownError("standards.not_there", source=str(folder))

    @property
    def parts(self) -> tuple[str, ...]:
        """Which of IATI's ``schemas``, ``rules`` and ``codes`` the folder has."""
        has = {
            "schemas": any(name in self._files for name in _SCHEMAS.values()),
            "rules": _RULESET in self._files,
            "codes": _MAPPING in self._files,
        }
        return tuple(part for part, there in has.items() if there)

    def schema(self, root: str) -> Any | None:  # noqa: ANN401 - the library has no types
        """Return the schema of a file with such a root; None where the folder has none.

        Raises:
            MalformedError: it is no schema.
        """
        path = self._files.get(_SCHEMAS[root])
        if path is None or root in self._schemas:
            return self._schemas.get(root)
        try:
            self._schemas[root] = etree.XMLSchema(etree.parse(str(path), _parser()))
        except (etree.XMLSyntaxError, etree.XMLSchemaParseError) as error:
            raise MalformedError("standards.bad_file", source=str(path), reason=str(error)) from error
        return self._schemas[root]

    def contracting(self, kind: str) -> ItemSchema | None:
        """Return the schema of ``releases``, ``records`` or ``projects``; None where the folder has none.

        Raises:
            MalformedError: it is no schema.
        """
        return self._json.of(kind)

    def rules(self, today: date) -> Ruleset | None:
        """Return the standard's rules, judged on a day; None where the folder has none.

        Raises:
            MalformedError: a rule in it cannot be understood.
        """
        path = self._files.get(_RULESET)
        if path is None:
            return None
        try:
            document = json.loads(read_file(path, _LARGEST))
        except (ValueError, RecursionError) as error:
            raise MalformedError("standards.bad_file", source=str(path), reason=str(error)) from error
        agencies = self._list(_AGENCIES)
        return Ruleset(document, Known(agencies.codes if agencies else frozenset(), today=today), str(path))

    @cached_property
    def code_places(self) -> tuple[CodePlace, ...]:
        """Where codes stand, and of which list they have to be."""
        path = self._files.get(_MAPPING)
        return tuple(self._places(path)) if path else ()

    def _list(self, name: str) -> CodeList | None:
        """Return a code list by its name, which is its file's too."""
        if name not in self._lists:
            path = self._files.get(f"{name}.xml")
            root = _parsed(path) if path else None
            if root is None or root.tag != "codelist":
                self._lists[name] = None
            else:
                codes = frozenset(
                    (one.text or "").strip() for one in root.iterfind("codelist-items/codelist-item/code")
                )
                self._lists[name] = CodeList(name, codes, root.get("complete") == _COMPLETE)
        return self._lists[name]

    def _places(self, path: Path) -> Iterator[CodePlace]:
        for one in _parsed(path).iterfind("mapping"):
            listed = one.find("codelist")
            where, condition = one.findtext("path", "").strip(), one.findtext("condition", "").strip()
            known = self._list(listed.get("ref", "")) if listed is not None else None
            if known is None or not where.startswith("//"):
                continue
            holder, _, leaf = where.removeprefix("//").rpartition("/")
            below = f"descendant-or-self::{holder or '*'}" + (f"[{condition}]" if condition else "")
            try:
                yield CodePlace(known, where, etree.XPath(f"{below}/{leaf}"))
            except etree.XPathSyntaxError as error:
                raise MalformedError("standards.bad_file", source=str(path), reason=f"{where}: {error}") from error


def _parser() -> Any:  # noqa: ANN401 - the library has no types
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)


def _parsed(path: Path) -> Any:  # noqa: ANN401 - the library has no types
    try:
        return etree.fromstring(read_file(path, _LARGEST), _parser())
    except etree.XMLSyntaxError as error:
        raise MalformedError("standards.bad_file", source=str(path), reason=str(error)) from error
