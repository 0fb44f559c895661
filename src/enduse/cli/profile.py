"""``enduse profile``: look at a table and propose how it is read."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table
from rich.text import Text

import enduse
from enduse.cli.output import DOES_NOT_HOLD, Json, exit_on_error, localizer, print_json, say_message, say_problem
from enduse.cli.screen import console
from enduse.errors import ConflictError, MalformedError
from enduse.messages import Message

if TYPE_CHECKING:
    from enduse.pages.localizer import Localizer
    from enduse.views.proposals import ProfileProposal, ProfileQuestion


def profile(
    table: Annotated[Path, typer.Argument(metavar="TABLE", help="CSV, XLSX, XLS, ODS or JSON.")],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE.toml", help="Where to write the profile; else beside you, under the table's name."),
    ] = None,
    answer: Annotated[
        list[str] | None,
        typer.Option(metavar="KEY=VALUE", help="An answer to one of the questions. Repeatable."),
    ] = None,
    sheet: Annotated[str, typer.Option(help="Of a workbook; else the first that is not hidden.")] = "",
    encoding: Annotated[str, typer.Option(help="Of a text, such as windows-1256; else found by looking.")] = "",
    as_json: Json = False,
) -> None:
    """Look at a table, propose how it is read, and show its first rows as they will be understood.

    The header is found below titles, over one row or several; days, numbers and the encoding are decided for whole columns.
    What cannot be told by looking is asked: at a terminal one by one, else with --answer. Without the answers nothing is written
    (exit code 1).

    Example: enduse profile arrivals.csv --answer what=receipt --answer party=party:store
    """
    with exit_on_error():
        target = out or Path(f"{table.name.split('.')[0]}.toml")
        if target.exists():
            raise ConflictError("profile.file_there", source=str(target))
        answers = dict(map(read_answer, answer or ()))
        found = proposed(table, target, answers, sheet=sheet, encoding=encoding, quiet=as_json)
    if as_json:
        print_json({"proposal": found, "written": str(target) if found.profile else None})
    else:
        print_proposal(found, target, table)
    if found.questions:
        raise typer.Exit(DOES_NOT_HOLD)


def proposed(
    table: Path, target: Path, answers: dict[str, str], *, sheet: str = "", encoding: str = "", quiet: bool
) -> "ProfileProposal":
    """Propose a profile, ask at a terminal what is open, and write it where nothing is."""
    asks = sys.stdin.isatty() and not quiet
    while True:
        found = enduse.propose_profile(table, answers, sheet=sheet, encoding=encoding)
        if not found.questions or not asks:
            break
        _print_columns(found)
        answers |= {question.key: _ask(question) for question in found.questions}
    if found.profile:
        target.write_text(found.profile, encoding="utf-8")
    return found


def read_answer(text: str) -> tuple[str, str]:
    """Return the key and the value of an answer such as ``what=receipt``."""
    key, sign, value = text.partition("=")
    if not sign or not key.strip():
        raise MalformedError("profile.answer_unreadable", read=text)
    return key.strip(), value.strip()


def _ask(question: "ProfileQuestion") -> str:
    words = localizer()
    console.print(Text(words.message(question.asks), style="bold"))
    if question.options:
        console.print(Text(_as_typed(question), style="dim"))
    return str(typer.prompt(question.key, default=question.suggested or None))


def _as_typed(question: "ProfileQuestion") -> str:
    return localizer().listed(f"`{option}`" for option in question.options)


def print_proposal(found: "ProfileProposal", target: Path, table: Path, of: str = "") -> None:
    """Print what was found, and what is open: each question with the answer as it is given for the table ``of`` several."""
    words = localizer()
    _print_columns(found)
    for question in found.questions:
        console.print(Text(words.message(question.asks), style="bold"))
        if question.options:
            console.print(Text(f"  {_as_typed(question)}", style="dim"))
        console.print(Text(f"  `--answer {of}{question.key}={question.suggested or '…'}`"))
    if found.questions:
        for problem in found.problems:
            say_problem(problem, style="yellow")
        say_message(Message.of("profile.nothing_written", n=len(found.questions)), aside=True)
        return
    _print_rows(found, words)
    if found.refused:
        for problem in found.problems:
            say_problem(problem, style="yellow")
    command = f"enduse add DIR {table} --profile {target}"
    say_message(Message.of("profile.written", file=str(target), n=found.rows, refused=found.refused, command=command))


def _print_columns(found: "ProfileProposal") -> None:
    words = localizer()
    grid = Table(title=Text(found.table), title_justify="left", box=None, padding=(0, 2))
    for title in (
        "",
        words.say("column"),
        words.say("holds"),
        words.say("filled"),
        words.say("sum"),
        words.say("first"),
    ):
        grid.add_column(Text(title), justify="right" if title in (words.say("filled"), words.say("sum")) else "left")
    kinds = {
        "number": words.say("numbers"),
        "day": words.say("days"),
        "text": words.say("texts"),
        "blank": words.say("nothing"),
    }
    for column in found.columns:
        holds = kinds[column.kind] + (f" (`{column.written}`)" if column.written else "")
        first = words.listed(column.first[:2])
        grid.add_row(column.cell, Text(column.name), holds, words.number(column.filled), column.sum, Text(first))
    console.print(grid)
    for note, count in found.notes.items():
        console.print(Text(f"{words.number(count):>9}  {words.message(note)}", style="dim"))


def _print_rows(found: "ProfileProposal", words: "Localizer") -> None:
    grid = Table(title=Text(words.say("first rows")), title_justify="left", box=None, padding=(0, 2))
    grid.add_column(justify="right")
    grid.add_column()
    for row in found.understood:
        told = " · ".join(f"`{name}` {words.isolate(value)}" for name, value in row.fields.items())
        grid.add_row(words.number(row.line), Text(f"`{row.what}`: {told}"))
    console.print(grid)
