"""Asks a person for what a kind of statement needs, one field after the other, and checks each answer as it comes.

Nothing here is worded: a question is a value, and whoever asks it finds the words. An answer that a field does not take is
said, and the question asked again.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, get_type_hints

import msgspec
from msgspec import inspect

from enduse.errors import EnduseError, MalformedError
from enduse.exchange.field_info import form_of, groups_of, holds_structs, plain_type, struct_of
from enduse.exchange.questions import FormField, Person, Question, When
from enduse.exchange.short_forms import SHORT_FORMS, ShortForm
from enduse.exchange.tables.unit_words import UNIT_WORDS
from enduse.exchange.typed import info_of, typed
from enduse.exchange.unsigned import unsigned_statement
from enduse.exchange.yamltext import read_yaml
from enduse.messages import Message
from enduse.statements.codec import KINDS, type_of
from enduse.statements.faults import fault_of
from enduse.terms.forms import nearest, unknown_word
from enduse.terms.identifiers import Id

ELSEWHERE: Final = {"programme": "enduse new", "clock": "enduse add", "document": "enduse attach", "key": "enduse key"}
"""Kinds that are made by other commands."""

OWN_NAME: Final = frozenset(KINDS) - {
    "mandate",
    "party",
    "place",
    "post",
    "umbrella",
    "request",
    "undertaking",
    *ELSEWHERE,
}
"""Kinds whose own identifier, a field of the same name, is made up for each statement."""

AT_A_PLACE: Final = frozenset(("goods", "reading"))
"""Kinds that mean little without the place at which it happened."""

SORTS: Final = {
    "party": (
        "by contractor custodian donor entity holder member_of members office other owned_by owner party payee recipient"
        " speaker carrier receiver sender advance_from"
    ),
    "place": "place places within to_place",
    "project": "project subject",
    "material": "material",
    "function": "function functions",
    "tranche": "tranche",
    "mandate": "mandate succeeds",
}
"""Fields that name something which is known, by what it is."""

_SORT_OF: Final = {field: sort for sort, fields in SORTS.items() for field in fields.split()}
_NOWHERE: Final = "place:none"
"""Stands in while a place is not answered yet, so that everything else can be judged; it is never signed."""
_YES: Final = "yes"
_NO: Final = "no"
_ANSWERS: Final = {_YES: _YES, "y": _YES, "نعم": _YES, _NO: _NO, "n": _NO, "لا": _NO}
"""What people write for yes and no."""
_DIGEST_LENGTH: Final = 64
_DESCRIBED: Final = frozenset(("party", "place", "project"))
"""Sorts of which each one is described by a statement of its own."""


class Form:
    """The questions of one kind of statement."""

    def __init__(
        self, kind: str, person: Person, known: Mapping[str, Sequence[str]], own_name: str, speaker: str = ""
    ) -> None:
        """Raises an error for a kind that there is not, or that another command makes.

        Args:
            kind: of statement.
            person: who answers.
            known: identifiers by what they are of (:data:`SORTS`).
            own_name: what makes the identifier of the new statement unlike any other, where it has one.
            speaker: party that says it; whose stock is counted, unless another is answered.
        """
        if kind in ELSEWHERE:
            raise MalformedError("say.made_elsewhere", kind=kind, command=ELSEWHERE[kind])
        self._short = SHORT_FORMS.get(kind) or ShortForm(kind=kind)
        self.kind, self.person, self._known = self._short.kind, person, known
        hints = get_type_hints(type_of(self.kind), include_extras=True)
        self._own_name, self._speaker = f"{self.kind}:{own_name}", speaker
        self._body: Any = self._short.asks or hints["body"]
        self._answers: dict[str, Any] = {}

    @property
    def tells_goods(self) -> bool:
        """Whether it tells of goods in plain fields, of which one is whose they are."""
        return self.kind == "goods" and self._short.asks is not None

    @property
    def about(self) -> str | None:
        """What it is about, as answered: a consignment, or what the kind calls so; ``None`` where nothing is named."""
        return next(
            (
                str(self._answers[name])
                for name in ("consignment", "about", "project", "subject", "tranche")
                if name in self._answers
            ),
            None,
        )

    def fields(self) -> tuple[FormField, ...]:
        """Return every field that may be answered, of each list the first item, in the order in which they are asked."""
        given = {self.kind if self.kind in OWN_NAME else "", *self._short.given}
        found = self._fields(info_of(self._body), (), needed=True)
        return tuple(field for field in found if field.question.path[0] not in given)

    def _fields(
        self,
        info: inspect.Type,
        path: tuple[str, ...],
        when: When = None,
        *,
        needed: bool,
        within: tuple[type, ...] = (),
    ) -> Iterator[FormField]:
        match plain := plain_type(info):
            case inspect.StructType() if plain.cls not in within:  # a condition may hold conditions: one is shown
                for field in plain.fields:
                    inner, whole = (*path, field.encode_name), needed and field.required
                    yield from self._fields(field.type, inner, when, needed=whole, within=(*within, plain.cls))
            case inspect.UnionType():
                tags = {str(each.tag): each for each in groups_of(plain)}
                which = (*path, str(next(iter(tags.values())).tag_field))
                asked = Question(path=which, what="which", choices=tuple(tags))
                yield FormField(question=asked, needed=needed, when=when)
                for tag, each in tags.items():
                    yield from self._fields(each, path, (which, tag), needed=True, within=within)
            case inspect.VarTupleType() | inspect.ListType() if holds_structs(plain.item_type):
                if not any(each.cls in within for each in groups_of(plain.item_type)):
                    yield from self._fields(plain.item_type, (*path, "1"), when, needed=needed, within=within)
            case _ if not isinstance(plain, inspect.StructType):
                yield FormField(question=self._question(info, path), needed=needed, when=when)

    def renamed(self, body: Mapping[str, Any], own_name: str) -> dict[str, Any]:
        """Return a body with the identifier that was made up for it made up anew; one that was given stays.

        Others may have said something since, so that the first would be taken twice.
        """
        mine = body.get(self.kind) == self._own_name
        return {**body, self.kind: f"{self.kind}:{own_name}"} if mine else dict(body)

    def fill(
        self, given: Mapping[str, Any], place: str | None = None, at: datetime | None = None
    ) -> tuple[dict[str, Any], str | None]:
        """Ask for whatever is not given, until it makes a statement; returns its body and its place.

        Args:
            given: fields that need no question, as texts or as they stand in JSON.
            place: where it happened, where that is given: its identifier, or the end of one alone.
            at: when it happened; now, where that is not given.

        Raises:
            MalformedError: what was given makes no such statement, and there is nobody to ask.
            UnknownError: a field is given that there is not.
        """
        body = shaped({**self._short.given, **given}, info_of(self._body), self.person.language)
        at, place = at or datetime.now(UTC), place and self._meant(place, self._offered("place"))
        if self.kind in OWN_NAME and any(
            field.encode_name == self.kind for field in struct_of(info_of(self._body)).fields
        ):
            body.setdefault(self.kind, self._own_name)
        asked = False
        while True:
            try:
                self._answers, made = body, self._made(body, place, at)
                unsigned_statement(self.kind, {"occurred_at": at, "place": place, "body": made})
                if self.kind not in AT_A_PLACE or place is not None or (asked and self._short.make is None):
                    return made, place
            except EnduseError as error:
                fault = error
                if asked:
                    self.person.wrong(error.problem.told)
                    _drop(body, error.problem.path)
            else:
                fault = MalformedError("say.no_place", kind=self.kind)
                if asked:
                    self.person.wrong(fault.problem.told)
            try:
                if self.kind in AT_A_PLACE and place is None:
                    place = self._place()
                body = self._struct(self._body, body, (), again=asked)
            except EOFError:
                raise fault from None
            asked = True

    def unknown(self, place: str | None) -> list[Message]:
        """Return what the answers name that is not known here: parties, places and projects, and misspelt materials.

        It is no fault: the keeper may have described it since. But nothing else would show a slip of the pen.
        """
        named = {("place", place): None} if place else {}
        named |= dict.fromkeys(_named(self._answers, () if self._short.make else (self.kind,)))
        about = self._answers.get("about")
        return [*_unknown(named, self._known), *unknown_names([about if isinstance(about, str) else None], self._known)]

    def _made(self, body: dict[str, Any], place: str | None, at: datetime) -> dict[str, Any]:
        """Return the body of the statement that the fields make.

        Raises:
            MalformedError: they are not what is asked for.
        """
        if self._short.make is None:
            return body
        try:
            msgspec.convert(body, self._body)
        except msgspec.ValidationError as error:
            raise fault_of(error, body, self._body) from error
        return self._short.make(body, place or _NOWHERE, at)

    def _place(self) -> str | None:
        form = Message.of("form.identifier", example="place:depot")
        asked = Question(path=("place",), form=form, offered=self._offered("place"), default="")
        while place := self._meant(self.person.answer(asked).strip(), asked.offered):
            try:
                msgspec.convert(place, Id)
            except msgspec.ValidationError as error:
                self.person.wrong(fault_of(error, place, Id).problem.told)
            else:
                return place
        return None

    def _struct(
        self,
        kind: Any,  # noqa: ANN401 - a group of fields
        given: Mapping[str, Any],
        path: tuple[str, ...],
        *,
        again: bool = False,
    ) -> dict[str, Any]:
        """Ask for the fields of a group: those it needs, then whichever else a person wants to add, or answer ``again``."""
        fields = struct_of(info_of(kind)).fields
        hints = get_type_hints(kind, include_extras=True)
        value = dict(given)
        for field in fields:
            if field.required and field.encode_name not in value:
                value[field.encode_name] = self._field(hints[field.name], (*path, field.encode_name))
        while (needed := _needed(value, kind)) in hints and needed not in value:
            value[needed] = self._field(hints[needed], (*path, needed))
        while left := tuple(f.encode_name for f in fields if again or (not f.required and f.encode_name not in value)):
            more = self.person.answer(Question(path=path, what="more", choices=left, default="")).strip()
            if not more:
                break
            if more in left:
                value[more] = self._field(hints[more], (*path, more))
            else:
                self.person.wrong(unknown_word(more, Message.of("form.choice"), {name: name for name in left}))
        return value

    def _field(self, kind: Any, path: tuple[str, ...]) -> Any:  # noqa: ANN401 - whatever a field holds
        """Ask for one field until the answer fits."""
        while True:
            value = self._asked(info_of(kind), path)
            try:
                msgspec.convert(value, kind)
            except msgspec.ValidationError as error:
                self.person.wrong(fault_of(error, value, kind).problem.told)
            else:
                return value

    def _asked(self, info: inspect.Type, path: tuple[str, ...]) -> Any:  # noqa: ANN401
        match plain := plain_type(info):
            case inspect.StructType():
                return self._struct(plain.cls, {}, path)
            case inspect.UnionType():
                return self._one_of(groups_of(plain), path)
            case inspect.VarTupleType() | inspect.ListType() if holds_structs(plain.item_type):
                items: list[Any] = []
                while True:
                    items.append(self._asked(plain.item_type, (*path, str(len(items) + 1))))
                    again = Question(path=path, what="another", choices=(_YES, _NO), default=_NO)
                    if self.chosen(again) == _NO:
                        return items
        return self._value(info, path)

    def _one_of(self, kinds: Sequence[inspect.StructType], path: tuple[str, ...]) -> dict[str, Any]:
        tags = {str(kind.tag): kind for kind in kinds}
        tag = self.chosen(Question(path=path, what="which", choices=tuple(tags)))
        return {str(tags[tag].tag_field): tag, **self._struct(tags[tag].cls, {}, path)}

    def chosen(self, question: Question) -> str:
        """Ask until one of the question's choices is answered."""
        while True:
            said = self.person.answer(question).strip() or question.default or ""
            said = said if said in question.choices else _ANSWERS.get(said.casefold(), said)
            if said in question.choices:
                return said
            words = {word: word for word in question.choices}
            self.person.wrong(unknown_word(said, Message.of("form.choice"), words))

    def _value(self, info: inspect.Type, path: tuple[str, ...]) -> Any:  # noqa: ANN401
        question = self._question(info, path)
        said = self.person.answer(question).strip() or question.default or ""
        return shaped(self._meant(said, question.offered), info, self.person.language)

    def _question(self, info: inspect.Type, path: tuple[str, ...]) -> Question:
        plain, name = plain_type(info), next(step for step in reversed(path) if not step.isdecimal())
        many = isinstance(plain, inspect.VarTupleType | inspect.ListType)
        return Question(
            path=path,
            form=form_of(info),
            choices=tuple(map(str, plain.values)) if isinstance(plain, inspect.LiteralType) else (),
            offered=self._offered(name),
            default="" if many else self._speaker if name == "custodian" and self._speaker else None,
            many=many,
        )

    def _meant(self, said: str, offered: Sequence[str]) -> str:
        """Return the identifier that is meant by its end, ``mosul`` for ``place:mosul``, where it is one alone."""
        return said if said in offered else _by_end(said, offered) or said

    def _offered(self, name: str) -> tuple[str, ...]:
        return tuple(self._known.get(_SORT_OF.get(name, ""), ()))


def _by_end(said: str, there: Iterable[str]) -> str | None:
    """Return the identifier that ends so, ``place:mosul`` for ``mosul``; ``None`` where that is none, or several."""
    meant = [known for known in there if known.endswith(f":{said}")]
    return meant[0] if len(meant) == 1 else None


def unknown_names(names: Iterable[str | None], known: Mapping[str, Sequence[str]]) -> list[Message]:
    """Return which of some names are not known here: parties, places and projects, and words that say of nothing what it is.

    Args:
        names: identifiers; ``None``, those of other things and statements' own (64 digits) are passed over.
        known: identifiers by what they are of.
    """
    given = [name for name in names if name is not None]
    there = {name for each in known.values() for name in each}
    plain = (name for name in given if ":" not in name and len(name) != _DIGEST_LENGTH and name not in there)
    told = _unknown([(sort, name) for name in given if (sort := name.partition(":")[0]) in _DESCRIBED], known)
    described = {name for sort in _DESCRIBED for name in known.get(sort, ())}
    return [*told, *(_not_known(name, _by_end(name, described)) for name in plain)]


def _unknown(named: Iterable[tuple[str, str]], known: Mapping[str, Sequence[str]]) -> list[Message]:
    found = []
    for sort, name in named:
        there = known.get(sort, ())
        if not there or name in there:
            continue
        if (meant := nearest(name, there)) is not None or sort in _DESCRIBED:
            found.append(_not_known(name, meant))
    return found


def _not_known(name: str, meant: str | None) -> Message:
    if meant is None:
        return Message.of("say.not_described", name=name)
    return Message.of("say.perhaps_misspelt", name=name, nearest=meant)


def shaped(value: Any, info: inspect.Type, language: str) -> Any:  # noqa: ANN401 - plain data in, plain data out
    """Bring what a person wrote to the shape of a field: a list where it takes several, a text in the person's language.

    Args:
        value: a text, or plain data that holds texts.
        info: what the field holds.
        language: in which the person writes.
    """
    match plain := plain_type(info):
        case inspect.StructType() if isinstance(value, dict):
            kinds = {field.encode_name: field.type for field in plain.fields}
            return {
                name: shaped(each, kinds[name], language) if name in kinds else each for name, each in value.items()
            }
        case inspect.VarTupleType() | inspect.ListType() if isinstance(value, dict) and all(map(str.isdecimal, value)):
            return [shaped(value[at], plain.item_type, language) for at in sorted(value, key=int)]
        case inspect.VarTupleType() | inspect.ListType() if isinstance(value, str):
            items = [item.strip() for item in value.split(",") if item.strip()]
            return [shaped(item, plain.item_type, language) for item in items]
        case inspect.DictType() if isinstance(value, str):
            return {language: value} if value else {}
        case inspect.BoolType() if isinstance(value, str) and value.casefold() in _ANSWERS:
            return _ANSWERS[value.casefold()] == _YES
        case inspect.StrType() if isinstance(value, str) and (form := form_of(info)) and form.code == "form.unit":
            return UNIT_WORDS.get(value, value)
    try:
        return typed(value, plain)
    except EnduseError:
        return value  # the field itself says what is wrong with it


def set_fields(pairs: Iterable[str]) -> dict[str, Any]:
    """Return the fields that are given as texts such as ``amount.value=5``.

    Raises:
        MalformedError: one is no such text, or sets a field within one that is set as a whole.
    """
    given: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        *groups, last = name.split(".")
        inner: Any = given
        for group in groups:
            inner = inner.setdefault(group, {}) if isinstance(inner, dict) else None
        if not equals or not last or not isinstance(inner, dict):
            raise MalformedError("say.not_a_field", text=pair)
        inner[last] = value
    return given


def read_fields(file: Path) -> dict[str, Any]:
    """Return the fields that a file gives, in JSON or YAML.

    Raises:
        UnknownError, LimitError, MalformedError: it cannot be read, or holds no named fields.
    """
    value = read_yaml(file).value
    if not isinstance(value, dict):
        raise MalformedError("say.no_fields", source=str(file))
    return value


def _named(value: Any, own: tuple[str, ...]) -> Iterator[tuple[str, str]]:  # noqa: ANN401 - plain data
    """Yield what a body names, each with its sort; a field called as in ``own`` names the statement itself."""
    for field, each in value.items():
        for item in each if isinstance(each, list | tuple) else (each,):
            if isinstance(item, dict):
                yield from _named(item, ())
            elif isinstance(item, str) and field in _SORT_OF and field not in own:
                yield _SORT_OF[field], item


def _needed(value: dict[str, Any], kind: Any) -> str:  # noqa: ANN401 - a group of fields
    """Return the field that a group needs because of what was answered in another; empty where it needs none."""
    try:
        msgspec.convert(value, kind)
    except msgspec.ValidationError as error:
        return str(fault_of(error, value, kind).problem.told.values.get("needed", ""))
    return ""


def _drop(body: dict[str, Any], path: str) -> None:
    """Forget the answer at fault, so that it is asked again; none where the fault is in no single one."""
    name = path.removeprefix("$").removeprefix(".body").lstrip(".").partition(".")[0].partition("[")[0]
    body.pop(name, None)
