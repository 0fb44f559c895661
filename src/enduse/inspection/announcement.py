"""What is said before a draw: a digest over all that the draw follows from but the value that nobody knows yet.

A list, a number and a seed give everybody the same draw. That whoever draws did not try several of them until one suited
shows only where all of them were fixed before the seed was known: so a party says beforehand that it will make just this
draw. The digest names it, and the record gives it a time.
"""

from hashlib import sha256
from typing import Final

ANNOUNCED: Final = "draw:"
"""Begins the topic of what announces a draw."""

_LABEL: Final = b"enduse.inspection.announcement.v1\x00"


def announced_as(what: str, *terms: str) -> str:
    """Return the topic that announces a draw: ``draw:`` and SHA-256 over a label, a zero byte, and a line for each term.

    Args:
        what: is drawn, ``payments`` or ``visits``.
        terms: all that the draw follows from, and what will be its seed; none has a line feed.
    """
    text = "".join(f"{term}\n" for term in (what, *terms))
    return ANNOUNCED + sha256(_LABEL + text.encode()).hexdigest()
