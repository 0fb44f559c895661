"""``enduse history``: the whole ledger as Parquet tables that only grow."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.text import Text

from enduse.cli.output import Json, exit_on_error, localizer, opened, print_json
from enduse.cli.screen import console


def history(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    to: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Folder of the tables; else `history` in the programme's.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write the whole ledger as Parquet tables for DuckDB, PostgreSQL or Spark: postings, statements, purchases.

    Only what is new since the last time is written, as further files; no file is ever changed. Rows rest on the record's
    checkpoint, and tell what was known at any time and what held on any day (docs/reference/history.md).

    Example: enduse history demo --to ledger
    """
    with exit_on_error(), opened(folder) as programme:
        written = programme.history(to)
    if as_json:
        print_json(msgspec.structs.asdict(written))
        return
    words = localizer()
    for file in written.files:
        console.print(Text(str(written.folder / file)))
    if not written.files:
        console.print(Text(words.say("Nothing is new.")))
    told = words.count(
        "It rests on {n} statement, root {root}.",
        "It rests on {n} statements, root {root}.",
        written.after,
        root=written.root[:16],
    )
    console.print(Text(told, style="dim"))
