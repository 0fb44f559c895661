"""One English text: of one code."""

from typing import NamedTuple


class Text(NamedTuple):
    """The words of a code: what is the matter (``many``: where the value ``n`` is not one), and what to do about it."""

    text: str
    remedy: str = ""
    many: str = ""
