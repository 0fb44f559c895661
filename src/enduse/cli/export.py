"""``enduse export``: the answers as a workbook, or as CSV or Parquet files for analysts."""

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.text import Text

from enduse.cli.output import Json, exit_on_error, localizer, opened, print_json
from enduse.cli.screen import console
from enduse.errors import MalformedError

WORKBOOK = ".xlsx"


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    to: Annotated[Path, typer.Option(metavar="OUT", help="A workbook, ending in .xlsx; else a folder for the tables.")],
    form: Annotated[
        Literal["csv", "parquet"], typer.Option("--format", metavar="FORMAT", help="Of the tables: csv or parquet.")
    ] = "csv",
    since: Annotated[
        str | None,
        typer.Option(
            metavar="DATE|SIZE", help="Tell too what is new since an earlier issue: its day, or its statements."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write all answers: money by donor, project and party, goods, stock, use, late, differences, tranches, who must act.

    A workbook has one sheet a question, in the language of --lang. Tables have stable columns (docs/reference/exports.md), and every
    row names the record, size and root that it rests on; they hold every statement of the record too.

    Example: enduse export demo --to board.xlsx --since 2026-08-01
    """
    with exit_on_error():
        if to.suffix and to.suffix.lower() != WORKBOOK and not to.is_dir():
            raise MalformedError("pages.folder_wanted", source=str(to))
        with opened(folder) as programme:
            answers, names = programme.flat(since), programme.names()
        words = localizer(names, marks=False)
        if to.suffix.lower() == WORKBOOK:
            from enduse.pages.answers_workbook import write_answers

            write_answers(answers, to, words)
            written = [to]
        else:
            from enduse.pages.flat_files import write_folder

            written = write_folder(answers, to, form, words)
    if as_json:
        print_json({"files": [str(path) for path in written], "size": answers.size, "root": answers.root})
        return
    for path in written:
        console.print(Text(str(path)))
    told = localizer().count(
        "It rests on {n} statement, root {root}.",
        "It rests on {n} statements, root {root}.",
        answers.size,
        root=answers.root[:16],
    )
    console.print(Text(told, style="dim"))
