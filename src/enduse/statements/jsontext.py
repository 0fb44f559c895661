"""JSON as it is written: how deep it nests, before any parser goes into it, and that no key stands twice.

A parser's own limit of nesting depends on who called it, and of a key that stands twice parsers keep one or the other.
"""

import re
from typing import Any, Final

from enduse.errors import MalformedError

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
    whole: dict[str, Any] = {}
    for key, value in pairs:
        if key in whole:
            raise MalformedError("statement.key_twice", key=key, path=f"$..{key}")
        whole[key] = value
    return whole
