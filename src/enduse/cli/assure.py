"""``enduse assure``: is it all there, where is it not, and how sure are we."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from enduse.cli.output import (
    DOES_NOT_HOLD,
    Json,
    exit_on_error,
    localizer,
    print_json,
    progress,
    say_problem,
    say_problems_by_kind,
)
from enduse.cli.screen import console

if TYPE_CHECKING:
    from enduse.views.assessment_view import AssessmentView


class ErrorSizes(StrEnum):
    """Where the sizes of the instruments' errors come from."""

    STATED = "stated"
    ESTIMATED = "estimated"


Prices = Annotated[
    Path | None,
    typer.Option(
        metavar="TABLE", help="For a programme: material, unit, price, currency; what is missing is told in money."
    ),
]


def assure(
    source: Annotated[
        Path,
        typer.Argument(
            metavar="DIR|TABLES",
            help="A programme; or nodes, links, instruments, readings as tables in a folder or a workbook.",
        ),
    ],
    false_alarm: Annotated[
        float, typer.Option(help="Chance of any alarm over the whole network when nothing is missing.")
    ] = 0.05,
    period_days: Annotated[int, typer.Option(help="Days in a period.", min=1, max=366)] = 7,
    start: Annotated[
        datetime | None,
        typer.Option(
            metavar="DATE",
            formats=["%Y-%m-%d"],
            help="For tables: first day of period 1; else that of the earliest row.",
        ),
    ] = None,
    error_sizes: Annotated[
        ErrorSizes | None,
        typer.Option(
            "--errors",
            help="Take the instruments' errors as stated (a programme's default) or estimate them (tables).",
        ),
    ] = None,
    as_it_came: Annotated[
        bool,
        typer.Option(
            "--as-it-came",
            help="Look after every period, within the same budget, and stop at the first alarm, as one would have then.",
        ),
    ] = False,
    power: Annotated[bool, typer.Option(help="Say also what would have been seen; takes longer.")] = True,
    prices: Prices = None,
    html: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.html",
            help="Write it as one page with a map of the network, in every language of the programme.",
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Say whether anything is missing beyond measurement error, where, since when, how much, and how sure that is.

    Says as well which explanations the data cannot tell apart, which readings cannot be right, and the smallest loss
    that would have been noticed. Leaves with exit code 1 when there is an alarm, when nothing can be said, and when rows
    of the tables could not be used. An alarm is a lead and the draft of a finding, never a finding.

    Example: enduse assure demo --html demo/assurance.html
    """
    with exit_on_error():
        import enduse

        with progress(localizer().say("assessing"), quiet=as_json):
            view = enduse.assess(
                source,
                false_alarm=false_alarm,
                period_days=period_days,
                start=start and start.date(),
                errors_known=None if error_sizes is None else error_sizes is ErrorSizes.STATED,
                as_it_came=as_it_came,
                power=power,
                prices=prices,
            )
        _tell(view, html, as_json=as_json)
    if view.verdict != "nothing_missing":
        raise typer.Exit(DOES_NOT_HOLD)


def _tell(view: "AssessmentView", page: Path | None, *, as_json: bool) -> None:
    from enduse.pages.assessment_json import assessment_json
    from enduse.pages.assessment_page import write_page
    from enduse.pages.assessment_terminal import print_assessment
    from enduse.pages.assessment_words import Words

    if page is not None:
        write_page(view, page)
    words = localizer(view.names, marks=not as_json)
    if as_json:
        print_json(assessment_json(Words(view, words)), view.names)
        return
    say_problems_by_kind(view.problems, style="yellow")
    for note in view.notes:
        say_problem(note, style="dim", label=words.say("note"))
    print_assessment(view, console, words)
    if page is not None:
        console.print(Text("\n" + words.say("The same as a page: {file}", file=page)))
