"""Invented programmes."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    "simulate.not_held": Text(
        "the invented programme ships {material} that {place} does not hold", "change the plan it is made from"
    ),
}
