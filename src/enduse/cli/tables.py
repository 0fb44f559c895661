"""``enduse compare``: two issues of one table, or two parties' tables of one flow; no programme is needed."""

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from enduse.cli.output import Json, exit_on_error, localizer, print_json, progress
from enduse.cli.screen import console
from enduse.errors import MalformedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from enduse.pages.comparison import WordedComparison
    from enduse.pages.localizer import Localizer


def compare(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The earlier issue of the table: CSV or XLSX.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The later issue.")],
    identity: Annotated[
        list[str] | None,
        typer.Option("--id", metavar="COLUMN", help="Column that names a row; else one that is called so. Repeatable."),
    ] = None,
    by_content: Annotated[
        bool, typer.Option("--by-content", help="No column names a row: compare rows by their content alone.")
    ] = False,
    date: Annotated[
        str, typer.Option(metavar="COLUMN", help="Column with the date of a row; else one that is called so.")
    ] = "",
    since: Annotated[str, typer.Option(metavar="DAY", help="Count only rows dated no earlier.")] = "",
    until: Annotated[str, typer.Option(metavar="DAY", help="Count only rows dated no later.")] = "",
    ignore: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="Column that is not compared. Repeatable.")
    ] = None,
    html: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Write it as a page.")] = None,
    xlsx: Annotated[
        Path | None, typer.Option(metavar="FILE.xlsx", help="Write it as a workbook, with all rows.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say what became of a table from one issue to the next: rows unchanged, changed, new, late and gone.

    Columns are brought together by name, in whatever order they stand; how a number or a day is written makes no
    difference. A row that came late is dated no later than the last row of the earlier issue, and was not in it.

    Example: enduse compare list-october.csv list-november.csv --html compared.html
    """
    with exit_on_error():
        import enduse
        from enduse.pages.issues_words import issues_words

        start, end = _day("--since", since), _day("--until", until)
        with progress(localizer().say("comparing"), quiet=as_json):
            view = enduse.compare_issues(
                old,
                new,
                identity=identity or (),
                by_content=by_content,
                date=date,
                since=start,
                until=end,
                ignore=ignore or (),
            )
        _write(lambda words: issues_words(view, words), html, xlsx)
        if as_json:
            print_json({"kind": "issues", **{name: getattr(view, name) for name in view.__struct_fields__}})
        else:
            _show(lambda words: issues_words(view, words), html, xlsx)


def _day(option: str, text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError as error:
        raise MalformedError("command.not_a_day", path=option, read=text) from error


def _write(word: "Callable[[Localizer], WordedComparison]", html: Path | None, xlsx: Path | None) -> None:
    if html is not None:
        from enduse.pages.comparison_html import write_comparison_page

        write_comparison_page(word, html, ("en", "ar"))
    if xlsx is not None:
        from enduse.pages.comparison import write_comparison

        words = localizer(marks=False)
        write_comparison(word(words), xlsx, words)


def _show(word: "Callable[[Localizer], WordedComparison]", html: Path | None, xlsx: Path | None) -> None:
    from enduse.pages.comparison import print_comparison

    words = localizer()
    print_comparison(word(words), console, words)
    if html is not None:
        console.print(Text("\n" + words.say("The same as a page: {file}", file=html)))
    if xlsx is not None:
        console.print(Text("\n" + words.say("All rows as a workbook: {file}", file=xlsx)))
