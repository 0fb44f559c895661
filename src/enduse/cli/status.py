"""``enduse status``: one screen."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table

from enduse.cli.output import Json, console, escape, exit_on_error, print_json

if TYPE_CHECKING:
    from enduse.book.book import Book
    from enduse.book.store import Effect
    from enduse.views.status import Summary

WAITS: Final = {
    "answer_for_difference": "answer for what is missing in",
    "receipt_overdue": "say what became of",
    "offer_unanswered": "accept or decline",
    "measure_use": "have the use measured in",
    "explain_use": "explain the use in",
    "disclosure_overdue": "disclose, overdue, what it sealed about",
}
MARKS: Final = {"met": "[green]met[/]", "not_met": "[red]not met[/]", "not_known": "[yellow]not known[/]"}
COLUMNS: Final = {
    "entered": "came in",
    "unlinked": "no origin",
    "stock": "stock",
    "transit": "transit",
    "used": "used",
    "consumed": "consumed",
    "difference": "open",
    "found": "found",
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
        from enduse.views.status import summarise

        with Book.open(folder) as book:
            summary = summarise(book, Moment(as_at=_micros(as_at), as_known=_micros(as_known)))
            if report is not None:
                from enduse.pages.html import write_report
                from enduse.views.report import build_report

                write_report(build_report(book), report)
            if as_json:
                published = book.log.checkpoint
                print_json(
                    {
                        "summary": summary,
                        "book": book.digest(),
                        "published": published.checkpoint.size if published else 0,
                        "no_effect": [_without_effect(effect) for effect in book.effects()],
                    }
                )
            else:
                _print(book, summary)


def _without_effect(effect: "Effect") -> dict[str, object]:
    told = effect.refusal
    return {
        "entry": effect.entry,
        "kind": effect.kind,
        "party": effect.party,
        "code": told.code if told else "",
        "values": told.values if told else {},
        "reason": str(told) if told else "",
        "notes": effect.notes,
    }


def _micros(day: str | None) -> int | None:
    from enduse.terms.times import micros, parse_instant

    return None if day is None else micros(parse_instant(day, end_of_day=True))


def _named(book: "Book") -> Callable[[str], str]:
    return lambda identifier: escape(book.programme.name(identifier))


def _print(book: "Book", summary: "Summary") -> None:
    from enduse.terms.amounts import shown
    from enduse.terms.texts import say

    name = _named(book)
    without = sum(pair[1] for pair in summary.statements.values())
    console.print(f"[bold]{escape(say(summary.title, 'en', summary.origin))}[/]  {escape(summary.origin)}")
    console.print(
        f"{summary.size:,} statements to {summary.recorded_at[:16]}Z, {without:,} without effect;"
        f" {summary.mandates} mandates in force",
        style="dim",
    )
    if summary.unheld:
        console.print(f"[yellow]nobody holds[/] {', '.join(name(item) for item in summary.unheld)}")
    for money in summary.money:
        parts = {"pledged": money.pledged, "disbursed": money.disbursed, "spent": money.spent, "still open": money.open}
        if money.beyond:
            parts["given beyond a pledge"] = money.beyond
        console.print("money   " + ",  ".join(f"{what} {shown(n, money.resource)}" for what, n in parts.items()))
    _goods(book, summary)
    _missing(book, summary)
    for tranche in summary.tranches:
        console.print(f"tranche {escape(tranche.tranche)}: {MARKS[tranche.verdict.value]}, {escape(tranche.status)}")
    for wait in summary.waits[:SHOWN]:
        amount = escape(f" ({shown(wait.amount, wait.resource)})") if wait.resource else ""
        console.print(f"waits   {name(wait.party)} must {WAITS[wait.what]} {name(wait.item)}{amount}")
    if len(summary.waits) > SHOWN:
        console.print(f"        and {len(summary.waits) - SHOWN} more: --json lists all", style="dim")


def _missing(book: "Book", summary: "Summary") -> None:
    from enduse.terms.amounts import shown

    name = _named(book)
    for item in summary.missing:
        span = "counted, so exact"
        if item.sd:
            span = f"95 %: {shown(item.interval.lower, item.resource)} to {shown(item.interval.upper, item.resource)}"
        material = name(item.resource.rpartition("/")[0])
        console.print(
            f"[red]missing[/] {shown(item.amount, item.resource)} of {material} in {escape(item.item)} ({escape(span)});"
            f" {name(item.owner)} answers for it"
        )
    for problem in summary.contradictions:
        console.print(f"[red]cannot be[/] {escape(problem.message)}: {escape(problem.remedy)}")
    if summary.explained:
        console.print(f"        {summary.explained} smaller differences lie within measurement error", style="dim")


def _goods(book: "Book", summary: "Summary") -> None:
    from enduse.terms.amounts import shown

    if not summary.goods:
        return
    shown_goods = summary.goods[:SHOWN]
    columns = [name for name in COLUMNS if any(getattr(goods, name) for goods in shown_goods)]
    table = Table(box=None, padding=(0, 1), pad_edge=False)
    table.add_column("goods", max_width=24)
    for name in columns:
        table.add_column(COLUMNS[name], justify="right", no_wrap=True)
    for goods in shown_goods:
        material, _, _base = goods.resource.rpartition("/")
        unit = shown(0, goods.resource).partition(" ")[2]
        values = [getattr(goods, name) for name in columns]
        cells = [shown(value, goods.resource).partition(" ")[0] if value else "" for value in values]
        table.add_row(f"{_named(book)(material)} {unit}", *cells)
    console.print(table)
