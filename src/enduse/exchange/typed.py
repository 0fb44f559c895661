"""Texts as a person writes them, brought to what a statement's fields hold: whole numbers, truth values, instants."""

import re
from functools import lru_cache
from typing import Any, Final

from msgspec import inspect

from enduse.errors import MalformedError
from enduse.terms.times import parse_instant

_INTEGER: Final = re.compile(r"-?(0|[1-9][0-9]{0,17})")
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_FINE_SECOND: Final = re.compile(r"\.[0-9]{7,}")
_TRUTH: Final = {"true": True, "false": False}


@lru_cache(maxsize=256)
def info_of(kind: type) -> inspect.Type:
    """Return what a type holds."""
    return inspect.type_info(kind)


def typed(value: Any, info: inspect.Type) -> Any:  # noqa: ANN401 - plain data in, plain data out
    """Bring texts to the whole numbers, truth values and instants that ``info`` asks for; all else stays as it is.

    What does not fit is left for the strict conversion to refuse: msgspec's own lax mode would read ``null`` as nothing
    and a bare number as seconds since 1970.
    """
    match info:
        case inspect.Metadata():
            return typed(value, info.type)
        case inspect.UnionType():
            return _in_union(value, info)
        case inspect.StructType() if isinstance(value, dict):
            kinds = {field.encode_name: field.type for field in info.fields}
            return {key: typed(item, kinds[key]) if key in kinds else item for key, item in value.items()}
        case inspect.VarTupleType() | inspect.ListType() if isinstance(value, list):
            return [typed(item, info.item_type) for item in value]
        case inspect.DictType() if isinstance(value, dict):
            return {key: typed(item, info.value_type) for key, item in value.items()}
        case inspect.IntType() if isinstance(value, str) and _INTEGER.fullmatch(value):
            return int(value)
        case inspect.BoolType() if isinstance(value, str):
            return _TRUTH.get(value, value)
        case inspect.DateTimeType() if isinstance(value, str):
            if _FINE_SECOND.search(value):
                raise MalformedError("programme_file.time_too_fine", read=value)
            return parse_instant(value) if _DATE.fullmatch(value) else value
    return value


def _in_union(value: Any, info: inspect.UnionType) -> Any:  # noqa: ANN401 - plain data in, plain data out
    structs = [member for member in info.types if isinstance(member, inspect.StructType)]
    if isinstance(value, dict) and structs:
        chosen = [kind for kind in structs if kind.tag_field is None or value.get(kind.tag_field) == kind.tag]
        return typed(value, chosen[0]) if chosen else value
    for member in info.types:
        read = typed(value, member)
        if read is not value:
            return read
    return value
