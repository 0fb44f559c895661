"""Programme files: a whole arrangement as one YAML file, for ``enduse new DIR --from FILE.yaml``.

    origin: example.org/my-programme        the record's name
    at: 2024-03-01                          when its entries are said, where an entry has no `at` of its own
    citation: {source, date, status}        what a citation in an entry is completed with when it names no source
    founding: {keeper, title, functions, rules, incompatible, materials, ...}
    parties, places, mandates: lists;  umbrella: one, or a list
    statements: list of {kind, party, occurred_at, place, body}, any kind there is
    imports: list of {file, profile, party}: tables beside the file

What stands under ``parties``, ``places``, ``umbrella`` and ``mandates`` is said by the keeper, unless ``by`` names
somebody else; ``accepted: DATE`` at a mandate adds its holder's acceptance. A bare date is the start of that day in
UTC. The arrangement is data: another programme is another file.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import msgspec
from msgspec import inspect

from enduse.errors import EnduseError, MalformedError, Problem
from enduse.exchange.unsigned import Row, UnsignedStatement, unsigned_statement
from enduse.exchange.yamltext import Document, read_yaml
from enduse.statements.base import Source, Statement
from enduse.statements.codec import KINDS, encode
from enduse.statements.faults import fault_of
from enduse.statements.programme import ProgrammeBody
from enduse.terms.identifiers import Id
from enduse.terms.times import parse_instant

SECTIONS: Final = {"parties": "party", "places": "place", "umbrella": "umbrella", "mandates": "mandate"}
"""Sections whose entries are bodies of one kind, in the order they are said."""

_TOP: Final = frozenset(("origin", "at", "citation", "founding", "statements", "imports", *SECTIONS))
_HEAD: Final = frozenset(("kind", "party", "occurred_at", "place", "refs", "body"))
_NO_KEY: Final = "0" * 64
_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FINE_SECOND: Final = re.compile(r"\.[0-9]{7,}")
_TRUTH: Final = {"true": True, "false": False}
_REMEDY: Final = "see docs/how-to/start-a-programme.md"


class Import(msgspec.Struct, frozen=True, kw_only=True):
    """A table to bring in once the programme stands.

    Attributes:
        file: where it lies.
        party: who says what it says.
        profile: name of a shipped profile, or a profile file's path; by default by the table's header.
    """

    file: Path
    party: Id
    profile: str | Path | None = None


class ProgrammeFile(msgspec.Struct, frozen=True, kw_only=True):
    """A read programme file.

    Attributes:
        origin: name of the record.
        keeper: party that keeps it.
        at: when it is founded.
        founding: body of the founding statement but for the keeper's key; see :meth:`founded`.
        rows: every entry in the order it is said, each with its statements or its problems.
        imports: tables to bring in after them.
    """

    origin: Id
    keeper: Id
    at: datetime
    founding: ProgrammeBody
    rows: tuple[Row, ...]
    imports: tuple[Import, ...] = ()

    def founded(self, public_key: str) -> ProgrammeBody:
        """Return the founding statement's body with the keeper's key (64 hexadecimal digits)."""
        return msgspec.structs.replace(self.founding, public_key=public_key)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is wrong with entries, each with its line; such entries make no statement."""
        return tuple(problem for row in self.rows for problem in row.problems)

    @property
    def statements(self) -> Iterator[UnsignedStatement]:
        """The statements in the order they are said; each names its party."""
        return (one for row in self.rows for one in row.statements)

    @property
    def speakers(self) -> tuple[str, ...]:
        """The parties that say something, in the order they first do, the keeper first: each needs a key."""
        said = [self.keeper, *(one.party for one in self.statements if one.party), *(one.party for one in self.imports)]
        return tuple(dict.fromkeys(said))


def read_programme(path: Path) -> ProgrammeFile:
    """Read a programme file.

    Raises:
        UnknownError: there is no such file.
        LimitError: it is too large.
        MalformedError: it is not a programme file, or its founding is at fault; names the line. Faults of single
            entries are in ``problems`` of the result.
    """
    document = read_yaml(path)
    top = document.value
    if not isinstance(top, dict):
        raise MalformedError("is not a programme file", source=path.name, remedy=_REMEDY)
    for name in ("origin", "at", "founding"):
        if name not in top:
            raise MalformedError(f"says no `{name}`", source=path.name, line=1, path="$", remedy=_REMEDY)
    for name in top:
        if name not in _TOP:
            raise _fault(document, f"section {name!r} is not one we know", f"$.{name}")
    common = top.get("citation", {})
    if not isinstance(common, dict):
        raise _fault(document, "is not a mapping", "$.citation")
    document = msgspec.structs.replace(
        document, value={key: value if key == "citation" else _cited(value, common) for key, value in top.items()}
    )
    top = document.value
    at = _instant(document, top["at"], "$.at")
    founding = _founding(document, top["founding"])
    reader = _Entries(document, founding.keeper, at)
    return ProgrammeFile(
        origin=_converted(document, top["origin"], Id, "$.origin"),
        keeper=founding.keeper,
        at=at,
        founding=founding,
        rows=tuple(reader.rows()),
        imports=tuple(_imports(document, path.parent)),
    )


def _cited(value: object, common: dict[str, Any]) -> object:
    """Complete every citation that names no source with what is common to the file."""
    if isinstance(value, list):
        return [_cited(item, common) for item in value]
    if not isinstance(value, dict):
        return value
    found = {key: _cited(item, common) for key, item in value.items()}
    given = found.get("citation")
    if isinstance(given, dict) and "source" not in given:
        found["citation"] = {**common, **given}
    return found


def _fault(document: Document, message: str, path: str) -> MalformedError:
    return MalformedError(message, source=document.name, line=document.line(path), path=path, remedy=_REMEDY)


def _instant(document: Document, text: object, path: str) -> datetime:
    if not isinstance(text, str):
        raise _fault(document, "is not a date", path)
    try:
        return parse_instant(text)
    except MalformedError as error:
        raise _fault(document, error.problem.message, path) from error


def _converted(document: Document, value: object, kind: Any, path: str) -> Any:  # noqa: ANN401 - as asked for
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        fault = fault_of(error, value, kind).problem
        where = path + fault.path[1:]
        raise MalformedError.about(fault.told, source=document.name, line=document.line(where), path=where) from error


def _founding(document: Document, raw: object) -> ProgrammeBody:
    if not isinstance(raw, dict) or "public_key" in raw:
        raise _fault(
            document, "is not a mapping, or names a key: the keeper's key is made on this machine", "$.founding"
        )
    typed = _typed({**raw, "public_key": _NO_KEY}, _info(ProgrammeBody))
    body: ProgrammeBody = _converted(document, typed, ProgrammeBody, "$.founding")
    return body


def _imports(document: Document, folder: Path) -> Iterator[Import]:
    for path, raw in _items(document, "imports"):
        if not isinstance(raw, dict) or not {"file", "party"} <= raw.keys() <= {"file", "party", "profile"}:
            raise _fault(document, "an import names its file, its party and at most a profile", path)
        profile = raw.get("profile")
        if isinstance(profile, str) and profile.endswith(".toml"):
            profile = _beside(document, folder, profile, f"{path}.profile")
        elif profile is not None and not isinstance(profile, str):
            raise _fault(document, "is not the name of a profile", f"{path}.profile")
        file = _beside(document, folder, raw["file"], f"{path}.file")
        party = _converted(document, raw["party"], Id, f"{path}.party")
        yield Import(file=file, party=party, profile=profile)


def _beside(document: Document, folder: Path, name: object, path: str) -> Path:
    """Return a file that lies beside the programme file, and nowhere else: such a file may come from a stranger."""
    if not isinstance(name, str):
        raise _fault(document, "is not a file name", path)
    try:
        file = (folder / name).resolve()
        file.is_file()
    except (OSError, ValueError) as error:
        raise _fault(document, f"cannot be a file name: {error}", path) from error
    if not file.is_relative_to(folder.resolve()):
        raise _fault(document, f"{name!r} lies outside the programme file's folder", path)
    return file


def _items(document: Document, section: str) -> Iterator[tuple[str, Any]]:
    raw = document.value.get(section, [])
    if isinstance(raw, dict):
        yield f"$.{section}", raw
    elif isinstance(raw, list):
        for position, item in enumerate(raw):
            yield f"$.{section}[{position}]", item
    else:
        raise _fault(document, "is not a list", f"$.{section}")


class _Entries:
    """Turns entries into rows."""

    def __init__(self, document: Document, keeper: str, at: datetime) -> None:
        self._document = document
        self._keeper = keeper
        self._at = at

    def rows(self) -> Iterator[Row]:
        for section, kind in SECTIONS.items():
            for path, raw in _items(self._document, section):
                yield self._row(path, raw, kind)
        for path, raw in _items(self._document, "statements"):
            yield self._row(path, raw, None)

    def _row(self, path: str, raw: Any, kind: str | None) -> Row:  # noqa: ANN401 - whatever the file holds
        source = Source(name=self._document.name, sha256=self._document.sha256, path=path)
        try:
            if not isinstance(raw, dict):
                raise _fault(self._document, "is not a mapping", path)
            statements = [self._statement(path, raw)] if kind is None else self._sugared(path, dict(raw), kind)
            for one in statements:
                self._encoded(one, path, path if kind else f"{path}.body")
        except EnduseError as error:
            where = error.problem.path or path
            return Row(
                source=source,
                problems=(
                    Problem.about(
                        error.problem.told, source=self._document.name, line=self._document.line(where), path=where
                    ),
                ),
            )
        return Row(source=source, statements=tuple(statements))

    def _encoded(self, one: UnsignedStatement, path: str, body_path: str) -> None:
        """Refuse what could not be signed as a statement, with its path in the file."""
        try:
            encode(one.statement(self._document.name, one.party or self._keeper, 1))
        except EnduseError as error:
            where = _placed(error.problem.path, path, body_path)
            raise MalformedError.about(error.problem.told, path=where) from error

    def _sugared(self, path: str, body: dict[str, Any], kind: str) -> list[UnsignedStatement]:
        by = body.pop("by", self._keeper)
        at = _instant(self._document, body.pop("at"), f"{path}.at") if "at" in body else self._at
        accepted = body.pop("accepted", None) if kind == "mandate" else None
        if kind == "mandate":
            body.setdefault("action", "offer")
        statements = [self._unsigned(path, path, kind, {"occurred_at": at, "body": body}, by)]
        if accepted is not None:
            when = _instant(self._document, accepted, f"{path}.accepted")
            step = {"mandate": body.get("mandate"), "action": "accept", "reason": body.get("reason", "")}
            holder = body.get("holder")
            statements.append(self._unsigned(path, path, kind, {"occurred_at": when, "body": step}, holder))
        return statements

    def _statement(self, path: str, raw: dict[str, Any]) -> UnsignedStatement:
        unknown = raw.keys() - _HEAD
        if unknown or "kind" not in raw:
            odd = f"says {', '.join(sorted(unknown))}" if unknown else "says no kind"
            raise _fault(self._document, f"an entry {odd}; it has {', '.join(sorted(_HEAD))}", path)
        kind = raw["kind"]
        if not isinstance(kind, str):
            raise _fault(self._document, "is not the name of a kind", f"{path}.kind")
        if kind in {"programme", "clock", "key"}:
            raise _fault(self._document, f"a {kind} statement is made by the programme itself", path)
        fields = {key: value for key, value in raw.items() if key not in {"kind", "party"}}
        when = fields.get("occurred_at")
        fields["occurred_at"] = self._at if when is None else _instant(self._document, when, f"{path}.occurred_at")
        if kind == "goods" and isinstance(fields.get("body"), dict):
            fields["body"] = _event_as_text(fields["body"])
        return self._unsigned(path, f"{path}.body", kind, fields, raw.get("party", self._keeper))

    def _unsigned(
        self, path: str, body_path: str, kind: str, fields: dict[str, Any], party: object
    ) -> UnsignedStatement:
        if not isinstance(party, str):
            raise _fault(self._document, "no party says it", path)
        known = KINDS.get(kind)
        typed = fields if known is None else _typed(fields, _info(known))
        try:
            return unsigned_statement(kind, typed, party=party)
        except MalformedError as error:
            where = _placed(error.problem.path, path, body_path)
            raise MalformedError.about(error.problem.told, path=where) from error


def _placed(inner: str, path: str, body_path: str) -> str:
    """Return the path in the file of what lies at ``inner`` in the statement made of an entry."""
    return body_path + inner[len("$.body") :] if inner.startswith("$.body") else path + inner[1:]


def _event_as_text(body: dict[str, Any]) -> dict[str, Any]:
    """Let an EPCIS event be written as YAML; its quantities become JSON numbers with the digits as written."""
    event = body.get("event")
    if not isinstance(event, dict):
        return body
    try:
        return {**body, "event": msgspec.json.encode(_bare(event)).decode()}
    except UnicodeEncodeError as error:
        raise MalformedError("holds half a surrogate pair, which is no text", remedy=_REMEDY) from error


def _bare(value: object) -> object:
    if isinstance(value, list):
        return [_bare(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        key: msgspec.Raw(item.encode())
        if key == "quantity" and isinstance(item, str) and re.fullmatch(r"(0|[1-9]\d*)(\.\d+)?", item)
        else _bare(item)
        for key, item in value.items()
    }


@lru_cache(maxsize=64)
def _info(kind: type[Statement] | type[ProgrammeBody]) -> inspect.Type:
    return inspect.type_info(kind)


def _typed(value: Any, info: inspect.Type) -> Any:  # noqa: ANN401 - plain data in, plain data out
    """Bring texts to the whole numbers, truth values and instants that ``info`` asks for; all else stays as it is.

    What does not fit is left for the strict conversion to refuse: msgspec's own lax mode would read ``null`` as nothing
    and a bare number as seconds since 1970.
    """
    match info:
        case inspect.Metadata():
            return _typed(value, info.type)
        case inspect.UnionType():
            return _typed_union(value, info)
        case inspect.StructType() if isinstance(value, dict):
            kinds = {field.encode_name: field.type for field in info.fields}
            return {key: _typed(item, kinds[key]) if key in kinds else item for key, item in value.items()}
        case inspect.VarTupleType() | inspect.ListType() if isinstance(value, list):
            return [_typed(item, info.item_type) for item in value]
        case inspect.DictType() if isinstance(value, dict):
            return {key: _typed(item, info.value_type) for key, item in value.items()}
        case inspect.IntType() if isinstance(value, str) and _INTEGER.fullmatch(value):
            return int(value)
        case inspect.BoolType() if isinstance(value, str):
            return _TRUTH.get(value, value)
        case inspect.DateTimeType() if isinstance(value, str):
            if _FINE_SECOND.search(value):
                raise MalformedError(f"{value!r} is finer than a microsecond", remedy="round it yourself")
            return parse_instant(value) if _DATE.fullmatch(value) else value
    return value


def _typed_union(value: Any, info: inspect.UnionType) -> Any:  # noqa: ANN401 - plain data in, plain data out
    structs = [one for one in info.types if isinstance(one, inspect.StructType)]
    if isinstance(value, dict) and structs:
        chosen = [one for one in structs if one.tag_field is None or value.get(one.tag_field) == one.tag]
        return _typed(value, chosen[0]) if chosen else value
    for one in info.types:
        found = _typed(value, one)
        if found is not value:
            return found
    return value
