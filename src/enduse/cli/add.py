"""``enduse add``: bring files into a programme."""

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer
from rich.table import Table
from rich.text import Text

import enduse
from enduse.cli.output import (
    DOES_NOT_HOLD,
    Json,
    exit_on_error,
    localizer,
    opened,
    print_json,
    progress,
    published,
    say_message,
    say_problem,
    say_waiting,
)
from enduse.cli.passphrase import ask_passphrase
from enduse.cli.screen import console, errors
from enduse.errors import EnduseError, FaultsError, Problem, UnknownError
from enduse.messages import Message

if TYPE_CHECKING:
    from enduse import ImportResult, Programme
    from enduse.pages.localizer import Localizer

EXAMPLES_SHOWN = 3


def add(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="FILE...", help="Tables (CSV, XLSX, XLS, ODS), workbooks of the programme, or signed envelopes."
        ),
    ],
    party: Annotated[str | None, typer.Option("--as", metavar="PARTY", help="Who says what the tables say.")] = None,
    profile: Annotated[
        str | None, typer.Option(help="How to read the tables: a shipped profile's name, or your own TOML file.")
    ] = None,
    receipts: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Add to FILE the log's signed promise to publish what was recorded."),
    ] = None,
    within: Annotated[
        str, typer.Option(metavar="SPAN", help="With --receipts: in what time it is promised, such as 36h or 7d.")
    ] = "24h",
    as_json: Json = False,
) -> None:
    """Read files, sign what they say as PARTY, record it, and account for every row.

    Rows are counted as accepted, without effect (recorded, with the reason) or refused. Adding the same file again
    records nothing twice; a run that was interrupted is simply started again. With --receipts whoever brought the files
    holds something against the record, should it be withheld: see `record receipt`.

    Example: enduse add demo arrivals.csv --as monitor
    """
    with exit_on_error():
        from enduse.operators import parse_span

        span = parse_span(within)
        if receipts is not None and not receipts.parent.is_dir():
            raise UnknownError("record.no_folder", source=str(receipts.parent))
        with opened(folder, ask_passphrase) as programme:
            party = party and programme.find(party, "party")
            with programme.writing():
                results, unread = _add_all(programme, files, party, profile, quiet=as_json)
                if receipts is not None:
                    _keep_receipts(programme.receipts(within=span), receipts)
            size, publication, names = programme.size, programme.publication, programme.names()
        total = enduse.ImportResult.total(results)
    if as_json:
        problems = [*unread, *total.problems]
        kept = {} if receipts is None else {"receipts": str(receipts)}
        print_json({**_json(total), "problems": problems, "size": size, **kept, **published(publication)}, names)
    elif results:  # counts of nothing would only stand before the reason
        _print(total, localizer(names))
    if receipts is not None and total.statements and not as_json:
        command = f"enduse record receipt {receipts} --against {folder}"
        say_message(Message.of("record.receipts_kept", n=total.statements, file=str(receipts), command=command))
    for problem in unread:
        say_problem(problem)
    say_waiting(publication, added=total.statements > 0)
    if unread:
        raise typer.Exit(2)
    if total.refused:
        raise typer.Exit(DOES_NOT_HOLD)


def _add_all(
    programme: "Programme", files: list[Path], party: str | None, profile: str | None, *, quiet: bool
) -> "tuple[list[ImportResult], list[Problem]]":
    """Add file after file; return what became of each, and why others could not be read."""
    results: list[ImportResult] = []
    unread: list[Problem] = []
    for file in files:
        with progress(localizer().say("reading {file}", file=file.name), quiet=quiet) as step:
            try:
                results.append(programme.add(file, party=party, profile=profile, step=step))
            except FaultsError as error:
                unread += [*error.problems, error.problem]
            except EnduseError as error:
                unread.append(error.at(error.problem.source or str(file), error.problem.line))
    return results, unread


def _keep_receipts(given: tuple[bytes, ...], file: Path) -> None:
    """Add receipts to a file, one a line."""
    if given:
        with file.open("ab") as opened:
            opened.writelines(receipt + b"\n" for receipt in given)


def _json(total: "ImportResult") -> dict[str, object]:
    from enduse.pages.imports import figure_words

    words = localizer()
    return {
        "accepted": total.accepted,
        "no_effect": total.no_effect,
        "refused": total.refused,
        "already_recorded": total.already_recorded,
        "statements": total.statements,
        "notes": total.notes,
        "figures": [{**msgspec.structs.asdict(each), "title": figure_words(each, words)} for each in total.figures],
    }


def _print(total: "ImportResult", words: "Localizer") -> None:
    offered = total.accepted + total.no_effect + total.refused
    if offered == total.already_recorded > 0:
        told = words.count(
            "Its one row is recorded already: nothing had to be added.",
            "All {n} rows are recorded already: nothing had to be added.",
            offered,
        )
        console.print(Text(told, style="green"))
    else:
        _counts(total, words)
    _remarks(total, words)
    if any(figure.count for figure in total.figures):
        _figures(total, words)
    say_problems(total.problems, words)


def _counts(total: "ImportResult", words: "Localizer") -> None:
    rows = [
        (words.say("accepted"), "green", total.accepted),
        (words.say("no effect"), "yellow", total.no_effect - total.already_recorded),
        (words.say("recorded before"), "dim", total.already_recorded),
        (words.say("refused"), "red", total.refused),
    ]
    table = Table.grid(padding=(0, 2))
    table.add_column()
    table.add_column(justify="right")
    for title, style, count in rows:
        table.add_row(Text(title, style=style), words.number(count))
    console.print(table)


def _remarks(total: "ImportResult", words: "Localizer") -> None:
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right")
    table.add_column()
    for item in total.notes:
        table.add_row(words.number(item.count), Text(words.message(item.note)))
    if table.row_count:
        console.print(table, style="dim")


def _figures(total: "ImportResult", words: "Localizer") -> None:
    from enduse.pages.imports import figure_words

    title = Text(words.say("figures of the source"))
    table = Table(title=title, title_justify="left", box=None, padding=(0, 2))
    for column in (words.say("rows"), words.say("share")):
        table.add_column(Text(column), justify="right")
    for column in (words.say("what"), words.say("first rows")):
        table.add_column(Text(column))
    for figure in filter(attrgetter("count"), total.figures):
        share = f"{words.number(100 * Decimal(figure.share), 2)}%"
        first = words.listed(map(str, figure.first))
        table.add_row(words.number(figure.count), share, Text(figure_words(figure, words)), first)
    console.print(table)


def say_problems(problems: Iterable[Problem], words: "Localizer") -> None:
    """Print each kind of problem once, the most frequent first, with the first rows that have it."""
    grouped: dict[Message, list[Problem]] = defaultdict(list)
    for problem in problems:
        grouped[problem.told].append(problem)
    for told, alike in sorted(grouped.items(), key=lambda item: -len(item[1])):
        errors.print(Text(f"{words.number(len(alike)):>9}  {words.message(told)}", style="yellow"))
        places = [words.isolate(problem.place) for problem in alike[:EXAMPLES_SHOWN]]
        where = words.listed(places)
        if len(alike) > EXAMPLES_SHOWN:
            where += " " + words.count("and one more", "and {n} more", len(alike) - EXAMPLES_SHOWN)
        for line in (where, words.remedy(told)):
            if line:
                errors.print(Text(f"           {line}", style="dim"))
