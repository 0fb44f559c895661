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
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from msgspec.structs import replace

from enduse.errors import EnduseError, FaultsError, MalformedError, Problem
from enduse.exchange.answers import NO_ANSWERS, Answers
from enduse.exchange.references import References
from enduse.exchange.typed import info_of, typed
from enduse.exchange.unsigned import Row, UnsignedStatement, unsigned_statement
from enduse.exchange.yamltext import Document, read_yaml
from enduse.messages import Message
from enduse.statements.base import Source
from enduse.statements.codec import KINDS, encode
from enduse.statements.faults import fault_of
from enduse.statements.party import PartyBody
from enduse.statements.programme import Founding, ProgrammeBody
from enduse.terms.forms import unknown_field
from enduse.terms.identifiers import Id
from enduse.terms.times import parse_instant

T = TypeVar("T")

SECTIONS: Final = {"parties": "party", "places": "place", "umbrella": "umbrella", "mandates": "mandate"}
"""Sections whose entries are bodies of one kind, in the order they are said."""

_TOP: Final = frozenset(("origin", "at", "citation", "founding", "statements", "imports", *SECTIONS))
_HEAD: Final = frozenset(("kind", "party", "occurred_at", "place", "refs", "body"))
_NO_KEY: Final = "0" * 64
_NOT_NAMED: Final = Message.of("programme_file.not_named")


class Import(msgspec.Struct, frozen=True, kw_only=True):
    """A table to bring in once the programme stands.

    Attributes:
        file: where it lies.
        party: who says what it says.
        profile: name of a shipped profile, or a profile file's path; by default by the table's header.
        answers: what is said of it where an earlier issue of it is brought in before.
    """

    file: Path
    party: Id
    profile: str | Path | None = None
    answers: Answers = NO_ANSWERS


class ProgrammeFile(msgspec.Struct, frozen=True, kw_only=True):
    """A read programme file.

    Attributes:
        origin: name of the record.
        keeper: party that keeps it.
        at: when it is founded.
        founding: body of the founding statement but for the keeper's key; see :meth:`founded`.
        rows: every entry in the order it is said, each with its statements or its problems.
        imports: tables to bring in after them.
        waits: what other parties than the keeper say waits until they take it in themselves, as in a workbook.
        notes: what of it was passed over.
    """

    origin: Id
    keeper: Id
    at: datetime
    founding: ProgrammeBody
    rows: tuple[Row, ...]
    imports: tuple[Import, ...] = ()
    waits: bool = False
    notes: tuple[Message, ...] = ()

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
        return (statement for row in self.rows for statement in row.statements)

    def said_by(self, party: str) -> int:
        """Return how many statements and tables a party says."""
        spoken = [statement.party or self.keeper for statement in self.statements]
        return [*spoken, *(table.party for table in self.imports)].count(party)

    @property
    def speakers(self) -> tuple[str, ...]:
        """The parties that say something, in the order they first do, the keeper first: each needs a key."""
        said = (statement.party for statement in self.statements if statement.party)
        return tuple(dict.fromkeys([self.keeper, *said, *(table.party for table in self.imports)]))

    @property
    def all_parties(self) -> tuple[str, ...]:
        """Those that say something, and then every other party that the file describes."""
        bodies = (statement.body for statement in self.statements)
        return tuple(dict.fromkeys([*self.speakers, *(body.party for body in bodies if isinstance(body, PartyBody))]))


def read_programme(path: Path) -> ProgrammeFile:
    """Read a programme file.

    Raises:
        UnknownError: there is no such file.
        LimitError: it is too large.
        MalformedError: it is not a programme file, or its founding is at fault, alone; names the line.
        FaultsError: its founding is at fault, and entries too; names all of them. Faults of entries alone are in
            ``problems`` of the result, what is named and nowhere described among them.
    """
    document = read_yaml(path)
    top = document.value
    if not isinstance(top, dict):
        raise MalformedError("programme_file.not_one", source=path.name)
    for name in ("origin", "at", "founding"):
        if name not in top:
            raise MalformedError("programme_file.lacks", source=path.name, line=1, path="$", name=name)
    for name in top:
        if name not in _TOP:
            raise _fault(
                document,
                f"$.{name}",
                unknown_field(name, sorted(_TOP)),
            )
    common = top.get("citation", {})
    if not isinstance(common, dict):
        raise _fault(document, "$.citation", _NOT_NAMED)
    document = msgspec.structs.replace(
        document, value={key: value if key == "citation" else _cited(value, common) for key, value in top.items()}
    )
    top = document.value
    return _read_parts(document, path.parent)


def _read_parts(document: Document, folder: Path) -> ProgrammeFile:
    """Read the parts of a programme file, each by itself, so that what is wrong with one hides no other."""
    top, faults = document.value, list[MalformedError]()

    def part(read: Callable[[], T]) -> T | None:
        try:
            return read()
        except MalformedError as error:
            faults.append(error)
            return None

    at = part(lambda: _instant(document, top["at"], "$.at"))
    founding = part(lambda: _founding(document, top["founding"]))
    origin: Id | None = part(lambda: _converted(document, top["origin"], Id, "$.origin"))
    imports = part(lambda: tuple(_imports(document, folder)))
    rows = tuple(_Entries(document, founding.keeper if founding else "-", at or datetime.now(UTC)).rows())
    if founding is not None:
        rows = _referred(document, founding, rows, imports or ())
    if len(faults) == 1 and not any(row.problems for row in rows):
        raise faults[0]
    if at is None or founding is None or origin is None or imports is None:
        problems = (*(each.problem for each in faults), *(problem for row in rows for problem in row.problems))
        raise FaultsError("programme_file.faults", problems, n=len(problems), source=document.name)
    return ProgrammeFile(origin=origin, keeper=founding.keeper, at=at, founding=founding, rows=rows, imports=imports)


def _referred(
    document: Document, founding: ProgrammeBody, rows: tuple[Row, ...], imports: tuple[Import, ...]
) -> tuple[Row, ...]:
    """Return the rows, those with faults instead that name what nobody describes; what the founding so names comes first."""
    known = References(founding, _described(document))
    found = [(f"$.founding{path}", problem) for path, problem in known.of_founding(founding)]
    for at, table in enumerate(imports):
        said = UnsignedStatement(kind=Founding, occurred_at=datetime.now(UTC), party=table.party)
        found += [(f"$.imports[{at}].party", problem) for _, problem in known.of_statement(said)]
    checked = (
        [Row(source=Source(name=document.name, sha256=document.sha256), problems=_at(document, found))] if found else []
    )
    for row in rows:
        inner = f"{row.source.path}.body" if row.source.path.startswith("$.statements") else row.source.path
        unknown = [
            (inner + path if path else f"{row.source.path}.party", problem)
            for one in row.statements
            for path, problem in known.of_statement(one)
        ]
        checked.append(Row(source=row.source, problems=_at(document, unknown)) if unknown else row)
    return tuple(checked)


def _described(document: Document) -> Iterator[tuple[str, str]]:
    """Give the kind and identifier of everything that entries describe, sound or not."""
    for section, kind in SECTIONS.items():
        for _, raw in _items(document, section):
            if isinstance(raw, dict) and isinstance(name := raw.get(kind), str):
                yield kind, name
    for _, raw in _items(document, "statements"):
        if not isinstance(raw, dict) or not isinstance(body := raw.get("body"), dict):
            continue
        stated, name = raw.get("kind"), body.get(str(raw.get("kind")))
        if isinstance(stated, str) and isinstance(name, str):
            yield stated, name


def _at(document: Document, found: list[tuple[str, Problem]]) -> tuple[Problem, ...]:
    placed = (replace(each, source=document.name, line=document.line(path), path=path) for path, each in found)
    return tuple({str(each): each for each in placed}.values())


def _cited(value: object, common: dict[str, Any]) -> object:
    """Complete every citation that names no source with what is common to the file."""
    if isinstance(value, list):
        return [_cited(item, common) for item in value]
    if not isinstance(value, dict):
        return value
    cited = {key: _cited(item, common) for key, item in value.items()}
    given = cited.get("citation")
    if isinstance(given, dict) and "source" not in given:
        cited["citation"] = {**common, **given}
    return cited


def _fault(document: Document, path: str, fault: Message) -> MalformedError:
    line = document.line(path)
    return MalformedError(fault.code, source=document.name, line=line, path=path, **fault.values)


def _instant(document: Document, text: object, path: str) -> datetime:
    if not isinstance(text, str):
        raise _fault(document, path, Message.of("programme_file.not_a_date"))
    try:
        return parse_instant(text)
    except MalformedError as error:
        error.problem = replace(error.problem, source=document.name, line=document.line(path), path=path)
        raise


def _converted(document: Document, value: object, kind: Any, path: str) -> Any:  # noqa: ANN401 - as asked for
    try:
        return msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        fault = fault_of(error, value, kind).problem
        where = path + fault.path[1:]
        raise MalformedError.about(fault.told, source=document.name, line=document.line(where), path=where) from error


def _founding(document: Document, raw: object) -> ProgrammeBody:
    if not isinstance(raw, dict) or "public_key" in raw:
        raise _fault(document, "$.founding", Message.of("programme_file.founding"))
    given = typed({**raw, "public_key": _NO_KEY}, info_of(ProgrammeBody))
    body: ProgrammeBody = _converted(document, given, ProgrammeBody, "$.founding")
    return body


def _imports(document: Document, folder: Path) -> Iterator[Import]:
    for path, raw in _items(document, "imports"):
        if not isinstance(raw, dict) or not {"file", "party"} <= raw.keys() <= {"file", "party", "profile"}:
            raise _fault(document, path, Message.of("programme_file.import"))
        profile = raw.get("profile")
        if isinstance(profile, str) and profile.endswith(".toml"):
            profile = _beside(document, folder, profile, f"{path}.profile")
        elif profile is not None and not isinstance(profile, str):
            raise _fault(document, f"{path}.profile", Message.of("programme_file.not_a_name"))
        file = _beside(document, folder, raw["file"], f"{path}.file")
        party = _converted(document, raw["party"], Id, f"{path}.party")
        yield Import(file=file, party=party, profile=profile)


def _beside(document: Document, folder: Path, name: object, path: str) -> Path:
    """Return a file that lies beside the programme file, and nowhere else: such a file may come from a stranger."""
    if not isinstance(name, str):
        raise _fault(document, path, Message.of("programme_file.not_a_name"))
    try:
        file = (folder / name).resolve()
        file.is_file()
    except (OSError, ValueError) as error:
        raise _fault(document, path, Message.of("programme_file.not_a_name")) from error
    if not file.is_relative_to(folder.resolve()):
        raise _fault(document, path, Message.of("programme_file.file_outside", file=name))
    return file


def _items(document: Document, section: str) -> Iterator[tuple[str, Any]]:
    raw = document.value.get(section, [])
    if isinstance(raw, dict):
        yield f"$.{section}", raw
    elif isinstance(raw, list):
        for position, item in enumerate(raw):
            yield f"$.{section}[{position}]", item
    else:
        raise _fault(document, f"$.{section}", Message.of("programme_file.not_a_list"))


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
                raise _fault(self._document, path, _NOT_NAMED)
            statements = [self._statement(path, raw)] if kind is None else self._sugared(path, dict(raw), kind)
            for statement in statements:
                self._encoded(statement, path, path if kind else f"{path}.body")
        except EnduseError as error:
            where = error.problem.path or path
            line = self._document.line(where)
            return Row(source=source, problems=(replace(error.at(self._document.name, line), path=where),))
        return Row(source=source, statements=tuple(statements))

    def _encoded(self, statement: UnsignedStatement, path: str, body_path: str) -> None:
        """Refuse what could not be signed as a statement, with its path in the file."""
        try:
            encode(statement.statement(self._document.name, statement.party or self._keeper, 1))
        except EnduseError as error:
            error.problem = replace(error.problem, path=_placed(error.problem.path, path, body_path))
            raise

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
        for key in raw:
            if key not in _HEAD:
                raise _fault(
                    self._document,
                    path,
                    unknown_field(key, sorted(_HEAD)),
                )
        kind = raw.get("kind")
        if not isinstance(kind, str):
            raise _fault(self._document, f"{path}.kind", Message.of("programme_file.no_kind", kinds=sorted(KINDS)))
        if kind in {"programme", "clock", "key"}:
            raise _fault(self._document, path, Message.of("programme_file.kind_made_here", kind=kind))
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
            raise _fault(self._document, path, Message.of("programme_file.nobody_says_it"))
        known = KINDS.get(kind)
        given = fields if known is None else typed(fields, info_of(known))
        try:
            return unsigned_statement(kind, given, party=party)
        except MalformedError as error:
            error.problem = replace(error.problem, path=_placed(error.problem.path, path, body_path))
            raise


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
        raise MalformedError("programme_file.half_character") from error


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
