"""How deep JSON nests, seen before any parser goes into it: a parser's own limit depends on who called it."""

import re
from typing import Final

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
