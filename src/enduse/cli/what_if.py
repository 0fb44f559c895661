"""``enduse what-if``: what would be paid for a tranche if its conditions or its results stood otherwise."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

from enduse.cli.output import Json, exit_on_error, localizer, opened, print_json
from enduse.cli.screen import console
from enduse.errors import MalformedError

if TYPE_CHECKING:
    from enduse.pages.localizer import Localizer
    from enduse.views.what_if import WhatIf

STYLES = {"met": "green", "not_met": "red", "not_known": "yellow"}


def what_if(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    tranche: Annotated[str, typer.Argument(help="The tranche, by identifier or name.")],
    suppose: Annotated[
        list[str] | None,
        typer.Option(metavar="PART=STATE", help="A part of its condition, by number, as met, not_met or not_known."),
    ] = None,
    result: Annotated[
        list[str] | None,
        typer.Option(
            metavar="YEAR[/ENTITY]=VALUE",
            help="A verified result of the indicator that it pays or waits for; VALUE@DATE where lateness counts.",
        ),
    ] = None,
    on: Annotated[
        str | None, typer.Option(metavar="DATE", help="As of this day; by default the record's last.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what would be paid for a tranche if parts of its condition, or verified results, stood otherwise; records nothing.

    Without --suppose and --result it lists the parts with their numbers, as they stand.

    Example: enduse what-if demo tranche:school-2 --suppose 1=met
    """
    with exit_on_error():
        supposed = dict(_pair(each) for each in suppose or ())
        results = dict(_pair(each) for each in result or ())
        with opened(folder) as programme:
            found = programme.what_if(tranche, supposed, results=results, on=on)
            names = programme.names()
    if as_json:
        print_json({"what_if": found}, names)
        return
    from enduse.pages.what_if import answer_words, rest_words

    words = localizer(names)
    console.print(Text(answer_words(found, words), style="bold"))
    console.print(_parts(found, words))
    for line in rest_words(found, words):
        console.print(Text(line))


def _pair(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not equals or not name.strip():
        raise MalformedError("what_if.no_pair", value=given)
    return name.strip(), value.strip()


def _parts(found: "WhatIf", words: "Localizer") -> Table:
    rows = Table.grid(padding=(0, 2))
    for part in found.parts:
        state = Text(words.term(part.would), style=STYLES[part.would])
        if part.would != part.stands:
            state.append(" (" + words.say("now {state}", state=words.term(part.stands)) + ")", style="dim")
        demand = words.say("all parts below") if part.form == "all_of" else words.message(part.demand)
        rows.add_row(part.number, state, demand)
    return rows
