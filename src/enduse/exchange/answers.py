"""What whoever brings a table says of it, where its rows cannot say it, and what is asked for."""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec
from msgspec.structs import replace

from enduse.errors import MalformedError
from enduse.messages import Message
from enduse.terms.forms import unknown_word
from enduse.terms.names import spelling


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What whoever brings a table says of it, where its rows cannot say it.

    Attributes:
        table: the name of the table of which it is an issue; a new name for a table of its own.
        newest: whether it is the newest word, also where it says what was replaced or taken back; else only rows that were
            never said are taken from it.
        changed: whether a row that is gone and a new one that differs in one field are the same row.
        gone: whether rows that it lacks are no longer stated; else they stay as they are.
        new: names that the programme need not have; without any told, every name may be new.
        of: what is said of one table, sheet or file alone, by its name; it comes before what is said of all.
    """

    table: str | None = None
    newest: bool | None = None
    changed: bool | None = None
    gone: bool | None = None
    new: tuple[str, ...] | None = None
    of: "dict[str, Answers]" = {}

    def about(self, names: Iterable[str]) -> "Answers":
        """Return what is said of what bears one of these names.

        Args:
            names: of one table.
        """
        wanted = set(map(spelling, names))
        found = replace(self, of={})
        for name, own in self.of.items():
            if spelling(name) in wanted:
                given = {field: getattr(own, field) for field in ("table", *YES_OR_NO)}
                found = replace(found, **{field: value for field, value in given.items() if value is not None})
        return found

    def beside(self, file: Path, files: Iterable[Path]) -> "Answers":
        """Return them without what is said of other files of several."""
        others = {name for other in files if other != file for name in (other.name, other.stem)}
        return replace(self, of={name: own for name, own in self.of.items() if name not in others})

    def check(self, names: Iterable[str], source: str) -> None:
        """Refuse a name that none of these is: what is said of it would be said of nothing.

        Raises:
            MalformedError: there is such a name.
        """
        known = {name: name for name in names if name}
        for name in self.of:
            if spelling(name) not in set(map(spelling, known)):
                raise MalformedError.about(unknown_word(name, Message.of("form.table"), known), source=source)


YES_OR_NO: Final = ("newest", "changed", "gone")
"""What is answered with yes or no."""


NO_ANSWERS: Final = Answers()

TABLE_QUESTIONS: Final = {
    "table.ask_changed": "changed",
    "template.ask_gone": "gone",
    "table.ask_gone": "gone",
    "table.ask_gone_most": "gone",
    "table.ask_gone_unread": "gone",
    "table.ask_newest": "newest",
    "table.ask_restated": "newest",
    "table.ask_numbered_anew": "table",
    "table.ask_profile": "table",
    "table.ask_table": "table",
    "table.ask_table_alike": "table",
}
"""What is asked of a table that comes again, by its code, and the field of :class:`Answers` that answers it."""
