"""``enduse mandates``: who is responsible for what, where, when; and where nobody is."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer
from rich.table import Table

from enduse.cli.output import DOES_NOT_HOLD, Json, exit_on_error, print_json
from enduse.cli.screen import console, escape
from enduse.errors import MalformedError

if TYPE_CHECKING:
    from enduse.programme.coverage import Coverage
    from enduse.programme.programme import ProgrammeState

SHOWN: Final = 30


def mandates(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the programme.")],
    on: Annotated[str | None, typer.Option(metavar="DATE", help="On this day; by default the record's last.")] = None,
    leaving: Annotated[
        list[str] | None, typer.Option(metavar="PARTY=DATE", help="What if this party left on that day? Repeatable.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show who holds each function in each place on a day, and every gap and overlap from that day on.

    Shows too which mandates ought not to be in one hand, or in related hands, where that came to light after acceptance.
    Leaves with exit code 1 when there is a gap, an overlap or such a clash.

    Example: enduse mandates demo --on 2026-06-01
    """
    with exit_on_error():
        from enduse.book.book import Book
        from enduse.programme.appointments import clashes
        from enduse.programme.coverage import coverage
        from enduse.terms.times import Period, instant_of, parse_instant

        with Book.open(folder) as book:
            state = book.programme
            day = parse_instant(on) if on else instant_of(book.head.clock)
            gone = dict(_leaving(word) for word in leaving or ())
            found = coverage(state, period=Period(start=day), leaving=gone)
            clashing = clashes(state)
            held = [mandate for mandate in state.mandates.values() if mandate.in_force(day)]
    if as_json:
        print_json(
            {
                "on": day.isoformat(),
                "held": held,
                "gaps": found.gaps,
                "overlaps": found.overlaps,
                "clashes": [{"code": each.code, "values": each.values, "message": str(each)} for each in clashing],
            }
        )
    else:
        table = Table(box=None, padding=(0, 2), pad_edge=False, title=f"on {day.date()}", title_justify="left")
        for title in ("function", "place", "held by"):
            table.add_column(title)
        name = _named(state)
        for mandate in held:
            functions, places = (", ".join(map(name, items)) for items in (mandate.functions, mandate.places))
            table.add_row(functions, places, name(mandate.holder))
        console.print(table)
        _print(state, found)
        for clash in clashing[:SHOWN]:
            console.print(f"[red]clash[/]    {escape(clash)}")
    if found.gaps or found.overlaps or clashing:
        raise typer.Exit(DOES_NOT_HOLD)


def _leaving(word: str) -> tuple[str, datetime]:
    from enduse.terms.times import parse_instant

    party, equals, day = word.rpartition("=")
    if not equals:
        raise MalformedError(f"{word!r} says no day", remedy="write PARTY=2026-06-01")
    return party, parse_instant(day)


def _named(state: "ProgrammeState") -> Callable[[str], str]:
    return lambda identifier: escape(state.name(identifier))


def _print(state: "ProgrammeState", found: "Coverage") -> None:
    name = _named(state)
    for gap in found.gaps[:SHOWN]:
        last = f"; last held by {name(gap.last_holder)}" if gap.last_holder else ""
        people = f"; {gap.people:,} people" if gap.people is not None else ""
        where = ", ".join(map(name, gap.places))
        console.print(
            f"[red]gap[/]      {name(gap.function)} in {where}: nobody from {gap.start.date()}"
            f" to {gap.end.date()}{last}{people}"
        )
    for overlap in found.overlaps[:SHOWN]:
        both = " and ".join(map(name, overlap.holders))
        console.print(
            f"[yellow]overlap[/]  {name(overlap.function)} in {name(overlap.place)}: {both}"
            f" from {overlap.start.date()} to {overlap.end.date()}"
        )
    more = max(0, len(found.gaps) - SHOWN) + max(0, len(found.overlaps) - SHOWN)
    if more:
        console.print(f"and {more} more: --json lists all", style="dim")
