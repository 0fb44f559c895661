"""What is wrong with data that does not fit its type: where, what was read, what belongs there, in plain words.

msgspec says *that* data does not fit, in words for programmers. Here the data is walked along its type, and the first
misfit is told in words that the types carry themselves (:mod:`enduse.terms.forms`); every door that converts data
into our types tells its faults by :func:`fault_of`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final

import msgspec
from msgspec import inspect

from enduse.errors import InvalidValueError, MalformedError
from enduse.messages import Message
from enduse.statements.jsontext import unique_keys
from enduse.terms.forms import nearest, unknown_field, unknown_word
from enduse.terms.names import marks_in, without_marks
from enduse.terms.times import parse_instant

SHOWN: Final = 60
"""Characters of a wrong value that are shown."""

_PLAIN_NAME: Final = re.compile(r"[A-Za-z_]\w*")
_MOST_DIGITS: Final = 20
_FORM_OF_TAG: Final = {"kind": "form.statement", "is": "form.condition", "pays": "form.formula"}

Fault = tuple[str, Message]
"""The path of a fault, and what it is."""


def fault_of(error: msgspec.ValidationError, data: object, kind: Any) -> MalformedError:  # noqa: ANN401 - any type
    """Return what is wrong with ``data``, given msgspec's error.

    Args:
        error: with which msgspec refused it.
        data: as it was read: JSON bytes, or plain data.
        kind: type it was to be converted to.
    """
    value = written(data) if isinstance(data, bytes) else data
    fault = next(_faults(value, _info(kind), "$"), None)
    if fault is None:
        # The types fit, so it is a rule of a struct that refused; msgspec knows of which.
        _, _, path = str(error).partition(" - at `")
        cause = error.__cause__
        path = path.rstrip("`") or "$"
        if isinstance(cause, InvalidValueError):
            fault = (path + cause.path, cause.message)
        else:
            fault = (path, Message.of("field.unclear"))
    return MalformedError.about(fault[1], path=fault[0])


def written(payload: bytes) -> Any:  # noqa: ANN401 - whatever stands there
    """Return JSON as it is written: numbers with a point as exact decimals.

    Raises:
        MalformedError: a key stands twice, or it is no JSON.
    """
    try:
        return json.loads(payload.decode(), parse_float=Decimal, parse_int=_whole, object_pairs_hook=unique_keys)
    except (ValueError, RecursionError) as error:
        raise not_json(error) from error


def not_json(error: Exception) -> MalformedError:
    """Return where JSON in UTF-8 goes wrong, given the error of whichever parser refused it."""
    match error:
        case json.JSONDecodeError():
            position = error.pos
        case UnicodeDecodeError():
            position = error.start
        case _:
            told = re.search(r"byte (\d+)", str(error))
            position = int(told[1]) if told else 0
    return MalformedError("json.broken", position=position + 1)


def _whole(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _MOST_DIGITS else Decimal(digits)


@lru_cache(maxsize=64)
def _info(kind: Any) -> inspect.Type:  # noqa: ANN401 - any type
    return inspect.type_info(kind)


def _faults(value: Any, info: inspect.Type, path: str, carried: Mapping[str, Any] | None = None) -> Iterator[Fault]:  # noqa: ANN401
    """Give the faults of ``value``; ``carried`` is what the alias of its type says of it in plain words."""
    match info:
        case inspect.Metadata():
            yield from _faults(value, info.type, path, info.extra or carried)
        case inspect.UnionType():
            yield from _in_union(value, info, path)
        case inspect.StructType():
            yield from _in_struct(value, info, path)
        case inspect.DictType():
            yield from _in_mapping(value, info, path)
        case inspect.VarTupleType() | inspect.ListType():
            yield from _in_list(value, info, path)
        case _:
            yield from _in_leaf(value, info, path, carried or {"form": _form_of(info)})


def _in_leaf(value: Any, info: inspect.Type, path: str, carried: Mapping[str, Any]) -> Iterator[Fault]:  # noqa: ANN401
    match info:
        case inspect.LiteralType():
            words = {str(word): str(word) for word in info.values}
            if not isinstance(value, str):
                yield path, wrong(value, _form_of(info))
            elif value not in words:
                yield path, unknown_word(_cut(value), Message.of("form.choice"), words)
        case inspect.StrType():
            yield from _in_text(value, info, path, carried)
        case inspect.IntType():
            yield from _in_number(value, info, path)
        case inspect.BoolType() if not isinstance(value, bool):
            yield path, wrong(value, _form_of(info))
        case inspect.DateTimeType() if not _is_instant(value):
            yield path, _no_instant(value, carried["form"])


def _in_text(value: Any, info: inspect.StrType, path: str, carried: Mapping[str, Any]) -> Iterator[Fault]:  # noqa: ANN401
    what: Message = carried["form"]
    fits = info.pattern is None or not isinstance(value, str) or re.search(info.pattern, value)
    if not isinstance(value, str):
        number = _number(value)
        right = number is not None and (info.pattern is None or re.search(info.pattern, number))
        yield path, Message.of("field.bare_number", number=number) if right else wrong(value, what)
    elif not value and (info.min_length or not fits):
        yield path, Message.of("field.empty", form=what)
    elif info.min_length and len(value) < info.min_length:
        yield path, Message.of("field.too_short", length=len(value), least=info.min_length)
    elif info.max_length is not None and len(value) > info.max_length:
        yield path, Message.of("field.too_long", length=len(value), most=info.max_length)
    elif not fits:
        words = carried.get("words")
        yield path, unknown_word(_cut(value), what, words) if words else wrong(value, what)


def _in_number(value: Any, info: inspect.IntType, path: str) -> Iterator[Fault]:  # noqa: ANN401
    whole = isinstance(value, int) or (isinstance(value, Decimal) and value.as_tuple().exponent == 0)
    if isinstance(value, bool) or not whole:
        yield path, wrong(value, _form_of(info))
    elif info.ge is not None and value < info.ge:
        yield path, Message.of("field.too_small", number=_number(value), least=info.ge)
    elif info.le is not None and value > info.le:
        yield path, Message.of("field.too_large", number=_number(value), most=info.le)


def _in_list(value: Any, info: inspect.VarTupleType | inspect.ListType, path: str) -> Iterator[Fault]:  # noqa: ANN401
    if not isinstance(value, list | tuple):
        yield path, wrong(value, _form_of(info))
        return
    yield from _counted(value, info, path)
    for position, item in enumerate(value):
        yield from _faults(item, info.item_type, f"{path}[{position}]")


def _counted(
    value: Sequence[Any] | Mapping[Any, Any],
    info: inspect.VarTupleType | inspect.ListType | inspect.DictType,
    path: str,
) -> Iterator[Fault]:
    if info.min_length and len(value) < info.min_length:
        yield path, Message.of("field.too_few", length=len(value), least=info.min_length)
    elif info.max_length is not None and len(value) > info.max_length:
        yield path, Message.of("field.too_many", length=len(value), most=info.max_length)


def _in_mapping(value: Any, info: inspect.DictType, path: str) -> Iterator[Fault]:  # noqa: ANN401
    if not isinstance(value, dict):
        yield path, wrong(value, _form_of(info))
        return
    yield from _counted(value, info, path)
    for key, item in value.items():
        if any(_faults(key, info.key_type, path)):
            yield path, Message.of("field.name_wrong", name=_cut(str(key)), form=_form_of(info.key_type))
        yield from _faults(item, info.value_type, _below(path, str(key)))


def _in_struct(value: Any, info: inspect.StructType, path: str) -> Iterator[Fault]:  # noqa: ANN401
    if not isinstance(value, dict):
        yield path, wrong(value, _form_of(info))
        return
    fields = {field.encode_name: field for field in info.fields}
    known = [*([info.tag_field] if info.tag_field else []), *fields]
    missing = [name for name, field in fields.items() if field.required and name not in value]
    for name in value:
        if name not in known:
            yield path, unknown_field(_cut(str(name)), known, missing)
    if info.tag_field and value.get(info.tag_field, info.tag) != info.tag:
        yield _below(path, info.tag_field), _unknown_tag(value[info.tag_field], [info])
    for name in missing:
        yield path, Message.of("field.missing", name=name, form=_form_of(fields[name].type))
    for name, field in fields.items():
        if name in value:
            yield from _faults(value[name], field.type, _below(path, name))


def _in_union(value: Any, info: inspect.UnionType, path: str) -> Iterator[Fault]:  # noqa: ANN401
    kinds = [kind for kind in info.types if not isinstance(kind, inspect.NoneType)]
    if value is None and len(kinds) < len(info.types):
        return
    structs = [kind for kind in kinds if isinstance(kind, inspect.StructType) and kind.tag_field]
    if len(kinds) == 1:
        yield from _faults(value, kinds[0], path)
    elif not structs:
        faults = [list(_faults(value, kind, path)) for kind in kinds]
        yield from faults[0] if all(faults) else ()
    elif not isinstance(value, dict):
        yield path, wrong(value, _form_of(structs[0]))
    else:
        field = structs[0].tag_field or ""
        if field not in value:
            misspelt = nearest(field, map(str, value))
            told = Message.of("field.missing", name=field, form=Message.of(_FORM_OF_TAG[field]))
            yield path, unknown_field(_cut(misspelt), [field]) if misspelt else told
            return
        chosen = [kind for kind in structs if kind.tag == value[field]]
        if not chosen:
            yield _below(path, field), _unknown_tag(value[field], structs)
        for kind in chosen:
            yield from _faults(value, kind, path)


def _unknown_tag(value: Any, structs: Sequence[inspect.StructType]) -> Message:  # noqa: ANN401
    what = Message.of(_FORM_OF_TAG[structs[0].tag_field or ""])
    words = {str(kind.tag): str(kind.tag) for kind in structs}
    return unknown_word(_cut(value), what, words) if isinstance(value, str) else wrong(value, what)


def _form_of(info: inspect.Type) -> Message:
    """Return what belongs into a field, in plain words."""
    match info:
        case inspect.Metadata():
            return info.extra["form"] if info.extra else _form_of(info.type)
        case inspect.UnionType():
            return _form_of(info.types[0])
        case inspect.IntType():
            return Message.of("form.whole_number", example=max(info.ge or 0, 1))
        case inspect.LiteralType():
            return Message.of("form.one_of", words=info.values)
        case inspect.StrType():
            return Message.of("form.text")
        case inspect.BoolType():
            return Message.of("form.truth")
        case inspect.VarTupleType() | inspect.ListType():
            return Message.of("form.list")
        case inspect.DictType() if _form_of(info.key_type).code == "form.language":
            return Message.of("form.texts")
        case inspect.StructType() if needed := [field.encode_name for field in info.fields if field.required]:
            return Message.of("form.group", fields=needed)
    return Message.of("form.fields")


def wrong(value: object, what: Message) -> Message:
    """Say that a value is not what belongs there."""
    if isinstance(value, str) and (marks := marks_in(value)):
        return Message.of("field.unseen", read=_read(without_marks(value)), marks=marks, form=what)
    return Message.of("field.wrong", read=_read(value), form=what)


def _read(value: object) -> Message:
    """Return a value that stands in a wrong place, so that a person finds it."""
    match value:
        case None:
            return Message.of("read.nothing")
        case bool():
            return Message.of("read.truth", truth="true" if value else "false")
        case str():
            return Message.of("read.text", text=_cut(value))
        case list() | tuple():
            return Message.of("read.list")
        case dict():
            return Message.of("read.fields")
    return Message.of("read.number", number=_number(value) or _cut(str(value)))


def _number(value: object) -> str | None:
    """Return a bare number as it was written, nothing for what is none."""
    return _cut(str(value)) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else None


def _is_instant(value: object) -> bool:
    try:
        instant = msgspec.convert(value, datetime)
    except msgspec.ValidationError:
        return False
    return instant.tzinfo is not None


def _no_instant(value: object, what: Message) -> Message:
    try:
        parse_instant(value if isinstance(value, str) else "")
    except MalformedError as error:
        return error.problem.told if isinstance(value, str) else wrong(value, what)
    return wrong(value, what)


def _cut(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _below(path: str, name: str) -> str:
    return f"{path}.{name}" if _PLAIN_NAME.fullmatch(name) else f"{path}[{json.dumps(_cut(name), ensure_ascii=False)}]"
