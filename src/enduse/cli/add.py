"""``enduse add``: bring files into a programme."""

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

import enduse
from enduse.cli.output import (
    DOES_NOT_HOLD,
    Json,
    exit_on_error,
    print_json,
    progress,
    published,
    say_problem,
    say_waiting,
)
from enduse.cli.screen import console, errors, escape
from enduse.errors import EnduseError, Problem

if TYPE_CHECKING:
    from enduse import ImportResult

EXAMPLES_SHOWN = 3


def add(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    files: Annotated[
        list[Path], typer.Argument(metavar="FILE...", help="Tables (CSV, CSV.GZ, XLSX) or signed envelopes.")
    ],
    party: Annotated[str | None, typer.Option("--as", metavar="PARTY", help="Who says what the tables say.")] = None,
    profile: Annotated[
        str | None, typer.Option(help="How to read the tables: a shipped profile's name, or your own TOML file.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Read files, sign what they say as PARTY, record it, and account for every row.

    Rows are counted as accepted, without effect (recorded, with the reason) or refused. Adding the same file again
    records nothing twice; a run that was interrupted is simply started again.

    Example: enduse add demo arrivals.csv --as monitor
    """
    with exit_on_error():
        results: list[ImportResult] = []
        unread: list[Problem] = []
        with enduse.open(folder) as programme:
            with programme.writing():
                for file in files:
                    with progress(f"reading {file.name}", quiet=as_json) as step:
                        try:
                            results.append(programme.add(file, party=party, profile=profile, step=step))
                        except EnduseError as error:
                            unread.append(error.at(error.problem.source or str(file), error.problem.line))
            size, publication, names = programme.size, programme.publication, programme.names()
        total = enduse.ImportResult.total(results)
    if as_json:
        problems = [*unread, *total.problems]
        print_json({**_json(total), "problems": problems, "size": size, **published(publication)}, names)
    elif len(unread) < len(files):  # counts of nothing would only stand before the reason
        _print(total)
    for problem in unread:
        say_problem(problem)
    say_waiting(publication)
    if unread:
        raise typer.Exit(2)
    if total.refused:
        raise typer.Exit(DOES_NOT_HOLD)


def _json(total: "ImportResult") -> dict[str, object]:
    return {
        "accepted": total.accepted,
        "no_effect": total.no_effect,
        "refused": total.refused,
        "already_recorded": total.already_recorded,
        "statements": total.statements,
        "notes": total.notes,
        "figures": total.figures,
    }


def _print(total: "ImportResult") -> None:
    counts = Table.grid(padding=(0, 2))
    counts.add_row("[green]accepted[/]", f"{total.accepted:,}")
    counts.add_row(
        "[yellow]no effect[/]", f"{total.no_effect:,}", f"of these recorded before: {total.already_recorded:,}"
    )
    counts.add_row("[red]refused[/]", f"{total.refused:,}")
    console.print(counts)
    for item in total.notes:
        console.print(f"{item.count:>9,}  {item.note}", markup=False, style="dim")
    if total.figures:
        figures = Table(title="figures of the source", title_justify="left", box=None, padding=(0, 2))
        for title in ("rows", "share", "what", "first rows"):
            figures.add_column(title, justify="right" if title in {"rows", "share"} else "left")
        for figure in total.figures:
            figures.add_row(f"{figure.count:,}", figure.share, escape(figure.title), " ".join(map(str, figure.first)))
        console.print(figures)
    grouped: dict[str, list[Problem]] = defaultdict(list)
    for problem in total.problems:
        grouped[problem.message].append(problem)
    for message, found in sorted(grouped.items(), key=lambda item: -len(item[1])):
        where = ", ".join(f"{item.source}:{item.line}" for item in found[:EXAMPLES_SHOWN])
        more = "" if len(found) <= EXAMPLES_SHOWN else f" and {len(found) - EXAMPLES_SHOWN:,} more"
        errors.print(f"{len(found):>9,}  {message}", markup=False, style="yellow")
        errors.print(f"           {where}{more}", markup=False, style="dim")
