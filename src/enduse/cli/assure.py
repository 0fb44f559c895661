"""``enduse assure``: is it all there, where is it not, and how sure are we."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from enduse.cli.output import DOES_NOT_HOLD, Json, exit_on_error, print_json, progress, say_problem
from enduse.cli.screen import console, errors, escape
from enduse.errors import MissingExtraError

if TYPE_CHECKING:
    from enduse.assurance import Assessment
    from enduse.views.assessment import Judged
    from enduse.views.assessment_view import AssessmentView, ViewContext


class ErrorSizes(StrEnum):
    """Where the sizes of the instruments' errors come from."""

    STATED = "stated"
    ESTIMATED = "estimated"


class Language(StrEnum):
    """What the terminal speaks."""

    EN = "en"
    AR = "ar"


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
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE.html", help="Write it as one page with a map of the network, English and Arabic."),
    ] = None,
    language: Annotated[Language, typer.Option(help="Language of the text on the terminal.")] = Language.EN,
    as_json: Json = False,
) -> None:
    """Say whether anything is missing beyond measurement error, where, since when, how much, and how sure that is.

    Says as well which explanations the data cannot build_report apart, which readings cannot be right, and the smallest loss
    that would have been seen. Leaves with exit code 1 when there is an alarm. An alarm is a lead and the draft of a
    finding, never a finding.

    Example: enduse assure demo --html demo/assurance.html
    """
    with exit_on_error():
        with progress("assessing", quiet=as_json):
            judged, ground = _judge(source, period_days, error_sizes, false_alarm, as_it_came=as_it_came)
            seen = judged.view(ground, power=power)
        if html is not None:
            from enduse.pages.assessment_page import write_page

            write_page(seen, html)
        if as_json:
            _emit(judged, seen, power=power)
        else:
            for problem in judged.problems:
                say_problem(problem, style="yellow")
            _print(judged.assessment, seen, language)
            if html is not None:
                console.print(f"\nPage: [bold]{escape(html)}[/]")
    if judged.assessment.alarms:
        raise typer.Exit(DOES_NOT_HOLD)


def _judge(
    source: Path, period_days: int, error_sizes: ErrorSizes | None, false_alarm: float, *, as_it_came: bool
) -> "tuple[Judged, ViewContext]":
    """Read a programme or tables, and assess them."""
    from enduse.exchange.network import TABLES, is_network, rows
    from enduse.views.assessment import Layout, ground_of, judge
    from enduse.views.assessment_view import ViewContext

    if is_network(source):
        layout: Layout = {name: rows(source, name) for name in TABLES}
        known, ground = error_sizes is ErrorSizes.STATED, ViewContext(title={"en": source.resolve().name})
    else:
        from enduse.book.assure import differences
        from enduse.book.book import Book
        from enduse.views.differences import found, missing

        with Book.open(source) as book:
            layout, ground = ground_of(book, found(book), missing(book, differences(book)), period_days)
        known = error_sizes is not ErrorSizes.ESTIMATED
    return judge(layout, false_alarm=false_alarm, known=known, as_it_came=as_it_came), ground


def _emit(judged: "Judged", seen: "AssessmentView", *, power: bool) -> None:
    from enduse.terms.times import instant_of

    print_json(
        {
            **judged.assessment.to_json(power=power),
            "start": instant_of(seen.start) if seen.period_days else None,
            "period_days": seen.period_days or None,
            "problems": judged.problems,
            "drafts": [lead.draft for lead in seen.leads],
        }
    )


def _print(assessment: "Assessment", seen: "AssessmentView", language: Language) -> None:
    try:
        from enduse.pages.assessment_terminal import print_assessment
    except MissingExtraError as error:
        for sentence in assessment.sentences:
            console.print(sentence, markup=False)
        errors.print(f"For dates, names, a table of what would have been seen and a page: {error}", markup=False)
    else:
        print_assessment(seen, console, language.value)
