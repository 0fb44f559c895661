"""Schemas and code lists of open contracting, from a folder with the published files: nothing is fetched from anywhere."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

from enduse.errors import MalformedError
from enduse.exchange.standards.contracting import PROJECTS, RECORDS, RELEASES
from enduse.exchange.standards.json_imports import DRAFT4, jsonschema, referencing
from enduse.system import read_file

_NAMES: Final = {
    RELEASES: ("release-schema.json", "release-package-schema.json"),
    RECORDS: ("record-schema.json", "record-package-schema.json"),
    PROJECTS: ("project-schema.json", "project-package-schema.json"),
}
_ALSO: Final = ("versioned-release-validation-schema.json",)
_LARGEST: Final = 1 << 24
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
_DEEPEST: Final = 64


class OpenCode(NamedTuple):
    """A code that is not on the open list it should rather be of: its path, it, and the list."""

    path: tuple[str | int, ...]
    given: str
    named: str


class ItemSchema:
    """Schema of one kind of item, with the code lists that it names.

    Attributes:
        document: it, as JSON.
    """

    def __init__(self, document: dict[str, Any], package: dict[str, Any] | None, registry: Any, lists: Path) -> None:  # noqa: ANN401
        self.document = document
        checker = jsonschema.FormatChecker(formats=())
        checker.checks("date-time", raises=ValueError)(_instant)
        self._validator = jsonschema.Draft4Validator(document, registry=registry, format_checker=checker)
        self._package = jsonschema.Draft4Validator(package or {}, registry=registry, format_checker=checker)
        self._lists = lists
        self._codes: dict[str, frozenset[str] | None] = {}

    def errors(self, value: Any) -> Iterator[Any]:  # noqa: ANN401 - JSON
        """Yield what an item does not keep of it, as the errors of ``jsonschema``."""
        for error in self._validator.iter_errors(value):
            yield from _inner(error)

    def package_errors(self, head: Mapping[str, Any]) -> Iterator[Any]:
        """Yield what stands beside the items and is not as the schema of packages has it."""
        for error in self._package.iter_errors(head):
            yield from _inner(error)

    def codes(self, value: Any) -> Iterator[OpenCode]:  # noqa: ANN401 - JSON
        """Yield the codes that are not on the open code list that the schema names for them."""
        yield from self._coded(value, self.document, (), 0)

    def _coded(self, value: Any, schema: Any, path: tuple[str | int, ...], level: int) -> Iterator[OpenCode]:  # noqa: ANN401
        if not isinstance(schema, dict) or level > _DEEPEST:
            return
        if (reference := schema.get("$ref", "")).startswith("#/definitions/"):
            schema = self.document.get("definitions", {}).get(reference.rpartition("/")[2], {})
        if schema.get("codelist") and schema.get("openCodelist"):
            known = self._listed(schema["codelist"])
            for code in value if isinstance(value, list) else (value,):
                if known is not None and isinstance(code, str) and code not in known:
                    yield OpenCode(path, code, schema["codelist"].removesuffix(".csv"))
        if isinstance(value, dict):
            for name, part in value.items():
                yield from self._coded(part, schema.get("properties", {}).get(name), (*path, name), level + 1)
        elif isinstance(value, list):
            for number, part in enumerate(value):
                yield from self._coded(part, schema.get("items"), (*path, number), level + 1)

    def _listed(self, name: str) -> frozenset[str] | None:
        if name not in self._codes:
            path = self._lists / Path(name).name
            if path.is_file():
                text = read_file(path, _LARGEST).decode("utf-8-sig")
                self._codes[name] = frozenset(row.get("Code", "") for row in csv.DictReader(io.StringIO(text)))
            else:
                self._codes[name] = None
        return self._codes[name]


class JsonSchemas:
    """The schemas of open contracting in a folder; read when they are first asked for.

    Args:
        folder: with the files, at any depth below it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._made: dict[str, ItemSchema | None] = {}

    @cached_property
    def there(self) -> bool:
        """Whether any is there."""
        return any(name in self._files for names in _NAMES.values() for name in names[:1])

    def of(self, kind: str) -> ItemSchema | None:
        """Return the schema of a kind of item; None where the folder has none.

        Raises:
            MalformedError: it is no schema.
        """
        if kind not in self._made:
            item, package = (self._files.get(name) for name in _NAMES[kind])
            self._made[kind] = None if item is None else self._read(kind, item, package)
        return self._made[kind]

    def _read(self, kind: str, item: Path, package: Path | None) -> ItemSchema:
        registry = referencing.Registry().with_resources(
            (document["id"], DRAFT4.create_resource(document)) for document in self._documents.values()
        )
        beside = None
        if package is not None:
            beside = dict(self._documents[package.name])
            beside["properties"] = {**beside.get("properties", {}), kind: {"type": "array"}}
        document = self._documents[item.name]
        try:
            jsonschema.Draft4Validator.check_schema(document)
        except jsonschema.SchemaError as error:
            raise MalformedError("standards.bad_file", source=str(item), reason=error.message[:200]) from error
        return ItemSchema(document, beside, registry, item.parent / "codelists")

    @cached_property
    def _files(self) -> dict[str, Path]:
        """Where the published schemas are: of files of one name the first that says which schema it is."""
        wanted = {name for names in _NAMES.values() for name in names} | set(_ALSO)
        found: dict[str, Path] = {}
        for path in sorted(self._folder.rglob("*.json")):
            if path.name in wanted and path.name not in found:
                document = _document(path)
                if isinstance(document.get("id"), str) and "properties" in document:
                    found[path.name] = path
        return found

    @cached_property
    def _documents(self) -> dict[str, dict[str, Any]]:
        return {name: _document(path) for name, path in self._files.items()}


def _document(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(read_file(path, _LARGEST))
    except (ValueError, RecursionError) as error:
        raise MalformedError("standards.bad_file", source=str(path), reason=str(error)) from error
    if not isinstance(document, dict):
        raise MalformedError("standards.bad_file", source=str(path), reason=type(document).__name__)
    return document


def _inner(error: Any) -> Sequence[Any]:  # noqa: ANN401 - an error of jsonschema
    """Return what an error of alternatives comes down to: the faults by the alternative that fits best."""
    if not error.context:
        return (error,)
    ways: dict[Any, list[Any]] = {}
    for one in error.context:
        ways.setdefault(one.schema_path[0], []).append(one)
    best = min(ways.values(), key=lambda faults: (faults[0].validator in {"type", "additionalProperties"}, len(faults)))
    return [inner for one in best for inner in _inner(one)]


def _instant(value: object) -> bool:
    """Say whether a text is a time as RFC 3339 has it.

    Raises:
        ValueError: it has its form, and there is no such time.
    """
    if not isinstance(value, str):
        return True
    if not _DAY.fullmatch(value):
        return False
    datetime.fromisoformat(value.upper())
    return True
