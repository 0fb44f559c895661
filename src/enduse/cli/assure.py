"""``enduse assure``: is it all there, where is it not, and how sure are we."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.table import Table

from enduse.cli.output import DOES_NOT_HOLD, Json, console, emit, plain, progress, say_problem, told

if TYPE_CHECKING:
    from enduse.assurance import Assessment

POWER_SHOWN: Final = 12


class ErrorSizes(StrEnum):
    """Where the sizes of the instruments' errors come from."""

    STATED = "stated"
    ESTIMATED = "estimated"


def assure(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="DIR|TABLES", help="A programme, or a folder of nodes, links, instruments, readings CSV."
        ),
    ],
    false_alarm: Annotated[
        float, typer.Option(help="Chance of any alarm over the whole network when nothing is missing.")
    ] = 0.05,
    period_days: Annotated[int, typer.Option(help="For a programme: days in a period.", min=1, max=366)] = 7,
    errors: Annotated[
        ErrorSizes | None,
        typer.Option(help="Take the instruments' errors as stated (a programme's default) or estimate them (tables)."),
    ] = None,
    power: Annotated[bool, typer.Option(help="Say also what would have been seen; takes longer.")] = True,
    as_json: Json = False,
) -> None:
    """Say whether anything is missing beyond measurement error, where, since when, how much, and how sure that is.

    Says as well which explanations the data cannot tell apart, which readings cannot be right, and the smallest loss
    that would have been seen. Leaves with exit code 1 when there is an alarm. An alarm is a draft for a finding, never
    a finding.

    Example: enduse assure demo
    """
    with told():
        from enduse.assurance import Assessor, ErrorModel, read_tables
        from enduse.exchange.network import TABLES, is_network, rows

        drafts: list[dict[str, Any]] = []
        if is_network(source):
            layout = {name: rows(source, name) for name in TABLES}
        else:
            layout = _of_programme(source, period_days)
        network, stated, readings, problems = read_tables(**layout)
        if (errors or (ErrorSizes.ESTIMATED if is_network(source) else ErrorSizes.STATED)) is ErrorSizes.STATED:
            stated = ErrorModel(stated.instruments, known=True)
        assessor = Assessor(network, stated, false_alarm=false_alarm)
        with progress("assessing", quiet=as_json):
            assessment = assessor.assess(readings)
            answer = assessment.to_json(power=power)
        drafts = [_draft(alarm) for alarm in assessment.alarms]
    if as_json:
        emit({**answer, "problems": problems, "drafts": drafts})
    else:
        for problem in problems:
            say_problem(problem, style="yellow")
        _print(assessment, answer)
    if assessment.alarms:
        raise typer.Exit(DOES_NOT_HOLD)


def _of_programme(folder: Path, period_days: int) -> dict[str, Any]:
    from enduse.book.book import Book
    from enduse.book.network import tables

    with Book.open(folder) as book:
        found = tables(book, period_days)
    return {"nodes": found.nodes, "links": found.links, "instruments": found.instruments, "readings": found.readings}


def _draft(alarm: Any) -> dict[str, Any]:  # noqa: ANN401 - any alarm
    """Return the body of a finding with what an alarm can fill in; a mandated body must examine and sign it."""
    return {
        "kind": "finding",
        "body": {
            "about": alarm.where,
            "result": "unresolved",
            "method": f"network material accountancy: {alarm.sentence}",
            "standard_of_proof": "grounds_to_suspect",
            "right_of_reply": "",
        },
    }


def _print(assessment: "Assessment", answer: dict[str, Any]) -> None:
    for number, sentence in enumerate(assessment.sentences):
        style = "bold" if not number else "red" if number <= len(assessment.alarms) else ""
        console.print(sentence, style=style, markup=False)
    if not answer["power"]:
        return
    table = Table(box=None, padding=(0, 2), pad_edge=False, title="what would have been seen", title_justify="left")
    for title in ("where", "material", "smallest loss seen with 90 %", "share"):
        table.add_column(title, justify="right" if title.startswith(("sm", "sh")) else "left")
    for item in answer["power"][:POWER_SHOWN]:
        loss, share = item["smallest_loss"], item["share"]
        table.add_row(
            plain(item["where"]),
            plain(item["material"]),
            "none, however large" if loss is None else f"{loss:,.4g}",
            "" if share is None else f"{share:.1%}",
        )
    console.print(table)
    if len(answer["power"]) > POWER_SHOWN:
        console.print(f"and {len(answer['power']) - POWER_SHOWN} more places: --json lists all", style="dim")
