"""JSON as it is written: how deep it nests, before any parser goes into it, and that no key stands twice.

A parser's own limit of nesting depends on who called it, and of a key that stands twice parsers keep one or the other.
"""

import json
import re
from typing import Any, Final, TypeVar

import msgspec

from enduse.errors import MalformedError

Given = TypeVar("Given")
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.?)*+"?', re.DOTALL)
_BRACKET: Final = re.compile(r"[\[\]{}]")


def nests_deeper(text: str, limit: int) -> bool:
    """Say whether brackets outside strings nest deeper than ``limit``; what is no JSON gives some answer."""
    if text.count("{") + text.count("[") <= limit:
        return False
    level = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        level += 1 if bracket in "[{" else -1
        if level > limit:
            return True
    return False


def unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object of its keys and values, for the ``object_pairs_hook`` of :mod:`json`.

    Raises:
        MalformedError: a key stands twice.
    """
    whole = dict(pairs)
    if len(whole) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for at, key in enumerate(keys) if key in keys[:at])
        raise MalformedError("statement.key_twice", key=twice, path=f"$..{twice}")
    return whole


def read_once(data: bytes, kind: type[Given], source: str) -> Given:
    """Return what a file says that somebody may be shown before he signs: one thing to every reader.

    Args:
        data: JSON.
        kind: of what is read.
        source: name of the file.

    Raises:
        MalformedError: a key stands twice.
        msgspec.MsgspecError, UnicodeDecodeError: it is nothing of that kind.
    """
    found = msgspec.json.decode(data, type=kind)
    try:
        json.loads(data, object_pairs_hook=unique_keys)
    except MalformedError as error:
        raise MalformedError.about(error.problem.told, source=source) from error
    return found
