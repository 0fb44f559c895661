"""``enduse template``: the workbook in which a programme is written down."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

import enduse
from enduse.cli.output import Json, exit_on_error, localizer, print_json
from enduse.cli.screen import console


def template(
    file: Annotated[Path, typer.Argument(metavar="OUT.xlsx", help="Workbook to write.")],
    as_json: Json = False,
) -> None:
    """Write the workbook in which a programme can be written down, in the language of --lang.

    It has a sheet for each thing: the programme, its parties, places, materials, functions and who holds them, projects
    with their bills of quantities, tranches, pledges, payments, dispatches, receipts, use, counts. Fill in what you have:
    `new --from` founds a programme from it, and `add` takes in whatever is new in it.

    Example: enduse template town.xlsx
    """
    with exit_on_error():
        words = localizer()
        enduse.template(file, words.language)
    if as_json:
        print_json({"file": str(file), "language": words.language})
        return
    console.print(Text(words.say("{file} is ready to be filled in.", file=str(file))))
    console.print(Text(words.say("Next: {command}", command=f"enduse new DIR --from {file}"), style="dim"))
