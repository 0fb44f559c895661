"""``enduse status``: one screen."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import msgspec
import typer
from rich.table import Table

from enduse.cli.output import Json, exit_on_error, localizer, print_json
from enduse.cli.screen import console, escape

if TYPE_CHECKING:
    from enduse.pages.localizer import Localizer
    from enduse.views.shapes import MissingView, Status

MARKS: Final = {"met": "[green]met[/]", "not_met": "[red]not met[/]", "not_known": "[yellow]not known[/]"}
COLUMNS: Final = {
    "came_in": "came in",
    "unlinked": "no origin",
    "stored": "stored",
    "under_way": "under way",
    "used": "used",
    "unexplained": "missing",
    "within_error": "error",
    "off_purpose": "off purpose",
    "other": "lost",
}
SHOWN: Final = 12


def status(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    report: Annotated[
        Path | None, typer.Option(metavar="FILE.html", help="Write the whole report as one page, English and Arabic.")
    ] = None,
    as_at: Annotated[
        str | None, typer.Option(metavar="DATE", help="Money and goods as they stood on this day, as claimed.")
    ] = None,
    as_known: Annotated[
        str | None, typer.Option(metavar="DATE", help="Counting only what had been recorded by this day.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show on one screen who is responsible, where money and goods are, what is missing, and what waits for whom.

    With --as-at and --as-known, money and goods are shown as at one moment and as known at another: what was claimed
    by then, and what had been said by then.

    Example: enduse status demo --as-at 2026-05-31 --as-known 2026-06-30
    """
    with exit_on_error():
        from enduse.book.book import Book
        from enduse.ledger.balances import Moment
        from enduse.views.status import status as ask

        with Book.open(folder) as book:
            found = ask(book, Moment(as_at=_micros(as_at), as_known=_micros(as_known)))
            if report is not None:
                from enduse.pages.html import write_report
                from enduse.views.report import build_report

                write_report(build_report(book), report)
            if as_json:
                print_json({**msgspec.structs.asdict(found), "book": book.digest()}, found.names)
            else:
                _print(found, localizer(found.names))


def _micros(day: str | None) -> int | None:
    from enduse.terms.times import micros, parse_instant

    return None if day is None else micros(parse_instant(day, end_of_day=True))


def _print(found: "Status", localizer: "Localizer") -> None:
    from enduse.pages.tasks import task_words

    without = sum(pair[1] for pair in found.statements.values())
    console.print(f"[bold]{escape(localizer.text(found.title, found.origin))}[/]  {escape(found.origin)}")
    console.print(
        f"{found.size:,} statements to {localizer.day(found.as_of)}, {without:,} without effect;"
        f" {found.mandates} mandates in force",
        style="dim",
    )
    if found.unheld:
        console.print(f"[yellow]nobody holds[/] {', '.join(escape(localizer.name(name)) for name in found.unheld)}")
    for money in found.currencies:
        parts = {"pledged": money.pledged, "paid": money.paid, "spent": money.spent, "still open": money.open}
        if money.beyond.amount:
            parts["given beyond a pledge"] = money.beyond
        console.print("money   " + ",  ".join(f"{what} {localizer.of(figure)}" for what, figure in parts.items()))
    _goods(found, localizer)
    _missing(found, localizer)
    for tranche in found.tranches:
        console.print(f"tranche {escape(tranche.tranche)}: {MARKS[tranche.mark]}, {escape(tranche.status)}")
    for task in found.tasks[:SHOWN]:
        owner = localizer.name(task.owner) if task.owner else "nobody yet"
        console.print(f"waits   {escape(owner)}: {escape(task_words(task, localizer))}")
    if len(found.tasks) > SHOWN:
        console.print(f"        and {len(found.tasks) - SHOWN} more: --json lists all", style="dim")


def _missing(found: "Status", localizer: "Localizer") -> None:
    for lost in found.missing:
        if lost.judgement != "within_error":
            _lost(lost, localizer)
    for problem in found.contradictions:
        message, remedy = localizer.message(problem.told), localizer.remedy(problem.told)
        console.print(f"[red]cannot be[/] {escape(message)}: {escape(remedy)}")
    small = sum(lost.judgement == "within_error" for lost in found.missing)
    if small:
        console.print(f"        {small} smaller differences lie within measurement error", style="dim")


def _lost(lost: "MissingView", localizer: "Localizer") -> None:
    span = "counted, so exact"
    if lost.lower != lost.upper:
        ends = (localizer.amount(end, lost.figure.resource) for end in (lost.lower, lost.upper))
        span = "95 %: {} to {}".format(*ends)
    console.print(
        f"[red]missing[/] {escape(localizer.of(lost.figure))} in {escape(lost.item)} ({escape(span)});"
        f" {escape(localizer.name(lost.owner))} answers for it"
    )


def _goods(found: "Status", localizer: "Localizer") -> None:
    if not found.goods:
        return
    shown = found.goods[:SHOWN]
    columns = [name for name in COLUMNS if any(getattr(line, name).amount for line in shown)]
    table = Table(box=None, padding=(0, 1), pad_edge=False)
    table.add_column("goods", max_width=24)
    for name in columns:
        table.add_column(COLUMNS[name], justify="right", no_wrap=True)
    for line in shown:
        figures = [getattr(line, name) for name in columns]
        # The unit stands with the material, so that the figures of a row fit beside each other.
        unit = localizer.amount(0, line.resource).partition("\N{NO-BREAK SPACE}")[2]
        amounts = (localizer.amount(figure.amount, line.resource) if figure.amount else "" for figure in figures)
        cells = [amount.partition("\N{NO-BREAK SPACE}")[0] for amount in amounts]
        table.add_row(escape(f"{localizer.material(line.resource)} {unit}"), *cells)
    console.print(table)
