"""What a field of a statement holds, as whoever asks for it must know: its plain type, and its form in words."""

from msgspec import inspect

from enduse.messages import Message


def plain_type(info: inspect.Type) -> inspect.Type:
    """Return what a field holds where it is given at all."""
    match info:
        case inspect.Metadata():
            return plain_type(info.type)
        case inspect.UnionType():
            there = [each for each in info.types if not isinstance(each, inspect.NoneType)]
            return plain_type(there[0]) if len(there) == 1 else info
    return info


def holds_structs(info: inspect.Type) -> bool:
    """Say whether a field holds groups of fields."""
    return bool(groups_of(info))


def groups_of(info: inspect.Type) -> list[inspect.StructType]:
    """Return the groups of fields of which a field holds one."""
    found = plain_type(info)
    kinds = found.types if isinstance(found, inspect.UnionType) else (found,)
    return [each for each in kinds if isinstance(each, inspect.StructType)]


def struct_of(info: inspect.Type) -> inspect.StructType:
    """Return the group of fields that a field holds.

    Raises:
        TypeError: it holds none.
    """
    found = plain_type(info)
    if not isinstance(found, inspect.StructType):
        raise TypeError(info)
    return found


def form_of(info: inspect.Type) -> Message | None:
    """Return in words what a field holds, as the refusal of a wrong one would."""
    match info:
        case inspect.Metadata() if info.extra and "form" in info.extra:
            told: Message = info.extra["form"]
            return told
        case inspect.Metadata():
            return form_of(info.type)
        case inspect.UnionType():
            there = [each for each in info.types if not isinstance(each, inspect.NoneType)]
            return form_of(there[0]) if len(there) == 1 else None
        case inspect.VarTupleType() | inspect.ListType():
            return form_of(info.item_type)
        case inspect.IntType():
            return Message.of("form.whole_number", example="12")
        case inspect.BoolType():
            return Message.of("form.yes_or_no")
        case inspect.StrType() | inspect.DictType():
            return Message.of("form.text")
    return None
