"""A statement as its fields, one text each, and said again with some of them changed; every other digit stays as it was written."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import msgspec

from enduse.errors import ConflictError, MalformedError, UnknownError
from enduse.exchange.unsigned import UnsignedStatement, unsigned_statement
from enduse.statements.base import Statement
from enduse.statements.codec import kind_of
from enduse.statements.epcis import class_uri
from enduse.statements.goods import Goods
from enduse.terms.times import format_instant

HEAD: Final = ("occurred_at", "place")
"""What every statement says, whatever its kind."""

WORDS: Final = {
    "waybill": ("bizTransaction",),
    "consignment": ("bizTransaction",),
    "material": ("epcClass",),
    "item": ("epcClass",),
    "unit": ("uom",),
    "date": ("eventTime", "occurred_at"),
    "day": ("eventTime", "occurred_at"),
    "step": ("bizStep",),
    "receiver": ("destination",),
    "sender": ("source",),
}
"""What people call a field, and how its path may end."""
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INDEX: Final = re.compile(r"\[[0-9]+\]")

EVENT_TIME: Final = "eventTime"
EVENT_ID: Final = "eventID"


class _Digits(str):
    """A number, as it was written."""

    __slots__ = ()


def fields_of(statement: Statement) -> dict[str, str]:
    """Return what a statement says, as text by the path of each field; of goods the fields of its event.

    Paths are as ``amount.value`` or ``quantityList[0].quantity``.
    """
    head = {"occurred_at": format_instant(statement.occurred_at), "place": statement.place or ""}
    body = _body(statement)
    if isinstance(statement, Goods) and EVENT_TIME in body:
        del head["occurred_at"]  # the event has its own
    return {**head, **{path: _text(value) for path, value in _leaves(body, "")}}


def by_path(
    statement: Statement, changes: Mapping[str, str], meant: Callable[[str, str], str] = lambda _before, text: text
) -> dict[str, str]:
    """Return changes by the paths of fields, where people may have said ``quantity``, ``waybill`` or ``date``.

    A word means the field of that path, also one that was left out, else the one whose path ends so, with or without ``.value``;
    else what people call it.
    A day keeps the time of day that was said; a material becomes its class.

    Args:
        statement: that was said.
        changes: new text of fields.
        meant: gives what a text means, where it may be a name for what the field said before.

    Raises:
        UnknownError: it has no such field.
        ConflictError: several fields may be meant, or one is given twice.
    """
    known = fields_of(statement)
    unsaid = dict.fromkeys(_unsaid(statement), "")
    found: dict[str, str] = {}
    for word, text in changes.items():
        path = word.strip() if word.strip() in unsaid else _path(word.strip(), known)
        before = known.get(path, "")
        value = _value(path, meant(before, text) if before else text, before)
        if found.setdefault(path, value) != value:
            raise ConflictError("correct.field_twice", field=word, of=path)
    return found


def _value(path: str, text: str, before: str) -> str:
    """Return what a field should say, where people may have said a day or the name of a material."""
    if path in {EVENT_TIME, "occurred_at"} and _DAY.fullmatch(text):
        return f"{text}{before[10:]}"
    return class_uri(text) if path.endswith("epcClass") and ":" not in text else text


def _path(word: str, known: Mapping[str, str]) -> str:
    if word == "place" and (named := [path for path in ("bizLocation.id", "readPoint.id") if path in known]):
        return named[0]  # of goods the place is the event's
    if word in known:
        return word
    for end in (word, *WORDS.get(word, ())):
        for whole in (True, False):
            fitting = [path for path in known if _ends(path, end, whole=whole)]
            if len(fitting) > 1:
                raise ConflictError("correct.several_fields", field=word, fields=fitting)
            if fitting:
                return fitting[0]
    raise UnknownError("correct.no_such_field", field=word, fields=list(known))


def _ends(path: str, end: str, *, whole: bool) -> bool:
    """Say whether a path is a word, or ends with it; neither place in a list nor ``enduse:`` nor ``.value`` counts."""
    plain = _INDEX.sub("", path).replace("enduse:", "").removesuffix(".value")
    return plain == end if whole else plain.endswith(f".{end}")


def restated(statement: Statement, changes: Mapping[str, str], refs: tuple[str, ...] = ()) -> UnsignedStatement:
    """Return a statement as it is said again, with some fields changed.

    Args:
        statement: as it was said.
        changes: new text by path, of those that :func:`fields_of` gives, or of a field that was left out.
        refs: identifiers of statements it answers.

    Raises:
        UnknownError: it has no such field.
        MalformedError: with these values it is no such statement.
    """
    known = fields_of(statement)
    unsaid = _unsaid(statement)
    for path in changes:
        if path not in known and path not in unsaid:
            raise UnknownError("correct.no_such_field", field=path, fields=list(known))
    head = {"occurred_at": format_instant(statement.occurred_at), "place": statement.place or ""}
    head |= {path: text for path, text in changes.items() if path in HEAD}
    body = _with(_body(statement), {path: text for path, text in changes.items() if path not in HEAD}, "")
    body |= {path: text for path, text in changes.items() if path in unsaid}
    if isinstance(statement, Goods):
        if EVENT_TIME in changes:
            head["occurred_at"] = changes[EVENT_TIME]
        if EVENT_ID not in changes:
            body.pop(EVENT_ID, None)  # the event that is taken back bears it
        body = {"event": _written(body)}
    fields = {"occurred_at": head["occurred_at"], "place": head["place"] or None, "refs": refs, "body": body}
    return unsigned_statement(kind_of(statement), fields, source=statement.source)


def _unsaid(statement: Statement) -> frozenset[str]:
    """Return the fields of a statement that may be given and were not; of goods none, whose event is another party's form."""
    body = getattr(statement, "body", None)
    if isinstance(statement, Goods) or not isinstance(body, msgspec.Struct):
        return frozenset()
    return frozenset(name for name in body.__struct_fields__ if getattr(body, name) is None)


def _body(statement: Statement) -> Any:  # noqa: ANN401 - whatever JSON holds
    if isinstance(statement, Goods):
        return json.loads(statement.body.event, parse_float=_Digits, parse_int=_Digits)
    return msgspec.to_builtins(getattr(statement, "body", {}))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, dict):
        for name, item in value.items():
            yield from _leaves(item, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            yield from _leaves(item, f"{path}[{number}]")
    elif path and value is not None:
        yield path, value


def _text(value: object) -> str:
    return json.dumps(value) if isinstance(value, bool) else str(value)


def _with(value: Any, changes: Mapping[str, str], path: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return a value with the texts of some of its leaves changed; what was a number or a yes or no stays one."""
    if isinstance(value, dict):
        return {name: _with(item, changes, f"{path}.{name}" if path else str(name)) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_with(item, changes, f"{path}[{number}]") for number, item in enumerate(value)]
    text = changes.get(path)
    if text is None:
        return value
    if isinstance(value, bool):
        if text not in {"true", "false"}:
            raise MalformedError("correct.not_yes_or_no", path=path, text=text)
        return text == "true"
    if isinstance(value, _Digits | int):
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite():
            raise MalformedError("correct.not_a_number", path=path, text=text)
        return _Digits(text) if isinstance(value, _Digits) else int(number) if number == int(number) else text
    return text


def _written(value: Any) -> str:  # noqa: ANN401 - whatever JSON holds
    """Return JSON text in which numbers have the digits they were written with."""
    if isinstance(value, _Digits):
        return str(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(name)}: {_written(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_written, value)) + "]"
    return json.dumps(value, ensure_ascii=False)
