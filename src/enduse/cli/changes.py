"""``enduse changes``: what is new since an earlier time."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table
from rich.text import Text

from enduse.cli.listing import said_words
from enduse.cli.output import Json, exit_on_error, localizer, more_words, opened, print_json
from enduse.cli.screen import console

if TYPE_CHECKING:
    from collections.abc import Iterable

    from enduse.pages.localizer import Localizer
    from enduse.views.changes import TakenBack

SHOWN: Final = 12
STYLES: Final = {"taken_back": "yellow", "late": "red", "missing": "red", "settled": "green"}


def changes(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    since: Annotated[
        str,
        typer.Option(
            metavar="DATE|SIZE", help="What was recorded from this day on, or after the first so many statements."
        ),
    ],
    as_json: Json = False,
) -> None:
    """Show what is new since an earlier time: what was said, taken back and decided, and what became late or missing.

    What fell due between the two dates shows as well, though nobody said anything. So does what arrived meanwhile, and what
    somebody has to do now and had not to then.

    Example: enduse changes demo --since 2026-06-01
    """
    with exit_on_error(), opened(folder) as programme:
        names, answer = programme.names(), programme.changes(since)
    if as_json:
        print_json({"changes": answer}, names)
        return
    from enduse.pages.changes import changes_head, changes_parts

    words = localizer(names)
    console.print(Text(changes_head(answer, words), style="bold"))
    rows = Table.grid(padding=(0, 2))
    for name, title, lines in changes_parts(answer, words):
        told = (_taken_back(one, words) for one in answer.taken_back) if name == "taken_back" else lines
        _rows(rows, title, STYLES.get(name, ""), told, words)
    if rows.row_count:
        console.print(rows)


def _rows(rows: Table, title: str, style: str, lines: "Iterable[str | Text]", words: "Localizer") -> None:
    kept = list(lines)
    for line in kept[:SHOWN]:
        rows.add_row(Text(title, style=style), line if isinstance(line, Text) else Text(line))
    if len(kept) > SHOWN:
        rows.add_row("", more_words(len(kept) - SHOWN, words))


def _taken_back(one: "TakenBack", words: "Localizer") -> Text:
    if one.corrected is None:
        return said_words(one.by, words)
    line = Text(words.say("statement {entry}", entry=words.number(one.corrected.entry)) + " · ")
    return line.append_text(said_words(one.corrected, words))
