"""Invented programmes."""

from typing import Final

from enduse.messages.english.text import Text

TEXTS: Final = {
    "simulate.folder_taken": Text("this folder holds something that is no demo", "name another folder with --into"),
    "simulate.not_held": Text(
        "the invented programme ships {material} that {place} does not hold", "change the plan it is made from"
    ),
    "simulate.refused_itself": Text("the invented programme refused a statement of its own: {reason}", "report it"),
}
